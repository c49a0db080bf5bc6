package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

// Surveys returns the survey results of a cycle that the actor may see.
func (db *DB) Surveys(ctx context.Context, id poverty.CycleID) (list []poverty.SurveyResult, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, `
			select s.cycle_id, s.unit_id, coalesce(v.name, s.unit_id) as unit_name, s.stage, s.households, s.poor, s.near_poor, s.confirmed_at
			from survey_results s
			join cycles c on c.id = s.cycle_id
			left join unit_versions v on v.unit_id = s.unit_id
			     and daterange(v.valid_from, v.valid_to, '[]') @> (c.issued_at at time zone 'Asia/Ho_Chi_Minh')::date
			where s.cycle_id = $1 order by s.unit_id, s.confirmed_at`, id)
		list, err = many[poverty.SurveyResult](rows, err)
		return err
	})
	return list, err
}

// confirmSurvey stores the counts with which a commune is done with a stage.
func (b *book) confirmSurvey(ctx context.Context, d poverty.Duty, c poverty.SurveyCounts, at any) error {
	if c.Households < 0 || c.Poor < 0 || c.NearPoor < 0 {
		return poverty.InvalidField("survey", "survey.negative")
	}
	if c.Poor+c.NearPoor > c.Households {
		return poverty.InvalidField("survey", "survey.more_than_all", "poor", c.Poor, "near_poor", c.NearPoor, "households", c.Households)
	}
	_, err := b.tx.Exec(ctx, `
		insert into survey_results (cycle_id, unit_id, stage, households, poor, near_poor, confirmed_at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (cycle_id, unit_id, stage) do update set households = excluded.households, poor = excluded.poor,
			near_poor = excluded.near_poor, confirmed_at = excluded.confirmed_at`,
		d.Cycle, d.Unit, strings.TrimPrefix(d.Code, "survey-"), c.Households, c.Poor, c.NearPoor, at)
	return err
}
