"""Circuit breakers: who keeps failing is left alone, tried again with one request, and told of everywhere."""

import json
import time

import pytest
from support import configs, payloads, steps
from support.polling import eventually
from support.upstream import Upstream

FAILING = steps.reply(payloads.error("boom"), "500 Internal Server Error")
BREAKERS = {"consecutive_failures": 3, "open_for": "10s", "max_open": "10s"}


@pytest.fixture
def broken():
    with Upstream(FAILING) as upstream:
        yield upstream


@pytest.fixture
def gateway(start, tmp_path, broken, second):
    second.default = steps.answer_with("from the second")
    # A named model comes first whatever was measured; others may overtake it in a pool.
    return start(configs.two(tmp_path, broken.url, second.url, breakers=BREAKERS,
                             failover={"named_models": "equivalents"}))


def ask(gateway, model="a", **fields):
    return gateway.chat(payloads.chat(model, **fields))


def breakers(gateway):
    return json.loads(gateway.get("/admin/v1/breakers", address=gateway.admin).body)


def of_model(gateway, name):
    return next(one for one in breakers(gateway)["models"] if one["model"] == name)


def force(gateway, what):
    return gateway.call("POST", f"/admin/v1/breakers/{what}", address=gateway.admin)


def test_a_model_that_keeps_failing_is_not_asked_any_more(gateway, broken, second):
    for _ in range(8):
        assert ask(gateway).text() == "from the second"
    assert len(broken.requests) == 3 and len(second.requests) == 8
    state = of_model(gateway, "a")
    assert state["state"] == "open" and 0 < state["reopens_in_seconds"] <= 10
    assert of_model(gateway, "b")["state"] == "closed"
    reply = ask(gateway)
    assert reply.get("x-headgate-attempts") == "1" and reply.get("x-headgate-model") == "b"


def test_the_decision_says_why_a_model_was_passed_over(gateway):
    for _ in range(4):
        last = ask(gateway)
    remembered_at = f"/admin/v1/requests/{last.get('x-request-id')}"
    assert eventually(lambda: gateway.get(remembered_at, address=gateway.admin).status == 200)
    remembered = json.loads(gateway.get(remembered_at, address=gateway.admin).body)
    asked_now = json.loads(gateway.chat(payloads.chat("a"), headers={"x-headgate-dry-run": "1"}).body)
    for decision in (remembered, asked_now):
        (excluded,) = decision["excluded"]
        assert excluded["model"] == "a" and excluded["reason"] == "breaker_open"
        assert "again in" in excluded["detail"]


def test_with_nobody_left_the_answer_is_quick_and_says_when_to_come_back(gateway, broken):
    for _ in range(3):
        assert ask(gateway, "alone").status == 502
    begun = time.monotonic()
    reply = ask(gateway, "alone")
    assert reply.status == 503 and reply.error()["code"] == "no_healthy_upstream"
    assert 0 < float(reply.get("retry-after")) <= 10
    assert time.monotonic() - begun < 0.5
    assert len(broken.requests) == 3


def test_one_good_probe_brings_a_model_back(start, tmp_path, broken, second):
    quick = {**BREAKERS, "open_for": "300ms", "max_open": "600ms"}
    gateway = start(configs.two(tmp_path, broken.url, second.url, breakers=quick))
    for _ in range(3):
        ask(gateway, "alone")
    assert of_model(gateway, "alone")["state"] in ("open", "half_open")
    broken.default = steps.answer_with("back again")
    assert eventually(lambda: ask(gateway, "alone").status == 200, within=5)
    assert eventually(lambda: of_model(gateway, "alone")["state"] == "closed")


def test_a_breaker_is_moved_by_hand_and_left_to_itself_again(gateway, broken, second):
    broken.default = steps.answer_with("from the first")
    assert force(gateway, "providers/first/open").status == 200
    assert ask(gateway).text() == "from the second"
    assert force(gateway, "providers/first/closed").status == 200
    assert ask(gateway).text() == "from the first"
    assert force(gateway, "models/a/open").status == 200
    assert ask(gateway).text() == "from the second"
    assert of_model(gateway, "a")["forced"]
    assert force(gateway, "models/a/auto").status == 200
    assert not of_model(gateway, "a")["forced"]


@pytest.mark.parametrize("what", ["", "models", "models/a", "models/nobody/open", "models/a/ajar", "pools/a/open"])
def test_what_is_no_breaker_is_not_moved(gateway, what):
    assert force(gateway, what).status in (404, 405)


def test_a_reload_forgets_no_experience(gateway, start, tmp_path, broken, second):
    for _ in range(3):
        ask(gateway)
    gateway.reload(configs.two(tmp_path, broken.url, second.url, breakers=BREAKERS, log={"level": "debug"}))
    assert eventually(lambda: any("configuration reloaded" in line for line in gateway.logs))
    assert of_model(gateway, "a")["state"] == "open"


def test_changes_are_logged_and_counted(gateway):
    for _ in range(3):
        ask(gateway)
    transitions = "headgate_breaker_transitions_total"
    labels = {"provider": "first", "target": "a", "to": "open"}
    assert eventually(lambda: gateway.metrics().total(transitions, **labels) == 1)
    metrics = gateway.metrics()
    assert metrics.total("headgate_breaker_state", provider="first", target="a", state="open") == 1
    assert metrics.total("headgate_breaker_state", provider="second", target="b", state="closed") == 1


def test_a_refused_key_is_not_shown_again_and_again(start, tmp_path, second):
    second.default = steps.answer_with("from the second")
    refusing = steps.reply(payloads.error("bad key"), "401 Unauthorized")
    with Upstream(refusing) as strict:
        gateway = start(configs.two(tmp_path, strict.url, second.url))
        for _ in range(5):
            assert ask(gateway, "pool:default").text() == "from the second"
        assert len(strict.requests) == 1
        reply = ask(gateway, "alone")
        assert reply.status == 502 and len(strict.requests) == 2  # an account of its own: asked once
        again = ask(gateway, "alone")
        assert again.status == 502 and again.get("x-headgate-attempts") == "0"
        assert again.get("x-should-retry") == "false" and again.error()["message"] == reply.error()["message"]
        assert len(strict.requests) == 2
        (first,) = [one for one in breakers(gateway)["providers"] if one["provider"] == "first"]
        assert first["credential"] == "refused" and first["state"] == "closed"


def test_the_callers_mistakes_open_nothing(start, tmp_path, second):
    with Upstream(steps.reply(payloads.error("no", "invalid_value"), "400 Bad Request")) as strict:
        gateway = start(configs.two(tmp_path, strict.url, second.url, breakers=BREAKERS))
        for _ in range(10):
            assert ask(gateway).status == 400
        assert len(strict.requests) == 10
        assert of_model(gateway, "a")["state"] == "closed"
