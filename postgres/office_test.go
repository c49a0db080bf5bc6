package postgres_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func (f *fixture) give(login string, n poverty.NewHolding) (poverty.Holding, error) {
	f.t.Helper()
	return f.GiveOffice(f.as(login), n)
}

// holders are who holds an office, or stands in, in order of time: "Name
// 2018-05-01–2018-05-09 (substitute)".
func (f *fixture) holders(office poverty.OfficeID) []string {
	f.t.Helper()
	unit, _, _ := strings.Cut(string(office), "/")
	var lines []string
	for _, h := range mustList(f.Holdings(f.system(), poverty.UnitID(unit))) {
		if h.Office != office {
			continue
		}
		line := h.Name
		if !h.ValidFrom.IsZero() {
			line += " from " + h.ValidFrom.String()
		}
		if !h.ValidTo.IsZero() {
			line += " until " + h.ValidTo.String()
		}
		if h.Substitute {
			line += " substitute " + string(h.Cycle)
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

func TestDB_office_passes_from_the_day_before(t *testing.T) {
	f := running(t)
	f.set("2018-05-02 09:00")
	h, err := f.give("quantri", poverty.NewHolding{Office: "thuong-long/head", Login: " ThuongLong.PhoChuTich ", From: date("2018-05-10"), Basis: "QĐ 9"})
	f.must(err)
	if h.Name != "Phó Chủ tịch UBND xã Thượng Long" || h.Basis != "QĐ 9" || h.SetByName != "Quản trị hệ thống" || h.SetAt == nil {
		t.Errorf("stored %+v", h)
	}
	want := []string{"Chủ tịch UBND xã Thượng Long until 2018-05-09", "Phó Chủ tịch UBND xã Thượng Long from 2018-05-10"}
	if diff := cmp.Diff(want, f.holders("thuong-long/head")); diff != "" {
		t.Error(diff)
	}
	noted := mustList(f.History(f.system(), poverty.HistoryFilter{Cycle: namDong, Unit: "thuong-long"}))
	if !slices.ContainsFunc(noted, func(e poverty.Entry) bool {
		return e.Code == "office" && e.Basis == "QĐ 9" && e.Actor == f.user("quantri")
	}) {
		t.Error("the history says nothing of it")
	}
	// A slip is mended from the same day on; nobody has held it meanwhile.
	_, err = f.give("quantri", poverty.NewHolding{Office: "thuong-long/head", Login: "thuonglong.canbo", From: date("2018-05-10")})
	f.must(err)
	want[1] = "Công chức giảm nghèo xã Thượng Long from 2018-05-10"
	if diff := cmp.Diff(want, f.holders("thuong-long/head")); diff != "" {
		t.Error(diff)
	}
	f.must(f.VacateOffice(f.as("quantri"), "thuong-long/head", date("2018-05-08")))
	if diff := cmp.Diff([]string{"Chủ tịch UBND xã Thượng Long until 2018-05-07"}, f.holders("thuong-long/head")); diff != "" {
		t.Error(diff)
	}
}

func TestDB_office_refuses_what_does_not_fit(t *testing.T) {
	f := running(t)
	f.set("2018-05-02 09:00")
	day := date("2018-05-10")
	_, err := f.give("quantri", poverty.NewHolding{Office: "thuong-long/head", Login: "thuonglong.phochutich", From: day})
	f.must(err)
	_, err = f.give("quantri", poverty.NewHolding{Office: "thuong-long/officer", Login: "thuonglong.chutich", Substitute: true, From: day, Until: date("2018-05-20"), Basis: "CV 1"})
	f.must(err)
	f.exec("update users set active = false where id = $1", f.user("huongson.chutich"))
	stands := poverty.NewHolding{Office: "thuong-long/officer", Login: "thuonglong.phochutich", Substitute: true, From: day, Until: day, Basis: "CV 2"}
	with := func(n poverty.NewHolding, change func(*poverty.NewHolding)) poverty.NewHolding { change(&n); return n }
	holds := poverty.NewHolding{Office: "thuong-long/head", Login: "thuonglong.canbo", From: date("2018-05-15")}
	before := f.holders("thuong-long/officer")
	for name, tt := range map[string]struct {
		n          poverty.NewHolding
		key, field string
	}{
		"no such login":          {with(holds, func(n *poverty.NewHolding) { n.Login = "khong.co" }), "office.no_such_person", "login"},
		"an account that is off": {with(holds, func(n *poverty.NewHolding) { n.Login = "huongson.chutich" }), "office.no_such_person", "login"},
		"somebody has it later":  {with(holds, func(n *poverty.NewHolding) { n.From = date("2018-05-05") }), "office.held_later", "from"},
		"who has it":             {with(holds, func(n *poverty.NewHolding) { n.Login = "thuonglong.phochutich" }), "office.holds_it", "login"},
		"a holder with an end":   {with(holds, func(n *poverty.NewHolding) { n.Until = date("2018-06-01") }), "office.holder_has_no_end", "until"},
		"no day": {with(stands, func(n *poverty.NewHolding) {
			n.From = calendar.Date{}
		}), "error.required", "from"},
		"a substitute without end":     {with(stands, func(n *poverty.NewHolding) { n.Until = calendar.Date{} }), "error.required", "until"},
		"that ends before it begins":   {with(stands, func(n *poverty.NewHolding) { n.Until = date("2018-05-09") }), "office.ends_before_it_begins", "until"},
		"without basis":                {with(stands, func(n *poverty.NewHolding) { n.Basis = " " }), "office.basis_needed", "basis"},
		"in a time that is taken":      {stands, "office.substituted", "from"},
		"for the holder itself":        {with(stands, func(n *poverty.NewHolding) { n.Login = "thuonglong.canbo"; n.Cycle = namDong }), "office.holds_it_then", "login"},
		"for a cycle of somebody else": {with(stands, func(n *poverty.NewHolding) { n.Cycle = camLo }), "office.unit_not_in_cycle", "cycle"},
	} {
		_, err := f.give("quantri", tt.n)
		f.wantKind(err, poverty.Invalid, tt.key)
		if e := poverty.Refusal(err); e.Field != tt.field {
			t.Errorf("%s: field %q", name, e.Field)
		}
	}
	_, err = f.give("quantri", poverty.NewHolding{Office: "thuong-long/mayor", Login: "quantri", From: day})
	f.wantKind(err, poverty.NotFound, "office.not_found")
	f.wantKind(f.VacateOffice(f.as("quantri"), "cong-an-huyen/none", day), poverty.NotFound, "office.not_found")
	if diff := cmp.Diff(before, f.holders("thuong-long/officer")); diff != "" {
		t.Error(diff)
	}
}

func TestDB_offices_are_given_by_administrators_and_the_standing_office_of_the_cycle(t *testing.T) {
	f := running(t)
	f.set("2018-05-02 09:00")
	h, err := f.give("quantri", poverty.NewHolding{Office: "thuong-long/officer", Login: "thuonglong.phochutich", Substitute: true, From: date("2018-05-03"), Until: date("2018-06-01"), Basis: "CV 1"})
	f.must(err)
	for _, tt := range []struct {
		login string
		unit  poverty.UnitID
		may   bool
	}{
		{"quantri", "thuong-long", true},
		{"quantri", "nam-dong", true},
		{"thuongtruc.canbo", "thuong-long", true},
		{"thuongtruc.truong", "cong-an-huyen", true},
		{"thuongtruc.truong", "phong-ldtbxh", false}, // its own
		{"thuongtruc.truong", "nam-dong", false},     // who stands above it
		{"thuongtruc.truong", "thua-thien-hue", false},
		{"thuongtruc.truong", "cam-lo", false}, // of another cycle
		{"thuonglong.chutich", "thuong-long", false},
		{"lanhdao.ct", "thuong-long", false},
		{"tinh.canbo", "thuong-long", false},
	} {
		ctx := f.as(tt.login)
		office := poverty.OfficeID(tt.unit + "/head")
		if tt.unit == "nam-dong" {
			office = "nam-dong/chair"
		}
		asked := map[string]error{"MayStaff": f.MayStaff(ctx, tt.unit)}
		_, asked["Candidates"] = f.Candidates(ctx, tt.unit)
		if !tt.may {
			_, asked["GiveOffice"] = f.GiveOffice(ctx, poverty.NewHolding{Office: office, Login: "toaan.canbo", From: date("2018-05-10")})
			if poverty.KindOf(asked["GiveOffice"]) == poverty.NotFound {
				delete(asked, "GiveOffice") // has no such office
			}
			if tt.unit == "thuong-long" {
				asked["VacateOffice"] = f.VacateOffice(ctx, office, date("2018-05-10"))
				asked["EndSubstitution"] = f.EndSubstitution(ctx, h.ID, date("2018-05-10"))
			}
		}
		for name, err := range asked {
			if got := err == nil; got != tt.may || !tt.may && poverty.KindOf(err) != poverty.Forbidden {
				t.Errorf("%s of %s by %s: %v", name, tt.unit, tt.login, err)
			}
		}
	}
	_, err = f.give("thuongtruc.canbo", poverty.NewHolding{Office: "thuong-long/head", Login: "thuongtruc.canbo", From: date("2018-05-10")})
	f.wantKind(err, poverty.Invalid, "office.not_oneself")
	if _, err := f.HandOver(f.as("quantri")); poverty.KindOf(err) != poverty.Forbidden {
		t.Errorf("a person hands over: %v", err)
	}
}

func TestDB_what_was_not_sent_goes_to_the_new_holder_who_is_told_once(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	const report = "report/thuong-long/2018-04"
	_, err := f.give("quantri", poverty.NewHolding{Office: "thuong-long/head", Login: "thuonglong.phochutich", From: date("2018-05-02")})
	f.must(err)
	deputy := f.user("thuonglong.phochutich")
	to := map[string][]string{}
	for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Duty: f.duty(report).ID})) {
		if n.Office == "thuong-long/head" {
			to[string(n.State)] = append(to[string(n.State)], n.UserName+" "+n.Key[strings.LastIndex(n.Key, "/"):])
		}
	}
	old := f.user("thuonglong.chutich")
	want := map[string][]string{
		"superseded": {"Chủ tịch UBND xã Thượng Long /head|" + id(old)},
		"queued":     {"Phó Chủ tịch UBND xã Thượng Long /head|" + id(deputy)},
	}
	if diff := cmp.Diff(want, to); diff != "" {
		t.Error(diff)
	}
	handovers := func() (list []poverty.Notice) {
		for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Cycle: namDong})) {
			if n.Kind == poverty.NoticeHandover {
				list = append(list, n)
			}
		}
		return list
	}
	open := column[string](f, f.super(), "select count(*)::text from duties where unit_id = 'thuong-long' and state in ('open', 'returned')")[0]
	told := handovers()
	if len(told) != 1 || told[0].User != deputy || told[0].Text != open || told[0].Unit != "thuong-long" || told[0].State != poverty.NoticeQueued {
		t.Errorf("told %+v, %s are open", told, open)
	}
	for range 2 {
		if n, err := f.HandOver(f.system()); err != nil || n != 0 {
			t.Errorf("handed over %d times more: %v", n, err)
		}
	}
	if again := handovers(); len(again) != 1 {
		t.Errorf("told %d times", len(again))
	}
}

func TestDB_handover_waits_for_its_day_and_for_the_notice_time(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	_, err := f.give("quantri", poverty.NewHolding{Office: "thuong-long/head", Login: "thuonglong.phochutich", From: date("2018-05-04")})
	f.must(err)
	if n, err := f.HandOver(f.system()); err != nil || n != 0 {
		t.Errorf("handed over %d early: %v", n, err)
	}
	f.set("2018-05-04 00:00")
	if n, err := f.HandOver(f.system()); err != nil || n != 1 {
		t.Errorf("handed over %d: %v", n, err)
	}
	for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Cycle: namDong})) {
		if n.Kind == poverty.NoticeHandover && !n.At.Equal(at("2018-05-04 08:00")) {
			t.Errorf("told at %s", n.At)
		}
	}
	if got := f.letters("2018-05-04 07:59"); slices.ContainsFunc(got, func(l poverty.Letter) bool { return l.To.Login == "thuonglong.chutich" }) {
		t.Error("the holder before still gets mail for the office")
	}
}

func TestDB_substitute_for_one_cycle_acts_and_reads_in_that_cycle_alone(t *testing.T) {
	f := lived(t)
	f.set("2018-04-26 09:00")
	f.exec(`insert into cycles (id, owner_id, year, title, state, issued_at, started_at, rules)
		select 'nam-dong:2017', owner_id, 2017, title, 'running', issued_at, started_at, rules from cycles where id = 'nam-dong:2018'`)
	f.exec(`insert into cycle_units (cycle_id, unit_id, role, sees_all) select 'nam-dong:2017', unit_id, role, sees_all from cycle_units where cycle_id = 'nam-dong:2018'`)
	f.exec(`insert into duties (key, cycle_id, code, kind, title, unit_id, process, process_key, stated, day_off, ladder_name, opened_at, state)
		select 'nam-dong:2017/' || n, 'nam-dong:2017', code, kind, title, unit_id, process, process_key, stated, day_off, ladder_name, opened_at, state
		from (select code, kind, title, unit_id, process, process_key, stated, day_off, ladder_name, opened_at, state, row_number() over (order by id) as n
		      from duties where cycle_id = 'nam-dong:2018' and code = 'report') d`)
	// A clerk of the court has no part in the commune's matters, until there is a substitution.
	const clerk = "toaan.canbo"
	before := column[string](f, f.super(), "select count(*)::text from duties where unit_id = 'huong-son' and cycle_id = 'nam-dong:2017'")
	if before[0] == "0" {
		t.Fatal("nothing to be kept from the clerk")
	}
	_, err := f.give("quantri", poverty.NewHolding{Office: "huong-son/head", Login: clerk, Substitute: true, Cycle: namDong, From: date("2018-04-26"), Until: date("2018-05-30"), Basis: "CV 7"})
	f.must(err)
	sees := func(id poverty.CycleID) int {
		return len(mustList(f.Duties(f.as(clerk), poverty.DutyFilter{Cycle: id, Unit: "huong-son"})))
	}
	if here, there := sees(namDong), sees("nam-dong:2017"); here == 0 || there != 0 {
		t.Errorf("sees %d duties in the cycle, %d in another", here, there)
	}
	me, err := f.Me(f.as(clerk))
	f.must(err)
	if len(me.In("huong-son")) != 0 || len(me.Within("nam-dong:2017").In("huong-son")) != 0 || len(me.Within(namDong).In("huong-son")) != 1 {
		t.Errorf("sits as %+v", me.Seats)
	}
	_, err = f.SaveReport(f.as(clerk), f.duty("report/huong-son/2018-04").ID, poverty.ReportContent{Text: "Thay mặt"})
	f.must(err)
	other := column[int64](f, f.super(), "select id from duties where unit_id = 'huong-son' and cycle_id = 'nam-dong:2017'")[0]
	_, err = f.SaveReport(f.as(clerk), poverty.DutyID(other), poverty.ReportContent{Text: "Thay mặt"})
	f.wantKind(err, poverty.NotFound, "")

	// Notices: of that cycle to the substitute, of another to the holder.
	f.advance("2018-05-02 09:00")
	to := map[poverty.CycleID]bool{}
	for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{})) {
		if n.Office == "huong-son/head" && n.User == f.user(clerk) {
			to[n.Cycle] = true
		}
	}
	if !to[namDong] || len(to) != 1 {
		t.Errorf("the substitute gets notices of %v", to)
	}
	if h, err := f.Holder(f.system(), "huong-son/head", date("2018-05-02")); err != nil || h != f.user("huongson.chutich") {
		t.Errorf("for matters of no cycle it is %d: %v", h, err)
	}
}

func TestDB_substitution_ends_early_and_what_is_queued_goes_back(t *testing.T) {
	f := running(t)
	f.set("2018-04-29 09:00")
	h, err := f.give("thuongtruc.canbo", poverty.NewHolding{Office: "thuong-long/head", Login: "thuonglong.phochutich", Substitute: true, From: date("2018-04-29"), Until: date("2018-05-30"), Basis: "CV 7"})
	f.must(err)
	f.advance("2018-05-02 09:00")
	to := func() []string {
		var users []string
		for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Duty: f.duty("report/thuong-long/2018-04").ID, State: poverty.NoticeQueued})) {
			if n.Office == "thuong-long/head" {
				users = append(users, n.UserName)
			}
		}
		return users
	}
	if diff := cmp.Diff([]string{"Phó Chủ tịch UBND xã Thượng Long"}, to()); diff != "" {
		t.Error(diff)
	}
	ctx := f.as("thuongtruc.canbo")
	f.wantKind(f.EndSubstitution(ctx, h.ID, date("2018-05-30")), poverty.Invalid, "office.ends_anyway")
	f.wantKind(f.EndSubstitution(ctx, h.ID, date("2018-04-30")), poverty.Invalid, "office.not_before_today")
	f.wantKind(f.EndSubstitution(ctx, 999, date("2018-05-01")), poverty.NotFound, "office.no_holding")
	f.must(f.EndSubstitution(ctx, h.ID, date("2018-05-01")))
	if diff := cmp.Diff([]string{"Chủ tịch UBND xã Thượng Long"}, to()); diff != "" {
		t.Error(diff)
	}
	me, err := f.Me(f.as("thuonglong.phochutich"))
	f.must(err)
	if _, acts := me.Holds("thuong-long/head"); acts {
		t.Error("acts on after the end")
	}
}

func TestRLS_every_table_of_units_in_cycles_keeps_substitutes_in_theirs(t *testing.T) {
	f := newFixture(t)
	open := []string{ // to whoever takes part in the cycle, or not read by unit
		"assignments", "committee_areas", "committee_members", "committees", "cycle_units", "group_answers", "meetings", "register_files", "target_share_parts", "target_shares", "targets",
	}
	var missing []string
	for _, table := range column[string](f, f.super(), `
		select c.relname::text from pg_class c
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
		  and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'cycle_id')
		  and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'unit_id')
		  and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'scope' and not p.polpermissive
		                  and replace(pg_get_expr(p.polqual, p.polrelid), ' OR (unit_id IS NULL)', '') = (select pg_get_expr(d.polqual, d.polrelid) from pg_policy d
		                      where d.polname = 'scope' and d.polrelid = 'duties'::regclass))
		order by 1`) {
		if !slices.Contains(open, table) {
			missing = append(missing, table)
		}
	}
	if len(missing) > 0 {
		t.Errorf("no policy \"scope\" as in 00024_scope_substitutions.sql on %v", missing)
	}
}

func id(user poverty.UserID) string { return strconv.FormatInt(int64(user), 10) }

// What is passed on reaches the new holder as that person wants it: in the mail,
// or in the inbox alone.
func TestDB_handover_keeps_out_of_the_mail_what_the_new_holder_wants_so(t *testing.T) {
	for wanted, state := range map[bool]poverty.NoticeState{true: poverty.NoticeQueued, false: poverty.NoticeInbox} {
		t.Run(string(state), func(t *testing.T) {
			f := running(t)
			f.advance("2018-04-24 09:00")
			f.exec("update accounts set reminders = $1 where login = 'thuonglong.phochutich'", wanted)
			deputy := f.user("thuonglong.phochutich")
			for _, office := range []poverty.OfficeID{"thuong-long/head", "thuong-long/officer"} {
				_, err := f.give("quantri", poverty.NewHolding{Office: office, Login: "thuonglong.phochutich", From: date("2018-04-24")})
				f.must(err)
			}
			reminded := 0
			for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Cycle: namDong})) {
				if n.User == deputy && n.Kind == poverty.NoticeReminder {
					if reminded++; n.State != state {
						t.Errorf("reminders wanted %v: %s is %s", wanted, n.Key, n.State)
					}
				}
			}
			if reminded == 0 {
				t.Error("no reminder was passed on")
			}
		})
	}
}

// What is still queued for who stood in goes back when the last day is over.
func TestDB_handover_goes_back_when_a_substitution_is_over(t *testing.T) {
	f := running(t)
	f.set("2018-05-02 07:00")
	_, err := f.give("quantri", poverty.NewHolding{
		Office: "thuong-long/head", Login: "thuonglong.phochutich", Substitute: true, From: date("2018-05-02"), Until: date("2018-05-02"), Basis: "CV 7",
	})
	f.must(err)
	f.advance("2018-05-02 09:00")
	queued := func() (list []poverty.UserID) {
		for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Duty: f.duty("report/thuong-long/2018-04").ID})) {
			if n.Office == "thuong-long/head" && n.State == poverty.NoticeQueued {
				list = append(list, n.User)
			}
		}
		return list
	}
	if diff := cmp.Diff([]poverty.UserID{f.user("thuonglong.phochutich")}, queued()); diff != "" {
		t.Fatal(diff)
	}
	for _, now := range []string{"2018-05-03 00:00", "2018-05-03 00:01"} {
		f.set(now)
		_, err = f.HandOver(f.system())
		f.must(err)
		if diff := cmp.Diff([]poverty.UserID{f.user("thuonglong.chutich")}, queued()); diff != "" {
			t.Errorf("%s: %s", now, diff)
		}
	}
}
