package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/calendar"
	"dondoc/poverty"
)

// placeRow is an agency's place in a group with what it said to it: "accepted",
// "deemed" (its silence counts), "declined", "waiting", or "" where nothing is
// known or asked.
type placeRow struct {
	Unit   poverty.UnitID
	Name   string
	State  string
	Reason string
	By     string
	Mine   bool // the actor may answer for it
}

// Cell returns how the state is coloured.
func (p placeRow) Cell() string {
	switch p.State {
	case "accepted", "deemed":
		return "on_time"
	case "declined":
		return "missing"
	}
	return "not_due"
}

// groupCard is a group with who does what in it.
type groupCard struct {
	poverty.Group
	CommuneName string
	LeadPlace   placeRow
	Places      []placeRow // of the members
	LeaderName  string
	FocalName   string
	Duty        *dutyRow // the lead's, to accept
	HelpPlan    *dutyRow // to make the group's own help plan
	Components  []componentRow
	Households  int  // that somebody helps
	SeesPlan    bool // the reader may see the commune's plan, and so who is helped
	Started     int
	Spent       int64
	LastContact calendar.Date
	Meetings    []poverty.Meeting
	cycle       poverty.CycleID
}

// Link returns the address of the group's page.
func (g groupCard) Link() string { return "/cycles/" + string(g.cycle) + "/groups/" + g.Code }

// Declined reports whether an agency declined its place.
func (g groupCard) Declined() bool {
	return g.LeadPlace.State == "declined" || slices.ContainsFunc(g.Places, func(p placeRow) bool { return p.State == "declined" })
}

// Said returns how many members accepted.
func (g groupCard) Said() int {
	n := 0
	for _, p := range g.Places {
		if p.State == "accepted" {
			n++
		}
	}
	return n
}

type groupsData struct {
	frame
	Groups   []groupCard
	Declined []groupCard
	Issued   []poverty.Assignment
	Draft    *poverty.Assignment
	MayDraft bool
}

var groupsPage = newPage[groupsData]("group/groups.html")

// groups shows all groups of a cycle, and the assignments that gave them.
func (s *site) groups(v *visit) error {
	data := groupsData{frame: v.frame("nav.groups", v.p.T("group.all"))}
	all, err := v.groupCards("")
	if err != nil {
		return err
	}
	data.Groups = all
	for _, g := range all {
		if g.Declined() {
			data.Declined = append(data.Declined, g)
		}
	}
	list, err := s.store.Assignments(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.State == poverty.AssignmentIssued {
			data.Issued = append(data.Issued, x)
		} else {
			data.Draft = &x
		}
	}
	_, refused := v.cycle.MayDraft(v.me)
	data.MayDraft = refused == nil && v.plays(poverty.PartStanding)
	return groupsPage.show(v, http.StatusOK, data)
}

type groupData struct {
	frame
	Group    groupCard
	Form     form
	MayDraft bool
}

var groupPage = newPage[groupData]("group/group.html")

func (s *site) group(v *visit) error { return v.showGroup(http.StatusOK, newForm()) }

func (v *visit) showGroup(status int, f form) error {
	all, err := v.groupCards(v.param("group"))
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return poverty.Errorf(poverty.NotFound, "group.not_found")
	}
	g := all[0]
	held, err := v.store.Meetings(v.ctx(), poverty.MeetingFilter{Cycle: v.cycle.ID, Unit: g.Commune})
	if err != nil {
		return err
	}
	for _, m := range held {
		if m.About == g.Commune && g.Has(m.Unit) || m.Kind == poverty.MeetingCoordination && m.Unit == g.Commune {
			g.Meetings = append(g.Meetings, m)
		}
	}
	_, refused := v.cycle.MayDraft(v.me)
	data := groupData{frame: v.frame("nav.groups", cmp.Or(g.Name, g.CommuneName)), Group: g, Form: f, MayDraft: refused == nil && v.plays(poverty.PartStanding)}
	return groupPage.show(v, status, data)
}

// groupCards returns the groups of a cycle, or the one of a code, with who does
// what in them as far as the actor may see it.
func (v *visit) groupCards(code string) ([]groupCard, error) {
	said, err := v.store.GroupAnswers(v.ctx(), v.cycle.ID)
	if err != nil {
		return nil, err
	}
	duties, err := v.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Process: poverty.ProcessAssignment})
	if err != nil {
		return nil, err
	}
	helpers, err := v.store.Helpers(v.ctx(), poverty.HelperFilter{Cycle: v.cycle.ID})
	if err != nil {
		return nil, err
	}
	parts, err := v.componentRows(poverty.ComponentFilter{Cycle: v.cycle.ID})
	if err != nil {
		return nil, err
	}
	meetings, err := v.store.Meetings(v.ctx(), poverty.MeetingFilter{Cycle: v.cycle.ID, State: poverty.MeetingHeld})
	if err != nil {
		return nil, err
	}
	plans, err := v.plansSeen()
	if err != nil {
		return nil, err
	}
	var list []groupCard
	for _, g := range v.cycle.Rules.Groups {
		if code != "" && g.Code != code {
			continue
		}
		card := groupCard{Group: g, cycle: v.cycle.ID, SeesPlan: plans[g.Commune]}
		if err := v.places(&card, said, duties); err != nil {
			return nil, err
		}
		households := map[poverty.HouseholdID]bool{}
		for _, h := range helpers {
			if h.Unit == g.Commune {
				households[h.Household] = true
			}
		}
		card.Households = len(households)
		for _, c := range parts {
			if c.Group != g.Code && (c.Commune != g.Commune || c.Group != "") {
				continue
			}
			card.Components = append(card.Components, c)
			card.Spent += c.Spent
			if c.State != poverty.ComponentNotStarted {
				card.Started++
			}
		}
		for _, m := range meetings {
			for _, r := range m.Renews(v.cycle.Rules) {
				if day := calendar.DateOf(m.StartsAt); r.Kind == poverty.DutyContact && r.Lead == g.Lead && r.Commune == g.Commune && day.After(card.LastContact) {
					card.LastContact = day
				}
			}
		}
		list = append(list, card)
	}
	return list, nil
}

// places fills in who is in a group and what each said.
func (v *visit) places(card *groupCard, said []poverty.GroupAnswer, duties []poverty.Duty) (err error) {
	g := card.Group
	if card.CommuneName, err = v.unitName(g.Commune); err != nil {
		return err
	}
	if g.Leader != "" {
		if card.LeaderName, err = v.officeName(g.Leader); err != nil {
			return err
		}
	}
	if card.FocalName, err = v.focalName(g); err != nil {
		return err
	}
	no, _, _ := v.cycle.Rules.Leading(g.Lead)
	for _, d := range duties {
		if d.Unit != g.Lead {
			continue
		}
		current := no == 0 && d.Subject == "" || no > 0 && d.Subject == strconv.Itoa(no)
		if d.Kind == poverty.DutyAcceptance && current || d.Kind == poverty.DutyGroupPlan && d.Subject == g.PlanSubject() {
			row, err := v.row(d)
			if err != nil {
				return err
			}
			if d.Kind == poverty.DutyAcceptance {
				card.Duty = &row
			} else {
				card.HelpPlan = &row
			}
		}
	}
	for i, unit := range g.Agencies() {
		p := placeRow{Unit: unit, State: "waiting"}
		if p.Name, err = v.unitName(unit); err != nil {
			return err
		}
		j := slices.IndexFunc(said, func(x poverty.GroupAnswer) bool { return x.Group == g.Code && x.Unit == unit })
		switch {
		case j >= 0 && said[j].Accepted:
			p.State, p.By = "accepted", said[j].ByName
		case j >= 0:
			p.State, p.Reason, p.By = "declined", said[j].Reason, said[j].ByName
		case i == 0 && card.Duty == nil:
			p.State = ""
		case i == 0 && card.Duty.State == poverty.DutyDone:
			p.State = "deemed"
		}
		if i == 0 {
			card.LeadPlace = p
			continue
		}
		_, refused := v.cycle.MayAnswer(v.me, poverty.GroupAnswer{Group: g.Code, Unit: unit, Accepted: true})
		p.Mine = refused == nil
		card.Places = append(card.Places, p)
	}
	return nil
}

// focalName returns who a commune's focal point is: the office named, or the
// commune's officer.
func (v *visit) focalName(g poverty.Group) (string, error) {
	if g.Focal != "" {
		return v.officeName(g.Focal)
	}
	offices, err := v.offices(g.Commune)
	if err != nil {
		return "", err
	}
	for _, o := range offices {
		if o.Role == poverty.RoleOfficer && within(v.today, o.ValidFrom, o.ValidTo) {
			return v.officeName(o.ID)
		}
	}
	return "", nil
}

// answerGroup takes what a member says to its place.
func (s *site) answerGroup(v *visit) error {
	f := v.sentForm("answer")
	x := poverty.GroupAnswer{
		Cycle: v.cycle.ID, Group: v.param("group"), Unit: poverty.UnitID(strings.TrimSpace(f.Value("unit"))),
		Accepted: f.Value("answer") == "accept", Reason: v.text(&f, "reason"), Office: v.me.Office,
	}
	if f.Bad() {
		return v.showGroup(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.store.AnswerGroup(v.ctx(), x); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showGroup(code, f)
	}
	done := "assignment_accepted"
	if !x.Accepted {
		done = "assignment_declined"
	}
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/groups/"+x.Group, done)
}
