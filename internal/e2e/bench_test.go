package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Each measurement runs to its end at a small size, on servers of its own, and
// finds nothing lost, doubled, wrong or refused. How long it takes is no matter
// here.
func TestBench_every_measurement_comes_to_its_end(t *testing.T) {
	bin := program(t)
	for _, tt := range []struct {
		args    string
		figures []string
		counts  map[string]int
	}{
		{"storm --cycles 2 --late 0.2 --no-yardsticks",
			[]string{"verdict_s", "rung_s", "demand_s", "open_p95_s", "open_last_s", "total_s"},
			map[string]int{"units": 90, "late": 18, "escalations": 5, "lost": 0, "doubled": 0, "wrong": 0}},
		{"read --cycles 2 --households 900 --rate 10 --for 1s",
			[]string{"p99_ms.board", "p99_ms.matrix", "p99_ms.list", "p99_ms.duty", "p99_ms.search", "p99_ms.select1"},
			map[string]int{"failed.board": 0, "failed.matrix": 0, "failed.list": 0, "failed.duty": 0, "failed.search": 0, "failed.select1": 0}},
		{"import --rows 2000", nil, map[string]int{"rows": 2000}},
	} {
		verb, _, _ := strings.Cut(tt.args, " ")
		t.Run(verb, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), bin, append([]string{"bench"}, append(strings.Fields(tt.args), "--format", "json")...)...)
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Bench   string             `json:"bench"`
				Figures map[string]float64 `json:"figures"`
				Counts  map[string]int     `json:"counts"`
			}
			if err := json.Unmarshal(out, &got); err != nil || got.Bench != verb {
				t.Fatalf("%v in %s", err, out)
			}
			for _, name := range tt.figures {
				if _, ok := got.Figures[name]; !ok {
					t.Errorf("there is no figure %s: %v", name, got.Figures)
				}
			}
			for name, want := range tt.counts {
				if n, ok := got.Counts[name]; !ok || n != want {
					t.Errorf("%s is %d, want %d", name, n, want)
				}
			}
		})
	}
}
