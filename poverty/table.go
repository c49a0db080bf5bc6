package poverty

// Table is a table of a page on its way into a workbook.
type Table struct {
	Title string
	Head  int // rows of headings
	Rows  [][]TableCell
}

// TableCell is a cell: a value where it is a number (int, int64, float64), a day
// (calendar.Date) or an instant (time.Time), else the text.
type TableCell struct {
	Text    string
	Value   any
	Percent bool // the number is of a hundred
	Places  int  // that are always shown after the point; 0 shows as many as there are
	Span    int  // columns that it takes
}
