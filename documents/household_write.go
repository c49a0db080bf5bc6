package documents

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

const (
	guideLastRow = 20_000 // down to which a template's drop-downs go
	textFormat   = 49     // @
	wholeFormat  = 3      // #,##0
)

// bookStyles are the styles of the workbooks that are written here.
type bookStyles struct {
	head, needed, codes, example, text, lines, whole, date, title int
}

func newBookStyles(f *excelize.File) (s bookStyles, err error) {
	date := "dd/mm/yyyy"
	edge := []excelize.Border{{Type: "bottom", Color: "8A8A8A", Style: 1}, {Type: "right", Color: "D0D0D0", Style: 1}}
	middle := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	for _, one := range []struct {
		id    *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: middle, Border: edge, Fill: fill("E3ECF5")}},
		{&s.needed, excelize.Style{Font: &excelize.Font{Bold: true, Color: "7A1F1F"}, Alignment: middle, Border: edge, Fill: fill("F7E3D4")}},
		{&s.codes, excelize.Style{Font: &excelize.Font{Color: "808080", Size: 8}, NumFmt: textFormat}},
		{&s.example, excelize.Style{Font: &excelize.Font{Italic: true, Color: "808080"}, NumFmt: textFormat}},
		{&s.text, excelize.Style{NumFmt: textFormat}},
		{&s.lines, excelize.Style{NumFmt: textFormat, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&s.whole, excelize.Style{NumFmt: wholeFormat}},
		{&s.date, excelize.Style{CustomNumFmt: &date}},
		{&s.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
	} {
		if *one.id, err = f.NewStyle(&one.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

func fill(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

func (s bookStyles) of(c *householdColumn) int {
	switch c.kind {
	case numberColumn:
		return s.whole
	case textColumn:
		return s.lines
	case bornColumn, yesColumn, tickColumn:
		return 0
	}
	return s.text
}

// sheetWriter fills a sheet and keeps the first error.
type sheetWriter struct {
	f     *excelize.File
	sheet string
	err   error
}

func (w *sheetWriter) do(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *sheetWriter) set(column, row int, value any, style int) {
	cell := letters(column) + digits(row)
	w.do(w.f.SetCellValue(w.sheet, cell, value))
	if style > 0 {
		w.do(w.f.SetCellStyle(w.sheet, cell, cell, style))
	}
}

// WriteHouseholdTemplate writes the workbook that a commune fills in: the
// headings with their codes hidden below, drop-downs, a note on every heading,
// one row marked as an example, and a sheet that explains the columns. Columns
// may be moved and left out: the codes tell which is which.
func WriteHouseholdTemplate(w io.Writer, o HouseholdSheet) error {
	p := locale.For(o.Language)
	f := excelize.NewFile()
	defer f.Close()
	styles, err := newBookStyles(f)
	if err != nil {
		return fmt.Errorf("household template: %w", err)
	}
	sheet := &sheetWriter{f: f, sheet: p.T("household.sheet")}
	sheet.do(f.SetSheetName("Sheet1", sheet.sheet))
	columns := o.shown()
	lists := o.writeLists(f, sheet, p)
	for i, c := range columns {
		o.writeHead(sheet, styles, p, i, c)
		if list := lists[c.kind]; list != "" {
			v := excelize.NewDataValidation(true)
			v.Sqref = letters(i) + "3:" + letters(i) + digits(guideLastRow)
			v.SetSqrefDropList(list)
			v.SetError(excelize.DataValidationErrorStyleStop, clippedTo(c.name, 30), clippedTo(p.T("household.choose"), 200))
			v.SetInput(clippedTo(c.name, 30), clippedTo(p.T(c.help), 240))
			sheet.do(f.AddDataValidation(sheet.sheet, v))
		}
		if c.kind == numberColumn {
			v := excelize.NewDataValidation(true)
			v.Sqref = letters(i) + "3:" + letters(i) + digits(guideLastRow)
			sheet.do(v.SetRange(int(c.least), int(c.max), excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween))
			v.SetError(excelize.DataValidationErrorStyleStop, clippedTo(c.name, 30), clippedTo(p.T("household.enter_whole"), 200))
			sheet.do(f.AddDataValidation(sheet.sheet, v))
		}
		sheet.set(i, 3, o.exampleOf(c, p), styles.example)
	}
	sheet.do(f.SetRowHeight(sheet.sheet, 1, 60))
	sheet.do(f.SetRowVisible(sheet.sheet, 2, false))
	frozen := 2 + slices.IndexFunc(columns, func(c *householdColumn) bool { return c.code == "code" })
	sheet.do(f.SetPanes(sheet.sheet, &excelize.Panes{
		Freeze: true, XSplit: frozen, YSplit: 2, TopLeftCell: letters(frozen) + "3", ActivePane: "bottomRight",
	}))
	o.writeGuide(f, sheet, styles, p, columns)
	f.SetActiveSheet(0)
	if sheet.err != nil {
		return fmt.Errorf("household template: %w", sheet.err)
	}
	return f.Write(w)
}

// writeHead writes a heading, its code and its note, and formats the column.
func (o HouseholdSheet) writeHead(sheet *sheetWriter, styles bookStyles, p *locale.Printer, i int, c *householdColumn) {
	name, style := c.name, styles.head
	if c.needed {
		name, style = name+" *", styles.needed
	}
	letter := letters(i)
	sheet.do(sheet.f.SetColStyle(sheet.sheet, letter, styles.of(c)))
	sheet.do(sheet.f.SetColWidth(sheet.sheet, letter, letter, c.width))
	sheet.set(i, 1, name, style)
	sheet.set(i, 2, c.code, styles.codes)
	sheet.do(sheet.f.AddComment(sheet.sheet, excelize.Comment{
		Cell: letter + "1", Author: p.T("app.name"), Width: 260, Height: 110,
		Paragraph: []excelize.RichTextRun{{Text: name + "\n", Font: &excelize.Font{Bold: true}}, {Text: p.T(c.help)}},
	}))
}

// writeLists writes the hidden sheet of what drop-downs offer and returns where
// each kind's list stands.
func (o HouseholdSheet) writeLists(f *excelize.File, main *sheetWriter, p *locale.Printer) map[columnKind]string {
	sheet := &sheetWriter{f: f, sheet: p.T("household.sheet.lists")}
	_, err := f.NewSheet(sheet.sheet)
	main.do(err)
	var units, hamlets, classes, groups []string
	for _, u := range o.Units {
		units = append(units, u.Name)
	}
	for _, h := range o.Hamlets {
		if label := o.hamletLabel(h); !slices.Contains(hamlets, label) {
			hamlets = append(hamlets, label)
		}
	}
	for _, c := range householdDeclared {
		classes = append(classes, className(p, c))
	}
	for _, g := range householdGroups {
		groups = append(groups, groupName(p, g))
	}
	where := map[columnKind]string{}
	for i, list := range []struct {
		kind columnKind
		name string
		list []string
	}{
		{unitColumn, "unit", units}, {hamletColumn, "hamlet", hamlets}, {classColumn, "declared", classes},
		{groupColumn, "policy_group", groups}, {yesColumn, "yes", []string{p.T("yes"), p.T("no")}}, {tickColumn, "tick", []string{"x"}},
	} {
		sheet.set(i, 1, list.name, 0)
		for j, text := range list.list {
			sheet.set(i, j+2, text, 0)
		}
		if len(list.list) > 0 {
			where[list.kind] = fmt.Sprintf("'%s'!$%s$2:$%s$%d", sheet.sheet, letters(i), letters(i), len(list.list)+1)
		}
	}
	main.do(sheet.err)
	main.do(f.SetSheetVisible(sheet.sheet, false))
	return where
}

func (o HouseholdSheet) writeGuide(f *excelize.File, main *sheetWriter, styles bookStyles, p *locale.Printer, columns []*householdColumn) {
	sheet := &sheetWriter{f: f, sheet: p.T("household.sheet.guide")}
	_, err := f.NewSheet(sheet.sheet)
	main.do(err)
	sheet.set(0, 1, p.T("household.guide.title"), styles.title)
	row := 3
	for i := 1; p.Has("household.guide.rule" + digits(i)); i++ {
		sheet.set(0, row, p.T("household.guide.rule"+digits(i)), 0)
		row++
	}
	row++
	for i, key := range []string{"column", "needed", "help", "example"} {
		sheet.set(i, row, p.T("household.guide."+key), styles.head)
	}
	for _, c := range columns {
		row++
		needed := ""
		if c.needed {
			needed = p.T("yes")
		}
		sheet.set(0, row, c.name, styles.lines)
		sheet.set(1, row, needed, styles.lines)
		sheet.set(2, row, p.T(c.help), styles.lines)
		sheet.set(3, row, o.exampleOf(c, p), styles.lines)
	}
	for i, width := range []float64{38, 10, 90, 28} {
		sheet.do(f.SetColWidth(sheet.sheet, letters(i), letters(i), width))
	}
	main.do(sheet.err)
}

// exampleOf returns what the example row says in a column.
func (o HouseholdSheet) exampleOf(c *householdColumn, p *locale.Printer) string {
	switch c.kind {
	case unitColumn:
		if len(o.Units) > 0 {
			return o.Units[0].Name
		}
	case hamletColumn:
		if len(o.Hamlets) > 0 {
			return o.hamletLabel(o.Hamlets[0])
		}
	case codeColumn:
		return exampleCode
	case classColumn:
		return className(p, poverty.ClassPoor)
	case groupColumn:
		return groupName(p, poverty.PolicyEligible)
	case yesColumn:
		if c.code == "head_female" {
			return p.T("yes")
		}
		return p.T("no")
	case tickColumn:
		if slices.Contains([]string{"cause.capital", "need.livestock", "deprived.toilet"}, c.code) {
			return "x"
		}
		return ""
	}
	if key := "household.example." + c.code; p.Has(key) {
		return p.T(key)
	}
	return ""
}

func clippedTo(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// HouseholdColumn is a column of an export: a field's code, as Fields names
// them, the text at its head, and what stands for the field's codes.
type HouseholdColumn = poverty.ExportColumn

// HouseholdField is a field that may be a column of an export.
type HouseholdField struct {
	Code, Name string
	Values     []string // its codes, where it has few
}

// HouseholdExport says how a register is written. Without Columns it has those
// of the template, with their codes, and can be read back as it is.
type HouseholdExport struct {
	HouseholdSheet
	Columns   []HouseholdColumn
	Sensitive bool // may the reader see poverty.SensitiveFields; else their columns are left out
}

// Fields are the codes that a column of an export may have, in the template's
// order.
func (o HouseholdSheet) Fields() []string {
	var codes []string
	for _, c := range o.columns() {
		codes = append(codes, c.code)
	}
	return append(codes, householdExtras...)
}

// NamedFields are [HouseholdSheet.Fields] with their names and codes.
func (o HouseholdSheet) NamedFields() []HouseholdField {
	p := locale.For(o.Language)
	var list []HouseholdField
	for _, c := range o.columns() {
		f := HouseholdField{Code: c.code, Name: c.name}
		switch c.kind {
		case yesColumn, tickColumn:
			f.Values = []string{"yes", "no"}
		case classColumn:
			f.Values = []string{"poor", "near_poor", "not_poor", "none"}
		case groupColumn:
			f.Values = []string{"policy", "hard_core", "none"}
		}
		list = append(list, f)
	}
	for _, code := range householdExtras {
		f := HouseholdField{Code: code, Name: p.T("export.extra." + code)}
		if code == "computed" {
			f.Values = []string{"poor", "near_poor", "not_poor", "none"}
		}
		list = append(list, f)
	}
	return list
}

// householdExtras are fields that are written and never read.
var householdExtras = []string{
	"unit_code", "unit_name", "hamlet_code", "computed", "declared_code", "policy_group_code", "deprived", "causes", "needs", "number", "saved_at",
}

// exported is one column of an export.
type exported struct {
	column *householdColumn // nil for an extra
	extra  string
	header string
	width  float64
	style  int
	values map[string]string // what stands for its codes
}

func (e HouseholdExport) chosen(styles bookStyles) ([]exported, error) {
	known := e.columns()
	var all []exported
	if len(e.Columns) == 0 {
		for _, c := range e.shown() {
			if e.Sensitive || !c.sensitive() {
				all = append(all, exported{c, "", c.name, c.width, styles.of(c), nil})
			}
		}
		return all, nil
	}
	for _, want := range e.Columns {
		one := exported{header: clean(want.Header), width: 16, values: want.Values}
		i := slices.IndexFunc(known, func(c *householdColumn) bool { return c.code == want.Field })
		switch {
		case i >= 0:
			if c := known[i]; e.Sensitive || !c.sensitive() {
				one.column, one.width, one.style = c, c.width, styles.of(c)
				all = append(all, one)
			}
		case !slices.Contains(householdExtras, want.Field):
			return nil, poverty.InvalidField("columns", "workbook.unknown_field", "field", clipped(want.Field))
		case want.Field == "causes" && !e.Sensitive:
		default:
			one.extra = want.Field
			if want.Field == "saved_at" {
				one.style = styles.date
			}
			all = append(all, one)
		}
	}
	if len(all) == 0 {
		return nil, poverty.InvalidField("columns", "workbook.no_fields")
	}
	return all, nil
}

// WriteHouseholds writes a register as a workbook, row by row: numbers as
// numbers, days as days, the headings frozen. The first error of rows ends it.
func WriteHouseholds(w io.Writer, rows iter.Seq2[poverty.Household, error], e HouseholdExport) error {
	f := excelize.NewFile()
	defer f.Close()
	p := locale.For(e.Language)
	styles, err := newBookStyles(f)
	if err != nil {
		return fmt.Errorf("households: %w", err)
	}
	columns, err := e.chosen(styles)
	if err != nil {
		return err
	}
	sheet := p.T("household.sheet")
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("households: %w", err)
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("households: %w", err)
	}
	head, codes := make([]any, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		head[i] = excelize.Cell{StyleID: styles.head, Value: c.header}
		if c.column != nil {
			codes[i] = excelize.Cell{StyleID: styles.codes, Value: c.column.code}
		}
		if err := out.SetColWidth(i+1, i+1, c.width); err != nil {
			return fmt.Errorf("households: %w", err)
		}
	}
	top := 1
	if len(e.Columns) == 0 {
		top = 2
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: top, TopLeftCell: "A" + digits(top+1), ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("households: %w", err)
	}
	if err := out.SetRow("A1", head, excelize.RowOpts{Height: 45}); err != nil {
		return fmt.Errorf("households: %w", err)
	}
	if top == 2 {
		if err := out.SetRow("A2", codes, excelize.RowOpts{Hidden: true}); err != nil {
			return fmt.Errorf("households: %w", err)
		}
	}
	x := newExporter(e, p)
	cells := make([]any, len(columns))
	n := top
	for h, err := range rows {
		if err != nil {
			return err
		}
		if n++; n > maxRowsXML {
			return poverty.Errorf(poverty.Invalid, "workbook.too_many_rows", "count", maxRowsXML-top)
		}
		for i, c := range columns {
			cells[i] = excelize.Cell{StyleID: c.style, Value: x.value(c, &h, n-top)}
		}
		if err := out.SetRow("A"+digits(n), cells); err != nil {
			return fmt.Errorf("households: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("households: %w", err)
	}
	return f.Write(w)
}

// PreviewHouseholds is what [WriteHouseholds] would write, as text, with the
// headings first.
func PreviewHouseholds(rows []poverty.Household, e HouseholdExport) ([][]string, error) {
	columns, err := e.chosen(bookStyles{})
	if err != nil {
		return nil, err
	}
	p := locale.For(e.Language)
	x := newExporter(e, p)
	all := make([][]string, 0, len(rows)+1)
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.header
	}
	all = append(all, head)
	for n, h := range rows {
		line := make([]string, len(columns))
		for i, c := range columns {
			switch value := x.value(c, &h, n+1).(type) {
			case nil:
			case time.Time:
				line[i] = p.Date(calendar.DateOf(value))
			case int64:
				line[i] = p.Number(int(value))
			default:
				line[i] = fmt.Sprint(value)
			}
		}
		all = append(all, line)
	}
	return all, nil
}

// exporter says what stands in the cells of an export.
type exporter struct {
	p       *locale.Printer
	yes, no string
	units   map[poverty.UnitID]poverty.Unit
	hamlets map[[2]string]string
	names   map[string]string // of indicators, causes and needs, by column code
}

func newExporter(e HouseholdExport, p *locale.Printer) exporter {
	x := exporter{p, p.T("yes"), p.T("no"), map[poverty.UnitID]poverty.Unit{}, map[[2]string]string{}, map[string]string{}}
	for _, u := range e.Units {
		x.units[u.ID] = u
	}
	for _, h := range e.Hamlets {
		x.hamlets[[2]string{string(h.Unit), h.Code}] = e.hamletLabel(h)
	}
	for _, i := range e.Standard.Indicators {
		x.names["deprived."+i.Code] = p.T("household.indicator." + i.Code)
	}
	for _, c := range poverty.Causes {
		x.names["cause."+c] = p.T("household.cause." + c)
	}
	for _, n := range e.needs() {
		x.names["need."+n.Code] = n.Name
	}
	return x
}

// codeOf returns the code of what a household says in a column that has few
// codes; "" for any other column.
func codeOf(c exported, h *poverty.Household) string {
	some := func(code string) string { return cmp.Or(code, "none") }
	truth := func(is bool) string {
		if is {
			return "yes"
		}
		return "no"
	}
	if c.column == nil {
		if c.extra == "computed" {
			return some(string(h.Computed))
		}
		return ""
	}
	switch c.column.kind {
	case yesColumn:
		return truth(*c.column.flag(h))
	case tickColumn:
		return truth(slices.Contains(*c.column.list(h), c.column.choice))
	case classColumn:
		return some(string(h.Declared))
	case groupColumn:
		return some(string(h.PolicyGroup))
	}
	return ""
}

func (x exporter) value(c exported, h *poverty.Household, n int) any {
	if len(c.values) > 0 {
		if value, ok := c.values[codeOf(c, h)]; ok {
			return x.text(clean(value))
		}
	}
	if c.column == nil {
		return x.extra(c.extra, h, n)
	}
	switch c.column.kind {
	case unitColumn:
		if u, ok := x.units[h.Unit]; ok && u.Name != "" {
			return u.Name
		}
		return string(h.Unit)
	case hamletColumn:
		if name := x.hamlets[[2]string{string(h.Unit), h.Hamlet}]; name != "" {
			return name
		}
		return h.Hamlet
	case bornColumn:
		if h.HeadBorn == 0 {
			return nil
		}
		return h.HeadBorn
	case numberColumn:
		whole := c.column.whole(h)
		if whole == 0 && (c.column.field == "income" || c.column.field == "points") {
			return nil // not known
		}
		return whole
	case yesColumn:
		if *c.column.flag(h) {
			return x.yes
		}
		return x.no
	case tickColumn:
		if slices.Contains(*c.column.list(h), c.column.choice) {
			return "x"
		}
		return nil
	case classColumn:
		return x.text(className(x.p, h.Declared))
	case groupColumn:
		return x.text(groupName(x.p, h.PolicyGroup))
	}
	return x.text(*c.column.text(h))
}

func (x exporter) text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (x exporter) extra(field string, h *poverty.Household, n int) any {
	list := func(group string, codes []string) any {
		var names []string
		for _, c := range codes {
			if name := x.names[group+"."+c]; name != "" {
				names = append(names, name)
			} else {
				names = append(names, c)
			}
		}
		return x.text(strings.Join(names, "; "))
	}
	switch field {
	case "unit_code":
		if u := x.units[h.Unit]; u.Code != "" {
			return u.Code
		}
		return string(h.Unit)
	case "unit_name":
		return x.units[h.Unit].Name
	case "hamlet_code":
		return h.Hamlet
	case "computed":
		return x.text(className(x.p, h.Computed))
	case "declared_code":
		return x.text(string(h.Declared))
	case "policy_group_code":
		return x.text(string(h.PolicyGroup))
	case "deprived":
		return list("deprived", h.Deprived)
	case "causes":
		return list("cause", h.Causes)
	case "needs":
		return list("need", h.Needs)
	case "number":
		return n
	case "saved_at":
		if h.SavedAt.IsZero() {
			return nil
		}
		y, m, d := h.SavedAt.In(calendar.Zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return nil
}
