package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// TargetPath is the address of a commune's target.
type TargetPath struct {
	ID   poverty.CycleID `path:"id" maxLength:"200" doc:"Owner unit and year" example:"nam-dong:2018"`
	Unit poverty.UnitID  `path:"unit" maxLength:"100" doc:"The commune" example:"thuong-long"`
}

// WhyBody says why targets are set.
type WhyBody struct {
	Reason string `json:"reason,omitempty" maxLength:"4000" doc:"Needed once the cycle runs; it goes into the history"`
	Basis  string `json:"basis,omitempty" maxLength:"1000"`
}

func (b WhyBody) why() poverty.TargetReason { return poverty.TargetReason(b) }

// TargetBody is a commune's row of the target table. A PUT replaces all of it.
type TargetBody struct {
	WhyBody
	Version     int                             `json:"version" minimum:"0" doc:"The version that was edited, 0 for a new row; 409 when another is there now"`
	Households  int                             `json:"households" minimum:"0" maximum:"10000000"`
	Poor        int                             `json:"poor" minimum:"0" maximum:"10000000"`
	NearPoor    int                             `json:"near_poor,omitempty" minimum:"0" maximum:"10000000"`
	Policy      int                             `json:"policy,omitempty" minimum:"0" maximum:"10000000" doc:"Poor households that can leave poverty by policy"`
	HardCore    int                             `json:"hard_core,omitempty" minimum:"0" maximum:"10000000" doc:"The other poor ones"`
	ToLeave     int                             `json:"to_leave" minimum:"0" maximum:"10000000" doc:"The target: poor households that leave poverty, gross"`
	NearToLeave int                             `json:"near_to_leave,omitempty" minimum:"0" maximum:"10000000"`
	ExpectedNew int                             `json:"expected_new,omitempty" minimum:"0" maximum:"10000000" doc:"Households expected to become poor"`
	Printed     map[poverty.TargetColumn]string `json:"printed,omitempty" doc:"What the source prints of what is computed, by column: poor_pct is 9,92"`
	Note        string                          `json:"note,omitempty" maxLength:"4000"`
}

// TargetTable is the table with what follows from it.
type TargetTable struct {
	poverty.TargetTable
	Rates       map[poverty.UnitID]map[poverty.TargetColumn]int `json:"rates" doc:"Percentages in hundredths, by commune and column; the sum's under an empty name"`
	Differences []poverty.Difference                            `json:"differences" doc:"What the source prints and the counts do not give"`
	Fall        poverty.TargetFall                              `json:"fall"`
}

// TotalsBody is what the source says of the whole table.
type TotalsBody struct {
	WhyBody
	Version int                             `json:"version" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Printed map[poverty.TargetColumn]string `json:"printed,omitempty" doc:"The printed sums, by column"`
	NewLow  int                             `json:"new_low,omitempty" minimum:"0" maximum:"10000000"`
	NewHigh int                             `json:"new_high,omitempty" minimum:"0" maximum:"10000000"`
	Figures []poverty.Figure                `json:"figures,omitempty" maxItems:"100" doc:"Percentages of the source's text with their counts"`
}

// SharesBody is all that a commune allots of its target.
type SharesBody struct {
	Version int             `json:"version" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Basis   string          `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else writes in the commune's stead"`
	List    []poverty.Share `json:"list" maxItems:"500"`
}

// rates returns the percentages of a table in hundredths.
func rates(t poverty.TargetTable) map[poverty.UnitID]map[poverty.TargetColumn]int {
	all := map[poverty.UnitID]map[poverty.TargetColumn]int{}
	for _, row := range append(append([]poverty.Target{}, t.Rows...), t.Sum) {
		one := map[poverty.TargetColumn]int{}
		for _, c := range poverty.TargetRates {
			if n, ok := row.Value(c.Rate()); ok && t.Uses(c) {
				one[c.Rate()] = n
			}
		}
		all[row.Unit] = one
	}
	return all
}

func targets(a huma.API, store poverty.Store) {
	list(a, "target", "list-targets", "/cycles/{id}/targets", "List what the communes are to reach", func(ctx context.Context, in *CyclePath) ([]poverty.Target, error) {
		return store.Targets(ctx, in.ID)
	})
	read(a, "target", "get-target-table", "/cycles/{id}/target-table", "Get the target table with its sum, its percentages and where the source prints otherwise", func(ctx context.Context, in *CyclePath) (TargetTable, error) {
		t, err := store.TargetTable(ctx, in.ID)
		return TargetTable{t, rates(t), t.Differences(), t.Fall()}, err
	})
	change(a, http.MethodPut, "target", "save-target", "/cycles/{id}/targets/{unit}", "Set a commune's target", func(ctx context.Context, in *struct {
		TargetPath
		Body TargetBody
	}) (poverty.Target, error) {
		b := in.Body
		return store.SaveTarget(ctx, poverty.Target{
			Cycle: in.ID, Unit: in.Unit, Version: b.Version, Households: b.Households, Poor: b.Poor, NearPoor: b.NearPoor, Policy: b.Policy,
			HardCore: b.HardCore, ToLeave: b.ToLeave, NearToLeave: b.NearToLeave, ExpectedNew: b.ExpectedNew, Printed: b.Printed, Note: b.Note,
		}, b.why())
	})
	change(a, http.MethodPut, "target", "save-target-totals", "/cycles/{id}/target-totals", "Set what the source says of the whole table", func(ctx context.Context, in *struct {
		CyclePath
		Body TotalsBody
	}) (poverty.TargetTotals, error) {
		b := in.Body
		return store.SaveTargetTotals(ctx, poverty.TargetTotals{
			Cycle: in.ID, Version: b.Version, Printed: b.Printed, NewLow: b.NewLow, NewHigh: b.NewHigh, Figures: b.Figures,
		}, b.why())
	})
	read(a, "target", "get-shares", "/cycles/{id}/targets/{unit}/shares", "Get what a commune allotted of its target", func(ctx context.Context, in *TargetPath) (poverty.Shares, error) {
		return store.Shares(ctx, in.ID, in.Unit)
	})
	change(a, http.MethodPut, "target", "put-shares", "/cycles/{id}/targets/{unit}/shares", "Replace what a commune allots of its target", func(ctx context.Context, in *struct {
		TargetPath
		Body SharesBody
	}) (poverty.Shares, error) {
		return store.PutShares(ctx, poverty.Shares{Cycle: in.ID, Unit: in.Unit, Version: in.Body.Version, List: in.Body.List}, in.Body.Basis)
	})
}
