package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"dondoc/calendar"
	"dondoc/poverty"
)

// A commune asks for more time and keeps what it typed when that is refused; the
// standing office finds the request waiting and answers; the vice chair grants
// time, takes it back, and hands the answer on; the page tells all of it in words.
func TestAnswers_to_a_ladder_on_its_pages(t *testing.T) {
	d := newDistrict(t, "2018-04-16", "2018-04-18")
	plan := "/duties/" + d.duty(t, "plan", "thuong-long", "")
	_, page := d.get(t, officer, plan)
	check(t, page, []string{"Xin gia hạn"}, []string{"Không đồng ý gia hạn", "Chuyển người khác xử lý", "Yêu cầu báo cáo đột xuất", "Hoàn tác"})
	status, page, _ := d.post(t, officer, plan, "act", "request", "key", "a0", "due_kind", "by", "due_day", "17/04/2018", "reason", "Lũ cuốn cầu")
	if status == http.StatusSeeOther {
		t.Error("a day that is past is taken")
	}
	check(t, page, []string{"Lũ cuốn cầu", "17/04/2018"}, nil)
	if status, _, to := d.post(t, officer, plan, "act", "request", "key", "a1", "due_kind", "by", "due_day", "25/04/2018", "reason", "Lũ cuốn cầu"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, to)
	}
	_, page = d.get(t, standing, at+"/waiting")
	check(t, page, []string{"Đơn vị xin gia hạn, chờ trả lời", "Đơn vị đề nghị gia hạn đến hết ngày 25/04/2018."}, nil)
	_, page = d.get(t, viceChair, at+"/waiting")
	check(t, page, []string{"trả lời trước 19/04/2018 08:00"}, nil)
	if status, _, to := d.post(t, standing, plan, "act", "refuse", "key", "a2", "reason", "Đã quá chậm"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, to)
	}
	if status, _, to := d.post(t, viceChair, plan, "act", "extend", "key", "a3", "due_kind", "by", "due_day", "27/04/2018", "reason", "Mưa lũ"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, to)
	}
	_, page = d.get(t, viceChair, plan)
	check(t, page, []string{"Gia hạn: hoàn tác được đến 18/04/2018 09:1"}, nil)
	_, page = d.get(t, chair, plan)
	check(t, page, nil, []string{"hoàn tác được đến"})
	if status, _, to := d.post(t, viceChair, plan, "act", "undo", "key", "a4"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, to)
	}
	if status, _, to := d.post(t, viceChair, plan, "act", "hand", "key", "a5", "to", "phong-ldtbxh/head"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, to)
	}
	_, page = d.get(t, standing, plan+"?act=direct")
	check(t, page, []string{
		"xin đến hết 25/04/2018", "Không đồng ý gia hạn", "Hoàn tác</strong>", "Chuyển người xử lý</strong> → Trưởng phòng",
		`<details class="act direct" id="act-direct" open>`,
	}, []string{">extended<"})
	_, page = d.get(t, standing, at+"/escalations")
	check(t, page, []string{"trả lời trước 19/04/2018 08:00"}, nil)
}

// A form to which a mail leads is sent once, however often its button is pressed;
// so are the other forms of its page.
func TestEscalation_a_form_opened_from_a_mail_is_stored_once(t *testing.T) {
	d := newDistrict(t, "2018-04-18")
	link := "/duties/" + d.duty(t, "plan", "thuong-long", "")
	_, page := d.get(t, viceChair, link+"?act=direct")
	opened := regexp.MustCompile(`(?s)<details class="act direct" id="act-direct" open>.*?name="key" value="([^"]*)"`).FindStringSubmatch(page)
	if opened == nil || opened[1] == "" {
		t.Fatalf("the opened form has no key: %q", opened)
	}
	for range 2 {
		if status, page, _ := d.post(t, viceChair, link, "act", "direct", "key", opened[1], "by", "2018-04-23", "reason", "Hoàn thành ngay"); status != http.StatusSeeOther {
			t.Fatalf("%d: %s", status, page)
		}
	}
	_, page = d.get(t, viceChair, link)
	if n := strings.Count(page, "Hoàn thành ngay"); n != 1 {
		t.Errorf("the direction stands there %d times", n)
	}
	_, page = d.get(t, standing, link+"?act=note")
	call := regexp.MustCompile(`name="key" value="([^"]*)-call"`).FindStringSubmatch(page)
	if call == nil || call[1] == "" {
		t.Errorf("the form of a call has no key of its own: %q", call)
	}
}

// Days off that move rungs are told as days, not as the program keeps them.
func TestHistory_words_rungs_that_moved(t *testing.T) {
	d := newDistrict(t, "2018-04-16", "2018-05-03")
	ctx := poverty.WithActor(t.Context(), poverty.System("test"))
	days := append(calendar.Default().Year(2018), calendar.DayOff{Date: calendar.MustDate("2018-05-04"), Kind: calendar.Swap, Name: "x"},
		calendar.DayOff{Date: calendar.MustDate("2018-05-05"), Kind: calendar.Work, Name: "x"})
	if err := d.db.SetDaysOff(ctx, days); err != nil {
		t.Fatal(err)
	}
	_, page := d.get(t, officer, "/duties/"+d.duty(t, "report", "thuong-long", "2018-04"))
	check(t, page, []string{"Đổi ngày các bậc theo lịch nghỉ mới", "04/05/2018 08:00", "05/05/2018 08:00"}, []string{"T08:00:00"})
}

// A deadline is moved on the cycle's page; a code or form that cannot be is told
// beside what was typed.
func TestCycle_a_deadline_is_moved_on_its_page(t *testing.T) {
	d := newDistrict(t, "2018-04-10")
	status, page, _ := d.post(t, standing, at+"/amend", "key", "m1", "what", "due", "code", "plan", "due", "khi nào xong", "reason", "Mưa lũ", "confirm", "1")
	if status == http.StatusSeeOther {
		t.Fatal("no deadline was taken for one")
	}
	check(t, page, []string{"khi nào xong", "Mưa lũ"}, nil)
	if status, _, to := d.post(t, standing, at+"/amend", "key", "m2", "what", "due", "code", "plan", "due", "before 2018-05-11", "reason", "Mưa lũ", "confirm", "1"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, to)
	}
	_, page = d.get(t, officer, "/duties/"+d.duty(t, "plan", "thuong-long", ""))
	check(t, page, []string{"10/05/2018", "Đổi thời hạn theo điều chỉnh"}, nil)
	if status, _, _ := d.post(t, officer, at+"/amend", "key", "m3", "what", "due", "code", "plan", "due", "before 2018-05-20", "reason", "x", "confirm", "1"); status != http.StatusForbidden {
		t.Errorf("by a commune: %d", status)
	}
}
