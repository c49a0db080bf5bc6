package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

const fundColumns = `
	select f.id, f.cycle_id, f.code, f.unit_id, coalesce(v.name, f.unit_id) as unit_name, f.name, f.year,
	       coalesce(f.carried_from, 0) as carried_from, f.version, f.saved_at, s.raised, s.spent, s.carried_in, s.carried_out
	from funds f
	left join lateral name_on(f.unit_id, local_day(f.saved_at)) v on true
	cross join lateral (
		select coalesce(sum(e.amount) filter (where coalesce(k.kind, e.kind) = 'raised'), 0)::bigint as raised,
		       coalesce(-sum(e.amount) filter (where coalesce(k.kind, e.kind) = 'spent'), 0)::bigint as spent,
		       coalesce(sum(e.amount) filter (where coalesce(k.kind, e.kind) = 'carried_in'), 0)::bigint as carried_in,
		       coalesce(-sum(e.amount) filter (where coalesce(k.kind, e.kind) = 'carried_out'), 0)::bigint as carried_out
		from fund_entries e left join fund_entries k on k.id = e.corrects
		where e.fund_id = f.id) s`

// Funds returns the funds of a cycle that the actor may see, with what they
// hold, by year and code.
func (db *DB) Funds(ctx context.Context, id poverty.CycleID) (list []poverty.Fund, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, fundColumns+" where f.cycle_id = $1 order by f.year, f.code", id)
		list, err = many[poverty.Fund](rows, err)
		return err
	})
	return list, err
}

// Fund returns a fund; NotFound when there is none or the actor may not see it.
func (db *DB) Fund(ctx context.Context, id poverty.FundID) (f poverty.Fund, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		f, err = fund(ctx, tx, id, "")
		return err
	})
	return f, err
}

func fund(ctx context.Context, tx pgx.Tx, id poverty.FundID, lock string) (poverty.Fund, error) {
	if lock != "" { // first, so that the sums are those after whoever held it
		if _, err := tx.Exec(ctx, "select from funds f where f.id = $1"+lock, id); err != nil {
			return poverty.Fund{}, err
		}
	}
	rows, err := tx.Query(ctx, fundColumns+" where f.id = $1", id)
	return one[poverty.Fund](rows, err, "fund.not_found")
}

// FundEntries returns the ledger of a fund in order of its days, with what was
// left after each line.
func (db *DB) FundEntries(ctx context.Context, id poverty.FundID) (list []poverty.FundEntry, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		if _, err := fund(ctx, tx, id, ""); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			select e.id, e.fund_id, e.kind, e.amount, sum(e.amount) over (order by e.day, e.id)::bigint as balance, e.day, e.recorded_at,
			       coalesce(u.name, '') as recorded_by_name, coalesce(e.delivery_id, 0) as delivery_id,
			       coalesce(c.id, 0) as component_id, coalesce(c.title, '') as about, coalesce(e.corrects, 0) as corrects,
			       exists (select from fund_entries x where x.corrects = e.id) as corrected, e.basis, e.reason
			from fund_entries e
			left join users u on u.id = e.recorded_by
			left join deliveries d on d.id = e.delivery_id
			left join components c on c.id = d.component_id
			where e.fund_id = $1 order by e.day, e.id`, id)
		list, err = many[poverty.FundEntry](rows, err)
		return err
	})
	return list, err
}

// moveFund carries out a decision on a fund.
func (b *book) moveFund(ctx context.Context, a poverty.Actor, m poverty.FundMove, at time.Time, out *poverty.Outcome) error {
	m.Name, m.Basis, m.Reason = locale.NFC(m.Name), locale.NFC(m.Basis), locale.NFC(m.Reason)
	day, err := m.Check(b.cycle, at)
	if err != nil {
		return err
	}
	f := poverty.Fund{Cycle: b.cycle.ID, Unit: m.Unit, Code: m.Code, Name: m.Name, Year: m.Year}
	if m.Verb != poverty.FundOpen {
		if f, err = fund(ctx, b.tx, m.Fund, " for update of f"); err != nil {
			return err
		}
	}
	seat, behalf, err := f.MayMove(b.cycle, a, m)
	if err != nil {
		return err
	}
	w := treasurer{b, f, m, day, seat, a.User}
	switch m.Verb {
	case poverty.FundOpen:
		err = w.open(ctx)
	case poverty.FundRaise:
		err = w.enter(ctx, w.fund.ID, poverty.FundRaised, m.Amount, 0)
	case poverty.FundCorrect:
		err = w.correct(ctx)
	case poverty.FundCarry:
		err = w.carry(ctx)
	}
	if err != nil {
		return err
	}
	b.note(poverty.Entry{Code: "fund", Event: poverty.EventNoted, At: at, Unit: w.fund.Unit, Actor: a.User, Office: seat.Office,
		OnBehalf: behalf, Basis: m.Basis, Reason: string(m.Verb) + " " + w.fund.Code})
	out.Fund, out.State = w.fund.ID, string(m.Verb)
	return nil
}

// treasurer is one decision on a fund whose right was checked.
type treasurer struct {
	*book
	fund poverty.Fund
	m    poverty.FundMove
	day  calendar.Date
	seat poverty.Seat
	user poverty.UserID
}

// put makes a fund; false when its code is taken in its cycle.
func (w *treasurer) put(ctx context.Context, f *poverty.Fund) (bool, error) {
	err := w.tx.QueryRow(ctx, `
		insert into funds (cycle_id, code, unit_id, name, year, carried_from, audience, saved_at, saved_by)
		values ($1, $2, $3, $4, $5, nullif($6::bigint, 0), $7, $8, nullif($9::bigint, 0))
		on conflict (cycle_id, code) do nothing returning id`,
		f.Cycle, f.Code, f.Unit, f.Name, f.Year, f.CarriedFrom, w.cycle.Rules.SeesFund(f.Unit), w.now, w.user).Scan(&f.ID)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// open makes a fund with what it holds: money of an earlier year was carried in.
func (w *treasurer) open(ctx context.Context) error {
	made, err := w.put(ctx, &w.fund)
	switch {
	case err != nil:
		return err
	case !made:
		return &poverty.Error{Kind: poverty.Conflict, Key: "fund.code_taken", Args: []any{"code", w.fund.Code}, Field: "code"}
	case w.m.Amount == 0:
		return nil
	}
	kind := poverty.FundRaised
	if w.fund.Year < w.cycle.Year {
		kind = poverty.FundCarriedIn
	}
	return w.enter(ctx, w.fund.ID, kind, w.m.Amount, 0)
}

func (w *treasurer) enter(ctx context.Context, id poverty.FundID, kind poverty.FundEntryKind, amount, corrects int64) error {
	_, err := w.tx.Exec(ctx, `
		insert into fund_entries (fund_id, kind, amount, day, recorded_at, recorded_by, office_id, corrects, basis, reason)
		values ($1, $2, $3, $4, $5, nullif($6::bigint, 0), $7, nullif($8::bigint, 0), $9, $10)`,
		id, kind, amount, w.day, w.now, w.user, w.seat.Office, corrects, w.m.Basis, w.m.Reason)
	return err
}

// correct takes back an entry of money that came in, by a counter-entry of the
// same day.
func (w *treasurer) correct(ctx context.Context) error {
	var kind poverty.FundEntryKind
	var amount int64
	var corrected bool
	err := w.tx.QueryRow(ctx, `
		select kind, amount, day, exists (select from fund_entries x where x.corrects = e.id) from fund_entries e
		where e.id = $1 and e.fund_id = $2`, w.m.Entry, w.fund.ID).Scan(&kind, &amount, &w.day, &corrected)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return poverty.Errorf(poverty.NotFound, "fund.entry_not_found")
	case err != nil:
		return err
	case corrected:
		return poverty.Errorf(poverty.Conflict, "fund.corrected_already")
	case kind != poverty.FundRaised:
		return poverty.Errorf(poverty.Conflict, "fund.not_correctable")
	case w.fund.Left() < amount:
		return poverty.Errorf(poverty.Conflict, "fund.would_be_short", "left", w.fund.Left()-amount)
	}
	return w.enter(ctx, w.fund.ID, poverty.FundCorrection, -amount, w.m.Entry)
}

// carry moves what is left to the fund of the same code in the owner's next
// cycle. That cycle need not be there yet.
func (w *treasurer) carry(ctx context.Context) error {
	left := w.fund.Left()
	if left <= 0 {
		return poverty.Errorf(poverty.Conflict, "fund.nothing_left")
	}
	next := w.fund
	next.Cycle, next.CarriedFrom = poverty.NewCycleID(w.cycle.Owner, w.cycle.Year+1), w.fund.ID
	made, err := w.put(ctx, &next)
	if err != nil {
		return err
	}
	if !made { // it was carried before, and money came back since
		err := w.tx.QueryRow(ctx, "select id from funds where cycle_id = $1 and code = $2 and carried_from = $3",
			next.Cycle, next.Code, w.fund.ID).Scan(&next.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return poverty.Errorf(poverty.Conflict, "fund.in_use", "code", next.Code)
		}
		if err != nil {
			return err
		}
	}
	if err := w.enter(ctx, w.fund.ID, poverty.FundCarriedOut, -left, 0); err != nil {
		return err
	}
	return w.enter(ctx, next.ID, poverty.FundCarriedIn, left, 0)
}
