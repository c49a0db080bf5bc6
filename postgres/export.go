package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

// Export returns the columns of the workbook for the ministry's software as the
// owner of a cycle has set them; the default, of version 0, where none are set.
func (db *DB) Export(ctx context.Context, id poverty.CycleID) (s poverty.ExportSetting, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		s, err = export(ctx, tx, c.Owner)
		return err
	})
	return s, err
}

func export(ctx context.Context, tx pgx.Tx, owner poverty.UnitID) (poverty.ExportSetting, error) {
	rows, err := tx.Query(ctx, "select owner_id, columns, version, saved_at, coalesce(saved_by, 0) as saved_by from export_settings where owner_id = $1", owner)
	s, err := one[poverty.ExportSetting](rows, err, "error.not_found")
	if poverty.KindOf(err) == poverty.NotFound {
		return poverty.ExportSetting{Owner: owner, Columns: poverty.DefaultExport}, nil
	}
	return s, err
}

// SaveExport sets the columns for the owner of a cycle; its standing office's
// alone. Conflict when another version was saved meanwhile.
func (db *DB) SaveExport(ctx context.Context, id poverty.CycleID, columns []poverty.ExportColumn, version int) (s poverty.ExportSetting, err error) {
	for i, c := range columns {
		columns[i].Header = locale.NFC(c.Header)
	}
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if _, ok := a.InCycle(c, poverty.PartStanding); !ok && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "export.forbidden")
		}
		if err := poverty.CheckExport(columns, func(string) bool { return true }); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "register"); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			insert into export_settings as s (owner_id, columns, version, saved_at, saved_by)
			select $1, $2, 1, $4, nullif($5::bigint, 0) where $3 = 0
			on conflict do nothing`, c.Owner, columns, version, db.now(), a.User)
		if err == nil && tag.RowsAffected() == 0 {
			tag, err = tx.Exec(ctx, `
				update export_settings set columns = $2, version = version + 1, saved_at = $4, saved_by = nullif($5::bigint, 0)
				where owner_id = $1 and version = $3`, c.Owner, columns, version, db.now(), a.User)
		}
		if err == nil && tag.RowsAffected() == 0 {
			err = &poverty.Error{Kind: poverty.Conflict, Key: "export.changed", Field: "version"}
		}
		if err != nil {
			return err
		}
		s, err = export(ctx, tx, c.Owner)
		return err
	})
	return s, err
}
