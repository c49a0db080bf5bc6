package documents

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// oneCommune is what the tests' workbooks may hold.
func oneCommune() HouseholdSheet {
	return HouseholdSheet{
		Cycle:    "huyen-2024",
		Units:    []poverty.Unit{{ID: "cam-thanh", Name: "Cam Thành"}},
		Hamlets:  []poverty.Hamlet{{Unit: "cam-thanh", Code: "t1", Name: "Thôn Tân Hòa"}, {Unit: "cam-thanh", Code: "t2", Name: "Thôn Tân Hoà Đông"}, {Unit: "cam-thanh", Code: "t3", Name: "Bản Chùa"}},
		Standard: poverty.Standards[1],
		Today:    calendar.MustDate("2024-10-01"),
	}
}

func sheetOf(n int) poverty.Household {
	h := poverty.Household{
		Cycle: "huyen-2024", Unit: "cam-thanh", Hamlet: []string{"t1", "t2", "t3"}[n%3], Code: fmt.Sprintf("%05d", n),
		Head: []string{"Nguyễn Văn", "Hồ Thị", "Lê Đình"}[n%3] + fmt.Sprintf(" Ước %d", n), HeadBorn: 1940 + n%60, HeadFemale: n%2 == 0,
		IDNumber: fmt.Sprintf("045%09d", n), HealthCard: fmt.Sprintf("GD4%012d", n),
		Members: 3 + n%5, Children: n % 2, Elderly: 1, Workers: 1 + n%2, Disabled: n % 2, Ethnic: n%3 == 0, PolicyFamily: n%7 == 0,
		ProductionLand: n % 5000, Income: 1_200_000, Points: 120,
		Deprived: []string{"employment", "toilet", "water"}, Declared: poverty.ClassPoor, Computed: poverty.ClassPoor,
		PolicyGroup: poverty.PolicyEligible, Causes: []string{"capital", "illness"}, Needs: []string{"housing", "livestock"},
	}
	return h
}

func many(n int) iter.Seq2[poverty.Household, error] {
	return func(yield func(poverty.Household, error) bool) {
		for i := range n {
			if !yield(sheetOf(i+1), nil) {
				return
			}
		}
	}
}

func register(t testing.TB, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteHouseholds(&b, many(n), HouseholdExport{HouseholdSheet: oneCommune(), Sensitive: true}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, src []byte, o HouseholdSheet) ([]HouseholdRow, HouseholdFindings) {
	t.Helper()
	rows, found, err := ReadHouseholds(bytes.NewReader(src), int64(len(src)), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range slices.Concat(found.Errors, found.Notices) {
		saidWell(t, p)
	}
	return rows, found
}

// saidWell fails where a problem lacks a word in one of the languages.
func saidWell(t testing.TB, p poverty.Problem) {
	t.Helper()
	for _, lang := range locale.Languages {
		if text := locale.For(lang).T(p.Key, p.Args...); strings.Contains(text, "⟦") {
			t.Errorf("%s: %s", lang, text)
		}
	}
}

// places returns problems as "row column key".
func placesOf(problems poverty.Problems) []string {
	all := []string{}
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%d %s %s", p.Row, p.Column, strings.TrimPrefix(p.Key, "workbook.")))
	}
	return all
}

func TestWriteHouseholds_can_be_read_back_as_they_were(t *testing.T) {
	rows, found := read(t, register(t, 40), oneCommune())
	if len(found.Errors)+len(found.Notices) > 0 {
		t.Error(found.Errors, found.Notices)
	}
	if len(rows) != 40 || found.Rows != 40 {
		t.Fatalf("%d rows, %d found", len(rows), found.Rows)
	}
	for i, r := range rows {
		if diff := cmp.Diff(sheetOf(i+1), r.Household); diff != "" || r.Row != i+3 {
			t.Errorf("row %d: %s", r.Row, diff)
		}
	}
}

// filled returns a template in which rows stand below the example: by code of
// the column what the cell holds.
func filled(t testing.TB, o HouseholdSheet, rows ...map[string]any) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := WriteHouseholdTemplate(&b, o); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	for i, row := range rows {
		for code, value := range row {
			put(t, f, cellOf(t, o, code, i+4), value)
		}
	}
	return f
}

func put(t testing.TB, f *excelize.File, cell string, value any) {
	t.Helper()
	err := f.SetCellValue("Hộ", cell, value)
	if formula, ok := value.(formula); ok {
		err = f.SetCellFormula("Hộ", cell, string(formula))
	}
	if err != nil {
		t.Fatal(err)
	}
}

type formula string

// cellOf returns where the template has a column.
func cellOf(t testing.TB, o HouseholdSheet, code string, row int) string {
	t.Helper()
	i := slices.IndexFunc(o.shown(), func(c *householdColumn) bool { return c.code == code })
	if i < 0 {
		t.Fatalf("no column %s", code)
	}
	return letters(i) + digits(row)
}

// good is a row without a fault, changed as asked.
func good(n int, changes ...any) map[string]any {
	row := map[string]any{
		"hamlet": "Bản Chùa", "code": fmt.Sprintf("H%03d", n), "head": fmt.Sprintf("Nguyễn Thị Ước %d", n), "head_born": 1970,
		"head_female": "Có", "id_number": fmt.Sprintf("045%09d", n), "members": 5, "children": 2, "elderly": 1, "workers": 2,
		"income": 1_200_000, "declared": "Hộ nghèo", "deprived.water": "x", "deprived.toilet": "x", "deprived.house_area": "x",
		"cause.capital": "x", "need.housing": "x",
	}
	for i := 0; i+1 < len(changes); i += 2 {
		row[changes[i].(string)] = changes[i+1]
	}
	return row
}

func bytesOf(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTemplate_filled_in_is_read_without_a_problem(t *testing.T) {
	o := oneCommune()
	rows, found := read(t, bytesOf(t, filled(t, o, good(1), good(2))), o)
	if diff := cmp.Diff([]string{"3  example_row"}, placesOf(found.Notices)); diff != "" || len(found.Errors) > 0 {
		t.Error(diff, found.Errors)
	}
	want := poverty.Household{
		Cycle: "huyen-2024", Unit: "cam-thanh", Hamlet: "t3", Code: "H001", Head: "Nguyễn Thị Ước 1", HeadBorn: 1970, HeadFemale: true,
		IDNumber: "045000000001", Members: 5, Children: 2, Elderly: 1, Workers: 2, Income: 1_200_000,
		Deprived: []string{"house_area", "toilet", "water"}, Declared: poverty.ClassPoor, Computed: poverty.ClassPoor,
		Causes: []string{"capital"}, Needs: []string{"housing"},
	}
	if len(rows) != 2 || rows[0].Row != 4 {
		t.Fatal(rows)
	}
	if diff := cmp.Diff(want, rows[0].Household); diff != "" {
		t.Error(diff)
	}
}

func TestTemplate_helps_who_fills_it_in(t *testing.T) {
	o := oneCommune()
	o.Needs = []poverty.Need{{Code: "housing", Name: "Nhà ở"}, {Code: "bees", Name: "Nuôi ong"}}
	f := filled(t, o)
	if diff := cmp.Diff([]string{"Hộ", "Danh mục", "Hướng dẫn"}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	if shown, err := f.GetSheetVisible("Danh mục"); err != nil || shown {
		t.Error("the lists are shown", err)
	}
	if shown, err := f.GetRowVisible("Hộ", 2); err != nil || shown {
		t.Error("the codes are shown", err)
	}
	panes, err := f.GetPanes("Hộ")
	if err != nil || !panes.Freeze || panes.YSplit != 2 {
		t.Error(panes, err)
	}
	comments, err := f.GetComments("Hộ")
	if err != nil || len(comments) != len(o.shown()) {
		t.Error(len(comments), err)
	}
	rules, err := f.GetDataValidations("Hộ")
	if err != nil {
		t.Fatal(err)
	}
	offers := map[string]bool{}
	for _, v := range rules {
		offers[strings.TrimRight(v.Sqref[:strings.Index(v.Sqref, ":")], "0123456789")] = v.Type == "list"
	}
	for _, code := range []string{"hamlet", "declared", "policy_group", "ethnic", "cause.capital", "need.bees", "deprived.water"} {
		if letter := strings.TrimRight(cellOf(t, o, code, 1), "0123456789"); !offers[letter] {
			t.Errorf("%s has no drop-down", code)
		}
	}
	guide, err := f.GetRows("Hướng dẫn")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, row := range guide {
		if len(row) > 2 {
			told[row[0]] = row[2] != ""
		}
	}
	for _, c := range o.shown() {
		if !told[c.name] {
			t.Errorf("the guide does not tell %s", c.name)
		}
	}
	style, err := f.GetColStyle("Hộ", strings.TrimRight(cellOf(t, o, "id_number", 1), "0123456789"))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := f.GetStyle(style); err != nil || s.NumFmt != textFormat {
		t.Error("identity numbers are not text", err)
	}
}

func TestTemplate_speaks_the_language_asked_for_and_reads_both(t *testing.T) {
	o := oneCommune()
	o.Language = "en"
	f := filled(t, o)
	if err := f.SetSheetName("Households", "Hộ"); err != nil {
		t.Fatal(err)
	}
	for code, value := range good(1, "declared", "Poor", "head_female", "Yes") {
		put(t, f, cellOf(t, o, code, 4), value)
	}
	o.Language = "vi"
	rows, found := read(t, bytesOf(t, f), o)
	if len(rows) != 1 || len(found.Errors) > 0 {
		t.Error(found.Errors)
	}
}

func TestColumns_may_be_moved_renamed_and_left_out(t *testing.T) {
	o := oneCommune()
	for _, tt := range []struct {
		name string
		rows [][]any
	}{
		{"by heading, in another order", [][]any{{"Danh sách hộ nghèo năm 2024"}, {}, {"STT", "Họ và tên chủ hộ *", "SỐ NHÂN KHẨU", "Mã hộ", "Phân loại hộ", "Thôn"}, {1, "Hồ Thị Lan", 4, "H1", "nghèo", "bản chùa"}}},
		{"by code alone", [][]any{{"head", "members", "code", "declared", "hamlet"}, {"Hồ Thị Lan", 4, "H1", "poor", "t3"}}},
		{"by code below other words", [][]any{{"Tên", "Người", "Mã số", "Loại", "Ở đâu"}, {"head", "members", "code", "declared", "hamlet"}, {"Hồ Thị Lan", "4", "H1", "can ngheo", "t3"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, found := read(t, sheet(t, tt.rows), o)
			if len(rows) != 1 || len(found.Errors) > 0 {
				t.Fatal(found.Errors)
			}
			if h := rows[0].Household; h.Head != "Hồ Thị Lan" || h.Members != 4 || h.Code != "H1" || h.Hamlet != "t3" {
				t.Errorf("%+v", h)
			}
			if !slices.ContainsFunc(found.Notices, func(p poverty.Problem) bool { return p.Key == "workbook.absent_columns" }) {
				t.Error("the columns that are left out were not told")
			}
		})
	}
}

// sheet makes a workbook of rows.
func sheet(t testing.TB, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", "A"+digits(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	return bytesOf(t, f)
}

// TestReadHouseholds_names_every_fault is the workbook with more than twenty
// faults: each is named by row and column, and none of its rows is handed out.
func TestReadHouseholds_names_every_fault(t *testing.T) {
	o := oneCommune()
	for _, tt := range []struct {
		name    string
		changes []any
		errors  []string // "column key"
		notices []string
		taken   bool
	}{
		{"a day that is not", []any{"head_born", "31/02/1960"}, []string{"head_born no_such_date"}, nil, false},
		{"month before day", []any{"head_born", "04/25/1960"}, []string{"head_born no_such_date"}, nil, false},
		{"a year of two digits", []any{"head_born", "5/4/60"}, []string{"head_born bad_date"}, nil, false},
		{"a date is a year", []any{"head_born", "25/4/1960"}, nil, nil, true},
		{"a year as text", []any{"head_born", "1960"}, nil, []string{"head_born number_as_text"}, true},
		{"born next year", []any{"head_born", 2025}, []string{"head_born future_year"}, nil, false},
		{"born too long ago", []any{"head_born", 1860}, []string{"head_born too_old"}, nil, false},
		{"a child as head", []any{"head_born", 2015}, nil, []string{"head_born young_head"}, true},
		{"an old head and nobody old", []any{"head_born", 1950, "elderly", 0}, nil, []string{"elderly old_head"}, true},
		{"an unknown thôn", []any{"hamlet", "Thôn Tân Hào"}, []string{"hamlet unknown_hamlet"}, nil, false},
		{"a thôn without accents", []any{"hamlet", "Ban Chua"}, []string{"hamlet unknown_hamlet"}, nil, false},
		{"a name in NFD", []any{"head", norm.NFD.String("Hồ Thị Ước")}, nil, []string{"head decomposed"}, true},
		{"a thôn in NFD", []any{"hamlet", norm.NFD.String("Thôn Tân Hòa")}, nil, []string{"hamlet decomposed"}, true},
		{"TCVN3", []any{"head", "NguyÔn V¨n ¸nh"}, []string{"head old_encoding"}, nil, false},
		{"VNI", []any{"head", "Nguyeãn Vaên AÙnh"}, []string{"head old_encoding"}, nil, false},
		{"UTF-8 read as Latin", []any{"head", "Nguyá»…n VÄƒn A"}, []string{"head mangled"}, nil, false},
		{"letters lost", []any{"head", "Nguy?n V?n A"}, []string{"head letters_lost"}, nil, false},
		{"a formula", []any{"members", formula("2+3")}, []string{"members formula"}, nil, false},
		{"a formula of text", []any{"head", formula(`"A"&"B"`)}, []string{"head formula"}, nil, false},
		{"text in a number", []any{"members", "5 người"}, []string{"members text_in_number"}, nil, false},
		{"a comma", []any{"production_land", "1,411"}, []string{"production_land bad_number"}, nil, false},
		{"a dot that is no thousand", []any{"production_land", "1.41"}, []string{"production_land bad_number"}, nil, false},
		{"1.411 as text", []any{"production_land", "1.411"}, nil, []string{"production_land read_as"}, true},
		{"1 411 as text", []any{"production_land", "1\u00a0411"}, nil, []string{"production_land read_as"}, true},
		{"1.411 as a number", []any{"production_land", 1.411}, []string{"production_land fraction"}, nil, false},
		{"a number as text", []any{"members", "5"}, nil, []string{"members number_as_text"}, true},
		{"a dash", []any{"disabled", "-"}, nil, []string{"disabled dash"}, true},
		{"a date in a number", []any{"production_land", time.Date(2024, 4, 5, 0, 0, 0, 0, time.UTC)}, []string{"production_land date_in_number"}, nil, false},
		{"below zero", []any{"children", -1}, []string{"children negative"}, nil, false},
		{"nobody", []any{"members", 0}, []string{"members too_small"}, nil, false},
		{"too many", []any{"members", 1970}, []string{"members too_large"}, nil, false},
		{"income in thousands", []any{"income", 1200}, nil, []string{"income small_income"}, true},
		{"fewer than children and elderly", []any{"members", 2, "workers", 0}, []string{"members fewer_members"}, nil, false},
		{"more workers than members", []any{"workers", 6}, []string{"workers more_than_members"}, nil, false},
		{"children among the workers", []any{"workers", 4}, nil, []string{"workers children_work"}, true},
		{"no code", []any{"code", ""}, []string{"code required"}, nil, false},
		{"no name", []any{"head", " "}, []string{"head required"}, nil, false},
		{"a number for a name", []any{"head", "12"}, []string{"head not_a_name"}, nil, false},
		{"a code as number", []any{"code", 77}, nil, []string{"code code_number"}, true},
		{"a code that became a date", []any{"code", time.Date(2024, 4, 5, 0, 0, 0, 0, time.UTC)}, []string{"code not_text"}, nil, false},
		{"an unknown class", []any{"declared", "Khá giả"}, []string{"declared not_one_of"}, nil, false},
		{"no class yet", []any{"declared", ""}, nil, []string{"declared no_class"}, true},
		{"a class that the standard contradicts", []any{"declared", "Cận nghèo"}, nil, []string{"declared class_differs"}, true},
		{"a policy group without poverty", []any{"declared", "Cận nghèo", "policy_group", "CSGN"}, []string{"policy_group group_not_poor"}, nil, false},
		{"an unknown policy group", []any{"policy_group", "B"}, []string{"policy_group not_one_of"}, nil, false},
		{"hard-core with workers", []any{"policy_group", "Nghèo cứng"}, nil, []string{"policy_group hard_core_works"}, true},
		{"neither yes nor no", []any{"ethnic", "Pa Cô"}, []string{"ethnic bad_yes"}, nil, false},
		{"a tick that is none", []any{"cause.capital", "nhiều"}, []string{"cause.capital bad_yes"}, nil, false},
		{"other without text", []any{"cause.other", "x"}, []string{"cause.other other_without_text"}, nil, false},
		{"text without other", []any{"cause_other", "Lũ"}, []string{"cause_other text_without_other"}, nil, false},
		{"no cause", []any{"cause.capital", ""}, nil, []string{"cause.production_land no_cause"}, true},
		{"no need", []any{"need.housing", "Không"}, nil, []string{"need.housing no_need"}, true},
		{"zeros dropped", []any{"id_number", 45_000_000_099}, nil, []string{"id_number zeros_added"}, true},
		{"digits missing", []any{"id_number", "04500000"}, []string{"id_number bad_id_number"}, nil, false},
		{"a wrong card", []any{"health_card", "GD 45"}, []string{"health_card bad_health_card"}, nil, false},
		{"a card with spaces", []any{"health_card", "gd 4 45 4500012345"}, nil, nil, true},
		{"a long name", []any{"head", strings.Repeat("Nguyễn ", 40)}, []string{"head too_long"}, nil, false},
		{"a control character", []any{"note", "a_x0007_b"}, []string{"note control"}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, found := read(t, bytesOf(t, filled(t, o, good(1, tt.changes...))), o)
			for _, list := range []struct {
				got  poverty.Problems
				want []string
			}{{found.Errors, tt.errors}, {found.Notices, tt.notices}} {
				want := []string{}
				for _, w := range list.want {
					code, key, _ := strings.Cut(w, " ")
					want = append(want, fmt.Sprintf("4 %s %s", strings.TrimRight(cellOf(t, o, code, 1), "0123456789"), key))
				}
				got := slices.DeleteFunc(placesOf(list.got), func(p string) bool { return p == "3  example_row" })
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			}
			if found.Rows != 1 || (len(rows) == 1) != tt.taken {
				t.Errorf("%d of %d rows taken", len(rows), found.Rows)
			}
		})
	}
}

func TestReadHouseholds_tells_all_faults_of_a_file_in_one_go(t *testing.T) {
	o := oneCommune()
	f := filled(t, o,
		good(1), good(2, "head_born", "31/02/1960"), good(3, "hamlet", "Thôn Tân Hào"), good(1, "id_number", ""), good(5), good(6), nil, nil,
		good(9, "members", "5 người", "children", -1, "declared", "giàu"), good(10),
	)
	if err := f.MergeCell("Hộ", "C8", "C9"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetRowVisible("Hộ", 13, false); err != nil {
		t.Fatal(err)
	}
	last := letters(len(o.shown()))
	put(t, f, last+"1", "Ghi chu khác")
	put(t, f, letters(len(o.shown())+3)+"4", "lạc")
	rows, found := read(t, bytesOf(t, f), o)
	col := func(code string) string { return strings.TrimRight(cellOf(t, o, code, 1), "0123456789") }
	want := []string{
		"4 B duplicate_code", "4 " + letters(len(o.shown())+3) + " no_heading", "5 D no_such_date", "6 A unknown_hamlet", "7 B duplicate_code",
		"8 C merged", "9 C required", "12 " + col("members") + " text_in_number", "12 " + col("children") + " negative", "12 " + col("declared") + " not_one_of",
	}
	if diff := cmp.Diff(want, placesOf(found.Errors)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1 " + last + " extra_column", "3  example_row", "7 C like_name", "10  empty_rows", "13  hidden_row"}, placesOf(found.Notices)); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 1 || rows[0].Row != 13 {
		t.Errorf("taken: %v", rows)
	}
	for _, p := range found.Errors {
		if p.File != "Hộ" {
			t.Errorf("no sheet: %+v", p)
		}
	}
}

func TestReadHouseholds_suggests_the_nearest_thon(t *testing.T) {
	_, found := read(t, sheet(t, [][]any{{"hamlet", "code", "head", "members", "declared"}, {"Ban Chùa", "1", "Hồ Lan", 3, "poor"}}), oneCommune())
	if len(found.Errors) != 1 {
		t.Fatal(found.Errors)
	}
	text := locale.For("vi").T(found.Errors[0].Key, found.Errors[0].Args...)
	if !strings.Contains(text, "“Ban Chùa”. Gần giống: Bản Chùa;") {
		t.Error(text)
	}
}

func TestReadHouseholds_asks_for_the_code_where_two_thon_share_a_name(t *testing.T) {
	o := oneCommune()
	o.Hamlets = append(o.Hamlets, poverty.Hamlet{Unit: "cam-thanh", Code: "t4", Name: "Bản Chùa"})
	head := []any{"hamlet", "code", "head", "members", "declared"}
	rows, found := read(t, sheet(t, [][]any{head, {"Bản Chùa", "1", "Hồ Lan", 3, "poor"}, {"Bản Chùa (t4)", "2", "Hồ Lan", 3, "poor"}, {"t3", "3", "Hồ Lan", 3, "poor"}}), o)
	if diff := cmp.Diff([]string{"2 A two_hamlets"}, placesOf(found.Errors)); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 2 || rows[0].Household.Hamlet != "t4" || rows[1].Household.Hamlet != "t3" {
		t.Error(rows)
	}
}

func TestReadHouseholds_takes_several_communes_by_their_names(t *testing.T) {
	o := oneCommune()
	o.Units = append(o.Units, poverty.Unit{ID: "cam-thanh-2", Name: "Cam Thanh", Code: "19600"})
	o.Hamlets = append(o.Hamlets, poverty.Hamlet{Unit: "cam-thanh-2", Code: "a", Name: "Bản Chùa"})
	head := []any{"unit", "hamlet", "code", "head", "members", "declared"}
	rows, found := read(t, sheet(t, [][]any{
		head, {"Cam Thanh", "Bản Chùa", "1", "Hồ Lan", 3, "poor"}, {"Cam Thành", "Bản Chùa", "1", "Hồ Lan", 3, "poor"}, {19600, "a", "2", "Hồ Lan", 3, "poor"}, {"Cam Thánh", "a", "3", "Hồ Lan", 3, "poor"},
	}), o)
	if diff := cmp.Diff([]string{"5 A unknown_commune"}, placesOf(found.Errors)); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, r := range rows {
		got = append(got, string(r.Household.Unit)+" "+r.Household.Hamlet)
	}
	if diff := cmp.Diff([]string{"cam-thanh-2 a", "cam-thanh t3", "cam-thanh-2 a"}, got); diff != "" {
		t.Error(diff)
	}
	if _, found := read(t, sheet(t, [][]any{head, {"Cam Thanh", "t1", "1", "Hồ Lan", 3, "poor"}}), oneCommune()); len(found.Errors) != 1 || found.Errors[0].Key != "workbook.unknown_commune" {
		t.Error("a household of another commune was taken", found.Errors)
	}
}

func TestReadHouseholds_shows_what_may_be_one_household(t *testing.T) {
	o := oneCommune()
	rows, found := read(t, bytesOf(t, filled(t, o,
		good(1, "health_card", "GD4454500012345"), good(2, "id_number", "045000000001"), good(3, "health_card", "GD4454500012345"), good(4, "head", "NGUYEN THI UOC 1"),
	)), o)
	if len(rows) != 4 || len(found.Errors) > 0 {
		t.Error(found.Errors)
	}
	col := func(code string) string { return strings.TrimRight(cellOf(t, o, code, 1), "0123456789") }
	want := []string{"3  example_row", "5 " + col("id_number") + " like_id_number", "6 " + col("health_card") + " like_health_card", "7 C like_name"}
	if diff := cmp.Diff(want, placesOf(found.Notices)); diff != "" {
		t.Error(diff)
	}
}

func TestReadHouseholds_repeats_no_name_and_no_number_of_a_paper(t *testing.T) {
	o := oneCommune()
	_, found := read(t, bytesOf(t, filled(t, o,
		good(1, "head", "Bí Mật ? x?y", "id_number", "99887766", "health_card", "SECRET9988", "note", "SECRET"+strings.Repeat("x", 5000), "health", "SECRET\x07"),
	)), o)
	if len(found.Errors) < 4 {
		t.Error(found.Errors)
	}
	if text := found.Errors.Error() + found.Notices.Error(); strings.Contains(text, "Bí Mật") || strings.Contains(text, "9988") || strings.Contains(text, "SECRET") {
		t.Error(text)
	}
}

func TestReadHouseholds_missing_and_double_columns_stop_the_file(t *testing.T) {
	o := oneCommune()
	for _, tt := range []struct {
		name string
		head []any
		want []string
	}{
		{"a needed column is missing", []any{"hamlet", "code", "head", "declared"}, []string{"1  missing_column"}},
		{"misspelt", []any{"hamlet", "code", "head", "declared", "Số nhan khẩu trong hộ"}, []string{"1  missing_column"}},
		{"twice", []any{"hamlet", "code", "head", "declared", "members", "Mã hộ"}, []string{"1 F column_twice"}},
		{"no headings", []any{"a", "b", "c"}, []string{"0  no_header"}},
		{"TCVN3 headings", []any{"Th«n", "M· hé", "Hä vµ tªn chñ hé"}, []string{"1 A old_encoding", "1 B old_encoding", "1 C old_encoding"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, found := read(t, sheet(t, [][]any{tt.head, []any{"t1", "1", "Hồ Lan", "poor", 3, "2"}[:len(tt.head)]}), o)
			if diff := cmp.Diff(tt.want, placesOf(found.Errors)); diff != "" || !found.Whole || rows != nil {
				t.Error(diff, rows)
			}
		})
	}
}

func TestReadHouseholds_a_choice_that_the_catalogue_lost_is_an_error_where_ticked(t *testing.T) {
	head := []any{"hamlet", "code", "head", "members", "declared", "need.bees"}
	rows, found := read(t, sheet(t, [][]any{head, {"t1", "1", "Hồ Lan", 3, "poor", "x"}, {"t1", "2", "Hồ Lan", 3, "poor"}}), oneCommune())
	if diff := cmp.Diff([]string{"2 F unknown_choice"}, placesOf(found.Errors)); diff != "" || len(rows) != 1 {
		t.Error(diff, rows)
	}
}

func TestReadHouseholds_counts_what_it_does_not_list(t *testing.T) {
	rows := [][]any{{"hamlet", "code", "head", "members", "declared"}}
	for i := range toldErrors + 5 {
		rows = append(rows, []any{"t1", "c" + digits(i), "Hồ Lan", "ba", "poor"})
	}
	taken, found := read(t, sheet(t, rows), oneCommune())
	if len(taken) != 0 || len(found.Errors) != toldErrors+1 || found.Rows != toldErrors+5 {
		t.Fatal(len(taken), len(found.Errors), found.Rows)
	}
	if p := found.Errors[0]; p.Key != "workbook.more" || !slices.Contains(p.Args, any(5)) {
		t.Error(p)
	}
}

func TestReadHouseholds_stops_behind_the_most_rows(t *testing.T) {
	o := oneCommune()
	o.MaxRows = 10
	src := register(t, 11)
	if rows, found := read(t, src, o); rows != nil || !found.Whole || placesOf(found.Errors)[0] != "13  too_many_rows" {
		t.Error(rows, found.Errors)
	}
	o.MaxRows = 11
	if rows, found := read(t, src, o); len(rows) != 11 || len(found.Errors) > 0 {
		t.Error(found.Errors)
	}
}

func TestReadHouseholds_tells_its_progress(t *testing.T) {
	src := register(t, 1200)
	var told []int
	if _, _, err := ReadHouseholds(bytes.NewReader(src), int64(len(src)), oneCommune(), func(row int) { told = append(told, row) }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{502, 1002, 1202}, told); diff != "" {
		t.Error(diff)
	}
}

func zipped(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		p, err := w.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(p, parts[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// with returns the workbook with the text of a part changed.
func with(t testing.TB, src []byte, part string, change func(string) string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			text = []byte(change(string(text)))
		}
		parts = append(parts, f.Name, string(text))
	}
	return zipped(t, parts...)
}

func TestReadHouseholds_says_what_a_file_is_when_it_is_no_workbook(t *testing.T) {
	ole := string(oleHead) + strings.Repeat("\x00", 70_000)
	protected, err := excelize.Encrypt(register(t, 1), &excelize.Options{Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, want string
		src        []byte
	}{
		{"nothing", "empty", nil},
		{"spaces", "empty", []byte("\n \n")},
		{"old .xls", "old_xls", []byte(ole)},
		{"with a password", "password", protected},
		{"a package far behind", "password", []byte(ole + string(encrypted))},
		{"PDF", "pdf", []byte("%PDF-1.7 …")},
		{"CSV", "csv", []byte("Thôn;Mã hộ\nA;1\n")},
		{"a web page", "web_page", []byte("\n<html><table><tr>")},
		{"a picture", "not_one", []byte("\x89PNG\x00\x00")},
		{"half a file", "damaged", register(t, 50)[:2000]},
		{"Word", "word", zipped(t, "word/document.xml", "<w/>")},
		{"LibreOffice", "open_document", zipped(t, "mimetype", "x", "content.xml", "<x/>")},
		{"binary", "binary", zipped(t, "xl/workbook.bin", "x")},
		{"any archive", "no_workbook", zipped(t, "a.txt", "x")},
		{"no sheet", "no_sheet", zipped(t, "xl/workbook.xml", "<workbook><sheets/></workbook>", "xl/_rels/workbook.xml.rels", "<Relationships/>")},
		{"a sheet cut off", "damaged", with(t, register(t, 3), "xl/worksheets/sheet1.xml", func(s string) string { return s[:len(s)-200] })},
		{"a cell without end", "damaged", with(t, register(t, 3), "xl/worksheets/sheet1.xml", func(s string) string {
			return strings.Replace(s, "Hồ Thị", strings.Repeat("x", 3<<20), 1)
		})},
		{"rows back to front", "damaged", with(t, register(t, 3), "xl/worksheets/sheet1.xml", func(s string) string {
			return strings.Replace(s, `<row r="4"`, `<row r="1"`, 1)
		})},
		{"a shared text that is not there", "damaged", with(t, sheet(t, [][]any{{"hamlet", "code", "head", "members", "declared"}}), "xl/worksheets/sheet1.xml", func(s string) string {
			return strings.Replace(s, `<v>4</v>`, `<v>99</v>`, 1)
		})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, found := read(t, tt.src, oneCommune())
			if rows != nil || !found.Whole || len(found.Errors) == 0 || !slices.ContainsFunc(found.Errors, func(p poverty.Problem) bool { return p.Key == "workbook."+tt.want }) {
				t.Errorf("got %v %v", rows, found.Errors)
			}
		})
	}
}

func TestReadHouseholds_refuses_what_unpacks_to_too_much(t *testing.T) {
	src := register(t, 1)
	in, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range in.File {
		if err := w.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.CreateRaw(&zip.FileHeader{Name: "xl/media/image1.png", Method: zip.Deflate, CompressedSize64: 1, UncompressedSize64: maxUnzipped})
	if err != nil {
		t.Fatal(err)
	}
	p.Write([]byte{0})
	w.Close()
	if rows, found := read(t, b.Bytes(), oneCommune()); rows != nil || len(found.Errors) != 1 || found.Errors[0].Key != "workbook.bomb" {
		t.Error(rows, found.Errors)
	}
	if _, err := openWorkbook(bytes.NewReader(src), maxFile+1); poverty.Refusal(err).Key != "workbook.too_big" {
		t.Error(err)
	}
}

func TestReadHouseholds_tells_hidden_and_other_sheets(t *testing.T) {
	o := oneCommune()
	f := filled(t, o, good(1))
	if _, err := f.NewSheet("Đợt 2"); err != nil {
		t.Fatal(err)
	}
	rows, found := read(t, bytesOf(t, f), o)
	if len(rows) != 1 || !slices.ContainsFunc(found.Notices, func(p poverty.Problem) bool { return p.Key == "workbook.other_sheet" && p.File == "Đợt 2" }) {
		t.Error(found.Notices)
	}
	f.SetActiveSheet(2)
	if err := f.SetSheetVisible("Hộ", false); err != nil {
		t.Fatal(err)
	}
	if rows, found := read(t, bytesOf(t, f), o); rows != nil || placesOf(found.Errors)[0] != "0  hidden_sheet" {
		t.Error(rows, found.Errors)
	}
}

func TestReadHouseholds_an_old_font_makes_latin_letters_an_old_encoding(t *testing.T) {
	o := oneCommune()
	f := filled(t, o, good(1, "head", "Hé Lan"), good(2, "head", "An"), good(3, "head", "Hồ Ước"))
	style, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Family: ".VnTime"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Hộ", "C4", "C6", style); err != nil {
		t.Fatal(err)
	}
	rows, found := read(t, bytesOf(t, f), o)
	if diff := cmp.Diff([]string{"4 C old_encoding"}, placesOf(found.Errors)); diff != "" || len(rows) != 2 {
		t.Error(diff, rows)
	}
}

func TestReadHouseholds_reads_dates_as_the_workbook_counts_them(t *testing.T) {
	o := oneCommune()
	f := filled(t, o, good(1, "head_born", time.Date(1960, 12, 31, 0, 0, 0, 0, time.UTC)))
	src := bytesOf(t, f)
	rows, found := read(t, src, o)
	if len(rows) != 1 || rows[0].Household.HeadBorn != 1960 {
		t.Error(rows, found.Errors)
	}
	since04 := with(t, src, "xl/workbook.xml", func(s string) string { return strings.Replace(s, "<workbookPr", `<workbookPr date1904="1"`, 1) })
	if rows, found := read(t, since04, o); len(rows) != 1 || rows[0].Household.HeadBorn != 1965 {
		t.Error(rows, found.Errors)
	}
}

func TestReadHouseholds_says_what_spreadsheets_do_to_values(t *testing.T) {
	o := oneCommune()
	f := filled(t, o, good(1, "head_born", 1960), good(2, "members", "lỗi"), good(3, "ethnic", true))
	date := 14
	style, err := f.NewStyle(&excelize.Style{NumFmt: date})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Hộ", "D4", "D4", style); err != nil {
		t.Fatal(err)
	}
	src := with(t, bytesOf(t, f), "xl/worksheets/sheet1.xml", func(s string) string {
		cell := regexp.MustCompile(`<c r="` + cellOf(t, o, "members", 5) + `"[^>]*>.*?</c>`)
		return cell.ReplaceAllString(s, `<c r="`+cellOf(t, o, "members", 5)+`" t="e"><v>#N/A</v></c>`)
	})
	rows, found := read(t, src, o)
	if diff := cmp.Diff([]string{"5 " + strings.TrimRight(cellOf(t, o, "members", 5), "0123456789") + " error_value"}, placesOf(found.Errors)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"3  example_row", "4 D year_in_date"}, placesOf(found.Notices)); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 2 || rows[0].Household.HeadBorn != 1960 || !rows[1].Household.Ethnic {
		t.Error(rows)
	}
}

func TestReadHouseholds_a_name_that_two_communes_share_needs_the_code(t *testing.T) {
	o := oneCommune()
	o.Units = []poverty.Unit{{ID: "a", Name: "Tân Lập"}, {ID: "b", Name: "Tân Lập"}, {ID: "c", Name: "Cam An"}}
	head := []any{"unit", "hamlet", "code", "head", "members", "declared"}
	_, found := read(t, sheet(t, [][]any{head, {"Tân Lập", "x", "1", "Hồ Lan", 3, "poor"}, {"Cam An", "x", "1", "Hồ Lan", 3, "poor"}}), o)
	if diff := cmp.Diff([]string{"2 A two_communes", "3 B no_hamlets"}, placesOf(found.Errors)); diff != "" {
		t.Error(diff)
	}
}

func TestMessages_of_workbooks_are_all_there_and_all_used(t *testing.T) {
	used := map[string]bool{"workbook.no_cause": true, "workbook.no_need": true}
	for _, name := range []string{"household_cell.go", "household_csv.go", "household_legacy.go", "household_read.go", "household_workbook.go", "household_write.go"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range regexp.MustCompile(`"(workbook\.[a-z0-9_]*[a-z0-9])"`).FindAllSubmatch(src, -1) {
			used[string(key[1])] = true
		}
	}
	locale.CheckKeys(t, slices.Collect(maps.Keys(used)))
	for _, key := range locale.Keys("vi") {
		if strings.HasPrefix(key, "workbook.") && !used[key] {
			t.Errorf("nobody says %s", key)
		}
	}
}

func TestReadHouseholds_an_error_of_the_reader_is_no_fault_of_the_file(t *testing.T) {
	broken := errors.New("disk")
	_, found, err := ReadHouseholds(failing{broken}, 5000, oneCommune(), nil)
	if !errors.Is(err, broken) || len(found.Errors) > 0 {
		t.Error(found.Errors, err)
	}
}

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

func TestLegacyText(t *testing.T) {
	for _, tt := range []struct{ text, font, want string }{
		{"NguyÔn V¨n Hïng", "", encodingTCVN3},
		{"Hé nghÌo", "", encodingTCVN3},
		{"TrÇn ThÞ L©m", "", encodingTCVN3},
		{"§ç V¨n", "", encodingTCVN3},
		{"Th\u00adîng", "", encodingTCVN3},
		{"NGUYÔN", "", encodingTCVN3},
		{"Nguyeãn Vaên Haø", "", encodingVNI},
		{"Thoân 2", "", encodingVNI},
		{"Leâ Ñöùc", "", encodingVNI},
		{"Hoä ngheøo", "", encodingVNI},
		{"Hé", ".VnTime", ""},
		{"Hé", encodingTCVN3, encodingTCVN3},
		{"Lan", encodingTCVN3, ""},
		{"Hồ Ước", encodingTCVN3, ""},
		{"Nguyễn Văn Hùng", "", ""},
		{"Hà", "", ""}, {"Hùynh", "", ""}, {"HOÀNG THÌN", "", ""}, {"Lý Thông", "", ""}, {"Quàng Văn Pâng", "", ""}, {"Lò Thào Tính", "", ""},
		{"Bríu Pố", "", ""}, {"Mlô", "", ""}, {"Klâu", "", ""}, {"Êban", "", ""}, {"H'Mông", "", ""}, {"Ayŭn", "", ""}, {"Ñao", "", ""}, {"Y Bhrê", "", ""},
		{"200 m²", "", ""}, {"½ sào", "", ""}, {"30°", "", ""}, {"« Nhà »", "", ""}, {"Café Müller", "", ""}, {"Besançon", "", ""}, {"", "", ""}, {"An Binh", "", ""},
	} {
		font := tt.font
		if strings.HasPrefix(font, ".") {
			font, tt.want = legacyFont(font), encodingTCVN3
		}
		if got := legacyText(tt.text, font); got != tt.want {
			t.Errorf("legacyText(%q, %q) = %q, want %q", tt.text, font, got, tt.want)
		}
	}
	for name, want := range map[string]string{".VnTime": encodingTCVN3, ".vnArialH": encodingTCVN3, "VNI-Times": encodingVNI, "Times New Roman": "", "": ""} {
		if got := legacyFont(name); got != want {
			t.Errorf("legacyFont(%q) = %q", name, got)
		}
	}
}

func csvRows(t testing.TB, src string, o HouseholdSheet) ([]HouseholdRow, HouseholdFindings) {
	t.Helper()
	var rows []HouseholdRow
	file := ReadHouseholdsCSV(iotest.OneByteReader(strings.NewReader(src)), o, nil)
	for r, err := range file.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	for _, p := range slices.Concat(file.Found().Errors, file.Found().Notices) {
		saidWell(t, p)
	}
	return rows, file.Found()
}

func TestReadHouseholdsCSV(t *testing.T) {
	o := oneCommune()
	o.File = "ho.csv"
	const head = "hamlet,code,head,head_born,members,declared,id_number,production_land\n"
	for _, tt := range []struct {
		name, src       string
		taken           int
		errors, notices []string
	}{
		{"commas", head + "t1,1,Hồ Lan,1960,3,poor,045000000001,5\n", 1, nil, nil},
		{"semicolons, byte order mark and \\r\\n", "\ufeff" + strings.ReplaceAll(head+"t1,1,Hồ Lan,25/04/1960,3,nghèo,045000000001,5\n", ",", ";"), 1, nil, nil},
		{"tabs", strings.ReplaceAll(head+"t1,1,Hồ Lan,1960,3,poor,045000000001,5\n", ",", "\t"), 1, nil, nil},
		{"1.411", head + "t1,1,Hồ Lan,1960,3,poor,,1.411\n", 1, nil, []string{"2 H read_as"}},
		{"zeros dropped", head + "t1,1,Hồ Lan,1960,3,poor,45000000001,\n", 1, nil, []string{"2 G zeros_added"}},
		{"digits dropped", head + "t1,1,Hồ Lan,1960,3,poor,4.5E+10,\n", 0, []string{"2 G bad_id_number"}, nil},
		{"a formula", head + "t1,1,=A1,1960,3,poor,,\n", 0, []string{"2 C formula"}, nil},
		{"a line break in a cell", head + "t1,1,\"Hồ\nLan\",1960,3,poor,,\nt9,2,Hồ,1960,3,poor,,\n", 1, []string{"3 A unknown_hamlet"}, nil},
		{"a blank line", head + "t1,1,Hồ Lan,1960,3,poor,,\n,,,\nt1,2,Hồ Ban,1960,3,poor,,\n", 2, nil, []string{"3  empty_rows"}},
		{"one code twice", head + "t1,1,Hồ Lan,1960,3,poor,,\nt1,1,Hồ Ban,1960,3,poor,,\n", 1, []string{"2 B duplicate_code", "3 B duplicate_code"}, nil},
		{"a quotation mark left open", head + "t1,1,\"Hồ Lan,1960,3,poor,,\n", 0, []string{"2  bad_csv"}, nil},
		{"a cell without end", head + "t1,1,\"" + strings.Repeat("x", maxToken+100_000), 0, []string{"2  bad_csv"}, nil},
		{"a byte in another encoding", head + "t1,1,H\xe9 Lan,1960,3,poor,,\n", 0, []string{"2 C not_utf8"}, nil},
		{"TCVN3 bytes", "Th\xabn,M\xb7 h\xe9,H\xe4 v\xb5 t\xaan\n1,2,3\n", 0, []string{"1  tcvn3_file"}, nil},
		{"UTF-16", "\xff\xfeh\x00a\x00", 0, []string{"0  not_utf8_file"}, nil},
		{"a workbook", "PK\x03\x04", 0, []string{"0  is_workbook"}, nil},
		{"nothing", "", 0, []string{"0  empty"}, nil},
		{"headings alone", head, 0, []string{"0  no_rows"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, found := csvRows(t, tt.src, o)
			notices := slices.DeleteFunc(placesOf(found.Notices), func(p string) bool { return p == "1  absent_columns" })
			if diff := cmp.Diff(append([]string{}, tt.errors...), placesOf(found.Errors)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(append([]string{}, tt.notices...), notices); diff != "" {
				t.Error(diff)
			}
			if len(rows) != tt.taken {
				t.Errorf("took %v", rows)
			}
		})
	}
}

func TestReadHouseholdsCSV_takes_back_what_shares_its_code_with_a_later_row(t *testing.T) {
	rows, found := csvRows(t, "hamlet,code,head,members,declared\nt1,1,Hồ Lan,3,poor\nt1,2,Hồ Ban,3,poor\nt1,1,Hồ Bông,3,poor\n", oneCommune())
	if len(rows) != 2 || !slices.Equal(found.Withdrawn, []int{2}) {
		t.Error(rows, found.Withdrawn)
	}
}

func TestReadHouseholdsCSV_stops_where_nobody_wants_more(t *testing.T) {
	n := 0
	file := ReadHouseholdsCSV(csvOf(1000), oneCommune(), nil)
	for range file.Rows() {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Error(n)
	}
	broken := errors.New("disk")
	var got error
	for _, err := range ReadHouseholdsCSV(iotest.ErrReader(broken), oneCommune(), nil).Rows() {
		got = err
	}
	if !errors.Is(got, broken) {
		t.Error(got)
	}
}

func export(t *testing.T, e HouseholdExport, rows ...poverty.Household) [][]string {
	t.Helper()
	var b bytes.Buffer
	err := WriteHouseholds(&b, func(yield func(poverty.Household, error) bool) {
		for _, h := range rows {
			if !yield(h, nil) {
				return
			}
		}
	}, e)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := f.GetPanes(f.GetSheetName(0)); err != nil || !p.Freeze {
		t.Error("the headings are not frozen", err)
	}
	return got
}

func TestWriteHouseholds_columns_are_a_setting(t *testing.T) {
	h := sheetOf(7)
	h.SavedAt = time.Date(2024, 10, 1, 20, 0, 0, 0, time.UTC)
	e := HouseholdExport{HouseholdSheet: oneCommune(), Sensitive: true, Columns: []HouseholdColumn{
		{Field: "number", Header: "STT"}, {Field: "head", Header: "Họ tên"}, {Field: "code", Header: "MAHO"}, {Field: "unit_name", Header: "Xã"}, {Field: "hamlet_code", Header: "Mã thôn"}, {Field: "income", Header: "Thu nhập"}, {Field: "causes", Header: "Nguyên nhân"},
		{Field: "declared_code", Header: "Loại"}, {Field: "deprived.water", Header: "Nước"}, {Field: "saved_at", Header: "Ngày"},
	}}
	want := [][]string{
		{"STT", "Họ tên", "MAHO", "Xã", "Mã thôn", "Thu nhập", "Nguyên nhân", "Loại", "Nước", "Ngày"},
		{"1", "Hồ Thị Ước 7", "00007", "Cam Thành", "t2", "1,200,000", "Không có vốn sản xuất, kinh doanh; Có người ốm đau, bệnh nặng, tai nạn", "poor", "x", "02/10/2024"},
	}
	if diff := cmp.Diff(want, export(t, e, h)); diff != "" {
		t.Error(diff)
	}
}

func TestWriteHouseholds_codes_stand_as_another_software_asks(t *testing.T) {
	h := sheetOf(7)
	h.HeadFemale = true
	e := HouseholdExport{HouseholdSheet: oneCommune(), Sensitive: true, Columns: []HouseholdColumn{
		{Field: "declared", Header: "Loại", Values: map[string]string{"poor": "1", "near_poor": "2"}},
		{Field: "head_female", Header: "Giới", Values: map[string]string{"yes": "2", "no": "1"}},
		{Field: "deprived.water", Header: "Nước", Values: map[string]string{"yes": "1", "no": "0"}},
		{Field: "need.loan", Header: "Vay", Values: map[string]string{"yes": "1", "no": "0"}},
		{Field: "urban", Header: "Đô thị", Values: map[string]string{"yes": "x"}}, // no code for no: as the program words it
		{Field: "code", Header: "Mã", Values: map[string]string{"00007": "khác"}}, // a text has no codes
	}}
	want := [][]string{{"Loại", "Giới", "Nước", "Vay", "Đô thị", "Mã"}, {"1", "2", "1", "0", "Không", "00007"}}
	if diff := cmp.Diff(want, export(t, e, h)); diff != "" {
		t.Error(diff)
	}
	preview, err := PreviewHouseholds([]poverty.Household{h}, e)
	if diff := cmp.Diff(want, preview); diff != "" || err != nil {
		t.Error(err, diff)
	}
	e.Sensitive, e.Columns = false, []HouseholdColumn{{Field: "income", Header: "Thu nhập"}, {Field: "code", Header: "Mã"}}
	if preview, err = PreviewHouseholds([]poverty.Household{h}, e); err != nil || !cmp.Equal(preview, [][]string{{"Mã"}, {"00007"}}) {
		t.Error(preview, err)
	}
}

func TestWriteHouseholds_leaves_sensitive_fields_out_unless_asked_for(t *testing.T) {
	h := sheetOf(6)
	h.Health, h.Note, h.CauseOther, h.Ethnic, h.Disabled = "BÍ MẬT", "BÍ MẬT", "BÍ MẬT", true, 3
	o := oneCommune()
	var all []HouseholdColumn
	for _, f := range o.Fields() {
		all = append(all, HouseholdColumn{Field: f, Header: "=" + f})
	}
	for _, columns := range [][]HouseholdColumn{nil, all} {
		got := export(t, HouseholdExport{HouseholdSheet: o, Columns: columns}, h)
		text := fmt.Sprint(got)
		for _, secret := range []string{"BÍ MẬT", h.IDNumber, h.HealthCard, "Dân tộc", "Nguyên nhân", "vốn sản xuất", "ethnic", "cause", "income", "1,200,000"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s stands in %s", secret, text)
			}
		}
		if !strings.Contains(text, h.Head) {
			t.Error(text)
		}
	}
	if got := export(t, HouseholdExport{HouseholdSheet: o, Columns: all, Sensitive: true}, h); len(got[0]) != len(all) {
		t.Error(got)
	}
}

func TestWriteHouseholds_refuses_unknown_fields_and_passes_errors_on(t *testing.T) {
	err := WriteHouseholds(io.Discard, many(1), HouseholdExport{HouseholdSheet: oneCommune(), Columns: []HouseholdColumn{{Field: "password", Header: "x"}}})
	if poverty.KindOf(err) != poverty.Invalid {
		t.Error(err)
	}
	err = WriteHouseholds(io.Discard, many(1), HouseholdExport{HouseholdSheet: oneCommune(), Columns: []HouseholdColumn{{Field: "income", Header: "x"}}})
	if poverty.KindOf(err) != poverty.Invalid {
		t.Error(err)
	}
	broken := errors.New("store")
	err = WriteHouseholds(io.Discard, func(yield func(poverty.Household, error) bool) { yield(poverty.Household{}, broken) }, HouseholdExport{HouseholdSheet: oneCommune()})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}

func marked(t testing.TB, src []byte, found HouseholdFindings) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := MarkHouseholds(bytes.NewReader(src), int64(len(src)), found, "vi", &b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func color(t testing.TB, f *excelize.File, cell string) string {
	t.Helper()
	id, err := f.GetCellStyle("Hộ", cell)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Fill.Color) == 0 {
		return ""
	}
	return strings.TrimPrefix(s.Fill.Color[0], "#")
}

func TestMarkHouseholds_colours_and_lists_every_problem(t *testing.T) {
	o := oneCommune()
	f := filled(t, o, good(1, "head", ""), good(2, "production_land", "1.411"), nil, good(4, "head_born", "31/02/1960", "members", formula("2+3")), good(5))
	before, err := f.GetRows("Hộ", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	src := bytesOf(t, f)
	_, found := read(t, src, o)
	m := marked(t, src, found)
	after, err := m.GetRows("Hộ", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before[:5], after[:5]); diff != "" {
		t.Error("the marked workbook says something else:", diff)
	}
	if diff := cmp.Diff(before[6:], after[6:]); diff != "" {
		t.Error("the marked workbook says something else:", diff)
	}
	if formula, err := m.GetCellFormula("Hộ", cellOf(t, o, "members", 7)); err != nil || formula != "2+3" {
		t.Error(formula, err)
	}
	for cell, want := range map[string]string{
		"C4": wrongColor, "C5": "", cellOf(t, o, "production_land", 5): noticeColor, "A6": noticeColor, "D7": wrongColor, cellOf(t, o, "members", 7): wrongColor, "D8": "",
	} {
		if got := color(t, m, cell); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
	comments, err := m.GetComments("Hộ")
	if err != nil {
		t.Fatal(err)
	}
	ours := map[string]string{}
	for _, c := range comments {
		if c.Author == "Lỗi cần sửa" {
			ours[c.Cell] = c.Text
		}
	}
	if !strings.Contains(ours["D7"], "31/02/1960") || !strings.Contains(ours["C4"], "chưa điền") || len(comments)-len(ours) != len(o.shown()) {
		t.Error(ours)
	}
	list, err := m.GetRows("Lỗi cần sửa")
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1+len(found.Errors)+len(found.Notices) || list[1][0] != "Lỗi" || list[1][2] != "4" || list[1][3] != "C" {
		t.Error(list)
	}
}

func TestMarkHouseholds_changes_nothing_that_is_read(t *testing.T) {
	o := oneCommune()
	f := filled(t, o, good(1, "head", norm.NFD.String("Hồ Ước"), "income", "1.411"), good(2, "hamlet", "Thôn ?"), nil, nil, good(2, "members", formula("1+1")), good(6))
	if err := f.MergeCell("Hộ", "C9", "D9"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetRowHeight("Hộ", 7, 40); err != nil { // a row without cells
		t.Fatal(err)
	}
	src := bytesOf(t, f)
	for name, src := range map[string][]byte{
		"as Excel writes it": src,
		"with a prefix on every element": with(t, src, "xl/worksheets/sheet1.xml", func(s string) string {
			s = strings.ReplaceAll(strings.ReplaceAll(s, "<", "<x:"), "<x:/", "</x:")
			return strings.Replace(strings.ReplaceAll(s, "<x:?", "<?"), "xmlns=", "xmlns:x=", 1)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			rows, found := read(t, src, o)
			if len(rows) != 1 || len(found.Errors) < 4 {
				t.Fatal(len(rows), found.Errors)
			}
			again, same := read(t, bytesOf(t, marked(t, src, found)), o)
			if diff := cmp.Diff(found, same); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(rows, again); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMarkHouseholds_again_takes_the_old_marks_away(t *testing.T) {
	o := oneCommune()
	src := bytesOf(t, filled(t, o, good(1, "head", "", "head_born", "31/02/1960")))
	_, found := read(t, src, o)
	first := marked(t, src, found)
	put(t, first, "C4", "Hồ Lan")
	src = bytesOf(t, first)
	_, found = read(t, src, o)
	if diff := cmp.Diff([]string{"4 D no_such_date"}, placesOf(found.Errors)); diff != "" {
		t.Fatal(diff)
	}
	second := marked(t, src, found)
	if got := color(t, second, "C4") + "/" + color(t, second, "D4"); got != "/"+wrongColor {
		t.Error(got)
	}
	comments, err := second.GetComments("Hộ")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range comments {
		if c.Cell == "C4" {
			t.Error("the comment of an earlier marking stayed")
		}
	}
	if got := len(second.GetSheetList()); got != 4 {
		t.Error(second.GetSheetList())
	}
	rows, found := read(t, bytesOf(t, second), o)
	if len(rows) != 0 || len(found.Errors) != 1 {
		t.Error(found.Errors)
	}
}

func TestMarkHouseholds_refuses_what_is_no_workbook(t *testing.T) {
	err := MarkHouseholds(strings.NewReader("%PDF-1.4"), 8, HouseholdFindings{}, "vi", io.Discard)
	if poverty.KindOf(err) != poverty.Invalid {
		t.Error(err)
	}
}

func TestHouseholdColumns_are_told_apart_by_code_and_heading(t *testing.T) {
	for _, s := range poverty.Standards {
		for _, lang := range locale.Languages {
			o := oneCommune()
			o.Standard, o.Language = s, lang
			seen := map[string]string{}
			for _, c := range o.columns() {
				for _, name := range []string{c.code, titleKey(c.name)} {
					if other, twice := seen[name]; twice && other != c.code {
						t.Errorf("%s and %s are both called %q", other, c.code, name)
					}
					seen[name] = c.code
				}
				if strings.Contains(c.name, "⟦") || strings.Contains(locale.For(lang).T(c.help), "⟦") {
					t.Errorf("%s %s has no words", lang, c.code)
				}
			}
		}
	}
}

func TestLetters_name_columns_as_a_spreadsheet_does(t *testing.T) {
	for i := range maxColumns {
		if c, row, ok := cellName(letters(i) + "7"); !ok || c != i || row != 7 {
			t.Fatal(i, letters(i))
		}
	}
}

func FuzzReadHouseholds(f *testing.F) {
	o := oneCommune()
	head := []any{"hamlet", "code", "head", "head_born", "members", "children", "declared", "cause.other", "cause_other", "note"}
	for _, rows := range [][][]any{
		{head, {"Bản Chùa", "H1", "Hồ Lan", 1960, 5, 2, "Hộ nghèo", "x", "Lũ", "…"}},
		{head, {"Ban Chua", 7, norm.NFD.String("Hồ Ước"), time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC), "1.411", -1, "?", "y", "", "_x0007_"}},
		{head, {}, {"t1", "H1", "NguyÔn V¨n", "31/02/1960", 1.411, true, "nghèo"}, {"t1", "H1", "Leâ", "5/4/60", "5 người", "1,4", "poor", 1}},
		{{"Danh sách"}, head, head, {"t2", "(ví dụ)"}, {"t2", "H2", "Nguyá»…n", 2025, 1}},
	} {
		parts := partsOf(f, sheet(f, rows))
		f.Add(parts[0], parts[1], parts[2], parts[3])
	}
	f.Add(`<worksheet><sheetData><row><c t="inlineStr"><is><t>code</t></is></c></row></sheetData><mergeCells><mergeCell ref="A1:B9"/></mergeCells></worksheet>`, `<sst/>`, `<styleSheet/>`, `<workbook/>`)
	f.Add("hamlet,code,head,members,declared\nt1,1,Hồ Lan,3,poor\n", "", "", "")
	relations := `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x/styles" Target="styles.xml"/><Relationship Id="rId3" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
	f.Fuzz(func(t *testing.T, sheet, texts, styles, book string) {
		for _, src := range [][]byte{
			zipped(t, "xl/workbook.xml", book, "xl/_rels/workbook.xml.rels", relations, "xl/worksheets/sheet1.xml", sheet, "xl/sharedStrings.xml", texts, "xl/styles.xml", styles),
			[]byte(sheet), []byte(book),
		} {
			rows, found := read(t, src, o)
			sound(t, rows, found)
			if len(rows) != 0 && found.Whole {
				t.Error("rows of a file that was refused")
			}
		}
		rows, found := csvRows(t, sheet, o)
		sound(t, rows, found)
	})
}

// FuzzMarkHouseholds marks sheets of any shape: they are refused, or what comes
// out is a workbook.
func FuzzMarkHouseholds(f *testing.F) {
	src := sheet(f, [][]any{{"hamlet", "code", "head", "members", "declared"}, {"t1", "1", "Hồ Lan", "x", "poor"}, {}, {"t9", "2", "Hồ", "5", "poor"}})
	f.Add(partsOf(f, src)[0], 3, "C")
	f.Add(`<worksheet><sheetData/></worksheet>`, 1, "A")
	f.Fuzz(func(t *testing.T, xml string, row int, column string) {
		in := with(t, src, "xl/worksheets/sheet1.xml", func(string) string { return xml })
		_, found := read(t, in, oneCommune())
		found.Errors = append(found.Errors, poverty.Problem{File: "Sheet1", Row: row, Column: column, Key: "workbook.required", Args: []any{"name", "x"}})
		var b bytes.Buffer
		if err := MarkHouseholds(bytes.NewReader(in), int64(len(in)), found, "vi", &b); err != nil {
			if poverty.KindOf(err) != poverty.Invalid {
				t.Error(err)
			}
			return
		}
		if _, err := openWorkbook(bytes.NewReader(b.Bytes()), int64(b.Len())); err != nil {
			t.Error(err)
		}
	})
}

// partsOf returns the sheet, the shared texts, the styles and the book.
func partsOf(t testing.TB, src []byte) [4]string {
	t.Helper()
	var parts [4]string
	for i, name := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"} {
		with(t, src, name, func(s string) string { parts[i] = s; return s })
	}
	parts[3] = `<workbook><sheets><sheet name="Hộ" sheetId="1" r:id="rId1"/></sheets></workbook>`
	return parts
}

// sound fails where a row that was handed out could not be stored as it is, or
// where nothing was said of a row that was not.
func sound(t *testing.T, rows []HouseholdRow, found HouseholdFindings) {
	t.Helper()
	faulty := map[int]bool{}
	for _, p := range found.Errors {
		faulty[p.Row] = true
	}
	for _, r := range rows {
		h := r.Household
		for _, s := range []string{h.Code, h.Head, h.Note, h.Health, h.CauseOther, h.IDNumber, h.HealthCard} {
			if s != clean(s) || strings.ContainsRune(s, 0) {
				t.Errorf("%q is not clean", s)
			}
		}
		if h.Code == "" || h.Head == "" || h.Hamlet == "" || h.Unit == "" || h.Members < 1 || h.Members > maxPersons ||
			h.Children < 0 || h.Elderly < 0 || h.Children+h.Elderly > h.Members || h.HeadBorn > 2024 || h.Income < 0 || h.ProductionLand < 0 {
			t.Errorf("row %d is not sound: %+v", r.Row, h)
		}
		if _, back := slices.BinarySearch(found.Withdrawn, r.Row); faulty[r.Row] && !back {
			t.Errorf("row %d is faulty and was handed out", r.Row)
		}
	}
	if found.Rows > len(rows) && len(found.Errors) == 0 {
		t.Errorf("%d rows, %d handed out, and nothing said", found.Rows, len(rows))
	}
}
