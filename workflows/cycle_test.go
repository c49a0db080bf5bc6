package workflows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"dondoc/poverty"
	"dondoc/workflows"
)

var cycle = poverty.Ref{Cycle: "nam-dong:2018"}

func opening(d float64, p poverty.Process, key string) poverty.Opening {
	return poverty.Opening{Ref: poverty.Ref{Cycle: cycle.Cycle, Process: p, Key: key}, At: day(d)}
}

// started notes the children that start, each with its day.
func started(env *testsuite.TestWorkflowEnvironment) *[]string {
	list := new([]string)
	env.SetOnChildWorkflowStartedListener(func(i *workflow.Info, _ workflow.Context, _ converter.EncodedValues) {
		*list = append(*list, fmt.Sprintf("%s on day %v", i.WorkflowExecution.ID, env.Now().Sub(begin).Hours()/24))
	})
	return list
}

// closing has a decision of a verb enacted as the cycle's close.
func closing(id poverty.DecisionID) (poverty.Outcome, error) {
	if id == 99 {
		return poverty.Outcome{State: string(poverty.CycleClosed)}, nil
	}
	return poverty.Outcome{State: string(poverty.CycleRunning)}, nil
}

// idle is a step of a process that waits for something that does not come.
func idle(int, time.Time) (poverty.Step, error) { return poverty.Step{Next: day(5000)}, nil }

func TestCycle_opens_processes_at_their_instants_and_ends_when_closed(t *testing.T) {
	t.Parallel()
	store := &scripted{step: idle, enact: closing, open: func(int) ([]poverty.Opening, error) {
		return []poverty.Opening{
			opening(-90, poverty.ProcessAssignment, ""),
			opening(0, poverty.ProcessPlan, "thuong-long"),
			opening(0, poverty.ProcessPlan, "huong-huu"),
			opening(25, poverty.ProcessPeriod, "2018-05"),
			opening(25, poverty.ProcessReview, "review-interim"),
			opening(150, poverty.ProcessSurvey, ""),
			opening(400, poverty.ProcessPeriod, "2019-05"), // after the close
		}, nil
	}}
	env, _ := environment(t, store, cycle)
	env.SetDetachedChildWait(false)
	list := started(env)
	var amended, closed answered
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.AmendCycle, "amend", &amended, workflows.DecideInput{Decision: 1})
	}, day(30).Sub(begin))
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.CloseCycle, "close", &closed, workflows.DecideInput{Decision: 99})
	}, day(200).Sub(begin))
	env.ExecuteWorkflow(workflows.Cycle, workflows.CycleInput{Cycle: cycle.Cycle})
	finished(t, env)
	slices.Sort(*list)
	want := []string{
		"assignment:nam-dong:2018 on day 0", "period:nam-dong:2018:2018-05 on day 25",
		"plan:nam-dong:2018:huong-huu on day 0", "plan:nam-dong:2018:thuong-long on day 0",
		"review:nam-dong:2018:review-interim on day 25", "survey:nam-dong:2018 on day 150",
	}
	if diff := cmp.Diff(want, *list); diff != "" {
		t.Errorf("processes opened (-want +got):\n%s", diff)
	}
	if !amended.done || amended.err != nil || !closed.done || closed.err != nil {
		t.Errorf("amendment %+v, closing %+v", amended, closed)
	}
	if now := env.Now(); !now.Equal(day(200)) {
		t.Errorf("the cycle ended at %s; want %s, when it was closed", now, day(200))
	}
}

func TestCycle_goes_on_where_a_process_is_already_there(t *testing.T) {
	t.Parallel()
	store := &scripted{step: idle, enact: closing, open: func(int) ([]poverty.Opening, error) {
		return []poverty.Opening{
			opening(0, poverty.ProcessAssignment, ""),
			opening(0, poverty.ProcessAssignment, ""), // runs since the line above
			opening(1, poverty.ProcessSurvey, ""),
		}, nil
	}}
	env, _ := environment(t, store, cycle)
	env.SetDetachedChildWait(false)
	list := started(env)
	var closed answered
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.CloseCycle, "close", &closed, workflows.DecideInput{Decision: 99})
	}, day(2).Sub(begin))
	env.ExecuteWorkflow(workflows.Cycle, workflows.CycleInput{Cycle: cycle.Cycle})
	finished(t, env)
	if diff := cmp.Diff([]string{"assignment:nam-dong:2018 on day 0", "survey:nam-dong:2018 on day 1"}, *list); diff != "" {
		t.Errorf("processes opened (-want +got):\n%s", diff)
	}
}

func TestCycle_is_awaited_until_it_is_in_force(t *testing.T) {
	t.Parallel()
	store := &scripted{step: idle, enact: closing, open: func(call int) ([]poverty.Opening, error) {
		if call == 1 {
			return nil, &poverty.Error{Kind: poverty.Unavailable, Key: "error.database_down"}
		}
		return nil, nil
	}}
	env, _ := environment(t, store, cycle)
	env.SetStartTime(time.Now()) // as above: a second attempt
	var awaited, closed answered
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.AwaitCycle, "await", &awaited)
		if awaited.done {
			t.Error("the cycle counts as in force before the store said so")
		}
	}, 0)
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.CloseCycle, "close", &closed, workflows.DecideInput{Decision: 99})
	}, time.Hour)
	env.ExecuteWorkflow(workflows.Cycle, workflows.CycleInput{Cycle: cycle.Cycle})
	finished(t, env)
	if store.opens != 2 || !awaited.done || awaited.err != nil {
		t.Errorf("opened %d times, awaited %+v; want 2 and no error", store.opens, awaited)
	}
}

func TestCycle_that_cannot_be_opened_fails_with_the_reason(t *testing.T) {
	t.Parallel()
	store := &scripted{open: func(int) ([]poverty.Opening, error) {
		return nil, poverty.Errorf(poverty.NotFound, "cycle.not_found", "cycle", string(cycle.Cycle))
	}}
	env, _ := environment(t, store, cycle)
	env.ExecuteWorkflow(workflows.Cycle, workflows.CycleInput{Cycle: cycle.Cycle})
	if err := env.GetWorkflowError(); err == nil || !strings.Contains(err.Error(), "cycle.not_found") {
		t.Errorf("it ended with %v", err)
	}
	if store.opens != 1 {
		t.Errorf("a refusal was tried %d times", store.opens)
	}
}

// A cycle whose history is full of decisions goes on in a new run; the store
// says which processes are not finished.
func TestCycle_with_a_full_history_goes_on_in_a_new_run(t *testing.T) {
	t.Parallel()
	store := &scripted{step: idle, enact: closing, open: func(int) ([]poverty.Opening, error) {
		return []poverty.Opening{opening(0, poverty.ProcessAssignment, ""), opening(150, poverty.ProcessSurvey, "")}, nil
	}}
	env, _ := environment(t, store, cycle)
	env.SetDetachedChildWait(false)
	list := started(env)
	var amended, again answered
	for i, a := range []*answered{&amended, &again} {
		env.RegisterDelayedCallback(func() {
			env.SetContinueAsNewSuggested(i == 1)
			env.UpdateWorkflow(workflows.AmendCycle, fmt.Sprint("amend ", i), a, workflows.DecideInput{Decision: poverty.DecisionID(i + 1)})
		}, day(float64(30+i)).Sub(begin))
	}
	env.ExecuteWorkflow(workflows.Cycle, workflows.CycleInput{Cycle: cycle.Cycle})
	var in workflows.CycleInput
	if name := goesOn(t, env, &in); name != "Cycle" || in.Cycle != cycle.Cycle {
		t.Errorf("it goes on as %s with %+v", name, in)
	}
	if !amended.done || amended.err != nil || !again.done || again.err != nil {
		t.Errorf("amendments %+v, %+v", amended, again)
	}
	if diff := cmp.Diff([]string{"assignment:nam-dong:2018 on day 0"}, *list); diff != "" {
		t.Errorf("processes opened (-want +got):\n%s", diff)
	}
	if now := env.Now(); !now.Equal(day(31)) {
		t.Errorf("it went on at %s", now)
	}
}
