package workflows_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"dondoc/activities"
	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/internal/e2e"
	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/worker"
	"dondoc/workflows"
)

// story is a cycle in force since half a year on the real servers, with people
// who decide. The real Temporal server skips no time: what lies in the past is
// caught up at once, and what was decided in the past is decided with the
// store's clock put back.
type story struct {
	t       *testing.T
	client  client.Client
	store   *postgres.DB
	engine  *workflows.Engine
	url     string
	cycle   poverty.CycleID
	today   calendar.Date
	mu      sync.Mutex
	earlier time.Duration // how far the store's clock is put back
	end     func()        // stops the worker
}

func (s *story) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(-s.earlier)
}

func (s *story) putBack(days int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.earlier = time.Duration(days) * 24 * time.Hour
}

// few lays each kind of duty on a few, so that a history of each kind comes of
// it and no more.
var few = map[string][]string{
	"plan": {"thuong-long", "huong-huu"}, "meeting": {"thuong-long"}, "acceptance": {"cong-an-huyen"}, "start-fund-2017": {"cong-an-huyen"},
	"report": {"thuong-long", "huong-huu"}, "survey-preliminary": {"huong-huu"}, "survey-official": {"huong-huu"},
}

// begun starts the cycle: issued half a year ago and in force since then, with
// a month still to come.
func begun(t *testing.T) *story {
	t.Helper()
	s := &story{t: t, today: calendar.DateOf(time.Now())}
	s.url = testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate})
	var err error
	if s.store, err = postgres.Open(t.Context(), s.url, postgres.Options{Now: s.now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.store.Close)
	r, err := documents.ReadCycle(os.DirFS("../examples/nam-dong-2018"))
	if err != nil {
		t.Fatal(err)
	}
	now := calendar.MonthOf(s.today)
	r = documents.Shift(r, 12*(now.Year()-2018)+int(now.Month())-12+1)
	s.cycle = r.New.Cycle.ID
	rules := &r.New.Cycle.Rules
	for i, d := range rules.Duties {
		if who, ok := few[d.Code]; ok {
			rules.Duties[i].Who = who
		}
		switch d.Kind {
		case poverty.DutyAcceptance:
			rules.Duties[i].Deemed = false
		case poverty.DutyReport:
			rules.Duties[i].From = now.Add(-1)
		}
	}
	system := poverty.WithActor(t.Context(), poverty.System("test"))
	if err := s.store.CreateCycle(system, r.New); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.OpenCycle(system, s.cycle, r.New.Cycle.IssuedAt); err != nil {
		t.Fatal(err)
	}
	_, namespace := testkit.Temporal(t)
	if s.client, err = client.DialContext(t.Context(), client.Options{HostPort: testkit.TemporalAddress(t), Namespace: namespace, Identity: "test", Logger: silent}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.client.Close)
	w := worker.New(s.client, &activities.Activities{Store: s.store}, func(err error) { t.Error(err) })
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	s.end = sync.OnceFunc(w.Stop)
	t.Cleanup(s.end)
	s.engine = workflows.NewEngine(s.client, s.store)
	if _, err := s.engine.StartCycle(s.as("phong-ldtbxh/head"), s.cycle); err != nil {
		t.Fatal(err)
	}
	return s
}

// as returns a context in which the holder of an office acts.
func (s *story) as(office poverty.OfficeID) context.Context {
	s.t.Helper()
	ctx := poverty.WithActor(s.t.Context(), poverty.System("test"))
	user, err := s.store.Holder(ctx, office, s.today)
	if err != nil || user == 0 {
		s.t.Fatalf("holder of %s: %d, %v", office, user, err)
	}
	return poverty.WithActor(s.t.Context(), poverty.Actor{User: user, Office: office})
}

// until polls a condition.
func (s *story) until(what string, holds func() bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("it never came that %s", what)
		}
	}
}

func (s *story) duty(code, rest string) poverty.Duty {
	s.t.Helper()
	d, err := s.store.DutyByKey(poverty.WithActor(s.t.Context(), poverty.System("test")), fmt.Sprintf("%s/%s/%s", s.cycle, code, rest))
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// running waits until a process is there.
func (s *story) running(id string) {
	s.t.Helper()
	s.until(id+" runs", func() bool {
		_, err := s.client.DescribeWorkflowExecution(s.t.Context(), id, "")
		return err == nil
	})
}

// run is the run of a process that goes on; none when it has ended.
func (s *story) run(id string) string {
	s.t.Helper()
	x, err := s.client.DescribeWorkflowExecution(s.t.Context(), id, "")
	if err != nil || x.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return ""
	}
	return x.GetWorkflowExecutionInfo().GetExecution().GetRunId()
}

// happened waits until an event stands in a duty's history so many times.
func (s *story) happened(id poverty.DutyID, event poverty.Event, times int) {
	s.t.Helper()
	s.until(fmt.Sprintf("%s happened to duty %d, %d times", event, id, times), func() bool {
		list, err := s.store.History(poverty.WithActor(s.t.Context(), poverty.System("test")), poverty.HistoryFilter{Duty: id, Event: event, Limit: 100})
		return err == nil && len(list) >= times
	})
}

func (s *story) decide(office poverty.OfficeID, x poverty.Decision) poverty.Duty {
	s.t.Helper()
	x.Office = office
	d, err := s.engine.Decide(s.as(office), x)
	if err != nil {
		s.t.Fatalf("%s %s: %v", office, x.Act, err)
	}
	return d
}

func (s *story) move(office poverty.OfficeID, verb poverty.PlanVerb, reason string) {
	s.t.Helper()
	m := poverty.PlanMove{Cycle: s.cycle, Unit: "thuong-long", Verb: verb, Reason: reason, Office: office}
	if _, err := s.engine.MovePlan(s.as(office), m); err != nil {
		s.t.Fatalf("%s %s: %v", office, verb, err)
	}
}

// told is what people type in the story.
var told = []string{
	"Chờ họp dân xong sẽ gửi, anh Hồ Văn Bền hứa trước thứ sáu", "Cho gửi trước ngày đã hẹn, giao chị Lê Thị Xuyến theo dõi", "Đường vào xã sạt lở, gia hạn theo đề nghị của ông Trần Văn Lực",
	"Chưa nêu nguyên nhân nghèo của hộ bà Nguyễn Thị Thơm", "Kế hoạch giúp hộ bà Nguyễn Thị Thơm và chín hộ khác", "Báo cáo: đã giúp hộ ông Phạm Văn Đủ mua bò",
	"Số liệu của thôn 3 chưa khớp, hỏi lại chị Hoa", "Cán bộ nghỉ thai sản, chưa có người thay", "Công văn số 45 ngày thứ hai, ông Bình ký", "Giao đợt giống đầu cho hộ anh Tư",
	"Hội nghị giao ông Lâm chỉ đạo", "Điều chỉnh theo lịch nghỉ mới, bà Hạnh trình", "Kết thúc năm, ông Quang ký", "Nhận nhiệm vụ, cử anh Nam làm đầu mối", "Kiểm tra nhà của hộ ông Phạm Văn Đủ",
	"Bà Nguyễn Thị Kiện ở thôn 1", "0912 345 678, gặp sau giờ làm", "Hộ ông Trần Văn Lực không còn nghèo", "Đã xem lại phiếu của hộ ông Trần Văn Lực",
}

// object posts the list of the plan, objects to it and answers.
func (s *story) object() {
	s.t.Helper()
	ctx := s.as("thuong-long/officer")
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	must(s.store.PutHamlets(ctx, poverty.RegisterScope{Cycle: s.cycle, Unit: "thuong-long"}, []poverty.Hamlet{{Code: "t1", Name: "Thôn 1"}}))
	h, err := s.store.SaveHousehold(ctx, poverty.Household{Cycle: s.cycle, Unit: "thuong-long", Hamlet: "t1", Code: "001", Head: "Trần Văn Lực", Members: 3, Declared: poverty.ClassPoor}, "")
	must(err)
	p, err := s.engine.MovePosting(ctx, poverty.PostingMove{Verb: poverty.PostingPost, Cycle: s.cycle, Unit: "thuong-long", Subject: poverty.PlanSubject(2),
		Places: []string{"Nhà văn hóa thôn 1"}, Households: []poverty.HouseholdID{h.ID}})
	must(err)
	o, err := s.engine.MoveObjection(ctx, poverty.ObjectionMove{Verb: poverty.ObjectionRecord, Posting: p.ID, About: poverty.AboutHousehold, Row: 1,
		Objector: told[15], Contact: told[16], Way: "hand", Text: told[17]})
	must(err)
	_, err = s.engine.MoveObjection(s.as("thuong-long/head"), poverty.ObjectionMove{Verb: poverty.ObjectionReject, Objection: o.ID, Reason: told[18]})
	must(err)
	s.decide("cong-an-huyen/head", poverty.Decision{Duty: s.duty("receipt-approved", "cong-an-huyen/thuong-long.2").ID, Act: poverty.ActDone})
}

// live plays the story: an escalation whose acknowledgement lapses, is directed
// and then extended, one that is excused and one that ends by the work; a plan
// that is returned; a period with late units to its end; an answered
// assignment, a survey, a conference, an amendment, the close.
func (s *story) live() {
	month := calendar.MonthOf(s.today).Add(-1).String()
	plan := s.watched("plan", "thuong-long")
	late := s.watched("report", "huong-huu/"+month)
	excused := s.watched("report", "thuong-long/"+month)
	s.running(workflows.ID(poverty.Ref{Cycle: s.cycle, Process: poverty.ProcessPlan, Key: "thuong-long"}))

	s.putBack(20)
	s.decide("thuong-long/head", poverty.Decision{Duty: plan.ID, Act: poverty.ActAcknowledge, By: s.today.AddDays(-18), Reason: told[0]})
	s.putBack(0)
	s.happened(plan.ID, poverty.EventLapsed, 1)
	s.decide("nam-dong/vice-chair", poverty.Decision{Duty: plan.ID, Act: poverty.ActDirect, By: s.today.AddDays(2), Reason: told[1]})
	s.decide("nam-dong/vice-chair", poverty.Decision{Duty: plan.ID, Act: poverty.ActExtend, By: s.today.AddDays(20), Reason: told[2]})

	draft := func() {
		p, err := s.store.Plan(s.as("thuong-long/officer"), s.cycle, "thuong-long")
		if err != nil {
			s.t.Fatal(err)
		}
		content := poverty.PlanDraftContent{Cycle: s.cycle, Unit: p.Unit, Version: p.Version, ToLeave: 20, Focal: poverty.OfficeID(p.Unit + "/deputy"),
			Texts: map[string]string{"situation": told[4], "solutions": told[4], "organisation": told[4]}}
		if _, err := s.store.SavePlan(s.as("thuong-long/officer"), content); err != nil {
			s.t.Fatal(err)
		}
	}
	draft()
	s.move("thuong-long/head", poverty.PlanSend, "")
	s.move("phong-ldtbxh/head", poverty.PlanReturn, told[3])
	draft()
	s.move("thuong-long/head", poverty.PlanSend, "")
	s.move("phong-ldtbxh/head", poverty.PlanAppraise, "")
	s.move("nam-dong/vice-chair", poverty.PlanApprove, "")
	s.object()

	s.decide("nam-dong/chair", poverty.Decision{Duty: excused.ID, Act: poverty.ActExcuse, Basis: told[8]})
	report := &poverty.ReportContent{Figures: map[string]int64{"visits": 3}, Text: told[5], LateReason: told[7]}
	s.decide("huong-huu/head", poverty.Decision{Duty: late.ID, Act: poverty.ActSubmit, Report: report})
	s.decide("phong-ldtbxh/head", poverty.Decision{Duty: late.ID, Act: poverty.ActReturn, Reason: told[6]})
	report.Version = 1
	s.decide("huong-huu/head", poverty.Decision{Duty: late.ID, Act: poverty.ActSubmit, Report: report})
	s.decide("phong-ldtbxh/head", poverty.Decision{Duty: late.ID, Act: poverty.ActAccept})
	whole := s.duty("consolidation", "phong-ldtbxh/"+month)
	s.decide("phong-ldtbxh/officer", poverty.Decision{Duty: whole.ID, Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: told[5]}})
	s.decide("nam-dong/vice-chair", poverty.Decision{Duty: whole.ID, Act: poverty.ActAccept})

	s.running(workflows.ID(poverty.Ref{Cycle: s.cycle, Process: poverty.ProcessAssignment}))
	lead := s.as("cong-an-huyen/head")
	answer := poverty.AssignmentAnswer{Duty: s.duty("acceptance", "cong-an-huyen").ID, Accepted: true, Reason: told[13], Office: "cong-an-huyen/head"}
	if _, err := s.engine.AnswerAssignment(lead, answer); err != nil {
		s.t.Fatal(err)
	}
	s.decide("nam-dong/vice-chair", poverty.Decision{Duty: s.duty("start-fund-2017", "cong-an-huyen").ID, Act: poverty.ActDate, By: s.today.AddDays(9), Reason: told[9]})
	chair := s.as("nam-dong/vice-chair")
	if _, err := s.engine.AddDuty(chair, poverty.NewDuty{Cycle: s.cycle, Title: told[14], Unit: "huong-huu", Due: "by " + s.today.AddDays(15).String(), Office: "nam-dong/vice-chair"}); err != nil {
		s.t.Fatal(err)
	}
	s.decide("phong-ldtbxh/head", poverty.Decision{Duty: s.watched("review-interim", "phong-ldtbxh").ID, Act: poverty.ActDone, Reason: told[10]})
	s.decide("huong-huu/head", poverty.Decision{Duty: s.watched("survey-preliminary", "huong-huu").ID, Act: poverty.ActDone, Survey: &poverty.SurveyCounts{Households: 610, Poor: 86}})
	if _, err := s.engine.AmendCycle(s.as("phong-ldtbxh/head"), poverty.Amendment{Cycle: s.cycle, DaysOff: true, Reason: told[11], Office: "phong-ldtbxh/head"}); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.engine.CloseCycle(chair, poverty.CycleClosing{Cycle: s.cycle, Reason: told[12], Office: "nam-dong/vice-chair"}); err != nil {
		s.t.Fatal(err)
	}
}

// watched waits until a late duty's escalation runs, and returns the duty.
func (s *story) watched(code, rest string) poverty.Duty {
	s.t.Helper()
	key := fmt.Sprintf("%s/%s/%s", s.cycle, code, rest)
	s.running(workflows.ID(poverty.Ref{Cycle: s.cycle, DutyKey: key, Ladder: 1}))
	return s.duty(code, rest)
}

// histories returns the history of every process of the story that has begun,
// by workflow ID, once all have come to their end.
func (s *story) histories() map[string]*history.History {
	s.t.Helper()
	list := map[string]*history.History{}
	for _, id := range s.processes() {
		run := s.client.GetWorkflow(s.t.Context(), id, "")
		ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
		if err := run.Get(ctx, nil); err != nil {
			s.t.Errorf("%s has not ended well: %v", id, err)
		}
		cancel()
		h := &history.History{}
		for events := s.client.GetWorkflowHistory(s.t.Context(), id, "", false, 0); events.HasNext(); {
			e, err := events.Next()
			if err != nil {
				s.t.Fatal(err)
			}
			h.Events = append(h.Events, e)
		}
		list[id] = h
	}
	return list
}

// processes are the IDs of the workflows that have begun: of the cycle, of what
// it opened, and of escalations.
func (s *story) processes() []string {
	s.t.Helper()
	ids := []string{workflows.ID(poverty.Ref{Cycle: s.cycle})}
	have := func(ref poverty.Ref) {
		id := workflows.ID(ref)
		if slices.Contains(ids, id) {
			return
		}
		if _, err := s.client.DescribeWorkflowExecution(s.t.Context(), id, ""); err == nil {
			ids = append(ids, id)
		}
	}
	ctx := poverty.WithActor(s.t.Context(), poverty.System("test"))
	duties, err := s.store.Duties(ctx, poverty.DutyFilter{Cycle: s.cycle, Limit: 500})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range duties {
		have(poverty.Ref{Cycle: s.cycle, Process: d.Process, Key: d.ProcessKey})
		for ladder := 1; ladder <= d.LadderNo; ladder++ {
			have(poverty.Ref{Cycle: s.cycle, DutyKey: d.Key, Ladder: ladder})
		}
	}
	return ids
}

// TestHistories_of_the_real_server plays the story on the real servers, replays
// what came of it and looks for personal data in it. With DONDOC_RECORD=1 it
// also writes the histories that TestReplay replays from then on: record from
// the deployed commit, never from the change that is to be tested.
func TestHistories_of_the_real_server(t *testing.T) {
	t.Parallel()
	s := begun(t)
	s.live()
	all := s.histories()
	s.end()
	for id, h := range all {
		if err := replay(h); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	words, err := e2e.Personal(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range told {
		if !slices.Contains(words, text) {
			t.Errorf("what was typed is not among what is looked for: %s", text)
		}
	}
	for id, h := range all {
		leaks, err := e2e.Leaks(h, words)
		if err != nil {
			t.Fatal(err)
		}
		for _, leak := range leaks {
			t.Errorf("%s holds personal data: %s", id, leak)
		}
	}
	if os.Getenv("DONDOC_RECORD") == "1" {
		s.record(all)
	}
}

// recorded names the files that are kept of a story.
func (s *story) recorded() map[string]poverty.Ref {
	month := calendar.MonthOf(s.today).Add(-1).String()
	process := func(p poverty.Process, key string) poverty.Ref {
		return poverty.Ref{Cycle: s.cycle, Process: p, Key: key}
	}
	ladder := func(duty string) poverty.Ref {
		return poverty.Ref{Cycle: s.cycle, DutyKey: fmt.Sprintf("%s/%s", s.cycle, duty), Ladder: 1}
	}
	return map[string]poverty.Ref{
		"cycle":                      {Cycle: s.cycle},
		"survey":                     process(poverty.ProcessSurvey, ""),
		"plan-returned":              process(poverty.ProcessPlan, "thuong-long"),
		"plan-late":                  process(poverty.ProcessPlan, "huong-huu"),
		"assignment":                 process(poverty.ProcessAssignment, ""),
		"period-late":                process(poverty.ProcessPeriod, month),
		"period-open":                process(poverty.ProcessPeriod, calendar.MonthOf(s.today).String()),
		"review":                     process(poverty.ProcessReview, "review-interim"),
		"escalation-lapsed-extended": ladder("plan/thuong-long"),
		"escalation-done":            ladder("report/huong-huu/" + month),
		"escalation-excused":         ladder("report/thuong-long/" + month),
	}
}

func (s *story) record(all map[string]*history.History) {
	s.t.Helper()
	host, err := os.Hostname()
	if err != nil {
		s.t.Fatal(err)
	}
	for name, ref := range s.recorded() {
		h, ok := all[workflows.ID(ref)]
		if !ok {
			s.t.Errorf("nothing to record for %s", name)
			continue
		}
		raw, err := protojson.Marshal(h)
		if err != nil {
			s.t.Fatal(err)
		}
		var text bytes.Buffer // protojson's own indentation varies
		if err := json.Indent(&text, raw, "", "\t"); err != nil {
			s.t.Fatal(err)
		}
		plain := append(bytes.ReplaceAll(text.Bytes(), []byte(host), []byte("test")), '\n')
		if err := os.WriteFile(filepath.Join("testdata", "replay", name+".json"), plain, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestLeaks_finds_a_planted_name(t *testing.T) {
	t.Parallel()
	const name = "Nguyễn Thị Thơm"
	payload := func(data string) *common.Payloads {
		return &common.Payloads{Payloads: []*common.Payload{{Data: []byte(data)}}}
	}
	for place, plant := range map[string]func(*history.HistoryEvent){
		"input": func(e *history.HistoryEvent) {
			e.GetWorkflowExecutionStartedEventAttributes().Input = payload(`{"reason":"Chờ ` + name + `"}`)
		},
		"input that is escaped": func(e *history.HistoryEvent) {
			e.GetWorkflowExecutionStartedEventAttributes().Input = payload(`{"reason":"Nguy\u1ec5n Th\u1ecb Th\u01a1m"}`)
		},
		"key": func(e *history.HistoryEvent) {
			e.GetWorkflowExecutionStartedEventAttributes().Input = payload(`{"` + name + `":1}`)
		},
		"not JSON": func(e *history.HistoryEvent) {
			e.GetWorkflowExecutionStartedEventAttributes().Input = payload("hộ bà " + name)
		},
		"memo": func(e *history.HistoryEvent) {
			e.GetWorkflowExecutionStartedEventAttributes().Memo = &common.Memo{Fields: map[string]*common.Payload{"who": {Data: []byte(name)}}}
		},
		"name of a memo": func(e *history.HistoryEvent) {
			e.GetWorkflowExecutionStartedEventAttributes().Memo = &common.Memo{Fields: map[string]*common.Payload{name: {}}}
		},
		"identity": func(e *history.HistoryEvent) { e.GetWorkflowExecutionStartedEventAttributes().Identity = name },
	} {
		h := recordings(t)["cycle.json"]
		clean, err := e2e.Leaks(h, []string{name})
		if err != nil || len(clean) != 0 {
			t.Fatalf("before: %v, %v", clean, err)
		}
		h = proto.CloneOf(h)
		plant(h.GetEvents()[0])
		leaks, err := e2e.Leaks(h, []string{name, "absent"})
		if err != nil || len(leaks) != 1 || !strings.Contains(leaks[0], name) {
			t.Errorf("%s: %v, %v; want the name, once", place, leaks, err)
		}
	}
}

// TestTend_revives_what_died_and_tells_what_was_lost is about a workflow engine
// that lost something, and a message that never came: the store knows both.
func TestTend_revives_what_died_and_tells_what_was_lost(t *testing.T) {
	t.Parallel()
	s := begun(t)
	assignment := poverty.Ref{Cycle: s.cycle, Process: poverty.ProcessAssignment}
	late := s.watched("plan", "huong-huu")
	dead := []string{workflows.ID(poverty.Ref{Cycle: s.cycle}), workflows.ID(poverty.Ref{Cycle: s.cycle, Process: poverty.ProcessPlan, Key: "huong-huu"}),
		workflows.ID(poverty.Ref{Cycle: s.cycle, DutyKey: late.Key, Ladder: late.LadderNo})}
	runs := map[string]string{}
	s.running(workflows.ID(assignment))
	lose := func() {
		t.Helper()
		for _, id := range dead {
			runs[id] = s.run(id)
			if err := s.client.TerminateWorkflow(t.Context(), id, "", "lost"); err != nil {
				t.Fatal(err)
			}
		}
	}
	lose()
	// A duty laid on by the store alone: nobody told the process that watches it.
	chair := s.as("nam-dong/vice-chair")
	stored, err := s.store.Propose(chair, poverty.Proposal{Add: &poverty.NewDuty{Cycle: s.cycle, Title: told[14], Unit: "huong-huu", Due: "by " + s.today.AddDays(15).String(), Office: "nam-dong/vice-chair"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.Enact(chair, stored.ID, time.Time{}); err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	var tending sync.WaitGroup
	tending.Go(func() {
		worker.Tend(ctx, s.store, s.engine, worker.Pace{Tell: 50 * time.Millisecond, Revive: time.Second})
	})
	defer tending.Wait()
	defer cancel()
	again := func() {
		t.Helper()
		for _, id := range dead {
			s.until(id+" is there again", func() bool { run := s.run(id); return run != "" && run != runs[id] })
		}
	}
	again()
	lose() // while the worker goes on
	again()
	s.until("the process is told of its new duty", func() bool {
		for events := s.client.GetWorkflowHistory(t.Context(), workflows.ID(assignment), "", false, 0); events.HasNext(); {
			e, err := events.Next()
			if err != nil {
				return false
			}
			if e.GetWorkflowExecutionSignaledEventAttributes().GetSignalName() == workflows.Changed {
				return true
			}
		}
		return false
	})
	s.until("nothing is left to tell", func() bool {
		refs, err := s.store.Wakes(poverty.WithActor(t.Context(), poverty.System("test")), 100)
		return err == nil && len(refs) == 0
	})
	s.end()
}

// A duty that comes back after its process has ended is watched again at once: an
// excuse, taken back, of the last report of a period that was done with.
func TestWake_starts_a_process_again_in_which_a_duty_came_back(t *testing.T) {
	t.Parallel()
	s := begun(t)
	month := calendar.MonthOf(s.today).Add(-1).String()
	period := workflows.ID(poverty.Ref{Cycle: s.cycle, Process: poverty.ProcessPeriod, Key: month})
	last := s.watched("report", "huong-huu/"+month)
	climb := workflows.ID(poverty.Ref{Cycle: s.cycle, DutyKey: last.Key, Ladder: last.LadderNo})
	s.decide("nam-dong/chair", poverty.Decision{Duty: s.watched("report", "thuong-long/"+month).ID, Act: poverty.ActExcuse, Basis: told[8]})
	s.decide("nam-dong/chair", poverty.Decision{Duty: s.duty("consolidation", "phong-ldtbxh/"+month).ID, Act: poverty.ActExcuse, Basis: told[8]})
	s.decide("nam-dong/chair", poverty.Decision{Duty: last.ID, Act: poverty.ActExcuse, Basis: told[8]})
	for _, id := range []string{period, climb} {
		s.until(id+" ends", func() bool { return s.run(id) == "" })
	}
	s.decide("nam-dong/chair", poverty.Decision{Duty: last.ID, Act: poverty.ActUndo})
	for _, id := range []string{period, climb} {
		s.until(id+" is there again", func() bool { return s.run(id) != "" })
	}
	s.end()
}

// prompt is a store in which a decision is carried out as soon as it is stored,
// as by a process whose answer does not arrive.
type prompt struct{ *postgres.DB }

func (p prompt) Propose(ctx context.Context, x poverty.Proposal) (poverty.Proposed, error) {
	stored, err := p.DB.Propose(ctx, x)
	if err != nil {
		return stored, err
	}
	_, err = p.Enact(poverty.WithActor(ctx, poverty.System("test")), stored.ID, time.Time{})
	return stored, err
}

// A process that does not answer in time may decide all the same: the person is
// told so, finds the decision when it was carried out, and may send it again.
func TestDecide_without_an_answer_is_taken_down_and_not_lost(t *testing.T) {
	t.Parallel()
	s := begun(t)
	first, second := s.watched("plan", "thuong-long"), s.watched("plan", "huong-huu")
	s.end()
	chair := s.as("nam-dong/chair")
	excuse := func(d poverty.Duty) poverty.Decision {
		return poverty.Decision{Key: d.Key, Duty: d.ID, Act: poverty.ActExcuse, Basis: told[8], Office: "nam-dong/chair"}
	}
	hasty := workflows.NewEngine(s.client, s.store)
	hasty.SetPatience(300 * time.Millisecond)
	_, err := hasty.Decide(chair, excuse(first))
	if poverty.KindOf(err) != poverty.Unavailable || poverty.Refusal(err).Key != poverty.DecisionUnconfirmed {
		t.Fatalf("without a worker: %v", err)
	}
	w := worker.New(s.client, &activities.Activities{Store: s.store}, func(err error) { t.Error(err) })
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	d, err := s.engine.Decide(chair, excuse(first))
	w.Stop()
	if err != nil || d.State != poverty.DutyExcused {
		t.Fatalf("sent again: %+v, %v", d, err)
	}
	s.happened(first.ID, poverty.EventExcused, 1)
	hasty = workflows.NewEngine(s.client, prompt{s.store})
	hasty.SetPatience(300 * time.Millisecond)
	if d, err := hasty.Decide(chair, excuse(second)); err != nil || d.State != poverty.DutyExcused {
		t.Errorf("carried out without an answer: %+v, %v", d, err)
	}
	for _, id := range []poverty.DutyID{first.ID, second.ID} {
		list, err := s.store.History(poverty.WithActor(t.Context(), poverty.System("test")), poverty.HistoryFilter{Duty: id, Event: poverty.EventExcused})
		if err != nil || len(list) != 1 {
			t.Errorf("excused %d times, %v", len(list), err)
		}
	}
}

// stumbling answers the first update with an error.
type stumbling struct {
	client.Client
	first error
	asked []string
}

func (c *stumbling) UpdateWorkflow(ctx context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	if c.asked = append(c.asked, o.UpdateID); len(c.asked) == 1 {
		return nil, c.first
	}
	return c.Client.UpdateWorkflow(ctx, o)
}

// Temporal answers an update that it knows as it did before. A decision that was
// given up is therefore sent under another ID; one that a failed workflow task took
// with it is not known, and is sent again under its own.
func TestDecide_that_was_given_up_or_lost_is_carried_out_when_it_is_sent_again(t *testing.T) {
	t.Parallel()
	s := begun(t)
	given := poverty.Told{Kind: poverty.Unavailable, Key: poverty.DecisionGivenUp}
	for unit, x := range map[string]struct {
		first error
		same  bool
	}{
		"thuong-long": {temporal.NewNonRetryableApplicationError(given.Key, string(given.Kind), nil, given), false},
		"huong-huu":   {serviceerror.NewWorkflowNotReady("the workflow task failed"), true},
	} {
		c := &stumbling{Client: s.client, first: x.first}
		late := s.watched("plan", unit)
		d, err := workflows.NewEngine(c, s.store).Decide(s.as("nam-dong/chair"), poverty.Decision{Duty: late.ID, Act: poverty.ActExcuse, Basis: told[8], Office: "nam-dong/chair"})
		if err != nil || d.State != poverty.DutyExcused || len(c.asked) != 2 || (c.asked[0] == c.asked[1]) != x.same {
			t.Errorf("%s: %+v, %v, asked %q", unit, d, err, c.asked)
		}
	}
	s.end()
}
