package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dondoc/documents"
	"dondoc/internal/browser"
	"dondoc/poverty"
)

// BenchmarkUpload takes a district's register of 15.000 households from a
// workbook by the page, as a commune's officer does, and the same file again:
//
//	make test PKG=./internal/browser ARGS="-run '^$' -bench Upload -benchtime 1x"
//
// It reports the seconds until it was checked and until it was stored, and the
// most memory that the process that serves has held.
func BenchmarkUpload(b *testing.B) {
	const rows = 15_000
	site := browser.Start(b, browser.Options{Unlived: true})
	scope := poverty.RegisterScope{Cycle: site.Cycle, Unit: "thuong-long", Basis: "đo"}
	if err := site.Store.ReopenRegister(site.System(), scope); err != nil {
		b.Fatal(err)
	}
	hamlets, err := site.Store.Hamlets(site.System(), scope.Unit)
	if err != nil || len(hamlets) == 0 {
		b.Fatal(hamlets, err)
	}
	file := filepath.Join(b.TempDir(), "ho.xlsx")
	cycle, err := site.Store.Cycle(site.System(), site.Cycle)
	if err != nil {
		b.Fatal(err)
	}
	standard, _ := cycle.Standard()
	out, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	err = documents.WriteHouseholds(out, func(yield func(poverty.Household, error) bool) {
		for i := range rows {
			h := poverty.Household{
				Unit: scope.Unit, Hamlet: hamlets[i%len(hamlets)].Code, Code: fmt.Sprintf("B-%05d", i), Head: fmt.Sprintf("Hộ ví dụ %d", i),
				HeadBorn: 1940 + i%60, Members: 1 + i%8, Workers: i % 2, Income: int64(500_000 + 1000*(i%2000)), Declared: poverty.ClassPoor,
				Causes: []string{"capital"}, Needs: []string{"housing", "water"}, IDNumber: fmt.Sprintf("0450640%05d", i),
			}
			if !yield(h, nil) {
				return
			}
		}
	}, documents.HouseholdExport{Sensitive: true, HouseholdSheet: documents.HouseholdSheet{
		Cycle: site.Cycle, Units: []poverty.Unit{{ID: scope.Unit, Name: "UBND xã Thượng Long"}}, Hamlets: hamlets, Standard: standard,
	}})
	if err != nil || out.Close() != nil {
		b.Fatal(err)
	}
	officer := site.SignIn("thuonglong.canbo")
	upload := func() time.Duration {
		officer.Open(site.Path + "/units/thuong-long/households/import")
		officer.Attach("file", file)
		begin := time.Now()
		officer.Press("Tải lên và kiểm tra")
		officer.Sees("Hộ trong tệp")
		return time.Since(begin)
	}
	var checked, stored, again time.Duration
	for b.Loop() {
		checked += upload()
		begin := time.Now()
		officer.Press("Lưu 15.000 hộ")
		officer.Sees("thêm 15.000")
		stored += time.Since(begin)
		again += upload()
		officer.Sees("không có gì để lưu")
	}
	b.ReportMetric(checked.Seconds()/float64(b.N), "s/check")
	b.ReportMetric(stored.Seconds()/float64(b.N), "s/store")
	b.ReportMetric(again.Seconds()/float64(b.N), "s/again")
	b.ReportMetric(site.Peak(), "MB-peak")
}
