// Package blobs keeps the contents of attachments: in a folder, or in a bucket
// of any store that speaks S3.
package blobs

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // s3://bucket?region=…
	"gocloud.dev/gcerrors"

	"dondoc/poverty"
)

// Store is a place for blobs. It implements poverty.Blobs and is safe for
// concurrent use.
type Store struct{ bucket *blob.Bucket }

var _ poverty.Blobs = (*Store)(nil)

// Open returns the store at an address: a folder, which is made where it does
// not exist, or "s3://bucket" with what the store needs behind a question mark
// (region, endpoint, s3ForcePathStyle, prefix); its keys come from the usual
// AWS_ variables. It does not try to reach the store yet.
func Open(ctx context.Context, address string) (*Store, error) {
	if !strings.Contains(address, "://") {
		return openFolder(address)
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" {
		return nil, fmt.Errorf("file store: %q is neither a folder nor s3://…", redacted(address))
	}
	bucket, err := blob.OpenBucket(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("file store %s: %w", redacted(address), err)
	}
	return &Store{bucket}, nil
}

// redacted is an address without what stands behind its question mark.
func redacted(address string) string {
	place, _, _ := strings.Cut(address, "?")
	return place
}

func openFolder(path string) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("file store: %w", err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("file store: %w", err)
	}
	// What is being written lies beside what is there, so that it is put in place
	// in one move; the row knows the type, so that no second file does.
	bucket, err := fileblob.OpenBucket(path, &fileblob.Options{NoTempDir: true, DirFileMode: 0o700, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("file store: %w", err)
	}
	return &Store{bucket}, nil
}

// Close lets go of the store.
func (s *Store) Close() error { return s.bucket.Close() }

// Write stores a blob, whole or not at all.
func (s *Store) Write(ctx context.Context, key, mediaType string, content []byte) error {
	return fail(s.bucket.WriteAll(ctx, key, content, &blob.WriterOptions{ContentType: mediaType}))
}

// Read returns a blob; NotFound when there is none.
func (s *Store) Read(ctx context.Context, key string) ([]byte, error) {
	content, err := s.bucket.ReadAll(ctx, key)
	return content, fail(err)
}

// Delete deletes a blob; one that is not there is deleted already.
func (s *Store) Delete(ctx context.Context, key string) error {
	err := s.bucket.Delete(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return fail(err)
}

// Older returns the keys of the blobs that were written before an instant.
func (s *Store) Older(ctx context.Context, before time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		objects, last := s.bucket.List(nil).All(ctx)
		for o := range objects {
			if !o.IsDir && o.ModTime.Before(before) && !yield(o.Key, nil) {
				return
			}
		}
		if err := last(); err != nil {
			yield("", fail(err))
		}
	}
}

// fail gives an error of the place its kind.
func fail(err error) error {
	switch {
	case err == nil:
		return nil
	case gcerrors.Code(err) == gcerrors.NotFound:
		return &poverty.Error{Kind: poverty.NotFound, Key: "attachment.not_found", Err: err}
	}
	return &poverty.Error{Kind: poverty.Unavailable, Key: "attachment.store_down", Err: err}
}
