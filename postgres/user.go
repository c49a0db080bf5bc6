package postgres

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

const userColumns = `
	select u.id, a.login, u.name, a.email, a.phone, u.admin, u.language, u.active, coalesce(a.access_since, to_timestamp(0)) as since
	from users u join accounts a on a.user_id = u.id`

// Credentials returns an active user and the hash of the password by login;
// NotFound when there is none.
func (db *DB) Credentials(ctx context.Context, login string) (u poverty.User, hash string, err error) {
	ctx = poverty.WithActor(ctx, poverty.System("sign-in"))
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, userColumns+" where a.login = $1 and u.active", strings.ToLower(strings.TrimSpace(login)))
		if u, err = one[poverty.User](rows, err, "auth.no_user"); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "select password_hash from accounts where user_id = $1", u.ID).Scan(&hash)
	})
	return u, hash, err
}

// User returns an active user; NotFound when there is none.
func (db *DB) User(ctx context.Context, id poverty.UserID) (u poverty.User, err error) {
	ctx = poverty.WithActor(ctx, poverty.System("sign-in"))
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, userColumns+" where u.id = $1 and u.active", id)
		u, err = one[poverty.User](rows, err, "auth.no_user")
		return err
	})
	return u, err
}

// APIKey returns the active user whose key has this SHA-256; NotFound when
// there is none or it was revoked.
func (db *DB) APIKey(ctx context.Context, sha256 []byte) (u poverty.User, err error) {
	ctx = poverty.WithActor(ctx, poverty.System("sign-in"))
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, userColumns+`
			join api_keys k on k.user_id = u.id
			where k.sha256 = $1 and k.revoked_at is null and u.active`, sha256)
		u, err = one[poverty.User](rows, err, "auth.no_user")
		return err
	})
	return u, err
}

// SetPassword stores a new hash of a user's password, and ends what was signed in
// with the one before.
func (db *DB) SetPassword(ctx context.Context, id poverty.UserID, hash string) error {
	ctx = poverty.WithActor(ctx, poverty.System("sign-in"))
	return db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		_, err := tx.Exec(ctx, "update accounts set password_hash = $2, access_since = $3 where user_id = $1", id, hash, db.now())
		return err
	})
}

// AddAdmin stores an administrator who is not there yet, with the hash of the
// first password; Conflict when the login is taken.
func (db *DB) AddAdmin(ctx context.Context, u poverty.User, hash string) (id poverty.UserID, err error) {
	err = db.program(ctx, func(tx pgx.Tx) error {
		u.Language = cmp.Or(u.Language, "vi")
		u, err := addAccount(ctx, tx, u, true, hash, db.now())
		id = u.ID
		return err
	})
	return id, err
}

// ResetAccess gives the account of a login a new password, lets it sign in
// again where it was barred, and ends what is signed in; its API keys are
// revoked. NotFound when there is no such login.
func (db *DB) ResetAccess(ctx context.Context, login, hash string) error {
	return db.program(ctx, func(tx pgx.Tx) error {
		var id poverty.UserID
		err := tx.QueryRow(ctx, "select user_id from accounts where login = $1", loginOf(login)).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return poverty.Errorf(poverty.NotFound, "auth.no_user")
		}
		if err != nil {
			return err
		}
		if err := resetAccess(ctx, tx, id, hash, db.now()); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "update users set active = true where id = $1", id)
		return err
	})
}

// HasAdmin tells whether anybody who can sign in is an administrator.
func (db *DB) HasAdmin(ctx context.Context) (there bool, err error) {
	err = db.program(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "select exists (select from users where admin and active)").Scan(&there)
	})
	return there, err
}

// putUsers stores users that are not there yet, by login, and returns the IDs.
func putUsers(ctx context.Context, tx pgx.Tx, n poverty.NewCycle, now time.Time) (map[string]poverty.UserID, error) {
	ids := make(map[string]poverty.UserID, len(n.Users))
	for _, u := range n.Users {
		login := strings.ToLower(u.Login)
		var id poverty.UserID
		err := tx.QueryRow(ctx, "select user_id from accounts where login = $1", login).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			err = tx.QueryRow(ctx, "insert into users (name, admin, created_at) values ($1, $2, $3) returning id", u.Name, u.Admin, now).Scan(&id)
			if err == nil {
				_, err = tx.Exec(ctx, "insert into accounts (user_id, login, email, password_hash) values ($1, $2, $3, $4)",
					id, login, u.Email, n.Passwords[u.Login])
			}
		}
		if err != nil {
			return nil, err
		}
		ids[u.Login] = id
	}
	return ids, nil
}

// FindCtx returns a session's data; false when it is unknown or has expired.
// With CommitCtx, DeleteCtx and their context-free twins it makes the store a
// store of scs sessions.
func (db *DB) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	ctx = poverty.WithActor(ctx, poverty.System("session"))
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		err := tx.QueryRow(ctx, "select data from sessions where token = $1 and expiry > $2 and data <> ''", token, db.now()).Scan(&data)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		found = err == nil
		return err
	})
	return data, found, err
}

// CommitCtx stores a session's data until an instant. One that was deleted
// meanwhile, by who signed out or got another token, stays deleted.
func (db *DB) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	ctx = poverty.WithActor(ctx, poverty.System("session"))
	return db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		_, err := tx.Exec(ctx, `insert into sessions (token, data, expiry) values ($1, $2, $3)
			on conflict (token) do update set data = excluded.data, expiry = excluded.expiry where sessions.data <> ''`, token, data, expiry)
		return err
	})
}

// DeleteCtx ends a session, and removes those that have expired. Until then an
// empty row keeps the token from being stored by a request that was under way.
func (db *DB) DeleteCtx(ctx context.Context, token string) error {
	ctx = poverty.WithActor(ctx, poverty.System("session"))
	return db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		b := &pgx.Batch{}
		b.Queue("update sessions set data = '' where token = $1", token)
		b.Queue("delete from sessions where expiry < $1", db.now())
		return tx.SendBatch(ctx, b).Close()
	})
}

// Find is FindCtx without a context.
func (db *DB) Find(token string) ([]byte, bool, error) {
	return db.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (db *DB) Commit(token string, data []byte, expiry time.Time) error {
	return db.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (db *DB) Delete(token string) error { return db.DeleteCtx(context.Background(), token) }

const settingsColumns = `
	select a.login, u.name, a.email, u.language, a.reminders, a.decisions, a.feed_on, a.feed_version
	from users u join accounts a on a.user_id = u.id where u.id = app_user()`

// Settings returns what the actor decided about oneself.
func (db *DB) Settings(ctx context.Context) (s poverty.Settings, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		s, err = settings(ctx, tx)
		return err
	})
	return s, err
}

func settings(ctx context.Context, tx pgx.Tx) (poverty.Settings, error) {
	rows, err := tx.Query(ctx, settingsColumns)
	return one[poverty.Settings](rows, err, "auth.no_user")
}

// SaveSettings stores the actor's address, language and wishes for mail.
func (db *DB) SaveSettings(ctx context.Context, s poverty.Settings) (saved poverty.Settings, err error) {
	s.Email = strings.TrimSpace(s.Email)
	if err := s.Check(); err != nil {
		return s, err
	}
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if err := elevate(ctx, tx, "self"); err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue("update accounts set email = $2, reminders = $3, decisions = $4 where user_id = $1", a.User, s.Email, s.Reminders, s.Decisions)
		b.Queue("update users set language = $2 where id = $1", a.User, s.Language)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		saved, err = settings(ctx, tx)
		return err
	})
	return saved, err
}

// RenewFeed opens the actor's feed under a new address, or closes it.
func (db *DB) RenewFeed(ctx context.Context, open bool) (s poverty.Settings, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if err := elevate(ctx, tx, "self"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "update accounts set feed_on = $2, feed_version = feed_version + 1 where user_id = $1", a.User, open); err != nil {
			return err
		}
		s, err = settings(ctx, tx)
		return err
	})
	return s, err
}
