package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"mime"
	"mime/multipart"
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

// Workbooks reads and writes registers of households as workbooks.
type Workbooks interface {
	// Template writes the workbook that is filled in.
	Template(w io.Writer, s HouseholdSheet) error
	// Read returns the good rows and all that is wrong with the file; the error
	// is of r alone. progress is told the row from time to time.
	Read(r io.ReaderAt, size int64, s HouseholdSheet, progress func(row int)) ([]HouseholdRow, HouseholdFindings, error)
	// Mark writes the workbook again with its problems marked.
	Mark(r io.ReaderAt, size int64, found HouseholdFindings, language string, w io.Writer) error
	// Write writes a register, without sensitive fields unless they are asked
	// for. Nothing is written when rows end in an error.
	Write(w io.Writer, rows iter.Seq2[poverty.Household, error], s HouseholdSheet, sensitive bool) error
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
}

// HouseholdRow is a household and the row in which it stands.
type HouseholdRow struct {
	Row       int
	Household poverty.Household
}

// HouseholdFindings is what a workbook holds besides its good rows.
type HouseholdFindings struct {
	Rows    int              // households in the file, good or not
	Errors  poverty.Problems // keep their rows from being stored
	Notices poverty.Problems // do not
	Whole   bool             // no row of it can be taken
}

const (
	maxUpload   = 32 << 20
	uploadsKept = 20        // in memory and temporary files, of all people
	uploadLife  = time.Hour // after which one that nobody looks at is dropped
	uploadWork  = 15 * time.Minute
	shownErrors = 1000
	reload      = "1" // seconds between two looks at a running import
)

// stage is how far an upload is.
type stage string

const (
	stageWaiting stage = "waiting"
	stageReading stage = "reading"
	stageCompare stage = "comparing"
	stageChecked stage = "checked"
	stageStoring stage = "storing"
	stageStored  stage = "stored"
	stageFailed  stage = "failed"
)

// upload is a workbook on its way into a register. It lives in this process and
// in a file without a name; a restart loses it and stores nothing.
type upload struct {
	id    string
	user  poverty.UserID
	scope poverty.RegisterScope
	name  string // of the file
	file  *os.File
	size  int64
	touch time.Time

	mu     sync.Mutex
	stage  stage
	done   int // rows
	rows   []HouseholdRow
	found  HouseholdFindings
	counts poverty.HouseholdImport // what storing would do, then what it did
	wrong  error                   // what failed
}

// uploads are the workbooks under way. Two are worked on at a time, so that
// they do not take the memory of the pages.
type uploads struct {
	mu   sync.Mutex
	list map[string]*upload
	busy chan struct{}
}

func newUploads() *uploads {
	return &uploads{list: map[string]*upload{}, busy: make(chan struct{}, 2)}
}

var errManyUploads = errors.New("too many uploads under way")

// add takes an upload in. Those of the same person that are at rest make place,
// and those that nobody looked at for long.
func (u *uploads) add(job *upload, now time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	for id, old := range u.list {
		if old.resting() && (old.user == job.user || now.Sub(old.touch) > uploadLife) {
			old.file.Close()
			delete(u.list, id)
		}
	}
	if len(u.list) >= uploadsKept {
		return &poverty.Error{Kind: poverty.Conflict, Key: "register.import.many", Err: errManyUploads}
	}
	job.touch = now
	u.list[job.id] = job
	time.AfterFunc(uploadLife, func() { u.drop(job.id) })
	return nil
}

func (u *uploads) get(id string, user poverty.UserID, now time.Time) *upload {
	u.mu.Lock()
	defer u.mu.Unlock()
	job := u.list[id]
	if job == nil || job.user != user {
		return nil
	}
	job.touch = now
	return job
}

func (u *uploads) drop(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if job := u.list[id]; job != nil && job.resting() {
		job.file.Close()
		delete(u.list, id)
	}
}

func (j *upload) resting() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.stage == stageChecked || j.stage == stageStored || j.stage == stageFailed
}

func (j *upload) set(s stage, done int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stage, j.done = s, done
}

func (j *upload) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stage, j.wrong = stageFailed, err
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
	sensitive := true
	for _, unit := range sheet.Units {
		sensitive = sensitive && v.cycle.SeesSensitive(v.me, unit.ID)
	}
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

// importHouseholds takes a workbook in and begins to check it.
func (s *site) importHouseholds(v *visit) error {
	u, err := v.registerUnit()
	if err != nil {
		return err
	}
	slow(v.w, 10*time.Minute)
	job := &upload{id: rand.Text(), user: v.me.User, stage: stageWaiting}
	values, err := v.receive(job)
	v.r.PostForm = values
	f := v.sentForm("import")
	job.scope = poverty.RegisterScope{Cycle: v.cycle.ID, Unit: u.ID, Basis: v.text(&f, "basis")}
	if err == nil && job.file == nil {
		f.problem("file", v.p.T("register.import.no_file"))
	}
	var register poverty.Register
	if err == nil && !f.Bad() {
		register, err = s.store.Register(v.ctx(), job.scope)
	}
	var sheet HouseholdSheet
	if err == nil {
		sheet, err = v.householdSheet(u.ID)
	}
	if err == nil && !f.Bad() {
		err = s.uploads.add(job, v.now)
	}
	if err != nil || f.Bad() {
		if job.file != nil {
			job.file.Close()
		}
		code := http.StatusUnprocessableEntity
		if err != nil {
			if code, err = v.refuse(&f, err); err != nil {
				return err
			}
		}
		return v.showImport(code, f)
	}
	s.beside(v, job, func(ctx context.Context) error { return s.check(ctx, job, register, sheet) })
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/imports/"+job.id, "")
}

// receive reads a form with a file; the file goes to disk as it comes and has
// no name there.
func (v *visit) receive(job *upload) (map[string][]string, error) {
	values := map[string][]string{}
	parts, err := v.r.MultipartReader()
	if err != nil {
		return values, &poverty.Error{Kind: poverty.Invalid, Key: "error.invalid", Err: err}
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return values, tooBig(err)
		}
		if err := v.receivePart(job, values, part); err != nil {
			return values, tooBig(err)
		}
	}
}

func (v *visit) receivePart(job *upload, values map[string][]string, part *multipart.Part) error {
	if part.FormName() != "file" {
		b, err := io.ReadAll(io.LimitReader(part, 4*maxText))
		values[part.FormName()] = append(values[part.FormName()], string(b))
		return err
	}
	if job.file != nil || part.FileName() == "" {
		return nil
	}
	file, err := os.CreateTemp("", "dondoc-*")
	if err != nil {
		return err
	}
	if err := os.Remove(file.Name()); err != nil { // the open file stays
		slog.Warn("upload keeps its name", "err", err)
	}
	job.file, job.name = file, locale.NFC(path.Base(strings.ReplaceAll(part.FileName(), `\`, "/")))
	job.size, err = io.Copy(file, part)
	return err
}

func tooBig(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &poverty.Error{Kind: poverty.Invalid, Key: "workbook.too_big", Args: []any{"megabytes", maxUpload >> 20}, Field: "file", Err: err}
	}
	return &poverty.Error{Kind: poverty.Invalid, Key: "register.import.broken_off", Field: "file", Err: err}
}

// beside runs a part of an import beside the request, as the person who asked.
func (s *site) beside(v *visit, job *upload, do func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx()), uploadWork)
	go func() {
		defer cancel()
		s.uploads.busy <- struct{}{}
		defer func() { <-s.uploads.busy }()
		defer func() {
			if cause := recover(); cause != nil {
				slog.ErrorContext(ctx, "panic in an import", "cause", cause, "stack", string(debug.Stack()))
				job.fail(poverty.Errorf(poverty.Internal, "error.internal"))
			}
		}()
		if err := do(ctx); err != nil {
			if kind := poverty.KindOf(err); kind == poverty.Internal || kind == poverty.Unavailable {
				slog.ErrorContext(ctx, "import", "user", job.user, "err", err)
			}
			job.fail(err)
		}
	}()
}

// check reads the workbook, checks its rows as the store will, and counts what
// storing them would change.
func (s *site) check(ctx context.Context, job *upload, register poverty.Register, sheet HouseholdSheet) error {
	job.set(stageReading, 0)
	rows, found, err := s.cfg.Workbooks.Read(job.file, job.size, sheet, func(row int) { job.set(stageReading, row) })
	if err != nil {
		return err
	}
	job.set(stageCompare, 0)
	p := locale.For(sheet.Language)
	type key struct {
		unit poverty.UnitID
		code string
	}
	at := make(map[key]int, len(rows))
	rows = slices.DeleteFunc(rows, func(r HouseholdRow) bool {
		if r.Household.Unit == "" {
			r.Household.Unit = job.scope.Unit
		}
		_, wrong := register.Sheet(r.Household)
		for _, problem := range wrong {
			problem.File, problem.Row, problem.Column = p.T("household.sheet"), r.Row, ""
			found.Errors = append(found.Errors, problem)
		}
		return len(wrong) > 0
	})
	for i := range rows {
		h := &rows[i].Household
		if h.Unit == "" {
			h.Unit = job.scope.Unit
		}
		*h, _ = register.Sheet(*h)
		at[key{h.Unit, h.Code}] = i
	}
	counts := poverty.HouseholdImport{Read: len(rows), Added: len(rows)}
	read := 0
	for h, err := range allHouseholds(ctx, s.store, poverty.HouseholdFilter{Cycle: job.scope.Cycle, Unit: job.scope.Unit}) {
		if err != nil {
			return err
		}
		if read++; read%1000 == 0 {
			job.set(stageCompare, read)
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
	job.mu.Lock()
	defer job.mu.Unlock()
	job.rows, job.found, job.counts, job.stage = rows, found, counts, stageChecked
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

// storeUpload stores the good rows of a checked upload.
func (s *site) storeUpload(ctx context.Context, job *upload) error {
	rows := func(yield func(poverty.Household, error) bool) {
		for _, r := range job.rows {
			if !yield(r.Household, nil) {
				return
			}
		}
	}
	done, err := s.store.ImportHouseholds(ctx, job.scope, rows, func(done int) { job.set(stageStoring, done) })
	if problems, ok := errors.AsType[poverty.Problems](err); ok {
		problems = slices.Clone(problems)
		for i, p := range problems {
			if p.Row > 0 && p.Row <= len(job.rows) {
				problems[i].Row = job.rows[p.Row-1].Row
			}
		}
		err = problems
	}
	if err != nil {
		return err
	}
	job.mu.Lock()
	defer job.mu.Unlock()
	job.counts, job.stage, job.rows = done, stageStored, nil
	return nil
}

type uploadData struct {
	frame
	ID       string
	Unit     *poverty.Unit
	At       string
	File     string
	Stage    stage
	Done     int
	Total    int // rows to be stored
	Found    HouseholdFindings
	Errors   []problemRow
	Notices  []problemRow
	Hidden   int // errors that are not listed here
	Counts   poverty.HouseholdImport
	Failed   string
	Problems []problemRow // of a failed store
	Form     form
}

// Running reports whether there is something to wait for.
func (d uploadData) Running() bool {
	return d.Stage == stageWaiting || d.Stage == stageReading || d.Stage == stageCompare || d.Stage == stageStoring
}

// Ready reports whether the whole file can be stored.
func (d uploadData) Ready() bool { return d.Stage == stageChecked && len(d.Found.Errors) == 0 }

// Partly reports whether the good rows alone can be.
func (d uploadData) Partly() bool {
	return d.Stage == stageChecked && len(d.Found.Errors) > 0 && !d.Found.Whole && d.Counts.Read > 0
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

// job returns the upload of the path; nil when it is not, or no longer, there.
func (v *visit) job() *upload {
	job := v.uploads.get(v.param("import"), v.me.User, v.now)
	if job == nil || job.scope.Cycle != v.cycle.ID {
		return nil
	}
	return job
}

func (v *visit) gone() error {
	return gonePage.show(v, http.StatusGone, goneData{v.frame("register.title", v.p.T("register.import.gone")), v.registerPath("")})
}

func (s *site) upload(v *visit) error {
	job := v.job()
	if job == nil {
		return v.gone()
	}
	return v.showUpload(http.StatusOK, job, newForm())
}

func (v *visit) showUpload(status int, job *upload, f form) error {
	data := uploadData{frame: v.frame("register.title", v.p.T("register.import.title")), ID: job.id, At: v.registerPath(job.scope.Unit), File: job.name, Form: f}
	if job.scope.Unit != "" {
		name, err := v.unitName(job.scope.Unit)
		if err != nil {
			return err
		}
		data.Unit = &poverty.Unit{ID: job.scope.Unit, Name: name}
	}
	job.mu.Lock()
	data.Stage, data.Done, data.Total, data.Found, data.Counts = job.stage, job.done, len(job.rows), job.found, job.counts
	wrong := job.wrong
	job.mu.Unlock()
	data.Errors, data.Notices = v.problemRows(data.Found.Errors), v.problemRows(data.Found.Notices)
	data.Hidden = len(data.Found.Errors) - len(data.Errors)
	if wrong != nil {
		data.Failed = v.message(wrong)
		if problems, ok := errors.AsType[poverty.Problems](wrong); ok {
			data.Failed, data.Problems = v.p.T("register.import.changed_meanwhile"), v.problemRows(problems)
		}
	}
	if data.Running() {
		v.w.Header().Set("Refresh", reload)
	}
	return uploadPage.show(v, status, data)
}

// decideUpload stores a checked upload, or drops it.
func (s *site) decideUpload(v *visit) error {
	job := v.job()
	if job == nil {
		return v.gone()
	}
	at := "/cycles/" + string(v.cycle.ID) + "/imports/" + job.id
	do := v.r.PostForm.Get("do")
	if do == "drop" {
		s.uploads.drop(job.id)
		return v.redirect(v.registerPath(job.scope.Unit), "import_dropped")
	}
	f := v.sentForm(do)
	job.mu.Lock()
	ready := job.stage == stageChecked && !job.found.Whole && len(job.rows) > 0
	switch {
	case !ready: // a second click: the page tells how far it is
	case do == "store" && len(job.found.Errors) == 0:
	case do == "store_good" && f.Value("confirm") != "":
	case do == "store_good":
		f.problem("confirm", v.p.T("register.import.confirm_needed"))
	default:
		ready = false
	}
	start := ready && !f.Bad()
	if start {
		job.stage, job.done = stageStoring, 0
	}
	job.mu.Unlock()
	if f.Bad() {
		return v.showUpload(http.StatusUnprocessableEntity, job, f)
	}
	if start {
		s.beside(v, job, func(ctx context.Context) error { return s.storeUpload(ctx, job) })
	}
	return v.redirect(at, "")
}

// markedUpload answers with the workbook, its faulty cells marked.
func (s *site) markedUpload(v *visit) error {
	job := v.job()
	if job == nil {
		return v.gone()
	}
	job.mu.Lock()
	found, checked := job.found, job.stage == stageChecked
	job.mu.Unlock()
	if !checked {
		return v.redirect("/cycles/"+string(v.cycle.ID)+"/imports/"+job.id, "")
	}
	name := strings.TrimSuffix(job.name, path.Ext(job.name)) + "-loi.xlsx"
	return v.download(name, func(w io.Writer) error {
		return s.cfg.Workbooks.Mark(job.file, job.size, found, v.p.Lang(), w)
	})
}
