// Package bench measures the program on servers of its own: what a midnight
// costs at which everything is due, what a year leaves in Temporal's histories,
// how fast pages are read and registers imported. Each measurement builds its
// data, measures a plain yardstick beside it in the same run, and removes what
// it built.
package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"log/slog"

	"dondoc/internal/services"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
)

// Report is what a measurement found. Figures are in the unit at the end of
// their names; a ratio is without one.
type Report struct {
	Bench    string             `json:"bench"`
	At       time.Time          `json:"at"`
	Machine  Machine            `json:"machine"`
	Settings map[string]any     `json:"settings"`
	Figures  map[string]float64 `json:"figures"`
	Ratios   map[string]float64 `json:"ratios"`
	Counts   map[string]int     `json:"counts"`
	// Notes say what a number alone does not: whose pages were read, and how many
	// rows they show.
	Notes map[string]string `json:"notes,omitempty"`
}

// Machine is what a measurement ran on.
type Machine struct {
	Cores      int    `json:"cores"`
	MemoryMB   int    `json:"memory_mb"`
	OS         string `json:"os"`
	CPU        string `json:"cpu,omitempty"`
	Go         string `json:"go"`
	PostgreSQL string `json:"postgresql,omitempty"`
	Load       string `json:"load"` // of the last 1, 5 and 15 minutes, when it began
}

// New begins the report of a measurement.
func New(name string, settings map[string]any) *Report {
	return &Report{Bench: name, At: time.Now().UTC().Truncate(time.Second), Machine: machine(), Settings: settings,
		Figures: map[string]float64{}, Ratios: map[string]float64{}, Counts: map[string]int{}, Notes: map[string]string{}}
}

func machine() Machine {
	m := Machine{Cores: runtime.NumCPU(), OS: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version()}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load = strings.Join(strings.Fields(string(text))[:3], " ")
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kb int
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kb); err == nil {
			m.MemoryMB = kb / 1024
		}
	}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				m.CPU = strings.TrimSpace(value)
				break
			}
		}
	}
	return m
}

// seconds keeps figures readable.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return math.Round(a/b*100) / 100
}

// Print writes a report as a table, or as JSON.
func (r *Report) Print(out io.Writer, format string) error {
	if format == "json" {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	fmt.Fprintf(out, "%s, %s, load %s\n", r.Bench, r.At.Format("02/01/2006 15:04 MST"), r.Machine.Load)
	fmt.Fprintf(out, "%d cores, %d MB, %s, %s, PostgreSQL %s\n", r.Machine.Cores, r.Machine.MemoryMB, r.Machine.CPU, r.Machine.Go, r.Machine.PostgreSQL)
	for _, k := range slices.Sorted(maps.Keys(r.Settings)) {
		fmt.Fprintf(out, "  %s=%v", k, r.Settings[k])
	}
	fmt.Fprintln(out)
	row := func(kind, name, value string) { fmt.Fprintf(out, "%-8s %-40s %14s\n", kind, name, value) }
	for _, k := range slices.Sorted(maps.Keys(r.Counts)) {
		row("count", k, fmt.Sprint(r.Counts[k]))
	}
	for _, k := range slices.Sorted(maps.Keys(r.Figures)) {
		row("figure", k, fmt.Sprintf("%.3f", r.Figures[k]))
	}
	for _, k := range slices.Sorted(maps.Keys(r.Ratios)) {
		row("ratio", k, fmt.Sprintf("%.2f", r.Ratios[k]))
	}
	for _, k := range slices.Sorted(maps.Keys(r.Notes)) {
		fmt.Fprintf(out, "note     %s: %s\n", k, r.Notes[k])
	}
	return nil
}

// Options are how a stand is set up.
type Options struct {
	Temporal bool // whether a Temporal server is needed too
	Shards   int
	Conns    int // Temporal's, for each service
	Durable  bool
	Settings map[string]string // PostgreSQL's
	Dynamic  map[string]any    // Temporal's
	Progress func(format string, args ...any)
}

// namespace is the Temporal namespace of a stand.
const namespace = "bench"

// Stand is servers of a measurement's own, with an empty database.
type Stand struct {
	Options
	Dir      string // the state directory; removed by Close
	URL      string // the database, as its owner
	Address  string // Temporal's; empty without it
	Super    *pgx.Conn
	postgres *services.Postgres
	stack    *services.Stack
}

// Open starts the servers and makes the schema.
func Open(ctx context.Context, o Options) (_ *Stand, err error) {
	if o.Progress == nil {
		o.Progress = func(string, ...any) {}
	}
	s := &Stand{Options: o}
	if s.Dir, err = os.MkdirTemp("", "dondoc-bench-"); err != nil {
		return nil, err
	}
	if err := os.Chmod(s.Dir, 0o711); err != nil { //nolint:gosec // the database's own user passes through
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	// Commits are told apart by the database's own clock, to the row.
	settings := map[string]string{"track_commit_timestamp": "on", "max_wal_size": "4GB", "checkpoint_timeout": "30min"}
	maps.Copy(settings, o.Settings)
	step := func(text string) { o.Progress("%s", text) }
	if o.Temporal {
		s.stack, err = services.StartStack(ctx, services.StackOptions{Dir: s.Dir, Durable: o.Durable, Settings: settings,
			Shards: o.Shards, Conns: o.Conns, Dynamic: o.Dynamic, Progress: step})
		if err != nil {
			return nil, err
		}
		s.postgres, s.Address = s.stack.Postgres, s.stack.Temporal.Address()
		if err := s.stack.Temporal.RegisterNamespace(ctx, namespace, 24*time.Hour); err != nil {
			return nil, err
		}
	} else {
		s.postgres, err = services.StartPostgres(ctx, services.PostgresOptions{Dir: filepath.Join(s.Dir, "postgres"), Durable: o.Durable, Settings: settings, Progress: step})
		if err != nil {
			return nil, err
		}
	}
	if s.URL, err = s.postgres.CreateDatabase(ctx, "dondoc"); err != nil {
		return nil, err
	}
	if err := postgres.Migrate(ctx, s.URL, migrations.FS); err != nil {
		return nil, err
	}
	s.Super, err = pgx.Connect(ctx, s.URL)
	return s, err
}

// Close stops the servers and removes their data.
func (s *Stand) Close() error {
	var err error
	if s.Super != nil {
		err = s.Super.Close(context.Background())
	}
	switch {
	case s.stack != nil:
		err = errors.Join(err, s.stack.Close())
	case s.postgres != nil:
		err = errors.Join(err, s.postgres.Close())
	}
	return errors.Join(err, services.RemoveState(s.Dir))
}

// Client opens a client of the stand's namespace.
func (s *Stand) Client() (client.Client, error) {
	return client.NewLazyClient(client.Options{
		HostPort: s.Address, Namespace: namespace, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}}, // as the program's own
	})
}

// server notes the version of the database.
func (s *Stand) server(ctx context.Context, r *Report) error {
	return s.Super.QueryRow(ctx, "select current_setting('server_version')").Scan(&r.Machine.PostgreSQL)
}

// exec runs statements as the database's owner.
func (s *Stand) exec(ctx context.Context, sql string, args ...any) error {
	_, err := s.Super.Exec(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("%w in: %s", err, strings.Join(strings.Fields(sql), " "))
	}
	return nil
}

// number asks for one number.
func (s *Stand) number(ctx context.Context, sql string, args ...any) (n int, err error) {
	err = s.Super.QueryRow(ctx, sql, args...).Scan(&n)
	if err != nil {
		err = fmt.Errorf("%w in: %s", err, strings.Join(strings.Fields(sql), " "))
	}
	return n, err
}

// until polls a number until it reaches what is wanted.
func (s *Stand) until(ctx context.Context, want int, atMost time.Duration, what, sql string, args ...any) (int, error) {
	limit := time.Now().Add(atMost)
	for {
		n, err := s.number(ctx, sql, args...)
		if err != nil || n >= want {
			return n, err
		}
		if time.Now().After(limit) {
			return n, fmt.Errorf("%s: %d of %d after %s", what, n, want, atMost)
		}
		if err := pause(ctx, 250*time.Millisecond); err != nil {
			return n, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// system acts as the program.
func system(ctx context.Context) context.Context {
	return poverty.WithActor(ctx, poverty.System("bench"))
}

// percentile returns the value that p of the values do not exceed.
func percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	i := int(math.Ceil(p*float64(len(sorted)))) - 1
	return sorted[max(i, 0)]
}
