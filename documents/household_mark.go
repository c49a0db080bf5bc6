package documents

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"dondoc/locale"
	"dondoc/poverty"
)

const (
	wrongColor  = "FFC7CE"
	noticeColor = "FFEB9C"
	maxComments = 1000 // every comment is a drawing, and costs as one
)

// MarkHouseholds writes the workbook of size bytes again with the cells of its
// problems coloured and commented, and a sheet that lists all of them. What an
// earlier marking left is taken away. It is Invalid where the file cannot be
// opened as a workbook; w may have got a part by then.
//
// A whole sheet in the memory of excelize takes far more than the file. So it
// is given the sheet with the faulty cells alone, and what it made of them is
// put back among the others.
func MarkHouseholds(in io.ReaderAt, size int64, found HouseholdFindings, language string, w io.Writer) (err error) {
	book, err := openWorkbook(in, size)
	if err != nil {
		return fmt.Errorf("mark households: %w", err)
	}
	// A file from outside: where the library stumbles over it, it was damaged.
	defer func() {
		if bad := recover(); bad != nil {
			err = notAWorkbook("workbook.damaged", fmt.Errorf("mark households: %v", bad))
		}
	}()
	m := &marker{p: locale.For(language), book: book, styles: map[[2]int]int{}, places: map[string]cellSet{}}
	m.collect(found)
	var small bytes.Buffer
	if err := m.skeleton(&small); err != nil {
		return notAWorkbook("workbook.damaged", err)
	}
	m.f, err = excelize.OpenReader(&small, excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxPart})
	if err != nil {
		return notAWorkbook("workbook.damaged", err)
	}
	defer m.f.Close()
	for _, step := range []func(HouseholdFindings) error{m.clear, m.mark, m.list} {
		if err := step(found); err != nil {
			return notAWorkbook("workbook.damaged", err)
		}
	}
	marked, err := m.f.WriteToBuffer()
	if err != nil {
		return notAWorkbook("workbook.damaged", err)
	}
	err = m.whole(marked.Bytes(), w)
	if errors.Is(err, errDamaged) {
		return notAWorkbook("workbook.damaged", err)
	}
	if err != nil {
		return fmt.Errorf("mark households: %w", err)
	}
	return nil
}

// cellSet is cells of a sheet with their styles, by row and column.
type cellSet map[int]map[int]int

func (s cellSet) add(row, column, style int) {
	if s[row] == nil {
		s[row] = map[int]int{}
	}
	s[row][column] = style
}

type marker struct {
	f      *excelize.File
	p      *locale.Printer
	book   *xlsxFile
	styles map[[2]int]int     // what a cell's style becomes, by style and colour
	places map[string]cellSet // cells to mark or to clear, by the sheet's name
	old    []cellAt           // cells that were marked before
}

type cellAt struct{ sheet, cell string }

func (m *marker) isList(sheet string) bool {
	return slices.ContainsFunc(locale.Languages, func(lang string) bool { return sheet == locale.For(lang).T("household.sheet.problems") })
}

func (m *marker) has(sheet string) bool {
	return slices.ContainsFunc(m.book.sheets, func(s sheetPart) bool { return s.name == sheet }) && !m.isList(sheet)
}

// at returns the cell of a problem; a problem of a row is told in its first.
func at(p poverty.Problem) string { return cmp.Or(p.Column, "A") + digits(p.Row) }

func (m *marker) place(sheet, cell string) bool {
	column, row, ok := cellName(cell)
	if !ok || !m.has(sheet) {
		return false
	}
	if m.places[sheet] == nil {
		m.places[sheet] = cellSet{}
	}
	m.places[sheet].add(row, column, 0)
	return true
}

// collect finds the cells of the problems, and those that an earlier list
// names.
func (m *marker) collect(found HouseholdFindings) {
	for _, p := range slices.Concat(found.Errors, found.Notices) {
		if p.Row > 0 {
			m.place(p.File, at(p))
		}
	}
	for _, s := range m.book.sheets {
		if !m.isList(s.name) {
			continue
		}
		text := func(r sheetRow, i int) string {
			switch {
			case i >= len(r.cells):
				return ""
			case r.cells[i].kind == numberCell:
				return strconv.FormatFloat(r.cells[i].n, 'f', -1, 64)
			}
			return r.cells[i].s
		}
		_, err := m.book.read(s, func(r sheetRow) bool {
			sheet, cell := text(r, 1), cmp.Or(text(r, 3), "A")+text(r, 2)
			if m.place(sheet, cell) {
				m.old = append(m.old, cellAt{sheet, cell})
			}
			return true
		})
		if err != nil {
			continue // what was marked before stays coloured
		}
	}
}

// skeleton writes the workbook without the cells that stay as they are.
func (m *marker) skeleton(w io.Writer) error {
	out := zip.NewWriter(w)
	parts := map[string]cellSet{}
	for _, s := range m.book.sheets {
		if set := m.places[s.name]; set != nil {
			parts[s.part] = set
		}
	}
	for _, f := range m.book.zip.File {
		set := parts[partName(f.Name)]
		if set == nil || m.book.parts[partName(f.Name)] != f {
			if err := out.Copy(f); err != nil {
				return err
			}
			continue
		}
		part, err := out.Create(f.Name)
		if err != nil {
			return err
		}
		if err := rewrite(f, part, func(b *bufio.Writer, p piece) error {
			if !p.data || p.row == 0 || set[p.row] != nil && p.column < 0 {
				return p.as(b)
			}
			if _, keep := set[p.row][p.column]; keep {
				return p.as(b)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return out.Close()
}

// whole writes the marked workbook with all its cells.
func (m *marker) whole(marked []byte, w io.Writer) error {
	book, err := openWorkbook(bytes.NewReader(marked), int64(len(marked)))
	if err != nil {
		return err
	}
	parts := map[string]string{}
	for _, s := range book.sheets {
		if m.places[s.name] != nil {
			parts[s.part] = s.name
		}
	}
	out := zip.NewWriter(w)
	for _, f := range book.zip.File {
		name, ok := parts[partName(f.Name)]
		if !ok {
			if err := out.Copy(f); err != nil {
				return err
			}
			continue
		}
		part, err := out.Create(f.Name)
		if err != nil {
			return err
		}
		if err := m.merge(f, m.book.parts[m.partOf(name)], m.places[name], part); err != nil {
			return err
		}
	}
	return out.Close()
}

func (m *marker) partOf(sheet string) string {
	i := slices.IndexFunc(m.book.sheets, func(s sheetPart) bool { return s.name == sheet })
	return m.book.sheets[i].part
}

// merge writes a marked sheet with the cells of the sheet as it was, which get
// the styles of the marked ones.
func (m *marker) merge(marked, was *zip.File, set cellSet, w io.Writer) error {
	var tail bytes.Buffer
	b := bufio.NewWriter(w)
	filled, before := false, true
	if err := rewrite(marked, io.Discard, func(_ *bufio.Writer, p piece) error {
		if p.data {
			before = false
			if p.start && p.name == "c" {
				style, _ := strconv.Atoi(p.style)
				if _, ours := set[p.row][p.column]; ours {
					set.add(p.row, p.column, style)
				}
			}
			return nil
		}
		if !before || p.after {
			before = false
			tail.Write(p.raw)
			return nil
		}
		_, err := b.Write(p.raw)
		return err
	}); err != nil {
		return err
	}
	rows := slices.Sorted(maps.Keys(set))
	var columns []int
	prefix, current := "", 0
	cellsBefore := func(column int) {
		for len(columns) > 0 && columns[0] < column {
			fmt.Fprintf(b, `<%sc r="%s%d" s="%d"/>`, prefix, letters(columns[0]), current, set[current][columns[0]])
			columns = columns[1:]
		}
	}
	rowsBefore := func(row int) {
		for len(rows) > 0 && rows[0] < row {
			current, columns = rows[0], slices.Sorted(maps.Keys(set[rows[0]]))
			fmt.Fprintf(b, `<%srow r="%d">`, prefix, current)
			cellsBefore(maxColumns)
			fmt.Fprintf(b, `</%srow>`, prefix)
			rows = rows[1:]
		}
	}
	if err := rewrite(was, b, func(b *bufio.Writer, p piece) error {
		if !p.data {
			return nil
		}
		prefix = p.prefix
		switch {
		case p.name == "sheetData" && p.start:
			filled = true
			if p.closed {
				fmt.Fprintf(b, "<%ssheetData>", prefix)
				rowsBefore(maxRowsXML + 1)
				fmt.Fprintf(b, "</%ssheetData>", prefix)
				return nil
			}
		case p.name == "sheetData":
			rowsBefore(maxRowsXML + 1)
		case p.name == "row" && p.start:
			rowsBefore(p.row)
			columns, current = nil, p.row
			if len(rows) > 0 && rows[0] == p.row {
				columns, rows = slices.Sorted(maps.Keys(set[p.row])), rows[1:]
			}
			if p.closed && len(columns) > 0 {
				fmt.Fprintf(b, "%s>", bytes.TrimSuffix(p.raw, []byte("/>")))
				cellsBefore(maxColumns)
				fmt.Fprintf(b, "</%srow>", prefix)
				return nil
			}
		case p.name == "row":
			cellsBefore(maxColumns)
		case p.start && p.name == "c":
			cellsBefore(p.column)
			if len(columns) > 0 && columns[0] == p.column {
				columns = columns[1:]
				_, err := b.Write(styled(p.raw, set[p.row][p.column]))
				return err
			}
		}
		return p.as(b)
	}); err != nil {
		return err
	}
	if !filled {
		return errDamaged
	}
	if _, err := b.Write(tail.Bytes()); err != nil {
		return err
	}
	return b.Flush()
}

var (
	styleOf = regexp.MustCompile(`\ss\s*=\s*("[^"]*"|'[^']*')`)
	nameOf  = regexp.MustCompile(`^<[^\s/>]+`)
)

// styled returns the start of a cell with another style.
func styled(raw []byte, style int) []byte {
	s := fmt.Sprintf(` s="%d"`, style)
	if at := styleOf.FindIndex(raw); at != nil {
		return slices.Concat(raw[:at[0]], []byte(s), raw[at[1]:])
	}
	end := len(nameOf.Find(raw))
	return slices.Concat(raw[:end], []byte(s), raw[end:])
}

// piece is a piece of a sheet's XML as it stands in the file.
type piece struct {
	raw    []byte
	data   bool // of the rows, sheetData itself too
	after  bool // behind them
	start  bool
	closed bool // an element without content: <row/>
	name   string
	prefix string
	row    int // 0 outside rows
	column int // -1 outside cells
	style  string
}

func (p piece) as(b *bufio.Writer) error {
	_, err := b.Write(p.raw)
	return err
}

// recorder keeps what was read until it is dropped.
type recorder struct {
	r    io.Reader
	kept []byte
	from int64
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.kept = append(r.kept, p[:n]...)
	return n, err
}

// until returns the bytes up to an offset, and drops them with the next call.
func (r *recorder) until(offset int64) []byte {
	n := int(offset - r.from)
	raw := r.kept[:n]
	r.kept, r.from = r.kept[n:], offset
	return raw
}

// rewrite hands the pieces of a sheet to each, which writes what it will.
func rewrite(f *zip.File, w io.Writer, each func(*bufio.Writer, piece) error) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	b := bufio.NewWriter(w)
	guard := &sized{in, maxToken, errEndless}
	kept := &recorder{r: guard}
	scan := xml.NewDecoder(kept)
	p := piece{column: -1}
	leaveRow, leaveCell, leaveData := false, false, false
	row, column := 0, -1
	for {
		guard.left = maxToken
		t, err := scan.RawToken()
		if errors.Is(err, io.EOF) {
			return b.Flush()
		}
		if err != nil {
			return errDamaged
		}
		if leaveCell {
			p.column, leaveCell = -1, false
		}
		if leaveRow {
			p.row, leaveRow = 0, false
		}
		if leaveData {
			p.data, p.after, leaveData = false, true, false
		}
		p.raw, p.start, p.closed, p.name, p.style = kept.until(scan.InputOffset()), false, false, "", ""
		switch e := t.(type) {
		case xml.StartElement:
			p.start, p.closed, p.name, p.prefix = true, bytes.HasSuffix(p.raw, []byte("/>")), e.Name.Local, ""
			if e.Name.Space != "" {
				p.prefix = e.Name.Space + ":"
			}
			switch {
			case p.name == "sheetData":
				p.data = true
			case !p.data:
			case p.name == "row":
				row++
				if n, err := strconv.Atoi(attribute(e, "r")); err == nil {
					row = n
				}
				p.row, column = row, -1
			case p.name == "c":
				column++
				if c, _, ok := cellName(attribute(e, "r")); ok {
					column = c
				}
				p.column, p.style = column, attribute(e, "s")
			}
		case xml.EndElement:
			p.name = e.Name.Local
			leaveData = p.name == "sheetData"
			leaveRow = p.name == "row"
			leaveCell = p.name == "c"
		}
		if err := each(b, p); err != nil {
			return err
		}
	}
}

// clear takes away the marks of an earlier time: the list, our comments, and
// our colours on the cells that the list names.
func (m *marker) clear(HouseholdFindings) error {
	for _, c := range m.old {
		m.paint(c.sheet, c.cell, "")
	}
	for _, sheet := range m.f.GetSheetList() {
		if m.isList(sheet) {
			if err := m.f.DeleteSheet(sheet); err != nil {
				return err
			}
			continue
		}
		comments, err := m.f.GetComments(sheet)
		if err != nil {
			return err
		}
		for _, c := range comments {
			if c.Author == m.author() {
				if err := m.f.DeleteComment(sheet, c.Cell); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (m *marker) author() string { return locale.For("vi").T("household.sheet.problems") }

// paint gives a cell a colour and leaves its format as it is; without a colour
// it takes ours away.
func (m *marker) paint(sheet, cell, color string) {
	old, err := m.f.GetCellStyle(sheet, cell)
	if err != nil {
		return
	}
	key := [2]int{old, map[string]int{"": 0, wrongColor: 1, noticeColor: 2}[color]}
	id, known := m.styles[key]
	if !known {
		style, err := m.f.GetStyle(old)
		if err != nil {
			style = &excelize.Style{}
		}
		ours := len(style.Fill.Color) == 1 && slices.Contains([]string{wrongColor, noticeColor}, strings.TrimPrefix(style.Fill.Color[0], "#"))
		id = old
		if color != "" || ours {
			style.Fill = excelize.Fill{}
			if color != "" {
				style.Fill = fill(color)
			}
			if id, err = m.f.NewStyle(style); err != nil {
				return
			}
		}
		m.styles[key] = id
	}
	if err := m.f.SetCellStyle(sheet, cell, cell, id); err != nil {
		return
	}
}

func (m *marker) mark(found HouseholdFindings) error {
	texts := map[cellAt][]string{}
	var order []cellAt
	for i, list := range []poverty.Problems{found.Errors, found.Notices} {
		for _, p := range list {
			if p.Row == 0 || !m.has(p.File) {
				continue
			}
			c := cellAt{p.File, at(p)}
			if texts[c] == nil {
				order = append(order, c)
				m.paint(c.sheet, c.cell, []string{wrongColor, noticeColor}[i])
			}
			texts[c] = append(texts[c], m.p.T(p.Key, p.Args...))
		}
	}
	theirs := map[cellAt]bool{}
	for sheet := range m.places {
		comments, err := m.f.GetComments(sheet)
		if err != nil {
			continue
		}
		for _, c := range comments {
			theirs[cellAt{sheet, c.Cell}] = true
		}
	}
	for i, c := range order {
		if i >= maxComments {
			break
		}
		if theirs[c] {
			continue // the list says what is wrong with a cell that has a note of its own
		}
		err := m.f.AddComment(c.sheet, excelize.Comment{
			Cell: c.cell, Author: m.author(), Text: strings.Join(texts[c], "\n"), Width: 300, Height: 100,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// list writes the sheet that tells all problems, errors first.
func (m *marker) list(found HouseholdFindings) error {
	styles, err := newBookStyles(m.f)
	if err != nil {
		return err
	}
	name := m.p.T("household.sheet.problems")
	index, err := m.f.NewSheet(name)
	if err != nil {
		return err
	}
	out, err := m.f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range []float64{10, 14, 8, 8, 110} {
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	var head []any
	for _, key := range []string{"kind", "sheet", "row", "column", "message"} {
		head = append(head, excelize.Cell{StyleID: styles.head, Value: m.p.T("household.problems." + key)})
	}
	if err := out.SetRow("A1", head); err != nil {
		return err
	}
	row := 1
	for i, list := range []poverty.Problems{found.Errors, found.Notices} {
		kind := m.p.T([]string{"household.problems.error", "household.problems.notice"}[i])
		for _, p := range list {
			row++
			line := []any{kind, excelize.Cell{StyleID: styles.text, Value: p.File}, nil, p.Column, excelize.Cell{StyleID: styles.lines, Value: m.p.T(p.Key, p.Args...)}}
			if p.Row > 0 {
				line[2] = p.Row
			}
			if err := out.SetRow("A"+digits(row), line); err != nil {
				return err
			}
		}
	}
	m.f.SetActiveSheet(index)
	return out.Flush()
}
