package main

import (
	"fmt"
	netmail "net/mail"
	"time"

	"dondoc/documents"
	"dondoc/poverty"
)

// invitations makes the files of meetings for calendars, for mails and pages.
type invitations struct {
	baseURL string
	domain  string
	from    string // who sends mails: "Đôn Đốc <dondoc@example.vn>"
}

func (i invitations) mailed(m poverty.Meeting, to poverty.User, off bool, at time.Time) ([]byte, error) {
	from := ""
	if a, err := netmail.ParseAddress(i.from); err == nil {
		from = a.Address
	}
	return documents.WriteInvitation(m, documents.Invitation{
		Domain: i.domain, Link: i.link(m), Organizer: from, Attendee: to, Cancelled: off, Stamp: at,
	})
}

// Invitation is the file that a page offers.
func (i invitations) Invitation(m poverty.Meeting, at time.Time) ([]byte, error) {
	return documents.WriteInvitation(m, documents.Invitation{Domain: i.domain, Link: i.link(m), Stamp: at})
}

func (i invitations) link(m poverty.Meeting) string {
	return fmt.Sprintf("%s/meetings/%d", i.baseURL, m.ID)
}
