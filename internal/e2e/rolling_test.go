package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dondoc/auth"
	"dondoc/calendar"
	"dondoc/internal/services"
	"dondoc/poverty"
)

// member is one process of several that do the same.
type member struct {
	s    *site
	name string
	verb string
	env  []string
	at   string // host:port of its /readyz
	cmd  *exec.Cmd
}

func (s *site) member(name, verb, variable string) *member {
	s.t.Helper()
	at, err := services.FreeAddress()
	if err != nil {
		s.t.Fatal(err)
	}
	m := &member{s: s, name: name, verb: verb, at: at, env: append(s.env[:len(s.env):len(s.env)], variable+"="+at, "DONDOC_FILES="+s.t.TempDir())}
	m.start()
	s.t.Cleanup(func() {
		_ = m.cmd.Process.Kill() // unless it has ended
		_ = m.cmd.Wait()
	})
	return m
}

func (m *member) start() {
	t := m.s.t
	t.Helper()
	logs, err := os.OpenFile(filepath.Join(t.ArtifactDir(), m.name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer logs.Close()
	m.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), m.s.program, m.verb)
	m.cmd.Env, m.cmd.Stdout, m.cmd.Stderr = m.env, logs, logs
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m.s.until(m.name+" is ready", func() bool {
		res, err := http.Get("http://" + m.at + "/readyz")
		return err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusNoContent
	})
}

// restart is what an operator does: SIGTERM, wait, start again.
func (m *member) restart() {
	m.s.t.Helper()
	if err := m.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		m.s.t.Fatal(err)
	}
	if err := m.cmd.Wait(); err != nil {
		m.s.t.Errorf("%s did not stop in order: %v", m.name, err)
	}
	m.start()
}

// visitors ask for a page again and again, now of the one, now of the other web
// process; who finds nobody at home asks the other one.
type visitors struct {
	client           *http.Client
	at               []string
	asked, turned    atomic.Int64 // requests answered, and those that had to go to the other one
	mu               sync.Mutex
	failed           []string
	running          sync.WaitGroup
	stop             context.CancelFunc
	stopped, answers context.Context
}

func (s *site) visitors(login, password, path string, at ...string) *visitors {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	v := &visitors{at: at, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	res, err := v.client.PostForm("http://"+at[0]+auth.SignInPath, url.Values{"login": {login}, "password": {password}})
	if err != nil || res.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("signing in: %v %+v", err, res)
	}
	_ = res.Body.Close()
	v.answers = context.WithoutCancel(s.t.Context())
	v.stopped, v.stop = context.WithCancel(s.t.Context())
	for i := range 4 {
		v.running.Go(func() {
			for n := i; v.stopped.Err() == nil; n++ {
				v.visit(path, n)
			}
		})
	}
	return v
}

func (v *visitors) visit(path string, n int) {
	var why error
	for try := range len(v.at) {
		req, err := http.NewRequestWithContext(v.answers, http.MethodGet, "http://"+v.at[(n+try)%len(v.at)]+path, nil)
		if err != nil {
			why = err
			break
		}
		res, err := v.client.Do(req)
		if err != nil { // nobody listens, or the connection went: a GET may be asked again
			why = errors.Join(why, err)
			v.turned.Add(1)
			continue
		}
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if err == nil && res.StatusCode == http.StatusOK {
			v.asked.Add(1)
			return
		}
		why = errors.Join(why, err, fmt.Errorf("answers %s", res.Status))
		break // what was answered badly was not lost on the way
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failed = append(v.failed, strings.ReplaceAll(why.Error(), "\n", "; "))
}

// TestRolling_restart_loses_no_request_and_no_rung restarts two workers and two
// web processes one after the other, under load, while a rung falls due.
func TestRolling_restart_loses_no_request_and_no_rung(t *testing.T) {
	t.Parallel()
	s := newSite(t, program(t))
	s.killWorker() // its place is taken by two that are watched
	members := []*member{
		s.member("worker-1", "work", "DONDOC_WATCH_LISTEN"), s.member("worker-2", "work", "DONDOC_WATCH_LISTEN"),
		s.member("web-1", "serve", "DONDOC_LISTEN"), s.member("web-2", "serve", "DONDOC_LISTEN"),
	}
	user, err := s.store.Holder(s.system(), "phong/head", calendar.DateOf(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := auth.Hash("mật khẩu")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.SetPassword(t.Context(), user, hash); err != nil {
		t.Fatal(err)
	}
	v := s.visitors("phong.head", "mật khẩu", "/cycles/"+string(cycle)+"/duties", members[2].at, members[3].at)
	rounds := 0
	for s.before(); time.Now().Before(s.rung.Add(2 * time.Second)); rounds++ {
		for _, m := range members {
			m.restart()
		}
	}
	s.want(map[poverty.UnitID]poverty.NoticeState{"xa-mot": poverty.NoticeSent, "xa-hai": poverty.NoticeSent, "xa-ba": poverty.NoticeSent})
	v.stop()
	v.running.Wait()
	t.Logf("%d rounds of restarts: %d requests answered, %d asked of the other process", rounds, v.asked.Load(), v.turned.Load())
	if len(v.failed) > 0 || v.asked.Load() == 0 {
		t.Errorf("%d of %d requests failed: %v", len(v.failed), v.asked.Load(), v.failed[:min(len(v.failed), 5)])
	}
}
