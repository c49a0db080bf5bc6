package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"
	"golang.org/x/time/rate"

	"dondoc/activities"
	"dondoc/mail"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/worker"
	"dondoc/workflows"
)

// WorkCmd runs the workflows and sends the notices.
type WorkCmd struct {
	DatabaseSettings
	TemporalSettings
	MailSettings
	WebSettings
	LogSettings
	WatchSettings

	AuditPing   string `help:"Address that is asked for after each hourly audit, with /fail behind it where something is wrong; empty: none." env:"DONDOC_AUDIT_PING" placeholder:"URL"`
	WatchListen string `help:"Address on which the worker answers /healthz, /readyz and /metrics; none where it is empty." env:"DONDOC_WATCH_LISTEN" placeholder:"HOST:PORT"`
}

// workerMemory is below what docker-compose.yml gives a worker, in megabytes.
const workerMemory = 400

// Run works until it is told to stop.
func (cmd *WorkCmd) Run(ctx context.Context) error {
	cmd.logTo(os.Stderr)
	spendMemory(workerMemory)
	tower, err := newWatchtower(cmd.WatchSettings)
	if err != nil {
		return err
	}
	cmd.spacing, cmd.planOnce = cmd.MailSpacing, true
	db, c, closeBoth, err := open(ctx, cmd.DatabaseSettings, cmd.TemporalSettings, tower.metrics)
	if err != nil {
		return err
	}
	defer closeBoth()
	sender, err := mail.New(mail.Config{URL: cmd.SMTPURL, From: cmd.MailFrom})
	if err != nil {
		return err
	}
	var polls atomic.Bool
	tower.parts = append(storeParts(db), part{"Temporal", openEngine(c, db).Health}, part{"worker", func(context.Context) error {
		if !polls.Load() {
			return errors.New("the worker has not started")
		}
		return nil
	}})
	tower.metrics.observe(db)
	watched, err := cmd.watch(ctx, tower)
	if err != nil {
		return err
	}
	defer watched()
	unregister := context.AfterFunc(ctx, func() { tower.stopping.Store(true) })
	defer unregister()
	p := program{db: db, client: c, processes: db, now: time.Now, sender: sender, letters: letters(cmd.BaseURL, cmd.MailFrom), limit: cmd.limit(), ping: cmd.AuditPing}
	err = p.work(ctx, func() { polls.Store(true) })
	slog.InfoContext(ctx, "stopped", "err", err)
	return err
}

// watch serves the watchtower where an address is given, until the returned
// function is called.
func (cmd *WorkCmd) watch(ctx context.Context, tower *watchtower) (stop func(), err error) {
	if cmd.WatchListen == "" {
		return func() {}, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", cmd.WatchListen)
	if err != nil {
		return nil, err
	}
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := serve(serving, l, tower.handler()); err != nil {
			slog.WarnContext(ctx, "nobody can watch any more", "err", err)
		}
	}()
	return func() { cancel(); <-done }, nil
}

// program is what a worker process is made of.
type program struct {
	db        *postgres.DB
	client    client.Client
	processes poverty.Processes // the store, or one that a measurement put before it
	now       func() time.Time
	sender    *mail.Sender
	letters   mail.Letters
	limit     *rate.Limiter // of mails; nil: none
	ping      string        // is asked for after each audit; empty: nobody outside watches
}

// work runs the worker, the postman and whoever tends the cycles, until ctx
// ends or the worker cannot go on. It calls started once the worker polls.
func (p program) work(ctx context.Context, started func()) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	w, err := p.startWorker(ctx, fail)
	if err != nil {
		return err
	}
	started()
	slog.InfoContext(ctx, "working")
	var running sync.WaitGroup
	running.Go(func() {
		mail.Postman{Post: p.db, Sender: p.sender, Letters: p.letters, Every: time.Second, Now: p.now, Limit: p.limit}.Run(ctx)
	})
	running.Go(func() {
		if err := workflows.ScheduleAudit(ctx, p.client, time.Hour); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "no audit is planned", "err", err)
		}
	})
	running.Go(func() {
		worker.Tend(ctx, p.db, openEngine(p.client, p.db), worker.Pace{Tell: 5 * time.Second, Revive: 5 * time.Minute})
	})
	<-ctx.Done()
	slog.InfoContext(ctx, "stopping")
	w.Stop()
	running.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return fmt.Errorf("the worker ended: %w", cause)
	}
	return nil
}

// announce tells the log and whoever watches from outside how an audit ended: the
// address as it is where nothing is wrong, with /fail behind it otherwise.
func (p program) announce(ctx context.Context, found poverty.Audit) {
	level := slog.LevelInfo
	if len(found.Flaws) > 0 {
		level = slog.LevelError
	}
	slog.Log(ctx, level, "audited", "duties", found.Duties, "flaws", len(found.Flaws))
	if p.ping == "" {
		return
	}
	address := p.ping
	if len(found.Flaws) > 0 {
		address += "/fail"
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err == nil {
		var got *http.Response
		if got, err = http.DefaultClient.Do(r); err == nil {
			err = got.Body.Close()
		}
	}
	if err != nil {
		slog.WarnContext(ctx, "the outside monitor was not reached", "err", err)
	}
}

// startWorker starts the worker as soon as the Temporal server answers.
func (p program) startWorker(ctx context.Context, fatal func(error)) (interface{ Stop() }, error) {
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		w := worker.New(p.client, &activities.Activities{Store: p.processes, Auditor: p.db, Announce: p.announce}, fatal)
		err := w.Start()
		if err == nil {
			return w, nil
		}
		slog.WarnContext(ctx, "Temporal does not answer yet", "err", err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

func letters(baseURL, from string) mail.Letters {
	domain := domainOf(baseURL)
	return mail.Letters{BaseURL: baseURL, Domain: domain, Invitation: invitations{baseURL, domain, from}.mailed}
}

// domainOf is the host of an address: the right side of what has a lasting name
// in mails and calendars.
func domainOf(baseURL string) string {
	if u, err := url.Parse(baseURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "dondoc.localhost"
}
