package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"dondoc/postgres"
	"dondoc/workflows"
)

// DatabaseSettings say where the facts are.
type DatabaseSettings struct {
	DatabaseURL string `name:"database-url" help:"Address of the PostgreSQL database." env:"DONDOC_DATABASE_URL" required:"" placeholder:"URL"`
}

// TemporalSettings say where time, order and waiting are kept.
type TemporalSettings struct {
	TemporalAddress   string `help:"Address of the Temporal server." env:"TEMPORAL_ADDRESS" default:"127.0.0.1:7233" placeholder:"HOST:PORT"`
	TemporalNamespace string `help:"Namespace of this installation." env:"TEMPORAL_NAMESPACE" default:"default" placeholder:"NAME"`
}

// MailSettings say how notices go out.
type MailSettings struct {
	SMTPURL  string `name:"smtp-url" help:"Mail server: smtp://user:password@host:port, smtps:// or ?tls=mandatory." env:"DONDOC_SMTP_URL" required:"" placeholder:"URL"`
	MailFrom string `help:"Sender of the notices." env:"DONDOC_MAIL_FROM" default:"Đôn Đốc <dondoc@localhost>" placeholder:"ADDRESS"`
}

// WebSettings say where people reach the program.
type WebSettings struct {
	BaseURL string `name:"base-url" help:"Address under which people reach the pages, without a slash at the end." env:"DONDOC_BASE_URL" default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// open opens the store and, without connecting yet, the way to Temporal; close
// closes both.
func open(ctx context.Context, d DatabaseSettings, t TemporalSettings) (db *postgres.DB, c client.Client, closeBoth func(), err error) {
	if db, err = openStore(ctx, d); err != nil {
		return nil, nil, nil, err
	}
	if c, err = openTemporal(t); err != nil {
		db.Close()
		return nil, nil, nil, err
	}
	return db, c, func() { c.Close(); db.Close() }, nil
}

func openStore(ctx context.Context, s DatabaseSettings) (*postgres.DB, error) {
	return postgres.Open(ctx, s.DatabaseURL, postgres.Options{})
}

// openTemporal does not connect yet: the program comes up, and says what is
// missing, while the server is down.
func openTemporal(s TemporalSettings) (client.Client, error) {
	return client.NewLazyClient(client.Options{
		HostPort: s.TemporalAddress, Namespace: s.TemporalNamespace,
		Logger: log.NewStructuredLogger(slog.Default().With("part", "temporal")),
	})
}

func openEngine(c client.Client, db *postgres.DB) *workflows.Engine {
	return workflows.NewEngine(c, db)
}

func logTo(f *os.File, level slog.Level) {
	slog.SetDefault(slog.New(slog.NewJSONHandler(f, &slog.HandlerOptions{Level: level})))
}

// grace is how long a stopping process has for what it is doing.
const grace = 20 * time.Second
