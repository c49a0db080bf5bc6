package api

import (
	"net/http"
	"strings"
	"testing"

	"dondoc/poverty"
)

func TestAPI_register_is_seen_and_written_as_the_store_allows(t *testing.T) {
	o := newOffice(t)
	hamlets := []poverty.Hamlet{{Unit: "thuong-long", Code: "t1", Name: "Thôn 1"}}
	ctx := poverty.WithActor(t.Context(), poverty.Actor{User: o.users[own]})
	if err := o.db.PutHamlets(ctx, poverty.RegisterScope{Cycle: "nam-dong:2018", Unit: "thuong-long"}, hamlets); err != nil {
		t.Fatal(err)
	}
	const sheet = `"hamlet":"t1","code":"0001","head":"Hồ Văn Ứng","members":3,"income":650000,"declared":"near_poor","health":"bệnh tim","id_number":"045064000001"`
	const put = `{"unit":"thuong-long","households":[{` + sheet + `}]}`
	all := "/cycles/nam-dong:2018/households"
	for _, tt := range []struct {
		name, who, method, path, body string
		status                        int
		has, hasNot                   []string
	}{
		{"nobody", "", http.MethodGet, all, "", 401, nil, nil},
		{"empty", own, http.MethodGet, all, "", 200, []string{`{"items":[]}`}, nil},
		{"another commune adds none", other, http.MethodPut, all, put, 403, nil, []string{"Hồ Văn"}},
		{"a stranger sees no cycle", stranger, http.MethodPut, all, put, 404, nil, []string{"Hồ Văn"}},
		{"in the commune's stead with a basis", standing, http.MethodPut, all, put, 422, []string{"body.basis"}, nil},
		{"all problems at once", own, http.MethodPut, all, `{"unit":"thuong-long","households":[{"hamlet":"t9","code":"1","head":"A","members":1,"children":2}]}`, 422, []string{"hamlet", "children"}, nil},
		{"a count below zero", own, http.MethodPut, all, `{"unit":"thuong-long","households":[{"hamlet":"t1","code":"1","head":"A","members":0}]}`, 422, []string{"members"}, nil},
		{"its own", own, http.MethodPut, all, put, 200, []string{`{"read":1,"added":1,"changed":0,"unchanged":0}`}, nil},
		{"the same again", own, http.MethodPut, all, put, 200, []string{`"unchanged":1`}, nil},
		{"the list", own, http.MethodGet, all + "?differ=true&query=ho+van", "", 200, []string{"Hồ Văn Ứng", "bệnh tim"}, nil},
		{"another's list", other, http.MethodGet, all, "", 200, []string{`{"items":[]}`}, []string{"Hồ Văn"}},
		{"one", standing, http.MethodGet, "/households/1", "", 200, []string{"bệnh tim", `"computed":"poor"`, `"version":1`}, nil},
		{"another's", other, http.MethodGet, "/households/1", "", 404, nil, []string{"Hồ Văn"}},
		{"another may not write it", other, http.MethodPut, "/households/1", `{"version":1,` + sheet + `}`, 404, nil, []string{"Hồ Văn"}},
		{"saved", own, http.MethodPut, "/households/1", `{"version":1,"note":"mới",` + sheet + `}`, 200, []string{`"version":2`}, nil},
		{"over another version", own, http.MethodPut, "/households/1", `{"version":1,` + sheet + `}`, 409, []string{"household.changed"}, nil},
		{"counts", own, http.MethodGet, "/cycles/nam-dong:2018/register", "", 200, []string{`"near_poor":1`, `"differ":1`, "Xã Thượng Long"}, nil},
		{"another's counts", other, http.MethodGet, "/cycles/nam-dong:2018/register", "", 200, []string{`{"items":[]}`}, nil},
		{"alike", own, http.MethodGet, "/cycles/nam-dong:2018/alike?unit=thuong-long", "", 200, []string{`{"items":[]}`}, nil},
		{"alike of all is not for a commune", own, http.MethodGet, "/cycles/nam-dong:2018/alike", "", 403, nil, nil},
		{"needs", own, http.MethodGet, "/cycles/nam-dong:2018/needs", "", 200, []string{`"code":"livestock"`}, nil},
		{"hamlets", own, http.MethodGet, "/units/thuong-long/hamlets", "", 200, []string{"Thôn 1"}, nil},
		{"another may not freeze it", other, http.MethodPut, "/cycles/nam-dong:2018/freezes", `{"unit":"thuong-long","basis":"QĐ 25"}`, 403, nil, nil},
		{"frozen", own, http.MethodPut, "/cycles/nam-dong:2018/freezes", `{"unit":"thuong-long","basis":"QĐ 25"}`, 200, []string{`"households":1`, `"basis":"QĐ 25"`}, nil},
		{"frozen twice", own, http.MethodPut, "/cycles/nam-dong:2018/freezes", `{"unit":"thuong-long","basis":"QĐ 25"}`, 409, []string{"freeze.already"}, nil},
		{"its class stays", own, http.MethodPut, "/households/1", `{"version":2,` + strings.Replace(sheet, "near_poor", "poor", 1) + `}`, 422, []string{"declared"}, nil},
		{"the commune does not open it", own, http.MethodPut, "/cycles/nam-dong:2018/freezes/reopen", `{"unit":"thuong-long","basis":"nhầm"}`, 403, nil, nil},
		{"another's freezes", other, http.MethodGet, "/cycles/nam-dong:2018/freezes", "", 200, []string{`{"items":[]}`}, nil},
		{"opened again", standing, http.MethodPut, "/cycles/nam-dong:2018/freezes/reopen", `{"unit":"thuong-long","basis":"nhầm"}`, 200, []string{`{"items":[]}`}, nil},
		{"standards", own, http.MethodGet, "/standards", "", 200, []string{"NĐ 07/2021/NĐ-CP", `"missing":["standard.missing.points"]`}, nil},
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
