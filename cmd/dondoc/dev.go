package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/auth"
	"dondoc/blobs"
	"dondoc/documents"
	"dondoc/internal/rehearsal"
	"dondoc/internal/services"
	"dondoc/mail"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/web"
)

// DevCmd runs everything on one machine, with the example.
type DevCmd struct {
	State   string `help:"Directory of the data." default:".cache/dev" placeholder:".cache/dev"`
	Example string `help:"Folder of the example cycle." default:"examples/nam-dong-2018" placeholder:"DIR"`
	Listen  string `help:"Address of the pages; another port is taken where it is in use." env:"DONDOC_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Mail    string `help:"Address of the mail catcher's pages." default:"127.0.0.1:8025" placeholder:"HOST:PORT"`
	SMTP    string `name:"smtp" help:"Address of the mail catcher's SMTP server." default:"127.0.0.1:1025" placeholder:"HOST:PORT"`
}

// examplePassword signs in every account of the example. It is printed, and
// works nowhere else.
const examplePassword = "dondoc"

// Run brings everything up, says where it is, and waits to be stopped.
func (cmd *DevCmd) Run(ctx context.Context, out io.Writer) (err error) {
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	began := time.Now()
	if err := os.MkdirAll(cmd.State, 0o750); err != nil {
		return err
	}
	logs, err := os.OpenFile(filepath.Join(cmd.State, "dondoc.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer logs.Close()
	LogSettings{}.logTo(logs)

	stack, err := services.StartStack(ctx, services.StackOptions{Dir: cmd.State, Durable: true, Progress: func(step string) { say("  %s …", step) }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stack.Close()) }()

	catcher, err := mail.NewCatcher(mail.CatcherConfig{Dir: filepath.Join(cmd.State, "mail"), Lang: "vi", Now: time.Now, Log: slog.Default()})
	if err != nil {
		return err
	}
	defer catcher.Close()
	pages, err := listen(ctx, cmd.Listen)
	if err != nil {
		return err
	}
	mailPages, err := listen(ctx, cmd.Mail)
	if err != nil {
		return err
	}
	smtp, err := listen(ctx, cmd.SMTP)
	if err != nil {
		return err
	}
	base := "http://" + pages.Addr().String()

	url, accounts, err := cmd.prepare(ctx, stack, catcher, base, say)
	if err != nil {
		return err
	}
	if err := stack.Temporal.RegisterNamespace(ctx, "dondoc", 30*24*time.Hour); err != nil {
		return err
	}
	files, err := blobs.Open(ctx, filepath.Join(cmd.State, "files"))
	if err != nil {
		return err
	}
	defer files.Close()
	db, err := postgres.Open(ctx, url, postgres.Options{Blobs: files})
	if err != nil {
		return err
	}
	defer db.Close()
	c, err := openTemporal(TemporalSettings{TemporalAddress: stack.Temporal.Address(), TemporalNamespace: "dondoc"}, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	sender, err := mail.New(mail.Config{URL: "smtp://" + smtp.Addr().String() + "?tls=none", From: exampleFrom})
	if err != nil {
		return err
	}

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var running sync.WaitGroup
	start := func(name string, run func() error) {
		running.Go(func() {
			if err := run(); err != nil && ctx.Err() == nil {
				stop(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	start("mail catcher", func() error { return catcher.Serve(smtp) })
	start("mail pages", func() error { return serve(ctx, mailPages, catcher.Handler()) })
	running.Go(func() { sweep(ctx, db) })
	p := program{db: db, client: c, processes: db, now: time.Now, sender: sender, letters: letters(base, exampleFrom)}
	start("worker", func() error { return p.work(ctx, func() {}) })
	engine := openEngine(c, db)
	tower, err := newWatchtower(WatchSettings{WatchFrom: []string{"127.0.0.0/8", "::1/128"}}, append(storeParts(db), part{"Temporal", engine.Health})...)
	if err != nil {
		return err
	}
	tower.metrics.observe(db)
	secret, err := keptSecret(cmd.State)
	if err != nil {
		return err
	}
	calendars, err := newFeeds(secret, base)
	if err != nil {
		return err
	}
	mailURL := "http://" + mailPages.Addr().String() + "/"
	start("pages", func() error {
		background := web.NewBackground()
		defer background.Stop()
		return serve(ctx, pages, handler(db, engine, tower, nil, web.Config{Demo: accounts, BaseURL: base, MailURL: mailURL, Feeds: calendars, Background: background}))
	})
	if err := answers(ctx, base+"/dang-nhap"); err != nil {
		return err
	}

	say("\nĐôn Đốc is up (%s).\n", time.Since(began).Round(100*time.Millisecond))
	say("  pages   %s", base)
	say("  mails   %s", mailURL)
	say("  API     %s/openapi.json", base)
	say("\n  sign in with password %q as", examplePassword)
	for _, a := range accounts {
		say("    %-22s %s", a.Login, a.Name)
	}
	say("\nCtrl-C stops everything; the data stay until `make clean`.")
	<-ctx.Done()
	say("\nstopping …")
	_ = catcher.Close()
	running.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

const exampleFrom = "Đôn Đốc <dondoc@nam-dong.example>"

// prepare brings the schema up to date and, the first time, lives the example
// through: its own year to the end, and the same year moved so that today lies
// in its July, up to today.
func (cmd *DevCmd) prepare(ctx context.Context, stack *services.Stack, catcher *mail.Catcher, base string, say func(string, ...any)) (string, []web.Account, error) {
	url, err := stack.Postgres.CreateDatabase(ctx, "dondoc")
	if err != nil {
		return "", nil, err
	}
	if err := postgres.Migrate(ctx, url, migrations.FS); err != nil {
		return "", nil, err
	}
	r, err := documents.ReadCycle(os.DirFS(cmd.Example))
	if err != nil {
		return "", nil, err
	}
	loaded := filepath.Join(cmd.State, "example-loaded")
	if _, err := os.Stat(loaded); err == nil {
		return url, demoAccounts(r), nil
	}
	// A load that was interrupted is done over from nothing.
	if err := emptyDatabase(ctx, stack, url); err != nil {
		return "", nil, err
	}
	if err := catcher.DeleteAll(); err != nil {
		return "", nil, err
	}
	hash, err := auth.Hash(examplePassword)
	if err != nil {
		return "", nil, err
	}
	r.New.Passwords = map[string]string{}
	for _, u := range r.New.Users {
		r.New.Passwords[u.Login] = hash
	}
	words := letters(base, exampleFrom)
	post := func(l poverty.Letter) error {
		raw, err := words.Message(l).Raw(exampleFrom)
		if err != nil {
			return err
		}
		return catcher.Deliver(raw)
	}
	say("  living the example's year %d through …", r.New.Cycle.Year)
	if err := cmd.live(ctx, url, r, rehearsal.Options{Mail: post}); err != nil {
		return "", nil, err
	}
	now := time.Now()
	moved := documents.Shift(r, documents.MonthsTo(r, time.July, now))
	moved.Script = slices.DeleteFunc(moved.Script, untroubled)
	say("  living the same year, moved to today, up to now …")
	if err := cmd.live(ctx, url, moved, rehearsal.Options{Mail: post, Until: now}); err != nil {
		return "", nil, err
	}
	return url, demoAccounts(r), os.WriteFile(loaded, []byte(now.Format(time.RFC3339)+"\n"), 0o600)
}

// untroubled reports whether a line ends a trouble that the example shows in
// July: the police group has not started, a group has not met, another is out of
// touch with its commune, and an obstacle waits for its answer.
func untroubled(l poverty.Line) bool {
	switch {
	case l.Meeting != nil:
		return l.Subject == "giao-ban-huong-huu-2" || l.Subject == "lam-viec-thuong-lo-07"
	case l.Obstacle != nil:
		return l.Unit == "huong-huu" && l.Obstacle.Verb == poverty.ObstacleAnswers
	case l.Shortcoming != nil:
		return l.Shortcoming.Verb == poverty.ShortcomingMend && l.Shortcoming.Shortcoming == 1
	}
	return l.Act == "deliver" && l.Unit == "cong-an-huyen"
}

func (cmd *DevCmd) live(ctx context.Context, url string, r poverty.Rehearsal, o rehearsal.Options) error {
	clock := &rehearsal.Clock{}
	store, err := postgres.Open(ctx, url, postgres.Options{Now: clock.Now})
	if err != nil {
		return err
	}
	defer store.Close()
	refused, err := rehearsal.Run(ctx, store, clock, r, o)
	for _, l := range refused {
		slog.WarnContext(ctx, "the example's script was refused", "line", l.Error())
	}
	return err
}

func emptyDatabase(ctx context.Context, stack *services.Stack, url string) error {
	conn, err := pgx.Connect(ctx, stack.Postgres.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "drop database dondoc with (force)"); err != nil {
		return err
	}
	if _, err := stack.Postgres.CreateDatabase(ctx, "dondoc"); err != nil {
		return err
	}
	return postgres.Migrate(ctx, url, migrations.FS)
}

// demoAccounts are the sign-ins shown: the seats that the example tells of.
func demoAccounts(r poverty.Rehearsal) []web.Account {
	var list []web.Account
	for _, login := range []string{"thuongtruc.canbo", "thuonglong.chutich", "thuonglong.canbo", "congan.truong", "lanhdao.pct", "lanhdao.ct", "tinh.canbo", "quantri"} {
		for _, u := range r.New.Users {
			if u.Login == login {
				list = append(list, web.Account{Login: login, Password: examplePassword, Name: u.Name})
			}
		}
	}
	return list
}

// listen takes the wanted address, or a free port of it where it is in use.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err == nil {
		return l, nil
	}
	host, _, split := net.SplitHostPort(address)
	if split != nil {
		return nil, err
	}
	return config.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
}

// answers returns when an address does.
func answers(ctx context.Context, url string) error {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
