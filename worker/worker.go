// Package worker says which workflows and activities run on which queue.
package worker

import (
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"dondoc/activities"
	"dondoc/workflows"
)

// Registry is what workflows and activities are registered with: a worker, or
// a test environment.
type Registry interface {
	RegisterWorkflow(w any)
	RegisterActivity(a any)
}

// Register registers every workflow and activity of the program.
func Register(r Registry, a *activities.Activities) {
	r.RegisterWorkflow(workflows.Cycle)
	r.RegisterWorkflow(workflows.Survey)
	r.RegisterWorkflow(workflows.Plan)
	r.RegisterWorkflow(workflows.Assignment)
	r.RegisterWorkflow(workflows.Period)
	r.RegisterWorkflow(workflows.Escalation)
	r.RegisterWorkflow(workflows.Review)
	r.RegisterWorkflow(workflows.Audit)
	r.RegisterActivity(a)
}

// Tune sets how a worker polls and remembers, for a midnight at which hundreds
// of processes wake; docs/performance.md has the measurements.
//
// A workflow that was cached by a worker is offered to that worker alone for a
// while. In a storm five seconds, which is usual, run out before its turn comes,
// and it is replayed from its history on top of the load. The price of twenty is
// that what a killed worker had in hand waits as long.
func Tune(o *worker.Options) {
	o.StickyScheduleToStartTimeout = 20 * time.Second
	o.WorkflowTaskPollerBehavior = worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{
		InitialNumberOfPollers: 8, MinimumNumberOfPollers: 4, MaximumNumberOfPollers: 64,
	})
}

// New returns the worker of the program's queue, ready to be run. It calls fatal
// when it cannot go on, which the process should not outlive.
func New(c client.Client, a *activities.Activities, fatal func(error)) worker.Worker {
	o := worker.Options{WorkerStopTimeout: 20 * time.Second, OnFatalError: fatal}
	Tune(&o)
	w := worker.New(c, workflows.TaskQueue, o)
	Register(w, a)
	return w
}
