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
		var err error
		if data.Ladder, err = v.ladders(*v.cycle); err != nil {
			return err
		}
	}
	return helpPage.show(v, http.StatusOK, data)
}

type yardstickData struct{ frame }

var yardstickPage = newPage[yardstickData]("help/yardstick.html")

func (s *site) yardstick(v *visit) error {
	if err := s.cfg.Yardstick(v.ctx()); err != nil {
		return err
	}
	return yardstickPage.show(v, http.StatusOK, yardstickData{v.frame("", "select 1")})
}
