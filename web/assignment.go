package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

// mayAnswer reports whether the actor may accept or decline the assignment that
// a duty asks to accept.
func (v *visit) mayAnswer(d poverty.Duty) bool {
	if d.Kind != poverty.DutyAcceptance || !d.State.Owed() || v.cycle.State == poverty.CycleClosed {
		return false
	}
	return len(v.me.In(d.Unit)) > 0 || v.plays(poverty.PartStanding)
}

func (s *site) answer(v *visit) error {
	d, err := v.loadDuty()
	if err != nil {
		return err
	}
	f := v.sentForm("answer")
	a := poverty.AssignmentAnswer{
		Key: f.Key, Duty: d.ID, Accepted: f.Value("answer") == "accept",
		Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
	}
	if !a.Accepted && a.Reason == "" {
		f.problem("reason", v.p.T("decision.reason_needed"))
	}
	if f.Bad() {
		return v.showDuty(http.StatusUnprocessableEntity, d, f)
	}
	if _, err := s.engine.AnswerAssignment(v.ctx(), a); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showDuty(code, d, f)
	}
	done := "assignment_accepted"
	if !a.Accepted {
		done = "assignment_declined"
	}
	return v.redirect(v.back(dutyRow{Duty: d}.Link()), done)
}

// groupChangeRow is a group that an assignment changes, in words.
type groupChangeRow struct {
	Name        string
	Commune     string
	OldCommune  string // where it is another now
	Lead        string
	OldLead     string
	New, Ended  bool
	Words       bool
	Gained      []string
	Lost        []string
	MemberNames []string
}

type assignmentData struct {
	frame
	Assignment poverty.Assignment
	Changes    []groupChangeRow
	Findings   []findingRow
	Blocked    bool
	May        []poverty.AssignmentVerb
	OwnDraft   bool // leadership looks at what it may not issue itself
	MayEdit    bool
	Form       form
}

// Before returns the number of the assignment that it is compared with.
func (d assignmentData) Before() int { return d.Assignment.No - 1 }

type findingRow struct {
	poverty.Finding
	Line string
}

var assignmentPage = newPage[assignmentData]("assignment/assignment.html")

// assignmentPath returns the address of an assignment.
func (v *visit) assignmentPath(no int) string {
	return "/cycles/" + string(v.cycle.ID) + "/assignments/" + strconv.Itoa(no)
}

func (s *site) assignment(v *visit) error { return v.showAssignment(http.StatusOK, newForm()) }

func (v *visit) loadAssignment() (poverty.Assignment, error) {
	no, err := v.number("no", "error.not_found")
	if err != nil {
		return poverty.Assignment{}, err
	}
	return v.store.Assignment(v.ctx(), v.cycle.ID, int(no))
}

func (v *visit) showAssignment(status int, f form) error {
	x, err := v.loadAssignment()
	if err != nil {
		return err
	}
	data := assignmentData{frame: v.frame("nav.groups", v.p.T("assignment.title", "no", x.No)), Assignment: x, Form: f}
	before := v.cycle.Rules.Groups
	if x.State == poverty.AssignmentIssued {
		before = nil
		if x.No > 1 {
			earlier, err := v.store.Assignment(v.ctx(), v.cycle.ID, x.No-1)
			if err != nil {
				return err
			}
			before = earlier.Groups
		}
	} else {
		found := v.cycle.CheckGroups(x.Groups, v.today)
		data.Blocked = len(poverty.Blocking(found)) > 0
		if data.Findings, err = v.findingRows(found); err != nil {
			return err
		}
	}
	if data.Changes, err = v.groupChangeRows(poverty.CompareGroups(before, x.Groups)); err != nil {
		return err
	}
	for _, verb := range poverty.AssignmentVerbs {
		_, err := x.MayMove(*v.cycle, v.me, poverty.AssignmentMove{Verb: verb, Version: x.Version, Reason: "x", Basis: "x"})
		if err == nil {
			data.May = append(data.May, verb)
		}
		data.OwnDraft = data.OwnDraft || verb == poverty.AssignmentIssue && poverty.Refusal(err).Key == "assignment.own_draft"
	}
	_, refused := v.cycle.MayDraft(v.me)
	data.MayEdit = refused == nil && x.State == poverty.AssignmentDraft
	return assignmentPage.show(v, status, data)
}

func (v *visit) findingRows(found []poverty.Finding) ([]findingRow, error) {
	rows := make([]findingRow, len(found))
	for i, f := range found {
		name, err := v.unitName(f.Unit)
		if err != nil {
			return nil, err
		}
		rows[i] = findingRow{f, label(v.p, "assignment.finding", f.Kind, "row", f.Row, "group", f.Group, "unit", name, "count", f.Count, "limit", f.Limit)}
	}
	return rows, nil
}

func (v *visit) groupChangeRows(changes []poverty.GroupChange) ([]groupChangeRow, error) {
	rows := make([]groupChangeRow, len(changes))
	for i, c := range changes {
		g := c.New
		if g == nil {
			g = c.Old
		}
		row := groupChangeRow{Name: g.Name, New: c.Old == nil, Ended: c.New == nil, Words: c.Words}
		var err error
		name := func(to *string, id poverty.UnitID) {
			if err == nil {
				*to, err = v.unitName(id)
			}
		}
		names := func(to *[]string, ids []poverty.UnitID) {
			*to = make([]string, len(ids))
			for i, id := range ids {
				name(&(*to)[i], id)
			}
		}
		name(&row.Commune, g.Commune)
		name(&row.Lead, g.Lead)
		if c.Commune {
			name(&row.OldCommune, c.Old.Commune)
		}
		if c.Lead {
			name(&row.OldLead, c.Old.Lead)
		}
		names(&row.MemberNames, g.Members)
		if c.Old != nil && c.New != nil {
			names(&row.Gained, c.Gained)
			names(&row.Lost, c.Lost)
		}
		if err != nil {
			return nil, err
		}
		rows[i] = row
	}
	return rows, nil
}

func (s *site) moveAssignment(v *visit) error {
	x, err := v.loadAssignment()
	if err != nil {
		return err
	}
	verb := poverty.AssignmentVerb(v.r.PostForm.Get("do"))
	f := v.sentForm(string(verb))
	m := poverty.AssignmentMove{
		Key: f.Key, Cycle: x.Cycle, No: x.No, Verb: verb, Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"), Office: v.me.Office,
	}
	m.Version, _ = v.count(&f, "version")
	if verb == poverty.AssignmentIssue {
		v.confirmed(&f)
		m.At = v.at(&f)
	}
	if f.Bad() {
		return v.showAssignment(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.MoveAssignment(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showAssignment(code, f)
	}
	return v.redirect(v.assignmentPath(x.No), "assignment_"+string(verb))
}

// draftGroup is a group in the form of a draft.
type draftGroup struct {
	poverty.Group
	No      int // counts from 1
	Last    bool
	Leaders []choice
	Focals  []choice
}

// Field returns the name of one of its inputs.
func (g draftGroup) Field(name string) string { return name + "-" + strconv.Itoa(g.No) }

// Has reports whether an agency is ticked as a member.
func (g draftGroup) Has(unit poverty.UnitID) bool { return slices.Contains(g.Members, unit) }

type draftData struct {
	frame
	No       int
	Version  int
	Note     string
	Remark   string
	Groups   []draftGroup
	Communes []poverty.Unit
	Agencies []poverty.Unit
	Form     form
}

var draftPage = newPage[draftData]("assignment/draft.html")

// draft shows the form of the draft of the next assignment: as it was saved
// last, or else the groups that stand.
func (s *site) draft(v *visit) error {
	x, err := v.standingDraft()
	if err != nil {
		return err
	}
	return v.showDraft(http.StatusOK, x, newForm())
}

// standingDraft returns the draft that was saved, or one of the groups in force
// with version 0.
func (v *visit) standingDraft() (poverty.Assignment, error) {
	if _, err := v.cycle.MayDraft(v.me); err != nil {
		return poverty.Assignment{}, err
	}
	list, err := v.store.Assignments(v.ctx(), v.cycle.ID)
	if err != nil {
		return poverty.Assignment{}, err
	}
	x := poverty.Assignment{Cycle: v.cycle.ID, No: 1, State: poverty.AssignmentDraft, Groups: v.cycle.Rules.Groups}
	if len(list) > 0 {
		if list[0].State != poverty.AssignmentIssued {
			return list[0], nil
		}
		x.No = list[0].No + 1
	}
	return x, nil
}

func (v *visit) showDraft(status int, x poverty.Assignment, f form) error {
	units, err := v.cycleUnits()
	if err != nil {
		return err
	}
	data := draftData{frame: v.frame("nav.groups", v.p.T("assignment.draft", "no", x.No)), No: x.No, Version: x.Version, Note: x.Note, Remark: x.Remark, Form: f}
	for _, u := range units {
		switch role := v.cycle.Rules.Units[u.ID].Role; {
		case role == "commune":
			data.Communes = append(data.Communes, u)
		case role == "lead" || role == "member" || u.ID == v.cycle.Rules.Bindings.Standing:
			data.Agencies = append(data.Agencies, u)
		}
	}
	for i, g := range append(slices.Clone(x.Groups), poverty.Group{}) {
		row := draftGroup{Group: g, No: i + 1, Last: i == len(x.Groups)}
		if row.Leaders, err = v.officeChoices(append(g.Agencies(), v.cycle.Owner)...); err != nil {
			return err
		}
		if row.Focals, err = v.officeChoices(g.Commune); err != nil {
			return err
		}
		data.Groups = append(data.Groups, row)
	}
	return draftPage.show(v, status, data)
}

// officeChoices offers the offices of some units.
func (v *visit) officeChoices(units ...poverty.UnitID) ([]choice, error) {
	var list []choice
	for _, unit := range units {
		if unit == "" {
			continue
		}
		found, err := v.offices(unit)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			name, err := v.officeName(o.ID)
			if err != nil {
				return nil, err
			}
			if within(v.today, o.ValidFrom, o.ValidTo) {
				list = append(list, choice{string(o.ID), name})
			}
		}
	}
	return list, nil
}

// saveDraft stores the draft as it was typed, whatever is still wrong with it:
// its page lists that.
func (s *site) saveDraft(v *visit) error {
	x, err := v.standingDraft()
	if err != nil {
		return err
	}
	f := v.sentForm("draft")
	x.Version, _ = v.count(&f, "version")
	x.Note = v.text(&f, "note")
	x.Groups = v.typedGroups(&f)
	if f.Bad() {
		return v.showDraft(http.StatusUnprocessableEntity, x, f)
	}
	saved, err := s.store.SaveAssignment(v.ctx(), poverty.AssignmentContent{Cycle: v.cycle.ID, Version: x.Version, Groups: x.Groups, Note: x.Note})
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showDraft(code, x, f)
	}
	if f.Value("do") == "add" {
		return v.redirect("/cycles/"+string(v.cycle.ID)+"/assignments/draft", "assignment_saved")
	}
	return v.redirect(v.assignmentPath(saved.No), "assignment_saved")
}

// mostGroups is how many groups a form may bring.
const mostGroups = 300

// typedGroups reads the groups of a draft. One without code, name and commune,
// or that is ticked to be dropped, is left out; one without a code gets that of
// its commune.
func (v *visit) typedGroups(f *form) []poverty.Group {
	list := []poverty.Group{}
	for n := 1; n <= mostGroups && f.Values.Has("name-"+strconv.Itoa(n)); n++ {
		field := func(name string) string { return name + "-" + strconv.Itoa(n) }
		g := poverty.Group{
			Code: v.text(f, field("code")), Name: v.text(f, field("name")), Commune: poverty.UnitID(f.Value(field("commune"))), Lead: poverty.UnitID(f.Value(field("lead"))),
			Members: []poverty.UnitID{}, Leader: poverty.OfficeID(f.Value(field("leader"))), Focal: poverty.OfficeID(f.Value(field("focal"))), Note: v.text(f, field("note")),
		}
		for _, m := range f.Values[field("member")] {
			if unit := poverty.UnitID(m); unit != g.Lead {
				g.Members = append(g.Members, unit)
			}
		}
		if f.Value(field("drop")) != "" || g.Code == "" && g.Name == "" && g.Commune == "" {
			continue
		}
		if g.Code == "" && g.Commune != "" {
			g.Code = "nhom-" + string(g.Commune)
		}
		list = append(list, g)
	}
	return list
}
