package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// Receipts returns which agencies were asked to confirm that they have the list
// of a commune's plan, or of all plans where unit is empty, and which have: by
// commune, the latest list first.
func (db *DB) Receipts(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (list []poverty.Receipt, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			select d.id as duty_id, d.cycle_id, split_part(d.subject, '.', 1) as commune_id, split_part(d.subject, '.', 2)::int as round,
			       d.unit_id as agency_id, coalesce(v.name, d.unit_id) as agency_name, d.title, d.code, d.opened_at, d.last_day, d.overdue,
			       d.verdict, d.state, d.accepted_at, coalesce(h.office_id, '') as office_id, coalesce(u.name, '') as by_name,
			       coalesce(h.on_behalf, false) as on_behalf
			from duties d
			left join lateral name_on(d.unit_id, local_day(d.opened_at)) v on true
			left join lateral (select office_id, on_behalf, actor_id from history where duty_id = d.id and event = 'done' order by id desc limit 1) h on true
			left join users u on u.id = h.actor_id
			where d.cycle_id = $1 and d.kind = 'receipt' and ($2 = '' or d.subject like $2 || '.%')
			order by commune_id, round desc, d.opened_at desc, d.unit_id`, id, string(unit))
		if list, err = many[poverty.Receipt](rows, err); err != nil {
			return err
		}
		for i, r := range list {
			leads, _ := c.Rules.Helpers(r.Commune)
			list[i].Lead = slices.Contains(leads, r.Agency)
		}
		return nil
	})
	return list, err
}

// listGoes lets the agencies that help a commune have the list of its plan when
// it was sent and again when it is approved: a notice for each of them, and where
// the cycle asks for it the duty to confirm that they have it. What they owe for
// an earlier list, or for one that was withdrawn, is void, as is the posting of
// one.
func (b *book) listGoes(ctx context.Context, p poverty.Plan, verb poverty.PlanVerb, by poverty.Entry) error {
	var events []string
	if verb == poverty.PlanSend {
		events = append(events, "sending")
	}
	if approving := verb == poverty.PlanSend || verb == poverty.PlanAppraise || verb == poverty.PlanApprove; approving && p.State == poverty.PlanApproved {
		events = append(events, "approval")
	}
	if len(events) == 0 && verb != poverty.PlanWithdraw {
		return nil
	}
	subject := planSubject(p.Unit, p.Round)
	var asked []poverty.Template
	for _, event := range events { // sent and approved at once, it is confirmed once
		of := slices.DeleteFunc(slices.Clone(b.cycle.Rules.Duties), func(t poverty.Template) bool {
			return t.Kind != poverty.DutyReceipt || t.Due.Event() != event
		})
		if len(of) > 0 {
			asked = of
		}
	}
	if err := b.voidLists(ctx, p, len(asked) > 0, by); err != nil {
		return err
	}
	for _, t := range asked {
		for _, agency := range b.cycle.Rules.Receiving(t, p.Unit) {
			b.open(t, agency, "", subject, t.Due.WithEvent(calendar.DateOf(by.At)), by.At, "")
			b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessAssignment})
		}
	}
	for _, event := range events {
		b.layPosting(event, p.Unit, poverty.PlanSubject(p.Round), by.At)
		b.tellHelpers(event, p, by.At)
	}
	return nil
}

// voidLists ends what is owed for lists of a commune's plan in other rounds than
// the one it is in, and where same says so for receipts of this round's too.
func (b *book) voidLists(ctx context.Context, p poverty.Plan, same bool, by poverty.Entry) error {
	earlier := len(b.duties)
	err := b.load(ctx, `d.cycle_id = $1 and d.state in ('open', 'returned') and (
			d.kind = 'receipt' and d.subject like $2 || '.%' and (d.subject <> $3 or $4)
			or d.kind = 'posting' and d.unit_id = $2 and d.subject like 'plan.%' and d.subject <> $5)`,
		p.Cycle, string(p.Unit), planSubject(p.Unit, p.Round), same, poverty.PlanSubject(p.Round))
	if err != nil {
		return err
	}
	for _, d := range b.duties[earlier:] {
		b.advance(d, by.At)
		b.wakes = append(b.wakes, refOf(*d))
	}
	void := poverty.Entry{At: by.At, Actor: by.Actor, Office: by.Office, Basis: "newer_list"}
	b.end(poverty.DutyReceipt, poverty.EventExcused, void)
	b.end(poverty.DutyPosting, poverty.EventExcused, void)
	return nil
}

// tellHelpers sends each agency that helps a commune one notice of the list of
// a round, for its officer and its head.
func (b *book) tellHelpers(event string, p poverty.Plan, at time.Time) {
	i := slices.IndexFunc(b.duties, func(d *poverty.Duty) bool { return d.Kind == poverty.DutyPlan })
	if b.quiet || i < 0 {
		return
	}
	what := map[string]string{"sending": "list_sent", "approval": "list_approved"}[event]
	leads, members := b.cycle.Rules.Helpers(p.Unit)
	for _, agency := range slices.Concat(leads, members) {
		b.told = append(b.told, told{
			duty: b.duties[i], unit: agency, kind: poverty.NoticeList, to: []string{"unit", "head"}, at: at, text: what,
			key: fmt.Sprintf("%s|%s|%d|%s", b.duties[i].Key, what, p.Round, agency),
		})
	}
}
