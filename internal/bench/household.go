package bench

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
	"dondoc/postgres"
	"dondoc/poverty"
)

// fileColumns are those of the file that is imported and copied.
var fileColumns = strings.Fields(`unit_id hamlet code head head_born head_female id_number health_card members children workers ethnic
	production_land income deprived declared policy_group causes needs note`)

var family, middle, given = strings.Fields("Nguyễn Trần Lê Phạm Hồ Võ Đặng Bùi Đỗ Ngô"), strings.Fields("Văn Thị Đình Hữu Ngọc Thanh Xuân"),
	strings.Fields("Hoà Hoá Đức Lan Huệ Bảy Tám Sơn Hải Thuỷ Thủy Quý Kiều Ươm")

// madeUp is the i-th line of a register that nobody keeps.
func madeUp(i int, unit string) []string {
	declared, group := "poor", string(poverty.PolicyEligible)
	if i%4 == 0 {
		declared, group = "near_poor", string(poverty.PolicyNone)
	}
	list := func(s ...string) string { return "{" + strings.Join(s, ",") + "}" }
	return []string{unit, "t" + strconv.Itoa(1+i/7%2), fmt.Sprintf("%07d", i),
		family[i%len(family)] + " " + middle[i/3%len(middle)] + " " + given[i/5%len(given)],
		strconv.Itoa(1930 + i%60), strconv.FormatBool(i%3 == 0), fmt.Sprintf("0460%08d", i), fmt.Sprintf("HN4464%09d", i),
		strconv.Itoa(2 + i%6), strconv.Itoa(i % 3), strconv.Itoa(i % 2), strconv.FormatBool(i%2 == 0), strconv.Itoa(i % 5000),
		strconv.Itoa(300_000 + i%17*100_000), list([]string{"toilet", "water"}[:i%3]...), declared, group, list("capital", "illness"),
		list([]string{"housing", "livestock", "loan"}[:1+i%3]...), "dựng lên"}
}

// Import measures a register that comes as one file.
type Import struct {
	Options
	Rows  int
	Names Names
}

// Run imports the rows through the store, and copies the same file into a table
// with the same columns and indexes.
func (x Import) Run(ctx context.Context) (_ *Report, err error) {
	r := New("import", map[string]any{"rows": x.Rows})
	x.Durable = true
	s, err := Open(ctx, x.Options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.server(ctx, r); err != nil {
		return nil, err
	}
	db, err := postgres.Open(ctx, s.URL, postgres.Options{Conns: 2})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	k := country{cycles: 1, first: calendar.MustMonth("2026-01"), last: calendar.MustMonth("2026-12"), issued: stormEve, names: x.Names}
	if err := k.create(ctx, db); err != nil {
		return nil, err
	}
	units := make([]string, perCycle)
	for i := range units {
		units[i] = fmt.Sprintf("o0000-%02d", i)
		hamlets := []poverty.Hamlet{{Code: "t1", Name: "Thôn 1"}, {Code: "t2", Name: "Thôn 2"}}
		if err := db.PutHamlets(system(ctx), poverty.RegisterScope{Cycle: cycleID(0), Unit: poverty.UnitID(units[i])}, hamlets); err != nil {
			return nil, err
		}
	}
	file := filepath.Join(s.Dir, "rows.csv")
	s.Progress("writing a file of %d rows", x.Rows)
	if err := writeFile(file, x.Rows, units); err != nil {
		return nil, err
	}
	for _, sql := range []string{
		"create table plain (like households including all excluding identity excluding statistics)",
		"alter table plain alter column saved_at set default '2026-01-01', alter column cycle_id set default 'o0000:2026'",
		"create sequence plain_id", "alter table plain alter column id set default nextval('plain_id')", "checkpoint",
	} {
		if err := s.exec(ctx, sql); err != nil {
			return nil, err
		}
	}
	s.Progress("importing")
	began := time.Now()
	done, err := db.ImportHouseholds(system(ctx), poverty.RegisterScope{Cycle: cycleID(0), Basis: "dựng lên"}, readFile(file), func(n int) {
		if n%100_000 == 0 {
			s.Progress("%d rows read", n)
		}
	})
	if err != nil {
		return nil, err
	}
	ours := time.Since(began)
	if err := s.exec(ctx, "checkpoint"); err != nil {
		return nil, err
	}
	s.Progress("copying")
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	began = time.Now()
	if _, err := s.Super.PgConn().CopyFrom(ctx, in, "copy plain ("+strings.Join(fileColumns, ", ")+") from stdin (format csv, force_not_null (policy_group, note))"); err != nil {
		return nil, err
	}
	plain := time.Since(began)
	r.Figures["import_s"], r.Figures["copy_s"] = seconds(ours), seconds(plain)
	r.Ratios["ours_over_copy"] = ratio(ours.Seconds(), plain.Seconds())
	r.Counts["rows"], r.Counts["added"] = done.Read, done.Added
	return r, nil
}

func writeFile(name string, rows int, units []string) error {
	out, err := os.Create(name)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriter(out)
	w := csv.NewWriter(buffer)
	for i := range rows {
		_ = w.Write(madeUp(i, units[i%len(units)])) // Error tells below
	}
	w.Flush()
	return errors.Join(w.Error(), buffer.Flush(), out.Close())
}

// readFile reads the rows of a file that writeFile wrote.
func readFile(name string) iter.Seq2[poverty.Household, error] {
	list := func(s string) []string {
		if s = strings.Trim(s, "{}"); s == "" {
			return nil
		}
		return strings.Split(s, ",")
	}
	count := func(s string) int { n, _ := strconv.Atoi(s); return n }
	return func(yield func(poverty.Household, error) bool) {
		in, err := os.Open(name)
		if err != nil {
			yield(poverty.Household{}, err)
			return
		}
		defer in.Close()
		r := csv.NewReader(bufio.NewReader(in))
		r.ReuseRecord = true
		for {
			c, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(poverty.Household{}, err)
				return
			}
			if !yield(poverty.Household{
				Unit: poverty.UnitID(c[0]), Hamlet: c[1], Code: c[2], Head: c[3], HeadBorn: count(c[4]), HeadFemale: c[5] == "true", IDNumber: c[6], HealthCard: c[7],
				Members: count(c[8]), Children: count(c[9]), Workers: count(c[10]), Ethnic: c[11] == "true", ProductionLand: count(c[12]), Income: int64(count(c[13])),
				Deprived: list(c[14]), Declared: poverty.Class(c[15]), PolicyGroup: poverty.PolicyGroup(c[16]), Causes: list(c[17]), Needs: list(c[18]), Note: c[19],
			}, nil) {
				return
			}
		}
	}
}
