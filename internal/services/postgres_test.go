package services_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"dondoc/internal/services"
)

// TestMain lets the test program stand in for a run that is killed: with
// childDir set it starts a PostgreSQL there and waits for its end.
func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	p, err := services.StartPostgres(context.Background(), services.PostgresOptions{Dir: dir})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(p.URL("postgres"))
	select {}
}

const childDir = "DONDOC_TEST_CHILD_DIR"

func TestPostgres_killed_keeps_what_was_committed(t *testing.T) {
	t.Parallel()
	p := startPostgres(t, stateDir(t))
	execute(t, p, "create table facts as select 1 as n")
	before := p.URL("postgres")
	p.Kill()
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.URL("postgres") != before {
		t.Errorf("address changed from %s to %s", before, p.URL("postgres"))
	}
	if n := count(t, p, "facts"); n != 1 {
		t.Errorf("%d rows after the kill, want 1", n)
	}
}

func TestPostgres_started_again_finds_data_port_and_password(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	p := startPostgres(t, dir)
	execute(t, p, "create table facts as select 1 as n")
	before := p.URL("postgres")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = startPostgres(t, dir)
	if p.URL("postgres") != before {
		t.Errorf("address changed from %s to %s", before, p.URL("postgres"))
	}
	if n := count(t, p, "facts"); n != 1 {
		t.Errorf("%d rows after the restart, want 1", n)
	}
}

func TestPostgres_in_use_is_refused_by_the_holder(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	startPostgres(t, dir)
	_, err := services.StartPostgres(t.Context(), services.PostgresOptions{Dir: filepath.Join(dir, "postgres")})
	if want := fmt.Sprintf("in use by process %d", os.Getpid()); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
	if err := services.RemoveState(dir); err == nil {
		t.Error("the state directory was removed under a running server")
	}
}

// The run that started the server is killed, so nobody has said stop to it.
func TestPostgres_takes_over_after_a_killed_run(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+filepath.Join(dir, "postgres"))
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(address, "postgres://") {
		t.Fatalf("%s %v", address, err)
	}
	conn, err := pgx.Connect(t.Context(), strings.TrimSpace(address))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "create table facts as select 1 as n"); err != nil {
		t.Fatal(err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	p := startPostgres(t, dir)
	if n := count(t, p, "facts"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

// stateDir is below a directory that only its owner may enter, as a checkout
// may be.
func stateDir(t *testing.T) string {
	t.Helper()
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "state")
	t.Cleanup(func() {
		if err := services.RemoveState(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func startPostgres(t *testing.T, dir string) *services.Postgres {
	t.Helper()
	p, err := services.StartPostgres(t.Context(), services.PostgresOptions{Dir: filepath.Join(dir, "postgres")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func connect(t *testing.T, p *services.Postgres) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func execute(t *testing.T, p *services.Postgres, statement string) {
	t.Helper()
	conn := connect(t, p)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, p *services.Postgres, table string) (n int) {
	t.Helper()
	conn := connect(t, p)
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), "select count(*) from "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
