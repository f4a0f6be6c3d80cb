"""What answers cost: to the picodollar, failures included, in every place that tells of it."""

import json
from decimal import Decimal

import pytest
from support import payloads, steps
from support.client import request
from support.farm import ask
from support.spending import near, said_cost, spent, usage

PRICE = {"input": "$0.15", "output": "$0.60", "cache_read": "$0.075", "reasoning": "$0.90"}
ROUND = {"input": "$1", "output": "$2"}
MILLION = Decimal(1_000_000)


def priced(fresh, cached, written, thought):
    rates = {name: Decimal(amount[1:]) / MILLION for name, amount in PRICE.items()}
    return (fresh * rates["input"] + cached * rates["cache_read"]
            + written * rates["output"] + thought * rates["reasoning"])


@pytest.fixture
def lab(farm):
    """One priced model; `lab(usage)` says what its provider counts."""
    def lab(counted=payloads.USAGE, price=PRICE, **sections):
        farm["a"].default = steps.answer_with("from a", usage=counted)
        return farm.start({"a": {"price": price}}, **sections)

    return lab


# -- exact --

@pytest.mark.parametrize("counted,parts", [
    (usage(9, 3), (9, 0, 3, 0)),
    (usage(1, 0), (1, 0, 0, 0)),
    (usage(1000, 100, cached=600), (400, 600, 100, 0)),
    (usage(1000, 100, reasoning=70), (1000, 0, 30, 70)),
    (usage(123_457, 7_919, cached=100_003, reasoning=7_907), (23_454, 100_003, 12, 7_907)),
], ids=["plain", "one token", "cached", "reasoning", "all"])
def test_the_cost_is_exact_and_the_same_everywhere(lab, counted, parts):
    gateway = lab(counted)
    cost = priced(*parts)
    reply = ask(gateway, "a")
    assert said_cost(reply) == cost
    assert "e" not in reply.get("x-headgate-cost-usd").lower(), "a plain decimal"
    decision = gateway.decision(reply)
    assert decision["cost_usd"] == near(cost) and decision["attempts"][0]["cost_usd"] == near(cost)
    assert spent(gateway)["total_usd"] == near(cost)
    assert gateway.metrics().total("headgate_cost_usd_total", model="a", tenant="default") == near(cost)


def test_a_price_by_the_thousand_and_one_without_the_rest(lab):
    price = {"input": "$0.001", "output": "$0.002", "per": "1K"}
    cost = (1000 * Decimal("0.001") + 100 * Decimal("0.002")) / 1000
    assert said_cost(ask(lab(usage(1000, 100, cached=600, reasoning=70), price), "a")) == cost


def test_a_free_model_costs_nothing_and_says_so(lab):
    gateway = lab(price={"free": True})
    assert said_cost(ask(gateway, "a")) == 0
    assert spent(gateway)["total"]["unpriced"] == 0


def test_the_decision_tells_cached_and_reasoning_tokens(lab):
    (attempt,) = (gateway := lab(usage(1000, 100, 600, 70))).decision(ask(gateway, "a"))["attempts"]
    assert attempt["usage"] == {"prompt_tokens": 1000, "completion_tokens": 100, "cached_tokens": 600,
                                "reasoning_tokens": 70}
    assert "usage_estimated" not in attempt


def test_embeddings_cost_their_input(lab, farm):
    gateway = lab()
    farm["a"].default = steps.answer
    reply = gateway.post("/v1/embeddings", {"model": "a", "input": "x"})
    assert reply.status == 200 and said_cost(reply) == 4 * Decimal("0.15") / MILLION


# -- not known --

@pytest.mark.parametrize("models,counted", [({"a": {}}, payloads.USAGE), ({"a": {"price": PRICE}}, None)],
                         ids=["no price", "no usage"])
def test_an_unknown_cost_is_never_zero(farm, models, counted):
    farm["a"].default = steps.answer_with("from a", usage=counted)
    gateway = farm.start(models)
    reply = ask(gateway, "a")
    assert reply.status == 200 and said_cost(reply) is None
    decision = gateway.decision(reply)
    assert decision["cost_usd"] is None and decision["attempts"][0]["cost_usd"] is None
    assert gateway.metrics().total("headgate_unpriced_requests_total") == 1
    sums = spent(gateway)
    assert (sums["total_usd"], sums["total"]["attempts"], sums["total"]["unpriced"]) == (0, 1, 1)


def test_usage_nobody_can_mean_is_no_usage(lab):
    gateway = lab({"prompt_tokens": -5, "completion_tokens": 10**18, "total_tokens": 0})
    reply = ask(gateway, "a")
    assert reply.status == 200
    assert said_cost(reply) is None or said_cost(reply) >= 0
    assert spent(gateway)["total_usd"] >= 0


# -- failures --

def test_a_failed_attempt_that_reports_usage_is_billed(farm):
    farm["a"].default = steps.reply({**payloads.error("broke down half-way"), "usage": usage(100, 50)})
    gateway = farm.start({"a": {"price": ROUND}, "b": {"price": ROUND}})
    reply = ask(gateway, "pool:default")
    first, second = Decimal("0.0002"), Decimal("0.000015")
    assert reply.get("x-headgate-attempts") == "2" and said_cost(reply) == first + second
    decision = gateway.decision(reply)
    assert [attempt["cost_usd"] for attempt in decision["attempts"]] == pytest.approx([float(first), float(second)])
    assert spent(gateway, attempts=2)["total_usd"] == near(first + second)
    assert spent(gateway, "?model=a", attempts=2)["total_usd"] == near(first)


def test_an_error_status_that_reports_usage_is_billed(farm):
    farm["a"].default = steps.failure(usage=usage(100, 50))
    gateway = farm.start({"a": {"price": ROUND}, "b": {"price": ROUND}})
    assert said_cost(ask(gateway, "pool:default")) == Decimal("0.000215")


def test_a_refused_attempt_costs_nothing(farm):
    farm["a"].default = steps.failure()
    gateway = farm.start({"a": {"price": ROUND}, "b": {"price": ROUND}})
    reply = ask(gateway, "pool:default")
    assert said_cost(reply) == Decimal("0.000015")
    assert gateway.decision(reply)["attempts"][0]["cost_usd"] == 0


def test_a_request_that_failed_for_good_still_costs_what_was_used(farm):
    farm["a"].default = steps.reply({**payloads.error("broke down half-way"), "usage": usage(100, 50)})
    gateway = farm.start({"a": {"price": ROUND}})
    reply = ask(gateway, "a")
    assert reply.status == 502 and gateway.decision(reply)["cost_usd"] == near(Decimal("0.0002"))
    sums = spent(gateway)["total"]
    assert (sums["attempts"], sums["successes"]) == (1, 0) and sums["usd"] == near(Decimal("0.0002"))


# -- streams --

def chunks_of(reply):
    return [json.loads(data) for data in reply.events() if data != "[DONE]"]


def test_a_streams_cost_rides_in_the_usage_chunk_when_usage_was_asked(lab):
    gateway = lab(usage(1000, 100, cached=600))
    reply = ask(gateway, "a", stream=True, stream_options={"include_usage": True})
    assert reply.get("x-headgate-cost-usd") is None
    last = chunks_of(reply)[-1]
    assert last["choices"] == [] and last["usage"]["prompt_tokens"] == 1000
    assert Decimal(str(last["x_headgate"]["cost_usd"])) == priced(400, 600, 100, 0)
    assert (last["x_headgate"]["model"], last["x_headgate"]["provider"]) == ("a", "at-a")
    assert reply.events()[-1] == "[DONE]"


def test_a_streams_cost_is_always_under_its_id(lab):
    gateway = lab(usage(1000, 100, cached=600))
    reply = ask(gateway, "a", stream=True)
    assert not any("usage" in chunk and chunk["usage"] for chunk in chunks_of(reply))
    assert "x_headgate" not in reply.body.decode()
    decision = gateway.decision(reply)
    assert decision["cost_usd"] == near(priced(400, 600, 100, 0)) and "usage_estimated" not in decision["attempts"][0]


def tail(*more):
    words = [steps.chunk(steps.event(payloads.chunk({"content": f"word{i} "}))) for i in range(5)]
    return steps.play(steps.raw(steps.OPENING + b"".join(words)), *more)


def test_a_cut_stream_is_counted_as_an_estimate(lab, farm):
    gateway = lab(price=ROUND)
    farm["a"].default = tail(steps.close)
    reply = ask(gateway, "a", stream=True)
    assert json.loads(reply.events()[-1])["error"]["code"] == "upstream_error"
    (attempt,) = gateway.decision(reply)["attempts"]
    assert attempt["usage_estimated"] is True and attempt["usage"]["completion_tokens"] == 5
    assert attempt["cost_usd"] > 5 * 2e-6 and spent(gateway)["total_usd"] == near(Decimal(str(attempt["cost_usd"])))


def test_a_stream_whose_client_left_is_counted_as_an_estimate(lab, farm):
    gateway = lab(price=ROUND)
    farm["a"].default = tail(steps.stall())
    with gateway.client() as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat(stream=True)))
        head = client.head()
        events = client.events(head)
        while "word4" not in next(events):
            pass
    (attempt,) = gateway.decision(head)["attempts"]
    assert attempt["outcome"] == "client_gone" and attempt["usage_estimated"] is True
    assert attempt["cost_usd"] > 0 and spent(gateway)["total_usd"] > 0


def test_a_whole_answer_whose_client_left_is_still_counted(lab, farm):
    """The provider was asked, and charges; what nobody read is not known to be free."""
    gateway = lab(price=ROUND)
    farm["a"].default = steps.stall()
    with gateway.client() as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat()))
        assert farm["a"].wait_for_requests(1)
    sums = spent(gateway)["total"]
    assert sums["usd"] > 0 or sums["unpriced"] == 1, sums
