package poverty

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dondoc/calendar"
)

// HouseholdID identifies one household's sheet in one cycle's register.
type HouseholdID int64

// Class is what a household is by the poverty standard in force.
type Class string

// The classes.
const (
	ClassUnknown  Class = ""
	ClassPoor     Class = "poor"
	ClassNearPoor Class = "near_poor"
	ClassNotPoor  Class = "not_poor"
)

// PolicyGroup says whether a poor household can leave poverty by policy
// (seed 002: hộ CSGN) or is hard-core (hộ nghèo "cứng": social protection,
// nobody able to work).
type PolicyGroup string

// The policy groups; empty for a household that is not poor.
const (
	PolicyNone     PolicyGroup = ""
	PolicyEligible PolicyGroup = "policy"
	PolicyHardCore PolicyGroup = "hard_core"
)

// Hamlet is a thôn, bản, khóm, ấp or tổ dân phố of a commune. Code is unique in
// the commune; names are never keys (Cam Thành is not Cam Thanh).
type Hamlet struct {
	Unit UnitID `db:"unit_id" json:"unit"`
	Code string `db:"code" json:"code"`
	Name string `db:"name" json:"name"`
}

// Household is one household's sheet in a cycle's register. It is keyed by
// commune and code. Fields that are sensitive personal data are listed in
// SensitiveFields, and nowhere else.
type Household struct {
	ID       HouseholdID `db:"id" json:"id"`
	Cycle    CycleID     `db:"cycle_id" json:"cycle"`
	Unit     UnitID      `db:"unit_id" json:"unit"`
	Hamlet   string      `db:"hamlet" json:"hamlet"` // its code
	Code     string      `db:"code" json:"code"`
	Previous HouseholdID `db:"previous_id" json:"previous,omitempty"` // its sheet in the year before

	Head       string `db:"head" json:"head"`
	HeadBorn   int    `db:"head_born" json:"head_born,omitempty"` // year
	HeadFemale bool   `db:"head_female" json:"head_female"`
	IDNumber   string `db:"id_number" json:"id_number,omitempty"`
	HealthCard string `db:"health_card" json:"health_card,omitempty"`

	Members        int  `db:"members" json:"members"`
	Children       int  `db:"children" json:"children"` // under 16
	Elderly        int  `db:"elderly" json:"elderly"`   // 60 and over
	Workers        int  `db:"workers" json:"workers"`   // able to work
	Disabled       int  `db:"disabled" json:"disabled"`
	Ethnic         bool `db:"ethnic" json:"ethnic"` // ethnic minority
	PolicyFamily   bool `db:"policy_family" json:"policy_family"`
	Urban          bool `db:"urban" json:"urban"`
	ProductionLand int  `db:"production_land" json:"production_land"` // m²

	Income      int64       `db:"income" json:"income,omitempty"` // đồng a person and month; 0: not known
	Points      int         `db:"points" json:"points,omitempty"` // income points (điểm A); 0: not scored
	Deprived    []string    `db:"deprived" json:"deprived"`       // codes of the standard's indicators
	Declared    Class       `db:"declared" json:"declared"`       // as decided
	Computed    Class       `db:"computed" json:"computed"`       // by the standard; unknown when data are missing
	PolicyGroup PolicyGroup `db:"policy_group" json:"policy_group,omitempty"`

	Causes     []string `db:"causes" json:"causes"` // codes of Causes
	CauseOther string   `db:"cause_other" json:"cause_other,omitempty"`
	Needs      []string `db:"needs" json:"needs"` // codes of the catalogue
	Health     string   `db:"health" json:"health,omitempty"`
	Note       string   `db:"note" json:"note,omitempty"`

	Version int       `db:"version" json:"version"` // counts every change; who saves names the one that was edited
	SavedAt time.Time `db:"saved_at" json:"saved_at,omitzero"`
	SavedBy UserID    `db:"saved_by" json:"saved_by,omitempty"`
	Hidden  bool      `db:"-" json:"hidden,omitempty"` // the sensitive fields are empty because the reader may not see them
}

// Differs reports whether the declared class is another than the standard
// gives. Standard.Explain tells why.
func (h Household) Differs() bool {
	return h.Declared != ClassUnknown && h.Computed != ClassUnknown && h.Declared != h.Computed
}

// SensitiveFields are the fields of a Household (by their JSON names) that are
// sensitive or identify a person: Luật 91/2025/QH15 and NĐ 356/2025 Điều 4
// (ethnic origin, health, private life), and numbers of papers. The store shows
// them to whom Cycle.SeesSensitive names, posted lists and exports for others
// leave them out, logs never hold them.
var SensitiveFields = []string{"ethnic", "disabled", "health", "id_number", "health_card", "causes", "cause_other", "income", "points", "note"}

// Masked returns the household without its sensitive fields, and marks it as
// such: an empty field of it is hidden, not known to be empty.
func (h Household) Masked() Household {
	h.Hidden = true
	h.Ethnic, h.Disabled, h.Health, h.IDNumber, h.HealthCard = false, 0, "", "", ""
	h.Causes, h.CauseOther, h.Income, h.Points, h.Note = []string{}, "", 0, 0, ""
	return h
}

// Causes are the national eight causes of poverty, in the order of the report
// form; "other" goes with a text.
var Causes = []string{"production_land", "capital", "labour", "tools", "knowledge", "skills", "illness", "other"}

// Indicator is a deprivation indicator of a standard: one of the basic social
// services it belongs to, and its code.
type Indicator struct {
	Code    string `json:"code"`
	Service string `json:"service"`
}

// Standard is a poverty standard with its period of validity. Rules differ
// between periods as well as numbers. A line of 0 was not found in any source
// and waits to be filled in; Missing says so.
type Standard struct {
	Code       string        `json:"code"`
	Basis      string        `json:"basis"` // the decree
	From       calendar.Date `json:"from"`
	To         calendar.Date `json:"to,omitzero"`
	RuralLow   int64         `json:"rural_low"` // đồng a person and month
	UrbanLow   int64         `json:"urban_low"`
	RuralHigh  int64         `json:"rural_high,omitempty"` // the second line of 2016–2020; 0: there is one line only
	UrbanHigh  int64         `json:"urban_high,omitempty"`
	RuralPoint int           `json:"rural_point,omitempty"` // income points that stand for the line
	UrbanPoint int           `json:"urban_point,omitempty"`
	Deprived   int           `json:"deprived"` // how many deprivations make the difference
	Indicators []Indicator   `json:"indicators"`
	SurveyFrom MonthDay      `json:"survey_from"` // first and last day of the yearly survey
	SurveyTo   MonthDay      `json:"survey_to"`
	CaseDays   int           `json:"case_days"`         // within which a case of the year is decided
	CaseWorks  bool          `json:"case_works"`        // those are working days
	Missing    []string      `json:"missing,omitempty"` // what was not found, as message keys
}

// Standards are the national standards in order of time: QĐ 59/2015/QĐ-TTg,
// NĐ 07/2021/NĐ-CP (kept for 2026), NĐ 351/2025/NĐ-CP.
var Standards = []Standard{
	{
		Code: "2016-2020", Basis: "QĐ 59/2015/QĐ-TTg", From: calendar.MustDate("2016-01-01"), To: calendar.MustDate("2021-12-31"),
		RuralLow: 700_000, UrbanLow: 900_000, RuralHigh: 1_000_000, UrbanHigh: 1_300_000, Deprived: 3,
		Indicators: []Indicator{
			{"health_access", "health"}, {"health_insurance", "health"}, {"adult_education", "education"}, {"child_schooling", "education"},
			{"house_quality", "housing"}, {"house_area", "housing"}, {"water", "water"}, {"toilet", "water"},
			{"telecom", "information"}, {"information_means", "information"},
		},
		// TT 17/2016/TT-BLĐTBXH Điều 9; sudden cases by TT 14/2018.
		SurveyFrom: MonthDay{time.September, 1}, SurveyTo: MonthDay{time.December, 31}, CaseDays: 7, CaseWorks: true,
		Missing: []string{"standard.missing.points"},
	},
	{
		Code: "2022-2026", Basis: "NĐ 07/2021/NĐ-CP", From: calendar.MustDate("2022-01-01"), To: calendar.MustDate("2026-12-31"),
		RuralLow: 1_500_000, UrbanLow: 2_000_000, RuralPoint: 140, UrbanPoint: 175, Deprived: 3,
		Indicators: []Indicator{
			{"employment", "employment"}, {"dependants", "employment"}, {"nutrition", "health"}, {"health_insurance", "health"},
			{"adult_education", "education"}, {"child_schooling", "education"}, {"house_quality", "housing"}, {"house_area", "housing"},
			{"water", "water"}, {"toilet", "water"}, {"telecom", "information"}, {"information_means", "information"},
		},
		// QĐ 24/2021/QĐ-TTg Điều 3; regular reviews within 15 days.
		SurveyFrom: MonthDay{time.September, 1}, SurveyTo: MonthDay{time.December, 14}, CaseDays: 15,
	},
	{
		Code: "2027-2030", Basis: "NĐ 351/2025/NĐ-CP", From: calendar.MustDate("2027-01-01"),
		RuralLow: 2_200_000, UrbanLow: 2_800_000, Deprived: 3,
		Indicators: []Indicator{
			{"employment", "employment"}, {"dependants", "employment"}, {"nutrition", "health"}, {"health_insurance", "health"},
			{"adult_education", "education"}, {"child_schooling", "education"}, {"house_quality", "housing"}, {"house_area", "housing"},
			{"water", "water"}, {"toilet", "water"}, {"internet", "information"}, {"waste", "environment"},
		},
		SurveyFrom: MonthDay{time.September, 1}, SurveyTo: MonthDay{time.December, 14}, CaseDays: 15,
		Missing: []string{"standard.missing.points", "standard.missing.indicators", "standard.missing.survey"},
	},
}

// StandardOn returns the standard in force on a day; false when none is known.
func StandardOn(day calendar.Date) (Standard, bool) {
	for _, s := range Standards {
		if !day.Before(s.From) && (s.To.IsZero() || !day.After(s.To)) {
			return s, true
		}
	}
	return Standard{}, false
}

// Classify returns the class of a household by the standard. Income is taken
// from the points where the standard has a line in points and they were scored,
// else from the đồng; unknown when neither tells.
func (s Standard) Classify(h Household) Class {
	class, _ := s.Explain(h)
	return class
}

// Explain is Classify with its reason, as a message key.
func (s Standard) Explain(h Household) (Class, string) {
	low, high, line := s.RuralLow, s.RuralHigh, s.RuralPoint
	if h.Urban {
		low, high, line = s.UrbanLow, s.UrbanHigh, s.UrbanPoint
	}
	deprived := 0
	for _, i := range s.Indicators {
		if slices.Contains(h.Deprived, i.Code) {
			deprived++
		}
	}
	var below, between bool
	switch {
	case h.Points > 0 && line > 0:
		below = h.Points <= line
	case h.Income > 0:
		below, between = h.Income <= low, h.Income > low && high > 0 && h.Income <= high
	default:
		return ClassUnknown, "standard.because.unknown"
	}
	many := deprived >= s.Deprived
	switch {
	case below && high > 0: // 2016–2020: poor whatever the deprivations
		return ClassPoor, "standard.because.below_low"
	case below && many:
		return ClassPoor, "standard.because.below_many"
	case between && many:
		return ClassPoor, "standard.because.between_many"
	case below:
		return ClassNearPoor, "standard.because.below_few"
	case between:
		return ClassNearPoor, "standard.because.between_few"
	}
	return ClassNotPoor, "standard.because.above"
}

// Standard returns the standard by which a cycle's register is classified: the
// one in force on the first day of its year.
func (c Cycle) Standard() (Standard, bool) {
	day, err := calendar.NewDate(c.Year, time.January, 1)
	if err != nil {
		return Standard{}, false
	}
	return StandardOn(day)
}

// SeesSensitive reports whether the actor may see the sensitive fields of a
// commune's households: the commune itself, the standing office and the
// leadership may. The tier above and overseers see the register without them.
func (c Cycle) SeesSensitive(a Actor, unit UnitID) bool {
	if a.System != "" || len(c.Seats(a, unit)) > 0 {
		return true
	}
	_, stands := a.InCycle(c, PartStanding)
	_, leads := a.InCycle(c, PartLeadership)
	return stands || leads
}

// RegisterScope says into which register someone writes: that of one commune,
// or of all communes of the cycle when Unit is empty. Who writes in a commune's
// stead gives the document by which they do (Basis).
type RegisterScope struct {
	Cycle CycleID `json:"cycle"`
	Unit  UnitID  `json:"unit,omitempty"`
	Basis string  `json:"basis,omitempty"`
}

// MayRegister returns the seat in which the actor may write into a register and
// whether it is in the commune's stead; Forbidden when there is none. A commune
// keeps its own; the standing office may keep it for any of them, with a basis.
func (c Cycle) MayRegister(a Actor, s RegisterScope) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if s.Unit != "" && c.Rules.Units[s.Unit].Role != "commune" {
		return Seat{}, false, InvalidField("unit", "household.unknown_unit", "unit", string(s.Unit))
	}
	if a.System != "" {
		return Seat{}, false, nil
	}
	if s.Unit != "" {
		if seats := c.Seats(a, s.Unit); len(seats) > 0 {
			return seats[0], false, nil
		}
	}
	seat, ok := a.InCycle(c, PartStanding)
	if !ok {
		return Seat{}, false, Errorf(Forbidden, "household.forbidden")
	}
	if strings.TrimSpace(s.Basis) == "" {
		return Seat{}, false, InvalidField("basis", "decision.basis_needed")
	}
	return seat, true, nil
}

// Need is an entry of the catalogue of needs: of the national one, or added by
// the owner of a cycle for its own cycles.
type Need struct {
	Code   string `db:"code" json:"code"`
	Name   string `db:"name" json:"name"`
	NameEN string `db:"name_en" json:"name_en"`
	Owner  UnitID `db:"owner_id" json:"owner,omitempty"`
}

var needCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

// Check returns Invalid when the entry is not whole. The English name may be
// left empty: the Vietnamese one is shown then.
func (n Need) Check() error {
	if !needCode.MatchString(n.Code) {
		return InvalidField("code", "need.bad_code")
	}
	if n.Name == "" {
		return InvalidField("name", "error.required")
	}
	return nil
}

// Register is what the sheets of one writer are checked against: the communes
// of the scope with their hamlets, the catalogue and the standard. A file's
// reader uses it to tell what is wrong before anything is stored.
type Register struct {
	Scope    RegisterScope
	Year     int
	Standard Standard
	Hamlets  map[UnitID]map[string]string // names by code; a commune without hamlets has an empty map
	Needs    map[string]bool
}

// The most characters of a short text (a code, a name, a number) and of a long
// one.
const (
	maxShort = 200
	maxLong  = 4000
)

// Sheet returns a household as it is stored, with its lists in order and its
// class computed, and all that is wrong with it. Problems name fields by their
// JSON names and never repeat what is personal.
func (r Register) Sheet(h Household) (Household, Problems) {
	var wrong Problems
	problem := func(field, key string, args ...any) {
		wrong = append(wrong, Problem{Column: field, Key: key, Args: args})
	}
	h.Cycle, h.Hidden = r.Scope.Cycle, false
	text := func(field string, s *string, most int, needed bool) {
		*s = strings.TrimSpace(*s)
		switch {
		case needed && *s == "":
			problem(field, "error.required")
		case utf8.RuneCountInString(*s) > most:
			problem(field, "error.too_long", "max", most)
		}
	}
	text("code", &h.Code, maxShort, true)
	text("hamlet", &h.Hamlet, maxShort, true)
	text("head", &h.Head, maxShort, true)
	text("id_number", &h.IDNumber, maxShort, false)
	text("health_card", &h.HealthCard, maxShort, false)
	text("cause_other", &h.CauseOther, maxLong, false)
	text("health", &h.Health, maxLong, false)
	text("note", &h.Note, maxLong, false)

	if hamlets, ok := r.Hamlets[h.Unit]; !ok {
		problem("unit", "household.unknown_unit", "unit", string(h.Unit))
	} else if _, ok := hamlets[h.Hamlet]; !ok && h.Hamlet != "" {
		problem("hamlet", "household.unknown_hamlet", "hamlet", h.Hamlet)
	}
	if h.HeadBorn != 0 && (h.HeadBorn < r.Year-130 || h.HeadBorn > r.Year) {
		problem("head_born", "household.bad_year", "birth_year", h.HeadBorn)
	}
	r.counts(h, problem)

	h.Deprived = codes(h.Deprived, func(c string) bool {
		return slices.ContainsFunc(r.Standard.Indicators, func(i Indicator) bool { return i.Code == c })
	}, func(c string) {
		problem("deprived", "household.unknown_indicator", "code", c, "standard", r.Standard.Code)
	})
	h.Causes = codes(h.Causes, func(c string) bool { return slices.Contains(Causes, c) },
		func(c string) { problem("causes", "household.unknown_cause", "code", c) })
	h.Needs = codes(h.Needs, func(c string) bool { return r.Needs[c] },
		func(c string) { problem("needs", "household.unknown_need", "code", c) })

	if !slices.Contains([]Class{ClassUnknown, ClassPoor, ClassNearPoor, ClassNotPoor}, h.Declared) {
		problem("declared", "household.unknown_class", "code", string(h.Declared))
	}
	switch {
	case !slices.Contains([]PolicyGroup{PolicyNone, PolicyEligible, PolicyHardCore}, h.PolicyGroup):
		problem("policy_group", "household.unknown_group", "code", string(h.PolicyGroup))
	case h.PolicyGroup != PolicyNone && h.Declared != ClassPoor:
		problem("policy_group", "household.group_not_poor")
	}
	h.Computed = r.Standard.Classify(h)
	return h, wrong
}

// counts checks the numbers of a sheet.
func (r Register) counts(h Household, problem func(field, key string, args ...any)) {
	const most = 1_000_000_000
	if h.Members < 1 {
		problem("members", "household.no_members")
	}
	for _, n := range []struct {
		field string
		count int
	}{{"children", h.Children}, {"elderly", h.Elderly}, {"workers", h.Workers}, {"disabled", h.Disabled}} {
		switch {
		case n.count < 0:
			problem(n.field, "household.negative")
		case n.count > h.Members:
			problem(n.field, "household.more_than_members", "count", n.count, "members", h.Members)
		}
	}
	if h.Children >= 0 && h.Elderly >= 0 && max(h.Children, h.Elderly) <= h.Members && h.Children+h.Elderly > h.Members {
		problem("elderly", "household.more_than_members", "count", h.Children+h.Elderly, "members", h.Members)
	}
	for _, n := range []struct {
		field string
		count int64
	}{{"members", int64(h.Members)}, {"production_land", int64(h.ProductionLand)}, {"income", h.Income}, {"points", int64(h.Points)}} {
		switch {
		case n.count < 0 && n.field != "members":
			problem(n.field, "household.negative")
		case n.count > most:
			problem(n.field, "household.too_many", "max", most)
		}
	}
}

// codes returns a list in order and each code once, never nil, and tells those
// that are unknown.
func codes(list []string, known func(string) bool, unknown func(string)) []string {
	if len(list) == 0 {
		return []string{}
	}
	list = slices.Clone(list)
	slices.Sort(list)
	list = slices.Compact(list)
	for _, c := range list {
		if !known(c) {
			unknown(c)
		}
	}
	return list
}

// HouseholdFilter chooses households of a register, in order of commune, hamlet
// and code; After continues behind a household. Query searches the head's name
// and the code without accents.
type HouseholdFilter struct {
	Cycle  CycleID
	Unit   UnitID
	Hamlet string
	Class  Class
	Group  PolicyGroup
	Differ bool // declared and computed class differ
	Query  string
	After  HouseholdID
	Limit  int // at most and by default 200

	Cause     string // Forbidden to who may not see causes
	Unplanned bool   // poor and near-poor ones that are not in the draft of the commune's plan
}

// RegisterCount is one commune's register in counts.
type RegisterCount struct {
	Unit     UnitID `db:"unit_id" json:"unit"`
	UnitName string `db:"unit_name" json:"unit_name"`
	All      int    `db:"all_households" json:"all"`
	Persons  int    `db:"persons" json:"persons"`
	Poor     int    `db:"poor" json:"poor"`
	NearPoor int    `db:"near_poor" json:"near_poor"`
	Differ   int    `db:"differ" json:"differ"`
	Policy   int    `db:"policy" json:"policy"`
	HardCore int    `db:"hard_core" json:"hard_core"`
}

// HouseholdImport is what an import of rows did.
type HouseholdImport struct {
	Read      int `json:"read"`
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

// Likeness is a pair of households that may be one: decide, nothing is dropped.
// The reasons are the same identity number, the same health-insurance card, and
// the same name (accents aside) and year of birth in one hamlet.
type Likeness struct {
	A       Household `json:"a"`
	B       Household `json:"b"`
	Reasons []string  `json:"reasons"` // "id_number", "health_card", "name_born"
}
