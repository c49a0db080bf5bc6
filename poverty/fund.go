package poverty

import (
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// FundID identifies a fund.
type FundID int64

// Fund is money that a unit raised in a year (nguồn huy động), kept as a ledger.
// What is left at the end of a cycle is carried to the next.
type Fund struct {
	ID          FundID    `db:"id" json:"id"`
	Cycle       CycleID   `db:"cycle_id" json:"cycle"`
	Code        string    `db:"code" json:"code"`
	Unit        UnitID    `db:"unit_id" json:"unit"` // who keeps it
	UnitName    string    `db:"unit_name" json:"unit_name"`
	Name        string    `db:"name" json:"name"`
	Year        int       `db:"year" json:"year"` // in which it was raised
	CarriedFrom FundID    `db:"carried_from" json:"carried_from,omitempty"`
	Version     int       `db:"version" json:"version"`
	Raised      int64     `db:"raised" json:"raised"` // đồng, corrections taken off
	Spent       int64     `db:"spent" json:"spent"`
	CarriedIn   int64     `db:"carried_in" json:"carried_in"`
	CarriedOut  int64     `db:"carried_out" json:"carried_out"`
	SavedAt     time.Time `db:"saved_at" json:"saved_at"`
}

// Had returns what there was to spend, in đồng: raised, and carried in.
func (f Fund) Had() int64 { return f.Raised + f.CarriedIn }

// Left returns what is left, in đồng.
func (f Fund) Left() int64 { return f.Raised + f.CarriedIn - f.Spent - f.CarriedOut }

// FundEntryKind is what an entry of a fund's ledger is.
type FundEntryKind string

// The kinds of entries.
const (
	FundRaised     FundEntryKind = "raised"
	FundSpent      FundEntryKind = "spent" // by a delivery
	FundCarriedIn  FundEntryKind = "carried_in"
	FundCarriedOut FundEntryKind = "carried_out"
	FundCorrection FundEntryKind = "correction" // takes another entry back
)

// FundEntry is a line of a fund's ledger. Amount is in đồng; what leaves the
// fund is negative.
type FundEntry struct {
	ID         int64         `db:"id" json:"id"`
	Fund       FundID        `db:"fund_id" json:"fund"`
	Kind       FundEntryKind `db:"kind" json:"kind"`
	Amount     int64         `db:"amount" json:"amount"`
	Balance    int64         `db:"balance" json:"balance"` // after this line
	Day        calendar.Date `db:"day" json:"day"`
	RecordedAt time.Time     `db:"recorded_at" json:"recorded_at"`
	RecordedBy string        `db:"recorded_by_name" json:"recorded_by"`
	Delivery   DeliveryID    `db:"delivery_id" json:"delivery,omitempty"`
	Component  ComponentID   `db:"component_id" json:"component,omitempty"`
	About      string        `db:"about" json:"about,omitempty"` // the component's title
	Corrects   int64         `db:"corrects" json:"corrects,omitempty"`
	Corrected  bool          `db:"corrected" json:"corrected,omitempty"`
	Basis      string        `db:"basis" json:"basis,omitempty"`
	Reason     string        `db:"reason" json:"reason,omitempty"`
}

// FundVerb is a decision on a fund.
type FundVerb string

// The decisions on a fund.
const (
	FundOpen    FundVerb = "open"    // makes it, with what it holds from earlier
	FundRaise   FundVerb = "raise"   // enters money that came in
	FundCorrect FundVerb = "correct" // takes an entry back
	FundCarry   FundVerb = "carry"   // carries what is left to the next cycle
)

// FundMove is a decision on a fund. Opening names Cycle, Unit, Code, Name and
// Year; the others name Fund.
type FundMove struct {
	Key    string        `json:"key,omitempty"`
	Verb   FundVerb      `json:"verb"`
	Fund   FundID        `json:"fund,omitempty"`
	Cycle  CycleID       `json:"cycle"`
	Unit   UnitID        `json:"unit,omitempty"`
	Code   string        `json:"code,omitempty"`
	Name   string        `json:"name,omitempty"`
	Year   int           `json:"year,omitempty"`
	Amount int64         `json:"amount,omitempty"` // đồng; with open: what it holds from earlier years
	Day    calendar.Date `json:"day,omitzero"`     // zero: today
	Entry  int64         `json:"entry,omitempty"`  // of correct
	Reason string        `json:"reason,omitempty"`
	Basis  string        `json:"basis,omitempty"`
	Office OfficeID      `json:"office,omitempty"`
}

// MayMove returns the seat in which the actor may make a decision on a fund and
// whether it is in the keeper's stead; Forbidden when there is none. The keeper
// may, and the standing office with a basis; what is left is carried by the
// leadership or the standing office.
func (f Fund) MayMove(c Cycle, a Actor, m FundMove) (Seat, bool, error) {
	if a.System != "" {
		return Seat{Office: m.Office, Unit: f.Unit}, false, nil
	}
	if m.Verb == FundCarry { // also of a closed year: its money is still there
		for _, part := range []Part{PartLeadership, PartStanding} {
			if s, ok := a.InCycle(c, part); ok {
				return s, false, nil
			}
		}
		return Seat{}, false, Errorf(Forbidden, "fund.forbidden.carry")
	}
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	return c.mayActFor(a, []UnitID{f.Unit}, m.Basis, "fund.forbidden")
}

// Check returns what is wrong with a decision as it was typed, and its day.
func (m *FundMove) Check(c Cycle, now time.Time) (calendar.Date, error) {
	m.Name, m.Code, m.Reason, m.Basis = strings.TrimSpace(m.Name), strings.TrimSpace(m.Code), strings.TrimSpace(m.Reason), strings.TrimSpace(m.Basis)
	day, today := m.Day, calendar.DateOf(now)
	if day.IsZero() {
		day = today
	}
	if day.After(today) {
		return day, InvalidField("day", "delivery.in_future")
	}
	if m.Amount < 0 || m.Amount > maxMoney {
		return day, InvalidField("amount", "component.bad_money")
	}
	switch m.Verb {
	case FundOpen:
		switch {
		case m.Name == "":
			return day, InvalidField("name", "error.required")
		case !IsCode(m.Code):
			return day, InvalidField("code", "duty.bad_code", "text", m.Code)
		case m.Year < 1990 || m.Year > c.Year:
			return day, InvalidField("year", "fund.bad_year", "latest", c.Year)
		}
		if _, ok := c.Rules.Units[m.Unit]; !ok {
			return day, InvalidField("unit", "component.unknown_unit", "unit", string(m.Unit))
		}
	case FundRaise:
		switch {
		case m.Amount == 0:
			return day, InvalidField("amount", "fund.no_amount")
		case m.Basis == "":
			return day, InvalidField("basis", "fund.basis_needed")
		}
	case FundCorrect:
		if m.Reason == "" {
			return day, InvalidField("reason", "decision.reason_needed")
		}
	case FundCarry:
	default:
		return day, InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
	}
	return day, nil
}

// SeesFund returns the units that see a fund besides those that see the whole
// cycle: the agencies of the groups of whoever keeps it.
func (r Rules) SeesFund(unit UnitID) []UnitID {
	see := []UnitID{}
	for _, g := range r.Groups {
		if g.Has(unit) {
			see = append(see, g.Agencies()...)
		}
	}
	slices.Sort(see)
	return slices.Compact(see)
}
