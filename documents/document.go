package documents

import (
	"fmt"
	"slices"

	"dondoc/poverty"
)

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
