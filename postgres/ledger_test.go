package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"dondoc/calendar"
	"dondoc/poverty"
)

// books is a ledger of deliveries that a test enters behind the store, and reads
// again line by line to count by itself.
type books struct {
	f          *fixture
	random     *rand.Rand
	components []component
	households []int64
	lines      []line
}

type component struct {
	id                         int64
	code, commune, group, fund string
}

type line struct {
	id, component, household, quantity, value int64
	day                                       calendar.Date
	corrects                                  int64
}

var helping = []struct{ commune, group, lead string }{
	{"thuong-long", "nhom-thuong-long", "cong-an-huyen"}, {"thuong-quang", "nhom-thuong-quang", "phong-nnptnt"},
	{"thuong-lo", "nhom-thuong-lo", "ban-chqs"}, {"thuong-long", "", "ubmttq"},
}

// newBooks has components of four units in three communes, two of them from a
// fund, and households of each commune.
func newBooks(f *fixture, seed uint64) *books {
	f.t.Helper()
	b := &books{f: f, random: rand.New(rand.NewPCG(seed, 7))}
	f.exec("insert into hamlets (unit_id, code, name) select u, 't1', 'Thôn 1' from unnest('{thuong-long,thuong-quang,thuong-lo}'::text[]) u on conflict do nothing")
	f.exec(`insert into funds (cycle_id, code, unit_id, name, year, saved_at) values
		($1, 'quy-2017', 'cong-an-huyen', 'Nguồn huy động 2017', 2017, '2018-01-01'), ($1, 'quy-2018', 'phong-nnptnt', 'Nguồn huy động 2018', 2018, '2018-01-01')`, namDong)
	for i := range 12 {
		h := helping[i%len(helping)]
		c := component{code: fmt.Sprintf("hp-%d", i), commune: h.commune, group: h.group}
		if i%3 == 0 {
			c.fund = []string{"quy-2017", "quy-2018"}[i/3%2]
		}
		c.id = column[int64](f, f.super(), `
			insert into components (cycle_id, code, unit_id, group_code, commune_id, kind, title, measure, fund_id, saved_at)
			values ($1, $2, $3, $4, $5, 'livestock', $2, 'con', (select id from funds where cycle_id = $1 and code = $6), '2018-01-01') returning id`,
			namDong, c.code, h.lead, c.group, c.commune, c.fund)[0]
		b.components = append(b.components, c)
	}
	b.households = column[int64](f, f.super(), `
		insert into households (cycle_id, unit_id, hamlet, code, head, members, saved_at)
		select $1, 'thuong-long', 't1', 'h' || n, 'Hộ ' || n, 3, '2018-01-01' from generate_series(1, 9) n returning id`, namDong)
	return b
}

func (b *books) component(id int64) component {
	for _, c := range b.components {
		if c.id == id {
			return c
		}
	}
	panic("no such component")
}

func (b *books) enter(l line) {
	b.f.t.Helper()
	l.id = column[int64](b.f, b.f.super(), `
		insert into deliveries (batch, cycle_id, component_id, day, recorded_at, unit_id, household_id, audience, quantity, value, corrects)
		select nextval('delivery_batches'), $1, $2, $3, $4, c.unit_id, nullif($5::bigint, 0), case when $5 = 0 then 'cả thôn' else '' end, $6, $7, nullif($8::bigint, 0)
		from components c where c.id = $2 returning id`,
		namDong, l.component, l.day, b.f.clock(), l.household, l.quantity, l.value, l.corrects)[0]
	b.lines = append(b.lines, l)
}

// deliver enters n random deliveries of the year up to a day.
func (b *books) deliver(n int, until calendar.Date) {
	b.f.t.Helper()
	first := date("2018-01-01")
	for range n {
		l := line{component: b.components[b.random.IntN(len(b.components))].id, day: first.AddDays(b.random.IntN(first.DaysUntil(until) + 1)),
			quantity: b.random.Int64N(5000), value: b.random.Int64N(9_000_000)}
		if b.random.IntN(5) > 0 {
			l.household = b.households[b.random.IntN(len(b.households))]
		}
		b.enter(l)
	}
}

// takeBack enters n counter-entries: some of the day of the mistake, some of a
// later one.
func (b *books) takeBack(n int, until calendar.Date) {
	b.f.t.Helper()
	for range n {
		l := b.lines[b.random.IntN(len(b.lines))]
		if l.corrects != 0 || b.corrected(l.id) {
			continue
		}
		day := l.day
		if b.random.IntN(2) == 0 {
			day = day.AddDays(b.random.IntN(l.day.DaysUntil(until) + 1))
		}
		b.enter(line{component: l.component, household: l.household, day: day, quantity: -l.quantity, value: -l.value, corrects: l.id})
	}
}

func (b *books) corrected(id int64) bool {
	for _, l := range b.lines {
		if l.corrects == id {
			return true
		}
	}
	return false
}

// sum counts the lines of some components between two days, one after the other.
func (b *books) sum(in func(component) bool, p poverty.Period) poverty.RollupLine {
	within := func(day calendar.Date) bool {
		return !day.Before(p.CountsFrom) && (p.CountsTo.IsZero() || !day.After(p.CountsTo))
	}
	type key struct{ component, household int64 }
	net := map[key]int64{}
	first := map[int64]calendar.Date{}
	var sum poverty.RollupLine
	for _, l := range b.lines {
		if !in(b.component(l.component)) {
			continue
		}
		if l.corrects == 0 && !b.corrected(l.id) {
			if f, ok := first[l.component]; !ok || l.day.Before(f) {
				first[l.component] = l.day
			}
		}
		if !within(l.day) {
			continue
		}
		sign := int64(1)
		if l.corrects != 0 {
			sign = -1
		}
		sum.Handovers += sign
		sum.Value += l.value
		sum.Quantity += l.quantity
		net[key{l.component, l.household}] += sign
	}
	helped := map[int64]bool{}
	for k, n := range net {
		if n > 0 && k.household != 0 {
			helped[k.household] = true
		}
	}
	sum.Households = int64(len(helped))
	for _, day := range first {
		if within(day) {
			sum.Started++
		}
	}
	return sum
}

// check compares a roll-up with the lines of the ledger.
func (b *books) check(t *testing.T, r poverty.Rollup, p poverty.Period) {
	t.Helper()
	figures := func(l poverty.RollupLine) [5]int64 {
		return [5]int64{l.Households, l.Handovers, l.Value, l.Quantity, l.Started}
	}
	lines := map[string][5]int64{}
	for _, l := range append([]poverty.RollupLine{r.Total}, r.Lines...) {
		lines[string(l.Scope)+" "+l.Key] = figures(l)
	}
	for _, scope := range []struct {
		name string
		key  func(component) string
	}{
		{"all", func(component) string { return "" }}, {"commune", func(c component) string { return c.commune }},
		{"group", func(c component) string { return c.group }}, {"component", func(c component) string { return c.code }},
		{"fund", func(c component) string { return c.fund }},
	} {
		for _, c := range b.components {
			key := scope.key(c)
			want := b.sum(func(x component) bool { return scope.key(x) == key }, p)
			if scope.name != "component" {
				want.Quantity = 0
			}
			got, there := lines[scope.name+" "+key]
			if none := (poverty.RollupLine{}); got != figures(want) || !there && want != none {
				t.Errorf("%s, %s %q: %v, want %v", p.Code, scope.name, key, got, figures(want))
			}
		}
	}
}
