package workflows

import (
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"dondoc/activities"
	"dondoc/poverty"
)

// TaskQueue is the queue of all of this program's workflows.
const TaskQueue = "dondoc"

var a *activities.Activities // only names activities; never called

// storing calls the store: one short, idempotent transaction, tried until the
// database answers. It is a local activity because a wake then costs six
// history events, not eleven.
func storing(ctx workflow.Context) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    time.Minute,
		ScheduleToCloseTimeout: 30 * 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    200 * time.Millisecond,
			BackoffCoefficient: 2,
			// A pause longer than a workflow task costs six history events: at five minutes a
			// database may be away for weeks before a history is full.
			MaximumInterval: 5 * time.Minute,
		},
	})
}

// deciding calls the store to carry out a decision. A person waits for it, and
// so do those who decide after: it is given up after minutes, where a step goes
// on for weeks.
func deciding(ctx workflow.Context) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    2 * time.Minute,
		ScheduleToCloseTimeout: 5 * time.Minute,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 5 * time.Second,
		},
	})
}

// detached starts a process that outlives whoever started it.
func detached(ctx workflow.Context, ref poverty.Ref) workflow.Context {
	return workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            ID(ref),
		ParentClosePolicy:     enums.PARENT_CLOSE_POLICY_ABANDON,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
	})
}
