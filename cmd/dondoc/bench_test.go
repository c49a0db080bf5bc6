package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestBench_import_measures_on_a_server_of_its_own(t *testing.T) {
	t.Parallel()
	code, out, errs := command(t, "bench", "import", "--rows", "500", "--format", "json")
	if code != 0 {
		t.Fatal(errs)
	}
	var r struct {
		Bench  string
		Ratios map[string]float64
		Counts map[string]int
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if r.Bench != "import" || r.Counts["added"] != 500 || r.Ratios["ours_over_copy"] <= 0 {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(errs, "importing") {
		t.Errorf("no progress: %q", errs)
	}
}

func TestBench_refuses_what_does_not_add_up(t *testing.T) {
	t.Parallel()
	for _, words := range [][]string{{"--cycles", "700", "--units", "31501"}, {"--cycles", "700", "--units", "90"}, {"--units", "46"}, {"--units", "0"}, {"--cycles", "0"}, {"--late", "1.5"}} {
		code, out, errs := command(t, append([]string{"bench", "storm"}, words...)...)
		if code != 2 || out != "" || errs == "" {
			t.Errorf("%v: %d %q %q", words, code, out, errs)
		}
	}
}

// A storm is sized by its cycles or by its units alone.
func TestBench_a_storm_is_sized_by_cycles_or_by_units(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words []string
		want  int
	}{
		{nil, 700}, {[]string{"--cycles", "3"}, 3}, {[]string{"--units", "90"}, 2}, {[]string{"--units", "90", "--cycles", "2"}, 2},
	} {
		var cli CLI
		parser, err := kong.New(&cli)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(append([]string{"bench", "storm"}, c.words...)); err != nil {
			t.Fatal(err)
		}
		if n, err := cli.Bench.Storm.cycles(); n != c.want || err != nil {
			t.Errorf("%v: %d cycles, want %d: %v", c.words, n, c.want, err)
		}
	}
}
