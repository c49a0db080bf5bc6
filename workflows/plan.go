package workflows

import (
	"go.temporal.io/sdk/workflow"

	"dondoc/poverty"
)

// MovePlan is the update that carries a decision on a plan.
const MovePlan = "MovePlan"

// Plan carries one commune's plan from draft to approval, in any number of rounds,
// and through its amendments until the year closes. It reminds whoever has it in
// hand: the commune, the standing office that appraises, the leadership that
// approves.
func Plan(ctx workflow.Context, in ProcessInput) error {
	w := planWorkflow{newWatch(ctx, in.Ref, in)}
	err := workflow.SetUpdateHandlerWithOptions(ctx, MovePlan, w.decide, workflow.UpdateHandlerOptions{Validator: w.mayMove})
	if err != nil {
		return err
	}
	return w.run(ctx)
}

type planWorkflow struct{ *watch }

// mayMove refuses what the plan's state does not allow; before the first step
// it knows no state and leaves the judgment to the store.
func (w planWorkflow) mayMove(in DecideInput) error {
	if w.step.State == "" {
		return nil
	}
	_, err := poverty.PlanState(w.step.State).Move(poverty.PlanVerb(in.Verb))
	return refuse(err)
}
