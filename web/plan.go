package web

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/poverty"
)

var planStates = []poverty.PlanState{
	poverty.PlanDraft, poverty.PlanSent, poverty.PlanAppraised, poverty.PlanApproved,
}

// planRow is a plan as a list shows it.
type planRow struct {
	poverty.Plan
}

func planRowOf(p poverty.Plan) planRow { return planRow{p} }

// Link returns the address of the plan's page.
func (p planRow) Link() string { return "/cycles/" + string(p.Cycle) + "/plans/" + string(p.Unit) }

// Cell returns the mark of the plan's state.
func (p planRow) Cell() poverty.Cell {
	switch p.State {
	case poverty.PlanApproved:
		return poverty.CellOnTime
	case poverty.PlanReturned:
		return poverty.CellReturned
	case poverty.PlanSent, poverty.PlanAppraised:
		return poverty.CellExtended
	case poverty.PlanDraft:
		return poverty.CellNotDue
	}
	return poverty.CellNotDue
}

// Gap is something that keeps a plan from being sent, and the field to fill.
type gap struct {
	Key, Field string
}

// Gaps returns what keeps the plan from being sent.
func (p planRow) Gaps() []gap {
	var gaps []gap
	for _, key := range p.Missing() {
		gaps = append(gaps, gap{key, key[strings.LastIndexByte(key, '.')+1:]})
	}
	return gaps
}

// Steps returns the states of a plan in their order, with how far it is.
func (p planRow) Steps() []planStep {
	at := slices.Index(planStates, p.State)
	if p.State == poverty.PlanReturned {
		at = 0
	}
	steps := make([]planStep, len(planStates))
	for i, s := range planStates {
		steps[i] = planStep{s, i < at || p.State == poverty.PlanApproved, i == at}
	}
	return steps
}

type planStep struct {
	State      poverty.PlanState
	Past, Here bool
}

// planOffer is a decision on a plan that the actor may try, and its form.
type planOffer struct {
	Verb     poverty.PlanVerb
	OnBehalf bool
	Version  int
	Address  string
	Back     string
	Key      string
	form     form
	mine     bool
}

// Open reports whether the form was sent and refused.
func (o planOffer) Open() bool { return o.mine && o.form.Bad() }

// Value returns what was typed into a field of this form.
func (o planOffer) Value(field string) string {
	if o.mine {
		return o.form.Value(field)
	}
	return ""
}

// Problem returns what is wrong with a field of this form.
func (o planOffer) Problem(field string) string {
	if o.mine {
		return o.form.Problem(field)
	}
	return ""
}

// ID returns the id of a field of this form on its page.
func (o planOffer) ID(field string) string {
	return o.Address[strings.LastIndexByte(o.Address, '/')+1:] + "-" + string(o.Verb) + "-" + field
}

var planVerbs = []poverty.PlanVerb{poverty.PlanSend, poverty.PlanAppraise, poverty.PlanApprove, poverty.PlanReturn}

// planOffers asks the domain which decisions the actor may try now.
func (v *visit) planOffers(p poverty.Plan, f form) []planOffer {
	var list []planOffer
	for _, verb := range planVerbs {
		if _, err := p.State.Move(verb); err != nil {
			continue
		}
		_, onBehalf, err := p.MayMove(*v.cycle, v.me, poverty.PlanMove{Cycle: p.Cycle, Unit: p.Unit, Verb: verb, Reason: "x", Basis: "x"})
		if err != nil {
			continue
		}
		o := planOffer{
			Verb: verb, OnBehalf: onBehalf, Version: p.Version, Address: planRowOf(p).Link(), Key: rand.Text(),
			form: f, mine: f.Name == string(verb),
		}
		if o.mine {
			o.Key, o.Back = f.Key, f.Value("back")
		}
		list = append(list, o)
	}
	return list
}

type plansData struct {
	frame
	Rows    []planRow
	ToLeave int
	Target  int
}

var plansPage = newPage[plansData]("plan/plans.html")

func (s *site) plans(v *visit) error {
	found, err := s.store.Plans(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data := plansData{frame: v.frame("nav.plans", v.p.T("nav.plans"))}
	for _, p := range found {
		data.Rows = append(data.Rows, planRowOf(p))
		data.ToLeave += p.ToLeave
	}
	targets, err := s.store.Targets(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	for _, t := range targets { // of those whose plans are in the list
		if slices.ContainsFunc(found, func(p poverty.Plan) bool { return p.Unit == t.Unit }) {
			data.Target += t.ToLeave
		}
	}
	return plansPage.show(v, http.StatusOK, data)
}

type planData struct {
	frame
	Plan    planRow
	MayEdit bool
	Send    *planOffer
	Moves   []planOffer
	Form    form
	Target  *poverty.Target
	Duty    *dutyRow // the duty to send the plan
	Group   []groupRow

	Receipts []receiptRow // which agencies have its lists
}

// ToLeave returns what stands in the field of the households to leave poverty.
func (d planData) ToLeave() string {
	before := ""
	if d.Plan.ToLeave > 0 {
		before = strconv.Itoa(d.Plan.ToLeave)
	}
	return d.Form.Or("to_leave", before)
}

// Stored returns the text in the store, when it is not what was typed.
func (d planData) Stored() string {
	if d.Form.Banner != "" && d.Text() != d.Plan.Plan.Text {
		return d.Plan.Plan.Text
	}
	return ""
}

// Text returns what stands in the field of the plan's text.
func (d planData) Text() string { return d.Form.Or("text", d.Plan.Plan.Text) }

var planPage = newPage[planData]("plan/plan.html")

func (s *site) plan(v *visit) error {
	p, err := s.store.Plan(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit")))
	if err != nil {
		return err
	}
	return v.showPlan(http.StatusOK, p, newForm())
}

func (v *visit) showPlan(status int, p poverty.Plan, f form) error {
	data := planData{frame: v.frame("nav.plans", v.p.T("plan.title", "unit", p.UnitName)), Plan: planRowOf(p), Form: f}
	editable := p.State == poverty.PlanDraft || p.State == poverty.PlanReturned
	data.MayEdit = editable && v.cycle.State != poverty.CycleClosed && len(v.me.In(p.Unit)) > 0
	for _, o := range v.planOffers(p, f) {
		if o.Verb == poverty.PlanSend {
			data.Send = &o
			continue
		}
		data.Moves = append(data.Moves, o)
	}
	targets, err := v.store.Targets(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if t.Unit == p.Unit {
			data.Target = &t
		}
	}
	duties, err := v.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Unit: p.Unit, Kind: poverty.DutyPlan, Limit: 1})
	if err != nil {
		return err
	}
	if len(duties) > 0 {
		row, err := v.row(duties[0])
		if err != nil {
			return err
		}
		data.Duty = &row
	}
	groups, err := v.groupsOf(p.Unit)
	if err != nil {
		return err
	}
	data.Group = slices.DeleteFunc(groups, func(g groupRow) bool { return g.Commune != p.Unit })
	if data.Receipts, err = v.receipts(p.Unit); err != nil {
		return err
	}
	return planPage.show(v, status, data)
}

func (s *site) movePlan(v *visit) error {
	p, err := s.store.Plan(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit")))
	if err != nil {
		return err
	}
	do := v.r.PostForm.Get("do")
	if do != "save" && !slices.Contains(planVerbs, poverty.PlanVerb(do)) {
		return poverty.InvalidField("verb", "error.invalid")
	}
	f := v.sentForm(do)
	seen, _ := v.count(&f, "version")
	if f.Values.Has("text") {
		if p, err = v.savePlan(&f, p, seen); err != nil {
			return v.planAgain(p, f, err)
		}
		if f.Bad() {
			return v.showPlan(http.StatusUnprocessableEntity, p, f)
		}
		seen = p.Version
	}
	if do == "save" {
		return v.redirect(planRowOf(p).Link(), "plan_save")
	}
	m := poverty.PlanMove{
		Key: f.Key, Cycle: p.Cycle, Unit: p.Unit, Verb: poverty.PlanVerb(do), Version: seen,
		Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
	}
	switch m.Verb {
	case poverty.PlanSend:
		for _, g := range planRowOf(p).Gaps() {
			f.problem(g.Field, v.p.T(g.Key))
		}
		v.confirmed(&f)
	case poverty.PlanReturn:
		if m.Reason == "" {
			f.problem("reason", v.p.T("decision.remarks_needed"))
		}
	case poverty.PlanApprove:
		v.confirmed(&f)
	case poverty.PlanAppraise:
	}
	if f.Bad() {
		return v.showPlan(http.StatusUnprocessableEntity, p, f)
	}
	if _, err := s.engine.MovePlan(v.ctx(), m); err != nil {
		return v.planAgain(p, f, err)
	}
	return v.redirect(v.back(planRowOf(p).Link()), "plan_"+do)
}

// savePlan stores what was typed, if it differs from what is there.
func (v *visit) savePlan(f *form, p poverty.Plan, seen int) (poverty.Plan, error) {
	c := poverty.PlanDraftContent{Cycle: p.Cycle, Unit: p.Unit, Version: seen, Text: v.text(f, "text")}
	c.ToLeave, _ = v.count(f, "to_leave")
	if f.Bad() || c.ToLeave == p.ToLeave && c.Text == p.Text {
		return p, nil
	}
	saved, err := v.store.SavePlan(v.ctx(), c)
	if err != nil {
		return p, err
	}
	return saved, nil
}

// planAgain shows the plan as it stands now, under the form that was refused.
func (v *visit) planAgain(p poverty.Plan, f form, refused error) error {
	code, err := v.refuse(&f, refused)
	if err != nil {
		return err
	}
	if now, err := v.store.Plan(v.ctx(), p.Cycle, p.Unit); err == nil {
		p = now
	}
	return v.showPlan(code, p, f)
}
