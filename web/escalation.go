package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/calendar"
	"dondoc/poverty"
)

// acts are the decisions that a duty's page may offer, in its order.
var acts = []poverty.Act{
	poverty.ActSubmit, poverty.ActDone, poverty.ActAccept, poverty.ActReturn, poverty.ActAcknowledge, poverty.ActDirect,
	poverty.ActExtend, poverty.ActRefuse, poverty.ActRequest, poverty.ActExcuse, poverty.ActDate, poverty.ActHand, poverty.ActOutOfTurn,
	poverty.ActEscalate, poverty.ActNote, poverty.ActUndo,
}

// offer is a decision that the actor may try on a duty, and its form.
type offer struct {
	Act      poverty.Act
	OnBehalf bool   // of the debtor, so a basis is needed
	Receipt  bool   // the standing office may state an earlier receipt
	Survey   bool   // with the counts of a survey
	Basis    bool   // it needs one, whoever decides
	Address  string // where the form is sent
	Back     string // where to go afterwards
	Key      string
	Days     []choice // working days to choose a term from
	Rungs    []choice
	Offices  []choice // who may be handed the answer
	Units    []choice // who may be instructed instead of the debtor
	Said     string   // what the debtor asked for, or what is taken back
	form     form
	mine     bool // form is this offer's
}

// Open reports whether the form was sent and refused, or a link leads to it.
func (o offer) Open() bool { return o.mine }

// Value returns what was typed into a field of this form.
func (o offer) Value(field string) string {
	if o.mine {
		return o.form.Value(field)
	}
	return ""
}

// Problem returns what is wrong with a field of this form.
func (o offer) Problem(field string) string {
	if o.mine {
		return o.form.Problem(field)
	}
	return ""
}

// ID returns the id of a field of this form on its page.
func (o offer) ID(field string) string {
	return strings.Trim(strings.ReplaceAll(o.Address, "/", "-"), "-") + "-" + string(o.Act) + "-" + field
}

// offers asks the domain which decisions the actor may try now; what is still
// to be typed is assumed to be right.
func (v *visit) offers(d poverty.Duty, cal *calendar.Calendar, planned []poverty.Planned, f form) []offer {
	t := poverty.Timetable{Calendar: cal, Rules: v.cycle.Rules}
	s := d.Standing()
	var list []offer
	for _, act := range acts {
		x := poverty.Decision{Duty: d.ID, Act: act, Reason: "x", Basis: "x", By: v.today}
		switch act {
		case poverty.ActExtend:
			if d.LastDay.IsZero() {
				continue // it is dated
			}
			x.By = v.laterDay(d)
		case poverty.ActRequest:
			if d.LastDay.IsZero() {
				continue
			}
			x.By = v.laterDay(d)
		case poverty.ActHand:
			x.To = v.cycle.Rules.Bindings.Chair
		case poverty.ActOutOfTurn:
			if v.cycle.State != poverty.CycleRunning {
				continue
			}
		case poverty.ActSubmit:
			if d.Kind.Accepts() == "" {
				continue
			}
			if d.State == poverty.DutySubmitted && d.FirstSubmittedAt != nil {
				x.At = d.FirstSubmittedAt.Add(-1)
			}
		case poverty.ActDone:
			if d.Kind.Accepts() != "" || d.Kind == poverty.DutyAcceptance || d.Kind.EndsElsewhere() != "" {
				continue
			}
		}
		entries, err := d.Decide(*v.cycle, v.me, t, s, x, v.now)
		o := offer{Act: act, Address: dutyRow{Duty: d}.Link(), Key: rand.Text(), form: f, mine: f.Name == string(act)}
		switch act {
		case poverty.ActEscalate:
			o.Rungs = v.unfired(planned)
			if e, ok := errors.AsType[*poverty.Error](err); ok && e.Field == "rung" && len(o.Rungs) > 0 {
				err = nil
			}
		case poverty.ActAcknowledge:
			o.Days = v.workingDays(cal, v.cycle.Rules.Terms.Promise)
		case poverty.ActDirect:
			o.Days = v.workingDays(cal, 20)
		case poverty.ActOutOfTurn:
			o.Days = v.workingDays(cal, 10)
		case poverty.ActExcuse:
			o.Basis = true
		case poverty.ActExtend, poverty.ActRefuse:
			if !d.Requested.IsZero() {
				o.Said = v.p.T("decision.requested", "day", d.Requested)
			}
		case poverty.ActUndo:
			o.Said = v.undoable(d)
		case poverty.ActReturn:
			o.Basis = d.Code == poverty.SurveySubject(poverty.StageOfficial)
		case poverty.ActDone, poverty.ActSubmit:
			_, o.Receipt = v.me.InCycle(*v.cycle, poverty.PartStanding)
			o.Survey = d.Kind == poverty.DutySurvey
		}
		if err != nil {
			continue
		}
		o.OnBehalf = len(entries) > 0 && entries[0].OnBehalf
		if act == poverty.ActSubmit && !o.Receipt {
			continue // by the report's own page
		}
		if o.mine {
			o.Key = f.Key
			o.Back = f.Value("back")
		}
		list = append(list, o)
	}
	return list
}

// undoable words the act that the actor can still take back.
func (v *visit) undoable(d poverty.Duty) string {
	event, until, ok := d.Standing().Undoable(v.me.User, v.now)
	if !ok {
		return ""
	}
	return v.p.T("decision.undo_what", "what", label(v.p, "history.event", string(event)), "until", v.p.DateTime(until))
}

// seats offers the offices of the leadership and of the standing office.
func (v *visit) seats() ([]choice, error) {
	var list []choice
	for _, unit := range []poverty.UnitID{v.cycle.Owner, v.cycle.Rules.Bindings.Standing} {
		name, err := v.unitName(unit)
		if err != nil {
			return nil, err
		}
		offices, err := v.offices(unit)
		if err != nil {
			return nil, err
		}
		for _, o := range offices {
			list = append(list, choice{string(o.ID), o.Title + ", " + name})
		}
	}
	return list, nil
}

// laterDay is the first day to which a duty that has a last day can be extended.
func (v *visit) laterDay(d poverty.Duty) calendar.Date {
	day := v.today.AddDays(1)
	if next := d.LastDay.AddDays(1); next.After(day) {
		return next
	}
	return day
}

func (v *visit) unfired(planned []poverty.Planned) []choice {
	var rungs []choice
	for _, p := range planned {
		if r, err := calendar.ParseRung(p.Rung); err == nil && r.Kind == calendar.KindOverdue && !p.Fired {
			rungs = append(rungs, choice{p.Rung, sentence(v.p.Rung(p.Rung))})
		}
	}
	return rungs
}

func (s *site) decide(v *visit) error {
	d, err := v.loadDuty()
	if err != nil {
		return err
	}
	act := poverty.Act(v.r.PostForm.Get("act"))
	if !slices.Contains(acts, act) {
		return poverty.InvalidField("act", "error.invalid")
	}
	f := v.sentForm(string(act))
	x := v.decision(&f, d, act)
	if f.Bad() {
		return v.showDuty(http.StatusUnprocessableEntity, d, f)
	}
	if _, err = s.engine.Decide(v.ctx(), x); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		// The state may have changed meanwhile: show the one of now.
		if now, err := s.store.Duty(v.ctx(), d.ID); err == nil {
			d = now
		}
		return v.showDuty(code, d, f)
	}
	return v.redirect(v.back(dutyRow{Duty: d}.Link()), string(act))
}

// decision reads the form of an act.
func (v *visit) decision(f *form, d poverty.Duty, act poverty.Act) poverty.Decision {
	x := poverty.Decision{
		Key: f.Key, Duty: d.ID, Act: act, Reason: v.text(f, "reason"), Basis: v.text(f, "basis"),
		At: v.at(f), Office: v.me.Office,
	}
	switch act {
	case poverty.ActAcknowledge, poverty.ActDirect:
		if x.By = v.day(f, "by"); x.By.IsZero() {
			f.problem("by", v.p.T("decision.by_needed"))
		}
		x.Unit = poverty.UnitID(f.Value("unit"))
		if act == poverty.ActDirect && x.Reason == "" {
			f.problem("reason", v.p.T("decision.instruction_needed"))
		}
	case poverty.ActOutOfTurn:
		if x.By = v.day(f, "by"); x.By.IsZero() {
			f.problem("by", v.p.T("decision.by_needed"))
		}
		if x.Reason == "" {
			f.problem("reason", v.p.T("decision.instruction_needed"))
		}
	case poverty.ActRefuse:
		if x.Reason == "" {
			f.problem("reason", v.p.T("decision.reason_needed"))
		}
	case poverty.ActHand:
		if x.To = poverty.OfficeID(f.Value("to")); x.To == "" {
			f.problem("to", v.p.T("decision.office_needed"))
		}
	case poverty.ActExtend, poverty.ActDate, poverty.ActRequest:
		x.Due = v.due(f)
		if act != poverty.ActDate && x.Reason == "" {
			f.problem("reason", v.p.T("decision.reason_needed"))
		}
	case poverty.ActExcuse:
		if x.Basis == "" {
			f.problem("basis", v.p.T("decision.basis_needed"))
		}
		v.confirmed(f)
	case poverty.ActEscalate:
		x.Rung = f.Value("rung")
		v.confirmed(f)
	case poverty.ActReturn:
		if x.Reason == "" {
			f.problem("reason", v.p.T("decision.remarks_needed"))
		}
	case poverty.ActNote:
		if x.Reason == "" {
			f.problem("reason", v.p.T("decision.text_needed"))
		}
	case poverty.ActDone:
		if d.Kind == poverty.DutySurvey {
			x.Survey = v.surveyCounts(f)
		}
		v.confirmed(f)
	case poverty.ActSubmit:
		v.confirmed(f)
	case poverty.ActAccept, poverty.ActUndo:
	}
	return x
}

func (v *visit) surveyCounts(f *form) *poverty.SurveyCounts {
	var counts poverty.SurveyCounts
	for field, n := range map[string]*int{"households": &counts.Households, "poor": &counts.Poor, "near_poor": &counts.NearPoor} {
		var ok bool
		if *n, ok = v.count(f, field); !ok {
			f.problem(field, v.p.T("error.required"))
		}
	}
	if !f.Bad() && counts.Poor+counts.NearPoor > counts.Households {
		f.problem("poor", v.p.T("decision.more_than_households"))
	}
	return &counts
}

// confirmed asks for the tick under a decision that cannot be undone.
func (v *visit) confirmed(f *form) {
	if f.Value("confirm") != "1" {
		f.problem("confirm", v.p.T("decision.confirm_needed"))
	}
}

type escalationsData struct {
	frame
	Open bool
	Mine bool
	Rows []escalationRow
}

type escalationRow struct {
	poverty.Escalation
	Row dutyRow
}

// reminders returns links to draft one letter of reminder for all that stands at
// a rung.
func (v *visit) reminders(rows []escalationRow) (list []choice) {
	standing := v.cycle.Rules.Bindings.Standing
	if _, err := v.cycle.MayDocument(v.me, standing); err != nil {
		return nil
	}
	at := map[string][]string{}
	var rungs []string
	for _, r := range rows {
		id := strconv.FormatInt(int64(r.Row.ID), 10)
		if r.ClosedAt != nil || slices.Contains(at[r.Rung], id) {
			continue
		}
		if at[r.Rung] == nil {
			rungs = append(rungs, r.Rung)
		}
		at[r.Rung] = append(at[r.Rung], id)
	}
	for _, rung := range rungs {
		list = append(list, choice{
			newDocumentLink(v.cycle.ID, poverty.DocumentReminder, "duties:"+strings.Join(at[rung], ",")),
			v.p.T("document.remind_rung", "rung", v.p.Rung(rung), "count", len(at[rung])),
		})
	}
	return list
}

var escalationsPage = newPage[escalationsData]("escalation/escalations.html")

func (s *site) escalations(v *visit) error {
	q := v.r.URL.Query()
	data := escalationsData{frame: v.frame("nav.escalations", v.p.T("nav.escalations")), Open: q.Get("all") == "", Mine: q.Get("mine") != ""}
	found, err := s.store.Escalations(v.ctx(), poverty.EscalationFilter{Cycle: v.cycle.ID, Open: data.Open, Mine: data.Mine, Limit: 500})
	if err != nil {
		return err
	}
	for _, e := range found {
		row, err := v.row(e.Duty)
		if err != nil {
			return err
		}
		data.Rows = append(data.Rows, escalationRow{e, row})
	}
	data.Drafts = v.reminders(data.Rows)
	return escalationsPage.show(v, http.StatusOK, data)
}

type waitingData struct {
	frame
	Items   []waitingItem
	Overdue []dutyRow

	Mentored []mentorRow // households that the reader looks after
}

// waitingItem is one thing that waits for the actor, with the decisions that
// can be made on the spot.
type waitingItem struct {
	poverty.Waiting
	Row    dutyRow
	Plan   *planRow
	Moves  []planOffer
	Offers []offer
}

var waitingPage = newPage[waitingData]("escalation/waiting.html")

func (s *site) waiting(v *visit) error {
	found, err := s.store.Waiting(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	cal, err := s.store.Calendar(v.ctx())
	if err != nil {
		return err
	}
	data := waitingData{frame: v.frame("nav.waiting", v.p.T("nav.waiting"))}
	if data.Mentored, err = v.mentored(); err != nil {
		return err
	}
	for _, w := range found {
		item, err := v.waitingItem(w, cal)
		if err != nil {
			return err
		}
		data.Items = append(data.Items, item)
	}
	overdue, err := s.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Overdue: true, Limit: 10})
	if err != nil {
		return err
	}
	if data.Overdue, err = v.rows(overdue); err != nil {
		return err
	}
	return waitingPage.show(v, http.StatusOK, data)
}

func (v *visit) waitingItem(w poverty.Waiting, cal *calendar.Calendar) (waitingItem, error) {
	item := waitingItem{Waiting: w}
	var err error
	if item.Row, err = v.row(w.Duty); err != nil {
		return item, err
	}
	back := v.r.URL.Path
	if unit, ok := v.planOf(w.Duty); ok && w.Verb != "" {
		p, err := v.store.Plan(v.ctx(), v.cycle.ID, unit)
		if err != nil {
			return item, err
		}
		row := planRowOf(p)
		item.Plan = &row
		item.Moves = v.planOffers(p, newForm())
		for i := range item.Moves {
			item.Moves[i].Back = back
		}
		return item, nil
	}
	item.Offers = v.offers(w.Duty, cal, nil, newForm())
	item.Offers = slices.DeleteFunc(item.Offers, func(o offer) bool {
		return slices.Contains([]poverty.Act{poverty.ActNote, poverty.ActSubmit, poverty.ActHand, poverty.ActOutOfTurn}, o.Act)
	})
	for i := range item.Offers {
		item.Offers[i].Back = back
	}
	return item, nil
}
