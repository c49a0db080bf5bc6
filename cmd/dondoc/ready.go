package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// ReadyCmd asks a process whether it is ready: in an image without a shell it is
// the health check.
type ReadyCmd struct {
	Address string `arg:"" optional:"" help:"Address of its /readyz." default:"http://127.0.0.1:8080/readyz"`
}

// Run fails, with the reasons, unless the process is ready.
func (cmd *ReadyCmd) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, cmd.Address, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNoContent {
		return nil
	}
	why, err := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	if err != nil {
		return err
	}
	return fmt.Errorf("not ready: %s", strings.TrimSpace(string(why)))
}
