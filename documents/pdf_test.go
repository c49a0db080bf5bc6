package documents_test

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dondoc/documents"
	"dondoc/internal/services"
	"dondoc/poverty"
)

func converter(t *testing.T) (c *documents.Converter, pdftoppm string) {
	t.Helper()
	soffice, pdftoppm, err := services.Converter(t.Context(), func(step string) { t.Log(step) })
	if err != nil {
		t.Fatal(err)
	}
	return documents.NewConverter(soffice), pdftoppm
}

func TestConverter_makes_a_PDF_whose_Vietnamese_is_whole(t *testing.T) {
	c, pdftoppm := converter(t)
	d := paper(poverty.DocumentPlan)
	pdf, err := c.PDF(t.Context(), written(t, d))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.ArtifactDir()
	file := filepath.Join(dir, "plan.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		out, err := exec.CommandContext(t.Context(), filepath.Join(filepath.Dir(pdftoppm), name), args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v %s", name, err, out)
		}
		return string(out)
	}
	text := run("pdftotext", "-layout", file, "-")
	for _, want := range []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ngày 05 tháng 01 năm 2019", "ừ ự ẵ ậ ễ ệ ỡ ợ ữ đ", "TM. ỦY BAN NHÂN DÂN", "Phụ lục I"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the PDF: %s", want, text)
		}
	}
	// Every font is embedded and none stands in for letters that it lacks.
	for _, line := range strings.Split(strings.TrimSpace(run("pdffonts", file)), "\n")[2:] {
		if fields := strings.Fields(line); !strings.Contains(line, "LiberationSerif") || len(fields) < 5 || fields[len(fields)-5] != "yes" {
			t.Errorf("font %s", line)
		}
	}
	run("pdftoppm", "-r", "60", "-png", file, filepath.Join(dir, "plan"))
	picture, err := os.ReadFile(filepath.Join(dir, "plan-1.png"))
	if err != nil {
		t.Fatal(err)
	}
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil || size.Width < 494 || size.Width > 498 || size.Height < 700 || size.Height > 704 { // A4 at 60 dots an inch
		t.Errorf("%+v %v", size, err)
	}
}

func TestConverter_that_is_not_there_says_so(t *testing.T) {
	c := documents.NewConverter("no-such-program")
	if _, err := c.PDF(t.Context(), nil); c.Ready() || poverty.KindOf(err) != poverty.Unavailable || poverty.Refusal(err).Key != "document.no_converter" {
		t.Errorf("%v", err)
	}
	var none *documents.Converter
	if none.Ready() {
		t.Error("none is ready")
	}
	broken, err := exec.LookPath("false")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := documents.NewConverter(broken).PDF(t.Context(), nil); poverty.KindOf(err) != poverty.Unavailable || poverty.Refusal(err).Key != "document.converter_failed" {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := documents.NewConverter(broken).PDF(ctx, nil); poverty.KindOf(err) != poverty.Unavailable {
		t.Errorf("%v", err)
	}
}
