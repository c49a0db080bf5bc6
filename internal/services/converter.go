package services

import (
	"context"
	"fmt"
	"os/exec"
)

// hasFont reports whether a font stands in for Times New Roman that has its
// widths and all Vietnamese letters: Liberation Serif from version 2 on.
func hasFont(ctx context.Context) bool {
	found, err := exec.CommandContext(ctx, "fc-list", "Liberation Serif:charset=1eb5", "family").Output()
	return err == nil && len(found) > 0
}

// Converter finds the word processor without a screen that turns documents into
// PDF, and the program that turns a PDF into pictures. Where they are not
// installed it installs them if it may; on Debian that takes half a minute.
// progress is told when it does; nil is fine.
func Converter(ctx context.Context, progress func(step string)) (soffice, pdftoppm string, err error) {
	find := func() bool {
		for _, name := range []string{"soffice", "libreoffice"} {
			if path, missing := exec.LookPath(name); missing == nil {
				soffice = path
				break
			}
		}
		pdftoppm, _ = exec.LookPath("pdftoppm")
		return soffice != "" && pdftoppm != "" && hasFont(ctx)
	}
	if find() {
		return soffice, pdftoppm, nil
	}
	const command = "apt-get install -y libreoffice-writer-nogui fonts-liberation2 poppler-utils"
	if !mayInstall() {
		return "", "", fmt.Errorf("LibreOffice or pdftoppm is not installed: install them by `sudo %s`", command)
	}
	if progress != nil {
		progress("installing LibreOffice")
	}
	if err := install(ctx, "LibreOffice", "apt-get update -q", "apt-get install -qy --no-install-recommends libreoffice-writer-nogui fonts-liberation2 poppler-utils"); err != nil {
		return "", "", err
	}
	if !find() {
		return "", "", fmt.Errorf("`%s` left no soffice and pdftoppm on the PATH", command)
	}
	return soffice, pdftoppm, nil
}
