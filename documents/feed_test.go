package documents_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/poverty"
)

// parsed reads a file for calendars with a parser that is not the one it is
// written with, and gives each event by its UID.
func parsed(t *testing.T, file []byte) (*ical.Calendar, map[string]ical.Event) {
	t.Helper()
	for line := range bytes.SplitSeq(bytes.TrimSuffix(file, []byte("\r\n")), []byte("\r\n")) {
		if len(line) > 75 || bytes.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	cal, err := ical.NewDecoder(bytes.NewReader(file)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer // its encoder checks what RFC 5545 asks of each component
	if err := ical.NewEncoder(&again).Encode(cal); err != nil {
		t.Error(err)
	}
	events := map[string]ical.Event{}
	for _, e := range cal.Events() {
		id, err := e.Props.Text(ical.PropUID)
		if err != nil || events[id].Component != nil {
			t.Errorf("UID %q twice, or %v", id, err)
		}
		events[id] = e
	}
	return cal, events
}

func feed() poverty.Feed {
	changed := calendar.MustDate("2018-04-20").At(calendar.MustClock("10:30"))
	duty := func(key, title string, id poverty.DutyID) poverty.FeedDuty {
		return poverty.FeedDuty{Duty: poverty.Duty{
			ID: id, Key: "nam-dong:2018/" + key, Cycle: "nam-dong:2018", Kind: poverty.DutyReport, Title: title, UnitName: "UBND xã Thượng Long",
			State: poverty.DutyOpen, LastDay: calendar.MustDate("2018-04-30"),
		}, Ruled: true, Changes: 4, ChangedAt: changed}
	}
	report := duty("report/thuong-long/2018-04", "Báo cáo kết quả giúp đỡ hộ nghèo; số liệu, khó khăn và kiến nghị của xã trong tháng", 7)
	report.Period, report.HeldUntil = "2018-04", calendar.MustDate("2018-05-03")
	returned := duty("plan/thuong-long", "Kế hoạch giảm nghèo", 8)
	returned.State = poverty.DutyReturned
	typed := duty("task/thuong-long/1", "Sửa nhà cho hộ Hồ Văn Ứng", 9)
	typed.Kind, typed.Ruled = poverty.DutyTask, false
	starts := calendar.MustDate("2018-05-08").At(calendar.MustClock("08:30"))
	day := calendar.MustDate("2018-05-10").Start()
	return poverty.Feed{
		Person: poverty.User{ID: 3, Language: "vi"},
		Duties: []poverty.FeedDuty{report, returned, typed},
		Meetings: []poverty.Meeting{
			{ID: 5, Cycle: "nam-dong:2018", Code: "dieu-phoi-thuong-long", Title: "Họp điều phối, xã Thượng Long", Place: "Hội trường; tầng 2", State: poverty.MeetingPlanned, StartsAt: starts, EndsAt: starts.Add(90 * time.Minute), Sequence: 2, InvitedAt: &changed, Agenda: "Hộ Hồ Văn Ứng"},
			{ID: 6, Cycle: "nam-dong:2018", Code: "kiem-tra", Title: "Kiểm tra", State: poverty.MeetingCancelled, StartsAt: day, EndsAt: day, Sequence: 1},
		},
	}
}

func TestWriteFeed_is_read_by_another_parser(t *testing.T) {
	file, err := documents.WriteFeed(feed(), documents.FeedOptions{BaseURL: "https://don-doc.example", Domain: "don-doc.example"})
	if err != nil {
		t.Fatal(err)
	}
	cal, events := parsed(t, file)
	if zone, err := cal.Props.Text("X-WR-TIMEZONE"); err != nil || zone != "Asia/Ho_Chi_Minh" {
		t.Errorf("zone %q, %v", zone, err)
	}
	type line struct{ Summary, Start, End, Status, Sequence, Modified, URL string }
	got := map[string]line{}
	for id, e := range events {
		var l line
		l.Summary, _ = e.Props.Text(ical.PropSummary)
		l.Status, _ = e.Props.Text(ical.PropStatus)
		l.Sequence = e.Props.Get(ical.PropSequence).Value
		l.Start, l.End = instant(t, e, ical.PropDateTimeStart), instant(t, e, ical.PropDateTimeEnd)
		l.Modified = instant(t, e, ical.PropLastModified)
		l.URL = e.Props.Get(ical.PropURL).Value
		got[id] = l
	}
	const changed = "2018-04-20 10:30"
	want := map[string]line{
		"deadline-nam-dong-2018-report-thuong-long-2018-04@don-doc.example": {
			"Hạn cuối: Báo cáo kết quả giúp đỡ hộ nghèo; số liệu, khó khăn và kiến nghị của xã trong tháng (tháng 4/2018) (UBND xã Thượng Long)",
			"2018-04-30", "2018-05-01", "CONFIRMED", "4", changed, "https://don-doc.example/duties/7",
		},
		"promise-nam-dong-2018-report-thuong-long-2018-04@don-doc.example": {
			"Ngày cam kết: Báo cáo kết quả giúp đỡ hộ nghèo; số liệu, khó khăn và kiến nghị của xã trong tháng (tháng 4/2018) (UBND xã Thượng Long)",
			"2018-05-03", "2018-05-04", "CONFIRMED", "4", changed, "https://don-doc.example/duties/7",
		},
		"term-nam-dong-2018-plan-thuong-long@don-doc.example": {
			"Hạn gửi lại: Kế hoạch giảm nghèo (UBND xã Thượng Long)", "2018-04-30", "2018-05-01", "CONFIRMED", "4", changed, "https://don-doc.example/duties/8",
		},
		"deadline-nam-dong-2018-task-thuong-long-1@don-doc.example": {
			"Hạn cuối: Nhiệm vụ được giao (UBND xã Thượng Long)", "2018-04-30", "2018-05-01", "CONFIRMED", "4", changed, "https://don-doc.example/duties/9",
		},
		"nam-dong-2018-dieu-phoi-thuong-long@don-doc.example": {
			"Họp điều phối, xã Thượng Long", "2018-05-08 08:30", "2018-05-08 10:00", "CONFIRMED", "2", changed, "https://don-doc.example/meetings/5",
		},
		"nam-dong-2018-kiem-tra@don-doc.example": {
			"Kiểm tra", "2018-05-10", "2018-05-11", "CANCELLED", "1", "2018-05-10 00:00", "https://don-doc.example/meetings/6",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if place, _ := events["nam-dong-2018-dieu-phoi-thuong-long@don-doc.example"].Props.Text(ical.PropLocation); place != "Hội trường; tầng 2" {
		t.Errorf("place %q", place)
	}
	if strings.Contains(strings.ReplaceAll(string(file), "\r\n ", ""), "Hồ Văn") {
		t.Error("the feed names a household")
	}
	again, err := documents.WriteFeed(feed(), documents.FeedOptions{BaseURL: "https://don-doc.example", Domain: "don-doc.example"})
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("the same feed is not the same file: %v", err)
	}
}

// instant is a day, or an instant in Asia/Ho_Chi_Minh.
func instant(t *testing.T, e ical.Event, name string) string {
	t.Helper()
	p := e.Props.Get(name)
	at, err := p.DateTime(calendar.Zone)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if p.ValueType() == ical.ValueDate {
		return at.Format("2006-01-02")
	}
	return at.In(calendar.Zone).Format("2006-01-02 15:04")
}

func TestWriteFeed_without_deadlines_is_a_calendar_without_events(t *testing.T) {
	file, err := documents.WriteFeed(poverty.Feed{Person: poverty.User{Language: "en"}}, documents.FeedOptions{Domain: "don-doc.example"})
	if err != nil {
		t.Fatal(err)
	}
	// RFC 5545 asks for at least one component; calendars take an empty subscription all the same.
	cal, err := ical.NewDecoder(bytes.NewReader(file)).Decode()
	if err != nil || len(cal.Children) != 0 {
		t.Errorf("%v, %d components", err, len(cal.Children))
	}
}

func TestWriteInvitation_is_read_by_another_parser(t *testing.T) {
	m := feed().Meetings[0]
	to := poverty.User{Name: `Chủ tịch "xã"; Thượng Long`, Email: "chu-tich@thuong-long.example"}
	stamp := calendar.MustDate("2018-04-21").At(calendar.MustClock("08:00"))
	for _, tt := range []struct {
		off                    bool
		method, status, answer string
	}{{false, "REQUEST", "CONFIRMED", "TRUE"}, {true, "CANCEL", "CANCELLED", "FALSE"}} {
		file, err := documents.WriteInvitation(m, documents.Invitation{Domain: "don-doc.example", Organizer: "don-doc@don-doc.example", Attendee: to, Cancelled: tt.off, Stamp: stamp})
		if err != nil {
			t.Fatal(err)
		}
		cal, events := parsed(t, file)
		e := events["nam-dong-2018-dieu-phoi-thuong-long@don-doc.example"]
		method, _ := cal.Props.Text(ical.PropMethod)
		status, _ := e.Props.Text(ical.PropStatus)
		guest := e.Props.Get(ical.PropAttendee)
		if method != tt.method || status != tt.status || guest.Value != "mailto:chu-tich@thuong-long.example" || !strings.EqualFold(guest.Params.Get(ical.ParamRSVP), tt.answer) {
			t.Errorf("%s %s %+v", method, status, guest)
		}
		if start := instant(t, e, ical.PropDateTimeStart); start != "2018-05-08 08:30" {
			t.Errorf("starts %s", start)
		}
	}
}
