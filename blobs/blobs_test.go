package blobs_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dondoc/blobs"
	"dondoc/poverty"
)

func TestStore_keeps_blobs_in_a_folder_that_only_its_owner_reads(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "files")
	s, err := blobs.Open(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Write(t.Context(), "abc", "image/jpeg", []byte("one")); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Read(t.Context(), "abc"); err != nil || string(got) != "one" {
		t.Errorf("%q, %v", got, err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	old := func(before time.Time) (keys []string) {
		for key, err := range s.Older(t.Context(), before) {
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, key)
		}
		return keys
	}
	if keys := old(time.Now().Add(time.Minute)); !slices.Equal(keys, []string{"abc"}) {
		t.Error(keys)
	}
	if keys := old(time.Now().Add(-time.Hour)); len(keys) > 0 {
		t.Error(keys)
	}
	for range 2 { // what is not there is deleted already
		if err := s.Delete(t.Context(), "abc"); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Read(t.Context(), "abc"); poverty.KindOf(err) != poverty.NotFound {
		t.Error(err)
	}
}

func TestOpen_takes_a_folder_or_S3_and_tells_no_secret(t *testing.T) {
	t.Parallel()
	s, err := blobs.Open(t.Context(), "s3://dondoc?region=us-east-1&endpoint=http://127.0.0.1:1&s3ForcePathStyle=true")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"ftp://x?key=geheim", "s3://bucket?nonsense=geheim"} {
		if _, err := blobs.Open(t.Context(), bad); err == nil || strings.Contains(err.Error(), "ftp://x?") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
