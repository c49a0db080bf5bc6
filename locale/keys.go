package locale

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
)

// A call T "key" in a template, T("key" in Go, and Key: "key" of an error.
var usedKey = regexp.MustCompile("\\b(?:T[ (]\\s*|Key:\\s*)[\"`]([a-z0-9_]+(?:\\.[a-z0-9_]+)+)[\"`]")

// UsedKeys returns the keys that the files of fsys whose base names match one
// of patterns (such as "*.html", "*.go") name in T "key", T("key") or
// Key: "key", sorted. It cannot see a key that is put together at run time.
func UsedKeys(fsys fs.FS, patterns ...string) ([]string, error) {
	var keys []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, pattern := range patterns {
			if ok, err := path.Match(pattern, path.Base(name)); err != nil || !ok {
				if err != nil {
					return err
				}
				continue
			}
			src, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			for _, m := range usedKey.FindAllSubmatch(src, -1) {
				keys = append(keys, string(m[1]))
			}
			break
		}
		return nil
	})
	slices.Sort(keys)
	return slices.Compact(keys), err
}

// CheckKeys fails a test once for each of used that a language does not have.
// t is a *testing.T.
func CheckKeys(t interface {
	Helper()
	Errorf(format string, args ...any)
}, used []string) {
	t.Helper()
	for _, key := range used {
		for _, lang := range Languages {
			if !For(lang).Has(key) {
				t.Errorf("%s.json has no %q", lang, key)
			}
		}
	}
}
