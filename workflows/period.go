package workflows

import "go.temporal.io/sdk/workflow"

// Period looks after one reporting period for all units of the cycle, set by
// set: it lays the reports on them, reminds the missing, records the verdicts,
// closes the period and has it consolidated. It ends when every report and the
// consolidated one are accepted or excused.
func Period(ctx workflow.Context, in ProcessInput) error {
	return newWatch(ctx, in.Ref, in).run(ctx)
}
