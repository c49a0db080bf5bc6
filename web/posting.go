package web

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/calendar"
	"dondoc/poverty"
)

// postingRow is a posting as pages show it.
type postingRow struct {
	poverty.Posting
	What string // what is posted, in words
	Over bool   // its last day is over
}

// Link returns the address of the posting's page.
func (p postingRow) Link() string { return "/postings/" + strconv.FormatInt(int64(p.ID), 10) }

// Is returns where the posting stands: up, over or down.
func (p postingRow) Is() string {
	switch {
	case !p.TakenDown.IsZero():
		return "down"
	case p.Over:
		return "over"
	}
	return "up"
}

// Cell returns the mark of where the posting stands.
func (p postingRow) Cell() poverty.Cell {
	switch {
	case p.Open > 0 && p.Over, p.Reopened > 0:
		return poverty.CellReturned
	case !p.TakenDown.IsZero():
		return poverty.CellOnTime
	case p.Over:
		return poverty.CellLate
	}
	return poverty.CellExtended
}

// Hamlets returns the names of the hamlets on the list, in its order.
func (p postingRow) Hamlets() []string {
	var names []string
	for _, r := range p.List {
		if !slices.Contains(names, r.Hamlet) {
			names = append(names, r.Hamlet)
		}
	}
	return names
}

func (v *visit) postingRow(p poverty.Posting) postingRow {
	return postingRow{p, v.subjectName(p.Subject), p.Ended(v.today)}
}

// subjectName words what is posted.
func (v *visit) subjectName(subject string) string {
	stage, round, ok := poverty.Posts(subject)
	switch {
	case !ok:
		return subject
	case round > 0:
		return v.p.T("posting.subject.plan", "round", round)
	}
	return v.p.T("posting.subject." + stage)
}

type postingsData struct {
	frame
	Unit  string
	Rows  []postingRow
	Owed  []dutyRow
	New   []link // the communes for which the actor may post; the key is a name
	Lists string // address of the receipts
}

var postingsPage = newPage[postingsData]("posting/postings.html")

// postings shows the lists that were posted in a cycle, and what waits to be.
func (s *site) postings(v *visit) error {
	data := postingsData{frame: v.frame("nav.postings", v.p.T("posting.title")), Unit: v.r.URL.Query().Get("unit")}
	data.Lists = "/cycles/" + string(v.cycle.ID) + "/receipts"
	found, err := s.store.Postings(v.ctx(), poverty.PostingFilter{Cycle: v.cycle.ID, Unit: poverty.UnitID(data.Unit)})
	if err != nil {
		return err
	}
	for _, p := range found {
		data.Rows = append(data.Rows, v.postingRow(p))
	}
	duties, err := s.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Unit: poverty.UnitID(data.Unit), Kind: poverty.DutyPosting, Owed: true})
	if err != nil {
		return err
	}
	if data.Owed, err = v.rows(duties); err != nil {
		return err
	}
	communes, err := v.communes()
	if err != nil {
		return err
	}
	for _, u := range communes {
		if v.mayPost(u.ID) {
			data.New = append(data.New, link{u.Name, v.newPostingPath(u.ID)})
		}
	}
	return postingsPage.show(v, http.StatusOK, data)
}

func (v *visit) newPostingPath(unit poverty.UnitID) string {
	return "/cycles/" + string(v.cycle.ID) + "/units/" + string(unit) + "/postings/new"
}

// mayPost reports whether the actor may post a commune's lists and record
// objections to them.
func (v *visit) mayPost(unit poverty.UnitID) bool {
	_, _, err := v.cycle.ActsFor(v.me, unit, "x", "posting.forbidden")
	return err == nil
}

// onBehalf reports whether the actor acts for a commune in its stead.
func (v *visit) onBehalf(unit poverty.UnitID) bool {
	_, behalf, _ := v.cycle.ActsFor(v.me, unit, "x", "posting.forbidden")
	return behalf
}

type newPostingData struct {
	frame
	Unit       poverty.Unit
	Subjects   []choice
	Subject    string
	Plan       bool // the households are chosen
	Households []householdRow
	Last       calendar.Date // as the cycle asks
	OnBehalf   bool
	Form       form
}

// Chosen reports whether a household was ticked.
func (d newPostingData) Chosen(id poverty.HouseholdID) bool {
	return slices.Contains(d.Form.Values["household"], strconv.FormatInt(int64(id), 10))
}

// ID returns the id of a field of this form on its page.
func (newPostingData) ID(field string) string { return "post-" + field }

// Value returns what was typed into a field of this form.
func (d newPostingData) Value(field string) string { return d.Form.Value(field) }

// Problem returns what is wrong with a field of this form.
func (d newPostingData) Problem(field string) string { return d.Form.Problem(field) }

var newPostingPage = newPage[newPostingData]("posting/new.html")

func (s *site) newPosting(v *visit) error {
	f := newForm()
	f.Values.Set("subject", v.r.URL.Query().Get("subject"))
	return v.showNewPosting(http.StatusOK, f)
}

func (v *visit) showNewPosting(status int, f form) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	if !v.mayPost(u.ID) {
		return poverty.Errorf(poverty.Forbidden, "posting.forbidden")
	}
	data := newPostingData{frame: v.frame("nav.postings", v.p.T("posting.new_of", "unit", u.Name)), Unit: u, OnBehalf: v.onBehalf(u.ID), Form: f}
	if data.Subjects, err = v.postable(u.ID); err != nil {
		return err
	}
	data.Subject = f.Value("subject")
	if data.Subject == "" && len(data.Subjects) == 1 {
		data.Subject = data.Subjects[0].Value
	}
	if !slices.ContainsFunc(data.Subjects, func(c choice) bool { return c.Value == data.Subject }) {
		data.Subject = ""
	}
	cal, err := v.store.Calendar(v.ctx())
	if err != nil {
		return err
	}
	data.Last = v.cycle.Rules.Posting.Last(cal, v.today)
	if _, round, _ := poverty.Posts(data.Subject); round > 0 {
		data.Plan = true
		if data.Households, err = v.plannable(u.ID); err != nil {
			return err
		}
	}
	return newPostingPage.show(v, status, data)
}

// postable returns what a commune has that it may post now: the survey stages
// that have begun, and its plan as it was last sent, unless it stands posted.
func (v *visit) postable(unit poverty.UnitID) ([]choice, error) {
	var list []choice
	for _, t := range v.cycle.Rules.Duties {
		if _, _, ok := poverty.Posts(t.Code); ok && t.Kind == poverty.DutySurvey && !t.Opens.After(v.today) {
			list = append(list, choice{t.Code, v.subjectName(t.Code)})
		}
	}
	p, err := v.store.Plan(v.ctx(), v.cycle.ID, unit)
	if err != nil && poverty.KindOf(err) != poverty.NotFound {
		return nil, err
	}
	if err == nil && (p.State == poverty.PlanSent || p.State == poverty.PlanAppraised || p.State == poverty.PlanApproved) {
		subject := poverty.PlanSubject(p.Round)
		list = append(list, choice{subject, v.subjectName(subject)})
	}
	standing, err := v.store.Postings(v.ctx(), poverty.PostingFilter{Cycle: v.cycle.ID, Unit: unit})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(c choice) bool {
		return slices.ContainsFunc(standing, func(p poverty.Posting) bool { return p.Subject == c.Value && p.TakenDown.IsZero() })
	}), nil
}

// plannable returns the poor and near-poor households of a commune.
func (v *visit) plannable(unit poverty.UnitID) ([]householdRow, error) {
	_, hamlets, err := v.hamlets(unit)
	if err != nil {
		return nil, err
	}
	var rows []householdRow
	for _, class := range []poverty.Class{poverty.ClassPoor, poverty.ClassNearPoor} {
		for after := poverty.HouseholdID(0); ; {
			found, err := v.store.Households(v.ctx(), poverty.HouseholdFilter{Cycle: v.cycle.ID, Unit: unit, Class: class, After: after})
			if err != nil {
				return nil, err
			}
			if len(found) == 0 {
				break
			}
			after = found[len(found)-1].ID
			for _, h := range found {
				rows = append(rows, v.householdRow(h, hamlets))
			}
		}
	}
	return rows, nil
}

// postList posts a list.
func (s *site) postList(v *visit) error {
	f := v.sentForm("post")
	m := poverty.PostingMove{
		Key: f.Key, Verb: poverty.PostingPost, Cycle: v.cycle.ID, Unit: poverty.UnitID(v.param("unit")), Subject: f.Value("subject"),
		Places: strings.Split(v.text(&f, "places"), "\n"), Loudspeaker: f.Is("loudspeaker", "1"), Until: v.day(&f, "until"),
		Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
	}
	for _, id := range f.Values["household"] {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return poverty.InvalidField("households", "error.invalid")
		}
		m.Households = append(m.Households, poverty.HouseholdID(n))
	}
	v.confirmed(&f)
	if f.Bad() {
		return v.showNewPosting(http.StatusUnprocessableEntity, f)
	}
	p, err := s.engine.MovePosting(v.ctx(), m)
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showNewPosting(code, f)
	}
	return v.redirect(postingRow{Posting: p}.Link(), "posting_post")
}

// actForm is a decision that the actor may try on a posting or an objection,
// and its form.
type actForm struct {
	Verb     string
	OnBehalf bool
	Version  int
	Address  string
	Key      string
	form     form
	mine     bool
}

func newActForm(verb string, onBehalf bool, version int, address string, f form) actForm {
	a := actForm{Verb: verb, OnBehalf: onBehalf, Version: version, Address: address, Key: rand.Text(), form: f, mine: f.Name == verb}
	if a.mine {
		a.Key = f.Key
	}
	return a
}

// Open reports whether the form was sent and refused.
func (a actForm) Open() bool { return a.mine && a.form.Bad() }

// Value returns what was typed into a field of this form.
func (a actForm) Value(field string) string {
	if a.mine {
		return a.form.Value(field)
	}
	return ""
}

// Problem returns what is wrong with a field of this form.
func (a actForm) Problem(field string) string {
	if a.mine {
		return a.form.Problem(field)
	}
	return ""
}

// ID returns the id of a field of this form on its page.
func (a actForm) ID(field string) string { return strings.ReplaceAll(a.Verb, "_", "-") + "-" + field }

type postingData struct {
	frame
	Posting    postingRow
	Changes    []postingChange
	Left       []string // what is left of the step, as keys
	Objections []objectionRow
	Offers     []actForm
	MayRecord  bool
	Form       form
}

// postingChange is a version of a posting and the office in which it was made.
type postingChange struct {
	poverty.PostingChange
	OfficeName string
}

var postingPage = newPage[postingData]("posting/posting.html")

// loadPosting reads the posting of the path and goes into its cycle.
func (v *visit) loadPosting() (poverty.Posting, error) {
	return load(v, "posting", "error.not_found", v.store.Posting, func(p poverty.Posting) poverty.CycleID { return p.Cycle })
}

func (s *site) posting(v *visit) error {
	p, err := v.loadPosting()
	if err != nil {
		return err
	}
	return v.showPosting(http.StatusOK, p, newForm())
}

func (v *visit) showPosting(status int, p poverty.Posting, f form) error {
	row := v.postingRow(p)
	data := postingData{frame: v.frame("nav.postings", row.What+", "+p.UnitName), Posting: row, Form: f}
	data.Drafts = v.drafts(p.Unit, "posting:"+strconv.FormatInt(int64(p.ID), 10), poverty.DocumentPosting)
	siblings, err := v.store.Postings(v.ctx(), poverty.PostingFilter{Cycle: p.Cycle, Unit: p.Unit, Subject: p.Subject})
	if err != nil {
		return err
	}
	data.Left = poverty.StepOf(siblings, v.today).Left()
	for _, c := range p.Changes {
		name, err := v.officeName(c.Office)
		if err != nil {
			return err
		}
		data.Changes = append(data.Changes, postingChange{c, name})
	}
	found, err := v.store.Objections(v.ctx(), poverty.ObjectionFilter{Cycle: p.Cycle, Posting: p.ID})
	if err != nil {
		return err
	}
	for _, o := range found {
		data.Objections = append(data.Objections, objectionRow{o})
	}
	data.MayRecord = v.mayPost(p.Unit)
	if data.MayRecord && p.TakenDown.IsZero() {
		for _, verb := range []poverty.PostingVerb{poverty.PostingExtend, poverty.PostingTakeDown} {
			data.Offers = append(data.Offers, newActForm(string(verb), v.onBehalf(p.Unit), p.Version, row.Link(), f))
		}
	}
	return postingPage.show(v, status, data)
}

// movePosting extends a posting or takes it down.
func (s *site) movePosting(v *visit) error {
	p, err := v.loadPosting()
	if err != nil {
		return err
	}
	verb := poverty.PostingVerb(v.r.PostForm.Get("do"))
	if verb != poverty.PostingExtend && verb != poverty.PostingTakeDown {
		return poverty.InvalidField("verb", "error.invalid")
	}
	f := v.sentForm(string(verb))
	seen, _ := v.count(&f, "version")
	m := poverty.PostingMove{
		Key: f.Key, Verb: verb, Posting: p.ID, Version: seen, Until: v.day(&f, "until"), Minutes: v.text(&f, "minutes"),
		Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
	}
	if verb == poverty.PostingTakeDown {
		v.confirmed(&f)
	}
	if f.Bad() {
		return v.showPosting(http.StatusUnprocessableEntity, p, f)
	}
	if _, err := s.engine.MovePosting(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		if now, err := s.store.Posting(v.ctx(), p.ID); err == nil {
			p = now
		}
		return v.showPosting(code, p, f)
	}
	return v.redirect(postingRow{Posting: p}.Link(), "posting_"+string(verb))
}

type printData struct {
	frame
	Posting postingRow
	Hamlet  string
	Rows    []poverty.PostingRow
	Survey  bool
}

var printPage = newPage[printData]("posting/print.html")

// printPosting shows the sheet to put up, of all hamlets or of one.
func (s *site) printPosting(v *visit) error {
	p, err := v.loadPosting()
	if err != nil {
		return err
	}
	row := v.postingRow(p)
	data := printData{frame: v.frame("nav.postings", row.What+", "+p.UnitName), Posting: row, Hamlet: v.r.URL.Query().Get("hamlet"), Rows: p.List}
	stage, _, _ := poverty.Posts(p.Subject)
	data.Survey = stage != ""
	if data.Hamlet != "" {
		data.Rows = slices.DeleteFunc(slices.Clone(p.List), func(r poverty.PostingRow) bool { return r.Hamlet != data.Hamlet })
	}
	return printPage.show(v, http.StatusOK, data)
}
