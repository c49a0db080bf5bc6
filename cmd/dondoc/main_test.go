package main

import (
	"os"
	"testing"

	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
)

func TestMain(m *testing.M) {
	testkit.Migrations = testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate}
	os.Exit(m.Run())
}
