package ui

// ScoresProps describe a few numbers by row and column, narrow enough for a panel.
type ScoresProps struct {
	Caption string
	// Columns name what stands in each row, its head first.
	Columns []string
	Rows    []Score
}

// Score is a row: what is counted, and a number for each other column.
type Score struct {
	Label string
	// Icon and Tone mark the row.
	Icon  IconName
	Tone  Tone
	Cells []ScoreCell
}

// ScoreCell is a number, with a remark beside it.
type ScoreCell struct{ Text, Note string }
