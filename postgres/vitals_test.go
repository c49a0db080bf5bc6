package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func TestDB_vitals_count_what_is_late_and_what_waits(t *testing.T) {
	f := newFixture(t)
	none, err := f.Vitals(f.system())
	f.must(err)
	if want := (poverty.Vitals{Late: []poverty.LateCount{}, Notices: map[poverty.NoticeState]int{}}); !cmp.Equal(none, want) {
		t.Errorf("drafts only: %+v", none)
	}
	f.advance("2018-04-06 10:00")
	f.advance("2018-05-08 09:00")
	v, err := f.Vitals(f.system())
	f.must(err)
	late := map[string]int{}
	for _, l := range v.Late {
		late[l.Rung] = l.Count
	}
	rows := column[string](f, f.super(), "select rung from duties where overdue and state in ('open', 'returned')")
	want := map[string]int{}
	for _, rung := range rows {
		want[rung]++
	}
	if diff := cmp.Diff(want, late); diff != "" || len(want) == 0 {
		t.Errorf("late by rung (-want +got):\n%s", diff)
	}
	queued := column[int](f, f.super(), "select count(*)::int from notices where state = 'queued'")[0]
	if v.Notices[poverty.NoticeQueued] != queued || queued == 0 || v.OldestUnsent.IsZero() || v.OldestUnsent.After(f.clock()) {
		t.Errorf("%d notices wait since %s, want %d", v.Notices[poverty.NoticeQueued], v.OldestUnsent, queued)
	}
	if open := column[int](f, f.super(), "select count(*)::int from escalations where closed_at is null")[0]; v.Escalations != open || open == 0 {
		t.Errorf("%d escalations, want %d", v.Escalations, open)
	}
	if v.Cycles != 1 || !v.OldestStep.After(f.clock()) {
		t.Errorf("%d cycles in force, next step %s", v.Cycles, v.OldestStep)
	}
	if _, err := f.Vitals(f.as("quantri")); poverty.KindOf(err) != poverty.Forbidden {
		t.Errorf("a person read them: %v", err)
	}
}

func TestDB_knows_its_newest_migration_and_its_clock(t *testing.T) {
	f := newFixture(t)
	n, err := f.SchemaVersion(f.system())
	f.must(err)
	if want := column[int64](f, f.super(), "select max(version_id) from goose_db_version")[0]; n != want || n == 0 {
		t.Errorf("migration %d, want %d", n, want)
	}
	before := column[string](f, f.super(), "select clock_timestamp()::text")[0]
	now, err := f.Clock(f.system())
	f.must(err)
	if later := column[bool](f, f.super(), "select $1::timestamptz between $2::text::timestamptz and clock_timestamp()", now, before)[0]; !later {
		t.Errorf("the clock shows %s, after %s", now, before)
	}
}
