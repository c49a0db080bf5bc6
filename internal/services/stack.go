package services

import (
	"context"
	"errors"
	"path/filepath"
)

// StackOptions says where a pair of servers lives.
type StackOptions struct {
	// Dir is the state directory: postgres/ and temporal/ in it are the
	// servers' own.
	Dir string
	// Durable makes PostgreSQL's commits survive a power cut.
	Durable bool
	// PostgresPort and TemporalPort are wanted; 0 wants the ones used last
	// time. Where one is taken, another free one is used.
	PostgresPort, TemporalPort int
	// Settings are set over PostgreSQL's own, by their names in postgresql.conf.
	Settings map[string]string
	// Shards and Conns are those of [TemporalOptions].
	Shards, Conns int
	// Dynamic is set over Temporal's dynamic configuration.
	Dynamic map[string]any
	// Progress is told each step that may take a while; nil is fine.
	Progress func(step string)
}

// Stack is PostgreSQL and a Temporal server on it.
type Stack struct {
	Postgres *Postgres
	Temporal *Temporal
}

// StartStack starts both servers of a state directory and returns when both
// answer.
func StartStack(ctx context.Context, options StackOptions) (*Stack, error) {
	postgres, err := StartPostgres(ctx, PostgresOptions{
		Dir:      filepath.Join(options.Dir, "postgres"),
		Port:     options.PostgresPort,
		Durable:  options.Durable,
		Settings: options.Settings,
		Progress: options.Progress,
	})
	if err != nil {
		return nil, err
	}
	temporal, err := StartTemporal(ctx, TemporalOptions{
		Dir:      filepath.Join(options.Dir, "temporal"),
		Postgres: postgres,
		Port:     options.TemporalPort,
		Shards:   options.Shards,
		Conns:    options.Conns,
		Dynamic:  options.Dynamic,
		Progress: options.Progress,
	})
	if err != nil {
		return nil, errors.Join(err, postgres.Close())
	}
	return &Stack{Postgres: postgres, Temporal: temporal}, nil
}

// Close stops Temporal, then PostgreSQL.
func (s *Stack) Close() error {
	return errors.Join(s.Temporal.Stop(), s.Postgres.Close())
}
