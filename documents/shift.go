package documents

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"dondoc/calendar"
	"dondoc/poverty"
)

// Shift returns the same cycle a number of whole months later, or earlier
// where months is negative: its rules, its script and the days on which people
// come and go. Days off are not moved, because they belong to the calendar;
// nor are the days of units, which are facts. A day that the new month does not
// have becomes the month's last. Years in the titles of the cycle and of its
// duties move along. A register keeps its classes, and what they were measured by
// only where the year goes by the same poverty standard. The caller owns the
// result.
func Shift(r poverty.Rehearsal, months int) poverty.Rehearsal {
	c := &r.New.Cycle
	oldYear := c.Year
	c.Rules = shiftRules(c.Rules, months)
	c.Year = c.Rules.First.Year()
	c.ID = poverty.NewCycleID(c.Owner, c.Year)
	years := c.Year - oldYear
	c.Title = shiftYears(c.Title, years)
	for i, t := range c.Rules.Duties {
		c.Rules.Duties[i].Title = shiftYears(t.Title, years)
		c.Rules.Duties[i].TitleEN = shiftYears(t.TitleEN, years)
	}
	c.IssuedAt = shiftInstant(c.IssuedAt, months)
	r.Start = shiftInstant(r.Start, months)
	r.New.Targets = slices.Clone(r.New.Targets)
	for i := range r.New.Targets {
		r.New.Targets[i].Cycle = c.ID
	}
	if !sameStandard(oldYear, c.Year) {
		// What was measured for one standard says nothing about another.
		r.New.Households = slices.Clone(r.New.Households)
		for i := range r.New.Households {
			h := &r.New.Households[i]
			h.Income, h.Points, h.Deprived = 0, 0, nil
		}
	}
	r.New.Committees = slices.Clone(r.New.Committees)
	for i, k := range r.New.Committees {
		k.Members = slices.Clone(k.Members)
		for j, m := range k.Members {
			k.Members[j].From, k.Members[j].Until = m.From.AddMonths(months), shiftEnd(m.Until, months)
		}
		r.New.Committees[i] = k
	}
	r.New.Funds = slices.Clone(r.New.Funds)
	for i, f := range r.New.Funds {
		r.New.Funds[i].Cycle, r.New.Funds[i].Year, r.New.Funds[i].Name = c.ID, f.Year+years, shiftYears(f.Name, years)
	}
	r.New.Components = slices.Clone(r.New.Components)
	for i, d := range r.New.Components {
		x := &r.New.Components[i]
		x.Cycle, x.Title = c.ID, shiftYears(d.Title, years)
		x.StartBy, x.EndBy = d.StartBy.AddMonths(months), d.EndBy.AddMonths(months)
	}
	r.New.Holdings = slices.Clone(r.New.Holdings)
	for i, h := range r.New.Holdings {
		r.New.Holdings[i].ValidFrom = h.ValidFrom.AddMonths(months)
		r.New.Holdings[i].ValidTo = shiftEnd(h.ValidTo, months)
	}
	r.Script = slices.Clone(r.Script)
	for i, l := range r.Script {
		l.At, l.Effective = shiftInstant(l.At, months), shiftInstant(l.Effective, months)
		l.By = l.By.AddMonths(months)
		if due, err := calendar.ParseDue(l.Due); err == nil {
			l.Due = due.Shift(months).String()
		}
		l.Period = shiftPeriod(l.Period, months)
		l.Title = shiftYears(l.Title, years)
		l.Figures, l.Households = maps.Clone(l.Figures), slices.Clone(l.Households)
		l.Meeting = shiftMeeting(l.Meeting, months, years)
		l.Meeting, l.Obstacle = ofCycle(l.Meeting, l.Obstacle, c.ID, years)
		r.Script[i] = shiftReview(shiftHelp(l, months, c.ID), months, years, c.ID)
	}
	r.Closing = slices.Clone(r.Closing)
	for i, l := range r.Closing {
		r.Closing[i].Period, r.Closing[i].Due = shiftPeriod(l.Period, months), shiftDue(l.Due, months)
	}
	r.Habits = slices.Clone(r.Habits)
	r.Survey = slices.Clone(r.Survey)
	r.Plans = slices.Clone(r.Plans)
	for i := range r.Plans {
		h := &r.Plans[i].Household
		h.Registered = h.Registered.AddMonths(months)
		h.Measures = slices.Clone(h.Measures)
		for j, m := range h.Measures {
			h.Measures[j].Term = m.Term.AddMonths(months)
		}
	}
	return r
}

// MonthsTo is how many months [Shift] has to move a cycle for an instant to lie
// in the named month of its year.
func MonthsTo(r poverty.Rehearsal, month time.Month, at time.Time) int {
	to := calendar.MonthOf(calendar.DateOf(at))
	return (to.Year()-r.New.Cycle.Year)*12 + int(to.Month()-month)
}

// sameStandard reports whether two years go by the same poverty standard.
func sameStandard(a, b int) bool {
	before, _ := poverty.Cycle{Year: a}.Standard()
	after, _ := poverty.Cycle{Year: b}.Standard()
	return before.Code == after.Code
}

// shiftMeeting moves what is said of a meeting.
func shiftMeeting(m *poverty.MeetingMove, months, years int) *poverty.MeetingMove {
	if m == nil {
		return nil
	}
	move, plan, record := *m, *m.Plan, *m.Record
	plan.StartsAt, plan.EndsAt = shiftInstant(plan.StartsAt, months), shiftInstant(plan.EndsAt, months)
	plan.Title = shiftYears(plan.Title, years)
	record.Next = record.Next.AddMonths(months)
	record.Paper = shiftYears(record.Paper, years)
	record.Conclusions = slices.Clone(record.Conclusions)
	for i, c := range record.Conclusions {
		record.Conclusions[i].Text = shiftYears(c.Text, years)
		if due, err := calendar.ParseDue(c.Due); err == nil {
			record.Conclusions[i].Due = due.Shift(months).String()
		}
	}
	move.Plan, move.Record = &plan, &record
	return &move
}

// ofCycle puts a meeting or an obstacle into the cycle that was moved.
func ofCycle(m *poverty.MeetingMove, o *poverty.ObstacleMove, id poverty.CycleID, years int) (*poverty.MeetingMove, *poverty.ObstacleMove) {
	if m != nil {
		m.Cycle = id
	}
	if o != nil {
		moved := *o
		moved.Cycle, moved.Text = id, shiftYears(o.Text, years)
		o = &moved
	}
	return m, o
}

func shiftRules(rules poverty.Rules, months int) poverty.Rules {
	rules.First, rules.Last = rules.First.Add(months), rules.Last.Add(months)
	if rules.Survey = (poverty.SurveyDays{From: rules.Survey.From.AddMonths(months), To: rules.Survey.To.AddMonths(months)}); months%12 != 0 {
		rules.Survey = poverty.SurveyDays{} // the national days of the new year are other months
	}
	rules.Ladders = maps.Clone(rules.Ladders)
	rules.Groups = slices.Clone(rules.Groups)
	rules.Duties = slices.Clone(rules.Duties)
	for i := range rules.Duties {
		t := &rules.Duties[i]
		t.Due, t.Opens = t.Due.Shift(months), t.Opens.AddMonths(months)
		t.From, t.To = t.From.Add(months), t.To.Add(months)
	}
	rules.Units = maps.Clone(rules.Units)
	for id, u := range rules.Units {
		u.From, u.Until = u.From.AddMonths(months), shiftEnd(u.Until, months)
		rules.Units[id] = u
	}
	return rules
}

// shiftEnd moves the last day of a span, so that a span that began on the day
// after still does.
func shiftEnd(d calendar.Date, months int) calendar.Date {
	return d.AddDays(1).AddMonths(months).AddDays(-1)
}

func shiftInstant(t time.Time, months int) time.Time {
	if t.IsZero() {
		return t
	}
	day := calendar.DateOf(t)
	return day.AddMonths(months).Start().Add(t.Sub(day.Start()))
}

// shiftPeriod moves a period. Of a quarter, half or whole year whose months no
// longer begin one, it returns the one that ends among the moved months.
func shiftPeriod(p string, months int) string {
	first, last := calendar.Period(p).First().Add(months), calendar.Period(p).Last().Add(months)
	length := 1
	for m := first; m.Before(last); m = m.Add(1) {
		length++
	}
	for m := first; !m.IsZero() && !m.After(last); m = m.Add(1) {
		if n := int(m.Month()); n%length == 0 {
			switch year := fmt.Sprintf("%04d", m.Year()); length {
			case 12:
				return year
			case 6:
				return fmt.Sprintf("%s-H%d", year, n/6)
			case 3:
				return fmt.Sprintf("%s-Q%d", year, n/3)
			}
			return m.String()
		}
	}
	return p
}

var yearWord = regexp.MustCompile(`\b(?:19|20|21)\d\d\b`)

func shiftYears(s string, years int) string {
	return yearWord.ReplaceAllStringFunc(s, func(v string) string {
		n, err := strconv.Atoi(v)
		if err != nil {
			return v
		}
		return strconv.Itoa(n + years)
	})
}
