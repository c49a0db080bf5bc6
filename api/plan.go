package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// PlanPath is the address of a commune's plan.
type PlanPath struct {
	ID   poverty.CycleID `path:"id" maxLength:"200" doc:"Owner unit and year" example:"nam-dong:2018"`
	Unit poverty.UnitID  `path:"unit" maxLength:"100" doc:"The commune" example:"thuong-long"`
}

// PlanMoveBody is a decision on a commune's plan.
type PlanMoveBody struct {
	Verb    poverty.PlanVerb `json:"verb" enum:"send,appraise,approve,return"`
	Version int              `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Reason  string           `json:"reason,omitempty" maxLength:"4000" doc:"The remarks of a return"`
	Basis   string           `json:"basis,omitempty" maxLength:"1000"`
	At      time.Time        `json:"at,omitzero" doc:"When it is effective; now if left out"`
	Office  poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// PlanDraftBody is what a commune's officer writes into its plan.
type PlanDraftBody struct {
	Version int    `json:"version" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	ToLeave int    `json:"to_leave" minimum:"0" maximum:"10000000" doc:"Households meant to leave poverty this year"`
	Text    string `json:"text" maxLength:"100000"`
}

func plans(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "plan", "list-plans", "/cycles/{id}/plans", "List the plans of a cycle", func(ctx context.Context, in *CyclePath) ([]poverty.Plan, error) {
		return store.Plans(ctx, in.ID)
	})
	read(a, "plan", "get-plan", "/cycles/{id}/plans/{unit}", "Get a commune's plan", func(ctx context.Context, in *PlanPath) (poverty.Plan, error) {
		return store.Plan(ctx, in.ID, in.Unit)
	})
	change(a, http.MethodPut, "plan", "save-plan", "/cycles/{id}/plans/{unit}", "Save the draft of a plan", func(ctx context.Context, in *struct {
		PlanPath
		Body PlanDraftBody
	}) (poverty.Plan, error) {
		b := in.Body
		return store.SavePlan(ctx, poverty.PlanDraftContent{
			Cycle: in.ID, Unit: in.Unit, Version: b.Version, ToLeave: b.ToLeave, Text: b.Text,
		})
	})
	change(a, http.MethodPost, "plan", "move-plan", "/cycles/{id}/plans/{unit}/moves", "Send, appraise, approve or return a plan", func(ctx context.Context, in *struct {
		PlanPath
		Decided
		Body PlanMoveBody
	}) (poverty.Plan, error) {
		b := in.Body
		return engine.MovePlan(ctx, poverty.PlanMove{
			Key: in.Key, Cycle: in.ID, Unit: in.Unit, Verb: b.Verb, Version: b.Version,
			Reason: b.Reason, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
}
