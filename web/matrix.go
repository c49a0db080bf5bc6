package web

import (
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
	Cells []matrixCell
}

type matrixCell struct {
	poverty.MatrixCell
	Period string
}

// Link returns the address of the report.
func (c matrixCell) Link() string { return "/reports/" + strconv.FormatInt(int64(c.Duty), 10) }

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
	for _, r := range m.Rows {
		if !data.Filter.keeps(r, v.cycle.Rules) {
			continue
		}
		row := matrixRow{MatrixRow: r}
		for i, c := range r.Cells {
			cell := matrixCell{MatrixCell: c}
			if i < len(m.Periods) {
				cell.Period = m.Periods[i].Code
				data.Sums[i].OnTime += b2i(c.State == poverty.CellOnTime)
				data.Sums[i].Owed += b2i(c.State != poverty.CellNone && c.State != poverty.CellExcused && c.State != poverty.CellNotDue && c.State != poverty.CellExtended)
			}
			row.Cells = append(row.Cells, cell)
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
	list = append(list, tab{Key: "report_form.title", Href: at + "/report-form"})
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
