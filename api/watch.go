package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// WatchPath is the address of a household that is watched.
type WatchPath struct {
	ID poverty.WatchID `path:"id" minimum:"1"`
}

// WatchBody is a household that left poverty before the program kept its survey.
type WatchBody struct {
	Unit    poverty.UnitID   `json:"unit" minLength:"1" maxLength:"100" doc:"The commune"`
	Code    string           `json:"code" minLength:"1" maxLength:"200"`
	Hamlet  string           `json:"hamlet,omitempty" maxLength:"100"`
	Head    string           `json:"head" minLength:"1" maxLength:"200"`
	Members int              `json:"members,omitempty" minimum:"0"`
	Left    poverty.Class    `json:"left" enum:"poor,near_poor"`
	Class   poverty.Class    `json:"class,omitempty" enum:"near_poor,not_poor" doc:"Since then; not_poor if left out"`
	Day     calendar.Date    `json:"day" doc:"On which it left"`
	Basis   string           `json:"basis,omitempty" maxLength:"1000"`
	Office  poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// WatchMoveBody is a decision about a household that is watched.
type WatchMoveBody struct {
	Cycle   poverty.CycleID   `json:"cycle" minLength:"1" maxLength:"200" doc:"The running cycle of the owner"`
	Verb    poverty.WatchVerb `json:"verb" enum:"visit,event,alert,check,help,result,end"`
	Version int               `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Day     calendar.Date     `json:"day,omitzero" doc:"Of the visit or the event"`
	Event   string            `json:"event,omitempty" enum:"disaster,fire,illness,work,land"`
	Severe  bool              `json:"severe,omitempty"`
	Text    string            `json:"text,omitempty" maxLength:"20000"`
	Helper  poverty.UnitID    `json:"helper,omitempty" maxLength:"100" doc:"Of a check: who is to help; none: no help is needed"`
	Help    string            `json:"help,omitempty" maxLength:"20000"`
	Outcome string            `json:"outcome,omitempty" enum:"out,at_risk,back"`
	Basis   string            `json:"basis,omitempty" maxLength:"1000"`
	At      time.Time         `json:"at,omitzero" doc:"When it is effective; now if left out"`
	Office  poverty.OfficeID  `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

func watches(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "watch", "list-watches", "/cycles/{id}/watches", "List the households that left poverty and are or were watched", func(ctx context.Context, in *struct {
		CyclePath
		Unit   poverty.UnitID     `query:"unit" maxLength:"100" doc:"The commune"`
		Year   int                `query:"year" minimum:"0" doc:"In which they left"`
		State  poverty.WatchState `query:"state" enum:"watching,fallen_back,renewed,ended"`
		Risk   poverty.Risk       `query:"risk" enum:"high,medium,low"`
		Due    bool               `query:"due" doc:"Only those to whom a visit is owed"`
		Open   bool               `query:"open" doc:"Only those with an alert that is open"`
		Limit  int                `query:"limit" minimum:"1" maximum:"5000" default:"200"`
		Offset int                `query:"offset" minimum:"0"`
	}) ([]poverty.Watch, error) {
		return store.Watches(ctx, poverty.WatchFilter{Cycle: in.ID, Unit: in.Unit, Year: in.Year, State: in.State, Risk: in.Risk, Due: in.Due, Open: in.Open, Limit: in.Limit, Offset: in.Offset})
	})
	list(a, "watch", "count-watches", "/cycles/{id}/watch-counts", "Count what became of those that left poverty, by commune and year", func(ctx context.Context, in *CyclePath) ([]poverty.WatchCount, error) {
		return store.WatchCounts(ctx, in.ID)
	})
	read(a, "watch", "get-watch", "/watches/{id}", "Get a household that is watched", func(ctx context.Context, in *WatchPath) (poverty.Watch, error) {
		return store.Watch(ctx, in.ID)
	})
	change(a, http.MethodPost, "watch", "add-watch", "/cycles/{id}/watches", "Watch a household that left poverty before the program kept its survey", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body WatchBody
	}) (poverty.Watch, error) {
		b := in.Body
		return engine.MoveWatch(ctx, poverty.WatchMove{
			Key: in.Key, Cycle: in.ID, Verb: poverty.WatchAdd, Unit: b.Unit, Code: b.Code, Hamlet: b.Hamlet, Head: b.Head, Members: b.Members,
			Left: b.Left, Class: b.Class, Day: b.Day, Basis: b.Basis, Office: seat(ctx, b.Office),
		})
	})
	change(a, http.MethodPost, "watch", "move-watch", "/watches/{id}/moves", "Log a visit or an event, raise an alert or go on with it, or end the watch", func(ctx context.Context, in *struct {
		WatchPath
		Decided
		Body WatchMoveBody
	}) (poverty.Watch, error) {
		b := in.Body
		return engine.MoveWatch(ctx, poverty.WatchMove{
			Key: in.Key, Cycle: b.Cycle, Watch: in.ID, Verb: b.Verb, Version: b.Version, Day: b.Day, Event: b.Event, Severe: b.Severe, Text: b.Text,
			Helper: b.Helper, Help: b.Help, Outcome: b.Outcome, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
}
