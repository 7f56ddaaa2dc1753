package dbtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"semaforo/db"
)

// RequireAll is the environment variable that, set to 1, makes a test that
// cannot run fail instead of being skipped: CI sets it.
const RequireAll = "SEMAFORO_REQUIRE_ALL"

const template = "semaforo_template"

// cluster is this test binary's own PostgreSQL: on a socket in a directory of
// its own, gone with the binary however that ends.
type cluster struct {
	directory string
	lifeline  io.Closer  // the supervisor's standard input: closed, or lost by this process' end, it stops the server
	mu        sync.Mutex // CREATE DATABASE from one template cannot run twice at once
	made      int
}

var start = sync.OnceValues(startCluster)

var errAbsent = errors.New("PostgreSQL's programs are not installed (/usr/lib/postgresql/*/bin or PATH)")

func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errAbsent
	}
	return filepath.Dir(path), nil
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb)))) // another name sorts first
	return n
}

// unprivileged is whom PostgreSQL runs as: it refuses to be root.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	var u *user.User
	var err error
	for _, name := range []string{"postgres", "nobody"} {
		if u, err = user.Lookup(name); err == nil {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("find an unprivileged user: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

func startCluster() (*cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	credential, err := unprivileged()
	if err != nil {
		return nil, err
	}
	// A socket's path may have 107 bytes: not every TMPDIR leaves room.
	directory, err := os.MkdirTemp("/tmp", "semaforo-pg-")
	if err != nil {
		return nil, err
	}
	c := &cluster{directory: directory}
	if credential != nil {
		if err := os.Chown(directory, int(credential.Uid), int(credential.Gid)); err != nil {
			return nil, err
		}
	}
	if err := c.initialise(bin, credential); err != nil {
		return nil, errors.Join(err, os.RemoveAll(directory))
	}
	if err := c.run(bin, credential); err != nil {
		return nil, err
	}
	return c, c.makeTemplate()
}

// initialise makes the cluster, with a collation that is not by bytes where
// there is one: no query may depend on the database's.
func (c *cluster) initialise(bin string, credential *syscall.Credential) error {
	var output []byte
	var err error
	for _, locale := range [][]string{{"--locale-provider=icu", "--icu-locale=pt-BR", "--locale=C.UTF-8"}, {"--locale=C"}} {
		data := filepath.Join(c.directory, "data")
		arguments := append([]string{"-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"}, locale...)
		command := exec.Command(filepath.Join(bin, "initdb"), arguments...)
		command.Dir = c.directory
		command.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
		if output, err = command.CombinedOutput(); err == nil {
			return nil
		}
		if err := os.RemoveAll(data); err != nil {
			return err
		}
	}
	return fmt.Errorf("initdb: %w\n%s", err, output)
}

// supervise runs the server until its standard input ends, which is when this
// process does, however that happens; then it stops the server and cleans up.
const supervise = `"$0/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
  -c full_page_writes=off -c max_connections=400 -c shared_buffers=64MB -c deadlock_timeout=20ms -c wal_level=minimal -c max_wal_senders=0 \
  >"$1/log" 2>&1 </dev/null &
cat >/dev/null
kill -INT $!
wait $!
rm -rf "$1"`

func (c *cluster) run(bin string, credential *syscall.Credential) error {
	command := exec.Command("sh", "-c", supervise, bin, c.directory)
	command.Dir = "/"
	// Its own process group: an interrupt from the terminal must not stop the supervisor half-way.
	command.SysProcAttr = &syscall.SysProcAttr{Credential: credential, Setpgid: true}
	var err error
	if c.lifeline, err = command.StdinPipe(); err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	for range 200 {
		var connection *pgx.Conn
		if connection, err = pgx.Connect(context.Background(), c.address("postgres")); err == nil {
			return connection.Close(context.Background())
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(c.directory, "log")) // only to explain err
	return fmt.Errorf("start PostgreSQL: %w\n%s", err, log)
}

func (c *cluster) address(database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(c.directory)
}

func (c *cluster) makeTemplate() error {
	if err := c.execute("CREATE DATABASE " + template); err != nil {
		return err
	}
	d, err := db.Open(context.Background(), c.address(template), db.Options{})
	if err != nil {
		return err
	}
	return d.Close()
}

func (c *cluster) execute(statement string) error {
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, c.address("postgres"))
	if err != nil {
		return err
	}
	_, err = connection.Exec(ctx, statement)
	return errors.Join(err, connection.Close(ctx))
}

// database makes a database of the template and returns its address.
func (c *cluster) database(t testing.TB) string {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made++
	name := "test_" + strconv.Itoa(c.made)
	if err := c.execute("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.execute("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.address(name)
}

// PostgresAddress is the address of a fresh, migrated PostgreSQL database. Where
// PostgreSQL is not installed the test is skipped, or fails under RequireAll.
func PostgresAddress(t testing.TB) string {
	t.Helper()
	c, err := start()
	if errors.Is(err, errAbsent) {
		absent(t, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c.database(t)
}

func absent(t testing.TB, err error) {
	t.Helper()
	message := strings.ToUpper("not tested on PostgreSQL: ") + err.Error()
	if os.Getenv(RequireAll) == "1" {
		t.Fatal(message)
	}
	t.Skip(message)
}
