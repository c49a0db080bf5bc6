package mail

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	netmail "net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dondoc/locale"
)

//go:embed templates
var templateFiles embed.FS

var (
	listPage    = page("list.html")
	messagePage = page("message.html")
	deletePage  = page("delete.html")
)

func page(name string) *template.Template {
	return template.Must(template.ParseFS(templateFiles, "templates/frame.html", "templates/"+name))
}

const (
	perPage = 50
	// A browser slows down on longer lists of suggestions.
	maxSuggestions = 500
)

// pages are the catcher's. All their links are relative, so that they work
// under any prefix that ends in a slash.
type pages struct {
	catcher *Catcher
	printer *locale.Printer
}

// frame is what every page knows.
type frame struct {
	*locale.Printer
	Root string // from this page to the list
}

type listData struct {
	frame
	Query       Query
	Mails       []Caught
	Total       int
	Page, Pages int
	Recipients  []string
}

// Filtered reports whether the list shows less than all.
func (d listData) Filtered() bool { return d.Query != Query{} }

// PageLink returns the address of another page of the same list.
func (d listData) PageLink(page int) string {
	return "?" + url.Values{"q": {d.Query.Search}, "to": {d.Query.To}, "page": {strconv.Itoa(page)}}.Encode()
}

// Previous returns the page before this one, 0 when there is none.
func (d listData) Previous() int { return d.Page - 1 }

// Next returns the page after this one, 0 when there is none.
func (d listData) Next() int {
	if d.Page == d.Pages {
		return 0
	}
	return d.Page + 1
}

// ToLink returns the address of the list of one recipient's mails.
func (d listData) ToLink(to string) string { return "?" + url.Values{"to": {to}}.Encode() }

type messageData struct {
	frame
	Mail        Caught
	To          string // with names
	Text        []segment
	HasHTML     bool
	Headers     []headerLine
	Attachments []attachment
}

type headerLine struct{ Name, Value string }

type deleteData struct {
	frame
	Total int
}

// segment is a piece of text, and a link when URL is set.
type segment struct{ Text, URL string }

var link = regexp.MustCompile(`https?://[^\s<>"']*[^\s<>"'.,;:!?)\]]`)

func segments(text string) []segment {
	var out []segment
	at := 0
	for _, m := range link.FindAllStringIndex(text, -1) {
		out = append(out, segment{Text: text[at:m[0]]}, segment{Text: text[m[0]:m[1]], URL: text[m[0]:m[1]]})
		at = m[1]
	}
	return append(out, segment{Text: text[at:]})
}

// Handler returns the pages on which the caught mails can be read. Mounted
// under a prefix, it wants http.StripPrefix and the prefix to end in a slash.
func (c *Catcher) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.pages.list)
	mux.HandleFunc("GET /style.css", c.pages.style)
	mux.HandleFunc("GET /delete", c.pages.confirm)
	mux.HandleFunc("POST /delete", c.pages.delete)
	mux.HandleFunc("GET /m/{id}", c.pages.message)
	mux.HandleFunc("GET /m/{id}/html", c.pages.html)
	mux.HandleFunc("GET /m/{id}/raw", c.pages.raw)
	return http.NewCrossOriginProtection().Handler(mux)
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) {
	q := Query{Search: strings.TrimSpace(r.FormValue("q")), To: strings.TrimSpace(r.FormValue("to"))}
	mails, err := p.catcher.Mails(q)
	if err != nil {
		p.fail(w, err)
		return
	}
	d := listData{frame: frame{p.printer, "./"}, Query: q, Total: len(mails), Recipients: p.catcher.recipients()}
	d.Pages = max(1, (len(mails)+perPage-1)/perPage)
	n, _ := strconv.Atoi(r.FormValue("page"))
	d.Page = min(max(n, 1), d.Pages)
	d.Mails = mails[(d.Page-1)*perPage : min(d.Page*perPage, len(mails))]
	p.show(w, listPage, d)
}

func (p *pages) message(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	raw, err := p.catcher.Raw(id)
	if err != nil {
		p.fail(w, err)
		return
	}
	envelope, err := p.catcher.envelope(id)
	if err != nil {
		p.fail(w, err)
		return
	}
	body := bodyOf(raw)
	d := messageData{
		frame: frame{p.printer, "../"}, Mail: envelope, Text: segments(body.text),
		HasHTML: body.html != "", Attachments: body.attachments, Headers: headersOf(raw),
	}
	for _, h := range d.Headers {
		if h.Name == "To" {
			d.To = h.Value
		}
	}
	p.show(w, messagePage, d)
}

func bodyOf(raw []byte) parts {
	var body parts
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err == nil {
		err = body.add(msg.Header.Get, msg.Body, 0)
	}
	if err != nil && body.text == "" {
		body.text = strings.ToValidUTF8(string(raw), "\ufffd")
	}
	return body
}

func headersOf(raw []byte) []headerLine {
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil
	}
	var lines []headerLine
	for _, name := range slices.Sorted(maps.Keys(msg.Header)) {
		for _, value := range msg.Header[name] {
			lines = append(lines, headerLine{name, decoded(value)})
		}
	}
	return lines
}

// html serves a mail's own HTML into the frame that shows it. Nothing in it
// runs or loads; links open in a new tab.
func (p *pages) html(w http.ResponseWriter, r *http.Request) {
	raw, err := p.catcher.Raw(r.PathValue("id"))
	if err != nil {
		p.fail(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write([]byte(`<!doctype html><base target="_blank">` + bodyOf(raw).html))
}

func (p *pages) raw(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	raw, err := p.catcher.Raw(id)
	if err != nil {
		p.fail(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "message/rfc822")
	h.Set("Content-Disposition", `attachment; filename="`+strings.Map(plain, id)+`.eml"`)
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(raw)
}

func plain(r rune) rune {
	if r < ' ' || r > '~' || r == '"' || r == '\\' {
		return '_'
	}
	return r
}

func (p *pages) confirm(w http.ResponseWriter, _ *http.Request) {
	mails, err := p.catcher.Mails(Query{})
	if err != nil {
		p.fail(w, err)
		return
	}
	p.show(w, deletePage, deleteData{frame{p.printer, "./"}, len(mails)})
}

func (p *pages) delete(w http.ResponseWriter, _ *http.Request) {
	if err := p.catcher.DeleteAll(); err != nil {
		p.fail(w, err)
		return
	}
	// http.Redirect would make the address absolute and lose a prefix.
	w.Header().Set("Location", "./")
	w.WriteHeader(http.StatusSeeOther)
}

func (p *pages) style(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, templateFiles, "templates/style.css")
}

func (p *pages) show(w http.ResponseWriter, t *template.Template, data any) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "frame.html", data); err != nil {
		p.fail(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write(b.Bytes())
}

func (p *pages) fail(w http.ResponseWriter, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		http.Error(w, p.printer.T("error.not_found"), http.StatusNotFound)
		return
	}
	p.catcher.log.Error("mail catcher page", "error", err)
	http.Error(w, p.printer.T("error.internal"), http.StatusInternalServerError)
}

// recipients returns the addresses that got mail, sorted.
func (c *Catcher) recipients() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := map[string]bool{}
	for _, m := range c.index {
		for _, to := range m.To {
			seen[to] = true
		}
	}
	all := slices.Sorted(maps.Keys(seen))
	return all[:min(len(all), maxSuggestions)]
}
