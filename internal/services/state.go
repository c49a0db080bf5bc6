package services

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lockFile takes the lock that says who uses a directory. It is free again
// when the returned file is closed or its process has ended, however it ended.
func lockFile(path, what string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := io.ReadAll(io.LimitReader(f, 20))
		_ = f.Close()
		return nil, fmt.Errorf("%s is in use by process %s: stop that one first", what, strings.TrimSpace(string(holder)))
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := f.Truncate(0); err != nil {
		_ = f.Close()
		return nil, err
	}
	if _, err := f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// RemoveState deletes the state directory of a [Stack], with what was put
// elsewhere for it because the database's user could not reach it. It refuses
// while the directory is in use.
func RemoveState(dir string) error {
	if actual, err := filepath.EvalSymlinks(dir); err == nil {
		dir = actual // as StartPostgres sees it
	}
	postgres := filepath.Join(dir, "postgres")
	if _, err := os.Stat(postgres); err == nil {
		lock, err := lockFile(filepath.Join(postgres, "lock"), dir)
		if err != nil {
			return err
		}
		defer lock.Close()
		data := filepath.Join(postgres, "data")
		// Only a link to a place of our own making is followed.
		actual, err := filepath.EvalSymlinks(data)
		if err == nil && filepath.Base(actual) == elsewhere(data) {
			if err := os.RemoveAll(actual); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(dir)
}

// elsewhere names the directory that stands in for dir in a folder that
// everyone can reach.
func elsewhere(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	sum := sha256.Sum256([]byte(dir))
	return "dondoc-" + hex.EncodeToString(sum[:6])
}
