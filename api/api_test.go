package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// engine answers every decision alike and keeps the last one.
type engine struct {
	poverty.Engine
	err  error
	last any
}

var answered = poverty.Duty{ID: 7, State: poverty.DutyDone, OpenedAt: time.Date(2018, 4, 15, 1, 0, 0, 123456789, time.UTC)}

func (e *engine) Decide(_ context.Context, x poverty.Decision) (poverty.Duty, error) {
	e.last = x
	return answered, e.err
}

func (e *engine) AddDuty(_ context.Context, n poverty.NewDuty) (poverty.Duty, error) {
	e.last = n
	return answered, e.err
}

func (e *engine) AnswerAssignment(_ context.Context, a poverty.AssignmentAnswer) (poverty.Duty, error) {
	e.last = a
	return answered, e.err
}

func (e *engine) MovePlan(_ context.Context, m poverty.PlanMove) (poverty.Plan, error) {
	e.last = m
	return poverty.Plan{Cycle: m.Cycle, Unit: m.Unit, State: poverty.PlanSent}, e.err
}

func (e *engine) MovePosting(_ context.Context, m poverty.PostingMove) (poverty.Posting, error) {
	e.last = m
	return poverty.Posting{ID: 3, Cycle: m.Cycle, Unit: m.Unit, Subject: m.Subject}, e.err
}

func (e *engine) MoveObjection(_ context.Context, m poverty.ObjectionMove) (poverty.Objection, error) {
	e.last = m
	return poverty.Objection{ID: 5, Posting: m.Posting, State: poverty.ObjectionOpen}, e.err
}

func (e *engine) MoveMeeting(_ context.Context, m poverty.MeetingMove) (poverty.Meeting, error) {
	e.last = m
	return poverty.Meeting{ID: 7, State: poverty.MeetingPlanned}, e.err
}

func (e *engine) MoveObstacle(_ context.Context, m poverty.ObstacleMove) (poverty.Obstacle, error) {
	e.last = m
	return poverty.Obstacle{ID: 7, State: poverty.ObstacleRaised}, e.err
}

func (e *engine) MoveShortcoming(_ context.Context, m poverty.ShortcomingMove) (poverty.Shortcoming, error) {
	e.last = m
	return poverty.Shortcoming{ID: 7, State: poverty.ShortcomingOpen}, e.err
}

func (e *engine) MoveReview(_ context.Context, m poverty.ReviewMove) (poverty.ReviewSheet, error) {
	e.last = m
	return poverty.ReviewSheet{}, e.err
}

func (e *engine) MoveWatch(_ context.Context, m poverty.WatchMove) (poverty.Watch, error) {
	e.last = m
	return poverty.Watch{ID: 7, State: poverty.WatchRunning}, e.err
}

func (e *engine) StartCycle(_ context.Context, id poverty.CycleID) (poverty.Cycle, error) {
	e.last = id
	return poverty.Cycle{ID: id}, e.err
}

func (e *engine) AmendCycle(_ context.Context, a poverty.Amendment) (poverty.Cycle, error) {
	e.last = a
	return poverty.Cycle{ID: a.Cycle}, e.err
}

func (e *engine) MoveConsolidation(_ context.Context, m poverty.ConsolidationMove) (poverty.Consolidation, error) {
	e.last = m
	return poverty.Consolidation{Cycle: m.Cycle, Period: m.Period, Revision: m.Revision}, e.err
}

func (e *engine) CloseCycle(_ context.Context, c poverty.CycleClosing) (poverty.Cycle, error) {
	e.last = c
	return poverty.Cycle{ID: c.Cycle}, e.err
}

// scenario is a request and what its answer must and must not hold.
type scenario struct {
	name    string
	nobody  bool             // nobody is signed in
	office  poverty.OfficeID // chosen at sign-in
	method  string
	path    string
	header  []string // name and value by turns
	body    string
	err     error // what the engine returns
	status  int
	has     []string
	hasNot  []string
	headers map[string]string
	decided any
}

func (s scenario) run(t *testing.T) {
	t.Helper()
	e := &engine{err: s.err}
	r := httptest.NewRequest(s.method, s.path, strings.NewReader(s.body))
	if s.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(s.header); i += 2 {
		r.Header.Set(s.header[i], s.header[i+1])
	}
	if !s.nobody {
		r = r.WithContext(poverty.WithActor(r.Context(), poverty.Actor{User: 1, Office: s.office}))
	}
	w := httptest.NewRecorder()
	New(nil, e, nil).ServeHTTP(w, r)
	got := w.Body.String()
	if w.Code != s.status {
		t.Errorf("status %d, want %d: %s", w.Code, s.status, got)
	}
	for _, want := range s.has {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	for _, not := range s.hasNot {
		if strings.Contains(got, not) {
			t.Errorf("%s in %s", not, got)
		}
	}
	for name, want := range s.headers {
		if h := w.Header().Get(name); h != want {
			t.Errorf("%s: %q, want %q", name, h, want)
		}
	}
	if strings.Contains(got, "⟦") {
		t.Errorf("a message lacks its text: %s", got)
	}
	if s.status >= 400 {
		if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
			t.Errorf("Content-Type %q", ct)
		}
		var p Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != s.status || p.Title == "" || !strings.HasPrefix(p.Type, "urn:dondoc:error:") {
			t.Errorf("not a problem (%v): %s", err, got)
		}
		if s.err == nil && e.last != nil {
			t.Errorf("the engine was asked: %+v", e.last)
		}
	}
	if s.decided != nil {
		if diff := cmp.Diff(s.decided, e.last); diff != "" {
			t.Error(diff)
		}
	}
}

const decisions = "/duties/7/decisions"

var key = []string{"Idempotency-Key", "k1"}

func TestAPI_says_what_is_wrong_with_a_request(t *testing.T) {
	english := append(slices.Clone(key), "Accept-Language", "en")
	for _, s := range []scenario{
		{
			name: "nobody signed in", nobody: true, method: "GET", path: "/duties", status: 401,
			has:     []string{"urn:dondoc:error:api.sign_in", "Hãy đăng nhập"},
			headers: map[string]string{"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"},
		},
		{
			name: "nobody signed in learns nothing of a wrong body", nobody: true, method: "POST", path: decisions, body: `{"x":1}`, status: 401,
			hasNot: []string{"body.", "Idempotency-Key"},
		},
		{name: "no such path", method: "GET", path: "/nothing", status: 404, has: []string{"api.no_such_path"}},
		{name: "no such method", method: "DELETE", path: "/duties", status: 405, has: []string{"api.no_such_method"}},
		{
			name: "no key", method: "POST", path: decisions, body: `{"act":"done"}`, status: 422,
			has: []string{`"location":"header.Idempotency-Key"`, "Thiếu giá trị bắt buộc này."},
		},
		{
			name: "neither key nor body", method: "POST", path: decisions, status: 400,
			has: []string{"api.body_needed", "header.Idempotency-Key"},
		},
		{
			name: "a key that is too long", method: "POST", path: decisions, header: []string{"Idempotency-Key", strings.Repeat("k", 201)}, body: `{"act":"done"}`, status: 422,
			has: []string{"header.Idempotency-Key", "200"}, hasNot: []string{"kkk"},
		},
		{
			name: "a key with spaces", method: "POST", path: decisions, header: []string{"Idempotency-Key", "a b"}, body: `{"act":"done"}`, status: 422,
			has: []string{"header.Idempotency-Key"},
		},
		{
			name: "an unknown field", method: "POST", path: decisions, header: english, body: `{"act":"done","colour":"red"}`, status: 422,
			has: []string{`"location":"body.colour"`, "no such field"}, hasNot: []string{"red"},
		},
		{
			name: "a field in another case", method: "POST", path: decisions, header: key, body: `{"ACT":"done"}`, status: 422,
			has: []string{"body.ACT", "body.act"},
		},
		{
			name: "an act that is none", method: "POST", path: decisions, header: key, body: `{"act":"dance"}`, status: 422,
			has: []string{"body.act", "submit, done"}, hasNot: []string{"dance"},
		},
		{
			name: "a bad date", method: "POST", path: decisions, header: english, body: `{"act":"acknowledge","by":"2018-02-30"}`, status: 422,
			has: []string{"body.by", "YYYY-MM-DD"},
		},
		{
			name: "a date that only the calendar refuses", method: "POST", path: decisions, header: key, body: `{"act":"acknowledge","by":"0000-01-01"}`, status: 422,
			has: []string{`"location":"body"`},
		},
		{
			name: "an instant without a zone", method: "POST", path: decisions, header: key, body: `{"act":"done","at":"2018-04-15T08:00:00"}`, status: 422,
			has: []string{"body.at", "RFC 3339"},
		},
		{
			name: "a figure that is a text", method: "POST", path: decisions, header: key, status: 422,
			body: `{"act":"submit","report":{"version":1,"text":"","figures":{"visits":"hai"}}}`,
			has:  []string{"body.report.figures.visits", "số nguyên"}, hasNot: []string{`"hai"`},
		},
		{
			name: "a text with a NUL", method: "POST", path: decisions, header: key, body: `{"act":"note","reason":"a\u0000b"}`, status: 422,
			has: []string{`"location":"body"`},
		},
		{name: "an address with a NUL", method: "GET", path: "/cycles/a%00b", status: 400, has: []string{"api.bad_text"}},
		{name: "a query with a NUL", method: "GET", path: "/units?query=a%00b", status: 400, has: []string{"api.bad_text"}},
		{name: "no JSON", method: "POST", path: decisions, header: key, body: `{"act":`, status: 400, has: []string{"api.not_json"}, hasNot: []string{"unexpected end"}},
		{name: "another media type", method: "POST", path: decisions, header: append(slices.Clone(key), "Content-Type", "text/plain"), body: "act", status: 415, has: []string{"api.not_json"}},
		{
			name: "a body over 1 MB", method: "POST", path: decisions, header: key, status: 413,
			body: `{"act":"note","reason":"` + strings.Repeat("x", 1<<20) + `"}`, has: []string{"api.body_too_large"}, hasNot: []string{"xxx"},
		},
		{name: "a duty that is no number", method: "GET", path: "/duties/x", status: 422, has: []string{"path.id"}},
		{name: "too many at once", method: "GET", path: "/duties?limit=201", status: 422, has: []string{"query.limit", "200"}},
		{name: "a filter that is none", method: "GET", path: "/duties?colour=red", status: 422, has: []string{"query.colour", "api.invalid"}},
		{name: "a state that is none", method: "GET", path: "/duties?state=lost", status: 422, has: []string{"query.state", "submitted"}},
		{name: "a bad date in the query", method: "GET", path: "/units?on=15/04/2018", status: 422, has: []string{"query.on", "YYYY-MM-DD"}},
		{name: "a year that is none", method: "GET", path: "/days-off/0", status: 422, has: []string{"path.year"}},
	} {
		t.Run(s.name, s.run)
	}
}

func TestAPI_maps_each_kind_of_failure_to_its_status(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)

	state := poverty.Errorf(poverty.Conflict, "api.invalid", "state", "submitted")
	state.Field = "state"
	secret := errors.New("password authentication failed")
	for _, s := range []scenario{
		{name: "invalid", err: poverty.InvalidField("by", "auth.login_needed"), status: 422, has: []string{`"location":"body.by"`, "auth.login_needed"}},
		{name: "forbidden", err: poverty.Errorf(poverty.Forbidden, "error.forbidden"), status: 403, has: []string{"urn:dondoc:error:error.forbidden", "Không có quyền."}},
		{name: "not found", err: poverty.Errorf(poverty.NotFound, "error.not_found"), status: 404},
		{name: "conflict names the state", err: state, status: 409, has: []string{`"state":"submitted"`}, hasNot: []string{`"errors"`}},
		{
			name: "a key that the catalogue lacks", err: poverty.Errorf(poverty.Conflict, "no.such_key"), status: 409,
			has: []string{"urn:dondoc:error:no.such_key"},
		},
		{
			name: "unavailable", err: &poverty.Error{Kind: poverty.Unavailable, Key: "error.unavailable", Err: secret}, status: 503,
			hasNot: []string{"password"}, headers: map[string]string{"Retry-After": "5"},
		},
		{
			name: "internal", err: &poverty.Error{Kind: poverty.Internal, Key: "duty.broken", Err: secret}, status: 500,
			has: []string{"urn:dondoc:error:error.internal"}, hasNot: []string{"password", "duty.broken"},
		},
		{name: "anything else", err: secret, status: 500, hasNot: []string{"password"}},
		{
			name: "problems of a file", err: poverty.Problems{{File: "duties.csv", Row: 3, Column: "due", Key: "error.required"}}, status: 422,
			has: []string{`"location":"duties.csv[3].due"`},
		},
		{name: "in English", err: poverty.Errorf(poverty.Forbidden, "error.forbidden"), header: append(slices.Clone(key), "Accept-Language", "en-GB,en"), status: 403, has: []string{"Not allowed.", "You may not do this."}},
	} {
		s.method, s.path, s.body = "POST", decisions, `{"act":"done"}`
		if s.header == nil {
			s.header = key
		}
		t.Run(s.name, s.run)
	}
	if !strings.Contains(log.String(), "password authentication failed") || !strings.Contains(log.String(), "/duties/{id}/decisions") {
		t.Errorf("an internal failure is not in the log: %s", log.String())
	}
}

func TestAPI_hands_each_decision_to_the_engine(t *testing.T) {
	at := time.Date(2018, 4, 15, 8, 0, 0, 0, calendar.Zone)
	for _, s := range []scenario{
		{
			name: "decide", path: decisions,
			body:    `{"act":"extend","at":"2018-04-15T08:00:00+07:00","due":"before 2018-04-28","reason":"mu\u031ba","office":"thuong-long/head"}`,
			decided: poverty.Decision{Key: "k1", Duty: 7, Act: poverty.ActExtend, At: at, Due: "before 2018-04-28", Reason: "mưa", Office: "thuong-long/head"},
			has:     []string{`"opened_at":"2018-04-15T08:00:00+07:00"`},
		},
		{
			name: "decide with a promise", path: decisions, body: `{"act":"acknowledge","by":"2018-04-20"}`,
			decided: poverty.Decision{Key: "k1", Duty: 7, Act: poverty.ActAcknowledge, By: calendar.MustDate("2018-04-20")},
		},
		{
			name: "hand over", path: decisions, body: `{"act":"hand","to":"phong-ldtbxh/head"}`,
			decided: poverty.Decision{Key: "k1", Duty: 7, Act: poverty.ActHand, To: "phong-ldtbxh/head"},
		},
		{
			name: "instruct another unit", path: decisions, body: `{"act":"direct","by":"2018-04-20","reason":"giúp xã","unit":"cong-an-huyen"}`,
			decided: poverty.Decision{Key: "k1", Duty: 7, Act: poverty.ActDirect, By: calendar.MustDate("2018-04-20"), Reason: "giúp xã", Unit: "cong-an-huyen"},
		},
		{
			name: "in the seat that was chosen", path: decisions, office: "thuong-long/deputy", body: `{"act":"done"}`,
			decided: poverty.Decision{Key: "k1", Duty: 7, Act: poverty.ActDone, Office: "thuong-long/deputy"},
		},
		{
			name: "in the seat that is named", path: decisions, office: "thuong-long/deputy", body: `{"act":"done","office":"thuong-long/head"}`,
			decided: poverty.Decision{Key: "k1", Duty: 7, Act: poverty.ActDone, Office: "thuong-long/head"},
		},
		{
			name: "decide with a report", path: decisions, body: `{"act":"submit","report":{"version":2,"text":"đủ","figures":{"visits":3}}}`,
			decided: poverty.Decision{Key: "k1", Duty: 7, Act: poverty.ActSubmit, Report: &poverty.ReportContent{Version: 2, Text: "đủ", Figures: map[string]int64{"visits": 3}}},
		},
		{
			name: "decide with a survey", path: decisions, body: `{"act":"done","survey":{"households":500,"poor":60,"near_poor":40}}`,
			decided: poverty.Decision{Key: "k1", Duty: 7, Act: poverty.ActDone, Survey: &poverty.SurveyCounts{Households: 500, Poor: 60, NearPoor: 40}},
		},
		{
			name: "add", path: "/duties", body: `{"cycle":"nam-dong:2018","code":"tb-12","kind":"task","title":"Rà soát","unit":"thuong-long","due":"by 2018-04-20","ladder":"usual"}`,
			decided: poverty.NewDuty{Key: "k1", Cycle: "nam-dong:2018", Code: "tb-12", Kind: poverty.DutyTask, Title: "Rà soát", Unit: "thuong-long", Due: "by 2018-04-20", Ladder: "usual"},
		},
		{
			name: "move a plan", path: "/cycles/nam-dong:2018/plans/thuong-long/moves", body: `{"verb":"send","version":3}`,
			decided: poverty.PlanMove{Key: "k1", Cycle: "nam-dong:2018", Unit: "thuong-long", Verb: poverty.PlanSend, Version: 3},
			has:     []string{`"state":"sent"`},
		},
		{
			name: "post a list", path: "/cycles/nam-dong:2018/postings", body: `{"unit":"thuong-long","subject":"plan.2","places":["UBND xã"],"households":[4],"until":"2018-05-09"}`,
			decided: poverty.PostingMove{Key: "k1", Verb: poverty.PostingPost, Cycle: "nam-dong:2018", Unit: "thuong-long", Subject: "plan.2", Places: []string{"UBND xã"},
				Households: []poverty.HouseholdID{4}, Until: calendar.MustDate("2018-05-09")},
			has: []string{`"subject":"plan.2"`},
		},
		{
			name: "take it down", path: "/postings/3/moves", body: `{"verb":"take_down","version":2,"minutes":"BB 01"}`,
			decided: poverty.PostingMove{Key: "k1", Verb: poverty.PostingTakeDown, Posting: 3, Version: 2, Minutes: "BB 01"},
		},
		{
			name: "record an objection", path: "/postings/3/objections", body: `{"about":"household","row":2,"objector":"A","way":"phone","text":"sai"}`,
			decided: poverty.ObjectionMove{Key: "k1", Verb: poverty.ObjectionRecord, Posting: 3, About: poverty.AboutHousehold, Row: 2, Objector: "A", Way: "phone", Text: "sai"},
		},
		{
			name: "answer it", path: "/objections/5/moves", body: `{"verb":"reject","version":1,"reason":"vì"}`,
			decided: poverty.ObjectionMove{Key: "k1", Verb: poverty.ObjectionReject, Objection: 5, Version: 1, Reason: "vì"},
		},
		{
			name: "a colon may come escaped", path: "/cycles/nam-dong%3A2018/plans/thuong-long/moves", body: `{"verb":"send"}`,
			decided: poverty.PlanMove{Key: "k1", Cycle: "nam-dong:2018", Unit: "thuong-long", Verb: poverty.PlanSend},
		},
		{
			name: "answer an assignment", path: "/assignments/7/answers", body: `{"accepted":false,"reason":"không đủ người"}`,
			decided: poverty.AssignmentAnswer{Key: "k1", Duty: 7, Reason: "không đủ người"},
		},
		{
			name: "invite to a meeting", path: "/cycles/nam-dong:2018/meetings", office: "thuong-long/officer",
			body: `{"plan":{"kind":"coordination","unit":"thuong-long","title":"Họp","starts_at":"2018-04-15T08:00:00+07:00","ends_at":"2018-04-15T11:00:00+07:00","invited":[{"unit":"kho-bac","must":true}]}}`,
			decided: poverty.MeetingMove{Key: "k1", Cycle: "nam-dong:2018", Verb: poverty.MeetingPlans, Office: "thuong-long/officer", Plan: &poverty.MeetingPlan{
				Kind: poverty.MeetingCoordination, Unit: "thuong-long", Title: "Họp", StartsAt: at, EndsAt: at.Add(3 * time.Hour), Invited: []poverty.Invited{{Unit: "kho-bac", Must: true}}}},
			has: []string{`"state":"planned"`},
		},
		{
			name: "record one that was held", path: "/cycles/nam-dong:2018/meetings",
			body: `{"plan":{"kind":"group","unit":"kho-bac","about":"thuong-long","title":"Giao ban","starts_at":"2018-04-15T08:00:00+07:00","ends_at":"2018-04-15T08:00:00+07:00"},"record":{"minutes":"x","next":"2018-05-20","conclusions":[{"text":"y","unit":"kho-bac","due":"by 2018-05-04"}],"attended":[{"unit":"thuong-long","came":"delegate","delegate":"Z"}]}}`,
			decided: poverty.MeetingMove{Key: "k1", Cycle: "nam-dong:2018", Verb: poverty.MeetingHolds,
				Plan: &poverty.MeetingPlan{Kind: poverty.MeetingGroup, Unit: "kho-bac", About: "thuong-long", Title: "Giao ban", StartsAt: at, EndsAt: at},
				Record: &poverty.MeetingRecord{Minutes: "x", Next: calendar.MustDate("2018-05-20"), Conclusions: []poverty.NewConclusion{{Text: "y", Unit: "kho-bac", Due: "by 2018-05-04"}},
					Attended: []poverty.Attended{{Unit: "thuong-long", Came: poverty.AttendanceDelegate, Delegate: "Z"}}}},
		},
		{
			name: "raise an obstacle", path: "/cycles/nam-dong:2018/obstacles", body: `{"unit":"thuong-long","kind":"obstacle","to":"standing","text":"Đường hỏng","household":3}`,
			decided: poverty.ObstacleMove{Key: "k1", Cycle: "nam-dong:2018", Verb: poverty.ObstacleRaises, Unit: "thuong-long", Kind: poverty.ObstacleHindrance, To: poverty.ToStanding, Text: "Đường hỏng", Household: 3},
			has:     []string{`"state":"raised"`},
		},
		{name: "start a cycle", path: "/cycles/nam-dong:2018/start", decided: poverty.CycleID("nam-dong:2018")},
		{
			name: "amend a cycle", path: "/cycles/nam-dong:2018/amendments", body: `{"days_off":true,"reason":"hoán đổi"}`,
			decided: poverty.Amendment{Key: "k1", Cycle: "nam-dong:2018", DaysOff: true, Reason: "hoán đổi"},
		},
		{
			name: "close a cycle", path: "/cycles/nam-dong:2018/close", body: `{}`,
			decided: poverty.CycleClosing{Key: "k1", Cycle: "nam-dong:2018"},
		},
	} {
		s.method, s.header, s.status = "POST", key, 200
		t.Run(s.name, s.run)
	}
}

func TestAPI_answers_where_it_is_mounted(t *testing.T) {
	root := chi.NewRouter()
	root.Mount(Path, New(nil, &engine{}, nil))
	for path, want := range map[string]int{
		Path + "/openapi.json": http.StatusOK,
		Path + "/duties/7":     http.StatusUnauthorized,
		Path + "/":             http.StatusNotFound,
		"/duties/7":            http.StatusNotFound,
	} {
		w := httptest.NewRecorder()
		root.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

func TestAPI_answers_500_where_it_panics(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(before)
	scenario{method: "GET", path: "/duties", status: 500, has: []string{"error.internal"}, hasNot: []string{"nil pointer"}}.run(t)
}

func TestEncode_writes_instants_in_Vietnam_and_no_null_list(t *testing.T) {
	late := time.Date(2018, 4, 15, 18, 30, 0, 999, time.UTC)
	for _, tt := range []struct {
		name string
		in   any
		want string
	}{
		{"an instant", struct{ T time.Time }{late}, `{"T":"2018-04-16T01:30:00+07:00"}`},
		{"no instant", struct{ T *time.Time }{}, `{"T":null}`},
		{"a pointer", struct{ T *time.Time }{&late}, `{"T":"2018-04-16T01:30:00+07:00"}`},
		{"in a list in a map", map[string][]time.Time{"a": {late}}, `{"a":["2018-04-16T01:30:00+07:00"]}`},
		{"no list", List[poverty.Group]{}, `{"items":[]}`},
		{"no list within", List[poverty.Group]{[]poverty.Group{{}}}, `{"items":[{"code":"","name":"","commune":"","lead":"","members":[]}]}`},
		{"markup", []string{"<&>"}, `["<&>"]`},
		{"a day", []calendar.Date{calendar.MustDate("2018-04-15")}, `["2018-04-15"]`},
		{"nothing", nil, `null`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			if err := encode(&b, tt.in); err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(b.String()); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	if late.Location() != time.UTC || late.Nanosecond() != 999 {
		t.Error("the value itself was changed")
	}
}

// document is what a test needs to see of the OpenAPI document.
type document struct {
	OpenAPI    string
	Servers    []struct{ URL string }
	Paths      map[string]map[string]documented
	Components struct {
		Schemas         map[string]map[string]any
		SecuritySchemes map[string]any
	}
}

type documented struct {
	OperationID string
	Summary     string
	Tags        []string
	Security    []map[string][]string
	Parameters  []struct {
		Name, In string
		Required bool
		Schema   map[string]any
	}
	Responses map[string]struct {
		Content map[string]struct{ Schema map[string]any }
	}
}

func openAPI(t *testing.T) (document, []byte) {
	t.Helper()
	w := httptest.NewRecorder()
	New(nil, nil, nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/openapi.json", nil))
	var d document
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != http.StatusOK {
		t.Fatal(w.Code, err)
	}
	return d, w.Body.Bytes()
}

func TestOpenAPI_describes_every_route(t *testing.T) {
	d, raw := openAPI(t)
	if d.OpenAPI != "3.1.0" || len(d.Servers) != 1 || d.Servers[0].URL != Path {
		t.Errorf("version %s, servers %v", d.OpenAPI, d.Servers)
	}
	want := strings.Fields(`
		GET /attachments
		GET /attachments/{id}
		GET /attachments/{id}/content
		GET /components/{id}
		GET /components/{id}/deliveries
		GET /components/{id}/households
		GET /cases/{id}
		GET /cycles
		GET /cycles/{id}
		GET /cycles/{id}/alike
		GET /cycles/{id}/board
		GET /cycles/{id}/cases
		GET /cycles/{id}/clashes
		GET /cycles/{id}/committees
		GET /cycles/{id}/component-kinds
		GET /cycles/{id}/components
		GET /cycles/{id}/freezes
		GET /cycles/{id}/export
		GET /cycles/{id}/documents POST /cycles/{id}/documents GET /documents/{id} PUT /documents/{id} PUT /documents/{id}/moves
		GET /documents/{id}/docx GET /documents/{id}/pdf GET /cycles/{id}/units/{unit}/document-gaps PUT /cycles/{id}/units/{unit}/document-gaps
		GET /cycles/{id}/document-templates GET /cycles/{id}/document-templates/{kind} PUT /cycles/{id}/document-templates/{kind}
		GET /cycles/{id}/funds
		GET /cycles/{id}/gaps GET /cycles/{id}/helpers GET /cycles/{id}/mentors
		PUT /cycles/{id}/units/{unit}/helpers PUT /cycles/{id}/units/{unit}/households/{household}/mentors
		PUT /helpers/{id}/end PUT /mentors/{id} POST /mentors/{id}/visits PUT /mentors/{id}/visits/{visit}
		GET /inbox GET /inbox/unread PUT /inbox/{id}/read PUT /inbox/read GET /me/settings PUT /me/settings
		PUT /offices/holders PUT /offices/substitutes PUT /offices/vacancies PUT /holdings/{id}/end
		GET /cycles/{id}/registrations POST /cycles/{id}/units/{unit}/registrations PUT /registrations/{id} POST /cycles/{id}/watches
		GET /cycles/{id}/pilots GET /pilots/{id} PUT /pilots/{id} PUT /pilots/{id}/moves POST /cycles/{id}/units/{unit}/pilots
		GET /cycles/{id}/groups
		GET /cycles/{id}/assignments GET /cycles/{id}/assignments/{no} GET /cycles/{id}/assignments/{no}/findings
		GET /cycles/{id}/group-answers PUT /cycles/{id}/groups/{group}/answers/{unit}
		PUT /cycles/{id}/assignments POST /cycles/{id}/assignments/{no}/moves
		GET /cycles/{id}/households
		GET /cycles/{id}/indicators
		GET /cycles/{id}/matrix
		GET /cycles/{id}/meetings
		GET /cycles/{id}/needs
		GET /cycles/{id}/objections
		GET /cycles/{id}/obstacle-counts
		GET /cycles/{id}/obstacles
		GET /cycles/{id}/periods
		GET /cycles/{id}/periods/{period}/consolidations
		GET /cycles/{id}/periods/{period}/rollup
		GET /cycles/{id}/plans
		GET /cycles/{id}/plans/{unit}
		GET /cycles/{id}/plans/{unit}/draft
		GET /cycles/{id}/plans/{unit}/rounds
		GET /cycles/{id}/plans/{unit}/rounds/{round}
		GET /cycles/{id}/plans/{unit}/rounds/{round}/changes
		GET /cycles/{id}/postings
		GET /cycles/{id}/rates
		GET /cycles/{id}/receipts
		GET /cycles/{id}/register
		GET /cycles/{id}/report-forms
		GET /cycles/{id}/reviews
		GET /cycles/{id}/settlements
		GET /cycles/{id}/survey
		GET /cycles/{id}/survey/{unit}
		GET /cycles/{id}/surveys
		GET /cycles/{id}/target-table
		GET /cycles/{id}/targets
		GET /cycles/{id}/targets/{unit}/shares
		GET /cycles/{id}/timeline
		GET /cycles/{id}/waiting
		GET /cycles/{id}/reviews/{kind} GET /cycles/{id}/shortcomings GET /cycles/{id}/years POST /cycles/{id}/reviews/{kind}/moves POST /cycles/{id}/shortcomings
		GET /cycles/{id}/watch-counts
		GET /cycles/{id}/watches
		GET /days-off/{year}
		GET /duties
		GET /duties/{id}
		GET /duties/{id}/calls
		GET /escalations
		GET /funds/{id}
		GET /funds/{id}/entries
		GET /history
		GET /households/{id}
		GET /me
		GET /meetings/{id}
		GET /notices
		GET /objections/{id}
		GET /obstacles/{id}
		GET /postings/{id}
		GET /reports/{id}
		GET /reports/{id}/sheet
		GET /reports/{id}/turns
		GET /standards
		GET /units
		GET /units/{id}
		GET /units/{id}/hamlets
		GET /units/{id}/holdings
		GET /units/{id}/offices
		GET /watches/{id}
		POST /assignments/{id}/answers
		POST /components/{id}/confirmations
		POST /components/{id}/corrections
		POST /components/{id}/deliveries
		POST /cases/{id}/decisions
		POST /cycles/{id}/amendments
		POST /cycles/{id}/cases
		POST /cycles/{id}/close
		POST /cycles/{id}/extensions
		POST /cycles/{id}/funds
		POST /cycles/{id}/meetings
		POST /cycles/{id}/obstacles
		POST /cycles/{id}/periods/{period}/consolidations/decisions
		POST /cycles/{id}/plans/{unit}/moves
		POST /cycles/{id}/postings
		POST /cycles/{id}/settlements
		POST /cycles/{id}/start
		POST /cycles/{id}/survey-close
		POST /cycles/{id}/survey/{unit}/moves
		POST /duties
		POST /duties/{id}/calls
		POST /duties/{id}/decisions
		POST /funds/{id}/moves
		POST /meetings/{id}/moves
		POST /objections/{id}/moves
		POST /obstacles/{id}/moves
		POST /postings/{id}/moves
		POST /postings/{id}/objections
		POST /watches/{id}/moves
		PUT /cycles/{id}/committees/{unit}
		PUT /attachments
		PUT /attachments/{id}/strike
		PUT /cycles/{id}/component-kinds
		PUT /cycles/{id}/components/{code}
		PUT /cycles/{id}/freezes
		PUT /cycles/{id}/freezes/reopen
		PUT /cycles/{id}/export
		PUT /cycles/{id}/households
		PUT /cycles/{id}/indicators/{code}
		PUT /cycles/{id}/periods/{period}/consolidations
		PUT /cycles/{id}/plans/{unit}
		PUT /cycles/{id}/plans/{unit}/households
		PUT /cycles/{id}/report-forms
		PUT /cycles/{id}/survey/{unit}/rows
		PUT /cycles/{id}/target-totals
		PUT /cycles/{id}/targets/{unit}
		PUT /cycles/{id}/targets/{unit}/shares
		PUT /households/{id}
		PUT /meetings/{id}/minutes
		PUT /reports/{id}
		PUT /reports/{id}/contributions/{unit}
		PUT /settlements/{id}/undone
	`)
	var got, ids []string
	for path, methods := range d.Paths {
		for method, op := range methods {
			route := strings.ToUpper(method) + " " + path
			got = append(got, strings.Fields(route)...)
			ids = append(ids, op.OperationID)
			if op.OperationID == "" || op.Summary == "" || len(op.Tags) != 1 {
				t.Errorf("%s: %+v", route, op)
			}
			if diff := cmp.Diff([]map[string][]string{{"session": {}}, {"key": {}}}, op.Security); diff != "" {
				t.Errorf("%s: security %s", route, diff)
			}
			for _, status := range []string{"200", "401", "403", "404", "422", "500", "503"} {
				if _, ok := op.Responses[status]; !ok {
					t.Errorf("%s does not say what %s is", route, status)
				}
			}
			if _, ok := op.Responses["401"].Content["application/problem+json"]; !ok {
				t.Errorf("%s: 401 is no problem", route)
			}
			params := map[string]bool{}
			for _, p := range op.Parameters {
				params[p.In+" "+p.Name] = p.Required
			}
			if method == "post" && !params["header Idempotency-Key"] {
				t.Errorf("%s needs no key", route)
			}
			for part := range strings.SplitSeq(path, "/") {
				if name, ok := strings.CutPrefix(part, "{"); ok && !params["path "+strings.TrimSuffix(name, "}")] {
					t.Errorf("%s does not describe %s", route, part)
				}
			}
		}
	}
	pairs := func(fields []string) (routes []string) {
		for pair := range slices.Chunk(fields, 2) {
			routes = append(routes, strings.Join(pair, " "))
		}
		slices.Sort(routes)
		return routes
	}
	if diff := cmp.Diff(pairs(want), pairs(got)); diff != "" {
		t.Error(diff)
	}
	slices.Sort(ids)
	if len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("operation IDs repeat: %v", ids)
	}
	for name := range d.Components.SecuritySchemes {
		if !slices.Contains([]string{"session", "key"}, name) {
			t.Errorf("unused security scheme %s", name)
		}
	}
	if bytes.Contains(raw, []byte("$schema")) {
		t.Error("bodies carry $schema")
	}
}

func TestOpenAPI_resolves_every_reference(t *testing.T) {
	d, raw := openAPI(t)
	for i, part := range strings.Split(string(raw), `"$ref":"#/components/schemas/`) {
		name, _, _ := strings.Cut(part, `"`)
		if _, ok := d.Components.Schemas[name]; i > 0 && !ok {
			t.Errorf("no schema %s", name)
		}
	}
}

func TestOpenAPI_writes_days_deadlines_and_instants_as_texts(t *testing.T) {
	d, _ := openAPI(t)
	for _, tt := range []struct{ schema, property, format string }{
		{"Duty", "last_day", "date"},
		{"Duty", "opened_at", "date-time"},
		{"DecisionBody", "by", "date"},
		{"DecisionBody", "at", "date-time"},
		{"Template", "due", ""},
		{"Rules", "first", ""},
		{"Rules", "notice_time", ""},
		{"LadderStep", "rung", ""},
	} {
		properties, _ := d.Components.Schemas[tt.schema]["properties"].(map[string]any)
		p, _ := properties[tt.property].(map[string]any)
		format, _ := p["format"].(string)
		if p["type"] != "string" || format != tt.format {
			t.Errorf("%s.%s: %v", tt.schema, tt.property, p)
		}
	}
}

// The lists of values stand in tags, where constants cannot.
func TestOpenAPI_lists_the_values_of_the_domain(t *testing.T) {
	d, _ := openAPI(t)
	query := func(path, name string) []any {
		for _, p := range d.Paths[path]["get"].Parameters {
			if p.Name == name {
				values, _ := p.Schema["enum"].([]any)
				return values
			}
		}
		return nil
	}
	body := func(schema, name string) []any {
		properties, _ := d.Components.Schemas[schema]["properties"].(map[string]any)
		p, _ := properties[name].(map[string]any)
		values, _ := p["enum"].([]any)
		return values
	}
	for _, tt := range []struct {
		name string
		got  []any
		want []any
	}{
		{"acts", body("DecisionBody", "act"), []any{
			string(poverty.ActSubmit), string(poverty.ActDone), string(poverty.ActAccept), string(poverty.ActReturn),
			string(poverty.ActAcknowledge), string(poverty.ActDirect), string(poverty.ActExtend), string(poverty.ActRequest),
			string(poverty.ActRefuse), string(poverty.ActExcuse), string(poverty.ActEscalate), string(poverty.ActDate), string(poverty.ActHand),
			string(poverty.ActOutOfTurn), string(poverty.ActNote), string(poverty.ActUndo),
		}},
		{"verbs", body("PlanMoveBody", "verb"), []any{
			string(poverty.PlanSend), string(poverty.PlanAppraise), string(poverty.PlanApprove), string(poverty.PlanReturn),
			string(poverty.PlanWithdraw), string(poverty.PlanAmend), string(poverty.PlanDrop),
		}},
		{"kinds of duty", query("/duties", "kind"), constants(t, "DutyKind")},
		{"duty states", query("/duties", "state"), []any{
			string(poverty.DutyOpen), string(poverty.DutySubmitted), string(poverty.DutyReturned), string(poverty.DutyDone),
			string(poverty.DutyExcused), string(poverty.DutyCarried),
		}},
		{"troubles", query("/duties", "trouble"), []any{
			string(poverty.TroubleMissing), string(poverty.TroubleNotStarted), string(poverty.TroubleNoProgress), string(poverty.TroubleReturned), string(poverty.TroubleAwaitingApproval),
			string(poverty.TroubleListNotReceived), string(poverty.TroubleGroupNotMeeting), string(poverty.TroubleNoContact), string(poverty.TroubleUnanswered),
		}},
		{"kinds of meeting", body("MeetingBody", "kind"), []any{
			string(poverty.MeetingCoordination), string(poverty.MeetingDistrict), string(poverty.MeetingReview), string(poverty.MeetingInspection),
			string(poverty.MeetingGroup), string(poverty.MeetingContact),
		}},
		{"decisions on meetings", body("MeetingMoveBody", "verb"), []any{
			string(poverty.MeetingPlans), string(poverty.MeetingCancels), string(poverty.MeetingAnswers), string(poverty.MeetingHolds), string(poverty.MeetingConcludes),
		}},
		{"decisions on assignments", body("AssignmentMoveBody", "verb"), []any{
			string(poverty.AssignmentSend), string(poverty.AssignmentReturn), string(poverty.AssignmentIssue),
		}},
		{"decisions on obstacles", body("ObstacleMoveBody", "verb"), []any{
			string(poverty.ObstacleForwards), string(poverty.ObstacleAnswers), string(poverty.ObstacleDecides), string(poverty.ObstacleCloses),
		}},
		{"decisions about a household that is watched", body("WatchMoveBody", "verb"), []any{
			string(poverty.WatchVisits), string(poverty.WatchNotes), string(poverty.WatchAlerts), string(poverty.WatchChecks),
			string(poverty.WatchHelps), string(poverty.WatchResult), string(poverty.WatchEnds),
		}},
		{"notice states", query("/notices", "state"), []any{
			string(poverty.NoticeQueued), string(poverty.NoticeSending), string(poverty.NoticeSent), string(poverty.NoticeFailed),
			string(poverty.NoticeSuperseded), string(poverty.NoticeVacant), string(poverty.NoticeInbox),
		}},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// constants are the values of a type of the domain, in their order.
func constants(t *testing.T, of string) (values []any) {
	t.Helper()
	files, err := filepath.Glob("../poverty/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^\t\w+ +`+of+` += "(\w+)"`).FindAllSubmatch(src, -1) {
			values = append(values, string(m[1]))
		}
	}
	return values
}

func TestMessages_exist_in_both_languages(t *testing.T) {
	named := regexp.MustCompile(`"((?:api|error)\.[a-z_]+)["|]`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllSubmatch(src, -1) {
			keys = append(keys, string(m[1]))
		}
	}
	for kind := range statusOf {
		keys = append(keys, "api.title."+string(kind), "error."+string(kind))
	}
	slices.Sort(keys)
	locale.CheckKeys(t, slices.Compact(keys))
}
