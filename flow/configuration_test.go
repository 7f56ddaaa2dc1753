package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"semaforo/flow"
)

// TestConfigurationProblems breaks each rule of §3, §4 and the document's own:
// every problem says where and which rule.
func TestConfigurationProblems(t *testing.T) {
	t.Parallel()
	// of wraps the members of one main flow of the team queue.
	of := func(members string) string {
		return `{"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "15m"` + members + `}]}`
	}
	two := func(first, second string) string {
		const times = `"alert1": "5m", "alert2": "15m", `
		return `{"flows": [{` + times + first + `}, {` + times + second + `}]}`
	}
	tests := map[string]struct {
		document string
		want     []string // path code, in order
	}{
		"syntax":                     {`{`, []string{" syntax"}},
		"no object":                  {`"x"`, []string{" type"}},
		"unknown field":              {`{"colour": 1}`, []string{"colour unknown_field"}},
		"unknown field of a flow":    {of(`, "alert3": "20m"`), []string{"flows[0].alert3 unknown_field"}},
		"case matters":               {`{"Teams": []}`, []string{"Teams unknown_field"}},
		"repeated key":               {`{"teams": [], "teams": []}`, []string{"teams repeated"}},
		"repeated key of a flow":     {of(`, "id": "g"`), []string{"flows[0].id repeated"}},
		"repeated day":               {`{"hours": {"mon": [], "mon": []}}`, []string{"hours.mon repeated"}},
		"zone":                       {`{"timezone": "Sao_Paulo"}`, []string{"timezone zone"}},
		"empty zone":                 {`{"timezone": ""}`, []string{"timezone zone"}},
		"the machine's zone":         {`{"timezone": "Local"}`, []string{"timezone zone"}},
		"a path as a zone":           {`{"timezone": "../../etc/passwd"}`, []string{"timezone zone"}},
		"zone not text":              {`{"timezone": 3}`, []string{"timezone type"}},
		"null":                       {`{"timezone": null, "hours": null, "teams": null}`, []string{"timezone type", "hours type", "teams type"}},
		"unknown day":                {`{"hours": {"seg": []}}`, []string{"hours.seg unknown_field"}},
		"day not a list":             {`{"hours": {"mon": "09:00"}}`, []string{"hours.mon type"}},
		"slot not a pair":            {`{"hours": {"mon": [["09:00"], ["10:00", "11:00", "12:00"], "13:00"]}}`, []string{"hours.mon[0] type", "hours.mon[1] type", "hours.mon[2] type"}},
		"times of day":               {`{"hours": {"mon": [["9:00", "25:00"], ["10:60", "24:01"]]}}`, []string{"hours.mon[0][0] time", "hours.mon[0][1] time", "hours.mon[1][0] time", "hours.mon[1][1] time"}},
		"opens at 24:00":             {`{"hours": {"mon": [["24:00", "24:00"]]}}`, []string{"hours.mon[0][0] time"}},
		"ends before it begins":      {`{"hours": {"mon": [["18:00", "09:00"]]}}`, []string{"hours.mon reversed"}},
		"ends when it begins":        {`{"hours": {"mon": [["09:00", "09:00"]]}}`, []string{"hours.mon reversed"}},
		"overlap":                    {`{"hours": {"mon": [["12:00", "14:00"], ["09:00", "12:01"]]}}`, []string{"hours.mon overlap"}},
		"touching is fine":           {`{"hours": {"mon": [["12:00", "24:00"], ["00:00", "12:00"]]}}`, nil},
		"a team's hours":             {`{"teams": [{"id": "a", "hours": {"tue": [["10:00", "09:00"]]}}]}`, []string{"teams[0].hours.tue reversed"}},
		"holiday":                    {`{"holidays": ["2026-02-29", "25/12/2026", 3]}`, []string{"holidays[0] date", "holidays[1] date", "holidays[2] type"}},
		"holidays without hours":     {`{"teams": [{"id": "a", "holidays": []}]}`, []string{"teams[0].holidays holidays"}},
		"team without id":            {`{"teams": [{}]}`, []string{"teams[0].id required"}},
		"team twice":                 {`{"teams": [{"id": "a"}, {"id": "b"}, {"id": "a"}]}`, []string{"teams[2].id repeated"}},
		"seller without id":          {`{"sellers": [{"id": ""}]}`, []string{"sellers[0].id required"}},
		"seller twice":               {`{"sellers": [{"id": "a"}, {"id": "a"}]}`, []string{"sellers[1].id repeated"}},
		"a team and a seller alike":  {`{"teams": [{"id": "a"}], "sellers": [{"id": "a", "teams": ["unknown"]}]}`, nil},
		"flow without anything":      {`{"flows": [{}]}`, []string{"flows[0].alert1 required", "flows[0].alert2 required"}},
		"flow with times alone":      {`{"flows": [{"alert1": "5m", "alert2": "15m"}]}`, []string{"flows[0].id required", "flows[0].queue required", "flows[0].kind required"}},
		"flow twice":                 {two(`"id": "f", "queue": "team", "kind": "main"`, `"id": "f", "queue": "seller", "kind": "main"`), []string{"flows[1].id repeated"}},
		"the default's id":           {two(`"id": "default", "queue": "team", "kind": "main"`, `"id": "f", "queue": "seller", "kind": "main"`), []string{"flows[0].id reserved"}},
		"queue, kind and clock":      {`{"flows": [{"id": "f", "queue": "bot", "kind": "third", "clock": "sun", "alert1": "5m", "alert2": "15m", "targets": ["a"]}]}`, []string{"flows[0].queue unknown", "flows[0].kind unknown", "flows[0].clock unknown"}},
		"alert1 zero":                {`{"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "0s", "alert2": "15m"}]}`, []string{"flows[0].alert1 not_positive"}},
		"T42 alert2 not above":       {`{"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "15m", "alert2": "15m"}]}`, []string{"flows[0].alert2 order"}},
		"not a duration":             {`{"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "5", "alert2": 900}]}`, []string{"flows[0].alert1 duration", "flows[0].alert2 type"}},
		"a duration too long":        {`{"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "3000000h"}]}`, []string{"flows[0].alert2 duration"}},
		"unknown action":             {of(`, "action": {"type": "shout"}`), []string{"flows[0].action.type unknown"}},
		"an action without a type":   {of(`, "action": {}`), nil},
		"transfer without team":      {of(`, "action": {"type": "transfer_team", "seller": "a"}`), []string{"flows[0].action.team required"}},
		"transfer without seller":    {of(`, "action": {"type": "transfer_seller"}`), []string{"flows[0].action.seller required"}},
		"negative delay":             {of(`, "action": {"type": "close", "delay": "-1s"}`), []string{"flows[0].action.delay negative"}},
		"unknown target is fine":     {of(`, "action": {"type": "transfer_team", "team": "unknown"}`), nil},
		"active not a flag":          {of(`, "active": "yes"`), []string{"flows[0].active type"}},
		"second main flow":           {two(`"id": "f", "queue": "team", "kind": "main", "active": false`, `"id": "g", "queue": "team", "kind": "main"`), []string{"flows[1].kind second_main"}},
		"a main flow of each queue":  {two(`"id": "f", "queue": "team", "kind": "main"`, `"id": "g", "queue": "seller", "kind": "main"`), nil},
		"main with targets":          {of(`, "targets": ["a"]`), []string{"flows[0].targets main_targets"}},
		"alternative without":        {two(`"id": "f", "queue": "team", "kind": "alternative"`, `"id": "g", "queue": "team", "kind": "alternative", "targets": []`), []string{"flows[0].targets no_targets", "flows[1].targets no_targets"}},
		"holder named twice":         {two(`"id": "f", "queue": "team", "kind": "alternative", "targets": ["a"]`, `"id": "g", "queue": "team", "kind": "alternative", "targets": ["b", "a"], "active": false`), []string{"flows[1].targets[1] taken"}},
		"named in two queues":        {two(`"id": "f", "queue": "team", "kind": "alternative", "targets": ["a"]`, `"id": "g", "queue": "seller", "kind": "alternative", "targets": ["a"]`), nil},
		"20 alternative flows":       {alternatives(20), nil},
		"21 alternative flows":       {alternatives(21), []string{"flows[20] too_many"}},
		"closing without its fields": {`{"auto_close": {"enabled": true}}`, []string{"auto_close.enabled_at required", "auto_close.after not_positive"}},
		"closing after nothing":      {`{"auto_close_customer": {"enabled": false, "after": "0s"}}`, []string{"auto_close_customer.after not_positive"}},
		"closing since":              {`{"auto_close": {"enabled": true, "after": "1h", "enabled_at": "2026-11-01"}}`, []string{"auto_close.enabled_at instant"}},
		"closing off":                {`{"auto_close": {"enabled": false}, "auto_close_customer": {}}`, nil},
		"all at once":                {`{"timezone": "x", "teams": [{"id": ""}], "hours": {"mon": [["02:00", "01:00"]]}}`, []string{"timezone zone", "hours.mon reversed", "teams[0].id required"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := flow.ParseConfiguration([]byte(test.document))
			if diff := gocmp.Diff(test.want, codes(err)); diff != "" {
				t.Errorf("problems of %s (-want +got):\n%s\n%v", test.document, diff, err)
			}
		})
	}
}

func codes(err error) []string {
	problems, _ := err.(flow.Problems)
	var out []string
	for _, p := range problems {
		out = append(out, p.Path+" "+string(p.Code))
	}
	return out
}

// alternatives is a store with n alternative flows, half of them inactive.
func alternatives(n int) string {
	flows := make([]string, n)
	for i := range flows {
		flows[i] = fmt.Sprintf(`{"id": "f%d", "queue": "team", "kind": "alternative", "targets": ["t%d"], "alert1": "5m", "alert2": "15m", "active": %t}`, i, i, i%2 == 0)
	}
	return `{"flows": [` + strings.Join(flows, ",") + `]}`
}

// What is absent has the specification's defaults.
func TestConfigurationDefaults(t *testing.T) {
	t.Parallel()
	got, err := flow.ParseConfiguration([]byte(`{"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "90s", "alert2": "1h30m", "action": {"delay": "5m"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := flow.Configuration{Timezone: "America/Sao_Paulo", Flows: []flow.Flow{{
		ID: "f", Queue: flow.TeamQueue, Kind: flow.Main, Alert1: 90 * time.Second, Alert2: 90 * time.Minute,
		Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone, Delay: 5 * time.Minute}, Active: true,
	}}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A configuration made in Go is held to the document's rules.
func TestValidateConfigurationMadeInGo(t *testing.T) {
	t.Parallel()
	var week flow.Week
	week[time.Monday] = []flow.Slot{{Open: -1, Close: 60}}
	week[time.Tuesday] = []flow.Slot{{Open: 60, Close: 1441}}
	cfg := flow.Configuration{
		Timezone: "America/Sao_Paulo", Hours: &week,
		Holidays: []flow.Date{{Year: 2026, Month: 2, Day: 29}, {Year: 2026, Month: 2, Day: 28}},
		Flows:    []flow.Flow{{ID: "f", Queue: flow.TeamQueue, Kind: flow.Main, Alert1: 1, Alert2: 2}},
	}
	want := []string{"hours.mon time", "hours.tue time", "holidays[0] date", "flows[0].clock required", "flows[0].action.type required"}
	got := codes(cfg.Validate())
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := flow.Compile(cfg); !slices.Equal(codes(err), want) {
		t.Errorf("Compile: %v, want the same problems", err)
	}
}

// The documents that the specification shows read back to what they were.
func TestConfigurationRoundTripOfTheSpecification(t *testing.T) {
	t.Parallel()
	if _, err := flow.ParseConfiguration([]byte(specConfig)); err != nil {
		t.Fatal(err)
	}
	roundTrip(t, []byte(specConfig))
	roundTrip(t, []byte(`{"hours": {}, "holidays": [], "teams": [{"id": "a", "hours": {"sun": []}, "holidays": []}], "auto_close": {"after": "1h"}}`))
}
