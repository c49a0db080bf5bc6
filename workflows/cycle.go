package workflows

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"dondoc/activities"
	"dondoc/poverty"
)

// The updates of a Cycle.
const (
	AwaitCycle = "AwaitCycle" // returns when the cycle is in force
	AmendCycle = "AmendCycle"
	CloseCycle = "CloseCycle"
)

// CycleInput names the cycle that a Cycle runs.
type CycleInput struct {
	Cycle poverty.CycleID `json:"cycle"`
}

// Cycle opens a year's phases as they come, starts the processes of each, takes
// amendments, and ends when the year is closed by decision. Started late in its
// year, it starts at once what should have been: each process catches up as of
// each planned instant.
func Cycle(ctx workflow.Context, in CycleInput) error {
	w := cycleWorkflow{id: in.Cycle, deciding: workflow.NewMutex(ctx)}
	if err := w.handle(ctx); err != nil {
		return err
	}
	var openings []poverty.Opening
	open := activities.OpenCycleInput{Cycle: in.Cycle, At: workflow.Now(ctx)}
	if err := workflow.ExecuteLocalActivity(storing(ctx), a.OpenCycle, open).Get(ctx, &openings); err != nil {
		return err
	}
	w.open = true
	if err := w.run(ctx, openings); err != nil {
		return err
	}
	err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
	if err != nil || w.closed {
		return err
	}
	return workflow.NewContinueAsNewError(ctx, Cycle, in)
}

type cycleWorkflow struct {
	id       poverty.CycleID
	open     bool
	closed   bool
	full     bool // its history
	deciding workflow.Mutex
}

func (w *cycleWorkflow) handle(ctx workflow.Context) error {
	err := workflow.SetUpdateHandler(ctx, AwaitCycle, func(ctx workflow.Context) error {
		return workflow.Await(ctx, func() bool { return w.open })
	})
	if err != nil {
		return err
	}
	for _, name := range []string{AmendCycle, CloseCycle} {
		err := workflow.SetUpdateHandlerWithOptions(ctx, name, w.decide, workflow.UpdateHandlerOptions{Validator: w.mayDecide})
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *cycleWorkflow) mayDecide(DecideInput) error {
	if w.closed {
		return refuse(poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(w.id)))
	}
	return nil
}

func (w *cycleWorkflow) decide(ctx workflow.Context, in DecideInput) (out poverty.Outcome, err error) {
	if out, err = enact(ctx, w.deciding, in); err != nil {
		return out, err
	}
	w.closed = w.closed || out.State == string(poverty.CycleClosed)
	w.full = w.full || full(ctx)
	return out, nil
}

// run starts each process at its instant, and waits for the year's close, or
// until its history is full of decisions: then the next run goes on with the
// processes that the store says are not finished.
func (w *cycleWorkflow) run(ctx workflow.Context, openings []poverty.Opening) error {
	over := func() bool { return w.closed || w.full }
	for _, o := range openings {
		if err := wait(ctx, o.At, over); err != nil {
			return err
		}
		if over() {
			return nil
		}
		if err := w.start(ctx, o.Ref); err != nil {
			return err
		}
	}
	return workflow.Await(ctx, over)
}

func (w *cycleWorkflow) start(ctx workflow.Context, ref poverty.Ref) error {
	run, err := byProcess(ref.Process)
	if err != nil {
		return err
	}
	child := workflow.ExecuteChildWorkflow(detached(ctx, ref), run, ProcessInput{Ref: ref})
	err = child.GetChildWorkflowExecution().Get(ctx, nil)
	if temporal.IsWorkflowExecutionAlreadyStartedError(err) {
		return nil
	}
	return err
}

// ProcessInput names the process that a workflow runs.
type ProcessInput struct {
	Ref poverty.Ref `json:"ref"`
}

func byProcess(p poverty.Process) (func(workflow.Context, ProcessInput) error, error) {
	switch p {
	case poverty.ProcessSurvey:
		return Survey, nil
	case poverty.ProcessPlan:
		return Plan, nil
	case poverty.ProcessAssignment:
		return Assignment, nil
	case poverty.ProcessPeriod:
		return Period, nil
	case poverty.ProcessReview:
		return Review, nil
	}
	return nil, temporal.NewNonRetryableApplicationError("no such process", "process", nil, string(p))
}
