package postgres_test

import (
	"slices"
	"testing"

	"dondoc/poverty"
)

func TestDB_feed_holds_what_one_s_units_owe_and_one_s_meetings(t *testing.T) {
	f := running(t)
	f.advance("2018-04-20 09:00")
	officer := f.user("thuonglong.canbo")
	s, err := f.RenewFeed(f.as("thuonglong.canbo"), true)
	f.must(err)
	if !s.Feed || s.FeedVersion != 1 {
		t.Errorf("opened %+v", s)
	}
	feed, err := f.FeedOf(t.Context(), officer, 1)
	f.must(err)
	if feed.Person.Login != "thuonglong.canbo" || len(feed.Duties) == 0 {
		t.Fatalf("%+v", feed)
	}
	for _, d := range feed.Duties {
		if d.Unit != "thuong-long" || !d.State.Owed() || d.LastDay.IsZero() || d.Changes == 0 || d.ChangedAt.IsZero() || !d.Ruled {
			t.Errorf("%s: %+v", d.Key, d)
		}
	}
	before := feed.Duties[0]
	key := before.Key[len(namDong)+1:]
	f.do("2018-04-20 10:00", "thuongtruc.truong", f.decision(key, poverty.Decision{Act: poverty.ActNote, Reason: "Nhắc qua điện thoại"}))
	feed, err = f.FeedOf(t.Context(), officer, 1)
	f.must(err)
	i := slices.IndexFunc(feed.Duties, func(d poverty.FeedDuty) bool { return d.Key == before.Key })
	if after := feed.Duties[i]; after.Changes <= before.Changes || !after.ChangedAt.After(before.ChangedAt) {
		t.Errorf("a change leaves %d at %s as %d at %s", before.Changes, before.ChangedAt, after.Changes, after.ChangedAt)
	}
	// A duty that somebody typed is not of the cycle's rules.
	f.do("2018-04-20 11:00", "thuongtruc.truong", poverty.Proposal{Add: &poverty.NewDuty{Cycle: namDong, Unit: "thuong-long", Title: "Sửa nhà cho hộ", Due: "by 2018-05-10"}})
	f.submit("2018-04-20 12:00", "thuonglong.chutich", "report/thuong-long/2018-04")
	feed, err = f.FeedOf(t.Context(), officer, 1)
	f.must(err)
	typed := 0
	for _, d := range feed.Duties {
		if d.Kind == poverty.DutyTask && !d.Ruled {
			typed++
		}
		if d.Code == "report" && d.Period == "2018-04" {
			t.Error("what was sent still stands there")
		}
	}
	if typed != 1 {
		t.Errorf("%d duties by hand", typed)
	}

	f.exec(`insert into meetings (cycle_id, code, kind, unit_id, title, starts_at, ends_at, state) values
		('nam-dong:2018', 'moi', 'district', 'nam-dong', 'Được mời', '2018-05-08 08:00+07', '2018-05-08 10:00+07', 'planned'),
		('nam-dong:2018', 'khong-moi', 'district', 'nam-dong', 'Không mời', '2018-05-09 08:00+07', '2018-05-09 10:00+07', 'planned'),
		('nam-dong:2018', 'da-lau', 'district', 'nam-dong', 'Đã lâu', '2018-01-09 08:00+07', '2018-01-09 10:00+07', 'planned')`)
	f.exec(`insert into meeting_invitations (meeting_id, unit_id, office_id) select id, 'thuong-long', 'thuong-long/officer' from meetings where code <> 'khong-moi'`)
	feed, err = f.FeedOf(t.Context(), officer, 1)
	f.must(err)
	if len(feed.Meetings) != 1 || feed.Meetings[0].Code != "moi" {
		t.Errorf("meetings %+v", feed.Meetings)
	}
}

func TestDB_feed_is_closed_to_all_but_its_present_address(t *testing.T) {
	f := running(t)
	user := f.user("thuonglong.canbo")
	closed := func(why string, id poverty.UserID, version int) {
		t.Helper()
		if _, err := f.FeedOf(t.Context(), id, version); poverty.KindOf(err) != poverty.NotFound {
			t.Errorf("%s: %v", why, err)
		}
	}
	closed("never opened", user, 0)
	_, err := f.RenewFeed(f.as("thuonglong.canbo"), true)
	f.must(err)
	closed("another version", user, 0)
	closed("another version", user, 2)
	closed("another's", f.user("huongson.chutich"), 1)
	closed("nobody's", 9999, 1)
	_, err = f.RenewFeed(f.as("thuonglong.canbo"), true)
	f.must(err)
	closed("renewed", user, 1)
	if _, err := f.FeedOf(t.Context(), user, 2); err != nil {
		t.Error(err)
	}
	s, err := f.RenewFeed(f.as("thuonglong.canbo"), false)
	f.must(err)
	closed("closed", user, s.FeedVersion)
	closed("closed", user, 2)
	s, err = f.RenewFeed(f.as("thuonglong.canbo"), true)
	f.must(err)
	f.exec("update users set active = false where id = $1", user)
	closed("no longer active", user, s.FeedVersion)
}

func TestDB_feed_of_a_substitute_keeps_to_the_cycle(t *testing.T) {
	f := running(t)
	f.advance("2018-04-20 09:00")
	_, err := f.give("quantri", poverty.NewHolding{Office: "thuong-long/head", Login: "toaan.canbo", Substitute: true, Cycle: namDong, From: date("2018-04-20"), Until: date("2018-05-30"), Basis: "CV 7"})
	f.must(err)
	s, err := f.RenewFeed(f.as("toaan.canbo"), true)
	f.must(err)
	owed := func() int {
		feed, err := f.FeedOf(t.Context(), f.user("toaan.canbo"), s.FeedVersion)
		f.must(err)
		return len(feed.Duties)
	}
	if owed() == 0 {
		t.Error("nothing of the cycle")
	}
	f.exec("update holdings set cycle_id = 'cam-lo:2019' where cycle_id is not null")
	if n := owed(); n != 0 {
		t.Errorf("%d of another cycle", n)
	}
}
