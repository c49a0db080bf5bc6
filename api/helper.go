package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// HelpersQuery chooses who helps which household.
type HelpersQuery struct {
	ID     poverty.CycleID `path:"id" maxLength:"200" doc:"Owner unit and year" example:"nam-dong:2018"`
	Unit   poverty.UnitID  `query:"unit" maxLength:"100" doc:"The commune"`
	Helper poverty.UnitID  `query:"helper" maxLength:"100"`
	Ended  bool            `query:"ended" doc:"Also those whose last day is over"`
}

// HelpersBody says who is to help households.
type HelpersBody struct {
	Households []string           `json:"households" minItems:"1" maxItems:"2000" doc:"Codes of households of the plan that was sent"`
	Wanted     bool               `json:"wanted,omitempty" doc:"Take whom the plan wants for the measures of each household"`
	Kind       poverty.HelperKind `json:"kind,omitempty" enum:"unit,union,households"`
	Helper     poverty.UnitID     `json:"helper,omitempty" maxLength:"100"`
	Other      string             `json:"other,omitempty" maxLength:"200" doc:"Who, in words, where it is no agency"`
	Needs      []string           `json:"needs,omitempty" maxItems:"50" doc:"That the helper sees to; none: all of a household's"`
	Agreed     calendar.Date      `json:"agreed,omitzero"`
	From       calendar.Date      `json:"from,omitzero"`
	Until      calendar.Date      `json:"until,omitzero"`
	Basis      string             `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else writes in the commune's stead"`
}

// HelperEndBody ends somebody's help.
type HelperEndBody struct {
	Version int           `json:"version" minimum:"1" doc:"The version that was looked at; 409 when another is there now"`
	Until   calendar.Date `json:"until" doc:"The last day"`
	Reason  string        `json:"reason" minLength:"1" maxLength:"1000"`
	Basis   string        `json:"basis,omitempty" maxLength:"1000"`
}

func helpers(a huma.API, store poverty.Store) {
	list(a, "helper", "list-helpers", "/cycles/{id}/helpers", "List who helps which household", func(ctx context.Context, in *HelpersQuery) ([]poverty.Helper, error) {
		return store.Helpers(ctx, poverty.HelperFilter{Cycle: in.ID, Unit: in.Unit, Helper: in.Helper, Ended: in.Ended})
	})
	change(a, http.MethodPut, "helper", "assign-helpers", "/cycles/{id}/units/{unit}/helpers", "Give households of a commune's plan to who helps them; what is so already stays", func(ctx context.Context, in *struct {
		ID   poverty.CycleID `path:"id" maxLength:"200"`
		Unit poverty.UnitID  `path:"unit" maxLength:"100" doc:"The commune"`
		Body HelpersBody
	}) (List[poverty.Helper], error) {
		b := in.Body
		added, err := store.AssignHelpers(ctx, poverty.NewHelpers{
			Cycle: in.ID, Unit: in.Unit, Households: b.Households, Wanted: b.Wanted, Kind: b.Kind, Helper: b.Helper, Other: b.Other,
			Needs: b.Needs, Agreed: b.Agreed, From: b.From, Until: b.Until, Basis: b.Basis,
		})
		return List[poverty.Helper]{append([]poverty.Helper{}, added...)}, err
	})
	change(a, http.MethodPut, "helper", "end-helper", "/helpers/{id}/end", "End somebody's help of a household", func(ctx context.Context, in *struct {
		ID   poverty.HelperID `path:"id" minimum:"1"`
		Body HelperEndBody
	}) (poverty.Helper, error) {
		return store.EndHelper(ctx, poverty.HelperEnd{Helper: in.ID, Version: in.Body.Version, Until: in.Body.Until, Reason: in.Body.Reason, Basis: in.Body.Basis})
	})
}
