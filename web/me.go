package web

import (
	"net/http"
	"slices"

	"dondoc/locale"
	"dondoc/poverty"
)

type meData struct {
	frame
	Settings poverty.Settings
	Form     form
	Feeds    bool   // the installation has them
	Address  string // of the person's feed; "" while it is closed
}

// Languages returns those that pages and mails speak.
func (meData) Languages() []string { return locale.Languages }

// On reports whether a box is ticked: as it was sent, or as it stands.
func (d meData) On(field string, stored bool) bool {
	if d.Form.Name == "settings" {
		return d.Form.Values.Has(field)
	}
	return stored
}

var mePage = newPage[meData]("user/me.html")

func (s *site) me(v *visit) error { return v.showMe(http.StatusOK, newForm()) }

func (v *visit) showMe(status int, f form) error {
	if err := v.withCycle(); err != nil {
		return err
	}
	settings, err := v.store.Settings(v.ctx())
	if err != nil {
		return err
	}
	return mePage.show(v, status, meData{
		frame: v.frame("", v.p.T("me.title")), Settings: settings, Form: f, Feeds: v.cfg.Feeds != nil, Address: v.feedAddress(settings),
	})
}

func (s *site) saveMe(v *visit) error {
	f := v.sentForm(v.r.PostForm.Get("do"))
	var err error
	switch f.Name {
	case "settings":
		var saved poverty.Settings
		saved, err = s.store.SaveSettings(v.ctx(), poverty.Settings{
			Email: f.Value("email"), Language: f.Value("language"), Reminders: f.Values.Has("reminders"), Decisions: f.Values.Has("decisions"),
		})
		if err == nil && slices.Contains(locale.Languages, saved.Language) {
			v.speak(saved.Language)
		}
	case "feed_open", "feed_close":
		_, err = s.store.RenewFeed(v.ctx(), f.Name == "feed_open")
	case "password":
		err = v.changePassword(&f)
	default:
		return poverty.InvalidField("do", "error.required")
	}
	if err != nil || f.Bad() {
		code := http.StatusUnprocessableEntity
		if err != nil {
			if code, err = v.refuse(&f, err); err != nil {
				return err
			}
		}
		for field := range f.Values { // no password goes back into a page
			if field == "old" || field == "new" || field == "again" {
				f.Values.Del(field)
			}
		}
		return v.showMe(code, f)
	}
	return v.redirect("/me", "me_"+f.Name)
}

func (v *visit) changePassword(f *form) error {
	next := f.Value("new")
	if next != f.Value("again") {
		f.problem("again", v.p.T("auth.not_the_same"))
		return nil
	}
	return v.door.ChangePassword(v.w, v.r, f.Value("old"), next)
}
