package worker_test

import (
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/activities"
	"dondoc/worker"
)

// registry notes what is registered.
type registry struct {
	workflows  []string
	activities []any
}

func (r *registry) RegisterWorkflow(w any) {
	name := runtime.FuncForPC(reflect.ValueOf(w).Pointer()).Name()
	r.workflows = append(r.workflows, name[strings.LastIndex(name, ".")+1:])
}

func (r *registry) RegisterActivity(a any) { r.activities = append(r.activities, a) }

func TestRegister_covers_every_process_and_every_activity(t *testing.T) {
	t.Parallel()
	r, a := &registry{}, &activities.Activities{}
	worker.Register(r, a)
	slices.Sort(r.workflows)
	want := []string{"Assignment", "Audit", "Cycle", "Escalation", "Period", "Plan", "Review", "Survey"}
	if diff := cmp.Diff(want, r.workflows); diff != "" {
		t.Errorf("workflows (-want +got):\n%s", diff)
	}
	if len(r.activities) != 1 || r.activities[0] != any(a) {
		t.Errorf("activities: %v", r.activities)
	}
}
