package mail

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"dondoc/locale"
)

// CatcherConfig says where a catcher keeps its mails.
type CatcherConfig struct {
	Dir  string           // made when missing
	Lang string           // of its pages; Vietnamese when empty
	Now  func() time.Time // dates a mail that has no Date; time.Now when nil
	Log  *slog.Logger     // slog.Default() when nil
}

// Catcher is a mail server for development and tests: it takes every mail,
// delivers none, and shows them on its pages. Each mail is one .eml file whose
// name starts with its Date, so that a folder lists them by planned date.
// Several catchers, in several processes too, may share a folder.
type Catcher struct {
	dir    string
	now    func() time.Time
	log    *slog.Logger
	server *gosmtp.Server
	pages  *pages

	closed chan struct{}

	mu        sync.Mutex
	listeners []net.Listener
	fault     Fault
	index     map[string]Caught
	order     []string // IDs, oldest first
}

// Caught is the envelope of a caught mail.
type Caught struct {
	ID        string // the file's name without .eml
	Date      time.Time
	From      string
	To        []string
	Subject   string
	MessageID string // without < and >
	Size      int

	key string // what a search looks at
}

// Stage is a point of an SMTP session at which a Fault may strike.
type Stage string

// The stages of one mail, in order.
const (
	StageMail   Stage = "mail"   // the sender was named
	StageRcpt   Stage = "rcpt"   // a recipient was named
	StageData   Stage = "data"   // the mail is about to come
	StageStored Stage = "stored" // the mail is kept, the client does not know yet
)

// Fault decides what goes wrong at a stage: nil for nothing, one of Refuse,
// Reject, Hang and Drop, or an answer of its own as *smtp.SMTPError of go-smtp.
type Fault func(Stage) error

// What a Fault may answer.
var (
	// Refuse is a temporary refusal, 451.
	Refuse error = &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 3, 0}, Message: "try again later"}
	// Reject is a permanent refusal, 550.
	Reject error = &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	// Hang never answers, until the catcher is closed.
	Hang = errors.New("hang")
	// Drop closes the connection without an answer.
	Drop = errors.New("drop")
)

// FaultAt answers with err whenever stage is reached. FaultAt(StageStored,
// Drop) is the server that takes a mail and goes away before it says so.
func FaultAt(stage Stage, err error) Fault {
	return func(s Stage) error {
		if s == stage {
			return err
		}
		return nil
	}
}

// NewCatcher opens the folder and reads the headers of the mails in it.
func NewCatcher(cfg CatcherConfig) (*Catcher, error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("mail catcher: %w", err)
	}
	c := &Catcher{dir: cfg.Dir, now: cfg.Now, log: cfg.Log, closed: make(chan struct{}), index: map[string]Caught{}}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.Default()
	}
	c.pages = &pages{catcher: c, printer: locale.For(cfg.Lang)}
	c.server = gosmtp.NewServer(gosmtp.BackendFunc(func(conn *gosmtp.Conn) (gosmtp.Session, error) {
		return &session{catcher: c, conn: conn}, nil
	}))
	c.server.Domain = "localhost"
	c.server.MaxMessageBytes = 50 << 20
	c.server.EnableSMTPUTF8 = true
	c.server.ErrorLog = slog.NewLogLogger(c.log.Handler(), slog.LevelWarn)
	if err := c.refresh(); err != nil {
		return nil, err
	}
	return c, nil
}

// Serve takes mails by SMTP from l until Close, and then returns nil.
func (c *Catcher) Serve(l net.Listener) error {
	c.mu.Lock()
	if c.isClosed() {
		c.mu.Unlock()
		return l.Close()
	}
	c.listeners = append(c.listeners, l)
	c.mu.Unlock()
	err := c.server.Serve(l)
	if c.isClosed() {
		return nil
	}
	return err
}

// Close ends Serve and every connection. The pages stay readable.
func (c *Catcher) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosed() {
		return nil
	}
	close(c.closed)
	// The server may not know yet of a listener that Serve is about to give it;
	// those that it knows are closed twice.
	for _, l := range c.listeners {
		_ = l.Close()
	}
	_ = c.server.Close()
	return nil
}

func (c *Catcher) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

// SetFault makes what follows go wrong as fault says; nil makes all well.
func (c *Catcher) SetFault(fault Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = fault
}

// Deliver keeps a mail without SMTP, see Message.Raw. Faults do not touch it.
func (c *Catcher) Deliver(raw []byte) error {
	head, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("mail catcher: %w", err)
	}
	date, err := head.Header.Date()
	if err != nil {
		date = c.now()
	}
	tmp, err := os.CreateTemp(c.dir, ".new-*")
	if err != nil {
		return fmt.Errorf("mail catcher: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(raw)
	if err := errors.Join(err, tmp.Close()); err != nil {
		return fmt.Errorf("mail catcher: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	stamp := date.UTC().Format("20060102T150405Z")
	for n := c.lastOf(stamp) + 1; ; n++ {
		// A link, unlike a rename, never replaces what another process wrote.
		id := fmt.Sprintf("%s-%06d", stamp, n)
		err := os.Link(tmp.Name(), c.file(id))
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("mail catcher: %w", err)
		}
		return c.add(id)
	}
}

// lastOf returns the highest number given to a mail of that instant.
func (c *Catcher) lastOf(stamp string) int {
	i, _ := slices.BinarySearch(c.order, stamp+".")
	if i == 0 || !strings.HasPrefix(c.order[i-1], stamp+"-") {
		return 0
	}
	var n int
	_, _ = fmt.Sscanf(c.order[i-1][len(stamp)+1:], "%d", &n)
	return n
}

func (c *Catcher) file(id string) string { return filepath.Join(c.dir, id+".eml") }

// add puts a mail into the index; the caller holds mu.
func (c *Catcher) add(id string) error {
	if _, known := c.index[id]; known {
		return nil
	}
	m, err := c.envelope(id)
	if err != nil {
		return err
	}
	c.index[id] = m
	i, _ := slices.BinarySearch(c.order, id)
	c.order = slices.Insert(c.order, i, id)
	return nil
}

// refresh brings the index in line with the folder, where another process may
// have added or removed mails.
func (c *Catcher) refresh() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return fmt.Errorf("mail catcher: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	found := make(map[string]bool, len(entries))
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), ".eml")
		if !ok || strings.HasPrefix(id, ".") {
			continue
		}
		found[id] = true
		if err := c.add(id); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	c.order = slices.DeleteFunc(c.order, func(id string) bool {
		if found[id] {
			return false
		}
		// A mail that came after the folder was read is not gone.
		if _, err := os.Lstat(c.file(id)); err == nil {
			return false
		}
		delete(c.index, id)
		return true
	})
	return nil
}

func (c *Catcher) envelope(id string) (Caught, error) {
	f, err := os.Open(c.file(id))
	if err != nil {
		return Caught{}, fmt.Errorf("mail catcher: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Caught{}, fmt.Errorf("mail catcher: %w", err)
	}
	m := Caught{ID: id, Size: int(info.Size())}
	if t, err := time.Parse("20060102T150405Z", strings.SplitN(id, "-", 2)[0]); err == nil {
		m.Date = t
	} else {
		m.Date = info.ModTime()
	}
	// A file that is no mail is still listed: someone put it there.
	if msg, err := netmail.ReadMessage(bufio.NewReader(f)); err == nil {
		m.Subject = decoded(msg.Header.Get("Subject"))
		m.From = decoded(msg.Header.Get("From"))
		m.MessageID = strings.Trim(msg.Header.Get("Message-ID"), "<> ")
		if to, err := msg.Header.AddressList("To"); err == nil {
			for _, a := range to {
				m.To = append(m.To, a.Address)
			}
		}
		if date, err := msg.Header.Date(); err == nil {
			m.Date = date
		}
		m.key = locale.Fold(m.Subject + " " + m.From + " " + decoded(msg.Header.Get("To")))
	}
	return m, nil
}

func decoded(header string) string {
	s, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		return header
	}
	return s
}

// Query narrows Mails. The zero Query asks for all.
type Query struct {
	Search string // words of subject, sender or recipient, accents do not matter
	To     string // a recipient's address
}

// Mails returns the envelopes of the caught mails, the latest Date first.
func (c *Catcher) Mails(q Query) ([]Caught, error) {
	if err := c.refresh(); err != nil {
		return nil, err
	}
	words := strings.Fields(locale.Fold(q.Search))
	to := strings.TrimSpace(q.To)
	c.mu.Lock()
	defer c.mu.Unlock()
	var mails []Caught
next:
	for _, id := range slices.Backward(c.order) {
		m := c.index[id]
		if to != "" && !slices.ContainsFunc(m.To, func(a string) bool { return strings.EqualFold(a, to) }) {
			continue
		}
		for _, w := range words {
			if !strings.Contains(m.key, w) {
				continue next
			}
		}
		mails = append(mails, m)
	}
	return mails, nil
}

// Raw returns one mail as it came; the error wraps fs.ErrNotExist when there
// is none with that ID.
func (c *Catcher) Raw(id string) ([]byte, error) {
	if id == "" || id != filepath.Base(id) || strings.HasPrefix(id, ".") {
		return nil, fmt.Errorf("mail catcher: %q: %w", id, fs.ErrNotExist)
	}
	return os.ReadFile(c.file(id))
}

// DeleteAll removes every mail.
func (c *Catcher) DeleteAll() error {
	if err := c.refresh(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range c.order {
		if err := os.Remove(c.file(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("mail catcher: %w", err)
		}
	}
	c.order = nil
	clear(c.index)
	return nil
}

// session is one SMTP connection.
type session struct {
	catcher *Catcher
	conn    *gosmtp.Conn
}

func (s *session) fail(stage Stage) error {
	s.catcher.mu.Lock()
	fault := s.catcher.fault
	s.catcher.mu.Unlock()
	if fault == nil {
		return nil
	}
	err := fault(stage)
	switch {
	case errors.Is(err, Hang):
		<-s.catcher.closed
	case errors.Is(err, Drop):
		_ = s.conn.Conn().Close()
	}
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) Mail(string, *gosmtp.MailOptions) error { return s.fail(StageMail) }
func (s *session) Rcpt(string, *gosmtp.RcptOptions) error { return s.fail(StageRcpt) }

func (s *session) Data(r io.Reader) error {
	if err := s.fail(StageData); err != nil {
		return err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.catcher.Deliver(raw); err != nil {
		s.catcher.log.Error("mail not kept", "error", err)
		return &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 3, 0}, Message: "not kept"}
	}
	return s.fail(StageStored)
}

// parts is what a mail's body holds.
type parts struct {
	text, html  string
	attachments []attachment
}

type attachment struct {
	Name string
	Size int
}

// add reads one part and those within it.
func (p *parts) add(header func(string) string, body io.Reader, depth int) error {
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && depth < 10 {
		r := multipart.NewReader(body, params["boundary"])
		for {
			// A raw part keeps its transfer encoding, which is undone below for
			// all parts alike.
			part, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := p.add(part.Header.Get, part, depth+1); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(header("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	disposition, more, _ := mime.ParseMediaType(header("Content-Disposition"))
	text := strings.ReplaceAll(strings.ToValidUTF8(string(content), "\ufffd"), "\r\n", "\n")
	switch {
	case disposition != "attachment" && kind == "text/plain" && p.text == "":
		p.text = text
	case disposition != "attachment" && kind == "text/html" && p.html == "":
		p.html = text
	default:
		name := decoded(more["filename"])
		if name == "" {
			name = kind
		}
		p.attachments = append(p.attachments, attachment{name, len(content)})
	}
	return nil
}
