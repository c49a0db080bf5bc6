package auth

import (
	"context"
	"encoding/json"
	"net/url"
)

const (
	keyWas  = "was"  // who was signed in until the session ended
	keyKept = "kept" // what that person sent after it had
)

// maxKept is the longest form that is kept, in bytes.
const maxKept = 256 << 10

// kept is a form that came when its session had ended.
type kept struct {
	Path string     `json:"path"`
	Form url.Values `json:"form"`
}

// Keep keeps a form that somebody sent whose session had ended, until the same
// person signs in from the same browser: nobody else gets to see it. It returns
// false, and keeps nothing, where it is not known who that was or the form is
// too long.
func (a *Auth) Keep(ctx context.Context, path string, form url.Values) bool {
	if a.sessions.GetInt64(ctx, keyWas) == 0 {
		return false
	}
	text, err := json.Marshal(kept{path, form})
	if err != nil || len(text) > maxKept {
		return false
	}
	a.sessions.Put(ctx, keyKept, text)
	return true
}

// Kept returns the form that was kept for who is signed in; no path when there
// is none.
func (a *Auth) Kept(ctx context.Context) (path string, form url.Values) {
	var k kept
	if err := json.Unmarshal(a.sessions.GetBytes(ctx, keyKept), &k); err != nil {
		return "", nil
	}
	return k.Path, k.Form
}

// Forget drops the form that was kept.
func (a *Auth) Forget(ctx context.Context) { a.sessions.Remove(ctx, keyKept) }

// retire ends what a session gives a right to, and remembers for a while whose
// it was.
func (a *Auth) retire(ctx context.Context, user int64) {
	for _, key := range []string{keyUser, keyOffice, keySeen, keyBegan, keyKept} {
		a.sessions.Remove(ctx, key)
	}
	a.sessions.Put(ctx, keyWas, user)
}
