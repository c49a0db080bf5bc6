package poverty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func TestObstacle_MayMove(t *testing.T) {
	t.Parallel()
	c := meetingCycle()
	vice := poverty.Actor{User: 1, Seats: []poverty.Seat{{Unit: "h", Role: poverty.RoleDeputy, Office: "h/vice-chair"}}}
	through := poverty.Obstacle{Unit: "xa", To: poverty.ToStanding, State: poverty.ObstacleRaised}
	forwarded, direct := through, through
	forwarded.State, direct.To = poverty.ObstacleForwarded, poverty.ToOwner
	for _, tt := range []struct {
		name  string
		o     poverty.Obstacle
		who   poverty.Actor
		verb  poverty.ObstacleVerb
		basis string
		want  poverty.Kind
	}{
		{"a commune its own", through, seatIn("xa", poverty.RoleOfficer), poverty.ObstacleRaises, "", ""},
		{"not another's", through, seatIn("xa-hai", poverty.RoleHead), poverty.ObstacleRaises, "", poverty.Forbidden},
		{"who only reads raises none", poverty.Obstacle{Unit: "tinh"}, seatIn("tinh", poverty.RoleHead), poverty.ObstacleRaises, "", poverty.Forbidden},
		{"the standing office on behalf", through, seatIn("phong", poverty.RoleOfficer), poverty.ObstacleRaises, "gọi điện", ""},
		{"not without a basis", through, seatIn("phong", poverty.RoleOfficer), poverty.ObstacleRaises, "", poverty.Invalid},
		{"the standing office answers what came to it", through, seatIn("phong", poverty.RoleHead), poverty.ObstacleAnswers, "", ""},
		{"not what it has forwarded", forwarded, seatIn("phong", poverty.RoleHead), poverty.ObstacleAnswers, "", poverty.Forbidden},
		{"nor what went to the owner", direct, seatIn("phong", poverty.RoleHead), poverty.ObstacleAnswers, "", poverty.Forbidden},
		{"nor forwards it", direct, seatIn("phong", poverty.RoleHead), poverty.ObstacleForwards, "", poverty.Forbidden},
		{"the leadership answers", direct, vice, poverty.ObstacleAnswers, "", ""},
		{"and decides", forwarded, vice, poverty.ObstacleDecides, "", ""},
		{"the standing office does not", forwarded, seatIn("phong", poverty.RoleHead), poverty.ObstacleDecides, "", poverty.Forbidden},
		{"who raised it does not answer it", through, seatIn("xa", poverty.RoleHead), poverty.ObstacleAnswers, "", poverty.Forbidden},
		{"but closes it", through, seatIn("xa", poverty.RoleHead), poverty.ObstacleCloses, "", ""},
		{"the tier above does nothing", through, seatIn("tinh", poverty.RoleHead), poverty.ObstacleAnswers, "", poverty.Forbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := tt.o.MayMove(c, tt.who, poverty.ObstacleMove{Verb: tt.verb, Basis: tt.basis}); poverty.KindOf(err) != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestObstacleState_Move(t *testing.T) {
	t.Parallel()
	want := map[poverty.ObstacleState][]poverty.ObstacleVerb{
		poverty.ObstacleRaised:    {poverty.ObstacleForwards, poverty.ObstacleAnswers, poverty.ObstacleDecides, poverty.ObstacleCloses},
		poverty.ObstacleForwarded: {poverty.ObstacleAnswers, poverty.ObstacleDecides, poverty.ObstacleCloses},
		poverty.ObstacleAnswered:  {poverty.ObstacleForwards, poverty.ObstacleDecides, poverty.ObstacleCloses},
		poverty.ObstacleDecided:   {poverty.ObstacleCloses},
		poverty.ObstacleClosed:    nil,
	}
	for _, from := range poverty.ObstacleStates {
		var got []poverty.ObstacleVerb
		for _, verb := range []poverty.ObstacleVerb{poverty.ObstacleForwards, poverty.ObstacleAnswers, poverty.ObstacleDecides, poverty.ObstacleCloses} {
			if _, err := from.Move(verb); err == nil {
				got = append(got, verb)
			} else if poverty.KindOf(err) != poverty.Conflict {
				t.Error(err)
			}
		}
		if diff := cmp.Diff(want[from], got); diff != "" {
			t.Errorf("%s: %s", from, diff)
		}
	}
}

func TestObstacle_Sees_its_group_and_commune_the_standing_office_and_the_owner(t *testing.T) {
	t.Parallel()
	c := meetingCycle()
	for _, tt := range []struct {
		o    poverty.Obstacle
		want []poverty.UnitID
	}{
		{poverty.Obstacle{Unit: "xa", Commune: "xa"}, []poverty.UnitID{"h", "lead", "member", "phong", "xa"}},
		{poverty.Obstacle{Unit: "member"}, []poverty.UnitID{"h", "lead", "member", "phong", "xa"}},
		{poverty.Obstacle{Unit: "xa-hai", Commune: "xa-hai"}, []poverty.UnitID{"h", "phong", "xa-hai"}},
	} {
		if diff := cmp.Diff(tt.want, tt.o.Sees(c)); diff != "" {
			t.Errorf("%s: %s", tt.o.Unit, diff)
		}
	}
}
