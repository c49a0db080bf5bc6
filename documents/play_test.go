package documents

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dondoc/calendar"
	"dondoc/poverty"
)

// player plays a rehearsal by the rules of the domain alone, duty by duty.
type player struct {
	t      *testing.T
	r      poverty.Rehearsal
	cycle  poverty.Cycle
	table  poverty.Timetable
	ledger []string
}

func play(t *testing.T, r poverty.Rehearsal) []string {
	t.Helper()
	p := &player{t: t, r: r, cycle: r.New.Cycle}
	p.cycle.State = poverty.CycleRunning
	p.table = poverty.Timetable{Calendar: calendar.Default(), Rules: p.cycle.Rules, Started: p.cycle.IssuedAt}
	for _, tmpl := range p.cycle.Rules.Duties {
		p.template(tmpl)
	}
	for _, l := range r.Script {
		if l.Act == actAdd {
			due := calendar.MustDue(l.Due)
			days, err := due.Days(p.table.Calendar, calendar.Keep, calendar.Month{}, calendar.Month{})
			if err != nil {
				t.Fatal(err)
			}
			p.duty(poverty.Duty{Code: l.Duty, Kind: l.Kind, Unit: l.Unit, Subject: l.Subject, Ladder: l.Ladder, OpenedAt: l.At}, days[0])
		}
	}
	slices.Sort(p.ledger)
	return p.ledger
}

func (p *player) template(tmpl poverty.Template) {
	if tmpl.Kind == poverty.DutyGroupMeeting || tmpl.Kind == poverty.DutyContact {
		return // renewed by meetings
	}
	if tmpl.Kind.ByEvent() {
		return
	}
	due := tmpl.Due
	switch due.Event() {
	case "issue":
		due = due.WithEvent(calendar.DateOf(p.cycle.IssuedAt))
	case "":
	default:
		return // born of another duty
	}
	days, err := due.Days(p.table.Calendar, tmpl.DayOff, tmpl.From, tmpl.To)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, unit := range p.cycle.Rules.Owing(tmpl) {
		for _, day := range days {
			opened := p.cycle.IssuedAt
			if !tmpl.Opens.IsZero() {
				opened = tmpl.Opens.Start()
			}
			if first := day.Period.First(); !first.IsZero() && first.First().Start().After(opened) {
				opened = first.First().Start()
			}
			p.duty(poverty.Duty{
				Code: tmpl.Code, Kind: tmpl.Kind, Unit: unit, Period: string(day.Period), Stated: due.String(),
				DayOff: tmpl.DayOff, Ladder: tmpl.Ladder, Deemed: tmpl.Deemed, OpenedAt: opened,
			}, day)
		}
	}
}

func (p *player) duty(d poverty.Duty, day calendar.Occurrence) {
	d.ID, d.Cycle = 1, p.cycle.ID
	history := []poverty.Entry{{ID: 1, Event: poverty.EventOpened, At: d.OpenedAt, RecordedAt: d.OpenedAt, By: day.LastDay}}
	add := func(now time.Time, entries ...poverty.Entry) {
		for _, e := range entries {
			e.ID = int64(len(history) + 1)
			history = append(history, e)
			text := fmt.Sprintf("%s %s %s", now.Format("2006-01-02 15:04"), strings.TrimSuffix(d.Code+"/"+string(d.Unit)+"/"+d.Period, "/"), e.Event)
			for _, v := range []string{e.Rung, e.By.String()} {
				if v != "" {
					text += " " + v
				}
			}
			p.ledger = append(p.ledger, text)
		}
	}
	advance := func(to time.Time) poverty.Standing {
		due, s, _ := d.Advance(p.table, history, to)
		for _, e := range due {
			add(e.At, e)
		}
		return s
	}
	lines := p.lines(d, day)
	plan := poverty.Plan{Unit: d.Unit, State: poverty.PlanDraft}
	for _, l := range lines {
		s := advance(l.At)
		if d.Kind == poverty.DutyPlan && l.Act != string(poverty.ActNote) {
			plan = p.move(plan, l, s, add)
			continue
		}
		if l.Review != nil { // what a unit says for a review ends its duty to say it
			add(l.At, poverty.Entry{Event: poverty.EventDone, At: l.At, Ladder: s.LadderNo})
			continue
		}
		if l.Act == actAccept {
			add(l.At, poverty.Entry{Event: poverty.EventAccepted, At: l.At, Ladder: s.LadderNo})
			continue
		}
		entries, err := d.Decide(p.cycle, p.actor(l.Office, l.At), p.table, s, poverty.Decision{
			Act: poverty.Act(l.Act), At: l.Effective, By: l.By, Due: l.Due, Rung: l.Rung, Reason: l.Reason, Basis: l.Basis,
		}, l.At)
		if err != nil {
			p.t.Errorf("row %d, %s %s of %s/%s: %v", l.Row, l.At.Format(time.DateTime), l.Act, d.Code, d.Unit, err)
		}
		add(l.At, entries...)
	}
	end := p.r.Script[len(p.r.Script)-1]
	if end.Act != actClose {
		p.t.Fatal("the script does not end with the close of the cycle")
	}
	if s := advance(end.At); s.State.Owed() {
		p.t.Errorf("%s/%s/%s is still owed at the end", d.Code, d.Unit, d.Period)
	}
}

func (p *player) move(plan poverty.Plan, l poverty.Line, s poverty.Standing, add func(time.Time, ...poverty.Entry)) poverty.Plan {
	verb := poverty.PlanVerb(l.Act)
	state, err := plan.Move(verb)
	a := p.actor(l.Office, l.At)
	if _, _, mayErr := plan.MayMove(p.cycle, a, poverty.PlanMove{Verb: verb, Reason: l.Reason, Basis: l.Basis}); mayErr != nil {
		err = mayErr
	}
	if err != nil {
		p.t.Errorf("row %d, %s of the plan of %s: %v", l.Row, l.Act, l.Unit, err)
	}
	e := poverty.Entry{At: l.At, Ladder: s.LadderNo}
	plan.State = state
	if plan.ApprovedRound != 0 { // an amendment leaves the duty as it is
		return plan
	}
	switch verb {
	case poverty.PlanSend:
		plan.SentBy = a.User
		e.Event = poverty.EventSubmitted
	case poverty.PlanReturn:
		e.Event, e.By = poverty.EventReturned, poverty.ReturnTerm(p.table, s.LastDay, calendar.DateOf(l.At))
	case poverty.PlanApprove:
		plan.ApprovedRound = 1
		e.Event = poverty.EventAccepted
	case poverty.PlanWithdraw:
		e.Event = poverty.EventWithdrawn
	default:
		return plan
	}
	add(l.At, e)
	return plan
}

// actor returns whoever holds an office, with nothing but that seat.
func (p *player) actor(office poverty.OfficeID, at time.Time) poverty.Actor {
	day := calendar.DateOf(at)
	for _, h := range p.r.New.Holdings {
		if h.Office == office && overlap(h.ValidFrom, h.ValidTo, day, day) {
			for _, o := range p.r.New.Offices {
				if o.ID == office {
					return poverty.Actor{User: h.User, Office: office, Seats: []poverty.Seat{{Office: office, Unit: o.Unit, Role: o.Role}}}
				}
			}
		}
	}
	p.t.Errorf("nobody holds %s on %s", office, day)
	return poverty.Actor{}
}

// lines returns the script's lines of a duty, and those that its habit makes.
// startsBy reports whether a component starts by a duty of a code.
func (p *player) startsBy(duty, component string) bool {
	return slices.ContainsFunc(p.r.New.Components, func(d poverty.ComponentDraft) bool { return d.Code == component && d.StartDuty == duty })
}

func (p *player) lines(d poverty.Duty, day calendar.Occurrence) []poverty.Line {
	var lines []poverty.Line
	scripted, delivered := false, false
	for _, l := range p.r.Script {
		if l.Duty == d.Code && l.Unit == d.Unit && l.Period == d.Period && l.Subject == d.Subject && l.Act != actAdd && !slices.Contains(surveyActs, l.Act) {
			lines = append(lines, l)
			scripted = scripted || l.Act != string(poverty.ActNote)
		}
		if l.Act == actDeliver && l.Unit == d.Unit && !delivered && p.startsBy(d.Code, l.Subject) {
			delivered, l.Act = true, string(poverty.ActDone) // the first delivery ends the start
			lines = append(lines, l)
		}
	}
	if scripted || day.LastDay.IsZero() {
		return lines
	}
	line := func(day calendar.Date, clock calendar.Clock, office poverty.OfficeID, act string) {
		lines = append(lines, poverty.Line{At: day.At(clock), Office: office, Act: act, Duty: d.Code, Unit: d.Unit, Period: d.Period})
	}
	for _, h := range p.r.Habits {
		if h.Duty != d.Code || !slices.Contains(p.cycle.Rules.Owing(poverty.Template{Who: h.Who}), d.Unit) {
			continue
		}
		on := p.table.Calendar.AddWorkingDays(day.LastDay, -h.Before)
		if h.Before == 0 {
			on = p.table.Calendar.Previous(day.LastDay)
		}
		office, act := poverty.OfficeID(d.Unit+"/officer"), string(poverty.ActDone)
		switch {
		case d.Kind == poverty.DutyPlan:
			office, act = poverty.OfficeID(d.Unit+"/head"), string(poverty.PlanSend)
		case d.Kind.Accepts() != "":
			act = string(poverty.ActSubmit)
		}
		line(on, h.At, office, act)
		if h.AcceptAfter > 0 {
			line(p.table.Calendar.AddWorkingDays(on, h.AcceptAfter), h.AcceptAt, h.AcceptBy, string(poverty.ActAccept))
		}
	}
	return lines
}

// The story of nam-dong-2018, as far as single duties tell it.
var namDongStory = []string{
	"2018-04-09 08:30 start-fund-2017/cong-an-huyen dated 2018-05-15",
	"2018-04-12 00:00 acceptance/cong-an-huyen accepted",
	"2018-04-14 20:10 plan/huong-son submitted",
	"2018-04-15 00:00 plan/thuong-long overdue",
	"2018-04-16 08:00 plan/thuong-long escalated overdue 1",
	"2018-04-17 16:20 plan/thuong-long submitted",
	"2018-04-18 14:30 meeting/thuong-long extended 2018-04-27",
	"2018-04-19 14:00 plan/thuong-long returned 2018-04-23",
	"2018-04-23 15:30 plan/thuong-long submitted",
	"2018-04-26 15:00 plan/thuong-long accepted",
	"2018-04-27 16:00 meeting/thuong-long done",
	"2018-04-27 08:00 report/huong-huu/2018-04 reminded remind 0",
	"2018-05-01 00:00 report/huong-huu/2018-04 overdue",
	"2018-05-02 08:00 report/huong-huu/2018-04 escalated overdue 1",
	"2018-05-02 09:10 report/huong-huu/2018-04 submitted",
	"2018-05-10 08:00 start-fund-2017/cong-an-huyen reminded remind 3",
	"2018-05-15 08:00 start-fund-2017/cong-an-huyen reminded remind 0",
	"2018-05-16 00:00 start-fund-2017/cong-an-huyen overdue",
	"2018-05-16 08:00 start-fund-2017/cong-an-huyen escalated overdue 1",
	"2018-05-17 09:30 start-fund-2017/cong-an-huyen acknowledged 2018-05-25",
	"2018-05-18 08:00 start-fund-2017/cong-an-huyen held overdue 3 2018-05-25",
	"2018-05-21 08:00 start-fund-2017/cong-an-huyen held overdue 4 2018-05-25",
	"2018-05-22 08:00 start-fund-2017/cong-an-huyen held overdue 5 2018-05-25",
	"2018-05-26 00:00 start-fund-2017/cong-an-huyen lapsed 2018-05-25",
	"2018-05-28 08:00 start-fund-2017/cong-an-huyen escalated overdue 3",
	"2018-05-29 08:00 start-fund-2017/cong-an-huyen escalated overdue 4",
	"2018-05-29 14:00 start-fund-2017/cong-an-huyen directed 2018-06-05",
	"2018-05-30 08:00 start-fund-2017/cong-an-huyen held overdue 5 2018-06-05",
	"2018-05-30 09:40 report/trung-tam-y-te/2018-05 submitted",
	"2018-06-01 10:15 report/trung-tam-y-te/2018-05 returned 2018-06-05",
	"2018-06-04 15:00 report/trung-tam-y-te/2018-05 submitted",
	"2018-06-05 16:30 start-fund-2017/cong-an-huyen done",
	"2018-06-05 16:30 start-fund-2017/cong-an-huyen closed",
	"2018-07-05 16:30 input-interim/cong-an-huyen done",
	"2018-07-06 00:00 input-interim/phong-gddt overdue",
	"2018-07-06 08:00 input-interim/phong-gddt escalated overdue 1",
	"2018-07-09 11:00 input-interim/phong-gddt done",
	"2018-07-10 16:00 review-interim/phong-ldtbxh done",
	"2018-07-31 00:00 report/huong-huu/2018-07 overdue",
	"2018-07-31 08:00 report/huong-huu/2018-07 escalated overdue 1",
	"2018-08-02 08:00 report/huong-huu/2018-07 escalated overdue 3",
	"2018-08-06 08:00 report/huong-huu/2018-07 escalated overdue 5",
	"2018-08-07 10:30 report/huong-huu/2018-07 submitted",
	"2018-11-14 14:00 survey-preliminary/thuong-nhat done",
	"2018-12-12 10:00 survey-official/thuong-nhat extended 2018-12-21",
	"2018-12-20 15:20 survey-official/thuong-nhat done",
	"2018-12-28 08:00 report/ban-chqs/2018-12 reminded remind 0",
	"2018-12-28 16:00 review-year-end/phong-ldtbxh done",
	"2018-12-31 00:00 report/ban-chqs/2018-12 overdue",
	"2019-01-02 07:40 report/ban-chqs/2018-12 submitted",
}

func TestNamDong_2018_plays_its_story(t *testing.T) {
	ledger := play(t, readExample(t, "nam-dong-2018"))
	for _, want := range namDongStory {
		if !slices.Contains(ledger, want) {
			t.Errorf("not in the ledger: %s", want)
		}
	}
	// Nothing else is overdue or escalated in the whole year.
	for _, line := range ledger {
		if (strings.Contains(line, " overdue") || strings.Contains(line, " escalated")) && !slices.Contains(namDongStory, line) {
			t.Errorf("not in the story: %s", line)
		}
	}
	if t.Failed() {
		t.Log("\n" + strings.Join(ledger, "\n"))
	}
}

func TestCamLo_2019_passes_without_trouble(t *testing.T) {
	for _, line := range play(t, readExample(t, "cam-lo-2019")) {
		if strings.Contains(line, " overdue") || strings.Contains(line, " escalated") {
			t.Error(line)
		}
	}
}

func readExample(t *testing.T, name string) poverty.Rehearsal {
	t.Helper()
	r, err := ReadCycle(os.DirFS("../examples/" + name))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
