package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

const shortcomingColumns = `
	select s.id, s.cycle_id, s.no, s.class, s.text, s.found_on, coalesce(s.unit_id, '') as unit_id, coalesce(v.name, s.unit_id, '') as unit_name, s.remedy,
	       s.state, s.outcome, s.since, coalesce(s.carried_from, 0) as carried_from, coalesce(s.duty_id, 0) as duty_id, d.last_day,
	       coalesce(d.overdue, false) as overdue, s.version, s.saved_at
	from shortcomings s
	left join duties d on d.id = s.duty_id
	left join lateral name_on(s.unit_id, s.found_on) v on true`

// Shortcomings returns the shortcomings of a cycle that the actor may see, the
// open ones first.
func (db *DB) Shortcomings(ctx context.Context, id poverty.CycleID) (list []poverty.Shortcoming, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, shortcomingColumns+" where s.cycle_id = $1 order by s.state <> 'open', s.no", id)
		list, err = many[poverty.Shortcoming](rows, err)
		return err
	})
	return list, err
}

// Shortcoming returns a shortcoming; NotFound when there is none that the actor
// may see.
func (db *DB) Shortcoming(ctx context.Context, id poverty.ShortcomingID) (s poverty.Shortcoming, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		s, err = shortcoming(ctx, tx, id, "")
		return err
	})
	return s, err
}

func shortcoming(ctx context.Context, tx pgx.Tx, id poverty.ShortcomingID, lock string) (poverty.Shortcoming, error) {
	rows, err := tx.Query(ctx, shortcomingColumns+" where s.id = $1"+lock, id)
	return one[poverty.Shortcoming](rows, err, "shortcoming.not_found")
}

// shortcomingCode is the code of the duties to mend shortcomings.
const shortcomingCode = "shortcoming"

// moveShortcoming carries out a decision on a shortcoming, with the duty to mend
// it that it lays on or ends.
func (b *book) moveShortcoming(ctx context.Context, a poverty.Actor, m poverty.ShortcomingMove, at time.Time, out *poverty.Outcome) (err error) {
	for _, t := range []*string{&m.Text, &m.Remedy} {
		*t = locale.NFC(strings.TrimSpace(*t))
	}
	s := poverty.Shortcoming{Cycle: b.cycle.ID, State: poverty.ShortcomingOpen}
	if m.Verb != poverty.ShortcomingFind {
		if s, err = shortcoming(ctx, b.tx, m.Shortcoming, " for update of s"); err != nil {
			return err
		}
		if s.Cycle != b.cycle.ID {
			return poverty.Errorf(poverty.NotFound, "shortcoming.not_found")
		}
	}
	seat, err := b.cycle.MayShortcoming(a, s, m.Verb)
	if err != nil {
		return err
	}
	if err := s.MayMove(b.cycle, m, calendar.DateOf(at)); err != nil {
		return err
	}
	by := poverty.Entry{At: at, Actor: a.User, Office: seat.Office}
	switch m.Verb {
	case poverty.ShortcomingFind:
		err = b.findShortcoming(ctx, &s, m, by)
	case poverty.ShortcomingGive:
		if err = b.endShortcoming(ctx, s, poverty.EventExcused, by, "shortcoming.given_anew"); err != nil {
			return err
		}
		s.Unit, s.Remedy = m.Unit, m.Remedy
		s.Version++
		if _, err = b.tx.Exec(ctx, "update shortcomings set unit_id = $2, remedy = $3, duty_id = null where id = $1", s.ID, s.Unit, s.Remedy); err == nil {
			err = b.oweShortcoming(ctx, s, m.Due, by)
		}
	case poverty.ShortcomingMend, poverty.ShortcomingDrop:
		event := poverty.EventDone
		if s.State = poverty.ShortcomingMended; m.Verb == poverty.ShortcomingDrop {
			s.State, event = poverty.ShortcomingDropped, poverty.EventExcused
		}
		if err = b.endShortcoming(ctx, s, event, by, m.Text); err == nil {
			_, err = b.tx.Exec(ctx, "update shortcomings set state = $2, outcome = $3 where id = $1", s.ID, s.State, m.Text)
		}
	}
	if err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, "update shortcomings set version = version + 1, saved_at = $2, saved_by = nullif($3::bigint, 0) where id = $1", s.ID, b.now, a.User); err != nil {
		return err
	}
	by.Code, by.Unit, by.Event = "shortcoming", s.Unit, poverty.EventNoted
	b.note(by)
	out.Shortcoming, out.State = s.ID, string(s.State)
	return nil
}

func (b *book) findShortcoming(ctx context.Context, s *poverty.Shortcoming, m poverty.ShortcomingMove, by poverty.Entry) error {
	s.Class, s.Text, s.Found, s.Unit, s.Remedy = m.Class, m.Text, m.Found, m.Unit, m.Remedy
	if s.Found.IsZero() {
		s.Found = calendar.DateOf(by.At)
	}
	err := b.tx.QueryRow(ctx, `
		insert into shortcomings (cycle_id, no, class, text, found_on, unit_id, remedy, since, version, saved_at)
		select $1, coalesce(max(no), 0) + 1, $2, $3, $4, nullif($5, ''), $6, $1, 0, $7 from shortcomings where cycle_id = $1 returning id, no`,
		s.Cycle, s.Class, s.Text, s.Found, s.Unit, s.Remedy, b.now).Scan(&s.ID, &s.No)
	if err != nil || s.Unit == "" {
		return err
	}
	return b.oweShortcoming(ctx, *s, m.Due, by)
}

// oweShortcoming lays the mending of a shortcoming on who owns it; without a
// term it is undated, and listed as such.
func (b *book) oweShortcoming(ctx context.Context, s poverty.Shortcoming, due string, by poverty.Entry) error {
	title := s.Remedy
	if title == "" {
		title = s.Text
	}
	if r := []rune(title); len(r) > maxTitle {
		title = string(r[:maxTitle])
	}
	subject := fmt.Sprintf("%d.%d", s.No, s.Version)
	n := poverty.NewDuty{Code: shortcomingCode, Kind: poverty.DutyTask, Title: title, Unit: s.Unit, Subject: subject, Due: due}
	if err := b.lay(ctx, n, by.At, by); err != nil {
		return err
	}
	b.links = append(b.links, func(ctx context.Context) error {
		_, err := b.tx.Exec(ctx, "update shortcomings set duty_id = (select id from duties where key = $2) where id = $1", s.ID,
			poverty.DutyKey(s.Cycle, shortcomingCode, s.Unit, "", subject))
		return err
	})
	return nil
}

// endShortcoming ends the duty to mend a shortcoming.
func (b *book) endShortcoming(ctx context.Context, s poverty.Shortcoming, event poverty.Event, by poverty.Entry, reason string) error {
	if err := b.load(ctx, "d.id = $1", s.Duty); err != nil {
		return err
	}
	by.Reason = reason
	for _, d := range b.duties {
		b.advance(d, by.At)
		b.conclude(d, event, by)
	}
	return nil
}
