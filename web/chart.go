package web

import (
	"strconv"
	"unicode/utf8"
)

// chart is a drawing in SVG with the table that says the same. Its parts go by
// classes of the style sheet and by patterns, so that it can be told apart in
// grey and without colours. Units are those of its view box, which is 420 wide.
type chart struct {
	ID     string
	Title  string
	About  string // what is to be seen, in a sentence
	Height int
	Keys   []chartKey
	Bars   []chartBar
	Words  []chartWord
	Head   []string   // of the table
	Rows   [][]string // the first cell names the row
}

// chartKey is an entry of the legend.
type chartKey struct {
	Series int
	Label  string
}

// chartBar is a rectangle of a series (1 to 4).
type chartBar struct {
	X, Y, W, H int
	Series     int
}

// chartWord is a text; Anchor is start, middle or end.
type chartWord struct {
	X, Y   int
	Anchor string
	Text   string
	Strong bool
}

const (
	chartWide = 420
	chartBarH = 14
	chartName = 60 // runes
)

// chartRow is a row of a chart: its name, the numbers of its series, and how
// they read.
type chartRow struct {
	Label  string
	Values []int64
	Texts  []string
}

func (c *chart) frame(first string, series []string, rows []chartRow) {
	c.Head = append([]string{first}, series...)
	for i, s := range series {
		c.Keys = append(c.Keys, chartKey{i + 1, s})
	}
	for _, r := range rows {
		c.Rows = append(c.Rows, append([]string{r.Label}, r.Texts...))
	}
}

// Empty reports whether there is nothing to draw.
func (c chart) Empty() bool { return len(c.Rows) == 0 }

// barChart draws the series of each row as bars below its name.
func barChart(id, title, about, first string, series []string, rows []chartRow) chart {
	c := chart{ID: id, Title: title, About: about}
	c.frame(first, series, rows)
	most, room := int64(1), 90 // for the number behind the longest bar, as a phone shows it
	for _, r := range rows {
		for i, n := range r.Values {
			most, room = max(most, n), max(room, 10+8*utf8.RuneCountInString(r.Texts[i]))
		}
	}
	y := 4
	for _, r := range rows {
		c.Words = append(c.Words, chartWord{0, y + 11, "start", clipped(r.Label), true})
		y += 16
		for i, n := range r.Values {
			if n == 0 && sum(r.Values) > 0 {
				continue // the table says it
			}
			w := scaled(n, most, chartWide-room)
			c.Bars = append(c.Bars, chartBar{0, y, w, chartBarH, i + 1})
			c.Words = append(c.Words, chartWord{w + 5, y + 11, "start", r.Texts[i], false})
			y += chartBarH + 2
		}
		y += 8
	}
	c.Height = y
	return c
}

// columnChart draws each row as a column, its series one on the other.
func columnChart(id, title, about, first string, series []string, rows []chartRow) chart {
	c := chart{ID: id, Title: title, About: about, Height: 190}
	c.frame(first, series, rows)
	if len(rows) == 0 {
		return c
	}
	const high, foot = 150, 165
	most := int64(1)
	for _, r := range rows {
		most = max(most, sum(r.Values))
	}
	step := chartWide / len(rows)
	wide := max(6, min(44, step-8))
	for i, r := range rows {
		x, y := i*step+(step-wide)/2, foot
		for s, n := range r.Values {
			h := scaled(n, most, high)
			if h == 0 {
				continue
			}
			y -= h
			c.Bars = append(c.Bars, chartBar{x, y, wide, h, s + 1})
		}
		c.Words = append(c.Words, chartWord{x + wide/2, foot + 15, "middle", r.Label, false})
		if total := sum(r.Values); total > 0 {
			c.Words = append(c.Words, chartWord{x + wide/2, y - 3, "middle", strconv.FormatInt(total, 10), true})
		}
	}
	return c
}

// flowStep is a step of a movement: what goes off or comes to a stock. Whole
// says that it is the stock itself.
type flowStep struct {
	Label string
	By    int
	Whole bool
}

// flowChart draws a movement from its start to its end: bars that hang between
// what was before and what is after each step.
func flowChart(id, title, about, first string, series []string, steps []flowStep, text func(int) string) chart {
	c := chart{ID: id, Title: title, About: about}
	c.Head = []string{first, title}
	for i, s := range series {
		c.Keys = append(c.Keys, chartKey{i + 1, s})
	}
	now, most := 0, 1
	for _, s := range steps {
		if s.Whole {
			now = 0
		}
		now += s.By
		most = max(most, now)
	}
	y := 4
	now = 0
	for _, s := range steps {
		from := now
		if s.Whole {
			from = 0
		}
		now = from + s.By
		series := 1
		switch {
		case s.Whole:
		case s.By < 0:
			series = 2
		default:
			series = 3
		}
		x1, x2 := scaled(int64(min(from, now)), int64(most), chartWide-90), scaled(int64(max(from, now)), int64(most), chartWide-90)
		c.Words = append(c.Words, chartWord{0, y + 11, "start", clipped(s.Label), s.Whole})
		y += 15
		if x2 > x1 || s.By != 0 {
			c.Bars = append(c.Bars, chartBar{x1, y, max(1, x2-x1), chartBarH, series})
		}
		said := text(s.By)
		if s.By > 0 && !s.Whole {
			said = "+" + said
		}
		c.Words = append(c.Words, chartWord{x2 + 5, y + 11, "start", said, false})
		y += chartBarH + 8
		c.Rows = append(c.Rows, []string{s.Label, said})
	}
	c.Height = y
	return c
}

// clipped returns a name as it fits across a chart; the table has all of it.
func clipped(name string) string {
	if r := []rune(name); len(r) > chartName {
		return string(r[:chartName-1]) + "…"
	}
	return name
}

func scaled(n, most int64, wide int) int {
	if n <= 0 || most <= 0 {
		return 0
	}
	return max(1, int(n*int64(wide)/most))
}

func sum(list []int64) (n int64) {
	for _, x := range list {
		n += x
	}
	return n
}
