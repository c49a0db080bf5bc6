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
	"dondoc/poverty"
)

// surveyPath returns the address of the survey of a commune, or of all of them.
func (v *visit) surveyPath(unit poverty.UnitID) string {
	at := "/cycles/" + string(v.cycle.ID) + "/surveys"
	if unit != "" {
		at += "/" + string(unit)
	}
	return at
}

type surveysData struct {
	frame
	Rows         []surveyLine
	National     poverty.SurveyDays
	Own          poverty.SurveyDays
	Opinion      bool
	MayClose     bool
	Closed       bool
	CasesAddress string
	Form         form
}

// surveyLine is a commune's survey as the overview shows it.
type surveyLine struct {
	poverty.Survey
	Link string
	Next poverty.SurveyStep
}

var surveysPage = newPage[surveysData]("survey/surveys.html")

// surveys shows how far each commune has come.
func (s *site) surveys(v *visit) error { return v.showSurveys(http.StatusOK, newForm()) }

func (v *visit) showSurveys(status int, f form) error {
	list, err := v.store.SurveyOverview(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	if len(list) == 1 && !v.seesRegister() {
		return v.redirect(v.surveyPath(list[0].Unit), "")
	}
	data := surveysData{frame: v.frame("survey.title", v.p.T("survey.title")), Opinion: v.cycle.Rules.Bindings.Opinion != "",
		CasesAddress: "/cycles/" + string(v.cycle.ID) + "/cases", Form: f}
	data.National, data.Own = v.cycle.SurveyWindow()
	done := len(list) > 0
	for _, one := range list {
		data.Rows = append(data.Rows, surveyLine{one, v.surveyPath(one.Unit), one.Next(*v.cycle)})
		done = done && one.Official != nil
		data.Closed = data.Closed || one.ClosedAt != nil
	}
	_, _, err = v.cycle.MaySurvey(v.me, poverty.SurveyMove{Cycle: v.cycle.ID, Verb: poverty.SurveyClose})
	data.MayClose = err == nil && done && !data.Closed
	return surveysPage.show(v, status, data)
}

// closeSurvey closes the survey of the whole cycle.
func (s *site) closeSurvey(v *visit) error {
	f := v.sentForm("close")
	v.confirmed(&f)
	if f.Bad() {
		return v.showSurveys(http.StatusUnprocessableEntity, f)
	}
	_, err := s.engine.MoveSurvey(v.ctx(), poverty.SurveyMove{Key: f.Key, Cycle: v.cycle.ID, Verb: poverty.SurveyClose, Office: v.me.Office})
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showSurveys(code, f)
	}
	return v.redirect(v.surveyPath(""), "survey_close")
}

type surveyData struct {
	frame
	Unit      poverty.Unit
	At        string
	Sheet     poverty.SurveySheet
	Steps     []surveyStep
	Next      poverty.SurveyStep
	Do        map[poverty.SurveyVerb]bool // what the reader may do now
	Edit      bool                        // results may be changed
	OnBehalf  bool
	Frozen    bool
	Balance   []flowLine
	Faults    []faultLine
	Rows      []surveyRow
	Shown     surveyFilter
	Prev      string
	After     string
	Villages  []villageLine
	Hamlets   []poverty.Hamlet
	Own       poverty.SurveyDays
	National  poverty.SurveyDays
	OpinionBy string
	DutyLink  string // of the stage that waits to be confirmed
	// ReturnLink is the duty of the stage that was confirmed last, for who may
	// return it.
	ReturnLink string
	Lists      string // address of the commune's posted lists
	// NewPosting is the address at which the reader posts the result; empty
	// while it stands posted, or for who may not.
	NewPosting string
	Form       form
}

type surveyStep struct {
	Step       poverty.SurveyStep
	Past, Here bool
	Told       string
}

// flowLine is a line of the movement: of the poor and the near-poor, in
// households and in persons.
type flowLine struct {
	Key    string
	Sign   string
	Values [4]int
	Total  bool
	Off    [4]bool
}

type faultLine struct {
	Code, Text, Link string
}

type villageLine struct {
	poverty.SurveyHamlet
	Name     string
	Meetings []poverty.SurveyMeeting
}

// surveyRow is a household of the list as the table shows it.
type surveyRow struct {
	poverty.SurveyRow
	HamletName string
	Sheet      string // address of its sheet in the register
	Fault      string
	form       form
}

// Field returns the name of the row's input for a field.
func (r surveyRow) Field(name string) string { return name + "-" + strconv.FormatInt(int64(r.ID), 10) }

// Is reports whether a value is chosen in a field, as typed or else as stored.
func (r surveyRow) Is(name, stored, value string) bool {
	return r.form.Or(r.Field(name), stored) == value
}

// Typed returns what was typed into a field, or else what is stored.
func (r surveyRow) Typed(name, stored string) string { return r.form.Or(r.Field(name), stored) }

// Problem returns what is wrong with the row.
func (r surveyRow) Problem() string {
	return r.form.Problems["row-"+strconv.FormatInt(int64(r.ID), 10)]
}

// May reports whether the reader may make a decision now.
func (d surveyData) May(verb string) bool { return d.Do[poverty.SurveyVerb(verb)] }

// Results are the classes that a result may be.
func (surveyData) Results() []poverty.Class { return householdClasses }

// Movements are the movements that a row may have.
func (surveyData) Movements() []poverty.Movement { return poverty.Movements }

// Reasons are why a household is counted under other decrease or increase.
func (surveyData) Reasons() []string { return slices.Concat(poverty.GoneReasons, poverty.CameReasons) }

// Shows are what the list may be narrowed to.
func (surveyData) Shows() []string { return []string{"open", "faults", "moved"} }

// Whys are why a household is put on the list by hand.
func (surveyData) Whys() []string {
	return []string{poverty.ListedAsked, poverty.ListedLeaves, poverty.ListedWatch}
}

// surveyFilter chooses rows of the list.
type surveyFilter struct{ Hamlet, Show, Code string }

func (f surveyFilter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"hamlet": f.Hamlet, "show": f.Show, "code": f.Code} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// Encoded returns the filter as it stands in an address.
func (f surveyFilter) Encoded() string { return f.query().Encode() }

var surveyPage = newPage[surveyData]("survey/survey.html")

// survey shows one commune's survey: its steps, what to do next, its households
// and whether the movement adds up.
func (s *site) survey(v *visit) error { return v.showSurvey(http.StatusOK, newForm()) }

func (v *visit) showSurvey(status int, f form) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	sheet, err := v.store.Survey(v.ctx(), v.cycle.ID, u.ID)
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	data := surveyData{frame: v.frame("survey.title", v.p.T("survey.of", "unit", u.Name)), Unit: u, At: v.surveyPath(u.ID), Sheet: sheet,
		Next: sheet.Survey.Next(*v.cycle), Shown: surveyFilter{q.Get("hamlet"), q.Get("show"), strings.TrimSpace(q.Get("code"))}, Form: f}
	for _, m := range sheet.Meetings {
		subject := "hamlet:" + string(m.Unit) + "/" + m.Hamlet + "/" + strconv.Itoa(m.No)
		for _, c := range v.drafts(m.Unit, subject, poverty.DocumentMinutes) {
			c.Label = v.p.T("document.minutes_of", "hamlet", m.Hamlet, "day", m.On)
			data.Drafts = append(data.Drafts, c)
		}
	}
	data.National, data.Own = v.cycle.SurveyWindow()
	frozen, err := v.freezes()
	if err != nil {
		return err
	}
	_, data.Frozen = frozen[u.ID]
	if data.OpinionBy, err = v.unitName(v.cycle.Rules.Bindings.Opinion); err != nil {
		return err
	}
	data.Do = map[poverty.SurveyVerb]bool{}
	for _, verb := range []poverty.SurveyVerb{poverty.SurveyList, poverty.SurveyReview, poverty.SurveyMeet, poverty.SurveyAsk, poverty.SurveyOpine, poverty.SurveyRecognise, poverty.SurveyRevoke} {
		_, _, err := v.cycle.MaySurvey(v.me, poverty.SurveyMove{Cycle: v.cycle.ID, Unit: u.ID, Verb: verb, Basis: "x"})
		data.Do[verb] = err == nil
	}
	may, onBehalf := v.mayRegister(u.ID)
	open := sheet.Survey.ListedAt != nil && sheet.Survey.Decision == "" && sheet.Survey.Official == nil
	data.Edit, data.OnBehalf = may && open && v.cycle.State == poverty.CycleRunning, onBehalf
	if data.DutyLink, err = v.confirmLink(u.ID, sheet.Survey); err != nil {
		return err
	}
	if _, standing := v.me.InCycle(*v.cycle, poverty.PartStanding); standing {
		if data.ReturnLink, err = v.returnLink(u.ID, sheet.Survey); err != nil {
			return err
		}
	}
	list, names, err := v.hamlets(u.ID)
	if err != nil {
		return err
	}
	data.Hamlets = list
	if data.Next == poverty.StepPost {
		data.Lists = "/cycles/" + string(v.cycle.ID) + "/postings?unit=" + string(u.ID)
		if v.mayPost(u.ID) && !sheet.Survey.Posting.Posted {
			data.NewPosting = v.newPostingPath(u.ID) + "?subject=" + poverty.SurveySubject(poverty.StageOfficial)
		}
	}
	data.Steps = v.surveySteps(sheet.Survey, data.Next)
	if sheet.Survey.ListedAt != nil {
		data.Balance = flowLines(sheet.Balance)
		data.Faults = v.faultLines(data.At, sheet.Balance.Faults)
	}
	for _, h := range sheet.Villages {
		line := villageLine{SurveyHamlet: h, Name: cmp.Or(names[h.Hamlet], h.Hamlet)}
		for _, m := range sheet.Meetings {
			if m.Hamlet == h.Hamlet {
				line.Meetings = append(line.Meetings, m)
			}
		}
		data.Villages = append(data.Villages, line)
	}
	v.surveyRows(&data, names)
	return surveyPage.show(v, status, data)
}

// confirmLink returns the address of the stage that the commune confirms next.
func (v *visit) confirmLink(unit poverty.UnitID, s poverty.Survey) (string, error) {
	duties, err := v.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Unit: unit, Kind: poverty.DutySurvey, Owed: true})
	if err != nil {
		return "", err
	}
	for _, d := range duties {
		if d.Code == "survey-"+poverty.StagePreliminary || s.Decision != "" {
			return dutyRow{Duty: d}.Link(), nil
		}
	}
	return "", nil
}

// returnLink returns the address of the stage that a commune confirmed last;
// none where nothing is confirmed or the survey is closed.
func (v *visit) returnLink(unit poverty.UnitID, s poverty.Survey) (string, error) {
	stage := poverty.StageOfficial
	switch {
	case s.ClosedAt != nil || s.Preliminary == nil && s.Official == nil:
		return "", nil
	case s.Official == nil:
		stage = poverty.StagePreliminary
	}
	duties, err := v.store.Duties(v.ctx(), poverty.DutyFilter{Cycle: v.cycle.ID, Unit: unit, Kind: poverty.DutySurvey})
	for _, d := range duties {
		if d.Code == poverty.SurveySubject(stage) && d.State == poverty.DutyDone {
			return dutyRow{Duty: d}.Link(), err
		}
	}
	return "", err
}

func (v *visit) surveySteps(s poverty.Survey, next poverty.SurveyStep) []surveyStep {
	told := map[poverty.SurveyStep]string{}
	if s.ListedAt != nil {
		told[poverty.StepList] = v.p.T("survey.told.list", "at", *s.ListedAt, "count", s.Households)
	}
	switch {
	case s.ReviewedAt != nil:
		told[poverty.StepReview] = v.p.DateTime(*s.ReviewedAt)
	case s.ListedAt != nil:
		told[poverty.StepReview] = v.p.T("survey.told.open", "open", s.Open)
	}
	if s.Hamlets > 0 {
		told[poverty.StepMeet] = v.p.T("survey.told.meet", "agreed", s.Agreed, "hamlets", s.Hamlets)
	}
	switch p := s.Posting; {
	case len(p.Left()) == 0:
		told[poverty.StepPost] = v.p.T("survey.told.posted", "until", p.Until)
	case p.Posted:
		told[poverty.StepPost] = v.p.T(p.Left()[0])
	}
	if s.AskedAt != nil {
		told[poverty.StepAsk] = v.p.DateTime(*s.AskedAt)
	}
	if s.OpinionAt != nil {
		told[poverty.StepOpinion] = v.p.T("survey.opinion."+s.Opinion) + ", " + v.p.DateTime(*s.OpinionAt)
	}
	if s.Decision != "" {
		told[poverty.StepRecognise] = s.Decision + ", " + v.p.Date(s.Recognised)
	}
	if s.Official != nil {
		told[poverty.StepConfirm] = v.p.DateTime(*s.Official)
	}
	var steps []surveyStep
	past := true
	for _, step := range v.cycle.Steps() {
		here := step == next
		past = past && !here
		steps = append(steps, surveyStep{Step: step, Past: past, Here: here, Told: told[step]})
	}
	return steps
}

func flowLines(b poverty.Balance) []flowLine {
	flows := [4]poverty.Flow{b.Poor.Households, b.Poor.Persons, b.NearPoor.Households, b.NearPoor.Persons}
	line := func(key, sign string, value func(poverty.Flow) int) flowLine {
		l := flowLine{Key: key, Sign: sign}
		for i, f := range flows {
			l.Values[i] = value(f)
		}
		return l
	}
	lines := []flowLine{
		line("start", "", func(f poverty.Flow) int { return f.Start }),
		line("across", "−", func(f poverty.Flow) int { return f.Across }),
		line("passed", "−", func(f poverty.Flow) int { return f.Passed }),
		line("other_less", "−", func(f poverty.Flow) int { return f.OtherLess }),
		line("from_other", "+", func(f poverty.Flow) int { return f.FromOther }),
		line("fallen_back", "+", func(f poverty.Flow) int { return f.FallenBack }),
		line("new", "+", func(f poverty.Flow) int { return f.New }),
		line("other_more", "+", func(f poverty.Flow) int { return f.OtherMore }),
		line("sum", "=", poverty.Flow.Sum),
		line("end", "", func(f poverty.Flow) int { return f.End }),
	}
	for _, i := range []int{0, 8, 9} {
		lines[i].Total = true
	}
	for i, f := range flows {
		lines[9].Off[i] = !f.Holds()
	}
	return lines
}

// faultText words a fault; its classes and movements in the reader's words.
func (v *visit) faultText(f poverty.SurveyFault) string {
	args := slices.Clone(f.Args)
	for i := 0; i+1 < len(args); i += 2 {
		switch args[i] {
		case "start", "result", "class":
			args[i+1] = strings.ToLower(label(v.p, "household.class", args[i+1]))
		case "movement":
			args[i+1] = label(v.p, "survey.movement", args[i+1])
		}
	}
	return v.p.T(f.Key, args...)
}

// faultLines words the faults: households without a result in one line, the
// first others one by one.
func (v *visit) faultLines(at string, faults []poverty.SurveyFault) []faultLine {
	const most = 20
	var list []faultLine
	open, left := 0, 0
	for _, f := range faults {
		switch {
		case f.Key == "survey.fault.no_result":
			open++
		case len(list) == most:
			left++
		default:
			line := faultLine{Code: f.Code, Text: v.faultText(f)}
			if f.Row != 0 {
				line.Link = at + "?code=" + url.QueryEscape(f.Code) + "#households"
			}
			list = append(list, line)
		}
	}
	if left > 0 {
		list = append(list, faultLine{Code: v.p.T("survey.faults_more", "count", left), Link: at + "?show=faults#households"})
	}
	if open > 0 {
		list = append(list, faultLine{Code: v.p.T("survey.told.open", "open", open), Link: at + "?show=open#households"})
	}
	return list
}

// surveyRows chooses the rows of the page that was asked for.
func (v *visit) surveyRows(data *surveyData, names map[string]string) {
	faults := map[poverty.SurveyRowID]string{}
	for _, f := range data.Sheet.Balance.Faults {
		if faults[f.Row] == "" {
			faults[f.Row] = v.faultText(f)
		}
	}
	var list []surveyRow
	for _, r := range data.Sheet.Rows {
		fault, shown := faults[r.ID], data.Shown
		if shown.Hamlet != "" && r.Hamlet != shown.Hamlet || shown.Code != "" && !strings.Contains(strings.ToLower(r.Code), strings.ToLower(shown.Code)) ||
			shown.Show == "open" && r.Result != poverty.ClassUnknown || shown.Show == "faults" && fault == "" ||
			shown.Show == "moved" && (r.Movement == poverty.MovementStays || r.Movement == poverty.MovementNone) {
			continue
		}
		row := surveyRow{SurveyRow: r, HamletName: cmp.Or(names[r.Hamlet], r.Hamlet), Fault: fault, form: data.Form}
		if r.Household != 0 {
			row.Sheet = householdRow{Household: poverty.Household{ID: r.Household, Cycle: r.Cycle}}.Link()
		}
		list = append(list, row)
	}
	from, _ := strconv.Atoi(v.r.URL.Query().Get("from"))
	from = min(max(from, 0), len(list))
	page := func(n int) string {
		q := data.Shown.query()
		q.Set("from", strconv.Itoa(n))
		return "?" + q.Encode() + "#households"
	}
	if from > 0 {
		data.Prev = page(max(0, from-perPage))
	}
	if from+perPage < len(list) {
		data.After = page(from + perPage)
	}
	data.Rows = list[from:min(from+perPage, len(list))]
}

// moveSurvey carries out a decision in the survey of a commune.
func (s *site) moveSurvey(v *visit) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	verb := poverty.SurveyVerb(v.r.PostForm.Get("do"))
	f := v.sentForm(string(verb))
	m := poverty.SurveyMove{Key: f.Key, Cycle: v.cycle.ID, Unit: u.ID, Verb: verb, Hamlet: f.Value("hamlet"), On: v.day(&f, "on"),
		Chair: v.text(&f, "chair"), Minutes: v.text(&f, "minutes"), Opinion: f.Value("opinion"), Text: v.text(&f, "text"),
		Decision: v.text(&f, "decision"), Basis: v.text(&f, "basis"), Office: v.me.Office}
	m.Version, _ = v.count(&f, "version")
	m.Present, _ = v.count(&f, "present")
	m.Agreed, _ = v.count(&f, "agreed")
	if f.Bad() {
		return v.showSurvey(http.StatusUnprocessableEntity, f)
	}
	if _, err := s.engine.MoveSurvey(v.ctx(), m); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showSurvey(code, f)
	}
	return v.redirect(v.surveyPath(u.ID), "survey_"+string(verb))
}

// saveSurvey stores the results of the rows of the form. What is chosen for all
// ticked rows goes before what stands in them.
func (s *site) saveSurvey(v *visit) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	f := v.sentForm("rows")
	scope := poverty.RegisterScope{Cycle: v.cycle.ID, Unit: u.ID, Basis: v.text(&f, "basis")}
	var rows []poverty.SurveyRow
	for _, id := range f.Values["row"] {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return poverty.Errorf(poverty.NotFound, "error.not_found")
		}
		field := func(name string) string { return name + "-" + id }
		row := poverty.SurveyRow{ID: poverty.SurveyRowID(n), Result: poverty.Class(f.Value(field("result"))), Movement: poverty.Movement(f.Value(field("movement"))),
			Reason: f.Value(field("reason")), Note: v.text(&f, field("note"))}
		row.Members, _ = v.count(&f, field("members"))
		row.Version, _ = v.count(&f, field("version"))
		if f.Value(field("pick")) != "" && f.Value("all_result") != "" {
			row.Result, row.Movement, row.Reason = poverty.Class(f.Value("all_result")), poverty.Movement(f.Value("all_movement")), f.Value("all_reason")
		}
		if f.Problems[field("members")] != "" {
			f.problem("row-"+id, f.Problems[field("members")])
		}
		rows = append(rows, row)
	}
	if f.Bad() {
		return v.showSurvey(http.StatusUnprocessableEntity, f)
	}
	if err := s.store.SaveSurveyRows(v.ctx(), scope, rows); err != nil {
		if problems, ok := errors.AsType[poverty.Problems](err); ok {
			for _, p := range problems {
				f.problem("row-"+strconv.FormatInt(int64(rows[p.Row-1].ID), 10), v.p.T(p.Key, p.Args...))
			}
			return v.showSurvey(http.StatusUnprocessableEntity, f)
		}
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showSurvey(code, f)
	}
	to := v.surveyPath(u.ID)
	if q := v.r.URL.RawQuery; q != "" {
		to += "?" + q
	}
	return v.redirect(to, "survey_rows")
}

// addSurveyRow puts a household on the list by hand.
func (s *site) addSurveyRow(v *visit) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	f := v.sentForm("add")
	row := poverty.SurveyRow{Code: v.needed(&f, "code"), Hamlet: f.Value("hamlet"), Head: v.text(&f, "head"), Why: v.needed(&f, "why")}
	row.HeadBorn, _ = v.count(&f, "head_born")
	row.Members, _ = v.count(&f, "members")
	scope := poverty.RegisterScope{Cycle: v.cycle.ID, Unit: u.ID, Basis: v.text(&f, "basis")}
	if f.Bad() {
		return v.showSurvey(http.StatusUnprocessableEntity, f)
	}
	if err := s.store.SaveSurveyRows(v.ctx(), scope, []poverty.SurveyRow{row}); err != nil {
		code, err := v.refuseSheet(&f, err)
		if err != nil {
			return err
		}
		return v.showSurvey(code, f)
	}
	return v.redirect(v.surveyPath(u.ID)+"?code="+url.QueryEscape(row.Code), "survey_added")
}

// dropSurveyRow takes a household off the list that was put on it by hand.
func (s *site) dropSurveyRow(v *visit) error {
	u, err := v.commune()
	if err != nil {
		return err
	}
	f := v.sentForm("drop")
	id, _ := strconv.ParseInt(f.Value("row"), 10, 64) // none is no row
	scope := poverty.RegisterScope{Cycle: v.cycle.ID, Unit: u.ID, Basis: v.text(&f, "basis")}
	if err := s.store.DropSurveyRow(v.ctx(), scope, poverty.SurveyRowID(id)); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showSurvey(code, f)
	}
	return v.redirect(v.surveyPath(u.ID), "survey_dropped")
}

// Day returns what stands in a field of a day: today where nothing was typed.
func (d surveyData) Day(field string) string {
	return d.Form.Or(field, dayText(d.Today))
}

func dayText(d calendar.Date) string {
	return strconv.Itoa(d.Day()) + "/" + strconv.Itoa(int(d.Month())) + "/" + strconv.Itoa(d.Year())
}
