package postgres

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"dondoc/locale"
	"dondoc/poverty"
)

// sheet is the columns of a household that a person fills in, and the class
// computed from them. Unit and code come first: they are its key.
var sheet = []string{
	"unit_id", "code", "hamlet", "head", "head_born", "head_female", "id_number", "health_card", "members", "children", "elderly",
	"workers", "disabled", "ethnic", "policy_family", "urban", "production_land", "income", "points", "deprived", "declared",
	"computed", "policy_group", "causes", "cause_other", "needs", "health", "note",
}

// fill puts the values of the columns of sheet into row.
func fill(row []any, h *poverty.Household) {
	row[0], row[1], row[2], row[3], row[4], row[5] = string(h.Unit), h.Code, h.Hamlet, h.Head, h.HeadBorn, h.HeadFemale
	row[6], row[7], row[8], row[9], row[10] = h.IDNumber, h.HealthCard, h.Members, h.Children, h.Elderly
	row[11], row[12], row[13], row[14], row[15] = h.Workers, h.Disabled, h.Ethnic, h.PolicyFamily, h.Urban
	row[16], row[17], row[18], row[19], row[20] = h.ProductionLand, h.Income, h.Points, h.Deprived, string(h.Declared)
	row[21], row[22], row[23], row[24] = string(h.Computed), string(h.PolicyGroup), h.Causes, h.CauseOther
	row[25], row[26], row[27] = h.Needs, h.Health, h.Note
}

// columns lists the columns of sheet behind the name of their table.
func columns(table string, list []string) string {
	return table + "." + strings.Join(list, ", "+table+".")
}

var householdColumns = `
	select h.id, h.cycle_id, coalesce(h.previous_id, 0) as previous_id, ` + columns("h", sheet) + `,
	       h.version, h.saved_at, coalesce(h.saved_by, 0) as saved_by
	from households h`

// mask hides what the actor may not see of households of one cycle. Every read
// of the register that leaves this package passes here.
func mask(ctx context.Context, tx pgx.Tx, a poverty.Actor, id poverty.CycleID, list ...*poverty.Household) error {
	own, a := true, a.Within(id)
	for _, h := range list {
		own = own && len(a.In(h.Unit)) > 0
	}
	if own || a.System != "" {
		return nil
	}
	c := poverty.Cycle{ID: id}
	err := tx.QueryRow(ctx, "select owner_id, rules -> 'bindings' from cycles where id = $1", id).Scan(&c.Owner, &c.Rules.Bindings)
	if err != nil {
		return err
	}
	for _, h := range list {
		if !c.SeesSensitive(a, h.Unit) {
			*h = h.Masked()
		}
	}
	return nil
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Households returns a page of a cycle's register, without the sensitive fields
// where the actor may not see them. Invalid without a cycle.
func (db *DB) Households(ctx context.Context, f poverty.HouseholdFilter) (list []poverty.Household, err error) {
	if f.Cycle == "" {
		return nil, poverty.InvalidField("cycle", "error.required")
	}
	var q query
	q.and("h.cycle_id = @cycle", "cycle", f.Cycle)
	if f.Unit != "" {
		q.and("h.unit_id = @unit", "unit", f.Unit)
	}
	if f.Hamlet != "" {
		q.and("h.hamlet = @hamlet", "hamlet", f.Hamlet)
	}
	if f.Class != "" {
		q.and("h.declared = @class", "class", f.Class)
	}
	if f.Group != "" {
		q.and("h.policy_group = @group", "group", f.Group)
	}
	if f.Differ {
		q.and("h.declared <> h.computed and h.declared <> '' and h.computed <> ''", "", nil)
	}
	if f.Cause != "" {
		q.and("h.causes @> array[@cause]", "cause", f.Cause)
	}
	if f.Unplanned {
		q.and("h.declared in ('poor', 'near_poor') and not exists (select from plan_households p where p.household_id = h.id)", "", nil)
	}
	if s := strings.TrimSpace(f.Query); s != "" {
		q.and("(h.head_folded like (select '%' || fold(@query) || '%') or lower(h.code) like (select '%' || lower(@query) || '%'))",
			"query", likeEscape.Replace(s))
	}
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if f.Cause != "" { // whoever may not see causes may not ask for them either
			c, err := cycle(ctx, tx, f.Cycle, "")
			if err != nil {
				return err
			}
			if !c.SeesSensitive(a.Within(c.ID), f.Unit) {
				return poverty.Errorf(poverty.Forbidden, "household.forbidden")
			}
		}
		if f.After != 0 {
			last, err := household(ctx, tx, f.After, "")
			if err != nil {
				return err
			}
			q.and("(h.unit_id, h.hamlet, h.code) > (@last_unit, @last_hamlet, @last_code)", "last_unit", last.Unit)
			q.args["last_hamlet"], q.args["last_code"] = last.Hamlet, last.Code
		}
		rows, err := tx.Query(ctx, householdColumns+q.clause()+" order by h.unit_id, h.hamlet, h.code"+limit(f.Limit, 200), q.args)
		if list, err = many[poverty.Household](rows, err); err != nil {
			return err
		}
		return mask(ctx, tx, a, f.Cycle, each(list)...)
	})
	return list, err
}

func each[T any](list []T) []*T {
	all := make([]*T, len(list))
	for i := range list {
		all[i] = &list[i]
	}
	return all
}

// Household returns a household's sheet, without the sensitive fields where the
// actor may not see them.
func (db *DB) Household(ctx context.Context, id poverty.HouseholdID) (h poverty.Household, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if h, err = household(ctx, tx, id, ""); err != nil {
			return err
		}
		return mask(ctx, tx, a, h.Cycle, &h)
	})
	return h, err
}

func household(ctx context.Context, tx pgx.Tx, id poverty.HouseholdID, lock string) (poverty.Household, error) {
	rows, err := tx.Query(ctx, householdColumns+" where h.id = $1"+lock, id)
	return one[poverty.Household](rows, err, "household.not_found")
}

// RegisterCounts returns the register of a commune in counts, or of each where
// unit is empty, of what the actor may see; a commune without households is
// absent.
func (db *DB) RegisterCounts(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (list []poverty.RegisterCount, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		of := ""
		args := []any{id}
		if unit != "" {
			of, args = " and unit_id = $2", append(args, unit)
		}
		rows, err := tx.Query(ctx, `
			select n.unit_id, coalesce(v.name, n.unit_id) as unit_name, n.all_households, n.persons, n.poor, n.near_poor, n.differ, n.policy, n.hard_core
			from (select unit_id, count(*) as all_households, sum(members) as persons,
			             count(*) filter (where declared = 'poor') as poor,
			             count(*) filter (where declared = 'near_poor') as near_poor,
			             count(*) filter (where declared <> computed and declared <> '' and computed <> '') as differ,
			             count(*) filter (where policy_group = 'policy') as policy,
			             count(*) filter (where policy_group = 'hard_core') as hard_core
			      from households where cycle_id = $1`+of+` group by unit_id) n
			join cycles c on c.id = $1
			left join lateral name_on(n.unit_id, local_day(c.issued_at)) v on true
			order by n.unit_id`, args...)
		list, err = many[poverty.RegisterCount](rows, err)
		return err
	})
	return list, err
}

// Likenesses returns pairs of households of a cycle that may be one, those of a
// commune or of all where unit is empty, at most 500; Forbidden to who may not
// see what they are told by. Of many that are alike each is paired with the one
// before it: a number typed as 000 into every sheet makes no million pairs. A
// pair that was found to be two households is not listed; the next nearest is.
func (db *DB) Likenesses(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (list []poverty.Likeness, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if !c.SeesSensitive(a.Within(c.ID), unit) {
			return poverty.Errorf(poverty.Forbidden, "household.forbidden")
		}
		rows, err := tx.Query(ctx, `
			with near as (
				select id, unit_id, 1 as place, 'id_number' as reason, lag(id) over w as one, lag(id, 2) over w as two, lag(id, 3) over w as three
				from households where cycle_id = $1 and id_number <> '' window w as (partition by id_number order by id)
				union all
				select id, unit_id, 2, 'health_card', lag(id) over w, lag(id, 2) over w, lag(id, 3) over w
				from households where cycle_id = $1 and health_card <> '' window w as (partition by health_card order by id)
				union all
				select id, unit_id, 3, 'name_born', lag(id) over w, lag(id, 2) over w, lag(id, 3) over w
				from households where cycle_id = $1 and head_born <> 0
				window w as (partition by unit_id, hamlet, head_folded, head_born order by id))
			select x.a, n.id, array_agg(n.reason order by n.place)
			from near n
			cross join lateral (
				select t.a from unnest(array[n.one, n.two, n.three]) with ordinality t (a, place)
				where t.a is not null and not exists (
					select from household_settlements s where s.kind = 'apart' and s.undone_at is null
					       and least(s.household_id, s.other_id) = t.a and greatest(s.household_id, s.other_id) = n.id)
				order by t.place limit 1) x
			join households h on h.id = x.a
			where n.one is not null and ($2 = '' or $2 in (h.unit_id, n.unit_id))
			group by x.a, n.id order by min(n.place), x.a, n.id limit 500`, id, string(unit))
		if err != nil {
			return err
		}
		type pair struct {
			a, b    poverty.HouseholdID
			reasons []string
		}
		var pairs []pair
		var ids []poverty.HouseholdID
		var p pair
		if _, err := pgx.ForEachRow(rows, []any{&p.a, &p.b, &p.reasons}, func() error {
			pairs = append(pairs, pair{p.a, p.b, slices.Clone(p.reasons)})
			ids = append(ids, p.a, p.b)
			return nil
		}); err != nil {
			return err
		}
		rows, err = tx.Query(ctx, householdColumns+" where h.id = any ($1)", ids)
		found, err := many[poverty.Household](rows, err)
		if err != nil {
			return err
		}
		if err := mask(ctx, tx, a, id, each(found)...); err != nil {
			return err
		}
		by := make(map[poverty.HouseholdID]poverty.Household, len(found))
		for _, h := range found {
			by[h.ID] = h
		}
		list = make([]poverty.Likeness, len(pairs))
		for i, p := range pairs {
			list[i] = poverty.Likeness{A: by[p.a], B: by[p.b], Reasons: p.reasons}
		}
		return nil
	})
	return list, err
}

// Hamlets returns the hamlets of a commune in order of their codes.
func (db *DB) Hamlets(ctx context.Context, unit poverty.UnitID) (list []poverty.Hamlet, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, "select unit_id, code, name from hamlets where unit_id = $1 order by code", unit)
		list, err = many[poverty.Hamlet](rows, err)
		return err
	})
	return list, err
}

// PutHamlets replaces the hamlets of the commune of a scope. Conflict when one
// is left out in which households are registered.
func (db *DB) PutHamlets(ctx context.Context, s poverty.RegisterScope, list []poverty.Hamlet) error {
	return db.registering(ctx, s, func(k *keeper) error {
		if s.Unit == "" {
			return poverty.InvalidField("unit", "error.required")
		}
		codes, names := make([]string, 0, len(list)), make([]string, 0, len(list))
		for i, h := range list {
			code, name := locale.NFC(strings.TrimSpace(h.Code)), locale.NFC(strings.TrimSpace(h.Name))
			switch {
			case code == "" || name == "":
				return poverty.Problems{{Row: i + 1, Column: "hamlet", Key: "error.required"}}
			case slices.Contains(codes, code):
				return poverty.Problems{{Row: i + 1, Column: "hamlet", Key: "hamlet.twice", Args: []any{"hamlet", code}}}
			}
			codes, names = append(codes, code), append(names, name)
		}
		// A register that is being written holds its hamlets: the delete waits for
		// it, and the next statement sees what it wrote.
		if _, err := k.tx.Exec(ctx, "delete from hamlets where unit_id = $1 and code <> all ($2)", s.Unit, codes); err != nil {
			return err
		}
		var used string
		err := k.tx.QueryRow(ctx, `
			select hamlet from households
			where cycle_id in (select cycle_id from cycle_units where unit_id = $1) and unit_id = $1 and hamlet <> all ($2)
			order by hamlet limit 1`, s.Unit, codes).Scan(&used)
		switch {
		case err == nil:
			return poverty.Errorf(poverty.Conflict, "hamlet.in_use", "hamlet", used)
		case !errors.Is(err, pgx.ErrNoRows):
			return err
		}
		_, err = k.tx.Exec(ctx, `
			insert into hamlets (unit_id, code, name) select $1, code, name from unnest($2::text[], $3::text[]) x (code, name)
			on conflict (unit_id, code) do update set name = excluded.name where hamlets.name <> excluded.name`, s.Unit, codes, names)
		return err
	})
}

// Needs returns the catalogue of needs of a cycle: the national entries, then
// those of its owner.
func (db *DB) Needs(ctx context.Context, id poverty.CycleID) (list []poverty.Need, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		list, err = needs(ctx, tx, id)
		return err
	})
	return list, err
}

func needs(ctx context.Context, tx pgx.Tx, id poverty.CycleID) ([]poverty.Need, error) {
	rows, err := tx.Query(ctx, `
		select code, name, name_en, coalesce(owner_id, '') as owner_id from needs
		where owner_id is null or owner_id = (select owner_id from cycles where id = $1)
		order by owner_id nulls first, id`, id)
	return many[poverty.Need](rows, err)
}

// AddNeed adds an entry to the catalogue of a cycle's owner; its standing
// office's alone. Conflict when the code is taken.
func (db *DB) AddNeed(ctx context.Context, id poverty.CycleID, n poverty.Need) error {
	n.Code, n.Name, n.NameEN = strings.TrimSpace(n.Code), locale.NFC(strings.TrimSpace(n.Name)), strings.TrimSpace(n.NameEN)
	if n.NameEN == "" {
		n.NameEN = n.Name
	}
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if _, ok := a.InCycle(c, poverty.PartStanding); !ok && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "need.forbidden")
		}
		if err := n.Check(); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "register"); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			insert into needs (owner_id, code, name, name_en)
			select $1, $2, $3, $4 where not exists (select from needs where owner_id is null and code = $2)
			on conflict do nothing`, c.Owner, n.Code, n.Name, n.NameEN)
		if err == nil && tag.RowsAffected() == 0 {
			err = &poverty.Error{Kind: poverty.Conflict, Key: "need.exists", Args: []any{"code", n.Code}, Field: "code"}
		}
		return err
	})
}

// keeper is someone at work on a register whose right was checked; the rest of
// the transaction acts as the program.
type keeper struct {
	*book
	ctx   context.Context
	actor poverty.Actor
	scope poverty.RegisterScope
	seat  poverty.Seat
	other bool // in a commune's stead
}

// registering checks once that the actor may write into the scope, and runs fn
// as the program. Entries that fn notes are stored behind it.
func (db *DB) registering(ctx context.Context, s poverty.RegisterScope, fn func(*keeper) error) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, s.Cycle, "")
		if err != nil {
			return err
		}
		a = a.Within(c.ID)
		s.Basis = locale.NFC(strings.TrimSpace(s.Basis))
		seat, other, err := c.MayRegister(a, s)
		if err != nil {
			return err
		}
		if err := elevate(ctx, tx, "register"); err != nil {
			return err
		}
		k := &keeper{book: &book{db: db, tx: tx, cycle: c, now: db.now()}, ctx: ctx, actor: a, scope: s, seat: seat, other: other}
		if err := fn(k); err != nil {
			return err
		}
		return k.insertEntries(ctx)
	})
}

// tell notes in the history that a commune's register was written, with nothing
// of what was written.
func (k *keeper) tell(unit poverty.UnitID) { k.tellOf("register", unit) }

func (k *keeper) tellOf(code string, unit poverty.UnitID) {
	k.note(poverty.Entry{Code: code, Event: poverty.EventNoted, At: k.now, Unit: unit, Office: k.seat.Office,
		Actor: k.actor.User, OnBehalf: k.other, Basis: k.scope.Basis})
}

// register reads what sheets are checked against, and holds the hamlets until
// the transaction ends.
func (k *keeper) register() (poverty.Register, error) {
	r := poverty.Register{Scope: k.scope, Year: k.cycle.Year, Hamlets: map[poverty.UnitID]map[string]string{}, Needs: map[string]bool{}}
	standard, ok := k.cycle.Standard()
	if !ok {
		return r, poverty.Errorf(poverty.Conflict, "household.no_standard", "year", k.cycle.Year)
	}
	r.Standard = standard
	var units []poverty.UnitID
	for id, u := range k.cycle.Rules.Units {
		if u.Role == "commune" && (k.scope.Unit == "" || k.scope.Unit == id) {
			r.Hamlets[id] = map[string]string{}
			units = append(units, id)
		}
	}
	rows, err := k.tx.Query(k.ctx, "select unit_id, code, name from hamlets where unit_id = any ($1) order by unit_id, code for key share", units)
	hamlets, err := many[poverty.Hamlet](rows, err)
	if err != nil {
		return r, err
	}
	for _, h := range hamlets {
		r.Hamlets[h.Unit][h.Code] = h.Name
	}
	list, err := needs(k.ctx, k.tx, k.cycle.ID)
	for _, n := range list {
		r.Needs[n.Code] = true
	}
	return r, err
}

// Register returns what the sheets of a scope are checked against. It asks for
// the same right as writing them, so that who may not import is told before
// their file is read.
func (db *DB) Register(ctx context.Context, s poverty.RegisterScope) (r poverty.Register, err error) {
	err = db.registering(ctx, s, func(k *keeper) error {
		r, err = k.register()
		return err
	})
	return r, err
}

// composed returns h with its texts in the one form in which they are stored.
func composed(h poverty.Household) poverty.Household {
	for _, s := range []*string{&h.Code, &h.Hamlet, &h.Head, &h.IDNumber, &h.HealthCard, &h.CauseOther, &h.Health, &h.Note} {
		*s = locale.NFC(*s)
	}
	return h
}

// Writers of a register take this lock shared, an import takes it alone.
const registerLock = "(hashtextextended('register ' || $1, 0))"

var (
	insertHousehold = `
		insert into households (cycle_id, previous_id, version, saved_at, saved_by, ` + strings.Join(sheet, ", ") + `)
		select @cycle, p.id, 1, @now, nullif(@user::bigint, 0), ` + columns("r", sheet) + `
		from household_rows r
		left join households p on p.cycle_id = @before and p.unit_id = r.unit_id and p.code = r.code`
	changeHousehold = `
		update households h set (` + strings.Join(sheet[2:], ", ") + `, version, saved_at, saved_by)
			= row (` + columns("r", sheet[2:]) + `, h.version + 1, @now, nullif(@user::bigint, 0))
		from household_rows r
		where h.cycle_id = @cycle and h.unit_id = r.unit_id and h.code = r.code
		  and (` + columns("h", sheet[2:]) + `) is distinct from (` + columns("r", sheet[2:]) + `)
		returning h.unit_id`
	// staging takes rows on their way into the register. COPY is refused under
	// row-level security; this table is the transaction's own and ends with it.
	staging = `
		create temporary table household_rows on commit drop as
		select 0 as place, ` + strings.Join(sheet, ", ") + ` from households with no data`
)

// before returns the ID of the owner's cycle of the year before, in which the
// sheets of the same codes are the earlier ones.
func before(c poverty.Cycle) poverty.CycleID { return poverty.NewCycleID(c.Owner, c.Year-1) }

func (k *keeper) args() pgx.NamedArgs {
	return pgx.NamedArgs{"cycle": k.cycle.ID, "before": before(k.cycle), "now": k.now, "user": k.actor.User}
}

// SaveHousehold stores a household's sheet: a new one without ID, else the one
// of that ID, whose commune stays. Someone of the commune may, and the standing
// office with a basis. Problems names what is wrong; Conflict when the code is
// taken or another version was saved meanwhile (version 0 skips that).
func (db *DB) SaveHousehold(ctx context.Context, h poverty.Household, basis string) (poverty.Household, error) {
	if h.ID != 0 {
		old, err := db.Household(ctx, h.ID)
		if err != nil {
			return h, err
		}
		h.Cycle, h.Unit = old.Cycle, old.Unit
	}
	if h.Unit == "" {
		return h, poverty.InvalidField("unit", "error.required")
	}
	err := db.registering(ctx, poverty.RegisterScope{Cycle: h.Cycle, Unit: h.Unit, Basis: basis}, func(k *keeper) error {
		if _, err := k.tx.Exec(ctx, "select pg_advisory_xact_lock_shared"+registerLock, h.Cycle); err != nil {
			return err
		}
		r, err := k.register()
		if err != nil {
			return err
		}
		next, wrong := r.Sheet(composed(h))
		if len(wrong) > 0 {
			return wrong
		}
		h, err = k.save(next)
		return err
	})
	return h, err
}

func (k *keeper) save(h poverty.Household) (poverty.Household, error) {
	row := make([]any, len(sheet))
	fill(row, &h)
	args := k.args()
	list := make([]string, len(sheet))
	for i, name := range sheet {
		args[name] = row[i]
		list[i] = "@" + name
	}
	values := strings.Join(list[2:], ", ")
	if h.ID == 0 {
		if err := k.keepsFrozen(poverty.Household{}, h); err != nil {
			return h, err
		}
		err := k.tx.QueryRow(k.ctx, `
			insert into households (cycle_id, previous_id, saved_at, saved_by, `+strings.Join(sheet, ", ")+`)
			values (@cycle, (select id from households where cycle_id = @before and unit_id = @unit_id and code = @code),
			        @now, nullif(@user::bigint, 0), @unit_id, @code, `+values+`)
			on conflict (cycle_id, unit_id, code) do nothing
			returning id`, args).Scan(&h.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return h, &poverty.Error{Kind: poverty.Conflict, Key: "household.code_taken", Args: []any{"code", h.Code}, Field: "code"}
		}
		if err != nil {
			return h, err
		}
		k.tell(h.Unit)
		return household(k.ctx, k.tx, h.ID, "")
	}
	old, err := household(k.ctx, k.tx, h.ID, " for update")
	if err != nil {
		return h, err
	}
	if h.Version != 0 && h.Version != old.Version {
		return h, &poverty.Error{Kind: poverty.Conflict, Key: "household.changed", Args: []any{"version", old.Version}, Field: "version"}
	}
	if err := k.keepsFrozen(old, h); err != nil {
		return h, err
	}
	args["id"] = h.ID
	tag, err := k.tx.Exec(k.ctx, `
		update households set (code, `+strings.Join(sheet[2:], ", ")+`, version, saved_at, saved_by)
			= row (@code, `+values+`, version + 1, @now, nullif(@user::bigint, 0))
		where id = @id and (code, `+strings.Join(sheet[2:], ", ")+`) is distinct from (@code, `+values+`)`, args)
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && pe.Code == "23505" {
		return h, &poverty.Error{Kind: poverty.Conflict, Key: "household.code_taken", Args: []any{"code", h.Code}, Field: "code"}
	}
	if err != nil || tag.RowsAffected() == 0 {
		return old, err
	}
	k.tell(h.Unit)
	return household(k.ctx, k.tx, h.ID, "")
}

// mostProblems is how many problems an import tells before it stops reading.
const mostProblems = 1000

// ImportHouseholds stores the sheets of a scope as one: all of them or, when one
// is wrong, none. Rows are keyed by commune and code; a sheet that is there
// already and says the same stays untouched, so that the same rows again change
// nothing. Sheets that the rows do not mention stay. The rows are read once and
// not kept; progress, which may be nil, is told now and then how many were read.
// Problems counts rows from 1. An error of rows ends the import.
func (db *DB) ImportHouseholds(ctx context.Context, s poverty.RegisterScope, rows iter.Seq2[poverty.Household, error], progress func(done int)) (done poverty.HouseholdImport, err error) {
	if progress == nil {
		progress = func(int) {}
	}
	err = db.registering(ctx, s, func(k *keeper) error {
		r, err := k.register()
		if err != nil {
			return err
		}
		if _, err := k.tx.Exec(ctx, staging); err != nil {
			return err
		}
		if done.Read, err = k.copy(r, rows, progress); err != nil {
			return err
		}
		progress(done.Read)
		return k.merge(&done)
	})
	if err != nil {
		return poverty.HouseholdImport{}, err
	}
	return done, nil
}

// errNotCopied ends a COPY. The server writes it into its log, so it says no
// more.
var errNotCopied = errors.New("not copied")

// copy streams rows into the staging table.
func (k *keeper) copy(r poverty.Register, rows iter.Seq2[poverty.Household, error], progress func(int)) (read int, err error) {
	next, stop := iter.Pull2(rows)
	defer stop()
	var wrong poverty.Problems
	var failed error
	row := make([]any, 1+len(sheet))
	source := func() ([]any, error) {
		for {
			h, err, ok := next()
			if err != nil {
				failed = err
				return nil, errNotCopied
			}
			if !ok || len(wrong) >= mostProblems {
				if len(wrong) > 0 {
					failed = wrong
					return nil, errNotCopied
				}
				return nil, nil
			}
			read++
			if read%1000 == 0 {
				progress(read)
			}
			if h.Unit == "" {
				h.Unit = k.scope.Unit
			}
			h, problems := r.Sheet(composed(h))
			for _, p := range problems {
				p.Row = read
				wrong = append(wrong, p)
			}
			if len(wrong) > 0 {
				continue // read on for what else is wrong
			}
			row[0] = read
			fill(row[1:], &h)
			return row, nil
		}
	}
	_, err = k.tx.CopyFrom(k.ctx, pgx.Identifier{"household_rows"}, append([]string{"place"}, sheet...), pgx.CopyFromFunc(source))
	if failed != nil {
		return read, failed
	}
	return read, err
}

// merge takes the staged rows into the register.
func (k *keeper) merge(done *poverty.HouseholdImport) error {
	b := &pgx.Batch{}
	b.Queue("set local work_mem = '64MB'")
	b.Queue("analyze household_rows")
	b.Queue("select pg_advisory_xact_lock"+registerLock, k.cycle.ID)
	if err := k.tx.SendBatch(k.ctx, b).Close(); err != nil {
		return err
	}
	rows, err := k.tx.Query(k.ctx, `
		select max(place), unit_id, code, min(place) from household_rows
		group by unit_id, code having count(*) > 1 order by 1 limit $1`, mostProblems)
	if err != nil {
		return err
	}
	var wrong poverty.Problems
	var place, first int
	var unit poverty.UnitID
	var code string
	if _, err := pgx.ForEachRow(rows, []any{&place, &unit, &code, &first}, func() error {
		wrong = append(wrong, poverty.Problem{Row: place, Column: "code", Key: "household.code_twice", Args: []any{"code", code, "row", first}})
		return nil
	}); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return wrong
	}
	if err := k.keepFrozen(); err != nil {
		return err
	}
	units := map[poverty.UnitID]bool{}
	run := func(statement string, total *int) error {
		rows, err := k.tx.Query(k.ctx, "with x as ("+statement+") select unit_id, count(*) from x group by unit_id", k.args())
		if err != nil {
			return err
		}
		var n int
		_, err = pgx.ForEachRow(rows, []any{&unit, &n}, func() error {
			*total += n
			units[unit] = true
			return nil
		})
		return err
	}
	// First what is there: what is new then need not be compared with itself. New
	// rows go in the order of the file, near one another in the indexes: a join's
	// own order took four times as long for a million.
	if err := run(changeHousehold, &done.Changed); err != nil {
		return err
	}
	if err := run(insertHousehold+`
		where not exists (select from households h where h.cycle_id = @cycle and h.unit_id = r.unit_id and h.code = r.code)
		order by r.place
		returning unit_id`, &done.Added); err != nil {
		return err
	}
	done.Unchanged = done.Read - done.Added - done.Changed
	for _, unit := range slices.Sorted(maps.Keys(units)) {
		k.tell(unit)
	}
	return nil
}
