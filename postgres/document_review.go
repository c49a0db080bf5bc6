package postgres

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// review fills in the report of a review: targets beside results, what was
// given, how reports came, each duty that was late with its days, and what stays
// open. It is the owner's paper or its standing office's, who see all of it.
func (x *composer) review(kind string) error {
	if x.d.Unit != x.cycle.Owner && x.d.Unit != x.cycle.Rules.Bindings.Standing {
		return poverty.Errorf(poverty.Forbidden, "document.not_seen")
	}
	sheet, err := reviewSheet(x.ctx, x.tx, x.cycle.ID, kind)
	if err != nil {
		return err
	}
	r := sheet.Review
	word := strings.ReplaceAll(kind, "-", "_")
	x.set("review", x.p.T("document.review."+word))
	x.set("period_end", x.p.T("document.review_end."+word, "year", x.cycle.Year))
	x.set("held", "")
	if r.HeldAt != nil {
		x.set("held", x.longDay(calendar.DateOf(*r.HeldAt)))
	}
	x.set("attended", "")
	if r.Attendance > 0 {
		x.count("attended", r.Attendance)
	}
	if x.d.Body == "" {
		for line := range strings.Lines(r.Conclusion) {
			x.d.Body += ended(strings.TrimSpace(line), ".") + "\n"
		}
		x.d.Body = strings.TrimSpace(x.d.Body)
	}
	trained := r.Trained
	for _, i := range sheet.Inputs {
		trained += i.Trained
		if i.Proposals != "" {
			x.add("proposals", map[string]string{"unit": i.UnitName, "text": ended(i.Proposals, "")})
		}
	}
	x.set("trained", "")
	if trained > 0 {
		x.count("trained", trained)
	}
	x.set("programme", ended(r.Programme, ""))
	if _, err := x.targets(); err != nil {
		return err
	}
	x.results(sheet.Communes)
	for _, fill := range []func() error{
		func() error { return x.indicators(sheet.Results) }, x.help, x.shortcomings, func() error { return x.carried(kind) }, x.late, x.discipline,
	} {
		if err := fill(); err != nil {
			return err
		}
	}
	return nil
}

// results puts what was reached beside the target of each commune, with the
// preliminary result and the official one apart. What is not known yet is a dash.
func (x *composer) results(communes []poverty.ReviewCommune) {
	number := func(known bool, n int) string {
		if !known {
			return "–"
		}
		return x.p.Number(n)
	}
	share := func(part, whole int) string {
		if n, ok := poverty.Percent(part, whole); ok {
			return x.p.Decimal(float64(n)/100, 2)
		}
		return "–"
	}
	row := func(c poverty.ReviewCommune) map[string]string {
		known := c.Poor.Start > 0
		cells := map[string]string{
			"unit": c.UnitName, "to_leave": x.p.Number(c.Target.ToLeave), "left": number(known, c.LeftPoor()), "share": "–",
			"fallen_back": number(known, c.Poor.FallenBack), "new": number(known, c.Poor.New), "from_near": number(known, c.Poor.FromOther),
		}
		if known {
			cells["share"] = share(c.LeftPoor(), c.Target.ToLeave)
		}
		for stage, s := range map[string]poverty.SurveyResult{poverty.StagePreliminary: c.Preliminary, poverty.StageOfficial: c.Official} {
			has := s.Households > 0
			cells[stage], cells[stage+"_near"], cells[stage+"_pct"] = number(has, s.Poor), number(has, s.NearPoor), share(s.Poor, s.Households)
		}
		return cells
	}
	total := poverty.ReviewCommune{UnitName: x.p.T("target.sum")}
	units := map[string]int{}
	for _, c := range communes {
		x.numbered("results", row(c))
		total.Target.ToLeave += c.Target.ToLeave
		total.Poor.Start += c.Poor.Start
		total.Poor.Passed += c.LeftPoor()
		total.Poor.FallenBack += c.Poor.FallenBack
		total.Poor.New += c.Poor.New
		total.Poor.FromOther += c.Poor.FromOther
		for stage, add := range map[string][2]*poverty.SurveyResult{
			poverty.StagePreliminary: {&total.Preliminary, &c.Preliminary}, poverty.StageOfficial: {&total.Official, &c.Official},
		} {
			add[0].Households += add[1].Households
			add[0].Poor += add[1].Poor
			add[0].NearPoor += add[1].NearPoor
			units[stage] += min(1, add[1].Households)
		}
	}
	if len(communes) > 0 {
		sum := row(total)
		sum["no"] = ""
		x.add("results_total", sum)
	}
	for stage, s := range map[string]poverty.SurveyResult{poverty.StagePreliminary: total.Preliminary, poverty.StageOfficial: total.Official} {
		for field, n := range map[string]int{"_units": units[stage], "_poor": s.Poor, "_near": s.NearPoor} {
			x.set(stage+field, "")
			if units[stage] > 0 {
				x.count(stage+field, n)
			}
		}
		x.set(stage+"_poor_pct", share(s.Poor, s.Households)+" %")
	}
	x.count("to_leave", total.Target.ToLeave)
	for field, n := range map[string]int{"left": total.LeftPoor(), "fallen_back": total.Poor.FallenBack, "new_poor": total.Poor.New, "from_near": total.Poor.FromOther} {
		x.set(field, "")
		if total.Poor.Start > 0 {
			x.count(field, n)
		}
	}
	x.set("left_share", share(total.LeftPoor(), total.Target.ToLeave)+" %")
}

// indicators fills in the other aims of the year with what they reached.
func (x *composer) indicators(results []poverty.IndicatorResult) error {
	rows, err := x.tx.Query(x.ctx, indicatorColumns+" order by place, code", x.cycle.ID)
	list, err := many[poverty.CycleIndicator](rows, err)
	if err != nil {
		return err
	}
	for _, i := range list {
		row := map[string]string{"name": i.Name, "aim": cmp.Or(x.p.Aim(i), "–"), "base": "–", "reached": "–", "share": "–"}
		if i.Base != "" {
			row["name"] += " (" + i.Base + ")"
		}
		if n := slices.IndexFunc(results, func(r poverty.IndicatorResult) bool { return r.Code == i.Code }); n >= 0 {
			r := results[n]
			row["reached"] = x.p.Number(int(r.Reached))
			if i.Kind == poverty.IndicatorRate || i.Kind == poverty.IndicatorPoints {
				row["reached"] = x.p.Hundredths(int(r.Reached))
			}
			if r.Base > 0 {
				row["base"] = x.p.Number(int(r.Base))
				if n, ok := poverty.Percent(int(r.Reached), int(r.Base)); ok {
					row["share"] = x.p.Decimal(float64(n)/100, 2)
				}
			}
		}
		x.numbered("indicators", row)
	}
	return nil
}

// help fills in what was planned and given of each kind of support, and the
// funds.
func (x *composer) help() error {
	rows, err := x.tx.Query(x.ctx, componentColumns+" where c.cycle_id = $1 order by c.kind, c.code", x.cycle.ID)
	components, err := many[poverty.Component](rows, err)
	if err != nil {
		return err
	}
	kinds, err := componentKinds(x.ctx, x.tx, x.cycle.ID)
	if err != nil {
		return err
	}
	var of poverty.Component // the sum of a kind
	put := func() {
		name := of.Kind
		if i := slices.IndexFunc(kinds, func(k poverty.ComponentKind) bool { return k.Code == of.Kind }); i >= 0 {
			name = kinds[i].Name
		}
		x.numbered("help", map[string]string{"name": name, "planned": x.p.Money(of.Value), "spent": x.p.Money(of.Spent), "households": x.p.Number(of.Reached)})
	}
	for _, c := range components {
		if of.Kind != "" && of.Kind != c.Kind {
			put()
			of = poverty.Component{}
		}
		of.Kind = c.Kind
		of.Value += c.Value
		of.Spent += c.Spent
		of.Reached += c.Reached
	}
	if of.Kind != "" {
		put()
	}
	rows, err = x.tx.Query(x.ctx, fundColumns+" where f.cycle_id = $1 order by f.year, f.code", x.cycle.ID)
	funds, err := many[poverty.Fund](rows, err)
	for _, f := range funds {
		x.numbered("funds", map[string]string{
			"name": f.Name + " (" + strconv.Itoa(f.Year) + ")", "unit": f.UnitName, "raised": x.p.Money(f.Raised + f.CarriedIn), "spent": x.p.Money(f.Spent), "left": x.p.Money(f.Left() + f.CarriedOut),
		})
	}
	return err
}

// shortcomings fills in what is not mended yet.
func (x *composer) shortcomings() error {
	rows, err := x.tx.Query(x.ctx, shortcomingColumns+" where s.cycle_id = $1 and s.state in ('open', 'carried') order by s.no", x.cycle.ID)
	list, err := many[poverty.Shortcoming](rows, err)
	for _, s := range list {
		x.numbered("shortcomings", map[string]string{"text": ended(s.Text, ""), "unit": s.UnitName, "remedy": ended(s.Remedy, "")})
	}
	return err
}

// carried fills in what goes on after the year: what is overdue or undated on the
// day of the document, what is due only after the year, what its closing carried,
// and what is left of funds. The work on shortcomings stands with these.
func (x *composer) carried(kind string) error {
	year := ""
	if kind != "interim" {
		year = strconv.Itoa(x.cycle.Year + 1)
	}
	x.set("next_year", year)
	x.set("next", x.p.T("document.next."+strings.ReplaceAll(kind, "-", "_"), "year", x.cycle.Year+1))
	if kind == "interim" {
		return nil
	}
	rows, err := x.tx.Query(x.ctx, dutyColumns+`
		where d.cycle_id = $1 and d.code <> $2
		      and (d.state = 'carried' or d.state in ('open', 'returned') and (d.last_day is null or d.last_day < $3 or d.last_day > $4))
		order by d.last_day nulls last, d.code, d.period, d.unit_id, d.id`, x.cycle.ID, shortcomingCode, x.d.Day, x.cycle.Rules.Last.Last())
	list, err := many[poverty.Duty](rows, err)
	if err != nil {
		return err
	}
	terms, err := carriedTerms(x.ctx, x.tx, x.cycle.ID)
	if err != nil {
		return err
	}
	for _, d := range list {
		var due string
		switch {
		case terms[d.ID] != "":
			due = x.p.Stated(terms[d.ID])
		case d.LastDay.IsZero():
			due = x.p.Stated("none")
		case d.LastDay.Before(x.d.Day):
			due = x.p.T("document.old_term", "day", d.LastDay)
		default:
			due = x.p.Date(d.LastDay)
		}
		what := x.dutyName(d)
		if n := len(x.data.Lists["carried"]) - 1; n >= 0 && x.data.Lists["carried"][n]["what"] == what && x.data.Lists["carried"][n]["due"] == due {
			x.data.Lists["carried"][n]["unit"] += "; " + d.UnitName
			continue
		}
		x.numbered("carried", map[string]string{"what": what, "unit": d.UnitName, "due": due})
	}
	rows, err = x.tx.Query(x.ctx, fundColumns+" where f.cycle_id = $1 order by f.year, f.code", x.cycle.ID)
	funds, err := many[poverty.Fund](rows, err)
	for _, f := range funds {
		if left := f.Left() + f.CarriedOut; left > 0 {
			x.numbered("carried", map[string]string{"what": x.p.T("document.balance", "fund", f.Name, "year", f.Year, "amount", x.p.Money(left)), "unit": f.UnitName, "due": "–"})
		}
	}
	return err
}

func (x *composer) dutyName(d poverty.Duty) string {
	if d.Period == "" {
		return d.Title
	}
	return d.Title + ", " + x.p.Period(d.Period)
}

// lateAnswers are the events by which somebody answers a duty that is late.
var lateAnswers = []poverty.Event{poverty.EventAcknowledged, poverty.EventLapsed, poverty.EventDirected, poverty.EventExtended, poverty.EventRefused, poverty.EventReturned}

// late fills in each duty that was or is late: its last day, since when it is
// overdue, which rungs were climbed and to whom, who answered, when it was done
// and how many working days late. Which duties is read as the actor; whom a rung
// addressed, as the program.
func (x *composer) late() error {
	rows, err := x.tx.Query(x.ctx, dutyColumns+" where d.cycle_id = $1 and d.verdict = 'late' and d.last_day < $2 order by d.last_day, d.unit_id, d.id", x.cycle.ID, x.d.Day)
	list, err := many[poverty.Duty](rows, err)
	if err != nil {
		return err
	}
	ids := make([]poverty.DutyID, len(list))
	var units []poverty.UnitID
	open, climbed := 0, 0
	for i, d := range list {
		ids[i] = d.ID
		if !slices.Contains(units, d.Unit) {
			units = append(units, d.Unit)
		}
		if d.State.Owed() || d.State == poverty.DutyCarried {
			open++
		}
	}
	if err := elevate(x.ctx, x.tx, "document"); err != nil {
		return err
	}
	told, err := history(x.ctx, x.tx, ids)
	if err != nil {
		return err
	}
	titles, addressed, err := x.offices(ids, told)
	if err != nil {
		return err
	}
	cal, err := x.db.calendar(x.ctx, x.tx)
	if err != nil {
		return err
	}
	for _, d := range list {
		row := x.lateRow(d, told[d.ID], titles, addressed[d.ID])
		if row.climbed {
			climbed++
		}
		row.cells["days"] = x.p.Number(max(0, cal.WorkingDaysBetween(row.last, row.until)))
		x.numbered("late", row.cells)
	}
	x.count("late_count", len(list))
	x.count("late_units", len(units))
	x.count("late_escalated", climbed)
	x.count("late_open", open)
	return nil
}

// lateRow is a duty that was late, as the report lists it: from its last day on
// to when it was done, or the day of the document.
type lateRow struct {
	cells       map[string]string
	last, until calendar.Date
	climbed     bool // a rung after its last day fired
}

// lateRow tells a duty's delay from its history, which is in order. What was
// returned later counts from the day on which it was overdue first.
func (x *composer) lateRow(d poverty.Duty, told []poverty.Entry, titles map[poverty.OfficeID]string, addressed map[string][]string) lateRow {
	r := lateRow{last: d.LastDay, until: x.d.Day}
	var since, end time.Time
	for _, e := range told {
		switch {
		case e.Event == poverty.EventSuperseded && e.Reason == "verdict":
			since = time.Time{}
		case e.Event == poverty.EventOverdue && since.IsZero():
			since = e.At
			r.last = calendar.DateOf(since).AddDays(-1)
		}
	}
	if since.IsZero() {
		since = calendar.OverdueAt(d.LastDay)
	}
	var climbed, answered []string
	for _, e := range told {
		day := x.p.Date(calendar.DateOf(e.At))
		switch {
		case e.At.Before(since):
		case e.Event == poverty.EventEscalated:
			climbed = append(climbed, strings.Join(append([]string{day + ": " + x.p.Rung(e.Rung)}, addressed[e.Rung]...), ", "))
		case slices.Contains(lateAnswers, e.Event):
			answered = append(answered, x.p.T("document.answer."+string(e.Event), "day", day, "office", titles[e.Office], "by", x.date(e.By)))
		case (e.Event == poverty.EventSubmitted || e.Event == poverty.EventDone) && end.IsZero():
			end = e.At
		}
	}
	r.cells = map[string]string{
		"unit": d.UnitName, "what": x.dutyName(d), "last_day": x.date(r.last), "since": x.p.Date(calendar.DateOf(since)),
		"escalated": cmp.Or(strings.Join(climbed, "\n"), "–"), "answered": cmp.Or(strings.Join(answered, "\n"), "–"), "done": x.p.T("document.late_open"),
	}
	switch {
	case d.State == poverty.DutyExcused:
		r.cells["done"] = x.p.T("document.late_excused")
	case !end.IsZero():
		r.until = calendar.DateOf(end)
		r.cells["done"] = x.p.Date(r.until)
	}
	r.climbed = len(climbed) > 0
	return r
}

// offices returns the titles of the offices in which people acted on duties, and
// of those whom each rung of a duty addressed.
func (x *composer) offices(ids []poverty.DutyID, told map[poverty.DutyID][]poverty.Entry) (map[poverty.OfficeID]string, map[poverty.DutyID]map[string][]string, error) {
	rows, err := x.tx.Query(x.ctx, `
		select distinct n.duty_id, n.rung, o.title from notices n join offices o on o.id = n.office_id
		where n.duty_id = any ($1) and n.rung like 'overdue%' order by n.duty_id, n.rung, o.title`, ids)
	if err != nil {
		return nil, nil, err
	}
	addressed := map[poverty.DutyID]map[string][]string{}
	var id poverty.DutyID
	var rung, title string
	if _, err := pgx.ForEachRow(rows, []any{&id, &rung, &title}, func() error {
		if addressed[id] == nil {
			addressed[id] = map[string][]string{}
		}
		addressed[id][rung] = append(addressed[id][rung], title)
		return nil
	}); err != nil {
		return nil, nil, err
	}
	var acted []poverty.OfficeID
	for _, entries := range told {
		for _, e := range entries {
			acted = append(acted, e.Office)
		}
	}
	titles := map[poverty.OfficeID]string{}
	if rows, err = x.tx.Query(x.ctx, "select id, title from offices where id = any ($1)", acted); err != nil {
		return nil, nil, err
	}
	var office poverty.OfficeID
	_, err = pgx.ForEachRow(rows, []any{&office, &title}, func() error { titles[office] = title; return nil })
	return titles, addressed, err
}

// discipline fills in how the reports of each unit came. A paper that is dated
// ahead counts none of those that fall due until then.
func (x *composer) discipline() error {
	on := x.d.Day
	if today := calendar.DateOf(x.db.now()); today.Before(on) {
		on = today
	}
	list, err := rates(x.ctx, x.tx, poverty.RateFilter{Cycle: x.cycle.ID}, on)
	if err != nil {
		return err
	}
	x.set("expected", "")
	for _, r := range list {
		switch r.Scope {
		case poverty.RateAll:
			if r.Expected == 0 {
				continue
			}
			for field, n := range map[string]int{"expected": r.Expected, "received": r.Received, "on_time": r.OnTime, "late_reports": r.Late} {
				x.count(field, n)
			}
		case poverty.RateUnit:
			if r.Expected > 0 {
				x.numbered("discipline", map[string]string{
					"unit": r.Name, "expected": x.p.Number(r.Expected), "on_time": x.p.Number(r.OnTime), "late": x.p.Number(r.Late),
					"missing": x.p.Number(r.Expected - r.Received), "returned": x.p.Number(r.Returned),
				})
			}
		case poverty.RatePeriod, poverty.RateCommune, poverty.RateGroup:
		}
	}
	return nil
}
