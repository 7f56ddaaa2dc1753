// Package historyview draws the import of past conversations: the file, what is wrong with it line by line, what it
// would bring, how far it has come, and what was imported before.
package historyview
