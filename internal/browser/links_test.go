package browser_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dondoc/internal/browser"
)

// Whoever follows a link is let in: no page leads its reader to what they may not
// see or what is not there, no word is missing, and nothing fails.
func TestPages_lead_their_readers_nowhere_in_vain(t *testing.T) {
	t.Parallel()
	site := browser.Start(t, browser.Options{Month: time.November})
	for _, login := range []string{
		"thuongtruc.canbo", "thuonglong.chutich", "thuonglong.canbo", "congan.truong", "toaan.canbo", "lanhdao.ct", "tinh.canbo", "huyen.vanthu", "quantri",
	} {
		t.Run(login, func(t *testing.T) {
			w := newWalk(t, site.URL, login)
			w.see("/", "the sign-in")
			w.see(site.Path, "the sign-in")
			for len(w.open) > 0 {
				next := w.open[0]
				w.open = w.open[1:]
				w.read(next)
			}
			if w.pages < 40 {
				t.Errorf("only %d pages were found", w.pages)
			}
		})
	}
}

// walk follows the links of pages, each kind of address a few times.
type walk struct {
	t      *testing.T
	base   string
	client *http.Client
	open   []string
	from   map[string]string // where an address was found
	kinds  map[string]int
	pages  int
}

func newWalk(t *testing.T, base, login string) *walk {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &walk{t: t, base: base, client: &http.Client{Jar: jar, Timeout: time.Minute}, from: map[string]string{}, kinds: map[string]int{}}
	res, err := w.client.PostForm(base+"/dang-nhap", url.Values{"login": {login}, "password": {browser.Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || strings.HasPrefix(res.Request.URL.Path, "/dang-nhap") {
		t.Fatalf("signing in leads to %s: %s", res.Request.URL, res.Status)
	}
	return w
}

// Units, groups and the like have codes, all else numbers.
var (
	code  = regexp.MustCompile(`/(units|plans|groups|helpers|components|reviews|consolidations|imports)/[\w.-]+`)
	digit = regexp.MustCompile(`\d+`)
	value = regexp.MustCompile(`=[^&]*`)
)

// see remembers an address to be read, unless enough of its kind are.
func (w *walk) see(address, from string) {
	if _, known := w.from[address]; known {
		return
	}
	w.from[address] = from
	kind := value.ReplaceAllString(digit.ReplaceAllString(code.ReplaceAllString(address, "/$1/x"), "0"), "=")
	if w.kinds[kind]++; w.kinds[kind] <= 3 {
		w.open = append(w.open, address)
	}
}

func (w *walk) read(address string) {
	w.t.Helper()
	res, err := w.client.Get(w.base + address)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.pages++
	if res.StatusCode != http.StatusOK {
		w.t.Errorf("%s leads to %s: %s", w.from[address], address, res.Status)
		return
	}
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		return
	}
	for _, wrong := range []string{"⟦", "<no value>", "ZgotmplZ", "%!"} {
		if strings.Contains(string(body), wrong) {
			w.t.Errorf("%s shows %s", address, wrong)
		}
	}
	page, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		w.t.Fatal(err)
	}
	for n := range page.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" {
			w.follow(n, address)
		}
	}
}

func (w *walk) follow(link *html.Node, from string) {
	for _, a := range link.Attr {
		if a.Key != "href" {
			continue
		}
		at, err := url.Parse(from)
		if err != nil {
			w.t.Fatal(err)
		}
		to, err := at.Parse(a.Val)
		if err != nil {
			w.t.Errorf("%s leads to %q: %v", from, a.Val, err)
			continue
		}
		to.Fragment = ""
		if to.Host == "" && !strings.HasPrefix(to.Path, "/static/") {
			w.see(to.String(), from)
		}
	}
}
