package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dondoc/auth"
	"dondoc/documents"
	"dondoc/internal/rehearsal"
	"dondoc/internal/testkit"
	"dondoc/mail"
	"dondoc/postgres"
	"dondoc/poverty"
)

// Password signs in every account of a site.
const Password = "dondoc"

// Options are how a site begins. The zero value will do.
type Options struct {
	// Example is the folder of the cycle below examples; "" is nam-dong-2018.
	Example string
	// Month is the month of the example in which today lies: the cycle is moved
	// there and lived through up to now. 0 is July.
	Month time.Month
	// Unlived leaves the cycle as imported, a draft.
	Unlived bool
	// Change may change what the example's files say before it is stored.
	Change func(*poverty.Rehearsal)
}

// Site is the whole program on a database and a namespace of the test's own,
// with the processes `dondoc work` and `dondoc serve`.
type Site struct {
	URL   string          // of the pages
	Cycle poverty.CycleID // the cycle that was loaded
	Path  string          // of the cycle's page: /cycles/…
	Store *postgres.DB    // for what a test looks up or prepares
	Mails *mail.Catcher   // what was sent

	t      testing.TB
	env    []string
	served *os.Process // the first that serves
}

// passwordHash is made once: it takes its time, as it should.
var passwordHash = sync.OnceValues(func() (string, error) { return auth.Hash(Password) })

// Start loads an example, and starts the program on it. Everything is gone when
// the test ends.
func Start(t testing.TB, o Options) *Site {
	t.Helper()
	s := &Site{t: t}
	s.startMails()
	url := testkit.Postgres(t)
	s.load(url, o)
	var err error
	if s.Store, err = postgres.Open(t.Context(), url, postgres.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Store.Close)
	_, namespace := testkit.Temporal(t)
	s.env = append(s.env, os.Environ()...)
	s.env = append(s.env, "DONDOC_DATABASE_URL="+url, "TEMPORAL_ADDRESS="+testkit.TemporalAddress(t), "TEMPORAL_NAMESPACE="+namespace,
		"DONDOC_LISTEN=127.0.0.1:0", "DONDOC_FILES="+t.TempDir())
	s.start("work", nil)
	s.URL = s.Serve()
	return s
}

// System returns a context in which the program itself acts, for [Site.Store].
func (s *Site) System() context.Context {
	return poverty.WithActor(s.t.Context(), poverty.System("test"))
}

// Serve starts one more process that serves the pages, and returns its address.
func (s *Site) Serve() string {
	s.t.Helper()
	address := make(chan string, 1)
	process := s.start("serve", func(line []byte) {
		var said struct{ Msg, Address string }
		if json.Unmarshal(line, &said) == nil && said.Msg == "serving" {
			address <- said.Address
		}
	})
	if s.served == nil {
		s.served = process
	}
	select {
	case at := <-address:
		return "http://" + at
	case <-time.After(patience):
		s.t.Fatal("`dondoc serve` does not serve; see serve.log in the test's artifacts")
		return ""
	}
}

// start starts a process of the program, with its log among the artifacts; heard
// is told each line of it.
func (s *Site) start(command string, heard func(line []byte)) *os.Process {
	s.t.Helper()
	log, err := os.OpenFile(filepath.Join(s.t.ArtifactDir(), command+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(s.t.Context()), program, command)
	cmd.Env = s.env
	said, err := cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	var read sync.WaitGroup
	read.Go(func() {
		defer log.Close()
		lines := bufio.NewReader(said)
		for {
			line, err := lines.ReadBytes('\n')
			_, _ = log.Write(line)
			if heard != nil {
				heard(line)
			}
			if err != nil {
				_, _ = io.Copy(log, said)
				return
			}
		}
	})
	s.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		read.Wait()
		_ = cmd.Wait()
	})
	return cmd.Process
}

// Peak is the most memory that the process that serves has held so far, in MB;
// 0 where the system does not tell.
func (s *Site) Peak() float64 {
	s.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.served.Pid))
	if err != nil {
		return 0
	}
	var kilobytes float64
	for line := range strings.Lines(string(text)) {
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kilobytes); n == 1 {
			return kilobytes / 1024
		}
	}
	return 0
}

func (s *Site) startMails() {
	s.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(s.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.Mails, err = mail.NewCatcher(mail.CatcherConfig{Dir: s.t.TempDir(), Lang: "vi", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	go func() { _ = s.Mails.Serve(l) }()
	s.t.Cleanup(func() { _ = s.Mails.Close() })
	s.env = append(s.env, "DONDOC_SMTP_URL=smtp://"+l.Addr().String()+"?tls=none", "DONDOC_MAIL_FROM=dondoc@vi-du.example")
}

// load stores the example and lives it through up to now.
func (s *Site) load(url string, o Options) {
	s.t.Helper()
	if o.Example == "" {
		o.Example = "nam-dong-2018"
	}
	if o.Month == 0 {
		o.Month = time.July
	}
	r, err := documents.ReadCycle(os.DirFS(filepath.Join("..", "..", "examples", o.Example)))
	if err != nil {
		s.t.Fatal(err)
	}
	now := time.Now()
	r = documents.Shift(r, documents.MonthsTo(r, o.Month, now))
	if o.Change != nil {
		o.Change(&r)
	}
	hash, err := passwordHash()
	if err != nil {
		s.t.Fatal(err)
	}
	r.New.Passwords = map[string]string{}
	for _, u := range r.New.Users {
		r.New.Passwords[u.Login] = hash
	}
	s.Cycle, s.Path = r.New.Cycle.ID, "/cycles/"+string(r.New.Cycle.ID)
	clock := &rehearsal.Clock{}
	store, err := postgres.Open(s.t.Context(), url, postgres.Options{Now: clock.Now})
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close()
	if o.Unlived {
		clock.Set(now)
		if err := store.CreateCycle(s.System(), r.New); err != nil {
			s.t.Fatal(err)
		}
		if err := rehearsal.Register(s.System(), store, r.New); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	refused, err := rehearsal.Run(s.t.Context(), store, clock, r, rehearsal.Options{Until: now})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, line := range refused {
		s.t.Logf("the example's script was refused: %v", line)
	}
}
