package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"dondoc/api"
	"dondoc/auth"
	"dondoc/documents"
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
	FeedSettings
	LogSettings
	WatchSettings
	ProxySettings
	Listen    string        `help:"Address to listen on." env:"DONDOC_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Converter string        `help:"LibreOffice program that makes PDF of documents; soffice of the PATH where it is empty." env:"DONDOC_CONVERTER" placeholder:"PROGRAM"`
	Drain     time.Duration `help:"How long it goes on serving after it was told to stop, while /readyz already says so." env:"DONDOC_DRAIN" default:"0s" placeholder:"5s"`
	Memory    int64         `help:"Memory that the collector keeps the process below where it can, in megabytes; 0, or a GOMEMLIMIT, leaves it alone." env:"DONDOC_MEMORY" default:"240" placeholder:"MB"`

	yardstick bool // serves the page that measurements compare others with
}

// Run serves until it is told to stop.
func (cmd *ServeCmd) Run(ctx context.Context) error {
	cmd.logTo(os.Stderr)
	spendMemory(cmd.Memory)
	tower, err := newWatchtower(cmd.WatchSettings)
	if err != nil {
		return err
	}
	proxies, err := cmd.trusted()
	if err != nil {
		return err
	}
	calendars, err := newFeeds(cmd.FeedSecret, cmd.BaseURL)
	if err != nil {
		return err
	}
	db, c, closeAll, err := openFiled(ctx, cmd.DatabaseSettings, cmd.TemporalSettings, cmd.FileSettings, tower.metrics)
	if err != nil {
		return err
	}
	defer closeAll()
	engine := openEngine(c, db)
	tower.parts = append(storeParts(db), part{"Temporal", engine.Health})
	tower.metrics.observe(db)
	go sweep(ctx, db)
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", cmd.Listen)
	if err != nil {
		return err
	}
	slog.InfoContext(ctx, "serving", "address", l.Addr().String())
	draining, stop := drained(ctx, tower, cmd.Drain)
	defer stop()
	pages := web.Config{BaseURL: cmd.BaseURL, Files: cmd.limits(), Feeds: calendars, Press: documents.Press{Converter: documents.NewConverter(cmd.Converter)},
		Background: web.NewBackground()}
	defer pages.Background.Stop() // before the store is closed
	if cmd.yardstick {
		pages.Yardstick = db.Probe
	}
	err = serve(draining, l, handler(db, engine, tower, proxies, pages))
	slog.InfoContext(ctx, "stopped", "err", err)
	return err
}

// spendMemory lets garbage be collected less often as long as the process stays
// below a limit, in megabytes; 0 leaves the collector alone. GOMEMLIMIT and GOGC
// in the environment win.
func spendMemory(limit int64) {
	if limit <= 0 || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(limit << 20)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// drained returns a context that ends some time after ctx does; from the end of
// ctx on, the process says that it is not ready.
func drained(ctx context.Context, tower *watchtower, after time.Duration) (context.Context, func()) {
	draining, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unregister := context.AfterFunc(ctx, func() {
		tower.stopping.Store(true)
		slog.InfoContext(ctx, "stopping", "drain", after.String())
		time.AfterFunc(after, cancel)
	})
	return draining, func() { unregister(); cancel() }
}

// handler puts pages, API and sign-in together.
func handler(db *postgres.DB, engine poverty.Engine, tower *watchtower, proxies []string, cfg web.Config) http.Handler {
	cfg.Workbooks = workbooks{}
	if cfg.Press == nil {
		cfg.Press = documents.Press{Converter: documents.NewConverter("")}
	}
	cfg.Press = press{cfg.Press, db.Rest}
	cfg.Invitations = invitations{baseURL: cfg.BaseURL, domain: domainOf(cfg.BaseURL)}
	door := auth.New(db, db, auth.Config{BaseURL: cfg.BaseURL, TrustedProxies: proxies, Unavailable: web.Unavailable, Unattended: []string{web.CountPath}, Look: db.Look})
	r := chi.NewRouter()
	r.Use(middleware.RequestID)
	tower.mount(r)
	docs := api.New(db, engine, cfg.Press)
	r.Get("/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		docs.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, chi.NewRouteContext())))
	})
	r.Group(func(r chi.Router) {
		r.Use(tower.metrics.watch)
		r.Mount(api.Path, door.Protect(door.Actor(docs)))
		pages := web.New(db, engine, door, cfg)
		r.Handle("/static/*", pages) // needs nobody, and no database
		r.Mount("/", door.Protect(door.Actor(pages)))
	})
	return r
}

// press lets go of the store before it converts: that may take minutes.
type press struct {
	poverty.Press
	rest func(context.Context)
}

// PDF converts a DOCX.
func (p press) PDF(ctx context.Context, docx []byte) ([]byte, error) {
	p.rest(ctx)
	return p.Press.PDF(ctx, docx)
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
