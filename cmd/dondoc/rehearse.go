package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/internal/rehearsal"
	"dondoc/internal/services"
	"dondoc/locale"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
)

// RehearseCmd plays a whole cycle from its files, through the real workflow
// code and a real database, with time skipped.
type RehearseCmd struct {
	Dir      string        `arg:"" help:"Folder of the cycle, such as examples/nam-dong-2018." type:"existingdir"`
	Until    calendar.Date `help:"Stop at the end of this day." placeholder:"2018-07-31"`
	Start    calendar.Date `help:"Start the cycle late, at 10:00 of this day; what was scripted before is entered with its effective dates." placeholder:"2018-08-01"`
	Shift    int           `help:"Move the cycle by so many months first." placeholder:"12"`
	Format   string        `help:"table or json." default:"table" enum:"table,json" placeholder:"table"`
	Database string        `help:"Address of a PostgreSQL server to make a database on for the while; without it a private one is started." env:"DONDOC_REHEARSE_DATABASE_URL" placeholder:"URL"`
}

// Run plays the cycle and prints its ledger.
func (cmd *RehearseCmd) Run(ctx context.Context, out io.Writer, errs errWriter) error {
	r, err := readCycle(cmd.Dir, cmd.Shift, errs)
	if err != nil {
		return err
	}
	LogSettings{LogLevel: "warn"}.logTo(errs)
	o := rehearsal.Options{}
	if !cmd.Until.IsZero() {
		o.Until = calendar.OverdueAt(cmd.Until)
	}
	if !cmd.Start.IsZero() {
		o.Start = cmd.Start.At(calendar.MustClock("10:00"))
	}
	if cmd.Format == "table" {
		o.Progress = progress(errs)
	}
	url, done, err := scratchDatabase(ctx, cmd.Database, errs)
	if err != nil {
		return err
	}
	defer done()
	if err := postgres.Migrate(ctx, url, migrations.FS); err != nil {
		return err
	}
	clock := &rehearsal.Clock{}
	store, err := postgres.Open(ctx, url, postgres.Options{Now: clock.Now})
	if err != nil {
		return err
	}
	defer store.Close()
	refused, err := rehearsal.Run(ctx, store, clock, r, o)
	if err != nil {
		return err
	}
	ledger, err := rehearsal.ReadLedger(ctx, store, r.New.Cycle.ID)
	if err != nil {
		return err
	}
	if cmd.Format == "json" {
		enc := json.NewEncoder(out)
		enc.SetIndent("", " ")
		err = enc.Encode(ledger)
	} else {
		err = printLedger(out, ledger, r)
	}
	for _, l := range refused {
		fmt.Fprintln(errs, "dondoc: refused:", l)
	}
	if err == nil && len(refused) > 0 {
		err = fmt.Errorf("%d scripted acts were refused", len(refused))
	}
	return err
}

// errWriter is where warnings and progress go.
type errWriter io.Writer

// readCycle reads a cycle's folder; what is wrong with it is bad input.
func readCycle(dir string, shift int, errs io.Writer) (poverty.Rehearsal, error) {
	r, warnings, err := documents.InspectCycle(os.DirFS(dir))
	p := locale.For("vi")
	for _, w := range warnings {
		fmt.Fprintln(errs, "dondoc:", describeProblem(p, dir, w))
	}
	if problems, ok := errors.AsType[poverty.Problems](err); ok {
		lines := make([]string, len(problems))
		for i, one := range problems {
			lines[i] = describeProblem(p, dir, one)
		}
		return r, badInput(dir, "", fmt.Sprintf("%d problems\n%s", len(problems), strings.Join(lines, "\n")))
	}
	if err != nil {
		return r, err
	}
	if shift != 0 {
		r = documents.Shift(r, shift)
	}
	return r, nil
}

func describeProblem(p *locale.Printer, dir string, one poverty.Problem) string {
	where := filepath.Join(dir, one.File)
	if one.Row > 0 {
		where += fmt.Sprintf(":%d", one.Row)
	}
	if one.Column != "" {
		where += " [" + one.Column + "]"
	}
	return where + ": " + p.T(one.Key, one.Args...)
}

// progress shows the virtual month on one line.
func progress(errs io.Writer) func(calendar.Date) {
	var shown calendar.Month
	return func(day calendar.Date) {
		if m := calendar.MonthOf(day); m.After(shown) {
			shown = m
			fmt.Fprintf(errs, "\r%s …", locale.For("vi").Month(m))
		}
	}
}

// scratchDatabase makes a database of its own on a server, and starts a private
// server where none is named.
func scratchDatabase(ctx context.Context, url string, errs io.Writer) (string, func(), error) {
	stop := func() {}
	if url == "" {
		server, err := privatePostgres(ctx, errs)
		if err != nil {
			return "", stop, err
		}
		stop = func() { _ = server.Close() }
		url = server.URL("postgres")
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		stop()
		return "", func() {}, fmt.Errorf("PostgreSQL: %w", err)
	}
	name := fmt.Sprintf("rehearsal_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := conn.Exec(ctx, "create database "+name); err != nil {
		stop()
		return "", func() {}, err
	}
	cfg := conn.Config().Copy()
	cfg.Database = name
	done := func() {
		// The database goes even when the command was interrupted.
		_, _ = conn.Exec(context.WithoutCancel(ctx), "drop database if exists "+name+" with (force)")
		_ = conn.Close(context.WithoutCancel(ctx))
		stop()
	}
	return databaseURL(cfg), done, nil
}

func databaseURL(cfg *pgx.ConnConfig) string {
	return fmt.Sprintf("postgres://%s:%s@%s:%d/%s", cfg.User, cfg.Password, cfg.Host, cfg.Port, cfg.Database)
}

func privatePostgres(ctx context.Context, errs io.Writer) (*services.Postgres, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	options := services.PostgresOptions{Dir: filepath.Join(cache, "dondoc", "rehearse")}
	server, err := services.StartPostgres(ctx, options)
	if err == nil {
		return server, nil
	}
	// Another rehearsal may be using it: then one more, for this run only.
	options.Dir, _ = os.MkdirTemp("", "dondoc-rehearse-")
	again, second := services.StartPostgres(ctx, options)
	if second != nil {
		return nil, err
	}
	fmt.Fprintln(errs, "dondoc: the rehearsal server is in use; started another")
	return again, nil
}

func printLedger(out io.Writer, l rehearsal.Ledger, r poverty.Rehearsal) error {
	p := locale.For("vi")
	names := map[poverty.UnitID]string{}
	for _, u := range r.New.Units {
		names[u.ID] = u.Name
	}
	titles := map[poverty.OfficeID]string{}
	for _, o := range r.New.Offices {
		titles[o.ID] = o.Title
	}
	fmt.Fprintf(out, "%s\n\n", r.New.Cycle.Title)
	var month calendar.Month
	for _, line := range l.Ledger {
		at, err := time.Parse(time.RFC3339, line.At)
		if err != nil {
			return err
		}
		if m := calendar.MonthOf(calendar.DateOf(at)); m != month {
			month = m
			fmt.Fprintf(out, "\n%s\n", strings.ToUpper(p.Month(m)))
		}
		office := string(line.Office)
		if t, ok := titles[line.Office]; ok {
			office = t
		}
		fmt.Fprintf(out, "%s  %-14s %-20s %-28s %-8s %-10s %s %s\n", p.DateTime(at), p.T("history.event."+string(line.Event)),
			line.Duty, names[line.Unit], line.Period, line.Rung, office, line.Notice)
	}
	fmt.Fprintln(out)
	keys := make([]string, 0, len(l.Totals))
	for k := range l.Totals {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(out, "%-24s %6d\n", k, l.Totals[k])
	}
	return nil
}

func init() {
	cycleDuties = func(dir string, c *calendar.Calendar) ([]plannedDuty, error) {
		r, err := readCycle(dir, 0, io.Discard)
		if err != nil {
			return nil, err
		}
		rules := r.New.Cycle.Rules
		var list []plannedDuty
		for _, t := range rules.Duties {
			var ladder calendar.Ladder
			for _, s := range rules.Ladders[t.Ladder] {
				ladder = append(ladder, s.Rung)
			}
			for _, unit := range rules.Owing(t) {
				list = append(list, plannedDuty{Duty: t.Code, Unit: string(unit), From: t.From, To: t.To, DayOff: t.DayOff, Ladder: ladder,
					Due: t.Due.WithEvent(issueOf(t, r)), NoticeTime: rules.NoticeTime})
			}
		}
		return list, nil
	}
}

// issueOf is the day of the event that a deadline counts from, where the files
// know it: the cycle's issue.
func issueOf(t poverty.Template, r poverty.Rehearsal) calendar.Date {
	if t.Kind == poverty.DutyAcceptance {
		return calendar.DateOf(r.New.Cycle.IssuedAt)
	}
	return calendar.Date{}
}
