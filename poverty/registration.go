package poverty

import (
	"slices"
	"strings"
	"time"
)

// RegistrationID identifies that an agency registered to help a commune.
type RegistrationID int64

// RegistrationState is how far a registration has come.
type RegistrationState string

// The states of a registration.
const (
	RegistrationOffered   RegistrationState = "offered"
	RegistrationConfirmed RegistrationState = "confirmed" // by the standing office
	RegistrationDeclined  RegistrationState = "declined"
	RegistrationWithdrawn RegistrationState = "withdrawn" // by the agency, before it was confirmed
)

// Stands reports whether the commune is to be helped by it, or may be.
func (s RegistrationState) Stands() bool {
	return s == RegistrationOffered || s == RegistrationConfirmed
}

// RegistrationRules say for which communes agencies register: those whose poverty
// rate at the beginning of the year lies above a whole number of per cent (seed
// 003: 25). Zero: the cycle takes no registrations.
type RegistrationRules struct {
	Above int `json:"above,omitempty"`
}

// Takes reports whether agencies register for a commune with these counts. The
// rate is compared by the counts, so that 25,00 % is not above 25 whatever it
// rounds to.
func (r RegistrationRules) Takes(households, poor int) bool {
	return r.Above > 0 && 100*poor > r.Above*households
}

// Registration is an agency's offer to help a commune.
type Registration struct {
	ID         RegistrationID    `db:"id" json:"id"`
	Cycle      CycleID           `db:"cycle_id" json:"cycle"`
	Key        string            `db:"-" json:"-"`          // one with a key that was used before is stored once
	Unit       UnitID            `db:"unit_id" json:"unit"` // the commune
	Agency     UnitID            `db:"agency_id" json:"agency"`
	AgencyName string            `db:"agency_name" json:"agency_name"`
	Offer      string            `db:"offer" json:"offer"`
	Quantity   int64             `db:"quantity" json:"quantity,omitempty"` // thousandths of what is offered; 0: not counted
	Measure    string            `db:"measure" json:"measure,omitempty"`
	Value      int64             `db:"value" json:"value,omitempty"` // in đồng; 0: not said
	State      RegistrationState `db:"state" json:"state"`
	Reason     string            `db:"reason" json:"reason,omitempty"` // why it was declined or withdrawn
	Version    int               `db:"version" json:"version"`
	SavedAt    time.Time         `db:"saved_at" json:"saved_at"`
}

// RegistrationCommune is a commune for which agencies register, with the counts
// of the target table that make it one.
type RegistrationCommune struct {
	Unit          UnitID         `json:"unit"`
	UnitName      string         `json:"unit_name"`
	Households    int            `json:"households"`
	Poor          int            `json:"poor"`
	Registrations []Registration `json:"registrations"`
}

// Taken reports whether an agency's registration for the commune stands.
func (c RegistrationCommune) Taken() bool {
	return slices.ContainsFunc(c.Registrations, func(r Registration) bool { return r.State.Stands() })
}

// RegistrationVerb is what is done with a registration.
type RegistrationVerb string

// The verbs.
const (
	RegistrationConfirm  RegistrationVerb = "confirm"
	RegistrationDecline  RegistrationVerb = "decline"
	RegistrationWithdraw RegistrationVerb = "withdraw"
)

// RegistrationMove decides on a registration. Version is the one that was looked
// at.
type RegistrationMove struct {
	Registration RegistrationID   `json:"registration"`
	Version      int              `json:"version"`
	Verb         RegistrationVerb `json:"verb"`
	Reason       string           `json:"reason,omitempty"`
}

// Check returns what is wrong with a registration, whatever the commune's rate.
func (r Registration) Check() error {
	switch {
	case strings.TrimSpace(r.Offer) == "":
		return InvalidField("offer", "error.required")
	case r.Quantity < 0 || r.Quantity > 1e15:
		return InvalidField("quantity", "error.not_a_number")
	case r.Quantity > 0 && strings.TrimSpace(r.Measure) == "":
		return InvalidField("measure", "registration.measure_needed")
	case r.Value < 0 || r.Value > 1e15:
		return InvalidField("value", "error.not_a_number")
	}
	if wrong := checkTexts(maxShort, "measure", r.Measure); len(wrong) > 0 {
		return InvalidField("measure", wrong[0].Key, wrong[0].Args...)
	}
	return nil
}

// MayAddRegistration returns the seat in which the actor may register an agency of the
// cycle: the agency's own. A commune registers for nobody.
func (c Cycle) MayAddRegistration(a Actor, agency UnitID) (Seat, error) {
	if c.State == CycleClosed {
		return Seat{}, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if c.Rules.Registration.Above == 0 {
		return Seat{}, Errorf(Conflict, "registration.none_taken")
	}
	switch c.Rules.Units[agency].Role {
	case "lead", "member", "standing":
	default:
		return Seat{}, InvalidField("agency", "helper.unknown_unit", "unit", string(agency))
	}
	if a.System != "" {
		return Seat{}, nil
	}
	if seats := c.Seats(a, agency); len(seats) > 0 {
		return seats[0], nil
	}
	return Seat{}, Errorf(Forbidden, "registration.forbidden")
}

// MayMoveRegistration returns the seat in which the actor may withdraw a
// registration (its agency) or decide on it (the standing office).
func (c Cycle) MayMoveRegistration(a Actor, r Registration, verb RegistrationVerb) (Seat, error) {
	if c.State == CycleClosed {
		return Seat{}, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if a.System != "" {
		return Seat{}, nil
	}
	if verb == RegistrationWithdraw {
		if seats := c.Seats(a, r.Agency); len(seats) > 0 {
			return seats[0], nil
		}
		return Seat{}, Errorf(Forbidden, "registration.forbidden")
	}
	if seat, ok := a.InCycle(c, PartStanding); ok {
		return seat, nil
	}
	return Seat{}, Errorf(Forbidden, "registration.decide_forbidden")
}

// Move returns the registration after a move; only one that is offered moves.
func (r Registration) Move(m RegistrationMove) (Registration, error) {
	if r.State != RegistrationOffered {
		return r, Errorf(Conflict, "registration.moved")
	}
	switch m.Verb {
	case RegistrationConfirm:
		r.State = RegistrationConfirmed
	case RegistrationDecline:
		if m.Reason == "" {
			return r, InvalidField("reason", "decision.reason_needed")
		}
		r.State = RegistrationDeclined
	case RegistrationWithdraw:
		r.State = RegistrationWithdrawn
	default:
		return r, InvalidField("verb", "error.required")
	}
	r.Reason = m.Reason
	return r, nil
}
