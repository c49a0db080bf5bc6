package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

// objectionRow is an objection as pages show it.
type objectionRow struct {
	poverty.Objection
}

// Link returns the address of the objection's page.
func (o objectionRow) Link() string { return "/objections/" + strconv.FormatInt(int64(o.ID), 10) }

// Cell returns the mark of where the objection stands.
func (o objectionRow) Cell() poverty.Cell {
	switch o.State {
	case poverty.ObjectionOpen:
		if o.Overdue {
			return poverty.CellMissing
		}
		return poverty.CellNotDue
	case poverty.ObjectionUpheld:
		return poverty.CellReturned
	case poverty.ObjectionSettled, poverty.ObjectionRejected:
		return poverty.CellOnTime
	case poverty.ObjectionWithdrawn:
		return poverty.CellExcused
	}
	return poverty.CellNotDue
}

var (
	objectionAbouts = []poverty.ObjectionAbout{poverty.AboutHousehold, poverty.AboutMissing, poverty.AboutWhole}
	objectionVerbs  = []poverty.ObjectionVerb{poverty.ObjectionUphold, poverty.ObjectionReject, poverty.ObjectionWithdraw, poverty.ObjectionSettle}
	objectionStates = []poverty.ObjectionState{
		poverty.ObjectionOpen, poverty.ObjectionUpheld, poverty.ObjectionSettled, poverty.ObjectionRejected, poverty.ObjectionWithdrawn,
	}
)

type newObjectionData struct {
	frame
	Posting  postingRow
	Row      string // of the list, as it was chosen
	OnBehalf bool
	Form     form
}

// Abouts returns what an objection may be about.
func (newObjectionData) Abouts() []poverty.ObjectionAbout { return objectionAbouts }

// Ways returns how an objection may come.
func (newObjectionData) Ways() []string { return poverty.ObjectionWays }

// About returns what was chosen.
func (d newObjectionData) About() string { return d.Form.Or("about", string(poverty.AboutHousehold)) }

// Way returns what was chosen.
func (d newObjectionData) Way() string { return d.Form.Or("way", poverty.ObjectionWays[0]) }

var newObjectionPage = newPage[newObjectionData]("objection/new.html")

func (s *site) newObjection(v *visit) error {
	p, err := v.loadPosting()
	if err != nil {
		return err
	}
	f := newForm()
	f.Values.Set("row", v.r.URL.Query().Get("row"))
	return v.showNewObjection(http.StatusOK, p, f)
}

func (v *visit) showNewObjection(status int, p poverty.Posting, f form) error {
	if !v.mayPost(p.Unit) {
		return poverty.Errorf(poverty.Forbidden, "objection.forbidden.record")
	}
	row := v.postingRow(p)
	return newObjectionPage.show(v, status, newObjectionData{
		frame: v.frame("nav.postings", v.p.T("objection.new")), Posting: row, Row: f.Value("row"), OnBehalf: v.onBehalf(p.Unit), Form: f,
	})
}

// recordObjection stores an objection as the commune writes it down.
func (s *site) recordObjection(v *visit) error {
	p, err := v.loadPosting()
	if err != nil {
		return err
	}
	f := v.sentForm("record")
	m := poverty.ObjectionMove{
		Key: f.Key, Verb: poverty.ObjectionRecord, Posting: p.ID, About: poverty.ObjectionAbout(f.Value("about")),
		Head: v.text(&f, "head"), Hamlet: v.text(&f, "hamlet"), Objector: v.text(&f, "objector"), Contact: v.text(&f, "contact"),
		Received: v.day(&f, "received"), Way: f.Value("way"), Text: v.text(&f, "text"), Basis: v.text(&f, "basis"), Office: v.me.Office,
	}
	m.Row, _ = v.count(&f, "row")
	if f.Bad() {
		return v.showNewObjection(http.StatusUnprocessableEntity, p, f)
	}
	if _, err := s.engine.MoveObjection(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showNewObjection(code, p, f)
	}
	return v.redirect(postingRow{Posting: p}.Link(), "objection_record")
}

type objectionData struct {
	frame
	Objection  objectionRow
	What       string
	Posting    string // its address
	AnsweredBy string
	Same       []objectionRow // others on the same
	Offers     []actForm
	ChairOnly  bool // the actor may record, and may not answer
	Form       form
}

var objectionPage = newPage[objectionData]("objection/objection.html")

// loadObjection reads the objection of the path and goes into its cycle.
func (v *visit) loadObjection() (poverty.Objection, error) {
	return load(v, "objection", "error.not_found", v.store.Objection, func(o poverty.Objection) poverty.CycleID { return o.Cycle })
}

func (s *site) objection(v *visit) error {
	o, err := v.loadObjection()
	if err != nil {
		return err
	}
	return v.showObjection(http.StatusOK, o, newForm())
}

// objectionOf goes from the duty to answer an objection to the objection.
func (s *site) objectionOf(v *visit) error {
	d, err := v.loadDuty()
	if err != nil {
		return err
	}
	found, err := s.store.Objections(v.ctx(), poverty.ObjectionFilter{Cycle: d.Cycle, Duty: d.ID})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return poverty.Errorf(poverty.NotFound, "objection.not_found")
	}
	return v.redirect(objectionRow{found[0]}.Link(), "")
}

func (v *visit) showObjection(status int, o poverty.Objection, f form) error {
	what := v.subjectName(o.Subject)
	data := objectionData{
		frame: v.frame("nav.postings", v.p.T("objection.title", "what", what)), Objection: objectionRow{o}, What: what,
		Posting: postingRow{Posting: poverty.Posting{ID: o.Posting}}.Link(), Form: f,
	}
	var err error
	if data.AnsweredBy, err = v.officeName(o.AnsweredBy); err != nil {
		return err
	}
	found, err := v.store.Objections(v.ctx(), poverty.ObjectionFilter{Cycle: o.Cycle, Posting: o.Posting})
	if err != nil {
		return err
	}
	for _, other := range found {
		if other.ID != o.ID && other.About == o.About && other.Code == o.Code && other.Head == o.Head {
			data.Same = append(data.Same, objectionRow{other})
		}
	}
	for _, verb := range objectionVerbs {
		m := poverty.ObjectionMove{Verb: verb, Basis: "x", Reason: "x"}
		seat, behalf, err := m.MayMove(*v.cycle, v.me, o.Unit)
		if _, wrong := o.Change(m, seat, behalf, v.now); wrong != nil {
			continue
		}
		if err != nil {
			data.ChairOnly = data.ChairOnly || v.mayPost(o.Unit)
			continue
		}
		data.Offers = append(data.Offers, newActForm(string(verb), behalf, o.Version, data.Objection.Link(), f))
	}
	return objectionPage.show(v, status, data)
}

// moveObjection answers, withdraws or settles an objection.
func (s *site) moveObjection(v *visit) error {
	o, err := v.loadObjection()
	if err != nil {
		return err
	}
	verb := poverty.ObjectionVerb(v.r.PostForm.Get("do"))
	if !slices.Contains(objectionVerbs, verb) {
		return poverty.InvalidField("verb", "error.invalid")
	}
	f := v.sentForm(string(verb))
	seen, _ := v.count(&f, "version")
	m := poverty.ObjectionMove{
		Key: f.Key, Verb: verb, Objection: o.ID, Version: seen, Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"),
		At: v.at(&f), Office: v.me.Office,
	}
	if f.Bad() {
		return v.showObjection(http.StatusUnprocessableEntity, o, f)
	}
	if _, err := s.engine.MoveObjection(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		if now, err := s.store.Objection(v.ctx(), o.ID); err == nil {
			o = now
		}
		return v.showObjection(code, o, f)
	}
	return v.redirect(objectionRow{o}.Link(), "objection_"+string(verb))
}
