package web

import (
	"net/http"

	"dondoc/poverty"
)

type ratesData struct {
	frame
	Period  string
	Periods []string
	Total   *poverty.Rate
	Tables  []rateTable
}

type rateTable struct {
	Scope poverty.RateScope
	Rows  []poverty.Rate
}

// Measures are what is counted, in the order of the columns.
func (ratesData) Measures() []string {
	return []string{"expected", "received", "on_time", "late", "returned", "extended", "partial", "excused", "not_due"}
}

var ratesPage = newPage[ratesData]("report/rates.html")

func (s *site) rates(v *visit) error {
	data := ratesData{frame: v.frame("nav.matrix", v.p.T("rate.title")), Period: v.r.URL.Query().Get("period")}
	var err error
	if data.Periods, err = v.periods(); err != nil {
		return err
	}
	list, err := s.store.Rates(v.ctx(), poverty.RateFilter{Cycle: v.cycle.ID, Period: data.Period})
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Scope == poverty.RateAll {
			data.Total = &r
			continue
		}
		if n := len(data.Tables); n == 0 || data.Tables[n-1].Scope != r.Scope {
			data.Tables = append(data.Tables, rateTable{Scope: r.Scope})
		}
		t := &data.Tables[len(data.Tables)-1]
		t.Rows = append(t.Rows, r)
	}
	return ratesPage.show(v, http.StatusOK, data)
}
