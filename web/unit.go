package web

import (
	"net/http"
	"slices"
	"strings"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// names remembers within one request what units and offices are called.
type names struct {
	cycle   poverty.CycleID
	list    []poverty.Unit
	units   map[poverty.UnitID]string
	offices map[poverty.UnitID][]poverty.Office
	hamlets map[poverty.UnitID]map[string]string // by code
}

// cycleUnits returns the units of the cycle in the order of their names.
func (v *visit) cycleUnits() ([]poverty.Unit, error) {
	if v.names.cycle == v.cycle.ID {
		return v.names.list, nil
	}
	found, err := v.store.Units(v.ctx(), poverty.UnitFilter{Cycle: v.cycle.ID, Limit: 1000})
	if err != nil {
		return nil, err
	}
	locale.SortBy(found, func(u poverty.Unit) string { return u.Name })
	v.names.cycle, v.names.list = v.cycle.ID, found
	if v.names.units == nil {
		v.names.units = map[poverty.UnitID]string{}
	}
	for _, u := range found {
		v.names.units[u.ID] = u.Name
	}
	return found, nil
}

// unitName returns what a unit is called, or its code where the actor may not
// see it.
func (v *visit) unitName(id poverty.UnitID) (string, error) {
	if name, ok := v.names.units[id]; ok || id == "" {
		return name, nil
	}
	if v.cycle != nil && v.names.cycle != v.cycle.ID {
		if _, err := v.cycleUnits(); err != nil {
			return "", err
		}
		return v.unitName(id)
	}
	u, err := v.store.Unit(v.ctx(), id, v.today)
	if poverty.KindOf(err) == poverty.NotFound {
		u, err = poverty.Unit{Name: string(id)}, nil
	}
	if err != nil {
		return "", err
	}
	if v.names.units == nil {
		v.names.units = map[poverty.UnitID]string{}
	}
	v.names.units[id] = u.Name
	return u.Name, nil
}

// officeName returns what an office is called, its unit included.
func (v *visit) officeName(id poverty.OfficeID) (string, error) {
	unit, role, ok := strings.Cut(string(id), "/")
	if !ok {
		return string(id), nil
	}
	found, err := v.offices(poverty.UnitID(unit))
	if err != nil {
		return "", err
	}
	name, err := v.unitName(poverty.UnitID(unit))
	if err != nil {
		return "", err
	}
	for _, o := range found {
		if o.ID == id {
			return joinOffice(o.Title, name), nil
		}
	}
	return joinOffice(v.roleName(poverty.OfficeRole(role)), name), nil
}

func (v *visit) offices(unit poverty.UnitID) ([]poverty.Office, error) {
	if found, ok := v.names.offices[unit]; ok {
		return found, nil
	}
	found, err := v.store.Offices(v.ctx(), unit)
	if err != nil && poverty.KindOf(err) != poverty.NotFound {
		return nil, err
	}
	if v.names.offices == nil {
		v.names.offices = map[poverty.UnitID][]poverty.Office{}
	}
	v.names.offices[unit] = found
	return found, nil
}

// joinOffice adds the unit's name to an office's title, unless the title speaks
// of it already: "Chủ tịch UBND xã Thượng Long".
func joinOffice(title, unit string) string {
	if title == "" || unit == "" {
		return title + unit
	}
	words := strings.Fields(locale.Fold(unit))
	n := min(2, len(words))
	for _, part := range [][]string{words[:n], words[len(words)-n:]} {
		if strings.Contains(locale.Fold(title), strings.Join(part, " ")) {
			return title
		}
	}
	return title + ", " + unit
}

func (v *visit) roleName(role poverty.OfficeRole) string {
	if key := "unit.role." + string(role); v.p.Has(key) {
		return v.p.T(key)
	}
	return string(role)
}

type unitsData struct {
	frame
	Query string
	Rows  []unitRow
}

type unitRow struct {
	poverty.Unit
	Depth int
}

// Link returns the address of the unit's page.
func (u unitRow) Link() string { return "/units/" + string(u.ID) }

var unitsPage = newPage[unitsData]("unit/units.html")

func (s *site) units(v *visit) error {
	if err := v.withCycle(); err != nil {
		return err
	}
	query := strings.TrimSpace(v.r.URL.Query().Get("q"))
	found, err := s.store.Units(v.ctx(), poverty.UnitFilter{Query: query, Limit: 1000})
	if err != nil {
		return err
	}
	return unitsPage.show(v, http.StatusOK, unitsData{v.frame("nav.units", v.p.T("nav.units")), query, tree(found)})
}

// tree puts units behind the unit above them, each level by name. A unit whose
// parent is not among them stands at the top.
func tree(units []poverty.Unit) []unitRow {
	units = slices.Clone(units)
	locale.SortBy(units, func(u poverty.Unit) string { return u.Name })
	there := map[poverty.UnitID]bool{}
	for _, u := range units {
		there[u.ID] = true
	}
	below := map[poverty.UnitID][]poverty.Unit{}
	for _, u := range units {
		parent := u.Parent
		if !there[parent] || parent == u.ID {
			parent = ""
		}
		below[parent] = append(below[parent], u)
	}
	rows := make([]unitRow, 0, len(units))
	var add func(parent poverty.UnitID, depth int)
	add = func(parent poverty.UnitID, depth int) {
		if depth > 8 {
			return
		}
		for _, u := range below[parent] {
			rows = append(rows, unitRow{u, depth})
			add(u.ID, depth+1)
		}
	}
	add("", 0)
	return rows
}

type unitData struct {
	frame
	Unit    poverty.Unit
	Parent  string
	Offices []officeRow
	Work    string // the unit's page in the current cycle

	MayStaff bool // says who holds its offices
}

type officeRow struct {
	poverty.Office
	Holders []poverty.Holding
	Now     bool // somebody holds it today
}

var unitPage = newPage[unitData]("unit/unit.html")

func (s *site) unit(v *visit) error {
	if err := v.withCycle(); err != nil {
		return err
	}
	u, err := s.store.Unit(v.ctx(), poverty.UnitID(v.param("unit")), v.today)
	if err != nil {
		return err
	}
	data := unitData{frame: v.frame("nav.units", u.Name), Unit: u}
	if data.Parent, err = v.unitName(u.Parent); err != nil {
		return err
	}
	if data.Offices, err = v.officeRows(u.ID); err != nil {
		return err
	}
	if data.MayStaff, err = v.mayStaff(u.ID); err != nil {
		return err
	}
	if v.cycle != nil {
		if _, ok := v.cycle.Rules.Units[u.ID]; ok {
			data.Work = "/cycles/" + string(v.cycle.ID) + "/units/" + string(u.ID)
		}
	}
	return unitPage.show(v, http.StatusOK, data)
}

func (v *visit) officeRows(unit poverty.UnitID) ([]officeRow, error) {
	offices, err := v.offices(unit)
	if err != nil {
		return nil, err
	}
	holdings, err := v.store.Holdings(v.ctx(), unit)
	if err != nil {
		return nil, err
	}
	var rows []officeRow
	for _, o := range offices {
		if !within(v.today, o.ValidFrom, o.ValidTo) {
			continue
		}
		row := officeRow{Office: o}
		for _, h := range holdings {
			if h.Office == o.ID && (h.ValidTo.IsZero() || !h.ValidTo.Before(v.today)) {
				row.Holders = append(row.Holders, h)
				row.Now = row.Now || within(v.today, h.ValidFrom, h.ValidTo)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func within(day, from, to calendar.Date) bool {
	return !day.Before(from) && (to.IsZero() || !to.Before(day))
}

// workData is a unit's own page in a cycle: what it owes and has done.
type workData struct {
	frame
	Unit     poverty.Unit
	Role     string
	Own      bool // the actor sits in the unit
	Owed     []dutyRow
	Returned []dutyRow
	Later    []dutyRow
	Ended    []dutyRow
	Plan     *planRow
	Gaps     []planGap // the first of what its own plan lacks
	Reports  []reportCell
	Groups   []groupRow
	Offices  []officeRow
	MayAdd   bool

	Mentored      []mentorRow       // households that the reader looks after
	Contributions []contributionRow // to the reports of the groups that it is a member of
	Components    []componentRow    // it is in charge of, or that help it
}

// workGaps is how many things that a plan lacks a unit's page shows.
const workGaps = 6

type reportCell struct {
	Period string
	Cell   poverty.Cell
	Href   string
}

type groupRow struct {
	poverty.Group
	CommuneName string
	LeadName    string
	Members     []poverty.Unit
	Plan        string // address of the commune's plan; "" where the reader may not see it
	Link        string // of the group's page
}

var workPage = newPage[workData]("unit/work.html")

func (s *site) work(v *visit) error {
	id := poverty.UnitID(v.param("unit"))
	part, ok := v.cycle.Rules.Units[id]
	u, err := s.store.Unit(v.ctx(), id, v.today)
	if err != nil {
		return err
	}
	if !ok && id != v.cycle.Rules.Bindings.Standing && id != v.cycle.Owner {
		return poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	own := len(v.me.In(id)) > 0
	active := ""
	if own {
		active = "nav.work"
	}
	data := workData{frame: v.frame(active, u.Name), Unit: u, Role: part.Role, Own: own, MayAdd: v.mayAdd()}
	if own {
		if data.Mentored, err = v.mentored(); err != nil {
			return err
		}
	}
	duties, err := s.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Unit: id, Limit: 1000})
	if err != nil {
		return err
	}
	rows, err := v.rows(duties)
	if err != nil {
		return err
	}
	for _, row := range rows {
		switch {
		case row.State == poverty.DutyReturned:
			data.Returned = append(data.Returned, row)
		case row.Owed() && (row.Overdue || row.LastDay.IsZero() || row.DaysLeft() <= 31):
			data.Owed = append(data.Owed, row)
		case row.Owed():
			data.Later = append(data.Later, row)
		default:
			data.Ended = append(data.Ended, row)
		}
	}
	byLastDay := func(a, b dutyRow) int {
		if a.LastDay.IsZero() != b.LastDay.IsZero() {
			return b2i(a.LastDay.IsZero()) - b2i(b.LastDay.IsZero())
		}
		return a.LastDay.Compare(b.LastDay)
	}
	slices.SortStableFunc(data.Owed, byLastDay)
	slices.SortStableFunc(data.Later, byLastDay)
	slices.SortStableFunc(data.Ended, func(a, b dutyRow) int { return byLastDay(b, a) })
	if part.Role == "commune" {
		p, err := s.store.Plan(v.ctx(), v.cycle.ID, id)
		switch {
		case err == nil:
			row := planRowOf(p)
			data.Plan = &row
			if own && p.Editable() {
				sheet, err := s.store.PlanSheet(v.ctx(), v.cycle.ID, id)
				if err != nil {
					return err
				}
				data.Gaps = v.planGaps(row, sheet)
				data.Gaps = data.Gaps[:min(len(data.Gaps), workGaps)]
			}
		case poverty.KindOf(err) != poverty.NotFound:
			return err
		}
	}
	if data.Reports, err = v.reportCells(rows); err != nil {
		return err
	}
	if data.Groups, err = v.groupsOf(id); err != nil {
		return err
	}
	if data.Offices, err = v.officeRows(id); err != nil {
		return err
	}
	if own {
		if data.Contributions, err = v.contributionRows(id); err != nil {
			return err
		}
	}
	charged, err := v.componentRows(poverty.ComponentFilter{Unit: id})
	if err != nil {
		return err
	}
	helping, err := v.componentRows(poverty.ComponentFilter{Commune: id})
	if err != nil {
		return err
	}
	data.Components = append(charged, slices.DeleteFunc(helping, func(c componentRow) bool { return c.Unit == id })...)
	return workPage.show(v, http.StatusOK, data)
}

// reportCells puts a unit's reports in the order of their periods.
func (v *visit) reportCells(rows []dutyRow) ([]reportCell, error) {
	var cells []reportCell
	for _, row := range rows {
		if row.Kind == poverty.DutyReport {
			cells = append(cells, reportCell{row.Period, row.Cell(), row.Href})
		}
	}
	slices.SortFunc(cells, func(a, b reportCell) int { return strings.Compare(a.Period, b.Period) })
	return cells, nil
}

// plansSeen returns the communes of the cycle whose plans the reader may see.
func (v *visit) plansSeen() (map[poverty.UnitID]bool, error) {
	plans, err := v.store.Plans(v.ctx(), v.cycle.ID)
	seen := make(map[poverty.UnitID]bool, len(plans))
	for _, p := range plans {
		seen[p.Unit] = true
	}
	return seen, err
}

// groupsOf returns the groups that a unit is helped by, leads or belongs to.
func (v *visit) groupsOf(id poverty.UnitID) ([]groupRow, error) {
	plans, err := v.plansSeen()
	if err != nil {
		return nil, err
	}
	var rows []groupRow
	for _, g := range v.cycle.Rules.Groups {
		if id != "" && g.Commune != id && g.Lead != id && !slices.Contains(g.Members, id) {
			continue
		}
		row := groupRow{Group: g, Link: "/cycles/" + string(v.cycle.ID) + "/groups/" + g.Code}
		if plans[g.Commune] {
			row.Plan = "/cycles/" + string(v.cycle.ID) + "/plans/" + string(g.Commune)
		}
		if row.CommuneName, err = v.unitName(g.Commune); err != nil {
			return nil, err
		}
		if row.LeadName, err = v.unitName(g.Lead); err != nil {
			return nil, err
		}
		for _, m := range g.Members {
			name, err := v.unitName(m)
			if err != nil {
				return nil, err
			}
			row.Members = append(row.Members, poverty.Unit{ID: m, Name: name})
		}
		rows = append(rows, row)
	}
	return rows, nil
}
