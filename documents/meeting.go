package documents

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dondoc/calendar"
	"dondoc/poverty"
)

// The acts that the lists of meetings and obstacles make lines of the script of.
const (
	actPlanMeeting = "plan-meeting"
	actHoldMeeting = "hold-meeting"
)

var meetingKinds = []string{
	string(poverty.MeetingCoordination), string(poverty.MeetingDistrict), string(poverty.MeetingReview), string(poverty.MeetingInspection),
	string(poverty.MeetingGroup), string(poverty.MeetingContact),
}

var (
	meetingsList = list{
		name:     "meetings",
		required: []string{"meeting", "kind", "unit", "title", "starts"},
		optional: []string{
			"about", "ends", "place", "chair", "invited", "planned", "planned_by", "recorded", "recorded_by", "absent", "delegates",
			"people", "minutes", "paper", "next",
		},
		dates:   []string{"starts", "ends", "planned", "recorded", "next"},
		numbers: []string{"people"},
	}
	conclusionsList = list{
		name:     "conclusions",
		required: []string{"meeting", "text"},
		optional: []string{"unit", "due"},
	}
)

// meetings makes lines of the script of the meetings of the year: one by which
// it is planned, one by which it is recorded as held. A second row of the same
// meeting is a change of it.
func (rd *reader) meetings(r *poverty.Rehearsal, p *places) {
	concluded := map[string][]poverty.NewConclusion{}
	rows := map[string]row{}
	for _, row := range p.tables["conclusions"].rows {
		n := poverty.NewConclusion{Text: row.need("text"), Unit: poverty.UnitID(row.get("unit")), Due: "none"}
		if v := row.get("due"); v != "" {
			due, problem := parseDue(v)
			switch {
			case problem != "":
				row.problem("due", problem, "value", v)
			case due.Months() > 0 || due.Event() != "":
				row.problem("due", "cyclefile.due_once")
			default:
				n.Due = due.String()
			}
		}
		code := row.need("meeting")
		concluded[code] = append(concluded[code], n)
		if _, known := rows[code]; !known {
			rows[code] = row
		}
	}
	for _, row := range p.tables["meetings"].rows {
		code := row.need("meeting")
		if code != "" && !codeShape.MatchString(code) {
			row.problem("meeting", "cyclefile.bad_code", "value", code)
		}
		delete(rows, code)
		plan := &poverty.MeetingPlan{
			Code: code, Kind: poverty.MeetingKind(row.oneOf("kind", meetingKinds...)), Unit: poverty.UnitID(row.need("unit")),
			About: poverty.UnitID(row.get("about")), Title: row.need("title"), Place: row.get("place"), Chair: poverty.OfficeID(row.get("chair")),
		}
		row.need("starts")
		if d, problem := parseDate(row.get("starts")); problem == "" {
			plan.StartsAt = d.Start() // only the day is known
		} else {
			plan.StartsAt = row.instant("starts")
		}
		if plan.EndsAt = row.instant("ends"); plan.EndsAt.IsZero() {
			plan.EndsAt = plan.StartsAt
		}
		if plan.Kind == poverty.MeetingCoordination {
			plan.About = plan.Unit
		}
		if units := row.list("invited"); len(units) > 0 {
			for _, unit := range units {
				plan.Invited = append(plan.Invited, poverty.Invited{Unit: poverty.UnitID(unit), Must: true})
			}
		} else {
			plan.Invited = plan.DefaultInvited(r.New.Cycle)
		}
		record := row.record(*plan)
		record.Conclusions = concluded[code]
		line := poverty.Line{
			Row: row.n, Unit: plan.Unit, Subject: code,
			Meeting: &poverty.MeetingMove{Cycle: r.New.Cycle.ID, Plan: plan, Record: record},
		}
		if line.At = row.instant("planned"); !line.At.IsZero() {
			line.Act, line.Office = actPlanMeeting, poverty.OfficeID(row.need("planned_by"))
			r.Script = append(r.Script, line)
		}
		if line.At = row.instant("recorded"); !line.At.IsZero() {
			line.Act, line.Office = actHoldMeeting, poverty.OfficeID(cmp.Or(row.get("recorded_by"), row.get("planned_by")))
			r.Script = append(r.Script, line)
		}
		if row.get("planned") == "" && row.get("recorded") == "" {
			row.problem("planned", "cyclefile.required")
		}
	}
	for code, row := range rows {
		if code != "" {
			row.problem("meeting", "cyclefile.unknown_meeting", "meeting", code)
		}
	}
	slices.SortStableFunc(r.Script, func(a, b poverty.Line) int { return a.At.Compare(b.At) })
}

// record reads who came of those invited: all but those absent.
func (r row) record(plan poverty.MeetingPlan) *poverty.MeetingRecord {
	record := &poverty.MeetingRecord{Minutes: r.get("minutes"), Paper: r.get("paper"), Next: r.date("next"), People: r.count("people")}
	absent := r.list("absent")
	delegates := map[string]string{}
	for _, v := range r.list("delegates") {
		unit, name, _ := strings.Cut(v, "=")
		delegates[clean(unit)] = clean(name)
	}
	for _, i := range plan.Invited {
		a := poverty.Attended{Unit: i.Unit, Came: poverty.AttendanceCame, Delegate: delegates[string(i.Unit)]}
		switch {
		case slices.Contains(absent, string(i.Unit)):
			a.Came, a.Delegate = poverty.AttendanceAbsent, ""
		case a.Delegate != "":
			a.Came = poverty.AttendanceDelegate
		}
		record.Attended = append(record.Attended, a)
	}
	return record
}

// checkMeeting looks at a line that the list of meetings made.
func (s lineChecker) checkMeeting() {
	l := s.l
	s.file = s.p.file("meetings")
	column := "planned"
	if l.Act == actHoldMeeting {
		column = "recorded"
	}
	if s.actsThen(column, column+"_by") && s.p.rulesKnown() && s.p.known("units") && s.p.known("groups") {
		m := poverty.Meeting{Kind: l.Meeting.Plan.Kind, Unit: l.Meeting.Plan.Unit}
		err := l.Meeting.Plan.Check(s.r.New.Cycle)
		if err == nil && l.Act == actHoldMeeting {
			err = m.CheckRecord(s.r.New.Cycle, *l.Meeting.Record, true)
		}
		if err != nil {
			e := poverty.Refusal(err)
			s.wrong(column, e.Key, e.Args...)
		}
	}
	for i, c := range l.Meeting.Record.Conclusions {
		if c.Unit != "" {
			s.added[addedDuty{"conclusion", c.Unit, fmt.Sprintf("%s.%d", l.Subject, i+1)}] = poverty.Line{Kind: poverty.DutyTask, Ladder: "task", Row: l.Row}
		}
	}
}

// actsThen checks the office that a line names and its instant.
func (s lineChecker) actsThen(at, by string) bool {
	l := s.l
	if !l.At.IsZero() && !s.r.New.Cycle.IssuedAt.IsZero() && l.At.Before(s.r.New.Cycle.IssuedAt) {
		s.wrong(at, "cyclefile.before_issue", "issued", s.r.New.Cycle.IssuedAt)
		return false
	}
	if s.unknownOffice(s.file, l.Row, by, l.Office) {
		return false
	}
	if day := calendar.DateOf(l.At); !l.At.IsZero() && s.p.known("people") && s.p.known("offices") && !s.held(l.Office, day) {
		s.wrong(by, "cyclefile.office_vacant", "office", string(l.Office), "day", day)
		return false
	}
	return true
}
