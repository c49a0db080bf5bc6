package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"dondoc/poverty"
)

// helperRow is who helps a household as pages show it.
type helperRow struct {
	poverty.Helper
	NeedNames []string
}

// Link returns the address of its page.
func (h helperRow) Link() string {
	return "/cycles/" + string(h.Cycle) + "/helpers/" + strconv.FormatInt(int64(h.ID), 10)
}

// Who returns the name of the agency, or who it is in words.
func (h helperRow) Who() string { return h.HelperName + h.Other }

func (v *visit) helperRows(found []poverty.Helper) ([]helperRow, error) {
	needs, err := v.needNames()
	if err != nil {
		return nil, err
	}
	rows := make([]helperRow, len(found))
	for i, h := range found {
		rows[i] = helperRow{Helper: h}
		for _, need := range h.Needs {
			rows[i].NeedNames = append(rows[i].NeedNames, needs[need])
		}
	}
	return rows, nil
}

func (v *visit) needNames() (map[string]string, error) {
	found, err := v.store.Needs(v.ctx(), v.cycle.ID)
	names := make(map[string]string, len(found))
	for _, n := range found {
		names[n.Code] = v.needName(n)
	}
	return names, err
}

// helpPath returns the address of who helps a commune's households.
func (v *visit) helpPath(unit poverty.UnitID) string {
	return "/cycles/" + string(v.cycle.ID) + "/units/" + string(unit) + "/helpers"
}

// helpCommune is a commune of the cycle with what is known of its help.
type helpCommune struct {
	Name     string
	Link     string
	Group    string
	State    poverty.PlanState
	Sent     bool
	ToLeave  int
	Helped   int
	Mentored int
}

type helpersData struct {
	frame
	MayGaps  bool
	Communes []helpCommune
	Mine     []helperRow // that the actor's unit helps
}

// Tab names the page among those of assignment.
func (helpersData) Tab() string { return "helpers" }

var helpersPage = newPage[helpersData]("helper/helpers.html")

// helpers shows how far the communes' households have somebody who helps them,
// and to an agency those that it helps.
func (s *site) helpers(v *visit) error {
	found, err := s.store.Helpers(v.ctx(), poverty.HelperFilter{Cycle: v.cycle.ID})
	if err != nil {
		return err
	}
	mentors, err := s.store.Mentors(v.ctx(), poverty.MentorFilter{Cycle: v.cycle.ID})
	if err != nil {
		return err
	}
	plans, err := s.store.Plans(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data := helpersData{frame: v.frame("nav.helpers", v.p.T("nav.helpers")), MayGaps: v.cycle.MayGaps(v.me)}
	for _, p := range plans {
		row := helpCommune{Name: p.UnitName, Link: v.helpPath(p.Unit), State: p.State, Sent: p.SentRound+p.ApprovedRound > 0, ToLeave: p.ToLeave + p.LeaveNear}
		helped, guided := map[poverty.HouseholdID]bool{}, map[poverty.HouseholdID]bool{}
		for _, h := range found {
			if h.Unit == p.Unit {
				helped[h.Household] = true
			}
		}
		for _, m := range mentors {
			if m.Unit == p.Unit {
				guided[m.Household] = true
			}
		}
		row.Helped, row.Mentored = len(helped), len(guided)
		for _, g := range v.cycle.Rules.Groups {
			if g.Commune == p.Unit {
				row.Group = g.Name
			}
		}
		data.Communes = append(data.Communes, row)
	}
	mine := slices.DeleteFunc(slices.Clone(found), func(h poverty.Helper) bool { return h.Helper == "" || len(v.me.In(h.Helper)) == 0 })
	if data.Mine, err = v.helperRows(mine); err != nil {
		return err
	}
	return helpersPage.show(v, http.StatusOK, data)
}

// helpLine is a household of the plan with who helps it.
type helpLine struct {
	poverty.PlanHousehold
	NeedNames []string
	Wanted    []string // whom the plan wants
	Helpers   []helperRow
	Mentors   []mentorRow
	Ticked    bool
	NewMentor string // address; "" where the actor may not
}

type communeHelpData struct {
	frame
	Unit     poverty.Unit
	Plan     poverty.Plan
	Lines    []helpLine
	Without  int // meant to leave poverty, without a helper
	MayHelp  bool
	OnBehalf bool
	Agencies []choice // of the commune's group first
	Form     form
}

// Kinds returns the kinds of help.
func (communeHelpData) Kinds() []poverty.HelperKind { return poverty.HelperKinds }

// Overview returns the address of all communes.
func (d communeHelpData) Overview() string { return "/cycles/" + string(d.Cycle.ID) + "/helpers" }

var communeHelpPage = newPage[communeHelpData]("helper/commune.html")

func (s *site) communeHelp(v *visit) error { return v.showHelp(http.StatusOK, newForm()) }

// helpedCommune returns the commune of the path with its plan, where the actor
// may see that.
func (v *visit) helpedCommune() (u poverty.Unit, p poverty.Plan, err error) {
	if p, err = v.store.Plan(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit"))); err != nil {
		return u, p, err
	}
	return poverty.Unit{ID: p.Unit, Name: p.UnitName}, p, nil
}

func (v *visit) showHelp(status int, f form) error {
	u, p, err := v.helpedCommune()
	if err != nil {
		return err
	}
	_, onBehalf, refused := v.cycle.MayHelp(v.me, u.ID, "x")
	data := communeHelpData{
		frame: v.frame("nav.helpers", v.p.T("helper.of", "unit", u.Name)), Unit: u, Plan: p, Form: f,
		MayHelp: refused == nil, OnBehalf: onBehalf,
	}
	round := p.ApprovedRound
	if round == 0 {
		round = p.SentRound
	}
	if round > 0 {
		r, err := v.store.PlanRound(v.ctx(), v.cycle.ID, u.ID, round)
		if err != nil {
			return err
		}
		if data.Lines, err = v.helpLines(u.ID, r.Households, f, data.MayHelp); err != nil {
			return err
		}
	}
	for _, l := range data.Lines {
		if l.Goal != poverty.GoalHelp && len(l.Helpers) == 0 {
			data.Without++
		}
	}
	data.Agencies, err = v.helpingAgencies(u.ID)
	if err != nil {
		return err
	}
	return communeHelpPage.show(v, status, data)
}

func (v *visit) helpLines(unit poverty.UnitID, rows []poverty.PlanHousehold, f form, mayHelp bool) ([]helpLine, error) {
	found, err := v.store.Helpers(v.ctx(), poverty.HelperFilter{Cycle: v.cycle.ID, Unit: unit})
	if err != nil {
		return nil, err
	}
	helpers, err := v.helperRows(found)
	if err != nil {
		return nil, err
	}
	mentors, err := v.store.Mentors(v.ctx(), poverty.MentorFilter{Cycle: v.cycle.ID, Unit: unit})
	if err != nil {
		return nil, err
	}
	needs, err := v.needNames()
	if err != nil {
		return nil, err
	}
	lines := make([]helpLine, len(rows))
	for i, h := range rows {
		l := helpLine{PlanHousehold: h, Ticked: slices.Contains(f.Values["household"], h.Code)}
		for _, need := range h.Needs {
			l.NeedNames = append(l.NeedNames, needs[need])
		}
		for _, m := range h.Measures {
			who := m.HelperOther
			if m.Helper != "" {
				if who, err = v.unitName(m.Helper); err != nil {
					return nil, err
				}
			}
			if who != "" && !slices.Contains(l.Wanted, who) {
				l.Wanted = append(l.Wanted, who)
			}
		}
		for _, x := range helpers {
			if x.Household == h.Household {
				l.Helpers = append(l.Helpers, x)
			}
		}
		for _, m := range mentors {
			if m.Household == h.Household {
				l.Mentors = append(l.Mentors, mentorRow{m})
			}
		}
		if mayHelp {
			l.NewMentor = "/cycles/" + string(v.cycle.ID) + "/units/" + string(unit) + "/mentors/new?" + url.Values{"household": {h.Code}}.Encode()
		}
		lines[i] = l
	}
	return lines, nil
}

// helpingAgencies offers the agencies that may help a commune's households:
// those of its group, then the others that take part.
func (v *visit) helpingAgencies(commune poverty.UnitID) ([]choice, error) {
	units, err := v.cycleUnits()
	if err != nil {
		return nil, err
	}
	var ours, others []choice
	for _, u := range units {
		if role := v.cycle.Rules.Units[u.ID].Role; role != "lead" && role != "member" && role != "standing" {
			continue
		}
		ofGroup := slices.ContainsFunc(v.cycle.Rules.Groups, func(g poverty.Group) bool {
			return g.Commune == commune && (g.Lead == u.ID || slices.Contains(g.Members, u.ID))
		})
		if ofGroup {
			ours = append(ours, choice{string(u.ID), u.Name})
		} else {
			others = append(others, choice{string(u.ID), u.Name})
		}
	}
	return append(ours, others...), nil
}

func (s *site) assignHelpers(v *visit) error {
	u, _, err := v.helpedCommune()
	if err != nil {
		return err
	}
	f := v.sentForm("assign")
	n := poverty.NewHelpers{
		Cycle: v.cycle.ID, Unit: u.ID, Households: f.Values["household"], Wanted: f.Value("do") == "wanted",
		Kind: poverty.HelperKind(f.Value("kind")), Helper: poverty.UnitID(f.Value("helper")), Other: v.text(&f, "other"),
		Agreed: v.day(&f, "agreed"), From: v.day(&f, "from"), Basis: v.text(&f, "basis"),
	}
	switch n.Kind {
	case poverty.HelperUnit:
		n.Other = ""
	case poverty.HelperUnion, poverty.HelperHouseholds:
		n.Helper = ""
	}
	if f.Bad() {
		return v.showHelp(http.StatusUnprocessableEntity, f)
	}
	added, err := s.store.AssignHelpers(v.ctx(), n)
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showHelp(code, f)
	}
	done := "helpers_added"
	if len(added) == 0 {
		done = "helpers_same"
	}
	return v.redirect(v.helpPath(u.ID), done)
}

type helperData struct {
	frame
	Helper   helperRow
	Back     string
	MayEnd   bool
	OnBehalf bool
	Form     form
}

var helperPage = newPage[helperData]("helper/helper.html")

func (v *visit) loadHelper() (poverty.Helper, error) {
	return load(v, "helper", "helper.not_found", v.store.Helper, func(h poverty.Helper) poverty.CycleID { return h.Cycle })
}

func (s *site) helper(v *visit) error {
	h, err := v.loadHelper()
	if err != nil {
		return err
	}
	return v.showHelper(http.StatusOK, h, newForm())
}

func (v *visit) showHelper(status int, h poverty.Helper, f form) error {
	rows, err := v.helperRows([]poverty.Helper{h})
	if err != nil {
		return err
	}
	_, onBehalf, refused := v.cycle.MayHelp(v.me, h.Unit, "x")
	return helperPage.show(v, status, helperData{
		frame: v.frame("nav.helpers", v.p.T("helper.title", "head", h.Head)), Helper: rows[0], Back: v.helpPath(h.Unit),
		MayEnd: refused == nil && h.Until.IsZero(), OnBehalf: onBehalf, Form: f,
	})
}

func (s *site) endHelper(v *visit) error {
	h, err := v.loadHelper()
	if err != nil {
		return err
	}
	f := v.sentForm("end")
	e := poverty.HelperEnd{Helper: h.ID, Until: v.day(&f, "until"), Reason: v.needed(&f, "reason"), Basis: v.text(&f, "basis")}
	e.Version, _ = v.count(&f, "version")
	if e.Until.IsZero() {
		f.problem("until", v.p.T("error.required"))
	}
	if f.Bad() {
		return v.showHelper(http.StatusUnprocessableEntity, h, f)
	}
	if _, err := s.store.EndHelper(v.ctx(), e); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showHelper(code, h, f)
	}
	return v.redirect(v.helpPath(h.Unit), "helper_ended")
}
