package api

import (
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/locale"
)

// describe tells the document how days and deadlines are written.
func describe(r huma.Registry) {
	for t, alias := range map[reflect.Type]reflect.Type{
		reflect.TypeFor[calendar.Date]():  reflect.TypeFor[dateSchema](),
		reflect.TypeFor[calendar.Month](): reflect.TypeFor[monthSchema](),
		reflect.TypeFor[calendar.Clock](): reflect.TypeFor[clockSchema](),
		reflect.TypeFor[calendar.Due]():   reflect.TypeFor[dueSchema](),
		reflect.TypeFor[calendar.Rung]():  reflect.TypeFor[rungSchema](),
	} {
		r.RegisterTypeAlias(t, alias)
	}
}

type (
	dateSchema  struct{}
	monthSchema struct{}
	clockSchema struct{}
	dueSchema   struct{}
	rungSchema  struct{}
)

func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2018-04-15"}}
}

func (monthSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^\d{4}-\d{2}$`, Examples: []any{"2018-04"}}
}

func (clockSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^\d{2}:\d{2}$`, Examples: []any{"08:00"}}
}

func (dueSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "A deadline as a document states it.", Examples: []any{"before 2018-04-15", "monthly by day 30"}}
}

func (rungSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "A rung of a ladder, in working days.", Examples: []any{"remind 3", "overdue 1"}}
}

// encode writes v as JSON: instants in Vietnam's time to the second, and empty
// lists as [].
func encode(w io.Writer, v any) error {
	if v != nil {
		v = shaped(reflect.ValueOf(v)).Interface()
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// decode reads JSON. Texts become NFC, as they are stored; a text with a NUL,
// which the store cannot keep, is refused.
func decode(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	if _, untyped := v.(*any); untyped {
		return nil // huma's look at the shape; the values come in a second call
	}
	return composed(reflect.ValueOf(v))
}

var errNUL = errors.New("text with a NUL")

func composed(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return composed(v.Elem())
	case reflect.String:
		if !text(v.String()) {
			return errNUL
		}
		v.SetString(locale.NFC(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if err := composed(v.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := composed(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if key.Kind() == reflect.String && !text(key.String()) {
				return errNUL
			}
		}
	}
	return nil
}

var timeType = reflect.TypeFor[time.Time]()

// shaped returns v with its instants in Vietnam's time and without fractions of
// a second, and no nil list or map. It copies what it changes, since the store
// may share it.
func shaped(v reflect.Value) reflect.Value {
	t := v.Type()
	if !shapes(t) {
		return v
	}
	if t == timeType {
		at := v.Interface().(time.Time)
		if at.IsZero() {
			return v
		}
		return reflect.ValueOf(at.In(calendar.Zone).Truncate(time.Second))
	}
	switch t.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		p := reflect.New(t.Elem())
		p.Elem().Set(shaped(v.Elem()))
		return p
	case reflect.Struct:
		s := reflect.New(t).Elem()
		s.Set(v)
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				s.Field(i).Set(shaped(v.Field(i)))
			}
		}
		return s
	case reflect.Slice:
		s := reflect.MakeSlice(t, v.Len(), v.Len())
		for i := range v.Len() {
			s.Index(i).Set(shaped(v.Index(i)))
		}
		return s
	case reflect.Map:
		m := reflect.MakeMapWithSize(t, v.Len())
		for iter := v.MapRange(); iter.Next(); {
			m.SetMapIndex(iter.Key(), shaped(iter.Value()))
		}
		return m
	}
	return v
}

var shapesOf sync.Map // reflect.Type → bool

// shapes reports whether a value of type t may hold something to be shaped.
func shapes(t reflect.Type) bool {
	if known, ok := shapesOf.Load(t); ok {
		return known.(bool)
	}
	var yes bool
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		yes = true
	case reflect.Pointer:
		yes = shapes(t.Elem())
	case reflect.Struct:
		yes = t == timeType
		for f := range t.Fields() {
			yes = yes || f.IsExported() && shapes(f.Type)
		}
	}
	shapesOf.Store(t, yes)
	return yes
}
