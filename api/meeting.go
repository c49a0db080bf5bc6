package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// MeetingPath is the address of a meeting.
type MeetingPath struct {
	ID poverty.MeetingID `path:"id" minimum:"1"`
}

// MeetingBody is what an invitation to a meeting says.
type MeetingBody struct {
	Kind     poverty.MeetingKind `json:"kind" enum:"coordination,district,review,inspection,group,contact"`
	Unit     poverty.UnitID      `json:"unit" minLength:"1" maxLength:"100" doc:"Who holds it"`
	About    poverty.UnitID      `json:"about,omitempty" maxLength:"100" doc:"The commune that is helped, or the unit inspected"`
	Title    string              `json:"title" minLength:"1" maxLength:"500"`
	StartsAt time.Time           `json:"starts_at"`
	EndsAt   time.Time           `json:"ends_at" doc:"The same as starts_at where only the day is known"`
	Place    string              `json:"place,omitempty" maxLength:"500"`
	Chair    poverty.OfficeID    `json:"chair,omitempty" maxLength:"100"`
	Agenda   string              `json:"agenda,omitempty" maxLength:"20000"`
	Invited  []InvitedBody       `json:"invited,omitempty" maxItems:"200"`
}

// InvitedBody is whom a meeting invites.
type InvitedBody struct {
	Unit   poverty.UnitID   `json:"unit" minLength:"1" maxLength:"100"`
	Office poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The head of the unit if left out"`
	Must   bool             `json:"must,omitempty" doc:"Has to come, or send a delegate"`
}

// RecordBody is what is recorded of a meeting that was held.
type RecordBody struct {
	Attended    []AttendedBody   `json:"attended,omitempty" maxItems:"200"`
	People      int              `json:"people,omitempty" minimum:"0" maximum:"10000"`
	Minutes     string           `json:"minutes,omitempty" maxLength:"20000"`
	Paper       string           `json:"paper,omitempty" maxLength:"500" doc:"Number and day of the conclusion notice"`
	Next        calendar.Date    `json:"next,omitzero" doc:"When a group means to meet again"`
	Conclusions []ConclusionBody `json:"conclusions,omitempty" maxItems:"100"`
}

// AttendedBody is who came of a unit.
type AttendedBody struct {
	Unit     poverty.UnitID     `json:"unit" minLength:"1" maxLength:"100"`
	Came     poverty.Attendance `json:"came" enum:"came,delegate,absent"`
	Delegate string             `json:"delegate,omitempty" maxLength:"500" doc:"Name and office of who came instead"`
}

// ConclusionBody is a conclusion; one that names a unit becomes its duty.
type ConclusionBody struct {
	Text string         `json:"text" minLength:"1" maxLength:"500"`
	Unit poverty.UnitID `json:"unit,omitempty" maxLength:"100"`
	Due  string         `json:"due,omitempty" maxLength:"200" doc:"The deadline as it is stated; undated if left out" example:"by 2018-05-04"`
}

// MeetingMoveBody is a decision on a meeting.
type MeetingMoveBody struct {
	Verb    poverty.MeetingVerb   `json:"verb" enum:"plan,cancel,answer,hold,conclude"`
	Version int                   `json:"version,omitempty" minimum:"0" doc:"The version that was seen; 409 when another is there now"`
	Plan    *MeetingBody          `json:"plan,omitempty" doc:"With plan"`
	Record  *RecordBody           `json:"record,omitempty" doc:"With hold and conclude"`
	Answer  *InvitationAnswerBody `json:"answer,omitempty" doc:"With answer"`
	Reason  string                `json:"reason,omitempty" maxLength:"4000"`
	Basis   string                `json:"basis,omitempty" maxLength:"1000"`
	At      time.Time             `json:"at,omitzero" doc:"When a meeting counts as held. Only the standing office, with a basis, may say it."`
	Office  poverty.OfficeID      `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// InvitationAnswerBody is an answer to an invitation.
type InvitationAnswerBody struct {
	Unit     poverty.UnitID           `json:"unit" minLength:"1" maxLength:"100"`
	Answer   poverty.InvitationAnswer `json:"answer" enum:"comes,delegate,declines"`
	Delegate string                   `json:"delegate,omitempty" maxLength:"500"`
}

// NewMeetingBody is a meeting that is planned or, with a record, was held.
type NewMeetingBody struct {
	Plan   MeetingBody      `json:"plan"`
	Record *RecordBody      `json:"record,omitempty" doc:"Of a meeting that was held"`
	Basis  string           `json:"basis,omitempty" maxLength:"1000"`
	Office poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

func (b *MeetingBody) plan() *poverty.MeetingPlan {
	if b == nil {
		return nil
	}
	p := &poverty.MeetingPlan{Kind: b.Kind, Unit: b.Unit, About: b.About, Title: b.Title, StartsAt: b.StartsAt, EndsAt: b.EndsAt,
		Place: b.Place, Chair: b.Chair, Agenda: b.Agenda}
	for _, i := range b.Invited {
		p.Invited = append(p.Invited, poverty.Invited(i))
	}
	return p
}

func (b *RecordBody) record() *poverty.MeetingRecord {
	if b == nil {
		return nil
	}
	r := &poverty.MeetingRecord{People: b.People, Minutes: b.Minutes, Paper: b.Paper, Next: b.Next}
	for _, a := range b.Attended {
		r.Attended = append(r.Attended, poverty.Attended(a))
	}
	for _, c := range b.Conclusions {
		r.Conclusions = append(r.Conclusions, poverty.NewConclusion(c))
	}
	return r
}

func meetings(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "meeting", "list-meetings", "/cycles/{id}/meetings", "List the meetings of a cycle in order of time", func(ctx context.Context, in *struct {
		CyclePath
		Unit  poverty.UnitID       `query:"unit" maxLength:"100" doc:"That holds it, is invited, or is what it is about"`
		Kind  poverty.MeetingKind  `query:"kind" enum:"coordination,district,review,inspection,group,contact"`
		State poverty.MeetingState `query:"state" enum:"planned,held,cancelled"`
		From  calendar.Date        `query:"from"`
		To    calendar.Date        `query:"to"`
		Limit int                  `query:"limit" minimum:"1" maximum:"1000" default:"200"`
	}) ([]poverty.Meeting, error) {
		return store.Meetings(ctx, poverty.MeetingFilter{Cycle: in.ID, Unit: in.Unit, Kind: in.Kind, State: in.State, From: in.From, To: in.To, Limit: in.Limit})
	})
	list(a, "meeting", "list-clashes", "/cycles/{id}/clashes", "List the meetings of a span of days that clash", func(ctx context.Context, in *struct {
		CyclePath
		From calendar.Date `query:"from" required:"true"`
		To   calendar.Date `query:"to" required:"true"`
	}) ([]poverty.Clash, error) {
		found, err := store.Meetings(ctx, poverty.MeetingFilter{Cycle: in.ID, From: in.From, To: in.To})
		return poverty.Clashes(found), err
	})
	read(a, "meeting", "get-meeting", "/meetings/{id}", "Get a meeting", func(ctx context.Context, in *MeetingPath) (poverty.Meeting, error) {
		return store.Meeting(ctx, in.ID)
	})
	change(a, http.MethodPost, "meeting", "add-meeting", "/cycles/{id}/meetings", "Invite to a meeting, or record one that was held", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body NewMeetingBody
	}) (poverty.Meeting, error) {
		b := in.Body
		m := poverty.MeetingMove{Key: in.Key, Cycle: in.ID, Verb: poverty.MeetingPlans, Plan: b.Plan.plan(), Record: b.Record.record(), Basis: b.Basis, Office: seat(ctx, b.Office)}
		if b.Record != nil {
			m.Verb = poverty.MeetingHolds
		}
		return engine.MoveMeeting(ctx, m)
	})
	change(a, http.MethodPost, "meeting", "move-meeting", "/meetings/{id}/moves", "Change, cancel, answer, record or add to a meeting", func(ctx context.Context, in *struct {
		MeetingPath
		Decided
		Body MeetingMoveBody
	}) (poverty.Meeting, error) {
		b := in.Body
		m, err := store.Meeting(ctx, in.ID)
		if err != nil {
			return m, err
		}
		return engine.MoveMeeting(ctx, poverty.MeetingMove{
			Key: in.Key, Cycle: m.Cycle, Meeting: in.ID, Verb: b.Verb, Version: b.Version, Plan: b.Plan.plan(), Record: b.Record.record(),
			Answer: (*poverty.InvitationReceipt)(b.Answer), Reason: b.Reason, Basis: b.Basis, At: b.At, Office: seat(ctx, b.Office),
		})
	})
	change(a, http.MethodPut, "meeting", "save-minutes", "/meetings/{id}/minutes", "Keep the draft of a meeting's minutes", func(ctx context.Context, in *struct {
		MeetingPath
		Body struct {
			Version int        `json:"version" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
			Record  RecordBody `json:"record"`
		}
	}) (poverty.Meeting, error) {
		return store.SaveMinutes(ctx, poverty.MinutesDraft{Meeting: in.ID, Version: in.Body.Version, Record: *in.Body.Record.record()})
	})
}
