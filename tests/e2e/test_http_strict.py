"""Raw requests over plain sockets: what is ambiguous is refused once, and nothing of it goes upstream."""

import json
import socket
import time

import pytest
from support import configs, payloads
from support.client import request
from support.headgate import Lasting
from support.http1 import Cut
from support.upstream import Upstream

import rows_body
import rows_framing
import rows_head
from rows import BODY, IN_CHUNKS, LENGTH, SECOND, get, post

FRAMED = rows_head.ROWS + rows_framing.ROWS


@pytest.fixture(scope="module")
def lab():
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def lasting(binary, lab, tmp_path_factory):
    folder = tmp_path_factory.mktemp("strict")
    server = {"max_body": "1MiB",
              "timeouts": {"header": "2s", "body": "5s", "idle": "5s", "write": "5s"}}
    lasting = Lasting(configs.one(folder, lab, server=server), folder)
    yield lasting
    lasting.stop()


@pytest.fixture
def gateway(lasting, lab):
    lab.forget()
    gateway = lasting.running()
    yield gateway
    gateway.judge_death()


def cases(mapping):
    return [pytest.param(value, id=name) for name, value in mapping.items()]


def named(rows):
    return [pytest.param(row, id=row.name) for row in rows]


def assert_error(reply, status=None, kind="invalid_request_error"):
    """The contract's error body, whole and typed."""
    assert status is None or reply.status == status, reply
    assert reply.get("content-type", "").startswith("application/json")
    assert reply.get("x-request-id")
    error = reply.error()
    assert set(error) >= {"message", "type", "param", "code"} and error["message"]
    assert error["type"] == kind, error


@pytest.mark.parametrize("row", named(row for row in FRAMED if not row.accepted))
def test_refuses_once_and_closes(gateway, lab, row):
    seen = gateway.exchange(row.data)
    assert seen.closed and not seen.noise, seen
    assert len(seen.replies) == 1 or (row.or_close and not seen.replies), seen
    for reply in seen.replies:
        assert reply.complete and reply.status in row.statuses, seen
        if reply.status != 501:
            assert_error(reply)
    assert gateway.alive()
    assert lab.received == 0, "part of a refused request reached the upstream"


@pytest.mark.parametrize("row", named(rows_head.UNFINISHED))
def test_what_can_never_become_a_head_is_refused_at_once(gateway, row):
    begun = time.monotonic()
    assert [reply.status for reply in gateway.exchange(row.data).replies] == [400]
    assert time.monotonic() - begun < 1.5, "it waited for the deadline of the head"


@pytest.mark.parametrize("row", named(row for row in FRAMED if row.accepted))
def test_answers_what_is_legal(gateway, lab, row):
    with gateway.client(timeout=4) as client:
        client.send(row.data)
        reply = client.reply(row.method)
        assert reply.complete and reply.status in row.statuses, (reply.start, reply.body)
        assert reply.status != 101
        if reply.status >= 400:
            assert_error(reply)
            assert lab.received == 0
        if reply.get("connection", "").lower() != "close" and b"HTTP/1.0" not in row.data:
            client.send(SECOND)
            assert client.reply().status == 200
    assert len(lab.requests) <= 1


@pytest.mark.parametrize("body", cases(rows_body.JSON))
def test_bad_json_is_400_and_the_connection_stays(gateway, lab, body):
    with gateway.client() as client:
        client.send(post(f"Content-Length: {len(body)}", body=body))
        assert_error(client.reply(), 400)
        assert lab.received == 0
        client.send(post(LENGTH))
        assert client.reply().status == 200


@pytest.mark.parametrize("body", cases(rows_body.DOUBLE_KEYS))
def test_double_keys_never_reach_the_upstream(gateway, lab, body):
    with gateway.client() as client:
        client.send(post(f"Content-Length: {len(body)}", body=body))
        reply = client.reply()
        assert reply.status in (200, 400, 404)
    for asked in lab.requests:
        keys = [key for key, _ in json.loads(asked.body, object_pairs_hook=list)]
        assert len(keys) == len(set(keys)), asked.body


@pytest.mark.parametrize("body", cases(rows_body.LEGAL))
def test_legal_json_arrives_unchanged_but_for_the_model(gateway, lab, body):
    with gateway.client() as client:
        client.send(post(f"Content-Length: {len(body)}", body=body))
        assert client.reply().status == 200
    arrived = lab.requests[0].json()
    assert arrived == {**json.loads(body), "model": "up-a"}


@pytest.mark.parametrize("row", named(rows_body.ENCODINGS))
def test_encoded_bodies_are_understood_or_refused(gateway, lab, row):
    with gateway.client() as client:
        client.send(row.data)
        reply = client.reply()
        assert reply.status in row.statuses, (reply.start, reply.body)
    if reply.status == 200:
        assert lab.requests[0].json()["messages"] == payloads.chat()["messages"]
        assert "content-encoding" not in {name.lower() for name, _ in lab.requests[0].head.headers}
    else:
        assert_error(reply)
        assert lab.received == 0


@pytest.mark.parametrize("data", cases(rows_body.NOISE))
def test_noise_is_refused_or_dropped(gateway, lab, data):
    seen = gateway.exchange(data, timeout=8)
    assert seen.closed and len(seen.replies) <= 1, seen
    assert all(reply.status in (400, 405, 408, 431, 501, 505) for reply in seen.replies), seen
    assert lab.received == 0


def test_a_declared_body_too_large_is_413_before_it_is_read(gateway, lab):
    with gateway.client() as client:
        client.send(post("Content-Length: 1048577", body=b""))
        assert_error(client.reply(), 413)
        assert client.closed()
    assert lab.received == 0


def test_a_chunked_body_too_large_is_413(gateway, lab):
    with gateway.client() as client:
        client.send(post("Transfer-Encoding: chunked", body=b"") + b"40000\r\n%s\r\n" % (b" " * 0x40000) * 6)
        assert_error(client.reply(), 413)
        assert client.closed()
    assert lab.received == 0


def test_a_body_too_large_still_gets_its_answer_while_sending(gateway, lab):
    seen = gateway.exchange(post("Content-Length: 4000000", body=b" " * 4000000))
    assert [reply.status for reply in seen.replies] == [413] and seen.closed, seen


def test_pipelined_requests_are_answered_in_order(gateway, lab):
    count = 40
    with gateway.client() as client:
        client.send(b"".join(request("POST", "/v1/chat/completions", body=payloads.chat(user=f"u{i}"))
                             if i % 2 else get(start=f"GET /v1/models/{i} HTTP/1.1") for i in range(count)))
        statuses = [client.reply().status for _ in range(count)]
    assert statuses == [404, 200] * (count // 2)
    assert [r.json()["user"] for r in lab.requests] == [f"u{i}" for i in range(1, count, 2)]


def test_noise_after_a_request_closes_after_its_answer(gateway):
    seen = gateway.exchange(get() + b"\0\1noise\r\n\r\n" + SECOND)
    assert seen.closed and [reply.status for reply in seen.replies] == [200, 400], seen


def test_connection_close_is_obeyed(gateway):
    seen = gateway.exchange(get("Connection: close") + SECOND)
    assert seen.closed and [reply.status for reply in seen.replies] == [200], seen


def test_http_1_0_closes_by_itself(gateway):
    seen = gateway.exchange(get(start="GET /v1/models HTTP/1.0"))
    assert seen.closed and [reply.status for reply in seen.replies] == [200], seen


def test_100_continue_is_said_once_before_the_body(gateway):
    with gateway.client() as client:
        client.send(post(LENGTH, "Expect: 100-continue", body=b""))
        assert client.head().status == 100
        client.send(BODY)
        reply = client.reply()
        assert reply.status == 200 and not reply.interim


def test_100_continue_is_not_said_to_a_body_too_large(gateway):
    with gateway.client() as client:
        client.send(post("Content-Length: 99999999", "Expect: 100-continue", body=b""))
        reply = client.reply()
        assert reply.interim == [] and reply.status in (413, 417)


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_any_split_of_the_bytes_is_the_same_request(gateway, lab, size):
    data = post("Transfer-Encoding: chunked", body=IN_CHUNKS)
    with gateway.client() as client:
        for start in range(0, len(data), size):
            client.send(data[start:start + size])
        assert client.reply().status == 200
    assert lab.requests[0].json()["messages"] == payloads.chat()["messages"]


def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(gateway, lab):
    for data in (b"GET", get()[:-2], post(LENGTH)[:-9], post("Transfer-Encoding: chunked", body=b"5\r\nab")):
        with gateway.client() as client:
            client.send(data)
    assert gateway.alive() and lab.received == 0


def test_half_closed_clients_get_their_answer(gateway):
    with gateway.client() as client:
        client.send(get())
        client.sock.shutdown(socket.SHUT_WR)
        try:
            assert client.reply().status == 200
        except Cut:
            pass  # treating a half-close as leaving is allowed
