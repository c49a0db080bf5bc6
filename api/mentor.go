package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// MentorBody is a mentor as it is written.
type MentorBody struct {
	Version      int           `json:"version,omitempty" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Name         string        `json:"name" minLength:"1" maxLength:"200"`
	Organisation string        `json:"organisation" minLength:"1" maxLength:"200"`
	From         calendar.Date `json:"from"`
	Until        calendar.Date `json:"until,omitzero" doc:"The last day"`
	Basis        string        `json:"basis,omitempty" maxLength:"1000"`
	Login        *string       `json:"login,omitempty" maxLength:"100" doc:"By which the mentor signs in; empty: the mentor does not; left out: as it was"`
}

func (b MentorBody) login() string {
	if b.Login == nil {
		return poverty.LoginKeep
	}
	return *b.Login
}

func mentors(a huma.API, store poverty.Store) {
	list(a, "mentor", "list-mentors", "/cycles/{id}/mentors", "List the mentors of households with their visits", func(ctx context.Context, in *struct {
		ID        poverty.CycleID `path:"id" maxLength:"200"`
		Unit      poverty.UnitID  `query:"unit" maxLength:"100" doc:"The commune"`
		Household string          `query:"household" maxLength:"100" doc:"Code of a household"`
		Ended     bool            `query:"ended" doc:"Also those whose last day is over"`
	}) ([]poverty.Mentor, error) {
		return store.Mentors(ctx, poverty.MentorFilter{Cycle: in.ID, Unit: in.Unit, Code: in.Household, Ended: in.Ended})
	})
	change(a, http.MethodPut, "mentor", "add-mentor", "/cycles/{id}/units/{unit}/households/{household}/mentors", "Name a mentor of a household of the plan that was sent; the same name from the same day is one", func(ctx context.Context, in *struct {
		ID        poverty.CycleID `path:"id" maxLength:"200"`
		Unit      poverty.UnitID  `path:"unit" maxLength:"100" doc:"The commune"`
		Household string          `path:"household" maxLength:"100" doc:"Code of the household"`
		Body      MentorBody
	}) (poverty.Mentor, error) {
		b := in.Body
		return store.SaveMentor(ctx, poverty.Mentor{Cycle: in.ID, Unit: in.Unit, Code: in.Household, Name: b.Name, Organisation: b.Organisation, From: b.From, Until: b.Until, Login: b.login()}, b.Basis)
	})
	change(a, http.MethodPut, "mentor", "save-mentor", "/mentors/{id}", "Change a mentor, or end the mentoring with a last day", func(ctx context.Context, in *struct {
		ID   poverty.MentorID `path:"id" minimum:"1"`
		Body MentorBody
	}) (poverty.Mentor, error) {
		b := in.Body
		return store.SaveMentor(ctx, poverty.Mentor{ID: in.ID, Version: b.Version, Name: b.Name, Organisation: b.Organisation, From: b.From, Until: b.Until, Login: b.login()}, b.Basis)
	})
	change(a, http.MethodPost, "mentor", "log-visit", "/mentors/{id}/visits", "Log a visit to a household", func(ctx context.Context, in *struct {
		Decided
		ID   poverty.MentorID `path:"id" minimum:"1"`
		Body struct {
			Day   calendar.Date `json:"day"`
			Found string        `json:"found" minLength:"1" maxLength:"20000"`
			Basis string        `json:"basis,omitempty" maxLength:"1000"`
		}
	}) (poverty.Mentor, error) {
		return store.LogVisit(ctx, poverty.Visit{Mentor: in.ID, Key: in.Key, Day: in.Body.Day, Found: in.Body.Found, Basis: in.Body.Basis})
	})
	change(a, http.MethodPut, "mentor", "correct-visit", "/mentors/{id}/visits/{visit}", "Correct a visit, or take it back; what stood there is kept", func(ctx context.Context, in *struct {
		ID    poverty.MentorID `path:"id" minimum:"1"`
		Visit int64            `path:"visit" minimum:"1" doc:"The visit as it was looked at; 409 when somebody corrected it meanwhile"`
		Body  struct {
			Gone   bool          `json:"gone,omitempty" doc:"Take it back"`
			Day    calendar.Date `json:"day,omitzero"`
			Found  string        `json:"found,omitempty" maxLength:"20000"`
			Reason string        `json:"reason" minLength:"1" maxLength:"1000"`
		}
	}) (poverty.Mentor, error) {
		b := in.Body
		return store.CorrectVisit(ctx, poverty.VisitCorrection{Mentor: in.ID, Visit: in.Visit, Gone: b.Gone, Day: b.Day, Found: b.Found, Reason: b.Reason})
	})
}
