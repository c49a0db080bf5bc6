package web

import (
	"maps"
	"net/http"
	"strconv"

	"dondoc/poverty"
)

type reportData struct {
	frame
	Row        dutyRow
	Version    int // that is typed over
	MayWrite   bool
	OnBehalf   bool
	Receipt    bool
	NeedReason bool
	Remarks    string // with which the last version was returned
	Figures    []figure
	Text       string
	LateReason string
	Form       form
	Versions   []versionRow
	Offers     []offer
	Summary    *poverty.PeriodSummary
	Missing    []string
}

type figure struct {
	Name, Value string
}

type versionRow struct {
	poverty.Report
	Lines []figure
}

// Nothing reports whether "nothing new" can be stated with one button.
func (d reportData) Nothing() bool {
	return d.MayWrite && !d.OnBehalf && !d.NeedReason && d.Row.Kind == poverty.DutyReport && d.Row.Returns == 0
}

var reportPage = newPage[reportData]("report/report.html")

func (v *visit) loadReport() (poverty.Duty, error) {
	d, err := v.loadDuty()
	if err == nil && d.Kind.Accepts() == "" {
		return d, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	return d, err
}

func (s *site) report(v *visit) error {
	d, err := v.loadReport()
	if err != nil {
		return err
	}
	return v.showReport(http.StatusOK, d, newForm())
}

func (v *visit) showReport(status int, d poverty.Duty, f form) error {
	row, err := v.row(d)
	if err != nil {
		return err
	}
	versions, err := v.store.Reports(v.ctx(), d.ID)
	if err != nil {
		return err
	}
	cal, err := v.store.Calendar(v.ctx())
	if err != nil {
		return err
	}
	data := reportData{
		frame: v.frame("nav.duties", row.Name+", "+row.UnitName+", "+periodName(v.p, row.Period)),
		Row:   row, Form: f, Version: len(versions),
	}
	x := poverty.Decision{Duty: d.ID, Act: poverty.ActSubmit, Basis: "x"}
	standing := poverty.Standing{State: d.State, LastDay: d.LastDay, Overdue: d.Overdue}
	entries, err := d.Decide(*v.cycle, v.me, poverty.Timetable{Calendar: cal, Rules: v.cycle.Rules}, standing, x, v.now)
	data.MayWrite = err == nil
	if data.MayWrite {
		data.OnBehalf = entries[0].OnBehalf
		_, data.Receipt = v.me.InCycle(*v.cycle, poverty.PartStanding)
	}
	data.NeedReason = d.Overdue
	values := map[string]int64{}
	if len(versions) > 0 {
		last := versions[0]
		data.Version, values, data.Text, data.LateReason = last.Version, last.Figures, last.Text, last.LateReason
		for _, r := range versions {
			if r.Remarks != "" && d.State == poverty.DutyReturned {
				data.Remarks = r.Remarks
				break
			}
		}
	}
	if d.Kind == poverty.DutyConsolidation {
		if err := v.summary(d, &data, values); err != nil {
			return err
		}
	}
	for _, name := range poverty.ReportFigures {
		value := ""
		if n, ok := values[name]; ok {
			value = v.p.Number(int(n))
		}
		data.Figures = append(data.Figures, figure{name, f.Or(name, value)})
	}
	data.Text, data.LateReason = f.Or("text", data.Text), f.Or("late_reason", data.LateReason)
	if f.Values.Has("version") && f.Banner == "" {
		data.Version, _ = strconv.Atoi(f.Value("version"))
	}
	for _, r := range versions {
		line := versionRow{Report: r}
		for _, name := range poverty.ReportFigures {
			if n, ok := r.Figures[name]; ok {
				line.Lines = append(line.Lines, figure{name, v.p.Number(int(n))})
			}
		}
		data.Versions = append(data.Versions, line)
	}
	for _, o := range v.offers(d, cal, nil, newForm()) {
		if o.Act == poverty.ActAccept || o.Act == poverty.ActReturn {
			o.Back = v.r.URL.Path
			data.Offers = append(data.Offers, o)
		}
	}
	return reportPage.show(v, status, data)
}

// summary adds what the period's reports say to a consolidation; the sums are
// its figures until others are typed.
func (v *visit) summary(d poverty.Duty, data *reportData, values map[string]int64) error {
	periods, err := v.store.Periods(v.ctx(), d.Cycle)
	if err != nil {
		return err
	}
	for _, p := range periods {
		if p.Code != d.Period {
			continue
		}
		data.Summary = &p.Summary
		if len(values) == 0 {
			maps.Copy(values, p.Summary.Figures)
		}
		for _, unit := range p.Summary.Missing {
			name, err := v.unitName(unit)
			if err != nil {
				return err
			}
			data.Missing = append(data.Missing, name)
		}
	}
	return nil
}

func (s *site) saveReport(v *visit) error {
	d, err := v.loadReport()
	if err != nil {
		return err
	}
	do := v.r.PostForm.Get("do")
	f := v.sentForm(do)
	content := v.reportContent(&f, d, do)
	if f.Bad() {
		return v.showReport(http.StatusUnprocessableEntity, d, f)
	}
	if do == "save" {
		_, err = s.store.SaveReport(v.ctx(), d.ID, content)
	} else {
		_, err = s.engine.Decide(v.ctx(), poverty.Decision{
			Key: f.Key, Duty: d.ID, Act: poverty.ActSubmit, Report: &content,
			Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
		})
	}
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		if now, err := s.store.Duty(v.ctx(), d.ID); err == nil {
			d = now
		}
		return v.showReport(code, d, f)
	}
	if do == "save" {
		return v.redirect(v.r.URL.Path, "report_save")
	}
	return v.redirect(v.r.URL.Path, "submit")
}

// reportContent reads the form. A report that is submitted needs a text and
// the tick; one that states nothing new says so in all figures.
func (v *visit) reportContent(f *form, d poverty.Duty, do string) poverty.ReportContent {
	c := poverty.ReportContent{Figures: map[string]int64{}, Text: v.text(f, "text"), LateReason: v.text(f, "late_reason")}
	c.Version, _ = v.count(f, "version")
	if do == "nothing" {
		for _, name := range poverty.ReportFigures {
			c.Figures[name] = 0
		}
		c.Text = v.p.T("report.nothing_text")
		return c
	}
	for _, name := range poverty.ReportFigures {
		if n, ok := v.count(f, name); ok {
			c.Figures[name] = int64(n)
		}
	}
	v.at(f)
	if do != "save" {
		if c.Text == "" {
			f.problem("text", v.p.T("error.required"))
		}
		if d.Overdue && f.Value("at_day") == "" && c.LateReason == "" {
			f.problem("late_reason", v.p.T("report.late_reason_needed"))
		}
		v.confirmed(f)
	}
	return c
}
