package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"dondoc/poverty"
)

type indicatorRow struct {
	poverty.CycleIndicator
	Title string // in the reader's language
	Of    string
	Value string
}

type indicatorsData struct {
	frame
	Rows   []indicatorRow
	MaySet bool
}

// At returns the address of the indicators.
func (d indicatorsData) At() string { return "/cycles/" + string(d.Cycle.ID) + "/indicators" }

// Tab names the page among those of the plan's aims.
func (indicatorsData) Tab() string { return "indicators" }

var indicatorsPage = newPage[indicatorsData]("indicator/indicators.html")

func (v *visit) indicatorRow(i poverty.CycleIndicator) indicatorRow {
	row := indicatorRow{CycleIndicator: i, Title: i.Name, Of: i.Base}
	if v.p.Lang() == "en" {
		row.Title, row.Of = cmp.Or(i.NameEN, i.Name), cmp.Or(i.BaseEN, i.Base)
	}
	row.Value = v.p.Aim(i)
	return row
}

func (s *site) indicators(v *visit) error {
	found, err := s.store.Indicators(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data := indicatorsData{frame: v.frame("target.nav", v.p.T("indicator.title")), MaySet: v.maySetTargets()}
	for _, i := range found {
		data.Rows = append(data.Rows, v.indicatorRow(i))
	}
	return indicatorsPage.show(v, http.StatusOK, data)
}

type indicatorData struct {
	frame
	Indicator poverty.CycleIndicator
	Low, High string // as they stand in their fields
	Running   bool
	Stored    *indicatorRow // when somebody changed it meanwhile
	Form      form
}

// At returns the address of the indicators.
func (d indicatorData) At() string { return "/cycles/" + string(d.Cycle.ID) + "/indicators" }

// New reports whether the indicator is not stored yet.
func (d indicatorData) New() bool { return d.Indicator.Version == 0 }

// Kinds are the kinds to choose from.
func (indicatorData) Kinds() []poverty.IndicatorKind { return poverty.IndicatorKinds }

// Kind returns the kind that is chosen.
func (d indicatorData) Kind() string { return d.Form.Or("kind", string(d.Indicator.Kind)) }

var indicatorPage = newPage[indicatorData]("indicator/indicator.html")

// loadIndicator returns the indicator of the path; an empty one for a new one.
func (v *visit) loadIndicator() (poverty.CycleIndicator, error) {
	code := v.param("code")
	if code == "new" {
		return poverty.CycleIndicator{Cycle: v.cycle.ID, Kind: poverty.IndicatorPercent}, nil
	}
	found, err := v.store.Indicators(v.ctx(), v.cycle.ID)
	if err != nil {
		return poverty.CycleIndicator{}, err
	}
	i := slices.IndexFunc(found, func(i poverty.CycleIndicator) bool { return i.Code == code })
	if i < 0 {
		return poverty.CycleIndicator{}, poverty.Errorf(poverty.NotFound, "indicator.not_found")
	}
	return found[i], nil
}

func (s *site) editIndicator(v *visit) error {
	i, err := v.loadIndicator()
	if err != nil {
		return err
	}
	return v.showIndicator(http.StatusOK, i, newForm(), nil)
}

func (v *visit) showIndicator(status int, i poverty.CycleIndicator, f form, stored *indicatorRow) error {
	if _, err := v.cycle.MaySetTargets(v.me, poverty.TargetReason{Reason: "x"}); err != nil {
		return err
	}
	title := v.p.T("indicator.add")
	if i.Version > 0 {
		title = v.p.T("indicator.edit")
	}
	data := indicatorData{frame: v.frame("target.nav", title), Indicator: i, Running: v.cycle.State == poverty.CycleRunning, Stored: stored, Form: f}
	low, high := "", ""
	if i.Version > 0 && i.Kind != poverty.IndicatorText {
		low = v.p.Hundredths(i.Low)
		if i.High != i.Low {
			high = v.p.Hundredths(i.High)
		}
	}
	data.Low, data.High = f.Or("low", low), f.Or("high", high)
	return indicatorPage.show(v, status, data)
}

// hundredths reads a number with at most two decimals.
func (v *visit) hundredths(f *form, field string) (int, bool) {
	s := strings.ReplaceAll(strings.TrimSpace(f.Value(field)), " ", "")
	if s == "" {
		return 0, false
	}
	if n, ok := poverty.ParsePrinted(poverty.ColumnHouseholds, s); ok {
		return 100 * n, true // 14.000 is fourteen thousand
	}
	n, ok := poverty.ParseHundredths(s)
	if !ok {
		f.problem(field, v.p.T("error.not_a_number"))
	}
	return n, ok
}

func (s *site) saveIndicator(v *visit) error {
	old, err := v.loadIndicator()
	if err != nil {
		return err
	}
	f := v.sentForm("indicator")
	why := v.reason(&f)
	version, _ := v.count(&f, "version")
	at := "/cycles/" + string(v.cycle.ID) + "/indicators"
	if f.Value("do") == "remove" && old.Version > 0 {
		v.confirmed(&f)
		if f.Bad() {
			return v.showIndicator(http.StatusUnprocessableEntity, old, f, nil)
		}
		if err := s.store.DeleteIndicator(v.ctx(), v.cycle.ID, old.Code, version, why); err != nil {
			return v.indicatorAgain(old, version, f, err)
		}
		return v.redirect(at, "indicator_removed")
	}
	i := poverty.CycleIndicator{
		Cycle: v.cycle.ID, Code: old.Code, Name: v.needed(&f, "name"), NameEN: v.text(&f, "name_en"), Kind: poverty.IndicatorKind(f.Value("kind")),
		Base: v.text(&f, "base"), BaseEN: v.text(&f, "base_en"), Source: v.text(&f, "source"), Version: version,
	}
	if i.Code == "" {
		i.Code = v.needed(&f, "code")
	}
	low, typed := v.hundredths(&f, "low")
	high, hasHigh := v.hundredths(&f, "high")
	if !hasHigh {
		high = low
	}
	if i.Low, i.High = low, high; i.Kind != poverty.IndicatorText && !typed {
		f.problem("low", v.p.T("error.required"))
	}
	if f.Bad() {
		return v.showIndicator(http.StatusUnprocessableEntity, old, f, nil)
	}
	if _, err := s.store.SaveIndicator(v.ctx(), i, why); err != nil {
		return v.indicatorAgain(old, version, f, err)
	}
	return v.redirect(at, "indicator_saved")
}

// indicatorAgain shows a form that was refused, and beside it what somebody else
// has stored meanwhile.
func (v *visit) indicatorAgain(old poverty.CycleIndicator, version int, f form, refused error) error {
	var stored *indicatorRow
	if poverty.KindOf(refused) == poverty.Conflict && version != old.Version {
		row := v.indicatorRow(old)
		stored = &row
	}
	code, err := v.refuseSheet(&f, refused)
	if err != nil {
		return err
	}
	return v.showIndicator(code, old, f, stored)
}
