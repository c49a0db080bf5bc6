package poverty

import (
	"strings"
	"time"
)

// Freeze says since when, and by which result, a commune's register of a cycle
// stands. The year starts with it: it is the result of the survey of the autumn
// before. The counts are those of that moment.
type Freeze struct {
	Cycle      CycleID   `db:"cycle_id" json:"cycle"`
	Unit       UnitID    `db:"unit_id" json:"unit"`
	UnitName   string    `db:"unit_name" json:"unit_name"`
	At         time.Time `db:"frozen_at" json:"at"`
	By         UserID    `db:"frozen_by" json:"by,omitempty"`
	Office     OfficeID  `db:"office_id" json:"office,omitempty"`
	Basis      string    `db:"basis" json:"basis"` // the result by which it is frozen
	Households int       `db:"households" json:"households"`
	Persons    int       `db:"persons" json:"persons"`
	Poor       int       `db:"poor" json:"poor"`
	NearPoor   int       `db:"near_poor" json:"near_poor"`
}

// FrozenFields are the fields of a Household (by their JSON names) that a frozen
// register keeps: what decides its class, its count and where it is counted.
// Causes, needs, health and the like stay open, because the plan is made of
// them.
var FrozenFields = []string{"hamlet", "code", "members", "declared", "policy_group"}

// Thawed returns which of the FrozenFields differ between two sheets of one
// household.
func (h Household) Thawed(next Household) []string {
	var fields []string
	for i, same := range []bool{
		h.Hamlet == next.Hamlet, h.Code == next.Code, h.Members == next.Members,
		h.Declared == next.Declared, h.PolicyGroup == next.PolicyGroup,
	} {
		if !same {
			fields = append(fields, FrozenFields[i])
		}
	}
	return fields
}

// MayReopen returns the seat in which the actor may open a frozen register
// again: the standing office's alone, and with a reason (in Basis).
func (c Cycle) MayReopen(a Actor, s RegisterScope) (Seat, error) {
	seat, ok := a.InCycle(c, PartStanding)
	switch {
	case c.State == CycleClosed:
		return seat, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	case !ok && a.System == "":
		return seat, Errorf(Forbidden, "freeze.forbidden")
	case strings.TrimSpace(s.Basis) == "":
		return seat, InvalidField("basis", "decision.reason_needed")
	}
	return seat, nil
}
