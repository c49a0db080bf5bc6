package poverty_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func TestKindOf(t *testing.T) {
	conflict := poverty.Errorf(poverty.Conflict, "plan.changed", "version", 3)
	tests := []struct {
		name string
		err  error
		want poverty.Kind
	}{
		{"no error", nil, ""},
		{"an error", conflict, poverty.Conflict},
		{"wrapped", fmt.Errorf("plan x: %w", conflict), poverty.Conflict},
		{"an error that wraps another counts itself", &poverty.Error{Kind: poverty.Unavailable, Err: conflict}, poverty.Unavailable},
		{"problems of a file", fmt.Errorf("cycle: %w", poverty.Problems{{File: "units.csv", Row: 2, Key: "x"}}), poverty.Invalid},
		{"anything else", errors.New("disk"), poverty.Internal},
	}
	for _, tt := range tests {
		if got := poverty.KindOf(tt.err); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestRefusal_travels_without_its_cause(t *testing.T) {
	err := &poverty.Error{Kind: poverty.Conflict, Key: "plan.changed", Args: []any{"version", 3}, Field: "version", Err: errors.New("secret")}
	told := poverty.Refusal(fmt.Errorf("plan x: %w", err))
	want := &poverty.Error{Kind: poverty.Conflict, Key: "plan.changed", Args: []any{"version", 3}, Field: "version"}
	if diff := cmp.Diff(want, told.Refused()); diff != "" {
		t.Error(diff)
	}
	if told := poverty.Refusal(errors.New("secret")); told.Kind != poverty.Internal || told.Key != "error.internal" || told.Args != nil {
		t.Errorf("%+v", told)
	}
	if got, want := err.Error(), "plan.changed version=3 field=version: secret"; got != want {
		t.Errorf("in the log %q, want %q", got, want)
	}
	if !errors.Is(fmt.Errorf("x: %w", err), err.Err) {
		t.Error("the cause is not in the chain")
	}
}
