package bench

import (
	"context"
	"io"
	"net"
	"net/mail"
	"sync"

	gosmtp "github.com/emersion/go-smtp"
)

// sink is a mail server that takes everything and keeps nothing but counts.
type sink struct {
	listener net.Listener
	server   *gosmtp.Server

	mu   sync.Mutex
	seen map[string]int // mails by Message-ID
}

func newSink(ctx context.Context) (*sink, error) {
	s := &sink{seen: map[string]int{}}
	var err error
	if s.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	s.server = gosmtp.NewServer(gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) { return delivery{s}, nil }))
	s.server.Domain = "localhost"
	go func() { _ = s.server.Serve(s.listener) }()
	return s, nil
}

func (s *sink) address() string { return s.listener.Addr().String() }

// Close stops the server.
func (s *sink) Close() error { return s.server.Close() }

// counts are how many mails came, and how many of them came before.
func (s *sink) counts() (mails, repeated int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.seen {
		mails += n
		repeated += n - 1
	}
	return mails, repeated
}

// delivery is one connection.
type delivery struct{ *sink }

// Reset does nothing.
func (delivery) Reset() {}

// Logout does nothing.
func (delivery) Logout() error { return nil }

// Mail takes any sender.
func (delivery) Mail(string, *gosmtp.MailOptions) error { return nil }

// Rcpt takes any recipient.
func (delivery) Rcpt(string, *gosmtp.RcptOptions) error { return nil }

// Data counts the mail.
func (d delivery) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen[m.Header.Get("Message-ID")]++
	return nil
}
