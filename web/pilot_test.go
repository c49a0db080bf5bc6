package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestPilot_is_drafted_reported_and_widened(t *testing.T) {
	d := newDistrict(t)
	fresh := at + "/units/thuong-long/pilots/new"
	for _, login := range []string{court, leader, other, viceChair} {
		if status, _ := d.get(t, login, fresh); status != http.StatusForbidden {
			t.Errorf("%s drafts a pilot: %d", login, status)
		}
	}
	_, page := d.get(t, officer, fresh)
	check(t, page, []string{"Xã chưa gửi kế hoạch"}, []string{`name="household"`})
	d.sendPlan(t)
	sheet := []string{"do", "save", "key", "p", "title", "Bò giống", "kind", "union", "leader", "toa-an", "what", "Cho mượn bò", "from", "1/5/2018", "household", "00001"}
	status, page, _ := d.post(t, officer, fresh, append(sheet, "until", "1/4/2018")...)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("ends before it begins: %d", status)
	}
	check(t, page, []string{`value="Bò giống"`, `value="00001" checked`, `value="1/4/2018"`, `value="toa-an" selected`}, []string{`value="00002" checked`})
	status, page, to := d.post(t, officer, fresh, append(sheet, "until", "31/10/2018")...)
	if status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	path, _, _ := strings.Cut(to, "?")
	_, page = d.get(t, court, path)
	check(t, page, []string{"Hộ số 001", `value="report"`}, []string{`value="widen"`, `value="save"`})
	if status, _ := d.get(t, other, path); status != http.StatusNotFound {
		t.Errorf("another commune: %d", status)
	}
	status, page, _ = d.post(t, court, path, "do", "report", "version", "1", "result", "Bò khỏe", "helped", "1", "left_poor", "2")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"Bò khỏe</textarea>", "nhiều hơn số hộ được giúp"}, nil)
	if status, page, _ = d.post(t, court, path, "do", "report", "version", "1", "result", "Bò khỏe", "helped", "1", "left_poor", "1"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	if status, _, _ = d.post(t, officer, path, "do", "widen", "version", "2", "decision", "x", "to", "huong-huu"); status != http.StatusForbidden {
		t.Errorf("a commune decides: %d", status)
	}
	_, page = d.get(t, viceChair, at+"/pilots")
	check(t, page, []string{"Bò giống", "1 hộ được giúp, 1 hộ thoát nghèo", "chờ quyết định"}, nil)
	if status, page, _ = d.post(t, viceChair, path, "do", "widen", "version", "2", "decision", "Hiệu quả", "to", "huong-huu"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	if status, _, _ = d.post(t, viceChair, path, "do", "end", "version", "2", "decision", "x"); status != http.StatusConflict {
		t.Errorf("decided twice: %d", status)
	}
	_, page = d.get(t, officer, path)
	check(t, page, []string{"được nhân rộng", "Hiệu quả", "Hương Hữu"}, []string{`value="report"`})
}
