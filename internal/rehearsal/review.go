package rehearsal

import (
	"context"
	"fmt"
	"slices"

	"dondoc/poverty"
)

// Reviewing is where shortcomings are looked up by their numbers.
type Reviewing interface {
	Shortcomings(ctx context.Context, id poverty.CycleID) ([]poverty.Shortcoming, error)
}

// review is what a line of the lists of watched households, shortcomings and
// reviews decides.
func (p *play) review(line poverty.Line) (poverty.Proposal, error) {
	switch {
	case line.Watch != nil:
		m := *line.Watch
		m.Office = line.Office
		return poverty.Proposal{Watch: &m}, nil
	case line.Review != nil:
		m := *line.Review
		m.Office = line.Office
		return poverty.Proposal{Review: &m}, nil
	}
	m := *line.Shortcoming
	m.Office = line.Office
	no := int(m.Shortcoming)
	if m.Shortcoming = 0; m.Verb == poverty.ShortcomingFind {
		return poverty.Proposal{Shortcoming: &m}, nil
	}
	list, err := p.store.Shortcomings(p.ctx, m.Cycle)
	if err != nil {
		return poverty.Proposal{}, err
	}
	i := slices.IndexFunc(list, func(s poverty.Shortcoming) bool { return s.No == no })
	if i < 0 {
		return poverty.Proposal{}, fmt.Errorf("no shortcoming %d", no)
	}
	m.Shortcoming = list[i].ID
	return poverty.Proposal{Shortcoming: &m}, nil
}

// closing is the close of the year with what its list decides of what is open.
func (p *play) closing(line poverty.Line) (poverty.Proposal, error) {
	id := p.r.New.Cycle.ID
	x := poverty.CycleClosing{Cycle: id, Reason: line.Reason, Basis: line.Basis, Office: line.Office}
	for _, l := range p.r.Closing {
		d, err := p.store.DutyByKey(p.ctx, poverty.DutyKey(id, l.Duty, l.Unit, l.Period, l.Subject))
		if err != nil {
			return poverty.Proposal{}, fmt.Errorf("closing, row %d: %w", l.Row, err)
		}
		x.Items = append(x.Items, poverty.ClosingItem{Duty: d.ID, As: l.As, Due: l.Due, Reason: l.Reason})
	}
	return poverty.Proposal{Close: &x}, nil
}
