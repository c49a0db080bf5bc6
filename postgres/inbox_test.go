package postgres_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func ids(list []poverty.Notice) []int64 {
	var all []int64
	for _, n := range list {
		all = append(all, n.ID)
	}
	return all
}

func TestDB_inbox_holds_one_s_own_notices_until_they_are_read(t *testing.T) {
	f := running(t)
	f.advance("2018-05-15 09:00")
	me, other := f.as("thuonglong.chutich"), f.as("huongson.chutich")
	all := mustList(f.Inbox(me, poverty.InboxFilter{}))
	if len(all) < 3 {
		t.Fatalf("%d notices", len(all))
	}
	for i, n := range all {
		if n.User != f.user("thuonglong.chutich") || n.ReadAt != nil || i > 0 && n.ID >= all[i-1].ID {
			t.Errorf("%d: %+v", i, n)
		}
	}
	paged := mustList(f.Inbox(me, poverty.InboxFilter{Limit: 2}))
	paged = append(paged, mustList(f.Inbox(me, poverty.InboxFilter{After: paged[1].ID, Limit: 200}))...)
	if diff := cmp.Diff(ids(all), ids(paged)); diff != "" {
		t.Error(diff)
	}
	unread := func() int {
		n, err := f.Unread(me)
		f.must(err)
		return n
	}
	if unread() != len(all) {
		t.Errorf("%d unread of %d", unread(), len(all))
	}
	n, err := f.ReadNotice(me, all[1].ID)
	f.must(err)
	if n.ReadAt == nil || unread() != len(all)-1 {
		t.Errorf("read at %v, %d unread", n.ReadAt, unread())
	}
	f.set("2018-05-16 09:00")
	again, err := f.ReadNotice(me, all[1].ID)
	f.must(err)
	if !again.ReadAt.Equal(*n.ReadAt) {
		t.Errorf("read again at %v", again.ReadAt)
	}
	if got := mustList(f.Inbox(me, poverty.InboxFilter{Unread: true})); slices.Contains(ids(got), all[1].ID) || len(got) != len(all)-1 {
		t.Errorf("unread: %v", ids(got))
	}

	_, err = f.ReadNotice(other, all[0].ID)
	f.wantKind(err, poverty.NotFound, "inbox.not_found")
	if n, err := f.ReadAll(other, all[0].ID); err != nil || n == 0 {
		t.Errorf("the other reads %d: %v", n, err)
	}
	if unread() != len(all)-1 {
		t.Error("another's reading counts")
	}
	if n, err := f.ReadAll(me, all[2].ID); err != nil || n != len(all)-2 {
		t.Errorf("read %d of %d: %v", n, len(all), err)
	}
	if got := mustList(f.Inbox(me, poverty.InboxFilter{Unread: true})); len(got) != 1 || got[0].ID != all[0].ID {
		t.Errorf("what came after the one that was seen: %v", ids(got))
	}
}

func TestDB_inbox_leaves_out_what_became_pointless(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	f.submit("2018-05-02 09:30", "thuonglong.chutich", "report/thuong-long/2018-04")
	before := len(mustList(f.Inbox(f.as("thuonglong.chutich"), poverty.InboxFilter{})))
	f.letters("2018-05-02 10:00")
	got := mustList(f.Inbox(f.as("thuonglong.chutich"), poverty.InboxFilter{}))
	if len(got) >= before || slices.ContainsFunc(got, func(n poverty.Notice) bool { return n.State == poverty.NoticeSuperseded }) {
		t.Errorf("%d of %d stand", len(got), before)
	}
}

func TestDB_reminders_and_decisions_can_be_kept_out_of_the_mail_and_nothing_else(t *testing.T) {
	f := running(t)
	for _, login := range []string{"thuonglong.canbo", "thuonglong.chutich", "thuongtruc.truong", "lanhdao.pct", "lanhdao.ct"} {
		s, err := f.SaveSettings(f.as(login), poverty.Settings{Email: login + "@nam-dong.example", Language: "vi"})
		f.must(err)
		if s.Reminders || s.Decisions || s.Login != login {
			t.Errorf("saved %+v", s)
		}
	}
	f.advance("2018-05-15 09:00")
	want := []string{
		"remind 3 reminder thuong-long/officer inbox", "remind 0 reminder thuong-long/officer inbox", "overdue 1 overdue thuong-long/head queued",
		"overdue 3 escalation phong-ldtbxh/head queued", "overdue 5 escalation nam-dong/vice-chair queued", "overdue 9 escalation nam-dong/vice-chair queued",
		"overdue 10 escalation nam-dong/chair queued",
	}
	if diff := cmp.Diff(want, f.notices("report/thuong-long/2018-04")); diff != "" {
		t.Error(diff)
	}
	for _, n := range f.notices("report/huong-son/2018-04") {
		if n == "remind 3 reminder huong-son/officer inbox" {
			t.Error("somebody else's wish counts")
		}
	}
	for _, l := range f.letters("2018-05-15 09:00") {
		for _, n := range l.Notices {
			if l.To.Login == "thuonglong.canbo" && n.Kind == poverty.NoticeReminder {
				t.Errorf("a mail of %s", n.Rung)
			}
		}
	}
	f.submit("2018-05-15 10:00", "thuonglong.chutich", "report/thuong-long/2018-04")
	f.do("2018-05-15 11:00", "thuongtruc.truong", f.decision("report/thuong-long/2018-04", poverty.Decision{Act: poverty.ActReturn, Reason: "Thiếu số liệu"}))
	states := map[poverty.NoticeState]int{}
	for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Duty: f.duty("report/thuong-long/2018-04").ID})) {
		if n.Kind == poverty.NoticeDecision {
			states[n.State]++
		}
	}
	if states[poverty.NoticeInbox] == 0 || states[poverty.NoticeQueued] != 0 {
		t.Errorf("decisions: %v", states)
	}
}

func TestOptional_never_an_escalation_a_demand_or_an_instruction(t *testing.T) {
	for _, tt := range []struct {
		kind   poverty.NoticeKind
		demand poverty.Demand
		office poverty.OfficeID
		text   string
		want   string
	}{
		{poverty.NoticeReminder, "", "thuong-long/officer", "", "reminders"},
		{poverty.NoticeReminder, poverty.DemandAcknowledgement, "thuong-long/officer", "", ""},
		{poverty.NoticeDecision, "", "thuong-long/head", "returned", "decisions"},
		{poverty.NoticeDecision, "", "thuong-long/head", "directed", ""},
		{poverty.NoticeDecision, "", "phong-ldtbxh/head", "returned", ""}, // about another's duty
		{poverty.NoticeDecision, poverty.DemandDecision, "thuong-long/head", "returned", ""},
		{poverty.NoticeOverdue, "", "thuong-long/head", "", ""},
		{poverty.NoticeEscalation, "", "phong-ldtbxh/head", "", ""},
		{poverty.NoticeMeeting, "", "thuong-long/head", "invited", ""},
		{poverty.NoticeHandover, "", "thuong-long/head", "7", ""},
		{poverty.NoticeVacancy, "", "phong-ldtbxh/head", "x/y", ""},
	} {
		if got, ok := poverty.Optional(tt.kind, tt.demand, tt.office, "thuong-long", tt.text); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s %s to %s, %q: %q", tt.kind, tt.demand, tt.office, tt.text, got)
		}
	}
}

func TestDB_settings_are_one_s_own(t *testing.T) {
	f := newFixture(t)
	me, other := f.as("thuonglong.canbo"), f.as("huongson.chutich")
	before, err := f.Settings(other)
	f.must(err)
	s, err := f.SaveSettings(me, poverty.Settings{Email: " can.bo@thuong-long.example ", Language: "en", Reminders: true})
	f.must(err)
	want := poverty.Settings{Login: "thuonglong.canbo", Name: "Công chức giảm nghèo xã Thượng Long", Email: "can.bo@thuong-long.example", Language: "en", Reminders: true}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	for _, email := range []string{"x", "a@b, c@d", "Ai <a@b.vn>", "a@b.vn\r\nBcc: c@d.vn"} {
		_, err := f.SaveSettings(me, poverty.Settings{Email: email, Language: "vi"})
		f.wantKind(err, poverty.Invalid, "user.bad_email")
	}
	_, err = f.SaveSettings(me, poverty.Settings{Language: "fr"})
	f.wantKind(err, poverty.Invalid, "user.no_such_language")
	if after, err := f.Settings(me); err != nil || after != want {
		t.Errorf("a refusal left %+v, %v", after, err)
	}
	if after, err := f.Settings(other); err != nil || after != before {
		t.Errorf("another's: %+v, %v", after, err)
	}
}
