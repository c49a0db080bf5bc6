package calendar

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Calendar says which days are worked. It never changes after it was made, so
// any number of goroutines may use it.
type Calendar struct {
	given   []DayOff // the announced years, by day
	years   []int    // the announced years, ascending
	working []bool   // by day, from 1 January of firstYear to 31 December of lastYear
}

// Days of these years are looked up; those of others are worked out when asked.
const (
	firstYear = 2000
	lastYear  = 2100
)

var firstDay = civil(firstYear, time.January, 1)

// Default returns the calendar of the built-in announced days; other years are
// provisional.
func Default() *Calendar { return defaultCalendar() }

var defaultCalendar = sync.OnceValue(func() *Calendar { return build(published()) })

// New returns the built-in calendar with every year that days has a row for
// replaced, whole, by those rows. Of two rows for one day the last counts.
func New(days []DayOff) *Calendar {
	if len(days) == 0 {
		return Default()
	}
	replaced := make(map[int]bool)
	byDay := make(map[Date]DayOff)
	for _, d := range days {
		replaced[d.Date.Year()] = true
		byDay[d.Date] = d
	}
	var all []DayOff
	for _, d := range Default().given {
		if !replaced[d.Date.Year()] {
			all = append(all, d)
		}
	}
	for _, d := range days {
		if byDay[d.Date] == d {
			all = append(all, d)
			delete(byDay, d.Date)
		}
	}
	return build(all)
}

func build(days []DayOff) *Calendar {
	slices.SortStableFunc(days, func(a, b DayOff) int { return a.Date.Compare(b.Date) })
	c := &Calendar{given: days}
	for _, d := range days {
		if n := len(c.years); n == 0 || c.years[n-1] != d.Date.Year() {
			c.years = append(c.years, d.Date.Year())
		}
	}
	end := civil(lastYear+1, time.January, 1)
	c.working = make([]bool, firstDay.DaysUntil(end))
	for i := range c.working {
		c.working[i] = !weekend(firstDay.AddDays(i))
	}
	for y := firstYear; y <= lastYear; y++ {
		for _, d := range c.yearDays(y) {
			c.working[firstDay.DaysUntil(d.Date)] = d.Kind == Work
		}
	}
	return c
}

// IsWorkingDay says that d is a Monday to Friday that is not off, or a make-up
// day.
func (c *Calendar) IsWorkingDay(d Date) bool {
	if i := firstDay.DaysUntil(d); i >= 0 && i < len(c.working) {
		return c.working[i]
	}
	if d.IsZero() {
		return false
	}
	if off, found := c.DayOff(d); found {
		return off.Kind == Work
	}
	return !weekend(d)
}

// Next returns the first working day on or after d.
func (c *Calendar) Next(d Date) Date {
	for !d.IsZero() && !c.IsWorkingDay(d) {
		d = d.AddDays(1)
	}
	return d
}

// Previous returns the last working day on or before d.
func (c *Calendar) Previous(d Date) Date {
	for !d.IsZero() && !c.IsWorkingDay(d) {
		d = d.AddDays(-1)
	}
	return d
}

// AddWorkingDays returns the n-th working day strictly after d, or strictly
// before d where n is negative. For n = 0 it returns d.
func (c *Calendar) AddWorkingDays(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 && !d.IsZero() {
		d = d.AddDays(step)
		if c.IsWorkingDay(d) {
			n--
		}
	}
	return d
}

// WorkingDaysBetween returns the number of working days after a, up to and
// including b; the negative of that from b to a where b is earlier.
func (c *Calendar) WorkingDaysBetween(a, b Date) int {
	if a.IsZero() || b.IsZero() {
		return 0
	}
	if b.Before(a) {
		return -c.WorkingDaysBetween(b, a)
	}
	n := 0
	for d := a.AddDays(1); !d.IsZero() && !d.After(b); d = d.AddDays(1) {
		if c.IsWorkingDay(d) {
			n++
		}
	}
	return n
}

// Year returns the days off and make-up days of year y, by day. The caller
// owns the result.
func (c *Calendar) Year(y int) []DayOff { return slices.Clone(c.yearDays(y)) }

// Provisional says that year y has not been announced, so that its days off
// are what the law would give.
func (c *Calendar) Provisional(y int) bool {
	if _, announced := slices.BinarySearch(c.years, y); !announced {
		return true
	}
	return slices.ContainsFunc(c.yearDays(y), func(d DayOff) bool { return d.Provisional })
}

// DayOff returns the entry for d: a holiday, a swap or a make-up day. An
// ordinary weekend has none.
func (c *Calendar) DayOff(d Date) (DayOff, bool) {
	if d.IsZero() {
		return DayOff{}, false
	}
	days := c.yearDays(d.Year())
	i, found := slices.BinarySearchFunc(days, d, func(o DayOff, d Date) int { return o.Date.Compare(d) })
	if !found {
		return DayOff{}, false
	}
	return days[i], true
}

func (c *Calendar) yearDays(y int) []DayOff {
	if y < 1 || y > maxYear {
		return nil
	}
	if _, announced := slices.BinarySearch(c.years, y); !announced {
		return provisional(y)
	}
	year := func(d DayOff, y int) int { return d.Date.Year() - y }
	from, _ := slices.BinarySearchFunc(c.given, y, year)
	to, _ := slices.BinarySearchFunc(c.given, y+1, year)
	return c.given[from:to:to]
}

// DayOffRule says what becomes of a last day that falls on a day off. Whether
// the Civil Code's rule (Art. 148 clause 5: the next working day) governs a
// report within the administration is not settled, so each duty says.
type DayOffRule string

const (
	Keep     DayOffRule = "keep"     // the document's date stands; the zero rule does the same
	Next     DayOffRule = "next"     // it moves to the next working day
	Previous DayOffRule = "previous" // it moves to the working day before
)

// ParseDayOffRule reads keep, next or previous.
func ParseDayOffRule(s string) (DayOffRule, error) {
	switch r := DayOffRule(s); r {
	case Keep, Next, Previous:
		return r, nil
	}
	return "", fmt.Errorf("%q is not a day-off rule: write keep, next or previous", s)
}

// Apply returns the last day that the rule gives for a stated one.
func (c *Calendar) Apply(rule DayOffRule, stated Date) Date {
	switch rule {
	case Next:
		return c.Next(stated)
	case Previous:
		return c.Previous(stated)
	}
	return stated
}

// Fall is a stated last day that falls on a day off: why it is off (Kind is
// weekend, holiday or swap) and where the rules next and previous put it. Next
// is always past what the document says.
type Fall struct {
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Next     Date   `json:"next"`
	Previous Date   `json:"previous"`
}

// Fall says how a stated last day falls on a day off; false for a working day
// or no date.
func (c *Calendar) Fall(stated Date) (Fall, bool) {
	if stated.IsZero() || c.IsWorkingDay(stated) {
		return Fall{}, false
	}
	f := Fall{Kind: "weekend", Name: weekdayNames[stated.Weekday()], Next: c.Next(stated), Previous: c.Previous(stated)}
	if off, found := c.DayOff(stated); found {
		f.Kind, f.Name = string(off.Kind), off.Name
	}
	return f, true
}

var weekdayNames = [...]string{"Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"}
