package workflows

import "go.temporal.io/sdk/workflow"

// Review looks after an interim or year-end review until its conference is held
// and concluded.
func Review(ctx workflow.Context, in ProcessInput) error {
	return newWatch(ctx, in.Ref, in).run(ctx)
}
