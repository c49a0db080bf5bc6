package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// SurveyBody is the counts with which a commune confirms its survey.
type SurveyBody struct {
	Households int `json:"households" minimum:"0" maximum:"10000000"`
	Poor       int `json:"poor" minimum:"0" maximum:"10000000"`
	NearPoor   int `json:"near_poor" minimum:"0" maximum:"10000000"`
}

// SurveyMoveBody is a decision in the survey of a commune.
type SurveyMoveBody struct {
	Verb     poverty.SurveyVerb `json:"verb" enum:"list,review,meet,ask,opine,recognise,revoke"`
	Version  int                `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Hamlet   string             `json:"hamlet,omitempty" maxLength:"200" doc:"Of a meeting: the hamlet's code"`
	On       calendar.Date      `json:"on,omitzero" doc:"The day of a meeting or of the decision"`
	Present  int                `json:"present,omitempty" minimum:"0" maximum:"100000"`
	Agreed   int                `json:"agreed,omitempty" minimum:"0" maximum:"100000" doc:"Of those present; less than half, and the meeting is repeated"`
	Chair    string             `json:"chair,omitempty" maxLength:"200"`
	Minutes  string             `json:"minutes,omitempty" maxLength:"4000"`
	Opinion  string             `json:"opinion,omitempty" enum:",agrees,remarks"`
	Text     string             `json:"text,omitempty" maxLength:"4000" doc:"The remarks"`
	Decision string             `json:"decision,omitempty" maxLength:"200" doc:"The number of the decision that recognises"`
	Basis    string             `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else acts in the commune's stead"`
	Office   poverty.OfficeID   `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// SurveyRowsBody is results of households on the list of a commune.
type SurveyRowsBody struct {
	Basis string          `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else writes in the commune's stead"`
	Rows  []SurveyRowBody `json:"rows" minItems:"1" maxItems:"1000"`
}

// SurveyRowBody is the result of one household; without ID it is put on the
// list, by its code alone where the register holds it.
type SurveyRowBody struct {
	ID       poverty.SurveyRowID `json:"id,omitempty" minimum:"0"`
	Version  int                 `json:"version,omitempty" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Code     string              `json:"code,omitempty" maxLength:"200"`
	Hamlet   string              `json:"hamlet,omitempty" maxLength:"200"`
	Head     string              `json:"head,omitempty" maxLength:"200"`
	HeadBorn int                 `json:"head_born,omitempty" minimum:"0" maximum:"9999"`
	Why      string              `json:"why,omitempty" enum:",asked,leaves,watch"`
	Result   poverty.Class       `json:"result,omitempty" enum:",poor,near_poor,not_poor"`
	Members  int                 `json:"members" minimum:"0" maximum:"1000"`
	Movement poverty.Movement    `json:"movement,omitempty" enum:",stays,to_near_poor,to_poor,passed,fallen_back,new,gone,came,outside" doc:"Left out of a row on the list, it is filled in where the classes leave no choice"`
	Reason   string              `json:"reason,omitempty" enum:",died,moved_away,merged,moved_in,split"`
	Note     string              `json:"note,omitempty" maxLength:"4000"`
}

func surveys(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "survey", "list-survey-steps", "/cycles/{id}/survey", "List how far the survey of each commune has come", func(ctx context.Context, in *CyclePath) ([]poverty.Survey, error) {
		return store.SurveyOverview(ctx, in.ID)
	})
	read(a, "survey", "get-survey", "/cycles/{id}/survey/{unit}", "Get a commune's survey with its households and its movement", func(ctx context.Context, in *PlanPath) (poverty.SurveySheet, error) {
		return store.Survey(ctx, in.ID, in.Unit)
	})
	change(a, http.MethodPut, "survey", "save-survey-rows", "/cycles/{id}/survey/{unit}/rows", "Save results of households, all or none", func(ctx context.Context, in *struct {
		PlanPath
		Body SurveyRowsBody
	}) (poverty.SurveySheet, error) {
		rows := make([]poverty.SurveyRow, len(in.Body.Rows))
		for i, b := range in.Body.Rows {
			rows[i] = poverty.SurveyRow{ID: b.ID, Version: b.Version, Code: b.Code, Hamlet: b.Hamlet, Head: b.Head, HeadBorn: b.HeadBorn, Why: b.Why,
				Result: b.Result, Members: b.Members, Movement: b.Movement, Reason: b.Reason, Note: b.Note}
		}
		if err := store.SaveSurveyRows(ctx, poverty.RegisterScope{Cycle: in.ID, Unit: in.Unit, Basis: in.Body.Basis}, rows); err != nil {
			return poverty.SurveySheet{}, err
		}
		return store.Survey(ctx, in.ID, in.Unit)
	})
	change(a, http.MethodPost, "survey", "move-survey", "/cycles/{id}/survey/{unit}/moves", "Draw up, review, meet, ask, give an opinion or recognise", func(ctx context.Context, in *struct {
		PlanPath
		Decided
		Body SurveyMoveBody
	}) (poverty.Survey, error) {
		b := in.Body
		return engine.MoveSurvey(ctx, poverty.SurveyMove{Key: in.Key, Cycle: in.ID, Unit: in.Unit, Verb: b.Verb, Version: b.Version, Hamlet: b.Hamlet,
			On: b.On, Present: b.Present, Agreed: b.Agreed, Chair: b.Chair, Minutes: b.Minutes, Opinion: b.Opinion, Text: b.Text, Decision: b.Decision,
			Basis: b.Basis, Office: seat(ctx, b.Office)})
	})
	change(a, http.MethodPost, "survey", "close-survey", "/cycles/{id}/survey-close", "Close the survey of a cycle when every commune has confirmed", func(ctx context.Context, in *struct {
		CyclePath
		Decided
	}) (List[poverty.Survey], error) {
		_, err := engine.MoveSurvey(ctx, poverty.SurveyMove{Key: in.Key, Cycle: in.ID, Verb: poverty.SurveyClose, Office: seat(ctx, "")})
		if err != nil {
			return List[poverty.Survey]{}, err
		}
		items, err := store.SurveyOverview(ctx, in.ID)
		return List[poverty.Survey]{items}, err
	})
	list(a, "survey", "list-surveys", "/cycles/{id}/surveys", "List the survey results of a cycle's communes", func(ctx context.Context, in *CyclePath) ([]poverty.SurveyResult, error) {
		return store.Surveys(ctx, in.ID)
	})
}
