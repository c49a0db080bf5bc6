package bench

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func clockOf(t *testing.T, anchors ...Anchor) *Clock {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clock")
	if err := SetClock(file, anchors...); err != nil {
		t.Fatal(err)
	}
	c, err := OpenClock(file)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClock_meets_each_anchor_exactly_and_runs_evenly_between(t *testing.T) {
	t.Parallel()
	real0 := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	c := clockOf(t, Anchor{real0, stormEve}, Anchor{real0.Add(10 * time.Second), stormMidnight}, Anchor{real0.Add(40 * time.Second), stormRung})
	for _, row := range []struct {
		real     time.Duration
		business time.Time
	}{
		{-time.Hour, stormEve.Add(-time.Hour)},
		{0, stormEve},
		{5 * time.Second, stormEve.Add(6 * time.Hour)},
		{10 * time.Second, stormMidnight},
		{25 * time.Second, stormMidnight.Add(4 * time.Hour)},
		{40 * time.Second, stormRung},
		{41 * time.Second, stormRung.Add(time.Second)},
	} {
		if got := c.Business(real0.Add(row.real)); !got.Equal(row.business) {
			t.Errorf("at %s it is %s, want %s", row.real, got, row.business)
		}
		if got := c.Real(row.business); !got.Equal(real0.Add(row.real)) {
			t.Errorf("%s comes %s late", row.business, got.Sub(real0.Add(row.real)))
		}
	}
	if !c.Real(time.Time{}).IsZero() {
		t.Error("never comes some time")
	}
}

func TestClock_is_shared_by_its_file(t *testing.T) {
	t.Parallel()
	now := time.Now()
	c := clockOf(t, Anchor{now, stormEve})
	if err := os.Chtimes(c.file, now, now.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := SetClock(c.file, Anchor{now, stormRung}); err != nil {
		t.Fatal(err)
	}
	if err := c.read(now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := c.Business(now); !got.Equal(stormRung) {
		t.Errorf("another process set %s, this one has %s", stormRung, got)
	}
}

func TestStorm_its_instants_are_those_of_the_ladder(t *testing.T) {
	t.Parallel()
	days := calendar.New([]calendar.DayOff{{Date: calendar.MustDate("2026-01-01"), Kind: calendar.Holiday, Name: "nghỉ"}})
	last := calendar.MustDate("2026-06-30")
	if got := calendar.OverdueAt(last); !got.Equal(stormMidnight) {
		t.Errorf("midnight is %s", got)
	}
	for n, want := range map[int]time.Time{1: stormRung, 3: stormDemand} {
		if got := days.AddWorkingDays(last, n).At(calendar.MustClock("08:00")); !got.Equal(want) {
			t.Errorf("rung overdue %d is at %s, not %s", n, got, want)
		}
	}
}

func TestCountry_every_cycle_has_45_units_that_report_and_whoever_is_addressed(t *testing.T) {
	t.Parallel()
	k := country{cycles: 1, first: stormMonth, last: stormMonth, issued: stormEve, names: Names{Owners: []string{"Quận Ba Đình"}, Communes: []string{"Phường Phúc Xá"}}}
	n := k.cycle(0)
	report, _ := n.Cycle.Rules.Template("report")
	if owing := n.Cycle.Rules.Owing(report); len(owing) != perCycle {
		t.Errorf("%d units report", len(owing))
	}
	offices := map[poverty.OfficeID]bool{}
	for _, h := range n.Holdings {
		offices[h.Office] = true
	}
	for _, o := range n.Offices {
		if !offices[o.ID] {
			t.Errorf("nobody holds %s", o.ID)
		}
	}
	if n.Units[0].Name != "Quận Ba Đình" || n.Units[2].Name != "Phường Phúc Xá" {
		t.Errorf("named %s and %s", n.Units[0].Name, n.Units[2].Name)
	}
}

func TestReadNames_takes_owners_and_communes_and_says_what_is_missing(t *testing.T) {
	t.Parallel()
	write := func(text string) string {
		name := filepath.Join(t.TempDir(), "units.csv")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	const head = "code,parent,level,kind,name\n01,,province,Thành phố,Thành phố Hà Nội\n"
	got, err := ReadNames(write(head + "001,01,district,Quận,Quận Ba Đình\n00001,001,commune,Phường,Phường Phúc Xá\n"))
	if want := (Names{Owners: []string{"Quận Ba Đình"}, Communes: []string{"Phường Phúc Xá"}}); err != nil || !cmp.Equal(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = ReadNames(write(head + "00004,01,commune,Phường,Phường Ba Đình\n"))
	if err != nil || got.Owners[0] != "Thành phố Hà Nội" {
		t.Errorf("without districts: %+v, %v", got, err)
	}
	for _, text := range []string{"", "a,b\n", head, "code,parent,level,kind,name\n00004,01,commune,Phường,Phường Ba Đình\n"} {
		if _, err := ReadNames(write(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestReport_is_one_JSON_object_with_the_names_agreed(t *testing.T) {
	t.Parallel()
	r := New("storm", map[string]any{"cycles": 1})
	r.Figures["verdict_s"] = seconds(1234567 * time.Microsecond)
	r.Ratios["entity_over_ours"] = ratio(10, 4)
	r.Counts["lost"] = 0
	var out strings.Builder
	if err := r.Print(&out, "json"); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil || strings.Count(out.String(), "\n") != 1 {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, key := range []string{"bench", "at", "machine", "settings", "figures", "ratios", "counts"} {
		if _, there := got[key]; !there {
			t.Errorf("no %s", key)
		}
	}
	if diff := cmp.Diff(map[string]any{"verdict_s": 1.235}, got["figures"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"entity_over_ours": 2.5}, got["ratios"]); diff != "" {
		t.Error(diff)
	}
}

func TestPercentile_is_a_value_that_so_many_do_not_exceed(t *testing.T) {
	t.Parallel()
	values := []float64{5, 1, 4, 2, 3}
	for p, want := range map[float64]float64{0.5: 3, 0.95: 5, 0.2: 1, 1: 5} {
		if got := percentile(values, p); got != want {
			t.Errorf("%g: %g, want %g", p, got, want)
		}
	}
	if percentile(nil, 0.5) != 0 {
		t.Error("of nothing it is something")
	}
}

func TestCPU_counts_what_our_children_used_and_nobody_else(t *testing.T) {
	t.Parallel()
	sleeper := exec.CommandContext(t.Context(), "sleep", "60")
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sleeper.Process.Kill(); _ = sleeper.Wait() })
	used := cpu(os.Getpid())
	if _, there := used["sleep"]; !there {
		t.Errorf("our child is not counted: %v", used)
	}
	if got := cpu(sleeper.Process.Pid); len(got) != 0 {
		t.Errorf("who has no children has %v", got)
	}
}

func TestReadSteps_takes_the_first_step_of_each_and_half_a_line_of_none(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "steps")
	if got, err := readSteps(file); err != nil || len(got) != 0 {
		t.Errorf("before there are any: %v, %v", got, err)
	}
	if err := os.WriteFile(file, []byte("7 1000000000\n8 2000000000\n7 3000000000\n9"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readSteps(file)
	if want := map[int64]time.Time{7: time.Unix(1, 0), 8: time.Unix(2, 0)}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}
