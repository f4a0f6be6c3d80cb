"""A raw HTTP client: sends exactly the given bytes, reads strictly, always with a deadline."""

import json
import socket
import ssl
import time

from support.http1 import BadFraming, Cut, Reader, Reply, sse_data


class Client:
    """One connection. Every wait ends at `timeout` seconds with TimeoutError."""

    def __init__(self, address, tls=None, timeout=10.0, receive_buffer=None, source=None):
        self.timeout = timeout
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(timeout)
        if source:
            self.sock.bind((source, 0))
        self.sock.connect(address)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.sock = tls.wrap_socket(self.sock, server_hostname="localhost")
        self.reader = Reader(self._receive)
        self._deadline = 0.0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def _receive(self):
        self.sock.settimeout(max(0.001, self._deadline - time.monotonic()))
        try:
            return self.sock.recv(65536)
        except TimeoutError:
            raise
        except (ConnectionError, ssl.SSLError):
            return b""

    def _start(self, timeout=None):
        self._deadline = time.monotonic() + (timeout or self.timeout)

    def send(self, data):
        """True when all went out; a peer that closed early is the caller's to judge."""
        self.sock.settimeout(self.timeout)
        try:
            self.sock.sendall(data)
            return True
        except (ConnectionError, ssl.SSLError):
            return False

    def head(self, timeout=None):
        self._start(timeout)
        return self.reader.head(Reply)

    def reply(self, method="GET", timeout=None):
        """The next final reply; interim ones are kept in `.interim`."""
        head, interim = self.head(timeout), []
        while 100 <= head.status < 200 and head.status != 101:
            interim.append(head.status)
            head = self.head(timeout)
        head.interim = interim
        self.finish(head, method, timeout)
        return head

    def finish(self, head, method="GET", timeout=None):
        self._start(timeout)
        if method == "HEAD" or head.status in (101, 204, 304):
            return
        body = bytearray()
        try:
            for piece in self.reader.body(head, until_close=True):
                body += piece
        except Cut:
            head.complete = False
        head.body = bytes(body)

    def events(self, head, timeout=None):
        """Yields the data of each event of a stream as it arrives; Cut at an unclean end."""
        seen = 0
        self._start(timeout)
        for piece in self.reader.body(head, until_close=True):
            head.body += piece
            fresh = sse_data(head.body)[seen:] if head.body.endswith((b"\n", b"\r")) else []
            seen += len(fresh)
            yield from fresh
            self._start(timeout)

    def closed(self, timeout=3.0):
        """True once the peer has closed with nothing more to say."""
        self._start(timeout)
        try:
            return not self.reader.buffer and not self._receive()
        except TimeoutError:
            return False


class Exchange:
    """What came back for some raw bytes: the replies, and whether the peer closed."""

    def __init__(self, address, data, timeout=4.0, method="GET"):
        self.replies, self.closed, self.noise = [], False, b""
        with Client(address, timeout=timeout) as client:
            self.sent_all = client.send(data)
            try:
                self._read(client, method)
            except (TimeoutError, BadFraming, ValueError):
                pass
            self.noise = bytes(client.reader.buffer)

    def _read(self, client, method):
        while True:
            try:
                self.replies.append(client.reply(method))
            except Cut:
                self.closed = True
                return
            if not self.replies[-1].complete:
                self.closed = True
                return

    def __repr__(self):
        said = [(r.start, r.body[:160]) for r in self.replies]
        return f"replies={said} closed={self.closed} noise={self.noise[:80]!r}"


def request(method, target, headers=(), body=b"", host="localhost"):
    """The bytes of a well-formed request; a dict as body becomes JSON."""
    lines = [f"{method} {target} HTTP/1.1", f"host: {host}"]
    if isinstance(body, (dict, list)):
        body = json.dumps(body).encode()
        lines.append("content-type: application/json")
    if body or method == "POST":
        lines.append(f"content-length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in dict(headers).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
