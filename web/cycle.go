package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

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
	data := cycleData{frame: v.frame("nav.cycle", c.Title), MayRun: v.mayRun(), MayClose: v.plays(poverty.PartLeadership), Form: f}
	var err error
	if data.Ladders, err = v.ladders(c); err != nil {
		return err
	}
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
	Board  poverty.Board
	Rows   []closingRow
	Rest   int            // open duties besides, which are carried
	Delays []closingDelay // of the year: what reached a rung that demands an answer
	Short  []poverty.Shortcoming
	Funds  []poverty.Fund // with something left
	Form   form

	MoreDelays bool // than are listed
}

// Choices returns what may become of a duty that is open.
func (closingData) Choices() []string { return poverty.CloseAs }

// closingRow is a duty that is open, with what is to become of it.
type closingRow struct {
	dutyRow
	As, Reason, Due string
}

// closingDelay is a duty that was late, with the days that tell how.
type closingDelay struct {
	Row   dutyRow
	Lines []entryRow
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
	open, err := v.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Owed: true, Limit: mostListed})
	if err != nil {
		return err
	}
	rows, err := v.rows(open)
	if err != nil {
		return err
	}
	data := closingData{frame: v.frame("nav.cycle", v.p.T("cycle.close.title", "year", v.cycle.Year)), Board: counts, Rest: counts.Owed - len(rows), Form: f}
	if kinds := v.reviewKinds(); len(kinds) > 0 {
		data.Drafts = v.drafts(v.cycle.Owner, "review:"+kinds[len(kinds)-1], poverty.DocumentReview)
	}
	for _, r := range rows {
		id := strconv.FormatInt(int64(r.ID), 10)
		data.Rows = append(data.Rows, closingRow{r, f.Or("as-"+id, poverty.CloseCarried), f.Value("reason-" + id), f.Value("due-" + id)})
	}
	if data.Delays, data.MoreDelays, err = v.delays(); err != nil {
		return err
	}
	short, err := v.store.Shortcomings(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data.Short = slices.DeleteFunc(short, func(s poverty.Shortcoming) bool { return s.State != poverty.ShortcomingOpen })
	funds, err := v.store.Funds(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data.Funds = slices.DeleteFunc(funds, func(x poverty.Fund) bool { return x.Left() == 0 && x.CarriedOut == 0 })
	return closingPage.show(v, status, data)
}

// delayEvents are what the closing tells of a duty that was late.
var delayEvents = []poverty.Event{
	poverty.EventOpened, poverty.EventDated, poverty.EventOverdue, poverty.EventAcknowledged, poverty.EventLapsed, poverty.EventEscalated,
	poverty.EventDirected, poverty.EventExtended, poverty.EventReturned, poverty.EventSubmitted, poverty.EventDone, poverty.EventExcused,
}

// delays returns the duties of the year that reached a rung that demands an
// answer, each with its days in order, and whether there are more of them.
func (v *visit) delays() (list []closingDelay, more bool, err error) {
	found, err := v.store.Escalations(v.ctx(), poverty.EscalationFilter{Cycle: v.cycle.ID, Limit: mostListed + 1})
	if err != nil {
		return nil, false, err
	}
	for _, e := range found[:min(len(found), mostListed)] {
		if slices.ContainsFunc(list, func(d closingDelay) bool { return d.Row.ID == e.Duty.ID }) {
			continue
		}
		row, err := v.row(e.Duty)
		if err != nil {
			return nil, false, err
		}
		entries, err := v.store.History(v.ctx(), poverty.HistoryFilter{Cycle: v.cycle.ID, Duty: e.Duty.ID, Oldest: true, Limit: 100})
		if err != nil {
			return nil, false, err
		}
		entries = slices.DeleteFunc(entries, func(e poverty.Entry) bool { return !slices.Contains(delayEvents, e.Event) })
		lines, err := v.entryRows(entries)
		if err != nil {
			return nil, false, err
		}
		list = append(list, closingDelay{row, lines})
	}
	return list, len(found) > mostListed, nil
}

func (s *site) closeCycle(v *visit) error {
	f := v.sentForm("close")
	c := poverty.CycleClosing{
		Key: f.Key, Cycle: v.cycle.ID, Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"), Office: v.me.Office,
	}
	for name := range f.Values {
		id, ok := strings.CutPrefix(name, "as-")
		n, err := strconv.ParseInt(id, 10, 64)
		if !ok || err != nil {
			continue
		}
		item := poverty.ClosingItem{Duty: poverty.DutyID(n), As: f.Value(name)}
		if item.As == poverty.CloseCarried {
			if d := v.day(&f, "due-"+id); !d.IsZero() {
				item.Due = "by " + d.String()
			}
		} else {
			item.Reason = v.text(&f, "reason-"+id)
		}
		if err := item.Check(); err != nil {
			f.problem("reason-"+id, v.message(err))
		}
		c.Items = append(c.Items, item)
	}
	slices.SortFunc(c.Items, func(x, y poverty.ClosingItem) int { return int(x.Duty - y.Duty) })
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
