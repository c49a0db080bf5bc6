package worker

import (
	"context"
	"log/slog"
	"time"

	"dondoc/poverty"
)

// Cycles is what keeping the cycles going asks of the store.
type Cycles interface {
	Cycles(ctx context.Context, f poverty.CycleFilter) ([]poverty.Cycle, error)
	Wakes(ctx context.Context, limit int) ([]poverty.Ref, error)
}

// Starter starts cycles and hurries processes; workflows.Engine does.
type Starter interface {
	StartCycle(ctx context.Context, id poverty.CycleID) (poverty.Cycle, error)
	Wake(ctx context.Context, refs []poverty.Ref, but poverty.Ref)
}

// Tend keeps what runs in the store running in the workflow engine until ctx
// ends: it sees to it once that every running cycle has its workflow, and again
// and again tells the processes that could not be told of a change.
func Tend(ctx context.Context, store Cycles, engine Starter, every time.Duration) {
	ctx = poverty.WithActor(ctx, poverty.System("tend"))
	started := false
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if !started {
			if err := startRunning(ctx, store, engine); err == nil {
				started = true
			} else if ctx.Err() == nil {
				slog.WarnContext(ctx, "cycles wait", "err", err)
			}
		}
		if refs, err := store.Wakes(ctx, 500); err == nil && len(refs) > 0 {
			engine.Wake(ctx, refs, poverty.Ref{Process: "none"})
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func startRunning(ctx context.Context, store Cycles, engine Starter) error {
	running, err := store.Cycles(ctx, poverty.CycleFilter{State: poverty.CycleRunning})
	if err != nil {
		return err
	}
	for _, c := range running {
		if _, err := engine.StartCycle(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}
