package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

// Freezes returns the frozen registers of a cycle that the actor may see.
func (db *DB) Freezes(ctx context.Context, id poverty.CycleID) (list []poverty.Freeze, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, `
			select f.cycle_id, f.unit_id, coalesce(v.name, f.unit_id) as unit_name, f.frozen_at, coalesce(f.frozen_by, 0) as frozen_by,
			       f.office_id, f.basis, f.households, f.persons, f.poor, f.near_poor
			from register_freezes f
			join cycles c on c.id = f.cycle_id
			left join lateral name_on(f.unit_id, local_day(c.issued_at)) v on true
			where f.cycle_id = $1 order by f.unit_id`, id)
		list, err = many[poverty.Freeze](rows, err)
		return err
	})
	return list, err
}

// FreezeRegister freezes the register of a commune, or all of a cycle that have
// households and are not frozen yet. The basis of the scope is the result by
// which it stands. Conflict when there is nothing to freeze, it is frozen
// already, or a household has no class.
func (db *DB) FreezeRegister(ctx context.Context, s poverty.RegisterScope) error {
	return db.registering(ctx, s, func(k *keeper) error {
		if k.scope.Basis == "" {
			return poverty.InvalidField("basis", "freeze.basis_needed")
		}
		if err := k.lockRegister(); err != nil {
			return err
		}
		var units []poverty.UnitID
		var unit poverty.UnitID
		var unclassified int
		rows, err := k.tx.Query(ctx, `
			select h.unit_id, count(*) filter (where h.declared = '')
			from households h
			where h.cycle_id = $1 and ($2 = '' or h.unit_id = $2)
			      and not exists (select from register_freezes f where f.cycle_id = h.cycle_id and f.unit_id = h.unit_id)
			group by h.unit_id order by h.unit_id`, s.Cycle, s.Unit)
		if err != nil {
			return err
		}
		if _, err := pgx.ForEachRow(rows, []any{&unit, &unclassified}, func() error {
			if unclassified > 0 {
				return poverty.Errorf(poverty.Conflict, "freeze.unclassified", "count", unclassified, "unit", string(unit))
			}
			units = append(units, unit)
			return nil
		}); err != nil {
			return err
		}
		if len(units) == 0 {
			if is, err := frozen(ctx, k.tx, s.Cycle, s.Unit); is || err != nil {
				return errors.Join(err, poverty.Errorf(poverty.Conflict, "freeze.already"))
			}
			return poverty.Errorf(poverty.Conflict, "freeze.empty")
		}
		if _, err := k.tx.Exec(ctx, `
			insert into register_freezes (cycle_id, unit_id, frozen_at, frozen_by, office_id, basis, households, persons, poor, near_poor)
			select $1, unit_id, $3, nullif($4::bigint, 0), $5, $6, count(*), sum(members),
			       count(*) filter (where declared = 'poor'), count(*) filter (where declared = 'near_poor')
			from households where cycle_id = $1 and unit_id = any ($2) group by unit_id`,
			s.Cycle, units, k.now, k.actor.User, k.seat.Office, k.scope.Basis); err != nil {
			return err
		}
		for _, unit := range units {
			k.tellOf("register-frozen", unit)
		}
		return nil
	})
}

// ReopenRegister opens a frozen register of a commune again; the basis of the
// scope says why. The standing office's alone, and Conflict once the commune's
// plan was sent: it counts on the list.
func (db *DB) ReopenRegister(ctx context.Context, s poverty.RegisterScope) error {
	return db.registering(ctx, s, func(k *keeper) error {
		seat, err := k.cycle.MayReopen(k.actor, k.scope)
		if err != nil {
			return err
		}
		if s.Unit == "" {
			return poverty.InvalidField("unit", "error.required")
		}
		if err := k.lockRegister(); err != nil {
			return err
		}
		var sent bool
		if err := k.tx.QueryRow(ctx, "select exists (select from plans where cycle_id = $1 and unit_id = $2 and sent_at is not null)",
			s.Cycle, s.Unit).Scan(&sent); err != nil {
			return err
		}
		if sent {
			return poverty.Errorf(poverty.Conflict, "freeze.plan_sent")
		}
		tag, err := k.tx.Exec(ctx, "delete from register_freezes where cycle_id = $1 and unit_id = $2", s.Cycle, s.Unit)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return poverty.Errorf(poverty.Conflict, "freeze.not_frozen")
		}
		k.seat = seat
		k.tellOf("register-opened", s.Unit)
		return nil
	})
}

// lockRegister keeps other writers out of the register of the cycle until the
// transaction ends.
func (k *keeper) lockRegister() error {
	_, err := k.tx.Exec(k.ctx, "select pg_advisory_xact_lock"+registerLock, k.cycle.ID)
	return err
}

// frozen reports whether the register of a commune is frozen, and keeps it so
// until the transaction ends. The transaction acts as the program.
func frozen(ctx context.Context, tx pgx.Tx, id poverty.CycleID, unit poverty.UnitID) (bool, error) {
	rows, err := tx.Query(ctx, "select true from register_freezes where cycle_id = $1 and unit_id = $2 for key share", id, unit)
	if err != nil {
		return false, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[bool])
	return len(found) > 0, err
}

// keepFrozen returns Problems when staged rows would change what a frozen
// register keeps.
func (k *keeper) keepFrozen() error {
	rows, err := k.tx.Query(k.ctx, `
		select r.place, case when h.id is null then 'code' else x.field end, r.code
		from household_rows r
		join register_freezes f on f.cycle_id = @cycle and f.unit_id = r.unit_id
		left join households h on h.cycle_id = @cycle and h.unit_id = r.unit_id and h.code = r.code
		cross join lateral (values ('hamlet', h.hamlet <> r.hamlet), ('members', h.members <> r.members),
		                    ('declared', h.declared <> r.declared), ('policy_group', h.policy_group <> r.policy_group)) x (field, differs)
		where case when h.id is null then x.field = 'hamlet' else x.differs end
		order by r.place, x.field limit @most`, pgx.NamedArgs{"cycle": k.cycle.ID, "most": mostProblems})
	if err != nil {
		return err
	}
	var wrong poverty.Problems
	p := poverty.Problem{}
	var code string
	if _, err := pgx.ForEachRow(rows, []any{&p.Row, &p.Column, &code}, func() error {
		p.Key, p.Args = "freeze.keeps", nil
		if p.Column == "code" {
			p.Key, p.Args = "freeze.no_new", []any{"code", code}
		}
		wrong = append(wrong, p)
		return nil
	}); err != nil || len(wrong) == 0 {
		return err
	}
	return wrong
}

// keepsFrozen is keepFrozen for one sheet: old is the one that is stored, with
// no ID when there is none.
func (k *keeper) keepsFrozen(old, next poverty.Household) error {
	is, err := frozen(k.ctx, k.tx, k.cycle.ID, next.Unit)
	if err != nil || !is {
		return err
	}
	if old.ID == 0 {
		return poverty.Errorf(poverty.Conflict, "freeze.no_new", "code", next.Code)
	}
	var wrong poverty.Problems
	for _, field := range old.Thawed(next) {
		wrong = append(wrong, poverty.Problem{Column: field, Key: "freeze.keeps"})
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}
