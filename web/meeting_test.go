package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/poverty"
)

// invitationForm is the form of Thượng Long's meeting, as it is sent.
func invitationForm(key, day, starts string, more ...string) []string {
	return append([]string{"key", key, "kind", "coordination", "unit", "thuong-long", "about", "thuong-long", "title", "Họp xã Thượng Long", "day", day,
		"starts", starts, "ends", "16:30", "place", "Trụ sở UBND xã", "agenda", "Rà từng hộ", "invite", "nam-dong", "must", "nam-dong", "invite", "cong-an-huyen", "do", "plan"}, more...)
}

// invited is Thượng Long's meeting of 4 May, on 2 May.
func (d *district) invited(t *testing.T) string {
	t.Helper()
	status, page, to := d.post(t, officer, at+"/meetings", invitationForm("m1", "4/5/2018", "13:30")...)
	if status != http.StatusSeeOther || !strings.HasSuffix(to, "?done=meeting_plan") {
		t.Fatalf("%d %s %s", status, to, page)
	}
	return strings.TrimSuffix(to, "?done=meeting_plan")
}

func TestMeetings_from_invitation_to_duty(t *testing.T) {
	d := newDistrict(t)
	meeting := d.invited(t)
	_, page := d.get(t, officer, meeting)
	check(t, page, []string{"Họp xã Thượng Long", "13:30–16:30", "Phó Chủ tịch UBND huyện phụ trách giảm nghèo", "Ghi ai dự và kết luận", "/invitation.ics"}, nil)
	_, page = d.get(t, other, at+"/meetings?month=2018-05")
	check(t, page, []string{"Họp xã Thượng Long", "Trụ sở UBND xã"}, nil)
	_, page = d.get(t, other, meeting)
	check(t, page, []string{"Nội dung cuộc họp dành cho đơn vị liên quan"}, []string{"Rà từng hộ", "Ghi ai dự"})

	status, _, _ := d.post(t, viceChair, meeting, "do", "answer", "key", "a1", "unit", "nam-dong", "answer", "delegate", "delegate", "Phó Chánh Văn phòng")
	if status != http.StatusSeeOther {
		t.Fatalf("the leader's answer: %d", status)
	}
	d.now = calendar.MustDate("2018-05-04").At(calendar.MustClock("15:00"))
	_, page = d.get(t, officer, meeting+"/record")
	check(t, page, []string{"Phó Chánh Văn phòng", `value="delegate" checked`}, nil)
	record := []string{"key", "r1", "version", "1", "came-nam-dong", "delegate", "delegate-nam-dong", "Phó Chánh Văn phòng", "came-cong-an-huyen", "came",
		"text", "Chọn hộ nhận vật nuôi", "who", "cong-an-huyen", "due", "by", "due_day", "18/5/2018", "text", "", "who", "", "due", "none", "due_day", "", "minutes", "Đã bàn"}
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page)[1]
	record[3] = version
	if status, _, to := d.post(t, officer, meeting, append(record, "do", "save")...); status != http.StatusSeeOther || !strings.Contains(to, "/record?done=meeting_save") {
		t.Fatalf("%d %s", status, to)
	}
	if status, page, _ := d.post(t, officer, meeting, append(record, "do", "hold")...); status != http.StatusConflict {
		t.Errorf("a draft that was saved over: %d", status)
	} else {
		check(t, page, []string{"Có người đã sửa cuộc họp này", "Chọn hộ nhận vật nuôi", "Đã bàn"}, nil)
	}
	_, page = d.get(t, officer, meeting+"/record")
	check(t, page, []string{"Chọn hộ nhận vật nuôi", "2018-05-18", "Đã bàn"}, nil)
	record[3] = regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page)[1]
	if status, page, to := d.post(t, officer, meeting, append(record, "do", "hold")...); status != http.StatusSeeOther || to != meeting+"?done=meeting_hold" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	_, page = d.get(t, agency, meeting)
	check(t, page, []string{"Đã họp", "Chọn hộ nhận vật nuôi", "chậm nhất ngày 18/05/2018", ">nhiệm vụ</a>"}, []string{"Ghi ai dự và kết luận"})
	duty := regexp.MustCompile(`href="(/duties/\d+)">nhiệm vụ</a>`).FindStringSubmatch(page)[1]
	_, page = d.get(t, agency, duty)
	check(t, page, []string{"Chọn hộ nhận vật nuôi", "Mở cuộc họp có kết luận này", meeting}, nil)
	_, page = d.get(t, officer, "/duties/"+d.duty(t, "meeting", "thuong-long", ""))
	check(t, page, []string{"Xong, quá hạn"}, []string{"Mở lịch họp để mời"})
}

func TestMeetings_clash_is_shown_before_it_is_saved_and_does_not_refuse(t *testing.T) {
	d := newDistrict(t)
	d.invited(t)
	form := []string{"key", "c1", "kind", "coordination", "unit", "thuong-quang", "about", "thuong-quang", "title", "Họp xã Thượng Quảng", "day", "4/5/2018",
		"starts", "14:00", "ends", "17:00", "place", "UBND xã", "invite", "nam-dong", "do", "plan"}
	status, page, _ := d.post(t, other, at+"/meetings", form...)
	if status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	check(t, page, []string{"Trùng giờ với cuộc họp khác", "Họp xã Thượng Long", "cùng mời Phó Chủ tịch UBND huyện phụ trách giảm nghèo", "Vẫn mời vào giờ này", `value="Họp xã Thượng Quảng"`}, nil)
	status, _, to := d.post(t, other, at+"/meetings", append(form, "seen", "1")...)
	if status != http.StatusSeeOther || !strings.Contains(to, "done=meeting_plan") {
		t.Errorf("%d %s", status, to)
	}
	_, page = d.get(t, above, at+"/meetings?month=2018-05")
	check(t, page, []string{"2 cuộc họp trong tháng trùng nhau", "cùng mời Phó Chủ tịch"}, []string{"Mời họp, ghi sổ họp"})
}

func TestMeetings_refused_keep_what_was_typed(t *testing.T) {
	d := newDistrict(t)
	meeting := d.invited(t)
	for _, tt := range []struct {
		name, who, path string
		form            []string
		status          int
		has             []string
	}{
		{"a day that is over", officer, at + "/meetings", invitationForm("k1", "3/4/2018", "13:30"), 422, []string{"Ngày họp đã qua", `value="3/4/2018"`, "Rà từng hộ"}},
		{"not an hour", officer, at + "/meetings", invitationForm("k2", "5/5/2018", "sáng"), 422, []string{`value="5/5/2018"`, "Rà từng hộ"}},
		{"not theirs", other, at + "/meetings", invitationForm("k3", "5/5/2018", "13:30"), 403, []string{"Chỉ đơn vị tổ chức"}},
		{"on behalf without a basis", standing, at + "/meetings", invitationForm("k4", "5/5/2018", "13:30", "seen", "1"), 422, []string{"Hãy ghi căn cứ", "Rà từng hộ"}},
		{"cancelled without a reason", officer, meeting, []string{"do", "cancel", "key", "k5", "confirm", "1"}, 422, []string{"Họp xã Thượng Long"}},
		{"nobody came", officer, meeting, []string{"do", "hold", "key", "k6", "text", "Kết luận đã gõ", "who", "", "due", "none", "due_day", "", "minutes", "Đã bàn"}, 422, []string{"Kết luận đã gõ", "Đã bàn"}},
		{"a conclusion without its day", officer, meeting, []string{"do", "hold", "key", "k7", "text", "Kết luận đã gõ", "who", "cong-an-huyen", "due", "by", "due_day", "mai", "minutes", "x"}, 422, []string{"Kết luận dòng 1", `value="mai"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, page, _ := d.post(t, tt.who, tt.path, tt.form...)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			check(t, page, tt.has, nil)
		})
	}
}

func TestMeetings_held_without_an_invitation_are_recorded_in_two_steps(t *testing.T) {
	d := newDistrict(t)
	form := invitationForm("h1", "27/4/2018", "13:30")
	form[len(form)-1] = "held"
	status, page, _ := d.post(t, officer, at+"/meetings", form...)
	if status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	check(t, page, []string{"tính là đã họp từ lúc ghi", `action="` + at + `/meetings/held"`, `name="title" value="Họp xã Thượng Long"`}, []string{"Lưu nháp"})
	form = append(form[:len(form)-2], "do", "hold", "came-cong-an-huyen", "came", "text", "Chọn hộ", "who", "", "due", "none", "due_day", "")
	status, page, to := d.post(t, officer, at+"/meetings/held", form...)
	if status != http.StatusSeeOther || !strings.HasSuffix(to, "?done=meeting_hold") {
		t.Fatalf("%d %s %s", status, to, page)
	}
}

func TestMeetings_a_group_logs_its_meeting_on_one_form(t *testing.T) {
	d := newDistrict(t)
	_, page := d.get(t, agency, at+"/meetings/new")
	check(t, page, []string{"Giao ban nhóm giúp UBND xã Thượng Long", "làm việc với UBND xã Thượng Long"}, []string{"Họp phối hợp của", "Làm thay"})
	_, page = d.get(t, agency, at+"/meetings/new?kind=group&unit=cong-an-huyen&about=thuong-long")
	check(t, page, []string{`value="02/05/2018"`, "Nội dung chính", "Hẹn họp lần sau"}, []string{`value="thuong-long" checked`, "Thành phần mời"})
	status, page, to := d.post(t, agency, at+"/meetings", "key", "g1", "kind", "group", "unit", "cong-an-huyen", "about", "thuong-long", "title", "Giao ban",
		"day", "2/5/2018", "minutes", "Điểm việc từng hộ", "people", "6", "next", "10/6/2018", "invite", "thuong-long", "do", "log")
	if status != http.StatusSeeOther || !strings.HasSuffix(to, "?done=meeting_log") {
		t.Fatalf("%d %s %s", status, to, page)
	}
	_, page = d.get(t, commune, strings.TrimSuffix(to, "?done=meeting_log"))
	check(t, page, []string{"Điểm việc từng hộ", "10/06/2018", "02/05/2018, thứ Tư"}, nil)
	key := poverty.DutyKey(cycle, "group-meeting", "cong-an-huyen", "", "thuong-long.2")
	next, err := d.db.DutyByKey(poverty.WithActor(context.Background(), poverty.System("test")), key)
	if err != nil || next.LastDay != calendar.MustDate("2018-06-16") {
		t.Errorf("the next is owed by %s, %v", next.LastDay, err)
	}
}

func TestMeetings_invitation_for_ones_own_calendar(t *testing.T) {
	d := newDistrict(t)
	meeting := d.invited(t)
	res := d.serve(t, agency, httptest.NewRequest(http.MethodGet, meeting+"/invitation.ics", nil))
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/calendar; charset=utf-8" ||
		!strings.Contains(res.Header.Get("Content-Disposition"), "coordination-") {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	if body := read(t, res); !strings.Contains(body, "BEGIN:VEVENT") || !strings.Contains(body, "Họp xã Thượng Long") {
		t.Error(body)
	}
}

func TestObstacles_are_raised_answered_and_read_by_their_own(t *testing.T) {
	d := newDistrict(t)
	const said = "Đường vào thôn đang sửa"
	status, page, _ := d.post(t, officer, at+"/obstacles", "key", "o0", "unit", "thuong-long", "kind", "obstacle", "to", "standing", "text", " ")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("%d", status)
	}
	check(t, page, []string{"Không được để trống"}, nil)
	status, page, to := d.post(t, officer, at+"/obstacles", "key", "o1", "unit", "thuong-long", "kind", "obstacle", "to", "standing", "text", said)
	if status != http.StatusSeeOther || !strings.HasSuffix(to, "?done=obstacle_raise") {
		t.Fatalf("%d %s %s", status, to, page)
	}
	obstacle := strings.TrimSuffix(to, "?done=obstacle_raise")
	for who, reads := range map[string]bool{officer: true, agency: true, standing: true, viceChair: true, other: false, above: false, admin: false} {
		status, page := d.get(t, who, obstacle)
		if (status == 200) != reads || strings.Contains(page, said) != reads {
			t.Errorf("%s: %d", who, status)
		}
		if _, page := d.get(t, who, at+"/obstacles"); strings.Contains(page, said) != reads && who != admin {
			t.Errorf("%s reads it in the list: %v", who, !reads)
		}
	}
	_, page = d.get(t, above, at+"/obstacles")
	check(t, page, []string{"chỉ có số lượng", "UBND xã Thượng Long"}, []string{"Nêu vướng mắc"})
	_, page = d.get(t, standing, at+"/waiting")
	check(t, page, []string{"Trả lời vướng mắc, kiến nghị", "Mở vướng mắc để trả lời"}, nil)
	status, page, _ = d.post(t, standing, obstacle, "do", "answer", "key", "o2", "version", "9", "text", "Giữ giống tại xã")
	if status != http.StatusConflict {
		t.Errorf("%d", status)
	}
	check(t, page, []string{"Có người đã xử lý việc này", "Giữ giống tại xã"}, nil)
	status, _, to = d.post(t, standing, obstacle, "do", "answer", "key", "o3", "version", "1", "text", "Giữ giống tại xã")
	if status != http.StatusSeeOther || to != obstacle+"?done=obstacle_answer" {
		t.Errorf("%d %s", status, to)
	}
	_, page = d.get(t, officer, obstacle)
	check(t, page, []string{"Đã trả lời", "Giữ giống tại xã"}, []string{"Chuyển lên lãnh đạo</summary>"})
}

func TestTroubles_of_groups_and_obstacles_stand_apart_on_the_board(t *testing.T) {
	d := newDistrict(t, "2018-04-16", "2018-05-02")
	if status, _, to := d.post(t, officer, at+"/obstacles", "key", "t1", "unit", "thuong-long", "kind", "obstacle", "to", "standing", "text", "x"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, to)
	}
	ctx := poverty.WithActor(t.Context(), poverty.System("test"))
	d.now = calendar.MustDate("2018-05-23").At(calendar.MustClock("09:00"))
	if _, err := d.db.StepDuties(ctx, poverty.Ref{Cycle: cycle, Process: poverty.ProcessAssignment}, d.now); err != nil {
		t.Fatal(err)
	}
	for trouble, words := range map[string]string{
		"group_not_meeting": "Nhóm quá hạn chưa họp", "no_contact": "Nhóm quá hạn chưa làm việc với xã", "obstacle_unanswered": "Vướng mắc chưa được trả lời",
	} {
		_, page := d.get(t, standing, at+"/duties?trouble="+trouble)
		check(t, page, []string{words, `<tr class="missing">`}, nil)
		if n := strings.Count(page, `<tr class="missing">`); !slices.Contains([]int{1, 6}, n) {
			t.Errorf("%s: %d rows", trouble, n)
		}
	}
}

// calendars stands for the files of meetings as the program makes them.
type calendars struct{}

func (calendars) Invitation(m poverty.Meeting, at time.Time) ([]byte, error) {
	return documents.WriteInvitation(m, documents.Invitation{Domain: "dondoc.example.vn", Stamp: at})
}
