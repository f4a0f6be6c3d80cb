"""A scripted provider: says exactly what a test tells it to, and remembers what it was asked.

A *step* is `step(peer, request)`. `upstream.script` holds one step per coming request;
when it is empty `upstream.default` answers. `on_accept` runs before anything is read.
"""

import json
import socket
import ssl
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass

from support import steps
from support.http1 import BadFraming, Cut, Head, Reader
from support.polling import eventually


@dataclass
class Request:
    head: Head
    body: bytes
    peer: "Peer"

    @property
    def target(self):
        return self.head.start.split(" ")[1]

    def json(self):
        return json.loads(self.body)


class Peer:
    """One connection that the gateway made."""

    def __init__(self, sock, upstream):
        self.sock, self.upstream = sock, upstream
        self.sent = self.received = 0
        self.closed_at = None
        self.over = False
        self.reader = Reader(self._receive)

    @property
    def gone(self):
        """The gateway has closed this connection."""
        return self.closed_at is not None

    def _receive(self):
        try:
            data = self.sock.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._note_gone()
        self.received += len(data)
        return data

    def _note_gone(self):
        if self.closed_at is None and not self.over:
            self.closed_at = time.monotonic()

    def send(self, data):
        """False once the gateway no longer listens."""
        view = memoryview(data)
        while view and not self.over:
            try:
                count = self.sock.send(view)
            except TimeoutError:
                continue
            except OSError:
                self._note_gone()
                return False
            self.sent += count
            view = view[count:]
        return not self.over

    def hold(self, seconds):
        """Waits until the gateway closes (True) or the time is over (False)."""
        deadline = time.monotonic() + seconds
        self.sock.settimeout(0.02)
        while not self.gone and not self.over and time.monotonic() < deadline:
            try:
                data = self.sock.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                data = b""
            if not data:
                self._note_gone()
            self.received += len(data)
            self.reader.buffer += data
        return self.gone

    def close(self):
        self.over = True
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()

    def reset(self):
        self.over = True
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Upstream:
    """Listens on a free loopback port until closed; plain, or TLS when given a context."""

    def __init__(self, default=None, tls=None, on_accept=None):
        self.default = default or steps.answer
        self.tls, self.on_accept = tls, on_accept
        self.script, self.requests, self.peers = deque(), [], []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self._stopping = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def received(self):
        """Bytes heard on all connections: zero means that nothing reached this upstream."""
        return sum(peer.received for peer in self.peers)

    def then(self, *script):
        """Scripts the next requests, one step each."""
        self.script.extend(script)
        return self

    def forget(self):
        self.script.clear()
        self.requests.clear()
        for peer in self.peers:
            peer.received = 0

    def wait_for_requests(self, count, within=5.0):
        return eventually(lambda: len(self.requests) >= count, within)

    def _accept(self):
        while not self._stopping:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = Peer(sock, self)
            self.peers.append(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            if self.on_accept:
                self.on_accept(peer, None)
            if self.tls and not peer.over:
                peer.sock.settimeout(5)
                peer.sock = self.tls.wrap_socket(peer.sock, server_side=True)
            while not peer.over and not peer.gone:
                self._answer_one(peer)
        except (Cut, BadFraming, OSError, ValueError):
            pass
        finally:
            peer.close()

    def _answer_one(self, peer):
        peer.sock.settimeout(60)
        head = peer.reader.head()
        if (head.get("expect") or "").lower() == "100-continue":
            peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b"".join(peer.reader.body(head, until_close=False))
        request = Request(head, body, peer)
        self.requests.append(request)
        step = self.script.popleft() if self.script else self.default
        peer.sock.settimeout(0.5)
        step(peer, request)

    def close(self):
        self._stopping = True
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        for peer in self.peers:
            peer.close()
        self._thread.join(2)


class Unanswering:
    """A port whose accept queue is full, so that connecting never completes."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.port = self.listener.getsockname()[1]
        self.fillers = []
        for _ in range(8):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self.fillers.append(filler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    def close(self):
        for sock in [*self.fillers, self.listener]:
            sock.close()


def refused_url():
    """A base URL on a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


def server_tls(certificate, key, newest=None):
    """A server context; `newest` caps the protocol version for the too-old case."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if newest:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = newest
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(certificate, key)
    return context
