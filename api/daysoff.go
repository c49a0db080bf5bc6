package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

func daysOff(a huma.API, store poverty.Store) {
	list(a, "calendar", "list-days-off", "/days-off/{year}", "List the days off and make-up days of a year", func(ctx context.Context, in *struct {
		Year int `path:"year" minimum:"1900" maximum:"2199"`
	}) ([]calendar.DayOff, error) {
		c, err := store.Calendar(ctx)
		if err != nil {
			return nil, err
		}
		return c.Year(in.Year), nil
	})
}
