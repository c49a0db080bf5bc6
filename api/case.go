package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// CaseBody is a household's request within the year.
type CaseBody struct {
	Unit     poverty.UnitID   `json:"unit" minLength:"1" maxLength:"100" doc:"The commune"`
	On       calendar.Date    `json:"on" doc:"The day of the request"`
	Code     string           `json:"code" minLength:"1" maxLength:"200" doc:"The household's code; one that the register does not hold needs hamlet, head and members"`
	Hamlet   string           `json:"hamlet,omitempty" maxLength:"200"`
	Head     string           `json:"head,omitempty" maxLength:"200"`
	HeadBorn int              `json:"head_born,omitempty" minimum:"0" maximum:"9999"`
	Members  int              `json:"members,omitempty" minimum:"0" maximum:"1000"`
	Wish     poverty.Class    `json:"wish" enum:"poor,near_poor,not_poor"`
	Cause    string           `json:"cause" enum:"disaster,accident,illness,land_loss,members,other"`
	Text     string           `json:"text,omitempty" maxLength:"4000"`
	Basis    string           `json:"basis,omitempty" maxLength:"1000"`
	Office   poverty.OfficeID `json:"office,omitempty" maxLength:"100"`
}

// CaseMoveBody is the decision on a case.
type CaseMoveBody struct {
	Verb     poverty.CaseVerb `json:"verb" enum:"accept,refuse"`
	Version  int              `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	On       calendar.Date    `json:"on" doc:"The day of the decision"`
	Class    poverty.Class    `json:"class,omitempty" enum:",poor,near_poor,not_poor" doc:"As asked if left out"`
	Members  int              `json:"members,omitempty" minimum:"0" maximum:"1000"`
	Movement poverty.Movement `json:"movement,omitempty" enum:",stays,to_near_poor,to_poor,passed,fallen_back,new,gone,came,outside"`
	Why      string           `json:"why,omitempty" enum:",died,moved_away,merged,moved_in,split"`
	Decision string           `json:"decision,omitempty" maxLength:"200" doc:"Its number; needed to accept"`
	Reason   string           `json:"reason,omitempty" maxLength:"4000" doc:"Needed to refuse"`
	Office   poverty.OfficeID `json:"office,omitempty" maxLength:"100"`
}

// CasePath is the address of a case.
type CasePath struct {
	ID poverty.CaseID `path:"id" minimum:"1"`
}

func cases(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "survey", "list-cases", "/cycles/{id}/cases", "List the cases of a cycle's year", func(ctx context.Context, in *struct {
		CyclePath
		Unit poverty.UnitID `query:"unit" maxLength:"100" doc:"The commune; all if left out"`
	}) ([]poverty.Case, error) {
		return store.Cases(ctx, in.ID, in.Unit)
	})
	change(a, http.MethodPost, "survey", "ask-case", "/cycles/{id}/cases", "Take a household's request down", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body CaseBody
	}) (poverty.Case, error) {
		b := in.Body
		return engine.MoveCase(ctx, poverty.CaseMove{Key: in.Key, Cycle: in.ID, Unit: b.Unit, Verb: poverty.CaseAsk, On: b.On, Code: b.Code, Hamlet: b.Hamlet,
			Head: b.Head, HeadBorn: b.HeadBorn, Members: b.Members, Wish: b.Wish, Cause: b.Cause, Text: b.Text, Basis: b.Basis, Office: seat(ctx, b.Office)})
	})
	read(a, "survey", "get-case", "/cases/{id}", "Get a case", func(ctx context.Context, in *CasePath) (poverty.Case, error) {
		return store.Case(ctx, in.ID)
	})
	change(a, http.MethodPost, "survey", "decide-case", "/cases/{id}/decisions", "Accept or refuse a case", func(ctx context.Context, in *struct {
		CasePath
		Decided
		Body CaseMoveBody
	}) (poverty.Case, error) {
		c, err := store.Case(ctx, in.ID)
		if err != nil {
			return c, err
		}
		b := in.Body
		return engine.MoveCase(ctx, poverty.CaseMove{Key: in.Key, Cycle: c.Cycle, Unit: c.Unit, Case: c.ID, Verb: b.Verb, Version: b.Version, On: b.On,
			Class: b.Class, Members: b.Members, Movement: b.Movement, Why: b.Why, Decision: b.Decision, Reason: b.Reason, Office: seat(ctx, b.Office)})
	})
}
