package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// ReviewBody is something said for a review.
type ReviewBody struct {
	Verb         poverty.ReviewVerb `json:"verb" enum:"input,facts,indicator"`
	Version      int                `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Unit         poverty.UnitID     `json:"unit,omitempty" maxLength:"100" doc:"Of an input: who says it"`
	Results      string             `json:"results,omitempty" maxLength:"20000"`
	Shortcomings string             `json:"shortcomings,omitempty" maxLength:"20000"`
	Proposals    string             `json:"proposals,omitempty" maxLength:"20000"`
	Trained      int                `json:"trained,omitempty" minimum:"0"`
	Programme    string             `json:"programme,omitempty" maxLength:"1000" doc:"Signed with Mặt trận: number and day"`
	Note         string             `json:"note,omitempty" maxLength:"20000"`
	Code         string             `json:"code,omitempty" maxLength:"41" doc:"Of an indicator"`
	Base         int64              `json:"base,omitempty" minimum:"0"`
	Reached      int64              `json:"reached,omitempty" doc:"A count, or hundredths of a rate or of points"`
	Basis        string             `json:"basis,omitempty" maxLength:"1000"`
	Office       poverty.OfficeID   `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// ReviewPath is the address of a review.
type ReviewPath struct {
	CyclePath
	Kind string `path:"kind" enum:"interim,year-end"`
}

func reviews(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "review", "list-reviews", "/cycles/{id}/reviews", "List the reviews of a cycle", func(ctx context.Context, in *CyclePath) ([]poverty.Review, error) {
		return store.Reviews(ctx, in.ID)
	})
	read(a, "review", "get-review", "/cycles/{id}/reviews/{kind}", "Get what a review looks at", func(ctx context.Context, in *ReviewPath) (poverty.ReviewSheet, error) {
		return store.ReviewSheet(ctx, in.ID, in.Kind)
	})
	change(a, http.MethodPost, "review", "move-review", "/cycles/{id}/reviews/{kind}/moves", "Say something for a review", func(ctx context.Context, in *struct {
		ReviewPath
		Decided
		Body ReviewBody
	}) (poverty.ReviewSheet, error) {
		b := in.Body
		return engine.MoveReview(ctx, poverty.ReviewMove{
			Key: in.Key, Cycle: in.ID, Kind: in.Kind, Verb: b.Verb, Version: b.Version, Unit: b.Unit, Results: b.Results, Shortcomings: b.Shortcomings,
			Proposals: b.Proposals, Trained: b.Trained, Programme: b.Programme, Note: b.Note, Code: b.Code, Base: b.Base, Reached: b.Reached, Basis: b.Basis, Office: seat(ctx, b.Office),
		})
	})
}
