package web_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"regexp"
	"strings"
	"testing"

	"dondoc/poverty"
)

const (
	component  = at + "/components/lon-giong"
	photoBytes = "\xff\xd8\xff\xe0 a photo"
)

// send sends a form with one file, whose name goes out as it is.
func (d *district) send(t *testing.T, who, path, name, content string, pairs ...string) (int, string, string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := form.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="photo"; filename="%s"`, strings.ReplaceAll(name, `\`, `\\`)))
	part, err := form.CreatePart(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	res := d.serve(t, who, r)
	return res.StatusCode, read(t, res), res.Header.Get("Location")
}

func (d *district) blobs(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir(d.files)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// component makes one for two households of Thượng Long by the police.
func (d *district) component(t *testing.T) {
	t.Helper()
	d.hamlets(t)
	d.put(t, household("00001", "Hồ Văn Ứng"))
	d.put(t, household("00002", "Trần Thị Mơ"))
	status, page, to := d.post(t, agency, at+"/components", "title", "Lợn giống", "code", "lon-giong", "kind", "livestock", "commune", "thuong-long",
		"group", "nhom-thuong-long", "unit", "cong-an-huyen", "quantity", "4", "measure", "con", "value", "8.000.000", "start_by", "20/4/2018",
		"households", "00001\r\n00002\r\n")
	if status != http.StatusSeeOther || to != component+"?done=component_saved" {
		t.Fatalf("component: %d %s %s", status, to, page)
	}
}

func TestComponent_is_shown_to_each_as_far_as_they_may_see(t *testing.T) {
	d := newDistrict(t)
	d.component(t)
	for _, tt := range []struct {
		name, who, path string
		status          int
		has, hasNot     []string
	}{
		{"the standing office's list", standing, at + "/components", 200, []string{"Lợn giống", "Chưa bắt đầu", "Chậm bắt đầu 12 ngày", "0/4 con"}, nil},
		{"by state", standing, at + "/components?state=done", 200, []string{"Không có hợp phần nào như vậy"}, []string{"Lợn giống"}},
		{"by commune", standing, at + "/components?commune=thuong-quang", 200, nil, []string{"Lợn giống"}},
		{"one in charge", agency, component, 200, []string{"Hồ Văn Ứng", "Ghi lần giao", "0/2 hộ đã nhận", "chưa nhận"}, nil},
		{"the commune", commune, component, 200, []string{"Hồ Văn Ứng"}, []string{"Ghi lần giao"}},
		{"the tier above sees no names", above, component, 200, []string{"Lợn giống", "không xem được tên hộ"}, []string{"Hồ Văn Ứng", "Ghi lần giao"}},
		{"another commune sees nothing", other, component, 404, nil, []string{"Lợn giống"}},
		{"nor its list", other, at + "/components", 200, []string{"chưa có hợp phần nào"}, []string{"Lợn giống"}},
		{"no such one", standing, at + "/components/khac", 404, nil, nil},
		{"the form", agency, component + "/edit", 200, []string{"00001\n00002", "Theo nhiệm vụ bắt đầu"}, []string{`name="unit"`}},
		{"not to the commune", commune, component + "/edit", 403, nil, []string{`name="title"`}},
		{"the form of a delivery", agency, component + "/deliver", 200, []string{`capture="environment"`, "Hồ Văn Ứng"}, []string{`<input id="basis" name="basis" value="" placeholder="Biên bản giao nhận số 12 ngày 05/6" required`}},
		{"the standing office needs a basis", standing, component + "/deliver", 200, []string{`name="basis" value="" placeholder="Biên bản giao nhận số 12 ngày 05/6" required`}, nil},
		{"not to a reader", above, component + "/deliver", 403, nil, []string{"Hồ Văn Ứng"}},
		{"on the page of who is in charge", agency, at + "/units/cong-an-huyen", 200, []string{component}, nil},
		{"on the commune's page", commune, at + "/units/thuong-long", 200, []string{component}, nil},
		{"its start leads to it", agency, "/duties/" + d.subject(t, "start", "cong-an-huyen", "lon-giong"), 200, []string{component, "Bắt đầu hợp phần: Lợn giống"}, nil},
		{"funds", standing, at + "/funds", 200, []string{"Chưa có nguồn huy động nào"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, page := d.get(t, tt.who, tt.path)
			if status != tt.status {
				t.Errorf("%d, want %d", status, tt.status)
			}
			for _, s := range tt.has {
				if !strings.Contains(page, s) {
					t.Errorf("lacks %q", s)
				}
			}
			for _, s := range tt.hasNot {
				if strings.Contains(page, s) {
					t.Errorf("has %q", s)
				}
			}
		})
	}
}

func TestDelivery_is_recorded_with_its_photo_confirmed_and_taken_back(t *testing.T) {
	d := newDistrict(t)
	d.component(t)
	typed := []string{"key", "k1", "quantity", "2", "value", "2.000.000", "household", "00001", "household", "00002", "quantity:00002", "1,5", "note", "giao tại nhà"}
	status, page, to := d.send(t, agency, component+"/deliver", "ảnh giao.jpg", photoBytes, typed...)
	if status != http.StatusSeeOther || to != component+"?done=delivered" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	// The answer was lost and the phone sends it again.
	if status, page, to = d.send(t, agency, component+"/deliver", "ảnh giao.jpg", photoBytes, typed...); status != http.StatusSeeOther {
		t.Fatalf("%d %s %s", status, to, page)
	}
	_, page = d.get(t, commune, component)
	for _, s := range []string{"3,5/4 con", "2/2 hộ đã nhận", "1,5 con", "4.000.000\u00a0đ", "ảnh giao.jpg", "Đang giao", "giao tại nhà", "Xã xác nhận"} {
		if !strings.Contains(page, s) {
			t.Errorf("lacks %q", s)
		}
	}
	if n := d.blobs(t); n != 1 {
		t.Errorf("%d files", n)
	}
	link := regexp.MustCompile(`/attachments/\d+`).FindString(page)
	res := d.serve(t, commune, httptest.NewRequest(http.MethodGet, link, nil))
	if body := read(t, res); body != photoBytes || res.Header.Get("Content-Disposition") != "attachment; filename*=UTF-8''%E1%BA%A3nh%20giao.jpg" ||
		res.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(res.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%q %v", body, res.Header)
	}
	for _, who := range []string{other, above} {
		if status, _ := d.get(t, who, link); status != http.StatusNotFound {
			t.Errorf("%s downloads: %d", who, status)
		}
	}
	batch := regexp.MustCompile(`name="batch" value="(\d+)"`).FindStringSubmatch(page)[1]
	if status, page, to = d.post(t, commune, component+"/confirm", "key", "c", "batch", batch); status != http.StatusSeeOther {
		t.Errorf("%d %s %s", status, to, page)
	}
	_, page = d.get(t, agency, component)
	line := regexp.MustCompile(`name="line" value="(\d+)"`).FindStringSubmatch(page)[1]
	if status, page, _ = d.post(t, agency, component+"/correct", "key", "x", "line", line); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Ghi lý do gạch") {
		t.Errorf("%d", status)
	}
	if status, page, to = d.post(t, agency, component+"/correct", "key", "y", "line", line, "note", "nhầm hộ"); status != http.StatusSeeOther {
		t.Errorf("%d %s %s", status, to, page)
	}
	_, page = d.get(t, agency, component)
	for _, s := range []string{`class="struck"`, "đã gạch", "Gạch lần giao ngày", "Xã xác nhận lúc", "1,5/4 con"} {
		if !strings.Contains(page, s) {
			t.Errorf("lacks %q", s)
		}
	}
}

// A file that may do harm is refused with its reason; what was typed is still
// there, and nothing is stored: no delivery, no row, no blob.
func TestDelivery_with_a_bad_file_stores_nothing_and_keeps_what_was_typed(t *testing.T) {
	d := newDistrict(t)
	d.component(t)
	for _, tt := range []struct{ name, content, told string }{
		{"ảnh.jpg", photoBytes + strings.Repeat("x", 20<<20), "lớn 21 MB, quá mức 10 MB"},
		{"giả ảnh.jpg", "MZ\x90\x00program", "là chương trình chạy được"},
		{"bom.docx", bomb(t), "bung ra quá 100 MB"},
		{"../../etc/ảnh.jpg", photoBytes, "có chứa đường dẫn"},
		{`C:\ảnh.jpg`, photoBytes, "có chứa đường dẫn"},
		{"trang.html", "<script>", "Không nhận loại tệp"},
	} {
		status, page, _ := d.send(t, agency, component+"/deliver", tt.name, tt.content, "key", "k", "quantity", "2,5", "household", "00002", "note", "ghi chú dở")
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, tt.told) {
			t.Errorf("%s: %d, lacks %q", tt.name, status, tt.told)
		}
		for _, s := range []string{`value="2,5"`, "ghi chú dở", `value="00002" checked`} {
			if !strings.Contains(page, s) {
				t.Errorf("%s: lost %q", tt.name, s)
			}
		}
	}
	_, page := d.get(t, agency, component)
	if !strings.Contains(page, "Chưa giao gì") || d.blobs(t) != 0 {
		t.Errorf("something is stored: %d files", d.blobs(t))
	}
	status, page, _ := d.post(t, agency, component+"/deliver", "key", "k", "quantity", "hai", "household", "00001")
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="hai"`) {
		t.Errorf("%d", status)
	}
}

// bomb is a small document that unpacks to much.
func bomb(t *testing.T) string {
	t.Helper()
	return pack(t, map[string]string{"[Content_Types].xml": "x", "word/document.xml": strings.Repeat("\x00", 101<<20)})
}

func TestComponent_saved_by_two_keeps_what_the_second_typed(t *testing.T) {
	d := newDistrict(t)
	d.component(t)
	form := func(title string) []string {
		return []string{"version", "1", "title", title, "kind", "livestock", "commune", "thuong-long", "group", "nhom-thuong-long", "quantity", "4", "measure", "con", "households", "00001"}
	}
	if status, page, _ := d.post(t, agency, component, form("Lợn giống địa phương")...); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	status, page, _ := d.post(t, agency, component, form("Lợn móng cái")...)
	if status != http.StatusConflict || !strings.Contains(page, "Lợn giống địa phương") || !strings.Contains(page, `value="Lợn móng cái"`) || !strings.Contains(page, `name="version" value="2"`) {
		t.Errorf("%d %s", status, page)
	}
	if status, page, _ = d.post(t, agency, at+"/components", "title", "", "code", "X y", "households", "99"); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="X y"`) {
		t.Errorf("%d", status)
	}
}

func TestFund_is_opened_raised_and_carried_on_its_pages(t *testing.T) {
	d := newDistrict(t)
	status, page, to := d.post(t, agency, at+"/funds", "key", "a", "unit", "cong-an-huyen", "code", "quy-2017", "name", "Quỹ của nhóm công an", "year", "2017", "amount", "46.000.000")
	if status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	fund, _, _ := strings.Cut(to, "?")
	if status, page, _ = d.post(t, agency, fund, "key", "b", "do", "raise", "amount", "4.000.000"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Ghi căn cứ") || !strings.Contains(page, `value="4.000.000"`) {
		t.Errorf("%d", status)
	}
	if status, page, _ = d.post(t, agency, fund, "key", "c", "do", "raise", "amount", "4.000.000", "basis", "Phiếu thu 3"); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	if _, page = d.get(t, agency, fund); !strings.Contains(page, "50.000.000\u00a0đ") || strings.Contains(page, `value="carry"`) {
		t.Error("the balance, or the right to carry")
	}
	if status, _ := d.get(t, other, fund); status != http.StatusNotFound {
		t.Error(status)
	}
	if status, _, _ = d.post(t, viceChair, fund, "key", "d", "do", "carry"); status != http.StatusUnprocessableEntity {
		t.Errorf("carried without a yes: %d", status)
	}
	if status, page, _ = d.post(t, viceChair, fund, "key", "e", "do", "carry", "confirm", "1"); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	if _, page = d.get(t, viceChair, fund); !strings.Contains(page, "Chuyển năm sau") {
		t.Error(page)
	}
	x, err := d.db.Funds(poverty.WithActor(t.Context(), poverty.System("test")), "nam-dong:2019")
	if err != nil || len(x) != 1 || x[0].Left() != 50_000_000 {
		t.Errorf("%+v, %v", x, err)
	}
}

// pack is an archive with some files in it.
func pack(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
