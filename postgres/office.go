package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
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
	select h.id, h.office_id, h.user_id, u.name, h.substitute, coalesce(h.cycle_id, '') as cycle_id, h.basis, h.valid_from, h.valid_to,
	       coalesce(w.name, '') as set_by_name, h.set_at
	from holdings h join offices o on o.id = h.office_id join users u on u.id = h.user_id left join users w on w.id = h.set_by`

// MayStaff returns Forbidden to who may not say who holds the offices of a unit.
func (db *DB) MayStaff(ctx context.Context, unit poverty.UnitID) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		_, err := mayStaff(ctx, tx, a, unit)
		return err
	})
}

// mayStaff returns the seat by which the actor may; none for an administrator.
func mayStaff(ctx context.Context, tx pgx.Tx, a poverty.Actor, unit poverty.UnitID) (poverty.Seat, error) {
	if a.Admin || a.System != "" {
		return poverty.Seat{}, nil
	}
	rows, err := tx.Query(ctx, cycleColumns+` where state = 'running' and id = any (app_cycles())
		and exists (select from cycle_units m where m.cycle_id = cycles.id and m.unit_id = $1) order by id`, unit)
	running, err := many[poverty.Cycle](rows, err)
	if err != nil {
		return poverty.Seat{}, err
	}
	for _, c := range running {
		if seat, err := c.MayStaff(a, unit); err == nil {
			return seat, nil
		}
	}
	return poverty.Seat{}, poverty.Errorf(poverty.Forbidden, "office.forbidden")
}

// Candidates returns the people who may be given an office of a unit.
func (db *DB) Candidates(ctx context.Context, unit poverty.UnitID) (list []poverty.Candidate, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if _, err := mayStaff(ctx, tx, a, unit); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "staff"); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "select a.login, u.name from users u join accounts a on a.user_id = u.id where u.active order by a.login limit 5000")
		list, err = many[poverty.Candidate](rows, err)
		return err
	})
	return list, err
}

// staffer is someone who says who holds an office, whose right was checked; the
// rest of the transaction acts as the program, and the office is locked.
type staffer struct {
	db     *DB
	tx     pgx.Tx
	actor  poverty.Actor
	seat   poverty.Seat
	now    time.Time
	office poverty.Office
	held   []poverty.Holding
}

func (db *DB) staffing(ctx context.Context, id poverty.OfficeID, fn func(*staffer) error) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		s := &staffer{db: db, tx: tx, actor: a, now: db.now()}
		rows, err := tx.Query(ctx, "select id, unit_id, role, title, valid_from, valid_to from offices where id = $1", id)
		if s.office, err = one[poverty.Office](rows, err, "office.not_found"); err != nil {
			return err
		}
		if s.seat, err = mayStaff(ctx, tx, a, s.office.Unit); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "staff"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "select from offices where id = $1 for update", id); err != nil {
			return err
		}
		rows, err = tx.Query(ctx, holdingColumns+" where h.office_id = $1 order by h.valid_from nulls first, h.id", id)
		if s.held, err = many[poverty.Holding](rows, err); err != nil {
			return err
		}
		return fn(s)
	})
}

// GiveOffice gives an office to somebody from a day on, which ends the holding of
// whoever has it the day before, or has somebody stand in. From today on the new
// holder gets what is queued for the office, and one notice of what is open.
func (db *DB) GiveOffice(ctx context.Context, n poverty.NewHolding) (h poverty.Holding, err error) {
	n.Login, n.Basis = strings.ToLower(locale.NFC(strings.TrimSpace(n.Login))), locale.NFC(strings.TrimSpace(n.Basis))
	if err := n.Check(); err != nil {
		return h, err
	}
	err = db.staffing(ctx, n.Office, func(s *staffer) error {
		if n.From.Before(s.office.ValidFrom) || !s.office.ValidTo.IsZero() && (s.office.ValidTo.Before(n.From) || s.office.ValidTo.Before(n.Until)) {
			return poverty.InvalidField("from", "office.not_then")
		}
		user, err := s.candidate(ctx, n.Login)
		if err != nil {
			return err
		}
		var id poverty.HoldingID
		if n.Substitute {
			id, err = s.substitute(ctx, n, user)
		} else {
			id, err = s.hold(ctx, n, user)
		}
		if err != nil {
			return err
		}
		if err := s.note(ctx, n.Cycle, n.Basis); err != nil {
			return err
		}
		if !n.From.After(calendar.DateOf(s.now)) {
			if err := db.handOver(ctx, s.tx, id, s.now); err != nil {
				return err
			}
		}
		rows, err := s.tx.Query(ctx, holdingColumns+" where h.id = $1", id)
		h, err = one[poverty.Holding](rows, err, "office.no_holding")
		return err
	})
	return h, err
}

// candidate returns the active person of a login. Nobody but an administrator
// gives an office to themselves.
func (s *staffer) candidate(ctx context.Context, login string) (poverty.UserID, error) {
	var user poverty.UserID
	err := s.tx.QueryRow(ctx, "select u.id from users u join accounts a on a.user_id = u.id where a.login = $1 and u.active", login).Scan(&user)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return 0, poverty.InvalidField("login", "office.no_such_person", "login", login)
	case err == nil && user == s.actor.User && !s.actor.Admin:
		return 0, poverty.InvalidField("login", "office.not_oneself")
	}
	return user, err
}

func (s *staffer) hold(ctx context.Context, n poverty.NewHolding, user poverty.UserID) (id poverty.HoldingID, err error) {
	for _, h := range s.held {
		switch {
		case h.Substitute:
		case h.ValidFrom.After(n.From):
			return 0, poverty.InvalidField("from", "office.held_later", "name", h.Name, "day", h.ValidFrom)
		case !h.On(n.From, ""):
		case h.User == user:
			return 0, poverty.InvalidField("login", "office.holds_it", "name", h.Name, "day", h.ValidFrom)
		case h.ValidFrom == n.From:
			// Who had it for no day yet never held it: a slip is mended so.
			_, err = s.tx.Exec(ctx, "delete from holdings where id = $1", h.ID)
		default:
			_, err = s.tx.Exec(ctx, "update holdings set valid_to = $2 where id = $1", h.ID, n.From.AddDays(-1))
		}
		if err != nil {
			return 0, err
		}
	}
	return s.insert(ctx, n, user)
}

func (s *staffer) substitute(ctx context.Context, n poverty.NewHolding, user poverty.UserID) (poverty.HoldingID, error) {
	if n.Cycle != "" {
		var there bool
		err := s.tx.QueryRow(ctx, "select exists (select from cycle_units where cycle_id = $1 and unit_id = $2)", n.Cycle, s.office.Unit).Scan(&there)
		if err != nil {
			return 0, err
		}
		if !there {
			return 0, poverty.InvalidField("cycle", "office.unit_not_in_cycle")
		}
	}
	for _, h := range s.held {
		meets := !h.ValidFrom.After(n.Until) && (h.ValidTo.IsZero() || !h.ValidTo.Before(n.From))
		switch {
		case !meets:
		case !h.Substitute && h.User == user:
			return 0, poverty.InvalidField("login", "office.holds_it_then", "name", h.Name)
		case h.Substitute && h.Cycle == n.Cycle:
			return 0, poverty.InvalidField("from", "office.substituted", "name", h.Name, "from", h.ValidFrom, "until", h.ValidTo)
		}
	}
	return s.insert(ctx, n, user)
}

func (s *staffer) insert(ctx context.Context, n poverty.NewHolding, user poverty.UserID) (id poverty.HoldingID, err error) {
	err = s.tx.QueryRow(ctx, `
		insert into holdings (office_id, user_id, substitute, cycle_id, basis, valid_from, valid_to, handed, set_by, set_at)
		values ($1, $2, $3, nullif($4, ''), $5, $6, $7, false, nullif($8::bigint, 0), $9) returning id`,
		n.Office, user, n.Substitute, n.Cycle, n.Basis, n.From, day(n.Until), s.actor.User, s.now).Scan(&id)
	return id, err
}

// note takes down in the histories of the running cycles of the unit, or of the
// one that is concerned, that its offices were changed.
func (s *staffer) note(ctx context.Context, only poverty.CycleID, basis string) error {
	rows, err := s.tx.Query(ctx, `
		select m.cycle_id from cycle_units m join cycles c on c.id = m.cycle_id
		where m.unit_id = $1 and c.state = 'running' and $2 in ('', m.cycle_id) order by 1`, s.office.Unit, only)
	if err != nil {
		return err
	}
	cycles, err := pgx.CollectRows(rows, pgx.RowTo[poverty.CycleID])
	if err != nil {
		return err
	}
	b := &book{db: s.db, tx: s.tx, now: s.now}
	for _, id := range cycles {
		b.entries = append(b.entries, poverty.Entry{Cycle: id, Code: "office", Event: poverty.EventNoted, At: s.now, RecordedAt: s.now, Unit: s.office.Unit,
			Office: s.seat.Office, Actor: s.actor.User, Basis: basis, Reason: s.office.Title})
	}
	return b.insertEntries(ctx)
}

// VacateOffice leaves an office without holder from a day on; who was to have it
// later does not get it. Who stands in stays.
func (db *DB) VacateOffice(ctx context.Context, office poverty.OfficeID, from calendar.Date) error {
	if from.IsZero() {
		return poverty.InvalidField("from", "error.required")
	}
	return db.staffing(ctx, office, func(s *staffer) error {
		found := false
		for _, h := range s.held {
			if h.Substitute || !h.ValidTo.IsZero() && h.ValidTo.Before(from) {
				continue
			}
			found = true
			sql, args := "delete from holdings where id = $1", []any{h.ID}
			if h.ValidFrom.Before(from) {
				sql, args = "update holdings set valid_to = $2 where id = $1", append(args, from.AddDays(-1))
			}
			if _, err := s.tx.Exec(ctx, sql, args...); err != nil {
				return err
			}
		}
		if !found {
			return poverty.InvalidField("from", "office.vacant_then")
		}
		return s.note(ctx, "", "")
	})
}

// EndSubstitution ends a substitution with a day; one that had not begun by then
// is taken back. What is queued for the office goes to whoever has it then.
func (db *DB) EndSubstitution(ctx context.Context, id poverty.HoldingID, last calendar.Date) error {
	if last.IsZero() {
		return poverty.InvalidField("last", "error.required")
	}
	var office poverty.OfficeID
	err := db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		err := tx.QueryRow(ctx, "select office_id from holdings where id = $1 and substitute", id).Scan(&office)
		if errors.Is(err, pgx.ErrNoRows) {
			err = poverty.Errorf(poverty.NotFound, "office.no_holding")
		}
		return err
	})
	if err != nil {
		return err
	}
	return db.staffing(ctx, office, func(s *staffer) error {
		i := slices.IndexFunc(s.held, func(h poverty.Holding) bool { return h.ID == id })
		if i < 0 {
			return poverty.Errorf(poverty.NotFound, "office.no_holding")
		}
		h, yesterday := s.held[i], calendar.DateOf(s.now).AddDays(-1)
		switch {
		case !h.ValidTo.IsZero() && !last.Before(h.ValidTo):
			return poverty.InvalidField("last", "office.ends_anyway", "day", h.ValidTo)
		case last.Before(yesterday) && !last.Before(h.ValidFrom):
			return poverty.InvalidField("last", "office.not_before_today")
		}
		sql, args := "delete from holdings where id = $1", []any{id}
		if !last.Before(h.ValidFrom) {
			sql, args = "update holdings set valid_to = $2 where id = $1", append(args, last)
		}
		if _, err := s.tx.Exec(ctx, sql, args...); err != nil {
			return err
		}
		if err := s.note(ctx, h.Cycle, h.Basis); err != nil {
			return err
		}
		return s.db.passOn(ctx, s.tx, office, s.now)
	})
}

// Vacate ends the holding of an office after a day; the system's alone.
func (db *DB) Vacate(ctx context.Context, office poverty.OfficeID, last calendar.Date) error {
	return db.program(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			update holdings set valid_to = $2
			where office_id = $1 and not substitute and daterange(valid_from, valid_to, '[]') @> ($2::date + 1)`, office, last)
		return err
	})
}

// Occupy gives an office to a user from a day on, and hands over to them when
// that day has come; Conflict when somebody holds it then; the system's alone.
func (db *DB) Occupy(ctx context.Context, office poverty.OfficeID, user poverty.UserID, from calendar.Date) error {
	return db.program(ctx, func(tx pgx.Tx) error {
		var id poverty.HoldingID
		err := tx.QueryRow(ctx, "insert into holdings (office_id, user_id, valid_from, handed) values ($1, $2, $3, false) returning id", office, user, from).Scan(&id)
		if err != nil || from.After(calendar.DateOf(db.now())) {
			return err
		}
		return db.handOver(ctx, tx, id, db.now())
	})
}

// Holder returns who acts in an office on a day and may sign in: a substitute for
// all matters before the holder; 0 when nobody does.
func (db *DB) Holder(ctx context.Context, office poverty.OfficeID, on calendar.Date) (id poverty.UserID, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		r, err := loadRoster(ctx, tx, nil, []poverty.OfficeID{office})
		id = r.holder(office, on, "")
		return err
	})
	return id, err
}

// roster is the offices of some units and who holds them, on whichever day.
type roster struct {
	offices  map[poverty.UnitID][]poverty.Office
	byID     map[poverty.OfficeID]poverty.Office
	holdings map[poverty.OfficeID][]poverty.Holding
	barred   map[poverty.UserID]bool // who may not sign in any more
}

func loadRoster(ctx context.Context, tx pgx.Tx, units []poverty.UnitID, offices []poverty.OfficeID) (roster, error) {
	r := roster{map[poverty.UnitID][]poverty.Office{}, map[poverty.OfficeID]poverty.Office{}, map[poverty.OfficeID][]poverty.Holding{}, map[poverty.UserID]bool{}}
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
	rows, err = tx.Query(ctx, "select h.*, not a.active as barred from ("+holdingColumns+" where h.office_id = any ($1)) h join users a on a.id = h.user_id order by h.id", ids)
	held, err := many[struct {
		poverty.Holding
		Barred bool `db:"barred"`
	}](rows, err)
	for _, h := range held {
		r.holdings[h.Office] = append(r.holdings[h.Office], h.Holding)
		if h.Barred {
			r.barred[h.User] = true
		}
	}
	return r, err
}

// holder returns who acts in an office on a day, for a cycle, and may sign in; 0
// when nobody does.
func (r roster) holder(office poverty.OfficeID, on calendar.Date, id poverty.CycleID) poverty.UserID {
	acting := slices.DeleteFunc(slices.Clone(r.holdings[office]), func(h poverty.Holding) bool { return r.barred[h.User] })
	h, _ := poverty.Acting(acting, on, id)
	return h.User
}

// role returns a unit's office of a role on a day.
func (r roster) role(unit poverty.UnitID, role poverty.OfficeRole, on calendar.Date) (poverty.OfficeID, bool) {
	i := slices.IndexFunc(r.offices[unit], func(o poverty.Office) bool {
		return o.Role == role && o.OnDay(on)
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

func putOffices(ctx context.Context, tx pgx.Tx, n poverty.NewCycle, users map[string]poverty.UserID, logins map[poverty.UserID]string, today calendar.Date) error {
	b := &pgx.Batch{}
	for _, o := range n.Offices {
		b.Queue(`insert into offices (id, unit_id, role, title, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6)
			on conflict (id) do update set title = excluded.title`,
			o.ID, o.Unit, o.Role, o.Title, day(o.ValidFrom), day(o.ValidTo))
	}
	for _, h := range n.Holdings {
		b.Queue(`insert into holdings (office_id, user_id, substitute, basis, valid_from, valid_to, handed)
			select $1, $2, $3, $4, $5, $6, $7
			where not exists (select from holdings where office_id = $1 and (
				user_id = $2 and valid_from is not distinct from $5::date
				or not $3 and not substitute and daterange(valid_from, valid_to, '[]') && daterange($5::date, $6::date, '[]')))`,
			h.Office, users[logins[h.User]], h.Substitute, h.Basis, day(h.ValidFrom), day(h.ValidTo), !h.ValidFrom.After(today))
	}
	return tx.SendBatch(ctx, b).Close()
}
