package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

const assignmentColumns = `
	select a.cycle_id, a.no, a.state, a.groups, a.note, a.remark, a.basis, a.effective_at, a.saved_at,
	       coalesce(a.saved_by, 0) as saved_by, coalesce(u.name, '') as by_name, a.sent_at, a.issued_at,
	       coalesce(a.issued_by, 0) as issued_by, coalesce(i.name, '') as issuer, a.drafters, a.version
	from assignments a
	left join users u on u.id = a.saved_by
	left join users i on i.id = a.issued_by`

// Assignments returns a cycle's assignments, the newest first.
func (db *DB) Assignments(ctx context.Context, id poverty.CycleID) (list []poverty.Assignment, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		if _, err := cycle(ctx, tx, id, ""); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, assignmentColumns+" where a.cycle_id = $1 order by a.no desc", id)
		list, err = many[poverty.Assignment](rows, err)
		return err
	})
	return list, err
}

// Assignment returns an assignment; NotFound when there is none or the actor may
// not see it.
func (db *DB) Assignment(ctx context.Context, id poverty.CycleID, no int) (x poverty.Assignment, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		x, err = assignment(ctx, tx, id, no, "")
		return err
	})
	return x, err
}

func assignment(ctx context.Context, tx pgx.Tx, id poverty.CycleID, no int, lock string) (poverty.Assignment, error) {
	rows, err := tx.Query(ctx, assignmentColumns+" where a.cycle_id = $1 and a.no = $2"+lock, id, no)
	return one[poverty.Assignment](rows, err, "assignment.not_found", "no", no)
}

// firstAssignment keeps the groups that a cycle is issued with as its first
// assignment.
func firstAssignment(ctx context.Context, tx pgx.Tx, c poverty.Cycle) error {
	if len(c.Rules.Groups) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		insert into assignments (cycle_id, no, state, groups, effective_at, saved_at, issued_at) values ($1, 1, 'issued', $2, $3, $3, $3)`,
		c.ID, c.Rules.Groups, c.IssuedAt)
	return err
}

// SaveAssignment stores the draft of the next assignment; see poverty.Store.
func (db *DB) SaveAssignment(ctx context.Context, x poverty.AssignmentContent) (saved poverty.Assignment, err error) {
	for i := range x.Groups {
		g := &x.Groups[i]
		g.Name, g.Note = locale.NFC(strings.TrimSpace(g.Name)), locale.NFC(strings.TrimSpace(g.Note))
		g.Members = append([]poverty.UnitID{}, g.Members...)
		g.Assigned, g.AssignedAt, g.Led, g.LedAt = 0, time.Time{}, 0, time.Time{} // issuing says since when
	}
	if x.Groups == nil {
		x.Groups = []poverty.Group{}
	}
	x.Note = locale.NFC(strings.TrimSpace(x.Note))
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, x.Cycle, "")
		if err != nil {
			return err
		}
		if _, err := c.MayDraft(a); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "assignment"); err != nil {
			return err
		}
		if c, err = cycle(ctx, tx, x.Cycle, cycleAlone); err != nil {
			return err
		}
		if _, err := c.MayDraft(a); err != nil { // it may have been closed meanwhile
			return err
		}
		rows, err := tx.Query(ctx, assignmentColumns+" where a.cycle_id = $1 order by a.no desc limit 1", x.Cycle)
		list, err := many[poverty.Assignment](rows, err)
		if err != nil {
			return err
		}
		no, drafting := 1, false
		if len(list) > 0 {
			drafting = list[0].State != poverty.AssignmentIssued
			no = list[0].No
			if !drafting {
				no++
			}
		}
		switch {
		case drafting && list[0].State == poverty.AssignmentSent:
			return &poverty.Error{Kind: poverty.Conflict, Key: "assignment.is_sent", Field: "state"}
		case drafting && list[0].Version != x.Version:
			return changed("assignment.changed", list[0].Version)
		case !drafting && x.Version != 0:
			return &poverty.Error{Kind: poverty.Conflict, Key: "assignment.issued_meanwhile", Field: "version"}
		}
		_, err = tx.Exec(ctx, `
			insert into assignments (cycle_id, no, groups, note, saved_at, saved_by, drafters)
			values ($1, $2, $3, $4, $5, nullif($6::bigint, 0), array_remove(array[$6::bigint], 0))
			on conflict (cycle_id, no) do update set groups = excluded.groups, note = excluded.note, saved_at = excluded.saved_at,
				saved_by = excluded.saved_by, version = assignments.version + 1,
				drafters = array(select distinct unnest(assignments.drafters || excluded.drafters))`,
			x.Cycle, no, x.Groups, x.Note, db.now(), a.User)
		if err != nil {
			return err
		}
		saved, err = assignment(ctx, tx, x.Cycle, no, "")
		return err
	})
	return saved, err
}

// moveAssignment carries out a decision on a draft. The cycle's row is the lock:
// of two at once, one is told that the other came first.
func (b *book) moveAssignment(ctx context.Context, a poverty.Actor, m poverty.AssignmentMove, at time.Time, out *poverty.Outcome) error {
	c := b.cycle
	m.Reason, m.Basis = locale.NFC(strings.TrimSpace(m.Reason)), locale.NFC(strings.TrimSpace(m.Basis))
	x, err := assignment(ctx, b.tx, m.Cycle, m.No, "")
	if err != nil {
		return err
	}
	seat, err := x.MayMove(c, a, m)
	if err != nil {
		return err
	}
	if m.Verb != poverty.AssignmentReturn {
		if found := poverty.Blocking(c.CheckGroups(x.Groups, calendar.DateOf(at))); len(found) > 0 {
			return &poverty.Error{Kind: poverty.Invalid, Key: "assignment.blocked", Args: []any{"count", len(found)}, Field: "groups"}
		}
	}
	by := poverty.Entry{Code: "assignment", At: at, Actor: a.User, Office: seat.Office, Basis: m.Basis, Reason: m.Reason}
	switch m.Verb {
	case poverty.AssignmentSend:
		by.Event = poverty.EventSubmitted
		_, err = b.tx.Exec(ctx, `
			update assignments set state = 'sent', sent_at = $3, version = version + 1,
				drafters = array(select distinct unnest(drafters || array_remove(array[$4::bigint], 0))) where cycle_id = $1 and no = $2`,
			x.Cycle, x.No, at, a.User)
		for _, office := range []poverty.OfficeID{c.Rules.Bindings.ViceChair, c.Rules.Bindings.Chair} {
			b.tellAssignment(x.No, c.Owner, "assignment_sent", string(office), at, x.Version)
		}
		out.State = string(poverty.AssignmentSent)
	case poverty.AssignmentReturn:
		by.Event = poverty.EventReturned
		_, err = b.tx.Exec(ctx, `
			update assignments set state = 'draft', remark = $3, sent_at = null, version = version + 1 where cycle_id = $1 and no = $2`,
			x.Cycle, x.No, m.Reason)
		b.tellAssignment(x.No, c.Rules.Bindings.Standing, "assignment_returned", "unit", at, x.Version)
		out.State = string(poverty.AssignmentDraft)
	case poverty.AssignmentIssue:
		by.Event = poverty.EventAccepted
		if by.At, err = poverty.Effective(m.At, at, true, m.Basis); err != nil {
			return err
		}
		if by.At.Before(c.IssuedAt) {
			return poverty.InvalidField("at", "assignment.before_cycle")
		}
		err = b.issue(ctx, x, by)
		out.State = string(poverty.AssignmentIssued)
	}
	b.note(by)
	return err
}

func (b *book) tellAssignment(no int, unit poverty.UnitID, what, to string, at time.Time, version int) {
	if b.quiet {
		return
	}
	b.told = append(b.told, told{unit: unit, kind: poverty.NoticeAssignment, to: []string{to}, at: at, text: what,
		key: fmt.Sprintf("assignment|%s|%d|%s|%d|%s", b.cycle.ID, no, what, version, unit)})
}

// issue puts the groups of a draft in force from an instant, with all that
// follows from who helps whom.
func (b *book) issue(ctx context.Context, x poverty.Assignment, by poverty.Entry) error {
	old := b.cycle.Rules.Groups
	rules := b.cycle.Rules.Assign(x.Groups, x.No, by.At)
	rules.Amended++
	b.cycle.Rules, b.t.Rules = rules, rules
	batch := &pgx.Batch{}
	batch.Queue("update cycles set rules = $2 where id = $1", x.Cycle, rules)
	batch.Queue(`update cycle_units set role = r.value ->> 'role' from jsonb_each($2::jsonb) r
		where cycle_id = $1 and unit_id = r.key and role in ('lead', 'member') and role <> r.value ->> 'role'`, x.Cycle, rules.Units)
	batch.Queue(`update assignments set state = 'issued', groups = $3, basis = $4, effective_at = $5, issued_at = $6,
		issued_by = nullif($7::bigint, 0), version = version + 1 where cycle_id = $1 and no = $2`,
		x.Cycle, x.No, rules.Groups, by.Basis, by.At, b.now, by.Actor)
	// Who said yes or no to a place that stays as it is has said so.
	batch.Queue(`insert into group_answers
		select g.cycle_id, $2::int, g.group_code, g.unit_id, g.accepted, g.reason, g.office_id, g.answered_by, g.answered_at
		from group_answers g join jsonb_to_recordset($3) as k (code text, unit text) on k.code = g.group_code and k.unit = g.unit_id
		where g.cycle_id = $1 and g.no = (select max(no) from assignments where cycle_id = $1 and state = 'issued' and no < $2)`,
		x.Cycle, x.No, kept(old, rules.Groups))
	if err := b.tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	if err := b.endLeading(ctx, by); err != nil {
		return err
	}
	if err := b.resumeRenewals(ctx, by.At); err != nil {
		return err
	}
	if err := b.openReceipts(ctx, by.At); err != nil {
		return err
	}
	process := poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessAssignment}
	if _, err := b.openTemplates(ctx, process, b.upTo); err != nil {
		return err
	}
	b.wakes = append(b.wakes, process)
	b.tellGroups(x.No, poverty.CompareGroups(old, rules.Groups), by.At)
	return b.regroup(ctx)
}

// place is an agency's in a group.
type place struct {
	Code string         `json:"code"`
	Unit poverty.UnitID `json:"unit"`
}

// kept returns the places that another assignment leaves as they were: a
// member's while lead and commune stay, a lead's while nothing of its group
// changes.
func kept(old, now []poverty.Group) []place {
	list := []place{}
	for _, n := range now {
		for _, o := range old {
			if o.Code != n.Code || o.Led != n.Led {
				continue
			}
			if o.Assigned == n.Assigned {
				list = append(list, place{n.Code, n.Lead})
			}
			for _, m := range n.Members {
				if slices.Contains(o.Members, m) {
					list = append(list, place{n.Code, m})
				}
			}
		}
	}
	return list
}

// endLeading excuses what leads owe for groups that they no longer lead, the
// answers to groups that were changed before they came, and the receipts of
// agencies that no longer help.
func (b *book) endLeading(ctx context.Context, by poverty.Entry) error {
	earlier := len(b.duties)
	err := b.load(ctx, "d.cycle_id = $1 and d.kind in ('acceptance', 'group_plan', 'group_meeting', 'contact', 'receipt') and d.state in ('open', 'returned')", b.cycle.ID)
	if err != nil {
		return err
	}
	void := poverty.Entry{At: by.At, Actor: by.Actor, Office: by.Office, Basis: poverty.BasisNewGroups}
	for _, d := range b.duties[earlier:] {
		b.advance(d, by.At)
		if d.State.Owed() && !b.leads(*d) {
			b.endDuty(d, poverty.EventExcused, void)
			b.wakes = append(b.wakes, refOf(*d))
		}
	}
	return nil
}

// leads reports whether the groups in force still ask for a duty.
func (b *book) leads(d poverty.Duty) bool {
	if t, ok := b.cycle.Rules.Template(d.Code); ok && slices.Contains(t.Who, string(d.Unit)) {
		return true // the cycle names it, whatever it leads
	}
	if commune, _, _ := cutSubject(d.Subject); d.Kind == poverty.DutyReceipt {
		leads, members := b.cycle.Rules.Helpers(commune)
		return slices.Contains(leads, d.Unit) || slices.Contains(members, d.Unit)
	}
	for _, g := range b.cycle.Rules.Groups {
		if g.Lead != d.Unit {
			continue
		}
		commune, _, _ := cutSubject(d.Subject)
		switch d.Kind {
		case poverty.DutyAcceptance:
			no, _, _ := b.cycle.Rules.Leading(d.Unit)
			return d.Subject == acceptanceSubject(no)
		case poverty.DutyGroupPlan:
			if d.Subject == g.PlanSubject() {
				return true
			}
		default:
			if commune == g.Commune {
				return true
			}
		}
	}
	return false
}

func acceptanceSubject(no int) string {
	if no == 0 {
		return ""
	}
	return strconv.Itoa(no)
}

// laid returns for a template what its duty of a lead is about and since when
// the lead owes it; zero: with the cycle.
func (b *book) laid(t poverty.Template, unit poverty.UnitID) (subject string, since time.Time) {
	if !slices.Contains(t.Who, "leads") || slices.Contains(t.Who, string(unit)) {
		return "", since
	}
	no, changed, since := b.cycle.Rules.Leading(unit)
	if t.Kind == poverty.DutyAcceptance {
		return acceptanceSubject(no), changed
	}
	return "", since
}

// openSince lays on a unit what a template asks of it since an instant in the
// year. What fell due before is not owed; an answer and a group's plan are, and
// have no last day until somebody sets one.
func (b *book) openSince(t poverty.Template, unit poverty.UnitID, subject string, born, since time.Time, key string) {
	if since.Before(born) {
		since = born
	}
	due, day := t.Due.WithEvent(calendar.DateOf(since)), calendar.DateOf(since)
	days, err := due.Days(b.t.Calendar, t.DayOff, calendar.Month{}, calendar.Month{})
	switch {
	case err != nil || days[0].LastDay.IsZero() || !days[0].LastDay.Before(day):
		b.open(t, unit, "", subject, due, since, key)
	case t.Kind == poverty.DutyAcceptance || t.Kind == poverty.DutyGroupPlan:
		b.openDated(t, unit, "", subject, calendar.Date{}, "none", since, key)
	}
}

// openGroupPlans lays on each lead to make the help plan of each of its groups.
func (b *book) openGroupPlans(t poverty.Template, keys []string, born time.Time, key string) {
	for _, g := range b.cycle.Rules.Groups {
		switch {
		case !slices.Contains(b.cycle.Rules.Owing(t), g.Lead), slices.Contains(keys, poverty.DutyKey(b.cycle.ID, t.Code, g.Lead, "", g.PlanSubject())):
		case g.LedAt.IsZero():
			b.open(t, g.Lead, "", g.PlanSubject(), t.Due.WithEvent(calendar.DateOf(b.cycle.IssuedAt)), born, key)
		default:
			b.openSince(t, g.Lead, g.PlanSubject(), born, g.LedAt, key)
		}
	}
}

// resumeRenewals lays anew what a lead owes to a commune that it led before and
// leads again; for all others openRenewals begins.
func (b *book) resumeRenewals(ctx context.Context, at time.Time) error {
	for _, t := range b.cycle.Rules.Duties {
		if t.Kind != poverty.DutyGroupMeeting && t.Kind != poverty.DutyContact {
			continue
		}
		rows, err := b.tx.Query(ctx, `
			select unit_id, split_part(subject, '.', 1), max(split_part(subject, '.', 2)::int)
			from duties where cycle_id = $1 and code = $2 group by 1, 2`, b.cycle.ID, t.Code)
		if err != nil {
			return err
		}
		var lead, commune poverty.UnitID
		var n int
		if _, err := pgx.ForEachRow(rows, []any{&lead, &commune, &n}, func() error {
			for _, g := range b.cycle.Rules.Groups {
				last := b.cycle.Rules.Until(t.Kind, calendar.DateOf(at))
				if g.Lead == lead && g.Commune == commune && g.LedAt.Equal(at) && !last.IsZero() {
					b.openDated(t, lead, "", planSubject(commune, n+1), last, "by "+last.String(), at, "")
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// openReceipts asks the agencies that help a commune now to confirm the list of
// its plan that the others were asked to confirm.
func (b *book) openReceipts(ctx context.Context, at time.Time) error {
	rows, err := b.tx.Query(ctx, `
		select d.code, d.subject, array_agg(d.key) as keys from duties d
		join plans p on p.cycle_id = d.cycle_id and d.subject = p.unit_id || '.' || p.round
		where d.cycle_id = $1 and d.kind = 'receipt' group by 1, 2 order by 1, 2`, b.cycle.ID)
	type asked struct {
		Code    string
		Subject string
		Keys    []string
	}
	list, err := many[asked](rows, err)
	if err != nil {
		return err
	}
	for _, x := range list {
		t, ok := b.cycle.Rules.Template(x.Code)
		commune, _, _ := cutSubject(x.Subject)
		if !ok {
			continue
		}
		for _, agency := range b.cycle.Rules.Receiving(t, commune) {
			if !slices.Contains(x.Keys, poverty.DutyKey(b.cycle.ID, t.Code, agency, "", x.Subject)) {
				b.open(t, agency, "", x.Subject, t.Due.WithEvent(calendar.DateOf(at)), at, "")
			}
		}
	}
	return nil
}

// tellGroups sends one notice to each agency and commune whose place changed.
func (b *book) tellGroups(no int, changes []poverty.GroupChange, at time.Time) {
	gained, lost, touched := map[poverty.UnitID]bool{}, map[poverty.UnitID]bool{}, map[poverty.UnitID]bool{}
	for _, c := range changes {
		for _, u := range c.Gained {
			gained[u], touched[u] = true, true
		}
		for _, u := range c.Lost {
			lost[u], touched[u] = true, true
		}
		for _, g := range []*poverty.Group{c.Old, c.New} {
			if g == nil {
				continue
			}
			touched[g.Commune] = true
			for _, u := range g.Agencies() {
				touched[u] = true
			}
		}
	}
	for _, u := range slices.Sorted(maps.Keys(touched)) {
		what := "group_changed"
		switch {
		case gained[u] && !lost[u]:
			what = "group_gained"
		case lost[u] && !gained[u]:
			what = "group_lost"
		}
		for _, to := range []string{"unit", "head"} {
			b.tellAssignment(no, u, what, to, at, 0)
		}
	}
}

// regroup computes anew who reads what because of the groups: what was written
// before is read by those who help now.
func (b *book) regroup(ctx context.Context) error {
	for _, of := range []struct {
		table string
		query string
		row   func(audienceOf) []poverty.UnitID
	}{
		{"duties", "select id, unit_id as unit, subject, kind from duties where cycle_id = $1",
			func(r audienceOf) []poverty.UnitID { return b.audience(poverty.DutyKind(r.Kind), r.Unit, r.Subject) }},
		{"components", "select id, unit_id as unit, group_code as subject, '' as kind from components where cycle_id = $1",
			func(r audienceOf) []poverty.UnitID {
				return poverty.Component{Unit: r.Unit, Group: r.Subject}.InCharge(b.cycle.Rules)
			}},
		{"funds", "select id, unit_id as unit, '' as subject, '' as kind from funds where cycle_id = $1",
			func(r audienceOf) []poverty.UnitID { return b.cycle.Rules.SeesFund(r.Unit) }},
		{"helpers", "select id, unit_id as unit, helper_id as subject, '' as kind from helpers where cycle_id = $1",
			func(r audienceOf) []poverty.UnitID {
				return someUnits(poverty.UnitID(r.Subject), leadOf(b.cycle, r.Unit))
			}},
		{"mentors", "select id, unit_id as unit, '' as subject, '' as kind from mentors where cycle_id = $1",
			func(r audienceOf) []poverty.UnitID { return someUnits(leadOf(b.cycle, r.Unit)) }},
		{"postings", "select id, unit_id as unit, subject, '' as kind from postings where cycle_id = $1",
			func(r audienceOf) []poverty.UnitID { return b.cycle.Rules.SeesPosting(r.Unit, r.Subject) }},
		{"obstacles", "select id, unit_id as unit, commune_id as subject, '' as kind from obstacles where cycle_id = $1",
			func(r audienceOf) []poverty.UnitID {
				return poverty.Obstacle{Unit: r.Unit, Commune: poverty.UnitID(r.Subject)}.Sees(b.cycle)
			}},
	} {
		rows, err := b.tx.Query(ctx, of.query, b.cycle.ID)
		list, err := many[audienceOf](rows, err)
		if err != nil {
			return err
		}
		for i := range list {
			list[i].Audience = append([]poverty.UnitID{}, of.row(list[i])...)
		}
		if err := b.setAudience(ctx, of.table, "id", list); err != nil {
			return err
		}
	}
	_, err := b.tx.Exec(ctx, `
		update plans p set audience = array(select jsonb_array_elements_text(x.value)) from jsonb_each($2) x
		where p.cycle_id = $1 and p.unit_id = x.key`, b.cycle.ID, b.planAudiences())
	if err != nil {
		return err
	}
	rows, err := b.tx.Query(ctx, meetingColumns+" where m.cycle_id = $1 and m.about_id <> ''", b.cycle.ID)
	meetings, err := many[poverty.Meeting](rows, err)
	if err != nil {
		return err
	}
	if err := fillMeetings(ctx, b.tx, meetings); err != nil {
		return err
	}
	list := make([]audienceOf, len(meetings))
	for i, m := range meetings {
		list[i] = audienceOf{ID: int64(m.ID), Audience: b.concerned(m)}
	}
	return b.setAudience(ctx, "meeting_minutes", "meeting_id", list)
}

// audienceOf is a row with what its audience is computed from.
type audienceOf struct {
	ID       int64            `db:"id" json:"id"`
	Unit     poverty.UnitID   `db:"unit" json:"-"`
	Subject  string           `db:"subject" json:"-"`
	Kind     string           `db:"kind" json:"-"`
	Audience []poverty.UnitID `json:"audience"`
}

func (b *book) setAudience(ctx context.Context, table, key string, list []audienceOf) error {
	if len(list) == 0 {
		return nil
	}
	_, err := b.tx.Exec(ctx, fmt.Sprintf(`
		update %s t set audience = x.audience from jsonb_to_recordset($1) as x (id bigint, audience text[])
		where t.%s = x.id and t.audience <> x.audience`, pgx.Identifier{table}.Sanitize(), key), list)
	return err
}

func (b *book) planAudiences() map[poverty.UnitID][]poverty.UnitID {
	see := map[poverty.UnitID][]poverty.UnitID{}
	for id, u := range b.cycle.Rules.Units {
		if u.Role == "commune" {
			see[id] = b.audience(poverty.DutyPlan, id, "")
		}
	}
	return see
}

// someUnits returns the units that are not empty.
func someUnits(units ...poverty.UnitID) []poverty.UnitID {
	return slices.DeleteFunc(units, func(u poverty.UnitID) bool { return u == "" })
}

// GroupAnswers returns what agencies said to the assignment in force, in order
// of groups and agencies.
func (db *DB) GroupAnswers(ctx context.Context, id poverty.CycleID) (list []poverty.GroupAnswer, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		if _, err := cycle(ctx, tx, id, ""); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			select g.cycle_id, g.no, g.group_code, g.unit_id, g.accepted, g.reason, g.office_id, coalesce(g.answered_by, 0) as answered_by,
			       coalesce(u.name, '') as by_name, g.answered_at
			from group_answers g left join users u on u.id = g.answered_by
			where g.cycle_id = $1 and g.no = (select max(no) from assignments where cycle_id = $1 and state = 'issued')
			order by g.group_code, g.unit_id`, id)
		list, err = many[poverty.GroupAnswer](rows, err)
		return err
	})
	return list, err
}

// AnswerGroup stores what a member says to its place in a group; it may say
// otherwise later. Who declines is told to the standing office.
func (db *DB) AnswerGroup(ctx context.Context, x poverty.GroupAnswer) (poverty.GroupAnswer, error) {
	x.Reason = locale.NFC(strings.TrimSpace(x.Reason))
	err := db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, t, err := db.timetable(ctx, tx, x.Cycle, "")
		if err != nil {
			return err
		}
		a = a.Within(c.ID)
		a.Office = x.Office
		seat, err := c.MayAnswer(a, x)
		if err != nil {
			return err
		}
		if err := elevate(ctx, tx, "assignment"); err != nil {
			return err
		}
		// Its row held, no other assignment is issued meanwhile.
		if c, err = cycle(ctx, tx, x.Cycle, cycleShared); err != nil {
			return err
		}
		if _, err := c.MayAnswer(a, x); err != nil {
			return err
		}
		b := db.book(tx, c, t)
		x.Office, x.By, x.ByName, x.At = seat.Office, a.User, a.Name, b.now
		if err := b.putAnswer(ctx, &x); err != nil {
			return err
		}
		b.note(poverty.Entry{Code: "group", Event: answerEvent(x.Accepted), At: b.now, Unit: x.Unit, Actor: a.User, Office: seat.Office, Reason: x.Reason})
		if !x.Accepted {
			b.tellAssignment(x.No, c.Rules.Bindings.Standing, "group_declined", "unit", b.now, int(b.now.Unix()))
		}
		return b.close(ctx, b.now)
	})
	return x, err
}

func answerEvent(accepted bool) poverty.Event {
	if accepted {
		return poverty.EventAccepted
	}
	return poverty.EventNoted
}

// putAnswer stores an agency's answer to the assignment in force.
func (b *book) putAnswer(ctx context.Context, x *poverty.GroupAnswer) error {
	return b.tx.QueryRow(ctx, `
		insert into group_answers (cycle_id, no, group_code, unit_id, accepted, reason, office_id, answered_by, answered_at)
		select $1, max(no), $2, $3, $4, $5, $6, nullif($7::bigint, 0), $8 from assignments where cycle_id = $1 and state = 'issued'
		on conflict (cycle_id, no, group_code, unit_id) do update set accepted = excluded.accepted, reason = excluded.reason,
			office_id = excluded.office_id, answered_by = excluded.answered_by, answered_at = excluded.answered_at
		returning no`, x.Cycle, x.Group, x.Unit, x.Accepted, x.Reason, x.Office, x.By, x.At).Scan(&x.No)
}
