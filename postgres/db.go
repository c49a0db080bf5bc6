// Package postgres is the store: every read and write of the program's facts,
// each in one transaction that carries the actor under row-level security.
package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"dondoc/calendar"
	"dondoc/poverty"
)

// DB is the store. It is safe for concurrent use.
type DB struct {
	pool   *pgxpool.Pool
	now    func() time.Time
	blobs  poverty.Blobs
	limits poverty.FileLimits

	perPerson time.Duration

	mu   sync.Mutex
	days daysKey
	cal  *calendar.Calendar
}

type daysKey struct {
	count int
	last  time.Time
}

// Options are what Open may be told. Now is the clock that stamps what is
// recorded (time.Now when nil); Conns the size of the pool; Blobs keeps the
// contents of attachments (nil: none can be stored) within Limits (the usual
// ones when zero).
type Options struct {
	Now    func() time.Time
	Conns  int
	Blobs  poverty.Blobs
	Limits poverty.FileLimits
	Tracer pgx.QueryTracer // is told of each query; none where it is nil

	PerPerson time.Duration // at least this long between two letters to one person; 0: any number at once

	// PlanOnce keeps one plan for each statement, whatever its parameters: right where
	// the same few run all the time, as in a worker; wrong for the filters of pages.
	PlanOnce bool
}

// Open connects to the database at url and returns the store. The login needs
// the right to "set role dondoc_app"; it returns Unavailable when the server
// cannot be reached.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database url: %w", err)
	}
	if o.Conns > 0 {
		cfg.MaxConns = int32(o.Conns)
	}
	cfg.ConnConfig.Tracer = o.Tracer
	if o.PlanOnce {
		cfg.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	}
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: calendar.Zone},
		})
		_, err := c.Exec(ctx, "set role dondoc_app")
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fail(err)
	}
	db := &DB{pool: pool, now: o.Now, blobs: o.Blobs, limits: o.Limits, perPerson: o.PerPerson}
	if db.now == nil {
		db.now = time.Now
	}
	if db.limits == (poverty.FileLimits{}) {
		db.limits = poverty.DefaultFileLimits()
	}
	if err := db.Health(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return db, nil
}

// Close closes the pool.
func (db *DB) Close() { db.pool.Close() }

// Health tells whether PostgreSQL can be reached.
func (db *DB) Health(ctx context.Context) error { return fail(db.pool.Ping(ctx)) }

// Migrate brings the schema of the database at url up to date. Several
// processes may call it at once; one does the work.
func Migrate(ctx context.Context, url string, files fs.FS) error {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("database url: %w", err)
	}
	conn := stdlib.OpenDB(*cfg)
	defer conn.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, conn, files, goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	if _, err = p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", fail(err))
	}
	return nil
}

// tx runs fn in a transaction that sees only what the actor of ctx may see, and
// hands it the actor with the offices held today. Without an actor it refuses:
// a query that forgot to say who asks is a bug.
func (db *DB) tx(ctx context.Context, fn func(pgx.Tx, poverty.Actor) error) error {
	a, ok := poverty.ActorFrom(ctx)
	if !ok {
		return &poverty.Error{Kind: poverty.Internal, Key: "error.no_actor", Err: errors.New("a query without an actor")}
	}
	if l, ok := ctx.Value(lookKey{}).(*look); ok {
		if shared, err := l.share(ctx, db, a, fn); shared {
			return fail(err)
		}
	}
	return fail(pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		a, err := db.actAs(ctx, tx, a)
		if err != nil {
			return err
		}
		return fn(tx, a)
	}))
}

// deadlocked tells whether a transaction was ended because it and another waited
// for each other.
func deadlocked(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pe.Code == "40P01"
}

// txAgain is tx, which runs fn again, three times at most, when it lost to a
// transaction that waited for it: a moment later each time, so that the winner goes
// on with what it waited for before the loser takes it again. It is not for what
// reads more than the store: an import would go on with what is left of its file.
func (db *DB) txAgain(ctx context.Context, fn func(pgx.Tx, poverty.Actor) error) error {
	err := db.tx(ctx, fn)
	for try := 1; deadlocked(err) && try <= 3; try++ {
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Duration(try) * 50 * time.Millisecond):
		}
		err = db.tx(ctx, fn)
	}
	return err
}

// program is tx for what only the program itself does: Forbidden to a person.
func (db *DB) program(ctx context.Context, fn func(pgx.Tx) error) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "error.forbidden")
		}
		return fn(tx)
	})
}

// actAs puts the actor into the transaction's settings.
func (db *DB) actAs(ctx context.Context, tx pgx.Tx, a poverty.Actor) (poverty.Actor, error) {
	if a.System != "" {
		return a, elevate(ctx, tx, a.System)
	}
	var raw []byte
	err := tx.QueryRow(ctx, "select act_as($1, $2)", a.User, calendar.DateOf(db.now())).Scan(&raw)
	if err != nil {
		return a, err
	}
	if raw == nil {
		return a, poverty.Errorf(poverty.Forbidden, "auth.inactive")
	}
	var me struct {
		Name  string         `json:"name"`
		Admin bool           `json:"admin"`
		Seats []poverty.Seat `json:"seats"`
	}
	if err := json.Unmarshal(raw, &me); err != nil {
		return a, err
	}
	a.Name, a.Admin, a.Seats = me.Name, me.Admin, me.Seats
	return a, nil
}

// elevate lets the rest of the transaction act as the program: after the
// actor's right was checked, the consequences (another unit's duty, a notice)
// are not the actor's to write.
func elevate(ctx context.Context, tx pgx.Tx, process string) error {
	if t, ok := tx.(lookTx); ok {
		t.elevated = true
	}
	_, err := tx.Exec(ctx, "select set_config('app.system', $1, true)", process)
	return err
}

// Me returns the actor with the offices held today.
func (db *DB) Me(ctx context.Context) (poverty.Actor, error) {
	var me poverty.Actor
	err := db.tx(ctx, func(_ pgx.Tx, a poverty.Actor) error {
		me = a
		return nil
	})
	return me, err
}

// fail gives a database error its kind.
func fail(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*poverty.Error](err); ok {
		return err
	}
	unavailable := func() error {
		return &poverty.Error{Kind: poverty.Unavailable, Key: "error.database_down", Err: err}
	}
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok {
		if strings.HasPrefix(pe.Code, "08") || strings.HasPrefix(pe.Code, "57P") || pe.Code == "53300" || strings.HasPrefix(pe.Code, "40") {
			return unavailable()
		}
		return err
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return unavailable()
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return unavailable()
	}
	if pgconn.SafeToRetry(err) || errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "unexpected EOF") {
		return unavailable()
	}
	return err
}

// one returns the only row, or NotFound under key.
func one[T any](rows pgx.Rows, err error, key string, args ...any) (T, error) {
	var zero T
	if err != nil {
		return zero, err
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return zero, poverty.Errorf(poverty.NotFound, key, args...)
	}
	return v, err
}

// many returns all rows, never nil.
func many[T any](rows pgx.Rows, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	return pgx.AppendRows([]T{}, rows, pgx.RowToStructByNameLax[T])
}

// query is a where clause in the making.
type query struct {
	where []string
	args  pgx.NamedArgs
}

func (q *query) and(cond, name string, value any) {
	if q.args == nil {
		q.args = pgx.NamedArgs{}
	}
	q.where = append(q.where, cond)
	if name != "" {
		q.args[name] = value
	}
}

func (q *query) clause() string {
	if len(q.where) == 0 {
		return ""
	}
	return " where " + strings.Join(q.where, " and ")
}

// limit ends a statement with how many rows it returns at most. The number is part
// of it: with a parameter in its place PostgreSQL finds a plan anew each time.
func limit(n, most int) string { return " limit " + strconv.Itoa(atMost(n, most)) }

func atMost(limit, most int) int {
	if limit <= 0 || limit > most {
		return most
	}
	return limit
}
