package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

const pilotColumns = `
	select p.id, p.cycle_id, p.unit_id, coalesce(v.name, p.unit_id) as unit_name, p.hamlet, coalesce(h.name, '') as hamlet_name, p.kind, p.title, p.what,
	       p.leader_id, coalesce(w.name, p.leader_id) as leader_name, p.helpers, p.from_day, p.until_day, p.state, p.result, p.helped, p.left_poor,
	       p.decision, p.widened_to, p.version, p.saved_at
	from pilots p
	join cycles c on c.id = p.cycle_id
	left join hamlets h on h.unit_id = p.unit_id and h.code = p.hamlet
	left join lateral name_on(p.unit_id, local_day(c.issued_at)) v on true
	left join lateral name_on(p.leader_id, local_day(c.issued_at)) w on true`

// Pilots returns the pilots of a cycle that the actor may see, by commune, with
// their households where the actor may read them.
func (db *DB) Pilots(ctx context.Context, f poverty.PilotFilter) (list []poverty.Pilot, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, pilotColumns+" where p.cycle_id = $1 and ($2 = '' or p.unit_id = $2) order by p.unit_id, p.from_day, p.id", f.Cycle, f.Unit)
		if list, err = many[poverty.Pilot](rows, err); err != nil {
			return err
		}
		return withPilotHouseholds(ctx, tx, list)
	})
	return list, err
}

// Pilot returns a pilot.
func (db *DB) Pilot(ctx context.Context, id poverty.PilotID) (p poverty.Pilot, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		p, err = pilot(ctx, tx, id)
		return err
	})
	return p, err
}

func pilot(ctx context.Context, tx pgx.Tx, id poverty.PilotID) (poverty.Pilot, error) {
	rows, err := tx.Query(ctx, pilotColumns+" where p.id = $1", id)
	p, err := one[poverty.Pilot](rows, err, "pilot.not_found")
	if err != nil {
		return p, err
	}
	list := []poverty.Pilot{p}
	err = withPilotHouseholds(ctx, tx, list)
	return list[0], err
}

func withPilotHouseholds(ctx context.Context, tx pgx.Tx, list []poverty.Pilot) error {
	ids := make([]poverty.PilotID, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	rows, err := tx.Query(ctx, "select pilot_id, household_id, code, head, hamlet_name from pilot_households where pilot_id = any ($1) order by code", ids)
	households, err := many[poverty.PilotHousehold](rows, err)
	if err != nil {
		return err
	}
	of := map[poverty.PilotID][]poverty.PilotHousehold{}
	for _, h := range households {
		of[h.Pilot] = append(of[h.Pilot], h)
	}
	for i, p := range list {
		list[i].Households = append([]poverty.PilotHousehold{}, of[p.ID]...)
	}
	return nil
}

// SavePilot stores a pilot, a new one without ID, with households of the
// commune's plan by their codes. Conflict when another version was saved
// meanwhile, or when its result is there already.
func (db *DB) SavePilot(ctx context.Context, p poverty.Pilot) (poverty.Pilot, error) {
	for _, s := range []*string{&p.Title, &p.What, &p.Helpers} {
		*s = locale.NFC(strings.TrimSpace(*s))
	}
	if p.ID != 0 {
		old, err := db.Pilot(ctx, p.ID)
		if err != nil {
			return p, err
		}
		p.Cycle, p.Unit = old.Cycle, old.Unit
	}
	id := p.ID
	err := db.allotting(ctx, p.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		return c.MayPilot(a, p.Unit)
	}, func(k *keeper) error {
		if err := p.Check(k.cycle); err != nil {
			return err
		}
		if p.Hamlet != "" {
			hamlets, err := hamletsOf(ctx, k.tx, []poverty.UnitID{p.Unit})
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(hamlets, func(h poverty.Hamlet) bool { return h.Code == p.Hamlet }) {
				return poverty.InvalidField("hamlet", "household.unknown_hamlet", "hamlet", p.Hamlet)
			}
		}
		households, err := k.piloted(p)
		if err != nil {
			return err
		}
		known, err := k.writePilot(p, &id)
		if err != nil || known {
			return err
		}
		if err := k.writePilotHouseholds(id, households); err != nil {
			return err
		}
		k.tellAs("pilot", p.Unit)
		return nil
	})
	if err != nil {
		return p, err
	}
	return db.Pilot(ctx, id)
}

// piloted returns the households of the plan that a pilot names by their codes.
func (k *keeper) piloted(p poverty.Pilot) ([]poverty.PilotHousehold, error) {
	if len(p.Households) == 0 {
		return nil, nil
	}
	planned, err := standing(k.ctx, k.tx, p.Cycle, p.Unit)
	if err != nil {
		return nil, err
	}
	list := make([]poverty.PilotHousehold, 0, len(p.Households))
	for _, asked := range p.Households {
		i := slices.IndexFunc(planned, func(h poverty.PlanHousehold) bool { return h.Code == asked.Code })
		if i < 0 {
			return nil, poverty.InvalidField("households", "helper.not_planned", "household", asked.Code)
		}
		h := planned[i]
		if !slices.ContainsFunc(list, func(x poverty.PilotHousehold) bool { return x.Household == h.Household }) {
			list = append(list, poverty.PilotHousehold{Household: h.Household, Code: h.Code, Head: h.Head, HamletName: h.HamletName})
		}
	}
	return list, nil
}

// writePilot inserts or updates the row; known says that a new pilot of the same
// key was stored before.
func (k *keeper) writePilot(p poverty.Pilot, id *poverty.PilotID) (known bool, err error) {
	if *id == 0 {
		return false, k.insertPilot(p, id, &known)
	}
	now, err := pilot(k.ctx, k.tx, p.ID)
	if err != nil {
		return false, err
	}
	if now.State != poverty.PilotRunning {
		return false, poverty.Errorf(poverty.Conflict, "pilot.reported")
	}
	tag, err := k.tx.Exec(k.ctx, `
		update pilots set hamlet = @hamlet, kind = @kind, title = @title, what = @what, leader_id = @leader, helpers = @helpers, from_day = @from,
		       until_day = @until, version = version + 1, saved_at = @now, saved_by = nullif(@by::bigint, 0)
		where id = @id and version = @version and state = 'running'`, k.pilotArgs(p))
	if err == nil && tag.RowsAffected() == 0 {
		err = changed("pilot.changed", now.Version)
	}
	return false, err
}

func (k *keeper) insertPilot(p poverty.Pilot, id *poverty.PilotID, known *bool) error {
	return k.tx.QueryRow(k.ctx, `
		insert into pilots (cycle_id, key, unit_id, hamlet, kind, title, what, leader_id, helpers, from_day, until_day, state, saved_at, saved_by)
		values (@cycle, @key, @unit, @hamlet, @kind, @title, @what, @leader, @helpers, @from, @until, 'running', @now, nullif(@by::bigint, 0))
		on conflict (cycle_id, key) do update set key = excluded.key
		returning id, xmax <> 0`, k.pilotArgs(p)).Scan(id, known)
}

func (k *keeper) pilotArgs(p poverty.Pilot) pgx.NamedArgs {
	return pgx.NamedArgs{
		"id": p.ID, "version": p.Version, "cycle": p.Cycle, "key": string(p.Unit) + " " + p.Key, "unit": p.Unit, "hamlet": p.Hamlet, "kind": p.Kind, "title": p.Title,
		"what": p.What, "leader": p.Leader, "helpers": p.Helpers, "from": p.From, "until": p.Until, "now": k.now, "by": k.actor.User,
	}
}

func (k *keeper) writePilotHouseholds(id poverty.PilotID, list []poverty.PilotHousehold) error {
	if _, err := k.tx.Exec(k.ctx, "delete from pilot_households where pilot_id = $1", id); err != nil {
		return err
	}
	_, err := k.tx.Exec(k.ctx, `
		insert into pilot_households (pilot_id, household_id, code, head, hamlet_name)
		select $1, (x ->> 'household')::bigint, x ->> 'code', x ->> 'head', x ->> 'hamlet_name' from jsonb_array_elements($2) x`, id, append([]poverty.PilotHousehold{}, list...))
	return err
}

// MovePilot records a pilot's result, or the leadership's decision on it. Each
// commune to which it is widened finds that in its history. Conflict when it was
// changed meanwhile.
func (db *DB) MovePilot(ctx context.Context, m poverty.PilotMove) (p poverty.Pilot, err error) {
	m.Result, m.Decision = locale.NFC(strings.TrimSpace(m.Result)), locale.NFC(strings.TrimSpace(m.Decision))
	if p, err = db.Pilot(ctx, m.Pilot); err != nil {
		return p, err
	}
	err = db.allotting(ctx, p.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		seat, err := c.MayMovePilot(a, p, m.Verb)
		return seat, false, err
	}, func(k *keeper) error {
		now, err := pilot(ctx, k.tx, m.Pilot)
		if err != nil {
			return err
		}
		next, err := now.Move(k.cycle, m)
		if err != nil {
			return err
		}
		tag, err := k.tx.Exec(ctx, `
			update pilots set state = $3, result = $4, helped = $5, left_poor = $6, decision = $7, widened_to = $8, version = version + 1,
			       saved_at = $9, saved_by = nullif($10::bigint, 0)
			where id = $1 and version = $2`, m.Pilot, m.Version, next.State, next.Result, next.Helped, next.LeftPoor, next.Decision,
			append([]poverty.UnitID{}, next.WidenedTo...), k.now, k.actor.User)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return changed("pilot.changed", now.Version)
		}
		k.tellAs("pilot_"+string(next.State), now.Unit)
		for _, unit := range next.WidenedTo {
			k.tellAs("pilot_widened", unit)
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	return db.Pilot(ctx, m.Pilot)
}
