package poverty

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dondoc/calendar"
)

// ComponentID identifies a component.
type ComponentID int64

// ComponentState is how far a component has come. It is computed from its
// deliveries and never typed.
type ComponentState string

// The states of a component. No progress is of one that has started, is not
// done, and had no delivery in the last reporting periods (Terms.Quiet).
const (
	ComponentNotStarted ComponentState = "not_started"
	ComponentInProgress ComponentState = "in_progress"
	ComponentNoProgress ComponentState = "no_progress"
	ComponentDone       ComponentState = "done"
)

// ComponentStates are all states, in the order in which pages offer them.
var ComponentStates = []ComponentState{ComponentNotStarted, ComponentNoProgress, ComponentInProgress, ComponentDone}

// Component is a part of the help for a commune (hợp phần): what kind of
// support, how much of it, for which households, paid from what, and who is in
// charge. The fields from Tally on are computed.
type Component struct {
	ID          ComponentID   `db:"id" json:"id"`
	Cycle       CycleID       `db:"cycle_id" json:"cycle"`
	Code        string        `db:"code" json:"code"` // lasting within the cycle
	Unit        UnitID        `db:"unit_id" json:"unit"`
	UnitName    string        `db:"unit_name" json:"unit_name"`
	Group       string        `db:"group_code" json:"group,omitempty"`
	Commune     UnitID        `db:"commune_id" json:"commune"`
	CommuneName string        `db:"commune_name" json:"commune_name"`
	Kind        string        `db:"kind" json:"kind"` // of the catalogue, see ComponentKind
	Title       string        `db:"title" json:"title"`
	Quantity    int64         `db:"quantity" json:"quantity,omitempty"` // thousandths of Measure; 0: not counted
	Measure     string        `db:"measure" json:"measure,omitempty"`   // "con", "m²", "ngày công"
	Value       int64         `db:"value" json:"value,omitempty"`       // đồng
	Fund        FundID        `db:"fund_id" json:"fund,omitempty"`
	FundName    string        `db:"fund_name" json:"fund_name,omitempty"`
	Programme   string        `db:"programme" json:"programme,omitempty"` // the source where it is no fund
	Share       int           `db:"share" json:"share,omitempty"`         // per cent of the value that the source bears; 0: not said
	StartBy     calendar.Date `db:"start_by" json:"start_by,omitzero"`
	EndBy       calendar.Date `db:"end_by" json:"end_by,omitzero"`
	StartDuty   string        `db:"start_duty" json:"start_duty,omitempty"` // template of the duty that its first delivery ends
	Version     int           `db:"version" json:"version"`
	SavedAt     time.Time     `db:"saved_at" json:"saved_at"`

	Tally
	State  ComponentState `db:"-" json:"state"`
	Start  *Duty          `db:"-" json:"start,omitempty"`  // its start, where the cycle asks for it
	Hidden bool           `db:"-" json:"hidden,omitempty"` // whose households are not shown to the reader
}

// Tally is what the deliveries of a component come to, counter-entries taken
// off. Quiet counts the reporting periods that closed since the last delivery
// without one.
type Tally struct {
	Listed    int           `db:"listed" json:"listed"`   // households that it is for
	Reached   int           `db:"reached" json:"reached"` // of them, who got something
	Handovers int           `db:"handovers" json:"handovers"`
	Delivered int64         `db:"delivered" json:"delivered"` // thousandths
	Spent     int64         `db:"spent" json:"spent"`         // đồng
	FirstDay  calendar.Date `db:"first_day" json:"first_day,omitzero"`
	LastDay   calendar.Date `db:"last_day" json:"last_day,omitzero"`
	Quiet     int           `db:"quiet" json:"quiet,omitempty"`
}

// StateOf computes the state from what was delivered: done when the quantity is
// reached, where none was planned the value, where neither was planned every
// household. Most is how many reporting periods may pass without a delivery.
func (c Component) StateOf(t Tally, most int) ComponentState {
	switch {
	case t.Handovers == 0:
		return ComponentNotStarted
	case c.Quantity > 0 && t.Delivered >= c.Quantity,
		c.Quantity == 0 && c.Value > 0 && t.Spent >= c.Value,
		c.Quantity == 0 && c.Value == 0 && t.Listed > 0 && t.Reached >= t.Listed:
		return ComponentDone
	case t.Quiet >= most:
		return ComponentNoProgress
	}
	return ComponentInProgress
}

// DaysNotStarted returns how many days a component is behind its start-by day on
// a day; 0 when it has started, is not late, or has no such day.
func (c Component) DaysNotStarted(today calendar.Date) int {
	by := c.StartBy
	if c.Start != nil && !c.Start.LastDay.IsZero() {
		by = c.Start.LastDay
	}
	if c.Handovers > 0 || by.IsZero() || !today.After(by) {
		return 0
	}
	return by.DaysUntil(today)
}

// Quiet returns how many reporting periods may pass without a delivery before a
// component counts as having no progress: 2 unless the cycle says otherwise.
func (t Terms) Quiet() int {
	if t.NoProgress <= 0 {
		return 2
	}
	return t.NoProgress
}

// ComponentFilter chooses components.
type ComponentFilter struct {
	Cycle     CycleID
	Unit      UnitID // in charge
	Code      string
	Commune   UnitID
	Group     string
	Fund      FundID
	Household HouseholdID
	State     ComponentState
	Limit     int
}

// ComponentDraft is a component as it is typed. Households are codes of the
// commune's register.
type ComponentDraft struct {
	Component
	Households []string `json:"households"`
	FundCode   string   `json:"fund_code,omitempty"` // names the fund where Fund does not
	Basis      string   `json:"basis,omitempty"`     // of who writes in the stead of the unit in charge
}

// ComponentHousehold is a household that a component is for, and what it got.
// Where the reader may not see whose it is, only the figures are there.
type ComponentHousehold struct {
	ID        HouseholdID   `db:"id" json:"id,omitempty"`
	Code      string        `db:"code" json:"code,omitempty"`
	Head      string        `db:"head" json:"head,omitempty"`
	Hamlet    string        `db:"hamlet" json:"hamlet,omitempty"`
	Delivered int64         `db:"delivered" json:"delivered"`
	Value     int64         `db:"value" json:"value"`
	LastDay   calendar.Date `db:"last_day" json:"last_day,omitzero"`
	Handovers int           `db:"handovers" json:"handovers"`
}

// Helping returns the units of a group, its lead first; none when there is no
// such group.
func (r Rules) Helping(group string) []UnitID {
	for _, g := range r.Groups {
		if g.Code == group && group != "" {
			return append([]UnitID{g.Lead}, g.Members...)
		}
	}
	return nil
}

// InCharge returns the units that deliver on a component: the one that is
// accountable, and the members of its group.
func (c Component) InCharge(r Rules) []UnitID {
	units := append([]UnitID{c.Unit}, r.Helping(c.Group)...)
	slices.Sort(units)
	return slices.Compact(units)
}

// SeesHouseholds reports whether the actor may see whose households a component
// is for: its commune, the units in charge, the standing office and the
// leadership may. The tier above and overseers see the figures.
func (c Cycle) SeesHouseholds(a Actor, x Component) bool {
	if c.SeesSensitive(a, x.Commune) {
		return true
	}
	return slices.ContainsFunc(x.InCharge(c.Rules), func(u UnitID) bool { return len(c.Seats(a, u)) > 0 })
}

// MayHandle returns the seat in which the actor may write about a component and
// whether it is in the stead of the units in charge; Forbidden when there is
// none. Those units may, and the standing office with a basis.
func (c Cycle) MayHandle(a Actor, x Component, basis string) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if a.System != "" {
		return Seat{Office: a.Office, Unit: x.Unit}, false, nil
	}
	return c.mayActFor(a, x.InCharge(c.Rules), basis, "component.forbidden")
}

// mayActFor returns the actor's seat in one of the units, or that in the
// standing office, which acts in their stead and gives the basis.
func (c Cycle) mayActFor(a Actor, units []UnitID, basis, forbidden string) (Seat, bool, error) {
	var own []Seat
	for _, u := range units {
		own = append(own, c.Seats(a, u)...)
	}
	if i := slices.IndexFunc(own, func(s Seat) bool { return s.Office == a.Office }); i >= 0 {
		return own[i], false, nil
	}
	if len(own) > 0 {
		return own[0], false, nil
	}
	seat, ok := a.InCycle(c, PartStanding)
	if !ok {
		return Seat{}, false, Errorf(Forbidden, forbidden)
	}
	if strings.TrimSpace(basis) == "" {
		return Seat{}, false, InvalidField("basis", "decision.basis_needed")
	}
	return seat, true, nil
}

// Most of a quantity, in thousandths, and of a sum of money, in đồng.
const (
	maxQuantity = 1_000_000_000_000
	maxMoney    = 1_000_000_000_000_000
)

// Check returns what is wrong with a component as it was typed; Problems name
// fields by their JSON names.
func (d *ComponentDraft) Check(c Cycle) Problems {
	var wrong Problems
	problem := func(field, key string, args ...any) {
		wrong = append(wrong, Problem{Column: field, Key: key, Args: args})
	}
	text := func(field string, s *string, most int, needed bool) {
		*s = strings.TrimSpace(*s)
		switch {
		case needed && *s == "":
			problem(field, "error.required")
		case utf8.RuneCountInString(*s) > most:
			problem(field, "error.too_long", "max", most)
		}
	}
	text("title", &d.Title, 500, true)
	text("kind", &d.Kind, maxShort, true)
	text("measure", &d.Measure, 40, false)
	text("programme", &d.Programme, 500, false)
	text("code", &d.Code, 40, true)
	if d.Code == "new" || d.Code != "" && !IsCode(d.Code) { // an address ends in it
		problem("code", "duty.bad_code", "text", d.Code)
	}
	if _, ok := c.Rules.Units[d.Unit]; !ok {
		problem("unit", "component.unknown_unit", "unit", string(d.Unit))
	}
	if c.Rules.Units[d.Commune].Role != "commune" {
		problem("commune", "household.unknown_unit", "unit", string(d.Commune))
	}
	if d.Group != "" && len(c.Rules.Helping(d.Group)) == 0 {
		problem("group", "component.unknown_group", "group", d.Group)
	}
	switch {
	case d.Quantity < 0 || d.Quantity > maxQuantity:
		problem("quantity", "component.bad_quantity")
	case d.Quantity > 0 && d.Measure == "":
		problem("measure", "component.measure_needed")
	}
	if d.Value < 0 || d.Value > maxMoney {
		problem("value", "component.bad_money")
	}
	if d.Fund != 0 && d.Programme != "" {
		problem("programme", "component.one_source")
	}
	if d.Share < 0 || d.Share > 100 {
		problem("share", "component.bad_share")
	}
	if !d.StartBy.IsZero() && !d.EndBy.IsZero() && d.EndBy.Before(d.StartBy) {
		problem("end_by", "component.ends_before_start")
	}
	if d.StartDuty != "" {
		if t, ok := c.Rules.Template(d.StartDuty); !ok || t.Kind != DutyStart {
			problem("start_duty", "component.unknown_start", "code", d.StartDuty)
		}
	}
	d.Households = slices.DeleteFunc(slices.Clone(d.Households), func(s string) bool { return strings.TrimSpace(s) == "" })
	for i := range d.Households {
		d.Households[i] = strings.TrimSpace(d.Households[i])
	}
	slices.Sort(d.Households)
	d.Households = slices.Compact(d.Households)
	return wrong
}

// StartTemplate returns the template of a component's start: the one that it
// names, or the one that the cycle lays on all components; false when there is
// none.
func (r Rules) StartTemplate(x Component) (Template, bool) {
	if x.StartDuty != "" {
		return r.Template(x.StartDuty)
	}
	for _, t := range r.Duties {
		if t.Kind == DutyStart && slices.Contains(t.Who, WhoComponents) {
			return t, true
		}
	}
	return Template{}, false
}

// WhoComponents in Template.Who lays a duty on whoever is in charge of a
// component, for each component.
const WhoComponents = "components"

// ComponentKind is an entry of the catalogue of kinds of support: of the
// national one, or added by the owner of a cycle for its own cycles.
type ComponentKind struct {
	Code   string `db:"code" json:"code"`
	Name   string `db:"name" json:"name"`
	NameEN string `db:"name_en" json:"name_en"`
	Owner  UnitID `db:"owner_id" json:"owner,omitempty"`
}

// Check returns Invalid when the entry is not whole. The English name may be
// left empty: the Vietnamese one is shown then.
func (k ComponentKind) Check() error {
	return Need{Code: k.Code, Name: k.Name}.Check()
}
