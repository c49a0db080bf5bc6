package poverty

import (
	"context"
	"time"
)

// Vitals are what whoever watches an installation wants to see at a glance: how
// much is late, and whether something is stuck. They name nobody.
type Vitals struct {
	Late    []LateCount // late duties that are still owed, by rung
	Notices map[NoticeState]int
	// OldestUnsent is when the oldest notice fell due that is queued or being
	// sent; zero when there is none.
	OldestUnsent time.Time
	Escalations  int // open ladders that wait for an answer
	Wakes        int // processes that could not be told of a change yet
	// OldestWake is since when the longest of them waits; zero when none does.
	OldestWake time.Time
	// OldestStep is the earliest planned instant that no process has come to yet;
	// one in the past says how late the workflows are. Zero when none is planned.
	OldestStep time.Time
	Cycles     int       // that are in force
	Flaws      int       // that the newest audit found
	AuditedAt  time.Time // when that was; zero: never
}

// LateCount is how many late duties stand at a rung; a rung that is empty is
// before the first one.
type LateCount struct {
	Rung  string `db:"rung"`
	Count int    `db:"count"`
}

// Watched is the store as it is watched. Only the program itself may ask for it.
type Watched interface {
	Vitals(ctx context.Context) (Vitals, error)
}
