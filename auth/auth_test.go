package auth

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"

	"dondoc/locale"
	"dondoc/poverty"
)

const (
	chair    = poverty.UserID(1)
	password = "mật khẩu của chủ tịch"
)

// book is the accounts of these tests: one chair.
type book struct {
	mu     sync.Mutex
	hash   string
	key    []byte
	id     poverty.UserID // zero: the chair
	gone   bool           // the account is no longer active
	since  time.Time      // when its access was last reset
	broken error          // what every question is answered with
	asked  int
}

func (b *book) user() (poverty.User, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	if b.broken != nil {
		return poverty.User{}, b.broken
	}
	if b.gone {
		return poverty.User{}, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	return poverty.User{ID: cmp.Or(b.id, chair), Login: "chu-tich", Name: "Hồ Văn A", Active: true, Since: b.since}, nil
}

func (b *book) Credentials(_ context.Context, login string) (poverty.User, string, error) {
	u, err := b.user()
	if err == nil && login != u.Login {
		return poverty.User{}, "", poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	return u, b.hash, err
}

func (b *book) User(_ context.Context, id poverty.UserID) (poverty.User, error) {
	u, err := b.user()
	if err == nil && id != u.ID {
		return poverty.User{}, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	return u, err
}

func (b *book) APIKey(_ context.Context, sum []byte) (poverty.User, error) {
	u, err := b.user()
	if err == nil && !bytes.Equal(sum, b.key) {
		return poverty.User{}, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	return u, err
}

func (b *book) SetPassword(_ context.Context, _ poverty.UserID, hash string) error {
	b.hash = hash
	return b.broken
}

// drawer keeps sessions in memory and may jam.
type drawer struct {
	*memstore.MemStore
	jammed error
}

var _ scs.CtxStore = (*drawer)(nil)

func (d *drawer) FindCtx(_ context.Context, token string) ([]byte, bool, error) {
	if d.jammed != nil {
		return nil, false, d.jammed
	}
	return d.Find(token)
}

func (d *drawer) CommitCtx(_ context.Context, token string, b []byte, expiry time.Time) error {
	return cmp.Or(d.jammed, d.Commit(token, b, expiry))
}

func (d *drawer) DeleteCtx(_ context.Context, token string) error {
	return cmp.Or(d.jammed, d.Delete(token))
}

var hashed = sync.OnceValue(func() string {
	hash, err := Hash(password)
	if err != nil {
		panic(err)
	}
	return hash
})

// desk is a small site: a page that needs signing in, the sign-in itself, and
// a browser that keeps cookies.
type desk struct {
	t        *testing.T
	accounts *book
	sessions *drawer
	auth     *Auth
	site     http.Handler
	cookies  map[string]*http.Cookie
	now      time.Time
}

func newDesk(t *testing.T, cfg Config) *desk {
	t.Helper()
	d := &desk{t: t, accounts: &book{hash: hashed()}, sessions: &drawer{MemStore: memstore.NewWithCleanupInterval(0)}, cookies: map[string]*http.Cookie{}}
	d.now = time.Date(2018, 4, 16, 1, 0, 0, 0, time.UTC)
	cfg.Now = func() time.Time { return d.now }
	d.auth = New(d.accounts, d.sessions, cfg)
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+SignInPath, func(w http.ResponseWriter, r *http.Request) {
		err := d.auth.SignIn(w, r, r.FormValue("login"), r.FormValue("password"))
		if e, ok := errors.AsType[*poverty.Error](err); ok {
			http.Error(w, e.Key, http.StatusForbidden)
			return
		}
		if err != nil {
			http.Error(w, "internal", http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, LocalPath(r.FormValue("next")), http.StatusSeeOther)
	})
	mux.HandleFunc("POST /ra", func(w http.ResponseWriter, r *http.Request) {
		if err := d.auth.SignOut(r); err != nil {
			http.Error(w, "internal", http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("POST /ghi", func(_ http.ResponseWriter, r *http.Request) {
		if _, ok := poverty.ActorFrom(r.Context()); !ok && r.ParseForm() == nil {
			d.auth.Keep(r.Context(), r.URL.Path, r.PostForm)
		}
	})
	mux.HandleFunc("GET /giu", func(w http.ResponseWriter, r *http.Request) {
		if _, ok := poverty.ActorFrom(r.Context()); ok {
			path, form := d.auth.Kept(r.Context())
			_, _ = io.WriteString(w, path+" "+form.Get("note"))
		}
	})
	mux.HandleFunc("POST /quen", func(_ http.ResponseWriter, r *http.Request) { d.auth.Forget(r.Context()) })
	mux.HandleFunc("POST /vai", func(_ http.ResponseWriter, r *http.Request) {
		d.auth.SetOffice(r.Context(), poverty.OfficeID(r.FormValue("office")))
	})
	mux.HandleFunc("POST /doi", func(w http.ResponseWriter, r *http.Request) {
		if e, ok := errors.AsType[*poverty.Error](d.auth.ChangePassword(w, r, r.FormValue("old"), r.FormValue("new"))); ok {
			http.Error(w, strings.TrimSpace(e.Field+" "+e.Key), http.StatusForbidden)
		}
	})
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, _ := poverty.ActorFrom(r.Context())
		_, _ = io.WriteString(w, a.Name+"|"+string(a.Office))
	})
	mux.Handle("/", d.auth.Require(who))
	d.site = d.auth.Protect(d.auth.Actor(mux))
	return d
}

func (d *desk) do(method, path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for _, c := range d.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	d.site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(d.cookies, c.Name)
			continue
		}
		d.cookies[c.Name] = c
	}
	return w
}

func (d *desk) signIn(login, password string) *httptest.ResponseRecorder {
	d.t.Helper()
	return d.do("POST", SignInPath, url.Values{"login": {login}, "password": {password}})
}

func (d *desk) wantSignedIn(want bool) {
	d.t.Helper()
	w := d.do("GET", "/", nil)
	if got := w.Code == http.StatusOK && strings.HasPrefix(w.Body.String(), "Hồ Văn A|"); got != want {
		d.t.Errorf("signed in: %v, want %v (%d %s)", got, want, w.Code, w.Body)
	}
}

func quiet(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(before) })
}

func TestHash_never_twice_the_same_and_holds_any_text(t *testing.T) {
	a, err := Hash(password)
	if err != nil {
		t.Fatal(err)
	}
	if a == hashed() || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Error(a)
	}
	for _, tt := range []struct {
		name, typed string
		want        bool
	}{
		{"the same", password, true},
		{"decomposed, as a Mac types it", "ma\u0323\u0302t kh\u00e2\u0309u cu\u0309a chu\u0309 ti\u0323ch", true},
		{"another", "mat khau cua chu tich", false},
		{"none", "", false},
		{"endless", strings.Repeat("x", 1<<20), false},
	} {
		if ok, err := Matches(tt.typed, a); ok != tt.want || err != nil {
			t.Errorf("%s: %v, %v", tt.name, ok, err)
		}
	}
}

func TestSignIn_opens_the_page_that_was_wanted(t *testing.T) {
	d := newDesk(t, Config{})
	w := d.do("GET", "/viec/7?tab=lich-su", nil)
	if want := "/dang-nhap?next=%2Fviec%2F7%3Ftab%3Dlich-su"; w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
		t.Errorf("%d %s, want %s", w.Code, w.Header().Get("Location"), want)
	}
	if len(d.cookies) != 0 {
		t.Error("a visitor got a session")
	}
	w = d.do("POST", SignInPath, url.Values{"login": {" Chu-Tich "}, "password": {password}, "next": {"/viec/7?tab=lich-su"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/viec/7?tab=lich-su" {
		t.Errorf("%d %s: %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	d.wantSignedIn(true)
}

func TestSignIn_tells_a_wrong_password_and_an_unknown_login_alike(t *testing.T) {
	d := newDesk(t, Config{})
	for _, tt := range []struct{ name, login, password, want string }{
		{"wrong password", "chu-tich", "sai", "auth.bad_credentials"},
		{"unknown login", "ai-do", password, "auth.bad_credentials"},
		{"unknown login with the password that no one has", "ai-do", "no password has this hash", "auth.bad_credentials"},
		{"no login", " ", password, "auth.login_needed"},
		{"no password", "chu-tich", "", "auth.password_needed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if w := d.signIn(tt.login, tt.password); strings.TrimSpace(w.Body.String()) != tt.want || len(d.cookies) != 0 {
				t.Errorf("%d %s, cookies %v", w.Code, w.Body, d.cookies)
			}
		})
	}
	d.wantSignedIn(false)
	d.accounts.gone = true
	if w := d.signIn("chu-tich", password); !strings.Contains(w.Body.String(), "auth.bad_credentials") {
		t.Errorf("an account that is not active: %s", w.Body)
	}
}

func TestSignIn_renews_the_token(t *testing.T) {
	d := newDesk(t, Config{})
	d.cookies[Cookie] = &http.Cookie{Name: Cookie, Value: "chosen-by-someone-else"}
	d.signIn("chu-tich", password)
	first := d.cookies[Cookie].Value
	if first == "chosen-by-someone-else" || first == "" {
		t.Fatalf("token %q", first)
	}
	d.signIn("chu-tich", password)
	if d.cookies[Cookie].Value == first {
		t.Error("the second sign-in kept the token of the first")
	}
	d.cookies[Cookie] = &http.Cookie{Name: Cookie, Value: first}
	d.wantSignedIn(false)
}

func TestSignIn_sets_a_cookie_that_scripts_and_other_sites_do_not_get(t *testing.T) {
	for _, tt := range []struct {
		base, name string
		secure     bool
	}{
		{"http://localhost:8080", "dondoc", false},
		{"https://dondoc.example.vn", "__Host-dondoc", true},
	} {
		d := newDesk(t, Config{BaseURL: tt.base})
		d.signIn("chu-tich", password)
		c := d.cookies[tt.name]
		if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != tt.secure || c.Path != "/" || c.Domain != "" {
			t.Errorf("%s: %+v", tt.base, c)
		}
		for token := range must(d.sessions.All()) {
			if token == c.Value {
				t.Error("the store holds the token itself")
			}
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestSignOut_ends_the_session_in_the_store(t *testing.T) {
	d := newDesk(t, Config{})
	d.signIn("chu-tich", password)
	old := d.cookies[Cookie]
	d.do("POST", "/ra", nil)
	if d.cookies[Cookie] != nil {
		t.Error("the cookie is still there")
	}
	d.cookies[Cookie] = old
	d.wantSignedIn(false)
}

func TestActor_forgets_a_session_that_was_idle(t *testing.T) {
	d := newDesk(t, Config{Idle: time.Hour})
	d.signIn("chu-tich", password)
	for range 3 {
		d.now = d.now.Add(50 * time.Minute)
		d.wantSignedIn(true)
	}
	d.now = d.now.Add(61 * time.Minute)
	d.wantSignedIn(false)
	d.now = d.now.Add(-61 * time.Minute) // it does not come back
	d.wantSignedIn(false)
}

func TestActor_forgets_a_session_at_the_end_of_its_life(t *testing.T) {
	d := newDesk(t, Config{Lifetime: time.Hour, Idle: time.Hour})
	d.signIn("chu-tich", password)
	for range 2 {
		d.now = d.now.Add(25 * time.Minute)
		d.wantSignedIn(true)
	}
	d.now = d.now.Add(25 * time.Minute)
	d.wantSignedIn(false)
}

func TestKeep_what_was_sent_too_late_comes_back_to_the_same_person_alone(t *testing.T) {
	form := url.Values{"note": {"đã đến nhà"}}
	for _, tt := range []struct {
		name  string
		idle  time.Duration
		other bool
		form  url.Values
		want  string
	}{
		{"the same person", 3 * time.Hour, false, form, "/ghi đã đến nhà"},
		{"somebody else", 3 * time.Hour, true, form, ""},
		{"too long", 3 * time.Hour, false, url.Values{"note": {strings.Repeat("x", maxKept)}}, ""},
		{"a session that had not ended", 0, false, form, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, Config{})
			d.signIn("chu-tich", password)
			d.now = d.now.Add(tt.idle)
			d.do("POST", "/ghi", tt.form)
			if w := d.do("GET", "/giu", nil); w.Body.Len() > 1 {
				t.Errorf("it is told before anybody signed in: %s", w.Body)
			}
			if tt.other {
				d.accounts.id = 9
			}
			d.signIn("chu-tich", password)
			if got := strings.TrimSpace(d.do("GET", "/giu", nil).Body.String()); got != tt.want {
				t.Errorf("kept %q, want %q", got, tt.want)
			}
			d.do("POST", "/quen", nil)
			if got := strings.TrimSpace(d.do("GET", "/giu", nil).Body.String()); got != "" {
				t.Errorf("it was dropped, and %q is there", got)
			}
		})
	}
	d := newDesk(t, Config{}) // nobody was ever signed in
	d.do("POST", "/ghi", form)
	d.signIn("chu-tich", password)
	if got := strings.TrimSpace(d.do("GET", "/giu", nil).Body.String()); got != "" {
		t.Errorf("a stranger's form is kept: %q", got)
	}
}

func TestActor_forgets_a_user_who_is_no_longer_active(t *testing.T) {
	d := newDesk(t, Config{})
	d.signIn("chu-tich", password)
	d.accounts.gone = true
	d.wantSignedIn(false)
	d.accounts.gone = false
	d.wantSignedIn(false)
}

func TestActor_forgets_a_session_from_before_its_access_was_reset(t *testing.T) {
	d := newDesk(t, Config{})
	d.signIn("chu-tich", password)
	d.now = d.now.Add(time.Minute)
	d.accounts.since = d.now
	d.wantSignedIn(false)
	d.signIn("chu-tich", password)
	d.wantSignedIn(true)
}

func TestSetOffice_lasts_until_another_is_chosen(t *testing.T) {
	d := newDesk(t, Config{})
	d.signIn("chu-tich", password)
	for _, office := range []string{"thuong-long/head", "nam-dong/deputy", ""} {
		d.do("POST", "/vai", url.Values{"office": {office}})
		if got := d.do("GET", "/", nil).Body.String(); got != "Hồ Văn A|"+office {
			t.Errorf("%s, want %s", got, office)
		}
	}
	d.do("POST", "/vai", url.Values{"office": {"nam-dong/deputy"}})
	d.signIn("chu-tich", password)
	if got := d.do("GET", "/", nil).Body.String(); got != "Hồ Văn A|" {
		t.Errorf("a new sign-in kept the seat: %s", got)
	}
}

func TestRequire_answers_by_who_asks(t *testing.T) {
	d := newDesk(t, Config{})
	for _, tt := range []struct {
		name, method, path string
		header             []string
		status             int
		location, has      string
	}{
		{name: "a page", method: "GET", path: "/viec", status: 303, location: "/dang-nhap?next=%2Fviec"},
		{name: "the first page", method: "GET", path: "/", status: 303, location: "/dang-nhap"},
		{name: "a form is not sent again", method: "POST", path: "/viec/7", status: 303, location: "/dang-nhap"},
		{name: "the API", method: "GET", path: "/api/v1/duties", status: 401, has: "urn:dondoc:error:api.sign_in"},
		{name: "the API in English", method: "GET", path: "/api/v1/duties", header: []string{"Accept-Language", "en"}, status: 401, has: "Sign in"},
		{name: "a part of a page", method: "GET", path: "/viec/7/lich-su", header: []string{"HX-Request", "true", "HX-Current-URL", "http://example.com/viec/7"}, status: 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := d.do(tt.method, tt.path, nil, tt.header...)
			if w.Code != tt.status || w.Header().Get("Location") != tt.location || !strings.Contains(w.Body.String(), tt.has) {
				t.Errorf("%d %s %s", w.Code, w.Header().Get("Location"), w.Body)
			}
			if len(tt.header) == 4 && w.Header().Get("HX-Redirect") != "/dang-nhap?next=%2Fviec%2F7" {
				t.Errorf("HX-Redirect: %s", w.Header().Get("HX-Redirect"))
			}
		})
	}
}

func TestLocalPath_leads_nowhere_else(t *testing.T) {
	for in, want := range map[string]string{
		"/viec/7?a=b&c=d":               "/viec/7?a=b&c=d",
		"/đơn-vị":                       "/%C4%91%C6%A1n-v%E1%BB%8B",
		"":                              "/",
		"viec":                          "/",
		"//evil.example":                "/",
		"///evil.example":               "/",
		`/\evil.example`:                "/",
		`\\evil.example`:                "/",
		"/\t/evil.example":              "/",
		"/viec\r\nX: y":                 "/",
		"https://evil.vn":               "/",
		"javascript:alert()":            "/",
		"/%2f%2fevil.vn":                "/",
		"/dang-nhap?next=/a":            "/",
		"/%zz":                          "/",
		"/viec#manh":                    "/viec",
		"/" + strings.Repeat("a", 2000): "/",
	} {
		if got := LocalPath(in); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSignIn_is_limited_by_login(t *testing.T) {
	d := newDesk(t, Config{FailuresByLogin: 3})
	for range 5 { // what succeeds does not count
		d.signIn("chu-tich", password)
	}
	for range 3 {
		if w := d.signIn("chu-tich", "sai"); !strings.Contains(w.Body.String(), "auth.bad_credentials") {
			t.Fatalf("%s", w.Body)
		}
	}
	asked := d.accounts.asked
	w := d.signIn("CHU-TICH ", password)
	if !strings.Contains(w.Body.String(), "auth.too_many") || w.Header().Get("Retry-After") == "" {
		t.Errorf("%s %v", w.Body, w.Header())
	}
	if d.accounts.asked != asked+1 { // the session of the browser, not the credentials
		t.Errorf("the store was asked %d times", d.accounts.asked-asked)
	}
	if w := d.signIn("ai-do", "sai"); !strings.Contains(w.Body.String(), "auth.bad_credentials") {
		t.Errorf("another login: %s", w.Body)
	}
}

func TestSignIn_is_shut_to_nobody_by_guesses_from_another_address(t *testing.T) {
	d := newDesk(t, Config{FailuresByLogin: 2, TrustedProxies: []string{"192.0.2.0/24"}, AttemptsByIP: 1000})
	from := func(address, password string) string {
		d.cookies = map[string]*http.Cookie{}
		return d.do("POST", SignInPath, url.Values{"login": {"chu-tich"}, "password": {password}}, "X-Forwarded-For", address).Body.String()
	}
	for range 3 {
		from("203.0.113.1", "sai")
	}
	if got := from("203.0.113.1", password); !strings.Contains(got, "auth.too_many") {
		t.Errorf("who guessed: %s", got)
	}
	if got := from("203.0.113.2", password); got != "" {
		t.Errorf("the person: %s", got)
	}
	for i := range 40 { // who has many addresses has no more guesses for it
		from(fmt.Sprintf("198.51.100.%d", i), "sai")
	}
	if got := from("203.0.113.2", password); !strings.Contains(got, "auth.too_many") {
		t.Errorf("after guesses from forty addresses: %s", got)
	}
}

func TestSignIn_counts_guesses_that_come_at_once(t *testing.T) {
	d := newDesk(t, Config{FailuresByLogin: 2, AttemptsByIP: 1000})
	var wg sync.WaitGroup
	var mu sync.Mutex
	compared := 0
	for range 40 {
		wg.Go(func() {
			r := httptest.NewRequest("POST", SignInPath, nil)
			r = r.WithContext(must(d.auth.sessions.Load(r.Context(), "")))
			if err := d.auth.SignIn(httptest.NewRecorder(), r, "chu-tich", "sai"); errors.Is(err, ErrBadCredentials) {
				mu.Lock()
				compared++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if most := 2 + cap(d.auth.hashing); compared > most {
		t.Errorf("%d passwords were compared, at most %d may be", compared, most)
	}
}

func TestSignIn_is_limited_by_address(t *testing.T) {
	for _, tt := range []struct {
		name    string
		proxies []string
		want    string
	}{
		{"a header that nobody vouches for is not believed", nil, "auth.too_many"},
		{"behind a proxy each client counts alone", []string{"192.0.2.0/24"}, "auth.bad_credentials"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, Config{AttemptsByIP: 2, TrustedProxies: tt.proxies})
			form := url.Values{"login": {"ai-do"}, "password": {"sai"}}
			for range 2 {
				d.do("POST", SignInPath, form, "X-Forwarded-For", "203.0.113.1")
			}
			if w := d.do("POST", SignInPath, form, "X-Forwarded-For", "203.0.113.2"); !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("%s, want %s", w.Body, tt.want)
			}
		})
	}
}

func TestActor_knows_an_API_key(t *testing.T) {
	quiet(t)
	d := newDesk(t, Config{})
	key, sum := NewKey()
	d.accounts.key = sum
	for _, tt := range []struct {
		name, authorization string
		broken              error
		status              int
		has                 string
	}{
		{"the key", "Bearer " + key, nil, 200, "Hồ Văn A|"},
		{"in another case of the scheme", "bearer " + key, nil, 200, "Hồ Văn A|"},
		{"another key", "Bearer " + key + "x", nil, 401, "api.sign_in"},
		{"no key", "Bearer ", nil, 401, "api.sign_in"},
		{"an endless key", "Bearer " + strings.Repeat("x", 100000), nil, 401, "api.sign_in"},
		{"another scheme", "Basic eDp5", nil, 401, "api.sign_in"},
		{"a store out of reach", "Bearer " + key, errors.New("connection refused"), 503, "error.unavailable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d.accounts.broken = tt.broken
			w := d.do("GET", "/api/v1/duties", nil, "Authorization", tt.authorization)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) || strings.Contains(w.Body.String(), "refused") {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if len(d.cookies) != 0 {
				t.Error("a key got a session")
			}
		})
	}
}

func TestActor_answers_503_while_the_store_is_out_of_reach(t *testing.T) {
	quiet(t)
	down := errors.New("connection refused")
	for _, tt := range []struct {
		name string
		fail func(*desk)
		path string
	}{
		{"the session cannot be read", func(d *desk) { d.sessions.jammed = down }, "/"},
		{"the user cannot be read", func(d *desk) { d.accounts.broken = down }, "/"},
		{"in the API", func(d *desk) { d.sessions.jammed = down }, "/api/v1/duties"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, Config{})
			d.signIn("chu-tich", password)
			tt.fail(d)
			w := d.do("GET", tt.path, nil)
			if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Body.Len() == 0 || strings.Contains(w.Body.String(), "refused") {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			d.accounts.broken, d.sessions.jammed = nil, nil
			d.wantSignedIn(true)
		})
	}
}

func TestActor_leaves_the_page_of_an_outage_to_the_hook(t *testing.T) {
	var told error
	d := newDesk(t, Config{Unavailable: func(w http.ResponseWriter, _ *http.Request, err error) {
		told = err
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "hẹn gặp lại")
	}})
	down := errors.New("connection refused")
	d.sessions.jammed = down
	// A visitor has no session, so the store is not asked before the sign-in
	// is stored: its answer must not follow the page of the outage.
	w := d.signIn("chu-tich", password)
	if w.Code == http.StatusSeeOther || w.Header().Get("Location") != "" || len(d.cookies) != 0 {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	d.sessions.jammed = nil
	d.signIn("chu-tich", password)
	d.sessions.jammed = down
	w = d.do("GET", "/", nil)
	if w.Body.String() != "hẹn gặp lại" || !errors.Is(told, down) {
		t.Errorf("%d %s, %v", w.Code, w.Body, told)
	}
}

func TestActor_replaces_a_response_whose_session_cannot_be_stored(t *testing.T) {
	quiet(t)
	d := newDesk(t, Config{})
	site := d.auth.Actor(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.auth.SetOffice(r.Context(), "thuong-long/head")
		d.sessions.jammed = errors.New("connection refused")
		w.Header().Set("Location", "/viec")
		w.WriteHeader(http.StatusSeeOther)
		_, _ = io.WriteString(w, "đã lưu")
	}))
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Location") != "" || strings.Contains(w.Body.String(), "đã lưu") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestProtect_refuses_what_another_site_sends(t *testing.T) {
	d := newDesk(t, Config{BaseURL: "https://dondoc.example.vn"})
	d.signIn("chu-tich", password)
	for _, tt := range []struct {
		name, method, path string
		header             []string
		status             int
	}{
		{"another site", "POST", "/ra", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a neighbour", "POST", "/ra", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"another site in an old browser", "POST", "/ra", []string{"Origin", "https://evil.example"}, 403},
		{"another site and the API", "POST", "/api/v1/duties", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a link on another site", "GET", "/", []string{"Sec-Fetch-Site", "cross-site"}, 200},
		{"behind a proxy that changes the host", "POST", "/vai", []string{"Origin", "https://dondoc.example.vn"}, 200},
		{"this site", "POST", "/vai", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"no browser", "POST", "/vai", nil, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if w := d.do(tt.method, tt.path, nil, tt.header...); w.Code != tt.status {
				t.Errorf("%d, want %d: %s", w.Code, tt.status, w.Body)
			}
		})
	}
}

func TestMessages_exist_in_both_languages(t *testing.T) {
	named := regexp.MustCompile(`"((?:api|auth|error)\.[a-z_]+)"`)
	var keys []string
	for _, name := range must(filepath.Glob("*.go")) {
		for _, m := range named.FindAllSubmatch(must(os.ReadFile(name)), -1) {
			keys = append(keys, string(m[1]))
		}
	}
	slices.Sort(keys)
	locale.CheckKeys(t, slices.Compact(keys))
}
