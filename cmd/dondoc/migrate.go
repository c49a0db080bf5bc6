package main

import (
	"context"
	"fmt"
	"io"

	"dondoc/migrations"
	"dondoc/postgres"
)

// MigrateCmd brings the database's schema up to date. Its login owns the
// tables; the program's own login needs to be granted the role dondoc_app.
type MigrateCmd struct{ DatabaseSettings }

// Run migrates.
func (cmd *MigrateCmd) Run(ctx context.Context, out io.Writer) error {
	if err := postgres.Migrate(ctx, cmd.DatabaseURL, migrations.FS); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "the schema is up to date")
	return err
}
