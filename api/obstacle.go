package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// ObstaclePath is the address of an obstacle.
type ObstaclePath struct {
	ID poverty.ObstacleID `path:"id" minimum:"1"`
}

// ObstacleBody is an obstacle or proposal that is raised.
type ObstacleBody struct {
	Unit      poverty.UnitID            `json:"unit" minLength:"1" maxLength:"100" doc:"Who raises it"`
	Kind      poverty.ObstacleKind      `json:"kind" enum:"obstacle,proposal"`
	To        poverty.ObstacleAddressee `json:"to" enum:"standing,owner"`
	Component string                    `json:"component,omitempty" maxLength:"40" doc:"The code of the component that it is about"`
	Household poverty.HouseholdID       `json:"household,omitempty" minimum:"0"`
	Commune   poverty.UnitID            `json:"commune,omitempty" maxLength:"100"`
	Text      string                    `json:"text" minLength:"1" maxLength:"20000"`
	Basis     string                    `json:"basis,omitempty" maxLength:"1000"`
	At        time.Time                 `json:"at,omitzero" doc:"When it was received; now if left out"`
	Office    poverty.OfficeID          `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// ObstacleMoveBody is a decision on an obstacle.
type ObstacleMoveBody struct {
	Verb    poverty.ObstacleVerb `json:"verb" enum:"forward,answer,decide,close"`
	Version int                  `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Text    string               `json:"text" minLength:"1" maxLength:"20000" doc:"The opinion, the answer, the decision, or why it is closed"`
	Basis   string               `json:"basis,omitempty" maxLength:"1000"`
	At      time.Time            `json:"at,omitzero" doc:"When it is effective; now if left out"`
	Office  poverty.OfficeID     `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

func obstacles(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "obstacle", "list-obstacles", "/cycles/{id}/obstacles", "List the obstacles that the actor may read, the newest first", func(ctx context.Context, in *struct {
		CyclePath
		Unit      poverty.UnitID        `query:"unit" maxLength:"100" doc:"Who raised it"`
		Commune   poverty.UnitID        `query:"commune" maxLength:"100"`
		Kind      poverty.ObstacleKind  `query:"kind" enum:"obstacle,proposal"`
		State     poverty.ObstacleState `query:"state" enum:"raised,forwarded,answered,decided,closed"`
		Component string                `query:"component" maxLength:"40"`
		Household poverty.HouseholdID   `query:"household" minimum:"0"`
		Waiting   bool                  `query:"waiting" doc:"Only those that nobody has answered"`
		From      calendar.Date         `query:"from" doc:"First day of receipt"`
		To        calendar.Date         `query:"to" doc:"Last day of receipt"`
		Limit     int                   `query:"limit" minimum:"1" maximum:"500" default:"200"`
	}) ([]poverty.Obstacle, error) {
		return store.Obstacles(ctx, poverty.ObstacleFilter{
			Cycle: in.ID, Unit: in.Unit, Commune: in.Commune, Kind: in.Kind, State: in.State, Component: in.Component,
			Household: in.Household, Waiting: in.Waiting, From: in.From, To: in.To, Limit: in.Limit,
		})
	})
	list(a, "obstacle", "count-obstacles", "/cycles/{id}/obstacle-counts", "Count the obstacles of each unit", func(ctx context.Context, in *CyclePath) ([]poverty.ObstacleCount, error) {
		return store.ObstacleCounts(ctx, in.ID)
	})
	read(a, "obstacle", "get-obstacle", "/obstacles/{id}", "Get an obstacle", func(ctx context.Context, in *ObstaclePath) (poverty.Obstacle, error) {
		return store.Obstacle(ctx, in.ID)
	})
	change(a, http.MethodPost, "obstacle", "raise-obstacle", "/cycles/{id}/obstacles", "Raise an obstacle or proposal", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body ObstacleBody
	}) (poverty.Obstacle, error) {
		b := in.Body
		return engine.MoveObstacle(ctx, poverty.ObstacleMove{
			Key: in.Key, Cycle: in.ID, Verb: poverty.ObstacleRaises, Unit: b.Unit, Kind: b.Kind, To: b.To, Component: b.Component,
			Household: b.Household, Commune: b.Commune, Text: b.Text, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
	change(a, http.MethodPost, "obstacle", "move-obstacle", "/obstacles/{id}/moves", "Forward, answer, decide or close an obstacle", func(ctx context.Context, in *struct {
		ObstaclePath
		Decided
		Body ObstacleMoveBody
	}) (poverty.Obstacle, error) {
		b := in.Body
		o, err := store.Obstacle(ctx, in.ID)
		if err != nil {
			return o, err
		}
		return engine.MoveObstacle(ctx, poverty.ObstacleMove{
			Key: in.Key, Cycle: o.Cycle, Obstacle: in.ID, Verb: b.Verb, Version: b.Version, Text: b.Text, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
}
