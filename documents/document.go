package documents

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"dondoc/poverty"
)

// Press turns documents into DOCX and PDF.
type Press struct{ Converter *Converter }

// Builtin returns the template of a kind that comes with the program.
func (Press) Builtin(kind poverty.DocumentKind) []byte { return BuiltinTemplate(kind) }

// Check returns all that is wrong with a template, and where.
func (Press) Check(kind poverty.DocumentKind, template []byte) poverty.Problems {
	return CheckTemplate(kind, template)
}

// DOCX fills a template in; the built-in one where it is nil.
func (Press) DOCX(template []byte, d poverty.Document) ([]byte, error) {
	return WriteDocument(template, d)
}

// Converts reports whether there is a converter to PDF.
func (p Press) Converts() bool { return p.Converter.Ready() }

// PDF converts a DOCX; Unavailable where there is no converter.
func (p Press) PDF(ctx context.Context, docx []byte) ([]byte, error) {
	return p.Converter.PDF(ctx, docx)
}

// WriteDocument returns a document as DOCX: a template filled in with its data;
// the built-in one where template is nil. Invalid names what is wrong with a
// template that was changed by other ways than CheckTemplate.
func WriteDocument(template []byte, d poverty.Document) ([]byte, error) {
	if template == nil {
		template = BuiltinTemplate(d.Kind)
	}
	x, wrong := openDocx(template)
	if len(wrong) > 0 {
		return nil, poverty.Errorf(poverty.Invalid, wrong[0].Key, append(slices.Clone(wrong[0].Args), "part", wrong[0].File)...)
	}
	data := d.Data
	if data == nil {
		return nil, fmt.Errorf("document %d: no data", d.ID)
	}
	f := &filler{names: knownFields()[d.Kind], data: data}
	x.fill(f)
	if len(f.problems) > 0 {
		p := f.problems[0]
		return nil, poverty.Errorf(poverty.Invalid, p.Key, append(slices.Clone(p.Args), "part", p.File, "paragraph", p.Row)...)
	}
	return x.bytes()
}

// Preview returns what the main part of a DOCX says.
func (Press) Preview(content []byte) ([]poverty.DocumentBlock, error) {
	x, wrong := openDocx(content)
	if len(wrong) > 0 {
		return nil, poverty.Errorf(poverty.Invalid, wrong[0].Key, wrong[0].Args...)
	}
	body := x.trees[mainPart].Root().FindElement("./body")
	if body == nil {
		return nil, poverty.Errorf(poverty.Invalid, "document.template.not_a_document")
	}
	return previewed(body), nil
}

func previewed(container *etree.Element) (list []poverty.DocumentBlock) {
	for _, c := range container.ChildElements() {
		switch c.Tag {
		case "p":
			b := poverty.DocumentBlock{Text: shownText(c)}
			if s := c.FindElement("./pPr/pStyle"); s != nil {
				b.Style = attrOf(s, "val")
			}
			if strings.TrimSpace(b.Text) != "" || b.Style == "Sign" {
				list = append(list, b)
			}
		case "tbl":
			var t poverty.DocumentBlock
			for _, row := range c.FindElements("./tr") {
				var cells [][]poverty.DocumentBlock
				for _, cell := range row.FindElements("./tc") {
					cells = append(cells, previewed(cell))
				}
				t.Rows = append(t.Rows, cells)
			}
			list = append(list, t)
		case "sdt":
			if inner := c.FindElement("./sdtContent"); inner != nil {
				list = append(list, previewed(inner)...)
			}
		}
	}
	return list
}

func shownText(p *etree.Element) string {
	var b strings.Builder
	for _, c := range p.FindElements(".//*") {
		switch c.Tag {
		case "t":
			b.WriteString(c.Text())
		case "br":
			b.WriteByte('\n')
		case "tab":
			b.WriteByte(' ')
		}
	}
	return b.String()
}
