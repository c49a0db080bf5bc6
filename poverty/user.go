package poverty

import (
	"context"
	"net/mail"
	"time"
)

// UserID identifies a person who signs in. It holds no personal data, so it
// may stand in workflow histories.
type UserID int64

// User is a person who signs in.
type User struct {
	ID       UserID `db:"id" json:"id"`
	Login    string `db:"login" json:"login"`
	Name     string `db:"name" json:"name"`
	Email    string `db:"email" json:"email"`
	Phone    string `db:"phone" json:"phone,omitempty"`
	Admin    bool   `db:"admin" json:"admin"`
	Language string `db:"language" json:"language"`
	Active   bool   `db:"active" json:"active"`
	// Since is when the access was last reset: a session that began before it has
	// ended. 1970 when it never was.
	Since time.Time `db:"since" json:"-"`
}

// Settings are what a person decides about oneself. Reminders and Decisions say
// whether such notices come by mail (see Optional); they stand in the inbox
// anyway. Feed says whether the person's deadlines can be subscribed to, and
// FeedVersion which address does it.
type Settings struct {
	Login       string `db:"login" json:"login"`
	Name        string `db:"name" json:"name"`
	Email       string `db:"email" json:"email"`
	Language    string `db:"language" json:"language"`
	Reminders   bool   `db:"reminders" json:"reminders"`
	Decisions   bool   `db:"decisions" json:"decisions"`
	Feed        bool   `db:"feed_on" json:"feed"`
	FeedVersion int    `db:"feed_version" json:"-"`
}

// Check returns what is wrong with settings as they are typed.
func (s Settings) Check() error {
	if s.Language != "vi" && s.Language != "en" {
		return InvalidField("language", "user.no_such_language")
	}
	return CheckEmail(s.Email)
}

// CheckEmail returns Invalid for what is no mail address; none is allowed.
func CheckEmail(email string) error {
	if email == "" {
		return nil
	}
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 200 {
		return InvalidField("email", "user.bad_email")
	}
	return nil
}

// Self is what a person reads and decides about oneself.
type Self interface {
	Settings(ctx context.Context) (Settings, error)
	// SaveSettings stores the address, the language and which mails are wanted.
	SaveSettings(ctx context.Context, s Settings) (Settings, error)
	// RenewFeed opens the person's feed under a new address, or closes it; the
	// address before opens nothing any more.
	RenewFeed(ctx context.Context, open bool) (Settings, error)
}

// Seat is an office that a person holds now, or stands in for.
type Seat struct {
	Office     OfficeID   `db:"office_id" json:"office"`
	Unit       UnitID     `db:"unit_id" json:"unit"`
	Role       OfficeRole `db:"role" json:"role"`
	Title      string     `db:"title" json:"title"`
	UnitName   string     `db:"unit_name" json:"unit_name"`
	Substitute bool       `db:"substitute" json:"substitute"`
	Basis      string     `db:"basis" json:"basis,omitempty"`
	Cycle      CycleID    `db:"cycle" json:"cycle,omitempty"` // a substitution for this cycle alone; empty: all matters
}
