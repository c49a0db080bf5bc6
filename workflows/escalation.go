package workflows

import (
	"go.temporal.io/sdk/workflow"

	"dondoc/poverty"
)

// DecideEscalation is the update that carries an answer to a ladder.
const DecideEscalation = "DecideEscalation"

// EscalationInput names a duty's ladder.
type EscalationInput struct {
	Ref poverty.Ref `json:"ref"`
}

// Escalation climbs the frozen ladder of one duty from the first rung that
// demands an answer: it takes acknowledgements, directions, extensions and
// excuses, holds while one of them runs, resumes when it lapses, and ends when
// the duty is done, extended or excused. After the last rung it goes on waiting.
func Escalation(ctx workflow.Context, in EscalationInput) error {
	w := escalationWorkflow{newWatch(ctx, in.Ref, in)}
	err := workflow.SetUpdateHandlerWithOptions(ctx, DecideEscalation, w.decide, workflow.UpdateHandlerOptions{Validator: w.mayDecide})
	if err != nil {
		return err
	}
	return w.run(ctx)
}

type escalationWorkflow struct{ *watch }

func (w escalationWorkflow) mayDecide(DecideInput) error {
	if w.step.Done {
		return refuse(poverty.Errorf(poverty.Conflict, "escalation.closed", "state", w.step.State))
	}
	return nil
}
