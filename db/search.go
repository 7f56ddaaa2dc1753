package db

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Limits of the search's index: a message's first words, each up to so many
// bytes; longer words are found by their beginning.
const (
	maxTerms     = 64
	maxTermBytes = 32
	minSuffix    = 4 // digits
	maxWords     = 6 // of a search
)

// Of the rarest word's conversations so many are looked at for the others, and
// of those that match so many are sorted by urgency: a search for words that
// nearly every conversation has costs no more than this.
const (
	searchWidth = 2000
	searchDepth = 1000
)

// Terms splits a text into the words it is found by: folded, letters and digits.
func Terms(text string) []string {
	words := strings.FieldsFunc(Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var terms []string
	for _, w := range words {
		if w = cut(w); !slices.Contains(terms, w) {
			terms = append(terms, w)
		}
		if len(terms) == maxTerms {
			break
		}
	}
	return terms
}

// cut shortens a word to maxTermBytes, between characters.
func cut(w string) string {
	if len(w) <= maxTermBytes {
		return w
	}
	end := maxTermBytes
	for end > 0 && w[end]&0xc0 == 0x80 {
		end--
	}
	return w[:end]
}

// phoneTerms are a number's endings, so that any run of its digits is the
// beginning of one of them.
func phoneTerms(digits string) []string {
	var terms []string
	for i := 0; len(digits)-i >= minSuffix && len(terms) < 2*maxTermBytes; i++ {
		terms = append(terms, cut(digits[i:]))
	}
	return terms
}

// searchWords are the terms of what somebody searches for: a phone number with
// its punctuation is one.
func searchWords(search string) []string {
	search = strings.TrimSpace(search)
	number := strings.IndexFunc(search, func(r rune) bool { return !strings.ContainsRune("0123456789 ()+-./", r) }) < 0
	if digits := Digits(search); number && len(digits) >= minSuffix {
		return []string{cut(digits)}
	}
	words := Terms(search)
	return words[:min(len(words), maxWords)]
}

func (tx *Tx) indexTerms(ctx context.Context, store, conversation string, terms []string) error {
	return tx.index(ctx, "conversation", store, conversation, terms, "search_terms (store_id, conversation_id, term)")
}

// index makes something found by terms, in one statement.
func (tx *Tx) index(ctx context.Context, noun, store, id string, terms []string, into string) error {
	if len(terms) == 0 {
		return nil
	}
	a := arguments{values: []any{store, id}}
	rows := make([]string, len(terms))
	for i, term := range terms {
		rows[i] = "($1, $2, " + a.arg([]byte(term)) + ")"
	}
	_, err := tx.exec(ctx, "index "+noun+" "+id, `INSERT INTO `+into+` VALUES `+strings.Join(rows, ", ")+` ON CONFLICT DO NOTHING`, a.values...)
	return err
}

// indexContact makes a conversation found by its contact's name and phone.
func (tx *Tx) indexContact(ctx context.Context, store, conversation, contact string) error {
	c, err := tx.Contact(ctx, store, contact)
	if err != nil {
		return err
	}
	return tx.indexTerms(ctx, store, conversation, contactTerms(c))
}

func contactTerms(c Contact) []string {
	terms := append(Terms(c.Name), phoneTerms(Digits(c.Phone))...)
	slices.Sort(terms)
	return slices.Compact(terms)
}

// rarestFirst orders a search's words by how many entries of the store begin with
// them, as far as it matters.
func (q Queries) rarestFirst(ctx context.Context, store string, words []string) error {
	if len(words) < 2 {
		return nil
	}
	a := arguments{values: []any{store, searchWidth}}
	counts := make([]string, len(words))
	for i, w := range words {
		counts[i] = "SELECT " + strconv.Itoa(i) + " AS word, COUNT(*) AS n FROM (SELECT 1 AS one FROM search_terms t" +
			" WHERE t.store_id = $1 AND " + prefixed(&a, "t", w) + " LIMIT $2) AS w" + strconv.Itoa(i)
	}
	order, err := list(ctx, q, "count words", func(r row) (word int, err error) {
		var n int
		return word, r.Scan(&word, &n)
	}, strings.Join(counts, " UNION ALL ")+" ORDER BY n, word", a.values...)
	given := slices.Clone(words)
	for i, word := range order {
		words[i] = given[word]
	}
	return err
}

// searched is a SELECT of the ids of a store's conversations that have every
// word, each as the beginning of one of theirs; the first word should be the
// rarest. A range of terms stands for a LIKE, so no character of a search has a
// meaning of its own.
func searched(a *arguments, words []string) string {
	var b strings.Builder
	b.WriteString(`SELECT DISTINCT t.conversation_id AS hit FROM (SELECT first.conversation_id FROM search_terms first
	  WHERE first.store_id = $1 AND ` + prefixed(a, "first", words[0]) + ` LIMIT ` + a.arg(searchWidth) + `) AS t WHERE 1 = 1`)
	for i, w := range words[1:] {
		alias := "t" + strconv.Itoa(i)
		// Not EXISTS: PostgreSQL would make a join of it, over all that begin with the word.
		b.WriteString(` AND (SELECT 1 FROM search_terms ` + alias + ` WHERE ` + alias + `.store_id = $1 AND ` + alias +
			`.conversation_id = t.conversation_id AND ` + prefixed(a, alias, w) + ` LIMIT 1) IS NOT NULL`)
	}
	b.WriteString(` LIMIT ` + a.arg(searchDepth))
	return b.String()
}

// prefixed is the range of the terms that begin with word: no UTF-8 text holds
// the byte 0xff.
func prefixed(a *arguments, alias, word string) string {
	return alias + ".term >= " + a.arg([]byte(word)) + " AND " + alias + ".term < " + a.arg(append([]byte(word), 0xff))
}
