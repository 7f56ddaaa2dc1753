package flow

import (
	"encoding/json"
	"strconv"
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
	if r.problem == "" {
		r.problem = what + " at byte " + strconv.Itoa(r.pos+1)
	}
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
func (r *reader) object(member func(key string)) {
	if !r.take('{') {
		r.fail("expected an object")
		return
	}
	if r.take('}') {
		return
	}
	for r.problem == "" {
		r.space()
		key := r.string()
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
func (r *reader) string() string {
	if r.pos >= len(r.src) || r.src[r.pos] != '"' {
		r.fail("expected text in quotes")
		return ""
	}
	start := r.pos
	plain := true
	for i := start + 1; i < len(r.src); i++ {
		switch b := r.src[i]; {
		case b == '"':
			r.pos = i + 1
			if plain {
				return string(r.src[start+1 : i])
			}
			return r.unquote(start)
		case b == '\\':
			plain = false
			i++
		case b < ' ':
			r.pos = i
			r.fail("control character in text")
			return ""
		case b >= utf8.RuneSelf:
			plain = false
		}
	}
	r.fail("text without its closing quote")
	return ""
}

// unquote decodes the string between start and the present position.
func (r *reader) unquote(start int) string {
	raw := r.src[start:r.pos]
	var s string
	if !utf8.Valid(raw) {
		r.fail("invalid UTF-8")
	} else if json.Unmarshal(raw, &s) != nil {
		r.fail("invalid escape in text")
	}
	return s
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
	r.object(func(key string) {
		n.keys = append(n.keys, key)
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
