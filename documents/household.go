package documents

import (
	"cmp"
	"slices"
	"strings"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// HouseholdSheet says what a file of households may hold.
type HouseholdSheet struct {
	Cycle    poverty.CycleID
	Units    []poverty.Unit   // the communes; with one, a file need not name it
	Hamlets  []poverty.Hamlet // of those communes
	Standard poverty.Standard // its indicators are columns, and it computes the class
	Needs    []poverty.Need   // the catalogue, in order; the national one when empty
	Today    calendar.Date    // births after it are wrong; zero: births are not compared with a day
	File     string           // what problems of a CSV file call it
	Language string           // of a template's words; Vietnamese when empty
	MaxRows  int              // households in one file; 50.000 for a workbook, 2.000.000 for CSV when 0
}

const (
	maxWorkbookRows = 50_000
	maxCSVRows      = 2_000_000
)

// A household's counts have bounds that no household reaches, so that a number
// in the wrong column is seen.
const (
	maxPersons = 200
	maxLand    = 100_000_000
	maxIncome  = 1_000_000_000
	maxPoints  = 1_000
	maxAge     = 125
)

type columnKind int

const (
	textColumn columnKind = iota
	lineColumn            // a text of one line
	unitColumn
	hamletColumn
	codeColumn
	bornColumn
	idColumn
	cardColumn
	numberColumn
	yesColumn  // có or không
	tickColumn // x
	classColumn
	groupColumn
)

// householdColumn is a column of the register, for reading and for writing.
type householdColumn struct {
	code   string
	field  string // the JSON name of the household's field
	kind   columnKind
	needed bool
	name   string // what people read at its head
	help   string // key of its note
	width  float64
	max    int64
	least  int64

	text   func(*poverty.Household) *string
	flag   func(*poverty.Household) *bool
	count  func(*poverty.Household) *int
	list   func(*poverty.Household) *[]string
	choice string // what a tick puts into the list
}

// sensitive says that a column tells what poverty.SensitiveFields names.
func (c *householdColumn) sensitive() bool { return slices.Contains(poverty.SensitiveFields, c.field) }

// personal says that what stands in the column is not repeated in a message:
// it names a person, or is told in confidence.
func (c *householdColumn) personal() bool {
	switch c.field {
	case "head", "id_number", "health_card", "health", "cause_other", "note":
		return true
	}
	return false
}

// whole returns a number of the household, for export.
func (c *householdColumn) whole(h *poverty.Household) int64 {
	if c.field == "income" {
		return h.Income
	}
	return int64(*c.count(h))
}

func (c *householdColumn) setWhole(h *poverty.Household, n int64) {
	if c.field == "income" {
		h.Income = n
		return
	}
	*c.count(h) = int(n)
}

// needs returns the catalogue of needs, each with its name in the language.
func (o HouseholdSheet) needs() []poverty.Need {
	p := locale.For(o.Language)
	all := slices.Clone(o.Needs)
	if len(all) == 0 {
		for _, code := range householdNeeds {
			all = append(all, poverty.Need{Code: code})
		}
	}
	for i, n := range all {
		if p.Lang() == "en" && n.NameEN != "" {
			all[i].Name = n.NameEN
		}
		if key := "household.need." + n.Code; n.Name == "" && p.Has(key) {
			all[i].Name = p.T(key)
		}
		all[i].Name = cmp.Or(all[i].Name, n.Code)
	}
	return all
}

// shown returns the columns of a template: all, but the commune's only where
// there are several.
func (o HouseholdSheet) shown() []*householdColumn {
	return slices.DeleteFunc(o.columns(), func(c *householdColumn) bool { return c.kind == unitColumn && !c.needed })
}

// columns returns the columns of the register in the order of the template.
func (o HouseholdSheet) columns() []*householdColumn {
	p := locale.For(o.Language)
	type house = poverty.Household
	number := func(field string, most int64, at func(*house) *int) *householdColumn {
		return &householdColumn{code: field, kind: numberColumn, max: most, width: 12, count: at}
	}
	yes := func(field string, at func(*house) *bool) *householdColumn {
		return &householdColumn{code: field, kind: yesColumn, width: 11, flag: at}
	}
	all := []*householdColumn{
		{code: "hamlet", kind: hamletColumn, needed: true, width: 20},
		{code: "code", kind: codeColumn, needed: true, width: 16, text: func(h *house) *string { return &h.Code }},
		{code: "head", kind: lineColumn, needed: true, width: 28, text: func(h *house) *string { return &h.Head }},
		{code: "head_born", kind: bornColumn, width: 13},
		yes("head_female", func(h *house) *bool { return &h.HeadFemale }),
		{code: "id_number", kind: idColumn, width: 16, text: func(h *house) *string { return &h.IDNumber }},
		{code: "health_card", kind: cardColumn, width: 19, text: func(h *house) *string { return &h.HealthCard }},
		{code: "members", kind: numberColumn, needed: true, least: 1, max: maxPersons, width: 12, count: func(h *house) *int { return &h.Members }},
		number("children", maxPersons, func(h *house) *int { return &h.Children }),
		number("elderly", maxPersons, func(h *house) *int { return &h.Elderly }),
		number("workers", maxPersons, func(h *house) *int { return &h.Workers }),
		number("disabled", maxPersons, func(h *house) *int { return &h.Disabled }),
		yes("ethnic", func(h *house) *bool { return &h.Ethnic }),
		yes("policy_family", func(h *house) *bool { return &h.PolicyFamily }),
		yes("urban", func(h *house) *bool { return &h.Urban }),
		number("production_land", maxLand, func(h *house) *int { return &h.ProductionLand }),
		number("income", maxIncome, nil),
		number("points", maxPoints, func(h *house) *int { return &h.Points }),
	}
	all = slices.Insert(all, 0, &householdColumn{code: "unit", kind: unitColumn, needed: len(o.Units) > 1, width: 20})
	tick := func(field, group, code, name string, at func(*house) *[]string) {
		all = append(all, &householdColumn{
			code: group + "." + code, field: field, kind: tickColumn, width: 11, help: "household.help." + group,
			name: p.T("household.column."+group, "name", name), list: at, choice: code,
		})
	}
	for _, i := range o.Standard.Indicators {
		tick("deprived", "deprived", i.Code, p.T("household.indicator."+i.Code), func(h *house) *[]string { return &h.Deprived })
	}
	all = append(all,
		&householdColumn{code: "declared", kind: classColumn, width: 16},
		&householdColumn{code: "policy_group", kind: groupColumn, width: 22},
	)
	for _, c := range poverty.Causes {
		tick("causes", "cause", c, p.T("household.cause."+c), func(h *house) *[]string { return &h.Causes })
	}
	all = append(all, &householdColumn{code: "cause_other", kind: lineColumn, width: 28, text: func(h *house) *string { return &h.CauseOther }})
	for _, n := range o.needs() {
		tick("needs", "need", n.Code, n.Name, func(h *house) *[]string { return &h.Needs })
	}
	all = append(all,
		&householdColumn{code: "health", kind: textColumn, width: 28, text: func(h *house) *string { return &h.Health }},
		&householdColumn{code: "note", kind: textColumn, width: 28, text: func(h *house) *string { return &h.Note }},
	)
	for _, c := range all {
		c.field = cmp.Or(c.field, c.code)
		c.help = cmp.Or(c.help, "household.help."+c.code)
		if c.name == "" {
			c.name = p.T("household.column." + c.code)
		}
	}
	return all
}

// classes and groups are what the drop-downs offer.
var (
	householdDeclared = []poverty.Class{poverty.ClassPoor, poverty.ClassNearPoor, poverty.ClassNotPoor}
	householdGroups   = []poverty.PolicyGroup{poverty.PolicyEligible, poverty.PolicyHardCore}
)

func className(p *locale.Printer, c poverty.Class) string {
	if c == poverty.ClassUnknown {
		return ""
	}
	return p.T("household.class." + string(c))
}

func groupName(p *locale.Printer, g poverty.PolicyGroup) string {
	if g == poverty.PolicyNone {
		return ""
	}
	return p.T("household.group." + string(g))
}

// hamletLabel is what a drop-down shows: the name, with the code where two
// hamlets of the file share it.
func (o HouseholdSheet) hamletLabel(h poverty.Hamlet) string {
	for _, other := range o.Hamlets {
		if other != h && sameName(other.Name, h.Name) && other.Unit == h.Unit {
			return h.Name + " (" + h.Code + ")"
		}
	}
	return h.Name
}

// sameName compares names as they are written, the case of letters aside;
// tones count: Cam Thành is not Cam Thanh.
func sameName(a, b string) bool { return loweredName(a) == loweredName(b) }

func loweredName(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(locale.NFC(s)), " "))
}

// letters returns the name of a column in a spreadsheet: A, B … AA.
func letters(index int) string {
	name := ""
	for n := index + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// nearest returns up to three names that are written like s.
func nearest(s string, names []string) []string {
	type near struct {
		name string
		far  int
	}
	var all []near
	key := []rune(locale.Fold(s))
	if len(key) > 60 {
		key = key[:60]
	}
	for _, n := range names {
		all = append(all, near{n, distance(key, []rune(locale.Fold(n)))})
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(a.far, b.far) })
	var first []string
	for _, n := range all {
		if len(first) < 3 && !slices.Contains(first, n.name) {
			first = append(first, n.name)
		}
	}
	return first
}

// distance counts the letters to put in, leave out or change.
func distance(a, b []rune) int {
	line := make([]int, len(b)+1)
	for j := range line {
		line[j] = j
	}
	for i := range a {
		before := line[0]
		line[0] = i + 1
		for j := range b {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = line[j+1]
			line[j+1] = min(change, line[j]+1, line[j+1]+1)
		}
	}
	return line[len(b)]
}
