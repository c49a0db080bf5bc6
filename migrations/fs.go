// Package migrations holds the database schema as goose migrations.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// FS holds the migration files, applied in the order of their numbers.
//
//go:embed 0*.sql
var FS embed.FS

// Latest returns the number of the newest migration of files, such as [FS].
func Latest(files fs.FS) (int64, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, err
	}
	var latest int64
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("migration %s: its name does not begin with a number", name)
		}
		latest = max(latest, n)
	}
	return latest, nil
}
