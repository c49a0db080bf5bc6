package rehearsal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"dondoc/calendar"
	"dondoc/poverty"
)

// surveyMove turns a line into the decision in a survey that a person would
// make.
func (p *play) surveyMove(line poverty.Line) poverty.Proposal {
	m := poverty.SurveyMove{Cycle: p.r.New.Cycle.ID, Unit: line.Unit, Verb: poverty.SurveyVerb(line.Act), Office: line.Office, On: calendar.DateOf(line.At)}
	switch line.Act {
	case "close-survey":
		m.Verb, m.Unit = poverty.SurveyClose, ""
	case string(poverty.SurveyMeet):
		m.Hamlet, m.Present, m.Agreed = line.Subject, int(line.Figures["present"]), int(line.Figures["agreed"])
		m.Chair, m.Minutes = "Trưởng thôn", cmp.Or(line.Reason, "Biên bản của ví dụ")
	case string(poverty.SurveyOpine):
		m.Opinion, m.Text = poverty.OpinionAgrees, line.Reason
		if line.Reason != "" {
			m.Opinion = poverty.OpinionRemarks
		}
	case string(poverty.SurveyRecognise):
		m.Decision = line.Basis
	}
	return poverty.Proposal{Survey: &m}
}

// meetAll has every hamlet of a commune meet.
func (p *play) meetAll(ctx context.Context, line poverty.Line) error {
	return p.each(ctx, line, func(line poverty.Line) error { return p.decide(ctx, line, p.surveyMove(line)) })
}

// each does a line for every hamlet on the commune's list.
func (p *play) each(ctx context.Context, line poverty.Line, do func(poverty.Line) error) error {
	sheet, err := p.store.Survey(ctx, p.r.New.Cycle.ID, line.Unit)
	if err != nil {
		return err
	}
	for _, h := range sheet.Villages {
		line.Subject = h.Hamlet
		if err := do(line); err != nil {
			return err
		}
	}
	return nil
}

// found stores what the survey found of the commune's households up to the
// stage of the line, or, where its subject says so, when it was repeated.
func (p *play) found(ctx context.Context, line poverty.Line) error {
	sheet, err := p.store.Survey(ctx, p.r.New.Cycle.ID, line.Unit)
	if err != nil {
		return err
	}
	results := map[string]poverty.SurveyRow{}
	stage := cmp.Or(line.Subject, strings.TrimPrefix(line.Duty, "survey-"))
	for _, f := range p.r.Survey {
		if f.Household.Unit == line.Unit && f.Stage == stage {
			results[f.Household.Code] = f.Household
		}
	}
	var rows []poverty.SurveyRow
	for _, row := range sheet.Rows {
		f, told := results[row.Code]
		delete(results, row.Code)
		switch {
		case told:
			row.Result, row.Members, row.Movement, row.Reason, row.Note = f.Result, f.Members, f.Movement, f.Reason, f.Note
		case row.Result == poverty.ClassUnknown:
			row.Result = row.Start
			row.Movement = poverty.FittingMovements(row.Start, row.Start)[0]
		default:
			continue
		}
		rows = append(rows, row)
	}
	for _, f := range p.r.Survey { // in the order of the file
		if row, ok := results[f.Household.Code]; ok && f.Household == row {
			row.Why = poverty.ListedAsked
			if row.Movement == poverty.MovementFallenBack {
				row.Why = poverty.ListedWatch
			}
			rows = append(rows, row)
		}
	}
	return p.store.SaveSurveyRows(ctx, poverty.RegisterScope{Cycle: p.r.New.Cycle.ID, Unit: line.Unit, Basis: line.Basis}, rows)
}

// caseMove turns a line into the request of a household, or the decision on it.
func (p *play) caseMove(ctx context.Context, line poverty.Line) (poverty.Proposal, error) {
	m := poverty.CaseMove{Cycle: p.r.New.Cycle.ID, Unit: line.Unit, Office: line.Office, On: calendar.DateOf(line.At),
		Verb: poverty.CaseVerb(strings.TrimPrefix(line.Act, "case-")), Decision: line.Basis, Reason: line.Reason}
	i := slices.IndexFunc(p.r.Survey, func(f poverty.Found) bool {
		return f.Stage == "case" && f.Household.Unit == line.Unit && f.Household.Code == line.Subject
	})
	if i < 0 {
		return poverty.Proposal{}, fmt.Errorf("no case of %s is told", line.Subject)
	}
	f := p.r.Survey[i]
	if m.Verb == poverty.CaseAsk {
		h := f.Household
		m.Code, m.Hamlet, m.Head, m.HeadBorn, m.Members, m.Wish, m.Cause, m.Text = h.Code, h.Hamlet, h.Head, h.HeadBorn, h.Members, h.Result, f.Cause, h.Note
		return poverty.Proposal{Case: &m}, nil
	}
	list, err := p.store.Cases(ctx, m.Cycle, m.Unit)
	if err != nil {
		return poverty.Proposal{}, err
	}
	for _, x := range list {
		if x.Code == line.Subject && x.State == poverty.CaseOpen {
			m.Case, m.Movement, m.Why = x.ID, f.Household.Movement, f.Household.Reason
		}
	}
	return poverty.Proposal{Case: &m}, nil
}
