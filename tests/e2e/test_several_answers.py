"""Several answers from models that give one at a time, and from those that give them themselves."""

import json
import threading

import pytest
from support import configs, payloads, speakers, steps
from support.client import request
from support.farm import ask
from support.polling import eventually
from support.speakers import CLIENTS, PROVIDERS
from support.upstream import Upstream

# Providers that give one answer at a time: the dialect, and the vendor that speaks it so.
ONE_AT_A_TIME = [("messages", "anthropic"), ("chat_completions", "deepseek")]


@pytest.fixture
def lab(start, tmp_path):
    """`lab(dialect)` is a gateway in front of one provider that speaks it, and that provider."""
    upstreams = []

    def make(dialect, vendor=None, **sections):
        speaker = PROVIDERS[dialect]
        upstreams.append(Upstream(speaker.provider))
        url = upstreams[-1].url.removesuffix("/v1") + speaker.base
        price = {"input": "$1", "cache_read": "$1", "output": "$2", "per": "1M"}
        model = {"provider": "lab", "upstream": "up", "price": price}
        return start(configs.gateway(tmp_path, {"lab": configs.provider(url, type=vendor or speaker.type)}, {"a": model},
                                     **sections)), upstreams[-1]

    yield make
    for upstream in upstreams:
        upstream.close()


def texts_of(events):
    """What each choice said, and why it ended."""
    said, ends, usage, route = {}, {}, None, None
    for data in events:
        if data == "[DONE]":
            continue
        chunk = json.loads(data)
        usage, route = chunk.get("usage") or usage, chunk.get("x_headgate") or route
        for choice in chunk["choices"]:
            index = choice["index"]
            said[index] = said.get(index, "") + (choice["delta"].get("content") or "")
            ends[index] = choice["finish_reason"] or ends.get(index)
    return said, ends, usage, route


@pytest.mark.parametrize("dialect,vendor", ONE_AT_A_TIME)
def test_each_answer_is_a_request_of_its_own(lab, dialect, vendor):
    gateway, upstream = lab(dialect, vendor)
    reply = ask(gateway, "a", n=3)
    assert reply.status == 200, reply.body
    answer = reply.json()
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert {choice["message"]["content"] for choice in answer["choices"]} == {speakers.TEXT}
    assert {choice["finish_reason"] for choice in answer["choices"]} == {"stop"}
    assert answer["usage"]["prompt_tokens"] == 3 * (speakers.FRESH + speakers.CACHED)
    assert answer["usage"]["completion_tokens"] == 3 * speakers.OUTPUT
    assert len(upstream.requests) == 3
    assert reply.get("x-headgate-attempts") == "3"
    each = speakers.FRESH + speakers.CACHED + 2 * speakers.OUTPUT
    assert float(reply.get("x-headgate-cost-usd")) == pytest.approx(3 * each / 1e6)
    decision = gateway.decision(reply)
    assert decision["fan_out"] == 3 and len(decision["attempts"]) == 3


@pytest.mark.parametrize("dialect,vendor", ONE_AT_A_TIME)
def test_streams_of_answers_are_one_stream(lab, dialect, vendor):
    gateway, upstream = lab(dialect, vendor)
    reply = ask(gateway, "a", n=2, stream=True, stream_options={"include_usage": True})
    events = reply.events()
    said, ends, usage, route = texts_of(events)
    assert said == {0: speakers.TEXT, 1: speakers.TEXT} and ends == {0: "stop", 1: "stop"}
    assert usage["completion_tokens"] == 2 * speakers.OUTPUT and len(upstream.requests) == 2
    assert route["model"] == "a" and route["attempts"] == 2
    assert events.count("[DONE]") == 1 and len({json.loads(data)["id"] for data in events[:-1]}) == 1


def test_usage_is_shown_to_who_asked_only(lab):
    gateway, _ = lab("messages")
    _, _, usage, _ = texts_of(ask(gateway, "a", n=2, stream=True).events())
    assert usage is None


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_candidates_of_gemini_from_models_that_give_one(lab, stream):
    gateway, upstream = lab("messages")
    speaker = CLIENTS["generate_content"]
    body = speaker.ask("a", stream)
    body.setdefault("generationConfig", {})["candidateCount"] = 2
    reply = gateway.post(speaker.target("a", stream), body)
    assert reply.status == 200 and len(upstream.requests) == 2
    assert reply.body.count(b'"index":1') >= 1 or reply.body.count(b'"index": 1') >= 1


def test_who_gives_several_is_asked_once(lab):
    gateway, upstream = lab("chat_completions")
    assert ask(gateway, "a", n=2).status == 200
    assert len(upstream.requests) == 1 and upstream.requests[0].json()["n"] == 2


def test_who_gives_several_is_preferred(start, tmp_path, upstream):
    with Upstream(PROVIDERS["messages"].provider) as claude:
        providers = {"claude": configs.provider(claude.url, type="anthropic"), "lab": configs.provider(upstream.url)}
        models = {"c": {"provider": "claude"}, "a": {"provider": "lab", "supports": ["n"]}}
        gateway = start(configs.gateway(tmp_path, providers, models))
        assert ask(gateway, "pool:default", n=2).get("x-headgate-model") == "a"
        assert claude.received == 0


def test_one_answer_that_fails_fails_all(lab):
    gateway, upstream = lab("messages")
    upstream.then(PROVIDERS["messages"].provider).then(PROVIDERS["messages"].refuse(500)) \
            .then(PROVIDERS["messages"].refuse(500))
    reply = ask(gateway, "a", n=2)
    assert reply.status == 502 and reply.error()["code"] == "upstream_error"


def test_too_many_are_refused_by_name(lab):
    gateway, upstream = lab("messages")
    reply = ask(gateway, "a", n=17)
    assert reply.status == 422 and "one answer at a time" in reply.error()["message"], reply.body
    assert upstream.received == 0


def test_a_limit_on_cost_holds_for_all_together(lab):
    gateway, upstream = lab("messages")
    reply = ask(gateway, "a", n=4, max_tokens=1000, headers={"x-headgate-max-cost": "0.003"})
    assert reply.status == 422 and upstream.received == 0
    assert ask(gateway, "a", n=1, max_tokens=1000, headers={"x-headgate-max-cost": "0.003"}).status == 200


def test_a_dry_run_tells_of_it(lab):
    gateway, _ = lab("messages")
    plan = ask(gateway, "a", n=2, headers={"x-headgate-dry-run": "1"}).json()
    assert plan["fan_out"] == 2 and [one["model"] for one in plan["candidates"]] == ["a"]


def test_a_client_that_leaves_ends_all_of_them(lab):
    gateway, upstream = lab("messages")
    gate = threading.Event()
    upstream.default = steps.wait_for(gate)
    with gateway.client() as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat(n=3)))
        assert eventually(lambda: len(upstream.requests) == 3)
    assert eventually(lambda: gateway.metrics().total("headgate_requests_in_flight") == 0)
    gate.set()
