package web_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// yearOfFigures are a year of a million conversations, each with two answers, of 20
// teams, 100 sellers and 4 channels, in the figures that the loop would have summed.
func yearOfFigures(o *office, until time.Time) map[db.FigureKey]*db.Figures {
	const conversations = 1_000_000
	random := rand.New(rand.NewPCG(1, 26))
	sums := map[db.FigureKey]*db.Figures{}
	add := func(kind db.FigureKind, id, day string, hour int, f db.Figures) {
		for _, span := range []string{day, day[:len("2006-01")]} {
			for _, hours := range []bool{false, true} {
				if hours && kind != db.OfStore {
					continue // the whole store's week is what the page shows
				}
				key := db.FigureKey{Store: o.ID, Kind: kind, Span: span, ID: id, Hours: hours, Hour: map[bool]int{true: hour}[hours]}
				if sums[key] == nil {
					sums[key] = &db.Figures{}
				}
				sums[key].Merge(f)
			}
		}
	}
	for i := range conversations {
		at := until.Add(-time.Duration(random.IntN(365*10)) * time.Hour / 10 * 24)
		hour := int(at.Weekday())*24 + 8 + random.IntN(12)
		seller := o.Sellers[i%len(o.Sellers)]
		var f db.Figures
		for turn := range 2 {
			took := time.Duration(math.Exp(5.5+1.4*random.NormFloat64()) * float64(time.Second))
			for _, t := range []*db.Took{&f.First, &f.Answer, &f.Held}[min(turn, 1):] {
				t.Real.Add(took)
				t.Business.Add(took / 2)
			}
			f.Green++
		}
		day := at.Format(time.DateOnly)
		add(db.OfStore, "", day, hour, f)
		add(db.OfTeam, seller.Teams[0], day, hour, f)
		add(db.OfSeller, seller.ID, day, hour, f)
		add(db.OfChannel, fmt.Sprintf("canal %03d", i%4), day, hour, f)
	}
	return sums
}

// BenchmarkRelatorios is the server's time for Relatórios over a year of a million
// conversations, in whole months and with days at both ends.
func BenchmarkRelatorios(b *testing.B) {
	o := newOffice(b, dbtest.SeedSize{Open: 1000, Teams: 20, Sellers: 100, Channels: 4})
	until := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	sums := yearOfFigures(o, until)
	mustDo(b, o.DB.Tx(b.Context(), func(tx *db.Tx) error { return tx.AddFigures(b.Context(), sums) }))
	cookie := o.member(b, o.Sellers[7], db.Supervisor)
	var requests []*http.Request
	for _, address := range []string{"?de=2025-11-26&ate=2026-11-25", "?de=2025-12-01&ate=2026-11-30&relogio=comercial&medida=resposta",
		"?periodo=30", "?periodo=90", "?de=2025-11-26&ate=2026-11-25&quem=team:" + o.Teams[3].ID} {
		requests = append(requests, ask(b.Context(), "/relatorios"+address, cookie, false))
	}
	first, _ := timed(b, o.front.Handler(), requests[0]) // nothing has been read yet
	for b.Loop() {
		o.measure(b, requests)
	}
	b.ReportMetric(first.Seconds()*1000, "first-ms")
}
