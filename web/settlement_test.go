package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestSettlement_a_household_is_struck_off_and_restored_on_its_pages(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	h := d.put(t, household("00001", "Hồ Văn Ứng"))
	status, page := d.get(t, commune, sheetPath(h))
	if status != http.StatusOK || !strings.Contains(page, "Gỡ hộ khỏi danh sách") || !strings.Contains(page, "Thôn 2") {
		t.Fatalf("%d %s", status, page)
	}
	for who, status := range map[string]int{above: http.StatusForbidden, other: http.StatusNotFound, agency: http.StatusNotFound} {
		if got, page, _ := d.post(t, who, sheetPath(h)+"/settle", "kind", "struck", "key", "k1", "version", "1", "cause", "died", "reason", "Mất", "confirm", "1"); got != status {
			t.Errorf("%s: %d %s", who, got, page)
		}
	}
	status, page, _ = d.post(t, commune, sheetPath(h)+"/settle", "kind", "struck", "key", "k1", "version", "1", "cause", "", "reason", "Không còn ai ở")
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Không còn ai ở") || !strings.Contains(page, "Hãy đánh dấu xác nhận.") {
		t.Errorf("what was typed is lost: %d %s", status, page)
	}
	status, _, to := d.post(t, commune, sheetPath(h)+"/settle", "kind", "struck", "key", "k1", "version", "1", "cause", "died", "reason", "Không còn ai ở", "confirm", "1")
	if status != http.StatusSeeOther || to != register+"/settlements?done=settlement_struck" {
		t.Fatalf("%d %s", status, to)
	}
	if _, page = d.get(t, commune, register); strings.Contains(page, "Hồ Văn Ứng") {
		t.Error("it is still listed")
	}
	_, page = d.get(t, commune, register+"/settlements")
	for _, want := range []string{"Hồ Văn Ứng", "hộ không còn ai (chết)", "Không còn ai ở", "Hoàn lại"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	_, page = d.get(t, above, register+"/settlements")
	if !strings.Contains(page, "Hồ Văn Ứng") || strings.Contains(page, "Không còn ai ở") || strings.Contains(page, "Vì sao hoàn lại") {
		t.Errorf("the tier above reads reasons or may take back: %s", page)
	}
	if status, _ = d.get(t, other, register+"/settlements"); status != http.StatusNotFound {
		t.Errorf("another commune: %d", status)
	}
	status, page, _ = d.post(t, commune, at+"/settlements/1", "reason", "", "unit", "thuong-long")
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Hoàn lại") {
		t.Errorf("%d %s", status, page)
	}
	status, page, to = d.post(t, commune, at+"/settlements/1", "reason", "Gỡ nhầm hộ", "unit", "thuong-long")
	if status != http.StatusSeeOther || !strings.HasSuffix(to, "done=settlement_undone") {
		t.Fatalf("%d %s %s", status, to, page)
	}
	if _, page = d.get(t, commune, sheetPath(h)); !strings.Contains(page, "Gỡ nhầm hộ") {
		t.Error("the sheet does not tell what was decided about it")
	}
}

func TestSettlement_a_pair_is_decided_side_by_side(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	a := d.put(t, household("00001", "Hồ Văn Ứng"))
	double := household("00002", "Hồ Văn Ưng")
	double.IDNumber, double.Members = a.IDNumber, 5
	b := d.put(t, double)
	_, page := d.get(t, commune, register+"/alike")
	pair := fmt.Sprintf("%s/alike/%d", sheetPath(a), b.ID)
	if !strings.Contains(page, pair) {
		t.Fatalf("no way to decide in %s", page)
	}
	_, page = d.get(t, commune, pair)
	for _, want := range []string{"Hồ Văn Ứng", "Hồ Văn Ưng", `name="take.members"`, `name="take.head"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	if strings.Contains(page, `name="take.code"`) || strings.Contains(page, `name="take.health"`) {
		t.Error("code and what is the same are not to choose")
	}
	for who, status := range map[string]int{above: http.StatusForbidden, other: http.StatusNotFound} {
		if got, _ := d.get(t, who, pair); got != status {
			t.Errorf("%s: %d", who, got)
		}
	}
	if status, page, _ := d.post(t, commune, pair, "kind", "merged", "key", "k", "keep", "1", "version.0", "1", "version.1", "1", "take.head", "0", "take.members", "1", "reason", "Nhập hai lần"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Nhập hai lần") {
		t.Errorf("a merge without confirmation: %d %s", status, page)
	}
	status, page, to := d.post(t, commune, pair, "kind", "merged", "key", "k", "keep", "1", "version.0", "1", "version.1", "1", "take.head", "0", "take.members", "1", "reason", "Nhập hai lần", "confirm", "1")
	if status != http.StatusSeeOther || to != register+"/alike?done=settlement_merged" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	_, page = d.get(t, commune, sheetPath(b))
	if !strings.Contains(page, "<h1>Hồ Văn Ứng</h1>") || !strings.Contains(page, "<dd>5</dd>") {
		t.Errorf("the chosen fields are not there: %s", page)
	}
	if status, _ := d.get(t, commune, sheetPath(a)); status != http.StatusNotFound {
		t.Errorf("the other sheet is still there: %d", status)
	}
}
