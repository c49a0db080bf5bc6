package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"dondoc/calendar"
)

var inputs = regexp.MustCompile(`<input[^>]* name="([^"]+)" value="([^"]*)"[^>]*>|<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>`)
var chosen = regexp.MustCompile(`<option value="([^"]*)" selected`)
var ticked = regexp.MustCompile(`<input type="checkbox" name="([^"]+)" value="([^"]*)" checked`)

// filled is what the browser would send of the form of a draft.
func filled(page string) []string {
	_, page, _ = strings.Cut(page, `action="/cycles/`+cycle+`/assignments/draft"`)
	var form []string
	for _, m := range inputs.FindAllStringSubmatch(page, -1) {
		switch {
		case strings.Contains(m[0], `type="checkbox"`):
		case m[1] != "":
			form = append(form, m[1], m[2])
		default:
			value := ""
			if o := chosen.FindStringSubmatch(m[4]); o != nil {
				value = o[1]
			}
			form = append(form, m[3], value)
		}
	}
	for _, m := range ticked.FindAllStringSubmatch(page, -1) {
		form = append(form, m[1], m[2])
	}
	return form
}

// with puts another value into a form.
func with(form []string, name, value string) []string {
	form = append([]string{}, form...)
	for i := 0; i < len(form); i += 2 {
		if form[i] == name {
			form[i+1] = value
			return form
		}
	}
	return append(form, name, value)
}

func TestAssignment_draft_check_issue_and_answers(t *testing.T) {
	d := newDistrict(t)
	const clerk = "thuongtruc.canbo"
	for _, who := range []string{commune, agency, viceChair, above} {
		if status, _, _ := d.post(t, who, at+"/assignments/draft", "do", "save"); status != http.StatusForbidden {
			t.Errorf("%s drafts: %d", who, status)
		}
	}
	_, page := d.get(t, clerk, at+"/groups")
	check(t, page, []string{"Ai làm gì: các nhóm giúp đỡ", "Nhóm giúp đỡ xã Thượng Long", "Soạn phân công mới", "Phân công số 1", "ban hành cùng kế hoạch năm"}, nil)
	_, page = d.get(t, clerk, at+"/assignments/draft")
	check(t, page, []string{"Soạn phân công số 2", "Thêm một nhóm"}, nil)
	form := filled(page)

	// Two groups for one commune: saved as it was typed, and not to be sent.
	status, _, to := d.post(t, clerk, at+"/assignments/draft", append(with(form, "commune-2", "thuong-long"), "do", "save")...)
	if status != http.StatusSeeOther || to != at+"/assignments/2?done=assignment_saved" {
		t.Fatalf("%d %s", status, to)
	}
	_, page = d.get(t, clerk, at+"/assignments/2")
	check(t, page, []string{"có hai nhóm", "Sửa hết lỗi rồi mới trình"}, []string{`value="send"`})

	form = with(with(form, "version", "1"), "lead-1", "vien-kiem-sat")
	status, page, _ = d.post(t, clerk, at+"/assignments/draft", append(with(form, "version", "0"), "do", "save")...)
	if status != http.StatusConflict {
		t.Errorf("a draft saved over: %d", status)
	}
	check(t, page, []string{"đã được người khác lưu", `<option value="vien-kiem-sat" selected`}, nil)
	if status, _, to := d.post(t, clerk, at+"/assignments/draft", append(form, "do", "save")...); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, to)
	}
	_, page = d.get(t, clerk, at+"/assignments/2")
	check(t, page, []string{"<del>Công an huyện</del>", "Công an huyện không ở nhóm nào", `value="send"`}, []string{"<strong class=\"over\">Lỗi:", `value="issue"`})
	if status, _ := d.get(t, commune, at+"/assignments/2"); status != http.StatusNotFound {
		t.Errorf("a commune reads a draft: %d", status)
	}
	if status, _, to := d.post(t, clerk, at+"/assignments/2", "do", "send", "version", "2", "key", "s1"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, to)
	}

	_, page = d.get(t, viceChair, at+"/assignments/2")
	check(t, page, []string{`value="issue"`, `value="return"`}, []string{`value="send"`})
	status, page, _ = d.post(t, viceChair, at+"/assignments/2", "do", "issue", "version", "3", "key", "i1", "basis", "QĐ 12/QĐ-UBND")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("issued without a confirmation: %d", status)
	}
	check(t, page, []string{"QĐ 12/QĐ-UBND"}, nil)
	if status, _, _ := d.post(t, clerk, at+"/assignments/2", "do", "issue", "version", "3", "key", "i2", "basis", "QĐ 12", "confirm", "1"); status != http.StatusForbidden {
		t.Errorf("the standing office issues: %d", status)
	}
	status, page, to = d.post(t, viceChair, at+"/assignments/2", "do", "issue", "version", "3", "key", "i3", "basis", "QĐ 12/QĐ-UBND", "confirm", "1")
	if status != http.StatusSeeOther || to != at+"/assignments/2?done=assignment_issue" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	_, page = d.get(t, commune, at+"/assignments/2")
	check(t, page, []string{"đã ban hành", "QĐ 12/QĐ-UBND", "<del>Công an huyện</del>"}, []string{`value="issue"`})

	// Leads answer by their duty, members on the group's page.
	d.now = calendar.MustDate("2018-05-02").At(calendar.MustClock("10:00"))
	duty := "/duties/" + d.subject(t, "acceptance", "vien-kiem-sat", "2")
	if status, page, _ := d.post(t, "vienkiemsat.canbo", duty+"/answer", "answer", "accept", "key", "a1"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	group := at + "/groups/nhom-thuong-long"
	_, page = d.get(t, "toaan.canbo", group)
	check(t, page, []string{"Trả lời cho Tòa án", "đã nhận", "chưa trả lời", "Đầu mối của xã"}, nil)
	status, page, _ = d.post(t, "toaan.canbo", group, "unit", "toa-an", "answer", "decline", "reason", "")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("declined without a reason: %d", status)
	}
	check(t, page, []string{"Hãy ghi lý do"}, nil)
	if status, _, _ := d.post(t, commune, group, "unit", "toa-an", "answer", "accept"); status != http.StatusForbidden {
		t.Errorf("another answers for it: %d", status)
	}
	if status, _, _ := d.post(t, "toaan.canbo", group, "unit", "toa-an", "answer", "decline", "reason", "Thiếu người"); status != http.StatusSeeOther {
		t.Errorf("declined: %d", status)
	}
	_, page = d.get(t, clerk, at+"/groups")
	check(t, page, []string{"Có cơ quan không nhận phân công", "Thiếu người", "QĐ 12/QĐ-UBND"}, nil)
	if status, _ := d.get(t, clerk, at+"/groups/nowhere"); status != http.StatusNotFound {
		t.Errorf("a group that is not there: %d", status)
	}
}
