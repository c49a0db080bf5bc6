package documents

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"dondoc/poverty"
)

// Converter turns documents into PDF by a word processor without a screen, so
// that both forms have one source. It is safe for concurrent use; one document
// is converted at a time, as each takes a processor for itself.
type Converter struct {
	program string
	slot    chan struct{}
}

// convertWithin is the longest that a document may take.
const convertWithin = 90 * time.Second

// NewConverter returns a converter that runs a program of LibreOffice: the one
// named, or else soffice or libreoffice of the PATH. Where there is none it
// converts nothing, and says so.
func NewConverter(program string) *Converter {
	names := []string{"soffice", "libreoffice"}
	if program != "" {
		names = []string{program}
	}
	c := &Converter{slot: make(chan struct{}, 1)}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			c.program = path
			break
		}
	}
	return c
}

// Ready reports whether there is a program that converts.
func (c *Converter) Ready() bool { return c != nil && c.program != "" }

// PDF converts a DOCX. Unavailable where there is no converter, or it does not
// answer.
func (c *Converter) PDF(ctx context.Context, docx []byte) ([]byte, error) {
	if !c.Ready() {
		return nil, poverty.Errorf(poverty.Unavailable, "document.no_converter")
	}
	ctx, cancel := context.WithTimeout(ctx, convertWithin)
	defer cancel()
	select {
	case c.slot <- struct{}{}:
		defer func() { <-c.slot }()
	case <-ctx.Done():
		return nil, &poverty.Error{Kind: poverty.Unavailable, Key: "document.converter_busy", Err: ctx.Err()}
	}
	dir, err := os.MkdirTemp("", "dondoc-pdf-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left is swept with other temporary files
	in := filepath.Join(dir, "document.docx")
	if err := os.WriteFile(in, docx, 0o600); err != nil {
		return nil, err
	}
	// A profile of its own: one that another process has open makes the program
	// hand its work over and end.
	cmd := exec.CommandContext(ctx, c.program, "-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")),
		"--headless", "--norestore", "--nolockcheck", "--convert-to", "pdf", "--outdir", dir, in)
	cmd.WaitDelay = 5 * time.Second
	said, err := cmd.CombinedOutput()
	if err == nil {
		var pdf []byte
		if pdf, err = os.ReadFile(filepath.Join(dir, "document.pdf")); err == nil {
			return pdf, nil
		}
	}
	return nil, &poverty.Error{Kind: poverty.Unavailable, Key: "document.converter_failed", Err: errors.Join(err, fmt.Errorf("%s: %.500s", c.program, said))}
}
