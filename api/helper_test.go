package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestAPI_help_is_assigned_by_the_commune_of_households_of_its_plan(t *testing.T) {
	o := newOffice(t)
	const all = "/cycles/nam-dong:2018"
	const union = `{"households":["q1"],"kind":"union","other":"Chi hội Phụ nữ"}`
	const pilot = `{"kind":"union","title":"Bò giống","what":"Cho mượn bò","leader":"thuong-long","from":"2018-05-01","until":"2018-10-31"}`
	const mentor = `{"name":"Bà A","organisation":"Hội Phụ nữ","from":"2018-05-01"}`
	for _, tt := range []struct {
		name, who, method, path, body string
		status                        int
		has                           string
	}{
		{"nobody", "", http.MethodGet, all + "/helpers", "", 401, ""},
		{"a stranger sees none", stranger, http.MethodGet, all + "/helpers", "", 200, `"items":[]`},
		{"none yet", own, http.MethodGet, all + "/helpers?ended=true", "", 200, `"items":[]`},
		{"before the plan is sent", own, http.MethodPut, all + "/units/thuong-long/helpers", union, 409, "helper.no_plan"},
		{"another commune", other, http.MethodPut, all + "/units/thuong-long/helpers", union, 403, "helper.forbidden"},
		{"no household", own, http.MethodPut, all + "/units/thuong-long/helpers", `{"households":[]}`, 422, "households"},
		{"a kind that is none", own, http.MethodPut, all + "/units/thuong-long/helpers", `{"households":["q1"],"kind":"friends"}`, 422, "kind"},
		{"of no commune", standing, http.MethodPut, all + "/units/kho-bac/helpers", union, 422, "unit"},
		{"the end of none", own, http.MethodPut, "/helpers/7/end", `{"version":1,"until":"2018-05-01","reason":"x"}`, 404, "helper.not_found"},
		{"a pilot of another commune", other, http.MethodPost, all + "/units/thuong-long/pilots", pilot, 403, "pilot.forbidden"},
		{"a pilot of no commune", own, http.MethodPost, all + "/units/kho-bac/pilots", pilot, 422, "unit"},
		{"a pilot", own, http.MethodPost, all + "/units/thuong-long/pilots", pilot, 200, `"state":"running"`},
		{"which others do not see", other, http.MethodGet, all + "/pilots", "", 200, `"items":[]`},
		{"a decision on none", own, http.MethodPut, "/pilots/7/moves", `{"version":1,"verb":"end","decision":"x"}`, 404, "pilot.not_found"},
		{"a correction of no visit", own, http.MethodPut, "/mentors/7/visits/7", `{"reason":"x"}`, 404, "mentor.not_found"},
		{"mentors", own, http.MethodGet, all + "/mentors", "", 200, `"items":[]`},
		{"mentors to a stranger", stranger, http.MethodGet, all + "/mentors", "", 404, ""},
		{"a mentor before the plan is sent", own, http.MethodPut, all + "/units/thuong-long/households/q1/mentors", mentor, 409, "helper.no_plan"},
		{"a mentor by another commune", other, http.MethodPut, all + "/units/thuong-long/households/q1/mentors", mentor, 403, "helper.forbidden"},
		{"no such mentor", own, http.MethodPut, "/mentors/7", mentor, 404, "mentor.not_found"},
		{"gaps", standing, http.MethodGet, all + "/gaps", "", 200, "commune_without_group"},
		{"gaps to a commune", own, http.MethodGet, all + "/gaps", "", 403, "gap.forbidden"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := o.ask(t, tt.who, tt.method, tt.path, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) {
				t.Errorf("status %d, want %d with %q: %s", w.Code, tt.status, tt.has, w.Body)
			}
		})
	}
}
