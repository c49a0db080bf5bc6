package postgres

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

const dutyColumns = dutyFields + `
	from duties d` + dutyName

const dutyFields = `
	select d.id, d.key, d.cycle_id, d.code, d.kind, d.title, d.unit_id, coalesce(v.name, d.unit_id) as unit_name,
	       d.period, d.subject, d.process, d.process_key, d.stated, d.day_off, d.ladder_name, d.deemed, d.source,
	       d.opened_at, d.state, d.ladder_no, d.last_day, d.overdue_at, d.overdue, d.verdict, d.extended, d.trouble,
	       d.rung, d.escalated, d.held_until, d.returns, d.first_submitted_at, d.submitted_at, d.accepted_at, d.next_at,
	       d.requested, d.handed, d.last_act, coalesce(d.last_actor, 0) as last_actor, d.last_act_at`

const dutyName = `
	left join lateral name_on(d.unit_id, local_day(d.opened_at)) v on true`

// Duties returns duties that the actor may see: overdue ones first, the longest
// first, then by last day, undated ones last.
func (db *DB) Duties(ctx context.Context, f poverty.DutyFilter) (duties []poverty.Duty, err error) {
	var q query
	text := func(column, value string) {
		if value != "" {
			q.and("d."+column+" = @"+column, column, value)
		}
	}
	text("cycle_id", string(f.Cycle))
	text("unit_id", string(f.Unit))
	text("code", f.Code)
	text("kind", string(f.Kind))
	text("state", string(f.State))
	text("trouble", string(f.Trouble))
	text("period", f.Period)
	text("process", string(f.Process))
	if len(f.IDs) > 0 {
		q.and("d.id = any (@ids)", "ids", f.IDs)
	}
	if f.Owed {
		q.and("d.state in ('open', 'returned')", "", nil)
	}
	if f.Overdue {
		q.and("d.overdue", "", nil)
	}
	if f.Escalated {
		q.and("d.escalated", "", nil)
	}
	if f.Undated {
		q.and("d.last_day is null and d.state in ('open', 'returned')", "", nil)
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		// First which ones, then their names: sorting comes after the names otherwise, and all are looked up.
		page := limit(f.Limit, 500)
		if f.Offset > 0 {
			page += " offset " + strconv.Itoa(f.Offset)
		}
		const inOrder = " order by d.overdue desc, d.escalated desc, d.last_day nulls last, d.unit_id, d.key"
		rows, err := tx.Query(ctx, dutyFields+" from (select d.* from duties d"+q.clause()+inOrder+page+") d"+dutyName+inOrder, q.args)
		duties, err = many[poverty.Duty](rows, err)
		return err
	})
	return duties, err
}

// Duty returns a duty; NotFound when there is none or the actor may not see it.
func (db *DB) Duty(ctx context.Context, id poverty.DutyID) (d poverty.Duty, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		d, err = duty(ctx, tx, id)
		return err
	})
	return d, err
}

func duty(ctx context.Context, tx pgx.Tx, id poverty.DutyID) (poverty.Duty, error) {
	rows, err := tx.Query(ctx, dutyColumns+" where d.id = $1", id)
	return one[poverty.Duty](rows, err, "duty.not_found")
}

// DutyByKey returns a duty by its lasting key.
func (db *DB) DutyByKey(ctx context.Context, key string) (d poverty.Duty, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, dutyColumns+" where d.key = $1", key)
		d, err = one[poverty.Duty](rows, err, "duty.not_found")
		return err
	})
	return d, err
}

// DutyPlan returns the rungs of a duty's current ladder.
func (db *DB) DutyPlan(ctx context.Context, id poverty.DutyID) (plan []poverty.Planned, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		d, err := duty(ctx, tx, id)
		if err != nil {
			return err
		}
		_, t, err := db.timetable(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		h, err := history(ctx, tx, []poverty.DutyID{id})
		if err != nil {
			return err
		}
		plan = d.PlanNow(t, h[id], db.now())
		return nil
	})
	return plan, err
}

// Waiting returns what waits for the actor: escalations that address an office
// held, what is to be accepted, appraised or approved, and what the actor's
// units owe; gravest first.
func (db *DB) Waiting(ctx context.Context, id poverty.CycleID) (list []poverty.Waiting, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		a = a.Within(c.ID)
		_, leads := a.InCycle(c, poverty.PartLeadership)
		_, stands := a.InCycle(c, poverty.PartStanding)
		rows, err := tx.Query(ctx, dutyColumns+`
			where d.cycle_id = $1 and (d.state in ('open', 'returned', 'submitted'))
			order by d.overdue desc, d.escalated desc, d.last_day nulls last, d.key`, id)
		duties, err := many[poverty.Duty](rows, err)
		if err != nil {
			return err
		}
		rows, err = tx.Query(ctx, "select duty_id, rung, demand, office_id, opened_at, answer_by from escalations where cycle_id = $1 and closed_at is null", id)
		type open struct {
			Duty     poverty.DutyID   `db:"duty_id"`
			Rung     string           `db:"rung"`
			Demand   poverty.Demand   `db:"demand"`
			Office   poverty.OfficeID `db:"office_id"`
			OpenedAt time.Time        `db:"opened_at"`
			AnswerBy *time.Time       `db:"answer_by"`
		}
		opens, err := many[open](rows, err)
		if err != nil {
			return err
		}
		esc := map[poverty.DutyID]open{}
		for _, o := range opens {
			esc[o.Duty] = o
		}
		for _, d := range duties {
			w := poverty.Waiting{Duty: d, Since: d.OpenedAt}
			e, escalated := esc[d.ID]
			_, addressed := a.Within(id).Holds(e.Office)
			mine := len(c.Seats(a, d.Unit)) > 0
			switch {
			case d.State == poverty.DutySubmitted:
				part := d.Kind.Accepts()
				if part == poverty.PartStanding && stands || part == poverty.PartLeadership && leads {
					w.Act = poverty.ActAccept
					if d.SubmittedAt != nil {
						w.Since = *d.SubmittedAt
					}
				}
			case !d.Requested.IsZero() && !mine && (stands || leads && escalated):
				w.Act = poverty.ActExtend
			case escalated && addressed && !mine && d.Handed == e.Office:
				w.Act, w.Demand, w.Rung, w.Since = poverty.ActDirect, e.Demand, e.Rung, e.OpenedAt
			case escalated && leads && (addressed || e.Demand == poverty.DemandDecision):
				w.Act, w.Demand, w.Rung, w.Since = poverty.ActDirect, e.Demand, e.Rung, e.OpenedAt
			case d.Kind == poverty.DutyApproval && leads:
				w.Act, w.Verb = poverty.ActDone, poverty.PlanApprove
			case d.Kind == poverty.DutyAppraisal && stands:
				w.Act, w.Verb = poverty.ActDone, poverty.PlanAppraise
			case escalated && mine:
				w.Act, w.Demand, w.Rung, w.Since = poverty.ActAcknowledge, e.Demand, e.Rung, e.OpenedAt
			case d.Kind == poverty.DutyAppraisal || d.Kind == poverty.DutyApproval:
			case mine && d.Kind.Accepts() != "":
				w.Act = poverty.ActSubmit
			case mine && d.Kind == poverty.DutyPlan:
				w.Act, w.Verb = poverty.ActSubmit, poverty.PlanSend
			case mine && d.Kind == poverty.DutyAcceptance:
				w.Act = poverty.ActAccept
			case mine:
				w.Act = poverty.ActDone
			}
			if escalated && w.Demand != poverty.DemandNothing {
				w.AnswerBy = e.AnswerBy
			}
			if w.Act != "" {
				list = append(list, w)
			}
		}
		return nil
	})
	return list, err
}

// book is one transaction's work on duties of one cycle: entries, notices and
// new duties gather in it and are written set by set.
type book struct {
	db     *DB
	tx     pgx.Tx
	now    time.Time // when it is recorded
	upTo   time.Time // how far duties are played forward: now, or the instant of an import
	quiet  bool      // an import: nobody is sent what was decided long ago
	cycle  poverty.Cycle
	t      poverty.Timetable
	duties []*poverty.Duty
	past   map[poverty.DutyID][]poverty.Entry
	found  map[poverty.DutyID]poverty.DutyState // how duties stood when they were loaded

	stands map[poverty.DutyID]poverty.Standing // of the duties that were played forward

	opening []opening // duties to be made
	entries []poverty.Entry
	changed map[poverty.DutyID]bool
	wakes   []poverty.Ref
	noted   []poverty.Wake // wakes, once they are written
	told    []told
	links   []func(context.Context) error // what needs the duties that were made
	decided time.Time                     // when the decision that is carried out was made
}

type opening struct {
	duty     poverty.Duty
	lastDay  calendar.Date
	at       time.Time
	audience []poverty.UnitID
	by       poverty.Entry // who laid it on
}

func (db *DB) book(tx pgx.Tx, c poverty.Cycle, t poverty.Timetable) *book {
	now := db.now()
	return &book{db: db, tx: tx, now: now, upTo: now, cycle: c, t: t, past: map[poverty.DutyID][]poverty.Entry{},
		found: map[poverty.DutyID]poverty.DutyState{}, changed: map[poverty.DutyID]bool{}, stands: map[poverty.DutyID]poverty.Standing{}}
}

// load locks duties and reads their history. The lock is what a verdict and a
// writer share: whoever stamps does so after it has the row.
func (b *book) load(ctx context.Context, where string, args ...any) error {
	rows, err := b.tx.Query(ctx, dutyColumns+" where "+where+" order by d.id for update of d", args...)
	duties, err := many[poverty.Duty](rows, err)
	if err != nil {
		return err
	}
	ids := make([]poverty.DutyID, len(duties))
	for i := range duties {
		b.duties = append(b.duties, &duties[i])
		ids[i] = duties[i].ID
		b.found[ids[i]] = duties[i].State
	}
	if len(ids) == 0 {
		return nil
	}
	h, err := history(ctx, b.tx, ids)
	maps.Copy(b.past, h)
	return err
}

func (b *book) duty(id poverty.DutyID) *poverty.Duty {
	i := slices.IndexFunc(b.duties, func(d *poverty.Duty) bool { return d.ID == id })
	return b.duties[i]
}

// advance plays a duty forward to an instant and takes down what fell due.
func (b *book) advance(d *poverty.Duty, until time.Time) poverty.Standing {
	due, s, next := d.Advance(b.t, b.past[d.ID], until)
	b.add(due...)
	d.Put(s, next)
	b.changed[d.ID], b.stands[d.ID] = true, s
	return s
}

// add takes down entries of a duty.
func (b *book) add(entries ...poverty.Entry) {
	for _, e := range entries {
		e.RecordedAt = b.now
		b.entries = append(b.entries, e)
		b.past[e.Duty] = append(b.past[e.Duty], e)
	}
}

// note takes down an entry that belongs to no duty.
func (b *book) note(e poverty.Entry) {
	e.Cycle, e.RecordedAt = b.cycle.ID, b.now
	b.entries = append(b.entries, e)
}

// open lays a duty on a unit; due's event, if any, must have been set.
func (b *book) open(t poverty.Template, unit poverty.UnitID, period, subject string, due calendar.Due, at time.Time, key string) {
	var last calendar.Date
	if days, err := due.Days(b.t.Calendar, t.DayOff, calendar.Month{}, calendar.Month{}); err == nil {
		last = days[0].LastDay
	}
	b.openDated(t, unit, period, subject, last, due.String(), at, key)
}

func (b *book) openDated(t poverty.Template, unit poverty.UnitID, period, subject string, last calendar.Date, stated string, at time.Time, key string) {
	b.opening = append(b.opening, opening{
		lastDay: last, at: at, audience: b.audience(t.Kind, unit, subject),
		duty: poverty.Duty{
			Key: poverty.DutyKey(b.cycle.ID, t.Code, unit, period, subject), Cycle: b.cycle.ID, Code: t.Code, Kind: t.Kind,
			Title: t.Title, Unit: unit, Period: period, Subject: subject, Process: t.Kind.ProcessOf(), ProcessKey: key,
			Stated: stated, DayOff: t.DayOff, Ladder: t.Ladder, Deemed: t.Deemed, Source: t.Source, OpenedAt: at,
		},
	})
}

// audience returns the further units that may see a duty: the helpers of a
// commune and the communes of a helper, so that each knows what the other owes.
func (b *book) audience(kind poverty.DutyKind, unit poverty.UnitID, subject string) []poverty.UnitID {
	see := []poverty.UnitID{}
	for _, g := range b.cycle.Rules.Groups {
		switch {
		case g.Commune == unit && (kind == poverty.DutyPlan || kind == poverty.DutyMeeting):
			see = append(append(see, g.Lead), g.Members...)
		case g.Lead == unit && (kind == poverty.DutyReport || kind == poverty.DutyStart || kind == poverty.DutyAcceptance),
			g.Lead == unit && (kind == poverty.DutyGroupMeeting || kind == poverty.DutyContact) && strings.HasPrefix(subject, string(g.Commune)+"."),
			g.Lead == unit && kind == poverty.DutyGroupPlan && subject == g.PlanSubject():
			see = append(append(see, g.Commune), g.Members...)
		}
	}
	if kind == poverty.DutyAppraisal || kind == poverty.DutyApproval || kind == poverty.DutyReceipt || kind == poverty.DutyOpinion || kind == poverty.DutyObstacle {
		commune, _, _ := cutSubject(subject)
		see = append(see, commune)
	}
	slices.Sort(see)
	return slices.Compact(see)
}

// openTemplates lays on what the templates of a process lay on by an instant,
// where it is not there yet, and returns when the next one is born.
func (b *book) openTemplates(ctx context.Context, s poverty.Scope, at time.Time) (next time.Time, err error) {
	rows, err := b.tx.Query(ctx, "select key from duties where cycle_id = $1 and process = $2 and process_key = $3",
		s.Cycle, s.Process, s.Key)
	if err != nil {
		return next, err
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return next, err
	}
	for _, t := range b.cycle.Rules.Duties {
		if t.Kind.ProcessOf() != s.Process || t.Kind.ByEvent() {
			continue
		}
		if s.Process == poverty.ProcessReview && t.Code != s.Key {
			continue
		}
		born := b.born(t)
		if born.After(at) {
			if next.IsZero() || born.Before(next) {
				next = born
			}
			continue
		}
		switch t.Kind {
		case poverty.DutyGroupMeeting, poverty.DutyContact:
			b.openRenewals(t, keys, born, s.Key)
			continue
		case poverty.DutyGroupPlan:
			b.openGroupPlans(t, keys, born, s.Key)
			continue
		}
		due := t.Due.WithEvent(calendar.DateOf(b.cycle.IssuedAt))
		for _, unit := range b.cycle.Rules.OwingOn(t, calendar.DateOf(born), calendar.DateOf(born)) {
			if s.Process == poverty.ProcessPlan && string(unit) != s.Key {
				continue
			}
			subject, since := b.laid(t, unit)
			switch {
			case slices.Contains(keys, poverty.DutyKey(b.cycle.ID, t.Code, unit, "", subject)):
			case since.IsZero():
				b.open(t, unit, "", subject, due, born, s.Key)
			default:
				b.openSince(t, unit, subject, born, since, s.Key)
			}
		}
	}
	return next, nil
}

// born returns when a template's duties come into being.
func (b *book) born(t poverty.Template) time.Time {
	if opens := t.Opens.Start(); !t.Opens.IsZero() && opens.After(b.cycle.IssuedAt) {
		return opens
	}
	return b.cycle.IssuedAt
}

// close writes the book: new duties, entries, computed fields, escalations and
// notices, each in one statement.
func (b *book) close(ctx context.Context, until time.Time) error {
	if err := b.insertDuties(ctx, until); err != nil {
		return err
	}
	notices, err := b.address(ctx)
	if err != nil {
		return err
	}
	if err := b.insertEntries(ctx); err != nil {
		return err
	}
	if err := b.updateDuties(ctx); err != nil {
		return err
	}
	if err := b.trackEscalations(ctx); err != nil {
		return err
	}
	if err := b.insertNotices(ctx, notices); err != nil {
		return err
	}
	for _, link := range b.links {
		if err := link(ctx); err != nil {
			return err
		}
	}
	for _, d := range b.duties {
		if b.found[d.ID].Settled() && !d.State.Settled() {
			b.wakes = append(b.wakes, refOf(*d)) // its process may wait for others, or have ended
		}
	}
	return b.insertWakes(ctx)
}

func (b *book) insertDuties(ctx context.Context, until time.Time) error {
	if len(b.opening) == 0 {
		return nil
	}
	type row struct {
		poverty.Duty
		Audience []poverty.UnitID `json:"audience"`
		CycleID  poverty.CycleID  `json:"cycle_id"`
		UnitID   poverty.UnitID   `json:"unit_id"`
		Name     string           `json:"ladder_name"`
	}
	list := make([]row, len(b.opening))
	for i, o := range b.opening {
		o.duty.State = poverty.DutyOpen
		list[i] = row{o.duty, o.audience, o.duty.Cycle, o.duty.Unit, o.duty.Ladder}
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	rows, err := b.tx.Query(ctx, `
		insert into duties (key, cycle_id, code, kind, title, unit_id, period, subject, process, process_key, stated,
		                    day_off, ladder_name, deemed, source, audience, opened_at, state)
		select key, cycle_id, code, kind, title, unit_id, coalesce(period, ''), coalesce(subject, ''), process, process_key, stated,
		       day_off, ladder_name, coalesce(deemed, false), coalesce(source, ''), audience, opened_at, state
		from jsonb_to_recordset($1) as x (key text, cycle_id text, code text, kind text, title text, unit_id text,
		     period text, subject text, process text, process_key text, stated text, day_off text, ladder_name text,
		     deemed boolean, source text, audience text[], opened_at timestamptz, state text)
		on conflict (key) do nothing
		returning id, key`, raw)
	if err != nil {
		return err
	}
	ids := map[string]poverty.DutyID{}
	var id poverty.DutyID
	var key string
	if _, err := pgx.ForEachRow(rows, []any{&id, &key}, func() error { ids[key] = id; return nil }); err != nil {
		return err
	}
	for _, o := range b.opening {
		id, ok := ids[o.duty.Key]
		if !ok {
			continue
		}
		d := o.duty
		d.ID = id
		b.duties = append(b.duties, &d)
		e := o.by
		e.Cycle, e.Duty, e.Code, e.Unit, e.Period = d.Cycle, id, d.Code, d.Unit, d.Period
		e.Event, e.At, e.By, e.Stated = poverty.EventOpened, o.at, o.lastDay, d.Stated
		b.add(e)
		b.advance(&d, until)
	}
	b.opening = nil
	return nil
}

func (b *book) updateDuties(ctx context.Context) error {
	type row struct {
		poverty.Duty
		LastDay   *calendar.Date `json:"last_day"`
		HeldUntil *calendar.Date `json:"held_until"`
		Requested *calendar.Date `json:"requested"`
	}
	list := make([]row, 0, len(b.changed))
	for _, d := range b.duties {
		if b.changed[d.ID] {
			list = append(list, row{*d, day(d.LastDay), day(d.HeldUntil), day(d.Requested)})
		}
	}
	if len(list) == 0 {
		return nil
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		update duties d set unit_id = x.unit,
			stated = x.stated, deemed = coalesce(x.deemed, false), state = x.state, ladder_no = x.ladder_no, last_day = x.last_day,
			overdue_at = x.overdue_at, overdue = x.overdue, verdict = coalesce(x.verdict, ''), extended = x.extended,
			trouble = coalesce(x.trouble, ''), rung = coalesce(x.rung, ''), escalated = x.escalated, held_until = x.held_until,
			returns = x.returns, first_submitted_at = x.first_submitted_at, submitted_at = x.submitted_at,
			accepted_at = x.accepted_at, next_at = x.next_at, requested = x.requested, handed = coalesce(x.handed, ''),
			last_act = coalesce(x.last_act, ''), last_actor = nullif(x.last_actor, 0), last_act_at = x.last_act_at
		from jsonb_to_recordset($1) as x (id bigint, unit text, stated text, deemed boolean, state text, ladder_no integer, last_day date,
		     overdue_at timestamptz, overdue boolean, verdict text, extended boolean, trouble text, rung text, escalated boolean,
		     held_until date, returns integer, first_submitted_at timestamptz, submitted_at timestamptz, accepted_at timestamptz,
		     next_at timestamptz, requested date, handed text, last_act text, last_actor bigint, last_act_at timestamptz)
		where d.id = x.id`, raw)
	return err
}
