package documents

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"dondoc/calendar"
	"dondoc/poverty"
)

// checker looks at a whole cycle: what one file says against the others.
type checker struct {
	*reader
	r       poverty.Rehearsal
	p       places
	units   map[poverty.UnitID]bool
	offices map[poverty.OfficeID]poverty.Office
	duties  map[string]poverty.Template
	owing   map[string][]poverty.UnitID
	bad     map[cell]bool
}

// cell is a place of which something wrong was told.
type cell struct {
	file   string
	row    int
	column string
}

func check(rd *reader, r poverty.Rehearsal, p places) {
	c := &checker{
		reader: rd, r: r, p: p,
		units:   map[poverty.UnitID]bool{},
		offices: map[poverty.OfficeID]poverty.Office{},
		duties:  map[string]poverty.Template{},
		owing:   map[string][]poverty.UnitID{},
		bad:     map[cell]bool{},
	}
	for _, p := range rd.problems {
		c.bad[cell{p.File, p.Row, p.Column}] = true
	}
	for _, u := range r.New.Units {
		c.units[u.ID] = true
	}
	for _, o := range r.New.Offices {
		c.offices[o.ID] = o
	}
	for _, t := range r.New.Cycle.Rules.Duties {
		if _, twice := c.duties[t.Code]; twice {
			continue
		}
		c.duties[t.Code] = t
		c.owing[t.Code] = r.New.Cycle.Rules.Owing(t)
	}
	c.checkUnits()
	c.checkOffices()
	c.checkHoldings()
	if p.rulesKnown() {
		c.checkCycle()
		c.checkLadders()
		c.checkDuties()
	}
	c.checkGroups()
	c.checkTargets()
	c.checkComponents()
	c.checkScript()
	c.checkHabits()
}

// spoilt says that something is wrong with one of a row's cells already, so
// that what follows from it need not be told.
func (c *checker) spoilt(file string, row int, columns ...string) bool {
	return row > 0 && slices.ContainsFunc(columns, func(column string) bool { return c.bad[cell{file, row, column}] })
}

// owes reports whether a unit owes a duty, as far as the units are known.
func (c *checker) owes(unit poverty.UnitID, duty string) bool {
	return !c.p.known("units") || slices.Contains(c.owing[duty], unit)
}

var codeShape = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// unknownUnit tells of a unit that is not in the list of units.
func (c *checker) unknownUnit(file string, row int, column string, unit poverty.UnitID) bool {
	if unit == "" || c.units[unit] || !c.p.known("units") {
		return unit == ""
	}
	c.problem(file, row, column, "cyclefile.unknown_unit", "unit", string(unit))
	return true
}

func (c *checker) unknownOffice(file string, row int, column string, office poverty.OfficeID) bool {
	if office == "" {
		return true
	}
	if _, ok := c.offices[office]; ok || !c.p.known("offices") {
		return false
	}
	c.problem(file, row, column, "cyclefile.unknown_office", "office", string(office))
	return true
}

func (c *checker) checkUnits() {
	file := c.p.file("units")
	units := c.r.New.Units
	parent := map[poverty.UnitID]poverty.UnitID{}
	first := map[poverty.UnitID]int{}
	rows := map[poverty.UnitID][]int{}
	for i, u := range units {
		row := rowOf(c.p.units, i)
		if u.ID != "" && !codeShape.MatchString(string(u.ID)) {
			c.problem(file, row, "unit", "cyclefile.bad_code", "value", string(u.ID))
		}
		if !u.ValidFrom.IsZero() && !u.ValidTo.IsZero() && u.ValidTo.Before(u.ValidFrom) {
			c.problem(file, row, "until", "cyclefile.ends_before", "from", u.ValidFrom, "to", u.ValidTo)
		}
		c.unknownUnit(file, row, "parent", u.Parent)
		for _, j := range rows[u.ID] {
			if o := units[j]; u.ID != "" && overlap(o.ValidFrom, o.ValidTo, u.ValidFrom, u.ValidTo) {
				c.problem(file, row, "unit", "cyclefile.duplicate", "value", string(u.ID), "row", rowOf(c.p.units, j))
				break
			}
		}
		rows[u.ID] = append(rows[u.ID], i)
		if _, again := first[u.ID]; !again {
			first[u.ID] = i
			parent[u.ID] = u.Parent
		}
	}
	told := map[poverty.UnitID]bool{}
	for i, u := range units {
		if first[u.ID] != i || told[u.ID] {
			continue
		}
		path := []poverty.UnitID{u.ID}
		for up := parent[u.ID]; up != "" && len(path) <= len(units); up = parent[up] {
			if up == u.ID {
				names := make([]string, 0, len(path)+1)
				for _, id := range append(path, u.ID) {
					told[id] = true
					names = append(names, string(id))
				}
				c.problem(file, rowOf(c.p.units, i), "parent", "cyclefile.unit_loop", "path", strings.Join(names, " → "))
				break
			}
			path = append(path, up)
		}
	}
}

// overlap says that two spans of days share a day; no date is open.
func overlap(from1, to1, from2, to2 calendar.Date) bool {
	return (to1.IsZero() || !from2.After(to1)) && (to2.IsZero() || !from1.After(to2))
}

func (c *checker) checkOffices() {
	file := c.p.file("offices")
	first := map[poverty.OfficeID]int{}
	for i, o := range c.r.New.Offices {
		row := rowOf(c.p.offices, i)
		if j, twice := first[o.ID]; twice {
			c.problem(file, row, "office", "cyclefile.duplicate", "value", string(o.ID), "row", rowOf(c.p.offices, j))
			continue
		}
		first[o.ID] = i
		if c.unknownUnit(file, row, "unit", o.Unit) || o.ID == "" {
			continue
		}
		if name, ok := strings.CutPrefix(string(o.ID), string(o.Unit)+"/"); !ok || !codeShape.MatchString(name) {
			c.problem(file, row, "office", "cyclefile.bad_office", "value", string(o.ID), "unit", string(o.Unit))
		}
	}
}

func (c *checker) checkHoldings() {
	file := c.p.file("people")
	all := c.r.New.Holdings
	holders := map[poverty.OfficeID][]int{}
	for i, h := range all {
		row := rowOf(c.p.holdings, i)
		c.unknownOffice(file, row, "office", h.Office)
		if !h.ValidFrom.IsZero() && !h.ValidTo.IsZero() && h.ValidTo.Before(h.ValidFrom) {
			c.problem(file, row, "to", "cyclefile.ends_before", "from", h.ValidFrom, "to", h.ValidTo)
		}
		if h.Substitute {
			if h.Basis == "" {
				c.problem(file, row, "basis", "cyclefile.substitute_basis")
			}
			continue
		}
		if c.spoilt(file, row, "from", "to") {
			continue
		}
		earlier := holders[h.Office]
		holders[h.Office] = append(earlier, i)
		for _, j := range earlier {
			o := all[j]
			if !overlap(o.ValidFrom, o.ValidTo, h.ValidFrom, h.ValidTo) {
				continue
			}
			day := h.ValidFrom
			if o.ValidFrom.After(day) {
				day = o.ValidFrom
			}
			c.problem(file, row, "office", "cyclefile.two_holders",
				"office", string(h.Office), "day", day, "row", rowOf(c.p.holdings, j))
			break
		}
	}
}

// held says whether somebody holds an office on a day.
func (c *checker) held(office poverty.OfficeID, day calendar.Date) bool {
	return slices.ContainsFunc(c.r.New.Holdings, func(h poverty.Holding) bool {
		return h.Office == office && overlap(h.ValidFrom, h.ValidTo, day, day)
	})
}

var yearInText = regexp.MustCompile(`\b\d{1,2}/\d{1,2}/(\d{4})\b`)

func (c *checker) checkCycle() {
	cycle := c.r.New.Cycle
	rules := cycle.Rules
	first, last := rules.First, rules.Last
	if !first.IsZero() && !last.IsZero() {
		if last.Before(first) {
			c.problem(rulesFile, c.p.line("last"), "last", "cyclefile.months_order", "first", first, "last", last)
		} else if last.After(first.Add(17)) {
			c.problem(rulesFile, c.p.line("last"), "last", "cyclefile.too_long", "first", first, "last", last)
		}
		if cycle.Year != 0 && cycle.Year != first.Year() {
			c.problem(rulesFile, c.p.line("year"), "year", "cyclefile.year_differs", "year", cycle.Year, "first", first)
		}
	}
	if !cycle.IssuedAt.IsZero() && cycle.Year != 0 && calendar.DateOf(cycle.IssuedAt).Year() != cycle.Year {
		c.warn(rulesFile, c.p.line("issued"), "issued", "cyclefile.outside_year",
			"day", calendar.DateOf(cycle.IssuedAt), "year", cycle.Year)
	}
	part := func(path string, unit poverty.UnitID, role string) {
		line := c.p.line(path)
		if c.unknownUnit(rulesFile, line, path, unit) || !c.p.known("units") {
			return
		}
		if u, ok := rules.Units[unit]; !ok || u.Role != role {
			c.problem(rulesFile, line, path, "cyclefile.wrong_role", "unit", string(unit), "role", role)
		}
	}
	b := rules.Bindings
	part("owner", cycle.Owner, roleOwner)
	part("bindings.standing", b.Standing, roleStanding)
	for _, u := range b.Above {
		part("bindings.above", u, roleReader)
	}
	for _, u := range b.Overseers {
		part("bindings.overseers", u, roleReader)
	}
	if c.unknownUnit(rulesFile, c.p.line("bindings.opinion"), "bindings.opinion", b.Opinion); b.Opinion != "" && c.p.known("units") {
		if _, ok := rules.Units[b.Opinion]; !ok && c.units[b.Opinion] {
			c.problem(rulesFile, c.p.line("bindings.opinion"), "bindings.opinion", "cyclefile.no_part", "unit", string(b.Opinion))
		}
	}
	national, own := cycle.SurveyWindow()
	for _, d := range []struct {
		path string
		day  calendar.Date
	}{{"survey.from", own.From}, {"survey.to", own.To}} {
		if !d.day.IsZero() && !national.From.IsZero() && (d.day.Before(national.From) || d.day.After(national.To)) {
			c.problem(rulesFile, c.p.line(d.path), d.path, "cyclefile.survey_window", "from", national.From, "to", national.To)
		}
	}
	for path, office := range map[string]poverty.OfficeID{"bindings.chair": b.Chair, "bindings.vice_chair": b.ViceChair} {
		if c.unknownOffice(rulesFile, c.p.line(path), path, office) {
			continue
		}
		if o, ok := c.offices[office]; ok && o.Unit != cycle.Owner {
			c.problem(rulesFile, c.p.line(path), path, "cyclefile.not_of_owner", "office", string(office), "owner", string(cycle.Owner))
		}
	}
	for i, u := range c.r.New.Units {
		role := rules.Units[u.ID].Role
		if role == roleOwner && u.ID != cycle.Owner || role == roleStanding && u.ID != b.Standing {
			c.problem(c.p.file("units"), rowOf(c.p.units, i), "role", "cyclefile.role_bound_elsewhere", "unit", string(u.ID), "role", role)
		}
	}
	if n := rules.Terms.Return; n < 1 || n > 60 {
		c.problem(rulesFile, c.p.line("terms.return"), "terms.return", "cyclefile.bad_term", "value", n)
	}
	if n := rules.Posting.Days; rules.Posting != (poverty.PostingRules{}) && (n < 1 || n > 60) {
		c.problem(rulesFile, c.p.line("posting.days"), "posting.days", "cyclefile.bad_term", "value", n)
	}
	for path, n := range map[string]int{"terms.group_meeting": rules.Terms.GroupMeeting, "terms.contact": rules.Terms.Contact} {
		if n < 0 || n > 366 {
			c.problem(rulesFile, c.p.line(path), path, "cyclefile.bad_limit", "value", n)
		}
	}
	for path, n := range map[string]int{"watch.months": rules.Watch.Months, "watch.visits_every": rules.Watch.VisitEvery} {
		if n < 0 || n > 366 {
			c.problem(rulesFile, c.p.line(path), path, "cyclefile.bad_limit", "value", n)
		}
	}
	if n := rules.Terms.Promise; n < 1 || n > 60 {
		c.problem(rulesFile, c.p.line("terms.promise"), "terms.promise", "cyclefile.bad_term", "value", n)
	}
}

var ladderWords = []string{"unit", "head", poverty.ToLead, poverty.ToMembers, "standing", "vice_chair", "chair", "above"}

func (c *checker) checkLadders() {
	for _, name := range slices.Sorted(maps.Keys(c.r.New.Cycle.Rules.Ladders)) {
		ladder := c.r.New.Cycle.Rules.Ladders[name]
		path := "ladders." + name
		for i, step := range ladder {
			line := 0
			if c.p.rules != nil {
				line = rowOf(c.p.rules.ladders[name], i)
			}
			if i > 0 {
				switch before := ladder[i-1].Rung; {
				case step.Rung == before:
					c.problem(rulesFile, line, path, "cyclefile.rung_twice", "rung", step.Rung.String())
				case step.Rung.Before(before):
					c.problem(rulesFile, line, path, "cyclefile.ladder_order", "rung", step.Rung.String(), "before", before.String())
				}
			}
			for _, to := range step.To {
				if strings.Contains(to, "/") {
					c.unknownOffice(rulesFile, line, path, poverty.OfficeID(to))
				} else if !slices.Contains(ladderWords, to) {
					c.problem(rulesFile, line, path, "cyclefile.unknown_address", "value", to, "known", strings.Join(ladderWords, ", "))
				}
			}
		}
	}
}

// dutyEvents are the events from which a deadline may count, and the kinds of
// duty that each starts.
var dutyEvents = map[string][]poverty.DutyKind{
	"receipt":   {poverty.DutyAppraisal, poverty.DutyOpinion, poverty.DutyObstacle},
	"appraisal": {poverty.DutyApproval},
	"issue":     {poverty.DutyAcceptance, poverty.DutyGroupPlan},
	"close":     {poverty.DutyConsolidation},
	"sending":   {poverty.DutyReceipt, poverty.DutyPosting},
	"approval":  {poverty.DutyReceipt, poverty.DutyPosting},
	"review":    {poverty.DutyPosting},
	"objection": {poverty.DutyObjection},
	"alert":     {poverty.DutyWatch},
	"check":     {poverty.DutyWatch},
	"help":      {poverty.DutyWatch},
}

// onlyByEvent are the kinds of duty whose deadline must count from an event:
// nothing else brings them about.
var onlyByEvent = []poverty.DutyKind{poverty.DutyReceipt, poverty.DutyPosting, poverty.DutyObjection, poverty.DutyWatch}

func (c *checker) checkDuties() {
	cycle := c.r.New.Cycle
	rules := cycle.Rules
	first := map[string]int{}
	for i, t := range rules.Duties {
		problem := func(field, key string, args ...any) {
			line, path := c.p.dutyLine(i, t.Code, field)
			c.problem(rulesFile, line, path, key, args...)
		}
		warn := func(field, key string, args ...any) {
			line, path := c.p.dutyLine(i, t.Code, field)
			c.warn(rulesFile, line, path, key, args...)
		}
		if t.Code != "" && !codeShape.MatchString(t.Code) {
			problem("code", "cyclefile.bad_code", "value", t.Code)
		}
		if j, twice := first[t.Code]; twice && t.Code != "" {
			line, _ := c.p.dutyLine(j, t.Code, "code")
			problem("code", "cyclefile.duplicate", "value", t.Code, "row", line)
		} else {
			first[t.Code] = i
		}
		c.who(t.Who, t.Kind == poverty.DutyStart || t.Kind == poverty.DutyProgress, func(key string, args ...any) { problem("who", key, args...) })
		if slices.Contains([]poverty.DutyKind{poverty.DutyPlan, poverty.DutySurvey, poverty.DutyPosting, poverty.DutyObjection}, t.Kind) {
			for _, u := range c.owing[t.Code] {
				if part, ok := rules.Units[u]; ok && part.Role != roleCommune {
					problem("who", "cyclefile.not_a_commune", "unit", string(u))
				}
			}
		}
		if _, ok := rules.Ladders[t.Ladder]; !ok && t.Ladder != "" {
			problem("ladder", "cyclefile.unknown_ladder", "ladder", t.Ladder)
		}
		regular := t.Due.Months() > 0
		if t.Kind == poverty.DutyReport && !regular {
			problem("due", "cyclefile.report_regular")
		}
		if !regular && !(t.From.IsZero() && t.To.IsZero()) {
			problem("from", "cyclefile.only_regular")
		}
		if regular && !t.From.IsZero() && !t.To.IsZero() {
			switch {
			case t.To.Before(t.From):
				problem("to", "cyclefile.months_order", "first", t.From, "last", t.To)
			case t.From.Before(rules.First) || t.To.After(rules.Last):
				problem("from", "cyclefile.outside_cycle", "first", rules.First, "last", rules.Last)
			case len(c.periods(t)) == 0:
				problem("from", "cyclefile.no_period", "first", t.From, "last", t.To)
			}
		}
		event := t.Due.Event()
		if event != "" && !slices.Contains(dutyEvents[event], t.Kind) || event == "" && slices.Contains(onlyByEvent, t.Kind) {
			problem("due", "cyclefile.unknown_event", "event", event, "kind", string(t.Kind))
		}
		if t.Kind == poverty.DutyCase && !t.Due.IsZero() {
			problem("due", "cyclefile.case_due")
		}
		if t.Kind == poverty.DutyOpinion && rules.Bindings.Opinion == "" {
			problem("kind", "cyclefile.opinion_unbound")
		}
		if t.Deemed && t.Kind != poverty.DutyAcceptance {
			problem("deemed", "cyclefile.only_acceptance")
		}
		outside := func(d calendar.Date) bool {
			return !d.IsZero() && !rules.First.IsZero() && !rules.Last.IsZero() &&
				(d.Before(rules.First.First()) || d.After(rules.Last.Last()))
		}
		if outside(t.Due.Date()) {
			warn("due", "cyclefile.outside_year", "day", t.Due.Date(), "year", cycle.Year)
		}
		if outside(t.Opens) {
			warn("opens", "cyclefile.outside_year", "day", t.Opens, "year", cycle.Year)
		}
		for _, d := range yearInText.FindAllString(t.Source, -1) {
			if day, key := parseDate(d); key != "" {
				problem("source", key, "value", d)
			} else if day.Year() != cycle.Year {
				warn("source", "cyclefile.outside_year", "day", day, "year", cycle.Year)
			}
		}
		if days, err := t.Due.Days(calendar.Default(), t.DayOff, t.From, t.To); err == nil && !regular {
			if last := days[0].LastDay; !last.IsZero() && !t.Opens.IsZero() && last.Before(t.Opens) {
				problem("opens", "cyclefile.opens_late", "opens", t.Opens, "last_day", last)
			}
		}
	}
}

// who checks the units that owe something.
func (c *checker) who(who []string, ofComponents bool, problem func(key string, args ...any)) {
	if len(who) == 0 {
		problem("cyclefile.nobody_owes")
		return
	}
	if !c.p.known("units") {
		return
	}
	for _, w := range who {
		switch w {
		case poverty.WhoComponents:
			if !ofComponents {
				problem("cyclefile.who_components")
			}
		case "communes", "leads", "members":
			role := strings.TrimSuffix(w, "s")
			found := false
			for _, u := range c.r.New.Cycle.Rules.Units {
				found = found || u.Role == role
			}
			if !found {
				problem("cyclefile.who_nobody", "value", w, "role", role)
			}
		case roleStanding:
		default:
			if !c.units[poverty.UnitID(w)] {
				problem("cyclefile.unknown_who", "value", w)
			} else if _, ok := c.r.New.Cycle.Rules.Units[poverty.UnitID(w)]; !ok {
				problem("cyclefile.no_part", "unit", w)
			}
		}
	}
}

// periods returns the periods of a regular duty.
func (c *checker) periods(t poverty.Template) []string {
	days, err := t.Due.Days(calendar.Default(), t.DayOff, t.From, t.To)
	if err != nil || t.Due.Months() == 0 {
		return nil
	}
	all := make([]string, len(days))
	for i, d := range days {
		all[i] = string(d.Period)
	}
	return all
}

func (c *checker) checkGroups() {
	file := c.p.file("groups")
	rules := c.r.New.Cycle.Rules
	codes := map[string]int{}
	leads, helped := map[poverty.UnitID]bool{}, map[poverty.UnitID]bool{}
	for i, g := range rules.Groups {
		row := rowOf(c.p.groups, i)
		if j, twice := codes[g.Code]; twice && g.Code != "" {
			c.problem(file, row, "group", "cyclefile.duplicate", "value", g.Code, "row", rowOf(c.p.groups, j))
		} else {
			codes[g.Code] = i
		}
		role := func(column string, unit poverty.UnitID, roles ...string) {
			if c.unknownUnit(file, row, column, unit) || !c.p.known("units") {
				return
			}
			if !slices.Contains(roles, rules.Units[unit].Role) {
				c.problem(file, row, column, "cyclefile.wrong_role", "unit", string(unit), "role", strings.Join(roles, ", "))
			}
		}
		role("commune", g.Commune, roleCommune)
		role("lead", g.Lead, roleLead)
		leads[g.Lead], helped[g.Commune] = true, true
		seen := map[poverty.UnitID]bool{g.Lead: true}
		for _, m := range g.Members {
			role("members", m, roleMember, roleLead, roleStanding)
			if seen[m] {
				c.problem(file, row, "members", "cyclefile.member_twice", "unit", string(m))
			}
			seen[m] = true
		}
	}
	if !c.p.known("groups") || len(rules.Groups) == 0 {
		return
	}
	for i, u := range c.r.New.Units {
		role := rules.Units[u.ID].Role
		if role == roleLead && !leads[u.ID] || role == roleCommune && !helped[u.ID] {
			c.warn(c.p.file("units"), rowOf(c.p.units, i), "role", "cyclefile.without_group", "unit", string(u.ID), "role", role)
		}
	}
}

func (c *checker) checkTargets() {
	file := c.p.file("targets")
	targets := map[poverty.UnitID]int{}
	for i, t := range c.r.New.Targets {
		row := rowOf(c.p.targets, i)
		if j, twice := targets[t.Unit]; twice {
			c.problem(file, row, "unit", "cyclefile.duplicate", "value", string(t.Unit), "row", rowOf(c.p.targets, j))
			continue
		}
		targets[t.Unit] = i
		if !c.unknownUnit(file, row, "unit", t.Unit) && c.p.known("units") && c.r.New.Cycle.Rules.Units[t.Unit].Role != roleCommune {
			c.problem(file, row, "unit", "cyclefile.wrong_role", "unit", string(t.Unit), "role", roleCommune)
		}
	}
	if c.p.known("targets") && c.p.known("units") {
		for i, u := range c.r.New.Units {
			if _, ok := targets[u.ID]; !ok && c.r.New.Cycle.Rules.Units[u.ID].Role == roleCommune {
				c.warn(c.p.file("units"), rowOf(c.p.units, i), "unit", "cyclefile.without_target", "unit", string(u.ID))
			}
		}
	}
	if len(c.p.households) == 0 {
		return
	}
	counts := map[poverty.UnitID]*poverty.RegisterCount{}
	for _, h := range c.p.households {
		if c.unknownUnit(c.p.file("households"), h.row, "commune", h.commune) {
			continue
		}
		n := counts[h.commune]
		if n == nil {
			n = &poverty.RegisterCount{}
			counts[h.commune] = n
		}
		n.All++
		for at, is := range map[*int]bool{
			&n.Poor: h.class == poverty.ClassPoor, &n.NearPoor: h.class == poverty.ClassNearPoor,
			&n.Policy: h.group == poverty.PolicyEligible, &n.HardCore: h.group == poverty.PolicyHardCore,
		} {
			if is {
				*at++
			}
		}
	}
	if !c.p.known("households") {
		return
	}
	for i, t := range c.r.New.Targets {
		n := counts[t.Unit]
		if n == nil {
			n = &poverty.RegisterCount{All: 1}
		}
		for _, d := range t.AgainstRegister(*n) {
			c.problem(file, rowOf(c.p.targets, i), targetName(d.Column), "cyclefile.households_differ",
				"unit", string(t.Unit), "column", targetName(d.Column), "listed", d.Register, "told", d.Table)
		}
	}
}

func (c *checker) checkHabits() {
	file := c.p.file("habits")
	cycle := c.r.New.Cycle
	type key struct {
		duty string
		unit poverty.UnitID
	}
	seen := map[key]int{}
	for _, h := range c.r.Habits {
		t, ok := c.duties[h.Duty]
		if !ok {
			if h.Duty != "" && c.p.rulesKnown() {
				c.problem(file, h.Row, "duty", "cyclefile.unknown_duty", "duty", h.Duty)
			}
			continue
		}
		if len(h.Who) > 0 {
			c.who(h.Who, false, func(key string, args ...any) { c.problem(file, h.Row, "who", key, args...) })
		}
		if t.Due.IsZero() || slices.Contains(onlyByEvent, t.Kind) {
			c.problem(file, h.Row, "duty", "cyclefile.habit_undated", "duty", h.Duty)
		}
		for _, u := range cycle.Rules.Owing(poverty.Template{Who: h.Who}) {
			if _, part := cycle.Rules.Units[u]; part && !c.owes(u, h.Duty) {
				c.problem(file, h.Row, "who", "cyclefile.owes_nothing", "unit", string(u), "duty", h.Duty)
			}
			k := key{h.Duty, u}
			if row, twice := seen[k]; twice {
				c.problem(file, h.Row, "who", "cyclefile.two_habits", "unit", string(u), "duty", h.Duty, "row", row)
			}
			seen[k] = cmp.Or(h.Row, 1)
		}
		if h.AcceptAfter > 0 || h.AcceptBy != "" {
			if t.Kind.Accepts() == "" {
				c.problem(file, h.Row, "accept_by", "cyclefile.not_accepted", "duty", h.Duty)
			}
			c.unknownOffice(file, h.Row, "accept_by", h.AcceptBy)
		}
	}
}
