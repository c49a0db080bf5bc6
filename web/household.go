package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dondoc/locale"
	"dondoc/poverty"
)

// seesRegister reports whether the actor sees the registers of all communes of
// the cycle.
func (v *visit) seesRegister() bool {
	for _, part := range []poverty.Part{poverty.PartStanding, poverty.PartLeadership, poverty.PartReader} {
		if _, ok := v.me.InCycle(*v.cycle, part); ok {
			return true
		}
	}
	return false
}

// hasRegister reports whether the actor sees any commune's register.
func (v *visit) hasRegister() bool {
	return v.seesRegister() || slices.ContainsFunc(v.me.Seats, func(s poverty.Seat) bool {
		return v.cycle.Rules.Units[s.Unit].Role == "commune"
	})
}

// communes returns the communes of the cycle whose registers the actor may see.
func (v *visit) communes() ([]poverty.Unit, error) {
	units, err := v.cycleUnits()
	if err != nil {
		return nil, err
	}
	all := v.seesRegister()
	var list []poverty.Unit
	for _, u := range units {
		if v.cycle.Rules.Units[u.ID].Role == "commune" && (all || len(v.me.In(u.ID)) > 0) {
			list = append(list, u)
		}
	}
	return list, nil
}

// commune returns the commune of the path. To who may not see its register it
// is not there.
func (v *visit) commune() (poverty.Unit, error) {
	list, err := v.communes()
	if err != nil {
		return poverty.Unit{}, err
	}
	id := poverty.UnitID(v.param("unit"))
	i := slices.IndexFunc(list, func(u poverty.Unit) bool { return u.ID == id })
	if i < 0 {
		return poverty.Unit{}, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	return list[i], nil
}

// mayRegister reports whether the actor may write into a register, and whether
// that is in the commune's stead and needs a basis.
func (v *visit) mayRegister(unit poverty.UnitID) (may, onBehalf bool) {
	_, onBehalf, err := v.cycle.MayRegister(v.me, poverty.RegisterScope{Cycle: v.cycle.ID, Unit: unit, Basis: "x"})
	return err == nil, onBehalf
}

// registerPath returns the address of a commune's register, or of all of them.
func (v *visit) registerPath(unit poverty.UnitID) string {
	if unit == "" {
		return "/cycles/" + string(v.cycle.ID) + "/households"
	}
	return "/cycles/" + string(v.cycle.ID) + "/units/" + string(unit) + "/households"
}

type registersData struct {
	frame
	Rows     []poverty.RegisterCount
	Frozen   map[poverty.UnitID]poverty.Freeze
	Unfrozen bool // a register with households is not frozen yet
	Sum      poverty.RegisterCount
	At       string // address of the register of all communes
	MayWrite bool
	SeesAll  bool
	Standard poverty.Standard
	Needs    []needRow
	Form     form
}

// Link returns the address of a commune's register.
func (d registersData) Link(unit poverty.UnitID) string {
	return "/cycles/" + string(d.Cycle.ID) + "/units/" + string(unit) + "/households"
}

type needRow struct {
	Name string
	Own  bool // added by the owner of the cycle
}

var registersPage = newPage[registersData]("household/registers.html")

// registers shows the register of each commune in counts.
func (s *site) registers(v *visit) error { return v.showRegisters(http.StatusOK, newForm()) }

func (v *visit) showRegisters(status int, f form) error {
	communes, err := v.communes()
	if err != nil {
		return err
	}
	sees := v.seesRegister()
	if !sees && len(communes) == 1 {
		return v.redirect(v.registerPath(communes[0].ID), "")
	}
	counts, err := v.store.RegisterCounts(v.ctx(), v.cycle.ID, "")
	if err != nil {
		return err
	}
	by := map[poverty.UnitID]poverty.RegisterCount{}
	for _, c := range counts {
		by[c.Unit] = c
	}
	data := registersData{frame: v.frame("register.title", v.p.T("register.title")), At: v.registerPath(""), SeesAll: sees, Form: f}
	for _, u := range communes {
		c := by[u.ID]
		c.Unit, c.UnitName = u.ID, u.Name
		data.Rows = append(data.Rows, c)
		data.Sum.All += c.All
		data.Sum.Persons += c.Persons
		data.Sum.Poor += c.Poor
		data.Sum.NearPoor += c.NearPoor
		data.Sum.Differ += c.Differ
		data.Sum.HardCore += c.HardCore
	}
	if data.Frozen, err = v.freezes(); err != nil {
		return err
	}
	for _, c := range data.Rows {
		_, frozen := data.Frozen[c.Unit]
		data.Unfrozen = data.Unfrozen || c.All > 0 && !frozen
	}
	data.Standard, _ = v.cycle.Standard()
	data.MayWrite, _ = v.mayRegister("")
	if data.MayWrite {
		needs, err := v.store.Needs(v.ctx(), v.cycle.ID)
		if err != nil {
			return err
		}
		for _, n := range needs {
			data.Needs = append(data.Needs, needRow{v.needName(n), n.Owner != ""})
		}
	}
	return registersPage.show(v, status, data)
}

func (v *visit) needName(n poverty.Need) string {
	if v.p.Lang() == "en" && n.NameEN != "" {
		return n.NameEN
	}
	return cmp.Or(n.Name, label(v.p, "household.need", n.Code))
}

// addNeed adds to the catalogue of the cycle's owner.
func (s *site) addNeed(v *visit) error {
	f := v.sentForm("need")
	n := poverty.Need{Code: v.text(&f, "code"), Name: v.needed(&f, "name"), NameEN: v.text(&f, "name_en")}
	if f.Bad() {
		return v.showRegisters(http.StatusUnprocessableEntity, f)
	}
	if err := s.store.AddNeed(v.ctx(), v.cycle.ID, n); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showRegisters(code, f)
	}
	return v.redirect(v.registerPath(""), "need_added")
}

// householdFilter is what a list of households was asked for.
type householdFilter struct {
	Hamlet, Class, Group, Query string
	Differ                      bool
}

// Set reports whether the list shows less than all.
func (f householdFilter) Set() bool { return f != householdFilter{} }

func readHouseholdFilter(q url.Values) householdFilter {
	return householdFilter{q.Get("hamlet"), q.Get("class"), q.Get("group"), strings.TrimSpace(q.Get("q")), q.Get("differ") != ""}
}

func (f householdFilter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"hamlet": f.Hamlet, "class": f.Class, "group": f.Group, "q": f.Query} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Differ {
		q.Set("differ", "1")
	}
	return q
}

// Encoded returns the filter as it stands in an address.
func (f householdFilter) Encoded() string { return f.query().Encode() }

func (f householdFilter) of(c poverty.CycleID, unit poverty.UnitID) poverty.HouseholdFilter {
	return poverty.HouseholdFilter{
		Cycle: c, Unit: unit, Hamlet: f.Hamlet, Class: poverty.Class(f.Class), Group: poverty.PolicyGroup(f.Group),
		Differ: f.Differ, Query: f.Query,
	}
}

// householdRow is a household as lists show it.
type householdRow struct {
	poverty.Household
	HamletName string
	Because    string // why the standard gives another class, where it may be told
}

// Link returns the address of the household's sheet.
func (h householdRow) Link() string {
	return "/cycles/" + string(h.Cycle) + "/households/" + strconv.FormatInt(int64(h.ID), 10)
}

func (v *visit) householdRow(h poverty.Household, hamlets map[string]string) householdRow {
	row := householdRow{Household: h, HamletName: cmp.Or(hamlets[h.Hamlet], h.Hamlet)}
	if h.Differs() {
		row.Because = v.because(h)
	}
	return row
}

// because words why the standard gives the class that it gives; empty where
// what it goes by is hidden.
func (v *visit) because(h poverty.Household) string {
	s, ok := v.cycle.Standard()
	if !ok || h.Hidden {
		return ""
	}
	_, key := s.Explain(h)
	count := 0
	for _, i := range s.Indicators {
		count += b2i(slices.Contains(h.Deprived, i.Code))
	}
	return v.p.T("register.because", "because", v.p.T(key), "standard", s.Code, "count", count, "least", s.Deprived)
}

func (v *visit) hamlets(unit poverty.UnitID) ([]poverty.Hamlet, map[string]string, error) {
	list, err := v.store.Hamlets(v.ctx(), unit)
	if err != nil {
		return nil, nil, err
	}
	locale.SortBy(list, func(h poverty.Hamlet) string { return h.Name })
	names := map[string]string{}
	for _, h := range list {
		names[h.Code] = h.Name
	}
	return list, names, nil
}

type householdsData struct {
	frame
	Unit      poverty.Unit
	At        string
	Count     poverty.RegisterCount
	Hamlets   []poverty.Hamlet
	Filter    householdFilter
	Rows      []householdRow
	First     string // address of the first page; "" on it
	Next      string
	MayWrite  bool
	SeesAll   bool
	Sensitive bool
	Standard  poverty.Standard
	Frozen    *poverty.Freeze // nil: not frozen
	FrozenBy  string
	MayReopen bool
	OnBehalf  bool
	Form      form
}

// Classes and Groups are what the filter offers.
func (householdsData) Classes() []poverty.Class { return householdClasses }

// Groups returns the policy groups that the filter offers.
func (householdsData) Groups() []poverty.PolicyGroup { return householdGroups }

var (
	householdClasses = []poverty.Class{poverty.ClassPoor, poverty.ClassNearPoor, poverty.ClassNotPoor}
	householdGroups  = []poverty.PolicyGroup{poverty.PolicyEligible, poverty.PolicyHardCore}
)

var householdsPage = newPage[householdsData]("household/households.html")

func (s *site) households(v *visit) error { return v.showHouseholds(http.StatusOK, newForm()) }

func (v *visit) showHouseholds(status int, f form) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	data := householdsData{
		frame: v.frame("register.title", v.p.T("register.of", "unit", u.Name)), Unit: u, At: v.registerPath(u.ID),
		Filter: readHouseholdFilter(q), SeesAll: v.seesRegister(), Sensitive: v.cycle.SeesSensitive(v.me, u.ID), Form: f,
	}
	data.Standard, _ = v.cycle.Standard()
	data.MayWrite, data.OnBehalf = v.mayRegister(u.ID)
	frozen, err := v.freezes()
	if err != nil {
		return err
	}
	if f, ok := frozen[u.ID]; ok {
		data.Frozen = &f
		if data.FrozenBy, err = v.officeName(f.Office); err != nil {
			return err
		}
		_, err := v.cycle.MayReopen(v.me, poverty.RegisterScope{Cycle: v.cycle.ID, Unit: u.ID, Basis: "x"})
		data.MayReopen = err == nil
	}
	var names map[string]string
	if data.Hamlets, names, err = v.hamlets(u.ID); err != nil {
		return err
	}
	counts, err := v.store.RegisterCounts(v.ctx(), v.cycle.ID, u.ID)
	if err != nil {
		return err
	}
	for _, c := range counts {
		data.Count = c
	}
	filter := data.Filter.of(v.cycle.ID, u.ID)
	filter.Limit = perPage + 1
	if after := q.Get("after"); after != "" {
		n, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return poverty.Errorf(poverty.NotFound, "error.not_found")
		}
		filter.After = poverty.HouseholdID(n)
		data.First = "?" + data.Filter.query().Encode()
	}
	found, err := v.store.Households(v.ctx(), filter)
	if err != nil {
		return err
	}
	if len(found) > perPage {
		found = found[:perPage]
		next := data.Filter.query()
		next.Set("after", strconv.FormatInt(int64(found[perPage-1].ID), 10))
		data.Next = "?" + next.Encode()
	}
	for _, h := range found {
		data.Rows = append(data.Rows, v.householdRow(h, names))
	}
	return householdsPage.show(v, status, data)
}

type alikeData struct {
	frame
	Unit  *poverty.Unit // nil for all communes
	At    string        // the register's address
	Pairs []likePair
	Most  bool // there may be more
}

type likePair struct {
	A, B    householdRow
	AUnit   string
	BUnit   string
	Reasons []string
}

// mostLike is how many pairs the store tells.
const mostLike = 500

var alikePage = newPage[alikeData]("household/alike.html")

// alike shows households that may be one, of a commune or of all.
func (s *site) alike(v *visit) error {
	data := alikeData{}
	var unit poverty.UnitID
	if v.param("unit") != "" {
		u, err := v.commune()
		if err != nil {
			return err
		}
		data.Unit, unit = &u, u.ID
	}
	found, err := s.store.Likenesses(v.ctx(), v.cycle.ID, unit)
	if err != nil {
		return err
	}
	data.frame, data.At, data.Most = v.frame("register.title", v.p.T("register.alike")), v.registerPath(unit), len(found) >= mostLike
	hamlets := map[poverty.UnitID]map[string]string{}
	row := func(h poverty.Household) (householdRow, string, error) {
		if _, ok := hamlets[h.Unit]; !ok {
			_, names, err := v.hamlets(h.Unit)
			if err != nil {
				return householdRow{}, "", err
			}
			hamlets[h.Unit] = names
		}
		name, err := v.unitName(h.Unit)
		return v.householdRow(h, hamlets[h.Unit]), name, err
	}
	for _, l := range found {
		p := likePair{Reasons: l.Reasons}
		if p.A, p.AUnit, err = row(l.A); err != nil {
			return err
		}
		if p.B, p.BUnit, err = row(l.B); err != nil {
			return err
		}
		data.Pairs = append(data.Pairs, p)
	}
	return alikePage.show(v, http.StatusOK, data)
}

type hamletsData struct {
	frame
	Unit     poverty.Unit
	At       string
	Lines    string
	MayWrite bool
	OnBehalf bool
	Form     form
}

var hamletsPage = newPage[hamletsData]("household/hamlets.html")

func (s *site) hamletList(v *visit) error { return v.showHamlets(http.StatusOK, newForm()) }

func (v *visit) showHamlets(status int, f form) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	list, err := v.store.Hamlets(v.ctx(), u.ID)
	if err != nil {
		return err
	}
	var lines strings.Builder
	for _, h := range list {
		lines.WriteString(h.Code + "; " + h.Name + "\n")
	}
	data := hamletsData{frame: v.frame("register.title", v.p.T("register.hamlets_of", "unit", u.Name)), Unit: u, At: v.registerPath(u.ID), Form: f}
	data.Lines = f.Or("hamlets", lines.String())
	data.MayWrite, data.OnBehalf = v.mayRegister(u.ID)
	return hamletsPage.show(v, status, data)
}

// putHamlets reads one hamlet a line: its code, a semicolon or tab, its name.
func (s *site) putHamlets(v *visit) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	f := v.sentForm("hamlets")
	var list []poverty.Hamlet
	n := 0
	for line := range strings.Lines(v.text(&f, "hamlets")) {
		n++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		i := strings.IndexAny(line, ";\t")
		if i < 0 || strings.TrimSpace(line[:i]) == "" || strings.TrimSpace(line[i+1:]) == "" {
			f.problem("hamlets", v.p.T("register.hamlet_line", "line", n))
			continue
		}
		list = append(list, poverty.Hamlet{Unit: u.ID, Code: strings.TrimSpace(line[:i]), Name: strings.TrimSpace(line[i+1:])})
	}
	if f.Bad() {
		return v.showHamlets(http.StatusUnprocessableEntity, f)
	}
	scope := poverty.RegisterScope{Cycle: v.cycle.ID, Unit: u.ID, Basis: v.text(&f, "basis")}
	if err := s.store.PutHamlets(v.ctx(), scope, list); err != nil {
		code, err := v.refuseSheet(&f, err)
		if err != nil {
			return err
		}
		for _, field := range []string{"hamlet", "unit"} {
			if p := f.Problems[field]; p != "" {
				f.problem("hamlets", p)
				delete(f.Problems, field)
			}
		}
		return v.showHamlets(code, f)
	}
	return v.redirect(v.registerPath(u.ID), "hamlets_saved")
}
