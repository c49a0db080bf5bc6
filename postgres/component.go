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

// live are the lines of the ledger d that count as handed over: no
// counter-entry, and not taken back by one.
const live = "d.corrects is null and not exists (select from deliveries x where x.corrects = d.id)"

// ordinary limits periods p to the shortest that the cycle has: in a year with
// months, a half year that closes says nothing new.
const ordinary = `not exists (select from periods q where q.cycle_id = p.cycle_id and q.ends_on - q.starts_on < p.ends_on - p.starts_on - 7)`

const componentColumns = `
	select c.id, c.cycle_id, c.code, c.unit_id, coalesce(u.name, c.unit_id) as unit_name, c.group_code, c.commune_id,
	       coalesce(v.name, c.commune_id) as commune_name, c.kind, c.title, c.quantity, c.measure, c.value,
	       coalesce(c.fund_id, 0) as fund_id, coalesce(f.name, '') as fund_name, c.programme, c.share, c.start_by, c.end_by,
	       c.start_duty, c.version, c.saved_at,
	       h.listed, t.reached, t.handovers, t.delivered, t.spent, t.first_day, t.last_day,
	       (select count(*) from periods p
	        where p.cycle_id = c.cycle_id and p.state in ('closed', 'consolidated') and p.starts_on > t.last_day and ` + ordinary + `) as quiet
	from components c
	join cycles y on y.id = c.cycle_id
	left join funds f on f.id = c.fund_id
	left join lateral name_on(c.unit_id, local_day(y.issued_at)) u on true
	left join lateral name_on(c.commune_id, local_day(y.issued_at)) v on true
	cross join lateral (select count(*) as listed from component_households x where x.component_id = c.id) h
	cross join lateral (
		select count(distinct d.household_id) filter (where ` + live + `) as reached,
		       count(distinct d.batch) filter (where ` + live + `) as handovers,
		       coalesce(sum(d.quantity), 0)::bigint as delivered, coalesce(sum(d.value), 0)::bigint as spent,
		       min(d.day) filter (where ` + live + `) as first_day, max(d.day) filter (where ` + live + `) as last_day
		from deliveries d where d.component_id = c.id) t`

// Components returns components of a cycle that the actor may see: those that
// have not started and those that stand still first, then by commune and code.
func (db *DB) Components(ctx context.Context, f poverty.ComponentFilter) (list []poverty.Component, err error) {
	if f.Cycle == "" {
		return nil, poverty.InvalidField("cycle", "error.required")
	}
	var q query
	q.and("c.cycle_id = @cycle", "cycle", f.Cycle)
	if f.Unit != "" {
		q.and("c.unit_id = @unit", "unit", f.Unit)
	}
	if f.Code != "" {
		q.and("c.code = @code", "code", f.Code)
	}
	if f.Commune != "" {
		q.and("c.commune_id = @commune", "commune", f.Commune)
	}
	if f.Group != "" {
		q.and("c.group_code = @group", "group", f.Group)
	}
	if f.Fund != 0 {
		q.and("c.fund_id = @fund", "fund", f.Fund)
	}
	if f.Household != 0 {
		q.and("exists (select from component_households x where x.component_id = c.id and x.household_id = @household)", "household", f.Household)
	}
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		y, err := cycle(ctx, tx, f.Cycle, "")
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, componentColumns+q.clause()+" order by c.commune_id, c.code", q.args)
		if list, err = many[poverty.Component](rows, err); err != nil {
			return err
		}
		if err := compute(ctx, tx, a, y, each(list)...); err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(c poverty.Component) bool { return f.State != "" && c.State != f.State })
		slices.SortStableFunc(list, func(x, y poverty.Component) int {
			return slices.Index(poverty.ComponentStates, x.State) - slices.Index(poverty.ComponentStates, y.State)
		})
		list = list[:min(len(list), atMost(f.Limit, 5000))]
		return nil
	})
	return list, err
}

// compute fills in what components of one cycle come to: their state, their
// start, and whether the reader sees whose households they are for.
func compute(ctx context.Context, tx pgx.Tx, a poverty.Actor, y poverty.Cycle, list ...*poverty.Component) error {
	if len(list) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, dutyColumns+" where d.cycle_id = $1 and d.kind = 'start'", y.ID)
	starts, err := many[poverty.Duty](rows, err)
	if err != nil {
		return err
	}
	by := make(map[string]*poverty.Duty, len(starts))
	for i, d := range starts {
		by[d.Key] = &starts[i]
	}
	for _, c := range list {
		c.State = c.StateOf(c.Tally, y.Rules.Terms.Quiet())
		c.Hidden = !y.SeesHouseholds(a, *c)
		c.Start = by[startKey(y.Rules, *c)]
	}
	return nil
}

// startKey is the key of the duty that a component's first delivery ends; ""
// where the cycle asks for none. A template that is laid on the unit itself is
// that unit's one component of its kind; the cycle's own is laid on with each.
func startKey(r poverty.Rules, c poverty.Component) string {
	t, ok := r.StartTemplate(c)
	if !ok {
		return ""
	}
	subject := c.Code
	if slices.Contains(r.Owing(t), c.Unit) {
		subject = ""
	}
	return poverty.DutyKey(c.Cycle, t.Code, c.Unit, "", subject)
}

// Component returns a component; NotFound when there is none or the actor may
// not see it.
func (db *DB) Component(ctx context.Context, id poverty.ComponentID) (c poverty.Component, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, _, err = componentIn(ctx, tx, a, id)
		return err
	})
	return c, err
}

// componentIn returns a component as the actor sees it, and its cycle.
func componentIn(ctx context.Context, tx pgx.Tx, a poverty.Actor, id poverty.ComponentID) (c poverty.Component, y poverty.Cycle, err error) {
	rows, err := tx.Query(ctx, componentColumns+" where c.id = $1", id)
	if c, err = one[poverty.Component](rows, err, "component.not_found"); err != nil {
		return c, y, err
	}
	if y, err = cycle(ctx, tx, c.Cycle, ""); err != nil {
		return c, y, err
	}
	return c, y, compute(ctx, tx, a, y, &c)
}

// ComponentHouseholds returns the households that a component is for and what
// each got, who got nothing yet first. Who may not see whose they are gets the
// figures alone.
func (db *DB) ComponentHouseholds(ctx context.Context, id poverty.ComponentID) (list []poverty.ComponentHousehold, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, _, err := componentIn(ctx, tx, a, id)
		if err != nil {
			return err
		}
		// An agency that helps does not see the register; of the households of its
		// own component it sees who they are.
		if err := elevate(ctx, tx, "component"); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			select h.id, h.code, h.head, coalesce(m.name, h.hamlet) as hamlet, t.delivered, t.value, t.last_day, t.handovers
			from component_households x
			join households h on h.id = x.household_id
			left join hamlets m on m.unit_id = h.unit_id and m.code = h.hamlet
			cross join lateral (
				select coalesce(sum(d.quantity), 0)::bigint as delivered, coalesce(sum(d.value), 0)::bigint as value,
				       max(d.day) filter (where `+live+`) as last_day, count(*) filter (where `+live+`) as handovers
				from deliveries d where d.component_id = x.component_id and d.household_id = x.household_id) t
			where x.component_id = $1
			order by t.handovers > 0, h.hamlet, h.code`, id)
		if list, err = many[poverty.ComponentHousehold](rows, err); err != nil || !c.Hidden {
			return err
		}
		for i := range list {
			list[i].ID, list[i].Code, list[i].Head, list[i].Hamlet = 0, "", "", ""
		}
		return nil
	})
	return list, err
}

// SaveComponent stores a component: a new one without ID, else the one of that
// ID, whose cycle and code stay. The units in charge may, and the standing
// office with a basis. Where the cycle asks for its start, that duty is laid on
// the unit in charge. Problems names what is wrong with it; Conflict when the
// code is taken or another version was saved meanwhile (version 0 skips that).
func (db *DB) SaveComponent(ctx context.Context, d poverty.ComponentDraft) (c poverty.Component, err error) {
	for _, s := range []*string{&d.Title, &d.Measure, &d.Programme, &d.Basis} {
		*s = locale.NFC(*s)
	}
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		var old poverty.Component
		if d.ID != 0 {
			if old, _, err = componentIn(ctx, tx, a, d.ID); err != nil {
				return err
			}
			d.Cycle, d.Code = old.Cycle, old.Code
		}
		y, t, err := db.timetable(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		if wrong := d.Check(y); len(wrong) > 0 {
			return wrong
		}
		asked := d.Component
		if d.ID != 0 { // who is in charge now decides who may write, not who would be
			asked = old
		}
		seat, other, err := y.MayHandle(a.Within(y.ID), asked, d.Basis)
		if err != nil {
			return err
		}
		if d.Fund == 0 && d.FundCode != "" {
			err := tx.QueryRow(ctx, "select id from funds where cycle_id = $1 and code = $2", d.Cycle, d.FundCode).Scan(&d.Fund)
			if errors.Is(err, pgx.ErrNoRows) {
				return poverty.InvalidField("fund", "component.unknown_fund")
			}
			if err != nil {
				return err
			}
		}
		if d.Fund != 0 {
			if f, err := fund(ctx, tx, d.Fund, ""); err != nil || f.Cycle != d.Cycle {
				return poverty.InvalidField("fund", "component.unknown_fund")
			}
		}
		if err := elevate(ctx, tx, "component"); err != nil {
			return err
		}
		w := componentWriter{db.book(tx, y, t), ctx, a}
		if err := w.save(&d, old); err != nil {
			return err
		}
		w.note(poverty.Entry{Code: "component", Event: poverty.EventNoted, At: w.now, Unit: d.Unit, Actor: a.User, Office: seat.Office,
			OnBehalf: other, Basis: strings.TrimSpace(d.Basis), Reason: d.Code})
		if err := w.close(ctx, w.upTo); err != nil {
			return err
		}
		c, _, err = componentIn(ctx, tx, a, d.ID)
		return err
	})
	return c, err
}

type componentWriter struct {
	*book
	ctx   context.Context
	actor poverty.Actor
}

func (w componentWriter) save(d *poverty.ComponentDraft, old poverty.Component) error {
	ids, err := w.households(d.Commune, d.Households)
	if err != nil {
		return err
	}
	if err := w.knownKind(d.Kind); err != nil {
		return err
	}
	args := pgx.NamedArgs{
		"id": d.ID, "cycle": d.Cycle, "code": d.Code, "unit": d.Unit, "group": d.Group, "commune": d.Commune, "kind": d.Kind, "title": d.Title,
		"quantity": d.Quantity, "measure": d.Measure, "value": d.Value, "fund": d.Fund, "programme": d.Programme, "share": d.Share,
		"start_by": day(d.StartBy), "end_by": day(d.EndBy), "start_duty": d.StartDuty, "audience": d.InCharge(w.cycle.Rules),
		"now": w.now, "user": w.actor.User,
	}
	if d.ID == 0 {
		err := w.tx.QueryRow(w.ctx, `
			insert into components (cycle_id, code, unit_id, group_code, commune_id, kind, title, quantity, measure, value, fund_id,
			                        programme, share, start_by, end_by, start_duty, audience, saved_at, saved_by)
			values (@cycle, @code, @unit, @group, @commune, @kind, @title, @quantity, @measure, @value, nullif(@fund::bigint, 0),
			        @programme, @share, @start_by, @end_by, @start_duty, @audience, @now, nullif(@user::bigint, 0))
			on conflict (cycle_id, code) do nothing returning id`, args).Scan(&d.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return &poverty.Error{Kind: poverty.Conflict, Key: "component.code_taken", Args: []any{"code", d.Code}, Field: "code"}
		}
		if err != nil {
			return err
		}
	} else {
		var version int
		if err := w.tx.QueryRow(w.ctx, "select version from components where id = $1 for update", d.ID).Scan(&version); err != nil {
			return err
		}
		if d.Version != 0 && d.Version != version {
			return &poverty.Error{Kind: poverty.Conflict, Key: "component.changed", Args: []any{"version", version}, Field: "version"}
		}
		if old.Start != nil && d.Unit != old.Unit {
			return poverty.InvalidField("unit", "component.unit_fixed", "unit", old.UnitName)
		}
		if old.Start != nil && (d.StartBy != old.StartBy || d.StartDuty != old.StartDuty) {
			return poverty.InvalidField("start_by", "component.start_fixed")
		}
		if _, err := w.tx.Exec(w.ctx, `
			update components set unit_id = @unit, group_code = @group, commune_id = @commune, kind = @kind, title = @title,
				quantity = @quantity, measure = @measure, value = @value, fund_id = nullif(@fund::bigint, 0), programme = @programme,
				share = @share, start_by = @start_by, end_by = @end_by, start_duty = @start_duty, audience = @audience,
				version = version + 1, saved_at = @now, saved_by = nullif(@user::bigint, 0)
			where id = @id`, args); err != nil {
			return err
		}
	}
	if err := w.list(d.ID, ids); err != nil {
		return err
	}
	if w.cycle.State != poverty.CycleRunning {
		return nil // its start is laid on when the cycle is put in force
	}
	return w.openStarts(w.ctx, w.now)
}

// households finds the households of a commune's register by their codes.
func (w componentWriter) households(commune poverty.UnitID, codes []string) ([]poverty.HouseholdID, error) {
	return w.byCode(w.ctx, commune, codes, func(i int) error {
		return poverty.Problems{{Row: i + 1, Column: "households", Key: "component.household_unknown", Args: []any{"household", codes[i]}}}
	})
}

// byCode finds households by their codes, each once; unknown says what is wrong
// with a code that the register does not have.
func (b *book) byCode(ctx context.Context, commune poverty.UnitID, codes []string, unknown func(i int) error) ([]poverty.HouseholdID, error) {
	rows, err := b.tx.Query(ctx, "select id, code from households where cycle_id = $1 and unit_id = $2 and code = any ($3)", b.cycle.ID, commune, codes)
	if err != nil {
		return nil, err
	}
	by := map[string]poverty.HouseholdID{}
	var id poverty.HouseholdID
	var code string
	if _, err := pgx.ForEachRow(rows, []any{&id, &code}, func() error { by[code] = id; return nil }); err != nil {
		return nil, err
	}
	ids := make([]poverty.HouseholdID, len(codes))
	for i, c := range codes {
		found, ok := by[c]
		if !ok {
			return nil, unknown(i)
		}
		ids[i] = found
	}
	return ids, nil
}

// list replaces the households that a component is for. Who got something
// already stays.
func (w componentWriter) list(id poverty.ComponentID, ids []poverty.HouseholdID) error {
	var got string
	err := w.tx.QueryRow(w.ctx, `
		select h.code from component_households x join households h on h.id = x.household_id
		where x.component_id = $1 and x.household_id <> all ($2)
		      and exists (select from deliveries d where d.component_id = x.component_id and d.household_id = x.household_id and `+live+`)
		order by h.code limit 1`, id, ids).Scan(&got)
	switch {
	case err == nil:
		return poverty.InvalidField("households", "component.household_got", "household", got)
	case !errors.Is(err, pgx.ErrNoRows):
		return err
	}
	if _, err := w.tx.Exec(w.ctx, "delete from component_households where component_id = $1 and household_id <> all ($2)", id, ids); err != nil {
		return err
	}
	_, err = w.tx.Exec(w.ctx, `
		insert into component_households (component_id, household_id) select $1, unnest($2::bigint[]) on conflict do nothing`, id, ids)
	return err
}

// openStarts lays the start of each component of the cycle that lacks it on the
// unit in charge, as of an instant.
func (b *book) openStarts(ctx context.Context, at time.Time) error {
	rows, err := b.tx.Query(ctx, `
		select c.cycle_id, c.code, c.unit_id, c.title, c.start_by, c.start_duty from components c
		where c.cycle_id = $1 and not exists (select from deliveries d where d.component_id = c.id)
		order by c.code`, b.cycle.ID)
	list, err := many[poverty.Component](rows, err)
	if err != nil || len(list) == 0 {
		return err
	}
	rows, err = b.tx.Query(ctx, "select key from duties where cycle_id = $1 and kind = 'start'", b.cycle.ID)
	if err != nil {
		return err
	}
	there, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, c := range list {
		t, ok := b.cycle.Rules.StartTemplate(c)
		if key := startKey(b.cycle.Rules, c); !ok || slices.Contains(b.cycle.Rules.Owing(t), c.Unit) || slices.Contains(there, key) {
			continue
		}
		t.Title += ": " + c.Title
		if c.StartBy.IsZero() {
			b.open(t, c.Unit, "", c.Code, t.Due.WithEvent(calendar.DateOf(at)), at, "")
		} else {
			b.openDated(t, c.Unit, "", c.Code, c.StartBy, "by "+c.StartBy.String(), at, "")
		}
		b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessAssignment})
	}
	return nil
}

// openProgress lays it on whoever is in charge of a component that stands still
// to go on, when a period closes: it has started, is not done, and nothing was
// delivered in this and the earlier periods that count, by what was effective
// before at. It counts from the end of the period.
func (b *book) openProgress(ctx context.Context, p poverty.Period, at time.Time) error {
	i := slices.IndexFunc(b.cycle.Rules.Duties, func(t poverty.Template) bool { return t.Kind == poverty.DutyProgress })
	if i < 0 {
		return nil
	}
	t := b.cycle.Rules.Duties[i]
	rows, err := b.tx.Query(ctx, `
		select c.cycle_id, c.code, c.unit_id, c.title, c.quantity, c.value, t.*,
		       (select count(*) from component_households x where x.component_id = c.id) as listed,
		       (select count(*) from periods p
		        where p.cycle_id = c.cycle_id and p.ends_on <= @ends and p.starts_on > t.last_day and `+ordinary+`) as quiet
		from components c
		cross join lateral (
			select count(distinct d.household_id) filter (where `+live+`) as reached,
			       count(distinct d.batch) filter (where `+live+`) as handovers,
			       coalesce(sum(d.quantity), 0)::bigint as delivered, coalesce(sum(d.value), 0)::bigint as spent,
			       max(d.day) filter (where `+live+`) as last_day
			from deliveries d where d.component_id = c.id and d.day < @day) t
		where c.cycle_id = @cycle and exists (select from periods p where p.cycle_id = @cycle and p.code = @period and `+ordinary+`)
		      and not exists (select from duties d where d.cycle_id = c.cycle_id and d.kind = 'progress' and d.subject = c.code
		                      and d.state in ('open', 'returned'))
		order by c.code`,
		pgx.NamedArgs{"cycle": b.cycle.ID, "period": p.Code, "ends": p.EndsOn, "day": calendar.DateOf(at)})
	list, err := many[poverty.Component](rows, err)
	for _, c := range list {
		if c.StateOf(c.Tally, b.cycle.Rules.Terms.Quiet()) == poverty.ComponentNoProgress {
			own := t
			own.Title += ": " + c.Title
			b.openDated(own, c.Unit, p.Code, c.Code, p.EndsOn, "by "+p.EndsOn.String(), at, "")
			b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessAssignment})
		}
	}
	return err
}

// knownKind returns Invalid when a kind is not in the catalogue of the cycle.
func (w componentWriter) knownKind(code string) error {
	kinds, err := componentKinds(w.ctx, w.tx, w.cycle.ID)
	if err == nil && !slices.ContainsFunc(kinds, func(k poverty.ComponentKind) bool { return k.Code == code }) {
		err = poverty.InvalidField("kind", "component.unknown_kind", "code", code)
	}
	return err
}

// ComponentKinds returns the catalogue of kinds of support of a cycle: the
// national entries, then those of its owner.
func (db *DB) ComponentKinds(ctx context.Context, id poverty.CycleID) (list []poverty.ComponentKind, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		list, err = componentKinds(ctx, tx, id)
		return err
	})
	return list, err
}

func componentKinds(ctx context.Context, tx pgx.Tx, id poverty.CycleID) ([]poverty.ComponentKind, error) {
	rows, err := tx.Query(ctx, `
		select code, name, name_en, coalesce(owner_id, '') as owner_id from component_kinds
		where owner_id is null or owner_id = (select owner_id from cycles where id = $1)
		order by owner_id nulls first, id`, id)
	return many[poverty.ComponentKind](rows, err)
}

// AddComponentKind adds an entry to the catalogue of a cycle's owner; its
// standing office's alone. Conflict when the code is taken.
func (db *DB) AddComponentKind(ctx context.Context, id poverty.CycleID, k poverty.ComponentKind) error {
	k.Code, k.Name, k.NameEN = strings.TrimSpace(k.Code), locale.NFC(strings.TrimSpace(k.Name)), strings.TrimSpace(k.NameEN)
	if k.NameEN == "" {
		k.NameEN = k.Name
	}
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if _, ok := a.InCycle(c, poverty.PartStanding); !ok && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "component.forbidden.kind")
		}
		if err := k.Check(); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "catalogue"); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			insert into component_kinds (owner_id, code, name, name_en)
			select $1, $2, $3, $4 where not exists (select from component_kinds where owner_id is null and code = $2)
			on conflict do nothing`, c.Owner, k.Code, k.Name, k.NameEN)
		if err == nil && tag.RowsAffected() == 0 {
			err = &poverty.Error{Kind: poverty.Conflict, Key: "component.kind_exists", Args: []any{"code", k.Code}, Field: "code"}
		}
		return err
	})
}
