package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"dondoc/mail"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/workflows"
)

// DoctorCmd checks all that a server needs and says what to do about what is
// missing.
type DoctorCmd struct {
	DatabaseURL   string `name:"database-url" help:"Address of the PostgreSQL database." env:"DONDOC_DATABASE_URL" placeholder:"URL"`
	DatabaseConns int    `name:"database-conns" help:"Most connections to it that one process keeps; 0: four for each core." env:"DONDOC_DATABASE_CONNS" default:"0" placeholder:"N"`
	TemporalSettings
	SMTPURL  string `name:"smtp-url" help:"Mail server." env:"DONDOC_SMTP_URL" placeholder:"URL"`
	MailFrom string `help:"Sender of the notices." env:"DONDOC_MAIL_FROM" default:"Đôn Đốc <dondoc@localhost>" placeholder:"ADDRESS"`
	WebSettings
	FileSettings
	WatchSettings
	ProxySettings
	Format string `help:"table or json." default:"table" enum:"table,json" placeholder:"table"`

	now  func() time.Time                // the machine's clock, which a test may set
	free func(dir string) (int64, error) // the free bytes of a folder's disk
}

// Finding is what one check found.
type Finding struct {
	Check string `json:"check"`
	State string `json:"state"` // ok, warn or fail
	Found string `json:"found"`
	// Advice says what to do; empty where all is well.
	Advice string `json:"advice,omitempty"`
}

// The states of a finding.
const (
	stateOK   = "ok"
	stateWarn = "warn"
	stateFail = "fail"
)

// patient is what the checks share: what one of them opened, the next one uses.
type patient struct {
	*DoctorCmd
	db *postgres.DB
	c  client.Client
}

// check looks at one thing.
type check struct {
	name string
	run  func(context.Context, *patient) Finding
}

// checks are in the order in which one needs the other.
var checks = []check{
	{"settings", checkSettings},
	{"database", checkDatabase},
	{"migrations", checkMigrations},
	{"administrator", checkAdministrator},
	{"clock", checkClock},
	{"temporal", checkTemporal},
	{"worker", checkWorker},
	{"mail", checkMail},
	{"disk", checkDisk},
	{"backlog", checkBacklog},
}

// Run looks at everything and prints what it found; it fails where a check did.
func (cmd *DoctorCmd) Run(ctx context.Context, out io.Writer) error {
	list := cmd.examine(ctx)
	if cmd.Format == "json" {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		if err := enc.Encode(list); err != nil {
			return err
		}
	} else {
		for _, f := range list {
			fmt.Fprintf(out, "%-5s %-14s %s\n", f.State, f.Check, f.Found)
			if f.Advice != "" {
				fmt.Fprintf(out, "      %-14s → %s\n", "", f.Advice)
			}
		}
	}
	failed := 0
	for _, f := range list {
		if f.State == stateFail {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(list))
	}
	return nil
}

// examine runs every check.
func (cmd *DoctorCmd) examine(ctx context.Context) []Finding {
	if cmd.now == nil {
		cmd.now = time.Now
	}
	if cmd.free == nil {
		cmd.free = freeBytes
	}
	p := &patient{DoctorCmd: cmd}
	defer func() {
		if p.db != nil {
			p.db.Close()
		}
		if p.c != nil {
			p.c.Close()
		}
	}()
	list := make([]Finding, 0, len(checks))
	for _, c := range checks {
		limited, cancel := context.WithTimeout(poverty.WithActor(ctx, poverty.System("doctor")), 10*time.Second)
		f := c.run(limited, p)
		cancel()
		f.Check = c.name
		list = append(list, f)
	}
	return list
}

func ok(format string, args ...any) Finding {
	return Finding{State: stateOK, Found: fmt.Sprintf(format, args...)}
}

func warn(found, advice string) Finding {
	return Finding{State: stateWarn, Found: found, Advice: advice}
}

func bad(found, advice string) Finding {
	return Finding{State: stateFail, Found: found, Advice: advice}
}

// skipped is what a check finds that needs one which failed.
func skipped(needs string) Finding {
	return bad("not looked at", "first do what the check of the "+needs+" says")
}

func checkSettings(_ context.Context, p *patient) Finding {
	base, err := url.Parse(p.BaseURL)
	switch {
	case p.DatabaseURL == "":
		return bad("DONDOC_DATABASE_URL is not set", "set it to postgres://USER:PASSWORD@HOST:5432/dondoc")
	case p.SMTPURL == "":
		return bad("DONDOC_SMTP_URL is not set", "set it to smtp://USER:PASSWORD@HOST:587?tls=mandatory, or smtps://…")
	case err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https":
		return bad(fmt.Sprintf("DONDOC_BASE_URL %q is no address", p.BaseURL), "set it to what people type, such as https://giamngheo.tinh.gov.vn")
	case strings.HasSuffix(p.BaseURL, "/"):
		return bad("DONDOC_BASE_URL ends in a slash", "leave the slash out: links in mails would have two")
	}
	if _, err := mail.New(mail.Config{URL: p.SMTPURL, From: p.MailFrom}); err != nil {
		return bad(reason(err), "mend DONDOC_SMTP_URL or DONDOC_MAIL_FROM")
	}
	if _, err := p.networks(); err != nil {
		return bad(reason(err), "mend DONDOC_WATCH_FROM")
	}
	proxies, err := p.trusted()
	if err != nil {
		return bad(reason(err), "mend DONDOC_TRUSTED_PROXIES")
	}
	if p.FileSize < 0 {
		return bad("DONDOC_FILE_SIZE is below zero", "set it to megabytes, such as 10")
	}
	if base.Scheme == "http" && base.Hostname() != "localhost" && base.Hostname() != "127.0.0.1" {
		return warn(p.BaseURL+" is not https", "put a proxy with TLS in front and set DONDOC_BASE_URL to https://…: only then the session cookie is safe")
	}
	if base.Scheme == "https" && len(proxies) == 0 {
		return warn("no proxy is trusted: to the sign-in all people who come through the one with TLS are one address, and a minute of wrong passwords shuts it for all",
			"set DONDOC_TRUSTED_PROXIES to the network from which the proxy comes, such as 127.0.0.1/32 or, with Docker on the same machine, 172.16.0.0/12")
	}
	return ok("complete; people reach it under %s", p.BaseURL)
}

func checkDatabase(ctx context.Context, p *patient) Finding {
	if p.DatabaseURL == "" {
		return skipped("settings")
	}
	db, err := postgres.Open(ctx, p.DatabaseURL, postgres.Options{Conns: 2})
	if err != nil {
		why := reason(err)
		switch {
		case strings.Contains(why, "dondoc_app"):
			return bad(why, "as the owner of the database: run dondoc migrate, then grant dondoc_app to this login")
		case strings.Contains(why, "password") || strings.Contains(why, "28P01"):
			return bad(why, "mend user and password in DONDOC_DATABASE_URL")
		case strings.Contains(why, "does not exist"):
			return bad(why, "make the database with createdb, or mend its name in DONDOC_DATABASE_URL")
		}
		return bad(why, "see that PostgreSQL runs and that this machine reaches it at the host and port of DONDOC_DATABASE_URL")
	}
	p.db = db
	return ok("answers; up to %d connections a process", DatabaseSettings{DatabaseConns: p.DatabaseConns}.options().Conns)
}

func checkMigrations(ctx context.Context, p *patient) Finding {
	if p.db == nil {
		return skipped("database")
	}
	if err := schemaIsCurrent(ctx, p.db); err != nil {
		return bad(reason(err), "run dondoc migrate with the login that owns the tables, before work and serve start")
	}
	n, err := p.db.SchemaVersion(ctx)
	if err != nil {
		return bad(reason(err), "see the check of the database")
	}
	return ok("the schema is at migration %d", n)
}

func checkAdministrator(ctx context.Context, p *patient) Finding {
	if p.db == nil {
		return skipped("database")
	}
	there, err := p.db.HasAdmin(ctx)
	switch {
	case err != nil:
		return bad(reason(err), "run dondoc migrate first")
	case !there:
		return bad("nobody can administer", "run dondoc user admin LOGIN")
	}
	return ok("there is one")
}

// mostSkew is how far two clocks of an installation may be apart: a verdict at
// midnight is recorded by the one and planned by the other.
const mostSkew = 2 * time.Second

func checkClock(ctx context.Context, p *patient) Finding {
	if p.db == nil {
		return skipped("database")
	}
	before := p.now()
	theirs, err := p.db.Clock(ctx)
	if err != nil {
		return bad(reason(err), "see the check of the database")
	}
	ours := before.Add(p.now().Sub(before) / 2)
	skew := theirs.Sub(ours).Abs()
	if skew > mostSkew {
		return bad(fmt.Sprintf("this machine and the database are %s apart", skew.Round(time.Millisecond)), "let NTP set both clocks (timedatectl set-ntp true)")
	}
	return ok("within %s of the database's", max(skew.Round(time.Millisecond), time.Millisecond))
}

func checkTemporal(ctx context.Context, p *patient) Finding {
	c, err := client.NewLazyClient(client.Options{HostPort: p.TemporalAddress, Namespace: p.TemporalNamespace, Logger: quiet{}})
	if err != nil {
		return bad(reason(err), "mend TEMPORAL_ADDRESS")
	}
	if _, err := c.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		c.Close()
		return bad("no Temporal server answers at "+p.TemporalAddress, "see that it runs and that TEMPORAL_ADDRESS is its HOST:PORT")
	}
	p.c = c
	d, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: p.TemporalNamespace})
	if _, gone := errors.AsType[*serviceerror.NamespaceNotFound](err); gone {
		p.c = nil
		c.Close()
		return bad("there is no namespace "+p.TemporalNamespace, "run temporal operator namespace create --namespace "+p.TemporalNamespace+" --retention 720h")
	}
	if err != nil {
		return bad(reason(err), "see the log of the Temporal server")
	}
	kept := d.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration()
	return ok("namespace %s, closed workflows are kept %d days", p.TemporalNamespace, int(kept.Hours()/24))
}

func checkWorker(ctx context.Context, p *patient) Finding {
	if p.c == nil {
		return skipped("Temporal server")
	}
	d, err := p.c.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace: p.TemporalNamespace, TaskQueue: &taskqueue.TaskQueue{Name: workflows.TaskQueue}, TaskQueueType: enums.TASK_QUEUE_TYPE_WORKFLOW,
	})
	if err != nil {
		return bad(reason(err), "see the log of the Temporal server")
	}
	if len(d.GetPollers()) == 0 {
		return bad("no worker polls the queue "+workflows.TaskQueue, "start dondoc work: without it no duty falls due and no notice is sent")
	}
	return ok("%d pollers on the queue %s", len(d.GetPollers()), workflows.TaskQueue)
}

func checkMail(ctx context.Context, p *patient) Finding {
	sender, err := mail.New(mail.Config{URL: p.SMTPURL, From: p.MailFrom, Timeout: 5 * time.Second})
	if err != nil {
		return skipped("settings")
	}
	if err := sender.Check(ctx); err != nil {
		told := cmp.Or(reasonOfMail(err), reason(err))
		if e, is := errors.AsType[*mail.Error](err); is && e.Code == 535 {
			return bad(told, "mend user and password in DONDOC_SMTP_URL")
		}
		return bad(told, "see that the mail server runs, that this machine may reach its port, and what ?tls= says in DONDOC_SMTP_URL")
	}
	return ok("the mail server answers")
}

func reasonOfMail(err error) string {
	if e, is := errors.AsType[*mail.Error](err); is {
		return e.Reason
	}
	return ""
}

// leastFree is how much of a disk must be free for attachments.
const leastFree = 1 << 30

func checkDisk(_ context.Context, p *patient) Finding {
	if strings.Contains(p.Files, "://") {
		return ok("attachments lie in %s", strings.SplitN(p.Files, "?", 2)[0])
	}
	dir, err := filepath.Abs(p.Files)
	if err != nil {
		return bad(reason(err), "mend DONDOC_FILES")
	}
	probe, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return bad("attachments cannot be written: "+reason(err), "make the folder "+dir+" and give it to the user that runs dondoc, or mend DONDOC_FILES")
	}
	_ = probe.Close()
	if err := os.Remove(probe.Name()); err != nil {
		return bad(reason(err), "see the rights of the folder "+dir)
	}
	free, err := p.free(dir)
	if err != nil {
		return warn(reason(err), "see how much of the disk of "+dir+" is free")
	}
	if free < leastFree {
		return bad(fmt.Sprintf("%d MB are free for attachments", free>>20), "make room on the disk of "+dir+", or move attachments to a bucket (DONDOC_FILES=s3://…)")
	}
	return ok("%d GB free in %s", free>>30, dir)
}

// What may wait for how long before something is wrong.
const (
	mostBehind = 2 * time.Minute
	mostUnsent = 15 * time.Minute
)

func checkBacklog(ctx context.Context, p *patient) Finding {
	if p.db == nil {
		return skipped("database")
	}
	v, err := p.db.Vitals(ctx)
	if err != nil {
		return bad(reason(err), "run dondoc migrate first")
	}
	now := p.now()
	if behind := now.Sub(v.OldestStep); !v.OldestStep.IsZero() && behind > mostBehind {
		return bad(fmt.Sprintf("the workflows are %s behind", behind.Round(time.Second)), "see that dondoc work runs and what its log says; it catches up by itself, as of each planned instant")
	}
	if unsent := now.Sub(v.OldestUnsent); !v.OldestUnsent.IsZero() && unsent > mostUnsent {
		return bad(fmt.Sprintf("a notice has waited %s", unsent.Round(time.Second)), "see the check of the mail server; notices go out by themselves once it takes them")
	}
	if waits := now.Sub(v.OldestWake); !v.OldestWake.IsZero() && waits > mostBehind {
		return warn(fmt.Sprintf("%d processes could not be told of a change", v.Wakes), "see the check of Temporal; they are told again every few seconds")
	}
	return ok("nothing is stuck; %d cycles in force", v.Cycles)
}

// quiet drops what the client logs while a check says it better.
type quiet struct{}

// Debug drops it.
func (quiet) Debug(string, ...any) {}

// Info drops it.
func (quiet) Info(string, ...any) {}

// Warn drops it.
func (quiet) Warn(string, ...any) {}

// Error drops it.
func (quiet) Error(string, ...any) {}

// freeBytes is how much of a folder's disk an ordinary user may still fill.
func freeBytes(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * s.Bsize, nil
}
