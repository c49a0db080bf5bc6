package poverty_test

import (
	"testing"
	"time"

	"dondoc/calendar"
	"dondoc/poverty"
)

func TestObjectionMove_Record_says_what_is_missing_and_takes_late_ones(t *testing.T) {
	t.Parallel()
	p := poverty.Posting{ID: 3, From: day("2018-04-23"), Until: day("2018-04-27"), List: []poverty.PostingRow{{Row: 1, Household: 7, Code: "001", Head: "Hộ 001"}}}
	whole := poverty.ObjectionMove{Verb: "record", About: "household", Row: 1, Objector: "A", Way: "hand", Text: "không đúng"}
	for _, tt := range []struct {
		name  string
		edit  func(*poverty.ObjectionMove)
		field string
		late  bool
	}{
		{"whole", func(*poverty.ObjectionMove) {}, "", true},
		{"on the last day", func(m *poverty.ObjectionMove) { m.Received = day("2018-04-27") }, "", false},
		{"the day after", func(m *poverty.ObjectionMove) { m.Received = day("2018-04-28") }, "", true},
		{"before it was posted", func(m *poverty.ObjectionMove) { m.Received = day("2018-04-22") }, "received", false},
		{"in the future", func(m *poverty.ObjectionMove) { m.Received = day("2018-05-03") }, "received", false},
		{"on no row", func(m *poverty.ObjectionMove) { m.Row = 2 }, "row", false},
		{"on one that is missing, unnamed", func(m *poverty.ObjectionMove) { m.About = "missing" }, "head", false},
		{"on nothing", func(m *poverty.ObjectionMove) { m.About = "" }, "about", false},
		{"by nobody", func(m *poverty.ObjectionMove) { m.Objector = " " }, "objector", false},
		{"by pigeon", func(m *poverty.ObjectionMove) { m.Way = "pigeon" }, "way", false},
		{"without words", func(m *poverty.ObjectionMove) { m.Text = "" }, "text", false},
	} {
		m := whole
		tt.edit(&m)
		o, err := m.Record(p, day("2018-05-02"))
		switch {
		case tt.field != "":
			if poverty.Refusal(err).Field != tt.field {
				t.Errorf("%s: %v, want a problem with %s", tt.name, err, tt.field)
			}
		case err != nil || o.Late != tt.late || o.Household != 7 || o.Code != "001" || o.State != poverty.ObjectionOpen:
			t.Errorf("%s: %+v, %v", tt.name, o, err)
		}
	}
}

func TestObjection_Change_answers_once_and_settles_what_was_upheld(t *testing.T) {
	t.Parallel()
	states := []poverty.ObjectionState{poverty.ObjectionOpen, poverty.ObjectionUpheld, poverty.ObjectionSettled, poverty.ObjectionRejected, poverty.ObjectionWithdrawn}
	want := map[poverty.ObjectionVerb]map[poverty.ObjectionState]poverty.ObjectionState{
		poverty.ObjectionUphold:   {poverty.ObjectionOpen: poverty.ObjectionUpheld},
		poverty.ObjectionReject:   {poverty.ObjectionOpen: poverty.ObjectionRejected},
		poverty.ObjectionWithdraw: {poverty.ObjectionOpen: poverty.ObjectionWithdrawn},
		poverty.ObjectionSettle:   {poverty.ObjectionUpheld: poverty.ObjectionSettled},
	}
	at := calendar.MustDate("2018-05-02").At(calendar.MustClock("09:00"))
	for verb, moves := range want {
		for _, from := range states {
			o, err := poverty.Objection{State: from, Version: 1}.Change(poverty.ObjectionMove{Verb: verb, Reason: "vì"}, poverty.Seat{}, false, at)
			if to, ok := moves[from]; ok {
				if err != nil || o.State != to || o.Version != 2 {
					t.Errorf("%s what is %s: %s, %v; want %s", verb, from, o.State, err, to)
				}
			} else if poverty.KindOf(err) != poverty.Conflict {
				t.Errorf("%s what is %s: %v; want a conflict", verb, from, err)
			}
			if ok := verb == poverty.ObjectionWithdraw; ok {
				continue
			}
			_, err = poverty.Objection{State: from, Version: 1}.Change(poverty.ObjectionMove{Verb: verb, Reason: " "}, poverty.Seat{}, false, time.Time{})
			if err == nil {
				t.Errorf("%s without a reason in writing", verb)
			}
		}
	}
	if _, err := (poverty.Objection{State: "open", Version: 2}).Change(poverty.ObjectionMove{Verb: "reject", Reason: "x", Version: 1}, poverty.Seat{}, false, at); poverty.Refusal(err).Key != "objection.changed" {
		t.Errorf("another version was seen: %v", err)
	}
}

func TestObjection_Masked_leaves_nothing_that_names_a_person(t *testing.T) {
	t.Parallel()
	o := poverty.Objection{ID: 1, State: "open", Code: "001", Objector: "A", Contact: "B", Text: "C", Answer: "D", Settlement: "E", Head: "F", Basis: "G"}.Masked()
	if o.Objector+o.Contact+o.Text+o.Answer+o.Settlement+o.Head+o.Basis != "" || !o.Hidden || o.State != "open" || o.Code != "001" {
		t.Errorf("%+v", o)
	}
}
