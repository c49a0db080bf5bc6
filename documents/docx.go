package documents

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"dondoc/poverty"
)

// Bounds of a template's file.
const (
	maxTemplateParts = 400
	maxTemplateBytes = 24 << 20 // unpacked
	maxPartBytes     = 8 << 20  // unpacked, of a part that is read as XML
	maxTokens        = 400_000  // elements, ends and texts of all such parts
	maxDepth         = 200      // of elements in each other
)

const mainPart = "word/document.xml"

// docx is a word-processing document taken apart: its entries in their order,
// and those that hold text as trees.
type docx struct {
	entries []docxEntry
	trees   map[string]*etree.Document // of the parts that hold text
}

type docxEntry struct {
	name    string
	content []byte
}

// textPart tells the parts of which fields are filled in.
var textPart = regexp.MustCompile(`^word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml$`)

// badTemplate is what is wrong with a whole file or one of its parts.
func badTemplate(part, key string, args ...any) poverty.Problems {
	return poverty.Problems{{File: part, Key: "document.template." + key, Args: args}}
}

// openDocx takes a file apart; with problems nothing of it is to be used. It is
// refused where it is no document, is damaged, unpacks to too much, holds a
// macro, an embedded object or a program, or reaches outside itself.
func openDocx(content []byte) (*docx, poverty.Problems) {
	if len(content) > poverty.MaxTemplate {
		return nil, badTemplate("", "too_large", "most", poverty.MaxTemplate>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, badTemplate("", "not_a_document")
	}
	if len(z.File) > maxTemplateParts {
		return nil, badTemplate("", "bomb", "most", maxTemplateBytes>>20)
	}
	d := &docx{trees: map[string]*etree.Document{}}
	seen := map[string]bool{}
	left := int64(maxTemplateBytes)
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		if strings.Contains(name, "..") || strings.HasPrefix(name, "/") || strings.Contains(name, `\`) || seen[name] {
			return nil, badTemplate(f.Name, "damaged")
		}
		seen[name] = true
		b, err := readEntry(f, left)
		if err != nil {
			return nil, badTemplate(f.Name, "damaged")
		}
		if left -= int64(len(b)); left < 0 {
			return nil, badTemplate(f.Name, "bomb", "most", maxTemplateBytes>>20)
		}
		d.entries = append(d.entries, docxEntry{f.Name, b})
	}
	return d, d.inspect()
}

// readEntry unpacks an entry, and at most one byte more than is left: what it
// says of its size may be a lie.
func readEntry(f *zip.File, left int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, left+1))
}

func (d *docx) inspect() poverty.Problems {
	var wrong poverty.Problems
	main, tokens := false, maxTokens
	for _, e := range d.entries {
		name := strings.ToLower(e.name)
		switch {
		case strings.Contains(name, "vbaproject") || strings.Contains(name, "vbadata"):
			wrong = append(wrong, badTemplate(e.name, "macro")...)
			continue
		case strings.Contains(name, "/activex/") || strings.Contains(name, "/embeddings/") || strings.HasSuffix(name, ".exe") || strings.HasSuffix(name, ".dll"):
			wrong = append(wrong, badTemplate(e.name, "embedded")...)
			continue
		case path.Ext(name) != ".xml" && path.Ext(name) != ".rels":
			continue
		}
		if !bounded(e.content, &tokens) {
			// What else is wrong would be looked for in what is too much.
			return badTemplate(e.name, "overfull", "most", maxTokens, "deep", maxDepth)
		}
		tree, problems := parsePart(e)
		if wrong = append(wrong, problems...); tree == nil {
			continue
		}
		switch {
		case e.name == "[Content_Types].xml":
			wrong = append(wrong, contentTypes(tree, &main)...)
		case path.Ext(name) == ".rels":
			wrong = append(wrong, relations(e.name, tree)...)
		case textPart.MatchString(e.name):
			wrong = append(wrong, outside(e.name, tree)...)
			d.trees[e.name] = tree
		}
	}
	if len(wrong) == 0 && (!main || d.trees[mainPart] == nil) {
		wrong = badTemplate("", "not_a_document")
	}
	return wrong
}

// bounded looks through a part before it is made a tree of, which takes many times
// the room: it must be no more than the tokens that are left, which it takes from
// them, and not too deep. A fault ends the look; the reader tells it.
func bounded(content []byte, left *int) bool {
	if len(content) > maxPartBytes {
		return false
	}
	r := xml.NewDecoder(bytes.NewReader(content))
	r.Strict = false
	r.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for depth := 0; *left > 0 && depth <= maxDepth; *left-- {
		t, err := r.RawToken()
		if err != nil {
			return true
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return false
}

// parsePart reads a part. A document type declaration could define entities, and
// no word processor writes one.
func parsePart(e docxEntry) (*etree.Document, poverty.Problems) {
	tree := etree.NewDocument()
	tree.ReadSettings.ValidateInput = true
	if err := tree.ReadFromBytes(e.content); err != nil {
		line := 0
		if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
			line = syntax.Line
		}
		return nil, badTemplate(e.name, "broken", "line", line)
	}
	if tree.Root() == nil {
		return nil, badTemplate(e.name, "broken", "line", 1)
	}
	for _, t := range tree.Child {
		if _, ok := t.(*etree.Directive); ok {
			return nil, badTemplate(e.name, "doctype")
		}
	}
	return tree, nil
}

func contentTypes(tree *etree.Document, main *bool) (wrong poverty.Problems) {
	for _, x := range tree.Root().ChildElements() {
		kind := strings.ToLower(x.SelectAttrValue("ContentType", ""))
		switch {
		case strings.Contains(kind, "macroenabled") || strings.Contains(kind, "vba"):
			return badTemplate("[Content_Types].xml", "macro")
		case kind == "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml" && x.SelectAttrValue("PartName", "") == "/"+mainPart:
			*main = true
		}
	}
	return nil
}

func relations(part string, tree *etree.Document) (wrong poverty.Problems) {
	for _, x := range tree.Root().ChildElements() {
		target := x.SelectAttrValue("Target", "")
		if strings.EqualFold(x.SelectAttrValue("TargetMode", ""), "External") || strings.Contains(target, "://") {
			wrong = append(wrong, badTemplate(part, "external", "target", clipped(target))...)
		}
	}
	return wrong
}

// reaching are the instructions of fields that fetch or run something.
var reaching = regexp.MustCompile(`(?i)^\s*(INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DDE|DDEAUTO|DATABASE|MACROBUTTON|HYPERLINK|RD)\b`)

// outside finds what in a part brings other files in, with its paragraph. The
// instruction of a field may be spread over any number of runs and paragraphs.
func outside(part string, tree *etree.Document) (wrong poverty.Problems) {
	paragraphs := 0
	found := func(key string, args ...any) {
		p := badTemplate(part, key, args...)
		p[0].Row = paragraphs
		wrong = append(wrong, p...)
	}
	judge := func(instruction string) {
		if reaching.MatchString(instruction) {
			found("external", "target", clipped(strings.TrimSpace(instruction)))
		}
	}
	var open []*strings.Builder // instructions of fields in each other; nil once the result follows
	walk(tree.Root(), func(x *etree.Element) {
		switch x.Tag {
		case "p":
			paragraphs++
		case "altChunk", "subDoc", "object", "control":
			found("embedded")
		case "fldSimple":
			judge(attrOf(x, "instr"))
		case "instrText", "delInstrText":
			if n := len(open) - 1; n >= 0 && open[n] != nil {
				open[n].WriteString(x.Text())
			} else {
				judge(x.Text())
			}
		case "fldChar":
			n := len(open) - 1
			switch kind := attrOf(x, "fldCharType"); {
			case kind == "begin":
				if n >= 0 && open[n] != nil && strings.TrimSpace(open[n].String()) == "" {
					found("computed") // what the outer field does is what the inner one says
				}
				open = append(open, &strings.Builder{})
			case n < 0:
			case kind == "separate" && open[n] != nil:
				judge(open[n].String())
				open[n] = nil
			case kind == "end":
				if open[n] != nil {
					judge(open[n].String())
				}
				open = open[:n]
			}
		}
	})
	for _, instruction := range open {
		if instruction != nil {
			judge(instruction.String())
		}
	}
	return wrong
}

// walk visits an element and all below it in the order of the document.
func walk(x *etree.Element, visit func(*etree.Element)) {
	visit(x)
	for _, c := range x.ChildElements() {
		walk(c, visit)
	}
}

// attrOf returns an attribute by its local name.
func attrOf(x *etree.Element, name string) string {
	for _, a := range x.Attr {
		if a.Key == name {
			return a.Value
		}
	}
	return ""
}

// bytes puts the document together again. Entries have no time of their own, so
// the same data give the same bytes.
func (d *docx) bytes() ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range d.entries {
		content := e.content
		if tree := d.trees[e.name]; tree != nil {
			var err error
			if content, err = tree.WriteToBytes(); err != nil {
				return nil, fmt.Errorf("%s: %w", e.name, err)
			}
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// parts returns the names of the parts that hold text, the main one first.
func (d *docx) parts() []string {
	var names []string
	for _, e := range d.entries {
		if d.trees[e.name] != nil && e.name != mainPart {
			names = append(names, e.name)
		}
	}
	slices.Sort(names)
	return append([]string{mainPart}, names...)
}
