package services

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is one child program. It writes to a log file, is in a process
// group of its own, so that Ctrl-C reaches only us, and dies with us.
type process struct {
	name string
	log  string
	from int64 // where this run's lines begin in log
	cmd  *exec.Cmd
	done chan struct{}
	err  error // how it ended; valid once done is closed
}

// startProcess starts cmd with its output appended to the file log. When our
// own process dies, the child gets the signal death (on Linux).
func startProcess(name string, cmd *exec.Cmd, log string, death syscall.Signal) (*process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	defer out.Close()
	p := &process{name: name, log: log, cmd: cmd, done: make(chan struct{})}
	if p.from, err = out.Seek(0, io.SeekEnd); err != nil {
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	cmd.Stdout, cmd.Stderr = out, out
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	dieWithParent(cmd.SysProcAttr, death)

	started := make(chan error)
	go func() {
		// The death signal follows the thread that made the child, so that
		// thread stays until the child has ended.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// ended reports whether the process is over.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// stop asks the process to end by sig, and kills it when grace is over.
func (p *process) stop(sig syscall.Signal, grace time.Duration) error {
	if p.ended() {
		return nil
	}
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop %s: %w", p.name, err)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(grace):
		p.kill()
		return fmt.Errorf("%s did not stop within %s and was killed; its log is %s", p.name, grace, p.log)
	}
}

// kill ends the process and its group at once, and waits until it is gone.
func (p *process) kill() {
	if !p.ended() {
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	}
	<-p.done
}

// failure makes an error that says what went wrong and ends with the last
// lines the process wrote.
func (p *process) failure(reason string) error {
	if p.ended() && p.err != nil {
		reason += " (" + p.err.Error() + ")"
	}
	return fmt.Errorf("%s %s; the end of %s:\n%s", p.name, reason, p.log, p.tail(15))
}

// output is what this run of the process has written to its log.
func (p *process) output() []byte {
	f, err := os.Open(p.log)
	if err != nil {
		return nil
	}
	defer f.Close()
	out, err := io.ReadAll(io.NewSectionReader(f, p.from, 1<<24))
	if err != nil {
		return nil
	}
	return out
}

func (p *process) tail(lines int) []byte {
	out := bytes.TrimRight(p.output(), "\n")
	all := bytes.Split(out, []byte("\n"))
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	for i, line := range all {
		if len(line) > 500 {
			all[i] = append(line[:500:500], "…"...)
		}
	}
	return bytes.Join(all, []byte("\n"))
}
