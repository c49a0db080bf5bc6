package main

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"time"

	"go.temporal.io/sdk/client"

	"dondoc/activities"
	"dondoc/mail"
	"dondoc/postgres"
	"dondoc/worker"
)

// WorkCmd runs the workflows and sends the notices.
type WorkCmd struct {
	DatabaseSettings
	TemporalSettings
	MailSettings
	WebSettings
}

// Run works until it is told to stop.
func (cmd *WorkCmd) Run(ctx context.Context) error {
	logTo(os.Stderr, slog.LevelInfo)
	db, c, closeBoth, err := open(ctx, cmd.DatabaseSettings, cmd.TemporalSettings)
	if err != nil {
		return err
	}
	defer closeBoth()
	sender, err := mail.New(mail.Config{URL: cmd.SMTPURL, From: cmd.MailFrom})
	if err != nil {
		return err
	}
	return work(ctx, db, c, sender, letters(cmd.BaseURL, cmd.MailFrom))
}

// work runs the worker, the postman and whoever tends the cycles, until ctx
// ends.
func work(ctx context.Context, db *postgres.DB, c client.Client, sender *mail.Sender, words mail.Letters) error {
	w, err := startWorker(ctx, c, db)
	if err != nil {
		return err
	}
	var running sync.WaitGroup
	running.Go(func() {
		mail.Postman{Post: db, Sender: sender, Letters: words, Every: time.Second, Now: time.Now}.Run(ctx)
	})
	running.Go(func() { worker.Tend(ctx, db, openEngine(c, db), 5*time.Second) })
	<-ctx.Done()
	w.Stop()
	running.Wait()
	return nil
}

// startWorker starts the worker as soon as the Temporal server answers.
func startWorker(ctx context.Context, c client.Client, db *postgres.DB) (interface{ Stop() }, error) {
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		w := worker.New(c, &activities.Activities{Store: db})
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
