"""A stream that keeps its client waiting says that it lives, and loses nothing by it."""

import json
import threading

import pytest
from support import configs, payloads, speakers, steps
from support.client import request
from support.http1 import sse_data
from support.polling import eventually
from support.speakers import CLIENTS, PROVIDERS
from support.steps import play, raw

COMMENT = b": waiting\n\n"
BEATS = {dialect: b"\n" if dialect == "generate_content" else COMMENT for dialect in CLIENTS}
PATIENT = {"first_byte": "30s", "between_bytes": "30s", "total": "60s"}
QUICK_HEART = {"heartbeat": "100ms"}


def late(gate, then=steps.answer):
    return play(steps.wait_for(gate), then)


def open_stream(client, target="/v1/chat/completions", body=None):
    client.send(request("POST", target, body=body or payloads.chat("pool:default", stream=True)))
    return client.head()


def read_through(client, reply, gate, beat=COMMENT, beats=2):
    """All that comes; the provider goes on once so many beats were heard."""
    body = bytearray()
    for piece in client.reader.body(reply, until_close=True):
        body += piece
        if body.count(beat) >= beats:
            gate.set()
    reply.body = bytes(body)
    return reply


@pytest.fixture
def waiting(start, tmp_path, upstream):
    """A gateway whose provider waits for `gate`, and the gate."""
    gate = threading.Event()
    upstream.then(late(gate))
    yield start(configs.one(tmp_path, upstream, timeouts=PATIENT, server=QUICK_HEART)), gate
    gate.set()


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_comments_come_while_the_provider_says_nothing(waiting, version):
    gateway, gate = waiting
    with gateway.client() as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat(stream=True))
                    .replace(b"HTTP/1.1", b"HTTP/" + version.encode()))
        reply = client.head()
        assert reply.status == 200 and reply.get("content-type").startswith("text/event-stream")
        assert reply.get("x-request-id")
        read_through(client, reply, gate)
    assert reply.text() == payloads.GREETING and sse_data(reply.body)[-1] == "[DONE]"
    assert reply.body.startswith(COMMENT)


def test_comments_come_in_the_middle_of_an_answer(start, tmp_path, upstream):
    gate = threading.Event()
    events = payloads.chunks()
    rest = b"".join(steps.chunk(steps.event(data)) for data in [*events[2:], "[DONE]"]) + steps.LAST_CHUNK
    upstream.then(play(raw(steps.stream_bytes(*events[:2], end=False)), steps.wait_for(gate), raw(rest)))
    gateway = start(configs.one(tmp_path, upstream, timeouts=PATIENT, server=QUICK_HEART))
    with gateway.client() as client:
        reply = open_stream(client, body=payloads.chat(stream=True))
        assert reply.get("x-headgate-model") == "a"
        read_through(client, reply, gate)
    assert reply.text() == payloads.GREETING and COMMENT in reply.body


@pytest.mark.parametrize("dialect", CLIENTS)
def test_clients_of_every_dialect_get_their_answer_behind_comments(start, tmp_path, upstream, dialect):
    gate = threading.Event()
    upstream.then(late(gate, PROVIDERS["chat_completions"].provider))
    gateway = start(configs.one(tmp_path, upstream, timeouts=PATIENT, server=QUICK_HEART))
    speaker = CLIENTS[dialect]
    with gateway.client() as client:
        reply = open_stream(client, speaker.target("a", True), speaker.ask("a", True))
        read_through(client, reply, gate, BEATS[dialect])
    assert speaker.read_stream(sse_data(reply.body)).text == speakers.TEXT
    assert reply.body.startswith(BEATS[dialect])


def test_another_candidate_still_answers_behind_a_comment(start, tmp_path, upstream, second):
    gate = threading.Event()
    upstream.then(late(gate, steps.failure()))
    second.default = steps.answer_with("from the second")
    gateway = start(configs.two(tmp_path, upstream.url, second.url, first={"timeouts": PATIENT}.items(),
                                server=QUICK_HEART))
    with gateway.client() as client:
        reply = read_through(client, open_stream(client), gate)
    assert reply.text() == "from the second" and reply.body.startswith(COMMENT)


@pytest.mark.parametrize("dialect", CLIENTS)
def test_when_nobody_answers_the_stream_ends_with_the_error(start, tmp_path, upstream, dialect):
    gate = threading.Event()
    upstream.then(late(gate, steps.failure("out of order")))
    gateway = start(configs.one(tmp_path, upstream, timeouts=PATIENT, server=QUICK_HEART))
    speaker = CLIENTS[dialect]
    with gateway.client() as client:
        reply = open_stream(client, speaker.target("a", True), speaker.ask("a", True))
        read_through(client, reply, gate, BEATS[dialect])
        assert client.closed()
    last = json.loads(sse_data(reply.body)[-1])
    assert "error" in json.dumps(last) and "[DONE]" not in sse_data(reply.body)
    record = eventually(lambda: gateway.look(f"requests/{reply.get('x-request-id')}"))
    assert record["attempts"][0]["outcome"] == "upstream_error"


def test_a_heart_that_is_off_does_not_beat(start, tmp_path, upstream):
    """The provider is silent for longer than a beat of the other tests; its deadline ends the wait, with a status."""
    upstream.then(steps.stall())
    gateway = start(configs.one(tmp_path, upstream, server={"heartbeat": "0s"}))
    assert gateway.post("/v1/chat/completions", payloads.chat(stream=True)).status == 504


def test_a_whole_answer_is_waited_for_in_silence(start, tmp_path, upstream):
    upstream.then(steps.stall())
    gateway = start(configs.one(tmp_path, upstream, server=QUICK_HEART))
    reply = gateway.post("/v1/chat/completions", payloads.chat())
    assert reply.status == 504 and COMMENT not in reply.body


def test_the_connection_goes_on_after_a_stream_with_comments(waiting, upstream):
    gateway, gate = waiting
    with gateway.client() as client:
        read_through(client, open_stream(client, body=payloads.chat(stream=True)), gate)
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat()))
        assert client.reply().status == 200


def test_a_client_that_leaves_between_two_beats_frees_its_provider(waiting, upstream):
    gateway, _ = waiting
    with gateway.client() as client:
        assert open_stream(client, body=payloads.chat(stream=True)).status == 200
    assert eventually(lambda: gateway.metrics().total("headgate_requests_in_flight") == 0)
    assert gateway.alive()
