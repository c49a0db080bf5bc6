package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"dondoc/activities"
	"dondoc/poverty"
	"dondoc/worker"
	"dondoc/workflows"
)

var begin = time.Date(2018, 4, 6, 10, 0, 0, 0, time.UTC)

func day(n float64) time.Time { return begin.Add(time.Duration(n * float64(24*time.Hour))) }

// scripted is a store whose answers a test writes down. The real one is
// exercised by rehearsals and end to end; here the subject is when it is asked.
type scripted struct {
	open  func(call int) ([]poverty.Opening, error)
	step  func(call int, at time.Time) (poverty.Step, error) // of the process under test
	enact func(id poverty.DecisionID) (poverty.Outcome, error)

	mu      sync.Mutex
	opens   int
	asked   []time.Time // steps of the process under test
	enacted []poverty.DecisionID
	climbed []string // escalations that asked
}

func (s *scripted) OpenCycle(_ context.Context, _ poverty.CycleID, _ time.Time) ([]poverty.Opening, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opens++
	return s.open(s.opens)
}

func (s *scripted) StepDuties(_ context.Context, scope poverty.Scope, at time.Time) (poverty.Step, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if scope.DutyKey != "" && s.step != nil && s.watched(scope) {
		s.climbed = append(s.climbed, workflows.ID(scope))
		return poverty.Step{Done: true}, nil
	}
	s.asked = append(s.asked, at.UTC())
	return s.step(len(s.asked), at)
}

// watched tells an escalation that a process opened from one under test.
func (*scripted) watched(scope poverty.Scope) bool { return scope.DutyID != underTest.DutyID }

func (s *scripted) Enact(_ context.Context, id poverty.DecisionID, _ time.Time) (poverty.Outcome, error) {
	s.mu.Lock()
	s.enacted = append(s.enacted, id)
	s.mu.Unlock()
	return s.enact(id)
}

var (
	period    = poverty.Ref{Cycle: "nam-dong:2018", Process: poverty.ProcessPeriod, Key: "2018-04"}
	plan      = poverty.Ref{Cycle: "nam-dong:2018", Process: poverty.ProcessPlan, Key: "thuong-long"}
	underTest = poverty.Ref{Cycle: "nam-dong:2018", DutyKey: "nam-dong:2018/plan/thuong-long", DutyID: 7, Ladder: 1}
)

// timers counts the timers of one workflow that are neither fired nor
// cancelled.
type timers struct {
	live map[string]time.Duration
	most int
	all  []time.Duration
	gone int // cancelled
}

// environment is a time-skipping environment that begins at begin and counts
// timers. A step that finds no next instant must be Done sooner or later.
func environment(t *testing.T, store *scripted, ref poverty.Ref) (*testsuite.TestWorkflowEnvironment, *timers) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent)
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(begin)
	env.SetTestTimeout(time.Minute)
	env.SetWorkflowRunTimeout(10 * 365 * 24 * time.Hour)
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: workflows.ID(ref), TaskQueue: workflows.TaskQueue})
	worker.Register(env, &activities.Activities{Store: store})
	tm := &timers{live: map[string]time.Duration{}}
	env.SetOnTimerScheduledListener(func(id string, d time.Duration) {
		tm.live[id] = d
		tm.all = append(tm.all, d)
		tm.most = max(tm.most, len(tm.live))
	})
	env.SetOnTimerFiredListener(func(id string) { delete(tm.live, id) })
	env.SetOnTimerCanceledListener(func(id string) {
		delete(tm.live, id)
		tm.gone++
	})
	return env, tm
}

// finished fails unless the workflow came to its end without an error.
func finished(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
	t.Helper()
	if !env.IsWorkflowCompleted() {
		t.Fatal("the workflow has not ended")
	}
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
}

// answered is how an update ended.
type answered struct {
	onReject func()
	accepted bool
	rejected error
	done     bool
	out      any
	err      error
}

func (a *answered) Accept() { a.accepted = true }
func (a *answered) Reject(err error) {
	a.rejected = err
	if a.onReject != nil {
		a.onReject()
	}
}
func (a *answered) Complete(out any, err error) {
	a.done, a.out, a.err = true, out, err
}

func at(days ...float64) []time.Time {
	list := make([]time.Time, len(days))
	for i, d := range days {
		list[i] = day(d)
	}
	return list
}

// until returns steps that wait for each of the given days and are done at the
// last.
func until(days ...float64) func(int, time.Time) (poverty.Step, error) {
	return func(_ int, now time.Time) (poverty.Step, error) {
		for _, d := range days {
			if day(d).After(now) {
				return poverty.Step{Next: day(d)}, nil
			}
		}
		return poverty.Step{Done: true}, nil
	}
}

func TestWatch_wakes_at_each_planned_instant_and_ends_when_done(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		workflow any
		ref      poverty.Ref
		in       any
	}{
		"survey":     {workflows.Survey, poverty.Ref{Process: poverty.ProcessSurvey}, workflows.ProcessInput{}},
		"plan":       {workflows.Plan, plan, workflows.ProcessInput{Ref: plan}},
		"assignment": {workflows.Assignment, poverty.Ref{Process: poverty.ProcessAssignment}, workflows.ProcessInput{}},
		"period":     {workflows.Period, period, workflows.ProcessInput{Ref: period}},
		"review":     {workflows.Review, poverty.Ref{Process: poverty.ProcessReview}, workflows.ProcessInput{}},
		"escalation": {workflows.Escalation, underTest, workflows.EscalationInput{Ref: underTest}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := &scripted{step: until(1, 3, 90.5)}
			env, tm := environment(t, store, one.ref)
			env.ExecuteWorkflow(one.workflow, one.in)
			finished(t, env)
			if diff := cmp.Diff(at(0, 1, 3, 90.5), store.asked); diff != "" {
				t.Errorf("when the store was asked (-want +got):\n%s", diff)
			}
			if tm.most != 1 || len(tm.all) != 3 || len(tm.live) != 0 {
				t.Errorf("%d timers in all, at most %d at once, %d left; want 3, 1, 0", len(tm.all), tm.most, len(tm.live))
			}
		})
	}
}

func TestWatch_told_of_a_change_looks_anew_and_arms_one_timer(t *testing.T) {
	t.Parallel()
	next := []float64{10, 2, 2, 5} // the change of day 1 brings the instant forward, that of day 1.5 does not move it
	store := &scripted{step: func(call int, _ time.Time) (poverty.Step, error) {
		if call > len(next) {
			return poverty.Step{Done: true}, nil
		}
		return poverty.Step{Next: day(next[call-1])}, nil
	}}
	env, tm := environment(t, store, period)
	for _, d := range []float64{1, 1.5} {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.Changed, nil) }, day(d).Sub(begin))
	}
	env.ExecuteWorkflow(workflows.Period, workflows.ProcessInput{Ref: period})
	finished(t, env)
	if diff := cmp.Diff(at(0, 1, 1.5, 2, 5), store.asked); diff != "" {
		t.Errorf("when the store was asked (-want +got):\n%s", diff)
	}
	if tm.most != 1 || tm.gone != 2 || len(tm.live) != 0 {
		t.Errorf("at most %d timers at once, %d cancelled, %d left; want 1, 2, 0", tm.most, tm.gone, len(tm.live))
	}
}

func TestWatch_without_a_next_instant_waits_for_a_change(t *testing.T) {
	t.Parallel()
	store := &scripted{step: func(call int, _ time.Time) (poverty.Step, error) { return poverty.Step{Done: call == 2}, nil }}
	env, tm := environment(t, store, period)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.Changed, nil) }, day(300).Sub(begin))
	env.ExecuteWorkflow(workflows.Period, workflows.ProcessInput{Ref: period})
	finished(t, env)
	if diff := cmp.Diff(at(0, 300), store.asked); diff != "" {
		t.Errorf("when the store was asked (-want +got):\n%s", diff)
	}
	if len(tm.all) != 0 {
		t.Errorf("%d timers, although nothing is planned", len(tm.all))
	}
}

// What changes while the store says that nothing is left is looked at before the
// process ends: a duty may have come back.
func TestWatch_changed_while_it_was_done_looks_once_more(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*testsuite.TestWorkflowEnvironment, *answered){
		"told": func(env *testsuite.TestWorkflowEnvironment, _ *answered) { env.SignalWorkflow(workflows.Changed, nil) },
		"decided": func(env *testsuite.TestWorkflowEnvironment, a *answered) {
			env.UpdateWorkflow(workflows.MovePlan, "one", a, workflows.DecideInput{Decision: 1, Verb: string(poverty.PlanSend)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, a := (*testsuite.TestWorkflowEnvironment)(nil), answered{}
			store := &scripted{enact: func(poverty.DecisionID) (poverty.Outcome, error) { return poverty.Outcome{}, nil }}
			store.step = func(call int, now time.Time) (poverty.Step, error) {
				switch call {
				case 1:
					applied := make(chan struct{})
					env.RegisterDelayedCallback(func() { change(env, &a); close(applied) }, 0)
					<-applied
					return poverty.Step{Done: true}, nil
				case 2:
					return poverty.Step{Next: day(9)}, nil
				}
				return poverty.Step{Done: !now.Before(day(9))}, nil
			}
			env, _ = environment(t, store, plan)
			env.ExecuteWorkflow(workflows.Plan, workflows.ProcessInput{Ref: plan})
			finished(t, env)
			if diff := cmp.Diff(at(0, 0, 9), store.asked); diff != "" {
				t.Errorf("when the store was asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWatch_past_instants_are_caught_up_without_timers(t *testing.T) {
	t.Parallel()
	store := &scripted{step: until(-30, -2, 0)}
	store.step = func(call int, _ time.Time) (poverty.Step, error) {
		if call == 4 {
			return poverty.Step{Done: true}, nil
		}
		return poverty.Step{Next: at(-30, -2, 0)[call-1]}, nil
	}
	env, tm := environment(t, store, period)
	env.ExecuteWorkflow(workflows.Period, workflows.ProcessInput{Ref: period})
	finished(t, env)
	if diff := cmp.Diff(at(0, 0, 0, 0), store.asked); diff != "" {
		t.Errorf("when the store was asked (-want +got):\n%s", diff)
	}
	if len(tm.all) != 0 {
		t.Errorf("%d timers for instants that are past", len(tm.all))
	}
}

func TestWatch_starts_one_escalation_for_each_ladder_that_demands_an_answer(t *testing.T) {
	t.Parallel()
	ladder := func(unit string, no int) poverty.Ref {
		return poverty.Ref{Cycle: "nam-dong:2018", DutyKey: "nam-dong:2018/report/" + unit + "/2018-04", DutyID: poverty.DutyID(len(unit)), Ladder: no}
	}
	demands := [][]poverty.Ref{
		{ladder("huong-huu", 1), ladder("thuong-long", 1)},
		{ladder("huong-huu", 1), ladder("thuong-long", 1)}, // still open: already started
		{ladder("huong-huu", 2)},                           // extended, and late again
		nil,
	}
	store := &scripted{step: func(call int, _ time.Time) (poverty.Step, error) {
		return poverty.Step{Next: day(float64(call)), Demands: demands[call-1], Done: call == len(demands)}, nil
	}}
	env, tm := environment(t, store, period)
	var started []string
	env.SetOnChildWorkflowStartedListener(func(i *workflow.Info, _ workflow.Context, _ converter.EncodedValues) {
		started = append(started, i.WorkflowExecution.ID)
	})
	env.ExecuteWorkflow(workflows.Period, workflows.ProcessInput{Ref: period})
	finished(t, env)
	want := []string{
		"escalation:nam-dong:2018/report/huong-huu/2018-04:1", "escalation:nam-dong:2018/report/huong-huu/2018-04:2",
		"escalation:nam-dong:2018/report/thuong-long/2018-04:1",
	}
	slices.Sort(started)
	if diff := cmp.Diff(want, started); diff != "" {
		t.Errorf("escalations started (-want +got):\n%s", diff)
	}
	slices.Sort(store.climbed)
	if diff := cmp.Diff(want, store.climbed); diff != "" {
		t.Errorf("escalations that asked the store (-want +got):\n%s", diff)
	}
	if tm.most != 1 {
		t.Errorf("%d timers at once", tm.most)
	}
}

func TestWatch_goes_on_when_the_store_is_away(t *testing.T) {
	t.Parallel()
	down := &poverty.Error{Kind: poverty.Unavailable, Key: "error.database_down"}
	store := &scripted{step: func(call int, _ time.Time) (poverty.Step, error) {
		if call <= 3 {
			return poverty.Step{}, down
		}
		return poverty.Step{Done: true}, nil
	}}
	env, _ := environment(t, store, period)
	env.SetStartTime(time.Now()) // the environment counts the time-out of a second attempt by the wall clock
	env.ExecuteWorkflow(workflows.Period, workflows.ProcessInput{Ref: period})
	finished(t, env)
	// It is the same instant that is asked for, however late the answer comes.
	if len(store.asked) != 4 || len(slices.Compact(slices.Clone(store.asked))) != 1 {
		t.Errorf("the store was asked for %v; want one instant, four times", store.asked)
	}
}

func TestPlan_decisions_at_one_instant_are_enacted_one_after_the_other(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var inside, most atomic.Int32
		store := &scripted{
			step: func(call int, _ time.Time) (poverty.Step, error) {
				return poverty.Step{State: "sent", Next: day(30), Done: call > 2}, nil
			},
			enact: func(id poverty.DecisionID) (poverty.Outcome, error) {
				inside.Add(1)
				defer inside.Add(-1)
				if id == 1 {
					synctest.Wait() // until all that could go on beside it has begun
				}
				most.Store(max(most.Load(), inside.Load()))
				return poverty.Outcome{State: fmt.Sprint("after ", id)}, nil
			},
		}
		env, tm := environment(t, store, plan)
		answers := make([]answered, 3)
		env.RegisterDelayedCallback(func() {
			for i, verb := range []poverty.PlanVerb{poverty.PlanAppraise, poverty.PlanReturn, poverty.PlanAppraise} {
				env.UpdateWorkflow(workflows.MovePlan, fmt.Sprint(i), &answers[i], workflows.DecideInput{Decision: poverty.DecisionID(i + 1), Verb: string(verb)})
			}
			env.SignalWorkflow(workflows.Changed, nil) // and a step beside them
		}, time.Hour)
		env.ExecuteWorkflow(workflows.Plan, workflows.ProcessInput{Ref: plan})
		finished(t, env)
		slices.Sort(store.enacted[1:]) // whoever waits may be next
		if diff := cmp.Diff([]poverty.DecisionID{1, 2, 3}, store.enacted); diff != "" {
			t.Errorf("decisions enacted (-want +got):\n%s", diff)
		}
		if most.Load() != 1 {
			t.Errorf("%d decisions enacted at once", most.Load())
		}
		for i, a := range answers {
			out, ok := a.out.(poverty.Outcome)
			if !a.accepted || !a.done || a.err != nil || !ok || out.State != fmt.Sprint("after ", i+1) {
				t.Errorf("decision %d: %+v", i+1, a)
			}
		}
		if tm.most != 1 {
			t.Errorf("%d timers at once", tm.most)
		}
	})
}

func TestPlan_refuses_what_its_state_does_not_allow(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		state   poverty.PlanState
		verb    poverty.PlanVerb
		allowed bool
	}{
		{poverty.PlanDraft, poverty.PlanSend, true},
		{poverty.PlanDraft, poverty.PlanAppraise, false},
		{poverty.PlanDraft, poverty.PlanApprove, false},
		{poverty.PlanDraft, poverty.PlanReturn, false},
		{poverty.PlanSent, poverty.PlanSend, false},
		{poverty.PlanSent, poverty.PlanAppraise, true},
		{poverty.PlanSent, poverty.PlanApprove, false},
		{poverty.PlanSent, poverty.PlanReturn, true},
		{poverty.PlanAppraised, poverty.PlanApprove, true},
		{poverty.PlanAppraised, poverty.PlanReturn, true},
		{poverty.PlanAppraised, poverty.PlanSend, false},
		{poverty.PlanReturned, poverty.PlanSend, true},
		{poverty.PlanReturned, poverty.PlanApprove, false},
		{poverty.PlanApproved, poverty.PlanSend, false},
		{poverty.PlanApproved, poverty.PlanReturn, false},
		{poverty.PlanSent, "burn", false},
	} {
		t.Run(fmt.Sprintf("%s %s", row.verb, row.state), func(t *testing.T) {
			t.Parallel()
			store := &scripted{
				step: func(_ int, now time.Time) (poverty.Step, error) {
					return poverty.Step{State: string(row.state), Next: day(2), Done: !now.Before(day(2))}, nil
				},
				enact: func(poverty.DecisionID) (poverty.Outcome, error) { return poverty.Outcome{State: "moved"}, nil },
			}
			env, _ := environment(t, store, plan)
			var a answered
			env.RegisterDelayedCallback(func() {
				env.UpdateWorkflow(workflows.MovePlan, "one", &a, workflows.DecideInput{Decision: 1, Verb: string(row.verb)})
			}, time.Hour)
			env.ExecuteWorkflow(workflows.Plan, workflows.ProcessInput{Ref: plan})
			finished(t, env)
			if a.accepted != row.allowed || (a.rejected == nil) != row.allowed || (len(store.enacted) == 1) != row.allowed {
				t.Errorf("accepted %v, rejected %v, enacted %v; want allowed: %v", a.accepted, a.rejected, store.enacted, row.allowed)
			}
			if row.allowed {
				return
			}
			// A refusal writes nothing and wakes nobody.
			if diff := cmp.Diff(at(0, 2), store.asked); diff != "" {
				t.Errorf("when the store was asked (-want +got):\n%s", diff)
			}
			if !strings.Contains(a.rejected.Error(), "plan.cannot_move."+string(row.verb)) {
				t.Errorf("rejected with %v, which does not name the message", a.rejected)
			}
		})
	}
}

func TestPlan_refused_by_the_store_goes_on(t *testing.T) {
	t.Parallel()
	store := &scripted{
		step: until(2),
		enact: func(poverty.DecisionID) (poverty.Outcome, error) {
			return poverty.Outcome{}, poverty.Errorf(poverty.Forbidden, "plan.forbidden.send")
		},
	}
	env, _ := environment(t, store, plan)
	var a answered
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.MovePlan, "one", &a, workflows.DecideInput{Decision: 1, Verb: string(poverty.PlanSend)})
	}, time.Hour)
	env.ExecuteWorkflow(workflows.Plan, workflows.ProcessInput{Ref: plan})
	finished(t, env)
	if !a.accepted || !a.done || a.err == nil || !strings.Contains(a.err.Error(), "plan.forbidden.send") {
		t.Errorf("the update ended with %+v; want the store's refusal", a)
	}
	if len(store.enacted) != 1 {
		t.Errorf("a refusal was tried %d times", len(store.enacted))
	}
	if diff := cmp.Diff(at(0, 2), store.asked); diff != "" {
		t.Errorf("when the store was asked (-want +got):\n%s", diff)
	}
}

func TestEscalation_that_is_over_takes_no_answer(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	store := &scripted{
		step: func(call int, _ time.Time) (poverty.Step, error) {
			return poverty.Step{State: "done", Next: day(30), Done: call > 1}, nil
		},
		enact: func(poverty.DecisionID) (poverty.Outcome, error) {
			<-release
			return poverty.Outcome{State: "held"}, nil
		},
	}
	env, _ := environment(t, store, underTest)
	var first, second answered
	ended := 0
	env.SetOnLocalActivityCompletedListener(func(*activity.Info, converter.EncodedValue, error) {
		if ended++; ended == 2 {
			// Two steps; the first answer is still being enacted, and meanwhile
			// the duty is done.
			env.UpdateWorkflow(workflows.DecideEscalation, "second", &second, workflows.DecideInput{Decision: 2, Verb: "direct"})
		}
	})
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.DecideEscalation, "first", &first, workflows.DecideInput{Decision: 1, Verb: "acknowledge"})
		env.SignalWorkflow(workflows.Changed, nil)
	}, time.Hour)
	second.onReject = func() { close(release) }
	env.ExecuteWorkflow(workflows.Escalation, workflows.EscalationInput{Ref: underTest})
	finished(t, env)
	if !first.done || first.err != nil {
		t.Errorf("the answer under way ended with %+v", first)
	}
	if second.rejected == nil || !strings.Contains(second.rejected.Error(), "escalation.closed") {
		t.Errorf("an answer to an escalation that is over: %+v", second)
	}
	if diff := cmp.Diff([]poverty.DecisionID{1}, store.enacted); diff != "" {
		t.Errorf("decisions enacted (-want +got):\n%s", diff)
	}
}

// goesOn returns the name and the input of the run that goes on where one ended.
func goesOn(t *testing.T, env *testsuite.TestWorkflowEnvironment, in any) string {
	t.Helper()
	next, ok := errors.AsType[*workflow.ContinueAsNewError](env.GetWorkflowError())
	if !ok {
		t.Fatalf("it ended with %v", env.GetWorkflowError())
	}
	if err := converter.GetDefaultDataConverter().FromPayloads(next.Input, in); err != nil {
		t.Fatal(err)
	}
	return next.WorkflowType.Name
}

// A run whose history is full goes on as a new one, when the decision under way
// is made.
func TestWatch_with_a_full_history_goes_on_in_a_new_run(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		workflow any
		ref      poverty.Ref
		in       any
	}{
		"Survey":     {workflows.Survey, poverty.Ref{Process: poverty.ProcessSurvey}, workflows.ProcessInput{Ref: poverty.Ref{Process: poverty.ProcessSurvey}}},
		"Plan":       {workflows.Plan, plan, workflows.ProcessInput{Ref: plan}},
		"Assignment": {workflows.Assignment, poverty.Ref{Process: poverty.ProcessAssignment}, workflows.ProcessInput{Ref: poverty.Ref{Process: poverty.ProcessAssignment}}},
		"Period":     {workflows.Period, period, workflows.ProcessInput{Ref: period}},
		"Review":     {workflows.Review, poverty.Ref{Process: poverty.ProcessReview}, workflows.ProcessInput{Ref: poverty.Ref{Process: poverty.ProcessReview}}},
		"Escalation": {workflows.Escalation, underTest, workflows.EscalationInput{Ref: underTest}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := &scripted{step: until(9)}
			env, tm := environment(t, store, one.ref)
			env.RegisterDelayedCallback(func() {
				env.SetContinueAsNewSuggested(true)
				env.SignalWorkflow(workflows.Changed, nil)
			}, day(2).Sub(begin))
			env.ExecuteWorkflow(one.workflow, one.in)
			var in workflows.ProcessInput // an Escalation's has the same form
			if got := goesOn(t, env, &in); got != name || in.Ref != one.ref {
				t.Errorf("%s goes on as %s with %+v", name, got, in)
			}
			if diff := cmp.Diff(at(0, 2), store.asked); diff != "" {
				t.Errorf("when the store was asked (-want +got):\n%s", diff)
			}
			if len(tm.live) != 0 {
				t.Errorf("%d timers left", len(tm.live))
			}
		})
	}
}

// stamped notes when an update was answered.
type stamped struct {
	answered
	env *testsuite.TestWorkflowEnvironment
	at  time.Time
}

func (s *stamped) Complete(out any, err error) {
	s.answered.Complete(out, err)
	s.at = s.env.Now()
}

// A decision that does not get done is given up after minutes, and those behind
// it have their turn.
func TestPlan_decision_that_cannot_be_made_holds_up_no_other_for_long(t *testing.T) {
	t.Parallel()
	store := &scripted{
		step: func(_ int, now time.Time) (poverty.Step, error) { return poverty.Step{State: "sent"}, nil },
		enact: func(id poverty.DecisionID) (poverty.Outcome, error) {
			if id == 1 {
				return poverty.Outcome{}, errors.New("a constraint that nobody thought of")
			}
			return poverty.Outcome{State: "appraised"}, nil
		},
	}
	env, _ := environment(t, store, plan)
	start := time.Now()
	env.SetStartTime(start) // a second attempt, as above
	first, second := stamped{env: env}, stamped{env: env}
	env.RegisterDelayedCallback(func() {
		for i, s := range []*stamped{&first, &second} {
			env.UpdateWorkflow(workflows.MovePlan, fmt.Sprint(i), s, workflows.DecideInput{Decision: poverty.DecisionID(i + 1), Verb: string(poverty.PlanAppraise)})
		}
	}, time.Second)
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
	env.ExecuteWorkflow(workflows.Plan, workflows.ProcessInput{Ref: plan})
	if first.err == nil || !strings.Contains(first.err.Error(), poverty.DecisionGivenUp) || first.at.Sub(start) > 10*time.Minute {
		t.Errorf("the first ended after %s with %v", first.at.Sub(start), first.err)
	}
	if !second.done || second.err != nil || second.at.Sub(start) > 10*time.Minute {
		t.Errorf("the second: done %v after %s, %v", second.done, second.at.Sub(start), second.err)
	}
}
