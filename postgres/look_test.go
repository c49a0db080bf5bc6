package postgres_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/blobs"
	"dondoc/postgres"
	"dondoc/poverty"
)

func TestDB_reads_of_one_look_see_one_moment(t *testing.T) {
	f := running(t)
	ctx, end := f.Look(f.as("thuongtruc.canbo"))
	board := func() int {
		t.Helper()
		b, err := f.Board(ctx, namDong)
		f.must(err)
		return b.Owed
	}
	before := board()
	f.exec("update duties set state = 'excused' where cycle_id = $1", namDong)
	if got := board(); before == 0 || got != before {
		t.Errorf("within the look %d are owed, before %d", got, before)
	}
	end()
	if got := board(); got != 0 {
		t.Errorf("after the look %d are owed", got)
	}
	end()
}

func TestDB_what_the_program_may_read_ends_with_the_read_that_needed_it(t *testing.T) {
	f := running(t)
	const commune = "thuonglong.canbo"
	mine, err := f.Duties(f.as(commune), poverty.DutyFilter{Cycle: namDong})
	f.must(err)
	all, err := f.Duties(f.system(), poverty.DutyFilter{Cycle: namDong})
	f.must(err)
	if len(mine) == 0 || len(mine) == len(all) {
		t.Fatalf("the commune reads %d of %d duties", len(mine), len(all))
	}
	ctx, end := f.Look(f.as(commune))
	defer end()
	_, err = f.Rates(ctx, poverty.RateFilter{Cycle: namDong})
	f.must(err)
	got, err := f.Duties(ctx, poverty.DutyFilter{Cycle: namDong})
	f.must(err)
	if diff := cmp.Diff(mine, got); diff != "" {
		t.Errorf("after counting what all did, the commune reads other duties (-before +after):\n%s", diff)
	}
}

func TestDB_a_look_is_of_who_began_it(t *testing.T) {
	f := running(t)
	ctx, end := f.Look(f.as("thuongtruc.canbo"))
	defer end()
	all, err := f.Duties(ctx, poverty.DutyFilter{Cycle: namDong})
	f.must(err)
	other, ok := poverty.ActorFrom(f.as("thuonglong.canbo"))
	if !ok {
		t.Fatal("no actor")
	}
	got, err := f.Duties(poverty.WithActor(ctx, other), poverty.DutyFilter{Cycle: namDong})
	f.must(err)
	mine, err := f.Duties(f.as("thuonglong.canbo"), poverty.DutyFilter{Cycle: namDong})
	f.must(err)
	if diff := cmp.Diff(mine, got); diff != "" || len(mine) == len(all) {
		t.Errorf("another person under the same look reads (-own +got):\n%s", diff)
	}
}

func TestDB_a_look_goes_on_after_a_read_that_failed_and_lets_writes_be_written(t *testing.T) {
	f := running(t)
	f.advance("2018-05-20 09:00")
	ctx, end := f.Look(f.as("congan.truong"))
	defer end()
	list, err := f.Inbox(ctx, poverty.InboxFilter{Unread: true})
	f.must(err)
	if len(list) == 0 {
		t.Fatal("nothing was told")
	}
	_, err = f.Duty(ctx, 1<<60)
	f.wantKind(err, poverty.NotFound, "duty.not_found")
	if _, err := f.ReadNotice(ctx, list[0].ID); err != nil {
		t.Errorf("reading a notice, which notes that it was read: %v", err)
	}
	again, err := f.Inbox(ctx, poverty.InboxFilter{Unread: true})
	f.must(err)
	if len(again) != len(list)-1 {
		t.Errorf("%d are unread of %d", len(again), len(list))
	}
	broken, stop := f.Look(f.as("congan.truong"))
	defer stop()
	if _, err := f.Duties(broken, poverty.DutyFilter{Cycle: "\x00"}); err == nil {
		t.Fatal("a character that PostgreSQL does not store is looked for")
	}
	if _, err := f.Duties(broken, poverty.DutyFilter{Cycle: namDong}); err != nil {
		t.Errorf("after a query that failed: %v", err)
	}
}

// watchedBlobs notes how many connections are in use while a blob is read.
type watchedBlobs struct {
	poverty.Blobs
	db    *postgres.DB
	inUse []int32
}

func (b *watchedBlobs) Read(ctx context.Context, key string) ([]byte, error) {
	b.inUse = append(b.inUse, b.db.Pool().AcquiredConns())
	return b.Blobs.Read(ctx, key)
}

func TestDB_an_attachment_is_read_without_a_connection(t *testing.T) {
	f, c, _ := delivered(t)
	a, err := f.Attach(f.as(police), upload(poverty.SubjectComponent, int64(c.ID), "a.jpg", photo))
	f.must(err)
	folder, err := blobs.Open(t.Context(), f.files)
	f.must(err)
	defer folder.Close()
	files := &watchedBlobs{Blobs: folder}
	files.db, err = postgres.Open(t.Context(), f.url, postgres.Options{Now: f.clock, Conns: 2, Blobs: files})
	f.must(err)
	defer files.db.Close()
	ctx, end := files.db.Look(f.as(police))
	defer end()
	_, content, err := files.db.AttachmentContent(ctx, a.ID)
	f.must(err)
	if string(content) != photo || len(files.inUse) != 1 || files.inUse[0] != 0 {
		t.Errorf("%q, connections in use %v", content, files.inUse)
	}
}
