package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"golang.org/x/sync/errgroup"
)

// The yardstick of the storm is the obvious design: one plain workflow per unit
// that sleeps until its instant and then writes, by a local activity in one
// transaction, what we write set by set.

const entityQueue = "entity"

// EntityInput is a unit's duty and the instants at which its workflow wakes.
type EntityInput struct {
	Duty    int64       `json:"duty"`
	Table   string      `json:"table"` // prefix of the tables it writes
	Instant []time.Time `json:"instant"`
}

// Entity is the plain workflow: it wakes at each instant as long as its unit is
// late, and then waits for the rest of its year.
func Entity(ctx workflow.Context, in EntityInput) error {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Minute})
	var a *Entities
	for phase, at := range in.Instant {
		if err := workflow.NewTimer(ctx, at.Sub(workflow.Now(ctx))).Get(ctx, nil); err != nil {
			return err
		}
		var late bool
		if err := workflow.ExecuteLocalActivity(local, a.Write, in.Table, in.Duty, phase).Get(ctx, &late); err != nil {
			return err
		}
		if !late {
			break
		}
	}
	workflow.GetSignalChannel(ctx, "year").Receive(ctx, nil)
	return nil
}

// Entities writes what the plain workflows have to.
type Entities struct{ Pool *pgxpool.Pool }

// Write writes one unit's rows of a phase, if it is late, and says whether it
// is.
func (e *Entities) Write(ctx context.Context, table string, duty int64, phase int) (late bool, err error) {
	tx, err := e.Pool.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if err := tx.QueryRow(ctx, "select state = 'open' from "+table+"_duties where id = $1 for update", duty).Scan(&late); err != nil {
		return false, err
	}
	if !late {
		return false, tx.Commit(ctx)
	}
	event, rung := "overdue", ""
	if phase > 0 {
		event, rung = "escalated", []string{"", "overdue 1", "overdue 3"}[phase]
	}
	if _, err = tx.Exec(ctx, "insert into "+table+"_history select * from history where duty_id = $1 and event = $2 and rung = $3", duty, event, rung); err != nil {
		return false, err
	}
	if _, err = tx.Exec(ctx, "update "+table+"_duties set overdue = true, verdict = 'late', rung = $2, next_at = now() where id = $1", duty, rung); err != nil {
		return false, err
	}
	if phase > 0 {
		if _, err = tx.Exec(ctx, "insert into "+table+"_notices select * from notices where duty_id = $1 and rung = $2", duty, rung); err != nil {
			return false, err
		}
	}
	return late, tx.Commit(ctx)
}

// RunEntities is the worker of the yardstick, until ctx ends. Its pollers and
// cache are those of ours.
func RunEntities(ctx context.Context, address, url string, options worker.Options) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	c, err := (&Stand{Address: address}).Client()
	if err != nil {
		return err
	}
	defer c.Close()
	w := worker.New(c, entityQueue, options)
	w.RegisterWorkflow(Entity)
	w.RegisterActivity(&Entities{Pool: pool})
	if err := w.Start(); err != nil {
		return err
	}
	<-ctx.Done()
	w.Stop()
	return nil
}

// entities measures the yardstick: all units wake at midnight; and then, with
// the timers of the on-time ones cancelled, only the late ones at each instant.
func (s *storm) entities(ctx context.Context) error {
	for _, table := range []string{"duties", "history", "notices"} {
		if err := s.exec(ctx, "create table entity_"+table+" (like "+table+" including all excluding identity excluding statistics)"); err != nil {
			return err
		}
	}
	cmd := s.Entity(s.Stand)
	logs, err := os.OpenFile(s.Dir+"/entity.log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer logs.Close()
	cmd.Stdout, cmd.Stderr = logs, logs
	if err := cmd.Start(); err != nil {
		return err
	}
	defer stopProcess(cmd)
	c, err := s.Client()
	if err != nil {
		return err
	}
	defer c.Close()

	units := s.report.Counts["units"]
	all, err := s.ids(ctx, "select id from duties where kind = 'report' order by id")
	if err != nil {
		return err
	}
	late, err := s.ids(ctx, "select duty_id from history where event = 'overdue' order by duty_id")
	if err != nil {
		return err
	}
	if err := s.reset(ctx); err != nil {
		return err
	}
	warm := all[:min(len(all), max(300, len(all)/20))]
	began := time.Now()
	if err := startEntities(ctx, c, "warm", warm, nil); err != nil {
		return err
	}
	rate := float64(len(warm)) / time.Since(began).Seconds()
	midnight := time.Now().Add(time.Duration(2*float64(units)/rate*float64(time.Second)) + 30*time.Second)
	s.say("starting %d plain workflows, about %.0f a second", units, rate)
	if err := startEntities(ctx, c, "all", all, []time.Time{midnight}); err != nil {
		return err
	}
	s.report.Figures["entity_start_s"] = seconds(time.Since(began))
	if left := time.Until(midnight); left < 0 {
		return fmt.Errorf("the plain workflows were started too late, by %s", -left)
	}
	s.say("their midnight in %s", time.Until(midnight).Round(time.Second))
	if err := pause(ctx, time.Until(midnight)); err != nil {
		return err
	}
	const verdicts = "select count(*)::int from entity_history where event = 'overdue'"
	if _, err := s.until(ctx, len(late), 20*time.Minute, "verdicts of plain workflows", verdicts); err != nil {
		return err
	}
	verdictAll, err := s.last(ctx, "event = 'overdue'", midnight)
	if err != nil {
		return err
	}
	s.say("all waking: verdicts %.1f s", verdictAll)

	if err := s.reset(ctx); err != nil {
		return err
	}
	spread := time.Duration(float64(len(late))/20*float64(time.Second)) + 15*time.Second
	midnight = time.Now().Add(time.Duration(1.5*float64(len(late))/rate*float64(time.Second)) + 20*time.Second)
	rung, demand := midnight.Add(spread), midnight.Add(2*spread)
	if err := startEntities(ctx, c, "late", late, []time.Time{midnight, rung, demand}); err != nil {
		return err
	}
	figure := func(at time.Time, want int, event, mended string) (float64, error) {
		if err := pause(ctx, time.Until(at)); err != nil {
			return 0, err
		}
		if _, err := s.until(ctx, want, 10*time.Minute, event, "select count(*)::int from entity_history where "+event); err != nil {
			return 0, err
		}
		last, err := s.last(ctx, event, at)
		if err != nil {
			return 0, err
		}
		return last, s.exec(ctx, mended)
	}
	const mend = "update entity_duties set state = 'done' where id in (select id from (select id, row_number() over (order by id) as n from entity_duties where state = 'open') x where n % 2 = 0)"
	still := len(late) - len(late)/2
	verdictLate, err := figure(midnight, len(late), "event = 'overdue'", mend)
	if err != nil {
		return err
	}
	rungs, err := figure(rung, still, "event = 'escalated' and rung = 'overdue 1'", mend)
	if err != nil {
		return err
	}
	demands, err := figure(demand, still-still/2, "event = 'escalated' and rung = 'overdue 3'", "select")
	if err != nil {
		return err
	}
	f, r := s.report.Figures, s.report.Ratios
	f["entity_verdict_s"], f["entity_late_verdict_s"], f["entity_rung_s"], f["entity_demand_s"] = verdictAll, verdictLate, rungs, demands
	f["entity_total_s"], f["entity_late_total_s"] = round(verdictAll+rungs+demands), round(verdictLate+rungs+demands)
	r["entity_over_ours"], r["entity_late_over_ours"] = ratio(f["entity_total_s"], f["total_s"]), ratio(f["entity_late_total_s"], f["total_s"])
	return nil
}

// reset puts the yardstick's duties to where ours were before midnight.
func (s *storm) reset(ctx context.Context) error {
	for _, sql := range []string{
		"truncate entity_duties, entity_history, entity_notices",
		"insert into entity_duties select * from duties where kind = 'report'",
		"update entity_duties set state = 'open', overdue = false, verdict = '', rung = '' where id in (select duty_id from history where event = 'overdue')",
		"vacuum analyze entity_duties",
	} {
		if err := s.exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// last is when the last row of a kind was committed, in seconds after an
// instant.
func (s *storm) last(ctx context.Context, event string, at time.Time) (float64, error) {
	var last time.Time
	err := s.Super.QueryRow(ctx, "select max(pg_xact_commit_timestamp(xmin)) from entity_history where "+event).Scan(&last)
	return seconds(last.Sub(at)), err
}

func (s *storm) ids(ctx context.Context, sql string) (list []int64, err error) {
	rows, err := s.Super.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}

func startEntities(ctx context.Context, c client.Client, prefix string, duties []int64, instants []time.Time) error {
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(16)
	for _, id := range duties {
		work.Go(func() error {
			o := client.StartWorkflowOptions{ID: fmt.Sprintf("%s:%d", prefix, id), TaskQueue: entityQueue}
			_, err := c.ExecuteWorkflow(ctx, o, Entity, EntityInput{Duty: id, Table: "entity", Instant: instants})
			return err
		})
	}
	return work.Wait()
}

func stopProcess(cmd *exec.Cmd) {
	if err := cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		_ = cmd.Process.Kill()
	}
	_ = cmd.Wait()
}
