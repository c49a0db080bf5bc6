package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"dondoc/api"
	"dondoc/auth"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/web"
)

// ServeCmd serves the pages and the API.
type ServeCmd struct {
	DatabaseSettings
	TemporalSettings
	WebSettings
	FileSettings
	Listen  string   `help:"Address to listen on." env:"DONDOC_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Proxies []string `help:"Networks (CIDR) of the proxies whose X-Forwarded-For is believed." env:"DONDOC_TRUSTED_PROXIES" placeholder:"CIDR"`
}

// Run serves until it is told to stop.
func (cmd *ServeCmd) Run(ctx context.Context) error {
	logTo(os.Stderr, slog.LevelInfo)
	db, c, closeAll, err := openFiled(ctx, cmd.DatabaseSettings, cmd.TemporalSettings, cmd.FileSettings)
	if err != nil {
		return err
	}
	defer closeAll()
	go sweep(ctx, db)
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", cmd.Listen)
	if err != nil {
		return err
	}
	slog.InfoContext(ctx, "serving", "address", l.Addr().String())
	return serve(ctx, l, handler(db, openEngine(c, db), cmd.Proxies, web.Config{BaseURL: cmd.BaseURL, Files: cmd.limits()}))
}

// handler puts pages, API and sign-in together.
func handler(db *postgres.DB, engine poverty.Engine, proxies []string, cfg web.Config) http.Handler {
	cfg.Workbooks = workbooks{}
	cfg.Invitations = invitations{baseURL: cfg.BaseURL, domain: domainOf(cfg.BaseURL)}
	door := auth.New(db, db, auth.Config{BaseURL: cfg.BaseURL, TrustedProxies: proxies, Unavailable: web.Unavailable})
	r := chi.NewRouter()
	r.Use(middleware.RequestID)
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	r.Get("/readyz", func(w http.ResponseWriter, r *http.Request) {
		down := ""
		for name, health := range map[string]func(context.Context) error{"PostgreSQL": db.Health, "Temporal": engine.Health} {
			if err := health(r.Context()); err != nil {
				slog.WarnContext(r.Context(), "not ready", "part", name, "err", err)
				down += name + " cannot be reached\n"
			}
		}
		if down != "" {
			http.Error(w, down, http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	docs := api.New(db, engine)
	r.Get("/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		docs.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, chi.NewRouteContext())))
	})
	r.Mount(api.Path, door.Protect(door.Actor(docs)))
	r.Mount("/", door.Protect(door.Actor(web.New(db, engine, door, cfg))))
	return r
}

// serve serves until ctx ends, then lets what is under way finish.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return s.Shutdown(stopping)
}
