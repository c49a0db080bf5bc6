package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"go.temporal.io/sdk/activity"
)

// LogSettings say how much is logged.
type LogSettings struct {
	LogLevel string `help:"What is logged: debug, info, warn or error." env:"DONDOC_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" placeholder:"info"`
}

// logTo makes w the log: one JSON object a line.
func (s LogSettings) logTo(w io.Writer) {
	level := slog.LevelInfo
	_ = level.UnmarshalText([]byte(s.LogLevel)) // one of the four, or empty
	slog.SetDefault(slog.New(traced{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})}))
}

// traced adds to each line what it belongs to: the request with the cycle and
// the duty of its address, or the workflow whose activity writes it. These are
// codes and numbers; names, addresses and what was typed are never logged.
type traced struct{ slog.Handler }

// logged are the parts of an address that a line may carry. A unit's code or a
// household's number say nothing by themselves; what is searched for, in a
// query, is not among them.
var logged = map[string]bool{"cycle": true, "duty": true, "period": true, "meeting": true, "obstacle": true, "component": true, "unit": true}

// Handle adds the attributes.
func (h traced) Handle(ctx context.Context, r slog.Record) error {
	if id := middleware.GetReqID(ctx); id != "" {
		r.AddAttrs(slog.String("request_id", id))
	}
	if route := chi.RouteContext(ctx); route != nil {
		for i, key := range route.URLParams.Keys {
			if logged[key] && i < len(route.URLParams.Values) {
				r.AddAttrs(slog.String(key, route.URLParams.Values[i]))
			}
		}
	}
	if activity.IsActivity(ctx) {
		info := activity.GetInfo(ctx)
		r.AddAttrs(slog.String("workflow_id", info.WorkflowExecution.ID), slog.String("run_id", info.WorkflowExecution.RunID),
			slog.String("activity", info.ActivityType.Name))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps the wrapping.
func (h traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{h.Handler.WithAttrs(attrs)} }

// WithGroup keeps the wrapping.
func (h traced) WithGroup(name string) slog.Handler { return traced{h.Handler.WithGroup(name)} }
