package poverty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func TestRules_Receiving_is_asked_of_those_that_help_the_commune(t *testing.T) {
	t.Parallel()
	r := poverty.Rules{Groups: []poverty.Group{
		{Commune: "x1", Lead: "a", Members: []poverty.UnitID{"c", "b"}},
		{Commune: "x1", Lead: "b", Members: []poverty.UnitID{"c", "d"}}, // b leads one group and is in the other
		{Commune: "x2", Lead: "e", Members: []poverty.UnitID{"a"}},
	}}
	for _, tt := range []struct {
		who  []string
		want []poverty.UnitID
	}{
		{[]string{"leads"}, []poverty.UnitID{"a", "b"}},
		{[]string{"members"}, []poverty.UnitID{"c", "d"}},
		{[]string{"leads", "members", "a"}, []poverty.UnitID{"a", "b", "c", "d"}},
		{[]string{"d", "e"}, []poverty.UnitID{"d"}}, // e does not help x1
		{[]string{"communes"}, nil},
	} {
		if diff := cmp.Diff(tt.want, r.Receiving(poverty.Template{Who: tt.who}, "x1")); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.who, diff)
		}
	}
}
