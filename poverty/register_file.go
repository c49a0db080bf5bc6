package poverty

import "time"

// FileStage is how far a file is on its way into a register.
type FileStage string

// The stages. Who works on one says so now and then; one that nobody works on
// any more has failed.
const (
	FileWaiting   FileStage = "waiting"
	FileReading   FileStage = "reading"
	FileComparing FileStage = "comparing"
	FileChecked   FileStage = "checked"
	FileStoring   FileStage = "storing"
	FileStored    FileStage = "stored"
	FileFailed    FileStage = "failed"
)

// Running reports whether there is something to wait for.
func (s FileStage) Running() bool {
	return s == FileWaiting || s == FileReading || s == FileComparing || s == FileStoring
}

// How long a file is kept, and how long one may be silent while it is worked
// on before it counts as broken off.
const (
	FileLife    = 2 * time.Hour
	FileSilence = time.Minute
)

// HouseholdFindings is what a file of households holds besides its good rows.
type HouseholdFindings struct {
	Rows    int      `json:"rows"`              // households in the file, good or not
	Errors  Problems `json:"errors,omitempty"`  // keep their rows from being stored
	Notices Problems `json:"notices,omitempty"` // do not
	Whole   bool     `json:"whole,omitempty"`   // no row of it can be taken
}

// RegisterFile is a file on its way into a register: seen by who uploaded it and by
// nobody else, by every process that serves the pages, and for two hours.
type RegisterFile struct {
	ID       string
	Scope    RegisterScope
	Name     string // of the file
	Stage    FileStage
	Done     int // rows, of what the stage does
	Good     int // rows that can be stored
	Findings HouseholdFindings
	Counts   HouseholdImport // what storing would do, then what it did
	Failure  *FileFailure
}

// FileFailure is why a file failed, to be told to a person.
type FileFailure struct {
	Kind     Kind     `json:"kind"`
	Key      string   `json:"key"`
	Args     []any    `json:"args,omitempty"`
	Problems Problems `json:"problems,omitempty"` // of rows that changed between check and store
}
