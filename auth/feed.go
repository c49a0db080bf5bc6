package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"dondoc/poverty"
)

// minSecret is the fewest bytes of a secret that signs addresses.
const minSecret = 16

// FeedKey signs the addresses under which people subscribe to their deadlines:
// who reads such an address reads the feed, so it says nothing of the person but a
// number, and holds the version that the person can take back.
type FeedKey struct{ secret []byte }

// NewFeedKey returns the key of a secret; an error when that is too short.
func NewFeedKey(secret string) (*FeedKey, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("the secret of the feeds has %d bytes; give it at least %d, such as the output of `openssl rand -hex 32`", len(secret), minSecret)
	}
	return &FeedKey{[]byte(secret)}, nil
}

func (k *FeedKey) sign(body string) string {
	h := hmac.New(sha256.New, k.secret)
	h.Write([]byte("feed " + body))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Token returns the address's part of a user's feed, of a version.
func (k *FeedKey) Token(user poverty.UserID, version int) string {
	body := strconv.FormatInt(int64(user), 10) + "." + strconv.Itoa(version)
	return body + "." + k.sign(body)
}

// Read returns whose feed a token opens, and its version; false when it was not
// signed with this key.
func (k *FeedKey) Read(token string) (user poverty.UserID, version int, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || !hmac.Equal([]byte(k.sign(parts[0]+"."+parts[1])), []byte(parts[2])) {
		return 0, 0, false
	}
	id, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return 0, 0, false
	}
	version, err = strconv.Atoi(parts[1])
	return poverty.UserID(id), version, err == nil && id > 0
}
