package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

const documentColumns = `
	select d.id, d.cycle_id, d.kind, d.subject, d.unit_id, coalesce(v.name, d.unit_id) as unit_name, d.drafter_id, d.title, d.place, d.day,
	       d.symbol, d.signer_id, d.addressees, d.bases, d.audience, d.copies, d.file, d.urgency, d.body, d.answer_by, d.state,
	       coalesce(d.number, 0) as number, d.typed, d.reason, coalesce(d.template_id, 0) as template_id, d.version, d.saved_at,
	       coalesce(u.name, '') as saved_by_name, d.issued_at
	from documents d
	left join users u on u.id = d.saved_by
	left join lateral name_on(d.unit_id, d.day) v on true`

// Documents returns documents that the actor may see, by day and number, the
// newest first, without their data.
func (db *DB) Documents(ctx context.Context, f poverty.DocumentFilter) (list []poverty.Document, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, documentColumns+`
			where d.cycle_id = @cycle and (@kind = '' or d.kind = @kind) and (@year::int = 0 or d.year = @year) and (@unit = '' or d.unit_id = @unit)
			      and (@subject = '' or d.subject = @subject) and (@state = '' or d.state = @state)
			order by d.day desc, d.kind, d.number desc nulls first, d.id desc `+limit(f.Limit, 1000)+" offset @offset", pgx.NamedArgs{
			"cycle": f.Cycle, "kind": f.Kind, "year": f.Year, "unit": f.Unit, "subject": f.Subject, "state": f.State,
			"offset": f.Offset,
		})
		list, err = many[poverty.Document](rows, err)
		return err
	})
	return list, err
}

// Document returns a document with its data: of a draft as things stand, later
// as they were when it was issued.
func (db *DB) Document(ctx context.Context, id poverty.DocumentID) (d poverty.Document, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if d, err = document(ctx, tx, id, ""); err != nil {
			return err
		}
		if d.State != poverty.DocumentDraft {
			return tx.QueryRow(ctx, "select data from documents where id = $1", id).Scan(&d.Data)
		}
		c, err := cycle(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		return db.compose(ctx, tx, a, c, &d)
	})
	return d, err
}

func document(ctx context.Context, tx pgx.Tx, id poverty.DocumentID, lock string) (poverty.Document, error) {
	rows, err := tx.Query(ctx, documentColumns+" where d.id = $1"+lock, id)
	return one[poverty.Document](rows, err, "document.not_found")
}

// lines cleans the lines of a list; empty ones are left out.
func lines(list []string) []string {
	out := []string{}
	for _, s := range list {
		if s = locale.NFC(strings.TrimSpace(s)); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// SaveDocument stores a draft, a new one without ID. What it is made from must be
// there and be seen whole by the actor. Conflict when another version was saved
// meanwhile, or when it was issued.
func (db *DB) SaveDocument(ctx context.Context, d poverty.Document) (poverty.Document, error) {
	for _, s := range []*string{&d.Title, &d.Place, &d.Symbol, &d.File, &d.Body} {
		*s = locale.NFC(strings.TrimSpace(*s))
	}
	d.To, d.Bases, d.Copies = lines(d.To), lines(d.Bases), lines(d.Copies)
	slices.Sort(d.Audience)
	d.Audience = append([]poverty.UnitID{}, slices.Compact(d.Audience)...)
	id := d.ID
	from := d.Unit
	err := db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if id != 0 {
			old, err := document(ctx, tx, id, "")
			if err != nil {
				return err
			}
			d.Cycle, d.Kind, d.Subject, d.Drafter = old.Cycle, old.Kind, old.Subject, old.Drafter
			from = old.Unit
		}
		c, err := cycle(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		if _, err := c.MayDocument(a, from); err != nil {
			return err
		}
		seat, err := c.MayDocument(a, d.Unit)
		if err != nil {
			return err
		}
		if err := d.Check(c); err != nil {
			return err
		}
		if d.Drafter == "" {
			d.Drafter = seat.Unit
		}
		if d.Drafter == "" {
			d.Drafter = d.Unit
		}
		said := d
		if err := db.compose(ctx, tx, a, c, &said); err != nil { // from here on as the program
			return err
		}
		return db.putDocument(ctx, tx, a, d, &id)
	})
	if err != nil {
		return d, err
	}
	return db.Document(ctx, id)
}

func (db *DB) putDocument(ctx context.Context, tx pgx.Tx, a poverty.Actor, d poverty.Document, id *poverty.DocumentID) error {
	args := pgx.NamedArgs{
		"id": d.ID, "version": d.Version, "cycle": d.Cycle, "key": string(d.Drafter) + " " + d.Key, "kind": d.Kind, "subject": d.Subject, "unit": d.Unit,
		"drafter": d.Drafter, "title": d.Title, "place": d.Place, "day": d.Day, "symbol": d.Symbol, "signer": d.Signer, "to": d.To, "bases": d.Bases,
		"audience": d.Audience, "copies": d.Copies, "file": d.File, "urgency": d.Urgency, "body": d.Body, "answer": day(d.AnswerBy), "now": db.now(), "by": a.User,
	}
	if d.ID == 0 {
		return tx.QueryRow(ctx, `
			insert into documents (cycle_id, key, kind, subject, unit_id, drafter_id, title, place, day, symbol, signer_id, addressees, bases, audience, copies,
			                       file, urgency, body, answer_by, state, saved_at, saved_by)
			values (@cycle, @key, @kind, @subject, @unit, @drafter, @title, @place, @day, @symbol, @signer, @to, @bases, @audience, @copies,
			        @file, @urgency, @body, @answer, 'draft', @now, nullif(@by::bigint, 0))
			on conflict (cycle_id, key) do update set key = excluded.key
			returning id`, args).Scan(id)
	}
	now, err := document(ctx, tx, d.ID, " for update of d")
	if err != nil {
		return err
	}
	if now.State != poverty.DocumentDraft {
		return poverty.Errorf(poverty.Conflict, "document.issued")
	}
	tag, err := tx.Exec(ctx, `
		update documents set unit_id = @unit, title = @title, place = @place, day = @day, symbol = @symbol, signer_id = @signer, addressees = @to, bases = @bases,
		       audience = @audience, copies = @copies, file = @file, urgency = @urgency, body = @body, answer_by = @answer, version = version + 1,
		       saved_at = @now, saved_by = nullif(@by::bigint, 0)
		where id = @id and version = @version`, args)
	if err == nil && tag.RowsAffected() == 0 {
		err = changed("document.changed", now.Version)
	}
	return err
}

// MoveDocument gives a document its number and keeps its data as they are now,
// files its signed scan, or voids it. A number is given once: of many who ask at
// once each gets one of its own, and none is left out. Conflict when the document
// was changed meanwhile, or a number that was typed in is taken.
func (db *DB) MoveDocument(ctx context.Context, m poverty.DocumentMove) (poverty.Document, error) {
	m.Reason = locale.NFC(strings.TrimSpace(m.Reason))
	err := db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		d, err := document(ctx, tx, m.Document, "")
		if err != nil {
			return err
		}
		c, err := cycle(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		seat, err := c.MayDocument(a, d.Unit)
		if err != nil {
			return err
		}
		if m.Verb == poverty.DocumentNumber && d.State == poverty.DocumentDraft {
			if err = db.compose(ctx, tx, a, c, &d); err != nil {
				return err
			}
			if d.Kind == poverty.DocumentReminder && len(d.Data.Lists["overdue"]) == 0 {
				return poverty.Errorf(poverty.Conflict, "document.all_done")
			}
		}
		if err := elevate(ctx, tx, "document"); err != nil {
			return err
		}
		k := &keeper{book: &book{db: db, tx: tx, cycle: c, now: db.now()}, ctx: ctx, actor: a, seat: seat}
		now, err := document(ctx, tx, m.Document, " for update of d")
		if err != nil {
			return err
		}
		if now.Version != m.Version {
			return changed("document.changed", now.Version)
		}
		next, err := now.Move(m)
		if err != nil {
			return err
		}
		next.Data, next.To, next.Audience = d.Data, d.To, d.Audience
		if err := k.moveDocument(&next, m.Verb); err != nil {
			return err
		}
		k.tellAs("document_"+string(next.State), next.Unit)
		if m.Verb == poverty.DocumentNumber {
			if err := k.sendDocument(next); err != nil {
				return err
			}
		}
		return k.insertEntries(ctx)
	})
	if err != nil {
		return poverty.Document{}, err
	}
	return db.Document(ctx, m.Document)
}

// sendDocument tells the units that a document goes to, save the one whose paper
// it is, that it is there.
func (k *keeper) sendDocument(d poverty.Document) error {
	for _, unit := range d.Audience {
		k.tellAs("document_sent", unit)
		if unit != d.Unit && k.cycle.State == poverty.CycleRunning {
			k.told = append(k.told, told{unit: unit, document: d.ID, kind: poverty.NoticeDocument, to: []string{"unit"}, at: k.now, key: fmt.Sprintf("document|%d|%s", d.ID, unit)})
		}
	}
	list, err := k.address(k.ctx)
	if err != nil {
		return err
	}
	return k.insertNotices(k.ctx, list)
}

func (k *keeper) moveDocument(d *poverty.Document, verb poverty.DocumentVerb) error {
	switch verb {
	case poverty.DocumentNumber:
		return k.issueDocument(d)
	case poverty.DocumentFile:
		var scanned bool
		if err := k.tx.QueryRow(k.ctx, `
			select exists (select from attachments where subject = 'document' and subject_id = $1 and struck_at is null)`, d.ID).Scan(&scanned); err != nil {
			return err
		}
		if !scanned {
			return poverty.InvalidField("file", "document.no_scan")
		}
	case poverty.DocumentAnnul:
	}
	_, err := k.tx.Exec(k.ctx, `
		update documents set state = $2, reason = $3, version = version + 1, saved_at = $4, saved_by = nullif($5::bigint, 0) where id = $1`,
		d.ID, d.State, d.Reason, k.now, k.actor.User)
	return err
}

// issueDocument gives a document its number, with the template of now and the
// data.
func (k *keeper) issueDocument(d *poverty.Document) error {
	var number *int
	if d.Kind.Numbered() {
		if err := k.reserve(d); err != nil {
			return err
		}
		number = &d.Number
	}
	d.Data.Fields["code"] = d.Code()
	_, err := k.tx.Exec(k.ctx, `
		update documents set state = 'issued', number = $2, typed = $3, data = $4, addressees = $8, audience = $9, issued_at = $5, version = version + 1, saved_at = $5, saved_by = nullif($6::bigint, 0),
		       template_id = (select case when t.content is not null then t.id end from document_templates t
		                      where t.owner_id = $7 and t.kind = documents.kind order by t.id desc limit 1)
		where id = $1`, d.ID, number, d.Typed, d.Data, k.now, k.actor.User, k.cycle.Owner, d.To, d.Audience)
	return err
}

// reserve takes a document's number out of its book, whose row it holds until the
// transaction ends: a number that is taken back was never given.
func (k *keeper) reserve(d *poverty.Document) error {
	book := []any{d.Unit, d.Day.Year(), d.Kind.Book()}
	if !d.Typed {
		return k.tx.QueryRow(k.ctx, `
			insert into document_books as b (unit_id, year, kind, last) values ($1, $2, $3, 1)
			on conflict (unit_id, year, kind) do update set last = b.last + 1 returning last`, book...).Scan(&d.Number)
	}
	var last int
	err := k.tx.QueryRow(k.ctx, "select last from document_books where unit_id = $1 and year = $2 and kind = $3 for update", book...).Scan(&last)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if last > 0 && d.Number > last+poverty.MostDocumentGap {
		return poverty.InvalidField("number", "document.number_far", "last", last)
	}
	if _, err := k.tx.Exec(k.ctx, `
		insert into document_books as b (unit_id, year, kind, last) values ($1, $2, $3, $4)
		on conflict (unit_id, year, kind) do update set last = greatest(b.last, $4)`, append(book, d.Number)...); err != nil {
		return err
	}
	var title string
	err = k.tx.QueryRow(k.ctx, "select title from documents where unit_id = $1 and year = $2 and book = $3 and number = $4", append(book, d.Number)...).Scan(&title)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = &poverty.Error{Kind: poverty.Conflict, Key: "document.number_taken", Args: []any{"number", d.Number, "year", d.Day.Year(), "title", title}, Field: "number"}
	}
	return err
}

// DocumentGaps returns the numbers of a unit's books that no document bears, with
// their reasons; to who may number its documents alone.
func (db *DB) DocumentGaps(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (list []poverty.DocumentGap, err error) {
	err = db.allotting(ctx, id, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		c.State = poverty.CycleRunning // what is closed is still read
		seat, err := c.MayDocument(a, unit)
		return seat, false, err
	}, func(k *keeper) error {
		rows, err := k.tx.Query(ctx, documentGaps+" order by b.year desc, b.kind, n", unit)
		list, err = many[poverty.DocumentGap](rows, err)
		return err
	})
	return list, err
}

const documentGaps = `
	select b.unit_id, b.year, b.kind, n as number, coalesce(g.reason, '') as reason
	from document_books b
	cross join lateral generate_series(1, b.last) n
	left join document_gaps g on g.unit_id = b.unit_id and g.year = b.year and g.kind = b.kind and g.number = n
	where b.unit_id = $1 and not exists (
		select from documents d where d.unit_id = b.unit_id and d.year = b.year and d.book = b.kind and d.number = n)`

// ExplainGap stores why no document bears a number, or several in a row. NotFound
// when one of them is no gap.
func (db *DB) ExplainGap(ctx context.Context, id poverty.CycleID, g poverty.DocumentGap) error {
	g.Reason = locale.NFC(strings.TrimSpace(g.Reason))
	return db.allotting(ctx, id, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		seat, err := c.MayDocument(a, g.Unit)
		return seat, false, err
	}, func(k *keeper) error {
		if g.Reason == "" {
			return poverty.InvalidField("reason", "decision.reason_needed")
		}
		last := max(g.Number, g.Last)
		told, err := k.tx.Exec(ctx, `
			insert into document_gaps (unit_id, year, kind, number, reason, saved_at, saved_by)
			select x.unit_id, x.year, x.kind, x.number, $5, $6, nullif($7::bigint, 0) from (`+documentGaps+` and b.year = $2 and b.kind = $3 and n between $4 and $8) x
			on conflict (unit_id, year, kind, number) do update set reason = excluded.reason, saved_at = excluded.saved_at, saved_by = excluded.saved_by`,
			g.Unit, g.Year, g.Kind, g.Number, g.Reason, k.now, k.actor.User, last)
		if err == nil && told.RowsAffected() != int64(last-g.Number+1) {
			return poverty.Errorf(poverty.NotFound, "document.gap_not_there", "number", g.Number)
		}
		return err
	})
}

const templateColumns = `
	select t.id, t.owner_id, t.kind, t.name, coalesce(length(t.content), 0) as size, t.saved_at, coalesce(u.name, '') as saved_by_name`

const templateTables = `
	from document_templates t left join users u on u.id = t.saved_by`

// DocumentTemplates returns what the owner of a cycle uploaded or restored, the
// newest first, without the files.
func (db *DB) DocumentTemplates(ctx context.Context, id poverty.CycleID) (list []poverty.DocumentTemplate, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, templateColumns+templateTables+" where t.owner_id = $1 order by t.id desc", c.Owner)
		list, err = many[poverty.DocumentTemplate](rows, err)
		return err
	})
	return list, err
}

// DocumentTemplate returns the template in force for a kind of a cycle's
// documents, or the one of a number that a document was issued with; no content
// is the built-in one.
func (db *DB) DocumentTemplate(ctx context.Context, id poverty.CycleID, kind poverty.DocumentKind, of int64) (t poverty.DocumentTemplate, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, templateColumns+", t.content"+templateTables+`
			where t.owner_id = $1 and t.kind = $2 and ($3::bigint = 0 or t.id = $3) order by t.id desc limit 1`, c.Owner, kind, of)
		t, err = one[poverty.DocumentTemplate](rows, err, "document.not_found")
		if poverty.KindOf(err) == poverty.NotFound && of == 0 {
			t, err = poverty.DocumentTemplate{Owner: c.Owner, Kind: kind}, nil
		}
		return err
	})
	return t, err
}

// SaveDocumentTemplate stores a template of a kind, which was looked at before;
// without content it restores the built-in one. What is issued keeps its own.
func (db *DB) SaveDocumentTemplate(ctx context.Context, id poverty.CycleID, t poverty.DocumentTemplate) error {
	t.Name = locale.NFC(strings.TrimSpace(t.Name))
	return db.allotting(ctx, id, func(c poverty.Cycle, a poverty.Actor) (poverty.Seat, bool, error) {
		return poverty.Seat{}, false, c.MayTemplate(a)
	}, func(k *keeper) error {
		if !slices.Contains(poverty.DocumentKinds, t.Kind) {
			return poverty.InvalidField("kind", "error.required")
		}
		if len(t.Content) > poverty.MaxTemplate {
			return poverty.InvalidField("file", "document.template.too_large", "most", poverty.MaxTemplate>>20)
		}
		_, err := k.tx.Exec(ctx, `
			insert into document_templates (owner_id, kind, name, content, saved_at, saved_by) values ($1, $2, $3, $4, $5, nullif($6::bigint, 0))`,
			k.cycle.Owner, t.Kind, t.Name, t.Content, k.now, k.actor.User)
		if err == nil {
			k.tellAs("document_template", k.cycle.Owner)
		}
		return err
	})
}
