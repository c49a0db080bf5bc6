package poverty_test

import (
	"testing"

	"dondoc/poverty"
)

func TestCellOf_shows_one_word_for_where_a_report_stands(t *testing.T) {
	tests := []struct {
		name  string
		last  string
		facts []string
		until string
		want  poverty.Cell
	}{
		{"owed, in time", "2018-04-30", nil, "2018-04-30 23:59:59", poverty.CellNotDue},
		{"in, in time", "2018-04-30", []string{"2018-04-27 10:00 submitted"}, "", poverty.CellOnTime},
		{"accepted", "2018-04-30", []string{"2018-04-27 10:00 submitted", "2018-05-03 10:00 accepted"}, "", poverty.CellOnTime},
		{"not in", "2018-04-30", nil, "2018-05-01 00:00", poverty.CellMissing},
		{"came late", "2018-04-30", []string{"2018-05-02 10:00 submitted"}, "", poverty.CellLate},
		{"returned, within its term", "2018-04-30", []string{"2018-04-27 10:00 submitted", "2018-05-02 10:00 returned 2018-05-04"}, "", poverty.CellReturned},
		{"returned, its term missed", "2018-04-30", []string{"2018-04-27 10:00 submitted", "2018-05-02 10:00 returned 2018-05-04"}, "2018-05-05 00:00", poverty.CellMissing},
		{"extended, owed", "2018-04-30", []string{"2018-04-27 10:00 extended 2018-05-10"}, "2018-05-03 00:00", poverty.CellExtended},
		{"extended, missed again", "2018-04-30", []string{"2018-04-27 10:00 extended 2018-05-10"}, "2018-05-11 00:00", poverty.CellMissing},
		{"extended, in", "2018-04-30", []string{"2018-04-27 10:00 extended 2018-05-10", "2018-05-09 10:00 submitted"}, "", poverty.CellOnTime},
		{"excused after it was overdue", "2018-04-30", []string{"2018-05-03 10:00 excused"}, "", poverty.CellExcused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(aDuty("report"), tt.last)
			s.tell(tt.facts...)
			if tt.until != "" {
				s.advance(tt.until)
			}
			if got := poverty.CellOf(s.standing()); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
	if got := poverty.CellOf(poverty.Duty{State: poverty.DutyCarried, Verdict: poverty.Late}); got != poverty.CellMissing {
		t.Errorf("carried into the next year: %s", got)
	}
}
