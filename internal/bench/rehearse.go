package bench

import (
	"context"
	"errors"
	"time"

	"dondoc/internal/rehearsal"
	"dondoc/postgres"
	"dondoc/poverty"
)

// Rehearse measures a district's year that is played from its files.
type Rehearse struct {
	Options
	Example poverty.Rehearsal
	Name    string
	Runs    int
}

// Run plays the year on a database of its own, as `dondoc rehearse` does, and
// takes the fastest of the runs.
func (x Rehearse) Run(ctx context.Context) (_ *Report, err error) {
	r := New("rehearse", map[string]any{"example": x.Name, "runs": x.Runs})
	for i := range x.Runs {
		took, err := x.once(ctx, r)
		if err != nil {
			return nil, err
		}
		if year := seconds(took); i == 0 || year < r.Figures["year_s"] {
			r.Figures["year_s"] = year
		}
	}
	return r, nil
}

func (x Rehearse) once(ctx context.Context, r *Report) (took time.Duration, err error) {
	s, err := Open(ctx, x.Options)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.server(ctx, r); err != nil {
		return 0, err
	}
	clock := &rehearsal.Clock{}
	db, err := postgres.Open(ctx, s.URL, postgres.Options{Now: clock.Now})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	s.Progress("playing %s", x.Name)
	began := time.Now()
	refused, err := rehearsal.Run(ctx, db, clock, x.Example, rehearsal.Options{})
	if err != nil {
		return 0, err
	}
	took = time.Since(began)
	for name, sql := range map[string]string{"entries": "select count(*)::int from history", "notices": "select count(*)::int from notices",
		"commits": "select xact_commit::int from pg_stat_database where datname = 'dondoc'"} {
		if r.Counts[name], err = s.number(ctx, sql); err != nil {
			return 0, err
		}
	}
	r.Counts["refused"] = len(refused)
	return took, nil
}
