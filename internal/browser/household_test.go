package browser_test

import (
	"testing"

	"dondoc/internal/browser"
)

func TestRegister_a_commune_edits_a_sheet_at_a_desk_and_on_a_phone(t *testing.T) {
	t.Parallel()
	site := browser.Start(t, browser.Options{})
	officer := site.SignIn("thuonglong.canbo")
	for _, size := range []struct {
		width, height int64
		tilled        string
	}{{1280, 900, "1.234"}, {390, 844, "2.345"}} {
		officer.Resize(size.width, size.height)
		officer.Open(site.Path + "/units/thuong-long/households")
		officer.Sees("Hộ 001", "Hộ nghèo")
		officer.Fits()
		officer.Press("Hộ 001")
		officer.Fits()
		officer.Press("Sửa hộ")
		officer.Fits()
		officer.Fill("note", "Ghi tại hộ "+size.tilled)
		officer.Press("Lưu")
		officer.Sees("Ghi tại hộ " + size.tilled)
		officer.Fits()
	}
	// Somebody of another commune, at the same time, in a window of their own.
	other := site.SignIn("thuongquang.canbo")
	other.Open(site.Path + "/units/thuong-quang/households")
	other.Sees("Hộ của UBND xã Thượng Quảng")
	other.Open(site.Path + "/units/thuong-long/households")
	other.SeesNot("Hộ 001")
	officer.Sees("Ghi tại hộ 2.345")
}
