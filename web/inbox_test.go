package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

var inboxLink = regexp.MustCompile(`href="(/inbox/\d+)"`)

func TestInbox_leads_to_where_a_notice_is_answered_and_marks_it_read(t *testing.T) {
	d := newDistrict(t)
	_, page := d.get(t, officer, "/inbox")
	check(t, page, []string{"Nhắc việc", "mới</span>", "tháng 4/2018", "Đánh dấu tất cả"}, []string{"Hương Sơn"})
	links := inboxLink.FindAllStringSubmatch(page, -1)
	report := "/reports/" + d.duty(t, "report", "thuong-long", "2018-04")
	unread := func(who string) string {
		status, page := d.get(t, who, "/inbox/count")
		if status != http.StatusOK {
			t.Errorf("count: %d", status)
		}
		check(t, page, []string{`http-equiv="refresh" content="60"`}, []string{"<a ", "<form", "<script"})
		_, count, _ := strings.Cut(page, "<span>")
		count, _, _ = strings.Cut(count, "</span>")
		return count
	}
	before := unread(officer)
	led := map[string]bool{}
	for _, link := range links {
		res := d.serve(t, officer, httptest.NewRequest(http.MethodGet, link[1], nil))
		led[res.Header.Get("Location")] = true
	}
	if !led[report] {
		t.Errorf("no notice leads to %s: %v", report, led)
	}
	if after := unread(officer); before == after || before == "" || after != "" {
		t.Errorf("%q unread, then %q", before, after)
	}
	_, page = d.get(t, officer, "/inbox?unread=1")
	check(t, page, []string{"Bạn đã đọc hết"}, nil)

	if status, _ := d.get(t, other, links[0][1]); status != http.StatusNotFound {
		t.Errorf("another's notice: %d", status)
	}
	if status, _ := d.get(t, officer, "/inbox/x"); status != http.StatusNotFound {
		t.Errorf("no notice: %d", status)
	}

	// What demands a decision leads to the decisions.
	_, page = d.get(t, viceChair, "/inbox")
	check(t, page, []string{"Đôn đốc", "cần quyết định"}, nil)
	newest := regexp.MustCompile(`name="newest" value="(\d+)"`).FindStringSubmatch(page)[1]
	res := d.serve(t, viceChair, httptest.NewRequest(http.MethodGet, inboxLink.FindStringSubmatch(page)[1], nil))
	if to := res.Header.Get("Location"); !strings.HasSuffix(to, "#acts") {
		t.Errorf("led to %s", to)
	}
	if status, _, to := d.post(t, viceChair, "/inbox", "newest", newest); status != http.StatusSeeOther || to != "/inbox?done=inbox_read" {
		t.Errorf("%d %s", status, to)
	}
	if left := unread(viceChair); left != "" {
		t.Errorf("%s left", left)
	}
	if status, _, _ := d.post(t, viceChair, "/inbox", "newest", "x"); status != http.StatusUnprocessableEntity {
		t.Errorf("no number: %d", status)
	}
}

func TestInbox_count_stands_in_every_page_and_nowhere_else(t *testing.T) {
	d := newDistrict(t)
	res := d.serve(t, officer, httptest.NewRequest(http.MethodGet, "/help", nil))
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("page: %s", policy)
	}
	check(t, read(t, res), []string{`<iframe src="/inbox/count" title="Số thông báo chưa đọc"`}, nil)
	res = d.serve(t, officer, httptest.NewRequest(http.MethodGet, "/inbox/count", nil))
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'self'") || res.Header.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("frame: %s", policy)
	}
	res.Body.Close()
	status, page := d.get(t, "", "/inbox/count")
	if status != http.StatusOK {
		t.Errorf("signed out: %d", status)
	}
	check(t, page, nil, []string{"refresh", "<span>"})
	if _, page := d.get(t, "", "/dang-nhap"); strings.Contains(page, "<iframe") {
		t.Error("the sign-in page counts")
	}
	for _, path := range []string{"/inbox", "/me"} {
		if res := d.serve(t, "", httptest.NewRequest(http.MethodGet, path, nil)); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s to nobody: %d", path, res.StatusCode)
		}
	}
}

func TestMe_keeps_what_was_typed_and_never_a_password(t *testing.T) {
	d := newDistrict(t)
	_, page := d.get(t, officer, "/me")
	check(t, page, []string{"thuonglong.canbo", `value="thuonglong-canbo@nam-dong.example"`, `name="reminders" value="1" checked`, "luôn được gửi"}, nil)
	status, page, _ := d.post(t, officer, "/me", "do", "settings", "email", "khong phai", "language", "en", "decisions", "1")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{`value="khong phai"`, `value="en" selected`, `name="decisions" value="1" checked`, "không hợp lệ"}, []string{`name="reminders" value="1" checked`})
	status, _, to := d.post(t, officer, "/me", "do", "settings", "email", "", "language", "vi")
	if status != http.StatusSeeOther || to != "/me?done=me_settings" {
		t.Errorf("%d %s", status, to)
	}
	_, page = d.get(t, officer, "/me")
	check(t, page, nil, []string{"checked"})

	status, page, _ = d.post(t, officer, "/me", "do", "password", "old", "bi-mat-cu", "new", "bi-mat-moi-1", "again", "bi-mat-moi-2")
	if status != http.StatusUnprocessableEntity || d.door.changed != "" {
		t.Errorf("%d, changed %s", status, d.door.changed)
	}
	check(t, page, []string{"không giống nhau"}, []string{"bi-mat"})
	status, _, to = d.post(t, officer, "/me", "do", "password", "old", "bi-mat-cu", "new", "bi-mat-moi-1", "again", "bi-mat-moi-1")
	if status != http.StatusSeeOther || to != "/me?done=me_password" || d.door.changed != "bi-mat-cu to bi-mat-moi-1" {
		t.Errorf("%d %s, changed %s", status, to, d.door.changed)
	}
	if _, _, to := d.post(t, "", "/me", "do", "password", "old", "bi-mat-cu"); to != "/dang-nhap?ended=lost" || d.door.form != nil {
		t.Errorf("a password was kept: %s", to)
	}
}

// Pages that belong to no cycle lead on to those of the current one, all alike.
func TestPages_outside_a_cycle_show_the_same_navigation(t *testing.T) {
	d := newDistrict(t)
	links := regexp.MustCompile(`href="(/cycles/[^"?#]+)"`)
	for _, who := range []string{standing, officer, admin} {
		_, page := d.get(t, who, "/help")
		want := links.FindAllStringSubmatch(page[:strings.Index(page, "<main")], -1)
		if who == standing && len(want) == 0 {
			t.Fatal("the help has no navigation")
		}
		paths := []string{"/inbox", "/me", "/units"}
		if who == admin {
			paths = append(paths, "/settings/audit", "/settings/accounts", "/settings/calendar")
		}
		for _, path := range paths {
			status, page := d.get(t, who, path)
			if status != http.StatusOK {
				t.Fatalf("%s, %s: %d", who, path, status)
			}
			got := links.FindAllStringSubmatch(page[:strings.Index(page, "<main")], -1)
			if len(got) != len(want) {
				t.Errorf("%s: %s leads to %d pages of the cycle, the help to %d", who, path, len(got), len(want))
			}
		}
	}
}
