package activities_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"

	"dondoc/activities"
	"dondoc/poverty"
)

// failing is a store that answers everything with one error and notes who
// asked.
type failing struct {
	err    error
	system []string
}

func (f *failing) heard(ctx context.Context) error {
	a, _ := poverty.ActorFrom(ctx)
	f.system = append(f.system, a.System)
	return f.err
}

func (f *failing) OpenCycle(ctx context.Context, _ poverty.CycleID, _ time.Time) ([]poverty.Opening, error) {
	return nil, f.heard(ctx)
}

func (f *failing) StepDuties(ctx context.Context, _ poverty.Scope, _ time.Time) (poverty.Step, error) {
	return poverty.Step{}, f.heard(ctx)
}

func (f *failing) Enact(ctx context.Context, _ poverty.DecisionID, _ time.Time) (poverty.Outcome, error) {
	return poverty.Outcome{}, f.heard(ctx)
}

func TestActivities_refusals_are_final_and_carry_no_cause(t *testing.T) {
	t.Parallel()
	const secret = "what the log alone may know"
	for _, row := range []struct {
		err   error
		final bool
	}{
		{nil, false},
		{&poverty.Error{Kind: poverty.Invalid, Key: "decision.by_needed", Field: "by"}, true},
		{&poverty.Error{Kind: poverty.Forbidden, Key: "duty.forbidden.direct"}, true},
		{&poverty.Error{Kind: poverty.NotFound, Key: "duty.not_found"}, true},
		{&poverty.Error{Kind: poverty.Conflict, Key: "duty.state.done", Args: []any{"state", "done"}}, true},
		{fmt.Errorf("plan 7: %w", &poverty.Error{Kind: poverty.Conflict, Key: "duty.state.done"}), true},
		{&poverty.Error{Kind: poverty.Unavailable, Key: "error.database_down", Err: errors.New(secret)}, false},
		{&poverty.Error{Kind: poverty.Internal, Key: "error.internal"}, false},
		{errors.New("connection reset"), false},
	} {
		store := &failing{err: row.err}
		a := activities.Activities{Store: store}
		_, opened := a.OpenCycle(t.Context(), activities.OpenCycleInput{})
		_, stepped := a.StepDuties(t.Context(), activities.StepDutiesInput{})
		_, enacted := a.EnactDecision(t.Context(), activities.EnactDecisionInput{})
		for i, got := range []error{opened, stepped, enacted} {
			if (got == nil) != (row.err == nil) {
				t.Errorf("%v became %v", row.err, got)
			}
			if store.system[i] == "" {
				t.Errorf("activity %d does not act as the system", i)
			}
			refused, typed := errors.AsType[*temporal.ApplicationError](got)
			if final := typed && refused.NonRetryable(); final != row.final {
				t.Errorf("%v is final: %v, want %v", row.err, final, row.final)
				continue
			}
			if !row.final {
				continue
			}
			var told poverty.Told
			if err := refused.Details(&told); err != nil {
				t.Errorf("%v: %v", row.err, err)
			}
			if want := poverty.Refusal(row.err); told.Key != want.Key || told.Kind != want.Kind || refused.Type() != string(want.Kind) {
				t.Errorf("%v travels as %+v of type %s", row.err, told, refused.Type())
			}
			if strings.Contains(got.Error(), secret) {
				t.Errorf("%v tells its cause", got)
			}
		}
	}
}
