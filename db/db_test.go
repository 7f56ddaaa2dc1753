package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestAfterCommit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var said []string
		write(t, d, func(tx *db.Tx) error {
			tx.AfterCommit(func() { said = append(said, "first") })
			tx.AfterCommit(func() { said = append(said, "second") })
			if len(said) > 0 {
				t.Error("announced before commit")
			}
			return tx.InsertStore(ctx, db.Store{ID: "x", Slug: "x", CreatedAt: dbtest.Start})
		})
		diff(t, said, []string{"first", "second"})

		boom := errors.New("boom")
		err := d.Tx(ctx, func(tx *db.Tx) error {
			tx.AfterCommit(func() { t.Error("announced what was rolled back") })
			if err := tx.InsertStore(ctx, db.Store{ID: "y", Slug: "y", CreatedAt: dbtest.Start}); err != nil {
				return err
			}
			return boom
		})
		wantError(t, err, boom)
		func() {
			defer func() { _ = recover() }()
			_ = d.Tx(ctx, func(tx *db.Tx) error { // it panics
				if err := tx.InsertStore(ctx, db.Store{ID: "z", Slug: "z", CreatedAt: dbtest.Start}); err != nil {
					return err
				}
				panic("boom")
			})
		}()
		if stores := must[[]db.Store](t)(d.Stores(ctx)); len(stores) != 1 {
			t.Errorf("%d stores, want the committed one", len(stores))
		}
	})
}

func TestCancelledTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cancelled, cancel := context.WithCancel(ctx)
		err := d.Tx(cancelled, func(tx *db.Tx) error {
			if err := tx.InsertStore(cancelled, db.Store{ID: "x", Slug: "x", CreatedAt: dbtest.Start}); err != nil {
				return err
			}
			cancel()
			return tx.InsertStore(cancelled, db.Store{ID: "y", Slug: "y", CreatedAt: dbtest.Start})
		})
		wantError(t, err, context.Canceled)
		if stores := must[[]db.Store](t)(d.Stores(ctx)); len(stores) != 0 {
			t.Errorf("a cancelled transaction left %v", stores)
		}
		write(t, d, func(tx *db.Tx) error {
			return tx.InsertStore(ctx, db.Store{ID: "z", Slug: "z", CreatedAt: dbtest.Start})
		})
	})
}

func TestSnapshotDoesNotChange(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Snapshot(ctx, func(q db.Queries) error {
			before := must[[]db.Store](t)(q.Stores(ctx))
			dbtest.Store(t, d, "a")
			if after := must[[]db.Store](t)(q.Stores(ctx)); len(after) != len(before) {
				t.Errorf("%d stores, then %d", len(before), len(after))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Many writers add to the same counts in circles; none fails.
func TestConcurrentWritersAreRetried(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		a, b := s.Team("a"), s.Team("b")
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				for range 4 {
					err := d.Tx(ctx, func(tx *db.Tx) error {
						first, second := a, b
						if i%2 == 0 {
							first, second = b, a
						}
						return errors.Join(tx.UpdateTeam(ctx, first), tx.UpdateTeam(ctx, second))
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	})
}

func TestNotify(t *testing.T) {
	t.Parallel()
	address := dbtest.PostgresAddress(t)
	sender, receiver := must[*db.DB](t)(db.Open(ctx, address, db.Options{})), must[*db.DB](t)(db.Open(ctx, address, db.Options{}))
	defer sender.Close()
	defer receiver.Close()
	listening, stop := context.WithCancel(ctx)
	wake, own := make(chan string, 10), make(chan string, 10)
	var wg sync.WaitGroup
	wg.Go(func() { receiver.Listen(listening, wake) })
	wg.Go(func() { sender.Listen(listening, own) })
	if first := <-wake; first != "" {
		t.Errorf("first %q", first)
	}
	<-own
	write(t, sender, func(tx *db.Tx) error { return tx.Notify(ctx, "due now") })
	if got := <-wake; got != "due now" {
		t.Errorf("received %q", got)
	}
	write(t, receiver, func(tx *db.Tx) error { return tx.Notify(ctx, "back") })
	if got := <-own; got != "back" {
		t.Errorf("the sender received %q: its own?", got)
	}
	stop()
	wg.Wait()

	lite := dbtest.New(t)
	write(t, lite, func(tx *db.Tx) error { return tx.Notify(ctx, "nobody") })
	lite.Listen(listening, wake)
}

// TestMain is also the second process of TestSecondProcess.
func TestMain(m *testing.M) {
	if address := os.Getenv("DBTEST_OPEN"); address != "" {
		d, err := db.Open(ctx, address, db.Options{Shared: os.Getenv("DBTEST_SHARED") != ""})
		if err == nil {
			err = errors.Join(d.Tx(ctx, func(tx *db.Tx) error {
				return tx.InsertStore(ctx, db.Store{ID: db.NewID(), Slug: db.NewID(), CreatedAt: dbtest.Start})
			}), d.Close())
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func secondProcess(address string, environment ...string) (string, error) {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), append(environment, "DBTEST_OPEN="+address)...)
	output, err := command.CombinedOutput()
	return string(output), err
}

func TestSecondProcess(t *testing.T) {
	t.Parallel()
	address := dbtest.SQLiteAddress(t)
	d := must[*db.DB](t)(db.Open(ctx, address, db.Options{}))
	output, err := secondProcess(address)
	if err == nil || !strings.Contains(output, fmt.Sprintf("in use by another semaforo process (pid %d)", os.Getpid())) {
		t.Errorf("a second process: %v %s", err, output)
	}
	if output, err := secondProcess(address, "DBTEST_SHARED=1"); err != nil {
		t.Errorf("an operator's command on a running database: %v %s", err, output)
	}
	if stores := must[[]db.Store](t)(d.Stores(ctx)); len(stores) != 1 {
		t.Errorf("%d stores after the operator's command", len(stores))
	}
	if _, err := db.Open(ctx, address, db.Options{}); !errors.Is(err, db.ErrInUse) {
		t.Errorf("opened twice in one process: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if output, err := secondProcess(address); err != nil {
		t.Errorf("after closing: %v %s", err, output)
	}
	// On a stopped, or not yet existing, database an operator's command migrates.
	if output, err := secondProcess(filepath.Join(t.TempDir(), "new.db"), "DBTEST_SHARED=1"); err != nil {
		t.Errorf("an operator's command on a new database: %v %s", err, output)
	}
}

func TestBackup(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	dbtest.Store(t, d, "a")
	file := filepath.Join(t.TempDir(), "it's a copy.db")
	if err := d.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	wantError(t, d.Backup(ctx, file), os.ErrExist)
	copied := must[*db.DB](t)(db.Open(ctx, file, db.Options{}))
	defer copied.Close()
	if stores := must[[]db.Store](t)(copied.Stores(ctx)); len(stores) != 1 {
		t.Errorf("%d stores in the copy", len(stores))
	}
	if err := dbtest.NewPostgres(t).Backup(ctx, file+"2"); err == nil || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("PostgreSQL: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", ":memory:", "file::memory:", "mysql://x/y", "semaforo.db?mode=ro",
		filepath.Join(t.TempDir(), "no", "such", "folder.db"), "postgres://nobody:secret@127.0.0.1:1/x"} {
		d, err := db.Open(ctx, address, db.Options{})
		if err == nil {
			t.Errorf("%q was opened", address)
			_ = d.Close() // it has failed already
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is shown: %v", err)
		}
	}
}

func TestOpenTwiceAfterRestart(t *testing.T) {
	t.Parallel()
	address := "file:" + filepath.Join(t.TempDir(), "a file #1 with %20?.db")
	address = strings.ReplaceAll(address, "?", "")
	for range 2 {
		d := must[*db.DB](t)(db.Open(ctx, address, db.Options{}))
		if d.Address() != address || d.Postgres() {
			t.Errorf("address %q", d.Address())
		}
		before := d.Statements()
		if err := d.Ping(ctx); err != nil || d.Statements() != before+1 {
			t.Errorf("ping: %v, %d statements", err, d.Statements()-before)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if err := d.Ping(ctx); err == nil {
			t.Error("a closed database answers")
		}
	}
}

// Several processes may start on one PostgreSQL database at once.
func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	address := dbtest.PostgresAddress(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			d, err := db.Open(ctx, address, db.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestInstant(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6789, time.FixedZone("x", -3*3600))
	if got := db.At(at).Time(); !got.Equal(at.Truncate(time.Microsecond)) || got.Location() != time.UTC {
		t.Errorf("%v became %v", at, got)
	}
	if db.At(time.Time{}) != 0 || !db.Instant(0).Time().IsZero() {
		t.Error("no instant is not the zero time")
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"  JOÃO  da\tSilva ": "joao da silva", "Ação": "acao", "ﬁm": "fim", "": "", "Ñandú": "nandu"} {
		if got := db.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	long := strings.Repeat("ção ", 100)
	if p := db.Preview(long); len([]rune(p)) != 160 || !strings.HasSuffix(p, "…") {
		t.Errorf("preview of %d characters: %q", len([]rune(p)), p)
	}
	if p := db.Preview(strings.Repeat("é", 160)); p != strings.Repeat("é", 160) {
		t.Errorf("preview of exactly 160: %q", p)
	}
	if p := db.Preview("a\n b"); p != "a b" {
		t.Errorf("preview %q", p)
	}
	if a, b := db.NewID(), db.NewID(); a >= b {
		t.Errorf("ids do not grow: %s %s", a, b)
	}
	diff(t, db.Terms("Oi, OI! não-é "+strings.Repeat("x", 40)), []string{"oi", "nao", "e", strings.Repeat("x", 32)})
}
