"""Rules: which of them a request meets, and what the one it meets changes."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support import configs, payloads, steps
from support.client import request
from support.farm import ask, chosen
from support.polling import eventually

POOLS = {"default": ["a"], "special": ["b"]}
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
CODE = "Write a Python function that reverses a linked list, with unit tests."
LONG = "many words " * 2000
CHEAP, DEAR = {"input": "$0.10", "output": "$0.40"}, {"input": "$10", "output": "$40"}
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ZONES = pytest.mark.skipif(not Path("/usr/share/zoneinfo/Asia/Tokyo").exists(), reason="the package tzdata is missing")
LONG_ANSWER = steps.answer_with("many words", usage={"prompt_tokens": 9, "completion_tokens": 500})
SLOW = steps.play(steps.stall(0.15), steps.answer)


def special(when, **use):
    return {"name": "special", "when": when, "use": use or {"pool": "special"}}


def matches(gateway, *arguments, **fields):
    reply = ask(gateway, *arguments, **fields)
    assert reply.status == 200, reply
    expected = {None: ("a", "default"), "special": ("b", "special")}[reply.get("x-headgate-rule")]
    assert (chosen(reply), reply.get("x-headgate-pool")) == expected
    return reply.get("x-headgate-rule") == "special"


@pytest.fixture
def ruled(farm):
    return lambda when, **sections: farm.start({"a": {}, "b": {}}, pools=POOLS, rules=[special(when)], **sections)


def hours(zone="UTC", since=-1, until=1):
    now = datetime.now(ZoneInfo(zone))
    ends = (now + timedelta(hours=since), now + timedelta(hours=until))
    return {"from": f"{ends[0]:%H:%M}", "to": f"{ends[1]:%H:%M}", "zone": zone}


def days_from_today(first, last):
    today = datetime.now(ZoneInfo("UTC")).weekday()
    return {"days": [DAYS[(today + shift) % 7] for shift in range(first, last + 1)]}


# -- when --

@pytest.mark.parametrize("when,met,not_met", [
    ({}, {}, None),
    ({"stream": True}, {"stream": True}, {"stream": False}),
    ({"stream": False}, {}, {"stream": True}),
    ({"tools": True}, {"tools": TOOLS}, {}),
    ({"tools": False}, {}, {"tools": TOOLS}),
    ({"input_tokens": {"min": 1000}}, {"text": LONG}, {}),
    ({"input_tokens": {"max": 1000}}, {}, {"text": LONG}),
    ({"input_tokens": {"min": 1000, "max": 100000}}, {"text": LONG}, {}),
    ({"header.X-Team": "search"}, {"headers": {"x-team": "search"}}, {"headers": {"x-team": "ads"}}),
    ({"header.X-Team": ["ads", "search"]}, {"headers": {"X-TEAM": "search"}}, {}),
    ({"header.X-Team": "*"}, {"headers": {"x-team": "anything"}}, {}),
    ({"model": "auto"}, {"model": "auto"}, {"model": "auto:code"}),
    ({"model": ["x", "auto*"]}, {"model": "auto:code"}, {"model": "pool:default"}),
    ({"capability": "code"}, {"text": CODE}, {"text": "..."}),
    ({"capability": ["chat", "code"]}, {"model": "auto:chat"}, {"model": "auto:summarization"}),
    ({"tools": True, "stream": True}, {"tools": TOOLS, "stream": True}, {"tools": TOOLS}),
], ids=lambda value: str(value)[:40])
def test_a_rule_holds_for_what_meets_its_conditions(ruled, when, met, not_met):
    gateway = ruled(when)
    assert matches(gateway, **met)
    assert not_met is None or not matches(gateway, **not_met)


@pytest.mark.parametrize("time_of_rule,holds", [
    (hours(), True), (hours(since=2, until=4), False), pytest.param(hours("Asia/Tokyo"), True, marks=ZONES),
    ({**hours("Asia/Tokyo"), "zone": "UTC"}, False),
    (days_from_today(0, 1), True), (days_from_today(2, 5), False), ({**days_from_today(-1, 1), **hours()}, True),
], ids=["now", "later", "Tokyo", "as in Tokyo", "today", "other days", "today and now"])
def test_a_rule_holds_at_its_hours(ruled, time_of_rule, holds):
    assert matches(ruled({"time": time_of_rule})) == holds


def test_a_rule_for_a_tenant_goes_by_the_key(ruled):
    gateway = ruled({"tenant": ["support"]}, access={"auth": "required"})
    support, other = (gateway.new_key(tenant)["key"] for tenant in ("support", "sales"))

    def with_key(key):
        return {"headers": {"authorization": f"Bearer {key}"}}

    for key in (support, other):
        assert eventually(lambda key=key: ask(gateway, **with_key(key)).status == 200)
    assert matches(gateway, **with_key(support))
    assert not matches(gateway, **with_key(other))


def test_a_capability_nobody_knows_meets_no_rule(ruled):
    every = ["chat", "code", "reasoning_math", "summarization", "extraction_classification",
             "translation_multilingual", "creative_writing", "question_answering"]
    gateway = ruled({"capability": every})
    assert not matches(gateway, text="...")
    assert matches(gateway, text=CODE)


def test_a_model_named_with_its_suffix_meets_a_rule_on_the_model(farm):
    gateway = farm.start({"a": {}, "b": {}}, pools=POOLS, rules=[special({"model": "a"}, objective="cost")])
    for name in ("a", "a:floor", "a:nitro"):
        assert ask(gateway, name).get("x-headgate-rule") == "special", name
    assert ask(gateway, "b").get("x-headgate-rule") is None


def test_the_first_rule_that_holds_decides(farm):
    rules = [{"name": "tools", "when": {"tools": True}, "use": {"pool": "special"}},
             {"when": {"stream": True}, "use": {"pool": "other"}},
             {"name": "rest", "when": {}, "use": {"pool": "default"}}]
    gateway = farm.start({"a": {}, "b": {}, "c": {}}, pools={**POOLS, "other": ["c"]}, rules=rules)

    def decided(**fields):
        reply = ask(gateway, **fields)
        return reply.get("x-headgate-rule"), reply.get("x-headgate-pool"), chosen(reply)

    assert decided(tools=TOOLS, stream=True) == ("tools", "special", "b")
    assert decided(stream=True) == ("rule 2", "other", "c")
    assert decided() == ("rest", "default", "a")


def test_a_reload_changes_the_rules(farm):
    models = {"a": {}, "b": {}}
    gateway = farm.start(models, pools=POOLS, rules=[special({"stream": True})])
    assert not matches(gateway)
    with gateway.client() as client:  # an open connection is no shelter
        farm.reload(gateway, models, pools=POOLS, rules=[special({})])
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat("auto")))
        assert client.reply().get("x-headgate-rule") == "special"
    farm.reload(gateway, models, pools=POOLS)
    assert not matches(gateway)


# -- use --

def test_the_objective_says_who_comes_first(farm):
    models = {"good": {"price": DEAR, "quality": {"chat": 0.9}},
              "cheap": {"price": CHEAP, "quality": {"chat": 0.6}}}
    rules = [{"name": objective, "when": {"header.Want": objective}, "use": {"objective": objective}}
             for objective in ("quality", "cost")]
    for name in models:
        farm[name].default = LONG_ANSWER
    gateway = farm.start(models, rules=rules)
    for objective, name in (("quality", "good"), ("cost", "cheap")):
        reply = ask(gateway, "auto:chat", headers={"want": objective})
        assert (reply.get("x-headgate-rule"), chosen(reply)) == (objective, name)
        assert gateway.plan(payloads.chat("auto:chat"), want=objective)["objective"] == objective
    assert gateway.plan(payloads.chat("auto:chat"))["objective"] == "balanced"


def test_latency_goes_to_the_quick_one_once_it_is_known(farm):
    farm["slow"].default = SLOW
    rules = [special({}, objective="latency")]
    gateway = farm.start({"slow": {}, "quick": {}}, rules=rules)
    assert chosen(ask(gateway)) == "slow", "nothing is known yet, so the ranking decides"
    for name in ("slow", "quick") * 6:
        assert ask(gateway, name).status == 200
    assert chosen(ask(gateway)) == "quick"


LIMITS = {
    "max_cost": ({"max_cost": "$0.001"}, {"price": DEAR}, {"price": CHEAP}, "max_cost"),
    "a price not known": ({"max_cost": "$0.001"}, {}, {"price": CHEAP}, "unknown_price"),
    "min_quality": ({"min_quality": 0.8}, {"quality": {"chat": 0.7}}, {"quality": {"chat": 0.85}}, "min_quality"),
    "trust": ({"trust": "high"}, {}, {"at": {"trust": "high"}}, "trust_policy"),
    "data_collection": ({"data_collection": "deny"}, {"at": {"data_collection": "allow"}},
                        {"at": {"data_collection": "deny"}}, "data_policy"),
    "data_collection not known": ({"data_collection": "deny"}, {}, {"at": {"data_collection": "deny"}}, "data_policy"),
}


@pytest.mark.parametrize("use,breaks,keeps,reason", LIMITS.values(), ids=LIMITS)
def test_a_limit_excludes_who_breaks_it(farm, use, breaks, keeps, reason):
    farm["b"].default = LONG_ANSWER
    gateway = farm.start({"a": breaks, "b": keeps}, rules=[special({}, **use)])
    for name in ("auto:chat", "pool:default"):
        reply = ask(gateway, name)
        assert (reply.status, chosen(reply)) == (200, "b"), name
    (excluded,) = gateway.decision(ask(gateway, "auto:chat"))["excluded"]
    assert (excluded["model"], excluded["reason"]) == ("a", reason)
    assert farm.asked("a") == 0


@pytest.mark.parametrize("use,breaks,keeps,reason", LIMITS.values(), ids=LIMITS)
def test_a_limit_holds_for_a_named_model_and_the_error_tells_of_it(farm, use, breaks, keeps, reason):
    gateway = farm.start({"a": breaks, "b": keeps}, rules=[special({}, **use)])
    reply = ask(gateway, "a")
    expected = (403, "trust_policy") if reason in ("trust_policy", "data_policy") else (422, "capability_unavailable")
    assert (reply.status, reply.error()["code"]) == expected
    assert "special" in reply.error()["message"], "whose limit it is"
    assert farm.asked("a") == farm.asked("b") == 0


def test_who_was_too_slow_for_first_token_within_is_excluded(farm):
    farm["slow"].default = SLOW
    rules = [{"name": "hurry", "when": {"header.Hurry": "*"}, "use": {"first_token_within": "60ms"}}]
    gateway = farm.start({"slow": {}, "quick": {}}, rules=rules)
    for name in ("slow", "quick") * 6:
        assert ask(gateway, name).status == 200
    assert chosen(ask(gateway, headers={"hurry": "1"})) == "quick"
    (excluded,) = gateway.plan(payloads.chat("auto"), hurry="1")["excluded"]
    assert (excluded["model"], excluded["reason"]) == ("slow", "first_token_within")


def test_first_token_within_ends_a_wait(farm):
    patient = {"timeouts": {**configs.QUICK, "first_byte": "20s", "total": "30s"}}
    farm["a"].default = steps.stall()
    gateway = farm.start({"a": {"at": patient}, "b": {}}, rules=[special({}, first_token_within="200ms")])
    begun = time.monotonic()
    for stream in (False, True):
        reply = ask(gateway, "a", models=["b"], stream=stream)
        assert reply.text() == "from b" and reply.get("x-headgate-attempts") == "2"
    assert time.monotonic() - begun < 4


def test_a_deadline_is_for_all_attempts_together(farm):
    patient = {"timeouts": {**configs.QUICK, "first_byte": "20s", "total": "30s"}}
    farm["a"].default = steps.play(steps.stall(0.2), steps.failure())
    farm["b"].default = steps.stall()
    gateway = farm.start({"a": {"at": patient}, "b": {"at": patient}, "c": {}},
                         rules=[special({}, deadline="600ms")])
    begun = time.monotonic()
    reply = ask(gateway)
    assert (reply.status, reply.error()["code"]) == (504, "upstream_timeout")
    assert 0.55 <= time.monotonic() - begun < 2
    assert farm.asked("a") == farm.asked("b") == 1 and farm.asked("c") == 0


def test_a_pool_named_by_the_client_goes_before_that_of_the_rule_but_not_before_its_limits(farm):
    models = {"a": {}, "b": {"at": {"trust": "high"}}, "c": {"at": {"trust": "high"}}}
    gateway = farm.start(models, pools={"default": ["c"], "mixed": ["a", "b"], "special": ["c"]},
                         rules=[special({}, pool="special", trust="high")])
    reply = ask(gateway, "pool:mixed")
    assert (chosen(reply), reply.get("x-headgate-pool"), reply.get("x-headgate-rule")) == ("b", "mixed", "special")
    assert farm.asked("a") == 0


def test_the_rules_pool_has_the_equivalents_of_a_named_model(farm):
    farm["a"].default = steps.failure()
    gateway = farm.start({"a": {}, "b": {}, "c": {}}, pools={"default": ["a", "c"], "special": ["b"]},
                         rules=[special({})], failover={"named_models": "equivalents"})
    reply = ask(gateway, "a")
    assert (chosen(reply), reply.get("x-headgate-attempts")) == ("b", "2")
    assert farm.asked("c") == 0


def test_the_decision_names_the_rule(ruled):
    gateway = ruled({"stream": True})
    remembered = gateway.decision(ask(gateway, stream=True))
    asked_now = gateway.plan(payloads.chat("auto", stream=True))
    for decision in (remembered, asked_now):
        assert (decision["rule"], decision["pool"]) == ("special", "special")
    assert gateway.plan(payloads.chat("auto"))["rule"] is None
