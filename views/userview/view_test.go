package userview

import (
	"testing"

	"semaforo/views/ui"
)

func TestConversations(t *testing.T) {
	t.Parallel()
	for want, n := range map[string][4]int{
		"1 conversa aberta": {1, 0, 0, 0},
		"12 conversas abertas (3 vermelhas, 1 amarela, 2 adiadas)": {12, 3, 1, 2},
		"1.200 conversas abertas (1 vermelha)":                     {1200, 1, 0, 0},
	} {
		if got := conversations(n[0], n[1], n[2], n[3]); got != want {
			t.Errorf("%v: %q, want %q", n, got, want)
		}
	}
}

func TestListed(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{"—": nil, "A, B": {"A", "B"}, "A, B, C, D": {"A", "B", "C", "D"}, "A, B, C, D e mais 2": {"A", "B", "C", "D", "E", "F"}} {
		if got := listed(names); got != want {
			t.Errorf("%v: %q, want %q", names, got, want)
		}
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]Filter{
		Base:                                     {Tab: "x", Role: "x", Presence: "x", Search: "  "},
		Base + "?presence=away&team=t":           {Team: "t", Presence: "away"},
		Base + "?q=jo%C3%A3o&tab=invites":        {Tab: TabInvites, Search: " joão\xff", Team: "t", Presence: "away"},
		Base + "?role=admin&tab=disabled&team=t": {Tab: TabDisabled, Role: "admin", Team: "t", Presence: "away"},
		Base + "?after=a":                        {After: "a", Before: "b"},
	} {
		if got := f.Cleaned().URL(); got != want {
			t.Errorf("%+v: %s, want %s", f, got, want)
		}
	}
	f := Filter{Tab: TabDisabled, Search: "x", After: "a"}
	if got := f.clear().URL(); got != Base+"?tab=disabled" {
		t.Errorf("cleared: %s", got)
	}
	if got := f.with(func(f *Filter) { f.Search = "y" }).URL(); got != Base+"?q=y&tab=disabled" {
		t.Errorf("changed: %s", got)
	}
}

func TestPasswordChoices(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]PasswordPanel{"usual": {}, "refused": {Refused: "não dá"}, "by mail": {MailOnly: true, TwoStep: true}, "two-step": {TwoStep: true}} {
		c := p.choices().Choices
		if c[0].Disabled != (p.Refused != "") || c[0].Checked == c[0].Disabled || (c[0].More != nil) != (name == "two-step") {
			t.Errorf("%s: %+v", name, c[0])
		}
	}
	if c := (PasswordPanel{MustChange: true}).choices().Choices[1]; c.Value != PasswordKeep || c.Icon != ui.IconUndo2 {
		t.Errorf("already required: %+v", c)
	}
}
