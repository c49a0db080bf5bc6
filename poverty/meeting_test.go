package poverty_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func meetingCycle() poverty.Cycle {
	return poverty.Cycle{ID: "h:2018", Owner: "h", State: poverty.CycleRunning, Rules: poverty.Rules{
		Last:     calendar.MustMonth("2018-12"),
		Bindings: poverty.Bindings{Standing: "phong", Chair: "h/chair", ViceChair: "h/vice-chair", Above: []poverty.UnitID{"tinh"}},
		Terms:    poverty.DefaultTerms(),
		Units: map[poverty.UnitID]poverty.CycleUnit{
			"h": {Role: "owner"}, "phong": {Role: "standing"}, "xa": {Role: "commune"}, "xa-hai": {Role: "commune"},
			"lead": {Role: "lead"}, "member": {Role: "member"}, "tinh": {Role: "reader"},
		},
		Groups: []poverty.Group{{Code: "n", Commune: "xa", Lead: "lead", Members: []poverty.UnitID{"member"}}},
	}}
}

func seatIn(unit poverty.UnitID, role poverty.OfficeRole) poverty.Actor {
	office := poverty.OfficeID(string(unit) + "/" + string(role))
	return poverty.Actor{User: 1, Seats: []poverty.Seat{{Unit: unit, Role: role, Office: office}}}
}

func clock(s string) time.Time {
	return calendar.MustDate(s[:10]).At(calendar.MustClock(s[11:]))
}

func TestMeeting_MayMove_who_holds_it_or_the_standing_office_with_a_basis(t *testing.T) {
	t.Parallel()
	c := meetingCycle()
	vice := poverty.Actor{User: 1, Seats: []poverty.Seat{{Unit: "h", Role: poverty.RoleDeputy, Office: "h/vice-chair"}}}
	closed := meetingCycle()
	closed.State = poverty.CycleClosed
	for _, tt := range []struct {
		name   string
		kind   poverty.MeetingKind
		unit   poverty.UnitID
		who    poverty.Actor
		basis  string
		cycle  poverty.Cycle
		behalf bool
		want   poverty.Kind
	}{
		{"the commune its own", poverty.MeetingCoordination, "xa", seatIn("xa", poverty.RoleOfficer), "", c, false, ""},
		{"another commune not", poverty.MeetingCoordination, "xa", seatIn("xa-hai", poverty.RoleHead), "", c, false, poverty.Forbidden},
		{"a helping agency not", poverty.MeetingCoordination, "xa", seatIn("lead", poverty.RoleHead), "", c, false, poverty.Forbidden},
		{"the registry of the commune not", poverty.MeetingCoordination, "xa", seatIn("xa", "registry"), "", c, false, poverty.Forbidden},
		{"the standing office on behalf", poverty.MeetingCoordination, "xa", seatIn("phong", poverty.RoleOfficer), "gọi điện", c, true, ""},
		{"not without a basis", poverty.MeetingCoordination, "xa", seatIn("phong", poverty.RoleOfficer), " ", c, false, poverty.Invalid},
		{"the leadership the owner's", poverty.MeetingDistrict, "h", vice, "", c, false, ""},
		{"not a commune's", poverty.MeetingCoordination, "xa", vice, "", c, false, poverty.Forbidden},
		{"a lead its group's", poverty.MeetingGroup, "lead", seatIn("lead", poverty.RoleOfficer), "", c, false, ""},
		{"a member not the lead's", poverty.MeetingGroup, "lead", seatIn("member", poverty.RoleOfficer), "", c, false, poverty.Forbidden},
		{"the tier above nothing", poverty.MeetingDistrict, "h", seatIn("tinh", poverty.RoleHead), "x", c, false, poverty.Forbidden},
		{"nobody in a closed year", poverty.MeetingCoordination, "xa", seatIn("xa", poverty.RoleHead), "", closed, false, poverty.Conflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, verb := range []poverty.MeetingVerb{poverty.MeetingPlans, poverty.MeetingCancels, poverty.MeetingHolds, poverty.MeetingConcludes} {
				_, behalf, err := poverty.Meeting{Kind: tt.kind, Unit: tt.unit}.MayMove(tt.cycle, tt.who, poverty.MeetingMove{Verb: verb, Basis: tt.basis})
				if poverty.KindOf(err) != tt.want || behalf != tt.behalf {
					t.Errorf("%s: on behalf %v, %v", verb, behalf, err)
				}
			}
		})
	}
	t.Run("whoever is invited answers for their own unit", func(t *testing.T) {
		t.Parallel()
		for who, want := range map[poverty.UnitID]poverty.Kind{"lead": "", "xa": poverty.Forbidden, "phong": poverty.Forbidden} {
			_, _, err := poverty.Meeting{Unit: "xa"}.MayMove(c, seatIn(who, poverty.RoleOfficer),
				poverty.MeetingMove{Verb: poverty.MeetingAnswers, Answer: &poverty.InvitationReceipt{Unit: "lead", Answer: poverty.AnswerComes}})
			if poverty.KindOf(err) != want {
				t.Errorf("%s: %v", who, err)
			}
		}
	})
}

func TestMeetingState_Move(t *testing.T) {
	t.Parallel()
	all := []poverty.MeetingVerb{poverty.MeetingPlans, poverty.MeetingCancels, poverty.MeetingAnswers, poverty.MeetingHolds, poverty.MeetingConcludes}
	want := map[poverty.MeetingState]map[poverty.MeetingVerb]poverty.MeetingState{
		poverty.MeetingPlanned: {poverty.MeetingPlans: poverty.MeetingPlanned, poverty.MeetingAnswers: poverty.MeetingPlanned,
			poverty.MeetingCancels: poverty.MeetingCancelled, poverty.MeetingHolds: poverty.MeetingHeld},
		poverty.MeetingHeld:      {poverty.MeetingConcludes: poverty.MeetingHeld},
		poverty.MeetingCancelled: {},
	}
	for from, moves := range want {
		for _, verb := range all {
			to, err := from.Move(verb)
			if allowed, ok := moves[verb]; ok != (err == nil) || ok && to != allowed {
				t.Errorf("%s %s: %s, %v", from, verb, to, err)
			}
			if err != nil && poverty.KindOf(err) != poverty.Conflict {
				t.Error(err)
			}
		}
	}
}

func TestMeetingPlan_Check_says_who_may_meet_whom(t *testing.T) {
	t.Parallel()
	good := poverty.MeetingPlan{Kind: poverty.MeetingCoordination, Unit: "xa", Title: "Họp", StartsAt: clock("2018-04-19 08:00"), EndsAt: clock("2018-04-19 11:00")}
	for _, tt := range []struct {
		name string
		edit func(*poverty.MeetingPlan)
		want string
	}{
		{"a commune's meeting", func(*poverty.MeetingPlan) {}, ""},
		{"no title", func(p *poverty.MeetingPlan) { p.Title = " " }, "meeting.title_needed"},
		{"an agency holds none", func(p *poverty.MeetingPlan) { p.Unit = "lead" }, "meeting.not_a_commune"},
		{"a stranger", func(p *poverty.MeetingPlan) { p.Unit = "nowhere" }, "duty.unknown_unit"},
		{"the owner's is the owner's", func(p *poverty.MeetingPlan) { p.Kind = poverty.MeetingDistrict }, "meeting.not_the_owner"},
		{"an inspection of oneself", func(p *poverty.MeetingPlan) { p.Kind, p.About = poverty.MeetingInspection, "xa" }, "meeting.whom_inspected"},
		{"a lead's group", func(p *poverty.MeetingPlan) { p.Kind, p.Unit, p.About = poverty.MeetingGroup, "lead", "xa" }, ""},
		{"another's group", func(p *poverty.MeetingPlan) { p.Kind, p.Unit, p.About = poverty.MeetingGroup, "lead", "xa-hai" }, "meeting.not_its_group"},
		{"a member leads no group", func(p *poverty.MeetingPlan) { p.Kind, p.Unit, p.About = poverty.MeetingGroup, "member", "xa" }, "meeting.not_its_group"},
		{"but is in contact", func(p *poverty.MeetingPlan) { p.Kind, p.Unit, p.About = poverty.MeetingContact, "member", "xa" }, ""},
		{"it ends before it begins", func(p *poverty.MeetingPlan) { p.EndsAt = p.StartsAt }, "meeting.ends_before"},
		{"a day alone only where it is logged", func(p *poverty.MeetingPlan) {
			p.Kind, p.Unit, p.About, p.EndsAt = poverty.MeetingGroup, "lead", "xa", p.StartsAt
		}, ""},
		{"a fortnight", func(p *poverty.MeetingPlan) { p.EndsAt = p.EndsAt.AddDate(0, 0, 14) }, "meeting.too_long"},
		{"a stranger invited", func(p *poverty.MeetingPlan) { p.Invited = []poverty.Invited{{Unit: "nowhere"}} }, "duty.unknown_unit"},
		{"another unit's office", func(p *poverty.MeetingPlan) { p.Invited = []poverty.Invited{{Unit: "lead", Office: "xa/head"}} }, "meeting.office_elsewhere"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := good
			tt.edit(&p)
			err := p.Check(meetingCycle())
			if tt.want == "" && err != nil || tt.want != "" && poverty.Refusal(err).Key != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestMeetingPlan_DefaultInvited_a_leader_of_the_owner_and_the_group(t *testing.T) {
	t.Parallel()
	want := []poverty.Invited{{"h", "h/vice-chair", true}, {"lead", "", true}, {"member", "", true}, {"phong", "", false}}
	got := poverty.MeetingPlan{Kind: poverty.MeetingCoordination, Unit: "xa"}.DefaultInvited(meetingCycle())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMeeting_CheckRecord_held_needs_who_came_and_what_was_concluded(t *testing.T) {
	t.Parallel()
	came := []poverty.Attended{{Unit: "lead", Came: poverty.AttendanceCame}}
	said := func(unit poverty.UnitID, due string) []poverty.NewConclusion {
		return []poverty.NewConclusion{{Text: "Giúp hộ", Unit: unit, Due: due}}
	}
	for _, tt := range []struct {
		name   string
		kind   poverty.MeetingKind
		record poverty.MeetingRecord
		leads  bool
		want   string
	}{
		{"both", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Conclusions: said("lead", "by 2018-05-04")}, false, ""},
		{"undated", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Conclusions: said("lead", "")}, false, ""},
		{"the holder binds itself", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Conclusions: said("xa", "none")}, false, ""},
		{"nobody came", poverty.MeetingCoordination, poverty.MeetingRecord{Conclusions: said("", "")}, false, "meeting.attendance_needed"},
		{"all absent", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: []poverty.Attended{{Unit: "lead", Came: poverty.AttendanceAbsent}}, Conclusions: said("", "")}, false, "meeting.attendance_needed"},
		{"nothing concluded", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Minutes: "Đã bàn"}, false, "meeting.conclusion_needed"},
		{"minutes are enough elsewhere", poverty.MeetingInspection, poverty.MeetingRecord{Attended: came, Minutes: "Không có gì"}, false, ""},
		{"who was not there is not bound", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Conclusions: said("member", "none")}, false, "meeting.not_there"},
		{"unless the leadership records it", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Conclusions: said("member", "none")}, true, ""},
		{"a delegate without a name", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: []poverty.Attended{{Unit: "lead", Came: poverty.AttendanceDelegate}}, Conclusions: said("", "")}, false, "meeting.delegate_needed"},
		{"no words", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Conclusions: []poverty.NewConclusion{{Text: " "}}}, false, "meeting.conclusion_empty"},
		{"a deadline for nobody", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Conclusions: said("", "by 2018-05-04")}, false, "meeting.unit_needed"},
		{"not a deadline", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Conclusions: said("lead", "soon")}, false, "decision.bad_due"},
		{"not once", poverty.MeetingCoordination, poverty.MeetingRecord{Attended: came, Conclusions: said("lead", "monthly by day 30")}, false, "decision.bad_due"},
		{"a group's day is enough", poverty.MeetingGroup, poverty.MeetingRecord{Minutes: "Giao ban"}, false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := poverty.Meeting{Kind: tt.kind, Unit: "xa"}.CheckRecord(meetingCycle(), tt.record, tt.leads)
			if tt.want == "" && err != nil || tt.want != "" && poverty.Refusal(err).Key != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestMeeting_Counts_from_its_end_where_the_invitation_went_out_before(t *testing.T) {
	t.Parallel()
	m := poverty.Meeting{StartsAt: clock("2018-04-19 08:00"), EndsAt: clock("2018-04-19 11:00")}
	recorded := clock("2018-04-23 09:00")
	if got := m.Counts(recorded); !got.Equal(recorded) {
		t.Errorf("without an invitation it counts from %s", got)
	}
	m.InvitedAt = new(clock("2018-04-12 10:00"))
	if got := m.Counts(recorded); !got.Equal(m.EndsAt) {
		t.Errorf("invited to before, it counts from %s", got)
	}
	m.InvitedAt = new(clock("2018-04-20 10:00"))
	if got := m.Counts(recorded); !got.Equal(recorded) {
		t.Errorf("invited to afterwards, it counts from %s", got)
	}
}

func TestMeeting_Renews(t *testing.T) {
	t.Parallel()
	group := poverty.Renewal{Kind: poverty.DutyGroupMeeting, Lead: "lead", Commune: "xa"}
	contact := poverty.Renewal{Kind: poverty.DutyContact, Lead: "lead", Commune: "xa"}
	there := []poverty.Invitation{{Unit: "xa", Came: poverty.AttendanceDelegate}}
	for _, tt := range []struct {
		name string
		m    poverty.Meeting
		want []poverty.Renewal
	}{
		{"a group's meeting without the commune", poverty.Meeting{Kind: poverty.MeetingGroup, Unit: "lead", About: "xa"}, []poverty.Renewal{group}},
		{"with it", poverty.Meeting{Kind: poverty.MeetingGroup, Unit: "lead", About: "xa", Invitations: there}, []poverty.Renewal{group, contact}},
		{"a commune's meeting", poverty.Meeting{Kind: poverty.MeetingCoordination, Unit: "xa", About: "xa"}, []poverty.Renewal{contact}},
		{"a member's visit", poverty.Meeting{Kind: poverty.MeetingContact, Unit: "member", About: "xa"}, []poverty.Renewal{contact}},
		{"a stranger's visit", poverty.Meeting{Kind: poverty.MeetingContact, Unit: "phong", About: "xa"}, nil},
		{"an inspection", poverty.Meeting{Kind: poverty.MeetingInspection, Unit: "phong", About: "xa"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.m.State = poverty.MeetingHeld
			if diff := cmp.Diff(tt.want, tt.m.Renews(meetingCycle().Rules)); diff != "" {
				t.Error(diff)
			}
			tt.m.State = poverty.MeetingPlanned
			if got := tt.m.Renews(meetingCycle().Rules); got != nil {
				t.Errorf("planned only, it renews %v", got)
			}
		})
	}
}

func TestRules_Until_counts_days_and_stops_with_the_year(t *testing.T) {
	t.Parallel()
	rules := meetingCycle().Rules
	rules.Terms.Contact = 30
	for _, tt := range []struct {
		kind      poverty.DutyKind
		day, want string
	}{
		{poverty.DutyGroupMeeting, "2018-05-16", "2018-06-30"},
		{poverty.DutyContact, "2018-05-16", "2018-06-15"},
		{poverty.DutyGroupMeeting, "2018-11-16", "2018-12-31"},
		{poverty.DutyGroupMeeting, "2018-11-17", ""},
	} {
		if got := rules.Until(tt.kind, calendar.MustDate(tt.day)); got.String() != tt.want {
			t.Errorf("%s from %s: until %s, want %s", tt.kind, tt.day, got, tt.want)
		}
	}
	rules.Terms.GroupMeeting = 0
	if got := rules.Until(poverty.DutyGroupMeeting, calendar.MustDate("2018-05-16")); got.String() != "2018-06-30" {
		t.Errorf("a year without the term: until %s", got)
	}
}

func TestClashes_share_an_office_a_place_or_the_holder(t *testing.T) {
	t.Parallel()
	base := poverty.Meeting{ID: 1, Unit: "xa", State: poverty.MeetingPlanned, Place: "Trụ sở UBND xã", StartsAt: clock("2018-04-19 08:00"), EndsAt: clock("2018-04-19 11:00"),
		Invitations: []poverty.Invitation{{Unit: "h", Office: "h/vice-chair"}, {Unit: "lead", Office: "lead/head"}}}
	other := poverty.Meeting{ID: 2, Unit: "xa-hai", State: poverty.MeetingPlanned, Place: "nơi khác", StartsAt: clock("2018-04-19 10:00"), EndsAt: clock("2018-04-19 12:00")}
	for _, tt := range []struct {
		name string
		edit func(m *poverty.Meeting)
		want []poverty.Clash
	}{
		{"nothing shared", func(*poverty.Meeting) {}, nil},
		{"an office invited to both", func(m *poverty.Meeting) { m.Invitations = []poverty.Invitation{{Unit: "h", Office: "h/vice-chair"}} }, []poverty.Clash{{One: 1, Other: 2, Offices: []poverty.OfficeID{"h/vice-chair"}}}},
		{"who sends a delegate is free", func(m *poverty.Meeting) {
			m.Invitations = []poverty.Invitation{{Unit: "h", Office: "h/vice-chair", Answer: poverty.AnswerDelegate}}
		}, nil},
		{"who chairs the other", func(m *poverty.Meeting) { m.Chair = "lead/head" }, []poverty.Clash{{One: 1, Other: 2, Offices: []poverty.OfficeID{"lead/head"}}}},
		{"one place, however it is typed", func(m *poverty.Meeting) { m.Place = " trụ sở  ubnd xã" }, []poverty.Clash{{One: 1, Other: 2, Place: "Trụ sở UBND xã"}}},
		{"one holder", func(m *poverty.Meeting) { m.Unit = "xa" }, []poverty.Clash{{One: 1, Other: 2, Unit: "xa"}}},
		{"one after the other", func(m *poverty.Meeting) { m.Unit, m.StartsAt = "xa", clock("2018-04-19 11:00") }, nil},
		{"cancelled", func(m *poverty.Meeting) { m.Unit, m.State = "xa", poverty.MeetingCancelled }, nil},
		{"a day without hours", func(m *poverty.Meeting) { m.Unit, m.EndsAt = "xa", m.StartsAt }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := other
			tt.edit(&m)
			if diff := cmp.Diff(tt.want, poverty.Clashes([]poverty.Meeting{base, m})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
