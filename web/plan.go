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

// RoundLink returns the address of one of the plan's rounds.
func (p planRow) RoundLink(round int) string { return p.Link() + "/rounds/" + strconv.Itoa(round) }

// Amending reports whether an amendment is on its way beside the approved plan.
func (p planRow) Amending() bool { return p.ApprovedRound != 0 && p.State != poverty.PlanApproved }

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
	Review   string // address of the round, where remarks are made on its households
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

// Reasoned reports whether the decision needs a reason.
func (o planOffer) Reasoned() bool {
	return slices.Contains([]poverty.PlanVerb{poverty.PlanReturn, poverty.PlanWithdraw, poverty.PlanAmend, poverty.PlanDrop}, o.Verb)
}

// ID returns the id of a field of this form on its page.
func (o planOffer) ID(field string) string {
	return o.Address[strings.LastIndexByte(o.Address, '/')+1:] + "-" + string(o.Verb) + "-" + field
}

// planOffers asks the domain which decisions the actor may try now.
func (v *visit) planOffers(p poverty.Plan, f form) []planOffer {
	var list []planOffer
	for _, verb := range poverty.PlanVerbs {
		if _, err := p.Move(verb); err != nil {
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
		if verb == poverty.PlanReturn {
			o.Review = planRowOf(p).RoundLink(p.Round)
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
	Clash   bool // another decision came first
	Sheet   *poverty.PlanSheet
	Shown   *poverty.PlanRound // where the draft is not the reader's to see
	Target  *poverty.Target
	Duty    *dutyRow // the duty to send the plan
	Group   []groupRow

	Receipts []receiptRow // which agencies have its lists
	Rounds   []poverty.PlanRound
	Gaps     []planGap
	Further  int // gaps that are not shown
	Focals   []poverty.Office
	Lines    []planLine
	Filter   planFilter
	Words    planWords
	Remarks  []remarkLine // on the plan itself, to be answered
}

// planGap is something that is missing, and the place where it is to be given.
type planGap struct{ Href, Text string }

// mostGaps is how many of them a page lists.
const mostGaps = 40

// ToLeave returns what stands in the field of the households to leave poverty.
func (d planData) ToLeave() string {
	before := ""
	if d.Plan.ToLeave > 0 {
		before = strconv.Itoa(d.Plan.ToLeave)
	}
	return d.Form.Or("to_leave", before)
}

// Counted reports whether the households of the plan are those of a register.
func (d planData) Counted() bool { return d.Sheet != nil && d.Sheet.Check.Register }

// Parts returns the parts of the plan's text.
func (planData) Parts() []string { return poverty.PlanParts }

// Stored returns the parts in the store that are not what was typed, when
// another version was saved meanwhile.
func (d planData) Stored() []planPart {
	var list []planPart
	for _, part := range poverty.PlanParts {
		if d.Form.Banner != "" && d.Form.Values.Has(part) && d.Text(part) != d.Plan.Texts[part] && d.Plan.Texts[part] != "" {
			list = append(list, planPart{part, d.Plan.Texts[part]})
		}
	}
	return list
}

type planPart struct{ Part, Text string }

// Text returns what stands in the field of a part of the plan's text.
func (d planData) Text(part string) string { return d.Form.Or(part, d.Plan.Texts[part]) }

// Focal and Shortfall return what stands in these fields.
func (d planData) Focal() string { return d.Form.Or("focal", string(d.Plan.Focal)) }

// Shortfall returns what stands in the field of the reason.
func (d planData) Shortfall() string { return d.Form.Or("shortfall", d.Plan.Shortfall) }

// FocalName returns the title of the office in charge.
func (d planData) FocalName() string { return officeTitle(d.Focals, d.Plan.Focal) }

func officeTitle(list []poverty.Office, id poverty.OfficeID) string {
	if i := slices.IndexFunc(list, func(o poverty.Office) bool { return o.ID == id }); i >= 0 {
		return list[i].Title
	}
	return string(id)
}

var planPage = newPage[planData]("plan/plan.html")

func (s *site) plan(v *visit) error {
	p, err := s.store.Plan(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit")))
	if err != nil {
		return err
	}
	return v.showPlan(http.StatusOK, p, newForm())
}

// mayDraft reports whether the actor may write in a plan's draft now.
func (v *visit) mayDraft(p poverty.Plan) bool {
	return p.Editable() && v.cycle.State != poverty.CycleClosed && len(v.me.In(p.Unit)) > 0
}

func (v *visit) showPlan(status int, p poverty.Plan, f form) error {
	row := planRowOf(p)
	data := planData{
		frame: v.frame("nav.plans", v.p.T("plan.title", "unit", p.UnitName)), Plan: row, Form: f,
		MayEdit: v.mayDraft(p), Clash: status == http.StatusConflict && f.Name != "save" && f.Name != "bulk",
	}
	if p.SentRound > 0 || p.ApprovedRound > 0 {
		data.Drafts = v.drafts(p.Unit, "plan:"+string(p.Unit), poverty.DocumentSubmission, poverty.DocumentSummary)
	}
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
	if data.Focals, err = v.focals(p.Unit); err != nil {
		return err
	}
	if data.Rounds, err = v.store.PlanRounds(v.ctx(), v.cycle.ID, p.Unit); err != nil {
		return err
	}
	if data.Words, err = v.planWords(); err != nil {
		return err
	}
	if err := v.planHouseholds(&data); err != nil {
		return err
	}
	return planPage.show(v, status, data)
}

// focals returns the offices of a commune that may be in charge of its plan.
func (v *visit) focals(unit poverty.UnitID) ([]poverty.Office, error) {
	list, err := v.store.Offices(v.ctx(), unit)
	return slices.DeleteFunc(list, func(o poverty.Office) bool { return o.Role != poverty.RoleHead && o.Role != poverty.RoleDeputy }), err
}

// planHouseholds puts the households onto the plan's page: those of the draft,
// or of the round that the reader may see.
func (v *visit) planHouseholds(data *planData) error {
	p := data.Plan.Plan
	data.Filter = readPlanFilter(v.r.URL.Query())
	if v.cycle.PlanSight(v.me, p.Unit) != poverty.SightAll {
		if p.SentRound == 0 {
			return nil
		}
		shown, err := v.store.PlanRound(v.ctx(), v.cycle.ID, p.Unit, p.SentRound)
		if err != nil {
			return err
		}
		data.Shown = &shown
		data.Plan.Texts, data.Plan.Focal, data.Plan.Shortfall = shown.Texts, shown.Focal, shown.Shortfall
		for _, h := range shown.Households {
			data.Lines = append(data.Lines, v.planLine(h, nil, data.Words))
		}
		data.Lines = data.Filter.of(data.Lines)
		return nil
	}
	sheet, err := v.store.PlanSheet(v.ctx(), v.cycle.ID, p.Unit)
	if err != nil {
		return err
	}
	data.Sheet = &sheet
	if data.MayEdit {
		data.Gaps = v.planGaps(data.Plan, sheet)
		if data.Further = len(data.Gaps) - mostGaps; data.Further > 0 {
			data.Gaps = data.Gaps[:mostGaps]
		}
		for _, r := range sheet.Remarks {
			if r.Household == 0 {
				data.Remarks = append(data.Remarks, remarkLine{r, data.Form.Or(answerField(r.ID), r.Answer)})
			}
		}
	}
	chosen := data.Form.Values["household"]
	for _, h := range sheet.Households {
		line := v.planLine(h, sheet.Missing, data.Words)
		line.Link = data.Plan.Link() + "/households/" + strconv.FormatInt(int64(h.Household), 10)
		line.Checked = slices.Contains(chosen, strconv.FormatInt(int64(h.Household), 10))
		data.Lines = append(data.Lines, line)
	}
	data.Lines = data.Filter.of(data.Lines)
	return nil
}

// planGaps words what is missing: a line for each field of the plan, and one
// for each household.
func (v *visit) planGaps(row planRow, s poverty.PlanSheet) []planGap {
	var list []planGap
	at := map[poverty.HouseholdID]int{}
	for _, g := range s.Missing {
		text := v.p.T(g.Key, g.Args...)
		if g.Household == 0 {
			href := "#" + g.Field
			switch {
			case g.Field == "register":
				href = v.registerPath(row.Unit)
			case g.Field == "absent", g.Field == "to_leave" && s.Check.Register:
				href = row.Link() + "/choose"
			}
			list = append(list, planGap{href, text})
			continue
		}
		if i, there := at[g.Household]; there {
			list[i].Text += "; " + text
			continue
		}
		at[g.Household] = len(list)
		href := row.Link() + "/households/" + strconv.FormatInt(int64(g.Household), 10) + "#" + g.Field
		list = append(list, planGap{href, v.p.T("plan.gap_of", "code", g.Code, "gap", text)})
	}
	return list
}

func (s *site) movePlan(v *visit) error {
	p, err := s.store.Plan(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit")))
	if err != nil {
		return err
	}
	do := v.r.PostForm.Get("do")
	if do != "save" && !slices.Contains(poverty.PlanVerbs, poverty.PlanVerb(do)) {
		return poverty.InvalidField("verb", "error.invalid")
	}
	f := v.sentForm(do)
	seen, _ := v.count(&f, "version")
	if f.Values.Has("situation") {
		before := p.Version
		if p, err = v.savePlan(&f, p, seen); err != nil {
			return v.planAgain(p, f, err)
		}
		if f.Bad() {
			return v.showPlan(http.StatusUnprocessableEntity, p, f)
		}
		if seen == before { // what others changed meanwhile was not seen
			seen = p.Version
		}
	}
	if do == "save" {
		return v.redirect(planRowOf(p).Link(), "plan_save")
	}
	m := poverty.PlanMove{
		Key: f.Key, Cycle: p.Cycle, Unit: p.Unit, Verb: poverty.PlanVerb(do), Version: seen,
		Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
	}
	if err := v.readyToMove(&f, p, m); err != nil {
		return err
	}
	if f.Bad() {
		return v.showPlan(http.StatusUnprocessableEntity, p, f)
	}
	if _, err := s.engine.MovePlan(v.ctx(), m); err != nil {
		return v.planAgain(p, f, err)
	}
	return v.redirect(v.back(planRowOf(p).Link()), "plan_"+do)
}

// readyToMove puts into the form what a decision still lacks.
func (v *visit) readyToMove(f *form, p poverty.Plan, m poverty.PlanMove) error {
	switch m.Verb {
	case poverty.PlanSend:
		v.confirmed(f)
		if !p.Editable() || v.cycle.PlanSight(v.me, p.Unit) != poverty.SightAll {
			return nil // the refusal says more
		}
		sheet, err := v.store.PlanSheet(v.ctx(), p.Cycle, p.Unit)
		if err != nil {
			return err
		}
		for _, g := range sheet.Missing {
			if g.Household == 0 {
				f.problem(g.Field, v.p.T(g.Key, g.Args...))
			} else {
				f.problem("households", v.p.T("plan.households_incomplete"))
			}
		}
	case poverty.PlanReturn:
		if m.Reason == "" && len(m.Remarks) == 0 {
			f.problem("reason", v.p.T("decision.remarks_needed"))
		}
	case poverty.PlanWithdraw, poverty.PlanAmend, poverty.PlanDrop:
		if m.Reason == "" {
			f.problem("reason", v.p.T("decision.reason_needed"))
		}
	case poverty.PlanApprove:
		v.confirmed(f)
	case poverty.PlanAppraise:
	}
	return nil
}

// savePlan stores what was typed, if it differs from what is there.
func (v *visit) savePlan(f *form, p poverty.Plan, seen int) (poverty.Plan, error) {
	c := poverty.PlanDraftContent{
		Cycle: p.Cycle, Unit: p.Unit, Version: seen, ToLeave: p.ToLeave, Texts: map[string]string{},
		Focal: poverty.OfficeID(v.text(f, "focal")), Shortfall: v.text(f, "shortfall"), Answers: v.answers(f),
	}
	if f.Values.Has("to_leave") {
		c.ToLeave, _ = v.count(f, "to_leave")
	}
	same := c.ToLeave == p.ToLeave && c.Focal == p.Focal && c.Shortfall == p.Shortfall && len(c.Answers) == 0
	for _, part := range poverty.PlanParts {
		c.Texts[part] = v.text(f, part)
		same = same && c.Texts[part] == p.Texts[part]
	}
	if f.Bad() || same {
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
