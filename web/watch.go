package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"dondoc/calendar"
	"dondoc/poverty"
)

// watchRow is a household that is watched as pages show it.
type watchRow struct {
	poverty.Watch
	Cycle   poverty.CycleID // in which it is looked at
	Level   poverty.Risk
	Reasons []string
	Next    calendar.Date // of the visit that is owed or comes next
	Due     bool          // that visit is late
	Ended   bool          // its term is over
}

// Link returns the address of its page.
func (w watchRow) Link() string {
	return "/cycles/" + string(w.Cycle) + "/watches/" + strconv.FormatInt(int64(w.ID), 10)
}

// Cell returns the mark of where it stands.
func (w watchRow) Cell() poverty.Cell {
	switch {
	case w.State == poverty.WatchFallenBack:
		return poverty.CellMissing
	case w.State != poverty.WatchRunning || w.Ended:
		return poverty.CellExcused
	case w.Level == poverty.RiskHigh:
		return poverty.CellMissing
	case w.Level == poverty.RiskMedium:
		return poverty.CellLate
	}
	return poverty.CellOnTime
}

// Label returns the key of the words for it.
func (w watchRow) Label() string {
	switch {
	case w.State != poverty.WatchRunning:
		return "watch.is." + string(w.State)
	case w.Ended:
		return "watch.is.over"
	}
	return "watch.risk." + string(w.Level)
}

func (v *visit) watchRows(found []poverty.Watch) []watchRow {
	rows := make([]watchRow, len(found))
	for i, w := range found {
		rows[i] = watchRow{Watch: w, Cycle: v.cycle.ID, Next: w.NextVisit(), Due: w.VisitDue(v.today), Ended: w.Over(v.today)}
		if rows[i].Ended {
			rows[i].Next = calendar.Date{} // nobody has to go any more
		}
		rows[i].Level, rows[i].Reasons = w.Risk(v.today)
	}
	return rows
}

type watchFilter struct {
	Unit, Risk, State string
	Due, Open         bool
}

// Set reports whether the list shows less than all.
func (f watchFilter) Set() bool { return f != watchFilter{} }

type watchesData struct {
	frame
	Filter         watchFilter
	Communes       []poverty.Unit
	Rows           []watchRow
	Counts         []poverty.WatchCount
	Sum            poverty.WatchCount
	MayAdd         bool
	Months, Days   int
	Previous, Next string
	Page           int
}

// Risks returns the levels that the filter offers.
func (watchesData) Risks() []poverty.Risk { return poverty.Risks }

// States returns the states that the filter offers.
func (watchesData) States() []poverty.WatchState { return poverty.WatchStates }

var watchesPage = newPage[watchesData]("watch/watches.html")

func (s *site) watches(v *visit) error {
	q := v.r.URL.Query()
	data := watchesData{
		frame:  v.frame("watch.nav", v.p.T("watch.title")),
		Filter: watchFilter{q.Get("unit"), q.Get("risk"), q.Get("state"), q.Get("due") != "", q.Get("open") != ""},
		Months: v.cycle.Rules.Watch.Length(), Days: v.cycle.Rules.Watch.Every(), Page: 1, MayAdd: len(v.watchers()) > 0,
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n < 1e6 {
		data.Page = n
	}
	found, err := s.store.Watches(v.ctx(), poverty.WatchFilter{
		Cycle: v.cycle.ID, Unit: poverty.UnitID(data.Filter.Unit), Risk: poverty.Risk(data.Filter.Risk), State: poverty.WatchState(data.Filter.State),
		Due: data.Filter.Due, Open: data.Filter.Open, Limit: perPage + 1, Offset: (data.Page - 1) * perPage,
	})
	if err != nil {
		return err
	}
	at := func(page int) string {
		next := url.Values{}
		maps.Copy(next, q)
		next.Set("page", strconv.Itoa(page))
		return "?" + next.Encode()
	}
	if data.Page > 1 {
		data.Previous = at(data.Page - 1)
	}
	if len(found) > perPage {
		found, data.Next = found[:perPage], at(data.Page+1)
	}
	data.Rows = v.watchRows(found)
	if data.Counts, err = s.store.WatchCounts(v.ctx(), v.cycle.ID); err != nil {
		return err
	}
	for _, c := range data.Counts {
		data.Sum.LeftPoor += c.LeftPoor
		data.Sum.LeftNear += c.LeftNear
		data.Sum.Back += c.Back
		data.Sum.Running += c.Running
		data.Sum.Over += c.Over
		data.Sum.Other += c.Other
	}
	if data.Communes, err = v.communes(); err != nil {
		return err
	}
	return watchesPage.show(v, http.StatusOK, data)
}

// watchers are the communes for which the actor may keep a watch.
func (v *visit) watchers() []poverty.UnitID {
	var list []poverty.UnitID
	for id, u := range v.cycle.Rules.Units {
		if _, _, err := v.cycle.MayWatch(v.me, poverty.Watch{Unit: id}, poverty.WatchMove{Verb: poverty.WatchAdd, Basis: "x"}); err == nil && u.Role == "commune" {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

type watchFormData struct {
	frame
	Form     form
	Communes []poverty.Unit
	OnBehalf bool
}

var watchFormPage = newPage[watchFormData]("watch/form.html")

func (s *site) newWatch(v *visit) error { return v.showWatchForm(http.StatusOK, newForm()) }

func (v *visit) showWatchForm(status int, f form) error {
	may := v.watchers()
	if len(may) == 0 {
		return poverty.Errorf(poverty.Forbidden, "watch.forbidden")
	}
	data := watchFormData{frame: v.frame("watch.nav", v.p.T("watch.new")), Form: f}
	all, err := v.communes()
	if err != nil {
		return err
	}
	for _, c := range all {
		if slices.Contains(may, c.ID) {
			data.Communes = append(data.Communes, c)
			data.OnBehalf = data.OnBehalf || len(v.me.In(c.ID)) == 0
		}
	}
	return watchFormPage.show(v, status, data)
}

func (s *site) addWatch(v *visit) error {
	f := v.sentForm("add")
	m := poverty.WatchMove{
		Key: f.Key, Cycle: v.cycle.ID, Verb: poverty.WatchAdd, Unit: poverty.UnitID(v.needed(&f, "unit")), Code: v.needed(&f, "code"), Head: v.needed(&f, "head"),
		Left: poverty.ClassPoor, Class: poverty.ClassNotPoor, Day: v.day(&f, "day"), Basis: v.text(&f, "basis"), Office: v.me.Office,
	}
	switch f.Value("left") {
	case "near_poor":
		m.Left = poverty.ClassNearPoor
	case "to_near_poor":
		m.Class = poverty.ClassNearPoor
	}
	m.Members, _ = v.count(&f, "members")
	if f.Bad() {
		return v.showWatchForm(http.StatusUnprocessableEntity, f)
	}
	w, err := s.engine.MoveWatch(v.ctx(), m)
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showWatchForm(code, f)
	}
	return v.redirect(watchRow{Watch: w, Cycle: v.cycle.ID}.Link(), "watch_add")
}

// watchOffer is a decision about a household that the actor may try.
type watchOffer struct {
	Verb     poverty.WatchVerb
	OnBehalf bool
	Version  int
	Key      string
	Helpers  []choice
	form     form
	mine     bool
}

// Open reports whether the form was sent and refused.
func (o watchOffer) Open() bool { return o.mine && o.form.Bad() }

// Value returns what was typed into a field of this form.
func (o watchOffer) Value(field string) string {
	if o.mine {
		return o.form.Value(field)
	}
	return ""
}

// Problem returns what is wrong with a field of this form.
func (o watchOffer) Problem(field string) string {
	if o.mine {
		return o.form.Problem(field)
	}
	return ""
}

// ID returns the id of a field of this form on its page.
func (o watchOffer) ID(field string) string { return string(o.Verb) + "-" + field }

// HasDay reports whether the decision tells of a day.
func (o watchOffer) HasDay() bool {
	return o.Verb == poverty.WatchVisits || o.Verb == poverty.WatchNotes
}

// Kinds returns what can happen.
func (watchOffer) Kinds() []string { return poverty.WatchEvents }

// Outcomes returns how an alert may end.
func (watchOffer) Outcomes() []string { return poverty.AlertOutcomes }

type watchData struct {
	frame
	Row       watchRow
	Form      form
	Household string // address of its sheet, for who may see it
	Offers    []watchOffer
}

var watchPage = newPage[watchData]("watch/watch.html")

func (v *visit) loadWatch() (poverty.Watch, error) {
	id, err := strconv.ParseInt(v.param("watch"), 10, 64)
	if err != nil {
		return poverty.Watch{}, poverty.Errorf(poverty.NotFound, "watch.not_found")
	}
	w, err := v.store.Watch(v.ctx(), poverty.WatchID(id))
	if err == nil && w.Owner != v.cycle.Owner {
		err = poverty.Errorf(poverty.NotFound, "watch.not_found")
	}
	return w, err
}

func (s *site) watch(v *visit) error {
	w, err := v.loadWatch()
	if err != nil {
		return err
	}
	return v.showWatch(http.StatusOK, w, newForm())
}

func (v *visit) showWatch(status int, w poverty.Watch, f form) error {
	data := watchData{frame: v.frame("watch.nav", v.p.T("watch.of", "code", w.Code)), Row: v.watchRows([]poverty.Watch{w})[0], Form: f}
	if w.Household != 0 && !w.Hidden {
		h, err := v.store.Household(v.ctx(), w.Household)
		switch {
		case err == nil:
			data.Household = "/cycles/" + string(h.Cycle) + "/households/" + strconv.FormatInt(int64(h.ID), 10)
		case poverty.KindOf(err) != poverty.NotFound:
			return err
		}
	}
	for _, verb := range poverty.WatchVerbs {
		m := poverty.WatchMove{Verb: verb, Basis: "x", Text: "x", Help: "x", Day: v.today, Event: poverty.WatchEvents[0], Outcome: poverty.OutcomeOut}
		_, behalf, err := v.cycle.MayWatch(v.me, w, m)
		if err != nil || w.MayMove(*v.cycle, m, v.today) != nil {
			continue
		}
		offer := watchOffer{Verb: verb, OnBehalf: behalf, Version: w.Version, Key: newForm().Key, form: f, mine: f.Name == string(verb)}
		if offer.mine {
			offer.Key = f.Key
		}
		if verb == poverty.WatchChecks {
			helpers, err := v.helpingAgencies(w.Unit)
			if err != nil {
				return err
			}
			offer.Helpers = append([]choice{{string(w.Unit), w.UnitName}}, helpers...)
		}
		data.Offers = append(data.Offers, offer)
	}
	return watchPage.show(v, status, data)
}

func (s *site) moveWatch(v *visit) error {
	w, err := v.loadWatch()
	if err != nil {
		return err
	}
	verb := poverty.WatchVerb(v.r.PostForm.Get("do"))
	if !slices.Contains(poverty.WatchVerbs, verb) {
		return poverty.InvalidField("verb", "error.invalid")
	}
	f := v.sentForm(string(verb))
	m := poverty.WatchMove{
		Key: f.Key, Cycle: v.cycle.ID, Watch: w.ID, Verb: verb, Event: f.Value("event"), Severe: f.Value("severe") != "", Text: v.text(&f, "text"),
		Helper: poverty.UnitID(f.Value("helper")), Help: v.text(&f, "help"), Outcome: f.Value("outcome"), Day: v.day(&f, "day"), Basis: v.text(&f, "basis"), Office: v.me.Office,
	}
	m.Version, _ = v.count(&f, "version")
	if f.Bad() {
		return v.showWatch(http.StatusUnprocessableEntity, w, f)
	}
	if _, err := s.engine.MoveWatch(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		if now, err := s.store.Watch(v.ctx(), w.ID); err == nil {
			w = now
		}
		return v.showWatch(code, w, f)
	}
	return v.redirect(watchRow{Watch: w, Cycle: v.cycle.ID}.Link(), "watch_"+string(verb))
}
