package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestReview_shows_the_facts_and_takes_what_units_say(t *testing.T) {
	d := newDistrict(t)
	review := at + "/reviews/interim"
	_, page := d.get(t, viceChair, review)
	check(t, page, []string{"Chỉ tiêu và kết quả theo xã", `role="img"`, "Chỉ tiêu và số hộ đã thoát nghèo theo xã", "Bảng số của biểu đồ", "Chưa ghi hội nghị", "Mời họp hoặc ghi hội nghị", `href="#conference"`},
		[]string{`value="facts"`, "Đạt %"}) // columns of results come with the first result
	if status, _ := d.get(t, viceChair, at+"/reviews/weekly"); status != http.StatusNotFound {
		t.Error(status)
	}
	input := review + "/inputs/thuong-long"
	status, page, _ := d.post(t, officer, input, "key", "a", "version", "0", "results", "", "proposals", "Thêm vốn")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"Thêm vốn</textarea>"}, nil)
	if status, page, _ = d.post(t, officer, input, "key", "b", "version", "0", "results", "Đã giúp 12 hộ", "trained", "3"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	if status, _, _ = d.post(t, other, input, "key", "c", "version", "0", "results", "x"); status != http.StatusNotFound && status != http.StatusForbidden {
		t.Errorf("another commune: %d", status)
	}
	_, page = d.get(t, viceChair, review)
	check(t, page, []string{"Đã giúp 12 hộ"}, nil)
}

func TestShortcomings_are_kept_by_the_standing_office_and_the_leadership(t *testing.T) {
	d := newDistrict(t)
	list := at + "/shortcomings"
	_, page := d.get(t, officer, list)
	check(t, page, []string{"Không có tồn tại, hạn chế nào đang mở"}, []string{`value="find"`})
	if status, _, _ := d.post(t, officer, list, "do", "find", "key", "a", "class", "other", "text", "x"); status != http.StatusForbidden {
		t.Errorf("a commune adds one: %d", status)
	}
	status, page, _ := d.post(t, viceChair, list, "do", "find", "key", "b", "class", "no_meetings", "text", "Nhóm chưa họp", "due", "31/2/2018")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{"Nhóm chưa họp</textarea>", `value="31/2/2018"`}, nil)
	if status, page, _ = d.post(t, viceChair, list, "do", "find", "key", "c", "class", "no_meetings", "text", "Nhóm chưa họp", "unit", "thuong-long", "remedy", "Họp ngay"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page = d.get(t, viceChair, list)
	check(t, page, []string{"Nhóm không giao ban thường xuyên", "Việc đã giao chưa có thời hạn", "Họp ngay"}, nil)
	_, page = d.get(t, officer, list)
	check(t, page, []string{"Họp ngay", `value="mend"`}, []string{`value="give"`})

	// The list shows one class alone, and which one it is.
	_, page = d.get(t, officer, list+"?class=no_meetings")
	check(t, page, []string{"Họp ngay", `<option value="no_meetings" selected>`, "Bỏ lọc"}, nil)
	_, page = d.get(t, officer, list+"?class=method")
	check(t, page, []string{`<option value="method" selected>`, "Không có tồn tại, hạn chế nào đang mở thuộc loại này"}, []string{`value="mend"`})
}

func TestShortcomings_lose_no_term_and_nothing_that_was_typed(t *testing.T) {
	d := newDistrict(t)
	list := at + "/shortcomings"
	status, page, _ := d.post(t, viceChair, list, "do", "find", "key", "a", "class", "other", "text", "Chưa giao ai", "due", "29/06/2018")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a term of nobody: %d", status)
	}
	check(t, page, []string{"chọn ai khắc phục", "Chưa giao ai</textarea>", `value="29/06/2018"`}, nil)
	status, page, _ = d.post(t, viceChair, list, "do", "find", "key", "b", "class", "other", "text", "Chậm họp", "unit", "thuong-long", "remedy", "Họp ngay", "due", "29/06/2018")
	if status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	_, page = d.get(t, viceChair, list)
	check(t, page, []string{"Họp ngay", `name="due" value="29/06/2018"`}, nil) // what is given anew keeps its term unless it is changed
	_, rest, _ := strings.Cut(page, `name="shortcoming" value="`)
	id, _, _ := strings.Cut(rest, `"`)
	status, page, _ = d.post(t, viceChair, list, "do", "give", "key", "c", "shortcoming", id, "unit", "thuong-lo", "remedy", "Họp hằng tháng", "due", "31/6/2018")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("no such day: %d", status)
	}
	check(t, page, []string{"Họp hằng tháng</textarea>", `value="31/6/2018"`, `<option value="thuong-lo" selected>`}, nil)
}

func TestYears_show_both_ways_of_counting_the_ethnic_minority(t *testing.T) {
	d := newDistrict(t)
	if status, _, _ := d.post(t, officer, at+"/years", "unit", "nam-dong", "year", "2016", "households", "1", "poor", "1", "source", "x"); status != http.StatusForbidden {
		t.Errorf("a commune enters figures: %d", status)
	}
	_, page := d.get(t, officer, at+"/years")
	check(t, page, []string{"Chưa có số của năm nào"}, []string{`name="source"`})
}

func TestClosing_lists_what_is_open_and_keeps_what_was_typed(t *testing.T) {
	d := newDistrict(t)
	_, page := d.get(t, viceChair, at+"/close")
	check(t, page, []string{"Chuyển năm sau", "Miễn", "Hạn năm sau", `name="as-`}, nil)
	_, rest, _ := strings.Cut(page, `name="as-`)
	id, _, _ := strings.Cut(rest, `"`)
	status, page, _ := d.post(t, viceChair, at+"/close", "key", "a", "confirm", "1", "as-"+id, "excuse", "reason-"+id, "")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("excused without a reason: %d", status)
	}
	check(t, page, []string{"Hãy nêu vì sao", `value="excuse" selected`}, nil)
	// Said once above, and beside each line that lacks it.
	_, rest, _ = strings.Cut(rest, `name="as-`)
	second, _, _ := strings.Cut(rest, `"`)
	_, page, _ = d.post(t, viceChair, at+"/close", "key", "c", "confirm", "1", "as-"+id, "excuse", "as-"+second, "done")
	if n := strings.Count(page, "Hãy nêu vì sao miễn"); n != 3 {
		t.Errorf("told %d times that two lines lack a reason, want once above and beside each", n)
	}
	status, page, _ = d.post(t, viceChair, at+"/close", "key", "b", "confirm", "1", "as-"+id, "carry", "due-"+id, "30/2/2019")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	check(t, page, []string{`value="30/2/2019"`}, nil)
}

func TestCharts_say_in_words_and_numbers_what_they_draw(t *testing.T) {
	d := newDistrict(t)
	_, page := d.get(t, viceChair, at+"/reviews/interim")
	_, chart, _ := strings.Cut(page, `id="c-targets"`)
	chart, _, _ = strings.Cut(chart, "</figure>")
	for _, part := range []string{`role="img"`, "<title id=", "<desc id=", `aria-labelledby="c-targets-t c-targets-d"`, "<table", "<rect", "pattern"} {
		if !strings.Contains(chart, part) {
			t.Errorf("no %s in the chart of the targets", part)
		}
	}
	if len(page) > 400_000 {
		t.Errorf("the page weighs %d bytes before it is packed", len(page))
	}
}

// What is refused of a year's figures is told beside them, with what was typed.
func TestYears_keep_what_was_refused(t *testing.T) {
	d := newDistrict(t)
	for name, of := range map[string][]string{
		"no number":          {"unit", "nam-dong", "year", "2016", "households", "nhiều", "poor", "1", "source", "Sổ A"},
		"poor than there is": {"unit", "nam-dong", "year", "2016", "households", "10", "poor", "11", "source", "Sổ A"},
		"no source":          {"unit", "nam-dong", "year", "2016", "households", "10", "poor", "1", "source", ""},
	} {
		status, page, _ := d.post(t, standing, at+"/years", of...)
		if status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, status)
		}
		check(t, page, []string{`name="households" inputmode="numeric" value="` + of[5] + `"`, `value="2016"`, `class="problem"`}, nil)
	}
}

// Who says something over what was said meanwhile sees both, and saves again on
// purpose.
func TestReview_input_conflict_shows_what_is_stored_beside_what_was_typed(t *testing.T) {
	d := newDistrict(t, "2018-07-10")
	input := at + "/reviews/interim/inputs/thuong-long"
	if status, page, _ := d.post(t, officer, input, "key", "a", "version", "0", "results", "Đã giúp 12 hộ"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	mine := []string{"key", "b", "results", "Đã giúp 15 hộ", "shortcomings", "Chậm vốn"}
	status, page, _ := d.post(t, officer, input, append(mine, "version", "0")...)
	if status != http.StatusConflict {
		t.Fatalf("%d", status)
	}
	check(t, page, []string{"Bản 1 vừa được lưu", "Đã giúp 15 hộ</textarea>", `name="version" value="1"`}, nil)
	if status, page, _ := d.post(t, officer, input, append(mine, "version", "1")...); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, page)
	}
}
