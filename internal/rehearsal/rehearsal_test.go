package rehearsal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/internal/rehearsal"
	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
)

const namDong = "../../examples/nam-dong-2018"

// year is a cycle that was played to its end.
type year struct {
	store   *postgres.DB
	cycle   poverty.CycleID
	refused []rehearsal.Refused
	ledger  rehearsal.Ledger
	history []poverty.Entry
	duties  map[string]poverty.Duty // by key
	notices []poverty.Notice
	surveys []poverty.SurveyResult
}

// stage gives a play a store of its own and returns what plays it.
func stage(t *testing.T, o rehearsal.Options) func(context.Context) (year, error) {
	t.Helper()
	clock := &rehearsal.Clock{}
	url := testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate})
	store, err := postgres.Open(t.Context(), url, postgres.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return func(ctx context.Context) (year, error) {
		r, err := documents.ReadCycle(os.DirFS(namDong))
		if err != nil {
			return year{}, err
		}
		y := year{store: store, cycle: r.New.Cycle.ID, duties: map[string]poverty.Duty{}}
		if y.refused, err = rehearsal.Run(ctx, store, clock, r, o); err != nil {
			return y, err
		}
		return y, y.read(ctx)
	}
}

func (y *year) read(ctx context.Context) (err error) {
	if y.ledger, err = rehearsal.ReadLedger(ctx, y.store, y.cycle); err != nil {
		return err
	}
	ctx = poverty.WithActor(ctx, poverty.System("test"))
	if y.history, err = y.store.History(ctx, poverty.HistoryFilter{Cycle: y.cycle, Oldest: true, Limit: 5000}); err != nil {
		return err
	}
	if y.notices, err = y.store.Notices(ctx, poverty.NoticeFilter{Cycle: y.cycle, Limit: 5000}); err != nil {
		return err
	}
	if y.surveys, err = y.store.Surveys(ctx, y.cycle); err != nil {
		return err
	}
	list, err := y.store.Duties(ctx, poverty.DutyFilter{Cycle: y.cycle, Limit: 500})
	for _, d := range list {
		y.duties[d.Key] = d
	}
	return err
}

func play(t *testing.T, o rehearsal.Options) year {
	t.Helper()
	y, err := stage(t, o)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range y.refused {
		t.Errorf("refused: %v", r)
	}
	return y
}

// script is the year as its source tells it: each row a rule. An empty office is
// not looked at.
var script = []struct {
	rule   string
	at     string
	event  poverty.Event
	duty   string
	unit   poverty.UnitID
	period string
	rung   string
	office poverty.OfficeID
	notice string
}{
	{"the conclusion notice is issued", "2018-04-06 10:00", "opened", "cycle", "", "", "", "", ""},
	{"its duties are born with it", "2018-04-06 10:00", "opened", "plan", "thuong-long", "", "", "", ""},
	{"the meeting likewise", "2018-04-06 10:00", "opened", "meeting", "thuong-long", "", "", "", ""},
	{"a duty left undated is born too", "2018-04-06 10:00", "opened", "start-fund-2017", "cong-an-huyen", "", "", "", ""},
	{"the vice chair dates the police group's start", "2018-04-09 08:30", "dated", "start-fund-2017", "cong-an-huyen", "", "", "nam-dong/vice-chair", ""},
	{"a lead accepts its group", "2018-04-09 10:00", "accepted", "acceptance", "phong-nnptnt", "", "", "phong-nnptnt/head", ""},
	{"silence counts as acceptance after three working days", "2018-04-12 00:00", "accepted", "acceptance", "cong-an-huyen", "", "", "", ""},
	{"remind 3 of the plan", "2018-04-11 08:00", "reminded", "plan", "thuong-quang", "", "remind 3", "thuong-quang/officer", "reminder"},
	{"first plan sent", "2018-04-12 15:00", "submitted", "plan", "thuong-quang", "", "", "thuong-quang/head", ""},
	{"second plan sent", "2018-04-12 16:30", "submitted", "plan", "huong-huu", "", "", "huong-huu/head", ""},
	{"remind 0 falls before a Saturday last day", "2018-04-13 08:00", "reminded", "plan", "huong-son", "", "remind 0", "huong-son/officer", "reminder"},
	{"third plan sent", "2018-04-13 10:00", "submitted", "plan", "thuong-lo", "", "", "thuong-lo/head", ""},
	{"fourth plan sent", "2018-04-13 16:00", "submitted", "plan", "thuong-nhat", "", "", "thuong-nhat/head", ""},
	{"fifth plan sent on the Saturday evening", "2018-04-14 20:10", "submitted", "plan", "huong-son", "", "", "huong-son/head", ""},
	{"the sixth is overdue at midnight", "2018-04-15 00:00", "overdue", "plan", "thuong-long", "", "", "", ""},
	{"its overdue 1 to the head", "2018-04-16 08:00", "escalated", "plan", "thuong-long", "", "overdue 1", "thuong-long/head", "overdue"},
	{"sent, which ends the escalation", "2018-04-17 16:20", "submitted", "plan", "thuong-long", "", "", "thuong-long/head", ""},
	{"the escalation is closed", "2018-04-17 16:20", "closed", "plan", "thuong-long", "", "", "", ""},
	{"its meeting extended", "2018-04-18 14:30", "extended", "meeting", "thuong-long", "", "", "phong-ldtbxh/head", ""},
	{"and the commune told", "2018-04-18 14:30", "extended", "meeting", "thuong-long", "", "", "thuong-long/head", "decision"},
	{"its plan returned", "2018-04-19 14:00", "returned", "plan", "thuong-long", "", "", "phong-ldtbxh/head", ""},
	{"and the commune told", "2018-04-19 14:00", "returned", "plan", "thuong-long", "", "", "thuong-long/head", "decision"},
	{"back within its term", "2018-04-23 15:30", "submitted", "plan", "thuong-long", "", "", "thuong-long/head", ""},
	{"appraised", "2018-04-24 10:00", "done", "appraisal", "phong-ldtbxh", "", "", "phong-ldtbxh/head", ""},
	{"approved after the holiday", "2018-04-26 15:00", "accepted", "plan", "thuong-long", "", "", "nam-dong/vice-chair", ""},
	{"the agencies get the list when it is sent", "2018-04-12 15:00", "submitted", "plan", "thuong-quang", "", "", "phong-nnptnt/head", "list"},
	{"and its lead is to confirm it", "2018-04-12 15:00", "opened", "receipt-sent", "phong-nnptnt", "", "", "", ""},
	{"which it does", "2018-04-13 09:30", "done", "receipt-sent", "phong-nnptnt", "", "", "phong-nnptnt/head", ""},
	{"a later round makes the earlier list void", "2018-04-23 15:30", "excused", "receipt-sent", "cong-an-huyen", "", "", "thuong-long/head", ""},
	{"the agencies get the list again when it is approved", "2018-04-26 15:00", "accepted", "plan", "thuong-long", "", "", "cong-an-huyen/head", "list"},
	{"a lead that does not confirm is late", "2018-04-27 00:00", "overdue", "receipt-approved", "phong-gddt", "", "", "", ""},
	{"and its head is told", "2018-04-27 08:00", "escalated", "receipt-approved", "phong-gddt", "", "overdue 1", "phong-gddt/head", "overdue"},
	{"it confirms", "2018-04-27 10:00", "done", "receipt-approved", "phong-gddt", "", "", "phong-gddt/head", ""},
	{"approval lays the posting on the commune", "2018-04-26 15:00", "opened", "posting-plan", "thuong-long", "", "", "", ""},
	{"which posts the list", "2018-04-27 14:00", "done", "posting-plan", "thuong-long", "", "", "thuong-long/head", ""},
	{"an objection to the survey's list is to be answered", "2018-12-06 14:00", "opened", "objection", "thuong-long", "", "", "thuong-long/officer", ""},
	{"it is upheld", "2018-12-10 15:00", "done", "objection", "thuong-long", "", "", "thuong-long/head", ""},
	{"the other is rejected", "2018-12-10 15:20", "done", "objection", "thuong-long", "", "", "thuong-long/head", ""},
	{"what was reopened is reviewed again before the result is confirmed", "2018-12-11 10:00", "done", "objection", "thuong-long", "", "", "thuong-long/officer", ""},
	{"first meeting", "2018-04-16 11:00", "done", "meeting", "thuong-quang", "", "", "", ""},
	{"second meeting", "2018-04-17 11:00", "done", "meeting", "thuong-lo", "", "", "", ""},
	{"third meeting", "2018-04-17 16:30", "done", "meeting", "thuong-nhat", "", "", "", ""},
	{"fourth meeting", "2018-04-18 11:00", "done", "meeting", "huong-huu", "", "", "", ""},
	{"fifth meeting", "2018-04-19 11:00", "done", "meeting", "huong-son", "", "", "", ""},
	{"the extended one", "2018-04-27 16:00", "done", "meeting", "thuong-long", "", "", "", ""},
	{"the extended meeting's ladder begins anew", "2018-04-23 08:00", "reminded", "meeting", "thuong-long", "", "remind 3", "thuong-long/officer", "reminder"},
	{"remind 3 of April's report leaps the holiday", "2018-04-24 08:00", "reminded", "report", "huong-huu", "2018-04", "remind 3", "huong-huu/officer", "reminder"},
	{"remind 0 of April's report", "2018-04-27 08:00", "reminded", "report", "huong-huu", "2018-04", "remind 0", "huong-huu/officer", "reminder"},
	{"the report arrives on paper", "2018-04-27 15:00", "submitted", "report", "huong-huu", "2018-04", "", "phong-ldtbxh/officer", ""},
	{"nobody knows it, so it is overdue", "2018-05-01 00:00", "overdue", "report", "huong-huu", "2018-04", "", "", ""},
	{"its overdue 1", "2018-05-02 08:00", "escalated", "report", "huong-huu", "2018-04", "overdue 1", "huong-huu/head", "overdue"},
	{"the receipt is recorded and corrects the verdict", "2018-05-02 09:10", "superseded", "report", "huong-huu", "2018-04", "", "phong-ldtbxh/officer", ""},
	{"police: remind 3", "2018-05-10 08:00", "reminded", "start-fund-2017", "cong-an-huyen", "", "remind 3", "cong-an-huyen/officer", "reminder"},
	{"police: remind 0", "2018-05-15 08:00", "reminded", "start-fund-2017", "cong-an-huyen", "", "remind 0", "cong-an-huyen/officer", "reminder"},
	{"police: overdue", "2018-05-16 00:00", "overdue", "start-fund-2017", "cong-an-huyen", "", "", "", ""},
	{"police: overdue 1 to its head", "2018-05-16 08:00", "escalated", "start-fund-2017", "cong-an-huyen", "", "overdue 1", "cong-an-huyen/head", "overdue"},
	{"police acknowledge", "2018-05-17 09:30", "acknowledged", "start-fund-2017", "cong-an-huyen", "", "", "cong-an-huyen/head", ""},
	{"overdue 3 is held", "2018-05-18 08:00", "held", "start-fund-2017", "cong-an-huyen", "", "overdue 3", "", ""},
	{"the promise lapses", "2018-05-26 00:00", "lapsed", "start-fund-2017", "cong-an-huyen", "", "", "", ""},
	{"overdue 3 to the vice chair on the next working day", "2018-05-28 08:00", "escalated", "start-fund-2017", "cong-an-huyen", "", "overdue 3", "nam-dong/vice-chair", "escalation"},
	{"the vice chair directs", "2018-05-29 14:00", "directed", "start-fund-2017", "cong-an-huyen", "", "", "nam-dong/vice-chair", ""},
	{"and the police are told", "2018-05-29 14:00", "directed", "start-fund-2017", "cong-an-huyen", "", "", "cong-an-huyen/head", "decision"},
	{"Hương Sơn group's report sent", "2018-05-30 09:40", "submitted", "report", "trung-tam-y-te", "2018-05", "", "trung-tam-y-te/officer", ""},
	{"returned", "2018-06-01 10:15", "returned", "report", "trung-tam-y-te", "2018-05", "", "phong-ldtbxh/head", ""},
	{"back within its term", "2018-06-04 15:00", "submitted", "report", "trung-tam-y-te", "2018-05", "", "trung-tam-y-te/officer", ""},
	{"the police's first delivery", "2018-06-05 16:30", "done", "start-fund-2017", "cong-an-huyen", "", "", "cong-an-huyen/head", ""},
	{"closes the escalation", "2018-06-05 16:30", "closed", "start-fund-2017", "cong-an-huyen", "", "", "", ""},
	{"the district's meeting of 4 April is recorded with its conclusion notice", "2018-04-06 10:30", "done", "meeting/hop-huyen-04", "nam-dong", "", "", "nam-dong/vice-chair", ""},
	{"a commune invites to its meeting", "2018-04-11 09:00", "opened", "meeting/hop-thuong-quang", "thuong-quang", "", "", "thuong-quang/head", ""},
	{"the vice chair is invited", "2018-04-11 09:00", "noted", "", "nam-dong", "", "", "nam-dong/vice-chair", "meeting"},
	{"so is the group's lead", "2018-04-11 09:00", "noted", "", "phong-nnptnt", "", "", "phong-nnptnt/head", "meeting"},
	{"the meeting is held with attendance and conclusions", "2018-04-16 11:00", "done", "meeting/hop-thuong-quang", "thuong-quang", "", "", "thuong-quang/head", ""},
	{"a conclusion is a duty", "2018-04-17 11:00", "opened", "conclusion", "ban-chqs", "", "", "thuong-lo/head", ""},
	{"the meeting fulfils what its group owes in contact", "2018-04-17 11:00", "done", "contact", "ban-chqs", "", "", "thuong-lo/head", ""},
	{"Thượng Long's meeting is moved", "2018-04-18 15:00", "noted", "meeting/hop-thuong-long", "thuong-long", "", "", "thuong-long/head", ""},
	{"a proposal of the police", "2018-05-21 09:00", "opened", "obstacle/1", "cong-an-huyen", "", "", "cong-an-huyen/head", ""},
	{"forwarded, which ends what the standing office owes", "2018-05-23 10:00", "done", "obstacle", "phong-ldtbxh", "", "", "phong-ldtbxh/head", ""},
	{"and is laid on the owner", "2018-05-23 10:00", "opened", "obstacle", "nam-dong", "", "", "", ""},
	{"decided", "2018-05-25 15:00", "done", "obstacle/1", "cong-an-huyen", "", "", "nam-dong/vice-chair", ""},
	{"an inspection's finding is a duty", "2018-06-14 15:00", "opened", "conclusion", "thuong-long", "", "", "phong-ldtbxh/officer", ""},
	{"an obstacle that nobody answers in time", "2018-06-19 00:00", "overdue", "obstacle", "phong-ldtbxh", "", "", "", ""},
	{"overdue 1 to the head of who should answer", "2018-06-19 08:00", "escalated", "obstacle", "phong-ldtbxh", "", "overdue 1", "phong-ldtbxh/head", "overdue"},
	{"answered late", "2018-06-20 14:00", "done", "obstacle", "phong-ldtbxh", "", "", "phong-ldtbxh/officer", ""},
	{"and Hương Hữu is told", "2018-06-20 14:00", "noted", "", "huong-huu", "", "", "huong-huu/head", "obstacle"},
	{"a group out of touch with its commune for 45 days", "2018-06-30 00:00", "overdue", "contact", "ban-chqs", "", "", "", ""},
	{"a group that has not met for 45 days", "2018-07-01 00:00", "overdue", "group-meeting", "phong-gddt", "", "", "", ""},
	{"the group is told on the first working day", "2018-07-02 08:00", "escalated", "group-meeting", "phong-gddt", "", "overdue 1", "phong-gddt/head", "overdue"},
	{"and the standing office", "2018-07-04 08:00", "escalated", "group-meeting", "phong-gddt", "", "overdue 3", "phong-ldtbxh/head", "escalation"},
	{"a visit is contact again", "2018-07-05 16:00", "done", "contact", "ban-chqs", "", "", "ban-chqs/officer", ""},
	{"it meets", "2018-07-06 16:30", "done", "group-meeting", "phong-gddt", "", "", "phong-gddt/officer", ""},
	{"and owes the next meeting", "2018-07-06 16:30", "opened", "group-meeting", "phong-gddt", "", "", "", ""},
	{"a contribution to the interim review is late", "2018-07-06 00:00", "overdue", "input-interim", "phong-gddt", "", "", "", ""},
	{"and its head is told", "2018-07-06 08:00", "escalated", "input-interim", "phong-gddt", "", "overdue 1", "phong-gddt/head", "overdue"},
	{"said after all", "2018-07-09 11:00", "done", "input-interim", "phong-gddt", "", "", "phong-gddt/officer", ""},
	{"a conclusion of the conference is a duty without a day", "2018-07-10 16:00", "opened", "conclusion", "cong-an-huyen", "", "", "phong-ldtbxh/head", ""},
	{"interim conference", "2018-07-10 11:30", "done", "review-interim", "phong-ldtbxh", "", "", "phong-ldtbxh/head", ""},
	{"a vacant office's reminder goes to nobody", "2018-07-25 08:00", "reminded", "report", "huong-huu", "2018-07", "remind 3", "huong-huu/officer", "vacant"},
	{"and the standing office is told of the vacancy", "2018-07-25 08:00", "noted", "report", "huong-huu", "2018-07", "", "phong-ldtbxh/head", "vacancy"},
	{"July: overdue 1", "2018-07-31 08:00", "escalated", "report", "huong-huu", "2018-07", "overdue 1", "huong-huu/head", "overdue"},
	{"July: overdue 3 to the standing office", "2018-08-02 08:00", "escalated", "report", "huong-huu", "2018-07", "overdue 3", "phong-ldtbxh/head", "escalation"},
	{"July: overdue 5 to the vice chair", "2018-08-06 08:00", "escalated", "report", "huong-huu", "2018-07", "overdue 5", "nam-dong/vice-chair", "escalation"},
	{"July's report in", "2018-08-07 10:30", "submitted", "report", "huong-huu", "2018-07", "", "huong-huu/officer", ""},
	{"nothing delivered in October: no progress", "2018-10-31 00:00", "opened", "progress", "phong-nnptnt", "2018-10", "", "", ""},
	{"counted from the end of October", "2018-11-01 00:00", "overdue", "progress", "phong-nnptnt", "2018-10", "", "", ""},
	{"to the head of the agency", "2018-11-01 08:00", "escalated", "progress", "phong-nnptnt", "2018-10", "overdue 1", "phong-nnptnt/head", "overdue"},
	{"delivered again", "2018-11-09 15:00", "done", "progress", "phong-nnptnt", "2018-10", "", "phong-nnptnt/head", ""},
	{"a component's start has its own day", "2018-04-06 10:00", "opened", "start", "phong-nnptnt", "", "", "", ""},
	{"its first delivery ends it", "2018-08-15 09:30", "done", "start", "phong-nnptnt", "", "", "phong-nnptnt/head", ""},
	{"the preliminary survey is laid on with its window", "2018-09-01 00:00", "opened", "survey-preliminary", "thuong-nhat", "", "", "", ""},
	{"preliminary survey result", "2018-11-14 16:20", "done", "survey-preliminary", "huong-son", "", "", "huong-son/head", ""},
	{"flood", "2018-12-08 16:00", "noted", "survey-official", "thuong-nhat", "", "", "phong-ldtbxh/officer", ""},
	{"first fall-back alert", "2018-12-11 14:00", "opened", "watch-check", "thuong-nhat", "", "", "", ""},
	{"second fall-back alert", "2018-12-11 14:20", "opened", "watch-check", "thuong-lo", "", "", "", ""},
	{"the official list extended", "2018-12-12 10:00", "extended", "survey-official", "thuong-nhat", "", "", "phong-ldtbxh/head", ""},
	{"the household falls back", "2018-12-19 10:00", "done", "watch-result", "thuong-nhat", "", "", "thuong-nhat/head", ""},
	{"the other is helped", "2018-12-19 10:30", "done", "watch-result", "thuong-lo", "", "", "thuong-lo/head", ""},
	{"the official list is in", "2018-12-20 15:20", "done", "survey-official", "thuong-nhat", "", "", "thuong-nhat/head", ""},
	{"remind 0 of December's report", "2018-12-28 08:00", "reminded", "report", "ban-chqs", "2018-12", "remind 0", "ban-chqs/officer", "reminder"},
	{"year-end conference", "2018-12-28 16:00", "done", "review-year-end", "phong-ldtbxh", "", "", "phong-ldtbxh/head", ""},
	{"the military's report is overdue at midnight", "2018-12-31 00:00", "overdue", "report", "ban-chqs", "2018-12", "", "", ""},
	{"late, before any rung", "2019-01-02 07:40", "submitted", "report", "ban-chqs", "2018-12", "", "ban-chqs/officer", ""},
	{"the year is closed", "2019-01-15 10:00", "closed", "cycle", "", "", "", "nam-dong/vice-chair", ""},
}

func TestRun_nam_dong_2018_is_lived_as_scripted(t *testing.T) {
	t.Parallel()
	y := play(t, rehearsal.Options{})
	for _, row := range script {
		at, err := time.ParseInLocation("2006-01-02 15:04", row.at, calendar.Zone)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, l := range y.ledger.Ledger {
			if l.At == at.Format(time.RFC3339) && l.Event == row.event && l.Duty == row.duty && l.Unit == row.unit && l.Period == row.period &&
				l.Rung == row.rung && (row.office == "" || l.Office == row.office) && l.Notice == row.notice {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s: %d lines of %s %s %s %s %s %s %s", row.rule, found, row.at, row.event, row.duty, row.unit, row.period, row.rung, row.office)
		}
	}
	t.Run("each rung of a ladder once", func(t *testing.T) { onceEach(t, y) })
	t.Run("no trouble for who was on time", func(t *testing.T) {
		want := map[string][]string{
			"nam-dong:2018/plan/thuong-long":              {"overdue 1"},
			"nam-dong:2018/report/huong-huu/2018-04":      {"overdue 1"},
			"nam-dong:2018/start-fund-2017/cong-an-huyen": {"overdue 1", "overdue 3", "overdue 4"},
			"nam-dong:2018/report/huong-huu/2018-07":      {"overdue 1", "overdue 3", "overdue 5"},
			"nam-dong:2018/report/ban-chqs/2018-12":       nil,

			"nam-dong:2018/receipt-approved/phong-gddt/huong-huu.1": {"overdue 1"},
			"nam-dong:2018/contact/ban-chqs/thuong-lo.3":            {"overdue 1", "overdue 3"},
			"nam-dong:2018/group-meeting/phong-gddt/huong-huu.2":    {"overdue 1", "overdue 3"},
			"nam-dong:2018/obstacle/phong-ldtbxh/huong-huu.2":       {"overdue 1"},
			"nam-dong:2018/input-interim/phong-gddt":                {"overdue 1"},
			"nam-dong:2018/progress/phong-nnptnt/2018-10/de-giong":  {"overdue 1", "overdue 5"},
		}
		if diff := cmp.Diff(want, y.troubled()); diff != "" {
			t.Errorf("duties that were overdue, and the rungs that fired for them (-want +got):\n%s", diff)
		}
	})
	t.Run("verdicts", func(t *testing.T) { verdicts(t, y) })
	t.Run("each planted gap is found once, and none is invented", func(t *testing.T) {
		gaps, err := y.store.Gaps(poverty.WithActor(t.Context(), poverty.System("test")), y.cycle)
		if err != nil {
			t.Fatal(err)
		}
		for i := range gaps {
			gaps[i].Household = 0 // a number of the store's
		}
		want := []poverty.Gap{
			{Kind: poverty.GapHouseholdWithoutHelp, Unit: "thuong-long", Code: "thuong-long-052"},
			{Kind: poverty.GapAgencyIdle, Unit: "dien-luc"},
		}
		if diff := cmp.Diff(want, gaps); diff != "" {
			t.Errorf("gaps at the end of the year (-want +got):\n%s", diff)
		}
	})
	t.Run("one household tips the commune over", func(t *testing.T) {
		want := map[poverty.UnitID][2]int{
			"thuong-long": {660, 98}, "thuong-quang": {480, 23}, "thuong-lo": {350, 17},
			"thuong-nhat": {560, 28}, "huong-huu": {610, 86}, "huong-son": {350, 36},
		}
		got := map[poverty.UnitID][2]int{}
		for _, s := range y.surveys {
			if s.Stage == "official" {
				got[s.Unit] = [2]int{s.Households, s.Poor}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("official survey (-want +got):\n%s", diff)
		}
	})
}

// troubled returns the duties that were overdue, each with the rungs after its
// last day that fired.
func (y year) troubled() map[string][]string {
	keys := map[poverty.DutyID]string{}
	for key, d := range y.duties {
		keys[d.ID] = key
	}
	rungs := map[string][]string{}
	for _, e := range y.history {
		switch key := keys[e.Duty]; e.Event {
		case poverty.EventOverdue:
			rungs[key] = append(rungs[key], []string(nil)...)
		case poverty.EventEscalated:
			rungs[key] = append(rungs[key], e.Rung)
		}
	}
	return rungs
}

// onceEach fails when a rung of a ladder fired or passed more than once, or a
// notice was written twice.
func onceEach(t *testing.T, y year) {
	t.Helper()
	seen := map[string]int{}
	for _, e := range y.history {
		switch e.Event {
		case poverty.EventReminded, poverty.EventEscalated, poverty.EventPassed:
			seen[fmt.Sprintf("rung %d/%d/%s", e.Duty, e.Ladder, e.Rung)]++
		case poverty.EventOverdue:
			seen[fmt.Sprintf("verdict %d/%d", e.Duty, e.Ladder)]++
		}
	}
	for _, n := range y.notices {
		if n.Rung != "" {
			seen[fmt.Sprintf("notice %d/%s/%s/%s/%d", n.Duty, n.At, n.Rung, n.Office, n.User)]++
		}
	}
	for what, times := range seen {
		if times != 1 {
			t.Errorf("%s: %d times", what, times)
		}
	}
	if len(seen) == 0 {
		t.Error("nothing fired at all")
	}
}

func verdicts(t *testing.T, y year) {
	t.Helper()
	late := []string{
		"nam-dong:2018/plan/thuong-long", "nam-dong:2018/report/ban-chqs/2018-12",
		"nam-dong:2018/report/huong-huu/2018-07", "nam-dong:2018/start-fund-2017/cong-an-huyen",
		"nam-dong:2018/receipt-approved/phong-gddt/huong-huu.1",
		"nam-dong:2018/contact/ban-chqs/thuong-lo.3", "nam-dong:2018/group-meeting/phong-gddt/huong-huu.2",
		"nam-dong:2018/obstacle/phong-ldtbxh/huong-huu.2",
		"nam-dong:2018/progress/phong-nnptnt/2018-10/de-giong", "nam-dong:2018/input-interim/phong-gddt",
	}
	// What the close found open, none of it late: carried by decision, by silence
	// with its own day or none; one excused.
	left := map[string]poverty.DutyState{
		"nam-dong:2018/conclusion/ubmttq/hoi-nghi-tong-ket.2":       poverty.DutyCarried,
		"nam-dong:2018/conclusion/phong-ldtbxh/hoi-nghi-tong-ket.1": poverty.DutyCarried,
		"nam-dong:2018/shortcoming/ubmttq/6.2":                      poverty.DutyCarried,
		"nam-dong:2018/shortcoming/ubmttq/8.0":                      poverty.DutyCarried,
		"nam-dong:2018/conclusion/phong-nnptnt/hoi-nghi-so-ket.3":   poverty.DutyExcused,
	}
	for key := range left {
		if _, ok := y.duties[key]; !ok {
			t.Errorf("no duty %s", key)
		}
	}
	extended := []string{"nam-dong:2018/meeting/thuong-long", "nam-dong:2018/survey-official/thuong-nhat"}
	returned := []string{"nam-dong:2018/plan/thuong-long", "nam-dong:2018/report/trung-tam-y-te/2018-05"}
	for key, d := range y.duties {
		want, state := poverty.OnTime, poverty.DutyDone
		if slices.Contains(late, key) {
			want = poverty.Late
		}
		if key == "nam-dong:2018/receipt-sent/cong-an-huyen/thuong-long.1" { // a second round took its place
			want, state = poverty.NoVerdict, poverty.DutyExcused
		}
		if s, open := left[key]; open {
			want, state = poverty.NoVerdict, s
		}
		if d.Verdict != want || d.State != state {
			t.Errorf("%s is %s, %s; want %s, %s", key, d.State, d.Verdict, state, want)
		}
		if got := slices.Contains(extended, key); got != d.Extended {
			t.Errorf("%s extended: %v", key, d.Extended)
		}
		if got := slices.Contains(returned, key); got != (d.Returns > 0) {
			t.Errorf("%s was returned %d times", key, d.Returns)
		}
	}
}

func TestRun_twice_gives_the_same_bytes(t *testing.T) {
	t.Parallel()
	var ledgers [2][]byte
	work, ctx := errgroup.WithContext(t.Context())
	for i := range ledgers {
		play := stage(t, rehearsal.Options{})
		work.Go(func() error {
			y, err := play(ctx)
			if err != nil {
				return err
			}
			ledgers[i], err = json.MarshalIndent(y.ledger, "", " ")
			return err
		})
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(ledgers[0], ledgers[1]) {
		t.Errorf("two runs differ (-one +other):\n%s", cmp.Diff(string(ledgers[0]), string(ledgers[1])))
	}
	if !bytes.Contains(ledgers[0], []byte("2019-01-15T10:00:00+07:00")) {
		t.Error("the ledger does not reach the year's close")
	}
}

func TestRun_started_late_comes_to_the_same_verdicts(t *testing.T) {
	t.Parallel()
	start := calendar.MustDate("2018-08-01").At(calendar.MustClock("10:00"))
	timely, late := stage(t, rehearsal.Options{}), stage(t, rehearsal.Options{Start: start})
	var years [2]year
	work, ctx := errgroup.WithContext(t.Context())
	for i, play := range []func(context.Context) (year, error){timely, late} {
		work.Go(func() (err error) {
			years[i], err = play(ctx)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, r := range years[1].refused {
		t.Errorf("refused: %v", r)
	}
	type outcome struct {
		State    poverty.DutyState
		Verdict  poverty.Verdict
		Extended bool
		Returns  int
		LastDay  calendar.Date
	}
	outcomes := func(y year) map[string]outcome {
		all := map[string]outcome{}
		for key, d := range y.duties {
			if d.Kind == poverty.DutyWatch { // its subject is a number of the store's
				key = strings.TrimSuffix(key, d.Subject) + d.OpenedAt.String()
			}
			all[key] = outcome{d.State, d.Verdict, d.Extended, d.Returns, d.LastDay}
		}
		return all
	}
	if diff := cmp.Diff(outcomes(years[0]), outcomes(years[1])); diff != "" {
		t.Errorf("the late start changes what came of duties (-timely +late):\n%s", diff)
	}
	y := years[1]
	onceEach(t, y)
	passed := 0
	for _, e := range y.history {
		switch e.Event {
		case poverty.EventPassed:
			passed++
			if !e.At.Before(start) {
				t.Errorf("%s %s %s of %s is passed, although it lies after the start", e.Code, e.Unit, e.Rung, e.At)
			}
		case poverty.EventReminded, poverty.EventEscalated:
			if e.At.Before(start) {
				t.Errorf("%s %s %s of %s fired, although it lies before the start", e.Code, e.Unit, e.Rung, e.At)
			}
		}
	}
	// As many rungs as the timely year fired or held back until then.
	want := 0
	for _, e := range years[0].history {
		if e.At.Before(start) && (e.Event == poverty.EventReminded || e.Event == poverty.EventEscalated) {
			want++
		}
	}
	if passed < want {
		t.Errorf("%d rungs passed, the timely year fired %d until then", passed, want)
	}
	var summaries []poverty.OfficeID
	for _, n := range y.notices {
		if n.Kind == poverty.NoticeSummary {
			summaries = append(summaries, n.Office)
			continue
		}
		if !n.At.After(start) {
			t.Errorf("notice %s of %s, before or at the start", n.Key, n.At)
		}
	}
	if diff := cmp.Diff([]poverty.OfficeID{"phong-ldtbxh/head"}, summaries); diff != "" {
		t.Errorf("whom a summary went to (-want +got):\n%s", diff)
	}
}
