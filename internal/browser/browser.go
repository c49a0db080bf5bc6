// Package browser tests the pages as people use them: the whole program on real
// servers, a real browser, and nothing by hand. A test starts a [Site], signs
// somebody in, which gives a [Tab], and tells it what to do by the words on the
// page:
//
//	site := browser.Start(t, browser.Options{Month: time.July})
//	officer := site.SignIn("thuonglong.canbo")
//	officer.Open("/households")
//	officer.Press("Thêm hộ")
//	officer.Fill("Chủ hộ", "Hộ 999")
//
// Each verb waits until it can be done, and fails the test, with a picture of
// the page, when it cannot.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"dondoc/internal/services"
)

// What [Run] prepares for all tests of the package.
var (
	program string                                       // the path of dondoc
	newTab  func() (context.Context, context.CancelFunc) // of the running browser, with cookies of its own
)

// Run builds the program, starts one browser for all tests, runs them and
// returns the exit status. It is what TestMain calls.
func Run(m *testing.M) int {
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return status
}

func run(m *testing.M) (status int, err error) {
	ctx := context.Background()
	path, err := services.Chromium(ctx, func(step string) { fmt.Fprintln(os.Stderr, step) })
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "dondoc-browser-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	program = filepath.Join(dir, "dondoc")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "dondoc/cmd/dondoc")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build dondoc: %w\n%s", err, out)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "vi"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has none for root
	}
	allocated, end := chromedp.NewExecAllocator(ctx, options...)
	defer end()
	running, stop := chromedp.NewContext(allocated)
	defer stop()
	if err := chromedp.Do(running); err != nil {
		return 0, fmt.Errorf("start %s: %w", path, err)
	}
	newTab = func() (context.Context, context.CancelFunc) {
		return chromedp.NewContext(running, chromedp.WithNewBrowserContext())
	}
	return m.Run(), nil
}
