package poverty_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func TestPlanState_moves_only_along_the_way(t *testing.T) {
	states := []poverty.PlanState{poverty.PlanDraft, poverty.PlanSent, poverty.PlanAppraised, poverty.PlanReturned, poverty.PlanApproved}
	want := map[poverty.PlanVerb]map[poverty.PlanState]poverty.PlanState{
		poverty.PlanSend:     {poverty.PlanDraft: poverty.PlanSent, poverty.PlanReturned: poverty.PlanSent},
		poverty.PlanAppraise: {poverty.PlanSent: poverty.PlanAppraised},
		poverty.PlanApprove:  {poverty.PlanAppraised: poverty.PlanApproved},
		poverty.PlanReturn:   {poverty.PlanSent: poverty.PlanReturned, poverty.PlanAppraised: poverty.PlanReturned},
		poverty.PlanWithdraw: {poverty.PlanSent: poverty.PlanDraft},
		poverty.PlanAmend:    {poverty.PlanApproved: poverty.PlanDraft},
		poverty.PlanDrop:     {poverty.PlanDraft: poverty.PlanApproved, poverty.PlanReturned: poverty.PlanApproved},
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
		{"withdraw", poverty.PlanSent, poverty.PlanMove{Verb: poverty.PlanWithdraw, Reason: "x"}, []string{"own head"}},
		{"amend", poverty.PlanApproved, poverty.PlanMove{Verb: poverty.PlanAmend, Reason: "x"}, []string{"own head"}},
		{"drop an amendment", poverty.PlanDraft, poverty.PlanMove{Verb: poverty.PlanDrop, Reason: "x"}, []string{"own head"}},
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

func TestPlan_nobody_appraises_or_approves_what_they_drafted_or_sent(t *testing.T) {
	for _, tt := range []struct {
		verb  poverty.PlanVerb
		actor poverty.Actor
	}{{poverty.PlanAppraise, people["standing"]}, {poverty.PlanApprove, people["chair"]}} {
		p := poverty.Plan{Unit: "thuong-long", State: poverty.PlanSent, SentBy: tt.actor.User}
		if _, _, err := p.MayMove(aCycle(), tt.actor, poverty.PlanMove{Verb: tt.verb}); poverty.KindOf(err) != poverty.Forbidden {
			t.Errorf("%s by the sender: %v", tt.verb, err)
		}
		p.SentBy++
		p.DraftedBy = []poverty.UserID{7, tt.actor.User}
		if _, _, err := p.MayMove(aCycle(), tt.actor, poverty.PlanMove{Verb: tt.verb}); poverty.KindOf(err) != poverty.Forbidden {
			t.Errorf("%s by a drafter: %v", tt.verb, err)
		}
		p.DraftedBy = []poverty.UserID{7}
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

// complete is a household in a plan that lacks nothing.
func complete() poverty.PlanHousehold {
	return poverty.PlanHousehold{
		Household: 1, Code: "h1", Class: poverty.ClassPoor, Goal: poverty.GoalLeavePoor, Causes: []string{"capital"}, Needs: []string{"livestock"},
		Measures: []poverty.PlanMeasure{{Need: "livestock", Kind: "livestock", What: "Bò giống", Term: date("2018-09-30"), Helper: "cong-an"}},
	}
}

func aCheck() poverty.PlanCheck {
	return poverty.PlanCheck{
		Register: true, Frozen: true, Target: 1, FirstDay: date("2018-01-01"), FinalDay: date("2018-12-31"),
		Offices: []poverty.OfficeID{"thuong-long/deputy", "thuong-long/head"},
	}
}

func aPlan() poverty.Plan {
	return poverty.Plan{
		Unit: "thuong-long", State: poverty.PlanDraft, ToLeave: 1, Focal: "thuong-long/deputy",
		Texts: map[string]string{"situation": "a", "solutions": "b", "organisation": "c"},
	}
}

func TestPlan_Missing_names_each_thing_and_its_place(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*poverty.Plan, *poverty.PlanHousehold, *poverty.PlanCheck)
		want   []string // field and key
	}{
		{"nothing", func(*poverty.Plan, *poverty.PlanHousehold, *poverty.PlanCheck) {}, nil},
		{"the register is not frozen", func(_ *poverty.Plan, _ *poverty.PlanHousehold, c *poverty.PlanCheck) { c.Frozen = false }, []string{"register plan.missing.frozen"}},
		{"without a register nothing is frozen", func(_ *poverty.Plan, _ *poverty.PlanHousehold, c *poverty.PlanCheck) {
			c.Register, c.Frozen = false, false
		}, nil},
		{"no text", func(p *poverty.Plan, _ *poverty.PlanHousehold, _ *poverty.PlanCheck) { p.Texts["solutions"] = " \n" }, []string{"solutions plan.missing.solutions"}},
		{"nobody in charge", func(p *poverty.Plan, _ *poverty.PlanHousehold, _ *poverty.PlanCheck) { p.Focal = "" }, []string{"focal plan.missing.focal"}},
		{"an officer in charge", func(p *poverty.Plan, _ *poverty.PlanHousehold, _ *poverty.PlanCheck) { p.Focal = "thuong-long/officer" }, []string{"focal plan.missing.focal"}},
		{"short of the target", func(_ *poverty.Plan, _ *poverty.PlanHousehold, c *poverty.PlanCheck) { c.Target = 2 }, []string{"shortfall plan.missing.shortfall"}},
		{"short with a reason", func(p *poverty.Plan, _ *poverty.PlanHousehold, c *poverty.PlanCheck) {
			c.Target, p.Shortfall = 2, "Lũ"
		}, nil},
		{"a poor household left out where all are wanted", func(_ *poverty.Plan, _ *poverty.PlanHousehold, c *poverty.PlanCheck) {
			c.Absent = []poverty.PlanAbsent{{Household: 9, Code: "h9"}}
		}, []string{"absent plan.missing.absent"}},
		{"no cause", func(_ *poverty.Plan, h *poverty.PlanHousehold, _ *poverty.PlanCheck) { h.Causes = nil }, []string{"h1 causes plan.missing.causes"}},
		{"another cause without its name", func(_ *poverty.Plan, h *poverty.PlanHousehold, _ *poverty.PlanCheck) { h.Causes = []string{"other"} }, []string{"h1 cause_other plan.missing.cause_other"}},
		{"no need, so that no measure answers one", func(_ *poverty.Plan, h *poverty.PlanHousehold, _ *poverty.PlanCheck) { h.Needs = nil },
			[]string{"h1 needs plan.missing.needs", "h1 need plan.missing.need"}},
		{"no measure", func(_ *poverty.Plan, h *poverty.PlanHousehold, _ *poverty.PlanCheck) { h.Measures = nil }, []string{"h1 measures plan.missing.measures"}},
		{"an empty measure", func(_ *poverty.Plan, h *poverty.PlanHousehold, _ *poverty.PlanCheck) {
			h.Measures = make([]poverty.PlanMeasure, 1)
		},
			[]string{"h1 need plan.missing.need", "h1 kind plan.missing.kind", "h1 what plan.missing.what", "h1 term plan.missing.term", "h1 helper plan.missing.helper"}},
		{"a term in another year", func(_ *poverty.Plan, h *poverty.PlanHousehold, _ *poverty.PlanCheck) {
			h.Measures[0].Term = date("2019-01-01")
		},
			[]string{"h1 term plan.missing.term_in_year"}},
		{"a helper that is no unit", func(_ *poverty.Plan, h *poverty.PlanHousehold, _ *poverty.PlanCheck) {
			h.Measures[0].Helper, h.Measures[0].HelperOther = "", "Chi hội phụ nữ"
		}, nil},
		{"the household is no longer poor", func(_ *poverty.Plan, h *poverty.PlanHousehold, _ *poverty.PlanCheck) { h.Class = poverty.ClassNearPoor }, []string{"h1 goal plan.missing.goal"}},
	} {
		p, h, c := aPlan(), complete(), aCheck()
		tt.change(&p, &h, &c)
		var got []string
		for _, g := range p.Missing([]poverty.PlanHousehold{h}, c) {
			got = append(got, strings.TrimSpace(g.Code+" "+g.Field+" "+g.Key))
			if (g.Household != 0) != (g.Code != "") {
				t.Errorf("%s: %+v", tt.name, g)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
	p, c := aPlan(), aCheck()
	p.ToLeave, c.Target = 0, 0
	if gaps := p.Missing(nil, c); len(gaps) != 1 || gaps[0].Key != "plan.missing.to_leave" {
		t.Errorf("without households: %+v", gaps)
	}
}

func TestPlanHousehold_warns_of_a_hard_core_household_that_is_to_leave(t *testing.T) {
	h := complete()
	h.PolicyGroup = poverty.PolicyHardCore
	if w := h.Warnings(); len(w) != 1 || w[0] != "plan.warning.hard_core" {
		t.Errorf("%v", w)
	}
	h.Goal = poverty.GoalHelp
	if w := h.Warnings(); len(w) != 0 {
		t.Errorf("a hard-core household that is helped: %v", w)
	}
}

func TestPlanGoal_fits_the_class(t *testing.T) {
	want := map[poverty.PlanGoal][]poverty.Class{
		poverty.GoalLeavePoor: {poverty.ClassPoor}, poverty.GoalLeaveNear: {poverty.ClassNearPoor},
		poverty.GoalHelp: {poverty.ClassPoor, poverty.ClassNearPoor}, "burn": nil,
	}
	for goal, classes := range want {
		for _, class := range []poverty.Class{poverty.ClassUnknown, poverty.ClassPoor, poverty.ClassNearPoor, poverty.ClassNotPoor} {
			if goal.Fits(class) != slices.Contains(classes, class) {
				t.Errorf("%s for %q: %v", goal, class, goal.Fits(class))
			}
		}
	}
	for _, class := range []poverty.Class{poverty.ClassPoor, poverty.ClassNearPoor} {
		if !poverty.GoalOf(class).Fits(class) {
			t.Errorf("%s comes in as %s", class, poverty.GoalOf(class))
		}
	}
}

func TestPlanHousehold_Check_tells_all_that_is_wrong(t *testing.T) {
	known := map[string]bool{"livestock": true}
	units := map[poverty.UnitID]poverty.CycleUnit{"cong-an": {Role: "lead"}}
	h := complete()
	h.Measures[0].What = "  Bò giống "
	got, wrong := h.Check(known, known, units)
	if len(wrong) > 0 || got.Measures[0].What != "Bò giống" || h.Measures[0].What == "Bò giống" {
		t.Errorf("%+v, %v", got, wrong)
	}
	h.Goal, h.Causes, h.Needs = poverty.GoalLeaveNear, []string{"magic"}, []string{"gold"}
	h.Note = strings.Repeat("đ", 4001)
	h.Measures = []poverty.PlanMeasure{{Need: "gold", Kind: "gold", Helper: "nobody", Quantity: -1}}
	_, wrong = h.Check(known, known, units)
	var fields []string
	for _, p := range wrong {
		fields = append(fields, p.Column)
	}
	if diff := cmp.Diff([]string{"goal", "causes", "needs", "note", "need", "kind", "helper", "quantity"}, fields); diff != "" {
		t.Error(diff)
	}
	h = complete()
	h.Measures = make([]poverty.PlanMeasure, 21)
	if _, wrong = h.Check(known, known, units); len(wrong) != 1 || wrong[0].Key != "plan.too_many_measures" {
		t.Errorf("21 measures: %v", wrong)
	}
	h = complete()
	h.Goal = ""
	if got, wrong := h.Check(known, known, units); len(wrong) > 0 || got.Goal != poverty.GoalLeavePoor {
		t.Errorf("without a goal: %s, %v", got.Goal, wrong)
	}
}

func TestPlanEdit_fills_many_households_alike(t *testing.T) {
	term := date("2018-10-31")
	cow := poverty.PlanMeasure{Kind: "livestock", What: "Bò", Term: term, Helper: "ubmttq"}
	with := complete()
	with.Measures[0].ID = 5
	bare := complete()
	bare.Needs, bare.Measures = []string{"housing", "livestock"}, nil

	// One of the same kind is replaced and keeps its number; else it is added, and
	// answers the need called like it.
	got := poverty.PlanEdit{Measure: cow}.Filled(with)
	want := cow
	want.ID, want.Need = 5, "livestock"
	if diff := cmp.Diff([]poverty.PlanMeasure{want}, got.Measures, cmp.Comparer(func(a, b calendar.Date) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if with.Measures[0].What != "Bò giống" {
		t.Error("the household that was given is changed")
	}
	if got := (poverty.PlanEdit{Measure: cow}).Filled(bare); len(got.Measures) != 1 || got.Measures[0].Need != "livestock" {
		t.Errorf("%+v", got.Measures)
	}
	house := poverty.PlanMeasure{Kind: "model", What: "Mô hình"}
	if got := (poverty.PlanEdit{Measure: house}).Filled(bare); got.Measures[0].Need != "housing" {
		t.Errorf("a kind that no need is called like answers the first: %+v", got.Measures)
	}
	// A term alone changes what is there.
	if got := (poverty.PlanEdit{Measure: poverty.PlanMeasure{Term: term}}).Filled(with); got.Measures[0].Term != term || got.Measures[0].What != "Bò giống" || got.Measures[0].Helper != "cong-an" {
		t.Errorf("%+v", got.Measures)
	}
	// A goal that does not fit is left.
	if got := (poverty.PlanEdit{Goal: poverty.GoalLeaveNear}).Filled(with); got.Goal != poverty.GoalLeavePoor {
		t.Errorf("goal %s", got.Goal)
	}
	if got := (poverty.PlanEdit{Goal: poverty.GoalHelp}).Filled(with); got.Goal != poverty.GoalHelp || len(got.Measures) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestCycle_PlanSight_and_what_is_seen(t *testing.T) {
	c := aCycle()
	c.Rules.Groups = []poverty.Group{{Commune: "thuong-long", Lead: "cong-an", Members: []poverty.UnitID{"toa-an"}}, {Commune: "thuong-lo", Lead: "ban-chqs"}}
	want := map[poverty.PlanSight][]poverty.Actor{
		poverty.SightAll:    {people["own head"], people["standing"], people["chair"], poverty.System("x")},
		poverty.SightHelp:   {seated(40, "cong-an", poverty.RoleHead), seated(41, "toa-an", poverty.RoleOfficer)},
		poverty.SightMasked: {seated(42, "ban-chqs", poverty.RoleHead), seated(43, "thuong-lo", poverty.RoleHead), seated(44, "tinh", poverty.RoleOfficer)},
	}
	h := complete()
	h.CauseOther, h.Note = "thiên tai", "nội bộ"
	for sight, actors := range want {
		for _, a := range actors {
			if got := c.PlanSight(a, "thuong-long"); got != sight {
				t.Errorf("%+v sees %s, want %s", a.Seats, got, sight)
			}
		}
		seen := h.Seen(sight)
		if (seen.Note != "") != (sight == poverty.SightAll) {
			t.Errorf("%s: the note is %q", sight, seen.Note)
		}
		open := sight != poverty.SightMasked
		if (len(seen.Causes) > 0) != open || (seen.CauseOther != "") != open || (seen.Measures[0].What != "") != open || seen.Hidden == open {
			t.Errorf("%s: %+v", sight, seen)
		}
		if seen.Measures[0].Kind == "" || len(seen.Needs) == 0 {
			t.Errorf("%s: what is to be done is hidden: %+v", sight, seen)
		}
	}
	if h.Measures[0].What == "" {
		t.Error("hiding changed the household itself")
	}
}

func TestPlanRound_Since_tells_every_difference(t *testing.T) {
	round := func(change func(*poverty.PlanRound)) poverty.PlanRound {
		gone, kept := complete(), complete()
		gone.Household, gone.Code = 2, "h2"
		kept.Household, kept.Code = 3, "h3"
		kept.Measures[0].ID = 8
		r := poverty.PlanRound{
			ToLeave: 2, Focal: "thuong-long/head", Texts: map[string]string{"situation": "Một\n\nHai\nBa", "solutions": "x"},
			Households: []poverty.PlanHousehold{complete(), gone, kept},
		}
		change(&r)
		return r
	}
	same := func(*poverty.PlanRound) {}
	if d := round(same).Since(round(same)); !d.Empty() {
		t.Errorf("the same round twice: %+v", d)
	}
	d := round(func(r *poverty.PlanRound) {
		r.ToLeave, r.Shortfall = 3, "Lũ"
		r.Texts["situation"] = "Một\nHai rưỡi\nBa\nBốn"
		mended := complete()
		mended.Causes, mended.Measures[0].What, mended.Measures[0].ID = []string{"illness"}, "Bò cái", 77
		added := complete()
		added.Household, added.Code = 4, "h4"
		kept := r.Households[2]
		kept.Measures[0].ID = 9 // another number is no difference
		r.Households = []poverty.PlanHousehold{mended, kept, added}
	}).Since(round(same))
	if diff := cmp.Diff([]string{"to_leave", "shortfall"}, d.Head); diff != "" {
		t.Error(diff)
	}
	want := []poverty.PlanTextDiff{{Part: "situation", Paragraphs: []poverty.PlanParagraph{
		{Is: "same", Text: "Một"}, {Is: "removed", Text: "Hai"}, {Is: "added", Text: "Hai rưỡi"}, {Is: "same", Text: "Ba"}, {Is: "added", Text: "Bốn"},
	}}}
	if diff := cmp.Diff(want, d.Texts); diff != "" {
		t.Error(diff)
	}
	if len(d.Added) != 1 || d.Added[0].Code != "h4" || len(d.Removed) != 1 || d.Removed[0].Code != "h2" || len(d.Changed) != 1 {
		t.Fatalf("%+v", d)
	}
	if diff := cmp.Diff([]string{"causes", "measures"}, d.Changed[0].Fields); diff != "" || d.Changed[0].Old.Causes[0] != "capital" || d.Changed[0].New.Causes[0] != "illness" {
		t.Errorf("%s %+v", diff, d.Changed[0])
	}
}

// Whatever two texts are, the paragraphs that stayed and were removed give the
// old one back, and those that stayed and were added the new one.
func TestPlanRound_Since_loses_no_paragraph(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var lines []string
		for range random.IntN(9) {
			lines = append(lines, string(rune('a'+random.IntN(4))))
		}
		return strings.Join(lines, "\n")
	}
	for range 500 {
		old, now := text(), text()
		d := poverty.PlanRound{Texts: map[string]string{"solutions": now}}.Since(poverty.PlanRound{Texts: map[string]string{"solutions": old}})
		if old == now {
			if !d.Empty() {
				t.Fatalf("%q against itself: %+v", old, d)
			}
			continue
		}
		var was, is []string
		for _, p := range d.Texts[0].Paragraphs {
			if p.Is != "added" {
				was = append(was, p.Text)
			}
			if p.Is != "removed" {
				is = append(is, p.Text)
			}
		}
		if strings.Join(was, "\n") != old || strings.Join(is, "\n") != now {
			t.Fatalf("%q to %q: %+v", old, now, d.Texts[0].Paragraphs)
		}
	}
}
