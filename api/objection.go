package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// ObjectionQuery chooses objections of a cycle.
type ObjectionQuery struct {
	CyclePath
	Unit    poverty.UnitID         `query:"unit" maxLength:"100" doc:"The commune"`
	Posting poverty.PostingID      `query:"posting" minimum:"0"`
	State   poverty.ObjectionState `query:"state" enum:"open,upheld,settled,rejected,withdrawn"`
}

// ObjectionPath is the address of an objection.
type ObjectionPath struct {
	ID poverty.ObjectionID `path:"id" minimum:"1"`
}

// ObjectionBody is an objection as the commune writes it down.
type ObjectionBody struct {
	About    poverty.ObjectionAbout `json:"about" enum:"household,missing,whole"`
	Row      int                    `json:"row,omitempty" minimum:"0" doc:"Of the posted list, where it is about a household of it"`
	Head     string                 `json:"head,omitempty" maxLength:"200" doc:"Of a household that is missing"`
	Hamlet   string                 `json:"hamlet,omitempty" maxLength:"200"`
	Objector string                 `json:"objector" maxLength:"200" doc:"Kept for the answer alone"`
	Contact  string                 `json:"contact,omitempty" maxLength:"1000" doc:"How to reach them; kept for the answer alone"`
	Received calendar.Date          `json:"received,omitzero" doc:"Today if left out"`
	Way      string                 `json:"way" enum:"hand,phone,village_head"`
	Text     string                 `json:"text" maxLength:"4000"`
	Basis    string                 `json:"basis,omitempty" maxLength:"1000" doc:"The document by which the standing office records it in the commune's stead"`
	Office   poverty.OfficeID       `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// ObjectionMoveBody is a decision on an objection.
type ObjectionMoveBody struct {
	Verb    poverty.ObjectionVerb `json:"verb" enum:"uphold,reject,withdraw,settle"`
	Version int                   `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Reason  string                `json:"reason,omitempty" maxLength:"4000" doc:"The answer, or the outcome of the review"`
	Basis   string                `json:"basis,omitempty" maxLength:"1000"`
	At      time.Time             `json:"at,omitzero" doc:"When it is effective; now if left out"`
	Office  poverty.OfficeID      `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

func objections(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "objection", "list-objections", "/cycles/{id}/objections", "List the objections to posted lists", func(ctx context.Context, in *ObjectionQuery) ([]poverty.Objection, error) {
		return store.Objections(ctx, poverty.ObjectionFilter{Cycle: in.ID, Unit: in.Unit, Posting: in.Posting, State: in.State})
	})
	read(a, "objection", "get-objection", "/objections/{id}", "Get an objection", func(ctx context.Context, in *ObjectionPath) (poverty.Objection, error) {
		return store.Objection(ctx, in.ID)
	})
	change(a, http.MethodPost, "objection", "record-objection", "/postings/{id}/objections", "Record an objection to a posted list", func(ctx context.Context, in *struct {
		PostingPath
		Decided
		Body ObjectionBody
	}) (poverty.Objection, error) {
		b := in.Body
		return engine.MoveObjection(ctx, poverty.ObjectionMove{
			Key: in.Key, Verb: poverty.ObjectionRecord, Posting: in.ID, About: b.About, Row: b.Row, Head: b.Head, Hamlet: b.Hamlet,
			Objector: b.Objector, Contact: b.Contact, Received: b.Received, Way: b.Way, Text: b.Text, Basis: b.Basis, Office: seat(ctx, b.Office),
		})
	})
	change(a, http.MethodPost, "objection", "move-objection", "/objections/{id}/moves", "Answer, withdraw or settle an objection", func(ctx context.Context, in *struct {
		ObjectionPath
		Decided
		Body ObjectionMoveBody
	}) (poverty.Objection, error) {
		b := in.Body
		return engine.MoveObjection(ctx, poverty.ObjectionMove{
			Key: in.Key, Verb: b.Verb, Objection: in.ID, Version: b.Version, Reason: b.Reason, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
}
