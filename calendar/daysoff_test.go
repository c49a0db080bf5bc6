package calendar

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadDaysOff_reads_three_kinds_and_sorts_them(t *testing.T) {
	got, err := ReadDaysOff(strings.NewReader("\ufeffdate,kind,name\r\n2027-02-13,work,Làm bù\r\n2027-01-04, swap ,\"Nghỉ, hoán đổi\"\r\n2027-01-01,holiday,Tết Dương lịch\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []DayOff{
		{Date: MustDate("2027-01-01"), Kind: Holiday, Name: "Tết Dương lịch"},
		{Date: MustDate("2027-01-04"), Kind: Swap, Name: "Nghỉ, hoán đổi"},
		{Date: MustDate("2027-02-13"), Kind: Work, Name: "Làm bù"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadDaysOff_reports_every_problem_with_its_row_and_what_to_do(t *testing.T) {
	tests := []struct {
		name string
		file string
		want RowsError
	}{
		{"many", "date,kind,name\n2027-02-30,holiday,x\n1/1/2027,day,\n2027-01-02,swap,Nghỉ\n2027-01-04,work,Làm\n2027-05-01,holiday,a\n2027-05-01,holiday,b\n2027-05-02,holiday\n", RowsError{
			{2, `"2027-02-30" is not a date: there is no day 30: February 2027 has days 1 to 28; write YYYY-MM-DD, such as 2018-04-15`},
			{3, `"1/1/2027" is not a date: write YYYY-MM-DD, such as 2018-04-15; kind "day": write holiday, swap or work; no name: write what the day is, such as Quốc khánh`},
			{4, "2027-01-02 is a Saturday, already off: a swap gives up a day from Monday to Friday"},
			{5, "2027-01-04 is a Monday: a make-up day (work) is a Saturday or Sunday"},
			{7, "2027-05-01 is already in row 6: keep one of them"},
			{8, "2 columns: write 3, as in the header"},
		}},
		{"header", "ngày,loại,tên\n", RowsError{{1, `the header is "ngày,loại,tên": write date,kind,name, with commas`}}},
		{"semicolons", "date;kind;name\n2027-01-01;holiday;x\n", RowsError{{1, `the header is "date;kind;name": write date,kind,name, with commas`}}},
		{"nothing", "", RowsError{{1, `the header is "": write date,kind,name, with commas`}}},
		{"no rows", "date,kind,name\n", RowsError{{2, "there is no day in the file: write one row for each day, such as 2027-01-01,holiday,Tết Dương lịch"}}},
		{"quote", "date,kind,name\n2027-01-01,holiday,a\"b\n", RowsError{{2, "bare \" in non-quoted-field: put quotes around a name that has a comma or a quote in it"}}},
		{"encoding", "date,kind,name\n2027-01-01,holiday,T\xfft\n", RowsError{{1, "the file is not UTF-8 text: save it as CSV UTF-8"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadDaysOff(strings.NewReader(tt.file))
			if got != nil {
				t.Errorf("got %v in spite of problems", got)
			}
			var rows RowsError
			if !errors.As(err, &rows) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(tt.want, rows); diff != "" {
				t.Error(diff)
			}
			if lines := strings.Split(err.Error(), "\n"); len(lines) != len(tt.want) || !strings.HasPrefix(lines[0], "row ") {
				t.Errorf("got %q", err)
			}
		})
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("disk") }

func TestReadDaysOff_passes_on_an_error_of_reading(t *testing.T) {
	if _, err := ReadDaysOff(broken{}); err == nil || err.Error() != "disk" {
		t.Errorf("got %v", err)
	}
}

func FuzzReadDaysOff(f *testing.F) {
	f.Add("date,kind,name\n2027-01-01,holiday,x\n")
	f.Add("date,kind,name\n\"")
	f.Fuzz(func(t *testing.T, s string) {
		days, err := ReadDaysOff(strings.NewReader(s))
		if (err == nil) != (len(days) > 0) {
			t.Errorf("%d days and %v", len(days), err)
		}
	})
}
