package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

// ComponentKinds returns the catalogue of kinds of support of a cycle: the
// national entries, then those of its owner.
func (db *DB) ComponentKinds(ctx context.Context, id poverty.CycleID) (list []poverty.ComponentKind, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		list, err = componentKinds(ctx, tx, id)
		return err
	})
	return list, err
}

func componentKinds(ctx context.Context, tx pgx.Tx, id poverty.CycleID) ([]poverty.ComponentKind, error) {
	rows, err := tx.Query(ctx, `
		select code, name, name_en, coalesce(owner_id, '') as owner_id from component_kinds
		where owner_id is null or owner_id = (select owner_id from cycles where id = $1)
		order by owner_id nulls first, id`, id)
	return many[poverty.ComponentKind](rows, err)
}

// AddComponentKind adds an entry to the catalogue of a cycle's owner; its
// standing office's alone. Conflict when the code is taken.
func (db *DB) AddComponentKind(ctx context.Context, id poverty.CycleID, k poverty.ComponentKind) error {
	k.Code, k.Name, k.NameEN = strings.TrimSpace(k.Code), locale.NFC(strings.TrimSpace(k.Name)), strings.TrimSpace(k.NameEN)
	if k.NameEN == "" {
		k.NameEN = k.Name
	}
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if _, ok := a.InCycle(c, poverty.PartStanding); !ok && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "component.forbidden.kind")
		}
		if err := k.Check(); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "catalogue"); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			insert into component_kinds (owner_id, code, name, name_en)
			select $1, $2, $3, $4 where not exists (select from component_kinds where owner_id is null and code = $2)
			on conflict do nothing`, c.Owner, k.Code, k.Name, k.NameEN)
		if err == nil && tag.RowsAffected() == 0 {
			err = &poverty.Error{Kind: poverty.Conflict, Key: "component.kind_exists", Args: []any{"code", k.Code}, Field: "code"}
		}
		return err
	})
}
