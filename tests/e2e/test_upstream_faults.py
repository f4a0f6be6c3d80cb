"""Providers that fail before an answer began: the next one answers; alone, the client gets a clean error."""

import email.utils
import socket
import threading
import time

import pytest
from support import configs, payloads, steps
from support.client import request
from support.polling import eventually
from support.upstream import Unanswering, Upstream, refused_url

import faults

CANARY = "sk-canary-provider-key"
SLOWEST = 5.0  # three quick deadlines and some air


@pytest.fixture
def gateway_with(start, tmp_path, second):
    """gateway_with(url, **fields of the first provider): candidates `a` then `b`, and `alone`."""
    second.default = steps.answer_with("from the second")

    def begin(url, **first):
        key = tmp_path / "key"
        key.write_text(CANARY)
        fields = {"key": f"file:{key}", **first}
        return start(configs.two(tmp_path, url, second.url, first=fields.items()))

    return begin


def assert_clean(reply, *ports):
    text = f"{reply.start} {reply.headers} {reply.body.decode(errors='replace')}"
    for secret in (CANARY, "sk-canary", "127.0.0.1", "10.1.2.3", "<html", "nginx", *map(str, ports)):
        assert secret not in text, f"{secret} leaks in {text}"


def assert_gateway_error(reply, statuses):
    assert reply.status in statuses, (reply.start, reply.body)
    assert reply.get("content-type", "").startswith("application/json") and reply.get("x-request-id")
    error = reply.error()
    assert set(error) >= {"message", "type", "param", "code"}
    if reply.status >= 500:
        assert error["type"] == "server_error", error
        codes = {502: "upstream_error", 504: "upstream_timeout"}
        assert error["code"] == codes.get(reply.status, error["code"]), error


def assert_failover(gateway, second, stream=False):
    begun = time.monotonic()
    reply = gateway.chat(payloads.chat("pool:default", stream=stream))
    assert reply.status == 200, (reply.start, reply.body)
    assert reply.complete and reply.text() == "from the second"
    assert time.monotonic() - begun < SLOWEST
    assert reply.get("x-headgate-model") == "b" and int(reply.get("x-headgate-attempts")) >= 2
    assert len(second.requests) == 1
    return reply


def assert_alone(gateway, statuses, stream=False):
    begun = time.monotonic()
    reply = gateway.chat(payloads.chat("alone", stream=stream))
    assert time.monotonic() - begun < SLOWEST
    assert_gateway_error(reply, statuses)
    return reply


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in faults.ALL])
def test_a_failed_attempt_goes_to_the_next_target(gateway_with, certificates, second, fault):
    with fault.start(certificates) as broken:
        gateway = gateway_with(fault.url(broken), ca_file=str(certificates.ca))
        assert_failover(gateway, second)
        assert_clean(assert_alone(gateway, fault.alone), broken.port)
        assert len(second.requests) == 1 and gateway.alive()


@pytest.mark.parametrize("name", faults.STILLBORN_STREAMS)
def test_a_stream_that_fails_before_content_goes_to_the_next_target(gateway_with, second, name):
    step, alone = faults.STILLBORN_STREAMS[name]
    with Upstream(step) as broken:
        gateway = gateway_with(broken.url)
        assert assert_failover(gateway, second, stream=True).events()[-1] == "[DONE]"
        assert_clean(assert_alone(gateway, alone, stream=True), broken.port)


def test_a_refused_connection(gateway_with, second):
    gateway = gateway_with(refused_url())
    assert_failover(gateway, second)
    assert_clean(assert_alone(gateway, {502}))


def test_a_name_that_does_not_resolve(gateway_with, second):
    gateway = gateway_with("http://no-such-host.invalid:9/v1")
    assert_failover(gateway, second)
    assert "no-such-host" not in assert_alone(gateway, {502, 504}).body.decode()


def test_a_connect_that_never_completes(gateway_with, second):
    hanging = Unanswering()
    gateway = gateway_with(hanging.url)
    assert_failover(gateway, second)
    assert_clean(assert_alone(gateway, {504, 502}), hanging.port)
    hanging.close()


def test_a_hanging_connect_does_not_delay_others(gateway_with):
    hanging = Unanswering()
    gateway = gateway_with(hanging.url)
    with gateway.client() as waiting:
        waiting.send(request("POST", "/v1/chat/completions", body=payloads.chat("alone")))
        begun = time.monotonic()
        assert gateway.chat(payloads.chat("b")).status == 200
        assert time.monotonic() - begun < 0.8
    hanging.close()


def test_a_trusted_certificate_is_accepted(gateway_with, certificates):
    with Upstream(tls=faults.certificate("good")(certificates)) as upstream:
        gateway = gateway_with(upstream.url, ca_file=str(certificates.ca))
        assert gateway.chat(payloads.chat("alone")).text() == payloads.GREETING


def test_an_unknown_authority_is_refused(gateway_with, certificates):
    with Upstream(tls=faults.certificate("good")(certificates)) as upstream:
        assert_alone(gateway_with(upstream.url), {502})
        assert not upstream.requests


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(gateway_with, second, code):
    with Upstream() as trap:
        moved = steps.reply(b"", f"{code} Moved", f"location: {trap.url}/chat/completions")
        with Upstream(moved) as broken:
            gateway = gateway_with(broken.url)
            assert_failover(gateway, second)
            assert_clean(assert_alone(gateway, {502}), broken.port, trap.port)
        assert trap.received == 0 and not trap.peers


# -- whose fault it is --

@pytest.mark.parametrize("wait, least", [
    ("7", 1), (email.utils.formatdate(time.time() + 7200, usegmt=True), 30), ("86400", 30),
    ("99999999999999999999", 0), ("-5", 0), ("soon", 0), ("1.5", 0)],
    ids=["seconds", "date", "a-day", "absurd", "negative", "word", "fraction"])
def test_rate_limits_move_on_and_are_capped(gateway_with, second, wait, least):
    limited = steps.reply(payloads.error("slow down"), "429 Too Many Requests", f"retry-after: {wait}")
    with Upstream(limited) as broken:
        gateway = gateway_with(broken.url)
        assert_failover(gateway, second)
        reply = assert_alone(gateway, {429})
        assert reply.error()["type"] == "rate_limit_error"
        assert least <= float(reply.get("retry-after")) <= 60
        assert_clean(reply, broken.port)


def test_a_provider_that_said_429_is_left_alone_meanwhile(gateway_with, second):
    limited = steps.reply(payloads.error("slow down"), "429 Too Many Requests", "retry-after: 30")
    with Upstream(limited) as broken:
        gateway = gateway_with(broken.url)
        for _ in range(3):
            assert gateway.chat(payloads.chat("pool:default")).text() == "from the second"
        assert len(broken.requests) == 1 and len(second.requests) == 3


CALLERS_FAULTS = {
    "context-too-long": (400, payloads.error("This model's maximum context length is 8192 tokens.",
                                             "context_length_exceeded")),
    "policy-refusal": (400, payloads.error("Your request was rejected by our safety system.", "content_filter")),
    "bad-parameter": (400, payloads.error("Invalid value for 'temperature'.", "invalid_value")),
    "too-large": (413, payloads.error("Request too large.", "request_too_large")),
    "unprocessable": (422, payloads.error("Input is not valid.", "invalid_request")),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", CALLERS_FAULTS)
def test_the_callers_fault_passes_and_no_other_is_asked(gateway_with, second, name, stream):
    status, body = CALLERS_FAULTS[name]
    with Upstream(steps.reply(body, f"{status} No")) as strict:
        gateway = gateway_with(strict.url)
        reply = gateway.chat(payloads.chat("pool:default", stream=stream))
        assert reply.status == status, reply.body
        assert reply.error()["message"] == body["error"]["message"]
        assert reply.error()["code"] == body["error"]["code"]
        assert len(strict.requests) == 1 and second.received == 0


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("interim", [b"", steps.head("100 Continue")], ids=["", "after-100"])
def test_a_refusal_of_a_body_that_is_not_read_passes(start, tmp_path, certificates, secure, interim):
    over = threading.Event()
    body = payloads.error("too long", "context_length_exceeded")

    def refuse(peer, _):
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        if secure:
            peer.sock = faults.certificate("good")(certificates).wrap_socket(peer.sock, server_side=True)
        peer.sock.recv(1000)
        if interim:
            peer.send(interim)
            peer.sock.recv(1000)
        peer.send(steps.message(body, "400 Bad Request"))
        over.wait(20)
        peer.close()

    with Upstream(on_accept=refuse) as strict:
        url = strict.url.replace("http:", "https:") if secure else strict.url
        config = configs.one(tmp_path, strict, {"first_byte": "15s", "total": "30s"})
        config["providers"]["lab"].update(base_url=url, ca_file=str(certificates.ca))
        begun = time.monotonic()
        reply = start(config).chat(payloads.chat(text="x" * (20 << 20)), timeout=20)
        over.set()
        assert reply.status == 400 and reply.error()["code"] == "context_length_exceeded", reply
        assert time.monotonic() - begun < 10


def test_a_large_body_reaches_a_provider_that_reads_slowly_under_tls(start, tmp_path, certificates):
    with Upstream(tls=faults.certificate("good")(certificates)) as upstream:
        config = configs.one(tmp_path, upstream, {"first_byte": "15s", "total": "30s"})
        config["providers"]["lab"]["ca_file"] = str(certificates.ca)
        gateway = start(config)
        for _ in range(2):
            assert gateway.chat(payloads.chat(text="x" * (20 << 20)), timeout=20).text() == payloads.GREETING
        assert len(upstream.requests[-1].body) > 20 << 20 and len(upstream.peers) == 1


def test_our_key_refused_is_logged_without_the_key(gateway_with, second):
    refused = steps.reply(payloads.error(f"Incorrect API key provided: {CANARY}"), "401 Unauthorized")
    with Upstream(refused) as broken:
        gateway = gateway_with(broken.url)
        assert_failover(gateway, second)
        assert eventually(lambda: any("401" in line or "auth" in line for line in gateway.logs))
        assert CANARY not in "\n".join(gateway.logs)


def test_attempts_are_counted_by_outcome(gateway_with, second):
    with Upstream(faults.reply(faults.HTML, "502 Bad Gateway", kind="text/html")) as broken:
        gateway = gateway_with(broken.url)
        assert_failover(gateway, second)
        attempts = "headgate_upstream_attempts_total"
        # An attempt is settled once its answer is out, which the client may see first.
        assert eventually(lambda: gateway.metrics().total(attempts, provider="second") == 1)
        assert gateway.metrics().total(attempts, provider="first") == 1
        assert gateway.metrics().total(attempts) == 2


def test_absurd_usage_never_counts_backwards(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    for usage in ({"prompt_tokens": -5, "completion_tokens": -7, "total_tokens": -12},
                  {"prompt_tokens": 10**30, "completion_tokens": 1, "total_tokens": 1},
                  {"prompt_tokens": "many"}, None, [], {}):
        upstream.then(steps.reply(payloads.completion(usage=usage)))
        assert gateway.chat(payloads.chat()).status in (200, 502)
    metrics = gateway.metrics()
    counted = [v for (name, _), v in metrics.samples.items() if name == "headgate_tokens_total"]
    assert all(0 <= value < 1e12 for value in counted), counted
    assert gateway.alive()
