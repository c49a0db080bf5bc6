package locale

import (
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

// Period words a reporting period: "tháng 4/2018", "quý II/2018".
func (p *Printer) Period(s string) string {
	year, part, ok := strings.Cut(s, "-")
	switch {
	case s == "":
		return ""
	case !ok:
		return p.T("duty.period.year", "year", year)
	case strings.HasPrefix(part, "Q"), strings.HasPrefix(part, "H"):
		key := "duty.period." + strings.ToLower(part)
		if p.Has(key) {
			return p.T(key, "year", year)
		}
		return s
	}
	return p.Month(s)
}
