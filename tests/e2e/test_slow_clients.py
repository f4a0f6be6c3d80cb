"""Clients that are slow, silent, greedy or gone: they cost little and delay nobody."""

import contextlib
import http.client
import json
import resource
import socket
import threading
import time

import pytest
from support import configs, payloads, steps
from support.client import Client, request
from support.headgate import sanitized
from support.http1 import Cut
from support.polling import eventually

from rows import BODY, LENGTH, get, post

SLACK = 4 if sanitized() else 1
TIMEOUTS = {"header": "1s", "body": "1s", "idle": "1s", "write": "1s"}


@pytest.fixture
def gateway(start, tmp_path, upstream):
    return start(configs.one(tmp_path, upstream, server={"timeouts": TIMEOUTS}))


def assert_closed_at_its_deadline(client, begun, answered=()):
    """Closed between 0.5 s and 3 s; one 408 may be said before."""
    replies = []
    try:
        while True:
            replies.append(client.reply(timeout=4 * SLACK).status)
    except Cut:
        pass
    assert 0.5 < time.monotonic() - begun < 3 * SLACK
    assert replies in (list(answered), [*answered, 408]), replies


@pytest.mark.parametrize("sent", [b"", b"P", b"POST / HTTP/1.1\r\nHost: local", get()[:-2],
                                  post(LENGTH, body=b""), post(LENGTH)[:-5],
                                  post("Transfer-Encoding: chunked", body=b"5\r\nab"),
                                  post(LENGTH, "Expect: 100-continue", body=b"")],
                         ids=["silent", "one-byte", "half-a-field", "no-last-line", "no-body",
                              "half-a-body", "half-a-chunk", "waits-and-says-nothing"])
def test_what_never_completes_is_closed_at_its_deadline(gateway, upstream, sent):
    with gateway.client() as client:
        begun = time.monotonic()
        client.send(sent)
        if b"Expect" in sent:
            assert client.head().status == 100
        assert_closed_at_its_deadline(client, begun)
    assert upstream.received == 0 and gateway.alive()


@pytest.mark.parametrize("data", [get("X-A: " + "a" * 200), post(LENGTH)], ids=["header", "body"])
def test_a_byte_now_and_then_does_not_extend_the_deadline(gateway, upstream, data):
    """The deadline covers the whole part, not each byte of it."""
    quick = len(post(LENGTH)) - len(BODY) if data.startswith(b"POST") else 0
    with gateway.client() as client:
        begun = time.monotonic()
        client.send(data[:quick])
        over = threading.Event()

        def trickle():
            for byte in data[quick:quick + 40]:
                if over.wait(0.1) or not client.send(bytes([byte])):
                    return

        sender = threading.Thread(target=trickle)
        sender.start()
        try:
            assert_closed_at_its_deadline(client, begun)
        finally:
            over.set()
            sender.join()
    assert not upstream.requests


def test_an_idle_connection_is_closed(gateway):
    with gateway.client() as client:
        client.send(get())
        begun = time.monotonic()
        assert_closed_at_its_deadline(client, begun, answered=[200])


def test_many_silent_connections_do_not_delay_others(gateway):
    silent = [gateway.client() for _ in range(300)]
    for number, client in enumerate(silent):
        client.send(b"POST /v1/chat"[:number % 14])
    begun = time.monotonic()
    assert gateway.chat(payloads.chat()).status == 200
    assert time.monotonic() - begun < 0.5 * SLACK
    before = gateway.descriptors()
    assert eventually(lambda: gateway.descriptors() <= before - 290, within=5 * SLACK)
    for client in silent:
        client.close()


def test_ten_thousand_silent_connections_do_not_delay_others(start, tmp_path, upstream):
    """Reliability of a front door: whoever only holds the handle keeps nobody out."""
    patient = {**TIMEOUTS, "header": "60s", "idle": "60s"}
    gateway = start(configs.one(tmp_path, upstream, server={"timeouts": patient}))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    count = min(10_000, most - 1_000)
    with contextlib.ExitStack() as open_sockets:
        for number in range(count):
            silent = open_sockets.enter_context(socket.create_connection(gateway.api))
            silent.send(b"POST /v1/chat"[:number % 14])
        assert eventually(lambda: gateway.descriptors() > count, within=10 * SLACK)
        for _ in range(20):
            begun = time.monotonic()
            assert gateway.chat(payloads.chat()).status == 200
            assert time.monotonic() - begun < 0.5 * SLACK


def test_a_waiting_upstream_is_not_an_idle_client(start, tmp_path, upstream):
    """The idle deadline counts only while no request is in hand."""
    gateway = start(configs.one(tmp_path, upstream, {"first_byte": "10s", "total": "20s"},
                                server={"timeouts": TIMEOUTS}))
    gate = threading.Event()
    upstream.then(steps.play(steps.wait_for(gate), steps.answer))
    with gateway.client() as client:
        client.send(post(LENGTH))
        assert upstream.wait_for_requests(1)
        assert not eventually(lambda: upstream.peers[0].gone, within=1.6)
        gate.set()
        assert client.reply().status == 200


FLOOD = steps.chunk(steps.event(payloads.chunk({"content": "word " * 800})))


def test_a_client_that_does_not_read_stops_the_upstream_and_is_dropped(gateway, upstream):
    upstream.then(steps.play(steps.raw(steps.OPENING), steps.endless(FLOOD, limit=200 << 20)))
    before = gateway.peak_rss()
    with Client(gateway.api, receive_buffer=4096) as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat(stream=True)))
        assert eventually(lambda: upstream.peers and upstream.peers[0].gone, within=8 * SLACK), "never dropped"
    assert upstream.peers[0].sent < 60 << 20, "no back-pressure: the stream was swallowed"
    if not sanitized():
        assert gateway.peak_rss() - before < 8 << 20
    assert gateway.alive()


def test_a_client_that_pauses_within_the_write_deadline_gets_everything(gateway, upstream):
    upstream.then(steps.play(steps.raw(steps.OPENING), steps.raw(FLOOD * 3000), steps.raw(
        steps.chunk(steps.event(payloads.FINISH)) + steps.chunk(steps.event("[DONE]")) + steps.LAST_CHUNK)))
    with Client(gateway.api, receive_buffer=65536) as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat(stream=True)))
        eventually(lambda: upstream.peers and upstream.peers[0].sent > 8 << 20, within=0.3)
        reply = client.reply()
    assert reply.complete and reply.events()[-1] == "[DONE]"
    assert len(reply.text()) == 3000 * len("word " * 800)


def test_a_client_that_pauses_longer_than_the_provider_may_gets_everything(start, tmp_path, upstream):
    """The provider's deadlines do not run while the client is waited for."""
    gateway = start(configs.one(tmp_path, upstream, {"between_bytes": "500ms", "total": "60s"}))
    upstream.then(steps.play(steps.raw(steps.OPENING), steps.raw(FLOOD * 3000), steps.raw(
        steps.chunk(steps.event(payloads.FINISH)) + steps.chunk(steps.event("[DONE]")) + steps.LAST_CHUNK)))
    with Client(gateway.api, receive_buffer=65536) as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat(stream=True)))
        assert not eventually(lambda: upstream.peers and upstream.peers[0].gone, within=2)
        reply = client.reply()
    assert reply.complete and reply.events()[-1] == "[DONE]"
    attempts = "headgate_upstream_attempts_total"
    assert eventually(lambda: gateway.metrics().total(attempts, outcome="ok") == 1)
    assert gateway.metrics().total(attempts) == 1


@pytest.mark.parametrize("attempt", range(5))
def test_a_client_that_sends_before_it_reads_hears_that_its_body_is_too_large(gateway, attempt):
    connection = http.client.HTTPConnection(*gateway.api, timeout=20)
    connection.request("POST", "/v1/chat/completions", body=b" " * ((32 << 20) + 1))
    reply = connection.getresponse()
    assert reply.status == 413 and json.loads(reply.read())["error"]["code"] == "request_too_large"
    connection.close()


# -- clients that leave --

def leaves(gateway, upstream, stream, after_content):
    client = gateway.client()
    client.send(request("POST", "/v1/chat/completions", body=payloads.chat(stream=stream)))
    assert upstream.wait_for_requests(1)
    if after_content:
        events = client.events(client.head())
        while "first" not in next(events):
            pass
    left = time.monotonic()
    client.close()
    peer = upstream.requests[0].peer
    assert eventually(lambda: peer.gone, within=3 * SLACK), "the upstream is still being asked"
    assert peer.closed_at - left <= 1.0 * SLACK


@pytest.fixture
def patient(start, tmp_path, upstream):
    timeouts = {"first_byte": "30s", "between_bytes": "30s", "total": "60s"}
    return start(configs.one(tmp_path, upstream, timeouts))


BEGUN = steps.stream_bytes(payloads.ROLE, payloads.chunk({"content": "first"}), end=False)


@pytest.mark.parametrize("stream, step, after_content", [
    (False, steps.stall(), False),
    (False, steps.play(steps.raw(steps.message(payloads.completion())[:60]), steps.stall()), False),
    (True, steps.stall(), False),
    (True, steps.play(steps.raw(steps.OPENING), steps.stall()), False),
    (True, steps.play(steps.raw(BEGUN), steps.stall()), True),
    (True, steps.play(steps.raw(BEGUN), steps.endless(FLOOD, limit=1 << 30)), True),
], ids=["whole-before-head", "whole-in-body", "stream-before-head", "stream-before-content",
        "stream-after-content", "stream-in-full-flow"])
def test_a_client_that_leaves_cancels_the_upstream_within_a_second(patient, upstream, stream, step, after_content):
    upstream.then(step)
    leaves(patient, upstream, stream, after_content)
    scrape = 1  # the request that asks for the metrics is in flight itself
    assert eventually(lambda: patient.metrics().total("headgate_requests_in_flight") <= scrape, within=2)


def test_a_client_that_leaves_is_not_retried_elsewhere(start, tmp_path, upstream, second):
    gateway = start(configs.two(tmp_path, upstream.url, second.url))
    upstream.then(steps.stall())
    client = gateway.client()
    client.send(request("POST", "/v1/chat/completions", body=payloads.chat("pool:default")))
    assert upstream.wait_for_requests(1)
    client.close()
    assert eventually(lambda: upstream.peers[0].gone, within=2 * SLACK)
    assert gateway.alive() and second.received == 0
