package web

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/locale"
	"dondoc/poverty"
)

// cells are the marks of the matrix in the order of its legend.
var cells = []poverty.Cell{
	poverty.CellOnTime, poverty.CellLate, poverty.CellMissing, poverty.CellReturned,
	poverty.CellExtended, poverty.CellNotDue, poverty.CellExcused,
}

type matrixData struct {
	frame
	Filter  matrixFilter
	Groups  []poverty.Group
	Periods []poverty.Period
	Rows    []matrixRow
	Sums    []matrixSum
	All     int // rows without a filter
}

// matrixFilter is what the matrix was asked for. Sort is "trouble" or empty, by
// name.
type matrixFilter struct {
	Role, Group, State, Sort string
}

// Set reports whether fewer rows are shown than there are.
func (f matrixFilter) Set() bool { return f.Role != "" || f.Group != "" || f.State != "" }

// keeps reports whether a row is among those asked for.
func (f matrixFilter) keeps(r poverty.MatrixRow, rules poverty.Rules) bool {
	if f.Role != "" && r.Role != f.Role || f.State != "" && r.Count(poverty.Cell(f.State)) == 0 {
		return false
	}
	return f.Group == "" || slices.ContainsFunc(rules.Groups, func(g poverty.Group) bool {
		return g.Code == f.Group && (g.Commune == r.Unit || slices.Contains(rules.Helping(g.Code), r.Unit))
	})
}

// Legend returns the marks to be explained.
func (matrixData) Legend() []poverty.Cell { return cells }

type matrixRow struct {
	poverty.MatrixRow
	Marks template.HTML // of its cells
}

// matrixFace is what a cell of the matrix looks like, whichever report it leads
// to.
type matrixFace struct {
	State  poverty.Cell
	Period string
	Linked bool
}

// Place returns what stands for the report's number.
func (matrixFace) Place() string { return reportPlace }

const reportPlace = "report-number"

// matrixFaces words each face once: a year's matrix has hundreds of cells, and
// few that differ in more than the report.
type matrixFaces struct {
	words *template.Template
	known map[matrixFace][]string // around the report's number
}

func (f matrixFaces) row(r poverty.MatrixRow, periods []poverty.Period) (template.HTML, error) {
	var b strings.Builder
	for i, c := range r.Cells {
		face := matrixFace{c.State, periods[i].Code, c.Duty != 0}
		around, ok := f.known[face]
		if !ok {
			var words strings.Builder
			if err := f.words.ExecuteTemplate(&words, "matrix-cell", face); err != nil {
				return "", err
			}
			around = strings.Split(words.String(), reportPlace)
			f.known[face] = around
		}
		b.WriteString(strings.Join(around, strconv.FormatInt(int64(c.Duty), 10)))
	}
	return template.HTML(b.String()), nil //nolint:gosec // a template's own, with numbers
}

type matrixSum struct {
	OnTime, Owed int
}

var matrixPage = newPage[matrixData]("board/matrix.html")

func (s *site) matrix(v *visit) error {
	m, err := s.store.Matrix(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	data := matrixData{
		frame: v.frame("nav.matrix", v.p.T("nav.matrix")), Periods: m.Periods, Sums: make([]matrixSum, len(m.Periods)),
		Filter: matrixFilter{q.Get("role"), q.Get("group"), q.Get("state"), q.Get("sort")}, Groups: v.cycle.Rules.Groups, All: len(m.Rows),
	}
	locale.SortBy(m.Rows, func(r poverty.MatrixRow) string { return r.Role + " " + r.Name })
	if data.Filter.Sort == "trouble" {
		m.SortByTrouble()
	}
	faces := matrixFaces{v.template(matrixPage.name), map[matrixFace][]string{}}
	for _, r := range m.Rows {
		if !data.Filter.keeps(r, v.cycle.Rules) {
			continue
		}
		for i, c := range r.Cells {
			data.Sums[i].OnTime += b2i(c.State == poverty.CellOnTime)
			data.Sums[i].Owed += b2i(c.State != poverty.CellNone && c.State != poverty.CellExcused && c.State != poverty.CellNotDue && c.State != poverty.CellExtended)
		}
		row := matrixRow{MatrixRow: r}
		if row.Marks, err = faces.row(r, m.Periods); err != nil {
			return err
		}
		data.Rows = append(data.Rows, row)
	}
	return matrixPage.show(v, http.StatusOK, data)
}

// tab leads to one of the pages about all reports of a cycle.
type tab struct {
	Key, Href string
	On        bool
}

// ReportTabs returns the pages about all reports of the cycle.
func (f frame) ReportTabs() []tab {
	if f.Cycle == nil {
		return nil
	}
	at := "/cycles/" + string(f.Cycle.ID)
	list := []tab{{Key: "nav.matrix", Href: at + "/matrix"}, {Key: "accept.title", Href: at + "/reports"}, {Key: "rate.title", Href: at + "/rates"}}
	if f.seesAll() {
		list = append(list, tab{Key: "consolidation.all", Href: at + "/consolidations"})
	}
	if _, ok := f.Me.InCycle(*f.Cycle, poverty.PartMember); ok || f.seesAll() {
		list = append(list, tab{Key: "report_form.title", Href: at + "/report-form"})
	}
	path, _, _ := strings.Cut(f.Path, "?")
	for i := range list {
		list[i].On = path == list[i].Href || strings.HasPrefix(path, list[i].Href+"/")
	}
	return list
}

// seesAll reports whether the actor sees all of the cycle, and so what it comes
// to.
func (f frame) seesAll() bool {
	for _, part := range []poverty.Part{poverty.PartLeadership, poverty.PartStanding, poverty.PartReader} {
		if _, ok := f.Me.InCycle(*f.Cycle, part); ok {
			return true
		}
	}
	return false
}
