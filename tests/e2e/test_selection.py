"""Who gets the traffic: shares follow the probabilities that are told, and these follow what is measured."""

import math

import pytest
from support import payloads, steps
from support.farm import ask, chosen

PRICE, DEAR = {"input": "$1", "output": "$2"}, {"input": "$10", "output": "$20"}
QUALITY = {"quality": {"chat": 0.8}}
DEFAULTS = {"temperature": 0.1, "exploration": 0.02}
TOLERANT = {"consecutive_failures": 1000, "min_requests": 10_000}


def usage(completion, reasoning=0):
    return {"prompt_tokens": 9, "completion_tokens": completion, "total_tokens": 9 + completion,
            "completion_tokens_details": {"reasoning_tokens": reasoning}}


def probabilities(gateway, pool="default"):
    models = next(one for one in gateway.look("pools")["pools"] if one["pool"] == pool)["models"]
    return {one["model"]: one["probability"] for one in models}


class Tally:
    """Asks, and compares who was first with what the decisions said of their chances."""

    def __init__(self, gateway):
        self.gateway, self.first, self.expected, self.variance, self.count = gateway, {}, {}, {}, 0

    def ask(self, times):
        for _ in range(times):
            decision = self.gateway.decision(ask(self.gateway, "pool:default"))
            first = decision["attempts"][0]["model"]
            self.first[first] = self.first.get(first, 0) + 1
            self.count += 1
            for one in decision["candidates"]:
                name, p = one["model"], one["probability"]
                self.expected[name] = self.expected.get(name, 0) + p
                self.variance[name] = self.variance.get(name, 0) + p * (1 - p)
        return self

    def share(self, name):
        return self.first.get(name, 0) / self.count

    def check(self):
        """Within five standard deviations: one run in a million fails by chance."""
        for name, expected in self.expected.items():
            distance = abs(self.first.get(name, 0) - expected)
            assert distance <= 5 * math.sqrt(self.variance[name]) + 1, (name, self.first, self.expected)


def test_two_equals_share_the_traffic_as_was_told(farm):
    gateway = farm.start({"a": {"price": PRICE, **QUALITY}, "b": {"price": PRICE, **QUALITY}}, scheduler=DEFAULTS)
    tally = Tally(gateway).ask(400)
    tally.check()
    assert tally.share("a") > 0.1 and tally.share("b") > 0.1
    assert farm.asked("a") + farm.asked("b") == 400
    told = probabilities(gateway)
    assert sum(told.values()) == pytest.approx(1)
    for name in "ab":
        assert gateway.metrics().total("headgate_route_probability", pool="default", model=name) == pytest.approx(
            probabilities(gateway)[name], abs=0.05)


def test_of_two_of_whom_nothing_is_known_the_ranking_decides_gently(farm):
    told = probabilities(farm.start({"a": {}, "b": {}}, scheduler=DEFAULTS))
    assert 0.55 < told["a"] < 0.8 and told["b"] == pytest.approx(1 - told["a"])


def test_who_fails_loses_its_share(farm):
    farm["a"].default = steps.failure()
    gateway = farm.start({"a": {"price": PRICE, **QUALITY}, "b": {"price": PRICE, **QUALITY}}, scheduler=DEFAULTS,
                         breakers=TOLERANT)
    before = probabilities(gateway)["a"]
    tally = Tally(gateway).ask(150)
    tally.check()
    assert tally.share("a") < before / 2
    after = probabilities(gateway)["a"]
    assert 0.01 - 1e-9 <= after < 0.05, "what is left is exploration"


def test_who_recovers_wins_it_back(farm):
    farm["a"].default = steps.failure()
    gateway = farm.start({"a": {"price": PRICE, **QUALITY}, "b": {"price": PRICE, **QUALITY}}, breakers=TOLERANT,
                         scheduler={"temperature": 0.1, "exploration": 0.1, "window": "1s"})
    Tally(gateway).ask(60)
    farm["a"].default = steps.answer_with("back again")
    low = probabilities(gateway)["a"]
    tally = Tally(gateway).ask(60)
    for _ in range(40):
        tally.ask(25)
        if probabilities(gateway)["a"] > 0.25:
            break
    assert low < 0.2 and probabilities(gateway)["a"] > 0.25


def test_who_costs_more_by_the_list_gets_less(farm):
    gateway = farm.start({"a": {"price": DEAR, **QUALITY}, "b": {"price": PRICE, **QUALITY}}, scheduler=DEFAULTS)
    assert probabilities(gateway)["a"] < 0.1
    tally = Tally(gateway).ask(200)
    tally.check()
    assert tally.share("a") < 0.25


def test_who_really_costs_more_than_listed_loses_its_share(farm):
    """Equal prices, equal answers: one of them thinks ten times as long, and thinking is charged."""
    farm["a"].default = steps.answer_with("from a", usage=usage(200, reasoning=180))
    farm["b"].default = steps.answer_with("from b", usage=usage(20))
    gateway = farm.start({"a": {"price": PRICE, **QUALITY}, "b": {"price": PRICE, **QUALITY}}, scheduler=DEFAULTS)
    before = probabilities(gateway)["a"]
    tally = Tally(gateway).ask(200)
    tally.check()
    decided = gateway.decision(ask(gateway, "pool:default"))["candidates"]
    after = {one["model"]: one["probability"] for one in decided}["a"]
    assert before == pytest.approx(0.5, abs=0.1) and after < 0.1, "of short requests, where thinking is most of the cost"
    assert gateway.metrics().total("headgate_cost_per_success_usd", model="a") > 3 * gateway.metrics().total(
        "headgate_cost_per_success_usd", model="b")


def test_retries_that_were_charged_are_part_of_the_cost_of_a_success(farm):
    """Every second answer is paid for and broken off before its end."""
    words = [steps.chunk(steps.event(payloads.chunk({"content": f"word{i} "}))) for i in range(40)]
    cut = steps.play(steps.raw(steps.OPENING + b"".join(words)), steps.close)
    gateway = farm.start({"a": {"price": PRICE, **QUALITY}}, breakers=TOLERANT)
    whole = steps.answer_with("from a", usage=usage(40))
    farm["a"].then(*[cut, whole] * 20)
    for _ in range(40):
        ask(gateway, "a", stream=True)
    cost = gateway.metrics().total("headgate_cost_per_success_usd", model="a")
    one = (9 * 1 + 40 * 2) / 1e6
    assert cost > 1.4 * one, (cost, one)


def test_exploration_is_bounded_from_both_sides(farm):
    twice = {"input": "$2", "output": "$4"}
    models = {"a": {"price": PRICE, "quality": {"chat": 0.95}}, "b": {"price": twice, "quality": {"chat": 0.1}}}
    gateway = farm.start(models, scheduler={"temperature": 0, "exploration": 0.2})
    assert probabilities(gateway) == pytest.approx({"a": 0.9, "b": 0.1})
    tally = Tally(gateway).ask(400)
    tally.check()
    assert 0.03 < tally.share("b") < 0.2


def test_who_is_dear_is_explored_the_less_the_more_it_costs(farm):
    models = {"a": {"price": PRICE, "quality": {"chat": 0.95}}, "b": {"price": DEAR, "quality": {"chat": 0.1}}}
    gateway = farm.start(models, scheduler={"temperature": 0, "exploration": 0.2})
    assert probabilities(gateway)["b"] == pytest.approx(0.1 / 9, rel=0.02), "it costs nine times more"
    tally = Tally(gateway).ask(300)
    tally.check()
    assert tally.share("b") < 0.06


def test_without_exploration_and_temperature_the_best_is_always_first(farm):
    models = {"a": {"price": PRICE, "quality": {"chat": 0.95}}, "b": {"price": DEAR, "quality": {"chat": 0.1}}}
    gateway = farm.start(models, scheduler={"temperature": 0, "exploration": 0})
    for _ in range(50):
        assert chosen(ask(gateway, "pool:default")) == "a"
    assert farm.asked("b") == 0


def test_a_named_model_is_left_to_no_chance(farm):
    gateway = farm.start({"a": {"price": DEAR}, "b": {"price": PRICE}},
                         scheduler={"temperature": 100, "exploration": 1},
                         failover={"named_models": "equivalents"})
    for _ in range(40):
        assert chosen(ask(gateway, "a")) == "a"


def test_a_breaker_takes_the_whole_share(farm):
    farm["a"].default = steps.failure()
    gateway = farm.start({"a": QUALITY, "b": QUALITY}, scheduler={"temperature": 0.1, "exploration": 0.5},
                         breakers={"consecutive_failures": 3, "open_for": "60s", "max_open": "60s"})
    while farm.asked("a") < 3:
        assert chosen(ask(gateway, "pool:default")) == "b"
    for _ in range(30):
        assert ask(gateway, "pool:default").get("x-headgate-attempts") == "1"
    assert farm.asked("a") == 3 and probabilities(gateway) == pytest.approx({"a": 0, "b": 1})
