package poverty

import (
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// PilotID identifies a pilot.
type PilotID int64

// PilotState is how far a pilot has come.
type PilotState string

// The states of a pilot.
const (
	PilotRunning  PilotState = "running"
	PilotReported PilotState = "reported" // its result is there, the leadership has to decide
	PilotWidened  PilotState = "widened"  // to further communes
	PilotEnded    PilotState = "ended"    // decided not to widen it
)

// PilotStates are the states in their order.
var PilotStates = []PilotState{PilotRunning, PilotReported, PilotWidened, PilotEnded}

// PilotKinds are the models that are tried (Công văn 4933/UBND-VX, seed 001): a
// union helps some households, several better-off households help one.
var PilotKinds = []HelperKind{HelperUnion, HelperHouseholds}

// Pilot is a model of help that a commune tries with some households of its
// plan, led by a unit, with a result and the leadership's decision to widen it
// or not.
type Pilot struct {
	ID         PilotID          `db:"id" json:"id"`
	Cycle      CycleID          `db:"cycle_id" json:"cycle"`
	Key        string           `db:"-" json:"-"`          // a new pilot with a key that was used before is stored once
	Unit       UnitID           `db:"unit_id" json:"unit"` // the commune
	UnitName   string           `db:"unit_name" json:"unit_name"`
	Hamlet     string           `db:"hamlet" json:"hamlet,omitempty"` // code; empty: the whole commune
	HamletName string           `db:"hamlet_name" json:"hamlet_name,omitempty"`
	Kind       HelperKind       `db:"kind" json:"kind"`
	Title      string           `db:"title" json:"title"`
	What       string           `db:"what" json:"what"` // how is helped
	Leader     UnitID           `db:"leader_id" json:"leader"`
	LeaderName string           `db:"leader_name" json:"leader_name"`
	Helpers    string           `db:"helpers" json:"helpers,omitempty"` // the union or the better-off households, in words
	From       calendar.Date    `db:"from_day" json:"from"`
	Until      calendar.Date    `db:"until_day" json:"until"` // the last day
	State      PilotState       `db:"state" json:"state"`
	Result     string           `db:"result" json:"result,omitempty"`
	Helped     int              `db:"helped" json:"helped"`       // households
	LeftPoor   int              `db:"left_poor" json:"left_poor"` // of those, that left poverty
	Decision   string           `db:"decision" json:"decision,omitempty"`
	WidenedTo  []UnitID         `db:"widened_to" json:"widened_to,omitempty"`
	Version    int              `db:"version" json:"version"`
	SavedAt    time.Time        `db:"saved_at" json:"saved_at"`
	Households []PilotHousehold `db:"-" json:"households"` // none to who may not read them
}

// PilotHousehold is a household of the plan that takes part in a pilot.
type PilotHousehold struct {
	Pilot      PilotID     `db:"pilot_id" json:"-"`
	Household  HouseholdID `db:"household_id" json:"household"`
	Code       string      `db:"code" json:"code"`
	Head       string      `db:"head" json:"head"`
	HamletName string      `db:"hamlet_name" json:"hamlet_name"`
}

// PilotFilter chooses pilots.
type PilotFilter struct {
	Cycle CycleID
	Unit  UnitID // the commune
}

// PilotVerb is what is done with a pilot that runs.
type PilotVerb string

// The verbs.
const (
	PilotReport PilotVerb = "report" // record the result, or record it anew
	PilotWiden  PilotVerb = "widen"
	PilotEnd    PilotVerb = "end"
)

// PilotMove records a pilot's result or decides on it. Version is the one that
// was looked at.
type PilotMove struct {
	Pilot    PilotID   `json:"pilot"`
	Version  int       `json:"version"`
	Verb     PilotVerb `json:"verb"`
	Result   string    `json:"result,omitempty"`
	Helped   int       `json:"helped,omitempty"`
	LeftPoor int       `json:"left_poor,omitempty"`
	Decision string    `json:"decision,omitempty"` // why it is widened, or is not
	To       []UnitID  `json:"to,omitempty"`       // the communes to which it is widened
}

// Check returns what is wrong with a pilot as it is written.
func (p Pilot) Check(c Cycle) error {
	switch {
	case !slices.Contains(PilotKinds, p.Kind):
		return InvalidField("kind", "error.required")
	case strings.TrimSpace(p.Title) == "":
		return InvalidField("title", "error.required")
	case strings.TrimSpace(p.What) == "":
		return InvalidField("what", "error.required")
	case p.From.IsZero():
		return InvalidField("from", "error.required")
	case p.Until.IsZero():
		return InvalidField("until", "error.required")
	case p.Until.Before(p.From):
		return InvalidField("until", "committee.ends_before")
	}
	if _, ok := c.Rules.Units[p.Leader]; !ok {
		return InvalidField("leader", "helper.unknown_unit", "unit", string(p.Leader))
	}
	if wrong := checkTexts(maxShort, "title", p.Title, "helpers", p.Helpers); len(wrong) > 0 {
		return InvalidField(wrong[0].Column, wrong[0].Key, wrong[0].Args...)
	}
	return nil
}

// MayPilot returns the seat in which the actor may draft a commune's pilot, or
// change it while it runs, and whether it is in the commune's stead: the commune
// and the standing office.
func (c Cycle) MayPilot(a Actor, commune UnitID) (Seat, bool, error) {
	seat, other, err := c.MayWriteFor(a, commune, "x")
	if KindOf(err) == Forbidden {
		err = Errorf(Forbidden, "pilot.forbidden")
	}
	return seat, other, err
}

// MayMovePilot returns the seat in which the actor may record the pilot's result
// (its commune and who leads it) or decide on it (the leadership).
func (c Cycle) MayMovePilot(a Actor, p Pilot, verb PilotVerb) (Seat, error) {
	if c.State == CycleClosed {
		return Seat{}, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if a.System != "" {
		return Seat{}, nil
	}
	if verb == PilotReport {
		for _, unit := range []UnitID{p.Unit, p.Leader} {
			if seats := c.Seats(a, unit); len(seats) > 0 {
				return seats[0], nil
			}
		}
		return Seat{}, Errorf(Forbidden, "pilot.report_forbidden")
	}
	if seat, ok := a.InCycle(c, PartLeadership); ok {
		return seat, nil
	}
	return Seat{}, Errorf(Forbidden, "pilot.decide_forbidden")
}

// Move returns the pilot after a move. A result may be recorded anew until it
// was decided on; it is decided on once.
func (p Pilot) Move(c Cycle, m PilotMove) (Pilot, error) {
	if p.State == PilotWidened || p.State == PilotEnded {
		return p, Errorf(Conflict, "pilot.decided")
	}
	switch m.Verb {
	case PilotReport:
		switch {
		case m.Result == "":
			return p, InvalidField("result", "error.required")
		case m.Helped < 0:
			return p, InvalidField("helped", "error.not_a_number")
		case m.LeftPoor < 0 || m.LeftPoor > m.Helped:
			return p, InvalidField("left_poor", "pilot.more_than_helped", "helped", m.Helped)
		}
		p.State, p.Result, p.Helped, p.LeftPoor = PilotReported, m.Result, m.Helped, m.LeftPoor
	case PilotWiden, PilotEnd:
		if p.State != PilotReported {
			return p, Errorf(Conflict, "pilot.no_result")
		}
		if m.Decision == "" {
			return p, InvalidField("decision", "decision.reason_needed")
		}
		p.State, p.Decision = PilotEnded, m.Decision
		if m.Verb == PilotEnd {
			break
		}
		if len(m.To) == 0 {
			return p, InvalidField("to", "pilot.to_needed")
		}
		for _, unit := range m.To {
			if c.Rules.Units[unit].Role != "commune" || unit == p.Unit {
				return p, InvalidField("to", "household.unknown_unit", "unit", string(unit))
			}
		}
		p.State, p.WidenedTo = PilotWidened, slices.Compact(slices.Sorted(slices.Values(m.To)))
	default:
		return p, InvalidField("verb", "error.required")
	}
	return p, nil
}
