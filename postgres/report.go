package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

const reportColumns = `
	select r.duty_id, r.version, r.form, r.figures, r.computed, r.overrides, r.texts, r.text, r.nothing, r.without, r.late_reason,
	       r.submitted_at, r.remarks, r.saved_at, coalesce(r.saved_by, 0) as saved_by, coalesce(u.name, '') as saved_by_name
	from reports r left join users u on u.id = r.saved_by`

// Reports returns the versions of a report, newest first.
func (db *DB) Reports(ctx context.Context, duty poverty.DutyID) (list []poverty.Report, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, reportColumns+" where r.duty_id = $1 order by r.version desc", duty)
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
		if len(a.Within(d.Cycle).In(d.Unit)) == 0 {
			return poverty.Errorf(poverty.Forbidden, "duty.forbidden.submit")
		}
		if !d.State.Owed() {
			return poverty.Errorf(poverty.Conflict, "duty.state."+string(d.State), "state", string(d.State))
		}
		if d.Kind != poverty.DutyReport && d.Kind != poverty.DutyGroupPlan {
			return poverty.Errorf(poverty.NotFound, "report.not_found")
		}
		if err := elevate(ctx, tx, "draft"); err != nil {
			return err
		}
		cyc, t, err := db.timetable(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		if cyc.State == poverty.CycleClosed {
			return poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(cyc.ID))
		}
		r, err = db.book(tx, cyc, t).saveReport(ctx, d, a, c, time.Time{})
		return err
	})
	return r, err
}

// saveReport stores the next version, submitted where it was received at an
// instant; it takes the place of a draft. With it goes what the ledger says now.
// Conflict when the version typed over is not the last one, Problems when it is
// not what the form of the period asks.
func (b *book) saveReport(ctx context.Context, d poverty.Duty, a poverty.Actor, c poverty.ReportContent, received time.Time) (poverty.Report, error) {
	rows, err := b.tx.Query(ctx, reportColumns+" where r.duty_id = $1 order by r.version desc limit 1 for update of r", d.ID)
	last, err := one[poverty.Report](rows, err, "report.not_found")
	if e, ok := errors.AsType[*poverty.Error](err); err != nil && (!ok || e.Kind != poverty.NotFound) {
		return last, err
	}
	draft := received.IsZero()
	if c.Version != last.Version && (draft || c.Version != 0) {
		return last, &poverty.Error{Kind: poverty.Conflict, Key: "report.changed", Args: []any{"version", last.Version}, Field: "version"}
	}
	sheet, err := b.sheet(ctx, d)
	if err != nil {
		return last, err
	}
	// An import brings reports as they were, without reasons.
	if wrong := sheet.Form.Judge(sheet.Role, &c, sheet.Ledger, !draft && a.System == ""); len(wrong) > 0 {
		return last, wrong.Err()
	}
	if d.Kind == poverty.DutyGroupPlan && !draft && c.Text == "" && a.System == "" {
		return last, poverty.InvalidField("text", "report.empty")
	}
	r := poverty.Report{
		Duty: d.ID, Version: last.Version + 1, Form: sheet.Form.Version, Figures: c.Figures, Computed: sheet.Ledger, Overrides: c.Overrides,
		Texts: c.Texts, Text: c.Text, Nothing: c.Nothing, Without: sheet.Without(), LateReason: c.LateReason, SavedAt: b.now, SavedBy: a.User,
	}
	if !draft {
		r.SubmittedAt = &received
	}
	if last.Version > 0 && last.SubmittedAt == nil { // the draft takes the next number: whoever still has the old one is told
		if _, err := b.tx.Exec(ctx, "delete from reports where duty_id = $1 and version = $2", d.ID, last.Version); err != nil {
			return r, err
		}
	}
	_, err = b.tx.Exec(ctx, `
		insert into reports (duty_id, version, form, figures, computed, overrides, texts, text, nothing, without, late_reason,
		                     submitted_at, saved_at, saved_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10::text[], '{}'), $11, $12, $13, nullif($14::bigint, 0))`,
		r.Duty, r.Version, r.Form, r.Figures, r.Computed, r.Overrides, r.Texts, r.Text, r.Nothing, r.Without, r.LateReason,
		r.SubmittedAt, r.SavedAt, r.SavedBy)
	return r, err
}

func (b *book) remark(ctx context.Context, id poverty.DutyID, remarks string) error {
	_, err := b.tx.Exec(ctx, `
		update reports set remarks = $2
		where duty_id = $1 and version = (select max(version) from reports where duty_id = $1 and submitted_at is not null)`, id, remarks)
	return err
}
