package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// One event of a history. The value is nil, an int, a string, or two ints; reasons are left out.
type line struct {
	process string
	kind    string
	f       string
	key     string
	value   interface{}
}

var consoleLine = regexp.MustCompile(`jepsen\.util\s+-\s+(\d+)\s+:(invoke|ok|fail|info)\s+:(\w+)\s+(.*?)\s*$`)
var mapLine = regexp.MustCompile(`^\{:process (\d+), :type :(\w+), :f :(\w+), :key "(.*?)", :value (nil|"(.*)")\}\s*$`)

func readLines(file entry) ([]line, error) {
	opened, err := os.Open(file.Path)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	parse := map[string]func(string) (line, bool, error){
		"jepsen":       parseConsole,
		"porcupine-kv": parseMap,
		"jsonl":        parseJSON,
	}[file.Format]
	if parse == nil {
		return nil, fmt.Errorf("unknown format %q", file.Format)
	}
	scanner := bufio.NewScanner(opened)
	scanner.Buffer(nil, 1<<24)
	var lines []line
	for scanner.Scan() {
		parsed, isEvent, err := parse(scanner.Text())
		if err != nil {
			return nil, err
		}
		if isEvent {
			lines = append(lines, parsed)
		}
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("no operation was read")
	}
	return lines, scanner.Err()
}

func parseConsole(text string) (line, bool, error) {
	m := consoleLine.FindStringSubmatch(text)
	if m == nil {
		return line{}, false, nil
	}
	value, err := consoleValue(m[4])
	return line{process: m[1], kind: m[2], f: m[3], value: value}, true, err
}

func consoleValue(text string) (interface{}, error) {
	switch {
	case text == "nil" || strings.HasPrefix(text, ":"):
		return nil, nil
	case strings.HasPrefix(text, "["):
		var pair [2]int
		_, err := fmt.Sscanf(text, "[%d %d]", &pair[0], &pair[1])
		return pair, err
	default:
		return strconv.Atoi(text)
	}
}

func parseMap(text string) (line, bool, error) {
	if strings.TrimSpace(text) == "" {
		return line{}, false, nil
	}
	m := mapLine.FindStringSubmatch(text)
	if m == nil {
		return line{}, false, fmt.Errorf("not a map of an event: %s", text)
	}
	read := line{process: m[1], kind: m[2], f: m[3], key: m[4]}
	if m[5] != "nil" {
		read.value = m[6]
	}
	return read, true, nil
}

func parseJSON(text string) (line, bool, error) {
	var event struct {
		Process json.Number     `json:"process"`
		Type    string          `json:"type"`
		F       string          `json:"f"`
		Key     string          `json:"key"`
		Value   json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal([]byte(text), &event); err != nil {
		return line{}, false, err
	}
	value, err := jsonValue(string(event.Value))
	return line{event.Process.String(), event.Type, event.F, event.Key, value}, true, err
}

func jsonValue(text string) (interface{}, error) {
	switch {
	case text == "" || text == "null":
		return nil, nil
	case text[0] == '"':
		var word string
		err := json.Unmarshal([]byte(text), &word)
		return word, err
	case text[0] == '[':
		var pair [2]int
		err := json.Unmarshal([]byte(text), &pair)
		return pair, err
	default:
		return strconv.Atoi(text)
	}
}
