package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

// inInbox is true of what stands in its person's inbox: nothing that became
// pointless or that nobody got, and no list of what was told before. Statements
// name the notices n.
const inInbox = "n.state in ('queued', 'sending', 'sent', 'failed', 'inbox') and n.kind <> 'standing'"

// Inbox returns notices of the actor over all cycles, the newest first.
func (db *DB) Inbox(ctx context.Context, f poverty.InboxFilter) (list []poverty.Notice, err error) {
	var q query
	q.and("n.user_id = app_user() and "+inInbox+" and n.at <= @now", "now", db.now())
	if f.Unread {
		q.and("n.read_at is null", "", nil)
	}
	if f.After != 0 {
		q.and("n.id < @after", "after", f.After)
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, noticeColumns+q.clause()+" order by n.id desc"+limit(f.Limit, 200), q.args)
		list, err = many[poverty.Notice](rows, err)
		return err
	})
	return list, err
}

// Unread counts the actor's notices that were not opened, up to UnreadMost + 1.
func (db *DB) Unread(ctx context.Context) (n int, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		return tx.QueryRow(ctx, `
			select count(*) from (
				select from notices n where n.user_id = app_user() and n.read_at is null and `+inInbox+` and n.at <= $1 limit $2) unread`,
			db.now(), poverty.UnreadMost+1).Scan(&n)
	})
	return n, err
}

// ReadNotice marks a notice of the actor as read and returns it.
func (db *DB) ReadNotice(ctx context.Context, id int64) (n poverty.Notice, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		rows, err := tx.Query(ctx, noticeColumns+" where n.id = $1 and n.user_id = app_user()", id)
		if n, err = one[poverty.Notice](rows, err, "inbox.not_found"); err != nil || n.ReadAt != nil {
			return err
		}
		if err := elevate(ctx, tx, "inbox"); err != nil {
			return err
		}
		now := db.now()
		n.ReadAt = &now
		_, err = tx.Exec(ctx, "update notices set read_at = $3 where id = $1 and user_id = $2 and read_at is null", id, a.User, now)
		return err
	})
	return n, err
}

// ReadAll marks the actor's notices as read up to one of them.
func (db *DB) ReadAll(ctx context.Context, upTo int64) (n int, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if err := elevate(ctx, tx, "inbox"); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "update notices n set read_at = $3 where n.user_id = $1 and n.id <= $2 and n.read_at is null and n.at <= $3 and "+inInbox,
			a.User, upTo, db.now())
		n = int(tag.RowsAffected())
		return err
	})
	return n, err
}

// hush keeps out of the mail what its person wants in the inbox alone.
func (b *book) hush(ctx context.Context, list []notice) error {
	var users []poverty.UserID
	settings := make([]string, len(list))
	for i, n := range list {
		if n.State != poverty.NoticeQueued || n.User == nil {
			continue
		}
		if setting, ok := poverty.Optional(n.Kind, n.Demand, n.Office, n.Unit, n.Text); ok {
			settings[i] = setting
			users = append(users, *n.User)
		}
	}
	if len(users) == 0 {
		return nil
	}
	rows, err := b.tx.Query(ctx, `
		select user_id, setting from accounts, lateral (values ('reminders', reminders), ('decisions', decisions)) s (setting, wanted)
		where user_id = any ($1) and not wanted`, users)
	type refusal struct {
		User    poverty.UserID `db:"user_id"`
		Setting string         `db:"setting"`
	}
	refusals, err := many[refusal](rows, err)
	if err != nil || len(refusals) == 0 {
		return err
	}
	refused := make(map[refusal]bool, len(refusals))
	for _, r := range refusals {
		refused[r] = true
	}
	for i, setting := range settings {
		if setting != "" && refused[refusal{*list[i].User, setting}] {
			list[i].State = poverty.NoticeInbox
		}
	}
	return nil
}
