// Package documents reads and writes the files in which offices keep their
// work: a cycle as a folder of lists and rules.
package documents

import (
	"cmp"
	"io/fs"
	"net/mail"
	"slices"
	"strings"

	"dondoc/calendar"
	"dondoc/poverty"
)

// ReadCycle reads a folder that holds a cycle: its rules in cycle.yaml, and
// its lists as CSV or XLSX files. When anything is wrong its error is a
// poverty.Problems that names every problem with file, row and column, and the
// rehearsal is not to be used.
//
// Users are numbered from 1 in the order of people.csv; their holdings use the
// same numbers. The store gives them its own.
func ReadCycle(fsys fs.FS) (poverty.Rehearsal, error) {
	r, _, err := InspectCycle(fsys)
	return r, err
}

// InspectCycle is ReadCycle with what is doubtful as well: warnings, which
// stop nothing.
func InspectCycle(fsys fs.FS) (r poverty.Rehearsal, warnings poverty.Problems, err error) {
	rd := &reader{fsys: fsys}
	r = rd.cycle()
	inOrder(rd.problems)
	inOrder(rd.warnings)
	if len(rd.problems) > 0 {
		return r, rd.warnings, rd.problems
	}
	return r, rd.warnings, nil
}

// CheckCycle returns what is wrong with a cycle that did not come straight
// from its files, such as one that was shifted. Rows count where they are
// known.
func CheckCycle(r poverty.Rehearsal) poverty.Problems {
	rd := &reader{}
	check(rd, r, places{})
	inOrder(rd.problems)
	return rd.problems
}

func inOrder(p poverty.Problems) {
	slices.SortStableFunc(p, func(a, b poverty.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	})
}

var (
	unitsList = list{
		name: "units", needed: true,
		required: []string{"unit", "name", "kind", "parent", "role", "line"},
		optional: []string{"code", "aliases", "from", "until", "priority"},
		dates:    []string{"from", "until"},
	}
	officesList = list{
		name: "offices", needed: true,
		required: []string{"office", "unit", "role", "title"},
	}
	peopleList = list{
		name: "people", needed: true,
		required: []string{"login", "name", "email", "office"},
		optional: []string{"from", "to", "substitute", "basis", "admin"},
		dates:    []string{"from", "to"},
	}
	groupsList = list{
		name:     "groups",
		required: []string{"group", "name", "commune", "lead", "members"},
	}
	targetsList = list{
		name:     "targets",
		required: []string{"unit", "households", "poor", "to_leave"},
		optional: []string{
			"poor_pct", "near_poor", "near_poor_pct", "csgn", "csgn_pct", "hardcore", "hardcore_pct",
			"to_leave_pct", "poor_end", "poor_end_pct", "near_to_leave", "expected_new", "note",
		},
		numbers: []string{
			"households", "poor", "to_leave", "poor_pct", "near_poor", "near_poor_pct", "csgn", "csgn_pct",
			"hardcore", "hardcore_pct", "to_leave_pct", "poor_end", "poor_end_pct", "near_to_leave", "expected_new",
		},
	}
	figuresList = list{
		name:     "figures",
		required: []string{"label", "part", "base", "printed"},
		optional: []string{"label_en", "source"},
		numbers:  []string{"part", "base", "printed"},
	}
	sharesList = list{
		name:     "shares",
		required: []string{"commune", "thon", "body", "to_leave"},
		optional: []string{"near_to_leave", "note"},
		numbers:  []string{"to_leave", "near_to_leave"},
	}
	committeeList = list{
		name:     "committee",
		required: []string{"unit", "name", "title", "areas"},
		optional: []string{"office", "from", "until"},
		dates:    []string{"from", "until"},
	}
	indicatorsList = list{
		name:     "indicators",
		required: []string{"code", "name", "kind", "value"},
		optional: []string{"name_en", "base", "base_en", "source"},
		numbers:  []string{"value"},
	}
	householdsList = list{
		name:     "households",
		required: []string{"code", "commune", "thon", "head", "members", "class", "causes", "needs"},
		optional: []string{
			"head_born", "head_female", "children", "elderly", "workers", "disabled", "ethnic", "policy_family", "urban",
			"production_land", "income", "points", "deprived", "policy_group", "cause_other", "note",
		},
		numbers: []string{"members", "head_born", "children", "elderly", "workers", "disabled", "production_land", "income", "points"},
	}
	surveyList = list{
		name:     "survey",
		required: []string{"stage", "commune", "code", "class", "movement"},
		optional: []string{"thon", "head", "born", "members", "reason", "cause", "note"},
		numbers:  []string{"members", "born"},
	}
	fundsList = list{
		name:     "funds",
		required: []string{"fund", "unit", "name", "year", "amount"},
		optional: []string{"basis"},
		numbers:  []string{"year", "amount"},
	}
	componentsList = list{
		name:     "components",
		required: []string{"component", "unit", "commune", "kind", "title"},
		optional: []string{
			"group", "quantity", "measure", "value", "fund", "programme", "share", "start_by", "end_by", "start_duty", "households",
		},
		dates:   []string{"start_by", "end_by"},
		numbers: []string{"quantity", "value", "share"},
	}
	scriptList = list{
		name:     "script",
		required: []string{"at", "office", "act"},
		optional: []string{
			"duty", "unit", "period", "subject", "by", "due", "rung", "effective", "basis", "reason",
			"title", "kind", "ladder", "figures", "household",
		},
		dates:  []string{"at", "by", "effective"},
		months: []string{"period"},
	}
	habitsList = list{
		name:     "habits",
		required: []string{"duty", "who", "before", "at"},
		optional: []string{"accept_after", "accept_at", "accept_by"},
		clocks:   []string{"at", "accept_at"},
		numbers:  []string{"before", "accept_after"},
	}
)

// lists are those that a folder may hold.
var lists = []list{
	unitsList, officesList, peopleList, groupsList, targetsList, figuresList, sharesList, committeeList, indicatorsList, householdsList,
	plansList, measuresList, remarksList,
	surveyList, fundsList, componentsList, scriptList, habitsList, meetingsList, conclusionsList, obstaclesList,
	helpersList, mentorsList, visitsList, watchesList, shortcomingsList, inputsList, resultsList, closingList,
}

// places says in which file and row the parts of a rehearsal stand.
type places struct {
	rules      *rules
	tables     map[string]*table
	units      []int
	offices    []int
	holdings   []int
	groups     []int
	targets    []int
	households []household
	funds      []int
	components []int
}

// file returns the file of a list.
func (p places) file(name string) string {
	if t := p.tables[name]; t != nil {
		return t.file
	}
	return name + ".csv"
}

// known says that a list was read, so that what is not in it does not exist.
func (p places) known(name string) bool {
	t := p.tables[name]
	return t == nil || t.ok
}

func (p places) rulesKnown() bool { return p.rules == nil || p.rules.ok }

func rowOf(rows []int, i int) int {
	if i < len(rows) {
		return rows[i]
	}
	return 0
}

// line returns the line of a part of cycle.yaml.
func (p places) line(path string) int {
	if p.rules == nil {
		return 0
	}
	return p.rules.lines[path]
}

// dutyLine returns the line and path of a field of a duty.
func (p places) dutyLine(i int, code, field string) (int, string) {
	if p.rules == nil || i >= len(p.rules.duties) {
		return 0, "duties." + code + "." + field
	}
	return p.rules.duties[i].at(field)
}

func (rd *reader) cycle() poverty.Rehearsal {
	p := places{rules: rd.rules(), tables: map[string]*table{}}
	var names []string
	for _, l := range lists {
		p.tables[l.name] = rd.table(l)
		names = append(names, l.name)
	}
	rd.unknownFiles(names)
	c := p.rules
	id := poverty.NewCycleID(c.owner, c.year)
	r := poverty.Rehearsal{New: poverty.NewCycle{Cycle: poverty.Cycle{
		ID: id, Owner: c.owner, Year: c.year, Title: c.title, Example: c.example,
		State: poverty.CycleDraft, IssuedAt: c.issued, Rules: c.rules,
	}, Frozen: c.frozen}}
	rd.units(&r, &p)
	rd.offices(&r, &p)
	rd.people(&r, &p)
	rd.groups(&r, &p)
	rd.targets(&r, &p)
	rd.households(&r, &p)
	rd.shares(&r, &p)
	rd.committee(&r, &p)
	rd.indicators(&r, &p)
	rd.plans(&r, &p)
	rd.survey(&r, &p)
	rd.funds(&r, &p)
	rd.components(&r, &p)
	rd.script(&r, &p)
	rd.meetings(&r, &p)
	rd.obstacles(&r, &p)
	rd.helpers(&r, &p)
	rd.reviews(&r, &p)
	rd.habits(&r, &p)
	check(rd, r, p)
	return r
}

var (
	unitLines = []string{
		string(poverty.LineGovernment), string(poverty.LinePolice), string(poverty.LineMilitary), string(poverty.LineJustice),
		string(poverty.LineBank), string(poverty.LineFront), string(poverty.LineParty), string(poverty.LineOther),
	}
	unitRoles = []string{roleCommune, roleLead, roleMember, roleStanding, roleOwner, roleReader}
)

// The parts a unit may play in a cycle.
const (
	roleCommune  = "commune"
	roleLead     = "lead"
	roleMember   = "member"
	roleStanding = "standing"
	roleOwner    = "owner"
	roleReader   = "reader"
)

func (rd *reader) units(r *poverty.Rehearsal, p *places) {
	roles := map[poverty.UnitID]poverty.CycleUnit{}
	for _, row := range p.tables["units"].rows {
		u := poverty.Unit{
			ID: poverty.UnitID(row.need("unit")), Name: row.need("name"), Kind: row.need("kind"),
			Parent: poverty.UnitID(row.get("parent")), Code: row.get("code"),
			Line:      poverty.UnitLine(cmp.Or(row.oneOf("line", unitLines...), string(poverty.LineGovernment))),
			ValidFrom: row.date("from"), ValidTo: row.date("until"),
		}
		r.New.Units = append(r.New.Units, u)
		p.units = append(p.units, row.n)
		for _, name := range row.list("aliases") {
			a := poverty.Alias{Unit: u.ID, Name: name}
			if !slices.Contains(r.New.Aliases, a) {
				r.New.Aliases = append(r.New.Aliases, a)
			}
		}
		role := row.oneOf("role", unitRoles...)
		if role == "" {
			continue
		}
		part := poverty.CycleUnit{Role: role, Priority: row.yes("priority")}
		if part.Priority && role != roleCommune {
			row.problem("priority", "cyclefile.priority_commune")
		}
		if u.ValidFrom.After(r.New.Cycle.Rules.First.First()) {
			part.From = u.ValidFrom
		}
		if last := r.New.Cycle.Rules.Last.Last(); !u.ValidTo.IsZero() && u.ValidTo.Before(last) {
			part.Until = u.ValidTo
		}
		if old, twice := roles[u.ID]; twice {
			if old.Role != role {
				row.problem("role", "cyclefile.two_roles", "unit", string(u.ID), "role", old.Role)
			}
			// Two rows of a unit that was renamed are one part in the year.
			if old.From.IsZero() || old.From.Before(part.From) {
				part.From = old.From
			}
			if old.Until.IsZero() || old.Until.After(part.Until) && !part.Until.IsZero() {
				part.Until = old.Until
			}
		}
		roles[u.ID] = part
	}
	r.New.Cycle.Rules.Units = roles
}

func (rd *reader) offices(r *poverty.Rehearsal, p *places) {
	for _, row := range p.tables["offices"].rows {
		r.New.Offices = append(r.New.Offices, poverty.Office{
			ID: poverty.OfficeID(row.need("office")), Unit: poverty.UnitID(row.need("unit")),
			Role: poverty.OfficeRole(row.need("role")), Title: row.need("title"),
		})
		p.offices = append(p.offices, row.n)
	}
}

func (rd *reader) people(r *poverty.Rehearsal, p *places) {
	byLogin := map[string]int{}
	for _, row := range p.tables["people"].rows {
		u := poverty.User{
			Login: strings.ToLower(row.need("login")), Name: row.need("name"), Email: row.get("email"),
			Admin: row.yes("admin"), Language: "vi", Active: true,
		}
		if u.Email != "" {
			if a, err := mail.ParseAddress(u.Email); err != nil || a.Address != u.Email {
				row.problem("email", "cyclefile.bad_email", "value", u.Email)
			}
		}
		if strings.ContainsAny(u.Login, " \t") {
			row.problem("login", "cyclefile.bad_login", "value", u.Login)
		}
		i, again := byLogin[u.Login]
		if !again {
			i = len(r.New.Users)
			byLogin[u.Login] = i
			u.ID = poverty.UserID(i + 1)
			r.New.Users = append(r.New.Users, u)
		} else {
			old := &r.New.Users[i]
			if old.Name != u.Name || old.Email != u.Email {
				row.problem("login", "cyclefile.two_people", "login", u.Login, "name", old.Name)
			}
			old.Admin = old.Admin || u.Admin
		}
		office := poverty.OfficeID(row.get("office"))
		from, to := row.date("from"), row.date("to")
		substitute := row.yes("substitute")
		if office == "" {
			if !u.Admin {
				row.problem("office", "cyclefile.no_office", "login", u.Login)
			}
			continue
		}
		r.New.Holdings = append(r.New.Holdings, poverty.Holding{
			Office: office, User: r.New.Users[i].ID, Name: u.Name,
			Substitute: substitute, Basis: row.get("basis"), ValidFrom: from, ValidTo: to,
		})
		p.holdings = append(p.holdings, row.n)
	}
}

func (rd *reader) groups(r *poverty.Rehearsal, p *places) {
	for _, row := range p.tables["groups"].rows {
		r.New.Cycle.Rules.Groups = append(r.New.Cycle.Rules.Groups, poverty.Group{
			Code: row.need("group"), Name: row.need("name"), Commune: poverty.UnitID(row.need("commune")),
			Lead: poverty.UnitID(row.need("lead")), Members: ids[poverty.UnitID](row.list("members")),
		})
		p.groups = append(p.groups, row.n)
	}
}

func (rd *reader) script(r *poverty.Rehearsal, p *places) {
	for _, row := range p.tables["script"].rows {
		l := poverty.Line{
			Row: row.n, Office: poverty.OfficeID(row.need("office")), Act: row.need("act"),
			Duty: row.get("duty"), Unit: poverty.UnitID(row.get("unit")), Subject: row.get("subject"),
			By: row.date("by"), Basis: row.get("basis"), Reason: row.get("reason"), Title: row.get("title"),
			Kind: poverty.DutyKind(row.oneOf("kind", dutyKinds...)), Ladder: row.get("ladder"),
			Effective: row.instant("effective"), Figures: row.figures("figures"), Household: row.get("household"),
			Households: row.list("household"),
		}
		row.need("at")
		l.At = row.instant("at")
		if v := row.get("period"); v != "" {
			period, err := calendar.ParsePeriod(v)
			if err != nil {
				row.problem("period", "cyclefile.bad_period", "value", v)
			}
			l.Period = string(period)
		}
		if v := row.get("due"); v != "" {
			due, problem := parseDue(v)
			if problem != "" {
				row.problem("due", problem, "value", v)
			} else {
				l.Due = due.String()
			}
		}
		if v := row.get("rung"); v != "" {
			rung, err := calendar.ParseRung(v)
			if err != nil {
				row.problem("rung", "cyclefile.bad_rung", "value", v)
			} else {
				l.Rung = rung.String()
			}
		}
		r.Script = append(r.Script, l)
	}
	slices.SortStableFunc(r.Script, func(a, b poverty.Line) int { return a.At.Compare(b.At) })
}

// figures reads "households_helped=3;visits=12".
func (r row) figures(column string) map[string]int64 {
	var figures map[string]int64
	for _, v := range r.list(column) {
		name, number, found := strings.Cut(v, "=")
		n, ok := parseCount(clean(number))
		name = clean(name)
		_, twice := figures[name]
		if !found || !ok || name == "" || twice {
			r.problem(column, "cyclefile.bad_figure", "value", v)
			continue
		}
		if figures == nil {
			figures = map[string]int64{}
		}
		figures[name] = int64(n)
	}
	return figures
}

func (rd *reader) habits(r *poverty.Rehearsal, p *places) {
	for _, row := range p.tables["habits"].rows {
		row.need("before")
		row.need("at")
		h := poverty.Habit{
			Row: row.n, Duty: row.need("duty"), Who: row.list("who"),
			Before: row.count("before"), At: row.clock("at"),
			AcceptAfter: row.count("accept_after"), AcceptAt: row.clock("accept_at"),
			AcceptBy: poverty.OfficeID(row.get("accept_by")),
		}
		if h.AcceptAfter > 0 {
			row.need("accept_at")
			row.need("accept_by")
		}
		row.need("who")
		r.Habits = append(r.Habits, h)
	}
}
