package web

import (
	"cmp"
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
	"dondoc/poverty"
)

// Invitations makes the file of a meeting for calendars, as of an instant.
type Invitations interface {
	Invitation(m poverty.Meeting, at time.Time) ([]byte, error)
}

// meetingRow is a meeting as a page shows it.
type meetingRow struct {
	poverty.Meeting
	Clashes []clashLine
}

// Link returns the address of the meeting's page.
func (m meetingRow) Link() string { return "/meetings/" + strconv.FormatInt(int64(m.ID), 10) }

// Record returns the address of the page on which it is recorded.
func (m meetingRow) Record() string { return m.Link() + "/record" }

// Cell returns the mark of the meeting's state.
func (m meetingRow) Cell() poverty.Cell {
	switch m.State {
	case poverty.MeetingHeld:
		return poverty.CellOnTime
	case poverty.MeetingCancelled:
		return poverty.CellExcused
	case poverty.MeetingPlanned:
		return poverty.CellNotDue
	}
	return poverty.CellNotDue
}

// First returns the day on which the meeting begins.
func (m meetingRow) First() calendar.Date { return calendar.DateOf(m.StartsAt) }

// Clock returns the hours of the meeting: "08:00–11:00"; "" where only its day
// is known.
func (m meetingRow) Clock() string {
	if m.DayOnly() {
		return ""
	}
	from, to := m.StartsAt.In(calendar.Zone), m.EndsAt.In(calendar.Zone)
	if calendar.DateOf(from) != calendar.DateOf(to) {
		return from.Format("15:04") + "–" + to.Format("02/01 15:04")
	}
	return from.Format("15:04") + "–" + to.Format("15:04")
}

// clashLine is another meeting at the same time, and what they share.
type clashLine struct {
	With meetingRow
	What string
}

// meetingDay is a day of the calendar with its meetings.
type meetingDay struct {
	Date     calendar.Date
	Kind     string // holiday, swap, work; "" for a day like any other
	Name     string // of the day off
	Today    bool
	Meetings []meetingRow
}

type meetingWeek struct {
	From, To calendar.Date
	Days     []meetingDay
}

type meetingsData struct {
	frame
	Month          string
	Previous, Next string // addresses
	Unit, Kind     string
	Units          []poverty.Unit
	Weeks          []meetingWeek
	Clashing       int
	MayMake        bool
	Late           []dutyRow // groups that do not meet or are out of touch, meetings overdue
}

// Kinds returns the kinds that the filter offers.
func (meetingsData) Kinds() []poverty.MeetingKind { return poverty.MeetingKinds }

var meetingsPage = newPage[meetingsData]("meeting/meetings.html")

func (s *site) meetings(v *visit) error {
	q := v.r.URL.Query()
	month, err := calendar.ParseMonth(q.Get("month"))
	if err != nil {
		month = calendar.MonthOf(v.today)
		if month.After(v.cycle.Rules.Last) {
			month = v.cycle.Rules.Last
		}
		if month.Before(v.cycle.Rules.First) {
			month = v.cycle.Rules.First
		}
	}
	data := meetingsData{frame: v.frame("nav.meetings", v.p.T("nav.meetings")), Month: month.String(), Unit: q.Get("unit"), Kind: q.Get("kind")}
	at := func(m calendar.Month) string {
		next := maps.Clone(q)
		next.Set("month", m.String())
		return v.r.URL.Path + "?" + next.Encode()
	}
	data.Previous, data.Next = at(month.Add(-1)), at(month.Add(1))
	// Clashes are with all meetings, not only with those that the filter shows.
	found, err := s.store.Meetings(v.ctx(), poverty.MeetingFilter{Cycle: v.cycle.ID, From: month.First(), To: month.Last()})
	if err != nil {
		return err
	}
	rows, err := v.meetingRows(found)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(m meetingRow) bool {
		return data.Kind != "" && string(m.Kind) != data.Kind || data.Unit != "" && !concerns(m.Meeting, poverty.UnitID(data.Unit))
	})
	for _, m := range rows {
		data.Clashing += b2i(len(m.Clashes) > 0)
	}
	cal, err := s.store.Calendar(v.ctx())
	if err != nil {
		return err
	}
	data.Weeks = v.meetingWeeks(cal, month, rows)
	if data.Units, err = v.cycleUnits(); err != nil {
		return err
	}
	data.MayMake = len(v.meetingChoices()) > 0
	for _, kind := range []poverty.DutyKind{poverty.DutyMeeting, poverty.DutyGroupMeeting, poverty.DutyContact} {
		late, err := s.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Kind: kind, Overdue: true, Unit: poverty.UnitID(data.Unit)})
		if err != nil {
			return err
		}
		rows, err := v.rows(late)
		if err != nil {
			return err
		}
		data.Late = append(data.Late, rows...)
	}
	return meetingsPage.show(v, http.StatusOK, data)
}

// concerns reports whether a unit holds a meeting, is what it is about, or is
// invited.
func concerns(m poverty.Meeting, unit poverty.UnitID) bool {
	return m.Unit == unit || m.About == unit || slices.ContainsFunc(m.Invitations, func(i poverty.Invitation) bool { return i.Unit == unit })
}

// meetingRows prepares meetings for a list, each with what it clashes with.
func (v *visit) meetingRows(found []poverty.Meeting) ([]meetingRow, error) {
	rows := make([]meetingRow, len(found))
	at := map[poverty.MeetingID]int{}
	for i, m := range found {
		rows[i], at[m.ID] = meetingRow{Meeting: m}, i
	}
	for _, c := range poverty.Clashes(found) {
		what, err := v.clashWords(c)
		if err != nil {
			return nil, err
		}
		one, other := at[c.One], at[c.Other]
		rows[one].Clashes = append(rows[one].Clashes, clashLine{meetingRow{Meeting: found[other]}, what})
		rows[other].Clashes = append(rows[other].Clashes, clashLine{meetingRow{Meeting: found[one]}, what})
	}
	return rows, nil
}

// clashWords says what two meetings share.
func (v *visit) clashWords(c poverty.Clash) (string, error) {
	var parts []string
	for _, office := range c.Offices {
		name, err := v.officeName(office)
		if err != nil {
			return "", err
		}
		parts = append(parts, v.p.T("meeting.clash.office", "office", name))
	}
	if c.Place != "" {
		parts = append(parts, v.p.T("meeting.clash.place", "place", c.Place))
	}
	if c.Unit != "" {
		name, err := v.unitName(c.Unit)
		if err != nil {
			return "", err
		}
		parts = append(parts, v.p.T("meeting.clash.unit", "unit", name))
	}
	return strings.Join(parts, "; "), nil
}

// meetingWeeks puts a month's meetings under their days; a day without a
// meeting is there when it is off or made up.
func (v *visit) meetingWeeks(cal *calendar.Calendar, month calendar.Month, rows []meetingRow) []meetingWeek {
	var weeks []meetingWeek
	for d := month.First(); !d.After(month.Last()); d = d.AddDays(1) {
		if len(weeks) == 0 || d.Weekday() == time.Monday {
			weeks = append(weeks, meetingWeek{From: d})
		}
		week := &weeks[len(weeks)-1]
		week.To = d
		day := meetingDay{Date: d, Today: d == v.today}
		if off, ok := cal.DayOff(d); ok {
			day.Kind, day.Name = string(off.Kind), off.Name
		} else if !cal.IsWorkingDay(d) {
			day.Kind = "weekend"
		}
		for _, m := range rows {
			if !calendar.DateOf(m.StartsAt).After(d) && !calendar.DateOf(m.EndsAt).Before(d) {
				day.Meetings = append(day.Meetings, m)
			}
		}
		if len(day.Meetings) > 0 || day.Name != "" {
			week.Days = append(week.Days, day)
		}
	}
	return slices.DeleteFunc(weeks, func(w meetingWeek) bool { return len(w.Days) == 0 })
}

// meetingChoice is a meeting that the actor may make.
type meetingChoice struct {
	Kind     poverty.MeetingKind
	Unit     poverty.UnitID
	About    poverty.UnitID
	OnBehalf bool
}

func (c meetingChoice) query() string {
	return url.Values{"kind": {string(c.Kind)}, "unit": {string(c.Unit)}, "about": {string(c.About)}}.Encode()
}

// meetingChoices asks the domain which meetings the actor may make: those of
// the actor's own unit first, then those in others' stead.
func (v *visit) meetingChoices() []meetingChoice {
	var all []meetingChoice
	for id, u := range v.cycle.Rules.Units {
		if u.Role == "commune" {
			all = append(all, meetingChoice{Kind: poverty.MeetingCoordination, Unit: id, About: id})
		}
	}
	b := v.cycle.Rules.Bindings
	all = append(all, meetingChoice{Kind: poverty.MeetingDistrict, Unit: v.cycle.Owner},
		meetingChoice{Kind: poverty.MeetingReview, Unit: v.cycle.Owner}, meetingChoice{Kind: poverty.MeetingReview, Unit: b.Standing},
		meetingChoice{Kind: poverty.MeetingInspection, Unit: v.cycle.Owner}, meetingChoice{Kind: poverty.MeetingInspection, Unit: b.Standing})
	for _, g := range v.cycle.Rules.Groups {
		all = append(all, meetingChoice{Kind: poverty.MeetingGroup, Unit: g.Lead, About: g.Commune})
		for _, unit := range append([]poverty.UnitID{g.Lead}, g.Members...) {
			all = append(all, meetingChoice{Kind: poverty.MeetingContact, Unit: unit, About: g.Commune})
		}
	}
	var list []meetingChoice
	for _, c := range all {
		m := poverty.Meeting{Kind: c.Kind, Unit: c.Unit, About: c.About}
		_, behalf, err := m.MayMove(*v.cycle, v.me, poverty.MeetingMove{Verb: poverty.MeetingPlans, Basis: "x"})
		if err == nil && (!behalf || c.Kind != poverty.MeetingContact) {
			c.OnBehalf = behalf
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(x, y meetingChoice) int {
		return cmp.Or(b2i(x.OnBehalf)-b2i(y.OnBehalf), slices.Index(poverty.MeetingKinds, x.Kind)-slices.Index(poverty.MeetingKinds, y.Kind),
			strings.Compare(string(x.About), string(y.About)))
	})
	return list
}

type meetingChoiceRow struct {
	meetingChoice
	Label string
	Href  string
}

type meetingChoicesData struct {
	frame
	Own    []meetingChoiceRow
	Others []meetingChoiceRow
}

var meetingChoicesPage = newPage[meetingChoicesData]("meeting/choices.html")

// newMeeting offers what the actor may make, or shows the form of one.
func (s *site) newMeeting(v *visit) error {
	q := v.r.URL.Query()
	choices := v.meetingChoices()
	if len(choices) == 0 {
		return poverty.Errorf(poverty.Forbidden, "meeting.forbidden.plan")
	}
	if kind := poverty.MeetingKind(q.Get("kind")); slices.Contains(poverty.MeetingKinds, kind) {
		p := poverty.MeetingPlan{Kind: kind, Unit: poverty.UnitID(q.Get("unit")), About: poverty.UnitID(q.Get("about"))}
		f := newForm()
		f.Values.Set("kind", string(kind))
		f.Values.Set("unit", string(p.Unit))
		f.Values.Set("about", string(p.About))
		if day, ok := parseDay(q.Get("day")); ok {
			f.Values.Set("day", v.p.Date(day))
		}
		if kind.Light() && !f.Values.Has("day") {
			f.Values.Set("day", v.p.Date(v.today))
		}
		for _, i := range p.DefaultInvited(*v.cycle) {
			if kind.Light() {
				break // who was there is to be said, not assumed
			}
			f.Values.Add("invite", string(i.Unit))
			if i.Must {
				f.Values.Add("must", string(i.Unit))
			}
		}
		return v.showMeetingForm(http.StatusOK, nil, p, f, nil)
	}
	data := meetingChoicesData{frame: v.frame("nav.meetings", v.p.T("meeting.new"))}
	for _, c := range choices {
		row := meetingChoiceRow{meetingChoice: c, Href: "/cycles/" + string(v.cycle.ID) + "/meetings/new?" + c.query()}
		unit, err := v.unitName(c.Unit)
		if err != nil {
			return err
		}
		about, err := v.unitName(c.About)
		if err != nil {
			return err
		}
		row.Label = v.p.T("meeting.choice."+string(c.Kind), "unit", unit, "about", about)
		if c.OnBehalf {
			data.Others = append(data.Others, row)
		} else {
			data.Own = append(data.Own, row)
		}
	}
	return meetingChoicesPage.show(v, http.StatusOK, data)
}

// candidate is a unit that may be invited.
type candidate struct {
	Unit          poverty.UnitID
	Name          string
	Invited, Must bool
	Leader        bool // of the owning UBND
}

type meetingFormData struct {
	frame
	Meeting  *meetingRow // nil: a new one
	Plan     poverty.MeetingPlan
	Heading  string
	Address  string
	Form     form
	OnBehalf bool
	Clashes  []clashLine
	Seen     bool        // the clashes were shown: the next press saves
	Close    []candidate // those whom the meeting invites as a rule
	Others   []candidate
	About    []poverty.Unit
	Chairs   []choice
}

var meetingFormPage = newPage[meetingFormData]("meeting/form.html")

// showMeetingForm shows the form by which a meeting is planned, moved, or, of
// the light kinds, logged.
func (v *visit) showMeetingForm(status int, m *poverty.Meeting, p poverty.MeetingPlan, f form, clashes []poverty.Clash) error {
	held := poverty.Meeting{Kind: p.Kind, Unit: p.Unit, About: p.About}
	_, behalf, err := held.MayMove(*v.cycle, v.me, poverty.MeetingMove{Verb: poverty.MeetingPlans, Basis: "x"})
	if err != nil {
		return err
	}
	unit, err := v.unitName(p.Unit)
	if err != nil {
		return err
	}
	about, err := v.unitName(p.About)
	if err != nil {
		return err
	}
	data := meetingFormData{
		Plan: p, Form: f, OnBehalf: behalf, Seen: len(clashes) > 0, Address: "/cycles/" + string(v.cycle.ID) + "/meetings",
		Heading: v.p.T("meeting.choice."+string(p.Kind), "unit", unit, "about", about),
	}
	if m != nil {
		row := meetingRow{Meeting: *m}
		data.Meeting, data.Address, data.Heading = &row, row.Link(), v.p.T("meeting.change")
	}
	if !f.Values.Has("title") {
		f.Values.Set("title", v.p.T("meeting.title_of."+string(p.Kind), "unit", unit, "about", about))
	}
	data.frame = v.frame("nav.meetings", data.Heading)
	if data.Clashes, err = v.clashLines(m, clashes); err != nil {
		return err
	}
	if err := v.candidates(&data, p, f); err != nil {
		return err
	}
	if p.Kind == poverty.MeetingInspection {
		units, err := v.cycleUnits()
		if err != nil {
			return err
		}
		for _, u := range units {
			if _, takesPart := v.cycle.Rules.Units[u.ID]; takesPart && u.ID != p.Unit {
				data.About = append(data.About, u)
			}
		}
	}
	offices, err := v.offices(p.Unit)
	if err != nil {
		return err
	}
	for _, o := range offices {
		data.Chairs = append(data.Chairs, choice{string(o.ID), o.Title})
		if o.Role == poverty.RoleHead && m == nil && !f.Values.Has("chair") {
			f.Values.Set("chair", string(o.ID))
		}
	}
	return meetingFormPage.show(v, status, data)
}

// clashLines words the clashes of a meeting that is being planned.
func (v *visit) clashLines(m *poverty.Meeting, clashes []poverty.Clash) ([]clashLine, error) {
	var lines []clashLine
	for _, c := range clashes {
		other, err := v.store.Meeting(v.ctx(), c.Other)
		if err != nil {
			return nil, err
		}
		what, err := v.clashWords(c)
		if err != nil {
			return nil, err
		}
		lines = append(lines, clashLine{meetingRow{Meeting: other}, what})
	}
	return lines, nil
}

// candidates sorts the units of the cycle into those whom the meeting invites
// as a rule, or are invited, and the others.
func (v *visit) candidates(data *meetingFormData, p poverty.MeetingPlan, f form) error {
	units, err := v.cycleUnits()
	if err != nil {
		return err
	}
	rule := p.DefaultInvited(*v.cycle)
	for _, u := range units {
		if u.ID == p.Unit {
			continue
		}
		c := candidate{
			Unit: u.ID, Name: u.Name, Invited: slices.Contains(f.Values["invite"], string(u.ID)), Must: slices.Contains(f.Values["must"], string(u.ID)),
			Leader: u.ID == v.cycle.Owner,
		}
		if c.Leader {
			if c.Name, err = v.officeName(v.cycle.Rules.Bindings.ViceChair); err != nil {
				return err
			}
		}
		if c.Leader && c.Invited {
			data.Close = slices.Insert(data.Close, 0, c)
			continue
		}
		if c.Invited || slices.ContainsFunc(rule, func(i poverty.Invited) bool { return i.Unit == u.ID }) {
			data.Close = append(data.Close, c)
		} else {
			data.Others = append(data.Others, c)
		}
	}
	return nil
}

// typedPlan reads the form of a meeting.
func (v *visit) typedPlan(f *form) poverty.MeetingPlan {
	p := poverty.MeetingPlan{
		Kind: poverty.MeetingKind(f.Value("kind")), Unit: poverty.UnitID(f.Value("unit")), About: poverty.UnitID(f.Value("about")),
		Title: v.needed(f, "title"), Place: v.text(f, "place"), Agenda: v.text(f, "agenda"), Chair: poverty.OfficeID(f.Value("chair")),
	}
	day := v.day(f, "day")
	if day.IsZero() {
		f.problem("day", v.p.T("meeting.day_needed"))
	}
	p.StartsAt, p.EndsAt = day.Start(), day.Start()
	if !p.Kind.Light() {
		for field, at := range map[string]*time.Time{"starts": &p.StartsAt, "ends": &p.EndsAt} {
			clock, err := calendar.ParseClock(strings.TrimSpace(f.Value(field)))
			if err != nil {
				f.problem(field, v.p.T("web.not_a_time"))
				continue
			}
			*at = day.At(clock)
		}
	}
	for _, unit := range f.Values["invite"] {
		i := poverty.Invited{Unit: poverty.UnitID(unit), Must: slices.Contains(f.Values["must"], unit)}
		if i.Unit == v.cycle.Owner {
			i.Office = v.cycle.Rules.Bindings.ViceChair
		}
		p.Invited = append(p.Invited, i)
	}
	return p
}

// clashes returns what a meeting that is being planned clashes with.
func (v *visit) clashes(id poverty.MeetingID, p poverty.MeetingPlan) ([]poverty.Clash, error) {
	m := poverty.Meeting{ID: id, Unit: p.Unit, Place: p.Place, Chair: p.Chair, StartsAt: p.StartsAt, EndsAt: p.EndsAt, State: poverty.MeetingPlanned}
	for _, i := range p.Invited {
		if i.Office == "" {
			offices, err := v.offices(i.Unit)
			if err != nil {
				return nil, err
			}
			for _, o := range offices {
				if o.Role == poverty.RoleHead && i.Office == "" {
					i.Office = o.ID
				}
			}
		}
		m.Invitations = append(m.Invitations, poverty.Invitation{Unit: i.Unit, Office: i.Office})
	}
	day := calendar.DateOf(p.StartsAt)
	found, err := v.store.Meetings(v.ctx(), poverty.MeetingFilter{Cycle: v.cycle.ID, From: day, To: calendar.DateOf(p.EndsAt)})
	if err != nil {
		return nil, err
	}
	var list []poverty.Clash
	for _, o := range found {
		if c, ok := m.Clash(o); ok && o.ID != id {
			list = append(list, c)
		}
	}
	return list, nil
}

// addMeeting plans a meeting, logs one of a light kind, or goes on to record
// one that was held without an invitation.
func (s *site) addMeeting(v *visit) error {
	f := v.sentForm("meeting")
	return v.planMeeting(f, nil)
}

// planMeeting carries out the form of a meeting, new or there already.
func (v *visit) planMeeting(f form, m *poverty.Meeting) error {
	p := v.typedPlan(&f)
	if m != nil {
		p.Kind, p.Unit = m.Kind, m.Unit
	}
	x := poverty.MeetingMove{
		Key: f.Key, Cycle: v.cycle.ID, Verb: poverty.MeetingPlans, Plan: &p, Basis: v.text(&f, "basis"), Reason: v.text(&f, "reason"), Office: v.me.Office,
	}
	if m != nil {
		x.Meeting = m.ID
		x.Version, _ = v.count(&f, "version")
	}
	if p.Kind.Light() {
		x.Verb, x.Record = poverty.MeetingHolds, v.lightRecord(&f, p)
	}
	if f.Bad() {
		return v.showMeetingForm(http.StatusUnprocessableEntity, m, p, f, nil)
	}
	if f.Value("do") == "held" {
		return v.showRecord(http.StatusOK, poverty.Meeting{
			Cycle: v.cycle.ID, Kind: p.Kind, Unit: p.Unit, About: p.About, Title: p.Title, StartsAt: p.StartsAt, EndsAt: p.EndsAt,
			Place: p.Place, Chair: p.Chair, State: poverty.MeetingPlanned, Invitations: invitationsOf(p),
		}, f, carried(f))
	}
	if x.Verb == poverty.MeetingPlans && f.Value("seen") == "" {
		clashes, err := v.clashes(x.Meeting, p)
		if err != nil {
			return err
		}
		if len(clashes) > 0 || f.Value("do") == "check" {
			return v.showMeetingForm(http.StatusOK, m, p, f, clashes)
		}
	}
	made, err := v.engine.MoveMeeting(v.ctx(), x)
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showMeetingForm(code, m, p, f, nil)
	}
	done := "meeting_plan"
	switch {
	case p.Kind.Light():
		done = "meeting_log"
	case m != nil:
		done = "meeting_move"
	}
	return v.redirect(meetingRow{Meeting: made}.Link(), done)
}

func invitationsOf(p poverty.MeetingPlan) []poverty.Invitation {
	var list []poverty.Invitation
	for _, i := range p.Invited {
		list = append(list, poverty.Invitation{Unit: i.Unit, Office: i.Office, Must: i.Must})
	}
	return list
}

// planFields are the fields of a meeting's form that go along when a meeting
// without an invitation is recorded.
var planFields = []string{"kind", "unit", "about", "title", "day", "starts", "ends", "place", "chair", "agenda", "invite", "must"}

// hidden is a value that a form carries along.
type hidden struct{ Name, Value string }

func carried(f form) []hidden {
	var list []hidden
	for _, name := range planFields {
		for _, value := range f.Values[name] {
			list = append(list, hidden{name, value})
		}
	}
	return list
}

// lightRecord reads what is logged of a group's meeting or a contact.
func (v *visit) lightRecord(f *form, p poverty.MeetingPlan) *poverty.MeetingRecord {
	r := &poverty.MeetingRecord{Minutes: v.needed(f, "minutes"), Next: v.day(f, "next")}
	r.People, _ = v.count(f, "people")
	for _, i := range p.Invited {
		r.Attended = append(r.Attended, poverty.Attended{Unit: i.Unit, Came: poverty.AttendanceCame})
	}
	return r
}

type meetingData struct {
	frame
	Row        meetingRow
	Form       form
	Kind       string
	Chair      string
	Duty       *dutyRow // that it fulfils
	MayChange  bool
	MayRecord  bool
	MayAdd     bool
	OnBehalf   bool
	Answers    []answerOffer
	History    []entryRow
	Conclusion []conclusionRow
	Lines      []conclusionLine
	Units      []choice
}

// answerOffer is an invitation that the actor may answer.
type answerOffer struct {
	poverty.Invitation
	Key string
}

// conclusionRow is a conclusion with the duty that it became.
type conclusionRow struct {
	poverty.Conclusion
	Row *dutyRow
}

var meetingPage = newPage[meetingData]("meeting/meeting.html")

// loadMeeting reads the meeting of the path and goes into its cycle.
func (v *visit) loadMeeting() (poverty.Meeting, error) {
	return load(v, "meeting", "error.not_found", v.store.Meeting, func(m poverty.Meeting) poverty.CycleID { return m.Cycle })
}

func (s *site) meeting(v *visit) error {
	m, err := v.loadMeeting()
	if err != nil {
		return err
	}
	return v.showMeeting(http.StatusOK, m, newForm())
}

func (v *visit) showMeeting(status int, m poverty.Meeting, f form) error {
	data := meetingData{frame: v.frame("nav.meetings", m.Title), Row: meetingRow{Meeting: m}, Form: f}
	switch subject := "meeting:" + strconv.FormatInt(int64(m.ID), 10); {
	case m.Hidden:
	case m.State == poverty.MeetingPlanned:
		data.Drafts = v.drafts(m.Unit, subject, poverty.DocumentInvitation)
	case m.State == poverty.MeetingHeld:
		data.Drafts = v.drafts(m.Unit, subject, poverty.DocumentConclusion, poverty.DocumentMinutes)
	}
	var err error
	if m.Chair != "" {
		if data.Chair, err = v.officeName(m.Chair); err != nil {
			return err
		}
	}
	if !m.DayOnly() && m.State == poverty.MeetingPlanned {
		near, err := v.store.Meetings(v.ctx(), poverty.MeetingFilter{Cycle: m.Cycle, From: calendar.DateOf(m.StartsAt), To: m.Day()})
		if err != nil {
			return err
		}
		rows, err := v.meetingRows(near)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.ID == m.ID {
				data.Row.Clashes = row.Clashes
			}
		}
	}
	if m.Duty != 0 {
		d, err := v.store.Duty(v.ctx(), m.Duty)
		if err == nil {
			row, err := v.row(d)
			if err != nil {
				return err
			}
			data.Duty = &row
		} else if poverty.KindOf(err) != poverty.NotFound {
			return err
		}
	}
	for _, c := range m.Conclusions {
		row := conclusionRow{Conclusion: c}
		if c.Duty != 0 {
			d, err := v.store.Duty(v.ctx(), c.Duty)
			if err == nil {
				duty, err := v.row(d)
				if err != nil {
					return err
				}
				row.Row = &duty
			} else if poverty.KindOf(err) != poverty.NotFound {
				return err
			}
		}
		data.Conclusion = append(data.Conclusion, row)
	}
	may := func(verb poverty.MeetingVerb) (behalf, ok bool) {
		if _, err := m.State.Move(verb); err != nil {
			return false, false
		}
		_, behalf, err := m.MayMove(*v.cycle, v.me, poverty.MeetingMove{Verb: verb, Basis: "x"})
		return behalf, err == nil
	}
	data.OnBehalf, data.MayChange = may(poverty.MeetingPlans)
	_, data.MayRecord = may(poverty.MeetingHolds)
	if behalf, ok := may(poverty.MeetingConcludes); ok {
		data.MayAdd, data.OnBehalf = true, behalf
		data.Lines = conclusionLines(f, nil)
		if data.Units, err = v.bindable(); err != nil {
			return err
		}
	}
	if m.State == poverty.MeetingPlanned {
		for _, i := range m.Invitations {
			if len(v.me.In(i.Unit)) > 0 && v.cycle.State != poverty.CycleClosed {
				data.Answers = append(data.Answers, answerOffer{i, rand.Text()})
			}
		}
	}
	entries, err := v.store.History(v.ctx(), poverty.HistoryFilter{Cycle: m.Cycle, Code: "meeting/" + m.Code, Oldest: true})
	if err != nil {
		return err
	}
	if data.History, err = v.entryRows(entries); err != nil {
		return err
	}
	return meetingPage.show(v, status, data)
}

// bindable are the units on which a conclusion may be laid.
func (v *visit) bindable() ([]choice, error) {
	units, err := v.cycleUnits()
	var list []choice
	for _, u := range units {
		if _, ok := v.cycle.Rules.Units[u.ID]; ok {
			list = append(list, choice{string(u.ID), u.Name})
		}
	}
	return list, err
}

func (s *site) editMeeting(v *visit) error {
	m, err := v.loadMeeting()
	if err != nil {
		return err
	}
	if _, err := m.State.Move(poverty.MeetingPlans); err != nil {
		return err
	}
	f := newForm()
	f.Values.Set("title", m.Title)
	f.Values.Set("about", string(m.About))
	f.Values.Set("day", v.p.Date(calendar.DateOf(m.StartsAt)))
	f.Values.Set("starts", m.StartsAt.In(calendar.Zone).Format("15:04"))
	f.Values.Set("ends", m.EndsAt.In(calendar.Zone).Format("15:04"))
	f.Values.Set("place", m.Place)
	f.Values.Set("chair", string(m.Chair))
	f.Values.Set("agenda", m.Agenda)
	for _, i := range m.Invitations {
		f.Values.Add("invite", string(i.Unit))
		if i.Must {
			f.Values.Add("must", string(i.Unit))
		}
	}
	return v.showMeetingForm(http.StatusOK, &m, poverty.MeetingPlan{Kind: m.Kind, Unit: m.Unit, About: m.About}, f, nil)
}

func (s *site) moveMeeting(v *visit) error {
	m, err := v.loadMeeting()
	if err != nil {
		return err
	}
	do := v.r.PostForm.Get("do")
	f := v.sentForm(do)
	x := poverty.MeetingMove{
		Key: f.Key, Cycle: m.Cycle, Meeting: m.ID, Basis: v.text(&f, "basis"), Reason: v.text(&f, "reason"), At: v.at(&f), Office: v.me.Office,
	}
	switch do {
	case "plan", "check":
		return v.planMeeting(f, &m)
	case "save", "hold", "more":
		return v.recordMeeting(f, m, x)
	case "cancel":
		x.Verb = poverty.MeetingCancels
		x.Version, _ = v.count(&f, "version")
		if x.Reason == "" {
			f.problem("reason", v.p.T("decision.reason_needed"))
		}
		v.confirmed(&f)
	case "answer":
		x.Verb = poverty.MeetingAnswers
		x.Answer = &poverty.InvitationReceipt{
			Unit: poverty.UnitID(f.Value("unit")), Answer: poverty.InvitationAnswer(f.Value("answer")), Delegate: v.text(&f, "delegate"),
		}
	case "conclude":
		x.Verb, x.Record = poverty.MeetingConcludes, &poverty.MeetingRecord{Paper: v.text(&f, "paper"), Conclusions: v.typedConclusions(&f)}
		x.Version, _ = v.count(&f, "version")
	default:
		return poverty.InvalidField("verb", "error.invalid")
	}
	if f.Bad() {
		return v.showMeeting(http.StatusUnprocessableEntity, m, f)
	}
	if _, err := s.engine.MoveMeeting(v.ctx(), x); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		if now, err := s.store.Meeting(v.ctx(), m.ID); err == nil {
			m = now
		}
		return v.showMeeting(code, m, f)
	}
	return v.redirect(meetingRow{Meeting: m}.Link(), "meeting_"+do)
}

// invitationFile is the meeting for one's own calendar.
func (s *site) invitationFile(v *visit) error {
	m, err := v.loadMeeting()
	if err != nil {
		return err
	}
	b, err := s.cfg.Invitations.Invitation(m, v.now)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+m.Code+`.ics"`)
	_, err = v.w.Write(b)
	if err != nil {
		v.log("write invitation", err)
	}
	return nil
}
