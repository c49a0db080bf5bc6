package e2e_test

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"dondoc/calendar"
	"dondoc/internal/e2e"
	"dondoc/internal/services"
	"dondoc/mail"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/workflows"
)

const (
	cycle     = poverty.CycleID("huyen:2018")
	namespace = "dondoc"
	reason    = "Đã họp xong, biên bản do anh Trương Công Định giữ"
)

// site is the whole program on servers of its own: PostgreSQL, Temporal, a mail
// catcher, and `dondoc work` as a process of its own.
type site struct {
	t       *testing.T
	stack   *services.Stack
	catcher *mail.Catcher
	url     string
	store   *postgres.DB
	client  client.Client
	engine  *workflows.Engine
	program string
	env     []string
	worker  *exec.Cmd
	rung    time.Time // the planned instant: a full minute, soon
}

// program builds cmd/dondoc.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dondoc")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", path, "../../cmd/dondoc")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build dondoc: %v\n%s", err, out)
	}
	return path
}

// newSite starts everything, with a cycle whose one reminder is due at the next
// full minute, far enough away for something to be killed before it.
func newSite(t *testing.T, program string) *site {
	t.Helper()
	s := serve(t, program)
	s.startWorker()
	s.startCycle()
	return s
}

// serve starts the servers, with an empty store.
func serve(t *testing.T, program string) *site {
	t.Helper()
	s := &site{t: t, program: program}
	s.startServers()
	smtp, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	silent := slog.New(slog.DiscardHandler)
	if s.catcher, err = mail.NewCatcher(mail.CatcherConfig{Dir: t.TempDir(), Lang: "vi", Now: time.Now, Log: silent}); err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.catcher.Serve(smtp) }()
	t.Cleanup(func() { _ = s.catcher.Close() })

	if s.url, err = s.stack.Postgres.CreateDatabase(t.Context(), "dondoc"); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), s.url, migrations.FS); err != nil {
		t.Fatal(err)
	}
	if s.store, err = postgres.Open(t.Context(), s.url, postgres.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.store.Close)
	if err := s.stack.Temporal.RegisterNamespace(t.Context(), namespace, 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	s.client, err = client.DialContext(t.Context(), client.Options{HostPort: s.stack.Temporal.Address(), Namespace: namespace, Logger: log.NewStructuredLogger(silent)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.client.Close)
	s.engine = workflows.NewEngine(s.client, s.store)
	s.env = append(os.Environ(), "DONDOC_DATABASE_URL="+s.url, "TEMPORAL_ADDRESS="+s.stack.Temporal.Address(), "TEMPORAL_NAMESPACE="+namespace,
		"DONDOC_SMTP_URL=smtp://"+smtp.Addr().String()+"?tls=none", "DONDOC_MAIL_FROM=dondoc@huyen.example")
	return s
}

func (s *site) startServers() {
	s.t.Helper()
	dir := filepath.Join(s.t.TempDir(), "state")
	s.t.Cleanup(func() {
		if err := services.RemoveState(dir); err != nil {
			s.t.Error(err)
		}
	})
	var err error
	if s.stack, err = services.StartStack(s.t.Context(), services.StackOptions{Dir: dir}); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := s.stack.Close(); err != nil {
			s.t.Error(err)
		}
	})
}

func (s *site) startWorker() {
	s.t.Helper()
	logs, err := os.OpenFile(filepath.Join(s.t.ArtifactDir(), "work.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer logs.Close()
	worker := exec.CommandContext(context.WithoutCancel(s.t.Context()), s.program, "work")
	worker.Env, worker.Stdout, worker.Stderr = s.env, logs, logs
	if err := worker.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.worker = worker
	s.t.Cleanup(func() {
		_ = worker.Process.Kill() // unless it has been
		_ = worker.Wait()
	})
}

// killWorker is kill -9.
func (s *site) killWorker() {
	s.t.Helper()
	if err := s.worker.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	_ = s.worker.Wait() // it says that it was killed
}

func (s *site) system() context.Context {
	return poverty.WithActor(context.WithoutCancel(s.t.Context()), poverty.System("test"))
}

// startCycle stores and starts a cycle in which three communes owe a meeting,
// with a reminder at s.rung.
func (s *site) startCycle() {
	s.t.Helper()
	s.rung = time.Now().Add(15 * time.Second).Truncate(time.Minute).Add(time.Minute)
	s.start(time.Minute, []poverty.UnitID{"xa-mot", "xa-hai", "xa-ba"}, poverty.Ladder{{Rung: calendar.Remind(0), To: []string{"unit"}}}, poverty.Template{
		Code: "meeting", Kind: poverty.DutyMeeting, Title: "Họp xã", TitleEN: "Meeting", Who: []string{"communes"},
		Due: calendar.By(calendar.DateOf(s.rung)), DayOff: calendar.Keep, Ladder: "ladder",
	})
}

// start stores and starts a cycle that was issued a while ago and in which
// communes owe one duty, with a rung of its ladder at s.rung.
func (s *site) start(ago time.Duration, communes []poverty.UnitID, ladder poverty.Ladder, owed poverty.Template) {
	s.t.Helper()
	local := s.rung.In(calendar.Zone)
	day, month := calendar.DateOf(s.rung), calendar.MonthOf(calendar.DateOf(s.rung))
	n := poverty.NewCycle{Passwords: map[string]string{}, Cycle: poverty.Cycle{
		ID: cycle, Owner: "huyen", Year: 2018, Title: "Giảm nghèo", IssuedAt: time.Now().Add(-ago),
		Rules: poverty.Rules{
			First: month, Last: month, NoticeTime: calendar.MustClock(local.Format("15:04")), Terms: poverty.DefaultTerms(),
			Bindings: poverty.Bindings{Standing: "phong", Chair: "huyen/head", ViceChair: "huyen/deputy"},
			Ladders:  map[string]poverty.Ladder{"ladder": ladder}, Duties: []poverty.Template{owed},
			Units: map[poverty.UnitID]poverty.CycleUnit{"huyen": {Role: "owner"}, "phong": {Role: "standing"}},
		},
	}}
	for _, unit := range communes {
		n.Cycle.Rules.Units[unit] = poverty.CycleUnit{Role: "commune"}
	}
	from := calendar.MustDate("2018-01-01")
	for i, unit := range append([]poverty.UnitID{"huyen", "phong"}, communes...) {
		n.Units = append(n.Units, poverty.Unit{ID: unit, Name: "Đơn vị " + string(unit), Kind: "commune", Line: poverty.LineGovernment, ValidFrom: from})
		for j, role := range []poverty.OfficeRole{poverty.RoleHead, poverty.RoleDeputy, poverty.RoleOfficer} {
			office, user := poverty.OfficeID(string(unit)+"/"+string(role)), poverty.UserID(10*i+j+1)
			login := string(unit) + "." + string(role)
			n.Offices = append(n.Offices, poverty.Office{ID: office, Unit: unit, Role: role, Title: string(role), ValidFrom: from})
			n.Users = append(n.Users, poverty.User{ID: user, Login: login, Name: "Ông bà " + login, Email: login + "@huyen.example", Active: true})
			n.Holdings = append(n.Holdings, poverty.Holding{Office: office, User: user, ValidFrom: from})
		}
	}
	if err := s.store.CreateCycle(s.system(), n); err != nil {
		s.t.Fatal(err)
	}
	// Whatever day it is, it is a working day here: a year of which one day off
	// is announced has no others.
	off := calendar.MustDate(local.Format("2006") + "-01-01")
	if off == day {
		off = off.AddDays(1)
	}
	days := []calendar.DayOff{{Date: off, Kind: calendar.Holiday, Name: "nghỉ"}}
	if wd := local.Weekday(); wd == time.Saturday || wd == time.Sunday {
		days = append(days, calendar.DayOff{Date: day, Kind: calendar.Work, Name: "làm bù"})
	}
	if err := s.store.SetDaysOff(s.system(), days); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.engine.StartCycle(s.as("phong/head"), cycle); err != nil {
		s.t.Fatal(err)
	}
	s.until("the rungs are planned", func() bool {
		duties, err := s.store.Duties(s.system(), poverty.DutyFilter{Cycle: cycle, Limit: 500})
		if err != nil || len(duties) != len(communes) {
			return false
		}
		return !slices.ContainsFunc(duties, func(d poverty.Duty) bool { return d.NextAt == nil || !d.NextAt.Equal(s.rung) })
	})
}

// as returns a context in which the holder of an office acts.
func (s *site) as(office poverty.OfficeID) context.Context {
	s.t.Helper()
	user, err := s.store.Holder(s.system(), office, calendar.DateOf(time.Now()))
	if err != nil || user == 0 {
		s.t.Fatalf("holder of %s: %d, %v", office, user, err)
	}
	return poverty.WithActor(s.t.Context(), poverty.Actor{User: user, Office: office})
}

// done has a commune's meeting held.
func (s *site) done(unit poverty.UnitID) {
	s.t.Helper()
	d, err := s.store.DutyByKey(s.system(), poverty.DutyKey(cycle, "meeting", unit, "", ""))
	if err != nil {
		s.t.Fatal(err)
	}
	office := poverty.OfficeID(unit + "/head")
	now := time.Now()
	if _, err = s.engine.MoveMeeting(s.as(office), poverty.MeetingMove{
		Cycle: cycle, Verb: poverty.MeetingHolds, Office: office,
		Plan: &poverty.MeetingPlan{Kind: poverty.MeetingCoordination, Unit: unit, Title: reason, StartsAt: now.Add(-time.Hour), EndsAt: now, Invited: []poverty.Invited{{Unit: "phong"}}},
		Record: &poverty.MeetingRecord{Attended: []poverty.Attended{{Unit: "phong", Came: poverty.AttendanceCame}},
			Conclusions: []poverty.NewConclusion{{Text: reason}}},
	}); err != nil {
		s.t.Fatalf("meeting of %s: %v", unit, err)
	}
	if d, err = s.store.Duty(s.system(), d.ID); err != nil || d.State != poverty.DutyDone {
		s.t.Fatalf("meeting of %s: %s, %v", unit, d.State, err)
	}
}

// until polls a condition.
func (s *site) until(what string, holds func() bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 100*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("it never came that %s; the worker's log is %s", what, filepath.Join(s.t.ArtifactDir(), "work.log"))
		}
	}
}

// before fails unless the rung is still to come: else the test shows nothing.
func (s *site) before() {
	s.t.Helper()
	if left := time.Until(s.rung); left <= 0 {
		s.t.Fatalf("the rung was due %s ago, before anything could be killed", -left)
	}
}

// passed waits until the rung's instant is over.
func (s *site) passed() {
	s.t.Helper()
	s.before()
	s.until("the minute is over", func() bool { return time.Now().After(s.rung.Add(time.Second)) })
}

// want waits until the reminders of units are recorded and their notices dealt
// with, and then compares all of it with what there should be: by unit the
// state of its notice, "" for no reminder at all.
func (s *site) want(notices map[poverty.UnitID]poverty.NoticeState) {
	s.t.Helper()
	s.until("the reminders are recorded and their notices dealt with", func() bool {
		reminded, err := s.store.History(s.system(), poverty.HistoryFilter{Cycle: cycle, Event: poverty.EventReminded, Limit: 100})
		if err != nil || len(reminded) < len(notices) {
			return false
		}
		list, err := s.store.Notices(s.system(), poverty.NoticeFilter{Cycle: cycle, Limit: 100})
		open := func(n poverty.Notice) bool {
			return n.State == poverty.NoticeQueued || n.State == poverty.NoticeSending
		}
		return err == nil && len(list) >= len(notices) && !slices.ContainsFunc(list, open)
	})
	type rung struct {
		Unit poverty.UnitID
		Rung string
		At   string
	}
	var wantRungs, rungs []rung
	got := map[poverty.UnitID]poverty.NoticeState{}
	mails := map[string]int{}
	wantMails := map[string]int{}
	for unit, state := range notices {
		wantRungs = append(wantRungs, rung{unit, "remind 0", s.rung.UTC().Format(time.RFC3339Nano)})
		if state == poverty.NoticeSent {
			wantMails[string(unit)+".officer@huyen.example"] = 1
		}
	}
	reminded, err := s.store.History(s.system(), poverty.HistoryFilter{Cycle: cycle, Event: poverty.EventReminded, Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range reminded {
		rungs = append(rungs, rung{e.Unit, e.Rung, e.At.UTC().Format(time.RFC3339Nano)})
	}
	list, err := s.store.Notices(s.system(), poverty.NoticeFilter{Cycle: cycle, Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, n := range list {
		got[n.Unit] = n.State
	}
	caught, err := s.catcher.Mails(mail.Query{})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range caught {
		mails[m.To[0]]++
	}
	byUnit := func(a, b rung) int { return cmp.Compare(a.Unit, b.Unit) }
	slices.SortFunc(wantRungs, byUnit)
	slices.SortFunc(rungs, byUnit)
	if diff := gocmp.Diff(wantRungs, rungs); diff != "" {
		s.t.Errorf("reminders recorded (-want +got):\n%s", diff)
	}
	if diff := gocmp.Diff(notices, got); diff != "" || len(list) != len(notices) {
		s.t.Errorf("%d notices (-want +got):\n%s", len(list), diff)
	}
	if diff := gocmp.Diff(wantMails, mails); diff != "" {
		s.t.Errorf("mails by address (-want +got):\n%s", diff)
	}
}

// discreet fails when a history of the site holds personal data.
func (s *site) discreet() {
	s.t.Helper()
	words, err := e2e.Personal(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, ref := range []poverty.Ref{{Cycle: cycle}, {Cycle: cycle, Process: poverty.ProcessAssignment}} {
		h := &history.History{}
		for events := s.client.GetWorkflowHistory(s.t.Context(), workflows.ID(ref), "", false, 0); events.HasNext(); {
			e, err := events.Next()
			if err != nil {
				s.t.Fatal(err)
			}
			h.Events = append(h.Events, e)
		}
		leaks, err := e2e.Leaks(h, words)
		if err != nil || len(leaks) > 0 || len(h.Events) == 0 {
			s.t.Errorf("%s, %d events: %v, %v", workflows.ID(ref), len(h.Events), leaks, err)
		}
	}
}

// TestRung_is_recorded_for_its_instant_and_told_once kills one part of the
// program before a rung and starts it again after it.
func TestRung_is_recorded_for_its_instant_and_told_once(t *testing.T) {
	t.Parallel()
	dondoc := program(t)
	var running sync.WaitGroup
	defer running.Wait()
	// All at once, however few may be parallel: each waits for the same minute.
	run := func(name string, play func(*testing.T)) { running.Go(func() { t.Run(name, play) }) }
	run("worker killed", func(t *testing.T) {
		s := newSite(t, dondoc)
		s.killWorker()
		s.done("xa-hai") // in time, so there is nothing to remind of
		s.passed()
		s.done("xa-ba") // too late for the rung, in time for the letter
		s.startWorker()
		s.want(map[poverty.UnitID]poverty.NoticeState{"xa-mot": poverty.NoticeSent, "xa-ba": poverty.NoticeSuperseded})
		s.discreet()
	})
	run("PostgreSQL killed", func(t *testing.T) {
		s := newSite(t, dondoc)
		s.done("xa-hai")
		s.before()
		s.stack.Postgres.Kill()
		s.passed()
		if err := s.stack.Postgres.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.want(map[poverty.UnitID]poverty.NoticeState{"xa-mot": poverty.NoticeSent, "xa-ba": poverty.NoticeSent})
		s.discreet()
	})
	run("Temporal killed", func(t *testing.T) {
		s := newSite(t, dondoc)
		s.done("xa-hai")
		s.before()
		s.stack.Temporal.Kill()
		s.passed()
		s.done("xa-ba") // what is no process's to decide goes on
		if err := s.stack.Temporal.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.want(map[poverty.UnitID]poverty.NoticeState{"xa-mot": poverty.NoticeSent, "xa-ba": poverty.NoticeSuperseded})
		s.discreet()
	})
}
