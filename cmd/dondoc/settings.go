package main

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"golang.org/x/time/rate"

	"dondoc/blobs"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/workflows"
)

// DatabaseSettings say where the facts are.
type DatabaseSettings struct {
	DatabaseURL   string `name:"database-url" help:"Address of the PostgreSQL database." env:"DONDOC_DATABASE_URL" required:"" placeholder:"URL"`
	DatabaseConns int    `name:"database-conns" help:"Most connections to it that one process keeps; 0: four for each core." env:"DONDOC_DATABASE_CONNS" default:"0" placeholder:"N"`

	spacing  time.Duration // of mails to one person
	planOnce bool          // see postgres.Options
}

// options are how the store is opened.
func (s DatabaseSettings) options() postgres.Options {
	conns := s.DatabaseConns
	if conns <= 0 {
		conns = max(4, 4*runtime.NumCPU())
	}
	return postgres.Options{Conns: conns, PerPerson: s.spacing, PlanOnce: s.planOnce}
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

	MailPerMinute int           `help:"Mails that the server takes a minute; 0: any number." env:"DONDOC_MAIL_PER_MINUTE" default:"0" placeholder:"COUNT"`
	MailSpacing   time.Duration `help:"At least this long between two mails to one person." env:"DONDOC_MAIL_SPACING" default:"1m" placeholder:"DURATION"`
}

// limit is how many mails go out; nil where the server takes any number.
func (s MailSettings) limit() *rate.Limiter {
	if s.MailPerMinute <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(float64(s.MailPerMinute)/60), s.MailPerMinute)
}

// WebSettings say where people reach the program.
type WebSettings struct {
	BaseURL string `name:"base-url" help:"Address under which people reach the pages, without a slash at the end." env:"DONDOC_BASE_URL" default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// ProxySettings say what stands between people and the pages.
type ProxySettings struct {
	Proxies []string `help:"Networks (CIDR) of the proxies whose X-Forwarded-For is believed; without it all people behind a proxy are one address to the sign-in." env:"DONDOC_TRUSTED_PROXIES" placeholder:"CIDR"`
}

// trusted reads the settings.
func (s ProxySettings) trusted() ([]string, error) {
	list, err := networks("DONDOC_TRUSTED_PROXIES", s.Proxies)
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.String()
	}
	return texts, err
}

// FileSettings say where attachments lie and how large they may be.
type FileSettings struct {
	Files    string `help:"Where attachments lie: a folder, or s3://bucket?region=NAME with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY." env:"DONDOC_FILES" default:"files" placeholder:"PLACE"`
	FileSize int64  `help:"Largest attachment, in megabytes." env:"DONDOC_FILE_SIZE" default:"10" placeholder:"MB"`
}

// limits are those of what may be attached.
func (s FileSettings) limits() poverty.FileLimits {
	l := poverty.DefaultFileLimits()
	if s.FileSize > 0 {
		l.Size = s.FileSize << 20
	}
	return l
}

// open opens the store and, without connecting yet, the way to Temporal; close
// closes both.
func open(ctx context.Context, d DatabaseSettings, t TemporalSettings, m *metrics) (db *postgres.DB, c client.Client, closeBoth func(), err error) {
	if db, err = postgres.Open(ctx, d.DatabaseURL, d.options()); err != nil {
		return nil, nil, nil, err
	}
	if c, err = openTemporal(t, m); err != nil {
		db.Close()
		return nil, nil, nil, err
	}
	return db, c, func() { c.Close(); db.Close() }, nil
}

// openFiled opens the store with the place of its attachments, and what open
// does besides.
func openFiled(ctx context.Context, d DatabaseSettings, t TemporalSettings, f FileSettings, m *metrics) (db *postgres.DB, c client.Client, closeAll func(), err error) {
	files, err := blobs.Open(ctx, f.Files)
	if err != nil {
		return nil, nil, nil, err
	}
	o := d.options()
	o.Blobs, o.Limits = files, f.limits()
	if db, err = postgres.Open(ctx, d.DatabaseURL, o); err != nil {
		return nil, nil, nil, errors.Join(err, files.Close())
	}
	if c, err = openTemporal(t, m); err != nil {
		db.Close()
		return nil, nil, nil, errors.Join(err, files.Close())
	}
	return db, c, func() {
		c.Close()
		db.Close()
		_ = files.Close() // nothing is being written any more
	}, nil
}

// sweep deletes, now and every hour, what a crash left in the place of the
// attachments, until ctx ends.
func sweep(ctx context.Context, db *postgres.DB) {
	ctx = poverty.WithActor(ctx, poverty.System("sweep"))
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if n, err := db.SweepBlobs(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "attachments not swept", "err", err)
		} else if n > 0 {
			slog.InfoContext(ctx, "attachments swept", "count", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func openStore(ctx context.Context, s DatabaseSettings) (*postgres.DB, error) {
	return postgres.Open(ctx, s.DatabaseURL, s.options())
}

// openTemporal does not connect yet: the program comes up, and says what is
// missing, while the server is down.
// What it does is counted in m, unless that is nil.
func openTemporal(s TemporalSettings, m *metrics) (client.Client, error) {
	o := client.Options{
		HostPort: s.TemporalAddress, Namespace: s.TemporalNamespace,
		Logger: log.NewStructuredLogger(slog.Default().With("part", "temporal")),
		// Packing the few hundred bytes of a message cost more than a tenth of a storm (docs/performance.md).
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}},
	}
	if m != nil {
		var err error
		if o.MetricsHandler, err = m.temporal(); err != nil {
			return nil, err
		}
	}
	return client.NewLazyClient(o)
}

func openEngine(c client.Client, db *postgres.DB) *workflows.Engine {
	return workflows.NewEngine(c, db)
}

// grace is how long a stopping process has for what it is doing.
const grace = 20 * time.Second
