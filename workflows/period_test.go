package workflows_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"dondoc/activities"
	"dondoc/calendar"
	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/worker"
	"dondoc/workflows"
)

// timed is a store that tells how long its steps took together.
type timed struct {
	poverty.Processes
	spent atomic.Int64
}

func (s *timed) StepDuties(ctx context.Context, scope poverty.Scope, at time.Time) (poverty.Step, error) {
	began := time.Now()
	defer func() { s.spent.Add(int64(time.Since(began))) }()
	return s.Processes.StepDuties(ctx, scope, at)
}

// large is a cycle of many communes, in groups of ten, whose reports of last
// month were due on its 28th.
func large(communes int, month calendar.Month, issued time.Time) poverty.NewCycle {
	n := poverty.NewCycle{Cycle: poverty.Cycle{
		ID: poverty.NewCycleID("huyen", month.Year()), Owner: "huyen", Year: month.Year(), Title: "Năm mẫu", IssuedAt: issued,
		Rules: poverty.Rules{
			First: month, Last: month, NoticeTime: calendar.DefaultNotice, Terms: poverty.DefaultTerms(),
			Bindings: poverty.Bindings{Standing: "phong", Chair: "huyen/head", ViceChair: "huyen/deputy"},
			Ladders:  map[string]poverty.Ladder{"usual": {{Rung: calendar.MustLadder("remind 3")[0], To: []string{"unit"}}, {Rung: calendar.MustLadder("overdue 1")[0], To: []string{"head"}}}},
			Duties: []poverty.Template{
				{Code: "report", Kind: poverty.DutyReport, Title: "Báo cáo", TitleEN: "Report", Who: []string{"communes"}, Due: calendar.MustDue("monthly by day 28"), From: month, To: month, DayOff: calendar.Keep, Ladder: "usual"},
				{Code: "consolidation", Kind: poverty.DutyConsolidation, Title: "Tổng hợp", TitleEN: "Consolidation", Who: []string{"standing"}, Due: calendar.MustDue("within 3 working days of close"), DayOff: calendar.Keep, Ladder: "usual"},
			},
			Units: map[poverty.UnitID]poverty.CycleUnit{"huyen": {Role: "owner"}, "phong": {Role: "standing"}},
		},
	}, Passwords: map[string]string{}}
	units := []poverty.UnitID{"huyen", "phong"}
	for i := range communes {
		units = append(units, poverty.UnitID(fmt.Sprintf("xa-%03d", i)))
	}
	for i, id := range units {
		n.Units = append(n.Units, poverty.Unit{ID: id, Name: "Đơn vị " + string(id), Kind: "commune", Line: poverty.LineGovernment})
		if i >= 2 {
			n.Cycle.Rules.Units[id] = poverty.CycleUnit{Role: "commune"}
			n.Cycle.Rules.Groups = append(n.Cycle.Rules.Groups, poverty.Group{Code: fmt.Sprintf("nhom-%03d", i), Name: "Nhóm", Commune: id, Lead: units[2+(i-2)/10*10]})
			continue
		}
		for j, role := range []poverty.OfficeRole{poverty.RoleHead, poverty.RoleDeputy} {
			office, user := poverty.OfficeID(string(id)+"/"+string(role)), poverty.UserID(2*i+j+1)
			n.Offices = append(n.Offices, poverty.Office{ID: office, Unit: id, Role: role, Title: string(role)})
			n.Users = append(n.Users, poverty.User{ID: user, Login: string(id) + "." + string(role), Name: "Người giữ " + string(office), Active: true})
			n.Holdings = append(n.Holdings, poverty.Holding{Office: office, User: user})
		}
	}
	return n
}

// A period of 500 units is closed in one step and consolidated in two decisions,
// and its workflow is told of none of the 500 acceptances but the last.
func TestPeriod_of_500_units_is_closed_and_consolidated_in_few_events(t *testing.T) {
	const communes, most = 500, 30
	t.Parallel()
	url := testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate})
	store, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	system := poverty.WithActor(t.Context(), poverty.System("test"))
	month := calendar.MonthOf(calendar.DateOf(time.Now())).Add(-1)
	issued := month.First().At(calendar.DefaultNotice)
	n := large(communes, month, issued)
	id, period := n.Cycle.ID, month.String()
	must(store.CreateCycle(system, n))
	_, err = store.OpenCycle(system, id, issued)
	must(err)
	ref := poverty.Ref{Cycle: id, Process: poverty.ProcessPeriod, Key: period}
	_, err = store.StepDuties(system, ref, issued.Add(time.Hour))
	must(err)
	ledger(t, url, id, month)
	duties := reports(system, t, store, id)
	if len(duties) != communes {
		t.Fatalf("%d reports are owed", len(duties))
	}
	each := func(do func(poverty.Duty) error) {
		t.Helper()
		var all errgroup.Group
		all.SetLimit(4)
		for _, d := range duties {
			all.Go(func() error { return do(d) })
		}
		must(all.Wait())
	}
	received := month.First().AddDays(20).At(calendar.DefaultNotice)
	each(func(d poverty.Duty) error {
		x := poverty.Decision{Duty: d.ID, Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: "Báo cáo", Figures: map[string]int64{"visits": 3}}}
		stored, err := store.Propose(system, poverty.Proposal{Duty: &x})
		if err != nil {
			return err
		}
		_, err = store.Enact(system, stored.ID, received)
		return err
	})

	_, namespace := testkit.Temporal(t)
	c, err := client.DialContext(t.Context(), client.Options{HostPort: testkit.TemporalAddress(t), Namespace: namespace, Identity: "test", Logger: silent})
	must(err)
	t.Cleanup(c.Close)
	steps := &timed{Processes: store}
	w := worker.New(c, &activities.Activities{Store: steps}, func(err error) { t.Error(err) })
	must(w.Start())
	t.Cleanup(w.Stop)
	engine := workflows.NewEngine(c, store)
	must(engine.Revive(t.Context(), ref))
	await(t, "the period closes", func() bool {
		list, err := store.Consolidations(system, id, period)
		return err == nil && len(list) == 1
	})
	as := func(office poverty.OfficeID) context.Context {
		user, err := store.Holder(system, office, calendar.DateOf(time.Now()))
		must(err)
		return poverty.WithActor(t.Context(), poverty.Actor{User: user, Office: office})
	}
	standing, chair := as("phong/head"), as("huyen/head")
	each(func(d poverty.Duty) error {
		_, err := engine.Decide(standing, poverty.Decision{Duty: d.ID, Act: poverty.ActAccept})
		return err
	})
	text := "Năm trăm đơn vị đã báo cáo."
	began := time.Now()
	sent, err := engine.MoveConsolidation(standing, poverty.ConsolidationMove{Cycle: id, Period: period, Verb: poverty.ConsolidationSend, Revision: 1, Text: &text})
	must(err)
	if r := sent.Rollup; r.Received != communes || r.OnTime != communes || r.Total.Handovers != 4000 || len(r.Of(poverty.RollupCommune)) != communes {
		t.Errorf("%+v", r.Total)
	}
	_, err = engine.MoveConsolidation(chair, poverty.ConsolidationMove{Cycle: id, Period: period, Verb: poverty.ConsolidationAccept, Revision: 1})
	must(err)
	spent := time.Since(began) + time.Duration(steps.spent.Load())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	must(c.GetWorkflow(ctx, workflows.ID(ref), "").Get(ctx, nil))
	events := 0
	for h := c.GetWorkflowHistory(ctx, workflows.ID(ref), "", false, 0); h.HasNext(); events++ {
		_, err := h.Next()
		must(err)
	}
	t.Logf("closed and consolidated in %s (%s of it in steps), %d events", spent.Round(time.Millisecond), time.Duration(steps.spent.Load()).Round(time.Millisecond), events)
	if events > most {
		t.Errorf("%d events, at most %d", events, most)
	}
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	(&story{t: t}).until(what, holds)
}

// reports are the reports that are owed.
func reports(ctx context.Context, t *testing.T, store *postgres.DB, id poverty.CycleID) (all []poverty.Duty) {
	t.Helper()
	for {
		list, err := store.Duties(ctx, poverty.DutyFilter{Cycle: id, Kind: poverty.DutyReport, Offset: len(all)})
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return all
		}
		all = append(all, list...)
	}
}

// ledger enters two components of each commune with four deliveries each.
func ledger(t *testing.T, url string, id poverty.CycleID, month calendar.Month) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	for _, statement := range []string{
		`insert into components (cycle_id, code, unit_id, group_code, commune_id, kind, title, saved_at)
		 select $1, 'hp-' || u.unit_id || '-' || n, u.unit_id, 'nhom-' || right(u.unit_id, 3), u.unit_id, 'livestock', 'Hợp phần', $2::date
		 from cycle_units u, generate_series(1, 2) n where u.cycle_id = $1 and u.role = 'commune'`,
		`insert into deliveries (batch, cycle_id, component_id, day, recorded_at, unit_id, quantity, value)
		 select nextval('delivery_batches'), $1, c.id, $2::date + n, $2::date, c.unit_id, 1000, 500000
		 from components c, generate_series(1, 4) n where c.cycle_id = $1`,
	} {
		if _, err := conn.Exec(t.Context(), statement, id, month.First()); err != nil {
			t.Fatal(err)
		}
	}
}
