package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// componentOf returns the component that a duty is about; nil when there is none
// or the actor may not see it.
func (v *visit) componentOf(d poverty.Duty) (*componentRow, error) {
	if d.Kind != poverty.DutyStart && d.Kind != poverty.DutyProgress {
		return nil, nil //nolint:nilnil // most duties are about no component
	}
	rows, err := v.componentRows(poverty.ComponentFilter{Unit: d.Unit})
	for _, r := range rows {
		if r.Start != nil && r.Start.ID == d.ID || r.Code == d.Subject {
			return &r, err
		}
	}
	return nil, err
}

// componentRow is a component as a page shows it.
type componentRow struct {
	poverty.Component
	KindName string
	Days     int // behind its start-by day
}

// Link returns the address of the component's page.
func (c componentRow) Link() string {
	return "/cycles/" + string(c.Cycle) + "/components/" + c.Code
}

// FundLink returns the address of the fund that pays for it.
func (c componentRow) FundLink() string {
	return "/cycles/" + string(c.Cycle) + "/funds/" + strconv.FormatInt(int64(c.Fund), 10)
}

// Cell returns the mark of its state.
func (c componentRow) Cell() poverty.Cell {
	switch c.State {
	case poverty.ComponentDone:
		return poverty.CellOnTime
	case poverty.ComponentInProgress:
		return poverty.CellExtended
	case poverty.ComponentNoProgress:
		return poverty.CellReturned
	case poverty.ComponentNotStarted:
		if c.Days > 0 {
			return poverty.CellMissing
		}
	}
	return poverty.CellNotDue
}

// Rest returns what is left to deliver, in thousandths; 0 when all is.
func (c componentRow) Rest() int64 { return max(0, c.Quantity-c.Delivered) }

// Waiting returns how many households got nothing yet.
func (c componentRow) Waiting() int { return c.Listed - c.Reached }

func (v *visit) componentRow(c poverty.Component, kinds map[string]string) componentRow {
	return componentRow{c, cmp.Or(kinds[c.Kind], c.Kind), c.DaysNotStarted(v.today)}
}

// kinds returns the catalogue of kinds of support, and what each is called.
func (v *visit) kinds() ([]poverty.ComponentKind, map[string]string, error) {
	list, err := v.store.ComponentKinds(v.ctx(), v.cycle.ID)
	names := make(map[string]string, len(list))
	for i, k := range list {
		if v.p.Lang() == "en" && k.NameEN != "" {
			list[i].Name = k.NameEN
		}
		names[k.Code] = list[i].Name
	}
	return list, names, err
}

func (v *visit) componentRows(f poverty.ComponentFilter) ([]componentRow, error) {
	f.Cycle = v.cycle.ID
	list, err := v.store.Components(v.ctx(), f)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	_, kinds, err := v.kinds()
	rows := make([]componentRow, len(list))
	for i, c := range list {
		rows[i] = v.componentRow(c, kinds)
	}
	return rows, err
}

type componentsData struct {
	frame
	Filter componentFilter
	All    int
	Tiles  []componentTile
	Rows   []componentRow
	Units  []poverty.Unit // communes
	Groups []poverty.Group
	Funds  []poverty.Fund
	Value  int64
	Spent  int64
	MayAdd bool
}

type componentTile struct {
	State poverty.ComponentState
	Count int
}

type componentFilter struct {
	State   poverty.ComponentState
	Commune poverty.UnitID
	Group   string
	Fund    poverty.FundID
}

// Set reports whether anything was chosen.
func (f componentFilter) Set() bool { return f != componentFilter{} }

// With returns the address of the list with another state.
func (f componentFilter) With(s poverty.ComponentState) string {
	q := url.Values{}
	add := func(name, value string) {
		if value != "" && value != "0" {
			q.Set(name, value)
		}
	}
	add("state", string(s))
	add("commune", string(f.Commune))
	add("group", f.Group)
	add("fund", strconv.FormatInt(int64(f.Fund), 10))
	return "?" + q.Encode()
}

var componentsPage = newPage[componentsData]("component/components.html")

// components lists the components of the cycle, those in trouble first.
func (s *site) components(v *visit) error {
	q := v.r.URL.Query()
	fund, _ := strconv.ParseInt(q.Get("fund"), 10, 64)
	f := componentFilter{poverty.ComponentState(q.Get("state")), poverty.UnitID(q.Get("commune")), q.Get("group"), poverty.FundID(fund)}
	rows, err := v.componentRows(poverty.ComponentFilter{Commune: f.Commune, Group: f.Group, Fund: f.Fund})
	if err != nil {
		return err
	}
	data := componentsData{frame: v.frame("nav.components", v.p.T("component.all")), Filter: f, All: len(rows), Groups: v.cycle.Rules.Groups}
	for _, state := range poverty.ComponentStates {
		tile := componentTile{State: state}
		for _, r := range rows {
			if r.State == state {
				tile.Count++
			}
		}
		data.Tiles = append(data.Tiles, tile)
	}
	for _, r := range rows {
		if f.State == "" || r.State == f.State {
			data.Rows = append(data.Rows, r)
			data.Value, data.Spent = data.Value+r.Value, data.Spent+r.Spent
		}
	}
	if data.Units, err = v.allCommunes(); err != nil {
		return err
	}
	if data.Funds, err = s.store.Funds(v.ctx(), v.cycle.ID); err != nil {
		return err
	}
	data.MayAdd = v.mayAddComponent()
	return componentsPage.show(v, http.StatusOK, data)
}

// allCommunes returns the communes of the cycle in the order of their names.
func (v *visit) allCommunes() ([]poverty.Unit, error) {
	all, err := v.cycleUnits()
	return slices.DeleteFunc(slices.Clone(all), func(u poverty.Unit) bool { return v.cycle.Rules.Units[u.ID].Role != "commune" }), err
}

// mayAddComponent reports whether the actor may make a component at all.
func (v *visit) mayAddComponent() bool {
	if v.cycle.State == poverty.CycleClosed {
		return false
	}
	return v.plays(poverty.PartStanding) || slices.ContainsFunc(v.me.Seats, func(s poverty.Seat) bool {
		role := v.cycle.Rules.Units[s.Unit].Role
		return role == "lead" || role == "member" || role == "commune"
	})
}

// handling returns whether the actor may write about a component, and whether
// that is in the stead of the units in charge.
func (v *visit) handling(c poverty.Component) (may, other bool) {
	_, other, err := v.cycle.MayHandle(v.me, c, "x")
	return err == nil, other
}

func (v *visit) loadComponent() (poverty.Component, error) {
	list, err := v.store.Components(v.ctx(), poverty.ComponentFilter{Cycle: v.cycle.ID, Code: v.param("component")})
	if err != nil || len(list) == 0 {
		return poverty.Component{}, cmp.Or(err, error(poverty.Errorf(poverty.NotFound, "component.not_found")))
	}
	return list[0], nil
}

type componentData struct {
	frame
	Row        componentRow
	Start      *dutyRow
	Households []poverty.ComponentHousehold
	Batches    []batchRow
	Papers     []attachmentRow
	MayWrite   bool
	OnBehalf   bool
	MayConfirm bool
	MayAttach  bool
	Megabytes  int64
	Extensions string
	Form       form
}

// batchRow is what was handed over together, with its papers.
type batchRow struct {
	First     poverty.DeliveryEntry
	Lines     []deliveryRow
	Papers    []attachmentRow
	Quantity  int64
	Value     int64
	Backdated bool
	Back      bool // takes a line back
	Open      bool // some line of it stands
}

// deliveryRow is a line of the ledger with what was delivered up to it.
type deliveryRow struct {
	poverty.DeliveryEntry
	Running int64
	MayBack bool
}

var componentPage = newPage[componentData]("component/component.html")

// component shows one component: its households, its ledger and its papers.
func (s *site) component(v *visit) error {
	c, err := v.loadComponent()
	if err != nil {
		return err
	}
	return v.showComponent(http.StatusOK, c, newForm())
}

func (v *visit) showComponent(status int, c poverty.Component, f form) error {
	_, kinds, err := v.kinds()
	if err != nil {
		return err
	}
	data := componentData{
		frame: v.frame("nav.components", c.Title), Row: v.componentRow(c, kinds), Form: f,
		Megabytes: v.cfg.Files.Size >> 20, Extensions: poverty.FileExtensions,
	}
	data.MayWrite, data.OnBehalf = v.handling(c)
	own := len(v.me.In(c.Commune)) > 0 && v.cycle.State != poverty.CycleClosed
	data.MayConfirm, data.MayAttach = own, data.MayWrite || own
	if c.Start != nil {
		row, err := v.row(*c.Start)
		if err != nil {
			return err
		}
		data.Start = &row
	}
	if data.Households, err = v.store.ComponentHouseholds(v.ctx(), c.ID); err != nil {
		return err
	}
	if data.Batches, err = v.batches(c, data.MayWrite); err != nil {
		return err
	}
	papers, err := v.attachmentRows(poverty.SubjectComponent, data.Row.Link(), int64(c.ID))
	if err != nil {
		return err
	}
	data.Papers = papers[int64(c.ID)]
	return componentPage.show(v, status, data)
}

// batches returns the ledger of a component, newest first, in what was handed
// over together.
func (v *visit) batches(c poverty.Component, mayBack bool) ([]batchRow, error) {
	ledger, err := v.store.Deliveries(v.ctx(), c.ID)
	if err != nil {
		return nil, err
	}
	var rows []batchRow
	var ids []int64
	var running int64
	for _, d := range ledger {
		if n := len(rows); n == 0 || rows[n-1].First.Batch != d.Batch {
			rows = append(rows, batchRow{First: d, Backdated: calendar.DateOf(d.RecordedAt) != d.Day, Back: d.Corrects != 0})
			ids = append(ids, d.Batch)
		}
		b := &rows[len(rows)-1]
		running += d.Quantity
		b.Quantity, b.Value = b.Quantity+d.Quantity, b.Value+d.Value
		open := d.Corrects == 0 && !d.Corrected
		b.Open = b.Open || open
		b.Lines = append(b.Lines, deliveryRow{d, running, mayBack && open})
	}
	papers, err := v.attachmentRows(poverty.SubjectDelivery, componentRow{Component: c}.Link(), ids...)
	for i := range rows {
		rows[i].Papers = papers[rows[i].First.Batch]
	}
	slices.Reverse(rows)
	return rows, err
}

// Source names what pays for the component.
func (d componentData) Source() string { return cmp.Or(d.Row.FundName, d.Row.Programme) }

// Undelivered counts the households that got nothing yet.
func (d componentData) Undelivered() int { return d.Row.Waiting() }

type componentEditData struct {
	frame
	Draft    poverty.ComponentDraft
	Kinds    []poverty.ComponentKind
	Units    []poverty.Unit
	Communes []poverty.Unit
	Groups   []poverty.Group
	Funds    []poverty.Fund
	Fixed    bool // its start is laid on: unit and day stay
	Standing bool
	Stored   *componentRow // what another person saved meanwhile
	Form     form
}

// New reports whether the component is not stored yet.
func (d componentEditData) New() bool { return d.Draft.ID == 0 }

// Address returns where the form is sent.
func (d componentEditData) Address() string {
	at := "/cycles/" + string(d.Cycle.ID) + "/components"
	if d.New() {
		return at
	}
	return at + "/" + d.Draft.Code
}

// Codes returns the households, one a line.
func (d componentEditData) Codes() string {
	return d.Form.Or("households", strings.Join(d.Draft.Households, "\n"))
}

// Has reports whether a value is chosen in a list.
func (d componentEditData) Has(field, value string) bool {
	before := map[string]string{
		"unit": string(d.Draft.Unit), "commune": string(d.Draft.Commune), "group": d.Draft.Group, "kind": d.Draft.Kind,
		"fund": strconv.FormatInt(int64(d.Draft.Fund), 10),
	}[field]
	return d.Form.Or(field, before) == value
}

var componentEditPage = newPage[componentEditData]("component/edit.html")

func (s *site) newComponent(v *visit) error {
	d := poverty.ComponentDraft{Component: poverty.Component{Unit: v.seat().Unit}}
	for _, g := range v.cycle.Rules.Groups {
		if slices.Contains(append([]poverty.UnitID{g.Lead}, g.Members...), v.seat().Unit) {
			d.Group, d.Commune = g.Code, g.Commune
		}
	}
	return v.showComponentForm(http.StatusOK, d, newForm(), nil)
}

func (s *site) editComponent(v *visit) error {
	c, err := v.loadComponent()
	if err != nil {
		return err
	}
	d := poverty.ComponentDraft{Component: c}
	list, err := s.store.ComponentHouseholds(v.ctx(), c.ID)
	if err != nil {
		return err
	}
	for _, h := range list {
		d.Households = append(d.Households, h.Code)
	}
	slices.Sort(d.Households)
	return v.showComponentForm(http.StatusOK, d, newForm(), nil)
}

func (v *visit) showComponentForm(status int, d poverty.ComponentDraft, f form, stored *poverty.Component) error {
	title := v.p.T("component.new")
	if d.ID != 0 {
		title = v.p.T("component.edit")
		if may, _ := v.handling(d.Component); !may {
			return poverty.Errorf(poverty.Forbidden, "component.forbidden")
		}
	} else if !v.mayAddComponent() {
		return poverty.Errorf(poverty.Forbidden, "component.forbidden")
	}
	data := componentEditData{
		frame: v.frame("nav.components", title), Draft: d, Form: f, Groups: v.cycle.Rules.Groups, Fixed: d.Start != nil,
		Standing: v.plays(poverty.PartStanding),
	}
	kinds, names, err := v.kinds()
	if err != nil {
		return err
	}
	data.Kinds = kinds
	if stored != nil {
		data.Stored = new(v.componentRow(*stored, names))
	}
	all, err := v.cycleUnits()
	if err != nil {
		return err
	}
	for _, u := range all {
		switch v.cycle.Rules.Units[u.ID].Role {
		case "lead", "member", "commune":
			data.Units = append(data.Units, u)
		}
	}
	if data.Communes, err = v.allCommunes(); err != nil {
		return err
	}
	if data.Funds, err = v.store.Funds(v.ctx(), v.cycle.ID); err != nil {
		return err
	}
	return componentEditPage.show(v, status, data)
}

func (s *site) addComponent(v *visit) error {
	f := v.sentForm("component")
	d := v.typedComponent(&f, poverty.ComponentDraft{})
	d.Code = v.text(&f, "code")
	return v.storeComponent(d, poverty.Component{}, &f)
}

func (s *site) saveComponent(v *visit) error {
	old, err := v.loadComponent()
	if err != nil {
		return err
	}
	f := v.sentForm("component")
	d := v.typedComponent(&f, poverty.ComponentDraft{Component: old})
	version, _ := v.count(&f, "version")
	d.Version = cmp.Or(version, -1) // a form without a version was not made by us
	return v.storeComponent(d, old, &f)
}

// typedComponent reads the form of a component over what stands there.
func (v *visit) typedComponent(f *form, d poverty.ComponentDraft) poverty.ComponentDraft {
	d.Cycle = v.cycle.ID
	d.Title, d.Measure, d.Programme, d.Kind = v.text(f, "title"), v.text(f, "measure"), v.text(f, "programme"), f.Value("kind")
	d.Commune, d.Group = poverty.UnitID(f.Value("commune")), f.Value("group")
	d.Basis = v.text(f, "basis")
	if d.Start == nil {
		d.Unit, d.StartBy = poverty.UnitID(f.Value("unit")), v.day(f, "start_by")
	}
	d.EndBy = v.day(f, "end_by")
	d.Quantity, d.Value = v.thousandths(f, "quantity"), v.amount(f, "value")
	share, _ := v.count(f, "share")
	d.Share = share
	fund, _ := strconv.ParseInt(f.Value("fund"), 10, 64)
	d.Fund = poverty.FundID(fund)
	d.Households = strings.FieldsFunc(f.Value("households"), func(r rune) bool { return strings.ContainsRune("\r\n;,\t", r) })
	return d
}

func (v *visit) storeComponent(d poverty.ComponentDraft, old poverty.Component, f *form) error {
	if f.Bad() {
		return v.showComponentForm(http.StatusUnprocessableEntity, d, *f, nil)
	}
	saved, err := v.store.SaveComponent(v.ctx(), d)
	if err == nil {
		return v.redirect(componentRow{Component: saved}.Link(), "component_saved")
	}
	conflict := poverty.KindOf(err) == poverty.Conflict && d.ID != 0 && d.Version != old.Version
	code, err := v.refuseSheet(f, err)
	if err != nil {
		return err
	}
	if conflict {
		d.Version = old.Version
		return v.showComponentForm(code, d, *f, &old)
	}
	return v.showComponentForm(code, d, *f, nil)
}

// thousandths reads a quantity; 0 when the field is empty or wrong.
func (v *visit) thousandths(f *form, field string) int64 {
	s := strings.TrimSpace(f.Value(field))
	if s == "" {
		return 0
	}
	n, err := locale.ParseQuantity(s)
	if err != nil || n < 0 {
		f.problem(field, v.p.T("component.bad_quantity"))
		return 0
	}
	return n
}

// amount reads a sum in đồng; 0 when the field is empty or wrong.
func (v *visit) amount(f *form, field string) int64 {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(f.Value(field)), strings.TrimLeft(v.p.Money(0), "0\u00a0")))
	if s == "" {
		return 0
	}
	n, _, err := locale.ParseInt(s)
	if err != nil || n < 0 {
		f.problem(field, v.p.T("component.not_money"))
		return 0
	}
	return int64(n)
}

type deliveryData struct {
	frame
	Row        componentRow
	Households []poverty.ComponentHousehold
	OnBehalf   bool
	Megabytes  int64
	Extensions string
	Form       form
}

// Ticked reports whether a household was chosen.
func (d deliveryData) Ticked(code string) bool {
	return slices.Contains(d.Form.Values["household"], code)
}

// Field returns what was typed for one household, or for each where nothing
// else was.
func (d deliveryData) Field(name, code string) string { return d.Form.Value(name + ":" + code) }

// Problem returns what is wrong with a household's line.
func (d deliveryData) Problem(code string) string { return d.Form.Problem("line:" + code) }

var deliveryPage = newPage[deliveryData]("component/deliver.html")

// deliveryForm is for the phone: who got something today, and a photo of it.
func (s *site) deliveryForm(v *visit) error {
	c, err := v.loadComponent()
	if err != nil {
		return err
	}
	return v.showDelivery(http.StatusOK, c, newForm())
}

func (v *visit) showDelivery(status int, c poverty.Component, f form) error {
	may, other := v.handling(c)
	if !may {
		return poverty.Errorf(poverty.Forbidden, "component.forbidden")
	}
	_, kinds, err := v.kinds()
	if err != nil {
		return err
	}
	data := deliveryData{
		frame: v.frame("nav.components", v.p.T("delivery.record")), Row: v.componentRow(c, kinds), OnBehalf: other,
		Megabytes: v.cfg.Files.Size >> 20, Extensions: poverty.FileExtensions, Form: f,
	}
	if data.Households, err = v.store.ComponentHouseholds(v.ctx(), c.ID); err != nil {
		return err
	}
	return deliveryPage.show(v, status, data)
}

// deliver enters what was handed over, then its photos. The files are looked at
// before anything is stored; where their store does not answer, the same form
// sent again adds them, and enters nothing twice.
func (s *site) deliver(v *visit) error {
	c, err := v.loadComponent()
	if err != nil {
		return err
	}
	f, files := v.filesForm("deliver")
	n := poverty.NewDelivery{Key: f.Key, Component: c.ID, Day: v.day(&f, "day"), Basis: v.text(&f, "basis"), Note: v.text(&f, "note"), Office: v.me.Office}
	n.Lines = v.deliveryLines(&f)
	if f.Bad() {
		return v.showDelivery(http.StatusUnprocessableEntity, c, f)
	}
	done, err := s.engine.Deliver(v.ctx(), n)
	if err != nil {
		code, err := v.refuseLines(&f, n.Lines, err)
		if err != nil {
			return err
		}
		return v.showDelivery(code, c, f)
	}
	if err := v.attach(poverty.SubjectDelivery, done.Batch, n.Basis, files); err != nil {
		key := f.Key
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		f.Key = key // the delivery is in; the same form adds the photos to it
		f.Banner = v.p.T("delivery.without_photo") + " " + cmp.Or(f.Banner, f.Problem(fileField))
		return v.showDelivery(code, c, f)
	}
	return v.redirect(componentRow{Component: c}.Link(), "delivered")
}

// deliveryLines reads who got what: each household that was ticked gets what
// stands in its own fields, or else what stands above for each.
func (v *visit) deliveryLines(f *form) []poverty.DeliveryLine {
	each := poverty.DeliveryLine{Quantity: v.thousandths(f, "quantity"), Value: v.amount(f, "value")}
	var lines []poverty.DeliveryLine
	for _, code := range f.Values["household"] {
		line := each
		line.Household = code
		if f.Value("quantity:"+code) != "" {
			line.Quantity = v.thousandths(f, "quantity:"+code)
		}
		if f.Value("value:"+code) != "" {
			line.Value = v.amount(f, "value:"+code)
		}
		lines = append(lines, line)
	}
	if audience := v.text(f, "audience"); audience != "" {
		each.Audience = audience
		lines = append(lines, each)
	}
	return lines
}

// refuseLines is refuse for what is wrong with single lines.
func (v *visit) refuseLines(f *form, lines []poverty.DeliveryLine, err error) (int, error) {
	problems, ok := errors.AsType[poverty.Problems](err)
	if !ok {
		return v.refuse(f, err)
	}
	for _, p := range problems {
		field := p.Column
		if p.Row > 0 && p.Row <= len(lines) && lines[p.Row-1].Household != "" {
			field = "line:" + lines[p.Row-1].Household
		}
		f.problem(field, v.p.T(p.Key, p.Args...))
	}
	return http.StatusUnprocessableEntity, nil
}

// correctDelivery takes a line of the ledger back.
func (s *site) correctDelivery(v *visit) error {
	line, _ := strconv.ParseInt(v.r.PostForm.Get("line"), 10, 64)
	f := v.sentForm("correct")
	return v.onLedger(&f, poverty.NewDelivery{Corrects: poverty.DeliveryID(line), Note: v.text(&f, "note"), Basis: v.text(&f, "basis")}, "delivery_corrected")
}

// confirmDelivery is the commune's yes to what was handed over together.
func (s *site) confirmDelivery(v *visit) error {
	batch, _ := strconv.ParseInt(v.r.PostForm.Get("batch"), 10, 64)
	f := v.sentForm("confirm")
	return v.onLedger(&f, poverty.NewDelivery{Confirms: batch}, "delivery_confirmed")
}

func (v *visit) onLedger(f *form, n poverty.NewDelivery, done string) error {
	c, err := v.loadComponent()
	if err != nil {
		return err
	}
	n.Key, n.Component, n.Office = f.Key, c.ID, v.me.Office
	if n.Corrects == 0 && n.Confirms == 0 {
		return poverty.Errorf(poverty.NotFound, "delivery.not_found")
	}
	if _, err := v.engine.Deliver(v.ctx(), n); err != nil {
		code, err := v.refuse(f, err)
		if err != nil {
			return err
		}
		return v.showComponent(code, c, *f)
	}
	return v.redirect(componentRow{Component: c}.Link(), done)
}

// attachToComponent stores papers on a component, or on what was handed over
// together where the form names it.
func (s *site) attachToComponent(v *visit) error {
	c, err := v.loadComponent()
	if err != nil {
		return err
	}
	f, files := v.filesForm("attach")
	of, id := poverty.SubjectComponent, int64(c.ID)
	if batch, _ := strconv.ParseInt(f.Value("batch"), 10, 64); batch != 0 {
		ledger, err := s.store.Deliveries(v.ctx(), c.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(ledger, func(d poverty.DeliveryEntry) bool { return d.Batch == batch }) {
			return poverty.Errorf(poverty.NotFound, "delivery.not_found")
		}
		of, id = poverty.SubjectDelivery, batch
	}
	if len(files) == 0 && !f.Bad() {
		f.problem(fileField, v.p.T("attachment.choose"))
	}
	code := http.StatusUnprocessableEntity
	if !f.Bad() {
		err := v.attach(of, id, v.text(&f, "basis"), files)
		if err == nil {
			return v.redirect(componentRow{Component: c}.Link(), "attached")
		}
		if code, err = v.refuse(&f, err); err != nil {
			return err
		}
	}
	return v.showComponent(code, c, f)
}
