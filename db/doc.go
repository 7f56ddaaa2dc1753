// Package db keeps everything Semáforo must not forget, in a SQLite file or in
// PostgreSQL: SQL and nothing else. It decides nothing about conversations.
//
// What it guarantees:
//
//   - Exactly once. A conversation's events have the primary key (store,
//     conversation, seq) and its row carries the same seq: of two writers who
//     both mean to append seq 8, one gets [ErrChanged] and nothing is written.
//   - All or nothing. Everything that writes is a method of [Tx], and one
//     [DB.Tx] is one transaction; what it leaves for [Tx.AfterCommit] runs only
//     when the transaction is durable, and never otherwise.
//   - One store. Every row names its store, every query takes it first (but the
//     few that find out whose a row is: a session, a token, a login, what is
//     due) and every foreign key includes it.
//   - One writer process per SQLite file: [Open] holds an operating system lock
//     for as long as the database is open.
//   - One text per query. Both engines run the same statements; what differs is
//     in db.go, and the tests run every query on both.
//   - Time is an argument. No statement asks the database what time it is.
//
// Reads are methods of [Queries], which [DB] embeds over its readers, [Tx] over
// its transaction and [DB.Snapshot] hands over one unchanging view. Rows are
// always read to the end before a method returns.
//
// Times in Go are time.Time in UTC, truncated to microseconds when stored; the
// zero time is the empty field and is NULL in the database ([Instant]).
package db
