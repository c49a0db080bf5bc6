package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"dondoc/poverty"
)

const surveyOf = at + "/surveys/thuong-long"

func (d *district) surveySheet(t *testing.T) poverty.SurveySheet {
	t.Helper()
	s, err := d.db.Survey(poverty.WithActor(t.Context(), poverty.System("test")), cycle, "thuong-long")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// results sends the table of results: one class and movement for each row.
func (d *district) results(t *testing.T, of map[string][2]string) (int, string) {
	t.Helper()
	var pairs []string
	for _, r := range d.surveySheet(t).Rows {
		id := strconv.FormatInt(int64(r.ID), 10)
		pairs = append(pairs, "row", id, "version-"+id, strconv.Itoa(r.Version), "members-"+id, "4", "result-"+id, of[r.Code][0], "movement-"+id, of[r.Code][1])
	}
	status, page, _ := d.post(t, officer, surveyOf+"/rows", pairs...)
	return status, page
}

// A commune whose movement does not add up cannot confirm, and sees why.
func TestSurvey_that_does_not_add_up_shows_which_household_and_is_not_confirmed(t *testing.T) {
	d := newDistrict(t, "2018-09-03")
	d.hamlets(t)
	d.put(t, household("00001", "Hồ Văn Ứng"))
	d.put(t, household("00002", "Trần Thị Mơ"))
	if _, page := d.get(t, officer, surveyOf); !strings.Contains(page, "chưa chốt") {
		t.Error("it is to say that the register is not frozen")
	}
	d.post(t, commune, register+"/freeze", "basis", "QĐ 25")
	if status, page, _ := d.post(t, officer, surveyOf, "do", "list"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	if status, page := d.results(t, map[string][2]string{"00001": {"near_poor", "stays"}, "00002": {"poor", ""}}); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page := d.get(t, officer, surveyOf)
	for _, s := range []string{"Chưa khớp: 1 điểm", "?code=00001#households", "không thể là “Giữ nguyên”", "chưa khớp"} {
		if !strings.Contains(page, s) {
			t.Errorf("the page lacks %q", s)
		}
	}
	status, page, _ := d.post(t, officer, surveyOf, "do", "review")
	if status != http.StatusConflict || !strings.Contains(page, "chưa khớp: còn 1 điểm") {
		t.Errorf("review: %d", status)
	}
	duty, err := d.db.DutyByKey(poverty.WithActor(t.Context(), poverty.System("test")), string(cycle)+"/survey-preliminary/thuong-long")
	if err != nil {
		t.Fatal(err)
	}
	confirm := func(poor string) (int, string) {
		status, page, _ := d.post(t, commune, "/duties/"+strconv.FormatInt(int64(duty.ID), 10), "act", "done", "confirm", "1", "households", "660", "poor", poor, "near_poor", "1")
		return status, page
	}
	if status, page := confirm("1"); status != http.StatusConflict || !strings.Contains(page, "chưa khớp") {
		t.Errorf("confirmed: %d", status)
	}
	if status, page := d.results(t, map[string][2]string{"00001": {"near_poor", "to_near_poor"}, "00002": {"poor", ""}}); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	if _, page := d.get(t, officer, surveyOf); !strings.Contains(page, "Số liệu khớp") {
		t.Error("it adds up now")
	}
	if status, page := confirm("2"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "chênh 1") {
		t.Errorf("other counts than the list's: %d", status)
	}
	if status, page := confirm("1"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
}

func TestSurvey_is_shown_to_each_as_far_as_they_may_see(t *testing.T) {
	d := newDistrict(t, "2018-09-03")
	d.hamlets(t)
	d.put(t, household("00001", "Hồ Văn Ứng"))
	d.post(t, commune, register+"/freeze", "basis", "QĐ 25")
	d.post(t, officer, surveyOf, "do", "list")
	for _, tt := range []struct {
		name, who, path string
		status          int
		has, hasNot     []string
	}{
		{"the standing office sees all communes", standing, at + "/surveys", 200, []string{"UBND xã Hương Sơn", surveyOf, "Rà soát từng hộ"}, []string{"Kết thúc rà soát của năm"}},
		{"the commune edits", officer, surveyOf, 200, []string{"Lưu kết quả", "Thêm hộ vào danh sách", "Hồ Văn Ứng"}, nil},
		{"the tier above reads", above, surveyOf, 200, []string{"Hồ Văn Ứng"}, []string{"Lưu kết quả", "Ghi chú"}},
		{"another commune has no such page", other, surveyOf, 404, nil, []string{"Hồ Văn Ứng"}},
		{"nor an agency", agency, surveyOf, 404, nil, []string{"Hồ Văn Ứng"}},
		{"the list of cases", officer, at + "/cases", 200, []string{"Ghi nhận đề nghị của hộ", "7 ngày làm việc"}, nil},
		{"the tier above takes none down", above, at + "/cases", 200, nil, []string{"Ghi nhận đề nghị của hộ"}},
	} {
		status, page := d.get(t, tt.who, tt.path)
		if status != tt.status {
			t.Errorf("%s: %d", tt.name, status)
		}
		for _, s := range tt.has {
			if !strings.Contains(page, s) {
				t.Errorf("%s: lacks %q", tt.name, s)
			}
		}
		for _, s := range tt.hasNot {
			if strings.Contains(page, s) {
				t.Errorf("%s: has %q", tt.name, s)
			}
		}
	}
	if status, _, _ := d.post(t, other, surveyOf, "do", "review"); status != http.StatusNotFound {
		t.Errorf("another commune's move: %d", status)
	}
	// What was typed stays when it is refused.
	status, page, _ := d.post(t, officer, surveyOf+"/rows/add", "code", "00009", "why", "asked", "members", "3")
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="00009"`) {
		t.Errorf("%d", status)
	}
}

func TestCase_is_asked_by_the_commune_and_decided_by_its_chair(t *testing.T) {
	d := newDistrict(t, "2018-05-02")
	d.hamlets(t)
	d.put(t, household("00001", "Hồ Văn Ứng"))
	d.post(t, commune, register+"/freeze", "basis", "QĐ 25")
	status, page, _ := d.post(t, officer, at+"/cases", "unit", "thuong-long", "code", "00009", "wish", "poor", "cause", "illness", "on", "2/5/2018")
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="00009"`) {
		t.Errorf("without head and hamlet: %d", status)
	}
	status, page, _ = d.post(t, officer, at+"/cases", "unit", "thuong-long", "code", "00001", "wish", "not_poor", "cause", "other", "text", "có việc làm ổn định", "on", "2/5/2018")
	if status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	list, err := d.db.Cases(poverty.WithActor(t.Context(), poverty.System("test")), cycle, "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	path := at + "/cases/" + strconv.FormatInt(int64(list[0].ID), 10)
	if _, page := d.get(t, officer, path); strings.Contains(page, "<button class=\"main\"") {
		t.Error("the officer does not decide")
	}
	if status, _, _ := d.post(t, officer, path, "do", "accept", "decision", "QĐ 1", "on", "2/5/2018", "movement", "passed"); status != http.StatusForbidden {
		t.Errorf("officer: %d", status)
	}
	if _, page := d.get(t, above, path); strings.Contains(page, "có việc làm ổn định") {
		t.Error("the tier above reads what the household told")
	}
	if status, page, _ := d.post(t, commune, path, "do", "accept", "decision", "QĐ 1", "on", "2/5/2018", "movement", "passed"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
}
