package workflows

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"dondoc/activities"
)

// Audit holds the program's work against the facts, once.
func Audit(ctx workflow.Context) (flaws int, err error) {
	in := activities.AuditInput{At: workflow.Now(ctx)}
	// An activity of its own: it looks at every cycle, which may take minutes, and the next hour looks again.
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 15 * time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 3},
	})
	err = workflow.ExecuteActivity(ctx, a.Audit, in).Get(ctx, &flaws)
	return flaws, err
}

// ScheduleAudit has Temporal start an Audit every so often, one at a time. Where
// the schedule is there it stays as it is.
func ScheduleAudit(ctx context.Context, c client.Client, every time.Duration) error {
	_, err := c.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID:      "audit",
		Spec:    client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: every}}},
		Action:  &client.ScheduleWorkflowAction{ID: "audit", Workflow: Audit, TaskQueue: TaskQueue},
		Overlap: enums.SCHEDULE_OVERLAP_POLICY_SKIP,
	})
	if errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return nil
	}
	return err
}
