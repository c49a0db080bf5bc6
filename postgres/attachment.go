package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

const attachmentColumns = `
	select a.id, a.cycle_id, a.subject, a.subject_id, a.unit_id, a.name, a.type, a.size, a.sha256, a.blob, a.saved_at,
	       coalesce(a.saved_by, 0) as saved_by, coalesce(u.name, '') as saved_by_name, a.struck_at, a.reason
	from attachments a left join users u on u.id = a.saved_by`

// thing is what attachments hang on, as far as rights go.
type thing struct {
	cycle poverty.Cycle
	units []poverty.UnitID // whose people may attach
	// hidden says that the actor sees the thing without what is personal in it,
	// and its papers with it.
	hidden bool
}

// things finds what attachments hang on, as the actor sees it: NotFound where
// the actor may not. What else may have attachments is added here, and its
// policy by a migration.
var things = map[poverty.Subject]func(ctx context.Context, tx pgx.Tx, a poverty.Actor, id int64) (thing, error){
	poverty.SubjectComponent: func(ctx context.Context, tx pgx.Tx, a poverty.Actor, id int64) (thing, error) {
		c, y, err := componentIn(ctx, tx, a, poverty.ComponentID(id))
		return thing{y, append(c.InCharge(y.Rules), c.Commune), c.Hidden}, err
	},
	poverty.SubjectDelivery: func(ctx context.Context, tx pgx.Tx, a poverty.Actor, id int64) (thing, error) {
		var of poverty.ComponentID
		err := tx.QueryRow(ctx, "select component_id from deliveries where batch = $1 limit 1", id).Scan(&of)
		if errors.Is(err, pgx.ErrNoRows) {
			return thing{}, poverty.Errorf(poverty.NotFound, "delivery.not_found")
		}
		if err != nil {
			return thing{}, err
		}
		c, y, err := componentIn(ctx, tx, a, of)
		return thing{y, append(c.InCharge(y.Rules), c.Commune), c.Hidden}, err
	},
	poverty.SubjectDuty: func(ctx context.Context, tx pgx.Tx, _ poverty.Actor, id int64) (thing, error) {
		d, err := duty(ctx, tx, poverty.DutyID(id))
		if err != nil {
			return thing{}, err
		}
		y, err := cycle(ctx, tx, d.Cycle, "")
		return thing{cycle: y, units: []poverty.UnitID{d.Unit}}, err
	},
	poverty.SubjectDocument: func(ctx context.Context, tx pgx.Tx, a poverty.Actor, id int64) (thing, error) {
		d, err := document(ctx, tx, poverty.DocumentID(id), "")
		if err != nil {
			return thing{}, err
		}
		y, err := cycle(ctx, tx, d.Cycle, "")
		t := thing{cycle: y, units: []poverty.UnitID{d.Unit}}
		// Of the owner's papers, who prepares them files them too.
		if seat, refused := y.MayDocument(a, d.Unit); refused == nil && seat.Unit != "" && seat.Unit != d.Unit {
			t.units = append(t.units, seat.Unit)
		}
		return t, err
	},
}

func thingOf(ctx context.Context, tx pgx.Tx, a poverty.Actor, of poverty.Subject, id int64) (thing, error) {
	find, ok := things[of]
	if !ok {
		return thing{}, poverty.Errorf(poverty.NotFound, "attachment.not_found")
	}
	return find(ctx, tx, a, id)
}

// Attachments returns what hangs on some things of one kind, oldest first; what
// was struck is not among it. Of things that the actor may not see, or sees
// without what is personal, there is nothing.
func (db *DB) Attachments(ctx context.Context, of poverty.Subject, ids ...int64) (list []poverty.Attachment, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		rows, err := tx.Query(ctx, attachmentColumns+`
			where a.subject = $1 and a.subject_id = any ($2) and a.struck_at is null order by a.id`, of, ids)
		if list, err = many[poverty.Attachment](rows, err); err != nil || len(list) == 0 {
			return err
		}
		hidden := map[int64]bool{}
		for _, x := range list {
			if _, asked := hidden[x.SubjectID]; asked {
				continue
			}
			t, err := thingOf(ctx, tx, a, of, x.SubjectID)
			if err != nil {
				return err
			}
			hidden[x.SubjectID] = t.hidden
		}
		list = slices.DeleteFunc(list, func(x poverty.Attachment) bool { return hidden[x.SubjectID] })
		return nil
	})
	return list, err
}

// Attachment returns what is known of an attachment; NotFound when there is none,
// it was struck, or the actor may not see what it hangs on.
func (db *DB) Attachment(ctx context.Context, id poverty.AttachmentID) (x poverty.Attachment, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		x, err = attachment(ctx, tx, a, id)
		return err
	})
	if err == nil && x.StruckAt != nil {
		err = poverty.Errorf(poverty.NotFound, "attachment.not_found")
	}
	if err != nil {
		return poverty.Attachment{}, err
	}
	return x, nil
}

// AttachmentContent returns an attachment with its contents; NotFound as
// Attachment.
func (db *DB) AttachmentContent(ctx context.Context, id poverty.AttachmentID) (x poverty.Attachment, content []byte, err error) {
	if x, err = db.Attachment(ctx, id); err != nil {
		return x, nil, err
	}
	if db.blobs == nil {
		return x, nil, poverty.Errorf(poverty.Unavailable, "attachment.store_down")
	}
	db.Rest(ctx)
	content, err = db.blobs.Read(ctx, x.Blob)
	return x, content, err
}

func attachment(ctx context.Context, tx pgx.Tx, a poverty.Actor, id poverty.AttachmentID) (poverty.Attachment, error) {
	rows, err := tx.Query(ctx, attachmentColumns+" where a.id = $1", id)
	x, err := one[poverty.Attachment](rows, err, "attachment.not_found")
	if err != nil {
		return x, err
	}
	t, err := thingOf(ctx, tx, a, x.Subject, x.SubjectID)
	if err == nil && t.hidden {
		err = poverty.Errorf(poverty.NotFound, "attachment.not_found")
	}
	return x, err
}

// mayAttach returns the unit for which the actor may attach to a thing.
func mayAttach(a poverty.Actor, t thing, basis string) (poverty.UnitID, error) {
	if t.cycle.State == poverty.CycleClosed {
		return "", poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(t.cycle.ID))
	}
	if a.System != "" {
		return t.units[0], nil
	}
	a = a.Within(t.cycle.ID)
	for _, u := range t.units {
		if len(a.In(u)) > 0 {
			return u, nil
		}
	}
	seat, ok := a.InCycle(t.cycle, poverty.PartStanding)
	if !ok {
		return "", poverty.Errorf(poverty.Forbidden, "attachment.forbidden")
	}
	if strings.TrimSpace(basis) == "" {
		return "", poverty.InvalidField("basis", "decision.basis_needed")
	}
	return seat.Unit, nil
}

// Attach stores a file: the units whose thing it hangs on may, and the standing
// office with a basis. Invalid says what is wrong with the file, and nothing is
// stored then. The same file on the same thing is stored once.
func (db *DB) Attach(ctx context.Context, u poverty.Upload) (x poverty.Attachment, err error) {
	u.Name = locale.NFC(strings.TrimSpace(u.Name))
	mediaType, err := poverty.InspectFile(u.Name, u.Content, db.limits)
	if err != nil {
		return x, err
	}
	if db.blobs == nil {
		return x, poverty.Errorf(poverty.Unavailable, "attachment.store_down")
	}
	sum := sha256.Sum256(u.Content)
	var t thing
	var unit poverty.UnitID
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if t, err = thingOf(ctx, tx, a, u.Subject, u.SubjectID); err != nil {
			return err
		}
		if unit, err = mayAttach(a, t, u.Basis); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, attachmentColumns+" where a.subject = $1 and a.subject_id = $2 and a.sha256 = $3 and a.struck_at is null",
			u.Subject, u.SubjectID, sum[:])
		there, err := many[poverty.Attachment](rows, err)
		if len(there) > 0 {
			x = there[0]
		}
		return err
	})
	if err != nil || x.ID != 0 {
		return x, err
	}
	// The blob comes first: a row without it would promise what is not there. A
	// blob without a row is swept.
	key := strings.ToLower(rand.Text())
	if err := db.blobs.Write(ctx, key, mediaType, u.Content); err != nil {
		return x, err
	}
	x, err = db.insertAttachment(ctx, u, t, unit, mediaType, key, sum[:])
	if err != nil || x.Blob != key { // refused meanwhile, or the same file came twice at once
		if gone := db.blobs.Delete(context.WithoutCancel(ctx), key); gone != nil {
			slog.WarnContext(ctx, "a blob without a row is left to be swept", "blob", key, "err", gone)
		}
	}
	return x, err
}

func (db *DB) insertAttachment(ctx context.Context, u poverty.Upload, t thing, unit poverty.UnitID, mediaType, key string, sum []byte) (x poverty.Attachment, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if err := elevate(ctx, tx, "attach"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			insert into attachments (cycle_id, subject, subject_id, unit_id, name, type, size, sha256, blob, saved_at, saved_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11::bigint, 0))
			on conflict (subject, subject_id, sha256) where struck_at is null do nothing`,
			t.cycle.ID, u.Subject, u.SubjectID, unit, u.Name, mediaType, len(u.Content), sum, key, db.now(), a.User); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, attachmentColumns+" where a.subject = $1 and a.subject_id = $2 and a.sha256 = $3 and a.struck_at is null",
			u.Subject, u.SubjectID, sum)
		x, err = one[poverty.Attachment](rows, err, "attachment.not_found")
		return err
	})
	return x, err
}

// Strike takes an attachment out of sight; its contents stay, for it was acted
// upon. The unit that attached it may, and the standing office. It returns the
// attachment as it is then.
func (db *DB) Strike(ctx context.Context, id poverty.AttachmentID, reason string) (x poverty.Attachment, err error) {
	reason = locale.NFC(strings.TrimSpace(reason))
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if x, err = attachment(ctx, tx, a, id); err != nil {
			return err
		}
		y, err := cycle(ctx, tx, x.Cycle, "")
		if err != nil {
			return err
		}
		if _, stands := a.InCycle(y, poverty.PartStanding); !stands && len(a.Within(y.ID).In(x.Unit)) == 0 && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "attachment.forbidden.strike")
		}
		if y.State == poverty.CycleClosed {
			return poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(y.ID))
		}
		if reason == "" {
			return poverty.InvalidField("reason", "attachment.reason_needed")
		}
		if err := elevate(ctx, tx, "attach"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "update attachments set struck_at = $2, struck_by = nullif($3::bigint, 0), reason = $4 where id = $1 and struck_at is null",
			id, db.now(), a.User, reason); err != nil {
			return err
		}
		x, err = attachment(ctx, tx, a, id)
		return err
	})
	return x, err
}

// sweepAfter is how old a blob without a row has to be: no upload takes so long,
// and who put back an older copy of the database has days to notice.
const sweepAfter = 7 * 24 * time.Hour

// blobKey is the form of the keys that Attach makes; what else lies in the place
// of the attachments is somebody else's.
var blobKey = regexp.MustCompile(`^[a-z2-7]{26}$`)

// SweepBlobs deletes what a crash between writing a blob and storing its row
// left behind, and returns how many those were. Where that would be many, next to
// those with a row, the place is another installation's or the database an older
// one: it deletes nothing and says so.
func (db *DB) SweepBlobs(ctx context.Context) (swept int, err error) {
	if db.blobs == nil {
		return 0, nil
	}
	var keys []string
	for key, err := range db.blobs.Older(ctx, db.now().Add(-sweepAfter)) {
		if err != nil {
			return 0, err
		}
		if blobKey.MatchString(key) {
			keys = append(keys, key)
		}
	}
	var orphans []string
	err = db.program(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select k from unnest($1::text[]) k where not exists (select from attachments a where a.blob = k)", keys)
		if err != nil {
			return err
		}
		orphans, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		return 0, err
	}
	known := len(keys) - len(orphans)
	if len(orphans) > min(known, max(10, known/20)) {
		return 0, fmt.Errorf("%d of %d blobs have no row in this database: see that the place of the attachments is this installation's alone and that the database is the newest; none was deleted",
			len(orphans), len(keys))
	}
	for _, key := range orphans {
		if err := db.blobs.Delete(ctx, key); err != nil {
			return swept, err
		}
		swept++
	}
	return swept, nil
}
