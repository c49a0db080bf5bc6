package main

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"

	"dondoc/postgres"
	"dondoc/poverty"
)

// metrics are what Prometheus collects of one process.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dondoc_http_requests_total", Help: "Requests answered, by route and status."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dondoc_http_request_seconds", Help: "How long requests took, by route.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// handler serves the metrics.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorLog: complaints{}})
}

// complaints hands what promhttp says to the log.
type complaints struct{}

// Println logs one line.
func (complaints) Println(v ...any) { slog.Warn("metrics are incomplete", "err", v) }

// temporal is where the Temporal client and worker count what they do.
func (m *metrics) temporal() (client.MetricsHandler, error) {
	exporter, err := otelprom.New(otelprom.WithRegisterer(m.registry), otelprom.WithoutScopeInfo(), otelprom.WithoutTargetInfo())
	if err != nil {
		return nil, err
	}
	meter := metric.NewMeterProvider(metric.WithReader(exporter)).Meter("temporal")
	return opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{
		Meter: meter, UseMonotonicCounters: true,
		OnError: func(err error) { slog.Warn("a metric of Temporal's was refused", "err", err) },
	}), nil
}

// watch logs and counts each request under its route, never under its address:
// a query may hold a name that was searched for.
func (m *metrics) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(ww, r)
		took := time.Since(began)
		route := "other"
		if rc := chi.RouteContext(r.Context()); rc != nil && rc.RoutePattern() != "" {
			route = rc.RoutePattern()
		}
		status := ww.Status()
		if status == 0 {
			status = http.StatusOK
		}
		m.requests.WithLabelValues(method(r.Method), route, strconv.Itoa(status)).Inc()
		m.seconds.WithLabelValues(route).Observe(took.Seconds())
		level := slog.LevelInfo
		if status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		slog.LogAttrs(r.Context(), level, "request", slog.String("method", method(r.Method)), slog.String("route", route),
			slog.Int("status", status), slog.Int("bytes", ww.BytesWritten()), slog.Float64("ms", float64(took.Microseconds())/1000))
	})
}

// method keeps the set of methods small, whatever a client sends.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// observe adds the store: what is late, what waits, and the pool.
func (m *metrics) observe(db *postgres.DB) { m.registry.MustRegister(&vitals{store: db, pool: db}) }

// vitals asks the store when Prometheus does, at most every ten seconds.
type vitals struct {
	store poverty.Watched
	pool  *postgres.DB

	mu   sync.Mutex
	last poverty.Vitals
	at   time.Time
	up   bool
}

var (
	gaugeUp      = gauge("database_up", "1 when PostgreSQL answered the last question.")
	gaugeCycles  = gauge("cycles_running", "Cycles in force.")
	gaugeLate    = gauge("late_duties", "Late duties that are still owed, by the last rung that fired.", "rung")
	gaugeOpen    = gauge("escalations_open", "Ladders that wait for an answer.")
	gaugeNotices = gauge("notices_waiting", "Notices that are not sent yet, by state.", "state")
	gaugeUnsent  = gauge("notice_oldest_unsent_seconds", "How long the oldest unsent notice has been due.")
	gaugeWakes   = gauge("wakes_waiting", "Processes that could not be told of a change yet.")
	gaugeWake    = gauge("wake_oldest_seconds", "How long the longest of them waits.")
	gaugeStep    = gauge("step_behind_seconds", "How far the workflows are behind the earliest planned instant.")
	gaugeFlaws   = gauge("audit_flaws", "What the newest audit found wrong with the program's own work.")
	gaugeAudit   = gauge("audit_age_seconds", "How long ago the newest audit was; 0 before the first.")
	gaugeConns   = gauge("database_connections", "Connections to PostgreSQL, by use.", "use")
	gaugeWaited  = prometheus.NewDesc("dondoc_database_waits_total", "Queries that had to wait for a connection.", nil, nil)
)

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("dondoc_"+name, help, labels, nil)
}

// Describe names the metrics.
func (v *vitals) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{gaugeUp, gaugeCycles, gaugeLate, gaugeOpen, gaugeNotices, gaugeUnsent, gaugeWakes, gaugeWake, gaugeStep, gaugeFlaws, gaugeAudit, gaugeConns, gaugeWaited} {
		ch <- d
	}
}

// Collect sends their values; where the store does not answer, only that.
func (v *vitals) Collect(ch chan<- prometheus.Metric) {
	send := func(d *prometheus.Desc, n float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, n, labels...)
	}
	if v.pool != nil {
		pool := v.pool.Pool()
		send(gaugeConns, float64(pool.AcquiredConns()), "busy")
		send(gaugeConns, float64(pool.IdleConns()), "idle")
		send(gaugeConns, float64(pool.MaxConns()), "limit")
		ch <- prometheus.MustNewConstMetric(gaugeWaited, prometheus.CounterValue, float64(pool.EmptyAcquireCount()))
	}
	now := time.Now()
	last, up := v.ask(now)
	if !up {
		send(gaugeUp, 0)
		return
	}
	send(gaugeUp, 1)
	send(gaugeCycles, float64(last.Cycles))
	for _, l := range last.Late {
		send(gaugeLate, float64(l.Count), l.Rung)
	}
	send(gaugeOpen, float64(last.Escalations))
	for _, state := range []poverty.NoticeState{poverty.NoticeQueued, poverty.NoticeSending} {
		send(gaugeNotices, float64(last.Notices[state]), string(state))
	}
	send(gaugeUnsent, since(now, last.OldestUnsent))
	send(gaugeWakes, float64(last.Wakes))
	send(gaugeWake, since(now, last.OldestWake))
	send(gaugeStep, since(now, last.OldestStep))
	send(gaugeFlaws, float64(last.Flaws))
	send(gaugeAudit, since(now, last.AuditedAt))
}

func (v *vitals) ask(now time.Time) (poverty.Vitals, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.at.IsZero() || now.Sub(v.at) >= 10*time.Second || !v.up {
		ctx, cancel := context.WithTimeout(poverty.WithActor(context.Background(), poverty.System("watch")), 5*time.Second)
		defer cancel()
		last, err := v.store.Vitals(ctx)
		if v.up = err == nil; !v.up {
			slog.WarnContext(ctx, "vitals cannot be read", "err", err)
		}
		v.last, v.at = last, now
	}
	return v.last, v.up
}

// since is how long ago an instant was, in seconds; 0 for none and for one to
// come.
func since(now, t time.Time) float64 {
	if t.IsZero() || t.After(now) {
		return 0
	}
	return now.Sub(t).Seconds()
}
