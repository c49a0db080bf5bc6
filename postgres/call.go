package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

const callColumns = `
	select x.id, x.duty_id, x.key, x.office_id, coalesce(o.title, x.office_id) as office_name, coalesce(u.name, '') as by_name,
	       x.whom, x.said, x.called_at, x.recorded_at
	from calls x
	left join offices o on o.id = x.office_id
	left join users u on u.id = x.recorded_by`

// Calls returns the calls about a duty, newest first.
func (db *DB) Calls(ctx context.Context, id poverty.DutyID) (list []poverty.Call, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, callColumns+" where x.duty_id = $1 order by x.called_at desc, x.id desc", id)
		list, err = many[poverty.Call](rows, err)
		return err
	})
	return list, err
}

// LogCall stores a call about a duty. It stops no ladder; the same key again
// returns what is stored.
func (db *DB) LogCall(ctx context.Context, x poverty.Call) (saved poverty.Call, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		d, err := duty(ctx, tx, x.Duty)
		if err != nil {
			return err
		}
		c, err := cycle(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		seat, err := c.MayLogCall(a)
		if err != nil {
			return err
		}
		if err := x.Check(db.now()); err != nil {
			return err
		}
		if x.Key == "" {
			return poverty.InvalidField("key", "error.required")
		}
		if err := elevate(ctx, tx, "call"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			insert into calls (cycle_id, duty_id, key, office_id, whom, said, called_at, recorded_at, recorded_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9::bigint, 0)) on conflict do nothing`,
			d.Cycle, d.ID, x.Key, seat.Office, x.Whom, x.Said, x.At, db.now(), a.User); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, callColumns+" where x.key = $1 and x.recorded_by is not distinct from nullif($2::bigint, 0)", x.Key, a.User)
		if saved, err = one[poverty.Call](rows, err, "call.not_found"); err != nil {
			return err
		}
		if saved.Duty != x.Duty || saved.Whom != x.Whom || saved.Said != x.Said {
			return poverty.Errorf(poverty.Conflict, "decision.key_reused")
		}
		return nil
	})
	return saved, err
}
