package web

import (
	"context"
	"net/http"

	"dondoc/poverty"
)

// freezes returns the frozen registers of the cycle by commune.
func (v *visit) freezes() (map[poverty.UnitID]poverty.Freeze, error) {
	list, err := v.store.Freezes(v.ctx(), v.cycle.ID)
	by := make(map[poverty.UnitID]poverty.Freeze, len(list))
	for _, f := range list {
		by[f.Unit] = f
	}
	return by, err
}

// freeze freezes the register of the commune of the path, or all of the cycle.
func (s *site) freeze(v *visit) error { return v.moveRegister("freeze", s.store.FreezeRegister) }

// reopen opens the frozen register of a commune again.
func (s *site) reopen(v *visit) error { return v.moveRegister("reopen", s.store.ReopenRegister) }

func (v *visit) moveRegister(name string, move func(context.Context, poverty.RegisterScope) error) error {
	f := v.sentForm(name)
	scope := poverty.RegisterScope{Cycle: v.cycle.ID, Basis: v.needed(&f, "basis")}
	show := v.showRegisters
	if v.param("unit") != "" {
		u, err := v.commune()
		if err != nil {
			return err
		}
		scope.Unit, show = u.ID, v.showHouseholds
	}
	if f.Bad() {
		return show(http.StatusUnprocessableEntity, f)
	}
	if err := move(v.ctx(), scope); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return show(code, f)
	}
	return v.redirect(v.registerPath(scope.Unit), name)
}
