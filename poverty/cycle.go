package poverty

import (
	"fmt"
	"slices"
	"time"

	"dondoc/calendar"
)

// CycleID is the owner unit and the year: "nam-dong:2018".
type CycleID string

// NewCycleID returns the ID of an owner's cycle of a year.
func NewCycleID(owner UnitID, year int) CycleID {
	return CycleID(fmt.Sprintf("%s:%d", owner, year))
}

// CycleState is how far a cycle has come.
type CycleState string

// The states of a cycle.
const (
	CycleDraft   CycleState = "draft"   // loaded, not issued: nothing runs
	CycleRunning CycleState = "running" // its duties are in force
	CycleClosed  CycleState = "closed"  // closed by decision; read-only
)

// Cycle is one owner's year: its units, its frozen rules, its state. What was
// started late has a StartedAt after its IssuedAt; rungs between the two are
// passed.
type Cycle struct {
	ID        CycleID    `db:"id" json:"id"`
	Owner     UnitID     `db:"owner_id" json:"owner"`
	Year      int        `db:"year" json:"year"`
	Title     string     `db:"title" json:"title"`
	Example   bool       `db:"example" json:"example"`
	State     CycleState `db:"state" json:"state"`
	IssuedAt  time.Time  `db:"issued_at" json:"issued_at"`
	StartedAt *time.Time `db:"started_at" json:"started_at,omitempty"`
	ClosedAt  *time.Time `db:"closed_at" json:"closed_at,omitempty"`
	Rules     Rules      `db:"rules" json:"rules"`
}

// Rules are what a cycle froze when it was issued. Editing a template touches
// next year's; a running cycle changes by an amendment only.
type Rules struct {
	First        calendar.Month       `json:"first"` // first month of the cycle's year
	Last         calendar.Month       `json:"last"`
	NoticeTime   calendar.Clock       `json:"notice_time"`
	Bindings     Bindings             `json:"bindings"`
	Terms        Terms                `json:"terms"`
	Posting      PostingRules         `json:"posting,omitzero"` // zero: DefaultPosting
	Registration RegistrationRules    `json:"registration,omitzero"`
	Report       ReportRules          `json:"report,omitzero"`
	Ladders      map[string]Ladder    `json:"ladders"`
	Duties       []Template           `json:"duties"`
	Units        map[UnitID]CycleUnit `json:"units"`
	Groups       []Group              `json:"groups"`
	Plan         PlanRules            `json:"plan,omitzero"`
	Survey       SurveyDays           `json:"survey,omitzero"` // narrower than the national days
	Watch        WatchRules           `json:"watch,omitzero"`
	Amended      int                  `json:"amended"` // how many amendments these rules have seen
}

// PlanRules are what a cycle asks of its communes' plans.
type PlanRules struct {
	EveryPoor bool `json:"every_poor,omitempty"` // every poor household is in the plan; those that do not leave are helped
}

// Bindings say which unit or office plays which part in a cycle. They are
// bindings, never a level of government: the district level ended on 1 July
// 2025 and cycles go on.
type Bindings struct {
	Standing  UnitID   `json:"standing"`            // cơ quan thường trực
	Chair     OfficeID `json:"chair"`               // Chủ tịch UBND of the owner
	ViceChair OfficeID `json:"vice_chair"`          // the vice chair in charge
	Above     []UnitID `json:"above,omitempty"`     // the tier above: reads, collects
	Overseers []UnitID `json:"overseers,omitempty"` // HĐND, Mặt trận: read
	Opinion   UnitID   `json:"opinion,omitempty"`   // whose opinion a commune asks before it recognises; none: it asks nobody
}

// Terms are the lengths, in working days unless they say otherwise, that a
// cycle sets besides those of its duties. The defaults are office practice (unconfirmed by any document).
type Terms struct {
	Return  int `json:"return"`  // to answer a return, from the day of the return
	Promise int `json:"promise"` // how far ahead an acknowledgement may promise

	NoProgress   int `json:"no_progress,omitempty"`   // reporting periods without a delivery that make a component stand still; see Quiet
	GroupMeeting int `json:"group_meeting,omitempty"` // days within which a helping group meets again; 0: the default
	Contact      int `json:"contact,omitempty"`       // days within which it is in touch with its commune again; 0: the default

	HouseholdsMost int  `json:"households_most,omitempty"` // households that an agency helps at most; 0: see Most
	Mentors        bool `json:"mentors,omitempty"`         // a household that is helped has a mentor as well
	LeadsMost      int  `json:"leads_most,omitempty"`      // groups that an agency leads before a check says so; 0: see GroupsMost
}

// Most returns how many households an agency helps at most, 4 unless the cycle
// says otherwise (office practice; no document confirms it).
func (t Terms) Most() int {
	if t.HouseholdsMost > 0 {
		return t.HouseholdsMost
	}
	return 4
}

// DefaultTerms returns the usual lengths: return 2, promise 7, a group's
// meeting and contact every 45 days.
func DefaultTerms() Terms { return Terms{Return: 2, Promise: 7, GroupMeeting: 45, Contact: 45} }

// Part is what a seat is in a cycle.
type Part string

// The parts.
const (
	PartLeadership Part = "leadership" // chair or vice chair of the owner
	PartStanding   Part = "standing"   // anyone of the standing office
	PartReader     Part = "reader"     // tier above and overseers
	PartMember     Part = "member"     // anyone of a unit that takes part
)

// Plays reports whether a seat plays a part in the cycle. One that is for another
// cycle alone plays none.
func (c Cycle) Plays(s Seat, part Part) bool {
	b := c.Rules.Bindings
	if s.Cycle != "" && s.Cycle != c.ID {
		return false
	}
	switch part {
	case PartLeadership:
		return s.Office == b.Chair || s.Office == b.ViceChair
	case PartStanding:
		return s.Unit == b.Standing
	case PartReader:
		return slices.Contains(b.Above, s.Unit) || slices.Contains(b.Overseers, s.Unit) || s.Unit == c.Owner
	case PartMember:
		_, ok := c.Rules.Units[s.Unit]
		return ok
	}
	return false
}

// CycleUnit is a unit's place in a cycle. A unit that begins or ends within
// the year has From or Until; it owes what falls between.
type CycleUnit struct {
	Role  string        `json:"role"` // commune, lead, member, standing, owner, reader
	From  calendar.Date `json:"from,omitzero"`
	Until calendar.Date `json:"until,omitzero"`

	Priority bool `json:"priority,omitempty"` // a commune that comes first: on the way to the new-countryside standard
}

// Template is a kind of duty that a cycle lays on units.
type Template struct {
	Code    string              `json:"code"`
	Kind    DutyKind            `json:"kind"`
	Title   string              `json:"title"`    // Vietnamese
	TitleEN string              `json:"title_en"` // English
	Who     []string            `json:"who"`      // "communes", "leads", "members", "standing", "components", or unit codes
	Due     calendar.Due        `json:"due"`
	From    calendar.Month      `json:"from,omitzero"` // first and last period of a periodic duty
	To      calendar.Month      `json:"to,omitzero"`
	DayOff  calendar.DayOffRule `json:"day_off"`
	Ladder  string              `json:"ladder"`
	Deemed  bool                `json:"deemed,omitempty"` // silence until the last day counts as yes
	Source  string              `json:"source,omitempty"` // the document and place that lays it on
	Opens   calendar.Date       `json:"opens,omitzero"`   // the day it is born; zero: when the cycle is issued
}

// LadderStep is a rung of a ladder: when, to whom, and what it demands.
type LadderStep struct {
	Rung    calendar.Rung `json:"rung"`
	To      []string      `json:"to"` // "unit", "head", "lead", "members", "standing", "vice_chair", "chair", "above", or an office
	Demands Demand        `json:"demands,omitempty"`
	Within  int           `json:"within,omitempty"` // working days to answer what it demands; 0: until the next rung
}

// Demand is what a rung wants of those it addresses besides the work itself.
type Demand string

// What a rung may demand.
const (
	DemandNothing         Demand = ""
	DemandAcknowledgement Demand = "acknowledgement"
	DemandDecision        Demand = "decision"
)

// Ladder is the steps of a ladder in order of time.
type Ladder []LadderStep

// Step returns the step of a rung.
func (l Ladder) Step(r calendar.Rung) (LadderStep, bool) {
	for _, s := range l {
		if s.Rung == r {
			return s, true
		}
	}
	return LadderStep{}, false
}

// Template returns the template of a code.
func (r Rules) Template(code string) (Template, bool) {
	for _, t := range r.Duties {
		if t.Code == code {
			return t, true
		}
	}
	return Template{}, false
}

// Owing returns the units that owe what a template lays on them, sorted by
// code. A group's lead owes once however many groups it leads.
func (r Rules) Owing(t Template) []UnitID {
	var units []UnitID
	for _, who := range t.Who {
		switch who {
		case "communes", "members", "leads":
			for id, u := range r.Units {
				if u.Role+"s" == who {
					units = append(units, id)
				}
			}
		case "standing":
			units = append(units, r.Bindings.Standing)
		case WhoComponents: // laid on with each component
		default:
			units = append(units, UnitID(who))
		}
	}
	slices.Sort(units)
	return slices.Compact(units)
}

// OwingOn returns those of Owing that are in the cycle on some day from one day
// to another, both included: a unit that begins or ends within the year owes what
// falls between.
func (r Rules) OwingOn(t Template, from, to calendar.Date) []UnitID {
	return slices.DeleteFunc(r.Owing(t), func(id UnitID) bool {
		u := r.Units[id]
		return u.From.After(to) || !u.Until.IsZero() && u.Until.Before(from)
	})
}

// CycleFilter chooses cycles.
type CycleFilter struct {
	Owner UnitID
	State CycleState
}

// NewCycle is a cycle as read from files, ready to be stored as a draft.
// Storing it twice changes nothing.
type NewCycle struct {
	Cycle      Cycle
	Units      []Unit
	Aliases    []Alias
	Offices    []Office
	Users      []User
	Holdings   []Holding
	DaysOff    []calendar.DayOff
	Targets    []Target
	Totals     TargetTotals
	Shares     []Shares
	Committees []Committee
	Indicators []CycleIndicator
	Hamlets    []Hamlet
	Households []Household // of the register it starts with; a hamlet goes by its name
	Frozen     string      // the result by which that register is frozen; empty: it is not
	Funds      []FundMove  // to be opened, with what they hold
	Components []ComponentDraft
	Passwords  map[string]string // argon2id hashes by login; examples only
}

// HasHamlet reports whether the register names a hamlet of a commune.
func (n NewCycle) HasHamlet(unit UnitID, code string) bool {
	return slices.ContainsFunc(n.Hamlets, func(h Hamlet) bool { return h.Unit == unit && h.Code == code })
}

// Alias is another name under which documents speak of a unit.
type Alias struct {
	Unit UnitID `db:"unit_id" json:"unit"`
	Name string `db:"name" json:"name"`
}
