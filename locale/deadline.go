package locale

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"dondoc/calendar"
)

var regularDue = regexp.MustCompile(`^(monthly|quarterly|half-yearly|yearly) by day (\d+)( of the following month)?$`)

// Stated words a deadline as a document states it; a text that is none stands for
// itself.
func (p *Printer) Stated(s string) string {
	if s == "" {
		return p.T("duty.stated.none")
	}
	due, err := calendar.ParseDue(s)
	if err != nil {
		return s
	}
	switch due.Kind() {
	case calendar.DueNone:
		return p.T("duty.stated.none")
	case calendar.DueBefore:
		return p.T("duty.stated.before", "day", due.Date())
	case calendar.DueBy:
		return p.T("duty.stated.by", "day", due.Date())
	case calendar.DueRegular:
		m := regularDue.FindStringSubmatch(due.String())
		if m == nil {
			return s
		}
		key := "duty.stated." + strings.ReplaceAll(m[1], "-", "_")
		if m[3] != "" {
			key += "_following"
		}
		return p.T(key, "number", m[2])
	case calendar.DueWithin:
		n, _ := strconv.Atoi(strings.Fields(due.String())[1])
		if !due.Date().IsZero() {
			return p.T("duty.stated.within_day", "days", n, "day", due.Date())
		}
		if p.Has("duty.event." + strings.ReplaceAll(due.Event(), " ", "_")) {
			return p.T("duty.stated.within", "days", n, "event", p.T("duty.event."+strings.ReplaceAll(due.Event(), " ", "_")))
		}
		return p.T("duty.stated.within", "days", n, "event", due.Event())
	}
	return s
}

// Period words a reporting period: "tháng 4/2018", "quý II/2018", "6 tháng đầu
// năm 2018", "năm 2018". A text that is no period comes back as it was.
func (p *Printer) Period(s string) string {
	if year, part, ok := yearAndPart(s); ok {
		return p.T("duty.period."+part, "year", year)
	}
	return p.Month(s)
}

// ShortPeriod words a period of a year that is told elsewhere, for the head of a
// column: "T4", "Quý II", "6T đầu", "Năm". A text that is no period comes back as
// it was.
func (p *Printer) ShortPeriod(s string) string {
	if _, part, ok := yearAndPart(s); ok {
		return p.T("duty.short_period." + part)
	}
	if m, err := calendar.ParseMonth(s); err == nil {
		return p.T("duty.short_period.month", "number", int(m.Month()))
	}
	return s
}

// yearAndPart takes a period apart that is a quarter, half a year or a year; the
// part is as keys of the catalogue name it.
func yearAndPart(s string) (year, part string, ok bool) {
	period, err := calendar.ParsePeriod(s)
	year, part, _ = strings.Cut(string(period), "-")
	if err != nil || s == "" || period.First() == period.Last() {
		return "", "", false
	}
	return year, cmp.Or(strings.ToLower(part), "year"), true
}

// Rung words a rung of a ladder, "overdue 3" as "quá hạn 3 ngày làm việc"; a text
// that is none stands for itself.
func (p *Printer) Rung(s string) string {
	r, err := calendar.ParseRung(s)
	if err != nil {
		return s
	}
	if r.Kind == calendar.KindRemind && r.N == 0 {
		return p.T("duty.rung.remind_0")
	}
	return p.T("duty.rung."+string(r.Kind), "count", r.N)
}
