package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jackc/pgx/v5"

	"dondoc/auth"
	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/internal/testkit"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/web"
)

// Whoever is signed in sees the page of an outage with its style.
func TestStatic_files_come_while_the_database_is_away(t *testing.T) {
	t.Parallel()
	db, err := postgres.Open(t.Context(), testkit.Postgres(t), postgres.Options{Conns: 1})
	if err != nil {
		t.Fatal(err)
	}
	h := handler(db, nil, tower(t), nil, web.Config{})
	db.Close()
	for path, want := range map[string]int{"/": http.StatusServiceUnavailable, "/static/site.css": http.StatusOK, "/static/none.css": http.StatusNotFound} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.AddCookie(&http.Cookie{Name: auth.Cookie, Value: "a session"})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

// watchedPress notes how many connections are in use while it converts.
type watchedPress struct {
	documents.Press
	db    *postgres.DB
	inUse []int32
}

func (p *watchedPress) PDF(context.Context, []byte) ([]byte, error) {
	p.inUse = append(p.inUse, p.db.Pool().AcquiredConns())
	return []byte("%PDF"), nil
}

func TestPDF_is_made_without_a_connection_to_the_database(t *testing.T) {
	t.Parallel()
	url := testkit.Postgres(t)
	if code, _, errs := command(t, "import", "../../examples/nam-dong-2018", "--database-url", url); code != 0 {
		t.Fatal(errs)
	}
	db, err := postgres.Open(t.Context(), url, postgres.Options{Conns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	system := poverty.WithActor(t.Context(), poverty.System("test"))
	c, err := db.Cycle(system, "nam-dong:2018")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.OpenCycle(system, c.ID, c.IssuedAt); err != nil {
		t.Fatal(err)
	}
	officer, _, err := db.Credentials(t.Context(), "thuongtruc.canbo")
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.SaveDocument(poverty.WithActor(t.Context(), poverty.Actor{User: officer.ID}), poverty.Document{
		Cycle: c.ID, Key: "k", Kind: poverty.DocumentPlan, Subject: "cycle", Unit: "nam-dong", Title: "Giúp đỡ hộ nghèo năm 2018", Place: "Nam Đông",
		Day: calendar.MustDate("2018-05-03"), Symbol: "UBND", Signer: "nam-dong/vice-chair",
	})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	key, sum := auth.NewKey()
	if _, err := conn.Exec(t.Context(), "insert into api_keys (user_id, name, sha256, created_at) values ($1, 'test', $2, now())", officer.ID, sum); err != nil {
		t.Fatal(err)
	}
	p := &watchedPress{db: db}
	h := handler(db, nil, tower(t), nil, web.Config{Press: p})
	for i, path := range []string{"/documents/%d/pdf", "/api/v1/documents/%d/pdf"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf(path, d.ID), nil)
		r.Header.Set("Authorization", "Bearer "+key)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Body.String() != "%PDF" || len(p.inUse) != i+1 || p.inUse[i] != 0 {
			t.Errorf("%s: %d, connections in use %v", path, w.Code, p.inUse)
		}
	}
}
