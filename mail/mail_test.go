package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

const from = "Đôn Đốc <dondoc@namdong.example.vn>"

var planned = time.Date(2018, 4, 15, 8, 0, 0, 0, time.FixedZone("+07", 7*60*60))

func notice() Message {
	return Message{
		To:      "Nguyễn Thị Ước <huongphu@namdong.example.vn>",
		Subject: "Đề nghị UBND xã Hương Phú gửi báo cáo tháng 4/2018 về công tác giảm nghèo bền vững trước ngày 20/04/2018",
		Text:    "Kính gửi UBND xã Hương Phú,\n\nĐề nghị gửi báo cáo tháng 4/2018.\n.\nMở: https://dondoc.example.vn/bao-cao?nam=2018&thang=4\n",
		HTML:    "<p>Kính gửi <b>UBND xã Hương Phú</b>,</p><p>Đề nghị gửi báo cáo tháng 4/2018.</p>",
		ID:      MessageID("duty:1/ladder:1/rung:2", "namdong.example.vn"),
		Date:    planned,
		Headers: map[string]string{"X-Dondoc-Notice": "42"},
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// catching starts a catcher and a sender that is connected to it.
func catching(t *testing.T) (*Catcher, *Sender) {
	t.Helper()
	c, err := NewCatcher(CatcherConfig{Dir: t.TempDir(), Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- c.Serve(l) }()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return c, sender(t, Config{URL: "smtp://" + l.Addr().String()})
}

func sender(t *testing.T, cfg Config) *Sender {
	t.Helper()
	cfg.From = from
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func caught(t *testing.T, c *Catcher, want int) []Caught {
	t.Helper()
	mails, err := c.Mails(Query{})
	if err != nil {
		t.Fatal(err)
	}
	if len(mails) != want {
		t.Fatalf("%d mails caught, want %d", len(mails), want)
	}
	return mails
}

func TestSender_Vietnamese_text_survives_the_way(t *testing.T) {
	c, s := catching(t)
	m := notice()
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	raw, err := c.Raw(caught(t, c, 1)[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(raw), "\r\n") {
		if len(line) > 78 {
			t.Errorf("line %d is %d bytes long: %s", i+1, len(line), line)
		}
		for _, r := range line {
			if r > '~' {
				t.Fatalf("line %d is not ASCII: %s", i+1, line)
			}
		}
	}

	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	if subject != m.Subject {
		t.Errorf("subject %q", subject)
	}
	for name, want := range map[string]netmail.Address{
		"From": {Name: "Đôn Đốc", Address: "dondoc@namdong.example.vn"},
		"To":   {Name: "Nguyễn Thị Ước", Address: "huongphu@namdong.example.vn"},
	} {
		got, err := msg.Header.AddressList(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]*netmail.Address{&want}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, want := range map[string]string{
		"Message-Id": "<" + m.ID + ">", "X-Dondoc-Notice": "42",
		"Auto-Submitted": "auto-generated", "Date": "Sun, 15 Apr 2018 08:00:00 +0700",
	} {
		if got := msg.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}

	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	r := multipart.NewReader(msg.Body, params["boundary"])
	// A reader takes the last version that it can show, so HTML comes last.
	for _, want := range []struct{ kind, body string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		part, err := r.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		kind, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil || kind != want.kind || !strings.EqualFold(params["charset"], "utf-8") {
			t.Error(kind, params, err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(string(body), "\r\n", "\n"); strings.TrimRight(got, "\n") != strings.TrimRight(want.body, "\n") {
			t.Errorf("%s:\n%s", kind, cmp.Diff(want.body, got))
		}
	}
	if _, err := r.NextPart(); !errors.Is(err, io.EOF) {
		t.Errorf("a third part: %v", err)
	}
}

func TestSender_mail_without_HTML_is_plain_text(t *testing.T) {
	m := notice()
	m.HTML = ""
	raw, err := m.Raw(from)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if kind := msg.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") {
		t.Error(kind)
	}
}

func TestMessage_subject_cannot_add_a_header(t *testing.T) {
	m := notice()
	m.Subject = "Báo cáo\r\nBcc: other@example.vn"
	m.Headers["X-Dondoc-Notice"] = "1\r\nBcc: other@example.vn"
	raw, err := m.Raw(from)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if got := msg.Header.Get("Bcc"); got != "" {
		t.Errorf("Bcc: %s", got)
	}
	m.Headers = map[string]string{"Bcc: other@example.vn\r\nX": "1"}
	if _, err := m.Raw(from); err == nil {
		t.Error("a header name with a line break was taken")
	}
}

func TestMessageID_is_the_same_for_the_same_key(t *testing.T) {
	a, b := MessageID("duty:1/rung:1", "example.vn"), MessageID("duty:1/rung:2", "example.vn")
	if a != MessageID("duty:1/rung:1", "example.vn") || a == b {
		t.Error(a, b)
	}
	if !strings.HasSuffix(a, "@example.vn") || strings.ContainsAny(a, "<> :") {
		t.Error(a)
	}
}

func TestSender_tells_temporary_from_permanent(t *testing.T) {
	tests := []struct {
		name      string
		fault     Fault
		temporary bool
		code      int
	}{
		{"server busy", FaultAt(StageMail, Refuse), true, 451},
		{"mailbox busy", FaultAt(StageRcpt, Refuse), true, 451},
		{"no such mailbox", FaultAt(StageRcpt, Reject), false, 550},
		{"refused as spam", FaultAt(StageStored, Reject), false, 550},
		{"refused after the text for now", FaultAt(StageData, Refuse), true, 451},
		{"connection lost", FaultAt(StageRcpt, Drop), true, 0},
		{"connection lost after DATA", FaultAt(StageStored, Drop), true, 0},
		{"signing in is asked for", FaultAt(StageMail, &gosmtp.SMTPError{Code: 530, Message: "sign in first"}), true, 530},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, s := catching(t)
			c.SetFault(tt.fault)
			err := s.Send(t.Context(), notice())
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("%v is no *Error", err)
			}
			if e.Temporary != tt.temporary || e.Code != tt.code || Temporary(err) != tt.temporary {
				t.Errorf("temporary %v, code %d: %v", e.Temporary, e.Code, err)
			}
			if strings.Contains(e.Reason, "huongphu@") {
				t.Errorf("the reason names the recipient: %s", e.Reason)
			}
		})
	}
}

func TestSender_bad_address_is_permanent(t *testing.T) {
	c, s := catching(t)
	for _, to := range []string{"", "không phải địa chỉ", "a@b.vn, c@d.vn"} {
		m := notice()
		m.To = to
		if err := s.Send(t.Context(), m); err == nil || Temporary(err) {
			t.Errorf("%q: %v", to, err)
		}
	}
	caught(t, c, 0)
}

func TestSender_server_that_is_away_is_temporary(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for i, err := range sender(t, Config{URL: "smtp://" + address}).SendAll(t.Context(), []Message{notice(), notice()}) {
		if err == nil || !Temporary(err) {
			t.Errorf("mail %d: %v", i, err)
		}
	}
}

func TestSender_check_sends_nothing_and_says_who_is_away(t *testing.T) {
	c, s := catching(t)
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	caught(t, c, 0)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); !Temporary(err) {
		t.Errorf("a server that is away: %v", err)
	}
}

func TestSender_repeat_after_a_lost_answer_has_the_same_Message_ID(t *testing.T) {
	c, s := catching(t)
	c.SetFault(FaultAt(StageStored, Drop))
	if err := s.Send(t.Context(), notice()); !Temporary(err) {
		t.Fatal(err)
	}
	c.SetFault(nil)
	if err := s.Send(t.Context(), notice()); err != nil {
		t.Fatal(err)
	}
	mails := caught(t, c, 2)
	if mails[0].MessageID != mails[1].MessageID || mails[0].MessageID != notice().ID {
		t.Errorf("%q and %q", mails[0].MessageID, mails[1].MessageID)
	}
}

func TestSender_hanging_server_is_left_when_the_context_ends(t *testing.T) {
	c, s := catching(t)
	s.parting = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	c.SetFault(func(stage Stage) error {
		if stage != StageData {
			return nil
		}
		cancel()
		return Hang
	})
	for i, err := range s.SendAll(ctx, []Message{notice(), notice()}) {
		if !Temporary(err) || !errors.Is(err, context.Canceled) {
			t.Errorf("mail %d: %v", i, err)
		}
	}
}

// A mail that is cut off in its data may have been taken, and would go again.
func TestSender_told_to_stop_finishes_the_mail_under_way_and_begins_no_other(t *testing.T) {
	c, s := catching(t)
	s.parting = time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	var once sync.Once
	c.SetFault(func(stage Stage) error {
		if stage == StageData {
			once.Do(func() {
				cancel()
				for range 1000 {
					runtime.Gosched() // lets whoever would close the connection do so
				}
			})
		}
		return nil
	})
	errs := outcomes(s.SendAll(ctx, []Message{notice(), notice()}))
	if errs[0] != nil || !Temporary(errs[1]) || !errors.Is(errs[1], context.Canceled) {
		t.Error(errs)
	}
	caught(t, c, 1)
}

// outcomes are how the mails of a burst ended, in their order.
func outcomes(burst iter.Seq2[int, error]) (errs []error) {
	for _, err := range burst {
		errs = append(errs, err)
	}
	return errs
}

// Whoever dies in the middle has noted all mails but the last.
func TestSender_tells_of_each_mail_before_it_sends_the_next(t *testing.T) {
	c, s := catching(t)
	n := 0
	for i, err := range s.SendAll(t.Context(), []Message{notice(), notice(), notice()}) {
		n++
		if err != nil || i != n-1 {
			t.Errorf("mail %d, told as %d: %v", n-1, i, err)
		}
		caught(t, c, n)
		if n == 2 {
			break
		}
	}
	caught(t, c, 2)
}

func TestSender_burst_uses_one_connection_and_one_refusal_stops_no_other(t *testing.T) {
	server := newServer(t, nil)
	mails := []Message{notice(), notice(), notice(), notice()}
	mails[1].To = "refused@example.vn"
	mails[2].To = "nobody"
	errs := outcomes(sender(t, Config{URL: "smtp://" + server.address}).SendAll(t.Context(), mails))
	if errs[0] != nil || errs[3] != nil {
		t.Error(errs)
	}
	if errs[1] == nil || Temporary(errs[1]) || errs[2] == nil || Temporary(errs[2]) {
		t.Error(errs)
	}
	if connections, mails := server.connections.Load(), server.mails.Load(); connections != 1 || mails != 2 {
		t.Errorf("%d connections, %d mails", connections, mails)
	}
}

func TestSender_mail_that_loses_the_connection_stops_no_other(t *testing.T) {
	c, s := catching(t)
	var once atomic.Bool
	c.SetFault(func(stage Stage) error {
		if stage == StageRcpt && once.CompareAndSwap(false, true) {
			return Drop
		}
		return nil
	})
	errs := outcomes(s.SendAll(t.Context(), []Message{notice(), notice(), notice()}))
	if !Temporary(errs[0]) || errs[1] != nil || errs[2] != nil {
		t.Error(errs)
	}
	caught(t, c, 2)
}

func TestSender_gives_up_a_burst_when_every_connection_is_lost(t *testing.T) {
	c, s := catching(t)
	var tried atomic.Int32
	c.SetFault(func(Stage) error {
		tried.Add(1)
		return Drop
	})
	mails := make([]Message, 10)
	for i := range mails {
		mails[i] = notice()
	}
	for i, err := range s.SendAll(t.Context(), mails) {
		if !Temporary(err) {
			t.Errorf("mail %d: %v", i, err)
		}
	}
	if tried.Load() != attempts {
		t.Errorf("tried %d times, want %d", tried.Load(), attempts)
	}
}

func TestSender_signs_in_over_TLS(t *testing.T) {
	certificate, roots := selfSigned(t)
	server := newServer(t, &tls.Config{Certificates: []tls.Certificate{certificate}})
	tests := []struct {
		name, url string
		ok        bool
	}{
		{"STARTTLS is used when offered", "smtp://dondoc:m%E1%BA%ADt@" + server.address, true},
		{"STARTTLS is demanded", "smtp://dondoc:m%E1%BA%ADt@" + server.address + "?tls=mandatory", true},
		{"TLS from the start", "smtps://dondoc:m%E1%BA%ADt@" + server.addressTLS, true},
		{"wrong password", "smtp://dondoc:other@" + server.address, false},
		{"no password in the clear", "smtp://dondoc:m%E1%BA%ADt@" + server.address + "?tls=none", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server.signedIn.Store("")
			err := sender(t, Config{URL: tt.url, TLS: &tls.Config{RootCAs: roots}}).Send(t.Context(), notice())
			if tt.ok != (err == nil) || tt.ok != (server.signedIn.Load() == "dondoc") {
				t.Errorf("signed in as %q: %v", server.signedIn.Load(), err)
			}
			if err != nil && !Temporary(err) {
				t.Errorf("sign-in is no fault of the mail: %v", err)
			}
		})
	}
	t.Run("an unknown certificate is refused", func(t *testing.T) {
		if err := sender(t, Config{URL: "smtps://" + server.addressTLS}).Send(t.Context(), notice()); err == nil || !Temporary(err) {
			t.Error(err)
		}
	})
	t.Run("a server without STARTTLS is refused when it is mandatory", func(t *testing.T) {
		plain := newServer(t, nil)
		err := sender(t, Config{URL: "smtp://" + plain.address + "?tls=mandatory"}).Send(t.Context(), notice())
		if err == nil || plain.mails.Load() != 0 {
			t.Error(err)
		}
	})
}

func TestNew_refuses_what_it_does_not_understand_and_keeps_the_password(t *testing.T) {
	for _, url := range []string{
		"", "localhost:25", "http://u:hunter2@localhost", "smtp://u:hunter2@", "smtp://u:hunter2@h?tls=maybe",
		"smtp://u:hunter2@h?tsl=none", "smtps://u:hunter2@h?tls=none", "smtp://u:hunter2@h:port", "smtp://u:hunter2@h:70000", "smtp://u:hunter2@h/path",
	} {
		_, err := New(Config{URL: url, From: from})
		if err == nil {
			t.Errorf("%q was taken", url)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password is in %q", err)
		}
	}
	if _, err := New(Config{URL: "smtp://localhost", From: "Đôn Đốc"}); err == nil {
		t.Error("a sender without an address was taken")
	}
}

// server is a mail server of go-smtp that is not a catcher.
type server struct {
	address, addressTLS string

	connections, mails atomic.Int32
	signedIn           atomic.Value
}

func newServer(t *testing.T, config *tls.Config) *server {
	t.Helper()
	s := &server{}
	smtp := gosmtp.NewServer(gosmtp.BackendFunc(func(c *gosmtp.Conn) (gosmtp.Session, error) {
		s.connections.Add(1)
		return &serverSession{s}, nil
	}))
	smtp.Domain = "localhost"
	smtp.TLSConfig = config
	smtp.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn)
	var done sync.WaitGroup
	listen := func(wrap func(net.Listener) net.Listener) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		done.Go(func() { _ = smtp.Serve(wrap(l)) })
		return l.Addr().String()
	}
	s.address = listen(func(l net.Listener) net.Listener { return l })
	if config != nil {
		s.addressTLS = listen(func(l net.Listener) net.Listener { return tls.NewListener(l, config) })
	}
	t.Cleanup(func() { _ = smtp.Close(); done.Wait() })
	return s
}

type serverSession struct{ server *server }

func (s *serverSession) Reset()                                 {}
func (s *serverSession) Logout() error                          { return nil }
func (s *serverSession) Mail(string, *gosmtp.MailOptions) error { return nil }
func (s *serverSession) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	if strings.HasPrefix(to, "refused@") {
		return &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "unknown <" + fmt.Sprint(len(to)) + ">"}
	}
	return nil
}

func (s *serverSession) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	s.server.mails.Add(1)
	return nil
}

func (s *serverSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *serverSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "mật" {
			return gosmtp.ErrAuthFailed
		}
		s.server.signedIn.Store(user)
		return nil
	}), nil
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Unix(0, 0), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, roots
}
