package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// ReportBody is what a unit writes into a report.
type ReportBody struct {
	Version    int              `json:"version" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Figures    map[string]int64 `json:"figures" maxProperties:"100"`
	Text       string           `json:"text" maxLength:"100000"`
	LateReason string           `json:"late_reason,omitempty" maxLength:"4000"`
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
}
