package workflows_test

import (
	"bytes"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	sdk "go.temporal.io/sdk/worker"

	"dondoc/activities"
	"dondoc/documents"
	"dondoc/internal/e2e"
	"dondoc/worker"
)

var silent = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

// replayer is a WorkflowReplayer as a Registry; it needs no activities.
type replayer struct{ sdk.WorkflowReplayer }

func (replayer) RegisterActivity(any) {}

// replay runs the workflow code of today over a history and returns where they
// differ.
func replay(h *history.History) error {
	r := replayer{sdk.NewWorkflowReplayer()}
	worker.Register(r, &activities.Activities{})
	return r.ReplayWorkflowHistory(silent, h)
}

// recordings returns the histories of testdata/replay by file.
func recordings(t *testing.T) map[string]*history.History {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "replay", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*history.History{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		h, err := client.HistoryFromJSON(bytes.NewReader(text), client.HistoryJSONOptions{})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[filepath.Base(file)] = h
	}
	return all
}

// Today's workflow code runs over histories that were recorded on
// the real server (see TestHistories_of_the_real_server). It fails when a process
// that runs since an earlier commit could not go on with this one.
func TestReplay_histories_of_earlier_commits(t *testing.T) {
	t.Parallel()
	all := recordings(t)
	r, err := documents.ReadCycle(os.DirFS("../examples/nam-dong-2018"))
	if err != nil {
		t.Fatal(err)
	}
	words := slices.Clone(told)
	for _, u := range r.New.Users {
		words = append(words, u.Name, u.Email, u.Login)
	}
	types := map[string]int{}
	for file, h := range all {
		if leaks, err := e2e.Leaks(h, words); err != nil || len(leaks) > 0 {
			t.Errorf("%s holds personal data: %v, %v", file, leaks, err)
		}
		types[h.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName()]++
		if err := replay(h); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	want := map[string]int{"Assignment": 1, "Cycle": 1, "Escalation": 3, "Period": 2, "Plan": 2, "Review": 1, "Survey": 1}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("histories of %v (-want +got):\n%s", slices.Sorted(maps.Keys(all)), diff)
	}
}
