package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// ReportBody is what a unit writes into a report.
type ReportBody struct {
	Version    int               `json:"version" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Figures    map[string]int64  `json:"figures,omitempty" maxProperties:"100" doc:"By field of the form; what is left out is taken from the ledger"`
	Overrides  map[string]string `json:"overrides,omitempty" maxProperties:"100" doc:"By field: why its figure differs from the ledger"`
	Texts      map[string]string `json:"texts,omitempty" maxProperties:"100" doc:"By field: texts and choices"`
	Text       string            `json:"text,omitempty" maxLength:"100000" doc:"How things stand"`
	Nothing    bool              `json:"nothing,omitempty" doc:"States that nothing happened in the period"`
	LateReason string            `json:"late_reason,omitempty" maxLength:"4000"`
}

func reports(a huma.API, store poverty.Store) {
	list(a, "report", "list-reports", "/reports/{id}", "List the versions of a duty's report, newest first", func(ctx context.Context, in *DutyPath) ([]poverty.Report, error) {
		return store.Reports(ctx, in.ID)
	})
	change(a, http.MethodPut, "report", "save-report", "/reports/{id}", "Save the draft of a duty's report", func(ctx context.Context, in *struct {
		DutyPath
		Body ReportBody
	}) (poverty.Report, error) {
		return store.SaveReport(ctx, in.ID, poverty.ReportContent(in.Body))
	})
	read(a, "report", "get-report-sheet", "/reports/{id}/sheet", "Get what a report is filled in from: its form, the ledger's figures, the members' contributions", func(ctx context.Context, in *DutyPath) (poverty.ReportSheet, error) {
		return store.ReportSheet(ctx, in.ID)
	})
	list(a, "report", "list-report-turns", "/reports/{id}/turns", "Tell why a report is on time or late", func(ctx context.Context, in *DutyPath) ([]poverty.Turn, error) {
		entries, err := store.History(ctx, poverty.HistoryFilter{Duty: in.ID, Oldest: true, Limit: 500})
		return append([]poverty.Turn{}, poverty.Turns(entries)...), err
	})
}
