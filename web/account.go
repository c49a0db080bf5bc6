package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"dondoc/auth"
	"dondoc/locale"
	"dondoc/poverty"
)

// accountRoutes serves who may sign in, to administrators.
func (s *site) accountRoutes(r chi.Router) {
	r.Get("/settings/accounts", s.seated(s.accounts))
	r.Post("/settings/accounts", s.seated(s.addAccount))
	r.Get("/settings/accounts/{user}", s.seated(s.account))
	r.Post("/settings/accounts/{user}", s.seated(s.saveAccount))
}

type accountsData struct {
	frame
	Query string
	Only  bool // those whom no mail reaches
	Rows  []accountRow
	Next  string
	Form  form
}

type accountRow struct{ poverty.Account }

// Link returns the address of the account's page.
func (r accountRow) Link() string {
	return "/settings/accounts/" + strconv.FormatInt(int64(r.ID), 10)
}

// Languages returns those that pages and mails speak.
func (accountsData) Languages() []string { return locale.Languages }

var accountsPage = newPage[accountsData]("user/accounts.html")

func (s *site) accounts(v *visit) error { return v.showAccounts(http.StatusOK, newForm()) }

func (v *visit) showAccounts(status int, f form) error {
	q := v.r.URL.Query()
	data := accountsData{Query: strings.TrimSpace(q.Get("q")), Only: q.Get("unreachable") != "", Form: f}
	found, err := v.store.Accounts(v.ctx(), poverty.AccountFilter{Query: data.Query, Unreachable: data.Only, After: q.Get("after"), Limit: perPage + 1})
	if err != nil {
		return err
	}
	if len(found) > perPage {
		found = found[:perPage]
		data.Next = "/settings/accounts?" + url.Values{"q": {data.Query}, "unreachable": {q.Get("unreachable")}, "after": {found[perPage-1].Login}}.Encode()
	}
	for _, x := range found {
		data.Rows = append(data.Rows, accountRow{x})
	}
	if err := v.withCycle(); err != nil {
		return err
	}
	data.frame = v.frame("nav.accounts", v.p.T("nav.accounts"))
	return accountsPage.show(v, status, data)
}

// typed reads an account as it was typed.
func (v *visit) typed(f *form) poverty.User {
	return poverty.User{
		Login: strings.TrimSpace(f.Value("login")), Name: v.text(f, "name"), Email: f.Value("email"), Phone: f.Value("phone"), Language: f.Value("language"),
	}
}

func (s *site) addAccount(v *visit) error {
	f := v.sentForm("add")
	u := v.typed(&f)
	if !v.me.Admin {
		return poverty.Errorf(poverty.Forbidden, "account.forbidden")
	}
	password, hash, err := auth.NewPassword()
	if err != nil {
		return err
	}
	x, err := s.store.AddAccount(v.ctx(), u, hash)
	if err != nil {
		if poverty.KindOf(err) == poverty.Conflict {
			f.problem("login", v.message(err))
			return v.showAccounts(http.StatusConflict, f)
		}
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showAccounts(code, f)
	}
	return v.showAccount(http.StatusCreated, x, newForm(), password)
}

type accountData struct {
	frame
	Account  accountRow
	Password string // the first one, shown this once
	Form     form
}

// Languages returns those that pages and mails speak.
func (accountData) Languages() []string { return locale.Languages }

// May reports whether the person may sign in, as typed or as it stands.
func (d accountData) May() bool {
	if d.Form.Name == "save" {
		return d.Form.Values.Has("active")
	}
	return d.Account.Active
}

var accountPage = newPage[accountData]("user/account.html")

func (v *visit) loadAccount() (poverty.Account, error) {
	id, err := v.number("user", "auth.no_user")
	if err != nil {
		return poverty.Account{}, err
	}
	return v.store.Account(v.ctx(), poverty.UserID(id))
}

func (s *site) account(v *visit) error {
	x, err := v.loadAccount()
	if err != nil {
		return err
	}
	return v.showAccount(http.StatusOK, x, newForm(), "")
}

func (v *visit) showAccount(status int, x poverty.Account, f form, password string) error {
	if err := v.withCycle(); err != nil {
		return err
	}
	return accountPage.show(v, status, accountData{frame: v.frame("nav.accounts", x.Name), Account: accountRow{x}, Password: password, Form: f})
}

func (s *site) saveAccount(v *visit) error {
	x, err := v.loadAccount()
	if err != nil {
		return err
	}
	f := v.sentForm(v.r.PostForm.Get("do"))
	switch f.Name {
	case "reset":
		password, hash, err := auth.NewPassword()
		if err != nil {
			return err
		}
		if err := s.store.ResetAccount(v.ctx(), x.ID, hash); err != nil {
			return err
		}
		return v.showAccount(http.StatusOK, x, newForm(), password)
	case "save":
		u := v.typed(&f)
		u.ID, u.Active = x.ID, f.Values.Has("active")
		saved, err := s.store.SaveAccount(v.ctx(), u)
		if err != nil {
			code, err := v.refuse(&f, err)
			if err != nil {
				return err
			}
			return v.showAccount(code, x, f, "")
		}
		return v.redirect(accountRow{saved}.Link(), "account_saved")
	}
	return poverty.InvalidField("do", "error.required")
}
