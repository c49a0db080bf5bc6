package poverty

import (
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// ObstacleID identifies an obstacle or proposal.
type ObstacleID int64

// ObstacleKind tells an obstacle from a proposal.
type ObstacleKind string

// The kinds.
const (
	ObstacleHindrance ObstacleKind = "obstacle"
	ObstacleProposal  ObstacleKind = "proposal"
)

// ObstacleKinds are the kinds in the order in which they are offered.
var ObstacleKinds = []ObstacleKind{ObstacleHindrance, ObstacleProposal}

// ObstacleAddressee is to whom an obstacle is raised.
type ObstacleAddressee string

// The addressees.
const (
	ToStanding ObstacleAddressee = "standing" // the standing office, which answers or forwards
	ToOwner    ObstacleAddressee = "owner"    // the owning UBND itself
)

// ObstacleState is how far an obstacle has come.
type ObstacleState string

// The states of an obstacle.
const (
	ObstacleRaised    ObstacleState = "raised"
	ObstacleForwarded ObstacleState = "forwarded" // by the standing office to the owner, with its opinion
	ObstacleAnswered  ObstacleState = "answered"
	ObstacleDecided   ObstacleState = "decided" // by the leadership
	ObstacleClosed    ObstacleState = "closed"  // settled or withdrawn by who raised it
)

// ObstacleStates are the states in their order.
var ObstacleStates = []ObstacleState{ObstacleRaised, ObstacleForwarded, ObstacleAnswered, ObstacleDecided, ObstacleClosed}

// Obstacle is what hinders a commune or an agency, or what it proposes. Its
// texts may hold personal data: they are for the unit, its group and commune,
// the standing office and the leadership; others learn the numbers alone.
type Obstacle struct {
	ID         ObstacleID        `db:"id" json:"id"`
	Cycle      CycleID           `db:"cycle_id" json:"cycle"`
	No         int               `db:"no" json:"no"`        // counts from 1 in the cycle
	Unit       UnitID            `db:"unit_id" json:"unit"` // that raised it
	UnitName   string            `db:"unit_name" json:"unit_name"`
	Kind       ObstacleKind      `db:"kind" json:"kind"`
	To         ObstacleAddressee `db:"addressee" json:"to"`
	Component  string            `db:"component" json:"component,omitempty"` // its code
	Household  HouseholdID       `db:"household_id" json:"household,omitempty"`
	Commune    UnitID            `db:"commune_id" json:"commune,omitempty"` // that it is about
	Text       string            `db:"text" json:"text"`
	State      ObstacleState     `db:"state" json:"state"`
	ReceivedAt time.Time         `db:"received_at" json:"received_at"`
	Opinion    string            `db:"opinion" json:"opinion,omitempty"` // of the standing office, with which it forwards
	Answer     string            `db:"answer" json:"answer,omitempty"`
	AnsweredBy OfficeID          `db:"answered_by" json:"answered_by,omitempty"`
	AnsweredAt *time.Time        `db:"answered_at" json:"answered_at,omitempty"` // the last answer or decision
	Basis      string            `db:"basis" json:"basis,omitempty"`             // of the answer or decision
	ClosedAt   *time.Time        `db:"closed_at" json:"closed_at,omitempty"`
	Version    int               `db:"version" json:"version"`
	Duty       DutyID            `db:"duty_id" json:"duty,omitempty"`     // to answer it; of the last addressee
	LastDay    calendar.Date     `db:"last_day" json:"last_day,omitzero"` // of that duty
	Overdue    bool              `db:"overdue" json:"overdue"`            // nobody has answered in time
}

// Waits reports whether an answer is still owed.
func (o Obstacle) Waits() bool { return o.State == ObstacleRaised || o.State == ObstacleForwarded }

// ObstacleVerb is what is done with an obstacle.
type ObstacleVerb string

// The decisions on an obstacle.
const (
	ObstacleRaises   ObstacleVerb = "raise"
	ObstacleForwards ObstacleVerb = "forward"
	ObstacleAnswers  ObstacleVerb = "answer"
	ObstacleDecides  ObstacleVerb = "decide"
	ObstacleCloses   ObstacleVerb = "close"
)

// ObstacleMove is a decision on an obstacle; with raise it makes one. Version
// is the version that the person saw; 0 skips that check.
type ObstacleMove struct {
	Key       string            `json:"key,omitempty"`
	Cycle     CycleID           `json:"cycle"`
	Obstacle  ObstacleID        `json:"obstacle,omitempty"`
	No        int               `json:"no,omitempty"` // names it where Obstacle does not
	Verb      ObstacleVerb      `json:"verb"`
	Version   int               `json:"version,omitempty"`
	Unit      UnitID            `json:"unit,omitempty"` // with raise, as the five fields below
	Kind      ObstacleKind      `json:"kind,omitempty"`
	To        ObstacleAddressee `json:"to,omitempty"`
	Component string            `json:"component,omitempty"`
	Household HouseholdID       `json:"household,omitempty"`
	Commune   UnitID            `json:"commune,omitempty"`
	Text      string            `json:"text"` // what is raised, the opinion, answer, decision, or why it is closed
	Basis     string            `json:"basis,omitempty"`
	At        time.Time         `json:"at,omitzero"`
	Office    OfficeID          `json:"office,omitempty"`
}

// ObstacleFilter chooses obstacles, the newest first. From and To are days of
// receipt: an obstacle stands in the report of the period in which it came, and
// Waiting chooses those that nobody has answered yet.
type ObstacleFilter struct {
	Cycle     CycleID
	Unit      UnitID // that raised it
	Commune   UnitID
	Kind      ObstacleKind
	State     ObstacleState
	Component string
	Household HouseholdID
	Waiting   bool
	From      calendar.Date
	To        calendar.Date
	Limit     int
}

// ObstacleCount is how many obstacles a unit has raised, for those who do not
// read them.
type ObstacleCount struct {
	Unit     UnitID `db:"unit_id" json:"unit"`
	UnitName string `db:"unit_name" json:"unit_name"`
	Raised   int    `db:"raised" json:"raised"`
	Waiting  int    `db:"waiting" json:"waiting"`
	Overdue  int    `db:"overdue" json:"overdue"`
}

// Move returns the state to which a verb leads; Conflict, naming the state,
// where it leads nowhere.
func (s ObstacleState) Move(v ObstacleVerb) (ObstacleState, error) {
	next := map[ObstacleVerb]ObstacleState{
		ObstacleForwards: ObstacleForwarded, ObstacleAnswers: ObstacleAnswered, ObstacleDecides: ObstacleDecided, ObstacleCloses: ObstacleClosed,
	}
	from := map[ObstacleVerb][]ObstacleState{
		ObstacleForwards: {ObstacleRaised, ObstacleAnswered},
		ObstacleAnswers:  {ObstacleRaised, ObstacleForwarded},
		ObstacleDecides:  {ObstacleRaised, ObstacleForwarded, ObstacleAnswered},
		ObstacleCloses:   {ObstacleRaised, ObstacleForwarded, ObstacleAnswered, ObstacleDecided},
	}
	if slices.Contains(from[v], s) {
		return next[v], nil
	}
	err := Errorf(Conflict, "obstacle.cannot_move", "state", string(s))
	err.Field = "state"
	return s, err
}

// MayMove returns the seat in which the actor may make a move, and whether it
// is in the raising unit's stead. Communes and helping agencies raise and close their own;
// the standing office forwards and answers what was raised to it; the
// leadership answers and decides.
func (o Obstacle) MayMove(c Cycle, a Actor, x ObstacleMove) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	standing, stands := a.InCycle(c, PartStanding)
	leader, leads := a.InCycle(c, PartLeadership)
	switch x.Verb {
	case ObstacleRaises, ObstacleCloses:
		role := c.Rules.Units[o.Unit].Role
		if role == "commune" || role == "lead" || role == "member" || x.Verb == ObstacleCloses {
			if seats := c.Seats(a, o.Unit); len(seats) > 0 {
				return seats[0], false, nil
			}
		}
		if stands {
			if strings.TrimSpace(x.Basis) == "" {
				return Seat{}, false, InvalidField("basis", "decision.basis_needed")
			}
			return standing, true, nil
		}
	case ObstacleForwards:
		if stands && o.To == ToStanding {
			return standing, false, nil
		}
	case ObstacleAnswers:
		switch {
		case leads:
			return leader, false, nil
		case stands && o.To == ToStanding && o.State == ObstacleRaised && standing.Unit != o.Unit:
			return standing, false, nil
		}
	case ObstacleDecides:
		if leads {
			return leader, false, nil
		}
	default:
		return Seat{}, false, InvalidField("verb", "decision.unknown_act", "act", string(x.Verb))
	}
	return Seat{}, false, Errorf(Forbidden, "obstacle.forbidden."+string(x.Verb))
}

// Check returns what is wrong with a move, as an Invalid error.
func (x ObstacleMove) Check(c Cycle) error {
	if strings.TrimSpace(x.Text) == "" {
		return InvalidField("text", "obstacle.text_needed."+string(x.Verb))
	}
	if x.Verb != ObstacleRaises {
		return nil
	}
	switch {
	case !slices.Contains(ObstacleKinds, x.Kind):
		return InvalidField("kind", "error.required")
	case x.To != ToStanding && x.To != ToOwner:
		return InvalidField("to", "error.required")
	case !c.TakesPart(x.Unit):
		return InvalidField("unit", "duty.unknown_unit", "unit", string(x.Unit))
	case x.Commune != "" && c.Rules.Units[x.Commune].Role != "commune":
		return InvalidField("commune", "duty.unknown_unit", "unit", string(x.Commune))
	}
	return nil
}

// Sees returns the units that see an obstacle of a unit about a commune besides
// the unit itself: its groups and their communes, the standing office and the
// owner.
func (o Obstacle) Sees(c Cycle) []UnitID {
	see := []UnitID{o.Unit, c.Owner, c.Rules.Bindings.Standing}
	if o.Commune != "" {
		see = append(see, o.Commune)
	}
	for _, g := range c.Rules.GroupsOf(o.Unit) {
		if o.Commune != "" && g.Commune != o.Commune && g.Commune != o.Unit {
			continue
		}
		see = append(append(see, g.Commune, g.Lead), g.Members...)
	}
	slices.Sort(see)
	return slices.Compact(see)
}
