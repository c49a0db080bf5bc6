package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// CommitteeBody is a steering committee as it is written.
type CommitteeBody struct {
	Version int          `json:"version" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Basis   string       `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else writes in the commune's stead"`
	Members []MemberBody `json:"members" maxItems:"200"`
}

// MemberBody is a member of a steering committee.
type MemberBody struct {
	Name   string           `json:"name" minLength:"1" maxLength:"200"`
	Title  string           `json:"title,omitempty" maxLength:"200"`
	Office poverty.OfficeID `json:"office,omitempty" maxLength:"100"`
	From   calendar.Date    `json:"from,omitzero"`
	Until  calendar.Date    `json:"until,omitzero"`
	Areas  []poverty.Area   `json:"areas,omitempty" maxItems:"500"`
}

func committees(a huma.API, store poverty.Store) {
	list(a, "committee", "list-committees", "/cycles/{id}/committees", "List the steering committees and who looks after which area", func(ctx context.Context, in *CyclePath) ([]poverty.Committee, error) {
		return store.Committees(ctx, in.ID)
	})
	change(a, http.MethodPut, "committee", "put-committee", "/cycles/{id}/committees/{unit}", "Replace the steering committee of the owner or of a commune", func(ctx context.Context, in *struct {
		ID   poverty.CycleID `path:"id" maxLength:"200"`
		Unit poverty.UnitID  `path:"unit" maxLength:"100" doc:"The cycle's owner, or a commune"`
		Body CommitteeBody
	}) (poverty.Committee, error) {
		c := poverty.Committee{Cycle: in.ID, Unit: in.Unit, Version: in.Body.Version, Members: make([]poverty.CommitteeMember, len(in.Body.Members))}
		for i, m := range in.Body.Members {
			c.Members[i] = poverty.CommitteeMember(m)
		}
		return store.PutCommittee(ctx, c, in.Body.Basis)
	})
}
