package poverty

import "time"

// AssignmentAnswer is a lead agency's answer to its assignment: accepted, or
// declined with a reason. Silence until the last day counts as acceptance.
type AssignmentAnswer struct {
	Key      string    `json:"key,omitempty"`
	Duty     DutyID    `json:"duty"`
	Accepted bool      `json:"accepted"`
	Reason   string    `json:"reason,omitempty"`
	Basis    string    `json:"basis,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Office   OfficeID  `json:"office,omitempty"`
}

// NewDuty is a duty made by hand, by a direction or by a conclusion. Due is
// the stated deadline; "none" leaves it undated. Code and Subject are short
// codes (lower-case letters, digits, "-" and "."), never text: they become part
// of the duty's key.
type NewDuty struct {
	Key     string   `json:"key,omitempty"`
	Cycle   CycleID  `json:"cycle"`
	Code    string   `json:"code"`
	Kind    DutyKind `json:"kind"`
	Title   string   `json:"title"`
	Unit    UnitID   `json:"unit"`
	Subject string   `json:"subject,omitempty"`
	Due     string   `json:"due"`
	Ladder  string   `json:"ladder"`
	Source  string   `json:"source,omitempty"`
	Office  OfficeID `json:"office,omitempty"`
}
