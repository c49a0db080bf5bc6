package browser_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dondoc/calendar"
	"dondoc/internal/browser"
	"dondoc/poverty"
)

// One commune's survey from the results to the decision, in the seats of the
// officer, the chair and the tier above: a household whose movement does not add
// up holds it up and is named, a village has to meet twice, the list is posted,
// and the chair mends the decision that had a wrong number.
func TestSurvey_from_the_results_to_the_decision(t *testing.T) {
	t.Parallel()
	today := calendar.DateOf(time.Now())
	site := browser.Start(t, browser.Options{Month: time.December, Change: func(r *poverty.Rehearsal) {
		r.Script = slices.DeleteFunc(r.Script, func(l poverty.Line) bool {
			return l.Unit == "thuong-long" && (l.Duty == "survey-official" || l.Subject == "survey-official")
		})
		// The days of the survey are today's, and the list may come down on the day it went up.
		r.New.Cycle.Rules.Survey = poverty.SurveyDays{From: today.AddDays(-150), To: today.AddDays(30)}
		r.New.Cycle.Rules.Posting = poverty.PostingRules{Days: 0, Working: true}
	}})
	survey := site.Path + "/surveys/thuong-long"

	officer := site.SignIn("thuonglong.canbo")
	officer.Resize(390, 844)
	officer.Open(survey + "?code=thuong-long-002")
	officer.Sees("Số liệu khớp", "Đề nghị trong năm")
	officer.Fits()
	officer.Fill("Kết quả thuong-long-002", "Hộ không nghèo")
	officer.Fill("Biến động thuong-long-002", "Giữ nguyên")
	officer.Press("Lưu kết quả")
	officer.Sees("Chưa khớp", "thuong-long-002", "không thể là “Giữ nguyên”")
	officer.Fits()
	officer.Press("Kết thúc rà soát từng hộ")
	officer.Sees("Số liệu biến động chưa khớp")
	officer.Picture("does not add up")
	officer.Open(survey + "?code=thuong-long-002")
	officer.Fill("Biến động thuong-long-002", "Vượt chuẩn, ra khỏi danh sách")
	officer.Press("Lưu kết quả")
	officer.Sees("Số liệu khớp")
	officer.Press("Kết thúc rà soát từng hộ")
	officer.Sees("Đã kết thúc bước rà soát từng hộ")

	meet := func(hamlet, agreed string) {
		t.Helper()
		officer.Fill("Thôn", hamlet)
		officer.Fill("Ngày họp", today.String())
		officer.Fill("Số người dự", "40")
		officer.Fill("Số người đồng ý", agreed)
		officer.Fill("Người chủ trì", "Trưởng thôn (dựng lên)")
		officer.Fill("Biên bản", "Biên bản số 1")
		officer.In("Người chủ trì").Press("Ghi biên bản họp thôn")
	}
	for n := range 8 {
		meet(fmt.Sprintf("Thôn %d", n+1), "34")
		officer.Sees("Đã ghi biên bản họp thôn")
		if n == 1 {
			officer.Sees("Bước tiếp theo: Họp thôn")
		}
	}
	officer.Sees("Bước tiếp theo: Niêm yết", "Chưa niêm yết")
	officer.Fits()
	officer.Press("Niêm yết danh sách")
	officer.Fill("Nơi niêm yết", "Nhà sinh hoạt cộng đồng các thôn")
	officer.Tick("Tôi đã kiểm tra danh sách")
	officer.In("Tôi đã kiểm tra danh sách").Press("Niêm yết")
	officer.Sees("thuong-long-001")
	officer.SeesNot("thuong-long-002")
	officer.Fits()
	officer.Press("Gỡ danh sách")
	officer.Fill("Biên bản gỡ niêm yết", "Biên bản số 2")
	officer.Tick("Danh sách đã được gỡ")
	officer.In("Biên bản gỡ niêm yết").Press("Gỡ danh sách")
	officer.Open(survey)
	officer.Sees("Bước tiếp theo: Xin ý kiến")
	officer.Press("Gửi UBND huyện Nam Đông xin ý kiến")
	officer.Sees("Đã gửi xin ý kiến")

	above := site.SignIn("lanhdao.pct")
	above.Open(survey)
	above.Tick("Đồng ý")
	above.Press("Gửi ý kiến")
	above.Sees("Bước tiếp theo: Công nhận")
	above.SeesNot("Số quyết định")

	chair := site.SignIn("thuonglong.chutich")
	chair.Resize(390, 844)
	recognise := func(number string) {
		t.Helper()
		chair.Fill("Số quyết định", number)
		chair.Fill("Ngày quyết định", today.String())
		chair.Press("Ra quyết định công nhận")
		chair.Sees("Bước tiếp theo: Xác nhận kết quả", number)
	}
	chair.Open(survey)
	recognise("QĐ 63/QĐ-UBND")
	chair.Fits()
	chair.Press("Thu hồi quyết định công nhận")
	chair.Fill("Lý do thu hồi", "Ghi nhầm số quyết định")
	chair.In("Thu hồi QĐ 63/QĐ-UBND").Press("Thu hồi quyết định công nhận")
	chair.Sees("Đã thu hồi quyết định công nhận")
	recognise("QĐ 64/QĐ-UBND")
	officer.Open(survey)
	officer.Sees("QĐ 64/QĐ-UBND")
	officer.SeesNot("Lưu kết quả", "Thu hồi quyết định công nhận")
}
