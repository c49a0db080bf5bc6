package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"dondoc/poverty"
)

// Cycles is what keeping the cycles going asks of the store.
type Cycles interface {
	Cycles(ctx context.Context, f poverty.CycleFilter) ([]poverty.Cycle, error)
	Openings(ctx context.Context, id poverty.CycleID) ([]poverty.Opening, error)
	Wakes(ctx context.Context, limit int) ([]poverty.Ref, error)
	HandOver(ctx context.Context) (int, error)
}

// Starter starts and hurries processes; workflows.Engine does.
type Starter interface {
	Revive(ctx context.Context, ref poverty.Ref) error
	Wake(ctx context.Context, refs []poverty.Ref, but poverty.Ref)
}

// Tend keeps what runs in the store running in the workflow engine until ctx
// ends: it sees to it once that every running cycle and each of its open
// processes has its workflow, and again and again tells the processes that
// could not be told of a change, and hands over to who takes up an office.
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
		if _, err := store.HandOver(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "handovers wait", "err", err)
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
	var failed error // one cycle that fails holds up no other
	for _, c := range running {
		failed = errors.Join(failed, startCycle(ctx, store, engine, c.ID))
	}
	return failed
}

func startCycle(ctx context.Context, store Cycles, engine Starter, id poverty.CycleID) error {
	if err := engine.Revive(ctx, poverty.Ref{Cycle: id}); err != nil {
		return err
	}
	open, err := store.Openings(ctx, id)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.At.After(time.Now()) {
			continue
		}
		if err := engine.Revive(ctx, o.Ref); err != nil {
			return err
		}
	}
	return nil
}
