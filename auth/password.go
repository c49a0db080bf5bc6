package auth

import (
	"crypto/rand"
	"fmt"
	"sync"

	"github.com/alexedwards/argon2id"

	"dondoc/locale"
)

// params are OWASP's for argon2id (2024), the same on every machine.
var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// maxPassword is the longest password that is compared, in bytes.
const maxPassword = 1024

// Hash returns the argon2id hash under which a password is stored.
func Hash(password string) (string, error) {
	hash, err := argon2id.CreateHash(locale.NFC(password), params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// NewPassword makes up a password of sixty bits, to be told once, and its hash.
func NewPassword() (password, hash string, err error) {
	password = rand.Text()[:12]
	hash, err = Hash(password)
	return password, hash, err
}

// Matches reports whether a password has a hash that [Hash] made.
func Matches(password, hash string) (bool, error) {
	if len(password) > maxPassword {
		return false, nil
	}
	return argon2id.ComparePasswordAndHash(locale.NFC(password), hash)
}

// dummy is what the password of an unknown login is compared with, so that the
// answer takes as long as for a known one.
var dummy = sync.OnceValues(func() (string, error) { return Hash("no password has this hash") })
