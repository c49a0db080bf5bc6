package poverty

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"time"

	"dondoc/calendar"
)

// DutyID identifies a duty.
type DutyID int64

// DutyKind is what sort of work a duty is; it decides the process that watches
// it and the kind of trouble that its lateness is.
type DutyKind string

// The kinds of duty.
const (
	DutyPlan          DutyKind = "plan"          // a commune's plan, sent by its chair
	DutyAppraisal     DutyKind = "appraisal"     // the standing office appraises a plan
	DutyApproval      DutyKind = "approval"      // leadership approves a plan
	DutyAcceptance    DutyKind = "acceptance"    // a lead accepts its assignment
	DutyMeeting       DutyKind = "meeting"       // a commune holds its coordination meeting
	DutyStart         DutyKind = "start"         // an agency starts a component
	DutyProgress      DutyKind = "progress"      // a component that stands still goes on
	DutyTask          DutyKind = "task"          // made by hand, by a direction or a conclusion
	DutyReport        DutyKind = "report"        // a periodic report
	DutyConsolidation DutyKind = "consolidation" // the standing office consolidates a period
	DutySurvey        DutyKind = "survey"        // a commune confirms its survey result
	DutyOpinion       DutyKind = "opinion"       // the tier above gives its opinion on a commune's survey
	DutyCase          DutyKind = "case"          // a commune decides on a household's case of the year
	DutyReview        DutyKind = "review"        // a review conference and its conclusion
	DutyPosting       DutyKind = "posting"       // a commune posts a list of households
	DutyObjection     DutyKind = "objection"     // a commune answers an objection to a posted list
	DutyReceipt       DutyKind = "receipt"       // an agency confirms that it has the list of a plan
	DutyGroupPlan     DutyKind = "group_plan"    // a lead makes the help plan of its group
	DutyGroupMeeting  DutyKind = "group_meeting" // a helping group meets again by its limit
	DutyContact       DutyKind = "contact"       // a helping group is in touch with its commune by its limit
	DutyObstacle      DutyKind = "obstacle"      // whoever an obstacle was raised to answers it
	DutyInput         DutyKind = "input"         // a unit contributes to a review
	DutyWatch         DutyKind = "watch"         // a step of an alert about a household that left poverty
)

// Process is the kind of workflow that watches a duty.
type Process string

// The processes.
const (
	ProcessSurvey     Process = "survey"
	ProcessPlan       Process = "plan"
	ProcessAssignment Process = "assignment"
	ProcessPeriod     Process = "period"
	ProcessReview     Process = "review"
)

// ProcessOf returns the process that watches duties of a kind.
func (k DutyKind) ProcessOf() Process {
	switch k {
	case DutyPlan, DutyAppraisal, DutyApproval:
		return ProcessPlan
	case DutyReport, DutyConsolidation:
		return ProcessPeriod
	case DutySurvey, DutyOpinion:
		return ProcessSurvey
	case DutyReview:
		return ProcessReview
	case DutyAcceptance, DutyMeeting, DutyCase, DutyStart, DutyProgress, DutyTask, DutyPosting, DutyObjection, DutyReceipt, DutyGroupPlan, DutyGroupMeeting, DutyContact, DutyObstacle, DutyWatch, DutyInput:
		return ProcessAssignment
	}
	return ProcessAssignment
}

// Trouble is what is wrong with a late duty; kinds are kept apart because what
// helps differs.
type Trouble string

// The kinds of trouble.
const (
	NoTrouble               Trouble = ""
	TroubleMissing          Trouble = "missing"
	TroubleNotStarted       Trouble = "not_started"
	TroubleNoProgress       Trouble = "no_progress" // of a component, since the last report
	TroubleReturned         Trouble = "returned"    // its term was missed
	TroubleAwaitingApproval Trouble = "awaiting_approval"
	TroubleListNotReceived  Trouble = "list_not_received" // an agency has not confirmed that it has a list
	TroubleGroupNotMeeting  Trouble = "group_not_meeting"
	TroubleNoContact        Trouble = "no_contact"
	TroubleUnanswered       Trouble = "obstacle_unanswered"
)

// DutyState is where a duty stands.
type DutyState string

// The states of a duty.
const (
	DutyOpen      DutyState = "open"
	DutySubmitted DutyState = "submitted" // received, not yet accepted: the debtor owes nothing now
	DutyReturned  DutyState = "returned"  // sent back; to be answered by its term
	DutyDone      DutyState = "done"
	DutyExcused   DutyState = "excused"
	DutyCarried   DutyState = "carried" // open when its cycle was closed; goes on in the next
)

// Owed reports whether the debtor still owes work in this state.
func (s DutyState) Owed() bool { return s == DutyOpen || s == DutyReturned }

// Settled tells whether nothing is left to do about the duty.
func (s DutyState) Settled() bool { return s == DutyDone || s == DutyExcused || s == DutyCarried }

// Verdict is the judgment on a duty's timeliness.
type Verdict string

// The verdicts. A duty that is owed and not overdue has none.
const (
	NoVerdict Verdict = ""
	OnTime    Verdict = "on_time"
	Late      Verdict = "late"
)

// Duty is who owes what, to whom, through whom, by when, and where it stands.
// The fields from State on are computed from its history (see Standing).
type Duty struct {
	ID         DutyID              `db:"id" json:"id"`
	Key        string              `db:"key" json:"key"` // cycle/code/unit[/period or subject]; lasting
	Cycle      CycleID             `db:"cycle_id" json:"cycle"`
	Code       string              `db:"code" json:"code"`
	Kind       DutyKind            `db:"kind" json:"kind"`
	Title      string              `db:"title" json:"title"`
	Unit       UnitID              `db:"unit_id" json:"unit"`
	UnitName   string              `db:"unit_name" json:"unit_name"`
	Period     string              `db:"period" json:"period,omitempty"`
	Subject    string              `db:"subject" json:"subject,omitempty"` // what it is about where unit and period do not tell: a commune, a round
	Process    Process             `db:"process" json:"process"`
	ProcessKey string              `db:"process_key" json:"process_key"`
	Stated     string              `db:"stated" json:"stated"` // the deadline as the document states it
	DayOff     calendar.DayOffRule `db:"day_off" json:"day_off"`
	Ladder     string              `db:"ladder_name" json:"ladder"`
	Deemed     bool                `db:"deemed" json:"deemed,omitempty"`
	Source     string              `db:"source" json:"source,omitempty"`
	OpenedAt   time.Time           `db:"opened_at" json:"opened_at"`

	State            DutyState     `db:"state" json:"state"`
	LadderNo         int           `db:"ladder_no" json:"ladder_no"`
	LastDay          calendar.Date `db:"last_day" json:"last_day,omitzero"` // zero: undated
	OverdueAt        *time.Time    `db:"overdue_at" json:"overdue_at,omitempty"`
	Overdue          bool          `db:"overdue" json:"overdue"` // owed and its last day is over
	Verdict          Verdict       `db:"verdict" json:"verdict,omitempty"`
	Extended         bool          `db:"extended" json:"extended"`
	Trouble          Trouble       `db:"trouble" json:"trouble,omitempty"`
	Rung             string        `db:"rung" json:"rung,omitempty"` // the last rung that fired in this ladder
	Escalated        bool          `db:"escalated" json:"escalated"` // a rung that demands an answer was reached
	HeldUntil        calendar.Date `db:"held_until" json:"held_until,omitzero"`
	Returns          int           `db:"returns" json:"returns"`
	FirstSubmittedAt *time.Time    `db:"first_submitted_at" json:"first_submitted_at,omitempty"`
	SubmittedAt      *time.Time    `db:"submitted_at" json:"submitted_at,omitempty"`
	AcceptedAt       *time.Time    `db:"accepted_at" json:"accepted_at,omitempty"`
	NextAt           *time.Time    `db:"next_at" json:"next_at,omitempty"` // the next planned instant of its ladder

	Requested calendar.Date `db:"requested" json:"requested,omitzero"` // the new last day that the debtor asks for
	Handed    OfficeID      `db:"handed" json:"handed,omitempty"`      // who is to answer its escalation, where it was handed on
	LastAct   Event         `db:"last_act" json:"last_act,omitempty"`  // what can still be taken back, see Standing.Undoable
	LastActor UserID        `db:"last_actor" json:"last_actor,omitempty"`
	LastActAt *time.Time    `db:"last_act_at" json:"last_act_at,omitempty"`
}

// DutyKey returns the lasting key of a duty.
func DutyKey(c CycleID, code string, unit UnitID, period, subject string) string {
	key := fmt.Sprintf("%s/%s/%s", c, code, unit)
	if period != "" {
		key += "/" + period
	}
	if subject != "" {
		key += "/" + subject
	}
	return key
}

var codeForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}$`)

// IsCode reports whether a text may be a code: codes become part of keys, of
// addresses and of workflow IDs.
func IsCode(s string) bool { return codeForm.MatchString(s) }

// Accepts says who accepts what was submitted; "" when being done is enough.
func (k DutyKind) Accepts() Part {
	switch k {
	case DutyReport, DutyGroupPlan:
		return PartStanding
	case DutyConsolidation:
		return PartLeadership
	}
	return ""
}

// ByEvent reports whether duties of this kind are not laid on with the cycle but
// each by what happens: a plan that is sent, a list that is posted, an objection.
func (k DutyKind) ByEvent() bool {
	switch k {
	case DutyAppraisal, DutyApproval, DutyPosting, DutyObjection, DutyReceipt, DutyOpinion, DutyCase, DutyObstacle, DutyWatch:
		return true
	case DutyPlan, DutyAcceptance, DutyMeeting, DutyStart, DutyProgress, DutyTask, DutyReport, DutyConsolidation, DutySurvey, DutyReview,
		DutyGroupPlan, DutyGroupMeeting, DutyContact, DutyInput:
	}
	return false
}

// EndsElsewhere returns the message that says by what a duty of the kind is
// done instead of by somebody saying so; "" where that is enough.
func (k DutyKind) EndsElsewhere() string {
	switch k {
	case DutyMeeting, DutyGroupMeeting, DutyContact:
		return "duty.use_meeting"
	case DutyObstacle:
		return "duty.use_obstacle"
	case DutyWatch:
		return "duty.use_watch"
	case DutyInput:
		return "duty.use_review"
	default:
		return ""
	}
}

// DutyFilter chooses duties the actor may see. Sorting is by trouble: overdue
// first, longest first, then by last day.
type DutyFilter struct {
	IDs       []DutyID // these alone, where any are named
	Cycle     CycleID
	Unit      UnitID
	Code      string
	Kind      DutyKind
	State     DutyState
	Trouble   Trouble
	Period    string
	Process   Process
	Owed      bool // only what is still owed
	Overdue   bool
	Escalated bool
	Undated   bool
	Limit     int
	Offset    int
}

// Standing is where a duty stands at an instant, computed from its history.
type Standing struct {
	State            DutyState
	LadderNo         int
	LastDay          calendar.Date
	Stated           string
	Returned         bool // the current ladder counts from the term of a return
	Overdue          bool
	Late             bool
	Extended         bool
	Rung             string
	Escalated        bool
	HeldUntil        calendar.Date
	HoldEvent        Event
	Requested        calendar.Date // the new last day that the debtor asks for; zero: it asks for none
	RequestedAt      time.Time
	Handed           OfficeID // who is to answer the escalation, where it was handed on
	Returns          int
	FirstSubmittedAt time.Time
	SubmittedAt      time.Time
	AcceptedAt       time.Time

	last    Entry     // the act that can be taken back; none: no Event
	start   time.Time // of the current ladder
	again   time.Time // when the work was taken back and owed again; zero: it was not
	rungs   []rungState
	verdict bool // the overdue instant of this ladder was dealt with
}

type rungState struct {
	step  LadderStep
	at    time.Time
	known bool // the history holds it, maybe further on
	fired bool // or passed
	held  bool // kept back in the current hold
}

// Timetable is what a duty's instants are computed from: the calendar and the
// frozen rules of its cycle, and when the cycle was started.
type Timetable struct {
	Calendar *calendar.Calendar
	Rules    Rules
	Started  time.Time
}

// Timetable returns what the instants of a cycle's duties are computed from, on a
// calendar; a cycle that was not started is looked at as if it were started at
// now.
func (c Cycle) Timetable(cal *calendar.Calendar, now time.Time) Timetable {
	t := Timetable{Calendar: cal, Rules: c.Rules, Started: now}
	if c.StartedAt != nil {
		t.Started = *c.StartedAt
	}
	return t
}

// PlanNow returns the rungs of a duty's current ladder as they are planned at now,
// given its history in the order in which it was recorded.
func (d Duty) PlanNow(t Timetable, history []Entry, now time.Time) []Planned {
	return d.Stand(t, history, now.Add(time.Nanosecond)).Plan(t)
}

// Advance plays a duty's history, given in the order in which it was recorded,
// forward and returns what falls due up to and including until that it does not
// hold yet: verdicts, rungs fired, held or passed, and lapses, each at its
// planned instant and judged by the facts effective before that instant. It
// returns where the duty stands then, and its next planned instant (zero: none).
//
// Because facts are judged as of the planned instant, it does not matter how
// late it is called.
func (d Duty) Advance(t Timetable, history []Entry, until time.Time) (due []Entry, s Standing, next time.Time) {
	w := newWalker(d, t, history)
	w.walk(until, true)
	_, next = w.candidate()
	return w.due, w.s, next
}

// Stand returns where the duty stood just before at: the facts effective
// before at count, whenever they were recorded. It adds nothing.
func (d Duty) Stand(t Timetable, history []Entry, at time.Time) Standing {
	var before []Entry
	for _, e := range history {
		if e.At.Before(at) {
			before = append(before, e)
		}
	}
	w := newWalker(d, t, before)
	w.walk(at, false)
	return w.s
}

// Put writes a standing and a next instant into the duty's computed fields.
func (d *Duty) Put(s Standing, next time.Time) {
	d.State, d.LadderNo, d.LastDay = s.State, s.LadderNo, s.LastDay
	if s.Stated != "" {
		d.Stated = s.Stated
	}
	d.OverdueAt = nil
	if !s.LastDay.IsZero() {
		d.OverdueAt = new(calendar.OverdueAt(s.LastDay))
	}
	d.Overdue = s.Overdue && s.State.Owed()
	d.Verdict = s.Verdict()
	d.Extended, d.Rung, d.HeldUntil, d.Returns = s.Extended, s.Rung, s.HeldUntil, s.Returns
	d.Escalated = s.Escalated && s.State.Owed()
	d.Trouble = d.trouble(s)
	d.FirstSubmittedAt, d.SubmittedAt, d.AcceptedAt = instant(s.FirstSubmittedAt), instant(s.SubmittedAt), instant(s.AcceptedAt)
	d.NextAt = instant(next)
	d.Requested, d.Handed = s.Requested, s.Handed
	d.LastAct, d.LastActor, d.LastActAt = s.last.Event, s.last.Actor, instant(s.last.At)
}

// Standing is how a duty stands as far as its row tells: enough for a page to
// ask Decide what it may offer.
func (d Duty) Standing() Standing {
	s := Standing{
		State: d.State, LadderNo: d.LadderNo, LastDay: d.LastDay, Overdue: d.Overdue, Escalated: d.Escalated,
		HeldUntil: d.HeldUntil, Requested: d.Requested, Handed: d.Handed,
	}
	if d.FirstSubmittedAt != nil {
		s.FirstSubmittedAt = *d.FirstSubmittedAt
	}
	if d.LastActAt != nil {
		s.last = Entry{Event: d.LastAct, Actor: d.LastActor, At: *d.LastActAt, Ladder: d.LadderNo}
	}
	return s
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Verdict returns the judgment: late once any deadline was missed, on time
// when the work is in and none was, none while it is owed in time or excused.
func (s Standing) Verdict() Verdict {
	switch {
	case s.State == DutyExcused:
		return NoVerdict
	case s.Late || s.Overdue:
		return Late
	case s.State == DutySubmitted || s.State == DutyDone:
		return OnTime
	}
	return NoVerdict
}

func (d Duty) trouble(s Standing) Trouble {
	if !s.Overdue || !s.State.Owed() {
		return NoTrouble
	}
	if s.Returned {
		return TroubleReturned
	}
	switch d.Kind {
	case DutyAppraisal, DutyApproval, DutyConsolidation, DutyAcceptance, DutyOpinion, DutyCase:
		return TroubleAwaitingApproval
	case DutyStart:
		return TroubleNotStarted
	case DutyProgress:
		return TroubleNoProgress
	case DutyReceipt:
		return TroubleListNotReceived
	case DutyGroupMeeting:
		return TroubleGroupNotMeeting
	case DutyContact:
		return TroubleNoContact
	case DutyObstacle:
		return TroubleUnanswered
	case DutyPlan, DutyMeeting, DutyTask, DutyReport, DutySurvey, DutyReview, DutyPosting, DutyObjection, DutyWatch, DutyInput:
		return TroubleMissing
	}
	return TroubleMissing
}

type rungKey struct {
	ladder int
	rung   string
}

type heldKey struct {
	rungKey
	until calendar.Date
}

// walker plays a duty's history in order of effect.
type walker struct {
	duty     Duty
	t        Timetable
	entries  []Entry
	recorded map[rungKey]Event // fired or passed rungs, whenever they were written
	heldLog  map[heldKey]bool  // rungs kept back, each under its hold
	verdicts map[int]bool
	lapses   map[rungKey]bool
	ladders  int // how many ladders began, those taken back included
	s        Standing
	due      []Entry
}

func newWalker(d Duty, t Timetable, history []Entry) *walker {
	w := &walker{
		duty: d, t: t,
		entries:  slices.Clone(history),
		recorded: map[rungKey]Event{},
		heldLog:  map[heldKey]bool{},
		verdicts: map[int]bool{},
		lapses:   map[rungKey]bool{},
	}
	voidUndone(w.entries)
	slices.SortStableFunc(w.entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	for _, e := range w.entries {
		k := rungKey{e.Ladder, e.Rung}
		switch e.Event {
		case EventReminded, EventEscalated, EventPassed:
			w.recorded[k] = e.Event
		case EventHeld:
			w.heldLog[heldKey{k, e.By}] = true
		case EventOverdue:
			w.verdicts[e.Ladder] = true
		case EventAccepted:
			w.verdicts[e.Ladder] = w.verdicts[e.Ladder] || e.deemed()
		case EventLapsed:
			w.lapses[rungKey{e.Ladder, e.By.String()}] = true
		}
	}
	return w
}

// eventVoid stands for an act that was taken back; it is never stored.
const eventVoid Event = "void"

// voidUndone marks acts that were taken back, given in the order in which they
// were recorded, and what closed with them.
func voidUndone(entries []Entry) {
	for i, undo := range entries {
		if undo.Event != EventUndone {
			continue
		}
		for j := i - 1; j >= 0; j-- {
			if e := entries[j]; string(e.Event) != undo.Reason || e.Ladder != undo.Ladder {
				continue
			}
			if j+1 < i && entries[j+1].Event == EventClosed && entries[j+1].Reason == string(entries[j].Event) {
				entries[j+1].Event, entries[j+1].Reason = eventVoid, ""
			}
			entries[j].Event, entries[j].Reason = eventVoid, undo.Reason
			break
		}
	}
}

// deemed reports whether silence until the last day counted as a yes.
func (e Entry) deemed() bool { return e.Event == EventAccepted && e.Basis == "deemed" }

func (w *walker) walk(until time.Time, emit bool) {
	for i := 0; ; {
		c, at := w.candidate()
		if !emit {
			at = time.Time{}
		}
		if i < len(w.entries) && (at.IsZero() || w.entries[i].At.Before(at) || w.entries[i].At.Equal(at) && w.entries[i].deemed()) {
			w.apply(w.entries[i])
			i++
			continue
		}
		if !at.IsZero() && !at.After(until) {
			w.due = append(w.due, c)
			w.apply(c)
			continue
		}
		if i >= len(w.entries) {
			return
		}
		w.apply(w.entries[i])
		i++
	}
}

// candidate returns the next entry that the ladder plans and the history does
// not hold; a zero instant when there is none.
func (w *walker) candidate() (Entry, time.Time) {
	s := &w.s
	if !s.State.Owed() {
		return Entry{}, time.Time{}
	}
	var best Entry
	consider := func(e Entry) {
		if best.At.IsZero() || e.At.Before(best.At) {
			best = e
		}
	}
	entry := func(ev Event, at time.Time) Entry {
		return Entry{
			Cycle: w.duty.Cycle, Duty: w.duty.ID, Code: w.duty.Code, Unit: w.duty.Unit, Period: w.duty.Period,
			Event: ev, At: at, Ladder: s.LadderNo,
		}
	}
	if !s.verdict && !s.LastDay.IsZero() {
		at := calendar.OverdueAt(s.LastDay)
		if at.Before(s.start) {
			at = s.start // it was made when its last day was over
		}
		if at.Before(s.again) {
			at = s.again // it was in when its last day ended
		}
		e := entry(EventOverdue, at)
		if w.duty.Deemed {
			e.Event, e.Basis = EventAccepted, "deemed"
		}
		consider(e)
	}
	var lapse time.Time
	if !s.HeldUntil.IsZero() {
		lapse = calendar.OverdueAt(s.HeldUntil)
		e := entry(EventLapsed, lapse)
		e.By = s.HeldUntil
		if !w.lapses[rungKey{s.LadderNo, e.By.String()}] {
			consider(e)
		}
	}
	inForce := s.start
	if w.t.Started.After(inForce) {
		inForce = w.t.Started
	}
	if s.again.After(inForce) {
		inForce = s.again
	}
	for _, r := range s.rungs {
		if r.known || r.fired {
			continue
		}
		ev, at := EventReminded, r.at
		if r.step.Rung.Kind == calendar.KindOverdue {
			ev = EventEscalated
		}
		switch {
		case r.at.Before(inForce):
			ev = EventPassed
			if at.Before(s.start) {
				at = s.start
			}
			if at.Before(s.again) {
				at = s.again
			}
		case !lapse.IsZero() && r.at.Before(lapse):
			if r.held {
				continue
			}
			ev = EventHeld
		case !lapse.IsZero():
			continue // planned anew when the hold lapses
		}
		e := entry(ev, at)
		e.Rung = r.step.Rung.String()
		switch ev {
		case EventHeld:
			e.By = s.HeldUntil
		case EventEscalated, EventReminded:
			e.Demand, e.To = r.step.Demands, r.step.To
		case EventPassed:
			e.Demand = r.step.Demands
		}
		consider(e)
	}
	return best, best.At
}

func (w *walker) apply(e Entry) {
	s := &w.s
	w.remember(e)
	switch e.Event {
	case eventVoid:
		if e.Reason == string(EventExtended) {
			w.ladders++ // its number is not given again
		}
	case EventOpened:
		s.State = DutyOpen
		w.climb(e.By, e.At, false)
		s.Stated = cmp.Or(e.Stated, w.duty.Stated)
	case EventDated:
		s.Stated = e.Stated
		w.climb(e.By, e.At, false)
	case EventSubmitted, EventDone:
		if s.State.Owed() {
			if !s.LastDay.IsZero() && !e.At.Before(calendar.OverdueAt(s.LastDay)) {
				s.Late = true
			}
			s.Overdue = false
		}
		if s.FirstSubmittedAt.IsZero() {
			s.FirstSubmittedAt = e.At
		}
		s.SubmittedAt = e.At
		s.State = DutySubmitted
		if e.Event == EventDone {
			s.State = DutyDone
			s.AcceptedAt = e.At
		}
		w.release()
	case EventAccepted:
		if s.FirstSubmittedAt.IsZero() {
			s.FirstSubmittedAt, s.SubmittedAt = e.At, e.At
			if !w.duty.Deemed || e.Basis != "deemed" {
				s.Late = s.Late || !s.LastDay.IsZero() && !e.At.Before(calendar.OverdueAt(s.LastDay))
			}
		}
		s.AcceptedAt = e.At
		s.State, s.Overdue = DutyDone, false
		w.release()
	case EventReturned:
		s.State = DutyReturned
		s.Returns++
		w.climb(e.By, e.At, true)
	case EventWithdrawn:
		if s.State != DutySubmitted {
			return
		}
		s.State = DutyOpen
		if s.Returned {
			s.State = DutyReturned
		}
		s.SubmittedAt, s.again = time.Time{}, e.At
		s.Overdue = w.verdicts[s.LadderNo] && !s.LastDay.IsZero() && !e.At.Before(calendar.OverdueAt(s.LastDay))
	case EventExcused:
		s.State, s.Overdue, s.Late = DutyExcused, false, false
		w.release()
	case EventExtended:
		if s.State.Owed() && !s.LastDay.IsZero() && !e.At.Before(calendar.OverdueAt(s.LastDay)) {
			s.Late = true
		}
		s.Extended, s.Overdue, s.Stated = true, false, e.Stated
		w.release()
		w.climb(e.By, e.At, s.Returned)
	case EventAcknowledged, EventDirected:
		if !s.State.Owed() {
			return // it was in, as became known later
		}
		s.HeldUntil, s.HoldEvent = e.By, e.Event
		for i, r := range s.rungs {
			s.rungs[i].held = r.held && !r.at.After(e.At) || w.heldLog[heldKey{rungKey{s.LadderNo, r.step.Rung.String()}, e.By}]
		}
	case EventLapsed:
		w.resume(e.By)
	case EventOverdue:
		if e.Ladder == s.LadderNo {
			s.verdict = true
			s.Overdue = s.State.Owed()
		}
	case EventReminded, EventEscalated, EventPassed, EventHeld:
		w.rung(e)
	case EventClosed:
		if s.State.Owed() && e.Reason == string(DutyCarried) {
			s.State = DutyCarried
		}
	case EventRequested:
		s.Requested, s.RequestedAt = e.By, e.At
	case EventHanded:
		s.Handed = OfficeID(e.Whom)
	case EventRefused:
		s.Requested, s.RequestedAt = calendar.Date{}, time.Time{}
	case EventMoved:
		s.Stated = e.Stated
		if s.State.Owed() {
			s.Overdue = false
			w.climb(e.By, e.At, s.Returned)
		}
	case EventSuperseded, EventNoted, EventAmended, EventDropped, EventUndone, EventReplanned, EventTransferred:
	}
}

// remember keeps the last act as long as nothing followed from it.
func (w *walker) remember(e Entry) {
	last := &w.s.last
	switch {
	case e.Actor != 0 && slices.Contains(undoable, e.Event):
		*last = e
	case e.Event == EventNoted, e.At.Equal(last.At) && (e.Event == EventClosed || e.Event == EventPassed):
	default:
		*last = Entry{}
	}
}

// release ends acknowledgements, requests and the escalation.
func (w *walker) release() {
	w.s.Requested, w.s.RequestedAt, w.s.Handed = calendar.Date{}, time.Time{}, ""
	w.s.HeldUntil, w.s.HoldEvent = calendar.Date{}, ""
	w.s.Escalated = false
}

// climb begins a ladder that counts from a last day.
func (w *walker) climb(lastDay calendar.Date, at time.Time, returned bool) {
	s := &w.s
	s.LastDay, s.start, s.again, s.Returned = lastDay, at, time.Time{}, returned
	s.rungs, s.verdict, s.Rung = nil, false, ""
	w.release()
	if lastDay.IsZero() {
		return
	}
	w.ladders++
	s.LadderNo = w.ladders
	s.verdict = w.verdicts[s.LadderNo]
	for _, step := range w.ladder(returned) {
		_, known := w.recorded[rungKey{s.LadderNo, step.Rung.String()}]
		s.rungs = append(s.rungs, rungState{
			step:  step,
			at:    w.t.Calendar.RungAt(lastDay, step.Rung, w.t.Rules.NoticeTime),
			known: known,
		})
	}
}

// ladder returns the steps in force: those of a missed term are the cycle's
// ladder "returned", or else the duty's own steps after the last day.
func (w *walker) ladder(returned bool) Ladder {
	own := w.t.Rules.Ladders[w.duty.Ladder]
	if !returned {
		return own
	}
	if l, ok := w.t.Rules.Ladders["returned"]; ok {
		return l
	}
	return slices.DeleteFunc(slices.Clone(own), func(s LadderStep) bool { return s.Rung.Kind == calendar.KindRemind })
}

// resume plans the rungs not yet fired anew after a hold ran out: the first on
// the first working day after the promise, the others at their old distance.
// A hold that ran out before the last day brings nothing forward.
func (w *walker) resume(promise calendar.Date) {
	s := &w.s
	s.HeldUntil, s.HoldEvent = calendar.Date{}, ""
	if promise.Before(s.LastDay) {
		s.rungs = slices.DeleteFunc(s.rungs, func(r rungState) bool { return !r.fired && r.at.Before(calendar.OverdueAt(promise)) })
		return
	}
	s.rungs = slices.DeleteFunc(s.rungs, func(r rungState) bool { return !r.fired && r.step.Rung.Kind == calendar.KindRemind })
	var open []calendar.Rung
	for _, r := range s.rungs {
		if !r.fired {
			open = append(open, r.step.Rung)
		}
	}
	ats := w.t.Calendar.Resume(promise, open, w.t.Rules.NoticeTime)
	for i, r := range s.rungs {
		if !r.fired {
			s.rungs[i].at, s.rungs[i].held = ats[0], false
			ats = ats[1:]
		}
	}
}

func (w *walker) rung(e Entry) {
	s := &w.s
	if e.Ladder != s.LadderNo {
		return
	}
	for i, r := range s.rungs {
		if r.step.Rung.String() != e.Rung {
			continue
		}
		if e.Event == EventHeld {
			s.rungs[i].held = true
			return
		}
		s.rungs[i].fired = true
		if before, err := calendar.ParseRung(s.Rung); e.Event != EventPassed && (err != nil || before.Before(r.step.Rung)) {
			s.Rung = e.Rung // one fired by hand out of order is not undone by a lower one
		}
		if r.step.Rung.Kind == calendar.KindOverdue && r.step.Demands != DemandNothing {
			s.Escalated = s.State.Owed()
		}
		return
	}
}
