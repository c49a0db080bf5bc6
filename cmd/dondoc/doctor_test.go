package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/activities"
	"dondoc/internal/testkit"
	"dondoc/mail"
	"dondoc/postgres"
	"dondoc/worker"
)

// healthy is a doctor's patient with nothing wrong: its own database, namespace,
// worker, mail server and folder.
func healthy(t *testing.T) *DoctorCmd {
	t.Helper()
	url, db := stored(t)
	if code, _, errs := command(t, "user", "admin", "quantri", "--database-url", url); code != 0 {
		t.Fatal(errs)
	}
	c, namespace := testkit.Temporal(t)
	w := worker.New(c, &activities.Activities{Store: db}, func(err error) { t.Error(err) })
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return &DoctorCmd{
		DatabaseURL: url, TemporalSettings: TemporalSettings{testkit.TemporalAddress(t), namespace},
		SMTPURL: "smtp://" + mailServer(t) + "?tls=none", MailFrom: "Đôn Đốc <dondoc@huyen.example>",
		WebSettings:   WebSettings{BaseURL: "https://giamngheo.huyen.example"},
		FileSettings:  FileSettings{Files: t.TempDir(), FileSize: 10},
		ProxySettings: ProxySettings{Proxies: []string{"127.0.0.1/32"}},
		free:          func(string) (int64, error) { return 50 << 30, nil },
	}
}

func mailServer(t *testing.T) string {
	t.Helper()
	catcher, err := mail.NewCatcher(mail.CatcherConfig{Dir: t.TempDir(), Lang: "vi", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = catcher.Serve(l) }()
	t.Cleanup(func() { _ = catcher.Close() })
	return l.Addr().String()
}

// nobody is an address at which nothing listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// stored is a database with the schema and nothing in it, and the store on it.
func stored(t *testing.T) (url string, db *postgres.DB) {
	t.Helper()
	url = testkit.Postgres(t)
	db, err := postgres.Open(t.Context(), url, postgres.Options{Conns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return url, db
}

func command(t *testing.T, words ...string) (code int, out, errs string) {
	t.Helper()
	var o, e strings.Builder
	code = run(words, &o, &e)
	return code, o.String(), e.String()
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func finding(list []Finding, check string) Finding {
	for _, f := range list {
		if f.Check == check {
			return f
		}
	}
	return Finding{}
}

func TestDoctor_finds_nothing_wrong_with_a_server_that_has_everything(t *testing.T) {
	t.Parallel()
	d := healthy(t)
	var out strings.Builder
	d.Format = "table"
	err := d.Run(t.Context(), &out)
	if err != nil || strings.Contains(out.String(), "→") || strings.Count(out.String(), "ok ") != len(checks) {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestDoctor_each_check_turns_red_and_says_what_to_do(t *testing.T) {
	t.Parallel()
	empty := testkit.Schema{Files: fstest.MapFS{"1.sql": {Data: []byte("no migration")}}, Migrate: func(ctx context.Context, url string, _ fs.FS) error {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, "create table goose_db_version (version_id bigint, is_applied boolean); grant select on goose_db_version to dondoc_app")
		return err
	}}
	for _, row := range []struct {
		check, state string
		breaks       func(*testing.T, *DoctorCmd)
		found        string // a part of it
		advice       string // a part of it
	}{
		{"settings", stateFail, func(_ *testing.T, d *DoctorCmd) { d.DatabaseURL = "" }, "DONDOC_DATABASE_URL is not set", "postgres://"},
		{"settings", stateFail, func(_ *testing.T, d *DoctorCmd) { d.SMTPURL = "" }, "DONDOC_SMTP_URL is not set", "smtp://"},
		{"settings", stateFail, func(_ *testing.T, d *DoctorCmd) { d.SMTPURL = "http://mail" }, "neither smtp nor smtps", "DONDOC_SMTP_URL"},
		{"settings", stateFail, func(_ *testing.T, d *DoctorCmd) { d.BaseURL = "giamngheo" }, "is no address", "https://"},
		{"settings", stateFail, func(_ *testing.T, d *DoctorCmd) { d.BaseURL += "/" }, "ends in a slash", "leave the slash out"},
		{"settings", stateWarn, func(_ *testing.T, d *DoctorCmd) { d.BaseURL = "http://giamngheo.huyen.example" }, "is not https", "TLS"},
		{"settings", stateFail, func(_ *testing.T, d *DoctorCmd) { d.WatchFrom = []string{"ten"} }, "no network", "DONDOC_WATCH_FROM"},
		{"settings", stateWarn, func(_ *testing.T, d *DoctorCmd) { d.Proxies = []string{""} }, "no proxy is trusted", "DONDOC_TRUSTED_PROXIES"},
		{"settings", stateFail, func(_ *testing.T, d *DoctorCmd) { d.Proxies = []string{"nginx"} }, "no network", "DONDOC_TRUSTED_PROXIES"},
		{"settings", stateFail, func(_ *testing.T, d *DoctorCmd) { d.FileSize = -1 }, "below zero", "megabytes"},
		{"database", stateFail, func(t *testing.T, d *DoctorCmd) {
			d.DatabaseURL = "postgres://dondoc@" + nobody(t) + "/dondoc"
		}, "refused", "see that PostgreSQL runs"},
		{"database", stateFail, func(_ *testing.T, d *DoctorCmd) { d.DatabaseURL += "&dbname=nowhere" }, "does not exist", "createdb"},
		{"migrations", stateFail, func(t *testing.T, d *DoctorCmd) { d.DatabaseURL = testkit.PostgresWith(t, empty) }, "has migration 0", "run dondoc migrate"},
		{"administrator", stateFail, func(t *testing.T, d *DoctorCmd) { d.DatabaseURL = testkit.Postgres(t) }, "nobody can administer", "dondoc user admin"},
		{"clock", stateFail, func(_ *testing.T, d *DoctorCmd) {
			d.now = func() time.Time { return time.Now().Add(-time.Minute) }
		}, "apart", "NTP"},
		{"temporal", stateFail, func(t *testing.T, d *DoctorCmd) { d.TemporalAddress = nobody(t) }, "no Temporal server answers", "TEMPORAL_ADDRESS"},
		{"temporal", stateFail, func(_ *testing.T, d *DoctorCmd) { d.TemporalNamespace = "nowhere" }, "no namespace nowhere", "namespace create"},
		{"worker", stateFail, func(t *testing.T, d *DoctorCmd) { _, d.TemporalNamespace = testkit.Temporal(t) }, "no worker polls", "start dondoc work"},
		{"mail", stateFail, func(t *testing.T, d *DoctorCmd) { d.SMTPURL = "smtp://" + nobody(t) }, "refused", "mail server runs"},
		{"disk", stateFail, func(_ *testing.T, d *DoctorCmd) { d.Files = filepath.Join(d.Files, "missing") }, "cannot be written", "make the folder"},
		{"disk", stateFail, func(_ *testing.T, d *DoctorCmd) {
			d.free = func(string) (int64, error) { return 100 << 20, nil }
		}, "100 MB are free", "make room"},
		{"disk", stateWarn, func(_ *testing.T, d *DoctorCmd) {
			d.free = func(string) (int64, error) { return 0, errors.New("no such device") }
		}, "no such device", "is free"},
		{"backlog", stateWarn, func(t *testing.T, d *DoctorCmd) {
			execute(t, d.DatabaseURL, `insert into wakes (ref, created_at) values ('{"cycle": "x"}', now() - interval '1 hour')`)
		}, "1 processes could not be told", "Temporal"},
	} {
		t.Run(row.check+" "+row.found, func(t *testing.T) {
			t.Parallel()
			d := healthy(t)
			row.breaks(t, d)
			list := d.examine(t.Context())
			if len(list) != len(checks) {
				t.Fatalf("%d findings of %d checks", len(list), len(checks))
			}
			f := finding(list, row.check)
			if f.State != row.state || !strings.Contains(f.Found, row.found) || !strings.Contains(f.Advice, row.advice) {
				t.Errorf("found %+v\nwant %s, %q, → %q", f, row.state, row.found, row.advice)
			}
			if err := d.Run(t.Context(), new(strings.Builder)); (err != nil) != (row.state == stateFail) {
				t.Errorf("the command ends with %v", err)
			}
		})
	}
}
