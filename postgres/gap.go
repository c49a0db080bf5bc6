package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// Gaps returns what is missing today in how a cycle's help is assigned; to the
// standing office and the leadership alone.
func (db *DB) Gaps(ctx context.Context, id poverty.CycleID) (list []poverty.Gap, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if !c.MayGaps(a) {
			return poverty.Errorf(poverty.Forbidden, "gap.forbidden")
		}
		facts := poverty.GapFacts{Day: c.Day(calendar.DateOf(db.now()))}
		rows, err := tx.Query(ctx, `
			select r.unit_id, r.household_id, r.sheet ->> 'code' as code, r.sheet ->> 'goal' as goal,
			       array(select jsonb_array_elements_text(r.sheet -> 'needs')) as needs
			from plan_round_households r
			join plans p on p.cycle_id = r.cycle_id and p.unit_id = r.unit_id
			     and r.round = case when p.approved_round > 0 then p.approved_round else p.sent_round end
			where r.cycle_id = $1
			order by r.unit_id, code`, id)
		if facts.Households, err = many[poverty.GapHousehold](rows, err); err != nil {
			return err
		}
		if facts.Helpers, err = helpers(ctx, tx, poverty.HelperFilter{Cycle: id}, facts.Day); err != nil {
			return err
		}
		if c.Rules.Terms.Mentors {
			if facts.Mentors, err = mentors(ctx, tx, poverty.MentorFilter{Cycle: id}, facts.Day); err != nil {
				return err
			}
		}
		if facts.Registered, err = registrationCommunes(ctx, tx, c); err != nil {
			return err
		}
		list = append([]poverty.Gap{}, c.Gaps(facts)...)
		return nil
	})
	return list, err
}
