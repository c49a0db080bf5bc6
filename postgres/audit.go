package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

// auditsKept is how many audits are kept.
const auditsKept = 500

// Audit proves from the facts that every open duty was looked after up to an
// instant, that every rung reached has its notices, that none waits and none was
// sent twice; what it finds is kept. The system's alone.
func (db *DB) Audit(ctx context.Context, at time.Time) (found poverty.Audit, err error) {
	err = db.program(ctx, func(tx pgx.Tx) error {
		found = poverty.Audit{At: at, Flaws: []poverty.Flaw{}}
		ids, err := running(ctx, tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := db.auditCycle(ctx, tx, id, at.Add(-poverty.AuditPatience), &found); err != nil {
				return err
			}
		}
		if err := auditNotices(ctx, tx, at.Add(-poverty.AuditPatience), &found); err != nil {
			return err
		}
		found.Flaws = found.Flaws[:min(len(found.Flaws), poverty.MostFlaws)]
		if err := tx.QueryRow(ctx, "insert into audits (at, duties, flaws) values ($1, $2, $3) returning id", at, found.Duties, found.Flaws).Scan(&found.ID); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "delete from audits where id <= $1", found.ID-auditsKept)
		return err
	})
	return found, err
}

func (db *DB) auditCycle(ctx context.Context, tx pgx.Tx, id poverty.CycleID, until time.Time, found *poverty.Audit) error {
	_, t, err := db.timetable(ctx, tx, id, "")
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, dutyColumns+" where d.cycle_id = $1 and d.state in ('open', 'returned') order by d.id", id)
	duties, err := many[poverty.Duty](rows, err)
	if err != nil {
		return err
	}
	ids := make([]poverty.DutyID, len(duties))
	for i, d := range duties {
		ids[i] = d.ID
	}
	past, err := history(ctx, tx, ids)
	if err != nil {
		return err
	}
	found.Duties += len(duties)
	for _, d := range duties {
		found.Flaws = append(found.Flaws, d.Audit(t, past[d.ID], until)...)
	}
	return nil
}

// auditNotices finds rungs that fired without a notice, notices that wait too
// long, and people who were sent two of one rung.
func auditNotices(ctx context.Context, tx pgx.Tx, until time.Time, found *poverty.Audit) error {
	rows, err := tx.Query(ctx, `
		select 'unposted' as kind, d.id as duty, d.key || '|' || h.ladder || '|' || h.rung as key, h.effective_at as at
		from history h join duties d on d.id = h.duty_id join cycles c on c.id = d.cycle_id and c.state = 'running'
		where h.event in ('reminded', 'escalated') and h.actor_id is null and h.recorded_at <= $1
		  and not exists (select from notices n where n.duty_id = d.id and starts_with(n.key, d.key || '|' || h.ladder || '|' || h.rung || '|'))
		union all
		select 'unsent', coalesce(n.duty_id, 0), n.key, n.at from notices n
		where n.state in ('queued', 'sending') and n.at <= $1
		union all
		select 'twice', n.duty_id, min(n.key), min(n.at) from notices n
		where n.state = 'sent' and n.rung <> ''
		group by n.duty_id, split_part(n.key, '|', 2), n.rung, n.user_id having count(distinct n.letter) > 1
		order by 4 limit $2`, until, poverty.MostFlaws)
	if err != nil {
		return err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[poverty.Flaw])
	found.Flaws = append(found.Flaws, list...)
	return err
}

// Audits returns the newest audits; Forbidden to all but administrators.
func (db *DB) Audits(ctx context.Context, most int) (list []poverty.Audit, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if !a.Admin && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "audit.forbidden")
		}
		rows, err := tx.Query(ctx, "select id, at, duties, flaws from audits order by id desc"+limit(most, auditsKept))
		list, err = many[poverty.Audit](rows, err)
		return err
	})
	return list, err
}
