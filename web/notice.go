package web

import (
	"net/http"
	"net/url"
	"strconv"

	"dondoc/poverty"
)

var noticeStates = []poverty.NoticeState{
	poverty.NoticeQueued, poverty.NoticeSending, poverty.NoticeSent, poverty.NoticeFailed, poverty.NoticeInbox, poverty.NoticeSuperseded, poverty.NoticeVacant,
}

type noticeRow struct {
	poverty.Notice
}

// Link returns the address of what the notice is about.
func (n noticeRow) Link() string {
	switch {
	case n.Meeting != 0:
		return "/meetings/" + strconv.FormatInt(int64(n.Meeting), 10)
	case n.Obstacle != 0:
		return "/obstacles/" + strconv.FormatInt(int64(n.Obstacle), 10)
	case n.Document != 0:
		return "/documents/" + strconv.FormatInt(int64(n.Document), 10)
	case n.Kind == poverty.NoticeHandover:
		return "/cycles/" + string(n.Cycle) + "/units/" + string(n.Unit)
	case n.Kind == poverty.NoticeAssignment:
		return "/cycles/" + string(n.Cycle) + "/groups"
	case n.Duty == 0:
		return ""
	}
	if n.Kind == poverty.NoticeList {
		return "/cycles/" + string(n.Cycle) + "/plans/" + string(n.Unit)
	}
	return "/duties/" + strconv.FormatInt(int64(n.Duty), 10)
}

// Trouble reports whether somebody has to look after the notice.
func (n noticeRow) Trouble() bool {
	return n.State == poverty.NoticeFailed || n.State == poverty.NoticeVacant
}

func (v *visit) noticeRows(found []poverty.Notice) ([]noticeRow, error) {
	rows := make([]noticeRow, len(found))
	for i, n := range found {
		rows[i] = noticeRow{n}
		if n.Kind == poverty.NoticeVacancy && n.Text != "" {
			name, err := v.officeName(poverty.OfficeID(n.Text))
			if err != nil {
				return nil, err
			}
			rows[i].Text = name
		}
		if count, err := strconv.Atoi(n.Text); err == nil && n.Kind == poverty.NoticeHandover {
			rows[i].Text = v.p.T("notice.handover", "count", count)
		}
	}
	return rows, nil
}

type noticesData struct {
	frame
	State string
	Mine  bool
	Rows  []noticeRow
	Older string
}

// States returns what the filter offers.
func (noticesData) States() []poverty.NoticeState { return noticeStates }

var noticesPage = newPage[noticesData]("notice/notices.html")

func (s *site) notices(v *visit) error {
	q := v.r.URL.Query()
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64) // what is no number starts at the newest
	data := noticesData{frame: v.frame("nav.notices", v.p.T("nav.notices")), State: q.Get("state"), Mine: q.Get("mine") != ""}
	found, err := s.store.Notices(v.ctx(), poverty.NoticeFilter{
		Cycle: v.cycle.ID, State: poverty.NoticeState(data.State), Mine: data.Mine, After: after, Limit: perPage + 1,
	})
	if err != nil {
		return err
	}
	if len(found) > perPage {
		found = found[:perPage]
		next := url.Values{"after": {strconv.FormatInt(found[perPage-1].ID, 10)}, "state": {data.State}, "mine": {q.Get("mine")}}
		data.Older = v.r.URL.Path + "?" + next.Encode()
	}
	if data.Rows, err = v.noticeRows(found); err != nil {
		return err
	}
	return noticesPage.show(v, http.StatusOK, data)
}
