package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// staffRow is an office with who has it now, who will have it, and who had it.
type staffRow struct {
	poverty.Office
	Now, Later, Past []holdingRow
	Vacant           bool // nobody holds it today, whoever stands in
	Form             form
	Key              string // tells its fields from those of other offices
}

// holdingRow is a holding as the page shows it.
type holdingRow struct {
	poverty.Holding
	CycleTitle string
	Form       form
	MayEnd     bool
}

type staffData struct {
	frame
	Unit       poverty.Unit
	Rows       []staffRow
	May        bool
	Candidates []poverty.Candidate
	Cycles     []choice // that a substitution may be for alone
}

var staffPage = newPage[staffData]("office/offices.html")

// officeRoutes serves who holds the offices of a unit.
func (s *site) officeRoutes(r chi.Router) {
	r.Get("/units/{unit}/offices", s.seated(s.staff))
	r.Post("/units/{unit}/offices", s.seated(s.changeStaff))
}

// mayStaff reports whether the actor says who holds the offices of a unit.
func (v *visit) mayStaff(unit poverty.UnitID) (bool, error) {
	err := v.store.MayStaff(v.ctx(), unit)
	if poverty.KindOf(err) == poverty.Forbidden {
		return false, nil
	}
	return err == nil, err
}

func (s *site) staff(v *visit) error { return v.showStaff(http.StatusOK, newForm()) }

func (v *visit) showStaff(status int, f form) error {
	if err := v.withCycle(); err != nil {
		return err
	}
	u, err := v.store.Unit(v.ctx(), poverty.UnitID(v.param("unit")), v.today)
	if err != nil {
		return err
	}
	data := staffData{frame: v.frame("nav.units", v.p.T("office.title", "unit", u.Name)), Unit: u}
	if data.May, err = v.mayStaff(u.ID); err != nil {
		return err
	}
	titles, err := v.staffCycles(&data)
	if err != nil {
		return err
	}
	if data.May {
		if data.Candidates, err = v.store.Candidates(v.ctx(), u.ID); err != nil {
			return err
		}
	}
	offices, err := v.offices(u.ID)
	if err != nil {
		return err
	}
	holdings, err := v.store.Holdings(v.ctx(), u.ID)
	if err != nil {
		return err
	}
	for i, o := range offices {
		row := staffRow{Office: o, Vacant: true, Form: newForm(), Key: strconv.Itoa(i)}
		if f.Value("office") == string(o.ID) {
			row.Form = f
		}
		for _, h := range holdings {
			if h.Office == o.ID {
				row.add(v.today, holdingRow{h, titles[h.Cycle], newForm(), data.May && h.Substitute && (h.ValidTo.IsZero() || !h.ValidTo.Before(v.today))}, f)
			}
		}
		data.Rows = append(data.Rows, row)
	}
	return staffPage.show(v, status, data)
}

// add puts a holding where it belongs today.
func (r *staffRow) add(today calendar.Date, h holdingRow, f form) {
	if f.Value("holding") == strconv.FormatInt(int64(h.ID), 10) {
		h.Form = f
	}
	switch {
	case h.ValidFrom.After(today):
		r.Later = append(r.Later, h)
	case !h.ValidTo.IsZero() && h.ValidTo.Before(today):
		r.Past = append(r.Past, h)
	default:
		r.Now = append(r.Now, h)
		r.Vacant = r.Vacant && h.Substitute
	}
}

// staffCycles fills in the running cycles of the unit, and returns what all that
// the actor may see are called.
func (v *visit) staffCycles(d *staffData) (map[poverty.CycleID]string, error) {
	all, err := v.store.Cycles(v.ctx(), poverty.CycleFilter{})
	titles := map[poverty.CycleID]string{}
	for _, c := range all {
		titles[c.ID] = c.Title
		if _, there := c.Rules.Units[d.Unit.ID]; c.State == poverty.CycleRunning && (there || c.Owner == d.Unit.ID || c.Rules.Bindings.Standing == d.Unit.ID) {
			d.Cycles = append(d.Cycles, choice{string(c.ID), c.Title})
		}
	}
	return titles, err
}

func (s *site) changeStaff(v *visit) error {
	f := v.sentForm(v.r.PostForm.Get("do"))
	var change func() error
	switch f.Name {
	case "give", "substitute":
		n := poverty.NewHolding{Office: poverty.OfficeID(f.Value("office")), Login: v.login(&f), From: v.day(&f, "from"), Basis: v.text(&f, "basis")}
		if n.Substitute = f.Name == "substitute"; n.Substitute {
			n.Until, n.Cycle = v.day(&f, "until"), poverty.CycleID(f.Value("cycle"))
		}
		change = func() error { _, err := s.store.GiveOffice(v.ctx(), n); return err }
	case "vacate":
		office, from := poverty.OfficeID(f.Value("office")), v.day(&f, "from")
		change = func() error { return s.store.VacateOffice(v.ctx(), office, from) }
	case "end":
		id, err := strconv.ParseInt(f.Value("holding"), 10, 64)
		if err != nil {
			return poverty.Errorf(poverty.NotFound, "office.no_holding")
		}
		last := v.day(&f, "last")
		change = func() error { return s.store.EndSubstitution(v.ctx(), poverty.HoldingID(id), last) }
	default:
		return poverty.InvalidField("do", "error.required")
	}
	if f.Bad() {
		return v.showStaff(http.StatusUnprocessableEntity, f)
	}
	if err := change(); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showStaff(code, f)
	}
	return v.redirect("/units/"+v.param("unit")+"/offices", "office_"+f.Name)
}

// login reads a sign-in name; a list offers it with the person's name behind it.
func (v *visit) login(f *form) string {
	login, _, _ := strings.Cut(v.needed(f, "login"), " ")
	return login
}
