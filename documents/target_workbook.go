package documents

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/xuri/excelize/v2"

	"dondoc/locale"
	"dondoc/poverty"
)

// TargetSheet says what a file of targets may hold and how it is headed.
type TargetSheet struct {
	Year     int
	Units    []poverty.Unit // the communes; names are compared with their tones
	Language string
	File     string // what problems of a CSV file call it
}

// The columns of the target table that hold no number.
const (
	targetOrder = "order"
	targetUnit  = "unit"
	targetNote  = "note"
)

// targetLayout is the columns in the order and with the numbers of the source's
// table (seed 002: A, B, 1 to 11), and behind them what other plans tell.
var targetLayout = []struct{ code, number string }{
	{targetOrder, "A"}, {targetUnit, "B"},
	{"households", "1"}, {"poor", "2"}, {"poor_pct", "3"},
	{"policy", "4"}, {"policy_pct", "5"}, {"hard_core", "6"}, {"hard_core_pct", "7"},
	{"to_leave", "8"}, {"to_leave_pct", "9"}, {"poor_end", "10=2-8"}, {"poor_end_pct", "11"},
	{"near_poor", "12"}, {"near_poor_pct", "13"}, {"near_to_leave", "14"}, {"expected_new", "15"}, {targetNote, "16"},
}

// targetGroups are the headings above the columns, by the first column of each.
var targetGroups = map[string]int{"households": 3, "policy": 4, "to_leave": 2, "poor_end": 2, "near_poor": 3}

// targetAliases are other codes of columns: those of a cycle's folder, and of
// data that was taken from the source.
var targetAliases = map[string]string{
	"csgn": "policy", "csgn_pct": "policy_pct", "hardcore": "hard_core", "hardcore_pct": "hard_core_pct",
	"target_drop": "to_leave", "target_drop_pct": "to_leave_pct", "i": "households", "11=3-9": "poor_end_pct", "10": "poor_end",
}

// targetCell is a cell as text, and whether it was a number.
type targetCell struct {
	text   string
	number bool
}

type targetReader struct {
	o        TargetSheet
	p        *locale.Printer
	file     string
	problems poverty.Problems
	at       map[string]int // places by column
	units    map[string][]poverty.UnitID
}

// maxTargetRows is how far down a table of targets is read.
const maxTargetRows = 5000

// ReadTargets reads a table of targets from a workbook or a CSV file of size
// bytes: its rows, its totals where it has a row of them, and all that is wrong
// with it in one go. With problems nothing of it is to be used. The error is of
// r alone.
func ReadTargets(r io.ReaderAt, size int64, o TargetSheet) (poverty.TargetImport, poverty.Problems, error) {
	t := &targetReader{o: o, p: locale.For(o.Language), file: o.File, at: map[string]int{}, units: map[string][]poverty.UnitID{}}
	head := make([]byte, min(size, 4))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return poverty.TargetImport{}, nil, fmt.Errorf("targets: %w", err)
	}
	var rows []targetRow
	var err error
	if bytes.HasPrefix(head, []byte("PK")) || bytes.HasPrefix(head, oleHead[:4]) || size == 0 {
		rows, err = t.workbook(r, size)
	} else {
		rows, err = t.csv(r, size)
	}
	if err != nil || len(t.problems) > 0 {
		return poverty.TargetImport{}, t.problems, err
	}
	for _, u := range o.Units {
		t.name(u)
	}
	found := t.table(rows)
	return found, t.problems, nil
}

type targetRow struct {
	n     int
	cells []targetCell
}

func (t *targetReader) problem(row int, column, key string, args ...any) {
	if i, ok := t.at[column]; ok {
		column = letters(i) + " · " + t.title(column)
	} else if column != "" {
		column = t.title(column)
	}
	t.problems = append(t.problems, poverty.Problem{File: t.file, Row: row, Column: column, Key: key, Args: args})
}

func (t *targetReader) title(code string) string {
	if c := poverty.TargetColumn(code); c.IsRate() {
		return t.p.T("target.column."+string(c.Of())) + ", " + t.p.T("target.rate")
	}
	return t.p.T("target.column." + code)
}

func (t *targetReader) workbook(r io.ReaderAt, size int64) ([]targetRow, error) {
	book, err := openWorkbook(r, size)
	if refused, ok := errors.AsType[*poverty.Error](err); ok {
		t.problem(0, "", refused.Key, refused.Args...)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("targets: %w", err)
	}
	i := slices.IndexFunc(book.sheets, func(s sheetPart) bool { return !s.hidden })
	if i < 0 {
		t.problem(0, "", "workbook.no_sheet", "sheet", t.p.T("target.title"))
		return nil, nil
	}
	t.file = book.sheets[i].name
	var rows []targetRow
	_, err = book.read(book.sheets[i], func(r sheetRow) bool {
		row := targetRow{n: r.n}
		for _, c := range r.cells {
			row.cells = append(row.cells, cellOfTargets(c))
		}
		rows = append(rows, row)
		return len(rows) < maxTargetRows
	})
	if err != nil {
		t.problem(0, "", "workbook.damaged")
	}
	return rows, nil
}

func cellOfTargets(c sheetCell) targetCell {
	switch c.kind {
	case numberCell:
		n := c.n
		if c.percent {
			n *= 100
		}
		if whole := math.Round(n); math.Abs(n-whole) < 1e-9 {
			n = whole // a sum of percentages may come out as 4.000000000000001
		}
		return targetCell{strconv.FormatFloat(n, 'f', -1, 64), true}
	case textCell, plainCell:
		return targetCell{text: clean(c.s)}
	case dateCell, boolCell, errorCell:
		return targetCell{text: "#"} // told as no number where one is wanted
	case emptyCell:
	}
	return targetCell{}
}

func (t *targetReader) csv(r io.ReaderAt, size int64) ([]targetRow, error) {
	if size > maxFile {
		t.problem(0, "", "cyclefile.too_big", "megabytes", maxFile>>20)
		return nil, nil
	}
	src := make([]byte, size)
	if _, err := r.ReadAt(src, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("targets: %w", err)
	}
	rd := &reader{}
	records, _ := rd.csv(t.file, src)
	t.problems = rd.problems
	rows := make([]targetRow, len(records))
	for i, r := range records {
		rows[i].n = r.n
		for _, c := range r.cells {
			rows[i].cells = append(rows[i].cells, targetCell{text: c})
		}
	}
	return rows, nil
}

// placeWords stand before the name of a commune and are often left out.
var placeWords = []string{"ubnd ", "ủy ban nhân dân ", "xã ", "thị trấn ", "tt ", "tt. ", "phường ", "đặc khu "}

func placeNames(name string) []string {
	name = loweredName(name)
	names := []string{name}
	for _, word := range placeWords {
		if rest, ok := strings.CutPrefix(name, word); ok {
			name = rest
			names = append(names, name)
		}
	}
	return names
}

func (t *targetReader) name(u poverty.Unit) {
	names := append(placeNames(u.Name), string(u.ID))
	if u.Code != "" {
		names = append(names, u.Code)
	}
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		t.units[n] = append(t.units[n], u.ID)
	}
}

// unit returns the commune of a name: in full, or without what stands before it.
func (t *targetReader) unit(row int, name string) poverty.UnitID {
	for _, n := range placeNames(name) {
		switch found := t.units[n]; len(found) {
		case 0:
		case 1:
			return found[0]
		default:
			t.problem(row, targetUnit, "target.two_units", "name", clipped(name))
			return ""
		}
	}
	var names []string
	for _, u := range t.o.Units {
		names = append(names, u.Name)
	}
	t.problem(row, targetUnit, "target.unknown_unit", "name", clipped(name), "like", strings.Join(nearest(name, names), ", "))
	return ""
}

// headings finds the last of the rows that head the table: one of codes or of
// the source's numbers, else one of words. It returns the place behind it.
func (t *targetReader) headings(rows []targetRow) int {
	end := 0
	for i, r := range rows[:min(len(rows), headRows)] {
		if at := t.head(r); len(at) >= 3 {
			t.at, end = at, i+1
		} else if end > 0 {
			break
		}
	}
	return end
}

func (t *targetReader) head(r targetRow) map[string]int {
	at := map[string]int{}
	var filled []string
	for _, c := range r.cells {
		if c.text != "" {
			filled = append(filled, c.text)
		}
	}
	numbered := len(filled) > 3 && filled[0] == "A" && filled[1] == "B"
	for i, c := range r.cells {
		code := strings.ToLower(c.text)
		if other, ok := targetAliases[code]; ok {
			code = other
		}
		known := func(column struct{ code, number string }) bool {
			return code == column.code || numbered && strings.EqualFold(c.text, column.number)
		}
		if j := slices.IndexFunc(targetLayout, known); j >= 0 {
			code = targetLayout[j].code
		} else if title, ok := targetTitles()[titleKey(c.text)]; ok && !numbered {
			code = title
		} else {
			continue
		}
		if _, twice := at[code]; !twice {
			at[code] = i
		}
	}
	return at
}

// targetTitles are the columns by what people read at their head, in every
// language.
var targetTitles = sync.OnceValue(func() map[string]string {
	titles := map[string]string{}
	for _, lang := range locale.Languages {
		t := targetReader{p: locale.For(lang)}
		for _, column := range targetLayout {
			titles[titleKey(t.title(column.code))] = column.code
		}
	}
	return titles
})

var totalWords = []string{"tong cong", "tong so", "tong", "cong", "toan huyen", "total"}

func (t *targetReader) table(rows []targetRow) (found poverty.TargetImport) {
	end := t.headings(rows)
	var missing []string
	for _, code := range []string{targetUnit, "households", "poor", "to_leave"} {
		if _, ok := t.at[code]; !ok {
			missing = append(missing, t.title(code))
		}
	}
	if len(missing) > 0 {
		t.problem(0, "", "target.missing_columns", "columns", strings.Join(missing, ", "))
		return found
	}
	for _, column := range targetLayout {
		if _, ok := t.at[column.code]; ok {
			found.Columns = append(found.Columns, poverty.TargetColumn(column.code))
		}
	}
	seen := map[poverty.UnitID]int{}
	for _, r := range rows[end:] {
		first := slices.IndexFunc(r.cells, func(c targetCell) bool { return c.text != "" })
		if first < 0 {
			continue
		}
		if slices.Contains(totalWords, locale.Fold(t.cell(r, targetUnit).text)) || slices.Contains(totalWords, locale.Fold(r.cells[first].text)) {
			found.Totals = t.totals(r)
			break // what stands below is signatures
		}
		if t.cell(r, targetUnit).text == "" {
			if t.cell(r, "households").text != "" {
				t.problem(r.n, targetUnit, "cyclefile.required")
			}
			continue
		}
		target := t.row(r)
		if before, twice := seen[target.Unit]; twice && target.Unit != "" {
			t.problem(r.n, targetUnit, "target.unit_twice", "row", before)
		}
		seen[target.Unit] = r.n
		found.Rows = append(found.Rows, target)
	}
	if len(found.Rows) == 0 && len(t.problems) == 0 {
		t.problem(0, "", "target.no_rows")
	}
	return found
}

func (t *targetReader) cell(r targetRow, code string) targetCell {
	if i, ok := t.at[code]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return targetCell{}
}

func (t *targetReader) row(r targetRow) poverty.Target {
	target := poverty.Target{Unit: t.unit(r.n, t.cell(r, targetUnit).text), Note: t.cell(r, targetNote).text, Printed: map[poverty.TargetColumn]string{}}
	before := len(t.problems)
	for _, c := range poverty.TargetCounts {
		cell := t.cell(r, string(c))
		if c == poverty.ColumnPoorEnd {
			continue
		}
		switch n, ok := t.count(cell); {
		case ok:
			target.Set(c, n)
		case cell.text != "":
			t.problem(r.n, string(c), "target.bad_count", "value", clipped(cell.text))
		case c == poverty.ColumnHouseholds, c == poverty.ColumnPoor, c == poverty.ColumnToLeave:
			t.problem(r.n, string(c), "cyclefile.required")
		}
	}
	t.printed(r, target.Printed, poverty.ColumnPoorEnd)
	if len(t.problems) > before {
		return target
	}
	for _, p := range target.Check() {
		t.problem(r.n, p.Column, p.Key, p.Args...)
	}
	return target
}

func (t *targetReader) count(c targetCell) (int, bool) {
	if c.number && strings.Contains(c.text, ".") {
		return 0, false // 1.411 as a number is not one thousand four hundred and eleven
	}
	return parseCount(c.text)
}

// printed keeps what a row prints of what is computed.
func (t *targetReader) printed(r targetRow, into map[poverty.TargetColumn]string, counts ...poverty.TargetColumn) {
	for _, c := range counts {
		cell := t.cell(r, string(c))
		if cell.text == "" {
			continue
		}
		n, ok := t.count(cell)
		if !ok {
			t.problem(r.n, string(c), "target.bad_count", "value", clipped(cell.text))
			continue
		}
		into[c] = strconv.Itoa(n)
	}
	for _, count := range poverty.TargetRates {
		c := count.Rate()
		cell := t.cell(r, string(c))
		v := strings.TrimSpace(strings.TrimSuffix(cell.text, "%"))
		if v == "" {
			continue
		}
		if f, err := strconv.ParseFloat(v, 64); err == nil && cell.number {
			v = strconv.FormatFloat(f, 'f', 2, 64) // as the sheet shows it
		}
		n, ok := poverty.ParsePrinted(c, v)
		if !ok {
			t.problem(r.n, string(c), "cyclefile.bad_percent", "value", clipped(cell.text))
			continue
		}
		into[c] = fmt.Sprintf("%d,%02d", n/100, n%100)
	}
}

func (t *targetReader) totals(r targetRow) *poverty.TargetTotals {
	totals := &poverty.TargetTotals{Printed: map[poverty.TargetColumn]string{}}
	t.printed(r, totals.Printed, slices.DeleteFunc(slices.Clone(poverty.TargetCounts), func(c poverty.TargetColumn) bool { return c == poverty.ColumnExpectedNew })...)
	if cell := t.cell(r, string(poverty.ColumnExpectedNew)); cell.text != "" {
		var ok bool
		if totals.NewLow, totals.NewHigh, ok = span(cell.text, parseCount); !ok {
			t.problem(r.n, string(poverty.ColumnExpectedNew), "cyclefile.bad_range", "value", clipped(cell.text))
		}
	}
	return totals
}

// WriteTargets writes a table of targets in the columns of the source, on A4 in
// landscape: its counts and what they give, the sum footed, and a note on each
// value that the source prints otherwise. Without rows it is the form to fill
// in, which has the communes in it. ReadTargets reads it back.
func WriteTargets(w io.Writer, table poverty.TargetTable, o TargetSheet) error {
	f := excelize.NewFile()
	defer f.Close()
	p := locale.For(o.Language)
	styles, err := newBookStyles(f)
	if err != nil {
		return fmt.Errorf("targets: %w", err)
	}
	rate, err := f.NewStyle(&excelize.Style{NumFmt: 4})
	if err != nil {
		return fmt.Errorf("targets: %w", err)
	}
	t := targetWriter{sheetWriter: sheetWriter{f: f, sheet: p.T("target.title")}, p: p, styles: styles, rate: rate}
	t.do(f.SetSheetName("Sheet1", t.sheet))
	t.heads(o)
	row := 7
	if len(table.Rows) == 0 {
		for i, u := range o.Units {
			t.set(0, row, i+1, 0)
			t.set(1, row, u.Name, styles.text)
			row++
		}
		t.set(1, row, p.T("target.sum"), styles.head)
	} else {
		for i, r := range table.Rows {
			t.set(0, row, i+1, 0)
			t.set(1, row, r.UnitName, styles.text)
			t.row(row, r, table)
			row++
		}
		sum := table.Sum
		t.set(1, row, p.T("target.sum"), styles.head)
		t.row(row, sum, table)
		if low, high := table.Totals.NewLow, table.Totals.NewHigh; high > 0 {
			text := digits(low)
			if high != low {
				text += "-" + digits(high)
			}
			t.set(t.place("expected_new"), row, text, styles.text)
		}
		// Below the sum, where ReadTargets does not look: on paper a note on a
		// cell is not seen.
		for i, line := range p.TargetNotes(table) {
			t.set(1, row+2+i, "("+digits(i+1)+") "+line, 0)
		}
	}
	landscape, a4, once, asNeeded := "landscape", 9, 1, 0
	fit := true
	t.do(f.SetPageLayout(t.sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &once, FitToHeight: &asNeeded}))
	t.do(f.SetSheetProps(t.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	t.do(f.SetPanes(t.sheet, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: 6, TopLeftCell: "C7", ActivePane: "bottomRight"}))
	if t.err != nil {
		return fmt.Errorf("targets: %w", t.err)
	}
	return f.Write(w)
}

type targetWriter struct {
	sheetWriter
	p      *locale.Printer
	styles bookStyles
	rate   int
}

func (t *targetWriter) place(code string) int {
	return slices.IndexFunc(targetLayout, func(c struct{ code, number string }) bool { return c.code == code })
}

func (t *targetWriter) heads(o TargetSheet) {
	t.set(0, 1, t.p.T("target.sheet_title", "year", o.Year), t.styles.title)
	t.set(0, 2, t.p.T("target.sheet_hint"), 0)
	group := 0
	for i, c := range targetLayout {
		letter := letters(i)
		title := t.p.T("target.rate")
		if !strings.HasSuffix(c.code, "_pct") {
			title = t.p.T("target.column." + c.code)
		}
		t.set(i, 4, title, t.styles.head)
		if n := targetGroups[c.code]; n > 0 {
			t.set(i, 3, t.p.T("target.group."+c.code), t.styles.head)
			t.do(t.f.MergeCell(t.sheet, letter+"3", letters(i+n-1)+"3"))
			group = i + n
		} else if i >= group {
			t.set(i, 3, "", t.styles.head)
		}
		t.set(i, 5, c.number, t.styles.head)
		t.set(i, 6, c.code, t.styles.codes)
		width := 10.0
		switch c.code {
		case targetOrder:
			width = 5
		case targetUnit, targetNote:
			width = 26
		}
		t.do(t.f.SetColWidth(t.sheet, letter, letter, width))
	}
	t.do(t.f.SetRowHeight(t.sheet, 4, 48))
	t.do(t.f.SetRowVisible(t.sheet, 6, false))
}

func (t *targetWriter) row(n int, r poverty.Target, table poverty.TargetTable) {
	for i, column := range targetLayout {
		c := poverty.TargetColumn(column.code)
		value, ok := r.Value(c)
		switch {
		case column.code == targetOrder || column.code == targetUnit:
			continue
		case column.code == targetNote:
			t.set(i, n, r.Note, t.styles.lines)
			continue
		case !table.Uses(c.Of()) || !ok:
			continue
		case c.IsRate():
			t.set(i, n, float64(value)/100, t.rate)
		default:
			t.set(i, n, value, t.styles.whole)
		}
		if r.Differs(c) {
			t.do(t.f.AddComment(t.sheet, excelize.Comment{
				Cell: letters(i) + digits(n), Author: t.p.T("app.name"), Width: 220, Height: 60,
				Paragraph: []excelize.RichTextRun{{Text: t.p.T("target.printed_as", "printed", r.Printed[c])}},
			}))
		}
	}
}
