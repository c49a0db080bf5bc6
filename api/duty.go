package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// DutyDetail is a duty with the rungs of its current ladder.
type DutyDetail struct {
	poverty.Duty
	Rungs []poverty.Planned `json:"rungs"`
}

// DecisionBody is an act on a duty.
type DecisionBody struct {
	Act    poverty.Act      `json:"act" enum:"submit,done,accept,return,acknowledge,direct,extend,request,refuse,excuse,escalate,date,hand,out_of_turn,note,undo"`
	At     time.Time        `json:"at,omitzero" doc:"When it is effective; now if left out. Only the standing office, with a basis, may say an earlier time."`
	By     calendar.Date    `json:"by,omitzero" doc:"The promise, the term, or the new last day"`
	Due    string           `json:"due,omitempty" maxLength:"200" doc:"The new deadline as it is stated; wins over by" example:"before 2018-04-28"`
	Rung   string           `json:"rung,omitempty" maxLength:"50" doc:"With escalate" example:"overdue 3"`
	Reason string           `json:"reason,omitempty" maxLength:"4000"`
	Basis  string           `json:"basis,omitempty" maxLength:"1000"`
	Office poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
	To     poverty.OfficeID `json:"to,omitempty" maxLength:"100" doc:"With hand: the office that is to answer"`
	Unit   poverty.UnitID   `json:"unit,omitempty" maxLength:"100" doc:"With direct: who is to do it, if not the debtor"`
	Report *ReportBody      `json:"report,omitempty" doc:"With submit on a report or a consolidation"`
	Survey *SurveyBody      `json:"survey,omitempty" doc:"With done on a survey duty"`
}

// NewDutyBody is a duty made by hand, by a direction or by a conclusion.
type NewDutyBody struct {
	Cycle   poverty.CycleID  `json:"cycle" maxLength:"200"`
	Code    string           `json:"code" minLength:"1" maxLength:"40" pattern:"^[a-z0-9][a-z0-9.-]*$"`
	Kind    poverty.DutyKind `json:"kind" enum:"meeting,start,task"`
	Title   string           `json:"title" minLength:"1" maxLength:"500"`
	Unit    poverty.UnitID   `json:"unit" maxLength:"100" doc:"Who owes it"`
	Subject string           `json:"subject,omitempty" maxLength:"40" pattern:"^[a-z0-9][a-z0-9.-]*$"`
	Due     string           `json:"due" maxLength:"200" doc:"The deadline as it is stated; none leaves it undated" example:"by 2018-04-20"`
	Ladder  string           `json:"ladder" maxLength:"100" doc:"One of the cycle's ladders"`
	Source  string           `json:"source,omitempty" maxLength:"1000" doc:"The document that lays it on"`
	Office  poverty.OfficeID `json:"office,omitempty" maxLength:"100" doc:"The seat in which the actor acts"`
}

// Extended tells how many duties got a new last day.
type Extended struct {
	Count int `json:"count"`
}

// ExtensionBody gives several duties a new last day.
type ExtensionBody struct {
	Duties []poverty.DutyID `json:"duties" minItems:"1" maxItems:"1000" uniqueItems:"true"`
	Due    string           `json:"due" maxLength:"200" doc:"As stated: by 2018-05-04, before 2018-05-05"`
	Reason string           `json:"reason" maxLength:"4000"`
	Basis  string           `json:"basis,omitempty" maxLength:"1000"`
	Office poverty.OfficeID `json:"office,omitempty" maxLength:"100"`
}

func duties(a huma.API, store poverty.Store, engine poverty.Engine) {
	list(a, "duty", "list-duties", "/duties", "List duties, overdue first", func(ctx context.Context, in *struct {
		Cycle     poverty.CycleID   `query:"cycle" maxLength:"200"`
		Unit      poverty.UnitID    `query:"unit" maxLength:"100"`
		Code      string            `query:"code" maxLength:"100"`
		Kind      poverty.DutyKind  `query:"kind" enum:"plan,appraisal,approval,acceptance,meeting,start,progress,task,report,consolidation,survey,opinion,case,review,posting,objection,receipt,group_plan,group_meeting,contact,obstacle,input,watch"`
		State     poverty.DutyState `query:"state" enum:"open,submitted,returned,done,excused,carried"`
		Trouble   poverty.Trouble   `query:"trouble" enum:"missing,not_started,no_progress,returned,awaiting_approval,list_not_received,group_not_meeting,no_contact,obstacle_unanswered"`
		Period    string            `query:"period" maxLength:"20" example:"2018-04"`
		Process   poverty.Process   `query:"process" enum:"survey,plan,assignment,period,review"`
		Owed      bool              `query:"owed" doc:"Only what is still owed"`
		Overdue   bool              `query:"overdue"`
		Escalated bool              `query:"escalated"`
		Undated   bool              `query:"undated"`
		Limit     int               `query:"limit" minimum:"1" maximum:"200" default:"50"`
		Offset    int               `query:"offset" minimum:"0" maximum:"1000000"`
	}) ([]poverty.Duty, error) {
		return store.Duties(ctx, poverty.DutyFilter{
			Cycle: in.Cycle, Unit: in.Unit, Code: in.Code, Kind: in.Kind, State: in.State, Trouble: in.Trouble,
			Period: in.Period, Process: in.Process, Owed: in.Owed, Overdue: in.Overdue,
			Escalated: in.Escalated, Undated: in.Undated, Limit: in.Limit, Offset: in.Offset,
		})
	})
	read(a, "duty", "get-duty", "/duties/{id}", "Get a duty with the rungs of its ladder", func(ctx context.Context, in *DutyPath) (DutyDetail, error) {
		d, err := store.Duty(ctx, in.ID)
		if err != nil {
			return DutyDetail{}, err
		}
		rungs, err := store.DutyPlan(ctx, in.ID)
		return DutyDetail{d, rungs}, err
	})
	change(a, http.MethodPost, "duty", "extend-duties", "/cycles/{id}/extensions", "Give several duties a new last day in one decision: all, or none", func(ctx context.Context, in *struct {
		CyclePath
		Decided
		Body ExtensionBody
	}) (Extended, error) {
		b := in.Body
		return Extended{len(b.Duties)}, engine.Extend(ctx, poverty.Extension{
			Key: in.Key, Cycle: in.ID, Duties: b.Duties, Due: b.Due, Reason: b.Reason, Basis: b.Basis, Office: seat(ctx, b.Office),
		})
	})
	change(a, http.MethodPost, "duty", "add-duty", "/duties", "Lay a duty on a unit", func(ctx context.Context, in *struct {
		Decided
		Body NewDutyBody
	}) (poverty.Duty, error) {
		b := in.Body
		return engine.AddDuty(ctx, poverty.NewDuty{
			Key: in.Key, Cycle: b.Cycle, Code: b.Code, Kind: b.Kind, Title: b.Title, Unit: b.Unit, Subject: b.Subject,
			Due: b.Due, Ladder: b.Ladder, Source: b.Source, Office: seat(ctx, b.Office),
		})
	})
	change(a, http.MethodPost, "duty", "decide-duty", "/duties/{id}/decisions", "Decide on a duty", func(ctx context.Context, in *struct {
		DutyPath
		Decided
		Body DecisionBody
	}) (poverty.Duty, error) {
		b := in.Body
		return engine.Decide(ctx, poverty.Decision{
			Key: in.Key, Duty: in.ID, Act: b.Act, At: b.At, By: b.By, Due: b.Due, Rung: b.Rung,
			Reason: b.Reason, Basis: b.Basis, Office: seat(ctx, b.Office), To: b.To, Unit: b.Unit,
			Report: (*poverty.ReportContent)(b.Report), Survey: (*poverty.SurveyCounts)(b.Survey),
		})
	})
}
