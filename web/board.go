package web

import (
	"net/http"

	"dondoc/poverty"
)

type boardData struct {
	frame
	Board   poverty.Board
	Tiles   []tile
	Filter  dutyFilter
	Units   []poverty.Unit
	Periods []string
	Rows    []dutyRow
	Pager   pager
	MayAdd  bool

	Mentored []mentorRow // households that the reader looks after
}

// States returns the states that the filter offers.
func (boardData) States() []poverty.DutyState {
	return []poverty.DutyState{poverty.DutyOpen, poverty.DutyReturned}
}

// Troubles returns the kinds of trouble that the filter offers.
func (boardData) Troubles() []poverty.Trouble { return troubles }

type tile struct {
	Key   string
	Count int
	Href  string
	Tone  string // "bad", "warn" or ""
}

var boardPage = newPage[boardData]("board/board.html")

func (s *site) board(v *visit) error {
	counts, err := s.store.Board(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	filter := readDutyFilter(v.r.URL.Query())
	filter.Only = "overdue"
	rows, pages, err := v.dutyList(filter, v.r.URL.Path)
	if err != nil {
		return err
	}
	units, err := v.cycleUnits()
	if err != nil {
		return err
	}
	periods, err := v.periods()
	if err != nil {
		return err
	}
	filter.Only = ""
	counted := tiles(v.cycle.ID, counts)
	if v.cycle.MayGaps(v.me) {
		gaps, err := s.store.Gaps(v.ctx(), v.cycle.ID)
		if err != nil {
			return err
		}
		t := tile{Key: "board.tile.gaps", Count: len(gaps), Href: "/cycles/" + string(v.cycle.ID) + "/gaps"}
		if t.Count > 0 {
			t.Tone = "warn"
		}
		counted = append(counted, t)
	}
	mentored, err := v.mentored()
	if err != nil {
		return err
	}
	return boardPage.show(v, http.StatusOK, boardData{
		frame: v.frame("nav.board", v.p.T("nav.board")), Board: counts, Tiles: counted,
		Filter: filter, Units: units, Periods: periods, Rows: rows, Pager: pages, MayAdd: v.mayAdd(), Mentored: mentored,
	})
}

func tiles(id poverty.CycleID, b poverty.Board) []tile {
	at := "/cycles/" + string(id)
	list := []tile{
		{"board.tile.overdue", b.Overdue, at + "/duties?only=overdue", "bad"},
		{"board.tile.escalated", b.Escalated, at + "/escalations", "bad"},
		{"board.tile.soon", b.Soon, at + "/duties?only=owed", "warn"},
		{"board.tile.waiting", b.Waiting, at + "/duties?state=submitted", "warn"},
		{"board.tile.owed", b.Owed, at + "/duties?only=owed", ""},
		{"board.tile.undated", b.Undated, at + "/duties?only=undated", ""},
		{"board.tile.vacant", b.Vacant, at + "/notices?state=vacant", "warn"},
		{"board.tile.failed", b.Failed, at + "/notices?state=failed", "bad"},
	}
	if b.Unreachable > 0 {
		list = append(list, tile{"board.tile.unreachable", b.Unreachable, at + "/notices?state=failed", "bad"})
	}
	for i := range list {
		if list[i].Count == 0 {
			list[i].Tone = ""
		}
	}
	return list
}

type timelineData struct {
	frame
	Months []timelineMonth
}

type timelineMonth struct {
	Month  string // "2018-04"; "" for what has no last day
	Phases []phaseRow
	Today  bool // the marker of today stands in this month
}

type phaseRow struct {
	poverty.Phase
	Past bool // its last day is over
	Mark bool // today comes right before it
	Href string
}

// Whole reports whether all of it is done.
func (p phaseRow) Whole() bool { return p.Total > 0 && p.Done == p.Total }

var timelinePage = newPage[timelineData]("board/timeline.html")

func (s *site) timeline(v *visit) error {
	phases, err := s.store.Timeline(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data := timelineData{frame: v.frame("nav.timeline", v.p.T("nav.timeline"))}
	marked := false
	add := func(month string) *timelineMonth {
		if n := len(data.Months); n > 0 && data.Months[n-1].Month == month {
			return &data.Months[n-1]
		}
		data.Months = append(data.Months, timelineMonth{Month: month})
		return &data.Months[len(data.Months)-1]
	}
	for _, p := range sortPhases(phases) {
		month := ""
		if !p.LastDay.IsZero() {
			month = p.LastDay.String()[:7]
		}
		row := phaseRow{Phase: p, Href: "/cycles/" + string(v.cycle.ID) + "/duties?kind=&period=" + p.Period}
		if t, ok := v.cycle.Rules.Template(p.Code); ok {
			row.Href = "/cycles/" + string(v.cycle.ID) + "/duties?kind=" + string(t.Kind) + "&period=" + p.Period
			row.Title = v.title(p.Code, p.Title)
			if p.Future && p.Total == 0 {
				row.Total = len(v.cycle.Rules.Owing(t))
			}
		}
		row.Past = !p.LastDay.IsZero() && p.LastDay.Before(v.today)
		if !row.Past && !marked {
			row.Mark, marked = true, true
		}
		m := add(month)
		m.Phases = append(m.Phases, row)
	}
	return timelinePage.show(v, http.StatusOK, data)
}
