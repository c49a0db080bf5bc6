package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

// yearSpan is a whole period: its years across, its units down.
type yearSpan struct {
	poverty.Span
	Years []int // of which there are figures
	Rows  []yearRow
	Sheet []poverty.YearFigures // the ethnic minority, of the units that have it
	Chart chart
}

// yearRow is a unit through the years; a year without figures is nil.
type yearRow struct {
	Name  string
	Whole bool
	Cells []*poverty.YearFigures
	Fall  int // of the rate, from the first to the last year, in hundredths of a point
	Has   bool
}

type yearsData struct {
	frame
	Tabs  []reviewTab
	Spans []yearSpan
	Units []poverty.Unit
	May   bool
	Form  form
}

var yearsPage = newPage[yearsData]("year/years.html")

// Pct returns a rate in hundredths for the template; -1 where there is none.
func (yearRow) Pct(y *poverty.YearFigures) int {
	if y == nil {
		return -1
	}
	if n, ok := y.Rate(); ok {
		return n
	}
	return -1
}

// Own returns the rate of the ethnic minority among itself, and Over that among
// all households.
func (yearSpan) Own(y poverty.YearFigures) int { n, _ := y.EthnicRate(); return n }

// Over returns the poor of the ethnic minority among all households.
func (yearSpan) Over(y poverty.YearFigures) int { n, _ := y.EthnicOfAll(); return n }

func (s *site) years(v *visit) error { return v.showYears(http.StatusOK, newForm()) }

func (v *visit) showYears(status int, f form) error {
	data := yearsData{frame: v.frame("review.nav", v.p.T("year.title")), Tabs: v.reviewTabs("years"), Form: f}
	_, _, refused := v.cycle.MayYear(v.me)
	data.May = refused == nil
	found, err := v.store.Years(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	for _, span := range poverty.Spans {
		if s := v.span(span, found); len(s.Rows) > 0 {
			data.Spans = append(data.Spans, s)
		}
	}
	units, err := v.cycleUnits()
	if err != nil {
		return err
	}
	name, err := v.unitName(v.cycle.Owner)
	if err != nil {
		return err
	}
	data.Units = []poverty.Unit{{ID: v.cycle.Owner, Name: name}}
	for _, u := range units {
		if v.cycle.Rules.Units[u.ID].Role == "commune" {
			data.Units = append(data.Units, u)
		}
	}
	return yearsPage.show(v, status, data)
}

func (v *visit) span(span poverty.Span, found []poverty.YearFigures) yearSpan {
	s := yearSpan{Span: span}
	in := func(y int) bool { return y >= span.From-1 && y <= span.To }
	for _, y := range found {
		if in(y.Year) && !slices.Contains(s.Years, y.Year) {
			s.Years = append(s.Years, y.Year)
		}
	}
	slices.Sort(s.Years)
	var units []poverty.UnitID
	for i, y := range found {
		if !in(y.Year) {
			continue
		}
		if !slices.Contains(units, y.Unit) {
			units = append(units, y.Unit)
			s.Rows = append(s.Rows, yearRow{Name: y.UnitName, Whole: y.Unit == v.cycle.Owner, Cells: make([]*poverty.YearFigures, len(s.Years))})
		}
		s.Rows[slices.Index(units, y.Unit)].Cells[slices.Index(s.Years, y.Year)] = &found[i]
		if y.Ethnic > 0 {
			s.Sheet = append(s.Sheet, y)
		}
	}
	var rows []chartRow
	for i, r := range s.Rows {
		known := slices.DeleteFunc(slices.Clone(r.Cells), func(y *poverty.YearFigures) bool { return r.Pct(y) < 0 })
		if len(known) > 1 {
			s.Rows[i].Fall, s.Rows[i].Has = r.Pct(known[0])-r.Pct(known[len(known)-1]), true
		}
		if r.Whole {
			for _, y := range known {
				row := chartRow{Label: strconv.Itoa(y.Year), Values: []int64{int64(r.Pct(y))}, Texts: []string{v.p.Percent(float64(r.Pct(y))/100, 2)}}
				if n, ok := y.EthnicRate(); ok {
					row.Values, row.Texts = append(row.Values, int64(n)), append(row.Texts, v.p.Percent(float64(n)/100, 2))
				}
				rows = append(rows, row)
			}
		}
	}
	series := []string{v.p.T("year.rate")}
	if slices.ContainsFunc(rows, func(r chartRow) bool { return len(r.Values) > 1 }) {
		series = append(series, v.p.T("year.ethnic_own"))
	}
	s.Chart = barChart("c-"+strconv.Itoa(span.From), v.p.T("year.chart", "from", strconv.Itoa(span.From), "to", strconv.Itoa(span.To)), v.p.T("year.chart_about"), v.p.T("year.year"), series, rows)
	return s
}

func (s *site) saveYear(v *visit) error {
	f := v.sentForm("year")
	y := poverty.YearFigures{Unit: poverty.UnitID(f.Value("unit")), Source: v.needed(&f, "source")}
	for field, n := range map[string]*int{"year": &y.Year, "households": &y.Households, "poor": &y.Poor, "near_poor": &y.NearPoor, "ethnic": &y.Ethnic,
		"ethnic_poor": &y.EthnicPoor, "ethnic_near_poor": &y.EthnicNearPoor} {
		*n, _ = v.count(&f, field)
	}
	if !f.Bad() {
		found, err := v.store.Years(v.ctx(), v.cycle.ID)
		if err != nil {
			return err
		}
		for _, old := range found { // typed again, it replaces what is there
			if old.Unit == y.Unit && old.Year == y.Year {
				y.Version = old.Version
			}
		}
		err = v.store.SaveYear(v.ctx(), v.cycle.ID, y)
		if err == nil {
			return v.redirect("/cycles/"+string(v.cycle.ID)+"/years", "year_saved")
		}
		problems, ok := errors.AsType[poverty.Problems](err)
		for _, p := range problems {
			f.problem(p.Column, v.p.T(p.Key, p.Args...))
		}
		if !ok {
			code, err := v.refuse(&f, err)
			if err != nil {
				return err
			}
			return v.showYears(code, f)
		}
	}
	return v.showYears(http.StatusUnprocessableEntity, f)
}
