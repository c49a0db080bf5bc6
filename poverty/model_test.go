package poverty_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

// histories is how many random histories a test run plays; seeds start at 0.
const histories = 3000

// TestAdvance_random_histories_are_what_the_model_says plays random histories of
// one duty, each by a program that is punctual, by one that is down between the
// acts of people, and by one that looks now and then, and compares all of them
// with the model.
func TestAdvance_random_histories_are_what_the_model_says(t *testing.T) {
	t.Parallel()
	acts, lines := map[poverty.Act]int{}, 0
	for seed := range uint64(histories) {
		h := randomHistory(seed)
		if wrong := h.check(seed); wrong != "" {
			h = h.shrunk(seed)
			t.Fatalf("seed %d\n%s%s", seed, h, h.check(seed))
		}
		p := h.play(seed, punctual)
		for _, e := range p.history {
			if isLadders(e) {
				lines++
			}
		}
		for _, a := range p.done {
			acts[a]++
		}
	}
	for _, a := range []poverty.Act{poverty.ActSubmit, poverty.ActDone, poverty.ActAccept, poverty.ActReturn, poverty.ActAcknowledge, poverty.ActDirect,
		poverty.ActExtend, poverty.ActExcuse, poverty.ActEscalate, poverty.ActDate, earlier, daysOff} {
		if acts[a] < histories/100 {
			t.Errorf("%s was done %d times in %d histories", a, acts[a], histories)
		}
	}
	t.Logf("%d histories, %d entries of ladders, acts: %v", histories, lines, acts)
}

// ---- a random history

// The acts of a history beside those of people on a duty.
const (
	earlier = poverty.Act("earlier") // a receipt that is recorded later than it was
	daysOff = poverty.Act("days off")
)

// intent is an act that is tried at an instant; what the duty then refuses does
// not happen.
type intent struct {
	now  time.Time
	act  poverty.Act
	days int // to the day that the act names
	ago  time.Duration
	rung int
}

// randomDuty is a duty and what is tried on it.
type randomDuty struct {
	duty    poverty.Duty
	last    calendar.Date // zero: undated
	started time.Time
	days    []announced // the days off as they were announced one after the other
	intents []intent
}

var horizon = at("2018-09-15 00:00")

func randomHistory(seed uint64) randomDuty {
	r := rand.New(rand.NewPCG(seed, 20261126))
	h := randomDuty{started: issued, days: lists()[r.IntN(len(lists()))]}
	h.duty = aDuty([]string{"report", "start"}[r.IntN(2)])
	if r.IntN(2) == 0 {
		h.duty.Kind = poverty.DutyTask
	}
	if r.IntN(6) > 0 {
		h.last = calendar.DateOf(issued).AddDays(r.IntN(60) - 3)
		h.duty.Deemed = r.IntN(12) == 0
	}
	if r.IntN(4) == 0 {
		h.started = issued.Add(time.Duration(r.IntN(70*24*60)) * time.Minute)
	}
	all := []poverty.Act{poverty.ActSubmit, poverty.ActAccept, poverty.ActReturn, poverty.ActReturn, poverty.ActAcknowledge, poverty.ActAcknowledge,
		poverty.ActAcknowledge, poverty.ActDirect, poverty.ActExtend, poverty.ActDate, poverty.ActEscalate, daysOff}
	if r.IntN(4) == 0 {
		all = append(all, poverty.ActExcuse)
	}
	if r.IntN(2) == 0 {
		all = append(all, earlier)
	}
	now := h.started
	for range 3 + r.IntN(10) {
		now = now.Add(time.Duration(1+r.IntN(14*24*60)) * time.Minute)
		when := now
		if r.IntN(2) == 0 { // at or near the instants that matter
			when = calendar.DateOf(now).At(calendar.MustClock([]string{"00:00", "07:59", "08:00", "08:01", "23:59"}[r.IntN(5)]))
		}
		if n := len(h.intents); when.Before(h.started) || !when.Before(horizon) || n > 0 && !when.After(h.intents[n-1].now) {
			continue
		}
		h.intents = append(h.intents, intent{now: when, act: all[r.IntN(len(all))], days: r.IntN(16), rung: r.IntN(6), ago: time.Duration(r.IntN(20*24*60)) * time.Minute})
	}
	return h
}

// announced is a list of days off.
type announced struct {
	off map[calendar.Date]bool // departures from Monday to Friday: true is off
	cal *calendar.Calendar
}

// lists are random lists of days off, each with what it is changed into.
var lists = sync.OnceValue(func() (all [][]announced) {
	r := rand.New(rand.NewPCG(2018, 2027))
	for range 12 {
		off := map[calendar.Date]bool{}
		alter(off, calendar.DateOf(issued).AddDays(r.IntN(60)), 1+r.IntN(9))
		alter(off, calendar.DateOf(issued).AddDays(r.IntN(90)), 1+r.IntN(4))
		var changing []announced
		for range 6 {
			changing = append(changing, announced{maps.Clone(off), calendarOf(off)})
			alter(off, calendar.DateOf(issued).AddDays(r.IntN(90)), 1+r.IntN(6))
		}
		all = append(all, changing)
	}
	return all
})

// alter makes of a number of days from one on days off, or of days off days that
// are worked.
func alter(off map[calendar.Date]bool, from calendar.Date, days int) {
	for i := range days {
		d := from.AddDays(i)
		if _, altered := off[d]; altered {
			delete(off, d)
		} else if weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday; !weekend || days == 1 {
			off[d] = !weekend // a weekend alone is made a working day
		}
	}
}

// String tells what is tried, for a failure.
func (h randomDuty) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, ladder %s, last day %s, deemed %v, opened %s, started %s\n", h.duty.Kind, h.duty.Ladder, h.last, h.duty.Deemed,
		issued.Format(time.RFC3339), h.started.In(calendar.Zone).Format(time.RFC3339))
	for i, days := range h.days {
		fmt.Fprintf(&b, "days off, list %d:", i)
		for _, d := range slices.SortedFunc(maps.Keys(days.off), calendar.Date.Compare) {
			fmt.Fprintf(&b, " %s %v", d, days.off[d])
		}
		fmt.Fprintln(&b)
	}
	for _, x := range h.intents {
		fmt.Fprintf(&b, "%s %s, %d days, rung %d, %s ago\n", x.now.In(calendar.Zone).Format(time.RFC3339), x.act, x.days, x.rung, x.ago)
	}
	return b.String()
}

// shrunk leaves out what a failure does not need.
func (h randomDuty) shrunk(seed uint64) randomDuty {
	for again := true; again; {
		again = false
		for i := range h.intents {
			less := h
			less.intents = slices.Delete(slices.Clone(h.intents), i, i+1)
			if less.check(seed) != "" {
				h, again = less, true
				break
			}
		}
	}
	return h
}

// ---- the program

// player is a program that lives through a history.
type player struct {
	t       poverty.Timetable
	duty    poverty.Duty
	history []poverty.Entry
	facts   []fact
	done    []poverty.Act
	wrong   string
}

// fact is what people did: entries, or another calendar.
type fact struct {
	now     time.Time
	entries []poverty.Entry
	off     map[calendar.Date]bool
}

// When a program looks by itself between two acts.
type habit func(r *rand.Rand, d poverty.Duty, until time.Time) time.Time

// punctual wakes at each planned instant.
func punctual(_ *rand.Rand, d poverty.Duty, until time.Time) time.Time {
	if d.NextAt != nil && d.NextAt.Before(until) {
		return *d.NextAt
	}
	return until
}

// down does not wake until somebody acts.
func down(_ *rand.Rand, _ poverty.Duty, until time.Time) time.Time { return until }

// now and then wakes at any time.
func nowAndThen(r *rand.Rand, _ poverty.Duty, until time.Time) time.Time {
	return until.Add(-time.Duration(r.IntN(30*24*60)) * time.Minute)
}

func (h randomDuty) play(seed uint64, look habit) *player {
	r := rand.New(rand.NewPCG(seed, 8))
	p := &player{t: poverty.Timetable{Calendar: h.days[0].cal, Rules: aCycle().Rules, Started: h.started}, duty: h.duty}
	opened := poverty.Entry{At: issued, Event: poverty.EventOpened, By: h.last}
	p.add(h.started, opened)
	p.facts = append(p.facts, fact{now: h.started, entries: []poverty.Entry{opened}})
	now := h.started
	p.advance(now)
	pass := func(until time.Time) {
		for now.Before(until) && p.wrong == "" {
			if next := look(r, p.duty, until); next.After(now) {
				now = next
				p.advance(now)
			} else {
				now = until
			}
		}
	}
	for _, x := range h.intents {
		pass(x.now)
		if x.act == daysOff {
			p.advance(x.now)
			next := h.days[x.rung%len(h.days)]
			p.t.Calendar = next.cal
			p.facts = append(p.facts, fact{now: x.now, off: next.off})
			p.done = append(p.done, daysOff)
			p.advance(x.now)
			continue
		}
		p.decide(x)
	}
	pass(horizon)
	p.advance(horizon)
	return p
}

func (p *player) add(now time.Time, entries ...poverty.Entry) {
	for _, e := range entries {
		e.ID, e.RecordedAt = int64(len(p.history)+1), now
		p.history = append(p.history, e)
	}
}

// advance is what a step of the store does. A late duty must never be forgotten:
// something is still to come, or its ladder is at its end, and leadership has it
// in its digest.
func (p *player) advance(now time.Time) poverty.Standing {
	due, s, next := p.duty.Advance(p.t, p.history, now)
	p.add(now, due...)
	p.duty.Put(s, next)
	if d := p.duty; p.wrong == "" {
		switch {
		case d.NextAt != nil && !d.NextAt.After(now):
			p.wrong = fmt.Sprintf("at %s the next instant is %s\n", now, d.NextAt)
		case !d.State.Owed() && (d.NextAt != nil || d.Escalated || d.Overdue || !d.HeldUntil.IsZero()):
			p.wrong = fmt.Sprintf("at %s it is %s, and next %v, escalated %v, overdue %v, held until %s\n", now, d.State, d.NextAt, d.Escalated, d.Overdue, d.HeldUntil)
		case !d.HeldUntil.IsZero() && (d.NextAt == nil || d.NextAt.After(calendar.OverdueAt(d.HeldUntil))):
			p.wrong = fmt.Sprintf("at %s the hold until %s does not lapse\n", now, d.HeldUntil)
		case d.Overdue && d.NextAt == nil && len(s.Unfired()) > 0:
			p.wrong = fmt.Sprintf("at %s it is late, and %v will never fire\n", now, s.Unfired())
		}
	}
	return s
}

// decide tries an act as the store does.
func (p *player) decide(x intent) {
	s := p.advance(x.now)
	d := poverty.Decision{Act: x.act, Reason: "x", Basis: "x", By: calendar.DateOf(x.now).AddDays(x.days)}
	switch x.act {
	case earlier:
		d.Act, d.At = poverty.ActSubmit, x.now.Add(-x.ago)
		if d.At.Before(issued) {
			return
		}
	case poverty.ActEscalate:
		unfired := s.Unfired()
		if len(unfired) == 0 {
			return
		}
		d.Rung = unfired[x.rung%len(unfired)].Rung.String()
	}
	if d.Act == poverty.ActSubmit && p.duty.Kind == poverty.DutyTask {
		d.Act = poverty.ActDone
	}
	entries, err := p.duty.Decide(aCycle(), poverty.System("test"), p.t, s, d, x.now)
	if err != nil || len(entries) == 0 {
		return
	}
	p.add(x.now, entries...)
	p.facts = append(p.facts, fact{now: x.now, entries: entries})
	p.done = append(p.done, d.Act)
	if x.act == earlier {
		p.done = append(p.done, earlier)
	}
	p.advance(x.now)
}

// calendarOf is a year in which just these days depart from Monday to Friday.
func calendarOf(off map[calendar.Date]bool) *calendar.Calendar {
	days := []calendar.DayOff{{Date: calendar.MustDate("2018-01-01"), Kind: calendar.Holiday, Name: "x"}}
	for d, isOff := range off {
		kind := calendar.Work
		if isOff {
			kind = calendar.Holiday
		}
		days = append(days, calendar.DayOff{Date: d, Kind: kind, Name: "x"})
	}
	return calendar.New(days)
}

// isLadders reports whether an entry was written by the ladder itself.
func isLadders(e poverty.Entry) bool {
	switch e.Event {
	case poverty.EventReminded, poverty.EventPassed, poverty.EventHeld, poverty.EventLapsed, poverty.EventOverdue:
		return true
	case poverty.EventEscalated:
		return len(e.To) > 0 && e.Basis == ""
	case poverty.EventAccepted:
		return e.Basis == "deemed"
	default:
		return false
	}
}

// ---- what is compared

// check returns what is wrong with a history; "" for nothing.
func (h randomDuty) check(seed uint64) string {
	p := h.play(seed, punctual)
	if p.wrong != "" {
		return p.wrong
	}
	m := h.model(p)
	if diff := cmp.Diff(m.told(), told(p.history)); diff != "" {
		return "the ladder (-model +program):\n" + diff
	}
	if diff := cmp.Diff(m.stands(), stands(p.duty)); diff != "" {
		return "where it stands (-model +program):\n" + diff
	}
	if wrong := once(p.history); wrong != "" {
		return wrong
	}
	for name, look := range map[string]habit{"down between acts": down, "looking now and then": nowAndThen} {
		q := h.play(seed, look)
		if q.wrong != "" {
			return name + ": " + q.wrong
		}
		if diff := cmp.Diff(told(p.history), told(q.history)); diff != "" {
			return name + ", it is another history (-punctual +other):\n" + diff
		}
		if diff := cmp.Diff(stands(p.duty), stands(q.duty)); diff != "" {
			return name + ", it stands otherwise (-punctual +other):\n" + diff
		}
	}
	return p.afterwards()
}

// afterwards compares the history with what a program finds that looks for the
// first time when all is over: of the acts nothing is known but that they were.
// What came late, or answered what a program had done, cannot be compared.
func (p *player) afterwards() string {
	q := &player{t: p.t, duty: p.duty}
	for _, f := range p.facts {
		for _, e := range f.entries {
			if f.now.After(e.At) && e.Event != poverty.EventOpened || e.Event == poverty.EventEscalated {
				return ""
			}
		}
		if f.off != nil {
			return ""
		}
		q.add(f.now, f.entries...)
	}
	q.advance(horizon)
	if diff := cmp.Diff(told(p.history), told(q.history)); diff != "" {
		return "looked at afterwards, it is another history (-punctual +afterwards):\n" + diff
	}
	return ""
}

// told is what the ladder did, in order of time.
func told(history []poverty.Entry) []string {
	var out []string
	for _, e := range history {
		if !isLadders(e) {
			continue
		}
		line := fmt.Sprintf("%s %s ladder %d", e.At.In(calendar.Zone).Format(time.RFC3339), e.Event, e.Ladder)
		if e.Rung != "" {
			line += " " + e.Rung
		}
		if !e.By.IsZero() {
			line += " until " + e.By.String()
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

func stands(d poverty.Duty) string {
	return fmt.Sprintf("%s, verdict %q, overdue %v, extended %v, ladder %d, last day %s, held until %s", d.State, d.Verdict, d.Overdue, d.Extended, d.LadderNo, d.LastDay, d.HeldUntil)
}

// once finds a rung that fired twice, by itself or by hand: then two notices
// would have one key.
func once(history []poverty.Entry) string {
	seen := map[string]bool{}
	for _, e := range history {
		key := fmt.Sprintf("%d %s", e.Ladder, e.Rung)
		switch e.Event {
		case poverty.EventReminded, poverty.EventEscalated, poverty.EventPassed:
		case poverty.EventOverdue:
			key += "overdue"
		default:
			continue
		}
		if seen[key] {
			return fmt.Sprintf("ladder %s: twice\n", key)
		}
		seen[key] = true
	}
	return ""
}

// ---- the model: the rules told a second time, day by day

// model knows what was recorded so far, and tells what the ladder should have
// done of itself. It goes through all days anew whenever something is recorded,
// because a receipt or a calendar that comes late changes what was.
type model struct {
	duty    poverty.Duty
	ladder  []string // its rungs
	started time.Time
	off     map[calendar.Date]bool
	known   []poverty.Entry
	written map[string]bool // what the ladder did already: nothing is rewritten

	state     poverty.DutyState
	no        int // of the ladder
	last      calendar.Date
	hold      calendar.Date
	late      bool
	over      bool // the last day is over, and it is owed
	extended  bool
	returned  bool
	submitted bool
	rungs     []modelRung
}

type modelRung struct {
	name  string
	n     int
	after bool // the last day
	day   calendar.Date
	fired bool
}

const modelNotice = 8 * time.Hour

// model lives through what people did to a program.
func (h randomDuty) model(p *player) *model {
	m := &model{duty: h.duty, started: h.started, off: h.days[0].off, written: map[string]bool{}}
	for _, s := range aCycle().Rules.Ladders[h.duty.Ladder] {
		m.ladder = append(m.ladder, s.Rung.String())
	}
	for _, f := range p.facts {
		m.days(f.now)
		if f.off != nil {
			m.off = f.off
		}
		m.known = append(m.known, f.entries...)
		m.days(f.now)
	}
	m.days(horizon)
	return m
}

// days goes through the days to an instant, and writes what the ladder does.
func (m *model) days(until time.Time) {
	known := slices.Clone(m.known)
	slices.SortStableFunc(known, func(a, b poverty.Entry) int { return a.At.Compare(b.At) })
	m.state, m.no, m.last, m.hold = poverty.DutyOpen, 0, calendar.Date{}, calendar.Date{}
	m.late, m.over, m.extended, m.returned, m.submitted, m.rungs = false, false, false, false, false, nil
	before := func(t time.Time) {
		for len(known) > 0 && known[0].At.Before(t) && !known[0].At.After(until) {
			e := known[0]
			known = known[1:]
			m.happen(e)
		}
	}
	for day := calendar.DateOf(issued); !day.Start().After(until); day = day.AddDays(1) {
		m.midnight(day)
		morning := day.Start().Add(modelNotice)
		before(morning)
		if !morning.After(until) {
			m.morning(day, morning)
		}
		before(day.AddDays(1).Start())
	}
}

func (m *model) owed() bool { return m.state == poverty.DutyOpen || m.state == poverty.DutyReturned }

// write takes down what the ladder does, if that was not done already.
func (m *model) write(at time.Time, event poverty.Event, rung string, until calendar.Date) {
	e := poverty.Entry{At: at, Event: event, Ladder: m.no, Rung: rung, By: until}
	key := fmt.Sprint(event, m.no, rung, until)
	if event == poverty.EventReminded || event == poverty.EventPassed || event == poverty.EventEscalated {
		key = fmt.Sprint("rung", m.no, rung)
	}
	if m.written[key] {
		return
	}
	m.written[key] = true
	if event == poverty.EventAccepted {
		e.Basis = "deemed"
	}
	e.To = []string{"unit"}
	m.known = append(m.known, e)
}

// midnight is when a day before is over.
func (m *model) midnight(day calendar.Date) {
	if !m.owed() {
		return
	}
	if !m.last.IsZero() && day == m.last.AddDays(1) {
		m.judge(day.Start())
	}
	if m.owed() && !m.hold.IsZero() && day == m.hold.AddDays(1) {
		m.write(day.Start(), poverty.EventLapsed, "", m.hold)
		m.resume()
	}
}

// judge finds the duty late, or takes silence as a yes.
func (m *model) judge(at time.Time) {
	if m.duty.Deemed {
		m.write(at, poverty.EventAccepted, "", calendar.Date{})
		m.state, m.hold = poverty.DutyDone, calendar.Date{}
		return
	}
	m.late, m.over = true, true
	m.write(at, poverty.EventOverdue, "", calendar.Date{})
}

// resume plans what has not fired anew: the first rung on the first working day
// after the promise, the others at their distance. A promise for a day before
// the last one moves nothing.
func (m *model) resume() {
	promise := m.hold
	m.hold = calendar.Date{}
	if promise.Before(m.last) {
		return
	}
	first := 0
	for i, r := range m.rungs {
		if r.fired || !r.after {
			continue
		}
		if first == 0 {
			first = r.n
		}
		m.rungs[i].day = m.working(promise, 1+r.n-first)
	}
}

// morning is the notice time of a day.
func (m *model) morning(day calendar.Date, at time.Time) {
	for i, r := range m.rungs {
		if !m.owed() || r.fired || r.day != day {
			continue
		}
		switch {
		case m.fired(r.name): // by hand, or recorded before the calendar or a receipt changed
		case at.Before(m.started):
			m.write(at, poverty.EventPassed, r.name, calendar.Date{})
			m.rungs[i].fired = true
		case !m.hold.IsZero():
			m.write(at, poverty.EventHeld, r.name, m.hold)
		case r.after:
			m.write(at, poverty.EventEscalated, r.name, calendar.Date{})
			m.rungs[i].fired = true
		default:
			m.write(at, poverty.EventReminded, r.name, calendar.Date{})
			m.rungs[i].fired = true
		}
	}
}

// fired reports whether a rung of this ladder was ever recorded as fired or
// passed.
func (m *model) fired(rung string) bool { return m.written[fmt.Sprint("rung", m.no, rung)] }

// happen is what a recorded fact does.
func (m *model) happen(e poverty.Entry) {
	switch e.Event {
	case poverty.EventOpened, poverty.EventDated:
		m.begin(e.By, e.At)
	case poverty.EventSubmitted, poverty.EventDone:
		m.state, m.over, m.hold, m.submitted = poverty.DutySubmitted, false, calendar.Date{}, true
		if e.Event == poverty.EventDone {
			m.state = poverty.DutyDone
		}
	case poverty.EventAccepted:
		m.state, m.over, m.hold = poverty.DutyDone, false, calendar.Date{}
	case poverty.EventExcused:
		m.state, m.over, m.late, m.hold = poverty.DutyExcused, false, false, calendar.Date{}
	case poverty.EventReturned:
		m.state, m.returned = poverty.DutyReturned, true
		m.begin(e.By, e.At)
	case poverty.EventExtended:
		m.extended = true
		m.begin(e.By, e.At)
	case poverty.EventAcknowledged, poverty.EventDirected:
		if m.owed() {
			m.hold = e.By
		}
	case poverty.EventReminded, poverty.EventPassed, poverty.EventEscalated:
		if e.Ladder == m.no {
			m.written[fmt.Sprint("rung", m.no, e.Rung)] = true
			for i, r := range m.rungs {
				m.rungs[i].fired = r.fired || r.name == e.Rung
			}
		}
	default:
	}
}

// begin is a new ladder that counts from a last day, in force from an instant.
func (m *model) begin(last calendar.Date, at time.Time) {
	m.last, m.hold, m.over, m.rungs = last, calendar.Date{}, false, nil
	if last.IsZero() {
		return
	}
	m.no++
	if m.owed() && !at.Before(last.AddDays(1).Start()) {
		m.judge(at)
	}
	for _, name := range m.ladder {
		kind, number, _ := strings.Cut(name, " ")
		n, _ := strconv.Atoi(number)
		r := modelRung{name: name, n: n, after: kind == "overdue"}
		switch {
		case m.returned && !r.after:
			continue
		case r.after:
			r.day = m.working(last, n)
		case n > 0:
			r.day = m.working(last, -n)
		default:
			for r.day = last; !m.works(r.day); {
				r.day = r.day.AddDays(-1)
			}
		}
		if m.owed() && r.day.Start().Add(modelNotice).Before(at) && !m.fired(name) {
			m.write(at, poverty.EventPassed, name, calendar.Date{})
			r.fired = true
		}
		m.rungs = append(m.rungs, r)
	}
	if day := calendar.DateOf(at); at.Equal(day.Start().Add(modelNotice)) {
		m.morning(day, at) // a rung at that very instant fires
	}
}

func (m *model) works(d calendar.Date) bool {
	if off, altered := m.off[d]; altered {
		return !off
	}
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// working is the n-th working day after a day, or before it.
func (m *model) working(d calendar.Date, n int) calendar.Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		if d = d.AddDays(step); m.works(d) {
			n--
		}
	}
	return d
}

func (m *model) told() []string { return told(m.known) }

func (m *model) stands() string {
	d := poverty.Duty{State: m.state, Overdue: m.over, Extended: m.extended, LadderNo: m.no, LastDay: m.last, HeldUntil: m.hold}
	switch {
	case m.state == poverty.DutyExcused:
	case m.late:
		d.Verdict = poverty.Late
	case !m.owed():
		d.Verdict = poverty.OnTime
	}
	return stands(d)
}
