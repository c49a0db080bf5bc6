package poverty

import (
	"time"

	"dondoc/calendar"
)

// Rehearsal is a cycle as its files tell it: what is stored, and how its units
// behave in a year that is played through.
type Rehearsal struct {
	New     NewCycle
	Script  []Line
	Habits  []Habit
	Survey  []Found
	Plans   []PlanLine
	Remarks []RemarkLine
	Closing []ClosingLine // what the close decides of what is open
	Start   time.Time     // when the cycle is started; its issue unless told otherwise
}

// PlanLine is a household of a commune's plan as it is sent from a round on. In
// a later round measures that are not told are those of the round before.
type PlanLine struct {
	Row       int
	Unit      UnitID
	Round     int  // counts what the commune sends, from 1
	Out       bool // no longer in the plan
	Household PlanHousehold
}

// RemarkLine is a remark with which a round is returned, and what the commune
// answers in the next.
type RemarkLine struct {
	Row    int
	Unit   UnitID
	Remark PlanRemark
	Answer string
}

// Line is one scripted act: at an instant the holder of an office does
// something. Act is an Act, a PlanVerb, or one of: accept-assignment,
// decline-assignment, add (a duty by hand), vacate and occupy (an office), post,
// extend-posting and take-down (a list), object, uphold, reject,
// withdraw-objection and settle (an objection), a SurveyVerb, close-survey,
// case-ask, case-accept and case-refuse (a household's case), deliver (on the
// component that Subject names), carry-fund (Subject), days-off (the calendar
// changed), close (the cycle); or what the lists of meetings, obstacles,
// helpers, mentors and visits make: plan-meeting, hold-meeting, raise-obstacle,
// assign-helpers and so on, watch, shortcoming, review-input.
type Line struct {
	Row       int // in its file, for messages
	At        time.Time
	Office    OfficeID
	Act       string
	Duty      string // code
	Unit      UnitID
	Period    string
	Subject   string
	By        calendar.Date
	Due       string // stated deadline of extend, date and add
	Rung      string
	Effective time.Time // earlier receipt, with its basis; zero: At
	Basis     string
	Reason    string
	Title     string // of add
	Kind      DutyKind
	Ladder    string
	Figures   map[string]int64
	Household string // code, of what is objected to

	Meeting    *MeetingMove  // of an act on a meeting, with all that is known of it
	Obstacle   *ObstacleMove // of an act on an obstacle
	Households []string      // the same cell as a list: who got something by deliver, each what Figures says

	Helpers *NewHelpers // who is given households
	Mentor  *Mentor     // who is named, or who visited where Visit is there
	Visit   *Visit

	Watch       *WatchMove       // of an act on a household that is watched
	Shortcoming *ShortcomingMove // of an act on a shortcoming; its ID is its number in the cycle
	Review      *ReviewMove      // of what is said for a review
}

// ClosingLine is what the close decides of a duty that is open then.
type ClosingLine struct {
	Row                   int
	Duty, Period, Subject string
	Unit                  UnitID
	As                    string // of CloseAs
	Due                   string // the term of what is carried
	Reason                string
}

// Habit is what units do unless a line says otherwise: submit, or be done with,
// a duty of a code a number of working days before its last day, and have it
// accepted a number of working days later (0: not accepted by habit).
type Habit struct {
	Row         int
	Duty        string
	Who         []string // as in Template.Who
	Before      int      // working days before the last day; 0: on the last working day
	At          calendar.Clock
	AcceptAfter int
	AcceptAt    calendar.Clock
	AcceptBy    OfficeID
}

// Found is what a survey finds of a household, or what a case of the year asks
// for it (Stage "case"). A household of the register that no Found names stays
// as it was. What is found by a review that is repeated has the stage
// StageAgain.
type Found struct {
	Row       int // in its file, for messages
	Stage     string
	Household SurveyRow
	Cause     string // of a case
}

// StageAgain is the stage of what only a repeated review finds.
const StageAgain = "again"
