package poverty

import (
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// WatchID identifies the watch over a household that left poverty.
type WatchID int64

// WatchRules say how long households that left poverty or near-poverty are
// watched, and how often somebody looks after them. No document states a number:
// the defaults are office practice.
type WatchRules struct {
	Months     int `json:"months,omitempty"`      // 0: 36
	VisitEvery int `json:"visit_every,omitempty"` // days; 0: 90
}

// Length returns the months that a watch lasts.
func (r WatchRules) Length() int {
	if r.Months > 0 {
		return r.Months
	}
	return 36
}

// Every returns the days within which a household is visited again.
func (r WatchRules) Every() int {
	if r.VisitEvery > 0 {
		return r.VisitEvery
	}
	return 90
}

// WatchState is how far a watch has come. One whose last day is over stays
// WatchRunning in the store; see Watch.Over.
type WatchState string

// The states of a watch.
const (
	WatchRunning    WatchState = "watching"
	WatchFallenBack WatchState = "fallen_back" // tái nghèo, tái cận nghèo: found by a survey
	WatchRenewed    WatchState = "renewed"     // it left near-poverty too, and is watched anew for that
	WatchEnded      WatchState = "ended"       // taken off with a reason: died, moved away
)

// WatchStates are the states in their order.
var WatchStates = []WatchState{WatchRunning, WatchFallenBack, WatchRenewed, WatchEnded}

// WatchEvents are what can throw a household back (seed 001: natural disaster,
// fire; QĐ 24/2021/QĐ-TTg: illness, loss of work or land).
var WatchEvents = []string{"disaster", "fire", "illness", "work", "land"}

// Risk is how near a household is to falling back.
type Risk string

// The levels of risk.
const (
	RiskLow    Risk = "low"
	RiskMedium Risk = "medium"
	RiskHigh   Risk = "high"
)

// Risks are the levels, the gravest first.
var Risks = []Risk{RiskHigh, RiskMedium, RiskLow}

// Why a level of risk was computed, the gravest first.
const (
	RiskAlert    = "alert"     // an alert is open
	RiskSevere   = "severe"    // a severe event within the last 12 months
	RiskEvents   = "events"    // two events or more within the last 12 months
	RiskEvent    = "event"     // one
	RiskAtRisk   = "at_risk"   // its last alert ended with the household still at risk
	RiskUnseen   = "unseen"    // nobody visited it in time
	RiskNearPoor = "near_poor" // it left poverty and is near-poor
)

// Watch is the watch over one household for what it left in one year. It belongs
// to an owner and lives through its cycles. What is counted of events is counted
// since the last alert that ended with the household out of danger, and within
// the last twelve months.
type Watch struct {
	ID        WatchID       `db:"id" json:"id"`
	Owner     UnitID        `db:"owner_id" json:"owner"`
	Year      int           `db:"year" json:"year"` // in which it left
	Unit      UnitID        `db:"unit_id" json:"unit"`
	UnitName  string        `db:"unit_name" json:"unit_name"`
	Household HouseholdID   `db:"household_id" json:"household,omitempty"` // its sheet of that year
	Code      string        `db:"code" json:"code"`
	Hamlet    string        `db:"hamlet" json:"hamlet,omitempty"`
	Head      string        `db:"head" json:"head"`
	HeadBorn  int           `db:"head_born" json:"head_born,omitempty"`
	Members   int           `db:"members" json:"members"`
	Left      Class         `db:"left_class" json:"left"` // poor, near-poor
	Class     Class         `db:"class" json:"class"`     // since then
	LeftOn    calendar.Date `db:"left_on" json:"left_on"`
	Until     calendar.Date `db:"until_day" json:"until"` // the last day of the watch
	VisitDays int           `db:"visit_days" json:"visit_days"`
	State     WatchState    `db:"state" json:"state"`
	FellTo    Class         `db:"fell_to" json:"fell_to,omitempty"`
	FellOn    calendar.Date `db:"fell_on" json:"fell_on,omitzero"`
	FellIn    CycleID       `db:"fell_cycle" json:"fell_in,omitempty"`
	Reason    string        `db:"reason" json:"reason,omitempty"` // why it was taken off
	Version   int           `db:"version" json:"version"`

	LastVisit calendar.Date `db:"last_visit" json:"last_visit,omitzero"`
	Recent    int           `db:"recent" json:"recent"` // events
	Severe    int           `db:"severe" json:"severe"`
	AtRisk    bool          `db:"at_risk" json:"at_risk,omitempty"`
	Open      AlertState    `db:"open_alert" json:"open_alert,omitempty"` // of the alert that is open
	OpenDay   calendar.Date `db:"open_day" json:"open_day,omitzero"`      // last day of its next step
	Overdue   bool          `db:"overdue" json:"overdue,omitempty"`       // that step is late
	Hidden    bool          `db:"-" json:"hidden,omitempty"`              // visits, events and texts are left out

	Visits []WatchVisit `db:"-" json:"visits,omitempty"` // of Store.Watch, as the two below
	Events []WatchEvent `db:"-" json:"events,omitempty"`
	Alerts []WatchAlert `db:"-" json:"alerts,omitempty"`
}

// WatchVisit is somebody's visit to a household that is watched.
type WatchVisit struct {
	Watch   WatchID       `db:"watch_id" json:"-"`
	Day     calendar.Date `db:"day" json:"day"`
	Found   string        `db:"found" json:"found"`
	SavedAt time.Time     `db:"saved_at" json:"saved_at"`
}

// WatchEvent is something that may throw a household back.
type WatchEvent struct {
	Watch   WatchID       `db:"watch_id" json:"-"`
	Kind    string        `db:"kind" json:"kind"` // of WatchEvents
	Severe  bool          `db:"severe" json:"severe"`
	Day     calendar.Date `db:"day" json:"day"`
	Text    string        `db:"text" json:"text,omitempty"`
	SavedAt time.Time     `db:"saved_at" json:"saved_at"`
}

// AlertState is how far an alert has come.
type AlertState string

// The states of an alert; each but the last is waited for by a duty.
const (
	AlertRaised  AlertState = "raised"  // the commune checks
	AlertChecked AlertState = "checked" // the helper helps
	AlertHelped  AlertState = "helped"  // the commune says how it ended
	AlertClosed  AlertState = "closed"
)

// How an alert may end.
const (
	OutcomeNoNeed = "no_need" // the check found nothing to help with
	OutcomeOut    = "out"     // helped, and out of danger
	OutcomeAtRisk = "at_risk" // helped, and still at risk
	OutcomeBack   = "back"    // poor again as far as can be seen; the survey or a case decides
)

// AlertOutcomes are the outcomes with which a result may be recorded.
var AlertOutcomes = []string{OutcomeOut, OutcomeAtRisk, OutcomeBack}

// WatchAlert is an alert about a household and what came of it.
type WatchAlert struct {
	Watch      WatchID       `db:"watch_id" json:"-"`
	No         int           `db:"no" json:"no"`
	Cycle      CycleID       `db:"cycle_id" json:"cycle"` // in which its next step is owed
	State      AlertState    `db:"state" json:"state"`
	Text       string        `db:"text" json:"text"`
	RaisedAt   time.Time     `db:"raised_at" json:"raised_at"`
	Found      string        `db:"found" json:"found,omitempty"`
	CheckedAt  *time.Time    `db:"checked_at" json:"checked_at,omitempty"`
	Helper     UnitID        `db:"helper_id" json:"helper,omitempty"`
	HelperName string        `db:"helper_name" json:"helper_name,omitempty"`
	Help       string        `db:"help" json:"help,omitempty"`   // that is asked for
	Given      string        `db:"given" json:"given,omitempty"` // that was given
	HelpedAt   *time.Time    `db:"helped_at" json:"helped_at,omitempty"`
	Outcome    string        `db:"outcome" json:"outcome,omitempty"`
	Result     string        `db:"result" json:"result,omitempty"`
	ClosedAt   *time.Time    `db:"closed_at" json:"closed_at,omitempty"`
	Duty       DutyID        `db:"duty_id" json:"duty,omitempty"` // of its last step
	LastDay    calendar.Date `db:"last_day" json:"last_day,omitzero"`
	Overdue    bool          `db:"overdue" json:"overdue,omitempty"`
}

// Over reports whether the term of the watch is over and the household stayed
// out.
func (w Watch) Over(today calendar.Date) bool {
	return w.State == WatchRunning && w.Until.Before(today)
}

// Watched reports whether the household is watched on a day.
func (w Watch) Watched(today calendar.Date) bool {
	return w.State == WatchRunning && !w.Until.Before(today)
}

// NextVisit returns the last day of the next visit; none once the watch is over.
func (w Watch) NextVisit() calendar.Date {
	if w.State != WatchRunning {
		return calendar.Date{}
	}
	from := w.LeftOn
	if w.LastVisit.After(from) {
		from = w.LastVisit
	}
	if next := from.AddDays(w.VisitDays); !next.After(w.Until) {
		return next
	}
	return calendar.Date{}
}

// VisitDue reports whether the visit is owed that should have been made by now.
func (w Watch) VisitDue(today calendar.Date) bool {
	next := w.NextVisit()
	return w.Watched(today) && !next.IsZero() && next.Before(today)
}

// Risk returns how near the household is to falling back, and every reason for
// it, the gravest first; none for a watch that is over. The levels are office
// practice: high while an alert is open, after a severe event or several;
// medium after one event, when nobody came to see it in time, or while it is
// near-poor.
func (w Watch) Risk(today calendar.Date) (Risk, []string) {
	level := RiskLow
	reasons := []string{}
	because := func(at Risk, reason string, holds bool) {
		if !holds {
			return
		}
		reasons = append(reasons, reason)
		if level == RiskLow || at == RiskHigh {
			level = at
		}
	}
	if w.Open == "" && !w.Watched(today) {
		return level, reasons
	}
	because(RiskHigh, RiskAlert, w.Open != "")
	because(RiskHigh, RiskSevere, w.Severe > 0)
	because(RiskHigh, RiskEvents, w.Recent > 1)
	because(RiskMedium, RiskEvent, w.Recent == 1 && w.Severe == 0)
	because(RiskMedium, RiskAtRisk, w.AtRisk)
	because(RiskMedium, RiskUnseen, w.VisitDue(today))
	because(RiskMedium, RiskNearPoor, w.Class == ClassNearPoor)
	return level, reasons
}

// Urgency places a watch in a list: the gravest risk 0, a watch that is over last.
func (w Watch) Urgency(today calendar.Date) int {
	risk, _ := w.Risk(today)
	if w.Open == "" && !w.Watched(today) {
		return len(Risks)
	}
	return slices.Index(Risks, risk)
}

// Masked returns the watch for somebody who may not see what is sensitive: how
// it stands, without what happened in the household.
func (w Watch) Masked() Watch {
	w.Hidden, w.Visits, w.Events, w.Reason = true, nil, nil, ""
	w.Alerts = slices.Clone(w.Alerts)
	for i := range w.Alerts {
		a := &w.Alerts[i]
		a.Text, a.Found, a.Result = "", "", ""
	}
	return w
}

// WatchFilter chooses watches of a cycle's owner, by commune and code. What can
// be told of a day only is told of the day on which it is asked.
type WatchFilter struct {
	Cycle  CycleID
	Unit   UnitID // the commune
	Year   int    // in which they left; 0: any
	State  WatchState
	Risk   Risk
	Due    bool // a visit is owed
	Open   bool // an alert is open
	Code   string
	Limit  int
	Offset int
}

// WatchCount is what became of the households of a commune that left poverty or
// near-poverty in a year: falling back is counted against all who left.
type WatchCount struct {
	Unit     UnitID `db:"unit_id" json:"unit"`
	UnitName string `db:"unit_name" json:"unit_name"`
	Year     int    `db:"year" json:"year"`
	LeftPoor int    `db:"left_poor" json:"left_poor"` // poverty, to near-poverty or out of it
	LeftNear int    `db:"left_near" json:"left_near"` // near-poverty
	Back     int    `db:"back" json:"back"`           // fallen back, of all who left
	BackPoor int    `db:"back_poor" json:"back_poor"` // of those, into poverty
	Running  int    `db:"running" json:"running"`
	Over     int    `db:"over" json:"over"` // the term is over: it stayed out
	Other    int    `db:"other" json:"other"`
}

// LeftAll returns all who left.
func (c WatchCount) LeftAll() int { return c.LeftPoor + c.LeftNear }

// Holds reports whether all who left are accounted for.
func (c WatchCount) Holds() bool { return c.Back+c.Running+c.Over+c.Other == c.LeftAll() }

// WatchVerb is a decision about a household that is watched.
type WatchVerb string

// The verbs.
const (
	WatchAdd    WatchVerb = "add"    // a household that left before the program kept its survey
	WatchVisits WatchVerb = "visit"  // somebody went to see it
	WatchNotes  WatchVerb = "event"  // something happened
	WatchAlerts WatchVerb = "alert"  // raise an alert
	WatchChecks WatchVerb = "check"  // what the commune found, and who is to help
	WatchHelps  WatchVerb = "help"   // what was given
	WatchResult WatchVerb = "result" // how it ended
	WatchEnds   WatchVerb = "end"    // take it off: it died out or moved away
)

// WatchVerbs are the verbs about a watch that is there.
var WatchVerbs = []WatchVerb{WatchVisits, WatchNotes, WatchAlerts, WatchChecks, WatchHelps, WatchResult, WatchEnds}

// WatchMove is a decision about a household that is watched, in the running
// cycle of its owner. Version, where given, is the one that was looked at.
type WatchMove struct {
	Key     string    `json:"key,omitempty"`
	Cycle   CycleID   `json:"cycle"`
	Watch   WatchID   `json:"watch,omitempty"`
	Verb    WatchVerb `json:"verb"`
	Version int       `json:"version,omitempty"`

	Unit    UnitID        `json:"unit,omitempty"`   // of add: the commune
	Code    string        `json:"code,omitempty"`   // of add; names a watch that runs where Watch does not
	Hamlet  string        `json:"hamlet,omitempty"` // of add, as the four below
	Head    string        `json:"head,omitempty"`
	Members int           `json:"members,omitempty"`
	Left    Class         `json:"left,omitempty"`
	Class   Class         `json:"class,omitempty"` // since then; none: not poor
	Day     calendar.Date `json:"day,omitzero"`    // on which it left, was visited, or something happened

	Event   string    `json:"event,omitempty"`
	Severe  bool      `json:"severe,omitempty"`
	Text    string    `json:"text,omitempty"`   // what was found or happened, was given, or why
	Helper  UnitID    `json:"helper,omitempty"` // of a check; none: no help is needed
	Help    string    `json:"help,omitempty"`   // of a check: what is needed
	Outcome string    `json:"outcome,omitempty"`
	Basis   string    `json:"basis,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Office  OfficeID  `json:"office,omitempty"`
}

// The events from which the terms of an alert's steps count, in the words of a
// duty's deadline: "within 3 working days of alert".
const (
	EventAlert     = "alert"
	EventAlertSeen = "check"
	EventAlertHelp = "help"
)

// WatchTemplate returns the template of the step of an alert that counts from an
// event; false where the cycle has none, and the step is nobody's duty.
func (r Rules) WatchTemplate(event string) (Template, bool) {
	i := slices.IndexFunc(r.Duties, func(t Template) bool { return t.Kind == DutyWatch && t.Due.Event() == event })
	if i < 0 {
		return Template{}, false
	}
	return r.Duties[i], true
}

// MayWatch returns the seat in which the actor may make a decision about a
// household that is watched, and whether it is in the commune's stead. The
// commune may, and the standing office with a basis; it and the leadership raise
// alerts without one. Who was asked to help says what it gave.
func (c Cycle) MayWatch(a Actor, w Watch, m WatchMove) (Seat, bool, error) {
	switch {
	case c.State == CycleClosed:
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	case a.System != "": // what was typed in before the start is imported
		return Seat{Office: m.Office}, false, nil
	case c.State != CycleRunning:
		return Seat{}, false, Errorf(Conflict, "cycle.not_running", "state", string(c.State))
	}
	standing, stands := a.InCycle(c, PartStanding)
	leader, leads := a.InCycle(c, PartLeadership)
	if m.Verb == WatchHelps {
		for _, alert := range w.Alerts {
			if seats := c.Seats(a, alert.Helper); alert.State == AlertChecked && len(seats) > 0 {
				return seats[0], false, nil
			}
		}
	}
	if seats := c.Seats(a, w.Unit); len(seats) > 0 {
		return seats[0], false, nil
	}
	switch {
	case m.Verb == WatchAlerts && leads:
		return leader, false, nil
	case m.Verb == WatchAlerts && stands:
		return standing, false, nil
	case stands && strings.TrimSpace(m.Basis) == "":
		return standing, true, InvalidField("basis", "decision.basis_needed")
	case stands:
		return standing, true, nil
	}
	return Seat{}, false, Errorf(Forbidden, "watch.forbidden")
}

// MayMove returns Conflict or Invalid when a decision cannot be made as the
// watch stands.
func (w Watch) MayMove(c Cycle, m WatchMove, today calendar.Date) error {
	if m.Version != 0 && m.Version != w.Version {
		e := Errorf(Conflict, "watch.changed", "version", w.Version)
		e.Field = "version"
		return e
	}
	if wrong := checkTexts(maxLong, "text", m.Text, "help", m.Help); len(wrong) > 0 {
		return InvalidField(wrong[0].Column, wrong[0].Key, wrong[0].Args...)
	}
	open := w.Open
	switch {
	case m.Verb == WatchAdd:
		return m.checkNew(c, today)
	case (m.Verb == WatchVisits || m.Verb == WatchNotes || m.Verb == WatchAlerts || m.Verb == WatchEnds) && !w.Watched(today):
		return Errorf(Conflict, "watch.over", "code", w.Code)
	}
	switch m.Verb {
	case WatchVisits, WatchNotes:
		switch {
		case m.Verb == WatchNotes && !slices.Contains(WatchEvents, m.Event):
			return InvalidField("event", "error.required")
		case m.Day.IsZero():
			return InvalidField("day", "error.required")
		case m.Day.After(today):
			return InvalidField("day", "decision.in_future")
		case m.Day.Before(w.LeftOn):
			return InvalidField("day", "watch.before_leaving", "day", w.LeftOn)
		case m.Verb == WatchVisits && strings.TrimSpace(m.Text) == "":
			return InvalidField("text", "error.required")
		}
		return nil
	case WatchAlerts:
		if open != "" {
			return Errorf(Conflict, "watch.alert_open", "state", string(open))
		}
	case WatchChecks:
		switch {
		case open != AlertRaised:
			return Errorf(Conflict, "watch.nothing_to_check")
		case m.Helper != "" && !c.TakesPart(m.Helper):
			return InvalidField("helper", "helper.unknown_unit", "unit", string(m.Helper))
		case m.Helper != "" && strings.TrimSpace(m.Help) == "":
			return InvalidField("help", "error.required")
		}
	case WatchHelps:
		if open != AlertChecked {
			return Errorf(Conflict, "watch.nothing_to_help")
		}
	case WatchResult:
		switch {
		case open != AlertHelped:
			return Errorf(Conflict, "watch.no_help_yet")
		case !slices.Contains(AlertOutcomes, m.Outcome):
			return InvalidField("outcome", "error.required")
		}
	case WatchEnds:
		if open != "" {
			return Errorf(Conflict, "watch.alert_open", "state", string(open))
		}
	case WatchAdd:
	default:
		return InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
	}
	if strings.TrimSpace(m.Text) == "" {
		return InvalidField("text", "error.required")
	}
	return nil
}

func (m WatchMove) checkNew(c Cycle, today calendar.Date) error {
	switch {
	case c.Rules.Units[m.Unit].Role != "commune":
		return InvalidField("unit", "household.unknown_unit", "unit", string(m.Unit))
	case strings.TrimSpace(m.Code) == "":
		return InvalidField("code", "error.required")
	case strings.TrimSpace(m.Head) == "":
		return InvalidField("head", "error.required")
	case !m.Left.counted():
		return InvalidField("left", "error.required")
	case m.Class != "" && m.Class != ClassNotPoor && (m.Class != ClassNearPoor || m.Left != ClassPoor):
		return InvalidField("class", "household.unknown_class", "code", string(m.Class))
	case m.Day.IsZero():
		return InvalidField("day", "error.required")
	case m.Day.After(today):
		return InvalidField("day", "decision.in_future")
	case m.Members < 0:
		return InvalidField("members", "error.not_a_number")
	case !m.Day.AddMonths(c.Rules.Watch.Length()).After(today):
		return InvalidField("day", "watch.long_ago", "months", c.Rules.Watch.Length())
	}
	if wrong := checkTexts(maxShort, "code", m.Code, "head", m.Head); len(wrong) > 0 {
		return InvalidField(wrong[0].Column, wrong[0].Key, wrong[0].Args...)
	}
	return nil
}
