package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/calendar"
	"dondoc/poverty"
)

// obstacleRow is an obstacle as a page shows it.
type obstacleRow struct {
	poverty.Obstacle
	Days int // how many days its last day is over
}

// Link returns the address of the obstacle's page.
func (o obstacleRow) Link() string { return "/obstacles/" + strconv.FormatInt(int64(o.ID), 10) }

// Cell returns the mark of the obstacle's state.
func (o obstacleRow) Cell() poverty.Cell {
	switch {
	case o.Waits() && o.Overdue:
		return poverty.CellMissing
	case o.State == poverty.ObstacleAnswered || o.State == poverty.ObstacleDecided:
		return poverty.CellOnTime
	case o.State == poverty.ObstacleClosed:
		return poverty.CellExcused
	}
	return poverty.CellNotDue
}

// Label returns the key of the words for the obstacle's state.
func (o obstacleRow) Label() string {
	if o.Waits() && o.Overdue {
		return "duty.trouble.obstacle_unanswered"
	}
	return "obstacle.state." + string(o.State)
}

func (v *visit) obstacleRows(found []poverty.Obstacle) []obstacleRow {
	rows := make([]obstacleRow, len(found))
	for i, o := range found {
		rows[i] = obstacleRow{Obstacle: o}
		if !o.LastDay.IsZero() {
			rows[i].Days = o.LastDay.DaysUntil(v.today)
		}
	}
	return rows
}

// obstacleFilter is what a list of obstacles was asked for.
type obstacleFilter struct {
	Unit, Kind, State, Period string
	Waiting                   bool
}

// Set reports whether the list shows less than all.
func (f obstacleFilter) Set() bool { return f != obstacleFilter{} }

type obstaclesData struct {
	frame
	Filter  obstacleFilter
	Units   []poverty.Unit
	Periods []string
	Rows    []obstacleRow
	Counts  []poverty.ObstacleCount // for those who read no texts
	MayAdd  bool
}

// Kinds returns the kinds that the filter offers.
func (obstaclesData) Kinds() []poverty.ObstacleKind { return poverty.ObstacleKinds }

// States returns the states that the filter offers.
func (obstaclesData) States() []poverty.ObstacleState { return poverty.ObstacleStates }

var obstaclesPage = newPage[obstaclesData]("obstacle/obstacles.html")

func (s *site) obstacles(v *visit) error {
	q := v.r.URL.Query()
	data := obstaclesData{
		frame:  v.frame("nav.obstacles", v.p.T("nav.obstacles")),
		Filter: obstacleFilter{q.Get("unit"), q.Get("kind"), q.Get("state"), q.Get("period"), q.Get("waiting") != ""},
		MayAdd: len(v.raisers()) > 0,
	}
	f := poverty.ObstacleFilter{
		Cycle: v.cycle.ID, Unit: poverty.UnitID(data.Filter.Unit), Kind: poverty.ObstacleKind(data.Filter.Kind),
		State: poverty.ObstacleState(data.Filter.State), Waiting: data.Filter.Waiting,
	}
	if p, err := calendar.ParsePeriod(data.Filter.Period); err == nil {
		f.From, f.To = p.First().First(), p.Last().Last()
	}
	found, err := s.store.Obstacles(v.ctx(), f)
	if err != nil {
		return err
	}
	data.Rows = v.obstacleRows(found)
	if len(found) == 0 && v.plays(poverty.PartReader) {
		if data.Counts, err = s.store.ObstacleCounts(v.ctx(), v.cycle.ID); err != nil {
			return err
		}
	}
	if data.Units, err = v.cycleUnits(); err != nil {
		return err
	}
	if data.Periods, err = v.periods(); err != nil {
		return err
	}
	return obstaclesPage.show(v, http.StatusOK, data)
}

// raisers are the units for which the actor may raise an obstacle.
func (v *visit) raisers() []poverty.UnitID {
	var units []poverty.UnitID
	for id := range v.cycle.Rules.Units {
		o := poverty.Obstacle{Unit: id}
		if _, behalf, err := o.MayMove(*v.cycle, v.me, poverty.ObstacleMove{Verb: poverty.ObstacleRaises, Basis: "x"}); err == nil && (!behalf || v.plays(poverty.PartStanding)) {
			units = append(units, id)
		}
	}
	slices.Sort(units)
	return units
}

type obstacleFormData struct {
	frame
	Form      form
	Units     []choice // that may raise it
	Communes  []choice
	OnBehalf  bool
	Household *poverty.Household
}

// Kinds returns the kinds that are offered.
func (obstacleFormData) Kinds() []poverty.ObstacleKind { return poverty.ObstacleKinds }

// Addressees returns to whom it may be raised.
func (obstacleFormData) Addressees() []poverty.ObstacleAddressee {
	return []poverty.ObstacleAddressee{poverty.ToStanding, poverty.ToOwner}
}

var obstacleFormPage = newPage[obstacleFormData]("obstacle/form.html")

// newObstacle shows the form, filled from a component or household that it is
// about.
func (s *site) newObstacle(v *visit) error {
	f := newForm()
	q := v.r.URL.Query()
	for _, name := range []string{"unit", "kind", "to", "commune", "component", "household"} {
		f.Values.Set(name, q.Get(name))
	}
	if f.Value("unit") == "" {
		f.Values.Set("unit", string(v.seat().Unit))
	}
	return v.showObstacleForm(http.StatusOK, f)
}

func (v *visit) showObstacleForm(status int, f form) error {
	data := obstacleFormData{frame: v.frame("nav.obstacles", v.p.T("obstacle.new")), Form: f}
	may := v.raisers()
	if len(may) == 0 {
		return poverty.Errorf(poverty.Forbidden, "obstacle.forbidden.raise")
	}
	units, err := v.cycleUnits()
	if err != nil {
		return err
	}
	for _, u := range units {
		if slices.Contains(may, u.ID) {
			data.Units = append(data.Units, choice{string(u.ID), u.Name})
			data.OnBehalf = data.OnBehalf || len(v.me.In(u.ID)) == 0
		}
		if v.cycle.Rules.Units[u.ID].Role == "commune" {
			data.Communes = append(data.Communes, choice{string(u.ID), u.Name})
		}
	}
	if id, err := strconv.ParseInt(f.Value("household"), 10, 64); err == nil {
		h, err := v.store.Household(v.ctx(), poverty.HouseholdID(id))
		switch {
		case err == nil:
			data.Household = &h
		case poverty.KindOf(err) != poverty.NotFound:
			return err
		}
	}
	return obstacleFormPage.show(v, status, data)
}

func (s *site) addObstacle(v *visit) error {
	f := v.sentForm("raise")
	x := poverty.ObstacleMove{
		Key: f.Key, Cycle: v.cycle.ID, Verb: poverty.ObstacleRaises, Unit: poverty.UnitID(v.needed(&f, "unit")), Kind: poverty.ObstacleKind(f.Value("kind")),
		To: poverty.ObstacleAddressee(f.Value("to")), Component: v.text(&f, "component"), Commune: poverty.UnitID(f.Value("commune")),
		Text: v.needed(&f, "text"), Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
	}
	if id, err := strconv.ParseInt(f.Value("household"), 10, 64); err == nil {
		x.Household = poverty.HouseholdID(id)
	}
	if f.Bad() {
		return v.showObstacleForm(http.StatusUnprocessableEntity, f)
	}
	o, err := s.engine.MoveObstacle(v.ctx(), x)
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showObstacleForm(code, f)
	}
	return v.redirect(obstacleRow{Obstacle: o}.Link(), "obstacle_raise")
}

var obstacleVerbs = []poverty.ObstacleVerb{poverty.ObstacleForwards, poverty.ObstacleAnswers, poverty.ObstacleDecides, poverty.ObstacleCloses}

// obstacleOffer is a decision on an obstacle that the actor may try.
type obstacleOffer struct {
	Verb     poverty.ObstacleVerb
	OnBehalf bool
	Receipt  bool // an earlier instant may be said
	Version  int
	Address  string
	Key      string
	form     form
	mine     bool
}

// Open reports whether the form was sent and refused.
func (o obstacleOffer) Open() bool { return o.mine && o.form.Bad() }

// Value returns what was typed into a field of this form.
func (o obstacleOffer) Value(field string) string {
	if o.mine {
		return o.form.Value(field)
	}
	return ""
}

// Problem returns what is wrong with a field of this form.
func (o obstacleOffer) Problem(field string) string {
	if o.mine {
		return o.form.Problem(field)
	}
	return ""
}

// ID returns the id of a field of this form on its page.
func (o obstacleOffer) ID(field string) string { return string(o.Verb) + "-" + field }

type obstacleData struct {
	frame
	Row         obstacleRow
	Form        form
	AboutName   string // of the commune
	AnsweredBy  string
	Household   *poverty.Household
	Duty        *dutyRow
	Offers      []obstacleOffer
	History     []entryRow
	HouseholdAt string
}

var obstaclePage = newPage[obstacleData]("obstacle/obstacle.html")

// loadObstacle reads the obstacle of the path and goes into its cycle.
func (v *visit) loadObstacle() (poverty.Obstacle, error) {
	return load(v, "obstacle", "error.not_found", v.store.Obstacle, func(o poverty.Obstacle) poverty.CycleID { return o.Cycle })
}

func (s *site) obstacle(v *visit) error {
	o, err := v.loadObstacle()
	if err != nil {
		return err
	}
	return v.showObstacle(http.StatusOK, o, newForm())
}

func (v *visit) showObstacle(status int, o poverty.Obstacle, f form) error {
	row := v.obstacleRows([]poverty.Obstacle{o})[0]
	data := obstacleData{frame: v.frame("nav.obstacles", v.p.T("obstacle.title."+string(o.Kind), "no", o.No)), Row: row, Form: f}
	var err error
	if data.AboutName, err = v.unitName(o.Commune); err != nil {
		return err
	}
	if o.AnsweredBy != "" {
		if data.AnsweredBy, err = v.officeName(o.AnsweredBy); err != nil {
			return err
		}
	}
	if o.Household != 0 {
		h, err := v.store.Household(v.ctx(), o.Household)
		switch {
		case err == nil:
			data.Household, data.HouseholdAt = &h, "/cycles/"+string(o.Cycle)+"/households/"+strconv.FormatInt(int64(h.ID), 10)
		case poverty.KindOf(err) != poverty.NotFound:
			return err
		}
	}
	if o.Duty != 0 {
		d, err := v.store.Duty(v.ctx(), o.Duty)
		switch {
		case err == nil:
			row, err := v.row(d)
			if err != nil {
				return err
			}
			data.Duty = &row
		case poverty.KindOf(err) != poverty.NotFound:
			return err
		}
	}
	for _, verb := range obstacleVerbs {
		if _, err := o.State.Move(verb); err != nil {
			continue
		}
		_, behalf, err := o.MayMove(*v.cycle, v.me, poverty.ObstacleMove{Verb: verb, Basis: "x"})
		if err != nil {
			continue
		}
		_, standing := v.me.InCycle(*v.cycle, poverty.PartStanding)
		offer := obstacleOffer{Verb: verb, OnBehalf: behalf, Receipt: standing, Version: o.Version, Address: row.Link(), Key: newForm().Key, form: f, mine: f.Name == string(verb)}
		if offer.mine {
			offer.Key = f.Key
		}
		data.Offers = append(data.Offers, offer)
	}
	entries, err := v.store.History(v.ctx(), poverty.HistoryFilter{Cycle: o.Cycle, Code: "obstacle/" + strconv.Itoa(o.No), Oldest: true})
	if err != nil {
		return err
	}
	if data.History, err = v.entryRows(entries); err != nil {
		return err
	}
	return obstaclePage.show(v, status, data)
}

func (s *site) moveObstacle(v *visit) error {
	o, err := v.loadObstacle()
	if err != nil {
		return err
	}
	verb := poverty.ObstacleVerb(v.r.PostForm.Get("do"))
	if !slices.Contains(obstacleVerbs, verb) {
		return poverty.InvalidField("verb", "error.invalid")
	}
	f := v.sentForm(string(verb))
	x := poverty.ObstacleMove{
		Key: f.Key, Cycle: o.Cycle, Obstacle: o.ID, Verb: verb, Text: v.needed(&f, "text"), Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
	}
	x.Version, _ = v.count(&f, "version")
	if f.Bad() {
		return v.showObstacle(http.StatusUnprocessableEntity, o, f)
	}
	if _, err := s.engine.MoveObstacle(v.ctx(), x); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		if now, err := s.store.Obstacle(v.ctx(), o.ID); err == nil {
			o = now
		}
		return v.showObstacle(code, o, f)
	}
	return v.redirect(obstacleRow{Obstacle: o}.Link(), "obstacle_"+string(verb))
}
