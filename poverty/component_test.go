package poverty_test

import (
	"testing"
	"time"

	"dondoc/calendar"
	"dondoc/poverty"
)

func TestComponent_state_comes_from_what_was_delivered(t *testing.T) {
	t.Parallel()
	counted := poverty.Component{Quantity: 10_000, Value: 5}
	valued := poverty.Component{Value: 1_000_000}
	listed := poverty.Component{}
	for _, tt := range []struct {
		rule  string
		c     poverty.Component
		tally poverty.Tally
		want  poverty.ComponentState
	}{
		{"nothing was delivered", counted, poverty.Tally{Listed: 3, Quiet: 9}, poverty.ComponentNotStarted},
		{"all was taken back", counted, poverty.Tally{Delivered: 0}, poverty.ComponentNotStarted},
		{"some of the quantity", counted, poverty.Tally{Handovers: 1, Delivered: 9999, Spent: 99}, poverty.ComponentInProgress},
		{"all of the quantity", counted, poverty.Tally{Handovers: 1, Delivered: 10_000}, poverty.ComponentDone},
		{"all of the value where nothing is counted", valued, poverty.Tally{Handovers: 1, Spent: 1_000_000}, poverty.ComponentDone},
		{"part of the value", valued, poverty.Tally{Handovers: 1, Spent: 999_999, Listed: 1, Reached: 1}, poverty.ComponentInProgress},
		{"every household where neither was planned", listed, poverty.Tally{Handovers: 1, Listed: 2, Reached: 2}, poverty.ComponentDone},
		{"one household is left", listed, poverty.Tally{Handovers: 1, Listed: 2, Reached: 1}, poverty.ComponentInProgress},
		{"for nobody in particular", listed, poverty.Tally{Handovers: 1}, poverty.ComponentInProgress},
		{"one quiet period", counted, poverty.Tally{Handovers: 1, Delivered: 1, Quiet: 1}, poverty.ComponentInProgress},
		{"two quiet periods", counted, poverty.Tally{Handovers: 1, Delivered: 1, Quiet: 2}, poverty.ComponentNoProgress},
		{"done is done, however quiet", counted, poverty.Tally{Handovers: 1, Delivered: 10_000, Quiet: 5}, poverty.ComponentDone},
	} {
		if got := tt.c.StateOf(tt.tally, poverty.DefaultTerms().Quiet()); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.rule, got, tt.want)
		}
	}
}

func TestEffectiveOn_nobody_makes_themselves_punctual(t *testing.T) {
	t.Parallel()
	now := time.Date(2018, 5, 18, 9, 0, 0, 0, calendar.Zone)
	earlier := calendar.MustDate("2018-05-10")
	if got := poverty.EffectiveOn(earlier, now, false); !got.Equal(now) {
		t.Error(got)
	}
	if got := poverty.EffectiveOn(earlier, now, true); calendar.DateOf(got) != earlier {
		t.Error(got)
	}
	if got := poverty.EffectiveOn(calendar.DateOf(now), now, true); !got.Equal(now) {
		t.Error(got)
	}
}
