package poverty

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// FieldKind is what is typed into a field of a report.
type FieldKind string

// The kinds of fields.
const (
	FieldCount  FieldKind = "count"
	FieldMoney  FieldKind = "money" // thousand đồng, as reports state it
	FieldText   FieldKind = "text"
	FieldChoice FieldKind = "choice" // one of Choices
)

// FieldKinds are all kinds, in the order in which pages offer them.
var FieldKinds = []FieldKind{FieldCount, FieldMoney, FieldText, FieldChoice}

// Counted reports whether a field of this kind holds a figure, which is summed
// up.
func (k FieldKind) Counted() bool { return k == FieldCount || k == FieldMoney }

// Source is where a figure comes from by itself; "" where it is typed.
type Source string

// The sources: one aggregate each over the days that a period counts.
const (
	SourceTyped      Source = ""
	SourceHouseholds Source = "deliveries.count_households" // households that got something
	SourceValue      Source = "deliveries.value"
	SourceDeliveries Source = "deliveries.count"       // lines of the ledger, counter-entries taken off
	SourceAudiences  Source = "deliveries.information" // of them, those without a household
	SourceStarted    Source = "components.started"     // components whose first delivery it was
	SourceContacts   Source = "meetings.contact"       // contacts between a group and its commune that were logged
	SourcePoor       Source = "register.poor"          // of a commune, as the register stands
	SourceNearPoor   Source = "register.near_poor"
)

// Sources are all sources, in the order in which pages offer them.
var Sources = []Source{
	SourceTyped, SourceHouseholds, SourceValue, SourceDeliveries, SourceAudiences, SourceStarted, SourceContacts, SourcePoor, SourceNearPoor,
}

// The units that fill a field in.
const (
	FieldOfAll      = "both"
	FieldOfCommunes = "communes"
	FieldOfLeads    = "leads"
)

// ReportField is one field or indicator of the form of reports.
type ReportField struct {
	Code    string    `json:"code"`
	Label   string    `json:"label"`    // Vietnamese
	LabelEN string    `json:"label_en"` // English
	Kind    FieldKind `json:"kind"`
	Unit    string    `json:"unit,omitempty"`    // the word behind the figure: "hộ", "lượt"
	Choices []string  `json:"choices,omitempty"` // of FieldChoice
	Source  Source    `json:"source,omitempty"`
	Needed  bool      `json:"needed,omitempty"`
	Who     string    `json:"who"` // FieldOfAll, FieldOfCommunes or FieldOfLeads
}

// ReportForm is what the reports of a cycle ask, in one version. A period uses
// the version that was the newest when it opened. Every report has a text
// besides ("tình hình và tiến độ").
type ReportForm struct {
	Cycle   CycleID       `db:"cycle_id" json:"cycle"`
	Version int           `db:"version" json:"version"`
	Fields  []ReportField `db:"fields" json:"fields"`
	Reason  string        `db:"reason" json:"reason,omitempty"` // of the change
	SavedAt time.Time     `db:"saved_at" json:"saved_at"`
	SavedBy UserID        `db:"saved_by" json:"saved_by,omitempty"`
}

// DefaultReportFields are the fields of a cycle whose rules name none.
func DefaultReportFields() []ReportField {
	return []ReportField{
		{Code: "households_helped", Label: "Số hộ được giúp đỡ", LabelEN: "Households helped", Kind: FieldCount, Unit: "hộ", Source: SourceHouseholds, Who: FieldOfAll},
		{Code: "components_started", Label: "Số hợp phần đã bắt đầu", LabelEN: "Components started", Kind: FieldCount, Unit: "hợp phần", Source: SourceStarted, Who: FieldOfAll},
		{Code: "value_thousand", Label: "Giá trị hỗ trợ", LabelEN: "Value of support", Kind: FieldMoney, Unit: "nghìn đồng", Source: SourceValue, Who: FieldOfAll},
		{Code: "visits", Label: "Số lượt đến thăm hộ", LabelEN: "Visits to households", Kind: FieldCount, Unit: "lượt", Who: FieldOfAll},
		{Code: "obstacles", Label: "Khó khăn, vướng mắc và đề nghị", LabelEN: "Obstacles and proposals", Kind: FieldText, Who: FieldOfAll},
		{Code: "next_month", Label: "Việc của kỳ tới", LabelEN: "Work of the next period", Kind: FieldText, Who: FieldOfAll},
	}
}

// FirstReportFields returns the fields of the first version of a cycle's form.
func (r Rules) FirstReportFields() []ReportField {
	if len(r.Report.Fields) == 0 {
		return DefaultReportFields()
	}
	return r.Report.Fields
}

// Of returns the fields that a unit of a role fills in: what is for leads is
// for every agency.
func (f ReportForm) Of(role string) []ReportField {
	who := FieldOfLeads
	if role == "commune" {
		who = FieldOfCommunes
	}
	var list []ReportField
	for _, x := range f.Fields {
		if x.Who == FieldOfAll || x.Who == who {
			list = append(list, x)
		}
	}
	return list
}

// Field returns the field of a code.
func (f ReportForm) Field(code string) (ReportField, bool) {
	i := slices.IndexFunc(f.Fields, func(x ReportField) bool { return x.Code == code })
	if i < 0 {
		return ReportField{}, false
	}
	return f.Fields[i], true
}

// Check returns what is wrong with the fields of a form as they were typed.
// Problems count fields from 1 and name columns by their JSON names.
func (f *ReportForm) Check() Problems {
	var wrong Problems
	seen := map[string]int{}
	for i := range f.Fields {
		x := &f.Fields[i]
		problem := func(column, key string, args ...any) {
			wrong = append(wrong, Problem{Row: i + 1, Column: column, Key: key, Args: args})
		}
		x.Code, x.Label, x.LabelEN, x.Unit = strings.TrimSpace(x.Code), strings.TrimSpace(x.Label), strings.TrimSpace(x.LabelEN), strings.TrimSpace(x.Unit)
		if x.LabelEN == "" {
			x.LabelEN = x.Label
		}
		switch {
		case !isFieldCode(x.Code):
			problem("code", "report_form.bad_code", "code", x.Code)
		case seen[x.Code] > 0:
			problem("code", "report_form.code_twice", "code", x.Code, "row", seen[x.Code])
		}
		seen[x.Code] = i + 1
		switch {
		case x.Label == "":
			problem("label", "error.required")
		case utf8.RuneCountInString(x.Label) > 200 || utf8.RuneCountInString(x.LabelEN) > 200:
			problem("label", "error.too_long", "max", 200)
		}
		if utf8.RuneCountInString(x.Unit) > 40 {
			problem("unit", "error.too_long", "max", 40)
		}
		if !slices.Contains(FieldKinds, x.Kind) {
			problem("kind", "report_form.unknown_kind", "kind", string(x.Kind))
		}
		if x.Kind == FieldChoice && len(x.Choices) < 2 {
			problem("choices", "report_form.choices_needed")
		}
		switch {
		case !slices.Contains(Sources, x.Source):
			problem("source", "report_form.unknown_source", "source", string(x.Source))
		case x.Source != SourceTyped && !x.Kind.Counted():
			problem("source", "report_form.source_of_text")
		case (x.Source == SourceValue) != (x.Kind == FieldMoney) && x.Source != SourceTyped:
			problem("kind", "report_form.value_is_money")
		}
		if !slices.Contains([]string{FieldOfAll, FieldOfCommunes, FieldOfLeads}, x.Who) {
			problem("who", "report_form.unknown_who", "who", x.Who)
		}
	}
	switch {
	case len(f.Fields) == 0:
		wrong = append(wrong, Problem{Column: "fields", Key: "report_form.no_fields"})
	case len(f.Fields) > 60:
		wrong = append(wrong, Problem{Column: "fields", Key: "report_form.too_many", Args: []any{"max", 60}})
	}
	return wrong
}

// isFieldCode reports whether a text may be the code of a field: it becomes a
// key of what is reported, and the name of an input.
func isFieldCode(s string) bool {
	if s == "" || len(s) > 40 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' })
}

// MayChangeForm returns Forbidden unless the actor is of the standing office,
// which defines what is reported.
func (c Cycle) MayChangeForm(a Actor) error {
	if c.State == CycleClosed {
		return Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if _, ok := a.InCycle(c, PartStanding); !ok && a.System == "" {
		return Errorf(Forbidden, "report_form.forbidden")
	}
	return nil
}

// Judge completes what a unit of a role typed and returns what is wrong with it.
// What was not typed and the ledger tells is taken from the ledger; a figure
// that differs from it needs a reason. A draft may lack what a report must have.
func (f ReportForm) Judge(role string, c *ReportContent, ledger map[string]int64, submit bool) Problems {
	var wrong Problems
	problem := func(column, key string, args ...any) {
		wrong = append(wrong, Problem{Column: column, Key: key, Args: args})
	}
	c.Text, c.LateReason = strings.TrimSpace(c.Text), strings.TrimSpace(c.LateReason)
	fields := f.Of(role)
	known := map[string]bool{}
	figures, texts, overrides := map[string]int64{}, map[string]string{}, map[string]string{}
	for _, x := range fields {
		known[x.Code] = true
		if !x.Kind.Counted() {
			text := strings.TrimSpace(c.Texts[x.Code])
			switch {
			case text == "" && x.Needed && submit && !c.Nothing:
				problem("texts."+x.Code, "error.required")
			case utf8.RuneCountInString(text) > maxReportText:
				problem("texts."+x.Code, "error.too_long", "max", maxReportText)
			case text != "" && x.Kind == FieldChoice && !slices.Contains(x.Choices, text):
				problem("texts."+x.Code, "report.not_a_choice", "choices", strings.Join(x.Choices, "; "))
			case text != "":
				texts[x.Code] = text
			}
			continue
		}
		told, counted := ledger[x.Code]
		n, typed := c.Figures[x.Code]
		reason := strings.TrimSpace(c.Overrides[x.Code])
		switch {
		case typed && (n < 0 || n > maxMoney):
			problem("figures."+x.Code, "report.negative")
		case typed && counted && n != told && submit && reason == "":
			problem("overrides."+x.Code, "report.override_needed", "field", x.Label, "typed", n, "ledger", told)
		case !typed && !counted && x.Needed && submit && !c.Nothing:
			problem("figures."+x.Code, "error.required")
		}
		switch {
		case typed:
			figures[x.Code] = n
		case counted:
			figures[x.Code] = told
		case c.Nothing:
			figures[x.Code] = 0
		}
		if typed && counted && n != told && reason != "" {
			overrides[x.Code] = reason
		}
		if c.Nothing && counted && told > 0 && happens(x.Source) {
			problem("nothing", "report.something_happened", "field", x.Label, "ledger", told)
		}
	}
	for code := range c.Figures {
		if x, ok := f.Field(code); !known[code] || ok && !x.Kind.Counted() {
			problem("figures."+code, "report.unknown_field", "field", code)
		}
	}
	for code := range c.Texts {
		if x, ok := f.Field(code); !known[code] || ok && x.Kind.Counted() {
			problem("texts."+code, "report.unknown_field", "field", code)
		}
	}
	if submit && c.empty() {
		problem("text", "report.empty")
	}
	c.Figures, c.Texts, c.Overrides = figures, texts, overrides
	slices.SortStableFunc(wrong, func(x, y Problem) int { return strings.Compare(x.Column, y.Column) })
	return wrong
}

// happens reports whether a source tells of something done in the period, and
// not of how things stand.
func happens(s Source) bool { return s != SourcePoor && s != SourceNearPoor }

// maxReportText is the longest text of a field, in characters.
const maxReportText = 20000

// Ledger turns what the sources say into figures by the codes of their fields;
// money is rounded half up to thousand đồng.
func (f ReportForm) Ledger(role string, said map[Source]int64) map[string]int64 {
	figures := map[string]int64{}
	for _, x := range f.Of(role) {
		n, ok := said[x.Source]
		switch {
		case !ok || x.Source == SourceTyped:
			continue
		case x.Kind == FieldMoney:
			n = Thousands(n)
		}
		figures[x.Code] = n
	}
	return figures
}

// Thousands rounds đồng half up to thousand đồng.
func Thousands(dong int64) int64 {
	if dong < 0 {
		return -Thousands(-dong)
	}
	return (dong + 500) / 1000
}
