package poverty

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// SettlementID identifies a decision about whole sheets of a register.
type SettlementID int64

// SettlementKind is what was decided about a sheet, or about a pair of sheets
// that look alike.
type SettlementKind string

// The kinds of settlement.
const (
	SettlementStruck SettlementKind = "struck" // out of the register
	SettlementMerged SettlementKind = "merged" // two sheets of one household: one is kept, the other struck off
	SettlementApart  SettlementKind = "apart"  // two that look alike are two households
	SettlementMoved  SettlementKind = "moved"  // to another hamlet or commune, with its history
)

// StrikeCauses are why a household is struck off, in the order of the form.
var StrikeCauses = []string{"died", "moved_away", "mistake", "other"}

// Settling is a decision about whole sheets, as a person takes it. Household is
// the sheet that goes, moves, or is one of a pair; Other the one that is kept,
// or the other of the pair. The versions are those that were looked at. Who
// decides in a commune's stead, or about two communes, gives the basis.
type Settling struct {
	Key          string         `json:"-"` // makes the decision happen once
	Cycle        CycleID        `json:"-"`
	Kind         SettlementKind `json:"kind"`
	Household    HouseholdID    `json:"household"`
	Version      int            `json:"version"`
	Other        HouseholdID    `json:"other,omitempty"`
	OtherVersion int            `json:"other_version,omitempty"`
	Take         []string       `json:"take,omitempty"` // merged: the fields that the kept sheet takes from the other one
	Cause        string         `json:"cause,omitempty"`
	Unit         UnitID         `json:"unit,omitempty"`   // moved: the commune it goes to
	Hamlet       string         `json:"hamlet,omitempty"` // moved: its new hamlet
	Code         string         `json:"code,omitempty"`   // moved: its new code; as before when empty
	Reason       string         `json:"reason"`
	Basis        string         `json:"basis,omitempty"`
}

// Check returns Invalid when the decision is not whole.
func (s Settling) Check() error {
	pair := s.Kind == SettlementMerged || s.Kind == SettlementApart
	switch {
	case !slices.Contains([]SettlementKind{SettlementStruck, SettlementMerged, SettlementApart, SettlementMoved}, s.Kind):
		return InvalidField("kind", "settlement.unknown_kind", "kind", string(s.Kind))
	case s.Key == "":
		return InvalidField("key", "error.required")
	case pair && (s.Other == 0 || s.Other == s.Household):
		return InvalidField("other", "settlement.no_other")
	case s.Kind == SettlementStruck && !slices.Contains(StrikeCauses, s.Cause):
		return InvalidField("cause", "settlement.cause_needed")
	case s.Kind == SettlementMoved && s.Hamlet == "":
		return InvalidField("hamlet", "error.required")
	case strings.TrimSpace(s.Reason) == "":
		return InvalidField("reason", "decision.reason_needed")
	case utf8.RuneCountInString(s.Reason) > maxLong:
		return InvalidField("reason", "error.too_long", "max", maxLong)
	}
	for _, field := range s.Take {
		if !slices.Contains(MergeFields, field) {
			return InvalidField("take", "settlement.unknown_field", "field", field)
		}
	}
	return nil
}

// MaySettle returns the seat in which the actor may decide about sheets of
// communes, and whether it is in the commune's stead. A commune decides about
// its own. About sheets of two communes, the standing office decides.
func (c Cycle) MaySettle(a Actor, basis string, units ...UnitID) (Seat, bool, error) {
	scope := RegisterScope{Cycle: c.ID, Basis: basis}
	units = slices.Compact(slices.Sorted(slices.Values(units)))
	for _, unit := range units {
		if c.Rules.Units[unit].Role != "commune" {
			return Seat{}, false, InvalidField("unit", "household.unknown_unit", "unit", string(unit))
		}
	}
	if len(units) == 1 {
		scope.Unit = units[0]
		return c.MayRegister(a, scope)
	}
	seat, _, err := c.MayRegister(a, scope)
	if KindOf(err) == Forbidden {
		err = Errorf(Forbidden, "settlement.two_communes")
	}
	return seat, a.System == "", err
}

// MergeFields are the fields of a sheet (by their JSON names) that a merge
// chooses from either side. Commune, hamlet and code are those of the sheet that
// is kept.
var MergeFields = []string{
	"head", "head_born", "head_female", "id_number", "health_card", "members", "children", "elderly", "workers", "disabled",
	"ethnic", "policy_family", "urban", "production_land", "income", "points", "deprived", "declared", "policy_group",
	"causes", "cause_other", "needs", "health", "note",
}

// Merged returns the kept sheet with the named fields of the other one.
func (h Household) Merged(other Household, take []string) Household {
	for _, field := range take {
		switch field {
		case "head":
			h.Head = other.Head
		case "head_born":
			h.HeadBorn = other.HeadBorn
		case "head_female":
			h.HeadFemale = other.HeadFemale
		case "id_number":
			h.IDNumber = other.IDNumber
		case "health_card":
			h.HealthCard = other.HealthCard
		case "members":
			h.Members = other.Members
		case "children":
			h.Children = other.Children
		case "elderly":
			h.Elderly = other.Elderly
		case "workers":
			h.Workers = other.Workers
		case "disabled":
			h.Disabled = other.Disabled
		case "ethnic":
			h.Ethnic = other.Ethnic
		case "policy_family":
			h.PolicyFamily = other.PolicyFamily
		case "urban":
			h.Urban = other.Urban
		case "production_land":
			h.ProductionLand = other.ProductionLand
		case "income":
			h.Income = other.Income
		case "points":
			h.Points = other.Points
		case "deprived":
			h.Deprived = other.Deprived
		case "declared":
			h.Declared = other.Declared
		case "policy_group":
			h.PolicyGroup = other.PolicyGroup
		case "causes":
			h.Causes = other.Causes
		case "cause_other":
			h.CauseOther = other.CauseOther
		case "needs":
			h.Needs = other.Needs
		case "health":
			h.Health = other.Health
		case "note":
			h.Note = other.Note
		}
	}
	return h
}

// Settlement is a decision about whole sheets as it was taken, with the codes
// and heads as they stood then.
type Settlement struct {
	ID        SettlementID   `db:"id" json:"id"`
	Cycle     CycleID        `db:"cycle_id" json:"cycle"`
	Kind      SettlementKind `db:"kind" json:"kind"`
	Household HouseholdID    `db:"household_id" json:"household"`
	Unit      UnitID         `db:"unit_id" json:"unit"` // its commune before
	Hamlet    string         `db:"hamlet" json:"hamlet"`
	Code      string         `db:"code" json:"code"`
	Head      string         `db:"head" json:"head"`
	Other     HouseholdID    `db:"other_id" json:"other,omitempty"`
	OtherUnit UnitID         `db:"other_unit_id" json:"other_unit,omitempty"` // of the other sheet, or where it moved to
	OtherCode string         `db:"other_code" json:"other_code,omitempty"`
	OtherHead string         `db:"other_head" json:"other_head,omitempty"`
	Cause     string         `db:"cause" json:"cause,omitempty"`
	Reason    string         `db:"reason" json:"reason,omitempty"` // empty to who may not see the sensitive fields
	Basis     string         `db:"basis" json:"basis,omitempty"`
	OnBehalf  bool           `db:"on_behalf" json:"on_behalf"`
	At        time.Time      `db:"at" json:"at"`
	By        UserID         `db:"actor_id" json:"by,omitempty"`
	ByName    string         `db:"actor_name" json:"by_name,omitempty"`
	Office    OfficeID       `db:"office_id" json:"office,omitempty"`

	UndoneAt     *time.Time `db:"undone_at" json:"undone_at,omitempty"`
	UndoneReason string     `db:"undone_reason" json:"undone_reason,omitempty"`
	UndoneByName string     `db:"undone_by_name" json:"undone_by_name,omitempty"`
}

// Undone reports whether the decision was taken back.
func (s Settlement) Undone() bool { return s.UndoneAt != nil }

// SettlementFilter chooses decisions about sheets, newest first. Household
// chooses those about one, on either side.
type SettlementFilter struct {
	Cycle     CycleID
	Unit      UnitID
	Household HouseholdID
	Before    SettlementID // older than this one
	Limit     int          // at most and by default 200
}
