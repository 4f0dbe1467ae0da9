package main

import (
	"fmt"
	"hash/fnv"
	"math"

	"github.com/anishathalye/porcupine"
)

// The value of a register that was never written.
const absent = math.MinInt64

type registerInput struct {
	f    byte // 'r'ead, 'w'rite, 'c'ompare and set
	a, b int
}

type registerOutput struct {
	isKnown bool
	value   int
	isSet   bool
}

type keyValueInput struct {
	f          byte // 'g'et, 'p'ut, 'a'ppend
	key, value string
}

type keyValueOutput struct {
	isKnown bool
	value   string
}

// States are hashed where Porcupine allows it, which makes it faster.
var models = map[string]porcupine.Model{
	"cas-register": {
		Init: func() interface{} { return absent },
		Step: stepRegister,
		Hash: func(state interface{}) uint64 { return uint64(state.(int)) },
	},
	"key-value": {
		PartitionEvent: byKey,
		Init:           func() interface{} { return "" },
		Step:           stepKeyValue,
		Hash: func(state interface{}) uint64 {
			hash := fnv.New64a()
			hash.Write([]byte(state.(string)))
			return hash.Sum64()
		},
	},
}

func stepRegister(state, input, output interface{}) (bool, interface{}) {
	asked, got := input.(registerInput), output.(registerOutput)
	switch asked.f {
	case 'r':
		return !got.isKnown || got.value == state.(int), state
	case 'w':
		return true, asked.a
	default:
		holds := state.(int) == asked.a
		if holds {
			state = asked.b
		}
		return !got.isKnown || got.isSet == holds, state
	}
}

func stepKeyValue(state, input, output interface{}) (bool, interface{}) {
	asked, got := input.(keyValueInput), output.(keyValueOutput)
	switch asked.f {
	case 'g':
		return !got.isKnown || got.value == state.(string), state
	case 'p':
		return true, asked.value
	default:
		return true, state.(string) + asked.value
	}
}

func byKey(events []porcupine.Event) [][]porcupine.Event {
	place := map[string]int{}
	keyOf := map[int]string{}
	var parts [][]porcupine.Event
	for _, event := range events {
		if event.Kind == porcupine.CallEvent {
			keyOf[event.Id] = event.Value.(keyValueInput).key
		}
		key := keyOf[event.Id]
		at, isKnown := place[key]
		if !isKnown {
			at = len(parts)
			place[key] = at
			parts = append(parts, nil)
		}
		parts[at] = append(parts[at], event)
	}
	return parts
}

// Calls and returns. What never returned, or returned without an outcome, returns unknown at the
// end: it may have taken effect at any time since its call, and at the end nothing sees it any more.
func eventsOf(lines []line, model string) ([]porcupine.Event, error) {
	var events []porcupine.Event
	open := map[string]int{}
	isOpen := map[int]bool{}
	client := map[int]int{}
	clients := map[string]int{}
	calls := 0
	unknown := outputOf(line{kind: "info"}, model)
	for _, read := range lines {
		if read.kind == "invoke" {
			input, err := inputOf(read, model)
			if err != nil {
				return nil, err
			}
			if _, isKnown := clients[read.process]; !isKnown {
				clients[read.process] = len(clients)
			}
			client[calls] = clients[read.process]
			events = append(events, porcupine.Event{ClientId: client[calls], Kind: porcupine.CallEvent, Value: input, Id: calls})
			open[read.process] = calls
			isOpen[calls] = true
			calls++
			continue
		}
		id, isCalled := open[read.process]
		if !isCalled {
			return nil, fmt.Errorf("process %s returned without a call", read.process)
		}
		delete(open, read.process)
		if read.kind == "info" {
			continue
		}
		if read.kind == "fail" && read.f != "cas" && read.f != "read" {
			return nil, fmt.Errorf("a failed %s cannot be told to the peer", read.f)
		}
		delete(isOpen, id)
		events = append(events, porcupine.Event{ClientId: client[id], Kind: porcupine.ReturnEvent, Value: outputOf(read, model), Id: id})
	}
	for id := 0; id < calls; id++ {
		if isOpen[id] {
			events = append(events, porcupine.Event{ClientId: client[id], Kind: porcupine.ReturnEvent, Value: unknown, Id: id})
		}
	}
	return events, nil
}

func inputOf(read line, model string) (interface{}, error) {
	if model == "key-value" && (read.f == "get" || read.f == "put" || read.f == "append") {
		value, _ := read.value.(string)
		return keyValueInput{f: read.f[0], key: read.key, value: value}, nil
	}
	if model == "cas-register" && (read.f == "read" || read.f == "write" || read.f == "cas") {
		input := registerInput{f: read.f[0]}
		if pair, isPair := read.value.([2]int); isPair {
			input.a, input.b = pair[0], pair[1]
		} else if value, isNumber := read.value.(int); isNumber {
			input.a = value
		}
		return input, nil
	}
	return nil, fmt.Errorf("%s is no function of a %s", read.f, model)
}

// A failed read saw nothing; a failed compare and set saw another value.
func outputOf(read line, model string) interface{} {
	isKnown := read.kind == "ok" || (read.kind == "fail" && read.f == "cas")
	if model == "key-value" {
		value, _ := read.value.(string)
		return keyValueOutput{isKnown: isKnown, value: value}
	}
	value, isNumber := read.value.(int)
	if !isNumber {
		value = absent
	}
	return registerOutput{isKnown: isKnown, value: value, isSet: read.kind == "ok"}
}
