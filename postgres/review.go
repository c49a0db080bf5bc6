package postgres

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

// Reviews returns the reviews of a cycle.
func (db *DB) Reviews(ctx context.Context, id poverty.CycleID) (list []poverty.Review, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, "select cycle_id, kind, state, figures, conclusion, held_at from reviews where cycle_id = $1 order by kind", id)
		list, err = many[poverty.Review](rows, err)
		return err
	})
	return list, err
}

// concludeReview counts the cycle as of the conference and keeps its
// conclusion.
func (b *book) concludeReview(ctx context.Context, d poverty.Duty, conclusion string, at time.Time) error {
	rows, err := b.tx.Query(ctx, `
		select count(*) as duties,
		       count(*) filter (where state in ('submitted', 'done')) as done,
		       count(*) filter (where verdict = 'late') as late,
		       count(*) filter (where state in ('open', 'returned')) as open,
		       (select count(*) from escalations e where e.cycle_id = $1) as escalated,
		       (select coalesce(sum(poor), 0) from targets t where t.cycle_id = $1) as poor,
		       (select coalesce(sum(to_leave), 0) from targets t where t.cycle_id = $1) as to_leave
		from duties where cycle_id = $1`, d.Cycle)
	f, err := one[poverty.ReviewFigures](rows, err, "cycle.not_found")
	if err != nil {
		return err
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		insert into reviews (cycle_id, kind, state, figures, conclusion, held_at) values ($1, $2, 'concluded', $3, $4, $5)
		on conflict (cycle_id, kind) do update set state = 'concluded', figures = excluded.figures,
			conclusion = excluded.conclusion, held_at = excluded.held_at`,
		d.Cycle, strings.TrimPrefix(d.Code, "review-"), raw, conclusion, at)
	return err
}
