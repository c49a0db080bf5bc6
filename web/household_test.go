package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/xuri/excelize/v2"

	"dondoc/documents"
	"dondoc/poverty"
	"dondoc/web"
)

const register = at + "/units/thuong-long/households"

// books reads and writes workbooks as the program does, which wires documents
// to the pages in the same way.
type books struct{}

func (books) WriteTables(w io.Writer, tables []poverty.Table) error {
	return documents.WriteTables(w, tables)
}

func bookOf(s web.HouseholdSheet) documents.HouseholdSheet {
	return documents.HouseholdSheet{
		Cycle: s.Cycle, Units: s.Units, Hamlets: s.Hamlets, Standard: s.Standard, Needs: s.Needs, Today: s.Today, Language: s.Language,
	}
}

func (books) Template(w io.Writer, s web.HouseholdSheet) error {
	return documents.WriteHouseholdTemplate(w, bookOf(s))
}

func (books) Read(r io.ReaderAt, size int64, s web.HouseholdSheet, progress func(int)) ([]web.HouseholdRow, poverty.HouseholdFindings, error) {
	read, found, err := documents.ReadHouseholds(r, size, bookOf(s), progress)
	if s.CSV {
		read, found, err = documents.ReadGoodHouseholdsCSV(io.NewSectionReader(r, 0, size), bookOf(s), progress)
	}
	var rows []web.HouseholdRow
	for _, row := range read {
		rows = append(rows, web.HouseholdRow(row))
	}
	return rows, poverty.HouseholdFindings{Rows: found.Rows, Errors: found.Errors, Notices: found.Notices, Whole: found.Whole}, err
}

func (books) Mark(r io.ReaderAt, size int64, found poverty.HouseholdFindings, language string, w io.Writer) error {
	return documents.MarkHouseholds(r, size, documents.HouseholdFindings{Errors: found.Errors, Notices: found.Notices}, language, w)
}

func (books) Write(w io.Writer, rows iter.Seq2[poverty.Household, error], s web.HouseholdSheet, sensitive bool) error {
	return documents.WriteHouseholds(w, rows, documents.HouseholdExport{HouseholdSheet: bookOf(s), Sensitive: sensitive})
}

func (books) WriteTargets(w io.Writer, table poverty.TargetTable, s web.TargetSheet) error {
	return documents.WriteTargets(w, table, documents.TargetSheet(s))
}

func (books) ReadTargets(r io.ReaderAt, size int64, s web.TargetSheet) (poverty.TargetImport, poverty.Problems, error) {
	return documents.ReadTargets(r, size, documents.TargetSheet(s))
}

func (books) Export(w io.Writer, rows iter.Seq2[poverty.Household, error], s web.HouseholdSheet, columns []poverty.ExportColumn, sensitive bool) error {
	return documents.WriteHouseholds(w, rows, documents.HouseholdExport{HouseholdSheet: bookOf(s), Columns: columns, Sensitive: sensitive})
}

func (books) Preview(rows []poverty.Household, s web.HouseholdSheet, columns []poverty.ExportColumn, sensitive bool) ([][]string, error) {
	return documents.PreviewHouseholds(rows, documents.HouseholdExport{HouseholdSheet: bookOf(s), Columns: columns, Sensitive: sensitive})
}

func (books) Fields(s web.HouseholdSheet) []web.ExportField {
	var list []web.ExportField
	for _, f := range bookOf(s).NamedFields() {
		list = append(list, web.ExportField(f))
	}
	return list
}

// hamlets gives Thượng Long two hamlets.
func (d *district) hamlets(t *testing.T) {
	t.Helper()
	status, page, to := d.post(t, commune, at+"/units/thuong-long/hamlets", "hamlets", "T01; Thôn A Xách\r\nT02;Thôn 2\r\n")
	if status != http.StatusSeeOther || to != register+"?done=hamlets_saved" {
		t.Fatalf("hamlets: %d %s %s", status, to, page)
	}
}

func household(code, head string) poverty.Household {
	return poverty.Household{
		Cycle: cycle, Unit: "thuong-long", Hamlet: "T01", Code: code, Head: head, HeadBorn: 1970, IDNumber: "045064000" + code[len(code)-3:],
		Members: 4, Children: 1, Workers: 2, Disabled: 1, Ethnic: true, Income: 650_000, Declared: poverty.ClassPoor,
		Deprived: []string{"toilet", "water"}, Causes: []string{"capital"}, Needs: []string{"livestock"}, Health: "bệnh tim",
	}
}

// put stores a household as the commune's officer does.
func (d *district) put(t *testing.T, h poverty.Household) poverty.Household {
	t.Helper()
	user, _, err := d.db.Credentials(poverty.WithActor(t.Context(), poverty.System("test")), officer)
	if err != nil {
		t.Fatal(err)
	}
	h, err = d.db.SaveHousehold(poverty.WithActor(t.Context(), poverty.Actor{User: user.ID}), h, "")
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func sheetPath(h poverty.Household) string {
	return at + "/households/" + strconv.FormatInt(int64(h.ID), 10)
}

func TestHouseholds_are_shown_to_each_as_far_as_they_may_see(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	for _, h := range []poverty.Household{household("00001", "Hồ Văn Ứng"), household("00002", "Trần Thị Mơ")} {
		d.put(t, h)
	}
	differs := household("00003", "Kăn Đợi")
	differs.Declared, differs.Hamlet, differs.IDNumber = poverty.ClassNearPoor, "T02", "045064000001"
	differs = d.put(t, differs)
	one := sheetPath(differs)
	secret := []string{"045064000001", "bệnh tim", "650.000", "Không có vốn"}
	because := "Theo chuẩn 2016-2020: thiếu hụt 2 chỉ số, mức quy định từ 3."
	for _, tt := range []struct {
		name, who, path string
		status          int
		has, hasNot     []string
	}{
		{"the standing office counts all", standing, at + "/households", 200, []string{`href="` + register + `"`, "UBND xã Hương Sơn", "chưa nhập", "Cộng", "Nhập từ tệp", "Danh mục nhu cầu"}, nil},
		{"the tier above counts without writing", above, at + "/households", 200, []string{`href="` + register + `"`, "Xuất Excel"}, []string{"Nhập từ tệp", "Danh mục nhu cầu"}},
		{"an agency has no register", agency, at + "/households", 200, []string{"Không có danh sách hộ nào"}, []string{register}},
		{"a commune's list", commune, register, 200, []string{"Hồ Văn Ứng", "Thôn A Xách", "Khác với chuẩn", because, "Không có vốn", "Thêm hộ"}, nil},
		{"the standing office's", standing, register, 200, []string{"Hồ Văn Ứng", because, "Thêm hộ"}, nil},
		{"the tier above reads it masked", above, register, 200, []string{"Hồ Văn Ứng", "Các mục nhạy cảm"}, append(secret, because, "Thêm hộ")},
		{"another commune's register is not there", other, register, 404, []string{"Không tìm thấy"}, []string{"Hồ Văn Ứng", "Thượng Long"}},
		{"nor to an agency", agency, register, 404, nil, []string{"Hồ Văn Ứng"}},
		{"a unit that is no commune has none", standing, at + "/units/cong-an-huyen/households", 404, nil, nil},
		{"one's own empty register says how to fill it", other, at + "/units/thuong-quang/households", 200, []string{"Chưa có hộ nào", "template.xlsx", "Danh sách thôn"}, []string{"Hồ Văn Ứng"}},
		{"by hamlet", commune, register + "?hamlet=T02", 200, []string{"Kăn Đợi"}, []string{"Hồ Văn Ứng"}},
		{"by class", commune, register + "?class=near_poor", 200, []string{"Kăn Đợi"}, []string{"Hồ Văn Ứng"}},
		{"by difference", commune, register + "?differ=1", 200, []string{"Kăn Đợi"}, []string{"Hồ Văn Ứng"}},
		{"by name without accents", commune, register + "?q=ho+van+ung", 200, []string{"Hồ Văn Ứng"}, []string{"Kăn Đợi"}},
		{"by nothing that is", commune, register + "?group=hard_core", 200, []string{"Không có hộ nào khớp"}, nil},
		{"behind no household", commune, register + "?after=999999", 404, nil, nil},
		{"a sheet", officer, one, 200, append([]string{"Kăn Đợi", because, "Sửa hộ"}, secret...), nil},
		{"a masked sheet", above, one, 200, []string{"Kăn Đợi", "Các mục nhạy cảm"}, append([]string{"Sửa hộ", "Kinh"}, secret...)},
		{"another commune's sheet is not there", other, one, 404, nil, []string{"Kăn Đợi"}},
		{"no sheet", commune, at + "/households/x", 404, nil, nil},
		{"the form", commune, one + "/edit", 200, []string{`value="045064000001"`, `name="version" value="1"`}, []string{`name="basis"`}},
		{"in the commune's stead with a basis", standing, one + "/edit", 200, []string{`name="basis"`}, nil},
		{"not to a reader", above, one + "/edit", 403, []string{"Chỉ xã có hộ"}, []string{`name="head"`}},
		{"not to another commune", other, one + "/edit", 404, nil, []string{"Kăn Đợi"}},
		{"a new one", commune, register + "/new", 200, []string{`name="head"`, "Nước sinh hoạt"}, nil},
		{"a new one elsewhere", other, register + "/new", 404, nil, []string{`name="head"`}},
		{"likely duplicates", commune, register + "/alike", 200, []string{"cùng số định danh", "Hồ Văn Ứng", "Kăn Đợi"}, []string{"Trần Thị Mơ"}},
		{"of all communes", standing, at + "/households/alike", 200, []string{"cùng số định danh"}, nil},
		{"not to a reader", above, at + "/households/alike", 403, nil, []string{"Kăn Đợi"}},
		{"not of another commune", other, register + "/alike", 404, nil, []string{"Kăn Đợi"}},
		{"hamlets", commune, at + "/units/thuong-long/hamlets", 200, []string{"T01; Thôn A Xách"}, nil},
		{"the import", commune, register + "/import", 200, []string{`type="file"`, "32 MB"}, []string{`name="basis"`}},
		{"not to a reader", above, register + "/import", 403, nil, []string{`type="file"`}},
		{"not of another commune", other, register + "/import", 404, nil, []string{`type="file"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, page := d.get(t, tt.who, tt.path)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			check(t, page, tt.has, tt.hasNot)
		})
	}
	res := d.serve(t, commune, httptest.NewRequest(http.MethodGet, at+"/households", nil))
	res.Body.Close()
	if to := res.Header.Get("Location"); to != register {
		t.Errorf("a commune is led to %s", to)
	}
}

func TestHouseholds_are_listed_page_by_page(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	for i := range 51 {
		h := household(fmt.Sprintf("%05d", i), "Chủ hộ "+strconv.Itoa(i))
		d.put(t, h)
	}
	_, first := d.get(t, commune, register)
	check(t, first, []string{">00000<", ">00049<", "?after="}, []string{">00050<", "Về trang đầu"})
	_, next, _ := strings.Cut(first, `href="?after=`)
	next, _, _ = strings.Cut(next, `"`)
	_, second := d.get(t, commune, register+"?after="+next)
	check(t, second, []string{">00050<", "Về trang đầu"}, []string{">00049<", "Trang sau"})
}

func TestHousehold_form_stores_and_tells_all_problems(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	typed := []string{
		"hamlet", "T01", "code", "00009", "head", "Lê Thị Mận", "head_born", "1964", "members", "4", "children", "1",
		"income", "650.000", "deprived", "toilet", "declared", "near_poor", "causes", "capital", "needs", "livestock",
	}
	status, page, _ := d.post(t, commune, register, append([]string{"elderly", "9"}, typed...)...)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", status)
	}
	check(t, page, []string{"Số 9 lớn hơn số nhân khẩu 4", "Lê Thị Mận"}, nil)

	status, page, to := d.post(t, commune, register, typed...)
	if status != http.StatusSeeOther || !strings.HasSuffix(to, "?done=household_saved") {
		t.Fatalf("%d %s %s", status, to, page)
	}
	sheet := strings.TrimSuffix(to, "?done=household_saved")
	_, page = d.get(t, commune, to)
	check(t, page, []string{"Đã lưu hộ", "Đã ghi là “Hộ cận nghèo”, tính theo chuẩn là “Hộ nghèo”", "650.000"}, nil)

	status, page, _ = d.post(t, commune, register, typed...)
	if status != http.StatusConflict {
		t.Errorf("the same code again: %d", status)
	}
	check(t, page, []string{"Mã hộ 00009 đã có trong xã"}, nil)

	for who, want := range map[string]int{other: 404, agency: 404, above: 403} {
		if status, _, _ := d.post(t, who, sheet, append([]string{"version", "1"}, typed...)...); status != want {
			t.Errorf("%s may write: %d, want %d", who, status, want)
		}
	}
	status, page, _ = d.post(t, standing, sheet, append([]string{"version", "1"}, typed...)...)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("without a basis: %d", status)
	}
	check(t, page, []string{"Hãy ghi căn cứ"}, nil)
	if status, _, _ := d.post(t, standing, sheet, append([]string{"version", "1", "basis", "CV 12", "note", "đã đến nhà"}, typed...)...); status != http.StatusSeeOther {
		t.Errorf("with a basis: %d", status)
	}

	edited := append([]string{"version", "1", "health", "đau khớp"}, typed...)
	status, page, _ = d.post(t, commune, sheet, edited...)
	if status != http.StatusConflict {
		t.Errorf("over another's version: %d", status)
	}
	check(t, page, []string{"Phiếu hộ đã được người khác sửa", "đã đến nhà", "đau khớp", `name="version" value="2"`}, nil)
	edited[1] = "2"
	if status, _, _ := d.post(t, commune, sheet, edited...); status != http.StatusSeeOther {
		t.Errorf("knowing it: %d", status)
	}
}

func TestNeeds_are_added_by_the_standing_office(t *testing.T) {
	d := newDistrict(t)
	need := []string{"code", "xe_dap", "name", "Xe đạp đến trường"}
	if status, page, _ := d.post(t, standing, at+"/needs", need...); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page := d.get(t, standing, at+"/households")
	check(t, page, []string{"Xe đạp đến trường", "địa phương thêm"}, nil)
	if status, page, _ := d.post(t, standing, at+"/needs", need...); status != http.StatusConflict || !strings.Contains(page, "Danh mục đã có") {
		t.Errorf("again: %d", status)
	}
	if status, _, _ := d.post(t, above, at+"/needs", "code", "o_to", "name", "Ô tô"); status != http.StatusForbidden {
		t.Errorf("a reader: %d", status)
	}
}

func (d *district) file(t *testing.T, who, path string, file []byte, pairs ...string) (int, string, string) {
	t.Helper()
	return d.fileNamed(t, who, path, "hộ 2018.xlsx", file, pairs...)
}

func (d *district) fileNamed(t *testing.T, who, path, name string, file []byte, pairs ...string) (int, string, string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := form.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if file != nil {
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

// decide sends a form of an import, and leaves the clock alone: the program
// works on beside it.
func (d *district) decide(t *testing.T, who, path string, pairs ...string) (int, string, string) {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res := d.serve(t, who, r)
	return res.StatusCode, read(t, res), res.Header.Get("Location")
}

// settle loads the page of an import, as its Refresh header asks, until there
// is nothing more to wait for.
func (d *district) settle(t *testing.T, who, path string) string {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		res := d.serve(t, who, httptest.NewRequest(http.MethodGet, path, nil))
		page := read(t, res)
		if res.StatusCode != http.StatusOK {
			t.Fatalf("import: %d %s", res.StatusCode, page)
		}
		if res.Header.Get("Refresh") == "" {
			return page
		}
		select {
		case <-deadline:
			t.Fatalf("the import does not end: %s", page)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func workbook(t *testing.T, list ...poverty.Household) []byte {
	t.Helper()
	var b bytes.Buffer
	sheet := documents.HouseholdExport{Sensitive: true, HouseholdSheet: documents.HouseholdSheet{
		Cycle: cycle, Units: []poverty.Unit{{ID: "thuong-long", Name: "UBND xã Thượng Long"}}, Standard: poverty.Standards[0],
	}}
	err := documents.WriteHouseholds(&b, func(yield func(poverty.Household, error) bool) {
		for _, h := range list {
			if !yield(h, nil) {
				return
			}
		}
	}, sheet)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHouseholds_import_is_checked_then_stored_and_changes_nothing_twice(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	d.put(t, household("00001", "Hồ Văn Ứng"))
	changed := household("00001", "Hồ Văn Ứng")
	changed.Members = 5
	src := workbook(t, changed, household("00002", "Trần Thị Mơ"), household("00003", "Kăn Đợi"))

	status, page, job := d.file(t, commune, register+"/import", src)
	if status != http.StatusSeeOther || !strings.HasPrefix(job, at+"/imports/") {
		t.Fatalf("%d %s %s", status, job, page)
	}
	page = d.settle(t, commune, job)
	check(t, page, []string{"Tệp không có lỗi", "<dt>Sẽ thêm mới</dt><dd>2</dd>", "<dt>Sẽ sửa</dt><dd>1</dd>", "Lưu 3 hộ", "hộ 2018.xlsx"}, nil)
	if _, list := d.get(t, commune, register); strings.Contains(list, "Kăn Đợi") {
		t.Error("stored before anybody said so")
	}
	for _, who := range []string{other, officer, standing} {
		if status, page := d.get(t, who, job); status != http.StatusGone || strings.Contains(page, "hộ 2018") {
			t.Errorf("%s sees another's import: %d", who, status)
		}
	}
	for range 2 { // a double click
		if status, _, to := d.decide(t, commune, job, "do", "store"); status != http.StatusSeeOther || to != job {
			t.Fatalf("%d %s", status, to)
		}
	}
	check(t, d.settle(t, commune, job), []string{"Đã đọc 3 hộ: thêm 2, sửa 1, giữ nguyên 0"}, nil)
	_, list := d.get(t, commune, register)
	check(t, list, []string{"Kăn Đợi", "Trần Thị Mơ"}, nil)

	_, _, job = d.file(t, commune, register+"/import", src)
	check(t, d.settle(t, commune, job), []string{"không có gì để lưu", "<dt>Giữ nguyên</dt><dd>3</dd>"}, []string{`value="store"`})
	if status, page := d.get(t, commune, at+"/imports/LOST"); status != http.StatusGone || !strings.Contains(page, "khởi động lại") {
		t.Errorf("a lost import: %d", status)
	}
}

func TestHouseholds_import_with_errors_stores_nothing_unless_the_good_rows_are_chosen(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	bad := household("00002", "Trần Thị Mơ")
	bad.Hamlet, bad.Members = "T77", 0
	_, _, job := d.file(t, standing, register+"/import", workbook(t, household("00001", "Hồ Văn Ứng"), bad), "basis", "CV 12/UBND")
	page := d.settle(t, standing, job)
	check(t, page, []string{"Tệp có 2 lỗi. Chưa lưu gì", "T77", ">4<", "Chỉ lưu các dòng đúng", "1 hộ có lỗi"}, []string{`value="store"`})

	d.decide(t, standing, job, "do", "store")
	if status, page, _ := d.decide(t, standing, job, "do", "store_good"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "xác nhận") {
		t.Errorf("not confirmed: %d", status)
	}
	if _, list := d.get(t, commune, register); strings.Contains(list, "Hồ Văn Ứng") {
		t.Fatal("stored while errors stand")
	}

	res := d.serve(t, standing, httptest.NewRequest(http.MethodGet, job+"/marked.xlsx", nil))
	if got := res.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("marked as %q", got)
	}
	marked, err := excelize.OpenReader(strings.NewReader(read(t, res)))
	if err != nil {
		t.Fatal(err)
	}
	defer marked.Close()
	if !slices.Contains(marked.GetSheetList(), "Lỗi cần sửa") {
		t.Errorf("the marked workbook has %v", marked.GetSheetList())
	}

	d.decide(t, standing, job, "do", "store_good", "confirm", "1")
	check(t, d.settle(t, standing, job), []string{"thêm 1", "1 hộ có lỗi chưa được lưu"}, nil)
	_, list := d.get(t, commune, register)
	check(t, list, []string{"Hồ Văn Ứng"}, []string{"Trần Thị Mơ"})
}

func TestHouseholds_import_takes_CSV_with_the_same_checks(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	file := "hamlet;code;head;members;declared\n" +
		"Thôn A Xách;00001;Hồ Văn Ứng;4;Hộ nghèo\nThôn không có;00002;Trần Thị Mơ;3;Hộ nghèo\nThôn 2;00003;Kăn Đợi;2;Hộ cận nghèo\n"
	_, _, job := d.fileNamed(t, commune, register+"/import", "Hộ.CSV", []byte(file))
	page := d.settle(t, commune, job)
	check(t, page, []string{"Hộ.CSV", "Thôn không có", `value="store_good"`}, []string{"marked.xlsx", `value="store"`})
	if res := d.serve(t, commune, httptest.NewRequest(http.MethodGet, job+"/marked.xlsx", nil)); res.StatusCode != http.StatusSeeOther {
		t.Errorf("a CSV file is marked: %d", res.StatusCode)
	}
	d.decide(t, commune, job, "do", "store_good", "confirm", "1")
	check(t, d.settle(t, commune, job), []string{"thêm 2", "1 hộ có lỗi chưa được lưu"}, nil)
	_, list := d.get(t, commune, register)
	check(t, list, []string{"Hồ Văn Ứng", "Kăn Đợi"}, []string{"Trần Thị Mơ"})
}

// Two processes serve the pages: whatever one was told, the other knows.
func TestHouseholds_import_goes_on_in_another_process(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	first, second := d.pages, web.New(d.db, d.engine, d.door, web.Config{Now: func() time.Time { return d.now }, Workbooks: books{}})
	_, _, job := d.file(t, commune, register+"/import", workbook(t, household("00001", "Hồ Văn Ứng"), household("00002", "Trần Thị Mơ")))
	d.pages = second
	check(t, d.settle(t, commune, job), []string{"hộ 2018.xlsx", `value="store"`}, nil)
	for who := range map[string]bool{other: true, standing: true, above: true} { // the right to the register is none to the file
		if status, page := d.get(t, who, job); status != http.StatusGone || strings.Contains(page, "hộ 2018") {
			t.Errorf("%s sees it: %d", who, status)
		}
	}
	if status, _, _ := d.decide(t, commune, job, "do", "store"); status != http.StatusSeeOther {
		t.Fatalf("store: %d", status)
	}
	d.pages = first
	d.decide(t, commune, job, "do", "store") // a second click, elsewhere
	check(t, d.settle(t, commune, job), []string{"thêm 2"}, nil)
}

func TestHouseholds_import_that_a_stop_breaks_off_says_so_and_holds_up_nothing(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	background := web.NewBackground()
	d.pages = web.New(d.db, d.engine, d.door, web.Config{Now: func() time.Time { return d.now }, Workbooks: books{}, Background: background})
	_, _, job := d.file(t, commune, register+"/import", workbook(t, household("00001", "Hồ Văn Ứng")))
	check(t, d.settle(t, commune, job), []string{`value="store"`}, nil)
	// Somebody else has the register for as long as the program is being stopped.
	conn, err := pgx.Connect(t.Context(), d.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), "begin; lock table households in access exclusive mode"); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := d.decide(t, commune, job, "do", "store"); status != http.StatusSeeOther {
		t.Fatalf("store: %d", status)
	}
	background.Stop()
	if _, err := conn.Exec(t.Context(), "rollback"); err != nil {
		t.Fatal(err)
	}
	check(t, d.settle(t, commune, job), []string{"bị gián đoạn"}, nil)
	_, list := d.get(t, commune, register)
	check(t, list, nil, []string{"Hồ Văn Ứng"})
}

func TestHouseholds_import_refuses_what_it_cannot_take(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	good := workbook(t, household("00001", "Hồ Văn Ứng"))
	for _, tt := range []struct {
		name, who, path string
		file            []byte
		status          int
		has             string
	}{
		{"no file", commune, register, nil, 422, "Hãy chọn một tệp"},
		{"too big", commune, register, make([]byte, 33<<20), 422, "32 MB"},
		{"in the commune's stead without a basis", standing, register, good, 422, "Hãy ghi căn cứ"},
		{"by a reader", above, register, good, 403, ""},
		{"by another commune", other, register, good, 404, ""},
		{"by a commune for all", commune, at + "/households", good, 403, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, page, _ := d.file(t, tt.who, tt.path+"/import", tt.file)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			check(t, page, []string{tt.has}, nil)
		})
	}
	_, _, job := d.file(t, commune, register+"/import", []byte("%PDF-1.4 no workbook"))
	check(t, d.settle(t, commune, job), []string{"PDF"}, []string{`value="store"`, `value="store_good"`})
	if status, _, to := d.decide(t, commune, job, "do", "drop"); status != http.StatusSeeOther || to != register+"?done=import_dropped" {
		t.Errorf("dropped: %d %s", status, to)
	}
	if status, _ := d.get(t, commune, job); status != http.StatusGone {
		t.Errorf("still there: %d", status)
	}
}

func TestHouseholds_workbooks_hold_what_the_reader_may_see(t *testing.T) {
	d := newDistrict(t)
	d.hamlets(t)
	d.put(t, household("00001", "Hồ Văn Ứng"))
	for _, tt := range []struct {
		name, who, path string
		status          int
		has, hasNot     []string
	}{
		{"the commune", commune, register + "/export.xlsx", 200, []string{"Hồ Văn Ứng", "045064000001", "bệnh tim"}, nil},
		{"the standing office, all communes", standing, at + "/households/export.xlsx", 200, []string{"Hồ Văn Ứng", "bệnh tim", "UBND xã Thượng Long"}, nil},
		{"the tier above", above, register + "/export.xlsx", 200, []string{"Hồ Văn Ứng", "Thôn A Xách"}, []string{"045064000001", "bệnh tim", "650000", "Dân tộc"}},
		{"another commune", other, register + "/export.xlsx", 404, nil, []string{"Hồ Văn Ứng"}},
		{"the other's own of all", other, at + "/households/export.xlsx", 200, nil, []string{"Hồ Văn Ứng"}},
		{"as filtered", commune, register + "/export.xlsx?class=not_poor", 200, nil, []string{"Hồ Văn Ứng"}},
		{"the template", commune, register + "/template.xlsx", 200, []string{"Mã hộ", "Thôn A Xách"}, []string{"Hồ Văn Ứng"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := d.serve(t, tt.who, httptest.NewRequest(http.MethodGet, tt.path, nil))
			body := read(t, res)
			if res.StatusCode != tt.status {
				t.Fatalf("status %d, want %d", res.StatusCode, tt.status)
			}
			text := body
			if res.StatusCode == http.StatusOK {
				text = cells(t, body)
			}
			check(t, text, tt.has, tt.hasNot)
		})
	}
}

// cells returns what stands in a workbook.
func cells(t *testing.T, src string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b strings.Builder
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
	}
	return b.String()
}
