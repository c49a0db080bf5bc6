package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

// Years returns the figures of the years of a cycle's owner, of each commune and
// of the whole, in order of unit and year: those that were entered, and those
// that a cycle counted in its official results, of which only the ethnic
// minority is entered.
func (db *DB) Years(ctx context.Context, id poverty.CycleID) (list []poverty.YearFigures, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if err := elevate(ctx, tx, "count"); err != nil { // counts of communes are no secret within the cycle
			return err
		}
		rows, err := tx.Query(ctx, `
			with counted as (
				select r.unit_id, y.year, r.households, r.poor, r.near_poor
				from survey_results r join cycles y on y.id = r.cycle_id
				where y.owner_id = $1 and r.stage = 'official' and r.confirmed_at is not null),
			whole as (
				select unit_id, year, households, poor, near_poor from counted
				union all
				select $1, n.year, sum(n.households)::int, sum(n.poor)::int, sum(n.near_poor)::int
				from counted n join cycles y on y.owner_id = $1 and y.year = n.year
				join cycle_units u on u.cycle_id = y.id and u.role = 'commune' and u.unit_id = n.unit_id
				group by n.year
				having count(*) = (select count(*) from cycle_units a join cycles b on b.id = a.cycle_id
				                   where b.owner_id = $1 and b.year = n.year and a.role = 'commune')),
			both_ways as (
				select unit_id, year, coalesce(w.households, f.households) as households, coalesce(w.poor, f.poor) as poor,
				       coalesce(w.near_poor, f.near_poor) as near_poor, coalesce(f.ethnic, 0) as ethnic, coalesce(f.ethnic_poor, 0) as ethnic_poor,
				       coalesce(f.ethnic_near_poor, 0) as ethnic_near_poor, coalesce(f.source, '') as source, w.year is not null as counted,
				       coalesce(f.version, 0) as version
				from whole w
				full join (
					select unit_id, year, households, poor, near_poor, ethnic, ethnic_poor, ethnic_near_poor, source, version
					from year_figures where owner_id = $1) f using (unit_id, year))
			select $1 as owner_id, y.unit_id, coalesce(v.name, y.unit_id) as unit_name, y.year, y.households, y.poor, y.near_poor,
			       y.ethnic, y.ethnic_poor, y.ethnic_near_poor, y.source, y.counted, y.version
			from both_ways y
			left join lateral name_on(y.unit_id, make_date(y.year, 12, 31)) v on true
			order by y.unit_id = $1 desc, y.unit_id, y.year`, c.Owner)
		list, err = many[poverty.YearFigures](rows, err)
		return err
	})
	return list, err
}

// SaveYear stores the figures of a unit and year, new ones with version 0; the
// standing office's alone. Problems names what is wrong; Conflict when another
// version was saved meanwhile.
func (db *DB) SaveYear(ctx context.Context, id poverty.CycleID, y poverty.YearFigures) error {
	y.Source = locale.NFC(strings.TrimSpace(y.Source))
	return db.allotting(ctx, id, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) { return c.MayYear(a) }, func(k *keeper) error {
		if wrong := y.Check(k.cycle); len(wrong) > 0 {
			return wrong
		}
		tag, err := k.tx.Exec(ctx, `
			insert into year_figures (owner_id, unit_id, year, households, poor, near_poor, ethnic, ethnic_poor, ethnic_near_poor, source, saved_at, saved_by)
			select @owner, @unit, @year, @households, @poor, @near, @ethnic, @ethnic_poor, @ethnic_near, @source, @now, nullif(@by::bigint, 0)
			where @version = 0 or exists (select from year_figures where owner_id = @owner and unit_id = @unit and year = @year)
			on conflict (owner_id, unit_id, year) do update set households = excluded.households, poor = excluded.poor, near_poor = excluded.near_poor,
				ethnic = excluded.ethnic, ethnic_poor = excluded.ethnic_poor, ethnic_near_poor = excluded.ethnic_near_poor, source = excluded.source,
				version = year_figures.version + 1, saved_at = excluded.saved_at, saved_by = excluded.saved_by
			where year_figures.version = @version`, pgx.NamedArgs{
			"owner": k.cycle.Owner, "unit": y.Unit, "year": y.Year, "households": y.Households, "poor": y.Poor, "near": y.NearPoor, "ethnic": y.Ethnic,
			"ethnic_poor": y.EthnicPoor, "ethnic_near": y.EthnicNearPoor, "source": y.Source, "now": k.now, "by": k.actor.User, "version": y.Version,
		})
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			var stored int
			if err := k.tx.QueryRow(ctx, "select coalesce(max(version), 0) from year_figures where owner_id = $1 and unit_id = $2 and year = $3",
				k.cycle.Owner, y.Unit, y.Year).Scan(&stored); err != nil {
				return err
			}
			return changed("year.changed", stored)
		}
		k.tellAs("year", y.Unit)
		return nil
	})
}
