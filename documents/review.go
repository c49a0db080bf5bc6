package documents

import (
	"cmp"
	"slices"

	"dondoc/calendar"
	"dondoc/poverty"
)

// The acts that the lists of watched households, shortcomings and reviews make
// lines of the script of.
const (
	actWatch       = "watch"
	actShortcoming = "shortcoming"
	actReview      = "review-input"
)

var (
	watchesList = list{
		name:     "watches",
		required: []string{"at", "office", "act", "commune", "household"},
		optional: []string{"day", "text", "thon", "head", "members", "left", "class", "event", "severe", "helper", "help", "outcome", "basis"},
		dates:    []string{"at", "day"},
		numbers:  []string{"members"},
	}
	shortcomingsList = list{
		name:     "shortcomings",
		required: []string{"at", "office", "act", "no"},
		optional: []string{"class", "text", "found", "unit", "remedy", "due"},
		dates:    []string{"at", "found"},
		numbers:  []string{"no"},
	}
	inputsList = list{
		name:     "inputs",
		required: []string{"at", "office", "review", "unit", "results"},
		optional: []string{"shortcomings", "proposals", "trained", "basis"},
		dates:    []string{"at"},
		numbers:  []string{"trained"},
	}
	resultsList = list{
		name:     "results",
		required: []string{"at", "office", "review", "indicator", "reached"},
		optional: []string{"base", "note"},
		dates:    []string{"at"},
		numbers:  []string{"base", "reached"},
	}
	closingList = list{
		name:     "closing",
		required: []string{"duty", "unit", "as"},
		optional: []string{"period", "subject", "due", "reason"},
		months:   []string{"period"},
	}
)

// reviews makes lines of the script of what is looked back on: households that
// are watched, shortcomings, what units say for a review and what indicators
// reached; and reads what the close decides of what is open.
func (rd *reader) reviews(r *poverty.Rehearsal, p *places) {
	id := r.New.Cycle.ID
	line := func(row row, act string) poverty.Line {
		row.need("at")
		return poverty.Line{Row: row.n, At: row.instant("at"), Office: poverty.OfficeID(row.need("office")), Act: act}
	}
	verbs := append([]string{string(poverty.WatchAdd)}, wordsOf(poverty.WatchVerbs)...)
	for _, row := range p.tables["watches"].rows {
		l := line(row, actWatch)
		row.need("act")
		l.Watch = &poverty.WatchMove{
			Cycle: id, Verb: poverty.WatchVerb(row.oneOf("act", verbs...)), Unit: poverty.UnitID(row.need("commune")), Code: row.need("household"),
			Hamlet: row.get("thon"), Head: row.get("head"), Members: row.count("members"),
			Left: poverty.Class(row.get("left")), Class: poverty.Class(row.get("class")), Day: row.date("day"),
			Event: row.oneOf("event", poverty.WatchEvents...), Severe: row.yes("severe"), Text: row.get("text"),
			Helper: poverty.UnitID(row.get("helper")), Help: row.get("help"), Outcome: row.oneOf("outcome", poverty.AlertOutcomes...), Basis: row.get("basis"),
		}
		l.Unit = l.Watch.Unit
		r.Script = append(r.Script, l)
	}
	verbs = append([]string{string(poverty.ShortcomingFind)}, wordsOf(poverty.ShortcomingVerbs)...)
	for _, row := range p.tables["shortcomings"].rows {
		l := line(row, actShortcoming)
		row.need("act")
		row.need("no")
		l.Subject = row.get("no")
		l.Shortcoming = &poverty.ShortcomingMove{
			Cycle: id, Verb: poverty.ShortcomingVerb(row.oneOf("act", verbs...)), Shortcoming: poverty.ShortcomingID(row.count("no")),
			Class: row.oneOf("class", poverty.ShortcomingClasses...), Text: row.get("text"), Found: row.date("found"),
			Unit: poverty.UnitID(row.get("unit")), Remedy: row.get("remedy"), Due: row.term("due"),
		}
		l.Unit = l.Shortcoming.Unit
		r.Script = append(r.Script, l)
	}
	for _, row := range p.tables["inputs"].rows {
		l := line(row, actReview)
		l.Review = &poverty.ReviewMove{
			Cycle: id, Verb: poverty.ReviewSays, Kind: row.oneOf("review", poverty.ReviewKinds...), Unit: poverty.UnitID(row.need("unit")),
			Results: row.need("results"), Shortcomings: row.get("shortcomings"), Proposals: row.get("proposals"), Trained: row.count("trained"), Basis: row.get("basis"),
		}
		l.Unit, l.Duty = l.Review.Unit, "input-"+l.Review.Kind
		r.Script = append(r.Script, l)
	}
	for _, row := range p.tables["results"].rows {
		l := line(row, actReview)
		m := poverty.ReviewMove{Cycle: id, Verb: poverty.ReviewMeasures, Kind: row.oneOf("review", poverty.ReviewKinds...),
			Code: row.need("indicator"), Base: int64(row.count("base")), Note: row.get("note")}
		i := slices.IndexFunc(r.New.Indicators, func(i poverty.CycleIndicator) bool { return i.Code == m.Code })
		if i < 0 && m.Code != "" && p.known("indicators") {
			row.problem("indicator", "cyclefile.bad_value", "value", m.Code, "allowed", "indicators")
		}
		if v := row.need("reached"); i >= 0 && r.New.Indicators[i].Kind.Hundredths() {
			n, ok := poverty.ParseHundredths(v)
			if m.Reached = int64(n); !ok && v != "" {
				row.problem("reached", "cyclefile.bad_number", "value", v)
			}
		} else {
			m.Reached = int64(row.count("reached"))
		}
		l.Review, l.Subject = &m, m.Code
		r.Script = append(r.Script, l)
	}
	slices.SortStableFunc(r.Script, func(a, b poverty.Line) int { return a.At.Compare(b.At) })
	for _, row := range p.tables["closing"].rows {
		c := poverty.ClosingLine{Row: row.n, Duty: row.need("duty"), Unit: poverty.UnitID(row.need("unit")), Subject: row.get("subject"),
			As: row.oneOf("as", poverty.CloseAs...), Due: row.term("due"), Reason: row.get("reason")}
		row.need("as")
		if v := row.get("period"); v != "" {
			period, err := calendar.ParsePeriod(v)
			if err != nil {
				row.problem("period", "cyclefile.bad_period", "value", v)
			}
			c.Period = string(period)
		}
		r.Closing = append(r.Closing, c)
	}
}

// wordsOf returns words as strings.
func wordsOf[T ~string](words []T) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return list
}

// term reads a deadline that is stated once; none where the cell is empty.
func (r row) term(column string) string {
	v := r.get(column)
	if v == "" {
		return ""
	}
	due, problem := parseDue(v)
	switch {
	case problem != "":
		r.problem(column, problem, "value", v)
	case due.Months() > 0 || due.Event() != "":
		r.problem(column, "cyclefile.due_once")
	default:
		return due.String()
	}
	return ""
}

// checkReview looks at a line that the lists of watched households, shortcomings
// and reviews made.
func (s lineChecker) checkReview() {
	l := s.l
	switch {
	case l.Watch != nil:
		s.file = s.p.file("watches")
	case l.Shortcoming != nil:
		s.file = s.p.file("shortcomings")
	case l.Review.Verb == poverty.ReviewMeasures:
		s.file = s.p.file("results")
	default:
		s.file = s.p.file("inputs")
	}
	if !s.actsThen("at", "office") || !s.p.rulesKnown() || !s.p.known("units") {
		return
	}
	c, day := s.r.New.Cycle, calendar.DateOf(l.At)
	var err error
	switch {
	case l.Watch != nil:
		if c.Rules.Units[l.Watch.Unit].Role != roleCommune {
			s.wrong("commune", "cyclefile.not_a_commune", "unit", string(l.Watch.Unit))
			return
		}
		err = s.asWatched().MayMove(c, *l.Watch, day)
	case l.Shortcoming != nil:
		err = poverty.Shortcoming{State: poverty.ShortcomingOpen}.MayMove(c, *l.Shortcoming, day)
	default:
		err = l.Review.Check(c)
	}
	if err != nil {
		e := poverty.Refusal(err)
		column := map[string]string{"code": "household", "kind": "review", "hamlet": "thon"}[e.Field]
		s.wrong(cmp.Or(column, e.Field, "at"), e.Key, e.Args...)
	}
}

// asWatched is the household of a line as the lines before left it.
func (s lineChecker) asWatched() poverty.Watch {
	w := poverty.Watch{Unit: s.l.Watch.Unit, Code: s.l.Watch.Code}
	for _, l := range s.r.Script {
		if l.Watch == nil || l.Watch.Unit != w.Unit || l.Watch.Code != w.Code || l.Row == s.l.Row {
			continue
		}
		if l.At.After(s.l.At) {
			break
		}
		switch m := l.Watch; m.Verb {
		case poverty.WatchAdd:
			w.State, w.LeftOn, w.Until = poverty.WatchRunning, m.Day, m.Day.AddMonths(s.r.New.Cycle.Rules.Watch.Length())
		case poverty.WatchAlerts:
			w.Open = poverty.AlertRaised
		case poverty.WatchChecks:
			if w.Open = ""; m.Helper != "" {
				w.Open = poverty.AlertChecked
			}
		case poverty.WatchHelps:
			w.Open = poverty.AlertHelped
		case poverty.WatchResult:
			w.Open = ""
		case poverty.WatchEnds:
			w.State = poverty.WatchEnded
		case poverty.WatchVisits, poverty.WatchNotes:
		}
	}
	return w
}

// shiftReview moves the days of watched households and shortcomings.
func shiftReview(l poverty.Line, months, years int, id poverty.CycleID) poverty.Line {
	if l.Watch != nil {
		m := *l.Watch
		m.Cycle, m.Day = id, m.Day.AddMonths(months)
		l.Watch = &m
	}
	if l.Shortcoming != nil {
		m := *l.Shortcoming
		m.Cycle, m.Found, m.Due = id, m.Found.AddMonths(months), shiftDue(m.Due, months)
		m.Text, m.Remedy = shiftYears(m.Text, years), shiftYears(m.Remedy, years)
		l.Shortcoming = &m
	}
	if l.Review != nil {
		m := *l.Review
		m.Cycle = id
		for _, s := range []*string{&m.Results, &m.Shortcomings, &m.Proposals, &m.Note} {
			*s = shiftYears(*s, years)
		}
		l.Review = &m
	}
	return l
}

func shiftDue(stated string, months int) string {
	due, err := calendar.ParseDue(stated)
	if err != nil {
		return stated
	}
	return due.Shift(months).String()
}
