package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"iter"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

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
// mail for all that the person is told at that instant, the gravest first, and
// at a notice time also for what is still late.
func (w Letters) Message(l poverty.Letter) Message {
	p := locale.For(l.To.Language)
	sections := w.sections(p, l)
	return Message{
		To: l.To.Email, Subject: subject(p, sections), Text: w.text(p, l, sections), HTML: w.html(p, l, sections),
		ID: MessageID(l.ID, w.Domain), Date: l.At, Files: w.files(l),
	}
}

// section is the items of one gravity.
type section struct {
	kind  string   // decision, acknowledgement, late, soon, news, open
	lead  []string // what holds of all of them, said once
	all   string   // the address of the page with all of them
	items []item
	more  int // how many are left out
}

// gather says once what every item of a section would repeat.
func (s *section) gather() {
	if len(s.items) < 2 {
		return
	}
	for _, line := range s.items[0].lines {
		if !slices.ContainsFunc(s.items, func(it item) bool { return !slices.Contains(it.lines, line) }) {
			s.lead = append(s.lead, line)
		}
	}
	for i := range s.items {
		s.items[i].lines = slices.DeleteFunc(s.items[i].lines, func(line string) bool { return slices.Contains(s.lead, line) })
	}
}

// sections sorts what a letter tells by what it asks of its reader.
func (w Letters) sections(p *locale.Printer, l poverty.Letter) []section {
	by := map[string]*section{}
	var list []*section
	for _, kind := range []string{"decision", "acknowledgement", "late", "soon", "news", "open"} {
		by[kind] = &section{kind: kind}
		list = append(list, by[kind])
	}
	for _, n := range l.Notices {
		kind := "news"
		switch {
		case n.Kind == poverty.NoticeStanding:
			continue
		case n.Demand == poverty.DemandDecision:
			kind = "decision"
		case n.Demand == poverty.DemandAcknowledgement:
			kind = "acknowledgement"
		case n.Kind == poverty.NoticeOverdue || n.Kind == poverty.NoticeEscalation:
			kind = "late"
		case n.Kind == poverty.NoticeReminder:
			kind = "soon"
		}
		by[kind].items = append(by[kind].items, w.item(p, l, n))
		if kind == "decision" || kind == "acknowledgement" {
			by[kind].all = w.BaseURL + "/cycles/" + string(n.Cycle) + "/waiting"
		}
	}
	for _, d := range l.Open {
		by["open"].items = append(by["open"].items, w.open(p, l, d))
	}
	by["open"].more = l.More
	var filled []section
	for _, s := range list {
		if len(s.items) > 0 {
			s.gather()
			filled = append(filled, *s)
		}
	}
	return filled
}

// subject names what a mail with one item is about, and counts the gravest of
// others.
func subject(p *locale.Printer, sections []section) string {
	count := 0
	for _, s := range sections {
		count += len(s.items) + s.more
	}
	switch {
	case count == 0:
		return p.T("mail.subject.many", "count", 0)
	case count == 1:
		return p.T("mail.subject.one", "what", sections[0].items[0].head)
	}
	first := p.T("mail.section."+sections[0].kind, "count", len(sections[0].items)+sections[0].more)
	if rest := count - len(sections[0].items) - sections[0].more; rest > 0 {
		first = p.T("mail.subject.and", "first", first, "count", rest)
	}
	return p.T("mail.subject.one", "what", first)
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
	case poverty.NoticeDocument:
		return item{head: p.T("mail.document.head", "title", n.About), lines: []string{p.T("mail.document.text")}, link: fmt.Sprintf("%s/documents/%d", w.BaseURL, n.Document)}
	case poverty.NoticeCalendar:
		return item{head: p.T("mail.calendar.head"), lines: []string{p.T("mail.calendar.text")}, link: link}
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
	case poverty.NoticeReminder, poverty.NoticeOverdue, poverty.NoticeEscalation, poverty.NoticeDecision, poverty.NoticeStanding:
	}
	d := l.Duties[n.Duty]
	it := item{link: w.work(n.Duty)}
	late := lateBy(d, l.At)
	switch n.Kind {
	case poverty.NoticeReminder:
		it.head = p.T("mail.reminder.head", "what", about(p, d), "day", d.LastDay)
		it.lines = append(it.lines, p.T("mail.reminder.ask", "unit", d.UnitName, "day", d.LastDay))
	case poverty.NoticeOverdue:
		it.head = p.T("mail.overdue.head", "what", about(p, d), "days", late)
		it.lines = append(it.lines, p.T("mail.late", "trouble", p.T("duty.trouble."+string(cmp.Or(d.Trouble, poverty.TroubleMissing))), "day", d.LastDay))
		it.lines = append(it.lines, p.T(asks("mail.overdue.ask", l, d.Unit), "unit", d.UnitName))
	case poverty.NoticeEscalation:
		it.head = p.T("mail.escalation.head", "unit", d.UnitName, "what", about(p, d), "days", late)
		if n.Text == "handed" {
			it.head = p.T("notice.what.handed") + ": " + it.head
		}
		it.lines = append(it.lines, p.T("mail.late", "trouble", p.T("duty.trouble."+string(cmp.Or(d.Trouble, poverty.TroubleMissing))), "day", d.LastDay))
		if done := w.done(p, d); done != "" {
			it.lines = append(it.lines, done)
		}
	case poverty.NoticeDecision:
		it.head = p.T("notice.what."+n.Text) + ": " + about(p, d)
		if n.Text == "requested" {
			it.head = d.UnitName + " – " + it.head
			it.lines = append(it.lines, p.T("decision.requested", "day", d.Requested))
			it.link = w.form(n.Duty, poverty.ActExtend)
		} else if !d.LastDay.IsZero() && d.State.Owed() {
			it.lines = append(it.lines, p.T("mail.decision.term", "day", cmp.Or(d.HeldUntil, d.LastDay)))
		}
	case poverty.NoticeSummary, poverty.NoticeVacancy, poverty.NoticeList, poverty.NoticeMeeting, poverty.NoticeObstacle, poverty.NoticeAssignment, poverty.NoticeDocument,
		poverty.NoticeStanding, poverty.NoticeCalendar, poverty.NoticeHandover:
	}
	switch n.Demand {
	case poverty.DemandAcknowledgement:
		it.lines = append(it.lines, w.until(p, "mail.demand.acknowledgement", n.AnswerBy))
		it.link = w.form(n.Duty, poverty.ActAcknowledge)
	case poverty.DemandDecision:
		it.lines = append(it.lines, w.until(p, "mail.demand.decision", n.AnswerBy))
		it.link = w.form(n.Duty, poverty.ActDirect)
	case poverty.DemandNothing:
	}
	if n.ThenAt != nil && n.ThenTo != "" && d.State.Owed() {
		it.lines = append(it.lines, p.T("mail.then", "at", p.DateTime(*n.ThenAt), "whom", addressees(p, l, n.ThenTo)))
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

// until words a demand and until when it is to be answered.
func (w Letters) until(p *locale.Printer, key string, by *time.Time) string {
	if by == nil {
		return p.T(key)
	}
	return p.T(key) + " " + p.T("mail.demand.until", "at", p.DateTime(*by))
}

// addressees words whom a rung addresses: offices by their part in the cycle, or
// by their titles.
func addressees(p *locale.Printer, l poverty.Letter, to string) string {
	var names []string
	for word := range strings.SplitSeq(to, ",") {
		if p.Has("duty.to." + word) {
			word = p.T("duty.to." + word)
		}
		names = append(names, cmp.Or(l.Offices[poverty.OfficeID(word)], word))
	}
	return strings.Join(names, ", ")
}

// asks chooses the wording of a demand: to units of the government line as to
// subordinates, to police, army, courts, banks, the Front and the Party as a
// request.
func asks(key string, l poverty.Letter, unit poverty.UnitID) string {
	if l.Lines[unit] == poverty.LineGovernment {
		return key + "_order"
	}
	return key
}

func about(p *locale.Printer, d poverty.Duty) string {
	if d.Period != "" {
		return p.T("mail.of_period", "title", d.Title, "period", p.Period(d.Period))
	}
	return d.Title
}

func lateBy(d poverty.Duty, at time.Time) int {
	if d.LastDay.IsZero() {
		return 0
	}
	return d.LastDay.DaysUntil(calendar.DateOf(at))
}

// done words what was already done about a late duty; "" where nothing was.
func (w Letters) done(p *locale.Printer, d poverty.Duty) string {
	switch {
	case !d.Requested.IsZero():
		return p.T("decision.requested", "day", d.Requested)
	case !d.HeldUntil.IsZero():
		return p.T("mail.done.held", "day", d.HeldUntil)
	case d.Extended:
		return p.T("mail.done.extended", "day", d.LastDay)
	case d.Rung != "" && strings.HasPrefix(d.Rung, string(calendar.KindOverdue)):
		return p.T("mail.done.rung", "days", strings.TrimPrefix(d.Rung, string(calendar.KindOverdue)+" "))
	}
	return ""
}

// open words a duty that is still late.
func (w Letters) open(p *locale.Printer, l poverty.Letter, d poverty.Duty) item {
	it := item{head: p.T("mail.escalation.head", "unit", d.UnitName, "what", about(p, d), "days", lateBy(d, l.At)), link: w.work(d.ID)}
	if done := w.done(p, d); done != "" {
		it.lines = append(it.lines, done)
	}
	return it
}

// work is the address that leads to where a duty is worked on.
func (w Letters) work(id poverty.DutyID) string {
	return fmt.Sprintf("%s/duties/%d/work", w.BaseURL, id)
}

// form is the address of a duty's page with the form of an act open.
func (w Letters) form(id poverty.DutyID, act poverty.Act) string {
	return fmt.Sprintf("%s/duties/%d?act=%s#act-%s", w.BaseURL, id, act, act)
}

func (w Letters) text(p *locale.Printer, l poverty.Letter, sections []section) string {
	var b strings.Builder
	b.WriteString(p.T("mail.greeting", "name", l.To.Name) + "\n\n")
	n := 0
	for _, s := range sections {
		b.WriteString(strings.ToUpper(p.T("mail.section."+s.kind, "count", len(s.items)+s.more)) + "\n\n")
		for _, line := range s.lead {
			b.WriteString(line + "\n")
		}
		if s.all != "" && len(s.items) > 1 {
			b.WriteString(p.T("mail.all", "link", s.all) + "\n")
		}
		if len(s.items) > 1 {
			b.WriteString("\n")
		}
		for _, it := range s.items {
			n++
			fmt.Fprintf(&b, "%d. %s\n", n, it.head)
			for _, line := range it.lines {
				b.WriteString("   " + line + "\n")
			}
			b.WriteString("   " + p.T("mail.open", "link", it.link) + "\n\n")
		}
		if s.more > 0 {
			b.WriteString(p.T("mail.more", "count", s.more) + "\n\n")
		}
	}
	b.WriteString(p.T("mail.footer") + "\n")
	return b.String()
}

func (w Letters) html(p *locale.Printer, l poverty.Letter, sections []section) string {
	var b strings.Builder
	e := html.EscapeString
	fmt.Fprintf(&b, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head>`+
		`<body style="font-family:sans-serif;font-size:16px;line-height:1.5;max-width:40em;margin:0 auto;padding:0 12px">`, p.Lang())
	fmt.Fprintf(&b, "<p>%s</p>", e(p.T("mail.greeting", "name", l.To.Name)))
	n := 1
	for _, s := range sections {
		fmt.Fprintf(&b, `<h2 style="font-size:18px;margin:24px 0 8px;border-bottom:2px solid #a3231c">%s</h2>`, e(p.T("mail.section."+s.kind, "count", len(s.items)+s.more)))
		for _, line := range s.lead {
			fmt.Fprintf(&b, `<p style="margin:0 0 8px">%s</p>`, e(line))
		}
		if s.all != "" && len(s.items) > 1 {
			fmt.Fprintf(&b, `<p style="margin:0 0 12px"><a href="%s" style="display:inline-block;padding:10px 16px;background:#a3231c;color:#fff;text-decoration:none;border-radius:4px">%s</a></p>`,
				e(s.all), e(p.T("mail.all_button")))
		}
		fmt.Fprintf(&b, `<ol start="%d" style="padding-left:28px;margin:0">`, n)
		for _, it := range s.items {
			n++
			fmt.Fprintf(&b, `<li style="margin:0 0 14px"><strong>%s</strong>`, e(it.head))
			for _, line := range it.lines {
				b.WriteString("<br>" + e(line))
			}
			fmt.Fprintf(&b, `<br><a href="%s" style="display:inline-block;padding:6px 0">%s</a></li>`, e(it.link), e(p.T("mail.answer")))
		}
		b.WriteString("</ol>")
		if s.more > 0 {
			fmt.Fprintf(&b, "<p>%s</p>", e(p.T("mail.more", "count", s.more)))
		}
	}
	fmt.Fprintf(&b, `<p style="color:#555;font-size:14px">%s</p></body></html>`, e(p.T("mail.footer")))
	return b.String()
}

// Postman drains the queue of notices: it takes what is due, words it, sends
// it, and records how that ended. Several may run side by side.
type Postman struct {
	Post   poverty.Post
	Sender interface {
		SendAll(ctx context.Context, messages []Message) iter.Seq2[int, error]
	}
	Letters Letters
	Every   time.Duration // how often it looks
	Now     func() time.Time
	Limit   *rate.Limiter // how many mails the server takes; nil: any number
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

// batch is how many letters one round takes.
const batch = 200

// Round sends what is due now and returns how many letters that were. What it
// comes to too late, or not before ctx ends, goes back into the queue.
func (p Postman) Round(ctx context.Context) (int, error) {
	ctx = poverty.WithActor(ctx, poverty.System("postman"))
	now := p.Now()
	most := batch
	if p.Limit != nil {
		if most = min(most, int(p.Limit.TokensAt(now))); most < 1 {
			return 0, nil
		}
	}
	letters, err := p.Post.Letters(ctx, now, now, most)
	if err != nil || len(letters) == 0 {
		return 0, err
	}
	if p.Limit != nil {
		p.Limit.AllowN(now, len(letters))
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
	if err := p.record(ctx, done); err != nil {
		return 0, err
	}
	// Each is noted before the next one goes: whoever is killed repeats one at most.
	for i, err := range p.Sender.SendAll(ctx, send) {
		d := poverty.Delivery{Letter: sending[i], State: poverty.NoticeSent, At: p.Now()}
		if err != nil {
			d.State, d.Failure = poverty.NoticeFailed, reason(err)
			if Temporary(err) {
				d.State, d.Retry = poverty.NoticeQueued, p.Now().Add(backoff(sending[i].Attempts))
			}
		}
		if err := p.record(ctx, []poverty.Delivery{d}); err != nil {
			return 0, err
		}
		// The other half of the lease is for the mail under way.
		if late := p.Now(); ctx.Err() != nil || late.Sub(now) > poverty.LetterLease/2 {
			var rest []poverty.Delivery
			for _, l := range sending[i+1:] {
				rest = append(rest, poverty.Delivery{Letter: l, State: poverty.NoticeQueued, At: late})
			}
			return len(letters), p.record(ctx, rest)
		}
	}
	return len(letters), nil
}

// record notes how the sending ended. While the store is away it tries again:
// what is never noted goes out a second time.
func (p Postman) record(ctx context.Context, done []poverty.Delivery) error {
	if len(done) == 0 {
		return nil
	}
	tick := time.NewTicker(p.Every)
	defer tick.Stop()
	for range 120 {
		err := p.Post.Delivered(context.WithoutCancel(ctx), done)
		if err == nil || poverty.KindOf(err) != poverty.Unavailable {
			return err
		}
		slog.WarnContext(ctx, "what was sent is not noted yet", "letters", len(done), "err", err)
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
	return errors.New("what was sent could not be noted")
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
