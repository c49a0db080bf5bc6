package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"dondoc/calendar"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/workflows"
)

// Storm is the midnight at which every unit of the country owes its report.
type Storm struct {
	Options
	Cycles int
	Late   float64 // the share of units that are late
	Names  Names
	Kill   string // the phase in whose middle the worker is killed: verdict, rung or demand; empty: it is not
	Plain  bool   // whether the yardsticks are measured too
	// Worker returns the command of a worker process on the stand, whose clock and
	// log of steps are files; Plain that of the yardstick's.
	Worker func(s *Stand, clock, steps, smtp string) *exec.Cmd
	Entity func(s *Stand) *exec.Cmd
	// Profile, which may be empty, is where the worker's CPU profile goes.
	Settle time.Duration // how long the machine rests before midnight
}

// The business instants of the storm: the last day of the period is a Tuesday.
var (
	stormMonth    = calendar.MustMonth("2026-06")
	stormEve      = calendar.MustDate("2026-06-30").At(calendar.MustClock("12:00"))
	stormMidnight = calendar.OverdueAt(calendar.MustDate("2026-06-30"))
	stormRung     = calendar.MustDate("2026-07-01").At(calendar.MustClock("08:00"))
	stormDemand   = calendar.MustDate("2026-07-03").At(calendar.MustClock("08:00"))
)

// storm is one in progress.
type storm struct {
	Storm
	*Stand
	report   *Report
	clock    string // the clock's file
	steps    string // where the worker tells of escalations that opened
	db       *postgres.DB
	smtp     *sink
	worker   *exec.Cmd
	midnight time.Time // the real instants
	rung     time.Time
	demand   time.Time
	late     int
	killed   bool
}

// Run builds the country, lets its midnight come, and measures. Where a yardstick
// fails, the report has what was measured before it.
func (x Storm) Run(ctx context.Context) (_ *Report, err error) {
	x.Temporal, x.Durable = true, true
	r := New("storm", map[string]any{"cycles": x.Cycles, "late": x.Late, "shards": x.Shards, "temporal_conns": x.Conns, "kill": x.Kill})
	stand, err := Open(ctx, x.Options)
	if err != nil {
		return nil, err
	}
	x.Options = stand.Options
	s := &storm{Storm: x, Stand: stand, report: r, clock: filepath.Join(stand.Dir, "clock"), steps: filepath.Join(stand.Dir, "steps")}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.server(ctx, r); err != nil {
		return nil, err
	}
	if err := s.build(ctx); err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	if err := s.break_(ctx); err != nil {
		return nil, err
	}
	if err := s.judge(ctx); err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	if x.Plain {
		if err := s.floor(ctx); err != nil {
			return r, fmt.Errorf("bare SQL: %w", err)
		}
		s.stopWorker()
		if err := s.entities(ctx); err != nil {
			return r, fmt.Errorf("one workflow per unit: %w", err)
		}
	}
	return r, nil
}

func (s *storm) close() error {
	s.stopWorker()
	if s.db != nil {
		s.db.Close()
	}
	var err error
	if s.smtp != nil {
		err = s.smtp.Close()
	}
	return errors.Join(err, s.Stand.Close())
}

func (s *storm) say(format string, args ...any) { s.Stand.Progress(format, args...) }

// build stores and starts the cycles, and has the units that are on time send
// their reports.
func (s *storm) build(ctx context.Context) (err error) {
	began := time.Now()
	if err := SetClock(s.clock, Anchor{Real: began, Business: stormEve}); err != nil {
		return err
	}
	clock, err := OpenClock(s.clock)
	if err != nil {
		return err
	}
	if s.db, err = postgres.Open(ctx, s.URL, postgres.Options{Now: clock.Now, Conns: 8}); err != nil {
		return err
	}
	if s.smtp, err = newSink(ctx); err != nil {
		return err
	}
	k := country{cycles: s.Cycles, first: stormMonth, last: stormMonth, issued: stormEve.Add(-time.Hour), names: s.Names}
	s.say("storing %d cycles with %d units", s.Cycles, s.Cycles*perCycle)
	if err := k.create(ctx, s.db); err != nil {
		return err
	}
	if err := s.startWorker(ctx); err != nil {
		return err
	}
	s.say("starting the cycles (%s)", time.Since(began).Round(time.Second))
	if err := s.start(ctx); err != nil {
		return err
	}
	units := s.Cycles * perCycle
	if _, err := s.until(ctx, units, 10*time.Minute, "reports laid on units", "select count(*)::int from duties where kind = 'report'"); err != nil {
		return err
	}
	if _, err := s.until(ctx, s.Cycles, time.Minute, "periods opened", "select count(*)::int from periods where state = 'open'"); err != nil {
		return err
	}
	s.late = int(float64(units)*s.Late + 0.5)
	s.say("%d units send their reports, %d will be late (%s)", units-s.late, s.late, time.Since(began).Round(time.Second))
	// Which units are late is spread evenly: the n-th in each 1/late.
	if err := s.send(ctx, "submitted", `
		select d.id from duties d where d.kind = 'report'
		and d.id not in (select id from (select id, row_number() over (order by id) as n from duties where kind = 'report') x
		                 where floor(n * $2::float8) > floor((n - 1) * $2::float8))`, s.Late); err != nil {
		return err
	}
	if s.late, err = s.number(ctx, "select count(*)::int from duties where kind = 'report' and state = 'open'"); err != nil {
		return err
	}
	s.report.Counts["units"], s.report.Counts["late"] = units, s.late
	return s.exec(ctx, "vacuum analyze")
}

// start puts the cycles in force, through the engine.
func (s *storm) start(ctx context.Context) error {
	c, err := s.Client()
	if err != nil {
		return err
	}
	defer c.Close()
	engine := workflows.NewEngine(c, s.db)
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(16)
	for i := range s.Cycles {
		work.Go(func() error {
			for attempt := 0; ; attempt++ {
				_, err := engine.StartCycle(system(ctx), cycleID(i))
				if err == nil || attempt == 5 {
					return err
				}
			}
		})
	}
	return work.Wait()
}

// send records reports as sent and accepted, as decisions would leave them, at
// the business instant. The query names the duties; $1 is the instant.
func (s *storm) send(ctx context.Context, event, query string, args ...any) error {
	clock, err := OpenClock(s.clock)
	if err != nil {
		return err
	}
	sql := `
		with sent as (` + query + `),
		entries as (
			insert into history (cycle_id, duty_id, code, event, effective_at, recorded_at, unit_id, period, ladder)
			select d.cycle_id, d.id, d.code, e.event, $1, $1, d.unit_id, d.period, d.ladder_no
			from sent join duties d on d.id = sent.id, (values ('` + event + `'), ('accepted')) e (event))
		update duties d set state = 'done', first_submitted_at = $1, submitted_at = $1, accepted_at = $1, next_at = null,
			overdue = false, escalated = false, trouble = '', verdict = case when d.overdue then 'late' else 'on_time' end
		from sent where d.id = sent.id`
	return s.exec(ctx, sql, append([]any{clock.Now()}, args...)...)
}

// breathe is how long a phase has, by the number of cycles.
func (s *storm) breathe() time.Duration {
	return 15*time.Second + time.Duration(s.Cycles)*80*time.Millisecond
}

// break_ sets the instants, waits for them, and mends what is mended between
// them.
func (s *storm) break_(ctx context.Context) error {
	now := time.Now()
	s.midnight = now.Add(15*time.Second + time.Duration(s.Cycles)*60*time.Millisecond + s.Settle)
	s.rung = s.midnight.Add(s.breathe())
	s.demand = s.rung.Add(s.breathe())
	err := SetClock(s.clock, Anchor{now, stormEve}, Anchor{s.midnight, stormMidnight}, Anchor{s.rung, stormRung}, Anchor{s.demand, stormDemand})
	if err != nil {
		return err
	}
	if err := pause(ctx, time.Second); err != nil { // until every process has seen it
		return err
	}
	if err := s.hurry(ctx); err != nil {
		return err
	}
	if left := time.Until(s.midnight); left < time.Second {
		return fmt.Errorf("the processes were told of midnight too late, by %s", -left)
	}
	s.say("midnight in %s", time.Until(s.midnight).Round(time.Second))
	commits, err := s.commits(ctx)
	if err != nil {
		return err
	}
	before := cpu(os.Getpid())
	for _, phase := range []struct {
		name string
		at   time.Time
		want int
		sql  string
	}{
		{"verdict", s.midnight, s.late, "select count(*)::int from history where event = 'overdue'"},
		{"rung", s.rung, half(s.late), "select count(*)::int from history where event = 'escalated' and rung = 'overdue 1'"},
		{"demand", s.demand, half(half(s.late)), "select count(*)::int from history where event = 'escalated' and rung = 'overdue 3'"},
	} {
		if err := pause(ctx, time.Until(phase.at)); err != nil {
			return err
		}
		if s.Kill == phase.name {
			if _, err := s.until(ctx, phase.want/3, time.Minute, phase.name, phase.sql); err != nil {
				return err
			}
			if err := s.killWorker(ctx); err != nil {
				return err
			}
		}
		n, err := s.until(ctx, phase.want, s.breathe()+2*time.Minute, phase.name, phase.sql)
		s.say("%s: %d (%s after its instant)", phase.name, n, time.Since(phase.at).Round(100*time.Millisecond))
		if err != nil {
			s.say("%v", err) // what is lost is counted
		}
		if phase.name != "demand" {
			// Half of those still late mend themselves: every other one.
			if err := s.send(ctx, "submitted", `
				select id from (select id, row_number() over (order by id) as n from duties where kind = 'report' and state = 'open') x where n % 2 = 0`); err != nil {
				return err
			}
		}
	}
	open, err := s.opened(ctx)
	if err != nil {
		return err
	}
	s.say("%d escalations open (%s after the instant)", len(open), time.Since(s.demand).Round(100*time.Millisecond))
	for name, used := range cpu(os.Getpid()) {
		if used -= before[name]; used >= 0.01 {
			s.report.Figures["cpu_s."+name] = round(used)
		}
	}
	after, err := s.commits(ctx)
	s.report.Counts["commits"] = after - commits
	return err
}

// half is how many stay when every other one is mended.
func half(n int) int { return n - n/2 }

// hurry tells every period that its instant moved.
func (s *storm) hurry(ctx context.Context) error {
	c, err := s.Client()
	if err != nil {
		return err
	}
	defer c.Close()
	engine := workflows.NewEngine(c, s.db)
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(8)
	for i := range s.Cycles {
		work.Go(func() error {
			engine.Wake(system(ctx), []poverty.Wake{{Ref: poverty.Ref{Cycle: cycleID(i), Process: poverty.ProcessPeriod, Key: stormMonth.String()}}}, poverty.Ref{Process: "none"})
			return ctx.Err()
		})
	}
	return work.Wait()
}

// commits counts the commits of all databases of the server.
func (s *storm) commits(ctx context.Context) (int, error) {
	if err := s.exec(ctx, "select pg_stat_force_next_flush()"); err != nil {
		return 0, err
	}
	return s.number(ctx, "select sum(xact_commit)::int from pg_stat_database")
}

// opened waits until every escalation's first step is done, and returns how
// long after the instant each was.
func (s *storm) opened(ctx context.Context) ([]float64, error) {
	want, err := s.number(ctx, "select count(*)::int from escalations")
	if err != nil {
		return nil, err
	}
	limit := time.Now().Add(3 * time.Minute)
	for {
		first, err := readSteps(s.steps)
		if err != nil {
			return nil, err
		}
		if len(first) >= want || time.Now().After(limit) {
			s.report.Counts["escalations"] = len(first)
			delays := make([]float64, 0, len(first))
			for _, at := range first {
				delays = append(delays, at.Sub(s.demand).Seconds())
			}
			s.report.Figures["open_p95_s"], s.report.Figures["open_last_s"] = round(percentile(delays, 0.95)), round(percentile(delays, 1))
			s.report.Figures["open_p50_s"] = round(percentile(delays, 0.5))
			return delays, nil
		}
		if err := pause(ctx, 250*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func round(x float64) float64 { return seconds(time.Duration(x * float64(time.Second))) }

// readSteps reads when each escalation took its first step, by its duty.
func readSteps(file string) (map[int64]time.Time, error) {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	first := map[int64]time.Time{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		id, at, _ := strings.Cut(lines.Text(), " ")
		duty, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			continue // half a line of a worker that was killed
		}
		nanos, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			continue
		}
		if _, known := first[duty]; !known {
			first[duty] = time.Unix(0, nanos)
		}
	}
	return first, lines.Err()
}

// judge measures by the database's own commit times, and counts what is lost or
// there twice.
func (s *storm) judge(ctx context.Context) error {
	figures, counts := s.report.Figures, s.report.Counts
	for _, f := range []struct {
		name, sql string
		at        time.Time
	}{
		{"verdict_s", "select pg_xact_commit_timestamp(xmin) from history where event = 'overdue' order by 1 desc limit 1", s.midnight},
		{"rung_s", "select pg_xact_commit_timestamp(xmin) from history where event = 'escalated' and rung = 'overdue 1' order by 1 desc limit 1", s.rung},
		{"demand_s", "select pg_xact_commit_timestamp(xmin) from history where event = 'escalated' and rung = 'overdue 3' order by 1 desc limit 1", s.demand},
	} {
		var last time.Time
		if err := s.Super.QueryRow(ctx, f.sql).Scan(&last); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		figures[f.name] = seconds(last.Sub(f.at))
	}
	figures["total_s"] = round(figures["verdict_s"] + figures["rung_s"] + figures["open_p95_s"])
	missing := func(of string, want int) string {
		return fmt.Sprintf("select greatest(%d - (select count(distinct duty_id)::int from history where %s), 0)", want, of)
	}
	still := half(s.late)
	demanded := half(still)
	lost := 0
	for _, sql := range []string{
		missing("event = 'overdue'", s.late),
		missing("event = 'escalated' and rung = 'overdue 1'", still),
		missing("event = 'escalated' and rung = 'overdue 3'", demanded),
		// Each rung tells whom it addresses: two offices at the first, one at the second.
		fmt.Sprintf("select greatest(%d - (select count(*)::int from notices where rung = 'overdue 1'), 0)", 2*still),
		fmt.Sprintf("select greatest(%d - (select count(*)::int from notices where rung = 'overdue 3'), 0)", demanded),
		fmt.Sprintf("select greatest(%d - (select count(*)::int from periods where state = 'closed'), 0)", s.Cycles),
		fmt.Sprintf("select greatest(%d - (select count(*)::int from escalations), 0)", demanded),
	} {
		n, err := s.number(ctx, sql)
		if err != nil {
			return err
		}
		lost += n
	}
	lost += max(demanded-counts["escalations"], 0)
	counts["lost"] = lost
	var err error
	if counts["doubled"], err = s.number(ctx, `
		select (select count(*) from (select 1 from history where event in ('overdue', 'escalated') group by duty_id, ladder, event, rung having count(*) > 1) x)::int
		     + (select count(*) from (select 1 from notices where duty_id is not null group by duty_id, rung, office_id, user_id, kind having count(*) > 1) x)::int
		     + (select count(*) from (select 1 from history where event = 'closed' and code = 'period' group by cycle_id, period having count(*) > 1) x)::int`); err != nil {
		return err
	}
	if counts["notices"], err = s.number(ctx, "select count(*)::int from notices where rung like 'overdue%'"); err != nil {
		return err
	}
	// Which verdicts were recorded of units whose report was in.
	if counts["wrong"], err = s.number(ctx, `
		select count(*)::int from history h where h.event = 'overdue' and exists
		(select from history s where s.duty_id = h.duty_id and s.event = 'submitted' and s.effective_at < h.effective_at)`); err != nil {
		return err
	}
	if _, err := s.until(ctx, 1, 2*time.Minute, "mails", "select (not exists (select from notices where state in ('queued', 'sending')))::int"); err != nil {
		s.say("%v", err)
	}
	counts["mails"], counts["mails_repeated"] = s.smtp.counts()
	return nil
}

// floor writes the same rows with nothing but SQL, into tables alike.
func (s *storm) floor(ctx context.Context) error {
	s.say("the same rows by bare SQL")
	for _, table := range []string{"duties", "history", "notices", "escalations"} {
		if err := s.exec(ctx, "create table floor_"+table+" (like "+table+" including all excluding identity excluding statistics)"); err != nil {
			return err
		}
	}
	if err := s.exec(ctx, "insert into floor_duties overriding system value select * from duties"); err != nil {
		return err
	}
	if err := s.exec(ctx, "vacuum analyze floor_duties"); err != nil {
		return err
	}
	if err := s.exec(ctx, "checkpoint"); err != nil {
		return err
	}
	began := time.Now()
	for _, statement := range []string{
		"insert into floor_history select * from history where event = 'overdue' or code = 'period'",
		"update floor_duties d set overdue = true, verdict = 'late', trouble = 'missing' from history h where h.duty_id = d.id and h.event = 'overdue'",
		"insert into floor_history select * from history where event = 'escalated' and rung = 'overdue 1'",
		"update floor_duties d set rung = 'overdue 1', next_at = now() from history h where h.duty_id = d.id and h.event = 'escalated' and h.rung = 'overdue 1'",
		"insert into floor_notices select * from notices where rung = 'overdue 1'",
		"insert into floor_history select * from history where event = 'escalated' and rung = 'overdue 3'",
		"update floor_duties d set rung = 'overdue 3', escalated = true, next_at = now() from history h where h.duty_id = d.id and h.event = 'escalated' and h.rung = 'overdue 3'",
		"insert into floor_notices select * from notices where rung = 'overdue 3'",
		"insert into floor_escalations select * from escalations",
	} {
		if err := s.exec(ctx, statement); err != nil {
			return err
		}
	}
	total := time.Since(began)
	s.report.Figures["sql_total_s"] = seconds(total)
	s.report.Ratios["ours_over_sql"] = ratio(s.report.Figures["total_s"], total.Seconds())
	return nil
}

// startWorker starts the worker process, which logs beside the clock.
func (s *storm) startWorker(ctx context.Context) error {
	logs, err := os.OpenFile(filepath.Join(s.Dir, "worker.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer logs.Close()
	cmd := s.Worker(s.Stand, s.clock, s.steps, s.smtp.address())
	cmd.Stdout, cmd.Stderr = logs, logs
	if err := cmd.Start(); err != nil {
		return err
	}
	s.worker = cmd
	return ctx.Err()
}

// killWorker is kill -9, and another worker a second later.
func (s *storm) killWorker(ctx context.Context) error {
	s.say("the worker is killed")
	_ = s.worker.Process.Kill()
	_ = s.worker.Wait() // it says that it was killed
	s.killed = true
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	return s.startWorker(ctx)
}

func (s *storm) stopWorker() {
	if s.worker == nil {
		return
	}
	_ = s.worker.Process.Signal(os.Interrupt)
	_ = s.worker.Wait()
	s.worker = nil
}

// StepLog returns a function that notes in a file when escalations step.
func StepLog(w io.Writer) func(poverty.Scope, poverty.Step) {
	return func(s poverty.Scope, _ poverty.Step) {
		if s.DutyID != 0 {
			_, _ = fmt.Fprintf(w, "%d %d\n", s.DutyID, time.Now().UnixNano())
		}
	}
}
