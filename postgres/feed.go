package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// feedDays is how long a meeting stays in a feed after it is over.
const feedDays = 60

// FeedOf returns the feed of an active user whose feed of this version is open,
// under that user's own rights.
func (db *DB) FeedOf(ctx context.Context, user poverty.UserID, version int) (f poverty.Feed, err error) {
	err = db.tx(poverty.WithActor(ctx, poverty.System("feed")), func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, userColumns+" where u.id = $1 and u.active and a.feed_on and a.feed_version = $2", user, version)
		f.Person, err = one[poverty.User](rows, err, "feed.not_found")
		return err
	})
	if err != nil {
		return f, err
	}
	err = db.tx(poverty.WithActor(ctx, poverty.Actor{User: user}), func(tx pgx.Tx, a poverty.Actor) error {
		// Where the person sits, and for which cycle alone: empty for all.
		var units, offices, within []string
		for _, s := range a.Seats {
			units, offices, within = append(units, string(s.Unit)), append(offices, string(s.Office)), append(within, string(s.Cycle))
		}
		rows, err := tx.Query(ctx, `
			with ruled as materialized (
				select c.id as cycle_id, t ->> 'code' as code from cycles c, jsonb_array_elements(c.rules -> 'duties') t where c.state = 'running')
			select d.*, exists (select from ruled r where r.cycle_id = d.cycle_id and r.code = d.code) as ruled,
			       h.changes, coalesce(h.changed_at, d.opened_at) as changed_at
			from (`+dutyColumns+`) d
			join cycles c on c.id = d.cycle_id and c.state = 'running'
			cross join lateral (select count(*) as changes, max(recorded_at) as changed_at from history where duty_id = d.id) h
			where d.state in ('open', 'returned') and d.last_day is not null
			  and exists (select from unnest($1::text[], $2::text[]) s (unit, cycle) where s.unit = d.unit_id and s.cycle in ('', d.cycle_id))
			order by d.last_day, d.key limit 2000`, units, within)
		if f.Duties, err = many[poverty.FeedDuty](rows, err); err != nil {
			return err
		}
		rows, err = tx.Query(ctx, meetingColumns+`
			where m.ends_at >= $4 and exists (
				select from unnest($1::text[], $2::text[], $3::text[]) s (unit, office, cycle)
				where s.cycle in ('', m.cycle_id) and (s.unit = m.unit_id
				      or exists (select from meeting_invitations i where i.meeting_id = m.id and i.office_id = s.office)))
			order by m.starts_at, m.id limit 1000`, units, offices, within, calendar.DateOf(db.now()).AddDays(-feedDays).Start())
		f.Meetings, err = many[poverty.Meeting](rows, err)
		return err
	})
	return f, err
}
