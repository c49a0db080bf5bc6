package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// PeriodPath is the address of what belongs to a reporting period.
type PeriodPath struct {
	CyclePath
	Period string `path:"period" maxLength:"20" example:"2018-04"`
}

// ConsolidationBody is the text of the draft of a consolidated report.
type ConsolidationBody struct {
	Revision int    `json:"revision" minimum:"1"`
	Version  int    `json:"version" minimum:"1" doc:"The version that was edited; 409 when another is there now"`
	Text     string `json:"text" maxLength:"100000"`
}

// ConsolidationMoveBody is a decision on a consolidated report.
type ConsolidationMoveBody struct {
	Verb     poverty.ConsolidationVerb `json:"verb" enum:"recount,revise,send,accept,return" doc:"The first three are the standing office's, the others the leadership's"`
	Revision int                       `json:"revision" minimum:"1" doc:"The revision that was looked at"`
	Version  int                       `json:"version,omitempty" minimum:"0"`
	Text     *string                   `json:"text,omitempty" maxLength:"100000" doc:"With send"`
	Reason   string                    `json:"reason,omitempty" maxLength:"4000" doc:"With revise and return"`
	Office   poverty.OfficeID          `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

func consolidations(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "period", "list-consolidations", "/cycles/{id}/periods/{period}/consolidations", "List the revisions of a period's consolidated report, newest first", func(ctx context.Context, in *PeriodPath) ([]poverty.Consolidation, error) {
		return store.Consolidations(ctx, in.ID, in.Period)
	})
	read(a, "period", "get-rollup", "/cycles/{id}/periods/{period}/rollup", "Count a period as it stands now: its reports, and the ledger by commune, group, component and fund", func(ctx context.Context, in *PeriodPath) (poverty.Rollup, error) {
		return store.Rollup(ctx, in.ID, in.Period)
	})
	change(a, http.MethodPut, "period", "save-consolidation", "/cycles/{id}/periods/{period}/consolidations", "Save the text of the draft", func(ctx context.Context, in *struct {
		PeriodPath
		Body ConsolidationBody
	}) (poverty.Consolidation, error) {
		b := in.Body
		return store.SaveConsolidation(ctx, poverty.ConsolidationContent{Cycle: in.ID, Period: in.Period, Revision: b.Revision, Version: b.Version, Text: b.Text})
	})
	change(a, http.MethodPost, "period", "decide-consolidation", "/cycles/{id}/periods/{period}/consolidations/decisions", "Decide on a period's consolidated report", func(ctx context.Context, in *struct {
		PeriodPath
		Decided
		Body ConsolidationMoveBody
	}) (poverty.Consolidation, error) {
		b := in.Body
		return engine.MoveConsolidation(ctx, poverty.ConsolidationMove{Key: in.Key, Cycle: in.ID, Period: in.Period, Verb: b.Verb, Revision: b.Revision,
			Version: b.Version, Text: b.Text, Reason: b.Reason, Office: seat(ctx, b.Office)})
	})
}
