package api

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"dondoc/poverty"
)

func TestAPI_meetings_and_obstacles_are_for_those_whom_they_concern(t *testing.T) {
	o := newOffice(t)
	enact := func(login string, p poverty.Proposal) poverty.Outcome {
		t.Helper()
		ctx := poverty.WithActor(t.Context(), poverty.Actor{User: o.users[login]})
		stored, err := o.db.Propose(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		out, err := o.db.Enact(ctx, stored.ID, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const said = "Giúp hộ sửa nhà"
	meeting := enact(own, poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: "nam-dong:2018", Verb: poverty.MeetingPlans, Plan: &poverty.MeetingPlan{
		Kind: poverty.MeetingCoordination, Unit: "thuong-long", Title: "Họp xã", Agenda: said, StartsAt: o.now.AddDate(0, 0, 1), EndsAt: o.now.AddDate(0, 0, 1).Add(time.Hour),
		Invited: []poverty.Invited{{Unit: "phong-ld"}},
	}}}).Meeting
	obstacle := enact(own, poverty.Proposal{Obstacle: &poverty.ObstacleMove{Cycle: "nam-dong:2018", Verb: poverty.ObstacleRaises, Unit: "thuong-long",
		Kind: poverty.ObstacleHindrance, To: poverty.ToOwner, Text: said}}).Obstacle
	m, b := "/meetings/"+strconv.FormatInt(int64(meeting), 10), "/obstacles/"+strconv.FormatInt(int64(obstacle), 10)
	for _, tt := range []struct {
		name, who, path string
		status          int
		has, hasNot     []string
	}{
		{"its own meeting", own, m, 200, []string{"Họp xã", said}, nil},
		{"another's is a line in the calendar", other, m, 200, []string{"Họp xã", `"hidden":true`}, []string{said}},
		{"the calendar", other, "/cycles/nam-dong:2018/meetings?from=2018-05-01&to=2018-05-31", 200, []string{"Họp xã"}, []string{said}},
		{"no clashes", standing, "/cycles/nam-dong:2018/clashes?from=2018-05-01&to=2018-05-31", 200, []string{`{"items":[]}`}, nil},
		{"not a stranger's", stranger, m, 404, nil, []string{"Họp xã"}},
		{"nobody's", "", m, 401, nil, []string{"Họp xã"}},
		{"its own obstacle", own, b, 200, []string{said, `"state":"raised"`}, nil},
		{"the standing office's to read", standing, "/cycles/nam-dong:2018/obstacles?waiting=true", 200, []string{said}, nil},
		{"not another commune's", other, b, 404, nil, []string{said}},
		{"nor in its list", other, "/cycles/nam-dong:2018/obstacles", 200, []string{`{"items":[]}`}, []string{said}},
		{"nor in its counts", other, "/cycles/nam-dong:2018/obstacle-counts", 200, []string{`{"items":[]}`}, nil},
		{"counted", standing, "/cycles/nam-dong:2018/obstacle-counts", 200, []string{`"raised":1`}, []string{said}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := o.ask(t, tt.who, http.MethodGet, tt.path, "")
			if w.Code != tt.status {
				t.Errorf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
			for _, want := range tt.has {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("no %s in %s", want, w.Body)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(w.Body.String(), not) {
					t.Errorf("has %s", not)
				}
			}
		})
	}
	t.Run("minutes are kept by who takes them", func(t *testing.T) {
		body := `{"version":0,"record":{"minutes":"Đã bàn"}}`
		for who, want := range map[string]int{other: 403, own: 200, stranger: 404, "": 401} {
			if w := o.ask(t, who, http.MethodPut, m+"/minutes", body); w.Code != want {
				t.Errorf("%q: %d, want %d: %s", who, w.Code, want, w.Body)
			}
		}
	})
}
