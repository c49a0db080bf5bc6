package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// FreezeBody says which register is frozen or opened again, and why.
type FreezeBody struct {
	Unit  poverty.UnitID `json:"unit,omitempty" maxLength:"100" doc:"The commune; all of the cycle if left out"`
	Basis string         `json:"basis" minLength:"1" maxLength:"1000" doc:"The survey result by which the register stands, or why it is opened again"`
}

func freezes(a huma.API, store poverty.Store) {
	list(a, "household", "list-freezes", "/cycles/{id}/freezes", "List the frozen registers of a cycle", func(ctx context.Context, in *CyclePath) ([]poverty.Freeze, error) {
		return store.Freezes(ctx, in.ID)
	})
	move := func(id, path, summary string, do func(context.Context, poverty.RegisterScope) error) {
		change(a, http.MethodPut, "household", id, path, summary, func(ctx context.Context, in *struct {
			CyclePath
			Body FreezeBody
		}) (List[poverty.Freeze], error) {
			if err := do(ctx, poverty.RegisterScope{Cycle: in.ID, Unit: in.Body.Unit, Basis: in.Body.Basis}); err != nil {
				return List[poverty.Freeze]{}, err
			}
			items, err := store.Freezes(ctx, in.ID)
			return List[poverty.Freeze]{items}, err
		})
	}
	move("freeze-register", "/cycles/{id}/freezes", "Freeze a register, or all that are not frozen yet", func(ctx context.Context, s poverty.RegisterScope) error {
		return store.FreezeRegister(ctx, s)
	})
	move("reopen-register", "/cycles/{id}/freezes/reopen", "Open a frozen register of a commune again", func(ctx context.Context, s poverty.RegisterScope) error {
		return store.ReopenRegister(ctx, s)
	})
}
