package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

type roundData struct {
	frame
	Plan    planRow
	Round   poverty.PlanRound
	Rounds  []poverty.PlanRound
	Focal   string
	Lines   []planLine
	Since   int // the round it is compared with; 0: none
	Head    []planChangeLine
	Diff    poverty.PlanDiff
	Added   []planLine
	Removed []planLine
	Changed []planChangeRow
	Remarks []remarkLine // on the plan itself
	Last    []remarkLine // of the round before, answered
	Review  bool         // the reader may send it back
	Form    form
	Sight   poverty.PlanSight
}

// Parts returns the parts of the plan's text.
func (roundData) Parts() []string { return poverty.PlanParts }

// Fields returns the fields of a household that remarks may be made on.
func (roundData) Fields() []string { return poverty.PlanFields }

// planChangeLine is a field as it was and as it is.
type planChangeLine struct{ Field, Old, New string }

// planChangeRow is a household that changed, with its fields.
type planChangeRow struct {
	Line   planLine
	Fields []planChangeLine
}

var roundPage = newPage[roundData]("plan/round.html")

// planRound shows a round as it was sent, with the remarks in their place and
// how it differs from an earlier one. Who may return it makes remarks here.
func (s *site) planRound(v *visit) error { return v.showRound(http.StatusOK, newForm()) }

func (v *visit) showRound(status int, f form) error {
	p, err := v.store.Plan(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit")))
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(v.param("round"))
	r, err := v.store.PlanRound(v.ctx(), v.cycle.ID, p.Unit, n)
	if err != nil {
		return err
	}
	data := roundData{
		frame: v.frame("nav.plans", v.p.T("plan.round_title", "round", n, "unit", p.UnitName)), Plan: planRowOf(p), Round: r, Form: f,
		Sight: v.cycle.PlanSight(v.me, p.Unit),
	}
	for _, o := range v.planOffers(p, f) {
		data.Review = data.Review || o.Verb == poverty.PlanReturn && n == p.Round
	}
	if data.Rounds, err = v.store.PlanRounds(v.ctx(), v.cycle.ID, p.Unit); err != nil {
		return err
	}
	focals, err := v.focals(p.Unit)
	if err != nil {
		return err
	}
	data.Focal = officeTitle(focals, r.Focal)
	w, err := v.planWords()
	if err != nil {
		return err
	}
	changed, err := v.compareRounds(&data, focals, w)
	if err != nil {
		return err
	}
	for _, h := range r.Households {
		line := v.planLine(h, nil, w)
		id := strconv.FormatInt(int64(h.Household), 10)
		line.Changed, line.Typed, line.Field = slices.Contains(changed, h.Household), f.Value("remark-"+id), f.Value("field-"+id)
		line.Remarks = append(remarksOn(r.Remarks, h.Household), remarksOn(bare(data.Last), h.Household)...)
		data.Lines = append(data.Lines, line)
	}
	data.Remarks, data.Last = remarksOn(r.Remarks, 0), remarksOn(bare(data.Last), 0)
	return roundPage.show(v, status, data)
}

func bare(lines []remarkLine) []poverty.PlanRemark {
	var list []poverty.PlanRemark
	for _, l := range lines {
		list = append(list, l.PlanRemark)
	}
	return list
}

func remarksOn(all []poverty.PlanRemark, id poverty.HouseholdID) []remarkLine {
	var list []remarkLine
	for _, r := range all {
		if r.Household == id {
			list = append(list, remarkLine{r, r.Answer})
		}
	}
	return list
}

// compareRounds puts onto the page how the round differs from an earlier one:
// the one asked for, or the last before it that the reader may see. It returns
// the households that are new or changed.
func (v *visit) compareRounds(data *roundData, focals []poverty.Office, w planWords) (changed []poverty.HouseholdID, err error) {
	asked, _ := strconv.Atoi(v.r.URL.Query().Get("since"))
	for _, r := range data.Rounds {
		if r.Round < data.Round.Round && (asked == r.Round || asked == 0 && data.Since == 0) {
			data.Since = r.Round
		}
	}
	if data.Since == 0 {
		return nil, nil
	}
	old, err := v.store.PlanRound(v.ctx(), v.cycle.ID, data.Plan.Unit, data.Since)
	if err != nil {
		return nil, err
	}
	for _, r := range old.Remarks {
		data.Last = append(data.Last, remarkLine{r, r.Answer})
	}
	d := data.Round.Since(old)
	data.Diff = d
	for _, field := range d.Head {
		data.Head = append(data.Head, planChangeLine{v.p.T("plan.field." + field), v.headField(old, field, focals), v.headField(data.Round, field, focals)})
	}
	for _, h := range d.Added {
		data.Added = append(data.Added, v.planLine(h, nil, w))
		changed = append(changed, h.Household)
	}
	for _, h := range d.Removed {
		data.Removed = append(data.Removed, v.planLine(h, nil, w))
	}
	for _, c := range d.Changed {
		row := planChangeRow{Line: v.planLine(c.New, nil, w)}
		was := v.planLine(c.Old, nil, w)
		for _, field := range c.Fields {
			row.Fields = append(row.Fields, planChangeLine{v.p.T("plan.field." + field), v.lineField(was, field), v.lineField(row.Line, field)})
		}
		data.Changed = append(data.Changed, row)
		changed = append(changed, c.New.Household)
	}
	return changed, nil
}

func (v *visit) headField(r poverty.PlanRound, field string, focals []poverty.Office) string {
	switch field {
	case "to_leave":
		return v.p.Number(r.ToLeave)
	case "leave_near":
		return v.p.Number(r.LeaveNear)
	case "focal":
		return officeTitle(focals, r.Focal)
	}
	return r.Shortfall
}

// lineField words a field of a household.
func (v *visit) lineField(l planLine, field string) string {
	switch field {
	case "head":
		return l.Head
	case "hamlet":
		return l.HamletName
	case "members":
		return v.p.Number(l.Members)
	case "class":
		return label(v.p, "household.class", l.Class)
	case "policy_group":
		if l.PolicyGroup != "" {
			return label(v.p, "household.group", l.PolicyGroup)
		}
	case "goal":
		return label(v.p, "plan.goal", l.Goal)
	case "causes":
		return l.Causes
	case "cause_other":
		return l.CauseOther
	case "needs":
		return l.Needs
	case "registered":
		if !l.Registered.IsZero() {
			return v.p.Date(l.Registered)
		}
	case "note":
		return l.Note
	case "measures":
		text := ""
		for _, m := range l.Todo {
			if text != "" {
				text += "\n"
			}
			text += v.measureText(m)
		}
		return text
	}
	return ""
}

func (v *visit) measureText(m measureLine) string {
	text := m.Kind
	for _, part := range []string{m.What, m.Amount, m.Helper} {
		if part != "" {
			text += ", " + part
		}
	}
	if !m.Term.IsZero() {
		text += ", " + v.p.Date(m.Term)
	}
	return text
}

// returnRound sends a round back with remarks on the whole and on households.
func (s *site) returnRound(v *visit) error {
	p, err := s.store.Plan(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit")))
	if err != nil {
		return err
	}
	f := v.sentForm("return")
	version, _ := v.count(&f, "version")
	m := poverty.PlanMove{
		Key: f.Key, Cycle: p.Cycle, Unit: p.Unit, Verb: poverty.PlanReturn, Version: version, Reason: v.text(&f, "reason"), Office: v.me.Office,
	}
	for _, part := range poverty.PlanParts {
		if text := v.text(&f, "remark-"+part); text != "" {
			m.Remarks = append(m.Remarks, poverty.PlanRemark{Field: part, Text: text})
		}
	}
	for _, id := range f.Values["shown"] {
		n, err := strconv.ParseInt(id, 10, 64)
		if text := v.text(&f, "remark-"+id); err == nil && text != "" {
			m.Remarks = append(m.Remarks, poverty.PlanRemark{Household: poverty.HouseholdID(n), Field: f.Value("field-" + id), Text: text})
		}
	}
	if err := v.readyToMove(&f, p, m); err != nil {
		return err
	}
	if f.Bad() {
		return v.showRound(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.MovePlan(v.ctx(), m); err != nil {
		if poverty.KindOf(err) == poverty.Conflict {
			return v.planAgain(p, f, err)
		}
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showRound(code, f)
	}
	return v.redirect(planRowOf(p).Link(), "plan_return")
}
