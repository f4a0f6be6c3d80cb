"""Hedging: a second candidate is asked when the first keeps the client waiting, and one of them answers."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import configs, payloads, steps
from support.client import request
from support.farm import ask, chosen
from support.polling import eventually
from support.speakers import CLIENTS, PROVIDERS
from support.upstream import Unanswering, Upstream

PATIENT = {"timeouts": {**configs.QUICK, "first_byte": "20s", "between_bytes": "20s", "total": "30s"}}
PRICE = {"input": "$0.002", "output": "$0.004", "per": "1K"}


@pytest.fixture
def hedged(farm):
    """Models of this order, the second asked after `hedge_after`."""
    def hedged(names="ab", hedge_after="100ms", **sections):
        rules = [{"name": "hurry", "when": {}, "use": {"hedge_after": hedge_after}}]
        return farm.start({name: {"at": PATIENT, "price": PRICE} for name in names}, rules=rules, **sections)

    return hedged


def in_order(gateway, names="ab", **fields):
    return ask(gateway, names[0], models=list(names[1:]), **fields)


def outcomes(gateway, reply):
    return {attempt["model"]: attempt["outcome"] for attempt in gateway.decision(reply)["attempts"]}


def left_alone(farm, name, since):
    """Whether the gateway closed its connections to this provider within a second."""
    assert eventually(lambda: all(peer.gone or peer.over for peer in farm[name].peers), within=3)
    return all(peer.closed_at - since < 1 for peer in farm[name].peers if peer.gone)


@pytest.mark.parametrize("stream", [False, True])
def test_a_slow_first_is_overtaken_and_its_connection_closed(hedged, farm, stream):
    farm["a"].default = steps.stall()
    gateway = hedged()
    begun = time.monotonic()
    reply = in_order(gateway, stream=stream)
    answered = time.monotonic()
    assert reply.text() == "from b" and reply.complete and 0.09 < answered - begun < 2
    assert (chosen(reply), reply.get("x-headgate-attempts")) == ("b", "2")
    assert left_alone(farm, "a", answered)
    assert outcomes(gateway, reply) == {"a": "superseded", "b": "ok"}


def test_the_second_gets_what_a_client_of_its_own_dialect_said(start, tmp_path):
    """Members that nobody knows go through: both are asked in the client's own words."""
    with Upstream(steps.stall()) as slow, Upstream(PROVIDERS["messages"].provider) as quick:
        accounts = {"s": configs.provider(slow.url, type="anthropic", **PATIENT),
                    "q": configs.provider(quick.url, type="anthropic")}
        models = {"a": {"provider": "s", "upstream": "up"}, "b": {"provider": "q", "upstream": "up"}}
        gateway = start(configs.gateway(tmp_path, accounts, models, failover={"named_models": "equivalents"},
                                        rules=[{"name": "hurry", "when": {}, "use": {"hedge_after": "100ms"}}]))
        said = {**CLIENTS["messages"].ask("a"), "of_tomorrow": {"x": 1}}
        reply = gateway.post("/v1/messages", said)
        assert reply.status == 200 and chosen(reply) == "b", reply.body
        assert quick.requests[-1].json() == {**said, "model": "up"}


@pytest.mark.parametrize("first", ["waits", "fails"])
def test_the_second_is_asked_in_its_own_words_whatever_came_in_between(farm, first):
    """Its version is made of the client's request, not of what the worker read last."""
    other_is_answered = threading.Event()
    after = steps.failure() if first == "fails" else steps.stall()
    farm["a"].default = steps.play(steps.wait_for(other_is_answered), after)
    models = {"a": {"at": PATIENT}, "b": {"at": PATIENT, "parameters": {"temperature": "unsupported"}}, "c": {}}
    rules = [{"name": "hurry", "when": {}, "use": {"hedge_after": "400ms" if first == "waits" else "10s"}}]
    gateway = farm.start(models, rules=rules, server={"workers": 1})
    said = [{"role": "user", "content": "of the first client"}]
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, gateway, "a", models=["b"], temperature=0.5, messages=said)
        assert farm["a"].wait_for_requests(1)
        other = [{"role": "user", "content": "of another client, " * 20}]
        assert ask(gateway, "c", messages=other, temperature=0.7).status == 200
        other_is_answered.set()
        reply = asked.result(20)
    assert reply.text() == "from b" and reply.get("x-headgate-adapted")
    sent = farm["b"].requests[-1].json()
    assert sent["messages"] == said and "temperature" not in sent


def test_a_quick_first_is_alone(hedged, farm):
    gateway = hedged(hedge_after="5s")
    reply = in_order(gateway)
    assert (reply.text(), reply.get("x-headgate-attempts")) == ("from a", "1")
    assert farm.asked("b") == 0 and outcomes(gateway, reply) == {"a": "ok"}


@pytest.mark.parametrize("stream", [False, True])
def test_the_first_may_still_win(hedged, farm, stream):
    hedge_is_there = threading.Event()
    farm["a"].default = steps.play(steps.wait_for(hedge_is_there), steps.answer_with("from a"))
    farm["b"].default = steps.play(lambda peer, asked: hedge_is_there.set(), steps.stall())
    gateway = hedged()
    reply = in_order(gateway, stream=stream)
    answered = time.monotonic()
    assert (reply.text(), reply.get("x-headgate-attempts")) == ("from a", "2")
    assert left_alone(farm, "b", answered)
    assert outcomes(gateway, reply) == {"a": "ok", "b": "superseded"}


def test_a_first_that_fails_is_followed_at_once(hedged, farm):
    farm["a"].default = steps.failure()
    gateway = hedged(hedge_after="5s")
    begun = time.monotonic()
    assert in_order(gateway).text() == "from b"
    assert time.monotonic() - begun < 2


def test_a_hedge_that_fails_harms_nobody(hedged, farm):
    hedge_failed = threading.Event()
    farm["a"].default = steps.play(steps.wait_for(hedge_failed), steps.answer_with("from a"))
    farm["b"].default = steps.play(steps.failure(), lambda peer, asked: hedge_failed.set())
    gateway = hedged()
    reply = in_order(gateway)
    assert reply.text() == "from a"
    assert outcomes(gateway, reply) == {"a": "ok", "b": "upstream_error"}


def both_fail(farm):
    hedge_failed = threading.Event()
    farm["a"].default = steps.play(steps.wait_for(hedge_failed), steps.failure())
    farm["b"].default = steps.play(steps.failure(), lambda peer, asked: hedge_failed.set())


def test_after_both_failed_the_next_is_asked(hedged, farm):
    both_fail(farm)
    gateway = hedged("abc")
    reply = in_order(gateway, "abc")
    assert (reply.text(), reply.get("x-headgate-attempts")) == ("from c", "3")
    assert set(outcomes(gateway, reply)) == {"a", "b", "c"}


def test_both_failing_is_told_as_any_failure(hedged, farm):
    both_fail(farm)
    reply = in_order(hedged())
    assert (reply.status, reply.error()["code"]) == (502, "upstream_error")
    assert (reply.get("x-headgate-attempts"), reply.get("x-should-retry")) == ("2", "false")


def test_a_request_refused_by_the_first_is_refused(hedged, farm):
    hedge_is_there = threading.Event()
    farm["a"].default = steps.play(steps.wait_for(hedge_is_there),
                                   steps.failure("`seed` is wrong", "400 Bad Request", "invalid_value"))
    farm["b"].default = steps.play(lambda peer, asked: hedge_is_there.set(), steps.stall(3), steps.answer)
    reply = in_order(hedged())
    assert reply.status in (200, 400)
    assert reply.status == 200 or reply.error()["message"] == "`seed` is wrong"


def slow_words(name, count=20, before=()):
    words = [steps.chunk(steps.event(payloads.chunk({"content": f"{name}{i} "}))) for i in range(count)]
    end = steps.chunk(steps.event(payloads.FINISH)) + steps.chunk(steps.event("[DONE]")) + steps.LAST_CHUNK
    return steps.play(steps.raw(steps.OPENING), *before, steps.trickle(b"".join(words), 0.002, 200), steps.raw(end))


def test_a_stream_has_the_content_of_one_only(hedged, farm):
    """Both write at the same time; a preamble alone does not win."""
    farm["a"].default = slow_words("a", before=[steps.stall(0.3)])
    farm["b"].default = slow_words("b")
    gateway = hedged()
    for _ in range(5):
        reply = in_order(gateway, stream=True)
        said = reply.text().split()
        assert reply.complete and reply.events()[-1] == "[DONE]"
        assert said == [f"{said[0][0]}{i}" for i in range(20)], said


def test_a_preamble_keeps_nobody_from_being_hedged(hedged, farm):
    farm["a"].default = steps.play(steps.raw(steps.OPENING), steps.stall())
    reply = in_order(hedged(), stream=True)
    assert reply.text() == "from b" and len([1 for data in reply.events() if '"role"' in data]) == 1


def test_a_first_that_writes_is_not_hedged(hedged, farm):
    farm["a"].default = slow_words("a", count=200)
    reply = in_order(hedged(), stream=True)
    assert len(reply.text().split()) == 200 and farm.asked("b") == 0


def test_a_client_that_leaves_ends_both(hedged, farm):
    farm["a"].default = farm["b"].default = steps.stall()
    gateway = hedged(budgets=[{"name": "all", "window": "24h", "limit": "$1"}])
    with gateway.client() as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat("a", models=["b"], max_tokens=3)))
        assert farm["a"].wait_for_requests(1) and farm["b"].wait_for_requests(1)
    left = time.monotonic()
    assert left_alone(farm, "a", left) and left_alone(farm, "b", left)
    assert eventually(lambda: gateway.look("budgets")["budgets"][0]["reserved_usd"] == 0)


def test_a_client_that_leaves_the_winners_stream_ends_it(hedged, farm):
    farm["a"].default = steps.stall()
    farm["b"].default = slow_words("b", count=5000)
    gateway = hedged()
    with gateway.client() as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat("a", models=["b"], stream=True)))
        head = client.head()
        events = client.events(head)
        while "b3 " not in next(events):
            pass
    left = time.monotonic()
    assert left_alone(farm, "b", left) and left_alone(farm, "a", left)
    assert outcomes(gateway, head) == {"a": "superseded", "b": "client_gone"}


def test_a_first_that_cannot_be_reached_is_overtaken(farm):
    unanswering = Unanswering()
    try:
        slow = {"base_url": unanswering.url, "timeouts": {**PATIENT["timeouts"], "connect": "20s"}}
        gateway = farm.start({"a": {"at": slow}, "b": {"at": PATIENT}},
                             rules=[{"name": "hurry", "when": {}, "use": {"hedge_after": "100ms"}}])
        begun = time.monotonic()
        reply = in_order(gateway)
        assert reply.text() == "from b" and time.monotonic() - begun < 2
        assert outcomes(gateway, reply) == {"a": "superseded", "b": "ok"}
    finally:
        unanswering.close()


def test_a_deadline_ends_both(hedged, farm):
    farm["a"].default = farm["b"].default = steps.stall()
    gateway = hedged()
    begun = time.monotonic()
    reply = in_order(gateway, headers={"x-headgate-deadline-ms": "400"})
    assert reply.status == 504 and 0.38 < time.monotonic() - begun < 2
    assert farm.asked("a") == farm.asked("b") == 1


@pytest.mark.parametrize("hedge_after", ["20ms", "5s"], ids=["hedged by then", "not hedged yet"])
def test_an_overflow_is_passed_on_when_nobody_takes_more(farm, hedge_after):
    hedge_is_there = threading.Event()
    overflow = steps.failure("too long", "400 Bad Request", "context_length_exceeded")
    waits = hedge_after == "20ms"
    farm["a"].default = steps.play(steps.wait_for(hedge_is_there), overflow) if waits else overflow
    farm["b"].default = steps.play(lambda peer, asked: hedge_is_there.set(), overflow)
    window = {"at": PATIENT, "context_window": 1000}
    gateway = farm.start({"a": window, "b": window, "c": window},
                         rules=[{"name": "hurry", "when": {}, "use": {"hedge_after": hedge_after}}])
    reply = in_order(gateway, "abc")
    assert (reply.status, reply.error()["code"]) == (400, "context_length_exceeded")
    assert farm.asked("b") == waits and farm.asked("c") == 0


def test_the_loser_gives_its_reservation_back(hedged, farm):
    farm["a"].default = steps.stall()
    gateway = hedged(budgets=[{"name": "all", "window": "24h", "limit": "$1"}])
    assert in_order(gateway, max_tokens=3).text() == "from b"
    assert eventually(lambda: gateway.look("budgets")["budgets"][0]["reserved_usd"] == 0)
    assert eventually(lambda: gateway.look("spend")["total"]["attempts"] == 2)
    assert gateway.look("spend")["total"]["successes"] == 1


def test_losing_opens_no_breaker(hedged, farm):
    farm["a"].default = steps.stall()
    gateway = hedged(hedge_after="20ms", breakers={"consecutive_failures": 3})
    for _ in range(6):
        assert in_order(gateway).text() == "from b"
    assert farm.asked("a") == 6
    assert {one["state"] for one in gateway.look("breakers")["models"]} == {"closed"}


def test_a_hedge_is_an_attempt_and_counts_as_one(hedged, farm):
    farm["a"].default = steps.play(steps.stall(0.5), steps.answer_with("from a"))
    gateway = hedged(failover={"max_attempts": 1})
    reply = in_order(gateway)
    assert (reply.text(), reply.get("x-headgate-attempts")) == ("from a", "1") and farm.asked("b") == 0


def test_who_has_nobody_beside_it_waits(hedged, farm):
    farm["a"].default = steps.play(steps.stall(0.4), steps.answer_with("from a"))
    assert ask(hedged(), "a").text() == "from a"


def test_many_hedges_at_once_mix_nothing_up(hedged, farm):
    """First wins, second wins, failures and left clients, all at the same time."""
    def echo(name):
        def step(peer, asked):
            said = asked.json()["messages"][0]["content"]
            words = said.split()
            if name in words[1]:
                return steps.failure()(peer, asked)
            if peer.hold(float(words[2 if name == "a" else 3])):
                return None
            return steps.answer_with(f"{name} {words[0]}")(peer, asked)
        return step

    farm["a"].default, farm["b"].default = echo("a"), echo("b")
    gateway = hedged(hedge_after="10ms", server={"workers": 2},
                     budgets=[{"name": "all", "window": "24h", "limit": "$9"}],
                     breakers={"consecutive_failures": 10_000, "min_requests": 10_000})

    def one(i):
        failing = ["-a", "-b", "-ab", "-"][min(i % 16, 3)]
        text = f"id{i} {failing} {(i * 7 % 40) / 1000} {(i * 11 % 30) / 1000}"
        reply = ask(gateway, "a", text, models=["b"], stream=i % 2 == 0, max_tokens=3)
        if failing == "-ab":
            return reply.status == 502
        if reply.status != 200:  # only because too many requests were retries
            assert [one["reason"] for one in gateway.decision(reply)["excluded"]] == ["retry_budget"], reply
            return failing != "-"
        name, said = reply.text().split()
        return said == f"id{i}" and name not in failing and chosen(reply) == name

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(one, range(600)))
    assert eventually(lambda: gateway.look("budgets")["budgets"][0]["reserved_usd"] == 0)
    assert eventually(lambda: gateway.metrics().total("headgate_requests_in_flight") == 0)
    assert eventually(lambda: gateway.metrics().total("headgate_ledger_waiting_rows") == 0)
    assert gateway.look("budgets")["budgets"][0]["spent_usd"] == pytest.approx(gateway.look("spend")["total_usd"])


def test_a_hedged_answer_tells_a_cost_only_when_it_is_known(hedged, farm):
    """The loser was sent to a provider that charges: it is not for nothing."""
    farm["a"].default = steps.stall()
    gateway = hedged()
    reply = in_order(gateway)
    winner = 0.00003
    told = reply.get("x-headgate-cost-usd")
    assert told is None or float(told) > winner
    assert eventually(lambda: gateway.look("spend")["total"]["attempts"] == 2)
    total = gateway.look("spend")["total"]
    assert total["usd"] > winner or total["unpriced"] == 1
