package web

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/jba/templatecheck"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

func TestTemplates_use_fields_that_exist(t *testing.T) {
	for _, s := range samples {
		for _, lang := range locale.Languages {
			if err := templatecheck.CheckHTML(templates()[lang].Lookup(s.name), s.data); err != nil {
				t.Errorf("%s: %v", s.name, err)
			}
		}
	}
}

func TestTemplates_are_all_shown_by_a_page(t *testing.T) {
	shown := []string{"frame.html", "parts.html"}
	for _, s := range samples {
		shown = append(shown, s.name)
	}
	each(t, func(name, _ string) {
		if !slices.Contains(shown, strings.TrimPrefix(name, "templates/")) {
			t.Errorf("no page shows %s", name)
		}
	})
}

// All pages of a language are one set, in which a name that two files define
// would be the later one's without a word.
func TestTemplates_define_each_name_once(t *testing.T) {
	defined := map[string]string{}
	each(t, func(name, text string) {
		for _, m := range defines.FindAllStringSubmatch(text, -1) {
			if at, twice := defined[m[1]]; twice {
				t.Errorf("%s is defined in %s and in %s", m[1], at, name)
			}
			defined[m[1]] = name
		}
	})
	if defined["top"] != "templates/frame.html" {
		t.Errorf("the frame's top is not among the %d names", len(defined))
	}
}

// each reads every template.
func each(t *testing.T, do func(name, text string)) {
	t.Helper()
	err := fs.WalkDir(templateFiles, "templates", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := templateFiles.ReadFile(name)
		do(name, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	defines   = regexp.MustCompile(`\{\{-?\s*define "([^"]+)"`)
	action    = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	inTag     = regexp.MustCompile(`(?s)<[^>]*>`)
	said      = regexp.MustCompile(`\s(?:title|placeholder|alt|aria-label|content|label)="([^"]*)"`)
	quoted    = regexp.MustCompile(`"[^"]*"`)
	notSpoken = regexp.MustCompile(`content="(?:width=device-width, initial-scale=1|light)"`)
)

func TestTemplates_hold_no_words_outside_the_catalogue(t *testing.T) {
	letters := func(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }
	each(t, func(name, text string) {
		plain := notSpoken.ReplaceAllString(action.ReplaceAllString(text, ""), "")
		for _, m := range said.FindAllStringSubmatch(plain, -1) {
			if letters(m[1]) {
				t.Errorf("%s: %q in an attribute", name, m[1])
			}
		}
		for line := range strings.Lines(inTag.ReplaceAllString(plain, "")) {
			if letters(line) {
				t.Errorf("%s: %q", name, strings.TrimSpace(line))
			}
		}
	})
}

func TestPages_hold_no_Vietnamese_in_Go(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(src)) {
			code, _, _ := strings.Cut(line, "//")
			for _, s := range quoted.FindAllString(code, -1) {
				if strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }) {
					t.Errorf("%s: %s", name, s)
				}
			}
		}
	}
}

func TestCatalogue_has_every_key_that_the_pages_use(t *testing.T) {
	used, err := locale.UsedKeys(os.DirFS("."), "*.html", "*.go")
	if err != nil {
		t.Fatal(err)
	}
	locale.CheckKeys(t, used)
}

// Keys of tiles, navigation and fields of errors are named alone.
func TestCatalogue_has_every_key_that_stands_alone(t *testing.T) {
	alone := regexp.MustCompile(`"((?:nav|board\.tile|web\.error|web\.down)\.[a-z_.]+)"`)
	told := regexp.MustCompile(`(?:Errorf\([\w.]+, |InvalidField\([^,]+, |load\(v, [^,]+, |number\([^,]+, )"([a-z_]+(?:\.[a-z_0-9]+)+)"`)
	for dir, pattern := range map[string]*regexp.Regexp{".": alone, "../poverty": told, "../postgres": told} {
		files, err := fs.Glob(os.DirFS(dir), "*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			src, err := os.ReadFile(path.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for _, m := range pattern.FindAllStringSubmatch(string(src), -1) {
				keys = append(keys, m[1])
			}
			locale.CheckKeys(t, keys)
		}
	}
}

var label1 = regexp.MustCompile(`labels? "([a-z_.]+)"`)

func TestCatalogue_words_every_value(t *testing.T) {
	families := map[string][]string{
		"calendar.kind":         texts(dayKinds),
		"component.is":          texts(poverty.ComponentStates),
		"cycle.is":              texts([]poverty.CycleState{poverty.CycleDraft, poverty.CycleRunning, poverty.CycleClosed}),
		"cycle.review":          {"interim", "year_end"},
		"cycle.stage":           {"start", "preliminary", "official"},
		"decision.act":          texts(acts),
		"decision.button":       texts(acts),
		"decision.hint":         texts(acts),
		"audit.flaw":            {"late", "unposted", "unsent", "twice", "forgotten"},
		"decision.reason":       texts(slices.DeleteFunc(slices.Clone(acts), func(a poverty.Act) bool { return a == poverty.ActAccept || a == poverty.ActUndo })),
		"decision.by":           {"acknowledge", "direct"},
		"decision.confirm":      {"excuse", "escalate", "done", "submit"},
		"duty.forbidden":        texts(acts),
		"duty.is":               append(texts(dutyStates), "done_on_time", "done_late", "submitted_late", "undated", "extended"),
		"duty.kind":             texts(dutyKinds),
		"duty.period":           {"year", "q1", "q2", "q3", "q4", "h1", "h2"},
		"duty.rung":             {"remind_0", "remind", "overdue"},
		"duty.rung_is":          {"planned", "fired", "passed", "held", "off"},
		"duty.stated":           {"monthly", "quarterly", "half_yearly", "yearly", "monthly_following", "quarterly_following", "half_yearly_following", "yearly_following"},
		"duty.state":            texts(dutyStates),
		"duty.to":               {"unit", "head", "standing", "vice_chair", "chair", "above"},
		"duty.trouble":          texts(troubles),
		"duty.verdict":          texts([]poverty.Verdict{poverty.OnTime, poverty.Late}),
		"escalation.asked":      texts([]poverty.Act{poverty.ActSubmit, poverty.ActDone, poverty.ActAccept, poverty.ActAcknowledge, poverty.ActDirect}),
		"escalation.asked_plan": texts(poverty.PlanVerbs),
		"escalation.demand":     texts([]poverty.Demand{poverty.DemandAcknowledgement, poverty.DemandDecision}),
		"fund.entry":            texts([]poverty.FundEntryKind{poverty.FundRaised, poverty.FundSpent, poverty.FundCarriedIn, poverty.FundCarriedOut, poverty.FundCorrection}),
		"help.mark":             texts(cells),
		"history.by":            texts(events),
		"history.event":         texts(events),
		"household.cause":       poverty.Causes,
		"household.class":       texts(householdClasses),
		"household.column":      slices.Concat(sheetTexts, sheetFlags, sheetPersons, sheetWealth, []string{"head_born", "declared", "policy_group"}),
		"household.group":       texts(householdGroups),
		"household.group_short": texts(householdGroups),
		"household.indicator":   standards(func(i poverty.Indicator) string { return i.Code }),
		"web.ended":             {"kept", "lost"},
		"settlement.cause":      poverty.StrikeCauses,
		"settlement.kind":       texts(settlementKinds),
		"settlement.with":       {string(poverty.SettlementApart), string(poverty.SettlementMerged)},
		"register.like":         {"id_number", "health_card", "name_born"},
		"register.service":      standards(func(i poverty.Indicator) string { return i.Service }),
		"meeting.answer":        texts([]poverty.InvitationAnswer{poverty.AnswerComes, poverty.AnswerDelegate, poverty.AnswerDeclines}),
		"meeting.came":          texts([]poverty.Attendance{poverty.AttendanceCame, poverty.AttendanceDelegate, poverty.AttendanceAbsent}),
		"meeting.cannot_move":   texts(meetingVerbs),
		"meeting.choice":        texts(poverty.MeetingKinds),
		"meeting.choice_hint":   texts(poverty.MeetingKinds),
		"meeting.event":         texts([]poverty.Event{poverty.EventOpened, poverty.EventNoted, poverty.EventDone, poverty.EventClosed}),
		"meeting.forbidden":     texts(meetingVerbs),
		"meeting.kind":          texts(poverty.MeetingKinds),
		"meeting.state":         texts([]poverty.MeetingState{poverty.MeetingPlanned, poverty.MeetingHeld, poverty.MeetingCancelled}),
		"meeting.title_of":      texts(poverty.MeetingKinds),
		"obstacle.act":          texts(obstacleVerbs),
		"obstacle.button":       append(texts(obstacleVerbs), "raise"),
		"obstacle.event":        texts([]poverty.Event{poverty.EventOpened, poverty.EventNoted, poverty.EventDone, poverty.EventClosed}),
		"obstacle.forbidden":    append(texts(obstacleVerbs), "raise"),
		"obstacle.hint":         texts(obstacleVerbs),
		"obstacle.kind":         texts(poverty.ObstacleKinds),
		"obstacle.state":        texts(poverty.ObstacleStates),
		"obstacle.text_needed":  append(texts(obstacleVerbs), "raise"),
		"obstacle.title":        texts(poverty.ObstacleKinds),
		"obstacle.to":           {"standing", "owner"},
		"obstacle.words":        texts(obstacleVerbs),
		"mail.meeting":          {"invited", "moved", "cancelled", "uninvited"},
		"mail.obstacle":         {"forwarded", "answered", "decided"},
		"register.stage":        texts([]poverty.FileStage{poverty.FileWaiting, poverty.FileReading, poverty.FileComparing, poverty.FileStoring}),
		"indicator.kind":        texts(poverty.IndicatorKinds),
		"indicator.value":       texts(slices.DeleteFunc(slices.Clone(poverty.IndicatorKinds), func(k poverty.IndicatorKind) bool { return k == poverty.IndicatorText })),
		"share.over":            {"poor", "near_poor"},
		"share.sum":             {"hamlets", "bodies"},
		"share.under":           {"poor", "near_poor"},
		"target.column":         append(texts(poverty.TargetCounts), "order", "unit", "note"),
		"target.fall":           {"gross", "new", "net", "end"},
		"matrix.cell":           append(texts(cells), "none"),
		"matrix.letter":         append(texts(cells), "none"),
		"notice.what":           {"list_sent", "list_approved", "approved", "returned", "withdrawn", "accepted", "extended", "excused", "directed", "invited", "moved", "cancelled", "uninvited", "forwarded", "answered", "decided", "revised", "assignment_sent", "assignment_returned", "group_gained", "group_lost", "group_changed", "group_declined"},
		"me.speaks":             locale.Languages,
		"notice.is":             texts(noticeStates),
		"notice.kind":           texts([]poverty.NoticeKind{poverty.NoticeReminder, poverty.NoticeOverdue, poverty.NoticeEscalation, poverty.NoticeSummary, poverty.NoticeVacancy, poverty.NoticeDecision, poverty.NoticeList, poverty.NoticeMeeting, poverty.NoticeObstacle, poverty.NoticeAssignment, poverty.NoticeDocument, poverty.NoticeHandover}),
		"objection.about":       texts(objectionAbouts),
		"objection.act":         texts(objectionVerbs),
		"objection.hint":        texts(objectionVerbs),
		"objection.is":          texts(objectionStates),
		"objection.reason":      texts(objectionVerbs),
		"objection.way":         poverty.ObjectionWays,
		"case.cause":            poverty.CaseCauses,
		"case.state":            {"open", "accepted", "refused"},
		"survey.flow":           {"start", "across", "passed", "other_less", "from_other", "fallen_back", "new", "other_more", "sum", "end"},
		"survey.hint":           {"list", "review", "meet", "ask", "opinion", "recognise", "confirm", "done"},
		"survey.movement":       append(texts(poverty.Movements), "outside"),
		"survey.opinion":        {"agrees", "remarks"},
		"survey.reason":         {"died", "merged", "moved_away", "moved_in", "split"},
		"survey.shows":          {"faults", "moved", "open"},
		"survey.why":            {"asked", "case", "leaves", "near_poor", "poor", "watch"},
		"survey.step":           {"list", "review", "meet", "post", "ask", "opinion", "recognise", "confirm", "done"},
		"posting.act":           {"extend", "take_down"},
		"posting.button":        {"post", "extend", "take_down"},
		"posting.change":        {"post", "extend", "take_down"},
		"posting.hint":          {"extend", "take_down"},
		"posting.is":            {"up", "over", "down"},
		"posting.left":          {"not_posted", "not_ended", "open", "reopened"},
		"posting.reason":        {"extend", "take_down"},
		"document.kind":         texts(poverty.DocumentKinds),
		"document.is":           texts(poverty.DocumentStates),
		"document.urgency":      poverty.Urgencies[1:],
		"document.about":        texts(poverty.DocumentKinds),
		"document.draft_of":     texts(poverty.DocumentKinds),
		"posting.status":        {"poor", "near_poor", "not_poor", "leave_poor", "leave_near_poor", "help"},
		"posting.subject":       {"start", "preliminary", "official", "plan"},
		"assignment.act":        texts(poverty.AssignmentVerbs),
		"assignment.act_hint":   texts(poverty.AssignmentVerbs),
		"assignment.finding":    texts(poverty.FindingKinds),
		"assignment.state":      texts(poverty.AssignmentStates),
		"group.said":            {"accepted", "deemed", "declined", "waiting"},
		"pilot.is":              {"running", "reported", "widened", "ended"},
		"registration.is":       {"offered", "confirmed", "declined", "withdrawn"},
		"gap.kind":              texts(poverty.GapKinds),
		"gap.line":              texts(poverty.GapKinds),
		"gap.what":              texts(poverty.GapKinds),
		"helper.kind":           texts(poverty.HelperKinds),
		"plan.act":              texts(poverty.PlanVerbs),
		"plan.button":           append(texts(poverty.PlanVerbs), "save"),
		"plan.cannot_move":      texts(poverty.PlanVerbs),
		"plan.confirm":          {"send", "approve"},
		"plan.forbidden":        texts(poverty.PlanVerbs),
		"plan.hint":             texts(poverty.PlanVerbs),
		"plan.is":               append(texts(planStates), "returned"),
		"plan.did":              texts(poverty.PlanVerbs),
		"plan.field":            slices.Concat(poverty.PlanFields, poverty.PlanParts, []string{"head", "hamlet", "members", "class", "policy_group", "to_leave", "leave_near", "focal", "shortfall"}),
		"plan.goal":             texts(poverty.PlanGoals),
		"plan.outcome":          {"open", "returned", "withdrawn", "approved"},
		"plan.part":             poverty.PlanParts,
		"plan.part_hint":        poverty.PlanParts,
		"plan.reason":           texts(poverty.PlanVerbs),
		"plan.step":             texts(planStates),
		"consolidation.by":      texts(poverty.RollupScopes),
		"consolidation.is":      {"draft", "sent", "returned", "accepted"},
		"consolidation.period":  texts([]poverty.PeriodState{poverty.PeriodPlanned, poverty.PeriodOpen, poverty.PeriodClosed, poverty.PeriodConsolidated}),
		"consolidation.role":    {"commune", "lead", "member", "standing", "owner"},
		"consolidation.scope":   append(texts(poverty.RollupScopes), "all"),
		"consolidation.state":   {"draft", "sent", "returned", "accepted"},
		"consolidation.what":    {"expected", "received", "on_time", "returned", "extended", "excused", "partial", "raised", "waiting", "households", "handovers", "value", "quantity", "started"},
		"consolidation.without": texts(poverty.RollupScopes),
		"rate.definition":       ratesData{}.Measures(),
		"rate.measure":          ratesData{}.Measures(),
		"rate.of":               texts(poverty.RateScopes[1:]),
		"rate.scope":            texts(poverty.RateScopes[1:]),
		"report.turn":           {"submitted.in_time", "submitted.late", "again.in_time", "again.late", "returned", "extended.in_time", "extended.late", "dated", "excused", "accepted"},
		"report.why":            {"on_time", "late", "excused", "returned"},
		"report_form.kind":      texts(poverty.FieldKinds),
		"report_form.source":    texts(poverty.Sources[1:]),
		"report_form.who":       reportFormData{}.Whos(),
		"unit.line": texts([]poverty.UnitLine{
			poverty.LineGovernment, poverty.LinePolice, poverty.LineMilitary, poverty.LineJustice, poverty.LineBank, poverty.LineFront, poverty.LineParty, poverty.LineOther,
		}),
		"unit.role": texts([]poverty.OfficeRole{poverty.RoleHead, poverty.RoleDeputy, poverty.RoleOfficer}),
		"web.done": append(texts(acts), "add", "office", "report_save", "plan_save", "plan_send", "plan_appraise", "plan_approve", "plan_return",
			"plan_withdraw", "plan_amend", "plan_drop", "plan_households_add", "plan_households_fill", "plan_households_remove", "plan_household_saved",
			"assignment_accepted", "assignment_declined", "cycle_start", "cycle_amend", "cycle_close", "days_off",
			"posting_post", "posting_extend", "posting_take_down", "objection_record", "objection_uphold", "objection_reject", "objection_withdraw", "objection_settle",
			"household_saved", "hamlets_saved", "import_dropped", "need_added",
			"target_saved", "targets_imported", "targets_same", "shares_saved", "member_saved", "member_removed", "indicator_saved", "indicator_removed",
			"meeting_plan", "meeting_move", "meeting_log", "meeting_cancel", "meeting_answer", "meeting_hold", "meeting_save", "meeting_conclude",
			"obstacle_raise", "obstacle_forward", "obstacle_answer", "obstacle_decide", "obstacle_close",
			"helpers_added", "helpers_same", "helper_ended", "mentor_saved", "visit_logged", "visit_corrected", "pilot_saved", "pilot_reported", "pilot_decided",
			"registration_added", "registration_confirm", "registration_decline", "registration_withdraw", "extend_many", "survey_revoke",
			"watch_add", "watch_visit", "watch_event", "watch_alert", "watch_check", "watch_help", "watch_result", "watch_end",
			"review_input", "review_facts", "review_indicator", "shortcoming_find", "shortcoming_give", "shortcoming_mend", "shortcoming_drop", "year_saved",
			"call", "contribution", "report_form", "consolidation_save",
			"consolidation_recount", "consolidation_send", "consolidation_accept", "consolidation_return", "consolidation_revise",
			"component_saved", "delivered", "delivery_corrected", "delivery_confirmed", "attached", "attachment_struck",
			"inbox_read", "inbox_gone", "account_saved", "me_settings", "me_feed_open", "me_feed_close", "me_password", "office_give", "office_substitute", "office_vacate", "office_end",
			"fund_opened", "fund_raise", "fund_correct", "fund_carry"),
		"cycle.close.as":    poverty.CloseAs,
		"review.figures":    {"preliminary", "official"},
		"review.is":         {"planned", "concluded"},
		"review.stage":      {"preliminary", "official"},
		"review.tab":        {"interim", "year_end", "shortcomings", "years"},
		"shortcoming.class": poverty.ShortcomingClasses,
		"shortcoming.is":    texts([]poverty.ShortcomingState{poverty.ShortcomingOpen, poverty.ShortcomingMended, poverty.ShortcomingDropped, poverty.ShortcomingCarried}),
		"watch.act":         texts(poverty.WatchVerbs),
		"watch.alert":       texts([]poverty.AlertState{poverty.AlertRaised, poverty.AlertChecked, poverty.AlertHelped, poverty.AlertClosed}),
		"watch.button":      texts(poverty.WatchVerbs),
		"watch.event":       poverty.WatchEvents,
		"watch.hint":        texts(poverty.WatchVerbs),
		"watch.is":          append(texts(poverty.WatchStates), "over"),
		"watch.left_is":     {"poor", "near_poor"},
		"watch.outcome":     append(slices.Clone(poverty.AlertOutcomes), poverty.OutcomeNoNeed),
		"watch.reason":      {poverty.RiskAlert, poverty.RiskSevere, poverty.RiskEvents, poverty.RiskEvent, poverty.RiskAtRisk, poverty.RiskUnseen, poverty.RiskNearPoor},
		"watch.risk":        texts(poverty.Risks),
		"watch.words":       texts(poverty.WatchVerbs),
		"web.error":         kinds(),
		"web.error_hint":    kinds(),
		"error":             kinds(),
	}
	for family, values := range families {
		for _, value := range values {
			locale.CheckKeys(t, []string{family + "." + value})
		}
	}
	each(t, func(name, text string) {
		for _, m := range label1.FindAllStringSubmatch(text, -1) {
			if families[m[1]] == nil {
				t.Errorf("%s: the values of %q are not checked here", name, m[1])
			}
		}
	})
}

// standards returns something of every indicator of every standard.
func standards(of func(poverty.Indicator) string) []string {
	var all []string
	for _, s := range poverty.Standards {
		for _, i := range s.Indicators {
			all = append(all, of(i))
		}
	}
	return all
}

var meetingVerbs = []poverty.MeetingVerb{
	poverty.MeetingPlans, poverty.MeetingCancels, poverty.MeetingAnswers, poverty.MeetingHolds, poverty.MeetingConcludes,
}

func kinds() []string {
	return texts([]poverty.Kind{poverty.Invalid, poverty.Forbidden, poverty.NotFound, poverty.Conflict, poverty.Unavailable, poverty.Internal})
}

func texts[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

func TestWords(t *testing.T) {
	vi, en := locale.For("vi"), locale.For("en")
	for _, tt := range []struct{ got, want string }{
		{vi.Stated("before 2018-04-15"), "trước ngày 15/04/2018"},
		{en.Stated("by 2018-04-20"), "by 20/04/2018"},
		{vi.Stated("monthly by day 30"), "chậm nhất ngày 30 hằng tháng"},
		{vi.Stated("quarterly by day 10 of the following month"), "chậm nhất ngày 10 tháng đầu quý sau"},
		{vi.Stated("within 3 working days of receipt"), "trong 3 ngày làm việc kể từ khi nhận"},
		{vi.Stated("within 3 working days of 2018-04-20"), "trong 3 ngày làm việc kể từ ngày 20/04/2018"},
		{vi.Stated("none"), "chưa ấn định thời hạn"},
		{vi.Stated("whenever"), "whenever"},
		{vi.Rung("remind 0"), "nhắc ngày cuối"},
		{vi.Rung("overdue 3"), "quá hạn 3 ngày làm việc"},
		{en.Rung("overdue 1"), "1 working day overdue"},
		{vi.Period("2018-04"), "tháng 4/2018"},
		{vi.Period("2018-Q2"), "quý II/2018"},
		{vi.Period("2018"), "năm 2018"},
		{vi.Period("2018-H1"), "6 tháng đầu năm 2018"},
		{en.Period("2018-H2"), "second half of 2018"},
		{vi.Period("tuần 3"), "tuần 3"},
		{vi.ShortPeriod("2018-04"), "T4"},
		{vi.ShortPeriod("2018-Q2"), "Quý II"},
		{vi.ShortPeriod("2018-H2"), "6T cuối"},
		{vi.ShortPeriod("2018"), "Năm"},
		{vi.ShortPeriod("2018-"), "2018-"},
		{sentence("đến"), "Đến"},
		{joinOffice("Chủ tịch UBND xã Thượng Long", "UBND xã Thượng Long"), "Chủ tịch UBND xã Thượng Long"},
		{joinOffice("Công chức giảm nghèo xã Hương Hữu", "UBND xã Hương Hữu"), "Công chức giảm nghèo xã Hương Hữu"},
		{joinOffice("Trưởng phòng Lao động - TBXH", "Phòng Lao động - Thương binh và Xã hội"), "Trưởng phòng Lao động - TBXH"},
		{joinOffice("Giám đốc", "Trung tâm Y tế huyện"), "Giám đốc, Trung tâm Y tế huyện"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestParseDay_reads_days_as_people_write_them(t *testing.T) {
	want := calendar.MustDate("2018-04-05")
	for _, s := range []string{"5/4/2018", "05/04/2018", "5-4-2018", "5.4.2018", "05042018", "2018-04-05"} {
		if got, ok := parseDay(s); !ok || got != want {
			t.Errorf("parseDay(%q) = %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "5/4", "5/4/18", "31/02/2018", "4/2018", "mai", "1/2/3/4"} {
		if _, ok := parseDay(s); ok {
			t.Errorf("parseDay(%q) is a day", s)
		}
	}
}

var settlementKinds = []poverty.SettlementKind{poverty.SettlementStruck, poverty.SettlementMerged, poverty.SettlementApart, poverty.SettlementMoved}

// What is written in Go and not by a template is escaped as one escapes it.
func TestPage_what_Go_writes_is_escaped_and_chosen(t *testing.T) {
	bad := `"><b>&`
	const safe = `&#34;&gt;&lt;b&gt;&amp;`
	list, err := options([]choice{{"1", "một"}, {bad, bad}}, poverty.UnitID(bad))
	if err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string]string{
		`<option value="1">một</option><option value="` + safe + `" selected>` + safe + `</option>`: string(list),
		`<span class="badge ` + safe + `">` + string(mark(bad)) + safe + `</span>`:                  string(badge(bad, bad)),
		`href="` + safe + `"`: string(href(bad)),
	} {
		if got != what {
			t.Errorf("%s, want %s", got, what)
		}
	}
	if strings.Contains(string(mark(bad)), bad) {
		t.Errorf("%s", mark(bad))
	}
	if list, err = options([]poverty.Unit{{ID: "a", Code: "b", Name: "A"}}, "b"); err != nil || strings.Contains(string(list), "selected") {
		t.Errorf("a unit is chosen by its code: %s, %v", list, err)
	}
	for _, wrong := range []any{7, []string{"x"}, []struct{ Name string }{}, []struct{ ID string }{}} {
		if _, err := options(wrong, ""); err == nil {
			t.Errorf("options of %T", wrong)
		}
	}
}
