package poverty

import (
	"context"
	"slices"
	"time"
)

// FlawKind is what the program found wrong with its own work.
type FlawKind string

// The kinds of flaw.
const (
	FlawLate     FlawKind = "late"      // what fell due is not in the history
	FlawUnposted FlawKind = "unposted"  // a rung fired and nobody was written a notice
	FlawUnsent   FlawKind = "unsent"    // a notice is due and not sent
	FlawTwice    FlawKind = "twice"     // one person was sent two notices of one rung of a ladder
	FlawForgot   FlawKind = "forgotten" // a late duty has neither a next rung nor stands after its last one
)

// Flaw is one thing that is wrong: with which duty, and since when.
type Flaw struct {
	Kind FlawKind  `json:"kind"`
	Duty DutyID    `json:"duty,omitempty"`
	Key  string    `json:"key"` // of the duty or of the notice
	At   time.Time `json:"at"`
}

// Audit is what the program found when it held its work against the facts.
type Audit struct {
	ID     int64     `db:"id" json:"id"`
	At     time.Time `db:"at" json:"at"`
	Duties int       `db:"duties" json:"duties"` // how many open duties it looked at
	Flaws  []Flaw    `db:"flaws" json:"flaws"`
}

// AuditPatience is how late a planned instant or a notice may be before an audit
// calls it a flaw.
const AuditPatience = 15 * time.Minute

// MostFlaws is how many flaws an audit keeps.
const MostFlaws = 200

// Audit plays an open duty forward from its history and returns what should have
// happened up to an instant and did not.
func (d Duty) Audit(t Timetable, history []Entry, at time.Time) []Flaw {
	var found []Flaw
	due, s, next := d.Advance(t, history, at)
	for _, e := range due {
		found = append(found, Flaw{FlawLate, d.ID, d.Key + "|" + string(e.Event) + "|" + e.Rung, e.At})
	}
	last := len(s.rungs) == 0 || !slices.ContainsFunc(s.rungs, func(r rungState) bool { return !r.fired && !r.known })
	if s.State.Owed() && s.Overdue && next.IsZero() && !last {
		found = append(found, Flaw{FlawForgot, d.ID, d.Key, at})
	}
	return found
}

// Auditor holds the program's work against the facts.
type Auditor interface {
	// Audit looks at every open duty and every notice as of an instant, and keeps
	// what it found.
	Audit(ctx context.Context, at time.Time) (Audit, error)
	// Audits returns the newest audits; administrators only.
	Audits(ctx context.Context, limit int) ([]Audit, error)
}
