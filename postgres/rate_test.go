package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func rateOf(list []poverty.Rate, scope poverty.RateScope, key string) poverty.Rate {
	for _, r := range list {
		if r.Scope == scope && r.Key == key {
			r.Name = ""
			return r
		}
	}
	return poverty.Rate{}
}

// The denominator of every rate is the same: what is due and not excused.
func TestDB_rates_count_by_their_definitions(t *testing.T) {
	f := running(t)
	april := func(unit string) string { return "report/" + unit + "/2018-04" }
	f.submit("2018-04-27 09:00", "thuonglong.canbo", april("thuong-long"))
	f.submit("2018-04-27 09:00", "congan.canbo", april("cong-an-huyen"))
	f.do("2018-04-27 10:00", "thuongtruc.truong", f.decision(april("cong-an-huyen"), poverty.Decision{Act: poverty.ActReturn, Reason: "x"}))
	f.submit("2018-04-28 09:00", "congan.canbo", april("cong-an-huyen"))
	f.do("2018-04-27 10:00", "lanhdao.pct", f.decision(april("huong-son"), poverty.Decision{Act: poverty.ActExcuse, Basis: "x"}))
	f.do("2018-04-27 10:00", "thuongtruc.truong", f.decision(april("thuong-lo"), poverty.Decision{Act: poverty.ActExtend, Due: "by 2018-05-10", Reason: "lũ"}))
	f.advance("2018-05-02 09:00")
	f.submit("2018-05-02 09:10", "thuongquang.canbo", april("thuong-quang"))
	rates := func(login, period string) []poverty.Rate {
		return mustList(f.Rates(f.as(login), poverty.RateFilter{Cycle: namDong, Period: period}))
	}
	list := rates("thuongtruc.canbo", "2018-04")
	for _, want := range []poverty.Rate{
		{Scope: poverty.RateAll, Expected: 10, Received: 3, OnTime: 2, Late: 8, Returned: 1, Partial: 1, Excused: 1, NotDue: 1},
		{Scope: poverty.RatePeriod, Key: "2018-04", Expected: 10, Received: 3, OnTime: 2, Late: 8, Returned: 1, Partial: 1, Excused: 1, NotDue: 1},
		{Scope: poverty.RateUnit, Key: "thuong-long", Expected: 1, Received: 1, OnTime: 1},
		{Scope: poverty.RateUnit, Key: "thuong-lo", NotDue: 1},
		{Scope: poverty.RateGroup, Key: "nhom-thuong-long", Expected: 2, Received: 2, OnTime: 2, Returned: 1, Partial: 1},
		{Scope: poverty.RateCommune, Key: "thuong-quang", Expected: 2, Received: 1, Late: 2},
	} {
		if diff := cmp.Diff(want, rateOf(list, want.Scope, want.Key)); diff != "" {
			t.Errorf("%s %s: %s", want.Scope, want.Key, diff)
		}
	}
	// Once the extension is over, it counts among the expected and among the extended.
	f.advance("2018-05-11 09:00")
	if r := rateOf(rates("thuongtruc.canbo", "2018-04"), poverty.RateUnit, "thuong-lo"); r.Expected != 1 || r.Extended != 1 || r.Late != 1 || r.NotDue != 0 {
		t.Errorf("%+v", r)
	}
	// May is open: nothing of it is expected yet.
	if r := rateOf(rates("thuongtruc.canbo", ""), poverty.RateAll, ""); r.Expected != 11 || r.NotDue != 12 {
		t.Errorf("%+v", r)
	}
	// A commune counts what it sees, whatever it may not read of others.
	own := rates("thuonglong.canbo", "2018-04")
	if r := rateOf(own, poverty.RateAll, ""); r.Expected != 2 || r.Partial != 1 {
		t.Errorf("%+v", r)
	}
	if r := rateOf(own, poverty.RateUnit, "thuong-quang"); r.Expected != 0 {
		t.Errorf("another commune's: %+v", r)
	}
	if list := rates("toaan.canbo", "2018-04"); rateOf(list, poverty.RateAll, "").Expected != 1 {
		t.Errorf("a member: %+v", list)
	}
	if _, err := f.Rates(f.as("camlo.ct"), poverty.RateFilter{Cycle: namDong}); poverty.KindOf(err) != poverty.NotFound {
		t.Errorf("another owner: %v", err)
	}
}

// Units that begin or end in the year owe, and count, in their periods only.
func TestDB_rates_of_a_unit_that_begins_or_ends_in_the_year(t *testing.T) {
	f := newFixture(t)
	f.exec(`update cycles set rules = jsonb_set(jsonb_set(rules, '{units,thuong-long,from}', '"2018-06-10"'), '{units,huong-son,until}', '"2018-05-31"') where id = $1`, namDong)
	f.advance("2018-04-06 10:00")
	f.advance("2018-07-02 09:00")
	list := mustList(f.Rates(f.as("thuongtruc.canbo"), poverty.RateFilter{Cycle: namDong}))
	for unit, want := range map[string]int{"thuong-long": 1, "huong-son": 2, "thuong-lo": 3} {
		if r := rateOf(list, poverty.RateUnit, unit); r.Expected != want {
			t.Errorf("%s: %d expected, want %d", unit, r.Expected, want)
		}
	}
}
