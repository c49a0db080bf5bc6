package postgres

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

// Deliveries returns the ledger of a component in order of its days. Who may
// not see whose the households are gets lines without them.
func (db *DB) Deliveries(ctx context.Context, id poverty.ComponentID) (list []poverty.DeliveryEntry, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, _, err := componentIn(ctx, tx, a, id)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			select d.id, d.batch, d.component_id, d.day, d.recorded_at, coalesce(u.name, '') as recorded_by_name, d.unit_id,
			       coalesce(v.name, d.unit_id) as unit_name, d.on_behalf, coalesce(d.household_id, 0) as household_id,
			       d.code, d.head, d.audience, d.quantity, d.value, d.basis, d.note,
			       coalesce(d.corrects, 0) as corrects, exists (select from deliveries x where x.corrects = d.id) as corrected,
			       k.recorded_at as confirmed_at
			from deliveries d
			left join users u on u.id = d.recorded_by
			left join delivery_confirmations k on k.batch = d.batch
			left join lateral name_on(d.unit_id, d.day) v on true
			where d.component_id = $1
			order by d.day, d.batch, d.id`, id)
		if list, err = many[poverty.DeliveryEntry](rows, err); err != nil || !c.Hidden {
			return err
		}
		for i := range list {
			list[i].Household, list[i].Code, list[i].Head, list[i].Note = 0, "", "", ""
		}
		return nil
	})
	return list, err
}

// deliver enters deliveries, takes one back, or confirms them. A first delivery
// ends the component's start, any delivery the wait for its progress.
func (b *book) deliver(ctx context.Context, a poverty.Actor, n poverty.NewDelivery, at time.Time, out *poverty.Outcome) error {
	if _, err := b.tx.Exec(ctx, "select from components where id = $1 for update", n.Component); err != nil {
		return err
	}
	c, _, err := componentIn(ctx, b.tx, a, n.Component)
	if err != nil {
		return err
	}
	out.Component = c.ID
	n.Basis, n.Note = locale.NFC(n.Basis), locale.NFC(n.Note)
	if n.Confirms != 0 {
		err = b.confirm(ctx, a, c, n, at)
	} else {
		var seat poverty.Seat
		var other bool
		if seat, other, err = b.cycle.MayHandle(a, c, n.Basis); err != nil {
			return err
		}
		w := handover{b, c, n, at, poverty.Entry{Actor: a.User, Office: seat.Office, OnBehalf: other}, seat.Unit, a.System != ""}
		if _, stands := a.InCycle(b.cycle, poverty.PartStanding); stands {
			w.standing = true
		}
		if other {
			w.unit = c.Unit
		}
		if n.Corrects != 0 {
			err = w.correct(ctx, out)
		} else {
			err = w.enter(ctx, out)
		}
	}
	if err != nil {
		return err
	}
	if c, _, err = componentIn(ctx, b.tx, a, n.Component); err == nil {
		out.State = string(c.State)
	}
	return err
}

// handover is one decision on deliveries whose right was checked.
type handover struct {
	*book
	component poverty.Component
	n         poverty.NewDelivery
	at        time.Time
	by        poverty.Entry
	unit      poverty.UnitID // who delivered
	standing  bool
}

const insertDeliveries = `
	insert into deliveries (batch, cycle_id, component_id, day, recorded_at, recorded_by, unit_id, office_id, on_behalf,
	                        household_id, code, head, audience, quantity, value, basis, note)
	select @batch, @cycle, @component, @day, @now, nullif(@user::bigint, 0), @unit, @office, @behalf,
	       h.id, coalesce(h.code, ''), coalesce(h.head, ''), audience, quantity, value, @basis, @note
	from unnest(@households::bigint[], @audiences::text[], @quantities::bigint[], @values::bigint[])
	     with ordinality x (household, audience, quantity, value, place)
	left join households h on h.id = x.household
	order by place
	returning id, value`

func (w handover) enter(ctx context.Context, out *poverty.Outcome) error {
	day, err := w.n.Check(w.cycle, w.at)
	if err != nil {
		return err
	}
	lines := w.n.Lines
	ids, err := w.listed(ctx, lines)
	if err != nil {
		return err
	}
	audiences, quantities, values := make([]string, len(lines)), make([]int64, len(lines)), make([]int64, len(lines))
	var total int64
	for i, l := range lines {
		audiences[i], quantities[i], values[i] = locale.NFC(l.Audience), l.Quantity, l.Value
		total += w.fromFund(l.Value)
	}
	if err := w.afford(ctx, total); err != nil {
		return err
	}
	if err := w.tx.QueryRow(ctx, "select nextval('delivery_batches')").Scan(&out.Batch); err != nil {
		return err
	}
	_, err = w.tx.Exec(ctx, `
		with d as (`+insertDeliveries+`)
		insert into fund_entries (fund_id, kind, amount, day, recorded_at, recorded_by, office_id, delivery_id, basis)
		select @fund, 'spent', -((d.value * @share + 50) / 100), @day, @now, nullif(@user::bigint, 0), @office, d.id, @basis
		from d where @fund::bigint <> 0 and (d.value * @share + 50) / 100 > 0`,
		pgx.NamedArgs{
			"batch": out.Batch, "cycle": w.cycle.ID, "component": w.component.ID, "day": day, "now": w.now, "user": w.by.Actor,
			"unit": w.unit, "office": w.by.Office, "behalf": w.by.OnBehalf, "basis": w.n.Basis, "note": w.n.Note,
			"households": ids, "audiences": audiences, "quantities": quantities, "values": values,
			"fund": w.component.Fund, "share": w.share(),
		})
	if err != nil {
		return err
	}
	return w.end(ctx, poverty.EffectiveOn(day, w.at, w.standing))
}

// listed finds the households of the lines, each of which the component must be
// for; 0 for information work.
func (w handover) listed(ctx context.Context, lines []poverty.DeliveryLine) ([]poverty.HouseholdID, error) {
	var codes []string
	var rows []int
	for i, l := range lines {
		if l.Household != "" {
			codes, rows = append(codes, l.Household), append(rows, i)
		}
	}
	refuse := func(i int) error {
		return poverty.Problems{{Row: rows[i] + 1, Column: "household", Key: "delivery.household_not_listed", Args: []any{"household", codes[i]}}}
	}
	found, err := w.byCode(ctx, w.component.Commune, codes, refuse)
	if err != nil {
		return nil, err
	}
	var known []poverty.HouseholdID
	r, err := w.tx.Query(ctx, "select household_id from component_households where component_id = $1 and household_id = any ($2)", w.component.ID, found)
	if err != nil {
		return nil, err
	}
	if known, err = pgx.CollectRows(r, pgx.RowTo[poverty.HouseholdID]); err != nil {
		return nil, err
	}
	ids := make([]poverty.HouseholdID, len(lines))
	for i, id := range found {
		if !slices.Contains(known, id) {
			return nil, refuse(i)
		}
		ids[rows[i]] = id
	}
	return ids, nil
}

// share is how many per cent of what is delivered the fund bears.
func (w handover) share() int64 {
	if w.component.Share == 0 {
		return 100
	}
	return int64(w.component.Share)
}

func (w handover) fromFund(value int64) int64 { return (value*w.share() + 50) / 100 }

// afford locks the fund and sees that it holds what is to be spent.
func (w handover) afford(ctx context.Context, amount int64) error {
	if w.component.Fund == 0 || amount == 0 {
		return nil
	}
	f, err := fund(ctx, w.tx, w.component.Fund, " for update of f")
	if err != nil {
		return err
	}
	if f.Left() < amount {
		return poverty.InvalidField("value", "fund.short", "fund", f.Name, "left", f.Left(), "amount", amount)
	}
	return nil
}

// correct takes a line back by a counter-entry of the same day, so that what is
// summed over those days is right again.
func (w handover) correct(ctx context.Context, out *poverty.Outcome) error {
	if w.n.Note == "" {
		return poverty.InvalidField("note", "delivery.reason_needed")
	}
	var corrected, correction bool
	err := w.tx.QueryRow(ctx, `
		select d.corrects is not null, exists (select from deliveries x where x.corrects = d.id)
		from deliveries d where d.id = $1 and d.component_id = $2`, w.n.Corrects, w.component.ID).Scan(&correction, &corrected)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return poverty.Errorf(poverty.NotFound, "delivery.not_found")
	case err != nil:
		return err
	case correction:
		return poverty.Errorf(poverty.Conflict, "delivery.is_correction")
	case corrected:
		return poverty.Errorf(poverty.Conflict, "delivery.corrected_already")
	}
	if w.component.Fund != 0 {
		if _, err := fund(ctx, w.tx, w.component.Fund, " for update of f"); err != nil {
			return err
		}
	}
	if err := w.tx.QueryRow(ctx, "select nextval('delivery_batches')").Scan(&out.Batch); err != nil {
		return err
	}
	if _, err := w.tx.Exec(ctx, `
		with d as (
			insert into deliveries (batch, cycle_id, component_id, day, recorded_at, recorded_by, unit_id, office_id, on_behalf,
			                        household_id, code, head, audience, quantity, value, basis, note, corrects)
			select @batch, cycle_id, component_id, day, @now, nullif(@user::bigint, 0), @unit, @office, @behalf,
			       household_id, code, head, audience, -quantity, -value, @basis, @note, id
			from deliveries where id = @line returning id)
		insert into fund_entries (fund_id, kind, amount, day, recorded_at, recorded_by, office_id, delivery_id, corrects, basis, reason)
		select e.fund_id, 'correction', -e.amount, e.day, @now, nullif(@user::bigint, 0), @office, d.id, e.id, @basis, @note
		from fund_entries e, d where e.delivery_id = @line and e.kind = 'spent'`,
		pgx.NamedArgs{"batch": out.Batch, "now": w.now, "user": w.by.Actor, "unit": w.unit, "office": w.by.Office, "behalf": w.by.OnBehalf,
			"basis": w.n.Basis, "note": w.n.Note, "line": w.n.Corrects}); err != nil {
		return err
	}
	return w.unstart(ctx)
}

// unstart notes on the start of a component that no delivery is left by which it
// was ended: whether it stands is for a person to decide.
func (w handover) unstart(ctx context.Context) error {
	var left bool
	if err := w.tx.QueryRow(ctx, "select exists (select from deliveries d where d.component_id = $1 and "+live+")", w.component.ID).Scan(&left); err != nil || left {
		return err
	}
	if err := w.load(ctx, "d.key = $1 and d.state = 'done'", startKey(w.cycle.Rules, w.component)); err != nil {
		return err
	}
	for _, d := range w.duties {
		w.advance(d, w.at)
		by := w.by
		by.At, by.Reason, by.Basis = w.at, w.n.Note, w.n.Basis
		w.add(w.entry(d, poverty.EventNoted, by))
	}
	return nil
}

// end ends what waits for a delivery: the start of the component and the wait
// for its progress, as of an instant. One that was recorded late corrects what
// was judged before.
func (w handover) end(ctx context.Context, at time.Time) error {
	if err := w.load(ctx, `
		d.cycle_id = $1 and (d.key = $2 or d.kind = 'progress' and d.subject = $3 and d.state in ('open', 'returned'))`,
		w.cycle.ID, startKey(w.cycle.Rules, w.component), w.component.Code); err != nil {
		return err
	}
	for _, d := range w.duties {
		s := w.advance(d, w.at)
		by, before := w.by, *d
		by.At, by.Basis = at, w.n.Basis
		if by.At.Before(d.OpenedAt) {
			by.At = d.OpenedAt
		}
		earlier := s.State == poverty.DutyDone && by.At.Before(s.FirstSubmittedAt)
		if !s.State.Owed() && !earlier {
			continue
		}
		e := w.entry(d, poverty.EventDone, by)
		w.add(e)
		if before.Escalated {
			w.add(w.closing(e))
			w.wakes = append(w.wakes, escalationRef(before))
		}
		w.advance(d, w.upTo)
		w.book.correct(before, d, e)
		w.wakes = append(w.wakes, refOf(*d))
	}
	return nil
}

// confirm notes that the commune confirms what was handed over together.
func (b *book) confirm(ctx context.Context, a poverty.Actor, c poverty.Component, n poverty.NewDelivery, at time.Time) error {
	seats := a.In(c.Commune)
	if len(seats) == 0 && a.System == "" {
		return poverty.Errorf(poverty.Forbidden, "delivery.forbidden.confirm")
	}
	if b.cycle.State == poverty.CycleClosed {
		return poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(b.cycle.ID))
	}
	var office poverty.OfficeID
	if len(seats) > 0 {
		office = seats[0].Office
	}
	var there bool
	if err := b.tx.QueryRow(ctx, "select exists (select from deliveries d where d.component_id = $1 and d.batch = $2 and "+live+")", c.ID, n.Confirms).Scan(&there); err != nil {
		return err
	}
	if !there {
		return poverty.Errorf(poverty.NotFound, "delivery.not_found")
	}
	tag, err := b.tx.Exec(ctx, `
		insert into delivery_confirmations (batch, component_id, recorded_at, recorded_by, office_id)
		values ($1, $2, $3, nullif($4::bigint, 0), $5) on conflict do nothing`, n.Confirms, c.ID, at, a.User, office)
	if err == nil && tag.RowsAffected() == 0 {
		err = poverty.Errorf(poverty.Conflict, "delivery.confirmed_already")
	}
	return err
}
