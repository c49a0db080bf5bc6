package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// PilotBody is a pilot as it is written.
type PilotBody struct {
	Version    int                `json:"version,omitempty" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Hamlet     string             `json:"hamlet,omitempty" maxLength:"100" doc:"Code; none: the whole commune"`
	Kind       poverty.HelperKind `json:"kind" enum:"union,households"`
	Title      string             `json:"title" minLength:"1" maxLength:"200"`
	What       string             `json:"what" minLength:"1" maxLength:"20000"`
	Leader     poverty.UnitID     `json:"leader" maxLength:"100"`
	Helpers    string             `json:"helpers,omitempty" maxLength:"200" doc:"The union or the better-off households, in words"`
	From       calendar.Date      `json:"from"`
	Until      calendar.Date      `json:"until" doc:"The last day"`
	Households []string           `json:"households,omitempty" maxItems:"2000" doc:"Codes of households of the plan that was sent"`
}

func (b PilotBody) pilot() poverty.Pilot {
	p := poverty.Pilot{
		Version: b.Version, Hamlet: b.Hamlet, Kind: b.Kind, Title: b.Title, What: b.What, Leader: b.Leader, Helpers: b.Helpers, From: b.From, Until: b.Until,
	}
	for _, code := range b.Households {
		p.Households = append(p.Households, poverty.PilotHousehold{Code: code})
	}
	return p
}

func pilots(a huma.API, store poverty.Store) {
	list(a, "pilot", "list-pilots", "/cycles/{id}/pilots", "List the models of help that are tried", func(ctx context.Context, in *struct {
		ID   poverty.CycleID `path:"id" maxLength:"200"`
		Unit poverty.UnitID  `query:"unit" maxLength:"100" doc:"The commune"`
	}) ([]poverty.Pilot, error) {
		return store.Pilots(ctx, poverty.PilotFilter{Cycle: in.ID, Unit: in.Unit})
	})
	read(a, "pilot", "get-pilot", "/pilots/{id}", "Read a pilot", func(ctx context.Context, in *struct {
		ID poverty.PilotID `path:"id" minimum:"1"`
	}) (poverty.Pilot, error) {
		return store.Pilot(ctx, in.ID)
	})
	change(a, http.MethodPost, "pilot", "add-pilot", "/cycles/{id}/units/{unit}/pilots", "Draft a pilot of a commune", func(ctx context.Context, in *struct {
		Decided
		ID   poverty.CycleID `path:"id" maxLength:"200"`
		Unit poverty.UnitID  `path:"unit" maxLength:"100" doc:"The commune"`
		Body PilotBody
	}) (poverty.Pilot, error) {
		p := in.Body.pilot()
		p.Cycle, p.Unit, p.Key = in.ID, in.Unit, in.Key
		return store.SavePilot(ctx, p)
	})
	change(a, http.MethodPut, "pilot", "save-pilot", "/pilots/{id}", "Change a pilot while it runs", func(ctx context.Context, in *struct {
		ID   poverty.PilotID `path:"id" minimum:"1"`
		Body PilotBody
	}) (poverty.Pilot, error) {
		p := in.Body.pilot()
		p.ID = in.ID
		return store.SavePilot(ctx, p)
	})
	change(a, http.MethodPut, "pilot", "move-pilot", "/pilots/{id}/moves", "Record a pilot's result, or decide whether to widen it", func(ctx context.Context, in *struct {
		ID   poverty.PilotID `path:"id" minimum:"1"`
		Body struct {
			Version  int               `json:"version" minimum:"1" doc:"The version that was looked at; 409 when another is there now"`
			Verb     poverty.PilotVerb `json:"verb" enum:"report,widen,end"`
			Result   string            `json:"result,omitempty" maxLength:"20000"`
			Helped   int               `json:"helped,omitempty" minimum:"0" doc:"Households that were helped"`
			LeftPoor int               `json:"left_poor,omitempty" minimum:"0" doc:"Of those, that left poverty"`
			Decision string            `json:"decision,omitempty" maxLength:"20000"`
			To       []poverty.UnitID  `json:"to,omitempty" maxItems:"1000" doc:"Communes to which it is widened"`
		}
	}) (poverty.Pilot, error) {
		b := in.Body
		return store.MovePilot(ctx, poverty.PilotMove{Pilot: in.ID, Version: b.Version, Verb: b.Verb, Result: b.Result, Helped: b.Helped, LeftPoor: b.LeftPoor, Decision: b.Decision, To: b.To})
	})
}
