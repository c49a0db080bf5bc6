package workflows

import (
	"go.temporal.io/sdk/workflow"
)

// AnswerAssignment is the update that carries a lead's answer.
const AnswerAssignment = "AnswerAssignment"

// Assignment watches a cycle's helping groups until the year is closed: each
// lead's acceptance, the coordination meetings, components not started, and
// every duty made by hand, by a direction or a conclusion.
func Assignment(ctx workflow.Context, in ProcessInput) error {
	w := newWatch(ctx, in.Ref, in)
	if err := workflow.SetUpdateHandler(ctx, AnswerAssignment, w.decide); err != nil {
		return err
	}
	return w.run(ctx)
}
