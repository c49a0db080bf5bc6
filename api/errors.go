package api

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/go-chi/chi/v5/middleware"

	"dondoc/locale"
	"dondoc/poverty"
)

// Problem is a failure as RFC 9457 describes it. Type is lasting and made of
// the message's key; Title and Detail are for people, in their language.
type Problem struct {
	Type     string         `json:"type" format:"uri" example:"urn:dondoc:error:duty.state.done"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail,omitempty"`
	Instance string         `json:"instance,omitempty" doc:"The request, as the program's log names it"`
	State    string         `json:"state,omitempty" doc:"With 409: the state that does not allow it"`
	Errors   []ProblemField `json:"errors,omitempty"`
}

// ProblemField is one thing wrong with what was sent.
type ProblemField struct {
	Location string `json:"location" example:"body.by" doc:"Where: body, query, path or header, then the field; of what is wrong in a list, the row's number from 1 before it: body[2].code"`
	Message  string `json:"message"`
}

// Error returns the type, for logs.
func (p *Problem) Error() string { return p.Type }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statusOf is the one place where a kind of failure becomes a status.
var statusOf = map[poverty.Kind]int{
	poverty.Invalid:     http.StatusUnprocessableEntity,
	poverty.Forbidden:   http.StatusForbidden,
	poverty.NotFound:    http.StatusNotFound,
	poverty.Conflict:    http.StatusConflict,
	poverty.Unavailable: http.StatusServiceUnavailable,
	poverty.Internal:    http.StatusInternalServerError,
}

// retryAfter is how many seconds to wait when something is out of reach.
const retryAfter = "5"

// huma keeps its errors and its words in variables of its packages. The words
// become keys of the catalogue with what they say after a bar.
func init() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return problem(locale.For("vi"), status, msg, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return told(ctx, status, msg, errs)
	}
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true

	validation.MsgUnexpectedProperty = "api.unknown_field"
	validation.MsgExpectedRFC3339DateTime = "api.not_an_instant"
	validation.MsgExpectedRFC3339Date = "api.not_a_date"
	validation.MsgExpectedBoolean = "api.not_a_boolean"
	validation.MsgExpectedNumber = "api.not_a_number"
	validation.MsgExpectedInteger = "api.not_a_number"
	validation.MsgExpectedString = "api.not_a_text"
	validation.MsgExpectedArray = "api.not_a_list"
	validation.MsgExpectedObject = "api.not_an_object"
	validation.MsgExpectedOneOf = "api.not_one_of|%s"
	validation.MsgExpectedMinimumNumber = "api.too_small|%v"
	validation.MsgExpectedMaximumNumber = "api.too_large|%v"
	validation.MsgExpectedMinLength = "api.too_short|%d"
	validation.MsgExpectedMaxLength = "api.too_long|%d"
	validation.MsgExpectedBePattern = "api.bad_form|%s"
	validation.MsgExpectedMatchPattern = "api.bad_form|%s"
	validation.MsgExpectedMaxProperties = "api.too_many|%d"
	validation.MsgExpectedRequiredProperty = "api.required|%s"
}

// spoken are the sentences that huma has no variable for.
var spoken = map[string]string{
	"invalid integer":                      "api.not_a_number",
	"invalid float":                        "api.not_a_number",
	"invalid boolean":                      "api.not_a_boolean",
	"unknown query parameter":              "api.unknown_parameter",
	"required header parameter is missing": "api.required",
	"required query parameter is missing":  "api.required",
	"required path parameter is missing":   "api.required",
	"request body is required":             "api.body_needed",
	"request body read timeout":            "api.body_timeout",
	"unable to marshal response":           "api.not_json",
	"validation failed":                    "api.invalid",
}

// told makes the problem that is answered to a request, and logs what the
// client is not told.
func told(ctx huma.Context, status int, msg string, errs []error) *Problem {
	p := problem(locale.Match(ctx.Header("Accept-Language")), status, msg, errs)
	id := middleware.GetReqID(ctx.Context())
	if id != "" {
		p.Instance = "urn:dondoc:request:" + id
	}
	if p.Status == http.StatusServiceUnavailable {
		ctx.SetHeader("Retry-After", retryAfter)
	}
	if len(p.Errors) > 0 && ctx.Operation().RequestBody != nil {
		for i, e := range p.Errors {
			if strings.HasPrefix(e.Location, "[") {
				p.Errors[i].Location = "body" + e.Location
			} else if !strings.Contains(e.Location, ".") && e.Location != "body" {
				p.Errors[i].Location = "body." + e.Location
			}
		}
	}
	if p.Status >= http.StatusInternalServerError && ctx.Context().Err() == nil {
		// The pattern of the path, not the path: no one's data in the log.
		slog.ErrorContext(ctx.Context(), "api", "request_id", id, "method", ctx.Method(), "path", ctx.Operation().Path,
			"status", p.Status, "err", errors.Join(errs...))
	}
	return p
}

// problem puts a failure into words: one that the program returned, or one that
// huma found in the request.
func problem(say *locale.Printer, status int, msg string, errs []error) *Problem {
	if status == http.StatusInternalServerError {
		return failure(say, errors.Join(errs...))
	}
	key := keyOf(msg)
	p := &Problem{Type: typeOf(key), Status: status, Title: say.T(key)}
	if key == "api.invalid" && status != http.StatusUnprocessableEntity {
		// The body is no JSON (400), or does not say that it is (415).
		p.Type, p.Title = typeOf("api.not_json"), say.T("api.not_json")
		return p
	}
	for _, err := range errs {
		p.Errors = append(p.Errors, field(say, err))
	}
	return p
}

func failure(say *locale.Printer, err error) *Problem {
	kind := poverty.KindOf(err)
	status, known := statusOf[kind]
	if !known {
		kind, status = poverty.Internal, http.StatusInternalServerError
	}
	general := "error." + string(kind)
	p := &Problem{Type: typeOf(general), Status: status, Title: say.T("api.title." + string(kind))}
	if kind == poverty.Internal {
		p.Detail = say.T(general)
		return p
	}
	e, single := errors.AsType[*poverty.Error](err)
	if single {
		p.Type, p.Detail = typeOf(e.Key), message(say, e.Key, general, e.Args)
		if kind == poverty.Conflict {
			p.State = stateOf(e.Args)
		}
		if kind == poverty.Invalid && e.Field != "" {
			p.Errors = []ProblemField{{e.Field, p.Detail}}
		}
		return p
	}
	p.Detail = say.T(general)
	if problems, ok := errors.AsType[poverty.Problems](err); ok {
		for _, one := range problems {
			p.Errors = append(p.Errors, ProblemField{place(one), message(say, one.Key, general, one.Args)})
		}
	}
	return p
}

func place(p poverty.Problem) string {
	at := p.File
	if p.Row > 0 {
		at += "[" + strconv.Itoa(p.Row) + "]"
	}
	if at == "" || p.Column == "" {
		return at + p.Column
	}
	return at + "." + p.Column
}

// message says key, or what its kind says in general where the catalogue does
// not have it.
func message(say *locale.Printer, key, general string, args []any) string {
	if !say.Has(key) {
		return say.T(general)
	}
	return say.T(key, args...)
}

func stateOf(args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == "state" {
			state, _ := args[i+1].(string)
			return state
		}
	}
	return ""
}

func typeOf(key string) string { return "urn:dondoc:error:" + key }

// keyOf returns the key of huma's sentence.
func keyOf(msg string) string {
	switch {
	case strings.HasPrefix(msg, "api."), strings.HasPrefix(msg, "error."):
		return msg
	case strings.HasPrefix(msg, "request body is too large"):
		return "api.body_too_large"
	case spoken[msg] != "":
		return spoken[msg]
	}
	return "api.invalid_value"
}

// field puts what huma found at one place into words. What was sent is not
// echoed.
func field(say *locale.Printer, err error) ProblemField {
	detail, ok := errors.AsType[*huma.ErrorDetail](err)
	if !ok {
		return ProblemField{"body", say.T("api.invalid_value")}
	}
	key, value, _ := strings.Cut(keyOf(detail.Message), "|")
	at := detail.Location
	if key == "api.required" && value != "" {
		at += "." + value
	}
	return ProblemField{at, say.T(key, "value", value)}
}

// write answers a problem where huma has no part in the request.
func write(w http.ResponseWriter, r *http.Request, status int, key string) {
	p := Problem{Type: typeOf(key), Status: status, Title: locale.Match(r.Header.Get("Accept-Language")).T(key)}
	if id := middleware.GetReqID(r.Context()); id != "" {
		p.Instance = "urn:dondoc:request:" + id
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		slog.DebugContext(r.Context(), "client went away", "err", err)
	}
}
