package workflows_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
	"dondoc/workflows"
)

func TestID_is_a_function_of_business_keys(t *testing.T) {
	t.Parallel()
	for want, ref := range map[string]poverty.Ref{
		"cycle:nam-dong:2018":                             cycle,
		"assignment:nam-dong:2018":                        {Cycle: "nam-dong:2018", Process: poverty.ProcessAssignment},
		"survey:nam-dong:2018":                            {Cycle: "nam-dong:2018", Process: poverty.ProcessSurvey},
		"plan:nam-dong:2018:thuong-long":                  plan,
		"period:nam-dong:2018:2018-04":                    period,
		"review:nam-dong:2018:review-interim":             {Cycle: "nam-dong:2018", Process: poverty.ProcessReview, Key: "review-interim"},
		"escalation:nam-dong:2018/plan/thuong-long:1":     underTest,
		"escalation:nam-dong:2018/report/x/2018-04/sub:3": {Cycle: "nam-dong:2018", DutyKey: "nam-dong:2018/report/x/2018-04/sub", DutyID: 1, Ladder: 3},
	} {
		if got := workflows.ID(ref); got != want {
			t.Errorf("ID(%+v) = %s, want %s", ref, got, want)
		}
	}
}

func TestRoute_sends_a_decision_to_the_process_that_decides(t *testing.T) {
	t.Parallel()
	duty := func(a poverty.Act) poverty.Proposal { return poverty.Proposal{Duty: &poverty.Decision{Act: a}} }
	quiet := poverty.Proposed{ID: 5, Ref: plan}
	loud := poverty.Proposed{ID: 5, Ref: plan, Escalation: &underTest}
	in := workflows.DecideInput{Decision: 5}
	answer := func(a poverty.Act) *workflows.Call {
		return &workflows.Call{Ref: underTest, Update: workflows.DecideEscalation, Input: workflows.DecideInput{Decision: 5, Verb: string(a)}}
	}
	for name, row := range map[string]struct {
		proposal poverty.Proposal
		stored   poverty.Proposed
		want     *workflows.Call // nil: one transaction of its own
	}{
		"plan":                              {poverty.Proposal{Plan: &poverty.PlanMove{Verb: poverty.PlanSend}}, quiet, &workflows.Call{Ref: plan, Update: workflows.MovePlan, Input: workflows.DecideInput{Decision: 5, Verb: "send"}}},
		"assignment":                        {poverty.Proposal{Assignment: &poverty.AssignmentAnswer{}}, quiet, &workflows.Call{Ref: plan, Update: workflows.AnswerAssignment, Input: in}},
		"amendment":                         {poverty.Proposal{Amend: &poverty.Amendment{}}, quiet, &workflows.Call{Ref: plan, Update: workflows.AmendCycle, Input: in}},
		"closing":                           {poverty.Proposal{Close: &poverty.CycleClosing{}}, quiet, &workflows.Call{Ref: plan, Update: workflows.CloseCycle, Input: in}},
		"acknowledgement of an escalation":  {duty(poverty.ActAcknowledge), loud, answer(poverty.ActAcknowledge)},
		"direction in an escalation":        {duty(poverty.ActDirect), loud, answer(poverty.ActDirect)},
		"extension in an escalation":        {duty(poverty.ActExtend), loud, answer(poverty.ActExtend)},
		"excuse in an escalation":           {duty(poverty.ActExcuse), loud, answer(poverty.ActExcuse)},
		"escalation by hand":                {duty(poverty.ActEscalate), loud, answer(poverty.ActEscalate)},
		"acknowledgement before it is open": {duty(poverty.ActAcknowledge), quiet, nil},
		"extension before it is open":       {duty(poverty.ActExtend), quiet, nil},
		"report of an escalated duty":       {duty(poverty.ActSubmit), loud, nil},
		"work done of an escalated duty":    {duty(poverty.ActDone), loud, nil},
		"note on an escalated duty":         {duty(poverty.ActNote), loud, nil},
		"report":                            {duty(poverty.ActSubmit), quiet, nil},
		"duty by hand":                      {poverty.Proposal{Add: &poverty.NewDuty{}}, quiet, nil},
	} {
		call, routed := workflows.Route(row.proposal, row.stored)
		if routed != (row.want != nil) {
			t.Errorf("%s: goes to a process: %v", name, routed)
			continue
		}
		if row.want == nil {
			continue
		}
		if diff := cmp.Diff(*row.want, call); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
