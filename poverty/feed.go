package poverty

import (
	"context"
	"time"
)

// FeedDuty is a duty as a calendar shows it.
type FeedDuty struct {
	Duty
	Ruled     bool      `db:"ruled"`      // its title is the cycle's own; one that somebody typed may name a household
	Changes   int       `db:"changes"`    // entries in its history: never fewer than before
	ChangedAt time.Time `db:"changed_at"` // when the last was recorded
}

// Feed is what a person's calendar subscribes to: what the person's units still
// owe in the cycles that run, and the meetings of the person's offices.
type Feed struct {
	Person   User
	Duties   []FeedDuty
	Meetings []Meeting
}

// Feeds are read by the address that was signed, with nobody signed in.
type Feeds interface {
	// FeedOf returns the feed of a user as the person may read it today; NotFound
	// when the version is not the one that is open, or the account is not active.
	FeedOf(ctx context.Context, user UserID, version int) (Feed, error)
}
