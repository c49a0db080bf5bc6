// Package mail sends notices by SMTP, and catches them in development.
package mail

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Message is one mail to one person. One person, so that a refusal concerns
// nobody else.
type Message struct {
	To      string // "ubnd@example.vn" or "Nguyễn Văn A <a@example.vn>"
	Subject string
	Text    string
	HTML    string            // empty for a mail of text only
	ID      string            // Message-ID without < and >, see MessageID; made up when empty
	Date    time.Time         // the planned instant; now when zero
	Headers map[string]string // further headers
	Files   []File
}

// File is a file that comes with a mail. Type is its content type.
type File struct {
	Name string
	Type string
	Data []byte
}

// MessageID returns the Message-ID, without < and >, of the notice with a
// business key. A notice sent twice carries the same one, so that mail servers
// and readers can drop the repeat.
func MessageID(key, domain string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + "@" + domain
}

// Raw returns the mail as it goes over the wire, sent by from.
func (m Message) Raw(from string) ([]byte, error) {
	msg, err := m.compose(from)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (m Message) compose(from string) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(from); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	msg.Subject(strings.Join(strings.Fields(m.Subject), " "))
	if m.ID != "" {
		msg.SetMessageIDWithValue(m.ID)
	}
	date := m.Date
	if date.IsZero() {
		date = time.Now()
	}
	msg.SetDateWithValue(date)
	// Keeps out-of-office replies away (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	for name, value := range m.Headers {
		if !token(name) {
			return nil, fmt.Errorf("header %q: not a header name", name)
		}
		msg.SetGenHeader(gomail.Header(name), value)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	for _, f := range m.Files {
		if err := msg.AttachReader(f.Name, bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return nil, fmt.Errorf("file %s: %w", f.Name, err)
		}
	}
	return msg, nil
}

func token(name string) bool {
	for _, r := range name {
		if r <= ' ' || r > '~' || r == ':' {
			return false
		}
	}
	return name != ""
}

// Error says why a mail was not taken, and whether to try again.
type Error struct {
	// Temporary is true for whatever may pass without a change to the mail:
	// a 4xx answer, a server that is away, a sign-in that it refuses.
	Temporary bool
	Code      int    // the server's answer, 0 when there was none
	Reason    string // for the log; without the recipient as far as we wrote it
	Err       error
}

func (e *Error) Error() string { return "mail: " + e.Reason }

// Unwrap returns the library's error.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether err leaves hope that the same mail is taken later.
// It is true for every error that is not an *Error.
func Temporary(err error) bool {
	var e *Error
	return err != nil && (!errors.As(err, &e) || e.Temporary)
}

// Config says where mails go and who sends them.
type Config struct {
	// URL is smtp://user:password@host:port or smtps://…; a port may be left
	// out (25, 587 with a user, 465 for smtps). With smtp://, ?tls= says
	// opportunistic (as when left out), mandatory or none.
	URL string
	// From is the sender, such as "Đôn Đốc <dondoc@example.vn>".
	From string
	// Timeout is for the connection and then for each mail; 30 s when zero.
	Timeout time.Duration
	// Parting is how long the mail under way has, after the end of its context,
	// until the server has taken it; 10 s when zero. What is cut off may have been
	// taken, and goes again.
	Parting time.Duration
	// TLS may name a private certificate authority.
	TLS *tls.Config
}

// Sender hands mails to one SMTP server. It may be used by many goroutines.
type Sender struct {
	host    string
	from    string
	options []gomail.Option
	tls     *tls.Config // set when the connection starts with TLS
	parting time.Duration
}

// New returns a sender; it does not connect. Its errors never show the
// password.
func New(cfg Config) (*Sender, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("mail: the URL is not smtp://user:password@host:port")
	}
	from, err := netmail.ParseAddress(cfg.From)
	if err != nil {
		return nil, fmt.Errorf("mail: sender %q: %w", cfg.From, err)
	}
	s := &Sender{host: u.Hostname(), from: from.String(), parting: cmp.Or(cfg.Parting, 10*time.Second)}
	timeout := cmp.Or(cfg.Timeout, 30*time.Second)
	tlsConfig := &tls.Config{}
	if cfg.TLS != nil {
		tlsConfig = cfg.TLS.Clone()
	}
	if tlsConfig.ServerName == "" {
		tlsConfig.ServerName = s.host
	}
	if tlsConfig.MinVersion == 0 {
		tlsConfig.MinVersion = tls.VersionTLS12
	}

	port := 25
	if u.User != nil {
		port = 587
	}
	policy := gomail.TLSOpportunistic
	switch u.Scheme {
	case "smtp":
	case "smtps":
		port = 465
		s.tls = tlsConfig
	default:
		return nil, fmt.Errorf("mail: scheme %q is neither smtp nor smtps", u.Scheme)
	}
	for name, values := range u.Query() {
		if name != "tls" || u.Scheme == "smtps" {
			return nil, fmt.Errorf("mail: %s:// has no setting %q", u.Scheme, name)
		}
		switch values[0] {
		case "opportunistic":
		case "mandatory":
			policy = gomail.TLSMandatory
		case "none":
			policy = gomail.NoTLS
		default:
			return nil, fmt.Errorf("mail: tls=%s is none of opportunistic, mandatory, none", values[0])
		}
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("mail: port %q: %w", p, err)
		}
	}

	s.options = []gomail.Option{
		gomail.WithPort(port),
		gomail.WithTimeout(timeout),
		gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(tlsConfig),
		// A burst needs neither: DATA ends a transaction by itself.
		gomail.WithoutNoop(),
		gomail.WithoutRset(),
	}
	if u.User != nil {
		password, _ := u.User.Password()
		s.options = append(s.options,
			gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()),
			gomail.WithPassword(password))
	}
	if _, err := gomail.NewClient(s.host, s.options...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

// Send hands one mail to the server. nil means that the server took it; any
// error is an *Error.
func (s *Sender) Send(ctx context.Context, m Message) error {
	for _, err := range s.SendAll(ctx, []Message{m}) {
		return err
	}
	return nil
}

// attempts is how many connections in a row may be lost before a burst gives
// up: one mail that upsets the server must not keep back all others, and a
// server that hangs must not be waited for once for each mail.
const attempts = 3

// SendAll hands mails to the server over one connection, replaced when it is
// lost, and yields for each, as soon as it is known, its place and the error, nil
// where it was taken: so that it can be noted before the next one goes. When ctx
// ends, the mail under way is still sent and no other is begun.
func (s *Sender) SendAll(ctx context.Context, mails []Message) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		b := burst{sender: s}
		defer func() { b.c.close() }()
		for i, m := range mails {
			if !yield(i, b.send(ctx, m)) {
				return
			}
		}
	}
}

// burst is mails that go one after the other.
type burst struct {
	sender *Sender
	c      *connection
	lost   int   // connections in a row
	down   error // why no further mail is tried
}

func (b *burst) send(ctx context.Context, m Message) error {
	msg, err := m.compose(b.sender.from)
	if err != nil {
		return &Error{Reason: err.Error(), Err: err}
	}
	if b.down == nil && ctx.Err() != nil {
		b.down = &Error{Temporary: true, Reason: "not tried, the sender stops", Err: ctx.Err()}
	}
	if b.down == nil && b.c == nil {
		b.c, b.down = b.sender.connect(ctx)
	}
	if b.down != nil {
		return b.down
	}
	alive, err := b.c.send(ctx, msg)
	if alive {
		b.lost = 0
		return err
	}
	b.c.drop()
	b.c = nil
	if b.lost++; b.lost == attempts || ctx.Err() != nil {
		b.down = &Error{Temporary: true, Reason: "not tried, the connection was lost before", Err: errors.Join(ctx.Err(), err)}
	}
	return err
}

// connection is one SMTP session that ends when its context does, which go-mail
// heeds only while it connects: at once while it connects, then after the parting.
type connection struct {
	client  *gomail.Client
	session *smtp.Client
	net     net.Conn
	release func() bool
}

func (s *Sender) connect(ctx context.Context) (*connection, error) {
	c := &connection{}
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(dialing, network, address)
		if err == nil {
			c.net = conn
			c.release = context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
		return conn, err
	}
	client, err := gomail.NewClient(s.host, append(s.options[:len(s.options):len(s.options)], gomail.WithDialContextFunc(dial))...)
	if err != nil {
		return nil, &Error{Temporary: true, Reason: err.Error(), Err: err}
	}
	c.client = client
	if c.session, err = client.DialToSMTPClientWithContext(ctx); err != nil {
		c.drop()
		return nil, &Error{Temporary: true, Code: leadingCode(err), Reason: "connect: " + err.Error(), Err: errors.Join(ctx.Err(), err)}
	}
	c.release()
	c.release = context.AfterFunc(ctx, func() { time.AfterFunc(s.parting, func() { _ = c.net.Close() }) })
	return c, nil
}

// Check connects to the server, signs in where a user is given, and says
// goodbye: no mail is sent. Its error is an *Error.
func (s *Sender) Check(ctx context.Context) error {
	c, err := s.connect(ctx)
	if err == nil {
		c.close()
	}
	return err
}

func (s *Sender) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.tls != nil {
		return (&tls.Dialer{Config: s.tls}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// send reports whether the connection may carry another mail.
func (c *connection) send(ctx context.Context, msg *gomail.Msg) (alive bool, _ error) {
	err := c.client.SendWithSMTPClient(c.session, msg)
	if err == nil {
		return true, nil
	}
	if msg.IsDelivered() {
		return false, nil
	}
	e := classify(err)
	e.Err = errors.Join(ctx.Err(), err)
	alive = e.Code != 0 && e.Code != 421 && c.session.Reset() == nil
	return alive, e
}

// close says goodbye to the server; drop does not, since a server that is
// gone or hangs would be waited for.
func (c *connection) close() {
	if c == nil {
		return
	}
	_ = c.client.CloseWithSMTPClient(c.session)
	c.drop()
}

func (c *connection) drop() {
	if c.net != nil {
		c.release()
		_ = c.net.Close()
	}
}

// classify does not ask SendError.IsTemp, which calls a lost connection
// permanent: there is no answer that could start with a 4.
func classify(err error) *Error {
	e := &Error{Temporary: true, Reason: err.Error(), Err: err}
	if sent, ok := errors.AsType[*gomail.SendError](err); ok {
		e.Code = sent.ErrorCode()
		e.Reason, _, _ = strings.Cut(sent.Error(), ", affected ")
	}
	switch {
	case e.Code < 500:
	case e.Code == 530, e.Code == 534, e.Code == 535, e.Code == 538:
		// The server wants another sign-in; the mail is not at fault.
	default:
		e.Temporary = false
	}
	return e
}

func leadingCode(err error) int {
	digits, _, _ := strings.Cut(err.Error(), " ")
	if n, err := strconv.Atoi(digits); err == nil && n >= 400 && n < 600 {
		return n
	}
	return 0
}
