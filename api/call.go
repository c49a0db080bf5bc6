package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// CallBody is a call about a duty.
type CallBody struct {
	Whom string    `json:"whom" minLength:"1" maxLength:"200"`
	Said string    `json:"said" minLength:"1" maxLength:"2000"`
	At   time.Time `json:"at,omitzero" doc:"When it was; now if left out"`
}

func calls(a huma.API, store poverty.Store) {
	list(a, "duty", "list-calls", "/duties/{id}/calls", "List the calls about a duty, newest first", func(ctx context.Context, in *DutyPath) ([]poverty.Call, error) {
		return store.Calls(ctx, in.ID)
	})
	change(a, http.MethodPost, "duty", "log-call", "/duties/{id}/calls", "Log a call about a duty; it stops no ladder", func(ctx context.Context, in *struct {
		DutyPath
		Decided
		Body CallBody
	}) (poverty.Call, error) {
		return store.LogCall(ctx, poverty.Call{Key: in.Key, Duty: in.ID, Whom: in.Body.Whom, Said: in.Body.Said, At: in.Body.At})
	})
}
