package postgres_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dondoc/mail"
	"dondoc/postgres"
	"dondoc/poverty"
)

// notices are those about a duty, oldest first: "overdue 3 escalation huong-huu/head thuongtruc queued".
func (f *fixture) notices(key string) []string {
	f.t.Helper()
	list := mustList(f.Notices(f.system(), poverty.NoticeFilter{Duty: f.duty(key).ID}))
	slices.Reverse(list)
	var lines []string
	for _, n := range list {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", n.Rung, n.Kind, n.Office, n.State)))
	}
	return lines
}

func (f *fixture) letters(until string) []poverty.Letter {
	f.t.Helper()
	f.set(until)
	return mustList(f.Letters(f.system(), at(until), at(until), 1000))
}

func (f *fixture) deliver(letters []poverty.Letter) {
	f.t.Helper()
	var ds []poverty.Delivery
	for _, l := range letters {
		ds = append(ds, poverty.Delivery{Letter: l, State: poverty.NoticeSent, At: f.clock()})
	}
	f.must(f.Delivered(f.system(), ds))
}

func TestDB_notices_go_to_the_offices_of_the_ladder(t *testing.T) {
	f := running(t)
	f.advance("2018-05-15 09:00")
	want := []string{
		"remind 3 reminder thuong-long/officer queued", "remind 0 reminder thuong-long/officer queued", "overdue 1 overdue thuong-long/head queued",
		"overdue 3 escalation phong-ldtbxh/head queued", "overdue 5 escalation nam-dong/vice-chair queued",
		"overdue 9 escalation nam-dong/vice-chair queued", "overdue 10 escalation nam-dong/chair queued",
	}
	if diff := cmp.Diff(want, f.notices("report/thuong-long/2018-04")); diff != "" {
		t.Error(diff)
	}
}

func TestDB_vacant_office_is_told_and_the_next_one_up_gets_the_notice(t *testing.T) {
	f := running(t)
	f.must(f.Vacate(f.system(), "thuong-long/head", date("2018-04-30")))
	f.advance("2018-05-02 09:00")
	want := []string{
		"remind 3 reminder thuong-long/officer queued", "remind 0 reminder thuong-long/officer queued",
		"overdue 1 overdue thuong-long/head vacant", "vacancy phong-ldtbxh/head queued", "overdue 1 overdue thuong-long/deputy queued",
	}
	if diff := cmp.Diff(want, f.notices("report/thuong-long/2018-04")); diff != "" {
		t.Error(diff)
	}
	board, err := f.Board(f.as("thuongtruc.canbo"), namDong)
	f.must(err)
	if board.Vacant != 1 {
		t.Errorf("%d vacant on the board", board.Vacant)
	}
}

func TestDB_substitute_gets_what_the_holder_would(t *testing.T) {
	f := running(t)
	deputy := f.user("thuonglong.phochutich")
	f.exec(`insert into holdings (office_id, user_id, substitute, basis, valid_from, valid_to) values ('thuong-long/head', $1, true, 'QĐ 12', '2018-05-01', '2018-05-30')`, deputy)
	f.advance("2018-07-03 09:00")
	to := map[string]string{}
	for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Cycle: namDong})) {
		if n.Office == "thuong-long/head" && strings.HasPrefix(n.Key, "nam-dong:2018/report/thuong-long/") && n.Rung == "overdue 1" {
			to[n.Period] = n.UserName
		}
	}
	want := map[string]string{"2018-04": "Phó Chủ tịch UBND xã Thượng Long", "2018-05": "Chủ tịch UBND xã Thượng Long", "2018-06": "Chủ tịch UBND xã Thượng Long"}
	if diff := cmp.Diff(want, to); diff != "" {
		t.Error(diff)
	}
	f.set("2018-05-10 09:00")
	me, err := f.Me(f.as("thuonglong.phochutich"))
	f.must(err)
	seat, ok := me.Holds("thuong-long/head")
	if !ok || !seat.Substitute || seat.Basis != "QĐ 12" {
		t.Errorf("acts as %+v", me.Seats)
	}
}

func TestDB_one_letter_a_person_and_instant_worded_for_the_gravest(t *testing.T) {
	f := running(t)
	f.advance("2018-04-18 09:00")
	f.deliver(f.letters("2018-04-18 07:00"))
	letters := f.letters("2018-04-18 09:00")
	seen := map[string]int{}
	for _, l := range letters {
		seen[l.To.Login+l.At.Format(" 15:04")]++
		if l.To.Login == "lanhdao.pct" {
			if len(l.Notices) != 6 || len(l.Duties) != 6 || l.Notices[0].Demand != poverty.DemandDecision {
				t.Errorf("the vice chair's letter has %d notices, the first demands %q", len(l.Notices), l.Notices[0].Demand)
			}
		}
		if l.To.Email == "" || l.ID == "" {
			t.Errorf("a letter to %q under %q", l.To.Email, l.ID)
		}
	}
	for who, n := range seen {
		if n > 1 {
			t.Errorf("%s gets %d letters", who, n)
		}
	}
	if seen["lanhdao.pct 08:00"] != 1 {
		t.Errorf("letters %v", seen)
	}
}

func TestDB_notices_of_work_that_is_in_are_superseded(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 08:00")
	f.submit("2018-05-02 08:30", "thuonglong.canbo", "report/thuong-long/2018-04")
	for _, l := range f.letters("2018-05-02 09:00") {
		for _, n := range l.Notices {
			if n.Key[:len("nam-dong:2018/report/thuong-long/")] == "nam-dong:2018/report/thuong-long/" {
				t.Errorf("sent: %s", n.Key)
			}
		}
	}
	want := []string{"remind 3 reminder thuong-long/officer superseded", "remind 0 reminder thuong-long/officer superseded", "overdue 1 overdue thuong-long/head superseded"}
	if diff := cmp.Diff(want, f.notices("report/thuong-long/2018-04")); diff != "" {
		t.Error(diff)
	}
	var superseded int
	for _, line := range f.ledger("report/thuong-long/2018-04") {
		if strings.Contains(line, "superseded") {
			superseded++
		}
	}
	if superseded != 3 {
		t.Errorf("%d entries say so", superseded)
	}
}

func TestDB_an_old_reminder_gives_way_to_the_higher_rung(t *testing.T) {
	f := running(t)
	f.advance("2018-04-27 08:00") // nobody sent the reminder of the 24th
	f.letters("2018-04-27 08:00")
	want := []string{"remind 3 reminder thuong-long/officer superseded", "remind 0 reminder thuong-long/officer sending"}
	if diff := cmp.Diff(want, f.notices("report/thuong-long/2018-04")); diff != "" {
		t.Error(diff)
	}
}

func TestDB_what_a_dead_sender_took_is_taken_again_under_the_same_ID(t *testing.T) {
	f := running(t)
	f.advance("2018-04-11 08:00")
	first := f.letters("2018-04-11 08:00")
	if len(first) == 0 {
		t.Fatal("no letters")
	}
	if again := f.letters("2018-04-11 08:04"); len(again) > 0 {
		t.Errorf("%d letters are taken twice within the lease", len(again))
	}
	again := f.letters("2018-04-11 08:06")
	ids := func(letters []poverty.Letter) (ids []string) {
		for _, l := range letters {
			ids = append(ids, l.ID)
		}
		return ids
	}
	if diff := cmp.Diff(ids(first), ids(again)); diff != "" {
		t.Error(diff)
	}
	f.deliver(again)
	if left := f.letters("2018-04-12 08:00"); slices.ContainsFunc(left, func(l poverty.Letter) bool { return slices.Contains(ids(first), l.ID) }) {
		t.Error("what was sent is taken again")
	}
}

// mailServer takes each mail in a while of the fixture's clock, in which something
// else happens.
type mailServer struct {
	f         *fixture
	taken     map[string]int // how often, by Message-ID
	each      time.Duration
	meanwhile func()
}

func (s mailServer) SendAll(_ context.Context, mails []mail.Message) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i, m := range mails {
			s.f.set(s.f.clock().Add(s.each).Format("2006-01-02 15:04"))
			s.meanwhile()
			s.taken[m.ID]++
			if !yield(i, nil) {
				return
			}
		}
	}
}

func TestPostman_two_send_no_letter_twice_while_the_mail_server_is_slow(t *testing.T) {
	f := running(t)
	f.advance("2018-04-11 08:00")
	taken := map[string]int{}
	round := func(each time.Duration, meanwhile func()) (n int) {
		p := mail.Postman{Post: f.DB, Sender: mailServer{f, taken, each, meanwhile}, Every: time.Second, Now: f.clock}
		n, err := p.Round(t.Context())
		f.must(err)
		return n
	}
	first := round(2*time.Minute, func() { round(0, func() {}) })
	for round(0, func() {}) > 0 {
	}
	for id, times := range taken {
		if times != 1 {
			t.Errorf("%s was sent %d times", id, times)
		}
	}
	if first < 4 || len(taken) < first {
		t.Errorf("%d letters were taken, %d sent", first, len(taken))
	}
}

func TestDB_failed_delivery_is_tried_again_when_it_says_so(t *testing.T) {
	f := running(t)
	f.advance("2018-04-11 08:00")
	letters := f.letters("2018-04-11 08:00")
	f.must(f.Delivered(f.system(), []poverty.Delivery{
		{Letter: letters[0], State: poverty.NoticeQueued, Failure: "450 busy", At: f.clock(), Retry: at("2018-04-11 10:00")},
		{Letter: letters[1], State: poverty.NoticeFailed, Failure: "550 unknown", At: f.clock()},
	}))
	f.deliver(letters[2:])
	if early := f.letters("2018-04-11 09:59"); len(early) > 0 {
		t.Errorf("%d letters before the retry", len(early))
	}
	if late := f.letters("2018-04-11 10:00"); len(late) != 1 || late[0].ID != letters[0].ID {
		t.Errorf("%d letters at the retry", len(late))
	}
	board, err := f.Board(f.as("thuongtruc.canbo"), namDong)
	f.must(err)
	if board.Failed != len(letters[1].Notices) {
		t.Errorf("%d failed on the board", board.Failed)
	}
}

// What a sender gives back unsent is taken again as if it had not been taken: the
// pause after a failure grows with what was tried alone.
func TestDB_letter_that_is_given_back_was_no_attempt(t *testing.T) {
	f := running(t)
	f.advance("2018-04-11 08:00")
	for range 3 {
		letters := f.letters("2018-04-11 08:00")
		if len(letters) == 0 || letters[0].Attempts != 1 {
			t.Fatalf("%d letters, %+v", len(letters), letters)
		}
		for _, l := range letters {
			f.must(f.Delivered(f.system(), []poverty.Delivery{{Letter: l, State: poverty.NoticeQueued, At: at("2018-04-11 08:00")}}))
		}
	}
}

func TestDB_senders_at_once_share_the_letters(t *testing.T) {
	f := running(t)
	f.advance("2018-04-18 09:00")
	ctx := f.system()
	f.set("2018-04-18 09:00")
	taken := make([][]poverty.Letter, 3)
	for _, err := range f.together(3, func(i int) (err error) {
		taken[i], err = f.Letters(ctx, at("2018-04-18 09:00"), at("2018-04-18 09:00"), 1000)
		return err
	}) {
		f.must(err)
	}
	seen := map[int64]int{}
	for _, letters := range taken {
		for _, l := range letters {
			for _, n := range l.Notices {
				seen[n.ID]++
			}
		}
	}
	for id, n := range seen {
		if n > 1 {
			t.Errorf("notice %d was taken %d times", id, n)
		}
	}
	if queued := column[int](f, f.super(), "select count(*)::int from notices where state = 'queued' and try_at <= '2018-04-18 09:00+07'"); queued[0] > 0 {
		t.Errorf("%d are left", queued[0])
	}
}

func TestDB_notice_keys_are_of_duty_ladder_rung_office_and_holder(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	f.do("2018-05-02 10:00", "lanhdao.pct", f.decision("report/thuong-long/2018-04", poverty.Decision{Act: poverty.ActExtend, By: date("2018-05-10"), Reason: "x"}))
	f.advance("2018-05-10 09:00")
	var keys []string
	for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Duty: f.duty("report/thuong-long/2018-04").ID})) {
		if n.Rung == "remind 0" {
			keys = append(keys, n.Key)
		}
	}
	officer := f.user("thuonglong.canbo")
	want := []string{
		fmt.Sprintf("nam-dong:2018/report/thuong-long/2018-04|2|remind 0|thuong-long/officer|%d", officer),
		fmt.Sprintf("nam-dong:2018/report/thuong-long/2018-04|1|remind 0|thuong-long/officer|%d", officer),
	}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
}

func TestDB_notices_are_seen_by_their_office_and_their_unit(t *testing.T) {
	f := running(t)
	f.advance("2018-05-04 09:00")
	count := func(login string, mine bool) map[poverty.UnitID]int {
		units := map[poverty.UnitID]int{}
		for _, n := range mustList(f.Notices(f.as(login), poverty.NoticeFilter{Cycle: namDong, Mine: mine})) {
			units[n.Unit]++
		}
		return units
	}
	if got := count("thuonglong.canbo", false); len(got) != 1 || got["thuong-long"] == 0 {
		t.Errorf("a commune sees notices about %v", got)
	}
	if got := count("thuongtruc.truong", true); got["thuong-long"] == 0 || got["huong-son"] == 0 {
		t.Errorf("the standing office gets notices about %v", got)
	}
	if got := count("camlo.ct", false); len(got) > 0 {
		t.Errorf("another owner sees notices about %v", got)
	}
	if all, mine := count("thuongtruc.canbo", false), count("thuongtruc.canbo", true); len(all) < 12 || len(mine) >= len(all) {
		t.Errorf("all %v, mine %v", all, mine)
	}
}

func TestDB_a_letter_is_taken_whole_however_few_are_asked_for(t *testing.T) {
	f := running(t)
	f.advance("2018-04-18 09:00")
	f.set("2018-04-18 09:00")
	seen := map[string]bool{}
	for {
		letters, err := f.Letters(f.system(), f.clock(), f.clock(), 1)
		f.must(err)
		if len(letters) == 0 {
			break
		}
		for _, l := range letters {
			who := l.To.Login + l.At.Format(" 2006-01-02 15:04")
			if seen[who] {
				t.Errorf("%s gets a second letter", who)
			}
			seen[who] = true
			if l.To.Login == "lanhdao.pct" && l.At.Equal(at("2018-04-18 08:00")) && len(l.Notices) != 6 {
				t.Errorf("the vice chair's letter has %d notices", len(l.Notices))
			}
		}
	}
	if !seen["lanhdao.pct 2018-04-18 08:00"] {
		t.Errorf("letters to %v", seen)
	}
}

// A digest goes out when all that was planned for its time in its reader's cycles
// is done, or five minutes later.
func TestDB_a_digest_waits_until_its_notice_time_is_complete(t *testing.T) {
	f := running(t)
	f.advance("2018-04-18 07:59")
	f.deliver(f.letters("2018-04-18 07:59"))
	f.set("2018-04-18 08:00")
	f.step(poverty.Ref{Cycle: namDong, Process: poverty.ProcessPlan, Key: "thuong-long"}, "2018-04-18 08:00")
	pct := func(letters []poverty.Letter) (list []poverty.Letter) {
		for _, l := range letters {
			if l.To.Login == viceChair && l.Digest() {
				list = append(list, l)
			}
		}
		return list
	}
	if early := pct(f.letters("2018-04-18 08:01")); len(early) > 0 {
		t.Fatalf("sent while five plans still wait for the same rung: %d notices", len(early[0].Notices))
	}
	if late := pct(f.letters("2018-04-18 08:05")); len(late) != 1 || len(late[0].Notices) != 1 {
		t.Fatalf("after five minutes: %+v", late)
	} else {
		f.deliver(late)
	}
	f.advance("2018-04-18 08:07")
	if rest := pct(f.letters("2018-04-18 08:07")); len(rest) != 1 || len(rest[0].Notices) != 5 {
		t.Errorf("what came after goes in one further message: %d letters", len(rest))
	}
}

// A digest lists what is new and, for each reader, what is still late; without
// news it goes on the week's first working day only.
func TestDB_what_is_still_late_is_listed_with_news_and_once_a_week(t *testing.T) {
	f := running(t)
	f.advance("2018-04-25 12:00") // plans are past their last rung since the 20th, a Friday; Monday was the 23rd
	of := map[string][]poverty.Letter{}
	for _, l := range f.letters("2018-04-25 12:00") {
		of[l.To.Login+l.At.Format(" 02/01")] = append(of[l.To.Login+l.At.Format(" 02/01")], l)
	}
	monday := of[viceChair+" 23/04"]
	if len(monday) != 1 || len(monday[0].Notices) != 1 || monday[0].Notices[0].Kind != poverty.NoticeStanding || len(monday[0].Open) < 6 {
		t.Fatalf("the vice chair's Monday: %+v", monday)
	}
	if !slices.IsSortedFunc(monday[0].Open, func(a, b poverty.Duty) int { return a.LastDay.Compare(b.LastDay) }) {
		t.Error("not by how long they are late")
	}
	if days := column[string](f, f.super(), "select distinct to_char(at, 'DD/MM') from notices where kind = 'standing'"); !slices.Equal(days, []string{"23/04"}) {
		t.Errorf("listed on %v", days)
	}
	if own := of[longChair+" 23/04"]; len(own) != 1 || slices.ContainsFunc(own[0].Open, func(d poverty.Duty) bool { return d.Unit != "thuong-long" }) {
		t.Errorf("a commune's Monday lists what is not its own: %+v", own)
	}
	if n := column[int](f, f.super(), "select count(*)::int from notices where kind = 'standing' and user_id = $1 and at = '2018-04-23 08:00+07'", f.user(viceChair)); n[0] != 1 {
		t.Errorf("listed %d times in a week", n[0])
	}
	for _, unit := range []poverty.UnitID{"thuong-long", "thuong-quang", "thuong-lo", "thuong-nhat", "huong-huu", "huong-son"} {
		f.do("2018-04-26 09:00", viceChair, f.decision("plan/"+string(unit), poverty.Decision{Act: poverty.ActExcuse, Basis: "x"}))
		f.do("2018-04-26 09:00", viceChair, f.decision("meeting/"+string(unit), poverty.Decision{Act: poverty.ActExcuse, Basis: "x"}))
	}
	f.advance("2018-05-02 09:00") // Monday is a day off, Wednesday the week's first working day
	if days := column[string](f, f.super(), "select distinct to_char(at, 'DD/MM') from notices where kind = 'standing' order by 1"); !slices.Equal(days, []string{"02/05", "23/04"}) {
		t.Errorf("listed on %v", days)
	}
}

// Two letters to one person keep their distance where the mail server wants it.
func TestDB_letters_to_one_person_keep_their_distance(t *testing.T) {
	f := running(t)
	db, err := postgres.Open(t.Context(), f.url, postgres.Options{Now: f.clock, Conns: 2, PerPerson: time.Minute})
	f.must(err)
	t.Cleanup(db.Close)
	f.DB = db
	f.advance("2018-04-18 09:00")
	seen := map[poverty.UserID]int{}
	first := f.letters("2018-04-18 09:00")
	for _, l := range first {
		seen[l.To.ID]++
	}
	for user, n := range seen {
		if n > 1 {
			t.Errorf("user %d gets %d letters at once", user, n)
		}
	}
	f.deliver(first)
	if again := f.letters("2018-04-18 09:00"); slices.ContainsFunc(again, func(l poverty.Letter) bool { return seen[l.To.ID] > 0 }) {
		t.Error("a second one within the minute")
	}
	if later := f.letters("2018-04-18 09:02"); len(later) == 0 {
		t.Error("what waited never goes")
	}
}
