package poverty

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// Act is what a person does to a duty.
type Act string

// The acts. Plans move by PlanMove and assignments by AssignmentAnswer. What a
// survey confirmed is accepted by nobody, and can be returned all the same: the
// commune then owes it again.
const (
	ActSubmit      Act = "submit"
	ActDone        Act = "done"
	ActAccept      Act = "accept"
	ActReturn      Act = "return"
	ActAcknowledge Act = "acknowledge"
	ActDirect      Act = "direct"
	ActExtend      Act = "extend"
	ActExcuse      Act = "excuse"
	ActEscalate    Act = "escalate"
	ActDate        Act = "date"
	ActNote        Act = "note"

	ActRequest   Act = "request"     // the debtor asks for a new last day
	ActRefuse    Act = "refuse"      // what was asked for is not granted
	ActHand      Act = "hand"        // somebody else is to answer the escalation
	ActOutOfTurn Act = "out_of_turn" // a report is asked for before its turn
	ActUndo      Act = "undo"        // takes back the last act within UndoWithin
)

// UndoWithin is how long an act can be taken back by whoever did it, as long as
// nothing followed from it.
const UndoWithin = 10 * time.Minute

// undoable are the acts' events that can be taken back.
var undoable = []Event{EventAcknowledged, EventDirected, EventExtended, EventExcused, EventRequested, EventRefused, EventHanded}

// Decision is an act on a duty: a report submitted, a promise, an extension.
// Key makes it idempotent: a second decision with the same key returns the
// first one's result. At is when it was effective; zero means now, and only
// the standing office, with a basis, may say an earlier time.
type Decision struct {
	Key    string        `json:"key,omitempty"`
	Duty   DutyID        `json:"duty"`
	Act    Act           `json:"act"`
	At     time.Time     `json:"at,omitzero"`
	By     calendar.Date `json:"by,omitzero"`    // promise, term, or the new last day
	Due    string        `json:"due,omitempty"`  // the new deadline as stated ("before 2018-04-28"); wins over By
	Rung   string        `json:"rung,omitempty"` // of ActEscalate
	Reason string        `json:"reason,omitempty"`
	Basis  string        `json:"basis,omitempty"`
	Office OfficeID      `json:"office,omitempty"` // the seat in which the actor acts
	To     OfficeID      `json:"to,omitempty"`     // of ActHand: who is to answer
	Unit   UnitID        `json:"unit,omitempty"`   // of ActDirect: who is to do what it says, if not the debtor

	Report *ReportContent `json:"report,omitempty"` // with ActSubmit on a report or a consolidation
	Survey *SurveyCounts  `json:"survey,omitempty"` // with ActDone on a survey duty
}

// Extension is one decision that gives several duties of a cycle a new last
// day: all of them, or none where one refuses.
type Extension struct {
	Key    string   `json:"key,omitempty"`
	Cycle  CycleID  `json:"cycle"`
	Duties []DutyID `json:"duties"`
	Due    string   `json:"due"` // the new deadline as stated
	Reason string   `json:"reason"`
	Basis  string   `json:"basis,omitempty"`
	Office OfficeID `json:"office,omitempty"`
}

// MostExtended is how many duties one decision extends at most.
const MostExtended = 1000

// Of returns the decision on one of the duties.
func (x Extension) Of(id DutyID) Decision {
	return Decision{Duty: id, Act: ActExtend, Due: x.Due, Reason: x.Reason, Basis: x.Basis, Office: x.Office}
}

// Escalation is a ladder of a duty that reached a rung which demands an
// answer.
type Escalation struct {
	Duty       Duty       `json:"duty"`
	Ladder     int        `json:"ladder"`
	Rung       string     `json:"rung"`
	OpenedAt   time.Time  `json:"opened_at"`
	ClosedAt   *time.Time `json:"closed_at,omitempty"`
	Outcome    Event      `json:"outcome,omitempty"` // submitted, done, extended, excused
	Demand     Demand     `json:"demand,omitempty"`
	Office     OfficeID   `json:"office,omitempty"` // whom the last rung addressed
	OfficeName string     `json:"office_name,omitempty"`
	AnswerBy   *time.Time `json:"answer_by,omitempty"` // until when the last rung wants its answer
}

// EscalationFilter chooses escalations; Mine those that address an office the
// actor holds.
type EscalationFilter struct {
	Cycle CycleID
	Duty  DutyID
	Open  bool
	Mine  bool
	Limit int
}

// Decide judges a decision by an actor on a duty that stands at s, and returns
// the entries that it adds to the history. It returns Forbidden when the actor
// may not, Conflict when the state does not allow it (with the state), Invalid
// when something it needs is missing.
func (d Duty) Decide(c Cycle, a Actor, t Timetable, s Standing, x Decision, now time.Time) ([]Entry, error) {
	who, err := d.mayDecide(c, a, s, x)
	if err != nil {
		return nil, err
	}
	// What a debtor's paper says may have been received earlier; what an office
	// itself decides it decides now.
	receipt := who.standing && slices.Contains([]Act{ActSubmit, ActDone, ActNote, ActAcknowledge, ActRequest}, x.Act)
	at, err := Effective(x.At, now, receipt || a.System != "", x.Basis)
	if err != nil {
		return nil, err
	}
	if who.onBehalf && strings.TrimSpace(x.Basis) == "" {
		return nil, InvalidField("basis", "decision.basis_needed")
	}
	e := Entry{
		Cycle: d.Cycle, Duty: d.ID, Code: d.Code, Unit: d.Unit, Period: d.Period,
		At: at, RecordedAt: now, Ladder: s.LadderNo,
		Actor: a.User, Office: who.office, OnBehalf: who.onBehalf,
		Basis: strings.TrimSpace(x.Basis), Reason: strings.TrimSpace(x.Reason),
	}
	entries, err := d.decide(t, s, x, e)
	if seat, ok := a.Holds(who.office); ok {
		for i := range entries {
			entries[i].Basis = cmp.Or(entries[i].Basis, seat.Basis)
		}
	}
	return entries, err
}

// Effective returns the instant at which something said now was effective: now
// itself where nothing is said. Nothing lies in the future, and only the
// standing office, with a basis (the paper's stamp, a call), may say an earlier
// time; Invalid otherwise.
func Effective(said, now time.Time, standing bool, basis string) (time.Time, error) {
	switch {
	case said.IsZero() || said.Equal(now):
		return now, nil
	case said.After(now):
		return now, InvalidField("at", "decision.in_future")
	case !standing:
		return now, InvalidField("at", "decision.backdated")
	case strings.TrimSpace(basis) == "":
		return now, InvalidField("basis", "decision.basis_needed")
	}
	return said, nil
}

type decider struct {
	office   OfficeID
	standing bool
	onBehalf bool
}

func (d Duty) mayDecide(c Cycle, a Actor, s Standing, x Decision) (decider, error) {
	if a.System != "" {
		return decider{office: x.Office}, nil
	}
	if c.State == CycleClosed {
		return decider{}, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	standing, isStanding := a.InCycle(c, PartStanding)
	leader, isLeader := a.InCycle(c, PartLeadership)
	own := c.Seats(a, d.Unit)
	forbidden := Errorf(Forbidden, "duty.forbidden."+string(x.Act))
	switch x.Act {
	case ActSubmit, ActDone, ActNote:
		switch {
		case len(own) > 0:
			return decider{office: own[0].Office, standing: isStanding}, nil
		case isStanding:
			return decider{office: standing.Office, standing: true, onBehalf: x.Act != ActNote}, nil
		case isLeader && x.Act == ActNote:
			return decider{office: leader.Office}, nil
		}
		return decider{}, forbidden
	case ActAccept, ActReturn:
		part := d.Kind.Accepts()
		if d.Kind == DutySurvey && x.Act == ActReturn {
			part = PartStanding
		}
		if seat, ok := a.InCycle(c, part); ok && part != "" && seat.Unit != d.Unit {
			return decider{office: seat.Office, standing: isStanding}, nil
		}
		return decider{}, forbidden
	case ActUndo:
		return decider{office: x.Office}, nil // judged by who did what is undone
	case ActAcknowledge, ActRequest:
		switch {
		case len(own) > 0:
			return decider{office: own[0].Office, standing: isStanding}, nil
		case isStanding:
			return decider{office: standing.Office, standing: true, onBehalf: true}, nil
		}
		return decider{}, forbidden
	case ActDirect, ActExcuse:
		if isLeader {
			return decider{office: leader.Office}, nil
		}
		if seat, ok := a.Holds(s.Handed); ok && seat.Unit != d.Unit {
			return decider{office: seat.Office}, nil
		}
		return decider{}, forbidden
	case ActExtend, ActEscalate, ActDate, ActRefuse, ActHand, ActOutOfTurn:
		// A debtor never moves its own deadline, even where it is the standing office.
		switch {
		case isLeader:
			return decider{office: leader.Office, standing: isStanding}, nil
		case isStanding && standing.Unit != d.Unit:
			return decider{office: standing.Office, standing: true}, nil
		}
		return decider{}, forbidden
	}
	return decider{}, InvalidField("act", "decision.unknown_act", "act", string(x.Act))
}

func (d Duty) decide(t Timetable, s Standing, x Decision, e Entry) ([]Entry, error) {
	conflict := Errorf(Conflict, "duty.state."+string(s.State), "state", string(s.State))
	conflict.Field = "state"
	switch x.Act {
	case ActSubmit, ActDone:
		retroactive := (s.State == DutySubmitted || s.State == DutyDone) && e.At.Before(s.FirstSubmittedAt)
		if !s.State.Owed() && !retroactive {
			return nil, conflict
		}
		if d.Kind == DutyPlan || d.Kind == DutyAppraisal || d.Kind == DutyApproval {
			return nil, Errorf(Conflict, "duty.use_plan")
		}
		if d.Kind == DutyPosting || d.Kind == DutyObjection {
			return nil, Errorf(Conflict, "duty.use_posting")
		}
		if d.Kind == DutyOpinion || d.Kind == DutyCase {
			return nil, Errorf(Conflict, "duty.use_survey")
		}
		e.Event = EventDone
		if d.Kind.Accepts() != "" {
			e.Event = EventSubmitted
		}
		return d.ended(s, e), nil
	case ActAccept:
		if s.State != DutySubmitted {
			return nil, conflict
		}
		e.Event = EventAccepted
		return []Entry{e}, nil
	case ActReturn:
		if s.State != DutySubmitted && !(d.Kind == DutySurvey && s.State == DutyDone) {
			return nil, conflict
		}
		switch {
		case e.Reason == "":
			return nil, InvalidField("reason", "decision.remarks_needed")
		case e.Basis == "" && d.Code == SurveySubject(StageOfficial):
			return nil, InvalidField("basis", "decision.basis_needed")
		}
		e.Event, e.By = EventReturned, ReturnTerm(t, s.LastDay, calendar.DateOf(e.At))
		return []Entry{e}, nil
	case ActAcknowledge, ActDirect:
		if !s.State.Owed() {
			return nil, conflict
		}
		return d.hold(t, s, x, e)
	case ActExtend, ActRequest:
		if !s.State.Owed() || x.Act == ActRequest && s.LastDay.IsZero() {
			return nil, conflict
		}
		if e.Reason == "" {
			return nil, InvalidField("reason", "decision.reason_needed")
		}
		day, stated, err := laterDay(t, s, x, e)
		if err != nil {
			return nil, err
		}
		e.Event, e.By, e.Stated = EventExtended, day, stated
		if x.Act == ActRequest {
			e.Event = EventRequested
			return []Entry{e}, nil
		}
		return d.ended(s, e), nil
	case ActDate:
		if !s.State.Owed() || !s.LastDay.IsZero() {
			return nil, Errorf(Conflict, "duty.already_dated", "last_day", s.LastDay)
		}
		day, stated, err := lastDay(t, x)
		if err != nil {
			return nil, err
		}
		if day.Before(calendar.DateOf(e.At)) {
			return nil, InvalidField("by", "decision.by_after_today")
		}
		e.Event, e.By, e.Stated, e.Ladder = EventDated, day, stated, s.LadderNo+1
		return []Entry{e}, nil
	case ActExcuse:
		if !s.State.Owed() {
			return nil, conflict
		}
		if e.Basis == "" {
			return nil, InvalidField("basis", "decision.basis_needed")
		}
		e.Event = EventExcused
		return d.ended(s, e), nil
	case ActEscalate:
		return d.escalate(t, s, x, e, conflict)
	case ActRefuse:
		if !s.State.Owed() || s.Requested.IsZero() {
			return nil, Errorf(Conflict, "duty.nothing_requested")
		}
		if e.Reason == "" {
			return nil, InvalidField("reason", "decision.reason_needed")
		}
		e.Event, e.By = EventRefused, s.Requested
		return []Entry{e}, nil
	case ActHand:
		if !s.Escalated || !s.State.Owed() {
			return nil, Errorf(Conflict, "duty.not_escalated", "state", string(s.State))
		}
		if x.To == "" {
			return nil, InvalidField("to", "decision.office_needed")
		}
		e.Event, e.Whom = EventHanded, string(x.To)
		return []Entry{e}, nil
	case ActOutOfTurn:
		switch {
		case e.Reason == "":
			return nil, InvalidField("reason", "decision.instruction_needed")
		case x.By.Before(calendar.DateOf(e.At)):
			return nil, InvalidField("by", "decision.by_after_today")
		}
		e.Event, e.By = EventNoted, x.By
		return []Entry{e}, nil
	case ActUndo:
		return s.undo(e)
	case ActNote:
		if e.Reason == "" {
			return nil, InvalidField("reason", "decision.text_needed")
		}
		e.Event = EventNoted
		return []Entry{e}, nil
	}
	return nil, InvalidField("act", "decision.unknown_act", "act", string(x.Act))
}

// ended appends the close of the escalation to an entry that ends it. It closes
// when that is said, however much earlier the work was done.
func (d Duty) ended(s Standing, e Entry) []Entry {
	if !s.Escalated {
		return []Entry{e}
	}
	closed := e
	closed.Event, closed.At, closed.Reason, closed.By, closed.Stated = EventClosed, e.RecordedAt, string(e.Event), calendar.Date{}, ""
	return []Entry{e, closed}
}

func (d Duty) hold(t Timetable, s Standing, x Decision, e Entry) ([]Entry, error) {
	if x.By.IsZero() {
		return nil, InvalidField("by", "decision.by_needed")
	}
	today := calendar.DateOf(e.At)
	if x.By.Before(today) {
		return nil, InvalidField("by", "decision.by_after_today")
	}
	e.Event, e.By = EventDirected, x.By
	if x.Act == ActAcknowledge {
		if !s.Escalated && !s.Overdue {
			return nil, Errorf(Conflict, "duty.nothing_to_acknowledge", "state", string(s.State))
		}
		if s.HoldEvent == EventDirected {
			return nil, Errorf(Conflict, "duty.directed", "by", s.HeldUntil)
		}
		if most := t.Rules.Terms.Promise; t.Calendar.WorkingDaysBetween(today, x.By) > most {
			return nil, InvalidField("by", "decision.promise_too_far", "days", most, "latest", t.Calendar.AddWorkingDays(today, most))
		}
		e.Event = EventAcknowledged
	}
	if x.Act == ActDirect && e.Reason == "" {
		return nil, InvalidField("reason", "decision.instruction_needed")
	}
	return []Entry{e}, nil
}

func (d Duty) escalate(t Timetable, s Standing, x Decision, e Entry, conflict error) ([]Entry, error) {
	if !s.State.Owed() {
		return nil, conflict
	}
	i := slices.IndexFunc(s.rungs, func(r rungState) bool { return r.step.Rung.String() == x.Rung })
	if i < 0 || s.rungs[i].step.Rung.Kind == calendar.KindRemind {
		return nil, InvalidField("rung", "decision.unknown_rung", "rung", x.Rung)
	}
	if s.rungs[i].fired {
		return nil, nil
	}
	e.Event, e.Rung, e.Demand, e.To = EventEscalated, x.Rung, s.rungs[i].step.Demands, s.rungs[i].step.To
	return []Entry{e}, nil
}

// Unfired returns the rungs after the last day that have not fired, for the
// page that offers to escalate by hand.
func (s Standing) Unfired() []LadderStep {
	var steps []LadderStep
	for _, r := range s.rungs {
		if !r.fired && r.step.Rung.Kind == calendar.KindOverdue {
			steps = append(steps, r.step)
		}
	}
	return steps
}

// Planned is a rung of the current ladder and its instant.
type Planned struct {
	Rung  string    `json:"rung"`
	At    time.Time `json:"at"`
	To    []string  `json:"to"`
	Fired bool      `json:"fired"`

	Demands  Demand    `json:"demands,omitempty"`
	AnswerBy time.Time `json:"answer_by,omitzero"` // until when what it demands is to be answered
}

// Plan returns the rungs of the current ladder in order.
func (s Standing) Plan(t Timetable) []Planned {
	plan := make([]Planned, 0, len(s.rungs))
	for _, r := range s.rungs {
		plan = append(plan, Planned{
			Rung: r.step.Rung.String(), At: r.at, To: r.step.To, Fired: r.fired, Demands: r.step.Demands, AnswerBy: s.AnswerBy(t, r.step.Rung.String()),
		})
	}
	return plan
}

// AnswerBy returns until when a rung wants its answer: the end of its own number
// of working days where the ladder gives one, else the instant of the next rung;
// zero where it demands nothing, or is the last and gives no number.
func (s Standing) AnswerBy(t Timetable, rung string) time.Time {
	i := slices.IndexFunc(s.rungs, func(r rungState) bool { return r.step.Rung.String() == rung })
	switch {
	case i < 0 || s.rungs[i].step.Demands == DemandNothing:
	case s.rungs[i].step.Within > 0:
		return calendar.OverdueAt(t.Calendar.AddWorkingDays(calendar.DateOf(s.rungs[i].at), s.rungs[i].step.Within))
	case i+1 < len(s.rungs):
		return s.rungs[i+1].at
	}
	return time.Time{}
}

// ReturnTerm returns the day by which a return of a day has to be answered:
// the later of the last day and the cycle's number of working days after it.
func ReturnTerm(t Timetable, lastDay, day calendar.Date) calendar.Date {
	term := t.Calendar.AddWorkingDays(day, max(1, t.Rules.Terms.Return))
	if lastDay.After(term) {
		return lastDay
	}
	return term
}

// undo takes the last act back: by whoever did it, within UndoWithin, and only
// while nothing followed from it.
func (s Standing) undo(e Entry) ([]Entry, error) {
	switch {
	case s.last.Event == "":
		return nil, Errorf(Conflict, "duty.nothing_to_undo")
	case s.last.Actor != e.Actor:
		return nil, Errorf(Forbidden, "duty.forbidden.undo")
	case e.At.Sub(s.last.At) > UndoWithin:
		return nil, Errorf(Conflict, "duty.undo_too_late", "minutes", int(UndoWithin.Minutes()))
	}
	e.Event, e.Office, e.Ladder, e.By, e.Reason = EventUndone, s.last.Office, s.last.Ladder, s.last.By, string(s.last.Event)
	return []Entry{e}, nil
}

// Undoable returns the act that whoever did it may still take back at an
// instant, and until when; false when there is none.
func (s Standing) Undoable(user UserID, now time.Time) (Event, time.Time, bool) {
	until := s.last.At.Add(UndoWithin)
	return s.last.Event, until, s.last.Event != "" && s.last.Actor == user && !now.After(until)
}

// laterDay reads a decision's new last day and sees that it lies after today
// and after the last day so far.
func laterDay(t Timetable, s Standing, x Decision, e Entry) (calendar.Date, string, error) {
	day, stated, err := lastDay(t, x)
	switch {
	case err != nil:
	case !day.After(calendar.DateOf(e.At)):
		err = InvalidField("by", "decision.by_after_today")
	case !s.LastDay.IsZero() && !day.After(s.LastDay):
		err = InvalidField("by", "decision.by_after_last_day", "last_day", s.LastDay)
	}
	return day, stated, err
}

// lastDay reads a decision's new last day: the stated form, or By.
func lastDay(t Timetable, x Decision) (calendar.Date, string, error) {
	if x.Due == "" {
		if x.By.IsZero() {
			return calendar.Date{}, "", InvalidField("by", "decision.by_needed")
		}
		return x.By, "by " + x.By.String(), nil
	}
	due, err := calendar.ParseDue(x.Due)
	if err != nil {
		return calendar.Date{}, "", InvalidField("due", "decision.bad_due", "text", x.Due)
	}
	days, err := due.Days(t.Calendar, calendar.Keep, calendar.Month{}, calendar.Month{})
	if err != nil || due.Months() > 0 || days[0].LastDay.IsZero() {
		return calendar.Date{}, "", InvalidField("due", "decision.bad_due", "text", x.Due)
	}
	return days[0].LastDay, due.String(), nil
}
