// Package testkit gives tests what they need: a database of their own, a
// Temporal namespace of their own. The servers are those of
// internal/testkit/run, which `make test` runs the tests under.
package testkit

import (
	"crypto/rand"
	"os"
	"strings"
	"testing"
)

// The variables by which internal/testkit/run tells where the servers are.
const (
	EnvPostgres = "DONDOC_TEST_POSTGRES" // URL of the superuser on database postgres
	EnvTemporal = "DONDOC_TEST_TEMPORAL" // host:port
	EnvState    = "DONDOC_TEST_STATE"    // state directory of the servers, with their logs
)

// setting is the value of a variable, without which there is no test.
func setting(t testing.TB, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatal("run `make test` (it starts PostgreSQL and Temporal)")
	}
	return value
}

// unique makes a name for what one test owns, that tells which test it was.
func unique(t testing.TB) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '_'
	}, strings.TrimPrefix(t.Name(), "Test"))
	if len(name) > 40 {
		name = name[:40]
	}
	return "test_" + name + "_" + strings.ToLower(rand.Text()[:10])
}
