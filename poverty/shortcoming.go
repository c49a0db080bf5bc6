package poverty

import (
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// ShortcomingID identifies a shortcoming of a cycle.
type ShortcomingID int64

// ShortcomingClasses are the classes of shortcomings, those that the conclusion of 2018
// (seed 000) and the interim review of 2013 (seed 004) name.
var ShortcomingClasses = []string{
	"not_started", "no_meetings", "method", "coordination", "unknown_households", "leadership", "no_plan", "reliance", // seed 000
	"insurance_information", "no_measures", "inspection", "targeted_help", "duplicate_cards", "social_resources", "vocational_training", // seed 004
	"other",
}

// ShortcomingState is where a shortcoming stands.
type ShortcomingState string

// The states of a shortcoming.
const (
	ShortcomingOpen    ShortcomingState = "open"
	ShortcomingMended  ShortcomingState = "mended"
	ShortcomingDropped ShortcomingState = "dropped" // it is none, or not ours
	ShortcomingCarried ShortcomingState = "carried" // open when its year was closed; goes on in the next
)

// Shortcoming is what went wrong in a year, who mends it and how. It goes on from
// half to half, and open at the close from year to year. Once somebody owns it,
// mending it is a duty of theirs, with a term or undated.
type Shortcoming struct {
	ID       ShortcomingID    `db:"id" json:"id"`
	Cycle    CycleID          `db:"cycle_id" json:"cycle"`
	No       int              `db:"no" json:"no"`
	Class    string           `db:"class" json:"class"`
	Text     string           `db:"text" json:"text"`
	Found    calendar.Date    `db:"found_on" json:"found"`
	Unit     UnitID           `db:"unit_id" json:"unit,omitempty"` // who mends it
	UnitName string           `db:"unit_name" json:"unit_name,omitempty"`
	Remedy   string           `db:"remedy" json:"remedy,omitempty"`
	State    ShortcomingState `db:"state" json:"state"`
	Outcome  string           `db:"outcome" json:"outcome,omitempty"` // how it was mended, or why it was dropped
	Since    CycleID          `db:"since" json:"since"`               // in which it was found first
	From     ShortcomingID    `db:"carried_from" json:"carried_from,omitempty"`
	Duty     DutyID           `db:"duty_id" json:"duty,omitempty"`
	LastDay  calendar.Date    `db:"last_day" json:"last_day,omitzero"` // of that duty; none: undated
	Overdue  bool             `db:"overdue" json:"overdue,omitempty"`
	Version  int              `db:"version" json:"version"`
	SavedAt  time.Time        `db:"saved_at" json:"saved_at"`
}

// ShortcomingVerb is what is done with a shortcoming.
type ShortcomingVerb string

// The verbs.
const (
	ShortcomingFind ShortcomingVerb = "find" // put it on the list
	ShortcomingGive ShortcomingVerb = "give" // say who mends it, how and by when
	ShortcomingMend ShortcomingVerb = "mend"
	ShortcomingDrop ShortcomingVerb = "drop"
)

// ShortcomingVerbs are the verbs about a shortcoming that is on the list.
var ShortcomingVerbs = []ShortcomingVerb{ShortcomingGive, ShortcomingMend, ShortcomingDrop}

// ShortcomingMove is a decision on a shortcoming; find makes one. Due is the term as
// stated; none leaves it undated.
type ShortcomingMove struct {
	Key         string          `json:"key,omitempty"`
	Cycle       CycleID         `json:"cycle"`
	Shortcoming ShortcomingID   `json:"shortcoming,omitempty"`
	Verb        ShortcomingVerb `json:"verb"`
	Version     int             `json:"version,omitempty"`
	Class       string          `json:"class,omitempty"`
	Text        string          `json:"text,omitempty"` // the facts, how it was mended, or why it is dropped
	Found       calendar.Date   `json:"found,omitzero"`
	Unit        UnitID          `json:"unit,omitempty"`
	Remedy      string          `json:"remedy,omitempty"`
	Due         string          `json:"due,omitempty"`
	Office      OfficeID        `json:"office,omitempty"`
}

// MayShortcoming returns the seat in which the actor may make a decision on a
// shortcoming: the standing office and the leadership; whoever has to mend it says
// that it is mended.
func (c Cycle) MayShortcoming(a Actor, p Shortcoming, verb ShortcomingVerb) (Seat, error) {
	switch {
	case c.State == CycleClosed:
		return Seat{}, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	case a.System != "": // what was typed in before the start is imported
		return Seat{}, nil
	case c.State != CycleRunning:
		return Seat{}, Errorf(Conflict, "cycle.not_running", "state", string(c.State))
	}
	for _, part := range []Part{PartStanding, PartLeadership} {
		if seat, ok := a.InCycle(c, part); ok {
			return seat, nil
		}
	}
	if seats := c.Seats(a, p.Unit); verb == ShortcomingMend && len(seats) > 0 {
		return seats[0], nil
	}
	return Seat{}, Errorf(Forbidden, "shortcoming.forbidden")
}

// MayMove returns Conflict or Invalid when a decision cannot be made as the
// shortcoming stands.
func (p Shortcoming) MayMove(c Cycle, m ShortcomingMove, today calendar.Date) error {
	if m.Version != 0 && m.Version != p.Version {
		e := Errorf(Conflict, "shortcoming.changed", "version", p.Version)
		e.Field = "version"
		return e
	}
	if m.Verb != ShortcomingFind && p.State != ShortcomingOpen {
		return Errorf(Conflict, "shortcoming.settled", "state", string(p.State))
	}
	if wrong := checkTexts(maxLong, "text", m.Text, "remedy", m.Remedy); len(wrong) > 0 {
		return InvalidField(wrong[0].Column, wrong[0].Key, wrong[0].Args...)
	}
	switch m.Verb {
	case ShortcomingFind:
		switch {
		case !slices.Contains(ShortcomingClasses, m.Class):
			return InvalidField("class", "error.required")
		case m.Found.After(today):
			return InvalidField("found", "decision.in_future")
		case m.Unit != "" && !c.TakesPart(m.Unit):
			return InvalidField("unit", "duty.unknown_unit", "unit", string(m.Unit))
		case m.Unit == "" && m.Due != "":
			return InvalidField("unit", "shortcoming.term_of_nobody")
		}
	case ShortcomingGive:
		if !c.TakesPart(m.Unit) {
			return InvalidField("unit", "error.required")
		}
		if strings.TrimSpace(m.Remedy) == "" {
			return InvalidField("remedy", "error.required")
		}
		return nil
	case ShortcomingMend, ShortcomingDrop:
	default:
		return InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
	}
	if strings.TrimSpace(m.Text) == "" {
		return InvalidField("text", "error.required")
	}
	return nil
}
