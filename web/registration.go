package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

// registrationRow is a registration as the page shows it.
type registrationRow struct {
	poverty.Registration
	MayWithdraw bool
	MayDecide   bool
	Sent        bool // its form was sent and refused
}

// registrationSet is a commune for which agencies register.
type registrationSet struct {
	poverty.RegistrationCommune
	Rows []registrationRow
	Open bool // the form to register for it was sent and refused
}

type registrationsData struct {
	frame
	MayGaps  bool
	Above    int
	Sets     []registrationSet
	Agencies []choice // that the actor may register
	Form     form
}

// Tab names the page among those of assignment.
func (registrationsData) Tab() string { return "registrations" }

// Without returns how many communes nobody registered for.
func (d registrationsData) Without() (n int) {
	for _, s := range d.Sets {
		if !s.Taken() {
			n++
		}
	}
	return n
}

var registrationsPage = newPage[registrationsData]("registration/registrations.html")

func (s *site) registrations(v *visit) error { return v.showRegistrations(http.StatusOK, newForm()) }

func (v *visit) showRegistrations(status int, f form) error {
	communes, err := v.store.Registrations(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data := registrationsData{
		frame: v.frame("nav.helpers", v.p.T("registration.title")), MayGaps: v.cycle.MayGaps(v.me), Above: v.cycle.Rules.Registration.Above, Form: f,
	}
	units, err := v.cycleUnits()
	if err != nil {
		return err
	}
	for _, u := range units {
		if _, refused := v.cycle.MayAddRegistration(v.me, u.ID); refused == nil {
			data.Agencies = append(data.Agencies, choice{string(u.ID), u.Name})
		}
	}
	for _, c := range communes {
		set := registrationSet{RegistrationCommune: c, Open: f.Failed("register") && f.Is("unit", string(c.Unit))}
		for _, r := range c.Registrations {
			row := registrationRow{Registration: r, Sent: f.Bad() && f.Is("registration", strconv.FormatInt(int64(r.ID), 10))}
			if r.State == poverty.RegistrationOffered {
				_, refused := v.cycle.MayMoveRegistration(v.me, r, poverty.RegistrationWithdraw)
				row.MayWithdraw = refused == nil
				_, refused = v.cycle.MayMoveRegistration(v.me, r, poverty.RegistrationConfirm)
				row.MayDecide = refused == nil
			}
			set.Rows = append(set.Rows, row)
		}
		data.Sets = append(data.Sets, set)
	}
	return registrationsPage.show(v, status, data)
}

// moveRegistrations registers an agency, or decides on a registration.
func (s *site) moveRegistrations(v *visit) error {
	f := v.sentForm(v.r.PostForm.Get("do"))
	done := "registration_added"
	var err error
	if f.Name == "register" {
		r := poverty.Registration{
			Cycle: v.cycle.ID, Key: f.Key, Unit: poverty.UnitID(f.Value("unit")), Agency: poverty.UnitID(f.Value("agency")), Offer: v.needed(&f, "offer"),
			Quantity: v.thousandths(&f, "quantity"), Measure: v.text(&f, "measure"), Value: v.amount(&f, "value"),
		}
		if !f.Bad() {
			_, err = s.store.AddRegistration(v.ctx(), r)
		}
	} else {
		id, _ := v.count(&f, "registration")
		m := poverty.RegistrationMove{Registration: poverty.RegistrationID(id), Verb: poverty.RegistrationVerb(f.Name), Reason: v.text(&f, "reason")}
		m.Version, _ = v.count(&f, "version")
		if !slices.Contains([]poverty.RegistrationVerb{poverty.RegistrationConfirm, poverty.RegistrationDecline, poverty.RegistrationWithdraw}, m.Verb) {
			return poverty.Errorf(poverty.NotFound, "registration.not_found")
		}
		done = "registration_" + f.Name
		if !f.Bad() {
			_, err = s.store.MoveRegistration(v.ctx(), m)
		}
	}
	code := http.StatusUnprocessableEntity
	if err != nil {
		if code, err = v.refuse(&f, err); err != nil {
			return err
		}
	}
	if f.Bad() {
		return v.showRegistrations(code, f)
	}
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/registrations", done)
}
