// Package dbtest gives tests databases of their own, on both engines, and
// something to put into them.
//
// A SQLite database is a file in the test's directory; a PostgreSQL one is made
// from a migrated template in a cluster that the test binary starts for itself
// and that ends with it. Nothing is shared between tests: they run in parallel.
package dbtest
