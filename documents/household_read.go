package documents

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"dondoc/locale"
	"dondoc/poverty"
)

// HouseholdRow is a household and the row in which it stands.
type HouseholdRow struct {
	Row       int               `json:"row"`
	Household poverty.Household `json:"household"`
}

// HouseholdFindings is what a file of households holds besides its good rows.
// Problems name the sheet (the file for CSV), the row, the letters of the
// column, and in the argument "name" its heading. They quote what stands in a
// cell, though never a name, a number of a paper or what is told in confidence.
type HouseholdFindings struct {
	Rows      int              `json:"rows"`                // households in the file, good or not
	Errors    poverty.Problems `json:"errors,omitempty"`    // keep their rows from being stored
	Notices   poverty.Problems `json:"notices,omitempty"`   // do not
	Whole     bool             `json:"whole,omitempty"`     // an error of the whole file: no row of it can be taken
	Withdrawn []int            `json:"withdrawn,omitempty"` // rows whose code another row has too, in order
}

// What is told of one kind in one column; the rest is counted.
const (
	toldErrors  = 5000
	toldNotices = 100
	likeRows    = 100_000 // beyond, rows are not searched for likeness
	headRows    = 30      // rows in which the headings are looked for
	sayProgress = 500
)

// exampleCode stands in the code's cell of a template's example row.
const exampleCode = "(ví dụ)"

// ReadHouseholds reads a register's workbook of size bytes: the good rows in
// order, and everything that is wrong with the file in one go. The error is of
// r alone. progress, which may be nil, is told the row from time to time.
func ReadHouseholds(r io.ReaderAt, size int64, o HouseholdSheet, progress func(row int)) ([]HouseholdRow, HouseholdFindings, error) {
	h := newHouseholdReader(o, false, progress)
	book, err := openWorkbook(r, size)
	if refused, ok := errors.AsType[*poverty.Error](err); ok {
		h.whole(0, "", refused.Key, refused.Args...)
		return nil, h.end(), nil
	}
	if err != nil {
		return nil, h.found, fmt.Errorf("households: %w", err)
	}
	sheet, ok := h.choose(book.sheets)
	if !ok {
		return nil, h.end(), nil
	}
	h.file = sheet.name
	var rows []HouseholdRow
	merged, err := book.read(sheet, func(r sheetRow) bool {
		if house, ok := h.row(r); ok {
			rows = append(rows, HouseholdRow{r.n, house})
		}
		return !h.stop
	})
	if err != nil {
		h.whole(h.last, "", "workbook.damaged")
	}
	slices.SortFunc(merged, func(a, b cellRange) int { return cmp.Or(cmp.Compare(a.top, b.top), cmp.Compare(a.left, b.left)) })
	for _, m := range merged {
		h.merged(m)
	}
	found := h.end()
	if found.Whole {
		return nil, found, nil
	}
	covered, next := 0, 0 // the last row that merged cells above reach into
	rows = slices.DeleteFunc(rows, func(r HouseholdRow) bool {
		for ; next < len(merged) && merged[next].top <= r.Row; next++ {
			covered = max(covered, merged[next].last)
		}
		_, again := slices.BinarySearch(found.Withdrawn, r.Row)
		return again || r.Row <= covered
	})
	return rows, found, nil
}

// householdReader reads the rows of a sheet or a CSV file, whichever way they
// come.
type householdReader struct {
	o        HouseholdSheet
	p        *locale.Printer
	file     string
	plain    bool // CSV: every cell is a text
	most     int
	progress func(int)

	columns []*householdColumn
	byCode  map[string]*householdColumn
	byTitle map[string]*householdColumn
	units   map[string][]poverty.UnitID // by number, code and lowered name
	hamlets map[poverty.UnitID]*hamletNames
	classes map[string]poverty.Class
	groups  map[string]poverty.PolicyGroup
	named   map[poverty.Class]string
	folded  map[string]string // what few words recur, as locale.Fold gives them

	titles  []string // the row of headings as it stands
	codes   []string // the row of codes below it
	headRow int
	headEnd int
	ready   bool // the headings are understood
	at      map[string]int
	of      []*householdColumn // by place in the file; nil where nothing is read
	unknown map[int]string     // places of choices that the catalogue does not have
	told    map[int]bool       // places without a heading of which an error was told
	skipped int                // rows before the headings

	last    int  // the last row that held something
	current int  // the row being read
	bad     bool // an error was found in it
	wrong   map[*householdColumn]bool
	stop    bool

	seed     maphash.Seed
	seen     [4]map[uint64]int32 // rows by code, number, card, and name with birth
	problems map[toldOf]int
	found    HouseholdFindings
}

type toldOf struct {
	key    string
	column string
	error  bool
}

type hamletNames struct {
	codes  map[string]bool
	byName map[string][]string
	labels []string
	like   map[string]string // names that were looked for in vain
}

func newHouseholdReader(o HouseholdSheet, plain bool, progress func(int)) *householdReader {
	h := &householdReader{
		o: o, p: locale.For(o.Language), file: o.File, plain: plain, progress: progress,
		columns: o.columns(), byCode: map[string]*householdColumn{}, byTitle: map[string]*householdColumn{},
		units: map[string][]poverty.UnitID{}, hamlets: map[poverty.UnitID]*hamletNames{},
		classes: map[string]poverty.Class{}, groups: map[string]poverty.PolicyGroup{},
		named: map[poverty.Class]string{}, folded: map[string]string{},
		unknown: map[int]string{}, told: map[int]bool{}, wrong: map[*householdColumn]bool{},
		seed: maphash.MakeSeed(), problems: map[toldOf]int{},
	}
	h.most = cmp.Or(o.MaxRows, maxWorkbookRows)
	if plain {
		h.most = cmp.Or(o.MaxRows, maxCSVRows)
	}
	for i := range h.seen {
		h.seen[i] = map[uint64]int32{}
	}
	for _, lang := range locale.Languages {
		p := locale.For(lang)
		other := o
		other.Language = lang
		for i, c := range other.columns() {
			h.byTitle[titleKey(c.name)] = h.columns[i]
		}
		for _, c := range householdDeclared {
			h.classes[locale.Fold(className(p, c))] = c
			h.classes[locale.Fold(p.T("household.class_short."+string(c)))] = c
			h.classes[string(c)] = c
		}
		for _, g := range householdGroups {
			h.groups[locale.Fold(groupName(p, g))] = g
			h.groups[locale.Fold(p.T("household.group_short."+string(g)))] = g
			h.groups[string(g)] = g
		}
	}
	for _, c := range householdDeclared {
		h.named[c] = className(h.p, c)
	}
	for _, c := range h.columns {
		h.byCode[c.code] = c
	}
	for _, u := range o.Units {
		h.hamlets[u.ID] = &hamletNames{codes: map[string]bool{}, byName: map[string][]string{}, like: map[string]string{}}
		names := []string{string(u.ID), u.Code, loweredName(u.Name)}
		slices.Sort(names)
		for _, n := range slices.Compact(names) {
			if n != "" {
				h.units[n] = append(h.units[n], u.ID)
			}
		}
	}
	for _, m := range o.Hamlets {
		names := h.hamlets[m.Unit]
		if names == nil {
			continue
		}
		label := o.hamletLabel(m)
		names.codes[m.Code] = true
		names.labels = append(names.labels, label)
		all := []string{loweredName(m.Name), loweredName(label)}
		for _, n := range slices.Compact(all) {
			names.byName[n] = append(names.byName[n], m.Code)
		}
	}
	return h
}

// choose returns the sheet to read: the one that the template calls Hộ, else
// the first that is not hidden.
func (h *householdReader) choose(sheets []sheetPart) (sheetPart, bool) {
	name := func(s sheetPart, key string) bool {
		return slices.ContainsFunc(locale.Languages, func(lang string) bool { return sameName(s.name, locale.For(lang).T(key)) })
	}
	own := func(s sheetPart) bool {
		return name(s, "household.sheet.guide") || name(s, "household.sheet.lists") || name(s, "household.sheet.problems")
	}
	i := slices.IndexFunc(sheets, func(s sheetPart) bool { return name(s, "household.sheet") })
	if i < 0 {
		i = slices.IndexFunc(sheets, func(s sheetPart) bool { return !s.hidden && !own(s) })
	}
	if i < 0 {
		i = slices.IndexFunc(sheets, func(s sheetPart) bool { return !own(s) })
	}
	if i < 0 {
		h.whole(0, "", "workbook.no_sheet", "sheet", h.p.T("household.sheet"))
		return sheetPart{}, false
	}
	if sheets[i].hidden {
		h.file = sheets[i].name
		h.whole(0, "", "workbook.hidden_sheet", "sheet", clipped(sheets[i].name))
		return sheetPart{}, false
	}
	for j, s := range sheets {
		if j != i && !s.hidden && !own(s) {
			h.file = s.name
			h.tell(false, 0, "", "workbook.other_sheet", "sheet", clipped(s.name), "read", clipped(sheets[i].name))
		}
	}
	return sheets[i], true
}

// tell notes a problem. Of one kind in one column it tells so many and counts
// the others.
func (h *householdReader) tell(isError bool, row int, column, key string, args ...any) {
	most := toldNotices
	if isError {
		most = toldErrors
	}
	kind := toldOf{key, column, isError}
	h.problems[kind]++
	if h.problems[kind] > most {
		return
	}
	p := poverty.Problem{File: h.file, Row: row, Column: column, Key: key, Args: args}
	if isError {
		h.found.Errors = append(h.found.Errors, p)
	} else {
		h.found.Notices = append(h.found.Notices, p)
	}
}

// whole tells an error that leaves no row of the file to be taken.
func (h *householdReader) whole(row int, column, key string, args ...any) {
	h.found.Whole = true
	h.tell(true, row, column, key, args...)
}

func (h *householdReader) err(c *householdColumn, key string, args ...any) {
	h.bad, h.wrong[c] = true, true
	h.tell(true, h.current, h.letters(c), key, append([]any{"name", h.title(c)}, args...)...)
}

func (h *householdReader) note(c *householdColumn, key string, args ...any) {
	h.tell(false, h.current, h.letters(c), key, append([]any{"name", h.title(c)}, args...)...)
}

func (h *householdReader) letters(c *householdColumn) string {
	if i, ok := h.at[c.code]; ok {
		return letters(i)
	}
	return ""
}

func (h *householdReader) title(c *householdColumn) string {
	if i, ok := h.at[c.code]; ok && i < len(h.titles) && h.titles[i] != "" {
		return h.titles[i]
	}
	return c.name
}

// end returns the findings in the order of the file.
func (h *householdReader) end() HouseholdFindings {
	if !h.found.Whole && !h.ready {
		h.headings()
		if !h.ready {
			h.whole(0, "", "workbook.no_header", "columns", h.neededNames())
		}
	}
	if !h.found.Whole && h.found.Rows == 0 {
		h.whole(0, "", "workbook.no_rows")
	}
	var kinds []toldOf
	for kind := range h.problems {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b toldOf) int { return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(a.key, b.key)) })
	for _, kind := range kinds {
		most, list := toldNotices, &h.found.Notices
		if kind.error {
			most, list = toldErrors, &h.found.Errors
		}
		if n := h.problems[kind]; n > most {
			last := slices.IndexFunc(*list, func(p poverty.Problem) bool { return p.Key == kind.key && p.Column == kind.column })
			*list = append(*list, poverty.Problem{
				File: (*list)[last].File, Column: kind.column, Key: "workbook.more",
				Args: []any{"count", n - most, "row", (*list)[last].Row},
			})
		}
	}
	for _, list := range []poverty.Problems{h.found.Errors, h.found.Notices} {
		slices.SortStableFunc(list, func(a, b poverty.Problem) int {
			return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(len(a.Column), len(b.Column)), cmp.Compare(a.Column, b.Column))
		})
	}
	slices.Sort(h.found.Withdrawn)
	h.found.Withdrawn = slices.Compact(h.found.Withdrawn)
	if h.progress != nil {
		h.progress(h.last)
	}
	return h.found
}

// row reads one row; false where it holds no household or a faulty one.
func (h *householdReader) row(r sheetRow) (poverty.Household, bool) {
	filled := slices.ContainsFunc(r.cells, func(c sheetCell) bool {
		return c.formula || c.kind != emptyCell && (c.kind != textCell && c.kind != plainCell || strings.TrimSpace(c.s) != "")
	})
	if !filled {
		return poverty.Household{}, false
	}
	h.current, h.bad = r.n, false
	clear(h.wrong)
	if !h.ready && h.head(r) {
		return poverty.Household{}, false
	}
	if h.last = max(h.last, h.headEnd); r.n > h.last+1 {
		h.tell(false, h.last+1, "", "workbook.empty_rows", "from", digits(h.last+1), "to", digits(r.n-1))
	}
	h.last = r.n
	if h.example(r) {
		h.tell(false, r.n, "", "workbook.example_row")
		return poverty.Household{}, false
	}
	h.found.Rows++
	if h.found.Rows > h.most {
		h.whole(r.n, "", "workbook.too_many_rows", "count", h.most)
		h.stop = true
		return poverty.Household{}, false
	}
	if h.progress != nil && h.found.Rows%sayProgress == 0 {
		h.progress(r.n)
	}
	if r.hidden {
		h.tell(false, r.n, "", "workbook.hidden_row")
	}
	house := h.household(r)
	return house, !h.bad
}

// fold is locale.Fold for the words of choices, which are few.
func (h *householdReader) fold(s string) string {
	key, known := h.folded[s]
	if !known {
		key = locale.Fold(s)
		if len(h.folded) < toldErrors {
			h.folded[strings.Clone(s)] = key
		}
	}
	return key
}

func digits(n int) string { return strconv.Itoa(n) }

func clipped(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:59]) + "…"
}

var titleEnd = regexp.MustCompile(`(?s)[\s*:]+$`)

func titleKey(s string) string { return locale.Fold(titleEnd.ReplaceAllString(clean(s), "")) }

func (h *householdReader) neededNames() string {
	var names []string
	for _, c := range h.columns {
		if c.needed {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, ", ")
}

// head looks for the headings: a row with three that are known, and below it
// the row of codes that a template hides. It returns false for the first row
// of data.
func (h *householdReader) head(r sheetRow) bool {
	texts := make([]string, len(r.cells))
	known, coded, filled := 0, 0, 0
	for i, c := range r.cells {
		if c.kind != textCell && c.kind != plainCell || i >= 512 {
			continue
		}
		texts[i] = clipped(clean(c.s))
		if texts[i] == "" {
			continue
		}
		filled++
		if h.byCode[strings.ToLower(texts[i])] != nil {
			coded++
		}
		if h.column(texts[i]) != nil {
			known++
		}
	}
	switch {
	case h.headRow == 0 && known >= 3:
		h.titles, h.headRow, h.headEnd = texts, r.n, r.n
		if coded == known {
			h.codes = texts
		}
		for i, c := range r.cells {
			if encoding := legacyText(texts[min(i, len(texts)-1)], c.font); encoding != "" {
				h.whole(r.n, letters(i), "workbook.old_encoding", "name", texts[i], "encoding", encoding)
			}
		}
		return true
	case h.headRow == 0:
		h.skipped++
		for i, t := range texts {
			if encoding := legacyText(t, r.cells[i].font); encoding != "" {
				h.whole(r.n, letters(i), "workbook.old_encoding", "name", t, "encoding", encoding)
			}
		}
		if h.skipped >= headRows {
			h.whole(0, "", "workbook.no_header", "columns", h.neededNames())
			h.stop = true
		}
		return true
	case coded >= 3 && 2*coded > filled:
		h.codes, h.headEnd = texts, r.n
		h.headings()
		return true
	}
	h.headings()
	return false
}

func (h *householdReader) column(title string) *householdColumn {
	if c := h.byCode[strings.ToLower(title)]; c != nil {
		return c
	}
	return h.byTitle[titleKey(title)]
}

var (
	counter = map[string]bool{"stt": true, "tt": true, "so thu tu": true, "no": true, "no.": true, "#": true}
	choices = regexp.MustCompile(`^(deprived|cause|need)\.[a-z0-9_]+$`)
)

// headings settles which column stands where.
func (h *householdReader) headings() {
	if h.headRow == 0 {
		return
	}
	h.ready = true
	h.at = map[string]int{}
	h.of = make([]*householdColumn, max(len(h.titles), len(h.codes)))
	code := func(i int) string {
		if i < len(h.codes) {
			return strings.ToLower(h.codes[i])
		}
		return ""
	}
	title := func(i int) string {
		if i < len(h.titles) {
			return h.titles[i]
		}
		return code(i)
	}
	place := func(i int, c *householdColumn) {
		if first, twice := h.at[c.code]; twice {
			h.whole(h.headRow, letters(i), "workbook.column_twice", "name", title(i), "other", letters(first))
			return
		}
		h.at[c.code], h.of[i] = i, c
	}
	for i := range h.of {
		if c := h.byCode[code(i)]; c != nil {
			place(i, c)
		}
	}
	for i := range h.of {
		switch c := h.column(title(i)); {
		case h.of[i] != nil || title(i) == "" && code(i) == "":
		case choices.MatchString(code(i)) && h.byCode[code(i)] == nil:
			h.unknown[i] = code(i)
		case c != nil && code(i) == "":
			place(i, c)
		case h.byCode[code(i)] != nil: // told above as standing twice
		}
	}
	var missing []*householdColumn
	for _, c := range h.columns {
		if _, ok := h.at[c.code]; !ok && !(c.kind == unitColumn && !c.needed) {
			missing = append(missing, c)
		}
	}
	for i := range h.of {
		name := cmp.Or(title(i), code(i))
		if h.of[i] != nil || name == "" || h.unknown[i] != "" || counter[titleKey(name)] || h.column(name) != nil || h.byCode[code(i)] != nil {
			continue
		}
		var names []string
		for _, c := range missing {
			names = append(names, c.name)
		}
		if names = nearest(name, names); len(names) == 0 {
			h.tell(false, h.headRow, letters(i), "workbook.extra_column", "name", name)
			continue
		}
		h.tell(false, h.headRow, letters(i), "workbook.extra_column_like", "name", name, "like", names[0])
	}
	var absent []string
	for _, c := range missing {
		if c.needed {
			h.whole(h.headRow, "", "workbook.missing_column", "name", c.name)
		} else {
			absent = append(absent, c.name)
		}
	}
	if len(absent) > 0 {
		h.tell(false, h.headRow, "", "workbook.absent_columns", "count", len(absent), "columns", strings.Join(absent, "; "))
	}
}

func (h *householdReader) example(r sheetRow) bool {
	i, ok := h.at["code"]
	return ok && i < len(r.cells) && clean(r.cells[i].s) == exampleCode
}
