package services

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
)

const loopback = "127.0.0.1"

func hostPort(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }

// Ports are taken from below what systems give to outgoing connections, so
// that none is lost between two starts. Temporal keeps its own in a smallint.
const firstPort, lastPort = 15000, 32000

// claims are the ports that this process has found, each held until the process
// ends by a UDP socket of the same number, which the servers have no use for:
// a port that is found is listened on only seconds later, and a server that is
// down for a while finds its own free. So no two processes take the same.
var claims = struct {
	sync.Mutex
	held map[int]net.PacketConn
}{held: map[int]net.PacketConn{}}

// freePorts claims one free loopback port for each wanted one: the wanted one
// itself, or, where that is 0 or taken, any other.
func freePorts(wanted ...int) ([]int, error) {
	claims.Lock()
	defer claims.Unlock()
	ports := make([]int, 0, len(wanted))
	for _, port := range wanted {
		var err error
		// What this process claimed once is its own to use again, but not twice
		// among those that are wanted now.
		if port == 0 || slices.Contains(ports, port) {
			port, err = claimAny()
		} else if claim(port) != nil {
			port, err = claimAny()
		}
		if err != nil {
			return nil, err
		}
		ports = append(ports, port)
	}
	return ports, nil
}

// FreeAddress returns a loopback host:port that nothing listens on, now or later
// while this process runs, but what is told of it.
func FreeAddress() (string, error) {
	ports, err := freePorts(0)
	if err != nil {
		return "", err
	}
	return hostPort(ports[0]), nil
}

// claim takes a port for this process, unless it is listened on or another
// process has claimed it. What this process has already claimed it gives again.
func claim(port int) error {
	l, err := net.Listen("tcp", hostPort(port))
	if err != nil {
		return err
	}
	defer l.Close()
	if claims.held[port] != nil {
		return nil
	}
	held, err := net.ListenPacket("udp", hostPort(port))
	if err != nil {
		return err
	}
	claims.held[port] = held
	return nil
}

// claimAny claims a port that this process has not had.
func claimAny() (int, error) {
	err := errors.New("all are claimed")
	for range 1000 {
		port := firstPort + rand.IntN(lastPort-firstPort)
		if claims.held[port] != nil {
			continue
		}
		if err = claim(port); err == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port between %d and %d: %w", firstPort, lastPort, err)
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
