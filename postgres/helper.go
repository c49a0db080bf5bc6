package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

const helperColumns = `
	select h.id, h.cycle_id, h.unit_id, coalesce(v.name, h.unit_id) as unit_name, h.household_id, h.code, h.head, h.hamlet_name, h.kind,
	       h.helper_id, case when h.helper_id = '' then '' else coalesce(w.name, h.helper_id) end as helper_name, h.other, h.needs,
	       h.agreed_on, h.from_day, h.until_day, h.reason, h.basis, h.version
	from helpers h
	join cycles c on c.id = h.cycle_id
	left join lateral name_on(h.unit_id, local_day(c.issued_at)) v on true
	left join lateral name_on(h.helper_id, local_day(c.issued_at)) w on true`

// Helpers returns who helps which household, by commune, hamlet and household.
func (db *DB) Helpers(ctx context.Context, f poverty.HelperFilter) (list []poverty.Helper, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		list, err = helpers(ctx, tx, f, calendar.DateOf(db.now()))
		return err
	})
	return list, err
}

func helpers(ctx context.Context, tx pgx.Tx, f poverty.HelperFilter, today calendar.Date) ([]poverty.Helper, error) {
	rows, err := tx.Query(ctx, helperColumns+`
		where h.cycle_id = @cycle and (@unit = '' or h.unit_id = @unit) and (@helper = '' or h.helper_id = @helper)
		      and (@ended or h.until_day is null or h.until_day >= @today)
		order by h.unit_id, h.code, h.from_day, h.id`,
		pgx.NamedArgs{"cycle": f.Cycle, "unit": f.Unit, "helper": f.Helper, "ended": f.Ended, "today": today})
	return many[poverty.Helper](rows, err)
}

// standing returns the households of a commune's plan that was sent: of the
// round that stands approved, or else of the one on its way.
func standing(ctx context.Context, tx pgx.Tx, id poverty.CycleID, unit poverty.UnitID) ([]poverty.PlanHousehold, error) {
	p, err := plan(ctx, tx, id, unit, "")
	if err != nil {
		return nil, err
	}
	round := p.ApprovedRound
	if round == 0 {
		round = p.SentRound
	}
	if round == 0 {
		return nil, poverty.Errorf(poverty.Conflict, "helper.no_plan")
	}
	r, err := planRound(ctx, tx, id, unit, round)
	return r.Households, err
}

// AssignHelpers gives households of a commune's plan to who helps them and
// returns what was added. The commune and the lead of its group may; the
// standing office with a basis. Conflict when no plan was sent yet.
func (db *DB) AssignHelpers(ctx context.Context, n poverty.NewHelpers) (added []poverty.Helper, err error) {
	n.Other, n.Basis = locale.NFC(strings.TrimSpace(n.Other)), locale.NFC(strings.TrimSpace(n.Basis))
	err = db.allotting(ctx, n.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		return c.MayHelp(a, n.Unit, n.Basis)
	}, func(k *keeper) error {
		today := calendar.DateOf(k.now)
		if n.From.IsZero() {
			if n.From = n.Agreed; n.From.IsZero() {
				n.From = today
			}
		}
		if err := n.Check(k.cycle); err != nil {
			return err
		}
		k.scope.Basis = n.Basis
		if _, err := k.tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended('helpers ' || $1 || ' ' || $2, 0))", n.Cycle, n.Unit); err != nil {
			return err
		}
		rows, err := standing(ctx, k.tx, n.Cycle, n.Unit)
		if err != nil {
			return err
		}
		already, err := helpers(ctx, k.tx, poverty.HelperFilter{Cycle: n.Cycle, Unit: n.Unit, Ended: true}, today)
		if err != nil {
			return err
		}
		for _, code := range n.Households {
			i := slices.IndexFunc(rows, func(h poverty.PlanHousehold) bool { return h.Code == code })
			if i < 0 {
				return poverty.InvalidField("households", "helper.not_planned", "household", code)
			}
			for _, need := range n.Needs {
				if !slices.Contains(rows[i].Needs, need) {
					return poverty.InvalidField("needs", "helper.not_its_need", "household", code)
				}
			}
			added = append(added, n.Of(rows[i], slices.Concat(already, added))...)
		}
		if err := k.insertHelpers(added); err != nil || len(added) == 0 {
			return err
		}
		k.tellAs("helper", n.Unit)
		return nil
	})
	return added, err
}

func (k *keeper) insertHelpers(list []poverty.Helper) error {
	lead := ""
	for i := range list {
		if list[i].Needs == nil {
			list[i].Needs = []string{}
		}
		list[i].Version = 1
		if lead == "" {
			lead = string(leadOf(k.cycle, list[i].Unit))
		}
	}
	rows, err := k.tx.Query(k.ctx, `
		insert into helpers (cycle_id, unit_id, household_id, code, head, hamlet_name, kind, helper_id, other, needs, agreed_on, from_day, until_day,
		                     basis, audience, saved_at, saved_by)
		select x ->> 'cycle', x ->> 'unit', (x ->> 'household')::bigint, x ->> 'code', x ->> 'head', x ->> 'hamlet_name', x ->> 'kind',
		       coalesce(x ->> 'helper', ''), coalesce(x ->> 'other', ''), array(select jsonb_array_elements_text(x -> 'needs')),
		       (x ->> 'agreed')::date, (x ->> 'from')::date, (x ->> 'until')::date, coalesce(x ->> 'basis', ''),
		       array_remove(array[coalesce(x ->> 'helper', ''), $2::text], ''), $3, nullif($4::bigint, 0)
		from jsonb_array_elements($1) with ordinality l (x, place) order by place
		returning id`, list, lead, k.now, k.actor.User)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[poverty.HelperID])
	if err != nil {
		return err
	}
	for i := range list {
		list[i].ID = ids[i]
	}
	return nil
}

// leadOf returns the lead of the group that helps a commune; "" when none does.
func leadOf(c poverty.Cycle, commune poverty.UnitID) poverty.UnitID {
	for _, g := range c.Rules.Groups {
		if g.Commune == commune {
			return g.Lead
		}
	}
	return ""
}

// EndHelper ends somebody's help of a household; who may is as with
// AssignHelpers. Conflict when it was changed meanwhile.
func (db *DB) EndHelper(ctx context.Context, e poverty.HelperEnd) (h poverty.Helper, err error) {
	e.Reason, e.Basis = locale.NFC(strings.TrimSpace(e.Reason)), locale.NFC(strings.TrimSpace(e.Basis))
	if h, err = db.Helper(ctx, e.Helper); err != nil {
		return h, err
	}
	err = db.allotting(ctx, h.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		return c.MayHelp(a, h.Unit, e.Basis)
	}, func(k *keeper) error {
		switch {
		case e.Reason == "":
			return poverty.InvalidField("reason", "decision.reason_needed")
		case e.Until.IsZero():
			return poverty.InvalidField("until", "error.required")
		case e.Until.Before(h.From):
			return poverty.InvalidField("until", "committee.ends_before")
		}
		k.scope.Basis = e.Basis
		tag, err := k.tx.Exec(ctx, `
			update helpers set until_day = $3, reason = $4, version = version + 1, saved_at = $5, saved_by = nullif($6::bigint, 0)
			where id = $1 and version = $2`, e.Helper, e.Version, e.Until, e.Reason, k.now, k.actor.User)
		if err != nil {
			return err
		}
		rows, err := k.tx.Query(ctx, helperColumns+" where h.id = $1", e.Helper)
		if h, err = one[poverty.Helper](rows, err, "helper.not_found"); err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return changed("helper.changed", h.Version)
		}
		k.tellAs("helper", h.Unit)
		return nil
	})
	return h, err
}

// Helper returns who helps a household, by its number.
func (db *DB) Helper(ctx context.Context, id poverty.HelperID) (h poverty.Helper, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, helperColumns+" where h.id = $1", id)
		h, err = one[poverty.Helper](rows, err, "helper.not_found")
		return err
	})
	return h, err
}
