package documents

import (
	"cmp"
	"slices"
	"strconv"

	"dondoc/poverty"
)

// The acts that the list of obstacles makes lines of the script of.
const (
	actRaiseObstacle   = "raise-obstacle"
	actForwardObstacle = "forward-obstacle"
	actAnswerObstacle  = "answer-obstacle"
	actDecideObstacle  = "decide-obstacle"
)

var obstaclesList = list{
	name:     "obstacles",
	required: []string{"at", "office", "unit", "kind", "to", "text"},
	optional: []string{
		"commune", "component", "basis", "forwarded", "forwarded_by", "opinion", "answered", "answered_by", "answer", "decided",
	},
	dates: []string{"at", "forwarded", "answered"},
}

// obstacles makes lines of the script of the obstacles of the year: raised,
// forwarded, answered or decided. They are numbered in order of time.
func (rd *reader) obstacles(r *poverty.Rehearsal, p *places) {
	rows := slices.Clone(p.tables["obstacles"].rows)
	slices.SortStableFunc(rows, func(a, b row) int { return a.instant("at").Compare(b.instant("at")) })
	for i, row := range rows {
		raise := poverty.ObstacleMove{
			Cycle: r.New.Cycle.ID, Verb: poverty.ObstacleRaises, Unit: poverty.UnitID(row.need("unit")),
			Kind:    poverty.ObstacleKind(row.oneOf("kind", string(poverty.ObstacleHindrance), string(poverty.ObstacleProposal))),
			To:      poverty.ObstacleAddressee(row.oneOf("to", string(poverty.ToStanding), string(poverty.ToOwner))),
			Commune: poverty.UnitID(row.get("commune")), Component: row.get("component"), Text: row.need("text"), Basis: row.get("basis"),
		}
		row.need("at")
		line := poverty.Line{
			Row: row.n, At: row.instant("at"), Office: poverty.OfficeID(row.need("office")), Act: actRaiseObstacle,
			Unit: raise.Unit, Subject: strconv.Itoa(i + 1), Obstacle: &raise,
		}
		r.Script = append(r.Script, line)
		follow := func(column, act string, verb poverty.ObstacleVerb, text string) {
			if line.At = row.instant(column); line.At.IsZero() {
				return
			}
			line.Act, line.Office = act, poverty.OfficeID(row.need(column+"_by"))
			line.Obstacle = &poverty.ObstacleMove{Cycle: raise.Cycle, No: i + 1, Verb: verb, Text: row.need(text)}
			r.Script = append(r.Script, line)
		}
		follow("forwarded", actForwardObstacle, poverty.ObstacleForwards, "opinion")
		if row.yes("decided") {
			follow("answered", actDecideObstacle, poverty.ObstacleDecides, "answer")
		} else {
			follow("answered", actAnswerObstacle, poverty.ObstacleAnswers, "answer")
		}
	}
	slices.SortStableFunc(r.Script, func(a, b poverty.Line) int { return a.At.Compare(b.At) })
}

// checkObstacle looks at a line that the list of obstacles made.
func (s lineChecker) checkObstacle() {
	s.file = s.p.file("obstacles")
	columns := map[string][2]string{
		actRaiseObstacle: {"at", "office"}, actForwardObstacle: {"forwarded", "forwarded_by"},
		actAnswerObstacle: {"answered", "answered_by"}, actDecideObstacle: {"answered", "answered_by"},
	}[s.l.Act]
	if !s.actsThen(columns[0], columns[1]) || !s.p.rulesKnown() || !s.p.known("units") {
		return
	}
	if err := s.l.Obstacle.Check(s.r.New.Cycle); err != nil {
		e := poverty.Refusal(err)
		s.wrong(cmp.Or(e.Field, columns[0]), e.Key, e.Args...)
	}
}
