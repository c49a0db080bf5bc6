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
	Visits       []Visit       `db:"-" json:"visits"` // the newest first
}

// On reports whether the mentor looks after the household on a day.
func (m Mentor) On(day calendar.Date) bool {
	return !day.Before(m.From) && (m.Until.IsZero() || !day.After(m.Until))
}

// LastVisit returns the day of the newest visit; zero when there was none.
func (m Mentor) LastVisit() calendar.Date {
	var last calendar.Date
	for _, v := range m.Visits {
		if v.Day.After(last) {
			last = v.Day
		}
	}
	return last
}

// Visit is a visit to a household and what was found. What was found is
// personal: whoever only counts sees that there was one (Hidden).
type Visit struct {
	ID      int64         `db:"id" json:"id"`
	Mentor  MentorID      `db:"mentor_id" json:"mentor"`
	Key     string        `db:"-" json:"key,omitempty"` // a visit with a key that was used before is stored once
	Day     calendar.Date `db:"day" json:"day"`
	Found   string        `db:"found" json:"found,omitempty"`
	Hidden  bool          `db:"-" json:"hidden,omitempty"`
	SavedAt time.Time     `db:"saved_at" json:"saved_at"`
	ByName  string        `db:"by_name" json:"by_name,omitempty"`
	Basis   string        `db:"-" json:"basis,omitempty"` // of who logs it for others
}

// MentorFilter chooses mentors. Without Ended, those whose last day is over are
// left out.
type MentorFilter struct {
	Cycle CycleID
	Unit  UnitID
	Code  string // of the household
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

// Seen returns the mentor with the fields of a sight only.
func (m Mentor) Seen(s PlanSight) Mentor {
	if s != SightMasked {
		return m
	}
	m.Visits = slices.Clone(m.Visits)
	for i := range m.Visits {
		m.Visits[i].Found, m.Visits[i].Hidden = "", true
	}
	return m
}
