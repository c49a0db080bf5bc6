package documents

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/beevik/etree"

	"dondoc/locale"
	"dondoc/poverty"
)

// fieldNames tells how the fields of a kind of document may be written in a
// template: as the catalogue words them in any language, whatever their accents
// and capitals, or by their codes.
type fieldNames struct {
	fields  map[string]string            // to codes
	lists   map[string]string            // to codes
	columns map[string]map[string]string // by list
}

var knownFields = sync.OnceValue(func() map[poverty.DocumentKind]fieldNames {
	all := map[poverty.DocumentKind]fieldNames{}
	for _, kind := range poverty.DocumentKinds {
		n := fieldNames{map[string]string{}, map[string]string{}, map[string]map[string]string{}}
		for _, field := range poverty.DocumentFields(kind) {
			list, column, of := strings.Cut(field, ".")
			names := map[string]string{}
			if of {
				if n.columns[list] == nil {
					n.columns[list] = names
				}
				names = n.columns[list]
				n.lists[list] = list
			} else {
				names, column = n.fields, field
			}
			names[column] = column
			for _, lang := range locale.Languages {
				p := locale.For(lang)
				names[locale.Fold(p.T("document.field."+field))] = column
				if of {
					n.lists[locale.Fold(p.T("document.list."+list))] = list
				}
			}
		}
		for _, columns := range n.columns {
			columns[markColumn] = markColumn
			for _, lang := range locale.Languages {
				columns[locale.Fold(locale.For(lang).T("document.field.mark"))] = markColumn
			}
		}
		all[kind] = n
	}
	return all
})

// markColumn is the column that every list has besides its own: the mark behind a
// row, a full stop behind the last and a semicolon behind all others.
const markColumn = "mark"

func punctuated(rows []map[string]string) []map[string]string {
	out := make([]map[string]string, len(rows))
	for i, row := range rows {
		out[i] = map[string]string{markColumn: ";"}
		if i == len(rows)-1 {
			out[i][markColumn] = "."
		}
		maps.Copy(out[i], row)
	}
	return out
}

// tag is a field or the edge of a section in a template: {{Trích yếu}},
// {{#Hộ}} … {{/Hộ}} for each row, {{?Hộ}} … {{/Hộ}} once where something is
// there, {{^Hộ}} … {{/Hộ}} where nothing is.
type tag struct {
	kind       byte // '#', '?', '^', '/', or 0 for a field
	name       string
	start, end int
}

var tagForm = regexp.MustCompile(`\{\{\s*([#^/?]?)\s*([^{}]*?)\s*\}\}`)

func tagsOf(s string) (tags []tag) {
	for _, m := range tagForm.FindAllStringSubmatchIndex(s, -1) {
		t := tag{name: s[m[4]:m[5]], start: m[0], end: m[1]}
		if m[3] > m[2] {
			t.kind = s[m[2]]
		}
		tags = append(tags, t)
	}
	return tags
}

// alone returns the tag of which a text consists.
func alone(s string) (tag, bool) {
	tags := tagsOf(strings.TrimSpace(s))
	if len(tags) != 1 || tags[0].end-tags[0].start != len(strings.TrimSpace(s)) {
		return tag{}, false
	}
	return tags[0], true
}

// filler fills a template in, or where it has no data looks for what is wrong
// with its fields.
type filler struct {
	names    fieldNames
	data     *poverty.DocumentData
	problems poverty.Problems

	part       string
	paragraphs int
	table, row int
	tables     int
}

// scope is a row of a list that is being filled in.
type scope struct {
	list string
	row  map[string]string
}

func (f *filler) problem(key, field string) {
	f.problems = append(f.problems, poverty.Problem{
		File: f.part, Row: f.paragraphs, Column: field, Key: "document.template." + key, Args: []any{"table", f.table, "line", f.row, "field", field},
	})
}

// value returns what stands in a field; false where the field is not known.
func (f *filler) value(name string, scopes []scope) (string, bool) {
	folded := locale.Fold(name)
	for _, s := range slices.Backward(scopes) {
		if column, ok := f.names.columns[s.list][folded]; ok {
			return s.row[column], true
		}
	}
	code, ok := f.names.fields[folded]
	if !ok || f.data == nil {
		return "", ok
	}
	return f.data.Fields[code], true
}

// rows returns over what a section goes: the rows of a list, or one or none for
// a field that is there or not. list is empty for a field.
func (f *filler) rows(t tag, scopes []scope) (rows []map[string]string, list string, ok bool) {
	once := []map[string]string{{}}
	list, ok = f.names.lists[locale.Fold(t.name)]
	if ok {
		if f.data == nil {
			return once, list, true
		}
		rows = punctuated(f.data.Lists[list])
	} else {
		var value string
		if value, ok = f.value(t.name, scopes); !ok {
			return nil, "", false
		}
		if f.data == nil || value != "" {
			rows = once
		}
	}
	if t.kind == '#' {
		return rows, list, true
	}
	if f.data != nil && (len(rows) > 0) != (t.kind == '?') {
		return nil, "", true
	}
	return once, "", true
}

func within(scopes []scope, list string, row map[string]string) []scope {
	if list == "" {
		return scopes
	}
	return append(slices.Clone(scopes), scope{list, row})
}

// container fills in what an element holds: paragraphs, tables, and sections
// over several of them.
func (f *filler) container(x *etree.Element, scopes []scope) {
	children := slices.Clone(x.Child)
	for _, c := range children {
		x.RemoveChild(c)
	}
	for _, c := range f.blocks(children, scopes) {
		x.AddChild(c)
	}
	if x.Tag == "tc" { // a cell ends with a paragraph, or the document is broken
		if all := x.ChildElements(); len(all) == 0 || all[len(all)-1].Tag != "p" {
			x.AddChild(etree.NewElement("w:p"))
		}
	}
}

func (f *filler) blocks(list []etree.Token, scopes []scope) (out []etree.Token) {
	for i := 0; i < len(list); i++ {
		x, ok := list[i].(*etree.Element)
		if !ok {
			out = append(out, list[i])
			continue
		}
		switch x.Tag {
		case "p":
			t, single := alone(textOf(x))
			if !single || t.kind == 0 {
				out = append(out, f.paragraph(x, scopes)...)
				continue
			}
			f.paragraphs++
			end := closing(list, i, t)
			if t.kind == '/' || end < 0 {
				f.problem("unmatched", t.name)
				continue
			}
			rows, of, known := f.rows(t, scopes)
			if !known {
				f.problem("unknown_field", t.name)
				i = end
				continue
			}
			before := f.paragraphs
			for n, row := range rows {
				if n > 0 {
					f.paragraphs = before
				}
				out = append(out, f.blocks(copies(list[i+1:end]), within(scopes, of, row))...)
			}
			f.paragraphs++ // the closing one
			i = end
		case "tbl":
			f.fillTable(x, scopes)
			out = append(out, x)
		default:
			f.deeper(x, scopes)
			out = append(out, x)
		}
	}
	return out
}

// deeper fills in containers below an element that is neither paragraph nor
// table, such as a content control.
func (f *filler) deeper(x *etree.Element, scopes []scope) {
	if slices.ContainsFunc(x.ChildElements(), func(c *etree.Element) bool { return c.Tag == "p" || c.Tag == "tbl" }) {
		f.container(x, scopes)
		return
	}
	for _, c := range x.ChildElements() {
		f.deeper(c, scopes)
	}
}

func copies(list []etree.Token) []etree.Token {
	out := make([]etree.Token, 0, len(list))
	for _, t := range list {
		if x, ok := t.(*etree.Element); ok {
			out = append(out, x.Copy())
		}
	}
	return out
}

// closing returns the place of the paragraph that closes a section; -1 where
// there is none.
func closing(list []etree.Token, open int, t tag) int {
	depth := 0
	for i := open; i < len(list); i++ {
		x, ok := list[i].(*etree.Element)
		if !ok || x.Tag != "p" {
			continue
		}
		other, single := alone(textOf(x))
		switch {
		case !single || locale.Fold(other.name) != locale.Fold(t.name):
		case other.kind == '/':
			if depth--; depth == 0 {
				return i
			}
		case other.kind != 0:
			depth++
		}
	}
	return -1
}

func (f *filler) fillTable(table *etree.Element, scopes []scope) {
	f.tables++
	outer, outerRow := f.table, f.row
	f.table = f.tables
	n := 0
	for _, row := range table.ChildElements() {
		if row.Tag != "tr" {
			continue
		}
		n++
		f.row = n
		t, ok := rowSection(row)
		if !ok {
			f.fillRow(row, scopes)
			continue
		}
		rows, list, known := f.rows(t, scopes)
		if !known {
			f.paragraphs++
			f.problem("unknown_field", t.name)
			continue
		}
		at := row.Index()
		table.RemoveChild(row)
		for _, values := range rows {
			again := row.Copy()
			table.InsertChildAt(at, again)
			at++
			f.fillRow(again, within(scopes, list, values))
		}
	}
	f.table, f.row = outer, outerRow
}

func (f *filler) fillRow(row *etree.Element, scopes []scope) {
	for _, cell := range row.FindElements("./tc") {
		f.container(cell, scopes)
	}
	for _, control := range row.FindElements("./sdt") {
		f.deeper(control, scopes)
	}
}

// rowSection reports whether a row is a section: its first text opens what its
// last text closes. Both tags are taken out.
func rowSection(row *etree.Element) (tag, bool) {
	var paragraphs []*etree.Element
	for _, p := range row.FindElements(".//p") {
		if textOf(p) != "" {
			paragraphs = append(paragraphs, p)
		}
	}
	if len(paragraphs) == 0 {
		return tag{}, false
	}
	first, last := paragraphs[0], paragraphs[len(paragraphs)-1]
	opening, ends := tagsOf(textOf(first)), tagsOf(textOf(last))
	if len(opening) == 0 || len(ends) == 0 || strings.TrimSpace(textOf(first)[:opening[0].start]) != "" {
		return tag{}, false
	}
	t, end := opening[0], ends[len(ends)-1]
	if t.kind == 0 || t.kind == '/' || end.kind != '/' || locale.Fold(t.name) != locale.Fold(end.name) || strings.TrimSpace(textOf(last)[end.end:]) != "" {
		return tag{}, false
	}
	replace(last, []edit{{end.start, end.end, ""}})
	replace(first, []edit{{t.start, t.end, ""}})
	return t, true
}

// textsOf returns the text elements of a paragraph itself, not those of a text box
// that is anchored in it.
func textsOf(p *etree.Element) (list []*etree.Element) {
	var walk func(*etree.Element)
	walk = func(x *etree.Element) {
		for _, c := range x.ChildElements() {
			switch c.Tag {
			case "t":
				list = append(list, c)
			case "p", "del", "moveFrom":
			default:
				walk(c)
			}
		}
	}
	walk(p)
	return list
}

func textOf(p *etree.Element) string {
	var b strings.Builder
	for _, t := range textsOf(p) {
		b.WriteString(t.Text())
	}
	return b.String()
}

// edit replaces a part of a paragraph's text.
type edit struct {
	start, end int
	text       string
}

// replace changes a paragraph's text, whatever runs it is spread over: what
// comes new takes the form of the place where the old began.
func replace(p *etree.Element, edits []edit) {
	at := 0
	for _, t := range textsOf(p) {
		old := t.Text()
		var b strings.Builder
		for i := 0; i <= len(old); i++ {
			for _, e := range edits {
				if e.start == at+i && i < len(old) {
					b.WriteString(e.text)
				}
			}
			if i < len(old) && !slices.ContainsFunc(edits, func(e edit) bool { return e.start <= at+i && at+i < e.end }) {
				b.WriteByte(old[i])
			}
		}
		at += len(old)
		if text := b.String(); text != old {
			setText(t, text)
		}
	}
}

// setText sets a text element; line breaks become breaks, and what XML cannot
// hold is left out.
func setText(t *etree.Element, text string) {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	lines := strings.Split(text, "\n")
	t.SetText(lines[0])
	t.CreateAttr("xml:space", "preserve")
	parent := t.Parent()
	for _, line := range lines[1:] {
		next := etree.NewElement("w:t")
		next.CreateAttr("xml:space", "preserve")
		next.SetText(line)
		parent.InsertChildAt(t.Index()+1, next)
		parent.InsertChildAt(t.Index()+1, etree.NewElement("w:br"))
		t = next
	}
}

// paragraph fills a paragraph in: one for each line of a text of several where
// the field stands alone, none where it stands alone and is empty.
func (f *filler) paragraph(p *etree.Element, scopes []scope) []etree.Token {
	f.paragraphs++
	for _, box := range p.FindElements(".//txbxContent") {
		f.container(box, scopes)
	}
	text := textOf(p)
	if t, single := alone(text); single && f.data != nil {
		value, _ := f.value(t.name, scopes)
		if value == "" {
			return nil
		}
		var out []etree.Token
		for line := range strings.SplitSeq(value, "\n") {
			again := p.Copy()
			own := tagsOf(text)[0]
			replace(again, []edit{{own.start, own.end, line}})
			out = append(out, again)
		}
		return out
	}
	edits, ok := f.inline(text, scopes)
	if ok && f.data != nil {
		replace(p, edits)
	}
	return []etree.Token{p}
}

// inline returns what a paragraph's fields and conditions make of its text.
func (f *filler) inline(text string, scopes []scope) (edits []edit, ok bool) {
	tags := tagsOf(text)
	stray := tagForm.ReplaceAllString(text, "")
	if strings.Contains(stray, "{{") || strings.Contains(stray, "}}") {
		f.problem("unbalanced", clipped(strings.TrimSpace(stray)))
		return nil, false
	}
	before := len(f.problems)
	for i := 0; i < len(tags); i++ {
		t := tags[i]
		if t.kind == 0 {
			value, known := f.value(t.name, scopes)
			if !known {
				f.problem("unknown_field", t.name)
			}
			edits = append(edits, edit{t.start, t.end, value})
			continue
		}
		end := slices.IndexFunc(tags[i+1:], func(o tag) bool { return o.kind == '/' && locale.Fold(o.name) == locale.Fold(t.name) })
		if t.kind == '/' || end < 0 {
			f.problem("unmatched", t.name)
			continue
		}
		end += i + 1
		rows, list, known := f.rows(t, scopes)
		switch {
		case !known:
			f.problem("unknown_field", t.name)
		case list != "" && t.kind == '#' && f.data == nil:
			f.problem("list_in_line", t.name)
		}
		if len(rows) == 0 {
			edits = append(edits, edit{t.start, tags[end].end, ""})
			i = end
			continue
		}
		inner, _ := f.inline(text[t.end:tags[end].start], scopes)
		edits = append(edits, edit{t.start, t.end, ""})
		for _, e := range inner {
			edits = append(edits, edit{e.start + t.end, e.end + t.end, e.text})
		}
		edits = append(edits, edit{tags[end].start, tags[end].end, ""})
		i = end
	}
	return edits, len(f.problems) == before
}

// fill fills all parts in.
func (d *docx) fill(f *filler) {
	for _, name := range d.parts() {
		f.part, f.paragraphs, f.tables, f.table, f.row = name, 0, 0, 0, 0
		root := d.trees[name].Root()
		if body := root.FindElement("./body"); body != nil {
			root = body
		}
		if root.Tag == "footnotes" || root.Tag == "endnotes" {
			for _, note := range root.ChildElements() {
				f.container(note, nil)
			}
			continue
		}
		f.container(root, nil)
	}
}

// CheckTemplate returns all that is wrong with a template of a kind, with the
// part, the paragraph, or the table and row, and the field.
func CheckTemplate(kind poverty.DocumentKind, content []byte) poverty.Problems {
	d, wrong := openDocx(content)
	if len(wrong) > 0 {
		return wrong
	}
	f := &filler{names: knownFields()[kind]}
	d.fill(f)
	return f.problems
}
