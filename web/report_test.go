package web_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dondoc/calendar"
)

func TestReport_edited_by_two_loses_nobodys_text(t *testing.T) {
	d := newDistrict(t)
	path := "/reports/" + d.duty(t, "report", "thuong-long", "2018-04")
	save := func(who, version, visits, text string) (int, string) {
		status, page, _ := d.post(t, who, path, "do", "save", "key", who+text, "version", version, "figures.visits", visits, "text", text, "texts.obstacles", "Mưa nhiều")
		return status, page
	}
	if status, _ := save(officer, "0", "7", "Đã thăm bảy hộ ở Thôn 1."); status != http.StatusSeeOther {
		t.Fatalf("the first: %d", status)
	}
	status, page := save(commune, "0", "9", "Đã thăm chín hộ ở Thôn 1.")
	if status != http.StatusConflict {
		t.Fatalf("the second: %d", status)
	}
	check(t, page, []string{
		`>Đã thăm chín hộ ở Thôn 1.</textarea>`, `value="9"`, // what was typed is in the form
		"Đã thăm <ins>bảy </ins><del>chín </del>hộ ở Thôn 1.", "đã lưu: 7 · bạn nhập: 9", // beside what is stored
		`name="version" value="1"`, // and can be saved over it
	}, []string{"<ins>Mưa"})
	if status, _ := save(commune, "1", "9", "Đã thăm chín hộ ở Thôn 1."); status != http.StatusSeeOther {
		t.Fatalf("saved again: %d", status)
	}
	_, page = d.get(t, officer, path)
	check(t, page, []string{"Đã thăm chín hộ"}, nil)
}

func TestReport_says_why_it_is_on_time_or_late(t *testing.T) {
	d := newDistrict(t, "2018-04-16", "2018-04-30")
	quick, slow := d.duty(t, "report", "thuong-long", "2018-04"), d.duty(t, "report", "thuong-quang", "2018-04")
	for who, id := range map[string]string{officer: quick, "thuongquang.canbo": slow} {
		d.now = at30("22:10")
		if status, _, _ := d.post(t, who, "/reports/"+id, "do", "submit", "key", "a"+id, "text", "Báo cáo", "confirm", "1"); status != http.StatusSeeOther {
			t.Fatalf("submit: %d", status)
		}
		d.now = at30("23:00")
		if status, _, _ := d.post(t, standing, "/duties/"+id, "act", "return", "key", "b"+id, "reason", "Thiếu"); status != http.StatusSeeOther {
			t.Fatalf("return: %d", status)
		}
	}
	d.now = at30("08:15").AddDate(0, 0, 1)
	if status, _, _ := d.post(t, officer, "/reports/"+quick, "do", "submit", "key", "c", "version", "1", "text", "Báo cáo", "confirm", "1"); status != http.StatusSeeOther {
		t.Fatalf("again: %d", status)
	}
	_, page := d.get(t, standing, "/reports/"+quick)
	check(t, page, []string{"Nộp lần đầu 30/04/2018 22:10: trong hạn", "Trả lại 30/04/2018 23:00; thời hạn làm lại đến hết 03/05/2018", "Nộp lại 01/05/2018 08:15: trong thời hạn làm lại", "Kết luận: đúng hạn"}, []string{"quá hạn (đến hết"})
	d.now = at30("09:00").AddDate(0, 0, 4)
	if status, page, _ := d.post(t, "thuongquang.canbo", "/reports/"+slow, "do", "submit", "key", "d", "version", "1", "text", "Báo cáo", "late_reason", "Lũ", "confirm", "1"); status != http.StatusSeeOther {
		t.Fatalf("again, late: %d %s", status, page)
	}
	_, page = d.get(t, standing, "/reports/"+slow)
	check(t, page, []string{"Nộp lần đầu 30/04/2018 22:10: trong hạn", "Nộp lại 04/05/2018 09:00: quá thời hạn làm lại (đến hết 03/05/2018)", "Kết luận: quá hạn"}, nil)
}

func TestReports_are_accepted_in_one_go_and_each_tells_how_it_ended(t *testing.T) {
	d := newDistrict(t)
	var ids []string
	for _, x := range [][2]string{{officer, "thuong-long"}, {"thuongquang.canbo", "thuong-quang"}} {
		who, id := x[0], d.duty(t, "report", x[1], "2018-04")
		ids = append(ids, id)
		if status, _, _ := d.post(t, who, "/reports/"+id, "do", "submit", "key", "s"+id, "text", "Báo cáo", "late_reason", "Mưa", "confirm", "1"); status != http.StatusSeeOther {
			t.Fatalf("submit: %d", status)
		}
	}
	_, page := d.get(t, standing, at+"/reports")
	check(t, page, []string{"UBND xã Thượng Long", "UBND xã Thượng Quảng", `name="duty" value="` + ids[0]}, nil)
	open := d.duty(t, "report", "huong-son", "2018-04") // not in: told, and no bar to the others
	status, page, _ := d.post(t, standing, at+"/reports/accept", "key", "k", "duty", ids[0], "duty", open, "duty", ids[1])
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	check(t, page, []string{"Đã chấp nhận 2/3 báo cáo", "chưa chấp nhận được", "Không có báo cáo nào chờ chấp nhận."}, nil)
	status, page, _ = d.post(t, standing, at+"/reports/accept", "key", "k2")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("nothing ticked: %d", status)
	}
	check(t, page, []string{"Hãy đánh dấu ít nhất một báo cáo."}, nil)
	_, page = d.get(t, commune, at+"/reports")
	check(t, page, nil, []string{`name="duty"`, "Thượng Quảng"})
	status, page, _ = d.post(t, commune, at+"/reports/accept", "key", "k3", "duty", ids[0])
	if status != http.StatusOK || strings.Contains(page, "Đã chấp nhận 1/") {
		t.Errorf("a commune accepts its own report: %d", status)
	}
}

func TestCall_is_logged_and_the_reminder_is_short(t *testing.T) {
	d := newDistrict(t)
	path := "/duties/" + d.duty(t, "report", "thuong-long", "2018-04")
	if status, _, _ := d.post(t, standing, path+"/calls", "key", "c", "whom", "Chủ tịch xã", "said", "Hẹn nộp chiều nay"); status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	_, page := d.get(t, standing, path)
	check(t, page, []string{"Hẹn nộp chiều nay", "Đôn đốc: UBND xã Thượng Long"}, nil)
	text := regexp.MustCompile(`(?s)<textarea id="reminder"[^>]*>(.*?)</textarea>`).FindStringSubmatch(page)
	if text == nil || utf8.RuneCountInString(text[1]) > 300 || !strings.Contains(text[1], path) {
		t.Errorf("%q", text)
	}
	_, page = d.get(t, commune, path)
	check(t, page, []string{"Hẹn nộp chiều nay"}, []string{"Ghi một cuộc gọi", `id="reminder"`})
	status, page, _ := d.post(t, standing, path+"/calls", "key", "c2", "whom", "", "said", "Không nghe máy")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", status)
	}
	check(t, page, []string{"Không nghe máy"}, nil)
	if status, _, _ := d.post(t, commune, path+"/calls", "key", "c3", "whom", "x", "said", "y"); status != http.StatusForbidden {
		t.Errorf("a debtor logs a call: %d", status)
	}
}

func TestMatrix_is_filtered_and_sorted_by_trouble(t *testing.T) {
	d := newDistrict(t)
	id := d.duty(t, "report", "huong-huu", "2018-04")
	if status, _, _ := d.post(t, standing, "/duties/"+id, "act", "submit", "key", "p", "basis", "Dấu công văn đến", "at_day", "27/4/2018", "at_time", "15:30", "confirm", "1"); status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	order := func(query string) (units []string) {
		_, page := d.get(t, standing, at+"/matrix"+query)
		for _, m := range regexp.MustCompile(`<th scope="row"><a class="plain" href="[^"]*/units/([^"]+)"`).FindAllStringSubmatch(page, -1) {
			units = append(units, m[1])
		}
		return units
	}
	if list := order("?role=commune"); len(list) != 6 || list[0] != "huong-huu" {
		t.Errorf("communes by name: %v", list)
	}
	if list := order("?role=commune&sort=trouble"); list[5] != "huong-huu" {
		t.Errorf("by trouble: %v", list)
	}
	if list := order("?state=on_time"); len(list) != 1 || list[0] != "huong-huu" {
		t.Errorf("on time: %v", list)
	}
	if list := order("?group=nhom-thuong-long"); len(list) != 2 {
		t.Errorf("a group: %v", list)
	}
	_, page := d.get(t, standing, at+"/matrix?state=returned")
	check(t, page, []string{"Không có đơn vị nào như đã lọc."}, nil)
}

func TestConsolidation_is_sent_up_returned_and_revised(t *testing.T) {
	d := newDistrict(t)
	path := at + "/consolidations/2018-04"
	_, page := d.get(t, standing, path)
	check(t, page, []string{"Tổng hợp tháng 4/2018", "đang soạn", "Công an huyện", "Sổ không ghi giao nhận nào trong kỳ."}, nil)
	for who, want := range map[string]int{viceChair: 404, above: 404, commune: 404} {
		if status, _ := d.get(t, who, path); status != want {
			t.Errorf("%s sees the draft: %d", who, status)
		}
	}
	move := func(who, do string, more ...string) (int, string) {
		status, page, _ := d.post(t, who, path, append([]string{"do", do, "key", who + do + strconv.Itoa(len(more)), "revision", "1"}, more...)...)
		return status, page
	}
	if status, page := move(standing, "send", "version", "1", "text", ""); status != http.StatusUnprocessableEntity {
		t.Errorf("empty: %d %s", status, page)
	}
	if status, _ := move(standing, "save", "version", "1", "text", "Chưa đơn vị nào nộp."); status != http.StatusSeeOther {
		t.Errorf("save: %d", status)
	}
	status, page := move(standing, "save", "version", "1", "text", "Chưa xã nào nộp.")
	if status != http.StatusConflict {
		t.Errorf("saved over: %d", status)
	}
	check(t, page, []string{"Chưa xã nào nộp.</textarea>", "Chưa <ins>đơn vị </ins><del>xã </del>nào nộp."}, nil)
	if status, page := move(standing, "send", "version", "2", "text", "Chưa đơn vị nào nộp.", "confirm", "1"); status != http.StatusSeeOther {
		t.Fatalf("send: %d %s", status, page)
	}
	if status, _ := move(viceChair, "accept"); status != http.StatusSeeOther {
		t.Errorf("accept: %d", status)
	}
	if status, _, _ := d.post(t, officer, "/reports/"+d.duty(t, "report", "thuong-long", "2018-04"), "do", "submit", "key", "s", "text", "Báo cáo", "late_reason", "Mưa", "confirm", "1"); status != http.StatusSeeOther {
		t.Fatalf("submit: %d", status)
	}
	_, page = d.get(t, standing, path)
	check(t, page, []string{"Có số liệu thay đổi sau khi gửi", "Lập bản 2"}, nil)
	if status, _ := move(standing, "revise", "reason", "Thượng Long nộp muộn"); status != http.StatusSeeOther {
		t.Errorf("revise: %d", status)
	}
	_, page = d.get(t, standing, path)
	check(t, page, []string{"Bản 2", "đang soạn", "Thượng Long nộp muộn"}, []string{"Có số liệu thay đổi"})
	_, page = d.get(t, viceChair, path)
	check(t, page, []string{"Bản 1", "đã được chấp nhận"}, []string{"Thượng Long nộp muộn"})
}

func TestContribution_is_written_by_the_member_and_seen_by_the_lead(t *testing.T) {
	d := newDistrict(t)
	report := "/reports/" + d.duty(t, "report", "cong-an-huyen", "2018-04")
	path := report + "/contributions/toa-an"
	_, page := d.get(t, "toaan.canbo", at+"/units/toa-an")
	check(t, page, []string{path}, nil)
	if status, _, _ := d.post(t, "toaan.canbo", path, "do", "save", "version", "0", "figures.visits", "4", "text", "Thăm bốn hộ"); status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	status, page, _ := d.post(t, "toaan.truong", path, "do", "save", "version", "0", "figures.visits", "5", "text", "Thăm năm hộ")
	if status != http.StatusConflict {
		t.Errorf("saved over: %d", status)
	}
	check(t, page, []string{"Thăm năm hộ</textarea>", "Thăm <ins>bốn </ins><del>năm </del>hộ"}, nil)
	_, page = d.get(t, agency, report)
	check(t, page, []string{"Thăm bốn hộ", `name="figures.visits" inputmode="numeric" value="4"`, "Chưa gửi", "Vẫn gửi được"}, nil)
	if status, _ := d.get(t, "tuphap.canbo", path); status != http.StatusNotFound {
		t.Errorf("another member reads it: %d", status)
	}
	_, page = d.get(t, "tuphap.canbo", report)
	check(t, page, []string{"phong-tu-phap"}, []string{"Thăm bốn hộ"})
}

func TestReportForm_is_the_standing_offices_to_change(t *testing.T) {
	d := newDistrict(t)
	path := at + "/report-form"
	_, page := d.get(t, commune, path)
	check(t, page, []string{"Số hộ được giúp đỡ", "số hộ được giao nhận"}, []string{`name="code"`})
	form := []string{"version", "1", "reason", "Gọn lại", "code", "visits", "label", "Số lượt thăm", "label_en", "", "kind", "count", "unit", "lượt", "source", "", "who", "both", "needed", "", "choices", ""}
	if status, _, _ := d.post(t, commune, path, form...); status != http.StatusForbidden {
		t.Errorf("a commune changes it: %d", status)
	}
	bad := append(append([]string{}, form...), "code", "Số Hộ", "label", "Số hộ", "label_en", "", "kind", "count", "unit", "", "source", "", "who", "both", "needed", "", "choices", "")
	status, page, _ := d.post(t, standing, path, bad...)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", status)
	}
	check(t, page, []string{`value="Số Hộ"`, "không dùng được", "Gọn lại"}, nil)
	if status, _, _ := d.post(t, standing, path, form...); status != http.StatusSeeOther {
		t.Errorf("status %d", status)
	}
	_, page = d.get(t, standing, path)
	check(t, page, []string{"Phiên bản 2", "Gọn lại"}, nil)
}

func TestRates_are_shown_with_their_definitions(t *testing.T) {
	d := newDistrict(t)
	_, page := d.get(t, standing, at+"/rates?period=2018-04")
	check(t, page, []string{"Phải có", "kết luận là đúng hạn: lần nộp đầu trong hạn", "Nhóm giúp đỡ xã Thượng Long", "0,0\u00a0%"}, nil)
	_, page = d.get(t, commune, at+"/rates")
	check(t, page, []string{"UBND xã Thượng Long"}, []string{"UBND xã Thượng Quảng"})
}

func at30(clock string) time.Time {
	return calendar.MustDate("2018-04-30").At(calendar.MustClock(clock))
}

func TestReport_on_paper_keeps_its_stamped_scan(t *testing.T) {
	d := newDistrict(t)
	path := "/reports/" + d.duty(t, "report", "huong-huu", "2018-04")
	status, page, _ := d.send(t, standing, path+"/attachments", "bao-cao.jpg", photoBytes)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("without its basis: %d", status)
	}
	check(t, page, []string{"Hãy ghi căn cứ."}, nil)
	if status, page, to := d.send(t, standing, path+"/attachments", "bao-cao.jpg", photoBytes, "basis", "Dấu công văn đến 112"); status != http.StatusSeeOther || to != path+"?done=attached" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	_, page = d.get(t, "huonghuu.chutich", path)
	check(t, page, []string{"bao-cao.jpg"}, nil)
	status, page, _ = d.send(t, "huonghuu.chutich", path+"/attachments", "bao-cao.jpg", "MZ\x90 a program")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a program: %d", status)
	}
	check(t, page, []string{"là chương trình chạy được"}, nil)
	if status, _, _ := d.send(t, commune, path+"/attachments", "bao-cao.jpg", photoBytes); status != http.StatusNotFound {
		t.Errorf("another commune attaches: %d", status)
	}
}
