package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"dondoc/locale"
	"dondoc/poverty"
)

const settlementColumns = `
	select s.id, s.cycle_id, s.kind, s.household_id, s.unit_id, coalesce(s.sheet ->> 'hamlet', '') as hamlet,
	       coalesce(s.sheet ->> 'code', '') as code, coalesce(s.sheet ->> 'head', '') as head, coalesce(s.other_id, 0) as other_id,
	       s.other_unit_id, coalesce(s.kept ->> 'code', '') as other_code, coalesce(s.kept ->> 'head', '') as other_head,
	       s.cause, s.reason, s.basis, s.on_behalf, s.at, coalesce(s.actor_id, 0) as actor_id, coalesce(u.name, '') as actor_name,
	       s.office_id, s.undone_at, s.undone_reason, coalesce(w.name, '') as undone_by_name
	from household_settlements s
	left join users u on u.id = s.actor_id
	left join users w on w.id = s.undone_by`

// Settlements returns decisions about whole sheets of a cycle's register, newest
// first, without the reasons where the actor may not see the sensitive fields.
// Invalid without a cycle.
func (db *DB) Settlements(ctx context.Context, f poverty.SettlementFilter) (list []poverty.Settlement, err error) {
	if f.Cycle == "" {
		return nil, poverty.InvalidField("cycle", "error.required")
	}
	var q query
	q.and("s.cycle_id = @cycle", "cycle", f.Cycle)
	if f.Unit != "" {
		q.and("@unit in (s.unit_id, s.other_unit_id)", "unit", f.Unit)
	}
	if f.Household != 0 {
		q.and("@household in (s.household_id, s.other_id)", "household", f.Household)
	}
	if f.Before != 0 {
		q.and("s.id < @before", "before", f.Before)
	}
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		rows, err := tx.Query(ctx, settlementColumns+q.clause()+" order by s.id desc"+limit(f.Limit, 200), q.args)
		if list, err = many[poverty.Settlement](rows, err); err != nil || len(list) == 0 || a.System != "" {
			return err
		}
		c, err := cycle(ctx, tx, f.Cycle, "")
		if err != nil {
			return err
		}
		a = a.Within(c.ID)
		for i, s := range list {
			if !c.SeesSensitive(a, s.Unit) && !c.SeesSensitive(a, s.OtherUnit) {
				list[i].Reason, list[i].UndoneReason = "", ""
			}
		}
		return nil
	})
	return list, err
}

// Settle decides about whole sheets: strikes one off, moves it, merges it into
// another, or finds that two are two. The commune of the sheets may, and the
// standing office with a basis; it alone where two communes are concerned.
// Conflict when a sheet was changed meanwhile, is in use by what builds on it,
// or its register is frozen. The same key again returns the first decision.
func (db *DB) Settle(ctx context.Context, s poverty.Settling) (done poverty.Settlement, err error) {
	s.Reason, s.Basis = locale.NFC(strings.TrimSpace(s.Reason)), locale.NFC(strings.TrimSpace(s.Basis))
	s.Hamlet, s.Code = locale.NFC(strings.TrimSpace(s.Hamlet)), locale.NFC(strings.TrimSpace(s.Code))
	if err := s.Check(); err != nil {
		return done, err
	}
	err = db.settling(ctx, s.Cycle, func(k *keeper) error {
		if done, err = k.settled(s); err != nil || done.ID != 0 {
			return err
		}
		id, err := k.settle(s)
		if err != nil {
			return err
		}
		done, err = k.settlement("s.id = $1", id)
		return err
	})
	return done, err
}

// settling locks a cycle's register and runs fn, which checks the right itself
// before it lets the rest of the transaction act as the program.
func (db *DB) settling(ctx context.Context, id poverty.CycleID, fn func(*keeper) error) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		k := &keeper{book: &book{db: db, tx: tx, cycle: c, now: db.now()}, ctx: ctx, actor: a.Within(id), scope: poverty.RegisterScope{Cycle: id}}
		if err := k.lockRegister(); err != nil {
			return err
		}
		if err := fn(k); err != nil {
			return inUse(err)
		}
		return k.insertEntries(ctx)
	})
}

// inUse words the refusal of the database to let go of a sheet that a plan, a
// survey or the like is about.
func inUse(err error) error {
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && pe.Code == "23503" {
		return &poverty.Error{Kind: poverty.Conflict, Key: "settlement.in_use", Err: err}
	}
	return err
}

// claim checks that the actor may decide about sheets of communes, and lets the
// rest of the transaction act as the program.
func (k *keeper) claim(basis string, units ...poverty.UnitID) error {
	var err error
	if k.seat, k.other, err = k.cycle.MaySettle(k.actor, basis, units...); err != nil {
		return err
	}
	k.scope.Basis = basis
	return elevate(k.ctx, k.tx, "register")
}

// open returns Conflict when one of the registers is frozen: who is in it then
// changes by the survey only.
func (k *keeper) open(units ...poverty.UnitID) error {
	for _, unit := range units {
		is, err := frozen(k.ctx, k.tx, k.cycle.ID, unit)
		if err == nil && is {
			err = poverty.Errorf(poverty.Conflict, "settlement.frozen")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) settlement(where string, args ...any) (poverty.Settlement, error) {
	rows, err := k.tx.Query(k.ctx, settlementColumns+" where "+where, args...)
	return one[poverty.Settlement](rows, err, "settlement.not_found")
}

// settled returns the decision of a key; none when there is none yet. Another
// decision under the same key is a Conflict.
func (k *keeper) settled(s poverty.Settling) (poverty.Settlement, error) {
	done, err := k.settlement("s.cycle_id = $1 and s.key = $2", s.Cycle, s.Key)
	if poverty.KindOf(err) == poverty.NotFound {
		return poverty.Settlement{}, nil
	}
	if err == nil && (done.Kind != s.Kind || done.Household != s.Household || done.Reason != s.Reason) {
		err = poverty.Errorf(poverty.Conflict, "decision.key_reused")
	}
	return done, err
}

// current locks a sheet of the register and refuses it when another version was
// looked at.
func (k *keeper) current(id poverty.HouseholdID, version int) (poverty.Household, error) {
	h, err := household(k.ctx, k.tx, id, "")
	if err != nil {
		return h, err
	}
	switch {
	case h.Cycle != k.cycle.ID:
		return h, poverty.Errorf(poverty.NotFound, "household.not_found")
	case version != 0 && h.Version != version:
		return h, &poverty.Error{Kind: poverty.Conflict, Key: "household.changed", Args: []any{"version", h.Version}, Field: "version"}
	}
	return h, nil
}

func (k *keeper) settle(s poverty.Settling) (poverty.SettlementID, error) {
	h, err := k.current(s.Household, s.Version)
	if err != nil {
		return 0, err
	}
	var other poverty.Household
	to := h.Unit
	switch s.Kind {
	case poverty.SettlementMerged, poverty.SettlementApart:
		if other, err = k.current(s.Other, s.OtherVersion); err != nil {
			return 0, err
		}
		to = other.Unit
	case poverty.SettlementMoved:
		if s.Unit != "" {
			to = s.Unit
		}
	}
	if err := k.claim(s.Basis, h.Unit, to); err != nil {
		return 0, err
	}
	if s.Kind != poverty.SettlementApart {
		if err := k.open(h.Unit, to); err != nil {
			return 0, err
		}
	}
	row := pgx.NamedArgs{
		"cycle": s.Cycle, "key": s.Key, "kind": string(s.Kind), "household": s.Household, "unit": h.Unit, "other": s.Other, "to": to,
		"cause": "", "reason": s.Reason, "basis": s.Basis, "on_behalf": k.other, "now": k.now, "user": k.actor.User, "office": k.seat.Office, "after": 0,
	}
	// The rows as they are go into the decision before anything is changed.
	insert := func() (id poverty.SettlementID, err error) {
		err = k.tx.QueryRow(k.ctx, `
			insert into household_settlements (cycle_id, key, kind, household_id, unit_id, other_id, other_unit_id, cause, reason, basis,
			       on_behalf, at, actor_id, office_id, after_version, sheet, kept)
			select @cycle, @key, @kind, h.id, @unit, nullif(@other::bigint, 0), @to, @cause, @reason, @basis,
			       @on_behalf, @now, nullif(@user::bigint, 0), @office, @after,
			       to_jsonb(h) - 'head_folded', (select to_jsonb(o) - 'head_folded' from households o where o.id = @other)
			from households h where h.id = @household
			returning id`, row).Scan(&id)
		if pe, ok := errors.AsType[*pgconn.PgError](err); ok && pe.Code == "23505" {
			return 0, poverty.Errorf(poverty.Conflict, "settlement.told_apart")
		}
		return id, err
	}
	var id poverty.SettlementID
	switch s.Kind {
	case poverty.SettlementApart:
		id, err = insert()
	case poverty.SettlementStruck:
		row["cause"] = s.Cause
		if id, err = insert(); err == nil {
			err = k.strike(h.ID)
		}
	case poverty.SettlementMerged:
		id, err = k.mergeSheets(h, other, s.Take, row, insert)
	case poverty.SettlementMoved:
		id, err = k.move(h, to, s, row, insert)
	}
	if err != nil {
		return 0, err
	}
	k.tell(h.Unit)
	if to != h.Unit {
		k.tell(to)
	}
	return id, nil
}

func (k *keeper) strike(id poverty.HouseholdID) error {
	_, err := k.tx.Exec(k.ctx, "delete from households where id = $1", id)
	return err
}

// mergeSheets strikes off gone and puts what was chosen of it into kept.
func (k *keeper) mergeSheets(gone, kept poverty.Household, take []string, row pgx.NamedArgs, insert func() (poverty.SettlementID, error)) (poverty.SettlementID, error) {
	r, err := k.register()
	if err != nil {
		return 0, err
	}
	next, wrong := r.Sheet(kept.Merged(gone, take))
	if len(wrong) > 0 {
		return 0, wrong
	}
	// The version is that which the save below makes, of nothing when nothing
	// was chosen from the other side.
	row["after"] = kept.Version
	id, err := insert()
	if err != nil {
		return 0, err
	}
	if err := k.strike(gone.ID); err != nil {
		return 0, err
	}
	saved, err := k.save(next)
	if err != nil {
		return 0, err
	}
	_, err = k.tx.Exec(k.ctx, "update household_settlements set after_version = $2 where id = $1", id, saved.Version)
	return id, err
}

// move gives a sheet another hamlet, commune and code; it stays the same sheet.
func (k *keeper) move(h poverty.Household, to poverty.UnitID, s poverty.Settling, row pgx.NamedArgs, insert func() (poverty.SettlementID, error)) (poverty.SettlementID, error) {
	r, err := k.register()
	if err != nil {
		return 0, err
	}
	next := h
	next.Unit, next.Hamlet = to, s.Hamlet
	if s.Code != "" {
		next.Code = s.Code
	}
	if next.Unit == h.Unit && next.Hamlet == h.Hamlet {
		return 0, poverty.InvalidField("hamlet", "settlement.same_place")
	}
	next, wrong := r.Sheet(next)
	if len(wrong) > 0 {
		return 0, wrong
	}
	row["after"] = h.Version + 1
	id, err := insert()
	if err != nil {
		return 0, err
	}
	return id, k.put(next)
}

// put writes where a sheet belongs.
func (k *keeper) put(h poverty.Household) error {
	_, err := k.tx.Exec(k.ctx, `
		update households set unit_id = $2, hamlet = $3, code = $4, version = version + 1, saved_at = $5, saved_by = nullif($6::bigint, 0)
		where id = $1`, h.ID, h.Unit, h.Hamlet, h.Code, k.now, k.actor.User)
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && pe.Code == "23505" {
		return &poverty.Error{Kind: poverty.Conflict, Key: "household.code_taken", Args: []any{"code", h.Code}, Field: "code"}
	}
	return err
}

// Unsettle takes a decision about sheets back, with a reason: what was struck
// off is in the register again, as it was. Who could decide it may. The same
// again changes nothing; Conflict when it was taken back for another reason, the
// sheet was changed since, or its code has gone to another household.
func (db *DB) Unsettle(ctx context.Context, id poverty.SettlementID, reason, basis string) (done poverty.Settlement, err error) {
	reason, basis = locale.NFC(strings.TrimSpace(reason)), locale.NFC(strings.TrimSpace(basis))
	if reason == "" {
		return done, poverty.InvalidField("reason", "decision.reason_needed")
	}
	var in poverty.CycleID
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		err := tx.QueryRow(ctx, "select cycle_id from household_settlements where id = $1", id).Scan(&in)
		if errors.Is(err, pgx.ErrNoRows) {
			return poverty.Errorf(poverty.NotFound, "settlement.not_found")
		}
		return err
	})
	if err != nil {
		return done, err
	}
	err = db.settling(ctx, in, func(k *keeper) error {
		s, err := k.settlement("s.id = $1", id)
		if err != nil {
			return err
		}
		if err := k.claim(basis, s.Unit, s.OtherUnit); err != nil {
			return err
		}
		if s.Undone() {
			if done = s; s.UndoneReason != reason {
				return poverty.Errorf(poverty.Conflict, "settlement.undone")
			}
			return nil
		}
		if err := k.unsettle(s); err != nil {
			return err
		}
		if _, err := k.tx.Exec(ctx, `
			update household_settlements set undone_at = $2, undone_by = nullif($3::bigint, 0), undone_office = $4, undone_reason = $5
			where id = $1`, id, k.now, k.actor.User, k.seat.Office, reason); err != nil {
			return err
		}
		k.tell(s.Unit)
		if s.OtherUnit != s.Unit {
			k.tell(s.OtherUnit)
		}
		done, err = k.settlement("s.id = $1", id)
		return err
	})
	return done, err
}

func (k *keeper) unsettle(s poverty.Settlement) error {
	if s.Kind == poverty.SettlementApart {
		return nil
	}
	if err := k.open(s.Unit, s.OtherUnit); err != nil {
		return err
	}
	switch s.Kind {
	case poverty.SettlementStruck:
		return k.restore(s)
	case poverty.SettlementMerged:
		if err := k.revert(s, s.Other, "kept"); err != nil {
			return err
		}
		return k.restore(s)
	case poverty.SettlementMoved:
		return k.revert(s, s.Household, "sheet")
	}
	return nil
}

// restore puts the struck sheet of a decision back under its own ID.
func (k *keeper) restore(s poverty.Settlement) error {
	if err := k.hamletThere(s.Unit, s.Hamlet); err != nil {
		return err
	}
	kept := append([]string{"id", "cycle_id", "previous_id"}, sheet...)
	_, err := k.tx.Exec(k.ctx, `
		insert into households (`+strings.Join(kept, ", ")+`, version, saved_at, saved_by) overriding system value
		select `+columns("h", kept)+`, h.version + 1, $2, nullif($3::bigint, 0)
		from household_settlements s, jsonb_populate_record(null::households, s.sheet) h
		where s.id = $1`, s.ID, k.now, k.actor.User)
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && pe.Code == "23505" {
		return poverty.Errorf(poverty.Conflict, "settlement.code_taken", "code", s.Code)
	}
	return err
}

// revert gives a sheet what it said before the decision, unless it was changed
// since.
func (k *keeper) revert(s poverty.Settlement, id poverty.HouseholdID, side string) error {
	var after int
	var unit poverty.UnitID
	var hamlet string
	err := k.tx.QueryRow(k.ctx, "select after_version, "+side+" ->> 'unit_id', "+side+" ->> 'hamlet' from household_settlements where id = $1", s.ID).
		Scan(&after, &unit, &hamlet)
	if err != nil {
		return err
	}
	h, err := k.current(id, 0)
	if poverty.KindOf(err) == poverty.NotFound || err == nil && h.Version != after {
		return poverty.Errorf(poverty.Conflict, "settlement.changed_since")
	}
	if err != nil {
		return err
	}
	if err := k.hamletThere(unit, hamlet); err != nil {
		return err
	}
	_, err = k.tx.Exec(k.ctx, `
		update households h set (`+strings.Join(sheet, ", ")+`, version, saved_at, saved_by)
			= row (`+columns("b", sheet)+`, h.version + 1, $3, nullif($4::bigint, 0))
		from household_settlements s, jsonb_populate_record(null::households, s.`+side+`) b
		where s.id = $1 and h.id = $2`, s.ID, id, k.now, k.actor.User)
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && pe.Code == "23505" {
		return poverty.Errorf(poverty.Conflict, "settlement.code_taken", "code", s.Code)
	}
	return err
}

// hamletThere holds a hamlet until the transaction ends; Conflict when it was
// removed.
func (k *keeper) hamletThere(unit poverty.UnitID, hamlet string) error {
	var there bool
	err := k.tx.QueryRow(k.ctx, "select true from hamlets where unit_id = $1 and code = $2 for key share", unit, hamlet).Scan(&there)
	if errors.Is(err, pgx.ErrNoRows) {
		return poverty.Errorf(poverty.Conflict, "settlement.no_hamlet", "hamlet", hamlet)
	}
	return err
}
