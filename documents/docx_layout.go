package documents

import (
	"embed"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"dondoc/poverty"
)

// Built-in templates are written in a few words each and laid out by this file,
// so that all of them keep NĐ 30/2020/NĐ-CP, Phụ lục I alike.
//
//go:embed templates
var templateFiles embed.FS

// Measures of a page in twentieths of a point: A4 with 20 mm above and below, 30
// left and 15 right.
const (
	pageWidth   = 11906
	pageHeight  = 16838
	marginEnds  = 1134
	marginLeft  = 1701
	marginRight = 851
	headerAt    = 567 // the page number stands in the middle of the top margin
	textWidth   = pageWidth - marginLeft - marginRight
	wideWidth   = pageHeight - 2*marginEnds // of a page on its side

	leftHalf  = 3600 // of the letterhead: who issues
	rightHalf = textWidth - leftHalf

	// The motto at 13 points bold is 12,24 em wide in Times New Roman.
	mottoWidth = 3183
)

// style is a paragraph style: sizes in half points, distances in twentieths of a
// point, lines in 240ths of a line.
type style struct {
	id, name     string
	size         int
	bold, italic bool
	caps         bool
	align        string
	before       int
	after        int
	first        int // indent of the first line
	line         int
	keep         bool // with the next paragraph
}

// layoutStyles are the parts of a paper with their form (NĐ 30/2020/NĐ-CP, Phụ
// lục I).
var layoutStyles = []style{
	{id: "Parent", name: "Cơ quan chủ quản", size: 24, caps: true, align: "center"},
	{id: "Issuer", name: "Cơ quan ban hành", size: 24, bold: true, caps: true, align: "center"},
	{id: "National", name: "Quốc hiệu", size: 24, bold: true, caps: true, align: "center"},
	{id: "Motto", name: "Tiêu ngữ", size: 26, bold: true, align: "center"},
	{id: "Rule", name: "Đường kẻ", size: 4, align: "center"},
	{id: "Code", name: "Số, ký hiệu", size: 26, align: "center", before: 60},
	{id: "PlaceDay", name: "Địa danh, thời gian", size: 26, italic: true, align: "center", before: 60},
	{id: "LetterAbout", name: "Trích yếu công văn", size: 24, align: "center", before: 120},
	{id: "Urgency", name: "Mức độ khẩn", size: 26, bold: true, caps: true, align: "center", before: 120},
	{id: "Type", name: "Tên loại", size: 28, bold: true, caps: true, align: "center", before: 240, keep: true},
	{id: "About", name: "Trích yếu", size: 28, bold: true, align: "center", keep: true},
	{id: "To", name: "Kính gửi", size: 28, align: "center", before: 240, after: 120},
	{id: "ToLine", name: "Nơi kính gửi", size: 28, align: "left", after: 60},
	{id: "Basis", name: "Căn cứ", size: 28, italic: true, align: "both", after: 120, first: 720, line: 264},
	{id: "Body", name: "Nội dung", size: 28, align: "both", after: 120, first: 720, line: 264},
	{id: "Heading", name: "Đề mục", size: 28, bold: true, align: "both", before: 60, after: 120, first: 720, line: 264, keep: true},
	{id: "Cell", name: "Ô của bảng", size: 24, align: "left"},
	{id: "CellNumber", name: "Ô số của bảng", size: 24, align: "right"},
	{id: "CellCentre", name: "Ô giữa của bảng", size: 24, align: "center"},
	{id: "CellHead", name: "Đầu cột", size: 24, bold: true, align: "center"},
	{id: "CellSum", name: "Dòng cộng", size: 24, bold: true, align: "right"},
	{id: "Note", name: "Ghi chú của bảng", size: 24, italic: true, align: "both", before: 60},
	{id: "Power", name: "Quyền hạn, chức vụ", size: 28, bold: true, caps: true, align: "center", keep: true},
	{id: "Sign", name: "Chỗ ký", size: 28, align: "center", keep: true},
	{id: "SignerName", name: "Họ tên người ký", size: 28, bold: true, align: "center"},
	{id: "RecipientsHead", name: "Nơi nhận", size: 24, bold: true, italic: true, align: "left"},
	{id: "Recipients", name: "Danh sách nơi nhận", size: 22, align: "left"},
	{id: "AnnexNumber", name: "Số phụ lục", size: 28, bold: true, align: "center", keep: true},
	{id: "AnnexTitle", name: "Tên phụ lục", size: 28, bold: true, caps: true, align: "center", keep: true},
	{id: "AnnexOf", name: "Kèm theo", size: 28, italic: true, align: "center", after: 120, keep: true},
	{id: "PageNumber", name: "Số trang", size: 26, align: "center"},
	{id: "Control", name: "Điều kiện của mẫu", size: 20, align: "left"},
}

// column is a column of a table in a template.
type column struct {
	width        int // share of the table's width
	align        string
	head, number string
	group        string // what it and its neighbours of the same group are headed by
	field        string
}

// layout is a document in the making.
type layout struct {
	b    strings.Builder
	wide bool
	half bool // in one of two cells beside one another
	cols []column
	list string
	sum  string
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}

func (l *layout) p(style, text string) {
	l.b.WriteString(para(style, text, ""))
}

func para(style, text, more string) string {
	run := ""
	if text != "" {
		run = `<w:r><w:t xml:space="preserve">` + escaped(text) + `</w:t></w:r>`
	}
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + more + `</w:pPr>` + run + `</w:p>`
}

// rule is a drawn line of a length in the middle of a width.
func rule(length, width int) string {
	side := strconv.Itoa((width - length) / 2)
	return para("Rule", "", `<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr><w:spacing w:before="20" w:after="0" w:line="40" w:lineRule="exact"/><w:ind w:left="`+side+`" w:right="`+side+`"/>`)
}

// urgencyFrame is the frame of how a paper is hurried, in the middle of the left half of
// the letterhead (NĐ 30/2020/NĐ-CP, Phụ lục I, II.9).
var urgencyFrame = func() string {
	var edges strings.Builder
	for _, side := range []string{"top", "left", "bottom", "right"} {
		edges.WriteString(`<w:` + side + ` w:val="single" w:sz="6" w:space="1" w:color="000000"/>`)
	}
	return `<w:pBdr>` + edges.String() + `</w:pBdr><w:ind w:left="600" w:right="600" w:firstLine="0"/>`
}()

// gap keeps six points between what has no distance of its own.
var gap = para("Rule", "", `<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>`)

func grid(widths []int, borders bool) string {
	line := "none"
	if borders {
		line = "single"
	}
	total := 0
	var cols strings.Builder
	for _, w := range widths {
		total += w
		fmt.Fprintf(&cols, `<w:gridCol w:w="%d"/>`, w)
	}
	var edges strings.Builder
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(&edges, `<w:%s w:val="%s" w:sz="4" w:space="0" w:color="000000"/>`, side, line)
	}
	margin := 0
	if borders {
		margin = 60
	}
	return fmt.Sprintf(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>%s</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="%d" w:type="dxa"/><w:right w:w="%d" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>%s</w:tblGrid>`,
		total, edges.String(), margin, margin, cols.String())
}

func tc(width int, content string) string {
	return fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>%s</w:tc>`, width, content)
}

// letterhead is the head of a paper; about is the trích yếu of a công văn.
func (l *layout) letterhead(about string, numbered bool) {
	left := para("Control", "{{#Cơ quan chủ quản}}", "") + para("Parent", "{{Cơ quan chủ quản}}", "") + para("Control", "{{/Cơ quan chủ quản}}", "") +
		para("Control", "{{#Các dòng tên cơ quan}}", "") + para("Issuer", "{{Dòng}}", "") + para("Control", "{{/Các dòng tên cơ quan}}", "") + rule(leftHalf/5*2, leftHalf)
	if numbered {
		left += para("Code", "Số: {{Số, ký hiệu}}", "")
	}
	if about != "" {
		left += para("LetterAbout", about, "")
	}
	left += para("Urgency", "{{Mức độ khẩn}}", urgencyFrame)
	right := para("National", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "") + para("Motto", "Độc lập - Tự do - Hạnh phúc", "") + rule(mottoWidth, rightHalf) +
		para("PlaceDay", "{{Địa danh}}, {{Ngày ban hành}}", "")
	l.b.WriteString(grid([]int{leftHalf, rightHalf}, false) + "<w:tr>" + tc(leftHalf, left) + tc(rightHalf, right) + "</w:tr></w:tbl>")
}

// addressees is Kính gửi: one on the same line, several as a list.
func (l *layout) addressees() {
	l.p("Control", "{{#Nơi kính gửi duy nhất}}")
	l.p("To", "Kính gửi: {{Nơi kính gửi duy nhất}}")
	l.p("Control", "{{/Nơi kính gửi duy nhất}}")
	l.p("Control", "{{^Nơi kính gửi duy nhất}}")
	l.p("Control", "{{?Kính gửi}}")
	l.b.WriteString(para("To", "Kính gửi:", `<w:ind w:left="1701" w:right="0"/><w:jc w:val="left"/>`))
	l.p("Control", "{{#Kính gửi}}")
	l.b.WriteString(para("ToLine", "{{Dòng}}", `<w:ind w:left="2835" w:right="0"/>`))
	l.p("Control", "{{/Kính gửi}}")
	l.b.WriteString(gap)
	l.p("Control", "{{/Kính gửi}}")
	l.p("Control", "{{/Nơi kính gửi duy nhất}}")
}

func (l *layout) bases() {
	l.p("Control", "{{#Căn cứ}}")
	l.p("Basis", "{{Dòng}}")
	l.p("Control", "{{/Căn cứ}}")
}

func (l *layout) signature() {
	half := textWidth / 2
	left := para("RecipientsHead", "Nơi nhận:", "") + para("Control", "{{#Nơi nhận}}", "") + para("Recipients", "{{Dòng}}", "") + para("Control", "{{/Nơi nhận}}", "")
	right := para("Control", "{{#Chức vụ người ký}}", "") + para("Power", "{{Dòng}}", "") + para("Control", "{{/Chức vụ người ký}}", "") +
		strings.Repeat(para("Sign", "", ""), 4) + para("SignerName", "{{Người ký}}", "")
	l.b.WriteString(para("Cell", "", "") + grid([]int{half, half}, false) + `<w:tr><w:trPr><w:cantSplit/></w:trPr>` + tc(half, left) + tc(half, right) + "</w:tr></w:tbl>")
}

// signatures is where a meeting's minutes are signed: who kept them and who
// chaired.
func (l *layout) signatures() {
	half := textWidth / 2
	side := func(title, name string) string {
		return para("Power", title, "") + strings.Repeat(para("Sign", "", ""), 4) + para("SignerName", name, "")
	}
	l.b.WriteString(para("Cell", "", "") + grid([]int{half, half}, false) + `<w:tr><w:trPr><w:cantSplit/></w:trPr>` +
		tc(half, side("THƯ KÝ", "")) + tc(half, side("CHỦ TỌA", "{{Người ký}}")) + "</w:tr></w:tbl>")
}

// beside begins the left or the right half of the page, or ends the right one.
func (l *layout) beside(word string) {
	cell := fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, textWidth/2)
	switch word {
	case "left":
		l.b.WriteString(grid([]int{textWidth / 2, textWidth / 2}, false) + "<w:tr>" + cell)
	case "right":
		l.b.WriteString("</w:tc>" + cell)
	case "across":
		l.b.WriteString("</w:tc></w:tr></w:tbl>" + gap)
	}
	l.half = word != "across"
}

// annex begins a page of its own, on its side.
func (l *layout) annex(number, title string) {
	l.b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Rule"/>` + section(l.wide, !l.wide) + `</w:pPr></w:p>`)
	l.wide = true
	l.p("AnnexNumber", number)
	l.p("AnnexTitle", title)
}

func section(wide, first bool) string {
	w, h, turned, left, right := pageWidth, pageHeight, "", marginLeft, marginRight
	if wide {
		w, h, turned, left, right = pageHeight, pageWidth, ` w:orient="landscape"`, marginEnds, marginEnds
	}
	title := ""
	if first {
		title = "<w:titlePg/>"
	}
	return fmt.Sprintf(`<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:headerReference w:type="first" r:id="rId3"/><w:pgSz w:w="%d" w:h="%d"%s/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/>%s</w:sectPr>`,
		w, h, turned, marginEnds, right, marginEnds, left, headerAt, headerAt, title)
}

// table writes the table whose columns were gathered: heads, their numbers where
// they have some, a row for each of the list, and the row of sums.
func (l *layout) table() {
	full := textWidth
	if l.wide {
		full = wideWidth
	}
	if l.half {
		full = textWidth/2 - 100
	}
	shares, numbered := 0, false
	for _, c := range l.cols {
		shares += c.width
		numbered = numbered || c.number != ""
	}
	widths := make([]int, len(l.cols))
	for i, c := range l.cols {
		widths[i] = full * c.width / shares
	}
	row := func(props string, cell func(i int, c column) string) {
		l.b.WriteString("<w:tr>" + props)
		for i, c := range l.cols {
			l.b.WriteString(tc(widths[i], cell(i, c)))
		}
		l.b.WriteString("</w:tr>")
	}
	styles := map[string]string{"l": "Cell", "r": "CellNumber", "c": "CellCentre"}
	marked := func(i int, list, text string) string {
		if i == 0 {
			text = "{{#" + list + "}}" + text
		}
		if i == len(l.cols)-1 {
			text += "{{/" + list + "}}"
		}
		return text
	}
	l.p("Control", "{{?"+l.list+"}}")
	l.b.WriteString(grid(widths, true))
	l.heads(widths)
	if numbered {
		row("<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>", func(_ int, c column) string { return para("CellCentre", c.number, "") })
	}
	row("<w:trPr><w:cantSplit/></w:trPr>", func(i int, c column) string { return para(styles[c.align], marked(i, l.list, c.field), "") })
	if l.sum != "" {
		row("<w:trPr><w:cantSplit/></w:trPr>", func(i int, c column) string {
			return para("CellSum", marked(i, l.sum, c.field), "")
		})
	}
	l.b.WriteString("</w:tbl>" + gap)
	l.p("Control", "{{/"+l.list+"}}")
	l.cols, l.list, l.sum = nil, "", ""
}

// heads writes the heads of a table's columns: in two rows where some stand in a
// group, whose head lies over theirs.
func (l *layout) heads(widths []int) {
	cell := func(width int, more, text string) string {
		return fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s<w:vAlign w:val="center"/></w:tcPr>%s</w:tc>`, width, more, para("CellHead", text, ""))
	}
	const begin = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
	var above, below strings.Builder
	grouped := false
	for i := 0; i < len(l.cols); {
		c, n, width := l.cols[i], 1, widths[i]
		if c.group == "" {
			above.WriteString(cell(width, `<w:vMerge w:val="restart"/>`, c.head))
			below.WriteString(cell(width, `<w:vMerge/>`, ""))
			i++
			continue
		}
		for below.WriteString(cell(width, "", c.head)); i+n < len(l.cols) && l.cols[i+n].group == c.group; n++ {
			below.WriteString(cell(widths[i+n], "", l.cols[i+n].head))
			width += widths[i+n]
		}
		above.WriteString(cell(width, fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, n), c.group))
		i, grouped = i+n, true
	}
	if grouped {
		l.b.WriteString(begin + above.String() + "</w:tr>" + begin + below.String() + "</w:tr>")
		return
	}
	l.b.WriteString(begin)
	for i, c := range l.cols {
		l.b.WriteString(cell(widths[i], "", c.head))
	}
	l.b.WriteString("</w:tr>")
}

// source lays a template's text out, line by line: a word that says what the
// line is, and the rest. It panics on a word that is none: the files are part of
// the program, and a test reads them all.
func (l *layout) source(text string, numbered bool) {
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if l.list != "" && word != "col" && word != "sum" {
			l.table()
		}
		switch word {
		case "", "//":
		case "letterhead":
			l.letterhead(rest, numbered)
		case "type":
			l.p("Type", rest)
		case "about":
			l.p("About", rest)
			l.b.WriteString(rule(textWidth/5*2, textWidth))
			l.p("Cell", "")
		case "to":
			l.addressees()
		case "bases":
			l.bases()
		case "heading":
			l.p("Heading", rest)
		case "text":
			l.p("Body", rest)
		case "note":
			l.p("Note", rest)
		case "when", "each", "unless", "end":
			l.p("Control", map[string]string{"when": "{{?", "each": "{{#", "unless": "{{^", "end": "{{/"}[word]+rest+"}}")
		case "table":
			l.list = rest
		case "sum":
			l.sum = rest
		case "col":
			l.cols = append(l.cols, columnOf(rest))
		case "signature":
			l.signature()
		case "signatures":
			l.signatures()
		case "left", "right", "across":
			l.beside(word)
		case "annex":
			number, title, _ := strings.Cut(rest, " | ")
			l.annex(number, title)
		case "of":
			l.p("AnnexOf", rest)
		default:
			panic("template: " + line)
		}
	}
	if l.list != "" {
		l.table()
	}
}

// columnOf reads "8 c Tỷ lệ (%) < Hộ nghèo | 3 = {{STT}}": width, alignment,
// head, the group that it is in, number, field.
func columnOf(s string) column {
	head, field, _ := strings.Cut(s, " = ")
	head, number, _ := strings.Cut(head, " | ")
	head, group, _ := strings.Cut(head, " < ")
	parts := strings.SplitN(head, " ", 3)
	width, err := strconv.Atoi(parts[0])
	if err != nil || len(parts) != 3 {
		panic("template column: " + s)
	}
	return column{width, parts[1], parts[2], number, group, field}
}

const (
	wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordTypes = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	relTypes  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

func styleSheet() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:color w:val="000000"/><w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`)
	for _, s := range layoutStyles {
		flags := ""
		for _, f := range []struct {
			on  bool
			xml string
		}{{s.bold, "<w:b/><w:bCs/>"}, {s.italic, "<w:i/><w:iCs/>"}, {s.caps, "<w:caps/>"}} {
			if f.on {
				flags += f.xml
			}
		}
		keep := ""
		if s.keep {
			keep = "<w:keepNext/>"
		}
		line := s.line
		if line == 0 {
			line = 240
		}
		fmt.Fprintf(&b, `<w:style w:type="paragraph" w:customStyle="1" w:styleId="%s"><w:name w:val="NĐ 30 %s"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>%s<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="auto"/><w:ind w:firstLine="%d"/><w:jc w:val="%s"/></w:pPr><w:rPr>%s<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`,
			s.id, escaped(s.name), keep, s.before, s.after, line, s.first, s.align, flags, s.size, s.size)
	}
	b.WriteString(`</w:styles>`)
	return b.String()
}

var builtins = sync.OnceValue(func() map[poverty.DocumentKind][]byte {
	all := map[poverty.DocumentKind][]byte{}
	for _, kind := range poverty.DocumentKinds {
		text, err := templateFiles.ReadFile("templates/" + string(kind) + ".txt")
		if err != nil {
			panic(err) // the files are part of the program
		}
		l := &layout{}
		l.source(string(text), kind.Numbered())
		body := xmlHead + `<w:document ` + wordSpace + `><w:body>` + l.b.String() + section(l.wide, !l.wide) + `</w:body></w:document>`
		page := `<w:p><w:pPr><w:pStyle w:val="PageNumber"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`
		d := &docx{entries: []docxEntry{
			{"[Content_Types].xml", []byte(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="` + wordTypes + `document.main+xml"/><Override PartName="/word/styles.xml" ContentType="` + wordTypes + `styles+xml"/><Override PartName="/word/header1.xml" ContentType="` + wordTypes + `header+xml"/><Override PartName="/word/header2.xml" ContentType="` + wordTypes + `header+xml"/></Types>`)},
			{"_rels/.rels", []byte(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relTypes + `officeDocument" Target="word/document.xml"/></Relationships>`)},
			{mainPart, []byte(body)},
			{"word/_rels/document.xml.rels", []byte(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relTypes + `styles" Target="styles.xml"/><Relationship Id="rId2" Type="` + relTypes + `header" Target="header1.xml"/><Relationship Id="rId3" Type="` + relTypes + `header" Target="header2.xml"/></Relationships>`)},
			{"word/styles.xml", []byte(styleSheet())},
			{"word/header1.xml", []byte(xmlHead + `<w:hdr ` + wordSpace + `>` + page + `</w:hdr>`)},
			{"word/header2.xml", []byte(xmlHead + `<w:hdr ` + wordSpace + `><w:p><w:pPr><w:pStyle w:val="PageNumber"/></w:pPr></w:p></w:hdr>`)},
		}}
		content, err := d.bytes()
		if err != nil {
			panic(err) // written into memory
		}
		all[kind] = content
	}
	return all
})

// BuiltinTemplate returns the template of a kind that comes with the program.
func BuiltinTemplate(kind poverty.DocumentKind) []byte { return builtins()[kind] }
