package browser_test

import (
	"slices"
	"testing"

	"dondoc/internal/browser"
	"dondoc/poverty"
)

func TestPosting_an_objection_and_a_receipt_on_a_phone(t *testing.T) {
	t.Parallel()
	site := browser.Start(t, browser.Options{Change: func(r *poverty.Rehearsal) {
		r.Script = slices.DeleteFunc(r.Script, func(l poverty.Line) bool { return l.Duty == "receipt-approved" && l.Unit == "cong-an-huyen" })
	}})

	agency := site.SignIn("congan.truong")
	agency.Resize(390, 844)
	agency.Open(site.Path + "/plans/thuong-long")
	agency.Sees("Quá hạn, chưa xác nhận nhận danh sách")
	agency.Fits()
	agency.Press("Xác nhận đã nhận danh sách")
	agency.Sees("Đã xác nhận")
	agency.SeesNot("Quá hạn, chưa xác nhận nhận danh sách")

	officer := site.SignIn("thuonglong.canbo")
	officer.Resize(390, 844)
	officer.Open(site.Path + "/receipts")
	officer.Sees("Công an huyện", "Đã có danh sách mới thay thế")
	officer.Fits()
	officer.Open(site.Path + "/postings")
	officer.Fits()
	officer.Press("Kế hoạch, lần gửi 2")
	officer.Sees("Hộ 001", "Đã gỡ")
	officer.Fits()
	officer.Press("Ghi nhận kiến nghị")
	officer.Fits()
	officer.Fill("row", "3")
	officer.Fill("text", "Hộ này đã chuyển đi")
	officer.Fill("objector", "Người dân Thôn 1 (dựng lên)")
	officer.Press("Ghi nhận kiến nghị")
	officer.Sees("Hộ này đã chuyển đi", "đến sau thời gian niêm yết", "Còn kiến nghị chưa trả lời")
	officer.Fits()

	chair := site.SignIn("thuonglong.chutich")
	chair.Resize(390, 844)
	chair.Open(officer.Path())
	chair.Press("Một hộ trong danh sách: thuong-long-012 · Hộ 012")
	chair.Fits()
	chair.Press("Không chấp nhận")
	chair.Fill("Trả lời và lý do", "Hộ chỉ đi làm xa, vẫn ở xã")
	chair.Fits()
	chair.In("Phải nêu lý do bằng văn bản").Press("Không chấp nhận")
	chair.Sees("Hộ chỉ đi làm xa, vẫn ở xã")
	chair.Fits()
}
