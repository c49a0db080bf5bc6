package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

const unitColumns = `
	select v.unit_id as id, v.name, v.kind, coalesce(v.parent_id, '') as parent_id, v.code, v.line, v.valid_from, v.valid_to
	from unit_versions v`

// Units returns units as they were named and placed on a day, by name.
func (db *DB) Units(ctx context.Context, f poverty.UnitFilter) (units []poverty.Unit, err error) {
	if f.On.IsZero() {
		f.On = calendar.DateOf(db.now())
	}
	var q query
	q.and("daterange(v.valid_from, v.valid_to, '[]') @> @on::date", "on", f.On)
	if f.Parent != "" {
		q.and("v.parent_id = @parent", "parent", f.Parent)
	}
	if f.Kind != "" {
		q.and("v.kind = @kind", "kind", f.Kind)
	}
	if f.Cycle != "" {
		// An array is looked up by index; of a join, PostgreSQL may read all units there are.
		q.and("v.unit_id = any (array(select unit_id from cycle_units where cycle_id = @cycle))", "cycle", f.Cycle)
	}
	if f.Query != "" {
		q.and(`(fold(v.name) like '%' || fold(@query) || '%' or exists (
			select from unit_aliases a where a.unit_id = v.unit_id and fold(a.name) like '%' || fold(@query) || '%'))`, "query", f.Query)
	}
	if f.After != "" {
		q.and("v.unit_id > @after", "after", f.After)
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, unitColumns+q.clause()+" order by v.unit_id"+limit(f.Limit, 1000), q.args)
		units, err = many[poverty.Unit](rows, err)
		return err
	})
	return units, err
}

// Unit returns a unit as it was on a day (zero: today); NotFound when there was
// none.
func (db *DB) Unit(ctx context.Context, id poverty.UnitID, on calendar.Date) (u poverty.Unit, err error) {
	if on.IsZero() {
		on = calendar.DateOf(db.now())
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, unitColumns+`
			where v.unit_id = $1 and daterange(v.valid_from, v.valid_to, '[]') @> $2::date`, id, on)
		u, err = one[poverty.Unit](rows, err, "unit.not_found", "unit", string(id))
		return err
	})
	return u, err
}

func putUnits(ctx context.Context, tx pgx.Tx, n poverty.NewCycle, db *DB) error {
	b := &pgx.Batch{}
	for _, u := range n.Units {
		b.Queue("insert into units (id, created_at) values ($1, $2) on conflict do nothing", u.ID, db.now())
	}
	for _, u := range n.Units {
		b.Queue(`
			insert into unit_versions (unit_id, name, kind, parent_id, code, line, valid_from, valid_to)
			select $1, $2, $3, nullif($4, ''), $5, $6, $7, $8
			where not exists (select from unit_versions where unit_id = $1)`,
			u.ID, u.Name, u.Kind, string(u.Parent), u.Code, u.Line, day(u.ValidFrom), day(u.ValidTo))
	}
	for _, a := range n.Aliases {
		b.Queue("insert into unit_aliases (unit_id, name) values ($1, $2) on conflict do nothing", a.Unit, a.Name)
	}
	return tx.SendBatch(ctx, b).Close()
}

// day gives a date column its null.
func day(d calendar.Date) *calendar.Date {
	if d.IsZero() {
		return nil
	}
	return &d
}
