package flow

import "time"

// Outlook (o que vai acontecer) is what the engine will do to a conversation
// from now on if nobody writes or acts and the configuration stays, in order, at
// most limit records: the running clock's alerts and action, those of the clocks
// they start, the end of a postponement, an automatic closing. It is worked out
// by letting each timer fire in turn, so it is what Tick will do; only whom a
// redistribution will reach, and whether anybody, depends on who is there then
// and on their loads, so the outlook ends with it, its ToSeller empty. up is as in Moment.
func Outlook(r *Rules, c Conversation, now, up time.Time, limit int) []Record {
	var coming []Record
	for len(coming) < limit {
		t, ok := Next(r, c, up)
		if !ok {
			break
		}
		m := Moment{Now: t.At, Up: up, Loads: nobodyIsBusy}
		if m.Now.Before(now) {
			m.Now = now
		}
		rec := fire(r, c, t, m)
		c = Evolve(c, rec)
		if rec.Type == ActionTaken && rec.Action == Redistribute {
			rec.ToSeller = ""
			coming = append(coming, rec)
			break
		}
		coming = append(coming, rec)
	}
	return coming
}

func nobodyIsBusy(string) int { return 0 }
