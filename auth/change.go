package auth

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"dondoc/locale"
	"dondoc/poverty"
)

// minPassword is the fewest characters of a password that a person chooses.
const minPassword = 10

// ChangePassword gives the signed-in person another password, when the one that
// they had is right. Invalid names the field, old or new, that is wrong; it
// returns ErrTooMany after too many attempts. The session goes on under a new
// token, all others of the person end.
func (a *Auth) ChangePassword(w http.ResponseWriter, r *http.Request, old, next string) error {
	ctx := r.Context()
	who, ok := poverty.ActorFrom(ctx)
	if !ok || who.User == 0 {
		return poverty.Errorf(poverty.Forbidden, "auth.inactive")
	}
	user, err := a.accounts.User(ctx, who.User)
	if err != nil {
		return fmt.Errorf("user %d: %w", who.User, err)
	}
	next = locale.NFC(next)
	switch {
	case old == "":
		return poverty.InvalidField("old", "error.required")
	case utf8.RuneCountInString(next) < minPassword || len(next) > maxPassword:
		return poverty.InvalidField("new", "auth.password_length", "min", minPassword)
	case next == locale.NFC(old):
		return poverty.InvalidField("new", "auth.password_same")
	case strings.Contains(strings.ToLower(next), user.Login):
		return poverty.InvalidField("new", "auth.password_has_login")
	}
	if _, err := a.check(w, r, user.Login, old); err != nil {
		if errors.Is(err, ErrBadCredentials) {
			return poverty.InvalidField("old", "auth.wrong_password")
		}
		return err
	}
	hash, err := Hash(next)
	if err != nil {
		return err
	}
	if err := a.accounts.SetPassword(ctx, user.ID, hash); err != nil {
		return fmt.Errorf("password of user %d: %w", user.ID, err)
	}
	if a.sessions.GetInt64(ctx, keyUser) != int64(user.ID) {
		return nil // by API key: no session to go on
	}
	if err := a.sessions.RenewToken(ctx); err != nil {
		return &poverty.Error{Kind: poverty.Unavailable, Key: "error.unavailable", Err: fmt.Errorf("renew session: %w", err)}
	}
	a.sessions.Put(ctx, keyBegan, a.now().Unix())
	return nil
}
