package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestAPI_targets_are_read_by_all_and_set_by_few(t *testing.T) {
	o := newOffice(t)
	const all = "/cycles/nam-dong:2018"
	const row = `"households":1446,"poor":66,"policy":16,"hard_core":50,"to_leave":16,"printed":{"policy_pct":"1,10"}`
	for _, tt := range []struct {
		name, who, method, path, body string
		status                        int
		has, hasNot                   []string
	}{
		{"nobody", "", http.MethodGet, all + "/target-table", "", 401, nil, nil},
		{"a stranger", stranger, http.MethodGet, all + "/target-table", "", 404, nil, nil},
		{"an empty table", own, http.MethodGet, all + "/target-table", "", 200, []string{`"rows":[]`, `"differences":[]`, `"figures":[]`}, nil},
		{"a commune", own, http.MethodPut, all + "/targets/thuong-long", `{"version":0,"reason":"x",` + row + `}`, 403, nil, nil},
		{"without a reason", standing, http.MethodPut, all + "/targets/thuong-long", `{"version":0,` + row + `}`, 422, []string{"body.reason"}, nil},
		{"what does not hold", standing, http.MethodPut, all + "/targets/thuong-long", `{"version":0,"reason":"x","households":10,"poor":5,"to_leave":6}`, 422, []string{"to_leave"}, nil},
		{"set", standing, http.MethodPut, all + "/targets/thuong-long", `{"version":0,"reason":"x",` + row + `}`, 200, []string{`"version":1`, "Xã Thượng Long"}, nil},
		{"over another version", standing, http.MethodPut, all + "/targets/thuong-long", `{"version":0,"reason":"x",` + row + `}`, 409, []string{"target.changed"}, nil},
		{"with its percentages and differences", other, http.MethodGet, all + "/target-table", "", 200, []string{`"policy_pct":111`, `"printed":110,"computed":111`, `"net_low":16`}, nil},
		{"totals", standing, http.MethodPut, all + "/target-totals", `{"version":0,"reason":"x","new_low":3,"new_high":4,"figures":[{"label":"DTTS","part":80,"base":14653,"printed":"0,54"}]}`, 200, []string{`"version":1`}, nil},
		{"totals by an agency", other, http.MethodPut, all + "/target-totals", `{"version":1,"reason":"x"}`, 403, nil, nil},
		{"shares of none", own, http.MethodGet, all + "/targets/huong-phu/shares", "", 404, nil, nil},
		{"another's shares", other, http.MethodPut, all + "/targets/thuong-long/shares", `{"version":0,"list":[]}`, 403, nil, nil},
		{"its shares", own, http.MethodPut, all + "/targets/thuong-long/shares", `{"version":0,"list":[{"body":"Hội Phụ nữ","to_leave":5,"near_to_leave":0}]}`, 200, []string{`"version":1`}, nil},
		{"shares are read by all", other, http.MethodGet, all + "/targets/thuong-long/shares", "", 200, []string{"Hội Phụ nữ"}, nil},
		{"the owner's committee by a commune", own, http.MethodPut, all + "/committees/nam-dong", `{"version":0,"members":[]}`, 403, nil, nil},
		{"the owner's committee", standing, http.MethodPut, all + "/committees/nam-dong", `{"version":0,"members":[{"name":"Phó Chủ tịch","areas":[{"unit":"thuong-long"}]}]}`, 200, []string{`"version":1`}, nil},
		{"committees", own, http.MethodGet, all + "/committees", "", 200, []string{"Phó Chủ tịch", `"unit":"thuong-long"`}, nil},
		{"an indicator by a commune", own, http.MethodPut, all + "/indicators/loans", `{"version":0,"name":"Vay vốn","kind":"percent","base":"hộ nghèo","low":9000,"high":9000,"reason":"x"}`, 403, nil, nil},
		{"an indicator", standing, http.MethodPut, all + "/indicators/loans", `{"version":0,"name":"Vay vốn","kind":"percent","base":"hộ nghèo","low":9000,"high":9000,"reason":"x"}`, 200, []string{`"version":1`}, nil},
		{"indicators", other, http.MethodGet, all + "/indicators", "", 200, []string{`"code":"loans"`, `"low":9000`}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := o.ask(t, tt.who, tt.method, tt.path, tt.body)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
			for _, s := range tt.has {
				if !strings.Contains(w.Body.String(), s) {
					t.Errorf("the body lacks %q: %s", s, w.Body)
				}
			}
			for _, s := range tt.hasNot {
				if strings.Contains(w.Body.String(), s) {
					t.Errorf("the body has %q", s)
				}
			}
		})
	}
}
