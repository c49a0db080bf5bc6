package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

const (
	police       = "congan.truong"
	policeMember = "toaan.truong" // of the police's group
	agriculture  = "nongnghiep.truong"
	province     = "tinh.canbo"
	standing     = "thuongtruc.truong"
)

// helped is the running fixture with five households of Thượng Long.
func helped(t *testing.T) *fixture {
	t.Helper()
	f := registered(t)
	for i := range 5 {
		f.save(thuongLong, sheetOf("thuong-long", "t1", fmt.Sprintf("00%d", i+1), fmt.Sprintf("Hộ %d", i+1)))
	}
	f.advance("2018-04-06 10:00")
	return f
}

func draft(code string, households ...string) poverty.ComponentDraft {
	return poverty.ComponentDraft{
		Component: poverty.Component{
			Cycle: namDong, Code: code, Unit: "cong-an-huyen", Group: "nhom-thuong-long", Commune: "thuong-long", Kind: "livestock",
			Title: "Lợn giống", Quantity: 10_000, Measure: "con", Value: 20_000_000, StartBy: date("2018-05-15"),
		},
		Households: households,
	}
}

func (f *fixture) component(login string, d poverty.ComponentDraft) poverty.Component {
	f.t.Helper()
	c, err := f.SaveComponent(f.as(login), d)
	f.must(err)
	return c
}

func (f *fixture) fund(now, login string, m poverty.FundMove) poverty.Fund {
	f.t.Helper()
	m.Cycle = namDong
	out := f.do(now, login, poverty.Proposal{Fund: &m})
	x, err := f.Fund(f.system(), out.Fund)
	f.must(err)
	return x
}

func lines(quantity, value int64, households ...string) []poverty.DeliveryLine {
	list := make([]poverty.DeliveryLine, len(households))
	for i, code := range households {
		list[i] = poverty.DeliveryLine{Household: code, Quantity: quantity, Value: value}
	}
	return list
}

func deliver(c poverty.Component, n poverty.NewDelivery) poverty.Proposal {
	n.Component = c.ID
	return poverty.Proposal{Deliver: &n}
}

func (f *fixture) again(c poverty.Component) poverty.Component {
	f.t.Helper()
	c, err := f.Component(f.system(), c.ID)
	f.must(err)
	return c
}

func TestComponent_not_started_counts_its_days_from_its_start_duty(t *testing.T) {
	f := helped(t)
	c := f.component(police, draft("lon-giong", "001", "002"))
	key := "start/cong-an-huyen/lon-giong"
	d := f.duty(key)
	if d.LastDay != date("2018-05-15") || c.State != poverty.ComponentNotStarted || c.Start == nil || c.Start.ID != d.ID || d.Stated != "by 2018-05-15" {
		t.Fatalf("%+v\n%+v", c, d)
	}
	f.advance("2018-05-25 09:00")
	c = f.again(c)
	if c.Start.Trouble != poverty.TroubleNotStarted || c.DaysNotStarted(date("2018-05-25")) != 10 {
		t.Errorf("%s, %d days", c.Start.Trouble, c.DaysNotStarted(date("2018-05-25")))
	}
	moved := draft("", "001", "002")
	moved.ID, moved.StartBy = c.ID, date("2018-06-15")
	_, err := f.SaveComponent(f.as(police), moved)
	f.wantKind(err, poverty.Invalid, "component.start_fixed")
	moved = draft("", "001", "002")
	moved.ID, moved.Unit = c.ID, "toa-an"
	_, err = f.SaveComponent(f.as(police), moved)
	f.wantKind(err, poverty.Invalid, "component.unit_fixed")

	f.do("2018-05-28 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(2000, 4_000_000, "001")}))
	c = f.again(c)
	if d = f.duty(key); d.State != poverty.DutyDone || d.Verdict != poverty.Late || d.Trouble != "" {
		t.Errorf("after the first delivery the start is %s, %s, %s", d.State, d.Verdict, d.Trouble)
	}
	if c.State != poverty.ComponentInProgress || c.DaysNotStarted(date("2018-05-28")) != 0 || c.Delivered != 2000 || c.Reached != 1 || c.FirstDay != date("2018-05-28") {
		t.Errorf("%+v", c)
	}
	// A second delivery ends nothing more.
	before := len(f.ledger(key))
	f.do("2018-05-29 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(8000, 16_000_000, "002")}))
	if len(f.ledger(key)) != before {
		t.Error("the start was ended twice")
	}
	if c = f.again(c); c.State != poverty.ComponentDone {
		t.Errorf("all was delivered, and it is %s", c.State)
	}
}

func TestComponent_of_a_template_of_its_own_ends_that_duty(t *testing.T) {
	f := helped(t)
	d := draft("sinh-ke-2017", "001")
	d.StartBy, d.StartDuty = calendar.Date{}, "start-fund-2017"
	c := f.component(police, d)
	if c.Start == nil || c.Start.Code != "start-fund-2017" || !c.Start.LastDay.IsZero() {
		t.Fatalf("%+v", c.Start)
	}
	f.do("2018-04-20 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(1000, 0, "001")}))
	if d := f.duty("start-fund-2017/cong-an-huyen"); d.State != poverty.DutyDone {
		t.Error(d.State)
	}
}

func TestComponent_of_a_draft_cycle_starts_with_its_issue(t *testing.T) {
	f := registered(t)
	f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Hộ 1"))
	_, err := f.SaveComponent(f.system(), draft("lon-giong", "001"))
	f.must(err)
	if keys := column[string](f, f.super(), "select key from duties where kind = 'start'"); len(keys) > 0 {
		t.Fatalf("laid on before the issue: %s", keys)
	}
	f.advance("2018-04-10 09:00")
	if d := f.duty("start/cong-an-huyen/lon-giong"); !d.OpenedAt.Equal(issued) || d.LastDay != date("2018-05-15") {
		t.Errorf("%+v", d)
	}
}

func TestComponent_stands_still_after_periods_without_a_delivery_until_the_next(t *testing.T) {
	f := helped(t)
	c := f.component(police, draft("lon-giong", "001", "002"))
	f.component(police, draft("chua-bat-dau", "003"))
	f.do("2018-04-20 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(2000, 4_000_000, "001")}))
	f.advance("2018-05-01 00:00") // April had one
	if keys := column[string](f, f.super(), "select key from duties where kind = 'progress'"); len(keys) > 0 {
		t.Fatal(keys)
	}
	f.advance("2018-06-04 09:00") // the example's cycle allows one period without
	key := "progress/cong-an-huyen/2018-05/lon-giong"
	d := f.duty(key)
	if d.Trouble != poverty.TroubleNoProgress || d.LastDay != date("2018-05-31") || !d.OpenedAt.Equal(at("2018-05-31 00:00")) {
		t.Errorf("%+v", d)
	}
	if keys := column[string](f, f.super(), "select key from duties where kind = 'progress'"); len(keys) != 1 {
		t.Errorf("what has not started is no progress of: %s", keys)
	}
	if c = f.again(c); c.State != poverty.ComponentNoProgress || c.Quiet != 1 {
		t.Errorf("%s, %d", c.State, c.Quiet)
	}
	f.advance("2018-07-02 09:00") // one wait is enough, however long
	if keys := column[string](f, f.super(), "select key from duties where kind = 'progress'"); len(keys) != 1 {
		t.Error(keys)
	}
	f.do("2018-07-03 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(2000, 4_000_000, "002")}))
	if d = f.duty(key); d.State != poverty.DutyDone {
		t.Errorf("after a delivery the wait is %s", d.State)
	}
	if c = f.again(c); c.State != poverty.ComponentInProgress {
		t.Error(c.State)
	}
}

func TestComponent_judged_late_stands_still_by_what_was_delivered_before(t *testing.T) {
	f, late := helped(t), helpedIn(t)
	for _, x := range []*fixture{f, late} {
		c := x.component(police, draft("lon-giong", "001", "002"))
		x.do("2018-04-20 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(2000, 0, "001")}))
	}
	f.advance("2018-05-31 00:00")
	// The program was away over the close and finds a delivery of the day after.
	c, err := late.Components(late.system(), poverty.ComponentFilter{Cycle: namDong})
	late.must(err)
	late.advance("2018-05-02 00:00")
	late.do("2018-06-01 10:00", police, deliver(c[0], poverty.NewDelivery{Lines: lines(2000, 0, "002")}))
	late.advance("2018-06-02 09:00")
	key := "progress/cong-an-huyen/2018-05/lon-giong"
	if a, b := f.duty(key).OpenedAt, late.duty(key).OpenedAt; !a.Equal(b) {
		t.Errorf("on time it opened at %s, after an outage at %s", a, b)
	}
}

func helpedIn(t *testing.T) *fixture {
	t.Helper()
	f := another(t)
	f.must(f.PutHamlets(f.as(thuongLong), poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}, []poverty.Hamlet{{Code: "t1", Name: "Thôn 1"}}))
	for i := range 5 {
		f.save(thuongLong, sheetOf("thuong-long", "t1", fmt.Sprintf("00%d", i+1), fmt.Sprintf("Hộ %d", i+1)))
	}
	f.advance("2018-04-06 10:00")
	return f
}

func TestDelivery_backdated_needs_a_basis_and_makes_nobody_punctual_but_by_the_standing_office(t *testing.T) {
	f := helped(t)
	c := f.component(police, draft("lon-giong", "001", "002", "003"))
	f.advance("2018-05-18 09:00")
	n := poverty.NewDelivery{Day: date("2018-05-10"), Lines: lines(2000, 0, "001")}
	_, err := f.try(police, deliver(c, n))
	f.wantKind(err, poverty.Invalid, "delivery.basis_needed")
	n.Basis = "Biên bản giao nhận ngày 10/5"
	f.do("2018-05-18 09:00", police, deliver(c, n))
	key := "start/cong-an-huyen/lon-giong"
	if d := f.duty(key); d.Verdict != poverty.Late || !d.SubmittedAt.Equal(at("2018-05-18 09:00")) {
		t.Errorf("their own date made them %s", d.Verdict)
	}
	if c = f.again(c); c.FirstDay != date("2018-05-10") {
		t.Errorf("the ledger has %s", c.FirstDay)
	}
	n.Lines = lines(2000, 0, "002")
	f.do("2018-05-18 10:00", standing, deliver(c, n))
	if d := f.duty(key); d.Verdict != poverty.OnTime || d.FirstSubmittedAt.After(at("2018-05-11 00:00")) {
		t.Errorf("by the standing office with the paper it is %s", d.Verdict)
	}
	for name, n := range map[string]poverty.NewDelivery{
		"delivery.in_future":            {Day: date("2018-05-19"), Lines: lines(1, 0, "001")},
		"delivery.before_year":          {Day: date("2017-12-31"), Basis: "x", Lines: lines(1, 0, "001")},
		"delivery.no_lines":             {},
		"delivery.nothing":              {Lines: lines(0, 0, "001")},
		"delivery.for_whom":             {Lines: []poverty.DeliveryLine{{Quantity: 1}}},
		"delivery.household_twice":      {Lines: lines(1, 0, "001", "001")},
		"delivery.household_not_listed": {Lines: lines(1, 0, "004")},
	} {
		_, err := f.try(police, deliver(c, n))
		if poverty.KindOf(err) != poverty.Invalid || !strings.Contains(fmt.Sprint(err), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDelivery_of_information_has_an_audience_and_no_household(t *testing.T) {
	f := helped(t)
	d := draft("tuyen-truyen")
	d.Kind, d.Quantity, d.Measure, d.Value = "information", 2000, "buổi", 0
	c := f.component(police, d)
	f.do("2018-04-20 19:00", policeMember, deliver(c, poverty.NewDelivery{Lines: []poverty.DeliveryLine{{Audience: "Thôn 1, 40 người", Quantity: 1000}}}))
	list, err := f.Deliveries(f.as(thuongLong), c.ID)
	f.must(err)
	if len(list) != 1 || list[0].Audience != "Thôn 1, 40 người" || list[0].Household != 0 || list[0].Unit != "toa-an" {
		t.Errorf("%+v", list)
	}
}

func TestDelivery_is_taken_back_by_a_counter_entry_and_nothing_is_rewritten(t *testing.T) {
	f := helped(t)
	fund := f.fund("2018-04-09 09:00", police, poverty.FundMove{Verb: poverty.FundOpen, Unit: "cong-an-huyen", Code: "quy", Name: "Quỹ", Year: 2018, Amount: 30_000_000})
	d := draft("lon-giong", "001", "002")
	d.Fund = fund.ID
	c := f.component(police, d)
	f.do("2018-04-20 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(2000, 4_000_000, "001", "002")}))
	list, err := f.Deliveries(f.as(police), c.ID)
	f.must(err)
	_, err = f.try(police, deliver(c, poverty.NewDelivery{Corrects: list[0].ID}))
	f.wantKind(err, poverty.Invalid, "delivery.reason_needed")
	f.do("2018-05-02 10:00", police, deliver(c, poverty.NewDelivery{Corrects: list[0].ID, Note: "nhầm hộ"}))
	_, err = f.try(police, deliver(c, poverty.NewDelivery{Corrects: list[0].ID, Note: "nhầm hộ"}))
	f.wantKind(err, poverty.Conflict, "delivery.corrected_already")
	list, err = f.Deliveries(f.as(police), c.ID)
	f.must(err)
	back := list[len(list)-1]
	if len(list) != 3 || back.Quantity != -2000 || back.Value != -4_000_000 || back.Day != date("2018-04-20") || !list[0].Corrected {
		t.Errorf("%+v", list)
	}
	_, err = f.try(police, deliver(c, poverty.NewDelivery{Corrects: back.ID, Note: "x"}))
	f.wantKind(err, poverty.Conflict, "delivery.is_correction")
	if c = f.again(c); c.Delivered != 2000 || c.Spent != 4_000_000 || c.Reached != 1 || c.Handovers != 1 {
		t.Errorf("%+v", c.Tally)
	}
	if fund, err = f.Fund(f.as(police), fund.ID); err != nil || fund.Spent != 4_000_000 || fund.Left() != 26_000_000 {
		t.Errorf("%+v, %v", fund, err)
	}
	for _, sql := range []string{"update deliveries set value = 0", "delete from deliveries", "update fund_entries set amount = 1", "delete from fund_entries"} {
		if _, err := f.super().Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	// The last one taken back too: the start is left to a person, who is told.
	f.do("2018-05-02 11:00", police, deliver(c, poverty.NewDelivery{Corrects: list[1].ID, Note: "nhầm cả"}))
	if c = f.again(c); c.State != poverty.ComponentNotStarted {
		t.Error(c.State)
	}
	if got := f.ledger("start/cong-an-huyen/lon-giong"); got[len(got)-1] != "2018-05-02 11:00 noted" {
		t.Error(got)
	}
}

func TestDelivery_stays_in_the_ledger_when_the_household_leaves_the_register(t *testing.T) {
	f := helped(t)
	c := f.component(police, draft("lon-giong", "001", "002"))
	f.do("2018-04-20 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(2000, 0, "001")}))
	f.exec("delete from households where code in ('001', '002')")
	list, err := f.Deliveries(f.as(thuongLong), c.ID)
	f.must(err)
	if c = f.again(c); len(list) != 1 || list[0].Code != "001" || list[0].Head != "Hộ 1" || c.Listed != 0 || c.Reached != 1 || c.Delivered != 2000 {
		t.Errorf("%+v %+v", list, c.Tally)
	}
}

// The ledger of a component and of its fund come to the same, whatever was
// delivered and taken back, also by several people at once.
func TestDelivery_sums_agree_with_the_fund_for_any_order(t *testing.T) {
	f := helped(t)
	fund := f.fund("2018-04-09 09:00", police, poverty.FundMove{Verb: poverty.FundOpen, Unit: "cong-an-huyen", Code: "quy", Name: "Quỹ", Year: 2017, Amount: 10_000_000})
	d := draft("lon-giong", "001", "002", "003", "004", "005")
	d.Fund, d.Share, d.Quantity = fund.ID, 33, 1_000_000
	c := f.component(police, d)
	f.set("2018-04-20 10:00")
	var wait sync.WaitGroup
	results := make([]error, 12)
	for i := range results {
		login, code := []string{police, policeMember}[i%2], fmt.Sprintf("00%d", 1+i%5)
		ctx := f.as(login)
		wait.Go(func() {
			n := deliver(c, poverty.NewDelivery{Lines: lines(int64(i+1)*100, 3_333_333, code)})
			stored, err := f.Propose(ctx, n)
			if err == nil {
				_, err = f.Enact(ctx, stored.ID, time.Time{})
			}
			results[i] = err
		})
	}
	wait.Wait()
	short := 0
	for _, err := range results {
		if err != nil {
			f.wantKind(err, poverty.Invalid, "fund.short")
			short++
		}
	}
	c = f.again(c)
	fund, err := f.Fund(f.as(police), fund.ID)
	f.must(err)
	// 33 % of 3.333.333 is 1.100.000, rounded; nine times that is what 10 million hold.
	if short != 3 || fund.Spent != 9*1_100_000 || c.Spent != 9*3_333_333 || fund.Left() != 100_000 {
		t.Errorf("%d refused, spent %d of the fund and %d in all, left %d", short, fund.Spent, c.Spent, fund.Left())
	}
	entries, err := f.FundEntries(f.as(police), fund.ID)
	f.must(err)
	if last := entries[len(entries)-1]; last.Balance != fund.Left() || entries[0].Kind != poverty.FundCarriedIn {
		t.Errorf("%+v", entries)
	}
}

func TestDelivery_with_one_key_is_entered_once(t *testing.T) {
	f := helped(t)
	c := f.component(police, draft("lon-giong", "001"))
	n := poverty.NewDelivery{Key: "k", Lines: lines(2000, 0, "001")}
	first := f.do("2018-04-20 10:00", police, deliver(c, n))
	second := f.do("2018-04-20 10:05", police, deliver(c, n))
	if first.Batch == 0 || first.Batch != second.Batch || f.again(c).Delivered != 2000 {
		t.Errorf("%+v %+v %d", first, second, f.again(c).Delivered)
	}
	n.Lines[0].Quantity = 3000
	_, err := f.try(police, deliver(c, n))
	f.wantKind(err, poverty.Conflict, "decision.key_reused")
}

func TestFund_is_raised_corrected_and_carried_to_the_next_year(t *testing.T) {
	f := helped(t)
	x := f.fund("2018-04-09 09:00", police, poverty.FundMove{Verb: poverty.FundOpen, Unit: "cong-an-huyen", Code: "quy-2017", Name: "Quỹ 2017", Year: 2017, Amount: 46_000_000})
	x = f.fund("2018-04-10 09:00", police, poverty.FundMove{Verb: poverty.FundRaise, Fund: x.ID, Amount: 5_000_000, Basis: "Phiếu thu 3"})
	x = f.fund("2018-04-10 09:10", police, poverty.FundMove{Verb: poverty.FundRaise, Fund: x.ID, Amount: 7_000_000, Basis: "Phiếu thu 3"})
	entries, err := f.FundEntries(f.as(police), x.ID)
	f.must(err)
	x = f.fund("2018-04-10 09:20", police, poverty.FundMove{Verb: poverty.FundCorrect, Fund: x.ID, Entry: entries[2].ID, Reason: "ghi hai lần"})
	if x.Raised != 5_000_000 || x.CarriedIn != 46_000_000 || x.Left() != 51_000_000 {
		t.Errorf("%+v", x)
	}
	_, err = f.try(police, poverty.Proposal{Fund: &poverty.FundMove{Verb: poverty.FundCorrect, Fund: x.ID, Entry: entries[0].ID, Reason: "x"}})
	f.wantKind(err, poverty.Conflict, "fund.not_correctable")
	_, err = f.try(police, poverty.Proposal{Fund: &poverty.FundMove{Verb: poverty.FundCarry, Fund: x.ID}})
	f.wantKind(err, poverty.Forbidden, "fund.forbidden.carry")
	x = f.fund("2018-12-28 09:00", viceChair, poverty.FundMove{Verb: poverty.FundCarry, Fund: x.ID, Reason: "chuyển 2019"})
	if x.Left() != 0 || x.CarriedOut != 51_000_000 {
		t.Errorf("%+v", x)
	}
	next, err := f.Funds(f.system(), "nam-dong:2019")
	f.must(err)
	if len(next) != 1 || next[0].Left() != 51_000_000 || next[0].Year != 2017 || next[0].CarriedFrom != x.ID {
		t.Errorf("%+v", next)
	}
	_, err = f.try(viceChair, poverty.Proposal{Fund: &poverty.FundMove{Verb: poverty.FundCarry, Fund: x.ID}})
	f.wantKind(err, poverty.Conflict, "fund.nothing_left")
}

func TestComponents_rights(t *testing.T) {
	f := helped(t)
	fund := f.fund("2018-04-09 09:00", police, poverty.FundMove{Verb: poverty.FundOpen, Unit: "cong-an-huyen", Code: "quy", Name: "Quỹ", Year: 2018, Amount: 9_000_000})
	d := draft("lon-giong", "001", "002")
	d.Fund = fund.ID
	c := f.component(police, d)
	out := f.do("2018-04-20 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(2000, 1_000_000, "001"), Note: "chị Hoa nhận"}))

	for login, want := range map[string]struct{ sees, names, writes, fund bool }{
		police:       {true, true, true, true},
		policeMember: {true, true, true, true},
		thuongLong:   {true, true, false, false},
		viceChair:    {true, true, false, true},
		province:     {true, false, false, true},
		agriculture:  {false, false, false, false}, // another group
		thuongQuang:  {false, false, false, false}, // another commune
	} {
		t.Run(login, func(t *testing.T) {
			ctx := f.as(login)
			_, err := f.Component(ctx, c.ID)
			list, all := f.Components(ctx, poverty.ComponentFilter{Cycle: namDong})
			f.must(all)
			if sees := err == nil; sees != want.sees || (len(list) == 1) != want.sees {
				t.Errorf("sees: %v, list %d", err, len(list))
			}
			_, err = f.Fund(ctx, fund.ID)
			funds, _ := f.Funds(ctx, namDong)
			if (err == nil) != want.fund || (len(funds) == 1) != want.fund {
				t.Errorf("fund: %v, list %d", err, len(funds))
			}
			households, err := f.ComponentHouseholds(ctx, c.ID)
			ledger, other := f.Deliveries(ctx, c.ID)
			if !want.sees {
				f.wantKind(err, poverty.NotFound, "component.not_found")
				f.wantKind(other, poverty.NotFound, "component.not_found")
			} else if named := households[0].Head != ""; named != want.names || (ledger[0].Head != "") != want.names || (ledger[0].Note != "") != want.names {
				t.Errorf("names: %+v %+v", households, ledger)
			}
			_, err = f.try(login, deliver(c, poverty.NewDelivery{Lines: lines(100, 0, "002")}))
			switch {
			case want.writes:
				f.must(err)
			case want.sees:
				f.wantKind(err, poverty.Forbidden, "component.forbidden")
			default:
				f.wantKind(err, poverty.NotFound, "component.not_found")
			}
			edit := draft("", "001", "002")
			edit.ID, edit.Fund = c.ID, fund.ID
			_, err = f.SaveComponent(ctx, edit)
			if got := err == nil; got != want.writes {
				t.Errorf("writes: %v", err)
			}
		})
	}
	t.Run("the standing office in their stead, with a basis", func(t *testing.T) {
		n := poverty.NewDelivery{Lines: lines(100, 0, "002")}
		_, err := f.try(standing, deliver(c, n))
		f.wantKind(err, poverty.Invalid, "decision.basis_needed")
		n.Basis = "Giấy giao nhận"
		_, err = f.try(standing, deliver(c, n))
		f.must(err)
		list, err := f.Deliveries(f.as(standing), c.ID)
		f.must(err)
		if i := slices.IndexFunc(list, func(d poverty.DeliveryEntry) bool { return d.OnBehalf }); i < 0 || list[i].Unit != "cong-an-huyen" {
			t.Errorf("%+v", list)
		}
	})
	t.Run("only the commune confirms, once", func(t *testing.T) {
		_, err := f.try(police, deliver(c, poverty.NewDelivery{Confirms: out.Batch}))
		f.wantKind(err, poverty.Forbidden, "delivery.forbidden.confirm")
		_, err = f.try(thuongLong, deliver(c, poverty.NewDelivery{Confirms: out.Batch}))
		f.must(err)
		_, err = f.try(thuongLong, deliver(c, poverty.NewDelivery{Confirms: out.Batch}))
		f.wantKind(err, poverty.Conflict, "delivery.confirmed_already")
	})
	t.Run("nobody writes past the store", func(t *testing.T) {
		for _, sql := range []string{
			"update components set value = 1", "insert into component_households select id, 1 from components", "update funds set name = 'x'",
			"insert into deliveries (batch, cycle_id, component_id, day, recorded_at, unit_id) select 1, cycle_id, id, saved_at::date, saved_at, unit_id from components",
			"insert into fund_entries (fund_id, kind, amount, day, recorded_at) select id, 'raised', 1, saved_at::date, saved_at from funds",
			"insert into delivery_confirmations (batch, component_id, recorded_at) select 9, id, saved_at from components",
		} {
			conn, err := pgx.Connect(t.Context(), f.url)
			f.must(err)
			_, err = conn.Exec(t.Context(), "set role dondoc_app")
			f.must(err)
			_, err = conn.Exec(t.Context(), "select act_as($1, '2018-04-20')", f.user(police))
			f.must(err)
			tag, err := conn.Exec(t.Context(), sql)
			if err == nil && tag.RowsAffected() > 0 {
				t.Errorf("%s changed %d rows", sql, tag.RowsAffected())
			}
			f.must(conn.Close(t.Context()))
		}
	})
}

func TestSaveComponent_names_what_is_wrong_and_stores_nothing(t *testing.T) {
	f := helped(t)
	c := f.component(police, draft("lon-giong", "001"))
	f.do("2018-04-20 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(2000, 0, "001")}))
	before := f.contents()
	_, err := f.SaveComponent(f.as(police), draft("lon-giong", "001"))
	f.wantKind(err, poverty.Conflict, "component.code_taken")
	edit := draft("", "002")
	edit.ID = c.ID
	_, err = f.SaveComponent(f.as(police), edit)
	f.wantKind(err, poverty.Invalid, "component.household_got")
	edit = draft("", "001", "009")
	edit.ID = c.ID
	_, err = f.SaveComponent(f.as(police), edit)
	if want := ":2 (households) component.household_unknown household=009"; fmt.Sprint(err) != want {
		t.Errorf("%v, want %s", err, want)
	}
	edit = draft("", "001")
	edit.ID, edit.Version = c.ID, 7
	_, err = f.SaveComponent(f.as(police), edit)
	f.wantKind(err, poverty.Conflict, "component.changed")
	edit = draft("moi", "001")
	edit.Kind = "gold"
	_, err = f.SaveComponent(f.as(police), edit)
	f.wantKind(err, poverty.Invalid, "component.unknown_kind")
	bad := poverty.ComponentDraft{Component: poverty.Component{Cycle: namDong, Code: "A b", Unit: "x", Commune: "cong-an-huyen", Group: "x", Quantity: 1,
		Share: 101, Fund: 1, Programme: "x", StartBy: date("2018-05-02"), EndBy: date("2018-05-01"), StartDuty: "report"}}
	_, err = f.SaveComponent(f.as(police), bad)
	var columns []string
	for _, p := range err.(poverty.Problems) { //nolint:errorlint // the test looks at all of them
		columns = append(columns, p.Column)
	}
	if diff := cmp.Diff([]string{"title", "kind", "code", "unit", "commune", "group", "measure", "programme", "share", "end_by", "start_duty"}, columns); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
}
