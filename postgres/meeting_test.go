package postgres_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

// planOf is the plan of Thượng Long's meeting on 19 April from 8 to 11.
func planOf(f *fixture) *poverty.MeetingPlan {
	p := &poverty.MeetingPlan{
		Kind: poverty.MeetingCoordination, Unit: "thuong-long", Title: "Họp xã Thượng Long", Place: "Trụ sở UBND xã", Agenda: "Rà từng hộ",
		StartsAt: at("2018-04-19 08:00"), EndsAt: at("2018-04-19 11:00"),
	}
	c, err := f.Cycle(f.system(), namDong)
	f.must(err)
	p.Invited = p.DefaultInvited(c)
	return p
}

// cameAll is a record to which all who are invited came.
func cameAll(p *poverty.MeetingPlan, conclusions ...poverty.NewConclusion) *poverty.MeetingRecord {
	r := &poverty.MeetingRecord{Minutes: "Đã rà từng hộ", Conclusions: conclusions}
	for _, i := range p.Invited {
		r.Attended = append(r.Attended, poverty.Attended{Unit: i.Unit, Came: poverty.AttendanceCame})
	}
	return r
}

func (f *fixture) planned(now string) poverty.MeetingID {
	f.t.Helper()
	return f.do(now, "thuonglong.canbo", poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Verb: poverty.MeetingPlans, Plan: planOf(f)}}).Meeting
}

func (f *fixture) meeting(login string, id poverty.MeetingID) poverty.Meeting {
	f.t.Helper()
	m, err := f.Meeting(f.as(login), id)
	f.must(err)
	return m
}

func hold(id poverty.MeetingID, r *poverty.MeetingRecord) poverty.Proposal {
	return poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Meeting: id, Verb: poverty.MeetingHolds, Record: r}}
}

// told is who was told what of meetings and obstacles.
func (f *fixture) told() []string {
	f.t.Helper()
	return column[string](f, f.super(), "select office_id || ' ' || text from notices where kind in ('meeting', 'obstacle') order by id")
}

func TestMeeting_planned_invites_the_leader_and_the_helpers_and_is_in_their_calendars(t *testing.T) {
	f := running(t)
	id := f.planned("2018-04-12 10:00")
	m := f.meeting("thuonglong.canbo", id)
	if m.State != poverty.MeetingPlanned || m.Duty != f.duty("meeting/thuong-long").ID || m.Sequence != 0 || m.Code != "coordination-1" {
		t.Errorf("%+v", m)
	}
	want := []string{
		"nam-dong/vice-chair invited", "cong-an-huyen/head invited", "vien-kiem-sat/head invited", "toa-an/head invited", "thi-hanh-an/head invited",
		"phong-tu-phap/head invited", "chi-cuc-thue/head invited", "phong-ldtbxh/head invited",
	}
	if diff := cmp.Diff(want, f.told()); diff != "" {
		t.Errorf("invited (-want +got):\n%s", diff)
	}
	p := planOf(f)
	p.StartsAt, p.EndsAt = at("2018-04-27 13:30"), at("2018-04-27 16:00")
	p.Invited = slices.DeleteFunc(p.Invited, func(i poverty.Invited) bool { return i.Unit == "toa-an" })
	f.do("2018-04-18 15:00", "thuonglong.canbo", poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Meeting: id, Verb: poverty.MeetingPlans, Version: m.Version, Plan: p}})
	told := f.told()[len(want):]
	if !slices.Contains(told, "nam-dong/vice-chair moved") || !slices.Contains(told, "toa-an/head uninvited") || len(told) != 8 {
		t.Errorf("after the change %q", told)
	}
	if m := f.meeting("thuonglong.canbo", id); m.Sequence != 1 || !m.StartsAt.Equal(p.StartsAt) {
		t.Errorf("%+v", m)
	}
	letters, err := f.Letters(f.system(), at("2018-04-18 15:00"), at("2018-04-18 15:00"), 100)
	f.must(err)
	for _, l := range letters {
		for _, n := range l.Notices {
			if n.Meeting != 0 && l.Meetings[n.Meeting].Title == "" {
				t.Errorf("the letter to %s does not carry its meeting", l.To.Name)
			}
		}
	}
}

func TestMeeting_of_today_seen_twice_is_a_conflict(t *testing.T) {
	f := running(t)
	id := f.planned("2018-04-12 10:00")
	seen := f.meeting("thuonglong.canbo", id).Version
	move := poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Meeting: id, Verb: poverty.MeetingPlans, Version: seen, Plan: planOf(f)}}
	f.do("2018-04-12 11:00", "thuonglong.canbo", move)
	_, err := f.try("thuonglong.chutich", move)
	f.wantKind(err, poverty.Conflict, "meeting.changed")
}

func TestMeeting_held_fulfils_the_duty_and_its_conclusions_are_duties(t *testing.T) {
	f := running(t)
	id := f.planned("2018-04-12 10:00")
	f.advance("2018-04-23 09:00")
	if d := f.duty("meeting/thuong-long"); !d.Overdue {
		t.Fatal("the meeting is not overdue before it is recorded")
	}
	record := cameAll(planOf(f),
		poverty.NewConclusion{Text: "Chọn hộ nhận vật nuôi", Unit: "cong-an-huyen", Due: "by 2018-05-11"},
		poverty.NewConclusion{Text: "Hướng dẫn hồ sơ", Unit: "toa-an"},
		poverty.NewConclusion{Text: "Các cơ quan thống nhất"})
	p := hold(id, record)
	p.Meeting.Key = "k1"
	first := f.do("2018-04-23 09:00", "thuonglong.canbo", p)
	if again := f.do("2018-04-23 09:05", "thuonglong.canbo", p); again.Meeting != first.Meeting {
		t.Errorf("the same key made another meeting: %+v", again)
	}
	d := f.duty("meeting/thuong-long")
	if d.State != poverty.DutyDone || d.Verdict != poverty.OnTime || !d.AcceptedAt.Equal(at("2018-04-19 11:00")) {
		t.Errorf("invited to before it began, the meeting counts from its end: %s %s %s", d.State, d.Verdict, d.AcceptedAt)
	}
	m := f.meeting("thuonglong.canbo", id)
	dated, undated := f.duty("conclusion/cong-an-huyen/coordination-1.1"), f.duty("conclusion/toa-an/coordination-1.2")
	if dated.Title != "Chọn hộ nhận vật nuôi" || dated.LastDay != date("2018-05-11") || dated.Kind != poverty.DutyTask || dated.Source != "Họp xã Thượng Long, 19/04/2018" {
		t.Errorf("%+v", dated)
	}
	if !undated.LastDay.IsZero() {
		t.Errorf("%+v", undated)
	}
	if m.Conclusions[0].Duty != dated.ID || m.Conclusions[1].Duty != undated.ID || m.Conclusions[2].Duty != 0 {
		t.Errorf("%+v", m.Conclusions)
	}
	_, err := f.try("thuonglong.canbo", hold(id, record))
	f.wantKind(err, poverty.Conflict, "meeting.cannot_move.hold")
	f.do("2018-04-24 09:00", "thuonglong.canbo", poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Meeting: id, Verb: poverty.MeetingConcludes,
		Record: &poverty.MeetingRecord{Paper: "TB 12/TB-UBND", Conclusions: []poverty.NewConclusion{{Text: "Bổ sung sổ", Unit: "thuong-long", Due: "by 2018-05-02"}}}}})
	if got := f.duty("conclusion/thuong-long/coordination-1.4"); got.Source != "TB 12/TB-UBND; Họp xã Thượng Long, 19/04/2018" {
		t.Errorf("%+v", got)
	}
}

func TestMeeting_recorded_without_an_invitation_counts_from_the_recording(t *testing.T) {
	f := running(t)
	p := planOf(f)
	move := poverty.MeetingMove{Cycle: namDong, Verb: poverty.MeetingHolds, Plan: p, Record: cameAll(p, poverty.NewConclusion{Text: "x"})}
	f.set("2018-04-23 09:00")
	early := move
	early.At = at("2018-04-19 11:00")
	_, err := f.try("thuonglong.canbo", poverty.Proposal{Meeting: &early})
	f.wantKind(err, poverty.Invalid, "decision.backdated")
	f.do("2018-04-23 09:00", "thuonglong.canbo", poverty.Proposal{Meeting: &move})
	if d := f.duty("meeting/thuong-long"); d.Verdict != poverty.Late {
		t.Errorf("%s", d.Verdict)
	}
	late := another(t)
	late.advance("2018-04-06 10:00")
	early.Basis = "biên bản của xã"
	late.do("2018-04-23 09:00", "thuongtruc.canbo", poverty.Proposal{Meeting: &early})
	if d := late.duty("meeting/thuong-long"); d.Verdict != poverty.OnTime {
		t.Errorf("with its basis the standing office may say an earlier time: %s", d.Verdict)
	}
}

func TestMeeting_duties_are_not_done_by_saying_so(t *testing.T) {
	f := running(t)
	for login, key := range map[string]string{"thuonglong.chutich": "meeting/thuong-long", "congan.truong": "group-meeting/cong-an-huyen/thuong-long.1"} {
		_, err := f.try(login, f.decision(key, poverty.Decision{Act: poverty.ActDone}))
		f.wantKind(err, poverty.Conflict, "duty.use_meeting")
	}
}

func TestMeeting_what_each_may_do(t *testing.T) {
	f := running(t)
	id := f.planned("2018-04-12 10:00")
	plan := func(basis string) poverty.Proposal {
		return poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Meeting: id, Verb: poverty.MeetingPlans, Plan: planOf(f), Basis: basis}}
	}
	record := cameAll(planOf(f), poverty.NewConclusion{Text: "x"})
	answer := func(unit poverty.UnitID) poverty.Proposal {
		return poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Meeting: id, Verb: poverty.MeetingAnswers,
			Answer: &poverty.InvitationReceipt{Unit: unit, Answer: poverty.AnswerDelegate, Delegate: "Phó Chánh Văn phòng"}}}
	}
	f.set("2018-04-19 14:00")
	for _, tt := range []struct {
		name, login string
		p           poverty.Proposal
		want        poverty.Kind
	}{
		{"another commune plans it", "thuongquang.chutich", plan(""), poverty.Forbidden},
		{"a helper plans it", "congan.truong", plan(""), poverty.Forbidden},
		{"the leadership plans it", "lanhdao.pct", plan(""), poverty.Forbidden},
		{"the tier above plans it", "tinh.canbo", plan("x"), poverty.Forbidden},
		{"the standing office without a basis", "thuongtruc.canbo", plan(""), poverty.Invalid},
		{"a helper records it", "congan.truong", hold(id, record), poverty.Forbidden},
		{"another commune records it", "thuongquang.chutich", hold(id, record), poverty.Forbidden},
		{"another commune answers for the leader", "thuongquang.chutich", answer("nam-dong"), poverty.Forbidden},
		{"an overseer records it", "hdnd.canbo", hold(id, record), poverty.Forbidden},
		{"the leader names a delegate", "lanhdao.pct", answer("nam-dong"), ""},
		{"who is not invited", "giaoduc.truong", answer("phong-gddt"), poverty.Conflict},
		{"a helper answers", "congan.truong", answer("cong-an-huyen"), ""},
	} {
		if _, err := f.try(tt.login, tt.p); poverty.KindOf(err) != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	_, err := f.try("congan.truong", poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Verb: poverty.MeetingHolds,
		Plan:   &poverty.MeetingPlan{Kind: poverty.MeetingGroup, Unit: "cong-an-huyen", About: "thuong-lo", Title: "x", StartsAt: at("2018-04-18 00:00"), EndsAt: at("2018-04-18 00:00")},
		Record: &poverty.MeetingRecord{Minutes: "x"}}})
	f.wantKind(err, poverty.Invalid, "meeting.not_its_group")
	i := slices.IndexFunc(f.meeting("thuonglong.canbo", id).Invitations, func(i poverty.Invitation) bool { return i.Unit == "nam-dong" })
	if got := f.meeting("thuonglong.canbo", id).Invitations[i]; got.Delegate != "Phó Chánh Văn phòng" || got.Answer != poverty.AnswerDelegate {
		t.Errorf("%+v", got)
	}
}

func TestMeeting_everybody_sees_when_but_only_those_concerned_what(t *testing.T) {
	f := running(t)
	id := f.planned("2018-04-12 10:00")
	f.do("2018-04-19 15:00", "thuonglong.canbo", hold(id, cameAll(planOf(f), poverty.NewConclusion{Text: "Kết luận riêng", Unit: "toa-an"})))
	for login, reads := range map[string]bool{
		"thuonglong.canbo": true, "congan.canbo": true, "toaan.canbo": true, "thuongtruc.canbo": true, "lanhdao.ct": true,
		"thuongquang.canbo": false, "giaoduc.canbo": false, "tinh.canbo": false, "hdnd.canbo": false,
	} {
		m := f.meeting(login, id)
		if m.Title == "" || len(m.Invitations) == 0 {
			t.Errorf("%s does not see the meeting in the calendar", login)
		}
		if m.Hidden == reads || (m.Minutes != "") != reads || (m.Agenda != "") != reads || (len(m.Conclusions) > 0) != reads {
			t.Errorf("%s: hidden %v, minutes %q, %d conclusions", login, m.Hidden, m.Minutes, len(m.Conclusions))
		}
	}
	if _, err := f.OpenCycle(f.system(), camLo, at("2019-01-21 09:00")); err != nil {
		t.Fatal(err)
	}
	f.exec("insert into users (name, created_at, active) values ('Người ngoài', '2018-01-01', true)")
	stranger := column[poverty.UserID](f, f.super(), "select id from users where name = 'Người ngoài'")[0]
	ctx := poverty.WithActor(t.Context(), poverty.Actor{User: stranger})
	if list := mustList(f.Meetings(ctx, poverty.MeetingFilter{})); len(list) != 0 {
		t.Errorf("a stranger sees %d meetings", len(list))
	}
	_, err := f.Meeting(ctx, id)
	f.wantKind(err, poverty.NotFound, "meeting.not_found")
}

func TestMeeting_minutes_are_kept_while_they_are_taken(t *testing.T) {
	f := running(t)
	id := f.planned("2018-04-12 10:00")
	f.set("2018-04-19 09:00")
	seen := f.meeting("thuonglong.canbo", id).Version
	record := *cameAll(planOf(f), poverty.NewConclusion{Text: "Đang bàn", Unit: "toa-an", Due: "by 2018-05-11"})
	m, err := f.SaveMinutes(f.as("thuonglong.canbo"), poverty.MinutesDraft{Meeting: id, Version: seen, Record: record})
	f.must(err)
	if m.State != poverty.MeetingPlanned || m.Conclusions[0].Duty != 0 || m.Minutes == "" {
		t.Errorf("%+v", m)
	}
	_, err = f.DutyByKey(f.system(), "nam-dong:2018/conclusion/toa-an/coordination-1.1")
	f.wantKind(err, poverty.NotFound, "")
	_, err = f.SaveMinutes(f.as("thuonglong.chutich"), poverty.MinutesDraft{Meeting: id, Version: seen, Record: record})
	f.wantKind(err, poverty.Conflict, "meeting.changed")
	for _, login := range []string{"congan.canbo", "thuongquang.canbo", "tinh.canbo", "lanhdao.pct"} {
		_, err = f.SaveMinutes(f.as(login), poverty.MinutesDraft{Meeting: id, Version: m.Version, Record: record})
		f.wantKind(err, poverty.Forbidden, "meeting.forbidden.hold")
	}
	f.do("2018-04-19 11:30", "thuonglong.canbo", hold(id, &record))
	if got := f.duty("conclusion/toa-an/coordination-1.1"); got.LastDay != date("2018-05-11") {
		t.Errorf("%+v", got)
	}
}

func TestMeeting_cancelled_frees_the_duty_and_tells_those_invited(t *testing.T) {
	f := running(t)
	id := f.planned("2018-04-12 10:00")
	cancel := poverty.MeetingMove{Cycle: namDong, Meeting: id, Verb: poverty.MeetingCancels}
	f.set("2018-04-13 10:00")
	_, err := f.try("thuonglong.canbo", poverty.Proposal{Meeting: &cancel})
	f.wantKind(err, poverty.Invalid, "decision.reason_needed")
	cancel.Reason = "Mưa lớn"
	f.do("2018-04-13 10:00", "thuonglong.canbo", poverty.Proposal{Meeting: &cancel})
	if m := f.meeting("thuonglong.canbo", id); m.State != poverty.MeetingCancelled || m.Duty != 0 || m.Sequence != 1 {
		t.Errorf("%+v", m)
	}
	if told := f.told(); !slices.Contains(told, "cong-an-huyen/head cancelled") {
		t.Errorf("%q", told)
	}
	if next := f.meeting("thuonglong.canbo", f.planned("2018-04-13 11:00")); next.Duty != f.duty("meeting/thuong-long").ID {
		t.Errorf("the next one fulfils duty %d", next.Duty)
	}
	if d := f.duty("meeting/thuong-long"); d.State != poverty.DutyOpen {
		t.Errorf("%s", d.State)
	}
}

// log records a group's meeting or contact of a day.
func (f *fixture) log(now, login string, kind poverty.MeetingKind, unit, about poverty.UnitID, day string, there ...poverty.UnitID) {
	f.t.Helper()
	x := poverty.MeetingMove{Cycle: namDong, Verb: poverty.MeetingHolds, Record: &poverty.MeetingRecord{Minutes: "x"},
		Plan: &poverty.MeetingPlan{Kind: kind, Unit: unit, About: about, Title: "x", StartsAt: date(day).Start(), EndsAt: date(day).Start()}}
	for _, u := range there {
		x.Record.Attended = append(x.Record.Attended, poverty.Attended{Unit: u, Came: poverty.AttendanceCame})
	}
	f.do(now, login, poverty.Proposal{Meeting: &x})
}

func TestMeeting_a_group_that_does_not_meet_and_one_out_of_touch_are_troubles_of_their_own(t *testing.T) {
	f := running(t)
	const group, contact = "group-meeting/cong-an-huyen/thuong-long", "contact/cong-an-huyen/thuong-long"
	if d := f.duty(group + ".1"); d.LastDay != date("2018-05-21") || d.Stated != "by 2018-05-21" {
		t.Fatalf("the first counts from the issue: %s", d.LastDay)
	}
	f.log("2018-05-10 16:00", "congan.canbo", poverty.MeetingGroup, "cong-an-huyen", "thuong-long", "2018-05-09")
	if d := f.duty(group + ".1"); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%s %s", d.State, d.Verdict)
	}
	if d := f.duty(group + ".2"); d.LastDay != date("2018-06-23") {
		t.Errorf("the next counts from the day of the meeting: %s", d.LastDay)
	}
	if d := f.duty(contact + ".1"); d.State != poverty.DutyOpen {
		t.Error("a meeting without the commune is contact with it")
	}
	f.log("2018-05-12 16:00", "congan.canbo", poverty.MeetingGroup, "cong-an-huyen", "thuong-long", "2018-05-02")
	if d := f.duty(group + ".2"); d.State != poverty.DutyOpen || d.LastDay != date("2018-06-23") {
		t.Errorf("an older meeting logged later changes %s %s", d.State, d.LastDay)
	}
	f.advance("2018-06-25 09:00")
	for key, want := range map[string]poverty.Trouble{group + ".2": poverty.TroubleGroupNotMeeting, contact + ".1": poverty.TroubleNoContact} {
		if d := f.duty(key); d.Trouble != want || !d.Overdue {
			t.Errorf("%s: %q overdue %v", key, d.Trouble, d.Overdue)
		}
		found := mustList(f.Duties(f.as("thuongtruc.canbo"), poverty.DutyFilter{Cycle: namDong, Trouble: want}))
		if len(found) == 0 || slices.ContainsFunc(found, func(d poverty.Duty) bool { return d.Trouble != want }) {
			t.Errorf("the board by %s shows %d", want, len(found))
		}
	}
	f.log("2018-06-26 16:00", "toaan.canbo", poverty.MeetingContact, "toa-an", "thuong-long", "2018-06-26")
	if d := f.duty(contact + ".1"); d.State != poverty.DutyDone || d.Verdict != poverty.Late {
		t.Errorf("a member's visit is contact, late: %s %s", d.State, d.Verdict)
	}
	f.log("2018-06-27 16:00", "congan.canbo", poverty.MeetingGroup, "cong-an-huyen", "thuong-long", "2018-06-27", "thuong-long", "toa-an")
	if d := f.duty(contact + ".2"); d.State != poverty.DutyDone {
		t.Errorf("a group's meeting with the commune is contact: %s", d.State)
	}
	f.log("2018-11-20 16:00", "congan.canbo", poverty.MeetingGroup, "cong-an-huyen", "thuong-long", "2018-11-20", "thuong-long")
	if owed := mustList(f.Duties(f.system(), poverty.DutyFilter{Cycle: namDong, Unit: "cong-an-huyen", Kind: poverty.DutyGroupMeeting, Owed: true})); len(owed) != 0 {
		t.Errorf("%d owed beyond the year", len(owed))
	}
}

func TestMeeting_two_at_once_take_two_codes(t *testing.T) {
	f := running(t)
	f.set("2018-04-12 10:00")
	proposal := poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Verb: poverty.MeetingPlans, Plan: planOf(f)}}
	var ids []poverty.DecisionID
	for range 2 {
		stored, err := f.Propose(f.as("thuonglong.canbo"), proposal)
		f.must(err)
		ids = append(ids, stored.ID)
	}
	ctx := f.system()
	for _, err := range f.together(2, func(i int) error { _, err := f.Enact(ctx, ids[i], time.Time{}); return err }) {
		f.must(err)
	}
	if codes := column[string](f, f.super(), "select code from meetings order by code"); !slices.Equal(codes, []string{"coordination-1", "coordination-2"}) {
		t.Errorf("%q", codes)
	}
}
