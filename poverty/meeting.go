package poverty

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// MeetingID identifies a meeting.
type MeetingID int64

// MeetingKind is what sort of meeting it is; it decides who holds it and what
// it fulfils.
type MeetingKind string

// The kinds of meeting.
const (
	MeetingCoordination MeetingKind = "coordination" // of a commune with its helping agencies
	MeetingDistrict     MeetingKind = "district"     // the owner's own, with a conclusion notice
	MeetingReview       MeetingKind = "review"       // an interim or year-end conference; ends the duty to hold it
	MeetingInspection   MeetingKind = "inspection"   // on the spot, of a commune or an agency
	MeetingGroup        MeetingKind = "group"        // of a helping group among itself (giao ban)
	MeetingContact      MeetingKind = "contact"      // a group's visit to its commune, or a talk with it
)

// MeetingKinds are the kinds of meeting in the order in which they are offered.
var MeetingKinds = []MeetingKind{MeetingCoordination, MeetingDistrict, MeetingReview, MeetingInspection, MeetingGroup, MeetingContact}

// Light reports whether a meeting of the kind is logged by its day alone:
// minutes and conclusions may be left out.
func (k MeetingKind) Light() bool { return k == MeetingGroup || k == MeetingContact }

// MeetingState is how far a meeting has come.
type MeetingState string

// The states of a meeting.
const (
	MeetingPlanned   MeetingState = "planned"
	MeetingHeld      MeetingState = "held" // who came and what was concluded is recorded
	MeetingCancelled MeetingState = "cancelled"
)

// Attendance is who came for somebody invited.
type Attendance string

// Who came.
const (
	AttendanceUnknown  Attendance = ""
	AttendanceCame     Attendance = "came"
	AttendanceDelegate Attendance = "delegate" // somebody else came, who is named
	AttendanceAbsent   Attendance = "absent"
)

// Present reports whether the office was there, itself or by a delegate.
func (a Attendance) Present() bool { return a == AttendanceCame || a == AttendanceDelegate }

// InvitationAnswer is what somebody invited has answered.
type InvitationAnswer string

// The answers to an invitation.
const (
	Unanswered     InvitationAnswer = ""
	AnswerComes    InvitationAnswer = "comes"
	AnswerDelegate InvitationAnswer = "delegate" // names who comes in its place
	AnswerDeclines InvitationAnswer = "declines"
)

// Meeting is a meeting, inspection or logged contact of a cycle. Everybody who
// takes part in the cycle sees its line in the calendar; agenda, minutes and
// conclusions are for those whom it concerns, the standing office and the
// owner, and Hidden says that they were left out.
type Meeting struct {
	ID        MeetingID     `db:"id" json:"id"`
	Cycle     CycleID       `db:"cycle_id" json:"cycle"`
	Code      string        `db:"code" json:"code"` // unique in the cycle; lasting
	Kind      MeetingKind   `db:"kind" json:"kind"`
	Unit      UnitID        `db:"unit_id" json:"unit"` // holds it
	UnitName  string        `db:"unit_name" json:"unit_name"`
	About     UnitID        `db:"about_id" json:"about,omitempty"` // the commune that is helped, or the unit inspected
	AboutName string        `db:"about_name" json:"about_name,omitempty"`
	Title     string        `db:"title" json:"title"`
	StartsAt  time.Time     `db:"starts_at" json:"starts_at"`
	EndsAt    time.Time     `db:"ends_at" json:"ends_at"` // the same as StartsAt: only the day is known
	Place     string        `db:"place" json:"place"`
	Chair     OfficeID      `db:"chair_id" json:"chair,omitempty"`
	State     MeetingState  `db:"state" json:"state"`
	Next      calendar.Date `db:"next_day" json:"next,omitzero"`          // when a group means to meet again
	People    int           `db:"people" json:"people,omitempty"`         // who were there, counted
	Duty      DutyID        `db:"duty_id" json:"duty,omitempty"`          // that it fulfils
	Sequence  int           `db:"sequence" json:"sequence"`               // changes of an invitation that went out
	Version   int           `db:"version" json:"version"`                 // counts every change; a decision names the one it saw
	InvitedAt *time.Time    `db:"invited_at" json:"invited_at,omitempty"` // when its present time was set
	HeldAt    *time.Time    `db:"held_at" json:"held_at,omitempty"`       // when it was recorded as held

	Agenda      string       `db:"agenda" json:"agenda,omitempty"`
	Minutes     string       `db:"minutes" json:"minutes,omitempty"`
	Paper       string       `db:"paper" json:"paper,omitempty"` // number and day of the conclusion notice
	Hidden      bool         `db:"hidden" json:"hidden,omitempty"`
	Invitations []Invitation `db:"-" json:"invitations"`
	Conclusions []Conclusion `db:"-" json:"conclusions"`
}

// Invitation is one office's invitation to a meeting and what became of it.
type Invitation struct {
	Meeting  MeetingID        `db:"meeting_id" json:"-"`
	Unit     UnitID           `db:"unit_id" json:"unit"`
	UnitName string           `db:"unit_name" json:"unit_name"`
	Office   OfficeID         `db:"office_id" json:"office,omitempty"`
	Title    string           `db:"title" json:"title,omitempty"` // of the office
	Must     bool             `db:"must" json:"must"`             // has to come, or send a delegate
	Answer   InvitationAnswer `db:"answer" json:"answer,omitempty"`
	Came     Attendance       `db:"came" json:"came,omitempty"`
	Delegate string           `db:"delegate" json:"delegate,omitempty"` // name and office
}

// Conclusion is a conclusion or finding. Once the meeting is held, one that
// names a unit is a duty of that unit; one without a day is an undated duty.
type Conclusion struct {
	Meeting  MeetingID `db:"meeting_id" json:"-"`
	No       int       `db:"no" json:"no"`
	Text     string    `db:"text" json:"text"`
	Unit     UnitID    `db:"unit_id" json:"unit,omitempty"` // who is to act
	UnitName string    `db:"unit_name" json:"unit_name,omitempty"`
	Due      string    `db:"stated" json:"due,omitempty"` // the deadline as stated; "none" where there is none
	Duty     DutyID    `db:"duty_id" json:"duty,omitempty"`
}

// MeetingVerb is a decision on a meeting.
type MeetingVerb string

// The decisions on a meeting.
const (
	MeetingPlans     MeetingVerb = "plan"     // a new one, or another time, place or invitation
	MeetingCancels   MeetingVerb = "cancel"   // a planned one
	MeetingAnswers   MeetingVerb = "answer"   // an invitation
	MeetingHolds     MeetingVerb = "hold"     // records one as held, planned before or not
	MeetingConcludes MeetingVerb = "conclude" // adds conclusions to one that was held
)

// MeetingMove is a decision on a meeting. Without Meeting it makes one, by plan
// or by hold. Version is the version that the person saw; 0 skips that check.
type MeetingMove struct {
	Key     string             `json:"key,omitempty"`
	Cycle   CycleID            `json:"cycle"`
	Meeting MeetingID          `json:"meeting,omitempty"`
	Verb    MeetingVerb        `json:"verb"`
	Version int                `json:"version,omitempty"`
	Plan    *MeetingPlan       `json:"plan,omitempty"`
	Record  *MeetingRecord     `json:"record,omitempty"`
	Answer  *InvitationReceipt `json:"answer,omitempty"`
	Reason  string             `json:"reason,omitempty"` // of a cancellation or a change
	Basis   string             `json:"basis,omitempty"`
	At      time.Time          `json:"at,omitzero"` // when a meeting held counts as held; zero: see Meeting.Counts
	Office  OfficeID           `json:"office,omitempty"`
}

// MeetingPlan is what an invitation says. Code may be left out.
type MeetingPlan struct {
	Code     string      `json:"code,omitempty"`
	Kind     MeetingKind `json:"kind"`
	Unit     UnitID      `json:"unit"`
	About    UnitID      `json:"about,omitempty"`
	Title    string      `json:"title"`
	StartsAt time.Time   `json:"starts_at"`
	EndsAt   time.Time   `json:"ends_at"`
	Place    string      `json:"place,omitempty"`
	Chair    OfficeID    `json:"chair,omitempty"`
	Agenda   string      `json:"agenda,omitempty"`
	Invited  []Invited   `json:"invited,omitempty"`
}

// Invited is whom a meeting invites: a unit, by its head where no office is
// named.
type Invited struct {
	Unit   UnitID   `json:"unit"`
	Office OfficeID `json:"office,omitempty"`
	Must   bool     `json:"must,omitempty"`
}

// MeetingRecord is what is recorded of a meeting that was held.
type MeetingRecord struct {
	Attended    []Attended      `json:"attended,omitempty"`
	People      int             `json:"people,omitempty"`
	Minutes     string          `json:"minutes,omitempty"`
	Paper       string          `json:"paper,omitempty"`
	Next        calendar.Date   `json:"next,omitzero"`
	Conclusions []NewConclusion `json:"conclusions,omitempty"`
}

// Attended is who came of a unit.
type Attended struct {
	Unit     UnitID     `json:"unit"`
	Came     Attendance `json:"came"`
	Delegate string     `json:"delegate,omitempty"`
}

// NewConclusion is a conclusion as it is recorded. Due is the stated deadline;
// empty or "none" leaves it undated.
type NewConclusion struct {
	Text string `json:"text"`
	Unit UnitID `json:"unit,omitempty"`
	Due  string `json:"due,omitempty"`
}

// InvitationReceipt is an answer to an invitation.
type InvitationReceipt struct {
	Unit     UnitID           `json:"unit"`
	Answer   InvitationAnswer `json:"answer"`
	Delegate string           `json:"delegate,omitempty"`
}

// MinutesDraft is what is typed in the room, kept until the meeting is recorded
// as held. Version is the one that was edited.
type MinutesDraft struct {
	Meeting MeetingID     `json:"meeting"`
	Version int           `json:"version"`
	Record  MeetingRecord `json:"record"`
}

// MeetingFilter chooses meetings, in order of time. From and To are days.
type MeetingFilter struct {
	Cycle CycleID
	Unit  UnitID // that holds it, is invited, or is what it is about
	Kind  MeetingKind
	State MeetingState
	Duty  DutyID // that it fulfils, or that one of its conclusions laid on
	From  calendar.Date
	To    calendar.Date
	Limit int
}

// meetingRoles are the offices of a unit that plan and record its meetings.
var meetingRoles = []OfficeRole{RoleHead, RoleDeputy, RoleOfficer}

// MayMove returns the seat in which the actor may make a move, and whether it
// is in the holder's stead. The unit that holds a meeting decides on it, the
// leadership on the owner's; the standing office may on behalf, with a basis.
// Whoever is invited answers for their own unit.
func (m Meeting) MayMove(c Cycle, a Actor, x MeetingMove) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	forbidden := Errorf(Forbidden, "meeting.forbidden."+string(x.Verb))
	switch x.Verb {
	case MeetingAnswers:
		if x.Answer == nil {
			return Seat{}, false, InvalidField("answer", "error.required")
		}
		if seats := c.Seats(a, x.Answer.Unit); len(seats) > 0 {
			return seats[0], false, nil
		}
		return Seat{}, false, forbidden
	case MeetingPlans, MeetingCancels, MeetingHolds, MeetingConcludes:
	default:
		return Seat{}, false, InvalidField("verb", "decision.unknown_act", "act", string(x.Verb))
	}
	if m.Unit == c.Owner {
		if s, ok := a.InCycle(c, PartLeadership); ok {
			return s, false, nil
		}
	} else {
		for _, s := range c.Seats(a, m.Unit) {
			if slices.Contains(meetingRoles, s.Role) {
				return s, false, nil
			}
		}
	}
	if s, ok := a.InCycle(c, PartStanding); ok {
		if strings.TrimSpace(x.Basis) == "" {
			return Seat{}, false, InvalidField("basis", "decision.basis_needed")
		}
		return s, true, nil
	}
	return Seat{}, false, forbidden
}

// Move returns the state to which a verb leads; Conflict, naming the state,
// where it leads nowhere.
func (s MeetingState) Move(v MeetingVerb) (MeetingState, error) {
	switch {
	case s == MeetingPlanned && (v == MeetingPlans || v == MeetingAnswers):
		return MeetingPlanned, nil
	case s == MeetingPlanned && v == MeetingCancels:
		return MeetingCancelled, nil
	case s == MeetingPlanned && v == MeetingHolds, s == MeetingHeld && v == MeetingConcludes:
		return MeetingHeld, nil
	}
	err := Errorf(Conflict, "meeting.cannot_move."+string(v), "state", string(s))
	err.Field = "state"
	return s, err
}

// TakesPart reports whether a unit is one of the cycle's.
func (c Cycle) TakesPart(unit UnitID) bool {
	_, ok := c.Rules.Units[unit]
	return ok || unit == c.Owner || unit == c.Rules.Bindings.Standing
}

// GroupsOf returns the groups that a unit leads or belongs to, or that help it.
func (r Rules) GroupsOf(unit UnitID) []Group {
	var list []Group
	for _, g := range r.Groups {
		if g.Commune == unit || g.Lead == unit || slices.Contains(g.Members, unit) {
			list = append(list, g)
		}
	}
	return list
}

// Check returns what is wrong with a plan, as an Invalid error: who may hold a
// meeting of its kind, about whom, when, and whom it may invite.
func (p MeetingPlan) Check(c Cycle) error {
	if !slices.Contains(MeetingKinds, p.Kind) {
		return InvalidField("kind", "error.required")
	}
	if strings.TrimSpace(p.Title) == "" {
		return InvalidField("title", "meeting.title_needed")
	}
	if !c.TakesPart(p.Unit) {
		return InvalidField("unit", "duty.unknown_unit", "unit", string(p.Unit))
	}
	if err := p.checkKind(c); err != nil {
		return err
	}
	switch {
	case p.StartsAt.IsZero():
		return InvalidField("day", "meeting.day_needed")
	case p.EndsAt.Before(p.StartsAt) || p.EndsAt.Equal(p.StartsAt) && !p.Kind.Light():
		return InvalidField("ends", "meeting.ends_before")
	case p.EndsAt.Sub(p.StartsAt) > 7*24*time.Hour:
		return InvalidField("ends", "meeting.too_long")
	}
	for _, i := range p.Invited {
		if !c.TakesPart(i.Unit) {
			return InvalidField("invited", "duty.unknown_unit", "unit", string(i.Unit))
		}
		if unit, _, ok := strings.Cut(string(i.Office), "/"); ok && UnitID(unit) != i.Unit {
			return InvalidField("invited", "meeting.office_elsewhere", "office", string(i.Office))
		}
	}
	return nil
}

func (p MeetingPlan) checkKind(c Cycle) error {
	helps := func(lead bool) bool {
		return slices.ContainsFunc(c.Rules.Groups, func(g Group) bool {
			return g.Commune == p.About && (g.Lead == p.Unit || !lead && slices.Contains(g.Members, p.Unit))
		})
	}
	switch p.Kind {
	case MeetingCoordination:
		if c.Rules.Units[p.Unit].Role != "commune" {
			return InvalidField("unit", "meeting.not_a_commune")
		}
	case MeetingDistrict:
		if p.Unit != c.Owner {
			return InvalidField("unit", "meeting.not_the_owner")
		}
	case MeetingReview:
		if p.Unit != c.Owner && p.Unit != c.Rules.Bindings.Standing {
			return InvalidField("unit", "meeting.not_the_owner")
		}
	case MeetingInspection:
		if !c.TakesPart(p.About) || p.About == p.Unit {
			return InvalidField("about", "meeting.whom_inspected")
		}
	case MeetingGroup:
		if !helps(true) {
			return InvalidField("about", "meeting.not_its_group")
		}
	case MeetingContact:
		if !helps(false) {
			return InvalidField("about", "meeting.not_its_group")
		}
	}
	return nil
}

// DefaultInvited returns whom a meeting invites unless the person chooses: to a
// commune's meeting the vice chair in charge, who may name a delegate, the
// helping group and the standing office; to the owner's the standing office,
// communes and leads; to an inspection the unit inspected; to a group's its
// members and the commune.
func (p MeetingPlan) DefaultInvited(c Cycle) []Invited {
	var list []Invited
	add := func(unit UnitID, office OfficeID, must bool) {
		if unit != p.Unit && !slices.ContainsFunc(list, func(i Invited) bool { return i.Unit == unit }) {
			list = append(list, Invited{unit, office, must})
		}
	}
	b := c.Rules.Bindings
	switch p.Kind {
	case MeetingCoordination:
		add(c.Owner, b.ViceChair, true)
		for _, g := range c.Rules.Groups {
			if g.Commune == p.Unit {
				add(g.Lead, "", true)
				for _, m := range g.Members {
					add(m, "", true)
				}
			}
		}
		add(b.Standing, "", false)
	case MeetingDistrict, MeetingReview:
		add(b.Standing, "", true)
		for _, role := range []string{"commune", "lead"} {
			var units []UnitID
			for id, u := range c.Rules.Units {
				if u.Role == role {
					units = append(units, id)
				}
			}
			slices.Sort(units)
			for _, id := range units {
				add(id, "", true)
			}
		}
	case MeetingInspection:
		add(p.About, "", true)
	case MeetingGroup, MeetingContact:
		for _, g := range c.Rules.Groups {
			if g.Commune != p.About {
				continue
			}
			add(p.About, "", false)
			if g.Lead == p.Unit && p.Kind == MeetingGroup {
				for _, m := range g.Members {
					add(m, "", true)
				}
			}
		}
	}
	return list
}

// CheckRecord returns what keeps a record from being the record of a meeting
// that was held: a meeting needs who came and what was concluded. Leads says
// that whoever records it may lay duties on anybody; else a conclusion binds
// those who were there, and the unit that held the meeting.
func (m Meeting) CheckRecord(c Cycle, r MeetingRecord, leads bool) error {
	came := map[UnitID]bool{m.Unit: true}
	anybody := false
	for _, x := range r.Attended {
		if x.Came == AttendanceDelegate && strings.TrimSpace(x.Delegate) == "" {
			return InvalidField("came", "meeting.delegate_needed", "unit", string(x.Unit))
		}
		came[x.Unit] = came[x.Unit] || x.Came.Present()
		anybody = anybody || x.Came.Present()
	}
	if r.People < 0 || r.People > 10000 {
		return InvalidField("people", "error.not_a_number")
	}
	for _, one := range r.Conclusions {
		if err := one.check(c); err != nil {
			return err
		}
		if one.Unit != "" && !leads && !came[one.Unit] {
			return InvalidField("conclusions", "meeting.not_there", "unit", string(one.Unit))
		}
	}
	if m.Kind.Light() {
		return nil
	}
	if !anybody {
		return InvalidField("came", "meeting.attendance_needed")
	}
	if len(r.Conclusions) == 0 && (m.Kind == MeetingCoordination || strings.TrimSpace(r.Minutes) == "") {
		return InvalidField("conclusions", "meeting.conclusion_needed")
	}
	return nil
}

func (n NewConclusion) check(c Cycle) error {
	if strings.TrimSpace(n.Text) == "" {
		return InvalidField("conclusions", "meeting.conclusion_empty")
	}
	if n.Unit != "" && !c.TakesPart(n.Unit) {
		return InvalidField("conclusions", "duty.unknown_unit", "unit", string(n.Unit))
	}
	due, err := calendar.ParseDue(cmp.Or(n.Due, "none"))
	if err != nil || due.Months() > 0 || due.Event() != "" {
		return InvalidField("conclusions", "decision.bad_due", "text", n.Due)
	}
	if n.Unit == "" && due.Kind() != calendar.DueNone {
		return InvalidField("conclusions", "meeting.unit_needed")
	}
	return nil
}

// Counts returns from when a meeting counts as held: from its end where the
// invitation to it was recorded before it began, else from when it is recorded.
func (m Meeting) Counts(recorded time.Time) time.Time {
	if m.InvitedAt != nil && m.InvitedAt.Before(m.StartsAt) && m.EndsAt.Before(recorded) {
		return m.EndsAt
	}
	return recorded
}

// Day returns the day of the meeting's end.
func (m Meeting) Day() calendar.Date { return calendar.DateOf(m.EndsAt) }

// DayOnly reports whether no hours of the meeting are known.
func (m Meeting) DayOnly() bool { return m.StartsAt.Equal(m.EndsAt) }

// Missed returns the invitations of those who had to come and neither came nor
// sent anybody.
func (m Meeting) Missed() []Invitation {
	var list []Invitation
	for _, i := range m.Invitations {
		if m.State == MeetingHeld && i.Must && !i.Came.Present() {
			list = append(list, i)
		}
	}
	return list
}

// Renewal is an obligation of a group that a meeting fulfils until the next
// limit.
type Renewal struct {
	Kind    DutyKind
	Lead    UnitID
	Commune UnitID
}

// Renews returns the obligations that a meeting held renews: a group's own
// meeting that of meeting, and that of contact where the commune was there; a
// commune's meeting and a visit that of contact.
func (m Meeting) Renews(r Rules) []Renewal {
	var list []Renewal
	for _, g := range r.Groups {
		switch {
		case m.State != MeetingHeld:
		case m.Kind == MeetingGroup && g.Commune == m.About && g.Lead == m.Unit:
			list = append(list, Renewal{DutyGroupMeeting, g.Lead, g.Commune})
			if slices.ContainsFunc(m.Invitations, func(i Invitation) bool { return i.Unit == g.Commune && i.Came.Present() }) {
				list = append(list, Renewal{DutyContact, g.Lead, g.Commune})
			}
		case m.Kind == MeetingCoordination && g.Commune == m.Unit,
			m.Kind == MeetingContact && g.Commune == m.About && (g.Lead == m.Unit || slices.Contains(g.Members, m.Unit)):
			list = append(list, Renewal{DutyContact, g.Lead, g.Commune})
		}
	}
	return list
}

// Until returns the last day up to which an obligation of a kind is fulfilled
// by something on a day; zero where that lies beyond the cycle's months, so
// that nothing more is owed in it.
func (r Rules) Until(kind DutyKind, day calendar.Date) calendar.Date {
	limit := cmp.Or(r.Terms.Contact, DefaultTerms().Contact)
	if kind == DutyGroupMeeting {
		limit = cmp.Or(r.Terms.GroupMeeting, DefaultTerms().GroupMeeting)
	}
	last := day.AddDays(limit)
	if last.After(r.Last.Last()) {
		return calendar.Date{}
	}
	return last
}

// Clash is what two meetings at one time share: offices that are invited to or
// chair both, the place, or the unit that holds both.
type Clash struct {
	One     MeetingID  `json:"one"`
	Other   MeetingID  `json:"other"`
	Offices []OfficeID `json:"offices,omitempty"`
	Place   string     `json:"place,omitempty"`
	Unit    UnitID     `json:"unit,omitempty"`
}

// Clashes returns where meetings of a list clash, in the order of the list.
// Those cancelled and those of which only the day is known clash with none.
func Clashes(list []Meeting) []Clash {
	var clashes []Clash
	for i, m := range list {
		for _, o := range list[i+1:] {
			if c, ok := m.Clash(o); ok {
				clashes = append(clashes, c)
			}
		}
	}
	return clashes
}

// Clash tells whether and where a meeting clashes with another.
func (m Meeting) Clash(o Meeting) (Clash, bool) {
	c := Clash{One: m.ID, Other: o.ID}
	if m.State == MeetingCancelled || o.State == MeetingCancelled || m.ID == o.ID && m.ID != 0 || m.DayOnly() || o.DayOnly() ||
		!m.StartsAt.Before(o.EndsAt) || !o.StartsAt.Before(m.EndsAt) {
		return c, false
	}
	theirs := o.offices()
	for _, office := range m.offices() {
		if slices.Contains(theirs, office) {
			c.Offices = append(c.Offices, office)
		}
	}
	if place := strings.Join(strings.Fields(m.Place), " "); place != "" && strings.EqualFold(place, strings.Join(strings.Fields(o.Place), " ")) {
		c.Place = place
	}
	if m.Unit == o.Unit {
		c.Unit = m.Unit
	}
	return c, len(c.Offices) > 0 || c.Place != "" || c.Unit != ""
}

// offices are those bound to be at the meeting: who chairs it, and who is
// invited and neither declined nor sends somebody else.
func (m Meeting) offices() []OfficeID {
	var list []OfficeID
	if m.Chair != "" {
		list = append(list, m.Chair)
	}
	for _, i := range m.Invitations {
		if i.Office != "" && (i.Answer == Unanswered || i.Answer == AnswerComes) {
			list = append(list, i.Office)
		}
	}
	return list
}
