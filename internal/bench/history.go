package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"dondoc/calendar"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/workflows"
)

// History measures what a year of one cycle leaves in Temporal's histories: 45
// units with twelve reports each, five plans with their approval, four rungs,
// and a tenth of the reports late. Half of the late are mended before the first
// overdue rung, half of the rest before the first that demands an answer; the
// others are acknowledged at it and done after the next.
type History struct {
	Options
	Day    time.Duration // how long a day at the end of a month takes
	Worker func(s *Stand, clock, steps, smtp string) *exec.Cmd
}

// plans is how many of the units owe a plan.
const plans = 5

// year is a year in progress.
type year struct {
	*storm
	engine *workflows.Engine
	biz    *Clock
}

// Run lives the year and counts.
func (x History) Run(ctx context.Context) (_ *Report, err error) {
	x.Temporal = true
	if x.Dynamic == nil {
		// A compressed year has no time for timers that are a second late.
		x.Dynamic = map[string]any{"history.timerProcessorMaxTimeShift": "20ms"}
	}
	r := New("history", map[string]any{"units": perCycle, "periods": 12, "plans": plans, "rungs": 4, "late": 0.10, "day": x.Day.String()})
	stand, err := Open(ctx, x.Options)
	if err != nil {
		return nil, err
	}
	s := &storm{Storm: Storm{Options: stand.Options, Cycles: 1, Worker: x.Worker}, Stand: stand, report: r,
		clock: filepath.Join(stand.Dir, "clock"), steps: filepath.Join(stand.Dir, "steps")}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.server(ctx, r); err != nil {
		return nil, err
	}
	k := country{cycles: 1, first: calendar.MustMonth("2026-01"), last: calendar.MustMonth("2026-12"),
		issued: calendar.MustDate("2026-01-05").At(calendar.MustClock("09:00")), plans: plans}
	if err := SetClock(s.clock, anchors(k, time.Now().Add(6*time.Second), x.Day)...); err != nil {
		return nil, err
	}
	y := &year{storm: s}
	if y.biz, err = OpenClock(s.clock); err != nil {
		return nil, err
	}
	if s.db, err = postgres.Open(ctx, s.URL, postgres.Options{Now: y.biz.Now, Conns: 4}); err != nil {
		return nil, err
	}
	if s.smtp, err = newSink(ctx); err != nil {
		return nil, err
	}
	if err := k.create(ctx, s.db); err != nil {
		return nil, err
	}
	if err := s.startWorker(ctx); err != nil {
		return nil, err
	}
	c, err := s.Client()
	if err != nil {
		return nil, err
	}
	defer c.Close()
	y.engine = workflows.NewEngine(c, s.db)
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	if err := y.live(ctx); err != nil {
		return nil, err
	}
	return r, y.count(ctx, c)
}

// anchors make the days around the end of a month slow and the others quick:
// what happens happens there, and events that fall on one instant of the year
// must not fall together in the measurement.
func anchors(k country, from time.Time, day time.Duration) []Anchor {
	list := []Anchor{{from, k.issued}}
	at := func(d calendar.Date, pace time.Duration) {
		last := list[len(list)-1]
		days := d.Start().Sub(last.Business).Hours() / 24
		list = append(list, Anchor{last.Real.Add(time.Duration(days * float64(pace))), d.Start()})
	}
	for m := k.first; !m.After(k.last); m = m.Add(1) {
		at(m.Day(12), day)
		at(m.Day(25), day/6)
		at(m.Add(1).Day(1), day)
	}
	at(k.last.Add(1).Day(20), day)
	return list
}

// reach waits until a business instant.
func (y *year) reach(ctx context.Context, d calendar.Date, clock string) error {
	return pause(ctx, time.Until(y.biz.Real(d.At(calendar.MustClock(clock)))))
}

// act carries out an act on the report of the j-th unit for a month.
func (y *year) act(ctx context.Context, j int, m calendar.Month, acts ...poverty.Act) error {
	unit := poverty.UnitID(fmt.Sprintf("o0000-%02d", j))
	d, err := y.db.DutyByKey(system(ctx), poverty.DutyKey(cycleID(0), "report", unit, m.String(), ""))
	if err != nil {
		return fmt.Errorf("report of %s for %s: %w", unit, m, err)
	}
	for _, act := range acts {
		x := poverty.Decision{Duty: d.ID, Act: act}
		if act == poverty.ActAcknowledge {
			x.By = calendar.DateOf(y.biz.Now()).AddDays(3)
			x.Reason = "dựng lên"
		}
		if _, err := y.engine.Decide(system(ctx), x); err != nil {
			return fmt.Errorf("%s on the report of %s for %s: %w", act, unit, m, err)
		}
	}
	return nil
}

// live lets the units do what they do, month by month.
func (y *year) live(ctx context.Context) error {
	late := 0
	for n, m := 0, calendar.MustMonth("2026-01"); n < 12; n, m = n+1, m.Add(1) {
		y.say("%s", m)
		if n == 1 {
			if err := y.plan(ctx, m); err != nil {
				return err
			}
		}
		// 45 units and a tenth late: five in one month, four in the next.
		behind := 4 + (n+1)%2
		late += behind
		if err := y.reach(ctx, m.Day(26), "09:00"); err != nil {
			return err
		}
		for j := behind; j < perCycle; j++ {
			if err := y.act(ctx, j, m, poverty.ActSubmit, poverty.ActAccept); err != nil {
				return err
			}
		}
		ends := m.Day(30) // a last day, which in February is the month's
		first, demand, next, err := y.rungs(ctx, ends)
		if err != nil {
			return err
		}
		mended, rest := behind/2, behind-behind/2
		quick := rest / 2
		// Between the verdict at midnight and the first rung at eight.
		if err := y.reach(ctx, calendar.DateOf(first), "04:00"); err != nil {
			return err
		}
		for j := range mended {
			if err := y.act(ctx, j, m, poverty.ActSubmit, poverty.ActAccept); err != nil {
				return err
			}
		}
		if err := y.reach(ctx, calendar.DateOf(first), "15:00"); err != nil {
			return err
		}
		for j := mended; j < mended+quick; j++ {
			if err := y.act(ctx, j, m, poverty.ActSubmit, poverty.ActAccept); err != nil {
				return err
			}
		}
		if err := y.reach(ctx, calendar.DateOf(demand), "15:00"); err != nil {
			return err
		}
		for j := mended + quick; j < behind; j++ {
			if err := y.act(ctx, j, m, poverty.ActAcknowledge); err != nil {
				return err
			}
		}
		if err := y.reach(ctx, calendar.DateOf(next), "15:00"); err != nil {
			return err
		}
		for j := mended + quick; j < behind; j++ {
			if err := y.act(ctx, j, m, poverty.ActSubmit, poverty.ActAccept); err != nil {
				return err
			}
		}
	}
	y.report.Counts["reports"], y.report.Counts["late"] = 12*perCycle, late
	y.say("closing the year")
	_, err := y.engine.CloseCycle(system(ctx), poverty.CycleClosing{Cycle: cycleID(0), Reason: "dựng lên", Basis: "dựng lên"})
	if err != nil {
		return err
	}
	return pause(ctx, 3*time.Second) // until whoever was told has looked
}

// rungs are the instants of the three overdue rungs of a last day.
func (y *year) rungs(ctx context.Context, last calendar.Date) (first, demand, next time.Time, err error) {
	days, err := y.db.Calendar(system(ctx))
	if err != nil {
		return first, demand, next, err
	}
	at := func(n int) time.Time { return days.AddWorkingDays(last, n).At(calendar.MustClock("08:00")) }
	return at(1), at(3), at(5), nil
}

// plan has the plans sent, appraised and approved.
func (y *year) plan(ctx context.Context, m calendar.Month) error {
	moves := []struct {
		day  int
		verb poverty.PlanVerb
	}{{4, poverty.PlanSend}, {6, poverty.PlanAppraise}, {8, poverty.PlanApprove}}
	for _, move := range moves {
		if err := y.reach(ctx, m.Day(move.day), "10:00"); err != nil {
			return err
		}
		for j := range plans {
			unit := poverty.UnitID(fmt.Sprintf("o0000-%02d", j))
			if move.verb == poverty.PlanSend {
				if _, err := y.db.SavePlan(system(ctx), poverty.PlanDraftContent{Cycle: cycleID(0), Unit: unit, ToLeave: 20,
					Focal: poverty.OfficeID(unit + "/head"), Shortfall: "dựng lên",
					Texts: map[string]string{"situation": "dựng lên", "solutions": "dựng lên", "organisation": "dựng lên"}}); err != nil {
					return err
				}
			}
			if _, err := y.engine.MovePlan(system(ctx), poverty.PlanMove{Cycle: cycleID(0), Unit: unit, Verb: move.verb, Reason: "dựng lên", Basis: "dựng lên"}); err != nil {
				return fmt.Errorf("plan of %s: %s: %w", unit, move.verb, err)
			}
		}
	}
	return nil
}

// count adds up the events of every workflow of the year.
func (y *year) count(ctx context.Context, c client.Client) error {
	if err := pause(ctx, 2*time.Second); err != nil { // until the list of workflows has them all
		return err
	}
	total := 0
	var next []byte
	for {
		page, err := c.WorkflowService().ListWorkflowExecutions(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: namespace, NextPageToken: next, PageSize: 500})
		if err != nil {
			return err
		}
		for _, w := range page.GetExecutions() {
			d, err := c.DescribeWorkflowExecution(ctx, w.GetExecution().GetWorkflowId(), w.GetExecution().GetRunId())
			if err != nil {
				return err
			}
			n := int(d.GetWorkflowExecutionInfo().GetHistoryLength())
			total += n
			kind := w.GetType().GetName()
			y.report.Figures["events."+kind] += float64(n)
			y.report.Counts["workflows."+kind]++
		}
		if next = page.GetNextPageToken(); len(next) == 0 {
			break
		}
	}
	y.report.Figures["events_total"] = float64(total)
	y.report.Figures["events_per_unit_year"] = math.Round(float64(total)/perCycle*100) / 100
	var err error
	if y.report.Counts["escalations"], err = y.number(ctx, "select count(*)::int from escalations"); err != nil {
		return err
	}
	y.report.Counts["verdicts"], err = y.number(ctx, "select count(*)::int from history where event = 'overdue'")
	return err
}
