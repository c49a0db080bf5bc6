package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"dondoc/auth"
	"dondoc/calendar"
	"dondoc/postgres"
	"dondoc/poverty"
)

// Read measures the pages at the size of the country.
type Read struct {
	Options
	Cycles     int
	Households int
	Rate       int           // requests a second
	For        time.Duration // how long each page is asked for
	Names      Names
	Pages      []string // those asked for, besides the yardstick; none: all
	// Serve returns the command of a web process on the stand, whose page
	// /yardstick runs `select 1`.
	Serve func(s *Stand, listen string) *exec.Cmd
}

// Run fills the database, signs in and asks for each page.
func (x Read) Run(ctx context.Context) (_ *Report, err error) {
	r := New("read", map[string]any{"cycles": x.Cycles, "units": x.Cycles * perCycle, "periods": 12, "households": x.Households, "per_second": x.Rate})
	x.Durable = true
	s, err := Open(ctx, x.Options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.server(ctx, r); err != nil {
		return nil, err
	}
	login, err := x.fill(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	cmd := x.Serve(s, address)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer stopProcess(cmd)
	b, err := newBrowser(ctx, "http://"+address, login)
	if err != nil {
		return nil, err
	}
	var duty int
	if duty, err = s.number(ctx, "select id::int from duties where cycle_id = 'o0000:2026' and overdue order by id limit 1"); err != nil {
		return nil, err
	}
	const cycle = "/cycles/o0000:2026"
	list := perCycle * 12
	pages := []readPage{
		{"board", cycle + "/board", perCycle},
		{"matrix", cycle + "/matrix", list},
		{"list", cycle + "/duties", list},
		{"duty", fmt.Sprintf("/duties/%d", duty), 1},
		{"search", cycle + "/units/o0000-07/households?q=van+hoa", 50},
	}
	// The yardstick is asked before each page and after it: a machine that others use
	// too is not as fast in one minute as in the next.
	plain := readPage{"select1", "/yardstick", 1}
	var yardstick []float64
	before, err := x.measure(ctx, r, s, b, plain, x.For/2)
	if err != nil {
		return nil, err
	}
	yardstick = append(yardstick, before...)
	for _, p := range pages {
		if len(x.Pages) > 0 && !slices.Contains(x.Pages, p.name) {
			continue
		}
		took, err := x.measure(ctx, r, s, b, p, x.For)
		if err != nil {
			return nil, err
		}
		after, err := x.measure(ctx, r, s, b, plain, x.For/2)
		if err != nil {
			return nil, err
		}
		r.Ratios["median_over_select1."+p.name] = ratio(percentile(took, 0.5), percentile(slices.Concat(before, after), 0.5))
		yardstick = append(yardstick, after...)
		before = after
	}
	r.Counts["requests.select1"] = len(yardstick)
	r.Figures["p50_ms.select1"], r.Figures["p99_ms.select1"] = round(percentile(yardstick, 0.5)), round(percentile(yardstick, 0.99))
	r.Figures["web_memory_mb"] = float64(residentMB(cmd.Process.Pid))
	return r, nil
}

// readPage is a page that is asked for.
type readPage struct {
	name, path string
	rows       int // behind it
}

// measure asks for a page and reports how long it took, in milliseconds.
func (x Read) measure(ctx context.Context, r *Report, s *Stand, b *browser, p readPage, long time.Duration) ([]float64, error) {
	s.Progress("%s: %s, %d requests a second for %s", p.name, p.path, x.Rate, long)
	before := cpu(os.Getpid())
	took, bytes, failed, err := b.load(ctx, p.path, x.Rate, long)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.path, err)
	}
	for name, used := range cpu(os.Getpid()) { // of a page that is measured several times, the last
		r.Figures["cpu_ms."+p.name+"."+name] = round((used - before[name]) * 1000 / float64(len(took)+warming))
	}
	r.Figures["p50_ms."+p.name], r.Figures["p99_ms."+p.name] = round(percentile(took, 0.5)), round(percentile(took, 0.99))
	r.Counts["requests."+p.name], r.Counts["failed."+p.name] = len(took), r.Counts["failed."+p.name]+failed
	r.Notes[p.name] = fmt.Sprintf("%s as the standing office of one cycle, %d rows behind it, %d kB uncompressed", p.path, p.rows, bytes/1024)
	return took, nil
}

// readPassword signs in on a server that exists as long as the measurement.
const readPassword = "mật khẩu đo lường" //nolint:gosec // it opens nothing else

// fill makes the country with twelve periods: each cycle's duties are those of
// the first, copied; a tenth of the last period is late.
func (x Read) fill(ctx context.Context, s *Stand) (login string, err error) {
	now := calendar.MustDate("2027-01-10").At(calendar.MustClock("09:00"))
	db, err := postgres.Open(ctx, s.URL, postgres.Options{Conns: 4, Now: func() time.Time { return now }})
	if err != nil {
		return "", err
	}
	defer db.Close()
	k := country{cycles: x.Cycles, first: calendar.MustMonth("2026-01"), last: calendar.MustMonth("2026-12"),
		issued: calendar.MustDate("2025-12-20").At(calendar.MustClock("10:00")), names: x.Names}
	s.Progress("storing %d cycles", x.Cycles)
	if err := k.create(ctx, db); err != nil {
		return "", err
	}
	// One cycle lives through its year; the others are given the same rows.
	list, err := db.OpenCycle(system(ctx), cycleID(0), k.issued)
	if err != nil {
		return "", err
	}
	for _, o := range list {
		if _, err := db.StepDuties(system(ctx), o.Ref, now); err != nil {
			return "", err
		}
	}
	for _, sql := range []string{
		"set session_replication_role = replica", // history is append-only but for who makes it up
		// Nine in ten sent in time; of the last period, one in ten is still owed.
		`create temporary table sent as select id from duties where kind = 'report' and (id % 10 <> 0 or period < '2026-12')`,
		`update duties set state = 'done', verdict = case when id % 17 = 0 then 'late' else 'on_time' end, overdue = false, escalated = false, trouble = '', rung = '',
			next_at = null, first_submitted_at = overdue_at - interval '2 days', submitted_at = overdue_at - interval '2 days', accepted_at = overdue_at - interval '1 day'
			where id in (select id from sent)`,
		`delete from escalations where duty_id in (select id from sent)`,
		`delete from notices where duty_id in (select id from sent)`,
		`delete from history where duty_id in (select id from sent) and event in ('overdue', 'escalated', 'reminded', 'passed')`,
		`insert into history (cycle_id, duty_id, code, event, effective_at, recorded_at, unit_id, period)
			select cycle_id, id, code, e, submitted_at, submitted_at, unit_id, period from duties, unnest(array['submitted', 'accepted']) e where id in (select id from sent)`,
		`update cycles set state = 'running', started_at = issued_at`,
		`create temporary table others as select id, owner_id from cycles where id <> 'o0000:2026'`,
		`insert into duties (key, cycle_id, code, kind, title, unit_id, period, subject, process, process_key, stated, day_off, ladder_name, opened_at, state, ladder_no,
				last_day, overdue_at, overdue, verdict, trouble, rung, escalated, first_submitted_at, submitted_at, accepted_at, next_at)
			select replace(d.key, 'o0000', o.owner_id), o.id, code, kind, title, replace(d.unit_id, 'o0000', o.owner_id), period, subject, process, process_key, stated,
				day_off, ladder_name, opened_at, state, ladder_no, last_day, overdue_at, overdue, verdict, trouble, rung, escalated, first_submitted_at, submitted_at, accepted_at, next_at
			from duties d, others o where d.cycle_id = 'o0000:2026'`,
		`insert into history (cycle_id, duty_id, code, event, effective_at, recorded_at, unit_id, period, ladder, rung, demand)
			select e.cycle_id, e.id, h.code, h.event, h.effective_at, h.recorded_at, e.unit_id, h.period, h.ladder, h.rung, h.demand
			from history h join duties d on d.id = h.duty_id, others o, lateral (select id, cycle_id, unit_id from duties where key = replace(d.key, 'o0000', o.owner_id)) e
			where d.cycle_id = 'o0000:2026'`,
		`update periods p set state = q.state from periods q where q.cycle_id = 'o0000:2026' and q.code = p.code`,
		"set session_replication_role = origin",
	} {
		s.Progress("%s", strings.Join(strings.Fields(sql)[:2], " "))
		if err := s.exec(ctx, sql); err != nil {
			return "", err
		}
	}
	s.Progress("%d households", x.Households)
	if err := s.exec(ctx, `
		insert into hamlets (unit_id, code, name)
		select unit_id, t, t from cycle_units, unnest(array['t1', 't2']) t where role = 'commune'`); err != nil {
		return "", err
	}
	if err := s.exec(ctx, `
		insert into households (cycle_id, unit_id, hamlet, code, head, head_born, id_number, health_card, members, declared, computed, policy_group, saved_at)
		select c.cycle_id, c.unit_id, 't' || 1 + i % 2, lpad(i::text, 7, '0'),
			(array['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hồ'])[1 + i % 5] || ' ' || (array['Văn', 'Thị', 'Đình'])[1 + i % 3] || ' ' || (array['Hoà', 'Lan', 'Sơn', 'Hải'])[1 + i / 5 % 4],
			1930 + i % 60, '0460' || lpad(i::text, 8, '0'), 'HN' || i, 2 + i % 6, 'poor', 'poor', $3, '2026-01-01'
		from (select cycle_id, unit_id, row_number() over (order by cycle_id, unit_id) - 1 as n from cycle_units where role = 'commune') c
		join (select i, (i % $2::int)::bigint as n from generate_series(1, $1::int) i) x using (n)`, x.Households, x.Cycles*perCycle, poverty.PolicyEligible); err != nil {
		return "", err
	}
	s.Progress("vacuum analyze")
	if err := s.exec(ctx, "vacuum analyze"); err != nil {
		return "", err
	}
	return "o0000-tt.head", s.access(ctx, "o0000-tt.head")
}

// access gives an account its password, by the world's clock: what is signed in
// before a password was set is ended.
func (s *Stand) access(ctx context.Context, login string) error {
	db, err := postgres.Open(ctx, s.URL, postgres.Options{Conns: 1})
	if err != nil {
		return err
	}
	defer db.Close()
	u, _, err := db.Credentials(ctx, login)
	if err != nil {
		return err
	}
	hash, err := auth.Hash(readPassword)
	if err != nil {
		return err
	}
	return db.SetPassword(system(ctx), u.ID, hash)
}

// browser is a signed-in client.
type browser struct {
	base   string
	client *http.Client
}

// newBrowser waits until a web process is ready, and signs in.
func newBrowser(ctx context.Context, base, login string) (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	b := &browser{base: base, client: &http.Client{Jar: jar, Timeout: 30 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 256},
		// What is asked for is what is measured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	limit := time.Now().Add(30 * time.Second)
	for {
		if _, _, err := b.get(ctx, "/healthz"); err == nil {
			break
		} else if time.Now().After(limit) {
			return nil, err
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return nil, err
		}
	}
	form := url.Values{"login": {login}, "password": {readPassword}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+auth.SignInPath, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		return nil, fmt.Errorf("signing in as %s answers %s", login, res.Status)
	}
	return b, nil
}

func (b *browser) get(ctx context.Context, path string) (status, bytes int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		return 0, 0, err
	}
	res, err := b.client.Do(req)
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	return res.StatusCode, int(n), err
}

// A page is asked for so often before it is measured, by so many at once: each
// connection to the database has its own plans, which are warm in daily use.
const (
	warming = 160
	warmers = 8
)

// load asks for a page at a rate, whether the last answer came or not, and
// returns how long each answer took, in milliseconds.
func (b *browser) load(ctx context.Context, path string, rate int, long time.Duration) (took []float64, bytes, failed int, err error) {
	var mu sync.Mutex
	warm, warmCtx := errgroup.WithContext(ctx)
	warm.SetLimit(warmers)
	for range warming {
		warm.Go(func() error {
			status, n, err := b.get(warmCtx, path)
			if err != nil || status != http.StatusOK {
				return errors.Join(fmt.Errorf("answers %d", status), err)
			}
			mu.Lock()
			defer mu.Unlock()
			bytes = n
			return nil
		})
	}
	if err := warm.Wait(); err != nil {
		return nil, 0, 0, err
	}
	var asking sync.WaitGroup
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	end := time.Now().Add(long)
	for time.Now().Before(end) {
		select {
		case <-ctx.Done():
			return nil, 0, 0, ctx.Err()
		case <-tick.C:
		}
		asking.Go(func() {
			began := time.Now()
			status, _, err := b.get(ctx, path)
			ms := float64(time.Since(began).Microseconds()) / 1000
			mu.Lock()
			defer mu.Unlock()
			took = append(took, ms)
			if err != nil || status != http.StatusOK {
				failed++
			}
		})
	}
	asking.Wait()
	return took, bytes, failed, nil
}
