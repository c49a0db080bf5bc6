package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

const targetColumns = `
	select t.cycle_id, t.unit_id, coalesce(v.name, t.unit_id) as unit_name, t.place, t.households, t.poor, t.near_poor, t.policy,
	       t.hard_core, t.to_leave, t.near_to_leave, t.expected_new, t.printed, t.note, t.version, t.saved_at,
	       coalesce(t.saved_by, 0) as saved_by
	from targets t
	join cycles c on c.id = t.cycle_id
	left join lateral name_on(t.unit_id, local_day(c.issued_at)) v on true
	where t.cycle_id = $1`

// Targets returns the rows of a cycle's target table in its order.
func (db *DB) Targets(ctx context.Context, id poverty.CycleID) (list []poverty.Target, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		list, err = targets(ctx, tx, id)
		return err
	})
	return list, err
}

func targets(ctx context.Context, tx pgx.Tx, id poverty.CycleID) ([]poverty.Target, error) {
	rows, err := tx.Query(ctx, targetColumns+" order by t.place, t.unit_id", id)
	return many[poverty.Target](rows, err)
}

// TargetTable returns a cycle's target table with its sum.
func (db *DB) TargetTable(ctx context.Context, id poverty.CycleID) (table poverty.TargetTable, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		if _, err := cycle(ctx, tx, id, ""); err != nil {
			return err
		}
		rows, err := targets(ctx, tx, id)
		if err != nil {
			return err
		}
		totals, err := targetTotals(ctx, tx, id, "")
		table = poverty.NewTargetTable(rows, totals)
		return err
	})
	return table, err
}

// targetTotals returns what was saved of the whole table; version 0 before the
// first time.
func targetTotals(ctx context.Context, tx pgx.Tx, id poverty.CycleID, lock string) (poverty.TargetTotals, error) {
	rows, err := tx.Query(ctx, "select cycle_id, printed, new_low, new_high, figures, version from target_totals where cycle_id = $1"+lock, id)
	found, err := many[poverty.TargetTotals](rows, err)
	if err != nil || len(found) > 0 {
		return append(found, poverty.TargetTotals{})[0], err
	}
	return poverty.TargetTotals{Cycle: id, Printed: map[poverty.TargetColumn]string{}, Figures: []poverty.Figure{}}, nil
}

// planner is someone who sets targets or indicators and whose right was
// checked; the rest of the transaction acts as the program.
type planner struct {
	*book
	ctx   context.Context
	actor poverty.Actor
	seat  poverty.Seat
	why   poverty.TargetReason
}

// planning checks once that the actor may set a cycle's targets, and runs fn as
// the program. Writers of one cycle's targets go one after the other.
func (db *DB) planning(ctx context.Context, id poverty.CycleID, why poverty.TargetReason, fn func(*planner) error) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		why = poverty.TargetReason{Reason: locale.NFC(strings.TrimSpace(why.Reason)), Basis: locale.NFC(strings.TrimSpace(why.Basis))}
		seat, err := c.MaySetTargets(a, why)
		if err != nil {
			return err
		}
		if err := elevate(ctx, tx, "target"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended('targets ' || $1, 0))", id); err != nil {
			return err
		}
		p := &planner{book: &book{db: db, tx: tx, cycle: c, now: db.now()}, ctx: ctx, actor: a, seat: seat, why: why}
		if err := fn(p); err != nil {
			return err
		}
		return p.insertEntries(ctx)
	})
}

// tell notes in the history that something of units, or of the cycle ("") was
// set, and why.
func (p *planner) tell(code string, units ...poverty.UnitID) {
	for _, unit := range units {
		p.note(poverty.Entry{Code: code, Event: poverty.EventNoted, At: p.now, Unit: unit, Office: p.seat.Office, Actor: p.actor.User,
			Reason: p.why.Reason, Basis: p.why.Basis})
	}
}

// createTargets stores the targets and indicators with which a cycle is made.
// What refers to hamlets is stored with the register.
func (db *DB) createTargets(ctx context.Context, tx pgx.Tx, n poverty.NewCycle) error {
	p := &planner{book: &book{db: db, tx: tx, cycle: n.Cycle, now: db.now()}, ctx: ctx}
	rows := make([]poverty.Target, len(n.Targets))
	for i, t := range n.Targets {
		if t.Place = i + 1; t.Printed == nil {
			t.Printed = map[poverty.TargetColumn]string{}
		}
		rows[i] = t
	}
	if _, err := p.putTargets(rows); err != nil {
		return err
	}
	if t := n.Totals; len(t.Printed) > 0 || len(t.Figures) > 0 || t.NewHigh > 0 {
		if _, err := p.putTotals(t); err != nil {
			return err
		}
	}
	for _, i := range n.Indicators {
		if _, err := p.putIndicator(i); err != nil {
			return err
		}
	}
	return nil
}

func changed(key string, version int) error {
	return &poverty.Error{Kind: poverty.Conflict, Key: key, Args: []any{"version", version}, Field: "version"}
}

// SaveTarget stores a commune's row of the target table: a new one with version
// 0. The standing office and the leadership may; Conflict when another version
// was saved meanwhile.
func (db *DB) SaveTarget(ctx context.Context, t poverty.Target, why poverty.TargetReason) (poverty.Target, error) {
	err := db.planning(ctx, t.Cycle, why, func(p *planner) error {
		stored, err := targets(ctx, p.tx, t.Cycle)
		if err != nil {
			return err
		}
		t.Place = len(stored) + 1
		version := 0
		for _, old := range stored {
			if old.Unit == t.Unit {
				version, t.Place = old.Version, old.Place
			}
		}
		if t.Version != version {
			return changed("target.changed", version)
		}
		if wrong := p.checkTarget(&t); len(wrong) > 0 {
			return wrong
		}
		units, err := p.putTargets([]poverty.Target{t})
		if err != nil {
			return err
		}
		p.tell("target", units...)
		stored, err = targets(ctx, p.tx, t.Cycle)
		for _, now := range stored {
			if now.Unit == t.Unit {
				t = now
			}
		}
		return err
	})
	return t, err
}

// checkTarget brings a row into the form in which it is stored and tells what is
// wrong with it.
func (p *planner) checkTarget(t *poverty.Target) poverty.Problems {
	t.Cycle, t.Note, t.Printed = p.cycle.ID, locale.NFC(strings.TrimSpace(t.Note)), printed(t.Printed)
	if p.cycle.Rules.Units[t.Unit].Role != "commune" {
		return poverty.Problems{{Column: "unit", Key: "household.unknown_unit", Args: []any{"unit", string(t.Unit)}}}
	}
	return t.Check()
}

// printed returns what a source prints without empty texts, never nil.
func printed(in map[poverty.TargetColumn]string) map[poverty.TargetColumn]string {
	out := make(map[poverty.TargetColumn]string, len(in))
	for c, s := range in {
		if s = strings.TrimSpace(s); s != "" {
			out[c] = s
		}
	}
	return out
}

// putTargets stores rows by their communes and returns those that changed.
func (p *planner) putTargets(list []poverty.Target) ([]poverty.UnitID, error) {
	if len(list) == 0 {
		return nil, nil
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	rows, err := p.tx.Query(p.ctx, `
		insert into targets as t (cycle_id, unit_id, place, households, poor, near_poor, policy, hard_core, to_leave, near_to_leave,
		                          expected_new, printed, note, saved_at, saved_by)
		select $1, unit, place, households, poor, near_poor, policy, hard_core, to_leave, near_to_leave, expected_new, printed,
		       coalesce(note, ''), $3, nullif($4::bigint, 0)
		from jsonb_to_recordset($2) as x (unit text, place integer, households integer, poor integer, near_poor integer, policy integer,
		     hard_core integer, to_leave integer, near_to_leave integer, expected_new integer, printed jsonb, note text)
		on conflict (cycle_id, unit_id) do update set (place, households, poor, near_poor, policy, hard_core, to_leave, near_to_leave,
		     expected_new, printed, note, version, saved_at, saved_by)
		     = row (excluded.place, excluded.households, excluded.poor, excluded.near_poor, excluded.policy, excluded.hard_core,
		            excluded.to_leave, excluded.near_to_leave, excluded.expected_new, excluded.printed, excluded.note,
		            t.version + 1, excluded.saved_at, excluded.saved_by)
		     where (t.place, t.households, t.poor, t.near_poor, t.policy, t.hard_core, t.to_leave, t.near_to_leave, t.expected_new,
		            t.printed, t.note)
		     is distinct from (excluded.place, excluded.households, excluded.poor, excluded.near_poor, excluded.policy,
		            excluded.hard_core, excluded.to_leave, excluded.near_to_leave, excluded.expected_new, excluded.printed, excluded.note)
		returning unit_id`, p.cycle.ID, raw, p.now, p.actor.User)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[poverty.UnitID])
}

// SaveTargetTotals stores what the source says of the whole table; Conflict
// when another version was saved meanwhile.
func (db *DB) SaveTargetTotals(ctx context.Context, t poverty.TargetTotals, why poverty.TargetReason) (poverty.TargetTotals, error) {
	err := db.planning(ctx, t.Cycle, why, func(p *planner) error {
		old, err := targetTotals(ctx, p.tx, t.Cycle, " for update")
		if err != nil {
			return err
		}
		if t.Version != old.Version {
			return changed("target.changed", old.Version)
		}
		if t, err = p.putTotals(t); err != nil {
			return err
		}
		p.tell("target", "")
		return nil
	})
	return t, err
}

func (p *planner) putTotals(t poverty.TargetTotals) (poverty.TargetTotals, error) {
	t.Printed = printed(t.Printed)
	figures := make([]poverty.Figure, len(t.Figures))
	for i, f := range t.Figures {
		figures[i] = poverty.Figure{
			Label: locale.NFC(strings.TrimSpace(f.Label)), LabelEN: strings.TrimSpace(f.LabelEN), Part: f.Part, Base: f.Base,
			Printed: strings.TrimSpace(f.Printed), Source: locale.NFC(strings.TrimSpace(f.Source)),
		}
	}
	t.Figures = figures
	if wrong := t.Check(); len(wrong) > 0 {
		return t, wrong
	}
	raw, err := json.Marshal(figures)
	if err != nil {
		return t, err
	}
	err = p.tx.QueryRow(p.ctx, `
		insert into target_totals as t (cycle_id, printed, new_low, new_high, figures, saved_at, saved_by)
		values ($1, $2, $3, $4, $5, $6, nullif($7::bigint, 0))
		on conflict (cycle_id) do update set printed = excluded.printed, new_low = excluded.new_low, new_high = excluded.new_high,
			figures = excluded.figures, version = t.version + 1, saved_at = excluded.saved_at, saved_by = excluded.saved_by
		returning version`, p.cycle.ID, t.Printed, t.NewLow, t.NewHigh, raw, p.now, p.actor.User).Scan(&t.Version)
	return t, err
}

// ImportTargets stores the rows of a file by their communes, all or none, and
// says how many changed. Rows of other communes stay; so do the figures of the
// source's text, and its totals when the file has none. Problems counts rows
// from 1 and names those of the totals by row 0.
func (db *DB) ImportTargets(ctx context.Context, id poverty.CycleID, table poverty.TargetImport, why poverty.TargetReason) (count int, err error) {
	err = db.planning(ctx, id, why, func(p *planner) error {
		var wrong poverty.Problems
		seen := map[poverty.UnitID]int{}
		stored, err := targets(ctx, p.tx, id)
		if err != nil {
			return err
		}
		rows := make([]poverty.Target, len(table.Rows))
		for i, t := range table.Rows {
			at := slices.IndexFunc(stored, func(old poverty.Target) bool { return old.Unit == t.Unit })
			if at >= 0 {
				t = table.Over(stored[at], t)
			}
			t.Place = i + 1
			problems := p.checkTarget(&t)
			if first, twice := seen[t.Unit]; twice {
				problems = append(problems, poverty.Problem{Column: "unit", Key: "target.unit_twice", Args: []any{"row", first}})
			}
			seen[t.Unit] = i + 1
			for _, problem := range problems {
				problem.Row = i + 1
				wrong = append(wrong, problem)
			}
			rows[i] = t
		}
		if len(wrong) > 0 {
			return wrong
		}
		units, err := p.putTargets(rows)
		if err != nil {
			return err
		}
		p.tell("target", units...)
		if count = len(units); table.Totals == nil {
			return nil
		}
		old, err := targetTotals(ctx, p.tx, id, " for update")
		if err != nil {
			return err
		}
		next := table.OverTotals(old)
		if same(next, old) {
			return nil
		}
		if _, err := p.putTotals(next); err != nil {
			return err
		}
		count++
		p.tell("target", "")
		return nil
	})
	return count, err
}

// same reports whether two totals say the same.
func same(a, b poverty.TargetTotals) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errors.Join(errX, errY) == nil && string(x) == string(y)
}

// Shares returns what a commune allotted of its target; NotFound when it has
// none.
func (db *DB) Shares(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (s poverty.Shares, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		s, err = shares(ctx, tx, id, unit)
		return err
	})
	return s, err
}

func shares(ctx context.Context, tx pgx.Tx, id poverty.CycleID, unit poverty.UnitID) (poverty.Shares, error) {
	s := poverty.Shares{Cycle: id, Unit: unit}
	err := tx.QueryRow(ctx, `
		select coalesce(s.version, 0) from targets t
		left join target_shares s on s.cycle_id = t.cycle_id and s.unit_id = t.unit_id
		where t.cycle_id = $1 and t.unit_id = $2`, id, unit).Scan(&s.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, poverty.Errorf(poverty.NotFound, "target.not_found")
	}
	if err != nil {
		return s, err
	}
	rows, err := tx.Query(ctx, `
		select hamlet, body, to_leave, near_to_leave, note from target_share_parts
		where cycle_id = $1 and unit_id = $2 order by place`, id, unit)
	s.List, err = many[poverty.Share](rows, err)
	return s, err
}

// PutShares replaces what a commune allots of its target. Someone of the commune
// may, and the standing office with a basis; Conflict when another version was
// saved meanwhile.
func (db *DB) PutShares(ctx context.Context, s poverty.Shares, basis string) (poverty.Shares, error) {
	for i := range s.List {
		one := &s.List[i]
		one.Hamlet, one.Body, one.Note = strings.TrimSpace(one.Hamlet), locale.NFC(strings.TrimSpace(one.Body)), locale.NFC(strings.TrimSpace(one.Note))
	}
	err := db.allotting(ctx, s.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		return c.MayWriteFor(a, s.Unit, basis)
	}, func(k *keeper) error {
		k.scope = poverty.RegisterScope{Cycle: s.Cycle, Unit: s.Unit, Basis: locale.NFC(strings.TrimSpace(basis))}
		if _, err := k.tx.Exec(ctx, "select from targets where cycle_id = $1 and unit_id = $2 for update", s.Cycle, s.Unit); err != nil {
			return err
		}
		old, err := shares(ctx, k.tx, s.Cycle, s.Unit)
		if err != nil {
			return err
		}
		if s.Version != old.Version {
			return changed("share.changed", old.Version)
		}
		hamlets, err := hamletsOf(ctx, k.tx, []poverty.UnitID{s.Unit})
		if err != nil {
			return err
		}
		if wrong := s.Check(hamlets); len(wrong) > 0 {
			return wrong
		}
		if s.List == nil {
			s.List = []poverty.Share{}
		}
		raw, err := json.Marshal(s.List)
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(`
			insert into target_shares as t (cycle_id, unit_id, saved_at, saved_by) values ($1, $2, $3, nullif($4::bigint, 0))
			on conflict (cycle_id, unit_id) do update set version = t.version + 1, saved_at = excluded.saved_at, saved_by = excluded.saved_by`,
			s.Cycle, s.Unit, k.now, k.actor.User)
		b.Queue("delete from target_share_parts where cycle_id = $1 and unit_id = $2", s.Cycle, s.Unit)
		b.Queue(`
			insert into target_share_parts (cycle_id, unit_id, place, hamlet, body, to_leave, near_to_leave, note)
			select $1, $2, place, coalesce(x ->> 'hamlet', ''), coalesce(x ->> 'body', ''), (x ->> 'to_leave')::integer,
			       (x ->> 'near_to_leave')::integer, coalesce(x ->> 'note', '')
			from jsonb_array_elements($3) with ordinality l (x, place)`, s.Cycle, s.Unit, raw)
		if err := k.tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		k.tellAs("share", s.Unit)
		s, err = shares(ctx, k.tx, s.Cycle, s.Unit)
		return err
	})
	return s, err
}

// allotting checks once what may says, and runs fn as the program. Entries that
// fn notes are stored behind it.
func (db *DB) allotting(ctx context.Context, id poverty.CycleID, may func(poverty.Cycle, poverty.Actor) (poverty.Seat, bool, error), fn func(*keeper) error) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		a = a.Within(c.ID)
		seat, other, err := may(c, a)
		if err != nil {
			return err
		}
		if err := elevate(ctx, tx, "target"); err != nil {
			return err
		}
		k := &keeper{book: &book{db: db, tx: tx, cycle: c, now: db.now()}, ctx: ctx, actor: a, seat: seat, other: other}
		if err := fn(k); err != nil {
			return err
		}
		return k.insertEntries(ctx)
	})
}

// tellAs notes in the history that something of a unit was written.
func (k *keeper) tellAs(code string, unit poverty.UnitID) {
	k.note(poverty.Entry{Code: code, Event: poverty.EventNoted, At: k.now, Unit: unit, Office: k.seat.Office,
		Actor: k.actor.User, OnBehalf: k.other, Basis: k.scope.Basis})
}

func hamletsOf(ctx context.Context, tx pgx.Tx, units []poverty.UnitID) ([]poverty.Hamlet, error) {
	rows, err := tx.Query(ctx, "select unit_id, code, name from hamlets where unit_id = any ($1) order by unit_id, code", units)
	return many[poverty.Hamlet](rows, err)
}
