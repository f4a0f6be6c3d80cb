"""The vocabulary of the scripted upstream: reply, stall, reset, trickle, half a chunk, and so on.

Every function here but `answer` makes a step; `play` joins several into one.
"""

import json

from support import payloads


def play(*parts):
    def step(peer, request):
        for part in parts:
            if peer.over or peer.gone:
                return
            part(peer, request)
    return step


def raw(data):
    return lambda peer, request: peer.send(data)


def close(peer, request):
    peer.close()


def reset(peer, request):
    peer.reset()


def stall(seconds=30.0):
    """Says nothing until the gateway gives up."""
    return lambda peer, request: peer.hold(seconds)


def wait_for(event, limit=20.0):
    """Says nothing until the test sets `event`; notices when the gateway leaves."""
    def step(peer, request):
        for _ in range(int(limit / 0.02)):
            if event.is_set() or peer.hold(0.02) or peer.over:
                return
    return step


def trickle(data, every=0.1, size=1):
    def step(peer, request):
        for start in range(0, len(data), size):
            if not peer.send(data[start:start + size]) or peer.hold(every):
                return
    return step


def bytewise(data):
    """One byte per packet, without delay."""
    def step(peer, request):
        for byte in data:
            if not peer.send(bytes([byte])):
                return
    return step


def endless(piece, limit=96 << 20):
    """Repeats `piece` until the gateway closes; `limit` bounds the test, not the fault."""
    def step(peer, request):
        sent = 0
        while sent < limit and peer.send(piece):
            sent += len(piece)
        if sent >= limit:
            peer.hold(5)
    return step


def head(status="200 OK", *headers, version="HTTP/1.1"):
    return "\r\n".join([f"{version} {status}", *headers]).encode() + b"\r\n\r\n"


def message(body, status="200 OK", *headers, kind="application/json"):
    """The bytes of a complete, well-framed reply."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return head(status, f"content-type: {kind}", f"content-length: {len(body)}", *headers) + body


def reply(body, status="200 OK", *headers, kind="application/json"):
    return raw(message(body, status, *headers, kind=kind))


def chunk(data):
    data = data if isinstance(data, bytes) else data.encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"
STREAM_HEAD = head("200 OK", "content-type: text/event-stream", "transfer-encoding: chunked")


def event(data):
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"


OPENING = STREAM_HEAD + chunk(event(payloads.ROLE))


def stream_bytes(*events, end=True):
    """A chunked stream, one chunk per event; with `end`, [DONE] and the last chunk."""
    chunks = [chunk(event(data)) for data in events]
    return STREAM_HEAD + b"".join(chunks) + (chunk(event("[DONE]")) + LAST_CHUNK if end else b"")


def stream(*events, end=True):
    return raw(stream_bytes(*events, end=end))


def answer(peer, request):
    """What a healthy provider says: by path, and streamed when asked."""
    asked = request.json() if request.body else {}
    if request.target.endswith("/embeddings"):
        return reply(payloads.embeddings(asked))(peer, request)
    if request.target.endswith("/models"):
        return reply(payloads.MODELS)(peer, request)
    legacy = not request.target.endswith("/chat/completions")
    if asked.get("stream"):
        wants_usage = (asked.get("stream_options") or {}).get("include_usage")
        return stream(*payloads.chunks(legacy=legacy, usage=wants_usage and payloads.USAGE))(peer, request)
    return reply(payloads.completion(legacy=legacy))(peer, request)


def answer_with(text, usage=payloads.USAGE):
    """A healthy provider whose words tell it from others; `usage=None` counts no tokens."""
    def step(peer, request):
        asked = request.json() if request.body else {}
        if asked.get("stream"):
            return stream(*payloads.chunks(text, usage=usage))(peer, request)
        return reply(payloads.completion(text, usage=usage))(peer, request)
    return step


def failure(message="boom", status="500 Internal Server Error", code=None, **members):
    return reply({**payloads.error(message, code), **members}, status)
