package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestAPI_assignments_are_drafted_by_the_standing_office_and_seen_when_issued(t *testing.T) {
	o := newOffice(t)
	const at = "/cycles/nam-dong:2018"
	draft := `{"version":0,"note":"bản thảo","groups":[{"code":"n1","name":"Nhóm 1","commune":"huong-phu","lead":"phong-ld"}]}`
	for who, want := range map[string]int{"": 401, own: 403, stranger: 404, "nam-dong.head": 403, standing: 200} {
		if w := o.ask(t, who, http.MethodPut, at+"/assignments", draft); w.Code != want {
			t.Errorf("%q drafts: %d, want %d: %s", who, w.Code, want, w.Body)
		}
	}
	for _, tt := range []struct {
		who, path string
		status    int
		has       string
		hasNot    string
	}{
		{standing, "/assignments/2", 200, `"state":"draft"`, ""},
		{"nam-dong.head", "/assignments/2", 200, "bản thảo", ""},
		{own, "/assignments/2", 404, "", "bản thảo"},
		{own, "/assignments", 200, `"no":1`, "bản thảo"},
		{own, "/assignments/1", 200, `"state":"issued"`, ""},
		{stranger, "/assignments/1", 404, "", "Nhóm 1"},
		{"", "/assignments/1", 401, "", "Nhóm 1"},
		{standing, "/assignments/2/findings", 200, `"kind":"without_group"`, ""},
		{own, "/group-answers", 200, `{"items":[]}`, ""},
		{stranger, "/group-answers", 404, "", "items"},
	} {
		w := o.ask(t, tt.who, http.MethodGet, at+tt.path, "")
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) || tt.hasNot != "" && strings.Contains(w.Body.String(), tt.hasNot) {
			t.Errorf("%q %s: %d %s", tt.who, tt.path, w.Code, w.Body)
		}
	}
	if w := o.ask(t, own, http.MethodPut, at+"/groups/n1/answers/phong-ld", `{"accepted":true}`); w.Code != 403 {
		t.Errorf("another answers: %d %s", w.Code, w.Body)
	}
	if w := o.ask(t, standing, http.MethodPut, at+"/assignments", draft); w.Code != 409 {
		t.Errorf("saved over: %d", w.Code)
	}
}
