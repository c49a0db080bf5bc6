package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// watchColumns reads watches as they stand on a day (@today). Events count since
// the last alert that ended with the household out of danger, and for a year.
const watchColumns = `
	select w.id, w.owner_id, w.year, w.unit_id, coalesce(v.name, w.unit_id) as unit_name, coalesce(w.household_id, 0) as household_id,
	       w.code, w.hamlet, w.head, w.head_born, w.members, w.left_class, w.class, w.left_on, w.until_day, w.visit_days, w.state,
	       w.fell_to, w.fell_on, coalesce(w.fell_cycle, '') as fell_cycle, w.reason, w.version,
	       (select max(x.day) from watch_visits x where x.watch_id = w.id) as last_visit,
	       coalesce(e.recent, 0)::int as recent, coalesce(e.severe, 0)::int as severe,
	       coalesce((select a.outcome = 'at_risk' from watch_alerts a where a.watch_id = w.id and a.state = 'closed' order by a.no desc limit 1), false) as at_risk,
	       coalesce(o.state, '') as open_alert, d.last_day as open_day, coalesce(d.overdue, false) as overdue
	from watches w
	left join lateral (select count(*) as recent, count(*) filter (where x.severe) as severe from watch_events x
	     where x.watch_id = w.id and x.day > @today::date - 365
	           and x.day > coalesce((select max(local_day(a.closed_at)) from watch_alerts a
	                                 where a.watch_id = w.id and a.outcome = 'out'), '-infinity')) e on true
	left join watch_alerts o on o.watch_id = w.id and o.state <> 'closed'
	left join duties d on d.id = o.duty_id
	left join lateral name_on(w.unit_id, w.left_on) v on true`

// Watches returns the households of a cycle's owner that are or were watched, of
// those that the actor may see; those at risk first, those whose watch is over last.
func (db *DB) Watches(ctx context.Context, f poverty.WatchFilter) (list []poverty.Watch, err error) {
	today := calendar.DateOf(db.now())
	list = []poverty.Watch{}
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, f.Cycle, "")
		if err != nil {
			return err
		}
		var q query
		q.and("w.owner_id = @owner", "owner", c.Owner)
		q.and("true", "today", today)
		if f.Unit != "" {
			q.and("w.unit_id = @unit", "unit", f.Unit)
		}
		if f.Year != 0 {
			q.and("w.year = @year", "year", f.Year)
		}
		if f.State != "" {
			q.and("w.state = @state", "state", f.State)
		}
		if f.Open {
			q.and("o.state is not null", "", nil)
		}
		if f.Code != "" {
			q.and("w.code = @code", "code", f.Code)
		}
		rows, err := tx.Query(ctx, watchColumns+q.clause()+" order by w.unit_id, w.code, w.year", q.args)
		found, err := many[poverty.Watch](rows, err)
		if err != nil {
			return err
		}
		for _, w := range found {
			if risk, _ := w.Risk(today); f.Risk != "" && (risk != f.Risk || !w.Watched(today)) || f.Due && !w.VisitDue(today) {
				continue
			}
			if !c.SeesSensitive(a, w.Unit) {
				w = w.Masked()
			}
			list = append(list, w)
		}
		// Who has to be looked after comes first.
		slices.SortStableFunc(list, func(a, b poverty.Watch) int { return cmp.Compare(a.Urgency(today), b.Urgency(today)) })
		list = list[min(f.Offset, len(list)):]
		list = list[:min(len(list), atMost(f.Limit, 5000))]
		return nil
	})
	return list, err
}

// Watch returns a household that is or was watched, with its visits, events and
// alerts, newest first.
func (db *DB) Watch(ctx context.Context, id poverty.WatchID) (w poverty.Watch, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if w, err = watch(ctx, tx, id, calendar.DateOf(db.now()), ""); err != nil || a.System != "" {
			return err
		}
		rows, err := tx.Query(ctx, cycleColumns+" where owner_id = $1 order by year desc", w.Owner)
		cycles, err := many[poverty.Cycle](rows, err)
		if err != nil {
			return err
		}
		for _, c := range cycles {
			if c.SeesSensitive(a, w.Unit) {
				return nil
			}
		}
		w = w.Masked()
		return nil
	})
	return w, err
}

func watch(ctx context.Context, tx pgx.Tx, id poverty.WatchID, today calendar.Date, lock string) (poverty.Watch, error) {
	if lock != "" {
		if _, err := tx.Exec(ctx, "select from watches where id = $1"+lock, id); err != nil {
			return poverty.Watch{}, err
		}
	}
	rows, err := tx.Query(ctx, watchColumns+" where w.id = @id", pgx.NamedArgs{"id": id, "today": today})
	w, err := one[poverty.Watch](rows, err, "watch.not_found")
	if err != nil {
		return w, err
	}
	rows, err = tx.Query(ctx, "select watch_id, day, found, saved_at from watch_visits where watch_id = $1 order by day desc, id desc", id)
	if w.Visits, err = many[poverty.WatchVisit](rows, err); err != nil {
		return w, err
	}
	rows, err = tx.Query(ctx, "select watch_id, kind, severe, day, text, saved_at from watch_events where watch_id = $1 order by day desc, id desc", id)
	if w.Events, err = many[poverty.WatchEvent](rows, err); err != nil {
		return w, err
	}
	rows, err = tx.Query(ctx, `
		select a.watch_id, a.no, a.cycle_id, a.state, a.text, a.raised_at, a.found, a.checked_at, coalesce(a.helper_id, '') as helper_id,
		       coalesce(v.name, a.helper_id, '') as helper_name, a.help, a.given, a.helped_at, a.outcome, a.result, a.closed_at,
		       coalesce(a.duty_id, 0) as duty_id, d.last_day, coalesce(d.overdue, false) as overdue
		from watch_alerts a
		left join duties d on d.id = a.duty_id
		left join lateral name_on(a.helper_id, local_day(a.raised_at)) v on true
		where a.watch_id = $1 order by a.no desc`, id)
	w.Alerts, err = many[poverty.WatchAlert](rows, err)
	return w, err
}

// WatchCounts returns, for each commune of a cycle's owner and each year, what
// became of those that left poverty or near-poverty in it, of what the actor may
// see.
func (db *DB) WatchCounts(ctx context.Context, id poverty.CycleID) (list []poverty.WatchCount, err error) {
	today := calendar.DateOf(db.now())
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			select w.unit_id, coalesce(min(v.name), w.unit_id) as unit_name, w.year,
			       count(*) filter (where w.left_class = 'poor') as left_poor, count(*) filter (where w.left_class = 'near_poor') as left_near,
			       count(*) filter (where w.state = 'fallen_back') as back, count(*) filter (where w.fell_to = 'poor') as back_poor,
			       count(*) filter (where w.state = 'watching' and w.until_day >= $2) as running,
			       count(*) filter (where w.state = 'watching' and w.until_day < $2) as over,
			       count(*) filter (where w.state in ('ended', 'renewed')) as other
			from watches w
			left join lateral name_on(w.unit_id, w.left_on) v on true
			where w.owner_id = $1 group by w.unit_id, w.year order by w.unit_id, w.year`, c.Owner, today)
		list, err = many[poverty.WatchCount](rows, err)
		return err
	})
	return list, err
}

// seesWatch tells whether the actor may see the watch of a decision, and fills
// in its number where the decision names it by its commune and code.
func (b *book) seesWatch(ctx context.Context, m *poverty.WatchMove) error {
	if m.Verb == poverty.WatchAdd {
		return nil
	}
	rows, err := b.tx.Query(ctx, `
		select id from watches where owner_id = $1 and (id = $2 or $2 = 0 and unit_id = $3 and code = $4 and state = 'watching')`,
		b.cycle.Owner, m.Watch, m.Unit, m.Code)
	if err != nil {
		return err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[poverty.WatchID])
	if err == nil && len(found) == 0 {
		err = poverty.Errorf(poverty.NotFound, "watch.not_found")
	}
	if err == nil {
		m.Watch = found[0]
	}
	return err
}

// moveWatch carries out a decision about a household that is watched, with the
// duty that a step of an alert ends and the one that it lays on.
func (b *book) moveWatch(ctx context.Context, a poverty.Actor, m poverty.WatchMove, at time.Time, out *poverty.Outcome) error {
	for _, s := range []*string{&m.Text, &m.Help, &m.Code, &m.Head, &m.Basis} {
		*s = locale.NFC(strings.TrimSpace(*s))
	}
	w := poverty.Watch{Owner: b.cycle.Owner, Unit: m.Unit}
	if m.Verb != poverty.WatchAdd {
		if err := b.seesWatch(ctx, &m); err != nil {
			return err
		}
		var err error
		if w, err = watch(ctx, b.tx, m.Watch, calendar.DateOf(at), " for update"); err != nil {
			return err
		}
	}
	seat, behalf, err := b.cycle.MayWatch(a, w, m)
	if err != nil {
		return err
	}
	_, standing := a.InCycle(b.cycle, poverty.PartStanding)
	by := poverty.Entry{Actor: a.User, Office: seat.Office, OnBehalf: behalf, Basis: m.Basis}
	if by.At, err = poverty.Effective(m.At, at, standing || a.System != "", m.Basis); err != nil {
		return err
	}
	if err := w.MayMove(b.cycle, m, calendar.DateOf(by.At)); err != nil {
		return err
	}
	if err := b.enactWatch(ctx, &w, m, by); err != nil {
		return err
	}
	by.Code, by.Unit, by.Event = "watch", w.Unit, poverty.EventNoted
	b.note(by)
	out.Watch, out.State = w.ID, string(w.State)
	return nil
}

func (b *book) enactWatch(ctx context.Context, w *poverty.Watch, m poverty.WatchMove, by poverty.Entry) error {
	args := pgx.NamedArgs{"id": w.ID, "cycle": b.cycle.ID, "day": m.Day, "text": m.Text, "now": b.now, "by": by.Actor, "kind": m.Event, "severe": m.Severe, "at": by.At,
		"helper": m.Helper, "help": m.Help, "outcome": m.Outcome}
	do := func(sql string) error {
		_, err := b.tx.Exec(ctx, sql, args)
		return err
	}
	alert := func(sql string) error {
		return do("update watch_alerts set " + sql + ", saved_at = @now, saved_by = nullif(@by::bigint, 0) where watch_id = @id and state <> 'closed'")
	}
	var err error
	switch m.Verb {
	case poverty.WatchAdd:
		return b.addWatch(ctx, w, m, by)
	case poverty.WatchVisits:
		err = do("insert into watch_visits (watch_id, cycle_id, day, found, saved_at, saved_by) values (@id, @cycle, @day, @text, @now, nullif(@by::bigint, 0))")
	case poverty.WatchNotes:
		err = do("insert into watch_events (watch_id, cycle_id, kind, severe, day, text, saved_at, saved_by) values (@id, @cycle, @kind, @severe, @day, @text, @now, nullif(@by::bigint, 0))")
	case poverty.WatchAlerts:
		if err = do(`insert into watch_alerts (watch_id, no, cycle_id, state, text, raised_at, saved_at, saved_by)
			select @id, coalesce(max(no), 0) + 1, @cycle, 'raised', @text, @at, @now, nullif(@by::bigint, 0) from watch_alerts where watch_id = @id`); err != nil {
			return err
		}
		b.oweWatch(*w, poverty.EventAlert, w.Unit, len(w.Alerts)+1, by.At)
	case poverty.WatchChecks:
		if err := b.endWatchStep(ctx, *w, by); err != nil {
			return err
		}
		if m.Helper == "" {
			err = alert("state = 'closed', found = @text, checked_at = @at, outcome = 'no_need', closed_at = @at")
			break
		}
		if err = alert("state = 'checked', found = @text, checked_at = @at, helper_id = @helper, help = @help"); err != nil {
			return err
		}
		if err = do("update watches set audience = array(select distinct x from unnest(audience || @helper::text) x order by 1) where id = @id and unit_id <> @helper"); err != nil {
			return err
		}
		b.oweWatch(*w, poverty.EventAlertSeen, m.Helper, w.Alerts[0].No, by.At)
	case poverty.WatchHelps:
		if err := b.endWatchStep(ctx, *w, by); err != nil {
			return err
		}
		if err = alert("state = 'helped', given = @text, helped_at = @at"); err != nil {
			return err
		}
		b.oweWatch(*w, poverty.EventAlertHelp, w.Unit, w.Alerts[0].No, by.At)
	case poverty.WatchResult:
		if err := b.endWatchStep(ctx, *w, by); err != nil {
			return err
		}
		err = alert("state = 'closed', result = @text, outcome = @outcome, closed_at = @at")
	case poverty.WatchEnds:
		w.State = poverty.WatchEnded
		err = do("update watches set state = 'ended', reason = @text where id = @id")
	}
	if err == nil {
		err = do("update watches set version = version + 1, saved_at = @now, saved_by = nullif(@by::bigint, 0) where id = @id")
	}
	return err
}

func (b *book) addWatch(ctx context.Context, w *poverty.Watch, m poverty.WatchMove, by poverty.Entry) error {
	w.State, w.Code = poverty.WatchRunning, m.Code
	// As a survey that finds the household leaving again does: a watch whose term is over gives way.
	if _, err := b.tx.Exec(ctx, `
		update watches set state = 'renewed', version = version + 1, saved_at = $5
		where owner_id = $1 and unit_id = $2 and code = $3 and state = 'watching' and until_day < $4`, w.Owner, m.Unit, m.Code, calendar.DateOf(by.At), b.now); err != nil {
		return err
	}
	err := b.tx.QueryRow(ctx, `
		insert into watches (owner_id, unit_id, year, household_id, code, hamlet, head, members, left_class, class, left_on, until_day, visit_days, saved_at, saved_by)
		select @owner, @unit, @year, h.id, @code, coalesce(nullif(@hamlet, ''), h.hamlet, ''), @head, @members, @left, @class, @day, @until, @every, @now, nullif(@by::bigint, 0)
		from (select 1) x
		left join households h on h.cycle_id = @left_cycle and h.unit_id = @unit and h.code = @code
		on conflict do nothing returning id`,
		pgx.NamedArgs{"owner": w.Owner, "unit": m.Unit, "year": m.Day.Year(), "code": m.Code, "hamlet": m.Hamlet, "head": m.Head, "members": m.Members, "left": m.Left,
			"class": cmp.Or(m.Class, poverty.ClassNotPoor), "day": m.Day, "until": m.Day.AddMonths(b.cycle.Rules.Watch.Length()), "every": b.cycle.Rules.Watch.Every(),
			"now": b.now, "by": by.Actor, "left_cycle": poverty.NewCycleID(w.Owner, m.Day.Year())}).Scan(&w.ID)
	if errors.Is(err, pgx.ErrNoRows) {
		return &poverty.Error{Kind: poverty.Conflict, Key: "watch.there_already", Args: []any{"code", m.Code}, Field: "code"}
	}
	return err
}

// oweWatch lays the next step of an alert on a unit, where the cycle makes it a
// duty.
func (b *book) oweWatch(w poverty.Watch, event string, unit poverty.UnitID, no int, at time.Time) {
	b.links = append(b.links, func(ctx context.Context) error {
		_, err := b.tx.Exec(ctx, "update watch_alerts set duty_id = null where watch_id = $1 and no = $2", w.ID, no)
		return err
	})
	t, ok := b.cycle.Rules.WatchTemplate(event)
	if !ok {
		return
	}
	subject := fmt.Sprintf("%d.%d", w.ID, no)
	b.open(t, unit, "", subject, t.Due.WithEvent(calendar.DateOf(at)), at, "")
	b.opening[len(b.opening)-1].audience = []poverty.UnitID{w.Unit}
	b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessAssignment})
	b.links = append(b.links, func(ctx context.Context) error {
		_, err := b.tx.Exec(ctx, "update watch_alerts set duty_id = (select id from duties where key = $3) where watch_id = $1 and no = $2",
			w.ID, no, poverty.DutyKey(b.cycle.ID, t.Code, unit, "", subject))
		return err
	})
}

// endWatchStep ends the duty that waits for the present step of an alert.
func (b *book) endWatchStep(ctx context.Context, w poverty.Watch, by poverty.Entry) error {
	if err := b.load(ctx, "d.id = $1 and d.cycle_id = $2", w.Alerts[0].Duty, b.cycle.ID); err != nil {
		return err
	}
	for _, d := range b.duties {
		b.advance(d, by.At)
		b.finish(d, by)
	}
	return nil
}

// watchSurvey takes down what the closed survey of the cycle says of households
// that are watched: who fell back; and puts those under watch that left.
func (b *book) watchSurvey(ctx context.Context, day calendar.Date) error {
	rules := b.cycle.Rules.Watch
	args := pgx.NamedArgs{"owner": b.cycle.Owner, "cycle": b.cycle.ID, "year": b.cycle.Year, "day": day, "months": rules.Length(), "every": rules.Every(), "now": b.now}
	for _, sql := range []string{`
		update watches w set state = 'fallen_back', fell_to = r.result_class, fell_on = coalesce(s.recognised_on, @day), fell_cycle = @cycle,
		       version = w.version + 1, saved_at = @now
		from survey_households r
		join surveys s on s.cycle_id = r.cycle_id and s.unit_id = r.unit_id
		where w.owner_id = @owner and w.state = 'watching' and w.until_day >= coalesce(s.recognised_on, @day)
		      and r.cycle_id = @cycle and r.unit_id = w.unit_id and r.code = w.code
		      and (r.result_class = 'poor' and w.left_class = 'poor' or r.result_class in ('poor', 'near_poor') and w.class = 'not_poor')`, `
		update watches w set state = 'renewed', version = w.version + 1, saved_at = @now
		from survey_households r
		where w.owner_id = @owner and w.year < @year and w.state = 'watching' and r.cycle_id = @cycle and r.unit_id = w.unit_id and r.code = w.code
		      and r.movement in ('passed', 'to_near_poor')`, `
		insert into watches (owner_id, unit_id, year, household_id, code, hamlet, head, head_born, members, left_class, class, left_on, until_day, visit_days, saved_at)
		select @owner, r.unit_id, @year, r.household_id, r.code, r.hamlet, r.head, r.head_born, r.result_members, r.start_class, r.result_class,
		       coalesce(s.recognised_on, @day), (coalesce(s.recognised_on, @day) + make_interval(months => @months))::date, @every, @now
		from survey_households r
		join surveys s on s.cycle_id = r.cycle_id and s.unit_id = r.unit_id
		where r.cycle_id = @cycle and r.movement in ('passed', 'to_near_poor')
		on conflict (owner_id, unit_id, code, year) do nothing`} {
		if _, err := b.tx.Exec(ctx, sql, args); err != nil {
			return err
		}
	}
	return nil
}

// listWatched puts onto a commune's survey the households under watch that
// something happened to since the year began: an alert, or an event of the last
// twelve months. They were not poor when the year began.
const listWatched = `
	insert into survey_households (cycle_id, unit_id, code, hamlet, head, head_born, why, start_class, start_members, result_members, changed_at, changed_by)
	select @cycle, w.unit_id, w.code, w.hamlet, w.head, w.head_born, 'watch', 'not_poor', w.members, w.members, @now, nullif(@user::bigint, 0)
	from watches w
	where w.owner_id = @owner and w.unit_id = @unit and w.state = 'watching' and w.class = 'not_poor' and w.until_day >= @today and w.year < @year
	      and not exists (select from households h where h.cycle_id = @cycle and h.unit_id = w.unit_id and h.code = w.code)
	      and (exists (select from watch_alerts a where a.watch_id = w.id and (a.state <> 'closed' or a.cycle_id = @cycle))
	           or exists (select from watch_events e where e.watch_id = w.id and e.day > @today::date - 365))
	order by w.hamlet, w.code
	on conflict do nothing`

// watchedCodes returns the codes of the households of the scope's commune that
// are watched.
func (k *keeper) watchedCodes() (map[string]bool, error) {
	rows, err := k.tx.Query(k.ctx, "select code from watches where owner_id = $1 and unit_id = $2 and state = 'watching' and year < $3 and until_day >= $4",
		k.cycle.Owner, k.scope.Unit, k.cycle.Year, calendar.DateOf(k.now))
	if err != nil {
		return nil, err
	}
	codes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	watched := make(map[string]bool, len(codes))
	for _, code := range codes {
		watched[code] = true
	}
	return watched, err
}
