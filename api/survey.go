package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// SurveyBody is the counts with which a commune confirms its survey.
type SurveyBody struct {
	Households int `json:"households" minimum:"0" maximum:"10000000"`
	Poor       int `json:"poor" minimum:"0" maximum:"10000000"`
	NearPoor   int `json:"near_poor" minimum:"0" maximum:"10000000"`
}

func surveys(a huma.API, store poverty.Store) {
	list(a, "survey", "list-surveys", "/cycles/{id}/surveys", "List the survey results of a cycle's communes", func(ctx context.Context, in *CyclePath) ([]poverty.SurveyResult, error) {
		return store.Surveys(ctx, in.ID)
	})
}
