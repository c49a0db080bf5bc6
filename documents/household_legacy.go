package documents

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The encodings of before Unicode that still come in Office files: bytes of
// Latin-1 that only look Vietnamese in a font of their own.
const (
	encodingTCVN3 = "TCVN3"
	encodingVNI   = "VNI"
)

// legacyFont returns the encoding that a font is made for.
func legacyFont(name string) string {
	name = strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, ".vn"):
		return encodingTCVN3
	case strings.HasPrefix(name, "vni-"), strings.HasPrefix(name, "vni "):
		return encodingVNI
	}
	return ""
}

// legacyText returns the old encoding in which a text is written, "" for
// Unicode. font is what legacyFont says of the cell. Without a font the text
// is judged by its words: one that is no Vietnamese syllable as it stands and
// becomes one when it is decoded.
func legacyText(s, font string) string {
	latin := false
	for _, r := range s {
		switch {
		case r < 0x80:
		case r <= 0xff:
			latin = true
		case unicode.IsLetter(r) || unicode.Is(unicode.Mn, r):
			return "" // ă, ơ, ư, đ, ế …: this is Unicode
		}
	}
	if !latin {
		return ""
	}
	if font != "" {
		return font
	}
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r < 'A' || r > 'Z' && r < 'a' || r > 'z' && r < 0x80 }) {
		if len(word) > 40 || !strings.ContainsFunc(word, func(r rune) bool { return r >= 0x80 }) || !strings.ContainsFunc(word, func(r rune) bool { return r < 0x80 }) || wellWritten(word) {
			continue
		}
		// What can be read as VNI is VNI: its pairs of a vowel and a mark hardly
		// ever come in TCVN3. ñ alone is a letter of Êđê names too.
		if strings.ContainsFunc(word, func(r rune) bool { return r >= 0x80 && r != 'ñ' && r != 'Ñ' }) && syllable(fromVNI(word)) {
			return encodingVNI
		}
		if syllable(fromTCVN3(word)) {
			return encodingTCVN3
		}
	}
	return ""
}

var (
	tones       = strings.NewReplacer("\u0300", "", "\u0301", "", "\u0303", "", "\u0309", "", "\u0323", "")
	oneSyllable = regexp.MustCompile(`^(b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|qu|r|s|t|th|tr|v|x)?` +
		`(a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iêu|iu|oa|oă|oai|oao|oay|oe|oeo|oi|oo|ôi|ôô|ơi|ua|uâ|uây|uê|ui|uô|uôi|uơ|uy|uya|uyê|uyu|ưa|ưi|ươ|ươi|ươu|ưu|yê|yêu)` +
		`(c|ch|m|n|ng|nh|p|t)?$`)
)

// syllable says that a word, in whatever case, is built as a Vietnamese
// syllable is, with one tone at most.
func syllable(word string) bool {
	apart := norm.NFD.String(strings.ToLower(word))
	bare := tones.Replace(apart)
	if len(apart)-len(bare) > len("\u0323") {
		return false
	}
	return oneSyllable.MatchString(norm.NFC.String(bare))
}

// wellWritten says that a word is a syllable whose case is even: hộ, Hộ, HỘ.
func wellWritten(word string) bool {
	lower, upper := strings.ToLower(word), strings.ToUpper(word)
	rest := word
	for i := range word {
		if i > 0 {
			rest = word[i:]
			break
		}
	}
	even := word == lower || word == upper || rest == strings.ToLower(rest)
	return even && syllable(word)
}

var tcvn3 = decoder(
	"¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ¨ă©âªê«ô¬ơ\u00adư®đ" +
		"µà¶ả·ã¸á¹ạ»ằ¼ẳ½ẵ¾ắÆặÇầÈẩÉẫÊấËậÌèÎẻÏẽÐéÑẹÒềÓểÔễÕếÖệ×ìØỉÜĩÝíÞị" +
		"ßòáỏâõãóäọåồæổçỗèốéộêờëởìỡíớîợïùñủòũóúôụõừöử÷ữøứùựúỳûỷüỹýýþỵ")

func decoder(pairs string) map[rune]rune {
	m := map[rune]rune{}
	all := []rune(pairs)
	for i := 0; i+1 < len(all); i += 2 {
		m[all[i]] = all[i+1]
	}
	return m
}

func fromTCVN3(word string) string {
	return strings.Map(func(r rune) rune {
		if to, ok := tcvn3[r]; ok {
			return to
		}
		return r
	}, word)
}

// In VNI a letter is followed by its marks; a few are letters by themselves.
var (
	vniAlone = map[rune]string{'ñ': "đ", 'ô': "ơ", 'ö': "ư", 'æ': "ỉ", 'ó': "ĩ", 'ò': "ị", 'î': "ỵ", 'ì': "ì", 'í': "í"}
	vniTone  = map[rune]string{'ø': "\u0300", 'ù': "\u0301", 'û': "\u0309", 'õ': "\u0303", 'ï': "\u0323"}
	vniHat   = map[rune]string{'â': "\u0302", 'á': "\u0302\u0301", 'à': "\u0302\u0300", 'å': "\u0302\u0309", 'ã': "\u0302\u0303", 'ä': "\u0302\u0323"}
	vniBreve = map[rune]string{'ê': "\u0306", 'é': "\u0306\u0301", 'è': "\u0306\u0300", 'ú': "\u0306\u0309", 'ü': "\u0306\u0303", 'ë': "\u0306\u0323"}
)

// fromVNI returns the word in lower case; the word as it is where a mark
// stands behind a letter that cannot bear it.
func fromVNI(word string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range strings.ToLower(word) {
		var mark string
		switch {
		case strings.ContainsRune("aeouyôö", last) && vniTone[r] != "":
			mark = vniTone[r]
		case strings.ContainsRune("aeo", last) && vniHat[r] != "":
			mark = vniHat[r]
		case last == 'a' && vniBreve[r] != "":
			mark = vniBreve[r]
		case vniAlone[r] != "":
			mark = vniAlone[r]
		case r < 0x80:
			mark = string(r)
		default:
			return word
		}
		b.WriteString(mark)
		last = r
	}
	return norm.NFC.String(b.String())
}

var (
	mangled = regexp.MustCompile(`á»|áº|Ä‘|Æ°|Æ¡|Ã¡|Ã´|Ãª`)
	lost    = regexp.MustCompile("\ufffd|\\p{L}\\?\\p{L}")
)

// broken says how a text was spoilt on its way: its bytes read in another
// encoding, or its letters lost.
func broken(s string) string {
	if !strings.ContainsAny(s, "?\ufffdáÄÆÃ") {
		return ""
	}
	switch {
	case mangled.MatchString(s):
		return "workbook.mangled"
	case lost.MatchString(s):
		return "workbook.letters_lost"
	}
	return ""
}
