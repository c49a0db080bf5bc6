package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"

	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
)

// WatchSettings say who may watch.
type WatchSettings struct {
	WatchFrom []string `help:"Networks (CIDR) from which metrics, and the reasons of not being ready, may be read; never through a proxy." env:"DONDOC_WATCH_FROM" default:"127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8" placeholder:"CIDR"`
}

// networks reads the settings.
func (s WatchSettings) networks() ([]netip.Prefix, error) {
	return networks("DONDOC_WATCH_FROM", s.WatchFrom)
}

// networks reads the networks of a setting; one that is left empty names none.
func networks(setting string, texts []string) ([]netip.Prefix, error) {
	list := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is no network such as 10.0.0.0/8", setting, text)
		}
		list = append(list, p)
	}
	return list, nil
}

// watchtower tells how a process is: /healthz that it runs, /readyz whether it
// can work, with the reasons where it cannot, /metrics its figures.
type watchtower struct {
	parts    []part
	metrics  *metrics
	from     []netip.Prefix
	stopping atomic.Bool
}

// part is something without which a process cannot work.
type part struct {
	name   string
	health func(context.Context) error
}

func newWatchtower(s WatchSettings, parts ...part) (*watchtower, error) {
	from, err := s.networks()
	return &watchtower{parts: parts, metrics: newMetrics(), from: from}, err
}

// storeParts are the database and its schema.
func storeParts(db *postgres.DB) []part {
	return []part{{"PostgreSQL", db.Health}, {"schema", func(ctx context.Context) error { return schemaIsCurrent(ctx, db) }}}
}

// schemaIsCurrent fails where the database has had fewer migrations than this
// program knows. More are fine: an older program may run on while a newer one
// comes up beside it.
func schemaIsCurrent(ctx context.Context, db *postgres.DB) error {
	want, err := migrations.Latest(migrations.FS)
	if err != nil {
		return err
	}
	got, err := db.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	if got < want {
		return fmt.Errorf("the database has migration %d, this program needs %d: run dondoc migrate", got, want)
	}
	return nil
}

// mount adds the addresses to a router.
func (t *watchtower) mount(r chi.Router) {
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	r.Get("/readyz", t.ready)
	r.Get("/metrics", func(w http.ResponseWriter, r *http.Request) {
		if !t.mayWatch(r) {
			http.NotFound(w, r)
			return
		}
		t.metrics.handler().ServeHTTP(w, r)
	})
}

// handler serves the addresses alone, for a process that has no pages.
func (t *watchtower) handler() http.Handler {
	r := chi.NewRouter()
	t.mount(r)
	return r
}

// readyIn is how long a part has for its answer.
const readyIn = 3 * time.Second

func (t *watchtower) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyIn)
	defer cancel()
	told := t.mayWatch(r)
	var lines []string
	down := func(name, reason string) {
		if told {
			name += ": " + reason
		}
		lines = append(lines, name)
	}
	if t.stopping.Load() {
		down("stopping", "it was told to stop")
	}
	for _, p := range t.parts {
		if err := p.health(ctx); err != nil {
			slog.WarnContext(ctx, "not ready", "part", p.name, "err", err)
			down(p.name, reason(err))
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	if len(lines) > 0 {
		http.Error(w, strings.Join(lines, "\n"), http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// mayWatch reports whether a request comes straight from a network that may
// watch.
func (t *watchtower) mayWatch(r *http.Request) bool {
	if r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return false
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	peer, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, p := range t.from {
		if p.Contains(peer.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

// reason is what went wrong beneath our own words for it.
func reason(err error) string {
	if told, ok := errors.AsType[*poverty.Error](err); ok && told.Err != nil {
		err = told.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}
