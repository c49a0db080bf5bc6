package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

const indicatorColumns = `
	select cycle_id, code, place, name, name_en, kind, base, base_en, low, high, source, version from indicators where cycle_id = $1`

// Indicators returns the other aims of a cycle's plan in its order.
func (db *DB) Indicators(ctx context.Context, id poverty.CycleID) (list []poverty.CycleIndicator, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, indicatorColumns+" order by place, code", id)
		list, err = many[poverty.CycleIndicator](rows, err)
		return err
	})
	return list, err
}

// SaveIndicator stores an indicator: a new one with version 0, which goes behind
// the others. The standing office and the leadership may; Conflict when the code
// is taken or another version was saved meanwhile.
func (db *DB) SaveIndicator(ctx context.Context, i poverty.CycleIndicator, why poverty.TargetReason) (poverty.CycleIndicator, error) {
	for _, s := range []*string{&i.Code, &i.Name, &i.NameEN, &i.Base, &i.BaseEN, &i.Source} {
		*s = locale.NFC(strings.TrimSpace(*s))
	}
	err := db.planning(ctx, i.Cycle, why, func(p *planner) error {
		version, err := p.indicatorVersion(i.Code)
		if err != nil {
			return err
		}
		switch {
		case i.Version == 0 && version > 0:
			return &poverty.Error{Kind: poverty.Conflict, Key: "indicator.exists", Args: []any{"code", i.Code}, Field: "code"}
		case i.Version != version:
			return changed("indicator.changed", version)
		}
		if wrong := i.Check(); len(wrong) > 0 {
			return wrong
		}
		if i, err = p.putIndicator(i); err != nil {
			return err
		}
		p.tell("indicator", "")
		return nil
	})
	return i, err
}

func (p *planner) putIndicator(i poverty.CycleIndicator) (poverty.CycleIndicator, error) {
	rows, err := p.tx.Query(p.ctx, `
		insert into indicators as t (cycle_id, code, place, name, name_en, kind, base, base_en, low, high, source, saved_at, saved_by)
		values ($1, $2, (select coalesce(max(place), 0) + 1 from indicators where cycle_id = $1), $3, $4, $5, $6, $7, $8, $9, $10, $11,
		        nullif($12::bigint, 0))
		on conflict (cycle_id, code) do update set name = excluded.name, name_en = excluded.name_en, kind = excluded.kind,
			base = excluded.base, base_en = excluded.base_en, low = excluded.low, high = excluded.high, source = excluded.source,
			version = t.version + 1, saved_at = excluded.saved_at, saved_by = excluded.saved_by
		returning cycle_id, code, place, name, name_en, kind, base, base_en, low, high, source, version`,
		p.cycle.ID, i.Code, i.Name, i.NameEN, i.Kind, i.Base, i.BaseEN, i.Low, i.High, i.Source, p.now, p.actor.User)
	return one[poverty.CycleIndicator](rows, err, "indicator.not_found")
}

// indicatorVersion returns the version of an indicator; 0 when there is none.
func (p *planner) indicatorVersion(code string) (int, error) {
	rows, err := p.tx.Query(p.ctx, indicatorColumns+" and code = $2 for update", p.cycle.ID, code)
	found, err := many[poverty.CycleIndicator](rows, err)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0].Version, nil
}

// DeleteIndicator takes an indicator out of a cycle's plan; Conflict when
// another version was saved meanwhile, NotFound when there is none.
func (db *DB) DeleteIndicator(ctx context.Context, id poverty.CycleID, code string, version int, why poverty.TargetReason) error {
	return db.planning(ctx, id, why, func(p *planner) error {
		switch stored, err := p.indicatorVersion(code); {
		case err != nil:
			return err
		case stored == 0:
			return poverty.Errorf(poverty.NotFound, "indicator.not_found")
		case stored != version:
			return changed("indicator.changed", stored)
		}
		if _, err := p.tx.Exec(ctx, "delete from indicators where cycle_id = $1 and code = $2", id, code); err != nil {
			return err
		}
		p.tell("indicator", "")
		return nil
	})
}
