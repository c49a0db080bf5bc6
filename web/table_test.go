package web_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// workbook returns a page as a workbook.
func (d *district) workbook(t *testing.T, who, path string) *excelize.File {
	t.Helper()
	res := d.serve(t, who, httptest.NewRequest(http.MethodGet, path, nil))
	content, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasSuffix(res.Header.Get("Content-Disposition"), `.xlsx`) {
		t.Fatalf("%s: %d %v", path, res.StatusCode, res.Header)
	}
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// found returns the place of a text in a sheet.
func found(t *testing.T, f *excelize.File, sheet, text string) string {
	t.Helper()
	at, err := f.SearchSheet(sheet, text)
	if err != nil || len(at) == 0 {
		rows, _ := f.GetRows(sheet)
		t.Fatalf("%q is not in %s: %v %q", text, sheet, err, rows)
	}
	return at[0]
}

func TestPage_shows_its_tables_as_a_workbook_with_numbers_and_days(t *testing.T) {
	d := newDistrict(t, "2018-04-20")
	for _, path := range []string{
		"/board", "/matrix", "/duties", "/plans", "/targets", "/components", "/funds", "/meetings", "/groups", "/helpers", "/postings", "/escalations",
		"/notices", "/history", "/rates", "/obstacles", "/receipts", "/indicators", "/committee",
	} {
		status, page := d.get(t, standing, at+path)
		if status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
		offered := strings.Contains(page, "Tải Excel")
		if tables := strings.Contains(page, `<table class="list`) || strings.Contains(page, `<table class="matrix`); offered != tables {
			t.Errorf("%s: offered %v with tables %v", path, offered, tables)
		}
		if strings.ContainsRune(page, '\uE000') {
			t.Errorf("%s holds marks", path)
		}
		if !offered {
			continue
		}
		f := d.workbook(t, standing, at+path+"?format=xlsx")
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet)
			if err != nil || len(rows) < 3 {
				t.Errorf("%s, %s: %q %v", path, sheet, rows, err)
			}
			for _, row := range rows {
				if text := strings.Join(row, ""); strings.ContainsAny(text, "\uE000\uE001\uE002") {
					t.Errorf("%s, %s holds marks: %q", path, sheet, text)
				}
			}
		}
	}
	f := d.workbook(t, standing, at+"/targets?format=xlsx")
	sheet := f.GetSheetList()[0]
	row := strings.TrimLeft(found(t, f, sheet, "UBND xã Thượng Long"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if kind, err := f.GetCellType(sheet, "B"+row); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("the households are no number: %v %v", kind, err)
	}
	if text, _ := f.GetCellValue(sheet, "B"+row, excelize.Options{RawCellValue: true}); text != "660" {
		t.Errorf("households %q", text)
	}
	panes, err := f.GetPanes(sheet)
	if err != nil || !panes.Freeze || panes.YSplit < 3 {
		t.Errorf("the head is not frozen: %+v %v", panes, err)
	}
	if status, _ := d.get(t, "", at+"/targets?format=xlsx"); status != http.StatusSeeOther {
		t.Errorf("without sign-in: %d", status)
	}
	if status, _ := d.get(t, officer, at+"/gaps?format=xlsx"); status != http.StatusForbidden {
		t.Errorf("who may not see the page gets its workbook: %d", status)
	}
}

// What a page shows with decimals is a number in its workbook, with as many
// places.
func TestPage_decimals_are_numbers_in_a_workbook(t *testing.T) {
	d := newDistrict(t, "2018-04-20")
	_, page := d.get(t, standing, at+"/reviews/interim")
	m := regexp.MustCompile(`UBND xã Thượng Long</th>\s*<td.*?</td><td.*?</td><td data-label="% \([^"]*\)">(\d+),(\d\d)</td>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no decimals: %s", page)
	}
	f := d.workbook(t, standing, at+"/reviews/interim?format=xlsx")
	sheet := f.GetSheetList()[0]
	cell := "D" + strings.TrimLeft(found(t, f, sheet, "UBND xã Thượng Long"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if kind, err := f.GetCellType(sheet, cell); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("the rate is no number: %v %v", kind, err)
	}
	if shown, err := f.GetCellValue(sheet, cell); err != nil || shown != m[1]+"."+m[2] {
		t.Errorf("%q, and the page shows %s,%s: %v", shown, m[1], m[2], err)
	}
}
