package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// CycleItem is a cycle in a list: without its rules.
type CycleItem struct {
	ID        poverty.CycleID    `json:"id"`
	Owner     poverty.UnitID     `json:"owner"`
	Year      int                `json:"year"`
	Title     string             `json:"title"`
	Example   bool               `json:"example"`
	State     poverty.CycleState `json:"state"`
	IssuedAt  time.Time          `json:"issued_at"`
	StartedAt *time.Time         `json:"started_at,omitempty"`
	ClosedAt  *time.Time         `json:"closed_at,omitempty"`
}

// AmendmentBody is a change of a running cycle's rules.
type AmendmentBody struct {
	DaysOff bool             `json:"days_off,omitempty" doc:"Plan what is open anew by the days off in force"`
	Code    string           `json:"code,omitempty" maxLength:"40" doc:"Of the duties whose deadline moves"`
	Due     string           `json:"due,omitempty" maxLength:"200" doc:"Their new deadline as stated, such as before 2018-05-11"`
	Merged  poverty.UnitID   `json:"merged,omitempty" maxLength:"100" doc:"A unit that was merged away"`
	Into    poverty.UnitID   `json:"into,omitempty" maxLength:"100" doc:"Its successor, who owes what is open"`
	Reason  string           `json:"reason" minLength:"1" maxLength:"4000"`
	Basis   string           `json:"basis,omitempty" maxLength:"1000"`
	Office  poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// ClosingBody closes a year.
type ClosingBody struct {
	Items  []ClosingItemBody `json:"items,omitempty" maxItems:"5000" doc:"What becomes of each duty that is open; what is not named is carried"`
	Reason string            `json:"reason,omitempty" maxLength:"4000"`
	Basis  string            `json:"basis,omitempty" maxLength:"1000"`
	Office poverty.OfficeID  `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

func cycles(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "cycle", "list-cycles", "/cycles", "List cycles", func(ctx context.Context, in *struct {
		Owner poverty.UnitID     `query:"owner" maxLength:"100"`
		State poverty.CycleState `query:"state" enum:"draft,running,closed"`
	}) ([]CycleItem, error) {
		found, err := store.Cycles(ctx, poverty.CycleFilter{Owner: in.Owner, State: in.State})
		items := make([]CycleItem, 0, len(found))
		for _, c := range found {
			items = append(items, CycleItem{c.ID, c.Owner, c.Year, c.Title, c.Example, c.State, c.IssuedAt, c.StartedAt, c.ClosedAt})
		}
		return items, err
	})
	read(a, "cycle", "get-cycle", "/cycles/{id}", "Get a cycle with its rules", func(ctx context.Context, in *CyclePath) (poverty.Cycle, error) {
		return store.Cycle(ctx, in.ID)
	})
	list(a, "cycle", "get-timeline", "/cycles/{id}/timeline", "Get the phases of a cycle's year", func(ctx context.Context, in *CyclePath) ([]poverty.Phase, error) {
		return store.Timeline(ctx, in.ID)
	})
	read(a, "cycle", "get-board", "/cycles/{id}/board", "Get the counts of a cycle's board", func(ctx context.Context, in *CyclePath) (poverty.Board, error) {
		return store.Board(ctx, in.ID)
	})
	list(a, "cycle", "list-waiting", "/cycles/{id}/waiting", "List what waits for who asks, gravest first", func(ctx context.Context, in *CyclePath) ([]poverty.Waiting, error) {
		return store.Waiting(ctx, in.ID)
	})
	change(a, http.MethodPost, "cycle", "start-cycle", "/cycles/{id}/start", "Put a draft cycle in force", func(ctx context.Context, in *struct {
		CyclePath
		Decided
	}) (poverty.Cycle, error) {
		return engine.StartCycle(ctx, in.ID)
	})
	change(a, http.MethodPost, "cycle", "amend-cycle", "/cycles/{id}/amendments", "Amend the rules of a running cycle", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body AmendmentBody
	}) (poverty.Cycle, error) {
		b := in.Body
		return engine.AmendCycle(ctx, poverty.Amendment{
			Key: in.Key, Cycle: in.ID, DaysOff: b.DaysOff, Code: b.Code, Due: b.Due, Merged: b.Merged, Into: b.Into, Reason: b.Reason, Basis: b.Basis, Office: seat(ctx, b.Office),
		})
	})
	change(a, http.MethodPost, "cycle", "close-cycle", "/cycles/{id}/close", "Close a year; what is open is carried over", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body ClosingBody
	}) (poverty.Cycle, error) {
		b := in.Body
		return engine.CloseCycle(ctx, poverty.CycleClosing{Items: closingItems(b.Items),
			Key: in.Key, Cycle: in.ID, Reason: b.Reason, Basis: b.Basis, Office: seat(ctx, b.Office),
		})
	})
}

// ClosingItemBody is what the closing decides on one duty that is open.
type ClosingItemBody struct {
	Duty   poverty.DutyID `json:"duty" minimum:"1"`
	As     string         `json:"as" enum:"carry,excuse,done"`
	Reason string         `json:"reason,omitempty" maxLength:"20000"`
	Due    string         `json:"due,omitempty" maxLength:"200" doc:"The term that it gets in the next year"`
}

func closingItems(list []ClosingItemBody) []poverty.ClosingItem {
	var items []poverty.ClosingItem
	for _, i := range list {
		items = append(items, poverty.ClosingItem{Duty: i.Duty, As: i.As, Reason: i.Reason, Due: i.Due})
	}
	return items
}
