package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// TableWorkbooks writes tables as a workbook.
type TableWorkbooks interface {
	WriteTables(w io.Writer, tables []poverty.Table) error
}

// A page is asked for as a workbook by "format=xlsx". Its template is run with
// functions that mark what is a number, a day or an instant, so that a sheet
// holds the value itself, whatever the page prints of it. The marks are
// characters for private use, which no page holds otherwise.
const (
	markOpen  = '\uE000'
	markValue = '\uE001'
	markClose = '\uE002'
)

var markForm = regexp.MustCompile("\uE000([a-z])([^\uE001]*)\uE001([^\uE002]*)\uE002")

func marked(kind byte, value any, shown string) string {
	if shown == "" {
		return ""
	}
	return string(markOpen) + string(kind) + fmt.Sprint(value) + string(markValue) + shown + string(markClose)
}

// markingFunctions are the functions of templates, with marks.
func markingFunctions(p *locale.Printer) template.FuncMap {
	f := functions(p)
	f["number"] = func(n int) string { return marked('n', n, p.Number(n)) }
	f["money"] = func(n int64) string { return marked('n', n, p.Money(n)) }
	f["quantity"] = func(n int64) string { return marked('f', float64(n)/1000, p.Quantity(n)) }
	f["decimal"] = func(hundredths int) string { return marked('h', hundredths, p.Decimal(float64(hundredths)/100, 2)) }
	f["percent"] = func(part, whole int) string {
		rate := 100 * float64(part) / float64(whole)
		return marked('p', rate, p.Percent(rate, 1))
	}
	f["date"] = func(d calendar.Date) string { return marked('d', d, p.Date(d)) }
	f["instant"] = func(t time.Time) string { return marked('t', t.Format(time.RFC3339), p.DateTime(t)) }
	f["moment"] = func(t *time.Time) string { return marked('t', deref(t).Format(time.RFC3339), p.DateTime(deref(t))) }
	return f
}

var markedTemplates = sync.OnceValue(func() map[string]*template.Template { return parsed(markingFunctions) })

// asksWorkbook reports whether a page is asked for as a workbook.
func (v *visit) asksWorkbook() bool { return v.r.URL.Query().Get("format") == "xlsx" }

// tablePlace is where a page offers its tables as a workbook.
const tablePlace = `<p class="excel"></p>`

// showsTable reports whether a page shows a table that a workbook would hold.
func showsTable(page []byte) bool {
	for _, class := range []string{"list", "matrix", "flow"} {
		if bytes.Contains(page, []byte(`<table class="`+class)) {
			return true
		}
	}
	return false
}

// offerWorkbook returns the link to the tables of a page that shows some before
// the place of the link.
func (v *visit) offerWorkbook(page []byte, place bool) []byte {
	if !place || v.me.User == 0 || v.r.Method != http.MethodGet || !showsTable(page) {
		return nil
	}
	q := v.r.URL.Query()
	q.Set("format", "xlsx")
	q.Del("done")
	at := url.URL{Path: v.r.URL.Path, RawQuery: q.Encode()}
	return []byte(`<p class="excel"><a href="` + template.HTMLEscapeString(at.String()) + `">` + template.HTMLEscapeString(v.p.T("table.download")) + `</a></p>`)
}

// sendWorkbook sends the tables of a page.
func (v *visit) sendWorkbook(page []byte, title string) error {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return err
	}
	t := &tableReader{english: v.p.Lang() == "en", edit: v.p.T("action.edit"), title: title}
	t.walk(root)
	if len(t.tables) == 0 {
		return poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	name := strings.Trim(strings.ReplaceAll(v.r.URL.Path, "/", "-"), "-")
	return v.download(strings.ReplaceAll(name, ":", "-")+".xlsx", func(w io.Writer) error { return v.cfg.Workbooks.WriteTables(w, t.tables) })
}

// tableReader finds the tables of a page, each with the heading above it.
type tableReader struct {
	english bool
	edit    string // what leads to a form, and is no part of a table
	title   string
	tables  []poverty.Table
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attr(n, "class")), class)
}

func (t *tableReader) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.Caption:
			if text := t.text(n, nil); text != "" {
				t.title = text
			}
		case atom.Table:
			if hasClass(n, "list") || hasClass(n, "matrix") || hasClass(n, "flow") {
				t.table(n)
				return
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		t.walk(c)
	}
}

// text returns the text of an element, without what is typed or drawn. small
// gathers what stands below a cell's value in small letters.
func (t *tableReader) text(n *html.Node, small *[]string) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode:
			switch n.DataAtom {
			case atom.Form, atom.Button, atom.Select, atom.Input, atom.Textarea, atom.Svg, atom.Script, atom.Sup:
				return
			case atom.A:
				if n.FirstChild != nil && n.FirstChild.Data == t.edit {
					return
				}
			case atom.Small:
				if small != nil {
					if s := plainText(t.text(n, nil)); s != "" {
						*small = append(*small, s)
					}
					return
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Type == html.ElementNode && (n.DataAtom == atom.Br || n.DataAtom == atom.P || n.DataAtom == atom.Li) {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return strings.Join(strings.Fields(strings.ReplaceAll(b.String(), "\u00a0", " ")), " ")
}

func plainText(s string) string { return markForm.ReplaceAllString(s, "$3") }

// gathered is a cell with its small print.
type gathered struct {
	cell  poverty.TableCell
	small string
}

func (t *tableReader) table(n *html.Node) {
	table := poverty.Table{Title: plainText(t.title)}
	numbers := hasClass(n, "numbers") || hasClass(n, "flow")
	var rows [][]gathered
	var taken []map[int]bool // columns of the rows below that a cell reaches into
	var walk func(*html.Node, bool)
	walk = func(n *html.Node, head bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type != html.ElementNode:
			case c.DataAtom == atom.Tr:
				var below map[int]bool
				if len(taken) > 0 {
					below, taken = taken[0], taken[1:]
				}
				rows = append(rows, t.row(c, below, &taken, numbers && !head))
				if head {
					table.Head++
				}
			default:
				walk(c, head || c.DataAtom == atom.Thead)
			}
		}
	}
	walk(n, false)
	table.Rows = withSmallPrint(rows, table.Head)
	t.tables = append(t.tables, table)
}

func (t *tableReader) row(n *html.Node, below map[int]bool, taken *[]map[int]bool, numbers bool) (row []gathered) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		for below[len(row)] {
			row = append(row, gathered{})
		}
		var small []string
		g := gathered{cell: t.value(t.text(c, &small), numbers && c.DataAtom == atom.Td)}
		g.small = strings.Join(small, "; ")
		span, _ := strconv.Atoi(attr(c, "colspan"))
		down, _ := strconv.Atoi(attr(c, "rowspan"))
		g.cell.Span = max(1, min(span, 200))
		for i := range min(down, 1000) - 1 {
			if len(*taken) <= i {
				*taken = append(*taken, map[int]bool{})
			}
			for j := range g.cell.Span {
				(*taken)[i][len(row)+j] = true
			}
		}
		row = append(row, g)
		for range g.cell.Span - 1 {
			row = append(row, gathered{})
		}
	}
	return row
}

var (
	groupedVI  = regexp.MustCompile(`^-?\d{1,3}(\.\d{3})+$`)
	groupedEN  = regexp.MustCompile(`^-?\d{1,3}(,\d{3})+$`)
	plainWhole = regexp.MustCompile(`^-?(0|[1-9]\d{0,14})$`)
	rateVI     = regexp.MustCompile(`^-?[\d.]+(,\d+)? ?%$`)
	rateEN     = regexp.MustCompile(`^-?[\d,]+(\.\d+)? ?%$`)
	decimalVI  = regexp.MustCompile(`^-?(\d+|\d{1,3}(\.\d{3})+),\d{1,3}$`)
	decimalEN  = regexp.MustCompile(`^-?(\d+|\d{1,3}(,\d{3})+)\.\d{1,3}$`)
	shownDay   = regexp.MustCompile(`^(\d{2})/(\d{2})/(\d{4})$`)
)

// value returns a cell of a text: a marked one by its mark, else what can only
// be a number or a day as the page's language writes it. A whole number without
// groups may be a code, and one with decimals a paragraph: they are numbers in
// tables of numbers alone.
func (t *tableReader) value(s string, numbers bool) poverty.TableCell {
	c := poverty.TableCell{Text: plainText(s)}
	if m := markForm.FindStringSubmatch(s); m != nil && m[0] == s {
		switch m[1] {
		case "n":
			if n, err := strconv.ParseInt(m[2], 10, 64); err == nil {
				c.Value = n
			}
		case "f", "p":
			if f, err := strconv.ParseFloat(m[2], 64); err == nil {
				c.Value, c.Percent = f, m[1] == "p"
			}
		case "h":
			if n, err := strconv.ParseInt(m[2], 10, 64); err == nil {
				c.Value, c.Places = float64(n)/100, 2
			}
		case "d":
			if d, err := calendar.ParseDate(m[2]); err == nil {
				c.Value = d
			}
		case "t":
			if at, err := time.Parse(time.RFC3339, m[2]); err == nil {
				c.Value = at
			}
		}
		return c
	}
	group, point, grouped, decimal, rate := ".", ",", groupedVI, decimalVI, rateVI
	if t.english {
		group, point, grouped, decimal, rate = ",", ".", groupedEN, decimalEN, rateEN
	}
	switch {
	case grouped.MatchString(c.Text), numbers && plainWhole.MatchString(c.Text):
		if n, err := strconv.ParseInt(strings.ReplaceAll(c.Text, group, ""), 10, 64); err == nil {
			c.Value = n
		}
	case rate.MatchString(c.Text), numbers && decimal.MatchString(c.Text):
		text, percent := strings.CutSuffix(c.Text, "%")
		text = strings.Replace(strings.ReplaceAll(strings.TrimSpace(text), group, ""), point, ".", 1)
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			_, places, _ := strings.Cut(text, ".")
			c.Value, c.Percent, c.Places = f, percent, len(places)
		}
	case shownDay.MatchString(c.Text):
		m := shownDay.FindStringSubmatch(c.Text)
		if d, err := calendar.ParseDate(m[3] + "-" + m[2] + "-" + m[1]); err == nil {
			c.Value = d
		}
	}
	return c
}

// withSmallPrint puts the small print of cells into the cell behind its text, or
// into a column of its own where the column holds values.
func withSmallPrint(rows [][]gathered, head int) [][]poverty.TableCell {
	beside := map[int]bool{}
	for n, row := range rows {
		for i, g := range row {
			if n >= head && g.cell.Value != nil && g.small != "" {
				beside[i] = true
			}
		}
	}
	out := make([][]poverty.TableCell, len(rows))
	for n, row := range rows {
		for i, g := range row {
			c := g.cell
			if !beside[i] {
				if g.small != "" {
					c.Text = strings.TrimSpace(c.Text + "\n" + g.small)
				}
				out[n] = append(out[n], c)
				continue
			}
			extra := poverty.TableCell{Text: g.small}
			if f := (&tableReader{}).value(g.small, false); f.Value != nil {
				extra = f
			}
			if n < head && c.Span > 1 {
				c.Span++
				extra = poverty.TableCell{}
			}
			out[n] = append(out[n], c, extra)
		}
	}
	return out
}
