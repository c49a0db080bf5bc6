package auth

import (
	"strings"
	"testing"
)

func TestFeedKey_opens_what_it_signed_and_nothing_else(t *testing.T) {
	key, err := NewFeedKey("a secret of the office")
	if err != nil {
		t.Fatal(err)
	}
	token := key.Token(42, 3)
	if user, version, ok := key.Read(token); !ok || user != 42 || version != 3 {
		t.Errorf("%s: %d, %d, %v", token, user, version, ok)
	}
	if key.Token(42, 4) == token || key.Token(43, 3) == token {
		t.Error("two feeds have one address")
	}
	other, err := NewFeedKey("a secret of another office")
	if err != nil {
		t.Fatal(err)
	}
	forged := strings.Replace(token, "42.3.", "43.3.", 1)
	for _, bad := range []string{"", "..", "42.3", "42.3.", token[:len(token)-1], token + "A", forged, strings.Replace(token, "42.3.", "42.4.", 1), other.Token(42, 3), "42.3." + strings.ToUpper(token[5:]), "-1.0." + key.sign("-1.0")} {
		if user, _, ok := key.Read(bad); ok {
			t.Errorf("%q opens the feed of %d", bad, user)
		}
	}
	if _, err := NewFeedKey("short"); err == nil {
		t.Error("a short secret is taken")
	}
}
