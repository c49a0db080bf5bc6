// Package workflows is the processes of a yearly cycle as Temporal workflows.
// A workflow holds IDs, codes, states and instants; facts live in the store.
// Whoever wakes up asks the store what is true as of the planned instant, so a
// lost message, a restart or a late start change no verdict.
package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"dondoc/activities"
	"dondoc/poverty"
)

// Changed is the signal that hurries a process: something it watches changed.
const Changed = "changed"

// afterDone is the change by which a process looks once more when something
// changed while it was told that nothing is left. Before, it ended.
const afterDone = "changed-after-done"

// watch looks after the duties of one scope: it wakes at each planned instant,
// or when it is told of a change, and lets the store do what is due.
type watch struct {
	scope    poverty.Scope
	input    any // of the workflow
	step     poverty.Step
	changes  int
	deciding workflow.Mutex
	opened   map[string]bool // escalations that it started and that still demand an answer
}

// newWatch returns the watch of a scope for a workflow with an input.
func newWatch(ctx workflow.Context, scope poverty.Scope, input any) *watch {
	w := &watch{scope: scope, input: input, opened: map[string]bool{}, deciding: workflow.NewMutex(ctx)}
	changed := workflow.GetSignalChannel(ctx, Changed)
	workflow.Go(ctx, func(ctx workflow.Context) {
		for changed.Receive(ctx, nil) {
			w.changes++
		}
	})
	return w
}

// run returns when the store says that nothing is left to watch.
func (w *watch) run(ctx workflow.Context) error {
	for {
		seen := w.changes
		in := activities.StepDutiesInput{Scope: w.scope, At: workflow.Now(ctx)}
		var step poverty.Step // decoding into the last one would keep what this one left out
		if err := workflow.ExecuteLocalActivity(storing(ctx), a.StepDuties, in).Get(ctx, &step); err != nil {
			return err
		}
		w.step = step
		if err := w.escalate(ctx); err != nil {
			return err
		}
		if w.step.Done {
			if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
				return err
			}
			if w.changes == seen || workflow.GetVersion(ctx, afterDone, workflow.DefaultVersion, 1) == workflow.DefaultVersion {
				return nil
			}
			continue // something changed since the store was asked
		}
		if full(ctx) {
			if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
				return err
			}
			// What changed meanwhile the new run sees: it begins by asking the store.
			return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, w.input)
		}
		if err := wait(ctx, w.step.Next, func() bool { return w.changes != seen }); err != nil {
			return err
		}
	}
}

// escalate starts an Escalation for each ladder that demands an answer.
func (w *watch) escalate(ctx workflow.Context) error {
	var starting []workflow.ChildWorkflowFuture
	before := w.opened
	w.opened = make(map[string]bool, len(w.step.Demands)) // one that closed may come back: an act is taken back
	for _, ref := range w.step.Demands {
		id := ID(ref)
		w.opened[id] = true
		if !before[id] {
			starting = append(starting, workflow.ExecuteChildWorkflow(detached(ctx, ref), Escalation, EscalationInput{Ref: ref}))
		}
	}
	for _, child := range starting {
		err := child.GetChildWorkflowExecution().Get(ctx, nil)
		if err != nil && !temporal.IsWorkflowExecutionAlreadyStartedError(err) {
			return err
		}
	}
	return nil
}

// decide enacts a proposed decision, one at a time, and lets the watch look
// anew.
func (w *watch) decide(ctx workflow.Context, in DecideInput) (out poverty.Outcome, err error) {
	if out, err = enact(ctx, w.deciding, in); err != nil {
		return out, err
	}
	w.step.State = out.State
	w.changes++
	return out, nil
}

// enact lets the store carry out a proposed decision, one at a time. One that
// does not get done is given up, so that the next has its turn.
func enact(ctx workflow.Context, one workflow.Mutex, in DecideInput) (out poverty.Outcome, err error) {
	if err := one.Lock(ctx); err != nil {
		return out, err
	}
	defer one.Unlock()
	proposed := activities.EnactDecisionInput{Decision: in.Decision}
	err = workflow.ExecuteLocalActivity(deciding(ctx), a.EnactDecision, proposed).Get(ctx, &out)
	if told, ok := errors.AsType[*temporal.ApplicationError](err); err == nil || temporal.IsCanceledError(err) || ok && told.NonRetryable() {
		return out, err
	}
	workflow.GetLogger(ctx).Error("decision is given up", "decision", int64(in.Decision), "err", err)
	return out, refuse(&poverty.Error{Kind: poverty.Unavailable, Key: poverty.DecisionGivenUp})
}

// full tells whether a run has so many events that it should go on as a new one.
func full(ctx workflow.Context) bool {
	return workflow.GetInfo(ctx).GetContinueAsNewSuggested() && workflow.GetVersion(ctx, whenFull, workflow.DefaultVersion, 1) != workflow.DefaultVersion
}

// whenFull is the change by which a process goes on in a new run when its
// history is full. A run that was full before the change keeps to the old way;
// when Temporal ends it, the worker starts it again.
const whenFull = "continue-when-full"

// DecideInput is a decision on its way to a process: its number in the store
// and the verb that the validator judges.
type DecideInput struct {
	Decision poverty.DecisionID `json:"decision"`
	Verb     string             `json:"verb,omitempty"`
}

// wait returns at an instant (never, when it is zero) or as soon as ready says
// so.
func wait(ctx workflow.Context, until time.Time, ready func() bool) error {
	if until.IsZero() {
		return workflow.Await(ctx, ready)
	}
	d := until.Sub(workflow.Now(ctx))
	if d <= 0 {
		return nil
	}
	timing, cancel := workflow.WithCancel(ctx)
	timer := workflow.NewTimerWithOptions(timing, d, workflow.TimerOptions{Summary: until.Format(time.RFC3339)})
	err := workflow.Await(ctx, func() bool { return timer.IsReady() || ready() })
	cancel()
	return err
}
