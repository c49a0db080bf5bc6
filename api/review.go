package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func reviews(a huma.API, store poverty.Store) {
	list(a, "review", "list-reviews", "/cycles/{id}/reviews", "List the reviews of a cycle", func(ctx context.Context, in *CyclePath) ([]poverty.Review, error) {
		return store.Reviews(ctx, in.ID)
	})
}
