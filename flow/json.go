package flow

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// The engine's documents are read strictly: no unknown or repeated keys, no
// other JSON types than the ones asked for, no invalid UTF-8. encoding/json
// forgives all of these, hence this small reader of its own.

// node is a JSON value. Numbers keep only that they are numbers: the documents
// have none.
type node struct {
	kind   byte // '{' '[' '"' 't' 'f' 'n' '0'
	text   string
	keys   []string
	values []node // an object's or array's
}

var kindNames = map[byte]string{
	'{': "an object", '[': "a list", '"': "text", 't': "true or false", 'f': "true or false",
}

const maxDepth = 32

// reader walks a JSON text. After a failure its problem is set and it stays there.
type reader struct {
	src     []byte
	pos     int
	problem string
}

func (r *reader) fail(what string) {
	if r.problem != "" {
		return
	}
	before := r.src[:r.pos]
	where := " at byte " + strconv.Itoa(r.pos-bytes.LastIndexByte(before, '\n'))
	if lines := bytes.Count(before, []byte{'\n'}); lines > 0 || bytes.IndexByte(r.src, '\n') >= 0 {
		where += " of line " + strconv.Itoa(lines+1)
	}
	r.problem = what + where
}

func (r *reader) space() {
	for r.pos < len(r.src) {
		switch r.src[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// take steps over b, after white space, and tells whether it was there.
func (r *reader) take(b byte) bool {
	r.space()
	if r.pos < len(r.src) && r.src[r.pos] == b {
		r.pos++
		return true
	}
	return false
}

// end requires that nothing but white space is left.
func (r *reader) end() {
	r.space()
	if r.problem == "" && r.pos < len(r.src) {
		r.fail("unexpected text")
	}
}

// object calls member for every key, standing before its value; keys must differ.
func (r *reader) object(member func(key []byte)) {
	if !r.take('{') {
		r.fail("expected an object")
		return
	}
	if r.take('}') {
		return
	}
	for r.problem == "" {
		r.space()
		key := r.text()
		if !r.take(':') {
			r.fail("expected a colon")
			return
		}
		member(key)
		if r.problem != "" || r.take('}') {
			return
		}
		if !r.take(',') {
			r.fail("expected a comma or a closing brace")
		}
	}
}

// string reads a string that begins right here.
func (r *reader) string() string { return string(r.text()) }

// text is string without a copy where the source holds the text as it is.
func (r *reader) text() []byte {
	if r.pos >= len(r.src) || r.src[r.pos] != '"' {
		r.fail("expected text in quotes")
		return nil
	}
	start := r.pos + 1
	escaped, ascii := false, true
	for i := start; i < len(r.src); i++ {
		switch b := r.src[i]; {
		case b == '"':
			raw := r.src[start:i]
			if !ascii && !utf8.Valid(raw) {
				r.fail("invalid UTF-8 in the text that begins")
				return nil
			}
			if escaped {
				raw = r.unescape(raw)
			}
			r.pos = i + 1
			return raw
		case b == '\\':
			escaped = true
			i++
		case b < ' ':
			r.pos = i
			r.fail("control character in text")
			return nil
		case b >= utf8.RuneSelf:
			ascii = false
		}
	}
	r.fail("no closing quote for the text that begins")
	return nil
}

// unescape decodes a string's escapes. A surrogate without its other half is
// no character, so it is refused: two different ids must not become one.
func (r *reader) unescape(raw []byte) []byte {
	text := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		if raw[0] != '\\' {
			text, raw = append(text, raw[0]), raw[1:]
			continue
		}
		char, size := escapeAt(raw)
		if size == 0 {
			r.fail("invalid escape in the text that begins")
			return nil
		}
		text, raw = utf8.AppendRune(text, char), raw[size:]
	}
	return text
}

var escapes = map[byte]rune{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// escapeAt decodes the escape that raw begins with, and returns how long it
// is; 0 for an invalid one.
func escapeAt(raw []byte) (char rune, size int) {
	if char, ok := escapes[raw[1]]; ok {
		return char, 2
	}
	char, ok := unicodeEscape(raw)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(char) {
		return char, 6
	}
	low, ok := unicodeEscape(raw[6:])
	if char = utf16.DecodeRune(char, low); !ok || char == utf8.RuneError {
		return 0, 0
	}
	return char, 12
}

// unicodeEscape reads the \uXXXX that raw begins with.
func unicodeEscape(raw []byte) (rune, bool) {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	return rune(n), err == nil
}

// value reads any value; depth is how deep it stands.
func (r *reader) value(depth int) node {
	r.space()
	if r.pos >= len(r.src) {
		r.fail("unexpected end")
		return node{}
	}
	if depth > maxDepth {
		r.fail("nested too deeply")
		return node{}
	}
	switch b := r.src[r.pos]; b {
	case '{':
		return r.objectNode(depth)
	case '[':
		return r.list(depth)
	case '"':
		return node{kind: '"', text: r.string()}
	default:
		return r.literal()
	}
}

func (r *reader) objectNode(depth int) node {
	n := node{kind: '{'}
	r.object(func(key []byte) {
		n.keys = append(n.keys, string(key))
		n.values = append(n.values, r.value(depth+1))
	})
	return n
}

func (r *reader) list(depth int) node {
	n := node{kind: '['}
	r.pos++
	if r.take(']') {
		return n
	}
	for r.problem == "" {
		n.values = append(n.values, r.value(depth+1))
		if r.problem != "" || r.take(']') {
			return n
		}
		if !r.take(',') {
			r.fail("expected a comma or a closing bracket")
		}
	}
	return n
}

// literal reads true, false, null or a number.
func (r *reader) literal() node {
	start := r.pos
	for r.pos < len(r.src) && isLiteral(r.src[r.pos]) {
		r.pos++
	}
	word := r.src[start:r.pos]
	if len(word) == 0 || !json.Valid(word) {
		r.pos = start
		r.fail("unexpected text")
		return node{}
	}
	kind := word[0]
	if kind == '-' || kind >= '0' && kind <= '9' {
		kind = '0'
	}
	return node{kind: kind}
}

func isLiteral(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '-' || b == '+' || b == '.' || b == 'E'
}
