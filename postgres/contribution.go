package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

const contributionColumns = `
	select x.duty_id, x.unit_id, x.version, x.figures, x.text, x.nothing, x.saved_at, coalesce(x.saved_by, 0) as saved_by,
	       coalesce(u.name, '') as saved_by_name
	from contributions x left join users u on u.id = x.saved_by`

func contributions(ctx context.Context, tx pgx.Tx, id poverty.DutyID) ([]poverty.Contribution, error) {
	rows, err := tx.Query(ctx, contributionColumns+" where x.duty_id = $1 order by x.unit_id", id)
	return many[poverty.Contribution](rows, err)
}

// SaveContribution stores what a member contributes to the report of its lead.
// Conflict when another version was saved than the one that was typed over.
func (db *DB) SaveContribution(ctx context.Context, x poverty.Contribution) (saved poverty.Contribution, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		d, err := duty(ctx, tx, x.Duty)
		if err != nil {
			return err
		}
		c, t, err := db.timetable(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		if err := c.MayContribute(a.Within(c.ID), d, x.Unit); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "draft"); err != nil {
			return err
		}
		b := db.book(tx, c, t)
		p, err := b.period(ctx, d.Period)
		if err != nil {
			return err
		}
		form, err := reportForm(ctx, tx, d.Cycle, p.Form)
		if err != nil {
			return err
		}
		if wrong := form.JudgeContribution(&x); len(wrong) > 0 {
			return wrong.Err()
		}
		rows, err := tx.Query(ctx, contributionColumns+" where x.duty_id = $1 and x.unit_id = $2 for update of x", x.Duty, x.Unit)
		last, err := one[poverty.Contribution](rows, err, "contribution.not_found")
		if e, ok := errors.AsType[*poverty.Error](err); err != nil && (!ok || e.Kind != poverty.NotFound) {
			return err
		}
		if x.Version != last.Version {
			return &poverty.Error{Kind: poverty.Conflict, Key: "contribution.changed", Args: []any{"version", last.Version}, Field: "version"}
		}
		saved = x
		saved.Version, saved.SavedAt, saved.SavedBy = last.Version+1, b.now, a.User
		tag, err := tx.Exec(ctx, `
			insert into contributions as c (duty_id, unit_id, version, figures, text, nothing, saved_at, saved_by)
			values ($1, $2, $3, $4, $5, $6, $7, nullif($8::bigint, 0))
			on conflict (duty_id, unit_id) do update set version = excluded.version, figures = excluded.figures, text = excluded.text,
			     nothing = excluded.nothing, saved_at = excluded.saved_at, saved_by = excluded.saved_by
			where c.version = $3 - 1`,
			saved.Duty, saved.Unit, saved.Version, saved.Figures, saved.Text, saved.Nothing, saved.SavedAt, saved.SavedBy)
		if err == nil && tag.RowsAffected() == 0 { // both were the first
			return &poverty.Error{Kind: poverty.Conflict, Key: "contribution.changed", Args: []any{"version", 1}, Field: "version"}
		}
		return err
	})
	return saved, err
}
