package poverty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func aCycle() poverty.Cycle {
	return poverty.Cycle{
		ID: "nam-dong:2018", Owner: "nam-dong", Year: 2018, State: poverty.CycleRunning, IssuedAt: issued,
		Rules: poverty.Rules{
			NoticeTime: calendar.MustClock("08:00"),
			Terms:      poverty.DefaultTerms(),
			Bindings: poverty.Bindings{Standing: "phong", Chair: "nam-dong/chair", ViceChair: "nam-dong/vice-chair",
				Above: []poverty.UnitID{"tinh"}, Overseers: []poverty.UnitID{"hdnd"}},
			Ladders: map[string]poverty.Ladder{
				"report": ladder("remind 3", "remind 0", "overdue 1", "overdue 3", "overdue 5!decision", "overdue 10!decision"),
				"start":  ladder("remind 3", "remind 0", "overdue 1!acknowledgement", "overdue 3!decision", "overdue 5!decision"),
			},
			Units: map[poverty.UnitID]poverty.CycleUnit{
				"nam-dong": {Role: "owner"}, "phong": {Role: "standing"}, "tinh": {Role: "reader"}, "hdnd": {Role: "reader"},
				"thuong-long": {Role: "commune"}, "huong-son": {Role: "commune"},
				"cong-an": {Role: "lead"}, "y-te": {Role: "lead"}, "toa-an": {Role: "member"},
			},
			Groups: []poverty.Group{
				{Code: "a", Commune: "thuong-long", Lead: "cong-an", Members: []poverty.UnitID{"toa-an"}},
				{Code: "b", Commune: "huong-son", Lead: "cong-an"},
			},
		},
	}
}

func TestRules_Owing_names_each_unit_once_in_order(t *testing.T) {
	tests := []struct {
		name string
		who  []string
		want []poverty.UnitID
	}{
		{"communes", []string{"communes"}, []poverty.UnitID{"huong-son", "thuong-long"}},
		{"leads, once however many groups they lead", []string{"leads"}, []poverty.UnitID{"cong-an", "y-te"}},
		{"members", []string{"members"}, []poverty.UnitID{"toa-an"}},
		{"the standing office", []string{"standing"}, []poverty.UnitID{"phong"}},
		{"a unit by its code", []string{"nam-dong"}, []poverty.UnitID{"nam-dong"}},
		{"named twice", []string{"leads", "communes", "cong-an"}, []poverty.UnitID{"cong-an", "huong-son", "thuong-long", "y-te"}},
		{"nobody", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, aCycle().Rules.Owing(poverty.Template{Who: tt.who})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCycle_Plays_is_by_binding_not_by_level(t *testing.T) {
	seats := map[string]poverty.Seat{
		"chair":    {Office: "nam-dong/chair", Unit: "nam-dong"},
		"vice":     {Office: "nam-dong/vice-chair", Unit: "nam-dong"},
		"owner":    {Office: "nam-dong/registry", Unit: "nam-dong"},
		"standing": {Office: "phong/officer", Unit: "phong"},
		"above":    {Office: "tinh/officer", Unit: "tinh"},
		"overseer": {Office: "hdnd/officer", Unit: "hdnd"},
		"commune":  {Office: "thuong-long/head", Unit: "thuong-long"},
		"stranger": {Office: "cam-lo/chair", Unit: "cam-lo"},
	}
	want := map[poverty.Part][]string{
		poverty.PartLeadership: {"chair", "vice"},
		poverty.PartStanding:   {"standing"},
		poverty.PartReader:     {"above", "chair", "overseer", "owner", "vice"},
		poverty.PartMember:     {"above", "chair", "commune", "overseer", "owner", "standing", "vice"},
		"":                     nil,
	}
	for part, names := range want {
		for name, seat := range seats {
			_, got := poverty.Actor{Seats: []poverty.Seat{seat}}.InCycle(aCycle(), part)
			plays := false
			for _, n := range names {
				plays = plays || n == name
			}
			if got != plays {
				t.Errorf("%s as %q: %v, want %v", name, part, got, plays)
			}
		}
	}
}

func TestActor_acts_in_the_seat_that_was_chosen(t *testing.T) {
	a := poverty.Actor{User: 1, Seats: []poverty.Seat{
		{Office: "nam-dong/chair", Unit: "nam-dong"}, {Office: "nam-dong/vice-chair", Unit: "nam-dong", Substitute: true},
	}}
	for _, office := range []poverty.OfficeID{"nam-dong/chair", "nam-dong/vice-chair"} {
		a.Office = office
		if seat, ok := a.InCycle(aCycle(), poverty.PartLeadership); !ok || seat.Office != office {
			t.Errorf("chose %s, acts as %s", office, seat.Office)
		}
		if seats := a.In("nam-dong"); seats[0].Office != office || len(seats) != 2 {
			t.Errorf("chose %s, seats %v", office, seats)
		}
	}
	a.Office = "phong/officer" // not held
	if seat, ok := a.InCycle(aCycle(), poverty.PartLeadership); !ok || seat.Office != "nam-dong/chair" {
		t.Errorf("chose an office not held, acts as %s", seat.Office)
	}
	if _, ok := a.Holds("phong/officer"); ok {
		t.Error("holds an office by choosing it")
	}
}

func TestActorFrom_nobody_is_no_actor(t *testing.T) {
	for _, tt := range []struct {
		actor poverty.Actor
		want  bool
	}{{poverty.Actor{}, false}, {poverty.Actor{Admin: true}, false}, {poverty.Actor{User: 1}, true}, {poverty.System("period"), true}} {
		if _, ok := poverty.ActorFrom(poverty.WithActor(t.Context(), tt.actor)); ok != tt.want {
			t.Errorf("%+v: %v, want %v", tt.actor, ok, tt.want)
		}
	}
	if _, ok := poverty.ActorFrom(t.Context()); ok {
		t.Error("a context without an actor has one")
	}
}
