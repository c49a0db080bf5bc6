package web

import (
	"net/http"

	"dondoc/poverty"
)

// mayAnswer reports whether the actor may accept or decline the assignment that
// a duty asks to accept.
func (v *visit) mayAnswer(d poverty.Duty) bool {
	if d.Kind != poverty.DutyAcceptance || !d.State.Owed() || v.cycle.State == poverty.CycleClosed {
		return false
	}
	return len(v.me.In(d.Unit)) > 0 || v.plays(poverty.PartStanding)
}

func (s *site) answer(v *visit) error {
	d, err := v.loadDuty()
	if err != nil {
		return err
	}
	f := v.sentForm("answer")
	a := poverty.AssignmentAnswer{
		Key: f.Key, Duty: d.ID, Accepted: f.Value("answer") == "accept",
		Reason: v.text(&f, "reason"), Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
	}
	if !a.Accepted && a.Reason == "" {
		f.problem("reason", v.p.T("decision.reason_needed"))
	}
	if f.Bad() {
		return v.showDuty(http.StatusUnprocessableEntity, d, f)
	}
	if _, err := s.engine.AnswerAssignment(v.ctx(), a); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showDuty(code, d, f)
	}
	done := "assignment_accepted"
	if !a.Accepted {
		done = "assignment_declined"
	}
	return v.redirect(v.back(dutyRow{Duty: d}.Link()), done)
}
