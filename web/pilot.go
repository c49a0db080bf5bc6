package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

// pilotRow is a pilot as pages show it.
type pilotRow struct {
	poverty.Pilot
	Communes []string // to which it is widened
}

// Link returns the address of the pilot's page.
func (p pilotRow) Link() string {
	return "/cycles/" + string(p.Cycle) + "/pilots/" + strconv.FormatInt(int64(p.ID), 10)
}

// Reported reports whether its result is there.
func (p pilotRow) Reported() bool { return p.State != poverty.PilotRunning }

type pilotsData struct {
	frame
	MayGaps bool
	Rows    []pilotRow
	New     []choice // communes that the actor may draft one for, by address
}

// Tab names the page among those of assignment.
func (pilotsData) Tab() string { return "pilots" }

var pilotsPage = newPage[pilotsData]("pilot/pilots.html")

func (v *visit) pilotRows(list []poverty.Pilot) ([]pilotRow, error) {
	rows := make([]pilotRow, len(list))
	for i, p := range list {
		rows[i] = pilotRow{Pilot: p}
		for _, unit := range p.WidenedTo {
			name, err := v.unitName(unit)
			if err != nil {
				return nil, err
			}
			rows[i].Communes = append(rows[i].Communes, name)
		}
	}
	return rows, nil
}

func (s *site) pilots(v *visit) error {
	list, err := s.store.Pilots(v.ctx(), poverty.PilotFilter{Cycle: v.cycle.ID})
	if err != nil {
		return err
	}
	data := pilotsData{frame: v.frame("nav.helpers", v.p.T("pilot.title")), MayGaps: v.cycle.MayGaps(v.me)}
	if data.Rows, err = v.pilotRows(list); err != nil {
		return err
	}
	units, err := v.cycleUnits()
	if err != nil {
		return err
	}
	for _, u := range units {
		if _, _, refused := v.cycle.MayPilot(v.me, u.ID); refused == nil {
			data.New = append(data.New, choice{"/cycles/" + string(v.cycle.ID) + "/units/" + string(u.ID) + "/pilots/new", u.Name})
		}
	}
	return pilotsPage.show(v, http.StatusOK, data)
}

type pilotData struct {
	frame
	Pilot      pilotRow
	Hamlets    []poverty.Hamlet
	Leaders    []choice
	Communes   []tick // that it may be widened to
	Households []tick // of the plan
	MayEdit    bool
	MayReport  bool
	MayDecide  bool
	Stored     bool // somebody changed it meanwhile
	Form       form
}

// tick is a choice among several.
type tick struct {
	choice
	On bool
}

// Kinds returns the models that are tried.
func (pilotData) Kinds() []poverty.HelperKind { return poverty.PilotKinds }

// New reports whether the pilot is not stored yet.
func (d pilotData) New() bool { return d.Pilot.ID == 0 }

// All returns the address of all pilots.
func (d pilotData) All() string { return "/cycles/" + string(d.Cycle.ID) + "/pilots" }

var pilotPage = newPage[pilotData]("pilot/pilot.html")

func (v *visit) loadPilot() (poverty.Pilot, error) {
	return load(v, "pilot", "pilot.not_found", v.store.Pilot, func(p poverty.Pilot) poverty.CycleID { return p.Cycle })
}

func (s *site) pilot(v *visit) error {
	p, err := v.loadPilot()
	if err != nil {
		return err
	}
	return v.showPilot(http.StatusOK, p, newForm())
}

// newPilot returns the pilot that is to be of the commune of the path.
func (v *visit) newPilot() (poverty.Pilot, error) {
	unit := poverty.UnitID(v.param("unit"))
	if _, _, err := v.cycle.MayPilot(v.me, unit); err != nil {
		return poverty.Pilot{}, err
	}
	name, err := v.unitName(unit)
	return poverty.Pilot{
		Cycle: v.cycle.ID, Unit: unit, UnitName: name, Leader: unit, From: v.today, Until: v.cycle.Rules.Last.Last(), State: poverty.PilotRunning,
	}, err
}

func (s *site) newPilotForm(v *visit) error {
	p, err := v.newPilot()
	if err != nil {
		return err
	}
	return v.showPilot(http.StatusOK, p, newForm())
}

func (v *visit) showPilot(status int, p poverty.Pilot, f form) error {
	rows, err := v.pilotRows([]poverty.Pilot{p})
	if err != nil {
		return err
	}
	title := p.Title
	if p.ID == 0 {
		title = v.p.T("pilot.new", "unit", p.UnitName)
	}
	data := pilotData{frame: v.frame("nav.helpers", title), Pilot: rows[0], Stored: status == http.StatusConflict, Form: f}
	_, _, refused := v.cycle.MayPilot(v.me, p.Unit)
	data.MayEdit = refused == nil && p.State == poverty.PilotRunning
	if p.ID != 0 && (p.State == poverty.PilotRunning || p.State == poverty.PilotReported) {
		_, refused = v.cycle.MayMovePilot(v.me, p, poverty.PilotReport)
		data.MayReport = refused == nil
		_, refused = v.cycle.MayMovePilot(v.me, p, poverty.PilotWiden)
		data.MayDecide = refused == nil && p.State == poverty.PilotReported
	}
	if data.MayEdit {
		if err := v.pilotChoices(&data); err != nil {
			return err
		}
	}
	if data.MayDecide {
		units, err := v.cycleUnits()
		if err != nil {
			return err
		}
		for _, u := range units {
			if v.cycle.Rules.Units[u.ID].Role == "commune" && u.ID != p.Unit {
				data.Communes = append(data.Communes, tick{choice{string(u.ID), u.Name}, slices.Contains(f.Values["to"], string(u.ID))})
			}
		}
	}
	return pilotPage.show(v, status, data)
}

// pilotChoices fills in what a pilot's form offers: the hamlets of the commune,
// units to lead it, and the households of the plan that was sent.
func (v *visit) pilotChoices(d *pilotData) (err error) {
	if d.Hamlets, err = v.store.Hamlets(v.ctx(), d.Pilot.Unit); err != nil {
		return err
	}
	agencies, err := v.helpingAgencies(d.Pilot.Unit)
	if err != nil {
		return err
	}
	d.Leaders = append([]choice{{string(d.Pilot.Unit), d.Pilot.UnitName}}, agencies...)
	plan, err := v.store.Plan(v.ctx(), v.cycle.ID, d.Pilot.Unit)
	if err != nil {
		return err
	}
	round := plan.ApprovedRound
	if round == 0 {
		round = plan.SentRound
	}
	if round == 0 {
		return nil
	}
	r, err := v.store.PlanRound(v.ctx(), v.cycle.ID, d.Pilot.Unit, round)
	for _, h := range r.Households {
		on := slices.ContainsFunc(d.Pilot.Households, func(x poverty.PilotHousehold) bool { return x.Code == h.Code })
		if d.Form.Name == "save" {
			on = slices.Contains(d.Form.Values["household"], h.Code)
		}
		d.Households = append(d.Households, tick{choice{h.Code, h.Head + " · " + h.Code + " · " + h.HamletName}, on})
	}
	return err
}

func (s *site) addPilot(v *visit) error {
	p, err := v.newPilot()
	if err != nil {
		return err
	}
	f := v.sentForm("save")
	return v.storePilot(p, &f)
}

func (v *visit) storePilot(p poverty.Pilot, f *form) error {
	next := p
	next.Key = f.Key
	next.Version, _ = v.count(f, "version")
	next.Hamlet, next.Kind, next.Leader = f.Value("hamlet"), poverty.HelperKind(f.Value("kind")), poverty.UnitID(f.Value("leader"))
	next.Title, next.What, next.Helpers = v.needed(f, "title"), v.needed(f, "what"), v.text(f, "helpers")
	next.From, next.Until = v.day(f, "from"), v.day(f, "until")
	next.Households = nil
	for _, code := range f.Values["household"] {
		next.Households = append(next.Households, poverty.PilotHousehold{Code: code})
	}
	if f.Bad() {
		return v.showPilot(http.StatusUnprocessableEntity, p, *f)
	}
	saved, err := v.store.SavePilot(v.ctx(), next)
	if err != nil {
		return v.refusePilot(p, f, err)
	}
	return v.redirect(pilotRow{Pilot: saved}.Link(), "pilot_saved")
}

// refusePilot shows the pilot as it stands now beside what was typed.
func (v *visit) refusePilot(p poverty.Pilot, f *form, err error) error {
	code, err := v.refuse(f, err)
	if err != nil {
		return err
	}
	if p.ID != 0 {
		if p, err = v.store.Pilot(v.ctx(), p.ID); err != nil {
			return err
		}
	}
	return v.showPilot(code, p, *f)
}

func (s *site) savePilot(v *visit) error {
	p, err := v.loadPilot()
	if err != nil {
		return err
	}
	f := v.sentForm(v.r.PostForm.Get("do"))
	if f.Name == "save" {
		return v.storePilot(p, &f)
	}
	m := poverty.PilotMove{Pilot: p.ID, Verb: poverty.PilotVerb(f.Name), Result: v.text(&f, "result"), Decision: v.text(&f, "decision")}
	m.Version, _ = v.count(&f, "version")
	m.Helped, _ = v.count(&f, "helped")
	m.LeftPoor, _ = v.count(&f, "left_poor")
	for _, unit := range f.Values["to"] {
		m.To = append(m.To, poverty.UnitID(unit))
	}
	if f.Bad() {
		return v.showPilot(http.StatusUnprocessableEntity, p, f)
	}
	if _, err := s.store.MovePilot(v.ctx(), m); err != nil {
		return v.refusePilot(p, &f, err)
	}
	done := "pilot_decided"
	if m.Verb == poverty.PilotReport {
		done = "pilot_reported"
	}
	return v.redirect(pilotRow{Pilot: p}.Link(), done)
}
