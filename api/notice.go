package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func notices(a huma.API, store poverty.Store) {
	list(a, "notice", "list-notices", "/notices", "List notices, newest first", func(ctx context.Context, in *struct {
		Cycle poverty.CycleID     `query:"cycle" maxLength:"200"`
		Duty  poverty.DutyID      `query:"duty" minimum:"1"`
		State poverty.NoticeState `query:"state" enum:"queued,sending,sent,failed,superseded,vacant,inbox"`
		Mine  bool                `query:"mine" doc:"Only those to who asks"`
		After int64               `query:"after" minimum:"0" doc:"Continue behind this notice"`
		Limit int                 `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) ([]poverty.Notice, error) {
		return store.Notices(ctx, poverty.NoticeFilter{
			Cycle: in.Cycle, Duty: in.Duty, State: in.State, Mine: in.Mine, After: in.After, Limit: in.Limit,
		})
	})
}
