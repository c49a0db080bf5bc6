package workflows

import "go.temporal.io/sdk/workflow"

// Survey looks after the stages of the autumn survey: it lays each on the
// communes when its window opens, reminds, and ends when every commune has
// confirmed the last.
func Survey(ctx workflow.Context, in ProcessInput) error {
	return newWatch(ctx, in.Ref, in).run(ctx)
}
