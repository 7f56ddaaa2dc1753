package db

import (
	"slices"
	"strconv"
	"strings"
)

// arguments builds a statement's parameters: arg returns the $n of a value.
type arguments struct{ values []any }

func (a *arguments) arg(v any) string {
	a.values = append(a.values, v)
	return "$" + strconv.Itoa(len(a.values))
}

// in is "IN ($1, $2)" of the values, or a condition that no row meets.
func in[T any](a *arguments, values []T) string {
	if len(values) == 0 {
		return "IN (NULL)"
	}
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = a.arg(v)
	}
	return "IN (" + strings.Join(marks, ", ") + ")"
}

// evenly divides values into chunks of one size, the last of them filled up with its
// last value, so that a statement of any number of values has one text.
func evenly[T any](values []T, size int) [][]T {
	var chunks [][]T
	for some := range slices.Chunk(values, size) {
		some = slices.Clone(some)
		for len(some) < size {
			some = append(some, some[len(some)-1])
		}
		chunks = append(chunks, some)
	}
	return chunks
}

// placeholders is "$from, …, $to".
func placeholders(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		if i > from {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i))
	}
	return b.String()
}

// maxUnion is how many SELECTs SQLite takes in one compound.
const maxUnion = 500

// union is all rows of the parts, however many there are; tail orders and bounds
// those of some of them as it does, once more, those of all.
func union(parts []string, tail string) string {
	if len(parts) <= maxUnion {
		return strings.Join(parts, " UNION ALL ")
	}
	var groups []string
	for some := range slices.Chunk(parts, maxUnion) {
		groups = append(groups, "SELECT * FROM ("+union(some, "")+tail+") AS u"+strconv.Itoa(len(groups)))
	}
	return union(groups, tail)
}

// MaxPage is the most rows a paged list returns at once.
const MaxPage = 200

// pageLimit makes a wanted number of rows one that is allowed.
func pageLimit(n int) int {
	if n < 1 || n > MaxPage {
		return MaxPage
	}
	return n
}
