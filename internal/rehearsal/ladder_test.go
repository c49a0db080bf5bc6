package rehearsal_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/internal/rehearsal"
	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
)

// TestRun_ladders_of_the_table plays testdata/ladders.txt through the workflows:
// what is written there was worked out by hand from the rules, never copied from
// what the program printed. Each part of the table is one cycle, each case a duty
// in it.
func TestRun_ladders_of_the_table(t *testing.T) {
	t.Parallel()
	total := 0
	for _, p := range readLadders(t, filepath.Join("testdata", "ladders.txt")) {
		total += len(p.cases)
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.play(t)
		})
	}
	if total < 60 {
		t.Errorf("%d cases; the table is to have 60", total)
	}
}

// part is the cases that share a calendar.
type part struct {
	file      string
	name      string
	issued    time.Time
	started   time.Time // zero: when it was issued
	until     time.Time
	announced time.Time       // when the days without came to be known; zero: from the first
	without   []calendar.Date // days off and make-up days that were not known before
	ladders   map[string]poverty.Ladder
	cases     []*ladderCase
}

// ladderCase is one duty of the table, of a commune of its own.
type ladderCase struct {
	row    int
	name   string
	unit   poverty.UnitID // xa-01, xa-02 …
	duty   poverty.Template
	period string
	lines  []poverty.Line
	want   []string
}

func readLadders(t *testing.T, file string) []*part {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	ladders := map[string]poverty.Ladder{}
	var parts []*part
	var c *ladderCase
	for i, line := range strings.Split(string(text), "\n") {
		row := i + 1
		bad := func(err error) {
			if err != nil {
				t.Fatalf("%s:%d: %v", file, row, err)
			}
		}
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case word == "ladder":
			name, rungs, _ := strings.Cut(rest, ":")
			ladders[name], err = readLadder(rungs)
			bad(err)
		case word == "part":
			p := &part{file: file, ladders: ladders}
			bad(p.read(rest))
			parts, c = append(parts, p), nil
		case word == "case":
			p := parts[len(parts)-1]
			c = &ladderCase{row: row, name: rest, unit: poverty.UnitID(fmt.Sprintf("xa-%02d", len(p.cases)+1))}
			p.cases = append(p.cases, c)
		case word == "owes":
			bad(c.owes(rest))
		case word == "=":
			c.want = append(c.want, "= "+rest)
		default:
			at, err := time.Parse(time.RFC3339, word)
			bad(err)
			rest = strings.TrimSpace(rest)
			if act, isAct := strings.CutPrefix(rest, "> "); isAct {
				bad(c.does(row, at, act))
				continue
			}
			c.want = append(c.want, word+" "+strings.Join(strings.Fields(rest), " "))
		}
	}
	return parts
}

// readLadder reads "remind 3 unit, overdue 5 vice_chair+above decision".
func readLadder(text string) (poverty.Ladder, error) {
	var l poverty.Ladder
	for rung := range strings.SplitSeq(text, ",") {
		f := strings.Fields(rung)
		if len(f) < 3 {
			return nil, fmt.Errorf("%q is no rung with an addressee", rung)
		}
		r, err := calendar.ParseRung(f[0] + " " + f[1])
		if err != nil {
			return nil, err
		}
		step := poverty.LadderStep{Rung: r, To: strings.Split(f[2], "+")}
		if len(f) > 3 {
			step.Demands = poverty.Demand(f[3])
		}
		l = append(l, step)
	}
	return l, nil
}

// read reads "NAME: issued INSTANT, until INSTANT, announced INSTANT without DAY DAY".
func (p *part) read(text string) (err error) {
	name, rest, _ := strings.Cut(text, ": ")
	p.name = name
	for field := range strings.SplitSeq(rest, ", ") {
		f := strings.Fields(field)
		at, err := time.Parse(time.RFC3339, f[1])
		if err != nil {
			return err
		}
		switch f[0] {
		case "issued":
			p.issued = at
		case "started":
			p.started = at
		case "until":
			p.until = at
		case "announced":
			p.announced = at
			for _, day := range f[3:] {
				p.without = append(p.without, calendar.MustDate(day))
			}
		default:
			return fmt.Errorf("unknown word %q", f[0])
		}
	}
	return nil
}

// owes reads "KIND LADDER, DUE, RULE" and, of a report, its period behind a
// further comma; "deemed" in its place says that silence counts as a yes.
func (c *ladderCase) owes(text string) (err error) {
	f := strings.Split(text, ", ")
	kind, ladder, _ := strings.Cut(f[0], " ")
	c.duty = poverty.Template{Code: "c" + strings.TrimPrefix(string(c.unit), "xa-"), Kind: poverty.DutyKind(kind), Title: c.name, TitleEN: c.name,
		Who: []string{string(c.unit)}, Ladder: ladder, DayOff: calendar.Keep}
	switch c.duty.Kind {
	case poverty.DutyApproval:
		c.duty.Code, c.duty.Who = kind, []string{string(ladderOwner)}
	case poverty.DutyAppraisal, poverty.DutyObstacle, poverty.DutyConsolidation:
		c.duty.Code, c.duty.Who = kind, []string{"phong"}
	case poverty.DutyProgress:
		c.duty.Code, c.duty.Who = kind, []string{poverty.WhoComponents}
	case poverty.DutyReceipt:
		c.duty.Code, c.duty.Who = kind, []string{"leads"}
	default:
	}
	if len(f) < 3 {
		return fmt.Errorf("write the ladder, the deadline and the rule")
	}
	if c.duty.Due, err = calendar.ParseDue(f[1]); err != nil {
		return err
	}
	if c.duty.DayOff, err = calendar.ParseDayOffRule(f[2]); err != nil {
		return err
	}
	if len(f) > 3 {
		if c.duty.Deemed = f[3] == "deemed"; !c.duty.Deemed {
			period, err := calendar.ParsePeriod(f[3])
			if err != nil {
				return err
			}
			c.period, c.duty.From, c.duty.To = f[3], period.First(), period.Last()
		}
	}
	return err
}

// does reads "OFFICE ACT", with "by DAY", "rung RUNG N" and "effective INSTANT"
// behind it.
func (c *ladderCase) does(row int, at time.Time, text string) error {
	f := strings.Fields(text)
	l := poverty.Line{Row: row, At: at, Office: c.office(f[0]), Act: f[1], Duty: c.duty.Code, Unit: c.unit, Period: c.period,
		Reason: "Lý do (dựng lên)", Basis: "Căn cứ (dựng lên)"}
	for f = f[2:]; len(f) > 1; f = f[2:] {
		var err error
		switch f[0] {
		case "by":
			l.By, err = calendar.ParseDate(f[1])
		case "rung":
			l.Rung, f = f[1]+" "+f[2], f[1:]
		case "effective":
			l.Effective, err = time.Parse(time.RFC3339, f[1])
		default:
			err = fmt.Errorf("unknown word %q", f[0])
		}
		if err != nil {
			return err
		}
	}
	if len(f) > 0 {
		return fmt.Errorf("what is %q", f[0])
	}
	switch l.Act {
	case string(poverty.PlanSend), string(poverty.PlanAppraise):
		l.Duty = "plan"
	case string(poverty.ActExtend), string(poverty.ActExcuse):
		if k := c.duty.Kind; k == poverty.DutyGroupMeeting || k == poverty.DutyContact {
			l.Subject = "xa-01.1"
		}
	case "deliver":
		l.Subject, l.Title, l.Figures = c.component(), "Các thôn", map[string]int64{"quantity": 1}
	}
	c.lines = append(c.lines, l)
	return nil
}

// component is the code of the component of a case that is about one.
func (c *ladderCase) component() string { return "hop-phan-" + string(c.unit) }

// office is an office in the words of the table: of the case's own commune by
// its role alone.
func (c *ladderCase) office(word string) poverty.OfficeID {
	if strings.Contains(word, "/") {
		return poverty.OfficeID(word)
	}
	return poverty.OfficeID(string(c.unit) + "/" + word)
}

func (c *ladderCase) word(office poverty.OfficeID) string {
	return strings.TrimPrefix(string(office), string(c.unit)+"/")
}

const ladderOwner = poverty.UnitID("huyen")

// rehearsal makes the cycle and its script.
func (p *part) rehearsal() poverty.Rehearsal {
	year := p.issued.In(calendar.Zone).AddDate(0, 0, 20).Year()
	id := poverty.NewCycleID(ladderOwner, year)
	c := poverty.Cycle{ID: id, Owner: ladderOwner, Year: year, Title: "Bảng bậc đôn đốc (dựng lên)", IssuedAt: p.issued, Rules: poverty.Rules{
		First: calendar.MonthOf(calendar.MustDate(fmt.Sprintf("%d-01-01", year))), Last: calendar.MonthOf(calendar.MustDate(fmt.Sprintf("%d-12-01", year))),
		NoticeTime: calendar.DefaultNotice, Terms: poverty.DefaultTerms(), Ladders: p.ladders,
		Bindings: poverty.Bindings{Standing: "phong", Chair: "huyen/chair", ViceChair: "huyen/vice-chair", Above: []poverty.UnitID{"tinh"}},
		Units:    map[poverty.UnitID]poverty.CycleUnit{ladderOwner: {Role: "owner"}, "phong": {Role: "standing"}, "benh-vien": {Role: "lead"}},
	}}
	r := poverty.Rehearsal{New: poverty.NewCycle{Passwords: map[string]string{}}, Start: p.started}
	from := calendar.MustDate("2017-01-01")
	add := func(unit poverty.UnitID, offices map[string]poverty.OfficeRole) {
		r.New.Units = append(r.New.Units, poverty.Unit{ID: unit, Name: "Đơn vị " + string(unit), Kind: "commune", Line: poverty.LineGovernment, ValidFrom: from})
		for _, name := range slices.Sorted(maps.Keys(offices)) {
			office, user := poverty.OfficeID(string(unit)+"/"+name), poverty.UserID(len(r.New.Users)+1)
			login := string(unit) + "." + name
			r.New.Offices = append(r.New.Offices, poverty.Office{ID: office, Unit: unit, Role: offices[name], Title: name, ValidFrom: from})
			r.New.Users = append(r.New.Users, poverty.User{ID: user, Login: login, Name: "Người " + login, Email: login + "@huyen.example", Active: true})
			r.New.Holdings = append(r.New.Holdings, poverty.Holding{Office: office, User: user, ValidFrom: from})
		}
	}
	add(ladderOwner, map[string]poverty.OfficeRole{"chair": poverty.RoleHead, "vice-chair": poverty.RoleDeputy})
	usual := map[string]poverty.OfficeRole{"head": poverty.RoleHead, "deputy": poverty.RoleDeputy, "officer": poverty.RoleOfficer}
	add("phong", usual)
	add("tinh", usual)
	add("benh-vien", usual)
	c.Rules.Terms.NoProgress = 1
	for _, k := range p.cases {
		add(k.unit, usual)
		p.include(&c.Rules, k)
		if k.duty.Kind == poverty.DutyProgress {
			r.New.Components = append(r.New.Components, poverty.ComponentDraft{Component: poverty.Component{Cycle: id, Code: k.component(), Unit: k.unit, Commune: k.unit,
				Kind: "information", Title: "Tuyên truyền (dựng lên)", Quantity: 9000, Measure: "buổi"}})
		}
		r.Script = append(r.Script, k.lines...)
	}
	if !p.announced.IsZero() {
		r.Script = append(r.Script, poverty.Line{At: p.announced, Office: "phong/head", Act: "days-off", Reason: "Lịch nghỉ mới (dựng lên)"})
	}
	slices.SortStableFunc(r.Script, func(a, b poverty.Line) int { return a.At.Compare(b.At) })
	numbered(id, r.Script)
	r.New.Cycle = c
	return r
}

// include lays the duty of a case on its unit, with what the duty comes of.
func (p *part) include(rules *poverty.Rules, k *ladderCase) {
	has := func(code string) bool {
		return slices.ContainsFunc(rules.Duties, func(t poverty.Template) bool { return t.Code == code })
	}
	role := "commune"
	switch k.duty.Kind {
	case poverty.DutyGroupMeeting, poverty.DutyContact:
		role = "lead"
		rules.Groups = append(rules.Groups, poverty.Group{Code: "nhom-" + string(k.unit), Name: "Nhóm " + string(k.unit), Commune: "xa-01", Lead: k.unit})
	case poverty.DutyAppraisal, poverty.DutyApproval, poverty.DutyReceipt:
		if k.duty.Kind == poverty.DutyReceipt {
			rules.Groups = append(rules.Groups, poverty.Group{Code: "nhom-" + string(k.unit), Name: "Nhóm " + string(k.unit), Commune: k.unit, Lead: "benh-vien"})
		}
		for i, t := range rules.Duties {
			if t.Kind == poverty.DutyPlan {
				rules.Duties[i].Who = append(rules.Duties[i].Who, string(k.unit))
			}
		}
		if !has("plan") {
			rules.Duties = append(rules.Duties, poverty.Template{Code: "plan", Kind: poverty.DutyPlan, Title: "Kế hoạch", TitleEN: "Plan",
				Who: []string{string(k.unit)}, Due: calendar.Due{}, DayOff: calendar.Keep, Ladder: k.duty.Ladder})
		}
	default:
	}
	rules.Units[k.unit] = poverty.CycleUnit{Role: role}
	if !has(k.duty.Code) {
		rules.Duties = append(rules.Duties, k.duty)
	}
}

// numbered turns the lines about obstacles into what is done with them; they
// are numbered as they come.
func numbered(id poverty.CycleID, script []poverty.Line) {
	no := map[poverty.UnitID]int{}
	for i, l := range script {
		if l.Duty != string(poverty.DutyObstacle) {
			continue
		}
		switch l.Act {
		case string(poverty.ObstacleRaises):
			no[l.Unit] = len(no) + 1
			script[i].Obstacle = &poverty.ObstacleMove{Cycle: id, Verb: poverty.ObstacleRaises, Unit: l.Unit, Kind: poverty.ObstacleHindrance, To: poverty.ToStanding, Text: l.Reason}
		case string(poverty.ObstacleAnswers):
			script[i].Obstacle = &poverty.ObstacleMove{Cycle: id, Verb: poverty.ObstacleAnswers, No: no[l.Unit], Text: l.Reason}
		default:
			script[i].Subject, script[i].Unit = fmt.Sprintf("%s.%d", l.Unit, no[l.Unit]), "phong"
		}
	}
}

// administered is the store in which an administrator enters the days off just
// before they are amended.
type administered struct {
	*postgres.DB
	days []calendar.DayOff
}

func (s administered) Propose(ctx context.Context, x poverty.Proposal) (poverty.Proposed, error) {
	if x.Amend != nil {
		if err := s.SetDaysOff(poverty.WithActor(ctx, poverty.System("test")), s.days); err != nil {
			return poverty.Proposed{}, err
		}
	}
	return s.DB.Propose(ctx, x)
}

func (p *part) play(t *testing.T) {
	clock := &rehearsal.Clock{}
	store, err := postgres.Open(t.Context(), testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate}), postgres.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	r := p.rehearsal()
	s := administered{DB: store}
	if len(p.without) > 0 {
		s.days = calendar.Default().Year(p.without[0].Year())
		clock.Set(p.issued.AddDate(0, 0, -1))
		before := slices.DeleteFunc(slices.Clone(s.days), func(d calendar.DayOff) bool { return slices.Contains(p.without, d.Date) })
		if err := store.SetDaysOff(poverty.WithActor(t.Context(), poverty.System("test")), before); err != nil {
			t.Fatal(err)
		}
	}
	refused, err := rehearsal.Run(t.Context(), s, clock, r, rehearsal.Options{Until: p.until})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range refused {
		t.Errorf("%s:%d: refused: %v", p.file, x.Line.Row, x.Err)
	}
	ctx := poverty.WithActor(t.Context(), poverty.System("test"))
	duties, err := store.Duties(ctx, poverty.DutyFilter{Cycle: r.New.Cycle.ID, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range p.cases {
		t.Run(k.name, func(t *testing.T) {
			i := slices.IndexFunc(duties, k.is)
			if i < 0 {
				t.Fatalf("%s:%d: the duty is not there", p.file, k.row)
			}
			got, err := k.told(ctx, store, duties[i], max(p.issued.Unix(), p.started.Unix()))
			if err != nil {
				t.Fatalf("%s:%d: %v", p.file, k.row, err)
			}
			want := slices.Sorted(slices.Values(k.want))
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("%s:%d (-table +program):\n%s", p.file, k.row, diff)
			}
		})
	}
}

func (c *ladderCase) is(d poverty.Duty) bool {
	if c.duty.Kind == poverty.DutyConsolidation {
		return d.Code == c.duty.Code && d.Period == c.period
	}
	return d.Code == c.duty.Code && (c.period == "" || d.Period == c.period) && (d.Unit == c.unit || strings.HasPrefix(d.Subject, string(c.unit)+"."))
}

// told tells what became of a duty in the words of the table, in order of time.
// What the ladder did of itself must have been recorded at the instant for which
// it was planned: the workflow woke then.
func (c *ladderCase) told(ctx context.Context, store *postgres.DB, d poverty.Duty, started int64) (lines []string, err error) {
	entries, err := store.History(ctx, poverty.HistoryFilter{Duty: d.ID, Oldest: true, Limit: 1000})
	if err != nil {
		return nil, err
	}
	notices, err := store.Notices(ctx, poverty.NoticeFilter{Duty: d.ID, Limit: 1000})
	if err != nil {
		return nil, err
	}
	slices.Reverse(notices)
	put := func(at time.Time, words ...string) {
		lines = append(lines, at.In(calendar.Zone).Format(time.RFC3339)+" "+strings.Join(words, " "))
	}
	used := map[string]bool{}
	to := func(is func(poverty.Notice) bool) string {
		var list []string
		for _, n := range notices {
			if !is(n) {
				continue
			}
			if used[n.Key] {
				err = fmt.Errorf("notice %s stands for two rungs", n.Key)
			}
			used[n.Key] = true
			word := c.word(n.Office)
			if n.Demand != "" {
				word += " " + string(n.Demand)
			}
			list = append(list, word)
		}
		return "→ " + strings.Join(list, ", ")
	}
	for _, e := range entries {
		ofRung := func(n poverty.Notice) bool { return n.Rung == e.Rung && n.At.Equal(e.At) }
		own := e.Actor == 0
		switch e.Event {
		case poverty.EventOpened:
			put(e.At, "opened, last day", cmp.Or(e.By.String(), "none"))
		case poverty.EventReminded, poverty.EventEscalated:
			put(e.At, string(e.Event), e.Rung, to(ofRung))
		case poverty.EventPassed:
			put(e.At, "passed", e.Rung)
		case poverty.EventHeld:
			put(e.At, "held", e.Rung, "until", e.By.String())
		case poverty.EventOverdue:
			put(e.At, "overdue")
		case poverty.EventLapsed:
			put(e.At, "lapsed", e.By.String())
		case poverty.EventClosed:
			put(e.At, "closed", e.Reason)
		case poverty.EventReturned, poverty.EventExtended, poverty.EventDirected:
			put(e.At, string(e.Event), e.By.String(), to(func(n poverty.Notice) bool { return n.Text == string(e.Event) && n.At.Equal(e.At) }))
			own = false
		case poverty.EventMoved:
			put(e.At, "moved", e.By.String())
			own = false
		case poverty.EventAccepted:
			if own = e.Basis == "deemed"; own {
				put(e.At, "accepted in silence")
			}
		case poverty.EventSuperseded:
			if own = false; e.Reason == "verdict" {
				put(e.At, "corrected")
			}
		default:
			own = false
		}
		if own && e.At.Unix() > started && !e.RecordedAt.Equal(e.At) {
			put(e.At, "recorded only at", e.RecordedAt.In(calendar.Zone).Format(time.RFC3339))
		}
	}
	for _, n := range notices {
		if n.Rung != "" && !used[n.Key] {
			put(n.At, "a notice without its rung:", n.Rung, "→", c.word(n.Office))
		}
	}
	lines = append(lines, "= "+c.stands(d))
	slices.Sort(lines)
	return lines, err
}

// stands tells where a duty stands.
func (c *ladderCase) stands(d poverty.Duty) string {
	words := []string{string(d.State)}
	say := func(yes bool, word string) {
		if yes {
			words = append(words, word)
		}
	}
	say(d.Verdict != "", string(d.Verdict))
	say(d.Extended, "extended")
	say(d.Trouble != "", string(d.Trouble))
	say(d.LadderNo > 1, fmt.Sprintf("ladder %d", d.LadderNo))
	say(d.Rung != "", d.Rung)
	say(!d.HeldUntil.IsZero(), "held until "+d.HeldUntil.String())
	if d.NextAt != nil {
		words = append(words, "next "+d.NextAt.In(calendar.Zone).Format(time.RFC3339))
	}
	return strings.Join(words, ", ")
}
