package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"dondoc/auth"
	"dondoc/locale"
	"dondoc/poverty"
)

const languageCookie = "language"

type signInData struct {
	frame
	Form  form
	Next  string
	Ended string // the session had ended when a form was sent: kept, or lost
	Demo  []Account
}

var signInPage = newPage[signInData]("user/sign-in.html")

func (s *site) signInForm(v *visit) error {
	if _, ok := poverty.ActorFrom(v.ctx()); ok {
		return v.redirect("/", "")
	}
	return v.showSignIn(http.StatusOK, newForm(), v.r.URL.Query().Get("next"))
}

func (v *visit) showSignIn(status int, f form, next string) error {
	ended := v.r.URL.Query().Get("ended")
	if ended != "kept" && ended != "lost" {
		ended = ""
	}
	return signInPage.show(v, status, signInData{v.frame("", v.p.T("web.sign_in.title")), f, auth.LocalPath(next), ended, v.cfg.Demo})
}

func (s *site) signIn(v *visit) error {
	f, next := v.sentForm("sign-in"), v.r.PostForm.Get("next")
	login := v.needed(&f, "login")
	password := v.r.PostForm.Get("password")
	if password == "" {
		f.problem("password", v.p.T("error.required"))
	}
	if f.Bad() {
		return v.showSignIn(http.StatusUnprocessableEntity, f, next)
	}
	if err := s.door.SignIn(v.w, v.r, login, password); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		if code == http.StatusForbidden && v.w.Header().Get("Retry-After") != "" {
			code = http.StatusTooManyRequests
		}
		return v.showSignIn(code, f, next)
	}
	if path, _ := s.door.Kept(v.ctx()); path != "" {
		return v.redirect("/kept", "")
	}
	return v.redirect(auth.LocalPath(next), "")
}

// keep keeps the form of a request whose session had ended. A form with a
// password is none to keep, nor one whose file is gone with the request.
func (v *visit) keep() bool {
	if len(v.r.PostForm) == 0 {
		return false
	}
	for field, values := range v.r.PostForm {
		if strings.Contains(field, "password") || field == "do" && slices.Contains(values, "password") {
			return false
		}
	}
	return v.door.Keep(v.ctx(), v.r.URL.RequestURI(), v.r.PostForm)
}

type keptData struct {
	frame
	Address string
	Fields  []keptField
}

type keptField struct{ Name, Value string }

var keptPage = newPage[keptData]("user/kept.html")

// kept offers to send once more what came when the session had ended.
func (s *site) kept(v *visit) error {
	path, form := s.door.Kept(v.ctx())
	if path = auth.LocalPath(path); path == "/" {
		return v.redirect("/", "")
	}
	data := keptData{frame: v.frame("", v.p.T("web.kept.title")), Address: path}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			data.Fields = append(data.Fields, keptField{name, value})
		}
	}
	return keptPage.show(v, http.StatusOK, data)
}

// forget drops what was kept.
func (s *site) forget(v *visit) error {
	s.door.Forget(v.ctx())
	return v.redirect("/", "kept_dropped")
}

func (s *site) signOut(v *visit) error {
	if err := s.door.SignOut(v.r); err != nil {
		return err
	}
	return v.redirect("/dang-nhap", "")
}

func (s *site) setLanguage(v *visit) error {
	lang := v.r.PostForm.Get("lang")
	if slices.Contains(locale.Languages, lang) {
		v.speak(lang)
	}
	return v.redirect(v.back("/"), "")
}

// speak remembers the language of the pages in the browser.
func (v *visit) speak(lang string) {
	http.SetCookie(v.w, &http.Cookie{
		Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 60 * 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.r.TLS != nil,
	})
}

func (s *site) setOffice(v *visit) error {
	office := poverty.OfficeID(v.r.PostForm.Get("office"))
	if _, ok := v.me.Holds(office); !ok {
		return poverty.Errorf(poverty.Forbidden, "web.office_not_held")
	}
	s.door.SetOffice(v.ctx(), office)
	return v.redirect("/", "office")
}

// back returns the page to which a form wants to come back.
func (v *visit) back(otherwise string) string {
	if to := auth.LocalPath(v.r.PostForm.Get("back")); to != "/" {
		return to
	}
	return otherwise
}
