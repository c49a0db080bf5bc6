package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestExport_is_set_by_the_standing_office_and_previewed(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	d.put(t, household("00001", "Hồ Văn Ứng"))
	const page = at + "/export"
	_, body := d.get(t, standing, page)
	check(t, body, []string{"Hồ Văn Ứng", "Số định danh", "045064000001", "Chưa ai đặt cột"}, nil)
	_, body = d.get(t, above, page) // reads without the sensitive fields, and sets nothing
	check(t, body, []string{"Hồ Văn Ứng"}, []string{"045064000001", "Nguyên nhân nghèo", `name="header"`})
	for who, want := range map[string]int{commune: 404, agency: 404} {
		if status, _ := d.get(t, who, page); status != want {
			t.Errorf("%s: %d", who, status)
		}
		if res := d.serve(t, who, httptest.NewRequest(http.MethodGet, page+".xlsx", nil)); res.StatusCode != want {
			t.Errorf("%s takes the workbook: %d", who, res.StatusCode)
		}
	}
	typed := []string{
		"place", "20", "field", "declared", "header", "LOAI_HO", "values", "poor=HN; near_poor=HCN",
		"place", "10", "field", "code", "header", "MA_HO", "values", "",
		"place", "", "field", "", "header", "bỏ", "values", "", "version", "0",
	}
	if status, _, _ := d.post(t, above, page, append(typed, "do", "save")...); status != http.StatusForbidden {
		t.Errorf("the tier above sets columns: %d", status)
	}
	status, body, _ := d.post(t, standing, page, append(typed, "do", "preview")...)
	if status != http.StatusOK {
		t.Errorf("preview: %d", status)
	}
	check(t, body, []string{"<th scope=\"col\">MA_HO</th><th scope=\"col\">LOAI_HO</th>", "<td>00001</td><td>HN</td>"}, nil)
	status, body, _ = d.post(t, standing, page, "place", "1", "field", "declared", "header", "LOAI", "values", "poor", "version", "0", "do", "save")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a mapping without a sign: %d", status)
	}
	check(t, body, []string{"mã=giá trị", `value="LOAI"`}, nil)
	if status, _, to := d.post(t, standing, page, append(typed, "do", "save")...); status != http.StatusSeeOther || to != page+"?done=export_saved" {
		t.Errorf("save: %d %s", status, to)
	}
	if status, body, _ = d.post(t, standing, page, append(typed, "do", "save")...); status != http.StatusConflict {
		t.Errorf("over another version: %d", status)
	}
	check(t, body, []string{"LOAI_HO"}, nil)
	res := d.serve(t, standing, httptest.NewRequest(http.MethodGet, page+".xlsx", nil))
	check(t, cells(t, read(t, res)), []string{"MA_HO", "LOAI_HO", "HN", "00001"}, []string{"Hồ Văn Ứng", "045064000001"})
}
