package services_test

import (
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"dondoc/internal/services"
)

// waiting ends when it is told the word to end with.
func waiting(ctx workflow.Context) (word string, err error) {
	workflow.GetSignalChannel(ctx, "end").Receive(ctx, &word)
	return word, nil
}

func TestTemporal_killed_and_restarted_keeps_workflows(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	stack, err := services.StartStack(t.Context(), services.StackOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stack.Close(); err != nil {
			t.Error(err)
		}
	}()
	const namespace = "kept"
	for range 2 { // the second finds it there
		if err := stack.Temporal.RegisterNamespace(t.Context(), namespace, 24*time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	c, err := client.DialContext(t.Context(), client.Options{HostPort: stack.Temporal.Address(), Namespace: namespace})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	w := worker.New(c, "queue", worker.Options{})
	w.RegisterWorkflow(waiting)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: strings.Repeat("x", 255), TaskQueue: "queue"}, waiting)
	if err != nil {
		t.Fatal(err)
	}

	stack.Temporal.Kill()
	if err := stack.Temporal.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := stack.Temporal.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.SignalWorkflow(t.Context(), run.GetID(), "", "end", "done"); err != nil {
		t.Fatal(err)
	}
	var word string
	if err := run.Get(t.Context(), &word); err != nil || word != "done" {
		t.Errorf("got %q, %v; want done", word, err)
	}
}
