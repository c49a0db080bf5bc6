package browser_test

import (
	"os"
	"testing"

	"dondoc/internal/browser"
	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
)

func TestMain(m *testing.M) {
	testkit.Migrations = testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate}
	os.Exit(browser.Run(m))
}
