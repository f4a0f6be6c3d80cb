"""How a raw-request row is written: a name, exact bytes, and what may come back."""

import json
from dataclasses import dataclass

from support import payloads

BODY = json.dumps(payloads.chat()).encode()
SECOND = b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass(repr=False)
class Row:
    name: str
    data: bytes
    statuses: frozenset = frozenset({400})
    or_close: bool = False      # a close without any reply is right as well
    method: str = "GET"
    accepted: bool = False      # answered like any request: the connection may go on

    def __repr__(self):
        return self.name


def bad(name, data, *statuses, or_close=False, tail=SECOND):
    """Must be refused with one reply and a close. `tail` would be a second request to a lax reader."""
    return Row(name, data + tail, frozenset(statuses or {400}), or_close)


def good(name, data, *statuses, method="GET"):
    """Must be answered like any other request, and the connection goes on."""
    return Row(name, data, frozenset(statuses or {200}), method=method, accepted=True)


def line(start, *headers):
    """A head of exactly these lines."""
    lines = [start, *headers]
    return b"\r\n".join(x if isinstance(x, bytes) else x.encode("latin-1") for x in lines) + b"\r\n\r\n"


def get(*headers, start="GET /v1/models HTTP/1.1", host="Host: localhost"):
    return line(start, *([host] if host else []), *headers)


def post(*headers, body=BODY, start="POST /v1/chat/completions HTTP/1.1", host="Host: localhost"):
    """A chat request with these framing headers; no Content-Length is added."""
    return line(start, *([host] if host else []), "Content-Type: application/json", *headers) + body


LENGTH = f"Content-Length: {len(BODY)}"
CHUNKED = "Transfer-Encoding: chunked"
IN_CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
