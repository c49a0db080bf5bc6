package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// Me is who asks, with the seats held now.
type Me struct {
	poverty.Actor
	Seats []poverty.Seat `json:"seats"`
}

func users(a huma.API, store poverty.Store) {
	read(a, "user", "get-me", "/me", "Get who asks, with the seats held now", func(ctx context.Context, _ *struct{}) (Me, error) {
		me, err := store.Me(ctx)
		return Me{me, me.Seats}, err
	})
}
