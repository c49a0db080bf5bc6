package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// UnitPath is the address of what belongs to a unit.
type UnitPath struct {
	ID poverty.UnitID `path:"id" maxLength:"100" example:"thuong-long"`
}

func units(a huma.API, store poverty.Store) {
	list(a, "unit", "list-units", "/units", "List units", func(ctx context.Context, in *struct {
		On     string          `query:"on" format:"date" doc:"The day whose names and places are wanted; today if left out"`
		Parent poverty.UnitID  `query:"parent" maxLength:"100"`
		Kind   string          `query:"kind" maxLength:"50" example:"commune"`
		Query  string          `query:"query" maxLength:"200" doc:"Part of a name or of another name of it, with or without accents"`
		Cycle  poverty.CycleID `query:"cycle" maxLength:"200" doc:"Only units that take part in this cycle"`
		After  poverty.UnitID  `query:"after" maxLength:"100" doc:"Continue behind this unit"`
		Limit  int             `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) ([]poverty.Unit, error) {
		on, err := day(in.On)
		if err != nil {
			return nil, err
		}
		return store.Units(ctx, poverty.UnitFilter{
			On: on, Parent: in.Parent, Kind: in.Kind, Query: in.Query,
			Cycle: in.Cycle, After: in.After, Limit: in.Limit,
		})
	})
	read(a, "unit", "get-unit", "/units/{id}", "Get a unit", func(ctx context.Context, in *struct {
		UnitPath
		On string `query:"on" format:"date" doc:"The day whose name and place are wanted; today if left out"`
	}) (poverty.Unit, error) {
		on, err := day(in.On)
		if err != nil {
			return poverty.Unit{}, err
		}
		return store.Unit(ctx, in.ID, on)
	})
}

// day reads the day of a query; none is the zero day.
func day(s string) (calendar.Date, error) {
	if s == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.ParseDate(s)
	if err != nil {
		return d, poverty.InvalidField("query.on", "api.not_a_date")
	}
	return d, nil
}
