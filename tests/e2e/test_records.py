"""What is written down of requests that a client spoils."""

import json
import time

from support import configs, payloads, steps
from support.client import Client, request
from support.polling import eventually

from rows import LENGTH, post

TIMEOUTS = {"header": "1s", "body": "1s", "idle": "1s", "write": "1s"}
FLOOD = steps.chunk(steps.event(payloads.chunk({"content": "word " * 800})))


def lines_of(gateway, route="chat_completions"):
    logged = [json.loads(line) for line in gateway.logs if line.startswith("{")]
    return [line for line in logged if line["msg"] == "request" and line["route"] == route]


def only_line(gateway):
    assert eventually(lambda: len(lines_of(gateway)) == 1)
    return lines_of(gateway)[0]


def test_a_body_that_comes_too_slowly(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream, server={"timeouts": TIMEOUTS}))
    with gateway.client() as client:
        client.send(post(LENGTH)[:-5])
        assert client.closed(timeout=4)
    line = only_line(gateway)
    assert (line["status"], line["outcome"]) == (408, "request_timeout") and "timeouts.body" in line["detail"]
    assert line["duration_us"] > 900_000 and line["overhead_us"] < 500_000
    assert gateway.metrics().total("headgate_http_requests_total", code="408") == 1
    assert gateway.metrics().total("headgate_http_requests_total", code="499") is None


def test_a_client_that_leaves_within_its_body(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    with gateway.client() as client:
        client.send(post(LENGTH)[:-5])
    line = only_line(gateway)
    assert (line["status"], line["outcome"]) == (499, "client_gone")


def test_a_client_that_does_not_take_its_answer(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream, server={"timeouts": TIMEOUTS}))
    upstream.then(steps.play(steps.raw(steps.OPENING), steps.endless(FLOOD, limit=200 << 20)))
    with Client(gateway.api, receive_buffer=4096) as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat(stream=True)))
        assert eventually(lambda: lines_of(gateway), within=8)
    line = only_line(gateway)
    assert line["outcome"] == "client_gone" and "timeouts.write" in line["detail"]
    assert line["overhead_us"] < 900_000, "waiting for the client is not overhead"


def test_a_client_that_takes_its_time_is_not_overhead(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    whole = post(LENGTH)
    with gateway.client() as client:
        client.send(whole[:-5])
        begun = time.monotonic()
        assert not eventually(lambda: upstream.received, within=0.6)
        client.send(whole[-5:])
        assert client.reply().status == 200
        waited = time.monotonic() - begun
    line = only_line(gateway)
    assert line["duration_us"] > 500_000 and line["overhead_us"] < (waited - 0.5) * 1e6
