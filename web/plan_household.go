package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dondoc/poverty"
)

// planWords is what the codes of a plan are called, and what its forms offer.
type planWords struct {
	Needs   []needChoice
	Kinds   []needChoice
	Helpers []poverty.Unit
}

// Need, Kind and Helper return the name of a code.
func (w planWords) Need(code string) string { return nameOf(w.Needs, code) }

// Kind returns the name of a kind of support.
func (w planWords) Kind(code string) string { return nameOf(w.Kinds, code) }

func nameOf(list []needChoice, code string) string {
	if i := slices.IndexFunc(list, func(n needChoice) bool { return n.Code == code }); i >= 0 {
		return list[i].Name
	}
	return code
}

// Helper returns the name of a unit of the cycle.
func (w planWords) Helper(id poverty.UnitID) string {
	if i := slices.IndexFunc(w.Helpers, func(u poverty.Unit) bool { return u.ID == id }); i >= 0 {
		return w.Helpers[i].Name
	}
	return string(id)
}

func (v *visit) planWords() (w planWords, err error) {
	needs, err := v.store.Needs(v.ctx(), v.cycle.ID)
	if err != nil {
		return w, err
	}
	for _, n := range needs {
		w.Needs = append(w.Needs, needChoice{n.Code, v.needName(n)})
	}
	kinds, err := v.store.ComponentKinds(v.ctx(), v.cycle.ID)
	if err != nil {
		return w, err
	}
	for _, k := range kinds {
		name := k.Name
		if v.p.Lang() == "en" {
			name = cmp.Or(k.NameEN, k.Name)
		}
		w.Kinds = append(w.Kinds, needChoice{k.Code, name})
	}
	w.Helpers, err = v.cycleUnits()
	return w, err
}

// planLine is a household of a plan as lists show it.
type planLine struct {
	poverty.PlanHousehold
	Link    string // of its form; "" where there is none
	Causes  string
	Needs   string
	Todo    []measureLine
	Gaps    []string
	Checked bool
	Remarks []remarkLine
	Changed bool // since the round before
	Typed   string
	Field   string // on which the remark is
}

type measureLine struct {
	poverty.PlanMeasure
	Kind   string
	Need   string
	Amount string
	Helper string
}

// remarkLine is a remark with its answer, or what was typed as such.
type remarkLine struct {
	poverty.PlanRemark
	Typed string
}

// Input returns the name of the field of the answer.
func (r remarkLine) Input() string { return answerField(r.ID) }

func answerField(id int64) string { return "answer-" + strconv.FormatInt(id, 10) }

func (v *visit) planLine(h poverty.PlanHousehold, missing []poverty.PlanGap, w planWords) planLine {
	line := planLine{PlanHousehold: h}
	names := func(codes []string, name func(string) string) string {
		list := make([]string, len(codes))
		for i, c := range codes {
			list[i] = name(c)
		}
		return strings.Join(list, "; ")
	}
	line.Causes = names(h.Causes, func(c string) string {
		if c == "other" && h.CauseOther != "" {
			return h.CauseOther
		}
		return label(v.p, "household.cause", c)
	})
	line.Needs = names(h.Needs, w.Need)
	for _, m := range h.Measures {
		line.Todo = append(line.Todo, v.measureLine(m, w))
	}
	for _, g := range missing {
		if g.Household == h.Household {
			line.Gaps = append(line.Gaps, v.p.T(g.Key, g.Args...))
		}
	}
	return line
}

func (v *visit) measureLine(m poverty.PlanMeasure, w planWords) measureLine {
	l := measureLine{PlanMeasure: m, Kind: w.Kind(m.Kind), Need: w.Need(m.Need), Helper: m.HelperOther}
	if m.Quantity > 0 {
		l.Amount = strings.TrimSpace(v.p.Number(int(m.Quantity)) + " " + m.Measure)
	}
	if m.Helper != "" {
		l.Helper = w.Helper(m.Helper)
		if m.HelperOther != "" {
			l.Helper += "; " + m.HelperOther
		}
	}
	return l
}

// planFilter is what the list of a plan's households was asked for.
type planFilter struct{ Hamlet, Goal, Query, Show string }

func readPlanFilter(q url.Values) planFilter {
	return planFilter{q.Get("hamlet"), q.Get("goal"), strings.TrimSpace(q.Get("q")), q.Get("show")}
}

// Set reports whether the list shows less than all.
func (f planFilter) Set() bool { return f != planFilter{} }

// Encoded returns the filter as it stands in an address.
func (f planFilter) Encoded() string {
	q := url.Values{}
	for name, value := range map[string]string{"hamlet": f.Hamlet, "goal": f.Goal, "q": f.Query, "show": f.Show} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

// Goals returns the goals that the filter offers.
func (planFilter) Goals() []poverty.PlanGoal { return poverty.PlanGoals }

func (f planFilter) of(lines []planLine) []planLine {
	query := strings.ToLower(f.Query)
	return slices.DeleteFunc(lines, func(l planLine) bool {
		return f.Hamlet != "" && f.Hamlet != l.Hamlet || f.Goal != "" && f.Goal != string(l.Goal) || f.Show == "incomplete" && len(l.Gaps) == 0 ||
			!strings.Contains(strings.ToLower(l.Code+" "+l.Head), query)
	})
}

// Incomplete returns how many households of the draft lack something.
func (d planData) Incomplete() int {
	lacks := map[poverty.HouseholdID]bool{}
	if d.Sheet != nil {
		for _, g := range d.Sheet.Missing {
			if g.Household != 0 {
				lacks[g.Household] = true
			}
		}
	}
	return len(lacks)
}

// Total returns how many households the plan has.
func (d planData) Total() int {
	switch {
	case d.Sheet != nil:
		return len(d.Sheet.Households)
	case d.Shown != nil:
		return len(d.Shown.Households)
	}
	return 0
}

// Hamlets returns the hamlets of the plan's households by code and name.
func (d planData) Hamlets() []needChoice {
	var all []poverty.PlanHousehold
	if d.Sheet != nil {
		all = d.Sheet.Households
	} else if d.Shown != nil {
		all = d.Shown.Households
	}
	var list []needChoice
	for _, h := range all {
		if c := (needChoice{h.Hamlet, h.HamletName}); !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

// Short returns by how many households the plan falls short of the target.
func (d planData) Short() int {
	if d.Target == nil {
		return 0
	}
	return max(0, d.Target.ToLeave-d.Plan.ToLeave)
}

// Beyond returns by how many households the plan goes beyond the target.
func (d planData) Beyond() int {
	if d.Target == nil {
		return 0
	}
	return max(0, d.Plan.ToLeave-d.Target.ToLeave)
}

// draft returns the plan of the path, for who may write in it; Forbidden, or
// Conflict where it was sent, to others.
func (v *visit) draft() (poverty.Plan, error) {
	p, err := v.store.Plan(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit")))
	if err != nil {
		return p, err
	}
	if len(v.me.In(p.Unit)) == 0 {
		return p, poverty.Errorf(poverty.Forbidden, "plan.forbidden.save")
	}
	if v.cycle.State == poverty.CycleClosed {
		return p, poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(v.cycle.ID))
	}
	_, err = p.State.Move(poverty.PlanSend)
	return p, err
}

type chooseData struct {
	frame
	Plan    planRow
	Rows    []householdRow
	Hamlets []poverty.Hamlet
	Filter  householdFilter
	Cause   string
	Counts  poverty.RegisterCount
	Target  *poverty.Target
	Form    form
	Next    string
	Absent  int
}

// Classes, Groups and Causes are what the filter offers.
func (chooseData) Classes() []poverty.Class {
	return []poverty.Class{poverty.ClassPoor, poverty.ClassNearPoor}
}

// Groups returns the policy groups that the filter offers.
func (chooseData) Groups() []poverty.PolicyGroup { return householdGroups }

// Causes returns the causes that the filter offers.
func (chooseData) Causes() []string { return poverty.Causes }

// Ticked reports whether a household was ticked in a form that was refused.
func (d chooseData) Ticked(id poverty.HouseholdID) bool {
	return slices.Contains(d.Form.Values["household"], strconv.FormatInt(int64(id), 10))
}

var choosePage = newPage[chooseData]("plan/choose.html")

// choosePlanHouseholds shows the households of the register that are not in the
// plan, to be taken into it.
func (s *site) choosePlanHouseholds(v *visit) error {
	p, err := v.draft()
	if err != nil {
		return err
	}
	return v.showChoose(http.StatusOK, p, newForm())
}

func (v *visit) showChoose(status int, p poverty.Plan, f form) error {
	q := v.r.URL.Query()
	data := chooseData{
		frame: v.frame("nav.plans", v.p.T("plan.choose")), Plan: planRowOf(p), Filter: readHouseholdFilter(q), Cause: q.Get("cause"), Form: f,
	}
	filter := data.Filter.of(v.cycle.ID, p.Unit)
	filter.Cause, filter.Unplanned, filter.Limit = data.Cause, true, planPerPage+1
	if after := q.Get("after"); after != "" {
		n, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return poverty.Errorf(poverty.NotFound, "error.not_found")
		}
		filter.After = poverty.HouseholdID(n)
	}
	found, err := v.store.Households(v.ctx(), filter)
	if err != nil {
		return err
	}
	if len(found) > planPerPage {
		found = found[:planPerPage]
		next := data.Filter.query()
		if data.Cause != "" {
			next.Set("cause", data.Cause)
		}
		next.Set("after", strconv.FormatInt(int64(found[planPerPage-1].ID), 10))
		data.Next = "?" + next.Encode()
	}
	var names map[string]string
	if data.Hamlets, names, err = v.hamlets(p.Unit); err != nil {
		return err
	}
	for _, h := range found {
		data.Rows = append(data.Rows, v.householdRow(h, names))
	}
	targets, err := v.store.Targets(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(targets, func(t poverty.Target) bool { return t.Unit == p.Unit }); i >= 0 {
		data.Target = &targets[i]
	}
	return choosePage.show(v, status, data)
}

// planPerPage is how many households there are to choose from on a page.
const planPerPage = 199

// ids reads the households that a form names: those ticked, or all that it
// shows.
func (f form) ids() []poverty.HouseholdID {
	field := "household"
	if f.Value("all") != "" {
		field = "shown"
	}
	var list []poverty.HouseholdID
	for _, s := range f.Values[field] {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
			list = append(list, poverty.HouseholdID(n))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// editPlan takes households into the plan or out of it, or gives many the same
// measure.
func (s *site) editPlan(v *visit) error {
	p, err := v.draft()
	if err != nil {
		return err
	}
	f := v.sentForm("bulk")
	x := poverty.PlanEdit{Cycle: p.Cycle, Unit: p.Unit, Goal: poverty.PlanGoal(f.Value("goal"))}
	list := f.ids()
	if len(list) == 0 {
		f.problem("household", v.p.T("plan.none_chosen"))
	}
	do := f.Value("do")
	again := func(code int) error { return v.showPlan(code, p, f) }
	switch do {
	case "add":
		x.Add = list
		again = func(code int) error { return v.showChoose(code, p, f) }
	case "fill":
		x.Fill = list
		x.Measure = v.typedMeasure(&f, "")
		if x.Measure == (poverty.PlanMeasure{}) && x.Goal == "" {
			f.problem("what", v.p.T("plan.nothing_to_fill"))
		}
	case "remove":
		x.Remove = list
		v.confirmed(&f)
	default:
		return poverty.InvalidField("do", "error.invalid")
	}
	if f.Bad() {
		return again(http.StatusUnprocessableEntity)
	}
	if _, err := s.store.EditPlan(v.ctx(), x); err != nil {
		code, err := v.refuseSheet(&f, err)
		if err != nil {
			return err
		}
		return again(code)
	}
	to := planRowOf(p).Link()
	if q := readPlanFilter(v.r.URL.Query()).Encoded(); q != "" && do != "add" {
		to += "?" + q
	}
	return v.redirect(to, "plan_households_"+do)
}

// typedMeasure reads the fields of a measure, whose names begin with a prefix.
func (v *visit) typedMeasure(f *form, prefix string) poverty.PlanMeasure {
	m := poverty.PlanMeasure{
		Need: v.text(f, prefix+"need"), Kind: v.text(f, prefix+"kind"), What: v.text(f, prefix+"what"), Measure: v.text(f, prefix+"measure"),
		Term: v.day(f, prefix+"term"), Helper: poverty.UnitID(v.text(f, prefix+"helper")), HelperOther: v.text(f, prefix+"helper_other"),
	}
	n, _ := v.count(f, prefix+"quantity")
	m.Quantity = int64(n)
	m.ID, _ = strconv.ParseInt(f.Value(prefix+"id"), 10, 64)
	return m
}

// answers reads what is answered to remarks.
func (v *visit) answers(f *form) []poverty.PlanAnswer {
	var list []poverty.PlanAnswer
	for name := range f.Values {
		rest, ok := strings.CutPrefix(name, "answer-")
		id, err := strconv.ParseInt(rest, 10, 64)
		if ok && err == nil {
			list = append(list, poverty.PlanAnswer{Remark: id, Text: v.text(f, name)})
		}
	}
	slices.SortFunc(list, func(a, b poverty.PlanAnswer) int { return cmp.Compare(a.Remark, b.Remark) })
	return list
}

type planHouseholdData struct {
	frame
	Plan     planRow
	Line     planLine
	Sheet    poverty.PlanHousehold // as typed, or as stored
	Register string                // address of its sheet in the register
	Measures []measureForm
	Gaps     []planGap
	Remarks  []remarkLine
	Words    planWords
	MayEdit  bool
	Form     form
	Stored   *planLine // when another version was saved meanwhile
	Next     bool      // another household lacks something
}

// Goals and Causes are what the form offers.
func (d planHouseholdData) Goals() []poverty.PlanGoal {
	return slices.DeleteFunc(slices.Clone(poverty.PlanGoals), func(g poverty.PlanGoal) bool { return !g.Fits(d.Sheet.Class) })
}

// Causes returns the causes that the form offers.
func (planHouseholdData) Causes() []string { return poverty.Causes }

// Has reports whether a code is ticked.
func (d planHouseholdData) Has(field, code string) bool {
	if field == "causes" {
		return slices.Contains(d.Sheet.Causes, code)
	}
	return slices.Contains(d.Sheet.Needs, code)
}

// measureForm is the fields of a measure.
type measureForm struct {
	poverty.PlanMeasure
	Number int // counts from 1
	New    bool
	form   form
}

// Name returns the name of a field of this measure.
func (m measureForm) Name(field string) string { return "m" + strconv.Itoa(m.Number) + "-" + field }

// Value returns what stands in a field.
func (m measureForm) Value(field, before string) string { return m.form.Or(m.Name(field), before) }

// Amount returns what stands in the field of the quantity.
func (m measureForm) Amount() string {
	before := ""
	if m.Quantity > 0 {
		before = strconv.FormatInt(m.Quantity, 10)
	}
	return m.Value("quantity", before)
}

// Problem returns what is wrong with a field.
func (m measureForm) Problem(field string) string { return m.form.Problem(m.Name(field)) }

var planHouseholdPage = newPage[planHouseholdData]("plan/household.html")

// plannedHousehold finds the household of the path in the draft.
func (v *visit) plannedHousehold() (poverty.PlanSheet, poverty.PlanHousehold, error) {
	sheet, err := v.store.PlanSheet(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit")))
	if err != nil {
		return sheet, poverty.PlanHousehold{}, err
	}
	id, _ := strconv.ParseInt(v.param("household"), 10, 64)
	i := slices.IndexFunc(sheet.Households, func(h poverty.PlanHousehold) bool { return int64(h.Household) == id })
	if i < 0 {
		return sheet, poverty.PlanHousehold{}, poverty.Errorf(poverty.NotFound, "plan.household_gone")
	}
	return sheet, sheet.Households[i], nil
}

func (s *site) planHousehold(v *visit) error {
	sheet, h, err := v.plannedHousehold()
	if err != nil {
		return err
	}
	return v.showPlanHousehold(http.StatusOK, sheet, h, h, newForm())
}

// spareMeasures is how many empty measures the form has.
const spareMeasures = 2

func (v *visit) showPlanHousehold(status int, s poverty.PlanSheet, stored, h poverty.PlanHousehold, f form) error {
	w, err := v.planWords()
	if err != nil {
		return err
	}
	row := planRowOf(s.Plan)
	data := planHouseholdData{
		frame: v.frame("nav.plans", v.p.T("plan.household_title", "head", h.Head, "code", h.Code)), Plan: row, Words: w, Form: f, Sheet: h,
		Line: v.planLine(stored, s.Missing, w), Register: "/cycles/" + string(v.cycle.ID) + "/households/" + strconv.FormatInt(int64(h.Household), 10),
		MayEdit: v.mayDraft(s.Plan),
	}
	if f.Name != "" && status == http.StatusConflict {
		line := v.planLine(stored, nil, w)
		data.Stored = &line
	}
	for _, g := range s.Missing {
		if g.Household == h.Household {
			data.Gaps = append(data.Gaps, planGap{"#" + g.Field, v.p.T(g.Key, g.Args...)})
		} else if g.Household != 0 {
			data.Next = true
		}
	}
	for _, r := range s.Remarks {
		if r.Household == h.Household {
			data.Remarks = append(data.Remarks, remarkLine{r, f.Or(answerField(r.ID), r.Answer)})
		}
	}
	for i, m := range h.Measures {
		data.Measures = append(data.Measures, measureForm{m, i + 1, false, f})
	}
	for len(data.Measures) < len(h.Measures)+spareMeasures {
		data.Measures = append(data.Measures, measureForm{Number: len(data.Measures) + 1, New: true, form: f})
	}
	return planHouseholdPage.show(v, status, data)
}

func (s *site) savePlanHousehold(v *visit) error {
	sheet, stored, err := v.plannedHousehold()
	if err != nil {
		return err
	}
	f := v.sentForm("household")
	h := stored
	version, _ := v.count(&f, "version")
	h.Version = cmp.Or(version, -1) // a form without a version was not made by us
	h.Goal = poverty.PlanGoal(f.Value("goal"))
	h.Causes, h.Needs = slices.Clone(f.Values["causes"]), slices.Clone(f.Values["needs"])
	h.CauseOther, h.Note, h.Registered = v.text(&f, "cause_other"), v.text(&f, "note"), v.day(&f, "registered")
	if h.Measures, err = v.typedMeasures(&f); err != nil {
		return err
	}
	answers := v.answers(&f)
	if f.Bad() {
		return v.showPlanHousehold(http.StatusUnprocessableEntity, sheet, stored, h, f)
	}
	_, err = s.store.EditPlan(v.ctx(), poverty.PlanEdit{Cycle: v.cycle.ID, Unit: sheet.Plan.Unit, Put: []poverty.PlanHousehold{h}, Answers: answers})
	if err != nil {
		conflict := poverty.KindOf(err) == poverty.Conflict
		code, err := v.refuseSheet(&f, err)
		if err != nil {
			return err
		}
		if now, fresh, err := v.plannedHousehold(); err == nil && conflict {
			sheet, stored, h.Version = now, fresh, fresh.Version
		}
		return v.showPlanHousehold(code, sheet, stored, h, f)
	}
	to := planRowOf(sheet.Plan).Link()
	if f.Value("do") == "next" {
		now, err := v.store.PlanSheet(v.ctx(), v.cycle.ID, sheet.Plan.Unit)
		if err != nil {
			return err
		}
		to = nextIncomplete(to, now, h.Household)
	}
	return v.redirect(to, "plan_household_saved")
}

// nextIncomplete returns the address of the next household that lacks
// something, or the plan's where none does.
func nextIncomplete(plan string, s poverty.PlanSheet, after poverty.HouseholdID) string {
	at := slices.IndexFunc(s.Households, func(h poverty.PlanHousehold) bool { return h.Household == after }) + 1
	for i := range s.Households {
		h := s.Households[(at+i)%len(s.Households)]
		if len(h.Missing(s.Check)) > 0 {
			return plan + "/households/" + strconv.FormatInt(int64(h.Household), 10)
		}
	}
	return plan
}

// typedMeasures reads the measures of the form; an empty one is none.
func (v *visit) typedMeasures(f *form) ([]poverty.PlanMeasure, error) {
	list := []poverty.PlanMeasure{}
	for n := 1; f.Values.Has("m"+strconv.Itoa(n)+"-what") && n < 100; n++ {
		prefix := "m" + strconv.Itoa(n) + "-"
		m := v.typedMeasure(f, prefix)
		empty := m
		empty.ID, empty.Need = 0, ""
		if f.Value(prefix+"remove") != "" || empty == (poverty.PlanMeasure{}) && m.ID == 0 {
			continue
		}
		list = append(list, m)
	}
	return list, nil
}
