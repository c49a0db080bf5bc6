package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestAPI_export_is_set_by_the_standing_office(t *testing.T) {
	o := newOffice(t)
	const path = "/cycles/nam-dong:2018/export"
	const body = `{"version":0,"columns":[{"field":"code","header":"MA"},{"field":"declared","header":"LOAI","values":{"poor":"1"}}]}`
	for _, tt := range []struct {
		name, who, method, body string
		status                  int
		has                     string
	}{
		{"nobody", "", http.MethodGet, "", 401, ""},
		{"the default", standing, http.MethodGet, "", 200, `"version":0`},
		{"a commune sets nothing", own, http.MethodPut, body, 403, ""},
		{"without columns", standing, http.MethodPut, `{"version":0,"columns":[]}`, 422, "body.columns"},
		{"set", standing, http.MethodPut, body, 200, `"version":1`},
		{"over another version", standing, http.MethodPut, body, 409, "export.changed"},
		{"as set", standing, http.MethodGet, "", 200, `"values":{"poor":"1"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := o.ask(t, tt.who, tt.method, path, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) {
				t.Errorf("status %d, want %d with %q: %s", w.Code, tt.status, tt.has, w.Body)
			}
		})
	}
}
