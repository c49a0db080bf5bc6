package testkit

import (
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"dondoc/internal/services"
)

// Temporal returns a client of a fresh namespace, and its name, for a client
// with other options on [TemporalAddress]. The client is closed when the test
// ends: stop the workers that use it before.
func Temporal(t testing.TB) (c client.Client, namespace string) {
	t.Helper()
	address := TemporalAddress(t)
	namespace = unique(t)
	if err := services.RegisterNamespace(t.Context(), address, namespace, 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	out := &testOutput{w: t.Output()}
	c, err := client.DialContext(t.Context(), client.Options{
		HostPort:  address,
		Namespace: namespace,
		Logger:    log.NewStructuredLogger(slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelWarn}))),
	})
	if err != nil {
		t.Fatalf("connect to Temporal: %v", err)
	}
	t.Cleanup(func() {
		c.Close()
		out.end()
	})
	return c, namespace
}

// TemporalAddress is the host:port of the running server.
func TemporalAddress(t testing.TB) string {
	t.Helper()
	return setting(t, EnvTemporal)
}

// testOutput writes to a test's log until the test ends; the SDK may still
// speak after that.
type testOutput struct {
	mu sync.Mutex
	w  io.Writer
}

func (o *testOutput) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(p)
}

func (o *testOutput) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.w = io.Discard
}
