package poverty

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dondoc/calendar"
)

// ConsolidationState is how far a revision of a consolidated report has come.
type ConsolidationState string

// The states of a revision. One that was sent is never changed: what follows is
// a further revision.
const (
	ConsolidationDraft    ConsolidationState = "draft" // the standing office completes it
	ConsolidationSent     ConsolidationState = "sent"
	ConsolidationReturned ConsolidationState = "returned" // by leadership, with remarks; a new draft follows
	ConsolidationAccepted ConsolidationState = "accepted"
)

// Consolidation is the consolidated report of a period in one revision: the
// roll-up as it was counted then, and what the standing office adds. The first
// is drafted at the period's close.
type Consolidation struct {
	Cycle     CycleID            `db:"cycle_id" json:"cycle"`
	Period    string             `db:"period" json:"period"`
	Revision  int                `db:"revision" json:"revision"`
	Version   int                `db:"version" json:"version"` // of the draft, for saving
	State     ConsolidationState `db:"state" json:"state"`
	Rollup    Rollup             `db:"rollup" json:"rollup"`
	Text      string             `db:"text" json:"text"`
	Reason    string             `db:"reason" json:"reason,omitempty"` // of a revision
	Remarks   string             `db:"remarks" json:"remarks,omitempty"`
	CreatedAt time.Time          `db:"created_at" json:"created_at"`
	SavedAt   time.Time          `db:"saved_at" json:"saved_at"`
	SavedBy   UserID             `db:"saved_by" json:"saved_by,omitempty"`
	ByName    string             `db:"saved_by_name" json:"saved_by_name,omitempty"`
	SentAt    *time.Time         `db:"sent_at" json:"sent_at,omitempty"`
	DecidedAt *time.Time         `db:"decided_at" json:"decided_at,omitempty"`
}

// Rollup is what a period comes to: the reports from the duties, what they
// state, and the ledger of deliveries by commune, group, component and fund.
type Rollup struct {
	At       time.Time                   `json:"at"` // when it was counted
	From     calendar.Date               `json:"from,omitzero"`
	To       calendar.Date               `json:"to,omitzero"` // zero: to the end
	Expected int                         `json:"expected"`
	Received int                         `json:"received"`
	OnTime   int                         `json:"on_time"`
	Returned int                         `json:"returned"`
	Extended int                         `json:"extended"`
	Excused  int                         `json:"excused"`
	Missing  []NamedUnit                 `json:"missing,omitempty"`
	Partial  []NamedUnit                 `json:"partial,omitempty"` // lack the contribution of a member
	Raised   int                         `json:"raised,omitempty"`  // obstacles and proposals of the period
	Waiting  int                         `json:"waiting,omitempty"` // of them, not answered or decided yet
	Stated   map[string]map[string]int64 `json:"stated,omitempty"`  // sums of what reports state, by role and field
	Total    RollupLine                  `json:"total"`
	Lines    []RollupLine                `json:"lines,omitempty"`
}

// NamedUnit is a unit with its name of then.
type NamedUnit struct {
	Unit UnitID `json:"unit"`
	Name string `json:"name"`
}

// RollupScope is what a line of a roll-up is about.
type RollupScope string

// The scopes of the lines.
const (
	RollupAll       RollupScope = "all"
	RollupCommune   RollupScope = "commune"
	RollupGroup     RollupScope = "group"
	RollupComponent RollupScope = "component"
	RollupFund      RollupScope = "fund"
)

// RollupScopes are those of the lines, in the order of a report.
var RollupScopes = []RollupScope{RollupCommune, RollupGroup, RollupComponent, RollupFund}

// RollupLine is what was delivered for one scope in the period, counter-entries
// taken off. Households are those with something that was not taken back in the
// period, each once. What came from no fund or no group has Key "".
type RollupLine struct {
	Scope      RollupScope `json:"scope"`
	Key        string      `json:"key"`  // code of the commune, group, component or fund
	Name       string      `json:"name"` // as it was called then
	Households int64       `json:"households"`
	Handovers  int64       `json:"handovers"`
	Value      int64       `json:"value"`              // đồng
	Quantity   int64       `json:"quantity,omitempty"` // thousandths of Measure; of a component
	Measure    string      `json:"measure,omitempty"`
	Started    int64       `json:"started"` // components whose first delivery it was
}

// Of returns the lines of a scope.
func (r Rollup) Of(scope RollupScope) []RollupLine {
	var list []RollupLine
	for _, l := range r.Lines {
		if l.Scope == scope {
			list = append(list, l)
		}
	}
	return list
}

// RollupChange is a figure that stands otherwise now than in what was sent.
type RollupChange struct {
	Scope  RollupScope `json:"scope"`
	Key    string      `json:"key,omitempty"`
	Name   string      `json:"name,omitempty"`
	What   string      `json:"what"` // households, handovers, value, quantity, started, received, …, or stated.ROLE.FIELD
	Before int64       `json:"before"`
	After  int64       `json:"after"`
}

// Changes returns what differs in a later count of the same period, reports
// first, then the ledger line by line.
func (r Rollup) Changes(later Rollup) []RollupChange {
	var list []RollupChange
	note := func(l RollupLine, what string, before, after int64) {
		if before != after {
			list = append(list, RollupChange{l.Scope, l.Key, l.Name, what, before, after})
		}
	}
	all := RollupLine{Scope: RollupAll}
	for _, x := range []struct {
		what          string
		before, after int
	}{
		{"expected", r.Expected, later.Expected}, {"received", r.Received, later.Received}, {"on_time", r.OnTime, later.OnTime},
		{"returned", r.Returned, later.Returned}, {"extended", r.Extended, later.Extended}, {"excused", r.Excused, later.Excused},
		{"partial", len(r.Partial), len(later.Partial)}, {"raised", r.Raised, later.Raised}, {"waiting", r.Waiting, later.Waiting},
	} {
		note(all, x.what, int64(x.before), int64(x.after))
	}
	for _, role := range keysOf(r.Stated, later.Stated) {
		for _, field := range keysOf(r.Stated[role], later.Stated[role]) {
			note(all, "stated."+role+"."+field, r.Stated[role][field], later.Stated[role][field])
		}
	}
	type key struct {
		scope RollupScope
		key   string
	}
	before, after := map[key]RollupLine{}, map[key]RollupLine{}
	var order []key
	for _, side := range []struct {
		lines []RollupLine
		by    map[key]RollupLine
	}{{append([]RollupLine{r.Total}, r.Lines...), before}, {append([]RollupLine{later.Total}, later.Lines...), after}} {
		for _, l := range side.lines {
			k := key{l.Scope, l.Key}
			if _, known := before[k]; !known {
				order = append(order, k)
			}
			side.by[k] = l
		}
	}
	slices.SortStableFunc(order, func(a, b key) int {
		return cmp.Or(cmp.Compare(rank(a.scope), rank(b.scope)), strings.Compare(a.key, b.key))
	})
	for _, k := range order {
		b, a := before[k], after[k]
		l := a
		if l.Scope == "" {
			l = b
		}
		note(l, "households", b.Households, a.Households)
		note(l, "handovers", b.Handovers, a.Handovers)
		note(l, "value", b.Value, a.Value)
		note(l, "quantity", b.Quantity, a.Quantity)
		note(l, "started", b.Started, a.Started)
	}
	return list
}

func rank(s RollupScope) int { return slices.Index(RollupScopes, s) }

// keysOf returns the keys of two maps, sorted, each once.
func keysOf[V any](a, b map[string]V) []string {
	var keys []string
	for k := range a {
		keys = append(keys, k)
	}
	for k := range b {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// ConsolidationVerb is a decision on a consolidated report.
type ConsolidationVerb string

// The decisions. Recount, revise and send are the standing office's, accept and
// return the leadership's.
const (
	ConsolidationRecount ConsolidationVerb = "recount" // counts the draft anew
	ConsolidationRevise  ConsolidationVerb = "revise"  // drafts a revision of what was sent, with its reason
	ConsolidationSend    ConsolidationVerb = "send"
	ConsolidationAccept  ConsolidationVerb = "accept"
	ConsolidationReturn  ConsolidationVerb = "return"
)

// ConsolidationMove is a decision on the newest revision of a period's
// consolidated report. Revision and Version are those that were looked at; with
// others in the store it is a Conflict.
type ConsolidationMove struct {
	Key      string            `json:"key,omitempty"`
	Cycle    CycleID           `json:"cycle"`
	Period   string            `json:"period"`
	Verb     ConsolidationVerb `json:"verb"`
	Revision int               `json:"revision"`
	Version  int               `json:"version,omitempty"` // with send and recount
	Text     *string           `json:"text,omitempty"`    // with send and recount: as the form has it
	Reason   string            `json:"reason,omitempty"`
	Office   OfficeID          `json:"office,omitempty"`
}

// ConsolidationContent is what the standing office types into a draft.
type ConsolidationContent struct {
	Cycle    CycleID `json:"cycle"`
	Period   string  `json:"period"`
	Revision int     `json:"revision"`
	Version  int     `json:"version"`
	Text     string  `json:"text"`
}

// MayMove returns the seat in which the actor may make a decision on a
// consolidated report; Forbidden when there is none, Conflict when its state
// does not allow it, Invalid when a reason is missing.
func (x Consolidation) MayMove(c Cycle, a Actor, m ConsolidationMove) (Seat, error) {
	part, from := PartStanding, []ConsolidationState{ConsolidationDraft}
	switch m.Verb {
	case ConsolidationRecount, ConsolidationSend:
	case ConsolidationRevise:
		from = []ConsolidationState{ConsolidationSent, ConsolidationAccepted}
	case ConsolidationAccept, ConsolidationReturn:
		part, from = PartLeadership, []ConsolidationState{ConsolidationSent}
	default:
		return Seat{}, InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
	}
	seat, ok := a.InCycle(c, part)
	if !ok && a.System == "" {
		return Seat{}, Errorf(Forbidden, "consolidation.forbidden."+string(m.Verb))
	}
	if c.State == CycleClosed {
		return Seat{}, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if m.Revision != 0 && m.Revision != x.Revision {
		e := Errorf(Conflict, "consolidation.newer", "revision", x.Revision)
		e.Field = "version"
		return Seat{}, e
	}
	if !slices.Contains(from, x.State) {
		e := Errorf(Conflict, "consolidation.state."+string(x.State), "revision", x.Revision)
		e.Field = "state"
		return Seat{}, e
	}
	if strings.TrimSpace(m.Reason) == "" {
		switch m.Verb {
		case ConsolidationReturn:
			return Seat{}, InvalidField("reason", "decision.remarks_needed")
		case ConsolidationRevise:
			return Seat{}, InvalidField("reason", "decision.reason_needed")
		}
	}
	return seat, nil
}

// CheckText returns what is wrong with the text of a consolidated report.
func (x ConsolidationContent) CheckText() error {
	if utf8.RuneCountInString(x.Text) > maxReportText {
		return InvalidField("text", "error.too_long", "max", maxReportText)
	}
	return nil
}

// Changed reports whether a figure that was sent stands otherwise now, and so a
// further revision is due.
func (x Consolidation) Changed(now Rollup) bool {
	return (x.State == ConsolidationSent || x.State == ConsolidationAccepted) && len(x.Rollup.Changes(now)) > 0
}
