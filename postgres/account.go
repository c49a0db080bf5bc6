package postgres

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// lastMail is how the last mail to a user ended.
const lastMail = `
	lateral (select state, failure, coalesce(sent_at, at) as at from notices
	         where user_id = u.id and state in ('sent', 'failed') order by id desc limit 1)`

const accountColumns = `
	select u.id, a.login, u.name, a.email, a.phone, u.admin, u.language, u.active, coalesce(a.access_since, to_timestamp(0)) as since, u.created_at,
	       case when m.state = 'failed' then m.failure else '' end as failure, case when m.state = 'failed' then m.at end as failed_at,
	       coalesce((select string_agg(o.title, '; ' order by o.id) from holdings h join offices o on o.id = h.office_id
	                 where h.user_id = u.id and daterange(h.valid_from, h.valid_to, '[]') @> @today::date), '') as offices
	from users u join accounts a on a.user_id = u.id
	left join ` + lastMail + ` m on true`

// administering runs fn as the program for an administrator.
func (db *DB) administering(ctx context.Context, fn func(tx pgx.Tx, a poverty.Actor) error) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if !a.Admin && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "account.forbidden")
		}
		if err := elevate(ctx, tx, "account"); err != nil {
			return err
		}
		return fn(tx, a)
	})
}

// Accounts returns accounts by login; administrators only.
func (db *DB) Accounts(ctx context.Context, f poverty.AccountFilter) (list []poverty.Account, err error) {
	var q query
	q.and("true", "today", calendar.DateOf(db.now()))
	if s := strings.TrimSpace(f.Query); s != "" {
		q.and("(position(fold(@query) in fold(u.name)) > 0 or position(lower(@query) in a.login) > 0)", "query", s)
	}
	if f.Unreachable {
		q.and("u.active and (a.email = '' or m.state = 'failed')", "", nil)
	}
	q.and("a.login > @after", "after", f.After)
	err = db.administering(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, accountColumns+q.clause()+" order by a.login"+limit(f.Limit, 200), q.args)
		list, err = many[poverty.Account](rows, err)
		return err
	})
	return list, err
}

// Account returns one account; administrators only.
func (db *DB) Account(ctx context.Context, id poverty.UserID) (x poverty.Account, err error) {
	err = db.administering(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		x, err = db.account(ctx, tx, id)
		return err
	})
	return x, err
}

func (db *DB) account(ctx context.Context, tx pgx.Tx, id poverty.UserID) (poverty.Account, error) {
	rows, err := tx.Query(ctx, accountColumns+" where u.id = @id", pgx.NamedArgs{"id": id, "today": calendar.DateOf(db.now())})
	return one[poverty.Account](rows, err, "auth.no_user")
}

// loginOf is a login as it is kept, however it was typed.
func loginOf(typed string) string { return strings.ToLower(locale.NFC(strings.TrimSpace(typed))) }

func tidied(u poverty.User) poverty.User {
	u.Login, u.Name = loginOf(u.Login), locale.NFC(strings.TrimSpace(u.Name))
	u.Email, u.Phone = strings.TrimSpace(u.Email), strings.TrimSpace(u.Phone)
	return u
}

// addAccount stores an account; Conflict when its login is taken.
func addAccount(ctx context.Context, tx pgx.Tx, u poverty.User, admin bool, hash string, now time.Time) (poverty.User, error) {
	u = tidied(u)
	if err := poverty.CheckAccount(u); err != nil {
		return u, err
	}
	if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended('login ' || $1, 0))", u.Login); err != nil {
		return u, err
	}
	var taken bool
	if err := tx.QueryRow(ctx, "select exists (select from accounts where login = $1)", u.Login).Scan(&taken); err != nil {
		return u, err
	}
	if taken {
		return u, &poverty.Error{Kind: poverty.Conflict, Key: "auth.login_taken", Args: []any{"login", u.Login}, Field: "login"}
	}
	if err := tx.QueryRow(ctx, "insert into users (name, admin, language, created_at) values ($1, $2, $3, $4) returning id", u.Name, admin, u.Language, now).Scan(&u.ID); err != nil {
		return u, err
	}
	_, err := tx.Exec(ctx, "insert into accounts (user_id, login, email, phone, password_hash, access_since) values ($1, $2, $3, $4, $5, $6)",
		u.ID, u.Login, u.Email, u.Phone, hash, now)
	return u, err
}

// resetAccess gives an account another password and ends what it is signed in
// with.
func resetAccess(ctx context.Context, tx pgx.Tx, id poverty.UserID, hash string, now time.Time) error {
	b := &pgx.Batch{}
	b.Queue("update accounts set password_hash = $2, access_since = $3 where user_id = $1", id, hash, now)
	b.Queue("update api_keys set revoked_at = $2 where user_id = $1 and revoked_at is null", id, now)
	return tx.SendBatch(ctx, b).Close()
}

// AddAccount stores an account that is no administrator's; administrators only.
func (db *DB) AddAccount(ctx context.Context, u poverty.User, hash string) (x poverty.Account, err error) {
	u = tidied(u)
	err = db.administering(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		u, err := addAccount(ctx, tx, u, false, hash, db.now())
		if err != nil {
			return err
		}
		x, err = db.account(ctx, tx, u.ID)
		return err
	})
	return x, err
}

// SaveAccount stores what an administrator may change of an account. Who is barred
// gets no more mail: what is queued goes to who acts in their offices now.
func (db *DB) SaveAccount(ctx context.Context, u poverty.User) (x poverty.Account, err error) {
	u = tidied(u)
	err = db.administering(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if x, err = db.account(ctx, tx, u.ID); err != nil {
			return err
		}
		u.Login = x.Login
		if err := poverty.CheckAccount(u); err != nil {
			return err
		}
		if !u.Active && u.ID == a.User {
			return poverty.InvalidField("active", "account.not_oneself")
		}
		b := &pgx.Batch{}
		b.Queue("update users set name = $2, language = $3, active = $4 where id = $1", u.ID, u.Name, u.Language, u.Active)
		b.Queue("update accounts set email = $2, phone = $3 where user_id = $1", u.ID, u.Email, u.Phone)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		if x.Active && !u.Active {
			if err := db.handBack(ctx, tx, db.now()); err != nil {
				return err
			}
		}
		x, err = db.account(ctx, tx, u.ID)
		return err
	})
	return x, err
}

// ResetAccount gives an account another password; administrators only.
func (db *DB) ResetAccount(ctx context.Context, id poverty.UserID, hash string) error {
	return db.administering(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		if _, err := db.account(ctx, tx, id); err != nil {
			return err
		}
		return resetAccess(ctx, tx, id, hash, db.now())
	})
}
