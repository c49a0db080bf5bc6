package api

import (
	"net/http"
	"strings"
	"testing"

	"dondoc/poverty"
)

func TestAPI_sheets_are_settled_as_the_store_allows(t *testing.T) {
	o := newOffice(t)
	ctx := poverty.WithActor(t.Context(), poverty.Actor{User: o.users[own]})
	scope := poverty.RegisterScope{Cycle: "nam-dong:2018", Unit: "thuong-long"}
	if err := o.db.PutHamlets(ctx, scope, []poverty.Hamlet{{Code: "t1", Name: "Thôn 1"}, {Code: "t2", Name: "Thôn 2"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.db.SaveHousehold(ctx, poverty.Household{Cycle: scope.Cycle, Unit: scope.Unit, Hamlet: "t1", Code: "1", Head: "Hồ Văn Ứng", Members: 3}, ""); err != nil {
		t.Fatal(err)
	}
	const all = "/cycles/nam-dong:2018/settlements"
	const strike = `{"kind":"struck","household":1,"version":1,"cause":"died","reason":"Chết"}`
	for _, tt := range []struct {
		name, who, method, path, body string
		status                        int
		has                           string
	}{
		{"nobody", "", http.MethodPost, all, strike, 401, ""},
		{"another commune", other, http.MethodPost, all, strike, 404, ""},
		{"in the commune's stead without a basis", standing, http.MethodPost, all, strike, 422, "body.basis"},
		{"without a cause", own, http.MethodPost, all, `{"kind":"struck","household":1,"version":1,"reason":"x"}`, 422, "body.cause"},
		{"another version", own, http.MethodPost, all, `{"kind":"struck","household":1,"version":9,"cause":"died","reason":"x"}`, 409, "household.changed"},
		{"struck off", own, http.MethodPost, all, strike, 200, `"kind":"struck"`},
		{"the list", own, http.MethodGet, all + "?unit=thuong-long", "", 200, "Hồ Văn Ứng"},
		{"another's list", other, http.MethodGet, all, "", 200, `{"items":[]}`},
		{"another takes back", other, http.MethodPut, "/settlements/1/undone", `{"reason":"x"}`, 404, ""},
		{"taken back", own, http.MethodPut, "/settlements/1/undone", `{"reason":"Nhầm"}`, 200, `"undone_reason":"Nhầm"`},
		{"the same again", own, http.MethodPut, "/settlements/1/undone", `{"reason":"Nhầm"}`, 200, `"undone_reason":"Nhầm"`},
		{"for another reason", own, http.MethodPut, "/settlements/1/undone", `{"reason":"Khác"}`, 409, "settlement.undone"},
		{"moved", own, http.MethodPost, all, `{"kind":"moved","household":1,"version":2,"hamlet":"t2","reason":"Chuyển nhà"}`, 200, `"kind":"moved"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := o.ask(t, tt.who, tt.method, tt.path, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) {
				t.Errorf("status %d, want %d with %q: %s", w.Code, tt.status, tt.has, w.Body)
			}
		})
	}
}
