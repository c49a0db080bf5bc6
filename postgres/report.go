package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

const reportColumns = `
	select duty_id, version, figures, text, late_reason, submitted_at, remarks, saved_at, coalesce(saved_by, 0) as saved_by from reports`

// Reports returns the versions of a report, newest first.
func (db *DB) Reports(ctx context.Context, duty poverty.DutyID) (list []poverty.Report, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, reportColumns+" where duty_id = $1 order by version desc", duty)
		list, err = many[poverty.Report](rows, err)
		return err
	})
	return list, err
}

// SaveReport stores a draft of a report by someone of its unit. Conflict when
// another version was saved since the one that was typed over.
func (db *DB) SaveReport(ctx context.Context, id poverty.DutyID, c poverty.ReportContent) (r poverty.Report, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		d, err := duty(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(a.In(d.Unit)) == 0 {
			return poverty.Errorf(poverty.Forbidden, "duty.forbidden.submit")
		}
		if !d.State.Owed() {
			return poverty.Errorf(poverty.Conflict, "duty.state."+string(d.State), "state", string(d.State))
		}
		if err := elevate(ctx, tx, "draft"); err != nil {
			return err
		}
		b := &book{db: db, tx: tx, now: db.now()}
		r, err = b.saveReport(ctx, id, a, c, time.Time{})
		return err
	})
	return r, err
}

// saveReport stores the next version, submitted where it was received at an
// instant; it takes the place of a draft. Conflict when the version typed over
// is not the last one.
func (b *book) saveReport(ctx context.Context, id poverty.DutyID, a poverty.Actor, c poverty.ReportContent, received time.Time) (poverty.Report, error) {
	rows, err := b.tx.Query(ctx, reportColumns+" where duty_id = $1 order by version desc limit 1 for update", id)
	last, err := one[poverty.Report](rows, err, "report.not_found")
	if e, ok := errors.AsType[*poverty.Error](err); err != nil && (!ok || e.Kind != poverty.NotFound) {
		return last, err
	}
	draft := received.IsZero()
	if c.Version != last.Version && (draft || c.Version != 0) {
		return last, &poverty.Error{Kind: poverty.Conflict, Key: "report.changed", Args: []any{"version", last.Version}, Field: "version"}
	}
	for name, v := range c.Figures {
		if v < 0 {
			return last, poverty.InvalidField("figures."+name, "report.negative")
		}
	}
	if c.Figures == nil {
		c.Figures = map[string]int64{}
	}
	r := poverty.Report{Duty: id, Version: last.Version + 1, Figures: c.Figures, Text: c.Text, LateReason: c.LateReason, SavedAt: b.now, SavedBy: a.User}
	if !draft {
		r.SubmittedAt = &received
	}
	if last.Version > 0 && last.SubmittedAt == nil { // the draft takes the next number: whoever still has the old one is told
		if _, err := b.tx.Exec(ctx, "delete from reports where duty_id = $1 and version = $2", id, last.Version); err != nil {
			return r, err
		}
	}
	_, err = b.tx.Exec(ctx, `
		insert into reports (duty_id, version, figures, text, late_reason, submitted_at, saved_at, saved_by)
		values ($1, $2, $3, $4, $5, $6, $7, nullif($8::bigint, 0))`,
		r.Duty, r.Version, r.Figures, r.Text, r.LateReason, r.SubmittedAt, r.SavedAt, r.SavedBy)
	return r, err
}

func (b *book) remark(ctx context.Context, id poverty.DutyID, remarks string) error {
	_, err := b.tx.Exec(ctx, `
		update reports set remarks = $2
		where duty_id = $1 and version = (select max(version) from reports where duty_id = $1 and submitted_at is not null)`, id, remarks)
	return err
}
