package poverty

import (
	"time"

	"dondoc/calendar"
)

// Event names what happened; the ledger of a rehearsed year prints the same
// words.
type Event string

// The events.
const (
	EventOpened       Event = "opened"       // the duty, plan, period or cycle is there
	EventReminded     Event = "reminded"     // a rung before the last day fired
	EventSubmitted    Event = "submitted"    // a report or plan was received (effective), maybe recorded later
	EventReturned     Event = "returned"     // sent back with remarks; By is the term
	EventAccepted     Event = "accepted"     // report accepted, plan approved, assignment accepted
	EventOverdue      Event = "overdue"      // the verdict at 00:00:00 after the last day
	EventEscalated    Event = "escalated"    // a rung after the last day fired, by itself or by hand
	EventAcknowledged Event = "acknowledged" // with a promise By
	EventLapsed       Event = "lapsed"       // the promise or direction ran out unfulfilled
	EventDirected     Event = "directed"     // a leader's instruction with a term By
	EventExtended     Event = "extended"     // new last day By; the next ladder begins
	EventExcused      Event = "excused"      // the duty ends, with its basis
	EventSuperseded   Event = "superseded"   // a verdict corrected, or a notice that became pointless
	EventPassed       Event = "passed"       // a rung that lies before the ladder was in force
	EventHeld         Event = "held"         // a rung kept back by an acknowledgement or direction
	EventDone         Event = "done"         // the work is done
	EventClosed       Event = "closed"       // an escalation, period or cycle is closed
	EventDated        Event = "dated"        // an undated duty was given its last day By
	EventNoted        Event = "noted"        // a fact or a comment that changes no state
	EventWithdrawn    Event = "withdrawn"    // taken back by whoever sent it: owed again, with its last day as before
	EventAmended      Event = "amended"      // an amendment of an approved plan was begun
	EventDropped      Event = "dropped"      // an amendment was given up
	EventRequested    Event = "requested"    // the debtor asks for a new last day By; stops nothing
	EventRefused      Event = "refused"      // what was requested is not granted
	EventHanded       Event = "handed"       // the answer to an escalation is Whom's now
	EventUndone       Event = "undone"       // the act named in Reason was taken back within minutes
	EventMoved        Event = "moved"        // an amendment gave a new last day By; the next ladder begins
	EventReplanned    Event = "replanned"    // days off changed: open rungs moved, as Reason tells
	EventTransferred  Event = "transferred"  // the unit was merged away: Whom owes it now
)

// Entry is one line of the append-only history: what happened, when it was
// effective and when it was recorded, who did it in which office, on whose
// behalf and on what basis. State is computed from entries; nothing is ever
// rewritten.
type Entry struct {
	ID         int64         `db:"id" json:"id"`
	Cycle      CycleID       `db:"cycle_id" json:"cycle"`
	Duty       DutyID        `db:"duty_id" json:"duty,omitempty"`
	Code       string        `db:"code" json:"code,omitempty"` // the duty's code, or "cycle", "period", "meeting/" or "obstacle/" with a code
	Event      Event         `db:"event" json:"event"`
	At         time.Time     `db:"effective_at" json:"effective_at"`
	RecordedAt time.Time     `db:"recorded_at" json:"recorded_at"`
	Unit       UnitID        `db:"unit_id" json:"unit,omitempty"`
	Period     string        `db:"period" json:"period,omitempty"`
	Ladder     int           `db:"ladder" json:"ladder,omitempty"`
	Rung       string        `db:"rung" json:"rung,omitempty"`
	Office     OfficeID      `db:"office_id" json:"office,omitempty"` // addressed, or the office in which the actor acted
	Actor      UserID        `db:"actor_id" json:"actor,omitempty"`
	ActorName  string        `db:"actor_name" json:"actor_name,omitempty"`
	OnBehalf   bool          `db:"on_behalf" json:"on_behalf,omitempty"`
	By         calendar.Date `db:"by_day" json:"by,omitzero"`
	Stated     string        `db:"stated" json:"stated,omitempty"` // a deadline as it was worded
	Basis      string        `db:"basis" json:"basis,omitempty"`
	Reason     string        `db:"reason" json:"reason,omitempty"`
	Whom       string        `db:"whom" json:"whom,omitempty"` // the office or unit that it was handed or transferred to
	Demand     Demand        `db:"demand" json:"demand,omitempty"`
	To         []string      `db:"-" json:"-"` // whom a rung that just fired addresses, in the words of its ladder
}

// HistoryFilter chooses entries, newest first; After is the last ID seen.
type HistoryFilter struct {
	Cycle  CycleID
	Duty   DutyID
	Code   string
	Unit   UnitID
	Event  Event
	After  int64
	Limit  int
	Oldest bool // oldest first
}
