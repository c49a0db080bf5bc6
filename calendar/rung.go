package calendar

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"
)

// RungKind says on which side of the last day a rung lies.
type RungKind string

const (
	KindRemind  RungKind = "remind"  // before the last day, or on it
	KindOverdue RungKind = "overdue" // after it
)

// Rung is one step of a ladder, N working days from the last day. Its text is
// "remind 3", "remind 0" or "overdue 1".
type Rung struct {
	Kind RungKind
	N    int
}

// Remind returns the rung n working days before the last day.
func Remind(n int) Rung { return Rung{Kind: KindRemind, N: n} }

// Overdue returns the rung n working days after the last day.
func Overdue(n int) Rung { return Rung{Kind: KindOverdue, N: n} }

// ParseRung reads "remind n" with n from 0, or "overdue n" with n from 1.
func ParseRung(s string) (Rung, error) {
	f := strings.Fields(s)
	if len(f) == 2 {
		n, ok := digits(f[1])
		r := Rung{Kind: RungKind(f[0]), N: n}
		if ok && n <= maxWorkingDays && (r.Kind == KindRemind || r.Kind == KindOverdue && n >= 1) {
			return r, nil
		}
	}
	return Rung{}, fmt.Errorf(`%q is not a rung: write "remind" and a number from 0, or "overdue" and a number from 1, at most %d`, s, maxWorkingDays)
}

// String returns "remind 3" and the like.
func (r Rung) String() string { return fmt.Sprintf("%s %d", r.Kind, r.N) }

// position counts the rungs of a ladder in working days from the last day.
func (r Rung) position() int {
	if r.Kind == KindRemind {
		return -r.N
	}
	return r.N
}

// Before says that r comes before o on a ladder.
func (r Rung) Before(o Rung) bool { return r.position() < o.position() }

// MarshalText writes the rung's text.
func (r Rung) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the rung's text.
func (r *Rung) UnmarshalText(text []byte) error {
	v, err := ParseRung(string(text))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// Scan reads a rung from a column of type text.
func (r *Rung) Scan(src any) error { return scanText(r, src) }

// Value is the rung's text, for a column of type text.
func (r Rung) Value() (driver.Value, error) { return r.String(), nil }

// Ladder is the rungs of a duty in order. Its text is "remind 3, remind 0,
// overdue 1, overdue 3".
type Ladder []Rung

// ParseLadder reads rungs with commas between, each one once and in the order
// in which they fire. An empty text is a ladder without rungs.
func ParseLadder(s string) (Ladder, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	parts := strings.Split(s, ",")
	ladder := make(Ladder, 0, len(parts))
	var errs []error
	for _, part := range parts {
		r, err := ParseRung(strings.TrimSpace(part))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if n := len(ladder); n > 0 {
			switch last := ladder[n-1]; {
			case r == last:
				errs = append(errs, fmt.Errorf("%q is there twice: keep one", r))
			case r.Before(last):
				errs = append(errs, fmt.Errorf("%q stands after %q, but fires before it: put the rungs in order", r, last))
			}
		}
		ladder = append(ladder, r)
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("ladder %q: %w", s, errors.Join(errs...))
	}
	return ladder, nil
}

// MustLadder is ParseLadder for tests and tables; it panics on an error.
func MustLadder(s string) Ladder {
	l, err := ParseLadder(s)
	if err != nil {
		panic(err)
	}
	return l
}

// String returns the rungs with commas between.
func (l Ladder) String() string {
	parts := make([]string, len(l))
	for i, r := range l {
		parts[i] = r.String()
	}
	return strings.Join(parts, ", ")
}

// MarshalText writes the ladder's text.
func (l Ladder) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the ladder's text.
func (l *Ladder) UnmarshalText(text []byte) error {
	v, err := ParseLadder(string(text))
	if err != nil {
		return err
	}
	*l = v
	return nil
}

// Scan reads a ladder from a column of type text.
func (l *Ladder) Scan(src any) error { return scanText(l, src) }

// Value is the ladder's text, for a column of type text.
func (l Ladder) Value() (driver.Value, error) { return l.String(), nil }

// RungAt returns the instant of a rung: at notice time on the n-th working day
// strictly before the last day (remind n) or strictly after it (overdue n);
// for remind 0 on the last day itself, or on the working day before it where
// it is a day off. The zero time while there is no last day.
func (c *Calendar) RungAt(lastDay Date, r Rung, notice Clock) time.Time {
	if r.Kind == KindRemind && r.N == 0 {
		return c.Previous(lastDay).At(notice)
	}
	return c.AddWorkingDays(lastDay, r.position()).At(notice)
}

// Weekly returns the instants of a clock time on the first working day of a
// week: the last one up to and including at, and the first one after it. A week
// without a working day has none.
func (c *Calendar) Weekly(at time.Time, notice Clock) (last, next time.Time) {
	monday := DateOf(at).AddDays(-(int(DateOf(at).Weekday()) + 6) % 7)
	of := func(monday Date) time.Time {
		for i := range 7 {
			if d := monday.AddDays(i); c.IsWorkingDay(d) {
				return d.At(notice)
			}
		}
		return time.Time{}
	}
	for week := monday; last.IsZero() && monday.DaysUntil(week) > -60; week = week.AddDays(-7) {
		if t := of(week); !t.IsZero() && !t.After(at) {
			last = t
		}
	}
	for week := monday; next.IsZero() && monday.DaysUntil(week) < 60; week = week.AddDays(7) {
		if t := of(week); t.After(at) {
			next = t
		}
	}
	return last, next
}

// OverdueAt returns the instant from which a duty is overdue: 00:00:00+07:00
// of the day after its last day. Done at that instant is late, a second before
// is on time. The zero time while there is no last day.
func OverdueAt(lastDay Date) time.Time { return lastDay.AddDays(1).Start() }

// Resume returns the instants of the rungs that had not fired when a promise
// to be done by day p lapsed, in ladder order: the first on the first working
// day after p, the later ones as many working days behind it as their numbers
// are apart.
func (c *Calendar) Resume(p Date, rungs []Rung, notice Clock) []time.Time {
	at := make([]time.Time, len(rungs))
	for i, r := range rungs {
		at[i] = c.AddWorkingDays(p, 1+r.position()-rungs[0].position()).At(notice)
	}
	return at
}
