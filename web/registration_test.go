package web_test

import (
	"net/http"
	"testing"
)

func TestRegistrations_are_none_where_the_cycle_sets_no_threshold(t *testing.T) {
	d := newDistrict(t)
	_, page := d.get(t, court, at+"/registrations")
	check(t, page, []string{"không nhận đăng ký"}, []string{`value="register"`})
	status, page, _ := d.post(t, court, at+"/registrations", "do", "register", "key", "k", "unit", "thuong-long", "agency", "toa-an", "offer", "Bò giống")
	if status != http.StatusConflict {
		t.Errorf("%d", status)
	}
	check(t, page, []string{"không nhận đăng ký"}, nil)
	if status, _, _ := d.post(t, court, at+"/registrations", "do", "steal", "registration", "1"); status != http.StatusNotFound {
		t.Errorf("a verb that is none: %d", status)
	}
}
