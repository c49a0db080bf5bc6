package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// Offices returns the offices of a unit.
func (db *DB) Offices(ctx context.Context, unit poverty.UnitID) (offices []poverty.Office, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, `
			select id, unit_id, role, title, valid_from, valid_to from offices where unit_id = $1 order by id`, unit)
		offices, err = many[poverty.Office](rows, err)
		return err
	})
	return offices, err
}

// Holdings returns who holds or held the offices of a unit, and who stood in.
func (db *DB) Holdings(ctx context.Context, unit poverty.UnitID) (h []poverty.Holding, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, holdingColumns+" where o.unit_id = $1 order by h.office_id, h.valid_from nulls first, h.id", unit)
		h, err = many[poverty.Holding](rows, err)
		return err
	})
	return h, err
}

const holdingColumns = `
	select h.office_id, h.user_id, u.name, h.substitute, h.basis, h.valid_from, h.valid_to
	from holdings h join offices o on o.id = h.office_id join users u on u.id = h.user_id`

// Vacate ends the holding of an office after a day; the system's alone.
func (db *DB) Vacate(ctx context.Context, office poverty.OfficeID, last calendar.Date) error {
	return db.program(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			update holdings set valid_to = $2
			where office_id = $1 and not substitute and daterange(valid_from, valid_to, '[]') @> ($2::date + 1)`, office, last)
		return err
	})
}

// Occupy gives an office to a user from a day on; Conflict when somebody holds
// it then; the system's alone.
func (db *DB) Occupy(ctx context.Context, office poverty.OfficeID, user poverty.UserID, from calendar.Date) error {
	return db.program(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into holdings (office_id, user_id, valid_from) values ($1, $2, $3)", office, user, from)
		return err
	})
}

// Holder returns who acts in an office on a day: a substitute before the
// holder; 0 when nobody does.
func (db *DB) Holder(ctx context.Context, office poverty.OfficeID, on calendar.Date) (id poverty.UserID, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		r, err := loadRoster(ctx, tx, nil, []poverty.OfficeID{office})
		id = r.holder(office, on)
		return err
	})
	return id, err
}

// roster is the offices of some units and who holds them, on whichever day.
type roster struct {
	offices  map[poverty.UnitID][]poverty.Office
	byID     map[poverty.OfficeID]poverty.Office
	holdings map[poverty.OfficeID][]poverty.Holding
}

func loadRoster(ctx context.Context, tx pgx.Tx, units []poverty.UnitID, offices []poverty.OfficeID) (roster, error) {
	r := roster{map[poverty.UnitID][]poverty.Office{}, map[poverty.OfficeID]poverty.Office{}, map[poverty.OfficeID][]poverty.Holding{}}
	rows, err := tx.Query(ctx, `
		select id, unit_id, role, title, valid_from, valid_to from offices
		where unit_id = any ($1) or id = any ($2) order by id`, units, offices)
	list, err := many[poverty.Office](rows, err)
	if err != nil {
		return r, err
	}
	ids := make([]poverty.OfficeID, 0, len(list))
	for _, o := range list {
		r.offices[o.Unit] = append(r.offices[o.Unit], o)
		r.byID[o.ID] = o
		ids = append(ids, o.ID)
	}
	rows, err = tx.Query(ctx, holdingColumns+" where h.office_id = any ($1) order by h.id", ids)
	held, err := many[poverty.Holding](rows, err)
	for _, h := range held {
		r.holdings[h.Office] = append(r.holdings[h.Office], h)
	}
	return r, err
}

func (r roster) holder(office poverty.OfficeID, on calendar.Date) poverty.UserID {
	var holder poverty.UserID
	for _, h := range r.holdings[office] {
		if h.ValidFrom.After(on) || !h.ValidTo.IsZero() && h.ValidTo.Before(on) {
			continue
		}
		if h.Substitute {
			return h.User
		}
		holder = h.User
	}
	return holder
}

// role returns a unit's office of a role on a day.
func (r roster) role(unit poverty.UnitID, role poverty.OfficeRole, on calendar.Date) (poverty.OfficeID, bool) {
	i := slices.IndexFunc(r.offices[unit], func(o poverty.Office) bool {
		return o.Role == role && !o.ValidFrom.After(on) && (o.ValidTo.IsZero() || !o.ValidTo.Before(on))
	})
	if i < 0 {
		return "", false
	}
	return r.offices[unit][i].ID, true
}

// address returns whom a rung's addressee means for a debtor: for each, the
// office and then those next up, in case nobody holds it.
func (r roster) address(c poverty.Cycle, to string, debtor poverty.UnitID, on calendar.Date) [][]poverty.OfficeID {
	b := c.Rules.Bindings
	up := func(unit poverty.UnitID, roles ...poverty.OfficeRole) []poverty.OfficeID {
		var chain []poverty.OfficeID
		for _, role := range roles {
			if id, ok := r.role(unit, role, on); ok {
				chain = append(chain, id)
			}
		}
		if id, ok := r.role(b.Standing, poverty.RoleHead, on); ok {
			chain = append(chain, id)
		}
		return chain
	}
	var chains [][]poverty.OfficeID
	add := func(chain ...poverty.OfficeID) {
		chain = slices.DeleteFunc(chain, func(o poverty.OfficeID) bool { _, ok := r.byID[o]; return !ok })
		if len(chain) > 0 {
			chains = append(chains, chain)
		}
	}
	switch to {
	case "unit":
		if debtor == c.Owner {
			add(b.ViceChair)
			break
		}
		add(up(debtor, poverty.RoleOfficer, poverty.RoleHead)...)
	case "head":
		if debtor == c.Owner {
			add(b.ViceChair)
			break
		}
		add(up(debtor, poverty.RoleHead, poverty.RoleDeputy)...)
	case poverty.ToLead:
		for _, unit := range c.Rules.LeadsOf(debtor) {
			add(up(unit, poverty.RoleHead, poverty.RoleDeputy)...)
		}
	case poverty.ToMembers:
		for _, unit := range c.Rules.FellowsOf(debtor) {
			add(up(unit, poverty.RoleHead, poverty.RoleDeputy)...)
		}
	case "standing":
		add(up(b.Standing, poverty.RoleHead, poverty.RoleOfficer)...)
	case "vice_chair":
		add(b.ViceChair, b.Chair)
	case "chair":
		add(b.Chair)
	case "above":
		for _, u := range b.Above {
			if id, ok := r.role(u, poverty.RoleHead, on); ok {
				add(id)
			}
		}
	default:
		add(poverty.OfficeID(to))
	}
	return chains
}

func putOffices(ctx context.Context, tx pgx.Tx, n poverty.NewCycle, users map[string]poverty.UserID, logins map[poverty.UserID]string) error {
	b := &pgx.Batch{}
	for _, o := range n.Offices {
		b.Queue(`insert into offices (id, unit_id, role, title, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6)
			on conflict (id) do update set title = excluded.title`,
			o.ID, o.Unit, o.Role, o.Title, day(o.ValidFrom), day(o.ValidTo))
	}
	for _, h := range n.Holdings {
		b.Queue(`insert into holdings (office_id, user_id, substitute, basis, valid_from, valid_to)
			select $1, $2, $3, $4, $5, $6
			where not exists (select from holdings where office_id = $1 and (
				user_id = $2 and valid_from is not distinct from $5::date
				or not $3 and not substitute and daterange(valid_from, valid_to, '[]') && daterange($5::date, $6::date, '[]')))`,
			h.Office, users[logins[h.User]], h.Substitute, h.Basis, day(h.ValidFrom), day(h.ValidTo))
	}
	return tx.SendBatch(ctx, b).Close()
}
