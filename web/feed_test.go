package web_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"dondoc/auth"
	"dondoc/documents"
	"dondoc/poverty"
	"dondoc/web"
)

// calendarFeeds are the program's feeds.
type calendarFeeds struct{ *auth.FeedKey }

func (calendarFeeds) Write(f poverty.Feed) ([]byte, error) {
	return documents.WriteFeed(f, documents.FeedOptions{BaseURL: "https://dondoc.example.vn", Domain: "dondoc.example.vn"})
}

func newCalendarFeeds(t *testing.T) calendarFeeds {
	t.Helper()
	key, err := auth.NewFeedKey("a secret of the tests")
	if err != nil {
		t.Fatal(err)
	}
	return calendarFeeds{key}
}

// brokenFeeds fail to write.
type brokenFeeds struct {
	calendarFeeds
	fail func() error
}

func (b brokenFeeds) Write(poverty.Feed) ([]byte, error) { return nil, b.fail() }

// Who reads the address of a feed reads the feed, and a log is read by many.
func TestFeed_address_gets_into_no_log(t *testing.T) {
	d := newDistrict(t)
	d.post(t, officer, "/me", "do", "feed_open")
	_, page := d.get(t, officer, "/me")
	address := feedPath.FindStringSubmatch(page)[1]
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	for why, fail := range map[string]func() error{
		"an error": func() error { return errors.New("cannot be written") },
		"a panic":  func() error { panic("cannot be written") },
	} {
		log.Reset()
		d.pages = web.New(d.db, d.engine, d.door, web.Config{Now: func() time.Time { return d.now }, Feeds: brokenFeeds{newCalendarFeeds(t), fail}})
		status, _ := d.get(t, "", address)
		token := strings.TrimSuffix(strings.TrimPrefix(address, "/feeds/"), ".ics")
		if logged := log.String(); status != http.StatusInternalServerError || !strings.Contains(logged, "/feeds/{token}") || strings.Contains(logged, token) {
			t.Errorf("%s: %d, logged %s", why, status, logged)
		}
	}
}

var feedPath = regexp.MustCompile(`value="https://dondoc.example.vn(/feeds/[^"]+\.ics)"`)

func TestFeed_opens_by_its_address_until_it_is_renewed_closed_or_the_person_leaves(t *testing.T) {
	d := newDistrict(t)
	address := func() string {
		t.Helper()
		_, page := d.get(t, officer, "/me")
		found := feedPath.FindStringSubmatch(page)
		if found == nil {
			t.Fatal("no address on the page")
		}
		return found[1]
	}
	gone := func(why, path string) {
		t.Helper()
		if status, page := d.get(t, "", path); status != http.StatusNotFound || strings.Contains(page, "VCALENDAR") {
			t.Errorf("%s: %d", why, status)
		}
	}
	_, page := d.get(t, officer, "/me")
	check(t, page, []string{`value="feed_open"`}, []string{"/feeds/", `value="feed_close"`})
	gone("closed from the start", "/feeds/"+newCalendarFeeds(t).Token(1, 0)+".ics")
	if status, _, to := d.post(t, officer, "/me", "do", "feed_open"); status != http.StatusSeeOther || to != "/me?done=me_feed_open" {
		t.Fatalf("%d %s", status, to)
	}
	first := address()
	res := d.serve(t, "", httptest.NewRequest(http.MethodGet, first, nil))
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Errorf("%d %s", res.StatusCode, res.Header)
	}
	cal, err := ical.NewDecoder(res.Body).Decode()
	res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	var own int
	for _, e := range cal.Events() {
		id, err := e.Props.Text(ical.PropUID)
		if err != nil || strings.Contains(id, "huong-son") {
			t.Errorf("%s: %v", id, err)
		}
		if id == "deadline-nam-dong-2018-report-thuong-long-2018-04@dondoc.example.vn" {
			own++
		}
	}
	if own != 1 {
		t.Errorf("the report's last day stands %d times among %d events", own, len(cal.Events()))
	}
	gone("a wrong signature", strings.Replace(first, ".ics", "A.ics", 1))
	gone("another's number", "/feeds/1"+strings.TrimPrefix(first, "/feeds/"))
	gone("without its ending", strings.TrimSuffix(first, ".ics"))
	gone("nothing", "/feeds/.ics")

	d.post(t, officer, "/me", "do", "feed_open")
	second := address()
	gone("renewed", first)
	if status, _ := d.get(t, "", second); status != http.StatusOK {
		t.Errorf("the new address: %d", status)
	}
	d.post(t, officer, "/me", "do", "feed_close")
	gone("closed", second)
}
