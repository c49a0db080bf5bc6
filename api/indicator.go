package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// IndicatorBody is an indicator as it is written. Numbers are in hundredths.
type IndicatorBody struct {
	WhyBody
	Version int                   `json:"version" minimum:"0" doc:"The version that was edited, 0 for a new one; 409 when another is there now"`
	Name    string                `json:"name" minLength:"1" maxLength:"4000"`
	NameEN  string                `json:"name_en,omitempty" maxLength:"4000"`
	Kind    poverty.IndicatorKind `json:"kind" enum:"percent,count,turns,rate,points,text"`
	Base    string                `json:"base,omitempty" maxLength:"4000" doc:"Of whom or what, in words; a condition such as need included"`
	BaseEN  string                `json:"base_en,omitempty" maxLength:"4000"`
	Low     int                   `json:"low,omitempty" minimum:"0" doc:"In hundredths: 9000 is 90"`
	High    int                   `json:"high,omitempty" minimum:"0" doc:"In hundredths; the same as low unless it is a range"`
	Source  string                `json:"source,omitempty" maxLength:"4000"`
}

func indicators(a huma.API, store poverty.Store) {
	list(a, "indicator", "list-indicators", "/cycles/{id}/indicators", "List the other aims of a cycle's plan", func(ctx context.Context, in *CyclePath) ([]poverty.CycleIndicator, error) {
		return store.Indicators(ctx, in.ID)
	})
	change(a, http.MethodPut, "indicator", "save-indicator", "/cycles/{id}/indicators/{code}", "Add an indicator or save it", func(ctx context.Context, in *struct {
		ID   poverty.CycleID `path:"id" maxLength:"200"`
		Code string          `path:"code" maxLength:"41"`
		Body IndicatorBody
	}) (poverty.CycleIndicator, error) {
		b := in.Body
		return store.SaveIndicator(ctx, poverty.CycleIndicator{
			Cycle: in.ID, Code: in.Code, Version: b.Version, Name: b.Name, NameEN: b.NameEN, Kind: b.Kind, Base: b.Base, BaseEN: b.BaseEN,
			Low: b.Low, High: b.High, Source: b.Source,
		}, b.why())
	})
}
