package poverty

import (
	"slices"
	"time"
)

// Contribution is what a member of a group adds to the report of its lead: the
// figures and a short text. Version 0 says that nothing has come.
type Contribution struct {
	Duty     DutyID           `db:"duty_id" json:"duty"`
	Unit     UnitID           `db:"unit_id" json:"unit"`
	UnitName string           `db:"unit_name" json:"unit_name"`
	Version  int              `db:"version" json:"version"`
	Figures  map[string]int64 `db:"figures" json:"figures"`
	Text     string           `db:"text" json:"text"`
	Nothing  bool             `db:"nothing" json:"nothing,omitempty"` // states that it has nothing to add
	SavedAt  time.Time        `db:"saved_at" json:"saved_at,omitzero"`
	SavedBy  UserID           `db:"saved_by" json:"saved_by,omitempty"`
	ByName   string           `db:"saved_by_name" json:"saved_by_name,omitempty"`
}

// Contributors returns the members of the groups that a unit leads: they
// contribute to its reports.
func (r Rules) Contributors(lead UnitID) []UnitID {
	var units []UnitID
	for _, g := range r.Groups {
		if g.Lead == lead {
			units = append(units, g.Members...)
		}
	}
	units = slices.DeleteFunc(units, func(u UnitID) bool { return u == lead })
	slices.Sort(units)
	return slices.Compact(units)
}

// MayContribute returns Forbidden unless the actor is of the contributing unit
// and that is a member of a group which the reporting unit leads, and Conflict
// once the report is accepted.
func (c Cycle) MayContribute(a Actor, d Duty, unit UnitID) error {
	switch {
	case d.Kind != DutyReport || !slices.Contains(c.Rules.Contributors(d.Unit), unit):
		return Errorf(Forbidden, "contribution.not_a_member")
	case len(c.Seats(a, unit)) == 0 && a.System == "":
		return Errorf(Forbidden, "contribution.forbidden")
	case c.State == CycleClosed:
		return Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	case !d.State.Owed() && d.State != DutySubmitted:
		return Errorf(Conflict, "duty.state."+string(d.State), "state", string(d.State))
	}
	return nil
}

// JudgeContribution returns what is wrong with a contribution to a report.
func (f ReportForm) JudgeContribution(c *Contribution) Problems {
	content := ReportContent{Figures: c.Figures, Text: c.Text, Nothing: c.Nothing}
	if content.Nothing && (content.Text != "" || len(content.Figures) > 0) {
		content.Nothing, c.Nothing = false, false
	}
	bare := ReportForm{}
	for _, x := range f.Fields {
		x.Needed, x.Source = false, SourceTyped
		bare.Fields = append(bare.Fields, x)
	}
	wrong := bare.Judge("lead", &content, nil, true)
	c.Figures, c.Text = content.Figures, content.Text
	return wrong
}
