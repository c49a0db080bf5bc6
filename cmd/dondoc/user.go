package main

import (
	"context"
	"fmt"
	"io"
	netmail "net/mail"
	"strings"

	"dondoc/auth"
	"dondoc/poverty"
)

// UserCmd looks after access where nobody can sign in to do it.
type UserCmd struct {
	Admin UserAdminCmd `cmd:"" help:"Make an administrator, and print the first password."`
	Reset UserResetCmd `cmd:"" help:"Give an account a new password; what is signed in ends, API keys are revoked."`
}

// UserAdminCmd makes an administrator: the first one, or another where all are
// gone.
type UserAdminCmd struct {
	DatabaseSettings
	Login string `arg:"" help:"Login, such as quantri."`
	Name  string `help:"Name that others see." default:"Quản trị hệ thống"`
	Email string `help:"Where mails to the administrator go; empty: none are sent." placeholder:"ADDRESS"`
}

// Run stores the administrator and prints the password, which is shown this
// once.
func (cmd *UserAdminCmd) Run(ctx context.Context, out io.Writer) error {
	login := strings.ToLower(strings.TrimSpace(cmd.Login))
	if login == "" || strings.ContainsAny(login, " \t\r\n") {
		return badInput("user admin", "", fmt.Sprintf("the login %q is empty or has spaces in it", cmd.Login))
	}
	if strings.TrimSpace(cmd.Name) == "" {
		return badInput("user admin", "", "--name is empty; give the name that others see")
	}
	if cmd.Email != "" {
		if _, err := netmail.ParseAddress(cmd.Email); err != nil {
			return badInput("user admin", "", fmt.Sprintf("--email %q is no mail address", cmd.Email))
		}
	}
	db, err := openStore(ctx, cmd.DatabaseSettings)
	if err != nil {
		return err
	}
	defer db.Close()
	password, hash, err := auth.NewPassword()
	if err != nil {
		return err
	}
	ctx = poverty.WithActor(ctx, poverty.System("user"))
	if _, err := db.AddAdmin(ctx, poverty.User{Login: login, Name: strings.TrimSpace(cmd.Name), Email: cmd.Email}, hash); err != nil {
		if poverty.KindOf(err) == poverty.Conflict {
			return fmt.Errorf("the login %s is taken; `dondoc user reset %s` gives it a new password", login, login)
		}
		return err
	}
	_, err = fmt.Fprintf(out, "%s is an administrator. First password, not shown again: %s\n", login, password)
	return err
}

// UserResetCmd gives an account a new password.
type UserResetCmd struct {
	DatabaseSettings
	Login string `arg:"" help:"Login of the account."`
}

// Run stores a new password and prints it, this once.
func (cmd *UserResetCmd) Run(ctx context.Context, out io.Writer) error {
	db, err := openStore(ctx, cmd.DatabaseSettings)
	if err != nil {
		return err
	}
	defer db.Close()
	password, hash, err := auth.NewPassword()
	if err != nil {
		return err
	}
	if err := db.ResetAccess(poverty.WithActor(ctx, poverty.System("user")), cmd.Login, hash); err != nil {
		if poverty.KindOf(err) == poverty.NotFound {
			return fmt.Errorf("nobody has the login %s", cmd.Login)
		}
		return err
	}
	_, err = fmt.Fprintf(out, "%s can sign in again. New password, not shown again: %s\n", cmd.Login, password)
	return err
}
