package web

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"dondoc/poverty"
)

// CountPath is the address of the little frame that shows on every page how much
// is unread, and asks again by itself.
const CountPath = "/inbox/count"

// inboxRoutes serves what a person was told, and what a person decides about
// oneself.
func (s *site) inboxRoutes(r chi.Router) {
	r.Get("/inbox", s.seated(s.inbox))
	r.Post("/inbox", s.seated(s.readAll))
	r.Get(CountPath, s.open(s.unread))
	r.Get("/inbox/{notice}", s.seated(s.openNotice))
	r.Get("/me", s.seated(s.me))
	r.Post("/me", s.seated(s.saveMe))
	r.Get("/feeds/{token}", s.open(s.feed))
}

type inboxRow struct {
	noticeRow
	CycleTitle string
}

// Open returns the address that marks the notice as read and leads on.
func (r inboxRow) Open() string { return "/inbox/" + strconv.FormatInt(r.ID, 10) }

// Unread reports whether nobody opened it yet.
func (r inboxRow) Unread() bool { return r.ReadAt == nil }

type inboxData struct {
	frame
	Only   bool // what is unread
	Rows   []inboxRow
	Older  string
	Newest int64 // of all, up to which everything can be marked as read
}

var inboxPage = newPage[inboxData]("notice/inbox.html")

func (s *site) inbox(v *visit) error {
	if err := v.withCycle(); err != nil {
		return err
	}
	q := v.r.URL.Query()
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64) // what is no number starts at the newest
	data := inboxData{frame: v.frame("", v.p.T("inbox.title")), Only: q.Get("unread") != ""}
	found, err := s.store.Inbox(v.ctx(), poverty.InboxFilter{Unread: data.Only, After: after, Limit: perPage + 1})
	if err != nil {
		return err
	}
	if len(found) > perPage {
		found = found[:perPage]
		data.Older = "/inbox?" + url.Values{"after": {strconv.FormatInt(found[perPage-1].ID, 10)}, "unread": {q.Get("unread")}}.Encode()
	}
	rows, err := v.noticeRows(found)
	if err != nil {
		return err
	}
	titles := map[poverty.CycleID]string{}
	all, err := s.store.Cycles(v.ctx(), poverty.CycleFilter{})
	for _, c := range all {
		titles[c.ID] = c.Title
	}
	for _, n := range rows {
		data.Rows = append(data.Rows, inboxRow{n, titles[n.Cycle]})
		data.Newest = max(data.Newest, n.ID)
	}
	if err != nil {
		return err
	}
	return inboxPage.show(v, http.StatusOK, data)
}

// readAll marks as read what the page showed and what is older.
func (s *site) readAll(v *visit) error {
	upTo, err := strconv.ParseInt(v.r.PostForm.Get("newest"), 10, 64)
	if err != nil {
		return poverty.InvalidField("newest", "error.not_a_number")
	}
	if _, err := s.store.ReadAll(v.ctx(), upTo); err != nil {
		return err
	}
	return v.redirect("/inbox", "inbox_read")
}

// openNotice marks a notice as read and leads to where it is answered.
func (s *site) openNotice(v *visit) error {
	id, err := v.number("notice", "inbox.not_found")
	if err != nil {
		return err
	}
	n, err := s.store.ReadNotice(v.ctx(), id)
	if err != nil {
		return err
	}
	to, err := v.answerTo(n)
	if err != nil {
		return err
	}
	return v.redirect(to, "")
}

// answerTo returns the address at which a notice is answered: the form where its
// person owes the work, the duty's page with its decisions otherwise.
func (v *visit) answerTo(n poverty.Notice) (string, error) {
	to := noticeRow{n}.Link()
	if n.Duty == 0 || n.Kind == poverty.NoticeList {
		switch {
		case to != "":
		case n.Kind == poverty.NoticeVacancy:
			unit, _, _ := strings.Cut(n.Text, "/")
			to = "/units/" + url.PathEscape(unit) + "/offices"
		default:
			to = "/cycles/" + string(n.Cycle) + "/board"
		}
		return to, nil
	}
	d, err := v.store.Duty(v.ctx(), n.Duty)
	if poverty.KindOf(err) == poverty.NotFound {
		return "/inbox?done=inbox_gone", nil // an office given up meanwhile
	}
	if err != nil {
		return "", err
	}
	if n.Demand != poverty.DemandNothing {
		return to + "#acts", nil
	}
	if err := v.goInto(d.Cycle); err != nil {
		return "", err
	}
	if len(v.me.In(d.Unit)) == 0 || !d.State.Owed() {
		return to, nil
	}
	row, err := v.row(d)
	return row.Href, err
}

// countPage is a page of its own inside of every page. It holds no control, so
// nothing is lost when it loads again: what is typed stands outside of it.
var countPage = template.Must(template.New("count").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8">{{if .Again}}<meta http-equiv="refresh" content="60">{{end}}<title>{{.Title}}</title>` +
	`<link rel="stylesheet" href="{{.Style}}"></head><body class="count">{{with .Count}}<span>{{.}}</span>{{end}}</body></html>
`))

// unread serves the number of unread notices for the frame of the pages. Who is
// not signed in any more sees none, and it asks no more.
func (s *site) unread(v *visit) error {
	h := v.w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'self'")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	var data struct {
		Lang, Title, Style, Count string
		Again                     bool
	}
	data.Lang, data.Style, data.Title = v.p.Lang(), staticLink("site.css"), v.p.T("inbox.unread", "count", 0)
	if _, ok := poverty.ActorFrom(v.ctx()); ok {
		data.Again = true
		n, err := s.store.Unread(v.ctx())
		switch {
		case err != nil:
			v.log("unread not counted", err) // the next time it may be
		case n > poverty.UnreadMost:
			data.Count = strconv.Itoa(poverty.UnreadMost) + "+"
		case n > 0:
			data.Count = strconv.Itoa(n)
		}
		data.Title = v.p.T("inbox.unread", "count", n)
	}
	var b bytes.Buffer
	if err := countPage.Execute(&b, data); err != nil {
		return err
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	if _, err := v.w.Write(b.Bytes()); err != nil {
		v.log("write count", err)
	}
	return nil
}
