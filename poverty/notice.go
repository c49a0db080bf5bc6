package poverty

import (
	"slices"
	"time"
)

// NoticeState is how far a notice has come.
type NoticeState string

// The states of a notice.
const (
	NoticeQueued     NoticeState = "queued"
	NoticeSending    NoticeState = "sending"
	NoticeSent       NoticeState = "sent"
	NoticeFailed     NoticeState = "failed"     // for good; Failure holds the server's words
	NoticeSuperseded NoticeState = "superseded" // became pointless before it could be sent
	NoticeInbox      NoticeState = "inbox"      // its person wants no such mail; it stands in the inbox alone
	NoticeVacant     NoticeState = "vacant"     // nobody held the office; the next one up got it too
)

// NoticeKind words a notice.
type NoticeKind string

// The kinds of notice.
const (
	NoticeReminder   NoticeKind = "reminder"
	NoticeOverdue    NoticeKind = "overdue"    // to the debtor's own offices
	NoticeEscalation NoticeKind = "escalation" // to offices above or beside
	NoticeSummary    NoticeKind = "summary"    // what a cycle that was started late found
	NoticeVacancy    NoticeKind = "vacancy"    // to the standing office: an office is vacant
	NoticeDecision   NoticeKind = "decision"   // returned, approved, extended … to those concerned
	NoticeList       NoticeKind = "list"       // to helping agencies: the list of a plan was sent, or approved
	NoticeMeeting    NoticeKind = "meeting"    // an invitation to a meeting, its change or its end
	NoticeObstacle   NoticeKind = "obstacle"   // to who raised one: it was forwarded, answered or decided
	NoticeHandover   NoticeKind = "handover"   // to who takes over an office, or stands in: how many duties are open; Text is the number
	NoticeStanding   NoticeKind = "standing"   // on the week's first working day: what is still late, new or not
	NoticeCalendar   NoticeKind = "calendar"   // days off changed: steps of one's duties have moved
	NoticeDocument   NoticeKind = "document"   // to whom a document goes, once it is issued
	NoticeAssignment NoticeKind = "assignment" // to agencies and communes: their group changed; to those who draft or issue an assignment: their turn
)

// Notice is one message to one office's holder about one rung of one duty.
// Its key (duty, ladder, rung, office, holder) is unique.
type Notice struct {
	ID         int64       `db:"id" json:"id"`
	Key        string      `db:"key" json:"key"`
	Cycle      CycleID     `db:"cycle_id" json:"cycle"`
	Duty       DutyID      `db:"duty_id" json:"duty,omitempty"`
	DutyTitle  string      `db:"duty_title" json:"duty_title,omitempty"`
	Meeting    MeetingID   `db:"meeting_id" json:"meeting,omitempty"`
	Obstacle   ObstacleID  `db:"obstacle_id" json:"obstacle,omitempty"`
	Document   DocumentID  `db:"document_id" json:"document,omitempty"`
	About      string      `db:"about" json:"about,omitempty"`  // the title of the meeting or document
	Unit       UnitID      `db:"unit_id" json:"unit,omitempty"` // the debtor
	UnitName   string      `db:"unit_name" json:"unit_name,omitempty"`
	Period     string      `db:"period" json:"period,omitempty"`
	Kind       NoticeKind  `db:"kind" json:"kind"`
	Rung       string      `db:"rung" json:"rung,omitempty"`
	Demand     Demand      `db:"demand" json:"demand,omitempty"`
	Office     OfficeID    `db:"office_id" json:"office"`
	OfficeName string      `db:"office_name" json:"office_name"`
	User       UserID      `db:"user_id" json:"user,omitempty"`
	UserName   string      `db:"user_name" json:"user_name,omitempty"`
	At         time.Time   `db:"at" json:"at"` // the planned instant
	State      NoticeState `db:"state" json:"state"`
	SentAt     *time.Time  `db:"sent_at" json:"sent_at,omitempty"`
	Failure    string      `db:"failure" json:"failure,omitempty"`
	Text       string      `db:"text" json:"text,omitempty"`           // of kinds that carry their own words
	AnswerBy   *time.Time  `db:"answer_by" json:"answer_by,omitempty"` // until when what is demanded is to be answered
	ThenAt     *time.Time  `db:"then_at" json:"then_at,omitempty"`     // when the next rung follows unless it is done
	ThenTo     string      `db:"then_to" json:"then_to,omitempty"`     // whom that one addresses, in the words of the ladder
	Letter     string      `db:"letter" json:"-"`                      // the mail that it went into, kept for a repeat
	Attempts   int         `db:"attempts" json:"-"`
	ReadAt     *time.Time  `db:"read_at" json:"read_at,omitempty"` // in the inbox
}

// NoticeFilter chooses notices, newest first.
type NoticeFilter struct {
	Cycle CycleID
	Duty  DutyID
	State NoticeState
	Mine  bool
	Limit int
	After int64
}

// Letter is all that one person gets at one instant, ready to be sent as one
// mail.
type Letter struct {
	ID       string // the Message-ID's key: that of its first notice, the same at every attempt
	To       User
	At       time.Time
	Notices  []Notice
	Duties   map[DutyID]Duty
	Meetings map[MeetingID]Meeting
	Open     []Duty              // what is still late and no notice of this letter is about, gravest first; of a digest only
	More     int                 // how many of these there are besides
	Lines    map[UnitID]UnitLine // to whom the units answer whose duties it is about
	Offices  map[OfficeID]string // titles of offices that rungs name
	Attempts int
}

// Digest reports whether the letter is one of a notice time: then it also lists
// what is still late.
func (l Letter) Digest() bool {
	return slices.ContainsFunc(l.Notices, func(n Notice) bool { return n.Kind.OfDigest() })
}

// OfDigest reports whether notices of the kind are planned for a notice time and
// wait for all that is planned for it.
func (k NoticeKind) OfDigest() bool { return slices.Contains(DigestKinds, k) }

// DigestKinds are the kinds of notice that wait for a notice time to be complete.
var DigestKinds = []NoticeKind{NoticeReminder, NoticeOverdue, NoticeEscalation, NoticeStanding}

// DigestPatience is how long a digest waits for what is planned for its notice
// time in its reader's cycles; what comes later goes in a further message.
const DigestPatience = 5 * time.Minute

// MostOpen is how many duties a digest lists beside its notices.
const MostOpen = 60

// Delivery is how the sending of a letter ended.
type Delivery struct {
	Letter  Letter
	State   NoticeState
	Failure string
	At      time.Time
	Retry   time.Time // when to try again; zero: not
}
