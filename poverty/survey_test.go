package poverty

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"dondoc/calendar"
)

// aRow is a household on a list, with a random movement that fits its classes.
func aRow(r *rand.Rand, i int) SurveyRow {
	classes := []Class{ClassPoor, ClassNearPoor, ClassNotPoor}
	row := SurveyRow{ID: SurveyRowID(i + 1), Code: fmt.Sprint(i), Start: classes[r.IntN(3)], Result: classes[r.IntN(3)], Members: r.IntN(9) + 1}
	if row.Start != ClassNotPoor {
		row.StartMembers = r.IntN(9) + 1
	}
	fit := FittingMovements(row.Start, row.Result)
	row.Movement = fit[r.IntN(len(fit))]
	switch row.Movement {
	case MovementGone:
		row.Reason = GoneReasons[r.IntN(len(GoneReasons))]
	case MovementCame:
		row.Reason = CameReasons[r.IntN(len(CameReasons))]
	}
	return row
}

// The end side is counted independently of the movements.
func endOf(rows []SurveyRow, class Class) (households, persons int) {
	for _, r := range rows {
		if r.Result == class {
			households, persons = households+1, persons+r.Members
		}
	}
	return households, persons
}

func TestReconcile_adds_up_for_any_register_and_movement(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		rows := make([]SurveyRow, r.IntN(60))
		for i := range rows {
			rows[i] = aRow(r, i)
		}
		b := Reconcile(StartOf(rows), rows)
		if !b.Holds() {
			t.Fatalf("seed %d: %+v", seed, b)
		}
		for class, f := range map[Class]ClassFlow{ClassPoor: b.Poor, ClassNearPoor: b.NearPoor} {
			households, persons := endOf(rows, class)
			if f.Households.Sum() != households || f.Persons.Sum() != persons {
				t.Fatalf("seed %d %s: %+v, counted %d and %d", seed, class, f, households, persons)
			}
		}
		if b.Poor.Households.Across != b.NearPoor.Households.FromOther || b.NearPoor.Persons.Across != b.Poor.Persons.FromOther {
			t.Fatalf("seed %d: who leaves one class for the other comes from it", seed)
		}
	}
}

func TestReconcile_names_a_household_whenever_it_does_not_add_up(t *testing.T) {
	t.Parallel()
	spoil := []func(*rand.Rand, *SurveyRow){
		func(r *rand.Rand, x *SurveyRow) { x.Movement = Movements[r.IntN(len(Movements))] },
		func(_ *rand.Rand, x *SurveyRow) { x.Movement = MovementNone },
		func(r *rand.Rand, x *SurveyRow) {
			x.Result = []Class{ClassUnknown, ClassPoor, ClassNearPoor, ClassNotPoor}[r.IntN(4)]
		},
		func(r *rand.Rand, x *SurveyRow) { x.Start = []Class{ClassPoor, ClassNearPoor, ClassNotPoor}[r.IntN(3)] },
		func(_ *rand.Rand, x *SurveyRow) { x.StartMembers += 2 },
	}
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 2))
		rows := make([]SurveyRow, 1+r.IntN(20))
		for i := range rows {
			rows[i] = aRow(r, i)
		}
		start := StartOf(rows)
		for range 1 + r.IntN(3) {
			spoil[r.IntN(len(spoil))](r, &rows[r.IntN(len(rows))])
		}
		b := Reconcile(start, rows)
		adds := b.Poor.Households.Holds() && b.Poor.Persons.Holds() && b.NearPoor.Households.Holds() && b.NearPoor.Persons.Holds()
		if !adds && len(b.Faults) == 0 {
			t.Fatalf("seed %d does not add up and names nothing: %+v\n%+v", seed, b, rows)
		}
	}
}

func TestReconcile_names_each_fault_with_its_household(t *testing.T) {
	t.Parallel()
	poor := func(result Class, movement Movement) SurveyRow {
		return SurveyRow{Code: "a", Start: ClassPoor, StartMembers: 4, Result: result, Members: 4, Movement: movement}
	}
	for name, tt := range map[string]struct {
		rows []SurveyRow
		want string
	}{
		"no result":                       {[]SurveyRow{poor("", "")}, "survey.fault.no_result"},
		"near-poor now and no movement":   {[]SurveyRow{poor(ClassNearPoor, "")}, "survey.fault.no_movement"},
		"stays and is near-poor":          {[]SurveyRow{poor(ClassNearPoor, MovementStays)}, "survey.fault.mismatch"},
		"fallen back and was poor":        {[]SurveyRow{poor(ClassPoor, MovementFallenBack)}, "survey.fault.was_poor"},
		"gone without a reason":           {[]SurveyRow{poor(ClassNotPoor, MovementGone)}, "survey.fault.no_reason"},
		"a reason of the other direction": {[]SurveyRow{{Code: "a", Start: ClassPoor, StartMembers: 4, Result: ClassNotPoor, Movement: MovementGone, Reason: "moved_in"}}, "survey.fault.no_reason"},
		"the same household twice":        {[]SurveyRow{poor(ClassPoor, MovementStays), poor(ClassPoor, MovementStays)}, "survey.fault.twice"},
		"poor and nobody in it":           {[]SurveyRow{{Code: "a", Start: ClassPoor, StartMembers: 4, Result: ClassPoor, Movement: MovementStays}}, "survey.fault.no_members"},
		"came without saying from where":  {[]SurveyRow{{Code: "a", Start: ClassNotPoor, Result: ClassPoor, Members: 2, Movement: MovementCame}}, "survey.fault.no_reason"},
	} {
		b := Reconcile(StartOf(tt.rows), tt.rows)
		if b.Holds() || !slices.ContainsFunc(b.Faults, func(f SurveyFault) bool { return f.Key == tt.want && f.Code == "a" }) {
			t.Errorf("%s: %+v", name, b.Faults)
		}
	}
	rows := []SurveyRow{poor(ClassPoor, MovementStays)}
	start := StartOf(rows)
	start.Poor, start.PoorPersons, start.Unlisted = 2, 7, []string{"b"}
	if b := Reconcile(start, rows); b.Holds() || b.Faults[0].Code != "b" || b.Faults[0].Key != "survey.fault.unlisted" {
		t.Errorf("a household that the list lacks: %+v", b.Faults)
	}
	start = StartOf(rows)
	start.Poor = 3
	if b := Reconcile(start, rows); b.Holds() || b.Faults[0].Key != "survey.fault.start_households" {
		t.Errorf("another start than was frozen: %+v", b.Faults)
	}
}

func TestReconcile_counts_members_gained_and_lost_in_the_class_it_is_in(t *testing.T) {
	t.Parallel()
	rows := []SurveyRow{
		{Code: "1", Start: ClassPoor, StartMembers: 4, Result: ClassPoor, Members: 5, Movement: MovementStays},
		{Code: "2", Start: ClassPoor, StartMembers: 6, Result: ClassNearPoor, Members: 3, Movement: MovementToNearPoor},
		{Code: "3", Start: ClassNotPoor, Result: ClassPoor, Members: 2, Movement: MovementFallenBack},
	}
	b := Reconcile(StartOf(rows), rows)
	if want := (Flow{Start: 10, Across: 6, FallenBack: 2, OtherMore: 1, End: 7}); b.Poor.Persons != want || !b.Holds() {
		t.Errorf("%+v", b.Poor.Persons)
	}
	if want := (Flow{FromOther: 6, OtherLess: 3, End: 3}); b.NearPoor.Persons != want {
		t.Errorf("%+v", b.NearPoor.Persons)
	}
}

func TestSurveyMeeting_passes_with_half_of_those_present(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		present, agreed int
		want            bool
	}{{40, 20, true}, {40, 19, false}, {41, 20, false}, {41, 21, true}, {1, 1, true}, {0, 0, false}} {
		if got := (SurveyMeeting{Present: tt.present, Agreed: tt.agreed}).Passed(); got != tt.want {
			t.Errorf("%+v: %t", tt, got)
		}
	}
}

func TestSurveyWindow_is_that_of_the_standard_unless_the_cycle_narrows_it(t *testing.T) {
	t.Parallel()
	day := calendar.MustDate
	for _, tt := range []struct {
		year     int
		own      SurveyDays
		on       string
		refused  bool
		from, to string
	}{
		{2018, SurveyDays{}, "2018-12-31", false, "2018-09-01", "2018-12-31"},
		{2018, SurveyDays{}, "2018-08-31", true, "2018-09-01", "2018-12-31"},
		{2022, SurveyDays{}, "2022-12-14", false, "2022-09-01", "2022-12-14"},
		{2022, SurveyDays{}, "2022-12-15", true, "2022-09-01", "2022-12-14"},
		{2024, SurveyDays{From: day("2024-09-15"), To: day("2024-11-30")}, "2024-09-10", true, "2024-09-15", "2024-11-30"},
		{2024, SurveyDays{From: day("2024-09-15")}, "2024-12-14", false, "2024-09-15", "2024-12-14"},
	} {
		c := Cycle{Year: tt.year, Rules: Rules{Survey: tt.own}}
		_, own := c.SurveyWindow()
		if own.From.String() != tt.from || own.To.String() != tt.to {
			t.Errorf("%d: %+v", tt.year, own)
		}
		err := c.InSurveyWindow(day(tt.on), "on")
		if (err != nil) != tt.refused {
			t.Errorf("%d %s: %v", tt.year, tt.on, err)
		}
		if e, ok := errors.AsType[*Error](err); ok && len(e.Args) != 10 {
			t.Errorf("both windows are to be named: %v", e.Args)
		}
	}
}

func TestCaseTerm_is_that_of_the_standard(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]string{2018: "2018-05-10", 2023: "2023-05-12"} {
		asked, _ := calendar.NewDate(year, 4, 27) // Friday in 2018; 30 April and 1 May are off
		s, _ := Cycle{Year: year}.Standard()
		if got := s.CaseTerm(calendar.Default(), asked); got.String() != want {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
}

func TestMaySurvey_each_verb_to_whom_it_belongs(t *testing.T) {
	t.Parallel()
	c := Cycle{ID: "h:2018", Year: 2018, State: CycleRunning, Rules: Rules{
		Bindings: Bindings{Standing: "tt", Chair: "h/chair", Opinion: "t"},
		Units:    map[UnitID]CycleUnit{"x": {Role: "commune"}, "y": {Role: "commune"}, "tt": {Role: "standing"}, "t": {Role: "reader"}},
	}}
	seat := func(unit UnitID, role OfficeRole) Actor {
		return Actor{User: 1, Seats: []Seat{{Office: OfficeID(string(unit) + "/" + string(role)), Unit: unit, Role: role}}}
	}
	may := map[SurveyVerb]string{
		SurveyList: "x/head x/officer tt/head", SurveyReview: "x/head x/officer tt/head", SurveyMeet: "x/head x/officer tt/head",
		SurveyAsk: "x/head x/officer tt/head", SurveyOpine: "t/head t/deputy", SurveyRecognise: "x/head", SurveyClose: "tt/head",
	}
	for verb, want := range may {
		var got string
		for _, a := range []Actor{seat("x", RoleHead), seat("x", RoleOfficer), seat("y", RoleHead), seat("tt", RoleHead), seat("t", RoleHead), seat("t", RoleDeputy), seat("t", "registry"), seat("h", "chair")} {
			if _, _, err := c.MaySurvey(a, SurveyMove{Cycle: c.ID, Unit: "x", Verb: verb, Basis: "CV 1"}); err == nil {
				got += " " + string(a.Seats[0].Office)
			} else if KindOf(err) != Forbidden {
				t.Errorf("%s %s: %v", verb, a.Seats[0].Office, err)
			}
		}
		if got != " "+want {
			t.Errorf("%s: %q, want %q", verb, got, want)
		}
	}
}
