package web

import (
	"strings"
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"
)

func TestDifferences_mark_what_only_one_text_has(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, stored, typed string
		want                []segment
	}{
		{"the same", "Đã giúp ba hộ.", "Đã giúp ba hộ.", []segment{{"same", "Đã giúp ba hộ."}}},
		{"a word", "Đã giúp ba hộ.", "Đã giúp bốn hộ.", []segment{{"same", "Đã giúp "}, {"stored", "ba "}, {"typed", "bốn "}, {"same", "hộ."}}},
		{"more typed", "Đã giúp", "Đã giúp\nbốn hộ", []segment{{"same", "Đã "}, {"stored", "giúp"}, {"typed", "giúp\nbốn hộ"}}},
		{"nothing stored", "", "Đã giúp", []segment{{"typed", "Đã giúp"}}},
		{"nothing at all", "", "", nil},
	} {
		if diff := cmp.Diff(tt.want, differences(tt.stored, tt.typed)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// Whatever the texts are, nothing of either is lost.
func TestDifferences_hold_both_texts_whole(t *testing.T) {
	t.Parallel()
	whole := func(a, b []uint8) bool {
		text := func(words []uint8) string {
			var s strings.Builder
			for _, w := range words {
				s.WriteString([]string{"hộ ", "nghèo ", "bò\n", "  ", "xã", "ơ "}[w%6])
			}
			return s.String()
		}
		stored, typed := text(a), text(b)
		var left, right strings.Builder
		for _, s := range differences(stored, typed) {
			if s.Mark != "typed" {
				left.WriteString(s.Text)
			}
			if s.Mark != "stored" {
				right.WriteString(s.Text)
			}
		}
		return left.String() == stored && right.String() == typed
	}
	if err := quick.Check(whole, nil); err != nil {
		t.Error(err)
	}
	long := strings.Repeat("hộ nghèo ", maxDiff)
	if got := differences(long, long+"nữa"); len(got) != 2 || got[0].Text != long {
		t.Errorf("%d segments", len(got))
	}
}
