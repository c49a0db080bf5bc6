package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"dondoc/poverty"
)

var events = []poverty.Event{
	poverty.EventOpened, poverty.EventReminded, poverty.EventSubmitted, poverty.EventReturned, poverty.EventAccepted,
	poverty.EventOverdue, poverty.EventEscalated, poverty.EventAcknowledged, poverty.EventLapsed, poverty.EventDirected,
	poverty.EventExtended, poverty.EventExcused, poverty.EventSuperseded, poverty.EventPassed, poverty.EventHeld,
	poverty.EventDone, poverty.EventClosed, poverty.EventDated, poverty.EventNoted,
	poverty.EventWithdrawn, poverty.EventAmended, poverty.EventDropped,
	poverty.EventRequested, poverty.EventRefused, poverty.EventHanded, poverty.EventUndone,
	poverty.EventMoved, poverty.EventReplanned, poverty.EventTransferred,
}

// entryRow is a line of the history as a page shows it.
type entryRow struct {
	poverty.Entry
	OfficeName string
	UnitName   string
	What       string // the duty, where its code tells
	To         bool   // the office is addressed, it did nothing
	Recorded   bool   // later than it was effective
	WhomName   string // to whom it was handed or transferred
}

// Link returns the address of the duty that the line is about.
func (e entryRow) Link() string {
	if e.Duty == 0 {
		return ""
	}
	return "/duties/" + strconv.FormatInt(int64(e.Duty), 10)
}

// Deemed reports whether silence counted as a yes.
func (e entryRow) Deemed() bool { return e.Basis == "deemed" }

// Replaced reports whether the duty ended because a newer list took the place of
// the one it was about.
func (e entryRow) Replaced() bool { return e.Basis == "newer_list" }

// Reassigned reports whether the duty ended because another assignment was issued.
func (e entryRow) Reassigned() bool { return e.Basis == poverty.BasisNewGroups }

// Outcome reports whether the reason is an event: the one that closed an
// escalation, or the one that was taken back.
func (e entryRow) Outcome() bool {
	return e.Duty != 0 && (e.Event == poverty.EventClosed || e.Event == poverty.EventUndone)
}

// Moves returns the rungs that changed days off moved.
func (e entryRow) Moves() []poverty.RungMove {
	if e.Event != poverty.EventReplanned {
		return nil
	}
	return poverty.ParseRungMoves(e.Reason)
}

// Word returns the key of the words for what happened.
func (e entryRow) Word() string {
	family, _, _ := strings.Cut(e.Code, "/")
	if family == "meeting" && e.Duty == 0 || family == "obstacle" && e.Duty == 0 {
		return family + ".event." + string(e.Event)
	}
	return "history.event." + string(e.Event)
}

func (v *visit) entryRows(entries []poverty.Entry) ([]entryRow, error) {
	rows := make([]entryRow, 0, len(entries))
	for _, e := range entries {
		row := entryRow{Entry: e, What: v.title(e.Code, v.noted(e.Code)), Recorded: e.RecordedAt.Sub(e.At) >= 60e9}
		if no, ok := strings.CutPrefix(e.Code, "obstacle/"); ok {
			row.What = v.p.T("obstacle.no", "no", no)
		}
		var err error
		if e.Office != "" {
			if row.OfficeName, err = v.officeName(e.Office); err != nil {
				return nil, err
			}
		}
		switch e.Event {
		case poverty.EventHanded:
			row.WhomName, err = v.officeName(poverty.OfficeID(e.Whom))
		case poverty.EventTransferred:
			row.WhomName, err = v.unitName(poverty.UnitID(e.Whom))
		}
		if err != nil {
			return nil, err
		}
		row.To = e.Actor == 0
		if row.OfficeName == row.ActorName {
			row.ActorName = ""
		}
		if row.UnitName, err = v.unitName(e.Unit); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// noted words what an entry of no duty is about; "" where its event says all.
func (v *visit) noted(code string) string {
	if key := "history.code." + strings.ReplaceAll(code, "-", "_"); v.p.Has(key) {
		return v.p.T(key)
	}
	return ""
}

type historyData struct {
	frame
	Unit  string
	Event string
	Units []poverty.Unit
	Rows  []entryRow
	Older string // address of the page behind this one
}

// Events returns what the filter offers.
func (historyData) Events() []poverty.Event { return events }

var historyPage = newPage[historyData]("history/history.html")

func (s *site) history(v *visit) error {
	q := v.r.URL.Query()
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64) // what is no number starts at the newest
	f := poverty.HistoryFilter{
		Cycle: v.cycle.ID, Unit: poverty.UnitID(q.Get("unit")), Event: poverty.Event(q.Get("event")),
		After: after, Limit: perPage + 1,
	}
	found, err := s.store.History(v.ctx(), f)
	if err != nil {
		return err
	}
	data := historyData{frame: v.frame("nav.history", v.p.T("nav.history")), Unit: q.Get("unit"), Event: q.Get("event")}
	if len(found) > perPage {
		found = found[:perPage]
		next := url.Values{"after": {strconv.FormatInt(found[perPage-1].ID, 10)}, "unit": {data.Unit}, "event": {data.Event}}
		data.Older = v.r.URL.Path + "?" + next.Encode()
	}
	if data.Units, err = v.cycleUnits(); err != nil {
		return err
	}
	if data.Rows, err = v.entryRows(found); err != nil {
		return err
	}
	return historyPage.show(v, http.StatusOK, data)
}
