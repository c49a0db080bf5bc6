package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

type householdData struct {
	frame
	Row       householdRow
	UnitName  string
	At        string // the register's address
	Standard  poverty.Standard
	Deprived  []string // names
	Causes    []string
	Needs     []string
	Warnings  []string
	Income    string // "" when it is not known
	MayWrite  bool
	MayRaise  bool // an obstacle about it
	Sensitive bool
	Settle    settleForms
}

var householdPage = newPage[householdData]("household/household.html")

func (v *visit) loadHousehold() (poverty.Household, error) { return v.loadSheet("household") }

// loadSheet reads the sheet of a household that a part of the path numbers.
func (v *visit) loadSheet(part string) (poverty.Household, error) {
	return load(v, part, "household.not_found", v.store.Household, func(h poverty.Household) poverty.CycleID { return h.Cycle })
}

// household shows all fields of one sheet that the reader may see.
func (s *site) household(v *visit) error {
	h, err := v.loadHousehold()
	if err != nil {
		return err
	}
	return v.showHousehold(http.StatusOK, h, newForm())
}

func (v *visit) showHousehold(status int, h poverty.Household, f form) error {
	_, names, err := v.hamlets(h.Unit)
	if err != nil {
		return err
	}
	data := householdData{Row: v.householdRow(h, names), At: v.registerPath(h.Unit), Sensitive: !h.Hidden}
	if data.UnitName, err = v.unitName(h.Unit); err != nil {
		return err
	}
	data.frame = v.frame("register.title", h.Head)
	data.MayWrite, _ = v.mayRegister(h.Unit)
	data.MayRaise = len(v.raisers()) > 0
	data.Standard, _ = v.cycle.Standard()
	for _, code := range h.Deprived {
		data.Deprived = append(data.Deprived, label(v.p, "household.indicator", code))
	}
	for _, code := range h.Causes {
		data.Causes = append(data.Causes, label(v.p, "household.cause", code))
	}
	catalogue, err := v.store.Needs(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	for _, code := range h.Needs {
		name := label(v.p, "household.need", code)
		if i := slices.IndexFunc(catalogue, func(n poverty.Need) bool { return n.Code == code }); i >= 0 {
			name = v.needName(catalogue[i])
		}
		data.Needs = append(data.Needs, name)
	}
	data.Warnings = v.householdWarnings(h)
	if h.Income > 0 {
		data.Income = v.p.Number(int(h.Income))
	}
	if data.Settle, err = v.settleForms(h, f); err != nil {
		return err
	}
	return householdPage.show(v, status, data)
}

// householdWarnings tells what does not keep a sheet from being stored and is
// to be looked at.
func (v *visit) householdWarnings(h poverty.Household) []string {
	var list []string
	if h.Differs() {
		list = append(list, v.p.T("register.differs", "declared", v.p.T("household.class."+string(h.Declared)),
			"computed", v.p.T("household.class."+string(h.Computed)), "because", v.because(h)))
	}
	helped := h.Declared == poverty.ClassPoor || h.Declared == poverty.ClassNearPoor
	if h.Declared == poverty.ClassUnknown {
		list = append(list, v.p.T("register.warning.no_class"))
	}
	if helped && !h.Hidden && len(h.Causes) == 0 {
		list = append(list, v.p.T("register.warning.no_cause"))
	}
	if helped && len(h.Needs) == 0 {
		list = append(list, v.p.T("register.warning.no_need"))
	}
	if h.PolicyGroup == poverty.PolicyHardCore && h.Workers > 0 {
		list = append(list, v.p.T("register.warning.hard_core_works", "workers", h.Workers))
	}
	if !h.Hidden && h.Computed == poverty.ClassUnknown {
		list = append(list, v.p.T("standard.because.unknown"))
	}
	return list
}

type sheetData struct {
	frame
	Unit     poverty.Unit
	At       string
	Sheet    poverty.Household
	Hamlets  []poverty.Hamlet
	Services []serviceGroup
	Catalog  []needChoice
	OnBehalf bool
	Standard poverty.Standard
	Frozen   bool          // FrozenFields stay as they are
	Changes  []sheetChange // what another version says
	Form     form
}

type serviceGroup struct {
	Code       string
	Indicators []string
}

type needChoice struct{ Code, Name string }

// sheetChange is a field that stands otherwise in the store than in the form.
type sheetChange struct{ Field, Stored, Typed string }

// New reports whether the sheet is not stored yet.
func (d sheetData) New() bool { return d.Sheet.ID == 0 }

// Address returns where the form is sent.
func (d sheetData) Address() string {
	if d.New() {
		return d.At
	}
	return householdRow{Household: d.Sheet}.Link()
}

// Text returns what stands in a field of text.
func (d sheetData) Text(field string) string {
	if s := textOf(&d.Sheet, field); s != nil {
		return d.Form.Or(field, *s)
	}
	return ""
}

// Number returns what stands in a field of a number.
func (d sheetData) Number(field string) string {
	before := ""
	if n := numberOf(d.Sheet, field); n != 0 || !d.New() && field != "head_born" && field != "income" && field != "points" {
		before = strconv.FormatInt(n, 10)
	}
	return d.Form.Or(field, before)
}

// Keeps reports whether a field stays as it is because the register is frozen.
func (d sheetData) Keeps(field string) bool {
	return d.Frozen && slices.Contains(poverty.FrozenFields, field)
}

// Has reports whether a code is ticked in a list.
func (d sheetData) Has(field, code string) bool {
	return slices.Contains(*listOf(&d.Sheet, field), code)
}

// Ticked reports whether a yes-or-no field is ticked.
func (d sheetData) Ticked(field string) bool { return *flagOf(&d.Sheet, field) }

// Classes, Groups and Causes are what the form offers.
func (sheetData) Classes() []poverty.Class { return householdClasses }

// Groups returns the policy groups that the form offers.
func (sheetData) Groups() []poverty.PolicyGroup { return householdGroups }

// Causes returns the causes that the form offers.
func (sheetData) Causes() []string { return poverty.Causes }

// Persons and Flags are the fields of counts and of yes or no.
func (sheetData) Persons() []string { return sheetPersons }

// Flags returns the fields of yes or no.
func (sheetData) Flags() []string { return sheetFlags }

// Wealth returns the fields of land and income.
func (sheetData) Wealth() []string { return sheetWealth }

var (
	sheetTexts   = []string{"hamlet", "code", "head", "id_number", "health_card", "cause_other", "health", "note"}
	sheetPersons = []string{"members", "children", "elderly", "workers", "disabled"}
	sheetWealth  = []string{"production_land", "income", "points"}
	sheetFlags   = []string{"head_female", "ethnic", "policy_family", "urban"}
	sheetLists   = []string{"deprived", "causes", "needs"}
)

func textOf(h *poverty.Household, field string) *string {
	return map[string]*string{
		"hamlet": &h.Hamlet, "code": &h.Code, "head": &h.Head, "id_number": &h.IDNumber, "health_card": &h.HealthCard,
		"cause_other": &h.CauseOther, "health": &h.Health, "note": &h.Note,
	}[field]
}

func flagOf(h *poverty.Household, field string) *bool {
	return map[string]*bool{"head_female": &h.HeadFemale, "ethnic": &h.Ethnic, "policy_family": &h.PolicyFamily, "urban": &h.Urban}[field]
}

func listOf(h *poverty.Household, field string) *[]string {
	return map[string]*[]string{"deprived": &h.Deprived, "causes": &h.Causes, "needs": &h.Needs}[field]
}

func numberOf(h poverty.Household, field string) int64 {
	return map[string]int64{
		"head_born": int64(h.HeadBorn), "members": int64(h.Members), "children": int64(h.Children), "elderly": int64(h.Elderly),
		"workers": int64(h.Workers), "disabled": int64(h.Disabled), "production_land": int64(h.ProductionLand),
		"income": h.Income, "points": int64(h.Points),
	}[field]
}

// typedSheet reads the form of a sheet.
func (v *visit) typedSheet(f *form) poverty.Household {
	var h poverty.Household
	for _, field := range sheetTexts {
		*textOf(&h, field) = v.text(f, field)
	}
	for _, field := range sheetFlags {
		*flagOf(&h, field) = f.Value(field) != ""
	}
	for _, field := range sheetLists {
		*listOf(&h, field) = slices.Clone(f.Values[field])
	}
	h.HeadBorn, _ = v.count(f, "head_born")
	h.Members, _ = v.count(f, "members")
	h.Children, _ = v.count(f, "children")
	h.Elderly, _ = v.count(f, "elderly")
	h.Workers, _ = v.count(f, "workers")
	h.Disabled, _ = v.count(f, "disabled")
	h.ProductionLand, _ = v.count(f, "production_land")
	income, _ := v.count(f, "income")
	h.Income = int64(income)
	h.Points, _ = v.count(f, "points")
	h.Declared, h.PolicyGroup = poverty.Class(f.Value("declared")), poverty.PolicyGroup(f.Value("policy_group"))
	if f.Value("head") == "" {
		f.problem("head", v.p.T("error.required"))
	}
	return h
}

var sheetPage = newPage[sheetData]("household/sheet.html")

func (v *visit) showSheet(status int, unit poverty.Unit, h poverty.Household, f form, changes []sheetChange) error {
	title := v.p.T("register.new")
	if h.ID != 0 {
		title = v.p.T("register.edit")
	}
	data := sheetData{frame: v.frame("register.title", title), Unit: unit, At: v.registerPath(unit.ID), Sheet: h, Form: f, Changes: changes}
	may, other := v.mayRegister(unit.ID)
	if !may {
		return poverty.Errorf(poverty.Forbidden, "household.forbidden")
	}
	data.OnBehalf = other
	frozen, err := v.freezes()
	if err != nil {
		return err
	}
	if _, data.Frozen = frozen[unit.ID]; data.Frozen && h.ID == 0 && status == http.StatusOK {
		return poverty.Errorf(poverty.Conflict, "freeze.closed")
	}
	standard, ok := v.cycle.Standard()
	if !ok {
		return poverty.Errorf(poverty.Conflict, "household.no_standard", "year", v.cycle.Year)
	}
	data.Standard = standard
	for _, i := range standard.Indicators {
		if n := len(data.Services); n == 0 || data.Services[n-1].Code != i.Service {
			data.Services = append(data.Services, serviceGroup{Code: i.Service})
		}
		last := &data.Services[len(data.Services)-1]
		last.Indicators = append(last.Indicators, i.Code)
	}
	if data.Hamlets, _, err = v.hamlets(unit.ID); err != nil {
		return err
	}
	needs, err := v.store.Needs(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	for _, n := range needs {
		data.Catalog = append(data.Catalog, needChoice{n.Code, v.needName(n)})
	}
	return sheetPage.show(v, status, data)
}

func (s *site) newHousehold(v *visit) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	return v.showSheet(http.StatusOK, u, poverty.Household{Unit: u.ID}, newForm(), nil)
}

func (s *site) addHousehold(v *visit) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	f := v.sentForm("sheet")
	h := v.typedSheet(&f)
	h.Cycle, h.Unit = v.cycle.ID, u.ID
	return v.saveSheet(u, h, h, &f)
}

func (s *site) editHousehold(v *visit) error {
	h, err := v.loadHousehold()
	if err != nil {
		return err
	}
	u, err := v.store.Unit(v.ctx(), h.Unit, v.today)
	if err != nil {
		return err
	}
	return v.showSheet(http.StatusOK, u, h, newForm(), nil)
}

func (s *site) saveHousehold(v *visit) error {
	old, err := v.loadHousehold()
	if err != nil {
		return err
	}
	u, err := v.store.Unit(v.ctx(), old.Unit, v.today)
	if err != nil {
		return err
	}
	if may, _ := v.mayRegister(old.Unit); !may {
		return poverty.Errorf(poverty.Forbidden, "household.forbidden")
	}
	f := v.sentForm("sheet")
	h := v.typedSheet(&f)
	h.ID, h.Cycle, h.Unit = old.ID, old.Cycle, old.Unit
	version, _ := v.count(&f, "version")
	h.Version = cmp.Or(version, -1) // a form without a version was not made by us
	return v.saveSheet(u, h, old, &f)
}

// saveSheet stores what was typed; where it is refused the form comes back, and
// with it what another person has stored meanwhile.
func (v *visit) saveSheet(u poverty.Unit, h, old poverty.Household, f *form) error {
	basis := v.text(f, "basis")
	if f.Bad() {
		return v.showSheet(http.StatusUnprocessableEntity, u, h, *f, nil)
	}
	saved, err := v.store.SaveHousehold(v.ctx(), h, basis)
	if err == nil {
		return v.redirect(householdRow{Household: saved}.Link(), "household_saved")
	}
	conflict := poverty.KindOf(err) == poverty.Conflict
	code, err := v.refuseSheet(f, err)
	if err != nil {
		return err
	}
	var changes []sheetChange
	if conflict && h.ID != 0 && h.Version != old.Version {
		changes = v.sheetChanges(old, h)
		h.Version = old.Version
	}
	return v.showSheet(code, u, h, *f, changes)
}

// refuseSheet is refuse for what tells all problems of a sheet at once.
func (v *visit) refuseSheet(f *form, err error) (int, error) {
	problems, ok := errors.AsType[poverty.Problems](err)
	if !ok {
		return v.refuse(f, err)
	}
	for _, p := range problems {
		f.problem(p.Column, v.p.T(p.Key, p.Args...))
	}
	return http.StatusUnprocessableEntity, nil
}

// sheetChanges tells in which fields two versions of a sheet differ.
func (v *visit) sheetChanges(stored, typed poverty.Household) []sheetChange {
	var list []sheetChange
	for _, d := range v.sheetDifferences(stored, typed) {
		list = append(list, d.sheetChange)
	}
	return list
}
