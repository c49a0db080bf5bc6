package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func periods(a huma.API, store poverty.Store) {
	list(a, "period", "list-periods", "/cycles/{id}/periods", "List the reporting periods of a cycle", func(ctx context.Context, in *CyclePath) ([]poverty.Period, error) {
		return store.Periods(ctx, in.ID)
	})
	read(a, "period", "get-matrix", "/cycles/{id}/matrix", "Get the reports of a cycle, unit by period", func(ctx context.Context, in *CyclePath) (poverty.Matrix, error) {
		return store.Matrix(ctx, in.ID)
	})
}
