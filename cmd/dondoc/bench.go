package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"time"

	sdk "go.temporal.io/sdk/worker"

	"dondoc/internal/bench"
	"dondoc/mail"
	"dondoc/postgres"
	"dondoc/worker"
)

// BenchCmd measures, on servers of its own.
type BenchCmd struct {
	Storm    BenchStormCmd    `cmd:"" help:"A midnight at which every unit's report is due, against one workflow per unit and against bare SQL."`
	History  BenchHistoryCmd  `cmd:"" help:"What a year of one cycle leaves in Temporal's histories."`
	Read     BenchReadCmd     `cmd:"" help:"Pages at the size of the country, against a page that runs select 1."`
	Import   BenchImportCmd   `cmd:"" help:"A register that comes as one file, against COPY."`
	Rehearse BenchRehearseCmd `cmd:"" help:"A district's year, played from its files."`
	Work     BenchWorkCmd     `cmd:"" hidden:"" help:"A worker of a measurement."`
	Serve    BenchServeCmd    `cmd:"" hidden:"" help:"A web process of a measurement."`
	Entity   BenchEntityCmd   `cmd:"" hidden:"" help:"A worker of the yardstick."`
}

// BenchSettings are those of every measurement.
type BenchSettings struct {
	Format string `help:"table or json." default:"table" enum:"table,json" placeholder:"table"`
	Units  string `name:"units-file" help:"CSV with the columns code, parent, level, kind and name: real names in place of made-up ones." type:"existingfile" placeholder:"FILE"`
}

func (s BenchSettings) names() (bench.Names, error) {
	if s.Units == "" {
		return bench.Names{}, nil
	}
	return bench.ReadNames(s.Units)
}

// benchProgress tells on standard error how far a measurement is.
func benchProgress(errs io.Writer) func(string, ...any) {
	began := time.Now()
	return func(format string, args ...any) {
		fmt.Fprintf(errs, "%6.1fs %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	}
}

// BenchStormCmd measures a midnight.
type BenchStormCmd struct {
	BenchSettings
	Cycles  *int    `help:"How many cycles, each with 45 units that report; 700 where nothing is said." placeholder:"N"`
	NUnits  *int    `name:"units" help:"How many units, in place of cycles: a multiple of 45." placeholder:"N"`
	Late    float64 `help:"The share of units that are late." default:"0.10" placeholder:"0.10"`
	Kill    string  `help:"Kill the worker in the middle of a phase: verdict, rung or demand." enum:"none,verdict,rung,demand" default:"none" placeholder:"PHASE"`
	Plain   bool    `name:"yardsticks" help:"Measure one workflow per unit and bare SQL too." default:"true" negatable:""`
	Shards  int     `help:"Temporal's history shards." default:"16" placeholder:"N"`
	Conns   int     `help:"Temporal's connections to PostgreSQL, for each of its services." default:"20" placeholder:"N"`
	Profile string  `help:"File for a CPU profile of the worker." type:"path" placeholder:"FILE"`
}

// reporting is how many units of a measured cycle report.
const reporting = 45

// cycles returns how many cycles are meant, by their number or by that of their
// units.
func (cmd *BenchStormCmd) cycles() (int, error) {
	switch {
	case cmd.NUnits == nil && cmd.Cycles == nil:
		return 700, nil
	case cmd.NUnits == nil:
		return *cmd.Cycles, nil
	case *cmd.NUnits%reporting != 0:
		return 0, badInput("--units", fmt.Sprint(*cmd.NUnits), fmt.Sprintf("give a multiple of %d", reporting))
	case cmd.Cycles != nil && *cmd.NUnits != reporting**cmd.Cycles:
		return 0, badInput("--units", fmt.Sprint(*cmd.NUnits), fmt.Sprintf("give --cycles or --units: %d cycles have %d units", *cmd.Cycles, reporting**cmd.Cycles))
	}
	return *cmd.NUnits / reporting, nil
}

// Run measures and prints.
func (cmd *BenchStormCmd) Run(ctx context.Context, out io.Writer, errs errWriter) error {
	cycles, err := cmd.cycles()
	if err != nil {
		return err
	}
	if cycles < 1 || cmd.Late <= 0 || cmd.Late > 1 {
		return badInput("bench storm", "", "--cycles is at least 1, --late between 0 and 1")
	}
	names, err := cmd.names()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	kill := cmd.Kill
	if kill == "none" {
		kill = ""
	}
	storm := bench.Storm{
		Options: bench.Options{Shards: cmd.Shards, Conns: cmd.Conns, Dynamic: serverDynamic, Progress: benchProgress(errs)},
		Cycles:  cycles, Late: cmd.Late, Names: names, Kill: kill, Plain: cmd.Plain,
		Worker: benchWorker(self, cmd.Profile),
		Entity: func(s *bench.Stand) *exec.Cmd {
			return exec.Command(self, "bench", "entity", "--database-url", s.URL, "--temporal-address", s.Address) //nolint:noctx // as above
		},
	}
	return printed(storm.Run(ctx))(out, cmd.Format)
}

// benchWorker starts `dondoc bench work` on a stand.
func benchWorker(self, profile string) func(s *bench.Stand, clock, steps, smtp string) *exec.Cmd {
	return func(s *bench.Stand, clock, steps, smtp string) *exec.Cmd {
		args := []string{"bench", "work", "--database-url", s.URL, "--temporal-address", s.Address, "--temporal-namespace", "bench",
			"--smtp-url", "smtp://" + smtp + "?tls=none", "--clock", clock, "--steps", steps}
		if profile != "" {
			args = append(args, "--profile", profile)
		}
		return exec.Command(self, args...) //nolint:noctx // it is stopped, or killed, by the measurement
	}
}

// BenchHistoryCmd measures a year's histories.
type BenchHistoryCmd struct {
	BenchSettings
	Day time.Duration `help:"How long a day at the end of a month takes." default:"1500ms" placeholder:"1500ms"`
}

// Run measures and prints.
func (cmd *BenchHistoryCmd) Run(ctx context.Context, out io.Writer, errs errWriter) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	x := bench.History{Options: bench.Options{Progress: benchProgress(errs)}, Day: cmd.Day, Worker: benchWorker(self, "")}
	return printed(x.Run(ctx))(out, cmd.Format)
}

// printed prints a report that was made, be it in part.
func printed(r *bench.Report, err error) func(io.Writer, string) error {
	return func(out io.Writer, format string) error {
		if r == nil {
			return err
		}
		return errors.Join(err, r.Print(out, format))
	}
}

// BenchImportCmd measures an import.
type BenchImportCmd struct {
	BenchSettings
	Rows int `help:"How many households." default:"1000000" placeholder:"N"`
}

// Run measures and prints.
func (cmd *BenchImportCmd) Run(ctx context.Context, out io.Writer, errs errWriter) error {
	names, err := cmd.names()
	if err != nil {
		return err
	}
	return printed(bench.Import{Options: bench.Options{Progress: benchProgress(errs)}, Rows: cmd.Rows, Names: names}.Run(ctx))(out, cmd.Format)
}

// BenchRehearseCmd measures a rehearsal.
type BenchRehearseCmd struct {
	Format string `help:"table or json." default:"table" enum:"table,json" placeholder:"table"`
	Dir    string `name:"example" help:"Folder of the cycle." default:"examples/nam-dong-2018" placeholder:"DIR"`
	Runs   int    `help:"How often; the fastest counts." default:"3" placeholder:"N"`
}

// Run measures and prints.
func (cmd *BenchRehearseCmd) Run(ctx context.Context, out io.Writer, errs errWriter) error {
	LogSettings{LogLevel: "warn"}.logTo(errs)
	r, err := readCycle(cmd.Dir, 0, errs)
	if err != nil {
		return err
	}
	x := bench.Rehearse{Options: bench.Options{Progress: benchProgress(errs)}, Example: r, Name: filepath.Base(cmd.Dir), Runs: max(cmd.Runs, 1)}
	return printed(x.Run(ctx))(out, cmd.Format)
}

// BenchReadCmd measures pages.
type BenchReadCmd struct {
	BenchSettings
	Cycles     int           `help:"How many cycles, each with 45 units and 12 periods." default:"700" placeholder:"N"`
	Households int           `help:"How many households there are in all." default:"1260000" placeholder:"N"`
	Rate       int           `help:"Requests a second." default:"100" placeholder:"N"`
	For        time.Duration `help:"How long each page is asked for." default:"10s" placeholder:"10s"`
	Pages      []string      `help:"Only these pages, besides the yardstick: board, matrix, list, duty, search." enum:"board,matrix,list,duty,search" placeholder:"PAGE"`
	Profile    string        `help:"File for a CPU profile of the web process." type:"path" placeholder:"FILE"`
}

// Run measures and prints.
func (cmd *BenchReadCmd) Run(ctx context.Context, out io.Writer, errs errWriter) error {
	names, err := cmd.names()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	x := bench.Read{Options: bench.Options{Progress: benchProgress(errs)}, Cycles: cmd.Cycles, Households: cmd.Households, Rate: cmd.Rate, For: cmd.For, Names: names, Pages: cmd.Pages,
		Serve: func(s *bench.Stand, listen string) *exec.Cmd {
			return exec.Command(self, "bench", "serve", "--database-url", s.URL, "--listen", listen, "--profile", cmd.Profile) //nolint:noctx // it is stopped by the measurement
		}}
	return printed(x.Run(ctx))(out, cmd.Format)
}

// BenchServeCmd is `dondoc serve` with the yardstick's page.
type BenchServeCmd struct {
	ServeCmd
	Profile string `help:"File for a CPU profile."`
}

// Run serves until it is stopped.
func (cmd *BenchServeCmd) Run(ctx context.Context) error {
	cmd.LogLevel, cmd.yardstick = "error", true
	stop, err := profile(cmd.Profile)
	if err != nil {
		return err
	}
	defer stop()
	return cmd.ServeCmd.Run(ctx)
}

// BenchWorkCmd is `dondoc work` on a business clock.
type BenchWorkCmd struct {
	DatabaseSettings
	TemporalSettings
	MailSettings
	LogSettings
	Clock   string `help:"File of the clock." required:""`
	Steps   string `help:"File that is told when escalations step." required:""`
	Profile string `help:"File for a CPU profile."`
}

// Run works until it is stopped.
func (cmd *BenchWorkCmd) Run(ctx context.Context) error {
	cmd.logTo(os.Stderr)
	spendMemory(workerMemory)
	stop, err := profile(cmd.Profile)
	if err != nil {
		return err
	}
	defer stop()
	clock, err := bench.OpenClock(cmd.Clock)
	if err != nil {
		return err
	}
	cmd.planOnce = true
	o := cmd.options()
	o.Now = clock.Now
	db, err := postgres.Open(ctx, cmd.DatabaseURL, o)
	if err != nil {
		return err
	}
	defer db.Close()
	c, err := openTemporal(cmd.TemporalSettings, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	sender, err := mail.New(mail.Config{URL: cmd.SMTPURL, From: cmd.MailFrom})
	if err != nil {
		return err
	}
	steps, err := os.OpenFile(cmd.Steps, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer steps.Close()
	p := program{db: db, client: c, processes: bench.Shifted{Store: db, Clock: clock, Stepped: bench.StepLog(steps)}, now: clock.Now,
		sender: sender, letters: letters("http://bench.example", cmd.MailFrom)}
	return p.work(ctx, func() {})
}

// profile writes a CPU profile into a file, which may be empty, until the
// returned function is called.
func profile(file string) (stop func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); _ = f.Close() }, nil
}

// BenchEntityCmd is the worker of the yardstick.
type BenchEntityCmd struct {
	DatabaseSettings
	TemporalSettings
}

// Run works until it is stopped.
func (cmd *BenchEntityCmd) Run(ctx context.Context) error {
	var o sdk.Options
	worker.Tune(&o)
	return bench.RunEntities(ctx, cmd.TemporalAddress, cmd.DatabaseURL, o)
}
