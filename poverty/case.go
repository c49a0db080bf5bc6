package poverty

import (
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// CaseID identifies a case of the year.
type CaseID int64

// CaseState is where a case stands.
type CaseState string

// The states of a case.
const (
	CaseOpen     CaseState = "open"
	CaseAccepted CaseState = "accepted"
	CaseRefused  CaseState = "refused"
)

// CaseCauses are why a household asks within the year (QĐ 24/2021/QĐ-TTg Điều
// 3, regular review): disaster, accident, illness, loss of land, a change of
// members.
var CaseCauses = []string{"disaster", "accident", "illness", "land_loss", "members", "other"}

// Case is a household's request within the year to be counted as poor or
// near-poor, or no longer (Mẫu số 01 and 04 of QĐ 24/2021/QĐ-TTg), and the
// commune's decision on it. Household is zero where the register does not hold
// it; it enters when it is accepted.
type Case struct {
	ID            CaseID        `db:"id" json:"id"`
	Cycle         CycleID       `db:"cycle_id" json:"cycle"`
	Unit          UnitID        `db:"unit_id" json:"unit"`
	UnitName      string        `db:"unit_name" json:"unit_name"`
	No            int           `db:"no" json:"no"` // of the commune's cases of the year
	Household     HouseholdID   `db:"household_id" json:"household,omitempty"`
	Code          string        `db:"code" json:"code"`
	Hamlet        string        `db:"hamlet" json:"hamlet"`
	Head          string        `db:"head" json:"head"`
	HeadBorn      int           `db:"head_born" json:"head_born,omitempty"`
	Members       int           `db:"members" json:"members"` // as asked, then as decided
	Wish          Class         `db:"wish" json:"wish"`
	Cause         string        `db:"cause" json:"cause,omitempty"` // of CaseCauses; sensitive
	Text          string        `db:"text" json:"text,omitempty"`   // sensitive
	AskedOn       calendar.Date `db:"asked_on" json:"asked_on"`
	LastDay       calendar.Date `db:"last_day" json:"last_day"` // on which it is to be decided
	State         CaseState     `db:"state" json:"state"`
	Class         Class         `db:"class" json:"class,omitempty"` // as decided
	Movement      Movement      `db:"movement" json:"movement,omitempty"`
	Reason        string        `db:"reason" json:"reason,omitempty"` // of GoneReasons or CameReasons
	Decision      string        `db:"decision" json:"decision,omitempty"`
	DecidedOn     calendar.Date `db:"decided_on" json:"decided_on,omitzero"`
	Refusal       string        `db:"refusal" json:"refusal,omitempty"` // why it was refused; sensitive
	Before        Class         `db:"before_class" json:"before"`
	BeforeMembers int           `db:"before_members" json:"before_members"`
	Version       int           `db:"version" json:"version"`
	RecordedAt    time.Time     `db:"recorded_at" json:"recorded_at"`
	Hidden        bool          `db:"-" json:"hidden,omitempty"`
}

// Masked returns the case without what is sensitive.
func (c Case) Masked() Case {
	c.Hidden = true
	c.Cause, c.Text, c.Refusal = "", "", ""
	return c
}

// CaseVerb is a decision in a case.
type CaseVerb string

// The decisions.
const (
	CaseAsk    CaseVerb = "ask"
	CaseAccept CaseVerb = "accept"
	CaseRefuse CaseVerb = "refuse"
)

// CaseMove is a request or the decision on one. A request names the household by
// its code; of one that is not in the register it gives hamlet, head and
// members.
type CaseMove struct {
	Key      string        `json:"key,omitempty"`
	Cycle    CycleID       `json:"cycle"`
	Unit     UnitID        `json:"unit"`
	Case     CaseID        `json:"case,omitempty"`
	Verb     CaseVerb      `json:"verb"`
	Version  int           `json:"version,omitempty"`
	On       calendar.Date `json:"on,omitzero"` // of the request, or of the decision
	Code     string        `json:"code,omitempty"`
	Hamlet   string        `json:"hamlet,omitempty"`
	Head     string        `json:"head,omitempty"`
	HeadBorn int           `json:"head_born,omitempty"`
	Members  int           `json:"members,omitempty"`
	Wish     Class         `json:"wish,omitempty"`
	Cause    string        `json:"cause,omitempty"`
	Text     string        `json:"text,omitempty"`
	Class    Class         `json:"class,omitempty"` // as decided; as asked where it is empty
	Movement Movement      `json:"movement,omitempty"`
	Why      string        `json:"why,omitempty"` // of GoneReasons or CameReasons
	Decision string        `json:"decision,omitempty"`
	Reason   string        `json:"reason,omitempty"` // of a refusal
	Basis    string        `json:"basis,omitempty"`
	Office   OfficeID      `json:"office,omitempty"`
}

// MayCase returns the seat in which the actor may make a decision in a case and
// whether it is in the commune's stead: the commune takes a request down, or the
// standing office with a basis; the commune's head alone decides on it.
func (c Cycle) MayCase(a Actor, m CaseMove) (Seat, bool, error) {
	switch {
	case c.State != CycleRunning && a.System == "" || c.State == CycleClosed: // an import goes before the start
		return Seat{}, false, Errorf(Conflict, "cycle.not_running", "state", string(c.State))
	case !slices.Contains([]CaseVerb{CaseAsk, CaseAccept, CaseRefuse}, m.Verb):
		return Seat{}, false, InvalidField("verb", "survey.unknown_verb", "verb", string(m.Verb))
	case a.System != "":
		return Seat{Office: m.Office}, false, nil
	case m.Verb == CaseAsk:
		return c.MayRegister(a, RegisterScope{Cycle: c.ID, Unit: m.Unit, Basis: m.Basis})
	}
	for _, seat := range c.Seats(a, m.Unit) {
		if seat.Role == RoleHead {
			return seat, false, nil
		}
	}
	return Seat{}, false, Errorf(Forbidden, "case.forbidden")
}

// CaseTerm returns the last day on which a case asked on a day is decided: 15
// days by QĐ 24/2021/QĐ-TTg, seven working days by TT 14/2018 before.
func (s Standard) CaseTerm(cal *calendar.Calendar, asked calendar.Date) calendar.Date {
	if s.CaseWorks {
		return cal.AddWorkingDays(asked, s.CaseDays)
	}
	return asked.AddDays(s.CaseDays)
}

// CheckAsk returns Problems when a request is not whole.
func (m CaseMove) CheckAsk(today calendar.Date) Problems {
	var wrong Problems
	need := func(column string, is bool, key string) {
		if !is {
			wrong = append(wrong, Problem{Column: column, Key: key})
		}
	}
	need("code", strings.TrimSpace(m.Code) != "", "error.required")
	need("wish", m.Wish != ClassUnknown, "error.required")
	need("cause", slices.Contains(CaseCauses, m.Cause), "case.cause_needed")
	need("text", m.Cause != "other" || strings.TrimSpace(m.Text) != "", "error.required")
	need("on", !m.On.IsZero(), "error.required")
	need("on", !m.On.After(today), "decision.in_future")
	need("members", m.Members >= 0, "household.negative")
	return wrong
}

// Decide returns the case as it is decided by a move; Conflict when it was
// decided before or another version was seen, Invalid when something is missing.
func (c Case) Decide(m CaseMove, today calendar.Date) (Case, error) {
	switch {
	case c.State != CaseOpen:
		return c, Errorf(Conflict, "case.decided", "state", string(c.State))
	case m.Version != 0 && m.Version != c.Version:
		return c, Errorf(Conflict, "survey.changed", "version", c.Version)
	case m.On.IsZero():
		return c, InvalidField("on", "error.required")
	case m.On.After(today):
		return c, InvalidField("on", "decision.in_future")
	case m.On.Before(c.AskedOn):
		return c, InvalidField("on", "case.before_asked", "asked", c.AskedOn)
	}
	c.DecidedOn = m.On
	if m.Verb == CaseRefuse {
		if c.Refusal = strings.TrimSpace(m.Reason); c.Refusal == "" {
			return c, InvalidField("reason", "case.refusal_needed")
		}
		c.State = CaseRefused
		return c, nil
	}
	if c.Decision = strings.TrimSpace(m.Decision); c.Decision == "" {
		return c, InvalidField("decision", "error.required")
	}
	c.State, c.Class = CaseAccepted, c.Wish
	if m.Class != ClassUnknown {
		c.Class = m.Class
	}
	if m.Members > 0 {
		c.Members = m.Members
	}
	row := SurveyRow{Start: c.Before, Result: c.Class, Members: c.Members, Movement: m.Movement, Reason: m.Why}.Settled()
	c.Movement, c.Reason = row.Movement, row.Reason
	var b Balance
	b.check(row, map[string]bool{})
	if len(b.Faults) > 0 {
		return c, InvalidField("movement", "case.movement_needed")
	}
	return c, nil
}
