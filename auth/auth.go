// Package auth finds out who asks: it signs people in by password, keeps their
// sessions, knows API keys, and puts a poverty.Actor into each request.
package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"

	"dondoc/locale"
	"dondoc/poverty"
)

// SignInPath is the page that asks for login and password; the page that was
// wanted stands in its query as "next".
const SignInPath = "/dang-nhap"

// Cookie is the name of the session cookie. Over https it has the prefix
// "__Host-", which no other host of the domain can set.
const Cookie = "dondoc"

// afterlife is how long it is known, after the end of a session, whose it was.
const afterlife = 12 * time.Hour

// Config is what may be set. Every zero value is usable.
type Config struct {
	// BaseURL is the address under which people reach the program. Where it is
	// https the session cookie is sent over https only.
	BaseURL string
	// TrustedProxies are the networks (CIDR) whose X-Forwarded-For is believed;
	// none: the peer of the connection is the client.
	TrustedProxies []string
	// Idle ends a session that was not used for so long; zero means two hours.
	Idle time.Duration
	// Lifetime ends every session; zero means twelve hours.
	Lifetime time.Duration
	// AttemptsByIP is how many sign-ins one address may try in a minute; zero
	// means 60, since a whole office may stand behind one address.
	AttemptsByIP int
	// FailuresByLogin is how many wrong passwords one login may be given in 15
	// minutes from one address, and twenty times as many from all; zero means 10.
	// So nobody shuts out another person by guessing alone.
	FailuresByLogin int
	// Unavailable answers when it cannot be known who asks because the store is
	// out of reach; nil answers 503 in plain text, or as a problem in the API.
	Unavailable func(w http.ResponseWriter, r *http.Request, err error)
	// Unattended are the paths that pages ask for by themselves: they keep no
	// session alive.
	Unattended []string
	// Look, where it is not nil, lets all reads of one request share a transaction
	// until end is called.
	Look func(ctx context.Context) (looking context.Context, end func())
	// Now tells the time; nil means time.Now.
	Now func() time.Time
}

// Auth signs people in and tells requests who asks.
type Auth struct {
	accounts    poverty.Accounts
	sessions    *scs.SessionManager
	idle        time.Duration
	lifetime    time.Duration
	now         func() time.Time
	unavailable func(w http.ResponseWriter, r *http.Request, err error)
	clientIP    func(http.Handler) http.Handler
	crossOrigin *http.CrossOriginProtection

	byIP       *httprate.RateLimiter
	wrongHere  guesses // by login and address
	wrong      guesses // by login
	unattended []string
	look       func(context.Context) (context.Context, func())
	hashing    chan struct{} // a slot for each password that is compared at once
}

// New returns an Auth over accounts, which keeps its sessions in sessions.
func New(accounts poverty.Accounts, sessions scs.CtxStore, cfg Config) *Auth {
	a := &Auth{
		accounts:    accounts,
		idle:        cmp.Or(cfg.Idle, 2*time.Hour),
		lifetime:    cmp.Or(cfg.Lifetime, 12*time.Hour),
		now:         cfg.Now,
		unavailable: cfg.Unavailable,
		clientIP:    middleware.ClientIPFromRemoteAddr,
		crossOrigin: http.NewCrossOriginProtection(),
		unattended:  cfg.Unattended,
		look:        cfg.Look,
		hashing:     make(chan struct{}, runtime.NumCPU()),
	}
	if a.now == nil {
		a.now = time.Now
	}
	if a.unavailable == nil {
		a.unavailable = unavailable
	}
	if len(cfg.TrustedProxies) > 0 {
		a.clientIP = middleware.ClientIPFromXFF(cfg.TrustedProxies...)
	}
	quiet := httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"})
	a.byIP = httprate.NewRateLimiter(cmp.Or(cfg.AttemptsByIP, 60), time.Minute, quiet)
	failures := cmp.Or(cfg.FailuresByLogin, 10)
	a.wrongHere = guesses{httprate.NewRateLimiter(failures, 15*time.Minute, quiet), failures}
	a.wrong = guesses{httprate.NewRateLimiter(20*failures, 15*time.Minute, quiet), 20 * failures}

	base, err := url.Parse(cfg.BaseURL)
	secure := err == nil && base.Scheme == "https"
	if err == nil && base.Host != "" {
		// A proxy may hand over another Host than the browser saw.
		if err := a.crossOrigin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
			slog.Warn("base URL is no origin", "err", err)
		}
	}
	a.crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, http.StatusForbidden, "auth.cross_origin")
	}))

	a.sessions = scs.New()
	a.sessions.Store = sessions
	a.sessions.HashTokenInStore = true
	a.sessions.Lifetime = a.lifetime + afterlife
	a.sessions.Cookie.Name = Cookie
	a.sessions.Cookie.HttpOnly = true
	a.sessions.Cookie.SameSite = http.SameSiteLaxMode
	a.sessions.Cookie.Secure = secure
	a.sessions.Cookie.Persist = false
	if secure {
		a.sessions.Cookie.Name = "__Host-" + Cookie
	}
	return a
}

// Protect refuses what another site makes a browser send (CSRF). It belongs
// around everything that changes something.
func (a *Auth) Protect(next http.Handler) http.Handler {
	return a.crossOrigin.Handler(next)
}

// Actor finds out who asks and puts the poverty.Actor into the request's
// context: by API key where there is one, else by session. Nobody signed in is
// no failure; a key that nobody has is (401).
func (a *Auth) Actor(next http.Handler) http.Handler {
	next = a.looking(next)
	return a.clientIP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key, ok := bearer(r); ok {
			a.serveKey(w, r, key, next)
			return
		}
		a.serveSession(w, r, next)
	}))
}

// Require lets through only requests with an actor. A page sends the others to
// sign in and come back; the API answers 401.
func (a *Auth) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := poverty.ActorFrom(r.Context()); ok {
			next.ServeHTTP(w, r)
			return
		}
		if isAPI(r) {
			unauthorized(w, r)
			return
		}
		wanted := ""
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			wanted = r.URL.RequestURI()
		}
		if r.Header.Get("HX-Request") == "true" {
			// A part of a page was asked for: the whole page has to go.
			if u, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil {
				wanted = u.RequestURI()
			}
			w.Header().Set("HX-Redirect", signInURL(wanted))
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, signInURL(wanted), http.StatusSeeOther)
	})
}

func signInURL(wanted string) string {
	if next := LocalPath(wanted); next != "/" {
		return SignInPath + "?next=" + url.QueryEscape(next)
	}
	return SignInPath
}

// LocalPath returns next where it is a path of this program, with its query,
// and "/" where it is anything else, so that nobody can be sent elsewhere.
func LocalPath(next string) string {
	if len(next) > 2000 || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		return "/"
	}
	if strings.ContainsFunc(next, func(c rune) bool { return c == '\\' || c < ' ' || c == 0x7f }) {
		return "/"
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	if u.Path == SignInPath {
		return "/"
	}
	return u.RequestURI()
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

func unauthorized(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	refuse(w, r, http.StatusUnauthorized, "api.sign_in")
}

func unavailable(w http.ResponseWriter, r *http.Request, err error) {
	slog.ErrorContext(r.Context(), "sign-in is out of order", "request_id", middleware.GetReqID(r.Context()), "err", err)
	w.Header().Set("Retry-After", "5")
	refuse(w, r, http.StatusServiceUnavailable, "error.unavailable")
}

// refuse answers in plain text, or as problem details in the API.
func refuse(w http.ResponseWriter, r *http.Request, status int, key string) {
	text := locale.Match(r.Header.Get("Accept-Language")).T(key)
	w.Header().Set("Cache-Control", "no-store")
	if !isAPI(r) {
		http.Error(w, text, status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	problem := struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
	}{"urn:dondoc:error:" + key, text, status}
	if err := json.NewEncoder(w).Encode(problem); err != nil {
		slog.DebugContext(r.Context(), "client went away", "err", err)
	}
}
