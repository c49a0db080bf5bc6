package poverty

import (
	"context"
	"slices"
)

// Actor is who asks. Every read and write of the store carries one; a query
// without an actor is refused. The offices held are looked up by the store in
// the same transaction, so a right that ended this morning is gone now.
type Actor struct {
	User   UserID   `json:"user,omitempty"`
	Name   string   `json:"name,omitempty"`
	Admin  bool     `json:"admin,omitempty"`
	System string   `json:"system,omitempty"` // the process that acts by itself ("period", "import"); set for no person
	Office OfficeID `json:"office,omitempty"` // the seat in which the person acts; empty takes the fitting one
	Seats  []Seat   `json:"-"`
}

type actorKey struct{}

// WithActor returns a context in which a acts.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom returns who acts in ctx; false when nobody said.
func ActorFrom(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	return a, ok && (a.User != 0 || a.System != "")
}

// System returns an actor for a process that acts by itself.
func System(name string) Actor { return Actor{System: name} }

// Within returns the actor as the person acts in a cycle: substitutions for that
// cycle alone are seats like others, those for another cycle are none.
func (a Actor) Within(id CycleID) Actor {
	seats := make([]Seat, 0, len(a.Seats))
	for _, s := range a.Seats {
		if s.Cycle == id {
			s.Cycle = ""
		}
		if s.Cycle == "" {
			seats = append(seats, s)
		}
	}
	a.Seats = seats
	return a
}

// In returns the actor's seats in a unit, the chosen seat first. A substitution
// for one cycle alone counts only in what Within returns.
func (a Actor) In(unit UnitID) []Seat {
	var seats []Seat
	for _, s := range a.Seats {
		if s.Unit == unit && s.Cycle == "" {
			seats = append(seats, s)
		}
	}
	slices.SortStableFunc(seats, func(x, y Seat) int {
		switch {
		case x.Office == a.Office && y.Office != a.Office:
			return -1
		case y.Office == a.Office && x.Office != a.Office:
			return 1
		}
		return 0
	})
	return seats
}

// Holds returns the actor's seat of an office, be it for one cycle alone.
func (a Actor) Holds(office OfficeID) (Seat, bool) {
	for _, s := range a.Seats {
		if s.Office == office {
			return s, true
		}
	}
	return Seat{}, false
}

// Seats returns the actor's seats in a unit as the person acts in the cycle, the
// chosen seat first.
func (c Cycle) Seats(a Actor, unit UnitID) []Seat { return a.Within(c.ID).In(unit) }

// InCycle returns the seat in which the actor plays a part in a cycle, the
// chosen seat first.
func (a Actor) InCycle(c Cycle, part Part) (Seat, bool) {
	var found []Seat
	for _, s := range a.Within(c.ID).Seats {
		if c.Plays(s, part) {
			found = append(found, s)
		}
	}
	for _, s := range found {
		if s.Office == a.Office {
			return s, true
		}
	}
	if len(found) > 0 {
		return found[0], true
	}
	return Seat{}, false
}
