package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func escalations(a huma.API, store poverty.Store) {
	list(a, "escalation", "list-escalations", "/escalations", "List the ladders that reached a rung which demands an answer", func(ctx context.Context, in *struct {
		Cycle poverty.CycleID `query:"cycle" maxLength:"200"`
		Duty  poverty.DutyID  `query:"duty" minimum:"1"`
		Open  bool            `query:"open" doc:"Only those not yet closed"`
		Mine  bool            `query:"mine" doc:"Only those that address an office of who asks"`
		Limit int             `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) ([]poverty.Escalation, error) {
		return store.Escalations(ctx, poverty.EscalationFilter{
			Cycle: in.Cycle, Duty: in.Duty, Open: in.Open, Mine: in.Mine, Limit: in.Limit,
		})
	})
}
