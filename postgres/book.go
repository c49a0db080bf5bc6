package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

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

// end records an event on the open duty of a kind.
func (b *book) end(kind poverty.DutyKind, ev poverty.Event, by poverty.Entry) {
	for _, d := range b.duties {
		if d.Kind != kind || !d.State.Owed() && (ev != poverty.EventAccepted || d.State != poverty.DutySubmitted) {
			continue
		}
		b.endDuty(d, ev, by)
	}
}

// endDuty records an event that ends a duty, and its escalation with it.
func (b *book) endDuty(d *poverty.Duty, ev poverty.Event, by poverty.Entry) {
	e, before := b.entry(d, ev, by), *d
	b.add(e)
	if before.Escalated {
		b.add(b.closing(e))
		b.wakes = append(b.wakes, escalationRef(before))
	}
	b.advance(d, b.upTo)
	b.correct(before, d, e)
}

// closing is the close of the escalation that an entry ends: when that was
// decided, however much earlier the work was done.
func (b *book) closing(e poverty.Entry) poverty.Entry {
	e.Event, e.Reason = poverty.EventClosed, string(e.Event)
	if e.At.Before(b.decided) {
		e.At = b.decided
	}
	return e
}

func (b *book) entry(d *poverty.Duty, ev poverty.Event, by poverty.Entry) poverty.Entry {
	by.Cycle, by.Duty, by.Code, by.Unit, by.Period, by.Ladder, by.Event = d.Cycle, d.ID, d.Code, d.Unit, d.Period, d.LadderNo, ev
	return by
}

// finish records that a duty is done.
func (b *book) finish(d *poverty.Duty, by poverty.Entry) { b.conclude(d, poverty.EventDone, by) }

// conclude records how a duty ends that may still be owed.
func (b *book) conclude(d *poverty.Duty, event poverty.Event, by poverty.Entry) {
	b.wakes = append(b.wakes, refOf(*d))
	if d.State.Owed() {
		b.endDuty(d, event, by)
	}
}

func (b *book) tell(d *poverty.Duty, kind poverty.NoticeKind, at time.Time, what string, to []string) {
	if b.quiet {
		return
	}
	b.told = append(b.told, told{duty: d, kind: kind, to: to, at: at, text: what,
		key: fmt.Sprintf("%s|%s|%d|%s", d.Key, what, d.Returns, at.UTC().Format(time.RFC3339))})
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

func (b *book) insertEntries(ctx context.Context) error {
	if len(b.entries) == 0 {
		return nil
	}
	type row struct {
		poverty.Entry
		By *calendar.Date `json:"by"`
	}
	list := make([]row, len(b.entries))
	for i, e := range b.entries {
		list[i] = row{e, day(e.By)}
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		insert into history (cycle_id, duty_id, code, event, effective_at, recorded_at, unit_id, period, ladder, rung,
		                     office_id, actor_id, on_behalf, by_day, stated, basis, reason, demand, whom)
		select cycle, nullif(duty, 0), coalesce(code, ''), event, effective_at, recorded_at, coalesce(unit, ''), coalesce(period, ''),
		       coalesce(ladder, 0), coalesce(rung, ''), coalesce(office, ''), nullif(actor, 0), coalesce(on_behalf, false), "by",
		       coalesce(stated, ''), coalesce(basis, ''), coalesce(reason, ''), coalesce(demand, ''), coalesce(whom, '')
		from jsonb_to_recordset($1) as x (cycle text, duty bigint, code text, event text, effective_at timestamptz, recorded_at timestamptz,
		     unit text, period text, ladder integer, rung text, office text, actor bigint, on_behalf boolean, "by" date,
		     stated text, basis text, reason text, demand text, whom text)
		on conflict do nothing`, raw)
	return err
}

func (b *book) insertWakes(ctx context.Context) error {
	slices.SortFunc(b.wakes, func(x, y poverty.Ref) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	b.wakes = slices.Compact(b.wakes)
	if len(b.wakes) == 0 {
		return nil
	}
	raw, err := json.Marshal(b.wakes)
	if err != nil {
		return err
	}
	rows, err := b.tx.Query(ctx, "insert into wakes (ref, created_at) select r, $2 from jsonb_array_elements($1) r returning ref, id", raw, b.now)
	if err != nil {
		return err
	}
	b.noted, err = pgx.CollectRows(rows, wakeRow)
	return err
}

// settles reports whether a duty that is settled now leaves nothing unsettled in
// its process, so that this has to be told: a process that waits for hundreds of
// reports is not told of each. Two that are the last at once wait for each
// other.
func (b *book) settles(ctx context.Context, d *poverty.Duty) (bool, error) {
	if _, err := b.tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended($1, 0))",
		string(d.Cycle)+"/"+string(d.Process)+"/"+d.ProcessKey); err != nil {
		return false, err
	}
	var last bool
	err := b.tx.QueryRow(ctx, `
		select not exists (select from duties where cycle_id = $1 and process = $2 and process_key = $3
		                   and state not in ('done', 'excused', 'carried') and id <> all ($4))`,
		d.Cycle, d.Process, d.ProcessKey, b.settled()).Scan(&last)
	return last, err
}

// settled are the duties of the book that are settled.
func (b *book) settled() []poverty.DutyID {
	ids := []poverty.DutyID{}
	for _, d := range b.duties {
		if d.State.Settled() {
			ids = append(ids, d.ID)
		}
	}
	return ids
}
