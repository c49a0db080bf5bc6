package main

import (
	"fmt"
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
