// Package errorview draws what stands in place of a page that is not there, is
// not for this person, or broke. It says what to do next.
package errorview
