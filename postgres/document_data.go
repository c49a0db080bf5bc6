package postgres

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// composer gathers what a document says. Documents are in Vietnamese whatever
// language their reader has.
type composer struct {
	ctx   context.Context
	db    *DB
	tx    pgx.Tx
	actor poverty.Actor
	cycle poverty.Cycle
	d     *poverty.Document
	p     *locale.Printer
	data  *poverty.DocumentData
}

// compose puts into a document what it says as things stand now, and takes from a
// reminder's recipients who has nothing left to do. What it is made from
// is read as the actor, who has to see it whole; units, offices and who holds
// them are read as of the day of the document, as the program: the transaction
// goes on as that.
func (db *DB) compose(ctx context.Context, tx pgx.Tx, a poverty.Actor, c poverty.Cycle, d *poverty.Document) error {
	x := &composer{ctx, db, tx, a, c, d, locale.For("vi"), &poverty.DocumentData{Fields: map[string]string{}, Lists: map[string][]map[string]string{}}}
	of, id, ok := poverty.ParseDocumentSubject(d.Kind, d.Subject)
	if !ok {
		return poverty.InvalidField("subject", "document.bad_subject", "subject", d.Subject)
	}
	fill := map[string]func(string) error{
		"cycle": x.plan, "meeting": x.meeting, "period": x.period, "duties": x.duties, "hamlet": x.hamlet, "plan": x.communePlan, "posting": x.posting, "review": x.review,
	}[of]
	if err := fill(id); err != nil {
		return err
	}
	if err := elevate(ctx, tx, "document"); err != nil {
		return err
	}
	d.Data = x.data
	return x.frame()
}

func (x *composer) set(field, value string)   { x.data.Fields[field] = value }
func (x *composer) count(field string, n int) { x.data.Fields[field] = x.p.Number(n) }

func (x *composer) add(list string, row map[string]string) {
	x.data.Lists[list] = append(x.data.Lists[list], row)
}

// numbered adds a row with its number in front.
func (x *composer) numbered(list string, row map[string]string) {
	row["no"] = strconv.Itoa(len(x.data.Lists[list]) + 1)
	x.add(list, row)
}

func (x *composer) bad() error {
	return poverty.InvalidField("subject", "document.bad_subject", "subject", x.d.Subject)
}

// names returns the names of units on the day of the document, or where there
// were none then the last ones.
func (x *composer) names(units ...poverty.UnitID) (map[poverty.UnitID]poverty.Unit, error) {
	rows, err := x.tx.Query(x.ctx, `
		select distinct on (v.unit_id) v.unit_id as id, v.name, v.kind, coalesce(v.parent_id, '') as parent_id, v.code, v.line, v.valid_from, v.valid_to
		from unit_versions v where v.unit_id = any ($1)
		order by v.unit_id, daterange(v.valid_from, v.valid_to, '[]') @> $2::date desc, v.valid_from desc nulls last`, units, x.d.Day)
	list, err := many[poverty.Unit](rows, err)
	by := map[poverty.UnitID]poverty.Unit{}
	for _, u := range list {
		by[u.ID] = u
	}
	return by, err
}

// longDay words a day as papers have it: a day below 10 and the months 1 and 2
// with a nought (NĐ 30/2020/NĐ-CP, Phụ lục I, II.4).
func (x *composer) longDay(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	month := strconv.Itoa(int(d.Month()))
	if d.Month() < 3 {
		month = "0" + month
	}
	return x.p.T("document.long_day", "date", fmt.Sprintf("%02d", d.Day()), "month", month, "year", strconv.Itoa(d.Year()))
}

// frame fills in what every paper has around its text.
func (x *composer) frame() error {
	d := x.d
	asked := append([]poverty.UnitID{d.Unit, x.cycle.Owner}, d.Audience...)
	names, err := x.names(asked...)
	if err != nil {
		return err
	}
	issuer := names[d.Unit]
	parent, err := x.names(issuer.Parent)
	if err != nil {
		return err
	}
	heads, committee := poverty.NameLines(cmp.Or(issuer.Name, d.UnitName, string(d.Unit)))
	for _, line := range heads {
		x.add("head", map[string]string{"line": line})
	}
	x.set("issuer", strings.Join(heads, " "))
	x.set("parent", "")
	if above, ok := parent[issuer.Parent]; ok && !committee {
		x.set("parent", above.Name)
	}
	x.set("code", d.Code())
	x.set("place", d.Place)
	x.set("day", x.longDay(d.Day))
	x.set("about", d.Title)
	x.set("body", d.Body)
	x.set("file", d.File)
	x.set("year", strconv.Itoa(x.cycle.Year))
	x.set("owner", names[x.cycle.Owner].Name)
	x.set("answer_by", x.date(d.AnswerBy))
	x.set("urgency", "")
	if d.Urgency != "" {
		x.set("urgency", x.p.T("document.urgency."+d.Urgency))
	}
	x.lists(names)
	return x.signature(committee)
}

func (x *composer) date(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return x.p.Date(d)
}

// ended returns a line that ends with a mark, whatever stood there before.
func ended(s, mark string) string { return strings.TrimRight(s, " .;,") + mark }

// lists fills in addressees, bases and recipients with the marks between them
// (NĐ 30/2020/NĐ-CP, Phụ lục I).
func (x *composer) lists(names map[poverty.UnitID]poverty.Unit) {
	mark := func(i, n int) string {
		if i == n-1 {
			return "."
		}
		return ";"
	}
	to := x.d.To
	x.set("to_one", "")
	if len(to) == 1 && x.d.Kind != poverty.DocumentInvitation {
		x.set("to_one", ended(to[0], "."))
	} else {
		for i, line := range to {
			x.add("to", map[string]string{"line": "- " + ended(line, mark(i, len(to)))})
		}
	}
	for i, line := range x.d.Bases {
		x.add("bases", map[string]string{"line": ended(line, mark(i, len(x.d.Bases)))})
	}
	named := map[string]bool{} // as addressees
	for _, line := range to {
		named[ended(line, "")] = true
	}
	recipient := func(line string) { x.add("recipients", map[string]string{"line": line}) }
	if len(to) > 0 {
		recipient("- " + x.p.T("document.as_above") + ";")
	}
	for _, u := range x.d.Audience {
		if name := cmp.Or(names[u].Name, string(u)); !named[name] {
			recipient("- " + name + ";")
		}
	}
	for _, line := range x.d.Copies {
		recipient("- " + ended(strings.TrimPrefix(line, "- "), ";"))
	}
	recipient("- " + x.p.T("document.kept_by", "file", cmp.Or(x.d.File, "VT")) + ".")
}

// signature fills in who signs and in which form, by who holds the office on the
// day of the document.
func (x *composer) signature(committee bool) error {
	r, err := loadRoster(x.ctx, x.tx, []poverty.UnitID{x.d.Unit, x.d.Signer.Unit()}, []poverty.OfficeID{x.d.Signer})
	if err != nil {
		return err
	}
	office, ok := r.byID[x.d.Signer]
	on := x.d.Day
	if !ok || office.ValidFrom.After(on) || !office.ValidTo.IsZero() && office.ValidTo.Before(on) {
		return poverty.InvalidField("signer", "document.signer_elsewhere")
	}
	if office.Unit != x.d.Unit {
		below, err := x.below(office.Unit)
		if err != nil {
			return err
		}
		if x.d.Unit != x.cycle.Owner || !below {
			return poverty.InvalidField("signer", "document.signer_elsewhere")
		}
	}
	s := poverty.Signatory{Committee: committee, Unit: x.d.Unit, Office: office}
	title := func(unit poverty.UnitID) string {
		id, _ := r.role(unit, poverty.RoleHead, on)
		return r.byID[id].Title
	}
	s.Head, s.OwnHead = title(x.d.Unit), title(office.Unit)
	acting, _ := poverty.Acting(r.holdings[office.ID], on, x.cycle.ID)
	s.Substitute = acting.Substitute
	regular := func(h poverty.Holding) bool { return !h.Substitute && h.On(on, x.cycle.ID) }
	s.Vacant = !slices.ContainsFunc(r.holdings[office.ID], regular)
	for _, o := range r.offices[office.Unit] {
		if s.Substitute && o.ID != office.ID && slices.ContainsFunc(r.holdings[o.ID], func(h poverty.Holding) bool { return h.User == acting.User && regular(h) }) {
			s.Own = o
		}
	}
	for _, line := range s.Lines() {
		x.add("signature", map[string]string{"line": line})
	}
	x.set("signer", acting.Name)
	return nil
}

// below reports whether a unit is one whose head may sign the owner's papers by
// order: the standing office, or one that is placed below the owner.
func (x *composer) below(unit poverty.UnitID) (bool, error) {
	if unit == x.cycle.Rules.Bindings.Standing {
		return true, nil
	}
	names, err := x.names(unit)
	return names[unit].Parent == x.cycle.Owner && x.cycle.Rules.Units[unit].Role != "commune", err
}

// plan fills in the cycle's own plan: its targets, its duties, and its groups.
func (x *composer) plan(string) error {
	table, err := x.targets()
	if err != nil {
		return err
	}
	x.count("poor_end", table.Sum.PoorEnd())
	x.set(string(poverty.ColumnPoorEnd.Rate()), x.rate(table.Sum, poverty.ColumnPoorEnd.Rate()))
	return x.rules()
}

// targets fills in the target table with its sum; where its source prints another
// value than its counts give, the cell bears the number of a note.
func (x *composer) targets() (table poverty.TargetTable, err error) {
	rows, err := targets(x.ctx, x.tx, x.cycle.ID)
	if err != nil {
		return table, err
	}
	totals, err := targetTotals(x.ctx, x.tx, x.cycle.ID, "")
	if err != nil && poverty.KindOf(err) != poverty.NotFound {
		return table, err
	}
	table = poverty.NewTargetTable(rows, totals)
	differences := table.Differences()
	for _, r := range table.Rows {
		x.numbered("targets", x.target(r, r.UnitName, table, differences))
	}
	if len(table.Rows) > 0 {
		sum := x.target(table.Sum, x.p.T("target.sum"), table, differences)
		sum["no"] = ""
		x.add("total", sum)
	}
	x.count("units", len(table.Rows))
	x.count("poor", table.Sum.Poor)
	x.count("to_leave", table.Sum.ToLeave)
	x.set(string(poverty.ColumnPoor.Rate()), x.rate(table.Sum, poverty.ColumnPoor.Rate()))
	for i, line := range x.p.TargetNotes(table) {
		x.add("notes", map[string]string{"line": noteMark(i) + " " + line})
	}
	return table, nil
}

func (x *composer) rate(t poverty.Target, c poverty.TargetColumn) string {
	n, ok := t.Value(c)
	if !ok {
		return "–"
	}
	return x.p.Percent(float64(n)/100, 2)
}

// noteMark is the number of a note, as a cell and the note bear it.
func noteMark(i int) string { return "(" + strconv.Itoa(i+1) + ")" }

func (x *composer) target(t poverty.Target, name string, table poverty.TargetTable, differences []poverty.Difference) map[string]string {
	row := map[string]string{"unit": name}
	for _, c := range poverty.TargetCounts {
		if !table.Uses(c) {
			row[string(c)], row[string(c.Rate())] = "–", "–"
			continue
		}
		row[string(c)] = x.p.Number(t.Count(c))
		if n, ok := t.Value(c.Rate()); ok && slices.Contains(poverty.TargetRates, c) {
			row[string(c.Rate())] = x.p.Decimal(float64(n)/100, 2)
		}
	}
	for i, d := range differences {
		if d.Unit == t.Unit {
			row[string(d.Column)] += " " + noteMark(i)
		}
	}
	return row
}

// rules fills in the duties that the cycle lays on units, and its groups.
func (x *composer) rules() error {
	r := x.cycle.Rules
	asked := slices.Collect(maps.Keys(r.Units))
	for _, t := range r.Duties {
		asked = append(asked, r.Owing(t)...)
	}
	names, err := x.names(asked...)
	if err != nil {
		return err
	}
	for _, t := range r.Duties {
		var who []string
		for _, w := range t.Who {
			if x.p.Has("document.who." + w) {
				w = x.p.T("document.who." + w)
			} else if u, ok := names[poverty.UnitID(w)]; ok {
				w = u.Name
			}
			who = append(who, w)
		}
		x.add("duties", map[string]string{"what": t.Title, "who": strings.Join(who, "; "), "due": x.p.Stated(t.Due.String())})
	}
	for _, g := range r.Groups {
		var members []string
		for _, m := range g.Members {
			members = append(members, names[m].Name)
		}
		x.add("groups", map[string]string{"commune": names[g.Commune].Name, "lead": names[g.Lead].Name, "members": strings.Join(members, "; ")})
	}
	return nil
}

// meeting fills in a meeting. The conclusions and minutes of one that is not held
// yet cannot be written up.
func (x *composer) meeting(id string) error {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return x.bad()
	}
	m, err := meeting(x.ctx, x.tx, poverty.MeetingID(n), "")
	switch {
	case err != nil:
		return err
	case m.Cycle != x.cycle.ID:
		return x.bad()
	case m.Hidden:
		return poverty.Errorf(poverty.Forbidden, "document.not_seen")
	case m.State != poverty.MeetingHeld && x.d.Kind != poverty.DocumentInvitation:
		return poverty.Errorf(poverty.Conflict, "document.meeting_not_held")
	}
	x.set("meeting", m.Title)
	x.set("meeting_day", x.longDay(m.Day()))
	x.set("meeting_time", "")
	if !m.DayOnly() {
		x.set("meeting_time", x.p.T("document.clock", "hour", fmt.Sprintf("%02d", m.StartsAt.Hour()), "minute", fmt.Sprintf("%02d", m.StartsAt.Minute())))
		x.set("meeting_day", x.longDay(calendar.DateOf(m.StartsAt)))
	}
	x.set("meeting_place", cmp.Or(m.Place, m.UnitName))
	x.set("chair", m.UnitName)
	if m.Chair != "" {
		var title string
		if err := x.tx.QueryRow(x.ctx, "select coalesce((select title from offices where id = $1), '')", m.Chair).Scan(&title); err != nil {
			return err
		}
		x.set("chair", cmp.Or(title, m.UnitName))
	}
	x.set("agenda", m.Agenda)
	x.set("minutes", m.Minutes)
	x.set("agreed", "")
	x.set("came_count", "")
	if m.People > 0 {
		x.count("came_count", m.People)
	}
	for _, i := range m.Invitations {
		switch {
		case i.Came == poverty.AttendanceDelegate:
			x.add("came", map[string]string{"unit": i.UnitName, "who": i.Delegate})
		case i.Came.Present():
			x.add("came", map[string]string{"unit": i.UnitName, "who": i.Title})
		case i.Came == poverty.AttendanceAbsent:
			x.add("absent", map[string]string{"unit": i.UnitName})
		}
	}
	for _, c := range m.Conclusions {
		due := ""
		if c.Due != "" && c.Due != "none" {
			due = x.p.Stated(c.Due)
		}
		x.numbered("conclusions", map[string]string{"text": ended(c.Text, "."), "unit": c.UnitName, "due": due})
	}
	return nil
}

// hamlet fills in the meeting of a hamlet on the survey's results: its subject is
// "commune/hamlet/number".
func (x *composer) hamlet(id string) error {
	parts := strings.Split(id, "/")
	if len(parts) != 3 {
		return x.bad()
	}
	sheet, err := surveySheet(x.ctx, x.tx, x.cycle, poverty.UnitID(parts[0]), "", x.d.Day)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(sheet.Meetings, func(m poverty.SurveyMeeting) bool { return m.Hamlet == parts[1] && strconv.Itoa(m.No) == parts[2] })
	if i < 0 {
		return poverty.Errorf(poverty.NotFound, "meeting.not_found")
	}
	m := sheet.Meetings[i]
	hamlets, err := hamletsOf(x.ctx, x.tx, []poverty.UnitID{m.Unit})
	if err != nil {
		return err
	}
	name := m.Hamlet
	for _, h := range hamlets {
		if h.Code == m.Hamlet {
			name = h.Name
		}
	}
	x.set("meeting", x.p.T("document.hamlet_meeting", "hamlet", name))
	x.set("meeting_day", x.longDay(m.On))
	x.set("meeting_time", "")
	x.set("meeting_place", name)
	x.set("chair", m.Chair)
	x.set("agenda", "")
	x.set("minutes", m.Minutes)
	x.count("came_count", m.Present)
	x.count("agreed", m.Agreed)
	return nil
}

// period fills in the consolidated report of a period in its newest revision that
// the actor sees.
func (x *composer) period(code string) error {
	rows, err := x.tx.Query(x.ctx, consolidationColumns+" where x.cycle_id = $1 and x.period = $2 order by x.revision desc limit 1", x.cycle.ID, code)
	c, err := one[poverty.Consolidation](rows, err, "document.no_consolidation")
	if err != nil {
		return err
	}
	r := c.Rollup
	x.set("period", sentence(x.p.Period(code)))
	for field, n := range map[string]int{
		"expected": r.Expected, "received": r.Received, "on_time": r.OnTime, "missing_count": len(r.Missing), "raised": r.Raised, "waiting": r.Waiting,
		"households": int(r.Total.Households), "handovers": int(r.Total.Handovers),
	} {
		x.count(field, n)
	}
	x.set("value", x.p.Money(r.Total.Value))
	for _, u := range r.Missing {
		x.add("missing", map[string]string{"unit": u.Name})
	}
	for _, l := range r.Of(poverty.RollupCommune) {
		x.numbered("lines", map[string]string{
			"name": l.Name, "households": x.p.Number(int(l.Households)), "handovers": x.p.Number(int(l.Handovers)), "value": x.p.Money(l.Value),
		})
	}
	if x.d.Body == "" {
		x.d.Body = c.Text
	}
	return nil
}

// sentence returns a text with its first letter in upper case.
func sentence(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// duties fills in duties that are owed, with how many working days they are late
// on the day of the document.
func (x *composer) duties(id string) error {
	ids, ok := poverty.SubjectIDs(id)
	if !ok {
		return x.bad()
	}
	rows, err := x.tx.Query(x.ctx, dutyColumns+" where d.cycle_id = $1 and d.id = any ($2) order by d.last_day nulls last, d.unit_id, d.id", x.cycle.ID, ids)
	list, err := many[poverty.Duty](rows, err)
	if err != nil {
		return err
	}
	if len(list) != len(ids) {
		return poverty.Errorf(poverty.NotFound, "duty.not_found")
	}
	cal, err := x.db.calendar(x.ctx, x.tx)
	if err != nil {
		return err
	}
	var units []poverty.UnitID
	for _, d := range list {
		units = append(units, d.Unit)
	}
	names, err := x.names(units...)
	if err != nil {
		return err
	}
	demands := true
	for _, d := range x.d.Remind(list, func(u poverty.UnitID) string { return names[u].Name }) {
		what := d.Title
		if d.Period != "" {
			what += ", " + x.p.Period(d.Period)
		}
		row := map[string]string{"unit": cmp.Or(names[d.Unit].Name, d.UnitName), "what": what, "last_day": x.date(d.LastDay), "late": ""}
		if !d.LastDay.IsZero() && x.d.Day.After(d.LastDay) {
			row["late"] = x.p.Number(cal.WorkingDaysBetween(d.LastDay, x.d.Day))
		}
		x.numbered("overdue", row)
		demands = demands && names[d.Unit].Line == poverty.LineGovernment
	}
	x.count("count", len(x.data.Lists["overdue"]))
	// A standing office cannot order its peers, nor anybody the police or a court.
	x.set("verb", x.p.T("document.asks"))
	if demands && x.d.Unit == x.cycle.Owner {
		x.set("verb", x.p.T("document.demands"))
	}
	return nil
}

// communePlan fills in a commune's plan as it stands: the round that is approved,
// or else the one on its way.
func (x *composer) communePlan(unit string) error {
	commune := poverty.UnitID(unit)
	p, err := plan(x.ctx, x.tx, x.cycle.ID, commune, "")
	if err != nil {
		return err
	}
	round := cmp.Or(p.SentRound, p.ApprovedRound)
	if round == 0 {
		return poverty.Errorf(poverty.Conflict, "document.no_plan")
	}
	r, err := planRound(x.ctx, x.tx, x.cycle.ID, commune, round)
	if err != nil {
		return err
	}
	if x.cycle.PlanSight(x.actor, commune) == poverty.SightMasked && x.actor.System == "" {
		return poverty.Errorf(poverty.Forbidden, "document.not_seen")
	}
	kinds, err := componentKinds(x.ctx, x.tx, x.cycle.ID)
	if err != nil {
		return err
	}
	x.set("commune", p.UnitName)
	x.count("round", round)
	x.count("planned", len(r.Households))
	x.count("to_leave", r.ToLeave)
	x.count("leave_near", r.LeaveNear)
	x.count("target", r.Target)
	x.set("shortfall", r.Shortfall)
	var focal string
	if err := x.tx.QueryRow(x.ctx, "select coalesce((select title from offices where id = $1), '')", r.Focal).Scan(&focal); err != nil {
		return err
	}
	x.set("focal", focal)
	kind := map[string]string{}
	for _, k := range kinds {
		kind[k.Code] = k.Name
	}
	x.tally(r.Households, kind)
	return nil
}

// tally counts a plan's households by cause, by kind of measure and by hamlet,
// the most first.
func (x *composer) tally(list []poverty.PlanHousehold, kinds map[string]string) {
	causes, measures, hamlets, leaving := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, h := range list {
		for _, c := range h.Causes {
			causes[x.p.T("household.cause."+c)]++
		}
		once := map[string]bool{}
		for _, m := range h.Measures {
			if name := cmp.Or(kinds[m.Kind], m.Kind); !once[name] {
				once[name] = true
				measures[name]++
			}
		}
		hamlets[h.HamletName]++
		if h.Goal == poverty.GoalLeavePoor {
			leaving[h.HamletName]++
		}
	}
	most := func(counts map[string]int) []string {
		return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
			return cmp.Or(cmp.Compare(counts[b], counts[a]), locale.Compare(a, b))
		})
	}
	for _, name := range most(causes) {
		x.add("causes", map[string]string{"name": name, "count": x.p.Number(causes[name])})
	}
	for _, name := range most(measures) {
		x.add("measures", map[string]string{"name": name, "count": x.p.Number(measures[name])})
	}
	for _, name := range slices.SortedFunc(maps.Keys(hamlets), locale.Compare) {
		x.add("hamlets", map[string]string{"name": name, "households": x.p.Number(hamlets[name]), "to_leave": x.p.Number(leaving[name])})
	}
}

// posting fills in a posted list.
func (x *composer) posting(id string) error {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return x.bad()
	}
	p, err := posting(x.ctx, x.tx, poverty.PostingID(n), "")
	if err != nil {
		return err
	}
	if p.Cycle != x.cycle.ID {
		return x.bad()
	}
	x.set("commune", p.UnitName)
	x.set("from", x.longDay(p.From))
	x.set("until", x.longDay(p.Until))
	x.count("listed", len(p.List))
	for _, place := range p.Places {
		x.add("places", map[string]string{"line": strings.TrimRight(place, " .;")})
	}
	for _, r := range p.List {
		x.numbered("rows", map[string]string{"code": r.Code, "head": r.Head, "hamlet": r.Hamlet, "status": x.p.T("posting.status." + r.Status)})
	}
	return nil
}
