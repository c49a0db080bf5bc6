package web

import (
	"net/http"
	"strconv"

	"dondoc/poverty"
)

// cells are the marks of the matrix in the order of its legend.
var cells = []poverty.Cell{
	poverty.CellOnTime, poverty.CellLate, poverty.CellMissing, poverty.CellReturned,
	poverty.CellExtended, poverty.CellNotDue, poverty.CellExcused,
}

type matrixData struct {
	frame
	Periods []poverty.Period
	Rows    []matrixRow
	Sums    []matrixSum
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
	data := matrixData{frame: v.frame("nav.matrix", v.p.T("nav.matrix")), Periods: m.Periods, Sums: make([]matrixSum, len(m.Periods))}
	for _, r := range m.Rows {
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
