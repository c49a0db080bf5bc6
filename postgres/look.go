package postgres

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"dondoc/poverty"
)

// Look lets all reads of one actor under the returned context share one
// transaction, which only reads and sees one moment, until end is called; after
// it, and for whoever else asks, each read is a transaction of its own again.
// It begins with the first read, so that who looks at nothing costs nothing.
func (db *DB) Look(ctx context.Context) (looking context.Context, end func()) {
	l := &look{}
	return context.WithValue(ctx, lookKey{}, l), func() { l.end(ctx) }
}

// Rest ends what Look began, for who goes on with something that takes long and is
// not asked of the store: it would hold one of the few connections all the while.
func (db *DB) Rest(ctx context.Context) {
	if l, ok := ctx.Value(lookKey{}).(*look); ok {
		l.end(ctx)
	}
}

type lookKey struct{}

// look is a reading transaction that several reads share, one after the other.
type look struct {
	mu    sync.Mutex
	tx    pgx.Tx        // nil before the first read, and after one that failed
	asked poverty.Actor // whose reads they are
	actor poverty.Actor // the same with the offices held
	ended bool

	cycles map[poverty.CycleID]poverty.Cycle
}

// lookTx is the transaction as one of its reads knows it.
type lookTx struct {
	pgx.Tx
	*reading
}

type reading struct {
	elevated bool
	cycles   map[poverty.CycleID]poverty.Cycle // of the whole look; nobody changes their rules
}

// cycle returns a cycle that an earlier read of the look met, or reads it.
func (t lookTx) cycle(id poverty.CycleID, read func() (poverty.Cycle, error)) (poverty.Cycle, error) {
	if c, ok := t.cycles[id]; ok {
		return c, nil
	}
	c, err := read()
	if err == nil {
		t.cycles[id] = c
	}
	return c, err
}

// Begin begins a part of the transaction, whose elevation counts for the whole.
func (t lookTx) Begin(ctx context.Context) (pgx.Tx, error) {
	part, err := t.Tx.Begin(ctx)
	return lookTx{part, t.reading}, err
}

// share runs a read in the transaction; false where that is not for it: it has
// ended, another read is under way, somebody else asks, or it is no read.
func (l *look) share(ctx context.Context, db *DB, a poverty.Actor, fn func(pgx.Tx, poverty.Actor) error) (bool, error) {
	if !l.mu.TryLock() {
		return false, nil
	}
	defer l.mu.Unlock()
	if l.ended || l.tx != nil && (a.User != l.asked.User || a.Office != l.asked.Office || (a.System == "") != (l.asked.System == "")) {
		return false, nil
	}
	if l.tx == nil {
		tx, err := db.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
		if err != nil {
			return true, err
		}
		l.tx, l.asked, l.cycles = tx, a, map[poverty.CycleID]poverty.Cycle{}
		if l.actor, err = db.actAs(ctx, tx, a); err != nil {
			l.drop(ctx)
			return true, err
		}
	}
	tx := lookTx{l.tx, &reading{cycles: l.cycles}}
	err := fn(tx, l.actor)
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && pe.Code == "25006" { // it writes
		l.drop(ctx)
		return false, nil
	}
	switch {
	case l.tx.Conn().PgConn().TxStatus() != 'T': // a query failed, and with it the transaction
		l.drop(ctx)
	case tx.elevated && l.asked.System == "":
		if back := elevate(ctx, l.tx, ""); back != nil {
			l.drop(ctx)
		}
	}
	return true, err
}

// drop ends the transaction; the next read begins another.
func (l *look) drop(ctx context.Context) {
	if l.tx == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = l.tx.Rollback(ctx) // it wrote nothing
	l.tx = nil
}

func (l *look) end(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.drop(ctx)
}
