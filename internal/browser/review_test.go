package browser_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"dondoc/internal/browser"
)

func TestReview_is_read_at_a_desk_on_a_phone_and_on_paper(t *testing.T) {
	t.Parallel()
	site := browser.Start(t, browser.Options{})
	office := site.SignIn("thuongtruc.truong")
	chair := site.SignIn("lanhdao.ct")
	for _, width := range []int64{1280, 390} {
		office.Resize(width, 900)
		for name, path := range map[string]string{
			"interim": "/reviews/interim", "year-end": "/reviews/year-end", "shortcomings": "/shortcomings", "years": "/years", "watches": "/watches",
		} {
			office.Open(site.Path + path)
			office.Fits()
			office.Picture(name + map[int64]string{1280: "", 390: "-phone"}[width])
		}
		chair.Resize(width, 900)
		chair.Open(site.Path + "/close")
		chair.Sees("Chậm trễ trong năm", "Chuyển năm sau")
		chair.Fits()
		chair.Picture("closing" + map[int64]string{1280: "", 390: "-phone"}[width])
	}
	office.Open(site.Path + "/reviews/interim")
	office.Sees("Chỉ tiêu và số hộ đã thoát nghèo theo xã", "Báo cáo trong năm")
	paper := office.Paper()
	if !bytes.HasPrefix(paper, []byte("%PDF")) {
		t.Fatalf("%d bytes are no PDF", len(paper))
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "interim.pdf"), paper, 0o600); err != nil {
		t.Fatal(err)
	}
}
