package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// ContributionBody is what a member of a group adds to the report of its lead.
type ContributionBody struct {
	Version int              `json:"version" minimum:"0" doc:"The version that was edited; 0 for the first"`
	Figures map[string]int64 `json:"figures,omitempty" maxProperties:"100"`
	Text    string           `json:"text,omitempty" maxLength:"100000"`
	Nothing bool             `json:"nothing,omitempty" doc:"States that there is nothing to add"`
}

func contributions(a huma.API, store poverty.Store) {
	change(a, http.MethodPut, "report", "save-contribution", "/reports/{id}/contributions/{unit}", "Save what a member contributes to the report of its lead", func(ctx context.Context, in *struct {
		DutyPath
		Unit poverty.UnitID `path:"unit" maxLength:"100"`
		Body ContributionBody
	}) (poverty.Contribution, error) {
		b := in.Body
		return store.SaveContribution(ctx, poverty.Contribution{Duty: in.ID, Unit: in.Unit, Version: b.Version, Figures: b.Figures, Text: b.Text, Nothing: b.Nothing})
	})
}
