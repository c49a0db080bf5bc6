package rehearsal

import (
	"context"
	"fmt"
	"slices"

	"dondoc/calendar"
	"dondoc/poverty"
)

// posting turns a line about a posted list, or an objection to it, into the
// decision that a person would make.
func (p *play) posting(ctx context.Context, line poverty.Line) (poverty.Proposal, error) {
	id := p.r.New.Cycle.ID
	if line.Act == "post" {
		m := poverty.PostingMove{
			Verb: poverty.PostingPost, Cycle: id, Unit: line.Unit, Subject: line.Subject, Loudspeaker: true, Until: line.By,
			Places: []string{"Nhà văn hóa các thôn", "Trụ sở UBND xã"}, Basis: line.Basis, Office: line.Office,
		}
		return poverty.Proposal{Posting: &m}, nil
	}
	found, err := p.store.Postings(ctx, poverty.PostingFilter{Cycle: id, Unit: line.Unit, Subject: line.Subject})
	if err != nil {
		return poverty.Proposal{}, err
	}
	if len(found) == 0 {
		return poverty.Proposal{}, fmt.Errorf("%s of %s was not posted", line.Subject, line.Unit)
	}
	last := found[len(found)-1].ID
	switch line.Act {
	case "extend-posting":
		return poverty.Proposal{Posting: &poverty.PostingMove{Verb: poverty.PostingExtend, Posting: last, Until: line.By,
			Reason: line.Reason, Basis: line.Basis, Office: line.Office}}, nil
	case "take-down":
		return poverty.Proposal{Posting: &poverty.PostingMove{Verb: poverty.PostingTakeDown, Posting: last,
			Minutes: line.Reason, Basis: line.Basis, Office: line.Office}}, nil
	case "object":
		return p.object(ctx, line, last)
	}
	verb, ok := map[string]poverty.ObjectionVerb{
		"uphold": poverty.ObjectionUphold, "reject": poverty.ObjectionReject,
		"withdraw-objection": poverty.ObjectionWithdraw, "settle": poverty.ObjectionSettle,
	}[line.Act]
	if !ok {
		return poverty.Proposal{}, fmt.Errorf("there is no act %q on a posted list", line.Act)
	}
	state := poverty.ObjectionOpen
	if verb == poverty.ObjectionSettle {
		state = poverty.ObjectionUpheld
	}
	objections, err := p.store.Objections(ctx, poverty.ObjectionFilter{Cycle: id, Unit: line.Unit, Posting: last, State: state})
	if err != nil {
		return poverty.Proposal{}, err
	}
	i := slices.IndexFunc(objections, func(o poverty.Objection) bool { return o.Code == line.Household })
	if i < 0 {
		return poverty.Proposal{}, fmt.Errorf("no objection about %q of %s that is %s", line.Household, line.Unit, state)
	}
	return poverty.Proposal{Objection: &poverty.ObjectionMove{Verb: verb, Objection: objections[i].ID,
		Reason: line.Reason, Basis: line.Basis, Office: line.Office}}, nil
}

// object is an objection to one household of a posted list, or to all of it.
func (p *play) object(ctx context.Context, line poverty.Line, id poverty.PostingID) (poverty.Proposal, error) {
	m := poverty.ObjectionMove{
		Verb: poverty.ObjectionRecord, Posting: id, About: poverty.AboutWhole, Objector: line.Title, Received: calendar.DateOf(line.At),
		Way: "hand", Text: line.Reason, Basis: line.Basis, Office: line.Office,
	}
	if line.Household == "" {
		return poverty.Proposal{Objection: &m}, nil
	}
	posted, err := p.store.Posting(ctx, id)
	if err != nil {
		return poverty.Proposal{}, err
	}
	i := slices.IndexFunc(posted.List, func(r poverty.PostingRow) bool { return r.Code == line.Household })
	if i < 0 {
		return poverty.Proposal{}, fmt.Errorf("%s is not on the list of %s", line.Household, line.Unit)
	}
	m.About, m.Row = poverty.AboutHousehold, posted.List[i].Row
	return poverty.Proposal{Objection: &m}, nil
}
