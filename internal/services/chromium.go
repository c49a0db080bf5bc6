package services

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// Chromium finds the browser that the tests of the pages drive, and returns its
// path. Where none is installed it installs one if it may. progress is told
// when that takes a while; nil is fine.
func Chromium(ctx context.Context, progress func(step string)) (string, error) {
	if path := findChromium(); path != "" {
		return path, nil
	}
	const command = "apt-get install -y chromium"
	if !mayInstall() {
		say := "sudo " + command
		if runtime.GOOS == "darwin" {
			say = "brew install --cask chromium"
		}
		return "", fmt.Errorf("Chromium is not installed: install it by `%s`", say)
	}
	if progress != nil {
		progress("installing Chromium")
	}
	if err := install(ctx, "Chromium", "apt-get update -q", "apt-get install -qy --no-install-recommends chromium"); err != nil {
		return "", err
	}
	if path := findChromium(); path != "" {
		return path, nil
	}
	return "", fmt.Errorf("`%s` left no chromium on the PATH: install a Chromium or Chrome by hand", command)
}

func findChromium() string {
	for _, name := range []string{
		"chromium", "chromium-browser", "google-chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// mayInstall reports whether we are root on Debian or one of its kin.
func mayInstall() bool {
	_, err := exec.LookPath("apt-get")
	return err == nil && os.Geteuid() == 0
}

// install runs the steps that install a program.
func install(ctx context.Context, what string, steps ...string) error {
	for _, step := range steps {
		cmd := exec.CommandContext(ctx, "sh", "-c", step)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("install %s: %s: %w\n%s", what, step, err, out)
		}
	}
	return nil
}
