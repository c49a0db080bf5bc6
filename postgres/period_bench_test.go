package postgres_test

import (
	"testing"

	"dondoc/poverty"
)

// benchPeriod is Nam Đông's cycle on the eve of the end of a period, and what
// puts it back there.
func benchPeriod(b *testing.B) (f bench, ref poverty.Ref, back func()) {
	b.Helper()
	f = benchFixture(b)
	list, err := f.OpenCycle(f.system, namDong, issued)
	if err != nil {
		b.Fatal(err)
	}
	for _, o := range list {
		if o.Ref.Process == poverty.ProcessPeriod && o.Ref.Key == "2018-04" {
			ref = o.Ref
		}
	}
	if _, err := f.StepDuties(f.system, ref, at("2018-04-30 12:00")); err != nil {
		b.Fatal(err)
	}
	exec := func(sql string) {
		if _, err := f.behind.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	// History is append-only, but for who turns time back.
	exec("set session_replication_role = replica")
	exec("create table eve_duties as select id, state, ladder_no, overdue, verdict, trouble, rung, escalated, next_at from duties")
	exec("create table eve_history as select max(id) as id from history")
	return f, ref, func() {
		exec("delete from history where id > (select id from eve_history)")
		exec("delete from notices where at > '2018-04-30 12:00+07'")
		exec("delete from consolidations")
		exec("delete from duties d where not exists (select from eve_duties e where e.id = d.id)")
		exec("update periods set state = 'open' where code = '2018-04'")
		exec(`update duties d set state = e.state, ladder_no = e.ladder_no, overdue = e.overdue, verdict = e.verdict, trouble = e.trouble, rung = e.rung,
			escalated = e.escalated, next_at = e.next_at from eve_duties e where e.id = d.id`)
	}
}

// BenchmarkStepDuties is a wake of a reporting period: at the midnight at which
// every report is overdue and the period closes, and with nothing due.
func BenchmarkStepDuties(b *testing.B) {
	b.Run("verdict", func(b *testing.B) {
		f, ref, back := benchPeriod(b)
		for b.Loop() {
			b.StopTimer()
			back()
			b.StartTimer()
			step, err := f.StepDuties(f.system, ref, at("2018-05-01 00:00"))
			if err != nil || step.Fired == 0 {
				b.Fatal(step, err)
			}
		}
	})
	b.Run("nothing due", func(b *testing.B) {
		f, ref, _ := benchPeriod(b)
		for b.Loop() {
			if _, err := f.StepDuties(f.system, ref, at("2018-04-30 13:00")); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkMatrix is the query behind the matrix and the board of a cycle.
func BenchmarkMatrix(b *testing.B) {
	f, _, _ := benchPeriod(b)
	for name, ask := range map[string]func() error{
		"matrix": func() error { _, err := f.Matrix(f.system, namDong); return err },
		"board":  func() error { _, err := f.Board(f.system, namDong); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
