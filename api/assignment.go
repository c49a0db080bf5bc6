package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

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

func assignments(a huma.API, engine poverty.Engine) {
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
