package web

import (
	"errors"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// dutyRow is a duty as a list shows it.
type dutyRow struct {
	poverty.Duty
	Name  string // its title in the reader's language
	About string // what it is about besides unit and period
	Days  int    // how many days its last day is over; negative: to go
	Href  string // the page where the debtor works on it
	Mine  bool   // the actor may have something to decide on it
}

// Cell returns the mark of the duty's state.
func (d dutyRow) Cell() poverty.Cell { return poverty.CellOf(d.Duty) }

// Label returns the key of the words for the duty's state.
func (d dutyRow) Label() string {
	switch {
	case d.Overdue && d.Trouble != poverty.NoTrouble:
		return "duty.trouble." + string(d.Trouble)
	case d.State == poverty.DutyDone && d.Verdict != poverty.NoVerdict:
		return "duty.is.done_" + string(d.Verdict)
	case d.State == poverty.DutySubmitted && d.Verdict == poverty.Late:
		return "duty.is.submitted_late"
	case d.State == poverty.DutyOpen && d.LastDay.IsZero():
		return "duty.is.undated"
	case d.State == poverty.DutyOpen && d.Extended:
		return "duty.is.extended"
	}
	return "duty.is." + string(d.State)
}

// Elsewhere returns the key of the words for the page on which the duty is
// fulfilled; "" where that is the duty's own.
func (d dutyRow) Elsewhere() string {
	switch {
	case !d.Owed() || d.Kind.EndsElsewhere() == "":
		return ""
	case d.Kind == poverty.DutyObstacle:
		return "obstacle.open"
	case d.Kind == poverty.DutyWatch:
		return "watch.open"
	case d.Kind == poverty.DutyInput:
		return "review.open"
	}
	return "meeting.open"
}

// Link returns the address of the duty's page.
func (d dutyRow) Link() string { return "/duties/" + strconv.FormatInt(int64(d.ID), 10) }

// Owed reports whether work is still owed.
func (d dutyRow) Owed() bool { return d.State.Owed() }

// Held reports whether a promise or direction keeps the ladder back.
func (d dutyRow) Held() bool { return d.Owed() && !d.HeldUntil.IsZero() }

// DaysLeft returns the days up to the last day.
func (d dutyRow) DaysLeft() int { return -d.Days }

// dutyLine is a duty in words, as flat as a template is fast with.
type dutyLine struct {
	Cell            string
	Badge           template.HTML // of its state
	UnitLink        template.HTMLAttr
	UnitName        string
	Link            template.HTMLAttr
	Name, Period    string
	About           string
	Deadline, Note  string // as it was stated, and the day that comes of it
	Delay, Pressing string // how late it is or how long it has; Pressing is over or today
	Returned        string
	Rung, Held      string
	Act             template.HTMLAttr // where the actor decides on it; "" where that is not up to them
}

// line words a duty.
func line(p *locale.Printer, d dutyRow) dutyLine {
	l := dutyLine{
		Cell: string(d.Cell()), Badge: badge(d.Cell(), p.T(d.Label())),
		UnitLink: href("/cycles/" + string(d.Cycle) + "/units/" + string(d.Unit)), UnitName: d.UnitName,
		Link: href(d.Link()), Name: d.Name, About: d.About,
	}
	if d.Period != "" {
		l.Period = p.Period(d.Period)
	}
	stated := p.Stated(d.Stated)
	switch {
	case d.State == poverty.DutyReturned:
		l.Deadline, l.Note = p.T("plan.term", "day", d.LastDay), p.T("duty.stated_before", "stated", stated)
	case d.LastDay.IsZero():
		l.Deadline = stated
	default:
		l.Deadline, l.Note = sentence(stated), p.T("duty.last_day_is", "day", d.LastDay)+", "+p.Weekday(d.LastDay.Weekday())
	}
	switch {
	case !d.Owed():
	case d.Overdue:
		l.Delay, l.Pressing = p.T("duty.days_over", "count", d.Days), "over"
	case d.LastDay.IsZero():
	case d.DaysLeft() == 0:
		l.Delay, l.Pressing = p.T("duty.due_today"), "today"
	case d.DaysLeft() > 0:
		l.Delay = p.T("duty.days_left", "count", d.DaysLeft())
	}
	if d.Returns > 0 {
		l.Returned = p.T("duty.returned_times", "count", d.Returns)
	}
	if d.Rung != "" {
		l.Rung = p.Rung(d.Rung)
	}
	if d.Held() {
		l.Held = p.T("duty.held_until", "day", d.HeldUntil)
	}
	if d.Mine {
		l.Act = href(d.Link() + "#acts")
	}
	return l
}

func lines(p *locale.Printer, rows []dutyRow) []dutyLine {
	list := make([]dutyLine, len(rows))
	for i, row := range rows {
		list[i] = line(p, row)
	}
	return list
}

// row prepares a duty for a list.
func (v *visit) row(d poverty.Duty) (dutyRow, error) {
	row := dutyRow{Duty: d, Name: d.Title}
	if v.p.Lang() != "vi" {
		row.Name = v.title(d.Code, d.Title)
	}
	about, err := v.about(d)
	if err != nil {
		return row, err
	}
	row.About = about
	if !d.LastDay.IsZero() {
		row.Days = d.LastDay.DaysUntil(v.today)
	}
	row.Href = row.Link()
	row.Mine = row.Owed() && (v.plays(poverty.PartStanding) || v.plays(poverty.PartLeadership) || len(v.me.In(d.Unit)) > 0)
	switch d.Kind {
	case poverty.DutyReport, poverty.DutyGroupPlan:
		row.Href = reportPath(d.ID)
	case poverty.DutyConsolidation:
		row.Href = consolidationPath(d.Cycle, d.Period)
	case poverty.DutyPlan, poverty.DutyAppraisal, poverty.DutyApproval:
		if unit, ok := v.planOf(d); ok {
			row.Href = "/cycles/" + string(d.Cycle) + "/plans/" + string(unit)
		}
	case poverty.DutyReceipt:
		if unit, ok := v.planOf(d); ok {
			row.Href = "/cycles/" + string(d.Cycle) + "/plans/" + string(unit)
		}
	case poverty.DutyPosting:
		row.Href = "/cycles/" + string(d.Cycle) + "/postings?unit=" + string(d.Unit)
		if row.Owed() && len(v.me.In(d.Unit)) > 0 && v.cycle != nil {
			row.Href = v.newPostingPath(d.Unit) + "?subject=" + url.QueryEscape(d.Subject)
		}
	case poverty.DutyObjection:
		row.Href = row.Link() + "/objection"
	case poverty.DutyStart, poverty.DutyProgress:
		if v.ofComponents(d) {
			row.Href = "/cycles/" + string(d.Cycle) + "/components/" + d.Subject
		}
	case poverty.DutyMeeting, poverty.DutyGroupMeeting, poverty.DutyContact:
		row.Href = "/cycles/" + string(d.Cycle) + "/meetings?" + url.Values{"unit": {string(d.Unit)}}.Encode()
	case poverty.DutyObstacle:
		row.Href = "/cycles/" + string(d.Cycle) + "/obstacles?waiting=1"
	case poverty.DutyInput:
		row.Href = "/cycles/" + string(d.Cycle) + "/reviews/" + strings.TrimPrefix(d.Code, "input-") + "/inputs/" + string(d.Unit)
	case poverty.DutyReview:
		row.Href = "/cycles/" + string(d.Cycle) + "/reviews/" + strings.TrimPrefix(d.Code, "review-")
	case poverty.DutyWatch:
		id, _, _ := strings.Cut(d.Subject, ".")
		row.Href = "/cycles/" + string(d.Cycle) + "/watches/" + id
	case poverty.DutyOpinion:
		row.Href = "/cycles/" + string(d.Cycle) + "/surveys/" + strings.Split(d.Subject, ".")[0]
	case poverty.DutyCase:
		row.Href = "/cycles/" + string(d.Cycle) + "/cases?unit=" + string(d.Unit)
	case poverty.DutyAcceptance, poverty.DutyTask, poverty.DutySurvey:
	}
	return row, nil
}

// title returns what the cycle calls the duties of a code in the reader's
// language.
func (v *visit) title(code, otherwise string) string {
	if v.cycle == nil {
		return otherwise
	}
	t, ok := v.cycle.Rules.Template(code)
	switch {
	case !ok:
		return otherwise
	case v.p.Lang() == "en" && t.TitleEN != "":
		return t.TitleEN
	}
	return t.Title
}

func (v *visit) rows(duties []poverty.Duty) ([]dutyRow, error) {
	rows := make([]dutyRow, 0, len(duties))
	for _, d := range duties {
		row, err := v.row(d)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// planOf returns the commune whose plan a duty is about.
func (v *visit) planOf(d poverty.Duty) (poverty.UnitID, bool) {
	if d.Kind == poverty.DutyPlan {
		return d.Unit, true
	}
	if v.cycle == nil {
		return "", false
	}
	unit, _, _ := strings.Cut(d.Subject, ".")
	_, ok := v.cycle.Rules.Units[poverty.UnitID(unit)]
	return poverty.UnitID(unit), ok
}

// about words a duty's subject: the commune and round that an appraisal is
// about; "" where it is a number that only tells duties apart.
func (v *visit) about(d poverty.Duty) (string, error) {
	switch subject := d.Subject; d.Kind {
	case poverty.DutyStart, poverty.DutyProgress:
		if v.ofComponents(d) { // its title says which one; that of the template does not
			_, title, _ := strings.Cut(d.Title, ": ")
			if v.p.Lang() == "vi" {
				title = ""
			}
			return title, nil
		}
	case poverty.DutyPosting:
		return v.subjectName(subject), nil
	case poverty.DutyObjection: // the numbers of the posting and of the objection stand behind it
		for range 2 {
			subject = subject[:max(0, strings.LastIndexByte(subject, '.'))]
		}
		return v.subjectName(subject), nil
	}
	if d.Kind == poverty.DutyGroupPlan && v.cycle != nil {
		for _, g := range v.cycle.Rules.Groups {
			if d.Subject == g.PlanSubject() {
				return v.unitName(g.Commune)
			}
		}
	}
	if d.Kind == poverty.DutyWatch {
		id, no, _ := strings.Cut(d.Subject, ".")
		return v.p.T("watch.about", "watch", id, "no", no), nil
	}
	if _, err := strconv.Atoi(d.Subject); err == nil || d.Subject == "" || v.cycle == nil || d.Code == "conclusion" {
		return "", nil
	}
	unit, round, _ := strings.Cut(d.Subject, ".")
	if _, ok := v.cycle.Rules.Units[poverty.UnitID(unit)]; !ok {
		return d.Subject, nil
	}
	name, err := v.unitName(poverty.UnitID(unit))
	switch d.Kind {
	case poverty.DutyGroupMeeting, poverty.DutyContact:
		return name, err // the number tells one limit from the next
	case poverty.DutyObstacle:
		return v.p.T("obstacle.about", "unit", name, "no", round), err
	default:
	}
	if round != "" && round != "1" {
		name += ", " + v.p.T("plan.round", "round", round)
	}
	return name, err
}

// ofComponents reports whether a duty was laid on with a component, whose code
// is its subject then.
func (v *visit) ofComponents(d poverty.Duty) bool {
	if v.cycle == nil || d.Subject == "" {
		return false
	}
	t, ok := v.cycle.Rules.Template(d.Code)
	return ok && slices.Contains(t.Who, poverty.WhoComponents)
}

var (
	dutyKinds = []poverty.DutyKind{
		poverty.DutyPlan, poverty.DutyAppraisal, poverty.DutyApproval, poverty.DutyAcceptance, poverty.DutyMeeting,
		poverty.DutyStart, poverty.DutyProgress, poverty.DutyTask, poverty.DutyReport, poverty.DutyConsolidation, poverty.DutySurvey, poverty.DutyOpinion, poverty.DutyCase, poverty.DutyReview,
		poverty.DutyPosting, poverty.DutyObjection, poverty.DutyReceipt,
		poverty.DutyGroupPlan, poverty.DutyGroupMeeting, poverty.DutyContact, poverty.DutyObstacle, poverty.DutyWatch, poverty.DutyInput,
	}
	dutyStates = []poverty.DutyState{
		poverty.DutyOpen, poverty.DutySubmitted, poverty.DutyReturned, poverty.DutyDone, poverty.DutyExcused, poverty.DutyCarried,
	}
	troubles = []poverty.Trouble{
		poverty.TroubleMissing, poverty.TroubleNotStarted, poverty.TroubleNoProgress, poverty.TroubleReturned, poverty.TroubleAwaitingApproval,
		poverty.TroubleListNotReceived,
		poverty.TroubleGroupNotMeeting, poverty.TroubleNoContact, poverty.TroubleUnanswered,
	}
)

type dutiesData struct {
	frame
	Filter  dutyFilter
	Units   []poverty.Unit
	Periods []string
	Rows    []dutyRow
	Pager   pager
	MayAdd  bool
}

// Kinds, States and Troubles are what the filter offers.
func (dutiesData) Kinds() []poverty.DutyKind { return dutyKinds }

// States returns the states that the filter offers.
func (dutiesData) States() []poverty.DutyState { return dutyStates }

// Troubles returns the kinds of trouble that the filter offers.
func (dutiesData) Troubles() []poverty.Trouble { return troubles }

// dutyFilter is what a list of duties was asked for; Only is owed, overdue,
// escalated, undated or empty.
type dutyFilter struct {
	Unit, Kind, State, Trouble, Period, Only string
}

// Set reports whether the list shows less than all.
func (f dutyFilter) Set() bool { return f != dutyFilter{} }

// Encoded returns the filter as a query.
func (f dutyFilter) Encoded() string { return f.query().Encode() }

func (f dutyFilter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"unit": f.Unit, "kind": f.Kind, "state": f.State, "trouble": f.Trouble, "period": f.Period, "only": f.Only} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

func readDutyFilter(q url.Values) dutyFilter {
	return dutyFilter{q.Get("unit"), q.Get("kind"), q.Get("state"), q.Get("trouble"), q.Get("period"), q.Get("only")}
}

func (f dutyFilter) of(c poverty.CycleID) poverty.DutyFilter {
	return poverty.DutyFilter{
		Cycle: c, Unit: poverty.UnitID(f.Unit), Kind: poverty.DutyKind(f.Kind), State: poverty.DutyState(f.State),
		Trouble: poverty.Trouble(f.Trouble), Period: f.Period,
		Owed: f.Only == "owed", Overdue: f.Only == "overdue", Escalated: f.Only == "escalated", Undated: f.Only == "undated",
	}
}

const (
	perPage        = 50
	mostInWorkbook = 999 // duties; the store returns a thousand at most
)

// pager links the pages of a list.
type pager struct {
	Page           int
	Previous, Next string // addresses; "" where there is none
}

func pageOf(q url.Values) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil || n < 1 || n > 100000 {
		return 1
	}
	return n
}

func newPager(path string, q url.Values, page int, more bool) pager {
	at := func(n int) string {
		next := maps.Clone(q)
		next.Set("page", strconv.Itoa(n))
		return path + "?" + next.Encode()
	}
	p := pager{Page: page}
	if page > 1 {
		p.Previous = at(page - 1)
	}
	if more {
		p.Next = at(page + 1)
	}
	return p
}

var dutiesPage = newPage[dutiesData]("duty/duties.html")

func (s *site) duties(v *visit) error {
	filter := readDutyFilter(v.r.URL.Query())
	rows, pages, err := v.dutyList(filter, v.r.URL.Path)
	if err != nil {
		return err
	}
	units, err := v.cycleUnits()
	if err != nil {
		return err
	}
	periods, err := v.periods()
	if err != nil {
		return err
	}
	return dutiesPage.show(v, http.StatusOK, dutiesData{
		frame: v.frame("nav.duties", v.p.T("nav.duties")), Filter: filter, Units: units, Periods: periods,
		Rows: rows, Pager: pages, MayAdd: v.mayAdd(),
	})
}

func (v *visit) dutyList(filter dutyFilter, path string) ([]dutyRow, pager, error) {
	page, most := pageOf(v.r.URL.Query()), perPage
	if v.asksWorkbook() {
		page, most = 1, mostInWorkbook
	}
	f := filter.of(v.cycle.ID)
	f.Limit, f.Offset = most+1, (page-1)*most
	found, err := v.store.Duties(v.ctx(), f)
	if err != nil {
		return nil, pager{}, err
	}
	more := len(found) > most
	rows, err := v.rows(found[:min(len(found), most)])
	return rows, newPager(path, filter.query(), page, more), err
}

// extendRow is a duty that may be extended with others.
type extendRow struct {
	dutyRow
	Ticked  bool
	Problem string
}

type extendData struct {
	frame
	Rows  []extendRow
	Query string // of the list that it came from
	Most  int
	Form  form
}

var extendPage = newPage[extendData]("duty/extend.html")

// mostListed is how many duties are offered at once; a filter finds the others.
const mostListed = 200

// extendForm shows the owed duties of the list, to be extended together.
func (s *site) extendForm(v *visit) error { return v.showExtend(http.StatusOK, newForm(), nil) }

func (v *visit) showExtend(status int, f form, wrong map[int]string) error {
	if !v.mayAdd() {
		return poverty.Errorf(poverty.Forbidden, "duty.forbidden.extend")
	}
	filter := readDutyFilter(v.r.URL.Query())
	of := filter.of(v.cycle.ID)
	of.Owed, of.Limit = true, mostListed
	found, err := v.store.Duties(v.ctx(), of)
	if err != nil {
		return err
	}
	data := extendData{frame: v.frame("nav.duties", v.p.T("duty.extend.title")), Query: filter.Encoded(), Most: mostListed, Form: f}
	rows, err := v.rows(found)
	if err != nil {
		return err
	}
	chosen := f.Values["duty"]
	for _, row := range rows {
		if v.extends(row.Duty) != nil {
			continue
		}
		x := extendRow{dutyRow: row}
		if i := slices.Index(chosen, strconv.FormatInt(int64(row.ID), 10)); i >= 0 {
			x.Ticked, x.Problem = true, wrong[i+1]
		}
		data.Rows = append(data.Rows, x)
	}
	return extendPage.show(v, status, data)
}

// extends judges whether the actor may extend a duty at all.
func (v *visit) extends(d poverty.Duty) error {
	if d.LastDay.IsZero() {
		return poverty.Errorf(poverty.Conflict, "duty.state.open") // it is dated instead
	}
	x := poverty.Decision{Duty: d.ID, Act: poverty.ActExtend, By: v.laterDay(d), Reason: "x"}
	_, err := d.Decide(*v.cycle, v.me, poverty.Timetable{Rules: v.cycle.Rules}, d.Standing(), x, v.now)
	return err
}

// extend gives the chosen duties a new last day in one decision.
func (s *site) extend(v *visit) error {
	f := v.sentForm("extend")
	x := poverty.Extension{Key: f.Key, Cycle: v.cycle.ID, Due: v.due(&f), Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"), Office: v.me.Office}
	for _, id := range f.Values["duty"] {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return poverty.Errorf(poverty.NotFound, "duty.not_found")
		}
		x.Duties = append(x.Duties, poverty.DutyID(n))
	}
	if x.Reason == "" {
		f.problem("reason", v.p.T("decision.reason_needed"))
	}
	if len(x.Duties) == 0 {
		f.problem("duties", v.p.T("duty.choose_some", "max", poverty.MostExtended))
	}
	v.confirmed(&f)
	if f.Bad() {
		return v.showExtend(http.StatusUnprocessableEntity, f, nil)
	}
	if err := s.engine.Extend(v.ctx(), x); err != nil {
		wrong := map[int]string{}
		if problems, ok := errors.AsType[poverty.Problems](err); ok {
			for _, p := range problems {
				wrong[p.Row] = v.p.T(p.Key, p.Args...)
			}
			f.problem("duties", v.p.T("duty.extend.refused", "count", len(problems)))
			return v.showExtend(http.StatusConflict, f, wrong)
		}
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showExtend(code, f, wrong)
	}
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/duties", "extend_many")
}

func (v *visit) periods() ([]string, error) {
	return v.store.PeriodCodes(v.ctx(), v.cycle.ID)
}

func (v *visit) mayAdd() bool {
	return v.cycle.State == poverty.CycleRunning && (v.plays(poverty.PartStanding) || v.plays(poverty.PartLeadership))
}

type dutyData struct {
	frame
	Survey  string // of the commune whose result it is
	Row     dutyRow
	Owner   string // to whom it is owed
	Through string
	Rungs   []rungRow
	History []entryRow
	Notices []noticeRow
	Offers  []offer
	Answer  bool // the actor may accept or decline the assignment
	Form    form
	Plan    string // the address of the plan that it is about
	Meeting string // the address of the meeting that laid it on

	Calls     []poverty.Call
	MayCall   bool
	Reminder  string        // a short text to paste into a chat
	Component *componentRow // that it is about
}

type rungRow struct {
	Rung  string
	At    time.Time
	To    string
	State string // planned, fired, passed, held, off
	When  time.Time
}

var dutyPage = newPage[dutyData]("duty/duty.html")

// loadDuty reads the duty of the path and goes into its cycle.
func (v *visit) loadDuty() (poverty.Duty, error) {
	return load(v, "duty", "error.not_found", v.store.Duty, func(d poverty.Duty) poverty.CycleID { return d.Cycle })
}

func (s *site) duty(v *visit) error {
	d, err := v.loadDuty()
	if err != nil {
		return err
	}
	return v.showDuty(http.StatusOK, d, newForm())
}

// toWork leads a link in a mail to the page where the duty is worked on.
func (s *site) toWork(v *visit) error {
	d, err := v.loadDuty()
	if err != nil {
		return err
	}
	row, err := v.row(d)
	if err != nil {
		return err
	}
	http.Redirect(v.w, v.r, row.Href, http.StatusSeeOther)
	return nil
}

func (v *visit) showDuty(status int, d poverty.Duty, f form) error {
	row, err := v.row(d)
	if err != nil {
		return err
	}
	title := row.Name
	if row.Period != "" {
		title += ", " + v.p.Period(row.Period)
	}
	data := dutyData{frame: v.frame("nav.duties", title), Row: row, Form: f}
	if row.Overdue {
		data.Drafts = v.drafts(v.cycle.Rules.Bindings.Standing, "duties:"+strconv.FormatInt(int64(row.ID), 10), poverty.DocumentReminder)
	}
	if unit, ok := v.planOf(d); ok {
		switch d.Kind {
		case poverty.DutyPlan, poverty.DutyAppraisal, poverty.DutyApproval:
			data.Plan = "/cycles/" + string(d.Cycle) + "/plans/" + string(unit)
		}
	}
	if d.Code == "conclusion" {
		found, err := v.store.Meetings(v.ctx(), poverty.MeetingFilter{Duty: d.ID, Limit: 1})
		if err != nil {
			return err
		}
		for _, m := range found {
			data.Meeting = meetingRow{Meeting: m}.Link()
		}
	}
	if d.Kind == poverty.DutySurvey {
		data.Survey = v.surveyPath(d.Unit)
	}
	if data.Component, err = v.componentOf(d); err != nil {
		return err
	}
	if data.Owner, err = v.unitName(v.cycle.Owner); err != nil {
		return err
	}
	if d.Unit != v.cycle.Rules.Bindings.Standing {
		if data.Through, err = v.unitName(v.cycle.Rules.Bindings.Standing); err != nil {
			return err
		}
	}
	if data.Calls, err = v.store.Calls(v.ctx(), d.ID); err != nil {
		return err
	}
	if _, err := v.cycle.MayLogCall(v.me); err == nil {
		data.MayCall, data.Reminder = true, v.reminder(row)
	}
	entries, err := v.store.History(v.ctx(), poverty.HistoryFilter{Duty: d.ID, Oldest: true, Limit: 5000})
	if err != nil {
		return err
	}
	cal, err := v.store.Calendar(v.ctx())
	if err != nil {
		return err
	}
	planned := d.PlanNow(v.cycle.Timetable(cal, v.now), entries, v.now)
	if data.Rungs, err = v.rungRows(d, planned, entries); err != nil {
		return err
	}
	if data.History, err = v.entryRows(entries); err != nil {
		return err
	}
	found, err := v.store.Notices(v.ctx(), poverty.NoticeFilter{Duty: d.ID, Limit: 100})
	if err != nil {
		return err
	}
	if data.Notices, err = v.noticeRows(found); err != nil {
		return err
	}
	if act := v.r.URL.Query().Get("act"); f.Name == "" && act != "" {
		f.Name = act // a link in a mail leads to this form
	}
	data.Offers = v.offers(d, cal, planned, f)
	for i, o := range data.Offers {
		switch o.Act {
		case poverty.ActHand:
			if data.Offers[i].Offices, err = v.seats(); err != nil {
				return err
			}
		case poverty.ActDirect:
			units, err := v.cycleUnits()
			if err != nil {
				return err
			}
			for _, u := range units {
				if u.ID != d.Unit {
					data.Offers[i].Units = append(data.Offers[i].Units, choice{string(u.ID), u.Name})
				}
			}
		}
	}
	data.Answer = v.mayAnswer(d)
	return dutyPage.show(v, status, data)
}

// rungRows joins the plan of the current ladder with what became of its rungs.
func (v *visit) rungRows(d poverty.Duty, planned []poverty.Planned, entries []poverty.Entry) ([]rungRow, error) {
	var rows []rungRow
	for _, p := range planned {
		row := rungRow{Rung: p.Rung, At: p.At, State: "planned"}
		for _, e := range entries {
			if e.Event == poverty.EventLapsed && e.Ladder == d.LadderNo && row.State == "held" {
				row.State, row.When = "planned", time.Time{}
			}
			if e.Ladder != d.LadderNo || e.Rung != p.Rung {
				continue
			}
			switch e.Event {
			case poverty.EventReminded, poverty.EventEscalated:
				row.State, row.When = "fired", e.At
			case poverty.EventPassed:
				row.State, row.When = "passed", e.At
			case poverty.EventHeld:
				row.State, row.When = "held", e.At
			}
		}
		if row.State == "planned" && !d.State.Owed() {
			row.State = "off"
		}
		names := make([]string, len(p.To))
		for i, to := range p.To {
			name, err := v.addressee(to, d.Unit)
			if err != nil {
				return nil, err
			}
			names[i] = name
		}
		row.To = strings.Join(names, ", ")
		rows = append(rows, row)
	}
	return rows, nil
}

// addressee words whom a rung addresses.
func (v *visit) addressee(to string, unit poverty.UnitID) (string, error) {
	if v.p.Has("duty.to." + to) {
		switch to {
		case "unit", "head":
			name, err := v.unitName(unit)
			return v.p.T("duty.to."+to) + " (" + name + ")", err
		case "standing":
			return v.unitName(v.cycle.Rules.Bindings.Standing)
		}
		return v.p.T("duty.to." + to), nil
	}
	return v.officeName(poverty.OfficeID(to))
}

// choice is an option of a select.
type choice struct {
	Value, Label string
}

// workingDays offers the next n working days.
func (v *visit) workingDays(cal *calendar.Calendar, n int) []choice {
	var days []choice
	d := v.today
	for i := 1; i <= n; i++ {
		d = cal.AddWorkingDays(d, 1)
		if d.IsZero() {
			break
		}
		days = append(days, choice{d.String(), v.p.T("decision.day_choice", "weekday", sentence(v.p.Weekday(d.Weekday())), "day", d, "count", i)})
	}
	return days
}

type newDutyData struct {
	frame
	Form    form
	Units   []poverty.Unit
	Ladders []ladderLine
}

// Kinds returns the kinds of duty that are made by hand.
func (newDutyData) Kinds() []poverty.DutyKind {
	return []poverty.DutyKind{poverty.DutyTask, poverty.DutyStart, poverty.DutyMeeting}
}

// ladderLine is a ladder and the kinds of duty that share it.
type ladderLine struct {
	Name  string // by which it is chosen
	Names string
	Steps []rungRow
}

var newDutyPage = newPage[newDutyData]("duty/new.html")

func (s *site) newDuty(v *visit) error {
	if !v.mayAdd() {
		return poverty.Errorf(poverty.Forbidden, "duty.forbidden.add")
	}
	f := newForm()
	f.Values.Set("unit", v.r.URL.Query().Get("unit"))
	f.Values.Set("ladder", taskLadder)
	return v.showNewDuty(http.StatusOK, f)
}

func (v *visit) showNewDuty(status int, f form) error {
	units, err := v.cycleUnits()
	if err != nil {
		return err
	}
	ladders, err := v.ladders(*v.cycle)
	if err != nil {
		return err
	}
	return newDutyPage.show(v, status, newDutyData{
		frame: v.frame("nav.duties", v.p.T("duty.new.title")), Form: f, Units: units, Ladders: ladders,
	})
}

// ladders words the ladders of a cycle; those that are alike come once, the one
// for tasks standing for its likes.
func (v *visit) ladders(c poverty.Cycle) (lines []ladderLine, err error) {
	seen := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(c.Rules.Ladders)) {
		line := ladderLine{Name: name, Names: label(v.p, "duty.ladder", name)}
		for _, step := range c.Rules.Ladders[name] {
			to := make([]string, len(step.To))
			for i, t := range step.To {
				if to[i] = label(v.p, "duty.to", t); to[i] == t {
					if to[i], err = v.officeName(poverty.OfficeID(t)); err != nil {
						return nil, err
					}
				}
			}
			line.Steps = append(line.Steps, rungRow{Rung: step.Rung.String(), To: strings.Join(to, ", "), State: string(step.Demands)})
		}
		steps := fmt.Sprint(line.Steps)
		i, known := seen[steps]
		if !known {
			seen[steps] = len(lines)
			lines = append(lines, line)
			continue
		}
		lines[i].Names += ", " + line.Names
		if name == taskLadder {
			lines[i].Name = name
		}
	}
	return lines, nil
}

// taskLadder is the ladder of duties made by hand, unless another is chosen.
const taskLadder = "task"

func (s *site) addDuty(v *visit) error {
	f := v.sentForm("add")
	n := poverty.NewDuty{
		Key: f.Key, Cycle: v.cycle.ID, Code: "task",
		Kind: poverty.DutyKind(f.Value("kind")), Title: v.needed(&f, "title"), Unit: poverty.UnitID(v.needed(&f, "unit")),
		Ladder: v.needed(&f, "ladder"), Source: v.text(&f, "source"), Office: v.me.Office,
	}
	n.Due = v.due(&f)
	if f.Bad() {
		return v.showNewDuty(http.StatusUnprocessableEntity, f)
	}
	d, err := s.engine.AddDuty(v.ctx(), n)
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showNewDuty(code, f)
	}
	return v.redirect(dutyRow{Duty: d}.Link(), "add")
}

// due reads a deadline as a document states it from the fields due_kind,
// due_day and due_days.
func (v *visit) due(f *form) string {
	switch f.Value("due_kind") {
	case "none":
		return "none"
	case "within":
		n, ok := v.count(f, "due_days")
		if !ok || n < 1 || n > 250 {
			f.problem("due_days", v.p.T("decision.days_needed"))
			return ""
		}
		return "within " + strconv.Itoa(n) + " working days of " + v.today.String()
	case "before", "by":
		d := v.day(f, "due_day")
		if d.IsZero() {
			f.problem("due_day", v.p.T("decision.by_needed"))
			return ""
		}
		return f.Value("due_kind") + " " + d.String()
	}
	f.problem("due_kind", v.p.T("error.required"))
	return ""
}
