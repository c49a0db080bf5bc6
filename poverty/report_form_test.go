package poverty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func TestReportForm_Judge_takes_the_ledger_and_asks_why_a_figure_differs(t *testing.T) {
	t.Parallel()
	form := poverty.ReportForm{Fields: []poverty.ReportField{
		{Code: "helped", Label: "Số hộ", Kind: poverty.FieldCount, Source: poverty.SourceHouseholds, Who: poverty.FieldOfAll},
		{Code: "poor", Label: "Hộ nghèo", Kind: poverty.FieldCount, Source: poverty.SourcePoor, Who: poverty.FieldOfCommunes},
		{Code: "visits", Label: "Lượt thăm", Kind: poverty.FieldCount, Needed: true, Who: poverty.FieldOfAll},
		{Code: "road", Label: "Đường", Kind: poverty.FieldChoice, Choices: []string{"tốt", "xấu"}, Who: poverty.FieldOfAll},
	}}
	ledger := map[string]int64{"helped": 3, "poor": 40}
	figures := func(n ...int64) map[string]int64 {
		m := map[string]int64{}
		for i, code := range []string{"helped", "visits"} {
			if i < len(n) && n[i] >= 0 {
				m[code] = n[i]
			}
		}
		return m
	}
	for _, tt := range []struct {
		name    string
		role    string
		typed   poverty.ReportContent
		draft   bool
		figures map[string]int64
		wrong   []string
	}{
		{"what is not typed is the ledger's", "commune", poverty.ReportContent{Text: "x", Figures: figures(-1, 2)}, false, map[string]int64{"helped": 3, "poor": 40, "visits": 2}, nil},
		{"a lead has no register", "lead", poverty.ReportContent{Text: "x", Figures: figures(3, 2)}, false, map[string]int64{"helped": 3, "visits": 2}, nil},
		{"another figure needs a reason", "lead", poverty.ReportContent{Text: "x", Figures: figures(4, 2)}, false, nil, []string{"overrides.helped report.override_needed"}},
		{"and is taken with one", "lead", poverty.ReportContent{Text: "x", Figures: figures(4, 2), Overrides: map[string]string{"helped": "một hộ nhận thay"}}, false, map[string]int64{"helped": 4, "visits": 2}, nil},
		{"a draft may lack it", "lead", poverty.ReportContent{Figures: figures(4)}, true, map[string]int64{"helped": 4}, nil},
		{"what is needed is missing", "lead", poverty.ReportContent{Text: "x"}, false, nil, []string{"figures.visits error.required"}},
		{"below nothing", "lead", poverty.ReportContent{Text: "x", Figures: map[string]int64{"visits": -1}}, false, nil, []string{"figures.visits report.negative"}},
		{"a field that nobody asks for", "lead", poverty.ReportContent{Text: "x", Figures: map[string]int64{"visits": 1, "poor": 1}}, false, nil, []string{"figures.poor report.unknown_field"}},
		{"no such choice", "lead", poverty.ReportContent{Text: "x", Figures: figures(3, 1), Texts: map[string]string{"road": "vừa"}}, false, nil, []string{"texts.road report.not_a_choice"}},
		{"says nothing at all", "lead", poverty.ReportContent{Text: " "}, false, nil, []string{"figures.visits error.required", "text report.empty"}},
		{"nothing happened, and something did", "lead", poverty.ReportContent{Nothing: true}, false, nil, []string{"nothing report.something_happened"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := tt.typed
			var wrong []string
			for _, p := range form.Judge(tt.role, &c, ledger, !tt.draft) {
				wrong = append(wrong, p.Column+" "+p.Key)
			}
			if diff := cmp.Diff(tt.wrong, wrong); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.figures, c.Figures); tt.figures != nil && diff != "" {
				t.Error(diff)
			}
		})
	}
	// How things stand is not something that happened.
	c := poverty.ReportContent{Nothing: true}
	if wrong := form.Judge("commune", &c, map[string]int64{"helped": 0, "poor": 40}, true); len(wrong) > 0 || c.Figures["poor"] != 40 {
		t.Errorf("%v %v", wrong, c.Figures)
	}
}

func TestTurns_tell_which_deadline_each_submission_had_to_keep(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		facts []string
		want  []string
	}{
		{"in time", []string{"2018-04-27 10:00 submitted", "2018-05-02 09:00 accepted"}, []string{"submitted 2018-04-30 true", "accepted 2018-04-30 false"}},
		{"at the last second", []string{"2018-04-30 23:59:59 submitted"}, []string{"submitted 2018-04-30 true"}},
		{"at midnight", []string{"2018-05-01 00:00 submitted"}, []string{"submitted 2018-04-30 false"}},
		{"returned at 23:00, back in its term", []string{"2018-04-30 22:10 submitted", "2018-04-30 23:00 returned 2018-05-03", "2018-05-01 08:15 submitted"},
			[]string{"submitted 2018-04-30 true", "returned 2018-05-03 false", "again 2018-05-03 true"}},
		{"back after its term", []string{"2018-04-30 22:10 submitted", "2018-04-30 23:00 returned 2018-05-03", "2018-05-04 00:00 submitted"},
			[]string{"submitted 2018-04-30 true", "returned 2018-05-03 false", "again 2018-05-03 false"}},
		{"extended when it was overdue", []string{"2018-05-02 10:00 extended 2018-05-10", "2018-05-09 10:00 submitted"}, []string{"extended 2018-05-10 false", "submitted 2018-05-10 true"}},
	} {
		s := newStory(aDuty("report"), "2018-04-30")
		s.tell(tt.facts...)
		var got []string
		for _, turn := range poverty.Turns(s.history) {
			word := string(turn.Event)
			if turn.Again {
				word = "again"
			}
			if turn.InTime {
				got = append(got, word+" "+turn.By.String()+" true")
			} else {
				got = append(got, word+" "+turn.By.String()+" false")
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestRules_Count_leaves_no_day_out_and_none_twice(t *testing.T) {
	t.Parallel()
	month := func(code string) poverty.Period {
		m := calendar.MustMonth(code)
		return poverty.Period{Code: code, StartsOn: m.First(), EndsOn: m.Last()}
	}
	r := poverty.Rules{First: calendar.MustMonth("2018-01"), Report: poverty.ReportRules{CutOff: 30}}
	year := poverty.Period{Code: "2018", StartsOn: calendar.MustDate("2018-01-01"), EndsOn: calendar.MustDate("2018-12-31")}
	periods := []poverty.Period{month("2018-03"), year, month("2018-02")}
	r.Count(periods)
	var got []string
	for _, p := range periods {
		got = append(got, p.Code+" "+p.CountsFrom.String()+" "+p.CountsTo.String())
	}
	// February has no 30th; the last month counts to the end, and so does the year.
	want := []string{"2018-03 2018-03-01 " + calendar.Date{}.String(), "2018 2018-01-01 " + calendar.Date{}.String(), "2018-02 2018-01-01 2018-02-28"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRollup_Changes_names_each_figure_that_differs(t *testing.T) {
	t.Parallel()
	line := func(scope poverty.RollupScope, key string, value int64) poverty.RollupLine {
		return poverty.RollupLine{Scope: scope, Key: key, Name: key, Value: value}
	}
	before := poverty.Rollup{Received: 3, Total: line(poverty.RollupAll, "", 5), Lines: []poverty.RollupLine{line(poverty.RollupCommune, "a", 2), line(poverty.RollupFund, "f", 3)}}
	after := poverty.Rollup{Received: 4, Total: line(poverty.RollupAll, "", 9), Lines: []poverty.RollupLine{line(poverty.RollupCommune, "a", 2), line(poverty.RollupCommune, "b", 7)}}
	var got []string
	for _, c := range before.Changes(after) {
		got = append(got, string(c.Scope)+" "+c.Key+" "+c.What)
	}
	if diff := cmp.Diff([]string{"all  received", "all  value", "commune b value", "fund f value"}, got); diff != "" {
		t.Error(diff)
	}
	if same := before.Changes(before); len(same) > 0 {
		t.Errorf("%v", same)
	}
}
