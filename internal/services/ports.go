package services

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
)

const loopback = "127.0.0.1"

func hostPort(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }

// Ports are taken from below what systems give to outgoing connections, so
// that none is lost between two starts. Temporal keeps its own in a smallint.
const firstPort, lastPort = 15000, 32000

// freePorts returns one free loopback port for each wanted one: the wanted one
// itself, or, where that is 0 or taken, any other.
func freePorts(wanted ...int) ([]int, error) {
	ports := make([]int, len(wanted))
	for i, port := range wanted {
		var l net.Listener
		err := errors.New("none tried")
		for try := 0; err != nil; try++ {
			if port == 0 || try > 0 {
				port = firstPort + rand.IntN(lastPort-firstPort)
			}
			if try == 1000 {
				return nil, fmt.Errorf("no free port between %d and %d: %w", firstPort, lastPort, err)
			}
			l, err = net.Listen("tcp", hostPort(port))
		}
		defer l.Close() // at the end, so that no port is found twice
		ports[i] = port
	}
	return ports, nil
}

// keptPorts is freePorts with a memory: what was used last time, by the file,
// is wanted again, so that addresses stay the same from start to start.
func keptPorts(file string, wanted ...int) ([]int, error) {
	var last []int
	if text, err := os.ReadFile(file); err == nil && json.Unmarshal(text, &last) == nil && len(last) == len(wanted) {
		for i := range wanted {
			if wanted[i] == 0 {
				wanted[i] = last[i]
			}
		}
	}
	ports, err := freePorts(wanted...)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(ports)
	if err != nil {
		return nil, err
	}
	return ports, os.WriteFile(file, text, 0o600)
}
