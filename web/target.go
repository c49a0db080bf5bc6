package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

// TargetWorkbooks reads and writes tables of targets.
type TargetWorkbooks interface {
	// WriteTargets writes a table; without rows the form to fill in.
	WriteTargets(w io.Writer, table poverty.TargetTable, s TargetSheet) error
	// ReadTargets returns a table and all that is wrong with its file; the error
	// is of r alone.
	ReadTargets(r io.ReaderAt, size int64, s TargetSheet) (poverty.TargetImport, poverty.Problems, error)
}

// TargetSheet says what a file of targets may hold.
type TargetSheet struct {
	Year     int
	Units    []poverty.Unit
	Language string
	File     string
}

const maxTargetFile = 4 << 20

// targetRoutes serves what a cycle's plan aims at and who looks after what.
func (s *site) targetRoutes(r chi.Router) {
	r.Get("/targets", s.seated(s.targets))
	r.Get("/targets/template.xlsx", s.seated(s.targetTemplate))
	r.Get("/targets/export.xlsx", s.seated(s.exportTargets))
	r.Get("/targets/import", s.seated(s.targetImportForm))
	r.Post("/targets/import", s.limited(maxTargetFile, s.signedIn(s.importTargets)))
	r.Get("/targets/totals", s.seated(s.editTotals))
	r.Post("/targets/totals", s.seated(s.saveTotals))
	r.Get("/targets/{unit}", s.seated(s.shares))
	r.Post("/targets/{unit}", s.seated(s.putShares))
	r.Get("/targets/{unit}/edit", s.seated(s.editTarget))
	r.Post("/targets/{unit}/edit", s.seated(s.saveTarget))
	r.Get("/committee", s.seated(s.committee))
	r.Get("/committee/{unit}/{member}", s.seated(s.editMember))
	r.Post("/committee/{unit}/{member}", s.seated(s.saveMember))
	r.Get("/indicators", s.seated(s.indicators))
	r.Get("/indicators/{code}", s.seated(s.editIndicator))
	r.Post("/indicators/{code}", s.seated(s.saveIndicator))
}

// targetPath returns the address of the cycle's targets.
func (v *visit) targetPath() string { return "/cycles/" + string(v.cycle.ID) + "/targets" }

// maySetTargets reports whether the actor may set targets, given a reason.
func (v *visit) maySetTargets() bool {
	_, err := v.cycle.MaySetTargets(v.me, poverty.TargetReason{Reason: "x"})
	return err == nil
}

// value words a value of a column: a count, or hundredths of a percent.
func (v *visit) value(c poverty.TargetColumn, n int) string {
	if c.IsRate() {
		return v.p.Percent(float64(n)/100, 2)
	}
	return v.p.Number(n)
}

// targetCell is a count with its percentage, and what a source prints instead.
type targetCell struct {
	Label           string
	Count, Rate     string
	CountIn, RateIn string // as printed, where it differs
	CountNo, RateNo int    // of the footnote
}

type targetRow struct {
	poverty.Target
	Cells    []targetCell
	Register []string // how the register differs
	Kept     bool     // there is a register
	Seen     bool     // by the actor
}

// fallLine is a line of the movement: households, and what they are of all and
// of the poor ones.
type fallLine struct {
	Key, Households, Points, Relative string
}

type figureRow struct {
	poverty.Figure
	Name     string
	Print    string
	Computed string
}

type targetsData struct {
	frame
	Columns  []string
	Rows     []targetRow
	Sum      targetRow
	Notes    []string
	Fall     []fallLine
	Figures  []figureRow
	MaySet   bool
	Register bool           // the comparison with registers is shown
	Missing  []poverty.Unit // communes without a row
}

// Tab names the page among those of the plan's aims.
func (targetsData) Tab() string { return "targets" }

// At returns the address of the targets.
func (d targetsData) At() string { return "/cycles/" + string(d.Cycle.ID) + "/targets" }

var targetsPage = newPage[targetsData]("target/targets.html")

func (s *site) targets(v *visit) error {
	table, err := s.store.TargetTable(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data := targetsData{frame: v.frame("target.nav", v.p.T("target.title_year", "year", v.cycle.Year)), MaySet: v.maySetTargets()}
	data.Drafts = v.drafts(v.cycle.Owner, "cycle", poverty.DocumentPlan)
	numbers := map[string]int{}
	for i, d := range table.Differences() {
		numbers[string(d.Unit)+" "+string(d.Column)] = i + 1
		data.Notes = append(data.Notes, v.p.T("target.difference", "unit", cmp.Or(d.UnitName, v.p.T("target.sum")), "column", v.p.TargetColumn(d.Column),
			"printed", v.value(d.Column, d.Printed), "computed", v.value(d.Column, d.Computed)))
	}
	for _, c := range poverty.TargetCounts {
		if table.Uses(c) {
			data.Columns = append(data.Columns, v.p.TargetColumn(c))
		}
	}
	counts, err := s.store.RegisterCounts(v.ctx(), v.cycle.ID, "")
	if err != nil {
		return err
	}
	for _, t := range table.Rows {
		row := v.targetRow(table, t, numbers)
		row.Seen = v.seesRegister() || len(v.me.In(t.Unit)) > 0
		data.Register = data.Register || row.Seen
		if i := slices.IndexFunc(counts, func(c poverty.RegisterCount) bool { return c.Unit == t.Unit }); i >= 0 {
			row.Kept = true
			for _, d := range t.AgainstRegister(counts[i]) {
				row.Register = append(row.Register, v.p.T("target.register_differs", "column", v.p.TargetColumn(d.Column), "register", d.Register))
			}
		}
		data.Rows = append(data.Rows, row)
	}
	data.Sum = v.targetRow(table, table.Sum, numbers)
	data.Fall = v.fall(table)
	for _, f := range table.Totals.Figures {
		data.Figures = append(data.Figures, v.figure(f))
	}
	if data.MaySet {
		units, err := v.communesOfCycle()
		if err != nil {
			return err
		}
		data.Missing = slices.DeleteFunc(units, func(u poverty.Unit) bool {
			return slices.ContainsFunc(table.Rows, func(t poverty.Target) bool { return t.Unit == u.ID })
		})
	}
	return targetsPage.show(v, http.StatusOK, data)
}

// communesOfCycle returns the communes of the cycle in the order of their names.
func (v *visit) communesOfCycle() ([]poverty.Unit, error) {
	units, err := v.cycleUnits()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(units), func(u poverty.Unit) bool { return v.cycle.Rules.Units[u.ID].Role != "commune" }), nil
}

func (v *visit) targetRow(table poverty.TargetTable, t poverty.Target, numbers map[string]int) targetRow {
	row := targetRow{Target: t}
	for _, c := range poverty.TargetCounts {
		if !table.Uses(c) {
			continue
		}
		cell := targetCell{Label: v.p.TargetColumn(c), Count: v.p.Number(t.Count(c)), CountNo: numbers[string(t.Unit)+" "+string(c)]}
		split := c != poverty.ColumnPolicy && c != poverty.ColumnHardCore || t.Split() || t.Poor == 0
		if !split {
			cell.Count = "–"
		}
		if n, ok := t.Value(c.Rate()); ok && split && slices.Contains(poverty.TargetRates, c) {
			cell.Rate, cell.RateNo = v.value(c.Rate(), n), numbers[string(t.Unit)+" "+string(c.Rate())]
		}
		if cell.CountNo > 0 {
			cell.CountIn = v.printed(c, t.Printed[c])
		}
		if cell.RateNo > 0 {
			cell.RateIn = v.printed(c.Rate(), t.Printed[c.Rate()])
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

func (v *visit) printed(c poverty.TargetColumn, s string) string {
	if n, ok := poverty.ParsePrinted(c, s); ok {
		return v.value(c, n)
	}
	return s
}

// spanOf words a number, or the two ends of a range.
func spanOf(low, high string) string {
	if low == high {
		return low
	}
	return low + "–" + high
}

func (v *visit) fall(table poverty.TargetTable) []fallLine {
	f := table.Fall()
	if f.Households == 0 {
		return nil
	}
	decimal := func(n int) string { return v.p.Decimal(float64(n)/100, 2) }
	line := func(key string, low, high int, relative bool) fallLine {
		l := fallLine{Key: key, Households: spanOf(v.p.Number(low), v.p.Number(high)), Points: spanOf(decimal(f.Points(low)), decimal(f.Points(high)))}
		if relative {
			l.Relative = spanOf(decimal(f.Relative(low)), decimal(f.Relative(high)))
		}
		return l
	}
	lines := []fallLine{line("gross", f.Gross, f.Gross, true)}
	if f.NewHigh > 0 {
		lines = append(lines, line("new", f.NewLow, f.NewHigh, true), line("net", f.NetLow, f.NetHigh, true))
	}
	return append(lines, line("end", f.EndLow, f.EndHigh, false))
}

func (v *visit) figure(f poverty.Figure) figureRow {
	row := figureRow{Figure: f, Name: f.Label, Print: v.printed("figure_pct", f.Printed)}
	if v.p.Lang() == "en" && f.LabelEN != "" {
		row.Name = f.LabelEN
	}
	if n, ok := f.Computed(); ok {
		row.Computed = v.p.Percent(float64(n)/100, 2)
	}
	return row
}

func (v *visit) targetSheet(file string) (TargetSheet, error) {
	units, err := v.communesOfCycle()
	return TargetSheet{Year: v.cycle.Year, Units: units, Language: v.p.Lang(), File: file}, err
}

func (s *site) targetTemplate(v *visit) error {
	sheet, err := v.targetSheet("")
	if err != nil {
		return err
	}
	return v.download(v.fileName("mau-chi-tieu", ""), func(w io.Writer) error {
		return s.cfg.Workbooks.WriteTargets(w, poverty.TargetTable{}, sheet)
	})
}

func (s *site) exportTargets(v *visit) error {
	sheet, err := v.targetSheet("")
	if err != nil {
		return err
	}
	table, err := s.store.TargetTable(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	return v.download(v.fileName("chi-tieu", ""), func(w io.Writer) error { return s.cfg.Workbooks.WriteTargets(w, table, sheet) })
}

type targetImportData struct {
	frame
	At        string
	Running   bool
	Megabytes int
	Problems  []problemRow
	Form      form
}

var targetImportPage = newPage[targetImportData]("target/import.html")

func (s *site) targetImportForm(v *visit) error {
	return v.showTargetImport(http.StatusOK, newForm(), nil)
}

func (v *visit) showTargetImport(status int, f form, problems poverty.Problems) error {
	if !v.maySetTargets() {
		_, err := v.cycle.MaySetTargets(v.me, poverty.TargetReason{Reason: "x"})
		return err
	}
	return targetImportPage.show(v, status, targetImportData{
		frame: v.frame("target.nav", v.p.T("target.import.title")), At: v.targetPath(), Running: v.cycle.State == poverty.CycleRunning,
		Megabytes: maxTargetFile >> 20, Problems: v.problemRows(problems), Form: f,
	})
}

// importTargets reads a table and stores it when nothing is wrong with it.
func (s *site) importTargets(v *visit) error {
	done, err := v.upload(maxTargetFile)
	if err != nil {
		f := newForm()
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showTargetImport(code, f, nil)
	}
	defer done()
	f := v.sentForm("import")
	why := v.reason(&f)
	file, head, err := v.r.FormFile("file")
	if err != nil {
		f.problem("file", v.p.T("register.import.no_file"))
	}
	if f.Bad() {
		return v.showTargetImport(http.StatusUnprocessableEntity, f, nil)
	}
	defer file.Close()
	sheet, err := v.targetSheet(locale.NFC(head.Filename))
	if err != nil {
		return err
	}
	table, problems, err := s.cfg.Workbooks.ReadTargets(file, head.Size, sheet)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		f.Banner = v.p.T("target.import.has_problems", "count", len(problems))
		return v.showTargetImport(http.StatusUnprocessableEntity, f, problems)
	}
	changed, err := s.store.ImportTargets(v.ctx(), v.cycle.ID, table, why)
	if problems, ok := errors.AsType[poverty.Problems](err); ok {
		f.Banner = v.p.T("target.import.has_problems", "count", len(problems))
		return v.showTargetImport(http.StatusUnprocessableEntity, f, problems)
	}
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showTargetImport(code, f, nil)
	}
	if changed == 0 {
		return v.redirect(v.targetPath(), "targets_same")
	}
	return v.redirect(v.targetPath(), "targets_imported")
}

// reason reads why targets are set; the reason is needed once the cycle runs.
func (v *visit) reason(f *form) poverty.TargetReason {
	why := poverty.TargetReason{Reason: v.text(f, "reason"), Basis: v.text(f, "basis")}
	if v.cycle.State == poverty.CycleRunning && why.Reason == "" {
		f.problem("reason", v.p.T("target.reason_needed"))
	}
	return why
}

// numberField is a field of a form for a number.
type numberField struct {
	Name, Label, Value, Problem string
	Needed                      bool
}

// printedFields are the fields for what a source prints in some columns.
func (v *visit) printedFields(columns []poverty.TargetColumn, printed map[poverty.TargetColumn]string, f form) []numberField {
	var list []numberField
	for _, c := range columns {
		name := "printed_" + string(c)
		list = append(list, numberField{Name: name, Label: sentence(v.p.TargetColumn(c)), Value: f.Or(name, printed[c]), Problem: f.Problem(name)})
	}
	return list
}

type targetEditData struct {
	frame
	Target  poverty.Target
	Counts  []numberField
	Printed []numberField
	At      string
	Running bool
	Changes []sheetChange
	Form    form
}

// Note returns what stands in the field of the note.
func (d targetEditData) Note() string { return d.Form.Or("note", d.Target.Note) }

var (
	typedCounts = slices.DeleteFunc(slices.Clone(poverty.TargetCounts), func(c poverty.TargetColumn) bool { return c == poverty.ColumnPoorEnd })
	// printedColumns are what a row may print of what is computed.
	printedColumns = func() []poverty.TargetColumn {
		list := []poverty.TargetColumn{poverty.ColumnPoorEnd}
		for _, c := range poverty.TargetRates {
			list = append(list, c.Rate())
		}
		return list
	}()
	editTargetPage = newPage[targetEditData]("target/edit.html")
)

// loadTarget returns the row of the path's commune; an empty one with version 0
// where it has none yet.
func (v *visit) loadTarget() (poverty.Target, error) {
	unit := poverty.UnitID(v.param("unit"))
	if v.cycle.Rules.Units[unit].Role != "commune" {
		return poverty.Target{}, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	list, err := v.store.Targets(v.ctx(), v.cycle.ID)
	if err != nil {
		return poverty.Target{}, err
	}
	if i := slices.IndexFunc(list, func(t poverty.Target) bool { return t.Unit == unit }); i >= 0 {
		return list[i], nil
	}
	name, err := v.unitName(unit)
	return poverty.Target{Cycle: v.cycle.ID, Unit: unit, UnitName: name, Printed: map[poverty.TargetColumn]string{}}, err
}

// neededCount reports whether a count must be given.
func neededCount(c poverty.TargetColumn) bool {
	return c == poverty.ColumnHouseholds || c == poverty.ColumnPoor || c == poverty.ColumnToLeave
}

func (s *site) editTarget(v *visit) error {
	t, err := v.loadTarget()
	if err != nil {
		return err
	}
	return v.showTarget(http.StatusOK, t, newForm(), nil)
}

func (v *visit) showTarget(status int, t poverty.Target, f form, changes []sheetChange) error {
	if _, err := v.cycle.MaySetTargets(v.me, poverty.TargetReason{Reason: "x"}); err != nil {
		return err
	}
	data := targetEditData{
		frame: v.frame("target.nav", v.p.T("target.of", "unit", t.UnitName)), Target: t, Printed: v.printedFields(printedColumns, t.Printed, f),
		At: v.targetPath(), Running: v.cycle.State == poverty.CycleRunning, Changes: changes, Form: f,
	}
	for _, c := range typedCounts {
		before := ""
		if t.Version > 0 {
			before = strconv.Itoa(t.Count(c))
		}
		data.Counts = append(data.Counts, numberField{
			Name: string(c), Label: sentence(v.p.TargetColumn(c)), Value: f.Or(string(c), before), Problem: f.Problem(string(c)), Needed: neededCount(c),
		})
	}
	return editTargetPage.show(v, status, data)
}

func (s *site) saveTarget(v *visit) error {
	old, err := v.loadTarget()
	if err != nil {
		return err
	}
	f := v.sentForm("target")
	t := poverty.Target{Cycle: v.cycle.ID, Unit: old.Unit, Note: v.text(&f, "note"), Printed: map[poverty.TargetColumn]string{}}
	t.Version, _ = v.count(&f, "version")
	for _, c := range typedCounts {
		n, ok := v.count(&f, string(c))
		if neededCount(c) && !ok {
			f.problem(string(c), v.p.T("error.required"))
		}
		t.Set(c, n)
	}
	for _, c := range printedColumns {
		if s := strings.TrimSpace(f.Value("printed_" + string(c))); s != "" {
			t.Printed[c] = s
		}
	}
	why := v.reason(&f)
	if f.Bad() {
		return v.showTarget(http.StatusUnprocessableEntity, old, f, nil)
	}
	if _, err = s.store.SaveTarget(v.ctx(), t, why); err == nil {
		return v.redirect(v.targetPath(), "target_saved")
	}
	return v.targetAgain(old, t, f, err)
}

// targetAgain shows a form that was refused: what was typed stays, and what
// somebody else has stored meanwhile stands beside it.
func (v *visit) targetAgain(old, typed poverty.Target, f form, refused error) error {
	conflict := poverty.KindOf(refused) == poverty.Conflict
	code, err := v.refuseSheet(&f, refused)
	if err != nil {
		return err
	}
	for _, c := range printedColumns { // a printed value's problem belongs to its field
		if p := f.Problems[string(c)]; p != "" {
			f.problem("printed_"+string(c), p)
			delete(f.Problems, string(c))
		}
	}
	var changes []sheetChange
	if conflict && typed.Version != old.Version {
		for _, c := range typedCounts {
			if a, b := old.Count(c), typed.Count(c); a != b {
				changes = append(changes, sheetChange{v.p.TargetColumn(c), v.p.Number(a), v.p.Number(b)})
			}
		}
		for _, c := range printedColumns {
			if a, b := old.Printed[c], typed.Printed[c]; a != b {
				changes = append(changes, sheetChange{v.p.T("target.printed_of", "column", v.p.TargetColumn(c)), cmp.Or(a, "–"), cmp.Or(b, "–")})
			}
		}
		if old.Note != typed.Note {
			changes = append(changes, sheetChange{v.p.T("label.note"), cmp.Or(old.Note, "–"), cmp.Or(typed.Note, "–")})
		}
	}
	return v.showTarget(code, old, f, changes)
}

type totalsData struct {
	frame
	Totals  poverty.TargetTotals
	Printed []numberField
	At      string
	Running bool
	Rows    []int // of figures
	Form    form
}

// New returns what stands in the field of the households expected to become
// poor.
func (d totalsData) New(field string) string {
	n := d.Totals.NewLow
	if field == "new_high" {
		n = d.Totals.NewHigh
	}
	before := ""
	if d.Totals.NewHigh > 0 {
		before = strconv.Itoa(n)
	}
	return d.Form.Or(field, before)
}

// Figure returns what stands in a field of a figure.
func (d totalsData) Figure(row int, field string) string {
	before := ""
	if row < len(d.Totals.Figures) {
		f := d.Totals.Figures[row]
		before = map[string]string{
			"label": f.Label, "label_en": f.LabelEN, "part": strconv.Itoa(f.Part), "base": strconv.Itoa(f.Base), "printed": f.Printed, "source": f.Source,
		}[field]
	}
	return d.Form.Or(fieldOf(field, row), before)
}

// Problem returns what is wrong with a field of a figure.
func (d totalsData) Problem(row int, field string) string { return d.Form.Problem(fieldOf(field, row)) }

// fieldOf returns the name of a field in a row of a form.
func fieldOf(field string, row int) string { return field + "-" + strconv.Itoa(row) }

var (
	totalColumns = func() []poverty.TargetColumn {
		var list []poverty.TargetColumn
		for _, c := range poverty.TargetCounts {
			if c != poverty.ColumnExpectedNew {
				list = append(list, c)
			}
			if slices.Contains(poverty.TargetRates, c) {
				list = append(list, c.Rate())
			}
		}
		return list
	}()
	totalsPage = newPage[totalsData]("target/totals.html")
)

// spareRows is how many empty rows a form of a list has.
const spareRows = 3

func (s *site) editTotals(v *visit) error {
	table, err := s.store.TargetTable(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	return v.showTotals(http.StatusOK, table.Totals, newForm())
}

func (v *visit) showTotals(status int, t poverty.TargetTotals, f form) error {
	if _, err := v.cycle.MaySetTargets(v.me, poverty.TargetReason{Reason: "x"}); err != nil {
		return err
	}
	data := totalsData{
		frame: v.frame("target.nav", v.p.T("target.totals")), Totals: t, Printed: v.printedFields(totalColumns, t.Printed, f),
		At: v.targetPath(), Running: v.cycle.State == poverty.CycleRunning, Form: f,
	}
	rows := len(t.Figures) + spareRows
	for f.Values.Has(fieldOf("label", rows)) && rows < 200 {
		rows++
	}
	for i := range rows {
		data.Rows = append(data.Rows, i)
	}
	return totalsPage.show(v, status, data)
}

func (s *site) saveTotals(v *visit) error {
	table, err := s.store.TargetTable(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	f := v.sentForm("totals")
	t := poverty.TargetTotals{Cycle: v.cycle.ID, Printed: map[poverty.TargetColumn]string{}, Figures: []poverty.Figure{}}
	t.Version, _ = v.count(&f, "version")
	t.NewLow, _ = v.count(&f, "new_low")
	t.NewHigh, _ = v.count(&f, "new_high")
	if t.NewHigh == 0 {
		t.NewHigh = t.NewLow
	}
	for _, c := range totalColumns {
		t.Printed[c] = strings.TrimSpace(f.Value("printed_" + string(c)))
		if t.Printed[c] == "" {
			delete(t.Printed, c)
		}
	}
	var at []int // the form's rows of figures
	for i := 0; f.Values.Has(fieldOf("label", i)); i++ {
		label, printed := v.text(&f, fieldOf("label", i)), strings.TrimSpace(f.Value(fieldOf("printed", i)))
		part, hasPart := v.count(&f, fieldOf("part", i))
		base, hasBase := v.count(&f, fieldOf("base", i))
		if label == "" && printed == "" && !hasPart && !hasBase {
			continue
		}
		at = append(at, i)
		t.Figures = append(t.Figures, poverty.Figure{
			Label: label, LabelEN: v.text(&f, fieldOf("label_en", i)), Part: part, Base: base, Printed: printed, Source: v.text(&f, fieldOf("source", i)),
		})
	}
	why := v.reason(&f)
	if !f.Bad() {
		if _, err = s.store.SaveTargetTotals(v.ctx(), t, why); err == nil {
			return v.redirect(v.targetPath(), "target_saved")
		}
		if problems, ok := errors.AsType[poverty.Problems](err); ok {
			for _, p := range problems {
				field := p.Column
				switch {
				case p.Row > 0:
					field = fieldOf(p.Column, at[p.Row-1])
				case slices.Contains(totalColumns, poverty.TargetColumn(p.Column)):
					field = "printed_" + p.Column
				}
				f.problem(field, v.p.T(p.Key, p.Args...))
			}
		} else if code, err := v.refuse(&f, err); err != nil {
			return err
		} else {
			return v.showTotals(code, table.Totals, f)
		}
	}
	return v.showTotals(http.StatusUnprocessableEntity, table.Totals, f)
}

// shareRow is a row of the form in which a commune allots its target.
type shareRow struct {
	poverty.Share
	No   int
	Name string // of the hamlet; a body's stands in a field
}

type sharesData struct {
	frame
	Target   poverty.Target
	Shares   poverty.Shares
	At       string
	Hamlets  []shareRow
	Bodies   []shareRow
	Sums     []shareSum
	Register bool // the actor sees the commune's register, where hamlets are listed
	MayWrite bool
	OnBehalf bool
	Form     form
}

type shareSum struct {
	Key string
	poverty.ShareSum
	Message string // how it stands against the target
}

// shareFields is a row as its fields show it.
type shareFields struct {
	No                                 int
	Body, ToLeave, NearToLeave, Note   string
	BodyProblem, ToLeaveProblem        string
	NearProblem, NoteProblem, NoHamlet string
}

// Row returns what stands in the fields of a row, and what is wrong with them.
func (d sharesData) Row(row shareRow) shareFields {
	typed := func(field, before string) string { return d.Form.Or(fieldOf(field, row.No), before) }
	problem := func(field string) string { return d.Form.Problem(fieldOf(field, row.No)) }
	return shareFields{
		No: row.No, Body: typed("body", row.Body), ToLeave: typed("to_leave", blankZero(row.ToLeave)),
		NearToLeave: typed("near_to_leave", blankZero(row.NearToLeave)), Note: typed("note", row.Note),
		BodyProblem: problem("body"), ToLeaveProblem: problem("to_leave"), NearProblem: problem("near_to_leave"), NoteProblem: problem("note"),
		NoHamlet: problem("hamlet"),
	}
}

func blankZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

var sharesPage = newPage[sharesData]("target/shares.html")

func (s *site) shares(v *visit) error {
	shares, err := s.store.Shares(v.ctx(), v.cycle.ID, poverty.UnitID(v.param("unit")))
	if err != nil {
		return err
	}
	return v.showShares(http.StatusOK, shares, newForm())
}

func (v *visit) showShares(status int, shares poverty.Shares, f form) error {
	t, err := v.loadTarget()
	if err != nil {
		return err
	}
	hamlets, _, err := v.hamlets(t.Unit)
	if err != nil {
		return err
	}
	data := sharesData{
		frame: v.frame("target.nav", v.p.T("share.title", "unit", t.UnitName)), Target: t, Shares: shares, At: v.targetPath(), Form: f,
		Register: v.seesRegister() || len(v.me.In(t.Unit)) > 0,
	}
	_, onBehalf, err := v.cycle.MayWriteFor(v.me, t.Unit, "x")
	data.MayWrite, data.OnBehalf = err == nil, onBehalf
	no := 0
	add := func(list *[]shareRow, name string, one poverty.Share) {
		*list = append(*list, shareRow{Share: one, No: no, Name: name})
		no++
	}
	for _, h := range hamlets {
		one := poverty.Share{Hamlet: h.Code}
		if i := slices.IndexFunc(shares.List, func(s poverty.Share) bool { return s.Hamlet == h.Code }); i >= 0 {
			one = shares.List[i]
		}
		add(&data.Hamlets, h.Name, one)
	}
	for _, one := range shares.List {
		if one.Body != "" {
			add(&data.Bodies, one.Body, one)
		}
	}
	for i := 0; i < spareRows || f.Values.Has(fieldOf("body", no)); i++ {
		add(&data.Bodies, "", poverty.Share{})
	}
	for _, bodies := range []bool{false, true} {
		sum := shareSum{Key: "hamlets", ShareSum: shares.Sum(t, bodies)}
		if bodies {
			sum.Key = "bodies"
		}
		if sum.Count > 0 {
			sum.Message = v.shareMessage(sum.ShareSum)
			data.Sums = append(data.Sums, sum)
		}
	}
	return sharesPage.show(v, status, data)
}

// shareMessage words how what was allotted stands against the target.
func (v *visit) shareMessage(s poverty.ShareSum) string {
	var parts []string
	for _, one := range []struct {
		over int
		key  string
	}{{s.Over, "poor"}, {s.NearOver, "near_poor"}} {
		switch {
		case one.over > 0:
			parts = append(parts, v.p.T("share.over."+one.key, "count", one.over))
		case one.over < 0:
			parts = append(parts, v.p.T("share.under."+one.key, "count", -one.over))
		}
	}
	return strings.Join(parts, " ")
}

func (s *site) putShares(v *visit) error {
	unit := poverty.UnitID(v.param("unit"))
	old, err := s.store.Shares(v.ctx(), v.cycle.ID, unit)
	if err != nil {
		return err
	}
	f := v.sentForm("shares")
	next := poverty.Shares{Cycle: v.cycle.ID, Unit: unit, List: []poverty.Share{}}
	next.Version, _ = v.count(&f, "version")
	var at []int // the form's rows
	for i := 0; f.Values.Has(fieldOf("to_leave", i)) && i < 1000; i++ {
		one := poverty.Share{Hamlet: f.Value(fieldOf("hamlet", i)), Body: v.text(&f, fieldOf("body", i)), Note: v.text(&f, fieldOf("note", i))}
		leave, typed := v.count(&f, fieldOf("to_leave", i))
		near, nearTyped := v.count(&f, fieldOf("near_to_leave", i))
		if !typed && !nearTyped && one.Note == "" && (one.Hamlet != "" || one.Body == "") {
			continue
		}
		one.ToLeave, one.NearToLeave = leave, near
		next.List = append(next.List, one)
		at = append(at, i)
	}
	basis := v.text(&f, "basis")
	if f.Bad() {
		return v.showShares(http.StatusUnprocessableEntity, old, f)
	}
	if _, err = s.store.PutShares(v.ctx(), next, basis); err == nil {
		return v.redirect(v.targetPath()+"/"+string(unit), "shares_saved")
	}
	if problems, ok := errors.AsType[poverty.Problems](err); ok {
		for _, p := range problems {
			field := p.Column
			if p.Row > 0 && p.Row <= len(at) {
				field = fieldOf(p.Column, at[p.Row-1])
			}
			args := p.Args
			if p.Key == "share.twice" {
				args = []any{"name", cmp.Or(next.List[p.Row-1].Body, next.List[p.Row-1].Hamlet)}
			}
			f.problem(field, v.p.T(p.Key, args...))
		}
		return v.showShares(http.StatusUnprocessableEntity, old, f)
	}
	code, err := v.refuse(&f, err)
	if err != nil {
		return fmt.Errorf("shares of %s: %w", unit, err)
	}
	return v.showShares(code, old, f)
}
