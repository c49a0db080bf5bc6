package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"text/template/parse"
	"time"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

//go:embed templates
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// page is a template that is always shown with one type of data, which a test
// checks field by field.
type page[T any] struct{ name string }

type sample struct {
	name string
	data any
}

var samples []sample

func newPage[T any](name string) page[T] {
	var data T
	samples = append(samples, sample{name, data})
	return page[T]{name}
}

// buffers hold pages until they are whole: one that fails is not sent by half.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (p page[T]) show(v *visit, status int, data T) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := v.template(p.name).Execute(b, data); err != nil {
		return err
	}
	if v.asksWorkbook() && status == http.StatusOK {
		return v.sendWorkbook(b.Bytes(), p.name)
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	before, after, found := bytes.Cut(b.Bytes(), []byte(tablePlace))
	for _, part := range [][]byte{before, v.offerWorkbook(before, found), after} {
		if _, err := v.w.Write(part); err != nil {
			v.log("write page", err)
			return nil
		}
	}
	return nil
}

// template returns the template of a page in the visitor's language; where it is
// asked for as a workbook, the one that marks its numbers.
func (v *visit) template(page string) *template.Template {
	all := templates
	if v.asksWorkbook() {
		all = markedTemplates
	}
	return all()[v.p.Lang()].Lookup(page)
}

var templates = sync.OnceValue(func() map[string]*template.Template { return parsed(functions) })

// parsed reads all templates with a set of functions: in every language one set,
// in which each page has the name of its file. A set per page would hold the
// frame and the parts a hundred times, which the collector goes through each
// time.
func parsed(functions func(*locale.Printer) template.FuncMap) map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, lang := range locale.Languages {
		set := template.Must(template.New("").Funcs(functions(locale.For(lang))).
			ParseFS(templateFiles, "templates/frame.html", "templates/parts.html"))
		for _, s := range samples {
			text, err := templateFiles.ReadFile("templates/" + s.name)
			if err != nil {
				panic(err) // the files are part of the binary
			}
			template.Must(set.New(s.name).Parse(string(text)))
		}
		for _, t := range set.Templates() {
			if t.Tree != nil {
				sayNow(locale.For(lang), t.Tree.Root)
			}
		}
		all[lang] = set
	}
	return all
}

// sayNow puts the words themselves in place of each {{T "key"}}, which says the
// same every time it is shown: a list has hundreds of them. Words stand in text
// and in quoted attributes, where escaping is the same.
func sayNow(p *locale.Printer, list *parse.ListNode) {
	if list == nil {
		return
	}
	for i, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.IfNode:
			sayNow(p, n.List)
			sayNow(p, n.ElseList)
		case *parse.RangeNode:
			sayNow(p, n.List)
			sayNow(p, n.ElseList)
		case *parse.WithNode:
			sayNow(p, n.List)
			sayNow(p, n.ElseList)
		case *parse.ActionNode:
			if len(n.Pipe.Decl) > 0 || len(n.Pipe.Cmds) != 1 || len(n.Pipe.Cmds[0].Args) != 2 {
				continue
			}
			name, isName := n.Pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
			key, isKey := n.Pipe.Cmds[0].Args[1].(*parse.StringNode)
			if isName && isKey && name.Ident == "T" {
				list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(template.HTMLEscapeString(p.T(key.Text)))}
			}
		}
	}
}

func functions(p *locale.Printer) template.FuncMap {
	return template.FuncMap{
		"T":       p.T,
		"label":   func(family string, value any, args ...any) string { return label(p, family, value, args...) },
		"labels":  func(family string, list any) []choice { return labels(p, family, list) },
		"options": options,
		"periods": func(codes []string) []choice {
			list := make([]choice, len(codes))
			for i, code := range codes {
				list[i] = choice{code, p.Period(code)}
			}
			return list
		},
		"lang":     p.Lang,
		"number":   p.Number,
		"int":      func(n int64) int { return int(n) },
		"add":      func(a, b int) int { return a + b },
		"less":     func(a, b int) int { return a - b },
		"money":    p.Money,
		"quantity": p.Quantity,
		"percent":  func(part, whole int) string { return p.Percent(100*float64(part)/float64(whole), 1) },
		"decimal":  func(hundredths int) string { return p.Decimal(float64(hundredths)/100, 2) },
		"aim":      p.Aim,
		"date":     func(d calendar.Date) string { return p.Date(d) },
		"instant":  p.DateTime,
		"moment":   func(t *time.Time) string { return p.DateTime(deref(t)) },
		"weekday":  func(d calendar.Date) string { return p.Weekday(d.Weekday()) },
		"month":    p.Month,
		"period":   p.Period,
		"stated":   p.Stated,
		"short":    p.ShortPeriod,
		"rung":     p.Rung,
		"static":   staticLink,
		"maximum":  func() int { return maxText },
		"sentence": sentence,
		"mark":     func(cell any) template.HTML { return mark(text(reflect.ValueOf(cell))) },
		"badge":    func(cell any, words string) template.HTML { return badge(text(reflect.ValueOf(cell)), words) },
		"line":     func(d dutyRow) dutyLine { return line(p, d) },
		"lines":    func(rows []dutyRow) []dutyLine { return lines(p, rows) },
	}
}

// label words a value of a family such as "duty.kind"; a value that the
// catalogue does not know is data and stands for itself.
func label(p *locale.Printer, family string, value any, args ...any) string {
	word := text(reflect.ValueOf(value))
	if key := family + "." + strings.ReplaceAll(word, "-", "_"); p.Has(key) {
		return p.T(key, args...)
	}
	return word
}

// options offers a list in a <select>, with the chosen one chosen: choices, or
// whatever has an ID, Code, Value or Hamlet and a Name or Label.
func options(list, chosen any) (template.HTML, error) {
	rows := reflect.ValueOf(list)
	if rows.Kind() != reflect.Slice || rows.Type().Elem().Kind() != reflect.Struct {
		return "", fmt.Errorf("options of %T", list)
	}
	field := func(names ...string) ([]int, error) {
		for _, name := range names {
			if f, ok := rows.Type().Elem().FieldByName(name); ok {
				return f.Index, nil
			}
		}
		return nil, fmt.Errorf("options of %T, which has no %s", list, strings.Join(names, ", "))
	}
	value, err := field("ID", "Code", "Value", "Hamlet")
	if err != nil {
		return "", err
	}
	name, err := field("Name", "Label")
	if err != nil {
		return "", err
	}
	selected := text(reflect.ValueOf(chosen))
	var b strings.Builder
	for i := range rows.Len() {
		of := text(rows.Index(i).FieldByIndex(value))
		b.WriteString(`<option value="` + template.HTMLEscapeString(of) + `"`)
		if of == selected {
			b.WriteString(" selected")
		}
		b.WriteString(">" + template.HTMLEscapeString(text(rows.Index(i).FieldByIndex(name))) + "</option>")
	}
	return template.HTML(b.String()), nil //nolint:gosec // escaped above
}

// mark draws the mark of a cell, whose shape says what its colour says.
func mark[C ~string](cell C) template.HTML {
	return template.HTML(`<svg class="mark" aria-hidden="true" focusable="false"><use href="#m-` + template.HTMLEscapeString(string(cell)) + `"/></svg>`) //nolint:gosec // escaped
}

// badge writes a state with its mark.
func badge[C ~string](cell C, words string) template.HTML {
	return template.HTML(`<span class="badge `+template.HTMLEscapeString(string(cell))+`">`) + mark(cell) + template.HTML(template.HTMLEscapeString(words)+"</span>") //nolint:gosec // escaped
}

// href leads to a page of our own.
func href(path string) template.HTMLAttr {
	return template.HTMLAttr(`href="` + template.HTMLEscapeString(path) + `"`) //nolint:gosec // escaped
}

// text returns a string of any type as it is, and anything else as it prints.
func text(v reflect.Value) string {
	switch {
	case !v.IsValid():
		return ""
	case v.Kind() == reflect.String:
		return v.String()
	}
	return fmt.Sprint(v.Interface())
}

// labels words each value of a list, to choose from.
func labels(p *locale.Printer, family string, list any) []choice {
	values := reflect.ValueOf(list)
	choices := make([]choice, values.Len())
	for i := range choices {
		value := text(values.Index(i))
		choices[i] = choice{value, label(p, family, value)}
	}
	return choices
}

func deref(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// sentence returns s with its first letter in upper case.
func sentence(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}

// staticVersion changes with any of the static files, so that browsers may
// keep them for a year.
var staticVersion = sync.OnceValue(func() string {
	h := sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := staticFiles.ReadFile(name)
		h.Write(b)
		return err
	})
	if err != nil {
		panic(err) // the files are part of the binary
	}
	return hex.EncodeToString(h.Sum(nil))[:8]
})

func staticLink(name string) string { return "/static/" + name + "?v=" + staticVersion() }

func (s *site) static(w http.ResponseWriter, r *http.Request) {
	name := path.Clean(strings.TrimPrefix(r.URL.Path, "/"))
	if info, err := fs.Stat(staticFiles, name); err != nil || info.IsDir() {
		s.open(s.missing)(w, r)
		return
	}
	if strings.HasSuffix(name, ".woff2") {
		w.Header().Set("Content-Type", "font/woff2")
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, staticFiles, name)
}

// frame is what every page knows.
type frame struct {
	Title   string
	Path    string // of this page, to come back to
	Active  string // the entry of Nav that is on
	Nav     []menu
	Cycle   *poverty.Cycle
	Me      poverty.Actor
	More    []link
	Seat    poverty.Seat // in which the actor acts; zero when there is none
	Acting  string       // what the seat is called
	Done    string       // a message about what was just done
	MailURL string
	Today   calendar.Date
	Drafts  []choice // documents that can be drafted from the page
}

type link struct {
	Key  string
	Href string
}

// menu is pages that belong together, under one name; the first of them is
// where the name leads.
type menu struct {
	Key   string
	Links []link
}

// Here returns the menu that holds the page shown; none where the page is in no
// menu.
func (f frame) Here() menu {
	for _, m := range f.Nav {
		if slices.ContainsFunc(m.Links, func(l link) bool { return l.Key == f.Active }) {
			return m
		}
	}
	return menu{}
}

// Home returns the address to which the product's name leads.
func (f frame) Home() string { return "/" }

// SignedIn reports whether somebody is signed in.
func (f frame) SignedIn() bool { return f.Me.User != 0 }

// Seatless reports whether the person holds no office now and sees next to
// nothing.
func (f frame) Seatless() bool { return f.SignedIn() && !f.Me.Admin && len(f.Me.Seats) == 0 }

// Is reports whether an entry of the navigation is the page shown.
func (f frame) Is(key string) bool { return f.Active == key }

// frame returns the frame of a page with a title from the catalogue.
func (v *visit) frame(active, title string) frame {
	f := frame{
		Title: title, Active: active, Path: v.r.URL.RequestURI(), Cycle: v.cycle, Me: v.me,
		MailURL: v.cfg.MailURL, Today: v.today,
	}
	if v.r.Method != http.MethodGet {
		f.Path = v.r.URL.Path
	}
	if done := v.r.URL.Query().Get("done"); done != "" && v.p.Has("web.done."+done) {
		f.Done = v.p.T("web.done." + done)
	}
	f.Seat = v.seat()
	f.Acting = joinOffice(f.Seat.Title, f.Seat.UnitName)
	f.Nav, f.More = v.nav()
	return f
}

// seat returns the seat in which the actor acts: the chosen one, or the one
// that plays the greatest part in the cycle.
func (v *visit) seat() poverty.Seat {
	if s, ok := v.me.Holds(v.me.Office); ok {
		return s
	}
	if v.cycle != nil {
		for _, part := range []poverty.Part{poverty.PartLeadership, poverty.PartStanding, poverty.PartMember, poverty.PartReader} {
			if s, ok := v.me.InCycle(*v.cycle, part); ok {
				return s
			}
		}
	}
	if len(v.me.Seats) > 0 {
		return v.me.Seats[0]
	}
	return poverty.Seat{}
}

func (v *visit) plays(part poverty.Part) bool {
	if v.cycle == nil {
		return false
	}
	s := v.seat()
	if s.Office != "" {
		return v.cycle.Plays(s, part)
	}
	_, ok := v.me.InCycle(*v.cycle, part)
	return ok
}

// nav returns the pages of a cycle by what they are about and, for the foot of
// the page, the others.
func (v *visit) nav() (menus []menu, more []link) {
	if v.me.User == 0 {
		return nil, nil
	}
	if v.cycle != nil {
		at := "/cycles/" + string(v.cycle.ID)
		if v.plays(poverty.PartLeadership) || v.plays(poverty.PartStanding) {
			menus = append(menus, menu{"nav.waiting", []link{{"nav.waiting", at + "/waiting"}}})
		}
		if v.plays(poverty.PartMember) && !v.plays(poverty.PartStanding) && !v.plays(poverty.PartLeadership) {
			menus = append(menus, menu{"nav.work", []link{{"nav.work", at + "/units/" + string(v.seat().Unit)}}})
		}
		households := []link{{"nav.postings", at + "/postings"}, {"watch.nav", at + "/watches"}}
		if v.hasRegister() {
			households = []link{{"register.title", at + "/households"}, {"survey.title", at + "/surveys"}, {"nav.postings", at + "/postings"}, {"watch.nav", at + "/watches"}}
		}
		menus = append(menus,
			menu{"nav.group.watch", []link{
				{"nav.board", at + "/board"}, {"nav.matrix", at + "/matrix"}, {"nav.timeline", at + "/timeline"},
				{"nav.duties", at + "/duties"}, {"nav.escalations", at + "/escalations"},
			}},
			menu{"nav.group.households", households},
			menu{"nav.group.plans", []link{{"nav.plans", at + "/plans"}, {"target.nav", at + "/targets"}}},
			menu{"nav.group.help", []link{{"nav.groups", at + "/groups"}, {"nav.helpers", at + "/helpers"}, {"nav.components", at + "/components"}}},
			menu{"nav.group.meetings", []link{{"nav.meetings", at + "/meetings"}, {"nav.obstacles", at + "/obstacles"}}},
			menu{"nav.group.reviews", []link{{"review.nav", at + "/reviews"}}},
			menu{"nav.group.records", []link{{"document.nav", at + "/documents"}, {"nav.notices", at + "/notices"}, {"nav.history", at + "/history"}, {"nav.cycle", at}}},
		)
	}
	more = []link{{"nav.help", "/help"}, {"nav.units", "/units"}, {"nav.calendar", "/settings/calendar"}, {"cycle.all", "/cycles"}}
	if v.me.Admin {
		more = append(more, link{"nav.accounts", "/settings/accounts"})
		more = append(more, link{"nav.audit", "/settings/audit"})
	}
	return menus, more
}
