package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestWatch_is_kept_by_the_commune_from_the_visit_to_the_result(t *testing.T) {
	d := newDistrict(t)
	list := at + "/watches"
	_, page := d.get(t, officer, list)
	check(t, page, []string{"Chưa có hộ nào được theo dõi", "36 tháng", "90 ngày"}, nil)
	if status, _ := d.get(t, court, list+"/new"); status != http.StatusForbidden {
		t.Errorf("a court adds a household: %d", status)
	}
	sheet := []string{"key", "a", "unit", "thuong-long", "code", "TN-1", "head", "Hộ thử", "left", "poor", "members", "4"}
	status, page, _ := d.post(t, officer, list, append(sheet, "day", "31/2/2018")...)
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{`value="TN-1"`, `value="31/2/2018"`, `value="4"`}, nil)
	status, page, to := d.post(t, officer, list, append(sheet, "day", "10/12/2017")...)
	if status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	path, _, _ := strings.Cut(to, "?")
	if status, _ := d.get(t, other, path); status != http.StatusNotFound {
		t.Errorf("another commune: %d", status)
	}
	_, page = d.get(t, officer, path)
	check(t, page, []string{"10/12/2020", `value="visit"`, `value="alert"`}, []string{`value="check"`, `value="help"`})
	say := func(login string, want int, fields ...string) string {
		t.Helper()
		status, page, _ := d.post(t, login, path, fields...)
		if status != want {
			t.Fatalf("%v: %d, want %d: %s", fields, status, want, page)
		}
		return page
	}
	say(officer, http.StatusUnprocessableEntity, "do", "visit", "key", "b", "day", "1/1/2030", "text", "Thấy ổn")
	say(officer, http.StatusSeeOther, "do", "event", "key", "c", "event", "fire", "severe", "1", "day", "1/4/2018", "text", "Cháy bếp")
	say(officer, http.StatusSeeOther, "do", "alert", "key", "d", "text", "Mất hết thóc giống")
	_, page = d.get(t, officer, list+"?risk=high")
	check(t, page, []string{"TN-1", "Nguy cơ cao", "có cảnh báo chưa xong", "rủi ro nặng"}, nil)
	page = say(officer, http.StatusUnprocessableEntity, "do", "check", "key", "e", "text", "Đúng", "helper", "toa-an")
	check(t, page, []string{"Đúng</textarea>", `value="toa-an" selected`}, nil)
	say(officer, http.StatusSeeOther, "do", "check", "key", "f", "text", "Đúng", "helper", "toa-an", "help", "Thóc giống")
	_, page = d.get(t, court, path)
	check(t, page, []string{"Thóc giống", `value="help"`, "thông tin nhạy cảm"}, []string{"Cháy bếp", "Mất hết", `value="result"`})
	say(court, http.StatusSeeOther, "do", "help", "key", "g", "text", "Đã giao 20 kg")
	say(officer, http.StatusSeeOther, "do", "result", "key", "h", "text", "Đã gieo lại", "outcome", "out")
	_, page = d.get(t, officer, path)
	check(t, page, []string{"Đã gieo lại", "Không tái nghèo", "đã xong"}, []string{"có cảnh báo chưa xong"})
	_, page = d.get(t, officer, list)
	check(t, page, []string{"so với số hộ đã thoát", "0,0\u00a0%"}, nil)
}
