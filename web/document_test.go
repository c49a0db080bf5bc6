package web_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"dondoc/documents"
	"dondoc/poverty"
)

const papersAt = at + "/documents"

// unzipped returns a part of a DOCX that a page sends.
func (d *district) unzipped(t *testing.T, who, path, part string) string {
	t.Helper()
	res := d.serve(t, who, httptest.NewRequest(http.MethodGet, path, nil))
	content, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment; ") {
		t.Fatalf("%s: %d %v %v", path, res.StatusCode, res.Header, err)
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(part)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDocument_is_drafted_numbered_filed_and_voided(t *testing.T) {
	d := newDistrict(t)
	fresh := papersAt + "/new?kind=plan&subject=cycle"
	for _, login := range []string{officer, leader, court} {
		if status, _ := d.get(t, login, fresh); status != http.StatusForbidden {
			t.Errorf("%s drafts the plan of the district: %d", login, status)
		}
	}
	_, page := d.get(t, standing, targets)
	check(t, page, []string{`href="` + strings.ReplaceAll(fresh, "&", "&amp;") + `"`, "Soạn kế hoạch"}, nil)
	_, page = d.get(t, officer, targets)
	check(t, page, nil, []string{"Soạn kế hoạch"})
	_, page = d.get(t, standing, fresh)
	check(t, page, []string{`value="Nam Đông"`, `value="nam-dong/vice-chair" selected`, `value="UBND"`, `name="audience" value="thuong-long" checked`}, nil)
	sheet := []string{
		"do", "save", "key", "k", "kind", "plan", "subject", "cycle", "place", "Nam Đông", "day", "9/4/2018", "symbol", "UBND", "signer", "nam-dong/vice-chair",
		"bases", "Căn cứ A\nCăn cứ B", "audience", "thuong-long", "file", "VT",
	}
	status, page, _ := d.post(t, standing, papersAt, append(sheet, "title", " ")...)
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"Căn cứ A\nCăn cứ B</textarea>", `value="9/4/2018"`}, nil)
	status, page, to := d.post(t, standing, papersAt, append(sheet, "title", "Giúp đỡ hộ nghèo")...)
	if status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	path, _, _ := strings.Cut(to, "?")
	_, page = d.get(t, standing, path)
	check(t, page, []string{"dự thảo", "Căn cứ A;", "Căn cứ B.", "ngày 09 tháng 4 năm 2018", "PHÓ CHỦ TỊCH", "- UBND xã Thượng Long;", `value="number"`, path + "/docx", "chưa có bộ chuyển sang PDF"}, []string{path + `/pdf"`})
	if status, _ := d.get(t, officer, path); status != http.StatusNotFound {
		t.Errorf("a recipient reads the draft: %d", status)
	}
	if status, page = d.get(t, standing, path+"/pdf"); status != http.StatusConflict || !strings.Contains(page, "chưa có bộ chuyển sang PDF") {
		t.Errorf("without a converter: %d", status)
	}
	if text := d.unzipped(t, standing, path+"/docx", "word/document.xml"); !strings.Contains(text, "Số:       /KH-UBND") || !strings.Contains(text, "UBND xã Hương Hữu") {
		t.Error("the DOCX of the draft lacks its number's place or the communes")
	}
	if status, page, _ = d.post(t, standing, path, "do", "number", "version", "1", "number", "7"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page = d.get(t, officer, path) // a recipient
	check(t, page, []string{"07/KH-UBND", "đã ban hành"}, []string{`value="void"`, "Sửa dự thảo", `type="file"`})
	status, _, _ = d.upload(t, officer, path+"/scan", "ban-ky.pdf", []byte("%PDF-1.4 x"), "version", "2")
	if status != http.StatusForbidden {
		t.Errorf("a recipient files a scan: %d", status)
	}
	if status, page, _ = d.upload(t, standing, path+"/scan", "ban-ky.pdf", []byte("%PDF-1.4 x"), "version", "2"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page = d.get(t, standing, path)
	check(t, page, []string{"đã lưu bản ký", "ban-ky.pdf"}, []string{`value="number"`})
	if status, _, _ = d.post(t, standing, path, "do", "void", "version", "3", "reason", ""); status != http.StatusUnprocessableEntity {
		t.Errorf("void without a reason: %d", status)
	}
	if status, _, _ = d.post(t, standing, path, "do", "void", "version", "3", "reason", "In sai"); status != http.StatusSeeOther {
		t.Error(status)
	}
	_, page = d.get(t, standing, papersAt+"?kind=plan&year=2018")
	check(t, page, []string{"07/KH-UBND", "đã hủy", "Số 1 đến 6, Kế hoạch, năm 2018", "Ghi lý do"}, nil)
	_, page = d.get(t, standing, papersAt+"?kind=report")
	check(t, page, []string{"Chưa có văn bản nào"}, []string{"07/KH-UBND"})
	gap := []string{"unit", "nam-dong", "year", "2018", "kind", "plan", "number", "6"}
	if status, _, _ = d.post(t, officer, papersAt+"/gaps", append(gap, "reason", "x")...); status != http.StatusForbidden {
		t.Errorf("a commune explains: %d", status)
	}
	if status, _, _ = d.post(t, standing, papersAt+"/gaps", append(gap, "reason", "Sổ giấy")...); status != http.StatusSeeOther {
		t.Error(status)
	}
	_, page = d.get(t, standing, papersAt)
	check(t, page, []string{"Số 1 đến 5, Kế hoạch, năm 2018", "Số 6, Kế hoạch, năm 2018: Sổ giấy"}, nil)
}

func TestDocuments_are_drafted_where_they_are_needed(t *testing.T) {
	d := newDistrict(t, "2018-04-20")
	duty := "/duties/" + d.duty(t, "plan", "thuong-long", "")
	_, page := d.get(t, standing, duty)
	check(t, page, []string{"Soạn công văn đôn đốc"}, nil)
	_, page = d.get(t, officer, duty)
	check(t, page, nil, []string{"Soạn công văn đôn đốc"})
	_, page = d.get(t, standing, at+"/escalations")
	check(t, page, []string{"Soạn công văn đôn đốc cho mọi việc ở bậc"}, nil)
	_, page = d.get(t, standing, papersAt+"/new?kind=reminder&subject=duties:"+strings.TrimPrefix(duty, "/duties/"))
	check(t, page, []string{"UBND xã Thượng Long</textarea>", `value="phong-ldtbxh" selected`, `value="phong-ldtbxh/head" selected`}, nil)
	for _, bad := range []string{"?kind=plan&subject=meeting:1", "?kind=song&subject=cycle", "?kind=reminder&subject=duties:x", "?kind=report&subject=period:"} {
		if status, _ := d.get(t, standing, papersAt+"/new"+bad); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", bad, status)
		}
	}
}

func TestDocument_reminder_says_what_needs_none_any_more(t *testing.T) {
	d := newDistrict(t, "2018-04-20")
	plan, meeting := d.duty(t, "plan", "thuong-long", ""), d.duty(t, "plan", "thuong-quang", "")
	status, page, to := d.post(t, standing, papersAt, "do", "save", "key", "k", "kind", "reminder", "subject", "duties:"+plan+","+meeting, "title", "đôn đốc kế hoạch",
		"unit", "phong-ldtbxh", "place", "Nam Đông", "day", "20/4/2018", "symbol", "PLĐTBXH", "signer", "phong-ldtbxh/head",
		"to", "UBND xã Thượng Long\nUBND xã Thượng Quảng", "audience", "thuong-long", "audience", "thuong-quang")
	if status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	path, _, _ := strings.Cut(to, "?")
	const note = "không còn phải đôn đốc"
	_, page = d.get(t, standing, path)
	check(t, page, []string{"UBND xã Thượng Long;"}, []string{note})
	if status, page, _ := d.post(t, viceChair, "/duties/"+plan, "act", "excuse", "basis", "CV 12", "reason", "Sáp nhập", "confirm", "1", "key", "x"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page = d.get(t, standing, path)
	check(t, page, []string{note, `<a href="/duties/` + plan + `"`, "UBND xã Thượng Quảng</textarea>"}, []string{"UBND xã Thượng Long\nUBND"})
}

func TestDocuments_report_of_a_review_is_drafted_from_its_page_and_where_the_year_is_closed(t *testing.T) {
	d := newDistrict(t)
	fresh := papersAt + "/new?kind=review&subject=review%3Ayear-end"
	link := `href="` + strings.ReplaceAll(fresh, "&", "&amp;") + `"`
	for who, path := range map[string]string{standing: at + "/reviews/year-end", viceChair: at + "/close"} {
		_, page := d.get(t, who, path)
		check(t, page, []string{link, "Soạn báo cáo sơ kết, tổng kết"}, nil)
	}
	_, page := d.get(t, officer, at+"/reviews/year-end")
	check(t, page, nil, []string{"Soạn báo cáo sơ kết"})
	if status, _ := d.get(t, officer, fresh); status != http.StatusForbidden {
		t.Errorf("a commune drafts the report of the district: %d", status)
	}
	_, page = d.get(t, standing, fresh)
	check(t, page, []string{"Tổng kết công tác giảm nghèo năm 2018", `name="audience" value="thuong-long" checked`}, nil)
}

func TestDocuments_list_has_pages(t *testing.T) {
	d := newDistrict(t)
	for i := range 51 {
		n := strconv.Itoa(i)
		status, page, _ := d.post(t, standing, papersAt, "do", "save", "key", "k"+n, "kind", "plan", "subject", "cycle", "title", "Dự thảo thứ "+n+"!", "place", "Nam Đông",
			"day", "9/4/2018", "symbol", "UBND", "signer", "nam-dong/vice-chair", "file", "VT")
		if status != http.StatusSeeOther {
			t.Fatalf("%d %s", status, page)
		}
	}
	_, page := d.get(t, standing, papersAt+"?kind=plan&year=2018")
	check(t, page, []string{"Dự thảo thứ 50!", "Dự thảo thứ 1!", `rel="next"`, "kind=plan&amp;page=2&amp;year=2018"}, []string{"Dự thảo thứ 0!"})
	_, page = d.get(t, standing, papersAt+"?kind=plan&year=2018&page=2")
	check(t, page, []string{"Dự thảo thứ 0!", `rel="prev"`}, []string{"Dự thảo thứ 1!", `rel="next"`})
	_, page = d.get(t, standing, papersAt+"?kind=report")
	check(t, page, nil, []string{"Dự thảo thứ"})
}

func TestDocumentTemplate_that_is_bad_is_refused_with_its_place_and_the_old_one_stays(t *testing.T) {
	d := newDistrict(t)
	mine := papersAt + "/templates/plan"
	good := documents.BuiltinTemplate(poverty.DocumentPlan)
	bad := func(old, replacement string) []byte {
		z, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			out, err := w.Create(f.Name)
			if err != nil {
				t.Fatal(err)
			}
			if f.Name == "word/document.xml" {
				text = bytes.Replace(text, []byte(old), []byte(replacement), 1)
			}
			if _, err := out.Write(text); err != nil {
				t.Fatal(err)
			}
		}
		if old == "" {
			if _, err := w.Create("word/vbaProject.bin"); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	own := bad("KẾ HOẠCH", "KẾ HOẠCH CỦA HUYỆN")
	if status, page, _ := d.upload(t, standing, mine, "mau.docx", own); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	for name, c := range map[string]struct {
		content []byte
		want    []string
	}{
		"an unknown field": {bad("{{Thành viên}}", "{{Hội viên}}"), []string{"word/document.xml", "bảng 3, hàng 2", "Không có trường “Hội viên”"}},
		"a macro":          {bad("", ""), []string{"word/vbaProject.bin", "macro"}},
		"broken XML":       {bad("</w:body>", ""), []string{"word/document.xml", "XML hỏng ở dòng"}},
		"no document":      {[]byte("x"), []string{"không phải là tài liệu Word"}},
	} {
		status, page, _ := d.upload(t, standing, mine, "mau.docx", c.content)
		if status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, status)
		}
		check(t, page, append(c.want, "Mẫu cũ vẫn dùng"), nil)
		if text := d.unzipped(t, officer, mine+".docx", "word/document.xml"); !strings.Contains(text, "KẾ HOẠCH CỦA HUYỆN") {
			t.Errorf("%s: the old one is gone", name)
		}
	}
	if status, _, _ := d.upload(t, officer, mine, "mau.docx", good); status != http.StatusForbidden {
		t.Errorf("a commune uploads: %d", status)
	}
	if status, _, _ := d.upload(t, standing, mine, "", nil, "do", "restore"); status != http.StatusSeeOther {
		t.Errorf("restore: %d", status)
	}
	if text := d.unzipped(t, officer, mine+".docx", "word/document.xml"); strings.Contains(text, "KẾ HOẠCH CỦA HUYỆN") {
		t.Error("not restored")
	}
}

// Who saves over what somebody else saved meanwhile sees both, and replaces it by
// saving again; nothing that was typed is lost even where no more can be changed.
func TestDocument_a_conflict_shows_what_is_stored_beside_what_was_typed(t *testing.T) {
	d := newDistrict(t)
	sheet := func(title string, more ...string) []string {
		return append([]string{
			"do", "save", "kind", "plan", "subject", "cycle", "place", "Nam Đông", "day", "9/4/2018", "symbol", "UBND", "signer", "nam-dong/vice-chair",
			"audience", "thuong-long", "file", "VT", "title", title,
		}, more...)
	}
	_, _, to := d.post(t, standing, papersAt, sheet("Giúp đỡ hộ nghèo", "key", "k")...)
	path, _, _ := strings.Cut(to, "?")
	if status, page, _ := d.post(t, standing, path, sheet("Giúp đỡ hộ nghèo năm nay", "version", "1", "bases", "Căn cứ A")...); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	mine := sheet("Giúp đỡ hộ cận nghèo", "urgency", "urgent")
	status, page, _ := d.post(t, standing, path, append(mine, "version", "1")...)
	if status != http.StatusConflict {
		t.Fatalf("%d", status)
	}
	check(t, page, []string{
		"Bản 2 vừa được lưu", "năm nay</ins>", "<del>cận ", "<ins>Căn cứ A</ins>", "đã lưu: – · bạn nhập: Khẩn",
		`name="version" value="2"`, ">Giúp đỡ hộ cận nghèo</textarea>",
	}, []string{`name="version" value="1"`})
	if status, page, _ = d.post(t, standing, path, append(mine, "version", "2")...); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	if status, _, _ = d.post(t, standing, path, "do", "number", "version", "3", "number", "7"); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	status, page, _ = d.post(t, standing, path, sheet("Giúp đỡ thôn", "version", "3")...)
	if status != http.StatusConflict {
		t.Fatalf("%d", status)
	}
	check(t, page, []string{"thôn", "không còn sửa được"}, []string{"<textarea id=\"title\""})
}
