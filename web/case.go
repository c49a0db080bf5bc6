package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

type casesData struct {
	frame
	At       string
	Rows     []caseRow
	Communes []poverty.Unit // for which the reader may take a request down
	Unit     *poverty.Unit  // the one whose form is open
	Hamlets  []poverty.Hamlet
	OnBehalf bool
	Standard poverty.Standard
	Form     form
}

// caseRow is a case as lists show it.
type caseRow struct {
	poverty.Case
	Late bool // open, and its last day is over
}

// Link returns the address of the case.
func (c caseRow) Link() string {
	return "/cycles/" + string(c.Cycle) + "/cases/" + strconv.FormatInt(int64(c.ID), 10)
}

// Causes are why a household may ask.
func (casesData) Causes() []string { return poverty.CaseCauses }

// Wishes are the classes that a household may ask for.
func (casesData) Wishes() []poverty.Class { return householdClasses }

// Day returns what stands in a field of a day: today where nothing was typed.
func (d casesData) Day(field string) string { return d.Form.Or(field, dayText(d.Today)) }

var casesPage = newPage[casesData]("survey/cases.html")

// cases shows the requests of households within the year, and the form of a new
// one.
func (s *site) cases(v *visit) error { return v.showCases(http.StatusOK, newForm()) }

func (v *visit) showCases(status int, f form) error {
	data := casesData{frame: v.frame("survey.title", v.p.T("case.title")), At: "/cycles/" + string(v.cycle.ID) + "/cases", Form: f}
	list, err := v.store.Cases(v.ctx(), v.cycle.ID, "")
	if err != nil {
		return err
	}
	for _, c := range list {
		data.Rows = append(data.Rows, caseRow{c, c.State == poverty.CaseOpen && c.LastDay.Before(v.today)})
	}
	communes, err := v.communes()
	if err != nil {
		return err
	}
	for _, u := range communes {
		if may, _ := v.mayRegister(u.ID); may {
			data.Communes = append(data.Communes, u)
		}
	}
	unit := poverty.UnitID(f.Or("unit", v.r.URL.Query().Get("unit")))
	if unit == "" && len(data.Communes) == 1 {
		unit = data.Communes[0].ID
	}
	if i := slices.IndexFunc(data.Communes, func(u poverty.Unit) bool { return u.ID == unit }); i >= 0 {
		data.Unit = &data.Communes[i]
		if data.Hamlets, _, err = v.hamlets(unit); err != nil {
			return err
		}
		_, data.OnBehalf = v.mayRegister(unit)
	}
	data.Standard, _ = v.cycle.Standard()
	return casesPage.show(v, status, data)
}

// askCase takes a request down.
func (s *site) askCase(v *visit) error {
	f := v.sentForm("ask")
	m := poverty.CaseMove{Key: f.Key, Cycle: v.cycle.ID, Unit: poverty.UnitID(f.Value("unit")), Verb: poverty.CaseAsk, On: v.day(&f, "on"),
		Code: v.needed(&f, "code"), Hamlet: f.Value("hamlet"), Head: v.text(&f, "head"), Wish: poverty.Class(f.Value("wish")), Cause: f.Value("cause"),
		Text: v.text(&f, "text"), Basis: v.text(&f, "basis"), Office: v.me.Office}
	m.HeadBorn, _ = v.count(&f, "head_born")
	m.Members, _ = v.count(&f, "members")
	if f.Bad() {
		return v.showCases(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.MoveCase(v.ctx(), m); err != nil {
		code, err := v.refuseSheet(&f, err)
		if err != nil {
			return err
		}
		return v.showCases(code, f)
	}
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/cases", "case_ask")
}

type caseData struct {
	frame
	Case      caseRow
	At        string
	Hamlet    string
	Sheet     string
	MayDecide bool
	Form      form
}

// Movements are the movements that the decision may have.
func (caseData) Movements() []poverty.Movement { return poverty.Movements }

// Results are the classes that may be decided.
func (caseData) Results() []poverty.Class { return householdClasses }

// Reasons are why a household is counted under other decrease or increase.
func (caseData) Reasons() []string { return slices.Concat(poverty.GoneReasons, poverty.CameReasons) }

// Day returns what stands in a field of a day: today where nothing was typed.
func (d caseData) Day(field string) string { return d.Form.Or(field, dayText(d.Today)) }

var casePage = newPage[caseData]("survey/case.html")

func (v *visit) loadCase() (poverty.Case, error) {
	return load(v, "case", "case.not_found", v.store.Case, func(c poverty.Case) poverty.CycleID { return c.Cycle })
}

func (s *site) showCase(v *visit) error { return v.caseWith(http.StatusOK, newForm()) }

func (v *visit) caseWith(status int, f form) error {
	c, err := v.loadCase()
	if err != nil {
		return err
	}
	_, names, err := v.hamlets(c.Unit)
	if err != nil {
		return err
	}
	data := caseData{frame: v.frame("survey.title", v.p.T("case.of", "head", c.Head)), Case: caseRow{c, c.State == poverty.CaseOpen && c.LastDay.Before(v.today)},
		At: "/cycles/" + string(v.cycle.ID) + "/cases", Hamlet: names[c.Hamlet], Form: f}
	if c.Household != 0 {
		data.Sheet = householdRow{Household: poverty.Household{ID: c.Household, Cycle: c.Cycle}}.Link()
	}
	_, _, err = v.cycle.MayCase(v.me, poverty.CaseMove{Cycle: c.Cycle, Unit: c.Unit, Verb: poverty.CaseAccept})
	data.MayDecide = err == nil && c.State == poverty.CaseOpen
	return casePage.show(v, status, data)
}

// decideCase accepts or refuses a request.
func (s *site) decideCase(v *visit) error {
	c, err := v.loadCase()
	if err != nil {
		return err
	}
	verb := poverty.CaseVerb(v.r.PostForm.Get("do"))
	f := v.sentForm(string(verb))
	m := poverty.CaseMove{Key: f.Key, Cycle: c.Cycle, Unit: c.Unit, Case: c.ID, Verb: verb, On: v.day(&f, "on"), Class: poverty.Class(f.Value("class")),
		Movement: poverty.Movement(f.Value("movement")), Why: f.Value("why"), Decision: v.text(&f, "decision"), Reason: v.text(&f, "reason"), Office: v.me.Office}
	m.Version, _ = v.count(&f, "version")
	m.Members, _ = v.count(&f, "members")
	if f.Bad() {
		return v.caseWith(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.MoveCase(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.caseWith(code, f)
	}
	return v.redirect(caseRow{Case: c}.Link(), "case_"+string(verb))
}
