package documents

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"dondoc/calendar"
	"dondoc/poverty"
)

// A file of a cycle is small; what is larger is another file by mistake.
const (
	maxFile     = 32 << 20
	maxUnzipped = 256 << 20
)

// reader gathers what is wrong while a folder is read.
type reader struct {
	fsys     fs.FS
	problems poverty.Problems
	warnings poverty.Problems
}

func (rd *reader) problem(file string, row int, column, key string, args ...any) {
	rd.problems = append(rd.problems, poverty.Problem{File: file, Row: row, Column: column, Key: key, Args: args})
}

func (rd *reader) warn(file string, row int, column, key string, args ...any) {
	rd.warnings = append(rd.warnings, poverty.Problem{File: file, Row: row, Column: column, Key: key, Args: args})
}

// list says what a list may hold. Dates, clocks, months and numbers are told
// apart because a spreadsheet stores all of them as numbers.
type list struct {
	name     string
	needed   bool // the folder must have the file
	required []string
	optional []string
	dates    []string
	clocks   []string
	months   []string
	numbers  []string
}

func (l list) columns() []string { return append(slices.Clone(l.required), l.optional...) }

// table is a list as it stands in its file, its cells in NFC and trimmed.
type table struct {
	rd   *reader
	file string
	ok   bool // its rows can be relied on
	col  map[string]int
	rows []row
}

type row struct {
	t     *table
	n     int // as a spreadsheet counts, the header being row 1
	cells []string
}

// clean returns a text as it is kept: composed, with plain spaces, trimmed.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u00a0', '\u202f':
			return ' '
		case '\u200b', '\ufeff':
			return -1
		}
		return r
	}, s)
	return strings.TrimFunc(norm.NFC.String(s), unicode.IsSpace)
}

// table reads a list from its CSV or XLSX file.
func (rd *reader) table(l list) *table {
	t := &table{rd: rd, file: l.name + ".csv", col: map[string]int{}}
	src, err := rd.read(l.name + ".csv")
	book, bookErr := rd.read(l.name + ".xlsx")
	switch {
	case err == nil && bookErr == nil:
		rd.problem(t.file, 0, "", "cyclefile.two_files", "other", l.name+".xlsx")
		return t
	case bookErr == nil:
		t.file = l.name + ".xlsx"
	case errors.Is(err, fs.ErrNotExist) && errors.Is(bookErr, fs.ErrNotExist):
		if l.needed {
			rd.problem(t.file, 0, "", "cyclefile.missing_file", "other", l.name+".xlsx")
			return t
		}
		t.ok = true
		return t
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		rd.unreadable(t.file, err)
		return t
	case err != nil:
		rd.unreadable(l.name+".xlsx", bookErr)
		return t
	}
	var records []record
	if bookErr == nil {
		records, t.ok = rd.sheet(t.file, l, book)
	} else {
		records, t.ok = rd.csv(t.file, src)
	}
	if len(records) == 0 {
		if t.ok {
			rd.problem(t.file, 1, "", "cyclefile.no_header", "columns", strings.Join(l.required, ","))
			t.ok = false
		}
		return t
	}
	t.head(l, records[0])
	for _, r := range records[1:] {
		for _, extra := range r.cells[min(len(r.cells), len(records[0].cells)):] {
			if extra != "" {
				rd.problem(t.file, r.n, "", "cyclefile.too_many_cells", "value", extra)
				break
			}
		}
		t.rows = append(t.rows, row{t, r.n, r.cells})
	}
	return t
}

type record struct {
	n     int
	cells []string
}

var errTooBig = errors.New("file too big")

func (rd *reader) read(name string) ([]byte, error) {
	f, err := rd.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(src) > maxFile {
		return nil, errTooBig
	}
	return src, err
}

func (rd *reader) unreadable(file string, err error) {
	if errors.Is(err, errTooBig) {
		rd.problem(file, 0, "", "cyclefile.too_big", "megabytes", maxFile>>20)
		return
	}
	rd.problem(file, 0, "", "cyclefile.unreadable")
}

// csv reads the records of a CSV file, with commas or, as a Vietnamese Excel
// writes them, semicolons between.
func (rd *reader) csv(file string, src []byte) ([]record, bool) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if !utf8.Valid(src) {
		rd.problem(file, 0, "", "cyclefile.not_utf8")
		return nil, false
	}
	in := csv.NewReader(bytes.NewReader(src))
	in.FieldsPerRecord = -1
	if head, _, _ := bytes.Cut(src, []byte("\n")); bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) {
		in.Comma = ';'
	}
	var records []record
	inCells := 0 // line breaks inside cells: a spreadsheet does not count them
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return records, true
		}
		if err != nil {
			line := 0
			if e, ok := errors.AsType[*csv.ParseError](err); ok {
				line = e.Line
			}
			rd.problem(file, line, "", "cyclefile.bad_csv")
			return records, false
		}
		line, _ := in.FieldPos(0)
		n := line - inCells
		for i, c := range cells {
			inCells += strings.Count(c, "\n")
			cells[i] = clean(c)
		}
		if !slices.ContainsFunc(cells, func(c string) bool { return c != "" }) {
			continue
		}
		records = append(records, record{n, cells})
	}
}

// sheet reads the records of the first sheet of an XLSX file.
func (rd *reader) sheet(file string, l list, src []byte) ([]record, bool) {
	book, err := excelize.OpenReader(bytes.NewReader(src), excelize.Options{UnzipSizeLimit: maxUnzipped})
	if err != nil {
		rd.problem(file, 0, "", "cyclefile.bad_xlsx")
		return nil, false
	}
	defer book.Close()
	name := book.GetSheetName(0)
	shown, err := book.GetRows(name)
	if err != nil {
		rd.problem(file, 0, "", "cyclefile.bad_xlsx")
		return nil, false
	}
	raw, err := book.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil {
		rd.problem(file, 0, "", "cyclefile.bad_xlsx")
		return nil, false
	}
	var records []record
	var head []string
	for i, cells := range shown {
		r := record{i + 1, make([]string, len(cells))}
		filled := false
		for j, c := range cells {
			column, stored := "", c
			if j < len(head) {
				column = strings.ToLower(head[j])
			}
			if i < len(raw) && j < len(raw[i]) {
				stored = raw[i][j]
			}
			r.cells[j] = l.cell(column, clean(c), clean(stored))
			filled = filled || r.cells[j] != ""
		}
		if !filled {
			continue
		}
		if head == nil {
			head = r.cells
		}
		records = append(records, r)
	}
	return records, true
}

// cell returns what a spreadsheet's cell says: its text, or where it holds a
// date, a time or a number, that as a CSV file would write it.
func (l list) cell(column, shown, stored string) string {
	number, err := strconv.ParseFloat(stored, 64)
	if err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		return shown
	}
	serial := func(layout string) string {
		t, err := excelize.ExcelDateToTime(number, false)
		if err != nil || number < 0 {
			return shown
		}
		return t.Round(time.Minute).Format(layout)
	}
	switch {
	case slices.Contains(l.clocks, column) && number < 1:
		return serial("15:04")
	case slices.Contains(l.months, column) && number > 9999:
		return serial("2006-01")
	case slices.Contains(l.dates, column) && number == math.Trunc(number):
		return serial("2006-01-02")
	case slices.Contains(l.dates, column):
		return serial("2006-01-02 15:04")
	case slices.Contains(l.numbers, column):
		return stored
	}
	return shown
}

func (t *table) head(l list, r record) {
	known := l.columns()
	for i, name := range r.cells {
		name = strings.ToLower(name)
		switch _, twice := t.col[name]; {
		case name == "":
		case twice:
			t.rd.problem(t.file, r.n, name, "cyclefile.duplicate_column")
		case !slices.Contains(known, name):
			t.rd.problem(t.file, r.n, name, "cyclefile.unknown_column", "known", strings.Join(known, ", "))
		default:
			t.col[name] = i
		}
	}
	for _, name := range l.required {
		if _, ok := t.col[name]; !ok {
			t.rd.problem(t.file, r.n, name, "cyclefile.missing_column")
			t.ok = false
		}
	}
}

func (r row) get(column string) string {
	i, ok := r.t.col[column]
	if !ok || i >= len(r.cells) {
		return ""
	}
	return r.cells[i]
}

func (r row) problem(column, key string, args ...any) {
	r.t.rd.problem(r.t.file, r.n, column, key, args...)
}

// need returns a cell that must not be empty.
func (r row) need(column string) string {
	v := r.get(column)
	if _, has := r.t.col[column]; v == "" && has {
		r.problem(column, "cyclefile.required")
	}
	return v
}

func (r row) list(column string) []string { return splitList(r.get(column)) }

func splitList(s string) []string {
	var all []string
	for v := range strings.SplitSeq(s, ";") {
		if v = clean(v); v != "" {
			all = append(all, v)
		}
	}
	return all
}

func (r row) count(column string) int {
	v := r.get(column)
	if v == "" {
		return 0
	}
	n, ok := parseCount(v)
	if !ok {
		r.problem(column, "cyclefile.bad_number", "value", v)
	}
	return n
}

var grouped = regexp.MustCompile(`^\d{1,3}(\.\d{3})+$`)

// parseCount reads a whole number from 0, with or without dots between
// thousands.
func parseCount(s string) (int, bool) {
	if grouped.MatchString(s) {
		s = strings.ReplaceAll(s, ".", "")
	}
	if s == "" || len(s) > 9 || strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func (r row) yes(column string) bool {
	switch strings.ToLower(r.get(column)) {
	case "", "0", "false", "no", "không":
		return false
	case "1", "true", "yes", "có", "x":
		return true
	}
	r.problem(column, "cyclefile.bad_yes_no", "value", r.get(column))
	return false
}

func (r row) oneOf(column string, allowed ...string) string {
	v := r.get(column)
	if v != "" && !slices.Contains(allowed, v) {
		r.problem(column, "cyclefile.bad_value", "value", v, "allowed", strings.Join(allowed, ", "))
	}
	return v
}

func (r row) date(column string) calendar.Date {
	v := r.get(column)
	if v == "" {
		return calendar.Date{}
	}
	d, key := parseDate(v)
	if key != "" {
		r.problem(column, key, "value", v)
	}
	return d
}

func (r row) instant(column string) time.Time {
	v := r.get(column)
	if v == "" {
		return time.Time{}
	}
	t, key := parseInstant(v)
	if key != "" {
		r.problem(column, key, "value", v)
	}
	return t
}

func (r row) clock(column string) calendar.Clock {
	v := r.get(column)
	if v == "" {
		return calendar.Clock{}
	}
	c, ok := parseClock(v)
	if !ok {
		r.problem(column, "cyclefile.bad_clock", "value", v)
	}
	return c
}

var (
	isoDate  = regexp.MustCompile(`\b(\d{4})-(\d{1,2})-(\d{1,2})\b`)
	dateHere = regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})/(\d{4})\b`)
)

// parseDate reads 2018-04-15 or 15/04/2018; key says what is wrong.
func parseDate(s string) (d calendar.Date, key string) {
	var y, m, day string
	if p := isoDate.FindStringSubmatch(s); p != nil && p[0] == s {
		y, m, day = p[1], p[2], p[3]
	} else if p := dateHere.FindStringSubmatch(s); p != nil && p[0] == s {
		y, m, day = p[3], p[2], p[1]
	} else {
		return calendar.Date{}, "cyclefile.bad_date"
	}
	year, _ := strconv.Atoi(y)
	month, _ := strconv.Atoi(m)
	n, _ := strconv.Atoi(day)
	d, err := calendar.NewDate(year, time.Month(month), n)
	if err != nil {
		return calendar.Date{}, "cyclefile.no_such_date"
	}
	return d, ""
}

// parseInstant reads a date, a space and a time of day, in Vietnam's time.
func parseInstant(s string) (t time.Time, key string) {
	day, clock, found := strings.Cut(s, " ")
	if !found {
		day, clock, found = strings.Cut(s, "T")
	}
	if !found {
		return time.Time{}, "cyclefile.bad_instant"
	}
	d, key := parseDate(day)
	if key == "cyclefile.bad_date" {
		return time.Time{}, "cyclefile.bad_instant"
	}
	c, ok := parseClock(strings.TrimSpace(clock))
	if key == "" && !ok {
		key = "cyclefile.bad_instant"
	}
	if key != "" {
		return time.Time{}, key
	}
	return d.At(c), ""
}

func parseClock(s string) (calendar.Clock, bool) {
	if len(s) == len("8:00") {
		s = "0" + s
	}
	c, err := calendar.ParseClock(s)
	return c, err == nil
}

// parseDue reads a stated deadline, whose day may be written 15/04/2018 too;
// key says what is wrong.
func parseDue(s string) (due calendar.Due, key string) {
	s = dateHere.ReplaceAllStringFunc(s, func(v string) string {
		if d, key := parseDate(v); key == "" {
			return d.String()
		}
		return v
	})
	due, err := calendar.ParseDue(s)
	if err == nil {
		return due, ""
	}
	for _, pattern := range []*regexp.Regexp{isoDate, dateHere} {
		if v := pattern.FindString(s); v != "" {
			if _, key := parseDate(v); key != "" {
				return calendar.Due{}, key
			}
		}
	}
	return calendar.Due{}, "cyclefile.bad_due"
}

// unknownFiles warns of files that are not read, which are often a misspelt
// name.
func (rd *reader) unknownFiles(names []string) {
	entries, err := fs.ReadDir(rd.fsys, ".")
	if err != nil {
		return
	}
	for _, e := range entries {
		name := e.Name()
		ext := path.Ext(name)
		if e.IsDir() || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") ||
			!slices.Contains([]string{".csv", ".xlsx", ".yaml", ".yml"}, ext) {
			continue
		}
		if name != rulesFile && !(slices.Contains(names, strings.TrimSuffix(name, ext)) && (ext == ".csv" || ext == ".xlsx")) {
			rd.warn(name, 0, "", "cyclefile.unknown_file")
		}
	}
}
