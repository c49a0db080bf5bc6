package services

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const superuser = "postgres"

// PostgresOptions says where a private PostgreSQL lives and how careful it is.
type PostgresOptions struct {
	// Dir holds the data, the log, the password and the port. It is made on
	// first use.
	Dir string
	// Port is the wanted port; 0 wants the one used last time. Where it is
	// taken, another free one is used.
	Port int
	// Durable makes commits survive a power cut. Without it they survive only
	// the end of the database's processes, and tests are faster.
	Durable bool
	// Settings are set over our own, by their names in postgresql.conf.
	Settings map[string]string
	// Progress is told each step that may take a while; nil is fine.
	Progress func(step string)
}

// Postgres is a PostgreSQL server of our own, on a loopback port, that dies
// with this process. Make one with [StartPostgres].
type Postgres struct {
	options  PostgresOptions
	bin      string // directory of initdb and postgres
	data     string
	as       *syscall.Credential // whom the server runs as; nil: as us
	port     int
	password string
	lock     *os.File
	server   *process
}

// StartPostgres starts the PostgreSQL of a directory and returns when it
// answers. Where no PostgreSQL is installed it installs one if it may. What an
// earlier run left behind, by being killed, is cleaned up. Another process that
// uses the directory is an error.
func StartPostgres(ctx context.Context, options PostgresOptions) (_ *Postgres, err error) {
	if options.Progress == nil {
		options.Progress = func(string) {}
	}
	p := &Postgres{options: options}
	if p.options.Dir, err = filepath.Abs(options.Dir); err != nil {
		return nil, err
	}
	if p.bin, err = postgresBinaries(ctx, options.Progress); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.options.Dir, 0o711); err != nil {
		return nil, err
	}
	if p.options.Dir, err = filepath.EvalSymlinks(p.options.Dir); err != nil {
		return nil, err
	}
	if p.lock, err = lockFile(p.path("lock"), p.options.Dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = p.lock.Close()
		}
	}()
	if err := p.place(); err != nil {
		return nil, err
	}
	if err := p.initialize(); err != nil {
		return nil, err
	}
	ports, err := keptPorts(p.path("port"), options.Port)
	if err != nil {
		return nil, err
	}
	p.port = ports[0]
	if err := p.Start(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// URL is the address of a database for the superuser. "postgres" is the one
// that is always there.
func (p *Postgres) URL(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, p.password),
		Host:     hostPort(p.port),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// CreateDatabase makes an empty database if there is none of that name, and
// returns its address.
func (p *Postgres) CreateDatabase(ctx context.Context, name string) (string, error) {
	return p.URL(name), createDatabase(ctx, p.URL(superuser), name)
}

// Start starts the server again, on the same port, after [Postgres.Kill]. It
// does nothing while the server runs.
func (p *Postgres) Start(ctx context.Context) error {
	if p.server != nil && !p.server.ended() {
		return nil
	}
	p.options.Progress("starting PostgreSQL")
	if err := p.clear(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // recovery after a kill takes a while
	defer cancel()
	for {
		server, err := startProcess("PostgreSQL", p.command("postgres", p.settings()...), p.path("log"), syscall.SIGINT)
		if err != nil {
			return err
		}
		if err = p.ready(ctx, server); err == nil {
			p.server = server
			return nil
		}
		server.kill()
		// The memory of a killed server stays until the last of its processes
		// has noticed that it is gone.
		if !bytes.Contains(server.output(), []byte("still in use")) || sleep(ctx, 100*time.Millisecond) != nil {
			return err
		}
	}
}

// Kill ends the server as a crash would: at once, with no word to anyone.
func (p *Postgres) Kill() {
	if p.server == nil || p.server.ended() {
		return
	}
	children := childrenOf(p.server.cmd.Process.Pid)
	p.server.kill()
	for _, pid := range children {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// Close stops the server, rolling open transactions back, and gives the
// directory free.
func (p *Postgres) Close() error {
	defer p.lock.Close()
	if p.server == nil {
		return nil
	}
	return p.server.stop(syscall.SIGINT, 30*time.Second)
}

func (p *Postgres) path(name string) string { return filepath.Join(p.options.Dir, name) }

// place finds whom the server runs as and a data directory that this user can
// reach. As root that is an unprivileged user, as PostgreSQL demands.
func (p *Postgres) place() error {
	p.data = p.path("data")
	if os.Geteuid() != 0 {
		return os.MkdirAll(p.data, 0o700)
	}
	var err error
	if p.as, err = unprivileged(); err != nil {
		return err
	}
	if actual, err := filepath.EvalSymlinks(p.data); err == nil && p.reaches(actual) {
		p.data = actual
		return nil
	}
	if err := p.own(p.data); err == nil && p.reaches(p.data) {
		return nil
	}
	// The checkout is below a directory that only root may enter.
	if err := os.RemoveAll(p.data); err != nil {
		return err
	}
	var tried []string
	for _, shared := range []string{"/var/tmp", os.TempDir()} {
		there := filepath.Join(shared, elsewhere(p.data))
		if err := p.own(there); err != nil || !p.reaches(there) {
			tried = append(tried, there)
			continue
		}
		if err := os.Symlink(there, p.data); err != nil {
			return err
		}
		p.data = there
		return nil
	}
	return fmt.Errorf("user %d, who runs PostgreSQL, can reach neither %s nor %s: make one of them searchable (chmod o+x) or run as an ordinary user",
		p.as.Uid, p.options.Dir, strings.Join(tried, " nor "))
}

// own makes dir, if need be, and gives it to the server's user. A directory
// of somebody else is refused: its owner could read the data.
func (p *Postgres) own(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || (stat.Uid != 0 && stat.Uid != p.as.Uid) {
		return fmt.Errorf("%s belongs to somebody else: remove it", dir)
	}
	return os.Lchown(dir, int(p.as.Uid), int(p.as.Gid))
}

// reaches reports whether the server's user can write in dir.
func (p *Postgres) reaches(dir string) bool {
	cmd := exec.Command("test", "-d", dir, "-a", "-w", dir, "-a", "-x", dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	return cmd.Run() == nil
}

// initialize makes the data directory's content on first use. The password
// file gets its name last: where it is, the content is whole.
func (p *Postgres) initialize() error {
	password, err := os.ReadFile(p.path("password"))
	if err == nil {
		p.password = string(password)
		return p.sameVersion()
	}
	p.options.Progress("creating the database cluster")
	entries, err := os.ReadDir(p.data)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(p.data, e.Name())); err != nil {
			return err
		}
	}
	p.password = rand.Text()
	fresh := p.path("password.new")
	if err := os.WriteFile(fresh, []byte(p.password), 0o600); err != nil {
		return err
	}
	if p.as != nil { // initdb opens it again by its name, /dev/stdin
		if err := os.Chown(fresh, int(p.as.Uid), int(p.as.Gid)); err != nil {
			return err
		}
	}
	stdin, err := os.Open(fresh)
	if err != nil {
		return err
	}
	defer stdin.Close()
	arguments := []string{
		"--username=" + superuser, "--pwfile=/dev/stdin", "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
	}
	if !p.options.Durable {
		arguments = append(arguments, "--no-sync")
	}
	cmd := p.command("initdb", arguments...)
	cmd.Stdin = stdin
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb in %s: %w\n%s", p.data, err, out)
	}
	return os.Rename(fresh, p.path("password"))
}

// sameVersion refuses data that another major version of PostgreSQL wrote.
func (p *Postgres) sameVersion() error {
	wrote, err := os.ReadFile(filepath.Join(p.data, "PG_VERSION"))
	if err != nil {
		return err
	}
	out, err := p.command("postgres", "--version").Output()
	if err != nil {
		return fmt.Errorf("postgres --version: %w", err)
	}
	major := strings.TrimSpace(string(wrote))
	if !strings.Contains(string(out), ") "+major+".") {
		return fmt.Errorf("the data in %s are of PostgreSQL %s, but %s is installed: install %[2]s again, or start anew by `make clean`",
			p.data, major, strings.TrimSpace(string(out)))
	}
	return nil
}

func (p *Postgres) settings() []string {
	settings := map[string]string{
		"listen_addresses":        loopback,
		"port":                    strconv.Itoa(p.port),
		"unix_socket_directories": "",
		"max_connections":         "300", // Temporal's four services keep pools of their own
		"shared_buffers":          "256MB",
		"max_wal_size":            "2GB",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
	}
	if !p.options.Durable {
		settings["fsync"] = "off" // what is committed is with the system, not yet on the disk
		settings["full_page_writes"] = "off"
		settings["wal_level"] = "minimal"
		settings["max_wal_senders"] = "0"
	}
	maps.Copy(settings, p.options.Settings)
	arguments := []string{"-D", p.data}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		arguments = append(arguments, "-c", name+"="+settings[name])
	}
	return arguments
}

// command is one of PostgreSQL's programs, run as the server's user in the
// data directory, with none of our own PG* variables.
func (p *Postgres) command(program string, arguments ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, program), arguments...)
	cmd.Dir = p.data
	cmd.Env = []string{"LC_ALL=C.UTF-8", "PGDATA=" + p.data, "PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	return cmd
}

// ready returns when the server answers a query, or why it will not.
func (p *Postgres) ready(ctx context.Context, server *process) error {
	for {
		conn, err := pgx.Connect(ctx, p.URL(superuser))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-server.done:
			return server.failure("ended while starting")
		case <-ctx.Done():
			return server.failure("did not answer in time: " + err.Error())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// clear ends a server that a killed run left behind in our data directory,
// and removes a lock file that names a process of another program. Holding
// our own lock, we know that no other run needs them.
func (p *Postgres) clear(ctx context.Context) error {
	file := filepath.Join(p.data, "postmaster.pid")
	left := postmasterPID(file)
	if left <= 0 || !alive(left) {
		return nil // PostgreSQL itself clears what a dead server left
	}
	if !p.ours(left) {
		return os.Remove(file)
	}
	p.options.Progress("stopping the PostgreSQL of a run that was killed")
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, 15 * time.Second}, {syscall.SIGQUIT, 5 * time.Second}, {syscall.SIGKILL, 5 * time.Second}} {
		_ = syscall.Kill(left, step.signal)
		deadline := time.Now().Add(step.wait)
		for time.Now().Before(deadline) {
			if !alive(left) {
				return nil
			}
			if err := sleep(ctx, 20*time.Millisecond); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("PostgreSQL process %d in %s does not end: stop it by hand", left, p.data)
}

// ours reports whether process pid is a server of our data directory.
func (p *Postgres) ours(pid int) bool {
	if runtime.GOOS == "linux" {
		dir, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
		return err == nil && dir == p.data
	}
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && bytes.Contains(out, []byte(p.data))
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func postmasterPID(file string) int {
	f, err := os.Open(file)
	if err != nil {
		return 0
	}
	defer f.Close()
	line, err := bufio.NewReader(f).ReadString('\n')
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return 0
	}
	return pid
}

// childrenOf lists the direct children of a process.
func childrenOf(pid int) []int {
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return nil // they end by themselves when they see that it is gone
	}
	var children []int
	for line := range strings.Lines(string(out)) {
		var child, parent int
		if n, _ := fmt.Sscan(line, &child, &parent); n == 2 && parent == pid {
			children = append(children, child)
		}
	}
	return children
}

// unprivileged is the user that runs PostgreSQL when we are root.
func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody: run as an ordinary user")
}

// postgresBinaries finds the directory of PostgreSQL's programs, the newest
// version first. Where there is none it installs them if it may.
func postgresBinaries(ctx context.Context, progress func(string)) (string, error) {
	if bin := findPostgres(); bin != "" {
		return bin, nil
	}
	const command = "apt-get install -y postgresql"
	if !mayInstall() {
		say := "sudo " + command
		if runtime.GOOS == "darwin" {
			say = "brew install postgresql"
		}
		return "", fmt.Errorf("PostgreSQL 15 or newer is not installed: install it by `%s`", say)
	}
	progress("installing PostgreSQL")
	err := install(ctx, "PostgreSQL",
		"apt-get update -q",
		"apt-get install -qy --no-install-recommends postgresql-common",
		// Debian would start a server of its own on the common port.
		"sed -ri 's/^#?(create_main_cluster).*/\\1 = false/' /etc/postgresql-common/createcluster.conf",
		"apt-get install -qy --no-install-recommends postgresql",
	)
	if err != nil {
		return "", err
	}
	if bin := findPostgres(); bin != "" {
		return bin, nil
	}
	return "", fmt.Errorf("`%s` left no PostgreSQL in /usr/lib/postgresql: install it by hand", command)
}

func findPostgres() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	brew, _ := filepath.Glob("/opt/homebrew/opt/postgresql*/bin/postgres")
	found = append(found, brew...)
	slices.SortFunc(found, func(a, b string) int {
		return cmp.Compare(majorIn(b), majorIn(a))
	})
	if path, err := exec.LookPath("postgres"); err == nil {
		if actual, err := filepath.EvalSymlinks(path); err == nil {
			found = append([]string{actual}, found...)
		}
	}
	for _, postgres := range found {
		dir := filepath.Dir(postgres)
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			return dir
		}
	}
	return ""
}

// majorIn is the first number in a path such as /usr/lib/postgresql/15/bin.
func majorIn(path string) int {
	_, after, _ := strings.Cut(path, "postgresql")
	digits := strings.TrimLeft(after, "/@")
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = digits[:i]
	}
	n, _ := strconv.Atoi(digits)
	return n
}

// createDatabase makes an empty database unless there is one of that name.
func createDatabase(ctx context.Context, maintenance, name string) error {
	conn, err := pgx.Connect(ctx, maintenance)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var there bool
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize())
	return err
}

// sleep waits for d, or less when ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
