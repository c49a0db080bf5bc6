package calendar

import (
	"database/sql/driver"
	"fmt"
)

// Clock is a time of day in Zone, to the minute. Its text is HH:MM. The zero
// Clock is midnight, at which a day begins.
type Clock struct {
	minutes int16
}

// DefaultNotice is the time of day at which rungs fire unless a cycle says
// otherwise: 08:00.
var DefaultNotice = Clock{minutes: 8 * 60}

// ParseClock reads HH:MM, 00:00 to 23:59.
func ParseClock(s string) (Clock, error) {
	if len(s) == len("08:00") && s[2] == ':' {
		h, ok1 := digits(s[:2])
		m, ok2 := digits(s[3:])
		if ok1 && ok2 && h < 24 && m < 60 {
			return Clock{minutes: int16(h*60 + m)}, nil
		}
	}
	return Clock{}, fmt.Errorf("%q is not a time of day: write HH:MM from 00:00 to 23:59, such as 08:00", s)
}

// MustClock is ParseClock for tests and tables; it panics on an error.
func MustClock(s string) Clock {
	c, err := ParseClock(s)
	if err != nil {
		panic(err)
	}
	return c
}

// Hour returns the hour, 0 to 23.
func (c Clock) Hour() int { return int(c.minutes) / 60 }

// Minute returns the minute of the hour, 0 to 59.
func (c Clock) Minute() int { return int(c.minutes) % 60 }

// Equal says that c and o are the same time of day.
func (c Clock) Equal(o Clock) bool { return c == o }

// String returns HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c.Hour(), c.Minute()) }

// MarshalText writes HH:MM.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads HH:MM.
func (c *Clock) UnmarshalText(text []byte) error {
	v, err := ParseClock(string(text))
	if err != nil {
		return err
	}
	*c = v
	return nil
}

// Scan reads HH:MM from a column of type text, or HH:MM:00 as a column of type
// time gives it.
func (c *Clock) Scan(src any) error {
	var s string
	switch v := src.(type) {
	case string:
		s = v
	case []byte:
		s = string(v)
	default:
		return fmt.Errorf("calendar: cannot read a time of day from %T: select a column of type text", src)
	}
	if len(s) > 5 && (s[5:] == ":00" || s[5:] == ":00.000000") {
		s = s[:5]
	}
	return c.UnmarshalText([]byte(s))
}

// Value is HH:MM, for a column of type text.
func (c Clock) Value() (driver.Value, error) { return c.String(), nil }
