package poverty

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
)

func standard(t *testing.T, code string) Standard {
	t.Helper()
	for _, s := range Standards {
		if s.Code == code {
			return s
		}
	}
	t.Fatalf("there is no standard %s", code)
	return Standard{}
}

// bands are what the decrees say, written down by hand: for an income within a
// band, the class at 0, 1, 2, 3 and 4 deprivations. P poor, N near-poor, - not
// poor, ? unknown. From and to are the first and the last value of the band.
var bands = []struct {
	standard string
	urban    bool
	points   bool
	from, to int64
	classes  string
}{
	{"2016-2020", false, false, 0, 0, "?????"},
	{"2016-2020", false, false, 1, 700_000, "PPPPP"},
	{"2016-2020", false, false, 700_001, 1_000_000, "NNNPP"},
	{"2016-2020", false, false, 1_000_001, 9_000_000, "-----"},
	{"2016-2020", true, false, 0, 0, "?????"},
	{"2016-2020", true, false, 1, 900_000, "PPPPP"},
	{"2016-2020", true, false, 900_001, 1_300_000, "NNNPP"},
	{"2016-2020", true, false, 1_300_001, 9_000_000, "-----"},
	{"2016-2020", false, true, 0, 500, "?????"}, // its line in points was not found
	{"2016-2020", true, true, 0, 500, "?????"},

	{"2022-2026", false, false, 0, 0, "?????"},
	{"2022-2026", false, false, 1, 1_500_000, "NNNPP"},
	{"2022-2026", false, false, 1_500_001, 9_000_000, "-----"},
	{"2022-2026", true, false, 0, 0, "?????"},
	{"2022-2026", true, false, 1, 2_000_000, "NNNPP"},
	{"2022-2026", true, false, 2_000_001, 9_000_000, "-----"},
	{"2022-2026", false, true, 0, 0, "?????"},
	{"2022-2026", false, true, 1, 140, "NNNPP"},
	{"2022-2026", false, true, 141, 500, "-----"},
	{"2022-2026", true, true, 0, 0, "?????"},
	{"2022-2026", true, true, 1, 175, "NNNPP"},
	{"2022-2026", true, true, 176, 500, "-----"},

	{"2027-2030", false, false, 0, 0, "?????"},
	{"2027-2030", false, false, 1, 2_200_000, "NNNPP"},
	{"2027-2030", false, false, 2_200_001, 9_000_000, "-----"},
	{"2027-2030", true, false, 0, 0, "?????"},
	{"2027-2030", true, false, 1, 2_800_000, "NNNPP"},
	{"2027-2030", true, false, 2_800_001, 9_000_000, "-----"},
	{"2027-2030", false, true, 0, 500, "?????"},
	{"2027-2030", true, true, 0, 500, "?????"},
}

var letters = map[byte]Class{'P': ClassPoor, 'N': ClassNearPoor, '-': ClassNotPoor, '?': ClassUnknown}

// deprivedOf returns a household with n of a standard's deprivations, and some
// codes that the standard does not know.
func deprivedOf(s Standard, n int, pick func(int) []int) Household {
	h := Household{Deprived: []string{"unheard_of", ""}}
	for _, i := range pick(len(s.Indicators))[:n] {
		h.Deprived = append(h.Deprived, s.Indicators[i].Code)
	}
	return h
}

func inOrder(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func TestStandard_classifies_as_the_decrees_say(t *testing.T) {
	for _, band := range bands {
		s := standard(t, band.standard)
		for deprived := range len(band.classes) {
			// The ends of a band are the lines themselves.
			for _, value := range []int64{band.from, (band.from + band.to) / 2, band.to} {
				h := deprivedOf(s, deprived, inOrder)
				h.Urban = band.urban
				if band.points {
					h.Points = int(value)
				} else {
					h.Income = value
				}
				if got, want := s.Classify(h), letters[band.classes[deprived]]; got != want {
					t.Errorf("%s urban %v points %v: %d with %d deprivations is %q, want %q", band.standard, band.urban, band.points, value, deprived, got, want)
				}
			}
		}
	}
}

func TestStandard_random_households_fall_into_their_band(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		band := bands[random.IntN(len(bands))]
		s := standard(t, band.standard)
		deprived := random.IntN(len(s.Indicators) + 1)
		h := deprivedOf(s, deprived, random.Perm)
		h.Urban = band.urban
		value := band.from + random.Int64N(band.to-band.from+1)
		// What has no part in the class.
		h.Members, h.Declared, h.PolicyGroup, h.Ethnic = 1+random.IntN(9), ClassPoor, PolicyHardCore, random.IntN(2) == 0
		if band.points {
			h.Points = int(value)
		} else {
			h.Income = value
		}
		got, because := s.Explain(h)
		if want := letters[band.classes[min(deprived, 4)]]; got != want {
			t.Fatalf("%s: %+v is %q, want %q", band.standard, h, got, want)
		}
		if (got == ClassUnknown) != (because == "standard.because.unknown") || (got == ClassNotPoor) != (because == "standard.because.above") {
			t.Fatalf("%s: %+v is %q because %s", band.standard, h, got, because)
		}
	}
}

func TestStandard_points_count_before_income(t *testing.T) {
	h := Household{Points: 150, Income: 1_000_000}
	if got := standard(t, "2022-2026").Classify(h); got != ClassNotPoor {
		t.Errorf("150 points and a low income: %q", got)
	}
	if got := standard(t, "2027-2030").Classify(h); got != ClassNearPoor {
		t.Errorf("the income counts where no line in points is known: %q", got)
	}
}

func TestStandard_a_deprivation_named_twice_counts_once(t *testing.T) {
	h := Household{Income: 1, Deprived: []string{"water", "water", "water"}}
	if got := standard(t, "2022-2026").Classify(h); got != ClassNearPoor {
		t.Errorf("got %q", got)
	}
}

func TestStandardOn_changes_with_the_year(t *testing.T) {
	for day, want := range map[string]string{
		"2015-12-31": "", "2016-01-01": "2016-2020", "2020-12-31": "2016-2020", "2021-12-31": "2016-2020",
		"2022-01-01": "2022-2026", "2025-07-01": "2022-2026", "2026-12-31": "2022-2026",
		"2027-01-01": "2027-2030", "2040-06-01": "2027-2030",
	} {
		got, ok := StandardOn(calendar.MustDate(day))
		if got.Code != want || ok != (want != "") {
			t.Errorf("%s: %q %v, want %q", day, got.Code, ok, want)
		}
	}
}

func TestCycle_Standard_is_that_of_its_first_day(t *testing.T) {
	for year, want := range map[int]string{0: "", 2015: "", 2018: "2016-2020", 2022: "2022-2026", 2026: "2022-2026", 2027: "2027-2030", 1 << 30: ""} {
		if got, _ := (Cycle{Year: year}).Standard(); got.Code != want {
			t.Errorf("%d: %q, want %q", year, got.Code, want)
		}
	}
}

func TestStandards_follow_one_another_without_a_gap(t *testing.T) {
	for i, s := range Standards {
		if i > 0 && s.From != Standards[i-1].To.AddDays(1) {
			t.Errorf("%s begins on %s", s.Code, s.From)
		}
		seen := map[string]bool{}
		services := map[string]bool{}
		for _, indicator := range s.Indicators {
			if seen[indicator.Code] {
				t.Errorf("%s names %s twice", s.Code, indicator.Code)
			}
			seen[indicator.Code], services[indicator.Service] = true, true
		}
		if want := map[string][2]int{"2016-2020": {5, 10}, "2022-2026": {6, 12}}[s.Code]; [2]int{len(services), len(s.Indicators)} != want &&
			!slices.Contains(s.Missing, "standard.missing.indicators") {
			t.Errorf("%s: %d services, %d indicators, want %v", s.Code, len(services), len(s.Indicators), want)
		}
		noPoints := s.RuralPoint == 0 || s.UrbanPoint == 0
		if noPoints != slices.Contains(s.Missing, "standard.missing.points") {
			t.Errorf("%s does not say rightly whether its lines in points are missing", s.Code)
		}
	}
}

// filled returns a household without an empty field.
func filled(t *testing.T) Household {
	t.Helper()
	var h Household
	v := reflect.ValueOf(&h).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Interface().(type) {
		case bool:
			f.SetBool(v.Type().Field(i).Name != "Hidden")
		case []string:
			f.Set(reflect.ValueOf([]string{"x"}))
		default:
			switch f.Kind() {
			case reflect.String:
				f.SetString("x")
			case reflect.Int, reflect.Int64:
				f.SetInt(7)
			case reflect.Struct:
				f.Set(reflect.ValueOf(calendar.MustDate("2018-04-06").Start()))
			default:
				t.Fatalf("a field of kind %s", f.Kind())
			}
		}
	}
	return h
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func TestHousehold_Masked_leaves_nothing_sensitive_and_all_else(t *testing.T) {
	h := filled(t)
	open, masked := reflect.ValueOf(h), reflect.ValueOf(h.Masked())
	for i := range open.NumField() {
		name := jsonName(open.Type().Field(i))
		was, is := open.Field(i), masked.Field(i)
		empty := is.IsZero() || is.Kind() == reflect.Slice && is.Len() == 0
		switch {
		case name == "hidden":
			if !is.Bool() {
				t.Error("it does not say that it hides something")
			}
		case slices.Contains(SensitiveFields, name) != empty:
			t.Errorf("%s: %v became %v", name, was, is)
		case !empty && !reflect.DeepEqual(was.Interface(), is.Interface()):
			t.Errorf("%s: %v became %v", name, was, is)
		}
	}
	if h.Hidden || h.Note != "x" || len(h.Causes) != 1 {
		t.Error("masking changed the original")
	}
}

func TestSensitiveFields_are_fields_of_a_household(t *testing.T) {
	names := map[string]bool{}
	for f := range reflect.TypeFor[Household]().Fields() {
		names[jsonName(f)] = true
	}
	for i, name := range SensitiveFields {
		if !names[name] || slices.Contains(SensitiveFields[:i], name) {
			t.Errorf("%q is no field, or named twice", name)
		}
	}
}

func TestHousehold_differs_only_where_both_classes_are_known(t *testing.T) {
	all := []Class{ClassUnknown, ClassPoor, ClassNearPoor, ClassNotPoor}
	var differ []string
	for _, declared := range all {
		for _, computed := range all {
			if (Household{Declared: declared, Computed: computed}).Differs() {
				differ = append(differ, fmt.Sprintf("%s|%s", declared, computed))
			}
		}
	}
	want := []string{"poor|near_poor", "poor|not_poor", "near_poor|poor", "near_poor|not_poor", "not_poor|poor", "not_poor|near_poor"}
	if diff := cmp.Diff(want, differ); diff != "" {
		t.Error(diff)
	}
}

func registerCycle() Cycle {
	return Cycle{ID: "nam-dong:2018", Owner: "nam-dong", Year: 2018, State: CycleRunning, Rules: Rules{
		Bindings: Bindings{Standing: "phong-ld", Chair: "nam-dong/chair", ViceChair: "nam-dong/vice-chair", Above: []UnitID{"tinh"}, Overseers: []UnitID{"hdnd"}},
		Units:    map[UnitID]CycleUnit{"thuong-long": {Role: "commune"}, "huong-son": {Role: "commune"}, "phong-ld": {Role: "standing"}, "cong-an": {Role: "lead"}},
	}}
}

func seated(office OfficeID) Actor {
	unit, role, _ := strings.Cut(string(office), "/")
	return Actor{User: 1, Seats: []Seat{{Office: office, Unit: UnitID(unit), Role: OfficeRole(role)}}}
}

func TestCycle_SeesSensitive_the_commune_the_standing_office_and_leadership(t *testing.T) {
	for office, want := range map[OfficeID]bool{
		"thuong-long/officer": true, "phong-ld/officer": true, "nam-dong/chair": true, "nam-dong/vice-chair": true,
		"huong-son/head": false, "nam-dong/officer": false, "tinh/officer": false, "hdnd/officer": false, "cong-an/head": false,
	} {
		if got := registerCycle().SeesSensitive(seated(office), "thuong-long"); got != want {
			t.Errorf("%s: %v", office, got)
		}
	}
	if registerCycle().SeesSensitive(Actor{User: 1, Admin: true}, "thuong-long") {
		t.Error("an administrator keeps accounts, not registers")
	}
}

func TestCycle_MayRegister(t *testing.T) {
	tests := []struct {
		name   string
		office OfficeID
		scope  RegisterScope
		closed bool
		kind   Kind
		behalf bool
	}{
		{"a commune keeps its own", "thuong-long/officer", RegisterScope{Unit: "thuong-long"}, false, "", false},
		{"not another's", "huong-son/head", RegisterScope{Unit: "thuong-long"}, false, Forbidden, false},
		{"not all of them", "thuong-long/officer", RegisterScope{}, false, Forbidden, false},
		{"the standing office with a basis", "phong-ld/officer", RegisterScope{Unit: "thuong-long", Basis: "CV 12"}, false, "", true},
		{"all of them with a basis", "phong-ld/officer", RegisterScope{Basis: "CV 12"}, false, "", true},
		{"not without", "phong-ld/officer", RegisterScope{Unit: "thuong-long", Basis: " "}, false, Invalid, false},
		{"leadership decides, it keeps no register", "nam-dong/chair", RegisterScope{Unit: "thuong-long", Basis: "x"}, false, Forbidden, false},
		{"an agency keeps none", "cong-an/head", RegisterScope{Unit: "thuong-long", Basis: "x"}, false, Forbidden, false},
		{"an agency has none", "phong-ld/officer", RegisterScope{Unit: "cong-an", Basis: "x"}, false, Invalid, false},
		{"a closed cycle stays", "thuong-long/officer", RegisterScope{Unit: "thuong-long"}, true, Conflict, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := registerCycle()
			if tt.closed {
				c.State = CycleClosed
			}
			seat, behalf, err := c.MayRegister(seated(tt.office), tt.scope)
			if KindOf(err) != tt.kind || behalf != tt.behalf || (err == nil) != (seat.Office == tt.office) {
				t.Errorf("%v %v %v", seat, behalf, err)
			}
		})
	}
	if _, _, err := registerCycle().MayRegister(System("import"), RegisterScope{}); err != nil {
		t.Errorf("the program: %v", err)
	}
}

func TestRegister_Sheet(t *testing.T) {
	s, _ := registerCycle().Standard()
	r := Register{
		Scope: RegisterScope{Cycle: "nam-dong:2018"}, Year: 2018, Standard: s, Needs: map[string]bool{"housing": true, "water": true},
		Hamlets: map[UnitID]map[string]string{"thuong-long": {"t1": "Thôn 1"}},
	}
	good := func() Household {
		return Household{Unit: "thuong-long", Hamlet: "t1", Code: "001", Head: "Nguyễn Thị Hoà", HeadBorn: 1950, Members: 4, Children: 2, Elderly: 2, Workers: 1, Income: 600_000}
	}
	h := good()
	h.Head, h.Needs, h.Causes, h.Deprived = "  Nguyễn Thị Hoà ", []string{"water", "housing", "water"}, nil, []string{"water", "toilet"}
	h.Hidden, h.Computed, h.Declared, h.PolicyGroup = true, ClassNotPoor, ClassPoor, PolicyHardCore
	got, wrong := r.Sheet(h)
	want := good()
	want.Cycle, want.Needs, want.Causes, want.Deprived = "nam-dong:2018", []string{"housing", "water"}, []string{}, []string{"toilet", "water"}
	want.Computed, want.Declared, want.PolicyGroup = ClassPoor, ClassPoor, PolicyHardCore
	if diff := cmp.Diff(want, got); diff != "" || wrong != nil {
		t.Errorf("%s%v", diff, wrong)
	}
	if again, wrong := r.Sheet(got); !cmp.Equal(again, got) || wrong != nil {
		t.Errorf("a sheet in order is changed: %+v %v", again, wrong)
	}

	for _, tt := range []struct {
		name  string
		spoil func(*Household)
		want  []string
	}{
		{"nothing", func(h *Household) { *h = Household{} }, []string{"code error.required", "hamlet error.required", "head error.required", "unit household.unknown_unit", "members household.no_members"}},
		{"another commune", func(h *Household) { h.Unit = "huong-son" }, []string{"unit household.unknown_unit"}},
		{"unknown hamlet", func(h *Household) { h.Hamlet = "t9" }, []string{"hamlet household.unknown_hamlet"}},
		{"long name", func(h *Household) { h.Head = strings.Repeat("ầ", 201) }, []string{"head error.too_long"}},
		{"a name as long as may be", func(h *Household) { h.Head = strings.Repeat("ầ", 200) }, nil},
		{"born too late", func(h *Household) { h.HeadBorn = 2019 }, []string{"head_born household.bad_year"}},
		{"born too early", func(h *Household) { h.HeadBorn = 57 }, []string{"head_born household.bad_year"}},
		{"negative", func(h *Household) { h.Children, h.Income, h.Points, h.ProductionLand = -1, -1, -1, -1 },
			[]string{"children household.negative", "production_land household.negative", "income household.negative", "points household.negative"}},
		{"more than its members", func(h *Household) { h.Workers, h.Disabled = 5, 5 },
			[]string{"workers household.more_than_members", "disabled household.more_than_members"}},
		{"children and elderly together", func(h *Household) { h.Children = 3 }, []string{"elderly household.more_than_members"}},
		{"beyond counting", func(h *Household) { h.ProductionLand, h.Income = 1<<40, 1<<60 },
			[]string{"production_land household.too_many", "income household.too_many"}},
		{"unknown codes", func(h *Household) {
			h.Needs, h.Causes, h.Deprived, h.Declared, h.PolicyGroup = []string{"gold"}, []string{"bad_luck"}, []string{"internet"}, "rich", "lucky"
		}, []string{"deprived household.unknown_indicator", "causes household.unknown_cause", "needs household.unknown_need", "declared household.unknown_class", "policy_group household.unknown_group"}},
		{"a group without poverty", func(h *Household) { h.Declared, h.PolicyGroup = ClassNearPoor, PolicyEligible }, []string{"policy_group household.group_not_poor"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := good()
			tt.spoil(&h)
			_, wrong := r.Sheet(h)
			var got []string
			for _, p := range wrong {
				got = append(got, p.Column+" "+p.Key)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNeed_Check(t *testing.T) {
	for code, ok := range map[string]bool{"housing": true, "bee_keeping2": true, "": false, "Nhà": false, "2x": false, "a b": false} {
		if err := (Need{Code: code, Name: "x"}).Check(); (err == nil) != ok {
			t.Errorf("%q: %v", code, err)
		}
	}
	if err := (Need{Code: "bees"}).Check(); KindOf(err) != Invalid {
		t.Errorf("a need without a name: %v", err)
	}
}
