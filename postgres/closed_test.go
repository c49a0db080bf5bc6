package postgres_test

import (
	"errors"
	"iter"
	"reflect"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

// ofNoCycle are the writes of the store that belong to an owner, a person or the
// program, and not to a year.
var ofNoCycle = map[string]bool{
	"AddComponentKind": true, "AddNeed": true, "PutHamlets": true, "SaveExport": true, "SetDaysOff": true,
	"AddAccount": true, "SaveAccount": true, "SaveDocumentTemplate": true,
	"EndSubstitution": true, "SaveSettings": true, "AddRegisterFile": true, "SaveRegisterFile": true, "ClaimRegisterFile": true, "DropRegisterFile": true,
}

var writes = regexp.MustCompile(`^(Save|Put|Add|Import|Freeze[A-Z]|Reopen|Settle$|Unsettle|Delete|Drop|Edit|Assign[A-Z]|End|Log|Correct|Move|Attach$|Strike|Claim|Set[A-Z]|Answer)`)

// refusedAsClosed reports whether something was refused because its year is
// closed; a decision on several names each.
func refusedAsClosed(err error) bool {
	if key := poverty.Refusal(err).Key; poverty.KindOf(err) == poverty.Conflict && (key == "cycle.closed" || key == "cycle.not_running") {
		return true
	}
	problems, ok := errors.AsType[poverty.Problems](err)
	return ok && len(problems) == 1 && problems[0].Key == "cycle.closed"
}

func TestDB_closed_year_is_read_only(t *testing.T) {
	f := lived(t)
	f.exec("update cycles set state = 'closed', closed_at = '2019-01-15' where id = $1", namDong)
	f.set("2018-06-01 09:00")
	report := f.duty("report/thuong-long/2018-04").ID
	scope := poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long", Basis: "x"}
	f.exec("update meetings set state = 'planned', held_at = null")
	held := mustList(f.Meetings(f.as("congan.canbo"), poverty.MeetingFilter{Cycle: namDong}))[0]
	none := iter.Seq2[poverty.Household, error](func(func(poverty.Household, error) bool) {})
	day := date("2018-05-01")
	calls := map[string]func() error{
		"SavePlan": func() error { _, err := f.SavePlan(f.as(thuongLong), draftOf("thuong-long", 0, "x")); return err },
		"EditPlan": func() error {
			_, err := f.EditPlan(f.as(thuongLong), poverty.PlanEdit{Cycle: namDong, Unit: "thuong-long"})
			return err
		},
		"SaveReport": func() error {
			_, err := f.SaveReport(f.as(thuongLong), report, poverty.ReportContent{Version: 1, Text: "x"})
			return err
		},
		"SaveReportForm": func() error {
			_, err := f.SaveReportForm(f.as(registerOfficer), poverty.ReportForm{Cycle: namDong, Version: 1, Fields: poverty.DefaultReportFields()})
			return err
		},
		"SaveContribution": func() error {
			_, err := f.SaveContribution(f.as("toaan.canbo"), poverty.Contribution{Duty: f.duty("report/cong-an-huyen/2018-04").ID, Unit: "toa-an", Version: 1, Text: "x"})
			return err
		},
		"LogCall": func() error {
			_, err := f.LogCall(f.as(registerOfficer), poverty.Call{Duty: report, Key: "k", Whom: "x", Said: "x", At: at("2018-05-01 09:00")})
			return err
		},
		"SaveConsolidation": func() error {
			_, err := f.SaveConsolidation(f.as(registerOfficer), poverty.ConsolidationContent{Cycle: namDong, Period: "2018-04", Revision: 1, Text: "x"})
			return err
		},
		"SaveAssignment": func() error {
			_, err := f.SaveAssignment(f.as(registerOfficer), poverty.AssignmentContent{Cycle: namDong})
			return err
		},
		"AnswerGroup": func() error {
			_, err := f.AnswerGroup(f.as("toaan.canbo"), poverty.GroupAnswer{Cycle: namDong, No: 1, Group: "nhom-thuong-long", Unit: "toa-an", Accepted: true})
			return err
		},
		"AssignHelpers": func() error {
			_, err := f.AssignHelpers(f.as(thuongLong), poverty.NewHelpers{Cycle: namDong, Unit: "thuong-long", Households: []string{"1"}, Kind: poverty.HelperUnion, Other: "x"})
			return err
		},
		"EndHelper": func() error {
			_, err := f.EndHelper(f.as(thuongLong), poverty.HelperEnd{Helper: 1, Version: 1, Until: day, Reason: "x"})
			return err
		},
		"SaveMentor": func() error {
			_, err := f.SaveMentor(f.as(thuongLong), poverty.Mentor{ID: 1, Version: 1, Name: "x", Organisation: "x", From: day}, "")
			return err
		},
		"LogVisit": func() error {
			_, err := f.LogVisit(f.as(thuongLong), poverty.Visit{Mentor: 1, Key: "k", Day: day, Found: "x"})
			return err
		},
		"CorrectVisit": func() error {
			_, err := f.CorrectVisit(f.as(thuongLong), poverty.VisitCorrection{Mentor: 1, Visit: 1, Reason: "x", Day: day, Found: "y"})
			return err
		},
		"SavePilot": func() error {
			_, err := f.SavePilot(f.as(thuongLong), poverty.Pilot{ID: 1, Version: 1, Title: "x", What: "x", Kind: poverty.HelperUnion, Leader: "thuong-long", From: day, Until: day})
			return err
		},
		"MovePilot": func() error {
			_, err := f.MovePilot(f.as(thuongLong), poverty.PilotMove{Pilot: 1, Version: 1, Verb: poverty.PilotReport, Result: "x"})
			return err
		},
		"AddRegistration": func() error {
			_, err := f.AddRegistration(f.as("toaan.canbo"), poverty.Registration{Cycle: namDong, Unit: "thuong-long", Agency: "toa-an", Key: "n", Offer: "x"})
			return err
		},
		"MoveRegistration": func() error {
			_, err := f.MoveRegistration(f.as(registerOfficer), poverty.RegistrationMove{Registration: 1, Version: 1, Verb: poverty.RegistrationConfirm})
			return err
		},
		"SaveMinutes": func() error {
			_, err := f.SaveMinutes(f.as("congan.canbo"), poverty.MinutesDraft{Meeting: held.ID, Version: held.Version})
			return err
		},
		"SaveSurveyRows": func() error { return f.SaveSurveyRows(f.as(thuongLong), scope, nil) },
		"DropSurveyRow":  func() error { return f.DropSurveyRow(f.as(thuongLong), scope, 1) },
		"SaveYear":       func() error { return f.SaveYear(f.as(registerOfficer), namDong, poverty.YearFigures{}) },
		"SaveTarget": func() error {
			_, err := f.SaveTarget(f.as(registerOfficer), poverty.Target{Cycle: namDong, Unit: "thuong-long", Version: 1, Households: 1}, poverty.TargetReason{Reason: "x"})
			return err
		},
		"SaveTargetTotals": func() error {
			_, err := f.SaveTargetTotals(f.as(registerOfficer), poverty.TargetTotals{Cycle: namDong, Version: 1}, poverty.TargetReason{Reason: "x"})
			return err
		},
		"ImportTargets": func() error {
			_, err := f.ImportTargets(f.as(registerOfficer), namDong, poverty.TargetImport{}, poverty.TargetReason{Reason: "x"})
			return err
		},
		"PutShares": func() error {
			_, err := f.PutShares(f.as(thuongLong), poverty.Shares{Cycle: namDong, Unit: "thuong-long", Version: 1}, "")
			return err
		},
		"PutCommittee": func() error {
			_, err := f.PutCommittee(f.as(registerOfficer), poverty.Committee{Cycle: namDong, Unit: "nam-dong", Version: 1}, "")
			return err
		},
		"SaveIndicator": func() error {
			_, err := f.SaveIndicator(f.as(registerOfficer), poverty.CycleIndicator{Cycle: namDong, Code: "x", Name: "y", Kind: poverty.IndicatorText, Version: 1}, poverty.TargetReason{Reason: "x"})
			return err
		},
		"DeleteIndicator": func() error {
			return f.DeleteIndicator(f.as(registerOfficer), namDong, "x", 1, poverty.TargetReason{Reason: "x"})
		},
		"SaveHousehold": func() error {
			_, err := f.SaveHousehold(f.as(thuongLong), poverty.Household{Cycle: namDong, Unit: "thuong-long", Code: "9", Hamlet: "x", Head: "x", Members: 1}, "")
			return err
		},
		"ImportHouseholds": func() error { _, err := f.ImportHouseholds(f.as(thuongLong), scope, none, nil); return err },
		"FreezeRegister":   func() error { return f.FreezeRegister(f.as(thuongLong), scope) },
		"ReopenRegister":   func() error { return f.ReopenRegister(f.as(registerOfficer), scope) },
		"Settle": func() error {
			_, err := f.Settle(f.as(thuongLong), poverty.Settling{Cycle: namDong, Key: "k", Kind: poverty.SettlementStruck, Household: 1, Version: 1, Cause: "died", Reason: "x"})
			return err
		},
		"Unsettle": func() error { _, err := f.Unsettle(f.as(thuongLong), 1, "x", ""); return err },
		"SaveComponent": func() error {
			_, err := f.SaveComponent(f.as("congan.truong"), poverty.ComponentDraft{Component: poverty.Component{ID: 1, Cycle: namDong, Version: 1, Code: "x", Title: "x", Kind: "livestock", Unit: "cong-an-huyen", Commune: "thuong-long"}})
			return err
		},
		"Attach": func() error {
			_, err := f.Attach(f.as("congan.truong"), poverty.Upload{Subject: "component", SubjectID: 1, Name: "x.pdf", Content: []byte("%PDF-1.4")})
			return err
		},
		"SaveDocument": func() error { _, err := f.SaveDocument(f.as("thuongtruc.truong"), aDocument()); return err },
		"MoveDocument": func() error {
			id := column[int64](f, f.super(), "select id from documents where unit_id = 'thuong-long'")
			_, err := f.MoveDocument(f.as("thuonglong.chutich"), poverty.DocumentMove{Document: poverty.DocumentID(id[0]), Version: 1, Verb: poverty.DocumentNumber})
			return err
		},
		"Strike": func() error { _, err := f.Strike(f.as("congan.truong"), 1, "x"); return err },
	}
	before := f.contents()
	store := reflect.TypeFor[poverty.Store]()
	for method := range store.Methods() {
		name := method.Name
		if !writes.MatchString(name) || ofNoCycle[name] {
			continue
		}
		call, ok := calls[name]
		if !ok {
			t.Errorf("%s is tried nowhere on a year that is closed", name)
			continue
		}
		if err := call(); !refusedAsClosed(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
}

func TestDB_closed_year_takes_no_decision(t *testing.T) {
	f := lived(t)
	f.exec("update cycles set state = 'closed', closed_at = '2019-01-15' where id = $1", namDong)
	f.set("2018-06-01 09:00")
	report, acceptance := f.duty("report/thuong-long/2018-04").ID, f.duty("acceptance/cong-an-huyen").ID
	day := date("2018-05-01")
	proposals := map[string]struct {
		who string
		p   poverty.Proposal
	}{
		"Duty":          {registerOfficer, poverty.Proposal{Duty: &poverty.Decision{Duty: report, Act: poverty.ActNote, Reason: "x"}}},
		"Plan":          {"thuonglong.chutich", poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanSend}}},
		"Assignment":    {"congan.truong", poverty.Proposal{Assignment: &poverty.AssignmentAnswer{Duty: acceptance, Accepted: true}}},
		"Assign":        {registerOfficer, poverty.Proposal{Assign: &poverty.AssignmentMove{Cycle: namDong, No: 1, Verb: poverty.AssignmentSend}}},
		"Extend":        {"lanhdao.ct", poverty.Proposal{Extend: &poverty.Extension{Cycle: namDong, Duties: []poverty.DutyID{report}, Due: "by 2018-07-02", Reason: "x"}}},
		"Add":           {"lanhdao.ct", poverty.Proposal{Add: &poverty.NewDuty{Cycle: namDong, Title: "x", Unit: "thuong-long"}}},
		"Meeting":       {"lanhdao.ct", poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Verb: poverty.MeetingPlans, Plan: &poverty.MeetingPlan{Kind: poverty.MeetingDistrict, Unit: "nam-dong", Title: "x"}}}},
		"Obstacle":      {thuongLong, poverty.Proposal{Obstacle: &poverty.ObstacleMove{Cycle: namDong, Verb: poverty.ObstacleRaises, Unit: "thuong-long", Text: "x"}}},
		"Watch":         {thuongLong, poverty.Proposal{Watch: &poverty.WatchMove{Cycle: namDong, Watch: 1, Verb: poverty.WatchVisits, Day: day, Text: "x"}}},
		"Deliver":       {"congan.truong", poverty.Proposal{Deliver: &poverty.NewDelivery{Component: 1, Day: day}}},
		"Fund":          {"congan.truong", poverty.Proposal{Fund: &poverty.FundMove{Fund: 1, Verb: poverty.FundRaise, Amount: 1, Day: day, Basis: "x"}}},
		"Amend":         {"lanhdao.ct", poverty.Proposal{Amend: &poverty.Amendment{Cycle: namDong, Reason: "x"}}},
		"Close":         {"lanhdao.ct", poverty.Proposal{Close: &poverty.CycleClosing{Cycle: namDong}}},
		"Posting":       {longChair, poverty.Proposal{Posting: &poverty.PostingMove{Posting: 1, Verb: poverty.PostingTakeDown, Reason: "x"}}},
		"Objection":     {longChair, poverty.Proposal{Objection: &poverty.ObjectionMove{Objection: 1, Verb: poverty.ObjectionReject, Reason: "x"}}},
		"Consolidation": {registerOfficer, poverty.Proposal{Consolidation: &poverty.ConsolidationMove{Cycle: namDong, Period: "2018-04", Revision: 1, Verb: poverty.ConsolidationSend}}},
		"Survey":        {thuongLong, poverty.Proposal{Survey: &poverty.SurveyMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.SurveyList}}},
		"Case":          {thuongLong, poverty.Proposal{Case: &poverty.CaseMove{Cycle: namDong, Case: 1, Verb: poverty.CaseRefuse}}},
		"Review":        {thuongLong, poverty.Proposal{Review: &poverty.ReviewMove{Cycle: namDong, Kind: "interim", Verb: poverty.ReviewSays, Unit: "thuong-long", Results: "x"}}},
		"Shortcoming":   {registerOfficer, poverty.Proposal{Shortcoming: &poverty.ShortcomingMove{Cycle: namDong, Verb: poverty.ShortcomingFind, Class: "other", Text: "x"}}},
	}
	before := f.contents()
	fields := reflect.TypeFor[poverty.Proposal]()
	for field := range fields.Fields() {
		name := field.Name
		x, ok := proposals[name]
		if !ok {
			t.Errorf("%s is proposed nowhere on a year that is closed", name)
			continue
		}
		_, err := f.try(x.who, x.p)
		if !refusedAsClosed(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
}
