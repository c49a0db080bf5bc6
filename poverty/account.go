package poverty

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"
)

// Account is a person's access as an administrator sees it.
type Account struct {
	User
	Offices   string     `db:"offices" json:"offices,omitempty"` // held or stood in for today, in words
	Failure   string     `db:"failure" json:"failure,omitempty"` // the mail server's words about the last mail, where it was refused for good
	FailedAt  *time.Time `db:"failed_at" json:"failed_at,omitempty"`
	CreatedAt time.Time  `db:"created_at" json:"created_at"`
}

// Unreachable reports whether no mail reaches the person: there is no address, or
// the last mail to it was refused for good.
func (a Account) Unreachable() bool { return a.Active && (a.Email == "" || a.FailedAt != nil) }

// AccountFilter chooses accounts, by login.
type AccountFilter struct {
	Query       string // part of a login or name, with or without accents
	Unreachable bool
	After       string // continue behind this login
	Limit       int
}

// CheckAccount returns what is wrong with an account as it is typed.
func CheckAccount(u User) error {
	switch {
	case u.Login == "" || len(u.Login) > 100 || strings.ContainsAny(u.Login, " \t\r\n\"'<>,;"):
		return InvalidField("login", "account.bad_login")
	case u.Name == "":
		return InvalidField("name", "error.required")
	case utf8.RuneCountInString(u.Name) > 200:
		return InvalidField("name", "error.too_long", "max", 200)
	case len(u.Phone) > 50:
		return InvalidField("phone", "error.too_long", "max", 50)
	case u.Language != "vi" && u.Language != "en":
		return InvalidField("language", "user.no_such_language")
	}
	return CheckEmail(u.Email)
}

// Staffing is what an administrator does with accounts; Forbidden to others.
type Staffing interface {
	Accounts(ctx context.Context, f AccountFilter) ([]Account, error)
	Account(ctx context.Context, id UserID) (Account, error)
	// AddAccount stores an account with the hash of its first password; Conflict when
	// the login is taken.
	AddAccount(ctx context.Context, u User, hash string) (Account, error)
	// SaveAccount stores name, address, phone and language, and whether the person may
	// sign in; who may no longer is signed out at once. The login stays.
	SaveAccount(ctx context.Context, u User) (Account, error)
	// ResetAccount gives an account another password; what is signed in ends, and its
	// API keys are revoked.
	ResetAccount(ctx context.Context, id UserID, hash string) error
}
