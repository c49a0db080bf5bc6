// Package rehearsal plays a cycle from its files through the real workflow code
// and a real database, with time skipped: an office sees its year before it
// issues the plan, and the demonstration and the tests get a year that was
// lived.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"

	"dondoc/activities"
	"dondoc/calendar"
	"dondoc/poverty"
	"dondoc/worker"
	"dondoc/workflows"
)

// Store is what a rehearsal asks of the store. It must have been opened with
// the Clock's Now.
type Store interface {
	poverty.Processes
	poverty.Post
	Registrar
	Helping
	Reviewing
	CreateCycle(ctx context.Context, n poverty.NewCycle) error
	Openings(ctx context.Context, id poverty.CycleID) ([]poverty.Opening, error)
	Calendar(ctx context.Context) (*calendar.Calendar, error)
	Wakes(ctx context.Context, limit int) ([]poverty.Wake, error)
	DutyByKey(ctx context.Context, key string) (poverty.Duty, error)
	Holder(ctx context.Context, office poverty.OfficeID, on calendar.Date) (poverty.UserID, error)
	SavePlan(ctx context.Context, p poverty.PlanDraftContent) (poverty.Plan, error)
	SaveSurveyRows(ctx context.Context, s poverty.RegisterScope, rows []poverty.SurveyRow) error
	Cases(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) ([]poverty.Case, error)
	EditPlan(ctx context.Context, x poverty.PlanEdit) (poverty.Plan, error)
	PlanSheet(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (poverty.PlanSheet, error)
	Vacate(ctx context.Context, office poverty.OfficeID, last calendar.Date) error
	HandOver(ctx context.Context) (int, error)
	Occupy(ctx context.Context, office poverty.OfficeID, user poverty.UserID, from calendar.Date) error
	Credentials(ctx context.Context, login string) (poverty.User, string, error)
	History(ctx context.Context, f poverty.HistoryFilter) ([]poverty.Entry, error)
	Notices(ctx context.Context, f poverty.NoticeFilter) ([]poverty.Notice, error)
	Duties(ctx context.Context, f poverty.DutyFilter) ([]poverty.Duty, error)
	Households(ctx context.Context, f poverty.HouseholdFilter) ([]poverty.Household, error)
	Postings(ctx context.Context, f poverty.PostingFilter) ([]poverty.Posting, error)
	Posting(ctx context.Context, id poverty.PostingID) (poverty.Posting, error)
	Objections(ctx context.Context, f poverty.ObjectionFilter) ([]poverty.Objection, error)
	Meetings(ctx context.Context, f poverty.MeetingFilter) ([]poverty.Meeting, error)
}

// Clock is the virtual clock of a rehearsal. The zero Clock shows no time until
// Set.
type Clock struct {
	mu  sync.Mutex
	now func() time.Time
}

// Now returns the virtual instant.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now == nil {
		return time.Time{}
	}
	return c.now()
}

func (c *Clock) follow(now func() time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Set stops the clock at an instant.
func (c *Clock) Set(t time.Time) { c.follow(func() time.Time { return t }) }

// Options are how a rehearsal goes. Until stops it (zero: the year's close);
// Start is when the cycle is started where that is not its issue: what was
// scripted before is imported with its effective dates. Mail is handed every
// letter (nil: counted as sent). Progress is told the virtual day.
type Options struct {
	Until    time.Time
	Start    time.Time
	Mail     func(poverty.Letter) error
	Progress func(day calendar.Date)
}

// Refused is a scripted line that the program did not allow.
type Refused struct {
	Line poverty.Line
	Err  error
}

// Error names the line and why.
func (r Refused) Error() string {
	return fmt.Sprintf("line %d, %s %s %s %s %s: %v", r.Line.Row, r.Line.At.Format("2006-01-02 15:04"), r.Line.Office, r.Line.Act, r.Line.Duty, r.Line.Unit, r.Err)
}

// far is how long after its last scripted act a cycle may go on by itself
// before the rehearsal is taken to be stuck.
const far = 400 * 24 * time.Hour

// Run stores the cycle, plays it, and returns the lines that were refused. What
// happened is in the store; see ReadLedger.
func Run(ctx context.Context, store Store, clock *Clock, r poverty.Rehearsal, o Options) (refused []Refused, err error) {
	p := &play{ctx: poverty.WithActor(ctx, poverty.System("rehearsal")), store: store, clock: clock, r: r, o: o}
	p.start = r.New.Cycle.IssuedAt
	if !r.Start.IsZero() {
		p.start = r.Start
	}
	if !o.Start.IsZero() {
		p.start = o.Start
	}
	clock.Set(p.start)
	if err := store.CreateCycle(p.ctx, r.New); err != nil {
		return nil, err
	}
	if err := Register(p.ctx, store, r.New); err != nil {
		return nil, err
	}
	if p.cal, err = store.Calendar(p.ctx); err != nil {
		return nil, err
	}
	p.lines = Expand(r, p.cal)
	p.importEarlier()
	if err := p.perform(); err != nil {
		return p.refused, err
	}
	return p.refused, p.drain(p.end())
}

// Registrar stores what a cycle starts with beside its rules: hamlets and
// households, a register's freezing, funds and components.
type Registrar interface {
	poverty.Proposals
	Shares(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (poverty.Shares, error)
	PutShares(ctx context.Context, s poverty.Shares, basis string) (poverty.Shares, error)
	Committees(ctx context.Context, id poverty.CycleID) ([]poverty.Committee, error)
	PutCommittee(ctx context.Context, c poverty.Committee, basis string) (poverty.Committee, error)
	PutHamlets(ctx context.Context, s poverty.RegisterScope, list []poverty.Hamlet) error
	ImportHouseholds(ctx context.Context, s poverty.RegisterScope, rows iter.Seq2[poverty.Household, error], progress func(int)) (poverty.HouseholdImport, error)
	Freezes(ctx context.Context, id poverty.CycleID) ([]poverty.Freeze, error)
	FreezeRegister(ctx context.Context, s poverty.RegisterScope) error
	SeedRegister(ctx context.Context, id poverty.CycleID, basis string) (int, error)
	Funds(ctx context.Context, id poverty.CycleID) ([]poverty.Fund, error)
	Components(ctx context.Context, f poverty.ComponentFilter) ([]poverty.Component, error)
	SaveComponent(ctx context.Context, d poverty.ComponentDraft) (poverty.Component, error)
}

// help stores the funds and the components with which a cycle starts, where
// they are not there yet.
func help(ctx context.Context, store Registrar, n poverty.NewCycle) error {
	funds, err := store.Funds(ctx, n.Cycle.ID)
	if err != nil {
		return err
	}
	for _, m := range n.Funds {
		if slices.ContainsFunc(funds, func(f poverty.Fund) bool { return f.Code == m.Code }) {
			continue
		}
		stored, err := store.Propose(ctx, poverty.Proposal{Fund: &m})
		if err != nil {
			return fmt.Errorf("fund %s: %w", m.Code, err)
		}
		if _, err := store.Enact(ctx, stored.ID, time.Time{}); err != nil {
			return fmt.Errorf("fund %s: %w", m.Code, err)
		}
	}
	components, err := store.Components(ctx, poverty.ComponentFilter{Cycle: n.Cycle.ID})
	if err != nil {
		return err
	}
	for _, d := range n.Components {
		if slices.ContainsFunc(components, func(c poverty.Component) bool { return c.Code == d.Code }) {
			continue
		}
		if _, err := store.SaveComponent(ctx, d); err != nil {
			return fmt.Errorf("component %s: %w", d.Code, err)
		}
	}
	return nil
}

// Register stores what a cycle starts with beside its rules: the register,
// frozen where its basis is told, and the funds and components.
func Register(ctx context.Context, store Registrar, n poverty.NewCycle) error {
	if err := register(ctx, store, n); err != nil {
		return err
	}
	return help(ctx, store, n)
}

func register(ctx context.Context, store Registrar, n poverty.NewCycle) error {
	hamlets := map[poverty.UnitID][]poverty.Hamlet{}
	for _, h := range n.Hamlets {
		hamlets[h.Unit] = append(hamlets[h.Unit], h)
	}
	for _, unit := range slices.Sorted(maps.Keys(hamlets)) {
		if err := store.PutHamlets(ctx, poverty.RegisterScope{Cycle: n.Cycle.ID, Unit: unit}, hamlets[unit]); err != nil {
			return err
		}
	}
	if err := allot(ctx, store, n); err != nil {
		return err
	}
	if len(n.Households) == 0 {
		_, err := store.SeedRegister(ctx, n.Cycle.ID, n.Frozen)
		return err
	}
	rows := func(yield func(poverty.Household, error) bool) {
		for _, h := range n.Households {
			if !yield(h, nil) {
				return
			}
		}
	}
	if _, err := store.ImportHouseholds(ctx, poverty.RegisterScope{Cycle: n.Cycle.ID}, rows, nil); err != nil || n.Frozen == "" {
		return err
	}
	frozen, err := store.Freezes(ctx, n.Cycle.ID)
	if err != nil || len(frozen) > 0 {
		return err
	}
	return store.FreezeRegister(ctx, poverty.RegisterScope{Cycle: n.Cycle.ID, Basis: n.Frozen})
}

// allot stores who got which part of a commune's target and who looks after
// which area, where nothing was saved yet.
func allot(ctx context.Context, store Registrar, n poverty.NewCycle) error {
	for _, s := range n.Shares {
		s.Cycle = n.Cycle.ID
		if old, err := store.Shares(ctx, s.Cycle, s.Unit); err != nil {
			return err
		} else if old.Version > 0 {
			continue
		}
		if _, err := store.PutShares(ctx, s, ""); err != nil {
			return err
		}
	}
	saved, err := store.Committees(ctx, n.Cycle.ID)
	if err != nil {
		return err
	}
	for _, c := range n.Committees {
		if slices.ContainsFunc(saved, func(old poverty.Committee) bool { return old.Unit == c.Unit }) {
			continue
		}
		c.Cycle = n.Cycle.ID
		if _, err := store.PutCommittee(ctx, c, ""); err != nil {
			return err
		}
	}
	return nil
}

type play struct {
	ctx     context.Context
	store   Store
	clock   *Clock
	r       poverty.Rehearsal
	o       Options
	cal     *calendar.Calendar
	start   time.Time
	lines   []poverty.Line
	refused []Refused
	env     *testsuite.TestWorkflowEnvironment

	components map[string]poverty.ComponentID // by code

	mu      sync.Mutex
	mailErr error
}

func (p *play) end() time.Time {
	if !p.o.Until.IsZero() {
		return p.o.Until
	}
	return p.start.Add(100 * 365 * 24 * time.Hour)
}

// perform runs the Cycle and all that it starts in the time-skipping
// environment, with a callback at the instant of each scripted line.
func (p *play) perform() (err error) {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(p.start)
	env.SetTestTimeout(2 * time.Minute)
	env.SetWorkflowRunTimeout(20 * 365 * 24 * time.Hour)
	env.SetDetachedChildWait(p.o.Until.IsZero())
	id := p.r.New.Cycle.ID
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: workflows.ID(poverty.Ref{Cycle: id}), TaskQueue: workflows.TaskQueue})
	worker.Register(env, &activities.Activities{Store: stepping{p.store, p}})
	p.env = env
	p.clock.follow(env.Now)
	last := p.start
	for _, line := range p.lines {
		if line.At.Before(p.start) || !p.o.Until.IsZero() && line.At.After(p.o.Until) {
			continue
		}
		env.RegisterDelayedCallback(func() { p.act(line) }, line.At.Sub(p.start))
		if line.At.After(last) {
			last = line.At
		}
	}
	stop := last.Add(far)
	if !p.o.Until.IsZero() {
		stop = p.o.Until
	}
	env.RegisterDelayedCallback(env.CancelWorkflow, stop.Sub(p.start)+time.Nanosecond)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("rehearsal stuck at %s: %v", env.Now().Format(time.RFC3339), r)
		}
		p.clock.Set(env.Now())
	}()
	env.ExecuteWorkflow(workflows.Cycle, workflows.CycleInput{Cycle: id})
	if err := env.GetWorkflowError(); err != nil && p.o.Until.IsZero() {
		return fmt.Errorf("cycle %s: %w", id, err)
	}
	return p.mailErr
}

// stepping is the store as the activities see it: before time moves on, what
// was due earlier is sent.
type stepping struct {
	poverty.Processes
	p *play
}

func (s stepping) StepDuties(ctx context.Context, scope poverty.Scope, at time.Time) (poverty.Step, error) {
	if err := s.p.drain(at.Add(-time.Nanosecond)); err != nil {
		return poverty.Step{}, err
	}
	if s.p.o.Progress != nil {
		s.p.o.Progress(calendar.DateOf(at))
	}
	step, err := s.Processes.StepDuties(ctx, scope, at)
	s.p.env.RegisterDelayedCallback(s.p.tend, 0)
	return step, err
}

// tend tells the processes that a step of another one concerns, as the worker
// does.
func (p *play) tend() {
	wakes, err := p.store.Wakes(p.ctx, 500)
	if err == nil && len(wakes) > 0 {
		p.wake(wakes, poverty.Ref{Process: "none"})
	}
}

// drain sends what was planned up to an instant.
func (p *play) drain(until time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		now := p.clock.Now()
		letters, err := p.store.Letters(p.ctx, until, now, 1000)
		if err != nil || len(letters) == 0 {
			return err
		}
		done := make([]poverty.Delivery, len(letters))
		for i, l := range letters {
			done[i] = poverty.Delivery{Letter: l, State: poverty.NoticeSent, At: l.At}
			if p.o.Mail == nil {
				continue
			}
			if err := p.o.Mail(l); err != nil {
				p.mailErr = errors.Join(p.mailErr, err)
			}
		}
		if err := p.store.Delivered(p.ctx, done); err != nil {
			return err
		}
	}
}

// importEarlier enters what was scripted before the start, in its order, with
// its effective dates: a cycle that is started late knows its facts.
func (p *play) importEarlier() {
	for _, line := range p.lines {
		if !line.At.Before(p.start) {
			continue
		}
		p.open(line.At)
		if err := p.carry(line, line.At); err != nil {
			p.refused = append(p.refused, Refused{line, err})
		}
	}
}

// open lays on, before the start, what existed by an instant.
func (p *play) open(at time.Time) {
	openings, err := p.store.Openings(p.ctx, p.r.New.Cycle.ID)
	if err != nil {
		p.refused = append(p.refused, Refused{poverty.Line{At: at, Act: "open"}, err})
	}
	for _, o := range openings {
		if o.At.After(at) {
			continue
		}
		if _, err := p.store.StepDuties(p.ctx, o.Ref, at); err != nil {
			p.refused = append(p.refused, Refused{poverty.Line{At: at, Act: "open " + string(o.Ref.Process)}, err})
		}
	}
}

// act carries out a scripted line at its instant, within the environment.
func (p *play) act(line poverty.Line) {
	if err := p.drain(line.At.Add(-time.Nanosecond)); err != nil {
		p.refused = append(p.refused, Refused{line, err})
		return
	}
	if err := p.carry(line, time.Time{}); err != nil {
		p.refused = append(p.refused, Refused{line, err})
	}
}

// Expand returns the script with what units do by habit, in order of time.
func Expand(r poverty.Rehearsal, cal *calendar.Calendar) []poverty.Line {
	lines := slices.Clone(r.Script)
	told := map[string][]poverty.Line{}
	for _, l := range r.Script {
		key := fmt.Sprintf("%s/%s/%s", l.Duty, l.Unit, l.Period)
		told[key] = append(told[key], l)
	}
	for _, h := range r.Habits {
		t, ok := r.New.Cycle.Rules.Template(h.Duty)
		if !ok || t.Kind.ByEvent() {
			continue // these follow what happens, such as a plan that is sent
		}
		for _, o := range occurrences(r, t, cal) {
			for _, unit := range r.New.Cycle.Rules.Owing(poverty.Template{Who: h.Who}) {
				if !slices.Contains(r.New.Cycle.Rules.Owing(t), unit) {
					continue
				}
				own := told[fmt.Sprintf("%s/%s/%s", h.Duty, unit, o.Period)]
				lines = append(lines, byHabit(r, h, t, unit, o, own, cal)...)
			}
		}
	}
	slices.SortStableFunc(lines, func(x, y poverty.Line) int { return x.At.Compare(y.At) })
	return lines
}

// occurrences returns when a template's duties fall due: those of a
// consolidation follow the reports' periods.
func occurrences(r poverty.Rehearsal, t poverty.Template, cal *calendar.Calendar) []calendar.Occurrence {
	if t.Kind == poverty.DutyConsolidation {
		var list []calendar.Occurrence
		for _, reports := range r.New.Cycle.Rules.Duties {
			if reports.Kind != poverty.DutyReport {
				continue
			}
			for _, o := range occurrences(r, reports, cal) {
				own, err := t.Due.WithEvent(o.LastDay).Days(cal, t.DayOff, calendar.Month{}, calendar.Month{})
				if err == nil {
					list = append(list, calendar.Occurrence{Period: o.Period, Stated: own[0].Stated, LastDay: own[0].LastDay})
				}
			}
		}
		return list
	}
	due := t.Due.WithEvent(calendar.DateOf(r.New.Cycle.IssuedAt))
	list, err := due.Days(cal, t.DayOff, t.From, t.To)
	if err != nil || list[0].LastDay.IsZero() {
		return nil
	}
	return list
}

func byHabit(r poverty.Rehearsal, h poverty.Habit, t poverty.Template, unit poverty.UnitID, o calendar.Occurrence, own []poverty.Line, cal *calendar.Calendar) []poverty.Line {
	has := func(acts ...string) bool {
		return slices.ContainsFunc(own, func(l poverty.Line) bool { return slices.Contains(acts, l.Act) })
	}
	if has(string(poverty.ActSubmit), string(poverty.ActDone), string(poverty.PlanSend), string(poverty.ActExcuse)) {
		return nil
	}
	day := cal.Previous(o.LastDay)
	if h.Before > 0 {
		day = cal.AddWorkingDays(o.LastDay, -h.Before)
	}
	if t.Kind == poverty.DutyPlan {
		return planByHabit(r, h, unit, day, cal)
	}
	act := poverty.ActDone
	if t.Kind.Accepts() != "" {
		act = poverty.ActSubmit
	}
	line := poverty.Line{Row: h.Row, At: day.At(h.At), Office: poverty.OfficeID(unit + "/officer"), Act: string(act), Duty: h.Duty, Unit: unit, Period: string(o.Period)}
	if !slices.ContainsFunc(r.New.Offices, func(x poverty.Office) bool { return x.ID == line.Office }) {
		line.Office = poverty.OfficeID(unit + "/head")
	}
	lines := []poverty.Line{line}
	if h.AcceptAfter > 0 && !has(string(poverty.ActAccept), string(poverty.ActReturn)) && act == poverty.ActSubmit {
		lines = append(lines, poverty.Line{Row: h.Row, At: cal.AddWorkingDays(day, h.AcceptAfter).At(h.AcceptAt), Office: h.AcceptBy,
			Act: string(poverty.ActAccept), Duty: h.Duty, Unit: unit, Period: string(o.Period)})
	}
	return lines
}

// planByHabit sends a plan, and has it appraised and approved where there is a
// habit for that.
func planByHabit(r poverty.Rehearsal, h poverty.Habit, unit poverty.UnitID, day calendar.Date, cal *calendar.Calendar) []poverty.Line {
	line := poverty.Line{Row: h.Row, At: day.At(h.At), Office: poverty.OfficeID(unit + "/head"), Act: string(poverty.PlanSend), Duty: h.Duty, Unit: unit}
	lines := []poverty.Line{line}
	for _, next := range []struct {
		kind   poverty.DutyKind
		verb   poverty.PlanVerb
		office poverty.OfficeID
	}{
		{poverty.DutyAppraisal, poverty.PlanAppraise, poverty.OfficeID(r.New.Cycle.Rules.Bindings.Standing + "/head")},
		{poverty.DutyApproval, poverty.PlanApprove, r.New.Cycle.Rules.Bindings.ViceChair},
	} {
		for _, own := range r.Habits {
			t, ok := r.New.Cycle.Rules.Template(own.Duty)
			if !ok || t.Kind != next.kind {
				continue
			}
			days, err := t.Due.WithEvent(day).Days(cal, t.DayOff, calendar.Month{}, calendar.Month{})
			if err != nil {
				continue
			}
			day = cal.AddWorkingDays(days[0].LastDay, -max(own.Before, 1))
			if own.Before == 0 {
				day = cal.Previous(days[0].LastDay)
			}
			line.Row, line.At, line.Office, line.Act = own.Row, day.At(own.At), next.office, string(next.verb)
			lines = append(lines, line)
		}
	}
	return lines
}

// made invents what a unit reports beside what the ledger tells.
func made(r poverty.Rules, unit poverty.UnitID, period string) map[string]int64 {
	n := int64(0)
	for _, c := range string(unit) + period {
		n = (n*31 + int64(c)) % 997
	}
	figures := map[string]int64{}
	for _, x := range (poverty.ReportForm{Fields: r.FirstReportFields()}).Of(r.Units[unit].Role) {
		if x.Kind.Counted() && x.Source == poverty.SourceTyped {
			figures[x.Code] = 2 + n%7
		}
	}
	return figures
}
