package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// OfficeBody names an office of a unit.
type OfficeBody struct {
	Office poverty.OfficeID `json:"office" minLength:"3" maxLength:"200" example:"thuong-long/head"`
	From   calendar.Date    `json:"from" doc:"The first day"`
}

func offices(a huma.API, store poverty.Store) {
	list(a, "unit", "list-offices", "/units/{id}/offices", "List the offices of a unit", func(ctx context.Context, in *UnitPath) ([]poverty.Office, error) {
		return store.Offices(ctx, in.ID)
	})
	list(a, "unit", "list-holdings", "/units/{id}/holdings", "List who holds, held or will hold the offices of a unit", func(ctx context.Context, in *UnitPath) ([]poverty.Holding, error) {
		return store.Holdings(ctx, in.ID)
	})
	change(a, http.MethodPut, "unit", "give-office", "/offices/holders", "Give an office to somebody from a day on", func(ctx context.Context, in *struct {
		Body struct {
			OfficeBody
			Login string `json:"login" minLength:"1" maxLength:"100"`
			Basis string `json:"basis,omitempty" maxLength:"200" doc:"Number of the paper that gives it"`
		}
	}) (poverty.Holding, error) {
		b := in.Body
		return store.GiveOffice(ctx, poverty.NewHolding{Office: b.Office, Login: b.Login, From: b.From, Basis: b.Basis})
	})
	change(a, http.MethodPut, "unit", "name-substitute", "/offices/substitutes", "Have somebody stand in for an office's holder", func(ctx context.Context, in *struct {
		Body struct {
			OfficeBody
			Login string          `json:"login" minLength:"1" maxLength:"100"`
			Until calendar.Date   `json:"until" doc:"The last day"`
			Cycle poverty.CycleID `json:"cycle,omitempty" maxLength:"200" doc:"The one cycle that it is for; none: all matters"`
			Basis string          `json:"basis" minLength:"1" maxLength:"200" doc:"Number of the paper that gives it"`
		}
	}) (poverty.Holding, error) {
		b := in.Body
		return store.GiveOffice(ctx, poverty.NewHolding{
			Office: b.Office, Login: b.Login, Substitute: true, Cycle: b.Cycle, Basis: b.Basis, From: b.From, Until: b.Until,
		})
	})
	change(a, http.MethodPut, "unit", "vacate-office", "/offices/vacancies", "Leave an office without holder from a day on", func(ctx context.Context, in *struct {
		Body OfficeBody
	}) (OfficeBody, error) {
		return in.Body, store.VacateOffice(ctx, in.Body.Office, in.Body.From)
	})
	change(a, http.MethodPut, "unit", "end-substitution", "/holdings/{id}/end", "End a substitution earlier than it was to", func(ctx context.Context, in *struct {
		ID   poverty.HoldingID `path:"id" minimum:"1"`
		Body struct {
			Last calendar.Date `json:"last" doc:"The last day"`
		}
	}) (Ended, error) {
		return Ended{in.ID, in.Body.Last}, store.EndSubstitution(ctx, in.ID, in.Body.Last)
	})
}

// Ended is a holding that was ended, and its last day.
type Ended struct {
	Holding poverty.HoldingID `json:"holding"`
	Last    calendar.Date     `json:"last"`
}
