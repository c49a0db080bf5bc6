package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

func registrations(a huma.API, store poverty.Store) {
	list(a, "registration", "list-registrations", "/cycles/{id}/registrations", "List the communes whose poverty rate lies above the cycle's, with the agencies that registered; those with none first", func(ctx context.Context, in *CyclePath) ([]poverty.RegistrationCommune, error) {
		return store.Registrations(ctx, in.ID)
	})
	change(a, http.MethodPost, "registration", "register", "/cycles/{id}/units/{unit}/registrations", "Register an agency to help a commune", func(ctx context.Context, in *struct {
		Decided
		ID   poverty.CycleID `path:"id" maxLength:"200"`
		Unit poverty.UnitID  `path:"unit" maxLength:"100" doc:"The commune"`
		Body struct {
			Agency   poverty.UnitID `json:"agency" maxLength:"100"`
			Offer    string         `json:"offer" minLength:"1" maxLength:"20000"`
			Quantity int64          `json:"quantity,omitempty" minimum:"0" doc:"Thousandths"`
			Measure  string         `json:"measure,omitempty" maxLength:"200" doc:"What the quantity counts"`
			Value    int64          `json:"value,omitempty" minimum:"0" doc:"In đồng"`
		}
	}) (poverty.Registration, error) {
		b := in.Body
		return store.AddRegistration(ctx, poverty.Registration{Cycle: in.ID, Key: in.Key, Unit: in.Unit, Agency: b.Agency, Offer: b.Offer, Quantity: b.Quantity, Measure: b.Measure, Value: b.Value})
	})
	change(a, http.MethodPut, "registration", "move-registration", "/registrations/{id}", "Confirm, decline or withdraw a registration", func(ctx context.Context, in *struct {
		ID   poverty.RegistrationID `path:"id" minimum:"1"`
		Body struct {
			Version int                      `json:"version" minimum:"1" doc:"The version that was looked at; 409 when another is there now"`
			Verb    poverty.RegistrationVerb `json:"verb" enum:"confirm,decline,withdraw"`
			Reason  string                   `json:"reason,omitempty" maxLength:"1000"`
		}
	}) (poverty.Registration, error) {
		return store.MoveRegistration(ctx, poverty.RegistrationMove{Registration: in.ID, Version: in.Body.Version, Verb: in.Body.Verb, Reason: in.Body.Reason})
	})
}
