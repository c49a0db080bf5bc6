package auth

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"

	"dondoc/poverty"
)

// What a session keeps.
const (
	keyUser   = "user"   // who signed in
	keyOffice = "office" // the seat in which the person chose to act
	keySeen   = "seen"   // when it was last used, to the nearest part of the idle time
	keyBegan  = "began"  // when the person signed in
)

func (a *Auth) serveSession(w http.ResponseWriter, r *http.Request, next http.Handler) {
	w.Header().Add("Vary", "Cookie")
	token := ""
	if c, err := r.Cookie(a.sessions.Cookie.Name); err == nil {
		token = c.Value
	}
	ctx, who, err := a.load(r.Context(), token, !slices.Contains(a.unattended, r.URL.Path))
	if err != nil {
		a.unavailable(w, r, err)
		return
	}
	if who.User != 0 {
		ctx = poverty.WithActor(ctx, who)
	}
	r = r.WithContext(ctx)
	sw := &sessionWriter{ResponseWriter: w, auth: a, request: r}
	next.ServeHTTP(sw, r)
	sw.commit()
}

// load returns a context with the session of a token, and who is signed in by it.
func (a *Auth) load(ctx context.Context, token string, used bool) (context.Context, poverty.Actor, error) {
	looking, end := ctx, func() {}
	if a.look != nil {
		looking, end = a.look(ctx)
	}
	defer end()
	ctx, err := a.sessions.Load(looking, token)
	if err != nil {
		return ctx, poverty.Actor{}, fmt.Errorf("load session: %w", err)
	}
	who, err := a.bySession(ctx, used)
	return ctx, who, err
}

// bySession returns who is signed in, the zero actor when nobody is. It ends a
// session that was idle too long or has lasted too long, or whose user is no
// longer active. Used says that the person does something.
func (a *Auth) bySession(ctx context.Context, used bool) (poverty.Actor, error) {
	id := poverty.UserID(a.sessions.GetInt64(ctx, keyUser))
	if id == 0 {
		return poverty.Actor{}, nil
	}
	unused := a.now().Sub(time.Unix(a.sessions.GetInt64(ctx, keySeen), 0))
	if unused > a.idle || a.now().Sub(time.Unix(a.sessions.GetInt64(ctx, keyBegan), 0)) > a.lifetime {
		a.retire(ctx, int64(id))
		return poverty.Actor{}, nil
	}
	user, err := a.accounts.User(ctx, id)
	if poverty.KindOf(err) == poverty.NotFound {
		return poverty.Actor{}, a.end(ctx)
	}
	if err != nil {
		return poverty.Actor{}, fmt.Errorf("user %d: %w", id, err)
	}
	if a.sessions.GetInt64(ctx, keyBegan) < user.Since.Unix() {
		return poverty.Actor{}, a.end(ctx) // its access was reset since
	}
	if used && unused > a.idle/30 { // not each request writes its session
		a.sessions.Put(ctx, keySeen, a.now().Unix())
	}
	who := actor(user)
	who.Office = poverty.OfficeID(a.sessions.GetString(ctx, keyOffice))
	return who, nil
}

func (a *Auth) end(ctx context.Context) error {
	if err := a.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// SetOffice keeps the seat in which the signed-in person acts from the next
// request on; empty leaves it to the program to take the fitting one. A seat
// that the person does not hold gives no right.
func (a *Auth) SetOffice(ctx context.Context, office poverty.OfficeID) {
	if office == "" {
		a.sessions.Remove(ctx, keyOffice)
		return
	}
	a.sessions.Put(ctx, keyOffice, string(office))
}

// sessionWriter stores the session before the first byte of the response, and
// answers unavailable in place of the response when it cannot.
type sessionWriter struct {
	http.ResponseWriter
	auth    *Auth
	request *http.Request
	done    bool
	failed  bool
}

func (w *sessionWriter) commit() {
	if w.done {
		return
	}
	w.done = true
	ctx, sessions := w.request.Context(), w.auth.sessions
	switch sessions.Status(ctx) {
	case scs.Unmodified:
	case scs.Modified:
		token, expiry, err := sessions.Commit(ctx)
		if err != nil {
			w.failed = true
			clear(w.Header())
			w.auth.unavailable(w.ResponseWriter, w.request, fmt.Errorf("store session: %w", err))
			return
		}
		sessions.WriteSessionCookie(ctx, w.ResponseWriter, token, expiry)
	case scs.Destroyed:
		sessions.WriteSessionCookie(ctx, w.ResponseWriter, "", time.Time{})
	}
}

// WriteHeader stores the session, then writes the header.
func (w *sessionWriter) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.commit()
	}
	if !w.failed {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write stores the session, then writes the body.
func (w *sessionWriter) Write(b []byte) (int, error) {
	w.commit()
	if w.failed {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// FlushError stores the session, then sends what was written so far.
func (w *sessionWriter) FlushError() error {
	w.commit()
	if w.failed {
		return nil
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap returns the writer beneath, for http.ResponseController.
func (w *sessionWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
