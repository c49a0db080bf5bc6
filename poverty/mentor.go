package poverty

import (
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// MentorID identifies a mentor of a household.
type MentorID int64

// Mentor is a person who looks after a household: an official, a member of the
// party or of a union (Công văn 4933/UBND-VX, seed 001: "phụ trách từng hộ nghèo,
// hộ cận nghèo"). A household may have several.
type Mentor struct {
	ID           MentorID      `db:"id" json:"id"`
	Cycle        CycleID       `db:"cycle_id" json:"cycle"`
	Unit         UnitID        `db:"unit_id" json:"unit"` // the commune
	UnitName     string        `db:"unit_name" json:"unit_name"`
	Household    HouseholdID   `db:"household_id" json:"household"`
	Code         string        `db:"code" json:"code"` // of the household
	Head         string        `db:"head" json:"head"`
	HamletName   string        `db:"hamlet_name" json:"hamlet_name"`
	Name         string        `db:"name" json:"name"`
	Organisation string        `db:"organisation" json:"organisation"`
	From         calendar.Date `db:"from_day" json:"from"`
	Until        calendar.Date `db:"until_day" json:"until,omitzero"` // the last day
	Version      int           `db:"version" json:"version"`
	User         UserID        `db:"user_id" json:"user,omitempty"` // who the mentor is when signed in; 0: does not sign in
	Login        string        `db:"-" json:"-"`                    // by which SaveMentor finds the user; LoginKeep keeps who it is
	Visits       []Visit       `db:"-" json:"visits"`               // the newest first, as corrected
}

// LoginKeep as Mentor.Login leaves the mentor with the user there was.
const LoginKeep = "\x00"

// On reports whether the mentor looks after the household on a day.
func (m Mentor) On(day calendar.Date) bool {
	return !day.Before(m.From) && (m.Until.IsZero() || !day.After(m.Until))
}

// LastVisit returns the day of the newest visit; zero when there was none.
func (m Mentor) LastVisit() calendar.Date {
	var last calendar.Date
	for _, v := range m.Visits {
		if !v.Gone && v.Day.After(last) {
			last = v.Day
		}
	}
	return last
}

// Visit is a visit to a household and what was found. What was found is
// personal: whoever only counts sees that there was one (Hidden). A visit that
// was corrected or taken back (Gone) carries the reason, and what stood there.
type Visit struct {
	ID      int64         `db:"id" json:"id"`
	Mentor  MentorID      `db:"mentor_id" json:"mentor"`
	Key     string        `db:"-" json:"key,omitempty"` // a visit with a key that was used before is stored once
	Day     calendar.Date `db:"day" json:"day"`
	Found   string        `db:"found" json:"found,omitempty"`
	Hidden  bool          `db:"-" json:"hidden,omitempty"`
	SavedAt time.Time     `db:"saved_at" json:"saved_at"`
	By      UserID        `db:"saved_by" json:"by,omitempty"`
	ByName  string        `db:"by_name" json:"by_name,omitempty"`
	Basis   string        `db:"-" json:"basis,omitempty"` // of who logs it for others

	Corrects int64   `db:"corrects" json:"corrects,omitempty"` // the visit's row that this one replaces
	Reason   string  `db:"reason" json:"reason,omitempty"`
	Gone     bool    `db:"gone" json:"gone,omitempty"` // taken back
	Earlier  []Visit `db:"-" json:"earlier,omitempty"` // what it replaced, the newest first
}

// VisitCorrection corrects a logged visit, or takes it back (Gone). Visit is the
// row that was looked at.
type VisitCorrection struct {
	Mentor MentorID      `json:"mentor"`
	Visit  int64         `json:"visit"`
	Gone   bool          `json:"gone,omitempty"`
	Day    calendar.Date `json:"day,omitzero"`
	Found  string        `json:"found,omitempty"`
	Reason string        `json:"reason"`
}

// Corrected puts rows of visits, the newest first, together: each row that
// another one replaces stands among the Earlier ones of that.
func Corrected(rows []Visit) []Visit {
	by := map[int64]Visit{} // the rows by their IDs
	replaced := map[int64]bool{}
	for _, v := range rows {
		by[v.ID] = v
		replaced[v.Corrects] = true
	}
	list := []Visit{}
	for _, v := range rows {
		if replaced[v.ID] {
			continue
		}
		for old, ok := by[v.Corrects]; ok; old, ok = by[old.Corrects] {
			v.Earlier = append(v.Earlier, old)
		}
		list = append(list, v)
	}
	slices.SortStableFunc(list, func(x, y Visit) int { return y.Day.Compare(x.Day) })
	return list
}

// MentorFilter chooses mentors. Without Ended, those whose last day is over are
// left out.
type MentorFilter struct {
	Cycle CycleID
	Unit  UnitID
	Code  string // of the household
	User  UserID // who they are when signed in
	Ended bool
}

// Check returns what is wrong with a mentor.
func (m Mentor) Check() error {
	switch {
	case strings.TrimSpace(m.Name) == "":
		return InvalidField("name", "error.required")
	case strings.TrimSpace(m.Organisation) == "":
		return InvalidField("organisation", "error.required")
	case m.From.IsZero():
		return InvalidField("from", "error.required")
	case !m.Until.IsZero() && m.Until.Before(m.From):
		return InvalidField("until", "committee.ends_before")
	}
	if wrong := checkTexts(maxShort, "name", m.Name, "organisation", m.Organisation); len(wrong) > 0 {
		return InvalidField(wrong[0].Column, wrong[0].Key, wrong[0].Args...)
	}
	return nil
}

// CheckVisit returns what is wrong with a visit of the mentor that is logged on
// a day.
func (m Mentor) CheckVisit(v Visit, today calendar.Date) error {
	switch {
	case v.Day.IsZero():
		return InvalidField("day", "error.required")
	case v.Day.After(today):
		return InvalidField("day", "mentor.visit_ahead", "today", today)
	case !m.On(v.Day):
		return InvalidField("day", "mentor.visit_outside", "from", m.From, "until", m.Until)
	case strings.TrimSpace(v.Found) == "":
		return InvalidField("found", "mentor.found_needed")
	}
	return nil
}

// Seen returns the mentor with the fields of a sight only. What stood in a visit
// before it was corrected, and why it was, is as personal as what was found.
func (m Mentor) Seen(s PlanSight) Mentor {
	if s != SightMasked {
		return m
	}
	m.Visits = slices.Clone(m.Visits)
	for i := range m.Visits {
		v := &m.Visits[i]
		v.Found, v.Reason, v.Earlier, v.Hidden = "", "", nil, true
	}
	return m
}

// MayCorrectVisit returns the seat in which the actor may correct a visit or take
// it back: who logged it, the lead of the commune's group, and the standing
// office in their stead.
func (c Cycle) MayCorrectVisit(a Actor, commune UnitID, loggedBy UserID) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if a.System != "" {
		return Seat{}, false, nil
	}
	if seat, ok := a.InCycle(c, PartMember); ok && a.User == loggedBy {
		return seat, false, nil
	}
	for _, g := range c.Rules.Groups {
		if seats := c.Seats(a, g.Lead); g.Commune == commune && len(seats) > 0 {
			return seats[0], false, nil
		}
	}
	if seat, ok := a.InCycle(c, PartStanding); ok {
		return seat, true, nil
	}
	return Seat{}, false, Errorf(Forbidden, "mentor.correct_forbidden")
}
