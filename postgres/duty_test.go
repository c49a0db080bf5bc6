package postgres_test

import (
	"testing"

	"dondoc/poverty"
)

// A workbook holds all duties of a cycle; what is asked for in pages is each
// duty once, in the order of the list.
func TestDB_Duties_returns_a_thousand_at_most_and_pages_of_them(t *testing.T) {
	f := running(t)
	f.exec(`
		insert into duties (key, cycle_id, code, kind, title, unit_id, process, process_key, stated, day_off, ladder_name, opened_at, state, last_day)
		select 'x/' || i, cycle_id, 'x', 'task', 'x', unit_id, process, process_key, stated, day_off, ladder_name, opened_at, 'open', date '2018-06-01' + i % 50
		from duties, generate_series(1, 1100) i where key = $1`, f.duty("plan/thuong-long").Key)
	filter := poverty.DutyFilter{Cycle: namDong, Code: "x"}
	for limit, want := range map[int]int{0: 1000, -1: 1000, 999: 999, 5000: 1000, 7: 7} {
		filter.Limit = limit
		if got := len(mustList(f.Duties(f.system(), filter))); got != want {
			t.Errorf("limit %d: %d", limit, got)
		}
	}
	filter.Limit = 400
	seen := map[poverty.DutyID]bool{}
	var last poverty.Duty
	for filter.Offset = 0; filter.Offset < 1200; filter.Offset += filter.Limit {
		for _, d := range mustList(f.Duties(f.system(), filter)) {
			if d.LastDay.Before(last.LastDay) || d.UnitName != "UBND xã Thượng Long" {
				t.Fatalf("%+v after %s", d, last.LastDay)
			}
			seen[d.ID], last = true, d
		}
	}
	if len(seen) != 1100 {
		t.Errorf("%d in pages", len(seen))
	}
}
