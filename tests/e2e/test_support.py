"""The harness against itself: the scripted upstream and the raw client, without the daemon."""

import ssl
import threading

import pytest
from support import payloads, steps
from support.client import Client, Exchange, request
from support.http1 import Cut
from support.metrics import Metrics
from support.polling import eventually
from support.upstream import Unanswering, Upstream, refused_url, server_tls


def ask(upstream, tls=None, **fields):
    client = Client(("127.0.0.1", upstream.port), tls=tls, timeout=3)
    client.send(request("POST", "/v1/chat/completions", body=payloads.chat(**fields)))
    return client


def test_answers_whole_and_streamed(upstream):
    with ask(upstream) as client:
        assert client.reply().text() == payloads.GREETING
    with ask(upstream, stream=True) as client:
        reply = client.reply()
    assert reply.complete and reply.text() == payloads.GREETING and reply.events()[-1] == "[DONE]"
    assert [r.json()["model"] for r in upstream.requests] == ["a", "a"]


def test_streams_event_by_event(upstream):
    gate = threading.Event()
    upstream.then(steps.play(steps.stream(payloads.ROLE, end=False), steps.wait_for(gate),
                             steps.raw(steps.chunk(steps.event("[DONE]")) + steps.LAST_CHUNK)))
    with ask(upstream, stream=True) as client:
        events = client.events(client.head())
        assert "assistant" in next(events)
        gate.set()
        assert list(events) == ["[DONE]"]


def test_notices_when_its_peer_leaves(upstream):
    upstream.then(steps.stall())
    client = ask(upstream)
    assert upstream.wait_for_requests(1)
    client.close()
    assert eventually(lambda: upstream.peers[0].gone, within=1)


@pytest.mark.parametrize("step", [steps.reset, steps.close, steps.raw(b"HTTP/1.1 200")])
def test_faults_reach_the_client_as_a_cut(upstream, step):
    upstream.then(steps.play(step, steps.close))
    with ask(upstream) as client, pytest.raises(Cut):
        client.reply()


def test_half_a_chunk_is_incomplete(upstream):
    upstream.then(steps.play(steps.raw(steps.STREAM_HEAD + b"ff\r\ndata: x"), steps.close))
    with ask(upstream) as client:
        assert not client.reply().complete


def test_endless_ends_when_the_client_leaves(upstream):
    upstream.then(steps.play(steps.raw(steps.STREAM_HEAD), steps.endless(steps.chunk(b"x" * 1000))))
    client = ask(upstream)
    client.head()
    client.close()
    assert eventually(lambda: upstream.peers[0].gone, within=2)


def test_trickle_takes_its_time_but_arrives(upstream):
    upstream.then(steps.trickle(steps.message({"a": 1}), every=0.001))
    with ask(upstream) as client:
        assert client.reply().json() == {"a": 1}


def test_serves_tls_and_bad_certificates(certificates):
    trusting = ssl.create_default_context(cafile=certificates.ca)
    with Upstream(tls=server_tls(*certificates.pair("good"))) as upstream, ask(upstream, trusting) as client:
        assert client.reply().status == 200
    for name in ("self-signed", "expired", "wrong-name"):
        with Upstream(tls=server_tls(*certificates.pair(name))) as upstream:
            with pytest.raises(ssl.SSLCertVerificationError):
                ask(upstream, trusting)


def test_old_tls_is_offered(certificates):
    old = server_tls(*certificates.pair("good"), newest=ssl.TLSVersion.TLSv1_1)
    with Upstream(tls=old) as upstream, pytest.raises(ssl.SSLError):
        ask(upstream, ssl.create_default_context(cafile=certificates.ca))


def test_connecting_can_be_made_to_hang_or_fail():
    port = int(refused_url().rsplit(":")[-1].split("/")[0])
    with pytest.raises(ConnectionRefusedError):
        Client(("127.0.0.1", port), timeout=1)
    hanging = Unanswering()
    with pytest.raises(TimeoutError):
        Client(("127.0.0.1", hanging.port), timeout=0.3)
    hanging.close()


def test_an_exchange_counts_replies(upstream):
    post = request("POST", "/v1/chat/completions", body=payloads.chat())
    last = request("POST", "/v1/chat/completions", body=payloads.chat())
    upstream.then(steps.answer, steps.play(steps.answer, steps.close))
    seen = Exchange(("127.0.0.1", upstream.port), post + last)
    assert len(seen.replies) == 2 and seen.closed


def test_metrics_are_parsed():
    metrics = Metrics('# HELP x y\nx{a="1",b="q\\"x"} 2\nx{a="2"} 3.5\ny 1e3\n')
    assert metrics.total("x") == 5.5 and metrics.total("x", a="2") == 3.5
    assert metrics.total("y") == 1000 and metrics.total("z") is None
