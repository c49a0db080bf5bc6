package web_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"dondoc/calendar"
	"dondoc/poverty"
)

const (
	court  = "toaan.canbo"
	leader = "congan.truong"
)

const helped = at + "/units/thuong-long/helpers"

func (d *district) as(t *testing.T, login string) context.Context {
	t.Helper()
	user, _, err := d.db.Credentials(poverty.WithActor(t.Context(), poverty.System("test")), login)
	if err != nil {
		t.Fatal(err)
	}
	return poverty.WithActor(t.Context(), poverty.Actor{User: user.ID})
}

// sendPlan has Thượng Long send a plan with two of its households.
func (d *district) sendPlan(t *testing.T) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d.hamlets(t)
	edit := poverty.PlanEdit{Cycle: cycle, Unit: "thuong-long"}
	for _, h := range []poverty.Household{household("00001", "Hộ số 001"), household("00002", "Hộ số 002")} {
		h = d.put(t, h)
		edit.Put = append(edit.Put, poverty.PlanHousehold{
			Household: h.ID, Code: h.Code, Goal: poverty.GoalLeavePoor, Causes: h.Causes, Needs: h.Needs,
			Measures: []poverty.PlanMeasure{{Need: "livestock", Kind: "livestock", What: "Bò cái", Quantity: 1, Measure: "con", Term: calendar.MustDate("2018-10-31"), Helper: "toa-an"}},
		})
	}
	must(d.db.FreezeRegister(poverty.WithActor(t.Context(), poverty.System("test")), poverty.RegisterScope{Cycle: cycle, Unit: "thuong-long", Basis: "QĐ 1"}))
	ctx := d.as(t, officer)
	plan, err := d.db.EditPlan(ctx, edit)
	must(err)
	_, err = d.db.SavePlan(ctx, poverty.PlanDraftContent{
		Cycle: cycle, Unit: "thuong-long", Version: plan.Version, Focal: "thuong-long/head", Shortfall: "Chỉ tiêu cao",
		Texts: map[string]string{"situation": "x", "solutions": "x", "organisation": "x"},
	})
	must(err)
	chair := d.as(t, commune)
	p, err := d.db.Propose(chair, poverty.Proposal{Plan: &poverty.PlanMove{Key: "send", Cycle: cycle, Unit: "thuong-long", Verb: poverty.PlanSend}})
	must(err)
	_, err = d.db.Enact(chair, p.ID, time.Time{})
	must(err)
}

func TestHelpers_are_given_many_at_once_and_seen_by_both_sides(t *testing.T) {
	d := newDistrict(t)
	_, page := d.get(t, officer, helped)
	check(t, page, []string{"chưa gửi kế hoạch"}, []string{`name="household"`})
	d.sendPlan(t)
	_, page = d.get(t, officer, helped)
	check(t, page, []string{"Hộ số 001", "2 hộ phấn đấu trong năm chưa có ai giúp", "Tòa án nhân dân huyện", `name="household" value="00001"`}, []string{`name="basis"`})
	_, page = d.get(t, standing, helped)
	check(t, page, []string{`name="basis"`}, nil)

	status, page, _ := d.post(t, officer, helped, "do", "assign", "kind", "union", "other", "", "household", "00001", "agreed", "30/4/2018")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a union without a name: %d", status)
	}
	check(t, page, []string{"ghi đoàn thể", `value="30/4/2018"`, `value="00001" checked`, `value="union" selected`}, nil) // what was typed stays
	status, _, to := d.post(t, officer, helped, "do", "assign", "kind", "households", "other", "Ba hộ khá giả", "household", "00001")
	if status != http.StatusSeeOther || to != helped+"?done=helpers_added" {
		t.Fatalf("%d %s", status, to)
	}
	if status, _, _ := d.post(t, other, helped, "do", "wanted", "household", "00002"); status != http.StatusNotFound {
		t.Errorf("another commune: %d", status)
	}
	status, page, _ = d.post(t, leader, helped, "do", "wanted", "household", "00001", "household", "00002")
	if status != http.StatusSeeOther {
		t.Fatalf("the lead of the group: %d %s", status, page)
	}
	_, _, to = d.post(t, officer, helped, "do", "wanted", "household", "00001", "household", "00002")
	if !strings.HasSuffix(to, "helpers_same") {
		t.Error(to)
	}
	_, page = d.get(t, officer, helped)
	check(t, page, []string{"Ba hộ khá giả", "Một số hộ khá giả giúp một hộ"}, []string{"chưa có ai giúp"})
	_, page = d.get(t, court, at+"/helpers")
	check(t, page, []string{"Hộ do cơ quan bạn giúp đỡ", "Hộ số 001", "Hộ số 002", "Chăn nuôi"}, []string{"bệnh tim", "Chỗ còn thiếu"})
	_, page = d.get(t, court, helped)
	check(t, page, []string{"Hộ số 001"}, []string{`name="household"`})
}

func TestHelpers_end_with_a_reason_and_leave_a_gap(t *testing.T) {
	d := newDistrict(t)
	d.sendPlan(t)
	added, err := d.db.AssignHelpers(d.as(t, officer), poverty.NewHelpers{Cycle: cycle, Unit: "thuong-long", Households: []string{"00001"}, Wanted: true})
	if err != nil {
		t.Fatal(err)
	}
	path := at + "/helpers/" + strconv.FormatInt(int64(added[0].ID), 10)
	_, page := d.get(t, court, path)
	check(t, page, []string{"Tòa án nhân dân huyện"}, []string{"<form method=\"post\">"})
	if status, _ := d.get(t, other, path); status != http.StatusNotFound {
		t.Errorf("another commune: %d", status)
	}
	status, page, _ := d.post(t, officer, path, "version", "1", "until", "3/5/2018", "reason", "")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{`value="3/5/2018"`, "open"}, nil)
	_, page = d.get(t, standing, at+"/gaps")
	check(t, page, []string{"hộ 00002", "Viện Kiểm sát"}, []string{"hộ 00001"})
	if status, _, _ = d.post(t, officer, path, "version", "1", "until", "2/5/2018", "reason", "Chuyển hộ"); status != http.StatusSeeOther {
		t.Error(status)
	}
	if status, page, _ = d.post(t, officer, path, "version", "1", "until", "2/5/2018", "reason", "Chuyển hộ"); status != http.StatusConflict {
		t.Error(status, page)
	}
	d.now = d.now.Add(24 * time.Hour)
	_, page = d.get(t, standing, at+"/gaps")
	check(t, page, []string{"hộ 00001", "hộ 00002"}, nil)
	_, page = d.get(t, standing, at+"/board")
	check(t, page, []string{"chỗ còn thiếu trong phân công"}, nil)
	if status, _ := d.get(t, officer, at+"/gaps"); status != http.StatusForbidden {
		t.Errorf("a commune reads the gaps: %d", status)
	}
}

func TestMentor_is_named_and_visits_are_logged(t *testing.T) {
	d := newDistrict(t)
	d.sendPlan(t)
	fresh := at + "/units/thuong-long/mentors/new"
	if status, _ := d.get(t, court, fresh+"?household=00001"); status != http.StatusForbidden {
		t.Errorf("an agency names a mentor: %d", status)
	}
	_, page := d.get(t, officer, fresh+"?household=00001")
	check(t, page, []string{`value="00001"`, "02/05/2018"}, nil)
	status, page, _ := d.post(t, officer, fresh, "household", "00001", "name", "Bà A", "organisation", "", "from", "1/5/2018")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{`value="Bà A"`}, nil)
	if status, page, _ := d.post(t, officer, fresh, "household", "00001", "name", "Bà A", "organisation", "Hội Phụ nữ", "from", "1/5/2018"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	list, err := d.db.Mentors(d.as(t, officer), poverty.MentorFilter{Cycle: cycle})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	path := at + "/mentors/" + strconv.FormatInt(int64(list[0].ID), 10)
	status, page, _ = d.post(t, officer, path, "do", "visit", "key", "v", "day", "4/5/2018", "found", "Nhà dột")
	check(t, page, []string{"không được sau hôm nay", "Nhà dột</textarea>"}, nil)
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	for range 2 {
		if status, page, _ := d.post(t, officer, path, "do", "visit", "key", "w", "day", "2/5/2018", "found", "Nhà dột"); status != http.StatusSeeOther {
			t.Fatalf("%d %s", status, page)
		}
	}
	_, page = d.get(t, officer, path)
	check(t, page, []string{"Nhà dột", "Các lần đến thăm (1)"}, nil)
	_, page = d.get(t, above, path)
	check(t, page, []string{"Nội dung không hiển thị với bạn"}, []string{"Nhà dột", "<textarea"})
	if status, page, _ := d.post(t, officer, path, "do", "save", "version", "9", "name", "Bà B", "organisation", "Hội", "from", "1/5/2018"); status != http.StatusConflict || !strings.Contains(page, "Bản vừa được lưu") {
		t.Error(status)
	}
}

func TestMentor_visits_are_corrected_and_households_stand_on_the_first_page(t *testing.T) {
	d := newDistrict(t)
	d.sendPlan(t)
	ctx := d.as(t, officer)
	m, err := d.db.SaveMentor(ctx, poverty.Mentor{Cycle: cycle, Unit: "thuong-long", Code: "00001", Name: "Bà A", Organisation: "Tòa án", From: calendar.MustDate("2018-05-01")}, "")
	if err != nil {
		t.Fatal(err)
	}
	path := at + "/mentors/" + strconv.FormatInt(int64(m.ID), 10)
	save := []string{"do", "save", "version", "1", "name", "Bà A", "organisation", "Tòa án", "from", "1/5/2018"}
	status, page, _ := d.post(t, officer, path, append(save, "login", "khong.co")...)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a login that nobody has: %d", status)
	}
	check(t, page, []string{"Không có người nào", `value="khong.co"`}, nil)
	if status, page, _ := d.post(t, officer, path, append(save, "login", court)...); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page = d.get(t, court, at+"/units/toa-an")
	check(t, page, []string{"Hộ tôi đỡ đầu", "Hộ số 001"}, []string{"Hộ số 002"})
	_, page = d.get(t, standing, at+"/board")
	check(t, page, nil, []string{"Hộ tôi đỡ đầu"})

	if m, err = d.db.LogVisit(d.as(t, court), poverty.Visit{Mentor: m.ID, Key: "k", Day: calendar.MustDate("2018-05-02"), Found: "Nhà dột"}); err != nil {
		t.Fatal(err)
	}
	visit := strconv.FormatInt(m.Visits[0].ID, 10)
	_, page = d.get(t, officer, path)
	check(t, page, []string{"Nhà dột"}, []string{`name="visit_reason"`}) // another logged it
	status, page, _ = d.post(t, court, path, "do", "correct", "visit", visit, "visit_day", "1/5/2018", "visit_found", "Bếp dột", "visit_reason", "")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", status)
	}
	check(t, page, []string{"Bếp dột</textarea>", `value="1/5/2018"`}, nil)
	if status, page, _ := d.post(t, court, path, "do", "correct", "visit", visit, "visit_day", "1/5/2018", "visit_found", "Bếp dột", "visit_reason", "Nhầm"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	if status, _, _ := d.post(t, standing, path, "do", "take-back", "visit", visit, "visit_reason", "Nhầm hộ"); status != http.StatusConflict {
		t.Errorf("a visit that somebody corrected meanwhile: %d", status)
	}
	_, page = d.get(t, court, path)
	check(t, page, []string{"Bếp dột", "Nhà dột", "Lý do sửa: Nhầm"}, nil)
}
