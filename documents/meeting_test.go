package documents

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	ics "github.com/arran4/golang-ical"

	"dondoc/calendar"
	"dondoc/poverty"
)

func invitedTo() poverty.Meeting {
	return poverty.Meeting{
		Cycle: "nam-dong:2018", Code: "hop-thuong-long", Title: "Họp xã Thượng Long, các cơ quan; giúp đỡ", Place: "Trụ sở UBND xã",
		UnitName: "UBND xã Thượng Long", State: poverty.MeetingPlanned, Agenda: "Rà từng hộ\nnhận hộ",
		StartsAt: calendar.MustDate("2018-04-19").At(calendar.MustClock("08:00")), EndsAt: calendar.MustDate("2018-04-19").At(calendar.MustClock("11:00")),
	}
}

func TestWriteInvitation_is_one_event_that_changes_and_ends(t *testing.T) {
	t.Parallel()
	moved, cancelled := invitedTo(), invitedTo()
	moved.StartsAt, moved.EndsAt, moved.Sequence = moved.StartsAt.AddDate(0, 0, 8), moved.EndsAt.AddDate(0, 0, 8), 1
	cancelled.State, cancelled.Sequence = poverty.MeetingCancelled, 2
	to := poverty.User{Name: "Phó Chủ tịch", Email: "pct@nam-dong.example"}
	for _, tt := range []struct {
		name        string
		m           poverty.Meeting
		i           Invitation
		method      string
		sequence    string
		start       string
		has, hasNot []string
	}{
		{"invited", invitedTo(), Invitation{Attendee: to, Organizer: "dondoc@nam-dong.example"}, "REQUEST", "0", "20180419T010000Z",
			[]string{"mailto:pct@nam-dong.example", "STATUS:CONFIRMED", "mailto:dondoc@nam-dong.example"}, nil},
		{"moved", moved, Invitation{Attendee: to}, "REQUEST", "1", "20180427T010000Z", nil, nil},
		{"cancelled", cancelled, Invitation{Attendee: to}, "CANCEL", "2", "20180419T010000Z", []string{"STATUS:CANCELLED"}, []string{"Rà từng hộ"}},
		{"taken off", moved, Invitation{Attendee: to, Cancelled: true}, "CANCEL", "1", "20180427T010000Z", nil, nil},
		{"taken from the page", invitedTo(), Invitation{}, "PUBLISH", "0", "20180419T010000Z", nil, []string{"ATTENDEE"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.i.Domain, tt.i.Stamp = "dondoc.example.vn", time.Date(2018, 4, 12, 3, 0, 0, 0, time.UTC)
			b, err := WriteInvitation(tt.m, tt.i)
			if err != nil {
				t.Fatal(err)
			}
			for line := range bytes.SplitSeq(b, []byte("\r\n")) {
				if len(line) > 75 {
					t.Errorf("a line of %d bytes: %s", len(line), line)
				}
			}
			cal, err := ics.ParseCalendar(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			e := cal.Events()[0]
			if got := e.Id(); got != "nam-dong-2018-hop-thuong-long@dondoc.example.vn" {
				t.Errorf("UID %s", got)
			}
			if got := e.GetProperty(ics.ComponentPropertySequence).Value; got != tt.sequence {
				t.Errorf("sequence %s, want %s", got, tt.sequence)
			}
			if got := e.GetProperty(ics.ComponentPropertyDtStart).Value; got != tt.start {
				t.Errorf("starts %s, want %s", got, tt.start)
			}
			if got := e.GetProperty(ics.ComponentPropertySummary).Value; got != tt.m.Title {
				t.Errorf("summary %q", got)
			}
			unfolded := strings.ReplaceAll(string(b), "\r\n ", "")
			for _, s := range append(tt.has, "METHOD:"+tt.method) {
				if !strings.Contains(unfolded, s) {
					t.Errorf("no %s in\n%s", s, unfolded)
				}
			}
			for _, s := range tt.hasNot {
				if strings.Contains(unfolded, s) {
					t.Errorf("%s in\n%s", s, unfolded)
				}
			}
		})
	}
}

func TestWriteInvitation_of_a_day_has_no_hours(t *testing.T) {
	t.Parallel()
	m := invitedTo()
	m.StartsAt = calendar.MustDate("2018-05-10").Start()
	m.EndsAt = m.StartsAt
	b, err := WriteInvitation(m, Invitation{Domain: "x", Stamp: m.StartsAt})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"DTSTART;VALUE=DATE:20180510", "DTEND;VALUE=DATE:20180511"} {
		if !strings.Contains(string(b), s) {
			t.Errorf("no %s in\n%s", s, b)
		}
	}
}

func TestReadCycle_tells_what_is_wrong_with_meetings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file, old, by, want string
	}{
		{"an unknown kind", "meetings.csv", "hop-thuong-quang,coordination", "hop-thuong-quang,picnic", "cyclefile.bad_value"},
		{"a group that is another's", "meetings.csv", "group,cong-an-huyen,thuong-long", "group,cong-an-huyen,thuong-lo", "meeting.not_its_group"},
		{"ends before it begins", "meetings.csv", "2018-04-16 08:00,2018-04-16 11:00", "2018-04-16 11:00,2018-04-16 08:00", "meeting.ends_before"},
		{"a conclusion of no meeting", "conclusions.csv", "hop-huong-huu,huong-huu", "hop-nao-do,huong-huu", "cyclefile.unknown_meeting"},
		{"a conclusion's deadline", "conclusions.csv", "by 2018-05-10", "soon", "cyclefile.bad_due"},
		{"an obstacle without words", "obstacles.csv", "Giá cao hơn không nhiều; nên đồng ý để kịp giao.", "", "cyclefile.required"},
		{"an office that nobody holds then", "obstacles.csv", "huong-huu/officer,huong-huu", "huong-huu/nobody,huong-huu", "cyclefile.unknown_office"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := edited(t, "../examples/nam-dong-2018", tt.file, tt.old, tt.by)
			_, err := ReadCycle(files)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// edited is the files of an example with one thing in one file changed.
func edited(t *testing.T, dir, file, old, by string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() == file {
			if !bytes.Contains(b, []byte(old)) {
				t.Fatalf("%s has no %q", file, old)
			}
			b = bytes.Replace(b, []byte(old), []byte(by), 1)
		}
		files[e.Name()] = &fstest.MapFile{Data: b}
	}
	return files
}
