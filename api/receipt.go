package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// ReceiptQuery chooses receipts of a cycle.
type ReceiptQuery struct {
	CyclePath
	Unit poverty.UnitID `query:"unit" maxLength:"100" doc:"The commune whose list it is"`
}

func receipts(a huma.API, store poverty.Store) {
	list(a, "receipt", "list-receipts", "/cycles/{id}/receipts", "List which agencies have the lists of plans; one is confirmed by the decision done on its duty", func(ctx context.Context, in *ReceiptQuery) ([]poverty.Receipt, error) {
		return store.Receipts(ctx, in.ID, in.Unit)
	})
}
