package documents

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// A workbook is read here cell by cell and not through excelize, whose rows are
// texts: they no longer tell a formula from its value, a number from a text
// that looks like one, or a font, and it knows merged cells only with the
// whole sheet in memory.

const (
	maxPart    = 16 << 20 // of styles, relations and the list of sheets
	maxStrings = 64 << 20 // of the texts that cells share
	maxTexts   = 2_000_000
	maxToken   = 1 << 20 // of one piece of XML, or of one line of CSV
	maxColumns = 16_384
	maxRowsXML = 1_048_576
	maxStyles  = 65_000
	maxMerged  = 10_000
)

var (
	errDamaged = errors.New("damaged workbook")
	errEndless = errors.New("no end of a cell in sight")
)

type cellKind uint8

const (
	emptyCell  cellKind = iota
	textCell            // typed as text
	plainCell           // of a CSV file, where everything is text
	numberCell          // n
	dateCell            // a number shown as a date
	boolCell
	errorCell // #N/A and the like
)

// sheetCell is what stands in a cell.
type sheetCell struct {
	kind    cellKind
	formula bool
	percent bool   // a number shown a hundred times as great
	font    string // the old encoding that its font is made for
	s       string
	n       float64
}

// sheetRow is a row as it is read; its cells are good until the next one.
type sheetRow struct {
	n      int
	hidden bool
	cells  []sheetCell
}

type sheetPart struct {
	name   string
	part   string
	hidden bool
}

// xlsxFile is an .xlsx file, opened.
type xlsxFile struct {
	zip     *zip.Reader
	parts   map[string]*zip.File
	sheets  []sheetPart
	since04 bool // its days are counted from 1904
	dates   []bool
	rates   []bool   // styles that show a percentage
	fonts   []string // by style
	shared  []string
	fontOf  map[int]string // of shared texts written in an old font
}

// sized is a reader that gives no more than is left.
type sized struct {
	r    io.Reader
	left int64
	err  error
}

func (s *sized) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, s.err
	}
	if int64(len(p)) > s.left {
		p = p[:s.left]
	}
	n, err := s.r.Read(p)
	s.left -= int64(n)
	return n, err
}

// notAWorkbook is the refusal of a file as a whole.
func notAWorkbook(key string, err error) error {
	return &poverty.Error{Kind: poverty.Invalid, Key: key, Args: []any{"megabytes", maxFile >> 20}, Err: err}
}

// openWorkbook opens a workbook of size bytes; Invalid where it is none that
// can be read.
func openWorkbook(r io.ReaderAt, size int64) (*xlsxFile, error) {
	if size > maxFile {
		return nil, notAWorkbook("workbook.too_big", nil)
	}
	key, err := notWorkbook(r, size)
	if err != nil {
		return nil, err
	}
	if key != "" {
		return nil, notAWorkbook(key, nil)
	}
	in, err := zip.NewReader(r, size)
	if err != nil {
		return nil, notAWorkbook("workbook.damaged", err)
	}
	w := &xlsxFile{zip: in, parts: map[string]*zip.File{}, fontOf: map[int]string{}}
	var total uint64
	for _, f := range in.File {
		total += min(f.UncompressedSize64, maxUnzipped+1)
		if total > maxUnzipped {
			return nil, notAWorkbook("workbook.bomb", nil)
		}
		w.parts[partName(f.Name)] = f
	}
	main := "xl/workbook.xml"
	if w.parts[main] == nil && w.parts["_rels/.rels"] != nil {
		relations, err := w.relations("_rels/.rels")
		if err != nil {
			return nil, notAWorkbook("workbook.damaged", err)
		}
		for _, rel := range relations {
			if strings.HasSuffix(rel.kind, "/officeDocument") {
				main = partName(rel.target)
			}
		}
	}
	switch {
	case w.parts["xl/workbook.bin"] != nil:
		return nil, notAWorkbook("workbook.binary", nil)
	case w.parts["content.xml"] != nil, w.parts["mimetype"] != nil:
		return nil, notAWorkbook("workbook.open_document", nil)
	case w.parts["word/document.xml"] != nil:
		return nil, notAWorkbook("workbook.word", nil)
	case w.parts[main] == nil:
		return nil, notAWorkbook("workbook.no_workbook", nil)
	}
	err = w.open(main)
	if errors.Is(err, errTooBig) {
		return nil, notAWorkbook("workbook.bomb", err)
	}
	if err != nil {
		return nil, notAWorkbook("workbook.damaged", err)
	}
	return w, nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "/"))
}

var (
	oleHead   = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}
	encrypted = []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
)

// notWorkbook looks at the first bytes of what was handed in as a workbook.
func notWorkbook(r io.ReaderAt, size int64) (key string, err error) {
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	text := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff"))))
	switch {
	case len(text) == 0:
		return "workbook.empty", nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return "", nil
	case bytes.HasPrefix(head, oleHead):
		// An encrypted workbook is a package in the container of old .xls files.
		found, err := holds(io.NewSectionReader(r, 0, size), encrypted)
		if found {
			return "workbook.password", err
		}
		return "workbook.old_xls", err
	case bytes.HasPrefix(head, []byte{0x09, 0x08}), bytes.HasPrefix(head, []byte{0x09, 0x04}):
		return "workbook.old_xls", nil
	case bytes.HasPrefix(text, []byte("%pdf")):
		return "workbook.pdf", nil
	case bytes.HasPrefix(text, []byte("<?xml")), bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")), bytes.HasPrefix(text, []byte("<table")):
		return "workbook.web_page", nil
	case !bytes.Contains(head, []byte{0}) && bytes.ContainsAny(head, ",;\t"):
		return "workbook.csv", nil
	}
	return "workbook.not_one", nil
}

func holds(r io.Reader, what []byte) (bool, error) {
	buffer := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buffer[kept:])
		if bytes.Contains(buffer[:kept+n], what) {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		tail := min(kept+n, len(what)-1)
		copy(buffer, buffer[kept+n-tail:kept+n])
		kept = tail
	}
}

// scanner reads XML piece by piece, no piece longer than maxToken.
type scanner struct {
	xml   *xml.Decoder
	guard *sized
	file  io.Closer
}

func (w *xlsxFile) scan(name string, limit int64) (*scanner, error) {
	f := w.parts[name]
	if f == nil || f.UncompressedSize64 > uint64(limit) {
		return nil, errDamaged
	}
	in, err := f.Open()
	if err != nil {
		return nil, errDamaged
	}
	guard := &sized{in, maxToken, errEndless}
	return &scanner{xml.NewDecoder(guard), guard, in}, nil
}

// next returns the next piece; io.EOF behind the last one.
func (s *scanner) next() (xml.Token, error) {
	s.guard.left = maxToken
	t, err := s.xml.RawToken()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errDamaged
	}
	return t, err
}

// each calls fn for the start of every element of a part.
func (w *xlsxFile) each(name string, fn func(xml.StartElement)) error {
	s, err := w.scan(name, maxPart)
	if err != nil {
		return err
	}
	defer s.file.Close()
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := t.(xml.StartElement); ok {
			fn(start)
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func attributeIn(e xml.StartElement, space, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == space {
			return a.Value
		}
	}
	return ""
}

func isTrue(s string) bool { return s == "1" || s == "true" }

type relation struct{ id, kind, target string }

func (w *xlsxFile) relations(name string) ([]relation, error) {
	var all []relation
	err := w.each(name, func(e xml.StartElement) {
		if e.Name.Local == "Relationship" {
			all = append(all, relation{attribute(e, "Id"), attribute(e, "Type"), attribute(e, "Target")})
		}
	})
	return all, err
}

func (w *xlsxFile) open(main string) error {
	targets := map[string]string{}
	kinds := map[string]string{}
	dir := path.Dir(main)
	relations, err := w.relations(path.Join(dir, "_rels", path.Base(main)+".rels"))
	if err != nil {
		return err
	}
	for _, rel := range relations {
		target := rel.target
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		kind := path.Base(rel.kind)
		if kind == "worksheet" {
			targets[rel.id] = partName(target)
		} else {
			kinds[kind] = partName(target)
		}
	}
	err = w.each(main, func(e xml.StartElement) {
		switch e.Name.Local {
		case "workbookPr":
			w.since04 = isTrue(attribute(e, "date1904"))
		case "sheet":
			id := ""
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			state := attribute(e, "state")
			if part, ok := targets[id]; ok {
				w.sheets = append(w.sheets, sheetPart{clean(attribute(e, "name")), part, state != "" && state != "visible"})
			}
		}
	})
	if err != nil {
		return err
	}
	if part := kinds["styles"]; w.parts[part] != nil {
		if err := w.styles(part); err != nil {
			return err
		}
	}
	if part := kinds["sharedStrings"]; w.parts[part] != nil {
		return w.strings(part)
	}
	return nil
}

// styles learns which styles show a number as a date, and which have a font of
// an old encoding.
func (w *xlsxFile) styles(part string) error {
	formats := map[int]bool{}
	for id := 14; id <= 17; id++ {
		formats[id] = true
	}
	formats[22] = true
	for id := 27; id <= 36; id++ {
		formats[id] = true
	}
	for id := 50; id <= 58; id++ {
		formats[id] = true
	}
	rates := map[int]bool{9: true, 10: true}
	var fonts []string
	inFonts, inCells := false, false
	return w.each(part, func(e xml.StartElement) {
		switch e.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(attribute(e, "numFmtId")); err == nil && len(formats) < maxStyles {
				formats[id] = showsDate(attribute(e, "formatCode"))
				rates[id] = strings.Contains(attribute(e, "formatCode"), "%")
			}
		case "fonts":
			inFonts = true
		case "fills", "borders", "cellStyleXfs", "cellStyles", "dxfs":
			inFonts, inCells = false, false
		case "cellXfs":
			inFonts, inCells = false, true
		case "font":
			if inFonts && len(fonts) < maxStyles {
				fonts = append(fonts, "")
			}
		case "name":
			if inFonts && len(fonts) > 0 {
				fonts[len(fonts)-1] = legacyFont(attributeIn(e, "", "val"))
			}
		case "xf":
			if !inCells || len(w.dates) >= maxStyles {
				return
			}
			format, _ := strconv.Atoi(attribute(e, "numFmtId"))
			w.dates = append(w.dates, formats[format])
			w.rates = append(w.rates, rates[format])
			name := ""
			if font, err := strconv.Atoi(attribute(e, "fontId")); err == nil && font >= 0 && font < len(fonts) {
				name = fonts[font]
			}
			w.fonts = append(w.fonts, name)
		}
	})
}

// showsDate says that a number format writes a day or a month: it has a d or a
// y outside quotes and brackets.
func showsDate(code string) bool {
	quoted, bracket, escaped := false, false, false
	for _, r := range strings.ToLower(code) {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '[':
			bracket = true
		case r == ']':
			bracket = false
		case !bracket && (r == 'd' || r == 'y'):
			return true
		}
	}
	return false
}

// strings reads the texts that cells share.
func (w *xlsxFile) strings(part string) error {
	s, err := w.scan(part, maxStrings)
	if err != nil {
		return err
	}
	defer s.file.Close()
	var text []byte
	font, in, skip := "", false, 0
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "si":
				text, font, skip = text[:0], "", 0
			case "rPh":
				skip++
			case "t":
				in = skip == 0
			case "rFont":
				if f := legacyFont(attribute(e, "val")); f != "" {
					font = f
				}
			}
		case xml.CharData:
			if in && len(text) < maxToken {
				text = append(text, e...)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "rPh":
				skip--
			case "t":
				in = false
			case "si":
				if len(w.shared) >= maxTexts {
					return errTooBig
				}
				if font != "" {
					w.fontOf[len(w.shared)] = font
				}
				w.shared = append(w.shared, unescapeX(string(text)))
			}
		}
	}
}

// unescapeX undoes the way in which a workbook writes control characters:
// _x000D_ is a carriage return.
func unescapeX(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || i+7 > len(s) {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		n, err := strconv.ParseUint(s[i+2:i+6], 16, 32)
		if err != nil || s[i+6] != '_' || !utf8.ValidRune(rune(n)) {
			b.WriteString("_x")
			s = s[i+2:]
			continue
		}
		b.WriteRune(rune(n))
		s = s[i+7:]
	}
}

// cellRange is a block of merged cells, columns from 0, rows from 1.
type cellRange struct {
	name                   string
	left, top, right, last int
}

// read calls each for every row of a sheet that holds a cell or is hidden, and
// returns the merged cells. It stops where each returns false.
func (w *xlsxFile) read(sheet sheetPart, each func(sheetRow) bool) (merged []cellRange, err error) {
	s, err := w.scan(sheet.part, maxUnzipped)
	if err != nil {
		return nil, err
	}
	defer s.file.Close()
	row := sheetRow{}
	var cell sheetCell
	var value, inline []byte
	column, style, kind := -1, 0, ""
	inRow, inValue, inText, skip, ended := false, false, false, 0, false
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			if !ended {
				return merged, errDamaged
			}
			return merged, nil
		}
		if err != nil {
			return merged, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "row":
				n := row.n + 1
				row.hidden = false
				for _, a := range e.Attr {
					switch a.Name.Local {
					case "r":
						if n, err = strconv.Atoi(a.Value); err != nil {
							return merged, errDamaged
						}
					case "hidden":
						row.hidden = isTrue(a.Value)
					}
				}
				if n <= row.n || n > maxRowsXML {
					return merged, errDamaged
				}
				row.n, row.cells, inRow, column = n, row.cells[:0], true, -1
			case "c":
				if !inRow {
					continue
				}
				next := column + 1
				style, kind = 0, ""
				for _, a := range e.Attr {
					switch a.Name.Local {
					case "r":
						c, n, ok := cellName(a.Value)
						if !ok || n != row.n {
							return merged, errDamaged
						}
						next = c
					case "s":
						style, _ = strconv.Atoi(a.Value)
					case "t":
						kind = a.Value
					}
				}
				if next <= column || next >= maxColumns {
					return merged, errDamaged
				}
				column = next
				cell, value, inline = sheetCell{}, value[:0], inline[:0]
			case "f":
				cell.formula = true
			case "v":
				inValue = true
			case "is":
				skip = 0
			case "rPh":
				skip++
			case "t":
				inText = skip == 0
			case "rFont":
				if f := legacyFont(attribute(e, "val")); f != "" {
					cell.font = f
				}
			case "mergeCell":
				if r, ok := cellBlock(attribute(e, "ref")); ok && len(merged) < maxMerged {
					merged = append(merged, r)
				}
			}
		case xml.CharData:
			switch {
			case inValue && len(value) < maxToken:
				value = append(value, e...)
			case inText && len(inline) < maxToken:
				inline = append(inline, e...)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "v":
				inValue = false
			case "t":
				inText = false
			case "rPh":
				skip--
			case "c":
				if !inRow || column < 0 {
					continue
				}
				if !w.value(&cell, kind, style, value, inline) {
					return merged, errDamaged
				}
				if cell.kind == emptyCell && !cell.formula {
					continue
				}
				for len(row.cells) < column {
					row.cells = append(row.cells, sheetCell{})
				}
				row.cells = append(row.cells, cell)
			case "row":
				inRow = false
				if (len(row.cells) > 0 || row.hidden) && !each(row) {
					return merged, nil
				}
			case "worksheet":
				ended = true
			}
		}
	}
}

// value reads what a cell holds; false when the sheet contradicts itself.
func (w *xlsxFile) value(c *sheetCell, kind string, style int, value, inline []byte) bool {
	if c.font == "" && style >= 0 && style < len(w.fonts) {
		c.font = w.fonts[style]
	}
	c.s = strings.TrimSpace(string(value))
	switch kind {
	case "s":
		i, err := strconv.Atoi(c.s)
		if c.s == "" {
			return true
		}
		if err != nil || i < 0 || i >= len(w.shared) {
			return false
		}
		c.kind, c.s = textCell, w.shared[i]
		if f := w.fontOf[i]; f != "" {
			c.font = f
		}
	case "inlineStr":
		c.kind, c.s = textCell, unescapeX(string(inline))
	case "str":
		c.kind, c.s = textCell, unescapeX(string(value))
	case "b":
		c.kind = boolCell
		c.n, _ = strconv.ParseFloat(c.s, 64)
	case "e":
		c.kind = errorCell
	case "d":
		d, err := calendar.ParseDate(c.s[:min(len(c.s), len("2006-01-02"))])
		if err != nil {
			c.kind = textCell
			break
		}
		c.kind, c.n = dateCell, float64(calendar.MustDate("1899-12-30").DaysUntil(d))
	default:
		if c.s == "" {
			return true
		}
		n, err := strconv.ParseFloat(c.s, 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			return false
		}
		c.kind, c.n = numberCell, n
		c.percent = style >= 0 && style < len(w.rates) && w.rates[style]
		if style >= 0 && style < len(w.dates) && w.dates[style] {
			c.kind = dateCell
			if w.since04 {
				c.n += 1462
			}
		}
	}
	if c.kind == textCell && c.s == "" {
		c.kind = emptyCell
	}
	return true
}

// cellName reads B4 as column 1, row 4.
func cellName(s string) (column, row int, ok bool) {
	i := 0
	for i < len(s) && i < 4 && (s[i] >= 'A' && s[i] <= 'Z' || s[i] >= 'a' && s[i] <= 'z') {
		column = column*26 + int(s[i]&^0x20-'A') + 1
		i++
	}
	row, err := strconv.Atoi(s[i:])
	return column - 1, row, err == nil && i > 0 && i < 4 && row > 0 && row <= maxRowsXML && column <= maxColumns
}

func cellBlock(s string) (cellRange, bool) {
	from, to, found := strings.Cut(s, ":")
	if !found {
		to = from
	}
	left, top, ok1 := cellName(from)
	right, last, ok2 := cellName(to)
	return cellRange{s, left, top, right, last}, ok1 && ok2 && left <= right && top <= last
}

// dayOf returns the day that a spreadsheet's number stands for.
func dayOf(n float64) (calendar.Date, bool) {
	if n < 1 || n > 2958465 {
		return calendar.Date{}, false
	}
	t, err := excelize.ExcelDateToTime(math.Floor(n), false)
	if err != nil {
		return calendar.Date{}, false
	}
	d, err := calendar.NewDate(t.Date())
	return d, err == nil
}
