package mail

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dondoc/calendar"
	"dondoc/poverty"
)

func TestLetters_the_list_of_a_plan_is_told_with_the_way_to_it(t *testing.T) {
	t.Parallel()
	w := Letters{BaseURL: "https://dondoc.example", Domain: "dondoc.example"}
	for language, want := range map[string]string{"vi": "Danh sách hộ của xã đã được phê duyệt: UBND xã Thượng Long", "en": "list of households is approved: UBND xã Thượng Long"} {
		m := w.Message(poverty.Letter{
			ID: "k", To: poverty.User{Name: "A", Email: "a@dondoc.example", Language: language}, At: time.Date(2018, 4, 26, 8, 0, 0, 0, time.UTC),
			Notices: []poverty.Notice{{Cycle: "nam-dong:2018", Duty: 7, Unit: "thuong-long", Kind: poverty.NoticeList, Text: "list_approved"}},
			Duties:  map[poverty.DutyID]poverty.Duty{7: {ID: 7, UnitName: "UBND xã Thượng Long", Title: "Kế hoạch"}},
		})
		if !strings.Contains(m.Text, want) || !strings.Contains(m.Text, "https://dondoc.example/cycles/nam-dong:2018/plans/thuong-long") {
			t.Errorf("%s: %s", language, m.Text)
		}
	}
}

// late is a leader's letter about so many late units, and others that are late
// since long.
func late(units, open int) poverty.Letter {
	at := time.Date(2018, 5, 8, 1, 0, 0, 0, time.UTC)
	by, then := at.Add(24*time.Hour), at.Add(7*24*time.Hour)
	l := poverty.Letter{ID: "k", To: poverty.User{Name: "Phó Chủ tịch UBND huyện", Email: "pct@dondoc.example", Language: "vi"}, At: at,
		Duties: map[poverty.DutyID]poverty.Duty{}, Lines: map[poverty.UnitID]poverty.UnitLine{}}
	duty := func(i int) poverty.Duty {
		return poverty.Duty{ID: poverty.DutyID(i), UnitName: fmt.Sprintf("UBND xã số %d", i), Title: "Báo cáo tình hình và tiến độ hằng tháng", Period: "2018-04",
			State: poverty.DutyOpen, LastDay: calendar.MustDate("2018-04-30"), Overdue: true, Trouble: poverty.TroubleMissing, Rung: "overdue 5", Escalated: true}
	}
	for i := 1; i <= units; i++ {
		l.Duties[poverty.DutyID(i)] = duty(i)
		l.Notices = append(l.Notices, poverty.Notice{Cycle: "nam-dong:2018", Duty: poverty.DutyID(i), Kind: poverty.NoticeEscalation, Rung: "overdue 5",
			Demand: poverty.DemandDecision, AnswerBy: &by, ThenAt: &then, ThenTo: "chair"})
	}
	for i := units + 1; i <= units+open; i++ {
		d := duty(i)
		d.HeldUntil = calendar.MustDate("2018-05-11")
		l.Open = append(l.Open, d)
	}
	return l
}

// A leader with forty late units gets one message: it says how many in its
// subject, and for each how late it is, what was done, until when an answer is
// wanted, who is told next, and the way to the form.
func TestLetters_forty_late_units_are_one_message(t *testing.T) {
	t.Parallel()
	m := Letters{BaseURL: "https://dondoc.example", Domain: "dondoc.example"}.Message(late(40, 2))
	if want := "Đôn Đốc: 40 việc cần quyết định, 2 việc khác"; m.Subject != want {
		t.Errorf("subject %q", m.Subject)
	}
	for text, want := range map[string]int{
		"quá hạn 8 ngày: Báo cáo tình hình và tiến độ hằng tháng (tháng 4/2018)": 42,
		"https://dondoc.example/duties/40?act=direct#act-direct":                 1,
		"https://dondoc.example/duties/41/work":                                  1,
		"Trả lời trước 09/05/2018 08:00.":                                        1, // holds of all, so it is said once
		"Nếu chưa xong, 15/05/2018 08:00 sẽ báo: Chủ tịch UBND.":                 1,
		"tạm dừng đến hết 11/05/2018":                                            1,
		"https://dondoc.example/cycles/nam-dong:2018/waiting":                    1,
		"2 VIỆC VẪN CÒN CHẬM":                                                    1,
	} {
		if got := strings.Count(m.Text, text); got != want {
			t.Errorf("%q stands %d times, want %d", text, got, want)
		}
	}
	if !strings.Contains(m.HTML, `<meta name="viewport"`) || strings.Count(m.HTML, "<li") != 42 || len(m.HTML) > 100_000 {
		t.Errorf("HTML of %d bytes", len(m.HTML))
	}
	if dir := os.Getenv("DONDOC_KEEP_MAIL"); dir != "" {
		raw, err := m.Raw("dondoc@dondoc.example")
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"forty.html": m.HTML, "forty.txt": m.Text, "forty.eml": string(raw)} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Units of the government line are told to, others are requested; whoever owes
// what is missing is told what to do.
func TestLetters_word_a_demand_by_whom_the_unit_answers_to(t *testing.T) {
	t.Parallel()
	w := Letters{BaseURL: "https://dondoc.example", Domain: "dondoc.example"}
	for line, want := range map[poverty.UnitLine]string{poverty.LineGovernment: "Yêu cầu UBND xã số 1", poverty.LinePolice: "Đề nghị UBND xã số 1", poverty.LineFront: "Đề nghị UBND xã số 1"} {
		l := late(1, 0)
		l.Notices[0].Kind, l.Notices[0].Demand, l.Lines[""] = poverty.NoticeOverdue, poverty.DemandNothing, line
		if m := w.Message(l); !strings.Contains(m.Text, want) {
			t.Errorf("%s: %s", line, m.Text)
		}
	}
}

// A return is never worded as a rejection.
func TestLetters_a_return_asks_for_more(t *testing.T) {
	t.Parallel()
	l := late(1, 0)
	l.Notices[0].Kind, l.Notices[0].Demand, l.Notices[0].Text = poverty.NoticeDecision, poverty.DemandNothing, "returned"
	m := Letters{BaseURL: "https://dondoc.example", Domain: "dondoc.example"}.Message(l)
	if !strings.Contains(m.Text, "Đề nghị bổ sung, gửi lại") || strings.Contains(strings.ToLower(m.Text), "từ chối") || strings.Contains(m.Text, "Bị trả lại") {
		t.Errorf("%s", m.Text)
	}
}

// A period is worded in a mail as it is on the pages.
func TestLetters_word_periods_of_every_length(t *testing.T) {
	for code, want := range map[string]string{"2018-04": "tháng 4/2018", "2018-Q2": "quý II/2018", "2018-H1": "6 tháng đầu năm 2018", "2018": "năm 2018"} {
		l := late(1, 0)
		d := l.Duties[1]
		d.Period = code
		l.Duties[1] = d
		if m := (Letters{BaseURL: "https://dondoc.example", Domain: "dondoc.example"}).Message(l); !strings.Contains(m.Text, want) {
			t.Errorf("%s: %s", code, m.Text)
		}
	}
}

// A rung may name an office itself: a mail tells its title.
func TestLetters_name_the_offices_of_rungs_by_title(t *testing.T) {
	l := late(1, 0)
	l.Notices[0].ThenTo = "chair,van-phong/head"
	l.Offices = map[poverty.OfficeID]string{"van-phong/head": "Chánh Văn phòng"}
	m := Letters{BaseURL: "https://dondoc.example", Domain: "dondoc.example"}.Message(l)
	if !strings.Contains(m.Text, "Chủ tịch UBND, Chánh Văn phòng") || strings.Contains(m.Text, "van-phong/head") {
		t.Error(m.Text)
	}
}
