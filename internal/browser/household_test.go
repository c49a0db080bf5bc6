package browser_test

import (
	"testing"

	"dondoc/internal/browser"
	"dondoc/poverty"
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

func TestRegister_a_double_is_merged_and_a_household_struck_off_and_restored(t *testing.T) {
	t.Parallel()
	site := browser.Start(t, browser.Options{Unlived: true})
	scope := poverty.RegisterScope{Cycle: site.Cycle, Unit: "thuong-long", Basis: "Lập lại danh sách"}
	if err := site.Store.ReopenRegister(site.System(), scope); err != nil {
		t.Fatal(err)
	}
	officer := site.SignIn("thuonglong.canbo")
	officer.Resize(390, 844)
	register := site.Path + "/units/thuong-long/households"
	for code, head := range map[string]string{"D-1": "Hồ Văn Ứng", "D-2": "Kăn Thị Mơ"} {
		officer.Open(register + "/new")
		officer.Fill("code", code)
		officer.Fill("hamlet", "Thôn 1")
		officer.Fill("head", head)
		officer.Fill("members", "4")
		officer.Fill("id_number", "045064000001")
		officer.Press("Lưu")
		officer.Sees("Đã lưu hộ")
	}
	officer.Open(register + "/alike")
	officer.Fits()
	officer.In("Hồ Văn Ứng").Press("Xem và quyết định")
	officer.Fits()
	officer.In("Hồ Văn Ứng").Tick("Hồ Văn Ứng")
	officer.Fill("Lý do", "Nhập hai lần")
	officer.Tick("Nếu gộp")
	officer.Press("Là một hộ: gộp lại")
	officer.Sees("Đã gộp hai phiếu")
	officer.SeesNot("Kăn Thị Mơ")

	officer.Open(register + "?q=D-")
	officer.Press("Hồ Văn Ứng")
	officer.Press("Gỡ hộ khỏi danh sách")
	strike := officer.In("Vì sao gỡ")
	strike.Fill("Vì sao gỡ", "chuyển đi nơi khác")
	strike.Fill("Lý do", "Theo con vào Nam")
	strike.Tick("Tôi đã kiểm tra")
	officer.Fits()
	strike.Press("Gỡ khỏi danh sách")
	officer.Sees("Đã gỡ hộ khỏi danh sách", "Theo con vào Nam")
	officer.Fits()
	officer.In("Theo con vào Nam").Press("Hoàn lại")
	undo := officer.In("Vì sao hoàn lại")
	undo.Fill("Vì sao hoàn lại", "Gia đình đã về")
	undo.In("Vì sao hoàn lại").Press("Hoàn lại")
	officer.Sees("Đã hoàn lại", "Gia đình đã về")
	officer.Picture("settlements")
}
