package web

import (
	"errors"
	"slices"

	"dondoc/poverty"
)

// home leads everybody to the page of their seat.
func (s *site) home(v *visit) error {
	c, err := v.currentCycle()
	if err != nil {
		if poverty.KindOf(err) != poverty.NotFound {
			return err
		}
		if v.me.Admin {
			return v.redirect("/settings/calendar", "")
		}
		return v.redirect("/cycles", "")
	}
	v.enter(c)
	at := "/cycles/" + string(c.ID)
	to := at + "/board"
	switch {
	case v.plays(poverty.PartLeadership):
		to = at + "/waiting"
	case v.plays(poverty.PartStanding), v.plays(poverty.PartReader):
	case v.plays(poverty.PartMember):
		to = at + "/units/" + string(v.seat().Unit)
	case v.me.Admin:
		to = "/settings/calendar"
	}
	done := v.r.URL.Query().Get("done")
	return v.redirect(to, done)
}

var errNoCycle = errors.New("no cycle")

// currentCycle returns the running cycle of the latest year, or else the
// latest one; NotFound when the actor sees none.
func (v *visit) currentCycle() (poverty.Cycle, error) {
	all, err := v.store.Cycles(v.ctx(), poverty.CycleFilter{})
	if err != nil {
		return poverty.Cycle{}, err
	}
	if len(all) == 0 {
		return poverty.Cycle{}, &poverty.Error{Kind: poverty.NotFound, Key: "web.no_cycle", Err: errNoCycle}
	}
	return slices.MaxFunc(all, func(a, b poverty.Cycle) int {
		if running := b2i(a.State == poverty.CycleRunning) - b2i(b.State == poverty.CycleRunning); running != 0 {
			return running
		}
		if mine := b2i(v.takesPart(a)) - b2i(v.takesPart(b)); mine != 0 {
			return mine
		}
		return a.Year - b.Year
	}), nil
}

func (v *visit) takesPart(c poverty.Cycle) bool {
	for _, part := range []poverty.Part{poverty.PartLeadership, poverty.PartStanding, poverty.PartMember} {
		if _, ok := v.me.InCycle(c, part); ok {
			return true
		}
	}
	return false
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ofCurrentCycle leads a short address to the page of the current cycle.
func (s *site) ofCurrentCycle(v *visit) error {
	c, err := v.currentCycle()
	if err != nil {
		return err
	}
	to := "/cycles/" + string(c.ID) + v.r.URL.Path
	if v.r.URL.RawQuery != "" {
		to += "?" + v.r.URL.RawQuery
	}
	return v.redirect(to, "")
}

// withCycle puts the current cycle into the frame of a page that belongs to no
// cycle; without one the page does with less.
func (v *visit) withCycle() error {
	c, err := v.currentCycle()
	if poverty.KindOf(err) == poverty.NotFound {
		return nil
	}
	if err == nil {
		v.enter(c)
	}
	return err
}
