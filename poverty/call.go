package poverty

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Call is a line of the log of calls about a duty: who called whom, when, and
// what was said. It stops no ladder.
type Call struct {
	ID         int64     `db:"id" json:"id"`
	Duty       DutyID    `db:"duty_id" json:"duty"`
	Key        string    `db:"key" json:"-"` // the same call sent twice is one line
	Office     OfficeID  `db:"office_id" json:"office,omitempty"`
	OfficeName string    `db:"office_name" json:"office_name,omitempty"`
	ByName     string    `db:"by_name" json:"by,omitempty"`
	Whom       string    `db:"whom" json:"whom"`
	Said       string    `db:"said" json:"said"`
	At         time.Time `db:"called_at" json:"at"` // zero when it is logged: now
	RecordedAt time.Time `db:"recorded_at" json:"recorded_at"`
}

// MayLogCall returns the seat in which the actor may log a call about the duties
// of a cycle: the standing office and leadership, who urge.
func (c Cycle) MayLogCall(a Actor) (Seat, error) {
	if c.State == CycleClosed {
		return Seat{}, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	for _, part := range []Part{PartStanding, PartLeadership} {
		if s, ok := a.InCycle(c, part); ok {
			return s, nil
		}
	}
	return Seat{}, Errorf(Forbidden, "call.forbidden")
}

// Check returns what is wrong with a call as it was typed.
func (x *Call) Check(now time.Time) error {
	x.Whom, x.Said = strings.TrimSpace(x.Whom), strings.TrimSpace(x.Said)
	if x.At.IsZero() {
		x.At = now
	}
	switch {
	case x.Whom == "":
		return InvalidField("whom", "call.whom_needed")
	case utf8.RuneCountInString(x.Whom) > 200:
		return InvalidField("whom", "error.too_long", "max", 200)
	case x.Said == "":
		return InvalidField("said", "call.said_needed")
	case utf8.RuneCountInString(x.Said) > 2000:
		return InvalidField("said", "error.too_long", "max", 2000)
	case x.At.After(now):
		return InvalidField("at", "decision.in_future")
	}
	return nil
}
