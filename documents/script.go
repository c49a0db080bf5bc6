package documents

import (
	"maps"
	"slices"
	"strings"

	"dondoc/calendar"
	"dondoc/poverty"
)

// The acts of a script beside those on duties and plans.
const (
	actAccept  = "accept-assignment"
	actDecline = "decline-assignment"
	actAdd     = "add"
	actVacate  = "vacate"
	actOccupy  = "occupy"
	actClose   = "close"
	actDeliver = "deliver"
	actCarry   = "carry-fund"

	actPost        = "post"
	actExtendPost  = "extend-posting"
	actTakeDown    = "take-down"
	actObject      = "object"
	actUphold      = "uphold"
	actReject      = "reject"
	actWithdraw    = "withdraw-objection"
	actSettle      = "settle"
	actCloseSurvey = "close-survey"
	actCaseAsk     = "case-ask"
	actCaseAccept  = "case-accept"
	actCaseRefuse  = "case-refuse"
)

var (
	dutyActs = []string{
		string(poverty.ActSubmit), string(poverty.ActDone), string(poverty.ActAccept), string(poverty.ActReturn),
		string(poverty.ActAcknowledge), string(poverty.ActDirect), string(poverty.ActExtend), string(poverty.ActExcuse),
		string(poverty.ActEscalate), string(poverty.ActDate), string(poverty.ActNote),
	}
	planVerbs = []string{
		string(poverty.PlanSend), string(poverty.PlanAppraise), string(poverty.PlanApprove), string(poverty.PlanReturn),
		string(poverty.PlanWithdraw), string(poverty.PlanAmend), string(poverty.PlanDrop),
	}
	surveyActs = []string{
		string(poverty.SurveyList), string(poverty.SurveyReview), string(poverty.SurveyMeet), string(poverty.SurveyAsk),
		string(poverty.SurveyOpine), string(poverty.SurveyRecognise),
	}
	caseActs  = []string{actCaseAsk, actCaseAccept, actCaseRefuse}
	cycleActs = []string{actAccept, actDecline, actAdd, actVacate, actOccupy, actClose, actCloseSurvey, actDeliver, actCarry}

	postingActs = []string{actPost, actExtendPost, actTakeDown, actObject, actUphold, actReject, actWithdraw, actSettle}

	scriptActs = slices.Compact(slices.Sorted(slices.Values(slices.Concat(dutyActs, planVerbs, cycleActs, surveyActs, caseActs, postingActs))))
)

// addedDuty is a duty that the script makes by hand.
type addedDuty struct {
	code    string
	unit    poverty.UnitID
	subject string
}

func (c *checker) checkScript() {
	added := map[addedDuty]poverty.Line{}
	for _, l := range c.r.Script {
		s := lineChecker{c, l, c.p.file("script"), added}
		switch {
		case l.Meeting != nil:
			s.checkMeeting()
			continue
		case l.Obstacle != nil:
			s.checkObstacle()
			continue
		case l.Helpers != nil || l.Mentor != nil:
			s.checkHelp()
			continue
		case l.Watch != nil || l.Shortcoming != nil || l.Review != nil:
			s.checkReview()
			continue
		}
		s.check()
		if l.Act == actAdd {
			added[addedDuty{l.Duty, l.Unit, l.Subject}] = l
		}
	}
}

type lineChecker struct {
	*checker
	l     poverty.Line
	file  string
	added map[addedDuty]poverty.Line
}

func (s lineChecker) wrong(column, key string, args ...any) {
	if !s.spoilt(s.file, s.l.Row, column) {
		s.bad[cell{s.file, s.l.Row, column}] = true
		s.problem(s.file, s.l.Row, column, key, args...)
	}
}

func (s lineChecker) needs(column string, empty bool) {
	if empty {
		s.wrong(column, "cyclefile.act_needs", "act", s.l.Act)
	}
}

func (s lineChecker) check() {
	l := s.l
	day := calendar.DateOf(l.At)
	if l.Act != "" && !slices.Contains(scriptActs, l.Act) {
		s.wrong("act", "cyclefile.unknown_act", "act", l.Act, "known", strings.Join(scriptActs, ", "))
		return
	}
	if !l.At.IsZero() && !s.r.New.Cycle.IssuedAt.IsZero() && l.At.Before(s.r.New.Cycle.IssuedAt) {
		s.wrong("at", "cyclefile.before_issue", "issued", s.r.New.Cycle.IssuedAt)
	}
	if last := s.r.New.Cycle.Rules.Last; !last.IsZero() && !l.At.IsZero() && day.After(last.Add(6).Last()) {
		s.warn(s.file, l.Row, "at", "cyclefile.outside_year", "day", day, "year", s.r.New.Cycle.Year)
	}
	officeUnknown := s.unknownOffice(s.file, l.Row, "office", l.Office)
	switch l.Act {
	case actVacate:
		s.needHolding(func(h poverty.Holding) bool { return !h.ValidTo.IsZero() && h.ValidTo.AddDays(1) == day }, officeUnknown)
		return
	case actOccupy:
		s.needHolding(func(h poverty.Holding) bool { return h.ValidFrom == day }, officeUnknown)
		return
	}
	if !officeUnknown && !l.At.IsZero() && s.p.known("people") && s.p.known("offices") && !s.held(l.Office, day) {
		s.wrong("office", "cyclefile.office_vacant", "office", string(l.Office), "day", day)
	}
	if !l.Effective.IsZero() && !l.At.IsZero() {
		if l.Effective.After(l.At) {
			s.wrong("effective", "cyclefile.effective_late")
		} else if l.Effective.Before(l.At) && l.Basis == "" {
			s.wrong("basis", "cyclefile.effective_basis")
		}
	}
	if !l.By.IsZero() && !l.At.IsZero() && l.By.Before(day) {
		s.wrong("by", "cyclefile.by_past", "by", l.By)
	}
	if l.Due != "" {
		if due, err := calendar.ParseDue(l.Due); err == nil && (due.Months() > 0 || due.Event() != "") {
			s.wrong("due", "cyclefile.due_once")
		}
	}
	switch l.Act {
	case actClose, actCloseSurvey:
		return
	case actCarry:
		s.needs("subject", l.Subject == "")
		if l.Subject != "" && s.p.known("funds") && !slices.ContainsFunc(s.r.New.Funds, func(f poverty.FundMove) bool { return f.Code == l.Subject }) {
			s.wrong("subject", "cyclefile.unknown_fund", "fund", l.Subject)
		}
		return
	}
	unitUnknown := s.unknownUnit(s.file, l.Row, "unit", l.Unit)
	if l.Act == actDeliver {
		s.deliver()
		return
	}
	s.needs("unit", l.Unit == "")
	if slices.Contains(postingActs, l.Act) {
		s.posting(unitUnknown)
		return
	}
	s.needs("duty", l.Duty == "")
	if l.Act == actAdd {
		s.add(unitUnknown)
		return
	}
	if slices.Contains(surveyActs, l.Act) || slices.Contains(caseActs, l.Act) {
		s.survey(unitUnknown)
		return
	}
	if l.Duty == "" || unitUnknown || !s.p.rulesKnown() {
		return
	}
	kind, ladder, ok := s.duty()
	if !ok {
		return
	}
	s.act(kind)
	if l.Rung != "" {
		rung, err := calendar.ParseRung(l.Rung)
		if _, there := s.r.New.Cycle.Rules.Ladders[ladder].Step(rung); err == nil && !there {
			s.wrong("rung", "cyclefile.rung_not_there", "rung", l.Rung, "ladder", ladder)
		}
	}
	s.figures(kind)
}

// needHolding checks that people.csv tells the same as vacate and occupy.
func (s lineChecker) needHolding(fits func(poverty.Holding) bool, officeUnknown bool) {
	if officeUnknown || !s.p.known("people") || s.l.At.IsZero() {
		return
	}
	for i, h := range s.r.New.Holdings {
		if h.Office == s.l.Office && (fits(h) || s.spoilt(s.p.file("people"), rowOf(s.p.holdings, i), "from", "to")) {
			return
		}
	}
	key := "cyclefile.vacate_differs"
	if s.l.Act == actOccupy {
		key = "cyclefile.occupy_differs"
	}
	s.wrong("office", key, "office", string(s.l.Office), "day", calendar.DateOf(s.l.At))
}

func (s lineChecker) add(unitUnknown bool) {
	l := s.l
	s.needs("title", l.Title == "")
	s.needs("kind", l.Kind == "")
	s.needs("due", l.Due == "")
	s.needs("ladder", l.Ladder == "")
	if l.Duty != "" && !codeShape.MatchString(l.Duty) {
		s.wrong("duty", "cyclefile.bad_code", "value", l.Duty)
	}
	if l.Kind != "" && l.Kind.ProcessOf() != poverty.ProcessAssignment {
		s.wrong("kind", "cyclefile.bad_value", "value", string(l.Kind), "allowed", "task, meeting, start")
	}
	if _, ok := s.r.New.Cycle.Rules.Ladders[l.Ladder]; !ok && l.Ladder != "" && s.p.rulesKnown() {
		s.wrong("ladder", "cyclefile.unknown_ladder", "ladder", l.Ladder)
	}
	if _, ok := s.duties[l.Duty]; ok {
		s.wrong("duty", "cyclefile.code_taken", "duty", l.Duty)
	}
	if old, twice := s.added[addedDuty{l.Duty, l.Unit, l.Subject}]; twice {
		s.wrong("duty", "cyclefile.duplicate", "value", l.Duty, "row", old.Row)
	}
	if _, ok := s.r.New.Cycle.Rules.Units[l.Unit]; !unitUnknown && !ok && s.p.known("units") {
		s.wrong("unit", "cyclefile.no_part", "unit", string(l.Unit))
	}
}

// posting checks an act on a posted list or on an objection to it.
func (s lineChecker) posting(unitUnknown bool) {
	l := s.l
	if s.needs("subject", l.Subject == ""); l.Subject != "" {
		if _, _, ok := poverty.Posts(l.Subject); !ok {
			s.wrong("subject", "cyclefile.bad_value", "value", l.Subject, "allowed", "survey-preliminary, survey-official, plan.1, plan.2 …")
		}
	}
	if !unitUnknown && s.p.known("units") && s.r.New.Cycle.Rules.Units[l.Unit].Role != roleCommune {
		s.wrong("unit", "cyclefile.not_a_commune", "unit", string(l.Unit))
	}
	switch l.Act {
	case actExtendPost:
		s.needs("by", l.By.IsZero())
		s.needs("reason", l.Reason == "")
	case actObject:
		s.needs("title", l.Title == "")
		s.needs("reason", l.Reason == "")
	case actTakeDown, actUphold, actReject, actSettle:
		s.needs("reason", l.Reason == "")
	}
	if o, ok := s.offices[l.Office]; ok && o.Unit != l.Unit && l.Basis == "" {
		s.wrong("basis", "cyclefile.on_behalf_basis", "office", string(l.Office), "unit", string(l.Unit))
	}
	if l.Household != "" && s.p.known("households") && len(s.r.New.Households) > 0 &&
		!slices.ContainsFunc(s.r.New.Households, func(h poverty.Household) bool { return h.Unit == l.Unit && h.Code == l.Household }) {
		s.wrong("household", "cyclefile.unknown_household", "household", l.Household, "unit", string(l.Unit))
	}
}

// duty finds the duty that a line speaks of; false when there is none.
func (s lineChecker) duty() (kind poverty.DutyKind, ladder string, ok bool) {
	l := s.l
	t, ok := s.duties[l.Duty]
	if !ok {
		a, ok := s.added[addedDuty{l.Duty, l.Unit, l.Subject}]
		if !ok {
			s.wrong("duty", "cyclefile.unknown_duty_then", "duty", l.Duty, "unit", string(l.Unit))
			return "", "", false
		}
		if l.Period != "" {
			s.wrong("period", "cyclefile.no_periods", "duty", l.Duty)
		}
		return a.Kind, a.Ladder, true
	}
	if !s.owes(l.Unit, l.Duty) {
		s.wrong("unit", "cyclefile.owes_nothing", "unit", string(l.Unit), "duty", l.Duty)
		return "", "", false
	}
	all := s.periods(t)
	if len(all) == 0 && t.Due.Months() > 0 {
		return t.Kind, t.Ladder, true
	}
	if t.Kind == poverty.DutyConsolidation {
		all = s.reportPeriods()
	}
	switch {
	case len(all) == 0 && l.Period != "":
		s.wrong("period", "cyclefile.no_periods", "duty", l.Duty)
	case len(all) > 0 && l.Period == "":
		s.wrong("period", "cyclefile.period_needed", "duty", l.Duty)
	case l.Period != "" && !slices.Contains(all, l.Period):
		s.wrong("period", "cyclefile.unknown_period", "period", l.Period, "duty", l.Duty, "known", strings.Join(all, ", "))
	}
	return t.Kind, t.Ladder, true
}

// reportPeriods returns the periods of all regular reports: each is
// consolidated.
func (c *checker) reportPeriods() []string {
	var all []string
	for _, t := range c.r.New.Cycle.Rules.Duties {
		if t.Kind == poverty.DutyReport {
			all = append(all, c.periods(t)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (s lineChecker) act(kind poverty.DutyKind) {
	l := s.l
	onPlan := kind == poverty.DutyPlan
	verb := slices.Contains(planVerbs, l.Act)
	switch {
	case verb && l.Act != string(poverty.ActReturn) && !onPlan,
		onPlan && !verb && slices.Contains([]string{string(poverty.ActSubmit), string(poverty.ActDone), string(poverty.ActAccept)}, l.Act),
		slices.Contains([]poverty.DutyKind{poverty.DutyAppraisal, poverty.DutyApproval, poverty.DutyPosting, poverty.DutyObjection}, kind) && slices.Contains([]string{string(poverty.ActSubmit), string(poverty.ActDone)}, l.Act),
		(l.Act == actAccept || l.Act == actDecline) && kind != poverty.DutyAcceptance,
		(l.Act == string(poverty.ActAccept) || l.Act == string(poverty.ActReturn) && !onPlan) && kind.Accepts() == "":
		s.wrong("act", "cyclefile.act_not_for", "act", l.Act, "duty", l.Duty)
		return
	}
	switch l.Act {
	case actDecline, string(poverty.ActReturn), string(poverty.ActDirect), string(poverty.ActNote),
		string(poverty.PlanWithdraw), string(poverty.PlanAmend), string(poverty.PlanDrop):
		s.needs("reason", l.Reason == "")
	case string(poverty.ActExcuse):
		s.needs("basis", l.Basis == "")
	case string(poverty.ActEscalate):
		s.needs("rung", l.Rung == "")
	}
	switch l.Act {
	case string(poverty.ActAcknowledge), string(poverty.ActDirect):
		s.needs("by", l.By.IsZero())
	case string(poverty.ActExtend), string(poverty.ActDate):
		s.needs("due", l.Due == "" && l.By.IsZero())
		if l.Act == string(poverty.ActExtend) {
			s.needs("reason", l.Reason == "")
		}
	}
	switch l.Act {
	case string(poverty.ActSubmit), string(poverty.ActDone), string(poverty.PlanSend), string(poverty.ActAcknowledge):
		if o, ok := s.offices[l.Office]; ok && o.Unit != l.Unit && l.Basis == "" {
			s.wrong("basis", "cyclefile.on_behalf_basis", "office", string(l.Office), "unit", string(l.Unit))
		}
	}
}

// survey checks a line on the survey of a commune or on one of its cases.
func (s lineChecker) survey(unitUnknown bool) {
	l := s.l
	if t, ok := s.duties[l.Duty]; slices.Contains(surveyActs, l.Act) && l.Duty != "" && s.p.rulesKnown() && (!ok || t.Kind != poverty.DutySurvey) {
		s.wrong("duty", "cyclefile.act_not_for", "act", l.Act, "duty", l.Duty)
	}
	if part := s.r.New.Cycle.Rules.Units[l.Unit]; !unitUnknown && l.Unit != "" && part.Role != roleCommune {
		s.wrong("unit", "cyclefile.wrong_role", "unit", string(l.Unit), "role", roleCommune)
	}
	known := []string{}
	switch l.Act {
	case string(poverty.SurveyMeet):
		s.needs("figures", l.Figures["present"] == 0)
		known = []string{"present", "agreed"}
	case string(poverty.SurveyRecognise), actCaseAccept:
		s.needs("basis", l.Basis == "")
	case actCaseRefuse:
		s.needs("reason", l.Reason == "")
	}
	if slices.Contains(caseActs, l.Act) && !slices.ContainsFunc(s.r.Survey, func(f poverty.Found) bool {
		return f.Stage == stageCase && f.Household.Unit == l.Unit && f.Household.Code == l.Subject
	}) {
		s.wrong("subject", "cyclefile.unknown_case", "code", l.Subject)
	}
	for _, name := range slices.Sorted(maps.Keys(l.Figures)) {
		if !slices.Contains(known, name) {
			s.wrong("figures", "cyclefile.unknown_figure", "figure", name, "known", strings.Join(known, ", "))
		}
	}
}

var (
	surveyFigures = []string{"households", "poor", "near_poor"}
	planFigures   = []string{"to_leave"}
)

func (s lineChecker) figures(kind poverty.DutyKind) {
	var known []string
	switch kind {
	case poverty.DutyReport, poverty.DutyConsolidation:
		for _, x := range s.r.New.Cycle.Rules.FirstReportFields() {
			if x.Kind.Counted() {
				known = append(known, x.Code)
			}
		}
	case poverty.DutySurvey:
		known = surveyFigures
	case poverty.DutyPlan:
		known = planFigures
	}
	f := s.l.Figures
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !slices.Contains(known, name) {
			s.problem(s.file, s.l.Row, "figures", "cyclefile.unknown_figure", "figure", name, "known", strings.Join(known, ", "))
		}
	}
	if kind == poverty.DutySurvey && f["poor"]+f["near_poor"] > f["households"] {
		s.wrong("figures", "cyclefile.more_than_households", "poor", f["poor"]+f["near_poor"], "households", f["households"])
	}
}
