package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// HouseholdQuery chooses households of a cycle's register.
type HouseholdQuery struct {
	CyclePath
	Unit   poverty.UnitID      `query:"unit" maxLength:"100" doc:"The commune"`
	Hamlet string              `query:"hamlet" maxLength:"200" doc:"The hamlet's code"`
	Class  poverty.Class       `query:"class" enum:"poor,near_poor,not_poor" doc:"The declared class"`
	Group  poverty.PolicyGroup `query:"policy_group" enum:"policy,hard_core"`
	Differ bool                `query:"differ" doc:"Only those whose declared class is not the one that the standard gives"`
	Query  string              `query:"query" maxLength:"200" doc:"Part of the head's name or of the code, with or without accents"`
	After  poverty.HouseholdID `query:"after" minimum:"0" doc:"Continue behind this household"`
	Limit  int                 `query:"limit" minimum:"1" maximum:"200" doc:"At most; 200 if left out"`
}

// HouseholdPath is the address of a household's sheet.
type HouseholdPath struct {
	ID poverty.HouseholdID `path:"id" minimum:"1"`
}

// HouseholdBody is a household's sheet as it is written.
type HouseholdBody struct {
	Version int    `json:"version" minimum:"1" doc:"The version that was edited; 409 when another is there now"`
	Basis   string `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else writes in the commune's stead"`
	SheetBody
}

// HouseholdsBody is households for a commune's register, by their codes.
type HouseholdsBody struct {
	Unit       poverty.UnitID `json:"unit" minLength:"1" maxLength:"100" doc:"The commune"`
	Basis      string         `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else writes in the commune's stead"`
	Households []SheetBody    `json:"households" minItems:"1" maxItems:"1000"`
}

// SheetBody is what a person fills in. A PUT replaces all of it.
type SheetBody struct {
	Hamlet         string              `json:"hamlet" maxLength:"200" doc:"Its code"`
	Code           string              `json:"code" maxLength:"200" doc:"Unique in the commune"`
	Head           string              `json:"head" maxLength:"200"`
	HeadBorn       int                 `json:"head_born,omitempty" minimum:"0" maximum:"9999" doc:"Year; 0: not known"`
	HeadFemale     bool                `json:"head_female,omitempty"`
	IDNumber       string              `json:"id_number,omitempty" maxLength:"200"`
	HealthCard     string              `json:"health_card,omitempty" maxLength:"200"`
	Members        int                 `json:"members" minimum:"1" maximum:"1000000000"`
	Children       int                 `json:"children,omitempty" minimum:"0" maximum:"1000000000" doc:"Under 16"`
	Elderly        int                 `json:"elderly,omitempty" minimum:"0" maximum:"1000000000" doc:"60 and over"`
	Workers        int                 `json:"workers,omitempty" minimum:"0" maximum:"1000000000" doc:"Able to work"`
	Disabled       int                 `json:"disabled,omitempty" minimum:"0" maximum:"1000000000"`
	Ethnic         bool                `json:"ethnic,omitempty" doc:"Of an ethnic minority"`
	PolicyFamily   bool                `json:"policy_family,omitempty"`
	Urban          bool                `json:"urban,omitempty"`
	ProductionLand int                 `json:"production_land,omitempty" minimum:"0" maximum:"1000000000" doc:"m²"`
	Income         int64               `json:"income,omitempty" minimum:"0" maximum:"1000000000" doc:"Đồng a person and month; 0: not known"`
	Points         int                 `json:"points,omitempty" minimum:"0" maximum:"1000000000" doc:"Income points; 0: not scored"`
	Deprived       []string            `json:"deprived,omitempty" maxItems:"100" doc:"Codes of the standard's indicators"`
	Declared       poverty.Class       `json:"declared,omitempty" enum:",poor,near_poor,not_poor"`
	PolicyGroup    poverty.PolicyGroup `json:"policy_group,omitempty" enum:",policy,hard_core"`
	Causes         []string            `json:"causes,omitempty" maxItems:"100"`
	CauseOther     string              `json:"cause_other,omitempty" maxLength:"4000"`
	Needs          []string            `json:"needs,omitempty" maxItems:"500" doc:"Codes of the catalogue"`
	Health         string              `json:"health,omitempty" maxLength:"4000"`
	Note           string              `json:"note,omitempty" maxLength:"4000"`
}

func (b SheetBody) household() poverty.Household {
	return poverty.Household{
		Hamlet: b.Hamlet, Code: b.Code, Head: b.Head, HeadBorn: b.HeadBorn, HeadFemale: b.HeadFemale,
		IDNumber: b.IDNumber, HealthCard: b.HealthCard, Members: b.Members, Children: b.Children, Elderly: b.Elderly,
		Workers: b.Workers, Disabled: b.Disabled, Ethnic: b.Ethnic, PolicyFamily: b.PolicyFamily, Urban: b.Urban,
		ProductionLand: b.ProductionLand, Income: b.Income, Points: b.Points, Deprived: b.Deprived, Declared: b.Declared,
		PolicyGroup: b.PolicyGroup, Causes: b.Causes, CauseOther: b.CauseOther, Needs: b.Needs, Health: b.Health, Note: b.Note,
	}
}

func households(a huma.API, store poverty.Store) {
	list(a, "household", "list-households", "/cycles/{id}/households", "List households of a cycle's register", func(ctx context.Context, in *HouseholdQuery) ([]poverty.Household, error) {
		return store.Households(ctx, poverty.HouseholdFilter{
			Cycle: in.ID, Unit: in.Unit, Hamlet: in.Hamlet, Class: in.Class, Group: in.Group,
			Differ: in.Differ, Query: in.Query, After: in.After, Limit: in.Limit,
		})
	})
	change(a, http.MethodPut, "household", "put-households", "/cycles/{id}/households",
		"Add or replace households of a commune by their codes, all or none; the same again changes nothing", func(ctx context.Context, in *struct {
			CyclePath
			Body HouseholdsBody
		}) (poverty.HouseholdImport, error) {
			rows := func(yield func(poverty.Household, error) bool) {
				for _, b := range in.Body.Households {
					h := b.household()
					h.Unit = in.Body.Unit
					if !yield(h, nil) {
						return
					}
				}
			}
			scope := poverty.RegisterScope{Cycle: in.ID, Unit: in.Body.Unit, Basis: in.Body.Basis}
			return store.ImportHouseholds(ctx, scope, rows, nil)
		})
	read(a, "household", "get-household", "/households/{id}", "Get a household's sheet", func(ctx context.Context, in *HouseholdPath) (poverty.Household, error) {
		return store.Household(ctx, in.ID)
	})
	change(a, http.MethodPut, "household", "save-household", "/households/{id}", "Save a household's sheet", func(ctx context.Context, in *struct {
		HouseholdPath
		Body HouseholdBody
	}) (poverty.Household, error) {
		h := in.Body.household()
		h.ID, h.Version = in.ID, in.Body.Version
		return store.SaveHousehold(ctx, h, in.Body.Basis)
	})
	list(a, "household", "count-households", "/cycles/{id}/register", "Count the register of each commune", func(ctx context.Context, in *CyclePath) ([]poverty.RegisterCount, error) {
		return store.RegisterCounts(ctx, in.ID, "")
	})
	list(a, "household", "list-alike-households", "/cycles/{id}/alike", "List pairs of households that may be one", func(ctx context.Context, in *struct {
		CyclePath
		Unit poverty.UnitID `query:"unit" maxLength:"100" doc:"The commune; all if left out"`
	}) ([]poverty.Likeness, error) {
		return store.Likenesses(ctx, in.ID, in.Unit)
	})
	list(a, "household", "list-needs", "/cycles/{id}/needs", "List the catalogue of needs of a cycle", func(ctx context.Context, in *CyclePath) ([]poverty.Need, error) {
		return store.Needs(ctx, in.ID)
	})
	list(a, "household", "list-hamlets", "/units/{id}/hamlets", "List the hamlets of a commune", func(ctx context.Context, in *struct {
		ID poverty.UnitID `path:"id" maxLength:"100"`
	}) ([]poverty.Hamlet, error) {
		return store.Hamlets(ctx, in.ID)
	})
	list(a, "household", "list-standards", "/standards", "List the national poverty standards", func(context.Context, *struct{}) ([]poverty.Standard, error) {
		return poverty.Standards, nil
	})
}
