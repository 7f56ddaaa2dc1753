package flow

// Replay folds a conversation's log, oldest first, into its state. Only AsOf
// may differ from the live state: a new configuration moves it without a record.
func Replay(log []Record) Conversation {
	var c Conversation
	for _, rec := range log {
		c = Evolve(c, rec)
	}
	return c
}
