package services

import (
	"os/exec"
	"syscall"
	"time"
)

// Program is a program of ours that runs as a process of its own, and dies with
// us. Make one with [StartProgram].
type Program struct{ process *process }

// StartProgram starts cmd with its output appended to the file log.
func StartProgram(name string, cmd *exec.Cmd, log string) (*Program, error) {
	p, err := startProcess(name, cmd, log, syscall.SIGTERM)
	if err != nil {
		return nil, err
	}
	return &Program{p}, nil
}

// Done is closed when the program has ended.
func (p *Program) Done() <-chan struct{} { return p.process.done }

// Stop asks the program to end, and kills it when grace is over.
func (p *Program) Stop(grace time.Duration) error { return p.process.stop(syscall.SIGTERM, grace) }

// Kill ends the program as a crash would.
func (p *Program) Kill() { p.process.kill() }

// PID is the number of its process.
func (p *Program) PID() int { return p.process.cmd.Process.Pid }

// Failure says why the program is not what it should be, with the last lines
// that it wrote.
func (p *Program) Failure(reason string) error { return p.process.failure(reason) }
