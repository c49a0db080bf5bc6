package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// Who may not read the minutes does not see their row, and gets the line of the
// calendar alone.
const meetingColumns = `
	select m.id, m.cycle_id, m.code, m.kind, m.unit_id, coalesce(v.name, m.unit_id) as unit_name, m.about_id,
	       coalesce(w.name, m.about_id) as about_name, m.title, m.starts_at, m.ends_at, m.place, m.chair_id, m.state, m.next_day,
	       m.people, coalesce(m.duty_id, 0) as duty_id, m.sequence, m.version, m.invited_at, m.held_at,
	       coalesce(t.agenda, '') as agenda, coalesce(t.minutes, '') as minutes, coalesce(t.paper, '') as paper,
	       t.meeting_id is null as hidden
	from meetings m
	left join meeting_minutes t on t.meeting_id = m.id
	left join lateral name_on(m.unit_id, local_day(m.starts_at)) v on true
	left join lateral name_on(m.about_id, local_day(m.starts_at)) w on true`

// Meetings returns meetings in order of time, with whom they invite and what
// they concluded.
func (db *DB) Meetings(ctx context.Context, f poverty.MeetingFilter) (list []poverty.Meeting, err error) {
	var q query
	if f.Cycle != "" {
		q.and("m.cycle_id = @cycle", "cycle", f.Cycle)
	}
	if f.Unit != "" {
		q.and("(@unit in (m.unit_id, m.about_id) or exists (select from meeting_invitations i where i.meeting_id = m.id and i.unit_id = @unit))", "unit", f.Unit)
	}
	if f.Kind != "" {
		q.and("m.kind = @kind", "kind", f.Kind)
	}
	if f.State != "" {
		q.and("m.state = @state", "state", f.State)
	}
	if f.Duty != 0 {
		q.and("(m.duty_id = @duty or exists (select from meeting_conclusions c where c.meeting_id = m.id and c.duty_id = @duty))", "duty", f.Duty)
	}
	if !f.From.IsZero() {
		q.and("m.ends_at >= @from", "from", f.From.Start())
	}
	if !f.To.IsZero() {
		q.and("m.starts_at < @to", "to", calendar.OverdueAt(f.To))
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, meetingColumns+q.clause()+" order by m.starts_at, m.id"+limit(f.Limit, 1000), q.args)
		if list, err = many[poverty.Meeting](rows, err); err != nil {
			return err
		}
		return fillMeetings(ctx, tx, list)
	})
	return list, err
}

// Meeting returns a meeting; NotFound when there is none in a cycle that the
// actor takes part in.
func (db *DB) Meeting(ctx context.Context, id poverty.MeetingID) (m poverty.Meeting, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		m, err = meeting(ctx, tx, id, "")
		return err
	})
	return m, err
}

func meeting(ctx context.Context, tx pgx.Tx, id poverty.MeetingID, lock string) (poverty.Meeting, error) {
	rows, err := tx.Query(ctx, meetingColumns+" where m.id = $1"+lock, id)
	m, err := one[poverty.Meeting](rows, err, "meeting.not_found")
	if err != nil {
		return m, err
	}
	list := []poverty.Meeting{m}
	err = fillMeetings(ctx, tx, list)
	return list[0], err
}

// fillMeetings reads the invitations and conclusions of meetings.
func fillMeetings(ctx context.Context, tx pgx.Tx, list []poverty.Meeting) error {
	ids := make([]poverty.MeetingID, len(list))
	at := map[poverty.MeetingID]int{}
	for i := range list {
		ids[i], at[list[i].ID] = list[i].ID, i
		list[i].Invitations, list[i].Conclusions = []poverty.Invitation{}, []poverty.Conclusion{}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `
		select i.meeting_id, i.unit_id, coalesce(v.name, i.unit_id) as unit_name, i.office_id, coalesce(o.title, '') as title,
		       i.must, i.answer, i.came, i.delegate
		from meeting_invitations i
		join meetings m on m.id = i.meeting_id
		join cycles c on c.id = m.cycle_id
		left join offices o on o.id = i.office_id
		left join lateral name_on(i.unit_id, local_day(m.starts_at)) v on true
		where i.meeting_id = any ($1) order by i.meeting_id, (i.unit_id = c.owner_id) desc, i.must desc, i.unit_id`, ids)
	invited, err := many[poverty.Invitation](rows, err)
	if err != nil {
		return err
	}
	for _, i := range invited {
		m := &list[at[i.Meeting]]
		m.Invitations = append(m.Invitations, i)
	}
	rows, err = tx.Query(ctx, `
		select c.meeting_id, c.no, c.text, c.unit_id, coalesce(v.name, c.unit_id) as unit_name, c.stated, coalesce(c.duty_id, 0) as duty_id
		from meeting_conclusions c
		join meetings m on m.id = c.meeting_id
		left join lateral name_on(c.unit_id, local_day(m.starts_at)) v on true
		where c.meeting_id = any ($1) order by c.meeting_id, c.no`, ids)
	concluded, err := many[poverty.Conclusion](rows, err)
	for _, c := range concluded {
		m := &list[at[c.Meeting]]
		m.Conclusions = append(m.Conclusions, c)
	}
	return err
}

// SaveMinutes keeps what is typed in the room of a planned meeting: who came,
// minutes and conclusions, of which none binds anybody yet.
func (db *DB) SaveMinutes(ctx context.Context, d poverty.MinutesDraft) (m poverty.Meeting, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if m, err = meeting(ctx, tx, d.Meeting, ""); err != nil {
			return err
		}
		c, t, err := db.timetable(ctx, tx, m.Cycle, "")
		if err != nil {
			return err
		}
		// Noting something down needs no basis; recording it as held does.
		if _, _, err := m.MayMove(c, a, poverty.MeetingMove{Verb: poverty.MeetingHolds, Basis: "draft"}); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "draft"); err != nil {
			return err
		}
		b := db.book(tx, c, t)
		if m, err = b.lockMeeting(ctx, d.Meeting, poverty.MeetingHolds, d.Version); err != nil {
			return err
		}
		if err := b.record(ctx, &m, d.Record); err != nil {
			return err
		}
		m.Version++
		if err := b.updateMeeting(ctx, m); err != nil {
			return err
		}
		m, err = meeting(ctx, tx, d.Meeting, "")
		return err
	})
	return m, err
}

// lockMeeting reads a meeting to change it by a verb. Conflict when another
// version than the one seen is there, or its state does not allow the verb.
func (b *book) lockMeeting(ctx context.Context, id poverty.MeetingID, verb poverty.MeetingVerb, seen int) (poverty.Meeting, error) {
	m, err := meeting(ctx, b.tx, id, " for update of m")
	if err != nil {
		return m, err
	}
	if _, err := m.State.Move(verb); err != nil {
		return m, err
	}
	if seen != 0 && seen != m.Version {
		return m, &poverty.Error{Kind: poverty.Conflict, Key: "meeting.changed", Args: []any{"version", m.Version}, Field: "version"}
	}
	return m, nil
}

// moveMeeting carries out a decision on a meeting: its rows, the duties that it
// ends and those that it lays on, the invitations, in one transaction.
func (b *book) moveMeeting(ctx context.Context, a poverty.Actor, x poverty.MeetingMove, at time.Time, out *poverty.Outcome) (err error) {
	var m poverty.Meeting
	switch {
	case x.Meeting != 0:
		if m, err = b.lockMeeting(ctx, x.Meeting, x.Verb, x.Version); err != nil {
			return err
		}
	case x.Plan == nil || x.Verb != poverty.MeetingPlans && x.Verb != poverty.MeetingHolds:
		return poverty.Errorf(poverty.NotFound, "meeting.not_found")
	default:
		m = poverty.Meeting{Cycle: x.Cycle, Code: x.Plan.Code, Kind: x.Plan.Kind, Unit: x.Plan.Unit, State: poverty.MeetingPlanned}
	}
	by := poverty.Entry{Actor: a.User, Office: x.Office, Basis: strings.TrimSpace(x.Basis)}
	leads := a.System != ""
	if !leads {
		seat, behalf, err := m.MayMove(b.cycle, a, x)
		if err != nil {
			return err
		}
		by.Office, by.OnBehalf = seat.Office, behalf
		_, leader := a.InCycle(b.cycle, poverty.PartLeadership)
		_, standing := a.InCycle(b.cycle, poverty.PartStanding)
		leads = leader || standing
	}
	by.At = at
	switch x.Verb {
	case poverty.MeetingPlans:
		err = b.planMeeting(ctx, &m, x, by)
	case poverty.MeetingCancels:
		err = b.cancelMeeting(ctx, &m, x, by)
	case poverty.MeetingAnswers:
		err = b.answerInvitation(ctx, &m, *x.Answer)
	case poverty.MeetingHolds:
		err = b.holdMeeting(ctx, a, &m, x, by, leads)
	case poverty.MeetingConcludes:
		err = b.concludeMeeting(ctx, &m, x, by, leads)
	}
	if err != nil {
		return err
	}
	out.Meeting, out.State = m.ID, string(m.State)
	return nil
}

// planMeeting stores a new meeting or what changes of one, and invites.
func (b *book) planMeeting(ctx context.Context, m *poverty.Meeting, x poverty.MeetingMove, by poverty.Entry) error {
	if x.Plan == nil {
		return poverty.InvalidField("plan", "error.required")
	}
	before := *m
	if err := b.putPlan(ctx, m, *x.Plan); err != nil {
		return err
	}
	if m.StartsAt.Before(by.At) && calendar.DateOf(m.StartsAt) != calendar.DateOf(by.At) {
		return poverty.InvalidField("day", "meeting.in_past")
	}
	event := poverty.EventOpened
	if before.ID != 0 {
		event = poverty.EventNoted
		m.Sequence++
	}
	if before.ID == 0 || !before.StartsAt.Equal(m.StartsAt) || !before.EndsAt.Equal(m.EndsAt) {
		m.InvitedAt = &by.At
	}
	if err := b.putMeeting(ctx, m, x.Plan.Agenda); err != nil {
		return err
	}
	by.Reason = strings.TrimSpace(x.Reason)
	b.noteMeeting(*m, event, by)
	for _, i := range m.Invitations {
		known := slices.ContainsFunc(before.Invitations, func(o poverty.Invitation) bool { return o.Unit == i.Unit && o.Office == i.Office })
		what := "invited"
		if known {
			what = "moved"
		}
		b.tellInvited(*m, i, what, by.At)
	}
	for _, i := range before.Invitations {
		if !slices.ContainsFunc(m.Invitations, func(o poverty.Invitation) bool { return o.Unit == i.Unit && o.Office == i.Office }) {
			b.tellInvited(*m, i, "uninvited", by.At)
		}
	}
	return nil
}

// putPlan puts what an invitation says into a meeting, with the offices of
// those invited and the duty that it will fulfil. Kind and holder of a meeting
// that is there stay.
func (b *book) putPlan(ctx context.Context, m *poverty.Meeting, p poverty.MeetingPlan) error {
	if m.ID != 0 {
		p.Kind, p.Unit = m.Kind, m.Unit
	}
	if p.Kind == poverty.MeetingCoordination {
		p.About = p.Unit
	}
	if err := p.Check(b.cycle); err != nil {
		return err
	}
	if utf8.RuneCountInString(p.Title) > maxTitle {
		return poverty.InvalidField("title", "error.too_long", "max", maxTitle)
	}
	answers := map[poverty.UnitID]poverty.Invitation{}
	for _, i := range m.Invitations {
		answers[i.Unit] = i
	}
	moved := m.ID != 0 && (!m.StartsAt.Equal(p.StartsAt) || !m.EndsAt.Equal(p.EndsAt))
	m.About, m.Title, m.StartsAt, m.EndsAt = p.About, strings.TrimSpace(p.Title), p.StartsAt, p.EndsAt
	m.Place, m.Chair, m.Agenda = strings.TrimSpace(p.Place), p.Chair, strings.TrimSpace(p.Agenda)
	units := make([]poverty.UnitID, len(p.Invited))
	for i, one := range p.Invited {
		units[i] = one.Unit
	}
	r, err := loadRoster(ctx, b.tx, units, nil)
	if err != nil {
		return err
	}
	m.Invitations = nil
	for _, one := range p.Invited {
		if one.Unit == m.Unit || slices.ContainsFunc(m.Invitations, func(i poverty.Invitation) bool { return i.Unit == one.Unit }) {
			continue
		}
		i := poverty.Invitation{Unit: one.Unit, Office: one.Office, Must: one.Must}
		if i.Office == "" {
			i.Office, _ = r.role(one.Unit, poverty.RoleHead, calendar.DateOf(p.StartsAt))
		} else if _, ok := r.byID[i.Office]; !ok {
			return poverty.InvalidField("invited", "meeting.unknown_office", "office", string(i.Office))
		}
		if old, ok := answers[one.Unit]; ok && old.Office == i.Office {
			i.Came = old.Came
			if !moved { // whoever said yes to another hour has not said yes to this one
				i.Answer, i.Delegate = old.Answer, old.Delegate
			}
		}
		m.Invitations = append(m.Invitations, i)
	}
	return nil
}

// maxTitle is how long a title or conclusion may be, in characters: it becomes
// the title of a duty.
const maxTitle = 500

// putMeeting writes a meeting with its invitations; a new one gets its code.
func (b *book) putMeeting(ctx context.Context, m *poverty.Meeting, agenda string) error {
	if m.Duty == 0 && !m.Kind.Light() {
		err := b.tx.QueryRow(ctx, `
			select coalesce((select d.id from duties d
				where d.cycle_id = $1 and ($3 = 'review' and d.kind = 'review' or $3 <> 'review' and d.kind = 'meeting' and d.unit_id = $2) and d.state in ('open', 'returned')
				  and not exists (select from meetings o where o.duty_id = d.id and o.state = 'planned')
				order by case when $3 = 'review' then abs(d.last_day - $4::date) end, d.last_day nulls last, d.id limit 1), 0)`, m.Cycle, m.Unit, m.Kind, m.Day()).Scan(&m.Duty)
		if err != nil {
			return err
		}
	}
	if m.ID == 0 {
		if m.Code == "" {
			err := b.tx.QueryRow(ctx, `
				select code from (
					select n, $2 || '-' || n as code
					from generate_series(1, 1 + (select count(*) from meetings where cycle_id = $1)) n) free
				where not exists (select from meetings m where m.cycle_id = $1 and m.code = free.code)
				order by n limit 1`, m.Cycle, string(m.Kind)).Scan(&m.Code)
			if err != nil {
				return err
			}
		}
		if !poverty.IsCode(m.Code) || len(m.Code) > 36 {
			return poverty.InvalidField("code", "duty.bad_code", "text", m.Code)
		}
		err := b.tx.QueryRow(ctx, `
			insert into meetings (cycle_id, code, kind, unit_id, title, starts_at, ends_at)
			values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
			m.Cycle, m.Code, m.Kind, m.Unit, m.Title, m.StartsAt, m.EndsAt).Scan(&m.ID)
		if err == pgx.ErrNoRows { //nolint:errorlint // straight from the row
			return &poverty.Error{Kind: poverty.Conflict, Key: "meeting.there_already", Args: []any{"code", m.Code}, Field: "code"}
		}
		if err != nil {
			return err
		}
	}
	m.Agenda = strings.TrimSpace(agenda)
	m.Version++
	if err := b.updateMeeting(ctx, *m); err != nil {
		return err
	}
	raw, err := json.Marshal(append([]poverty.Invitation{}, m.Invitations...))
	if err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, "delete from meeting_invitations where meeting_id = $1", m.ID); err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		insert into meeting_invitations (meeting_id, unit_id, office_id, must, answer, came, delegate)
		select $1, unit, coalesce(office, ''), must, coalesce(answer, ''), coalesce(came, ''), coalesce(delegate, '')
		from jsonb_to_recordset($2) as x (unit text, office text, must boolean, answer text, came text, delegate text)`, m.ID, raw)
	return err
}

// updateMeeting writes the row of a meeting, and of its minutes with who may
// read them.
func (b *book) updateMeeting(ctx context.Context, m poverty.Meeting) error {
	_, err := b.tx.Exec(ctx, `
		update meetings set about_id = $2, title = $3, starts_at = $4, ends_at = $5, place = $6, chair_id = $7, state = $8, next_day = $9,
		       people = $10, duty_id = nullif($11::bigint, 0), sequence = $12, version = $13, invited_at = $14, held_at = $15
		where id = $1`,
		m.ID, m.About, m.Title, m.StartsAt, m.EndsAt, m.Place, m.Chair, m.State, day(m.Next), m.People, m.Duty, m.Sequence, m.Version, m.InvitedAt, m.HeldAt)
	if err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		insert into meeting_minutes (meeting_id, audience, agenda, minutes, paper) values ($1, $2, $3, $4, $5)
		on conflict (meeting_id) do update set audience = excluded.audience, agenda = excluded.agenda, minutes = excluded.minutes, paper = excluded.paper`,
		m.ID, b.concerned(m), m.Agenda, m.Minutes, m.Paper)
	return err
}

// concerned returns the units that read a meeting's minutes: those who hold it,
// whom it is about, their groups, who is invited or is to act, the standing
// office and the owner.
func (b *book) concerned(m poverty.Meeting) []poverty.UnitID {
	units := []poverty.UnitID{m.Unit, b.cycle.Owner, b.cycle.Rules.Bindings.Standing}
	if m.About != "" {
		units = append(units, m.About)
	}
	for _, g := range b.cycle.Rules.Groups {
		if g.Commune == m.About {
			units = append(append(units, g.Lead), g.Members...)
		}
	}
	for _, i := range m.Invitations {
		units = append(units, i.Unit)
	}
	for _, c := range m.Conclusions {
		if c.Unit != "" {
			units = append(units, c.Unit)
		}
	}
	slices.Sort(units)
	return slices.Compact(units)
}

func (b *book) cancelMeeting(ctx context.Context, m *poverty.Meeting, x poverty.MeetingMove, by poverty.Entry) error {
	if by.Reason = strings.TrimSpace(x.Reason); by.Reason == "" {
		return poverty.InvalidField("reason", "decision.reason_needed")
	}
	m.State, m.Duty = poverty.MeetingCancelled, 0
	m.Sequence++
	m.Version++
	if err := b.updateMeeting(ctx, *m); err != nil {
		return err
	}
	b.noteMeeting(*m, poverty.EventClosed, by)
	for _, i := range m.Invitations {
		b.tellInvited(*m, i, "cancelled", by.At)
	}
	return nil
}

func (b *book) answerInvitation(ctx context.Context, m *poverty.Meeting, x poverty.InvitationReceipt) error {
	if !slices.Contains([]poverty.InvitationAnswer{poverty.AnswerComes, poverty.AnswerDelegate, poverty.AnswerDeclines}, x.Answer) {
		return poverty.InvalidField("answer", "error.required")
	}
	x.Delegate = strings.TrimSpace(x.Delegate)
	if x.Answer == poverty.AnswerDelegate && x.Delegate == "" {
		return poverty.InvalidField("delegate", "meeting.delegate_needed", "unit", string(x.Unit))
	}
	if x.Answer != poverty.AnswerDelegate {
		x.Delegate = ""
	}
	tag, err := b.tx.Exec(ctx, "update meeting_invitations set answer = $3, delegate = $4 where meeting_id = $1 and unit_id = $2",
		m.ID, x.Unit, x.Answer, x.Delegate)
	if err == nil && tag.RowsAffected() == 0 {
		return poverty.Errorf(poverty.Conflict, "meeting.not_invited")
	}
	return err
}

// record puts what is typed of a meeting into it and its rows; its conclusions
// take the place of those kept so far.
func (b *book) record(ctx context.Context, m *poverty.Meeting, r poverty.MeetingRecord) error {
	m.Minutes, m.Paper, m.Next, m.People = strings.TrimSpace(r.Minutes), strings.TrimSpace(r.Paper), r.Next, r.People
	for _, x := range r.Attended {
		x.Delegate = strings.TrimSpace(x.Delegate)
		i := slices.IndexFunc(m.Invitations, func(i poverty.Invitation) bool { return i.Unit == x.Unit })
		if i < 0 {
			if x.Unit == m.Unit || x.Came == poverty.AttendanceUnknown {
				continue
			}
			m.Invitations = append(m.Invitations, poverty.Invitation{Unit: x.Unit})
			i = len(m.Invitations) - 1
		}
		m.Invitations[i].Came = x.Came
		if x.Came == poverty.AttendanceDelegate || x.Delegate != "" {
			m.Invitations[i].Delegate = x.Delegate
		}
	}
	raw, err := json.Marshal(append([]poverty.Invitation{}, m.Invitations...))
	if err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, `
		insert into meeting_invitations (meeting_id, unit_id, office_id, must, came, delegate)
		select $1, unit, coalesce(office, ''), must, coalesce(came, ''), coalesce(delegate, '')
		from jsonb_to_recordset($2) as x (unit text, office text, must boolean, came text, delegate text)
		on conflict (meeting_id, unit_id) do update set came = excluded.came, delegate = excluded.delegate`, m.ID, raw); err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, "delete from meeting_conclusions where meeting_id = $1", m.ID); err != nil {
		return err
	}
	m.Conclusions = nil
	return b.addConclusions(ctx, m, r.Conclusions)
}

// addConclusions adds conclusions to a meeting's rows.
func (b *book) addConclusions(ctx context.Context, m *poverty.Meeting, list []poverty.NewConclusion) error {
	first := len(m.Conclusions) + 1
	for i, n := range list {
		n.Text = strings.TrimSpace(n.Text)
		if utf8.RuneCountInString(n.Text) > maxTitle {
			return poverty.InvalidField("conclusions", "error.too_long", "max", maxTitle)
		}
		m.Conclusions = append(m.Conclusions, poverty.Conclusion{No: first + i, Text: n.Text, Unit: n.Unit, Due: cmp.Or(n.Due, "none")})
	}
	raw, err := json.Marshal(append([]poverty.Conclusion{}, m.Conclusions[first-1:]...))
	if err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		insert into meeting_conclusions (meeting_id, no, text, unit_id, stated)
		select $1, no, text, coalesce(unit, ''), due from jsonb_to_recordset($2) as x (no integer, text text, unit text, due text)`, m.ID, raw)
	return err
}

// holdMeeting records a meeting as held: it fulfils the duty to hold it, renews
// what a group owes, and its conclusions become duties.
func (b *book) holdMeeting(ctx context.Context, a poverty.Actor, m *poverty.Meeting, x poverty.MeetingMove, by poverty.Entry, leads bool) error {
	if x.Record == nil {
		return poverty.InvalidField("record", "error.required")
	}
	if x.Plan != nil { // held without an invitation, or other than planned
		if err := b.putPlan(ctx, m, *x.Plan); err != nil {
			return err
		}
		if err := b.putMeeting(ctx, m, x.Plan.Agenda); err != nil {
			return err
		}
	}
	if m.StartsAt.After(by.At) {
		return poverty.InvalidField("day", "meeting.not_yet")
	}
	if err := m.CheckRecord(b.cycle, *x.Record, leads || m.Kind == poverty.MeetingDistrict || m.Kind == poverty.MeetingReview || m.Kind == poverty.MeetingInspection); err != nil {
		return err
	}
	recorded := by.At
	_, standing := a.InCycle(b.cycle, poverty.PartStanding)
	at, err := poverty.Effective(x.At, recorded, standing || a.System != "", x.Basis)
	if err != nil {
		return err
	}
	if x.At.IsZero() {
		at = m.Counts(recorded)
	}
	by.At = at
	if err := b.record(ctx, m, *x.Record); err != nil {
		return err
	}
	m.State, m.HeldAt = poverty.MeetingHeld, &recorded
	m.Version++
	if err := b.fulfil(ctx, m, by); err != nil {
		return err
	}
	if err := b.concludeBy(ctx, *m, by.At); err != nil {
		return err
	}
	if err := b.updateMeeting(ctx, *m); err != nil {
		return err
	}
	b.noteMeeting(*m, poverty.EventDone, by)
	return b.layConclusions(ctx, *m, m.Conclusions, recorded, by)
}

// concludeMeeting adds to a meeting that was held what was concluded in its
// wake, such as by a conclusion notice.
func (b *book) concludeMeeting(ctx context.Context, m *poverty.Meeting, x poverty.MeetingMove, by poverty.Entry, leads bool) error {
	if x.Record == nil || len(x.Record.Conclusions) == 0 && strings.TrimSpace(x.Record.Paper) == "" {
		return poverty.InvalidField("conclusions", "meeting.conclusion_needed")
	}
	r := poverty.MeetingRecord{Minutes: "-", Conclusions: x.Record.Conclusions}
	for _, i := range m.Invitations {
		r.Attended = append(r.Attended, poverty.Attended{Unit: i.Unit, Came: i.Came, Delegate: i.Delegate})
	}
	held := *m
	held.Kind = poverty.MeetingGroup // who came was checked when it was held
	if err := held.CheckRecord(b.cycle, r, leads || m.Kind == poverty.MeetingDistrict || m.Kind == poverty.MeetingReview || m.Kind == poverty.MeetingInspection); err != nil {
		return err
	}
	known := len(m.Conclusions)
	if err := b.addConclusions(ctx, m, x.Record.Conclusions); err != nil {
		return err
	}
	m.Paper = cmp.Or(strings.TrimSpace(x.Record.Paper), m.Paper)
	m.Version++
	if err := b.updateMeeting(ctx, *m); err != nil {
		return err
	}
	b.noteMeeting(*m, poverty.EventNoted, by)
	return b.layConclusions(ctx, *m, m.Conclusions[known:], by.At, by)
}

// fulfil ends the duty to hold the meeting and renews what groups owe.
func (b *book) fulfil(ctx context.Context, m *poverty.Meeting, by poverty.Entry) error {
	renewals := m.Renews(b.cycle.Rules)
	leads, communes := []poverty.UnitID{}, []poverty.UnitID{}
	for _, r := range renewals {
		leads, communes = append(leads, r.Lead), append(communes, r.Commune)
	}
	if err := b.load(ctx, `d.cycle_id = $1 and d.state in ('open', 'returned') and (d.id = $2
		or d.kind in ('group_meeting', 'contact') and d.unit_id = any ($3) and split_part(d.subject, '.', 1) = any ($4))`,
		m.Cycle, m.Duty, leads, communes); err != nil {
		return err
	}
	owed := b.duties
	for _, d := range owed {
		b.advance(d, by.At)
	}
	for _, d := range owed {
		if d.ID == m.Duty {
			b.finish(d, by)
		}
	}
	for _, r := range renewals {
		for _, d := range owed {
			if commune, _, _ := cutSubject(d.Subject); d.Kind == r.Kind && d.Unit == r.Lead && commune == r.Commune {
				b.renew(d, m.Day(), by)
			}
		}
	}
	return nil
}

// renew ends what a group owes by what it did on a day, and lays on the next,
// which counts from that day. What was done before the day from which the duty
// counts fulfils nothing.
func (b *book) renew(d *poverty.Duty, day calendar.Date, by poverty.Entry) {
	next := b.cycle.Rules.Until(d.Kind, day)
	if !next.IsZero() && !next.After(d.LastDay) && !d.Extended {
		return
	}
	b.finish(d, by)
	t, ok := b.cycle.Rules.Template(d.Code)
	if !ok || next.IsZero() {
		return
	}
	commune, no, _ := cutSubject(d.Subject)
	n := 0
	_, _ = fmt.Sscan(no, &n) // the program wrote it
	b.openDated(t, d.Unit, "", planSubject(commune, n+1), next, "by "+next.String(), by.At, d.ProcessKey)
}

// openRenewals lays on each group what it owes first, counted from an instant.
func (b *book) openRenewals(t poverty.Template, keys []string, born time.Time, key string) {
	owing := b.cycle.Rules.Owing(t)
	for _, g := range b.cycle.Rules.Groups {
		since := born
		if g.LedAt.After(born) {
			since = g.LedAt
		}
		last := b.cycle.Rules.Until(t.Kind, calendar.DateOf(since))
		subject := planSubject(g.Commune, 1)
		if last.IsZero() || !slices.Contains(owing, g.Lead) || slices.Contains(keys, poverty.DutyKey(b.cycle.ID, t.Code, g.Lead, "", subject)) {
			continue
		}
		b.openDated(t, g.Lead, "", subject, last, "by "+last.String(), since, key)
	}
}

// conclusionCode is the code of the duties that conclusions lay on.
const conclusionCode = "conclusion"

// layConclusions makes duties of the conclusions that name a unit.
func (b *book) layConclusions(ctx context.Context, m poverty.Meeting, list []poverty.Conclusion, at time.Time, by poverty.Entry) error {
	by = poverty.Entry{Actor: by.Actor, Office: by.Office, OnBehalf: by.OnBehalf}
	source := m.Title + ", " + locale.For("vi").Date(m.Day())
	if m.Paper != "" {
		source = m.Paper + "; " + source
	}
	laid := false
	for _, c := range list {
		if c.Unit == "" {
			continue
		}
		laid = true
		n := poverty.NewDuty{Code: conclusionCode, Kind: poverty.DutyTask, Title: c.Text, Unit: c.Unit,
			Subject: fmt.Sprintf("%s.%d", m.Code, c.No), Due: c.Due, Source: source}
		if err := b.lay(ctx, n, at, by); err != nil {
			return err
		}
	}
	if !laid {
		return nil
	}
	b.links = append(b.links, func(ctx context.Context) error {
		_, err := b.tx.Exec(ctx, `
			update meeting_conclusions c set duty_id = d.id from duties d
			where c.meeting_id = $1 and c.duty_id is null and d.key = concat_ws('/', $2::text, $3::text, c.unit_id, $4::text || '.' || c.no)`,
			m.ID, m.Cycle, conclusionCode, m.Code)
		return err
	})
	return nil
}

// noteMeeting writes a line of the history about a meeting.
func (b *book) noteMeeting(m poverty.Meeting, event poverty.Event, by poverty.Entry) {
	by.Code, by.Unit, by.Event = "meeting/"+m.Code, m.Unit, event
	b.note(by)
}

// tellInvited sends an invitation, or what becomes of it, to who is invited.
func (b *book) tellInvited(m poverty.Meeting, i poverty.Invitation, what string, at time.Time) {
	if b.quiet {
		return
	}
	b.told = append(b.told, told{unit: i.Unit, meeting: m.ID, kind: poverty.NoticeMeeting, to: []string{cmp.Or(string(i.Office), "head")}, at: at,
		text: what, key: fmt.Sprintf("meeting|%s/%s|%d|%s|%s", m.Cycle, m.Code, m.Sequence, what, i.Unit)})
}

// seesMeeting tells whether the actor may see the meeting of a decision, which
// must be of the cycle that the decision names.
func (b *book) seesMeeting(ctx context.Context, x poverty.MeetingMove) error {
	if x.Meeting == 0 {
		return nil
	}
	m, err := meeting(ctx, b.tx, x.Meeting, "")
	if err == nil && m.Cycle != b.cycle.ID {
		return poverty.Errorf(poverty.NotFound, "meeting.not_found")
	}
	return err
}
