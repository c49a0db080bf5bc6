package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func gapChecks(a huma.API, store poverty.Store) {
	list(a, "helper", "list-gaps", "/cycles/{id}/gaps", "List what is missing today in how help is assigned", func(ctx context.Context, in *CyclePath) ([]poverty.Gap, error) {
		return store.Gaps(ctx, in.ID)
	})
}
