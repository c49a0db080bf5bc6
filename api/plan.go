package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
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

// PlanHouseholdsBody changes the households of a plan's draft, all of it or
// nothing.
type PlanHouseholdsBody struct {
	Put    []PlanHouseholdBody   `json:"put,omitempty" maxItems:"1000" doc:"Households as they shall stand, by number or by code"`
	Add    []poverty.HouseholdID `json:"add,omitempty" maxItems:"1000" doc:"Households of the register, with the causes and needs of their sheets"`
	Goal   poverty.PlanGoal      `json:"goal,omitempty" enum:",leave_poor,leave_near_poor,help" doc:"Of those added; by their class if left out"`
	Remove []poverty.HouseholdID `json:"remove,omitempty" maxItems:"1000"`
}

// PlanHouseholdBody is a household of a plan.
type PlanHouseholdBody struct {
	Household  poverty.HouseholdID `json:"household,omitempty" minimum:"0"`
	Code       string              `json:"code,omitempty" maxLength:"200" doc:"Instead of its number"`
	Version    int                 `json:"version,omitempty" minimum:"0" doc:"The version that was edited; 409 when another is there now; unchecked if left out"`
	Goal       poverty.PlanGoal    `json:"goal" enum:"leave_poor,leave_near_poor,help"`
	Causes     []string            `json:"causes,omitempty" maxItems:"100"`
	CauseOther string              `json:"cause_other,omitempty" maxLength:"4000"`
	Needs      []string            `json:"needs,omitempty" maxItems:"500"`
	Registered calendar.Date       `json:"registered,omitzero" doc:"The day on which the household asked for it itself"`
	Note       string              `json:"note,omitempty" maxLength:"4000"`
	Measures   []PlanMeasureBody   `json:"measures,omitempty" maxItems:"20"`
}

// PlanMeasureBody is what is to be done for a household.
type PlanMeasureBody struct {
	ID          int64          `json:"id,omitempty" minimum:"0" doc:"Of a measure that is there; a new one if left out"`
	Need        string         `json:"need,omitempty" maxLength:"41" doc:"Code of one of the household's needs"`
	Kind        string         `json:"kind,omitempty" maxLength:"41" doc:"Code of the catalogue of kinds of support"`
	What        string         `json:"what,omitempty" maxLength:"4000"`
	Quantity    int64          `json:"quantity,omitempty" minimum:"0" maximum:"1000000000"`
	Measure     string         `json:"measure,omitempty" maxLength:"200" doc:"Unit of the quantity"`
	Term        calendar.Date  `json:"term,omitzero"`
	Helper      poverty.UnitID `json:"helper,omitempty" maxLength:"100" doc:"A unit of the cycle"`
	HelperOther string         `json:"helper_other,omitempty" maxLength:"200"`
}

func (b PlanHouseholdBody) household() poverty.PlanHousehold {
	h := poverty.PlanHousehold{
		Household: b.Household, Code: b.Code, Version: b.Version, Goal: b.Goal, Causes: b.Causes, CauseOther: b.CauseOther, Needs: b.Needs,
		Registered: b.Registered, Note: b.Note,
	}
	for _, m := range b.Measures {
		h.Measures = append(h.Measures, poverty.PlanMeasure(m))
	}
	return h
}

// RoundPath is the address of a round of a plan.
type RoundPath struct {
	PlanPath
	Round int `path:"round" minimum:"1" maximum:"1000"`
}

// RoundQuery asks how a round differs from an earlier one.
type RoundQuery struct {
	RoundPath
	Since int `query:"since" required:"true" minimum:"1" maximum:"1000" doc:"The earlier round"`
}

// KindBody is an entry for the catalogue of kinds of support.
type KindBody struct {
	Code   string `json:"code" minLength:"1" maxLength:"41"`
	Name   string `json:"name" minLength:"1" maxLength:"200"`
	NameEN string `json:"name_en,omitempty" maxLength:"200"`
}

// planRows are the households of plans: the draft, and the rounds that were sent.
func planRows(a huma.API, store poverty.Store) {
	read(a, "plan", "get-plan-draft", "/cycles/{id}/plans/{unit}/draft", "Get a plan's draft with its households and what is missing", func(ctx context.Context, in *PlanPath) (poverty.PlanSheet, error) {
		return store.PlanSheet(ctx, in.ID, in.Unit)
	})
	change(a, http.MethodPut, "plan", "save-plan-households", "/cycles/{id}/plans/{unit}/households", "Change the households of a plan's draft", func(ctx context.Context, in *struct {
		PlanPath
		Body PlanHouseholdsBody
	}) (poverty.Plan, error) {
		x := poverty.PlanEdit{Cycle: in.ID, Unit: in.Unit, Add: in.Body.Add, Goal: in.Body.Goal, Remove: in.Body.Remove}
		for _, b := range in.Body.Put {
			x.Put = append(x.Put, b.household())
		}
		return store.EditPlan(ctx, x)
	})
	list(a, "plan", "list-plan-rounds", "/cycles/{id}/plans/{unit}/rounds", "List the rounds of a plan, newest first", func(ctx context.Context, in *PlanPath) ([]poverty.PlanRound, error) {
		return store.PlanRounds(ctx, in.ID, in.Unit)
	})
	read(a, "plan", "get-plan-round", "/cycles/{id}/plans/{unit}/rounds/{round}", "Get a round as it was sent, with its households", func(ctx context.Context, in *RoundPath) (poverty.PlanRound, error) {
		return store.PlanRound(ctx, in.ID, in.Unit, in.Round)
	})
	read(a, "plan", "compare-plan-rounds", "/cycles/{id}/plans/{unit}/rounds/{round}/changes", "Tell how a round differs from an earlier one", func(ctx context.Context, in *RoundQuery) (poverty.PlanDiff, error) {
		old, err := store.PlanRound(ctx, in.ID, in.Unit, in.Since)
		if err != nil {
			return poverty.PlanDiff{}, err
		}
		now, err := store.PlanRound(ctx, in.ID, in.Unit, in.Round)
		return now.Since(old), err
	})
	change(a, http.MethodPut, "plan", "add-component-kind", "/cycles/{id}/component-kinds", "Add a kind of support to the owner's catalogue", func(ctx context.Context, in *struct {
		CyclePath
		Body KindBody
	}) (List[poverty.ComponentKind], error) {
		if err := store.AddComponentKind(ctx, in.ID, poverty.ComponentKind{Code: in.Body.Code, Name: in.Body.Name, NameEN: in.Body.NameEN}); err != nil {
			return List[poverty.ComponentKind]{}, err
		}
		items, err := store.ComponentKinds(ctx, in.ID)
		return List[poverty.ComponentKind]{items}, err
	})
}

func plans(a huma.API, store poverty.Store, engine poverty.Engine) {
	planRows(a, store)
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
