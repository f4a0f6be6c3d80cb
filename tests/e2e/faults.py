"""What a provider can do wrong, as data: a name, how its upstream behaves, what a client alone with it sees."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from support import payloads, steps
from support.steps import LAST_CHUNK, OPENING, STREAM_HEAD, chunk, close, event, head, message, play, raw, reply, stall
from support.upstream import Upstream, server_tls

BAD_GATEWAY = frozenset({502})
TIMED_OUT = frozenset({504})
EITHER = frozenset({502, 504})
UNAVAILABLE = frozenset({502, 503})

HTML = b"<html><body><h1>502 Bad Gateway</h1><hr>nginx at 10.1.2.3</body></html>"
WHOLE = message(payloads.completion("from the faulty one"))
BODY = WHOLE.split(b"\r\n\r\n", 1)[1]


@dataclass
class Fault:
    name: str
    step: Callable = steps.answer
    alone: frozenset = BAD_GATEWAY
    on_accept: Callable = None
    tls: Callable = None                       # certificates -> server context
    scheme: str = None                         # what the gateway is told, when it differs from the truth

    def start(self, certificates):
        return Upstream(self.step, on_accept=self.on_accept, tls=self.tls and self.tls(certificates))

    def url(self, upstream):
        return upstream.url if not self.scheme else self.scheme + ":" + upstream.url.split(":", 1)[1]


def certificate(name, **options):
    return lambda certificates: server_tls(*certificates.pair(name), **options)


CONNECTION = [
    Fault("closes-on-accept", on_accept=close),
    Fault("resets-on-accept", on_accept=steps.reset),
    Fault("reset-after-request", steps.reset),
    Fault("close-after-request", close),
]

TLS = [
    Fault("tls-self-signed", tls=certificate("self-signed")),
    Fault("tls-expired", tls=certificate("expired")),
    Fault("tls-wrong-name", tls=certificate("wrong-name")),
    Fault("tls-too-old", tls=certificate("good", newest=ssl.TLSVersion.TLSv1_1)),
    Fault("tls-handshake-hangs", on_accept=stall(), scheme="https", alone=EITHER),
    Fault("tls-wanted-plain-found", on_accept=play(raw(head("400 Bad Request")), close), scheme="https"),
    Fault("tls-found-plain-wanted", tls=certificate("good"), scheme="http"),
]

STATUS = [
    Fault("500-json", reply(payloads.error("boom at 10.1.2.3", kind="server_error"), "500 Internal Server Error"),
          UNAVAILABLE),
    Fault("500-empty", reply(b"", "500 Internal Server Error"), UNAVAILABLE),
    Fault("502-html", reply(HTML, "502 Bad Gateway", kind="text/html"), UNAVAILABLE),
    Fault("503-html", reply(HTML, "503 Service Unavailable", kind="text/html"), UNAVAILABLE),
    Fault("503-retry-after", reply(b"{}", "503 Service Unavailable", "retry-after: 1"), UNAVAILABLE),
    Fault("504-html", reply(HTML, "504 Gateway Time-out", kind="text/html"), EITHER | UNAVAILABLE),
    Fault("529-overloaded", reply(payloads.error("Overloaded", kind="overloaded_error"), "529 Overloaded"),
          UNAVAILABLE),
    Fault("401-our-key", reply(payloads.error("Incorrect API key provided: sk-canary", "invalid_api_key"),
                               "401 Unauthorized")),
    Fault("402-our-bill", reply(payloads.error("Insufficient balance"), "402 Payment Required")),
    Fault("403-our-right", reply(payloads.error("Country not supported"), "403 Forbidden")),
    Fault("429-bare", reply(payloads.error("slow down"), "429 Too Many Requests"), frozenset({429})),
    Fault("101-switching", raw(head("101 Switching Protocols", "upgrade: websocket", "connection: upgrade"))),
    Fault("204-no-content", raw(head("204 No Content"))),
    Fault("304-not-modified", raw(head("304 Not Modified"))),
    Fault("206-partial", reply(payloads.completion("from the faulty one"), "206 Partial Content",
                               "content-range: bytes 0-9/10")),
]

HANGS = [
    Fault("hangs-before-head", stall(), TIMED_OUT),
    Fault("hangs-in-status-line", play(raw(b"HTTP/1.1 2"), stall()), TIMED_OUT),
    Fault("hangs-in-headers", play(raw(WHOLE[:40]), stall()), TIMED_OUT),
    Fault("hangs-after-1xx", play(raw(head("100 Continue")), stall()), TIMED_OUT),
    Fault("hangs-in-body", play(raw(WHOLE[:-9]), stall()), EITHER),
    Fault("hangs-in-chunk", play(raw(STREAM_HEAD + b"ff\r\n{"), stall()), EITHER),
    Fault("trickles-headers", steps.trickle(WHOLE, every=0.2), TIMED_OUT),
    Fault("trickles-an-error", play(raw(head("500 Oops", "content-length: 500")), steps.trickle(b"x" * 499, every=0.2)),
          UNAVAILABLE),
]


def chunked(*parts, kind="application/json"):
    return head("200 OK", f"content-type: {kind}", "transfer-encoding: chunked") + b"".join(parts)


def framed(name, data):
    return Fault(name, play(raw(data), close))


def with_head(*headers, status="200 OK", body=BODY, version="HTTP/1.1"):
    return head(status, "content-type: application/json", *headers, version=version) + body


LENGTH = f"content-length: {len(BODY)}"

FRAMING = [
    framed("cut-in-status-line", b"HTTP/1.1 20"),
    framed("cut-in-headers", WHOLE[:50]),
    framed("cut-in-body", WHOLE[:-10]),
    framed("cut-at-body", WHOLE[:-len(BODY)]),
    Fault("reset-in-body", play(raw(WHOLE[:-10]), steps.reset)),
    framed("length-too-long", with_head(f"content-length: {len(BODY) + 10}")),
    framed("length-too-short", with_head("content-length: 20")),
    framed("length-negative", with_head("content-length: -1")),
    framed("length-twice-different", with_head(LENGTH, "content-length: 20")),
    framed("length-not-a-number", with_head("content-length: many")),
    framed("length-and-coding", with_head(LENGTH, "transfer-encoding: chunked", body=chunk(BODY) + LAST_CHUNK)),
    framed("coding-unknown", with_head("transfer-encoding: cow")),
    framed("coding-gzip-chunked", with_head("transfer-encoding: gzip, chunked", body=chunk(BODY) + LAST_CHUNK)),
    framed("chunk-size-bad", chunked(b"zz\r\n" + BODY + b"\r\n0\r\n\r\n")),
    framed("chunk-size-overflow", chunked(b"fffffffffffffffff\r\n" + BODY + b"\r\n0\r\n\r\n")),
    framed("chunk-size-too-small", chunked(b"5\r\n" + BODY + b"\r\n0\r\n\r\n")),
    framed("chunk-cut", chunked(chunk(BODY)[:-20])),
    framed("chunk-last-missing", chunked(chunk(BODY))),
    framed("garbage", bytes(range(1, 256)) * 4),
    framed("zeros", bytes(1000)),
    framed("http-0.9", BODY),
    framed("h2-frames", bytes.fromhex("00001204000000000000030000008000040001000000050000ffff") * 2),
    framed("ssh-banner", b"SSH-2.0-OpenSSH_9.2\r\n"),
    framed("tls-alert", bytes.fromhex("15030300020228")),
    framed("version-3", with_head(LENGTH, version="HTTP/3.0")),
    framed("status-two-digits", with_head(LENGTH, status="20 OK")),
    framed("status-999999", with_head(LENGTH, status="999999 OK")),
    framed("status-word", with_head(LENGTH, status="OK")),
    framed("field-without-colon", with_head(LENGTH, "nonsense")),
    framed("field-with-nul", with_head(LENGTH, "x-a: o\0ne")),
    framed("field-space-before-colon", with_head(f"content-length : {len(BODY)}")),
    framed("field-folded", with_head(LENGTH, "x-a: one\r\n two")),
    framed("gzip-though-not-asked", with_head("content-encoding: gzip", LENGTH)),
]


def said(body, kind="application/json"):
    return reply(body, kind=kind)


COMPLETION = payloads.completion("from the faulty one")

RUBBISH = [
    Fault("json-invalid", said(b'{"choices": [')),
    Fault("json-empty", said(b"")),
    Fault("json-null", said(b"null")),
    Fault("json-array", said(b"[]")),
    Fault("json-string", said(b'"hello"')),
    Fault("json-number", said(b"42")),
    Fault("json-empty-object", said(b"{}")),
    Fault("json-trailing-text", said(BODY + b"<!-- -->")),
    Fault("json-html", said(HTML, kind="text/html")),
    Fault("json-html-labelled-json", said(HTML)),
    Fault("json-deep", said(b"[" * 100000)),
    Fault("json-deep-in-completion", said(BODY[:-1] + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}")),
    Fault("json-bad-utf8", said(BODY.replace(b"faulty", b"f\xff\xfelty"))),
    Fault("json-raw-control", said(BODY.replace(b"faulty", b"f\x01ulty"))),
    Fault("json-cut-utf8", said(BODY.replace(b"faulty", b"f\xf0\x9f\x8c"))),
    Fault("json-huge-number", said(BODY.replace(b'"created": 1', b'"created": 1e999'))),
    Fault("shape-no-choices", said({k: v for k, v in COMPLETION.items() if k != "choices"})),
    Fault("shape-choices-null", said({**COMPLETION, "choices": None})),
    Fault("shape-choices-empty", said({**COMPLETION, "choices": []})),
    Fault("shape-choices-object", said({**COMPLETION, "choices": {}})),
    Fault("shape-choice-null", said({**COMPLETION, "choices": [None]})),
    Fault("shape-choice-number", said({**COMPLETION, "choices": [7]})),
    Fault("shape-message-null", said({**COMPLETION, "choices": [{"index": 0, "message": None}]})),
    Fault("shape-message-missing", said({**COMPLETION, "choices": [{"index": 0, "finish_reason": "stop"}]})),
    Fault("shape-error-as-200", said(payloads.error("boom at 10.1.2.3", kind="server_error"))),
    Fault("shape-stream-unasked", steps.stream(*payloads.chunks("from the faulty one"))),
]

ALL = CONNECTION + TLS + STATUS + HANGS + FRAMING + RUBBISH


# -- streams --

FIRST = [payloads.ROLE, payloads.chunk({"content": "first words"})]
BEGUN = steps.stream_bytes(*FIRST, end=False)
ERROR_EVENT = chunk(event(payloads.error("upstream exploded at 10.1.2.3", kind="server_error")))

# What follows once the client holds content: no second target, an error event, no [DONE].
BROKEN_STREAMS = {
    "cut": close,
    "reset": steps.reset,
    "silent": stall(),
    "half-a-chunk": play(raw(b"ff\r\ndata: {"), close),
    "bad-chunk-size": play(raw(b"zz\r\n"), stall()),
    "ends-without-finish": raw(LAST_CHUNK),
    "error-event": raw(ERROR_EVENT + LAST_CHUNK),
    "error-event-then-done": raw(ERROR_EVENT + chunk(event("[DONE]")) + LAST_CHUNK),
    "invalid-json": raw(chunk("data: {oops\n\n") + chunk(event("[DONE]")) + LAST_CHUNK),
    "html": raw(chunk(b"data: " + HTML + b"\n\n") + LAST_CHUNK),
    "bad-utf8": raw(chunk(b'data: {"choices":[{"index":0,"delta":{"content":"\xff\xfe"}}]}\n\n') + LAST_CHUNK),
    "half-an-event": raw(chunk('data: {"choices":[{"in') + LAST_CHUNK),
}

# Before content: the next target answers, the client notices nothing.
STILLBORN_STREAMS = {
    "cut-after-head": (play(raw(STREAM_HEAD), close), BAD_GATEWAY),
    "reset-after-head": (play(raw(STREAM_HEAD), steps.reset), BAD_GATEWAY),
    "silent-after-head": (play(raw(STREAM_HEAD), stall()), EITHER),
    "empty": (play(raw(STREAM_HEAD + LAST_CHUNK)), BAD_GATEWAY),
    "only-done": (play(raw(STREAM_HEAD + chunk(event("[DONE]")) + LAST_CHUNK)), BAD_GATEWAY),
    "cut-after-comment": (play(raw(STREAM_HEAD + chunk(": working\n\n")), close), BAD_GATEWAY),
    "only-comments": (play(raw(STREAM_HEAD), steps.trickle(chunk(": working\n\n") * 50, every=0.2, size=16)),
                      TIMED_OUT),
    "cut-after-role": (play(raw(OPENING), close), BAD_GATEWAY),
    "silent-after-role": (play(raw(OPENING), stall()), EITHER),
    "bad-chunk-after-role": (play(raw(OPENING + b"zz\r\n"), stall()), BAD_GATEWAY),
    "error-event-first": (play(raw(STREAM_HEAD + ERROR_EVENT + LAST_CHUNK)), UNAVAILABLE),
    "error-event-after-role": (play(raw(OPENING + ERROR_EVENT + LAST_CHUNK)), UNAVAILABLE),
    "invalid-json-first": (play(raw(STREAM_HEAD + chunk("data: {oops\n\n") + LAST_CHUNK)), BAD_GATEWAY),
    "html-as-stream": (said(HTML, kind="text/html"), BAD_GATEWAY),
    "json-error-as-200": (said(payloads.error("boom", kind="server_error")), UNAVAILABLE),
    "500-json": (reply(payloads.error("boom", kind="server_error"), "500 Internal Server Error"), UNAVAILABLE),
    "reset": (steps.reset, BAD_GATEWAY),
}
