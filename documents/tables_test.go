package documents_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/poverty"
)

func TestWriteTables_writes_values_in_Vietnamese_formats_below_a_frozen_head(t *testing.T) {
	text := func(s string) poverty.TableCell { return poverty.TableCell{Text: s} }
	table := poverty.Table{Title: "Bảng: một/hai", Head: 1, Rows: [][]poverty.TableCell{
		{text("Xã"), text("Hộ"), text("Tỷ lệ"), text("Ngày"), text("Lúc")},
		{
			text("=1+1"), {Value: int64(1411)}, {Value: 9.92, Percent: true}, {Value: calendar.MustDate("2019-01-05")},
			{Value: time.Date(2019, 1, 5, 1, 30, 0, 0, time.UTC)}, {Value: 1411.5, Places: 2}, {Value: 9.9, Percent: true, Places: 2}, {Value: 0.25},
		},
	}}
	var b bytes.Buffer
	if err := documents.WriteTables(&b, []poverty.Table{table, table}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheets := f.GetSheetList()
	if len(sheets) != 2 || sheets[0] != "Bảng  một hai" || sheets[1] == sheets[0] {
		t.Errorf("%q", sheets)
	}
	for cell, want := range map[string][2]string{
		"A4": {"=1+1", "=1+1"}, "B4": {"1,411", "1411"}, "C4": {"9.92%", "9.92"}, "D4": {"05/01/2019", "43470"}, "E4": {"05/01/2019 08:30", ""},
		"F4": {"1,411.50", "1411.5"}, "G4": {"9.90%", "9.9"}, "H4": {"0.25", "0.25"},
	} {
		shown, err := f.GetCellValue(sheets[0], cell)
		if err != nil || shown != want[0] {
			t.Errorf("%s shows %q, want %q: %v", cell, shown, want[0], err)
		}
		if raw, err := f.GetCellValue(sheets[0], cell, excelize.Options{RawCellValue: true}); want[1] != "" && raw != want[1] || err != nil {
			t.Errorf("%s holds %q, want %q: %v", cell, raw, want[1], err)
		}
	}
	if formula, err := f.GetCellFormula(sheets[0], "A4"); formula != "" || err != nil {
		t.Errorf("a text became a formula: %q %v", formula, err)
	}
	panes, err := f.GetPanes(sheets[0])
	if err != nil || !panes.Freeze || panes.YSplit != 3 {
		t.Errorf("%+v %v", panes, err)
	}
}
