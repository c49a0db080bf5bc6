package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// PostingQuery chooses postings of a cycle.
type PostingQuery struct {
	CyclePath
	Unit    poverty.UnitID `query:"unit" maxLength:"100" doc:"The commune"`
	Subject string         `query:"subject" maxLength:"100" doc:"What is posted" example:"survey-official"`
}

// PostingPath is the address of a posting.
type PostingPath struct {
	ID poverty.PostingID `path:"id" minimum:"1"`
}

// PostingBody is a list about to be posted.
type PostingBody struct {
	Unit        poverty.UnitID        `json:"unit" minLength:"1" maxLength:"100" doc:"The commune"`
	Subject     string                `json:"subject" minLength:"1" maxLength:"100" doc:"survey-preliminary, survey-official, or plan and the round" example:"plan.2"`
	Places      []string              `json:"places" minItems:"1" maxItems:"100"`
	Loudspeaker bool                  `json:"loudspeaker,omitempty" doc:"Read out too"`
	Until       calendar.Date         `json:"until,omitzero" doc:"The last day; as the cycle asks if left out"`
	Households  []poverty.HouseholdID `json:"households,omitempty" maxItems:"10000" doc:"Of a plan those that are posted; of a survey all poor and near-poor ones if left out"`
	Basis       string                `json:"basis,omitempty" maxLength:"1000" doc:"The document by which the standing office posts in the commune's stead"`
	At          time.Time             `json:"at,omitzero" doc:"When it is effective; now if left out"`
	Office      poverty.OfficeID      `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// PostingMoveBody is a decision on a posting.
type PostingMoveBody struct {
	Verb    poverty.PostingVerb `json:"verb" enum:"extend,take_down"`
	Version int                 `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Until   calendar.Date       `json:"until,omitzero" doc:"The new last day of an extension"`
	Minutes string              `json:"minutes,omitempty" maxLength:"1000" doc:"The minutes of taking it down"`
	Reason  string              `json:"reason,omitempty" maxLength:"4000"`
	Basis   string              `json:"basis,omitempty" maxLength:"1000"`
	At      time.Time           `json:"at,omitzero" doc:"When it is effective; now if left out"`
	Office  poverty.OfficeID    `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

func postings(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "posting", "list-postings", "/cycles/{id}/postings", "List the posted lists of a cycle", func(ctx context.Context, in *PostingQuery) ([]poverty.Posting, error) {
		return store.Postings(ctx, poverty.PostingFilter{Cycle: in.ID, Unit: in.Unit, Subject: in.Subject})
	})
	read(a, "posting", "get-posting", "/postings/{id}", "Get a posting with its list and its versions", func(ctx context.Context, in *PostingPath) (poverty.Posting, error) {
		return store.Posting(ctx, in.ID)
	})
	change(a, http.MethodPost, "posting", "post-list", "/cycles/{id}/postings", "Post a list of households", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body PostingBody
	}) (poverty.Posting, error) {
		b := in.Body
		return engine.MovePosting(ctx, poverty.PostingMove{
			Key: in.Key, Verb: poverty.PostingPost, Cycle: in.ID, Unit: b.Unit, Subject: b.Subject, Places: b.Places, Loudspeaker: b.Loudspeaker,
			Until: b.Until, Households: b.Households, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
	change(a, http.MethodPost, "posting", "move-posting", "/postings/{id}/moves", "Extend a posting or take it down", func(ctx context.Context, in *struct {
		PostingPath
		Decided
		Body PostingMoveBody
	}) (poverty.Posting, error) {
		b := in.Body
		return engine.MovePosting(ctx, poverty.PostingMove{
			Key: in.Key, Verb: b.Verb, Posting: in.ID, Version: b.Version, Until: b.Until, Minutes: b.Minutes,
			Reason: b.Reason, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
}
