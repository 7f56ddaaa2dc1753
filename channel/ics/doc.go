// Package ics reads the days of an iCalendar file (RFC 5545, .ics): the holidays
// that a city, a state or somebody's calendar publishes. It reads what a list of
// days needs (whole days, ranges, yearly ones) and says by line what it does not
// follow; nothing is taken for something else in silence.
package ics
