package web

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
	"dondoc/locale"
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
	Counted    poverty.Period
	Figures    []figure
	Texts      []figure
	Text       string
	LateReason string
	Form       form
	Conflict   *conflict
	Versions   []versionRow
	Offers     []offer
	Why        []string // the turns of the report, in words
	Verdict    string
	Members    []contributorRow
	Obstacles  []obstacleRow // that the unit raised in the period

	Papers       []attachmentRow
	Attach       bool // the reader may attach papers
	AttachBehalf bool // in the unit's stead
	Extensions   string
	Megabytes    int64
	Contribute   string // the address where the reader's unit contributes
	Nothing      bool   // nothing new can be stated with one button
}

// MembersMissing returns the members who have contributed nothing, in one line.
func (d reportData) MembersMissing() string {
	var names []string
	for _, m := range d.Members {
		if m.Version == 0 {
			names = append(names, m.UnitName)
		}
	}
	return strings.Join(names, ", ")
}

// figure is a field of the report and what stands in it.
type figure struct {
	poverty.ReportField
	Name   string // in the reader's language
	Value  string
	Ledger string // what the ledger says now; "" where it says nothing
	Told   bool   // the ledger says something
	Reason string // why it differs
	Now    string // says that the ledger says something else since
}

// Input returns the name of the field's input.
func (f figure) Input() string {
	if f.Kind.Counted() {
		return "figures." + f.Code
	}
	return "texts." + f.Code
}

// Override returns the name of the input of the reason.
func (f figure) Override() string { return "overrides." + f.Code }

// Differs reports whether the figure is another than the ledger's.
func (f figure) Differs() bool { return f.Told && f.Value != f.Ledger }

type versionRow struct {
	poverty.Report
	Lines   []figure
	Texts   []figure
	Missing []string // members who had contributed nothing
}

type contributorRow struct {
	poverty.Contribution
	Lines []figure
}

// conflict is a version that somebody else saved, beside what was typed.
type conflict struct {
	Number string
	By     string
	At     string
	Lines  []conflictLine
	Gone   bool // there is no form any more that holds what was typed
}

func (v *visit) conflictWith(version int, by string, at time.Time) *conflict {
	return &conflict{Number: v.p.Number(version), By: by, At: v.p.DateTime(at)}
}

// text adds a text where it differs, word by word.
func (c *conflict) text(name, stored, typed string) {
	if stored != typed {
		c.Lines = append(c.Lines, conflictLine{Name: name, Segments: differences(stored, typed)})
	}
}

// value adds a value where it differs.
func (c *conflict) value(name, stored, typed string) {
	if stored != typed {
		c.Lines = append(c.Lines, conflictLine{Name: name, Stored: cmp.Or(stored, "–"), Typed: cmp.Or(typed, "–")})
	}
}

type conflictLine struct {
	Name          string
	Stored, Typed string
	Segments      []segment // of texts
}

var reportPage = newPage[reportData]("report/report.html")

// loadReport reads the report's duty; that of a consolidated report has a page
// of its own.
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
	if d.Kind == poverty.DutyConsolidation {
		return v.redirect(consolidationPath(d.Cycle, d.Period), "")
	}
	return v.showReport(http.StatusOK, d, newForm(), nil)
}

func (v *visit) showReport(status int, d poverty.Duty, f form, typed *poverty.ReportContent) error {
	row, err := v.row(d)
	if err != nil {
		return err
	}
	versions, err := v.store.Reports(v.ctx(), d.ID)
	if err != nil {
		return err
	}
	sheet, err := v.store.ReportSheet(v.ctx(), d.ID)
	if err != nil {
		return err
	}
	cal, err := v.store.Calendar(v.ctx())
	if err != nil {
		return err
	}
	data := reportData{
		frame: v.frame("nav.duties", strings.TrimSuffix(row.Name+", "+row.UnitName+", "+v.p.Period(row.Period), ", ")),
		Row:   row, Form: f, Counted: sheet.Period,
	}
	v.mayReport(d, cal, &data)
	content := poverty.ReportContent{Figures: sheet.Prefill()}
	if len(versions) > 0 {
		last := versions[0]
		data.Version, content = last.Version, resumed(sheet, last)
		if d.State == poverty.DutyReturned {
			data.Remarks = remarksOf(versions)
		}
		if typed != nil && status == http.StatusConflict && last.Version != typed.Version {
			data.Conflict = v.conflict(sheet, last, *typed)
		}
	}
	data.Figures, data.Texts = fieldsOf(v.p, sheet, content, f)
	data.Text, data.LateReason = f.Or("text", content.Text), f.Or("late_reason", content.LateReason)
	if f.Values.Has("version") && data.Conflict == nil {
		data.Version, _ = strconv.Atoi(f.Value("version"))
	}
	for _, r := range versions {
		data.Versions = append(data.Versions, v.versionOf(sheet, r, len(data.Versions) == 0))
	}
	for _, o := range v.offers(d, cal, nil, newForm()) {
		if o.Act == poverty.ActAccept || o.Act == poverty.ActReturn {
			o.Back = v.r.URL.Path
			data.Offers = append(data.Offers, o)
		}
	}
	v.addMembers(d, sheet, &data)
	if d.Period != "" {
		raised, err := v.store.Obstacles(v.ctx(), poverty.ObstacleFilter{Cycle: d.Cycle, Unit: d.Unit, From: sheet.Period.CountsFrom, To: sheet.Period.CountsTo})
		if err != nil {
			return err
		}
		data.Obstacles = v.obstacleRows(raised)
	}
	if err := v.addPapers(d, &data); err != nil {
		return err
	}
	data.Nothing = data.MayWrite && d.Period != "" && !data.OnBehalf && !data.NeedReason && d.Returns == 0 && !happened(sheet)
	if err := v.addTurns(d, &data); err != nil {
		return err
	}
	return reportPage.show(v, status, data)
}

// mayReport asks the domain whether the actor may hand the report in, and for
// whom.
func (v *visit) mayReport(d poverty.Duty, cal *calendar.Calendar, data *reportData) {
	x := poverty.Decision{Duty: d.ID, Act: poverty.ActSubmit, Basis: "x"}
	standing := poverty.Standing{State: d.State, LastDay: d.LastDay, Overdue: d.Overdue}
	entries, err := d.Decide(*v.cycle, v.me, poverty.Timetable{Calendar: cal, Rules: v.cycle.Rules}, standing, x, v.now)
	data.MayWrite, data.NeedReason = err == nil, d.Overdue
	if data.MayWrite {
		data.OnBehalf = entries[0].OnBehalf
		_, data.Receipt = v.me.InCycle(*v.cycle, poverty.PartStanding)
	}
}

// addPapers lists what is attached to a report: the paper on which it came, with
// its stamp, and what belongs to it.
func (v *visit) addPapers(d poverty.Duty, data *reportData) error {
	papers, err := v.attachmentRows(poverty.SubjectDuty, reportPath(d.ID), int64(d.ID))
	if err != nil {
		return err
	}
	own := len(v.me.In(d.Unit)) > 0
	_, stands := v.me.InCycle(*v.cycle, poverty.PartStanding)
	data.Papers = papers[int64(d.ID)]
	data.Attach, data.AttachBehalf = v.cycle.State != poverty.CycleClosed && (own || stands), !own
	data.Extensions, data.Megabytes = poverty.FileExtensions, v.cfg.Files.Size>>20
	return nil
}

// attachToReport stores papers on a report.
func (s *site) attachToReport(v *visit) error {
	d, err := v.loadReport()
	if err != nil {
		return err
	}
	f, files := v.filesForm("attach")
	if len(files) == 0 && !f.Bad() {
		f.problem(fileField, v.p.T("attachment.choose"))
	}
	code := http.StatusUnprocessableEntity
	if !f.Bad() {
		err := v.attach(poverty.SubjectDuty, int64(d.ID), v.text(&f, "basis"), files)
		if err == nil {
			return v.redirect(reportPath(d.ID), "attached")
		}
		if code, err = v.refuse(&f, err); err != nil {
			return err
		}
	}
	return v.showReport(code, d, f, nil)
}

// happened reports whether the ledger tells of anything in the period.
func happened(s poverty.ReportSheet) bool {
	c := poverty.ReportContent{Nothing: true}
	return len(s.Form.Judge(s.Role, &c, s.Ledger, true)) > 0
}

// resumed is a version to be edited further: a figure that was the ledger's
// follows the ledger.
func resumed(s poverty.ReportSheet, r poverty.Report) poverty.ReportContent {
	c := poverty.ReportContent{Figures: s.Prefill(), Overrides: r.Overrides, Texts: r.Texts, Text: r.Text, LateReason: r.LateReason}
	for code, n := range r.Figures {
		told, was := r.Computed[code]
		_, is := s.Ledger[code]
		if !is || !was || told != n || r.Overrides[code] != "" {
			c.Figures[code] = n
		}
	}
	return c
}

func remarksOf(versions []poverty.Report) string {
	for _, r := range versions {
		if r.Remarks != "" {
			return r.Remarks
		}
	}
	return ""
}

// fieldsOf lays a content out by the form: figures, then texts.
func fieldsOf(p *locale.Printer, s poverty.ReportSheet, c poverty.ReportContent, f form) (figures, texts []figure) {
	for _, x := range s.Form.Of(s.Role) {
		line := figure{ReportField: x, Name: x.Label}
		if p.Lang() != "vi" {
			line.Name = x.LabelEN
		}
		if !x.Kind.Counted() {
			line.Value = f.Or(line.Input(), c.Texts[x.Code])
			texts = append(texts, line)
			continue
		}
		if n, ok := s.Ledger[x.Code]; ok {
			line.Ledger, line.Told = p.Number(int(n)), true
		}
		value := ""
		if n, ok := c.Figures[x.Code]; ok {
			value = p.Number(int(n))
		}
		line.Value, line.Reason = f.Or(line.Input(), value), f.Or(line.Override(), c.Overrides[x.Code])
		figures = append(figures, line)
	}
	return figures, texts
}

// versionOf lays a version out as it was saved. Beside a figure of the newest
// one that was the ledger's stands what the ledger says now, where that differs.
func (v *visit) versionOf(s poverty.ReportSheet, r poverty.Report, newest bool) versionRow {
	row := versionRow{Report: r}
	then := s
	then.Ledger = r.Computed
	figures, texts := fieldsOf(v.p, then, poverty.ReportContent{Figures: r.Figures, Overrides: r.Overrides, Texts: r.Texts}, newForm())
	for _, x := range figures {
		if x.Value == "" {
			continue
		}
		if now, ok := s.Ledger[x.Code]; ok && newest && x.Told && r.Computed[x.Code] != now {
			x.Now = v.p.T("report.ledger_now", "ledger", now)
		}
		row.Lines = append(row.Lines, x)
	}
	for _, x := range texts {
		if x.Value != "" {
			row.Texts = append(row.Texts, x)
		}
	}
	for _, unit := range r.Without {
		name, err := v.unitName(unit)
		if err != nil {
			name = string(unit)
		}
		row.Missing = append(row.Missing, name)
	}
	return row
}

// conflict lays what somebody else saved beside what was typed.
func (v *visit) conflict(s poverty.ReportSheet, stored poverty.Report, typed poverty.ReportContent) *conflict {
	c := v.conflictWith(stored.Version, stored.ByName, stored.SavedAt)
	number := func(m map[string]int64, code string) string {
		if n, ok := m[code]; ok {
			return v.p.Number(int(n))
		}
		return ""
	}
	figures, texts := fieldsOf(v.p, s, poverty.ReportContent{}, newForm())
	for _, x := range figures {
		c.value(x.Name, number(stored.Figures, x.Code), number(typed.Figures, x.Code))
		c.text(v.p.T("report.override_of", "field", x.Name), stored.Overrides[x.Code], typed.Overrides[x.Code])
	}
	c.text(v.p.T("report.text"), stored.Text, typed.Text)
	for _, x := range texts {
		c.text(x.Name, stored.Texts[x.Code], typed.Texts[x.Code])
	}
	c.text(v.p.T("report.late_reason"), stored.LateReason, typed.LateReason)
	return c
}

// addTurns words why the report is on time or late.
func (v *visit) addTurns(d poverty.Duty, data *reportData) error {
	entries, err := v.store.History(v.ctx(), poverty.HistoryFilter{Duty: d.ID, Oldest: true, Limit: 500})
	if err != nil {
		return err
	}
	for _, t := range poverty.Turns(entries) {
		key := "report.turn." + string(t.Event)
		if t.Again {
			key = "report.turn.again"
		}
		switch t.Event {
		case poverty.EventSubmitted, poverty.EventExtended:
			if t.InTime {
				key += ".in_time"
			} else {
				key += ".late"
			}
		}
		if v.p.Has(key) {
			data.Why = append(data.Why, v.p.T(key, "at", t.At, "by", t.By))
		}
	}
	switch {
	case d.State == poverty.DutyExcused:
		data.Verdict = v.p.T("report.why.excused")
	case d.Verdict != poverty.NoVerdict:
		data.Verdict = v.p.T("report.why." + string(d.Verdict))
	case d.State == poverty.DutyReturned:
		data.Verdict = v.p.T("report.why.returned", "by", d.LastDay)
	}
	return nil
}

func (s *site) saveReport(v *visit) error {
	d, err := v.loadReport()
	if err != nil {
		return err
	}
	if d.Kind == poverty.DutyConsolidation {
		return poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	sheet, err := s.store.ReportSheet(v.ctx(), d.ID)
	if err != nil {
		return err
	}
	do := v.r.PostForm.Get("do")
	f := v.sentForm(do)
	content := v.reportContent(&f, d, sheet, do)
	if f.Bad() {
		return v.showReport(http.StatusUnprocessableEntity, d, f, &content)
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
		code, err := v.refuseAll(&f, err)
		if err != nil {
			return err
		}
		if now, err := s.store.Duty(v.ctx(), d.ID); err == nil {
			d = now
		}
		return v.showReport(code, d, f, &content)
	}
	if do == "save" {
		return v.redirect(v.r.URL.Path, "report_save")
	}
	return v.redirect(v.r.URL.Path, "submit")
}

func asProblems(err error) (poverty.Problems, bool) { return errors.AsType[poverty.Problems](err) }

// refuseAll is refuse for what tells all problems of a form at once.
func (v *visit) refuseAll(f *form, err error) (int, error) {
	if problems, ok := asProblems(err); ok {
		for _, p := range problems {
			f.problem(p.Column, v.p.T(p.Key, p.Args...))
		}
		return http.StatusUnprocessableEntity, nil
	}
	return v.refuse(f, err)
}

// reportContent reads the form. A report that is submitted needs a text and
// the tick; one that states that nothing happened needs neither.
func (v *visit) reportContent(f *form, d poverty.Duty, s poverty.ReportSheet, do string) poverty.ReportContent {
	c := poverty.ReportContent{}
	c.Version, _ = v.count(f, "version")
	if do == "nothing" {
		c.Nothing = true
		return c
	}
	c.Text, c.LateReason = v.text(f, "text"), v.text(f, "late_reason")
	v.readFields(f, s, &c)
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

// readFields reads the fields of the form of reports.
func (v *visit) readFields(f *form, s poverty.ReportSheet, c *poverty.ReportContent) {
	c.Figures, c.Overrides, c.Texts = map[string]int64{}, map[string]string{}, map[string]string{}
	for _, x := range s.Form.Of(s.Role) {
		line := figure{ReportField: x}
		if !x.Kind.Counted() {
			if text := v.text(f, line.Input()); text != "" {
				c.Texts[x.Code] = text
			}
			continue
		}
		if n, ok := v.count(f, line.Input()); ok {
			c.Figures[x.Code] = int64(n)
		}
		if reason := v.text(f, line.Override()); reason != "" {
			c.Overrides[x.Code] = reason
		}
	}
}

func reportPath(id poverty.DutyID) string { return "/reports/" + strconv.FormatInt(int64(id), 10) }
