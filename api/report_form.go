package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// ReportFormBody is the form of a cycle's reports as the standing office defines
// it.
type ReportFormBody struct {
	Version int                   `json:"version" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Fields  []poverty.ReportField `json:"fields" minItems:"1" maxItems:"60"`
	Reason  string                `json:"reason" minLength:"1" maxLength:"1000"`
}

func reportForms(a huma.API, store poverty.Store) {
	list(a, "report", "list-report-forms", "/cycles/{id}/report-forms", "List the versions of the form of reports, newest first", func(ctx context.Context, in *CyclePath) ([]poverty.ReportForm, error) {
		return store.ReportForms(ctx, in.ID)
	})
	change(a, http.MethodPut, "report", "save-report-form", "/cycles/{id}/report-forms", "Save the next version of the form; open periods keep theirs", func(ctx context.Context, in *struct {
		CyclePath
		Body ReportFormBody
	}) (poverty.ReportForm, error) {
		return store.SaveReportForm(ctx, poverty.ReportForm{Cycle: in.ID, Version: in.Body.Version, Fields: in.Body.Fields, Reason: in.Body.Reason})
	})
}
