package postgres

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// HandOver hands over to holders and substitutes whose first day has come since
// it was done last, and returns to how many; the system's alone.
func (db *DB) HandOver(ctx context.Context) (n int, err error) {
	err = db.program(ctx, func(tx pgx.Tx) error {
		now := db.now()
		rows, err := tx.Query(ctx, `
			select id from holdings where not handed and coalesce(valid_from, $1) <= $1
			order by id limit 200 for update skip locked`, calendar.DateOf(now))
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[poverty.HoldingID])
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := db.handOver(ctx, tx, id, now); err != nil {
				return fmt.Errorf("holding %d: %w", id, err)
			}
		}
		n = len(ids)
		return db.handBack(ctx, tx, now)
	})
	return n, err
}

// handBack passes on what is still queued for people who stood in for an office
// up to a day that is over, or who may not sign in any more.
func (db *DB) handBack(ctx context.Context, tx pgx.Tx, now time.Time) error {
	// What a dead sender took is in nobody's hands.
	if _, err := tx.Exec(ctx, `
		update notices n set state = 'queued' from users u
		where u.id = n.user_id and not u.active and n.state = 'sending' and n.try_at <= $1`, now); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		select h.office_id from holdings h join notices n on n.office_id = h.office_id and n.user_id = h.user_id
		where n.state = 'queued' and h.substitute and h.valid_to < $1
		union
		select n.office_id from notices n join users u on u.id = n.user_id and not u.active where n.state = 'queued'
		order by 1`, calendar.DateOf(now))
	if err != nil {
		return err
	}
	offices, err := pgx.CollectRows(rows, pgx.RowTo[poverty.OfficeID])
	for _, office := range offices {
		if err := db.passOn(ctx, tx, office, now); err != nil {
			return err
		}
	}
	return err
}

// handOver passes on what is queued for the office of a holding that has begun,
// and tells its holder once, in each running cycle where something is, how much
// is open for the office.
func (db *DB) handOver(ctx context.Context, tx pgx.Tx, id poverty.HoldingID, now time.Time) error {
	rows, err := tx.Query(ctx, "update holdings set handed = true where id = $1 returning id, office_id, user_id, coalesce(cycle_id, '') as cycle_id, valid_from, valid_to", id)
	h, err := one[poverty.Holding](rows, err, "office.no_holding")
	if err != nil {
		return err
	}
	if err := db.passOn(ctx, tx, h.Office, now); err != nil {
		return err
	}
	if !h.On(calendar.DateOf(now), h.Cycle) {
		return nil // it was over before anybody looked
	}
	rows, err = tx.Query(ctx, `
		select m.cycle_id as cycle, o.unit_id as unit, c.rules ->> 'notice_time' as clock, count(distinct d.id) as open
		from offices o
		join cycle_units m on m.unit_id = o.unit_id and $2 in ('', m.cycle_id)
		join cycles c on c.id = m.cycle_id and c.state = 'running'
		join duties d on d.cycle_id = m.cycle_id and d.state in ('open', 'returned')
		left join escalations e on e.duty_id = d.id and e.ladder = d.ladder_no and e.closed_at is null
		where o.id = $1 and (d.unit_id = o.unit_id or e.office_id = o.id)
		group by 1, 2, 3 order by 1`, h.Office, h.Cycle)
	type charge struct {
		Cycle poverty.CycleID `db:"cycle"`
		Unit  poverty.UnitID  `db:"unit"`
		Clock string          `db:"clock"`
		Open  int             `db:"open"`
	}
	charges, err := many[charge](rows, err)
	if err != nil {
		return err
	}
	var list []notice
	for _, c := range charges {
		at := now
		if clock, err := calendar.ParseClock(c.Clock); err == nil && now.Before(calendar.DateOf(now).At(clock)) {
			at = calendar.DateOf(now).At(clock) // nobody is written to in the night
		}
		list = append(list, notice{
			Key:   fmt.Sprintf("handover|%s|%s|%d", c.Cycle, h.Office, id),
			Cycle: c.Cycle, Unit: c.Unit, Kind: poverty.NoticeHandover, Office: h.Office, User: &h.User, At: at, State: poverty.NoticeQueued,
			Text: strconv.Itoa(c.Open),
		})
	}
	b := &book{db: db, tx: tx, now: now}
	return b.insertNotices(ctx, list)
}

// passOn gives what is queued for an office, and was not sent, to whoever acts in
// it now: the old row is superseded, and one under the new holder's key takes its
// place, in the mail or in the inbox alone as the new holder wants it. Where nobody
// acts in it now, it stays with whom it was addressed to, unless that person may
// not sign in any more: then nobody is told but the standing office.
func (db *DB) passOn(ctx context.Context, tx pgx.Tx, office poverty.OfficeID, now time.Time) error {
	rows, err := tx.Query(ctx, "select distinct cycle_id from notices where office_id = $1 and state = 'queued' order by 1", office)
	if err != nil {
		return err
	}
	cycles, err := pgx.CollectRows(rows, pgx.RowTo[poverty.CycleID])
	if err != nil || len(cycles) == 0 {
		return err
	}
	r, err := loadRoster(ctx, tx, nil, []poverty.OfficeID{office})
	if err != nil {
		return err
	}
	for _, id := range cycles {
		holder := r.holder(office, calendar.DateOf(now), id)
		if holder == 0 {
			if err := db.leave(ctx, tx, office, id, now); err != nil {
				return err
			}
			continue
		}
		rows, err := tx.Query(ctx, `
			with passed as (
				update notices set state = 'superseded' where office_id = $1 and cycle_id = $2 and state = 'queued' and user_id <> $3
				returning *)
			insert into notices (key, cycle_id, duty_id, meeting_id, obstacle_id, document_id, unit_id, period, kind, rung, demand, office_id, user_id, at, try_at, state, text,
			                     answer_by, then_at, then_to)
			select regexp_replace(key, '[|][0-9]+$', '') || '|' || $3::bigint, cycle_id, duty_id, meeting_id, obstacle_id, document_id, unit_id, period, kind, rung, demand,
			       office_id, $3, at, greatest(at, $4), 'queued', text, answer_by, then_at, then_to
			from passed where kind not in ('handover', 'standing')
			on conflict (key) do nothing
			returning key, kind, demand, office_id, unit_id, text`, office, id, holder, now)
		type passed struct {
			Key    string             `db:"key"`
			Kind   poverty.NoticeKind `db:"kind"`
			Demand poverty.Demand     `db:"demand"`
			Office poverty.OfficeID   `db:"office_id"`
			Unit   poverty.UnitID     `db:"unit_id"`
			Text   string             `db:"text"`
		}
		found, err := many[passed](rows, err)
		if err != nil {
			return err
		}
		list := make([]notice, len(found))
		for i, n := range found {
			list[i] = notice{Key: n.Key, Kind: n.Kind, Demand: n.Demand, Office: n.Office, Unit: n.Unit, User: &holder, State: poverty.NoticeQueued, Text: n.Text}
		}
		if err := (&book{db: db, tx: tx, now: now}).hush(ctx, list); err != nil {
			return err
		}
		var kept []string
		for _, n := range list {
			if n.State == poverty.NoticeInbox {
				kept = append(kept, n.Key)
			}
		}
		if len(kept) == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, "update notices set state = 'inbox' where key = any ($1)", kept); err != nil {
			return err
		}
	}
	return nil
}

// leave ends what is queued for an office that nobody acts in, addressed to people
// who may not sign in any more, and tells the standing office of the vacancy.
func (db *DB) leave(ctx context.Context, tx pgx.Tx, office poverty.OfficeID, id poverty.CycleID, now time.Time) error {
	left, err := tx.Exec(ctx, `
		update notices n set state = case when n.kind in ('handover', 'standing') then 'superseded' else 'vacant' end,
		       user_id = case when n.kind in ('handover', 'standing') then n.user_id end
		from users u
		where u.id = n.user_id and not u.active and n.office_id = $1 and n.cycle_id = $2 and n.state = 'queued'`, office, id)
	if err != nil || left.RowsAffected() == 0 {
		return err
	}
	c, err := cycle(ctx, tx, id, "")
	if err != nil {
		return err
	}
	r, err := loadRoster(ctx, tx, []poverty.UnitID{c.Rules.Bindings.Standing}, []poverty.OfficeID{office})
	if err != nil {
		return err
	}
	b := &book{db: db, tx: tx, now: now, cycle: c}
	return b.insertNotices(ctx, b.vacancy(r, notice{Cycle: id, Unit: r.byID[office].Unit, Office: office, At: now}))
}
