// Command run starts a PostgreSQL and a Temporal server for tests, runs a
// command that finds them by the environment, stops them and ends as the
// command ended:
//
//	run -- go test ./...
//
// Without a command it prints the environment, to be pasted into another
// terminal, and keeps the servers until Ctrl-C, so that a single test can be
// run again and again.
//
// With -clean DIR it deletes a state directory instead.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"dondoc/internal/services"
	"dondoc/internal/testkit"
)

func main() {
	clean := flag.String("clean", "", "delete the state `directory` and do nothing else")
	flag.Parse()
	if *clean != "" {
		if err := services.RemoveState(*clean); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code, err := run(flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// run returns the exit code of the command, or 1 when the servers fail.
func run(command []string) (code int, err error) {
	// Ctrl-C reaches the command too, as it is in our process group: it ends
	// first, then the servers.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	dir, err := temporary()
	if err != nil {
		return 1, err
	}
	defer func() {
		if code != 0 && ctx.Err() == nil {
			fmt.Fprintf(os.Stderr, "the servers' logs are in %s\n", dir)
			return
		}
		err = errors.Join(err, services.RemoveState(dir))
	}()
	begin := time.Now()
	stack, err := services.StartStack(ctx, services.StackOptions{
		Dir:      dir,
		Progress: func(step string) { fmt.Fprintf(os.Stderr, "%6.1fs %s\n", time.Since(begin).Seconds(), step) },
	})
	if err != nil {
		return 1, err
	}
	defer func() {
		if failed := stack.Close(); failed != nil {
			code, err = max(code, 1), errors.Join(err, failed)
		}
	}()
	fmt.Fprintf(os.Stderr, "%6.1fs ready\n", time.Since(begin).Seconds())

	environment := []string{
		testkit.EnvPostgres + "=" + stack.Postgres.URL("postgres"),
		testkit.EnvTemporal + "=" + stack.Temporal.Address(),
		testkit.EnvState + "=" + dir,
	}
	if len(command) == 0 {
		for _, variable := range environment {
			fmt.Printf("export '%s'\n", variable)
		}
		<-ctx.Done()
		return 0, nil
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), environment...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	err = cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); exited {
		return max(cmd.ProcessState.ExitCode(), 1), nil // it has said why itself
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

// temporary makes a state directory of this run. Runs at the same time do not
// disturb each other; what killed runs left is deleted.
func temporary() (string, error) {
	parent := filepath.Join(".cache", "test")
	if err := os.MkdirAll(parent, 0o711); err != nil {
		return "", err
	}
	old, err := filepath.Glob(filepath.Join(parent, "run-*"))
	if err != nil {
		return "", err
	}
	for _, dir := range old {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = services.RemoveState(dir) // refused while in use
		}
	}
	dir, err := os.MkdirTemp(parent, "run-")
	if err != nil {
		return "", err
	}
	// For the user that PostgreSQL runs as.
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // what is secret in it has modes of its own
		return "", err
	}
	return filepath.Abs(dir)
}
