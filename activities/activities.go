// Package activities is what workflows let happen: each activity is one call of
// the store, done as the system, idempotent and short.
package activities

import (
	"context"
	"log/slog"
	"time"

	"go.temporal.io/sdk/temporal"

	"dondoc/poverty"
)

// Activities are what the workflows call. The store is all they need.
type Activities struct {
	Store    poverty.Processes
	Auditor  poverty.Auditor                      // nil: the program does not audit itself
	Announce func(context.Context, poverty.Audit) // is told of each audit; nil: nobody
}

// AuditInput names the instant as of which the program audits itself.
type AuditInput struct {
	At time.Time `json:"at"`
}

// Audit holds the program's work against the facts and returns how many flaws it
// found; what they are is in the store.
func (a *Activities) Audit(ctx context.Context, in AuditInput) (int, error) {
	if a.Auditor == nil {
		return 0, nil
	}
	found, err := a.Auditor.Audit(poverty.WithActor(ctx, poverty.System("audit")), in.At)
	if err != nil {
		return 0, fail(err)
	}
	if a.Announce != nil {
		a.Announce(ctx, found)
	}
	return len(found.Flaws), nil
}

// OpenCycleInput names a cycle and the instant at which it is put in force.
type OpenCycleInput struct {
	Cycle poverty.CycleID `json:"cycle"`
	At    time.Time       `json:"at"`
}

// OpenCycle puts a cycle in force, if it is not yet, and returns its processes
// that are not finished.
func (a *Activities) OpenCycle(ctx context.Context, in OpenCycleInput) ([]poverty.Opening, error) {
	list, err := a.Store.OpenCycle(poverty.WithActor(ctx, poverty.System("cycle")), in.Cycle, in.At)
	return list, fail(err)
}

// StepDutiesInput names a scope and the instant up to which it is to be brought.
type StepDutiesInput struct {
	Scope poverty.Scope `json:"scope"`
	At    time.Time     `json:"at"`
}

// StepDuties does all that a scope planned up to an instant, set by set, and
// says what comes next.
func (a *Activities) StepDuties(ctx context.Context, in StepDutiesInput) (poverty.Step, error) {
	step, err := a.Store.StepDuties(poverty.WithActor(ctx, poverty.System("step")), in.Scope, in.At)
	if step.Fired > 0 {
		slog.InfoContext(ctx, "step", "cycle", string(in.Scope.Cycle), "process", string(in.Scope.Process), "key", in.Scope.Key,
			"duty", int64(in.Scope.DutyID), "fired", step.Fired)
	}
	return step, fail(err)
}

// EnactDecisionInput names a proposed decision. What was typed is in the store.
type EnactDecisionInput struct {
	Decision poverty.DecisionID `json:"decision"`
}

// EnactDecision carries out a proposed decision, once.
func (a *Activities) EnactDecision(ctx context.Context, in EnactDecisionInput) (poverty.Outcome, error) {
	out, err := a.Store.Enact(poverty.WithActor(ctx, poverty.System("enact")), in.Decision, time.Time{})
	return out, fail(err)
}

// fail makes a refusal final: only what is unavailable or broken is worth
// trying again. Keys and states travel, free text does not.
func fail(err error) error {
	switch kind := poverty.KindOf(err); kind {
	case "", poverty.Internal, poverty.Unavailable:
		return err
	default:
		told := poverty.Refusal(err)
		if kind == poverty.Invalid {
			told.Args = nil // may hold what a person typed
		}
		return temporal.NewNonRetryableApplicationError(told.Key, string(kind), nil, told)
	}
}
