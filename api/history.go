package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func history(a huma.API, store poverty.Store) {
	list(a, "history", "list-history", "/history", "List what happened, newest first", func(ctx context.Context, in *struct {
		Cycle  poverty.CycleID `query:"cycle" maxLength:"200"`
		Duty   poverty.DutyID  `query:"duty" minimum:"1"`
		Unit   poverty.UnitID  `query:"unit" maxLength:"100"`
		Event  poverty.Event   `query:"event" enum:"opened,reminded,submitted,returned,accepted,overdue,escalated,acknowledged,lapsed,directed,extended,excused,superseded,passed,held,done,closed,dated,noted"`
		After  int64           `query:"after" minimum:"0" doc:"Continue behind this entry"`
		Limit  int             `query:"limit" minimum:"1" maximum:"200" default:"50"`
		Oldest bool            `query:"oldest" doc:"Oldest first"`
	}) ([]poverty.Entry, error) {
		return store.History(ctx, poverty.HistoryFilter{
			Cycle: in.Cycle, Duty: in.Duty, Unit: in.Unit, Event: in.Event,
			After: in.After, Limit: in.Limit, Oldest: in.Oldest,
		})
	})
}
