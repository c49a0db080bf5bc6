package poverty

import (
	"slices"
	"strings"
	"unicode"
)

// Signatory is who signs a unit's paper, as things stood on the day of the
// paper.
type Signatory struct {
	Committee  bool   // the unit decides as a body: a people's committee
	Unit       UnitID // whose paper it is
	Head       string // title of the unit's head
	Office     Office // that signs
	OwnHead    string // title of the head of the office's own unit
	Substitute bool   // somebody stands in for the holder
	Vacant     bool   // nobody holds the office
	Own        Office // that who stands in holds in the same unit; zero: none
	Name       string // of the person
}

// Lines returns what stands above a signature, in capitals (NĐ 30/2020/NĐ-CP,
// Phụ lục I, II.7): TM. for a body; KT. where a deputy signs for the head, or
// stands in for him; Q. where somebody acts in a vacant office; TUQ. where
// somebody else was given the head's signature; TL. where the head of an office
// below signs by order.
func (s Signatory) Lines() []string {
	head, title := rankOf(s.Head), rankOf(s.Office.Title)
	if s.Office.Unit != s.Unit {
		inner := s
		inner.Unit, inner.Head, inner.Committee = s.Office.Unit, s.OwnHead, false
		return append([]string{"TL. " + head}, inner.Lines()...)
	}
	var lines []string
	if s.Committee {
		lines = append(lines, "TM. ỦY BAN NHÂN DÂN")
	}
	switch {
	case s.Substitute && s.Own.Role == RoleDeputy && s.Office.Role == RoleHead:
		return append(lines, "KT. "+head, rankOf(s.Own.Title))
	case s.Substitute && s.Vacant:
		return append(lines, "Q. "+title)
	case s.Substitute:
		lines = append(lines, "TUQ. "+head)
		if s.Own.Title != "" {
			lines = append(lines, rankOf(s.Own.Title))
		}
		return lines
	case s.Office.Role == RoleHead:
		return append(lines, title)
	case s.Office.Role == RoleDeputy:
		return append(lines, "KT. "+head, title)
	}
	return append(lines, "TUQ. "+head, title)
}

// ranks are the offices as signatures name them: without the unit or the field
// that an office's title adds.
var ranks = []string{
	"Phó Chủ tịch", "Chủ tịch", "Phó Trưởng phòng", "Trưởng phòng", "Phó Chánh Văn phòng", "Chánh Văn phòng", "Phó Giám đốc", "Giám đốc",
	"Phó Trưởng ban", "Trưởng ban", "Phó Trưởng Công an", "Trưởng Công an", "Phó Chỉ huy trưởng", "Chỉ huy trưởng", "Phó Bí thư", "Bí thư",
	"Phó Chi cục trưởng", "Chi cục trưởng", "Phó Viện trưởng", "Viện trưởng", "Phó Chánh án", "Chánh án", "Phó Hiệu trưởng", "Hiệu trưởng",
}

// rankOf returns an office's title as a signature has it: "Phó Chủ tịch UBND
// huyện phụ trách giảm nghèo" is "PHÓ CHỦ TỊCH".
func rankOf(title string) string {
	title = strings.ToUpper(strings.TrimSpace(title))
	for _, r := range ranks {
		if r = strings.ToUpper(r); title == r || strings.HasPrefix(title, r+" ") {
			return r
		}
	}
	return title
}

const committeeName = "Ủy ban nhân dân"

// NameLines returns a unit's name as the head of a paper has it: a people's
// committee in full, with its place in a line of its own, and
// whether it is one.
func NameLines(name string) (lines []string, committee bool) {
	for _, short := range []string{"UBND ", committeeName + " "} {
		if place, ok := strings.CutPrefix(name, short); ok {
			return []string{committeeName, place}, true
		}
	}
	return []string{name}, false
}

// IsCommitteeOffice reports whether a unit is a people's committee's own office,
// whose head usually signs notices of conclusions by order of the chair.
func IsCommitteeOffice(name string) bool { return strings.HasPrefix(name, "Văn phòng") }

// PlaceOf returns the place of a unit's name: "UBND xã Cam An" is at "Cam An".
func PlaceOf(name string) string {
	for _, word := range []string{"UBND ", "Ủy ban nhân dân ", "xã ", "phường ", "thị trấn ", "thị xã ", "đặc khu ", "huyện ", "quận ", "thành phố ", "tỉnh "} {
		name = strings.TrimPrefix(name, word)
	}
	return name
}

// SymbolOf returns how a unit stands in symbols: UBND, or the initials of its
// name without the word for its tier, to be mended: "Phòng Lao động - Thương binh
// và Xã hội huyện" is PLĐTBXH.
func SymbolOf(name string) string {
	if _, committee := NameLines(name); committee {
		return "UBND"
	}
	words := slices.DeleteFunc(strings.Fields(name), func(w string) bool {
		return !unicode.IsLetter([]rune(w)[0]) || slices.Contains([]string{"và", "của", "các"}, w)
	})
	if n := len(words) - 1; n > 2 && slices.Contains([]string{"huyện", "quận", "xã", "phường", "tỉnh"}, words[n]) {
		words = words[:n]
	}
	var b strings.Builder
	for _, w := range words {
		if strings.ToUpper(w) == w { // an abbreviation already, as HĐND
			b.WriteString(w)
			continue
		}
		b.WriteString(strings.ToUpper(string([]rune(w)[0])))
	}
	return b.String()
}
