package poverty

import (
	"context"
)

// UnreadMost is how far unread notices are counted; who has more learns that
// there are more.
const UnreadMost = 99

// InboxFilter chooses notices of one person, the newest first.
type InboxFilter struct {
	Unread bool
	After  int64 // continue behind this notice
	Limit  int
}

// Inbox is what a person was told, over all cycles, whether by mail or in the
// program alone. Every method is about the person of the context and nobody
// else's notices.
type Inbox interface {
	Inbox(ctx context.Context, f InboxFilter) ([]Notice, error)
	// Unread counts what was not opened yet, up to UnreadMost + 1.
	Unread(ctx context.Context) (int, error)
	// ReadNotice marks a notice as read, once, and returns it; NotFound when it is
	// another's.
	ReadNotice(ctx context.Context, id int64) (Notice, error)
	// ReadAll marks as read what is not, up to a notice and with it, and returns how
	// many that were. What came after it stays.
	ReadAll(ctx context.Context, upTo int64) (int, error)
}

// Optional names the setting by which a person may keep a kind of notice out of
// the mail: reminders up to the last day, and what was decided about duties of
// one's own unit. Nothing else can be: not what is overdue or climbs to an office,
// not what demands an answer, not an instruction.
func Optional(kind NoticeKind, demand Demand, office OfficeID, debtor UnitID, text string) (setting string, ok bool) {
	switch {
	case demand != DemandNothing:
		return "", false
	case kind == NoticeReminder:
		return "reminders", true
	case kind == NoticeDecision && office.Unit() == debtor && text != "directed":
		return "decisions", true
	}
	return "", false
}
