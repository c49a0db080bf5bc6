// Command dondoc sees to it that what was assigned gets done, on time.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// CLI is the command line.
type CLI struct {
	Dev       DevCmd       `cmd:"" help:"Run everything on this machine, with the example."`
	Serve     ServeCmd     `cmd:"" help:"Serve the pages and the API."`
	Work      WorkCmd      `cmd:"" help:"Run the workflows and send the notices."`
	Migrate   MigrateCmd   `cmd:"" help:"Bring the database's schema up to date."`
	Server    ServerCmd    `cmd:"" help:"Run all parts of a server on this machine, each as a process of its own."`
	Ready     ReadyCmd     `cmd:"" help:"Ask a process whether it is ready, and why not."`
	Doctor    DoctorCmd    `cmd:"" help:"Check all that a server needs, and say what to do about what is missing."`
	User      UserCmd      `cmd:"" help:"Make an administrator, or reset access."`
	Deadlines DeadlinesCmd `cmd:"" help:"Show the last day of a deadline, and when its reminders and overdue notices are due."`
	Calendar  CalendarCmd  `cmd:"" help:"Show a year's days off and make-up days."`
	Import    ImportCmd    `cmd:"" help:"Store a cycle from its files as a draft."`
	Bench     BenchCmd     `cmd:"" help:"Measure, on servers of its own."`
	Rehearse  RehearseCmd  `cmd:"" help:"Play a whole cycle from its files, with time skipped, and print what would happen."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run carries out one command and returns the exit status: 0, 1 where it
// failed, 2 where the command line is at fault.
func run(args []string, out, errs io.Writer) int {
	if err := secretsFromFiles(); err != nil {
		fmt.Fprintln(errs, "dondoc:", err)
		return 2
	}
	exit := -1
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parser, err := kong.New(&CLI{},
		kong.Name("dondoc"),
		kong.Description("Đôn Đốc: deadlines, reminders and escalation for the yearly poverty-reduction cycle."),
		kong.Writers(out, errs),
		kong.Exit(func(status int) { exit = status }),
		kong.BindTo(out, (*io.Writer)(nil)),
		kong.BindTo(errs, (*errWriter)(nil)),
		kong.BindTo(interrupted, (*context.Context)(nil)),
	)
	if err != nil {
		fmt.Fprintln(errs, "dondoc:", err)
		return 1
	}
	ctx, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(errs, "dondoc: %v; dondoc --help lists what there is\n", err)
		return 2
	}
	if err := ctx.Run(); err != nil {
		fmt.Fprintln(errs, "dondoc:", err)
		if usage := (*usageError)(nil); errors.As(err, &usage) {
			return usage.ExitCode()
		}
		return 1
	}
	return 0
}

// secrets are the settings that hold passwords. Each may instead be read from a
// file that the variable with _FILE at its end names, such as a Docker secret.
var secrets = []string{"DONDOC_DATABASE_URL", "DONDOC_SMTP_URL", "DONDOC_FEED_SECRET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}

func secretsFromFiles() error {
	for _, name := range secrets {
		file := os.Getenv(name + "_FILE")
		if file == "" || os.Getenv(name) != "" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("%s_FILE: %w", name, err)
		}
		if err := os.Setenv(name, strings.TrimSpace(string(text))); err != nil {
			return err
		}
	}
	return nil
}
