package services

import (
	"net"
	"testing"
)

func TestFreePorts_takes_no_port_that_another_process_uses_or_has_claimed(t *testing.T) {
	t.Parallel()
	find := func(wanted ...int) []int {
		t.Helper()
		ports, err := freePorts(wanted...)
		if err != nil {
			t.Fatal(err)
		}
		return ports
	}
	// As another process claims: its server is down at the moment.
	claimed, err := net.ListenPacket("udp", hostPort(0))
	if err != nil {
		t.Fatal(err)
	}
	defer claimed.Close()
	if port := claimed.LocalAddr().(*net.UDPAddr).Port; find(port)[0] == port {
		t.Errorf("port %d was claimed by another and given all the same", port)
	}
	used, err := net.Listen("tcp", hostPort(0))
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	if port := used.Addr().(*net.TCPAddr).Port; find(port)[0] == port {
		t.Errorf("port %d was in use and given all the same", port)
	}
	own := find(0)[0]
	if got := find(own)[0]; got != own {
		t.Errorf("port %d, claimed by this process, was not given again: %d", own, got)
	}
	if got := find(own, own); got[0] == got[1] {
		t.Errorf("port %d was given twice", own)
	}
}
