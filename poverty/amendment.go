package poverty

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// Amendment changes the rules of a running cycle: an explicit, audited act
// that recomputes what is open. What is past stays as it was, and everyone
// concerned is told once. One of the changes is set.
type Amendment struct {
	Key     string   `json:"key,omitempty"`
	Cycle   CycleID  `json:"cycle"`
	DaysOff bool     `json:"days_off,omitempty"` // plan what is open anew, though changed days off have done so already
	Code    string   `json:"code,omitempty"`     // of the duties whose deadline is now Due, as stated
	Due     string   `json:"due,omitempty"`
	Merged  UnitID   `json:"merged,omitempty"` // the unit that was merged away; what it owes goes to Into
	Into    UnitID   `json:"into,omitempty"`
	Reason  string   `json:"reason"`
	Basis   string   `json:"basis,omitempty"`
	Office  OfficeID `json:"office,omitempty"`
}

// MayAmend returns the seat in which an actor amends a cycle: leadership, the
// standing office, or none for an administrator. No debtor moves its own deadline,
// and an administrator moves none. Forbidden, Invalid without a reason, Conflict
// where the cycle does not run.
func (c Cycle) MayAmend(a Actor, x Amendment) (Seat, error) {
	seat, stands := a.InCycle(c, PartStanding)
	leader, leads := a.InCycle(c, PartLeadership)
	if leads {
		seat = leader
	}
	t, _ := c.Rules.Template(x.Code)
	own := slices.Contains(c.Rules.Owing(t), c.Rules.Bindings.Standing)
	switch {
	case !stands && !leads && !a.Admin && a.System == "":
		return seat, Errorf(Forbidden, "cycle.forbidden.amend")
	case x.Code != "" && !leads && a.System == "" && (!stands || own):
		return seat, Errorf(Forbidden, "cycle.forbidden.amend_due")
	case strings.TrimSpace(x.Reason) == "":
		return seat, InvalidField("reason", "decision.reason_needed")
	case c.State != CycleRunning:
		return seat, Errorf(Conflict, "cycle.not_running", "state", string(c.State))
	case x.changes() != 1:
		return seat, InvalidField("what", "amendment.one_change")
	}
	return seat, nil
}

// changes counts what an amendment changes.
func (x Amendment) changes() int {
	n := 0
	for _, set := range []bool{x.DaysOff, x.Code != "", x.Merged != ""} {
		if set {
			n++
		}
	}
	return n
}

// Amend returns the rules after an amendment on a day; Invalid, with the field,
// where it names a kind of duty or a unit that cannot be amended.
func (r Rules) Amend(x Amendment, on calendar.Date) (Rules, error) {
	r.Amended++
	if x.Code != "" {
		i := slices.IndexFunc(r.Duties, func(t Template) bool { return t.Code == x.Code && !t.Kind.ByEvent() })
		if i < 0 {
			return r, InvalidField("code", "amendment.unknown_code", "code", x.Code)
		}
		due, err := calendar.ParseDue(x.Due)
		if err != nil {
			return r, InvalidField("due", "decision.bad_due", "text", x.Due)
		}
		if due.Months() != r.Duties[i].Due.Months() {
			return r, InvalidField("due", "amendment.other_period")
		}
		r.Duties = slices.Clone(r.Duties)
		r.Duties[i].Due = due
	}
	if x.Merged != "" {
		old, there := r.Units[x.Merged]
		switch {
		case !there || !old.Until.IsZero() || x.Merged == r.Bindings.Standing:
			return r, InvalidField("merged", "amendment.unknown_unit", "unit", string(x.Merged))
		case x.Into == "" || x.Into == x.Merged || !r.Units[x.Into].Until.IsZero():
			return r, InvalidField("into", "amendment.unknown_unit", "unit", string(x.Into))
		}
		r = r.Merge(x.Merged, x.Into, on)
	}
	return r, nil
}

// MovedTo returns the last day that a duty has by amended rules, and how it is
// stated, where that is another one which lies after the day of the amendment.
// What was extended, dated or returned keeps the day that a person gave it, and
// so does what has its day from elsewhere than its stated deadline.
func (d Duty) MovedTo(was Standing, before, after Timetable, x Amendment, on calendar.Date) (calendar.Date, string, bool) {
	if was.LadderNo > 1 || was.Returned || was.Extended || was.LastDay.IsZero() {
		return calendar.Date{}, "", false
	}
	due, err := calendar.ParseDue(d.Stated)
	if err != nil {
		return calendar.Date{}, "", false
	}
	t := Template{Due: due, DayOff: d.DayOff}
	of, known := after.Rules.Template(d.Code)
	if known && !d.Kind.ByEvent() {
		t.From, t.To = of.From, of.To
	}
	period := d.Period
	if due.Months() == 0 {
		period = ""
	}
	if x.Code != "" && x.Code == d.Code {
		t.Due = of.Due.WithEvent(calendar.DateOf(d.OpenedAt))
	} else if said, ok := t.LastDay(before.Calendar, period); !ok || said != was.LastDay {
		return calendar.Date{}, "", false
	}
	last, ok := t.LastDay(after.Calendar, period)
	return last, t.Due.String(), ok && last != was.LastDay && last.After(on)
}

// RungMove is a rung that had not fired and was moved by changed days off.
type RungMove struct {
	Rung          string
	Before, After time.Time
}

// RungMoves returns the rungs that had not fired and stand at another instant.
func RungMoves(before, after []Planned) []RungMove {
	var moves []RungMove
	for _, now := range after {
		i := slices.IndexFunc(before, func(p Planned) bool { return p.Rung == now.Rung })
		if i >= 0 && !before[i].Fired && !before[i].At.Equal(now.At) {
			moves = append(moves, RungMove{now.Rung, before[i].At, now.At})
		}
	}
	return moves
}

// String is how the history keeps a move: "overdue 3 2018-05-04T08:00:00+07:00 2018-05-05T08:00:00+07:00".
func (m RungMove) String() string {
	return fmt.Sprintf("%s %s %s", m.Rung, m.Before.Format(time.RFC3339), m.After.Format(time.RFC3339))
}

// ParseRungMoves reads the moves that an entry of the history keeps, with
// semicolons between; what is none is left out.
func ParseRungMoves(text string) []RungMove {
	var moves []RungMove
	for part := range strings.SplitSeq(text, "; ") {
		words := strings.Fields(part)
		if len(words) != 4 {
			continue
		}
		before, err := time.Parse(time.RFC3339, words[2])
		if err != nil {
			continue
		}
		after, err := time.Parse(time.RFC3339, words[3])
		if err != nil {
			continue
		}
		moves = append(moves, RungMove{words[0] + " " + words[1], before, after})
	}
	return moves
}

// LastDay returns the last day of a duty by its template: for a periodic one
// that of its period. False where the template says none.
func (t Template) LastDay(c *calendar.Calendar, period string) (calendar.Date, bool) {
	days, err := t.Due.Days(c, t.DayOff, t.From, t.To)
	if err != nil {
		return calendar.Date{}, false
	}
	for _, d := range days {
		if period == "" || string(d.Period) == period {
			return d.LastDay, !d.LastDay.IsZero()
		}
	}
	return calendar.Date{}, false
}

// Merge returns the rules after a unit was merged into another on a day: the
// other takes its place in groups and, where it was not in the cycle yet, its
// role; the old one owes nothing that comes from that day on.
func (r Rules) Merge(from, into UnitID, on calendar.Date) Rules {
	units := make(map[UnitID]CycleUnit, len(r.Units)+1)
	maps.Copy(units, r.Units)
	old := units[from]
	if _, there := units[into]; !there {
		units[into] = CycleUnit{Role: old.Role, From: on, Priority: old.Priority}
	}
	old.Until = on.AddDays(-1)
	units[from] = old
	r.Units = units
	groups := make([]Group, len(r.Groups))
	for i, g := range r.Groups {
		if g.Commune == from {
			g.Commune = into
		}
		if g.Lead == from {
			g.Lead = into
		}
		var members []UnitID
		for _, m := range g.Members {
			if m == from {
				m = into
			}
			if m != g.Lead && !slices.Contains(members, m) {
				members = append(members, m)
			}
		}
		g.Members = members
		groups[i] = g
	}
	r.Groups = groups
	return r
}
