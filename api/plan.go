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
	Verb    poverty.PlanVerb `json:"verb" enum:"send,appraise,approve,return,withdraw,amend,drop"`
	Version int              `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Reason  string           `json:"reason,omitempty" maxLength:"4000" doc:"Of a return, its remarks on the whole; needed to withdraw, amend and drop"`
	Remarks []PlanRemarkBody `json:"remarks,omitempty" maxItems:"2000" doc:"Of a return, its remarks on households and fields"`
	Basis   string           `json:"basis,omitempty" maxLength:"1000"`
	At      time.Time        `json:"at,omitzero" doc:"When it is effective; now if left out"`
	Office  poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// PlanRemarkBody is a remark on a round: on a household and one of its fields,
// or on a field of the plan.
type PlanRemarkBody struct {
	Household poverty.HouseholdID `json:"household,omitempty" minimum:"0"`
	Code      string              `json:"code,omitempty" maxLength:"200" doc:"The household's code, instead of its number"`
	Field     string              `json:"field,omitempty" maxLength:"40"`
	Text      string              `json:"text" minLength:"1" maxLength:"4000"`
}

// PlanDraftBody is what a commune's officer writes into its plan.
type PlanDraftBody struct {
	Version   int              `json:"version" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	ToLeave   int              `json:"to_leave,omitempty" minimum:"0" maximum:"10000000" doc:"Households meant to leave poverty this year; counted from the households where the commune has a register"`
	Texts     PlanTextsBody    `json:"texts"`
	Focal     poverty.OfficeID `json:"focal,omitempty" maxLength:"100" doc:"Chair or vice chair of the commune, in charge of the plan"`
	Shortfall string           `json:"shortfall,omitempty" maxLength:"20000" doc:"Why fewer households leave poverty than the target says"`
}

// PlanTextsBody is the parts of a plan's text.
type PlanTextsBody struct {
	Situation    string `json:"situation,omitempty" maxLength:"100000"`
	Solutions    string `json:"solutions,omitempty" maxLength:"100000"`
	Organisation string `json:"organisation,omitempty" maxLength:"100000"`
}

func (b PlanTextsBody) texts() map[string]string {
	return map[string]string{"situation": b.Situation, "solutions": b.Solutions, "organisation": b.Organisation}
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
			Cycle: in.ID, Unit: in.Unit, Version: b.Version, ToLeave: b.ToLeave, Texts: b.Texts.texts(), Focal: b.Focal, Shortfall: b.Shortfall,
		})
	})
	change(a, http.MethodPost, "plan", "move-plan", "/cycles/{id}/plans/{unit}/moves", "Send, appraise, approve, return, withdraw or amend a plan", func(ctx context.Context, in *struct {
		PlanPath
		Decided
		Body PlanMoveBody
	}) (poverty.Plan, error) {
		b := in.Body
		var remarks []poverty.PlanRemark
		for _, r := range b.Remarks {
			remarks = append(remarks, poverty.PlanRemark{Household: r.Household, Code: r.Code, Field: r.Field, Text: r.Text})
		}
		return engine.MovePlan(ctx, poverty.PlanMove{
			Key: in.Key, Cycle: in.ID, Unit: in.Unit, Verb: b.Verb, Version: b.Version,
			Reason: b.Reason, Remarks: remarks, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
}
