package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestFreeze_closes_the_register_but_for_causes_and_needs(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	h := d.put(t, household("00001", "Hồ Văn Ứng"))
	status, page, _ := d.post(t, commune, register+"/freeze", "basis", "")
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Chốt danh sách đầu năm") {
		t.Errorf("without a basis: %d", status)
	}
	if status, _, _ := d.post(t, other, register+"/freeze", "basis", "QĐ 25"); status != http.StatusNotFound {
		t.Errorf("another commune's: %d", status)
	}
	status, page, to := d.post(t, commune, register+"/freeze", "basis", "QĐ 25/QĐ-UBND")
	if status != http.StatusSeeOther || to != register+"?done=freeze" {
		t.Fatalf("%d %s", status, page)
	}
	for _, tt := range []struct {
		who, path   string
		has, hasNot []string
	}{
		{commune, register, []string{"Danh sách đầu năm đã chốt", "QĐ 25/QĐ-UBND"}, []string{"Thêm hộ", "Mở lại danh sách"}},
		{standing, register, []string{"Mở lại danh sách"}, nil},
		{commune, sheetPath(h) + "/edit", []string{`name="members" inputmode="numeric" value="4" required readonly`, `name="declared" disabled`}, nil},
		{standing, at + "/households", []string{"02/05/2018"}, []string{"Chốt danh sách của mọi xã"}},
	} {
		_, page := d.get(t, tt.who, tt.path)
		for _, s := range tt.has {
			if !strings.Contains(page, s) {
				t.Errorf("%s lacks %q: %s", tt.path, s, page)
			}
		}
		for _, s := range tt.hasNot {
			if strings.Contains(page, s) {
				t.Errorf("%s has %q", tt.path, s)
			}
		}
	}
	if status, _ := d.get(t, commune, register+"/new"); status != http.StatusConflict {
		t.Errorf("a new household: %d", status)
	}
	if status, _, _ := d.post(t, commune, register+"/reopen", "basis", "nhầm"); status != http.StatusForbidden {
		t.Errorf("the commune opens it: %d", status)
	}
	if status, page, _ := d.post(t, standing, register+"/reopen", "basis", "nhầm"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
}
