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
	Unfinished(ctx context.Context, id poverty.CycleID) ([]poverty.Ref, error)
	Wakes(ctx context.Context, limit int) ([]poverty.Wake, error)
	HandOver(ctx context.Context) (int, error)
}

// Starter starts and hurries processes; workflows.Engine does.
type Starter interface {
	ReviveAll(ctx context.Context, refs []poverty.Ref) error
	Wake(ctx context.Context, wakes []poverty.Wake, but poverty.Ref)
}

// Pace says how often Tend does what it does.
type Pace struct {
	Tell   time.Duration // processes are told of changes
	Revive time.Duration // those that died are started again
}

// Tend keeps what runs in the store running in the workflow engine until ctx
// ends: again and again it sees to it that every running cycle and each of its
// unfinished processes has its workflow, tells the processes that could not be
// told of a change, and hands over to who takes up an office.
func Tend(ctx context.Context, store Cycles, engine Starter, pace Pace) {
	ctx = poverty.WithActor(ctx, poverty.System("tend"))
	var revived time.Time
	tick := time.NewTicker(pace.Tell)
	defer tick.Stop()
	for {
		if time.Since(revived) >= pace.Revive {
			if err := revive(ctx, store, engine); err == nil {
				revived = time.Now()
			} else if ctx.Err() == nil {
				slog.WarnContext(ctx, "cycles wait", "err", err)
			}
		}
		if wakes, err := store.Wakes(ctx, 500); err == nil && len(wakes) > 0 {
			engine.Wake(ctx, wakes, poverty.Ref{Process: "none"})
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

// revive starts what should be running and is not.
func revive(ctx context.Context, store Cycles, engine Starter) error {
	running, err := store.Cycles(ctx, poverty.CycleFilter{State: poverty.CycleRunning})
	if err != nil {
		return err
	}
	var all []poverty.Ref
	var failed error // one cycle that fails holds up no other
	for _, c := range running {
		refs, err := store.Unfinished(ctx, c.ID)
		all, failed = append(all, refs...), errors.Join(failed, err)
	}
	return errors.Join(failed, engine.ReviveAll(ctx, all))
}
