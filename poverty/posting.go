package poverty

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
)

// PostingID identifies a posting.
type PostingID int64

// Posting is a list of households put up in public for a number of days, so that
// people can object: a commune's survey result of a stage, or its plan in a
// round (Subject). The list is a copy made when it was posted and never changes;
// a corrected list is posted anew and takes the next Number of its subject.
type Posting struct {
	ID          PostingID       `db:"id" json:"id"`
	Cycle       CycleID         `db:"cycle_id" json:"cycle"`
	Unit        UnitID          `db:"unit_id" json:"unit"`
	UnitName    string          `db:"unit_name" json:"unit_name"`
	Subject     string          `db:"subject" json:"subject"` // "survey-official", "plan.2"
	Number      int             `db:"number" json:"number"`   // counts the postings of the subject
	Places      []string        `db:"places" json:"places"`
	Loudspeaker bool            `db:"loudspeaker" json:"loudspeaker"` // read out too
	From        calendar.Date   `db:"from_day" json:"from"`
	Until       calendar.Date   `db:"until_day" json:"until"` // the last day, on which one may still object in time
	TakenDown   calendar.Date   `db:"taken_down" json:"taken_down,omitzero"`
	Minutes     string          `db:"minutes" json:"minutes,omitempty"` // of taking it down
	Version     int             `db:"version" json:"version"`           // counts every change; who changes it names the one that was seen
	Rows        int             `db:"rows" json:"rows"`
	Objections  int             `db:"objections" json:"objections"`
	Open        int             `db:"open" json:"open"`         // objections without an answer
	Reopened    int             `db:"reopened" json:"reopened"` // objections upheld and not yet settled
	PostedAt    time.Time       `db:"posted_at" json:"posted_at"`
	List        []PostingRow    `db:"-" json:"list,omitempty"`    // of one posting
	Changes     []PostingChange `db:"-" json:"changes,omitempty"` // of one posting, oldest first
}

// PostingRow is a household as the posted list shows it. It holds the fewest
// fields with which people can tell a household and object, and nothing that is
// sensitive (see SensitiveFields; NĐ 356/2025/NĐ-CP Điều 4).
type PostingRow struct {
	Row       int         `db:"row" json:"row"`
	Household HouseholdID `db:"household_id" json:"-"` // 0: not in the register yet
	Code      string      `db:"code" json:"code"`
	Head      string      `db:"head" json:"head"`
	Hamlet    string      `db:"hamlet" json:"hamlet"` // its name
	Status    string      `db:"status" json:"status"` // a Class, or in a plan what is meant for it: leave_poor, leave_near_poor, help
}

// PostingChange is one version of a posting: what was done to it, by whom and
// why. Versions are kept.
type PostingChange struct {
	Version  int           `db:"version" json:"version"`
	Verb     PostingVerb   `db:"verb" json:"verb"`
	Until    calendar.Date `db:"until_day" json:"until"`
	Reason   string        `db:"reason" json:"reason,omitempty"`
	Basis    string        `db:"basis" json:"basis,omitempty"`
	Office   OfficeID      `db:"office_id" json:"office,omitempty"`
	ByName   string        `db:"by_name" json:"by_name,omitempty"`
	OnBehalf bool          `db:"on_behalf" json:"on_behalf,omitempty"`
	At       time.Time     `db:"at" json:"at"`
}

// PostingVerb is a decision on a posting.
type PostingVerb string

// The decisions on a posting.
const (
	PostingPost     PostingVerb = "post"
	PostingExtend   PostingVerb = "extend"
	PostingTakeDown PostingVerb = "take_down"
)

// PostingMove is a decision on a posting. To post names the commune and the
// subject, the others the posting and the version that was seen.
type PostingMove struct {
	Key     string      `json:"key,omitempty"`
	Verb    PostingVerb `json:"verb"`
	Cycle   CycleID     `json:"cycle,omitempty"`
	Unit    UnitID      `json:"unit,omitempty"`
	Subject string      `json:"subject,omitempty"`
	Posting PostingID   `json:"posting,omitempty"`
	Version int         `json:"version,omitempty"` // 0 skips the check

	Places      []string      `json:"places,omitempty"`
	Loudspeaker bool          `json:"loudspeaker,omitempty"`
	Until       calendar.Date `json:"until,omitzero"` // of a posting longer than the cycle asks, or of an extension
	Households  []HouseholdID `json:"households,omitempty"`
	Minutes     string        `json:"minutes,omitempty"`

	Reason string    `json:"reason,omitempty"`
	Basis  string    `json:"basis,omitempty"`
	At     time.Time `json:"at,omitzero"` // effective; zero means now
	Office OfficeID  `json:"office,omitempty"`
}

// PostingRules say how long a list is posted.
type PostingRules struct {
	Days    int  `json:"days"`
	Working bool `json:"working"` // working days; else days of the calendar
}

// DefaultPosting returns three working days. No official text that was found
// gives a length; offices set their own.
func DefaultPosting() PostingRules { return PostingRules{Days: 3, Working: true} }

// Last returns the last day of a posting that begins on a day; that day itself
// does not count (BLDS 2015 Điều 147).
func (r PostingRules) Last(c *calendar.Calendar, from calendar.Date) calendar.Date {
	if r == (PostingRules{}) {
		r = DefaultPosting()
	}
	if r.Working {
		return c.AddWorkingDays(from, r.Days)
	}
	return from.AddDays(r.Days)
}

// SurveySubject names the survey result of a stage as what is posted; the code
// of the duty by which it is confirmed.
func SurveySubject(stage string) string { return "survey-" + stage }

// PlanSubject names a plan in a round as what is posted.
func PlanSubject(round int) string { return fmt.Sprintf("plan.%d", round) }

// Posts returns what a subject is: the stage of a survey, or the round of a
// plan; false when it is neither.
func Posts(subject string) (stage string, round int, ok bool) {
	if stage, ok := strings.CutPrefix(subject, "survey-"); ok {
		return stage, 0, stage == "start" || stage == "preliminary" || stage == "official"
	}
	if n, ok := strings.CutPrefix(subject, "plan."); ok {
		round, err := strconv.Atoi(n)
		return "", round, err == nil && round > 0 && n == strconv.Itoa(round)
	}
	return "", 0, false
}

// ActsFor returns the seat in which the actor may act for a commune in what its
// list and its people are concerned with, and whether that is in its stead. Of
// the commune, anyone may, or only whoever holds one of roles; the standing
// office may with a basis. Forbidden under key otherwise.
func (c Cycle) ActsFor(a Actor, unit UnitID, basis, key string, roles ...OfficeRole) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if a.System != "" {
		return Seat{Office: a.Office}, false, nil
	}
	for _, s := range c.Seats(a, unit) {
		if len(roles) == 0 || slices.Contains(roles, s.Role) {
			return s, false, nil
		}
	}
	seat, ok := a.InCycle(c, PartStanding)
	if !ok {
		return Seat{}, false, Errorf(Forbidden, key)
	}
	if strings.TrimSpace(basis) == "" {
		return Seat{}, false, InvalidField("basis", "decision.basis_needed")
	}
	return seat, true, nil
}

// MayMove returns the seat in which the actor may post, extend or take down a
// list of a commune: the commune's, or that of the standing office with a basis.
func (m PostingMove) MayMove(c Cycle, a Actor, unit UnitID) (Seat, bool, error) {
	return c.ActsFor(a, unit, m.Basis, "posting.forbidden")
}

// Post fills in a new posting made on a day. Invalid when it says too little or
// is shorter than the cycle asks.
func (m PostingMove) Post(r PostingRules, cal *calendar.Calendar, day calendar.Date) (Posting, error) {
	p := Posting{Cycle: m.Cycle, Unit: m.Unit, Subject: m.Subject, Loudspeaker: m.Loudspeaker, From: day, Version: 1, Places: []string{}}
	if _, _, ok := Posts(m.Subject); !ok {
		return p, InvalidField("subject", "posting.bad_subject", "text", m.Subject)
	}
	for _, place := range m.Places {
		if place = strings.TrimSpace(place); place != "" {
			p.Places = append(p.Places, place)
		}
	}
	if len(p.Places) == 0 {
		return p, InvalidField("places", "posting.place_needed")
	}
	least := r.Last(cal, day)
	if p.Until = m.Until; p.Until.IsZero() {
		p.Until = least
	}
	if p.Until.Before(least) {
		return p, InvalidField("until", "posting.too_short", "day", least)
	}
	return p, nil
}

// Change returns the posting after an extension or after it was taken down on a
// day. Taking down needs its minutes, and before the end a reason, as an
// extension does.
func (p Posting) Change(m PostingMove, day calendar.Date) (Posting, error) {
	if m.Version != 0 && m.Version != p.Version {
		return p, &Error{Kind: Conflict, Key: "posting.changed", Args: []any{"version", p.Version}, Field: "version"}
	}
	if !p.TakenDown.IsZero() {
		return p, Errorf(Conflict, "posting.is_down", "day", p.TakenDown)
	}
	reason := strings.TrimSpace(m.Reason)
	switch m.Verb {
	case PostingExtend:
		switch {
		case m.Until.IsZero():
			return p, InvalidField("until", "decision.by_needed")
		case !m.Until.After(p.Until) || m.Until.Before(day):
			return p, InvalidField("until", "posting.not_longer", "day", p.Until)
		case reason == "":
			return p, InvalidField("reason", "decision.reason_needed")
		}
		p.Until = m.Until
	case PostingTakeDown:
		p.Minutes = strings.TrimSpace(m.Minutes)
		switch {
		case p.Minutes == "":
			return p, InvalidField("minutes", "posting.minutes_needed")
		case day.Before(p.From):
			return p, InvalidField("at", "posting.before_it_began", "day", p.From)
		case day.Before(p.Until) && reason == "":
			return p, InvalidField("reason", "posting.early_reason")
		}
		p.TakenDown = day
		if day.Before(p.Until) {
			p.Until = day
		}
	default:
		return p, InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
	}
	p.Version++
	return p, nil
}

// Ended reports whether the time to object in is over on a day.
func (p Posting) Ended(day calendar.Date) bool { return day.After(p.Until) || !p.TakenDown.IsZero() }

// PostingStep is how far the posting of one subject has come.
type PostingStep struct {
	Posted   bool          `json:"posted"`
	Until    calendar.Date `json:"until,omitzero"`
	Ended    bool          `json:"ended"`
	Open     int           `json:"open"`     // objections without an answer
	Reopened int           `json:"reopened"` // objections upheld and not yet settled
}

// StepOf returns how far the posting of a subject is on a day, from its postings
// in the order of their numbers: the last one's days count, the objections of
// all do.
func StepOf(postings []Posting, day calendar.Date) PostingStep {
	var s PostingStep
	for _, p := range postings {
		s.Posted, s.Until, s.Ended = true, p.Until, p.Ended(day)
		s.Open += p.Open
		s.Reopened += p.Reopened
	}
	return s
}

// Left returns what is still to be done before the step is over, as message
// keys; none when it is.
func (s PostingStep) Left() []string {
	var left []string
	switch {
	case !s.Posted:
		left = append(left, "posting.left.not_posted")
	case !s.Ended:
		left = append(left, "posting.left.not_ended")
	}
	if s.Open > 0 {
		left = append(left, "posting.left.open")
	}
	if s.Reopened > 0 {
		left = append(left, "posting.left.reopened")
	}
	return left
}

// Clear returns a Conflict while an objection has no answer, or one that was
// upheld is not settled: what was posted cannot be confirmed or sent so long.
func (s PostingStep) Clear() error {
	switch {
	case s.Open > 0:
		return Errorf(Conflict, "posting.objections_open", "count", s.Open)
	case s.Reopened > 0:
		return Errorf(Conflict, "posting.households_reopened", "count", s.Reopened)
	}
	return nil
}

// PostingFilter chooses postings.
type PostingFilter struct {
	Cycle   CycleID
	Unit    UnitID
	Subject string
}

// SeesPosting returns the units that see a commune's posting besides it and those
// that see the whole cycle: the agencies that help it, where it lists a plan's
// households.
func (r Rules) SeesPosting(commune UnitID, subject string) []UnitID {
	see := []UnitID{}
	if _, round, _ := Posts(subject); round > 0 {
		leads, members := r.Helpers(commune)
		see = append(append(see, leads...), members...)
	}
	return see
}
