package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"dondoc/calendar"
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

// sent is a form of the survey's steps with the version that its sender sees.
func (d *district) sent(t *testing.T, who, verb string, pairs ...string) (int, string) {
	t.Helper()
	version := strconv.Itoa(d.surveySheet(t).Survey.Version)
	status, page, _ := d.post(t, who, surveyOf, append([]string{"do", verb, "version", version}, pairs...)...)
	return status, page
}

// reviewed is a district on 20 November whose Thượng Long reviewed two
// households of one hamlet.
func reviewed(t *testing.T) *district {
	t.Helper()
	d := newDistrict(t, "2018-09-03")
	d.hamlets(t)
	d.put(t, household("00001", "Hồ Văn Ứng"))
	d.put(t, household("00002", "Trần Thị Mơ"))
	d.post(t, commune, register+"/freeze", "basis", "QĐ 25")
	d.post(t, officer, surveyOf, "do", "list")
	if status, page := d.results(t, map[string][2]string{"00001": {"poor", ""}, "00002": {"not_poor", "passed"}}); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	d.now = calendar.MustDate("2018-11-20").At(calendar.MustClock("09:00"))
	if status, page := d.sent(t, officer, "review"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	return d
}

func TestSurvey_meeting_below_half_is_repeated(t *testing.T) {
	d := reviewed(t)
	form := `value="meet">Ghi biên bản họp thôn</button>`
	for who, may := range map[string]bool{officer: true, commune: true, standing: true, above: false, viceChair: false} {
		if _, page := d.get(t, who, surveyOf); strings.Contains(page, form) != may {
			t.Errorf("%s is offered the form: %t", who, !may)
		}
	}
	meet := func(who, on, present, agreed string, more ...string) (int, string) {
		return d.sent(t, who, "meet", append([]string{"hamlet", "T01", "on", on, "present", present, "agreed", agreed,
			"chair", "Trưởng thôn Hồ", "minutes", "Biên bản số 7"}, more...)...)
	}
	for who, want := range map[string]int{above: 403, viceChair: 403, agency: 404, other: 404, standing: 422} {
		if status, _ := meet(who, "20/11/2018", "40", "30"); status != want {
			t.Errorf("%s: %d, want %d", who, status, want)
		}
	}
	for _, tt := range []struct{ name, on, present, agreed, says string }{
		{"a day to come", "21/11/2018", "40", "30", "value=\"21/11/2018\""},
		{"no day", "31/11/2018", "40", "30", "value=\"31/11/2018\""},
		{"more than were there", "20/11/2018", "40", "41", "value=\"41\""},
		{"nobody there", "20/11/2018", "0", "0", "value=\"0\""},
	} {
		status, page := meet(officer, tt.on, tt.present, tt.agreed)
		if status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", tt.name, status)
		}
		check(t, page, []string{tt.says, `value="Trưởng thôn Hồ"`, "Biên bản số 7</textarea>", `<option value="T01" selected>`, `class="problem"`}, []string{"Lần 1"})
	}
	status, page, _ := d.post(t, officer, surveyOf, "do", "meet", "version", "1", "hamlet", "T01", "on", "20/11/2018", "present", "40", "agreed", "30",
		"chair", "Trưởng thôn Hồ", "minutes", "Biên bản số 7") // beside someone else's decision
	if status != http.StatusConflict {
		t.Errorf("over another version: %d", status)
	}
	check(t, page, []string{"Có người vừa thay đổi phần này", `value="Trưởng thôn Hồ"`, "Biên bản số 7</textarea>"}, nil)

	if status, page := meet(officer, "20/11/2018", "40", "19"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page = d.get(t, officer, surveyOf)
	check(t, page, []string{"chưa đủ 50%, phải họp lại", "Bước tiếp theo: Họp thôn", form}, nil)
	status, page = d.sent(t, officer, "ask")
	if status != http.StatusConflict {
		t.Errorf("asked all the same: %d", status)
	}
	check(t, page, []string{"Chưa họp hoặc chưa được ít nhất 50% đồng ý ở: T01"}, nil)
	if status, page := meet(standing, "20/11/2018", "40", "20", "basis", "Công văn số 3"); status != http.StatusSeeOther {
		t.Fatalf("in the commune's stead, by a basis: %d %s", status, page)
	}
	_, page = d.get(t, officer, surveyOf)
	check(t, page, []string{"đã đồng ý", "Bước tiếp theo: Niêm yết"}, []string{"phải họp lại"})
	if m := d.surveySheet(t).Meetings; len(m) != 2 || m[1].No != 2 {
		t.Errorf("both meetings stay: %+v", m)
	}
}

func TestSurvey_goes_up_for_its_opinion_and_is_recognised_by_the_chair_alone(t *testing.T) {
	d := reviewed(t)
	meeting := []string{"hamlet", "T01", "on", "20/11/2018", "present", "40", "agreed", "30", "chair", "Trưởng thôn", "minutes", "Biên bản số 7"}
	if status, page := d.sent(t, officer, "meet", meeting...); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	status, page, _ := d.post(t, officer, at+"/units/thuong-long/postings", "key", "p", "subject", "survey-official", "places", "Nhà văn hóa", "confirm", "1")
	if status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	d.now = calendar.MustDate("2018-11-27").At(calendar.MustClock("09:00"))
	for who, want := range map[string]int{above: 403, viceChair: 403, agency: 404, officer: 303} {
		if status, _ := d.sent(t, who, "ask"); status != want {
			t.Errorf("%s asks: %d, want %d", who, status, want)
		}
	}

	opinion, decision := `value="opine">`, `value="recognise">`
	if _, page := d.get(t, commune, surveyOf); strings.Contains(page, opinion) || strings.Contains(page, decision) {
		t.Error("the commune is offered its own opinion, or to recognise before there is one")
	}
	_, page = d.get(t, viceChair, surveyOf)
	check(t, page, []string{opinion}, []string{decision})
	for who, want := range map[string]int{commune: 403, standing: 403, above: 403, agency: 404} {
		if status, _ := d.sent(t, who, "opine", "opinion", "agrees"); status != want {
			t.Errorf("%s gives the opinion: %d, want %d", who, status, want)
		}
	}
	if status, _ := d.sent(t, viceChair, "opine", "text", "Xem lại hộ 00002"); status != http.StatusUnprocessableEntity {
		t.Errorf("neither yes nor no: %d", status)
	}
	status, page = d.sent(t, viceChair, "opine", "opinion", "remarks")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("remarks without words: %d", status)
	}
	check(t, page, []string{`value="remarks" checked`}, nil)
	if status, _ := d.sent(t, viceChair, "opine", "opinion", "remarks", "text", "Xem lại hộ 00002"); status != http.StatusSeeOther {
		t.Errorf("remarks: %d", status)
	}
	_, page = d.get(t, officer, surveyOf)
	check(t, page, []string{"Xem lại hộ 00002", "Gửi UBND huyện Nam Đông xin ý kiến"}, nil)
	status, page = d.sent(t, commune, "recognise", "decision", "QĐ 63", "on", "27/11/2018")
	if status != http.StatusConflict {
		t.Errorf("recognised over remarks: %d", status)
	}
	check(t, page, []string{"Ý kiến"}, nil)
	d.sent(t, officer, "ask")
	if status, page := d.sent(t, viceChair, "opine", "opinion", "agrees"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}

	for who, want := range map[string]int{officer: 403, standing: 403, viceChair: 403, above: 403, agency: 404} {
		if _, page := d.get(t, who, surveyOf); strings.Contains(page, decision) {
			t.Errorf("%s is offered the decision", who)
		}
		if status, _ := d.sent(t, who, "recognise", "decision", "QĐ 63", "on", "27/11/2018"); status != want {
			t.Errorf("%s recognises: %d, want %d", who, status, want)
		}
	}
	for _, on := range []string{"28/11/2018", "31/11/2018"} {
		status, page = d.sent(t, commune, "recognise", "decision", "QĐ 63/QĐ-UBND", "on", on)
		if status != http.StatusUnprocessableEntity {
			t.Errorf("decided on %s: %d", on, status)
		}
		check(t, page, []string{`value="QĐ 63/QĐ-UBND"`, `value="` + on + `"`, `class="problem"`}, nil)
	}
	if status, page := d.sent(t, commune, "recognise", "decision", "QĐ 63/QĐ-UBND", "on", "27/11/2018"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page = d.get(t, officer, surveyOf)
	check(t, page, []string{"QĐ 63/QĐ-UBND"}, []string{"Lưu kết quả", `value="revoke"`})
	if status, page := d.results(t, map[string][2]string{"00001": {"not_poor", "passed"}}); status != http.StatusConflict || !strings.Contains(page, "QĐ 63/QĐ-UBND") {
		t.Errorf("a result is changed under the decision: %d", status)
	}
	status, page = d.sent(t, commune, "revoke", "text", " ")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("taken back without a reason: %d", status)
	}
	check(t, page, []string{`<details class="act" open><summary>Thu hồi quyết định công nhận`}, nil)
	if status, _ := d.sent(t, officer, "revoke", "text", "Nhầm"); status != http.StatusForbidden {
		t.Errorf("the officer takes the decision back: %d", status)
	}
	if status, _ := d.sent(t, commune, "revoke", "text", "Ghi nhầm số"); status != http.StatusSeeOther {
		t.Errorf("%d", status)
	}
}

func TestCase_keeps_what_was_typed_and_refuses_who_may_not(t *testing.T) {
	d := newDistrict(t, "2018-05-02")
	d.hamlets(t)
	d.put(t, household("00001", "Hồ Văn Ứng"))
	d.post(t, commune, register+"/freeze", "basis", "QĐ 25")
	list := at + "/cases"
	ask := []string{"unit", "thuong-long", "code", "00009", "wish", "poor", "cause", "illness", "text", "mất sức lao động", "members", "5",
		"head", "Kăn Đợi", "head_born", "1971"}
	for _, tt := range []struct {
		name  string
		pairs []string
		says  []string
	}{
		{"a day to come", []string{"hamlet", "T02", "on", "3/5/2018"}, []string{`value="3/5/2018"`, `<option value="T02" selected>`}},
		{"no day", []string{"hamlet", "T02", "on", "31/4/2018"}, []string{`value="31/4/2018"`}},
		{"no such hamlet", []string{"hamlet", "T99", "on", "2/5/2018"}, []string{"T99"}},
	} {
		status, page, _ := d.post(t, officer, list, append(tt.pairs, ask...)...)
		if status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", tt.name, status)
		}
		check(t, page, append(tt.says, `value="00009"`, `value="Kăn Đợi"`, `value="1971"`, "mất sức lao động</textarea>", `<option value="illness" selected>`,
			`<option value="poor" selected>`), nil)
	}
	whole := append([]string{"hamlet", "T02", "on", "2/5/2018"}, ask...)
	for who, want := range map[string]int{above: 403, agency: 403, other: 403, viceChair: 403, standing: 422} {
		status, page, _ := d.post(t, who, list, whole...)
		if status != want {
			t.Errorf("%s takes a request down: %d, want %d", who, status, want)
		}
		if who == standing { // in the commune's stead it needs a basis, and nothing else
			check(t, page, []string{`name="basis"`, `value="Kăn Đợi"`, "Hãy ghi căn cứ"}, nil)
		}
	}
	if status, page, _ := d.post(t, officer, list, whole...); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	status, page, _ := d.post(t, officer, list, append([]string{"key", "again"}, whole...)...)
	if status != http.StatusConflict {
		t.Errorf("a second request at once: %d", status)
	}
	check(t, page, []string{"Hộ 00009 đang có một đề nghị", `value="Kăn Đợi"`}, nil)

	cases, err := d.db.Cases(poverty.WithActor(t.Context(), poverty.System("test")), cycle, "")
	if err != nil || len(cases) != 1 {
		t.Fatal(cases, err)
	}
	path := list + "/" + strconv.FormatInt(int64(cases[0].ID), 10)
	accept := []string{"do", "accept", "decision", "QĐ 15", "on", "2/5/2018", "members", "5", "movement", "new"}
	for who, want := range map[string]int{officer: 403, standing: 403, viceChair: 403, above: 403, other: 404, agency: 404} {
		if status, page := d.get(t, who, path); strings.Contains(page, `value="accept"`) || (status == http.StatusNotFound) != (want == http.StatusNotFound) {
			t.Errorf("%s is shown %d, and whether the decision: %t", who, status, strings.Contains(page, `value="accept"`))
		}
		if status, _, _ := d.post(t, who, path, accept...); status != want {
			t.Errorf("%s decides: %d, want %d", who, status, want)
		}
	}
	status, page, _ = d.post(t, commune, path, "do", "accept", "decision", "QĐ 15", "on", "1/5/2018", "movement", "new", "members", "6")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("decided before it was asked: %d", status)
	}
	check(t, page, []string{`value="QĐ 15"`, `value="1/5/2018"`, `value="6"`, `<option value="new" selected>`, "không được trước ngày hộ đề nghị"}, nil)
	status, page, _ = d.post(t, commune, path, "do", "accept", "decision", "QĐ 15", "on", "2/5/2018", "movement", "passed")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a movement that does not lead there: %d", status)
	}
	check(t, page, []string{`value="QĐ 15"`, `<option value="passed" selected>`, "Biến động phải đi từ"}, nil)
	status, page, _ = d.post(t, commune, path, "do", "refuse", "on", "2/5/2018", "reason", " ")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("refused without a reason: %d", status)
	}
	check(t, page, []string{"Ghi lý do không công nhận", `<details class="act" open><summary>Không công nhận`}, nil)
	if status, page, _ := d.post(t, commune, path, append([]string{"version", "1"}, accept...)...); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
	status, page, _ = d.post(t, commune, path, "do", "refuse", "on", "2/5/2018", "reason", "Không đủ điều kiện", "version", "1", "key", "other tab")
	if status != http.StatusConflict {
		t.Errorf("decided a second time: %d", status)
	}
	check(t, page, []string{"Đề nghị này đã được quyết định", "QĐ 15"}, nil)
}
