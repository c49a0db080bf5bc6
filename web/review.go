package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

func reviewPath(c poverty.CycleID, kind string) string {
	return "/cycles/" + string(c) + "/reviews/" + kind
}

// reviewKinds are the reviews that the cycle holds.
func (v *visit) reviewKinds() []string {
	return slices.DeleteFunc(slices.Clone(poverty.ReviewKinds), func(kind string) bool {
		_, ok := v.cycle.Rules.Template("review-" + kind)
		return !ok
	})
}

type reviewTab struct {
	Kind, Href string
	On         bool
}

// reviewTabs are the pages that look back, on every one of them.
func (v *visit) reviewTabs(on string) []reviewTab {
	var tabs []reviewTab
	for _, kind := range v.reviewKinds() {
		tabs = append(tabs, reviewTab{kind, reviewPath(v.cycle.ID, kind), on == kind})
	}
	at := "/cycles/" + string(v.cycle.ID)
	return append(tabs, reviewTab{"shortcomings", at + "/shortcomings", on == "shortcomings"}, reviewTab{"years", at + "/years", on == "years"})
}

func (s *site) reviews(v *visit) error {
	kinds := v.reviewKinds()
	if len(kinds) == 0 {
		return v.redirect("/cycles/"+string(v.cycle.ID)+"/shortcomings", "")
	}
	found, err := s.store.Reviews(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	kind := kinds[len(kinds)-1]
	for _, k := range kinds { // the first that is not concluded
		if !slices.ContainsFunc(found, func(r poverty.Review) bool { return r.Kind == k && r.State == "concluded" }) {
			kind = k
			break
		}
	}
	return v.redirect(reviewPath(v.cycle.ID, kind), "")
}

// reviewRow is a commune's line of the review, or the sum.
type reviewRow struct {
	poverty.ReviewCommune
	Sum bool
}

// Pct returns a count's percentage of all households, as the table prints it.
func (r reviewRow) Pct(n int) int {
	p, _ := poverty.Percent(n, r.Target.Households)
	return p
}

// Share returns what was reached of the target, in hundredths of a percent.
func (r reviewRow) Share() int {
	p, _ := poverty.Percent(r.LeftPoor(), r.Target.ToLeave)
	return p
}

// EndPct returns the rate of a result, of the households that it counted.
func (r reviewRow) EndPct(x poverty.SurveyResult) int {
	p, _ := poverty.Percent(x.Poor, x.Households)
	return p
}

// reviewIndicator is an indicator with what it reached.
type reviewIndicator struct {
	indicatorRow poverty.CycleIndicator
	Result       *poverty.IndicatorResult
}

// Name returns what the indicator is called.
func (r reviewIndicator) Name() string { return r.indicatorRow.Name }

// Base returns of whom or what.
func (r reviewIndicator) Base() string { return r.indicatorRow.Base }

// Code returns its code.
func (r reviewIndicator) Code() string { return r.indicatorRow.Code }

// Kind returns how it is measured.
func (r reviewIndicator) Kind() poverty.IndicatorKind { return r.indicatorRow.Kind }

// Aim returns the indicator, whose aim is to be worded.
func (r reviewIndicator) Aim() poverty.CycleIndicator { return r.indicatorRow }

// Hundredths reports whether results are hundredths, and not counts.
func (r reviewIndicator) Hundredths() bool {
	return r.Kind().Hundredths()
}

// Version returns the version of its result; 0 when there is none.
func (r reviewIndicator) Version() int {
	if r.Result == nil {
		return 0
	}
	return r.Result.Version
}

// Share returns what was reached of the base, in hundredths of a percent; false
// where the indicator has no base.
func (r reviewIndicator) Share() int {
	if r.Result == nil {
		return 0
	}
	p, _ := poverty.Percent(int(r.Result.Reached), int(r.Result.Base))
	return p
}

// reviewDelivery is what was given of one kind of support, or by one source.
type reviewDelivery struct {
	Name           string
	Count          int
	Planned, Spent int64
	Reached        int
}

type reviewData struct {
	frame
	Tabs       []reviewTab
	Kind       string
	Review     poverty.Review
	Rows       []reviewRow
	Split      bool // some commune tells policy households from the hard core
	Known      bool // some commune has a result
	Checks     []string
	Indicators []reviewIndicator
	Kinds      []reviewDelivery
	Sources    []reviewDelivery
	Funds      []poverty.Fund
	Units      []poverty.Rate
	Delays     []poverty.ReviewDelay
	Escalated  []escalationLine
	Inputs     []poverty.ReviewInput
	Missing    int
	Trained    int
	Staff      []poverty.StaffChange
	Conference *poverty.Meeting
	Charts     []chart
	MayHold    string // where the conference is planned; none: the actor may not
	MaySay     string // where the actor's unit says its part
	MayFacts   bool
	Stage      string // of the newest result
	Form       form
}

// Contents are the parts of the page, which is long on a phone.
func (reviewData) Contents() []link {
	return []link{
		{"review.targets", "#targets"}, {"chart.title", "#charts"}, {"indicator.title", "#indicators"}, {"review.delivered", "#delivered"}, {"review.discipline", "#discipline"},
		{"nav.escalations", "#escalations"}, {"review.inputs", "#inputs"}, {"review.conference", "#conference"},
	}
}

// Listed reports whether the conclusions stand on the page one by one.
func (d reviewData) Listed() bool { return d.Conference != nil && len(d.Conference.Conclusions) > 0 }

// escalationLine is an escalation as the review lists it.
type escalationLine struct {
	poverty.Escalation
	Row dutyRow
}

var reviewPage = newPage[reviewData]("review/review.html")

func (s *site) review(v *visit) error { return v.showReview(http.StatusOK, newForm()) }

func (v *visit) showReview(status int, f form) error {
	kind := v.param("kind")
	sheet, err := v.store.ReviewSheet(v.ctx(), v.cycle.ID, kind)
	if err != nil {
		return err
	}
	data := reviewData{
		frame: v.frame("review.nav", v.p.T("review.title", "kind", v.p.T("cycle.review."+labelKey(kind)), "year", v.cycle.Year)),
		Tabs:  v.reviewTabs(kind), Kind: kind, Review: sheet.Review, Inputs: sheet.Inputs, Staff: sheet.Staff, Delays: sheet.Delays, Form: f, Trained: sheet.Review.Trained,
	}
	data.Staff = slices.DeleteFunc(data.Staff, func(x poverty.StaffChange) bool { return x.Day.After(v.today) })
	data.Drafts = v.drafts(v.cycle.Owner, "review:"+kind, poverty.DocumentReview)
	v.reviewTargets(&data, sheet)
	for _, i := range sheet.Inputs {
		data.Trained += i.Trained
		data.Missing += b2i(i.Version == 0)
		if len(v.me.In(i.Unit)) > 0 && v.cycle.State == poverty.CycleRunning {
			data.MaySay = reviewPath(v.cycle.ID, kind) + "/inputs/" + string(i.Unit)
		}
	}
	indicators, err := v.store.Indicators(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	for _, i := range indicators {
		row := reviewIndicator{indicatorRow: i}
		if n := slices.IndexFunc(sheet.Results, func(r poverty.IndicatorResult) bool { return r.Code == i.Code }); n >= 0 {
			row.Result = &sheet.Results[n]
		}
		data.Indicators = append(data.Indicators, row)
	}
	_, _, refused := v.cycle.MayReview(v.me, poverty.ReviewMove{Verb: poverty.ReviewFacts})
	data.MayFacts = refused == nil
	for _, unit := range []poverty.UnitID{v.cycle.Owner, v.cycle.Rules.Bindings.Standing} {
		m := poverty.Meeting{Kind: poverty.MeetingReview, Unit: unit}
		if _, behalf, err := m.MayMove(*v.cycle, v.me, poverty.MeetingMove{Verb: poverty.MeetingPlans, Basis: "x"}); err == nil && !behalf && sheet.Review.State != "concluded" {
			data.MayHold = "/cycles/" + string(v.cycle.ID) + "/meetings/new?kind=review&unit=" + string(unit)
			break
		}
	}
	if sheet.Review.Meeting != 0 {
		m, err := v.store.Meeting(v.ctx(), sheet.Review.Meeting)
		switch {
		case err == nil && !m.Hidden:
			data.Conference = &m
		case err != nil && poverty.KindOf(err) != poverty.NotFound:
			return err
		}
	}
	if err := v.reviewWork(&data); err != nil {
		return err
	}
	return reviewPage.show(v, status, data)
}

// reviewTargets puts targets beside results, with the sum and what does not add
// up.
func (v *visit) reviewTargets(d *reviewData, sheet poverty.ReviewSheet) {
	total := reviewRow{Sum: true}
	for _, c := range sheet.Communes {
		d.Rows = append(d.Rows, reviewRow{ReviewCommune: c})
		d.Split = d.Split || c.Target.Split()
		d.Known = d.Known || c.Poor.Start > 0 || c.Preliminary.Households > 0 || c.Official.Households > 0
		total.ReviewCommune = total.Plus(c)
		for _, fault := range c.Faults() {
			d.Checks = append(d.Checks, v.p.T(fault.Key, fault.Args...))
		}
	}
	total.UnitName = v.p.T("cycle.sum")
	if len(d.Rows) == 0 {
		return
	}
	d.Rows = append(d.Rows, total)
	switch {
	case total.Official.Households > 0:
		d.Stage = poverty.StageOfficial
	case total.Preliminary.Households > 0:
		d.Stage = poverty.StagePreliminary
	}
	v.targetCharts(d, total)
}

func (v *visit) targetCharts(d *reviewData, total reviewRow) {
	var rows []chartRow
	for _, r := range d.Rows {
		if !r.Sum {
			rows = append(rows, v.counts(r.UnitName, r.Target.ToLeave, r.LeftPoor()))
		}
	}
	d.Charts = append(d.Charts, barChart("c-targets", v.p.T("chart.targets"), v.p.T("chart.targets_about"), v.p.T("unit.role.commune"),
		[]string{v.p.T("review.target"), v.p.T("review.left")}, rows))
	f := total.Poor
	if f.Start == 0 {
		return
	}
	steps := []flowStep{{v.p.T("survey.flow.start"), f.Start, true}, {v.p.T("survey.flow.passed"), -f.Passed, false}, {v.p.T("survey.flow.across"), -f.Across, false},
		{v.p.T("survey.flow.other_less"), -f.OtherLess, false}, {v.p.T("survey.flow.from_other"), f.FromOther, false}, {v.p.T("survey.flow.fallen_back"), f.FallenBack, false},
		{v.p.T("survey.flow.new"), f.New, false}, {v.p.T("survey.flow.other_more"), f.OtherMore, false}, {v.p.T("survey.flow.end"), f.End, true}}
	d.Charts = append(d.Charts, flowChart("c-flow", v.p.T("chart.flow"), v.p.T("chart.flow_about"), v.p.T("chart.step"),
		[]string{v.p.T("chart.stock"), v.p.T("chart.off"), v.p.T("chart.on")}, steps, func(n int) string {
			if n < 0 {
				return "−" + v.p.Number(-n)
			}
			return v.p.Number(n)
		}))
}

// counts returns a row of a chart whose numbers read as they are.
func (v *visit) counts(label string, values ...int) chartRow {
	r := chartRow{Label: label}
	for _, n := range values {
		r.Values, r.Texts = append(r.Values, int64(n)), append(r.Texts, v.p.Number(n))
	}
	return r
}

// reviewWork fills in what was delivered, how reports came and where it was late.
func (v *visit) reviewWork(d *reviewData) error {
	components, err := v.store.Components(v.ctx(), poverty.ComponentFilter{Cycle: v.cycle.ID})
	if err != nil {
		return err
	}
	kinds, err := v.store.ComponentKinds(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	name := func(code string) string {
		for _, k := range kinds {
			if k.Code == code && (v.p.Lang() == "vi" || k.NameEN == "") {
				return k.Name
			} else if k.Code == code {
				return k.NameEN
			}
		}
		return code
	}
	put := func(list *[]reviewDelivery, name string, c poverty.Component) {
		i := slices.IndexFunc(*list, func(x reviewDelivery) bool { return x.Name == name })
		if i < 0 {
			i = len(*list)
			*list = append(*list, reviewDelivery{Name: name})
		}
		x := &(*list)[i]
		x.Count++
		x.Planned += c.Value
		x.Spent += c.Spent
		x.Reached += c.Reached
	}
	for _, c := range components {
		put(&d.Kinds, name(c.Kind), c)
		source := c.FundName
		if source == "" {
			source = c.Programme
		}
		if source == "" {
			source = v.p.T("review.no_source")
		}
		put(&d.Sources, source, c)
	}
	if d.Funds, err = v.store.Funds(v.ctx(), v.cycle.ID); err != nil {
		return err
	}
	var money []chartRow
	for _, x := range d.Sources {
		money = append(money, chartRow{x.Name, []int64{x.Planned, x.Spent}, []string{v.p.Money(x.Planned), v.p.Money(x.Spent)}})
	}
	d.Charts = append(d.Charts, barChart("c-funds", v.p.T("chart.funds"), v.p.T("chart.funds_about"), v.p.T("review.source"),
		[]string{v.p.T("review.planned"), v.p.T("review.spent")}, money))
	rates, err := v.store.Rates(v.ctx(), poverty.RateFilter{Cycle: v.cycle.ID})
	if err != nil {
		return err
	}
	var course []chartRow
	for _, r := range rates {
		switch r.Scope {
		case poverty.RateUnit:
			d.Units = append(d.Units, r)
		case poverty.RatePeriod:
			if r.Expected > 0 {
				course = append(course, v.counts(v.p.ShortPeriod(r.Key), r.OnTime, r.Late, max(0, r.Expected-r.Received)))
			}
		case poverty.RateAll, poverty.RateCommune, poverty.RateGroup:
		}
	}
	d.Charts = append(d.Charts, columnChart("c-course", v.p.T("chart.course"), v.p.T("chart.course_about"), v.p.T("board.period"),
		[]string{v.p.T("rate.measure.on_time"), v.p.T("rate.measure.late"), v.p.T("review.missing")}, course))
	v.delayCharts(d)
	found, err := v.store.Escalations(v.ctx(), poverty.EscalationFilter{Cycle: v.cycle.ID, Limit: 200})
	if err != nil {
		return err
	}
	for _, e := range found {
		row, err := v.row(e.Duty)
		if err != nil {
			return err
		}
		d.Escalated = append(d.Escalated, escalationLine{e, row})
	}
	return nil
}

// delayCharts draws where it was late: by unit, and by what sort of work.
func (v *visit) delayCharts(d *reviewData) {
	group := func(of func(poverty.ReviewDelay) string) (rows []chartRow) {
		late, open, names := map[string]int{}, map[string]int{}, []string{}
		for _, x := range d.Delays {
			n := of(x)
			if _, ok := late[n]; !ok {
				names = append(names, n)
			}
			late[n] += x.Late - x.Open
			open[n] += x.Open
		}
		slices.SortStableFunc(names, func(a, b string) int { return late[b] + open[b] - late[a] - open[a] })
		for _, n := range names[:min(len(names), 12)] {
			rows = append(rows, v.counts(n, late[n], open[n]))
		}
		return rows
	}
	series := []string{v.p.T("chart.late_done"), v.p.T("chart.late_open")}
	d.Charts = append(d.Charts,
		barChart("c-units", v.p.T("chart.late_units"), v.p.T("chart.late_about"), v.p.T("label.unit"), series, group(func(x poverty.ReviewDelay) string { return x.UnitName })),
		barChart("c-kinds", v.p.T("chart.late_kinds"), v.p.T("chart.late_about"), v.p.T("chart.kind"), series, group(func(x poverty.ReviewDelay) string { return label(v.p, "duty.kind", x.Kind) })))
}

func labelKey(kind string) string {
	if kind == "year-end" {
		return "year_end"
	}
	return "interim"
}

// moveReview stores what the standing office knows besides: facts, or what an
// indicator reached.
func (s *site) moveReview(v *visit) error {
	verb := poverty.ReviewVerb(v.r.PostForm.Get("do"))
	f := v.sentForm(string(verb))
	m := poverty.ReviewMove{Key: f.Key, Cycle: v.cycle.ID, Kind: v.param("kind"), Verb: verb, Office: v.me.Office,
		Programme: v.text(&f, "programme"), Note: v.text(&f, "note"), Code: f.Value("code")}
	m.Version, _ = v.count(&f, "version")
	m.Trained, _ = v.count(&f, "trained")
	if verb == poverty.ReviewMeasures {
		base, _ := v.count(&f, "base")
		m.Base = int64(base)
		m.Version, _ = v.count(&f, "version-"+m.Code)
		indicators, err := v.store.Indicators(v.ctx(), v.cycle.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(indicators, func(i poverty.CycleIndicator) bool { return i.Code == m.Code && i.Kind.Hundredths() }) {
			n, ok := poverty.ParseHundredths(f.Value("reached"))
			if !ok {
				f.problem("reached", v.p.T("error.not_a_number"))
			}
			m.Reached = int64(n)
		} else {
			n, _ := v.count(&f, "reached")
			m.Reached = int64(n)
		}
	}
	if f.Bad() {
		return v.showReview(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.MoveReview(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showReview(code, f)
	}
	return v.redirect(reviewPath(v.cycle.ID, m.Kind), "review_"+string(verb))
}

type reviewInputData struct {
	frame
	Kind  string
	Input poverty.ReviewInput
	May   bool
	Form  form
	Other bool // in the unit's stead

	Stored *conflict // what somebody saved meanwhile, beside what was typed
}

// All returns the address of the review.
func (d reviewInputData) All() string { return reviewPath(d.Cycle.ID, d.Kind) }

// Version returns the version that is typed over: the one the form was opened
// with, or the one that stands on the page beside what was typed.
func (d reviewInputData) Version() string {
	if d.Stored != nil {
		return strconv.Itoa(d.Input.Version)
	}
	return d.Form.Or("version", strconv.Itoa(d.Input.Version))
}

var reviewInputPage = newPage[reviewInputData]("review/input.html")

func (s *site) reviewInput(v *visit) error { return v.showInput(http.StatusOK, newForm()) }

func (v *visit) showInput(status int, f form) error {
	kind, unit := v.param("kind"), poverty.UnitID(v.param("unit"))
	sheet, err := v.store.ReviewSheet(v.ctx(), v.cycle.ID, kind)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(sheet.Inputs, func(i poverty.ReviewInput) bool { return i.Unit == unit })
	if i < 0 {
		return poverty.Errorf(poverty.NotFound, "review.not_found")
	}
	data := reviewInputData{frame: v.frame("review.nav", v.p.T("review.input_of", "unit", sheet.Inputs[i].UnitName)), Kind: kind, Input: sheet.Inputs[i], Form: f}
	_, other, refused := v.cycle.MayReview(v.me, poverty.ReviewMove{Verb: poverty.ReviewSays, Unit: unit, Basis: "x"})
	data.May, data.Other = refused == nil, other
	if x := data.Input; status == http.StatusConflict && x.SavedAt != nil && f.Value("version") != strconv.Itoa(x.Version) {
		data.Stored = v.conflictWith(x.Version, "", *x.SavedAt)
		data.Stored.Gone = !data.May
		data.Stored.text(v.p.T("review.results"), x.Results, v.text(&f, "results"))
		data.Stored.text(v.p.T("review.shortcomings"), x.Shortcomings, v.text(&f, "shortcomings"))
		data.Stored.text(v.p.T("review.proposals"), x.Proposals, v.text(&f, "proposals"))
	}
	return reviewInputPage.show(v, status, data)
}

func (s *site) sayInput(v *visit) error {
	f := v.sentForm("input")
	m := poverty.ReviewMove{Key: f.Key, Cycle: v.cycle.ID, Kind: v.param("kind"), Verb: poverty.ReviewSays, Unit: poverty.UnitID(v.param("unit")), Office: v.me.Office,
		Results: v.needed(&f, "results"), Shortcomings: v.text(&f, "shortcomings"), Proposals: v.text(&f, "proposals"), Basis: v.text(&f, "basis")}
	m.Version, _ = v.count(&f, "version")
	m.Trained, _ = v.count(&f, "trained")
	if f.Bad() {
		return v.showInput(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.MoveReview(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showInput(code, f)
	}
	return v.redirect(reviewPath(v.cycle.ID, m.Kind)+"/inputs/"+string(m.Unit), "review_input")
}
