package auth

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestActor_a_page_that_asks_by_itself_keeps_no_session_alive(t *testing.T) {
	d := newDesk(t, Config{Unattended: []string{"/count"}})
	d.signIn("chu-tich", password)
	for range 24 {
		d.now = d.now.Add(10 * time.Minute)
		d.do(http.MethodGet, "/count", nil)
	}
	d.wantSignedIn(false)
}

func TestChangePassword_asks_for_the_old_one_and_ends_other_sessions(t *testing.T) {
	d := newDesk(t, Config{})
	other := newDesk(t, Config{})
	other.auth, other.site, other.sessions, other.accounts = d.auth, d.site, d.sessions, d.accounts
	d.signIn("chu-tich", password)
	other.signIn("chu-tich", password)
	d.now = d.now.Add(time.Minute)
	change := func(old, next string) string {
		w := d.do(http.MethodPost, "/doi", url.Values{"old": {old}, "new": {next}})
		return strings.TrimSpace(w.Body.String())
	}
	const next = "bốn con bò vàng"
	for _, tt := range []struct{ old, next, want string }{
		{"", next, "old error.required"},
		{password, "chín ký tự"[:9], "new auth.password_length"},
		{password, strings.Repeat("x", 2000), "new auth.password_length"},
		{password, password, "new auth.password_same"},
		{password, "tôi là CHU-TICH đây", "new auth.password_has_login"},
		{"not it at all", next, "old auth.wrong_password"},
	} {
		if got := change(tt.old, tt.next); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.next, got, tt.want)
		}
	}
	if ok, err := Matches(password, d.accounts.hash); err != nil || !ok {
		t.Error("a refusal changed the password")
	}
	if got := change(password, next); got != "" {
		t.Fatal(got)
	}
	d.accounts.since = d.now // as the store does
	if ok, err := Matches(next, d.accounts.hash); err != nil || !ok {
		t.Errorf("the new one does not match: %v", err)
	}
	d.wantSignedIn(true)
	other.wantSignedIn(false)
	if w := newDesk(t, Config{}).do(http.MethodPost, "/doi", url.Values{"old": {password}, "new": {next}}); !strings.Contains(w.Body.String(), "auth.inactive") {
		t.Errorf("nobody changes a password: %s", w.Body)
	}
	for range 12 {
		change("not it at all", "năm con bò vàng")
	}
	if got := change(next, "năm con bò vàng"); !strings.Contains(got, "auth.too_many") {
		t.Errorf("guesses are not limited: %s", got)
	}
}
