package postgres_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

func TestDB_accounts_are_for_administrators_alone(t *testing.T) {
	f := running(t)
	u := poverty.User{Login: "moi", Name: "Mới", Language: "vi"}
	before := f.contents()
	for _, login := range []string{"thuongtruc.truong", "lanhdao.ct", "thuonglong.canbo", "tinh.canbo"} {
		ctx := f.as(login)
		for name, ask := range map[string]func() error{
			"Accounts":   func() error { _, err := f.Accounts(ctx, poverty.AccountFilter{}); return err },
			"Account":    func() error { _, err := f.Account(ctx, f.user(login)); return err },
			"AddAccount": func() error { _, err := f.AddAccount(ctx, u, "x"); return err },
			"SaveAccount": func() error {
				_, err := f.SaveAccount(ctx, poverty.User{ID: f.user(login), Name: "x", Language: "vi"})
				return err
			},
			"ResetAccount": func() error { return f.ResetAccount(ctx, f.user("lanhdao.ct"), "x") },
		} {
			if err := ask(); poverty.KindOf(err) != poverty.Forbidden {
				t.Errorf("%s by %s: %v", name, login, err)
			}
		}
	}
	after := f.contents()
	for table, sum := range before {
		if after[table] != sum {
			t.Errorf("%s was changed", table)
		}
	}
	ctx := f.as("quantri")
	f.wantKind(f.ResetAccount(ctx, 9999, "x"), poverty.NotFound, "auth.no_user")
	_, err := f.AddAccount(ctx, poverty.User{Login: "QUANTRI", Name: "x", Language: "vi"}, "x")
	f.wantKind(err, poverty.Conflict, "auth.login_taken")
	for _, bad := range []poverty.User{{Name: "x", Language: "vi"}, {Login: "a b", Name: "x", Language: "vi"}, {Login: "ab", Language: "vi"}, {Login: "ab", Name: "x"}, {Login: "ab", Name: "x", Language: "vi", Email: "x"}} {
		if _, err := f.AddAccount(ctx, bad, "x"); poverty.KindOf(err) != poverty.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	x, err := f.AddAccount(ctx, u, "x")
	f.must(err)
	if x.Admin || !x.Active || !x.Unreachable() {
		t.Errorf("%+v", x)
	}
}

func TestDB_unreachable_is_who_has_no_address_or_whose_last_mail_was_refused(t *testing.T) {
	f := running(t)
	f.advance("2018-04-18 09:00")
	unreachable := func() int {
		t.Helper()
		b, err := f.Board(f.as("thuongtruc.canbo"), namDong)
		f.must(err)
		return b.Unreachable
	}
	if n := unreachable(); n != 0 {
		t.Fatalf("%d from the start", n)
	}
	letters := f.letters("2018-04-18 09:10")
	if len(letters) == 0 {
		t.Fatal("no letters")
	}
	refused := letters[0]
	f.must(f.Delivered(f.system(), []poverty.Delivery{{Letter: refused, State: poverty.NoticeFailed, Failure: "550 no such user", At: f.clock()}}))
	if n := unreachable(); n != 1 {
		t.Errorf("%d after a refusal", n)
	}
	got := mustList(f.Accounts(f.as("quantri"), poverty.AccountFilter{Unreachable: true}))
	if len(got) != 1 || got[0].Login != refused.To.Login || got[0].Failure != "550 no such user" || got[0].FailedAt == nil {
		t.Errorf("%+v", got)
	}
	f.exec("update accounts set email = '' where login = 'huongson.chutich'")
	if n := unreachable(); n != 2 {
		t.Errorf("%d with one without address", n)
	}
	if b, err := f.Board(f.as("thuonglong.canbo"), namDong); err != nil || b.Unreachable != 0 {
		t.Errorf("a commune is told of %d, %v", b.Unreachable, err)
	}
	// The function sees what its caller may not, and so judges for itself.
	for login, want := range map[string]int{"thuongtruc.canbo": 2, "thuonglong.canbo": 0, "quantri": 0, "": 0} {
		f.within(login, func(tx pgx.Tx) {
			var n int
			f.must(tx.QueryRow(t.Context(), "select unreachable('nam-dong:2018', '2018-04-18')").Scan(&n))
			if n != want {
				t.Errorf("%q counts %d, want %d", login, n, want)
			}
		})
	}
	f.exec("update notices set state = 'sent', sent_at = at where id = (select max(id) from notices where user_id = $1)", refused.To.ID)
	if n := unreachable(); n != 1 {
		t.Errorf("%d after a later mail arrived", n)
	}
}

// bar takes an account's right to sign in.
func (f *fixture) bar(login string) {
	f.t.Helper()
	x, err := f.Account(f.as("quantri"), f.user(login))
	f.must(err)
	x.Active = false
	_, err = f.SaveAccount(f.as("quantri"), x.User)
	f.must(err)
}

func TestDB_who_is_barred_gets_no_mail_and_the_office_counts_as_vacant(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	f.bar("thuonglong.chutich")
	want := []string{
		"remind 3 reminder thuong-long/officer queued", "remind 0 reminder thuong-long/officer queued", "overdue 1 overdue thuong-long/head vacant",
	}
	if diff := cmp.Diff(want, f.notices("report/thuong-long/2018-04")); diff != "" {
		t.Errorf("what was queued: %s", diff)
	}
	vacancies := func() (n int) {
		for _, x := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Cycle: namDong})) {
			if x.Kind == poverty.NoticeVacancy && x.Text == "thuong-long/head" && x.Office == "phong-ldtbxh/head" {
				n++
			}
		}
		return n
	}
	if n := vacancies(); n != 1 {
		t.Errorf("the standing office is told %d times", n)
	}
	if holder, err := f.Holder(f.system(), "thuong-long/head", date("2018-05-02")); err != nil || holder != 0 {
		t.Errorf("acting: %d, %v", holder, err)
	}
	f.advance("2018-06-01 09:00")
	want = []string{
		"remind 3 reminder thuong-long/officer queued", "remind 0 reminder thuong-long/officer queued",
		"overdue 1 overdue thuong-long/head vacant", "vacancy phong-ldtbxh/head queued", "overdue 1 overdue thuong-long/deputy queued",
	}
	if diff := cmp.Diff(want, f.notices("report/thuong-long/2018-05")); diff != "" {
		t.Errorf("what fell due since: %s", diff)
	}
}

func TestDB_what_is_queued_for_who_is_barred_goes_to_the_substitute(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	f.exec(`insert into holdings (office_id, user_id, substitute, basis, valid_from, valid_to) values ('thuong-long/head', $1, true, 'QĐ 12', '2018-05-01', '2018-05-30')`,
		f.user("thuonglong.phochutich"))
	f.bar("thuonglong.chutich")
	var to []poverty.UserID
	for _, n := range mustList(f.Notices(f.system(), poverty.NoticeFilter{Duty: f.duty("report/thuong-long/2018-04").ID})) {
		if n.Office == "thuong-long/head" && n.State == poverty.NoticeQueued {
			to = append(to, n.User)
		}
	}
	if diff := cmp.Diff([]poverty.UserID{f.user("thuonglong.phochutich")}, to); diff != "" {
		t.Error(diff)
	}
}

// A letter that a dead sender took goes to nobody who was barred meanwhile.
func TestDB_who_is_barred_while_a_letter_is_on_its_way_gets_it_no_second_time(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	chair := func(letters []poverty.Letter) bool {
		return slices.ContainsFunc(letters, func(l poverty.Letter) bool { return l.To.Login == "thuonglong.chutich" })
	}
	if !chair(f.letters("2018-05-02 09:00")) {
		t.Fatal("no letter to the chair")
	}
	f.bar("thuonglong.chutich")
	if chair(f.letters("2018-05-02 10:00")) {
		t.Error("the letter is taken again")
	}
	_, err := f.HandOver(f.system())
	f.must(err)
	if lines := f.notices("report/thuong-long/2018-04"); !slices.Contains(lines, "overdue 1 overdue thuong-long/head vacant") {
		t.Error(lines)
	}
}
