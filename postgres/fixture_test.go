package postgres_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/blobs"
	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
)

const namDong, camLo poverty.CycleID = "nam-dong:2018", "cam-lo:2019"

var issued = at("2018-04-06 10:00")

// loaded is the schema with two cycles in it as drafts, made once a test run.
var loaded = testkit.Schema{
	Files: fstest.MapFS{"run": {Data: []byte(rand.Text())}},
	Migrate: func(ctx context.Context, url string, _ fs.FS) error {
		if err := postgres.Migrate(ctx, url, migrations.FS); err != nil {
			return err
		}
		db, err := postgres.Open(ctx, url, postgres.Options{Now: func() time.Time { return issued }, Conns: 1})
		if err != nil {
			return err
		}
		defer db.Close()
		ctx = poverty.WithActor(ctx, poverty.System("test"))
		for _, name := range []string{"nam-dong-2018", "cam-lo-2019"} {
			r, err := example(name)
			if err != nil {
				return err
			}
			if err := db.CreateCycle(ctx, r.New); err != nil {
				return err
			}
		}
		return nil
	},
}

func example(name string) (poverty.Rehearsal, error) {
	return documents.ReadCycle(os.DirFS("../examples/" + name))
}

// fixture is the store with the examples in it and a clock that stands still.
type fixture struct {
	*postgres.DB
	t      *testing.T
	url    string
	files  string // the folder of its attachments
	behind *pgx.Conn

	mu  sync.Mutex
	now time.Time
}

// newFixture has both cycles as drafts, at the instant of Nam Đông's issue.
func newFixture(t *testing.T) *fixture {
	t.Helper()
	t.Parallel()
	return another(t)
}

// another is a second fixture in one test.
func another(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, url: testkit.PostgresWith(t, loaded), now: issued}
	f.files = t.TempDir()
	store, err := blobs.Open(t.Context(), f.files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	db, err := postgres.Open(t.Context(), f.url, postgres.Options{Now: f.clock, Conns: 4, Blobs: store})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	f.DB = db
	return f
}

// running is newFixture with Nam Đông's cycle in force since its issue.
func running(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	f.advance("2018-04-06 10:00")
	return f
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) set(now string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = at(now)
}

// advance sets the clock and steps all processes of Nam Đông's cycle, as its
// workflows do.
func (f *fixture) advance(until string) {
	f.t.Helper()
	f.set(until)
	list, err := f.OpenCycle(f.system(), namDong, at(until))
	f.must(err)
	for _, o := range list {
		if !o.At.After(at(until)) {
			f.step(o.Ref, until)
		}
	}
}

func (f *fixture) step(ref poverty.Ref, until string) poverty.Step {
	f.t.Helper()
	step, err := f.StepDuties(f.system(), ref, at(until))
	f.must(err)
	return step
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) system() context.Context {
	return poverty.WithActor(f.t.Context(), poverty.System("test"))
}

func (f *fixture) user(login string) poverty.UserID {
	f.t.Helper()
	u, _, err := f.Credentials(f.t.Context(), login)
	f.must(err)
	return u.ID
}

func (f *fixture) as(login string) context.Context {
	f.t.Helper()
	return poverty.WithActor(f.t.Context(), poverty.Actor{User: f.user(login)})
}

// try proposes and enacts as a person.
func (f *fixture) try(login string, p poverty.Proposal) (poverty.Outcome, error) {
	f.t.Helper()
	stored, err := f.Propose(f.as(login), p)
	if err != nil {
		return poverty.Outcome{}, err
	}
	if stored.Outcome != nil {
		return *stored.Outcome, nil
	}
	return f.Enact(f.as(login), stored.ID, time.Time{})
}

func (f *fixture) do(now, login string, p poverty.Proposal) poverty.Outcome {
	f.t.Helper()
	f.set(now)
	out, err := f.try(login, p)
	if err != nil {
		f.t.Fatalf("%s %s: %v", now, login, err)
	}
	return out
}

// duty is a duty of Nam Đông by the end of its key: "report/thuong-long/2018-04".
func (f *fixture) duty(key string) poverty.Duty {
	f.t.Helper()
	d, err := f.DutyByKey(f.system(), string(namDong)+"/"+key)
	if err != nil {
		f.t.Fatalf("%s: %v", key, err)
	}
	return d
}

func (f *fixture) decision(key string, x poverty.Decision) poverty.Proposal {
	f.t.Helper()
	x.Duty = f.duty(key).ID
	return poverty.Proposal{Duty: &x}
}

func (f *fixture) submit(now, login, key string) {
	f.t.Helper()
	f.do(now, login, f.decision(key, poverty.Decision{Act: poverty.ActSubmit,
		Report: &poverty.ReportContent{Text: "Báo cáo", Figures: map[string]int64{"visits": 3}}}))
}

func (f *fixture) plan(now, login string, unit poverty.UnitID, verb poverty.PlanVerb) {
	f.t.Helper()
	f.do(now, login, poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: unit, Verb: verb, Reason: "x", Basis: "x"}})
}

// draftPlan writes a plan that lacks nothing; where the commune has a register
// it is frozen, and all its poor and near-poor households are in the plan.
func (f *fixture) draftPlan(now, login string, unit poverty.UnitID) {
	f.t.Helper()
	f.set(now)
	sheet, err := f.PlanSheet(f.system(), namDong, unit)
	f.must(err)
	if sheet.Check.Register {
		f.planAll(login, unit, sheet.Check.Frozen)
	}
	_, err = f.SavePlan(f.as(login), draftOf(unit, 0, "Kế hoạch"))
	f.must(err)
}

func (f *fixture) planAll(login string, unit poverty.UnitID, frozen bool) {
	f.t.Helper()
	if !frozen {
		f.must(f.FreezeRegister(f.system(), poverty.RegisterScope{Cycle: namDong, Unit: unit, Basis: "Quyết định 9"}))
	}
	found, err := f.Households(f.system(), poverty.HouseholdFilter{Cycle: namDong, Unit: unit})
	f.must(err)
	x := poverty.PlanEdit{Cycle: namDong, Unit: unit}
	for _, h := range found {
		if h.Declared == poverty.ClassPoor || h.Declared == poverty.ClassNearPoor {
			x.Put = append(x.Put, plannedOf(h))
		}
	}
	_, err = f.EditPlan(f.as(login), x)
	f.must(err)
}

// plannedOf is a household in a plan that lacks nothing.
func plannedOf(h poverty.Household) poverty.PlanHousehold {
	return poverty.PlanHousehold{
		Household: h.ID, Goal: poverty.GoalOf(h.Declared), Causes: []string{"capital"}, Needs: []string{"livestock"},
		Measures: []poverty.PlanMeasure{{Need: "livestock", Kind: "livestock", What: "Bò", Quantity: 1, Measure: "con", Term: date("2018-09-30"), Helper: "cong-an-huyen"}},
	}
}

// draftOf is a plan of a commune that keeps no register, with a text in each of
// its parts.
func draftOf(unit poverty.UnitID, version int, text string) poverty.PlanDraftContent {
	return poverty.PlanDraftContent{
		Cycle: namDong, Unit: unit, Version: version, ToLeave: 20, Focal: poverty.OfficeID(unit + "/deputy"), Shortfall: "Thiếu đất sản xuất",
		Texts: map[string]string{"situation": text, "solutions": text, "organisation": text},
	}
}

// super is the superuser's connection, to look behind the store.
func (f *fixture) super() *pgx.Conn {
	f.t.Helper()
	if f.behind == nil {
		conn, err := pgx.Connect(f.t.Context(), f.url)
		f.must(err)
		f.t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(f.t.Context())) })
		f.behind = conn
	}
	return f.behind
}

func (f *fixture) exec(sql string, args ...any) {
	f.t.Helper()
	_, err := f.super().Exec(f.t.Context(), sql, args...)
	f.must(err)
}

// tables are those of the schema, by name.
func (f *fixture) tables() []string {
	f.t.Helper()
	return column[string](f, f.super(), "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'goose_db_version' order by 1")
}

// contents is a fingerprint of each table's rows.
func (f *fixture) contents() map[string]string {
	f.t.Helper()
	conn := f.super()
	sums := map[string]string{}
	for _, table := range f.tables() {
		sums[table] = column[string](f, conn, "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from "+table+" t")[0]
	}
	return sums
}

// querier is a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func column[T any](f *fixture, q querier, sql string, args ...any) []T {
	f.t.Helper()
	rows, err := q.Query(f.t.Context(), sql, args...)
	f.must(err)
	list, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		f.t.Fatalf("%s: %v", sql, err)
	}
	return list
}

// ledger is what happened to a duty, one line an entry.
func (f *fixture) ledger(key string) []string {
	f.t.Helper()
	entries, err := f.History(f.system(), poverty.HistoryFilter{Duty: f.duty(key).ID, Oldest: true})
	f.must(err)
	slices.SortStableFunc(entries, func(a, b poverty.Entry) int { return a.At.Compare(b.At) })
	lines := make([]string, len(entries))
	for i, e := range entries {
		lines[i] = strings.TrimSpace(e.At.Format("2006-01-02 15:04 ") + string(e.Event) + " " + e.Rung)
	}
	return lines
}

func (f *fixture) wantKind(err error, want poverty.Kind, key string) {
	f.t.Helper()
	if poverty.KindOf(err) != want || key != "" && poverty.Refusal(err).Key != key {
		f.t.Errorf("got %v, want %s %s", err, want, key)
	}
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func date(s string) calendar.Date { return calendar.MustDate(s) }
