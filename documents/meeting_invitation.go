package documents

import (
	"bytes"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"dondoc/poverty"
)

// Invitation is what a file of a meeting for calendars says besides the meeting
// itself. Without an attendee it is for whoever takes it from a page; with one
// it is an invitation, which calendars answer.
type Invitation struct {
	Domain    string // right side of the lasting UID
	Link      string // to the meeting's page
	Organizer string // mail address of the sender
	Attendee  poverty.User
	Cancelled bool // the attendee is no longer invited
	Stamp     time.Time
}

// WriteInvitation returns a meeting as an iCalendar file (RFC 5545 and 5546).
// Its UID never changes and its sequence grows with each change, so that a
// calendar moves what it holds; of a meeting that was cancelled, or from which
// the attendee was taken off, it is the cancellation.
func WriteInvitation(m poverty.Meeting, i Invitation) ([]byte, error) {
	cal := ics.NewCalendarFor("Don Doc")
	cancelled := i.Cancelled || m.State == poverty.MeetingCancelled
	method := ics.MethodPublish
	switch {
	case cancelled:
		method = ics.MethodCancel
	case i.Attendee.Email != "":
		method = ics.MethodRequest
	}
	cal.SetMethod(method)
	e := cal.AddEvent(uid(string(m.Cycle)+"-"+m.Code, i.Domain))
	e.SetDtStampTime(i.Stamp)
	e.SetSequence(m.Sequence)
	e.SetSummary(m.Title)
	e.SetLocation(m.Place)
	if m.Agenda != "" && !cancelled {
		e.SetDescription(m.Agenda)
	}
	if i.Link != "" {
		e.SetURL(i.Link)
	}
	if m.DayOnly() {
		wholeDay(e, m.Day())
	} else {
		e.SetStartAt(m.StartsAt)
		e.SetEndAt(m.EndsAt)
	}
	e.SetStatus(ics.ObjectStatusConfirmed)
	if cancelled {
		e.SetStatus(ics.ObjectStatusCancelled)
	}
	if i.Organizer != "" {
		e.SetOrganizer(i.Organizer, ics.WithCN(common(m.UnitName)))
	}
	if i.Attendee.Email != "" {
		e.AddAttendee(i.Attendee.Email, ics.WithCN(common(i.Attendee.Name)), ics.ParticipationRoleReqParticipant, ics.ParticipationStatusNeedsAction, ics.WithRSVP(!cancelled))
	}
	var b bytes.Buffer
	err := cal.SerializeTo(&b, ics.WithNewLineWindows)
	return b.Bytes(), err
}

// common is a name as a parameter can hold it: no double quotes (RFC 5545, 3.1),
// nor control characters.
func common(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r < ' ' || r == 0x7f:
			return ' '
		}
		return r
	}, name)
}
