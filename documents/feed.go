package documents

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// FeedOptions say where the events of a feed lead. BaseURL has no slash at its
// end; Domain is the right side of the lasting UIDs.
type FeedOptions struct {
	BaseURL string
	Domain  string
}

// WriteFeed returns a person's deadlines and meetings as an iCalendar file (RFC
// 5545) to subscribe to, in the person's language. Last days, promises and terms
// are events of a whole day; their UIDs never change, and their sequence grows with
// the history of the duty. A title that somebody typed is left out for the kind of
// the duty, as it may name a household. The same feed is the same bytes.
func WriteFeed(f poverty.Feed, o FeedOptions) ([]byte, error) {
	p := locale.For(f.Person.Language)
	cal := ics.NewCalendarFor("Don Doc")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(p.T("feed.title"))
	cal.SetXWRTimezone(calendar.Zone.String())
	cal.SetXPublishedTTL("PT1H")
	cal.SetRefreshInterval("PT1H")
	for _, d := range f.Duties {
		what := p.T("duty.kind." + string(d.Kind))
		if d.Ruled {
			what = d.Title
		}
		if d.Period != "" {
			what = p.T("mail.of_period", "title", what, "period", p.Period(d.Period))
		}
		add := func(name, key string, day calendar.Date) {
			e := cal.AddEvent(uid(name+"-"+d.Key, o.Domain))
			stamp(e, d.Changes, d.ChangedAt)
			e.SetSummary(p.T(key, "what", what, "unit", d.UnitName))
			e.SetURL(fmt.Sprintf("%s/duties/%d", o.BaseURL, d.ID))
			wholeDay(e, day)
			e.SetStatus(ics.ObjectStatusConfirmed)
			e.SetTimeTransparency(ics.TransparencyTransparent)
		}
		if d.State == poverty.DutyReturned {
			add("term", "feed.term", d.LastDay)
		} else {
			add("deadline", "feed.deadline", d.LastDay)
		}
		if !d.HeldUntil.IsZero() {
			add("promise", "feed.promise", d.HeldUntil)
		}
	}
	for _, m := range f.Meetings {
		e := cal.AddEvent(uid(string(m.Cycle)+"-"+m.Code, o.Domain)) // that of the invitation
		changed := m.StartsAt
		if m.InvitedAt != nil {
			changed = *m.InvitedAt
		}
		stamp(e, m.Sequence, changed)
		e.SetSummary(m.Title)
		if m.Place != "" {
			e.SetLocation(m.Place)
		}
		e.SetURL(fmt.Sprintf("%s/meetings/%d", o.BaseURL, m.ID))
		if m.DayOnly() {
			wholeDay(e, m.Day())
		} else {
			e.SetStartAt(m.StartsAt)
			e.SetEndAt(m.EndsAt)
		}
		e.SetStatus(ics.ObjectStatusConfirmed)
		if m.State == poverty.MeetingCancelled {
			e.SetStatus(ics.ObjectStatusCancelled)
		}
	}
	var b bytes.Buffer
	err := cal.SerializeTo(&b, ics.WithNewLineWindows)
	return b.Bytes(), err
}

// uid is the lasting name of an event.
func uid(name, domain string) string {
	return strings.NewReplacer(":", "-", "/", "-").Replace(name) + "@" + domain
}

func stamp(e *ics.VEvent, sequence int, changed time.Time) {
	e.SetDtStampTime(changed)
	e.SetSequence(sequence)
	e.SetModifiedAt(changed)
}

func wholeDay(e *ics.VEvent, day calendar.Date) {
	e.SetProperty(ics.ComponentPropertyDtStart, day.Start().Format("20060102"), ics.WithValue("DATE"))
	e.SetProperty(ics.ComponentPropertyDtEnd, day.AddDays(1).Start().Format("20060102"), ics.WithValue("DATE"))
}
