// Package api reads the documents that callers of the HTTP API send, strictly.
//
// [Read] takes a JSON object with the fields that are asked for and no others:
// what is no JSON, repeats a key, has a key nobody asked for or a value of
// another type is [Malformed]; what has a value that may not be is [Invalid],
// which lists every such field. Nothing is guessed, coerced or dropped.
package api
