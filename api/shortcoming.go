package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// ShortcomingBody is a decision on a shortcoming; find puts one on the list.
type ShortcomingBody struct {
	Verb        poverty.ShortcomingVerb `json:"verb" enum:"find,give,mend,drop"`
	Shortcoming poverty.ShortcomingID   `json:"shortcoming,omitempty" minimum:"0"`
	Version     int                     `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Class       string                  `json:"class,omitempty" maxLength:"40"`
	Text        string                  `json:"text,omitempty" maxLength:"20000" doc:"The facts, how it was mended, or why it is dropped"`
	Found       calendar.Date           `json:"found,omitzero"`
	Unit        poverty.UnitID          `json:"unit,omitempty" maxLength:"100" doc:"Who mends it"`
	Remedy      string                  `json:"remedy,omitempty" maxLength:"20000"`
	Due         string                  `json:"due,omitempty" maxLength:"200" doc:"The term as stated; none: undated"`
	Office      poverty.OfficeID        `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

func shortcomings(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "shortcoming", "list-shortcomings", "/cycles/{id}/shortcomings", "List the shortcomings of a cycle that the actor may see", func(ctx context.Context, in *CyclePath) ([]poverty.Shortcoming, error) {
		return store.Shortcomings(ctx, in.ID)
	})
	change(a, http.MethodPost, "shortcoming", "move-shortcoming", "/cycles/{id}/shortcomings", "Put a shortcoming on the list, or decide on one", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body ShortcomingBody
	}) (poverty.Shortcoming, error) {
		b := in.Body
		return engine.MoveShortcoming(ctx, poverty.ShortcomingMove{
			Key: in.Key, Cycle: in.ID, Shortcoming: b.Shortcoming, Verb: b.Verb, Version: b.Version, Class: b.Class, Text: b.Text, Found: b.Found,
			Unit: b.Unit, Remedy: b.Remedy, Due: b.Due, Office: seat(ctx, b.Office),
		})
	})
}
