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
	r.RegisterActivity(a)
}

// New returns the worker of the program's queue, ready to be run. It calls fatal
// when it cannot go on, which the process should not outlive.
func New(c client.Client, a *activities.Activities, fatal func(error)) worker.Worker {
	w := worker.New(c, workflows.TaskQueue, worker.Options{
		WorkerStopTimeout: 20 * time.Second,
		OnFatalError:      fatal,
	})
	Register(w, a)
	return w
}
