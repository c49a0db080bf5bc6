package web_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"dondoc/documents"
	"dondoc/poverty"
)

func TestOffices_are_seen_by_all_and_changed_by_those_who_may(t *testing.T) {
	d := newDistrict(t)
	const offices = "/units/thuong-long/offices"
	for _, login := range []string{commune, other, viceChair, above} {
		status, page := d.get(t, login, offices)
		if status != http.StatusOK {
			t.Errorf("%s: %d", login, status)
		}
		check(t, page, []string{"Chủ tịch UBND xã Thượng Long", "từ khi khai báo"}, []string{`name="do"`, "thuonglong.canbo"})
		status, _, _ = d.post(t, login, offices, "do", "give", "office", "thuong-long/head", "login", officer, "from", "3/5/2018")
		if status != http.StatusForbidden {
			t.Errorf("%s gives an office: %d", login, status)
		}
	}
	_, page := d.get(t, standing, offices)
	check(t, page, []string{`value="give"`, `value="substitute"`, `value="vacate"`, `<option value="thuonglong.canbo">`, "chỉ Giúp đỡ hộ nghèo"}, []string{`value="end"`})
	_, page = d.get(t, standing, "/units/nam-dong/offices")
	check(t, page, []string{"Chủ tịch UBND huyện"}, []string{`value="give"`})
	_, page = d.get(t, admin, "/units/nam-dong/offices")
	check(t, page, []string{`value="give"`}, nil)

	// A refusal keeps what was typed, in the form of that office alone, and says what is wrong.
	status, page, _ := d.post(t, standing, offices, "do", "substitute", "office", "thuong-long/head", "login", "khong.co", "from", "3/5/2018", "until", "mai", "basis", "CV 15", "cycle", cycle)
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{`value="khong.co"`, `value="mai"`, `value="CV 15"`, `value="` + cycle + `" selected`, "Ngày không hợp lệ"}, nil)
	status, page, _ = d.post(t, standing, offices, "do", "substitute", "office", "thuong-long/head", "login", "khong.co", "from", "3/5/2018", "until", "31/5/2018", "basis", "CV 15")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"“khong.co”"}, nil)

	stands := []string{"do", "substitute", "office", "thuong-long/head", "login", "thuonglong.phochutich", "from", "2/5/2018", "until", "31/5/2018", "basis", "CV 15", "cycle", cycle}
	if status, page, to := d.post(t, standing, offices, stands...); status != http.StatusSeeOther || to != offices+"?done=office_substitute" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	status, page, _ = d.post(t, standing, offices, stands...)
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"từ 02/05/2018 đến 31/05/2018 với cùng phạm vi"}, nil)
	_, page = d.get(t, standing, offices)
	check(t, page, []string{"thay mặt: CV 15", "chỉ Giúp đỡ hộ nghèo", `value="end"`, "nhập</small>"}, nil)
	holding := regexp.MustCompile(`name="holding" value="(\d+)"`).FindStringSubmatch(page)[1]
	if status, _, _ := d.post(t, commune, offices, "do", "end", "holding", holding, "last", "2/5/2018"); status != http.StatusForbidden {
		t.Errorf("the commune ends it: %d", status)
	}
	if status, _, _ := d.post(t, standing, offices, "do", "end", "holding", "x", "last", "2/5/2018"); status != http.StatusNotFound {
		t.Errorf("no holding: %d", status)
	}
	if status, page, _ := d.post(t, standing, offices, "do", "end", "holding", holding, "last", "2/5/2018"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}

	if status, page, _ := d.post(t, admin, offices, "do", "give", "office", "thuong-long/head", "login", officer, "from", "2/5/2018"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
	_, page = d.get(t, officer, at+"/notices?mine=1")
	check(t, page, []string{"Bàn giao chức vụ", "việc đang mở"}, nil)
	if status, page, _ := d.post(t, admin, offices, "do", "vacate", "office", "thuong-long/head", "from", "10/5/2018"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
	status, page, _ = d.post(t, admin, offices, "do", "vacate", "office", "thuong-long/head", "from", "20/5/2018")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"đã không có ai giữ chức vụ này"}, nil)
}

// Who stands in for one cycle acts on the pages of its duties, meetings and
// papers too, though their addresses name no cycle; who stands in for another
// cycle does not.
func TestOffice_a_substitute_for_one_cycle_acts_in_it_alone(t *testing.T) {
	d := newDistrict(t, "2018-04-09")
	ctx := poverty.WithActor(t.Context(), poverty.System("test"))
	r, _, err := documents.InspectCycle(os.DirFS("../examples/nam-dong-2018"))
	if err != nil {
		t.Fatal(err)
	}
	r = documents.Shift(r, 12)
	if err := d.db.CreateCycle(ctx, r.New); err != nil {
		t.Fatal(err)
	}
	here, elsewhere := "thuongquang.canbo", "thuonglo.canbo"
	for login, of := range map[string]poverty.CycleID{here: cycle, elsewhere: r.New.Cycle.ID} {
		if status, page, _ := d.post(t, admin, "/units/cong-an-huyen/offices", "do", "substitute", "office", "cong-an-huyen/head", "login", login,
			"from", "9/4/2018", "until", "31/5/2018", "basis", "CV 15", "cycle", string(of)); status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", login, status, page)
		}
	}
	duty := "/duties/" + d.duty(t, "acceptance", "cong-an-huyen", "")
	const answers = `name="answer" value="accept"`
	_, page := d.get(t, here, duty)
	check(t, page, []string{answers}, nil)
	status, page := d.get(t, elsewhere, duty)
	if status == http.StatusOK && strings.Contains(page, answers) {
		t.Error("who stands in for another cycle is offered the answer")
	}
	if status, _, _ := d.post(t, elsewhere, duty+"/answer", "key", "a0", "answer", "accept"); status != http.StatusForbidden && status != http.StatusNotFound {
		t.Errorf("who stands in for another cycle answers: %d", status)
	}
	if status, page, _ := d.post(t, here, duty+"/answer", "key", "a1", "answer", "accept"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
}
