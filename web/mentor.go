package web

import (
	"net/http"
	"strconv"

	"dondoc/poverty"
)

// mentorRow is a mentor as pages show it.
type mentorRow struct {
	poverty.Mentor
}

// Link returns the address of the mentor's page.
func (m mentorRow) Link() string {
	return "/cycles/" + string(m.Cycle) + "/mentors/" + strconv.FormatInt(int64(m.ID), 10)
}

type mentorData struct {
	frame
	Mentor   mentorRow
	Back     string
	MayEdit  bool
	MayVisit bool
	OnBehalf bool
	Stored   bool // somebody changed it meanwhile
	Form     form
}

// New reports whether the mentor is not stored yet.
func (d mentorData) New() bool { return d.Mentor.ID == 0 }

var mentorPage = newPage[mentorData]("mentor/mentor.html")

func (v *visit) loadMentor() (poverty.Mentor, error) {
	id, err := strconv.ParseInt(v.param("mentor"), 10, 64)
	if err != nil {
		return poverty.Mentor{}, poverty.Errorf(poverty.NotFound, "mentor.not_found")
	}
	m, err := v.store.Mentor(v.ctx(), poverty.MentorID(id))
	if err == nil && m.Cycle != v.cycle.ID {
		err = poverty.Errorf(poverty.NotFound, "mentor.not_found")
	}
	return m, err
}

func (s *site) mentor(v *visit) error {
	m, err := v.loadMentor()
	if err != nil {
		return err
	}
	return v.showMentor(http.StatusOK, m, newForm(), false)
}

// newMentor returns the mentor that is to be of the household of the query.
func (v *visit) newMentor() (poverty.Mentor, error) {
	u, _, err := v.helpedCommune()
	return poverty.Mentor{Cycle: v.cycle.ID, Unit: u.ID, UnitName: u.Name, Code: v.r.FormValue("household"), From: v.today}, err
}

func (s *site) newMentorForm(v *visit) error {
	m, err := v.newMentor()
	if err != nil {
		return err
	}
	if _, _, err := v.cycle.MayHelp(v.me, m.Unit, "x"); err != nil {
		return err
	}
	return v.showMentor(http.StatusOK, m, newForm(), false)
}

func (v *visit) showMentor(status int, m poverty.Mentor, f form, stored bool) error {
	_, onBehalf, refused := v.cycle.MayHelp(v.me, m.Unit, "x")
	title := v.p.T("mentor.title", "name", m.Name)
	if m.ID == 0 {
		title = v.p.T("mentor.new")
	}
	data := mentorData{
		frame: v.frame("nav.helpers", title), Mentor: mentorRow{m}, Back: v.helpPath(m.Unit),
		MayEdit: refused == nil, OnBehalf: onBehalf, Stored: stored, Form: f,
	}
	if m.ID != 0 {
		helping, err := v.helping(m)
		if err != nil {
			return err
		}
		_, _, refused = v.cycle.MayVisit(v.me, m.Unit, helping, "x")
		data.MayVisit = refused == nil
	}
	return mentorPage.show(v, status, data)
}

// helping returns the agencies that help the mentor's household now.
func (v *visit) helping(m poverty.Mentor) ([]poverty.UnitID, error) {
	found, err := v.store.Helpers(v.ctx(), poverty.HelperFilter{Cycle: m.Cycle, Unit: m.Unit})
	var list []poverty.UnitID
	for _, h := range found {
		if h.Household == m.Household && h.Helper != "" {
			list = append(list, h.Helper)
		}
	}
	return list, err
}

func (v *visit) typedMentor(f *form, m poverty.Mentor) poverty.Mentor {
	m.Version, _ = v.count(f, "version")
	m.Name, m.Organisation = v.needed(f, "name"), v.needed(f, "organisation")
	m.From, m.Until = v.day(f, "from"), v.day(f, "until")
	return m
}

func (s *site) addMentor(v *visit) error {
	m, err := v.newMentor()
	if err != nil {
		return err
	}
	f := v.sentForm("mentor")
	return v.storeMentor(m, &f)
}

func (v *visit) storeMentor(m poverty.Mentor, f *form) error {
	next := v.typedMentor(f, m)
	basis := v.text(f, "basis")
	if f.Bad() {
		return v.showMentor(http.StatusUnprocessableEntity, m, *f, false)
	}
	_, err := v.store.SaveMentor(v.ctx(), next, basis)
	if err == nil {
		return v.redirect(v.helpPath(m.Unit), "mentor_saved")
	}
	stored := poverty.KindOf(err) == poverty.Conflict
	code, err := v.refuse(f, err)
	if err != nil {
		return err
	}
	return v.showMentor(code, m, *f, stored && m.ID != 0)
}

func (s *site) saveMentor(v *visit) error {
	m, err := v.loadMentor()
	if err != nil {
		return err
	}
	f := v.sentForm(v.r.PostForm.Get("do"))
	if f.Name != "visit" {
		return v.storeMentor(m, &f)
	}
	x := poverty.Visit{Mentor: m.ID, Key: f.Key, Day: v.day(&f, "day"), Found: v.needed(&f, "found"), Basis: v.text(&f, "basis")}
	if f.Bad() {
		return v.showMentor(http.StatusUnprocessableEntity, m, f, false)
	}
	if _, err := s.store.LogVisit(v.ctx(), x); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showMentor(code, m, f, false)
	}
	return v.redirect(mentorRow{m}.Link(), "visit_logged")
}
