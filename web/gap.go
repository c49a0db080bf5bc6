package web

import (
	"net/http"

	"dondoc/poverty"
)

// gapRow is a gap as the page shows it, with where it is mended.
type gapRow struct {
	poverty.Gap
	Line string
	Link string
}

type gapSet struct {
	Kind poverty.GapKind
	Rows []gapRow
}

type gapsData struct {
	frame
	MayGaps bool
	Sets    []gapSet
}

// Tab names the page among those of assignment.
func (gapsData) Tab() string { return "gaps" }

var gapsPage = newPage[gapsData]("gap/gaps.html")

// gaps shows what is missing today in how help is assigned, and where to mend
// it.
func (s *site) gaps(v *visit) error {
	found, err := s.store.Gaps(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	needs, err := v.needNames()
	if err != nil {
		return err
	}
	data := gapsData{frame: v.frame("nav.helpers", v.p.T("gap.title")), MayGaps: true}
	for _, g := range found {
		name, err := v.unitName(g.Unit)
		if err != nil {
			return err
		}
		row := gapRow{Gap: g, Link: v.helpPath(g.Unit)}
		row.Line = label(v.p, "gap.line", g.Kind, "unit", name, "household", g.Code, "need", needs[g.Need], "count", g.Count, "limit", g.Limit)
		switch g.Kind {
		case poverty.GapAgencyOverloaded, poverty.GapAgencyIdle:
			row.Link = "/cycles/" + string(v.cycle.ID) + "/units/" + string(g.Unit)
		case poverty.GapCommuneWithoutGroup:
			row.Link = "/cycles/" + string(v.cycle.ID) + "/groups"
		case poverty.GapCommuneUnregistered:
			row.Link = "/cycles/" + string(v.cycle.ID) + "/registrations#" + string(g.Unit)
		case poverty.GapPriorityBehind, poverty.GapHouseholdWithoutHelp, poverty.GapNeedWithoutHelp, poverty.GapHouseholdWithoutGuide:
		}
		if n := len(data.Sets); n == 0 || data.Sets[n-1].Kind != g.Kind {
			data.Sets = append(data.Sets, gapSet{Kind: g.Kind})
		}
		last := &data.Sets[len(data.Sets)-1]
		last.Rows = append(last.Rows, row)
	}
	return gapsPage.show(v, http.StatusOK, data)
}
