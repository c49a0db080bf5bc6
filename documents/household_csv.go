package documents

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"dondoc/poverty"
)

// HouseholdCSV is a register being read from a CSV file.
type HouseholdCSV struct {
	r     io.Reader
	h     *householdReader
	found HouseholdFindings
}

// ReadHouseholdsCSV reads a register from a CSV file in UTF-8 that has the
// columns of the workbook, with commas, semicolons or tabs between. Nothing is
// read before Rows is ranged over.
func ReadHouseholdsCSV(r io.Reader, o HouseholdSheet, progress func(row int)) *HouseholdCSV {
	return &HouseholdCSV{r: r, h: newHouseholdReader(o, true, progress)}
}

// Found returns everything that is wrong with the file, once Rows came to its
// end. Where Whole is set, nothing that was handed out can be kept. A household
// that was handed out before one with the same code was met is in Withdrawn:
// who stores good rows only takes it back.
func (c *HouseholdCSV) Found() HouseholdFindings { return c.found }

// Rows hands out the good rows as they are read, once. The error, with which
// it ends, is of the reader alone.
func (c *HouseholdCSV) Rows() iter.Seq2[HouseholdRow, error] {
	return func(yield func(HouseholdRow, error) bool) {
		err := c.read(func(r HouseholdRow) bool { return yield(r, nil) })
		if err != nil && !errors.Is(err, errStopped) {
			yield(HouseholdRow{}, err)
		}
	}
}

// ReadGoodHouseholdsCSV is [ReadHouseholdsCSV] all at once: the good rows in
// order, without those that were taken back, and everything that is wrong.
func ReadGoodHouseholdsCSV(r io.Reader, o HouseholdSheet, progress func(row int)) ([]HouseholdRow, HouseholdFindings, error) {
	reader := ReadHouseholdsCSV(r, o, progress)
	var rows []HouseholdRow
	for row, err := range reader.Rows() {
		if err != nil {
			return nil, reader.Found(), err
		}
		rows = append(rows, row)
	}
	found := reader.Found()
	if found.Whole {
		return nil, found, nil
	}
	return slices.DeleteFunc(rows, func(r HouseholdRow) bool {
		_, again := slices.BinarySearch(found.Withdrawn, r.Row)
		return again
	}), found, nil
}

var errStopped = errors.New("the reader wants no more rows")

func (c *HouseholdCSV) read(each func(HouseholdRow) bool) error {
	h := c.h
	guard := &sized{c.r, maxToken, errEndless}
	buffered := bufio.NewReaderSize(guard, 64<<10)
	head, err := buffered.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if key := notCSV(head); key != "" {
		h.whole(0, "", key)
		c.found = h.end()
		return nil
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		if _, err := buffered.Discard(len("\ufeff")); err != nil {
			return err
		}
	}
	in := csv.NewReader(buffered)
	in.FieldsPerRecord, in.ReuseRecord, in.Comma = -1, true, separator(head)
	row := sheetRow{}
	line, inCells, previous := 0, 0, 0 // line breaks inside cells: a spreadsheet does not count them
	for !h.stop {
		guard.left = maxToken
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			h.whole(max(bad.StartLine-inCells, 1), "", "workbook.bad_csv")
			break
		}
		if errors.Is(err, errEndless) {
			h.whole(line+1, "", "workbook.bad_csv")
			break
		}
		if err != nil {
			return err
		}
		start, _ := in.FieldPos(0)
		line = start - inCells
		row.n, row.cells = line, row.cells[:0]
		for i, cell := range cells {
			if i >= maxColumns {
				h.whole(line, "", "workbook.bad_csv")
				h.stop = true
				break
			}
			if cell == "" {
				row.cells = append(row.cells, sheetCell{})
				continue
			}
			inCells += strings.Count(cell, "\n")
			row.cells = append(row.cells, sheetCell{kind: plainCell, s: cell})
		}
		if h.headRow == 0 && slices.ContainsFunc(cells, func(s string) bool { return !utf8.ValidString(s) }) {
			h.whole(line, "", oldBytes(cells))
			h.stop = true
		}
		if line <= previous || h.stop {
			continue
		}
		previous = line
		if house, ok := h.row(row); ok && !h.found.Whole {
			if !each(HouseholdRow{line, copied(house)}) {
				return errStopped
			}
		}
	}
	c.found = h.end()
	return nil
}

// copied returns the household with texts of its own: those of a record share
// one string, which a single kept name would keep whole.
func copied(h poverty.Household) poverty.Household {
	for _, s := range []*string{&h.Code, &h.Head, &h.IDNumber, &h.HealthCard, &h.CauseOther, &h.Health, &h.Note} {
		*s = strings.Clone(*s)
	}
	return h
}

// separator returns the sign that stands most often in the first line.
func separator(head []byte) rune {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	best := ','
	for _, r := range []rune{';', '\t'} {
		if bytes.Count(first, []byte(string(r))) > bytes.Count(first, []byte(string(best))) {
			best = r
		}
	}
	return best
}

// notCSV looks at the first bytes of what was handed in as CSV.
func notCSV(head []byte) (key string) {
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return "workbook.empty"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, oleHead):
		return "workbook.is_workbook"
	case bytes.HasPrefix(bytes.ToLower(head), []byte("%pdf")):
		return "workbook.pdf"
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}), bytes.IndexByte(head, 0) >= 0:
		return "workbook.not_utf8_file"
	}
	return ""
}

// oldBytes says in which encoding the bytes of a file seem to be that is not
// in UTF-8.
func oldBytes(cells []string) (key string) {
	for _, cell := range cells {
		latin := make([]rune, 0, len(cell))
		for i := range len(cell) {
			latin = append(latin, rune(cell[i]))
		}
		switch legacyText(string(latin), "") {
		case encodingTCVN3:
			return "workbook.tcvn3_file"
		case encodingVNI:
			return "workbook.vni_file"
		}
	}
	return "workbook.not_utf8_file"
}
