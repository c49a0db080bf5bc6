package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

type contributionData struct {
	frame
	Row     dutyRow // the lead's report
	Unit    string  // name of the contributing unit
	Version int
	Figures []figure
	Text    string
	Saved   *poverty.Contribution
	May     bool
	Form    form
	Stored  *conflict
	Period  poverty.Period
}

var contributionPage = newPage[contributionData]("report/contribution.html")

func contributionPath(id poverty.DutyID, unit poverty.UnitID) string {
	return reportPath(id) + "/contributions/" + string(unit)
}

// addMembers lists what the members of the group contributed, and leads a
// member to its own part.
func (v *visit) addMembers(d poverty.Duty, s poverty.ReportSheet, data *reportData) {
	for _, x := range s.Contributions {
		row := contributorRow{Contribution: x}
		figures, _ := fieldsOf(v.p, poverty.ReportSheet{Form: s.Form, Role: s.Role}, poverty.ReportContent{Figures: x.Figures}, newForm())
		for _, line := range figures {
			if line.Value != "" {
				row.Lines = append(row.Lines, line)
			}
		}
		data.Members = append(data.Members, row)
		if len(v.me.In(x.Unit)) > 0 && v.cycle.MayContribute(v.me, d, x.Unit) == nil {
			data.Contribute = contributionPath(d.ID, x.Unit)
		}
	}
}

// loadContribution reads the report of the path, its sheet and the part of the
// unit of the path, which the actor is of.
func (v *visit) loadContribution() (d poverty.Duty, s poverty.ReportSheet, x poverty.Contribution, err error) {
	if d, err = v.loadReport(); err != nil {
		return d, s, x, err
	}
	if s, err = v.store.ReportSheet(v.ctx(), d.ID); err != nil {
		return d, s, x, err
	}
	unit := poverty.UnitID(v.param("unit"))
	i := slices.IndexFunc(s.Contributions, func(c poverty.Contribution) bool { return c.Unit == unit })
	_, stands := v.me.InCycle(*v.cycle, poverty.PartStanding)
	if i < 0 || len(v.me.In(unit)) == 0 && len(v.me.In(d.Unit)) == 0 && !stands {
		return d, s, x, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	return d, s, s.Contributions[i], nil
}

func (s *site) contribution(v *visit) error {
	d, sheet, x, err := v.loadContribution()
	if err != nil {
		return err
	}
	return v.showContribution(http.StatusOK, d, sheet, x, newForm(), nil)
}

func (v *visit) showContribution(status int, d poverty.Duty, s poverty.ReportSheet, x poverty.Contribution, f form, typed *poverty.Contribution) error {
	row, err := v.row(d)
	if err != nil {
		return err
	}
	data := contributionData{
		frame: v.frame("nav.duties", v.p.T("contribution.title")+", "+v.p.Period(d.Period)),
		Row:   row, Unit: x.UnitName, Version: x.Version, Text: f.Or("text", x.Text), Form: f, Period: s.Period,
		May: v.cycle.MayContribute(v.me, d, x.Unit) == nil,
	}
	if x.Version > 0 {
		data.Saved = &x
	}
	bare := poverty.ReportSheet{Form: s.Form, Role: s.Role}
	data.Figures, _ = fieldsOf(v.p, bare, poverty.ReportContent{Figures: x.Figures}, f)
	if typed != nil && status == http.StatusConflict && typed.Version != x.Version {
		stored := poverty.Report{Version: x.Version, Figures: x.Figures, Text: x.Text, ByName: x.ByName, SavedAt: x.SavedAt}
		data.Stored = v.conflict(bare, stored, poverty.ReportContent{Figures: typed.Figures, Text: typed.Text})
	} else if f.Values.Has("version") {
		data.Version, _ = strconv.Atoi(f.Value("version"))
	}
	return contributionPage.show(v, status, data)
}

func (s *site) saveContribution(v *visit) error {
	d, sheet, x, err := v.loadContribution()
	if err != nil {
		return err
	}
	f := v.sentForm("contribution")
	typed := poverty.Contribution{Duty: d.ID, Unit: x.Unit}
	typed.Version, _ = v.count(&f, "version")
	if v.r.PostForm.Get("do") == "nothing" {
		typed.Nothing = true
	} else {
		var c poverty.ReportContent
		v.readFields(&f, sheet, &c)
		typed.Figures, typed.Text = c.Figures, v.text(&f, "text")
	}
	if f.Bad() {
		return v.showContribution(http.StatusUnprocessableEntity, d, sheet, x, f, &typed)
	}
	if _, err := s.store.SaveContribution(v.ctx(), typed); err != nil {
		code, err := v.refuseAll(&f, err)
		if err != nil {
			return err
		}
		if _, _, now, err := v.loadContribution(); err == nil {
			x = now
		}
		return v.showContribution(code, d, sheet, x, f, &typed)
	}
	return v.redirect(v.r.URL.Path, "contribution")
}

// contributionRow is a report to which a unit contributes, and whether it has.
type contributionRow struct {
	Row  dutyRow
	Came bool
	Href string
}

// contributionRows returns the open reports of the leads of a unit's groups.
func (v *visit) contributionRows(unit poverty.UnitID) ([]contributionRow, error) {
	var leads []poverty.UnitID
	for _, g := range v.cycle.Rules.Groups {
		if slices.Contains(v.cycle.Rules.Contributors(g.Lead), unit) && !slices.Contains(leads, g.Lead) {
			leads = append(leads, g.Lead)
		}
	}
	var list []contributionRow
	for _, lead := range leads {
		duties, err := v.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Unit: lead, Kind: poverty.DutyReport, Owed: true})
		if err != nil {
			return nil, err
		}
		rows, err := v.rows(duties)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			sheet, err := v.store.ReportSheet(v.ctx(), row.ID)
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(sheet.Contributions, func(c poverty.Contribution) bool { return c.Unit == unit })
			list = append(list, contributionRow{row, i >= 0 && sheet.Contributions[i].Version > 0, contributionPath(row.ID, unit)})
		}
	}
	return list, nil
}
