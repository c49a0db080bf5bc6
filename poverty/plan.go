package poverty

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// PlanState is where a commune's plan stands.
type PlanState string

// The states of a plan.
const (
	PlanDraft     PlanState = "draft"
	PlanSent      PlanState = "sent"      // signed and sent by the chair; agencies see it, not yet appraised
	PlanAppraised PlanState = "appraised" // by the standing office; waits for leadership
	PlanReturned  PlanState = "returned"  // with remarks; the next round
	PlanApproved  PlanState = "approved"
)

// PlanParts are the parts of a plan's text in their order: where the commune
// stands and why, what it does, and who does it.
var PlanParts = []string{"situation", "solutions", "organisation"}

// Plan is a commune's plan of the year with its rounds. Rounds count on through
// amendments; the plan that stands is the one of ApprovedRound, whatever is
// drafted or on its way since.
type Plan struct {
	Cycle     CycleID           `db:"cycle_id" json:"cycle"`
	Unit      UnitID            `db:"unit_id" json:"unit"`
	UnitName  string            `db:"unit_name" json:"unit_name"`
	State     PlanState         `db:"state" json:"state"`
	Round     int               `db:"round" json:"round"`
	Amendment int               `db:"amendment" json:"amendment,omitempty"` // 0: the plan itself
	Version   int               `db:"version" json:"version"`               // counts every change; a decision names the one it saw
	Edited    int               `db:"edited" json:"edited"`                 // the version at which texts, focal point or reason changed last
	ToLeave   int               `db:"to_leave" json:"to_leave"`             // households meant to leave poverty this year
	LeaveNear int               `db:"leave_near" json:"leave_near"`         // households meant to be near-poor no longer
	Texts     map[string]string `db:"texts" json:"texts"`                   // by PlanParts
	Focal     OfficeID          `db:"focal" json:"focal,omitempty"`         // chair or vice chair of the commune
	Shortfall string            `db:"shortfall" json:"shortfall,omitempty"` // why fewer leave poverty than the target says
	Remarks   string            `db:"remarks" json:"remarks,omitempty"`     // of the last return, on the whole
	Term      calendar.Date     `db:"term" json:"term,omitzero"`            // to answer it

	SentAt        *time.Time `db:"sent_at" json:"sent_at,omitempty"`
	ApprovedAt    *time.Time `db:"approved_at" json:"approved_at,omitempty"`
	SentBy        UserID     `db:"sent_by" json:"sent_by,omitempty"`
	DraftedBy     []UserID   `db:"drafted_by" json:"drafted_by,omitempty"`         // who wrote in it since it was last approved
	SentRound     int        `db:"sent_round" json:"sent_round,omitempty"`         // the last that was sent and not withdrawn
	ApprovedRound int        `db:"approved_round" json:"approved_round,omitempty"` // the one that stands

	Moved       PlanVerb   `db:"moved" json:"moved,omitempty"` // the last decision, by whom and when
	MovedAt     *time.Time `db:"moved_at" json:"moved_at,omitempty"`
	MovedBy     UserID     `db:"moved_by" json:"moved_by,omitempty"`
	MovedByName string     `db:"moved_by_name" json:"moved_by_name,omitempty"`
}

// Editable reports whether the draft may be written in.
func (p Plan) Editable() bool { return p.State == PlanDraft || p.State == PlanReturned }

// PlanVerb is a decision on a plan.
type PlanVerb string

// The decisions on a plan.
const (
	PlanSend     PlanVerb = "send"
	PlanAppraise PlanVerb = "appraise"
	PlanApprove  PlanVerb = "approve"
	PlanReturn   PlanVerb = "return"
	PlanWithdraw PlanVerb = "withdraw" // by the commune, before it is appraised; the plan is owed again
	PlanAmend    PlanVerb = "amend"    // opens a draft beside the approved plan, which stands until the draft is approved
	PlanDrop     PlanVerb = "drop"     // gives the amendment up
)

// PlanVerbs are the decisions in the order in which pages offer them.
var PlanVerbs = []PlanVerb{PlanSend, PlanAppraise, PlanApprove, PlanReturn, PlanWithdraw, PlanAmend, PlanDrop}

// PlanMove is a decision on a commune's plan. Version is the version that the
// person saw; 0 skips that check.
type PlanMove struct {
	Key     string       `json:"key,omitempty"`
	Cycle   CycleID      `json:"cycle"`
	Unit    UnitID       `json:"unit"`
	Verb    PlanVerb     `json:"verb"`
	Version int          `json:"version,omitempty"`
	Reason  string       `json:"reason,omitempty"`  // of a return: its remarks on the whole
	Remarks []PlanRemark `json:"remarks,omitempty"` // of a return: on households and fields
	Basis   string       `json:"basis,omitempty"`
	At      time.Time    `json:"at,omitzero"` // effective; zero means now
	Office  OfficeID     `json:"office,omitempty"`
}

// PlanRemark is what whoever returned a round remarked: on a household and one
// of its fields, on a part of the plan (no household), or on the whole (neither).
type PlanRemark struct {
	ID         int64       `db:"id" json:"id,omitempty"`
	Round      int         `db:"round" json:"round,omitempty"`
	Household  HouseholdID `db:"household_id" json:"household,omitempty"`
	Code       string      `db:"-" json:"code,omitempty"` // of the household, where a decision names it so
	Field      string      `db:"field" json:"field,omitempty"`
	Text       string      `db:"text" json:"text"`
	MadeAt     time.Time   `db:"made_at" json:"made_at,omitzero"`
	MadeByName string      `db:"made_by_name" json:"made_by_name,omitempty"`
	Office     OfficeID    `db:"office_id" json:"office,omitempty"`
	Answer     string      `db:"answer" json:"answer,omitempty"` // the commune's, in the next round
}

var planMoves = map[PlanVerb]map[PlanState]PlanState{
	PlanSend:     {PlanDraft: PlanSent, PlanReturned: PlanSent},
	PlanAppraise: {PlanSent: PlanAppraised},
	PlanApprove:  {PlanAppraised: PlanApproved},
	PlanReturn:   {PlanSent: PlanReturned, PlanAppraised: PlanReturned},
	PlanWithdraw: {PlanSent: PlanDraft},
	PlanAmend:    {PlanApproved: PlanDraft},
	PlanDrop:     {PlanDraft: PlanApproved, PlanReturned: PlanApproved},
}

// Move returns the state to which a verb leads; Conflict, naming the state,
// where it leads nowhere.
func (s PlanState) Move(v PlanVerb) (PlanState, error) {
	to, ok := planMoves[v][s]
	if !ok {
		err := Errorf(Conflict, "plan.cannot_move."+string(v), "state", string(s))
		err.Field = "state"
		return s, err
	}
	return to, nil
}

// Move returns the state to which a verb leads this plan; Conflict where it
// leads nowhere. Only an amendment can be dropped.
func (p Plan) Move(v PlanVerb) (PlanState, error) {
	if v == PlanDrop && p.ApprovedRound == 0 {
		return p.State, &Error{Kind: Conflict, Key: "plan.cannot_move.drop", Args: []any{"state", string(p.State)}, Field: "state"}
	}
	return p.State.Move(v)
}

// MayMove returns the seat in which the actor may make a move; Forbidden when
// there is none. Only the commune's chair or vice chair sends, withdraws and
// amends; the standing office may send on its behalf with a basis; nobody
// appraises or approves what they drafted or sent.
func (p Plan) MayMove(c Cycle, a Actor, m PlanMove) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	forbidden := Errorf(Forbidden, "plan.forbidden."+string(m.Verb))
	switch m.Verb {
	case PlanSend, PlanWithdraw, PlanAmend, PlanDrop:
		for _, s := range c.Seats(a, p.Unit) {
			if s.Role == RoleHead || s.Role == RoleDeputy {
				if m.Verb != PlanSend && strings.TrimSpace(m.Reason) == "" {
					return Seat{}, false, InvalidField("reason", "decision.reason_needed")
				}
				return s, false, nil
			}
		}
		if s, ok := a.InCycle(c, PartStanding); ok && m.Verb == PlanSend {
			if strings.TrimSpace(m.Basis) == "" {
				return Seat{}, false, InvalidField("basis", "decision.basis_needed")
			}
			return s, true, nil
		}
	case PlanAppraise, PlanApprove:
		part := PartStanding
		if m.Verb == PlanApprove {
			part = PartLeadership
		}
		if s, ok := a.InCycle(c, part); ok {
			if a.User == p.SentBy || slices.Contains(p.DraftedBy, a.User) {
				return Seat{}, false, Errorf(Forbidden, "plan.forbidden.own")
			}
			return s, false, nil
		}
	case PlanReturn:
		part := PartStanding
		if p.State == PlanAppraised {
			part = PartLeadership
		}
		if s, ok := a.InCycle(c, part); ok {
			if strings.TrimSpace(m.Reason) == "" && len(m.Remarks) == 0 {
				return Seat{}, false, InvalidField("reason", "decision.remarks_needed")
			}
			return s, false, nil
		}
	default:
		return Seat{}, false, InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
	}
	return Seat{}, false, forbidden
}

// PlanDraftContent is what a commune's officer types into the plan itself;
// Version is the one that was edited. ToLeave counts only where the commune has
// no register: with one, the households of the plan are counted.
type PlanDraftContent struct {
	Cycle     CycleID           `json:"cycle"`
	Unit      UnitID            `json:"unit"`
	Version   int               `json:"version"`
	ToLeave   int               `json:"to_leave"`
	Texts     map[string]string `json:"texts"`
	Focal     OfficeID          `json:"focal"`
	Shortfall string            `json:"shortfall"`
	Answers   []PlanAnswer      `json:"answers,omitempty"`
}

// PlanAnswer is what the commune answers to a remark on its last round.
type PlanAnswer struct {
	Remark int64  `json:"remark"`
	Text   string `json:"text"`
}

// PlanGoal is what a household is in the plan for.
type PlanGoal string

// The goals.
const (
	GoalLeavePoor PlanGoal = "leave_poor"      // a poor household leaves poverty this year
	GoalLeaveNear PlanGoal = "leave_near_poor" // a near-poor one is near-poor no longer
	GoalHelp      PlanGoal = "help"            // is helped, and leaves later
)

// PlanGoals are the goals in their order.
var PlanGoals = []PlanGoal{GoalLeavePoor, GoalLeaveNear, GoalHelp}

// Fits reports whether a household of a class can have the goal.
func (g PlanGoal) Fits(class Class) bool {
	switch g {
	case GoalLeavePoor:
		return class == ClassPoor
	case GoalLeaveNear:
		return class == ClassNearPoor
	case GoalHelp:
		return class == ClassPoor || class == ClassNearPoor
	}
	return false
}

// GoalOf returns the goal with which a household of a class comes into a plan.
func GoalOf(class Class) PlanGoal {
	if class == ClassNearPoor {
		return GoalLeaveNear
	}
	return GoalLeavePoor
}

// PlanMeasure is what is to be done for a household: the need it answers, the
// kind of support, by when and who is wanted for it. ID is lasting, from round
// to round.
type PlanMeasure struct {
	ID          int64         `json:"id,omitempty"`
	Need        string        `json:"need"` // code of one of the household's needs
	Kind        string        `json:"kind"` // code of the catalogue of kinds of support
	What        string        `json:"what"`
	Quantity    int64         `json:"quantity,omitempty"` // in Measure; 0: not said
	Measure     string        `json:"measure,omitempty"`  // con, cây, m²
	Term        calendar.Date `json:"term,omitzero"`
	Helper      UnitID        `json:"helper,omitempty"`       // a unit of the cycle
	HelperOther string        `json:"helper_other,omitempty"` // or somebody else: a union, a better-off household
}

// PlanHousehold is a household in a plan. The fields up to PolicyGroup are the
// register's: as they stand now in a draft, as they stood then in a round.
type PlanHousehold struct {
	Household   HouseholdID `json:"household,omitempty"`
	Code        string      `json:"code"`
	Hamlet      string      `json:"hamlet"`
	HamletName  string      `json:"hamlet_name"`
	Head        string      `json:"head"`
	Members     int         `json:"members"`
	Class       Class       `json:"class"`
	PolicyGroup PolicyGroup `json:"policy_group,omitempty"`

	Goal       PlanGoal      `json:"goal"`
	Causes     []string      `json:"causes"`
	CauseOther string        `json:"cause_other,omitempty"`
	Needs      []string      `json:"needs"`
	Registered calendar.Date `json:"registered,omitzero"` // the day on which the household asked for it itself
	Note       string        `json:"note,omitempty"`
	Measures   []PlanMeasure `json:"measures"`
	Version    int           `json:"version,omitempty"`  // of a draft's row; who saves names the one that was edited
	Hidden     bool          `json:"hidden,omitempty"`   // fields are empty because the reader may not see them
	Reopened   bool          `json:"reopened,omitempty"` // of a draft's row: an objection to its posting was upheld and is not settled
}

// Warnings returns what does not keep the household from the plan and is to be
// looked at, as message keys.
func (h PlanHousehold) Warnings() []string {
	var keys []string
	if h.PolicyGroup == PolicyHardCore && h.Goal == GoalLeavePoor {
		keys = append(keys, "plan.warning.hard_core")
	}
	if h.Reopened {
		keys = append(keys, "plan.warning.reopened")
	}
	return keys
}

// PlanSight is how much of a plan's households somebody sees.
type PlanSight string

// The sights.
const (
	SightAll    PlanSight = "all"    // the commune, the standing office, the leadership
	SightHelp   PlanSight = "help"   // who helps the commune: what one must know to help
	SightMasked PlanSight = "masked" // all others: no sensitive field
)

// PlanSight returns how much of the households of a commune's plan the actor
// may see. The lead and the members of its group see the causes, for without
// them nobody can help (a statutory task: Luật 91/2025/QH15, NĐ 356/2025), and
// not the commune's notes.
func (c Cycle) PlanSight(a Actor, unit UnitID) PlanSight {
	if c.SeesSensitive(a, unit) {
		return SightAll
	}
	for _, g := range c.Rules.Groups {
		if g.Commune != unit {
			continue
		}
		for _, s := range a.Within(c.ID).Seats {
			if s.Unit == g.Lead || slices.Contains(g.Members, s.Unit) {
				return SightHelp
			}
		}
	}
	return SightMasked
}

// Seen returns the household with the fields of a sight only.
func (h PlanHousehold) Seen(s PlanSight) PlanHousehold {
	switch s {
	case SightAll:
		return h
	case SightHelp:
		h.Note = ""
		return h
	case SightMasked:
	}
	h.Causes, h.CauseOther, h.Note, h.Hidden = []string{}, "", "", true
	h.Measures = slices.Clone(h.Measures)
	for i := range h.Measures {
		h.Measures[i].What = ""
	}
	return h
}

// PlanCheck is what a plan is held against.
type PlanCheck struct {
	Register bool          `json:"register"`         // the commune has a register in the cycle, so that the plan lists its households
	Frozen   bool          `json:"frozen"`           // and it is frozen
	Target   int           `json:"target"`           // households to leave poverty as allotted; 0: none was
	Poor     int           `json:"poor"`             // poor households of the register
	Absent   []PlanAbsent  `json:"absent,omitempty"` // poor households that the cycle wants in the plan and that are not
	FirstDay calendar.Date `json:"first_day"`        // of the cycle's year
	FinalDay calendar.Date `json:"final_day"`
	Offices  []OfficeID    `json:"offices,omitempty"` // that may be the focal point
}

// PlanAbsent is a household that is not in the plan.
type PlanAbsent struct {
	Household HouseholdID `db:"id" json:"household"`
	Code      string      `db:"code" json:"code"`
}

// PlanGap is what keeps a plan from being sent, and its place: a field of the
// plan, or of one of its households.
type PlanGap struct {
	Household HouseholdID `json:"household,omitempty"`
	Code      string      `json:"code,omitempty"` // of the household
	Field     string      `json:"field"`
	Key       string      `json:"key"` // a message
	Args      []any       `json:"args,omitempty"`
}

// Missing returns what keeps the plan with these households from being sent.
func (p Plan) Missing(rows []PlanHousehold, c PlanCheck) []PlanGap {
	var gaps []PlanGap
	gap := func(field, key string, args ...any) {
		gaps = append(gaps, PlanGap{Field: field, Key: key, Args: args})
	}
	if c.Register && !c.Frozen {
		gap("register", "plan.missing.frozen")
	}
	if p.ToLeave <= 0 && p.LeaveNear <= 0 && (!c.Register || len(rows) == 0) {
		gap("to_leave", "plan.missing.to_leave")
	}
	if p.ToLeave < c.Target && strings.TrimSpace(p.Shortfall) == "" {
		gap("shortfall", "plan.missing.shortfall", "to_leave", p.ToLeave, "target", c.Target)
	}
	if p.Focal == "" || !slices.Contains(c.Offices, p.Focal) {
		gap("focal", "plan.missing.focal")
	}
	for _, part := range PlanParts {
		if strings.TrimSpace(p.Texts[part]) == "" {
			gap(part, "plan.missing."+part)
		}
	}
	if len(c.Absent) > 0 {
		gap("absent", "plan.missing.absent", "count", len(c.Absent))
	}
	for _, h := range rows {
		gaps = append(gaps, h.Missing(c)...)
	}
	return gaps
}

// Missing returns what a household of a plan still lacks.
func (h PlanHousehold) Missing(c PlanCheck) []PlanGap {
	var gaps []PlanGap
	gap := func(field, key string, args ...any) {
		gaps = append(gaps, PlanGap{h.Household, h.Code, field, key, args})
	}
	if !h.Goal.Fits(h.Class) {
		gap("goal", "plan.missing.goal")
	}
	switch {
	case len(h.Causes) == 0:
		gap("causes", "plan.missing.causes")
	case slices.Contains(h.Causes, "other") && strings.TrimSpace(h.CauseOther) == "":
		gap("cause_other", "plan.missing.cause_other")
	}
	if len(h.Needs) == 0 {
		gap("needs", "plan.missing.needs")
	}
	if len(h.Measures) == 0 {
		gap("measures", "plan.missing.measures")
	}
	for i, m := range h.Measures {
		n := i + 1
		if !slices.Contains(h.Needs, m.Need) {
			gap("need", "plan.missing.need", "number", n)
		}
		if m.Kind == "" {
			gap("kind", "plan.missing.kind", "number", n)
		}
		if strings.TrimSpace(m.What) == "" {
			gap("what", "plan.missing.what", "number", n)
		}
		switch {
		case m.Term.IsZero():
			gap("term", "plan.missing.term", "number", n)
		case m.Term.Before(c.FirstDay) || m.Term.After(c.FinalDay):
			gap("term", "plan.missing.term_in_year", "number", n, "from", c.FirstDay, "to", c.FinalDay)
		}
		if m.Helper == "" && strings.TrimSpace(m.HelperOther) == "" {
			gap("helper", "plan.missing.helper", "number", n)
		}
	}
	return gaps
}

// PlanSheet is a plan with the households of its draft and what is missing.
type PlanSheet struct {
	Plan       Plan            `json:"plan"`
	Households []PlanHousehold `json:"households"`
	Check      PlanCheck       `json:"check"`
	Missing    []PlanGap       `json:"missing"`
	Remarks    []PlanRemark    `json:"remarks"` // of the round that was returned last, to be answered
}

// PlanRound is a round as it was sent; it is never changed.
type PlanRound struct {
	Cycle      CycleID           `db:"cycle_id" json:"cycle"`
	Unit       UnitID            `db:"unit_id" json:"unit"`
	Round      int               `db:"round" json:"round"`
	Amendment  int               `db:"amendment" json:"amendment,omitempty"`
	ToLeave    int               `db:"to_leave" json:"to_leave"`
	LeaveNear  int               `db:"leave_near" json:"leave_near"`
	Target     int               `db:"target" json:"target"`
	Texts      map[string]string `db:"texts" json:"texts"`
	Focal      OfficeID          `db:"focal" json:"focal"`
	Shortfall  string            `db:"shortfall" json:"shortfall,omitempty"`
	SentAt     time.Time         `db:"sent_at" json:"sent_at"`
	SentByName string            `db:"sent_by_name" json:"sent_by_name,omitempty"`
	Outcome    string            `db:"outcome" json:"outcome,omitempty"` // returned, withdrawn, approved; "" while it is on its way
	EndedAt    *time.Time        `db:"ended_at" json:"ended_at,omitempty"`
	EndedBy    string            `db:"ended_by_name" json:"ended_by_name,omitempty"`
	Households []PlanHousehold   `db:"-" json:"households,omitempty"`
	Remarks    []PlanRemark      `db:"-" json:"remarks,omitempty"`
}

// PlanEdit changes the households of a plan's draft, all in one go or not at
// all. Added ones come with the causes and needs of their sheets in the
// register.
type PlanEdit struct {
	Cycle   CycleID         `json:"cycle"`
	Unit    UnitID          `json:"unit"`
	Add     []HouseholdID   `json:"add,omitempty"`
	Put     []PlanHousehold `json:"put,omitempty"` // by Household, or by Code
	Fill    []HouseholdID   `json:"fill,omitempty"`
	Measure PlanMeasure     `json:"measure,omitzero"` // of those filled, see Filled
	Goal    PlanGoal        `json:"goal,omitempty"`   // of those added and filled that it fits
	Remove  []HouseholdID   `json:"remove,omitempty"`
	Answers []PlanAnswer    `json:"answers,omitempty"`
}

// Filled returns the household with the edit's measure and goal. A measure of
// which only the term or the helper is given changes those that are there; one
// with a kind takes the place of one of that kind, or is added. It answers the
// need that is called like it, or else the first.
func (x PlanEdit) Filled(h PlanHousehold) PlanHousehold {
	if x.Goal != "" && x.Goal.Fits(h.Class) {
		h.Goal = x.Goal
	}
	m := x.Measure
	if m == (PlanMeasure{}) {
		return h
	}
	h.Measures = slices.Clone(h.Measures)
	if m.Need == "" && len(h.Needs) > 0 {
		if m.Need = h.Needs[0]; slices.Contains(h.Needs, m.Kind) {
			m.Need = m.Kind
		}
	}
	if m.Kind == "" && m.What == "" && len(h.Measures) > 0 {
		for i := range h.Measures {
			if !m.Term.IsZero() {
				h.Measures[i].Term = m.Term
			}
			if m.Helper != "" || m.HelperOther != "" {
				h.Measures[i].Helper, h.Measures[i].HelperOther = m.Helper, m.HelperOther
			}
		}
		return h
	}
	i := slices.IndexFunc(h.Measures, func(old PlanMeasure) bool { return old.Kind == m.Kind && old.Need == m.Need })
	if i < 0 {
		h.Measures = append(h.Measures, m)
		return h
	}
	m.ID = h.Measures[i].ID
	h.Measures[i] = m
	return h
}

// The most measures of one household.
const maxMeasures = 20

// Check returns the household as it is stored and all that is wrong with it,
// by field; a gap is no fault of a draft. Needs, kinds and units are those that
// the cycle knows.
func (h PlanHousehold) Check(needs, kinds map[string]bool, units map[UnitID]CycleUnit) (PlanHousehold, Problems) {
	var wrong Problems
	problem := func(field, key string, args ...any) {
		wrong = append(wrong, Problem{Column: field, Key: key, Args: args})
	}
	text := func(field string, s *string, most int) {
		*s = strings.TrimSpace(*s)
		if len([]rune(*s)) > most {
			problem(field, "error.too_long", "max", most)
		}
	}
	if h.Goal == "" {
		h.Goal = GoalOf(h.Class)
	}
	if !h.Goal.Fits(h.Class) {
		problem("goal", "plan.goal_unfit")
	}
	h.Causes = codes(h.Causes, func(c string) bool { return slices.Contains(Causes, c) },
		func(c string) { problem("causes", "household.unknown_cause", "code", c) })
	h.Needs = codes(h.Needs, func(c string) bool { return needs[c] },
		func(c string) { problem("needs", "household.unknown_need", "code", c) })
	text("cause_other", &h.CauseOther, maxLong)
	text("note", &h.Note, maxLong)
	if len(h.Measures) > maxMeasures {
		problem("measures", "plan.too_many_measures", "max", maxMeasures)
	}
	h.Measures = slices.Clone(h.Measures)
	for i := range h.Measures {
		m := &h.Measures[i]
		text("what", &m.What, maxLong)
		text("measure", &m.Measure, maxShort)
		text("helper_other", &m.HelperOther, maxShort)
		if m.Need != "" && !needs[m.Need] {
			problem("need", "household.unknown_need", "code", m.Need)
		}
		if m.Kind != "" && !kinds[m.Kind] {
			problem("kind", "plan.unknown_kind", "code", m.Kind)
		}
		if _, ok := units[m.Helper]; m.Helper != "" && !ok {
			problem("helper", "plan.unknown_helper", "unit", string(m.Helper))
		}
		if m.Quantity < 0 || m.Quantity > 1_000_000_000 {
			problem("quantity", "household.negative")
		}
	}
	return h, wrong
}

// PlanFields are the fields of a household in a plan that may differ between
// two rounds and that remarks may be made on.
var PlanFields = []string{"goal", "causes", "cause_other", "needs", "measures", "registered", "note"}

// registerFields are those that come from the register.
var registerFields = []string{"head", "hamlet", "members", "class", "policy_group"}

// PlanDiff is how one round differs from an earlier one.
type PlanDiff struct {
	Head    []string        `json:"head,omitempty"`  // fields of the plan itself
	Texts   []PlanTextDiff  `json:"texts,omitempty"` // parts that changed
	Added   []PlanHousehold `json:"added,omitempty"`
	Removed []PlanHousehold `json:"removed,omitempty"`
	Changed []PlanChange    `json:"changed,omitempty"`
}

// Empty reports whether the rounds do not differ.
func (d PlanDiff) Empty() bool {
	return len(d.Head)+len(d.Texts)+len(d.Added)+len(d.Removed)+len(d.Changed) == 0
}

// PlanChange is a household that is in both rounds and differs in some fields.
type PlanChange struct {
	Old    PlanHousehold `json:"old"`
	New    PlanHousehold `json:"new"`
	Fields []string      `json:"fields"`
}

// PlanTextDiff is a part of the text by its paragraphs, in their order.
type PlanTextDiff struct {
	Part       string          `json:"part"`
	Paragraphs []PlanParagraph `json:"paragraphs"`
}

// PlanParagraph is a paragraph that stayed, was removed or was added.
type PlanParagraph struct {
	Is   string `json:"is"` // same, removed, added
	Text string `json:"text"`
}

// Since returns how a round differs from an earlier one.
func (r PlanRound) Since(old PlanRound) PlanDiff {
	var d PlanDiff
	for _, f := range []struct {
		name string
		same bool
	}{
		{"to_leave", r.ToLeave == old.ToLeave}, {"leave_near", r.LeaveNear == old.LeaveNear},
		{"focal", r.Focal == old.Focal}, {"shortfall", r.Shortfall == old.Shortfall},
	} {
		if !f.same {
			d.Head = append(d.Head, f.name)
		}
	}
	for _, part := range PlanParts {
		if r.Texts[part] != old.Texts[part] {
			d.Texts = append(d.Texts, PlanTextDiff{part, paragraphs(old.Texts[part], r.Texts[part])})
		}
	}
	before := map[HouseholdID]PlanHousehold{}
	for _, h := range old.Households {
		before[h.Household] = h
	}
	for _, h := range r.Households {
		was, there := before[h.Household]
		delete(before, h.Household)
		if !there {
			d.Added = append(d.Added, h)
		} else if fields := h.differs(was); len(fields) > 0 {
			d.Changed = append(d.Changed, PlanChange{was, h, fields})
		}
	}
	d.Removed = slices.SortedFunc(maps.Values(before), func(a, b PlanHousehold) int { return cmp.Compare(a.Code, b.Code) })
	return d
}

// differs returns the fields in which a household differs from what it was.
func (h PlanHousehold) differs(was PlanHousehold) []string {
	same := map[string]bool{
		"head": h.Head == was.Head, "hamlet": h.Hamlet == was.Hamlet, "members": h.Members == was.Members, "class": h.Class == was.Class,
		"policy_group": h.PolicyGroup == was.PolicyGroup, "goal": h.Goal == was.Goal, "causes": slices.Equal(h.Causes, was.Causes),
		"cause_other": h.CauseOther == was.CauseOther, "needs": slices.Equal(h.Needs, was.Needs), "registered": h.Registered == was.Registered,
		"note": h.Note == was.Note,
		"measures": slices.EqualFunc(h.Measures, was.Measures, func(a, b PlanMeasure) bool {
			a.ID, b.ID = 0, 0
			return a == b
		}),
	}
	var fields []string
	for _, f := range slices.Concat(registerFields, PlanFields) {
		if !same[f] {
			fields = append(fields, f)
		}
	}
	return fields
}

// paragraphs compares two texts by their lines that are not empty: the longest
// common run of them stays, the others were removed or added.
func paragraphs(old, now string) []PlanParagraph {
	split := func(s string) []string {
		var lines []string
		for line := range strings.Lines(s) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		return lines
	}
	a, b := split(old), split(now)
	common := make([][]int, len(a)+1) // of what follows each pair of places
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := range slices.Backward(a) {
		for j := range slices.Backward(b) {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	list := []PlanParagraph{}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			list = append(list, PlanParagraph{"same", a[i]})
			i++
			j++
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			list = append(list, PlanParagraph{"removed", a[i]})
			i++
		default:
			list = append(list, PlanParagraph{"added", b[j]})
			j++
		}
	}
	return list
}
