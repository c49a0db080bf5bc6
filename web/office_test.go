package web_test

import (
	"net/http"
	"regexp"
	"testing"
)

func TestOffices_are_seen_by_all_and_changed_by_those_who_may(t *testing.T) {
	d := newDistrict(t)
	const offices = "/units/thuong-long/offices"
	for _, login := range []string{commune, other, viceChair, above} {
		status, page := d.get(t, login, offices)
		if status != http.StatusOK {
			t.Errorf("%s: %d", login, status)
		}
		check(t, page, []string{"Chủ tịch UBND xã Thượng Long", "từ khi khai báo"}, []string{`name="do"`, "thuonglong.canbo"})
		status, _, _ = d.post(t, login, offices, "do", "give", "office", "thuong-long/head", "login", officer, "from", "3/5/2018")
		if status != http.StatusForbidden {
			t.Errorf("%s gives an office: %d", login, status)
		}
	}
	_, page := d.get(t, standing, offices)
	check(t, page, []string{`value="give"`, `value="substitute"`, `value="vacate"`, `<option value="thuonglong.canbo">`, "chỉ Giúp đỡ hộ nghèo"}, []string{`value="end"`})
	_, page = d.get(t, standing, "/units/nam-dong/offices")
	check(t, page, []string{"Chủ tịch UBND huyện"}, []string{`value="give"`})
	_, page = d.get(t, admin, "/units/nam-dong/offices")
	check(t, page, []string{`value="give"`}, nil)

	// A refusal keeps what was typed, in the form of that office alone, and says what is wrong.
	status, page, _ := d.post(t, standing, offices, "do", "substitute", "office", "thuong-long/head", "login", "khong.co", "from", "3/5/2018", "until", "mai", "basis", "CV 15", "cycle", cycle)
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{`value="khong.co"`, `value="mai"`, `value="CV 15"`, `value="` + cycle + `" selected`, "Ngày không hợp lệ"}, nil)
	status, page, _ = d.post(t, standing, offices, "do", "substitute", "office", "thuong-long/head", "login", "khong.co", "from", "3/5/2018", "until", "31/5/2018", "basis", "CV 15")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"“khong.co”"}, nil)

	stands := []string{"do", "substitute", "office", "thuong-long/head", "login", "thuonglong.phochutich", "from", "2/5/2018", "until", "31/5/2018", "basis", "CV 15", "cycle", cycle}
	if status, page, to := d.post(t, standing, offices, stands...); status != http.StatusSeeOther || to != offices+"?done=office_substitute" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	status, page, _ = d.post(t, standing, offices, stands...)
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"từ 02/05/2018 đến 31/05/2018 với cùng phạm vi"}, nil)
	_, page = d.get(t, standing, offices)
	check(t, page, []string{"thay mặt: CV 15", "chỉ Giúp đỡ hộ nghèo", `value="end"`, "nhập</small>"}, nil)
	holding := regexp.MustCompile(`name="holding" value="(\d+)"`).FindStringSubmatch(page)[1]
	if status, _, _ := d.post(t, commune, offices, "do", "end", "holding", holding, "last", "2/5/2018"); status != http.StatusForbidden {
		t.Errorf("the commune ends it: %d", status)
	}
	if status, _, _ := d.post(t, standing, offices, "do", "end", "holding", "x", "last", "2/5/2018"); status != http.StatusNotFound {
		t.Errorf("no holding: %d", status)
	}
	if status, page, _ := d.post(t, standing, offices, "do", "end", "holding", holding, "last", "2/5/2018"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}

	if status, page, _ := d.post(t, admin, offices, "do", "give", "office", "thuong-long/head", "login", officer, "from", "2/5/2018"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
	_, page = d.get(t, officer, at+"/notices?mine=1")
	check(t, page, []string{"Bàn giao chức vụ", "việc đang mở"}, nil)
	if status, page, _ := d.post(t, admin, offices, "do", "vacate", "office", "thuong-long/head", "from", "10/5/2018"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
	status, page, _ = d.post(t, admin, offices, "do", "vacate", "office", "thuong-long/head", "from", "20/5/2018")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"đã không có ai giữ chức vụ này"}, nil)
}
