package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"dondoc/poverty"
)

// Vitals returns what whoever watches the installation wants to see; only the
// program itself may ask.
func (db *DB) Vitals(ctx context.Context) (v poverty.Vitals, err error) {
	err = db.program(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select rung, count(*)::int as count from duties where overdue and state in ('open', 'returned') group by rung order by rung`)
		if v.Late, err = many[poverty.LateCount](rows, err); err != nil {
			return err
		}
		v.Notices = map[poverty.NoticeState]int{}
		var state poverty.NoticeState
		var n int
		rows, err = tx.Query(ctx, "select state, count(*)::int from notices where state in ('queued', 'sending') group by state")
		if err != nil {
			return err
		}
		if _, err = pgx.ForEachRow(rows, []any{&state, &n}, func() error { v.Notices[state] = n; return nil }); err != nil {
			return err
		}
		var unsent, wake, step, audited *time.Time
		err = tx.QueryRow(ctx, `
			select (select min(at) from notices where state in ('queued', 'sending')),
			       (select count(*)::int from escalations where closed_at is null),
			       (select count(*)::int from wakes), (select min(created_at) from wakes),
			       (select min(d.next_at) from duties d join cycles c on c.id = d.cycle_id where d.next_at is not null and c.state = 'running'),
			       (select count(*)::int from cycles where state = 'running'),
			       coalesce((select jsonb_array_length(flaws) from audits order by id desc limit 1), 0), (select max(at) from audits)`).
			Scan(&unsent, &v.Escalations, &v.Wakes, &wake, &step, &v.Cycles, &v.Flaws, &audited)
		v.AuditedAt = orZero(audited)
		v.OldestUnsent, v.OldestWake, v.OldestStep = orZero(unsent), orZero(wake), orZero(step)
		return err
	})
	return v, err
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// SchemaVersion returns the number of the newest migration that the database
// has had.
func (db *DB) SchemaVersion(ctx context.Context) (version int64, err error) {
	err = fail(db.pool.QueryRow(ctx, "select coalesce(max(version_id), 0) from goose_db_version where is_applied").Scan(&version))
	return version, err
}

// Probe does what the least of all reads does: it runs one trivial query as the
// actor. Measurements compare other reads with it.
func (db *DB) Probe(ctx context.Context) error {
	return db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		_, err := tx.Exec(ctx, "select 1")
		return err
	})
}

// Clock returns what the database server's clock shows.
func (db *DB) Clock(ctx context.Context) (now time.Time, err error) {
	err = fail(db.pool.QueryRow(ctx, "select clock_timestamp()").Scan(&now))
	return now, err
}

// Pool returns how the connections are used.
func (db *DB) Pool() *pgxpool.Stat { return db.pool.Stat() }
