package web

import (
	"net/http"

	"dondoc/poverty"
)

type auditsData struct {
	frame
	Audits []poverty.Audit
}

var auditsPage = newPage[auditsData]("audit/audits.html")

// audits shows administrators what the program found wrong with its own work.
func (s *site) audits(v *visit) error {
	if err := v.withCycle(); err != nil {
		return err
	}
	list, err := s.store.Audits(v.ctx(), 48)
	if err != nil {
		return err
	}
	return auditsPage.show(v, http.StatusOK, auditsData{v.frame("nav.audit", v.p.T("nav.audit")), list})
}
