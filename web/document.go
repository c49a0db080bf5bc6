package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// documentRoutes serves the papers of a cycle.
func (s *site) documentRoutes(r chi.Router) {
	r.Get("/documents", s.seated(s.documents))
	r.Post("/documents", s.seated(s.addDocument))
	r.Get("/documents/new", s.seated(s.newDocument))
	r.Post("/documents/gaps", s.seated(s.explainGap))
	r.Get("/documents/templates", s.seated(s.documentTemplates))
	r.Get("/documents/templates/{kind}.docx", s.seated(s.documentTemplate))
	r.Post("/documents/templates/{kind}", s.limited(2*poverty.MaxTemplate, s.signedIn(s.saveTemplate)))
}

// documentRow is a document as pages show it.
type documentRow struct {
	poverty.Document
	p *locale.Printer
}

// Link returns the address of the document's page.
func (d documentRow) Link() string { return "/documents/" + strconv.FormatInt(int64(d.ID), 10) }

// Shown returns its number and symbol; none while it is a draft.
func (d documentRow) Shown() string {
	if d.Number == 0 {
		return ""
	}
	return d.Code()
}

// Cell returns the form of its state's badge.
func (d documentRow) Cell() string {
	return map[poverty.DocumentState]string{
		poverty.DocumentDraft: "not_due", poverty.DocumentIssued: "extended", poverty.DocumentFiled: "on_time", poverty.DocumentVoid: "excused",
	}[d.State]
}

// Draft reports whether it can still be changed.
func (d documentRow) Draft() bool { return d.State == poverty.DocumentDraft }

type documentsData struct {
	frame
	pager
	Rows   []documentRow
	Kind   string
	Year   string
	Years  []int
	New    []choice // what can be drafted from here
	Gaps   []poverty.DocumentGap
	MayAct bool
	Form   form
}

// At returns the address of the documents.
func (d documentsData) At() string { return "/cycles/" + string(d.Cycle.ID) + "/documents" }

// Kinds returns the kinds that the filter offers.
func (documentsData) Kinds() []poverty.DocumentKind { return poverty.DocumentKinds }

var documentsPage = newPage[documentsData]("document/documents.html")

func (v *visit) documentsPath() string { return "/cycles/" + string(v.cycle.ID) + "/documents" }

// newDocumentLink returns where a document of a kind is drafted from a subject.
func newDocumentLink(c poverty.CycleID, kind poverty.DocumentKind, subject string) string {
	return "/cycles/" + string(c) + "/documents/new?" + url.Values{"kind": {string(kind)}, "subject": {subject}}.Encode()
}

// drafts returns links to draft documents, as a page of their subject offers
// them; none for who may draft none of a unit.
func (v *visit) drafts(unit poverty.UnitID, subject string, kinds ...poverty.DocumentKind) []choice {
	if _, err := v.cycle.MayDocument(v.me, unit); err != nil {
		return nil
	}
	list := make([]choice, len(kinds))
	for i, k := range kinds {
		list[i] = choice{newDocumentLink(v.cycle.ID, k, subject), v.p.T("document.draft_of." + string(k))}
	}
	return list
}

func (s *site) documents(v *visit) error { return v.showDocuments(http.StatusOK, newForm()) }

func (v *visit) showDocuments(status int, f form) error {
	q := v.r.URL.Query()
	page, most := pageOf(q), perPage
	if v.asksWorkbook() {
		page, most = 1, mostInWorkbook
	}
	filter := poverty.DocumentFilter{Cycle: v.cycle.ID, Kind: poverty.DocumentKind(q.Get("kind")), Limit: most + 1, Offset: (page - 1) * most}
	filter.Year, _ = strconv.Atoi(q.Get("year"))
	list, err := v.store.Documents(v.ctx(), filter)
	if err != nil {
		return err
	}
	data := documentsData{frame: v.frame("document.nav", v.p.T("document.title")), Kind: string(filter.Kind), Form: f}
	data.pager = newPager(data.At(), q, page, len(list) > most)
	for _, d := range list[:min(len(list), most)] {
		data.Rows = append(data.Rows, documentRow{d, v.p})
	}
	for y := v.cycle.Rules.Last.Year() + 1; y >= v.cycle.Rules.First.Year(); y-- {
		data.Years = append(data.Years, y)
	}
	if filter.Year != 0 {
		data.Year = strconv.Itoa(filter.Year)
	}
	unit := v.seat().Unit
	if _, err := v.cycle.MayDocument(v.me, v.cycle.Owner); err == nil {
		unit, data.New = v.cycle.Owner, v.drafts(v.cycle.Owner, "cycle", poverty.DocumentPlan)
	}
	if _, err := v.cycle.MayDocument(v.me, unit); err == nil {
		data.MayAct = true
		gaps, err := v.store.DocumentGaps(v.ctx(), v.cycle.ID, unit)
		if err != nil {
			return err
		}
		data.Gaps = gapsInRows(gaps)
	}
	return documentsPage.show(v, status, data)
}

// gapsInRows puts numbers of a book that follow one another and are explained
// alike together: a book that was begun on paper lacks hundreds.
func gapsInRows(list []poverty.DocumentGap) (rows []poverty.DocumentGap) {
	for _, g := range list {
		g.Last = g.Number
		if n := len(rows) - 1; n >= 0 {
			if next := rows[n]; next.Last == g.Number-1 && next.Unit == g.Unit && next.Year == g.Year && next.Kind == g.Kind && next.Reason == g.Reason {
				rows[n].Last = g.Number
				continue
			}
		}
		rows = append(rows, g)
	}
	return rows
}

func (s *site) explainGap(v *visit) error {
	f := v.sentForm("gap")
	g := poverty.DocumentGap{Unit: poverty.UnitID(f.Value("unit")), Kind: poverty.DocumentKind(f.Value("kind")), Reason: v.needed(&f, "reason")}
	g.Year, _ = v.count(&f, "year")
	g.Number, _ = v.count(&f, "number")
	g.Last, _ = v.count(&f, "last")
	if !f.Bad() {
		err := s.store.ExplainGap(v.ctx(), v.cycle.ID, g)
		if err == nil {
			return v.redirect(v.documentsPath()+"#gaps", "gap_explained")
		}
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showDocuments(code, f)
	}
	return v.showDocuments(http.StatusUnprocessableEntity, f)
}

type documentData struct {
	frame
	Doc      documentRow
	Blocks   []poverty.DocumentBlock
	Units    []choice // whose paper it may be
	Signers  []choice
	Audience []tick
	Scans    []attachmentRow
	MayAct   bool
	Converts bool
	NoHolder bool
	Finished []dutyRow // of a reminder that was not issued: what needs none any more
	Stored   *conflict // what somebody saved meanwhile, beside what was typed
	From     link      // what it is made from
	Form     form
}

// At returns the address of the documents.
func (d documentData) At() string { return "/cycles/" + string(d.Cycle.ID) + "/documents" }

// New reports whether the document is not stored yet.
func (d documentData) New() bool { return d.Doc.ID == 0 }

// Editable reports whether the page has the form of its contents.
func (d documentData) Editable() bool { return d.New() || d.MayAct && d.Doc.Draft() }

// Version returns the version that the form is about: the one it was opened with,
// or the one that is stored and stands on the page beside what was typed.
func (d documentData) Version() string {
	if d.Stored != nil {
		return strconv.Itoa(d.Doc.Version)
	}
	return d.Form.Or("version", strconv.Itoa(d.Doc.Version))
}

// Urgencies returns how it may be hurried.
func (documentData) Urgencies() []string { return poverty.Urgencies }

// paperBlock is a paragraph or table of the preview; the tables of the
// letterhead and the signature are plain.
type paperBlock struct {
	Style, Text string
	Plain       bool
	Rows        [][][]paperBlock
}

// Sheet returns the paper as the page shows it.
func (d documentData) Sheet() []paperBlock { return paperOf(d.Blocks) }

func paperOf(list []poverty.DocumentBlock) []paperBlock {
	out := make([]paperBlock, len(list))
	for i, b := range list {
		out[i] = paperBlock{Style: b.Style, Text: b.Text}
		for _, row := range b.Rows {
			cells := make([][]paperBlock, len(row))
			for j, cell := range row {
				cells[j] = paperOf(cell)
				out[i].Plain = out[i].Plain || slices.ContainsFunc(cell, func(c poverty.DocumentBlock) bool {
					return c.Style == "Motto" || c.Style == "Power" || c.Style == "SignerName"
				})
			}
			out[i].Rows = append(out[i].Rows, cells)
		}
	}
	return out
}

// Lines returns a list as a text of lines.
func (documentData) Lines(list []string) string { return strings.Join(list, "\n") }

// Files returns the extensions of a scan.
func (documentData) Files() string { return poverty.FileExtensions }

var documentPage = newPage[documentData]("document/document.html")

func (v *visit) loadDocument() (poverty.Document, error) {
	return load(v, "document", "document.not_found", v.store.Document, func(d poverty.Document) poverty.CycleID { return d.Cycle })
}

func (s *site) document(v *visit) error {
	d, err := v.loadDocument()
	if err != nil {
		return err
	}
	return v.showDocument(http.StatusOK, d, newForm())
}

func (v *visit) showDocument(status int, d poverty.Document, f form) error {
	title := sentence(d.Title)
	if d.ID == 0 {
		title = v.p.T("document.new", "kind", v.p.T("document.kind."+string(d.Kind)))
	}
	data := documentData{
		frame: v.frame("document.nav", title), Doc: documentRow{d, v.p}, Converts: v.cfg.Press.Converts(), From: v.subjectLink(d), Form: f,
	}
	_, refused := v.cycle.MayDocument(v.me, d.Unit)
	data.MayAct = refused == nil
	if data.Editable() {
		if err := v.documentChoices(&data); err != nil {
			return err
		}
	}
	if status == http.StatusConflict && f.Name == "save" && d.ID != 0 {
		data.Stored = v.documentConflict(&data)
	}
	if d.ID != 0 {
		docx, err := d.DOCX(v.ctx(), v.store, v.cfg.Press)
		if err != nil {
			return err
		}
		if data.Blocks, err = v.cfg.Press.Preview(docx); err != nil {
			return err
		}
		if data.Finished, err = v.finished(d); err != nil {
			return err
		}
		data.NoHolder = d.Data != nil && d.Data.Fields["signer"] == ""
		scans, err := v.attachmentRows(poverty.SubjectDocument, data.Doc.Link(), int64(d.ID))
		if err != nil {
			return err
		}
		data.Scans = scans[int64(d.ID)]
	}
	return documentPage.show(v, status, data)
}

// documentConflict lays what is stored beside what was typed.
func (v *visit) documentConflict(data *documentData) *conflict {
	d, f := data.Doc.Document, data.Form
	typed := v.typedDocument(d, &f)
	if typed.Version == d.Version {
		return nil // it was refused for another reason
	}
	c := v.conflictWith(d.Version, d.ByName, d.SavedAt)
	c.Gone = !data.Editable()
	named := func(list []choice, value string) string {
		for _, x := range list {
			if x.Value == value {
				return x.Label
			}
		}
		return value
	}
	c.text(v.p.T("document.about_label"), d.Title, typed.Title)
	c.value(v.p.T("document.issuer"), named(data.Units, string(d.Unit)), named(data.Units, string(typed.Unit)))
	c.value(v.p.T("document.place"), d.Place, typed.Place)
	c.value(v.p.T("document.day_label"), v.p.Date(d.Day), v.p.Date(typed.Day))
	c.value(v.p.T("document.symbol"), d.Symbol, typed.Symbol)
	c.value(v.p.T("document.signer"), named(data.Signers, string(d.Signer)), named(data.Signers, string(typed.Signer)))
	c.text(v.p.T("document.to"), data.Lines(d.To), data.Lines(typed.To))
	c.text(v.p.T("document.bases"), data.Lines(d.Bases), data.Lines(typed.Bases))
	c.text(v.p.T("document.body"), d.Body, typed.Body)
	c.value(v.p.T("document.urgency_label"), v.urgency(d.Urgency), v.urgency(typed.Urgency))
	c.value(v.p.T("document.answer_by"), v.p.Date(d.AnswerBy), v.p.Date(typed.AnswerBy))
	names := func(units []poverty.UnitID) string {
		var list []string
		for _, t := range data.Audience {
			if slices.Contains(units, poverty.UnitID(t.Value)) {
				list = append(list, t.Label)
			}
		}
		return strings.Join(list, ", ")
	}
	c.value(v.p.T("document.audience"), names(d.Audience), names(typed.Audience))
	c.text(v.p.T("document.copies"), data.Lines(d.Copies), data.Lines(typed.Copies))
	c.value(v.p.T("document.file"), d.File, typed.File)
	return c
}

func (v *visit) urgency(of string) string {
	if of == "" {
		return ""
	}
	return label(v.p, "document.urgency", of)
}

// subjectLink returns the page of what a document is made from.
func (v *visit) subjectLink(d poverty.Document) link {
	of, id, _ := poverty.ParseDocumentSubject(d.Kind, d.Subject)
	at := "/cycles/" + string(d.Cycle)
	switch of {
	case "meeting":
		return link{"document.from.meeting", "/meetings/" + id}
	case "period":
		return link{"document.from.period", at + "/consolidations/" + id}
	case "plan":
		return link{"document.from.plan", at + "/plans/" + id}
	case "posting":
		return link{"document.from.posting", "/postings/" + id}
	case "review":
		return link{"document.from.review", reviewPath(d.Cycle, id)}
	case "hamlet":
		unit, _, _ := strings.Cut(id, "/")
		return link{"document.from.hamlet", at + "/units/" + unit + "/survey"}
	case "duties":
		if strings.Contains(id, ",") {
			return link{"document.from.escalations", at + "/escalations"}
		}
		return link{"document.from.duty", "/duties/" + id}
	}
	return link{"document.from.targets", at + "/targets"}
}

// documentChoices fills in what a draft's form offers.
func (v *visit) documentChoices(data *documentData) error {
	d := data.Doc.Document
	units := []poverty.UnitID{d.Unit}
	for _, u := range []poverty.UnitID{v.cycle.Owner, v.cycle.Rules.Bindings.Standing} {
		if _, err := v.cycle.MayDocument(v.me, u); err == nil && !slices.Contains(units, u) && d.Kind == poverty.DocumentReminder {
			units = append(units, u)
		}
	}
	for _, u := range units {
		name, err := v.unitName(u)
		if err != nil {
			return err
		}
		data.Units = append(data.Units, choice{string(u), name})
	}
	if slices.Contains(units, v.cycle.Owner) && !slices.Contains(units, v.cycle.Rules.Bindings.Standing) {
		units = append(units, v.cycle.Rules.Bindings.Standing)
	}
	if slices.Contains(units, v.cycle.Owner) {
		if office, err := v.chiefOfOffice(); err != nil {
			return err
		} else if office.Unit != "" {
			units = append(units, office.Unit)
		}
	}
	for _, u := range units {
		offices, err := v.offices(u)
		if err != nil {
			return err
		}
		for _, o := range offices {
			if o.Role == poverty.RoleHead || o.Role == poverty.RoleDeputy {
				data.Signers = append(data.Signers, choice{string(o.ID), o.Title})
			}
		}
	}
	all, err := v.cycleUnits()
	for _, u := range all {
		on := slices.Contains(d.Audience, u.ID)
		if data.Form.Name == "save" {
			on = slices.Contains(data.Form.Values["audience"], string(u.ID))
		}
		data.Audience = append(data.Audience, tick{choice{string(u.ID), u.Name}, on})
	}
	return err
}

// chiefOfOffice returns the head of the owner's own office (Chánh Văn phòng), who
// usually signs notices of conclusions by order of the chair; none where the
// owner has no such unit.
func (v *visit) chiefOfOffice() (poverty.Office, error) {
	below, err := v.store.Units(v.ctx(), poverty.UnitFilter{Parent: v.cycle.Owner, On: v.today})
	if err != nil {
		return poverty.Office{}, err
	}
	for _, u := range below {
		if !poverty.IsCommitteeOffice(u.Name) {
			continue
		}
		offices, err := v.offices(u.ID)
		if err != nil {
			return poverty.Office{}, err
		}
		for _, o := range offices {
			if o.Role == poverty.RoleHead {
				return o, nil
			}
		}
	}
	return poverty.Office{}, nil
}

func (s *site) newDocument(v *visit) error {
	q := v.r.URL.Query()
	d, err := v.draftDocument(poverty.DocumentKind(q.Get("kind")), q.Get("subject"))
	if err != nil {
		return err
	}
	return v.showDocument(http.StatusOK, d, newForm())
}

// draftDocument returns a document as it is usually drafted from what it is
// about: with the unit, signer, addressees and recipients that offices use.
func (v *visit) draftDocument(kind poverty.DocumentKind, subject string) (d poverty.Document, err error) {
	of, id, ok := poverty.ParseDocumentSubject(kind, subject)
	if !ok {
		return d, poverty.InvalidField("subject", "document.bad_subject", "subject", subject)
	}
	b := v.cycle.Rules.Bindings
	d = poverty.Document{Cycle: v.cycle.ID, Kind: kind, Subject: subject, Unit: v.cycle.Owner, Day: v.today, File: "VT", State: poverty.DocumentDraft}
	about, aboutKey := []any{"year", v.cycle.Year, "owner", ""}, string(kind)
	switch of {
	case "cycle":
		for _, g := range v.cycle.Rules.Groups {
			d.Audience = append(d.Audience, g.Commune, g.Lead)
		}
	case "meeting":
		about, err = v.fromMeeting(&d, id)
	case "period":
		d.Unit, about = b.Standing, append(about, "period", v.p.Period(id))
		d.To, err = v.unitNames(v.cycle.Owner)
	case "duties":
		d.Unit = b.Standing
		err = v.fromDuties(&d, id)
	case "review":
		word := labelKey(id)
		about = append(about, "review", sentence(v.p.T("document.review."+word)), "when", v.p.T("document.review_end."+word, "year", v.cycle.Year))
		d.Audience = v.reviewAudience()
	case "hamlet", "plan", "posting":
		unit, _, _ := strings.Cut(id, "/")
		d.Unit = poverty.UnitID(unit)
		if of == "posting" {
			n, _ := strconv.ParseInt(id, 10, 64)
			var p poverty.Posting
			if p, err = v.store.Posting(v.ctx(), poverty.PostingID(n)); err != nil {
				return d, err
			}
			d.Unit = p.Unit
			if stage, _, _ := poverty.Posts(p.Subject); stage == "" {
				aboutKey = "posting_plan"
			}
		}
		if kind == poverty.DocumentSubmission {
			d.To, err = v.unitNames(v.cycle.Owner)
		}
	}
	if err != nil {
		return d, err
	}
	if _, refused := v.cycle.MayDocument(v.me, d.Unit); refused != nil {
		return d, refused
	}
	name, err := v.unitName(d.Unit)
	if err != nil {
		return d, err
	}
	d.UnitName, d.Title = name, v.p.T("document.about."+aboutKey, append(about, "unit", name)...)
	return d, v.usual(&d)
}

// reviewAudience returns whom the report of a review goes to: those above, the
// overseers, the communes and the groups' leads.
func (v *visit) reviewAudience() []poverty.UnitID {
	b := v.cycle.Rules.Bindings
	units := slices.Concat(b.Above, b.Overseers)
	for id, u := range v.cycle.Rules.Units {
		if u.Role == "commune" || u.Role == "lead" {
			units = append(units, id)
		}
	}
	slices.Sort(units)
	return slices.Compact(units)
}

func (v *visit) unitNames(units ...poverty.UnitID) (names []string, err error) {
	for _, u := range units {
		name, err := v.unitName(u)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

func (v *visit) fromMeeting(d *poverty.Document, id string) ([]any, error) {
	n, _ := strconv.ParseInt(id, 10, 64)
	m, err := v.store.Meeting(v.ctx(), poverty.MeetingID(n))
	if err != nil {
		return nil, err
	}
	d.Unit, d.Signer = v.cycle.MeetingPaper(v.me, d.Kind, m)
	var invited []poverty.UnitID
	for _, i := range m.Invitations {
		invited = append(invited, i.Unit)
		if d.Kind == poverty.DocumentInvitation {
			d.To = append(d.To, cmp.Or(i.Title, i.UnitName))
		}
	}
	if d.Kind != poverty.DocumentInvitation {
		d.Audience = invited
	}
	return []any{"year", v.cycle.Year, "meeting", m.Title}, nil
}

// finished returns the duties of a draft reminder that are no longer owed, and so
// are left out of it.
func (v *visit) finished(d poverty.Document) ([]dutyRow, error) {
	of, id, ok := poverty.ParseDocumentSubject(d.Kind, d.Subject)
	if d.Kind != poverty.DocumentReminder || d.State != poverty.DocumentDraft || !ok || of != "duties" {
		return nil, nil
	}
	_, duties, err := v.subjectDuties(d.Subject, id)
	if err != nil {
		return nil, err
	}
	return v.rows(slices.DeleteFunc(duties, func(x poverty.Duty) bool { return x.State.Owed() }))
}

// subjectDuties returns the duties that a document is about, as far as the reader
// sees them, and the numbers of all.
func (v *visit) subjectDuties(subject, id string) ([]poverty.DutyID, []poverty.Duty, error) {
	ids, ok := poverty.SubjectIDs(id)
	if !ok {
		return nil, nil, poverty.InvalidField("subject", "document.bad_subject", "subject", subject)
	}
	filter := poverty.DutyFilter{Limit: len(ids)}
	for _, n := range ids {
		filter.IDs = append(filter.IDs, poverty.DutyID(n))
	}
	duties, err := v.store.Duties(v.ctx(), filter)
	return filter.IDs, duties, err
}

func (v *visit) fromDuties(d *poverty.Document, id string) error {
	ids, duties, err := v.subjectDuties(d.Subject, id)
	if err != nil {
		return err
	}
	for _, n := range ids {
		i := slices.IndexFunc(duties, func(x poverty.Duty) bool { return x.ID == n })
		if i < 0 {
			return poverty.Errorf(poverty.NotFound, "duty.not_found")
		}
		duty := duties[i]
		if !slices.Contains(d.To, duty.UnitName) {
			d.To = append(d.To, duty.UnitName)
		}
		if !slices.Contains(d.Audience, duty.Unit) {
			d.Audience = append(d.Audience, duty.Unit)
		}
	}
	d.Unit = v.cycle.ReminderPaper(v.me, d.Unit, d.Audience)
	return nil
}

// usual fills in the place, symbol and signer of a draft: as in the newest paper
// of the unit and kind, or else as offices have them.
func (v *visit) usual(d *poverty.Document) error {
	list, err := v.store.Documents(v.ctx(), poverty.DocumentFilter{Cycle: v.cycle.ID, Unit: d.Unit})
	if err != nil {
		return err
	}
	for _, o := range list {
		if d.Place == "" {
			d.Place, d.File = o.Place, o.File
		}
		if o.Kind == d.Kind {
			d.Symbol, d.Signer = o.Symbol, cmp.Or(d.Signer, o.Signer)
			break
		}
	}
	if d.Place == "" {
		name := d.UnitName
		if d.Unit == v.cycle.Rules.Bindings.Standing {
			if name, err = v.unitName(v.cycle.Owner); err != nil {
				return err
			}
		}
		d.Place = poverty.PlaceOf(name)
	}
	d.Symbol = cmp.Or(d.Symbol, poverty.SymbolOf(d.UnitName))
	if d.Signer != "" {
		return nil
	}
	b := v.cycle.Rules.Bindings
	if d.Unit == v.cycle.Owner {
		d.Signer = b.ViceChair
		if d.Kind == poverty.DocumentConclusion {
			chief, err := v.chiefOfOffice()
			if err != nil {
				return err
			}
			d.Signer = cmp.Or(chief.ID, d.Signer)
		}
		return nil
	}
	offices, err := v.offices(d.Unit)
	for _, o := range offices {
		if o.Role == poverty.RoleHead {
			d.Signer = o.ID
		}
	}
	return err
}

// typedDocument reads a draft's form.
func (v *visit) typedDocument(d poverty.Document, f *form) poverty.Document {
	d.Key = f.Key
	d.Version, _ = v.count(f, "version")
	if unit := f.Value("unit"); unit != "" {
		d.Unit = poverty.UnitID(unit)
	}
	d.Title, d.Place, d.Symbol, d.Signer = v.needed(f, "title"), v.needed(f, "place"), v.text(f, "symbol"), poverty.OfficeID(f.Value("signer"))
	d.Day, d.AnswerBy, d.Urgency, d.Body, d.File = v.day(f, "day"), v.day(f, "answer_by"), f.Value("urgency"), v.text(f, "body"), v.text(f, "file")
	d.To, d.Bases, d.Copies = strings.Split(v.text(f, "to"), "\n"), strings.Split(v.text(f, "bases"), "\n"), strings.Split(v.text(f, "copies"), "\n")
	d.Audience = nil
	for _, u := range f.Values["audience"] {
		d.Audience = append(d.Audience, poverty.UnitID(u))
	}
	return d
}

func (s *site) addDocument(v *visit) error {
	f := v.sentForm("save")
	d, err := v.draftDocument(poverty.DocumentKind(f.Value("kind")), f.Value("subject"))
	if err != nil {
		return err
	}
	return v.storeDocument(d, &f)
}

func (v *visit) storeDocument(d poverty.Document, f *form) error {
	next := v.typedDocument(d, f)
	if f.Bad() {
		return v.showDocument(http.StatusUnprocessableEntity, d, *f)
	}
	saved, err := v.store.SaveDocument(v.ctx(), next)
	if err != nil {
		return v.refuseDocument(d, f, err)
	}
	return v.redirect(documentRow{saved, v.p}.Link(), "document_saved")
}

// refuseDocument shows the document as it stands now beside what was typed.
func (v *visit) refuseDocument(d poverty.Document, f *form, err error) error {
	code, err := v.refuse(f, err)
	if err != nil {
		return err
	}
	if d.ID != 0 {
		if d, err = v.store.Document(v.ctx(), d.ID); err != nil {
			return err
		}
	}
	return v.showDocument(code, d, *f)
}

func (s *site) saveDocument(v *visit) error {
	d, err := v.loadDocument()
	if err != nil {
		return err
	}
	f := v.sentForm(v.r.PostForm.Get("do"))
	if f.Name == "save" {
		return v.storeDocument(d, &f)
	}
	m := poverty.DocumentMove{Document: d.ID, Verb: poverty.DocumentVerb(f.Name), Reason: v.text(&f, "reason")}
	m.Version, _ = v.count(&f, "version")
	m.Number, _ = v.count(&f, "number")
	if f.Bad() {
		return v.showDocument(http.StatusUnprocessableEntity, d, f)
	}
	if _, err := s.store.MoveDocument(v.ctx(), m); err != nil {
		return v.refuseDocument(d, &f, err)
	}
	return v.redirect(documentRow{d, v.p}.Link(), "document_"+string(m.Verb))
}

// fileScan stores the signed scan and files the document with it.
func (s *site) fileScan(v *visit) error {
	d, err := v.loadDocument()
	if err != nil {
		return err
	}
	f, files := v.filesForm("file")
	if len(files) == 0 && !f.Bad() {
		f.problem(fileField, v.p.T("document.no_scan"))
	}
	if f.Bad() {
		return v.showDocument(http.StatusUnprocessableEntity, d, f)
	}
	if _, err := d.Move(poverty.DocumentMove{Verb: poverty.DocumentFile}); err != nil {
		return v.refuseDocument(d, &f, err)
	}
	if err := v.attach(poverty.SubjectDocument, int64(d.ID), "", files); err != nil {
		return v.refuseDocument(d, &f, err)
	}
	m := poverty.DocumentMove{Document: d.ID, Verb: poverty.DocumentFile}
	m.Version, _ = v.count(&f, "version")
	if _, err := s.store.MoveDocument(v.ctx(), m); err != nil {
		return v.refuseDocument(d, &f, err)
	}
	return v.redirect(documentRow{d, v.p}.Link(), "document_file")
}

func documentFile(d poverty.Document) string {
	name := string(d.Kind) + "-" + string(d.Unit) + "-" + strconv.Itoa(d.Day.Year())
	if d.Number > 0 {
		name = fmt.Sprintf("%s-%02d", name, d.Number)
	}
	return name
}

// send sends a file to be kept.
func (v *visit) sendFile(name, mediaType string, content []byte) error {
	h := v.w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Cache-Control", "no-store")
	_, err := v.w.Write(content)
	if err != nil {
		v.log("write file", err)
	}
	return nil
}

func (s *site) documentDOCX(v *visit) error {
	d, err := v.loadDocument()
	if err != nil {
		return err
	}
	content, err := d.DOCX(v.ctx(), v.store, v.cfg.Press)
	if err != nil {
		return err
	}
	return v.sendFile(documentFile(d)+".docx", docxType, content)
}

func (s *site) documentPDF(v *visit) error {
	d, err := v.loadDocument()
	if err != nil {
		return err
	}
	content, err := d.DOCX(v.ctx(), v.store, v.cfg.Press)
	if err != nil {
		return err
	}
	slow(v.w, 2*time.Minute)
	pdf, err := s.cfg.Press.PDF(v.ctx(), content)
	if poverty.KindOf(err) == poverty.Unavailable {
		f := v.sentForm("pdf")
		code, err := v.refuse(&f, poverty.Errorf(poverty.Conflict, keyOf(err)))
		if err != nil {
			return err
		}
		return v.showDocument(code, d, f)
	}
	if err != nil {
		return err
	}
	return v.sendFile(documentFile(d)+".pdf", "application/pdf", pdf)
}

func keyOf(err error) string {
	if e, ok := errors.AsType[*poverty.Error](err); ok {
		return e.Key
	}
	return "error.internal"
}

type templateRow struct {
	Kind    poverty.DocumentKind
	Own     *poverty.DocumentTemplate // the office's own; nil: the built-in one
	Fields  []fieldRow
	Failed  bool
	Address string
}

// fieldRow is a field, or a list with its columns, as a template names them.
type fieldRow struct {
	Name    string
	Columns []string
}

type templatesData struct {
	frame
	Rows     []templateRow
	MayAct   bool
	Problems []problemRow
	Form     form
}

// At returns the address of the documents.
func (d templatesData) At() string { return "/cycles/" + string(d.Cycle.ID) + "/documents" }

var templatesPage = newPage[templatesData]("document/templates.html")

func (s *site) documentTemplates(v *visit) error {
	return v.showTemplates(http.StatusOK, newForm(), "", nil)
}

func (v *visit) showTemplates(status int, f form, failed poverty.DocumentKind, problems poverty.Problems) error {
	list, err := v.store.DocumentTemplates(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data := templatesData{frame: v.frame("document.nav", v.p.T("document.templates")), MayAct: v.cycle.MayTemplate(v.me) == nil, Form: f}
	for _, kind := range poverty.DocumentKinds {
		row := templateRow{Kind: kind, Fields: v.fieldRows(kind), Failed: kind == failed, Address: data.At() + "/templates/" + string(kind)}
		if i := slices.IndexFunc(list, func(t poverty.DocumentTemplate) bool { return t.Kind == kind }); i >= 0 && list[i].Size > 0 {
			row.Own = &list[i]
		}
		data.Rows = append(data.Rows, row)
	}
	for _, p := range problems {
		data.Problems = append(data.Problems, v.templateProblem(p))
	}
	return templatesPage.show(v, status, data)
}

// templateProblem words where in a template something is wrong.
func (v *visit) templateProblem(p poverty.Problem) problemRow {
	row := problemRow{Sheet: p.File, Row: p.Row, Message: v.p.T(p.Key, p.Args...)}
	at := map[string]int{}
	for i := 0; i+1 < len(p.Args); i += 2 {
		if n, ok := p.Args[i+1].(int); ok {
			at[fmt.Sprint(p.Args[i])] = n
		}
	}
	switch {
	case at["table"] > 0:
		row.Column = v.p.T("document.in_table", "table", at["table"], "line", at["line"])
	case p.Row > 0:
		row.Column = v.p.T("document.in_paragraph", "number", p.Row)
	}
	return row
}

func (v *visit) fieldRows(kind poverty.DocumentKind) (rows []fieldRow) {
	for _, field := range poverty.DocumentFields(kind) {
		name := v.p.T("document.field." + field)
		list, _, of := strings.Cut(field, ".")
		if !of {
			rows = append(rows, fieldRow{Name: name})
			continue
		}
		title := v.p.T("document.list." + list)
		if n := len(rows); n > 0 && rows[n-1].Name == title && rows[n-1].Columns != nil {
			rows[n-1].Columns = append(rows[n-1].Columns, name)
			continue
		}
		rows = append(rows, fieldRow{title, []string{name}})
	}
	return rows
}

func (v *visit) templateKind() (poverty.DocumentKind, error) {
	kind := poverty.DocumentKind(v.param("kind"))
	if !slices.Contains(poverty.DocumentKinds, kind) {
		return "", poverty.Errorf(poverty.NotFound, "document.not_found")
	}
	return kind, nil
}

func (s *site) documentTemplate(v *visit) error {
	kind, err := v.templateKind()
	if err != nil {
		return err
	}
	t, err := s.store.DocumentTemplate(v.ctx(), v.cycle.ID, kind, 0)
	if err != nil {
		return err
	}
	if t.Content == nil || v.r.URL.Query().Has("builtin") {
		t.Content = s.cfg.Press.Builtin(kind)
	}
	return v.sendFile("mau-"+string(kind)+".docx", docxType, t.Content)
}

// saveTemplate looks at an uploaded template and stores it, or restores the
// built-in one. One that is refused leaves the old one where it is.
func (s *site) saveTemplate(v *visit) error {
	kind, err := v.templateKind()
	if err != nil {
		return err
	}
	if err := v.cycle.MayTemplate(v.me); err != nil {
		return err
	}
	t := poverty.DocumentTemplate{Kind: kind}
	done, err := v.upload(poverty.MaxTemplate)
	f := v.sentForm("template")
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showTemplates(code, f, kind, nil)
	}
	defer done()
	if f.Value("do") != "restore" {
		file, head, err := v.r.FormFile("file")
		if err != nil {
			f.problem("file", v.p.T("document.no_file"))
			return v.showTemplates(http.StatusUnprocessableEntity, f, kind, nil)
		}
		defer file.Close()
		t.Name = head.Filename
		if t.Content, err = io.ReadAll(io.LimitReader(file, poverty.MaxTemplate+1)); err != nil {
			return err
		}
		wrong := s.cfg.Press.Check(kind, t.Content)
		if len(wrong) == 0 && !strings.EqualFold(extension(t.Name), "docx") {
			wrong = poverty.Problems{{Key: "document.template.not_a_document"}}
		}
		if len(wrong) > 0 {
			f.Banner = v.p.T("document.template_refused", "name", t.Name)
			return v.showTemplates(http.StatusUnprocessableEntity, f, kind, wrong)
		}
	}
	if err := s.store.SaveDocumentTemplate(v.ctx(), v.cycle.ID, t); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showTemplates(code, f, kind, nil)
	}
	told := "template_saved"
	if t.Content == nil {
		told = "template_restored"
	}
	return v.redirect(v.documentsPath()+"/templates", told)
}

func extension(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
