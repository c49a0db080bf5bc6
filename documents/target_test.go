package documents

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"dondoc/poverty"
)

var targetUnits = []poverty.Unit{
	{ID: "cam-tuyen", Name: "UBND xã Cam Tuyền", Code: "19600"}, {ID: "cam-thuy", Name: "UBND xã Cam Thủy"},
	{ID: "cam-thanh-5", Name: "UBND xã Cam Thành"}, {ID: "cam-thanh-7", Name: "UBND xã Cam Thanh"}, {ID: "tt-cam-lo", Name: "UBND thị trấn Cam Lộ"},
	{ID: "cam-lo-xa", Name: "UBND xã Cam Lộ"},
}

// camLoTable is the source's table as it stands in its document, pasted into a
// sheet: merged headings, a row of numbers, names in capitals, a total, and a
// signature below.
var camLoTable = [][]any{
	{"Chỉ tiêu giảm nghèo của các xã, thị trấn cụ thể như sau:"},
	{"TT", "Đơn vị", "Hộ nghèo 2019", nil, nil, "Hộ nghèo theo nhóm đối tượng", nil, nil, nil, "Chỉ tiêu GN 2019", nil, "Hộ nghèo cuối năm 2019"},
	{nil, nil, "Dân số (hộ)", "Hộ nghèo", "Tỷ lệ (%)", "Hộ CS GN", "Tỷ lệ (%)", "HN cứng", "Tỷ lệ (%)", "Hộ giảm", "Tỷ lệ giảm", "Hộ nghèo", "Tỷ lệ (%)"},
	{"A", "B", "I", 2, 3, 4, 5, 6, 7, 8, 9, "10=2-8", "11=3-9"},
	{1, "CAM TUYỀN", "1.411", 140, 9.922041, 14, "0,99", 126, 8.93, 14, 0.99, 126, 8.93},
	{2, "Xã Cam Thủy", 1446, 66, 4.56, 16, "1,10", 50, "3,45", 16, "1,10", 50, "3,45"},
	{5, "cam thành", 2182, 76, 3.48, 14, 0.64, 62, 2.84, 14, 0.64, 62, 2.84},
	{7, "CAM THANH", 853, 41, 4.81, 4, 0.47, 37, 4.34, 4, 0.47, 37, 4.34},
	{"TỔNG CỘNG", nil, 5892, 323, 5.48, 48, 0.81, 275, 4.67, 48, 0.81, 275, 4.67},
	{nil, "TM. ỦY BAN NHÂN DÂN"},
}

func targetBook(t *testing.T, rows [][]any, after func(*excelize.File)) *bytes.Reader {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", "A"+digits(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if after != nil {
		after(f)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func readTargets(t *testing.T, r interface {
	ReadAt([]byte, int64) (int, error)
	Size() int64
}) (poverty.TargetImport, []string) {
	t.Helper()
	x, problems, err := ReadTargets(r, r.Size(), TargetSheet{Year: 2019, Units: targetUnits, File: "x.csv"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		told(t, p)
	}
	return x, lines(problems)
}

func TestReadTargets_reads_the_table_as_the_document_has_it(t *testing.T) {
	x, problems := readTargets(t, targetBook(t, camLoTable, func(f *excelize.File) {
		for _, block := range []string{"C2:E2", "F2:I2", "J2:K2", "L2:M2", "A9:B9"} {
			from, to, _ := strings.Cut(block, ":")
			if err := f.MergeCell("Sheet1", from, to); err != nil {
				t.Fatal(err)
			}
		}
	}))
	if problems != nil {
		t.Fatal(problems)
	}
	printed := func(poor, policy, hard, leave, end, rate string) map[poverty.TargetColumn]string {
		return map[poverty.TargetColumn]string{"poor_pct": poor, "policy_pct": policy, "hard_core_pct": hard, "to_leave_pct": leave, "poor_end": end, "poor_end_pct": rate}
	}
	want := []poverty.Target{
		{Unit: "cam-tuyen", Households: 1411, Poor: 140, Policy: 14, HardCore: 126, ToLeave: 14, Printed: printed("9,92", "0,99", "8,93", "0,99", "126", "8,93")},
		{Unit: "cam-thuy", Households: 1446, Poor: 66, Policy: 16, HardCore: 50, ToLeave: 16, Printed: printed("4,56", "1,10", "3,45", "1,10", "50", "3,45")},
		{Unit: "cam-thanh-5", Households: 2182, Poor: 76, Policy: 14, HardCore: 62, ToLeave: 14, Printed: printed("3,48", "0,64", "2,84", "0,64", "62", "2,84")},
		{Unit: "cam-thanh-7", Households: 853, Poor: 41, Policy: 4, HardCore: 37, ToLeave: 4, Printed: printed("4,81", "0,47", "4,34", "0,47", "37", "4,34")},
	}
	if diff := cmp.Diff(want, x.Rows); diff != "" {
		t.Error(diff)
	}
	if x.Totals == nil || x.Totals.Printed["households"] != "5892" || x.Totals.Printed["hard_core_pct"] != "4,67" {
		t.Errorf("%+v", x.Totals)
	}
}

func TestReadTargets_tells_all_faults_by_row_and_column(t *testing.T) {
	for _, tt := range []struct {
		name   string
		row    int // of camLoTable; its cells from column on are replaced
		column int
		cells  []any
		want   []string
	}{
		{"a name without its tone", 5, 1, []any{"CAM THUY"}, []string{"Sheet1:6 (B · Đơn vị) target.unknown_unit name=CAM THUY like=UBND xã Cam Thủy, UBND xã Cam Tuyền, UBND xã Cam Thành"}},
		{"a name of two", 5, 1, []any{"Cam Lộ"}, []string{"Sheet1:6 (B · Đơn vị) target.two_units name=Cam Lộ"}},
		{"a commune twice", 6, 1, []any{"Xã Cam Thủy"}, []string{"Sheet1:7 (B · Đơn vị) target.unit_twice row=6"}},
		{"1.411 as a number", 4, 2, []any{1.411}, []string{"Sheet1:5 (C · Tổng số hộ) target.bad_count value=1.411"}},
		{"no number", 4, 3, []any{"khoảng 140"}, []string{"Sheet1:5 (D · Hộ nghèo) target.bad_count value=khoảng 140"}},
		{"an empty count", 4, 9, []any{nil}, []string{"Sheet1:5 (J · Chỉ tiêu hộ nghèo giảm) cyclefile.required"}},
		{"a percentage that is none", 4, 4, []any{"chín"}, []string{"Sheet1:5 (E · Hộ nghèo, Tỷ lệ (%)) cyclefile.bad_percent value=chín"}},
		{"parts", 4, 5, []any{15}, []string{"Sheet1:5 (H · Hộ nghèo cứng) target.parts_differ parts=141 poor=140"}},
		{"many at once", 4, 1, []any{"Cam Gì", "x", 1, nil, "y"}, []string{
			"Sheet1:5 (B · Đơn vị) target.unknown_unit name=Cam Gì like=UBND xã Cam Lộ, UBND xã Cam Thủy, UBND xã Cam Tuyền",
			"Sheet1:5 (C · Tổng số hộ) target.bad_count value=x", "Sheet1:5 (F · Hộ CSGN) target.bad_count value=y",
		}},
		{"no headings", 3, 0, []any{"x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x"}, []string{"Sheet1:0 target.missing_columns columns=Đơn vị, Tổng số hộ, Hộ nghèo, Chỉ tiêu hộ nghèo giảm"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var rows [][]any
			for i, row := range camLoTable {
				row = append([]any{}, row...)
				if tt.name == "no headings" && i < 3 {
					row = nil
				}
				rows = append(rows, row)
			}
			copy(rows[tt.row][tt.column:], tt.cells)
			x, problems := readTargets(t, targetBook(t, rows, nil))
			if diff := cmp.Diff(tt.want, problems); diff != "" {
				t.Errorf("%s\n%+v", diff, x)
			}
		})
	}
	for text, want := range map[string]string{
		"":                                "x.csv:0 workbook.empty megabytes=32",
		"unit,households\nx,1":            "x.csv:0 target.missing_columns columns=Đơn vị, Tổng số hộ, Hộ nghèo, Chỉ tiêu hộ nghèo giảm",
		"\xff\xfe":                        "x.csv:0 cyclefile.not_utf8",
		"unit,households,poor,to_leave\n": "x.csv:0 target.no_rows",
	} {
		if _, problems := readTargets(t, strings.NewReader(text)); len(problems) != 1 || problems[0] != want {
			t.Errorf("%q: %v", text, problems)
		}
	}
}

func TestWriteTargets_writes_the_form_and_the_table_that_are_read_back(t *testing.T) {
	var form bytes.Buffer
	o := TargetSheet{Year: 2019, Units: targetUnits}
	if err := WriteTargets(&form, poverty.TargetTable{}, o); err != nil {
		t.Fatal(err)
	}
	if _, problems := readTargets(t, bytes.NewReader(form.Bytes())); len(problems) != 3*len(targetUnits) {
		t.Errorf("an empty form lacks three counts a commune: %v", problems)
	}
	r := readExample(t, "cam-lo-2019")
	rows := r.New.Targets[:1]
	rows = append(rows, r.New.Targets[1])
	for i, unit := range targetUnits[:2] {
		rows[i].UnitName = unit.Name
	}
	table := poverty.NewTargetTable(rows, poverty.TargetTotals{NewLow: 30, NewHigh: 40, Printed: map[poverty.TargetColumn]string{}})
	var b bytes.Buffer
	if err := WriteTargets(&b, table, o); err != nil {
		t.Fatal(err)
	}
	x, problems := readTargets(t, bytes.NewReader(b.Bytes()))
	if problems != nil {
		t.Fatal(problems)
	}
	for i, row := range x.Rows {
		for _, c := range poverty.TargetCounts {
			if row.Count(c) != rows[i].Count(c) {
				t.Errorf("%s %s: %d, want %d", row.Unit, c, row.Count(c), rows[i].Count(c))
			}
		}
	}
	if x.Rows[1].Printed["policy_pct"] != "1,11" || x.Totals.NewLow != 30 || x.Totals.NewHigh != 40 {
		t.Errorf("the table says what the counts give: %+v, %+v", x.Rows[1].Printed, x.Totals)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	comments, err := f.GetComments(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, c := range comments {
		said += c.Cell + " " + c.Paragraph[0].Text + "; "
	}
	if said != "G8 in 1,10; I8 in 3,45; K8 in 1,10; M8 in 3,45; " {
		t.Errorf("what the source prints otherwise is noted: %s", said)
	}
}

func TestCamLo_2019_targets_are_the_sources(t *testing.T) {
	r := readExample(t, "cam-lo-2019")
	if len(r.New.Households) != 1335 || len(r.New.Indicators) != 11 || len(r.New.Totals.Figures) != 6 || r.New.Totals.NewHigh != 40 {
		t.Errorf("%d households, %d indicators, %+v", len(r.New.Households), len(r.New.Indicators), r.New.Totals)
	}
	if note, err := os.ReadFile("../examples/cam-lo-2019/cycle.yaml"); err != nil || !strings.Contains(string(note), "Dựng lên: mọi hộ") {
		t.Errorf("the example does not say that its households are made up: %v", err)
	}
}

func FuzzReadTargets(f *testing.F) {
	f.Add([]byte("unit,households,poor,to_leave,poor_pct\nXã Cam Thủy,1446,66,16,\"4,56\"\nTổng cộng,1.446,66,16,4.56\n"))
	f.Add([]byte("A,B,I,2,3,4,5,6,7,8\n1,CAM THUY,1.446,66,4,1,1,1,1,1"))
	f.Fuzz(func(t *testing.T, src []byte) {
		r := bytes.NewReader(src)
		x, problems, err := ReadTargets(r, r.Size(), TargetSheet{Units: targetUnits, File: "x.csv"})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			told(t, p)
		}
		for _, row := range x.Rows {
			if len(problems) == 0 && len(row.Check()) > 0 {
				t.Errorf("handed out and wrong: %+v", row)
			}
		}
	})
}
