package workflows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"dondoc/poverty"
)

// ID returns the workflow ID of a process: a function of its business keys, and
// known to this package alone.
func ID(r poverty.Ref) string {
	switch {
	case r.DutyKey != "":
		return fmt.Sprintf("escalation:%s:%d", r.DutyKey, r.Ladder)
	case r.Process == "":
		return "cycle:" + string(r.Cycle)
	case r.Key == "":
		return fmt.Sprintf("%s:%s", r.Process, r.Cycle)
	}
	return fmt.Sprintf("%s:%s:%s", r.Process, r.Cycle, r.Key)
}

// Call is an update on its way to a process.
type Call struct {
	Ref    poverty.Ref
	Update string
	Input  DecideInput
}

// Route says to which process a stored proposal goes; false when it is one
// transaction of its own, because no process decides on it.
func Route(p poverty.Proposal, stored poverty.Proposed) (Call, bool) {
	call := Call{Ref: stored.Ref, Input: DecideInput{Decision: stored.ID}}
	switch {
	case p.Plan != nil:
		call.Update, call.Input.Verb = MovePlan, string(p.Plan.Verb)
	case p.Assignment != nil:
		call.Update = AnswerAssignment
	case p.Assign != nil && p.Assign.Verb == poverty.AssignmentIssue:
		call.Update = AmendCycle
	case p.Amend != nil:
		call.Update = AmendCycle
	case p.Close != nil:
		call.Update = CloseCycle
	case p.Duty != nil && stored.Escalation != nil:
		switch p.Duty.Act {
		case poverty.ActAcknowledge, poverty.ActDirect, poverty.ActExtend, poverty.ActExcuse, poverty.ActEscalate,
			poverty.ActRefuse, poverty.ActHand, poverty.ActUndo:
			call.Ref, call.Update, call.Input.Verb = *stored.Escalation, DecideEscalation, string(p.Duty.Act)
		case poverty.ActSubmit, poverty.ActDone, poverty.ActAccept, poverty.ActReturn, poverty.ActDate, poverty.ActNote,
			poverty.ActRequest, poverty.ActOutOfTurn:
			return call, false
		}
	default:
		return call, false
	}
	return call, true
}

// Engine carries out decisions through Temporal. It implements poverty.Engine.
type Engine struct {
	client   client.Client
	store    poverty.Proposals
	patience time.Duration // how long a person waits for a process to decide
}

// NewEngine returns an engine that stores proposals in store and speaks to the
// processes through c.
func NewEngine(c client.Client, store poverty.Proposals) *Engine {
	return &Engine{client: c, store: store, patience: 15 * time.Second}
}

// haste is how long a person waits for processes to be told of what is decided
// already.
const haste = 2 * time.Second

// Decide carries out an act on a duty.
func (e *Engine) Decide(ctx context.Context, x poverty.Decision) (poverty.Duty, error) {
	out, err := e.carry(ctx, poverty.Proposal{Duty: &x})
	if err != nil {
		return poverty.Duty{}, err
	}
	return e.store.Duty(ctx, out.Duty)
}

// MovePlan carries out a decision on a plan.
func (e *Engine) MovePlan(ctx context.Context, m poverty.PlanMove) (poverty.Plan, error) {
	if _, err := e.carry(ctx, poverty.Proposal{Plan: &m}); err != nil {
		return poverty.Plan{}, err
	}
	return e.store.Plan(ctx, m.Cycle, m.Unit)
}

// AnswerAssignment accepts or declines an assignment.
func (e *Engine) AnswerAssignment(ctx context.Context, x poverty.AssignmentAnswer) (poverty.Duty, error) {
	out, err := e.carry(ctx, poverty.Proposal{Assignment: &x})
	if err != nil {
		return poverty.Duty{}, err
	}
	return e.store.Duty(ctx, out.Duty)
}

// MoveAssignment sends, returns or issues a draft of the groups.
func (e *Engine) MoveAssignment(ctx context.Context, m poverty.AssignmentMove) (poverty.Assignment, error) {
	if _, err := e.carry(ctx, poverty.Proposal{Assign: &m}); err != nil {
		return poverty.Assignment{}, err
	}
	return e.store.Assignment(ctx, m.Cycle, m.No)
}

// AddDuty lays a duty on a unit by hand.
func (e *Engine) AddDuty(ctx context.Context, n poverty.NewDuty) (poverty.Duty, error) {
	out, err := e.carry(ctx, poverty.Proposal{Add: &n})
	if err != nil {
		return poverty.Duty{}, err
	}
	return e.store.Duty(ctx, out.Duty)
}

// MoveMeeting carries out a decision on a meeting.
func (e *Engine) MoveMeeting(ctx context.Context, x poverty.MeetingMove) (poverty.Meeting, error) {
	out, err := e.carry(ctx, poverty.Proposal{Meeting: &x})
	if err != nil {
		return poverty.Meeting{}, err
	}
	return e.store.Meeting(ctx, out.Meeting)
}

// MoveObstacle carries out a decision on an obstacle.
func (e *Engine) MoveObstacle(ctx context.Context, x poverty.ObstacleMove) (poverty.Obstacle, error) {
	out, err := e.carry(ctx, poverty.Proposal{Obstacle: &x})
	if err != nil {
		return poverty.Obstacle{}, err
	}
	return e.store.Obstacle(ctx, out.Obstacle)
}

// MoveShortcoming carries out a decision on a shortcoming.
func (e *Engine) MoveShortcoming(ctx context.Context, m poverty.ShortcomingMove) (poverty.Shortcoming, error) {
	out, err := e.carry(ctx, poverty.Proposal{Shortcoming: &m})
	if err != nil {
		return poverty.Shortcoming{}, err
	}
	return e.store.Shortcoming(ctx, out.Shortcoming)
}

// MoveReview stores what is said for a review.
func (e *Engine) MoveReview(ctx context.Context, m poverty.ReviewMove) (poverty.ReviewSheet, error) {
	if _, err := e.carry(ctx, poverty.Proposal{Review: &m}); err != nil {
		return poverty.ReviewSheet{}, err
	}
	return e.store.ReviewSheet(ctx, m.Cycle, m.Kind)
}

// MoveWatch carries out a decision about a household that is watched.
func (e *Engine) MoveWatch(ctx context.Context, m poverty.WatchMove) (poverty.Watch, error) {
	out, err := e.carry(ctx, poverty.Proposal{Watch: &m})
	if err != nil {
		return poverty.Watch{}, err
	}
	return e.store.Watch(ctx, out.Watch)
}

// Deliver enters deliveries on a component, takes one back, or confirms them.
func (e *Engine) Deliver(ctx context.Context, n poverty.NewDelivery) (poverty.Delivered, error) {
	out, err := e.carry(ctx, poverty.Proposal{Deliver: &n})
	if err != nil {
		return poverty.Delivered{}, err
	}
	c, err := e.store.Component(ctx, out.Component)
	return poverty.Delivered{Component: c, Batch: out.Batch}, err
}

// Extend gives several duties a new last day at once.
func (e *Engine) Extend(ctx context.Context, x poverty.Extension) error {
	_, err := e.carry(ctx, poverty.Proposal{Extend: &x})
	return err
}

// MoveFund carries out a decision on a fund.
func (e *Engine) MoveFund(ctx context.Context, m poverty.FundMove) (poverty.Fund, error) {
	out, err := e.carry(ctx, poverty.Proposal{Fund: &m})
	if err != nil {
		return poverty.Fund{}, err
	}
	return e.store.Fund(ctx, out.Fund)
}

// AmendCycle changes the rules of a running cycle.
func (e *Engine) AmendCycle(ctx context.Context, x poverty.Amendment) (poverty.Cycle, error) {
	if _, err := e.carry(ctx, poverty.Proposal{Amend: &x}); err != nil {
		return poverty.Cycle{}, err
	}
	return e.store.Cycle(ctx, x.Cycle)
}

// CloseCycle closes a year by decision.
func (e *Engine) CloseCycle(ctx context.Context, x poverty.CycleClosing) (poverty.Cycle, error) {
	if _, err := e.carry(ctx, poverty.Proposal{Close: &x}); err != nil {
		return poverty.Cycle{}, err
	}
	return e.store.Cycle(ctx, x.Cycle)
}

// MovePosting posts a list, extends its posting or takes it down.
func (e *Engine) MovePosting(ctx context.Context, m poverty.PostingMove) (poverty.Posting, error) {
	out, err := e.carry(ctx, poverty.Proposal{Posting: &m})
	if err != nil {
		return poverty.Posting{}, err
	}
	return e.store.Posting(ctx, out.Posting)
}

// MoveObjection records an objection to a posted list, or decides on one.
func (e *Engine) MoveObjection(ctx context.Context, m poverty.ObjectionMove) (poverty.Objection, error) {
	out, err := e.carry(ctx, poverty.Proposal{Objection: &m})
	if err != nil {
		return poverty.Objection{}, err
	}
	return e.store.Objection(ctx, out.Objection)
}

// MoveConsolidation carries out a decision on a period's consolidated report.
func (e *Engine) MoveConsolidation(ctx context.Context, m poverty.ConsolidationMove) (poverty.Consolidation, error) {
	if _, err := e.carry(ctx, poverty.Proposal{Consolidation: &m}); err != nil {
		return poverty.Consolidation{}, err
	}
	list, err := e.store.Consolidations(ctx, m.Cycle, m.Period)
	if err == nil && len(list) == 0 {
		err = poverty.Errorf(poverty.NotFound, "consolidation.not_found")
	}
	if err != nil {
		return poverty.Consolidation{}, err
	}
	return list[0], nil
}

// MoveSurvey carries out a decision in a survey.
func (e *Engine) MoveSurvey(ctx context.Context, m poverty.SurveyMove) (poverty.Survey, error) {
	if _, err := e.carry(ctx, poverty.Proposal{Survey: &m}); err != nil || m.Unit == "" {
		return poverty.Survey{}, err
	}
	sheet, err := e.store.Survey(ctx, m.Cycle, m.Unit)
	return sheet.Survey, err
}

// MoveCase takes a case down or decides on it.
func (e *Engine) MoveCase(ctx context.Context, m poverty.CaseMove) (poverty.Case, error) {
	out, err := e.carry(ctx, poverty.Proposal{Case: &m})
	if err != nil {
		return poverty.Case{}, err
	}
	return e.store.Case(ctx, out.Case)
}

// StartCycle puts a draft cycle in force, or lets a running one go on; it
// returns when the cycle is in force. Leadership, the standing office and
// administrators may.
func (e *Engine) StartCycle(ctx context.Context, id poverty.CycleID) (poverty.Cycle, error) {
	c, err := e.store.Cycle(ctx, id)
	if err != nil {
		return c, err
	}
	if c.State == poverty.CycleClosed {
		return c, poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(id))
	}
	if err := e.store.MayStart(ctx, id); err != nil {
		return c, err
	}
	ctx, cancel := context.WithTimeout(ctx, e.patience)
	defer cancel()
	ref := poverty.Ref{Cycle: id}
	if err := e.Revive(ctx, ref); err != nil {
		return c, err
	}
	h, err := e.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: ID(ref), UpdateName: AwaitCycle, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = h.Get(ctx, nil)
	}
	if err != nil {
		return c, unavailable(err)
	}
	return e.store.Cycle(ctx, id)
}

// Revive starts the workflow of a process that should be running, and leaves
// one that does as it is. A process that has nothing left to do ends at once.
func (e *Engine) Revive(ctx context.Context, ref poverty.Ref) error {
	options := client.StartWorkflowOptions{
		ID: ID(ref), TaskQueue: TaskQueue,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}
	var err error
	switch {
	case ref.DutyKey != "":
		_, err = e.client.ExecuteWorkflow(ctx, options, Escalation, EscalationInput{Ref: ref})
	case ref.Process == "":
		_, err = e.client.ExecuteWorkflow(ctx, options, Cycle, CycleInput{Cycle: ref.Cycle})
	default:
		run, unknown := byProcess(ref.Process)
		if unknown != nil {
			return unknown
		}
		_, err = e.client.ExecuteWorkflow(ctx, options, run, ProcessInput{Ref: ref})
	}
	return unavailable(err)
}

// Health tells whether Temporal can be reached.
func (e *Engine) Health(ctx context.Context) error {
	_, err := e.client.CheckHealth(ctx, &client.CheckHealthRequest{})
	return unavailable(err)
}

// carry stores a proposal, lets it be enacted by the process that decides on it
// or in a transaction, and hurries whoever is concerned.
func (e *Engine) carry(ctx context.Context, p poverty.Proposal) (poverty.Outcome, error) {
	stored, err := e.store.Propose(ctx, p)
	if err != nil {
		return poverty.Outcome{}, err
	}
	if stored.Outcome != nil {
		return *stored.Outcome, nil
	}
	call, routed := Route(p, stored)
	var out poverty.Outcome
	if routed {
		out, routed, err = e.update(ctx, call)
		if _, late := errors.AsType[*client.WorkflowUpdateServiceTimeoutOrCanceledError](err); late {
			out, err = e.confirm(ctx, stored.ID, err)
		}
	}
	if !routed && err == nil {
		call.Ref = poverty.Ref{} // no process has decided, so each is to be told
		out, err = e.store.Enact(ctx, stored.ID, time.Time{})
	}
	if err != nil {
		return out, err
	}
	e.Wake(ctx, out.Wake, call.Ref)
	return out, nil
}

// confirm looks up what became of a decision whose process has not answered in
// time. It may still be carried out, so that it is not said to have failed.
func (e *Engine) confirm(ctx context.Context, id poverty.DecisionID, late error) (poverty.Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, haste)
	defer cancel()
	if out, err := e.store.Decided(ctx, id); err == nil && out != nil {
		return *out, nil
	}
	return poverty.Outcome{}, &poverty.Error{Kind: poverty.Unavailable, Key: poverty.DecisionUnconfirmed, Err: late}
}

// update sends a decision to its process. False when that process is not
// running: then the store alone decides, for a ladder's state is there.
func (e *Engine) update(ctx context.Context, call Call) (out poverty.Outcome, running bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, e.patience)
	defer cancel()
	id := fmt.Sprintf("%s/%d", ID(call.Ref), call.Input.Decision)
	out, err = e.ask(ctx, call, id)
	if poverty.Refusal(unavailable(err)).Key == poverty.DecisionGivenUp {
		// Given up when it was sent before: under the same ID that would be the answer forever.
		out, err = e.ask(ctx, call, "")
	}
	if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
		return out, false, nil
	}
	if closed, ok := errors.AsType[*temporal.ApplicationError](err); ok && strings.HasPrefix(closed.Type(), "AcceptedUpdateCompletedWorkflow") {
		return out, false, nil
	}
	if _, late := errors.AsType[*client.WorkflowUpdateServiceTimeoutOrCanceledError](err); late {
		return out, true, err
	}
	return out, true, unavailable(err)
}

// ask sends a decision under an ID, one of its own where none is given. What a
// failed workflow task took with it (something came in the moment in which the
// process ended) is sent again: enacting counts once.
func (e *Engine) ask(ctx context.Context, call Call, id string) (out poverty.Outcome, err error) {
	for range 3 {
		var h client.WorkflowUpdateHandle
		h, err = e.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			WorkflowID: ID(call.Ref), UpdateName: call.Update, Args: []any{call.Input}, UpdateID: id,
			WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		if err == nil {
			err = h.Get(ctx, &out)
		}
		if _, failed := errors.AsType[*serviceerror.WorkflowNotReady](err); !failed {
			break
		}
	}
	return out, err
}

// Wake hurries processes, but for the one that just decided, and starts those
// again that have ended or died although something is left to do in them. Who
// cannot be told now is told by the worker later: a lost message changes no
// verdict.
func (e *Engine) Wake(ctx context.Context, wakes []poverty.Wake, but poverty.Ref) {
	ctx, cancel := context.WithTimeout(ctx, haste)
	defer cancel()
	answers := map[string]error{ID(but): nil}
	gone := map[poverty.CycleID][]string{}
	for _, w := range wakes {
		id := ID(w.Ref)
		if _, asked := answers[id]; asked {
			continue
		}
		answers[id] = e.client.SignalWorkflow(ctx, id, "", Changed, nil)
		if _, ended := errors.AsType[*serviceerror.NotFound](answers[id]); ended {
			gone[w.Cycle] = append(gone[w.Cycle], id)
		}
	}
	for cycle, ids := range gone {
		left, err := e.store.Unfinished(ctx, cycle)
		for _, id := range ids {
			answers[id] = err
		}
		for _, ref := range left {
			if id := ID(ref); slices.Contains(ids, id) {
				answers[id] = e.Revive(ctx, ref)
			}
		}
	}
	// Who is not noted as told is told twice, which does no harm.
	_ = e.store.Woken(ctx, slices.DeleteFunc(slices.Clone(wakes), func(w poverty.Wake) bool { return answers[ID(w.Ref)] != nil }))
}

// ReviveAll starts those of the processes that do not run. What it goes by is
// Temporal's list, which may be some seconds old: one that has just died is
// found the next time.
func (e *Engine) ReviveAll(ctx context.Context, refs []poverty.Ref) error {
	runs := make(map[string]bool, len(refs))
	ask := &workflowservice.ListWorkflowExecutionsRequest{
		PageSize: 1000, Query: fmt.Sprintf("ExecutionStatus = 'Running' and TaskQueue = '%s'", TaskQueue),
	}
	for more := true; more; more = len(ask.NextPageToken) > 0 {
		page, err := e.client.ListWorkflow(ctx, ask)
		if err != nil {
			return unavailable(err)
		}
		for _, x := range page.GetExecutions() {
			runs[x.GetExecution().GetWorkflowId()] = true
		}
		ask.NextPageToken = page.GetNextPageToken()
	}
	var failed error // one that fails holds up no other
	for _, ref := range refs {
		if !runs[ID(ref)] {
			failed = errors.Join(failed, e.Revive(ctx, ref))
		}
	}
	return failed
}

// refuse is an Error as a validator returns it.
func refuse(err error) error {
	if err == nil {
		return nil
	}
	told := poverty.Refusal(err)
	return temporal.NewNonRetryableApplicationError(told.Key, string(told.Kind), nil, told)
}

// unavailable turns what came back from Temporal into an Error: a refusal into
// what it was, all else into Unavailable.
func unavailable(err error) error {
	if err == nil {
		return nil
	}
	if refused, ok := errors.AsType[*temporal.ApplicationError](err); ok && refused.HasDetails() {
		var told poverty.Told
		if refused.Details(&told) == nil && told.Key != "" {
			return told.Refused()
		}
	}
	return &poverty.Error{Kind: poverty.Unavailable, Key: "error.engine_down", Err: err}
}
