package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestPosting_from_the_list_to_an_answered_objection(t *testing.T) {
	d := newDistrict(t, "2018-11-16")
	d.hamlets(t)
	d.put(t, household("00001", "Hộ số 001"))
	d.put(t, household("00002", "Hộ số 002"))
	fresh := at + "/units/thuong-long/postings/new"
	status, page := d.get(t, officer, fresh)
	if status != http.StatusOK {
		t.Fatal(status)
	}
	check(t, page, []string{"Kết quả rà soát sơ bộ", "Kết quả rà soát chính thức"}, nil)

	status, page, _ = d.post(t, officer, at+"/units/thuong-long/postings", "subject", "survey-official", "places", "Nhà văn hóa Thôn 1", "loudspeaker", "1")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("without the tick: %d", status)
	}
	check(t, page, []string{"Nhà văn hóa Thôn 1", `name="loudspeaker" value="1" checked`}, nil) // what was typed stays
	status, page, _ = d.post(t, officer, at+"/units/thuong-long/postings", "subject", "survey-official", "places", "Nhà", "until", "17/11/2018", "confirm", "1")
	check(t, page, []string{"ít nhất đến hết 21/11/2018", `value="17/11/2018"`}, nil)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("too short: %d", status)
	}
	status, _, to := d.post(t, officer, at+"/units/thuong-long/postings", "key", "a", "subject", "survey-official", "places", "Nhà văn hóa Thôn 1\nUBND xã", "confirm", "1")
	if status != http.StatusSeeOther || !strings.HasPrefix(to, "/postings/") {
		t.Fatalf("%d %s", status, to)
	}
	list, _, _ := strings.Cut(to, "?")

	_, page = d.get(t, officer, list)
	check(t, page, []string{"Hộ số 001", "Nhà văn hóa Thôn 1; UBND xã", "16/11/2018 – hết 21/11/2018", "Chưa hết thời gian niêm yết", "Ghi nhận kiến nghị"},
		[]string{"bệnh tim", "045064000", "Không có vốn"})
	status, page = d.get(t, officer, list+"/print?hamlet=Th%C3%B4n+A+X%C3%A1ch")
	check(t, page, []string{"Hộ số 002", `class="posted"`, "Cộng: 2 hộ"}, []string{"<nav", "bệnh tim", "045064000", "Đăng xuất"})
	if status != http.StatusOK {
		t.Error(status)
	}
	if status, _ := d.get(t, other, list); status != http.StatusNotFound {
		t.Errorf("another commune's list: %d", status)
	}
	_, page = d.get(t, above, list)
	check(t, page, []string{"Hộ số 001"}, []string{"Ghi nhận kiến nghị", "Gỡ danh sách"})
	if status, _ := d.get(t, above, list+"/objections/new"); status != http.StatusForbidden {
		t.Errorf("the tier above records an objection: %d", status)
	}

	status, page, _ = d.post(t, officer, list+"/objections", "about", "household", "row", "1", "objector", "", "way", "phone", "text", "Không đúng")
	check(t, page, []string{"Không đúng", "Ghi tên người kiến nghị", `<option value="1" selected>`}, nil)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("by nobody: %d", status)
	}
	status, _, _ = d.post(t, officer, list+"/objections", "key", "b", "about", "household", "row", "1", "objector", "Bà Kiện", "contact", "0912", "way", "phone", "text", "Không đúng")
	if status != http.StatusSeeOther {
		t.Fatalf("%d", status)
	}
	_, page = d.get(t, officer, list)
	link := regexp.MustCompile(`/objections/\d+`).FindString(page)
	_, page = d.get(t, officer, link)
	check(t, page, []string{"Bà Kiện", "Chủ tịch hoặc Phó Chủ tịch xã trả lời"}, []string{`value="uphold"`})
	_, page = d.get(t, above, link)
	check(t, page, []string{"chỉ xã, cơ quan thường trực và lãnh đạo"}, []string{"Bà Kiện", "0912", "Không đúng", "Hộ số 001"})
	if status, _, _ := d.post(t, officer, link, "do", "reject", "reason", "x"); status != http.StatusForbidden {
		t.Errorf("the officer answers: %d", status)
	}
	_, page = d.get(t, commune, link)
	check(t, page, []string{`value="uphold"`, `value="reject"`}, nil)
	status, page, _ = d.post(t, commune, link, "do", "reject", "reason", " ", "version", "1")
	check(t, page, []string{"Ghi rõ bằng văn bản"}, nil)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", status)
	}
	if status, _, _ := d.post(t, commune, link, "do", "reject", "reason", "Thu nhập dưới chuẩn", "version", "1"); status != http.StatusSeeOther {
		t.Errorf("%d", status)
	}
	status, page, _ = d.post(t, commune, link, "do", "uphold", "reason", "Nhầm", "version", "1") // another tab
	check(t, page, []string{"vừa được người khác xử lý", "Không chấp nhận", "Thu nhập dưới chuẩn"}, nil)
	if status != http.StatusConflict {
		t.Errorf("a second answer: %d", status)
	}
	duty := d.subject(t, "objection", "thuong-long", "survey-official.1.1")
	if status, _, to := d.post(t, commune, "/duties/"+duty, "act", "done", "confirm", "1"); status != http.StatusConflict {
		t.Errorf("done past the objection's page: %d %s", status, to)
	}
	res := d.serve(t, commune, httptest.NewRequest(http.MethodGet, "/duties/"+duty+"/objection", nil))
	if got := res.Header.Get("Location"); got != link {
		t.Errorf("the duty leads to %q, not to %q", got, link)
	}
	if status, _, _ := d.post(t, officer, list, "do", "take_down", "version", "1", "minutes", "BB 01", "reason", "Sai tên", "confirm", "1"); status != http.StatusSeeOther {
		t.Errorf("taken down: %d", status)
	}
	_, page = d.get(t, officer, at+"/postings")
	check(t, page, []string{"Đã gỡ", "16/11/2018 – hết 16/11/2018"}, nil)
}

func TestReceipts_are_confirmed_with_one_tap_on_the_plan(t *testing.T) {
	d := newDistrict(t, "2018-04-16")
	plan := at + "/plans/thuong-long"
	if status, page, _ := d.post(t, commune, plan, "do", "send", "to_leave", "20", "focal", "thuong-long/head",
		"situation", "Kế hoạch", "solutions", "Kế hoạch", "organisation", "Kế hoạch", "confirm", "1", "version", "1"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page := d.get(t, agency, plan)
	check(t, page, []string{"Xác nhận đã nhận danh sách", "Chưa xác nhận", "chủ trì"}, nil)
	_, page = d.get(t, commune, plan)
	check(t, page, []string{"Chưa xác nhận"}, []string{"<button class=\"main\">Xác nhận đã nhận danh sách"})
	duty := d.subject(t, "receipt-sent", "cong-an-huyen", "thuong-long.1")
	if status, _, _ := d.post(t, officer, "/duties/"+duty, "act", "done", "confirm", "1", "back", plan); status != http.StatusForbidden {
		t.Errorf("the commune confirms for the agency: %d", status)
	}
	status, _, to := d.post(t, agency, "/duties/"+duty, "act", "done", "confirm", "1", "back", plan)
	if status != http.StatusSeeOther || !strings.HasPrefix(to, plan) {
		t.Errorf("%d %s", status, to)
	}
	for _, who := range []string{commune, standing, agency} {
		_, page = d.get(t, who, plan)
		check(t, page, []string{"Đã xác nhận 16/04/2018"}, []string{"<button class=\"main\">Xác nhận đã nhận danh sách"})
	}
	_, page = d.get(t, standing, at+"/receipts")
	check(t, page, []string{"Công an huyện", "Đã xác nhận"}, nil)
	_, page = d.get(t, other, at+"/receipts")
	check(t, page, nil, []string{"Công an huyện"})
	_, page = d.get(t, agency, at+"/notices?mine=1")
	check(t, page, []string{"Xã đã gửi danh sách hộ", plan}, nil)
}
