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

// Linked reports whether the mentor is somebody who signs in.
func (m mentorRow) Linked() bool { return m.User != 0 }

// Link returns the address of the mentor's page.
func (m mentorRow) Link() string {
	return "/cycles/" + string(m.Cycle) + "/mentors/" + strconv.FormatInt(int64(m.ID), 10)
}

type mentorData struct {
	frame
	Mentor   mentorRow
	Visits   []visitRow
	Back     string
	MayEdit  bool
	MayVisit bool
	OnBehalf bool
	Stored   bool // somebody changed it meanwhile
	Form     form
}

// visitRow is a visit as the mentor's page shows it.
type visitRow struct {
	poverty.Visit
	MayCorrect bool
	Sent       bool // its form was sent and refused
}

// New reports whether the mentor is not stored yet.
func (d mentorData) New() bool { return d.Mentor.ID == 0 }

var mentorPage = newPage[mentorData]("mentor/mentor.html")

func (v *visit) loadMentor() (poverty.Mentor, error) {
	return load(v, "mentor", "mentor.not_found", v.store.Mentor, func(m poverty.Mentor) poverty.CycleID { return m.Cycle })
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
		_, _, refused = v.cycle.MayVisit(v.me, m, helping, "x")
		data.MayVisit = refused == nil
		for _, x := range m.Visits {
			by := x.By
			if n := len(x.Earlier); n > 0 {
				by = x.Earlier[n-1].By
			}
			_, _, refused = v.cycle.MayCorrectVisit(v.me, m.Unit, by)
			data.Visits = append(data.Visits, visitRow{x, refused == nil && !x.Gone && !x.Hidden, f.Failed("correct") && f.Is("visit", strconv.FormatInt(x.ID, 10))})
		}
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
	m.Login = v.text(f, "login")
	if m.Login == "" && m.User != 0 && f.Value("unlink") == "" {
		m.Login = poverty.LoginKeep
	}
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
	switch f.Name {
	case "visit":
	case "correct", "take-back":
		return v.correctVisit(m, &f)
	default:
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

// correctVisit corrects a visit of the mentor or takes it back.
func (v *visit) correctVisit(m poverty.Mentor, f *form) error {
	id, _ := v.count(f, "visit")
	x := poverty.VisitCorrection{
		Mentor: m.ID, Visit: int64(id), Gone: f.Name == "take-back",
		Day: v.day(f, "visit_day"), Found: v.text(f, "visit_found"), Reason: v.needed(f, "visit_reason"),
	}
	f.Name = "correct"
	var err error
	code := http.StatusUnprocessableEntity
	if !f.Bad() {
		if m, err = v.store.CorrectVisit(v.ctx(), x); err == nil {
			return v.redirect(mentorRow{m}.Link(), "visit_corrected")
		}
		if code, err = v.refuse(f, err); err != nil {
			return err
		}
		for _, field := range []string{"day", "found", "reason"} {
			if wrong := f.Problem(field); wrong != "" {
				f.Problems["visit_"+field] = wrong
				delete(f.Problems, field)
			}
		}
		if m, err = v.loadMentor(); err != nil {
			return err
		}
	}
	return v.showMentor(code, m, *f, false)
}

// mentored returns the households that the person who is signed in looks after.
func (v *visit) mentored() ([]mentorRow, error) {
	list, err := v.store.Mentors(v.ctx(), poverty.MentorFilter{Cycle: v.cycle.ID, User: v.me.User})
	rows := make([]mentorRow, len(list))
	for i, m := range list {
		rows[i] = mentorRow{m}
	}
	return rows, err
}
