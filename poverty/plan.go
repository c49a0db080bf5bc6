package poverty

import (
	"strings"
	"time"

	"dondoc/calendar"
)

// PlanState is where a commune's plan stands.
type PlanState string

// The states of a plan.
const (
	PlanDraft     PlanState = "draft"
	PlanSent      PlanState = "sent"      // signed and sent by the chair; agencies see it, not yet appraised
	PlanAppraised PlanState = "appraised" // by the standing office; waits for leadership
	PlanReturned  PlanState = "returned"  // with remarks; the next round
	PlanApproved  PlanState = "approved"
)

// Plan is a commune's plan of the year with its rounds.
type Plan struct {
	Cycle      CycleID       `db:"cycle_id" json:"cycle"`
	Unit       UnitID        `db:"unit_id" json:"unit"`
	UnitName   string        `db:"unit_name" json:"unit_name"`
	State      PlanState     `db:"state" json:"state"`
	Round      int           `db:"round" json:"round"`
	Version    int           `db:"version" json:"version"`   // counts every change; a decision names the one it saw
	ToLeave    int           `db:"to_leave" json:"to_leave"` // households meant to leave poverty this year
	Text       string        `db:"text" json:"text"`
	Remarks    string        `db:"remarks" json:"remarks,omitempty"` // of the last return
	Term       calendar.Date `db:"term" json:"term,omitzero"`        // to answer it
	SentAt     *time.Time    `db:"sent_at" json:"sent_at,omitempty"`
	ApprovedAt *time.Time    `db:"approved_at" json:"approved_at,omitempty"`
	SentBy     UserID        `db:"sent_by" json:"sent_by,omitempty"`
}

// PlanVerb is a decision on a plan.
type PlanVerb string

// The decisions on a plan.
const (
	PlanSend     PlanVerb = "send"
	PlanAppraise PlanVerb = "appraise"
	PlanApprove  PlanVerb = "approve"
	PlanReturn   PlanVerb = "return"
)

// PlanMove is a decision on a commune's plan. Version is the version that the
// person saw; 0 skips that check.
type PlanMove struct {
	Key     string    `json:"key,omitempty"`
	Cycle   CycleID   `json:"cycle"`
	Unit    UnitID    `json:"unit"`
	Verb    PlanVerb  `json:"verb"`
	Version int       `json:"version,omitempty"`
	Reason  string    `json:"reason,omitempty"` // the remarks of a return
	Basis   string    `json:"basis,omitempty"`
	At      time.Time `json:"at,omitzero"` // effective; zero means now
	Office  OfficeID  `json:"office,omitempty"`
}

var planMoves = map[PlanVerb]map[PlanState]PlanState{
	PlanSend:     {PlanDraft: PlanSent, PlanReturned: PlanSent},
	PlanAppraise: {PlanSent: PlanAppraised},
	PlanApprove:  {PlanAppraised: PlanApproved},
	PlanReturn:   {PlanSent: PlanReturned, PlanAppraised: PlanReturned},
}

// Move returns the state to which a verb leads; Conflict, naming the state,
// where it leads nowhere.
func (s PlanState) Move(v PlanVerb) (PlanState, error) {
	to, ok := planMoves[v][s]
	if !ok {
		err := Errorf(Conflict, "plan.cannot_move."+string(v), "state", string(s))
		err.Field = "state"
		return s, err
	}
	return to, nil
}

// MayMove returns the seat in which the actor may make a move; Forbidden when
// there is none. Only the commune's chair sends; the standing office may send
// on its behalf with a basis; nobody appraises or approves what they sent.
func (p Plan) MayMove(c Cycle, a Actor, m PlanMove) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	forbidden := Errorf(Forbidden, "plan.forbidden."+string(m.Verb))
	switch m.Verb {
	case PlanSend:
		for _, s := range a.In(p.Unit) {
			if s.Role == RoleHead || s.Role == RoleDeputy {
				return s, false, nil
			}
		}
		if s, ok := a.InCycle(c, PartStanding); ok {
			if strings.TrimSpace(m.Basis) == "" {
				return Seat{}, false, InvalidField("basis", "decision.basis_needed")
			}
			return s, true, nil
		}
	case PlanAppraise:
		if s, ok := a.InCycle(c, PartStanding); ok && a.User != p.SentBy {
			return s, false, nil
		}
	case PlanApprove:
		if s, ok := a.InCycle(c, PartLeadership); ok && a.User != p.SentBy {
			return s, false, nil
		}
	case PlanReturn:
		part := PartStanding
		if p.State == PlanAppraised {
			part = PartLeadership
		}
		if s, ok := a.InCycle(c, part); ok {
			if strings.TrimSpace(m.Reason) == "" {
				return Seat{}, false, InvalidField("reason", "decision.remarks_needed")
			}
			return s, false, nil
		}
	default:
		return Seat{}, false, InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
	}
	return Seat{}, false, forbidden
}

// PlanDraftContent is what a commune's officer types; Version is the one that
// was edited.
type PlanDraftContent struct {
	Cycle   CycleID `json:"cycle"`
	Unit    UnitID  `json:"unit"`
	Version int     `json:"version"`
	ToLeave int     `json:"to_leave"`
	Text    string  `json:"text"`
}

// Missing returns what keeps the plan from being sent, as message keys.
func (p Plan) Missing() []string {
	var keys []string
	if p.ToLeave <= 0 {
		keys = append(keys, "plan.missing.to_leave")
	}
	if strings.TrimSpace(p.Text) == "" {
		keys = append(keys, "plan.missing.text")
	}
	return keys
}
