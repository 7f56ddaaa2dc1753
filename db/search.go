package db

import (
	"context"
	"slices"
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

// searchDepth is how many conversations that match are sorted by urgency; of
// more, it is any so many of them.
const searchDepth = 2000

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
	// The longest are the rarest, most often.
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words[:min(len(words), maxWords)]
}

func (tx *Tx) indexTerms(ctx context.Context, store, conversation string, terms []string) error {
	for _, term := range terms {
		_, err := tx.exec(ctx, "index conversation "+conversation,
			`INSERT INTO search_terms (store_id, conversation_id, term) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			store, conversation, []byte(term))
		if err != nil {
			return err
		}
	}
	return nil
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

// searched is a SELECT of the ids of a store's conversations that have every
// word, each as the beginning of one of theirs. A range of terms stands for a
// LIKE, so no character of a search has a meaning of its own.
func searched(a *arguments, store string, words []string) string {
	var b strings.Builder
	b.WriteString(`SELECT DISTINCT t.conversation_id AS hit FROM search_terms t WHERE t.store_id = ` + store +
		` AND ` + prefixed(a, "t", words[0]))
	for i, w := range words[1:] {
		alias := "t" + string(rune('a'+i))
		b.WriteString(` AND EXISTS (SELECT 1 FROM search_terms ` + alias + ` WHERE ` + alias + `.store_id = ` + store +
			` AND ` + alias + `.conversation_id = t.conversation_id AND ` + prefixed(a, alias, w) + `)`)
	}
	b.WriteString(` LIMIT ` + a.arg(searchDepth))
	return b.String()
}

// prefixed is the range of the terms that begin with word: no UTF-8 text holds
// the byte 0xff.
func prefixed(a *arguments, alias, word string) string {
	return alias + ".term >= " + a.arg([]byte(word)) + " AND " + alias + ".term < " + a.arg(append([]byte(word), 0xff))
}
