package poverty

import (
	"context"
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// Engine carries out decisions. Pages and the API call it for everything that
// changes a duty, a plan, an assignment or a cycle; where a process is open the
// decision goes to its workflow, else it is one transaction. Every method acts
// for the actor of the context and returns Forbidden, Conflict, Invalid, or
// Unavailable when PostgreSQL or Temporal cannot be reached (then the same key
// may be sent again).
type Engine interface {
	// Decide carries out an act on a duty and returns the duty as it stands then.
	Decide(ctx context.Context, x Decision) (Duty, error)
	// MovePlan carries out a decision on a plan.
	MovePlan(ctx context.Context, m PlanMove) (Plan, error)
	// AnswerAssignment accepts or declines an assignment.
	AnswerAssignment(ctx context.Context, a AssignmentAnswer) (Duty, error)
	// MoveAssignment sends, returns or issues a draft of the groups.
	MoveAssignment(ctx context.Context, m AssignmentMove) (Assignment, error)
	// AddDuty lays a duty on a unit by hand, by a direction or a conclusion.
	AddDuty(ctx context.Context, n NewDuty) (Duty, error)
	// MovePosting posts a list, extends its posting or takes it down.
	MovePosting(ctx context.Context, m PostingMove) (Posting, error)
	// MoveObjection records an objection to a posted list, or decides on one.
	MoveObjection(ctx context.Context, m ObjectionMove) (Objection, error)
	// Extend gives several duties a new last day at once.
	Extend(ctx context.Context, x Extension) error
	// MoveMeeting carries out a decision on a meeting, and returns it.
	MoveMeeting(ctx context.Context, m MeetingMove) (Meeting, error)
	// MoveObstacle carries out a decision on an obstacle, and returns it.
	MoveObstacle(ctx context.Context, m ObstacleMove) (Obstacle, error)
	// MoveShortcoming carries out a decision on a shortcoming, and returns it.
	MoveShortcoming(ctx context.Context, m ShortcomingMove) (Shortcoming, error)
	// MoveReview stores what is said for a review, and returns its sheet.
	MoveReview(ctx context.Context, m ReviewMove) (ReviewSheet, error)
	// MoveWatch carries out a decision about a household that left poverty and is
	// watched, and returns the watch.
	MoveWatch(ctx context.Context, m WatchMove) (Watch, error)
	// MoveConsolidation carries out a decision on a period's consolidated report
	// and returns the newest revision.
	MoveConsolidation(ctx context.Context, m ConsolidationMove) (Consolidation, error)
	// Deliver enters deliveries on a component, takes one back, or confirms them.
	Deliver(ctx context.Context, n NewDelivery) (Delivered, error)
	// MoveFund carries out a decision on a fund.
	MoveFund(ctx context.Context, m FundMove) (Fund, error)
	// StartCycle puts a draft cycle in force; a cycle that runs stays as it is.
	StartCycle(ctx context.Context, id CycleID) (Cycle, error)
	// AmendCycle changes the rules of a running cycle.
	AmendCycle(ctx context.Context, a Amendment) (Cycle, error)
	// CloseCycle closes a year by decision; what is still open is carried.
	CloseCycle(ctx context.Context, c CycleClosing) (Cycle, error)
	// MoveSurvey carries out a decision in a commune's survey, or closes the
	// survey of the whole cycle.
	MoveSurvey(ctx context.Context, m SurveyMove) (Survey, error)
	// MoveCase takes a case of the year down or decides on it.
	MoveCase(ctx context.Context, m CaseMove) (Case, error)
	// Health tells whether Temporal can be reached.
	Health(ctx context.Context) error
}

// What becomes of a duty that is open when its year is closed.
const (
	CloseCarried = "carry"  // goes on in the next year
	CloseExcused = "excuse" // not owed any more, with a reason
	CloseDone    = "done"   // it was done after all, with a reason
)

// CloseAs are the three in the order in which they are offered.
var CloseAs = []string{CloseCarried, CloseExcused, CloseDone}

// ClosingItem is what the closing decides on one duty that is open. Due is the
// term that it gets in the next year, as stated; none keeps a last day that is
// still to come, and leaves others undated.
type ClosingItem struct {
	Duty   DutyID `json:"duty"`
	As     string `json:"as"`
	Reason string `json:"reason,omitempty"`
	Due    string `json:"due,omitempty"`
}

// Check returns Invalid when the decision on a duty is not whole.
func (i ClosingItem) Check() error {
	switch {
	case !slices.Contains(CloseAs, i.As):
		return InvalidField("items", "decision.unknown_act", "act", i.As)
	case i.As != CloseCarried && strings.TrimSpace(i.Reason) == "":
		return InvalidField("items", "cycle.close.reason_needed")
	case i.Due != "":
		if due, err := calendar.ParseDue(i.Due); err != nil || due.Months() > 0 || due.Date().IsZero() {
			return InvalidField("items", "decision.bad_due", "text", i.Due)
		}
	}
	return nil
}

// CycleClosing closes a year. A duty that is open and not among Items is
// carried.
type CycleClosing struct {
	Key    string        `json:"key,omitempty"`
	Cycle  CycleID       `json:"cycle"`
	Items  []ClosingItem `json:"items,omitempty"`
	Reason string        `json:"reason,omitempty"`
	Basis  string        `json:"basis,omitempty"`
	Office OfficeID      `json:"office,omitempty"`
}

// DecisionID identifies a decision that was proposed. What a person typed is
// kept in the store under it, so that workflow histories carry this number
// only.
type DecisionID int64

// The messages of a decision that was taken down and not carried out so far.
const (
	// DecisionUnconfirmed: its process did not answer in time; it may still be
	// carried out.
	DecisionUnconfirmed = "error.decision_unconfirmed"
	// DecisionGivenUp: its process tried for minutes.
	DecisionGivenUp = "error.decision_given_up"
)

// Proposal is any decision on its way; exactly one field is set.
type Proposal struct {
	Duty       *Decision         `json:"duty,omitempty"`
	Plan       *PlanMove         `json:"plan,omitempty"`
	Assignment *AssignmentAnswer `json:"assignment,omitempty"`
	Assign     *AssignmentMove   `json:"assign,omitempty"`
	Extend     *Extension        `json:"extend,omitempty"`
	Add        *NewDuty          `json:"add,omitempty"`
	Meeting    *MeetingMove      `json:"meeting,omitempty"`
	Obstacle   *ObstacleMove     `json:"obstacle,omitempty"`
	Watch      *WatchMove        `json:"watch,omitempty"`
	Review     *ReviewMove       `json:"review,omitempty"`

	Shortcoming *ShortcomingMove `json:"shortcoming,omitempty"`
	Deliver     *NewDelivery     `json:"deliver,omitempty"`
	Fund        *FundMove        `json:"fund,omitempty"`
	Amend       *Amendment       `json:"amend,omitempty"`
	Close       *CycleClosing    `json:"close,omitempty"`
	Posting     *PostingMove     `json:"posting,omitempty"`
	Objection   *ObjectionMove   `json:"objection,omitempty"`
	Survey      *SurveyMove      `json:"survey,omitempty"`
	Case        *CaseMove        `json:"case,omitempty"`

	Consolidation *ConsolidationMove `json:"consolidation,omitempty"`
}

// Key returns the idempotency key of the decision in the proposal.
func (p Proposal) Key() string {
	switch {
	case p.Duty != nil:
		return p.Duty.Key
	case p.Plan != nil:
		return p.Plan.Key
	case p.Assignment != nil:
		return p.Assignment.Key
	case p.Assign != nil:
		return p.Assign.Key
	case p.Extend != nil:
		return p.Extend.Key
	case p.Add != nil:
		return p.Add.Key
	case p.Meeting != nil:
		return p.Meeting.Key
	case p.Obstacle != nil:
		return p.Obstacle.Key
	case p.Watch != nil:
		return p.Watch.Key
	case p.Review != nil:
		return p.Review.Key
	case p.Shortcoming != nil:
		return p.Shortcoming.Key
	case p.Deliver != nil:
		return p.Deliver.Key
	case p.Fund != nil:
		return p.Fund.Key
	case p.Amend != nil:
		return p.Amend.Key
	case p.Close != nil:
		return p.Close.Key
	case p.Posting != nil:
		return p.Posting.Key
	case p.Objection != nil:
		return p.Objection.Key
	case p.Consolidation != nil:
		return p.Consolidation.Key
	case p.Survey != nil:
		return p.Survey.Key
	case p.Case != nil:
		return p.Case.Key
	}
	return ""
}

// Proposed is a stored proposal and the process it concerns.
type Proposed struct {
	ID         DecisionID `json:"id"`
	Ref        Ref        `json:"ref"`                  // the process that watches the duty, plan or cycle
	Escalation *Ref       `json:"escalation,omitempty"` // open on the duty
	Outcome    *Outcome   `json:"outcome,omitempty"`    // when the same key was enacted before
}

// Ref names a running process by business keys: one of the process kinds with
// its key, or an escalation by the duty's key and ladder, or the cycle itself.
type Ref struct {
	Cycle   CycleID `json:"cycle"`
	Process Process `json:"process,omitempty"`
	Key     string  `json:"key,omitempty"`
	DutyKey string  `json:"duty_key,omitempty"`
	DutyID  DutyID  `json:"duty_id,omitempty"`
	Ladder  int     `json:"ladder,omitempty"`
}

// Wake is a process that is to be told of a change, and the number of the note
// of it in the store.
type Wake struct {
	Ref
	ID int64 `json:"id,omitempty"`
}

// Outcome is what an enacted decision led to.
type Outcome struct {
	Duty      DutyID      `json:"duty,omitempty"`
	Plan      UnitID      `json:"plan,omitempty"`
	Survey    UnitID      `json:"survey,omitempty"`
	Case      CaseID      `json:"case,omitempty"`
	Posting   PostingID   `json:"posting,omitempty"`
	Objection ObjectionID `json:"objection,omitempty"`
	State     string      `json:"state"` // of the duty, plan, survey, case or cycle
	Round     int         `json:"round,omitempty"`
	Component ComponentID `json:"component,omitempty"`
	Batch     int64       `json:"batch,omitempty"` // of deliveries
	Fund      FundID      `json:"fund,omitempty"`
	Wake      []Wake      `json:"wake,omitempty"` // processes whose next instant changed
	At        time.Time   `json:"at"`

	Meeting  MeetingID  `json:"meeting,omitempty"`
	Obstacle ObstacleID `json:"obstacle,omitempty"`
	Watch    WatchID    `json:"watch,omitempty"`

	Shortcoming ShortcomingID `json:"shortcoming,omitempty"`
}

// Scope is what one step looks after: a process's duties, or the one duty of an
// escalation.
type Scope = Ref

// Step is what a step of a process found.
type Step struct {
	Next    time.Time `json:"next,omitzero"`     // next planned instant; zero: none
	Demands []Ref     `json:"demands,omitempty"` // ladders that demand an answer
	Done    bool      `json:"done,omitempty"`    // nothing left to watch
	State   string    `json:"state,omitempty"`   // of the plan, escalation, …
	Fired   int       `json:"fired,omitempty"`
}

// Opening is a process that a cycle starts and when.
type Opening struct {
	Ref Ref       `json:"ref"`
	At  time.Time `json:"at"`
}

// Processes is what the workflows ask of the store, through activities. Each
// method is idempotent and acts as the system.
type Processes interface {
	// OpenCycle puts a cycle in force at an instant, if it is not yet, and
	// returns the processes that are not finished.
	OpenCycle(ctx context.Context, id CycleID, at time.Time) ([]Opening, error)
	// StepDuties opens what the scope still lacks, does all that is planned up
	// to and including at, and says what comes next.
	StepDuties(ctx context.Context, s Scope, at time.Time) (Step, error)
	// Enact carries out a proposed decision at an instant, once.
	Enact(ctx context.Context, id DecisionID, at time.Time) (Outcome, error)
}

// Proposals is what the engine asks of the store, as the actor.
type Proposals interface {
	// Propose stores a decision, checks that the actor may make it now, and says
	// which process it concerns.
	Propose(ctx context.Context, p Proposal) (Proposed, error)
	// Enact carries out a proposed decision at an instant, once.
	Enact(ctx context.Context, id DecisionID, at time.Time) (Outcome, error)
	// Decided returns what a decision of the actor led to; nil while it is not
	// enacted.
	Decided(ctx context.Context, id DecisionID) (*Outcome, error)
	// Woken forgets the notes of changes that processes were told of; what is not
	// forgotten is told again.
	Woken(ctx context.Context, told []Wake) error
	// Unfinished returns the processes of a cycle that should be running by now.
	Unfinished(ctx context.Context, id CycleID) ([]Ref, error)
	// MayStart returns Forbidden unless the actor may put the cycle in force.
	MayStart(ctx context.Context, id CycleID) error
	Duty(ctx context.Context, id DutyID) (Duty, error)
	Plan(ctx context.Context, c CycleID, unit UnitID) (Plan, error)
	Meeting(ctx context.Context, id MeetingID) (Meeting, error)
	Obstacle(ctx context.Context, id ObstacleID) (Obstacle, error)
	Watch(ctx context.Context, id WatchID) (Watch, error)
	Shortcoming(ctx context.Context, id ShortcomingID) (Shortcoming, error)
	ReviewSheet(ctx context.Context, id CycleID, kind string) (ReviewSheet, error)
	Component(ctx context.Context, id ComponentID) (Component, error)
	Fund(ctx context.Context, id FundID) (Fund, error)
	Cycle(ctx context.Context, id CycleID) (Cycle, error)
	Assignment(ctx context.Context, id CycleID, no int) (Assignment, error)
	Posting(ctx context.Context, id PostingID) (Posting, error)
	Objection(ctx context.Context, id ObjectionID) (Objection, error)
	// Consolidations returns the revisions of a period, newest first.
	Consolidations(ctx context.Context, id CycleID, period string) ([]Consolidation, error)
	Survey(ctx context.Context, c CycleID, unit UnitID) (SurveySheet, error)
	Case(ctx context.Context, id CaseID) (Case, error)
}
