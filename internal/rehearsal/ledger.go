package rehearsal

import (
	"context"
	"slices"
	"strings"
	"time"

	"dondoc/poverty"
)

// Line is one line of a ledger: an event, or a notice that an event sent.
type Line struct {
	At     string           `json:"at"` // RFC 3339, +07:00
	Event  poverty.Event    `json:"event"`
	Duty   string           `json:"duty,omitempty"` // its code; "cycle" and "period" for those
	Unit   poverty.UnitID   `json:"unit,omitempty"`
	Period string           `json:"period,omitempty"`
	Rung   string           `json:"rung,omitempty"`
	Office poverty.OfficeID `json:"office,omitempty"` // who acted, or whom the notice addresses
	Notice string           `json:"notice,omitempty"`
}

// Ledger is a year in order of time. Nothing in it comes from row IDs or the
// wall clock.
type Ledger struct {
	Cycle  poverty.CycleID `json:"cycle"`
	Ledger []Line          `json:"ledger"`
	Totals map[string]int  `json:"totals"`
}

// ReadLedger returns what happened in a cycle.
func ReadLedger(ctx context.Context, store Store, id poverty.CycleID) (Ledger, error) {
	ctx = poverty.WithActor(ctx, poverty.System("rehearsal"))
	l := Ledger{Cycle: id, Ledger: []Line{}, Totals: map[string]int{}}
	type rung struct {
		duty   poverty.DutyID
		rung   string
		at     time.Time
		office poverty.OfficeID
	}
	sent := map[rung]poverty.NoticeKind{}
	var others []poverty.Notice
	for after := int64(0); ; {
		notices, err := store.Notices(ctx, poverty.NoticeFilter{Cycle: id, After: after, Limit: 5000})
		if err != nil {
			return l, err
		}
		if len(notices) == 0 {
			break
		}
		after = notices[len(notices)-1].ID
		for _, n := range notices {
			l.Totals["notices_"+string(n.State)]++
			if n.Rung != "" {
				kind := n.Kind
				if n.State == poverty.NoticeVacant {
					kind = poverty.NoticeKind(n.State)
				}
				sent[rung{n.Duty, n.Rung, n.At.UTC(), n.Office}] = kind
			}
			others = append(others, n)
		}
	}
	codes := map[poverty.DutyID]string{}
	told := map[rung]bool{}
	for after := int64(0); ; {
		entries, err := store.History(ctx, poverty.HistoryFilter{Cycle: id, After: after, Oldest: true, Limit: 5000})
		if err != nil {
			return l, err
		}
		if len(entries) == 0 {
			break
		}
		after = entries[len(entries)-1].ID
		for _, e := range entries {
			line := Line{At: e.At.Format(time.RFC3339), Event: e.Event, Duty: e.Code, Unit: e.Unit, Period: e.Period, Rung: e.Rung, Office: e.Office}
			if e.Duty != 0 {
				codes[e.Duty] = e.Code
			}
			if e.Event == poverty.EventReminded || e.Event == poverty.EventEscalated {
				k := rung{e.Duty, e.Rung, e.At.UTC(), e.Office}
				line.Notice = string(sent[k])
				told[k] = true
			}
			l.Totals[string(e.Event)]++
			l.Ledger = append(l.Ledger, line)
		}
	}
	for _, n := range others {
		if told[rung{n.Duty, n.Rung, n.At.UTC(), n.Office}] && n.Rung != "" {
			continue
		}
		l.Ledger = append(l.Ledger, Line{At: n.At.Format(time.RFC3339), Event: eventOf(n), Duty: codes[n.Duty], Unit: n.Unit, Period: n.Period,
			Rung: n.Rung, Office: n.Office, Notice: string(n.Kind)})
	}
	slices.SortStableFunc(l.Ledger, func(x, y Line) int {
		for _, c := range []int{
			strings.Compare(x.At, y.At), strings.Compare(string(x.Event), string(y.Event)), strings.Compare(x.Duty, y.Duty),
			strings.Compare(string(x.Unit), string(y.Unit)), strings.Compare(x.Period, y.Period), strings.Compare(x.Rung, y.Rung),
			strings.Compare(string(x.Office), string(y.Office)), strings.Compare(x.Notice, y.Notice),
		} {
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return l, l.count(ctx, store)
}

// eventOf names the event that a notice tells of.
func eventOf(n poverty.Notice) poverty.Event {
	switch n.Text {
	case "returned":
		return poverty.EventReturned
	case "approved":
		return poverty.EventAccepted
	case "extended":
		return poverty.EventExtended
	case "directed":
		return poverty.EventDirected
	case "list_sent":
		return poverty.EventSubmitted
	case "list_approved":
		return poverty.EventAccepted
	case "withdrawn":
		return poverty.EventWithdrawn
	case "declined":
		return poverty.EventNoted
	}
	switch n.Kind {
	case poverty.NoticeReminder:
		return poverty.EventReminded
	case poverty.NoticeSummary:
		return poverty.EventOpened
	case poverty.NoticeVacancy:
		return poverty.EventNoted
	case poverty.NoticeOverdue, poverty.NoticeEscalation, poverty.NoticeDecision, poverty.NoticeList:
		return poverty.EventEscalated
	}
	return poverty.EventNoted
}

func (l *Ledger) count(ctx context.Context, store Store) error {
	for offset := 0; ; offset += 500 {
		duties, err := store.Duties(ctx, poverty.DutyFilter{Cycle: l.Cycle, Limit: 500, Offset: offset})
		if err != nil {
			return err
		}
		for _, d := range duties {
			l.Totals["duties"]++
			l.Totals["duties_"+string(d.State)]++
			if d.Verdict != "" {
				l.Totals["verdict_"+string(d.Verdict)]++
			}
			if d.Extended {
				l.Totals["extended_duties"]++
			}
		}
		if len(duties) < 500 {
			return nil
		}
	}
}
