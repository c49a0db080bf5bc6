package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

const noticeColumns = `
	select n.id, n.key, n.cycle_id, coalesce(n.duty_id, 0) as duty_id, coalesce(d.title, '') as duty_title,
	       coalesce(m.id, 0) as meeting_id, coalesce((select id from obstacles where id = n.obstacle_id), 0) as obstacle_id, coalesce(p.id, 0) as document_id,
	       coalesce(m.title, p.title, '') as about, n.unit_id,
	       coalesce(v.name, n.unit_id) as unit_name, n.period, n.kind, n.rung, n.demand, n.office_id, o.title as office_name,
	       coalesce(n.user_id, 0) as user_id, coalesce(u.name, '') as user_name, n.at, n.state, n.sent_at, n.failure, n.text,
	       n.answer_by, n.then_at, n.then_to, n.letter, n.attempts, n.read_at
	from notices n
	join offices o on o.id = n.office_id
	left join users u on u.id = n.user_id
	left join duties d on d.id = n.duty_id
	left join meetings m on m.id = n.meeting_id
	left join documents p on p.id = n.document_id
	left join lateral name_on(n.unit_id, local_day(n.at)) v on true`

// Notices returns notices that the actor may see, newest first.
func (db *DB) Notices(ctx context.Context, f poverty.NoticeFilter) (list []poverty.Notice, err error) {
	var q query
	if f.Cycle != "" {
		q.and("n.cycle_id = @cycle", "cycle", f.Cycle)
	}
	if f.Duty != 0 {
		q.and("n.duty_id = @duty", "duty", f.Duty)
	}
	if f.State != "" {
		q.and("n.state = @state", "state", f.State)
	}
	if f.Mine {
		q.and("n.user_id = app_user()", "", nil)
	}
	if f.After != 0 {
		q.and("n.id < @after", "after", f.After)
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, noticeColumns+q.clause()+" order by n.id desc"+limit(f.Limit, 5000), q.args)
		list, err = many[poverty.Notice](rows, err)
		return err
	})
	return list, err
}

// told is a notice that a decision sends, not a rung.
type told struct {
	duty *poverty.Duty  // nil: about the cycle, a meeting or an obstacle
	unit poverty.UnitID // whose offices are meant; empty: the debtor's

	meeting  poverty.MeetingID
	obstacle poverty.ObstacleID
	document poverty.DocumentID
	kind     poverty.NoticeKind
	to       []string
	at       time.Time
	text     string
	key      string
	demand   poverty.Demand
}

// notice is a row of the table in the making.
type notice struct {
	Key   string          `json:"key"`
	Cycle poverty.CycleID `json:"cycle_id"`
	Duty  *poverty.DutyID `json:"duty_id"`

	Meeting  poverty.MeetingID  `json:"meeting_id"`
	Obstacle poverty.ObstacleID `json:"obstacle_id"`
	Document poverty.DocumentID `json:"document_id"`

	Unit   poverty.UnitID      `json:"unit_id"`
	Period string              `json:"period"`
	Kind   poverty.NoticeKind  `json:"kind"`
	Rung   string              `json:"rung"`
	Demand poverty.Demand      `json:"demand"`
	Office poverty.OfficeID    `json:"office_id"`
	User   *poverty.UserID     `json:"user_id"`
	At     time.Time           `json:"at"`
	State  poverty.NoticeState `json:"state"`
	Text   string              `json:"text"`

	AnswerBy *time.Time `json:"answer_by"`
	ThenAt   *time.Time `json:"then_at"`
	ThenTo   string     `json:"then_to"`
}

// then fills in until when a rung wants its answer, and what follows on it.
func (n *notice) then(s poverty.Standing, t poverty.Timetable, rung string) {
	plan := s.Plan(t)
	i := slices.IndexFunc(plan, func(p poverty.Planned) bool { return p.Rung == rung })
	if i < 0 {
		return
	}
	n.AnswerBy = instant(plan[i].AnswerBy)
	for _, p := range plan[i+1:] {
		if !p.Fired {
			n.ThenAt, n.ThenTo = instant(p.At), strings.Join(p.To, ",")
			return
		}
	}
}

// address finds whom the rungs that fired speak to, writes the office into
// their entries, and returns the notices.
func (b *book) address(ctx context.Context) ([]notice, error) {
	units := []poverty.UnitID{b.cycle.Rules.Bindings.Standing}
	units = append(units, b.cycle.Rules.Bindings.Above...)
	offices := []poverty.OfficeID{b.cycle.Rules.Bindings.Chair, b.cycle.Rules.Bindings.ViceChair}
	speaks := len(b.told) > 0
	for _, e := range b.entries {
		if len(e.To) == 0 {
			continue
		}
		speaks = true
		units = append(units, e.Unit)
		for _, to := range e.To {
			if to == poverty.ToLead || to == poverty.ToMembers {
				units = append(append(units, b.cycle.Rules.LeadsOf(e.Unit)...), b.cycle.Rules.FellowsOf(e.Unit)...)
			}
			if strings.Contains(to, "/") {
				offices = append(offices, poverty.OfficeID(to))
			}
		}
	}
	if !speaks {
		return nil, nil
	}
	for _, t := range b.told {
		if t.duty != nil {
			units = append(units, t.duty.Unit)
		}
		if t.unit != "" {
			units = append(units, t.unit)
		}
	}
	slices.Sort(units)
	r, err := loadRoster(ctx, b.tx, slices.Compact(units), offices)
	if err != nil {
		return nil, err
	}
	var list []notice
	for i, e := range b.entries {
		if len(e.To) == 0 {
			continue
		}
		d := b.duty(e.Duty)
		n := notice{Cycle: e.Cycle, Duty: &d.ID, Unit: e.Unit, Period: e.Period, Kind: poverty.NoticeReminder, Rung: e.Rung, Demand: e.Demand, At: e.At}
		n.then(b.stands[e.Duty], b.t, e.Rung)
		for j, to := range e.To {
			n.Kind, n.Demand = poverty.NoticeReminder, e.Demand
			if to == poverty.ToMembers || to == "above" {
				n.Demand = poverty.DemandNothing // for information
			}
			if e.Event == poverty.EventEscalated {
				n.Kind = poverty.NoticeOverdue
				if to != "unit" && to != "head" {
					n.Kind = poverty.NoticeEscalation
				}
			}
			key := fmt.Sprintf("%s|%d|%s", d.Key, e.Ladder, e.Rung)
			found := b.notify(r, n, key, to, e.Unit)
			if j == 0 && len(found) > 0 {
				b.entries[i].Office = found[0].Office
			}
			list = append(list, found...)
		}
	}
	for _, t := range b.told {
		n := notice{Cycle: b.cycle.ID, Unit: t.unit, Meeting: t.meeting, Obstacle: t.obstacle, Document: t.document, Kind: t.kind, Demand: t.demand, At: t.at, Text: t.text}
		unit := cmp.Or(t.unit, b.cycle.Rules.Bindings.Standing)
		if t.duty != nil {
			n.Duty, n.Unit, n.Period, unit = &t.duty.ID, t.duty.Unit, t.duty.Period, t.duty.Unit
		}
		unit = cmp.Or(t.unit, unit)
		for _, to := range t.to {
			list = append(list, b.notify(r, n, t.key, to, unit)...)
		}
	}
	return list, nil
}

// notify makes the notices for one addressee. Where nobody holds an office, the
// next one up gets it at once, and the standing office is told of the vacancy.
func (b *book) notify(r roster, n notice, key, to string, debtor poverty.UnitID) []notice {
	on := calendar.DateOf(n.At)
	var list []notice
	for _, chain := range r.address(b.cycle, to, debtor, on) {
		for _, office := range chain {
			n.Office, n.User, n.State = office, nil, poverty.NoticeVacant
			if user := r.holder(office, on, b.cycle.ID); user != 0 {
				n.User, n.State = &user, poverty.NoticeQueued
				n.Key = fmt.Sprintf("%s|%s|%d", key, office, user)
				list = append(list, n)
				break
			}
			if n.Kind == poverty.NoticeStanding {
				continue // no news: the vacancy was told with the rung that it met
			}
			n.Key = fmt.Sprintf("%s|%s|vacant", key, office)
			list = append(list, n)
			list = append(list, b.vacancy(r, n)...)
		}
	}
	return list
}

// vacancy tells the standing office of a notice whose office nobody holds; once a
// day for an office.
func (b *book) vacancy(r roster, n notice) []notice {
	on := calendar.DateOf(n.At)
	standing, ok := r.role(b.cycle.Rules.Bindings.Standing, poverty.RoleHead, on)
	user := r.holder(standing, on, b.cycle.ID)
	if !ok || user == 0 {
		return nil
	}
	n.Key = fmt.Sprintf("vacancy|%s|%s|%s", b.cycle.ID, n.Office, on)
	n.Kind, n.Rung, n.Demand, n.Text = poverty.NoticeVacancy, "", "", string(n.Office)
	n.Office, n.User, n.State = standing, &user, poverty.NoticeQueued
	return []notice{n}
}

func (b *book) insertNotices(ctx context.Context, list []notice) error {
	if len(list) == 0 {
		return nil
	}
	if err := b.hush(ctx, list); err != nil {
		return err
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		insert into notices (key, cycle_id, duty_id, meeting_id, obstacle_id, document_id, unit_id, period, kind, rung, demand, office_id, user_id, at, try_at, state, text, answer_by, then_at, then_to)
		select key, cycle_id, duty_id, nullif(meeting_id, 0), nullif(obstacle_id, 0), nullif(document_id, 0), unit_id, period, kind, rung, demand, office_id, user_id, at, at, state, text, answer_by, then_at, then_to
		from jsonb_to_recordset($1) as x (key text, cycle_id text, duty_id bigint, meeting_id bigint, obstacle_id bigint, document_id bigint, unit_id text, period text, kind text, rung text,
		     demand text, office_id text, user_id bigint, at timestamptz, state text, text text,
		     answer_by timestamptz, then_at timestamptz, then_to text)
		on conflict (key) do nothing`, raw)
	return err
}

// Letters takes what is to be sent up to an instant, one letter a person and
// instant. What has become pointless is marked superseded instead.
// None means that none is left.
func (db *DB) Letters(ctx context.Context, until, now time.Time, limit int) ([]poverty.Letter, error) {
	for {
		letters, more, err := db.takeLetters(ctx, until, now, limit)
		if err != nil || len(letters) > 0 || !more {
			return letters, err
		}
	}
}

// takeLetters takes up to a number of letters; of those it took, all may have
// been superseded, and there be more.
func (db *DB) takeLetters(ctx context.Context, until, now time.Time, limit int) (letters []poverty.Letter, more bool, err error) {
	err = db.program(ctx, func(tx pgx.Tx) error {
		// One sender takes at a time, and whole letters: all that one person gets at one instant, or had
		// together in a letter that has to be tried again.
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext('letters'))"); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			with due as (
				select n.user_id, n.at, n.letter, coalesce(nullif(n.letter, ''), min(n.key)) as name,
				       row_number() over (partition by n.user_id order by n.at, n.letter) as nth
				from notices n join users u on u.id = n.user_id and u.active
				where n.state in ('queued', 'sending') and n.try_at <= $1
				  and (n.letter <> '' or n.at <= $4 or n.kind <> all ($5) or not exists (
				       select from holdings h
				       join offices o on o.id = h.office_id
				       join cycle_units c on c.unit_id = o.unit_id
				       join duties d on d.cycle_id = c.cycle_id
				       where h.user_id = n.user_id and daterange(h.valid_from, h.valid_to, '[]') @> $7::date and d.next_at <= least(n.at, $1)))
				group by n.user_id, n.at, n.letter),
			letters as (
				select user_id, at, letter, name from due d
				where $6::timestamptz is null or nth = 1 and not exists (
				      select from notices s where s.user_id = d.user_id and s.state = 'sent' and s.sent_at > $6)
				order by at, user_id, letter limit $3)
			update notices n set state = 'sending', attempts = n.attempts + 1, try_at = $2, letter = l.name
			from letters l
			where n.user_id = l.user_id and n.at = l.at and n.letter = l.letter
			  and n.state in ('queued', 'sending') and n.try_at <= $1
			returning n.id`, until, now.Add(poverty.LetterLease), atMost(limit, 1000), until.Add(-poverty.DigestPatience), poverty.DigestKinds, db.spacing(now), calendar.DateOf(now))
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if more = len(ids) > 0; err != nil || !more {
			return err
		}
		rows, err = tx.Query(ctx, noticeColumns+" where n.id = any ($1) order by n.at, n.user_id, n.letter, n.id", ids)
		list, err := many[poverty.Notice](rows, err)
		if err != nil {
			return err
		}
		duties, err := noticeDuties(ctx, tx, list)
		if err != nil {
			return err
		}
		list, err = db.supersede(ctx, tx, list, duties, now)
		if err != nil {
			return err
		}
		meetings, err := noticeMeetings(ctx, tx, list)
		if err != nil {
			return err
		}
		if letters, err = db.letters(ctx, tx, list, duties, meetings); err != nil {
			return err
		}
		letters, err = db.fillDigests(ctx, tx, letters, now)
		return err
	})
	return letters, more, err
}

func noticeDuties(ctx context.Context, tx pgx.Tx, list []poverty.Notice) (map[poverty.DutyID]poverty.Duty, error) {
	var ids []poverty.DutyID
	for _, n := range list {
		ids = append(ids, n.Duty)
	}
	rows, err := tx.Query(ctx, dutyColumns+" where d.id = any ($1)", ids)
	duties, err := many[poverty.Duty](rows, err)
	by := make(map[poverty.DutyID]poverty.Duty, len(duties))
	for _, d := range duties {
		by[d.ID] = d
	}
	return by, err
}

// supersede drops notices about work that is in meanwhile, and those outdone by
// a higher rung of the same duty to the same person.
func (db *DB) supersede(ctx context.Context, tx pgx.Tx, list []poverty.Notice, duties map[poverty.DutyID]poverty.Duty, now time.Time) ([]poverty.Notice, error) {
	highest := map[string]time.Time{}
	about := func(n poverty.Notice) string { return fmt.Sprintf("%d/%d", n.Duty, n.User) }
	ofRung := func(n poverty.Notice) bool {
		return n.Kind == poverty.NoticeReminder || n.Kind == poverty.NoticeOverdue || n.Kind == poverty.NoticeEscalation
	}
	for _, n := range list {
		if ofRung(n) && n.At.After(highest[about(n)]) {
			highest[about(n)] = n.At
		}
	}
	var keep []poverty.Notice
	var drop []int64
	b := &book{db: db, tx: tx, now: now}
	for _, n := range list {
		d, known := duties[n.Duty]
		switch {
		case ofRung(n) && known && !d.State.Owed():
			drop = append(drop, n.ID)
			b.entries = append(b.entries, poverty.Entry{Cycle: n.Cycle, Duty: n.Duty, Code: d.Code, Unit: n.Unit, Period: n.Period,
				Event: poverty.EventSuperseded, At: n.At, RecordedAt: now, Rung: n.Rung, Office: n.Office, Reason: "notice"})
		case ofRung(n) && n.At.Before(highest[about(n)]):
			drop = append(drop, n.ID)
		default:
			keep = append(keep, n)
		}
	}
	if len(drop) == 0 {
		return keep, nil
	}
	if _, err := tx.Exec(ctx, "update notices set state = 'superseded' where id = any ($1)", drop); err != nil {
		return nil, err
	}
	return keep, b.insertEntries(ctx)
}

// spacing is the instant since which a person must have been sent nothing; none
// where people may get any number of letters at once.
func (db *DB) spacing(now time.Time) *time.Time {
	if db.perPerson == 0 {
		return nil
	}
	return new(now.Add(-db.perPerson))
}

// fillDigests adds to the letters of a notice time what is still late, and drops
// standing lists with nothing on them.
func (db *DB) fillDigests(ctx context.Context, tx pgx.Tx, letters []poverty.Letter, now time.Time) ([]poverty.Letter, error) {
	var units []poverty.UnitID
	var people []poverty.UserID
	for _, l := range letters {
		if l.Digest() {
			people = append(people, l.To.ID)
		}
		for _, d := range l.Duties {
			units = append(units, d.Unit)
		}
	}
	late, err := stillLate(ctx, tx, people, now)
	if err != nil {
		return nil, err
	}
	for _, found := range late {
		for _, d := range found {
			units = append(units, d.Unit)
		}
	}
	lines, err := unitLines(ctx, tx, units)
	if err != nil {
		return nil, err
	}
	titles, err := rungOffices(ctx, tx, letters)
	if err != nil {
		return nil, err
	}
	var keep []poverty.Letter
	var drop []int64
	for _, l := range letters {
		l.Lines, l.Offices = lines, titles
		if l.Digest() {
			for _, d := range late[l.To.ID] {
				if _, told := l.Duties[d.ID]; !told {
					l.Open = append(l.Open, d)
				}
			}
			l.More = max(0, len(l.Open)-poverty.MostOpen)
			l.Open = l.Open[:len(l.Open)-l.More]
		}
		empty := len(l.Open) == 0 && !slices.ContainsFunc(l.Notices, func(n poverty.Notice) bool { return n.Kind != poverty.NoticeStanding })
		if !empty {
			keep = append(keep, l)
			continue
		}
		for _, n := range l.Notices {
			drop = append(drop, n.ID)
		}
	}
	if len(drop) > 0 {
		_, err = tx.Exec(ctx, "update notices set state = 'superseded' where id = any ($1)", drop)
	}
	return keep, err
}

// stillLate returns what is late and concerns people: what their unit owes, all
// of the cycle for the standing office, and for the leadership what reached it or
// is past its last rung.
func stillLate(ctx context.Context, tx pgx.Tx, people []poverty.UserID, now time.Time) (map[poverty.UserID][]poverty.Duty, error) {
	if len(people) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `
		select distinct h.user_id, d.id
		from holdings h
		join offices o on o.id = h.office_id
		join cycle_units u on u.unit_id = o.unit_id
		join cycles c on c.id = u.cycle_id and c.state = 'running'
		join duties d on d.cycle_id = c.id and d.overdue
		where h.user_id = any ($1) and daterange(h.valid_from, h.valid_to, '[]') @> $2::date and (h.cycle_id is null or h.cycle_id = c.id)
		  and (d.unit_id = o.unit_id or o.unit_id = c.standing_id
		       or (o.id = c.chair_id or o.id = c.vice_chair_id)
		          and (d.next_at is null and d.held_until is null or exists (
		               select from notices n where n.duty_id = d.id and n.office_id = o.id and n.rung <> '' and n.at >= d.overdue_at)))`,
		people, calendar.DateOf(now))
	if err != nil {
		return nil, err
	}
	of := map[poverty.UserID][]poverty.DutyID{}
	var all []poverty.DutyID
	var user poverty.UserID
	var id poverty.DutyID
	if _, err := pgx.ForEachRow(rows, []any{&user, &id}, func() error {
		of[user], all = append(of[user], id), append(all, id)
		return nil
	}); err != nil || len(all) == 0 {
		return nil, err
	}
	rows, err = tx.Query(ctx, dutyColumns+" where d.id = any ($1)", all)
	duties, err := many[poverty.Duty](rows, err)
	if err != nil {
		return nil, err
	}
	by := make(map[poverty.DutyID]poverty.Duty, len(duties))
	for _, d := range duties {
		by[d.ID] = d
	}
	late := make(map[poverty.UserID][]poverty.Duty, len(of))
	for user, ids := range of {
		for _, id := range ids {
			late[user] = append(late[user], by[id])
		}
		slices.SortFunc(late[user], graver)
	}
	return late, nil
}

// graver sorts late duties: those that demand an answer first, then the longest late.
func graver(a, b poverty.Duty) int {
	answers := func(d poverty.Duty) int {
		if d.Escalated && d.HeldUntil.IsZero() {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(answers(a), answers(b)), a.LastDay.Compare(b.LastDay), cmp.Compare(a.Key, b.Key))
}

// rungOffices returns the titles of the offices that the next rungs of letters
// name themselves, and not by their part in the cycle.
func rungOffices(ctx context.Context, tx pgx.Tx, letters []poverty.Letter) (map[poverty.OfficeID]string, error) {
	var named []string
	for _, l := range letters {
		for _, n := range l.Notices {
			for to := range strings.SplitSeq(n.ThenTo, ",") {
				if strings.Contains(to, "/") {
					named = append(named, to)
				}
			}
		}
	}
	if len(named) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, "select id, title from offices where id = any ($1)", named)
	if err != nil {
		return nil, err
	}
	titles := map[poverty.OfficeID]string{}
	var id poverty.OfficeID
	var title string
	_, err = pgx.ForEachRow(rows, []any{&id, &title}, func() error { titles[id] = title; return nil })
	return titles, err
}

// unitLines returns to whom units answer.
func unitLines(ctx context.Context, tx pgx.Tx, units []poverty.UnitID) (map[poverty.UnitID]poverty.UnitLine, error) {
	lines := map[poverty.UnitID]poverty.UnitLine{}
	if len(units) == 0 {
		return lines, nil
	}
	rows, err := tx.Query(ctx, "select distinct on (unit_id) unit_id, line from unit_versions where unit_id = any ($1) order by unit_id, valid_from desc nulls last", units)
	if err != nil {
		return nil, err
	}
	var unit poverty.UnitID
	var line poverty.UnitLine
	_, err = pgx.ForEachRow(rows, []any{&unit, &line}, func() error { lines[unit] = line; return nil })
	return lines, err
}

// noticeMeetings reads the meetings that notices are about.
func noticeMeetings(ctx context.Context, tx pgx.Tx, list []poverty.Notice) (map[poverty.MeetingID]poverty.Meeting, error) {
	var ids []poverty.MeetingID
	for _, n := range list {
		if n.Meeting != 0 {
			ids = append(ids, n.Meeting)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, meetingColumns+" where m.id = any ($1)", ids)
	found, err := many[poverty.Meeting](rows, err)
	if err != nil {
		return nil, err
	}
	by := make(map[poverty.MeetingID]poverty.Meeting, len(found))
	err = fillMeetings(ctx, tx, found)
	for _, m := range found {
		by[m.ID] = m
	}
	return by, err
}

func (db *DB) letters(ctx context.Context, tx pgx.Tx, list []poverty.Notice, duties map[poverty.DutyID]poverty.Duty, meetings map[poverty.MeetingID]poverty.Meeting) ([]poverty.Letter, error) {
	var ids []poverty.UserID
	for _, n := range list {
		ids = append(ids, n.User)
	}
	rows, err := tx.Query(ctx, userColumns+" where u.id = any ($1)", ids)
	users, err := many[poverty.User](rows, err)
	if err != nil {
		return nil, err
	}
	var letters []poverty.Letter
	for _, n := range list {
		last := len(letters) - 1
		if last < 0 || letters[last].ID != n.Letter {
			i := slices.IndexFunc(users, func(u poverty.User) bool { return u.ID == n.User })
			if i < 0 {
				continue
			}
			letters = append(letters, poverty.Letter{ID: n.Letter, To: users[i], At: n.At, Attempts: n.Attempts, Duties: map[poverty.DutyID]poverty.Duty{},
				Meetings: map[poverty.MeetingID]poverty.Meeting{}})
			last++
		}
		l := &letters[last]
		l.Notices = append(l.Notices, n)
		if d, ok := duties[n.Duty]; ok {
			l.Duties[n.Duty] = d
		}
		if m, ok := meetings[n.Meeting]; ok {
			l.Meetings[n.Meeting] = m
		}
	}
	for i := range letters {
		slices.SortStableFunc(letters[i].Notices, func(a, b poverty.Notice) int { return cmp.Compare(gravity(a), gravity(b)) })
	}
	return letters, nil
}

func gravity(n poverty.Notice) int {
	switch {
	case n.Demand == poverty.DemandDecision:
		return 0
	case n.Demand == poverty.DemandAcknowledgement:
		return 1
	case n.Kind == poverty.NoticeEscalation:
		return 2
	case n.Kind == poverty.NoticeOverdue:
		return 3
	case n.Kind == poverty.NoticeReminder:
		return 4
	}
	return 5
}

// Delivered records how the sending of letters ended.
func (db *DB) Delivered(ctx context.Context, ds []poverty.Delivery) error {
	return db.program(ctx, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		for _, d := range ds {
			ids := make([]int64, len(d.Letter.Notices))
			for i, n := range d.Letter.Notices {
				ids[i] = n.ID
			}
			sent, try := &d.At, d.At
			if d.State != poverty.NoticeSent {
				sent = nil
			}
			if !d.Retry.IsZero() {
				try = d.Retry
			}
			given := d.State == poverty.NoticeQueued && d.Retry.IsZero() // back unsent: that was no attempt
			b.Queue("update notices set state = $2, sent_at = $3, failure = $4, try_at = $5, attempts = attempts - $6::boolean::int where id = any ($1)",
				ids, d.State, sent, d.Failure, try, given)
		}
		return tx.SendBatch(ctx, b).Close()
	})
}
