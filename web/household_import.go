package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"path"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// Workbooks reads and writes registers of households as workbooks, and tables of
// targets.
type Workbooks interface {
	// Template writes the workbook that is filled in.
	Template(w io.Writer, s HouseholdSheet) error
	// Read returns the good rows and all that is wrong with the file, which is a
	// workbook, or CSV where the sheet says so; the error is of r alone. progress is
	// told the row from time to time.
	Read(r io.ReaderAt, size int64, s HouseholdSheet, progress func(row int)) ([]HouseholdRow, poverty.HouseholdFindings, error)
	// Mark writes a workbook again with its problems marked.
	Mark(r io.ReaderAt, size int64, found poverty.HouseholdFindings, language string, w io.Writer) error
	// Write writes a register, without sensitive fields unless they are asked
	// for. Nothing is written when rows end in an error.
	Write(w io.Writer, rows iter.Seq2[poverty.Household, error], s HouseholdSheet, sensitive bool) error
	TargetWorkbooks
	TableWorkbooks
	// Export is Write in columns of one's own; Preview is the same as text, with
	// the headings first. Fields are what may be a column.
	Export(w io.Writer, rows iter.Seq2[poverty.Household, error], s HouseholdSheet, columns []poverty.ExportColumn, sensitive bool) error
	Preview(rows []poverty.Household, s HouseholdSheet, columns []poverty.ExportColumn, sensitive bool) ([][]string, error)
	Fields(s HouseholdSheet) []ExportField
}

// HouseholdSheet says what a workbook of households may hold.
type HouseholdSheet struct {
	Cycle    poverty.CycleID
	Units    []poverty.Unit
	Hamlets  []poverty.Hamlet
	Standard poverty.Standard
	Needs    []poverty.Need
	Today    calendar.Date
	Language string
	File     string // the name of the file that is read
	CSV      bool   // it is CSV, not a workbook
}

// isCSV reports whether a file is CSV by its name.
func isCSV(name string) bool { return strings.EqualFold(path.Ext(name), ".csv") }

// HouseholdRow is a household and the row in which it stands.
type HouseholdRow struct {
	Row       int
	Household poverty.Household
}

const (
	maxUpload   = 32 << 20
	uploadWork  = 15 * time.Minute
	uploadTells = 500 * time.Millisecond // how often a job says how far it is
	shownErrors = 1000
	reload      = "1" // seconds between two looks at a running import
)

// job works on a file on its way into a register. What it says of itself is in
// the store, where every process sees it.
type job struct {
	mu   sync.Mutex
	file poverty.RegisterFile
}

func (j *job) set(stage poverty.FileStage, done int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.file.Stage, j.file.Done = stage, done
}

func (j *job) now() poverty.RegisterFile {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.file
}

// fail returns the file as failed for a reason that a person can be told.
func (j *job) fail(err error) poverty.RegisterFile {
	j.mu.Lock()
	defer j.mu.Unlock()
	failure := &poverty.FileFailure{Kind: poverty.KindOf(err), Key: "error.internal"}
	if e, ok := errors.AsType[*poverty.Error](err); ok && e.Kind != poverty.Internal {
		failure.Key, failure.Args = e.Key, e.Args
	}
	if problems, ok := errors.AsType[poverty.Problems](err); ok {
		failure.Key, failure.Problems = "register.import.changed_meanwhile", problems[:min(len(problems), shownErrors)]
	}
	j.file.Stage, j.file.Failure = poverty.FileFailed, failure
	return j.file
}

// householdSheet returns what a workbook of a commune, or of all communes of
// the cycle, may hold.
func (v *visit) householdSheet(unit poverty.UnitID) (HouseholdSheet, error) {
	s := HouseholdSheet{Cycle: v.cycle.ID, Today: v.today, Language: v.p.Lang()}
	communes, err := v.communes()
	if err != nil {
		return s, err
	}
	for _, u := range communes {
		if unit != "" && u.ID != unit {
			continue
		}
		s.Units = append(s.Units, u)
		list, err := v.store.Hamlets(v.ctx(), u.ID)
		if err != nil {
			return s, err
		}
		s.Hamlets = append(s.Hamlets, list...)
	}
	if len(s.Units) == 0 {
		return s, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	standard, ok := v.cycle.Standard()
	if !ok {
		return s, poverty.Errorf(poverty.Conflict, "household.no_standard", "year", v.cycle.Year)
	}
	s.Standard = standard
	s.Needs, err = v.store.Needs(v.ctx(), v.cycle.ID)
	return s, err
}

// registerUnit returns the commune that the path names; none for all communes.
func (v *visit) registerUnit() (poverty.Unit, error) {
	if v.param("unit") == "" {
		return poverty.Unit{}, nil
	}
	return v.commune()
}

// attachment answers with a workbook. Its headers are sent with its first byte,
// so that what fails before is answered as a page.
type attachment struct {
	w    http.ResponseWriter
	name string
	sent bool
}

func (a *attachment) Write(b []byte) (int, error) {
	if !a.sent {
		a.sent = true
		h := a.w.Header()
		h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.name}))
	}
	return a.w.Write(b)
}

// download answers with what write writes.
func (v *visit) download(name string, write func(io.Writer) error) error {
	slow(v.w, 10*time.Minute)
	a := &attachment{w: v.w, name: name}
	err := write(a)
	if err != nil && a.sent {
		v.log("workbook cut off", err)
		panic(http.ErrAbortHandler) // half a workbook must not look whole
	}
	return err
}

// slow gives a request more time than the server gives in general.
func slow(w http.ResponseWriter, d time.Duration) {
	c := http.NewResponseController(w)
	until := time.Now().Add(d)
	if err := errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		slog.Warn("no more time for a request", "err", err)
	}
}

func (v *visit) fileName(what string, unit poverty.UnitID) string {
	of := string(unit)
	if of == "" {
		of = string(v.cycle.Owner)
	}
	return fmt.Sprintf("%s-%s-%d.xlsx", what, of, v.cycle.Year)
}

func (s *site) householdTemplate(v *visit) error {
	u, err := v.registerUnit()
	if err != nil {
		return err
	}
	sheet, err := v.householdSheet(u.ID)
	if err != nil {
		return err
	}
	return v.download(v.fileName("mau-ho", u.ID), func(w io.Writer) error { return s.cfg.Workbooks.Template(w, sheet) })
}

// exportHouseholds answers with what the filter of the list shows, in the
// fields that the reader may see.
func (s *site) exportHouseholds(v *visit) error {
	u, err := v.registerUnit()
	if err != nil {
		return err
	}
	sheet, err := v.householdSheet(u.ID)
	if err != nil {
		return err
	}
	sensitive := v.seesAllSensitive(sheet)
	filter := readHouseholdFilter(v.r.URL.Query()).of(v.cycle.ID, u.ID)
	return v.download(v.fileName("ho", u.ID), func(w io.Writer) error {
		return s.cfg.Workbooks.Write(w, allHouseholds(v.ctx(), s.store, filter), sheet, sensitive)
	})
}

// allHouseholds ranges over a register page by page.
func allHouseholds(ctx context.Context, store poverty.Store, f poverty.HouseholdFilter) iter.Seq2[poverty.Household, error] {
	return func(yield func(poverty.Household, error) bool) {
		f.After, f.Limit = 0, 200
		for {
			list, err := store.Households(ctx, f)
			if err != nil {
				yield(poverty.Household{}, err)
				return
			}
			for _, h := range list {
				if !yield(h, nil) {
					return
				}
			}
			if len(list) < f.Limit {
				return
			}
			f.After = list[len(list)-1].ID
		}
	}
}

type importData struct {
	frame
	Unit      *poverty.Unit // nil for all communes
	At        string
	NoHamlets []poverty.Unit
	OnBehalf  bool
	Megabytes int
	Form      form
}

var importPage = newPage[importData]("household/import.html")

func (s *site) importForm(v *visit) error { return v.showImport(http.StatusOK, newForm()) }

func (v *visit) showImport(status int, f form) error {
	u, err := v.registerUnit()
	if err != nil {
		return err
	}
	may, other := v.mayRegister(u.ID)
	if !may {
		return poverty.Errorf(poverty.Forbidden, "household.forbidden")
	}
	sheet, err := v.householdSheet(u.ID)
	if err != nil {
		return err
	}
	data := importData{
		frame: v.frame("register.title", v.p.T("register.import.title")), At: v.registerPath(u.ID), OnBehalf: other,
		Megabytes: maxUpload >> 20, Form: f,
	}
	if u.ID != "" {
		data.Unit = &u
	}
	for _, unit := range sheet.Units {
		if !slices.ContainsFunc(sheet.Hamlets, func(h poverty.Hamlet) bool { return h.Unit == unit.ID }) {
			data.NoHamlets = append(data.NoHamlets, unit)
		}
	}
	return importPage.show(v, status, data)
}

// importHouseholds takes a file in and begins to check it.
func (s *site) importHouseholds(v *visit) error {
	u, err := v.registerUnit()
	if err != nil {
		return err
	}
	slow(v.w, 10*time.Minute)
	file := poverty.RegisterFile{ID: rand.Text(), Stage: poverty.FileWaiting}
	values, content, err := v.receive(&file)
	if content != nil {
		defer content.Close()
	}
	v.r.PostForm = values
	f := v.sentForm("import")
	file.Scope = poverty.RegisterScope{Cycle: v.cycle.ID, Unit: u.ID, Basis: v.text(&f, "basis")}
	if err == nil && content == nil {
		f.problem("file", v.p.T("register.import.no_file"))
	}
	var register poverty.Register
	if err == nil && !f.Bad() {
		register, err = s.store.Register(v.ctx(), file.Scope)
	}
	var sheet HouseholdSheet
	if err == nil {
		sheet, err = v.householdSheet(u.ID)
		sheet.File, sheet.CSV = file.Name, isCSV(file.Name)
	}
	if err == nil && !f.Bad() {
		err = s.keepFile(v.ctx(), file, content)
	}
	if err != nil || f.Bad() {
		code := http.StatusUnprocessableEntity
		if err != nil {
			if code, err = v.refuse(&f, err); err != nil {
				return err
			}
		}
		return v.showImport(code, f)
	}
	s.beside(v, file, func(ctx context.Context, j *job) error { return s.check(ctx, j, register, sheet) })
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/imports/"+file.ID, "")
}

// keepFile stores a file that was received. Few at a time, since each is in
// memory whole on its way.
func (s *site) keepFile(ctx context.Context, file poverty.RegisterFile, content *os.File) error {
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return err
	}
	b, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	return s.store.AddRegisterFile(ctx, file, b)
}

// receive reads a form with a file; the file goes to disk as it comes and has
// no name there. It is nil where none was sent.
func (v *visit) receive(file *poverty.RegisterFile) (map[string][]string, *os.File, error) {
	values := map[string][]string{}
	parts, err := v.r.MultipartReader()
	if err != nil {
		return values, nil, &poverty.Error{Kind: poverty.Invalid, Key: "error.invalid", Err: err}
	}
	var content *os.File
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return values, content, nil
		}
		if err != nil {
			return values, content, tooBig(err, maxUpload)
		}
		if part.FormName() != "file" {
			b, err := io.ReadAll(io.LimitReader(part, 4*maxText))
			if err != nil {
				return values, content, tooBig(err, maxUpload)
			}
			values[part.FormName()] = append(values[part.FormName()], string(b))
			continue
		}
		if content != nil || part.FileName() == "" {
			continue
		}
		file.Name = locale.NFC(path.Base(strings.ReplaceAll(part.FileName(), `\`, "/")))
		if content, err = os.CreateTemp("", "dondoc-*"); err != nil {
			return values, nil, err
		}
		if err := os.Remove(content.Name()); err != nil { // the open file stays
			slog.Warn("upload keeps its name", "err", err)
		}
		if _, err := io.Copy(content, part); err != nil {
			return values, content, tooBig(err, maxUpload)
		}
	}
}

// Background is the work that goes on beside the requests that began it, until
// Stop.
type Background struct {
	stopping context.Context // of the process, not of a request
	stop     context.CancelFunc
	working  sync.WaitGroup
}

// NewBackground returns a Background with nothing to do.
func NewBackground() *Background {
	b := &Background{}
	b.stopping, b.stop = context.WithCancel(context.Background())
	return b
}

// Stop breaks off what is worked on and returns when each has said so in the store,
// which must still be open.
func (b *Background) Stop() {
	b.stop()
	b.working.Wait()
}

// begin runs work with the values of a request's context, but not its end.
func (b *Background) begin(ctx context.Context, work func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), uploadWork)
	release := context.AfterFunc(b.stopping, cancel)
	b.working.Go(func() {
		defer cancel()
		defer release()
		work(ctx)
	})
}

// lastWord is how long it may take to store what became of work that was broken
// off.
const lastWord = 5 * time.Second

// beside runs a part of an import beside the request, as the person who asked,
// and says in the store how far it is. Two run at a time in one process, so that
// they do not take the memory of the pages.
func (s *site) beside(v *visit, file poverty.RegisterFile, do func(context.Context, *job) error) {
	j := &job{file: file}
	s.cfg.Background.begin(v.ctx(), func(ctx context.Context) {
		telling := make(chan struct{})
		told := make(chan struct{})
		go func() {
			defer close(told)
			s.tell(ctx, j, telling)
		}()
		err := s.inTurn(ctx, j, do)
		close(telling)
		<-told
		last := j.now()
		if err != nil && ctx.Err() != nil {
			err = &poverty.Error{Kind: poverty.Unavailable, Key: "register.import.interrupted", Err: err}
		}
		if err != nil {
			if kind := poverty.KindOf(err); kind == poverty.Internal || kind == poverty.Unavailable {
				slog.ErrorContext(ctx, "import", "user", v.me.User, "err", err)
			}
			last = j.fail(err)
		}
		saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
		defer cancel()
		if err := s.store.SaveRegisterFile(saving, last); err != nil && poverty.KindOf(err) != poverty.NotFound {
			slog.ErrorContext(ctx, "import: what became of it is not stored", "user", v.me.User, "err", err)
		}
	})
}

// inTurn waits for its turn and does it.
func (s *site) inTurn(ctx context.Context, j *job, do func(context.Context, *job) error) (err error) {
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() {
		if cause := recover(); cause != nil {
			slog.ErrorContext(ctx, "panic in an import", "cause", cause, "stack", string(debug.Stack()))
			err = poverty.Errorf(poverty.Internal, "error.internal")
		}
	}()
	return do(ctx, j)
}

// tell stores how far a job is, until it is done: at each change, and at times
// without one, so that it is known to be at work.
func (s *site) tell(ctx context.Context, j *job, done <-chan struct{}) {
	tick := time.NewTicker(uploadTells)
	defer tick.Stop()
	var told poverty.RegisterFile
	quiet := 0
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		now := j.now()
		quiet++
		if now.Stage == told.Stage && now.Done == told.Done && quiet < 20 {
			continue
		}
		if err := s.store.SaveRegisterFile(ctx, now); err != nil {
			continue // it is tried again at the next tick
		}
		told, quiet = now, 0
	}
}

// goodRows reads a file and checks its rows as the store will.
func (s *site) goodRows(ctx context.Context, j *job, register poverty.Register, sheet HouseholdSheet, progress func(row int)) ([]HouseholdRow, poverty.HouseholdFindings, error) {
	content, err := s.store.RegisterFileContent(ctx, j.now().ID)
	if err != nil {
		return nil, poverty.HouseholdFindings{}, err
	}
	rows, found, err := s.cfg.Workbooks.Read(bytes.NewReader(content), int64(len(content)), sheet, progress)
	if err != nil {
		return nil, found, err
	}
	name := locale.For(sheet.Language).T("household.sheet")
	if sheet.CSV {
		name = sheet.File
	}
	rows = slices.DeleteFunc(rows, func(r HouseholdRow) bool {
		if r.Household.Unit == "" {
			r.Household.Unit = register.Scope.Unit
		}
		_, wrong := register.Sheet(r.Household)
		for _, problem := range wrong {
			problem.File, problem.Row, problem.Column = name, r.Row, ""
			found.Errors = append(found.Errors, problem)
		}
		return len(wrong) > 0
	})
	return rows, found, nil
}

// check reads the file, checks its rows, and counts what storing them would
// change.
func (s *site) check(ctx context.Context, j *job, register poverty.Register, sheet HouseholdSheet) error {
	j.set(poverty.FileReading, 0)
	rows, found, err := s.goodRows(ctx, j, register, sheet, func(row int) { j.set(poverty.FileReading, row) })
	if err != nil {
		return err
	}
	j.set(poverty.FileComparing, 0)
	type key struct {
		unit poverty.UnitID
		code string
	}
	at := make(map[key]int, len(rows))
	for i := range rows {
		h := &rows[i].Household
		if h.Unit == "" {
			h.Unit = register.Scope.Unit
		}
		*h, _ = register.Sheet(*h)
		at[key{h.Unit, h.Code}] = i
	}
	counts := poverty.HouseholdImport{Read: len(rows), Added: len(rows)}
	read := 0
	for h, err := range allHouseholds(ctx, s.store, poverty.HouseholdFilter{Cycle: register.Scope.Cycle, Unit: register.Scope.Unit}) {
		if err != nil {
			return err
		}
		if read++; read%1000 == 0 {
			j.set(poverty.FileComparing, read)
		}
		i, ok := at[key{h.Unit, h.Code}]
		if !ok {
			continue
		}
		counts.Added--
		if sameSheet(h, rows[i].Household) {
			counts.Unchanged++
		} else {
			counts.Changed++
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.file.Good, j.file.Findings, j.file.Counts, j.file.Stage = len(rows), found, counts, poverty.FileChecked
	return nil
}

// sameSheet reports whether storing b over a would change nothing.
func sameSheet(a, b poverty.Household) bool {
	plain := func(h poverty.Household) poverty.Household {
		h.ID, h.Cycle, h.Previous, h.Version, h.SavedAt, h.SavedBy, h.Hidden = 0, "", 0, 0, time.Time{}, 0, false
		h.Deprived, h.Causes, h.Needs = append([]string{}, h.Deprived...), append([]string{}, h.Causes...), append([]string{}, h.Needs...)
		return h
	}
	return reflect.DeepEqual(plain(a), plain(b))
}

// storeFile stores the good rows of a checked file, which it reads once more:
// the process that checked it may have been another.
func (s *site) storeFile(ctx context.Context, j *job, sheet HouseholdSheet) error {
	scope := j.now().Scope
	register, err := s.store.Register(ctx, scope)
	if err != nil {
		return err
	}
	good, _, err := s.goodRows(ctx, j, register, sheet, func(int) {})
	if err != nil {
		return err
	}
	if len(good) != j.now().Good {
		return poverty.Errorf(poverty.Conflict, "register.import.changed_meanwhile")
	}
	rows := func(yield func(poverty.Household, error) bool) {
		for _, r := range good {
			if !yield(r.Household, nil) {
				return
			}
		}
	}
	done, err := s.store.ImportHouseholds(ctx, scope, rows, func(done int) { j.set(poverty.FileStoring, done) })
	if problems, ok := errors.AsType[poverty.Problems](err); ok {
		problems = slices.Clone(problems)
		for i, p := range problems {
			if p.Row > 0 && p.Row <= len(good) {
				problems[i].Row = good[p.Row-1].Row
			}
		}
		err = problems
	}
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.file.Counts, j.file.Stage = done, poverty.FileStored
	return nil
}

type uploadData struct {
	frame
	ID       string
	Unit     *poverty.Unit
	At       string
	File     string
	Stage    poverty.FileStage
	Done     int
	Total    int // rows to be stored
	CSV      bool
	Found    poverty.HouseholdFindings
	Errors   []problemRow
	Notices  []problemRow
	Hidden   int // errors that are not listed here
	Counts   poverty.HouseholdImport
	Failed   string
	Problems []problemRow // of a failed store
	Form     form
}

// Running reports whether there is something to wait for.
func (d uploadData) Running() bool { return d.Stage.Running() }

// Ready reports whether the whole file can be stored.
func (d uploadData) Ready() bool {
	return d.Stage == poverty.FileChecked && len(d.Found.Errors) == 0
}

// Partly reports whether the good rows alone can be.
func (d uploadData) Partly() bool {
	return d.Stage == poverty.FileChecked && len(d.Found.Errors) > 0 && !d.Found.Whole && d.Counts.Read > 0
}

// Same reports whether storing would change nothing.
func (d uploadData) Same() bool { return d.Counts.Added+d.Counts.Changed == 0 }

// Left returns how many households of the file would not be stored.
func (d uploadData) Left() int { return max(0, d.Found.Rows-d.Counts.Read) }

// Address returns the address of the import.
func (d uploadData) Address() string { return "/cycles/" + string(d.Cycle.ID) + "/imports/" + d.ID }

type problemRow struct {
	Sheet   string
	Row     int
	Column  string
	Message string
}

func (v *visit) problemRows(list poverty.Problems) []problemRow {
	rows := make([]problemRow, 0, min(len(list), shownErrors))
	for _, p := range list[:min(len(list), shownErrors)] {
		rows = append(rows, problemRow{p.File, p.Row, p.Column, v.p.T(p.Key, p.Args...)})
	}
	return rows
}

type goneData struct {
	frame
	At string
}

var (
	uploadPage = newPage[uploadData]("household/upload.html")
	gonePage   = newPage[goneData]("household/gone.html")
)

// registerFile returns the file of the path; false when it is not, or no
// longer, there.
func (v *visit) registerFile() (poverty.RegisterFile, bool, error) {
	file, err := v.store.RegisterFile(v.ctx(), v.param("import"))
	if poverty.KindOf(err) == poverty.NotFound || err == nil && file.Scope.Cycle != v.cycle.ID {
		return file, false, nil
	}
	return file, err == nil, err
}

func (v *visit) gone() error {
	return gonePage.show(v, http.StatusGone, goneData{v.frame("register.title", v.p.T("register.import.gone")), v.registerPath("")})
}

func (s *site) upload(v *visit) error {
	file, there, err := v.registerFile()
	if err != nil {
		return err
	}
	if !there {
		return v.gone()
	}
	return v.showUpload(http.StatusOK, file, newForm())
}

func (v *visit) showUpload(status int, file poverty.RegisterFile, f form) error {
	data := uploadData{
		frame: v.frame("register.title", v.p.T("register.import.title")), ID: file.ID, At: v.registerPath(file.Scope.Unit), File: file.Name,
		Form: f, Stage: file.Stage, Done: file.Done, Total: file.Good, CSV: isCSV(file.Name), Found: file.Findings, Counts: file.Counts,
	}
	if file.Scope.Unit != "" {
		name, err := v.unitName(file.Scope.Unit)
		if err != nil {
			return err
		}
		data.Unit = &poverty.Unit{ID: file.Scope.Unit, Name: name}
	}
	data.Errors, data.Notices = v.problemRows(data.Found.Errors), v.problemRows(data.Found.Notices)
	data.Hidden = len(data.Found.Errors) - len(data.Errors)
	if wrong := file.Failure; wrong != nil {
		data.Failed, data.Problems = v.p.T(wrong.Key, wrong.Args...), v.problemRows(wrong.Problems)
	}
	if data.Running() {
		v.w.Header().Set("Refresh", reload)
	}
	return uploadPage.show(v, status, data)
}

// decideUpload stores a checked file, or drops it.
func (s *site) decideUpload(v *visit) error {
	file, there, err := v.registerFile()
	if err != nil {
		return err
	}
	if !there {
		return v.gone()
	}
	do := v.r.PostForm.Get("do")
	if do == "drop" {
		if err := s.store.DropRegisterFile(v.ctx(), file.ID); err != nil {
			return err
		}
		return v.redirect(v.registerPath(file.Scope.Unit), "import_dropped")
	}
	f := v.sentForm(do)
	start := file.Stage == poverty.FileChecked && !file.Findings.Whole && file.Good > 0
	switch {
	case !start: // a second click: the page tells how far it is
	case do == "store" && len(file.Findings.Errors) == 0:
	case do == "store_good" && f.Value("confirm") != "":
	case do == "store_good":
		f.problem("confirm", v.p.T("register.import.confirm_needed"))
		return v.showUpload(http.StatusUnprocessableEntity, file, f)
	default:
		start = false
	}
	if start {
		sheet, err := v.householdSheet(file.Scope.Unit)
		if err != nil {
			return err
		}
		sheet.File, sheet.CSV = file.Name, isCSV(file.Name)
		if start, err = s.store.ClaimRegisterFile(v.ctx(), file.ID); err != nil {
			return err
		}
		if start {
			file.Stage, file.Done = poverty.FileStoring, 0
			s.beside(v, file, func(ctx context.Context, j *job) error { return s.storeFile(ctx, j, sheet) })
		}
	}
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/imports/"+file.ID, "")
}

// markedUpload answers with the workbook, its faulty cells marked.
func (s *site) markedUpload(v *visit) error {
	file, there, err := v.registerFile()
	if err != nil {
		return err
	}
	if !there {
		return v.gone()
	}
	if file.Stage != poverty.FileChecked || isCSV(file.Name) {
		return v.redirect("/cycles/"+string(v.cycle.ID)+"/imports/"+file.ID, "")
	}
	content, err := s.store.RegisterFileContent(v.ctx(), file.ID)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(file.Name, path.Ext(file.Name)) + "-loi.xlsx"
	return v.download(name, func(w io.Writer) error {
		return s.cfg.Workbooks.Mark(bytes.NewReader(content), int64(len(content)), file.Findings, v.p.Lang(), w)
	})
}
