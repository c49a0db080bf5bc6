package web

import (
	"net/http"
	"strings"

	"dondoc/poverty"
)

// Feeds signs the addresses of feeds, reads them back, and writes what stands
// behind them.
type Feeds interface {
	Token(user poverty.UserID, version int) string
	Read(token string) (user poverty.UserID, version int, ok bool)
	Write(f poverty.Feed) ([]byte, error)
}

// feed serves a person's deadlines to whoever has the address; an address that
// opens nothing is none, whatever is wrong with it.
func (s *site) feed(v *visit) error {
	missing := poverty.Errorf(poverty.NotFound, "feed.not_found")
	token, ics := strings.CutSuffix(v.param("token"), ".ics")
	if s.cfg.Feeds == nil || !ics {
		return missing
	}
	user, version, ok := s.cfg.Feeds.Read(token)
	if !ok {
		return missing
	}
	f, err := s.store.FeedOf(v.ctx(), user, version)
	if err != nil {
		return err
	}
	b, err := s.cfg.Feeds.Write(f)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="don-doc.ics"`)
	h.Set("X-Robots-Tag", "noindex")
	v.w.WriteHeader(http.StatusOK)
	if _, err := v.w.Write(b); err != nil {
		v.log("write feed", err)
	}
	return nil
}

// feedAddress returns the address of the actor's feed; "" where it is closed.
func (v *visit) feedAddress(s poverty.Settings) string {
	if v.cfg.Feeds == nil || !s.Feed {
		return ""
	}
	return v.cfg.BaseURL + "/feeds/" + v.cfg.Feeds.Token(v.me.User, s.FeedVersion) + ".ics"
}
