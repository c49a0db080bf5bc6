package web

import (
	"net/http"
	"slices"

	"dondoc/poverty"
)

// sortPhases puts phases by their last day, those without one at the end.
func sortPhases(phases []poverty.Phase) []poverty.Phase {
	phases = slices.Clone(phases)
	slices.SortStableFunc(phases, func(a, b poverty.Phase) int {
		if a.LastDay.IsZero() != b.LastDay.IsZero() {
			return b2i(a.LastDay.IsZero()) - b2i(b.LastDay.IsZero())
		}
		return a.LastDay.Compare(b.LastDay)
	})
	return phases
}

type cyclesData struct {
	frame
	Cycles []poverty.Cycle
}

var cyclesPage = newPage[cyclesData]("cycle/cycles.html")

func (s *site) cycles(v *visit) error {
	found, err := s.store.Cycles(v.ctx(), poverty.CycleFilter{})
	if err != nil {
		return err
	}
	slices.SortStableFunc(found, func(a, b poverty.Cycle) int { return b.Year - a.Year })
	return cyclesPage.show(v, http.StatusOK, cyclesData{v.frame("nav.cycle", v.p.T("cycle.all")), found})
}

type cycleData struct {
	frame
	Owner, Standing  string
	Chair, ViceChair string
	Sources          []string
	Targets          []poverty.Target
	Sum              poverty.Target
	Surveys          []poverty.SurveyResult
	Reviews          []poverty.Review
	Groups           []groupRow
	Ladders          []ladderLine
	MayRun           bool // start and amend
	MayClose         bool
	Form             form
	Units            []poverty.Unit
}

// Amendable returns the duties whose deadline an amendment may move.
func (d cycleData) Amendable() []poverty.Template {
	return slices.DeleteFunc(slices.Clone(d.frame.Cycle.Rules.Duties), func(t poverty.Template) bool { return t.Kind.ByEvent() || t.Due.String() == "none" })
}

var cyclePage = newPage[cycleData]("cycle/cycle.html")

func (s *site) showCycle(v *visit) error { return v.cycleWith(http.StatusOK, newForm()) }

func (v *visit) mayRun() bool {
	return v.me.Admin || v.plays(poverty.PartStanding) || v.plays(poverty.PartLeadership)
}

func (v *visit) cycleWith(status int, f form) error {
	c := *v.cycle
	b := c.Rules.Bindings
	data := cycleData{frame: v.frame("nav.cycle", c.Title), MayRun: v.mayRun(), MayClose: v.plays(poverty.PartLeadership), Form: f, Ladders: v.ladders(c)}
	var err error
	for _, one := range []struct {
		into *string
		unit poverty.UnitID
	}{{&data.Owner, c.Owner}, {&data.Standing, b.Standing}} {
		if *one.into, err = v.unitName(one.unit); err != nil {
			return err
		}
	}
	for _, one := range []struct {
		into   *string
		office poverty.OfficeID
	}{{&data.Chair, b.Chair}, {&data.ViceChair, b.ViceChair}} {
		if *one.into, err = v.officeName(one.office); err != nil {
			return err
		}
	}
	for _, t := range c.Rules.Duties {
		if t.Source != "" && !slices.Contains(data.Sources, t.Source) {
			data.Sources = append(data.Sources, t.Source)
		}
	}
	if data.Targets, err = v.store.Targets(v.ctx(), c.ID); err != nil {
		return err
	}
	for _, t := range data.Targets {
		data.Sum.Households += t.Households
		data.Sum.Poor += t.Poor
		data.Sum.ToLeave += t.ToLeave
	}
	if data.Surveys, err = v.store.Surveys(v.ctx(), c.ID); err != nil {
		return err
	}
	if data.Reviews, err = v.store.Reviews(v.ctx(), c.ID); err != nil {
		return err
	}
	if data.Units, err = v.cycleUnits(); err != nil {
		return err
	}
	if data.Groups, err = v.groupsOf(""); err != nil {
		return err
	}
	return cyclePage.show(v, status, data)
}

func (s *site) startCycle(v *visit) error {
	f := v.sentForm("start")
	v.confirmed(&f)
	if f.Bad() {
		return v.cycleWith(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.StartCycle(v.ctx(), v.cycle.ID); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.cycleWith(code, f)
	}
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/board", "cycle_start")
}

// amendCycle moves a deadline, or gives what a merged unit owes to its successor;
// else it plans what is open anew by the days off that are in force now.
func (s *site) amendCycle(v *visit) error {
	f := v.sentForm("amend")
	a := poverty.Amendment{
		Key: f.Key, Cycle: v.cycle.ID, Reason: v.needed(&f, "reason"), Basis: v.text(&f, "basis"), Office: v.me.Office,
	}
	switch f.Value("what") {
	case "due":
		a.Code, a.Due = v.needed(&f, "code"), v.needed(&f, "due")
	case "merge":
		a.Merged, a.Into = poverty.UnitID(v.needed(&f, "merged")), poverty.UnitID(v.needed(&f, "into"))
	default:
		a.DaysOff = true
	}
	v.confirmed(&f)
	if f.Bad() {
		return v.cycleWith(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.AmendCycle(v.ctx(), a); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.cycleWith(code, f)
	}
	return v.redirect("/cycles/"+string(v.cycle.ID), "cycle_amend")
}

type closingData struct {
	frame
	Board poverty.Board
	Rows  []dutyRow
	Rest  bool // there are more than are listed
	Form  form
}

var closingPage = newPage[closingData]("cycle/closing.html")

func (s *site) closing(v *visit) error {
	if !v.plays(poverty.PartLeadership) {
		return poverty.Errorf(poverty.Forbidden, "cycle.forbidden.close")
	}
	return v.showClosing(http.StatusOK, newForm())
}

func (v *visit) showClosing(status int, f form) error {
	counts, err := v.store.Board(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	open, err := v.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Owed: true, Limit: 101})
	if err != nil {
		return err
	}
	rows, err := v.rows(open[:min(len(open), 100)])
	if err != nil {
		return err
	}
	return closingPage.show(v, status, closingData{
		v.frame("nav.cycle", v.p.T("cycle.close.title", "year", v.cycle.Year)), counts, rows, len(open) > 100, f,
	})
}

func (s *site) closeCycle(v *visit) error {
	f := v.sentForm("close")
	c := poverty.CycleClosing{
		Key: f.Key, Cycle: v.cycle.ID, Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"), Office: v.me.Office,
	}
	v.confirmed(&f)
	if f.Bad() {
		return v.showClosing(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.CloseCycle(v.ctx(), c); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showClosing(code, f)
	}
	return v.redirect("/cycles/"+string(v.cycle.ID), "cycle_close")
}
