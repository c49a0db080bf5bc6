package poverty

import (
	"strings"
	"time"

	"dondoc/calendar"
)

// ReviewKinds are the reviews of a year. The code of the duty to hold one is
// "review-" with its kind, of the duties to contribute to it "input-" with it.
var ReviewKinds = []string{"interim", "year-end"}

// Review is an interim or year-end review. Figures are those of its conference;
// what came later, such as the official result of the survey, is not among them.
type Review struct {
	Cycle      CycleID       `db:"cycle_id" json:"cycle"`
	Kind       string        `db:"kind" json:"kind"`   // of ReviewKinds
	State      string        `db:"state" json:"state"` // planned, concluded
	Figures    ReviewFigures `db:"figures" json:"figures"`
	Conclusion string        `db:"conclusion" json:"conclusion,omitempty"`
	HeldAt     *time.Time    `db:"held_at" json:"held_at,omitempty"`
	Attendance int           `db:"attendance" json:"attendance,omitempty"`
	Meeting    MeetingID     `db:"meeting_id" json:"meeting,omitempty"` // the conference, where it was recorded as a meeting
	Programme  string        `db:"programme" json:"programme,omitempty"`
	Trained    int           `db:"trained" json:"trained,omitempty"` // people of the cycle, besides what units say
	Note       string        `db:"note" json:"note,omitempty"`
	Version    int           `db:"version" json:"version"`
}

// ReviewFigures are counted from the facts as of the conference.
type ReviewFigures struct {
	Duties    int    `db:"duties" json:"duties"`
	Done      int    `db:"done" json:"done"`
	Late      int    `db:"late" json:"late"`
	Open      int    `db:"open" json:"open"`
	Escalated int    `db:"escalated" json:"escalated"`
	Poor      int    `db:"poor" json:"poor"`
	ToLeave   int    `db:"to_leave" json:"to_leave"`
	Stage     string `db:"stage" json:"stage,omitempty"` // of the result that the conference had: preliminary, official; none yet
	PoorEnd   int    `db:"poor_end" json:"poor_end,omitempty"`
	NearEnd   int    `db:"near_end" json:"near_end,omitempty"`
}

// ReviewSheet is what a review looks at besides what has pages of its own.
type ReviewSheet struct {
	Review   Review            `json:"review"`
	Communes []ReviewCommune   `json:"communes"`
	Inputs   []ReviewInput     `json:"inputs"` // of every unit that is asked, in order of its code
	Results  []IndicatorResult `json:"results"`
	Delays   []ReviewDelay     `json:"delays"`
	Staff    []StaffChange     `json:"staff"`
}

// ReviewCommune is a commune's result of a year beside its target: the counts of
// each stage, and what its survey says of how they came about. A stage that was
// not confirmed has Households 0.
type ReviewCommune struct {
	Unit        UnitID       `json:"unit"`
	UnitName    string       `json:"unit_name"`
	Target      Target       `json:"target"`
	Preliminary SurveyResult `json:"preliminary"`
	Official    SurveyResult `json:"official"`
	Poor        Flow         `json:"poor"` // of its survey as it stands; all 0 where no list was drawn up
	NearPoor    Flow         `json:"near_poor"`
}

// Result returns the newest result that was confirmed; false when there is none.
func (c ReviewCommune) Result() (SurveyResult, bool) {
	if c.Official.Households > 0 {
		return c.Official, true
	}
	return c.Preliminary, c.Preliminary.Households > 0
}

// LeftPoor returns the households that left poverty, gross: out of it, or to
// near-poverty.
func (c ReviewCommune) LeftPoor() int { return c.Poor.Passed + c.Poor.Across }

// Reached reports whether as many left as the target says.
func (c ReviewCommune) Reached() bool { return c.LeftPoor() >= c.Target.ToLeave }

// Faults names what does not add up: the split of the poor, the start, the
// movement, and the result against the list.
func (c ReviewCommune) Faults() (list []SurveyFault) {
	fault := func(key string, args ...any) {
		list = append(list, SurveyFault{Key: key, Args: append([]any{"unit", c.UnitName}, args...)})
	}
	t := c.Target
	if t.Split() && t.Policy+t.HardCore != t.Poor {
		fault("review.check.split", "policy", t.Policy, "hard_core", t.HardCore, "poor", t.Poor)
	}
	if !c.Poor.Holds() {
		fault("review.check.flow", "sum", c.Poor.Sum(), "end", c.Poor.End)
	}
	if c.Poor.Start > 0 && c.Poor.Start != t.Poor {
		fault("review.check.start", "start", c.Poor.Start, "target", t.Poor)
	}
	if r, ok := c.Result(); ok && c.Poor.Start > 0 && r.Poor != c.Poor.End {
		fault("review.check.end", "result", r.Poor, "end", c.Poor.End)
	}
	return list
}

// Plus returns a commune's row with another's added, as the sum needs it: the
// counts that a review prints.
func (c ReviewCommune) Plus(o ReviewCommune) ReviewCommune {
	t := &c.Target
	t.Households += o.Target.Households
	t.Poor += o.Target.Poor
	t.Policy += o.Target.Policy
	t.HardCore += o.Target.HardCore
	t.ToLeave += o.Target.ToLeave
	for _, x := range []struct{ into, from *SurveyResult }{{&c.Preliminary, &o.Preliminary}, {&c.Official, &o.Official}} {
		x.into.Households += x.from.Households
		x.into.Poor += x.from.Poor
		x.into.NearPoor += x.from.NearPoor
	}
	c.Poor, c.NearPoor = c.Poor.Plus(o.Poor), c.NearPoor.Plus(o.NearPoor)
	return c
}

// ReviewAsked returns the units that are asked to contribute to a review of a
// kind: those that owe it, or communes and leads where it is nobody's duty.
func (r Rules) ReviewAsked(kind string) []UnitID {
	t, ok := r.Template("input-" + kind)
	if !ok {
		t = Template{Who: []string{"communes", "leads"}}
	}
	return r.Owing(t)
}

// ReviewInput is what a unit says for a review. Version 0: it has said nothing.
type ReviewInput struct {
	Cycle        CycleID       `db:"cycle_id" json:"cycle"`
	Kind         string        `db:"kind" json:"kind"`
	Unit         UnitID        `db:"unit_id" json:"unit"`
	UnitName     string        `db:"unit_name" json:"unit_name"`
	Results      string        `db:"results" json:"results,omitempty"`
	Shortcomings string        `db:"shortcomings" json:"shortcomings,omitempty"`
	Proposals    string        `db:"proposals" json:"proposals,omitempty"`
	Trained      int           `db:"trained" json:"trained,omitempty"`
	Version      int           `db:"version" json:"version"`
	SavedAt      *time.Time    `db:"saved_at" json:"saved_at,omitempty"`
	LastDay      calendar.Date `db:"last_day" json:"last_day,omitzero"` // of the duty to say it
	Overdue      bool          `db:"overdue" json:"overdue,omitempty"`
}

// IndicatorResult is what an indicator reached by a review. Base and Reached are
// counts, or hundredths where the indicator is a rate or points.
type IndicatorResult struct {
	Cycle   CycleID `db:"cycle_id" json:"cycle"`
	Kind    string  `db:"kind" json:"kind"`
	Code    string  `db:"code" json:"code"`
	Base    int64   `db:"base" json:"base,omitempty"`
	Reached int64   `db:"reached" json:"reached"`
	Note    string  `db:"note" json:"note,omitempty"`
	Version int     `db:"version" json:"version"`
}

// ReviewDelay counts the duties of a unit that were or are late, by kind.
type ReviewDelay struct {
	Unit     UnitID   `db:"unit_id" json:"unit"`
	UnitName string   `db:"unit_name" json:"unit_name"`
	Kind     DutyKind `db:"kind" json:"kind"`
	Late     int      `db:"late" json:"late"`
	Open     int      `db:"open" json:"open"` // of those, still owed
}

// StaffChange is a change of who holds an office of a unit in the year.
type StaffChange struct {
	Unit     UnitID        `db:"unit_id" json:"unit"`
	UnitName string        `db:"unit_name" json:"unit_name"`
	Title    string        `db:"title" json:"title"`
	Day      calendar.Date `db:"day" json:"day"` // the first day of who came
}

// ReviewVerb is what is done for a review.
type ReviewVerb string

// The verbs. The conference itself is a meeting of the kind MeetingReview.
const (
	ReviewSays     ReviewVerb = "input"     // a unit contributes
	ReviewFacts    ReviewVerb = "facts"     // what no page knows: the programme signed, training
	ReviewMeasures ReviewVerb = "indicator" // what an indicator reached
)

// ReviewMove is something said for a review.
type ReviewMove struct {
	Key          string     `json:"key,omitempty"`
	Cycle        CycleID    `json:"cycle"`
	Kind         string     `json:"kind"`
	Verb         ReviewVerb `json:"verb"`
	Version      int        `json:"version,omitempty"`
	Unit         UnitID     `json:"unit,omitempty"`
	Results      string     `json:"results,omitempty"`
	Shortcomings string     `json:"shortcomings,omitempty"`
	Proposals    string     `json:"proposals,omitempty"`
	Trained      int        `json:"trained,omitempty"`
	Programme    string     `json:"programme,omitempty"`
	Note         string     `json:"note,omitempty"`
	Code         string     `json:"code,omitempty"` // of an indicator
	Base         int64      `json:"base,omitempty"`
	Reached      int64      `json:"reached,omitempty"`
	Basis        string     `json:"basis,omitempty"`
	Office       OfficeID   `json:"office,omitempty"`
}

// MayReview returns the seat in which the actor may say something for a review,
// and whether it is in a unit's stead: a unit for itself, the standing office for
// any unit with a basis, and all else.
func (c Cycle) MayReview(a Actor, m ReviewMove) (Seat, bool, error) {
	switch {
	case c.State == CycleClosed:
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	case a.System != "": // what was typed in before the start is imported
		return Seat{}, false, nil
	case c.State != CycleRunning:
		return Seat{}, false, Errorf(Conflict, "cycle.not_running", "state", string(c.State))
	}
	if seats := c.Seats(a, m.Unit); m.Verb == ReviewSays && len(seats) > 0 {
		return seats[0], false, nil
	}
	seat, ok := a.InCycle(c, PartStanding)
	switch {
	case !ok:
		return Seat{}, false, Errorf(Forbidden, "review.forbidden")
	case m.Verb == ReviewSays && strings.TrimSpace(m.Basis) == "":
		return seat, true, InvalidField("basis", "decision.basis_needed")
	}
	return seat, m.Verb == ReviewSays, nil
}

// Check returns Invalid when something said for a review is not whole.
func (m ReviewMove) Check(c Cycle) error {
	if _, ok := c.Rules.Template("review-" + m.Kind); !ok {
		return Errorf(NotFound, "review.not_found")
	}
	if wrong := checkTexts(maxLong, "results", m.Results, "shortcomings", m.Shortcomings, "proposals", m.Proposals, "note", m.Note, "programme", m.Programme); len(wrong) > 0 {
		return InvalidField(wrong[0].Column, wrong[0].Key, wrong[0].Args...)
	}
	switch {
	case m.Trained < 0:
		return InvalidField("trained", "error.not_a_number")
	case m.Verb == ReviewSays && !c.TakesPart(m.Unit):
		return InvalidField("unit", "duty.unknown_unit", "unit", string(m.Unit))
	case m.Verb == ReviewSays && strings.TrimSpace(m.Results) == "":
		return InvalidField("results", "error.required")
	case m.Verb == ReviewMeasures && (m.Base < 0 || m.Base > maxIndicator || m.Reached > maxIndicator || m.Reached < -maxIndicator):
		return InvalidField("reached", "error.not_a_number")
	case m.Verb != ReviewSays && m.Verb != ReviewFacts && m.Verb != ReviewMeasures:
		return InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
	}
	return nil
}
