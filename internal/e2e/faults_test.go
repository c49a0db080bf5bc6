package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/enums/v1"

	"dondoc/calendar"
	"dondoc/mail"
	"dondoc/poverty"
	"dondoc/workflows"
)

// late is how many duties are late when the notice time comes.
const late = 300

// TestFaults_lose_no_notice_and_repeat_only_what_was_under_way has late duties
// climb to a rung that demands an answer, while everything they need is killed
// and the mail server misbehaves. It prints what became of it.
func TestFaults_lose_no_notice_and_repeat_only_what_was_under_way(t *testing.T) {
	s := serve(t, program(t))
	s.startWorker()
	s.rung = time.Now().Add(15 * time.Second).Truncate(time.Minute).Add(time.Minute)
	communes := make([]poverty.UnitID, late)
	for i := range communes {
		communes[i] = poverty.UnitID(fmt.Sprintf("xa-%03d", i+1))
	}
	s.start(20*time.Hour, communes, poverty.Ladder{{Rung: calendar.Overdue(1), To: []string{"head", "vice_chair"}, Demands: poverty.DemandAcknowledgement}}, poverty.Template{
		Code: "task", Kind: poverty.DutyTask, Title: "Việc", TitleEN: "Task", Who: []string{"communes"},
		Due: calendar.By(calendar.DateOf(s.rung).AddDays(-1)), DayOff: calendar.Keep, Ladder: "ladder",
	})

	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d, %.1f s to the rung", seed, time.Until(s.rung).Seconds())
	m := &moody{}
	s.catcher.SetFault(m.fault)
	s.passed()
	window := s.chaos(r, "worker", "PostgreSQL", "Temporal", "worker")
	s.until("the first mails come", func() bool { return m.begun() > 0 })
	for _, part := range []string{"worker", "PostgreSQL", "worker", "worker"} {
		window = append(window, s.chaos(r, part)...)
		m.goesOn()
	}
	// On a slow machine few mails have come by now: it goes on until each fault was met.
	s.until("the mail server has done each wrong", func() bool { s.sooner(); return m.erred() })
	m.calm()
	window = append(window, s.killed()...) // whatever hung, hangs no more
	s.startWorker()
	s.t.Logf("%5.1f s after the rung: all is well again", time.Since(s.rung).Seconds())

	s.until("all notices are dealt with", func() bool {
		s.sooner()
		left := s.count("select count(*) from notices where state in ('queued', 'sending')")
		return left == 0 && s.count("select count(*) from notices") >= 2*late
	})
	s.t.Logf("%5.1f s: the notices are dealt with", time.Since(s.rung).Seconds())
	s.climbed(communes)
	s.t.Logf("%5.1f s: the escalations run, those whose work is done have ended", time.Since(s.rung).Seconds())
	s.counted(communes, window, m)
}

// moody is a mail server in a mood: it refuses, drops connections before and
// after it has a mail, and hangs once.
type moody struct {
	mu      sync.Mutex
	well    bool
	mails   int // that were begun
	data    int // of them, that came as far as DATA
	stored  int // of them, that are there
	refused int
	lost    int // connections dropped before the mail was there
	dropped int // connections dropped when it was
	hung    int
}

func (m *moody) fault(stage mail.Stage) error {
	if stage == mail.StageMail {
		<-time.After(8 * time.Millisecond) // a server takes its time; so there is some in which to be killed
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.well:
	case stage == mail.StageRcpt:
		if m.mails++; m.mails%11 == 5 {
			m.refused++
			return mail.Refuse
		}
	case stage == mail.StageData:
		switch m.data++; {
		case m.data == 30: // until the sender is killed, or no longer waits
			m.hung++
			return mail.Hang
		case m.data%47 == 20:
			m.lost++
			return mail.Drop
		}
	case stage == mail.StageStored:
		if m.stored++; m.stored%31 == 10 {
			m.dropped++
			return mail.Drop
		}
	}
	return nil
}

// erred reports whether it has done each wrong at least once.
func (m *moody) erred() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refused > 0 && m.hung > 0 && m.lost > 0 && m.dropped > 0
}

func (m *moody) begun() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mails
}

// goesOn waits for further mails, but not for a sender that waits for a server
// that hangs.
func (m *moody) goesOn() {
	enough := time.After(4 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for before := m.begun(); m.begun() < before+10; {
		select {
		case <-tick.C:
		case <-enough:
			return
		}
	}
}

func (m *moody) calm() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.well = true
}

// chaos kills and restarts parts in random order and at random moments, and returns
// the letters of which the mail server had the mail and the store did not know
// it when something died.
func (s *site) chaos(r *rand.Rand, parts ...string) (window []string) {
	s.t.Helper()
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	for _, what := range parts {
		<-time.After(time.Duration(100+r.IntN(2500)) * time.Millisecond)
		away := time.Duration(r.IntN(1200)) * time.Millisecond
		var under []string
		switch what {
		case "worker":
			under = s.killed()
			<-time.After(away)
			s.startWorker()
		case "PostgreSQL":
			s.stack.Postgres.Kill()
			<-time.After(away)
			if err := s.stack.Postgres.Start(s.t.Context()); err != nil {
				s.t.Fatal(err)
			}
			under = s.unrecorded()
		case "Temporal":
			s.stack.Temporal.Kill()
			<-time.After(away)
			if err := s.stack.Temporal.Start(s.t.Context()); err != nil {
				s.t.Fatal(err)
			}
		}
		window = append(window, under...)
		s.sooner()
		s.t.Logf("%5.1f s after the rung: %s killed, away for %s, %d letters at the server and not recorded", time.Since(s.rung).Seconds(), what, away, len(under))
	}
	return window
}

// killed kills the worker and returns what it had not recorded.
func (s *site) killed() []string {
	s.t.Helper()
	s.killWorker()
	return s.unrecorded()
}

// unrecorded returns the Message-IDs that are at the mail server and of which
// the store does not know that they were sent.
func (s *site) unrecorded() (ids []string) {
	s.t.Helper()
	sending := map[string]bool{}
	s.sql(func(conn *pgx.Conn) error {
		rows, err := conn.Query(s.t.Context(), "select distinct letter from notices where state = 'sending'")
		if err != nil {
			return err
		}
		letters, err := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, letter := range letters {
			sending[letterID(letter)] = true
		}
		return err
	})
	for id := range s.mails() {
		if sending[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// letterID is the left side of a letter's Message-ID.
func letterID(letter string) string {
	id, _, _ := strings.Cut(mail.MessageID(letter, ""), "@")
	return id
}

// mails returns to whom the mails at the server went, by the left side of their
// Message-IDs.
func (s *site) mails() map[string][]string {
	s.t.Helper()
	caught, err := s.catcher.Mails(mail.Query{})
	if err != nil {
		s.t.Fatal(err)
	}
	to := map[string][]string{}
	for _, c := range caught {
		id, _, _ := strings.Cut(c.MessageID, "@")
		to[id] = append(to[id], c.To...)
	}
	return to
}

func (s *site) count(sql string) (n int) {
	s.t.Helper()
	s.sql(func(conn *pgx.Conn) error { return conn.QueryRow(s.t.Context(), sql).Scan(&n) })
	return n
}

// sooner lets the minutes pass after which what failed is tried again, and what
// a dead sender took is taken again.
func (s *site) sooner() {
	s.t.Helper()
	s.sql(func(conn *pgx.Conn) error {
		_, err := conn.Exec(s.t.Context(), "update notices set try_at = $1 where state in ('queued', 'sending') and try_at > $1", time.Now())
		return err
	})
}

func (s *site) sql(do func(*pgx.Conn) error) {
	s.t.Helper()
	s.until("the database answers", func() bool {
		conn, err := pgx.Connect(s.t.Context(), s.url)
		if err != nil {
			return false
		}
		defer conn.Close(s.t.Context())
		return do(conn) == nil
	})
}

// climbed fails unless each duty is escalated once, for its instant, has its
// workflow, and that workflow ends when the work is done.
func (s *site) climbed(communes []poverty.UnitID) {
	s.t.Helper()
	entries, err := s.store.History(s.system(), poverty.HistoryFilter{Cycle: cycle, Event: poverty.EventEscalated, Limit: 5000})
	if err != nil {
		s.t.Fatal(err)
	}
	times := map[poverty.UnitID]int{}
	for _, e := range entries {
		times[e.Unit]++
		if !e.At.Equal(s.rung) {
			s.t.Errorf("%s was escalated for %s, not for %s", e.Unit, e.At, s.rung)
		}
	}
	status := func(unit poverty.UnitID) enums.WorkflowExecutionStatus {
		run, err := s.client.DescribeWorkflowExecution(s.t.Context(), workflows.ID(poverty.Ref{Cycle: cycle, DutyKey: poverty.DutyKey(cycle, "task", unit, "", ""), Ladder: 1}), "")
		if err != nil {
			return enums.WORKFLOW_EXECUTION_STATUS_UNSPECIFIED
		}
		return run.GetWorkflowExecutionInfo().GetStatus()
	}
	for _, unit := range communes {
		if times[unit] != 1 {
			s.t.Errorf("%s was escalated %d times", unit, times[unit])
		}
		s.until(string(unit)+" has its escalation", func() bool { return status(unit) == enums.WORKFLOW_EXECUTION_STATUS_RUNNING })
	}
	for _, unit := range communes[:5] {
		d, err := s.store.DutyByKey(s.system(), poverty.DutyKey(cycle, "task", unit, "", ""))
		if err != nil {
			s.t.Fatal(err)
		}
		head := poverty.OfficeID(unit + "/head")
		if _, err := s.engine.Decide(s.as(head), poverty.Decision{Duty: d.ID, Act: poverty.ActDone, Office: head}); err != nil {
			s.t.Fatal(err)
		}
		s.until("the escalation of "+string(unit)+" ends", func() bool { return status(unit) == enums.WORKFLOW_EXECUTION_STATUS_COMPLETED })
	}
}

// counted compares the notices in the store with the mails at the server: each
// letter is there, under one Message-ID, and only those are there twice that
// were at the server and not recorded when something died.
func (s *site) counted(communes []poverty.UnitID, window []string, m *moody) {
	s.t.Helper()
	notices, err := s.store.Notices(s.system(), poverty.NoticeFilter{Cycle: cycle, Limit: 5000})
	if err != nil {
		s.t.Fatal(err)
	}
	keys, letters, told := map[string]bool{}, map[string]string{}, map[poverty.UnitID]int{}
	for _, n := range notices {
		letters[letterID(n.Letter)] = strings.Replace(string(n.Office), "/", ".", 1) + "@huyen.example"
		if n.Rung == "" {
			continue // the list of a week's first day
		}
		keys[n.Key] = true
		told[n.Unit]++
		if n.State != poverty.NoticeSent || !n.At.Equal(s.rung) {
			s.t.Errorf("notice %s of %s is %s: %s", n.Key, n.At, n.State, n.Failure)
		}
	}
	for _, unit := range communes {
		if told[unit] != 2 {
			s.t.Errorf("%d notices about %s; want one to its head and one to the vice chair", told[unit], unit)
		}
	}
	if len(keys) != 2*late {
		s.t.Errorf("%d notices of the rung, want %d", len(keys), 2*late)
	}
	slices.Sort(window)
	window = slices.Compact(window)
	mails, total, repeats, unexplained := s.mails(), 0, 0, 0
	for id, to := range mails {
		total += len(to)
		repeats += len(to) - 1
		if len(to) > 1 && !slices.Contains(window, id) {
			unexplained += len(to) - 1
		}
		if letters[id] == "" || slices.ContainsFunc(to, func(a string) bool { return a != letters[id] }) {
			s.t.Errorf("mail %s went to %v; in the store it is a letter to %q", id, to, letters[id])
		}
	}
	for id, to := range letters {
		if len(mails[id]) == 0 {
			s.t.Errorf("letter %s to %s never came", id, to)
		}
	}
	s.t.Logf("%d late duties: %d notices in %d letters; %d mails under %d Message-IDs, so %d repeats; %d were at the server and not recorded when something died; "+
		"the mail server refused %d, hung %d, dropped %d before and %d after DATA", late, len(keys), len(letters), total, len(mails), repeats, len(window), m.refused, m.hung, m.lost, m.dropped)
	if !m.erred() {
		s.t.Error("the mail server did nothing wrong")
	}
	if unexplained > m.dropped {
		s.t.Errorf("%d mails came again that were recorded; only %d were dropped after DATA", unexplained, m.dropped)
	}
}
