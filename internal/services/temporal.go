package services

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/durationpb"
)

const (
	sqlPlugin          = "postgres12_pgx"
	mainDatabase       = "temporal"
	visibilityDatabase = "temporal_visibility"
)

// TemporalOptions says where a private Temporal server lives.
type TemporalOptions struct {
	// Dir holds the configuration, the log and the ports. It is made on first
	// use.
	Dir string
	// Postgres keeps the server's two databases, temporal and
	// temporal_visibility. It must outlive the server.
	Postgres *Postgres
	// Port is the wanted port; 0 wants the one used last time. Where it is
	// taken, another free one is used.
	Port int
	// Shards is how many history shards a new server gets; 0 means 4. It is
	// fixed from then on.
	Shards int
	// Conns is how many connections to the main database each of the server's
	// four services keeps; 0 means 20.
	Conns int
	// Dynamic is set over our own dynamic configuration, by its keys, such as
	// "frontend.rps".
	Dynamic map[string]any
	// Progress is told each step that may take a while; nil is fine.
	Progress func(step string)
}

// Temporal is a Temporal server of our own, on loopback ports, that dies with
// this process. Make one with [StartTemporal].
type Temporal struct {
	options TemporalOptions
	server  *process
	program string // path of temporal-server
	ports   []int  // gRPC and membership of frontend, history, matching, worker
}

// StartTemporal brings the two database schemas up to date, starts the server
// and returns when it is healthy.
func StartTemporal(ctx context.Context, options TemporalOptions) (*Temporal, error) {
	if options.Progress == nil {
		options.Progress = func(string) {}
	}
	if options.Shards == 0 {
		options.Shards = 4
	}
	if options.Conns == 0 {
		options.Conns = 20
	}
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, err
	}
	options.Dir = dir
	t := &Temporal{options: options}
	if t.program, err = tool("temporal-server"); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return nil, err
	}
	t.ports, err = keptPorts(t.path("ports"), options.Port, 0, 0, 0, 0, 0, 0, 0)
	if err != nil {
		return nil, err
	}
	if err := t.configure(); err != nil {
		return nil, err
	}
	if err := t.setUpSchemas(ctx); err != nil {
		return nil, err
	}
	if err := t.Start(ctx); err != nil {
		return nil, err
	}
	return t, nil
}

// Address is the host:port for clients.
func (t *Temporal) Address() string { return hostPort(t.ports[0]) }

// Start starts the server again, on the same ports, after [Temporal.Stop] or
// [Temporal.Kill], and returns when it is healthy. It does nothing while the
// server runs.
func (t *Temporal) Start(ctx context.Context) error {
	if t.server != nil && !t.server.ended() {
		return nil
	}
	t.options.Progress("starting Temporal")
	if err := t.forgetMembers(ctx); err != nil {
		return err
	}
	cmd := exec.Command(t.program, "--config-file", t.path("config.json"), "--allow-no-auth", "start")
	cmd.Dir = t.options.Dir
	cmd.Env = os.Environ()
	// Garbage is collected less often below a limit: a fifth of the server's time in
	// a storm (docs/performance.md).
	for name, value := range map[string]string{"GOGC": "400", "GOMEMLIMIT": "1500MiB"} {
		if os.Getenv(name) == "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	// SIGKILL, as the database must not go first while it says good-bye.
	server, err := startProcess("Temporal", cmd, t.path("log"), syscall.SIGKILL)
	if err != nil {
		return err
	}
	if err := t.healthy(ctx, server); err != nil {
		server.kill()
		return err
	}
	t.server = server
	return nil
}

// Stop stops the server as an operator would.
func (t *Temporal) Stop() error {
	if t.server == nil {
		return nil
	}
	return t.server.stop(syscall.SIGTERM, 10*time.Second)
}

// Kill ends the server as a crash would.
func (t *Temporal) Kill() {
	if t.server != nil {
		t.server.kill()
	}
}

// Restart stops and starts the server. Clients connect again by themselves.
func (t *Temporal) Restart(ctx context.Context) error {
	if err := t.Stop(); err != nil {
		return err
	}
	return t.Start(ctx)
}

// RegisterNamespace makes a namespace that keeps closed workflows for
// retention, at least an hour, and returns when workflows can be started in
// it. One that is there already is fine and stays as it is.
func (t *Temporal) RegisterNamespace(ctx context.Context, name string, retention time.Duration) error {
	return RegisterNamespace(ctx, t.Address(), name, retention)
}

// RegisterNamespace is [Temporal.RegisterNamespace] for a server that another
// process started.
func RegisterNamespace(ctx context.Context, address, name string, retention time.Duration) error {
	c, err := client.NewLazyClient(client.Options{HostPort: address, Namespace: name, Logger: silent()})
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	service := c.WorkflowService()
	_, err = service.RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace:                        name,
		WorkflowExecutionRetentionPeriod: durationpb.New(retention),
	})
	if _, exists := errors.AsType[*serviceerror.NamespaceAlreadyExists](err); err != nil && !exists {
		return fmt.Errorf("register namespace %s: %w", name, err)
	}
	for {
		_, err := service.CountWorkflowExecutions(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: name})
		if err == nil {
			return nil
		}
		if sleep(ctx, 50*time.Millisecond) != nil {
			return fmt.Errorf("namespace %s is registered but not usable: %w", name, err)
		}
	}
}

func (t *Temporal) path(name string) string { return filepath.Join(t.options.Dir, name) }

// healthy returns when the server says that it serves, or why it does not.
func (t *Temporal) healthy(ctx context.Context, server *process) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c, err := client.NewLazyClient(client.Options{HostPort: t.Address(), Logger: silent()})
	if err != nil {
		return err
	}
	defer c.Close()
	for {
		_, err := c.CheckHealth(ctx, &client.CheckHealthRequest{})
		if err == nil {
			return nil
		}
		select {
		case <-server.done:
			return server.failure("ended while starting")
		case <-ctx.Done():
			return server.failure("did not become healthy in time: " + err.Error())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// setUpSchemas makes the two databases and brings their schemas to what the
// server's version wants.
func (t *Temporal) setUpSchemas(ctx context.Context) error {
	t.options.Progress("updating Temporal's schemas")
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return t.setUpSchema(ctx, mainDatabase, "postgresql/v12/temporal") })
	work.Go(func() error { return t.setUpSchema(ctx, visibilityDatabase, "postgresql/v12/visibility") })
	return work.Wait()
}

func (t *Temporal) setUpSchema(ctx context.Context, database, schema string) error {
	address, err := t.options.Postgres.CreateDatabase(ctx, database)
	if err != nil {
		return fmt.Errorf("database %s: %w", database, err)
	}
	versioned, err := hasTable(ctx, address, "schema_version")
	if err != nil {
		return fmt.Errorf("database %s: %w", database, err)
	}
	if !versioned {
		if err := t.sqlTool(ctx, database, "setup-schema", "--version", "0.0"); err != nil {
			return err
		}
	}
	return t.sqlTool(ctx, database, "update-schema", "--schema-name", schema)
}

func (t *Temporal) sqlTool(ctx context.Context, database string, arguments ...string) error {
	program, err := tool("temporal-sql-tool")
	if err != nil {
		return err
	}
	postgres := t.options.Postgres
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Env = append(os.Environ(),
		"SQL_PLUGIN="+sqlPlugin,
		"SQL_HOST="+loopback,
		fmt.Sprint("SQL_PORT=", postgres.port),
		"SQL_USER="+superuser,
		"SQL_PASSWORD="+postgres.password,
		"SQL_DATABASE="+database,
	)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("temporal-sql-tool %s on %s: %w\n%s", arguments[0], database, err, out)
	}
	return nil
}

// forgetMembers clears the list of servers that ran here before, so that the
// new one does not spend its start looking for them.
func (t *Temporal) forgetMembers(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, t.options.Postgres.URL(mainDatabase))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "delete from cluster_membership")
	return err
}

// configure writes the server's configuration. It is YAML to the server; JSON
// is YAML.
func (t *Temporal) configure() error {
	type object = map[string]any
	store := func(database string, connections int) object {
		return object{"sql": object{
			"pluginName":      sqlPlugin,
			"databaseName":    database,
			"connectAddr":     hostPort(t.options.Postgres.port),
			"connectProtocol": "tcp",
			"user":            superuser,
			"password":        t.options.Postgres.password,
			"maxConns":        connections, // for each of the four services
			"maxIdleConns":    connections,
			"maxConnLifetime": "1h",
		}}
	}
	services := object{}
	for i, name := range []string{"frontend", "history", "matching", "worker"} {
		services[name] = object{"rpc": object{
			"grpcPort":        t.ports[2*i],
			"membershipPort":  t.ports[2*i+1],
			"bindOnLocalHost": true,
		}}
	}
	config := object{
		"log": object{"stdout": true, "level": "info"},
		"persistence": object{
			"defaultStore":     "main",
			"visibilityStore":  "visibility",
			"numHistoryShards": t.options.Shards,
			"datastores": object{
				"main":       store(mainDatabase, t.options.Conns),
				"visibility": store(visibilityDatabase, 5),
			},
		},
		"global":   object{"membership": object{"maxJoinDuration": "30s", "broadcastAddress": loopback}},
		"services": services,
		"clusterMetadata": object{
			"enableGlobalNamespace":    false,
			"failoverVersionIncrement": 10,
			"masterClusterName":        "active",
			"currentClusterName":       "active",
			"clusterInformation": object{"active": object{
				"enabled":                true,
				"initialFailoverVersion": 1,
				"rpcName":                "frontend",
				"rpcAddress":             t.Address(),
			}},
		},
		"dcRedirectionPolicy": object{"policy": "noop"},
		"dynamicConfigClient": object{"filepath": t.path("dynamic.json"), "pollInterval": "10s"},
	}
	dynamic := map[string]any{
		"limit.maxIDLength":             255,  // what PostgreSQL's columns hold
		"history.hostLevelCacheMaxSize": 8192, // entries; the default suits a cluster
		// Everything of a test or a rehearsal happens at once.
		"frontend.namespaceRPS":            20000,
		"frontend.namespaceCount":          20000,
		"frontend.namespaceRPS.visibility": 200,
	}
	maps.Copy(dynamic, t.options.Dynamic)
	constrained := object{}
	for key, value := range dynamic {
		constrained[key] = []object{{"value": value}}
	}
	if err := writeJSON(t.path("dynamic.json"), constrained); err != nil {
		return err
	}
	return writeJSON(t.path("config.json"), config)
}

func writeJSON(file string, v any) error {
	text, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

func hasTable(ctx context.Context, address, table string) (there bool, err error) {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return false, err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, "select to_regclass($1) is not null", table).Scan(&there)
	return there, err
}

// tool finds a program that `make tools` built: beside this program, in the
// .cache/bin of the checkout around the working directory, or on the PATH.
func tool(name string) (string, error) {
	var dirs []string
	if self, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Dir(self))
	}
	if dir, err := os.Getwd(); err == nil {
		for ; ; dir = filepath.Dir(dir) {
			dirs = append(dirs, filepath.Join(dir, ".cache", "bin"))
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	for _, dir := range dirs {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return "", fmt.Errorf("%s is not built: run `make tools`", name)
}

// silent drops what the client says while a server is not there yet.
func silent() log.Logger { return log.NewStructuredLogger(slog.New(slog.DiscardHandler)) }
