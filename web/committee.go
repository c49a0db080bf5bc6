package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/calendar"
	"dondoc/poverty"
)

type areaRow struct {
	poverty.Area
	Name   string
	Ticked bool
}

// Value returns an area as a form sends it.
func (a areaRow) Value() string { return string(a.Unit) + "/" + a.Hamlet }

type memberRow struct {
	poverty.CommitteeMember
	No         int
	OfficeName string
	AreaNames  []string
	Now        bool // serves on the day that the page looks at
}

type committeeRow struct {
	Unit    poverty.UnitID
	Name    string
	Members []memberRow
	Gaps    []areaRow
	MayEdit bool
}

// Link returns the address of one of its members, or of a new one.
func (c committeeRow) Link(d committeeData, member int) string {
	to := "new"
	if member > 0 {
		to = strconv.Itoa(member)
	}
	return "/cycles/" + string(d.Cycle.ID) + "/committee/" + string(c.Unit) + "/" + to
}

type committeeData struct {
	frame
	Day        calendar.Date
	Committees []committeeRow
	Without    []committeeRow // communes that the actor may name a committee for
}

// Tab names the page among those of the plan's aims.
func (committeeData) Tab() string { return "committee" }

var committeePage = newPage[committeeData]("committee/committee.html")

// cycleDay returns the day on which the cycle is looked at.
func (v *visit) cycleDay() calendar.Date { return v.cycle.Day(v.today) }

// committee shows who looks after which area, and which nobody looks after.
func (s *site) committee(v *visit) error {
	found, err := s.store.Committees(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	communes, err := v.communesOfCycle()
	if err != nil {
		return err
	}
	data := committeeData{frame: v.frame("target.nav", v.p.T("committee.title")), Day: v.cycleDay()}
	units := []poverty.UnitID{v.cycle.Owner}
	for _, u := range communes {
		units = append(units, u.ID)
	}
	for _, unit := range units {
		i := slices.IndexFunc(found, func(c poverty.Committee) bool { return c.Unit == unit })
		c := poverty.Committee{Cycle: v.cycle.ID, Unit: unit}
		if i >= 0 {
			c = found[i]
		}
		_, _, err := v.cycle.MayCommittee(v.me, unit, "x")
		row := committeeRow{Unit: unit, MayEdit: err == nil}
		if row.Name, err = v.unitName(unit); err != nil {
			return err
		}
		if len(c.Members) == 0 && unit != v.cycle.Owner {
			if row.MayEdit {
				data.Without = append(data.Without, row)
			}
			continue
		}
		if err := v.committeeRow(&row, c, communes, data.Day); err != nil {
			return err
		}
		data.Committees = append(data.Committees, row)
	}
	return committeePage.show(v, http.StatusOK, data)
}

func (v *visit) committeeRow(row *committeeRow, c poverty.Committee, communes []poverty.Unit, day calendar.Date) error {
	for i, m := range c.Members {
		one := memberRow{CommitteeMember: m, No: i + 1, Now: m.On(day)}
		var err error
		if m.Office != "" {
			if one.OfficeName, err = v.officeName(m.Office); err != nil {
				return err
			}
		}
		for _, a := range m.Areas {
			name, err := v.areaName(a)
			if err != nil {
				return err
			}
			one.AreaNames = append(one.AreaNames, name)
		}
		row.Members = append(row.Members, one)
	}
	var areas []poverty.Area
	if c.Unit == v.cycle.Owner {
		for _, u := range communes {
			areas = append(areas, poverty.Area{Unit: u.ID})
		}
	} else {
		hamlets, _, err := v.hamlets(c.Unit)
		if err != nil {
			return err
		}
		for _, h := range hamlets {
			areas = append(areas, poverty.Area{Unit: h.Unit, Hamlet: h.Code})
		}
	}
	for _, a := range poverty.Uncovered(v.cycle.Owner, []poverty.Committee{c}, areas, day) {
		name, err := v.areaName(a)
		if err != nil {
			return err
		}
		row.Gaps = append(row.Gaps, areaRow{Area: a, Name: name})
	}
	return nil
}

// areaName returns the name of a commune, or of a hamlet of it.
func (v *visit) areaName(a poverty.Area) (string, error) {
	if a.Hamlet == "" {
		return v.unitName(a.Unit)
	}
	if _, known := v.names.hamlets[a.Unit]; !known {
		_, names, err := v.hamlets(a.Unit)
		if err != nil {
			return "", err
		}
		if v.names.hamlets == nil {
			v.names.hamlets = map[poverty.UnitID]map[string]string{}
		}
		v.names.hamlets[a.Unit] = names
	}
	return cmp.Or(v.names.hamlets[a.Unit][a.Hamlet], a.Hamlet), nil
}

type memberData struct {
	frame
	Unit     poverty.UnitID
	UnitName string
	Version  int
	Member   poverty.CommitteeMember
	New      bool
	Offices  []officeChoice
	Areas    []areaRow
	OnBehalf bool
	Form     form
	Stored   []string // who is in the committee now, when somebody changed it meanwhile
}

type officeChoice struct {
	ID   poverty.OfficeID
	Name string
}

// At returns the address of the committees.
func (d memberData) At() string { return "/cycles/" + string(d.Cycle.ID) + "/committee" }

// Office returns the office that is chosen.
func (d memberData) Office() string { return d.Form.Or("office", string(d.Member.Office)) }

var memberPage = newPage[memberData]("committee/member.html")

// loadCommittee returns the committee of the path and the place of its member;
// one behind the last for a new one.
func (v *visit) loadCommittee() (poverty.Committee, int, error) {
	unit := poverty.UnitID(v.param("unit"))
	c := poverty.Committee{Cycle: v.cycle.ID, Unit: unit, Members: []poverty.CommitteeMember{}}
	if unit != v.cycle.Owner && v.cycle.Rules.Units[unit].Role != "commune" {
		return c, 0, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	found, err := v.store.Committees(v.ctx(), v.cycle.ID)
	if err != nil {
		return c, 0, err
	}
	if i := slices.IndexFunc(found, func(c poverty.Committee) bool { return c.Unit == unit }); i >= 0 {
		c = found[i]
	}
	at := len(c.Members)
	if member := v.param("member"); member != "new" {
		n, err := strconv.Atoi(member)
		if err != nil || n < 1 || n > len(c.Members) {
			return c, 0, poverty.Errorf(poverty.NotFound, "error.not_found")
		}
		at = n - 1
	}
	return c, at, nil
}

func (s *site) editMember(v *visit) error {
	c, at, err := v.loadCommittee()
	if err != nil {
		return err
	}
	var m poverty.CommitteeMember
	if at < len(c.Members) {
		m = c.Members[at]
	}
	return v.showMember(http.StatusOK, c, m, at == len(c.Members), newForm(), nil)
}

func (v *visit) showMember(status int, c poverty.Committee, m poverty.CommitteeMember, isNew bool, f form, stored []string) error {
	_, onBehalf, err := v.cycle.MayCommittee(v.me, c.Unit, "x")
	if err != nil {
		return err
	}
	name, err := v.unitName(c.Unit)
	if err != nil {
		return err
	}
	data := memberData{
		frame: v.frame("target.nav", v.p.T("committee.member_of", "unit", name)), Unit: c.Unit, UnitName: name, Version: c.Version, Member: m, New: isNew,
		OnBehalf: onBehalf, Form: f, Stored: stored,
	}
	units := []poverty.UnitID{c.Unit}
	if c.Unit == v.cycle.Owner {
		units = append(units, v.cycle.Rules.Bindings.Standing)
	}
	for _, unit := range units {
		list, err := v.offices(unit)
		if err != nil {
			return err
		}
		for _, o := range list {
			data.Offices = append(data.Offices, officeChoice{o.ID, o.Title})
		}
	}
	if m.Office != "" && !slices.ContainsFunc(data.Offices, func(o officeChoice) bool { return o.ID == m.Office }) {
		name, err := v.officeName(m.Office)
		if err != nil {
			return err
		}
		data.Offices = append(data.Offices, officeChoice{m.Office, name})
	}
	if data.Areas, err = v.areaChoices(c, m); err != nil {
		return err
	}
	return memberPage.show(v, status, data)
}

func (v *visit) areaChoices(c poverty.Committee, m poverty.CommitteeMember) ([]areaRow, error) {
	var areas []poverty.Area
	if c.Unit == v.cycle.Owner {
		communes, err := v.communesOfCycle()
		if err != nil {
			return nil, err
		}
		for _, u := range communes {
			areas = append(areas, poverty.Area{Unit: u.ID})
		}
	} else {
		areas = append(areas, poverty.Area{Unit: c.Unit})
		hamlets, _, err := v.hamlets(c.Unit)
		if err != nil {
			return nil, err
		}
		for _, h := range hamlets {
			areas = append(areas, poverty.Area{Unit: h.Unit, Hamlet: h.Code})
		}
	}
	for _, a := range m.Areas {
		if !slices.Contains(areas, a) {
			areas = append(areas, a)
		}
	}
	rows := make([]areaRow, len(areas))
	for i, a := range areas {
		name, err := v.areaName(a)
		if err != nil {
			return nil, err
		}
		if a.Hamlet == "" && c.Unit != v.cycle.Owner {
			name = v.p.T("committee.whole", "unit", name)
		}
		rows[i] = areaRow{Area: a, Name: name, Ticked: slices.Contains(m.Areas, a)}
	}
	return rows, nil
}

// typedMember reads a member from a form.
func (v *visit) typedMember(f *form) poverty.CommitteeMember {
	m := poverty.CommitteeMember{
		Name: v.needed(f, "name"), Title: v.text(f, "title"), Office: poverty.OfficeID(f.Value("office")), From: v.day(f, "from"), Until: v.day(f, "until"),
		Areas: []poverty.Area{},
	}
	for _, value := range f.Values["areas"] {
		unit, hamlet, _ := strings.Cut(value, "/")
		m.Areas = append(m.Areas, poverty.Area{Unit: poverty.UnitID(unit), Hamlet: hamlet})
	}
	return m
}

func (s *site) saveMember(v *visit) error {
	c, at, err := v.loadCommittee()
	if err != nil {
		return err
	}
	f := v.sentForm("member")
	isNew := at == len(c.Members)
	next := c
	next.Version, _ = v.count(&f, "version")
	next.Members = slices.Clone(c.Members)
	var m poverty.CommitteeMember
	done := "member_saved"
	if f.Value("do") == "remove" && !isNew {
		m, done = c.Members[at], "member_removed"
		v.confirmed(&f)
		next.Members = slices.Delete(next.Members, at, at+1)
	} else if m = v.typedMember(&f); isNew {
		next.Members = append(next.Members, m)
	} else {
		next.Members[at] = m
	}
	basis := v.text(&f, "basis")
	if f.Bad() {
		return v.showMember(http.StatusUnprocessableEntity, c, m, isNew, f, nil)
	}
	if _, err = s.store.PutCommittee(v.ctx(), next, basis); err == nil {
		return v.redirect("/cycles/"+string(v.cycle.ID)+"/committee", done)
	}
	if problems, ok := errors.AsType[poverty.Problems](err); ok {
		for _, p := range problems {
			if p.Row == at+1 {
				f.problem(p.Column, v.p.T(p.Key, p.Args...))
			} else {
				f.Banner = v.p.T("committee.other_problem", "row", p.Row, "problem", v.p.T(p.Key, p.Args...))
			}
		}
		return v.showMember(http.StatusUnprocessableEntity, c, m, isNew, f, nil)
	}
	var stored []string
	if poverty.KindOf(err) == poverty.Conflict {
		for _, old := range c.Members {
			stored = append(stored, old.Name)
		}
	}
	code, err := v.refuse(&f, err)
	if err != nil {
		return err
	}
	return v.showMember(code, c, m, isNew, f, stored)
}
