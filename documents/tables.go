package documents

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// sheetNameLength is the most characters of a sheet's name.
const sheetNameLength = 31

// WriteTables writes tables as a workbook, one sheet each: numbers and days as
// such, in Vietnamese formats, the head frozen and repeated in print, on A4
// across.
func WriteTables(w io.Writer, tables []poverty.Table) error {
	f := excelize.NewFile()
	defer f.Close()
	styles, err := newTableStyles(f)
	if err != nil {
		return fmt.Errorf("tables: %w", err)
	}
	used := map[string]bool{}
	for i, t := range tables {
		name := sheetName(t.Title, i, used)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return fmt.Errorf("tables: %w", err)
		}
		s := sheetWriter{f: f, sheet: name}
		writeTable(&s, t, styles)
		if s.err != nil {
			return fmt.Errorf("tables: %s: %w", t.Title, s.err)
		}
	}
	return f.Write(w)
}

type tableStyles struct {
	bookStyles
	instant          int
	decimal, percent [maxPlaces + 1]int // by the places that are always shown
}

// maxPlaces is the most places of a number that have a form of their own.
const maxPlaces = 3

func newTableStyles(f *excelize.File) (s tableStyles, err error) {
	if s.bookStyles, err = newBookStyles(f); err != nil {
		return s, err
	}
	style := func(form string) (id int) {
		if err == nil {
			id, err = f.NewStyle(&excelize.Style{CustomNumFmt: &form})
		}
		return id
	}
	s.instant, s.decimal[0], s.percent[0] = style("dd/mm/yyyy hh:mm"), style("#,##0.0##"), style(`0.0#"%"`)
	for n := 1; n <= maxPlaces; n++ {
		places := "0." + strings.Repeat("0", n)
		s.decimal[n], s.percent[n] = style("#,##"+places), style(places+`"%"`)
	}
	return s, err
}

// sheetName makes a name that a workbook takes and that none has yet.
func sheetName(title string, i int, used map[string]bool) string {
	var r []rune
	for _, c := range title {
		switch c {
		case ':', '\\', '/', '?', '*', '[', ']', '\'', '\n':
			c = ' '
		}
		r = append(r, c)
	}
	name := string(r[:min(len(r), sheetNameLength)])
	if name == "" || used[name] {
		end := fmt.Sprintf(" %d", i+1)
		name = string(r[:min(len(r), sheetNameLength-len(end))]) + end
	}
	used[name] = true
	return name
}

func writeTable(s *sheetWriter, t poverty.Table, styles tableStyles) {
	s.set(0, 1, t.Title, styles.title)
	const head = 3
	widths := map[int]int{}
	for n, row := range t.Rows {
		for i, c := range row {
			value, style := valueOf(c, styles)
			if n < t.Head {
				style = styles.head
			}
			s.set(i, head+n, value, style)
			if c.Span <= 1 {
				widths[i] = max(widths[i], min(utf8.RuneCountInString(c.Text), 60))
			}
			if c.Span > 1 {
				s.do(s.f.MergeCell(s.sheet, letters(i)+digits(head+n), letters(i+c.Span-1)+digits(head+n)))
			}
		}
	}
	for i, n := range widths {
		s.do(s.f.SetColWidth(s.sheet, letters(i), letters(i), float64(max(8, n+2))))
	}
	landscape, a4, once, asNeeded, fit := "landscape", 9, 1, 0, true
	s.do(s.f.SetPageLayout(s.sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &once, FitToHeight: &asNeeded}))
	s.do(s.f.SetSheetProps(s.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	if t.Head > 0 {
		below := head + t.Head
		s.do(s.f.SetPanes(s.sheet, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: below - 1, TopLeftCell: "B" + digits(below), ActivePane: "bottomRight"}))
		s.do(s.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", s.sheet, head, below-1), Scope: s.sheet}))
	}
}

// valueOf returns what a cell holds, and its style.
func valueOf(c poverty.TableCell, styles tableStyles) (any, int) {
	switch v := c.Value.(type) {
	case int:
		return v, styles.whole
	case int64:
		return v, styles.whole
	case float64:
		places := min(c.Places, maxPlaces)
		if c.Percent {
			return v, styles.percent[places]
		}
		return v, styles.decimal[places]
	case calendar.Date:
		return time.Date(v.Year(), v.Month(), v.Day(), 0, 0, 0, 0, time.UTC), styles.date
	case time.Time: // a sheet has no zones: what the clock shows in Vietnam
		at := v.In(calendar.Zone)
		return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC), styles.instant
	}
	return c.Text, styles.lines
}
