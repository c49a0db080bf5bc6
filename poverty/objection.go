package poverty

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// ObjectionID identifies an objection.
type ObjectionID int64

// ObjectionAbout is what an objection is about.
type ObjectionAbout string

// What objections are about.
const (
	AboutHousehold ObjectionAbout = "household" // one of the list
	AboutMissing   ObjectionAbout = "missing"   // one that is not on it
	AboutWhole     ObjectionAbout = "whole"     // the whole list
)

// ObjectionState is where an objection stands.
type ObjectionState string

// The states of an objection.
const (
	ObjectionOpen      ObjectionState = "open"
	ObjectionUpheld    ObjectionState = "upheld"  // what it is about is to be reviewed again
	ObjectionSettled   ObjectionState = "settled" // upheld, and reviewed again
	ObjectionRejected  ObjectionState = "rejected"
	ObjectionWithdrawn ObjectionState = "withdrawn"
)

// Objection is what somebody said against a posted list, and the answer. Who it
// was and how to reach them is kept for the answer alone.
type Objection struct {
	ID         ObjectionID    `db:"id" json:"id"`
	Posting    PostingID      `db:"posting_id" json:"posting"`
	Cycle      CycleID        `db:"cycle_id" json:"cycle"`
	Unit       UnitID         `db:"unit_id" json:"unit"`
	UnitName   string         `db:"unit_name" json:"unit_name"`
	Subject    string         `db:"subject" json:"subject"` // of its posting
	Number     int            `db:"number" json:"number"`   // counts those against its posting
	About      ObjectionAbout `db:"about" json:"about"`
	Household  HouseholdID    `db:"household_id" json:"-"`
	Code       string         `db:"code" json:"code,omitempty"`     // of a household of the list
	Head       string         `db:"head" json:"head,omitempty"`     // of a household, listed or missing
	Hamlet     string         `db:"hamlet" json:"hamlet,omitempty"` // its name
	Objector   string         `db:"objector" json:"objector,omitempty"`
	Contact    string         `db:"contact" json:"contact,omitempty"`
	Received   calendar.Date  `db:"received" json:"received"`
	Way        string         `db:"way" json:"way"`   // hand, phone, village_head
	Late       bool           `db:"late" json:"late"` // received after the posting's last day; answered all the same
	Text       string         `db:"text" json:"text,omitempty"`
	State      ObjectionState `db:"state" json:"state"`
	Answer     string         `db:"answer" json:"answer,omitempty"`
	AnsweredAt *time.Time     `db:"answered_at" json:"answered_at,omitempty"`
	AnsweredBy OfficeID       `db:"answered_by" json:"answered_by,omitempty"`
	OnBehalf   bool           `db:"on_behalf" json:"on_behalf,omitempty"` // answered by the standing office, with its basis
	Basis      string         `db:"basis" json:"basis,omitempty"`
	Settlement string         `db:"settlement" json:"settlement,omitempty"`
	SettledAt  *time.Time     `db:"settled_at" json:"settled_at,omitempty"`
	Duty       DutyID         `db:"duty_id" json:"duty,omitempty"` // to answer it
	LastDay    calendar.Date  `db:"last_day" json:"last_day,omitzero"`
	Overdue    bool           `db:"overdue" json:"overdue"`
	Version    int            `db:"version" json:"version"`
	RecordedAt time.Time      `db:"recorded_at" json:"recorded_at"`
	Hidden     bool           `db:"-" json:"hidden,omitempty"` // names and texts are empty because the reader may not see them
}

// Masked returns the objection without what only who answers it may know.
func (o Objection) Masked() Objection {
	o.Hidden = true
	o.Objector, o.Contact, o.Text, o.Answer, o.Settlement, o.Head, o.Basis = "", "", "", "", "", "", ""
	return o
}

// ObjectionWays are the ways in which an objection reaches the commune.
var ObjectionWays = []string{"hand", "phone", "village_head"}

// ObjectionVerb is a decision on an objection.
type ObjectionVerb string

// The decisions on an objection.
const (
	ObjectionRecord   ObjectionVerb = "record"
	ObjectionUphold   ObjectionVerb = "uphold"
	ObjectionReject   ObjectionVerb = "reject"
	ObjectionWithdraw ObjectionVerb = "withdraw"
	ObjectionSettle   ObjectionVerb = "settle"
)

// ObjectionMove is a decision on an objection. To record names the posting, the
// others the objection and the version that was seen.
type ObjectionMove struct {
	Key       string        `json:"key,omitempty"`
	Verb      ObjectionVerb `json:"verb"`
	Posting   PostingID     `json:"posting,omitempty"`
	Objection ObjectionID   `json:"objection,omitempty"`
	Version   int           `json:"version,omitempty"` // 0 skips the check

	About    ObjectionAbout `json:"about,omitempty"`
	Row      int            `json:"row,omitempty"`  // of the list, where it is about a household of it
	Head     string         `json:"head,omitempty"` // of a household that is missing
	Hamlet   string         `json:"hamlet,omitempty"`
	Objector string         `json:"objector,omitempty"`
	Contact  string         `json:"contact,omitempty"`
	Received calendar.Date  `json:"received,omitzero"`
	Way      string         `json:"way,omitempty"`
	Text     string         `json:"text,omitempty"`

	Reason string    `json:"reason,omitempty"` // the answer, or how it was settled
	Basis  string    `json:"basis,omitempty"`
	At     time.Time `json:"at,omitzero"` // effective; zero means now
	Office OfficeID  `json:"office,omitempty"`
}

// MayMove returns the seat in which the actor may decide on objections to a
// commune's list. The commune records; its chair or vice chair answers; the
// standing office may in its stead, with a basis.
func (m ObjectionMove) MayMove(c Cycle, a Actor, unit UnitID) (Seat, bool, error) {
	switch m.Verb {
	case ObjectionUphold, ObjectionReject:
		return c.ActsFor(a, unit, m.Basis, "objection.forbidden.answer", RoleHead, RoleDeputy)
	case ObjectionRecord, ObjectionWithdraw, ObjectionSettle:
		return c.ActsFor(a, unit, m.Basis, "objection.forbidden.record")
	}
	return Seat{}, false, InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
}

// Record fills in an objection to a posting with its list, typed in on a day.
// Invalid names what is missing.
func (m ObjectionMove) Record(p Posting, today calendar.Date) (Objection, error) {
	o := Objection{
		Posting: p.ID, Cycle: p.Cycle, Unit: p.Unit, Subject: p.Subject, About: m.About, State: ObjectionOpen, Version: 1,
		Objector: strings.TrimSpace(m.Objector), Contact: strings.TrimSpace(m.Contact),
		Received: m.Received, Way: m.Way, Text: strings.TrimSpace(m.Text),
	}
	switch m.About {
	case AboutHousehold:
		i := slices.IndexFunc(p.List, func(r PostingRow) bool { return r.Row == m.Row })
		if i < 0 {
			return o, InvalidField("row", "objection.row_needed")
		}
		r := p.List[i]
		o.Household, o.Code, o.Head, o.Hamlet = r.Household, r.Code, r.Head, r.Hamlet
	case AboutMissing:
		o.Head, o.Hamlet = strings.TrimSpace(m.Head), strings.TrimSpace(m.Hamlet)
		if o.Head == "" {
			return o, InvalidField("head", "objection.head_needed")
		}
	case AboutWhole:
	default:
		return o, InvalidField("about", "objection.about_needed")
	}
	if o.Received.IsZero() {
		o.Received = today
	}
	switch {
	case o.Objector == "":
		return o, InvalidField("objector", "objection.objector_needed")
	case o.Received.After(today):
		return o, InvalidField("received", "decision.in_future")
	case o.Received.Before(p.From):
		return o, InvalidField("received", "posting.before_it_began", "day", p.From)
	case !slices.Contains(ObjectionWays, o.Way):
		return o, InvalidField("way", "objection.way_needed")
	case o.Text == "":
		return o, InvalidField("text", "objection.text_needed")
	}
	o.Late = o.Received.After(p.Until)
	return o, nil
}

// Change returns the objection after an answer, a withdrawal, or after what it
// reopened was reviewed again. An answer and a settlement say why in writing.
func (o Objection) Change(m ObjectionMove, seat Seat, onBehalf bool, at time.Time) (Objection, error) {
	if m.Version != 0 && m.Version != o.Version {
		return o, &Error{Kind: Conflict, Key: "objection.changed", Args: []any{"version", o.Version, "state", string(o.State)}, Field: "version"}
	}
	needs := ObjectionOpen
	if m.Verb == ObjectionSettle {
		needs = ObjectionUpheld
	}
	if o.State != needs {
		return o, &Error{Kind: Conflict, Key: "objection.cannot." + string(m.Verb), Args: []any{"state", string(o.State)}, Field: "state"}
	}
	reason := strings.TrimSpace(m.Reason)
	if reason == "" && m.Verb != ObjectionWithdraw {
		return o, InvalidField("reason", "objection.answer_needed")
	}
	o.Version++
	if m.Verb == ObjectionSettle {
		o.State, o.Settlement, o.SettledAt = ObjectionSettled, reason, &at
		return o, nil
	}
	o.Answer, o.AnsweredAt, o.AnsweredBy, o.OnBehalf, o.Basis = reason, &at, seat.Office, onBehalf, strings.TrimSpace(m.Basis)
	switch m.Verb {
	case ObjectionUphold:
		o.State = ObjectionUpheld
	case ObjectionReject:
		o.State = ObjectionRejected
	case ObjectionWithdraw:
		o.State = ObjectionWithdrawn
	case ObjectionRecord, ObjectionSettle:
		return o, InvalidField("verb", "decision.unknown_act", "act", string(m.Verb))
	}
	return o, nil
}

// DutySubject returns what tells the duty to answer an objection from others of
// the commune: what was posted, the number of the posting and its own.
func (o Objection) DutySubject(posting int) string {
	return fmt.Sprintf("%s.%d.%d", o.Subject, posting, o.Number)
}

// ObjectionTemplate returns the duty to answer an objection: the cycle's, or
// else five working days from its receipt on the ladder for tasks (office
// practice; no official text that was found gives a term).
func (r Rules) ObjectionTemplate() Template {
	for _, t := range r.Duties {
		if t.Kind == DutyObjection {
			return t
		}
	}
	return Template{
		Code: "objection", Kind: DutyObjection, Title: "Trả lời kiến nghị về danh sách niêm yết", TitleEN: "Answer to an objection to a posted list",
		Who: []string{"communes"}, Due: calendar.MustDue("within 5 working days of objection"), DayOff: calendar.Keep, Ladder: "task",
	}
}

// ObjectionFilter chooses objections: those on one household stand together,
// the open ones first.
type ObjectionFilter struct {
	Cycle   CycleID
	Unit    UnitID
	Posting PostingID
	Duty    DutyID
	State   ObjectionState
}
