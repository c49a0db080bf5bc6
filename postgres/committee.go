package postgres

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// Committees returns the steering committees of a cycle: the owner's first, then
// those of communes.
func (db *DB) Committees(ctx context.Context, id poverty.CycleID) (list []poverty.Committee, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		list, err = committees(ctx, tx, id)
		return err
	})
	return list, err
}

func committees(ctx context.Context, tx pgx.Tx, id poverty.CycleID) ([]poverty.Committee, error) {
	rows, err := tx.Query(ctx, `
		select k.unit_id, k.version, coalesce(m.name, ''), coalesce(m.title, ''), coalesce(m.office_id, ''), m.from_day, m.until_day,
		       coalesce(a.areas, '[]')
		from committees k
		left join committee_members m on m.cycle_id = k.cycle_id and m.unit_id = k.unit_id
		left join lateral (
			select jsonb_agg(jsonb_build_object('unit', area_id, 'hamlet', hamlet) order by area_id, hamlet) as areas
			from committee_areas a where a.cycle_id = m.cycle_id and a.unit_id = m.unit_id and a.place = m.place) a on true
		where k.cycle_id = $1
		order by k.unit_id <> (select owner_id from cycles where id = $1), k.unit_id, m.place`, id)
	if err != nil {
		return nil, err
	}
	list := []poverty.Committee{}
	var unit poverty.UnitID
	var version int
	var m poverty.CommitteeMember
	var from, until *calendar.Date
	var areas []byte
	_, err = pgx.ForEachRow(rows, []any{&unit, &version, &m.Name, &m.Title, &m.Office, &from, &until, &areas}, func() error {
		if len(list) == 0 || list[len(list)-1].Unit != unit {
			list = append(list, poverty.Committee{Cycle: id, Unit: unit, Version: version, Members: []poverty.CommitteeMember{}})
		}
		if m.Name == "" {
			return nil
		}
		one := poverty.CommitteeMember{Name: m.Name, Title: m.Title, Office: m.Office}
		if from != nil {
			one.From = *from
		}
		if until != nil {
			one.Until = *until
		}
		k := &list[len(list)-1]
		k.Members = append(k.Members, one)
		return json.Unmarshal(areas, &k.Members[len(k.Members)-1].Areas)
	})
	return list, err
}

// PutCommittee replaces a steering committee. The standing office and the
// leadership name the owner's, a commune its own, the standing office a
// commune's with a basis; Conflict when another version was saved meanwhile.
func (db *DB) PutCommittee(ctx context.Context, c poverty.Committee, basis string) (poverty.Committee, error) {
	members := make([]poverty.CommitteeMember, len(c.Members))
	for i, m := range c.Members {
		m.Name, m.Title = locale.NFC(strings.TrimSpace(m.Name)), locale.NFC(strings.TrimSpace(m.Title))
		members[i] = m
	}
	c.Members = members
	err := db.allotting(ctx, c.Cycle, func(cycle poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		return cycle.MayCommittee(a, c.Unit, basis)
	}, func(k *keeper) error {
		k.scope.Basis = locale.NFC(strings.TrimSpace(basis))
		if _, err := k.tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended('committee ' || $1 || ' ' || $2, 0))", c.Cycle, c.Unit); err != nil {
			return err
		}
		version := 0
		all, err := committees(ctx, k.tx, c.Cycle)
		if err != nil {
			return err
		}
		for _, old := range all {
			if old.Unit == c.Unit {
				version = old.Version
			}
		}
		if c.Version != version {
			return changed("committee.changed", version)
		}
		if err := k.checkCommittee(c); err != nil {
			return err
		}
		if err := k.putCommittee(c); err != nil {
			return err
		}
		c.Version = version + 1
		k.tellAs("committee", c.Unit)
		return nil
	})
	return c, err
}

func (k *keeper) checkCommittee(c poverty.Committee) error {
	var communes []poverty.UnitID
	for id, u := range k.cycle.Rules.Units {
		if u.Role == "commune" {
			communes = append(communes, id)
		}
	}
	hamlets, err := hamletsOf(k.ctx, k.tx, communes)
	if err != nil {
		return err
	}
	rows, err := k.tx.Query(k.ctx, "select id from offices")
	if err != nil {
		return err
	}
	offices, err := pgx.CollectRows(rows, pgx.RowTo[poverty.OfficeID])
	if err != nil {
		return err
	}
	if wrong := c.Check(k.cycle, hamlets, offices); len(wrong) > 0 {
		return wrong
	}
	return nil
}

func (k *keeper) putCommittee(c poverty.Committee) error {
	raw, err := json.Marshal(c.Members)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`
		insert into committees as k (cycle_id, unit_id, saved_at, saved_by) values ($1, $2, $3, nullif($4::bigint, 0))
		on conflict (cycle_id, unit_id) do update set version = k.version + 1, saved_at = excluded.saved_at, saved_by = excluded.saved_by`,
		c.Cycle, c.Unit, k.now, k.actor.User)
	b.Queue("delete from committee_members where cycle_id = $1 and unit_id = $2", c.Cycle, c.Unit)
	b.Queue(`
		insert into committee_members (cycle_id, unit_id, place, name, title, office_id, from_day, until_day)
		select $1, $2, place, x ->> 'name', coalesce(x ->> 'title', ''), x ->> 'office', (x ->> 'from')::date, (x ->> 'until')::date
		from jsonb_array_elements($3) with ordinality l (x, place)`, c.Cycle, c.Unit, raw)
	b.Queue(`
		insert into committee_areas (cycle_id, unit_id, place, area_id, hamlet)
		select distinct $1, $2, place, a ->> 'unit', coalesce(a ->> 'hamlet', '')
		from jsonb_array_elements($3) with ordinality l (x, place),
		     jsonb_array_elements(case jsonb_typeof(x -> 'areas') when 'array' then x -> 'areas' else '[]' end) a`, c.Cycle, c.Unit, raw)
	return k.tx.SendBatch(k.ctx, b).Close()
}
