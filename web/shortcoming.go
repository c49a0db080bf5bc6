package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/calendar"
	"dondoc/poverty"
)

type shortcomingsData struct {
	frame
	Tabs    []reviewTab
	Open    []shortcomingRow
	Settled []shortcomingRow
	Class   string    // that alone is shown; "" shows all
	Undated []dutyRow // owed without a term, of this list and of conclusions
	Units   []poverty.Unit
	May     bool
	Form    form
}

// Classes returns the classes that are offered.
func (shortcomingsData) Classes() []string { return poverty.ShortcomingClasses }

// shortcomingRow is a shortcoming as the page shows it.
type shortcomingRow struct {
	poverty.Shortcoming
	MayGive bool
	MayMend bool
	Key     string
	Form    form
}

// Cell returns the mark of its state.
func (r shortcomingRow) Cell() poverty.Cell {
	switch {
	case r.State == poverty.ShortcomingMended:
		return poverty.CellOnTime
	case r.State != poverty.ShortcomingOpen:
		return poverty.CellExcused
	case r.Overdue:
		return poverty.CellMissing
	}
	return poverty.CellNotDue
}

// Label returns the key of the words for it.
func (r shortcomingRow) Label() string { return "shortcoming.is." + string(r.State) }

// DutyLink returns the address of the duty to mend it.
func (r shortcomingRow) DutyLink() string {
	if r.Duty == 0 {
		return ""
	}
	return "/duties/" + strconv.FormatInt(int64(r.Duty), 10)
}

// Failed reports whether a form of this row was sent and refused.
func (r shortcomingRow) Failed(verb string) bool {
	return r.Form.Failed(verb) && r.Form.Value("shortcoming") == strconv.FormatInt(int64(r.ID), 10)
}

// Value returns what was typed into this row's form.
func (r shortcomingRow) Value(verb, field string) string {
	if r.Failed(verb) {
		return r.Form.Value(field)
	}
	return ""
}

// Or returns what was typed into this row's form, or what stands there before.
func (r shortcomingRow) Or(verb, field, before string) string {
	if r.Failed(verb) {
		return r.Form.Or(field, before)
	}
	return before
}

// Term returns the last day of the duty to mend it, which stays when somebody
// else is given it; the zero date when there is none or it is over.
func (r shortcomingRow) Term() calendar.Date {
	if r.Overdue {
		return calendar.Date{}
	}
	return r.LastDay
}

// Problem returns what is wrong with a field of this row's form.
func (r shortcomingRow) Problem(verb, field string) string {
	if r.Failed(verb) {
		return r.Form.Problem(field)
	}
	return ""
}

var shortcomingsPage = newPage[shortcomingsData]("shortcoming/shortcomings.html")

func (s *site) shortcomings(v *visit) error { return v.showShortcomings(http.StatusOK, newForm()) }

func (v *visit) showShortcomings(status int, f form) error {
	data := shortcomingsData{frame: v.frame("review.nav", v.p.T("shortcoming.title")), Tabs: v.reviewTabs("shortcomings"), Class: v.r.URL.Query().Get("class"), Form: f}
	found, err := v.store.Shortcomings(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	may := func(p poverty.Shortcoming, verb poverty.ShortcomingVerb) bool {
		_, err := v.cycle.MayShortcoming(v.me, p, verb)
		return err == nil
	}
	data.May = may(poverty.Shortcoming{}, poverty.ShortcomingFind)
	for _, p := range found {
		if data.Class != "" && p.Class != data.Class {
			continue
		}
		row := shortcomingRow{Shortcoming: p, Key: newForm().Key, Form: f}
		if p.State == poverty.ShortcomingOpen {
			row.MayGive, row.MayMend = may(p, poverty.ShortcomingGive), may(p, poverty.ShortcomingMend)
			data.Open = append(data.Open, row)
		} else {
			data.Settled = append(data.Settled, row)
		}
	}
	undated, err := v.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Undated: true, Owed: true, Limit: 200})
	if err != nil {
		return err
	}
	undated = slices.DeleteFunc(undated, func(d poverty.Duty) bool { return d.Kind != poverty.DutyTask })
	if data.Undated, err = v.rows(undated); err != nil {
		return err
	}
	if data.Units, err = v.cycleUnits(); err != nil {
		return err
	}
	return shortcomingsPage.show(v, status, data)
}

func (s *site) moveShortcoming(v *visit) error {
	verb := poverty.ShortcomingVerb(v.r.PostForm.Get("do"))
	if verb != poverty.ShortcomingFind && !slices.Contains(poverty.ShortcomingVerbs, verb) {
		return poverty.InvalidField("verb", "error.invalid")
	}
	f := v.sentForm(string(verb))
	m := poverty.ShortcomingMove{Key: f.Key, Cycle: v.cycle.ID, Verb: verb, Class: f.Value("class"), Text: v.text(&f, "text"), Found: v.day(&f, "found"),
		Unit: poverty.UnitID(f.Value("unit")), Remedy: v.text(&f, "remedy"), Office: v.me.Office}
	if id, err := strconv.ParseInt(f.Value("shortcoming"), 10, 64); err == nil {
		m.Shortcoming = poverty.ShortcomingID(id)
	}
	m.Version, _ = v.count(&f, "version")
	if d := v.day(&f, "due"); !d.IsZero() {
		m.Due = "by " + d.String()
	}
	if f.Bad() {
		return v.showShortcomings(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.MoveShortcoming(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showShortcomings(code, f)
	}
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/shortcomings", "shortcoming_"+string(verb))
}
