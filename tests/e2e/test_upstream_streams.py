"""Streams and connections from upstream: broken after content, oddly legal, oversized, reused, poisoned."""

import gzip
import json
import threading
import time

import pytest
from support import configs, payloads, steps
from support.client import request
from support.headgate import sanitized
from support.http1 import Cut
from support.polling import eventually
from support.steps import LAST_CHUNK, STREAM_HEAD, chunk, close, head, message, play, raw
from support.upstream import Upstream

import faults

CAPS = {"max_response": "4MiB", "max_event": "1MiB"}


@pytest.fixture
def gateway_with(start, tmp_path, second):
    second.default = steps.answer_with("from the second")
    return lambda url, **first: start(configs.two(tmp_path, url, second.url, first=first.items()))


def assert_ends_with_an_error(reply, *ports):
    """Rule: after content a failure is one final error event, never [DONE], never a bare close."""
    events = reply.events()
    assert reply.status == 200 and reply.complete and "first words" in reply.text()
    assert "[DONE]" not in events, events
    error = json.loads(events[-1])["error"]
    assert set(error) >= {"message", "type", "param", "code"} and error["message"], error
    assert sum('"error"' in data for data in events) == 1
    assert not any((choice.get("finish_reason")) for data in events
                   for choice in json.loads(data).get("choices") or [])
    for secret in ("10.1.2.3", "127.0.0.1", "<html", *map(str, ports)):
        assert secret not in reply.body.decode(), secret


def chat_broken_after_content(gateway, broken, fault):
    """The upstream goes wrong only once the client holds content: until then the next target may be asked."""
    gate = threading.Event()
    broken.then(play(raw(faults.BEGUN), steps.wait_for(gate), fault))
    with gateway.client() as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat("pool:default", stream=True)))
        reply = client.head()
        try:
            for data in client.events(reply):
                if "first words" in data:
                    gate.set()
        except Cut:
            reply.complete = False
        return reply


@pytest.mark.parametrize("name", faults.BROKEN_STREAMS)
def test_a_stream_broken_after_content_ends_with_an_error_event(gateway_with, second, name):
    with Upstream() as broken:
        gateway = gateway_with(broken.url)
        begun = time.monotonic()
        reply = chat_broken_after_content(gateway, broken, faults.BROKEN_STREAMS[name])
        assert time.monotonic() - begun < 5
        assert_ends_with_an_error(reply, broken.port)
        assert second.received == 0 and len(broken.requests) == 1
        assert gateway.alive()


# -- legal oddities --

EVENTS = payloads.chunks()


def events_text(ending="\n", opening=lambda data: f"data: {data}"):
    lines = [opening(json.dumps(data, ensure_ascii=False)) for data in EVENTS] + [opening("[DONE]")]
    return "".join(line + ending * 2 for line in lines).encode()


def in_chunks(data, size):
    return STREAM_HEAD + b"".join(chunk(data[i:i + size]) for i in range(0, len(data), size)) + LAST_CHUNK


def two_lines(data):
    """The same JSON over two data lines, which a reader joins with a newline."""
    return f"data: {data[:1]}\ndata: {data[1:]}" if data.startswith("{") else f"data: {data}"


def with_other_fields(data):
    return f"id: 1\nevent: m\nretry: 5\ndata: {data}"


PLAIN = events_text()
CLOSE_DELIMITED = head("200 OK", "content-type: text/event-stream", "connection: close")

ODD_STREAMS = {
    "byte-wise-chunks": raw(in_chunks(PLAIN, 1)),
    "byte-wise-packets": steps.bytewise(in_chunks(PLAIN, 7)),
    "one-chunk": raw(in_chunks(PLAIN, 1 << 20)),
    "crlf": raw(in_chunks(events_text("\r\n"), 50)),
    "crlf-byte-wise": raw(in_chunks(events_text("\r\n"), 1)),
    "cr": raw(in_chunks(events_text("\r"), 50)),
    "comments": raw(in_chunks(b": hello\n\n" + PLAIN.replace(b"\n\n", b"\n\n: ping\n\n"), 64)),
    "bom": raw(in_chunks(b"\xef\xbb\xbf" + PLAIN, 64)),
    "no-space": raw(in_chunks(events_text(opening=lambda data: f"data:{data}"), 64)),
    "two-data-lines": raw(in_chunks(events_text(opening=two_lines), 64)),
    "event-and-id-lines": raw(in_chunks(events_text(opening=with_other_fields), 64)),
    "empty-lines": raw(in_chunks(PLAIN.replace(b"\n\n", b"\n\n\n\n"), 64)),
    "1xx-first": raw(head("100 Continue") + head("103 Early Hints", "link: </x>") + in_chunks(PLAIN, 64)),
    "close-delimited": play(raw(CLOSE_DELIMITED + PLAIN), close),
    "http-1.0": play(raw(CLOSE_DELIMITED.replace(b"HTTP/1.1", b"HTTP/1.0") + PLAIN), close),
    "no-reason-phrase": raw(in_chunks(PLAIN, 64).replace(b"200 OK", b"200 ")),
    "charset": raw(in_chunks(PLAIN, 64).replace(b"event-stream", b"event-stream; charset=utf-8")),
    "upper-case-headers": raw(in_chunks(PLAIN, 64).replace(b"transfer-encoding", b"TRANSFER-ENCODING")),
    "chunk-extension": raw(STREAM_HEAD + b"%x;a=b\r\n%s\r\n" % (len(PLAIN), PLAIN) + LAST_CHUNK),
    "trailer": raw(STREAM_HEAD + chunk(PLAIN) + b"0\r\nx-sum: 1\r\n\r\n"),
    "with-length": raw(head("200 OK", "content-type: text/event-stream", f"content-length: {len(PLAIN)}") + PLAIN),
    "role-and-content-together": steps.stream(
        payloads.chunk({"role": "assistant", "content": payloads.GREETING}), payloads.FINISH),
}


@pytest.mark.parametrize("name", ODD_STREAMS)
def test_legal_oddities_of_streams_work(gateway_with, second, name):
    with Upstream(ODD_STREAMS[name]) as odd:
        reply = gateway_with(odd.url).chat(payloads.chat("pool:default", stream=True))
        assert reply.status == 200 and reply.complete
        assert reply.text() == payloads.GREETING and reply.events()[-1] == "[DONE]"
        assert second.received == 0


def test_the_first_content_may_come_later_than_the_pause_between_two(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream, {"first_byte": "10s", "between_bytes": "300ms"}))
    upstream.then(play(raw(STREAM_HEAD), steps.stall(1.0), raw(in_chunks(PLAIN, 64)[len(STREAM_HEAD):])))
    reply = gateway.chat(payloads.chat(stream=True))
    assert reply.status == 200 and reply.text() == payloads.GREETING


BODY = json.dumps(payloads.completion(), ensure_ascii=False).encode()
JSON_HEAD = ("200 OK", "content-type: application/json")

ODD_REPLIES = {
    "byte-wise": steps.bytewise(message(BODY)),
    "byte-wise-chunks": raw(head(*JSON_HEAD, "transfer-encoding: chunked")
                            + b"".join(chunk(BODY[i:i + 1]) for i in range(len(BODY))) + LAST_CHUNK),
    "1xx-first": raw(head("100 Continue") + head("103 Early Hints") + message(BODY)),
    "http-1.0": play(raw(head(*JSON_HEAD, version="HTTP/1.0") + BODY), close),
    "http-1.0-with-length": play(raw(message(BODY).replace(b"HTTP/1.1", b"HTTP/1.0")), close),
    "close-delimited": play(raw(head(*JSON_HEAD, "connection: close") + BODY), close),
    "no-reason-phrase": raw(message(BODY).replace(b"200 OK", b"200 ")),
    "charset": raw(message(BODY, kind="application/json; charset=utf-8")),
    "blanks-around": raw(message(b" \r\n" + BODY + b"\n\n")),
    "big-headers": raw(message(BODY, "200 OK", *[f"x-{i}: {'v' * 100}" for i in range(40)])),
}


@pytest.mark.parametrize("name", ODD_REPLIES)
def test_legal_oddities_of_replies_work(gateway_with, second, name):
    with Upstream(ODD_REPLIES[name]) as odd:
        reply = gateway_with(odd.url).chat(payloads.chat("pool:default"))
        assert reply.status == 200 and reply.complete and reply.text() == payloads.GREETING
        assert second.received == 0


# -- more than anyone should send --

HUGE = b"x" * 65536
BOMB = gzip.compress(b" " * (64 << 20))

OVERSIZED = {
    "20-gib-declared": play(raw(head(*JSON_HEAD, f"content-length: {20 << 30}")), steps.endless(HUGE)),
    "endless-chunks": play(raw(head(*JSON_HEAD, "transfer-encoding: chunked")), steps.endless(chunk(HUGE))),
    "endless-until-close": play(raw(head(*JSON_HEAD, "connection: close")), steps.endless(HUGE)),
    "endless-header": play(raw(b"HTTP/1.1 200 OK\r\nx-a: "), steps.endless(HUGE)),
    "endless-headers": play(raw(b"HTTP/1.1 200 OK\r\n"), steps.endless(b"x-a: aaaaaaaaaaaaaaaa\r\n" * 1000)),
    "50000-headers": raw(message(BODY, "200 OK", *["x-a: a"] * 50000)),
    "endless-status-line": play(raw(b"HTTP/1.1 200 "), steps.endless(HUGE)),
    "endless-1xx": steps.endless(head("100 Continue") * 1000),
    "endless-chunk-size": play(raw(head(*JSON_HEAD, "transfer-encoding: chunked")), steps.endless(b"0" * 65536)),
    "endless-extension": play(raw(head(*JSON_HEAD, "transfer-encoding: chunked") + b"5;"), steps.endless(HUGE)),
    "endless-trailers": play(raw(head(*JSON_HEAD, "transfer-encoding: chunked") + chunk(BODY) + b"0\r\n"),
                             steps.endless(b"x-a: aaaaaaaaaaaaaaaa\r\n" * 1000)),
    "gzip-bomb": raw(message(BOMB, "200 OK", "content-encoding: gzip")),
}


def assert_bounded(gateway, before):
    assert gateway.alive()
    if not sanitized():
        assert gateway.peak_rss() - before < (4 + 32) << 20, (before, gateway.peak_rss())


@pytest.mark.parametrize("name", OVERSIZED)
def test_oversized_replies_are_cut_at_the_cap(gateway_with, second, name):
    with Upstream(OVERSIZED[name]) as broken:
        gateway = gateway_with(broken.url, **CAPS)
        before = gateway.rss()
        reply = gateway.chat(payloads.chat("pool:default"), timeout=20)
        assert reply.status == 200 and reply.text() == "from the second"
        if name != "gzip-bomb":  # a bomb is short on the wire and may be read to its end
            assert eventually(lambda: broken.peers[0].gone, within=2), "the upstream connection stays open"
        assert_bounded(gateway, before)


@pytest.mark.parametrize("begun", [False, True])
def test_an_event_too_large_is_cut_at_the_cap(gateway_with, second, begun):
    event = play(raw(chunk(b"data: ")), steps.endless(chunk(HUGE)))
    with Upstream(play(raw(STREAM_HEAD), event)) as broken:
        gateway = gateway_with(broken.url, **CAPS)
        before = gateway.rss()
        if begun:
            assert_ends_with_an_error(chat_broken_after_content(gateway, broken, event), broken.port)
        else:
            assert gateway.chat(payloads.chat("pool:default", stream=True)).text() == "from the second"
        assert_bounded(gateway, before)


# -- connections kept and dropped --

@pytest.fixture
def alone(start, tmp_path, upstream):
    return start(configs.one(tmp_path, upstream))


def ask(gateway):
    return gateway.chat(payloads.chat()).text()


def test_connections_are_reused(alone, upstream):
    assert {ask(alone) for _ in range(5)} == {payloads.GREETING}
    assert len(upstream.peers) == 1


@pytest.mark.parametrize("ending", [close, steps.reset])
def test_a_stale_connection_is_retried_once_unnoticed(alone, upstream, ending):
    assert ask(alone) == payloads.GREETING
    upstream.then(ending)
    assert ask(alone) == payloads.GREETING
    assert len(upstream.requests) == 3 and len(upstream.peers) == 2


def test_a_connection_closed_while_idle_is_not_used(alone, upstream):
    upstream.then(play(steps.answer, close))
    assert ask(alone) == payloads.GREETING
    assert ask(alone) == payloads.GREETING
    assert len(upstream.requests) == 2


def test_a_fresh_connection_is_not_retried_unnoticed(gateway_with, second):
    with Upstream(close) as broken:
        assert gateway_with(broken.url).chat(payloads.chat("pool:default")).text() == "from the second"
        assert len(broken.requests) == 1


POISON = message(payloads.completion("POISON"))


def test_an_extra_answer_never_reaches_the_next_request(alone, upstream):
    upstream.then(raw(message(BODY) + POISON))
    for _ in range(3):
        assert ask(alone) == payloads.GREETING
    assert eventually(lambda: upstream.peers[0].gone)


@pytest.mark.parametrize("unasked", [POISON, head("408 Request Timeout", "content-length: 0"), b"\r\n", b"x"],
                         ids=["answer", "408", "empty-line", "byte"])
def test_an_unasked_answer_while_idle_is_dropped(alone, upstream, unasked):
    gate = threading.Event()
    upstream.then(play(steps.answer, steps.wait_for(gate), raw(unasked)))
    assert ask(alone) == payloads.GREETING
    sent = upstream.peers[0].sent
    gate.set()
    assert eventually(lambda: upstream.peers[0].sent > sent or upstream.peers[0].gone)
    assert ask(alone) == payloads.GREETING
    assert len(upstream.peers) == 2


def test_a_connection_that_said_close_is_not_reused(alone, upstream):
    upstream.then(raw(message(BODY, "200 OK", "connection: close")))
    assert ask(alone) == payloads.GREETING
    assert ask(alone) == payloads.GREETING
    assert len(upstream.peers) == 2


# -- what of an answer's head goes through --

FOREIGN = ["set-cookie: session=1", "server: nginx/1.2", "x-powered-by: PHP", "via: 1.1 varnish",
           "access-control-allow-origin: *", "x-internal-host: gpu-17", "strict-transport-security: max-age=1",
           "openai-organization: org-1", "alt-svc: h3=\":443\"", "www-authenticate: Basic", "x-headgate-model: fake",
           "x-headgate-cost-usd: 9"]


@pytest.mark.parametrize("stream", [False, True])
def test_only_allowed_headers_pass(alone, upstream, stream):
    whole = in_chunks(PLAIN, 64) if stream else message(BODY)
    status, rest = whole.split(b"\r\n", 1)
    upstream.then(raw(status + b"\r\n" + "\r\n".join(FOREIGN).encode() + b"\r\n" + rest))
    reply = alone.chat(payloads.chat(stream=stream))
    assert reply.status == 200 and reply.text() == payloads.GREETING
    names = {name.lower() for name, _ in reply.headers}
    assert not names & {"set-cookie", "x-powered-by", "via", "access-control-allow-origin", "x-internal-host",
                        "strict-transport-security", "openai-organization", "alt-svc", "www-authenticate"}
    assert "nginx" not in reply.get("server", "")
    assert reply.all("x-headgate-model") == ["a"] and reply.get("x-headgate-cost-usd") != "9"


def test_rate_limit_headers_pass(alone, upstream):
    upstream.then(raw(message(BODY, "200 OK", "x-ratelimit-remaining-requests: 41")))
    assert alone.chat(payloads.chat()).get("x-ratelimit-remaining-requests") == "41"
