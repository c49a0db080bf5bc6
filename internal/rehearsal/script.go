package rehearsal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"dondoc/calendar"
	"dondoc/poverty"
	"dondoc/workflows"
)

// carry does what a line says, as the holder of its office on that day. An
// import names the instant at which it was effective.
func (p *play) carry(line poverty.Line, imported time.Time) error {
	day := calendar.DateOf(line.At)
	switch line.Act {
	case "vacate":
		return p.store.Vacate(p.ctx, line.Office, day.AddDays(-1))
	case "occupy":
		return p.occupy(line, day)
	}
	if !imported.IsZero() && line.Act == string(poverty.SurveyMeet) && line.Subject == "" {
		return p.each(p.ctx, line, func(line poverty.Line) error { return p.enter(p.surveyMove(line), imported) })
	}
	if !imported.IsZero() {
		if done, err := p.help(p.ctx, line); done {
			return err
		}
		proposal, err := p.proposal(p.ctx, line)
		if err != nil {
			return err
		}
		return p.enter(proposal, imported)
	}
	user, err := p.store.Holder(p.ctx, line.Office, day)
	if err != nil {
		return err
	}
	if user == 0 {
		return fmt.Errorf("nobody holds %s", line.Office)
	}
	ctx := poverty.WithActor(p.ctx, poverty.Actor{User: user, Office: line.Office})
	if line.Act == string(poverty.SurveyMeet) && line.Subject == "" {
		return p.meetAll(ctx, line)
	}
	if done, err := p.help(ctx, line); done {
		return err
	}
	proposal, err := p.proposal(ctx, line)
	if err != nil {
		return err
	}
	return p.decide(ctx, line, proposal)
}

// decide proposes as a person does and has it carried out.
func (p *play) decide(ctx context.Context, line poverty.Line, proposal poverty.Proposal) error {
	stored, err := p.store.Propose(ctx, proposal)
	if err != nil {
		return err
	}
	if call, routed := workflows.Route(proposal, stored); routed {
		id := workflows.ID(call.Ref)
		answer := &answer{p: p, line: line, but: call.Ref}
		err := p.env.UpdateWorkflowByID(id, call.Update, fmt.Sprintf("%s/%d", id, call.Input.Decision), answer, call.Input)
		if err == nil {
			return nil
		}
	}
	out, err := p.store.Enact(ctx, stored.ID, time.Time{})
	if err != nil {
		return err
	}
	p.wake(out.Wake, poverty.Ref{})
	return nil
}

// enter stores a fact of the past as the system: it was decided then, by
// whoever the line names, and is only typed in now.
func (p *play) enter(proposal poverty.Proposal, at time.Time) error {
	stored, err := p.store.Propose(p.ctx, proposal)
	if err != nil {
		return err
	}
	out, err := p.store.Enact(p.ctx, stored.ID, at)
	if err != nil {
		return err
	}
	return p.store.Woken(p.ctx, out.Wake)
}

func (p *play) wake(wakes []poverty.Wake, but poverty.Ref) {
	for _, w := range wakes {
		if id := workflows.ID(w.Ref); id != workflows.ID(but) {
			// A process that has ended needs no telling.
			_ = p.env.SignalWorkflowByID(id, workflows.Changed, nil)
		}
	}
	_ = p.store.Woken(p.ctx, wakes)
}

func (p *play) occupy(line poverty.Line, from calendar.Date) error {
	i := slices.IndexFunc(p.r.New.Holdings, func(h poverty.Holding) bool { return h.Office == line.Office && h.ValidFrom == from })
	if i < 0 {
		return fmt.Errorf("nobody in the list of people holds %s from %s", line.Office, from)
	}
	if held, err := p.store.Holder(p.ctx, line.Office, from); err != nil {
		return err
	} else if held != 0 { // the list of people was stored with the cycle
		_, err := p.store.HandOver(p.ctx)
		return err
	}
	j := slices.IndexFunc(p.r.New.Users, func(u poverty.User) bool { return u.ID == p.r.New.Holdings[i].User })
	user, _, err := p.store.Credentials(p.ctx, p.r.New.Users[j].Login)
	if err != nil {
		return err
	}
	return p.store.Occupy(p.ctx, line.Office, user.ID, from)
}

// proposal turns a line into the decision that a person would make.
func (p *play) proposal(ctx context.Context, line poverty.Line) (poverty.Proposal, error) {
	id := p.r.New.Cycle.ID
	if line.Act == "close" {
		return p.closing(line)
	}
	if line.Act == "days-off" {
		return poverty.Proposal{Amend: &poverty.Amendment{Cycle: id, DaysOff: true, Reason: line.Reason, Basis: line.Basis, Office: line.Office}}, nil
	}
	if line.Act == "carry-fund" {
		return p.carryFund(line)
	}
	if line.Act == "deliver" {
		return p.delivery(line)
	}
	switch {
	case line.Meeting != nil:
		return p.meeting(ctx, line)
	case line.Watch != nil || line.Shortcoming != nil || line.Review != nil:
		return p.review(line)
	case line.Obstacle != nil:
		x := *line.Obstacle
		x.Office = line.Office
		return poverty.Proposal{Obstacle: &x}, nil
	}
	if line.Act == "add" {
		n := poverty.NewDuty{Cycle: id, Code: line.Duty, Kind: line.Kind, Title: line.Title, Unit: line.Unit, Subject: line.Subject,
			Due: line.Due, Ladder: line.Ladder, Source: line.Reason, Office: line.Office}
		return poverty.Proposal{Add: &n}, nil
	}
	switch line.Act {
	case string(poverty.SurveyReview):
		if err := p.found(ctx, line); err != nil {
			return poverty.Proposal{}, err
		}
		return p.surveyMove(line), nil
	case string(poverty.SurveyList), string(poverty.SurveyMeet), string(poverty.SurveyAsk), string(poverty.SurveyOpine),
		string(poverty.SurveyRecognise), "close-survey":
		return p.surveyMove(line), nil
	case "case-ask", "case-accept", "case-refuse":
		return p.caseMove(ctx, line)
	}
	if line.Subject != "" && line.Duty == "" {
		return p.posting(ctx, line)
	}
	t, _ := p.r.New.Cycle.Rules.Template(line.Duty)
	if t.Kind == poverty.DutyPlan && slices.Contains(poverty.PlanVerbs, poverty.PlanVerb(line.Act)) {
		m := poverty.PlanMove{Cycle: id, Unit: line.Unit, Verb: poverty.PlanVerb(line.Act), Reason: line.Reason, Basis: line.Basis, Office: line.Office}
		switch m.Verb {
		case poverty.PlanSend:
			if err := p.draft(ctx, line); err != nil {
				return poverty.Proposal{}, err
			}
		case poverty.PlanReturn:
			plan, err := p.store.Plan(ctx, id, line.Unit)
			if err != nil {
				return poverty.Proposal{}, err
			}
			for _, l := range p.r.Remarks {
				if l.Unit == line.Unit && l.Remark.Round == plan.Round {
					m.Remarks = append(m.Remarks, l.Remark)
				}
			}
		case poverty.PlanAppraise, poverty.PlanApprove, poverty.PlanWithdraw, poverty.PlanAmend, poverty.PlanDrop:
		}
		return poverty.Proposal{Plan: &m}, nil
	}
	d, err := p.store.DutyByKey(ctx, poverty.DutyKey(id, line.Duty, line.Unit, line.Period, line.Subject))
	if err != nil {
		return poverty.Proposal{}, err
	}
	if (d.Kind == poverty.DutyMeeting || d.Kind == poverty.DutyReview) && line.Act == string(poverty.ActDone) {
		planned, err := p.meetingOf(ctx, func(m poverty.Meeting) bool { return m.Duty == d.ID && m.State == poverty.MeetingPlanned })
		if err != nil {
			return poverty.Proposal{}, err
		}
		if planned.ID != 0 || d.Kind == poverty.DutyMeeting {
			return p.heldMeeting(line, d, planned), nil
		}
	}
	if line.Act == "accept-assignment" || line.Act == "decline-assignment" {
		return poverty.Proposal{Assignment: &poverty.AssignmentAnswer{Duty: d.ID, Accepted: line.Act == "accept-assignment",
			Reason: line.Reason, Basis: line.Basis, Office: line.Office}}, nil
	}
	x := poverty.Decision{Duty: d.ID, Act: poverty.Act(line.Act), At: line.Effective, By: line.By, Due: line.Due, Rung: line.Rung,
		Reason: line.Reason, Basis: line.Basis, Office: line.Office}
	if x.Act == poverty.ActSubmit {
		x.Report = &poverty.ReportContent{Figures: line.Figures, Text: "Nội dung báo cáo của ví dụ."}
		if line.Figures == nil {
			x.Report.Figures = made(p.r.New.Cycle.Rules, line.Unit, line.Period)
		}
		x.Report.Overrides = map[string]string{}
		for code := range line.Figures {
			x.Report.Overrides[code] = "Số đơn vị báo, khác sổ ghi (ví dụ)."
		}
		if d.Overdue {
			x.Report.LateReason = line.Reason
		}
	}
	if d.Kind == poverty.DutySurvey {
		var err error
		if x.Survey, err = p.counts(ctx, line); err != nil {
			return poverty.Proposal{}, err
		}
	}
	return poverty.Proposal{Duty: &x}, nil
}

// meeting is a line of the list of meetings: it plans or moves one, or records
// one as held that was planned before or not.
func (p *play) meeting(ctx context.Context, line poverty.Line) (poverty.Proposal, error) {
	x := *line.Meeting
	x.Office = line.Office
	var planned poverty.Meeting
	if slices.ContainsFunc(p.lines, func(l poverty.Line) bool {
		return l.Act == "plan-meeting" && l.Subject == line.Subject && !l.At.After(line.At)
	}) {
		var err error
		if planned, err = p.meetingOf(ctx, func(m poverty.Meeting) bool { return m.Code == line.Subject }); err != nil {
			return poverty.Proposal{}, err
		}
	}
	x.Meeting = planned.ID
	if line.Act == "plan-meeting" {
		x.Verb, x.Record = poverty.MeetingPlans, nil
		return poverty.Proposal{Meeting: &x}, nil
	}
	x.Verb = poverty.MeetingHolds
	if planned.ID != 0 {
		x.Plan = nil
	}
	return poverty.Proposal{Meeting: &x}, nil
}

// heldMeeting is the meeting by which a scripted line fulfils a duty to meet:
// the one that was planned for it, with what its list says; else one that is
// made up, to which all helpers of the unit came.
func (p *play) heldMeeting(line poverty.Line, d poverty.Duty, planned poverty.Meeting) poverty.Proposal {
	x := poverty.MeetingMove{Cycle: d.Cycle, Verb: poverty.MeetingHolds, At: line.Effective, Basis: line.Basis, Office: line.Office}
	for _, l := range p.lines {
		if planned.ID != 0 && l.Meeting != nil && l.Subject == planned.Code {
			x.Meeting, x.Record = planned.ID, l.Meeting.Record
		}
	}
	if x.Record != nil {
		return poverty.Proposal{Meeting: &x}
	}
	x.Plan = &poverty.MeetingPlan{
		Code: d.Code + "-" + string(d.Unit), Kind: poverty.MeetingCoordination, Unit: d.Unit, Title: d.Title, StartsAt: line.At.Add(-3 * time.Hour), EndsAt: line.At,
	}
	if p.r.New.Cycle.Rules.Units[d.Unit].Role != "commune" {
		x.Plan.Kind, x.Plan.About = poverty.MeetingInspection, p.r.New.Cycle.Owner
	}
	x.Plan.Invited = x.Plan.DefaultInvited(p.r.New.Cycle)
	x.Record = &poverty.MeetingRecord{Minutes: "Biên bản của ví dụ.", Conclusions: []poverty.NewConclusion{{Text: cmp.Or(line.Reason, "Kết luận của ví dụ.")}}}
	for _, i := range x.Plan.Invited {
		x.Record.Attended = append(x.Record.Attended, poverty.Attended{Unit: i.Unit, Came: poverty.AttendanceCame})
	}
	return poverty.Proposal{Meeting: &x}
}

// meetingOf finds a meeting of the cycle; one without ID where there is none.
func (p *play) meetingOf(ctx context.Context, is func(poverty.Meeting) bool) (poverty.Meeting, error) {
	all, err := p.store.Meetings(ctx, poverty.MeetingFilter{Cycle: p.r.New.Cycle.ID})
	for _, m := range all {
		if is(m) {
			return m, err
		}
	}
	return poverty.Meeting{}, err
}

// delivery is what a line hands over: the same to each household, or information
// to an audience.
func (p *play) delivery(line poverty.Line) (poverty.Proposal, error) {
	id, err := p.component(line.Subject)
	n := poverty.NewDelivery{Component: id, Basis: line.Basis, Note: line.Reason, Office: line.Office}
	if !line.Effective.IsZero() {
		n.Day = calendar.DateOf(line.Effective)
	}
	each := poverty.DeliveryLine{Quantity: 1000 * line.Figures["quantity"], Value: line.Figures["value"]}
	for _, code := range line.Households {
		each.Household = code
		n.Lines = append(n.Lines, each)
	}
	if len(line.Households) == 0 {
		each.Audience = line.Title
		n.Lines = append(n.Lines, each)
	}
	return poverty.Proposal{Deliver: &n}, err
}

// carryFund carries what is left of the fund that a line names.
func (p *play) carryFund(line poverty.Line) (poverty.Proposal, error) {
	list, err := p.store.Funds(p.ctx, p.r.New.Cycle.ID)
	if err != nil {
		return poverty.Proposal{}, err
	}
	i := slices.IndexFunc(list, func(f poverty.Fund) bool { return f.Code == line.Subject })
	if i < 0 {
		return poverty.Proposal{}, fmt.Errorf("no fund %s", line.Subject)
	}
	return poverty.Proposal{Fund: &poverty.FundMove{Verb: poverty.FundCarry, Fund: list[i].ID, Cycle: p.r.New.Cycle.ID,
		Reason: line.Reason, Basis: line.Basis, Office: line.Office}}, nil
}

// component finds a component by its code.
func (p *play) component(code string) (poverty.ComponentID, error) {
	if p.components == nil {
		list, err := p.store.Components(p.ctx, poverty.ComponentFilter{Cycle: p.r.New.Cycle.ID})
		if err != nil {
			return 0, err
		}
		p.components = map[string]poverty.ComponentID{}
		for _, c := range list {
			p.components[c.Code] = c.ID
		}
	}
	id, ok := p.components[code]
	if !ok {
		return 0, fmt.Errorf("no component %s", code)
	}
	return id, nil
}

// counts are what a line confirms a survey with: what it says, or what the rows
// of the survey give; where there are none, the target reached.
func (p *play) counts(ctx context.Context, line poverty.Line) (*poverty.SurveyCounts, error) {
	if line.Figures != nil {
		return &poverty.SurveyCounts{Households: int(line.Figures["households"]), Poor: int(line.Figures["poor"]), NearPoor: int(line.Figures["near_poor"])}, nil
	}
	if sheet, err := p.store.Survey(ctx, p.r.New.Cycle.ID, line.Unit); err != nil || sheet.Survey.ListedAt != nil {
		return nil, err
	}
	for _, t := range p.r.New.Targets {
		if t.Unit == line.Unit {
			return &poverty.SurveyCounts{Households: t.Households, Poor: t.Poor - t.ToLeave}, nil
		}
	}
	return nil, nil
}

// draft writes the plan that is about to be sent, as an officer of the commune
// would; the chair only signs.
func (p *play) draft(ctx context.Context, line poverty.Line) error {
	if officer, err := p.store.Holder(p.ctx, poverty.OfficeID(line.Unit+"/officer"), calendar.DateOf(line.At)); err == nil && officer != 0 {
		if a, ok := poverty.ActorFrom(ctx); ok && a.System == "" {
			ctx = poverty.WithActor(ctx, poverty.Actor{User: officer})
		}
	}
	if err := p.planRows(ctx, line.Unit); err != nil {
		return err
	}
	plan, err := p.store.Plan(ctx, p.r.New.Cycle.ID, line.Unit)
	if err != nil {
		return err
	}
	x := poverty.PlanDraftContent{Cycle: plan.Cycle, Unit: line.Unit, Version: plan.Version, ToLeave: 1, Focal: p.focal(line.Unit)}
	for _, t := range p.r.New.Targets {
		if t.Unit == line.Unit {
			x.ToLeave = max(t.ToLeave, 1)
		}
	}
	if n, ok := line.Figures["to_leave"]; ok {
		x.ToLeave = int(n)
	}
	text := "Kế hoạch của ví dụ."
	if line.Reason != "" {
		text = line.Reason
	}
	x.Texts = map[string]string{}
	for _, part := range poverty.PlanParts {
		x.Texts[part] = text
	}
	_, err = p.store.SavePlan(ctx, x)
	return err
}

// planRows puts into the draft what the files say of the round that is about to
// be sent, and answers the remarks on the one before.
func (p *play) planRows(ctx context.Context, unit poverty.UnitID) error {
	sheet, err := p.store.PlanSheet(p.ctx, p.r.New.Cycle.ID, unit)
	if err != nil {
		return err
	}
	x := poverty.PlanEdit{Cycle: p.r.New.Cycle.ID, Unit: unit}
	told := slices.ContainsFunc(p.r.Plans, func(l poverty.PlanLine) bool { return l.Unit == unit })
	if !told && sheet.Check.Register && len(sheet.Households) == 0 {
		if x.Put, err = p.usualRows(unit, sheet.Check.Target); err != nil {
			return err
		}
	}
	for _, l := range p.r.Plans {
		if l.Unit != unit || l.Round != sheet.Plan.Round {
			continue
		}
		i := slices.IndexFunc(sheet.Households, func(h poverty.PlanHousehold) bool { return h.Code == l.Household.Code })
		if l.Out {
			if i >= 0 {
				x.Remove = append(x.Remove, sheet.Households[i].Household)
			}
			continue
		}
		h := l.Household
		if i >= 0 && len(h.Measures) == 0 {
			h.Measures = sheet.Households[i].Measures
		}
		x.Put = append(x.Put, h)
	}
	for _, r := range sheet.Remarks {
		code := ""
		if i := slices.IndexFunc(sheet.Households, func(h poverty.PlanHousehold) bool { return h.Household == r.Household }); i >= 0 {
			code = sheet.Households[i].Code
		}
		for _, l := range p.r.Remarks {
			if l.Unit == unit && l.Remark.Round == r.Round && l.Remark.Code == code && l.Remark.Field == r.Field && l.Remark.Text == r.Text && l.Answer != "" {
				x.Answers = append(x.Answers, poverty.PlanAnswer{Remark: r.ID, Text: l.Answer})
			}
		}
	}
	if len(x.Put)+len(x.Remove)+len(x.Answers) == 0 {
		return nil
	}
	_, err = p.store.EditPlan(ctx, x)
	return err
}

// usualRows is what a commune puts into its plan of which the files tell
// nothing: as many of its poor households as the target says, each with one
// measure.
func (p *play) usualRows(unit poverty.UnitID, target int) ([]poverty.PlanHousehold, error) {
	c := p.r.New.Cycle
	found, err := p.store.Households(p.ctx, poverty.HouseholdFilter{Cycle: c.ID, Unit: unit, Class: poverty.ClassPoor, Group: poverty.PolicyEligible})
	if err == nil && len(found) < target {
		found, err = p.store.Households(p.ctx, poverty.HouseholdFilter{Cycle: c.ID, Unit: unit, Class: poverty.ClassPoor})
	}
	if err != nil {
		return nil, err
	}
	var rows []poverty.PlanHousehold
	for _, h := range found[:min(len(found), max(target, 1))] {
		row := poverty.PlanHousehold{Code: h.Code, Goal: poverty.GoalLeavePoor, Causes: h.Causes, CauseOther: h.CauseOther, Needs: h.Needs}
		if len(row.Needs) == 0 {
			row.Needs = []string{"other"}
		}
		row.Measures = []poverty.PlanMeasure{{Need: row.Needs[0], Kind: "other", What: "Biện pháp của ví dụ", Term: c.Rules.Last.Last(), HelperOther: "Nhóm giúp đỡ"}}
		rows = append(rows, row)
	}
	return rows, nil
}

// focal returns the office of a commune that is in charge of its plan: the vice
// chair, or else the chair.
func (p *play) focal(unit poverty.UnitID) poverty.OfficeID {
	var focal poverty.OfficeID
	for _, o := range p.r.New.Offices {
		if o.Unit == unit && (o.Role == poverty.RoleDeputy || o.Role == poverty.RoleHead && focal == "") {
			focal = o.ID
		}
	}
	return focal
}

// answer hears how a process took a scripted decision.
type answer struct {
	p    *play
	line poverty.Line
	but  poverty.Ref
}

// Accept is called when the process takes the decision on.
func (a *answer) Accept() {}

// Reject is called when its validator refused.
func (a *answer) Reject(err error) { a.p.refused = append(a.p.refused, Refused{a.line, err}) }

// Complete is called when it was enacted or failed.
func (a *answer) Complete(success any, err error) {
	if err != nil {
		a.p.refused = append(a.p.refused, Refused{a.line, err})
		return
	}
	if out, ok := success.(poverty.Outcome); ok {
		a.p.wake(out.Wake, a.but)
	}
}
