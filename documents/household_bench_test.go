package documents

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"testing"

	"dondoc/poverty"
)

// BenchmarkReadHouseholds reads a register of 15.000 rows.
func BenchmarkReadHouseholds(b *testing.B) {
	src := register(b, 15_000)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		steps := 0
		rows, found, err := ReadHouseholds(bytes.NewReader(src), int64(len(src)), oneCommune(), func(int) { steps++ })
		if err != nil || len(rows) != 15_000 || len(found.Errors) > 0 || steps < 30 {
			b.Fatal(len(rows), found.Errors, err, steps)
		}
	}
	report(b)
}

// BenchmarkReadHouseholdsCSV reads 100.000 rows as they are made.
func BenchmarkReadHouseholdsCSV(b *testing.B) {
	const rows = 100_000
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		file := ReadHouseholdsCSV(csvOf(rows), oneCommune(), nil)
		for _, err := range file.Rows() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != rows {
			b.Fatal(n, file.Found().Errors)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	report(b)
}

func BenchmarkWriteHouseholds(b *testing.B) {
	for b.Loop() {
		if err := WriteHouseholds(io.Discard, many(15_000), HouseholdExport{HouseholdSheet: oneCommune(), Sensitive: true}); err != nil {
			b.Fatal(err)
		}
	}
	report(b)
}

// BenchmarkMarkHouseholds marks 3.000 faults in 15.000 rows.
func BenchmarkMarkHouseholds(b *testing.B) {
	src := register(b, 15_000)
	var found HouseholdFindings
	for i := range 3_000 {
		found.Errors = append(found.Errors, poverty.Problem{File: "Hộ", Row: 3 + 5*i, Column: "C", Key: "workbook.required", Args: []any{"name", "Họ tên"}})
	}
	for b.Loop() {
		if err := MarkHouseholds(bytes.NewReader(src), int64(len(src)), found, "vi", io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	report(b)
}

// report adds what the process took from the system.
func report(b *testing.B) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/(1<<20), "MB-sys")
}

// csvOf makes a CSV file as it is read.
func csvOf(rows int) io.Reader {
	r, w := io.Pipe()
	go func() {
		out := csv.NewWriter(w)
		out.Write([]string{"hamlet", "code", "head", "head_born", "id_number", "members", "children", "elderly", "workers", "income", "declared", "cause.capital", "need.livestock"})
		for i := range rows {
			out.Write([]string{"t" + strconv.Itoa(1+i%3), fmt.Sprintf("%07d", i), fmt.Sprintf("Nguyễn Văn Ước %d", i), strconv.Itoa(1950 + i%40), fmt.Sprintf("045%09d", i), "4", "1", "1", "2", "1200000", "Hộ nghèo", "x", "x"})
		}
		out.Flush()
		w.CloseWithError(out.Error())
	}()
	return r
}
