package documents

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"dondoc/calendar"
	"dondoc/poverty"
)

const rulesFile = "cycle.yaml"

// rules is what cycle.yaml holds, and on which line each part stands.
type rules struct {
	ok      bool // the file can be relied on
	owner   poverty.UnitID
	year    int
	title   string
	example bool
	issued  time.Time
	frozen  string
	rules   poverty.Rules

	lines   map[string]int // by dotted path
	ladders map[string][]int
	duties  []*fields
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

func (rd *reader) rules() *rules {
	c := &rules{lines: map[string]int{}, ladders: map[string][]int{}}
	src, err := rd.read(rulesFile)
	if err != nil {
		if f, openErr := rd.fsys.Open(rulesFile); openErr != nil {
			rd.problem(rulesFile, 0, "", "cyclefile.missing_rules")
		} else {
			f.Close()
			rd.unreadable(rulesFile, err)
		}
		return c
	}
	if !utf8.Valid(src) {
		rd.problem(rulesFile, 0, "", "cyclefile.not_utf8")
		return c
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		line := 1
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		rd.problem(rulesFile, line, "", "cyclefile.bad_yaml", "reason", strings.TrimPrefix(err.Error(), "yaml: "))
		return c
	}
	if len(doc.Content) == 0 {
		rd.problem(rulesFile, 1, "", "cyclefile.bad_yaml", "reason", "empty")
		return c
	}
	y := yamlReader{rd, c}
	c.ok = true
	top := y.fields(doc.Content[0], "",
		"owner", "year", "title", "example", "note", "issued", "first", "last", "notice_time",
		"bindings", "terms", "report", "survey", "plan", "posting", "registration", "watch", "ladders", "duties")
	if top == nil {
		c.ok = false
		return c
	}
	y.cycle(top)
	return c
}

// yamlReader walks cycle.yaml by hand, because every unknown key and wrong
// value is to be told with its line, not only the first.
type yamlReader struct {
	rd *reader
	c  *rules
}

// fields are the values of a mapping by key.
type fields struct {
	y      yamlReader
	path   string
	line   int
	values map[string]*yaml.Node
}

func (y yamlReader) problem(line int, path, key string, args ...any) {
	y.rd.problem(rulesFile, line, path, key, args...)
}

func resolve(n *yaml.Node) *yaml.Node {
	for range 8 {
		if n.Kind != yaml.AliasNode || n.Alias == nil {
			return n
		}
		n = n.Alias
	}
	return n
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// fields reads a mapping; nil when n is none. Without known keys any key goes.
func (y yamlReader) fields(n *yaml.Node, path string, known ...string) *fields {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		y.problem(n.Line, path, "cyclefile.not_a_mapping")
		return nil
	}
	f := &fields{y, path, n.Line, map[string]*yaml.Node{}}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		name := clean(k.Value)
		switch _, twice := f.values[name]; {
		case k.Kind != yaml.ScalarNode:
			y.problem(k.Line, path, "cyclefile.not_a_text")
		case twice:
			y.problem(k.Line, join(path, name), "cyclefile.duplicate_key")
		case len(known) > 0 && !slices.Contains(known, name):
			y.problem(k.Line, join(path, name), "cyclefile.unknown_key", "known", strings.Join(known, ", "))
		default:
			f.values[name] = n.Content[i+1]
			y.c.lines[join(path, name)] = k.Line
		}
	}
	return f
}

func (f *fields) at(key string) (line int, path string) {
	if n := f.values[key]; n != nil {
		return n.Line, join(f.path, key)
	}
	return f.line, join(f.path, key)
}

func (f *fields) problem(key, message string, args ...any) {
	line, path := f.at(key)
	f.y.problem(line, path, message, args...)
}

func (f *fields) text(key string) string {
	n := f.values[key]
	if n == nil {
		return ""
	}
	n = resolve(n)
	if n.Kind != yaml.ScalarNode {
		f.problem(key, "cyclefile.not_a_text")
		return ""
	}
	if n.Tag == "!!null" {
		return ""
	}
	return clean(n.Value)
}

func (f *fields) need(key string) string {
	v := f.text(key)
	if n := f.values[key]; v == "" && (n == nil || resolve(n).Kind == yaml.ScalarNode) {
		f.problem(key, "cyclefile.required")
	}
	return v
}

func (f *fields) count(key string, otherwise int) int {
	v := f.text(key)
	if v == "" {
		return otherwise
	}
	n, ok := parseCount(v)
	if !ok {
		f.problem(key, "cyclefile.bad_number", "value", v)
		return otherwise
	}
	return n
}

func (f *fields) yes(key string) bool {
	switch v := f.text(key); strings.ToLower(v) {
	case "", "false", "no":
		return false
	case "true", "yes":
		return true
	default:
		f.problem(key, "cyclefile.bad_yes_no", "value", v)
		return false
	}
}

// list reads a sequence of texts, or one text alone.
func (f *fields) list(key string) []string {
	n := f.values[key]
	if n == nil {
		return nil
	}
	n = resolve(n)
	if n.Kind == yaml.ScalarNode {
		if v := f.text(key); v != "" {
			return []string{v}
		}
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		f.problem(key, "cyclefile.not_a_list")
		return nil
	}
	var all []string
	for _, item := range n.Content {
		item = resolve(item)
		if item.Kind != yaml.ScalarNode {
			f.y.problem(item.Line, join(f.path, key), "cyclefile.not_a_text")
			continue
		}
		all = append(all, clean(item.Value))
	}
	return all
}

func (f *fields) month(key string) calendar.Month {
	v := f.text(key)
	if v == "" {
		return calendar.Month{}
	}
	m, err := calendar.ParseMonth(v)
	if err != nil {
		f.problem(key, "cyclefile.bad_month", "value", v)
	}
	return m
}

func (f *fields) date(key string) calendar.Date {
	v := f.text(key)
	if v == "" {
		return calendar.Date{}
	}
	d, problem := parseDate(v)
	if problem != "" {
		f.problem(key, problem, "value", v)
	}
	return d
}

func (y yamlReader) cycle(f *fields) {
	c := y.c
	c.owner = poverty.UnitID(f.need("owner"))
	f.need("year")
	c.year = f.count("year", 0)
	c.title = strings.ReplaceAll(f.need("title"), "{year}", strconv.Itoa(c.year))
	c.example = f.yes("example")
	if note := f.text("note"); c.example && note == "" {
		f.problem("note", "cyclefile.example_needs_note")
	}
	if v := f.need("issued"); v != "" {
		t, problem := parseInstant(v)
		if problem != "" {
			f.problem("issued", problem, "value", v)
		}
		c.issued = t
	}
	f.need("first")
	f.need("last")
	c.rules.First, c.rules.Last = f.month("first"), f.month("last")
	c.rules.NoticeTime = calendar.DefaultNotice
	if v := f.text("notice_time"); v != "" {
		clock, ok := parseClock(v)
		if !ok {
			f.problem("notice_time", "cyclefile.bad_clock", "value", v)
		}
		c.rules.NoticeTime = clock
	}
	if n := f.values["bindings"]; n == nil {
		f.problem("bindings", "cyclefile.required")
	} else if b := y.fields(n, "bindings", "standing", "chair", "vice_chair", "above", "overseers", "opinion"); b != nil {
		c.rules.Bindings = poverty.Bindings{
			Standing:  poverty.UnitID(b.need("standing")),
			Chair:     poverty.OfficeID(b.need("chair")),
			ViceChair: poverty.OfficeID(b.need("vice_chair")),
			Above:     ids[poverty.UnitID](b.list("above")),
			Overseers: ids[poverty.UnitID](b.list("overseers")),
			Opinion:   poverty.UnitID(b.text("opinion")),
		}
	}
	c.rules.Terms = poverty.DefaultTerms()
	if n := f.values["terms"]; n != nil {
		if t := y.fields(n, "terms", "return", "promise", "group_meeting", "contact", "no_progress", "households_most", "mentors", "leads_most"); t != nil {
			c.rules.Terms.Return = t.count("return", c.rules.Terms.Return)
			c.rules.Terms.Promise = t.count("promise", c.rules.Terms.Promise)
			c.rules.Terms.GroupMeeting = t.count("group_meeting", c.rules.Terms.GroupMeeting)
			c.rules.Terms.Contact = t.count("contact", c.rules.Terms.Contact)
			c.rules.Terms.NoProgress = t.count("no_progress", 0)
			c.rules.Terms.HouseholdsMost = t.count("households_most", 0)
			c.rules.Terms.Mentors = t.yes("mentors")
			c.rules.Terms.LeadsMost = t.count("leads_most", 0)
		}
	}
	if n := f.values["report"]; n != nil {
		c.rules.Report = y.report(n)
	}
	if n := f.values["survey"]; n != nil {
		if s := y.fields(n, "survey", "basis", "from", "to"); s != nil {
			c.frozen = s.text("basis")
			c.rules.Survey = poverty.SurveyDays{From: s.date("from"), To: s.date("to")}
		}
	}
	if n := f.values["plan"]; n != nil {
		if p := y.fields(n, "plan", "every_poor"); p != nil {
			c.rules.Plan.EveryPoor = p.yes("every_poor")
		}
	}
	if n := f.values["posting"]; n != nil {
		if p := y.fields(n, "posting", "days", "rule"); p != nil {
			c.rules.Posting = poverty.PostingRules{Days: p.count("days", poverty.DefaultPosting().Days)}
			switch rule := p.text("rule"); rule {
			case "", "working":
				c.rules.Posting.Working = true
			case "calendar":
			default:
				p.problem("rule", "cyclefile.bad_value", "value", rule, "allowed", "working, calendar")
			}
		}
	}
	if n := f.values["registration"]; n != nil {
		if r := y.fields(n, "registration", "above"); r != nil {
			c.rules.Registration.Above = r.count("above", 0)
		}
	}
	if n := f.values["watch"]; n != nil {
		if w := y.fields(n, "watch", "months", "visits_every"); w != nil {
			c.rules.Watch = poverty.WatchRules{Months: w.count("months", 0), VisitEvery: w.count("visits_every", 0)}
		}
	}
	c.rules.Ladders = map[string]poverty.Ladder{}
	if n := f.values["ladders"]; n == nil {
		f.problem("ladders", "cyclefile.required")
	} else if all := y.fields(n, "ladders"); all != nil {
		for name, n := range all.values {
			c.rules.Ladders[name] = y.ladder(name, n)
		}
	}
	if n := f.values["duties"]; n == nil {
		f.problem("duties", "cyclefile.required")
	} else if n = resolve(n); n.Kind != yaml.SequenceNode {
		f.problem("duties", "cyclefile.not_a_list")
	} else {
		for _, item := range n.Content {
			y.duty(item)
		}
	}
}

func ids[T ~string](texts []string) []T {
	var all []T
	for _, t := range texts {
		all = append(all, T(t))
	}
	return all
}

// report reads what reports ask and up to which day they count.
func (y yamlReader) report(n *yaml.Node) poverty.ReportRules {
	var r poverty.ReportRules
	f := y.fields(n, "report", "cut_off", "fields")
	if f == nil {
		return r
	}
	if r.CutOff = f.count("cut_off", 0); r.CutOff > 31 {
		f.problem("cut_off", "cyclefile.bad_number", "value", r.CutOff)
	}
	list := f.values["fields"]
	if list == nil {
		return r
	}
	if list = resolve(list); list.Kind != yaml.SequenceNode {
		f.problem("fields", "cyclefile.not_a_list")
		return r
	}
	var lines []int
	for _, item := range list.Content {
		x := y.fields(item, "report.fields", "code", "label", "kind", "unit", "source", "needed", "who", "choices")
		if x == nil {
			continue
		}
		field := poverty.ReportField{Code: x.need("code"), Kind: poverty.FieldKind(x.need("kind")), Unit: x.text("unit"),
			Source: poverty.Source(x.text("source")), Needed: x.yes("needed"), Who: x.text("who"), Choices: x.list("choices")}
		if field.Who == "" {
			field.Who = poverty.FieldOfAll
		}
		if n := x.values["label"]; n == nil {
			x.problem("label", "cyclefile.required")
		} else if label := y.fields(n, "report.fields.label", "vi", "en"); label != nil {
			field.Label, field.LabelEN = label.need("vi"), label.need("en")
		}
		r.Fields, lines = append(r.Fields, field), append(lines, item.Line)
	}
	form := poverty.ReportForm{Fields: r.Fields}
	for _, p := range form.Check() {
		if p.Row > 0 && p.Key != "error.required" {
			y.problem(lines[p.Row-1], "report.fields."+p.Column, p.Key, p.Args...)
		}
	}
	return r
}

func (y yamlReader) ladder(name string, n *yaml.Node) poverty.Ladder {
	path := join("ladders", name)
	n = resolve(n)
	if n.Kind != yaml.SequenceNode {
		y.problem(n.Line, path, "cyclefile.not_a_list")
		return nil
	}
	ladder := poverty.Ladder{}
	for _, item := range n.Content {
		f := y.fields(item, path, "rung", "to", "demands", "within")
		if f == nil {
			continue
		}
		step := poverty.LadderStep{To: f.list("to"), Demands: poverty.Demand(f.text("demands"))}
		if v := f.need("rung"); v != "" {
			rung, err := calendar.ParseRung(v)
			if err != nil {
				f.problem("rung", "cyclefile.bad_rung", "value", v)
				continue
			}
			step.Rung = rung
		} else {
			continue
		}
		if len(step.To) == 0 {
			f.problem("to", "cyclefile.required")
		}
		switch step.Demands {
		case poverty.DemandNothing, poverty.DemandAcknowledgement, poverty.DemandDecision:
		default:
			f.problem("demands", "cyclefile.bad_value", "value", string(step.Demands), "allowed",
				string(poverty.DemandAcknowledgement)+", "+string(poverty.DemandDecision))
		}
		if step.Within = f.count("within", 0); step.Within > 60 || step.Within > 0 && step.Demands == poverty.DemandNothing {
			f.problem("within", "cyclefile.bad_within")
		}
		ladder = append(ladder, step)
		y.c.ladders[name] = append(y.c.ladders[name], item.Line)
	}
	return ladder
}

var dutyKinds = []string{
	string(poverty.DutyPlan), string(poverty.DutyAppraisal), string(poverty.DutyApproval), string(poverty.DutyAcceptance),
	string(poverty.DutyMeeting), string(poverty.DutyStart), string(poverty.DutyProgress), string(poverty.DutyTask), string(poverty.DutyReport),
	string(poverty.DutyConsolidation), string(poverty.DutySurvey), string(poverty.DutyOpinion), string(poverty.DutyCase), string(poverty.DutyReview),
	string(poverty.DutyPosting), string(poverty.DutyObjection), string(poverty.DutyReceipt),
	string(poverty.DutyGroupPlan), string(poverty.DutyGroupMeeting), string(poverty.DutyContact), string(poverty.DutyObstacle), string(poverty.DutyWatch), string(poverty.DutyInput),
}

func (y yamlReader) duty(n *yaml.Node) {
	f := y.fields(n, "duties", "code", "kind", "title", "who", "due", "from", "to", "day_off", "ladder", "deemed", "source", "opens")
	if f == nil {
		return
	}
	t := poverty.Template{Code: f.need("code"), DayOff: calendar.Keep}
	f.path = join("duties", t.Code)
	kind := f.need("kind")
	if kind != "" && !slices.Contains(dutyKinds, kind) {
		f.problem("kind", "cyclefile.bad_value", "value", kind, "allowed", strings.Join(dutyKinds, ", "))
	}
	t.Kind = poverty.DutyKind(kind)
	if n := f.values["title"]; n == nil {
		f.problem("title", "cyclefile.required")
	} else if title := y.fields(n, join(f.path, "title"), "vi", "en"); title != nil {
		t.Title, t.TitleEN = title.need("vi"), title.need("en")
	}
	t.Who = f.list("who")
	if v := f.need("due"); v != "" {
		due, problem := parseDue(v)
		if problem != "" {
			f.problem("due", problem, "value", v)
		}
		t.Due = due
	}
	t.From, t.To = f.month("from"), f.month("to")
	if t.Due.Months() > 0 {
		if t.From.IsZero() {
			t.From = y.c.rules.First
		}
		if t.To.IsZero() {
			t.To = y.c.rules.Last
		}
	}
	if v := f.text("day_off"); v != "" {
		rule, err := calendar.ParseDayOffRule(v)
		if err != nil {
			f.problem("day_off", "cyclefile.bad_value", "value", v, "allowed", "keep, next, previous")
		} else {
			t.DayOff = rule
		}
	}
	t.Ladder = f.need("ladder")
	t.Deemed, t.Source, t.Opens = f.yes("deemed"), f.text("source"), f.date("opens")
	y.c.rules.Duties = append(y.c.rules.Duties, t)
	y.c.duties = append(y.c.duties, f)
}
