"""The surface as users see it: answers, streams, names, headers, bodies of every size."""

import base64
import json
import struct
import threading

import pytest
from support import configs, payloads, steps
from support.client import request
from support.headgate import Lasting, sanitized
from support.polling import eventually
from support.upstream import Upstream

from rows import LENGTH, get, post

CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def lab():
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def lasting(binary, lab, tmp_path_factory):
    folder = tmp_path_factory.mktemp("flow")
    key = folder / "key"
    key.write_text("sk-provider\n")
    models = {"a": {"provider": "lab", "upstream": "up-a"}, "gpt-small": {"provider": "lab", "upstream": "up-b"}}
    providers = {"lab": configs.provider(lab.url, key=f"file:{key}", headers={"x-team": "blue"})}
    lasting = Lasting(configs.gateway(folder, providers, models), folder)
    yield lasting
    lasting.stop()


@pytest.fixture
def gateway(lasting, lab):
    lab.forget()
    gateway = lasting.running()
    yield gateway
    gateway.judge_death()


# -- answers --

def test_chat(gateway, lab):
    reply = gateway.chat(payloads.chat(temperature=0.5, user="u-1", x_unknown={"kept": [1, None]}))
    assert reply.status == 200 and reply.text() == payloads.GREETING
    assert reply.json()["usage"] == payloads.USAGE
    assert reply.get("content-type").startswith("application/json")
    asked = lab.requests[0].json()
    assert asked == {**payloads.chat("up-a"), "temperature": 0.5, "user": "u-1", "x_unknown": {"kept": [1, None]}}


def test_stream(gateway, lab):
    reply = gateway.chat(payloads.chat(stream=True))
    assert reply.complete and reply.text() == payloads.GREETING and reply.events()[-1] == "[DONE]"
    assert reply.get("content-type").startswith("text/event-stream")
    assert reply.get("content-length") is None
    assert "no-cache" in reply.get("cache-control")
    assert reply.body.endswith(b"\n\n")


def test_usage_is_asked_for_but_withheld(gateway, lab):
    for options in ({}, {"stream_options": {"include_usage": False}}, {"stream_options": None}):
        reply = gateway.chat(payloads.chat(stream=True, **options))
        assert lab.requests[-1].json()["stream_options"]["include_usage"] is True
        assert all(json.loads(data)["choices"] for data in reply.events()[:-1])


def test_usage_is_shown_when_asked_for(gateway, lab):
    reply = gateway.chat(payloads.chat(stream=True, stream_options={"include_usage": True}))
    last = json.loads(reply.events()[-2])
    assert last["choices"] == [] and last["usage"]["total_tokens"] == 12


def test_events_arrive_as_they_are_made(gateway, lab):
    gate = threading.Event()
    first = steps.stream_bytes(payloads.ROLE, payloads.chunk({"content": "early"}), end=False)
    rest = steps.chunk(steps.event(payloads.FINISH)) + steps.chunk(steps.event("[DONE]")) + steps.LAST_CHUNK
    lab.then(steps.play(steps.raw(first), steps.wait_for(gate), steps.raw(rest)))
    with gateway.client() as client:
        client.send(request("POST", CHAT, body=payloads.chat(stream=True)))
        events = client.events(client.head())
        while "early" not in next(events):
            pass
        gate.set()
        assert list(events)[-1] == "[DONE]"


def test_completions(gateway, lab):
    reply = gateway.post("/v1/completions", {"model": "a", "prompt": "Say"})
    assert reply.status == 200 and reply.json()["choices"][0]["text"] == payloads.GREETING
    assert lab.requests[0].target.endswith("/v1/completions") and lab.requests[0].json()["model"] == "up-a"
    reply = gateway.post("/v1/completions", {"model": "a", "prompt": "Say", "stream": True})
    said = "".join(c["text"] for d in reply.events()[:-1] for c in json.loads(d)["choices"])
    assert said == payloads.GREETING and reply.events()[-1] == "[DONE]"


def test_embeddings_as_floats(gateway):
    reply = gateway.post("/v1/embeddings", {"model": "a", "input": ["x", "y"], "encoding_format": "float"})
    assert [row["embedding"] for row in reply.json()["data"]] == [[0.5, -1.25, 3.0]] * 2


def test_embeddings_as_base64_although_the_upstream_says_floats(gateway):
    reply = gateway.post("/v1/embeddings", {"model": "a", "input": "x", "encoding_format": "base64"})
    packed = base64.b64decode(reply.json()["data"][0]["embedding"])
    assert struct.unpack("<3f", packed) == (0.5, -1.25, 3.0)


def test_models(gateway, lab):
    listed = gateway.get("/v1/models").json()
    assert listed["object"] == "list" and {"a", "gpt-small"} <= {model["id"] for model in listed["data"]}
    assert all(model["object"] == "model" and "created" in model and model["owned_by"] for model in listed["data"])
    assert gateway.get("/v1/models/gpt-small").json()["id"] == "gpt-small"
    assert lab.received == 0


@pytest.mark.parametrize("model", ["auto", "pool:default", "a"])
def test_names_a_request_may_use(gateway, lab, model):
    assert gateway.chat(payloads.chat(model)).status == 200
    assert lab.requests[0].json()["model"] == "up-a"


def test_an_unknown_model_is_404_and_the_closest_is_named(gateway, lab):
    for reply in (gateway.chat(payloads.chat("gpt-smal")), gateway.get("/v1/models/gpt-smal"),
                  gateway.chat(payloads.chat("gpt-smal", stream=True))):
        assert reply.status == 404 and reply.error()["code"] == "model_not_found"
        assert "gpt-small" in reply.error()["message"]
    assert gateway.chat(payloads.chat("pool:none")).status == 404
    assert lab.received == 0


@pytest.mark.parametrize("method, target, status, code", [
    ("GET", "/nothing", 404, "unknown_url"), ("POST", "/v1/chat", 404, "unknown_url"),
    ("GET", CHAT, 405, "method_not_allowed"), ("POST", "/v1/models", 405, "method_not_allowed")])
def test_wrong_urls_and_methods(gateway, lab, method, target, status, code):
    reply = gateway.call(method, target)
    assert reply.status == status and reply.error()["code"] == code
    assert reply.error()["type"] == "invalid_request_error"
    assert (status == 405) == bool(reply.get("allow"))


# -- headers --

def test_answers_carry_ids_and_route(gateway):
    reply = gateway.chat(payloads.chat("pool:default"))
    assert reply.get("x-request-id") and reply.get("x-request-id") == reply.get("request-id")
    assert reply.get("x-headgate-provider") == "lab" and reply.get("x-headgate-model") == "a"
    assert reply.get("x-headgate-attempts") == "1" and reply.get("x-headgate-pool") == "default"
    assert 0 <= int(reply.get("x-headgate-overhead-us")) < 10_000_000
    stream = gateway.chat(payloads.chat(stream=True))
    assert stream.get("x-headgate-model") == "a" and stream.get("x-request-id")


def test_request_ids_are_unique_and_logged(gateway):
    ids = {gateway.chat(payloads.chat()).get("x-request-id") for _ in range(20)}
    assert len(ids) == 20
    assert eventually(lambda: ids <= {json.loads(line).get("request_id") for line in gateway.logs})


@pytest.mark.parametrize("evil", ["<script>", "a b", "x" * 200, "caf\u00e9"],
                         ids=["markup", "blank", "long", "not-ascii"])
def test_strange_request_ids_are_replaced(gateway, evil):
    with gateway.client() as client:
        client.send(get(f"X-Request-Id: {evil}"))
        assert client.reply().get("x-request-id") not in (evil, None)


def test_secrets_and_private_headers_stay_here(gateway, lab):
    gateway.chat(payloads.chat(), headers={
        "authorization": "Bearer hg_client", "x-api-key": "hg_client", "cookie": "a=b", "x-forwarded-for": "10.0.0.1",
        "x-stainless-lang": "python", "forwarded": "for=10.0.0.1", "x-headgate-tags": "t"})
    head = lab.requests[0].head
    assert head.all("authorization") == ["Bearer sk-provider"] and head.get("x-team") == "blue"
    assert not {"cookie", "x-api-key", "x-stainless-lang", "x-forwarded-for", "forwarded", "x-headgate-tags"} \
        & {name.lower() for name, _ in head.headers}
    assert "hg_client" not in str(head)
    assert head.get("host") == f"127.0.0.1:{lab.port}" and head.all("content-type") == ["application/json"]
    assert head.get("accept-encoding", "identity") == "identity"


TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_a_trace_is_continued(gateway, lab):
    gateway.chat(payloads.chat(), headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "tracestate": "x=1"})
    version, trace, span, flags = lab.requests[0].head.get("traceparent").split("-")
    assert (version, trace, flags) == ("00", TRACE, "01") and len(span) == 16 and span != "b7ad6b7169203331"


@pytest.mark.parametrize("broken", ["00-zz-yy-01", f"00-{'0' * 32}-b7ad6b7169203331-01", "x" * 500,
                                    f"ff-{TRACE}-b7ad6b7169203331-01"], ids=["words", "zeros", "long", "version-ff"])
def test_a_broken_trace_is_not_continued(gateway, lab, broken):
    assert gateway.chat(payloads.chat(), headers={"traceparent": broken}).status == 200
    assert lab.requests[0].head.get("traceparent") != broken


# -- without a provider --

def test_dry_run_decides_and_calls_nobody(gateway, lab):
    reply = gateway.chat(payloads.chat("pool:default", stream=True), headers={"x-headgate-dry-run": "1"})
    assert reply.status == 200 and lab.received == 0
    decision = reply.json()
    assert decision["pool"] == "default" and decision["attempts"] == [] and "stream" in decision["needs"]
    assert [candidate["model"] for candidate in decision["candidates"]] == ["a", "gpt-small"]
    assert decision["request_id"] == reply.get("x-request-id")


def test_health_asks_no_provider(gateway, lab):
    for target in ("/health/live", "/health/ready"):
        assert gateway.get(target).status == 200
        assert gateway.call("GET", target, address=gateway.admin).status in (200, 404)
    assert lab.received == 0


@pytest.mark.parametrize("target", ["/", "/v1/models", "/health/live"])
def test_head_is_get_without_a_body(gateway, target):
    with gateway.client() as client:
        client.send(request("HEAD", target) + get())
        head = client.reply("HEAD")
        assert head.status == 200
        assert client.reply().status == 200, "the HEAD reply had a body"


EXPECTED_METRICS = {
    "headgate_build_info", "headgate_config_last_reload_successful", "headgate_http_requests_total",
    "headgate_request_duration_seconds_count", "headgate_overhead_seconds_count",
    "headgate_upstream_attempts_total", "headgate_upstream_duration_seconds_count",
    "headgate_upstream_first_byte_seconds_count", "headgate_tokens_total", "headgate_requests_in_flight",
    "process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"}


def test_metrics_have_the_promised_names(gateway):
    gateway.chat(payloads.chat(stream=True))
    gateway.chat(payloads.chat())
    names = gateway.metrics().names
    assert names >= EXPECTED_METRICS, EXPECTED_METRICS - names


def test_metrics_count_requests_and_tokens(gateway):
    before = gateway.metrics()
    gateway.chat(payloads.chat())
    gateway.chat(payloads.chat("nope"))

    def grown(name, **labels):
        return (gateway.metrics().total(name, **labels) or 0) - (before.total(name, **labels) or 0)

    assert eventually(lambda: grown("headgate_http_requests_total", route="chat_completions", code="200") == 1)
    assert grown("headgate_http_requests_total", route="chat_completions", code="404") == 1
    assert grown("headgate_tokens_total", model="a") == 12
    assert grown("headgate_upstream_attempts_total", provider="lab") == 1


def test_metrics_and_admin_are_not_on_the_api_listener(gateway):
    for target in ("/metrics", "/admin/v1/status"):
        assert gateway.get(target).status == 404


# -- bodies --

@pytest.mark.parametrize("size", [1 << 20, 30 << 20])
def test_large_bodies_pass(gateway, lab, size):
    body = payloads.chat(text="x" * size)
    reply = gateway.chat(body, timeout=30)
    assert reply.status == 200
    assert lab.requests[0].json() == {**body, "model": "up-a"}


def test_a_body_over_the_limit_is_413(gateway, lab):
    body = post(f"Content-Length: {(32 << 20) + 1}", body=b"x" * ((32 << 20) + 1))
    seen = gateway.exchange(body, timeout=15)
    assert [reply.status for reply in seen.replies] == [413] and seen.closed, seen
    assert seen.replies[0].error()["code"] == "request_too_large"
    assert "32" in seen.replies[0].error()["message"]
    assert lab.received == 0


def test_memory_returns_after_large_bodies(gateway, lab):
    gateway.chat(payloads.chat())
    before = gateway.rss()
    for _ in range(5):
        assert gateway.chat(payloads.chat(text="x" * (20 << 20)), timeout=30).status == 200
    if not sanitized():
        assert eventually(lambda: gateway.rss() - before < 16 << 20), gateway.rss() - before


def test_memory_returns_after_many_streams(gateway, lab):
    """Of sizes that the allocator keeps for itself unless it is told to give them back."""
    if sanitized():
        pytest.skip("sanitizers keep freed memory for a while")
    before, gate, usual = gateway.rss(), threading.Event(), lab.default
    lab.default = steps.play(steps.raw(steps.OPENING), steps.wait_for(gate, 60))
    body = request("POST", CHAT, body=payloads.chat(stream=True, text="x" * 100_000))
    clients = [gateway.client() for _ in range(200)]
    try:
        for client in clients:
            client.send(body)
        assert lab.wait_for_requests(len(clients))
        assert gateway.rss() - before > 16 << 20
    finally:
        for client in clients:
            client.close()
        gate.set()
        lab.default = usual
    assert eventually(lambda: gateway.rss() - before < 8 << 20, within=10), gateway.rss() - before


def test_large_answers_pass(gateway, lab):
    text = "y" * (8 << 20)
    lab.then(steps.reply(payloads.completion(text)))
    assert gateway.chat(payloads.chat(), timeout=30).text() == text


def test_one_connection_serves_all_kinds_in_turn(gateway):
    with gateway.client() as client:
        for _ in range(3):
            client.send(post(LENGTH))
            assert client.reply().status == 200
            client.send(request("POST", CHAT, body=payloads.chat(stream=True)))
            assert client.reply().events()[-1] == "[DONE]"
            client.send(request("POST", CHAT, body=payloads.chat("nope")))
            assert client.reply().status == 404
            client.send(get())
            assert client.reply().status == 200
