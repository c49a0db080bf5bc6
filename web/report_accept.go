package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

// acceptData is the page on which many reports are accepted at once.
type acceptData struct {
	frame
	Period  string
	Periods []string
	Rows    []acceptRow
	Form    form
	Results []acceptResult
	May     bool
}

type acceptRow struct {
	dutyRow
	Ticked bool
}

// acceptResult is how one of them ended.
type acceptResult struct {
	Row     dutyRow
	Refused string // "" when it was accepted
}

// Accepted returns how many were.
func (d acceptData) Accepted() int {
	n := 0
	for _, r := range d.Results {
		n += b2i(r.Refused == "")
	}
	return n
}

var acceptPage = newPage[acceptData]("report/accept.html")

func (s *site) submitted(v *visit) error { return v.showSubmitted(http.StatusOK, newForm(), nil) }

func (v *visit) showSubmitted(status int, f form, results []acceptResult) error {
	data := acceptData{
		frame: v.frame("nav.matrix", v.p.T("accept.title")), Form: f, Results: results,
		Period: v.r.URL.Query().Get("period"), May: v.plays(poverty.PartStanding),
	}
	var err error
	if data.Periods, err = v.periods(); err != nil {
		return err
	}
	duties, err := v.store.Duties(v.ctx(), poverty.DutyFilter{
		Cycle: v.cycle.ID, Kind: poverty.DutyReport, State: poverty.DutySubmitted, Period: data.Period,
	})
	if err != nil {
		return err
	}
	rows, err := v.rows(duties)
	if err != nil {
		return err
	}
	for _, r := range rows {
		data.Rows = append(data.Rows, acceptRow{r, slices.Contains(f.Values["duty"], strconv.FormatInt(int64(r.ID), 10))})
	}
	return acceptPage.show(v, status, data)
}

// acceptReports accepts each report that was ticked by a decision of its own,
// and tells of each how it ended.
func (s *site) acceptReports(v *visit) error {
	f := v.sentForm("accept")
	if len(f.Values["duty"]) == 0 {
		f.problem("duty", v.p.T("accept.none_ticked"))
		return v.showSubmitted(http.StatusUnprocessableEntity, f, nil)
	}
	var results []acceptResult
	for _, text := range f.Values["duty"] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return poverty.Errorf(poverty.NotFound, "error.not_found")
		}
		d, err := s.store.Duty(v.ctx(), poverty.DutyID(id))
		if err != nil {
			return err
		}
		if d.Cycle != v.cycle.ID || d.Kind != poverty.DutyReport {
			return poverty.Errorf(poverty.NotFound, "error.not_found")
		}
		result := acceptResult{}
		if _, err = s.engine.Decide(v.ctx(), poverty.Decision{Key: f.Key + "-" + text, Duty: d.ID, Act: poverty.ActAccept, Office: v.me.Office}); err != nil {
			if kind := poverty.KindOf(err); kind == poverty.Internal || kind == poverty.NotFound {
				return err
			}
			result.Refused = v.message(err)
		} else if d, err = s.store.Duty(v.ctx(), d.ID); err != nil {
			return err
		}
		if result.Row, err = v.row(d); err != nil {
			return err
		}
		results = append(results, result)
	}
	f.Values.Del("duty")
	f.Key = newForm().Key
	return v.showSubmitted(http.StatusOK, f, results)
}
