package testkit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Schema makes the tables of a test's database.
type Schema struct {
	// Files are what Migrate applies. A change in them makes a new template.
	Files fs.FS
	// Migrate applies Files to an empty database, as its superuser. It is
	// postgres.Migrate, which this package cannot import: postgres is tested
	// with it.
	Migrate func(ctx context.Context, url string, files fs.FS) error
}

// Migrations is the schema that [Postgres] gives to each database; a test
// package sets it before its tests. The zero value leaves them empty.
var Migrations Schema

// Postgres returns the superuser's URL of a fresh database with the schema of
// [Migrations]. It is dropped when the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	return PostgresWith(t, Migrations)
}

// PostgresWith is [Postgres] with a schema of the test's own.
func PostgresWith(t testing.TB, schema Schema) string {
	t.Helper()
	maintenance := setting(t, EnvPostgres)
	ctx := context.Background() // outlives the test's own: the database is dropped after it
	conn, err := pgx.Connect(ctx, maintenance)
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer conn.Close(ctx)
	template, err := makeTemplate(ctx, conn, maintenance, schema)
	if err != nil {
		t.Fatalf("make the template database: %v", err)
	}
	name := unique(t)
	if err := execute(ctx, conn, "create database %s template %s strategy file_copy", name, template); err != nil {
		t.Fatalf("clone the template database: %v", err)
	}
	t.Cleanup(func() {
		conn, err := pgx.Connect(ctx, maintenance)
		if err != nil {
			t.Logf("database %s stays: %v", name, err)
			return
		}
		defer conn.Close(ctx)
		if err := execute(ctx, conn, "drop database %s with (force)", name); err != nil {
			t.Logf("database %s stays: %v", name, err)
		}
	})
	address, err := onDatabase(maintenance, name)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// makeTemplate makes the database that the others are cloned from, once for
// each schema, however many test programs ask at once. It counts as made only
// once it is marked as a template.
func makeTemplate(ctx context.Context, conn *pgx.Conn, maintenance string, schema Schema) (string, error) {
	if schema.Migrate == nil {
		return "template1", nil
	}
	sum, err := fingerprint(schema.Files)
	if err != nil {
		return "", err
	}
	name := "template_" + sum
	lock := fnv.New64a()
	_, _ = lock.Write([]byte(name))
	key := int64(lock.Sum64())
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", key); err != nil {
		return "", err
	}
	defer conn.Exec(ctx, "select pg_advisory_unlock($1)", key) //nolint:errcheck // it ends with the connection anyway

	var made bool
	err = conn.QueryRow(ctx, "select datistemplate from pg_database where datname = $1", name).Scan(&made)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", err
	}
	if made {
		return name, nil
	}
	if err := execute(ctx, conn, "drop database if exists %s with (force)", name); err != nil {
		return "", err
	}
	if err := execute(ctx, conn, "create database %s", name); err != nil {
		return "", err
	}
	address, err := onDatabase(maintenance, name)
	if err != nil {
		return "", err
	}
	if err := schema.Migrate(ctx, address, schema.Files); err != nil {
		return "", fmt.Errorf("migrate: %w", err)
	}
	return name, execute(ctx, conn, "alter database %s is_template true allow_connections false", name)
}

// fingerprint is short and differs when any file does.
func fingerprint(files fs.FS) (string, error) {
	sum := sha256.New()
	if files != nil {
		err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(files, path)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

func onDatabase(address, database string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	u.Path = "/" + database
	return u.String(), nil
}

// execute runs a statement that names databases, which parameters cannot.
func execute(ctx context.Context, conn *pgx.Conn, statement string, names ...string) error {
	quoted := make([]any, len(names))
	for i, name := range names {
		quoted[i] = pgx.Identifier{name}.Sanitize()
	}
	_, err := conn.Exec(ctx, fmt.Sprintf(statement, quoted...))
	return err
}
