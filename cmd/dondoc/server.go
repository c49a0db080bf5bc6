package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/internal/services"
	"dondoc/mail"
	"dondoc/postgres"
	"dondoc/poverty"
)

// ServerCmd runs what docker-compose.yml describes, without Docker: PostgreSQL,
// the Temporal server on it, and migrate, workers and web processes, each a
// process of its own with its settings in the environment. Whatever else is set
// in this environment, such as DONDOC_BASE_URL, DONDOC_SMTP_URL or DONDOC_FILES,
// they inherit.
type ServerCmd struct {
	State   string `help:"Directory of the data and the logs." env:"DONDOC_STATE" default:".cache/server" placeholder:"DIR"`
	Listen  string `help:"Address of the first web process; the others listen on the ports after it." env:"DONDOC_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Web     int    `help:"How many web processes." env:"DONDOC_WEB" default:"2" placeholder:"N"`
	Workers int    `help:"How many workers." env:"DONDOC_WORKERS" default:"2" placeholder:"N"`
	Watch   int    `help:"Port on which the first worker is watched; the others have the ports after it." env:"DONDOC_WATCH_PORT" default:"9464" placeholder:"PORT"`
	Shards  int    `help:"Temporal's history shards; fixed from the first start on." default:"64" placeholder:"N"`
	SMTPURL string `name:"smtp-url" help:"Mail server; where none is set a catcher keeps the mails and shows them." env:"DONDOC_SMTP_URL" placeholder:"URL"`
	Mail    string `help:"Address of the catcher's pages." default:"127.0.0.1:8025" placeholder:"HOST:PORT"`
}

// serverDynamic is Temporal's dynamic configuration on a server; the one of
// docker-compose.yml is the same, which a test checks.
var serverDynamic = map[string]any{
	"limit.maxIDLength":                255, // what PostgreSQL's columns hold
	"matching.rps":                     6000,
	"frontend.rps":                     8000,
	"frontend.namespaceRPS":            8000,
	"frontend.namespaceCount":          8000,
	"history.rps":                      12000,
	"frontend.namespaceRPS.visibility": 50,
	// One server needs no partitions of a task queue, between which tasks and
	// polls are handed on.
	"matching.numTaskqueueReadPartitions":  1,
	"matching.numTaskqueueWritePartitions": 1,
}

// member is one process of the server.
type member struct {
	name  string
	args  []string
	env   []string
	ready string // the address that says when it works
	log   string

	mu      sync.Mutex
	program *services.Program
	wanted  bool      // to be started again when it ends
	began   time.Time // this run of it
	short   int       // how many runs before this one ended soon
	again   time.Time // when it is started again; zero while it runs
}

// A process that ends is started again after a pause, which doubles with each
// run that ended soon.
const (
	firstPause = time.Second
	mostPause  = time.Minute
	soon       = 2 * time.Minute
)

// Run brings everything up, keeps it up, and stops it in order. A SIGHUP migrates
// and restarts workers and web processes one after the other, up to the first that
// does not come back.
func (cmd *ServerCmd) Run(ctx context.Context, out io.Writer) (err error) {
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	began := time.Now()
	if cmd.Web < 1 || cmd.Workers < 1 {
		return badInput("server", "", "--web and --workers are at least 1")
	}
	if cmd.State, err = filepath.Abs(cmd.State); err != nil { // the settings are read from other directories too
		return err
	}
	if err := os.MkdirAll(cmd.State, 0o750); err != nil {
		return err
	}
	stack, err := services.StartStack(ctx, services.StackOptions{Dir: cmd.State, Durable: true, Shards: cmd.Shards, Conns: 30, Dynamic: serverDynamic,
		Progress: func(step string) { say("  %s …", step) }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stack.Close()) }()
	if err := stack.Temporal.RegisterNamespace(ctx, "dondoc", 30*24*time.Hour); err != nil {
		return err
	}
	owner, app, err := cmd.database(ctx, stack)
	if err != nil {
		return err
	}
	smtp, mails, closeMail, err := cmd.mailer(ctx)
	if err != nil {
		return err
	}
	defer closeMail()
	members, pages, err := cmd.members(stack, app, smtp)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	migrate := func() error {
		m := exec.CommandContext(ctx, self, "migrate")
		m.Env = append(os.Environ(), "DONDOC_DATABASE_URL="+owner)
		if text, err := m.CombinedOutput(); err != nil {
			return fmt.Errorf("dondoc migrate: %w\n%s", err, text)
		}
		return nil
	}
	if err := migrate(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopMembers(members)) }()
	for _, m := range members {
		if err := m.start(time.Now(), self); err != nil {
			return err
		}
	}
	for _, m := range members {
		if err := m.await(ctx); err != nil {
			return err
		}
	}
	file, err := cmd.environment(members[len(members)-1].env, owner)
	if err != nil {
		return err
	}
	say("\nĐôn Đốc is up (%s): %d workers, %d web processes.", time.Since(began).Round(100*time.Millisecond), cmd.Workers, cmd.Web)
	for _, p := range pages {
		say("  pages    http://%s", p)
	}
	if mails != "" {
		say("  mails    http://%s (caught: no DONDOC_SMTP_URL is set)", mails)
	}
	say("  logs     %s", filepath.Join(cmd.State, "*.log"))
	say("  settings %s, to be sourced before dondoc doctor, user or import", file)
	if there, err := hasAdmin(ctx, app); err == nil && !there {
		say("\nThe first administrator:  . %s && %s user admin quantri", file, self)
	}
	say("\nCtrl-C stops everything; kill -HUP %d restarts workers and web processes one by one.", os.Getpid())
	return keep(ctx, self, members, migrate, say)
}

// database makes the database, and the login that may do nothing but act as
// dondoc_app, and returns both addresses.
func (cmd *ServerCmd) database(ctx context.Context, stack *services.Stack) (owner, app string, err error) {
	if owner, err = stack.Postgres.CreateDatabase(ctx, "dondoc"); err != nil {
		return "", "", err
	}
	file := filepath.Join(cmd.State, "app-password")
	password, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		password = []byte(rand.Text())
		err = os.WriteFile(file, password, 0o600)
	}
	if err != nil {
		return "", "", err
	}
	conn, err := pgx.Connect(ctx, owner)
	if err != nil {
		return "", "", err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `
		do $$ begin
			if not exists (select from pg_roles where rolname = 'dondoc_app') then create role dondoc_app nologin; end if;
			if not exists (select from pg_roles where rolname = 'dondoc') then create role dondoc login noinherit in role dondoc_app; end if;
		end $$`); err != nil {
		return "", "", err
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf("alter role dondoc password '%s'", strings.ReplaceAll(string(password), "'", "''"))); err != nil {
		return "", "", err
	}
	u, err := url.Parse(owner)
	if err != nil {
		return "", "", err
	}
	u.User = url.UserPassword("dondoc", string(password))
	return owner, u.String(), nil
}

// mailer returns the mail server's address: the one that is set, or a catcher's.
func (cmd *ServerCmd) mailer(ctx context.Context) (smtp, pages string, stop func(), err error) {
	if cmd.SMTPURL != "" {
		return cmd.SMTPURL, "", func() {}, nil
	}
	catcher, err := mail.NewCatcher(mail.CatcherConfig{Dir: filepath.Join(cmd.State, "mail"), Lang: "vi", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", "", nil, err
	}
	web, err := listen(ctx, cmd.Mail)
	if err != nil {
		return "", "", nil, err
	}
	l, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return "", "", nil, err
	}
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	go func() { _ = catcher.Serve(l) }()
	go func() { _ = serve(serving, web, catcher.Handler()) }()
	return "smtp://" + l.Addr().String() + "?tls=none", web.Addr().String(), func() { cancel(); _ = catcher.Close() }, nil
}

// members are the workers and then the web processes.
func (cmd *ServerCmd) members(stack *services.Stack, app, smtp string) (list []*member, pages []string, err error) {
	host, first, err := net.SplitHostPort(cmd.Listen)
	if err != nil {
		return nil, nil, fmt.Errorf("--listen %q: %w", cmd.Listen, err)
	}
	port, err := strconv.Atoi(first)
	if err != nil {
		return nil, nil, fmt.Errorf("--listen %q: the port is no number", cmd.Listen)
	}
	common := []string{"DONDOC_DATABASE_URL=" + app, "TEMPORAL_ADDRESS=" + stack.Temporal.Address(), "TEMPORAL_NAMESPACE=dondoc", "DONDOC_SMTP_URL=" + smtp}
	if os.Getenv("DONDOC_BASE_URL") == "" {
		common = append(common, "DONDOC_BASE_URL=http://"+cmd.Listen)
	}
	if os.Getenv("DONDOC_FILES") == "" {
		common = append(common, "DONDOC_FILES="+filepath.Join(cmd.State, "files"))
	}
	if os.Getenv("DONDOC_FEED_SECRET") == "" {
		secret, err := keptSecret(cmd.State)
		if err != nil {
			return nil, nil, err
		}
		common = append(common, "DONDOC_FEED_SECRET="+secret)
	}
	put := func(kind string, i int, verb, variable, address, healthy string) {
		name := fmt.Sprintf("%s-%d", kind, i+1)
		list = append(list, &member{name: name, args: []string{verb}, env: append(common[:len(common):len(common)], variable+"="+address),
			ready: "http://" + healthy + "/readyz", log: filepath.Join(cmd.State, name+".log")})
	}
	for i := range cmd.Workers {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(cmd.Watch+i))
		put("worker", i, "work", "DONDOC_WATCH_LISTEN", address, address)
	}
	for i := range cmd.Web {
		address := net.JoinHostPort(host, strconv.Itoa(port+i))
		near := address
		if host == "" || host == "0.0.0.0" {
			near = net.JoinHostPort("127.0.0.1", strconv.Itoa(port+i))
		}
		put("web", i, "serve", "DONDOC_LISTEN", address, near)
		pages = append(pages, near)
	}
	return list, pages, nil
}

// environment writes the settings of the processes for a shell. Whoever may
// read it may write to the database.
func (cmd *ServerCmd) environment(env []string, owner string) (string, error) {
	var b strings.Builder
	for _, setting := range env {
		if name, value, _ := strings.Cut(setting, "="); name != "DONDOC_LISTEN" {
			fmt.Fprintf(&b, "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
		}
	}
	fmt.Fprintf(&b, "# dondoc migrate wants the owner of the tables: DONDOC_DATABASE_URL='%s'\n", owner)
	file := filepath.Join(cmd.State, "env")
	return file, os.WriteFile(file, []byte(b.String()), 0o600)
}

func hasAdmin(ctx context.Context, url string) (bool, error) {
	db, err := postgres.Open(ctx, url, postgres.Options{Conns: 1})
	if err != nil {
		return false, err
	}
	defer db.Close()
	return db.HasAdmin(poverty.WithActor(ctx, poverty.System("server")))
}

// keep starts again what ends, and renews all when a SIGHUP asks for it, until ctx
// ends.
func keep(ctx context.Context, self string, members []*member, migrate func() error, say func(string, ...any)) error {
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			say("\nstopping …")
			return nil
		case <-again:
			renew(ctx, self, members, migrate, say)
		case <-tick.C:
			for _, m := range members {
				m.revive(time.Now(), self, say)
			}
		}
	}
}

// renew migrates and restarts the processes one by one. A program that does not
// work takes down one of them at most: the others go on with the one before.
func renew(ctx context.Context, self string, members []*member, migrate func() error, say func(string, ...any)) {
	say("restarting one by one …")
	if err := migrate(); err != nil {
		say("%v\nnothing was restarted", err)
		return
	}
	for _, m := range members {
		if err := m.stop(); err != nil {
			say("%v", err) // it is started again all the same
		}
		err := m.start(time.Now(), self)
		if err == nil {
			err = m.await(ctx)
		}
		if err != nil {
			say("%v\nthe others were not restarted: mend the program, then ask again", err)
			return
		}
		say("  %s is back", m.name)
	}
}

func (m *member) start(now time.Time, self string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.run(now, self)
}

func (m *member) run(now time.Time, self string) error {
	c := exec.Command(self, m.args...) //nolint:noctx // it is stopped in order, not with the context
	c.Env = append(os.Environ(), m.env...)
	m.wanted, m.began, m.again = true, now, time.Time{}
	p, err := services.StartProgram(m.name, c, m.log)
	if err != nil {
		return err
	}
	m.program = p
	return nil
}

// revive starts the process again where it ended although it should run, when its
// pause is over, and says both.
func (m *member) revive(now time.Time, self string, say func(string, ...any)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case !m.wanted || !m.ended():
	case m.again.IsZero():
		if now.Sub(m.began) > soon {
			m.short = 0
		}
		pause := min(firstPause<<min(m.short, 10), mostPause)
		m.short++
		m.again = now.Add(pause)
		say("%v", m.program.Failure(fmt.Sprintf("ended and is started again in %s", pause)))
	case !now.Before(m.again):
		if err := m.run(now, self); err != nil {
			say("%v", err)
			return
		}
		say("%s is started again", m.name)
	}
}

func (m *member) ended() bool {
	select {
	case <-m.program.Done():
		return true
	default:
		return false
	}
}

// await returns when the process says that it is ready.
func (m *member) await(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(limited, http.MethodGet, m.ready, nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusNoContent {
				return nil
			}
		}
		select {
		case <-m.program.Done():
			return m.program.Failure("ended while starting")
		case <-limited.Done():
			return m.program.Failure("did not become ready at " + m.ready)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (m *member) stop() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wanted = false
	if m.program == nil {
		return nil
	}
	return m.program.Stop(grace + 10*time.Second)
}

// stopMembers stops the web processes first, then the workers.
func stopMembers(members []*member) (err error) {
	for _, m := range slices.Backward(members) {
		err = errors.Join(err, m.stop())
	}
	return err
}
