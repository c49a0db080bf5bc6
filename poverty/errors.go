// Package poverty is the domain of the yearly poverty-reduction cycle: its
// types, states, allowed moves, errors and the interfaces that the rest of the
// program is written against. It knows no database, no clock and no workflow
// engine; instants are passed in, and days are days in Asia/Ho_Chi_Minh.
package poverty

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure an Error is; web, api and activities each map
// it once to a status or a retry rule.
type Kind string

// The kinds of failure.
const (
	Invalid     Kind = "invalid"     // what was entered is wrong; Field says where
	Forbidden   Kind = "forbidden"   // the actor may not do this
	NotFound    Kind = "not_found"   // there is no such thing, or the actor may not see it
	Conflict    Kind = "conflict"    // the state does not allow it (any more)
	Unavailable Kind = "unavailable" // PostgreSQL or Temporal cannot be reached; worth trying again
	Internal    Kind = "internal"    // a bug or a broken machine
)

// Error is a failure that a person can be told about. Key names a message of
// the locale catalogue, Args its values as alternating names and values, Field
// the input that was wrong. Err is for the log only.
type Error struct {
	Kind  Kind
	Key   string
	Args  []any
	Field string
	Err   error
}

// Error returns the key with its arguments, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Key)
	for i := 0; i+1 < len(e.Args); i += 2 {
		fmt.Fprintf(&b, " %v=%v", e.Args[i], e.Args[i+1])
	}
	if e.Field != "" {
		b.WriteString(" field=" + e.Field)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of a kind with a message key and its arguments.
func Errorf(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// InvalidField is an Invalid error that names the input that was wrong.
func InvalidField(field, key string, args ...any) *Error {
	return &Error{Kind: Invalid, Key: key, Args: args, Field: field}
}

// KindOf returns the kind of err: that of the Error in its chain, Invalid for
// Problems, else Internal. Nil has no kind.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	if _, ok := errors.AsType[Problems](err); ok {
		return Invalid
	}
	return Internal
}

// Problem is one thing wrong with a file or a form: where it stands and what
// to do. Row and Column count from 1 and are 0 where they do not apply.
type Problem struct {
	File   string `json:"file,omitempty"`
	Row    int    `json:"row,omitempty"`
	Column string `json:"column,omitempty"`
	Key    string `json:"key"`
	Args   []any  `json:"args,omitempty"`
}

// UnmarshalJSON reads a problem as it was written: whole numbers among its
// arguments are whole numbers again.
func (p *Problem) UnmarshalJSON(text []byte) error {
	type plain Problem
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode((*plain)(p)); err != nil {
		return err
	}
	for i, arg := range p.Args {
		number, ok := arg.(json.Number)
		if !ok {
			continue
		}
		if n, err := number.Int64(); err == nil {
			p.Args[i] = int(n)
		} else if f, err := number.Float64(); err == nil {
			p.Args[i] = f
		}
	}
	return nil
}

// Problems are all the things wrong with an input, told in one go.
type Problems []Problem

// Error returns every problem on a line of its own, for logs.
func (p Problems) Error() string {
	lines := make([]string, 0, len(p))
	for _, one := range p {
		line := fmt.Sprintf("%s:%d", one.File, one.Row)
		if one.Column != "" {
			line += " (" + one.Column + ")"
		}
		line += " " + one.Key
		for i := 0; i+1 < len(one.Args); i += 2 {
			line += fmt.Sprintf(" %v=%v", one.Args[i], one.Args[i+1])
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// Err returns nil where there is no problem, an Invalid error that names the
// input where there is one of a form, and the problems themselves otherwise.
func (p Problems) Err() error {
	switch {
	case len(p) == 0:
		return nil
	case len(p) == 1 && p[0].File == "" && p[0].Row == 0:
		return InvalidField(p[0].Column, p[0].Key, p[0].Args...)
	}
	return p
}

// Told is an Error as it travels between processes: without its cause.
type Told struct {
	Kind  Kind   `json:"kind"`
	Key   string `json:"key"`
	Args  []any  `json:"args,omitempty"`
	Field string `json:"field,omitempty"`
}

// Refusal returns the Error in err's chain in the form in which it travels.
func Refusal(err error) Told {
	if e, ok := errors.AsType[*Error](err); ok {
		return Told{e.Kind, e.Key, e.Args, e.Field}
	}
	return Told{Kind: KindOf(err), Key: "error.internal"}
}

// Refused returns the Error that travelled.
func (t Told) Refused() *Error {
	return &Error{Kind: t.Kind, Key: t.Key, Args: t.Args, Field: t.Field}
}
