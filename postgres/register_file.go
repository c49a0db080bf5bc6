package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

// filesKept is how many files there may be at once, of all people.
const filesKept = 200

// AddRegisterFile keeps a file on its way into a register. Those of the same person
// that nobody works on make place, and all that have expired. Conflict when
// there are too many.
func (db *DB) AddRegisterFile(ctx context.Context, u poverty.RegisterFile, content []byte) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		now := db.now()
		if _, err := tx.Exec(ctx, "delete from register_files where user_id = $1 and (stage in ('checked', 'stored', 'failed') or touched_at < $2)",
			a.User, now.Add(-poverty.FileSilence)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into register_files (id, user_id, cycle_id, unit_id, basis, name, content, stage, touched_at, expires_at)
			values ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8, $9, $10)`,
			u.ID, a.User, u.Scope.Cycle, string(u.Scope.Unit), u.Scope.Basis, u.Name, content, string(poverty.FileWaiting), now, now.Add(poverty.FileLife))
		if err != nil {
			return err
		}
		// What follows is about everybody's.
		if err := elevate(ctx, tx, "register_files"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "delete from register_files where expires_at < $1", now); err != nil {
			return err
		}
		var count int
		if err := tx.QueryRow(ctx, "select count(*) from register_files").Scan(&count); err != nil {
			return err
		}
		if count > filesKept {
			return poverty.Errorf(poverty.Conflict, "register.import.many")
		}
		return nil
	})
}

// RegisterFile returns a file of the actor; NotFound when it is another's, was
// dropped or has expired. One that nobody has worked on for a minute, though it
// is not done, has failed.
func (db *DB) RegisterFile(ctx context.Context, id string) (u poverty.RegisterFile, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		u = poverty.RegisterFile{ID: id}
		var touched time.Time
		var findings *poverty.HouseholdFindings
		var counts *poverty.HouseholdImport
		err := tx.QueryRow(ctx, `
			select cycle_id, coalesce(unit_id, ''), basis, name, stage, done, good, findings, counts, failure, touched_at
			from register_files where id = $1 and user_id = $2 and expires_at > $3`, id, a.User, db.now()).
			Scan(&u.Scope.Cycle, &u.Scope.Unit, &u.Scope.Basis, &u.Name, &u.Stage, &u.Done, &u.Good, &findings, &counts, &u.Failure, &touched)
		if errors.Is(err, pgx.ErrNoRows) {
			return poverty.Errorf(poverty.NotFound, "register.import.gone")
		}
		if err != nil {
			return err
		}
		if findings != nil {
			u.Findings = *findings
		}
		if counts != nil {
			u.Counts = *counts
		}
		if u.Stage.Running() && db.now().Sub(touched) > poverty.FileSilence {
			u.Stage, u.Failure = poverty.FileFailed, &poverty.FileFailure{Kind: poverty.Unavailable, Key: "register.import.interrupted"}
		}
		return nil
	})
	return u, err
}

// RegisterFileContent returns the bytes of a file of the actor.
func (db *DB) RegisterFileContent(ctx context.Context, id string) (content []byte, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		err := tx.QueryRow(ctx, "select content from register_files where id = $1 and user_id = $2 and expires_at > $3", id, a.User, db.now()).Scan(&content)
		if errors.Is(err, pgx.ErrNoRows) {
			return poverty.Errorf(poverty.NotFound, "register.import.gone")
		}
		return err
	})
	return content, err
}

// SaveRegisterFile says how far a file of the actor is.
func (db *DB) SaveRegisterFile(ctx context.Context, u poverty.RegisterFile) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		tag, err := tx.Exec(ctx, `
			update register_files set stage = $3, done = $4, good = $5, findings = $6, counts = $7, failure = $8, touched_at = $9
			where id = $1 and user_id = $2`, u.ID, a.User, string(u.Stage), u.Done, u.Good, u.Findings, u.Counts, u.Failure, db.now())
		if err == nil && tag.RowsAffected() == 0 {
			err = poverty.Errorf(poverty.NotFound, "register.import.gone")
		}
		return err
	})
}

// ClaimRegisterFile takes a checked file of the actor to store it; false when it is
// not there to be taken, for instance because another click did.
func (db *DB) ClaimRegisterFile(ctx context.Context, id string) (claimed bool, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		tag, err := tx.Exec(ctx, `
			update register_files set stage = 'storing', done = 0, touched_at = $3
			where id = $1 and user_id = $2 and stage = 'checked' and expires_at > $3`, id, a.User, db.now())
		claimed = tag.RowsAffected() > 0
		return err
	})
	return claimed, err
}

// DropRegisterFile forgets a file of the actor.
func (db *DB) DropRegisterFile(ctx context.Context, id string) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		_, err := tx.Exec(ctx, "delete from register_files where id = $1 and user_id = $2", id, a.User)
		return err
	})
}
