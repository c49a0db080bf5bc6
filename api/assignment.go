package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// AnswerBody is a lead agency's answer to its assignment.
type AnswerBody struct {
	Accepted bool             `json:"accepted"`
	Reason   string           `json:"reason,omitempty" maxLength:"4000" doc:"Needed to decline"`
	Basis    string           `json:"basis,omitempty" maxLength:"1000"`
	At       time.Time        `json:"at,omitzero" doc:"When it is effective; now if left out"`
	Office   poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// AssignmentPath is the address of an assignment of a cycle's groups.
type AssignmentPath struct {
	CyclePath
	No int `path:"no" minimum:"1" doc:"Its number"`
}

// GroupBody is a group of a draft.
type GroupBody struct {
	Code    string           `json:"code" maxLength:"40" doc:"Lower-case letters, digits, dashes; lasting"`
	Name    string           `json:"name" maxLength:"200"`
	Commune poverty.UnitID   `json:"commune" maxLength:"100"`
	Lead    poverty.UnitID   `json:"lead" maxLength:"100"`
	Members []poverty.UnitID `json:"members,omitempty" maxItems:"200"`
	Leader  poverty.OfficeID `json:"leader,omitempty" maxLength:"100" doc:"The office that heads the group; the head of the lead if left out"`
	Focal   poverty.OfficeID `json:"focal,omitempty" maxLength:"100" doc:"The commune's focal point"`
	Note    string           `json:"note,omitempty" maxLength:"500"`
}

// AssignmentBody is the draft of the next assignment: all groups of the cycle.
type AssignmentBody struct {
	Version int         `json:"version" minimum:"0" doc:"The version that was typed over, 0 for a new draft; 409 when another is there now"`
	Groups  []GroupBody `json:"groups" maxItems:"1000"`
	Note    string      `json:"note,omitempty" maxLength:"20000"`
}

// AssignmentMoveBody is a decision on a draft.
type AssignmentMoveBody struct {
	Verb    poverty.AssignmentVerb `json:"verb" enum:"send,return,issue"`
	Version int                    `json:"version" minimum:"1" doc:"The version that was looked at; 409 when another is there now"`
	Reason  string                 `json:"reason,omitempty" maxLength:"4000" doc:"What is to be mended; needed to return"`
	Basis   string                 `json:"basis,omitempty" maxLength:"1000" doc:"The document; needed to issue"`
	At      time.Time              `json:"at,omitzero" doc:"From when it holds; now if left out"`
	Office  poverty.OfficeID       `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// GroupAnswerBody is what a member says to its place in a group.
type GroupAnswerBody struct {
	Accepted bool             `json:"accepted"`
	Reason   string           `json:"reason,omitempty" maxLength:"4000" doc:"Needed to decline"`
	Office   poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

func groupAssignments(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "assignment", "list-assignments", "/cycles/{id}/assignments", "List the assignments of a cycle's groups that the actor may see, the newest first", func(ctx context.Context, in *CyclePath) ([]poverty.Assignment, error) {
		return store.Assignments(ctx, in.ID)
	})
	read(a, "assignment", "get-assignment", "/cycles/{id}/assignments/{no}", "Get an assignment", func(ctx context.Context, in *AssignmentPath) (poverty.Assignment, error) {
		return store.Assignment(ctx, in.ID, in.No)
	})
	list(a, "assignment", "check-assignment", "/cycles/{id}/assignments/{no}/findings", "List what the check finds in a draft, on the day it was saved", func(ctx context.Context, in *AssignmentPath) ([]poverty.Finding, error) {
		x, err := store.Assignment(ctx, in.ID, in.No)
		if err != nil || x.State == poverty.AssignmentIssued {
			return []poverty.Finding{}, err
		}
		c, err := store.Cycle(ctx, in.ID)
		return append([]poverty.Finding{}, c.CheckGroups(x.Groups, calendar.DateOf(x.SavedAt))...), err
	})
	change(a, http.MethodPut, "assignment", "save-assignment", "/cycles/{id}/assignments", "Store the draft of the next assignment", func(ctx context.Context, in *struct {
		CyclePath
		Body AssignmentBody
	}) (poverty.Assignment, error) {
		x := poverty.AssignmentContent{Cycle: in.ID, Version: in.Body.Version, Note: in.Body.Note}
		for _, g := range in.Body.Groups {
			x.Groups = append(x.Groups, poverty.Group{Code: g.Code, Name: g.Name, Commune: g.Commune, Lead: g.Lead, Members: g.Members, Leader: g.Leader, Focal: g.Focal, Note: g.Note})
		}
		return store.SaveAssignment(ctx, x)
	})
	change(a, http.MethodPost, "assignment", "move-assignment", "/cycles/{id}/assignments/{no}/moves", "Send, return or issue a draft", func(ctx context.Context, in *struct {
		AssignmentPath
		Decided
		Body AssignmentMoveBody
	}) (poverty.Assignment, error) {
		b := in.Body
		return engine.MoveAssignment(ctx, poverty.AssignmentMove{
			Key: in.Key, Cycle: in.ID, No: in.No, Verb: b.Verb, Version: b.Version, Reason: b.Reason, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
	list(a, "group", "list-group-answers", "/cycles/{id}/group-answers", "List what agencies said to the assignment in force", func(ctx context.Context, in *CyclePath) ([]poverty.GroupAnswer, error) {
		return store.GroupAnswers(ctx, in.ID)
	})
	change(a, http.MethodPut, "group", "answer-group", "/cycles/{id}/groups/{group}/answers/{unit}", "Accept or decline a member's place in a group", func(ctx context.Context, in *struct {
		CyclePath
		Group string         `path:"group" maxLength:"40"`
		Unit  poverty.UnitID `path:"unit" maxLength:"100"`
		Body  GroupAnswerBody
	}) (poverty.GroupAnswer, error) {
		return store.AnswerGroup(ctx, poverty.GroupAnswer{Cycle: in.ID, Group: in.Group, Unit: in.Unit, Accepted: in.Body.Accepted, Reason: in.Body.Reason, Office: seat(ctx, in.Body.Office)})
	})
}

func assignments(a huma.API, store poverty.Store, engine poverty.Engine) {
	groupAssignments(a, store, engine)
	change(a, http.MethodPost, "assignment", "answer-assignment", "/assignments/{id}/answers", "Accept or decline an assignment", func(ctx context.Context, in *struct {
		DutyPath
		Decided
		Body AnswerBody
	}) (poverty.Duty, error) {
		b := in.Body
		return engine.AnswerAssignment(ctx, poverty.AssignmentAnswer{
			Key: in.Key, Duty: in.ID, Accepted: b.Accepted, Reason: b.Reason, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
}
