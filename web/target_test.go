package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dondoc/poverty"
)

const targets = at + "/targets"

// upload sends a form with a file.
func (d *district) upload(t *testing.T, who, path, name string, file []byte, fields ...string) (int, string, string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		part, err := form.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	res := d.serve(t, who, r)
	return res.StatusCode, read(t, res), res.Header.Get("Location")
}

func TestTargets_are_shown_to_all_who_take_part_and_set_by_few(t *testing.T) {
	d := newDistrict(t)
	for _, tt := range []struct {
		name, who, path string
		status          int
		has, hasNot     []string
	}{
		{"the standing office", standing, targets, 200, []string{"UBND xã Thượng Long", "17,88\u00a0%", "Tổng cộng", "3.010", "Giảm gộp", "2,96", "Nhập từ Excel", "/edit"}, []string{"Hộ CSGN"}},
		{"leadership", viceChair, targets, 200, []string{"Nhập từ Excel"}, nil},
		{"a commune reads all", commune, targets, 200, []string{"UBND xã Hương Hữu", "chưa nhập"}, []string{"Nhập từ Excel", "/edit", "href=\"" + at + "/units/huong-huu/households"}},
		{"an agency reads without registers", agency, targets, 200, []string{"UBND xã Thượng Long"}, []string{"/households\">", "/edit"}},
		{"a commune edits none", commune, targets + "/thuong-long/edit", 403, []string{"Chỉ cơ quan thường trực"}, nil},
		{"nor imports", commune, targets + "/import", 403, nil, nil},
		{"nor sets totals", commune, targets + "/totals", 403, nil, nil},
		{"an edit form", standing, targets + "/thuong-long/edit", 200, []string{`value="660"`, "Lý do thay đổi"}, nil},
		{"of no commune", standing, targets + "/cong-an-huyen/edit", 404, nil, nil},
		{"its own shares", commune, targets + "/thuong-long", 200, []string{"Giao cho hội, đoàn thể", "20 hộ thoát nghèo trong 118"}, []string{`name="basis"`}},
		{"the standing office's with a basis", standing, targets + "/thuong-long", 200, []string{`name="basis"`}, nil},
		{"another commune's", other, targets + "/thuong-long", 200, []string{"chưa giao chỉ tiêu"}, []string{"<button class=\"main\">"}},
		{"committees", commune, at + "/committee", 200, []string{"Phụ trách địa bàn", "Chưa có người phụ trách (6)", "Xã chưa phân công"}, nil},
		{"a member of the owner's", commune, at + "/committee/nam-dong/new", 403, nil, nil},
		{"of another commune's", other, at + "/committee/thuong-long/new", 403, nil, nil},
		{"of its own", commune, at + "/committee/thuong-long/new", 200, []string{"Cả UBND xã Thượng Long"}, nil},
		{"of none", standing, at + "/committee/nam-dong/7", 404, nil, nil},
		{"indicators", agency, at + "/indicators", 200, []string{"Người nghèo có thẻ bảo hiểm y tế"}, []string{"Thêm chỉ tiêu"}},
		{"an agency adds none", agency, at + "/indicators/new", 403, nil, nil},
		{"no such indicator", standing, at + "/indicators/none", 404, nil, nil},
		{"nobody", "", targets, 303, nil, []string{"Thượng Long"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, page := d.get(t, tt.who, tt.path)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			for _, s := range tt.has {
				if !strings.Contains(page, s) {
					t.Errorf("the page lacks %q", s)
				}
			}
			for _, s := range tt.hasNot {
				if strings.Contains(page, s) {
					t.Errorf("the page has %q", s)
				}
			}
		})
	}
}

func TestTarget_form_keeps_what_was_typed_and_shows_what_others_stored(t *testing.T) {
	d := newDistrict(t)
	edit := targets + "/thuong-long/edit"
	typed := []string{"version", "1", "households", "660", "poor", "118", "to_leave", "21", "near_poor", "30", "printed_poor_pct", "17,87", "note", "theo QĐ 5", "reason", "Sau rà soát"}
	status, page, _ := d.post(t, standing, edit, "version", "1", "households", "660", "poor", "118", "to_leave", "200", "reason", "x")
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="200"`) || !strings.Contains(page, "200 hộ thoát nghèo nhiều hơn 118") {
		t.Errorf("%d: a fault stands at its field", status)
	}
	if status, page, _ = d.post(t, standing, edit, append(typed[:14:14], "reason", "")...); status != http.StatusUnprocessableEntity || !strings.Contains(page, "phải nêu lý do") || !strings.Contains(page, "theo QĐ 5") {
		t.Errorf("%d without a reason", status)
	}
	if status, _, to := d.post(t, standing, edit, typed...); status != http.StatusSeeOther || to != targets+"?done=target_saved" {
		t.Errorf("%d %s", status, to)
	}
	_, page = d.get(t, standing, targets)
	for _, s := range []string{"theo QĐ 5", "in 17,87", "văn bản in 17,87\u00a0%, tính từ số hộ là 17,88\u00a0%", "Hộ cận nghèo"} {
		if !strings.Contains(page, s) {
			t.Errorf("the table lacks %q", s)
		}
	}
	if _, page := d.get(t, standing, at+"/history"); !strings.Contains(page, "Sau rà soát") {
		t.Error("the reason is not in the history")
	}
	typed[7] = "25"
	status, page, _ = d.post(t, viceChair, edit, typed...)
	if status != http.StatusConflict || !strings.Contains(page, `value="25"`) || !strings.Contains(page, "Khác với bản vừa được lưu") || !strings.Contains(page, `name="version" value="2"`) {
		t.Errorf("%d: over another version", status)
	}
	if status, _, _ := d.post(t, commune, edit, typed...); status != http.StatusForbidden {
		t.Errorf("a commune set its own target: %d", status)
	}
}

func TestTargets_are_imported_whole_or_not_at_all(t *testing.T) {
	d := newDistrict(t)
	status, form := d.get(t, standing, targets+"/template.xlsx")
	if status != http.StatusOK {
		t.Fatal(status)
	}
	book, err := excelize.OpenReader(strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheet := book.GetSheetName(0)
	fill := func(leave int) []byte {
		for i := range 6 {
			row := strconv.Itoa(7 + i)
			for column, n := range map[string]int{"C": 500, "D": 50, "J": leave} {
				if err := book.SetCellValue(sheet, column+row, n); err != nil {
					t.Fatal(err)
				}
			}
		}
		b, err := book.WriteToBuffer()
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	status, page, _ := d.upload(t, standing, targets+"/import", "chi-tieu.xlsx", fill(51), "reason", "Giao lại")
	if status != http.StatusUnprocessableEntity || strings.Count(page, "51 hộ thoát nghèo nhiều hơn 50") != 6 || !strings.Contains(page, "Giao lại") {
		t.Errorf("%d: every fault at once, and the reason stays: %s", status, page)
	}
	if status, page, _ = d.upload(t, standing, targets+"/import", "", nil, "reason", "x"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Hãy chọn một tệp") {
		t.Errorf("%d without a file", status)
	}
	if status, _, _ = d.upload(t, commune, targets+"/import", "x.xlsx", fill(5), "reason", "x"); status != http.StatusForbidden {
		t.Errorf("%d for a commune", status)
	}
	if _, page := d.get(t, standing, targets); !strings.Contains(page, "17,88") {
		t.Error("something of a refused file was stored")
	}
	for _, want := range []string{"targets_imported", "targets_same"} {
		if status, page, to := d.upload(t, standing, targets+"/import", "chi-tieu.xlsx", fill(5), "reason", "Giao lại"); status != http.StatusSeeOther || to != targets+"?done="+want {
			t.Errorf("%d %s, want %s: %s", status, to, want, page)
		}
	}
	if _, page := d.get(t, standing, targets); !strings.Contains(page, "3.000") || strings.Contains(page, "17,88") {
		t.Error("the table was not stored")
	}
	status, file := d.get(t, agency, targets+"/export.xlsx")
	if status != http.StatusOK || !strings.HasPrefix(file, "PK") {
		t.Errorf("export: %d", status)
	}
}

func TestTotals_keep_the_expected_new_poverty_and_the_figures_of_the_text(t *testing.T) {
	d := newDistrict(t)
	fields := []string{"version", "0", "new_low", "30", "new_high", "40", "printed_poor", "377", "reason", "Theo văn bản",
		"label-0", "Hộ dân tộc thiểu số", "part-0", "80", "base-0", "14.653", "printed-0", "0,54", "source-0", "phần I", "label-1", "", "part-1", "", "base-1", "", "printed-1", ""}
	status, page, _ := d.post(t, standing, targets+"/totals", append(append([]string{}, fields[:14]...), "base-0", "8", "printed-0", "x")...)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "không phải một tỷ lệ") || !strings.Contains(page, "Hộ dân tộc thiểu số") {
		t.Errorf("%d", status)
	}
	if status, page, to := d.post(t, standing, targets+"/totals", fields...); status != http.StatusSeeOther || to != targets+"?done=target_saved" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	_, page = d.get(t, commune, targets)
	for _, s := range []string{"30–40", "49–59", "1,63–1,96", "80 trên 14.653", "0,54\u00a0%", "0,55\u00a0%", "Tổng cộng, hộ nghèo: văn bản in 377, tính từ số hộ là 376"} {
		if !strings.Contains(strings.ReplaceAll(page, "Hộ nghèo:", "hộ nghèo:"), s) {
			t.Errorf("the page lacks %q", s)
		}
	}
	if status, _, _ := d.post(t, commune, targets+"/totals", fields...); status != http.StatusForbidden {
		t.Errorf("a commune: %d", status)
	}
	if status, page, _ := d.post(t, standing, targets+"/totals", fields...); status != http.StatusConflict || !strings.Contains(page, "Hộ dân tộc thiểu số") {
		t.Errorf("over another version: %d", status)
	}
}

func TestShares_are_allotted_and_too_much_or_too_little_is_shown(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	own := targets + "/thuong-long"
	fields := []string{"version", "0", "hamlet-0", "T02", "to_leave-0", "9", "hamlet-1", "T01", "to_leave-1", "8", "body-2", "Hội Phụ nữ xã", "to_leave-2", "22", "body-3", "", "to_leave-3", ""}
	if status, page, to := d.post(t, commune, own, fields...); status != http.StatusSeeOther || to != own+"?done=shares_saved" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	_, page := d.get(t, other, own)
	for _, s := range []string{"17 hộ nghèo", "Còn thiếu 3 hộ so với chỉ tiêu", "Nhiều hơn chỉ tiêu 2 hộ", "Hội Phụ nữ xã"} {
		if !strings.Contains(page, s) {
			t.Errorf("the page lacks %q", s)
		}
	}
	if status, page, _ := d.post(t, commune, own, fields...); status != http.StatusConflict || !strings.Contains(page, "Hội Phụ nữ xã") {
		t.Errorf("over another version: %d", status)
	}
	fields[1] = "1"
	if status, _, _ := d.post(t, other, own, fields...); status != http.StatusForbidden {
		t.Errorf("another commune: %d", status)
	}
	if status, page, _ := d.post(t, standing, own, fields...); status != http.StatusUnprocessableEntity || !strings.Contains(page, "problem") {
		t.Errorf("without a basis: %d", status)
	}
	fields[11], fields[14], fields[15], fields[17] = "x", "body-3", "x", "chín"
	if status, page, _ := d.post(t, commune, own, fields...); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="chín"`) {
		t.Errorf("no number: %d", status)
	}
}

func TestCommittee_members_are_named_changed_and_taken_out(t *testing.T) {
	d := newDistrict(t)
	status, page, to := d.post(t, standing, at+"/committee/nam-dong/new", "version", "0", "name", "Phó Chủ tịch", "title", "Trưởng ban", "until", "31/05/2018", "areas", "thuong-long/", "do", "save")
	if status != http.StatusSeeOther || to != at+"/committee?done=member_saved" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	if _, page = d.get(t, commune, at+"/committee"); !strings.Contains(page, "Trưởng ban") || !strings.Contains(page, "Chưa có người phụ trách (5)") || strings.Contains(page, "committee/nam-dong/1") {
		t.Error(page)
	}
	one := at + "/committee/nam-dong/1"
	if status, page, _ = d.post(t, standing, one, "version", "1", "name", "", "from", "32/1", "do", "save"); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="32/1"`) {
		t.Errorf("%d", status)
	}
	if status, page, _ = d.post(t, viceChair, one, "version", "0", "name", "Ai khác", "do", "save"); status != http.StatusConflict || !strings.Contains(page, "Ai khác") || !strings.Contains(page, "Phó Chủ tịch") {
		t.Errorf("over another version: %d", status)
	}
	if status, _, _ = d.post(t, commune, one, "version", "1", "name", "x", "do", "save"); status != http.StatusForbidden {
		t.Errorf("a commune: %d", status)
	}
	if status, page, _ = d.post(t, standing, one, "version", "1", "do", "remove"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "<details class=\"act narrow\" open>") {
		t.Errorf("without a tick: %d", status)
	}
	if status, _, to = d.post(t, standing, one, "version", "1", "do", "remove", "confirm", "1"); status != http.StatusSeeOther || to != at+"/committee?done=member_removed" {
		t.Errorf("%d %s", status, to)
	}
}

// A dot stands between thousands, a comma before decimals, and nothing is rounded
// without a word.
func TestIndicators_read_numbers_as_they_are_written(t *testing.T) {
	d := newDistrict(t)
	for i, x := range []struct{ kind, typed, shown string }{
		{"rate", "9,92", "9,92"}, {"rate", "9,9", "9,9"}, {"rate", "0,05", "0,05"},
		{"turns", "14.000", "14.000"}, {"turns", " 1 411 ", "1.411"}, {"turns", "1.411", "1.411"}, {"turns", "9,92", ""},
		{"rate", "9,925", ""}, {"rate", "1.41.1", ""}, {"rate", "chín", ""}, {"rate", "9,9,2", ""}, {"rate", "∞", ""},
	} {
		code := "n" + strconv.Itoa(i)
		status, page, _ := d.post(t, standing, at+"/indicators/new", "version", "0", "code", code, "name", "Chỉ tiêu thử", "kind", x.kind, "low", x.typed, "base", "hộ", "reason", "Thử", "do", "save")
		if x.shown == "" {
			if status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="`+x.typed+`"`) || !strings.Contains(page, `class="problem"`) {
				t.Errorf("%q: %d, and what was typed is not there", x.typed, status)
			}
			continue
		}
		if status != http.StatusSeeOther {
			t.Errorf("%q: %d", x.typed, status)
			continue
		}
		if _, page = d.get(t, standing, at+"/indicators/"+code); !strings.Contains(page, `name="low" inputmode="decimal" value="`+x.shown+`"`) {
			t.Errorf("%q is not shown as %q", x.typed, x.shown)
		}
	}
}

func TestIndicators_are_added_saved_and_removed(t *testing.T) {
	d := newDistrict(t)
	add := []string{"version", "0", "code", "short-course", "name", "Học nghề", "kind", "percent", "low", "100", "base", "lao động có nhu cầu", "reason", "Kế hoạch", "do", "save"}
	if status, page, to := d.post(t, standing, at+"/indicators/new", add...); status != http.StatusSeeOther || to != at+"/indicators?done=indicator_saved" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	if _, page := d.get(t, agency, at+"/indicators"); !strings.Contains(page, "100 %") || !strings.Contains(page, "lao động có nhu cầu") {
		t.Error(page)
	}
	if status, page, _ := d.post(t, standing, at+"/indicators/new", add...); status != http.StatusConflict || !strings.Contains(page, "Mã short-course đã có") {
		t.Errorf("a code twice: %d", status)
	}
	one := at + "/indicators/short-course"
	if status, page, _ := d.post(t, standing, one, "version", "1", "name", "x", "kind", "percent", "low", "101", "reason", "x"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "không quá 100") {
		t.Errorf("over a hundred: %d %s", status, page)
	}
	if status, _, _ := d.post(t, commune, one, "version", "1", "do", "remove", "confirm", "1", "reason", "x"); status != http.StatusForbidden {
		t.Errorf("a commune: %d", status)
	}
	if status, page, _ := d.post(t, standing, one, "version", "7", "name", "Khác", "kind", "turns", "low", "14.000", "reason", "x"); status != http.StatusConflict || !strings.Contains(page, "Khác") {
		t.Errorf("another version: %d", status)
	}
	if status, _, to := d.post(t, standing, one, "version", "1", "do", "remove", "confirm", "1", "reason", "x"); status != http.StatusSeeOther || to != at+"/indicators?done=indicator_removed" {
		t.Errorf("%d %s", status, to)
	}
	list, err := d.db.Indicators(poverty.WithActor(t.Context(), poverty.System("test")), cycle)
	if err != nil || slices.ContainsFunc(list, func(i poverty.CycleIndicator) bool { return i.Code == "short-course" }) {
		t.Errorf("%v %v", list, err)
	}
}
