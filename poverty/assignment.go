package poverty

import (
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// AssignmentAnswer is a lead agency's answer to its assignment: accepted, or
// declined with a reason. Silence until the last day counts as acceptance.
type AssignmentAnswer struct {
	Key      string    `json:"key,omitempty"`
	Duty     DutyID    `json:"duty"`
	Accepted bool      `json:"accepted"`
	Reason   string    `json:"reason,omitempty"`
	Basis    string    `json:"basis,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Office   OfficeID  `json:"office,omitempty"`
}

// NewDuty is a duty made by hand, by a direction or by a conclusion. Due is
// the stated deadline; "none" leaves it undated. Code and Subject are short
// codes (lower-case letters, digits, "-" and "."), never text: they become part
// of the duty's key.
type NewDuty struct {
	Key     string   `json:"key,omitempty"`
	Cycle   CycleID  `json:"cycle"`
	Code    string   `json:"code"`
	Kind    DutyKind `json:"kind"`
	Title   string   `json:"title"`
	Unit    UnitID   `json:"unit"`
	Subject string   `json:"subject,omitempty"`
	Due     string   `json:"due"`
	Ladder  string   `json:"ladder"`
	Source  string   `json:"source,omitempty"`
	Office  OfficeID `json:"office,omitempty"`
}

// BasisNewGroups is the basis on which what a lead owed ends when another
// assignment is issued.
const BasisNewGroups = "newer_assignment"

// AssignmentState is how far an assignment has come.
type AssignmentState string

// The states of an assignment.
const (
	AssignmentDraft  AssignmentState = "draft"  // the standing office writes it
	AssignmentSent   AssignmentState = "sent"   // leadership has it
	AssignmentIssued AssignmentState = "issued" // for good; a later one takes its place
)

// AssignmentStates are the states in their order.
var AssignmentStates = []AssignmentState{AssignmentDraft, AssignmentSent, AssignmentIssued}

// Assignment is the groups of a cycle under one number. What was issued stays as
// it is; the groups in force are those of the cycle's rules.
type Assignment struct {
	Cycle       CycleID         `db:"cycle_id" json:"cycle"`
	No          int             `db:"no" json:"no"`
	State       AssignmentState `db:"state" json:"state"`
	Groups      []Group         `db:"groups" json:"groups"`
	Note        string          `db:"note" json:"note,omitempty"`
	Remark      string          `db:"remark" json:"remark,omitempty"` // with which leadership returned it last
	Basis       string          `db:"basis" json:"basis,omitempty"`   // the document that issues it
	EffectiveAt *time.Time      `db:"effective_at" json:"effective_at,omitempty"`
	SavedAt     time.Time       `db:"saved_at" json:"saved_at"`
	SavedBy     UserID          `db:"saved_by" json:"saved_by,omitempty"`
	ByName      string          `db:"by_name" json:"by_name,omitempty"`
	SentAt      *time.Time      `db:"sent_at" json:"sent_at,omitempty"`
	IssuedAt    *time.Time      `db:"issued_at" json:"issued_at,omitempty"` // when it was recorded
	IssuedBy    UserID          `db:"issued_by" json:"issued_by,omitempty"`
	Issuer      string          `db:"issuer" json:"issuer,omitempty"`
	Drafters    []UserID        `db:"drafters" json:"-"` // all who wrote it
	Version     int             `db:"version" json:"version"`
}

// AssignmentContent is what is typed into a draft: Version is the one that was
// typed over, 0 for the first of a new draft.
type AssignmentContent struct {
	Cycle   CycleID
	Version int
	Groups  []Group
	Note    string
}

// AssignmentVerb is what is done with a draft.
type AssignmentVerb string

// The verbs.
const (
	AssignmentSend   AssignmentVerb = "send"
	AssignmentReturn AssignmentVerb = "return"
	AssignmentIssue  AssignmentVerb = "issue"
)

// AssignmentVerbs are the verbs in their order.
var AssignmentVerbs = []AssignmentVerb{AssignmentSend, AssignmentReturn, AssignmentIssue}

// AssignmentMove is a decision on a draft: sent to leadership, returned with a
// remark, or issued on a document's basis. At is the instant from which it
// holds; zero: now.
type AssignmentMove struct {
	Key     string         `json:"key,omitempty"`
	Cycle   CycleID        `json:"cycle"`
	No      int            `json:"no"`
	Verb    AssignmentVerb `json:"verb"`
	Version int            `json:"version"` // the one that was looked at
	Reason  string         `json:"reason,omitempty"`
	Basis   string         `json:"basis,omitempty"`
	At      time.Time      `json:"at,omitzero"`
	Office  OfficeID       `json:"office,omitempty"`
}

// MayMove returns the seat in which the actor may make the move: the standing
// office sends, leadership returns and issues, and nobody issues what he or she
// wrote. Conflict where the assignment's state or version does not allow it.
func (x Assignment) MayMove(c Cycle, a Actor, m AssignmentMove) (Seat, error) {
	part, from := PartLeadership, AssignmentSent
	if m.Verb == AssignmentSend {
		part, from = PartStanding, AssignmentDraft
	}
	seat, ok := a.InCycle(c, part)
	switch {
	case !slices.Contains(AssignmentVerbs, m.Verb):
		return seat, InvalidField("verb", "error.required")
	case !ok && a.System == "":
		return seat, Errorf(Forbidden, "assignment.forbidden."+string(m.Verb))
	case c.State == CycleClosed:
		return seat, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	case c.State != CycleRunning:
		return seat, Errorf(Conflict, "cycle.not_running", "state", string(c.State))
	case x.State != from:
		return seat, &Error{Kind: Conflict, Key: "assignment.cannot_move." + string(m.Verb), Args: []any{"state", string(x.State)}, Field: "state"}
	case x.Version != m.Version:
		return seat, &Error{Kind: Conflict, Key: "assignment.changed", Args: []any{"version", x.Version}, Field: "version"}
	case m.Verb == AssignmentIssue && a.System == "" && slices.Contains(x.Drafters, a.User):
		return seat, Errorf(Forbidden, "assignment.own_draft")
	case m.Verb == AssignmentReturn && strings.TrimSpace(m.Reason) == "":
		return seat, InvalidField("reason", "decision.reason_needed")
	case m.Verb == AssignmentIssue && strings.TrimSpace(m.Basis) == "":
		return seat, InvalidField("basis", "assignment.basis_needed")
	}
	return seat, nil
}

// MayDraft returns the seat in which the actor may write a draft: the standing
// office may.
func (c Cycle) MayDraft(a Actor) (Seat, error) {
	seat, ok := a.InCycle(c, PartStanding)
	if !ok && a.System == "" {
		return seat, Errorf(Forbidden, "assignment.forbidden.draft")
	}
	if c.State == CycleClosed {
		return seat, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	return seat, nil
}

// FindingKind is what a check of a draft found.
type FindingKind string

// What may be found. The first ones contradict the cycle or one another and keep
// a draft from being sent; the last three only leave something open.
const (
	FindingCode        FindingKind = "code"         // no code, or not a short code
	FindingCodeTwice   FindingKind = "code_twice"   // two groups of one code
	FindingName        FindingKind = "name"         // no name
	FindingCommune     FindingKind = "commune"      // not a commune of the cycle
	FindingTwoGroups   FindingKind = "two_groups"   // a commune that a group before helps already
	FindingLead        FindingKind = "lead"         // not an agency of the cycle
	FindingMember      FindingKind = "member"       // not an agency of the cycle
	FindingMemberTwice FindingKind = "member_twice" // a member listed twice, or the lead among its members
	FindingLeader      FindingKind = "leader"       // an office of none of the group's agencies
	FindingFocal       FindingKind = "focal"        // not an office of the commune
	FindingNoChange    FindingKind = "no_change"    // the groups stand as they are

	FindingWithoutGroup FindingKind = "without_group" // a commune that no group helps
	FindingManyGroups   FindingKind = "many_groups"   // an agency that leads more groups than the cycle's limit
	FindingIdle         FindingKind = "idle"          // an agency of the cycle in no group
)

// FindingKinds are the kinds in their order.
var FindingKinds = []FindingKind{
	FindingCode, FindingCodeTwice, FindingName, FindingCommune, FindingTwoGroups, FindingLead, FindingMember, FindingMemberTwice,
	FindingLeader, FindingFocal, FindingNoChange, FindingWithoutGroup, FindingManyGroups, FindingIdle,
}

// Blocks reports whether a draft with such a finding cannot be sent or issued.
func (k FindingKind) Blocks() bool {
	return k != FindingWithoutGroup && k != FindingManyGroups && k != FindingIdle
}

// Finding is one thing found in a draft. Row counts the groups from 1; 0: it is
// about no single one.
type Finding struct {
	Kind  FindingKind `json:"kind"`
	Row   int         `json:"row,omitempty"`
	Group string      `json:"group,omitempty"`
	Unit  UnitID      `json:"unit,omitempty"`
	Count int         `json:"count,omitempty"`
	Limit int         `json:"limit,omitempty"`
}

// Blocking returns the findings that keep a draft from being sent.
func Blocking(list []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(list), func(f Finding) bool { return !f.Kind.Blocks() })
}

// GroupsMost returns how many groups an agency leads before a check says so, 3
// unless the cycle says otherwise (office practice; no document confirms it).
func (t Terms) GroupsMost() int {
	if t.LeadsMost > 0 {
		return t.LeadsMost
	}
	return 3
}

// agency reports whether a unit may help: a lead, a member or the standing office.
func (c Cycle) agency(unit UnitID) bool {
	role := c.Rules.Units[unit].Role
	return role == "lead" || role == "member" || unit == c.Rules.Bindings.Standing
}

// CheckGroups returns all that is found in the groups of a draft on a day, in
// the order of the groups; what is about none of them comes last. Text alone is
// compared: it asks nothing of who holds an office.
func (c Cycle) CheckGroups(groups []Group, today calendar.Date) []Finding {
	var list []Finding
	codes, helped, leads := map[string]bool{}, map[UnitID]bool{}, map[UnitID]int{}
	busy := map[UnitID]bool{}
	for i, g := range groups {
		find := func(k FindingKind, unit UnitID) {
			list = append(list, Finding{Kind: k, Row: i + 1, Group: g.Code, Unit: unit})
		}
		switch {
		case !IsCode(g.Code):
			find(FindingCode, "")
		case codes[g.Code]:
			find(FindingCodeTwice, "")
		}
		codes[g.Code] = true
		if strings.TrimSpace(g.Name) == "" {
			find(FindingName, "")
		}
		switch {
		case c.Rules.Units[g.Commune].Role != "commune":
			find(FindingCommune, g.Commune)
		case helped[g.Commune]:
			find(FindingTwoGroups, g.Commune)
		}
		helped[g.Commune] = true
		if !c.agency(g.Lead) {
			find(FindingLead, g.Lead)
		}
		leads[g.Lead]++
		busy[g.Lead] = true
		seen := map[UnitID]bool{g.Lead: true}
		for _, m := range g.Members {
			switch {
			case seen[m]:
				find(FindingMemberTwice, m)
			case !c.agency(m):
				find(FindingMember, m)
			}
			seen[m], busy[m] = true, true
		}
		if unit := g.Leader.Unit(); g.Leader != "" && !g.Has(unit) && unit != c.Owner {
			find(FindingLeader, unit)
		}
		if unit := g.Focal.Unit(); g.Focal != "" && unit != g.Commune {
			find(FindingFocal, unit)
		}
	}
	if len(CompareGroups(c.Rules.Groups, groups)) == 0 {
		list = append(list, Finding{Kind: FindingNoChange})
	}
	units := make([]UnitID, 0, len(c.Rules.Units))
	for id, u := range c.Rules.Units {
		if u.Until.IsZero() || !u.Until.Before(today) {
			units = append(units, id)
		}
	}
	slices.Sort(units)
	most := c.Rules.Terms.GroupsMost()
	for _, id := range units {
		switch role := c.Rules.Units[id].Role; {
		case role == "commune" && !helped[id]:
			list = append(list, Finding{Kind: FindingWithoutGroup, Unit: id})
		case leads[id] > most:
			list = append(list, Finding{Kind: FindingManyGroups, Unit: id, Count: leads[id], Limit: most})
		case (role == "lead" || role == "member") && !busy[id]:
			list = append(list, Finding{Kind: FindingIdle, Unit: id})
		}
	}
	return list
}

// GroupAnswer is what an agency of a group said to an assignment in force. A
// lead that says nothing has accepted after the last day of its duty.
type GroupAnswer struct {
	Cycle    CycleID   `db:"cycle_id" json:"cycle"`
	No       int       `db:"no" json:"no"`
	Group    string    `db:"group_code" json:"group"`
	Unit     UnitID    `db:"unit_id" json:"unit"`
	Accepted bool      `db:"accepted" json:"accepted"`
	Reason   string    `db:"reason" json:"reason,omitempty"`
	Office   OfficeID  `db:"office_id" json:"office,omitempty"`
	By       UserID    `db:"answered_by" json:"by,omitempty"`
	ByName   string    `db:"by_name" json:"by_name,omitempty"`
	At       time.Time `db:"answered_at" json:"at"`
}

// MayAnswer returns the seat in which the actor may answer for a member of a
// group; leads answer by their duty.
func (c Cycle) MayAnswer(a Actor, x GroupAnswer) (Seat, error) {
	i := slices.IndexFunc(c.Rules.Groups, func(g Group) bool { return g.Code == x.Group })
	seats := c.Seats(a, x.Unit)
	switch {
	case i < 0:
		return Seat{}, Errorf(NotFound, "group.not_found")
	case !slices.Contains(c.Rules.Groups[i].Members, x.Unit) || len(seats) == 0:
		return Seat{}, Errorf(Forbidden, "group.forbidden.answer")
	case c.State != CycleRunning:
		return Seat{}, Errorf(Conflict, "cycle.not_running", "state", string(c.State))
	case !x.Accepted && strings.TrimSpace(x.Reason) == "":
		return Seat{}, InvalidField("reason", "assignment.reason_needed")
	}
	return seats[0], nil
}
