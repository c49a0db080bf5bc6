package locale

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// A collator keeps state between calls and must not be shared.
var collators = sync.Pool{New: func() any {
	return collate.New(language.Vietnamese, collate.Numeric)
}}

// Compare orders two names as Vietnamese does: a < ă < â, d < đ, tones after
// letters, and thôn 2 before thôn 10.
func Compare(a, b string) int {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	return c.CompareString(a, b)
}

// Sort sorts names in Vietnamese order.
func Sort(names []string) {
	slices.SortStableFunc(names, Compare)
}

// SortBy sorts items in the Vietnamese order of their names; items of one name
// stay as they were.
func SortBy[T any](items []T, name func(T) string) {
	slices.SortStableFunc(items, func(a, b T) int { return Compare(name(a), name(b)) })
}

// NFC returns s in the composed form in which the store keeps every text.
// Files made on a Mac come decomposed.
func NFC(s string) string { return norm.NFC.String(s) }

// Fold returns a key to search by: lower case, no tones, đ as d, one space
// between words, so that "hoá", "hóa" and "HOA" meet. It is never an identity:
// Cam Thành and Cam Thanh are two communes with one key.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r == 'đ' || r == 'Đ':
			r = 'd'
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
