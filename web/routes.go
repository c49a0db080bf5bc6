// Package web serves the pages: HTML from templates, every one of which works
// without scripts. It reads from a poverty.Store, decides through a
// poverty.Engine, and words everything by the locale catalogue.
package web

import (
	"compress/gzip"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// Door signs people in and out. SignIn returns Invalid when login or password is
// empty, Forbidden when one of them is wrong or after too many attempts, Unavailable
// when it cannot tell.
type Door interface {
	SignIn(w http.ResponseWriter, r *http.Request, login, password string) error
	SignOut(r *http.Request) error
	// ChangePassword gives the person of the request another password: Invalid with
	// the field old or new that is wrong, Forbidden after too many attempts. Other
	// sessions of the person end.
	ChangePassword(w http.ResponseWriter, r *http.Request, old, next string) error
	// SetOffice chooses the seat in which the person acts from the next request on.
	SetOffice(ctx context.Context, office poverty.OfficeID)
	// Keep keeps a form that came when its session had ended, until the same
	// person signs in again; false where it does not. Kept returns it then, no
	// path when there is none; Forget drops it.
	Keep(ctx context.Context, path string, form url.Values) bool
	Kept(ctx context.Context) (path string, form url.Values)
	Forget(ctx context.Context)
}

// Account is an example sign-in, shown on the sign-in page.
type Account struct {
	Login, Password string
	Name            string // what the account is: "Chủ tịch UBND xã Thượng Long"
}

// Config is what the pages need to know of where they run.
type Config struct {
	Demo    []Account        // example accounts; none outside a demonstration
	BaseURL string           // public address, without a slash at the end
	MailURL string           // of the mail catcher; "" where there is none
	Now     func() time.Time // time.Now when nil

	Workbooks   Workbooks          // of registers and targets
	Invitations Invitations        // to meetings
	Feeds       Feeds              // of people's deadlines; nil: there are none
	Press       poverty.Press      // of documents
	Files       poverty.FileLimits // of what may be attached; the usual ones when zero
	Background  *Background        // has the imports; nil: they end with the process

	// Yardstick, where it is not nil, is asked by the page /yardstick, which has a
	// page's frame and nothing in it: measurements compare other pages with it.
	Yardstick func(context.Context) error
}

type site struct {
	store  poverty.Store
	engine poverty.Engine
	door   Door
	cfg    Config

	busy chan struct{} // a slot for each import that is worked on
}

// New returns the handler of all pages. Whoever wraps it puts the actor into
// the context of each request; a request without one is sent to sign in.
func New(store poverty.Store, engine poverty.Engine, door Door, cfg Config) http.Handler {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	templates()
	if cfg.Files == (poverty.FileLimits{}) {
		cfg.Files = poverty.DefaultFileLimits()
	}
	if cfg.Background == nil {
		cfg.Background = NewBackground()
	}
	s := &site{store: store, engine: engine, door: door, cfg: cfg, busy: make(chan struct{}, 2)}
	r := chi.NewRouter()
	r.Use(secure, middleware.Compress(gzip.BestSpeed, "text/html", "text/css", "text/plain"))
	r.NotFound(s.open(s.missing))
	r.MethodNotAllowed(s.open(s.missing))

	r.Get("/static/*", s.static)
	r.Get("/dang-nhap", s.open(s.signInForm))
	r.Post("/dang-nhap", s.open(s.signIn))
	r.Get("/sign-in", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/dang-nhap", http.StatusSeeOther) })
	r.Post("/sign-out", s.open(s.signOut))
	r.Post("/language", s.open(s.setLanguage))
	r.Post("/office", s.seated(s.setOffice))
	r.Get("/kept", s.seated(s.kept))
	r.Post("/kept", s.seated(s.forget))

	s.inboxRoutes(r)
	s.accountRoutes(r)

	r.Get("/", s.seated(s.home))
	r.Get("/help", s.seated(s.help))
	if cfg.Yardstick != nil {
		r.Get("/yardstick", s.seated(s.yardstick))
	}
	r.Get("/units", s.seated(s.units))
	r.Get("/units/{unit}", s.seated(s.unit))
	s.officeRoutes(r)
	r.Get("/settings", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/settings/calendar", http.StatusSeeOther)
	})
	r.Get("/settings/calendar", s.seated(s.daysOff))
	r.Post("/settings/calendar", s.seated(s.setDaysOff))
	r.Get("/settings/audit", s.seated(s.audits))

	r.Get("/duties/{duty}", s.seated(s.duty))
	r.Post("/duties/{duty}", s.seated(s.decide))
	r.Get("/duties/{duty}/work", s.seated(s.toWork))
	r.Post("/duties/{duty}/answer", s.seated(s.answer))
	r.Get("/duties/{duty}/objection", s.seated(s.objectionOf))
	r.Get("/meetings/{meeting}", s.seated(s.meeting))
	r.Post("/meetings/{meeting}", s.seated(s.moveMeeting))
	r.Get("/meetings/{meeting}/edit", s.seated(s.editMeeting))
	r.Get("/meetings/{meeting}/record", s.seated(s.minutes))
	r.Get("/meetings/{meeting}/invitation.ics", s.seated(s.invitationFile))
	r.Get("/obstacles/{obstacle}", s.seated(s.obstacle))
	r.Post("/obstacles/{obstacle}", s.seated(s.moveObstacle))
	r.Get("/reports/{duty}", s.seated(s.report))
	r.Post("/reports/{duty}", s.seated(s.saveReport))
	r.Post("/reports/{duty}/attachments", s.limited(maxFiles, s.signedIn(s.attachToReport)))
	r.Get("/reports/{duty}/contributions/{unit}", s.seated(s.contribution))
	r.Post("/reports/{duty}/contributions/{unit}", s.seated(s.saveContribution))
	r.Post("/duties/{duty}/calls", s.seated(s.logCall))

	r.Get("/cycles", s.seated(s.cycles))
	r.Route("/cycles/{cycle}", func(r chi.Router) {
		r.Get("/", s.seated(s.showCycle))
		r.Post("/start", s.seated(s.startCycle))
		r.Get("/close", s.seated(s.closing))
		r.Post("/close", s.seated(s.closeCycle))
		r.Post("/amend", s.seated(s.amendCycle))
		r.Get("/waiting", s.seated(s.waiting))
		r.Get("/board", s.seated(s.board))
		r.Get("/matrix", s.seated(s.matrix))
		r.Get("/timeline", s.seated(s.timeline))
		r.Get("/duties", s.seated(s.duties))
		r.Get("/duties/new", s.seated(s.newDuty))
		r.Get("/duties/extend", s.seated(s.extendForm))
		r.Post("/duties/extend", s.seated(s.extend))
		r.Post("/duties", s.seated(s.addDuty))
		r.Get("/plans", s.seated(s.plans))
		r.Get("/plans/{unit}", s.seated(s.plan))
		r.Post("/plans/{unit}", s.seated(s.movePlan))
		r.Get("/plans/{unit}/choose", s.seated(s.choosePlanHouseholds))
		r.Post("/plans/{unit}/households", s.seated(s.editPlan))
		r.Get("/plans/{unit}/households/{household}", s.seated(s.planHousehold))
		r.Post("/plans/{unit}/households/{household}", s.seated(s.savePlanHousehold))
		r.Get("/plans/{unit}/rounds/{round}", s.seated(s.planRound))
		r.Post("/plans/{unit}/rounds/{round}", s.seated(s.returnRound))
		r.Get("/escalations", s.seated(s.escalations))
		r.Get("/notices", s.seated(s.notices))
		r.Get("/history", s.seated(s.history))
		r.Get("/units/{unit}", s.seated(s.work))
		r.Get("/meetings", s.seated(s.meetings))
		r.Post("/meetings", s.seated(s.addMeeting))
		r.Get("/meetings/new", s.seated(s.newMeeting))
		r.Post("/meetings/held", s.seated(s.holdMeeting))
		r.Get("/obstacles", s.seated(s.obstacles))
		r.Post("/obstacles", s.seated(s.addObstacle))
		r.Get("/obstacles/new", s.seated(s.newObstacle))
		s.registerRoutes(r)
		r.Get("/postings", s.seated(s.postings))
		r.Get("/units/{unit}/postings/new", s.seated(s.newPosting))
		r.Post("/units/{unit}/postings", s.seated(s.postList))
		r.Get("/receipts", s.seated(s.allReceipts))
		s.targetRoutes(r)
		s.reportRoutes(r)
		s.surveyRoutes(r)
		s.componentRoutes(r)
		s.helpRoutes(r)
		s.reviewRoutes(r)
		s.documentRoutes(r)
	})
	r.Get("/documents/{document}", s.seated(s.document))
	r.Post("/documents/{document}", s.seated(s.saveDocument))
	r.Post("/documents/{document}/scan", s.limited(maxFiles, s.signedIn(s.fileScan)))
	r.Get("/documents/{document}/docx", s.seated(s.documentDOCX))
	r.Get("/documents/{document}/pdf", s.seated(s.documentPDF))
	r.Get("/attachments/{attachment}", s.seated(s.attachment))
	r.Post("/attachments/{attachment}/strike", s.seated(s.strikeAttachment))
	r.Get("/postings/{posting}", s.seated(s.posting))
	r.Post("/postings/{posting}", s.seated(s.movePosting))
	r.Get("/postings/{posting}/print", s.seated(s.printPosting))
	r.Get("/postings/{posting}/objections/new", s.seated(s.newObjection))
	r.Post("/postings/{posting}/objections", s.seated(s.recordObjection))
	r.Get("/objections/{objection}", s.seated(s.objection))
	r.Post("/objections/{objection}", s.seated(s.moveObjection))
	for _, name := range []string{"waiting", "board", "matrix", "timeline", "duties", "plans", "components", "funds", "helpers", "gaps", "groups", "households", "surveys", "meetings", "obstacles", "targets", "committee", "indicators", "postings", "receipts", "escalations", "notices", "history", "documents", "watches", "reviews", "shortcomings", "years"} {
		r.Get("/"+name, s.seated(s.ofCurrentCycle))
	}
	r.Get("/plans/{unit}", s.seated(s.ofCurrentCycle))
	return r
}

// reportRoutes serves what all reports of a cycle come to.
func (s *site) reportRoutes(r chi.Router) {
	r.Get("/reports", s.seated(s.submitted))
	r.Post("/reports/accept", s.seated(s.acceptReports))
	r.Get("/report-form", s.seated(s.reportForm))
	r.Post("/report-form", s.seated(s.saveReportForm))
	r.Get("/rates", s.seated(s.rates))
	r.Get("/consolidations", s.seated(s.consolidations))
	r.Get("/consolidations/{period}", s.seated(s.consolidation))
	r.Post("/consolidations/{period}", s.seated(s.moveConsolidation))
}

// helpRoutes serves who helps which household, and what is missing in it.
func (s *site) helpRoutes(r chi.Router) {
	r.Get("/helpers", s.seated(s.helpers))
	r.Get("/helpers/{helper}", s.seated(s.helper))
	r.Post("/helpers/{helper}", s.seated(s.endHelper))
	r.Get("/units/{unit}/helpers", s.seated(s.communeHelp))
	r.Post("/units/{unit}/helpers", s.seated(s.assignHelpers))
	r.Get("/units/{unit}/mentors/new", s.seated(s.newMentorForm))
	r.Post("/units/{unit}/mentors/new", s.seated(s.addMentor))
	r.Get("/mentors/{mentor}", s.seated(s.mentor))
	r.Post("/mentors/{mentor}", s.seated(s.saveMentor))
	r.Get("/gaps", s.seated(s.gaps))
	r.Get("/groups", s.seated(s.groups))
	r.Get("/groups/{group}", s.seated(s.group))
	r.Post("/groups/{group}", s.seated(s.answerGroup))
	r.Get("/assignments/draft", s.seated(s.draft))
	r.Post("/assignments/draft", s.seated(s.saveDraft))
	r.Get("/assignments/{no}", s.seated(s.assignment))
	r.Post("/assignments/{no}", s.seated(s.moveAssignment))
	r.Get("/registrations", s.seated(s.registrations))
	r.Post("/registrations", s.seated(s.moveRegistrations))
	r.Get("/pilots", s.seated(s.pilots))
	r.Get("/pilots/{pilot}", s.seated(s.pilot))
	r.Post("/pilots/{pilot}", s.seated(s.savePilot))
	r.Get("/units/{unit}/pilots/new", s.seated(s.newPilotForm))
	r.Post("/units/{unit}/pilots/new", s.seated(s.addPilot))
}

// reviewRoutes serves what looks back on a year and forward to the next.
func (s *site) reviewRoutes(r chi.Router) {
	r.Get("/reviews", s.seated(s.reviews))
	r.Get("/reviews/{kind}", s.seated(s.review))
	r.Post("/reviews/{kind}", s.seated(s.moveReview))
	r.Get("/reviews/{kind}/inputs/{unit}", s.seated(s.reviewInput))
	r.Post("/reviews/{kind}/inputs/{unit}", s.seated(s.sayInput))
	r.Get("/shortcomings", s.seated(s.shortcomings))
	r.Post("/shortcomings", s.seated(s.moveShortcoming))
	r.Get("/years", s.seated(s.years))
	r.Post("/years", s.seated(s.saveYear))
	r.Get("/watches", s.seated(s.watches))
	r.Post("/watches", s.seated(s.addWatch))
	r.Get("/watches/new", s.seated(s.newWatch))
	r.Get("/watches/{watch}", s.seated(s.watch))
	r.Post("/watches/{watch}", s.seated(s.moveWatch))
}

// registerRoutes serves the register of a cycle, of one commune and of all.
func (s *site) registerRoutes(r chi.Router) {
	r.Get("/households", s.seated(s.registers))
	r.Post("/needs", s.seated(s.addNeed))
	r.Get("/units/{unit}/households", s.seated(s.households))
	r.Post("/units/{unit}/households", s.seated(s.addHousehold))
	r.Get("/units/{unit}/households/new", s.seated(s.newHousehold))
	r.Get("/units/{unit}/hamlets", s.seated(s.hamletList))
	r.Post("/units/{unit}/hamlets", s.seated(s.putHamlets))
	for _, of := range []string{"/households", "/units/{unit}/households"} {
		r.Get(of+"/alike", s.seated(s.alike))
		r.Get(of+"/settlements", s.seated(s.settlements))
		r.Get(of+"/template.xlsx", s.seated(s.householdTemplate))
		r.Get(of+"/export.xlsx", s.seated(s.exportHouseholds))
		r.Get(of+"/import", s.seated(s.importForm))
		r.Post(of+"/import", s.limited(maxUpload, s.signedIn(s.importHouseholds)))
	}
	r.Post("/households/freeze", s.seated(s.freeze))
	r.Post("/units/{unit}/households/freeze", s.seated(s.freeze))
	r.Post("/units/{unit}/households/reopen", s.seated(s.reopen))
	r.Get("/export", s.seated(s.export))
	r.Post("/export", s.seated(s.saveExport))
	r.Get("/export.xlsx", s.seated(s.exportWorkbook))
	r.Get("/households/{household}", s.seated(s.household))
	r.Post("/households/{household}", s.seated(s.saveHousehold))
	r.Get("/households/{household}/edit", s.seated(s.editHousehold))
	r.Post("/households/{household}/settle", s.seated(s.settle))
	r.Get("/households/{household}/alike/{other}", s.seated(s.pair))
	r.Post("/households/{household}/alike/{other}", s.seated(s.settlePair))
	r.Post("/settlements/{settlement}", s.seated(s.unsettle))
	r.Get("/imports/{import}", s.seated(s.upload))
	r.Post("/imports/{import}", s.seated(s.decideUpload))
	r.Get("/imports/{import}/marked.xlsx", s.seated(s.markedUpload))
}

// surveyRoutes serves the autumn survey of a cycle and the cases of its year.
func (s *site) surveyRoutes(r chi.Router) {
	r.Get("/surveys", s.seated(s.surveys))
	r.Post("/surveys/close", s.seated(s.closeSurvey))
	r.Get("/surveys/{unit}", s.seated(s.survey))
	r.Post("/surveys/{unit}", s.seated(s.moveSurvey))
	r.Post("/surveys/{unit}/rows", s.seated(s.saveSurvey))
	r.Post("/surveys/{unit}/rows/add", s.seated(s.addSurveyRow))
	r.Post("/surveys/{unit}/rows/drop", s.seated(s.dropSurveyRow))
	r.Get("/cases", s.seated(s.cases))
	r.Post("/cases", s.seated(s.askCase))
	r.Get("/cases/{case}", s.seated(s.showCase))
	r.Post("/cases/{case}", s.seated(s.decideCase))
}

// componentRoutes serves what is done to help: components with their deliveries
// and papers, and funds.
func (s *site) componentRoutes(r chi.Router) {
	r.Get("/components", s.seated(s.components))
	r.Post("/components", s.seated(s.addComponent))
	r.Get("/components/new", s.seated(s.newComponent))
	r.Get("/components/{component}", s.seated(s.component))
	r.Post("/components/{component}", s.seated(s.saveComponent))
	r.Get("/components/{component}/edit", s.seated(s.editComponent))
	r.Get("/components/{component}/deliver", s.seated(s.deliveryForm))
	r.Post("/components/{component}/deliver", s.limited(maxFiles, s.signedIn(s.deliver)))
	r.Post("/components/{component}/correct", s.seated(s.correctDelivery))
	r.Post("/components/{component}/confirm", s.seated(s.confirmDelivery))
	r.Post("/components/{component}/attachments", s.limited(maxFiles, s.signedIn(s.attachToComponent)))
	r.Get("/funds", s.seated(s.funds))
	r.Post("/funds", s.seated(s.openFund))
	r.Get("/funds/{fund}", s.seated(s.fund))
	r.Post("/funds/{fund}", s.seated(s.moveFund))
}

// secure sets the headers that every answer carries. There is no script and no
// inline style on any page.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// visit is one request: who asks, in which language, in which cycle.
type visit struct {
	*site
	w     http.ResponseWriter
	r     *http.Request
	p     *locale.Printer
	me    poverty.Actor
	now   time.Time
	today calendar.Date
	cycle *poverty.Cycle
	names names
}

func (v *visit) ctx() context.Context { return v.r.Context() }

func (v *visit) log(what string, err error) {
	slog.ErrorContext(v.ctx(), what, "route", route(v.r), "user", v.me.User, "err", err)
}

// route is what is logged of a request's address: the address of a feed opens it.
func route(r *http.Request) string { return chi.RouteContext(r.Context()).RoutePattern() }

// param returns a part of the path. A browser may have escaped it.
func (v *visit) param(name string) string {
	raw := chi.URLParam(v.r, name)
	if plain, err := url.PathUnescape(raw); err == nil {
		return plain
	}
	return raw
}

type handler func(*visit) error

// open serves a page that needs nobody to be signed in.
func (s *site) open(h handler) http.HandlerFunc { return s.limited(maxForm, h) }

// limited is open for forms of up to limit bytes.
func (s *site) limited(limit int64, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		now := s.cfg.Now()
		v := &visit{site: s, w: w, r: r, p: locale.For("vi"), now: now, today: calendar.DateOf(now)}
		if c, err := r.Cookie(languageCookie); err == nil {
			v.p = locale.For(c.Value)
		}
		defer func() {
			if cause := recover(); cause != nil {
				if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(cause)
				}
				slog.ErrorContext(r.Context(), "panic", "route", route(r), "cause", cause, "stack", string(debug.Stack()))
				v.fail(poverty.Errorf(poverty.Internal, "error.internal"))
			}
		}()
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, limit)
			if err := r.ParseForm(); err != nil {
				v.fail(&poverty.Error{Kind: poverty.Invalid, Key: "error.invalid", Err: err})
				return
			}
		}
		if err := h(v); err != nil {
			v.fail(err)
		}
	}
}

// seated serves a page for somebody who is signed in, with the offices held
// now and the cycle that the path names.
func (s *site) seated(h handler) http.HandlerFunc { return s.open(s.signedIn(h)) }

func (s *site) signedIn(h handler) handler {
	return func(v *visit) error {
		if _, ok := poverty.ActorFrom(v.ctx()); !ok {
			to := "/dang-nhap"
			switch {
			case v.r.Method == http.MethodGet && v.r.URL.Path != "/":
				to += "?" + url.Values{"next": {v.r.URL.RequestURI()}}.Encode()
			case v.r.Method == http.MethodPost && v.keep():
				to += "?ended=kept"
			case v.r.Method == http.MethodPost:
				to += "?ended=lost"
			}
			http.Redirect(v.w, v.r, to, http.StatusSeeOther)
			return nil
		}
		me, err := s.store.Me(v.ctx())
		if err != nil {
			return err
		}
		v.me = me
		if id := v.param("cycle"); id != "" {
			if err := v.goInto(poverty.CycleID(id)); err != nil {
				return err
			}
		}
		return h(v)
	}
}

// missing serves an address that is none, with the navigation for who is
// signed in.
func (s *site) missing(v *visit) error {
	if _, ok := poverty.ActorFrom(v.ctx()); ok {
		me, err := s.store.Me(v.ctx())
		if err != nil {
			return err
		}
		v.me = me
	}
	return poverty.Errorf(poverty.NotFound, "error.not_found")
}

// goInto goes into a cycle, in which the person acts with the offices that count
// there: who stands in for that cycle alone is seated, for another one is not.
func (v *visit) goInto(id poverty.CycleID) error {
	c, err := v.store.Cycle(v.ctx(), id)
	if err != nil {
		return err
	}
	v.enter(c)
	return nil
}

// enter is goInto for a cycle that is at hand.
func (v *visit) enter(c poverty.Cycle) { v.cycle, v.me = &c, v.me.Within(c.ID) }

// load reads what a part of the path gives the number of. On a page of a cycle it
// must belong to that cycle; another page goes into the cycle that it belongs to.
// It returns NotFound under the key missing where there is no such thing.
func load[ID ~int64, T any](v *visit, part, missing string, get func(context.Context, ID) (T, error), of func(T) poverty.CycleID) (T, error) {
	id, err := v.number(part, missing)
	if err != nil {
		return *new(T), err
	}
	x, err := get(v.ctx(), ID(id))
	switch {
	case err != nil:
		return x, err
	case v.cycle == nil:
		return x, v.goInto(of(x))
	case of(x) != v.cycle.ID:
		return x, poverty.Errorf(poverty.NotFound, missing)
	}
	return x, nil
}

// number reads a part of the path that numbers something; NotFound under the key
// missing where it is no number.
func (v *visit) number(part, missing string) (int64, error) {
	id, err := strconv.ParseInt(v.param(part), 10, 64)
	if err != nil {
		return 0, poverty.Errorf(poverty.NotFound, missing)
	}
	return id, nil
}

// redirect answers a form that was carried out: to a page, with a message.
func (v *visit) redirect(to, done string) error {
	if done != "" {
		sep := "?"
		if strings.Contains(to, "?") {
			sep = "&"
		}
		to += sep + "done=" + url.QueryEscape(done)
	}
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}
