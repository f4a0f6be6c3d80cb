"""A small, strict HTTP/1.1 reader shared by the test client and the scripted upstream.

It refuses whatever RFC 9112 refuses, so a gateway that emits bad framing fails its test here.
"""

import json
import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CHUNK_SIZE = re.compile(r"([0-9A-Fa-f]{1,16})(;.*)?")


class Cut(Exception):
    """The peer closed in the middle of a message."""


class BadFraming(Exception):
    """The peer sent bytes that are no HTTP/1.1 message."""


@dataclass
class Head:
    start: str
    headers: list = field(default_factory=list)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name, default=None):
        values = self.all(name)
        return values[0] if values else default


@dataclass(repr=False)
class Reply(Head):
    body: bytes = b""
    complete: bool = True
    interim: list = field(default_factory=list)

    def __repr__(self):
        return f"<{self.start!r} {self.body[:300]!r}{'' if self.complete else ' CUT'}>"

    @property
    def status(self):
        return int(self.start.split(" ")[1])

    def json(self):
        return json.loads(self.body)

    def error(self):
        return self.json()["error"]

    def events(self):
        return sse_data(self.body)

    def text(self):
        """The content of a chat completion, streamed or not."""
        if not (self.get("content-type") or "").startswith("text/event-stream"):
            return self.json()["choices"][0]["message"]["content"]
        return "".join(content_of(data) for data in self.events())


def content_of(data):
    """The content a chunk adds; empty for anything else."""
    try:
        choices = json.loads(data).get("choices") or []
    except (ValueError, AttributeError):
        return ""
    return "".join((choice.get("delta") or {}).get("content") or "" for choice in choices)


def sse_data(body):
    """The data of each complete event; an unfinished last event does not count, as in the SDKs."""
    events = body.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n\n")[:-1]
    out = []
    for event in events:
        lines = [line[5:].removeprefix(" ") for line in event.split("\n") if line.startswith("data:")]
        if lines:
            out.append("\n".join(lines))
    return out


class Reader:
    """Reads messages from `receive()`, which returns bytes, or b"" at the end of the connection."""

    def __init__(self, receive):
        self._receive = receive
        self.buffer = bytearray()

    def _more(self):
        data = self._receive()
        if not data:
            raise Cut()
        self.buffer += data

    def _take(self, count):
        out = bytes(self.buffer[:count])
        del self.buffer[:count]
        return out

    def line(self, limit=65536):
        while (end := self.buffer.find(b"\r\n")) < 0:
            if len(self.buffer) > limit:
                raise BadFraming("endless line")
            self._more()
        text = self._take(end + 2)[:-2]
        if b"\n" in text or b"\r" in text or b"\0" in text:
            raise BadFraming(repr(text))
        return text.decode("latin-1")

    def fields(self):
        out = []
        while line := self.line():
            name, colon, value = line.partition(":")
            if not colon or not TOKEN.fullmatch(name):
                raise BadFraming(line)
            out.append((name, value.strip(" \t")))
        return out

    def head(self, kind=Head):
        start = self.line()
        return kind(start, self.fields())

    def body(self, head, until_close):
        """Yields the body in pieces, as they come."""
        lengths, codings = head.all("content-length"), head.all("transfer-encoding")
        if len(lengths) + len(codings) > 1:
            raise BadFraming("framing headers: %s" % (lengths + codings))
        if codings:
            if codings[0].lower() != "chunked":
                raise BadFraming("transfer-encoding: " + codings[0])
            yield from self._chunked()
        elif lengths:
            if not re.fullmatch("[0-9]+", lengths[0]):
                raise BadFraming("content-length: " + lengths[0])
            yield from self._counted(int(lengths[0]))
        elif until_close:
            yield from self._until_close()

    def _counted(self, left):
        while left:
            if not self.buffer:
                self._more()
            piece = self._take(min(left, len(self.buffer)))
            left -= len(piece)
            yield piece

    def _chunked(self):
        while size := self._chunk_size():
            yield from self._counted(size)
            if self.line():
                raise BadFraming("chunk longer than its size")
        self.fields()

    def _chunk_size(self):
        line = self.line()
        if not (match := CHUNK_SIZE.fullmatch(line)):
            raise BadFraming("chunk size: " + line[:40])
        return int(match[1], 16)

    def _until_close(self):
        try:
            while True:
                if not self.buffer:
                    self._more()
                yield self._take(len(self.buffer))
        except Cut:
            return
