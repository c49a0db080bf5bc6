package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"dondoc/poverty"
)

// status maps a kind of failure to a status, here and nowhere else.
func status(k poverty.Kind) int {
	switch k {
	case poverty.Invalid:
		return http.StatusUnprocessableEntity
	case poverty.Forbidden:
		return http.StatusForbidden
	case poverty.NotFound:
		return http.StatusNotFound
	case poverty.Conflict:
		return http.StatusConflict
	case poverty.Unavailable:
		return http.StatusServiceUnavailable
	case poverty.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

type errorData struct {
	frame
	Status  int
	Message string
	Hint    string
	Down    []string // what cannot be reached
	Retry   string   // where to try again
	Typed   []typed  // what was typed into the form that could not be sent
}

type typed struct {
	Name, Value string
	Shown       bool
}

var errorPage = newPage[errorData]("error/error.html")

// fail answers with the page of an error. What the error wraps goes to the log
// and never to the browser.
func (v *visit) fail(err error) {
	kind := poverty.KindOf(err)
	if kind == poverty.Internal || kind == poverty.Unavailable {
		v.log("request failed", err)
	}
	if v.me.User != 0 && v.cycle == nil && kind != poverty.Unavailable {
		_ = v.withCycle() // the page does without the cycle's navigation
	}
	f := v.frame("", v.p.T("web.error."+string(kind)))
	f.Done = ""
	data := errorData{frame: f, Status: status(kind), Message: v.message(err), Hint: v.p.T("web.error_hint." + string(kind))}
	if kind == poverty.Unavailable {
		data.Down = v.down()
		data.Retry = v.r.URL.RequestURI()
		if v.r.Method == http.MethodPost {
			data.Typed = typedFields(v.r.PostForm)
		}
		v.w.Header().Set("Retry-After", "30")
	}
	if err := errorPage.show(v, data.Status, data); err != nil {
		v.log("error page", err)
		http.Error(v.w, v.p.T("error.internal"), http.StatusInternalServerError)
	}
}

// Unavailable answers with the page of what cannot be reached, for whoever finds
// out before the pages do that nobody can be told who asks.
func Unavailable(w http.ResponseWriter, r *http.Request, err error) {
	s := &site{cfg: Config{Now: time.Now}}
	secure(s.open(func(*visit) error {
		if poverty.KindOf(err) == poverty.Unavailable {
			return err
		}
		return &poverty.Error{Kind: poverty.Unavailable, Key: "error.unavailable", Err: err}
	})).ServeHTTP(w, r)
}

// typedFields returns what was typed, so that it can be sent once more.
// Passwords are left out.
func typedFields(form url.Values) []typed {
	var fields []typed
	for name, values := range form {
		if name == "password" {
			continue
		}
		for _, value := range values {
			fields = append(fields, typed{name, value, len([]rune(value)) > 3 && name != "key" && name != "back" && name != "office"})
		}
	}
	slices.SortFunc(fields, func(a, b typed) int {
		if a.Name < b.Name {
			return -1
		}
		if a.Name > b.Name {
			return 1
		}
		return 0
	})
	return fields
}

// down names what cannot be reached now.
func (v *visit) down() []string {
	ctx, cancel := context.WithTimeout(v.ctx(), 2*time.Second)
	defer cancel()
	var down []string
	if v.store != nil && v.store.Health(ctx) != nil {
		down = append(down, v.p.T("web.down.store"))
	}
	if v.engine != nil && v.engine.Health(ctx) != nil {
		down = append(down, v.p.T("web.down.engine"))
	}
	return down
}

// message words an error for a person.
func (v *visit) message(err error) string {
	if e, ok := errors.AsType[*poverty.Error](err); ok && v.p.Has(e.Key) {
		return v.p.T(e.Key, e.Args...)
	}
	if p, ok := errors.AsType[poverty.Problems](err); ok && len(p) > 0 && v.p.Has(p[0].Key) {
		return v.p.T(p[0].Key, p[0].Args...)
	}
	return v.p.T("error." + string(poverty.KindOf(err)))
}
