package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A part of a server that dies is started again after a pause that doubles with
// each run that ended soon, and the server says so; one that was stopped is not.
func TestServer_a_part_that_dies_is_started_again_after_longer_and_longer_pauses(t *testing.T) {
	var said []string
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	const shell = "/bin/sh"
	m := &member{name: "worker-1", args: []string{"-c", "echo out of memory; exit 3"}, log: filepath.Join(t.TempDir(), "worker-1.log")}
	now := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	if err := m.start(now, shell); err != nil {
		t.Fatal(err)
	}
	dies := func(pause string) {
		t.Helper()
		<-m.program.Done()
		said = nil
		m.revive(now, shell, say)
		if text := strings.Join(said, ";"); !strings.Contains(text, "worker-1") || !strings.Contains(text, "started again in "+pause) || !strings.Contains(text, "out of memory") {
			t.Fatalf("it died and the server says %q, want a pause of %s", text, pause)
		}
		length, err := time.ParseDuration(pause)
		if err != nil {
			t.Fatal(err)
		}
		dead := m.program
		m.revive(now.Add(length-1), shell, say)
		if m.program != dead {
			t.Fatalf("it is started before %s are over", pause)
		}
		now = now.Add(length)
		m.revive(now, shell, say)
		if m.program == dead || said[len(said)-1] != "worker-1 is started again" {
			t.Fatalf("it is not started after %s: %q", pause, said)
		}
	}
	for _, pause := range []string{"1s", "2s", "4s", "8s", "16s", "32s", "1m0s", "1m0s"} {
		dies(pause)
	}
	now = now.Add(soon + time.Second) // this run was a long one
	dies("1s")

	<-m.program.Done()
	_ = m.stop() // it had ended by itself, with a code
	said = nil
	m.revive(now, shell, say)
	if len(said) > 0 {
		t.Errorf("what was stopped is started again: %q", said)
	}
}

// A program that does not work, or a schema that cannot be brought up to date, takes
// down one process at most.
func TestServer_a_restart_ends_at_the_first_process_that_does_not_come_back(t *testing.T) {
	const shell = "/bin/sh"
	var said strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&said, format+"\n", args...) }
	var members []*member
	ready := map[string]bool{}
	health := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(map[bool]int{true: http.StatusNoContent, false: http.StatusServiceUnavailable}[ready[r.URL.Path]])
	}))
	defer health.Close()
	defer func() { _ = stopMembers(members) }()
	for _, name := range []string{"worker-1", "worker-2", "web-1"} {
		m := &member{name: name, args: []string{"-c", "exec sleep 600"}, ready: health.URL + "/" + name, log: filepath.Join(t.TempDir(), name+".log")}
		if err := m.start(time.Now(), shell); err != nil {
			t.Fatal(err)
		}
		members, ready["/"+name] = append(members, m), true
	}
	restarted := func(migrate error) (names []string) {
		said.Reset()
		before := map[string]int{}
		for _, m := range members {
			before[m.name] = m.program.PID()
		}
		renew(t.Context(), shell, members, func() error { return migrate }, say)
		for _, m := range members {
			if m.program.PID() != before[m.name] {
				names = append(names, m.name)
			}
		}
		return names
	}
	if got := restarted(errors.New("migration 64: no such column")); len(got) > 0 || !strings.Contains(said.String(), "migration 64") {
		t.Errorf("restarted %v although the schema is not up to date; said %s", got, said.String())
	}
	if got := restarted(nil); len(got) != 3 {
		t.Errorf("restarted %v; said %s", got, said.String())
	}
	members[1].args, ready["/worker-2"] = []string{"-c", "echo wrong machine; exit 1"}, false
	if got := restarted(nil); strings.Join(got, " ") != "worker-1 worker-2" || !strings.Contains(said.String(), "wrong machine") || strings.Contains(said.String(), "web-1") {
		t.Errorf("restarted %v; said %s", got, said.String())
	}
}
