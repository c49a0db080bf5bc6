package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/poverty"
)

func consolidationPath(c poverty.CycleID, period string) string {
	return "/cycles/" + string(c) + "/consolidations/" + period
}

type consolidationsData struct {
	frame
	Rows []consolidationRow
}

// consolidationRow is a period and its newest consolidated report that the
// reader may see.
type consolidationRow struct {
	Period poverty.Period
	Newest *poverty.Consolidation
	Href   string
}

var consolidationsPage = newPage[consolidationsData]("report/consolidations.html")

func (s *site) consolidations(v *visit) error {
	periods, err := s.store.Periods(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	all, err := s.store.Consolidations(v.ctx(), v.cycle.ID, "")
	if err != nil {
		return err
	}
	data := consolidationsData{frame: v.frame("nav.matrix", v.p.T("consolidation.all"))}
	for _, p := range periods {
		row := consolidationRow{Period: p}
		if i := slices.IndexFunc(all, func(c poverty.Consolidation) bool { return c.Period == p.Code }); i >= 0 {
			row.Newest, row.Href = &all[i], consolidationPath(v.cycle.ID, p.Code)
		}
		data.Rows = append(data.Rows, row)
	}
	return consolidationsPage.show(v, http.StatusOK, data)
}

type consolidationData struct {
	frame
	Shown     poverty.Consolidation
	Newest    bool // the one shown is
	Revisions []poverty.Consolidation
	Total     rollupRow
	Tables    []rollupTable
	Stated    []statedTable
	Changes   []changeRow // since what is shown was sent
	Text      string
	Version   int
	Stored    []segment // what somebody else saved, against what was typed
	Form      form
	May       map[string]bool // by verb
	Duty      *dutyRow
	Obstacles []obstacleRow // of the period, as far as the reader reads them
}

type rollupTable struct {
	Scope poverty.RollupScope
	Rows  []rollupRow
}

// rollupRow is a line as the page shows it.
type rollupRow struct {
	poverty.RollupLine
	Name, Value, Quantity string
}

func (v *visit) rollupRow(l poverty.RollupLine) rollupRow {
	row := rollupRow{RollupLine: l, Name: v.lineName(l.Scope, l.Key, l.Name), Value: v.p.Money(l.Value)}
	if l.Quantity != 0 {
		row.Quantity = v.p.Quantity(l.Quantity) + " " + l.Measure
	}
	return row
}

// statedTable is what the reports of a role state, summed up.
type statedTable struct {
	Role  string
	Lines []figure
}

type changeRow struct {
	Where, What   string
	Before, After string
}

// At returns the page's address.
func (d consolidationData) At() string { return consolidationPath(d.Shown.Cycle, d.Shown.Period) }

var consolidationPage = newPage[consolidationData]("report/consolidation.html")

func (s *site) consolidation(v *visit) error {
	return v.showConsolidation(http.StatusOK, newForm(), nil)
}

func (v *visit) showConsolidation(status int, f form, typed *poverty.ConsolidationContent) error {
	period := v.param("period")
	list, err := v.store.Consolidations(v.ctx(), v.cycle.ID, period)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return poverty.Errorf(poverty.NotFound, "consolidation.not_found")
	}
	data := consolidationData{
		frame: v.frame("nav.matrix", v.p.T("consolidation.title", "period", v.p.Period(period))),
		Shown: list[0], Newest: true, Revisions: list, Form: f, May: map[string]bool{},
	}
	data.Drafts = v.drafts(v.cycle.Rules.Bindings.Standing, "period:"+period, poverty.DocumentReport)
	if n, err := strconv.Atoi(v.r.URL.Query().Get("revision")); err == nil {
		i := slices.IndexFunc(list, func(c poverty.Consolidation) bool { return c.Revision == n })
		if i < 0 {
			return poverty.Errorf(poverty.NotFound, "consolidation.not_found")
		}
		data.Shown, data.Newest = list[i], i == 0
	}
	x := data.Shown
	data.Text, data.Version = f.Or("text", x.Text), x.Version
	if typed != nil && status == http.StatusConflict && typed.Version != x.Version {
		data.Stored = differences(x.Text, typed.Text)
	} else if f.Values.Has("version") {
		data.Version, _ = strconv.Atoi(f.Value("version"))
	}
	for _, verb := range []poverty.ConsolidationVerb{
		poverty.ConsolidationRecount, poverty.ConsolidationSend, poverty.ConsolidationRevise, poverty.ConsolidationAccept, poverty.ConsolidationReturn,
	} {
		_, err := x.MayMove(*v.cycle, v.me, poverty.ConsolidationMove{Verb: verb, Reason: "x"})
		data.May[string(verb)] = err == nil && data.Newest
	}
	data.Total = v.rollupRow(x.Rollup.Total)
	for _, scope := range poverty.RollupScopes {
		t := rollupTable{Scope: scope}
		for _, l := range x.Rollup.Of(scope) {
			t.Rows = append(t.Rows, v.rollupRow(l))
		}
		if len(t.Rows) > 0 {
			data.Tables = append(data.Tables, t)
		}
	}
	forms, err := v.store.ReportForms(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data.Stated = v.stated(forms, x.Rollup)
	if err := v.addChanges(forms, &data); err != nil {
		return err
	}
	raised, err := v.store.Obstacles(v.ctx(), poverty.ObstacleFilter{Cycle: v.cycle.ID, From: x.Rollup.From, To: x.Rollup.To})
	if err != nil {
		return err
	}
	data.Obstacles = v.obstacleRows(raised)
	duties, err := v.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Kind: poverty.DutyConsolidation, Period: period, Limit: 1})
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
	return consolidationPage.show(v, status, data)
}

// fieldOf finds a field by its code in the newest form that has it.
func (v *visit) fieldOf(forms []poverty.ReportForm, code string) figure {
	for _, f := range forms {
		if x, ok := f.Field(code); ok {
			line := figure{ReportField: x, Name: x.Label}
			if v.p.Lang() != "vi" {
				line.Name = x.LabelEN
			}
			return line
		}
	}
	return figure{ReportField: poverty.ReportField{Code: code}, Name: code}
}

func (v *visit) stated(forms []poverty.ReportForm, r poverty.Rollup) []statedTable {
	var list []statedTable
	for _, role := range slices.Sorted(maps.Keys(r.Stated)) {
		t := statedTable{Role: role}
		for _, code := range slices.Sorted(maps.Keys(r.Stated[role])) {
			line := v.fieldOf(forms, code)
			line.Value = v.p.Number(int(r.Stated[role][code]))
			t.Lines = append(t.Lines, line)
		}
		list = append(list, t)
	}
	return list
}

// addChanges tells what stands otherwise now than in what was sent.
func (v *visit) addChanges(forms []poverty.ReportForm, data *consolidationData) error {
	if x := data.Shown; x.State != poverty.ConsolidationSent && x.State != poverty.ConsolidationAccepted || !data.Newest {
		return nil
	}
	now, err := v.store.Rollup(v.ctx(), v.cycle.ID, data.Shown.Period)
	if err != nil {
		return err
	}
	for _, c := range data.Shown.Rollup.Changes(now) {
		row := changeRow{Where: v.p.T("consolidation.scope." + string(c.Scope)), What: label(v.p, "consolidation.what", c.What)}
		if c.Scope != poverty.RollupAll {
			row.Where += ": " + v.lineName(c.Scope, c.Key, c.Name)
		}
		if role, code, ok := strings.Cut(strings.TrimPrefix(c.What, "stated."), "."); ok {
			row.What = v.p.T("consolidation.stated_by", "role", label(v.p, "consolidation.role", role), "field", v.fieldOf(forms, code).Name)
		}
		switch c.What {
		case "value":
			row.Before, row.After = v.p.Money(c.Before), v.p.Money(c.After)
		case "quantity":
			row.Before, row.After = v.p.Quantity(c.Before), v.p.Quantity(c.After)
		default:
			row.Before, row.After = v.p.Number(int(c.Before)), v.p.Number(int(c.After))
		}
		data.Changes = append(data.Changes, row)
	}
	return nil
}

// lineName is what a line of a roll-up is called; what belongs to no group or
// fund says so.
func (v *visit) lineName(scope poverty.RollupScope, key, name string) string {
	switch {
	case key == "" && scope != poverty.RollupAll:
		return v.p.T("consolidation.without." + string(scope))
	case name == "":
		return key
	}
	return name
}

func (s *site) moveConsolidation(v *visit) error {
	verb := poverty.ConsolidationVerb(v.r.PostForm.Get("do"))
	f := v.sentForm(string(verb))
	period := v.param("period")
	revision, _ := v.count(&f, "revision")
	version, _ := v.count(&f, "version")
	text := v.text(&f, "text")
	content := poverty.ConsolidationContent{Cycle: v.cycle.ID, Period: period, Revision: revision, Version: version, Text: text}
	m := poverty.ConsolidationMove{Key: f.Key, Cycle: v.cycle.ID, Period: period, Verb: verb, Revision: revision, Office: v.me.Office}
	switch verb {
	case poverty.ConsolidationRecount:
		m.Text, m.Version = &text, version
	case poverty.ConsolidationSend:
		m.Text, m.Version = &text, version
		v.confirmed(&f)
		if text == "" {
			f.problem("text", v.p.T("error.required"))
		}
	case poverty.ConsolidationReturn, poverty.ConsolidationRevise:
		m.Reason = v.needed(&f, "reason")
	}
	if f.Bad() {
		return v.showConsolidation(http.StatusUnprocessableEntity, f, &content)
	}
	var err error
	if verb == "save" {
		_, err = s.store.SaveConsolidation(v.ctx(), content)
	} else {
		_, err = s.engine.MoveConsolidation(v.ctx(), m)
	}
	if err != nil {
		code, err := v.refuseAll(&f, err)
		if err != nil {
			return err
		}
		return v.showConsolidation(code, f, &content)
	}
	return v.redirect(consolidationPath(v.cycle.ID, period), "consolidation_"+string(verb))
}
