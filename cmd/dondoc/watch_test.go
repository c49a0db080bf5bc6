package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

func tower(t *testing.T, parts ...part) *watchtower {
	t.Helper()
	w, err := newWatchtower(WatchSettings{WatchFrom: []string{"10.0.0.0/8", "::1/128"}}, parts...)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func ask(t *testing.T, h http.Handler, path, from, forwarded string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.RemoteAddr = from
	if forwarded != "" {
		r.Header.Set("X-Forwarded-For", forwarded)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestReadyz_names_what_is_down_and_tells_why_only_nearby(t *testing.T) {
	t.Parallel()
	w := tower(t, part{"PostgreSQL", func(context.Context) error { return nil }},
		part{"Temporal", func(context.Context) error { return errors.New("dial 10.9.8.7:7233: refused") }})
	for _, row := range []struct{ from, forwarded, want string }{
		{"10.1.2.3:9", "", "Temporal: dial 10.9.8.7:7233: refused\n"},
		{"[::1]:9", "", "Temporal: dial 10.9.8.7:7233: refused\n"},
		{"203.0.113.5:9", "", "Temporal\n"},
		{"10.1.2.3:9", "203.0.113.5", "Temporal\n"},
	} {
		got := ask(t, w.handler(), "/readyz", row.from, row.forwarded)
		if got.Code != http.StatusServiceUnavailable || got.Body.String() != row.want {
			t.Errorf("%s %s: %d %q, want %q", row.from, row.forwarded, got.Code, got.Body, row.want)
		}
	}
	if got := ask(t, w.handler(), "/healthz", "203.0.113.5:9", ""); got.Code != http.StatusNoContent {
		t.Errorf("it runs, and /healthz answers %d", got.Code)
	}
}

func TestReadyz_says_first_that_it_was_told_to_stop(t *testing.T) {
	t.Parallel()
	w := tower(t)
	if got := ask(t, w.handler(), "/readyz", "10.1.2.3:9", ""); got.Code != http.StatusNoContent {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	told, stop := context.WithCancel(t.Context())
	draining, release := drained(told, w, time.Hour)
	defer release()
	stop()
	for !w.stopping.Load() {
		<-time.After(time.Millisecond)
	}
	if draining.Err() != nil {
		t.Error("it stopped serving at once")
	}
	if got := ask(t, w.handler(), "/readyz", "10.1.2.3:9", ""); got.Code != http.StatusServiceUnavailable || !strings.HasPrefix(got.Body.String(), "stopping") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

func TestReadyz_wants_every_migration(t *testing.T) {
	t.Parallel()
	url, db := stored(t)
	w := tower(t, storeParts(db)...)
	if got := ask(t, w.handler(), "/readyz", "10.1.2.3:9", ""); got.Code != http.StatusNoContent {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	execute(t, url, "delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)")
	if got := ask(t, w.handler(), "/readyz", "10.1.2.3:9", ""); !strings.Contains(got.Body.String(), "run dondoc migrate") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

func TestMetrics_are_read_from_near_networks_only(t *testing.T) {
	t.Parallel()
	w := tower(t)
	for _, row := range []struct {
		from, forwarded string
		want            int
	}{{"10.1.2.3:9", "", 200}, {"203.0.113.5:9", "", 404}, {"10.1.2.3:9", "203.0.113.5", 404}} {
		if got := ask(t, w.handler(), "/metrics", row.from, row.forwarded); got.Code != row.want {
			t.Errorf("%s %s: %d, want %d", row.from, row.forwarded, got.Code, row.want)
		}
	}
}

func TestMetrics_tell_what_the_store_holds_and_what_was_asked(t *testing.T) {
	t.Parallel()
	url, db := stored(t)
	execute(t, url, `insert into wakes (ref, created_at) values ('{"cycle": "x"}', now() - interval '1 hour')`)
	w := tower(t)
	w.metrics.observe(db)
	r := chi.NewRouter()
	w.mount(r)
	r.Group(func(r chi.Router) {
		r.Use(w.metrics.watch)
		r.Get("/cycles/{cycle}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	})
	ask(t, r, "/cycles/nam-dong:2018?q=Ho+Van+A", "10.1.2.3:9", "")
	text := ask(t, r, "/metrics", "10.1.2.3:9", "").Body.String()
	for _, line := range []string{
		`dondoc_http_requests_total{method="GET",route="/cycles/{cycle}",status="418"} 1`,
		"dondoc_wakes_waiting 1", "dondoc_database_up 1", `dondoc_notices_waiting{state="queued"} 0`, `dondoc_database_connections{use="limit"} 2`,
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	if !strings.Contains(text, "dondoc_wake_oldest_seconds 36") {
		t.Error("it does not tell that a wake waits for an hour")
	}
	if strings.Contains(text, "Ho+Van+A") {
		t.Error("what was searched for stands in the metrics")
	}
}

func TestLogs_name_request_and_cycle_and_never_what_was_searched_for(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(traced{slog.NewJSONHandler(&out, nil)})
	r := chi.NewRouter()
	r.Use(middleware.RequestID)
	r.Get("/cycles/{cycle}/{household}", func(_ http.ResponseWriter, r *http.Request) { log.InfoContext(r.Context(), "looked") })
	ask(t, r, "/cycles/nam-dong:2018/77?q=Ho+Van+A", "10.1.2.3:9", "")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line["cycle"] != "nam-dong:2018" || line["request_id"] == "" || line["request_id"] == nil {
		t.Errorf("%s", out.Bytes())
	}
	if _, there := line["household"]; there || strings.Contains(out.String(), "Ho+Van+A") {
		t.Errorf("it tells too much: %s", out.Bytes())
	}
}
