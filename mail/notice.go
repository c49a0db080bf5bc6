package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// Letters words letters and knows where their links lead. BaseURL has no slash
// at its end; Domain is the right side of the Message-IDs.
type Letters struct {
	BaseURL string
	Domain  string
	// Invitation makes the file for calendars of a meeting for whoever is invited,
	// or taken off it again; nil: mails come without.
	Invitation func(m poverty.Meeting, to poverty.User, off bool, at time.Time) ([]byte, error)
}

// Message returns a letter as a mail in the language of whoever gets it: one
// mail for all that the person is told at that instant, the gravest first.
func (w Letters) Message(l poverty.Letter) Message {
	p := locale.For(l.To.Language)
	items := make([]item, 0, len(l.Notices))
	for _, n := range l.Notices {
		items = append(items, w.item(p, l, n))
	}
	subject := p.T("mail.subject.many", "count", len(items))
	if len(items) == 1 {
		subject = p.T("mail.subject.one", "what", items[0].head)
	}
	return Message{
		To: l.To.Email, Subject: subject, Text: w.text(p, l, items), HTML: w.html(p, l, items),
		ID: MessageID(l.ID, w.Domain), Date: l.At, Files: w.files(l),
	}
}

// files are the invitations that a letter brings. One that cannot be made is
// left out: the mail says all that it would.
func (w Letters) files(l poverty.Letter) []File {
	var files []File
	for _, n := range l.Notices {
		m, ok := l.Meetings[n.Meeting]
		if !ok || w.Invitation == nil {
			continue
		}
		off := n.Text == "uninvited" || n.Text == "cancelled"
		b, err := w.Invitation(m, l.To, off, n.At)
		if err != nil {
			slog.Error("invitation left out", "meeting", m.ID, "err", err)
			continue
		}
		method := "REQUEST"
		if off || m.State == poverty.MeetingCancelled {
			method = "CANCEL"
		}
		files = append(files, File{Name: m.Code + ".ics", Type: "text/calendar; charset=utf-8; method=" + method, Data: b})
	}
	return files
}

// invitation words a notice about a meeting.
func (w Letters) invitation(p *locale.Printer, m poverty.Meeting, n poverty.Notice) item {
	it := item{head: p.T("mail.meeting."+n.Text, "title", m.Title, "at", when(p, m)), link: fmt.Sprintf("%s/meetings/%d", w.BaseURL, m.ID)}
	if n.Text == "cancelled" || n.Text == "uninvited" {
		return it
	}
	it.lines = append(it.lines, p.T("mail.meeting.when", "at", when(p, m)))
	if m.Place != "" {
		it.lines = append(it.lines, p.T("mail.meeting.where", "place", m.Place))
	}
	it.lines = append(it.lines, p.T("mail.meeting.who", "unit", m.UnitName))
	for _, i := range m.Invitations {
		if i.Must && i.Office == n.Office {
			it.lines = append(it.lines, p.T("mail.meeting.must"))
		}
	}
	return it
}

// when words the time of a meeting.
func when(p *locale.Printer, m poverty.Meeting) string {
	if m.DayOnly() {
		return p.Date(m.StartsAt)
	}
	return p.DateTime(m.StartsAt)
}

// item is one notice in words.
type item struct {
	head  string // what it is about
	lines []string
	link  string
}

func (w Letters) item(p *locale.Printer, l poverty.Letter, n poverty.Notice) item {
	link := w.BaseURL + "/cycles/" + string(n.Cycle) + "/board"
	switch n.Kind {
	case poverty.NoticeSummary:
		return item{head: p.T("mail.summary.head"), lines: []string{p.T("mail.summary.text")}, link: link}
	case poverty.NoticeMeeting:
		return w.invitation(p, l.Meetings[n.Meeting], n)
	case poverty.NoticeObstacle:
		return item{head: p.T("mail.obstacle." + n.Text), lines: []string{p.T("mail.obstacle.text")}, link: fmt.Sprintf("%s/obstacles/%d", w.BaseURL, n.Obstacle)}
	case poverty.NoticeAssignment:
		return item{head: p.T("notice.what." + n.Text), lines: []string{p.T("mail.assignment.text")}, link: w.BaseURL + "/cycles/" + string(n.Cycle) + "/groups"}
	case poverty.NoticeVacancy:
		return item{head: p.T("mail.vacancy.head", "office", n.Text), lines: []string{p.T("mail.vacancy.text", "office", n.Text)}, link: link}
	case poverty.NoticeHandover:
		return w.handover(p, n)
	case poverty.NoticeList:
		d := l.Duties[n.Duty]
		return item{
			head:  p.T("mail.list.head", "what", p.T("notice.what."+n.Text), "unit", d.UnitName),
			lines: []string{p.T("mail.list.ask")}, link: fmt.Sprintf("%s/cycles/%s/plans/%s", w.BaseURL, n.Cycle, n.Unit),
		}
	case poverty.NoticeReminder, poverty.NoticeOverdue, poverty.NoticeEscalation, poverty.NoticeDecision:
	}
	d := l.Duties[n.Duty]
	about := d.Title
	if d.Period != "" {
		about = p.T("mail.of_period", "title", d.Title, "period", p.Month(d.Period))
	}
	it := item{link: fmt.Sprintf("%s/duties/%d", w.BaseURL, n.Duty)}
	late := 0
	if !d.LastDay.IsZero() {
		late = d.LastDay.DaysUntil(calendar.DateOf(l.At))
	}
	switch n.Kind {
	case poverty.NoticeReminder:
		it.head = p.T("mail.reminder.head", "what", about, "day", d.LastDay)
		it.lines = append(it.lines, p.T("mail.reminder.ask", "unit", d.UnitName, "day", d.LastDay))
	case poverty.NoticeOverdue:
		it.head = p.T("mail.overdue.head", "what", about, "days", late)
		it.lines = append(it.lines, p.T("mail.overdue.ask", "unit", d.UnitName, "day", d.LastDay, "days", late))
	case poverty.NoticeEscalation:
		it.head = p.T("mail.escalation.head", "unit", d.UnitName, "what", about, "days", late)
		it.lines = append(it.lines, p.T("mail.escalation.tell", "unit", d.UnitName, "day", d.LastDay, "days", late))
	case poverty.NoticeDecision:
		it.head = p.T("notice.what."+n.Text) + ": " + about
		if !d.LastDay.IsZero() && d.State.Owed() {
			it.lines = append(it.lines, p.T("mail.decision.term", "day", cmp.Or(d.HeldUntil, d.LastDay)))
		}
	case poverty.NoticeSummary, poverty.NoticeVacancy, poverty.NoticeList, poverty.NoticeMeeting, poverty.NoticeObstacle, poverty.NoticeAssignment, poverty.NoticeHandover:
	}
	switch n.Demand {
	case poverty.DemandAcknowledgement:
		it.lines = append(it.lines, p.T("mail.demand.acknowledgement"))
	case poverty.DemandDecision:
		it.lines = append(it.lines, p.T("mail.demand.decision"))
	case poverty.DemandNothing:
	}
	return it
}

// handover words what is open for an office to who takes it over.
func (w Letters) handover(p *locale.Printer, n poverty.Notice) item {
	count, err := strconv.Atoi(n.Text)
	if err != nil {
		slog.Error("handover without a number", "notice", n.ID, "text", n.Text)
	}
	return item{
		head: p.T("mail.handover.head", "office", n.OfficeName), lines: []string{p.T("mail.handover.text", "count", count)},
		link: fmt.Sprintf("%s/cycles/%s/units/%s", w.BaseURL, n.Cycle, n.Unit),
	}
}

func (w Letters) text(p *locale.Printer, l poverty.Letter, items []item) string {
	var b strings.Builder
	b.WriteString(p.T("mail.greeting", "name", l.To.Name) + "\n\n")
	for i, it := range items {
		fmt.Fprintf(&b, "%d. %s\n", i+1, it.head)
		for _, line := range it.lines {
			b.WriteString("   " + line + "\n")
		}
		b.WriteString("   " + p.T("mail.open", "link", it.link) + "\n\n")
	}
	b.WriteString(p.T("mail.footer") + "\n")
	return b.String()
}

func (w Letters) html(p *locale.Printer, l poverty.Letter, items []item) string {
	var b strings.Builder
	e := html.EscapeString
	fmt.Fprintf(&b, `<!doctype html><html lang="%s"><body style="font-family:sans-serif;font-size:16px;line-height:1.5;max-width:40em">`, p.Lang())
	fmt.Fprintf(&b, "<p>%s</p><ol>", e(p.T("mail.greeting", "name", l.To.Name)))
	for _, it := range items {
		fmt.Fprintf(&b, "<li><p><strong>%s</strong>", e(it.head))
		for _, line := range it.lines {
			b.WriteString("<br>" + e(line))
		}
		fmt.Fprintf(&b, `<br><a href="%s">%s</a></p></li>`, e(it.link), e(p.T("mail.answer")))
	}
	fmt.Fprintf(&b, `</ol><p style="color:#555">%s</p></body></html>`, e(p.T("mail.footer")))
	return b.String()
}

// Postman drains the queue of notices: it takes what is due, words it, sends
// it, and records how that ended. Several may run side by side.
type Postman struct {
	Post   poverty.Post
	Sender interface {
		SendAll(ctx context.Context, messages []Message) []error
	}
	Letters Letters
	Every   time.Duration // how often it looks
	Now     func() time.Time
}

// Run drains the queue until ctx ends. What cannot be reached now is tried
// again later.
func (p Postman) Run(ctx context.Context) {
	tick := time.NewTicker(p.Every)
	defer tick.Stop()
	for {
		for ctx.Err() == nil {
			n, err := p.Round(ctx)
			if err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "notices wait", "err", err)
			}
			if err != nil || n == 0 {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// batch is how many notices one round takes.
const batch = 200

// Round sends what is due now and returns how many letters that were.
func (p Postman) Round(ctx context.Context) (int, error) {
	ctx = poverty.WithActor(ctx, poverty.System("postman"))
	now := p.Now()
	letters, err := p.Post.Letters(ctx, now, now, batch)
	if err != nil || len(letters) == 0 {
		return 0, err
	}
	var done []poverty.Delivery
	var send []Message
	var sending []poverty.Letter
	for _, l := range letters {
		if l.To.Email == "" {
			done = append(done, poverty.Delivery{Letter: l, State: poverty.NoticeFailed, Failure: "no address", At: now})
			continue
		}
		sending, send = append(sending, l), append(send, p.Letters.Message(l))
	}
	for i, err := range p.Sender.SendAll(ctx, send) {
		d := poverty.Delivery{Letter: sending[i], State: poverty.NoticeSent, At: p.Now()}
		if err != nil {
			d.State, d.Failure = poverty.NoticeFailed, reason(err)
			if Temporary(err) {
				d.State, d.Retry = poverty.NoticeQueued, p.Now().Add(backoff(sending[i].Attempts))
			}
		}
		done = append(done, d)
	}
	return len(letters), p.Post.Delivered(context.WithoutCancel(ctx), done)
}

func reason(err error) string {
	if e, ok := errors.AsType[*Error](err); ok && e.Reason != "" {
		return e.Reason
	}
	return err.Error()
}

// backoff grows from 15 seconds to half an hour.
func backoff(attempts int) time.Duration {
	return min(15*time.Second<<min(attempts, 7), 30*time.Minute)
}
