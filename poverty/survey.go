package poverty

import (
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// SurveyResult is a commune's confirmed survey result in counts.
type SurveyResult struct {
	Cycle       CycleID    `db:"cycle_id" json:"cycle"`
	Unit        UnitID     `db:"unit_id" json:"unit"`
	UnitName    string     `db:"unit_name" json:"unit_name"`
	Stage       string     `db:"stage" json:"stage"` // start, preliminary, official
	Households  int        `db:"households" json:"households"`
	Poor        int        `db:"poor" json:"poor"`
	NearPoor    int        `db:"near_poor" json:"near_poor"`
	ConfirmedAt *time.Time `db:"confirmed_at" json:"confirmed_at,omitempty"`
}

// SurveyCounts are the counts with which a commune confirms a survey stage.
type SurveyCounts struct {
	Households int `json:"households"`
	Poor       int `json:"poor"`
	NearPoor   int `json:"near_poor"`
}

// The stages of a survey in which a commune confirms a result.
const (
	StageStart       = "start" // what the year began with
	StagePreliminary = "preliminary"
	StageOfficial    = "official"
)

// Movement is how a household came to its class of the end of the year, in the
// words of the national report on the change of poor and near-poor households
// (TT 07/2021/TT-BLĐTBXH; the flow is the same in TT 17/2016).
type Movement string

// The movements.
const (
	MovementNone       Movement = ""
	MovementStays      Movement = "stays"
	MovementToNearPoor Movement = "to_near_poor" // poor before, near-poor now
	MovementToPoor     Movement = "to_poor"      // near-poor before, poor now
	MovementPassed     Movement = "passed"       // neither any more
	MovementFallenBack Movement = "fallen_back"  // left in an earlier year, and is back (tái nghèo, tái cận nghèo)
	MovementNew        Movement = "new"          // phát sinh mới
	MovementGone       Movement = "gone"         // other decrease: died, moved away, merged
	MovementCame       Movement = "came"         // other increase: moved in, split
	MovementOutside    Movement = "outside"      // was reviewed and is neither, before and after
)

// Movements lists the movements in the order of the report.
var Movements = []Movement{
	MovementStays, MovementToNearPoor, MovementToPoor, MovementPassed, MovementGone, MovementFallenBack, MovementNew, MovementCame, MovementOutside,
}

// GoneReasons and CameReasons are why a household is counted under other
// decrease and other increase.
var (
	GoneReasons = []string{"died", "moved_away", "merged"}
	CameReasons = []string{"moved_in", "split"}
)

// counted reports whether a class is counted: poor or near-poor.
func (c Class) counted() bool { return c == ClassPoor || c == ClassNearPoor }

// FittingMovements returns the movements that lead from one class to another.
func FittingMovements(start, end Class) []Movement {
	switch {
	case end == ClassUnknown:
		return nil
	case start.counted() && start == end:
		return []Movement{MovementStays}
	case start == ClassPoor && end == ClassNearPoor:
		return []Movement{MovementToNearPoor}
	case start == ClassNearPoor && end == ClassPoor:
		return []Movement{MovementToPoor}
	case start.counted():
		return []Movement{MovementPassed, MovementGone}
	case end.counted():
		return []Movement{MovementNew, MovementFallenBack, MovementCame}
	}
	return []Movement{MovementOutside}
}

// Why a household is on the list of a survey (QĐ 24/2021/QĐ-TTg Điều 4): it is
// poor or near-poor, it asked to be reviewed (Mẫu 01) or to leave (Mẫu 04), it
// entered by a case of the year, or it is watched after leaving poverty.
const (
	ListedPoor     = "poor"
	ListedNearPoor = "near_poor"
	ListedAsked    = "asked"
	ListedLeaves   = "leaves"
	ListedCase     = "case"
	ListedWatch    = "watch"
)

// ListedWhys lists them in order; the first two and ListedCase come by
// themselves.
var ListedWhys = []string{ListedPoor, ListedNearPoor, ListedAsked, ListedLeaves, ListedCase, ListedWatch}

// SurveyRowID identifies a household on the list of a survey.
type SurveyRowID int64

// SurveyRow is a household on the list of a commune's autumn survey. It is a row
// of its own: the register of the year stays as it was. Household is zero where
// the register does not hold it yet.
type SurveyRow struct {
	ID        SurveyRowID `db:"id" json:"id"`
	Cycle     CycleID     `db:"cycle_id" json:"cycle"`
	Unit      UnitID      `db:"unit_id" json:"unit"`
	Household HouseholdID `db:"household_id" json:"household,omitempty"`
	Code      string      `db:"code" json:"code"`
	Hamlet    string      `db:"hamlet" json:"hamlet"`
	Head      string      `db:"head" json:"head"`
	HeadBorn  int         `db:"head_born" json:"head_born,omitempty"`
	Why       string      `db:"why" json:"why"`

	Start        Class    `db:"start_class" json:"start"` // as the year began; not poor where it was not counted
	StartMembers int      `db:"start_members" json:"start_members"`
	Result       Class    `db:"result_class" json:"result,omitempty"`
	Members      int      `db:"result_members" json:"members"`
	Movement     Movement `db:"movement" json:"movement,omitempty"`
	Reason       string   `db:"reason" json:"reason,omitempty"`     // of GoneReasons or CameReasons
	Note         string   `db:"note" json:"note,omitempty"`         // the reviewer's
	Reopened     bool     `db:"reopened" json:"reopened,omitempty"` // an objection was upheld and is not settled

	Version   int       `db:"version" json:"version"`
	ChangedAt time.Time `db:"changed_at" json:"changed_at"`
}

// Masked returns the row without what is sensitive.
func (r SurveyRow) Masked() SurveyRow {
	r.Note = ""
	return r
}

// Settled returns the row with the movement that its classes leave no choice
// of, and without a reason that its movement does not take. A household that is
// watched and is poor or near-poor again has fallen back.
func (r SurveyRow) Settled() SurveyRow {
	if r.Why == ListedWatch && !r.Start.counted() && r.Result.counted() && r.Movement == MovementNone {
		r.Movement = MovementFallenBack
	}
	if fit := FittingMovements(r.Start, r.Result); len(fit) == 1 && r.Movement == MovementNone {
		r.Movement = fit[0]
	}
	if r.Movement != MovementGone && r.Movement != MovementCame {
		r.Reason = ""
	}
	return r
}

// Flow is the movement of one class in a year: Start less what left, plus what
// came, is End when it adds up.
type Flow struct {
	Start      int `json:"start"`
	Across     int `json:"across"` // became near-poor, or poor in the flow of the near-poor
	Passed     int `json:"passed"`
	OtherLess  int `json:"other_less"`
	FromOther  int `json:"from_other"`
	FallenBack int `json:"fallen_back"`
	New        int `json:"new"`
	OtherMore  int `json:"other_more"`
	End        int `json:"end"`
}

// Sum returns the end that the start and the movements give.
func (f Flow) Sum() int {
	return f.Start - f.Across - f.Passed - f.OtherLess + f.FromOther + f.FallenBack + f.New + f.OtherMore
}

// Plus returns the movement of both together.
func (f Flow) Plus(g Flow) Flow {
	return Flow{
		Start: f.Start + g.Start, Across: f.Across + g.Across, Passed: f.Passed + g.Passed, OtherLess: f.OtherLess + g.OtherLess,
		FromOther: f.FromOther + g.FromOther, FallenBack: f.FallenBack + g.FallenBack, New: f.New + g.New, OtherMore: f.OtherMore + g.OtherMore, End: f.End + g.End,
	}
}

// Holds reports whether the movement adds up.
func (f Flow) Holds() bool { return f.Sum() == f.End }

// ClassFlow is the movement of one class in households and in persons.
type ClassFlow struct {
	Households Flow `json:"households"`
	Persons    Flow `json:"persons"`
}

// SurveyFault is what keeps a movement from adding up or being complete: which
// household (its code; none where it is the whole) and a message.
type SurveyFault struct {
	Row  SurveyRowID `json:"row,omitempty"`
	Code string      `json:"code,omitempty"`
	Key  string      `json:"key"`
	Args []any       `json:"args,omitempty"`
}

// Balance is the movement identity of a commune's survey and what is wrong with
// it.
type Balance struct {
	Poor     ClassFlow     `json:"poor"`
	NearPoor ClassFlow     `json:"near_poor"`
	Faults   []SurveyFault `json:"faults"`
}

// Holds reports whether the survey adds up and no household is left open.
func (b Balance) Holds() bool {
	return len(b.Faults) == 0 && b.Poor.Households.Holds() && b.Poor.Persons.Holds() && b.NearPoor.Households.Holds() && b.NearPoor.Persons.Holds()
}

// SurveyStart is what the year began with: the counts by which the register was
// frozen, and the codes of its poor and near-poor households that the list
// lacks.
type SurveyStart struct {
	Poor, PoorPersons         int
	NearPoor, NearPoorPersons int
	Unlisted                  []string
}

// StartOf counts the start of a survey from its own rows.
func StartOf(rows []SurveyRow) (s SurveyStart) {
	for _, r := range rows {
		switch r.Start {
		case ClassPoor:
			s.Poor++
			s.PoorPersons += r.StartMembers
		case ClassNearPoor:
			s.NearPoor++
			s.NearPoorPersons += r.StartMembers
		case ClassUnknown, ClassNotPoor:
		}
	}
	return s
}

// Reconcile returns the movement from the start of the year to the results of
// the rows. The start is what the register was frozen with, the end is counted
// from the results, and the movements are what the rows say; so a household
// whose movement does not lead from its class to its result shows as a
// difference, and is named.
//
// Persons move with their household as it was; what its members gained or lost
// meanwhile counts under other increase or decrease of the class it is in.
func Reconcile(start SurveyStart, rows []SurveyRow) Balance {
	var b Balance
	b.Poor.Households.Start, b.Poor.Persons.Start = start.Poor, start.PoorPersons
	b.NearPoor.Households.Start, b.NearPoor.Persons.Start = start.NearPoor, start.NearPoorPersons
	listed := StartOf(rows)
	seen := map[string]bool{}
	for _, r := range rows {
		b.check(r, seen)
		b.count(r)
	}
	for _, code := range start.Unlisted {
		b.fault(SurveyRow{Code: code}, "survey.fault.unlisted")
	}
	for _, x := range []struct {
		class          Class
		listed, frozen int
	}{{ClassPoor, listed.Poor, start.Poor}, {ClassNearPoor, listed.NearPoor, start.NearPoor}} {
		if x.listed != x.frozen && len(start.Unlisted) == 0 {
			b.fault(SurveyRow{}, "survey.fault.start_households", "class", string(x.class), "listed", x.listed, "frozen", x.frozen)
		}
	}
	if listed.Poor == start.Poor && listed.NearPoor == start.NearPoor &&
		(listed.PoorPersons != start.PoorPersons || listed.NearPoorPersons != start.NearPoorPersons) {
		b.fault(SurveyRow{}, "survey.fault.start_persons", "listed", listed.PoorPersons+listed.NearPoorPersons,
			"frozen", start.PoorPersons+start.NearPoorPersons)
	}
	return b
}

func (b *Balance) fault(r SurveyRow, key string, args ...any) {
	b.Faults = append(b.Faults, SurveyFault{Row: r.ID, Code: r.Code, Key: key, Args: args})
}

// check names what is wrong with one row.
func (b *Balance) check(r SurveyRow, seen map[string]bool) {
	if seen[r.Code] {
		b.fault(r, "survey.fault.twice")
	}
	seen[r.Code] = true
	fit := FittingMovements(r.Start, r.Result)
	switch {
	case r.Result == ClassUnknown:
		b.fault(r, "survey.fault.no_result")
		return
	case r.Movement == MovementNone:
		b.fault(r, "survey.fault.no_movement", "start", string(r.Start), "result", string(r.Result))
	case r.Movement == MovementFallenBack && r.Start.counted():
		b.fault(r, "survey.fault.was_poor", "start", string(r.Start))
	case r.Why == ListedWatch && r.Movement == MovementNew:
		b.fault(r, "survey.fault.watched")
	case !slices.Contains(fit, r.Movement):
		b.fault(r, "survey.fault.mismatch", "start", string(r.Start), "result", string(r.Result), "movement", string(r.Movement))
	case r.Movement == MovementGone && !slices.Contains(GoneReasons, r.Reason),
		r.Movement == MovementCame && !slices.Contains(CameReasons, r.Reason):
		b.fault(r, "survey.fault.no_reason", "movement", string(r.Movement))
	}
	if r.Result.counted() && r.Members < 1 {
		b.fault(r, "survey.fault.no_members")
	}
}

func (b *Balance) of(c Class) *ClassFlow {
	switch c {
	case ClassPoor:
		return &b.Poor
	case ClassNearPoor:
		return &b.NearPoor
	case ClassUnknown, ClassNotPoor:
	}
	return &ClassFlow{} // of a class that is not counted
}

// count adds a row to the flows of the class it was in and the one it is in.
func (b *Balance) count(r SurveyRow) {
	from, to := b.of(r.Start), b.of(r.Result)
	to.Households.End++
	to.Persons.End += r.Members
	grown := func(before int) {
		to.Persons.OtherMore += max(0, r.Members-before)
		to.Persons.OtherLess += max(0, before-r.Members)
	}
	add := func(f *ClassFlow, column func(*Flow) *int, persons int) {
		*column(&f.Households)++
		*column(&f.Persons) += persons
	}
	switch r.Movement {
	case MovementStays:
		grown(r.StartMembers)
	case MovementToNearPoor:
		add(&b.Poor, func(f *Flow) *int { return &f.Across }, r.StartMembers)
		add(&b.NearPoor, func(f *Flow) *int { return &f.FromOther }, r.StartMembers)
		grown(r.StartMembers)
	case MovementToPoor:
		add(&b.NearPoor, func(f *Flow) *int { return &f.Across }, r.StartMembers)
		add(&b.Poor, func(f *Flow) *int { return &f.FromOther }, r.StartMembers)
		grown(r.StartMembers)
	case MovementPassed:
		add(from, func(f *Flow) *int { return &f.Passed }, r.StartMembers)
	case MovementGone:
		add(from, func(f *Flow) *int { return &f.OtherLess }, r.StartMembers)
	case MovementFallenBack:
		add(to, func(f *Flow) *int { return &f.FallenBack }, r.Members)
	case MovementNew:
		add(to, func(f *Flow) *int { return &f.New }, r.Members)
	case MovementCame:
		add(to, func(f *Flow) *int { return &f.OtherMore }, r.Members)
	case MovementNone, MovementOutside:
	}
}

// SurveyMeeting is a village meeting on the results of a hamlet. Fewer than half
// of those present agreeing, the review and the meeting are repeated (QĐ
// 24/2021/QĐ-TTg Điều 4; TT 17/2016 before).
type SurveyMeeting struct {
	Cycle    CycleID       `db:"cycle_id" json:"cycle"`
	Unit     UnitID        `db:"unit_id" json:"unit"`
	Hamlet   string        `db:"hamlet" json:"hamlet"`
	No       int           `db:"no" json:"no"`
	On       calendar.Date `db:"held_on" json:"on"`
	Present  int           `db:"present" json:"present"`
	Agreed   int           `db:"agreed" json:"agreed"`
	Chair    string        `db:"chair" json:"chair"` // who chaired it
	Minutes  string        `db:"minutes" json:"minutes"`
	Recorded time.Time     `db:"recorded_at" json:"recorded_at"`
}

// Passed reports whether at least half of those present agreed.
func (m SurveyMeeting) Passed() bool { return m.Present > 0 && 2*m.Agreed >= m.Present }

// SurveyHamlet is where a hamlet of a survey stands.
type SurveyHamlet struct {
	Hamlet     string         `json:"hamlet"`
	Households int            `json:"households"`
	Last       *SurveyMeeting `json:"last,omitempty"`
	Stale      bool           `json:"stale,omitempty"` // a result changed after its last meeting
}

// Agreed reports whether the results of the hamlet stand as its last meeting
// agreed to them.
func (h SurveyHamlet) Agreed() bool { return h.Last != nil && h.Last.Passed() && !h.Stale }

// Survey is where a commune's survey of a cycle stands.
type Survey struct {
	Cycle       CycleID       `db:"cycle_id" json:"cycle"`
	Unit        UnitID        `db:"unit_id" json:"unit"`
	UnitName    string        `db:"unit_name" json:"unit_name"`
	Version     int           `db:"version" json:"version"`
	ListedAt    *time.Time    `db:"listed_at" json:"listed_at,omitempty"`
	ReviewedAt  *time.Time    `db:"reviewed_at" json:"reviewed_at,omitempty"`
	AskedAt     *time.Time    `db:"asked_at" json:"asked_at,omitempty"` // the tier above, for its opinion
	OpinionAt   *time.Time    `db:"opinion_at" json:"opinion_at,omitempty"`
	Opinion     string        `db:"opinion" json:"opinion,omitempty"` // of Opinions
	OpinionText string        `db:"opinion_text" json:"opinion_text,omitempty"`
	Decision    string        `db:"decision" json:"decision,omitempty"` // number of the decision that recognises
	Recognised  calendar.Date `db:"recognised_on" json:"recognised_on,omitzero"`
	ClosedAt    *time.Time    `db:"closed_at" json:"closed_at,omitempty"` // with all of the cycle, by the standing office
	Preliminary *time.Time    `db:"preliminary_at" json:"preliminary_at,omitempty"`
	Official    *time.Time    `db:"official_at" json:"official_at,omitempty"`
	Households  int           `db:"households" json:"households"` // on the list
	Open        int           `db:"open" json:"open"`             // of them without a result
	Hamlets     int           `db:"hamlets" json:"hamlets"`
	Agreed      int           `db:"agreed" json:"agreed"` // hamlets whose results their meeting agreed to
	Posting     PostingStep   `db:"-" json:"posting"`     // of the official result
}

// The opinions that the tier above may give.
const (
	OpinionAgrees  = "agrees"
	OpinionRemarks = "remarks" // the commune looks at it again
)

// SurveyStep is a step of a commune's survey.
type SurveyStep string

// The steps in their order (QĐ 24/2021/QĐ-TTg Điều 4).
const (
	StepList      SurveyStep = "list"
	StepReview    SurveyStep = "review"
	StepMeet      SurveyStep = "meet"
	StepPost      SurveyStep = "post"
	StepAsk       SurveyStep = "ask"
	StepOpinion   SurveyStep = "opinion"
	StepRecognise SurveyStep = "recognise"
	StepConfirm   SurveyStep = "confirm"
	StepDone      SurveyStep = "done"
)

// Steps returns the steps of a survey in a cycle: those of the posting only
// where the cycle lays it on its communes, those of the opinion only where it
// binds a tier that gives it.
func (c Cycle) Steps() []SurveyStep {
	steps := []SurveyStep{StepList, StepReview, StepMeet}
	if c.PostsSurvey() {
		steps = append(steps, StepPost)
	}
	if c.Rules.Bindings.Opinion != "" {
		steps = append(steps, StepAsk, StepOpinion)
	}
	return append(steps, StepRecognise, StepConfirm)
}

// PostsSurvey reports whether communes of the cycle owe the posting of their
// survey's result.
func (c Cycle) PostsSurvey() bool {
	return slices.ContainsFunc(c.Rules.Duties, func(t Template) bool { return t.Kind == DutyPosting && t.Due.Event() == EventReviewed })
}

// EventReviewed is what the days of the posting of a survey's result count
// from: every hamlet has agreed to its results.
const EventReviewed = "review"

// Next returns the step that the survey waits for: to be sent again where the
// tier above had remarks.
func (s Survey) Next(c Cycle) SurveyStep {
	done := map[SurveyStep]bool{
		StepList: s.ListedAt != nil, StepReview: s.ReviewedAt != nil, StepMeet: s.Hamlets > 0 && s.Agreed == s.Hamlets,
		StepPost: len(s.Posting.Left()) == 0,
		StepAsk:  s.AskedAt != nil && s.Opinion != OpinionRemarks, StepOpinion: s.Opinion == OpinionAgrees, StepRecognise: s.Decision != "", StepConfirm: s.Official != nil,
	}
	for _, step := range c.Steps() {
		if !done[step] {
			return step
		}
	}
	return StepDone
}

// SurveySheet is one commune's survey whole.
type SurveySheet struct {
	Survey   Survey          `json:"survey"`
	Rows     []SurveyRow     `json:"rows"`
	Villages []SurveyHamlet  `json:"villages"`
	Meetings []SurveyMeeting `json:"meetings"`
	Balance  Balance         `json:"balance"`
	Hidden   bool            `json:"hidden,omitempty"` // what is sensitive is left out
}

// SurveyVerb is a decision in a commune's survey.
type SurveyVerb string

// The decisions.
const (
	SurveyList      SurveyVerb = "list"      // draw up the list; again: add whom it lacks
	SurveyReview    SurveyVerb = "review"    // the results are complete and add up
	SurveyMeet      SurveyVerb = "meet"      // a village meeting was held
	SurveyAsk       SurveyVerb = "ask"       // send the results to the tier above
	SurveyOpine     SurveyVerb = "opine"     // its opinion
	SurveyRecognise SurveyVerb = "recognise" // the chair's decision
	SurveyRevoke    SurveyVerb = "revoke"    // the chair takes the decision back
	SurveyClose     SurveyVerb = "close"     // the standing office closes the survey of the whole cycle
)

// SurveyMove is a decision in a survey of a commune; SurveyClose is one of the
// whole cycle and names none. Version, where given, is that of the survey that
// was seen.
type SurveyMove struct {
	Key      string        `json:"key,omitempty"`
	Cycle    CycleID       `json:"cycle"`
	Unit     UnitID        `json:"unit,omitempty"`
	Verb     SurveyVerb    `json:"verb"`
	Version  int           `json:"version,omitempty"`
	Hamlet   string        `json:"hamlet,omitempty"` // of a meeting
	On       calendar.Date `json:"on,omitzero"`      // the day of a meeting or of the decision
	Present  int           `json:"present,omitempty"`
	Agreed   int           `json:"agreed,omitempty"`
	Chair    string        `json:"chair,omitempty"`
	Minutes  string        `json:"minutes,omitempty"`
	Opinion  string        `json:"opinion,omitempty"`
	Text     string        `json:"text,omitempty"`     // what the tier above remarks, or why the decision is taken back
	Decision string        `json:"decision,omitempty"` // its number
	Basis    string        `json:"basis,omitempty"`    // of who acts in the commune's stead
	Office   OfficeID      `json:"office,omitempty"`
}

// MaySurvey returns the seat in which the actor may make a decision in a survey,
// and whether it is in the commune's stead. The commune draws up, reviews, meets
// and asks, or the standing office with a basis; the head or a deputy of the bound
// tier gives its opinion; the commune's head alone recognises and takes that back;
// the standing office closes.
func (c Cycle) MaySurvey(a Actor, m SurveyMove) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if c.State != CycleRunning && a.System == "" { // an import goes before the start
		return Seat{}, false, Errorf(Conflict, "cycle.not_running", "state", string(c.State))
	}
	if m.Verb != SurveyClose && c.Rules.Units[m.Unit].Role != "commune" {
		return Seat{}, false, InvalidField("unit", "household.unknown_unit", "unit", string(m.Unit))
	}
	if a.System != "" {
		return Seat{Office: m.Office}, false, nil
	}
	forbidden := Errorf(Forbidden, "survey.forbidden."+string(m.Verb))
	switch m.Verb {
	case SurveyList, SurveyReview, SurveyMeet, SurveyAsk:
		seat, other, err := c.MayRegister(a, RegisterScope{Cycle: c.ID, Unit: m.Unit, Basis: m.Basis})
		if KindOf(err) == Forbidden {
			err = forbidden
		}
		return seat, other, err
	case SurveyOpine:
		for _, seat := range c.Seats(a, c.Rules.Bindings.Opinion) { // of no unit nobody has a seat
			if seat.Role == RoleHead || seat.Role == RoleDeputy {
				return seat, false, nil
			}
		}
	case SurveyRecognise, SurveyRevoke:
		for _, seat := range c.Seats(a, m.Unit) {
			if seat.Role == RoleHead {
				return seat, false, nil
			}
		}
	case SurveyClose:
		if seat, ok := a.InCycle(c, PartStanding); ok {
			return seat, false, nil
		}
	default:
		return Seat{}, false, InvalidField("verb", "survey.unknown_verb", "verb", string(m.Verb))
	}
	return Seat{}, false, forbidden
}

// MayMove returns Conflict or Invalid when a decision cannot be made as the
// survey of a commune stands.
func (s SurveySheet) MayMove(c Cycle, m SurveyMove, today calendar.Date) error {
	if m.Version != 0 && m.Version != s.Survey.Version {
		e := Errorf(Conflict, "survey.changed", "version", s.Survey.Version)
		e.Field = "version"
		return e
	}
	if s.Survey.Official != nil {
		return Errorf(Conflict, "survey.confirmed")
	}
	if m.Verb != SurveyList && s.Survey.ListedAt == nil {
		return Errorf(Conflict, "survey.no_list")
	}
	if s.Survey.Decision != "" && m.Verb != SurveyRevoke {
		return Errorf(Conflict, "survey.recognised", "decision", s.Survey.Decision)
	}
	switch m.Verb {
	case SurveyRevoke:
		switch {
		case s.Survey.Decision == "":
			return Errorf(Conflict, "survey.not_recognised")
		case strings.TrimSpace(m.Text) == "":
			return InvalidField("text", "decision.reason_needed")
		}
	case SurveyList:
		return c.InSurveyWindow(today, "on")
	case SurveyReview:
		if !s.Balance.Holds() {
			return s.Unbalanced()
		}
	case SurveyMeet:
		return s.mayMeet(c, m, today)
	case SurveyAsk:
		switch {
		case c.Rules.Bindings.Opinion == "":
			return Errorf(Conflict, "survey.no_opinion_bound")
		case s.Survey.AskedAt != nil && s.Survey.Opinion == "":
			return Errorf(Conflict, "survey.asked_already")
		}
		return s.mayLeave(c)
	case SurveyOpine:
		switch {
		case s.Survey.AskedAt == nil || s.Survey.Opinion != "":
			return Errorf(Conflict, "survey.not_asked")
		case m.Opinion != OpinionAgrees && m.Opinion != OpinionRemarks:
			return InvalidField("opinion", "survey.opinion_needed")
		case m.Opinion == OpinionRemarks && strings.TrimSpace(m.Text) == "":
			return InvalidField("text", "decision.remarks_needed")
		}
	case SurveyRecognise:
		return s.mayRecognise(c, m, today)
	case SurveyClose:
	}
	return nil
}

// Unbalanced is the refusal of a survey that does not add up; it tells how many
// households stand in the way.
func (s SurveySheet) Unbalanced() error {
	e := Errorf(Conflict, "survey.unbalanced", "count", len(s.Balance.Faults))
	e.Field = "survey"
	return e
}

func (s SurveySheet) mayMeet(c Cycle, m SurveyMove, today calendar.Date) error {
	i := slices.IndexFunc(s.Villages, func(h SurveyHamlet) bool { return h.Hamlet == m.Hamlet })
	switch {
	case s.Survey.ReviewedAt == nil:
		return Errorf(Conflict, "survey.not_reviewed")
	case i < 0:
		return InvalidField("hamlet", "survey.no_hamlet")
	case m.On.IsZero():
		return InvalidField("on", "error.required")
	case m.On.After(today):
		return InvalidField("on", "decision.in_future")
	case m.Present < 1:
		return InvalidField("present", "survey.nobody_present")
	case m.Agreed < 0 || m.Agreed > m.Present:
		return InvalidField("agreed", "survey.more_agree", "present", m.Present)
	case strings.TrimSpace(m.Chair) == "":
		return InvalidField("chair", "error.required")
	case strings.TrimSpace(m.Minutes) == "":
		return InvalidField("minutes", "error.required")
	}
	return c.InSurveyWindow(m.On, "on")
}

// agreed returns Conflict unless every hamlet agreed to its results.
func (s SurveySheet) agreed() error {
	if s.Survey.ReviewedAt == nil {
		return Errorf(Conflict, "survey.not_reviewed")
	}
	var open []string
	for _, h := range s.Villages {
		if !h.Agreed() {
			open = append(open, h.Hamlet)
		}
	}
	if len(open) > 0 {
		return Errorf(Conflict, "survey.not_agreed", "hamlets", strings.Join(open, ", "))
	}
	return nil
}

// mayLeave returns Conflict while the results cannot leave the commune: a hamlet
// has not agreed, the list is still to be posted or stands posted, or an
// objection to it is open.
func (s SurveySheet) mayLeave(c Cycle) error {
	if err := s.agreed(); err != nil {
		return err
	}
	p := s.Survey.Posting
	switch {
	case c.PostsSurvey() && !p.Posted:
		return Errorf(Conflict, "survey.not_posted")
	case c.PostsSurvey() && !p.Ended:
		return Errorf(Conflict, "survey.posting_runs", "until", p.Until)
	}
	return p.Clear()
}

func (s SurveySheet) mayRecognise(c Cycle, m SurveyMove, today calendar.Date) error {
	if err := s.mayLeave(c); err != nil {
		return err
	}
	switch {
	case c.Rules.Bindings.Opinion != "" && s.Survey.Opinion != OpinionAgrees:
		return Errorf(Conflict, "survey.no_opinion")
	case !s.Balance.Holds():
		return s.Unbalanced()
	case strings.TrimSpace(m.Decision) == "":
		return InvalidField("decision", "error.required")
	case m.On.IsZero():
		return InvalidField("on", "error.required")
	case m.On.After(today):
		return InvalidField("on", "decision.in_future")
	}
	return c.InSurveyWindow(m.On, "on")
}

// MayConfirm returns Conflict when a stage cannot be confirmed: the preliminary
// result needs a list that adds up, the official one every step before it.
func (s SurveySheet) MayConfirm(stage string) error {
	switch {
	case s.Survey.ListedAt == nil:
		return Errorf(Conflict, "survey.no_list")
	case !s.Balance.Holds():
		return s.Unbalanced()
	case stage == StageOfficial && s.Survey.Decision == "":
		return Errorf(Conflict, "survey.not_recognised")
	}
	return nil
}

// MayPost returns Conflict when the result of a stage cannot be posted: a
// household of the list has no result yet, or, of the official result, a hamlet
// has not agreed to its own.
func (s SurveySheet) MayPost(stage string) error {
	switch {
	case s.Survey.Open > 0:
		return Errorf(Conflict, "survey.results_open", "count", s.Survey.Open)
	case stage == StageOfficial:
		return s.agreed()
	}
	return nil
}

// SurveyDays are the first and last day on which a survey may be made.
type SurveyDays struct {
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
}

// SurveyWindow returns the national days of the survey in a cycle's year, by the
// standard in force, and those of the cycle, which lie within them.
func (c Cycle) SurveyWindow() (national, own SurveyDays) {
	if s, ok := c.Standard(); ok {
		national = SurveyDays{s.SurveyFrom.In(c.Year), s.SurveyTo.In(c.Year)}
	}
	own = c.Rules.Survey
	if own.From.IsZero() {
		own.From = national.From
	}
	if own.To.IsZero() {
		own.To = national.To
	}
	return national, own
}

// InSurveyWindow returns Invalid, with both windows, when a day lies outside the
// days of the cycle's survey.
func (c Cycle) InSurveyWindow(day calendar.Date, field string) error {
	national, own := c.SurveyWindow()
	if own.From.IsZero() || !day.Before(own.From) && !day.After(own.To) {
		return nil
	}
	return InvalidField(field, "survey.outside_window", "day", day, "from", own.From, "to", own.To,
		"national_from", national.From, "national_to", national.To)
}

// MonthDay is a day of every year.
type MonthDay struct {
	Month time.Month `json:"month"`
	Day   int        `json:"day"`
}

// In returns the day in a year; no date for the zero MonthDay.
func (d MonthDay) In(year int) calendar.Date {
	day, err := calendar.NewDate(year, d.Month, d.Day)
	if err != nil {
		return calendar.Date{}
	}
	return day
}
