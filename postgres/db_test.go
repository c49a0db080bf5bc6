package postgres_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"dondoc/calendar"
	"dondoc/postgres"
	"dondoc/poverty"
)

func TestDB_query_without_an_actor_is_refused(t *testing.T) {
	f := newFixture(t)
	ctx := t.Context()
	for name, ask := range map[string]func() error{
		"Me":          func() error { _, err := f.Me(ctx); return err },
		"Units":       func() error { _, err := f.Units(ctx, poverty.UnitFilter{}); return err },
		"Unit":        func() error { _, err := f.Unit(ctx, "nam-dong", calendar.Date{}); return err },
		"Offices":     func() error { _, err := f.Offices(ctx, "nam-dong"); return err },
		"Holdings":    func() error { _, err := f.Holdings(ctx, "nam-dong"); return err },
		"Accounts":    func() error { _, err := f.Accounts(ctx, poverty.AccountFilter{}); return err },
		"Account":     func() error { _, err := f.Account(ctx, 1); return err },
		"AddAccount":  func() error { _, err := f.AddAccount(ctx, poverty.User{}, ""); return err },
		"SaveAccount": func() error { _, err := f.SaveAccount(ctx, poverty.User{}); return err },
		"Reset":       func() error { return f.ResetAccount(ctx, 1, "") },
		"Inbox":       func() error { _, err := f.Inbox(ctx, poverty.InboxFilter{}); return err },
		"Unread":      func() error { _, err := f.Unread(ctx); return err },
		"ReadNotice":  func() error { _, err := f.ReadNotice(ctx, 1); return err },
		"ReadAll":     func() error { _, err := f.ReadAll(ctx, 1); return err },
		"Settings":    func() error { _, err := f.Settings(ctx); return err },
		"SaveMe":      func() error { _, err := f.SaveSettings(ctx, poverty.Settings{Language: "vi"}); return err },
		"RenewFeed":   func() error { _, err := f.RenewFeed(ctx, true); return err },
		"MayStaff":    func() error { return f.MayStaff(ctx, "nam-dong") },
		"Candidates":  func() error { _, err := f.Candidates(ctx, "nam-dong"); return err },
		"GiveOffice": func() error {
			_, err := f.GiveOffice(ctx, poverty.NewHolding{Office: "nam-dong/chair", Login: "x", From: date("2018-05-01")})
			return err
		},
		"VacateFrom":  func() error { return f.VacateOffice(ctx, "nam-dong/chair", date("2018-05-01")) },
		"EndSub":      func() error { return f.EndSubstitution(ctx, 1, date("2018-05-01")) },
		"HandOver":    func() error { _, err := f.HandOver(ctx); return err },
		"Cycles":      func() error { _, err := f.Cycles(ctx, poverty.CycleFilter{}); return err },
		"Cycle":       func() error { _, err := f.Cycle(ctx, namDong); return err },
		"Timeline":    func() error { _, err := f.Timeline(ctx, namDong); return err },
		"Board":       func() error { _, err := f.Board(ctx, namDong); return err },
		"Duties":      func() error { _, err := f.Duties(ctx, poverty.DutyFilter{}); return err },
		"Duty":        func() error { _, err := f.Duty(ctx, 1); return err },
		"DutyPlan":    func() error { _, err := f.DutyPlan(ctx, 1); return err },
		"Waiting":     func() error { _, err := f.Waiting(ctx, namDong); return err },
		"Periods":     func() error { _, err := f.Periods(ctx, namDong); return err },
		"PeriodCodes": func() error { _, err := f.PeriodCodes(ctx, namDong); return err },
		"Matrix":      func() error { _, err := f.Matrix(ctx, namDong); return err },
		"Plans":       func() error { _, err := f.Plans(ctx, namDong); return err },
		"Plan":        func() error { _, err := f.Plan(ctx, namDong, "thuong-long"); return err },
		"SavePlan":    func() error { _, err := f.SavePlan(ctx, poverty.PlanDraftContent{}); return err },
		"EditPlan":    func() error { _, err := f.EditPlan(ctx, poverty.PlanEdit{}); return err },
		"PlanSheet":   func() error { _, err := f.PlanSheet(ctx, namDong, "thuong-long"); return err },
		"PlanRounds":  func() error { _, err := f.PlanRounds(ctx, namDong, "thuong-long"); return err },
		"PlanRound":   func() error { _, err := f.PlanRound(ctx, namDong, "thuong-long", 1); return err },
		"Kinds":       func() error { _, err := f.ComponentKinds(ctx, namDong); return err },
		"AddKind":     func() error { return f.AddComponentKind(ctx, namDong, poverty.ComponentKind{Code: "x", Name: "x"}) },
		"Reports":     func() error { _, err := f.Reports(ctx, 1); return err },
		"SaveReport":  func() error { _, err := f.SaveReport(ctx, 1, poverty.ReportContent{}); return err },
		"Meetings":    func() error { _, err := f.Meetings(ctx, poverty.MeetingFilter{}); return err },
		"Meeting":     func() error { _, err := f.Meeting(ctx, 1); return err },
		"SaveMinutes": func() error { _, err := f.SaveMinutes(ctx, poverty.MinutesDraft{}); return err },
		"Obstacles":   func() error { _, err := f.Obstacles(ctx, poverty.ObstacleFilter{}); return err },
		"Obstacle":    func() error { _, err := f.Obstacle(ctx, 1); return err },
		"Counts":      func() error { _, err := f.ObstacleCounts(ctx, namDong); return err },
		"Helpers":     func() error { _, err := f.Helpers(ctx, poverty.HelperFilter{Cycle: namDong}); return err },
		"Helper":      func() error { _, err := f.Helper(ctx, 1); return err },
		"Assign":      func() error { _, err := f.AssignHelpers(ctx, poverty.NewHelpers{}); return err },
		"EndHelper":   func() error { _, err := f.EndHelper(ctx, poverty.HelperEnd{}); return err },
		"Mentors":     func() error { _, err := f.Mentors(ctx, poverty.MentorFilter{Cycle: namDong}); return err },
		"Mentor":      func() error { _, err := f.Mentor(ctx, 1); return err },
		"SaveMentor":  func() error { _, err := f.SaveMentor(ctx, poverty.Mentor{}, ""); return err },
		"LogVisit":    func() error { _, err := f.LogVisit(ctx, poverty.Visit{}); return err },
		"Documents":   func() error { _, err := f.Documents(ctx, poverty.DocumentFilter{Cycle: namDong}); return err },
		"Document":    func() error { _, err := f.Document(ctx, 1); return err },
		"SaveDoc":     func() error { _, err := f.SaveDocument(ctx, poverty.Document{}); return err },
		"MoveDoc":     func() error { _, err := f.MoveDocument(ctx, poverty.DocumentMove{}); return err },
		"DocGaps":     func() error { _, err := f.DocumentGaps(ctx, namDong, "thuong-long"); return err },
		"ExplainGap":  func() error { return f.ExplainGap(ctx, namDong, poverty.DocumentGap{}) },
		"Templates":   func() error { _, err := f.DocumentTemplates(ctx, namDong); return err },
		"Template":    func() error { _, err := f.DocumentTemplate(ctx, namDong, "plan", 0); return err },
		"SaveTempl":   func() error { return f.SaveDocumentTemplate(ctx, namDong, poverty.DocumentTemplate{}) },
		"Gaps":        func() error { _, err := f.Gaps(ctx, namDong); return err },
		"Escalations": func() error { _, err := f.Escalations(ctx, poverty.EscalationFilter{}); return err },
		"Notices":     func() error { _, err := f.Notices(ctx, poverty.NoticeFilter{}); return err },
		"History":     func() error { _, err := f.History(ctx, poverty.HistoryFilter{}); return err },
		"Freezes":     func() error { _, err := f.Freezes(ctx, namDong); return err },
		"Freeze":      func() error { return f.FreezeRegister(ctx, poverty.RegisterScope{Cycle: namDong}) },
		"Reopen":      func() error { return f.ReopenRegister(ctx, poverty.RegisterScope{Cycle: namDong}) },
		"Postings":    func() error { _, err := f.Postings(ctx, poverty.PostingFilter{Cycle: namDong}); return err },
		"Posting":     func() error { _, err := f.Posting(ctx, 1); return err },
		"Objections":  func() error { _, err := f.Objections(ctx, poverty.ObjectionFilter{Cycle: namDong}); return err },
		"Objection":   func() error { _, err := f.Objection(ctx, 1); return err },
		"Receipts":    func() error { _, err := f.Receipts(ctx, namDong, ""); return err },
		"Watches":     func() error { _, err := f.Watches(ctx, poverty.WatchFilter{Cycle: namDong}); return err },
		"Watch":       func() error { _, err := f.Watch(ctx, 1); return err },
		"WatchCounts": func() error { _, err := f.WatchCounts(ctx, namDong); return err },
		"Sheet":       func() error { _, err := f.ReviewSheet(ctx, namDong, "interim"); return err },
		"Shortcoming": func() error { _, err := f.Shortcoming(ctx, 1); return err },
		"Short":       func() error { _, err := f.Shortcomings(ctx, namDong); return err },
		"Years":       func() error { _, err := f.Years(ctx, namDong); return err },
		"SaveYear":    func() error { return f.SaveYear(ctx, namDong, poverty.YearFigures{}) },
		"Overview":    func() error { _, err := f.SurveyOverview(ctx, namDong); return err },
		"Survey":      func() error { _, err := f.Survey(ctx, namDong, "thuong-long"); return err },
		"SurveyRows":  func() error { return f.SaveSurveyRows(ctx, poverty.RegisterScope{Cycle: namDong}, nil) },
		"DropRow":     func() error { return f.DropSurveyRow(ctx, poverty.RegisterScope{Cycle: namDong}, 1) },
		"Cases":       func() error { _, err := f.Cases(ctx, namDong, ""); return err },
		"Case":        func() error { _, err := f.Case(ctx, 1); return err },
		"Seed":        func() error { _, err := f.SeedRegister(ctx, namDong, ""); return err },
		"Surveys":     func() error { _, err := f.Surveys(ctx, namDong); return err },
		"Targets":     func() error { _, err := f.Targets(ctx, namDong); return err },
		"Reviews":     func() error { _, err := f.Reviews(ctx, namDong); return err },
		"Calendar":    func() error { _, err := f.Calendar(ctx); return err },
		"SetDaysOff":  func() error { return f.SetDaysOff(ctx, nil) },
		"CreateCycle": func() error { return f.CreateCycle(ctx, poverty.NewCycle{}) },
		"OpenCycle":   func() error { _, err := f.OpenCycle(ctx, namDong, issued); return err },
		"StepDuties":  func() error { _, err := f.StepDuties(ctx, poverty.Ref{Cycle: namDong}, issued); return err },
		"Propose":     func() error { _, err := f.Propose(ctx, poverty.Proposal{}); return err },
		"Enact":       func() error { _, err := f.Enact(ctx, 1, issued); return err },
		"Woken":       func() error { return f.Woken(ctx, []poverty.Wake{{Ref: poverty.Ref{Cycle: namDong}}}) },
		"Decided":     func() error { _, err := f.Decided(ctx, 1); return err },
		"Unfinished":  func() error { _, err := f.Unfinished(ctx, namDong); return err },
		"Wakes":       func() error { _, err := f.Wakes(ctx, 1); return err },
		"Letters":     func() error { _, err := f.Letters(ctx, issued, issued, 1); return err },
		"Audit":       func() error { _, err := f.Audit(ctx, issued); return err },
		"Audits":      func() error { _, err := f.Audits(ctx, 1); return err },
		"Delivered":   func() error { return f.Delivered(ctx, nil) },
		"MayStart":    func() error { return f.MayStart(ctx, namDong) },
		"Vacate":      func() error { return f.Vacate(ctx, "nam-dong/chair", date("2018-05-01")) },
		"Occupy":      func() error { return f.Occupy(ctx, "nam-dong/chair", 1, date("2018-05-01")) },
		"Holder":      func() error { _, err := f.Holder(ctx, "nam-dong/chair", date("2018-05-01")); return err },
	} {
		if err := ask(); poverty.KindOf(err) != poverty.Internal || poverty.Refusal(err).Key != "error.no_actor" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDB_a_person_without_an_active_account_is_refused(t *testing.T) {
	f := running(t)
	ctx := f.as("thuonglong.canbo")
	if _, err := f.Duties(ctx, poverty.DutyFilter{Cycle: namDong}); err != nil {
		t.Fatal(err)
	}
	f.exec("update users set active = false where id = $1", must(poverty.ActorFrom(ctx)).User)
	_, err := f.Duties(ctx, poverty.DutyFilter{Cycle: namDong})
	f.wantKind(err, poverty.Forbidden, "auth.inactive")
	_, _, err = f.Credentials(t.Context(), "thuonglong.canbo")
	f.wantKind(err, poverty.NotFound, "")
	_, err = f.Duties(poverty.WithActor(t.Context(), poverty.Actor{User: 987654}), poverty.DutyFilter{})
	f.wantKind(err, poverty.Forbidden, "auth.inactive")
}

func must[T any](v T, ok bool) T {
	if !ok {
		panic("not there")
	}
	return v
}

func TestDB_no_server_is_unavailable(t *testing.T) {
	t.Parallel()
	_, err := postgres.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?connect_timeout=2", postgres.Options{})
	if poverty.KindOf(err) != poverty.Unavailable {
		t.Errorf("%v", err)
	}
}

func TestDB_Me_holds_what_is_held_today(t *testing.T) {
	f := newFixture(t)
	for _, tt := range []struct {
		day, login string
		want       []poverty.OfficeID
	}{
		{"2018-07-22 23:59", "huonghuu.canbo", []poverty.OfficeID{"huong-huu/officer"}},
		{"2018-07-23 00:00", "huonghuu.canbo", nil},
		{"2018-08-06 23:59", "huonghuu.canbomoi", nil},
		{"2018-08-07 00:00", "huonghuu.canbomoi", []poverty.OfficeID{"huong-huu/officer"}},
		{"2018-04-06 10:00", "lanhdao.pct", []poverty.OfficeID{"ban-chi-dao/head", "nam-dong/vice-chair"}},
		{"2018-04-06 10:00", "quantri", nil},
	} {
		f.set(tt.day)
		me, err := f.Me(f.as(tt.login))
		f.must(err)
		var got []poverty.OfficeID
		for _, s := range me.Seats {
			got = append(got, s.Office)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s on %s: %s", tt.login, tt.day, diff)
		}
		if me.Admin != (tt.login == "quantri") {
			t.Errorf("%s: admin %v", tt.login, me.Admin)
		}
	}
}

// lived is a cycle in which every table has rows: a plan sent and one not, a
// report submitted and one drafted, an escalation, a survey, a review.
func lived(t *testing.T) *fixture {
	f := running(t)
	f.draftPlan("2018-04-12 09:00", "thuongquang.canbo", "thuong-quang")
	f.plan("2018-04-12 15:00", "thuongquang.chutich", "thuong-quang", poverty.PlanSend)
	f.advance("2018-04-20 09:00") // the plan of Thượng Long is late and escalated
	f.submit("2018-04-25 09:00", "congan.canbo", "report/cong-an-huyen/2018-04")
	f.set("2018-04-25 10:00")
	_, err := f.SaveReport(f.as("thuonglong.canbo"), f.duty("report/thuong-long/2018-04").ID, poverty.ReportContent{Text: "nháp"})
	f.must(err)
	_, err = f.OpenCycle(f.system(), camLo, at("2019-01-21 09:00"))
	f.must(err)
	f.log("2018-04-25 11:00", "congan.canbo", poverty.MeetingGroup, "cong-an-huyen", "thuong-long", "2018-04-25", "thuong-long")
	f.exec(`insert into meeting_conclusions (meeting_id, no, text, stated) select id, 1, 'x', 'none' from meetings`)
	f.exec(`insert into obstacles (cycle_id, no, unit_id, audience, kind, addressee, text, received_at) values ('nam-dong:2018', 1, 'huong-huu', '{huong-huu}', 'obstacle', 'owner', 'x', '2018-04-25')`)
	f.exec(`insert into group_answers (cycle_id, no, group_code, unit_id, accepted, answered_at) values ('nam-dong:2018', 1, 'nhom-thuong-long', 'toa-an', true, '2018-04-09')`)
	f.exec(`insert into reviews (cycle_id, kind) values ('nam-dong:2018', 'interim')`)
	f.exec(`insert into hamlets (unit_id, code, name) values ('thuong-long', 'x', 'Thôn 1')`)
	f.exec(`insert into households (cycle_id, unit_id, hamlet, code, head, members, saved_at) values ('nam-dong:2018', 'thuong-long', 'x', '1', 'x', 1, '2018-01-01')`)
	f.exec(`insert into helpers (cycle_id, unit_id, household_id, code, head, hamlet_name, kind, other, from_day, saved_at)
		select cycle_id, unit_id, id, code, head, 'x', 'union', 'x', '2018-04-01', '2018-04-01' from households where unit_id = 'thuong-long' limit 1`)
	f.exec(`insert into pilots (cycle_id, unit_id, key, kind, title, what, leader_id, from_day, until_day, state, saved_at)
		values ('nam-dong:2018', 'thuong-long', 'k', 'union', 'x', 'x', 'thuong-long', '2018-04-01', '2018-10-01', 'running', '2018-04-01')`)
	f.exec(`insert into pilot_households (pilot_id, household_id, code, head, hamlet_name)
		select p.id, h.id, h.code, h.head, 'x' from pilots p, (select id, code, head from households where unit_id = 'thuong-long' limit 1) h`)
	f.exec(`insert into document_templates (owner_id, kind, name, content, saved_at) values ('nam-dong', 'plan', 'x', '\x00', '2018-01-01')`)
	f.exec(`insert into document_books (unit_id, year, kind, last) values ('thuong-long', 2018, 'minutes', 2)`)
	f.exec(`insert into document_gaps (unit_id, year, kind, number, reason, saved_at) values ('thuong-long', 2018, 'minutes', 1, 'x', '2018-01-01')`)
	f.exec(`insert into documents (cycle_id, key, kind, subject, unit_id, drafter_id, title, place, day, signer_id, state, saved_at)
		values ('nam-dong:2018', 'k', 'minutes', 'meeting:1', 'thuong-long', 'thuong-long', 'x', 'x', '2018-04-20', 'thuong-long/head', 'draft', '2018-04-20')`)
	f.exec(`insert into registrations (cycle_id, unit_id, agency_id, key, offer, state, saved_at)
		values ('nam-dong:2018', 'thuong-long', 'toa-an', 'k', 'x', 'offered', '2018-04-01')`)
	f.exec(`insert into mentors (cycle_id, unit_id, household_id, code, head, hamlet_name, name, organisation, from_day, saved_at)
		select cycle_id, unit_id, household_id, code, head, 'x', 'x', 'x', '2018-04-01', '2018-04-01' from helpers`)
	f.exec(`insert into visits (mentor_id, key, day, found, saved_at) select id, 'x', '2018-04-02', 'x', '2018-04-02' from mentors`)
	f.exec(`insert into household_settlements (cycle_id, key, kind, household_id, unit_id, other_unit_id, cause, reason, at, sheet)
		values ('nam-dong:2018', 'x', 'struck', 1, 'thuong-long', 'thuong-long', 'died', 'x', '2018-01-01', '{}')`)
	f.exec(`insert into register_files (id, user_id, cycle_id, name, content, stage, touched_at, expires_at)
		select 'x', user_id, 'nam-dong:2018', 'x', '', 'checked', '2018-01-01', '2019-01-01' from accounts where login = 'thuongquang.canbo'`)
	f.exec(`insert into export_settings (owner_id, columns, version, saved_at) values ('nam-dong', '[]', 1, '2018-01-01')`)
	f.exec(`insert into register_freezes (cycle_id, unit_id, frozen_at, basis, households, persons, poor, near_poor)
		values ('nam-dong:2018', 'thuong-long', '2018-01-01', 'QĐ', 1, 1, 1, 0)`)
	f.exec(`insert into surveys (cycle_id, unit_id, listed_at) values ('nam-dong:2018', 'thuong-long', '2018-09-01')`)
	f.exec(`insert into survey_households (cycle_id, unit_id, code, hamlet, head, why, start_class, start_members, result_members, changed_at)
		values ('nam-dong:2018', 'thuong-long', '1', 'x', 'x', 'poor', 'poor', 1, 1, '2018-09-01')`)
	f.exec(`insert into survey_meetings (cycle_id, unit_id, hamlet, no, held_on, present, agreed, chair, minutes, recorded_at)
		values ('nam-dong:2018', 'thuong-long', 'x', 1, '2018-11-20', 2, 1, 'x', 'x', '2018-11-20')`)
	f.exec(`insert into survey_cases (cycle_id, unit_id, no, code, hamlet, head, members, wish, cause, asked_on, last_day, before_class, before_members, recorded_at)
		values ('nam-dong:2018', 'thuong-long', 1, '1', 'x', 'x', 1, 'poor', 'illness', '2018-06-01', '2018-06-11', 'near_poor', 1, '2018-06-01')`)
	f.exec(`insert into postings (cycle_id, unit_id, subject, number, places, from_day, until_day, posted_at)
		values ('nam-dong:2018', 'thuong-long', 'survey-official', 1, '{x}', '2018-04-16', '2018-04-19', '2018-04-16')`)
	f.exec(`insert into posting_rows (posting_id, row, code, head, hamlet, status) select id, 1, '1', 'x', 'Thôn 1', 'poor' from postings`)
	f.exec(`insert into posting_changes (posting_id, version, verb, until_day, at) select id, 1, 'post', '2018-04-19', '2018-04-16' from postings`)
	f.exec(`insert into objections (posting_id, cycle_id, unit_id, number, about, objector, received, way, late, text, duty_key, recorded_at)
		select id, cycle_id, unit_id, 1, 'whole', 'x', '2018-04-17', 'hand', false, 'x', 'x', '2018-04-17' from postings`)
	f.exec(`insert into target_totals (cycle_id, saved_at) values ('nam-dong:2018', '2018-01-01')`)
	f.exec(`insert into target_shares (cycle_id, unit_id, saved_at) values ('nam-dong:2018', 'thuong-long', '2018-01-01')`)
	f.exec(`insert into target_share_parts (cycle_id, unit_id, place, hamlet, to_leave) values ('nam-dong:2018', 'thuong-long', 1, 'x', 1)`)
	f.exec(`insert into committees (cycle_id, unit_id, saved_at) values ('nam-dong:2018', 'nam-dong', '2018-01-01')`)
	f.exec(`insert into committee_members (cycle_id, unit_id, place, name) values ('nam-dong:2018', 'nam-dong', 1, 'x')`)
	f.exec(`insert into committee_areas (cycle_id, unit_id, place, area_id) values ('nam-dong:2018', 'nam-dong', 1, 'thuong-long')`)
	f.exec(`insert into indicators (cycle_id, code, name, kind, saved_at) values ('nam-dong:2018', 'x', 'x', 'text', '2018-01-01')`)
	f.exec(`insert into contributions (duty_id, unit_id, saved_at) select id, 'toa-an', '2018-04-25' from duties where key = 'nam-dong:2018/report/cong-an-huyen/2018-04'`)
	f.exec(`insert into calls (cycle_id, duty_id, key, whom, said, called_at, recorded_at)
		select cycle_id, id, 'x', 'x', 'x', '2018-04-25', '2018-04-25' from duties where key = 'nam-dong:2018/report/thuong-long/2018-04'`)
	f.exec(`insert into consolidations (cycle_id, period, revision, rollup, created_at, saved_at) values ('nam-dong:2018', '2018-04', 1, '{}', '2018-04-25', '2018-04-25')`)
	const planned = `'nam-dong:2018', 'thuong-long', (select id from households where code = '1')`
	f.exec(`insert into plan_households (cycle_id, unit_id, household_id, goal, saved_at) values (` + planned + `, 'help', '2018-01-01')`)
	f.exec(`insert into plan_measures (cycle_id, unit_id, household_id, place) values (` + planned + `, 0)`)
	f.exec(`insert into plan_round_households (cycle_id, unit_id, round, household_id, sheet) values ('nam-dong:2018', 'thuong-quang', 1, 1, '{}')`)
	f.exec(`insert into plan_remarks (cycle_id, unit_id, round, text, made_at) values ('nam-dong:2018', 'thuong-quang', 1, 'x', '2018-01-01')`)
	f.exec(`insert into funds (cycle_id, code, unit_id, name, year, saved_at) values ('nam-dong:2018', 'x', 'cong-an-huyen', 'x', 2017, '2018-01-01')`)
	f.exec(`insert into components (cycle_id, code, unit_id, commune_id, kind, title, fund_id, saved_at)
		select cycle_id, 'x', 'cong-an-huyen', 'thuong-long', 'livestock', 'x', id, '2018-01-01' from funds`)
	f.exec(`insert into component_households (component_id, household_id) select c.id, h.id from components c, households h where h.code = '1'`)
	f.exec(`insert into deliveries (batch, cycle_id, component_id, day, recorded_at, unit_id, quantity, value)
		select 1, cycle_id, id, '2018-04-20', '2018-04-20', unit_id, 1000, 1 from components`)
	f.exec(`insert into delivery_confirmations (batch, component_id, recorded_at) select 1, id, '2018-04-20' from components`)
	f.exec(`insert into fund_entries (fund_id, kind, amount, day, recorded_at) select id, 'raised', 1, '2017-12-01', '2017-12-01' from funds`)
	f.exec(`insert into attachments (cycle_id, subject, subject_id, unit_id, name, type, size, sha256, blob, saved_at)
		select cycle_id, 'component', id, unit_id, 'x.pdf', 'application/pdf', 1, '\x00', 'x', '2018-04-20' from components`)
	f.exec(`insert into shortcomings (cycle_id, no, class, text, found_on, since, saved_at) values ('nam-dong:2018', 1, 'other', 'x', '2018-04-01', 'nam-dong:2018', '2018-04-01')`)
	f.exec(`insert into review_inputs (cycle_id, kind, unit_id, results, saved_at) values ('nam-dong:2018', 'interim', 'thuong-long', 'x', '2018-04-01')`)
	f.exec(`insert into indicator_results (cycle_id, kind, code, saved_at) values ('nam-dong:2018', 'interim', 'x', '2018-04-01')`)
	f.exec(`insert into year_figures (owner_id, unit_id, year, households, poor, near_poor, source, saved_at) values ('nam-dong', 'nam-dong', 2016, 1, 1, 0, 'x', '2018-04-01')`)
	f.exec(`insert into watches (owner_id, unit_id, year, code, head, left_class, class, left_on, until_day, visit_days, saved_at)
		values ('nam-dong', 'thuong-long', 2017, 'w', 'x', 'poor', 'not_poor', '2017-12-10', '2020-12-10', 90, '2018-04-01')`)
	f.exec(`insert into watch_visits (watch_id, cycle_id, day, found, saved_at) select id, 'nam-dong:2018', '2018-04-01', 'x', '2018-04-01' from watches`)
	f.exec(`insert into watch_events (watch_id, cycle_id, kind, severe, day, saved_at) select id, 'nam-dong:2018', 'fire', true, '2018-04-01', '2018-04-01' from watches`)
	f.exec(`insert into watch_alerts (watch_id, no, cycle_id, state, text, raised_at, saved_at) select id, 1, 'nam-dong:2018', 'raised', 'x', '2018-04-01', '2018-04-01' from watches`)
	f.exec(`insert into sessions (token, data, expiry) values ('x', '', '2030-01-01')`)
	f.exec(`insert into api_keys (sha256, user_id, name, created_at) select '\x00', id, 'x', '2018-01-01' from users limit 1`)
	f.exec(`insert into unit_successions (predecessor_id, successor_id, on_day, basis) values ('thuong-lo', 'thuong-quang', '2020-01-01', 'x')`)
	f.exec(`insert into days_off (day, kind, name, entered_at) values ('2030-01-01', 'holiday', 'x', '2018-01-01')`)
	_, err = f.Audit(f.system(), f.clock())
	f.must(err)
	return f
}

// within runs fn as the store would run a person's query, and undoes it.
func (f *fixture) within(login string, fn func(pgx.Tx)) {
	f.t.Helper()
	tx, err := f.super().Begin(f.t.Context())
	f.must(err)
	defer tx.Rollback(context.WithoutCancel(f.t.Context()))
	_, err = tx.Exec(f.t.Context(), "set local role dondoc_app")
	f.must(err)
	if login != "" {
		_, err = tx.Exec(f.t.Context(), "select act_as($1, $2)", f.user(login), calendar.DateOf(f.clock()))
		f.must(err)
	}
	fn(tx)
}

func TestRLS_people_read_their_part_only(t *testing.T) {
	f := lived(t)
	all := []string{"ban-chqs", "cong-an-huyen", "huong-huu", "huong-son", "nam-dong", "phong-gddt", "phong-ldtbxh", "phong-nnptnt",
		"thuong-lo", "thuong-long", "thuong-nhat", "thuong-quang", "trung-tam-y-te", "ubmttq"}
	owing := slices.DeleteFunc(slices.Clone(all), func(u string) bool { return u == "nam-dong" }) // no plan is appraised yet
	communes := []string{"huong-huu", "huong-son", "thuong-lo", "thuong-long", "thuong-nhat", "thuong-quang"}
	const (
		duties    = "select distinct unit_id from duties where cycle_id = 'nam-dong:2018' order by 1"
		history   = "select distinct unit_id from history where cycle_id = 'nam-dong:2018' and unit_id <> '' order by 1"
		plans     = "select unit_id from plans order by 1"
		rounds    = "select unit_id from plan_rounds order by 1"
		sentRows  = "select unit_id from plan_round_households order by 1"
		draftRows = "select h.unit_id from plan_households h join plan_measures m using (cycle_id, unit_id, household_id) order by 1"
		remarks   = "select unit_id from plan_remarks order by 1"
		reports   = "select d.unit_id from reports r join duties d on d.id = r.duty_id order by 1"
		targets   = "select unit_id from targets where cycle_id = 'nam-dong:2018' order by 1"
		surveys   = "select unit_id from survey_results where cycle_id = 'nam-dong:2018' order by 1"
		climbing  = "select d.unit_id from escalations e join duties d on d.id = e.duty_id where d.code = 'plan' order by 1"
		cycles    = "select id from cycles order by 1"
		members   = "select distinct cycle_id from cycle_units order by 1"
		periods   = "select distinct cycle_id from periods order by 1"
		reviews   = "select cycle_id from reviews order by 1"
		about     = "select distinct unit_id from notices order by 1"
		accounts  = "select login from accounts order by 1"
		plan      = `select cycle_id from target_totals where cycle_id like 'nam%' union select cycle_id from target_shares union select cycle_id from target_share_parts
			union select cycle_id from committees union select cycle_id from committee_members union select cycle_id from committee_areas
			union select cycle_id from indicators where cycle_id like 'nam%'`
		decisions = "select id::text from decisions union all select id::text from wakes union all select token from sessions union all select name from api_keys"
	)
	climbers := slices.DeleteFunc(slices.Clone(communes), func(u string) bool { return u == "thuong-quang" })
	ours := []string{"nam-dong:2018"}
	everything := map[string][]string{
		duties: owing, history: owing, plans: communes, rounds: {"thuong-quang"}, sentRows: {"thuong-quang"}, draftRows: {"thuong-long"}, remarks: {"thuong-quang"}, reports: {"cong-an-huyen"}, targets: communes, surveys: communes,
		climbing: climbers, cycles: ours, members: ours, periods: ours, reviews: ours, plan: ours,
	}
	readers := maps.Clone(everything) // but for what a commune is still writing, and what it was told of it
	readers[draftRows], readers[remarks] = nil, nil
	tests := []struct {
		who, login string
		want       map[string][]string
	}{
		{"a commune", "thuonglong.canbo", map[string][]string{
			duties: {"cong-an-huyen", "thuong-long"}, history: {"cong-an-huyen", "thuong-long"}, plans: {"thuong-long"}, rounds: nil, sentRows: nil, draftRows: {"thuong-long"}, remarks: nil,
			reports: {"cong-an-huyen", "thuong-long"}, targets: communes, surveys: {"thuong-long"}, climbing: {"thuong-long"},
			cycles: ours, members: ours, periods: ours, reviews: ours, plan: ours, about: {"thuong-long"}, accounts: {"thuonglong.canbo"}, decisions: nil,
		}},
		{"another commune, whose plan is sent", "thuongquang.chutich", map[string][]string{
			duties: {"phong-ldtbxh", "phong-nnptnt", "thuong-quang"}, plans: {"thuong-quang"}, rounds: {"thuong-quang"}, sentRows: {"thuong-quang"}, draftRows: nil, remarks: {"thuong-quang"}, reports: nil,
			targets: communes, surveys: {"thuong-quang"}, climbing: nil, accounts: {"thuongquang.chutich"}, decisions: nil,
		}},
		{"the lead that helps it: its plan not before it is sent", "congan.canbo", map[string][]string{
			duties: {"cong-an-huyen", "thuong-long"}, plans: nil, rounds: nil, sentRows: nil, draftRows: nil, remarks: nil, reports: {"cong-an-huyen"}, targets: communes, surveys: nil,
			climbing: {"thuong-long"}, cycles: ours, decisions: nil,
		}},
		{"a member that helps it: no duties of its own", "toaan.canbo", map[string][]string{
			duties: {"cong-an-huyen", "thuong-long"}, plans: nil, reports: {"cong-an-huyen"}, about: nil, decisions: nil,
		}},
		{"a member that helps the other: its plan is sent", "kiemlam.canbo", map[string][]string{
			duties: {"phong-nnptnt", "thuong-quang"}, plans: {"thuong-quang"}, rounds: {"thuong-quang"}, sentRows: {"thuong-quang"}, draftRows: nil, remarks: nil, reports: nil, climbing: nil,
		}},
		{"the standing office", "thuongtruc.canbo", everything},
		{"leadership", "lanhdao.ct", everything},
		{"an overseer", "hdnd.canbo", readers},
		{"the tier above", "tinh.canbo", readers},
		{"an agency of the owner's that takes no part", "vanphong.canbo", map[string][]string{
			plan: nil, duties: nil, history: nil, plans: nil, reports: nil, targets: nil, cycles: nil, members: nil, periods: nil, about: nil,
		}},
		{"the administrator", "quantri", map[string][]string{
			plan: nil, duties: nil, history: nil, plans: nil, rounds: nil, reports: nil, targets: nil, surveys: nil, climbing: nil, about: nil,
			cycles: {"cam-lo:2019", "nam-dong:2018"}, accounts: {"quantri"}, decisions: nil,
		}},
		{"the chair of another owner", "camlo.ct", map[string][]string{
			plan: nil, duties: nil, history: nil, plans: nil, rounds: nil, reports: nil, targets: nil, surveys: nil, climbing: nil, about: nil, reviews: nil,
			cycles: {"cam-lo:2019"}, members: {"cam-lo:2019"}, periods: {"cam-lo:2019"}, accounts: {"camlo.ct"}, decisions: nil,
		}},
		{"whoever holds no office any more", "huonghuu.canbomoi", map[string][]string{
			duties: nil, history: nil, plans: nil, reports: nil, targets: nil, cycles: nil, members: nil, periods: nil, about: nil,
		}},
		{"nobody", "", map[string][]string{
			plan: nil, duties: nil, history: nil, plans: nil, rounds: nil, reports: nil, targets: nil, surveys: nil, climbing: nil, about: nil,
			cycles: nil, members: nil, periods: nil, reviews: nil, accounts: nil, decisions: nil,
			"select id from units": nil, "select name from users": nil, "select office_id from holdings": nil, "select name from days_off": nil,
		}},
	}
	for _, tt := range tests {
		f.within(tt.login, func(tx pgx.Tx) {
			for query, want := range tt.want {
				if diff := cmp.Diff(want, column[string](f, tx, query), emptyIsNil); diff != "" {
					t.Errorf("%s, %s: %s", tt.who, query, diff)
				}
			}
		})
	}
}

var emptyIsNil = cmp.Transformer("empty", func(s []string) []string { return append([]string(nil), s...) })

func TestRLS_a_draft_is_its_units_own(t *testing.T) {
	f := lived(t)
	id := f.duty("report/thuong-long/2018-04").ID
	for login, want := range map[string]int{"thuonglong.canbo": 1, "thuonglong.chutich": 1, "thuongtruc.canbo": 0, "lanhdao.ct": 0, "hdnd.canbo": 0} {
		list, err := f.Reports(f.as(login), id)
		f.must(err)
		if len(list) != want {
			t.Errorf("%s sees %d drafts, want %d", login, len(list), want)
		}
	}
}

func TestDB_what_may_not_be_seen_is_not_found(t *testing.T) {
	f := lived(t)
	report := f.duty("report/thuong-long/2018-04").ID
	for _, login := range []string{"thuongquang.canbo", "camlo.ct", "quantri", "kiemlam.canbo"} {
		ctx := f.as(login)
		_, err := f.Duty(ctx, report)
		f.wantKind(err, poverty.NotFound, "duty.not_found")
		_, err = f.DutyPlan(ctx, report)
		f.wantKind(err, poverty.NotFound, "duty.not_found")
		_, err = f.Plan(ctx, namDong, "thuong-long")
		f.wantKind(err, poverty.NotFound, "plan.not_found")
		_, err = f.SavePlan(ctx, draftOf("thuong-long", 0, "x"))
		f.wantKind(err, poverty.NotFound, "plan.not_found")
		_, err = f.SaveReport(ctx, report, poverty.ReportContent{Text: "x"})
		f.wantKind(err, poverty.NotFound, "duty.not_found")
		_, err = f.Propose(ctx, poverty.Proposal{Duty: &poverty.Decision{Duty: report, Act: poverty.ActSubmit}})
		f.wantKind(err, poverty.NotFound, "duty.not_found")
	}
	_, err := f.Cycle(f.as("camlo.ct"), namDong)
	f.wantKind(err, poverty.NotFound, "cycle.not_found")
	// Seen, and yet not theirs to write.
	_, err = f.SavePlan(f.as("thuongtruc.canbo"), draftOf("thuong-long", 0, "x"))
	f.wantKind(err, poverty.Forbidden, "plan.forbidden.save")
	_, err = f.SaveReport(f.as("lanhdao.ct"), report, poverty.ReportContent{Text: "x"})
	f.wantKind(err, poverty.Forbidden, "duty.forbidden.submit")
}

func TestRLS_a_person_writes_no_table(t *testing.T) {
	f := lived(t)
	conn := f.super()
	for _, table := range f.tables() {
		if column[int](f, conn, "select count(*)::int from "+table)[0] == 0 {
			t.Errorf("%s is empty: this test would not see a change in it", table)
		}
		first := column[string](f, conn, "select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0 and attidentity = '' order by attnum limit 1", table)[0]
		for _, login := range []string{"thuonglong.canbo", "congan.truong", "thuongtruc.truong", "lanhdao.ct", "hdnd.canbo", "quantri"} {
			if table == "days_off" && login == "quantri" {
				continue // an administrator's to write
			}
			for _, statement := range []string{"insert into " + table + " default values", "update " + table + " set " + first + " = " + first, "delete from " + table} {
				f.within(login, func(tx pgx.Tx) {
					tag, err := tx.Exec(t.Context(), statement)
					denied, _ := errors.AsType[*pgconn.PgError](err)
					if err == nil && (strings.HasPrefix(statement, "insert") || tag.RowsAffected() > 0) || err != nil && (denied == nil || denied.Code != "42501") {
						t.Errorf("%s may %q: %s, %v", login, statement, tag, err)
					}
				})
			}
		}
	}
}

func TestDB_history_is_append_only_for_everyone(t *testing.T) {
	f := running(t)
	conn := f.super()
	for _, statement := range []string{"update history set reason = 'x'", "delete from history"} {
		if _, err := conn.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("the superuser's %q: %v", statement, err)
		}
	}
	for _, statement := range []string{"update history set reason = 'x'", "delete from history", "truncate history"} {
		tx, err := conn.Begin(t.Context())
		f.must(err)
		_, err = tx.Exec(t.Context(), "set local role dondoc_app; set local app.system = 'test'")
		f.must(err)
		if _, err := tx.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("the program's %q: %v", statement, err)
		}
		f.must(tx.Rollback(t.Context()))
	}
}

func TestDB_a_person_opens_and_steps_nothing(t *testing.T) {
	f := running(t)
	before := f.contents()
	r, err := example("cam-lo-2019")
	f.must(err)
	r.New.Cycle.ID, r.New.Cycle.Year = "cam-lo:2020", 2020
	for _, login := range []string{"lanhdao.ct", "thuongtruc.truong", "thuonglong.chutich", "quantri"} {
		ctx := f.as(login)
		for name, ask := range map[string]func() error{
			"CreateCycle": func() error { return f.CreateCycle(ctx, r.New) },
			"OpenCycle":   func() error { _, err := f.OpenCycle(ctx, camLo, at("2019-01-21 09:00")); return err },
			"StepDuties": func() error {
				_, err := f.StepDuties(ctx, poverty.Ref{Cycle: namDong, Process: poverty.ProcessPeriod, Key: "2018-04"}, at("2018-05-02 00:00"))
				return err
			},
			"Letters": func() error { _, err := f.Letters(ctx, at("2019-01-01 00:00"), at("2019-01-01 00:00"), 10); return err },
			"Audit":   func() error { _, err := f.Audit(ctx, issued); return err },
			"Occupy":  func() error { return f.Occupy(ctx, "nam-dong/chair", f.user(login), date("2030-01-01")) },
			"Vacate":  func() error { return f.Vacate(ctx, "nam-dong/chair", date("2018-04-30")) },
		} {
			if err := ask(); poverty.KindOf(err) != poverty.Forbidden {
				t.Errorf("%s by %s: %v", name, login, err)
			}
		}
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
}

func TestDB_sessions_expire_and_are_replaced(t *testing.T) {
	f := newFixture(t)
	until := issued.Add(time.Hour)
	f.must(f.Commit("token", []byte("one"), until))
	f.must(f.Commit("token", []byte("two"), until))
	if data, found, err := f.Find("token"); err != nil || !found || string(data) != "two" {
		t.Errorf("%q %v %v", data, found, err)
	}
	f.set("2018-04-06 11:01")
	if _, found, err := f.Find("token"); err != nil || found {
		t.Errorf("found after it expired: %v %v", found, err)
	}
	f.must(f.Delete("another"))
	if left := column[int](f, f.super(), "select count(*)::int from sessions"); left[0] != 0 {
		t.Errorf("%d expired sessions stay", left[0])
	}
}

// A request that was under way when the person signed out stores what it read.
func TestDB_a_session_that_ended_is_not_stored_again(t *testing.T) {
	f := newFixture(t)
	until := issued.Add(time.Hour)
	f.must(f.Commit("token", []byte("signed in"), until))
	f.must(f.Delete("token"))
	f.must(f.Commit("token", []byte("signed in, seen later"), until.Add(time.Hour)))
	if data, found, err := f.Find("token"); err != nil || found {
		t.Errorf("%q %v %v", data, found, err)
	}
	f.set("2018-04-06 11:01")
	f.must(f.Delete("another"))
	if left := column[int](f, f.super(), "select count(*)::int from sessions"); left[0] != 0 {
		t.Errorf("%d ended sessions stay", left[0])
	}
}

func TestDB_revoked_key_opens_nothing(t *testing.T) {
	f := newFixture(t)
	id := f.user("thuonglong.canbo")
	f.exec(`insert into api_keys (sha256, user_id, name, created_at) values ('\x01', $1, 'a', '2018-01-01'), ('\x02', $1, 'b', '2018-01-01')`, id)
	f.exec(`update api_keys set revoked_at = '2018-02-01' where name = 'b'`)
	if u, err := f.APIKey(t.Context(), []byte{1}); err != nil || u.ID != id {
		t.Errorf("%+v %v", u, err)
	}
	for _, key := range [][]byte{{2}, {3}, nil} {
		_, err := f.APIKey(t.Context(), key)
		f.wantKind(err, poverty.NotFound, "")
	}
	f.exec("update users set active = false where id = $1", id)
	_, err := f.APIKey(t.Context(), []byte{1})
	f.wantKind(err, poverty.NotFound, "")
}
