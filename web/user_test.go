package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestKept_a_form_sent_after_the_session_ended_is_offered_again(t *testing.T) {
	d := newDistrict(t)
	post := func(who, path string, form url.Values) (*http.Response, string) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res := d.serve(t, who, r)
		return res, res.Header.Get("Location")
	}
	typed := url.Values{"head": {`Hồ Văn "Ứng"`}, "needs": {"water", "housing"}, "version": {"1"}}
	if _, to := post("", register, typed); to != "/dang-nhap?ended=kept" {
		t.Fatalf("sent to %s", to)
	}
	_, page := d.get(t, "", "/dang-nhap?ended=kept")
	check(t, page, []string{"đã được giữ lại"}, []string{"Hồ Văn"})
	if _, to := post("", "/dang-nhap", url.Values{"login": {officer}, "password": {"x"}}); to != "/kept" {
		t.Errorf("signed in to %s", to)
	}
	_, page = d.get(t, commune, "/kept")
	check(t, page, []string{`action="` + register + `"`, `name="head" value="Hồ Văn &#34;Ứng&#34;"`, `value="water"`, `value="housing"`}, nil)
	if _, to := post(commune, "/kept", nil); to != "/?done=kept_dropped" {
		t.Errorf("dropped to %s", to)
	}
	if res := d.serve(t, commune, httptest.NewRequest(http.MethodGet, "/kept", nil)); res.Header.Get("Location") != "/" {
		t.Error("it is still offered")
	}
	for _, form := range []url.Values{nil, {"password": {"x"}}} {
		if _, to := post("", register, form); to != "/dang-nhap?ended=lost" || d.door.path != "" {
			t.Errorf("%v: %s, kept %s", form, to, d.door.path)
		}
	}
	_, page = d.get(t, "", "/dang-nhap?ended=lost")
	check(t, page, []string{"chưa được lưu"}, nil)
}
