package auth

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"

	"dondoc/locale"
	"dondoc/poverty"
)

// What a refused sign-in says. Whether the login exists is not told.
var (
	ErrBadCredentials = poverty.Errorf(poverty.Forbidden, "auth.bad_credentials")
	ErrTooMany        = poverty.Errorf(poverty.Forbidden, "auth.too_many") // w carries Retry-After; the status is 429
)

// SignIn checks login and password and begins a session for the user, under a
// new token. It returns ErrBadCredentials, ErrTooMany after too many attempts,
// Invalid when one of the two is empty, or what the accounts returned
// (Unavailable). It writes nothing but headers. The request must have passed
// Actor.
func (a *Auth) SignIn(w http.ResponseWriter, r *http.Request, login, password string) error {
	login = strings.ToLower(locale.NFC(strings.TrimSpace(login)))
	switch {
	case login == "":
		return poverty.InvalidField("login", "auth.login_needed")
	case password == "":
		return poverty.InvalidField("password", "auth.password_needed")
	}
	if a.byIP.OnLimit(w, r, clientIP(r)) {
		return ErrTooMany
	}
	user, err := a.check(w, r, login, password)
	if err != nil {
		return err
	}
	ctx := r.Context()
	var kept []byte // of the same person alone
	if a.sessions.GetInt64(ctx, keyWas) == int64(user.ID) {
		kept = a.sessions.GetBytes(ctx, keyKept)
	}
	if err := a.sessions.RenewToken(ctx); err != nil {
		return &poverty.Error{Kind: poverty.Unavailable, Key: "error.unavailable", Err: fmt.Errorf("renew session: %w", err)}
	}
	if err := a.sessions.Clear(ctx); err != nil {
		return fmt.Errorf("clear session: %w", err)
	}
	a.sessions.Put(ctx, keyUser, int64(user.ID))
	a.sessions.Put(ctx, keySeen, a.now().Unix())
	a.sessions.Put(ctx, keyBegan, a.now().Unix())
	if kept != nil {
		a.sessions.Put(ctx, keyKept, kept)
	}
	return nil
}

// check compares a password. Each comparison takes 19 MB and a processor, so
// no more run at once than there are processors; that also keeps a burst of
// guesses from passing the limit before the first one was counted.
func (a *Auth) check(w http.ResponseWriter, r *http.Request, login, password string) (poverty.User, error) {
	ctx := r.Context()
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
	case <-ctx.Done():
		return poverty.User{}, fmt.Errorf("sign in: %w", ctx.Err())
	}
	here := login + " " + clientIP(r)
	if a.wrongHere.tooMany(here) || a.wrong.tooMany(login) {
		w.Header().Set("Retry-After", "900")
		return poverty.User{}, ErrTooMany
	}
	user, hash, err := a.credentials(ctx, login)
	if err != nil {
		return poverty.User{}, err
	}
	ok, err := Matches(password, hash)
	if err != nil {
		return poverty.User{}, fmt.Errorf("password of user %d: %w", user.ID, err)
	}
	if !ok || user.ID == 0 {
		a.wrongHere.count.OnLimit(w, r, here)
		a.wrong.count.OnLimit(w, r, login)
		return poverty.User{}, ErrBadCredentials
	}
	return user, nil
}

// guesses counts wrong passwords.
type guesses struct {
	count *httprate.RateLimiter
	most  int
}

func (g guesses) tooMany(key string) bool {
	_, failed, err := g.count.Status(key)
	return err == nil && failed >= float64(g.most)
}

// credentials returns no user, and the hash of no password, for an unknown
// login.
func (a *Auth) credentials(ctx context.Context, login string) (poverty.User, string, error) {
	user, hash, err := a.accounts.Credentials(ctx, login)
	if poverty.KindOf(err) == poverty.NotFound || err == nil && hash == "" {
		hash, err := dummy()
		return poverty.User{}, hash, err
	}
	if err != nil {
		return poverty.User{}, "", fmt.Errorf("sign in: %w", err)
	}
	return user, hash, nil
}

// SignOut ends the session and deletes it from the store.
func (a *Auth) SignOut(r *http.Request) error {
	return a.end(r.Context())
}

func clientIP(r *http.Request) string {
	ip := middleware.GetClientIP(r.Context())
	if ip == "" {
		ip = r.RemoteAddr
		if host, _, err := net.SplitHostPort(ip); err == nil {
			ip = host
		}
	}
	return httprate.CanonicalizeIP(ip)
}
