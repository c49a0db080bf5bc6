package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/poverty"
)

// attendee is who is invited, and who came.
type attendee struct {
	Unit     poverty.UnitID
	Name     string
	Office   string
	Must     bool
	Answer   poverty.InvitationAnswer
	Came     string
	Delegate string
}

// conclusionLine is a line of the form of conclusions.
type conclusionLine struct {
	N                       int
	Text, Unit, Due, DueDay string
}

type recordData struct {
	frame
	Row       meetingRow
	Address   string
	Form      form
	Hidden    []hidden
	New       bool // it was not planned: nothing is kept before it is recorded
	OnBehalf  bool
	Attendees []attendee
	Others    []choice
	Lines     []conclusionLine
	Units     []choice
}

// Attendances returns what can be said of who is invited.
func (recordData) Attendances() []poverty.Attendance {
	return []poverty.Attendance{poverty.AttendanceCame, poverty.AttendanceDelegate, poverty.AttendanceAbsent}
}

var recordPage = newPage[recordData]("meeting/record.html")

// minutes is the page on which a meeting is recorded, in the room.
func (s *site) minutes(v *visit) error {
	m, err := v.loadMeeting()
	if err != nil {
		return err
	}
	if _, err := m.State.Move(poverty.MeetingHolds); err != nil {
		return err
	}
	return v.showRecord(http.StatusOK, m, newForm(), nil)
}

func (v *visit) showRecord(status int, m poverty.Meeting, f form, fields []hidden) error {
	_, behalf, err := m.MayMove(*v.cycle, v.me, poverty.MeetingMove{Verb: poverty.MeetingHolds, Basis: "x"})
	if err != nil {
		return err
	}
	row := meetingRow{Meeting: m}
	data := recordData{
		frame: v.frame("nav.meetings", v.p.T("meeting.record_of", "title", m.Title)), Row: row, Address: row.Link(), Form: f,
		Hidden: fields, New: m.ID == 0, OnBehalf: behalf, Lines: conclusionLines(f, m.Conclusions),
	}
	if data.New {
		data.Address = "/cycles/" + string(v.cycle.ID) + "/meetings/held"
	}
	if data.Units, err = v.bindable(); err != nil {
		return err
	}
	invited := map[poverty.UnitID]bool{m.Unit: true}
	for _, i := range m.Invitations {
		invited[i.Unit] = true
		a := attendee{Unit: i.Unit, Must: i.Must, Answer: i.Answer, Came: string(i.Came), Delegate: i.Delegate}
		if a.Name, err = v.unitName(i.Unit); err != nil {
			return err
		}
		if i.Unit == v.cycle.Owner && i.Office != "" {
			if a.Name, err = v.officeName(i.Office); err != nil {
				return err
			}
		}
		if a.Came == "" && i.Answer == poverty.AnswerDelegate {
			a.Came = string(poverty.AttendanceDelegate)
		}
		if f.Values.Has("came-" + string(i.Unit)) {
			a.Came, a.Delegate = f.Value("came-"+string(i.Unit)), f.Value("delegate-"+string(i.Unit))
		}
		data.Attendees = append(data.Attendees, a)
	}
	data.Others = slices.DeleteFunc(slices.Clone(data.Units), func(c choice) bool { return invited[poverty.UnitID(c.Value)] })
	return recordPage.show(v, status, data)
}

// conclusionLines fills the form: with what was typed, or with what is kept,
// and some empty lines.
func conclusionLines(f form, kept []poverty.Conclusion) []conclusionLine {
	var lines []conclusionLine
	if typed := f.Values["text"]; len(typed) > 0 {
		for i := range typed {
			lines = append(lines, conclusionLine{N: i, Text: typed[i], Unit: nth(f.Values["who"], i), Due: nth(f.Values["due"], i), DueDay: nth(f.Values["due_day"], i)})
		}
	}
	for _, c := range kept {
		if len(f.Values["text"]) > 0 {
			break
		}
		line := conclusionLine{N: len(lines), Text: c.Text, Unit: string(c.Unit), Due: "none"}
		if kind, day, ok := strings.Cut(c.Due, " "); ok {
			line.Due = kind
			if d, ok := parseDay(day); ok {
				line.DueDay = d.String()
			}
		}
		lines = append(lines, line)
	}
	empty := 0
	for _, l := range lines {
		empty += b2i(l.Text == "")
	}
	for ; empty < 3; empty++ {
		lines = append(lines, conclusionLine{N: len(lines)})
	}
	return lines
}

// typedConclusions reads the lines of conclusions; an empty line is none.
func (v *visit) typedConclusions(f *form) []poverty.NewConclusion {
	var list []poverty.NewConclusion
	for i, text := range f.Values["text"] {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		n := poverty.NewConclusion{Text: text, Unit: poverty.UnitID(nth(f.Values["who"], i)), Due: "none"}
		if kind := nth(f.Values["due"], i); kind == "by" || kind == "before" {
			day, ok := parseDay(strings.TrimSpace(nth(f.Values["due_day"], i)))
			if !ok {
				f.problem("conclusions", v.p.T("meeting.conclusion_day", "no", i+1))
				continue
			}
			n.Due = kind + " " + day.String()
		}
		list = append(list, n)
	}
	return list
}

// typedRecord reads who came, minutes and conclusions.
func (v *visit) typedRecord(f *form) poverty.MeetingRecord {
	r := poverty.MeetingRecord{Minutes: v.text(f, "minutes"), Paper: v.text(f, "paper"), Conclusions: v.typedConclusions(f)}
	r.People, _ = v.count(f, "people")
	for name, values := range f.Values {
		if unit, ok := strings.CutPrefix(name, "came-"); ok {
			r.Attended = append(r.Attended, poverty.Attended{
				Unit: poverty.UnitID(unit), Came: poverty.Attendance(values[0]), Delegate: strings.TrimSpace(f.Value("delegate-" + unit)),
			})
		}
	}
	for _, unit := range f.Values["also"] {
		if unit != "" {
			r.Attended = append(r.Attended, poverty.Attended{Unit: poverty.UnitID(unit), Came: poverty.AttendanceCame})
		}
	}
	slices.SortFunc(r.Attended, func(a, b poverty.Attended) int { return strings.Compare(string(a.Unit), string(b.Unit)) })
	return r
}

// recordMeeting keeps what was typed of a planned meeting, or records it as
// held.
func (v *visit) recordMeeting(f form, m poverty.Meeting, x poverty.MeetingMove) error {
	r := v.typedRecord(&f)
	version, _ := v.count(&f, "version")
	if f.Value("do") == "more" {
		f.Values["text"] = append(f.Values["text"], "", "", "")
		return v.showRecord(http.StatusOK, m, f, nil)
	}
	if f.Bad() {
		return v.showRecord(http.StatusUnprocessableEntity, m, f, nil)
	}
	var err error
	if f.Value("do") == "save" {
		_, err = v.store.SaveMinutes(v.ctx(), poverty.MinutesDraft{Meeting: m.ID, Version: version, Record: r})
	} else {
		x.Verb, x.Version, x.Record = poverty.MeetingHolds, version, &r
		_, err = v.engine.MoveMeeting(v.ctx(), x)
	}
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		if now, err := v.store.Meeting(v.ctx(), m.ID); err == nil && now.State == poverty.MeetingPlanned {
			m = now // the next press is on what is stored now
			f.Values.Set("version", strconv.Itoa(m.Version))
		}
		return v.showRecord(code, m, f, nil)
	}
	if f.Value("do") == "save" {
		return v.redirect(meetingRow{Meeting: m}.Record(), "meeting_save")
	}
	return v.redirect(meetingRow{Meeting: m}.Link(), "meeting_hold")
}

// holdMeeting records a meeting that had not been planned.
func (s *site) holdMeeting(v *visit) error {
	f := v.sentForm("hold")
	p := v.typedPlan(&f)
	r := v.typedRecord(&f)
	x := poverty.MeetingMove{
		Key: f.Key, Cycle: v.cycle.ID, Verb: poverty.MeetingHolds, Plan: &p, Record: &r, Basis: v.text(&f, "basis"), At: v.at(&f), Office: v.me.Office,
	}
	m := poverty.Meeting{
		Cycle: v.cycle.ID, Kind: p.Kind, Unit: p.Unit, About: p.About, Title: p.Title, StartsAt: p.StartsAt, EndsAt: p.EndsAt,
		Place: p.Place, Chair: p.Chair, State: poverty.MeetingPlanned, Invitations: invitationsOf(p),
	}
	if f.Value("do") == "more" {
		f.Values["text"] = append(f.Values["text"], "", "", "")
		return v.showRecord(http.StatusOK, m, f, carried(f))
	}
	if f.Bad() {
		return v.showRecord(http.StatusUnprocessableEntity, m, f, carried(f))
	}
	made, err := s.engine.MoveMeeting(v.ctx(), x)
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showRecord(code, m, f, carried(f))
	}
	return v.redirect(meetingRow{Meeting: made}.Link(), "meeting_hold")
}
