package postgres_test

import (
	"testing"

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
	f.exec("update notices set state = 'sent', sent_at = at where id = (select max(id) from notices where user_id = $1)", refused.To.ID)
	if n := unreachable(); n != 1 {
		t.Errorf("%d after a later mail arrived", n)
	}
}
