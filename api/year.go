package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func years(a huma.API, store poverty.Store) {
	list(a, "year", "list-years", "/cycles/{id}/years", "List the figures of the years of the cycle's owner and its communes", func(ctx context.Context, in *CyclePath) ([]poverty.YearFigures, error) {
		return store.Years(ctx, in.ID)
	})
}
