package main

import (
	"regexp"
	"strings"
	"testing"

	"dondoc/auth"
)

func TestUser_makes_an_administrator_once_and_resets_access(t *testing.T) {
	t.Parallel()
	url, db := stored(t)
	printed := regexp.MustCompile(`not shown again: (\S{12})\n$`)
	hashed := func(out string) string {
		t.Helper()
		m := printed.FindStringSubmatch(out)
		u, hash, err := db.Credentials(t.Context(), "quantri")
		if m == nil || err != nil || !u.Admin || !u.Active {
			t.Fatalf("%q; %+v, %v", out, u, err)
		}
		if same, err := auth.Matches(m[1], hash); !same || err != nil {
			t.Errorf("the printed password does not sign in: %v", err)
		}
		return hash
	}

	code, out, errs := command(t, "user", "admin", " QuanTri ", "--database-url", url)
	if code != 0 {
		t.Fatal(errs)
	}
	first := hashed(out)
	if code, _, errs := command(t, "user", "admin", "quantri", "--database-url", url); code == 0 || !strings.Contains(errs, "dondoc user reset quantri") {
		t.Errorf("a second one: %d %s", code, errs)
	}
	before, err := db.User(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, url, "update users set active = false; insert into api_keys (sha256, user_id, name, created_at) select '\\x00', id, 'x', now() from users")
	code, out, errs = command(t, "user", "reset", "quantri", "--database-url", url)
	if code != 0 {
		t.Fatal(errs)
	}
	if second := hashed(out); second == first {
		t.Error("the password stayed")
	}
	after, err := db.User(t.Context(), 1)
	if err != nil || !after.Since.After(before.Since) {
		t.Errorf("what was signed in before %s goes on: %v", after.Since, err)
	}
	if _, err := db.APIKey(t.Context(), []byte{0}); err == nil {
		t.Error("its API key still works")
	}
	if code, _, errs := command(t, "user", "reset", "nobody", "--database-url", url); code == 0 || !strings.Contains(errs, "nobody has the login nobody") {
		t.Errorf("an unknown login: %d %s", code, errs)
	}
}

func TestUser_refuses_what_is_no_login_name_or_address(t *testing.T) {
	t.Parallel()
	for _, words := range [][]string{
		{"hai chữ"}, {" "}, {"quantri", "--name", " "}, {"quantri", "--email", "quantri"},
	} {
		code, out, errs := command(t, append([]string{"user", "admin", "--database-url", "postgres://nobody"}, words...)...)
		if code != 2 || out != "" || errs == "" {
			t.Errorf("%q: %d %q %q", words, code, out, errs)
		}
	}
}

// What an import prints opens the accounts that are new, and no other.
func TestImport_prints_passwords_of_new_accounts_alone(t *testing.T) {
	t.Parallel()
	url, db := stored(t)
	printed := func() map[string]string {
		t.Helper()
		code, out, errs := command(t, "import", "../../examples/nam-dong-2018", "--database-url", url)
		if code != 0 {
			t.Fatal(errs)
		}
		list := map[string]string{}
		for _, m := range regexp.MustCompile(`(?m)^  (\S+) +([A-Z2-7]{12})$`).FindAllStringSubmatch(out, -1) {
			list[m[1]] = m[2]
		}
		return list
	}
	const login = "thuonglong.chutich"
	first := printed()
	_, hash, err := db.Credentials(t.Context(), login)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := auth.Matches(first[login], hash); !same || err != nil {
		t.Errorf("the printed password does not sign in: %v", err)
	}
	execute(t, url, "update users set active = false where id = (select user_id from accounts where login = '"+login+"')")
	if again := printed(); len(again) > 0 {
		t.Errorf("passwords that open nothing: %v", again)
	}
}
