package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/locale"
	"dondoc/poverty"
)

// settlementRow is a decision about sheets as pages show it, with the form that
// takes it back.
type settlementRow struct {
	poverty.Settlement
	HamletName    string
	UnitName      string
	OtherUnitName string
	OfficeName    string
	Address       string // where it is taken back; "" where the reader may not
	OnBehalf      bool   // taking it back needs a basis
	Form          form
}

// Open reports whether the form is unfolded.
func (r settlementRow) Open() bool { return r.Form.Bad() }

// Gone reports whether the sheet is out of the register by the decision.
func (r settlementRow) Gone() bool {
	return !r.Undone() && (r.Kind == poverty.SettlementStruck || r.Kind == poverty.SettlementMerged)
}

// Sheet and OtherSheet return the addresses of the two sheets.
func (r settlementRow) Sheet() string { return r.link(r.Household) }

// OtherSheet returns the address of the other sheet of a pair.
func (r settlementRow) OtherSheet() string { return r.link(r.Other) }

func (r settlementRow) link(id poverty.HouseholdID) string {
	return householdRow{Household: poverty.Household{Cycle: r.Cycle, ID: id}}.Link()
}

// settlementRows makes rows of decisions; f, where it was sent, belongs to the
// decision that it names.
func (v *visit) settlementRows(list []poverty.Settlement, f form) ([]settlementRow, error) {
	frozen, err := v.freezes()
	if err != nil {
		return nil, err
	}
	stands := func(unit poverty.UnitID) bool { _, is := frozen[unit]; return is }
	hamlets := map[poverty.UnitID]map[string]string{}
	rows := make([]settlementRow, 0, len(list))
	for _, s := range list {
		if _, ok := hamlets[s.Unit]; !ok {
			_, names, err := v.hamlets(s.Unit)
			if err != nil {
				return nil, err
			}
			hamlets[s.Unit] = names
		}
		row := settlementRow{Settlement: s, HamletName: cmp.Or(hamlets[s.Unit][s.Hamlet], s.Hamlet), Form: newForm()}
		var err error
		if row.UnitName, err = v.unitName(s.Unit); err != nil {
			return nil, err
		}
		if row.OtherUnitName, err = v.unitName(s.OtherUnit); err != nil {
			return nil, err
		}
		if !s.Undone() && (s.Kind == poverty.SettlementApart || !stands(s.Unit) && !stands(s.OtherUnit)) {
			if _, other, err := v.cycle.MaySettle(v.me, "x", s.Unit, s.OtherUnit); err == nil {
				row.Address, row.OnBehalf = "/cycles/"+string(v.cycle.ID)+"/settlements/"+strconv.FormatInt(int64(s.ID), 10), other
			}
		}
		if f.Name == row.Address {
			row.Form = f
		}
		rows = append(rows, row)
	}
	return rows, nil
}

type settlementsData struct {
	frame
	Unit *poverty.Unit // nil for all communes
	At   string
	Rows []settlementRow
	Next string
}

var settlementsPage = newPage[settlementsData]("settlement/settlements.html")

// settlements lists what was decided about sheets of a commune, or of all.
func (s *site) settlements(v *visit) error {
	u, err := v.registerUnit()
	if err != nil {
		return err
	}
	return v.showSettlements(http.StatusOK, u, newForm())
}

func (v *visit) showSettlements(status int, u poverty.Unit, f form) error {
	data := settlementsData{frame: v.frame("register.title", v.p.T("settlement.title")), At: v.registerPath(u.ID)}
	if u.ID != "" {
		data.Unit = &u
	} else if !v.seesRegister() {
		return poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	filter := poverty.SettlementFilter{Cycle: v.cycle.ID, Unit: u.ID, Limit: perPage + 1}
	if before, err := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64); err == nil {
		filter.Before = poverty.SettlementID(before)
	}
	list, err := v.store.Settlements(v.ctx(), filter)
	if err != nil {
		return err
	}
	if len(list) > perPage {
		list = list[:perPage]
		data.Next = "?before=" + strconv.FormatInt(int64(list[perPage-1].ID), 10)
	}
	if data.Rows, err = v.settlementRows(list, f); err != nil {
		return err
	}
	return settlementsPage.show(v, status, data)
}

// unsettle takes a decision about sheets back.
func (s *site) unsettle(v *visit) error {
	id, err := v.number("settlement", "settlement.not_found")
	if err != nil {
		return err
	}
	f := v.sentForm(v.r.URL.Path)
	reason, basis := v.needed(&f, "reason"), v.text(&f, "basis")
	back := v.back(v.registerPath(""))
	if !f.Bad() {
		_, err := s.store.Unsettle(v.ctx(), poverty.SettlementID(id), reason, basis)
		if err == nil {
			return v.redirect(back, "settlement_undone")
		}
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.reshowSettlements(code, f)
	}
	return v.reshowSettlements(http.StatusUnprocessableEntity, f)
}

// reshowSettlements shows the list again with a form that was refused: that of
// the commune from whose page it was sent.
func (v *visit) reshowSettlements(status int, f form) error {
	unit := poverty.UnitID(v.r.PostForm.Get("unit"))
	communes, err := v.communes()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(communes, func(u poverty.Unit) bool { return u.ID == unit })
	if i < 0 {
		return poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	return v.showSettlements(status, communes[i], f)
}

// settleForms is what a sheet's page offers to decide about the sheet itself.
type settleForms struct {
	Address  string // "" where the reader may not
	OnBehalf bool
	Wide     bool // may move it to another commune
	Frozen   bool // who is in the register changes by the survey only
	Hamlets  []hamletChoice
	Strike   form
	Move     form
	Version  int
	Code     string
	Rows     []settlementRow
}

// hamletChoice is a hamlet to move to, of the sheet's commune or of any.
type hamletChoice struct{ Value, Name string }

// Causes returns why a household may be struck off.
func (settleForms) Causes() []string { return poverty.StrikeCauses }

// settleForms returns the forms for a sheet; one that was sent is f.
func (v *visit) settleForms(h poverty.Household, f form) (settleForms, error) {
	forms := settleForms{Version: h.Version, Code: h.Code, Strike: newForm(), Move: newForm()}
	list, err := v.store.Settlements(v.ctx(), poverty.SettlementFilter{Cycle: h.Cycle, Household: h.ID})
	if err != nil {
		return forms, err
	}
	if forms.Rows, err = v.settlementRows(list, form{}); err != nil {
		return forms, err
	}
	may, other := v.mayRegister(h.Unit)
	if !may {
		return forms, nil
	}
	frozen, err := v.freezes()
	if err != nil {
		return forms, err
	}
	if _, forms.Frozen = frozen[h.Unit]; forms.Frozen {
		return forms, nil
	}
	forms.Address, forms.OnBehalf = householdRow{Household: h}.Link()+"/settle", other
	forms.Wide, _ = v.mayRegister("")
	switch f.Name {
	case string(poverty.SettlementStruck):
		forms.Strike = f
	case string(poverty.SettlementMoved):
		forms.Move = f
	}
	units := []poverty.Unit{{ID: h.Unit}}
	if forms.Wide {
		if units, err = v.communes(); err != nil {
			return forms, err
		}
	}
	for _, u := range units {
		hamlets, _, err := v.hamlets(u.ID)
		if err != nil {
			return forms, err
		}
		for _, one := range hamlets {
			if u.ID == h.Unit && one.Code == h.Hamlet {
				continue
			}
			name := one.Name
			if forms.Wide {
				name += ", " + u.Name
			}
			forms.Hamlets = append(forms.Hamlets, hamletChoice{string(u.ID) + "/" + one.Code, name})
		}
	}
	return forms, nil
}

// settle strikes a sheet off or moves it.
func (s *site) settle(v *visit) error {
	h, err := v.loadHousehold()
	if err != nil {
		return err
	}
	kind := poverty.SettlementKind(v.r.PostForm.Get("kind"))
	f := v.sentForm(string(kind))
	version, _ := v.count(&f, "version")
	ask := poverty.Settling{
		Key: f.Key, Cycle: h.Cycle, Kind: kind, Household: h.ID, Version: cmp.Or(version, -1),
		Reason: v.needed(&f, "reason"), Basis: v.text(&f, "basis"), Cause: f.Value("cause"),
	}
	switch kind {
	case poverty.SettlementStruck:
		if f.Value("confirm") == "" {
			f.problem("confirm", v.p.T("settlement.confirm_needed"))
		}
	case poverty.SettlementMoved:
		unit, hamlet, _ := strings.Cut(f.Value("hamlet"), "/")
		ask.Unit, ask.Hamlet, ask.Code = poverty.UnitID(unit), hamlet, v.text(&f, "code")
	default:
		return poverty.InvalidField("kind", "settlement.unknown_kind", "kind", string(kind))
	}
	if f.Bad() {
		return v.showHousehold(http.StatusUnprocessableEntity, h, f)
	}
	done, err := s.store.Settle(v.ctx(), ask)
	if err != nil {
		code, err := v.refuseSheet(&f, err)
		if err != nil {
			return err
		}
		return v.showHousehold(code, h, f)
	}
	if kind == poverty.SettlementMoved && len(v.me.In(done.OtherUnit)) == 0 && !v.seesRegister() {
		return v.redirect(v.registerPath(done.Unit), "settlement_moved")
	}
	if kind == poverty.SettlementMoved {
		return v.redirect(householdRow{Household: h}.Link(), "settlement_moved")
	}
	return v.redirect(v.registerPath(h.Unit)+"/settlements", "settlement_struck")
}

type pairData struct {
	frame
	At       string // the list of pairs
	Address  string
	Sides    [2]pairSide
	Fields   []pairField
	OnBehalf bool
	May      bool
	Frozen   bool // one of the registers is: they are no longer merged
	Form     form
}

type pairSide struct {
	householdRow
	UnitName string
}

// pairField is a field in which two sheets say different things.
type pairField struct {
	Field, Name string
	Values      [2]string
	Take        int // the side that is chosen
}

// Keep returns the side that is chosen to be kept.
func (d pairData) Keep() int { return b2i(d.Form.Value("keep") == "1") }

// Is reports whether the form of a decision is the one that was sent.
func (d pairData) Is(kind string) bool { return d.Form.Name == kind }

var pairPage = newPage[pairData]("settlement/pair.html")

// pair shows two sheets side by side, to decide whether they are one household.
func (s *site) pair(v *visit) error { return v.showPair(http.StatusOK, newForm()) }

func (v *visit) loadPair() (pair [2]poverty.Household, err error) {
	if pair[0], err = v.loadHousehold(); err != nil {
		return pair, err
	}
	pair[1], err = v.loadSheet("other")
	if err == nil && pair[1].ID == pair[0].ID {
		err = poverty.Errorf(poverty.NotFound, "household.not_found")
	}
	return pair, err
}

func (v *visit) showPair(status int, f form) error {
	pair, err := v.loadPair()
	if err != nil {
		return err
	}
	if pair[0].Hidden || pair[1].Hidden {
		return poverty.Errorf(poverty.Forbidden, "household.forbidden")
	}
	data := pairData{frame: v.frame("register.title", v.p.T("settlement.pair")), Form: f}
	data.Address = householdRow{Household: pair[0]}.Link() + "/alike/" + strconv.FormatInt(int64(pair[1].ID), 10)
	_, other, err := v.cycle.MaySettle(v.me, "x", pair[0].Unit, pair[1].Unit)
	data.May, data.OnBehalf = err == nil, other
	data.At = v.registerPath("") + "/alike"
	if len(v.me.In(pair[0].Unit)) > 0 {
		data.At = v.registerPath(pair[0].Unit) + "/alike"
	}
	frozen, err := v.freezes()
	if err != nil {
		return err
	}
	for i, h := range pair {
		if _, is := frozen[h.Unit]; is {
			data.Frozen = true
		}
		_, names, err := v.hamlets(h.Unit)
		if err != nil {
			return err
		}
		data.Sides[i].householdRow = v.householdRow(h, names)
		if data.Sides[i].UnitName, err = v.unitName(h.Unit); err != nil {
			return err
		}
	}
	for _, d := range v.sheetDifferences(pair[0], pair[1]) {
		if !slices.Contains(poverty.MergeFields, d.field) {
			continue
		}
		data.Fields = append(data.Fields, pairField{d.field, d.Field, [2]string{d.Stored, d.Typed}, b2i(f.Value("take."+d.field) == "1")})
	}
	return pairPage.show(v, status, data)
}

// settlePair decides whether two sheets are of one household.
func (s *site) settlePair(v *visit) error {
	pair, err := v.loadPair()
	if err != nil {
		return err
	}
	kind := poverty.SettlementKind(v.r.PostForm.Get("kind"))
	f := v.sentForm(string(kind))
	var versions [2]int
	for i := range versions {
		n, _ := v.count(&f, "version."+strconv.Itoa(i))
		versions[i] = cmp.Or(n, -1)
	}
	keep := 0
	if f.Value("keep") == "1" {
		keep = 1
	}
	gone := 1 - keep
	ask := poverty.Settling{
		Key: f.Key, Cycle: v.cycle.ID, Kind: kind, Household: pair[gone].ID, Version: versions[gone],
		Other: pair[keep].ID, OtherVersion: versions[keep], Reason: v.needed(&f, "reason"), Basis: v.text(&f, "basis"),
	}
	if kind == poverty.SettlementMerged {
		for _, field := range poverty.MergeFields {
			if side := f.Value("take." + field); side != "" && side != strconv.Itoa(keep) {
				ask.Take = append(ask.Take, field)
			}
		}
		if f.Value("confirm") == "" {
			f.problem("confirm", v.p.T("settlement.confirm_needed"))
		}
	}
	if f.Bad() {
		return v.showPair(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.store.Settle(v.ctx(), ask); err != nil {
		code, err := v.refuseSheet(&f, err)
		if err != nil {
			return err
		}
		return v.showPair(code, f)
	}
	to := v.registerPath("")
	if len(v.me.In(pair[0].Unit)) > 0 {
		to = v.registerPath(pair[0].Unit)
	}
	return v.redirect(to+"/alike", "settlement_"+string(kind))
}

// difference is a field in which two sheets differ, with its JSON name.
type difference struct {
	sheetChange
	field string
}

// sheetDifferences tells in which fields two sheets differ.
func (v *visit) sheetDifferences(a, b poverty.Household) []difference {
	var list []difference
	add := func(field, name, x, y string) {
		if x != y {
			list = append(list, difference{sheetChange{name, cmp.Or(x, "–"), cmp.Or(y, "–")}, field})
		}
	}
	for _, field := range sheetTexts {
		add(field, v.p.T("household.column."+field), *textOf(&a, field), *textOf(&b, field))
	}
	yes := func(is bool) string {
		if is {
			return v.p.T("yes")
		}
		return v.p.T("no")
	}
	for _, field := range sheetFlags {
		add(field, v.p.T("household.column."+field), yes(*flagOf(&a, field)), yes(*flagOf(&b, field)))
	}
	born := func(year int) string {
		if year == 0 {
			return ""
		}
		return strconv.Itoa(year)
	}
	add("head_born", v.p.T("household.column.head_born"), born(a.HeadBorn), born(b.HeadBorn))
	for _, field := range slices.Concat(sheetPersons, sheetWealth) {
		add(field, v.p.T("household.column."+field), v.p.Number(int(numberOf(a, field))), v.p.Number(int(numberOf(b, field))))
	}
	names := func(family string, codes []string) string {
		list := make([]string, 0, len(codes))
		for _, c := range codes {
			list = append(list, label(v.p, family, c))
		}
		locale.SortBy(list, func(s string) string { return s })
		return strings.Join(list, ", ")
	}
	add("deprived", v.p.T("register.field.deprived"), names("household.indicator", a.Deprived), names("household.indicator", b.Deprived))
	add("causes", v.p.T("register.field.causes"), names("household.cause", a.Causes), names("household.cause", b.Causes))
	add("needs", v.p.T("register.field.needs"), names("household.need", a.Needs), names("household.need", b.Needs))
	class := func(c poverty.Class) string {
		if c == "" {
			return ""
		}
		return label(v.p, "household.class", c)
	}
	group := func(g poverty.PolicyGroup) string {
		if g == "" {
			return ""
		}
		return label(v.p, "household.group", g)
	}
	add("declared", v.p.T("household.column.declared"), class(a.Declared), class(b.Declared))
	add("policy_group", v.p.T("household.column.policy_group"), group(a.PolicyGroup), group(b.PolicyGroup))
	return list
}
