package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long a verb waits for what it needs.
const patience = 30 * time.Second

// page is what the tabs ask the page itself: script that finds things by their
// words. The pages have none of their own.
//
//go:embed page.js
var page string

// found is what the page's script marked last.
const found = chromedp.CSS("[data-found]")

// Tab is one window, with cookies of its own, in which one person works.
type Tab struct {
	t     testing.TB
	site  *Site
	who   string
	ctx   context.Context
	scope string
}

// Visit opens a window in which nobody is signed in, 1280 pixels wide.
func (s *Site) Visit(who string) *Tab {
	s.t.Helper()
	ctx, closeTab := newTab()
	s.t.Cleanup(closeTab)
	b := &Tab{t: s.t, site: s, who: who, ctx: ctx}
	// The first run makes the tab, and the tab lives as long as its context.
	if err := chromedp.Do(ctx); err != nil {
		s.t.Fatalf("%s: open a tab: %v", who, err)
	}
	b.Resize(1280, 900)
	return b
}

// SignIn opens a window and signs an account of the example in. Several people
// work at once in windows of their own.
func (s *Site) SignIn(login string) *Tab {
	s.t.Helper()
	b := s.Visit(login)
	b.Open("/dang-nhap")
	b.SignIn(login)
	return b
}

// SignIn fills in the sign-in page that is shown, and sends it.
func (b *Tab) SignIn(login string) {
	b.t.Helper()
	b.Fill("login", login)
	b.Fill("password", Password)
	b.Press("Đăng nhập")
}

// In returns the tab restricted to the smallest row, item, fold, form or section
// that holds a text.
func (b *Tab) In(text string) *Tab {
	inner := *b
	inner.scope = text
	return &inner
}

// Resize sets the size of the window's page, in pixels.
func (b *Tab) Resize(width, height int64) {
	b.t.Helper()
	b.do("resize", chromedp.EmulateViewport(width, height))
}

// Open goes to a path of the site, or to a whole address. A failure of the
// program fails the test.
func (b *Tab) Open(path string) {
	b.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.site.URL + path
	}
	b.arrive("open "+path, chromedp.Navigate(path))
}

// Press clicks a button, a link or the head of a fold, by its words, and waits
// for the page that comes, if one does.
func (b *Tab) Press(words string) {
	b.t.Helper()
	what := fmt.Sprintf("press %q", words)
	stays := b.find(what, "press", words) == "stays"
	click := chromedp.Click(found)
	if stays {
		b.do(what, click)
		return
	}
	b.arrive(what, click)
}

// Fill types into the field of a label (or of that name), in place of what
// stands there. In a list it chooses the entry of that text or value.
func (b *Tab) Fill(label, text string) {
	b.t.Helper()
	if kind := b.find(fmt.Sprintf("fill %q with %q", label, text), "fill", label, text); kind == "typed" {
		// The script emptied the field and put the cursor into it.
		if _, err := chromedp.Call(b.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
			b.fail("fill %q: %v", label, err)
		}
	}
}

// Tick sets the box or the choice of a label, unless it is set.
func (b *Tab) Tick(label string) {
	b.t.Helper()
	what := fmt.Sprintf("tick %q", label)
	if b.find(what, "field", label) != "ticked" {
		b.do(what, chromedp.Click(found))
	}
}

// Attach chooses a file of the disk in the field of a label.
func (b *Tab) Attach(label, file string) {
	b.t.Helper()
	path, err := filepath.Abs(file)
	if err != nil {
		b.t.Fatal(err)
	}
	b.find("attach to "+label, "field", label)
	b.do("attach to "+label, chromedp.SetUploadFiles(found, []string{path}))
}

// Value returns what stands in the field of a label.
func (b *Tab) Value(label string) string {
	b.t.Helper()
	b.find("read "+label, "field", label)
	return get(b, "read "+label, chromedp.Value(found))
}

// Sees waits until the page shows each of the texts. Upper and lower case are
// the same.
func (b *Tab) Sees(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		b.find(fmt.Sprintf("see %q", text), "sees", text)
	}
}

// SeesNot fails when the page shows one of the texts.
func (b *Tab) SeesNot(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		if seen, _ := b.ask("sees", text); seen != "" {
			b.fail("the page shows %q", text)
		}
	}
}

// Until loads the page again until it shows a text: for what the program does
// meanwhile.
func (b *Tab) Until(text string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if seen, err := b.ask("sees", text); err == nil && seen != "" {
			return
		}
		b.arrive("load again", chromedp.Reload())
	}
	b.fail("it never came that the page shows %q", text)
}

// Fits fails when the page is wider than its window, so that it would have to be
// moved sideways to be read.
func (b *Tab) Fits() {
	b.t.Helper()
	if wide, err := b.ask("wide"); err != nil || wide != "" {
		b.fail("the page scrolls sideways: %s %v", wide, err)
	}
}

// Paper returns the page that is shown as it prints, a PDF.
func (b *Tab) Paper() []byte {
	b.t.Helper()
	return get(b, "print", chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
}

// Status returns the HTTP status with which the page that is shown came.
func (b *Tab) Status() int {
	b.t.Helper()
	return get(b, "read the status", chromedp.Evaluate[int](`performance.getEntriesByType("navigation")[0].responseStatus`))
}

// Path returns the path and query of the page that is shown.
func (b *Tab) Path() string {
	b.t.Helper()
	return strings.TrimPrefix(get(b, "read the address", chromedp.Location()), b.site.URL)
}

// Download fetches a path as this person would, and returns it; any status but
// 200 fails the test.
func (b *Tab) Download(path string) []byte {
	b.t.Helper()
	cookies, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{b.site.URL}})
	if err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.site.URL+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range cookies.Cookies {
		req.Header.Add("Cookie", c.Name+"="+c.Value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: GET %s: %d, %v", b.who, path, res.StatusCode, err)
	}
	return body
}

// SignedOut forgets that the person is signed in, as the end of a session does.
func (b *Tab) SignedOut() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		b.t.Fatal(err)
	}
}

// Picture stores what the window shows, whole, as a PNG among the test's
// artifacts.
func (b *Tab) Picture(name string) {
	b.t.Helper()
	if path, err := b.picture(name); err != nil {
		b.t.Errorf("%s: picture %s: %v", b.who, path, err)
	}
}

func (b *Tab) picture(name string) (string, error) {
	path := filepath.Join(b.t.ArtifactDir(), name+".png")
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return path, err
	}
	return path, os.WriteFile(path, png, 0o600)
}

// get carries out an action that tells something.
func get[T any](b *Tab, what string, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		b.fail("%s: %v", what, err)
	}
	return value
}

// do carries out actions.
func (b *Tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.fail("%s: %v", what, err)
	}
}

// arrive carries out actions and waits for the page that they lead to.
func (b *Tab) arrive(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, actions...)
	if err != nil {
		b.fail("%s: %v", what, err)
	}
	if res != nil && res.Status >= http.StatusInternalServerError && res.Status != http.StatusServiceUnavailable {
		b.fail("%s: status %d", what, res.Status)
	}
}

// find asks the page until it has what is looked for, marks that as found, and
// returns what kind of thing it is.
func (b *Tab) find(what, verb string, words ...string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		kind, err := b.ask(verb, words...)
		if err == nil && kind != "" {
			return kind
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			b.fail("%s: it is not on the page", what)
			return ""
		}
	}
}

func (b *Tab) ask(verb string, words ...string) (string, error) {
	arguments, err := json.Marshal(append([]string{verb, b.scope}, words...))
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf("(%s)(...%s)", page, arguments)))
}

// fail ends the test with what the page shows.
func (b *Tab) fail(format string, args ...any) {
	b.t.Helper()
	path, err := b.picture("failed-" + b.who)
	if err != nil {
		path = err.Error()
	}
	text, _ := b.ask("text")
	b.t.Fatalf("%s: %s\nin %q\npicture (kept with go test -artifacts): %s\nthe page says:\n%s",
		b.who, fmt.Sprintf(format, args...), b.scope, path, text)
}
