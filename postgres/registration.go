package postgres

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

const registrationColumns = `
	select r.id, r.cycle_id, r.unit_id, r.agency_id, coalesce(v.name, r.agency_id) as agency_name, r.offer, r.quantity, r.measure,
	       r.value, r.state, r.reason, r.version, r.saved_at
	from registrations r
	join cycles c on c.id = r.cycle_id
	left join lateral name_on(r.agency_id, local_day(c.issued_at)) v on true`

// Registrations returns the communes for which agencies register, those that
// nobody registered for first, then by their rate, with the registrations that
// the actor may see.
func (db *DB) Registrations(ctx context.Context, id poverty.CycleID) (list []poverty.RegistrationCommune, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		list, err = registrationCommunes(ctx, tx, c)
		return err
	})
	return list, err
}

func registrationCommunes(ctx context.Context, tx pgx.Tx, c poverty.Cycle) ([]poverty.RegistrationCommune, error) {
	list := []poverty.RegistrationCommune{}
	if c.Rules.Registration.Above == 0 {
		return list, nil // agencies register for no commune of this cycle
	}
	rows, err := targets(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range rows {
		if c.Rules.Registration.Takes(t.Households, t.Poor) {
			list = append(list, poverty.RegistrationCommune{Unit: t.Unit, UnitName: t.UnitName, Households: t.Households, Poor: t.Poor, Registrations: []poverty.Registration{}})
		}
	}
	found, err := tx.Query(ctx, registrationColumns+" where r.cycle_id = $1 order by r.id", c.ID)
	registrations, err := many[poverty.Registration](found, err)
	if err != nil {
		return nil, err
	}
	for i := range list {
		for _, r := range registrations {
			if r.Unit == list[i].Unit {
				list[i].Registrations = append(list[i].Registrations, r)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y poverty.RegistrationCommune) int {
		if x.Taken() != y.Taken() {
			if x.Taken() {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(y.Poor*x.Households, x.Poor*y.Households), cmp.Compare(x.Unit, y.Unit))
	})
	return list, nil
}

// Registration returns a registration.
func (db *DB) Registration(ctx context.Context, id poverty.RegistrationID) (r poverty.Registration, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		r, err = registration(ctx, tx, id)
		return err
	})
	return r, err
}

func registration(ctx context.Context, tx pgx.Tx, id poverty.RegistrationID) (poverty.Registration, error) {
	rows, err := tx.Query(ctx, registrationColumns+" where r.id = $1", id)
	return one[poverty.Registration](rows, err, "registration.not_found")
}

// AddRegistration stores an agency's offer to help a commune whose rate lies above the
// cycle's; the agency's own people may. One with a key that was used before is
// stored once.
func (db *DB) AddRegistration(ctx context.Context, r poverty.Registration) (poverty.Registration, error) {
	r.Offer, r.Measure = locale.NFC(strings.TrimSpace(r.Offer)), locale.NFC(strings.TrimSpace(r.Measure))
	var id poverty.RegistrationID
	err := db.allotting(ctx, r.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		seat, err := c.MayAddRegistration(a, r.Agency)
		return seat, false, err
	}, func(k *keeper) error {
		if err := r.Check(); err != nil {
			return err
		}
		communes, err := registrationCommunes(ctx, k.tx, k.cycle)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(communes, func(c poverty.RegistrationCommune) bool { return c.Unit == r.Unit }) {
			return poverty.InvalidField("unit", "registration.not_taken", "unit", string(r.Unit), "above", k.cycle.Rules.Registration.Above)
		}
		known := false
		err = k.tx.QueryRow(ctx, `
			insert into registrations (cycle_id, key, unit_id, agency_id, offer, quantity, measure, value, state, saved_at, saved_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, 'offered', $9, nullif($10::bigint, 0))
			on conflict (cycle_id, key) do update set key = excluded.key
			returning id, xmax <> 0`, r.Cycle, string(r.Agency)+" "+r.Key, r.Unit, r.Agency, r.Offer, r.Quantity, r.Measure, r.Value, k.now, k.actor.User).Scan(&id, &known)
		if err == nil && !known {
			k.tellAs("registration", r.Unit)
		}
		return err
	})
	if err != nil {
		return r, err
	}
	return db.Registration(ctx, id)
}

// MoveRegistration confirms or declines a registration, or withdraws it.
// Conflict when it was changed meanwhile.
func (db *DB) MoveRegistration(ctx context.Context, m poverty.RegistrationMove) (r poverty.Registration, err error) {
	m.Reason = locale.NFC(strings.TrimSpace(m.Reason))
	if r, err = db.Registration(ctx, m.Registration); err != nil {
		return r, err
	}
	err = db.allotting(ctx, r.Cycle, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		seat, err := c.MayMoveRegistration(a, r, m.Verb)
		return seat, false, err
	}, func(k *keeper) error {
		now, err := registration(ctx, k.tx, m.Registration)
		if err != nil {
			return err
		}
		if now, err = now.Move(m); err != nil {
			return err
		}
		tag, err := k.tx.Exec(ctx, `
			update registrations set state = $3, reason = $4, version = version + 1, saved_at = $5, saved_by = nullif($6::bigint, 0)
			where id = $1 and version = $2`, m.Registration, m.Version, now.State, now.Reason, k.now, k.actor.User)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return changed("registration.changed", now.Version)
		}
		k.tellAs("registration_"+string(now.State), now.Unit)
		return nil
	})
	if err != nil {
		return r, err
	}
	return db.Registration(ctx, m.Registration)
}
