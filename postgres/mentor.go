package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

const mentorColumns = `
	select m.id, m.cycle_id, m.unit_id, coalesce(v.name, m.unit_id) as unit_name, m.household_id, m.code, m.head, m.hamlet_name,
	       m.name, m.organisation, m.from_day, m.until_day, m.version, coalesce(m.user_id, 0) as user_id
	from mentors m
	join cycles c on c.id = m.cycle_id
	left join lateral name_on(m.unit_id, local_day(c.issued_at)) v on true`

// Mentors returns the mentors of households with their visits; what a visit
// found only to who helps the commune, and to those who see all of it.
func (db *DB) Mentors(ctx context.Context, f poverty.MentorFilter) (list []poverty.Mentor, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, f.Cycle, "")
		if err != nil {
			return err
		}
		if list, err = mentors(ctx, tx, f, calendar.DateOf(db.now())); err != nil {
			return err
		}
		return withVisits(ctx, tx, c, a, list)
	})
	return list, err
}

// Mentor returns a mentor with the visits.
func (db *DB) Mentor(ctx context.Context, id poverty.MentorID) (m poverty.Mentor, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if m, err = mentor(ctx, tx, id); err != nil {
			return err
		}
		c, err := cycle(ctx, tx, m.Cycle, "")
		if err != nil {
			return err
		}
		list := []poverty.Mentor{m}
		err = withVisits(ctx, tx, c, a, list)
		m = list[0]
		return err
	})
	return m, err
}

func mentor(ctx context.Context, tx pgx.Tx, id poverty.MentorID) (poverty.Mentor, error) {
	rows, err := tx.Query(ctx, mentorColumns+" where m.id = $1", id)
	return one[poverty.Mentor](rows, err, "mentor.not_found")
}

func mentors(ctx context.Context, tx pgx.Tx, f poverty.MentorFilter, today calendar.Date) ([]poverty.Mentor, error) {
	rows, err := tx.Query(ctx, mentorColumns+`
		where m.cycle_id = @cycle and (@unit = '' or m.unit_id = @unit) and (@code = '' or m.code = @code)
		      and (@user = 0 or m.user_id = @user)
		      and (@ended or m.until_day is null or m.until_day >= @today)
		order by m.unit_id, m.code, m.from_day, m.id`,
		pgx.NamedArgs{"cycle": f.Cycle, "unit": f.Unit, "code": f.Code, "user": f.User, "ended": f.Ended, "today": today})
	return many[poverty.Mentor](rows, err)
}

// withVisits adds the visits that the actor may see to the mentors.
func withVisits(ctx context.Context, tx pgx.Tx, c poverty.Cycle, a poverty.Actor, list []poverty.Mentor) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]poverty.MentorID, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	rows, err := tx.Query(ctx, `
		select v.id, v.mentor_id, v.day, v.found, v.saved_at, coalesce(v.saved_by, 0) as saved_by, coalesce(u.name, '') as by_name,
		       coalesce(v.corrects, 0) as corrects, v.reason, v.gone
		from visits v left join users u on u.id = v.saved_by where v.mentor_id = any ($1) order by v.id desc`, ids)
	visits, err := many[poverty.Visit](rows, err)
	if err != nil {
		return err
	}
	for i := range list {
		m := &list[i]
		var own []poverty.Visit
		for _, v := range visits {
			if v.Mentor == m.ID {
				own = append(own, v)
			}
		}
		m.Visits = poverty.Corrected(own)
		if m.User == 0 || m.User != a.User {
			*m = m.Seen(c.PlanSight(a, m.Unit))
		}
	}
	return nil
}

// SaveMentor stores a mentor of a household of the plan, a new one without ID:
// named by the household's code; the same name from the same day is one. Who may is as with AssignHelpers. Conflict when
// another version was saved meanwhile.
func (db *DB) SaveMentor(ctx context.Context, m poverty.Mentor, basis string) (poverty.Mentor, error) {
	m.Name, m.Organisation, basis = locale.NFC(strings.TrimSpace(m.Name)), locale.NFC(strings.TrimSpace(m.Organisation)), locale.NFC(strings.TrimSpace(basis))
	if m.ID != 0 {
		old, err := db.Mentor(ctx, m.ID)
		if err != nil {
			return m, err
		}
		m.Cycle, m.Unit, m.User = old.Cycle, old.Unit, old.User
	}
	id := m.ID
	err := db.allotting(ctx, m.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		return c.MayHelp(a, m.Unit, basis)
	}, func(k *keeper) error {
		if err := m.Check(); err != nil {
			return err
		}
		k.scope.Basis = basis
		if err := k.findUser(&m); err != nil {
			return err
		}
		if id == 0 {
			if err := k.insertMentor(m, &id); err != nil {
				return err
			}
		} else {
			tag, err := k.tx.Exec(ctx, `
				update mentors set name = $3, organisation = $4, from_day = $5, until_day = $6, version = version + 1, saved_at = $7, saved_by = nullif($8::bigint, 0),
				       user_id = nullif($9::bigint, 0)
				where id = $1 and version = $2`, m.ID, m.Version, m.Name, m.Organisation, m.From, day(m.Until), k.now, k.actor.User, m.User)
			if err != nil {
				return err
			}
			if tag.RowsAffected() == 0 {
				now, err := mentor(ctx, k.tx, id)
				if err != nil {
					return err
				}
				return changed("mentor.changed", now.Version)
			}
		}
		k.tellAs("mentor", m.Unit)
		return nil
	})
	if err != nil {
		return m, err
	}
	return db.Mentor(ctx, id)
}

func (k *keeper) insertMentor(m poverty.Mentor, id *poverty.MentorID) error {
	rows, err := standing(k.ctx, k.tx, m.Cycle, m.Unit)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(h poverty.PlanHousehold) bool { return h.Code == m.Code })
	if i < 0 {
		return poverty.InvalidField("household", "helper.not_planned", "household", m.Code)
	}
	h := rows[i]
	return k.tx.QueryRow(k.ctx, `
		insert into mentors (cycle_id, unit_id, household_id, code, head, hamlet_name, name, organisation, from_day, until_day, audience, saved_at, saved_by, user_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, array_remove(array[$11::text], ''), $12, nullif($13::bigint, 0), nullif($14::bigint, 0))
		on conflict (cycle_id, household_id, name, from_day) do update set name = excluded.name
		returning id`, m.Cycle, m.Unit, h.Household, h.Code, h.Head, h.HamletName, m.Name, m.Organisation, m.From, day(m.Until),
		leadOf(k.cycle, m.Unit), k.now, k.actor.User, m.User).Scan(id)
}

// LogVisit stores a visit; one with a key that was used before is stored once.
// Whoever may say who helps the household may, and whoever helps it.
func (db *DB) LogVisit(ctx context.Context, v poverty.Visit) (poverty.Mentor, error) {
	v.Found, v.Basis = locale.NFC(strings.TrimSpace(v.Found)), locale.NFC(strings.TrimSpace(v.Basis))
	m, err := db.Mentor(ctx, v.Mentor)
	if err != nil {
		return m, err
	}
	var helping []poverty.UnitID
	list, err := db.Helpers(ctx, poverty.HelperFilter{Cycle: m.Cycle, Unit: m.Unit})
	if err != nil {
		return m, err
	}
	for _, h := range list {
		if h.Household == m.Household && h.Helper != "" {
			helping = append(helping, h.Helper)
		}
	}
	err = db.allotting(ctx, m.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		return c.MayVisit(a, m, helping, v.Basis)
	}, func(k *keeper) error {
		if err := m.CheckVisit(v, calendar.DateOf(k.now)); err != nil {
			return err
		}
		k.scope.Basis = v.Basis
		tag, err := k.tx.Exec(ctx, `
			insert into visits (mentor_id, key, day, found, saved_at, saved_by) values ($1, $2, $3, $4, $5, nullif($6::bigint, 0))
			on conflict (mentor_id, key) do nothing`, v.Mentor, v.Key, v.Day, v.Found, k.now, k.actor.User)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		k.tellAs("visit", m.Unit)
		return nil
	})
	if err != nil {
		return m, err
	}
	return db.Mentor(ctx, v.Mentor)
}

// findUser finds who of the people that sign in a mentor is. Only somebody who
// holds an office of a unit of the cycle today can be: a login is not to be
// guessed here.
func (k *keeper) findUser(m *poverty.Mentor) error {
	login := strings.ToLower(strings.TrimSpace(m.Login))
	switch login {
	case poverty.LoginKeep:
		return nil
	case "":
		m.User = 0
		return nil
	}
	err := k.tx.QueryRow(k.ctx, `
		select a.user_id from accounts a join users u on u.id = a.user_id and u.active
		where a.login = $1 and exists (
			select from holdings h join offices o on o.id = h.office_id join cycle_units c on c.unit_id = o.unit_id and c.cycle_id = $2
			where h.user_id = a.user_id and daterange(h.valid_from, h.valid_to, '[]') @> $3::date)`,
		login, m.Cycle, calendar.DateOf(k.now)).Scan(&m.User)
	if errors.Is(err, pgx.ErrNoRows) {
		return poverty.InvalidField("login", "mentor.no_login", "login", login)
	}
	return err
}

// CorrectVisit corrects a visit or takes it back. Who logged it may, the lead of
// the commune's group, and the standing office. Conflict when it was corrected
// meanwhile.
func (db *DB) CorrectVisit(ctx context.Context, x poverty.VisitCorrection) (poverty.Mentor, error) {
	x.Found, x.Reason = locale.NFC(strings.TrimSpace(x.Found)), locale.NFC(strings.TrimSpace(x.Reason))
	m, err := db.Mentor(ctx, x.Mentor)
	if err != nil {
		return m, err
	}
	var old poverty.Visit
	found := func(v poverty.Visit) bool { return v.ID == x.Visit }
	for _, v := range m.Visits {
		if i := slices.IndexFunc(v.Earlier, found); i >= 0 {
			old = v.Earlier[i]
		}
		if found(v) {
			old = v
		}
	}
	err = db.allotting(ctx, m.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		if old.ID == 0 {
			return poverty.Seat{}, false, poverty.Errorf(poverty.NotFound, "mentor.no_such_visit")
		}
		return c.MayCorrectVisit(a, m.Unit, loggedBy(m, old))
	}, func(k *keeper) error {
		if x.Reason == "" {
			return poverty.InvalidField("reason", "decision.reason_needed")
		}
		next := poverty.Visit{Day: x.Day, Found: x.Found}
		if x.Gone {
			next = poverty.Visit{Day: old.Day}
		} else if err := m.CheckVisit(next, calendar.DateOf(k.now)); err != nil {
			return err
		}
		if old.Gone {
			return poverty.Errorf(poverty.Conflict, "mentor.visit_gone")
		}
		tag, err := k.tx.Exec(k.ctx, `
			insert into visits (mentor_id, key, day, found, saved_at, saved_by, corrects, reason, gone)
			values ($1, 'corrects ' || $2::bigint, $3, $4, $5, nullif($6::bigint, 0), $2, $7, $8)
			on conflict do nothing`, x.Mentor, x.Visit, next.Day, next.Found, k.now, k.actor.User, x.Reason, x.Gone)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return poverty.Errorf(poverty.Conflict, "mentor.visit_changed")
		}
		k.tellAs("visit_corrected", m.Unit)
		return nil
	})
	if err != nil {
		return m, err
	}
	return db.Mentor(ctx, x.Mentor)
}

// loggedBy returns who logged a visit in the first place.
func loggedBy(m poverty.Mentor, v poverty.Visit) poverty.UserID {
	for _, x := range m.Visits {
		if x.ID == v.ID && len(x.Earlier) > 0 {
			return x.Earlier[len(x.Earlier)-1].By
		}
	}
	return v.By
}
