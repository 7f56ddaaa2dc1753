package handlers_test

import (
	"context"
	"strings"
	"testing"

	"semaforo/handlers"
)

func TestPasswords(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	const password = "um segredo só meu"
	hash, err := handlers.HashPassword(ctx, password)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(hash, password) {
		t.Errorf("hash: %s", hash)
	}
	if other, err := handlers.HashPassword(ctx, password); err != nil || other == hash {
		t.Errorf("two hashes of one password are the same: %v", err)
	}
	for given, want := range map[string]bool{password: true, password + " ": false, "": false, strings.ToUpper(password): false} {
		if got, err := handlers.CheckPassword(ctx, hash, given); err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", given, got, err, want)
		}
	}
	if got, err := handlers.CheckPassword(ctx, "", ""); err != nil || got {
		t.Errorf("nobody's password: %v %v", got, err)
	}
	for _, broken := range []string{"none", "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA", hash[:len(hash)-4], "$2a$10$abcdefghijklmnopqrstuv"} {
		if got, err := handlers.CheckPassword(ctx, broken, password); err == nil || got {
			t.Errorf("%s: %v %v", broken, got, err)
		}
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	// With both places free the hash may still be made; what must not happen is a match.
	if got, _ := handlers.CheckPassword(gone, "", password); got {
		t.Error("a request that is gone matched")
	}
}

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	for password, ok := range map[string]bool{"": false, "123456789": false, "1234567890": true, "çãéíóúâêôõ": true,
		strings.Repeat("x", 200): true, strings.Repeat("x", 201): false, "abcdefghij\xff": false} {
		if got := handlers.PasswordProblem(password) == ""; got != ok {
			t.Errorf("%.20q: %v, want %v", password, got, ok)
		}
	}
	made := map[string]bool{}
	for range 100 {
		p := handlers.NewPassword()
		if handlers.PasswordProblem(p) != "" || len(p) != 23 || made[p] {
			t.Fatalf("made %q", p)
		}
		made[p] = true
	}
}
