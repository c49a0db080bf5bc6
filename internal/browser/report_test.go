package browser_test

import (
	"slices"
	"strconv"
	"testing"

	"dondoc/internal/browser"
	"dondoc/poverty"
)

// silence takes from the example what Thượng Long and the police do about their
// reports, and what is done about consolidation, so that a test does it.
func silence(r *poverty.Rehearsal) {
	silent := []string{"thuong-long", "cong-an-huyen"}
	for i, h := range r.Habits {
		r.Habits[i].Who = slices.DeleteFunc(h.Who, func(w string) bool { return slices.Contains(silent, w) })
	}
	r.Habits = slices.DeleteFunc(r.Habits, func(h poverty.Habit) bool { return h.Duty == "consolidation" })
	r.Script = slices.DeleteFunc(r.Script, func(l poverty.Line) bool {
		return l.Duty == "consolidation" || l.Duty == "report" && slices.Contains(silent, string(l.Unit))
	})
}

// A month in four seats: a member contributes, the commune and the lead fill in
// and hand in, the standing office returns, accepts and consolidates, leadership
// accepts.
func TestReport_a_month_from_the_commune_to_the_vice_chair(t *testing.T) {
	t.Parallel()
	site := browser.Start(t, browser.Options{Change: silence})
	var period string
	list, err := site.Store.Periods(site.System(), site.Cycle)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if p.State == poverty.PeriodClosed {
			period = p.Code
		}
	}
	report := func(unit poverty.UnitID) string {
		d, err := site.Store.DutyByKey(site.System(), poverty.DutyKey(site.Cycle, "report", unit, period, ""))
		if err != nil {
			t.Fatal(err)
		}
		return "/reports/" + strconv.FormatInt(int64(d.ID), 10)
	}
	commune, lead := site.SignIn("thuonglong.canbo"), site.SignIn("congan.canbo")
	standing, leader := site.SignIn("thuongtruc.truong"), site.SignIn("lanhdao.pct")

	member := site.SignIn("toaan.canbo")
	member.Resize(390, 844)
	member.Open(report("cong-an-huyen"))
	member.Press("Ghi phần đóng góp của đơn vị")
	member.Fits()
	member.Fill("Số lượt đến thăm hộ", "4")
	member.Fill("text", "Thăm bốn hộ ở Thôn 2")
	member.Press("Gửi phần đóng góp")
	member.Sees("Đã gửi phần đóng góp")

	fill := func(b *browser.Tab, path, text string) {
		b.Open(path)
		b.Fits()
		b.Fill("text", text)
		b.Fill("Lý do nộp muộn", "Mất điện ba ngày")
		b.Tick("Tôi đã kiểm tra")
		b.Press("Gửi báo cáo")
		b.Sees("Đã gửi báo cáo", "chờ chấp nhận")
	}
	commune.Resize(390, 844)
	fill(commune, report("thuong-long"), "Thăm bảy hộ, mua hai con bò")
	lead.Open(report("cong-an-huyen"))
	lead.Sees("Thăm bốn hộ ở Thôn 2", "Chưa gửi")
	if got := lead.Value("Số lượt đến thăm hộ"); got != "4" {
		t.Errorf("the lead's figure is %q, filled in from the members", got)
	}
	fill(lead, report("cong-an-huyen"), "Nhóm đã thăm bốn hộ")

	standing.Open(report("thuong-long"))
	standing.Press("Trả lại kèm ý kiến")
	standing.Fill("Cần bổ sung, sửa gì", "Ghi số hộ đã thăm ở từng thôn")
	standing.Press("Trả lại")
	standing.Sees("Bị trả lại")

	commune.Open(report("thuong-long"))
	commune.Sees("Ghi số hộ đã thăm ở từng thôn", "Vì sao đúng hạn hay quá hạn")
	if got := commune.Value("text"); got != "Thăm bảy hộ, mua hai con bò" {
		t.Errorf("what was written is not in the form: %q", got)
	}
	commune.Fill("text", "Thăm bảy hộ: Thôn 1 bốn hộ, Thôn 2 ba hộ; mua hai con bò")
	commune.Tick("Tôi đã kiểm tra")
	commune.Press("Gửi báo cáo")
	commune.Sees("Nộp lại", "trong thời hạn làm lại", "quá hạn (đến hết")

	standing.Open(site.Path + "/reports?period=" + period)
	standing.Tick("Đánh dấu báo cáo của UBND xã Thượng Long")
	standing.Tick("Đánh dấu báo cáo của Công an huyện")
	standing.Press("Chấp nhận các báo cáo đã đánh dấu")
	standing.Sees("Đã chấp nhận 2/2 báo cáo")

	at := site.Path + "/consolidations/" + period
	leader.Open(at)
	leader.Sees("Không tìm thấy") // a draft is the standing office's own
	standing.Open(site.Path + "/matrix?sort=trouble")
	standing.Press("Báo cáo tổng hợp")
	standing.Open(at)
	standing.Sees("đang soạn", "Chưa có: Công an huyện, UBND xã Thượng Long")
	standing.Fill("text", "Các đơn vị đã báo cáo; hai đơn vị nộp muộn vì mất điện.")
	standing.Press("Tính lại số liệu")
	standing.Sees("Đã nhận 12/12", "Không thiếu báo cáo nào", "Chưa đủ đóng góp của thành viên")
	standing.Tick("Tôi đã kiểm tra và gửi")
	standing.Press("Gửi lãnh đạo")
	standing.Sees("Đã gửi báo cáo tổng hợp lên lãnh đạo")

	leader.Open(at)
	leader.Sees("hai đơn vị nộp muộn vì mất điện", "đã gửi lãnh đạo")
	leader.Press("Chấp nhận báo cáo tổng hợp")
	leader.Sees("Đã chấp nhận báo cáo tổng hợp", "đã được chấp nhận")
	leader.Resize(390, 844)
	for _, page := range []string{at, site.Path + "/rates", site.Path + "/matrix", site.Path + "/consolidations", site.Path + "/report-form", site.Path + "/reports"} {
		leader.Open(page)
		leader.Fits()
	}
	commune.Open(at)
	commune.SeesNot("hai đơn vị nộp muộn")
}
