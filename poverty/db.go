package poverty

import (
	"context"
	"iter"
	"time"

	"dondoc/calendar"
)

// Store is what pages and the API read. Every method reads in one transaction
// that carries the actor of the context, under row-level security: what the
// actor may not see is not there (NotFound, or absent from a list).
type Store interface {
	// Me returns the actor with the offices held now.
	Me(ctx context.Context) (Actor, error)

	Units(ctx context.Context, f UnitFilter) ([]Unit, error)
	Unit(ctx context.Context, id UnitID, on calendar.Date) (Unit, error)
	Staff
	Inbox
	Self
	Feeds
	Staffing
	Auditor

	Cycles(ctx context.Context, f CycleFilter) ([]Cycle, error)
	Cycle(ctx context.Context, id CycleID) (Cycle, error)
	Timeline(ctx context.Context, id CycleID) ([]Phase, error)
	Board(ctx context.Context, id CycleID) (Board, error)

	Duties(ctx context.Context, f DutyFilter) ([]Duty, error)
	Duty(ctx context.Context, id DutyID) (Duty, error)
	// DutyPlan returns the rungs of a duty's current ladder.
	DutyPlan(ctx context.Context, id DutyID) ([]Planned, error)
	// Waiting returns what waits for the actor, gravest first.
	Waiting(ctx context.Context, id CycleID) ([]Waiting, error)

	Periods(ctx context.Context, id CycleID) ([]Period, error)
	// PeriodCodes returns what the periods of a cycle are called, in their order.
	PeriodCodes(ctx context.Context, id CycleID) ([]string, error)
	Matrix(ctx context.Context, id CycleID) (Matrix, error)
	Plans(ctx context.Context, id CycleID) ([]Plan, error)
	Plan(ctx context.Context, id CycleID, unit UnitID) (Plan, error)
	// SavePlan stores the texts of a draft; Conflict when they were saved otherwise
	// meanwhile.
	SavePlan(ctx context.Context, p PlanDraftContent) (Plan, error)
	// EditPlan changes the households of a draft, all of it or nothing; Problems
	// names what is wrong with a row, Conflict a row that was saved meanwhile.
	EditPlan(ctx context.Context, x PlanEdit) (Plan, error)
	// PlanSheet returns the draft of a plan with its households and what is
	// missing; NotFound to who may not see it.
	PlanSheet(ctx context.Context, c CycleID, unit UnitID) (PlanSheet, error)
	// PlanRounds returns the rounds that were sent, newest first, without their
	// households.
	PlanRounds(ctx context.Context, c CycleID, unit UnitID) ([]PlanRound, error)
	// PlanRound returns a round with its households; fields that the actor may
	// not see are empty, and say so.
	PlanRound(ctx context.Context, c CycleID, unit UnitID, round int) (PlanRound, error)
	// ComponentKinds returns the national catalogue of kinds of support and what
	// the cycle's owner added.
	ComponentKinds(ctx context.Context, id CycleID) ([]ComponentKind, error)
	// AddComponentKind adds to the owner's catalogue; the standing office's alone.
	AddComponentKind(ctx context.Context, id CycleID, k ComponentKind) error
	// Reports returns the versions of a report, newest first.
	Reports(ctx context.Context, duty DutyID) ([]Report, error)
	// SaveReport stores a draft of a report; Conflict when another version was
	// saved meanwhile.
	SaveReport(ctx context.Context, duty DutyID, c ReportContent) (Report, error)
	// ReportSheet returns what a report is filled in from.
	ReportSheet(ctx context.Context, duty DutyID) (ReportSheet, error)
	// ReportForms returns the versions of a cycle's form of reports, newest first.
	ReportForms(ctx context.Context, id CycleID) ([]ReportForm, error)
	// SaveReportForm stores the next version; the standing office's alone.
	// Problems names what is wrong; Conflict when another version was saved than
	// the one that was typed over. Periods that are open keep theirs.
	SaveReportForm(ctx context.Context, f ReportForm) (ReportForm, error)
	// SaveContribution stores what a member contributes to the report of its
	// lead; Conflict when another version was saved meanwhile.
	SaveContribution(ctx context.Context, c Contribution) (Contribution, error)
	// Rates counts the reports of each scope that the actor may see.
	Rates(ctx context.Context, f RateFilter) ([]Rate, error)
	// Calls returns the calls about a duty, newest first.
	Calls(ctx context.Context, duty DutyID) ([]Call, error)
	// LogCall stores a call; one with a key that was used before is stored once.
	LogCall(ctx context.Context, x Call) (Call, error)
	// Consolidations returns the revisions of a period's consolidated report that
	// the actor may see, newest first; of all periods where period is empty.
	Consolidations(ctx context.Context, id CycleID, period string) ([]Consolidation, error)
	// SaveConsolidation stores the text of a draft; Conflict when another version
	// was saved meanwhile.
	SaveConsolidation(ctx context.Context, c ConsolidationContent) (Consolidation, error)
	// Rollup counts a period as it stands now; Forbidden to who does not see all
	// of the cycle.
	Rollup(ctx context.Context, id CycleID, period string) (Rollup, error)

	// Assignments returns a cycle's assignments of groups, the newest first; a
	// draft is there for the standing office and the owner alone.
	Assignments(ctx context.Context, id CycleID) ([]Assignment, error)
	Assignment(ctx context.Context, id CycleID, no int) (Assignment, error)
	// SaveAssignment stores the draft of the next assignment; Conflict when
	// another version was saved meanwhile, or leadership has it.
	SaveAssignment(ctx context.Context, x AssignmentContent) (Assignment, error)
	// GroupAnswers returns what agencies said to the assignment in force.
	GroupAnswers(ctx context.Context, id CycleID) ([]GroupAnswer, error)
	// AnswerGroup stores what a member says to its place in a group.
	AnswerGroup(ctx context.Context, x GroupAnswer) (GroupAnswer, error)

	// Helpers returns who helps which household; those that the actor may see.
	Helpers(ctx context.Context, f HelperFilter) ([]Helper, error)
	Helper(ctx context.Context, id HelperID) (Helper, error)
	// AssignHelpers gives households of a commune's plan to who helps them, all
	// or none, and returns what was added; what is so already stays. Conflict when
	// the commune sent no plan yet.
	AssignHelpers(ctx context.Context, n NewHelpers) ([]Helper, error)
	// EndHelper ends somebody's help of a household; Conflict when it was changed
	// meanwhile.
	EndHelper(ctx context.Context, e HelperEnd) (Helper, error)
	// Mentors returns the mentors of households with their visits; what was found
	// is hidden from those who help the commune in nothing.
	Mentors(ctx context.Context, f MentorFilter) ([]Mentor, error)
	Mentor(ctx context.Context, id MentorID) (Mentor, error)
	// SaveMentor stores a mentor, a new one without ID, and who of the people that
	// sign in it is, by Login; Conflict when another version was saved meanwhile.
	SaveMentor(ctx context.Context, m Mentor, basis string) (Mentor, error)
	// LogVisit stores a visit; one with a key that was used before is stored once.
	LogVisit(ctx context.Context, v Visit) (Mentor, error)
	// CorrectVisit corrects a visit or takes it back, with a reason; what stood
	// there is kept. Conflict when somebody corrected it meanwhile.
	CorrectVisit(ctx context.Context, x VisitCorrection) (Mentor, error)
	// Pilots returns the models of help that are tried; those that the actor may
	// see, with their households only to who may read them.
	Pilots(ctx context.Context, f PilotFilter) ([]Pilot, error)
	Pilot(ctx context.Context, id PilotID) (Pilot, error)
	// SavePilot stores a pilot while it runs, a new one without ID; Conflict when
	// another version was saved meanwhile.
	SavePilot(ctx context.Context, p Pilot) (Pilot, error)
	// MovePilot records a pilot's result or decides on it; Conflict when it was
	// changed meanwhile.
	MovePilot(ctx context.Context, m PilotMove) (Pilot, error)
	// Registrations returns the communes for which agencies register, those with
	// nobody first.
	Registrations(ctx context.Context, id CycleID) ([]RegistrationCommune, error)
	Registration(ctx context.Context, id RegistrationID) (Registration, error)
	// AddRegistration stores an agency's offer to help such a commune.
	AddRegistration(ctx context.Context, r Registration) (Registration, error)
	// MoveRegistration decides on one or withdraws it; Conflict when it was changed
	// meanwhile.
	MoveRegistration(ctx context.Context, m RegistrationMove) (Registration, error)
	// Documents returns papers that the actor may see, without their data.
	Documents(ctx context.Context, f DocumentFilter) ([]Document, error)
	// Document returns a paper with its data: of a draft as things stand now.
	Document(ctx context.Context, id DocumentID) (Document, error)
	// SaveDocument stores a draft, a new one without ID; Conflict when another
	// version was saved meanwhile, or it was issued.
	SaveDocument(ctx context.Context, d Document) (Document, error)
	// MoveDocument numbers a paper, files its signed scan or voids it; Conflict
	// when it was changed meanwhile, or a number that was typed in is taken.
	MoveDocument(ctx context.Context, m DocumentMove) (Document, error)
	// DocumentGaps returns the numbers of a unit's books that no paper bears.
	DocumentGaps(ctx context.Context, id CycleID, unit UnitID) ([]DocumentGap, error)
	// ExplainGap stores why a number is not borne by any.
	ExplainGap(ctx context.Context, id CycleID, g DocumentGap) error
	// DocumentTemplates returns what the cycle's owner uploaded, newest first,
	// without the files.
	DocumentTemplates(ctx context.Context, id CycleID) ([]DocumentTemplate, error)
	// DocumentTemplate returns the template in force, or the one of a number; no
	// content is the built-in one.
	DocumentTemplate(ctx context.Context, id CycleID, kind DocumentKind, of int64) (DocumentTemplate, error)
	// SaveDocumentTemplate stores a template that was looked at before; without
	// content it restores the built-in one.
	SaveDocumentTemplate(ctx context.Context, id CycleID, t DocumentTemplate) error

	// Gaps returns what is missing today in how help is assigned; Forbidden to all
	// but the standing office and the leadership.
	Gaps(ctx context.Context, id CycleID) ([]Gap, error)

	// Meetings returns meetings in order of time, with whom they invite; those
	// that do not concern the actor as lines of the calendar only.
	Meetings(ctx context.Context, f MeetingFilter) ([]Meeting, error)
	Meeting(ctx context.Context, id MeetingID) (Meeting, error)
	// SaveMinutes keeps what is typed in the room; Conflict when another version
	// was saved meanwhile, or the meeting was recorded as held.
	SaveMinutes(ctx context.Context, d MinutesDraft) (Meeting, error)
	// Obstacles returns the obstacles that the actor may read, the newest first.
	Obstacles(ctx context.Context, f ObstacleFilter) ([]Obstacle, error)
	Obstacle(ctx context.Context, id ObstacleID) (Obstacle, error)
	// ObstacleCounts counts the obstacles of each unit: of all units for the
	// leadership, the standing office, the tier above and overseers, of those
	// that the actor may read for others.
	ObstacleCounts(ctx context.Context, id CycleID) ([]ObstacleCount, error)

	Escalations(ctx context.Context, f EscalationFilter) ([]Escalation, error)
	Notices(ctx context.Context, f NoticeFilter) ([]Notice, error)
	History(ctx context.Context, f HistoryFilter) ([]Entry, error)
	Surveys(ctx context.Context, id CycleID) ([]SurveyResult, error)
	// SurveyOverview returns where the survey of each commune stands.
	SurveyOverview(ctx context.Context, id CycleID) ([]Survey, error)
	Survey(ctx context.Context, id CycleID, unit UnitID) (SurveySheet, error)
	// SaveSurveyRows stores results of households on a commune's list and adds
	// those without ID, all or none; Conflict when another version was saved
	// meanwhile.
	SaveSurveyRows(ctx context.Context, s RegisterScope, rows []SurveyRow) error
	// DropSurveyRow takes a household off the list that was put on it by hand.
	DropSurveyRow(ctx context.Context, s RegisterScope, id SurveyRowID) error
	// Cases returns the cases of the year, of a commune or of all, newest first.
	Cases(ctx context.Context, id CycleID, unit UnitID) ([]Case, error)
	Case(ctx context.Context, id CaseID) (Case, error)
	Reviews(ctx context.Context, id CycleID) ([]Review, error)
	// ReviewSheet returns what a review looks at, of what the actor may see.
	ReviewSheet(ctx context.Context, id CycleID, kind string) (ReviewSheet, error)
	// Shortcomings returns the shortcomings of a cycle that the actor may see, the
	// open ones first.
	Shortcomings(ctx context.Context, id CycleID) ([]Shortcoming, error)
	Shortcoming(ctx context.Context, id ShortcomingID) (Shortcoming, error)
	// Years returns the figures of the years of a cycle's owner and its communes.
	Years(ctx context.Context, id CycleID) ([]YearFigures, error)
	// SaveYear stores figures that were entered, new ones with version 0; the
	// standing office's alone.
	SaveYear(ctx context.Context, id CycleID, y YearFigures) error

	// Watches returns the households that left poverty and are or were watched, of
	// those that the actor may see; what the actor may not see of them is empty,
	// and says so.
	Watches(ctx context.Context, f WatchFilter) ([]Watch, error)
	// Watch returns one with its visits, events and alerts, newest first.
	Watch(ctx context.Context, id WatchID) (Watch, error)
	// WatchCounts returns, for each commune and year, what became of those that
	// left poverty or near-poverty in it.
	WatchCounts(ctx context.Context, id CycleID) ([]WatchCount, error)

	// Postings returns postings without their lists, by commune, subject and number.
	Postings(ctx context.Context, f PostingFilter) ([]Posting, error)
	// Posting returns a posting with its list and its versions.
	Posting(ctx context.Context, id PostingID) (Posting, error)
	// Objections returns objections; what the actor may not see of them is empty,
	// and says so.
	Objections(ctx context.Context, f ObjectionFilter) ([]Objection, error)
	Objection(ctx context.Context, id ObjectionID) (Objection, error)
	// Receipts returns which agencies have the lists of plans, of a commune or of
	// all where unit is empty.
	Receipts(ctx context.Context, id CycleID, unit UnitID) ([]Receipt, error)

	// Targets returns the rows of a cycle's target table in its order.
	Targets(ctx context.Context, id CycleID) ([]Target, error)
	TargetTable(ctx context.Context, id CycleID) (TargetTable, error)
	// SaveTarget stores a commune's row, a new one with version 0. Problems names
	// what is wrong with it; Conflict when another version was saved meanwhile.
	SaveTarget(ctx context.Context, t Target, why TargetReason) (Target, error)
	// SaveTargetTotals stores what the source says of the whole table.
	SaveTargetTotals(ctx context.Context, t TargetTotals, why TargetReason) (TargetTotals, error)
	// ImportTargets stores rows by their communes, all or none, and says how many
	// changed; rows of other communes stay. Problems counts rows from 1.
	ImportTargets(ctx context.Context, id CycleID, table TargetImport, why TargetReason) (changed int, err error)
	// Shares returns what a commune allotted of its target.
	Shares(ctx context.Context, id CycleID, unit UnitID) (Shares, error)
	// PutShares replaces it; Conflict when another version was saved meanwhile.
	PutShares(ctx context.Context, s Shares, basis string) (Shares, error)
	// Committees returns the steering committees of the owner and of communes.
	Committees(ctx context.Context, id CycleID) ([]Committee, error)
	// PutCommittee replaces one; Conflict when another version was saved meanwhile.
	PutCommittee(ctx context.Context, c Committee, basis string) (Committee, error)
	Indicators(ctx context.Context, id CycleID) ([]CycleIndicator, error)
	// SaveIndicator stores an indicator, a new one with version 0.
	SaveIndicator(ctx context.Context, i CycleIndicator, why TargetReason) (CycleIndicator, error)
	DeleteIndicator(ctx context.Context, id CycleID, code string, version int, why TargetReason) error

	// Households returns a page of a cycle's register; fields that the actor may
	// not see are empty, and say so.
	Households(ctx context.Context, f HouseholdFilter) ([]Household, error)
	Household(ctx context.Context, id HouseholdID) (Household, error)
	// SaveHousehold stores a sheet, a new one without ID. Problems names what is
	// wrong with it; Conflict when another version was saved meanwhile. Who
	// writes in a commune's stead gives the basis.
	SaveHousehold(ctx context.Context, h Household, basis string) (Household, error)
	// Register returns what the sheets of a scope are checked against; Forbidden
	// to who may not write them.
	Register(ctx context.Context, s RegisterScope) (Register, error)
	// ImportHouseholds stores all rows or none. The same rows again change
	// nothing. Problems counts rows from 1; an error of rows is returned as it is.
	ImportHouseholds(ctx context.Context, s RegisterScope, rows iter.Seq2[Household, error], progress func(done int)) (HouseholdImport, error)
	// Export returns the columns of the workbook for the ministry's software, as
	// the owner of a cycle has set them, or the default.
	Export(ctx context.Context, id CycleID) (ExportSetting, error)
	// SaveExport sets them; the standing office's alone. Conflict when another
	// version was saved meanwhile.
	SaveExport(ctx context.Context, id CycleID, columns []ExportColumn, version int) (ExportSetting, error)
	// AddRegisterFile keeps a file on its way into a register; those of the same
	// person that nobody works on make place. Conflict when there are too many.
	AddRegisterFile(ctx context.Context, f RegisterFile, content []byte) error
	// RegisterFile returns a file of the actor; NotFound when it is another's, was
	// dropped or has expired.
	RegisterFile(ctx context.Context, id string) (RegisterFile, error)
	RegisterFileContent(ctx context.Context, id string) ([]byte, error)
	// SaveRegisterFile says how far a file is.
	SaveRegisterFile(ctx context.Context, f RegisterFile) error
	// ClaimRegisterFile takes a checked file to store it; false when another did.
	ClaimRegisterFile(ctx context.Context, id string) (bool, error)
	DropRegisterFile(ctx context.Context, id string) error
	// RegisterCounts counts the register of a commune, or of each where unit is empty.
	RegisterCounts(ctx context.Context, id CycleID, unit UnitID) ([]RegisterCount, error)
	// Freezes returns which registers of a cycle are frozen.
	Freezes(ctx context.Context, id CycleID) ([]Freeze, error)
	// FreezeRegister freezes a register, or all that are not frozen yet; the
	// basis is the survey result by which it stands.
	FreezeRegister(ctx context.Context, s RegisterScope) error
	// ReopenRegister opens a frozen register again, with its reason as basis; the
	// standing office's alone, and not once the commune's plan was sent.
	ReopenRegister(ctx context.Context, s RegisterScope) error
	// Likenesses returns pairs that may be one household, of a commune or of all
	// where unit is empty; Forbidden to who sees the register without its
	// sensitive fields.
	Likenesses(ctx context.Context, id CycleID, unit UnitID) ([]Likeness, error)
	// Settle decides about whole sheets: strikes one off, moves it, merges it into
	// another, finds that two are two. The same key again returns the first
	// decision; Conflict when a sheet was changed meanwhile.
	Settle(ctx context.Context, s Settling) (Settlement, error)
	// Unsettle takes such a decision back, with a reason; Conflict when what it
	// left was changed since.
	Unsettle(ctx context.Context, id SettlementID, reason, basis string) (Settlement, error)
	Settlements(ctx context.Context, f SettlementFilter) ([]Settlement, error)
	Hamlets(ctx context.Context, unit UnitID) ([]Hamlet, error)
	// PutHamlets replaces the hamlets of a commune; Conflict when one is left out
	// that has households.
	PutHamlets(ctx context.Context, s RegisterScope, list []Hamlet) error
	// Needs returns the national catalogue and what the cycle's owner added.
	Needs(ctx context.Context, id CycleID) ([]Need, error)
	// AddNeed adds to the owner's catalogue; the standing office's alone.
	AddNeed(ctx context.Context, id CycleID, n Need) error

	// Components returns components of a cycle; those that stand still first,
	// then by commune.
	Components(ctx context.Context, f ComponentFilter) ([]Component, error)
	Component(ctx context.Context, id ComponentID) (Component, error)
	// SaveComponent stores a component, a new one without ID, and lays its start
	// on the unit in charge where the cycle asks for it. Problems names what is
	// wrong with it; Conflict when another version was saved meanwhile.
	SaveComponent(ctx context.Context, d ComponentDraft) (Component, error)
	// ComponentHouseholds returns the households that a component is for, who got
	// nothing yet first.
	ComponentHouseholds(ctx context.Context, id ComponentID) ([]ComponentHousehold, error)
	// Deliveries returns the ledger of a component, oldest first.
	Deliveries(ctx context.Context, id ComponentID) ([]DeliveryEntry, error)
	Funds(ctx context.Context, id CycleID) ([]Fund, error)
	Fund(ctx context.Context, id FundID) (Fund, error)
	// FundEntries returns the ledger of a fund, oldest first.
	FundEntries(ctx context.Context, id FundID) ([]FundEntry, error)

	// Attachments returns what hangs on some things of one kind, oldest first.
	Attachments(ctx context.Context, of Subject, ids ...int64) ([]Attachment, error)
	// Attachment returns what is known of an attachment, AttachmentContent also what
	// is in it.
	Attachment(ctx context.Context, id AttachmentID) (Attachment, error)
	AttachmentContent(ctx context.Context, id AttachmentID) (Attachment, []byte, error)
	// Attach stores a file; the same file on the same thing is stored once.
	Attach(ctx context.Context, u Upload) (Attachment, error)
	// Strike takes an attachment out of sight, with the reason, and returns it as it
	// is then; its unit and the standing office may.
	Strike(ctx context.Context, id AttachmentID, reason string) (Attachment, error)

	// Calendar returns the days in force: the published ones with what an
	// administrator has entered in their place.
	Calendar(ctx context.Context) (*calendar.Calendar, error)
	// SetDaysOff replaces the days off of the years it has a row for;
	// administrators only.
	SetDaysOff(ctx context.Context, days []calendar.DayOff) error

	// Health tells whether PostgreSQL can be reached.
	Health(ctx context.Context) error
}

// Phase is a step of a cycle's year on its timeline: one template of duties,
// one period where it has periods.
type Phase struct {
	Code    string        `db:"code" json:"code"`
	Title   string        `db:"title" json:"title"`
	Period  string        `db:"period" json:"period,omitempty"`
	LastDay calendar.Date `db:"last_day" json:"last_day,omitzero"`
	Total   int           `db:"total" json:"total"`
	Done    int           `db:"done" json:"done"` // submitted, done or excused
	Overdue int           `db:"overdue" json:"overdue"`
	Future  bool          `db:"future" json:"future"` // not opened yet; Total is what is expected
}

// Board is the counts at the head of the standing office's board.
type Board struct {
	Owed      int `db:"owed" json:"owed"`
	Overdue   int `db:"overdue" json:"overdue"`
	Escalated int `db:"escalated" json:"escalated"`
	Waiting   int `db:"waiting" json:"waiting"` // submitted, not yet accepted
	Undated   int `db:"undated" json:"undated"`
	Vacant    int `db:"vacant" json:"vacant"` // notices whose office nobody held
	Failed    int `db:"failed" json:"failed"` // notices that could not be delivered
	Soon      int `db:"soon" json:"soon"`     // last day within 7 days

	Unreachable int `db:"unreachable" json:"unreachable"` // people with an office whom no mail reaches; counted for the standing office alone
}

// Waiting is one thing that waits for the actor.
type Waiting struct {
	Duty   Duty      `json:"duty"`
	Act    Act       `json:"act"`            // what is asked: submit, accept, acknowledge, direct
	Verb   PlanVerb  `json:"verb,omitempty"` // when it is a decision on a plan
	Demand Demand    `json:"demand,omitempty"`
	Rung   string    `json:"rung,omitempty"`
	Since  time.Time `json:"since"`

	AnswerBy *time.Time `json:"answer_by,omitempty"` // until when an escalation wants its answer
}

// LetterLease is how long a sender has for the letters that it took; what it did
// not tell of by then is taken again, under the same ID, for its sender has died.
const LetterLease = 5 * time.Minute

// Post is what the sender asks of the store, as the system.
type Post interface {
	// Letters returns what is to be sent up to an instant, one letter a person
	// and instant, and marks it as being sent for [LetterLease]; what has become
	// pointless is marked superseded instead.
	Letters(ctx context.Context, until, now time.Time, limit int) ([]Letter, error)
	// Delivered records how sending ended.
	Delivered(ctx context.Context, d []Delivery) error
}

// Accounts is what signing in asks of the store; it acts as the system and
// tells nothing but what signing in needs.
type Accounts interface {
	// Credentials returns a user and the argon2id hash of the password by login
	// (case and surrounding space do not matter); NotFound when there is none or
	// the account is not active.
	Credentials(ctx context.Context, login string) (User, string, error)
	// User returns an active user.
	User(ctx context.Context, id UserID) (User, error)
	// APIKey returns the user whose API key has this SHA-256.
	APIKey(ctx context.Context, sha256 []byte) (User, error)
	// SetPassword stores a new hash; sessions that began before have ended.
	SetPassword(ctx context.Context, id UserID, hash string) error
}
