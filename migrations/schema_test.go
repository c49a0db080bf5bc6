package migrations_test

import (
	"cmp"
	"context"
	"database/sql"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	godiff "github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
)

var update = flag.Bool("update", false, "write schema.sql anew")

func TestSchema_is_what_the_migrations_make(t *testing.T) {
	t.Parallel()
	got := dump(t, testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate}))
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := godiff.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("schema.sql is not what the migrations make; run `make test PKG=./migrations ARGS=-update`\n%s", diff)
	}
}

func TestMigrations_go_down_to_nothing_and_up_again(t *testing.T) {
	t.Parallel()
	address := testkit.PostgresWith(t, testkit.Schema{})
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	db := stdlib.OpenDB(*cfg)
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, db, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := dump(t, address)
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if left := ours(t.Context(), t, db); len(left) > 0 {
		t.Errorf("down leaves %s", left)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := godiff.Diff(strings.Split(first, "\n"), strings.Split(dump(t, address), "\n")); diff != "" {
		t.Errorf("up again makes another schema:\n%s", diff)
	}
}

func TestMigrate_twice_changes_nothing(t *testing.T) {
	t.Parallel()
	address := testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate})
	if err := postgres.Migrate(t.Context(), address, migrations.FS); err != nil {
		t.Error(err)
	}
}

// Every table is under row-level security, and whoever is not the program
// reads through a policy: a table without one shows nothing.
func TestSchema_every_table_is_under_row_level_security(t *testing.T) {
	t.Parallel()
	cfg, err := pgx.ParseConfig(testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate}))
	if err != nil {
		t.Fatal(err)
	}
	db := stdlib.OpenDB(*cfg)
	defer db.Close()
	if open := names(t.Context(), t, db, `
		select relname from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity and relname <> 'goose_db_version'`); len(open) > 0 {
		t.Errorf("not under row-level security: %s", open)
	}
	if loose := names(t.Context(), t, db, `
		select proname from pg_proc
		where pronamespace = 'public'::regnamespace and prosecdef and (proconfig is null or not 'search_path=public' = any (proconfig)
		      or has_function_privilege('public', oid, 'execute'))`); len(loose) > 0 {
		t.Errorf("run with the owner's rights, by anyone or on any search path: %s", loose)
	}
}

// ours is what there is in the schema public, besides extensions and goose's table.
func ours(ctx context.Context, t *testing.T, db *sql.DB) []string {
	return names(ctx, t, db, `
		select relname from pg_class c
		where relnamespace = 'public'::regnamespace and relname not like 'goose%'
		      and not exists (select from pg_depend where objid = c.oid and deptype = 'e')
		union all
		select proname from pg_proc p
		where pronamespace = 'public'::regnamespace and not exists (select from pg_depend where objid = p.oid and deptype = 'e')`)
}

func names(ctx context.Context, t *testing.T, db *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		list = append(list, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// Lines that tell of the server's version, not of the schema.
var ofTheServer = regexp.MustCompile(`(?m)^(\\(un)?restrict .*|-- Dumped .*|SET .*|SELECT pg_catalog\.set_config.*)\n`)

// dump is the schema as pg_dump prints it.
func dump(t *testing.T, address string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), pgDump(t), "--schema-only", "--no-owner", "--exclude-table=goose_db_version", address)
	var complaints strings.Builder
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, complaints.String())
	}
	text := ofTheServer.ReplaceAllString(string(out), "")
	return strings.TrimSpace(regexp.MustCompile(`\n{3,}`).ReplaceAllString(text, "\n\n")) + "\n"
}

// pgDump finds pg_dump beside the newest PostgreSQL, or on the PATH.
func pgDump(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	brew, _ := filepath.Glob("/opt/homebrew/opt/postgresql*/bin/pg_dump")
	found = append(found, brew...)
	if len(found) > 0 {
		return slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(major(a), major(b)) })
	}
	path, err := exec.LookPath("pg_dump")
	if err != nil {
		t.Fatal("pg_dump is not installed: it comes with PostgreSQL")
	}
	return path
}

func major(path string) int {
	n, _ := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(path))
	return n
}
