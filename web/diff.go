package web

import (
	"slices"
	"strings"
	"unicode"
)

// segment is a run of words of two texts: Mark is "same", "stored" (only the
// stored text has it) or "typed" (only the typed one).
type segment struct{ Mark, Text string }

// maxDiff is how many words on each side are compared; longer texts are shown
// whole, one beside the other.
const maxDiff = 3000

// differences compares two texts word by word. Joined without what is marked
// "typed" they give the stored text, without what is marked "stored" the typed
// one.
func differences(stored, typed string) []segment {
	a, b := words(stored), words(typed)
	var list []segment
	add := func(mark, text string) {
		switch n := len(list); {
		case text == "":
		case n > 0 && list[n-1].Mark == mark:
			list[n-1].Text += text
		default:
			list = append(list, segment{mark, text})
		}
	}
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		add("same", a[head])
		head++
	}
	a, b = a[head:], b[head:]
	tail := 0
	for tail < len(a) && tail < len(b) && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	end := a[len(a)-tail:]
	a, b = a[:len(a)-tail], b[:len(b)-tail]
	if len(a) > maxDiff || len(b) > maxDiff {
		add("stored", strings.Join(a, ""))
		add("typed", strings.Join(b, ""))
		add("same", strings.Join(end, ""))
		return list
	}
	// longest[i][j] is the length of the longest common run of words, gaps
	// allowed, of a[i:] and b[j:].
	longest := make([][]int16, len(a)+1)
	for i := range longest {
		longest[i] = make([]int16, len(b)+1)
	}
	for i, word := range slices.Backward(a) {
		for j := range slices.Backward(b) {
			if word == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			add("same", a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && longest[i+1][j] >= longest[i][j+1]:
			add("stored", a[i])
			i++
		default:
			add("typed", b[j])
			j++
		}
	}
	add("same", strings.Join(end, ""))
	return list
}

// words cuts a text into words, each with the space behind it.
func words(s string) []string {
	var list []string
	start, space := 0, false
	for i, r := range s {
		if is := unicode.IsSpace(r); space && !is {
			list = append(list, s[start:i])
			start, space = i, false
		} else {
			space = is
		}
	}
	if start < len(s) {
		list = append(list, s[start:])
	}
	return list
}
