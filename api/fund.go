package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// FundPath is the address of a fund.
type FundPath struct {
	ID poverty.FundID `path:"id" minimum:"1"`
}

// FundBody opens a fund.
type FundBody struct {
	Unit   poverty.UnitID   `json:"unit" maxLength:"100" doc:"Who keeps it"`
	Code   string           `json:"code" maxLength:"40" doc:"Unique in the cycle"`
	Name   string           `json:"name" maxLength:"200"`
	Year   int              `json:"year" minimum:"1990" maximum:"2200" doc:"In which it was raised"`
	Amount int64            `json:"amount,omitempty" minimum:"0" doc:"Đồng that it holds"`
	Basis  string           `json:"basis,omitempty" maxLength:"1000"`
	Office poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// FundMoveBody is a decision on a fund.
type FundMoveBody struct {
	Verb   poverty.FundVerb `json:"verb" enum:"raise,correct,carry"`
	Amount int64            `json:"amount,omitempty" minimum:"0" doc:"With raise: đồng"`
	Day    calendar.Date    `json:"day,omitzero" doc:"Today if left out"`
	Entry  int64            `json:"entry,omitempty" minimum:"0" doc:"With correct: the line that is taken back"`
	Reason string           `json:"reason,omitempty" maxLength:"4000"`
	Basis  string           `json:"basis,omitempty" maxLength:"1000"`
	Office poverty.OfficeID `json:"office,omitempty" maxLength:"100"`
}

func funds(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "fund", "list-funds", "/cycles/{id}/funds", "List the funds of a cycle with what is left of them", func(ctx context.Context, in *CyclePath) ([]poverty.Fund, error) {
		return store.Funds(ctx, in.ID)
	})
	change(a, http.MethodPost, "fund", "open-fund", "/cycles/{id}/funds", "Open a fund", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body FundBody
	}) (poverty.Fund, error) {
		b := in.Body
		return engine.MoveFund(ctx, poverty.FundMove{
			Key: in.Key, Verb: poverty.FundOpen, Cycle: in.ID, Unit: b.Unit, Code: b.Code, Name: b.Name, Year: b.Year, Amount: b.Amount,
			Basis: b.Basis, Office: seat(ctx, b.Office),
		})
	})
	read(a, "fund", "get-fund", "/funds/{id}", "Get a fund", func(ctx context.Context, in *FundPath) (poverty.Fund, error) {
		return store.Fund(ctx, in.ID)
	})
	list(a, "fund", "list-fund-entries", "/funds/{id}/entries", "List the ledger of a fund", func(ctx context.Context, in *FundPath) ([]poverty.FundEntry, error) {
		return store.FundEntries(ctx, in.ID)
	})
	change(a, http.MethodPost, "fund", "move-fund", "/funds/{id}/moves", "Enter money, take a line back, or carry what is left to the next year", func(ctx context.Context, in *struct {
		FundPath
		Decided
		Body FundMoveBody
	}) (poverty.Fund, error) {
		b := in.Body
		return engine.MoveFund(ctx, poverty.FundMove{
			Key: in.Key, Verb: b.Verb, Fund: in.ID, Amount: b.Amount, Day: b.Day, Entry: b.Entry, Reason: b.Reason, Basis: b.Basis,
			Office: seat(ctx, b.Office),
		})
	})
}
