package api

import (
	"strconv"
	"strings"
	"testing"

	"dondoc/poverty"
)

func TestAPI_offices_are_given_by_the_standing_office_to_units_of_its_cycle(t *testing.T) {
	o := newOffice(t)
	const (
		holders     = "/offices/holders"
		substitutes = "/offices/substitutes"
		give        = `{"office":"thuong-long/head","login":"huong-phu.deputy","from":"2018-05-02","basis":"QĐ 3"}`
		stand       = `{"office":"thuong-long/officer","login":"huong-phu.deputy","from":"2018-05-03","until":"2018-05-31","cycle":"nam-dong:2018","basis":"CV 4"}`
	)
	for _, tt := range []struct {
		name, who, method, path, body string
		status                        int
		has                           []string
	}{
		{"not by the unit", own, "PUT", holders, give, 403, []string{"office.forbidden"}},
		{"not by a stranger", stranger, "PUT", holders, give, 403, []string{"office.forbidden"}},
		{"not by nobody", "", "PUT", holders, give, 401, nil},
		{"not to oneself", standing, "PUT", holders, strings.Replace(give, "huong-phu.deputy", standing, 1), 422, []string{"office.not_oneself", `"location":"body.login"`}},
		{"given", standing, "PUT", holders, give, 200, []string{`"name":"Cán bộ huong-phu.deputy"`, `"valid_from":"2018-05-02"`, `"basis":"QĐ 3"`}},
		{"not twice", standing, "PUT", holders, give, 422, []string{"office.holds_it"}},
		{"no basis", standing, "PUT", substitutes, strings.Replace(stand, "CV 4", " ", 1), 422, []string{"office.basis_needed"}},
		{"a substitute", standing, "PUT", substitutes, stand, 200, []string{`"substitute":true`, `"cycle":"nam-dong:2018"`}},
		{"not by another unit", other, "PUT", "/holdings/32/end", `{"last":"2018-05-10"}`, 403, nil},
		{"ended early", standing, "PUT", "/holdings/32/end", `{"last":"2018-05-10"}`, 200, []string{`"last":"2018-05-10"`}},
		{"no such substitution", standing, "PUT", "/holdings/999/end", `{"last":"2018-05-10"}`, 404, []string{"office.no_holding"}},
		{"vacated", standing, "PUT", "/offices/vacancies", `{"office":"thuong-long/deputy","from":"2018-05-04"}`, 200, nil},
		{"not for what stands above", standing, "PUT", "/offices/vacancies", `{"office":"nam-dong/head","from":"2018-05-04"}`, 403, nil},
		{"all can be read", stranger, "GET", "/units/thuong-long/holdings", "", 200, []string{`"valid_to":"2018-05-01"`, `"valid_to":"2018-05-10"`, `"valid_to":"2018-05-03"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := tt.path
			if strings.HasPrefix(path, "/holdings/32") {
				path = "/holdings/" + o.substitution(t) + "/end"
			}
			w := o.ask(t, tt.who, tt.method, path, tt.body)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
			for _, want := range tt.has {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("no %s in %s", want, w.Body)
				}
			}
		})
	}
}

// substitution is the ID of the only substitution in Thượng Long.
func (o *office) substitution(t *testing.T) string {
	t.Helper()
	found, err := o.db.Holdings(poverty.WithActor(t.Context(), poverty.Actor{User: o.users[own]}), "thuong-long")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range found {
		if h.Substitute {
			return strconv.FormatInt(int64(h.ID), 10)
		}
	}
	t.Fatal("nobody stands in")
	return ""
}
