package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

const secret = "Hộ ông X bệnh nặng, không vay được vốn"

// raised is an obstacle of Hương Hữu of 11 June, raised through the standing
// office.
func raised(f *fixture) poverty.ObstacleID {
	f.t.Helper()
	return f.do("2018-06-11 08:30", "huonghuu.canbo", poverty.Proposal{Obstacle: &poverty.ObstacleMove{
		Cycle: namDong, Verb: poverty.ObstacleRaises, Unit: "huong-huu", Kind: poverty.ObstacleHindrance, To: poverty.ToStanding, Text: secret,
	}}).Obstacle
}

func onObstacle(id poverty.ObstacleID, verb poverty.ObstacleVerb, text string) poverty.Proposal {
	return poverty.Proposal{Obstacle: &poverty.ObstacleMove{Cycle: namDong, Obstacle: id, Verb: verb, Text: text}}
}

func (f *fixture) obstacle(login string, id poverty.ObstacleID) poverty.Obstacle {
	f.t.Helper()
	o, err := f.Obstacle(f.as(login), id)
	f.must(err)
	return o
}

func TestObstacle_unanswered_is_a_trouble_of_whom_it_was_raised_to(t *testing.T) {
	f := running(t)
	id := raised(f)
	d := f.duty("obstacle/phong-ldtbxh/huong-huu.1")
	if d.LastDay != date("2018-06-18") || f.obstacle("huonghuu.canbo", id).Duty != d.ID {
		t.Errorf("%+v", d)
	}
	f.advance("2018-06-19 09:00")
	if d := f.duty("obstacle/phong-ldtbxh/huong-huu.1"); d.Trouble != poverty.TroubleUnanswered {
		t.Errorf("trouble %q", d.Trouble)
	}
	if o := f.obstacle("huonghuu.canbo", id); !o.Overdue || !o.Waits() {
		t.Errorf("%+v", o)
	}
	_, err := f.try("thuongtruc.truong", f.decision("obstacle/phong-ldtbxh/huong-huu.1", poverty.Decision{Act: poverty.ActDone}))
	f.wantKind(err, poverty.Conflict, "duty.use_obstacle")
	f.do("2018-06-20 14:00", "thuongtruc.canbo", onObstacle(id, poverty.ObstacleAnswers, "Giữ giống tại xã"))
	if d := f.duty("obstacle/phong-ldtbxh/huong-huu.1"); d.State != poverty.DutyDone || d.Verdict != poverty.Late {
		t.Errorf("%s %s", d.State, d.Verdict)
	}
	if diff := cmp.Diff([]string{"huong-huu/officer answered", "huong-huu/head answered"}, f.told()); diff != "" {
		t.Error(diff)
	}
}

func TestObstacle_forwarded_lays_the_answer_on_the_owner(t *testing.T) {
	f := running(t)
	id := raised(f)
	f.do("2018-06-12 09:00", "thuongtruc.truong", onObstacle(id, poverty.ObstacleForwards, "Nên đồng ý"))
	if d := f.duty("obstacle/phong-ldtbxh/huong-huu.1"); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%s %s", d.State, d.Verdict)
	}
	waiting := mustList(f.Waiting(f.as("lanhdao.pct"), namDong))
	if !slices.ContainsFunc(waiting, func(w poverty.Waiting) bool { return w.Duty.Key == "nam-dong:2018/obstacle/nam-dong/huong-huu.1" }) {
		t.Error("it does not wait for the leadership")
	}
	f.do("2018-06-14 09:00", "lanhdao.pct", onObstacle(id, poverty.ObstacleDecides, "Đồng ý"))
	o := f.obstacle("huonghuu.canbo", id)
	if o.State != poverty.ObstacleDecided || o.Opinion != "Nên đồng ý" || o.Answer != "Đồng ý" || o.AnsweredBy != "nam-dong/vice-chair" {
		t.Errorf("%+v", o)
	}
	_, err := f.try("lanhdao.pct", onObstacle(id, poverty.ObstacleAnswers, "nữa"))
	f.wantKind(err, poverty.Conflict, "obstacle.cannot_move")
	f.do("2018-06-20 09:00", "huonghuu.canbo", onObstacle(id, poverty.ObstacleCloses, "Đã xong"))
}

func TestObstacle_what_each_may_do(t *testing.T) {
	f := running(t)
	id := raised(f)
	raise := func(unit poverty.UnitID, basis string) poverty.Proposal {
		return poverty.Proposal{Obstacle: &poverty.ObstacleMove{Cycle: namDong, Verb: poverty.ObstacleRaises, Unit: unit, Kind: poverty.ObstacleProposal, To: poverty.ToOwner, Text: "x", Basis: basis}}
	}
	for _, tt := range []struct {
		name, login string
		p           poverty.Proposal
		want        poverty.Kind
	}{
		{"for another unit", "thuongquang.canbo", raise("huong-huu", ""), poverty.Forbidden},
		{"the tier above", "tinh.canbo", raise("huong-huu", "x"), poverty.Forbidden},
		{"on behalf without a basis", "thuongtruc.canbo", raise("huong-huu", ""), poverty.Invalid},
		{"without words", "huonghuu.canbo", poverty.Proposal{Obstacle: &poverty.ObstacleMove{Cycle: namDong, Verb: poverty.ObstacleRaises, Unit: "huong-huu", Kind: poverty.ObstacleProposal, To: poverty.ToOwner}}, poverty.Invalid},
		{"who raised it answers", "huonghuu.canbo", onObstacle(id, poverty.ObstacleAnswers, "x"), poverty.Forbidden},
		{"its group answers", "giaoduc.truong", onObstacle(id, poverty.ObstacleAnswers, "x"), poverty.Forbidden},
		{"the standing office decides", "thuongtruc.truong", onObstacle(id, poverty.ObstacleDecides, "x"), poverty.Forbidden},
		{"who cannot read it", "thuongquang.canbo", onObstacle(id, poverty.ObstacleCloses, "x"), poverty.NotFound},
		{"the tier above answers", "tinh.canbo", onObstacle(id, poverty.ObstacleAnswers, "x"), poverty.NotFound},
		{"a household of no register", "huonghuu.canbo", poverty.Proposal{Obstacle: &poverty.ObstacleMove{Cycle: namDong, Verb: poverty.ObstacleRaises, Unit: "huong-huu",
			Kind: poverty.ObstacleProposal, To: poverty.ToOwner, Text: "x", Household: 987654}}, poverty.Invalid},
	} {
		if _, err := f.try(tt.login, tt.p); poverty.KindOf(err) != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	seen := f.obstacle("thuongtruc.canbo", id).Version
	f.do("2018-06-12 09:00", "thuongtruc.truong", onObstacle(id, poverty.ObstacleForwards, "x"))
	stale := onObstacle(id, poverty.ObstacleDecides, "x")
	stale.Obstacle.Version = seen
	_, err := f.try("lanhdao.pct", stale)
	f.wantKind(err, poverty.Conflict, "obstacle.changed")
}

func TestObstacle_is_read_by_its_own_and_counted_by_others(t *testing.T) {
	f := running(t)
	id := raised(f)
	f.do("2018-06-12 09:00", "thuongtruc.truong", onObstacle(id, poverty.ObstacleForwards, secret))
	for login, reads := range map[string]bool{
		"huonghuu.canbo": true, "giaoduc.canbo": true, "thpt.canbo": true, "thuongtruc.canbo": true, "lanhdao.ct": true,
		"thuongquang.canbo": false, "congan.canbo": false, "tinh.canbo": false, "hdnd.canbo": false, "quantri": false,
	} {
		list := mustList(f.Obstacles(f.as(login), poverty.ObstacleFilter{Cycle: namDong}))
		if (len(list) == 1) != reads {
			t.Errorf("%s reads %d", login, len(list))
		}
		if _, err := f.Obstacle(f.as(login), id); (err == nil) != reads || err != nil && poverty.KindOf(err) != poverty.NotFound {
			t.Errorf("%s: %v", login, err)
		}
		for _, n := range mustList(f.Notices(f.as(login), poverty.NoticeFilter{Cycle: namDong})) {
			if n.Kind == poverty.NoticeObstacle && (n.Obstacle == id) != reads {
				t.Errorf("%s: a notice leads to %d", login, n.Obstacle)
			}
		}
		for _, e := range mustList(f.History(f.as(login), poverty.HistoryFilter{Cycle: namDong, Limit: 5000})) {
			if strings.Contains(e.Reason+e.Basis, "Hộ ông X") {
				t.Errorf("%s reads the text in the history", login)
			}
		}
	}
	want := []poverty.ObstacleCount{{Unit: "huong-huu", UnitName: "UBND xã Hương Hữu", Raised: 1, Waiting: 1}}
	for login, counts := range map[string][]poverty.ObstacleCount{"tinh.canbo": want, "hdnd.canbo": want, "thuongtruc.canbo": want, "giaoduc.canbo": want, "thuongquang.canbo": {}} {
		got, err := f.ObstacleCounts(f.as(login), namDong)
		f.must(err)
		if diff := cmp.Diff(counts, got); diff != "" {
			t.Errorf("%s: %s", login, diff)
		}
	}
}

func TestObstacles_of_a_unit_and_period(t *testing.T) {
	f := running(t)
	raised(f)
	f.do("2018-07-02 09:00", "giaoduc.canbo", poverty.Proposal{Obstacle: &poverty.ObstacleMove{
		Cycle: namDong, Verb: poverty.ObstacleRaises, Unit: "phong-gddt", Kind: poverty.ObstacleProposal, To: poverty.ToOwner, Text: "Thêm sách", Component: "sach",
	}})
	for _, tt := range []struct {
		name string
		f    poverty.ObstacleFilter
		want []int
	}{
		{"all, the newest first", poverty.ObstacleFilter{}, []int{2, 1}},
		{"of June", poverty.ObstacleFilter{From: date("2018-06-01"), To: date("2018-06-30")}, []int{1}},
		{"of the group's lead", poverty.ObstacleFilter{Unit: "phong-gddt"}, []int{2}},
		{"about the commune", poverty.ObstacleFilter{Commune: "huong-huu"}, []int{1}},
		{"of a component", poverty.ObstacleFilter{Component: "sach"}, []int{2}},
		{"proposals", poverty.ObstacleFilter{Kind: poverty.ObstacleProposal}, []int{2}},
		{"answered", poverty.ObstacleFilter{State: poverty.ObstacleAnswered}, nil},
		{"waiting", poverty.ObstacleFilter{Waiting: true}, []int{2, 1}},
	} {
		tt.f.Cycle = namDong
		var got []int
		for _, o := range mustList(f.Obstacles(f.as("thuongtruc.canbo"), tt.f)) {
			got = append(got, o.No)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
