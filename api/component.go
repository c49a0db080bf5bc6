package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// ComponentQuery chooses components of a cycle.
type ComponentQuery struct {
	CyclePath
	Unit    poverty.UnitID         `query:"unit" maxLength:"100" doc:"In charge"`
	Commune poverty.UnitID         `query:"commune" maxLength:"100"`
	Group   string                 `query:"group" maxLength:"100"`
	Fund    poverty.FundID         `query:"fund" minimum:"0"`
	Code    string                 `query:"code" maxLength:"40"`
	State   poverty.ComponentState `query:"state" enum:"not_started,in_progress,no_progress,done"`
	Limit   int                    `query:"limit" minimum:"1" maximum:"5000" doc:"At most; 5000 if left out"`
}

// ComponentPath is the address of a component.
type ComponentPath struct {
	ID poverty.ComponentID `path:"id" minimum:"1"`
}

// ComponentBody is a component as it is written. A PUT replaces all of it.
type ComponentBody struct {
	Version    int            `json:"version,omitempty" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Unit       poverty.UnitID `json:"unit" maxLength:"100" doc:"In charge"`
	Group      string         `json:"group,omitempty" maxLength:"100"`
	Commune    poverty.UnitID `json:"commune" maxLength:"100"`
	Kind       string         `json:"kind" maxLength:"100" doc:"Code of the catalogue of kinds of support"`
	Title      string         `json:"title" maxLength:"500"`
	Quantity   int64          `json:"quantity,omitempty" minimum:"0" doc:"Thousandths of the measure"`
	Measure    string         `json:"measure,omitempty" maxLength:"40"`
	Value      int64          `json:"value,omitempty" minimum:"0" doc:"Đồng"`
	Fund       poverty.FundID `json:"fund,omitempty" minimum:"0"`
	Programme  string         `json:"programme,omitempty" maxLength:"500" doc:"The source where it is no fund"`
	Share      int            `json:"share,omitempty" minimum:"0" maximum:"100" doc:"Per cent of the value that the source bears"`
	StartBy    calendar.Date  `json:"start_by,omitzero"`
	EndBy      calendar.Date  `json:"end_by,omitzero"`
	StartDuty  string         `json:"start_duty,omitempty" maxLength:"40" doc:"Template of the duty that its first delivery ends, where it is not the cycle's own"`
	Households []string       `json:"households,omitempty" maxItems:"5000" doc:"Codes of the commune's register"`
	Basis      string         `json:"basis,omitempty" maxLength:"1000" doc:"The document by which someone else writes in the stead of the unit in charge"`
}

func (b ComponentBody) draft() poverty.ComponentDraft {
	return poverty.ComponentDraft{
		Component: poverty.Component{
			Version: b.Version, Unit: b.Unit, Group: b.Group, Commune: b.Commune, Kind: b.Kind, Title: b.Title,
			Quantity: b.Quantity, Measure: b.Measure, Value: b.Value, Fund: b.Fund, Programme: b.Programme, Share: b.Share,
			StartBy: b.StartBy, EndBy: b.EndBy, StartDuty: b.StartDuty,
		},
		Households: b.Households, Basis: b.Basis,
	}
}

// DeliveriesBody is what was handed over on a day.
type DeliveriesBody struct {
	Day    calendar.Date    `json:"day,omitzero" doc:"Today if left out; an earlier day needs the basis"`
	Lines  []DeliveryBody   `json:"lines" minItems:"1" maxItems:"5000"`
	Basis  string           `json:"basis,omitempty" maxLength:"1000"`
	Note   string           `json:"note,omitempty" maxLength:"4000"`
	Office poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// DeliveryBody is what one household got, or whom information work reached.
type DeliveryBody struct {
	Household string `json:"household,omitempty" maxLength:"200" doc:"Its code"`
	Audience  string `json:"audience,omitempty" maxLength:"500"`
	Quantity  int64  `json:"quantity,omitempty" minimum:"0" doc:"Thousandths of the component's measure"`
	Value     int64  `json:"value,omitempty" minimum:"0" doc:"Đồng"`
}

// CorrectionBody takes a line of the ledger back.
type CorrectionBody struct {
	Delivery poverty.DeliveryID `json:"delivery" minimum:"1"`
	Reason   string             `json:"reason" minLength:"1" maxLength:"4000"`
	Basis    string             `json:"basis,omitempty" maxLength:"1000"`
	Office   poverty.OfficeID   `json:"office,omitempty" maxLength:"100"`
}

// ConfirmationBody is the commune's yes to what was handed over together.
type ConfirmationBody struct {
	Batch  int64            `json:"batch" minimum:"1"`
	Office poverty.OfficeID `json:"office,omitempty" maxLength:"100"`
}

func components(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "component", "list-components", "/cycles/{id}/components", "List the components of a cycle", func(ctx context.Context, in *ComponentQuery) ([]poverty.Component, error) {
		return store.Components(ctx, poverty.ComponentFilter{
			Cycle: in.ID, Unit: in.Unit, Commune: in.Commune, Group: in.Group, Fund: in.Fund, Code: in.Code, State: in.State, Limit: in.Limit,
		})
	})
	change(a, http.MethodPut, "component", "save-component", "/cycles/{id}/components/{code}",
		"Make or save a component; the start of a new one is laid on the unit in charge", func(ctx context.Context, in *struct {
			CyclePath
			Code string `path:"code" maxLength:"40" doc:"Unique in the cycle; it stays" example:"sinh-ke-2017"`
			Body ComponentBody
		}) (poverty.Component, error) {
			there, err := store.Components(ctx, poverty.ComponentFilter{Cycle: in.ID, Code: in.Code})
			if err != nil {
				return poverty.Component{}, err
			}
			d := in.Body.draft()
			d.Cycle, d.Code = in.ID, in.Code
			if len(there) > 0 {
				d.ID = there[0].ID
			}
			return store.SaveComponent(ctx, d)
		})
	read(a, "component", "get-component", "/components/{id}", "Get a component with what was delivered in sum", func(ctx context.Context, in *ComponentPath) (poverty.Component, error) {
		return store.Component(ctx, in.ID)
	})
	list(a, "component", "list-component-households", "/components/{id}/households", "List the households that a component is for", func(ctx context.Context, in *ComponentPath) ([]poverty.ComponentHousehold, error) {
		return store.ComponentHouseholds(ctx, in.ID)
	})
	list(a, "component", "list-component-kinds", "/cycles/{id}/component-kinds", "List the catalogue of kinds of support of a cycle", func(ctx context.Context, in *CyclePath) ([]poverty.ComponentKind, error) {
		return store.ComponentKinds(ctx, in.ID)
	})
	list(a, "delivery", "list-deliveries", "/components/{id}/deliveries", "List the ledger of a component", func(ctx context.Context, in *ComponentPath) ([]poverty.DeliveryEntry, error) {
		return store.Deliveries(ctx, in.ID)
	})
	change(a, http.MethodPost, "delivery", "deliver", "/components/{id}/deliveries", "Enter what was handed over", func(ctx context.Context, in *struct {
		ComponentPath
		Decided
		Body DeliveriesBody
	}) (poverty.Delivered, error) {
		n := poverty.NewDelivery{Key: in.Key, Component: in.ID, Day: in.Body.Day, Basis: in.Body.Basis, Note: in.Body.Note, Office: seat(ctx, in.Body.Office)}
		for _, l := range in.Body.Lines {
			n.Lines = append(n.Lines, poverty.DeliveryLine(l))
		}
		return engine.Deliver(ctx, n)
	})
	change(a, http.MethodPost, "delivery", "correct-delivery", "/components/{id}/corrections", "Take a line of the ledger back by a counter-entry", func(ctx context.Context, in *struct {
		ComponentPath
		Decided
		Body CorrectionBody
	}) (poverty.Delivered, error) {
		b := in.Body
		return engine.Deliver(ctx, poverty.NewDelivery{Key: in.Key, Component: in.ID, Corrects: b.Delivery, Note: b.Reason, Basis: b.Basis, Office: seat(ctx, b.Office)})
	})
	change(a, http.MethodPost, "delivery", "confirm-delivery", "/components/{id}/confirmations", "Confirm, as the commune, what was handed over together", func(ctx context.Context, in *struct {
		ComponentPath
		Decided
		Body ConfirmationBody
	}) (poverty.Delivered, error) {
		return engine.Deliver(ctx, poverty.NewDelivery{Key: in.Key, Component: in.ID, Confirms: in.Body.Batch, Office: seat(ctx, in.Body.Office)})
	})
}
