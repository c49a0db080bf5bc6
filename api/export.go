package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// ExportBody is the columns of the workbook for the ministry's software.
type ExportBody struct {
	Version int                    `json:"version" minimum:"0" doc:"The version that was edited, 0 where none is set yet; 409 when another is there now"`
	Columns []poverty.ExportColumn `json:"columns" minItems:"1" maxItems:"200"`
}

func exports(a huma.API, store poverty.Store) {
	read(a, "household", "get-export", "/cycles/{id}/export", "Get the columns of the workbook for the ministry's software", func(ctx context.Context, in *CyclePath) (poverty.ExportSetting, error) {
		return store.Export(ctx, in.ID)
	})
	change(a, http.MethodPut, "household", "set-export", "/cycles/{id}/export", "Set the columns of the workbook for the ministry's software", func(ctx context.Context, in *struct {
		CyclePath
		Body ExportBody
	}) (poverty.ExportSetting, error) {
		return store.SaveExport(ctx, in.ID, in.Body.Columns, in.Body.Version)
	})
}
