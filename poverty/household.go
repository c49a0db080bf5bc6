package poverty

import (
	"slices"
	"time"

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

	SavedAt time.Time `db:"saved_at" json:"saved_at,omitzero"`
	SavedBy UserID    `db:"saved_by" json:"saved_by,omitempty"`
}

// SensitiveFields are the fields of a Household (by their JSON names) that are
// sensitive or identify a person: Luật 91/2025/QH15 and NĐ 356/2025 Điều 4
// (ethnic origin, health, private life), and numbers of papers. Pages show them
// to the commune and the standing office only, posted lists and exports for
// others leave them out, logs never hold them.
var SensitiveFields = []string{"ethnic", "disabled", "health", "id_number", "health_card", "causes", "cause_other", "income", "points", "note"}

// Masked returns the household without its sensitive fields.
func (h Household) Masked() Household {
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
	},
	{
		Code: "2027-2030", Basis: "NĐ 351/2025/NĐ-CP", From: calendar.MustDate("2027-01-01"),
		RuralLow: 2_200_000, UrbanLow: 2_800_000, Deprived: 3,
		Indicators: []Indicator{
			{"employment", "employment"}, {"dependants", "employment"}, {"nutrition", "health"}, {"health_insurance", "health"},
			{"adult_education", "education"}, {"child_schooling", "education"}, {"house_quality", "housing"}, {"house_area", "housing"},
			{"water", "water"}, {"toilet", "water"}, {"internet", "information"}, {"waste", "environment"},
		},
		Missing: []string{"standard.missing.points", "standard.missing.indicators"},
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
		return ClassUnknown
	}
	many := deprived >= s.Deprived
	switch {
	case below && (high > 0 || many), between && many: // 2016–2020: below the low line is poor whatever the deprivations
		return ClassPoor
	case below, between:
		return ClassNearPoor
	}
	return ClassNotPoor
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
	Limit  int
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
type Likeness struct {
	A       Household `json:"a"`
	B       Household `json:"b"`
	Reasons []string  `json:"reasons"` // "id_number", "health_card", "name_born"
}
