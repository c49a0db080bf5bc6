package documents_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/beevik/etree"

	"dondoc/documents"
	"dondoc/poverty"
)

// paper returns a document of a kind with a value in every field and two rows in
// every list.
func paper(kind poverty.DocumentKind) poverty.Document {
	data := &poverty.DocumentData{Fields: map[string]string{}, Lists: map[string][]map[string]string{}}
	for _, field := range poverty.DocumentFields(kind) {
		list, column, of := strings.Cut(field, ".")
		if !of {
			data.Fields[field] = "giá trị của " + field
			continue
		}
		for len(data.Lists[list]) < 2 {
			data.Lists[list] = append(data.Lists[list], map[string]string{})
		}
		for i, row := range data.Lists[list] {
			row[column] = fmt.Sprintf("%s %d", column, i+1)
		}
	}
	data.Lists["total"] = data.Lists["total"][:min(1, len(data.Lists["total"]))]
	maps.Copy(data.Fields, map[string]string{
		"parent": "", "issuer": "Ủy ban nhân dân huyện Cam Lộ", "place": "Cam Lộ", "day": "ngày 05 tháng 01 năm 2019", "about": "Triển khai công tác giảm nghèo năm 2019",
		"code": poverty.Document{Kind: kind, Number: 5, Symbol: "UBND"}.Code(), "signer": "Người Ký Dựng Lên", "to_one": "", "urgency": "Khẩn", "year": "2019",
		"body": "Đoạn thứ nhất: chữ có đủ dấu, ừ ự ẵ ậ ễ ệ ỡ ợ ữ đ.\nĐoạn thứ hai.",
	})
	data.Lists["head"] = []map[string]string{{"line": "Ủy ban nhân dân"}, {"line": "huyện Cam Lộ"}}
	data.Lists["to"] = []map[string]string{{"line": "- UBND xã Cam An;"}, {"line": "- UBND xã Cam Hiếu."}}
	data.Lists["bases"] = []map[string]string{{"line": "Căn cứ Luật Tổ chức chính quyền địa phương;"}, {"line": "Theo đề nghị của cơ quan thường trực."}}
	data.Lists["signature"] = []map[string]string{{"line": "TM. ỦY BAN NHÂN DÂN"}, {"line": "KT. CHỦ TỊCH"}, {"line": "PHÓ CHỦ TỊCH"}}
	data.Lists["recipients"] = []map[string]string{{"line": "- Như trên;"}, {"line": "- Lưu: VT, LĐTBXH."}}
	return poverty.Document{ID: 1, Kind: kind, Number: 5, Symbol: "UBND", Data: data}
}

// unpacked is a document as a word processor would read it.
type unpacked struct {
	parts  map[string]*etree.Document
	styles map[string]*etree.Element
}

func unpack(t testing.TB, parts map[string][]byte) unpacked {
	t.Helper()
	u := unpacked{map[string]*etree.Document{}, map[string]*etree.Element{}}
	for name, content := range parts {
		tree := etree.NewDocument()
		if err := tree.ReadFromBytes(content); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		u.parts[name] = tree
	}
	for _, s := range u.parts["word/styles.xml"].FindElements("//style") {
		u.styles[s.SelectAttrValue("w:styleId", "")] = s
	}
	return u
}

func entries(t testing.TB, docx []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return parts
}

func packed(t testing.TB, parts map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(parts[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// words returns the text of an element.
func words(x *etree.Element) string {
	var b strings.Builder
	for _, t := range x.FindElements(".//t") {
		b.WriteString(t.Text())
	}
	return b.String()
}

// of returns the paragraphs of a style in the body, with text.
func (u unpacked) of(style string) (list []*etree.Element) {
	for _, p := range u.parts["word/document.xml"].FindElements("//body//p") {
		if s := p.FindElement("./pPr/pStyle"); s != nil && s.SelectAttrValue("w:val", "") == style && words(p) != "" {
			list = append(list, p)
		}
	}
	return list
}

// effective returns the value of an attribute of a property of a paragraph, from
// the paragraph itself, its style, or the document's defaults. Properties of
// runs count before those of the style.
func (u unpacked) effective(p *etree.Element, property, attribute string) string {
	look := func(x *etree.Element, path string) (string, bool) {
		if e := x.FindElement(path); e != nil {
			if attribute == "" {
				return e.SelectAttrValue("w:val", "on"), true
			}
			if a := e.SelectAttr(attribute); a != nil {
				return a.Value, true
			}
		}
		return "", false
	}
	if v, ok := look(p, "./r/rPr/"+property); ok {
		return v
	}
	if v, ok := look(p, "./pPr/"+property); ok {
		return v
	}
	if s := p.FindElement("./pPr/pStyle"); s != nil {
		if style := u.styles[s.SelectAttrValue("w:val", "")]; style != nil {
			for _, group := range []string{"./rPr/", "./pPr/"} {
				if v, ok := look(style, group+property); ok {
					return v
				}
			}
		}
	}
	for _, group := range []string{"//docDefaults//rPr/", "//docDefaults//pPr/"} {
		if v, ok := look(u.parts["word/styles.xml"].Root(), group+property); ok {
			return v
		}
	}
	return ""
}

func (u unpacked) number(p *etree.Element, property, attribute string) int {
	n, err := strconv.Atoi(u.effective(p, property, attribute))
	if err != nil {
		return -1
	}
	return n
}

// form is what NĐ 30/2020/NĐ-CP, Phụ lục I asks of a part of a paper: the least
// and greatest size in points, bold, italics, and where it stands.
type form struct {
	style        string
	least, most  int
	bold, italic bool
	align        string
	capitals     bool
	rule         string // its name below
	needed       bool
}

var forms = []form{
	{"National", 12, 13, true, false, "center", true, "quốc hiệu", true},
	{"Motto", 13, 14, true, false, "center", false, "tiêu ngữ", true},
	{"Parent", 12, 13, false, false, "center", true, "cơ quan chủ quản", false},
	{"Issuer", 12, 13, true, false, "center", true, "cơ quan ban hành", true},
	{"Code", 13, 13, false, false, "center", false, "số, ký hiệu", false},
	{"PlaceDay", 13, 14, false, true, "center", false, "địa danh, thời gian", true},
	{"LetterAbout", 12, 13, false, false, "center", false, "trích yếu công văn", false},
	{"Urgency", 13, 14, true, false, "center", true, "mức độ khẩn", false},
	{"Type", 13, 14, true, false, "center", true, "tên loại", false},
	{"About", 13, 14, true, false, "center", false, "trích yếu", false},
	{"To", 13, 14, false, false, "", false, "kính gửi", false},
	{"Basis", 13, 14, false, true, "both", false, "căn cứ", false},
	{"Body", 13, 14, false, false, "both", false, "nội dung", true},
	{"Power", 13, 14, true, false, "center", true, "quyền hạn, chức vụ", true},
	{"SignerName", 13, 14, true, false, "center", false, "họ tên người ký", true},
	{"RecipientsHead", 12, 12, true, true, "left", false, "nơi nhận", false},
	{"Recipients", 11, 11, false, false, "left", false, "danh sách nơi nhận", false},
	{"AnnexNumber", 14, 14, true, false, "center", false, "phụ lục", false},
}

var (
	placeDay   = regexp.MustCompile(`^\p{Lu}.*, ngày (0[1-9]|[12]\d|3[01]) tháng (0[12]|[3-9]|1[0-2]) năm \d{4}$`)
	codeForm   = regexp.MustCompile(`^Số: (0[1-9]|[1-9]\d+)/\S+$`)
	annexForm  = regexp.MustCompile(`^Phụ lục [IVX]+$`)
	millimetre = 56.6929 // twentieths of a point
)

// checkLayout returns the rules of NĐ 30/2020/NĐ-CP that a document breaks.
func checkLayout(u unpacked, kind poverty.DocumentKind) (broken []string) {
	fail := func(rule, format string, args ...any) {
		if text := rule + ": " + fmt.Sprintf(format, args...); !slices.Contains(broken, text) {
			broken = append(broken, text)
		}
	}
	u.checkPage(fail)
	for _, f := range forms {
		u.checkForm(f, fail)
	}
	u.checkTexts(kind, fail)
	u.checkBody(fail)
	u.checkRules(fail)
	return broken
}

type failing func(rule, format string, args ...any)

func (u unpacked) checkPage(fail failing) {
	body := u.parts["word/document.xml"]
	sections := append(body.FindElements("//body/p/pPr/sectPr"), body.FindElements("//body/sectPr")...)
	for i, s := range sections {
		at := func(path, name string) float64 {
			n, _ := strconv.Atoi(s.FindElement(path).SelectAttrValue(name, ""))
			return float64(n) / millimetre
		}
		between := func(what string, v, least, most float64) {
			if v < least-0.05 || v > most+0.05 {
				fail("trang", "%s %.1f mm, want %g to %g", what, v, least, most)
			}
		}
		w, h := at("./pgSz", "w:w"), at("./pgSz", "w:h")
		wide := s.FindElement("./pgSz").SelectAttrValue("w:orient", "") == "landscape"
		if i == 0 && wide {
			fail("trang", "the paper itself is on its side")
		}
		if wide {
			w, h = h, w
		}
		between("width", w, 210, 210)
		between("height", h, 297, 297)
		between("top", at("./pgMar", "w:top"), 20, 25)
		between("bottom", at("./pgMar", "w:bottom"), 20, 25)
		if !wide {
			between("left", at("./pgMar", "w:left"), 30, 35)
			between("right", at("./pgMar", "w:right"), 15, 20)
		}
		if i == 0 && s.FindElement("./titlePg") == nil {
			fail("số trang", "page 1 bears its number")
		}
	}
	header := u.parts["word/header1.xml"]
	p := header.FindElement("//p")
	if !strings.Contains(header.FindElement("//instrText").Text(), "PAGE") || u.effective(p, "jc", "") != "center" {
		fail("số trang", "not in the middle of the top margin")
	}
	if n := u.number(p, "sz", ""); n < 26 || n > 28 || u.effective(p, "i", "") != "" || u.effective(p, "b", "") != "" {
		fail("số trang", "%d half points", n)
	}
	if words(u.parts["word/header2.xml"].Root()) != "" || u.parts["word/header2.xml"].FindElement("//instrText") != nil {
		fail("số trang", "page 1 bears its number")
	}
	for _, p := range body.FindElements("//p") {
		if font := u.effective(p, "rFonts", "w:ascii"); words(p) != "" && font != "Times New Roman" {
			fail("phông chữ", "%s in %q", font, words(p))
		}
		if color := u.effective(p, "color", ""); words(p) != "" && color != "000000" {
			fail("phông chữ", "colour %s in %q", color, words(p))
		}
	}
}

func (u unpacked) checkForm(f form, fail failing) {
	found := u.of(f.style)
	if f.needed && len(found) == 0 {
		fail(f.rule, "missing")
	}
	for _, p := range found {
		text := words(p)
		if n := u.number(p, "sz", ""); n < 2*f.least || n > 2*f.most {
			fail(f.rule, "%g points, want %d to %d in %q", float64(n)/2, f.least, f.most, text)
		}
		if on := u.effective(p, "b", ""); (on == "on" || on == "1") != f.bold {
			fail(f.rule, "bold %v in %q", !f.bold, text)
		}
		if on := u.effective(p, "i", ""); (on == "on" || on == "1") != f.italic {
			fail(f.rule, "italics %v in %q", !f.italic, text)
		}
		if align := u.effective(p, "jc", ""); f.align != "" && align != f.align {
			fail(f.rule, "aligned %s in %q", align, text)
		}
		caps := u.effective(p, "caps", "") == "on" || text == strings.ToUpper(text)
		if f.capitals && !caps {
			fail(f.rule, "not in capitals: %q", text)
		}
	}
}

func (u unpacked) one(style string) string {
	if found := u.of(style); len(found) > 0 {
		return words(found[0])
	}
	return ""
}

func (u unpacked) checkTexts(kind poverty.DocumentKind, fail failing) {
	if got := u.one("National"); got != "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" {
		fail("quốc hiệu", "%q", got)
	}
	if got := u.one("Motto"); got != "Độc lập - Tự do - Hạnh phúc" {
		fail("tiêu ngữ", "%q", got)
	}
	if got := u.one("PlaceDay"); !placeDay.MatchString(got) {
		fail("địa danh, thời gian", "%q", got)
	}
	code := u.one("Code")
	if kind.Numbered() && !codeForm.MatchString(code) {
		fail("số, ký hiệu", "%q", code)
	}
	if mark := kind.Mark(); mark != "" && !strings.Contains(code, "/"+mark+"-") {
		fail("số, ký hiệu", "%q has no %s", code, mark)
	}
	letter := kind == poverty.DocumentReminder
	switch {
	case letter && (len(u.of("Type")) > 0 || !strings.HasPrefix(u.one("LetterAbout"), "V/v ")):
		fail("trích yếu công văn", "%q", u.one("LetterAbout"))
	case letter && u.number(u.of("LetterAbout")[0], "spacing", "w:before") < 120:
		fail("trích yếu công văn", "less than 6 points below the number")
	case !letter && len(u.of("Type")) != 1:
		fail("tên loại", "%d of them", len(u.of("Type")))
	}
	punctuated := func(rule, style string, list []*etree.Element) {
		for i, p := range list {
			text, end := words(p), ";"
			if i == len(list)-1 {
				end = "."
			}
			if !strings.HasSuffix(text, end) || strings.HasSuffix(text, "./.") {
				fail(rule, "%q does not end with %q", text, end)
			}
			if style == "-" && !strings.HasPrefix(text, "- ") {
				fail(rule, "%q does not begin with a hyphen", text)
			}
		}
	}
	punctuated("căn cứ", "", u.of("Basis"))
	punctuated("kính gửi", "-", u.of("ToLine"))
	if to := u.of("To"); len(to) > 0 && !strings.HasPrefix(words(to[0]), "Kính gửi:") {
		fail("kính gửi", "%q", words(to[0]))
	}
	recipients := u.of("Recipients")
	punctuated("danh sách nơi nhận", "-", recipients)
	if len(recipients) > 0 {
		if last := words(recipients[len(recipients)-1]); !strings.HasPrefix(last, "- Lưu: VT") {
			fail("danh sách nơi nhận", "%q is the last", last)
		}
		if got := u.one("RecipientsHead"); got != "Nơi nhận:" {
			fail("nơi nhận", "%q", got)
		}
	} else if kind != poverty.DocumentMinutes {
		fail("nơi nhận", "missing")
	}
	if kind != poverty.DocumentMinutes {
		if power := u.one("Power"); !regexp.MustCompile(`^(TM|KT|TL|TUQ|Q)\. |^[^.]+$`).MatchString(power) {
			fail("quyền hạn, chức vụ", "%q", power)
		}
	}
	for _, p := range u.of("AnnexNumber") {
		if !annexForm.MatchString(words(p)) {
			fail("phụ lục", "%q", words(p))
		}
	}
}

func (u unpacked) checkBody(fail failing) {
	body := u.of("Body")
	for i, p := range body {
		text := words(p)
		if n := u.number(p, "ind", "w:firstLine"); n != 567 && n != 720 {
			fail("nội dung", "first line indented by %.2f cm in %q", float64(n)/567, text)
		}
		if n := u.number(p, "spacing", "w:after") + u.number(p, "spacing", "w:before"); n < 120 {
			fail("nội dung", "%g points between paragraphs in %q", float64(n)/20, text)
		}
		if n := u.number(p, "spacing", "w:line"); n < 240 || n > 360 {
			fail("nội dung", "%g lines apart in %q", float64(n)/240, text)
		}
		if strings.HasSuffix(text, "./.") != (i == len(body)-1) {
			fail("kết thúc", "./. in %q", text)
		}
	}
}

// checkRules looks at the drawn lines: below the motto as long as it, below the
// issuer and the trích yếu a third to a half of the line. The widths of the
// letters are those of Times New Roman bold.
func (u unpacked) checkRules(fail failing) {
	below := func(style string) (length, width float64, ok bool) {
		found := u.of(style)
		if len(found) == 0 {
			return 0, 0, false
		}
		p := found[len(found)-1]
		siblings := p.Parent().ChildElements()
		i := slices.Index(siblings, p)
		if i+1 >= len(siblings) || siblings[i+1].FindElement("./pPr/pBdr/bottom") == nil {
			return 0, 1, true
		}
		line := siblings[i+1]
		width = 11906 - 1701 - 851
		if w := p.Parent().FindElement("./tcPr/tcW"); w != nil {
			width, _ = strconv.ParseFloat(w.SelectAttrValue("w:w", ""), 64)
		}
		return width - float64(u.number(line, "ind", "w:left")+u.number(line, "ind", "w:right")), width, true
	}
	em := map[rune]float64{'Đ': 722, 'l': 278, 'T': 667, '-': 333, ' ': 250, 'H': 778, 'c': 444, 'ậ': 500, 'o': 500, 'ộ': 500, 'ạ': 500, 'ự': 600}
	motto := 0.0
	for _, r := range "Độc lập - Tự do - Hạnh phúc" {
		w, ok := em[r]
		if !ok && unicode.IsLetter(r) {
			w = 556
		}
		motto += w / 1000 * 13 * 20
	}
	if length, _, _ := below("Motto"); length < 0.97*motto || length > 1.03*motto {
		fail("tiêu ngữ", "its line is %.0f long, its text %.0f", length, motto)
	}
	for style, rule := range map[string]string{"Issuer": "cơ quan ban hành", "About": "trích yếu"} {
		if length, width, ok := below(style); ok && (length < width/3-1 || length > width/2+1) {
			fail(rule, "its line is %.0f of %.0f", length, width)
		}
	}
}

func written(t testing.TB, d poverty.Document) []byte {
	t.Helper()
	content, err := documents.WriteDocument(nil, d)
	if err != nil {
		t.Fatalf("%s: %v", d.Kind, err)
	}
	return content
}

func TestDocument_keeps_every_rule_of_its_layout(t *testing.T) {
	for _, kind := range poverty.DocumentKinds {
		u := unpack(t, entries(t, written(t, paper(kind))))
		for _, broken := range checkLayout(u, kind) {
			t.Errorf("%s: %s", kind, broken)
		}
		if text := words(u.parts["word/document.xml"].Root()); strings.Contains(text, "{{") || strings.Contains(text, "}}") {
			t.Errorf("%s: a field is left: %s", kind, text)
		}
	}
}

// faults are what an office could do to a paper, each against one rule.
var faults = []struct {
	rule string
	kind poverty.DocumentKind
	part string
	old  string // a regular expression
	new  string
}{
	{"trang", poverty.DocumentPlan, "document", `w:w="11906"`, `w:w="12240"`},
	{"trang", poverty.DocumentPlan, "document", `w:h="16838"`, `w:h="15840"`},
	{"trang", poverty.DocumentReport, "document", `w:top="1134"`, `w:top="720"`},
	{"trang", poverty.DocumentReport, "document", `w:bottom="1134"`, `w:bottom="1500"`},
	{"trang", poverty.DocumentReport, "document", `w:left="1701"`, `w:left="1134"`},
	{"trang", poverty.DocumentReport, "document", `w:right="851"`, `w:right="1300"`},
	{"phông chữ", poverty.DocumentPlan, "styles", `w:ascii="Times New Roman"`, `w:ascii="Arial"`},
	{"phông chữ", poverty.DocumentPlan, "styles", `<w:color w:val="000000"/>`, `<w:color w:val="0000FF"/>`},
	{"số trang", poverty.DocumentReport, "document", `<w:titlePg/>`, ``},
	{"số trang", poverty.DocumentReport, "styles", `("PageNumber">.*?)<w:jc w:val="center"/>`, `${1}<w:jc w:val="right"/>`},
	{"số trang", poverty.DocumentReport, "header1", ` PAGE `, ` DATE `},
	{"quốc hiệu", poverty.DocumentPlan, "document", `CỘNG HÒA`, `Cộng hòa`},
	{"quốc hiệu", poverty.DocumentPlan, "styles", `("National">.*?)<w:b/>`, `${1}`},
	{"quốc hiệu", poverty.DocumentPlan, "styles", `("National">.*?<w:sz) w:val="24"`, `${1} w:val="28"`},
	{"tiêu ngữ", poverty.DocumentPlan, "document", `Tự do - Hạnh phúc`, `Tự do – Hạnh phúc`},
	{"tiêu ngữ", poverty.DocumentPlan, "document", `(Hạnh phúc</w:t></w:r></w:p><w:p>.*?)w:left="\d+" w:right="\d+"`, `${1}w:left="2000" w:right="2000"`},
	{"cơ quan chủ quản", poverty.DocumentReminder, "styles", `("Parent">.*?)<w:caps/>`, `${1}`},
	{"cơ quan ban hành", poverty.DocumentPlan, "styles", `("Issuer">.*?)<w:b/>`, `${1}`},
	{"cơ quan ban hành", poverty.DocumentPlan, "document", `w:left="1080" w:right="1080"`, `w:left="200" w:right="200"`},
	{"số, ký hiệu", poverty.DocumentPlan, "document", `Số: 05/`, `Số: 5/`},
	{"số, ký hiệu", poverty.DocumentPlan, "document", `05/KH-UBND`, `05/UBND`},
	{"số, ký hiệu", poverty.DocumentPlan, "styles", `("Code">.*?<w:sz) w:val="26"`, `${1} w:val="28"`},
	{"địa danh, thời gian", poverty.DocumentPlan, "document", `ngày 05 tháng`, `ngày 5 tháng`},
	{"địa danh, thời gian", poverty.DocumentPlan, "document", `tháng 01 năm`, `tháng 1 năm`},
	{"địa danh, thời gian", poverty.DocumentPlan, "styles", `("PlaceDay">.*?)<w:i/>`, `${1}`},
	{"tên loại", poverty.DocumentPlan, "styles", `("Type">.*?)<w:b/>`, `${1}`},
	{"tên loại", poverty.DocumentPlan, "document", `KẾ HOẠCH</w:t>`, `</w:t>`},
	{"trích yếu", poverty.DocumentPlan, "styles", `("About">.*?<w:sz) w:val="28"`, `${1} w:val="32"`},
	{"trích yếu công văn", poverty.DocumentReminder, "document", `V/v `, `Về việc `},
	{"trích yếu công văn", poverty.DocumentReminder, "styles", `("LetterAbout">.*?)w:before="120"`, `${1}w:before="40"`},
	{"mức độ khẩn", poverty.DocumentReminder, "styles", `("Urgency">.*?)<w:b/>`, `${1}`},
	{"kính gửi", poverty.DocumentReminder, "document", `xã Cam Hiếu\.`, `xã Cam Hiếu;`},
	{"kính gửi", poverty.DocumentReminder, "document", `- UBND xã Cam An`, `UBND xã Cam An`},
	{"căn cứ", poverty.DocumentPlan, "document", `địa phương;`, `địa phương,`},
	{"căn cứ", poverty.DocumentPlan, "document", `thường trực\.</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="Body"`, `thường trực;</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="Body"`},
	{"căn cứ", poverty.DocumentPlan, "styles", `("Basis">.*?)<w:i/>`, `${1}`},
	{"nội dung", poverty.DocumentPlan, "styles", `("Body">.*?)w:firstLine="720"`, `${1}w:firstLine="0"`},
	{"nội dung", poverty.DocumentPlan, "styles", `("Body">.*?)w:after="120"`, `${1}w:after="60"`},
	{"nội dung", poverty.DocumentPlan, "styles", `("Body">.*?)w:line="264"`, `${1}w:line="480"`},
	{"nội dung", poverty.DocumentPlan, "styles", `("Body">.*?)<w:jc w:val="both"/>`, `${1}<w:jc w:val="left"/>`},
	{"kết thúc", poverty.DocumentPlan, "document", `thường trực\./\.`, `thường trực.`},
	{"quyền hạn, chức vụ", poverty.DocumentPlan, "document", `TM\. ỦY`, `T/M. ỦY`},
	{"quyền hạn, chức vụ", poverty.DocumentPlan, "styles", `("Power">.*?)<w:b/>`, `${1}`},
	{"họ tên người ký", poverty.DocumentPlan, "styles", `("SignerName">.*?<w:sz) w:val="28"`, `${1} w:val="24"`},
	{"nơi nhận", poverty.DocumentPlan, "styles", `("RecipientsHead">.*?)<w:i/>`, `${1}`},
	{"danh sách nơi nhận", poverty.DocumentPlan, "document", `LĐTBXH\.`, `LĐTBXH`},
	{"danh sách nơi nhận", poverty.DocumentPlan, "document", `- Lưu: VT`, `- VT`},
	{"danh sách nơi nhận", poverty.DocumentPlan, "styles", `("Recipients">.*?<w:sz) w:val="22"`, `${1} w:val="26"`},
	{"tên loại", poverty.DocumentReview, "document", `BÁO CÁO</w:t>`, `</w:t>`},
	{"số, ký hiệu", poverty.DocumentReview, "document", `05/BC-UBND`, `05/UBND`},
	{"kết thúc", poverty.DocumentReview, "document", `Ủy ban nhân dân huyện Cam Lộ\./\.`, `Ủy ban nhân dân huyện Cam Lộ.`},
	{"phụ lục", poverty.DocumentReview, "document", `Phụ lục III<`, `Phụ lục 3<`},
	{"trang", poverty.DocumentReview, "document", `(w:orient="landscape"/><w:pgMar w:top=)"1134"`, `${1}"800"`},
	{"phụ lục", poverty.DocumentPlan, "document", `Phụ lục I<`, `Phụ lục 1<`},
	{"phụ lục", poverty.DocumentPlan, "styles", `("AnnexNumber">.*?)<w:b/>`, `${1}`},
}

func TestDocument_layout_check_finds_each_planted_fault(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range faults {
		d := paper(f.kind)
		d.Data.Fields["parent"] = "UBND tỉnh Quảng Trị"
		parts := entries(t, written(t, d))
		name := "word/" + f.part + ".xml"
		changed := regexp.MustCompile(f.old).ReplaceAll(parts[name], []byte(f.new))
		if bytes.Equal(changed, parts[name]) {
			t.Errorf("%s: %q is not in %s", f.rule, f.old, name)
			continue
		}
		parts[name] = changed
		broken := checkLayout(unpack(t, parts), f.kind)
		if !slices.ContainsFunc(broken, func(b string) bool { return strings.HasPrefix(b, f.rule+":") }) {
			t.Errorf("%s: %q instead of %q was not found, but %q", f.rule, f.new, f.old, broken)
		}
		seen[f.rule] = true
	}
	for _, f := range forms {
		if !seen[f.rule] {
			t.Errorf("no fault is planted against %s", f.rule)
		}
	}
}

// altered returns a built-in template with a part changed or added.
func altered(t testing.TB, kind poverty.DocumentKind, part, old, replacement string) []byte {
	t.Helper()
	parts := entries(t, documents.BuiltinTemplate(kind))
	if old == "" {
		parts[part] = []byte(replacement)
	} else {
		if !bytes.Contains(parts[part], []byte(old)) {
			t.Fatalf("%q is not in %s", old, part)
		}
		parts[part] = bytes.Replace(parts[part], []byte(old), []byte(replacement), 1)
	}
	return packed(t, parts)
}

func TestCheckTemplate_names_what_is_wrong_and_where(t *testing.T) {
	const doc, rels = "word/document.xml", "word/_rels/document.xml.rels"
	k := poverty.DocumentPlan
	before := func(kind poverty.DocumentKind, text string) int { // paragraphs up to where a text stands
		all := string(entries(t, documents.BuiltinTemplate(kind))[doc])
		return strings.Count(all[:strings.Index(all, text)], "<w:p>")
	}
	for name, c := range map[string]struct {
		content    []byte
		key, file  string
		paragraph  int
		table, row int
		field      string
	}{
		"an unknown field in the text":  {altered(t, k, doc, "{{Số hộ nghèo}}", "{{Số hộ giàu}}"), "unknown_field", doc, before(k, "{{Số hộ nghèo}}"), 0, 0, "Số hộ giàu"},
		"an unknown field in a table":   {altered(t, k, doc, "{{Thành viên}}", "{{Hội viên}}"), "unknown_field", doc, 0, 3, 2, "Hội viên"},
		"a field of another list":       {altered(t, k, doc, "{{#Nhiệm vụ}}{{Việc}}", "{{#Nhiệm vụ}}{{Chủ trì}}"), "unknown_field", doc, 0, 2, 2, "Chủ trì"},
		"an unknown list":               {altered(t, k, doc, "{{#Căn cứ}}", "{{#Căn cớ}}"), "unmatched", doc, 0, 0, 0, "Căn cớ"},
		"a section that does not close": {altered(t, k, doc, "{{/Căn cứ}}", "x"), "unmatched", doc, 0, 0, 0, "Căn cứ"},
		"a list within a line":          {altered(t, k, doc, "{{Số đơn vị}}", "{{#Căn cứ}}{{Dòng}}{{/Căn cứ}}"), "list_in_line", doc, 0, 0, 0, "Căn cứ"},
		"half a field":                  {altered(t, k, doc, "{{Số đơn vị}}", "{{Số đơn vị"), "unbalanced", doc, 0, 0, 0, ""},
		"a macro":                       {altered(t, k, "word/vbaProject.bin", "", "x"), "macro", "word/vbaProject.bin", 0, 0, 0, ""},
		"the type of a file of macros":  {altered(t, k, "[Content_Types].xml", "wordprocessingml.document.main", "wordprocessingml.document.macroEnabled.main"), "macro", "[Content_Types].xml", 0, 0, 0, ""},
		"a reference to outside":        {altered(t, k, rels, "</Relationships>", `<Relationship Id="rId9" Type="x/attachedTemplate" Target="http://example.invalid/a.dotm" TargetMode="External"/></Relationships>`), "external", rels, 0, 0, 0, ""},
		"a field that fetches":          {altered(t, k, "word/header1.xml", " PAGE ", ` INCLUDETEXT "C:\\x" `), "external", "word/header1.xml", 0, 0, 0, ""},
		"a fetching field in two runs": {altered(t, k, doc, "{{Số đơn vị}}", `</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> INCLUDE</w:instrText></w:r><w:r><w:instrText>TEXT "C:\x" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>x</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>`),
			"external", doc, before(k, "{{Số đơn vị}}"), 0, 0, ""},
		"a field that another decides": {altered(t, k, doc, "{{Số đơn vị}}", `</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> </w:instrText></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>QUOTE "INCLUDETEXT"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>`),
			"computed", doc, before(k, "{{Số đơn vị}}"), 0, 0, ""},
		"elements without end":    {altered(t, k, doc, "{{Số đơn vị}}", strings.Repeat("</w:t></w:r><w:r><w:t>", 200_000)), "overfull", doc, 0, 0, 0, ""},
		"elements too deep":       {altered(t, k, doc, "{{Số đơn vị}}", strings.Repeat("<w:b>", 500)+strings.Repeat("</w:b>", 500)), "overfull", doc, 0, 0, 0, ""},
		"elements of its styles":  {altered(t, k, "word/styles.xml", "</w:styles>", strings.Repeat("<w:b/>", 250_000)+"</w:styles>"), "overfull", "word/styles.xml", 0, 0, 0, ""},
		"a part that is too long": {altered(t, k, doc, "{{Số đơn vị}}", strings.Repeat("x", 9<<20)), "overfull", doc, 0, 0, 0, ""},
		"broken XML":              {altered(t, k, doc, "</w:p>", "</w:q>"), "broken", doc, 0, 0, 0, ""},
		"a document type":         {altered(t, k, "word/styles.xml", "<w:styles ", `<!DOCTYPE x [<!ENTITY y "z">]><w:styles `), "doctype", "word/styles.xml", 0, 0, 0, ""},
		"an embedded object":      {altered(t, k, "word/embeddings/oleObject1.bin", "", "x"), "embedded", "word/embeddings/oleObject1.bin", 0, 0, 0, ""},
		"a way out of the folder": {altered(t, k, "../x.xml", "", "<x/>"), "damaged", "../x.xml", 0, 0, 0, ""},
		"a bomb":                  {altered(t, k, "word/media/x.png", "", strings.Repeat("0", 30<<20)), "bomb", "word/media/x.png", 0, 0, 0, ""},
		"no document":             {[]byte("%PDF-1.4"), "not_a_document", "", 0, 0, 0, ""},
		"too much":                {bytes.Repeat([]byte("x"), poverty.MaxTemplate+1), "too_large", "", 0, 0, 0, ""},
	} {
		wrong := documents.CheckTemplate(k, c.content)
		if len(wrong) == 0 {
			t.Errorf("%s: taken", name)
			continue
		}
		p := wrong[0]
		if p.Key != "document.template."+c.key || p.File != c.file || c.field != "" && p.Column != c.field || c.paragraph != 0 && p.Row != c.paragraph {
			t.Errorf("%s: %+v", name, p)
		}
		if c.table != 0 && (p.Args[1] != c.table || p.Args[3] != c.row) {
			t.Errorf("%s: table and row of %+v", name, p)
		}
	}
}

func TestCheckTemplate_takes_the_built_in_ones_and_what_a_word_processor_makes_of_them(t *testing.T) {
	for _, kind := range poverty.DocumentKinds {
		if wrong := documents.CheckTemplate(kind, documents.BuiltinTemplate(kind)); len(wrong) > 0 {
			t.Errorf("%s: %+v", kind, wrong)
		}
	}
	// A word processor cuts a field into runs where a spelling was marked or a
	// letter was typed later.
	split := altered(t, poverty.DocumentPlan, "word/document.xml", "{{Số đơn vị}} xã",
		`{</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:rPr><w:b/></w:rPr><w:t>{Số</w:t></w:r><w:r><w:t xml:space="preserve"> ĐƠN VỊ}</w:t></w:r><w:r><w:t xml:space="preserve">} xã`)
	if wrong := documents.CheckTemplate(poverty.DocumentPlan, split); len(wrong) > 0 {
		t.Fatalf("%+v", wrong)
	}
	d := paper(poverty.DocumentPlan)
	d.Data.Fields["units"] = "9 <&>"
	content, err := documents.WriteDocument(split, d)
	if err != nil {
		t.Fatal(err)
	}
	text := words(unpack(t, entries(t, content)).parts["word/document.xml"].Root())
	if !strings.Contains(text, "toàn địa bàn gồm 9 <&> xã, thị trấn") {
		t.Error(text)
	}
}

func TestWriteDocument_repeats_rows_and_paragraphs_and_leaves_out_what_is_not_there(t *testing.T) {
	d := paper(poverty.DocumentConclusion)
	d.Data.Lists["conclusions"] = []map[string]string{
		{"no": "1", "text": "Khẩn trương triển khai.", "unit": "Công an huyện", "due": "15/05/2018"},
		{"no": "2", "text": "Rà soát lại."},
	}
	d.Data.Lists["came"] = []map[string]string{{"unit": "UBND xã Cam An"}, {"unit": "UBND xã Cam Hiếu", "who": "Chủ tịch"}}
	if all := words(unpack(t, entries(t, written(t, d))).parts["word/document.xml"].Root()); strings.Count(all, "Dự họp có:") != 1 || !strings.Contains(all, "- UBND xã Cam An;- UBND xã Cam Hiếu: Chủ tịch.") {
		t.Error(all)
	}
	d.Data.Lists["came"], d.Data.Fields["minutes"] = nil, ""
	u := unpack(t, entries(t, written(t, d)))
	var got []string
	for _, p := range u.of("Body") {
		got = append(got, words(p))
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{"1. Công an huyện: Khẩn trương triển khai. Thời hạn: 15/05/2018.\n2. Rà soát lại.\n", "Đoạn thứ nhất", "\nĐoạn thứ hai."} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in %s", want, all)
		}
	}
	for to, want := range map[string]string{"": "", "UBND tỉnh.": "Kính gửi: UBND tỉnh."} {
		d := paper(poverty.DocumentReview)
		d.Data.Lists["to"], d.Data.Fields["to_one"] = nil, to
		if got := words(unpack(t, entries(t, written(t, d))).parts["word/document.xml"].Root()); strings.Contains(got, "Kính gửi") != (want != "") || !strings.Contains(got, want) {
			t.Errorf("to %q: %s", to, got)
		}
	}
	plan := paper(poverty.DocumentPlan)
	plan.Data.Lists["groups"] = nil
	if tables := unpack(t, entries(t, written(t, plan))).parts["word/document.xml"].FindElements("//tbl"); len(tables) != 4 { // letterhead, duties, signature, targets
		t.Errorf("%d tables without groups", len(tables))
	}
	if strings.Contains(all, "Dự họp có") || slices.Contains(got, "") {
		t.Errorf("what is not there left a trace: %q", got)
	}
}
