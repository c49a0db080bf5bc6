package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"strings"

	"dondoc/poverty"
)

// NewKey returns a new API key, which is shown once, and the SHA-256 that is
// stored in its place.
func NewKey() (key string, sum []byte) {
	key = "dondoc_" + rand.Text() + rand.Text()
	return key, KeySum(key)
}

// KeySum returns the SHA-256 under which an API key is stored.
func KeySum(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}

func bearer(r *http.Request) (string, bool) {
	scheme, key, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(key), true
}

func (a *Auth) serveKey(w http.ResponseWriter, r *http.Request, key string, next http.Handler) {
	user, err := a.byKey(r.Context(), key)
	switch poverty.KindOf(err) {
	case "":
	case poverty.NotFound:
		unauthorized(w, r)
		return
	default:
		a.unavailable(w, r, err)
		return
	}
	// An empty session is loaded without the store: a page that asks for it
	// finds none.
	ctx, err := a.sessions.Load(r.Context(), "")
	if err != nil {
		a.unavailable(w, r, err)
		return
	}
	next.ServeHTTP(w, r.WithContext(poverty.WithActor(ctx, actor(user))))
}

func (a *Auth) byKey(ctx context.Context, key string) (poverty.User, error) {
	if key == "" || len(key) > 200 {
		return poverty.User{}, poverty.Errorf(poverty.NotFound, "api.sign_in")
	}
	return a.accounts.APIKey(ctx, KeySum(key))
}

func actor(u poverty.User) poverty.Actor {
	return poverty.Actor{User: u.ID, Name: u.Name, Admin: u.Admin}
}
