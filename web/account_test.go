package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"dondoc/auth"
	"dondoc/poverty"
)

var firstPassword = regexp.MustCompile(`<code>([A-Z0-9]{12})</code>`)

func TestAccounts_are_an_administrator_s_to_make_bar_and_reset(t *testing.T) {
	d := newDistrict(t)
	const accounts = "/settings/accounts"
	for _, login := range []string{standing, commune, chair, above} {
		if status, page := d.get(t, login, accounts); status != http.StatusForbidden || strings.Contains(page, "@nam-dong.example") {
			t.Errorf("%s reads accounts: %d", login, status)
		}
		if status, _ := d.get(t, login, accounts+"/1"); status != http.StatusForbidden {
			t.Errorf("%s reads an account: %d", login, status)
		}
		if status, _, _ := d.post(t, login, accounts, "login", "moi", "name", "Mới", "language", "vi"); status != http.StatusForbidden {
			t.Errorf("%s adds an account: %d", login, status)
		}
		if status, _, _ := d.post(t, login, accounts+"/1", "do", "reset"); status != http.StatusForbidden {
			t.Errorf("%s resets an account: %d", login, status)
		}
	}
	fresh := []string{"login", "Moi.CanBo", "name", "Cán bộ mới", "email", "moi@nam-dong.example", "phone", "0234 000 000", "language", "vi"}
	status, page, _ := d.post(t, admin, accounts, append(fresh, "login", "")[2:]...)
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{`value="Cán bộ mới"`, `value="0234 000 000"`, "không dấu cách"}, nil)
	status, page, _ = d.post(t, admin, accounts, fresh...)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, page)
	}
	check(t, page, []string{"moi.canbo", "Chỉ hiện một lần này"}, nil)
	password := firstPassword.FindStringSubmatch(page)[1]
	works := func(password string) bool {
		t.Helper()
		_, hash, err := d.db.Credentials(t.Context(), "moi.canbo")
		if poverty.KindOf(err) == poverty.NotFound {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		ok, err := auth.Matches(password, hash)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !works(password) {
		t.Error("the first password does not sign in")
	}
	if status, page, _ = d.post(t, admin, accounts, fresh...); status != http.StatusConflict {
		t.Errorf("the same login again: %d", status)
	}
	check(t, page, []string{"moi.canbo đã có người dùng"}, []string{"<code>"})

	_, page = d.get(t, admin, accounts+"?q=can+bo+moi")
	check(t, page, []string{"moi@nam-dong.example", "Cán bộ mới"}, []string{"lanhdao.ct"})
	path := regexp.MustCompile(`href="(/settings/accounts/\d+)"`).FindStringSubmatch(page)[1]
	_, page = d.get(t, admin, path)
	check(t, page, []string{`name="active" value="1" checked`}, []string{password, "<code>"})
	status, page, _ = d.post(t, admin, path, "do", "reset")
	if status != http.StatusOK || works(password) || !works(firstPassword.FindStringSubmatch(page)[1]) {
		t.Errorf("reset: %d", status)
	}
	status, page, _ = d.post(t, admin, path, "do", "save", "name", "", "email", "sai", "language", "vi")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{`value="sai"`}, []string{`name="active" value="1" checked`})

	// Barred, the person is out at once, the calendar feed too.
	d.post(t, "moi.canbo", "/me", "do", "feed_open")
	_, page = d.get(t, "moi.canbo", "/me")
	feed := feedPath.FindStringSubmatch(page)[1]
	if status, _ := d.get(t, "", feed); status != http.StatusOK {
		t.Errorf("feed: %d", status)
	}
	if status, _, to := d.post(t, admin, path, "do", "save", "name", "Cán bộ mới", "email", "", "language", "vi"); status != http.StatusSeeOther || to != path+"?done=account_saved" {
		t.Errorf("%d %s", status, to)
	}
	if status, _ := d.get(t, "", feed); status != http.StatusNotFound {
		t.Errorf("the feed of a barred account: %d", status)
	}
	if works(password) {
		t.Error("a barred account signs in")
	}
	own := d.account(t, admin)
	status, page, _ = d.post(t, admin, own, "do", "save", "name", "Quản trị hệ thống", "language", "vi")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("bars itself: %d", status)
	}
	check(t, page, []string{"Không tự khóa"}, nil)
}

// account is the address of the account of a login.
func (d *district) account(t *testing.T, login string) string {
	t.Helper()
	_, page := d.get(t, admin, "/settings/accounts?q="+login)
	return regexp.MustCompile(`href="(/settings/accounts/\d+)"`).FindStringSubmatch(page)[1]
}

func TestBoard_tells_the_standing_office_whom_no_mail_reaches(t *testing.T) {
	d := newDistrict(t)
	const line = "người không nhận được thư"
	_, page := d.get(t, standing, at+"/board")
	check(t, page, nil, []string{line})
	d.post(t, officer, "/me", "do", "settings", "email", "", "language", "vi")
	_, page = d.get(t, standing, at+"/board")
	check(t, page, []string{line, `href="` + at + `/notices?state=failed"`}, nil)
	for _, login := range []string{commune, viceChair, above} {
		_, page = d.get(t, login, at+"/board")
		check(t, page, nil, []string{line})
	}
	_, page = d.get(t, admin, "/settings/accounts?unreachable=1")
	check(t, page, []string{officer, "chưa có địa chỉ"}, []string{commune})
}
