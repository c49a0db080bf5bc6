package main

import (
	"context"
	"fmt"
	"io"

	"dondoc/auth"
	"dondoc/internal/rehearsal"
	"dondoc/poverty"
)

// ImportCmd stores a cycle from its files as a draft, with its units, offices
// and people. A cycle, unit or account that is there already stays as it is.
type ImportCmd struct {
	DatabaseSettings
	Dir string `arg:"" help:"Folder of the cycle, such as examples/nam-dong-2018." type:"existingdir"`
}

// Run reads the folder and, when nothing is wrong with it, stores the cycle. It
// prints a first password for each account that is new: it is shown this once.
func (cmd *ImportCmd) Run(ctx context.Context, out io.Writer, errs errWriter) error {
	r, err := readCycle(cmd.Dir, 0, errs)
	if err != nil {
		return err
	}
	db, err := openStore(ctx, cmd.DatabaseSettings)
	if err != nil {
		return err
	}
	defer db.Close()
	passwords, hashes := map[string]string{}, map[string]string{}
	for _, u := range r.New.Users {
		_, _, err := db.Credentials(ctx, u.Login)
		if err == nil {
			continue
		}
		if poverty.KindOf(err) != poverty.NotFound {
			return err
		}
		if passwords[u.Login], hashes[u.Login], err = auth.NewPassword(); err != nil {
			return err
		}
	}
	r.New.Passwords = hashes
	ctx = poverty.WithActor(ctx, poverty.System("import"))
	if err := db.CreateCycle(ctx, r.New); err != nil {
		return err
	}
	// Who was not found may be barred, and has the password of before.
	for login := range passwords {
		if _, hash, err := db.Credentials(ctx, login); poverty.KindOf(err) == poverty.NotFound || err == nil && hash != hashes[login] {
			delete(passwords, login)
		} else if err != nil {
			return err
		}
	}
	c, err := db.Cycle(ctx, r.New.Cycle.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %s; %d units, %d kinds of duty, issued %s\n",
		c.ID, c.State, len(r.New.Units), len(c.Rules.Duties), c.IssuedAt.Format("02/01/2006 15:04"))
	if c.State == poverty.CycleDraft {
		if err := rehearsal.Register(ctx, db, r.New); err != nil {
			return err
		}
		fmt.Fprintf(out, "%d households in the register, %d components, %d funds\n", len(r.New.Households), len(r.New.Components), len(r.New.Funds))
		fmt.Fprintf(out, "The standing office or the leadership puts it in force on the page /cycles/%s\n", c.ID)
	}
	if len(passwords) > 0 {
		fmt.Fprintln(out, "\nFirst passwords of new accounts; they are not shown again:")
		for _, u := range r.New.Users {
			if p, ok := passwords[u.Login]; ok {
				fmt.Fprintf(out, "  %-24s %s\n", u.Login, p)
			}
		}
	}
	return nil
}
