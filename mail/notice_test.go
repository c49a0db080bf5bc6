package mail

import (
	"strings"
	"testing"
	"time"

	"dondoc/poverty"
)

func TestLetters_the_list_of_a_plan_is_told_with_the_way_to_it(t *testing.T) {
	t.Parallel()
	w := Letters{BaseURL: "https://dondoc.example", Domain: "dondoc.example"}
	for language, want := range map[string]string{"vi": "Danh sách hộ của xã đã được phê duyệt: UBND xã Thượng Long", "en": "list of households is approved: UBND xã Thượng Long"} {
		m := w.Message(poverty.Letter{
			ID: "k", To: poverty.User{Name: "A", Email: "a@dondoc.example", Language: language}, At: time.Date(2018, 4, 26, 8, 0, 0, 0, time.UTC),
			Notices: []poverty.Notice{{Cycle: "nam-dong:2018", Duty: 7, Unit: "thuong-long", Kind: poverty.NoticeList, Text: "list_approved"}},
			Duties:  map[poverty.DutyID]poverty.Duty{7: {ID: 7, UnitName: "UBND xã Thượng Long", Title: "Kế hoạch"}},
		})
		if !strings.Contains(m.Text, want) || !strings.Contains(m.Text, "https://dondoc.example/cycles/nam-dong:2018/plans/thuong-long") {
			t.Errorf("%s: %s", language, m.Text)
		}
	}
}
