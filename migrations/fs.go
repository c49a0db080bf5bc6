// Package migrations holds the database schema as goose migrations.
package migrations

import "embed"

// FS holds the migration files, applied in the order of their numbers.
//
//go:embed 0*.sql
var FS embed.FS
