package poverty_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func TestPlanState_moves_only_along_the_way(t *testing.T) {
	states := []poverty.PlanState{poverty.PlanDraft, poverty.PlanSent, poverty.PlanAppraised, poverty.PlanReturned, poverty.PlanApproved}
	want := map[poverty.PlanVerb]map[poverty.PlanState]poverty.PlanState{
		poverty.PlanSend:     {poverty.PlanDraft: poverty.PlanSent, poverty.PlanReturned: poverty.PlanSent},
		poverty.PlanAppraise: {poverty.PlanSent: poverty.PlanAppraised},
		poverty.PlanApprove:  {poverty.PlanAppraised: poverty.PlanApproved},
		poverty.PlanReturn:   {poverty.PlanSent: poverty.PlanReturned, poverty.PlanAppraised: poverty.PlanReturned},
		"burn":               {},
	}
	for verb, moves := range want {
		for _, from := range states {
			to, err := from.Move(verb)
			if next, ok := moves[from]; ok {
				if err != nil || to != next {
					t.Errorf("%s a plan that is %s: %s, %v; want %s", verb, from, to, err, next)
				}
			} else if poverty.KindOf(err) != poverty.Conflict || to != from || poverty.Refusal(err).Field != "state" {
				t.Errorf("%s a plan that is %s: %s, %v; want a conflict", verb, from, to, err)
			}
		}
	}
}

func TestPlan_MayMove_is_for_those_seats_only(t *testing.T) {
	tests := []struct {
		name    string
		state   poverty.PlanState
		move    poverty.PlanMove
		allowed []string
	}{
		{"send", poverty.PlanDraft, poverty.PlanMove{Verb: poverty.PlanSend, Basis: "x"}, []string{"own head", "standing"}},
		{"appraise", poverty.PlanSent, poverty.PlanMove{Verb: poverty.PlanAppraise}, []string{"standing"}},
		{"approve", poverty.PlanAppraised, poverty.PlanMove{Verb: poverty.PlanApprove}, []string{"chair", "vice chair"}},
		{"return what is to be appraised", poverty.PlanSent, poverty.PlanMove{Verb: poverty.PlanReturn, Reason: "x"}, []string{"standing"}},
		{"return what is to be approved", poverty.PlanAppraised, poverty.PlanMove{Verb: poverty.PlanReturn, Reason: "x"}, []string{"chair", "vice chair"}},
	}
	for _, tt := range tests {
		for name, actor := range people {
			p := poverty.Plan{Unit: "thuong-long", State: tt.state, SentBy: 99}
			seat, onBehalf, err := p.MayMove(aCycle(), actor, tt.move)
			if slices.Contains(tt.allowed, name) {
				if err != nil || seat.Office != actor.Seats[0].Office {
					t.Errorf("%s by %s: in %q, %v", tt.name, name, seat.Office, err)
				}
				if want := tt.move.Verb == poverty.PlanSend && name == "standing"; onBehalf != want {
					t.Errorf("%s by %s: on behalf %v", tt.name, name, onBehalf)
				}
			} else if poverty.KindOf(err) != poverty.Forbidden {
				t.Errorf("%s by %s: %v, want forbidden", tt.name, name, err)
			}
		}
	}
}

func TestPlan_nobody_appraises_or_approves_what_they_sent(t *testing.T) {
	for _, tt := range []struct {
		verb  poverty.PlanVerb
		actor poverty.Actor
	}{{poverty.PlanAppraise, people["standing"]}, {poverty.PlanApprove, people["chair"]}} {
		p := poverty.Plan{Unit: "thuong-long", State: poverty.PlanSent, SentBy: tt.actor.User}
		if _, _, err := p.MayMove(aCycle(), tt.actor, poverty.PlanMove{Verb: tt.verb}); poverty.KindOf(err) != poverty.Forbidden {
			t.Errorf("%s by the sender: %v", tt.verb, err)
		}
		p.SentBy++
		if _, _, err := p.MayMove(aCycle(), tt.actor, poverty.PlanMove{Verb: tt.verb}); err != nil {
			t.Errorf("%s by a colleague of the sender: %v", tt.verb, err)
		}
	}
}

func TestPlan_MayMove_says_what_is_missing(t *testing.T) {
	p := poverty.Plan{Unit: "thuong-long", State: poverty.PlanDraft}
	_, _, err := p.MayMove(aCycle(), people["standing"], poverty.PlanMove{Verb: poverty.PlanSend, Basis: " "})
	wantField(t, err, "basis", "decision.basis_needed")
	p.State = poverty.PlanSent
	_, _, err = p.MayMove(aCycle(), people["standing"], poverty.PlanMove{Verb: poverty.PlanReturn})
	wantField(t, err, "reason", "decision.remarks_needed")
	_, _, err = p.MayMove(aCycle(), people["standing"], poverty.PlanMove{Verb: "burn"})
	wantField(t, err, "verb", "decision.unknown_act")

	closed := aCycle()
	closed.State = poverty.CycleClosed
	if _, _, err := p.MayMove(closed, people["standing"], poverty.PlanMove{Verb: poverty.PlanAppraise}); poverty.KindOf(err) != poverty.Conflict {
		t.Errorf("in a closed year: %v", err)
	}
	// A deputy signs for the chair.
	p.State = poverty.PlanDraft
	if _, onBehalf, err := p.MayMove(aCycle(), seated(30, "thuong-long", poverty.RoleDeputy), poverty.PlanMove{Verb: poverty.PlanSend}); err != nil || onBehalf {
		t.Errorf("the deputy: on behalf %v, %v", onBehalf, err)
	}
}

func TestPlan_Missing_names_what_keeps_it_from_being_sent(t *testing.T) {
	for _, tt := range []struct {
		plan poverty.Plan
		want []string
	}{
		{poverty.Plan{}, []string{"plan.missing.to_leave", "plan.missing.text"}},
		{poverty.Plan{ToLeave: 20, Text: " \n"}, []string{"plan.missing.text"}},
		{poverty.Plan{Text: "x"}, []string{"plan.missing.to_leave"}},
		{poverty.Plan{ToLeave: 20, Text: "x"}, nil},
	} {
		if diff := cmp.Diff(tt.want, tt.plan.Missing()); diff != "" {
			t.Error(diff)
		}
	}
}
