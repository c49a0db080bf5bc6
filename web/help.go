package web

import (
	"net/http"

	"dondoc/poverty"
)

type helpData struct {
	frame
	Cells  []poverty.Cell
	Ladder []ladderLine
}

var helpPage = newPage[helpData]("help/help.html")

func (s *site) help(v *visit) error {
	if err := v.withCycle(); err != nil {
		return err
	}
	data := helpData{frame: v.frame("nav.help", v.p.T("nav.help")), Cells: cells}
	if v.cycle != nil {
		data.Ladder = v.ladders(*v.cycle)
	}
	return helpPage.show(v, http.StatusOK, data)
}
