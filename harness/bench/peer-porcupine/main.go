// Checks operation histories with Porcupine: the peer's side of `tidemark bench --peer porcupine`.
// Reads a list of suites of files from the path in its argument and writes the figures as JSON to
// standard output. Only checking is timed; reading is not.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/anishathalye/porcupine"
)

type request struct {
	TimeoutMs int       `json:"timeoutMs"`
	Rounds    int       `json:"rounds"`
	EnoughMs  float64   `json:"enoughMs"`
	Suites    [][]entry `json:"suites"`
}

type entry struct {
	Path   string `json:"path"`
	Format string `json:"format"`
	Model  string `json:"model"`
}

type figures struct {
	Operations int     `json:"operations"`
	Verdict    string  `json:"verdict"`
	FirstMs    float64 `json:"firstMs"`
	BestMs     float64 `json:"bestMs"`
}

type response struct {
	Go     string      `json:"go"`
	Suites [][]figures `json:"suites"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("one argument is expected: the file with the request")
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	var asked request
	if err := json.Unmarshal(text, &asked); err != nil {
		return err
	}
	answer := response{Go: runtime.Version(), Suites: [][]figures{}}
	for _, suite := range asked.Suites {
		measured, err := measureSuite(suite, asked)
		if err != nil {
			return err
		}
		answer.Suites = append(answer.Suites, measured)
	}
	return json.NewEncoder(os.Stdout).Encode(answer)
}

// Rounds over the whole suite, so that neither side gains from having just seen the same file.
func measureSuite(suite []entry, asked request) ([]figures, error) {
	events := make([][]porcupine.Event, len(suite))
	measured := make([]figures, len(suite))
	spent := make([]float64, len(suite))
	for i, file := range suite {
		lines, err := readLines(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Path, err)
		}
		if events[i], err = eventsOf(lines, file.Model); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Path, err)
		}
		measured[i].Operations = len(events[i]) / 2
	}
	for round := 0; round < asked.Rounds; round++ {
		for i, file := range suite {
			if spent[i] > asked.EnoughMs {
				continue
			}
			started := time.Now()
			result := porcupine.CheckEventsTimeout(models[file.Model], events[i], time.Duration(asked.TimeoutMs)*time.Millisecond)
			ms := float64(time.Since(started).Nanoseconds()) / 1e6
			spent[i] += ms
			if round == 0 {
				measured[i].FirstMs = ms
			}
			if round == 0 || ms < measured[i].BestMs {
				measured[i].BestMs = ms
			}
			measured[i].Verdict = verdictOf(result)
		}
	}
	return measured, nil
}

func verdictOf(result porcupine.CheckResult) string {
	switch result {
	case porcupine.Ok:
		return "valid"
	case porcupine.Illegal:
		return "invalid"
	default:
		return "unknown"
	}
}
