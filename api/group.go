package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func groups(a huma.API, store poverty.Store) {
	list(a, "group", "list-groups", "/cycles/{id}/groups", "List the groups of agencies that help the communes", func(ctx context.Context, in *CyclePath) ([]poverty.Group, error) {
		c, err := store.Cycle(ctx, in.ID)
		return c.Rules.Groups, err
	})
}
