package poverty

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
)

// DocumentID identifies a document.
type DocumentID int64

// DocumentKind is what sort of paper a document is.
type DocumentKind string

// The kinds of document.
const (
	DocumentPlan       DocumentKind = "plan"       // kế hoạch of the cycle, with its targets
	DocumentConclusion DocumentKind = "conclusion" // thông báo kết luận of a meeting
	DocumentReport     DocumentKind = "report"     // báo cáo of a period
	DocumentReminder   DocumentKind = "reminder"   // công văn đôn đốc about one duty or many
	DocumentInvitation DocumentKind = "invitation" // giấy mời to a meeting
	DocumentMinutes    DocumentKind = "minutes"    // biên bản of a meeting, or of a hamlet's
	DocumentSubmission DocumentKind = "submission" // tờ trình of a commune's plan
	DocumentPosting    DocumentKind = "posting"    // danh sách that is posted
	DocumentSummary    DocumentKind = "summary"    // a commune's plan on one page, for its chair
	DocumentReview     DocumentKind = "review"     // báo cáo sơ kết, tổng kết of a year's review
)

// DocumentKinds are the kinds in the order in which pages list them.
var DocumentKinds = []DocumentKind{
	DocumentPlan, DocumentConclusion, DocumentReport, DocumentReview, DocumentReminder, DocumentInvitation, DocumentMinutes, DocumentSubmission, DocumentPosting, DocumentSummary,
}

// documentMarks are what stands for a kind in a symbol (NĐ 30/2020/NĐ-CP, Phụ lục
// III). A công văn has none; what is posted and a summary bear no number.
var documentMarks = map[DocumentKind]string{
	DocumentPlan: "KH", DocumentConclusion: "TB", DocumentReport: "BC", DocumentReview: "BC", DocumentReminder: "", DocumentInvitation: "GM", DocumentMinutes: "BB", DocumentSubmission: "TTr",
}

// Mark returns the abbreviation of the kind in a symbol; none for a công văn.
func (k DocumentKind) Mark() string { return documentMarks[k] }

// Numbered reports whether documents of the kind bear a number.
func (k DocumentKind) Numbered() bool { _, ok := documentMarks[k]; return ok }

// Book returns the kind in whose book documents of the kind are numbered: what
// bears the same abbreviation has one book, or a number would be given twice.
func (k DocumentKind) Book() DocumentKind {
	if k == DocumentReview {
		return DocumentReport
	}
	return k
}

// subjects are what a document of a kind may be made from.
var documentSubjects = map[DocumentKind][]string{
	DocumentPlan: {"cycle"}, DocumentConclusion: {"meeting"}, DocumentReport: {"period"}, DocumentReminder: {"duties"}, DocumentInvitation: {"meeting"},
	DocumentMinutes: {"meeting", "hamlet"}, DocumentSubmission: {"plan"}, DocumentPosting: {"posting"}, DocumentSummary: {"plan"},
	DocumentReview: {"review"},
}

// DocumentState is how far a document has come.
type DocumentState string

// The states of a document. From numbered on its data never change.
const (
	DocumentDraft  DocumentState = "draft"
	DocumentIssued DocumentState = "issued" // has its number, or needs none
	DocumentFiled  DocumentState = "filed"  // the signed scan is there
	DocumentVoid   DocumentState = "void"
)

// DocumentStates are the states in their order.
var DocumentStates = []DocumentState{DocumentDraft, DocumentIssued, DocumentFiled, DocumentVoid}

// Urgencies are how a document may be hurried, least first; none for most.
var Urgencies = []string{"", "urgent", "very_urgent", "express"}

// Document is a paper that an office signs and sends, in the form of NĐ
// 30/2020/NĐ-CP. Data is what its template is filled from: of a draft as things
// stand, later as it was when the number was taken.
type Document struct {
	ID       DocumentID    `db:"id" json:"id"`
	Cycle    CycleID       `db:"cycle_id" json:"cycle"`
	Key      string        `db:"-" json:"-"` // a new document with a key that was used before is stored once
	Kind     DocumentKind  `db:"kind" json:"kind"`
	Subject  string        `db:"subject" json:"subject"` // what it is made from: "meeting:12", "period:2018-04", "duties:3,5", "review:interim"; see ParseDocumentSubject
	Unit     UnitID        `db:"unit_id" json:"unit"`    // whose paper it is, and whose book numbers it
	UnitName string        `db:"unit_name" json:"unit_name"`
	Drafter  UnitID        `db:"drafter_id" json:"drafter"` // the unit that drafted it
	Title    string        `db:"title" json:"title"`        // trích yếu
	Place    string        `db:"place" json:"place"`
	Day      calendar.Date `db:"day" json:"day"`       // of issue: offices and their holders are named as of it
	Symbol   string        `db:"symbol" json:"symbol"` // behind the number and the mark: "UBND", "UBND-VX"
	Signer   OfficeID      `db:"signer_id" json:"signer"`
	To       []string      `db:"addressees" json:"to"`     // kính gửi
	Bases    []string      `db:"bases" json:"bases"`       // căn cứ
	Audience []UnitID      `db:"audience" json:"audience"` // of nơi nhận those that are units here: they read it once it is issued
	Copies   []string      `db:"copies" json:"copies"`     // further lines of nơi nhận
	File     string        `db:"file" json:"file"`         // who keeps it: "VT, LĐTBXH"
	Urgency  string        `db:"urgency" json:"urgency,omitempty"`
	Body     string        `db:"body" json:"body,omitempty"` // what the office writes itself
	AnswerBy calendar.Date `db:"answer_by" json:"answer_by,omitzero"`
	State    DocumentState `db:"state" json:"state"`
	Number   int           `db:"number" json:"number,omitempty"`
	Typed    bool          `db:"typed" json:"typed,omitempty"`          // the number came from the registry's own book
	Reason   string        `db:"reason" json:"reason,omitempty"`        // why it is void
	Template int64         `db:"template_id" json:"template,omitempty"` // 0: the built-in one
	Version  int           `db:"version" json:"version"`
	SavedAt  time.Time     `db:"saved_at" json:"saved_at"`
	ByName   string        `db:"saved_by_name" json:"saved_by_name,omitempty"`
	IssuedAt *time.Time    `db:"issued_at" json:"issued_at,omitempty"`
	Data     *DocumentData `db:"data" json:"data,omitempty"` // of one document
}

// DocumentData are the values of a template's fields, worded and formatted as
// they are printed, and the rows of its lists.
type DocumentData struct {
	Fields map[string]string              `json:"fields"`
	Lists  map[string][]map[string]string `json:"lists"`
}

// Code returns the number and symbol as printed, such as "05/KH-UBND"; with
// room for the number while there is none, and nothing for a kind without.
func (d Document) Code() string {
	if !d.Kind.Numbered() {
		return ""
	}
	n := "      "
	if d.Number > 0 {
		n = fmt.Sprintf("%02d", d.Number)
	}
	if mark := d.Kind.Mark(); mark != "" {
		return n + "/" + mark + "-" + d.Symbol
	}
	return n + "/" + d.Symbol
}

// ParseDocumentSubject splits what a document is made from: "meeting:12" is
// ("meeting", "12"); false when documents of the kind are not made from it.
func ParseDocumentSubject(k DocumentKind, subject string) (of, id string, ok bool) {
	of, id, _ = strings.Cut(subject, ":")
	return of, id, slices.Contains(documentSubjects[k], of) && (id != "" || of == "cycle")
}

// SubjectIDs returns the numbers that a subject names, "duties:3,5" being 3 and 5.
func SubjectIDs(id string) ([]int64, bool) {
	var ids []int64
	for s := range strings.SplitSeq(id, ",") {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 1 {
			return nil, false
		}
		ids = append(ids, n)
	}
	return ids, true
}

// DocumentFilter chooses documents.
type DocumentFilter struct {
	Cycle   CycleID
	Kind    DocumentKind
	Year    int // of the day of issue
	Unit    UnitID
	Subject string
	State   DocumentState
	Limit   int
	Offset  int
}

// DocumentVerb is what is done with a document.
type DocumentVerb string

// The verbs.
const (
	DocumentNumber DocumentVerb = "number" // takes the next number, or the one typed in; a kind without is issued as it is
	DocumentFile   DocumentVerb = "file"   // the signed scan hangs on it
	DocumentAnnul  DocumentVerb = "void"
)

// DocumentMove is a step of a document. Version is the one that was looked at.
type DocumentMove struct {
	Document DocumentID   `json:"document"`
	Version  int          `json:"version"`
	Verb     DocumentVerb `json:"verb"`
	Number   int          `json:"number,omitempty"` // from the registry's book; 0 takes the next
	Reason   string       `json:"reason,omitempty"`
}

// MaxDocumentNumber is the greatest number that may be typed in.
const MaxDocumentNumber = 99999

// MostDocumentGap is how far a number that is typed in may lie beyond the last one
// of its book: one typed wrongly would carry all later ones with it.
const MostDocumentGap = 500

// Move returns the state after a step; Conflict where its state does not allow
// it.
func (d Document) Move(m DocumentMove) (Document, error) {
	conflict := &Error{Kind: Conflict, Key: "document.cannot_move." + string(m.Verb), Args: []any{"state", string(d.State)}, Field: "state"}
	switch m.Verb {
	case DocumentNumber:
		switch {
		case d.State != DocumentDraft:
			return d, conflict
		case m.Number < 0 || m.Number > MaxDocumentNumber:
			return d, InvalidField("number", "document.bad_number", "most", MaxDocumentNumber)
		case m.Number > 0 && !d.Kind.Numbered():
			return d, InvalidField("number", "document.no_number")
		}
		d.State, d.Number, d.Typed = DocumentIssued, m.Number, m.Number > 0
	case DocumentFile:
		if d.State != DocumentIssued && d.State != DocumentFiled {
			return d, conflict
		}
		d.State = DocumentFiled
	case DocumentAnnul:
		if d.State == DocumentVoid {
			return d, conflict
		}
		if m.Reason == "" {
			return d, InvalidField("reason", "decision.reason_needed")
		}
		d.State, d.Reason = DocumentVoid, m.Reason
	default:
		return d, InvalidField("verb", "error.required")
	}
	return d, nil
}

const (
	maxSubject = 500 // characters of a trích yếu, as metadata have it (NĐ 30/2020/NĐ-CP, Phụ lục VI)
	maxLines   = 100
)

// Check returns what is wrong with a document as it is written.
func (d Document) Check(c Cycle) error {
	if _, _, ok := ParseDocumentSubject(d.Kind, d.Subject); !ok {
		return InvalidField("subject", "document.bad_subject", "subject", d.Subject)
	}
	switch {
	case strings.TrimSpace(d.Title) == "":
		return InvalidField("title", "error.required")
	case strings.TrimSpace(d.Place) == "":
		return InvalidField("place", "error.required")
	case d.Day.IsZero():
		return InvalidField("day", "error.required")
	case d.Kind.Numbered() && strings.TrimSpace(d.Symbol) == "":
		return InvalidField("symbol", "error.required")
	case strings.ContainsAny(d.Symbol, " /\n"):
		return InvalidField("symbol", "document.bad_symbol")
	case d.Signer == "":
		return InvalidField("signer", "error.required")
	case !slices.Contains(Urgencies, d.Urgency):
		return InvalidField("urgency", "error.required")
	}
	for _, u := range d.Audience {
		if !c.TakesPart(u) {
			return InvalidField("audience", "duty.unknown_unit", "unit", string(u))
		}
	}
	wrong := append(checkTexts(maxSubject, "title", d.Title), checkTexts(maxShort, "place", d.Place, "symbol", d.Symbol, "file", d.File)...)
	wrong = append(wrong, checkTexts(maxReportText, "body", d.Body)...)
	for _, x := range []struct {
		field string
		lines []string
	}{{"to", d.To}, {"bases", d.Bases}, {"copies", d.Copies}} {
		if len(x.lines) > maxLines {
			return InvalidField(x.field, "document.too_many_lines", "most", maxLines)
		}
		for _, line := range x.lines {
			wrong = append(wrong, checkTexts(maxLong, x.field, line)...)
		}
	}
	if len(wrong) > 0 {
		return InvalidField(wrong[0].Column, wrong[0].Key, wrong[0].Args...)
	}
	return nil
}

// MayDocument returns the seat in which the actor may draft, number, file or void
// a document of a unit: whoever has a seat there; of the owner's documents the
// leadership and the standing office too, which prepares them.
func (c Cycle) MayDocument(a Actor, unit UnitID) (Seat, error) {
	if c.State == CycleClosed {
		return Seat{}, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if a.System != "" {
		return Seat{}, nil
	}
	if !c.TakesPart(unit) {
		return Seat{}, InvalidField("unit", "duty.unknown_unit", "unit", string(unit))
	}
	if seats := c.Seats(a, unit); len(seats) > 0 {
		return seats[0], nil
	}
	if unit == c.Owner {
		for _, part := range []Part{PartLeadership, PartStanding} {
			if s, ok := a.InCycle(c, part); ok {
				return s, nil
			}
		}
	}
	return Seat{}, Errorf(Forbidden, "document.forbidden")
}

// MeetingPaper returns whose a paper of a meeting is, as the actor may draft it,
// and who signs it where that differs from the usual. The conclusions of a meeting
// are of who chaired it: what the owner's chair said is not the standing office's
// to issue. Its minutes are signed by the chair; an invitation is of who invites.
func (c Cycle) MeetingPaper(a Actor, kind DocumentKind, m Meeting) (unit UnitID, signer OfficeID) {
	unit = m.Unit
	if kind == DocumentInvitation {
		return unit, ""
	}
	if m.Chair.Unit() == c.Owner {
		unit = c.orOwner(a, unit)
	}
	if kind == DocumentMinutes && m.Chair.Unit() == unit {
		signer = m.Chair
	}
	return unit, signer
}

// ReminderPaper returns whose a reminder is that a unit sends to debtors: the
// owner's where the unit is one of them, as nobody writes to themselves.
func (c Cycle) ReminderPaper(a Actor, unit UnitID, debtors []UnitID) UnitID {
	if slices.Contains(debtors, unit) {
		return c.orOwner(a, unit)
	}
	return unit
}

// Remind returns those of a reminder's duties that are still owed, which it is about,
// and takes from its recipients each unit that owes none of them any more. name is
// what a unit is called on the day of the document.
func (d *Document) Remind(duties []Duty, name func(UnitID) string) (owed []Duty) {
	owes := map[UnitID]bool{}
	for _, x := range duties {
		owes[x.Unit] = owes[x.Unit] || x.State.Owed()
	}
	for _, x := range duties {
		switch {
		case x.State.Owed():
			owed = append(owed, x)
		case !owes[x.Unit]:
			d.Audience = slices.DeleteFunc(slices.Clone(d.Audience), func(u UnitID) bool { return u == x.Unit })
			d.To = slices.DeleteFunc(slices.Clone(d.To), func(line string) bool { return line == x.UnitName || line == name(x.Unit) })
		}
	}
	return owed
}

// orOwner returns the owner where the actor may draft its papers.
func (c Cycle) orOwner(a Actor, unit UnitID) UnitID {
	if _, refused := c.MayDocument(a, c.Owner); refused == nil {
		return c.Owner
	}
	return unit
}

// MayTemplate reports whether the actor may change the templates of the cycle's
// owner: the standing office and the leadership; Forbidden otherwise.
func (c Cycle) MayTemplate(a Actor) error {
	if a.System != "" {
		return nil
	}
	for _, part := range []Part{PartStanding, PartLeadership} {
		if _, ok := a.InCycle(c, part); ok {
			return nil
		}
	}
	return Errorf(Forbidden, "document.template_forbidden")
}

// DocumentGap is a number of a book that no document bears, and why. Last is the
// last of several in a row that are explained at once; 0 is one number.
type DocumentGap struct {
	Unit   UnitID       `db:"unit_id" json:"unit"`
	Year   int          `db:"year" json:"year"`
	Kind   DocumentKind `db:"kind" json:"kind"`
	Number int          `db:"number" json:"number"`
	Last   int          `db:"-" json:"-"`
	Reason string       `db:"reason" json:"reason,omitempty"` // empty: not explained yet
}

// DocumentTemplate is a template that an office uploaded in the place of the
// built-in one. A kind's newest counts; one without content restores the
// built-in one.
type DocumentTemplate struct {
	ID      int64        `db:"id" json:"id"`
	Owner   UnitID       `db:"owner_id" json:"owner"`
	Kind    DocumentKind `db:"kind" json:"kind"`
	Name    string       `db:"name" json:"name"` // of the file
	Size    int          `db:"size" json:"size"` // bytes; 0: the built-in one again
	SavedAt time.Time    `db:"saved_at" json:"saved_at"`
	ByName  string       `db:"saved_by_name" json:"saved_by_name,omitempty"`
	Content []byte       `db:"content" json:"-"` // of one template
}

// MaxTemplate is the most bytes of a template's file.
const MaxTemplate = 2 << 20

// DocumentFields are the fields that a template of a kind may hold: those of
// every document, and its own. A field of a list is "list.column".
func DocumentFields(k DocumentKind) []string {
	return append(slices.Clone(commonFields), kindFields[k]...)
}

var commonFields = []string{
	"parent", "issuer", "code", "place", "day", "about", "urgency", "body", "signer", "file", "year", "owner", "answer_by",
	"to_one", "head.line", "to.line", "bases.line", "signature.line", "recipients.line",
}

var kindFields = map[DocumentKind][]string{
	DocumentPlan: append(listFields("targets"), append(listFields("total"),
		"units", "poor", "poor_pct", "to_leave", "poor_end", "poor_end_pct", "notes.line", "duties.what", "duties.who", "duties.due", "groups.commune", "groups.lead", "groups.members")...),
	DocumentConclusion: meetingFields,
	DocumentInvitation: meetingFields,
	DocumentMinutes:    append(slices.Clone(meetingFields), "agreed"),
	DocumentReport: {
		"period", "expected", "received", "on_time", "missing_count", "households", "handovers", "value", "raised", "waiting",
		"missing.unit", "lines.no", "lines.name", "lines.households", "lines.handovers", "lines.value",
	},
	DocumentReview: append(append(listFields("targets"), listFields("total")...),
		"review", "period_end", "held", "attended", "units", "poor", "poor_pct", "to_leave", "notes.line",
		"preliminary_units", "preliminary_poor", "preliminary_poor_pct", "preliminary_near",
		"official_units", "official_poor", "official_poor_pct", "official_near",
		"left", "left_share", "fallen_back", "new_poor", "from_near",
		"results.no", "results.unit", "results.to_leave", "results.left", "results.share", "results.fallen_back", "results.new", "results.from_near",
		"results.preliminary", "results.preliminary_pct", "results.preliminary_near", "results.official", "results.official_pct", "results.official_near",
		"results_total.no", "results_total.unit", "results_total.to_leave", "results_total.left", "results_total.share", "results_total.fallen_back", "results_total.new", "results_total.from_near",
		"results_total.preliminary", "results_total.preliminary_pct", "results_total.preliminary_near", "results_total.official", "results_total.official_pct", "results_total.official_near",
		"indicators.no", "indicators.name", "indicators.aim", "indicators.base", "indicators.reached", "indicators.share",
		"help.no", "help.name", "help.planned", "help.spent", "help.households",
		"funds.no", "funds.name", "funds.unit", "funds.raised", "funds.spent", "funds.left",
		"trained", "programme", "expected", "received", "on_time", "late_reports",
		"discipline.no", "discipline.unit", "discipline.expected", "discipline.on_time", "discipline.late", "discipline.missing", "discipline.returned",
		"late_count", "late_units", "late_escalated", "late_open",
		"late.no", "late.unit", "late.what", "late.last_day", "late.since", "late.escalated", "late.answered", "late.done", "late.days",
		"shortcomings.no", "shortcomings.text", "shortcomings.unit", "shortcomings.remedy", "proposals.unit", "proposals.text",
		"next", "next_year", "carried.no", "carried.what", "carried.unit", "carried.due"),
	DocumentReminder:   {"count", "verb", "overdue.no", "overdue.unit", "overdue.what", "overdue.last_day", "overdue.late"},
	DocumentSubmission: planFields,
	DocumentSummary:    planFields,
	DocumentPosting: {
		"commune", "from", "until", "listed", "places.line", "rows.no", "rows.code", "rows.head", "rows.hamlet", "rows.status",
	},
}

var meetingFields = []string{
	"meeting", "meeting_day", "meeting_time", "meeting_place", "chair", "agenda", "minutes", "came_count",
	"came.unit", "came.who", "absent.unit", "conclusions.no", "conclusions.text", "conclusions.unit", "conclusions.due",
}

var planFields = []string{
	"commune", "round", "planned", "to_leave", "leave_near", "target", "shortfall", "focal",
	"causes.name", "causes.count", "measures.name", "measures.count", "hamlets.name", "hamlets.households", "hamlets.to_leave",
}

func listFields(list string) []string {
	fields := []string{list + ".no", list + ".unit"}
	for _, c := range []TargetColumn{ColumnHouseholds, ColumnPoor, ColumnPolicy, ColumnHardCore, ColumnToLeave, ColumnPoorEnd} {
		fields = append(fields, list+"."+string(c))
		if c != ColumnHouseholds {
			fields = append(fields, list+"."+string(c.Rate()))
		}
	}
	return fields
}

// DocumentBlock is a paragraph or a table of a document as a page previews it.
type DocumentBlock struct {
	Style string              // of a paragraph: Type, About, Body …; see the built-in templates
	Text  string              // with its line breaks
	Rows  [][][]DocumentBlock // of a table: rows, cells, and what is in a cell
}

// DocumentTemplates is who keeps the templates of documents.
type DocumentTemplates interface {
	// DocumentTemplate returns the template in force for a kind of a cycle's
	// documents, or the one of a number; no content is the built-in one.
	DocumentTemplate(ctx context.Context, id CycleID, kind DocumentKind, of int64) (DocumentTemplate, error)
}

// DOCX returns a document as DOCX: a draft of the template in force, an issued
// one of that which it was issued with.
func (d Document) DOCX(ctx context.Context, kept DocumentTemplates, p Press) ([]byte, error) {
	if d.Data == nil { // void before it was issued
		d.Data = &DocumentData{}
	}
	var template []byte
	if d.State == DocumentDraft || d.Template != 0 {
		t, err := kept.DocumentTemplate(ctx, d.Cycle, d.Kind, d.Template)
		if err != nil {
			return nil, err
		}
		template = t.Content
	}
	return p.DOCX(template, d)
}

// Press turns documents into files.
type Press interface {
	// Builtin returns the template of a kind that comes with the program.
	Builtin(kind DocumentKind) []byte
	// Check returns all that is wrong with a template, and where.
	Check(kind DocumentKind, template []byte) Problems
	// DOCX fills a template in; the built-in one where it is nil.
	DOCX(template []byte, d Document) ([]byte, error)
	// Preview returns what a DOCX says.
	Preview(docx []byte) ([]DocumentBlock, error)
	// Converts reports whether there is a converter to PDF.
	Converts() bool
	// PDF converts a DOCX; Unavailable where there is no converter.
	PDF(ctx context.Context, docx []byte) ([]byte, error)
}
