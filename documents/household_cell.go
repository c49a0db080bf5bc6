package documents

import (
	"hash/maphash"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// household reads the cells of a row. Whether they are good, h.bad says.
func (h *householdReader) household(r sheetRow) poverty.Household {
	house := poverty.Household{Cycle: h.o.Cycle, Deprived: []string{}, Causes: []string{}, Needs: []string{}}
	if len(h.o.Units) == 1 {
		house.Unit = h.o.Units[0].ID
	}
	for i := range r.cells {
		h.beside(i, r.cells[i])
	}
	for _, c := range h.columns {
		i, ok := h.at[c.code]
		if !ok {
			continue
		}
		if i >= len(r.cells) || r.cells[i].kind == emptyCell && !r.cells[i].formula {
			h.empty(c)
			continue
		}
		h.cell(c, &r.cells[i], &house)
	}
	h.together(&house)
	slices.Sort(house.Deprived)
	slices.Sort(house.Causes)
	slices.Sort(house.Needs)
	if h.o.Standard.Code != "" {
		house.Computed = h.o.Standard.Classify(house)
	}
	if !h.bad {
		h.compare(house)
	}
	h.alike(house)
	return house
}

// empty tells of an empty cell that should not be.
func (h *householdReader) empty(c *householdColumn) {
	switch {
	case c.needed:
		h.err(c, "workbook.required")
	case c.kind == classColumn:
		h.note(c, "workbook.no_class")
	}
}

// beside tells of cells that stand in no column that is read.
func (h *householdReader) beside(i int, c sheetCell) {
	if i < len(h.of) && h.of[i] != nil || c.kind == emptyCell && !c.formula || (c.kind == textCell || c.kind == plainCell) && clean(c.s) == "" {
		return
	}
	if code := h.unknown[i]; code != "" {
		h.bad = true
		name := code
		if i < len(h.titles) && h.titles[i] != "" {
			name = h.titles[i]
		}
		h.tell(true, h.current, letters(i), "workbook.unknown_choice", "name", name, "code", code)
		return
	}
	if i < len(h.of) && (i < len(h.titles) && h.titles[i] != "" || i < len(h.codes) && h.codes[i] != "") {
		return // an extra column, told at its heading
	}
	if h.told[i] {
		h.bad = true
		return
	}
	h.told[i], h.bad = true, true
	h.tell(true, h.current, letters(i), "workbook.no_heading")
}

// text returns the text of a cell in NFC; false when it was refused.
func (h *householdReader) text(c *householdColumn, cell *sheetCell) (string, bool) {
	s := cell.s
	if isASCII(s) {
		s = strings.TrimSpace(s)
	} else {
		if !utf8.ValidString(s) {
			h.err(c, "workbook.not_utf8")
			return "", false
		}
		if !norm.NFC.IsNormalString(s) {
			h.note(c, "workbook.decomposed")
		}
		s = clean(s)
		if encoding := legacyText(s, cell.font); encoding != "" {
			h.err(c, "workbook.old_encoding", "encoding", encoding)
			return "", false
		}
	}
	if key := broken(s); key != "" && c.kind != textColumn {
		h.err(c, key)
		return "", false
	}
	most := 4000
	if c.kind != textColumn && c.code != "cause_other" {
		most = 200
		s = strings.Join(strings.Fields(s), " ")
	}
	if utf8.RuneCountInString(s) > most {
		h.err(c, "workbook.too_long", "max", most)
		return "", false
	}
	if strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == 0xfffe || r == 0xffff
	}) {
		h.err(c, "workbook.control")
		return "", false
	}
	return s, true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// quoted is how a message repeats what stands in a cell.
func quoted(c *householdColumn, s string) string {
	if c.personal() {
		return "…"
	}
	return clipped(s)
}

// cell reads one cell into the household.
func (h *householdReader) cell(c *householdColumn, cell *sheetCell, house *poverty.Household) {
	switch {
	case cell.formula, cell.kind == plainCell && strings.HasPrefix(strings.TrimSpace(cell.s), "="):
		h.err(c, "workbook.formula")
		return
	case cell.kind == errorCell:
		h.err(c, "workbook.error_value", "value", clipped(cell.s))
		return
	}
	s, isText := "", cell.kind == textCell || cell.kind == plainCell
	if isText {
		var ok bool
		if s, ok = h.text(c, cell); !ok {
			return
		}
		if s == "" {
			h.empty(c)
			return
		}
	}
	switch c.kind {
	case numberColumn:
		if n, ok := h.number(c, cell, s, isText); ok {
			c.setWhole(house, n)
		}
	case bornColumn:
		house.HeadBorn = h.born(c, cell, s, isText)
	case yesColumn, tickColumn:
		h.yes(c, cell, s, isText, house)
	default:
		if !isText {
			if cell.kind != numberCell || cell.n != math.Trunc(cell.n) || math.Abs(cell.n) > 1e15 {
				h.err(c, "workbook.not_text")
				return
			}
			s = strconv.FormatFloat(cell.n, 'f', -1, 64)
		}
		h.word(c, cell, s, house)
	}
}

// word reads a cell whose text matters.
func (h *householdReader) word(c *householdColumn, cell *sheetCell, s string, house *poverty.Household) {
	switch c.kind {
	case unitColumn:
		ids := h.units[s]
		if len(ids) == 0 {
			ids = h.units[loweredName(s)]
		}
		switch len(ids) {
		case 1:
			house.Unit = ids[0]
		case 0:
			var names []string
			for _, u := range h.o.Units {
				names = append(names, u.Name)
			}
			h.err(c, "workbook.unknown_commune", "value", clipped(s), "like", strings.Join(nearest(s, names), "; "))
		default:
			h.err(c, "workbook.two_communes", "value", clipped(s))
		}
	case hamletColumn:
		h.hamlet(c, s, house)
	case codeColumn:
		if cell.kind == numberCell {
			h.note(c, "workbook.code_number", "value", s)
		}
		house.Code = s
	case idColumn:
		house.IDNumber = h.id(c, cell, s)
	case cardColumn:
		house.HealthCard = h.card(c, cell, s)
	case classColumn:
		class, ok := h.classes[h.fold(s)]
		if !ok {
			var names []string
			for _, d := range householdDeclared {
				names = append(names, h.named[d])
			}
			h.err(c, "workbook.not_one_of", "value", clipped(s), "allowed", strings.Join(names, "; "))
		}
		house.Declared = class
	case groupColumn:
		group, ok := h.groups[h.fold(s)]
		if !ok {
			var names []string
			for _, g := range householdGroups {
				names = append(names, groupName(h.p, g))
			}
			h.err(c, "workbook.not_one_of", "value", clipped(s), "allowed", strings.Join(names, "; "))
		}
		house.PolicyGroup = group
	default:
		if c.code == "head" && !strings.ContainsFunc(s, unicode.IsLetter) {
			h.err(c, "workbook.not_a_name")
			return
		}
		*c.text(house) = s
	}
}

func (h *householdReader) hamlet(c *householdColumn, s string, house *poverty.Household) {
	names := h.hamlets[house.Unit]
	if names == nil {
		return // the commune is not known, which was told
	}
	if names.codes[s] {
		house.Hamlet = s
		return
	}
	switch codes := names.byName[loweredName(s)]; len(codes) {
	case 1:
		house.Hamlet = codes[0]
	case 0:
		if len(names.labels) == 0 {
			h.err(c, "workbook.no_hamlets", "value", clipped(s))
			return
		}
		like, known := names.like[s]
		if !known {
			like = strings.Join(nearest(s, names.labels), "; ")
			if len(names.like) < toldErrors {
				names.like[s] = like
			}
		}
		h.err(c, "workbook.unknown_hamlet", "value", clipped(s), "like", like)
	default:
		h.err(c, "workbook.two_hamlets", "value", clipped(s), "codes", strings.Join(codes, "; "))
	}
}

// shortNumber reads a whole number by Vietnamese rules.
func shortNumber(s string) (int, error) {
	if len(s) < 10 && s[0] >= '1' && s[0] <= '9' {
		if n, err := strconv.Atoi(s); err == nil {
			return n, nil
		}
	}
	n, _, err := locale.ParseInt(s)
	return n, err
}

func dash(s string) bool { return s == "-" || s == "–" || s == "—" }

// number reads a whole number from 0.
func (h *householdReader) number(c *householdColumn, cell *sheetCell, s string, isText bool) (int64, bool) {
	var n int64
	switch {
	case isText && dash(s):
		h.note(c, "workbook.dash")
	case isText:
		m, err := shortNumber(s)
		switch {
		case err != nil && strings.ContainsFunc(s, unicode.IsLetter):
			h.err(c, "workbook.text_in_number", "value", quoted(c, s))
			return 0, false
		case err != nil:
			h.err(c, "workbook.bad_number", "value", quoted(c, s))
			return 0, false
		case digits(m) != s:
			h.note(c, "workbook.read_as", "value", quoted(c, s), "read", digits(m))
		case cell.kind == textCell:
			h.note(c, "workbook.number_as_text", "value", s)
		}
		n = int64(m)
	case cell.kind == dateCell:
		h.err(c, "workbook.date_in_number")
		return 0, false
	case cell.kind != numberCell:
		h.err(c, "workbook.bad_number", "value", clipped(cell.s))
		return 0, false
	case cell.n != math.Trunc(cell.n):
		h.err(c, "workbook.fraction", "value", h.p.Decimal(cell.n, 3))
		return 0, false
	case math.Abs(cell.n) > 1e15:
		h.err(c, "workbook.too_large", "max", int(c.max))
		return 0, false
	default:
		n = int64(cell.n)
	}
	switch {
	case n < 0:
		h.err(c, "workbook.negative", "value", h.p.Number(int(n)))
	case n < c.least:
		h.err(c, "workbook.too_small", "min", int(c.least))
	case n > c.max:
		h.err(c, "workbook.too_large", "max", int(c.max))
	default:
		return n, true
	}
	return 0, false
}

var (
	bornDay   = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$`)
	bornISO   = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	bornMonth = regexp.MustCompile(`^(\d{1,2})[/.-](\d{4})$`)
	bornYear  = regexp.MustCompile(`^\d{4}$`)
)

// born reads the year of birth, of which the day may be given too.
func (h *householdReader) born(c *householdColumn, cell *sheetCell, s string, isText bool) int {
	year, day := 0, calendar.Date{}
	date := func(y, m, d string) bool {
		year, _ = strconv.Atoi(y)
		month, _ := strconv.Atoi(m)
		n, _ := strconv.Atoi(d)
		var err error
		if day, err = calendar.NewDate(year, time.Month(month), n); err != nil {
			h.err(c, "workbook.no_such_date", "value", s)
			return false
		}
		return true
	}
	if isText {
		switch p, q := bornDay.FindStringSubmatch(s), bornISO.FindStringSubmatch(s); {
		case bornYear.MatchString(s):
			year, _ = strconv.Atoi(s)
			if cell.kind == textCell {
				h.note(c, "workbook.number_as_text", "value", s)
			}
		case p != nil:
			if !date(p[3], p[2], p[1]) {
				return 0
			}
		case q != nil:
			if !date(q[1], q[2], q[3]) {
				return 0
			}
		case bornMonth.MatchString(s):
			p := bornMonth.FindStringSubmatch(s)
			if !date(p[2], p[1], "1") {
				return 0
			}
		default:
			h.err(c, "workbook.bad_date", "value", clipped(s))
			return 0
		}
	} else {
		whole := math.Floor(cell.n)
		var ok bool
		switch {
		case cell.kind == dateCell && cell.n == whole && whole >= 1900 && whole <= 2100:
			year = int(whole)
			h.note(c, "workbook.year_in_date", "read", digits(year))
		case cell.kind == dateCell:
			if day, ok = dayOf(cell.n); !ok {
				h.err(c, "workbook.bad_date", "value", h.p.Decimal(cell.n, 0))
				return 0
			}
			year = day.Year()
		case cell.kind == numberCell && cell.n == whole && whole >= 1000 && whole <= 9999:
			year = int(whole)
		default:
			h.err(c, "workbook.bad_date", "value", strconv.FormatFloat(cell.n, 'f', -1, 64))
			return 0
		}
	}
	today := h.o.Today
	switch {
	case year < 1000:
		h.err(c, "workbook.bad_date", "value", clipped(s))
		return 0
	case today.IsZero():
	case year > today.Year(), day.After(today):
		h.err(c, "workbook.future_year", "year", year)
		return 0
	case year < today.Year()-maxAge:
		h.err(c, "workbook.too_old", "year", year)
		return 0
	case year > today.Year()-16:
		h.note(c, "workbook.young_head", "year", year)
	}
	return year
}

func (h *householdReader) yes(c *householdColumn, cell *sheetCell, s string, isText bool, house *poverty.Household) {
	yes := false
	switch {
	case isText:
		switch h.fold(s) {
		case "x", "v", "co", "yes", "1", "true", "✓", "✔", "√":
			yes = true
		case "khong", "no", "0", "false", "-", "–", "—":
		default:
			h.err(c, "workbook.bad_yes", "value", clipped(s))
			return
		}
	case (cell.kind == numberCell || cell.kind == boolCell) && (cell.n == 0 || cell.n == 1):
		yes = cell.n == 1
	default:
		h.err(c, "workbook.bad_yes", "value", clipped(cell.s))
		return
	}
	if c.kind == yesColumn {
		*c.flag(house) = yes
	} else if yes {
		list := c.list(house)
		*list = append(*list, c.choice)
	}
}

var (
	spacesIn  = strings.NewReplacer(" ", "", ".", "", "-", "")
	idNumber  = regexp.MustCompile(`^(\d{9}|\d{12})$`)
	allDigits = regexp.MustCompile(`^\d+$`)
	cardText  = regexp.MustCompile(`^([A-Z]{2}\d{13}|\d{10})$`)
)

// id reads an identity number: 12 digits, or 9 of an old card. A spreadsheet
// that took it for a number dropped the zeros before it.
func (h *householdReader) id(c *householdColumn, cell *sheetCell, s string) string {
	s = spacesIn.Replace(s)
	if lostZeros := cell.kind != textCell && allDigits.MatchString(s); lostZeros {
		whole := s
		switch len(s) {
		case 8:
			whole = "0" + s
		case 10, 11:
			whole = strings.Repeat("0", 12-len(s)) + s
		}
		if whole != s {
			h.note(c, "workbook.zeros_added", "count", len(whole))
			s = whole
		}
	}
	if !idNumber.MatchString(s) {
		h.err(c, "workbook.bad_id_number")
		return ""
	}
	return s
}

// card reads the number of a health-insurance card: two letters and thirteen
// digits, or the ten digits of the social-insurance number alone.
func (h *householdReader) card(c *householdColumn, cell *sheetCell, s string) string {
	s = strings.ToUpper(spacesIn.Replace(s))
	if cell.kind != textCell && allDigits.MatchString(s) && len(s) >= 8 && len(s) < 10 {
		s = strings.Repeat("0", 10-len(s)) + s
		h.note(c, "workbook.zeros_added", "count", len(s))
	}
	if !cardText.MatchString(s) {
		h.err(c, "workbook.bad_health_card")
		return ""
	}
	return s
}

// together checks the fields of a household against each other.
func (h *householdReader) together(house *poverty.Household) {
	col := func(code string) *householdColumn { return h.byCode[code] }
	good := func(codes ...string) bool {
		return !slices.ContainsFunc(codes, func(code string) bool { return h.wrong[col(code)] })
	}
	here := func(code string) bool { _, ok := h.at[code]; return ok }
	if good("members") && house.Members > 0 {
		parts := true
		for _, code := range []string{"children", "elderly", "workers", "disabled"} {
			if c := col(code); good(code) && *c.count(house) > house.Members {
				h.err(c, "workbook.more_than_members", "count", *c.count(house), "members", house.Members)
				parts = false
			}
		}
		if parts && good("children", "elderly") && house.Children+house.Elderly > house.Members {
			h.err(col("members"), "workbook.fewer_members", "members", house.Members, "children", house.Children, "elderly", house.Elderly)
		} else if parts && good("children", "workers") && house.Children+house.Workers > house.Members {
			h.note(col("workers"), "workbook.children_work", "workers", house.Workers, "children", house.Children, "members", house.Members)
		}
	}
	if good("head_born", "elderly") && here("elderly") && house.HeadBorn > 0 && !h.o.Today.IsZero() && h.o.Today.Year()-house.HeadBorn > 60 && house.Elderly == 0 {
		h.note(col("elderly"), "workbook.old_head", "year", house.HeadBorn)
	}
	if house.Income > 0 && house.Income < 10_000 {
		h.note(col("income"), "workbook.small_income", "value", int(house.Income))
	}
	if good("declared", "policy_group") && house.PolicyGroup != poverty.PolicyNone && house.Declared != poverty.ClassPoor {
		h.err(col("policy_group"), "workbook.group_not_poor", "class", h.named[house.Declared])
	}
	if house.PolicyGroup == poverty.PolicyHardCore && house.Workers > 0 {
		h.note(col("policy_group"), "workbook.hard_core_works", "workers", house.Workers)
	}
	other := slices.Contains(house.Causes, "other")
	switch {
	case !good("cause_other", "cause.other"):
	case other && house.CauseOther == "":
		h.err(col("cause.other"), "workbook.other_without_text", "column", h.title(col("cause_other")))
	case !other && house.CauseOther != "":
		h.err(col("cause_other"), "workbook.text_without_other", "column", h.title(col("cause.other")))
	}
	if house.Declared != poverty.ClassPoor && house.Declared != poverty.ClassNearPoor {
		return
	}
	for _, list := range []struct {
		kind  string
		empty bool
	}{{"cause.", len(house.Causes) == 0}, {"need.", len(house.Needs) == 0}} {
		var first *householdColumn
		allGood := true
		for _, c := range h.columns {
			if strings.HasPrefix(c.code, list.kind) {
				allGood = allGood && !h.wrong[c]
				if first == nil && here(c.code) {
					first = c
				}
			}
		}
		if list.empty && allGood && first != nil {
			h.tell(false, h.current, h.letters(first), "workbook.no_"+strings.TrimSuffix(list.kind, "."))
		}
	}
}

// compare tells where the declared class is another than the standard gives.
func (h *householdReader) compare(house poverty.Household) {
	if house.Computed != poverty.ClassUnknown && house.Declared != poverty.ClassUnknown && house.Computed != house.Declared {
		h.note(h.byCode["declared"], "workbook.class_differs", "declared", h.named[house.Declared], "computed", h.named[house.Computed], "standard", h.o.Standard.Code)
	}
}

// The tables of what was seen in rows above.
const (
	seenCode = iota
	seenNumber
	seenCard
	seenName
)

// alike compares a household with those above it: two with one code are both
// wrong, two that look like one are shown.
func (h *householdReader) alike(house poverty.Household) {
	before := func(table int, parts ...string) int {
		var m maphash.Hash
		m.SetSeed(h.seed)
		for _, p := range parts {
			m.WriteString(p)
			m.WriteByte(0)
		}
		key := m.Sum64()
		row, again := h.seen[table][key]
		if !again {
			h.seen[table][key] = int32(h.current)
		}
		return int(row)
	}
	if house.Code != "" && house.Unit != "" && !h.wrong[h.byCode["code"]] {
		if row := before(seenCode, string(house.Unit), house.Code); row > 0 {
			c := h.byCode["code"]
			h.err(c, "workbook.duplicate_code", "value", clipped(house.Code), "row", digits(row))
			if _, known := slices.BinarySearch(h.found.Withdrawn, row); !known {
				i, _ := slices.BinarySearch(h.found.Withdrawn, row)
				h.found.Withdrawn = slices.Insert(h.found.Withdrawn, i, row)
				h.tell(true, row, h.letters(c), "workbook.duplicate_code", "name", h.title(c), "value", clipped(house.Code), "row", digits(h.current))
			}
		}
	}
	if h.found.Rows > likeRows {
		if h.found.Rows == likeRows+1 {
			h.tell(false, h.current, "", "workbook.likeness_stops", "count", likeRows)
		}
		return
	}
	if house.IDNumber != "" {
		if row := before(seenNumber, house.IDNumber); row > 0 {
			h.note(h.byCode["id_number"], "workbook.like_id_number", "row", digits(row))
		}
	}
	if house.HealthCard != "" {
		if row := before(seenCard, house.HealthCard); row > 0 {
			h.note(h.byCode["health_card"], "workbook.like_health_card", "row", digits(row))
		}
	}
	if house.Head != "" && house.HeadBorn > 0 && house.Hamlet != "" {
		if row := before(seenName, string(house.Unit), house.Hamlet, locale.Fold(house.Head), digits(house.HeadBorn)); row > 0 {
			h.note(h.byCode["head"], "workbook.like_name", "row", digits(row))
		}
	}
}

// merged tells of merged cells among the data: only the first of them holds a
// value, so that their rows cannot be relied on.
func (h *householdReader) merged(m cellRange) {
	if !h.ready || m.last <= h.headEnd {
		return
	}
	h.tell(true, m.top, letters(m.left), "workbook.merged", "range", clipped(m.name))
}
