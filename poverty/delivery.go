package poverty

import (
	"strings"
	"time"
	"unicode/utf8"

	"dondoc/calendar"
)

// DeliveryID identifies a line of the ledger of deliveries.
type DeliveryID int64

// DeliveryEntry is a line of the ledger: what was handed over on a day to a
// household, or information work for an audience. Nothing in it is changed: a
// mistake is taken back by a counter-entry with negative figures.
type DeliveryEntry struct {
	ID         DeliveryID    `db:"id" json:"id"`
	Batch      int64         `db:"batch" json:"batch"` // what was recorded together; papers hang on it
	Component  ComponentID   `db:"component_id" json:"component"`
	Day        calendar.Date `db:"day" json:"day"` // when it was effective
	RecordedAt time.Time     `db:"recorded_at" json:"recorded_at"`
	RecordedBy string        `db:"recorded_by_name" json:"recorded_by"`
	Unit       UnitID        `db:"unit_id" json:"unit"`
	UnitName   string        `db:"unit_name" json:"unit_name"`
	OnBehalf   bool          `db:"on_behalf" json:"on_behalf,omitempty"`
	Household  HouseholdID   `db:"household_id" json:"household,omitempty"`
	Code       string        `db:"code" json:"code,omitempty"` // the household's
	Head       string        `db:"head" json:"head,omitempty"`
	Audience   string        `db:"audience" json:"audience,omitempty"`
	Quantity   int64         `db:"quantity" json:"quantity"` // thousandths
	Value      int64         `db:"value" json:"value"`       // đồng
	Basis      string        `db:"basis" json:"basis,omitempty"`
	Note       string        `db:"note" json:"note,omitempty"`
	Corrects   DeliveryID    `db:"corrects" json:"corrects,omitempty"`
	Corrected  bool          `db:"corrected" json:"corrected,omitempty"` // taken back by a counter-entry
	Confirmed  *time.Time    `db:"confirmed_at" json:"confirmed_at,omitempty"`
}

// NewDelivery is a decision: it enters deliveries of a day on a component, or
// takes one back. Day zero means today; an earlier day needs a basis (the
// minutes of the handing over).
type NewDelivery struct {
	Key       string         `json:"key,omitempty"`
	Component ComponentID    `json:"component"`
	Day       calendar.Date  `json:"day,omitzero"`
	Lines     []DeliveryLine `json:"lines,omitempty"`
	Corrects  DeliveryID     `json:"corrects,omitempty"` // takes this line back; no Lines then
	Confirms  int64          `json:"confirms,omitempty"` // the commune confirms a batch; no Lines then
	Basis     string         `json:"basis,omitempty"`
	Note      string         `json:"note,omitempty"` // with Corrects the reason
	Office    OfficeID       `json:"office,omitempty"`
}

// Delivered is what a decision on deliveries led to: the component as it stands
// then, and the number of what was recorded together.
type Delivered struct {
	Component Component `json:"component"`
	Batch     int64     `json:"batch,omitempty"`
}

// DeliveryLine is what one household got, by its code, or whom information work
// reached.
type DeliveryLine struct {
	Household string `json:"household,omitempty"`
	Audience  string `json:"audience,omitempty"`
	Quantity  int64  `json:"quantity,omitempty"` // thousandths
	Value     int64  `json:"value,omitempty"`    // đồng
}

// Check returns what is wrong with a delivery as it was typed, and the day on
// which it was effective. Problems count lines from 1.
func (n *NewDelivery) Check(c Cycle, now time.Time) (calendar.Date, error) {
	today := calendar.DateOf(now)
	n.Basis, n.Note = strings.TrimSpace(n.Basis), strings.TrimSpace(n.Note)
	day := n.Day
	if day.IsZero() {
		day = today
	}
	switch {
	case day.After(today):
		return day, InvalidField("day", "delivery.in_future")
	case day.Before(c.Rules.First.First()):
		return day, InvalidField("day", "delivery.before_year", "first", c.Rules.First.First())
	case day.Before(today) && n.Basis == "":
		return day, InvalidField("basis", "delivery.basis_needed")
	case len(n.Lines) == 0:
		return day, InvalidField("lines", "delivery.no_lines")
	}
	var wrong Problems
	seen := map[string]int{}
	for i := range n.Lines {
		l := &n.Lines[i]
		l.Household, l.Audience = strings.TrimSpace(l.Household), strings.TrimSpace(l.Audience)
		problem := func(column, key string, args ...any) {
			wrong = append(wrong, Problem{Row: i + 1, Column: column, Key: key, Args: args})
		}
		if l.Quantity < 0 || l.Quantity > maxQuantity {
			problem("quantity", "component.bad_quantity")
		}
		if l.Value < 0 || l.Value > maxMoney {
			problem("value", "component.bad_money")
		}
		switch {
		case l.Household == "" && l.Audience == "":
			problem("household", "delivery.for_whom")
		case l.Household != "" && l.Audience != "":
			problem("audience", "delivery.one_of_both")
		case l.Household != "" && l.Quantity == 0 && l.Value == 0:
			problem("quantity", "delivery.nothing")
		case utf8.RuneCountInString(l.Audience) > 500:
			problem("audience", "error.too_long", "max", 500)
		}
		if first, twice := seen[l.Household]; twice && l.Household != "" {
			problem("household", "delivery.household_twice", "household", l.Household, "row", first)
		} else {
			seen[l.Household] = i + 1
		}
	}
	if len(wrong) > 0 {
		return day, wrong
	}
	return day, nil
}

// EffectiveOn returns the instant at which something delivered on a day ends a
// duty: now for today; the end of an earlier day where the standing office says
// so with a basis, and now for everybody else, for nobody makes themselves
// punctual by a date.
func EffectiveOn(day calendar.Date, now time.Time, standing bool) time.Time {
	if standing && day.Before(calendar.DateOf(now)) {
		return calendar.OverdueAt(day).Add(-time.Second)
	}
	return now
}
