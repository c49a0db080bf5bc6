package web

import (
	"net/http"
	"slices"

	"dondoc/locale"
	"dondoc/poverty"
)

const languageCookie = "language"

type signInData struct {
	frame
	Form form
	Next string
	Demo []Account
}

var signInPage = newPage[signInData]("user/sign-in.html")

func (s *site) signInForm(v *visit) error {
	if _, ok := poverty.ActorFrom(v.ctx()); ok {
		return v.redirect("/", "")
	}
	return v.showSignIn(http.StatusOK, newForm(), v.r.URL.Query().Get("next"))
}

func (v *visit) showSignIn(status int, f form, next string) error {
	return signInPage.show(v, status, signInData{v.frame("", v.p.T("web.sign_in.title")), f, local(next), v.cfg.Demo})
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
	if next = local(next); next == "" {
		next = "/"
	}
	return v.redirect(next, "")
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
		http.SetCookie(v.w, &http.Cookie{
			Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 60 * 60,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.r.TLS != nil,
		})
	}
	return v.redirect(v.back("/"), "")
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
	if to := local(v.r.PostForm.Get("back")); to != "" {
		return to
	}
	return otherwise
}
