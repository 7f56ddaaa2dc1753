package main

import (
	"errors"
	"fmt"
	"io"
	_ "time/tzdata" // stores' time zones on machines without a zone database

	"github.com/alecthomas/kong"
)

// Exit statuses of every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is the whole command line: options, their environment variables
// (SEMAFORO_…) and their help.
type cli struct {
	Serve    serveCmd    `cmd:"" help:"Run the whole system: pages, API, scheduler."`
	Simulate simulateCmd `cmd:"" help:"Run the engine over a log of events, without a database."`
	Backtest backtestCmd `cmd:"" help:"Try a flow on the waits that a store has been through."`
	Store    storeCmd    `cmd:"" help:"The stores of this installation."`
	User     userCmd     `cmd:"" help:"People who sign in."`
	Token    tokenCmd    `cmd:"" help:"Tokens for the API."`
	Import   importCmd   `cmd:"" help:"Import past conversations of another platform, for backtests."`
	Backup   backupCmd   `cmd:"" help:"Copy a SQLite database, also a running one."`
	Version  versionCmd  `cmd:"" help:"Print the version, the commit and Go's version."`
}

// streams are the process's standard ones; tests give their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a wrong use of the command line or malformed input: status 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode ends parsing without ending the process.
type exitCode int

// Run parses and runs one command line and returns its exit status.
func Run(args []string, in io.Reader, out, errOut io.Writer) (status int) {
	std := &streams{in, out, errOut}
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exitCode:
			status = int(p)
		default:
			panic(p)
		}
	}()
	parser := newParser(&cli{}, std)
	ctx, err := parser.Parse(args)
	if err != nil {
		return report(errOut, usageError{err})
	}
	if err := ctx.Run(std); err != nil {
		return report(errOut, err)
	}
	return exitDone
}

// newParser reads a command line into c. What c declares wrongly is a mistake of
// the program and panics.
func newParser(c *cli, std *streams) *kong.Kong {
	return kong.Must(c,
		kong.Name("semaforo"),
		kong.Description("Semáforo: gestão de inatividade para lojas que vendem por chat."),
		kong.DefaultEnvars("SEMAFORO"),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { panic(exitCode(code)) }),
	)
}

// report writes an error for the operator and returns the exit status it means.
func report(w io.Writer, err error) int {
	fmt.Fprintln(w, "semaforo:", err)
	if usage := (usageError{}); errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}
