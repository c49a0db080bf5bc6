package bench

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"time"

	"dondoc/poverty"
)

// Anchor says which business instant it is at a real one.
type Anchor struct {
	Real     time.Time `json:"real"`
	Business time.Time `json:"business"`
}

// Clock is a business clock that runs through its anchors: between two of them
// evenly, before the first and after the last at the pace of the world. So a
// planned midnight falls on a real instant soon, and the one after it a minute
// later, while timers, workflows and transactions stay what they are. It reads
// its anchors from a file, so that several processes share one.
type Clock struct {
	file string

	mu      sync.Mutex
	looked  time.Time
	changed time.Time
	anchors []Anchor
}

// OpenClock returns the clock of a file that [SetClock] wrote.
func OpenClock(file string) (*Clock, error) {
	c := &Clock{file: file}
	return c, c.read(time.Now())
}

// SetClock writes the anchors of a clock, in order of time, at once.
func SetClock(file string, anchors ...Anchor) error {
	text, err := json.Marshal(anchors)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(filepath.Clean(file+".new"), file)
}

func (c *Clock) read(now time.Time) error {
	info, err := os.Stat(c.file)
	if err != nil {
		return err
	}
	if c.looked = now; info.ModTime().Equal(c.changed) {
		return nil
	}
	text, err := os.ReadFile(c.file)
	if err != nil {
		return err
	}
	c.changed, c.anchors = info.ModTime(), nil
	return json.Unmarshal(text, &c.anchors)
}

// current are the anchors now; the file is looked at twice a second.
func (c *Clock) current() []Anchor {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) > 500*time.Millisecond {
		_ = c.read(now) // the last ones stay
	}
	return c.anchors
}

// Now returns the business instant.
func (c *Clock) Now() time.Time { return c.Business(time.Now()) }

// Business returns the business instant of a real one.
func (c *Clock) Business(at time.Time) time.Time {
	return along(c.current(), at, func(a Anchor) (from, to time.Time) { return a.Real, a.Business })
}

// Real returns the real instant of a business one; never is never.
func (c *Clock) Real(business time.Time) time.Time {
	if business.IsZero() {
		return business
	}
	return along(c.current(), business, func(a Anchor) (from, to time.Time) { return a.Business, a.Real })
}

// along maps an instant of one scale to the other.
func along(anchors []Anchor, at time.Time, scales func(Anchor) (from, to time.Time)) time.Time {
	if len(anchors) == 0 {
		return at
	}
	i := 0
	for i < len(anchors)-1 {
		if next, _ := scales(anchors[i+1]); at.Before(next) {
			break
		}
		i++
	}
	from, to := scales(anchors[i])
	passed := at.Sub(from)
	if i == len(anchors)-1 || passed < 0 {
		return to.Add(passed)
	}
	nextFrom, nextTo := scales(anchors[i+1])
	share := float64(passed) / float64(nextFrom.Sub(from))
	return to.Add(time.Duration(share * float64(nextTo.Sub(to))))
}

// Shifted is a store whose workflows live by the world's clock and whose facts
// live by a business clock.
type Shifted struct {
	Store poverty.Processes
	Clock *Clock
	// Stepped, which may be nil, is told of each step that was written.
	Stepped func(s poverty.Scope, step poverty.Step)
}

// OpenCycle translates both ways.
func (s Shifted) OpenCycle(ctx context.Context, id poverty.CycleID, at time.Time) ([]poverty.Opening, error) {
	list, err := s.Store.OpenCycle(ctx, id, s.Clock.Business(at))
	for i := range list {
		list[i].At = s.Clock.Real(list[i].At)
	}
	return list, err
}

// StepDuties translates both ways.
func (s Shifted) StepDuties(ctx context.Context, scope poverty.Scope, at time.Time) (poverty.Step, error) {
	step, err := s.Store.StepDuties(ctx, scope, s.Clock.Business(at))
	step.Next = s.Clock.Real(step.Next)
	if err == nil && s.Stepped != nil {
		s.Stepped(scope, step)
	}
	return step, err
}

// Enact is effective when it was proposed, as ever.
func (s Shifted) Enact(ctx context.Context, id poverty.DecisionID, at time.Time) (poverty.Outcome, error) {
	return s.Store.Enact(ctx, id, at)
}
