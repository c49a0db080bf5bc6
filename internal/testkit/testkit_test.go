package testkit_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"

	"dondoc/internal/testkit"
)

func TestPostgres_clones_one_template_and_drops_the_clones(t *testing.T) {
	t.Parallel()
	var migrated atomic.Int32
	schema := testkit.Schema{
		Files: fstest.MapFS{"1.sql": {Data: []byte(t.Name())}},
		Migrate: func(ctx context.Context, url string, _ fs.FS) error {
			migrated.Add(1)
			return execute(ctx, url, "create table facts (n int)")
		},
	}
	var clones []string
	t.Run("clones", func(t *testing.T) {
		for _, name := range []string{"one", "other"} {
			url := testkit.PostgresWith(t, schema)
			clones = append(clones, url)
			// A second row would meet the first if both were one database.
			if err := execute(t.Context(), url, "insert into facts values (1); create unique index on facts ((true))"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	if n := migrated.Load(); n != 1 {
		t.Errorf("migrated %d times, want once", n)
	}
	for _, url := range clones {
		if err := execute(t.Context(), url, "select"); err == nil {
			t.Errorf("%s is still there after its test", url)
		}
	}
}

func TestPostgres_failed_migration_is_tried_anew(t *testing.T) {
	t.Parallel()
	schema := testkit.Schema{Files: fstest.MapFS{"1.sql": {Data: []byte(t.Name())}}}
	for _, fails := range []bool{true, false} {
		schema.Migrate = func(ctx context.Context, url string, _ fs.FS) error {
			if err := execute(ctx, url, "create table facts (n int)"); err != nil {
				return err
			}
			if fails {
				return errors.New("half way")
			}
			return nil
		}
		stopped := make(chan bool)
		go func() {
			probe := &failing{TB: t}
			defer func() { stopped <- probe.failed }()
			testkit.PostgresWith(probe, schema)
		}()
		if failed := <-stopped; failed != fails {
			t.Errorf("migration fails: %v; test fails: %v", fails, failed)
		}
	}
}

func TestTemporal_gives_each_test_its_own_namespace(t *testing.T) {
	t.Parallel()
	one, first := testkit.Temporal(t)
	two, second := testkit.Temporal(t)
	if first == second {
		t.Fatalf("both are in %s", first)
	}
	for _, c := range []client.Client{one, two} {
		_, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
			ID: "same", TaskQueue: "nobody", WorkflowExecutionErrorWhenAlreadyStarted: true,
		}, "Anything")
		if err != nil {
			t.Error(err)
		}
	}
}

func TestPostgres_without_servers_says_how_to_run(t *testing.T) {
	t.Setenv(testkit.EnvPostgres, "")
	stopped := make(chan *failing)
	go func() {
		probe := &failing{TB: t}
		defer func() { stopped <- probe }()
		testkit.Postgres(probe)
	}()
	if probe := <-stopped; probe.said != "run `make test` (it starts PostgreSQL and Temporal)" {
		t.Errorf("it said %q", probe.said)
	}
}

// failing is a test that only notes that it failed.
type failing struct {
	testing.TB
	failed bool
	said   string
}

func (f *failing) Fatal(args ...any) {
	f.failed, f.said = true, fmt.Sprint(args...)
	runtime.Goexit()
}

func (f *failing) Fatalf(format string, args ...any) { f.Fatal(fmt.Sprintf(format, args...)) }

func execute(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
