// Package api is the JSON API under /api/v1, described by the OpenAPI 3.1
// document that it serves itself. It reads from a poverty.Store and decides
// through a poverty.Engine; both act for the actor of the request's context.
package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"dondoc/poverty"
)

// Path is where the API is mounted.
const Path = "/api/v1"

// maxBody is the longest body that is read, in bytes.
const maxBody = 1 << 20

// New returns the API, to be mounted at Path. Its document is at openapi.json
// and needs no sign-in; everything else answers 401 without an actor in the
// request's context.
func New(store poverty.Store, engine poverty.Engine, press poverty.Press) http.Handler {
	r := chi.NewRouter()
	r.Use(recovered, plain, noStore)
	r.NotFound(func(w http.ResponseWriter, r *http.Request) {
		write(w, r, http.StatusNotFound, "api.no_such_path")
	})
	r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		write(w, r, http.StatusMethodNotAllowed, "api.no_such_method")
	})

	a := humachi.New(r, config())
	a.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		if _, ok := poverty.ActorFrom(ctx.Context()); !ok {
			ctx.SetHeader("WWW-Authenticate", "Bearer")
			_ = huma.WriteErr(a, ctx, http.StatusUnauthorized, "api.sign_in") // huma told of it already
			return
		}
		next(ctx)
	})
	units(a, store)
	offices(a, store)
	users(a, store)
	cycles(a, store, engine)
	duties(a, store, engine)
	periods(a, store)
	groups(a, store)
	helpers(a, store)
	mentors(a, store)
	pilots(a, store)
	registrations(a, store)
	gapChecks(a, store)
	plans(a, store, engine)
	reports(a, store)
	reportForms(a, store)
	contributions(a, store)
	calls(a, store)
	reportRates(a, store)
	consolidations(a, store, engine)
	assignments(a, store, engine)
	escalations(a, store)
	notices(a, store)
	inbox(a, store)
	history(a, store)
	surveys(a, store, engine)
	cases(a, store, engine)
	targets(a, store)
	committees(a, store)
	indicators(a, store)
	reviews(a, store, engine)
	shortcomings(a, store, engine)
	years(a, store)
	households(a, store)
	components(a, store, engine)
	funds(a, store, engine)
	attachments(a, store)
	postings(a, store, engine)
	objections(a, store, engine)
	receipts(a, store)
	freezes(a, store)
	settlements(a, store)
	meetings(a, store, engine)
	obstacles(a, store, engine)
	watches(a, store, engine)
	exports(a, store)
	papers(a, store, press)
	daysOff(a, store)

	document, err := json.Marshal(a.OpenAPI())
	if err != nil {
		panic(err) // the document is made of the types of this package
	}
	r.Get("/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(document) // the client may have gone
	})
	return r
}

func config() huma.Config {
	c := huma.DefaultConfig("Đôn Đốc", "1.0.0")
	c.Info.Description = "The yearly poverty-reduction cycle of a local government: who owes what by when, " +
		"what came in, what is late, who was told, and the decisions on it.\n\n" +
		"Days are days in Asia/Ho_Chi_Minh and written YYYY-MM-DD; instants are RFC 3339 with seconds at +07:00. " +
		"Messages come in Vietnamese, or in English by Accept-Language. " +
		"Every decision needs an Idempotency-Key: sent twice, it is carried out once."
	c.Servers = []*huma.Server{{URL: Path}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"key":     {Type: "http", Scheme: "bearer", Description: "An API key."},
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-dondoc", Description: "The session of a signed-in person; the cookie is named dondoc where the program is not reached by https."},
	}
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", "" // no page from a CDN; the document is served above
	c.CreateHooks = nil                                   // no $schema in bodies
	c.RejectUnknownQueryParameters = true
	format := huma.Format{Marshal: encode, Unmarshal: decode}
	c.Formats = map[string]huma.Format{"application/json": format, "json": format}
	describe(c.Components.Schemas)
	return c
}

// List is a list of things; it is never null.
type List[T any] struct {
	Items []T `json:"items"`
}

type output[T any] struct {
	Body T
}

// CyclePath is the address of what belongs to a cycle.
type CyclePath struct {
	ID poverty.CycleID `path:"id" maxLength:"200" doc:"Owner unit and year" example:"nam-dong:2018"`
}

// DutyPath is the address of what belongs to a duty.
type DutyPath struct {
	ID poverty.DutyID `path:"id" minimum:"1"`
}

// Decided is the header that makes a decision idempotent.
type Decided struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" pattern:"^[!-~]+$" doc:"Names this decision. A second request with the same key returns the first one's result."`
}

// seat returns the seat that a decision names, or else the one that the actor
// chose to act in.
func seat(ctx context.Context, named poverty.OfficeID) poverty.OfficeID {
	if named != "" {
		return named
	}
	a, _ := poverty.ActorFrom(ctx)
	return a.Office
}

// read registers a GET whose handler returns the body.
func read[I, T any](a huma.API, tag, id, path, summary string, h func(context.Context, *I) (T, error)) {
	register(a, operation(http.MethodGet, tag, id, path, summary), h)
}

// list registers a GET whose handler returns the items of a List.
func list[I, T any](a huma.API, tag, id, path, summary string, h func(context.Context, *I) ([]T, error)) {
	read(a, tag, id, path, summary, func(ctx context.Context, in *I) (List[T], error) {
		items, err := h(ctx, in)
		return List[T]{items}, err
	})
}

// change registers a POST or PUT whose handler returns the body.
func change[I, T any](a huma.API, method, tag, id, path, summary string, h func(context.Context, *I) (T, error)) {
	register(a, changing(method, tag, id, path, summary), h)
}

func changing(method, tag, id, path, summary string) huma.Operation {
	op := operation(method, tag, id, path, summary)
	op.MaxBodyBytes = maxBody
	op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge)
	return op
}

func operation(method, tag, id, path, summary string) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tag},
		Security: []map[string][]string{{"session": {}}, {"key": {}}},
		Errors: []int{
			http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
			http.StatusUnprocessableEntity, http.StatusServiceUnavailable,
		},
	}
}

func register[I, T any](a huma.API, op huma.Operation, h func(context.Context, *I) (T, error)) {
	huma.Register(a, op, func(ctx context.Context, in *I) (*output[T], error) {
		body, err := h(ctx, in)
		if err != nil {
			return nil, err
		}
		return &output[T]{body}, nil
	})
}

// recovered answers 500 where a handler panicked.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // the value itself is what net/http compares
				panic(v)
			}
			slog.ErrorContext(r.Context(), "api panic", "request_id", middleware.GetReqID(r.Context()), "panic", v, "stack", string(debug.Stack()))
			write(w, r, http.StatusInternalServerError, "error.internal")
		}()
		next.ServeHTTP(w, r)
	})
}

// plain refuses an address with bytes that no text of ours can hold.
func plain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ok := text(r.URL.Path)
		for name, values := range r.URL.Query() {
			ok = ok && text(name) && text(strings.Join(values, ""))
		}
		if !ok {
			write(w, r, http.StatusBadRequest, "api.bad_text")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func text(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Add("Vary", "Accept-Language")
		next.ServeHTTP(w, r)
	})
}
