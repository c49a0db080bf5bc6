package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// SettlementQuery chooses decisions about sheets of a cycle's register.
type SettlementQuery struct {
	CyclePath
	Unit      poverty.UnitID       `query:"unit" maxLength:"100" doc:"The commune, on either side"`
	Household poverty.HouseholdID  `query:"household" minimum:"0" doc:"The sheet, on either side"`
	Before    poverty.SettlementID `query:"before" minimum:"0" doc:"Only older ones than this"`
	Limit     int                  `query:"limit" minimum:"1" maximum:"200" doc:"At most; 200 if left out"`
}

// SettlingBody is a decision about whole sheets.
type SettlingBody struct {
	Kind         poverty.SettlementKind `json:"kind" enum:"struck,merged,apart,moved"`
	Household    poverty.HouseholdID    `json:"household" minimum:"1" doc:"The sheet that goes or moves, or one of the pair"`
	Version      int                    `json:"version" minimum:"1" doc:"The version that was looked at; 409 when another is there now"`
	Other        poverty.HouseholdID    `json:"other,omitempty" minimum:"1" doc:"merged: the sheet that is kept; apart: the other of the pair"`
	OtherVersion int                    `json:"other_version,omitempty" minimum:"1"`
	Take         []string               `json:"take,omitempty" maxItems:"50" doc:"merged: the fields that the kept sheet takes from the other one"`
	Cause        string                 `json:"cause,omitempty" enum:"died,moved_away,mistake,other" doc:"struck: why"`
	Unit         poverty.UnitID         `json:"unit,omitempty" maxLength:"100" doc:"moved: the commune it goes to; its own if left out"`
	Hamlet       string                 `json:"hamlet,omitempty" maxLength:"200" doc:"moved: the hamlet's code"`
	Code         string                 `json:"code,omitempty" maxLength:"200" doc:"moved: the new code; as before if left out"`
	Reason       string                 `json:"reason" minLength:"1" maxLength:"4000"`
	Basis        string                 `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else decides in the commune's stead; needed where two communes are concerned"`
}

// UnsettlingBody takes a decision about sheets back.
type UnsettlingBody struct {
	Reason string `json:"reason" minLength:"1" maxLength:"4000"`
	Basis  string `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else decides in the commune's stead"`
}

func settlements(a huma.API, store poverty.Store) {
	list(a, "household", "list-settlements", "/cycles/{id}/settlements", "List decisions about whole sheets: struck off, merged, moved, found to be two", func(ctx context.Context, in *SettlementQuery) ([]poverty.Settlement, error) {
		return store.Settlements(ctx, poverty.SettlementFilter{Cycle: in.ID, Unit: in.Unit, Household: in.Household, Before: in.Before, Limit: in.Limit})
	})
	change(a, http.MethodPost, "household", "settle-household", "/cycles/{id}/settlements", "Strike a household off, move it, merge it into another, or find that two are two", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body SettlingBody
	}) (poverty.Settlement, error) {
		b := in.Body
		return store.Settle(ctx, poverty.Settling{
			Key: in.Key, Cycle: in.ID, Kind: b.Kind, Household: b.Household, Version: b.Version, Other: b.Other, OtherVersion: b.OtherVersion,
			Take: b.Take, Cause: b.Cause, Unit: b.Unit, Hamlet: b.Hamlet, Code: b.Code, Reason: b.Reason, Basis: b.Basis,
		})
	})
	change(a, http.MethodPut, "household", "undo-settlement", "/settlements/{id}/undone", "Take a decision about sheets back, while nothing else was changed", func(ctx context.Context, in *struct {
		ID   poverty.SettlementID `path:"id" minimum:"1"`
		Body UnsettlingBody
	}) (poverty.Settlement, error) {
		return store.Unsettle(ctx, in.ID, in.Body.Reason, in.Body.Basis)
	})
}
