#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic between this namespace and the namespace b, for each state that conntrack can tell.

Here are 10.0.0.1 and fd00::1, in b 10.0.0.2 and fd00::2. Ports from 9000 on belong to packets that
are made by hand, and whoever calls sees to it that no kernel answers them. Each step waits until
/proc/net/nf_conntrack shows what it is for, so the connections really were in those states.
"""
import contextlib
import ctypes
import socket
import struct
import time

PATIENCE = 20                   # seconds
HERE = open("/proc/self/ns/net")
THERE = open("/run/netns/b")
LIBC = ctypes.CDLL(None, use_errno=True)
ADDR = {socket.AF_INET: ("10.0.0.1", "10.0.0.2"), socket.AF_INET6: ("fd00::1", "fd00::2")}


@contextlib.contextmanager
def in_b():
    """Sockets that are made in here are b's."""
    assert LIBC.setns(THERE.fileno(), 0) == 0
    try:
        yield
    finally:
        assert LIBC.setns(HERE.fileno(), 0) == 0


# Words that all entries have that are looked for.
common = set()


def entries(*words):
    """Entries with all of these words; to read the file takes those away whose time is over."""
    with open("/proc/net/nf_conntrack") as f:
        return [line for line in f if common.union(words).issubset(line.split())]


def until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "never seen: %s" % (what,)
        time.sleep(0.02)


def seen(*words):
    until(lambda: entries(*words), words)


def gone(*words):
    until(lambda: not entries(*words), ("gone",) + words)


def sysctl(name, value):
    with open("/proc/sys/net/netfilter/nf_conntrack_" + name, "r+") as f:
        before = f.read().strip()
        f.seek(0)
        f.write(str(value))
    return before


@contextlib.contextmanager
def timeouts(**values):
    before = {name: sysctl(name, value) for name, value in values.items()}
    try:
        yield
    finally:
        for name, value in before.items():
            sysctl(name, value)


# ---- sockets ----

def tcp_pair(family, port, sport, dport=None):
    """A connection: here, there. dport: where NAT leads to the port."""
    with in_b():
        server = socket.socket(family)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((ADDR[family][1], port))
        server.listen()
    client = socket.socket(family)
    client.bind((ADDR[family][0], sport))
    client.settimeout(PATIENCE)
    client.connect((ADDR[family][1], dport or port))
    accepted = server.accept()[0]
    server.close()
    seen("tcp", "ESTABLISHED", "sport=%d" % sport, "[ASSURED]")
    return client, accepted


def tcp(family, port):
    client, server = tcp_pair(family, port, 2001)
    client.sendall(b"x" * 4000)
    server.recv(4000)
    client.shutdown(socket.SHUT_WR)
    seen("tcp", "CLOSE_WAIT", "sport=2001")
    server.close()
    seen("tcp", "TIME_WAIT", "sport=2001")
    client.close()
    # the server closes first
    client, server = tcp_pair(family, port, 2002)
    server.shutdown(socket.SHUT_WR)
    seen("tcp", "CLOSE_WAIT", "sport=2002")
    client.close()
    seen("tcp", "TIME_WAIT", "sport=2002")
    server.close()
    # a reset of each side
    for sport, reset in ((2003, 0), (2004, 1)):
        pair = tcp_pair(family, port, sport)
        pair[reset].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        pair[reset].close()
        seen("tcp", "CLOSE", "sport=%d" % sport)
        pair[1 - reset].close()
    # nobody listens
    refused = socket.socket(family)
    refused.bind((ADDR[family][0], 2005))
    with contextlib.suppress(ConnectionRefusedError):
        refused.connect((ADDR[family][1], port + 1))
    gone("tcp", "SYN_SENT", "sport=2005")
    refused.close()


def nat():
    """A rule leads to another port."""
    client, server = tcp_pair(socket.AF_INET, 7001, 2006, 7010)
    client.close()
    server.close()
    seen("tcp", "TIME_WAIT", "sport=2006")


def udp(family, sport):
    with in_b():
        server = socket.socket(family, socket.SOCK_DGRAM)
        server.bind((ADDR[family][1], 7000))
    client = socket.socket(family, socket.SOCK_DGRAM)
    client.bind((ADDR[family][0], sport))
    client.sendto(b"x", (ADDR[family][1], 7000))
    seen("udp", "sport=%d" % sport, "[UNREPLIED]")
    server.recv(1)

    def assured():
        """What goes on for two seconds in both directions is a stream."""
        server.sendto(b"xyz", (ADDR[family][0], sport))
        client.sendto(b"x", (ADDR[family][1], 7000))
        return entries("udp", "sport=%d" % sport, "[ASSURED]")

    until(assured, "a stream")


def timed_out():
    """Nobody deletes them, their time is over; with a mark, labels, a zone and NAT of a rule."""
    client, server = tcp_pair(socket.AF_INET, 7001, 2010)
    with timeouts(tcp_timeout_syn_sent=1, tcp_timeout_established=1, udp_timeout=1,
                  icmp_timeout=1, icmpv6_timeout=1, generic_timeout=1):
        client.sendall(b"x")
        Raw(socket.AF_INET).out(6, tcp_packet(9000, 9000, SYN))
        Raw(socket.AF_INET6).out(6, tcp_packet(9000, 9000, SYN))
        for port in (7002, 7003, 7004, 7005):
            socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", (ADDR[socket.AF_INET][1], port))
        ping(socket.AF_INET, 5)
        ping(socket.AF_INET6, 5)
        Raw(socket.AF_INET).out(253, b"anything")
        seen("sport=9000", "SYN_SENT")
        gone("sport=2010")
        gone("sport=9000")
        for port in (7002, 7003, 7004, 7005):
            gone("dport=%d" % port)
        gone("icmp", "id=5")
        gone("icmpv6", "id=5")
        gone("unknown", "253")
    client.close()
    server.close()


# ---- packets by hand ----

FIN, SYN, RST, ACK = 1, 2, 4, 16


class Raw:
    """Packets with the addresses of the two, from either side."""
    def __init__(self, family):
        self.family = family
        self.here = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
        with in_b():
            self.there = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def packet(self, src, dst, proto, payload):
        src, dst = (socket.inet_pton(self.family, a) for a in (src, dst))
        if self.family == socket.AF_INET:
            return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, proto,
                               0) + src + dst + payload
        return struct.pack("!IHBB", 6 << 28, len(payload), proto, 64) + src + dst + payload

    def out(self, proto, payload):
        a, b = ADDR[self.family]
        self.here.sendto(self.packet(a, b, proto, payload), (b, 0))

    def back(self, proto, payload):
        a, b = ADDR[self.family]
        self.there.sendto(self.packet(b, a, proto, payload), (a, 0))


def tcp_packet(sport, dport, flags, seq=1000, ack=0):
    options = bytes((2, 4, 5, 180, 3, 3, 7, 0)) if flags & SYN else b""
    return struct.pack("!HHIIBBHHH", sport, dport, seq, ack, (20 + len(options)) // 4 << 4, flags,
                       5000, 0, 0) + options


def tcp_by_hand(family):
    """States that sockets pass too fast, or never."""
    raw = Raw(family)
    # both begin
    raw.out(6, tcp_packet(9001, 9001, SYN))
    seen("tcp", "SYN_SENT", "sport=9001")
    raw.back(6, tcp_packet(9001, 9001, SYN, 5000))
    seen("tcp", "SYN_SENT2", "sport=9001")
    # step by step
    raw.out(6, tcp_packet(9002, 9003, SYN))
    seen("tcp", "SYN_SENT", "sport=9002", "[UNREPLIED]")
    raw.back(6, tcp_packet(9003, 9002, SYN | ACK, 5000, 1001))
    seen("tcp", "SYN_RECV", "sport=9002")
    raw.out(6, tcp_packet(9002, 9003, ACK, 1001, 5001))
    seen("tcp", "ESTABLISHED", "sport=9002", "[ASSURED]")
    raw.out(6, tcp_packet(9002, 9003, FIN | ACK, 1001, 5001))
    seen("tcp", "FIN_WAIT", "sport=9002")
    raw.back(6, tcp_packet(9003, 9002, ACK, 5001, 1002))
    seen("tcp", "CLOSE_WAIT", "sport=9002")
    raw.back(6, tcp_packet(9003, 9002, FIN | ACK, 5001, 1002))
    seen("tcp", "LAST_ACK", "sport=9002")
    raw.out(6, tcp_packet(9002, 9003, ACK, 1002, 5002))
    seen("tcp", "TIME_WAIT", "sport=9002")
    # begun again: the entry goes, another one comes
    raw.out(6, tcp_packet(9002, 9003, SYN, 900000))
    seen("tcp", "SYN_SENT", "sport=9002")
    # in the middle of one
    raw.out(6, tcp_packet(9004, 9004, ACK, 7, 7))
    seen("tcp", "ESTABLISHED", "sport=9004", "[UNREPLIED]")


INIT, INIT_ACK, HEARTBEAT, ABORT, SHUTDOWN, SHUTDOWN_ACK, COOKIE_ECHO, COOKIE_ACK, DONE = \
    1, 2, 4, 6, 7, 8, 10, 11, 14


def sctp_packet(sport, dport, vtag, chunk, init_tag=0):
    body = struct.pack("!IIHHI", init_tag, 5000, 1, 1, 1) if init_tag else b"\0" * 4
    return struct.pack("!HHII", sport, dport, vtag, 0) + \
        struct.pack("!BBH", chunk, 0, 4 + len(body)) + body


def sctp(family):
    """True where this kernel knows its states."""
    raw = Raw(family)
    raw.out(132, sctp_packet(9010, 9010, 0, INIT, 11))
    until(lambda: entries("sctp", "sport=9010") or entries("unknown", "132"), "SCTP")
    if not entries("sctp", "sport=9010", "[UNREPLIED]"):
        return False
    # CLOSED or COOKIE_WAIT until there is an answer, by the kernel's version
    raw.back(132, sctp_packet(9010, 9010, 11, INIT_ACK, 22))
    until(lambda: entries("sctp", "COOKIE_WAIT") and not entries("sctp", "[UNREPLIED]"), "INIT_ACK")
    raw.out(132, sctp_packet(9010, 9010, 22, COOKIE_ECHO))
    seen("sctp", "COOKIE_ECHOED")
    raw.back(132, sctp_packet(9010, 9010, 11, COOKIE_ACK))
    seen("sctp", "ESTABLISHED", "[ASSURED]")
    raw.out(132, sctp_packet(9010, 9010, 22, SHUTDOWN))
    seen("sctp", "SHUTDOWN_SENT")
    raw.back(132, sctp_packet(9010, 9010, 11, SHUTDOWN_ACK))
    seen("sctp", "SHUTDOWN_ACK_SENT")
    raw.out(132, sctp_packet(9010, 9010, 22, DONE))
    seen("sctp", "CLOSED", "sport=9010")
    raw.out(132, sctp_packet(9011, 9011, 33, HEARTBEAT))
    seen("sctp", "HEARTBEAT_SENT", "sport=9011")
    raw.out(132, sctp_packet(9012, 9012, 0, INIT, 44))
    seen("sctp", "sport=9012")
    raw.back(132, sctp_packet(9012, 9012, 44, INIT_ACK, 55))
    seen("sctp", "COOKIE_WAIT", "sport=9012")
    raw.back(132, sctp_packet(9012, 9012, 44, ABORT))
    gone("sctp", "COOKIE_WAIT", "sport=9012")
    return True


def dccp(family):
    """Kernels before 6.16 know its states."""
    raw = Raw(family)
    # request: generic header with 48 bits of sequence number, service code
    request = struct.pack("!HHBBHBBHIi", 9020, 9020, 5, 0, 0, 1, 0, 0, 7, 0)
    response = struct.pack("!HHBBHBBHIIIi", 9020, 9020, 7, 0, 0, 3, 0, 0, 9, 0, 7, 0)
    raw.out(33, request)
    until(lambda: entries("dccp") or entries("unknown", "33"), "DCCP")
    if entries("dccp", "REQUEST"):
        raw.back(33, response)
        seen("dccp", "RESPOND")


def ping(family, ident):
    echo, proto = ((8, 1), (128, 58))[family == socket.AF_INET6]
    Raw(family).out(proto, struct.pack("!BBHHH", echo, 0, 0, ident, 1))


def others(family):
    """Protocols of which conntrack knows keys, ports or nothing but the number."""
    raw = Raw(family)
    # GRE of PPTP, with a key of each direction, and without
    for back in (False, True):
        send = raw.back if back else raw.out
        send(47, struct.pack("!BBHHH", 0x20, 0x01, 0x880b, 0, 7))
        send(47, struct.pack("!BBH", 0, 0, 0x0800))
        send(136, struct.pack("!HHHH", 9030, 9030, 8, 1))
        send(50, b"esp!" * 4)
    seen("udplite")
    until(lambda: not entries("udplite", "[UNREPLIED]"), "an answer")
    answer, echo, proto = ((0, 8, 1), (129, 128, 58))[family == socket.AF_INET6]
    raw.out(proto, struct.pack("!BBHHH", echo, 0, 0, 77, 1))
    seen("type=%d" % echo, "id=77", "[UNREPLIED]")
    raw.back(proto, struct.pack("!BBHHH", answer, 0, 0, 77, 1))
    until(lambda: not entries("type=%d" % echo, "id=77", "[UNREPLIED]"), "an answer")


def main():
    known = []
    for family in ADDR:
        common.add("ipv4" if family == socket.AF_INET else "ipv6")
        tcp(family, 7001)
        tcp_by_hand(family)
        known.append(sctp(family))
        dccp(family)
        others(family)
        udp(family, 2020)
        common.clear()
    nat()
    timed_out()
    print("sctp" if all(known) else "nosctp")


main()
