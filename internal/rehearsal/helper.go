package rehearsal

import (
	"context"
	"fmt"

	"dondoc/poverty"
)

// Helping is where the lists of helpers, mentors and visits go.
type Helping interface {
	AssignHelpers(ctx context.Context, n poverty.NewHelpers) ([]poverty.Helper, error)
	Mentors(ctx context.Context, f poverty.MentorFilter) ([]poverty.Mentor, error)
	SaveMentor(ctx context.Context, m poverty.Mentor, basis string) (poverty.Mentor, error)
	LogVisit(ctx context.Context, v poverty.Visit) (poverty.Mentor, error)
}

// help carries out a line of the lists of helpers, mentors and visits; false
// when it is none.
func (p *play) help(ctx context.Context, line poverty.Line) (bool, error) {
	switch {
	case line.Helpers != nil:
		_, err := p.store.AssignHelpers(ctx, *line.Helpers)
		return true, err
	case line.Visit != nil:
		found, err := p.store.Mentors(ctx, poverty.MentorFilter{Cycle: line.Mentor.Cycle, Unit: line.Mentor.Unit, Code: line.Mentor.Code, Ended: true})
		if err != nil {
			return true, err
		}
		for _, m := range found {
			if m.Name == line.Mentor.Name {
				x := *line.Visit
				x.Mentor = m.ID
				_, err := p.store.LogVisit(ctx, x)
				return true, err
			}
		}
		return true, fmt.Errorf("household %s has no mentor %s", line.Mentor.Code, line.Mentor.Name)
	case line.Mentor != nil:
		_, err := p.store.SaveMentor(ctx, *line.Mentor, line.Basis)
		return true, err
	}
	return false, nil
}
