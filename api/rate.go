package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func reportRates(a huma.API, store poverty.Store) {
	list(a, "period", "list-rates", "/cycles/{id}/rates", "Count the reports of each unit, group, commune and period: expected (last day over, not excused), and of them received, on time, late, returned, extended, partial", func(ctx context.Context, in *struct {
		CyclePath
		Period string `query:"period" maxLength:"20" example:"2018-04"`
	}) ([]poverty.Rate, error) {
		return store.Rates(ctx, poverty.RateFilter{Cycle: in.ID, Period: in.Period})
	})
}
