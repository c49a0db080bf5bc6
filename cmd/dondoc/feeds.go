package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dondoc/auth"
	"dondoc/documents"
	"dondoc/poverty"
	"dondoc/web"
)

// FeedSettings say how the addresses of people's calendar feeds are signed.
type FeedSettings struct {
	FeedSecret string `help:"Secret that signs the addresses of calendar feeds, at least 16 characters and the same for all processes; empty: there are no feeds. Another secret closes all addresses." env:"DONDOC_FEED_SECRET" placeholder:"SECRET"`
}

// feeds signs and writes calendar feeds.
type feeds struct {
	*auth.FeedKey
	options documents.FeedOptions
}

// Write returns a feed as an iCalendar file.
func (f feeds) Write(feed poverty.Feed) ([]byte, error) { return documents.WriteFeed(feed, f.options) }

// newFeeds returns what serves feeds; nil without a secret.
func newFeeds(secret, baseURL string) (web.Feeds, error) {
	if secret == "" {
		return nil, nil
	}
	key, err := auth.NewFeedKey(secret)
	if err != nil {
		return nil, fmt.Errorf("DONDOC_FEED_SECRET: %w", err)
	}
	return feeds{key, documents.FeedOptions{BaseURL: baseURL, Domain: domainOf(baseURL)}}, nil
}

// keptSecret is the secret of the feeds of an installation that keeps its data in
// a directory, made when it is first asked for.
func keptSecret(dir string) (string, error) {
	file := filepath.Join(dir, "feed-secret")
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		b = []byte(rand.Text())
		err = os.WriteFile(file, b, 0o600)
	}
	return strings.TrimSpace(string(b)), err
}
