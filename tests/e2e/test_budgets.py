"""Budgets: whose spending they count, and what happens at the limit."""


import json
from calendar import monthrange
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support import payloads, steps
from support.farm import ask, chosen
from support.polling import eventually
from support.spending import ONE, PRICE_OF_ONE, budget, is_refused, near, state, use_up

ZONES = pytest.mark.skipif(not Path("/usr/share/zoneinfo/Asia/Tokyo").exists(), reason="the package tzdata is missing")
DEAR = {"input": "$0.2", "output": "$0.4", "per": "1K"}


@pytest.fixture
def lab(farm):
    return lambda *budgets, **sections: farm.start({"a": {"price": PRICE_OF_ONE}}, budgets=list(budgets), **sections)


# -- the limit --

def test_at_the_limit_a_request_is_refused_and_told_why(lab, farm):
    gateway = lab(budget(ONE * 4))
    answered, refusal = use_up(gateway)
    assert 1 <= answered <= 4 and farm.asked("a") == answered
    assert "the limit" in refusal.error()["message"], "which budget"
    now = state(gateway)
    assert now["spent_usd"] == near(answered * ONE) and now["reserved_usd"] == 0
    assert now["limit_usd"] == near(4 * ONE) and now["attempts"] == now["successes"] == answered
    assert now["used_ratio"] == near(answered / 4) and now["room_in_seconds"] > 80_000
    assert gateway.metrics().total("headgate_budget_used_ratio", budget="the limit") == near(answered / 4)


def test_a_single_request_is_let_in_whatever_it_may_cost_at_worst(lab):
    gateway = lab(budget(ONE * 2))
    for _ in range(2):
        assert ask(gateway, max_tokens=100_000).status == 200
    assert is_refused(ask(gateway, max_tokens=100_000))


def test_a_refusal_is_remembered_with_its_reason(lab):
    gateway = lab(budget(ONE))
    answered, refusal = use_up(gateway)
    decision = gateway.decision(refusal)
    assert (decision["status"], decision["outcome"]) == (429, "budget_exceeded")
    assert decision["attempts"] == [] and gateway.metrics().total("headgate_http_requests_total", code="429") == 1


def test_failed_attempts_use_a_budget_up_too(farm):
    counted = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}
    farm["a"].default = steps.reply({**payloads.error("half-way"), "usage": counted})
    gateway = farm.start({"a": {"price": PRICE_OF_ONE}}, budgets=[budget(ONE * 3)],
                         breakers={"consecutive_failures": 100, "min_requests": 1000})
    for _ in range(3):
        assert ask(gateway).status == 502
    assert is_refused(ask(gateway)) and farm.asked("a") == 3
    assert (state(gateway)["attempts"], state(gateway)["successes"]) == (3, 0)


def test_a_candidate_the_budget_does_not_cover_is_asked_instead(farm):
    gateway = farm.start({"a": {"price": PRICE_OF_ONE}, "b": {"price": PRICE_OF_ONE}}, budgets=[budget(ONE, model="a")])
    assert chosen(ask(gateway)) == "a"
    reply = ask(gateway)
    assert (reply.status, chosen(reply)) == (200, "b")
    (excluded,) = gateway.decision(reply)["excluded"]
    assert (excluded["model"], excluded["reason"]) == ("a", "budget_exceeded")


def test_failover_does_not_escape_a_budget(farm):
    farm["a"].default = steps.failure()
    models = {name: {"price": PRICE_OF_ONE} for name in "ab"}
    gateway = farm.start(models, budgets=[budget(ONE, model="b")])
    assert chosen(ask(gateway)) == "b"
    reply = ask(gateway)
    assert reply.status != 200 and farm.asked("b") == 1


def test_at_a_soft_limit_only_the_cheapest_is_left(farm):
    models = {"dear": {"price": DEAR, "quality": {"chat": 0.9}},
              "cheap": {"price": PRICE_OF_ONE, "quality": {"chat": 0.3}}}
    best = [{"name": "best", "when": {}, "use": {"objective": "quality"}}]
    gateway = farm.start(models, rules=best, budgets=[budget(ONE * 100, on_exhausted="degrade")])
    assert chosen(ask(gateway)) == "dear"
    for _ in range(5):
        reply = ask(gateway)
        assert (reply.status, chosen(reply)) == (200, "cheap")
    (excluded,) = gateway.decision(reply)["excluded"]
    assert (excluded["model"], excluded["reason"]) == ("dear", "budget_degraded")
    assert state(gateway)["used_ratio"] > 1, "a soft limit is passed"


@pytest.mark.parametrize("unpriced,status", [("allow", 200), ("refuse", 429)])
def test_a_price_nobody_knows_is_counted_but_never_as_nothing(farm, unpriced, status):
    gateway = farm.start({"a": {}}, budgets=[budget(ONE, unpriced=unpriced)])
    replies = [ask(gateway) for _ in range(3)]
    assert [reply.status for reply in replies] == [status] * 3
    if status == 200:
        assert (state(gateway)["spent_usd"], state(gateway)["unpriced"]) == (0, 3)
    else:
        assert all(map(is_refused, replies)) and farm.asked("a") == 0


def test_a_free_model_is_always_let_in(farm):
    gateway = farm.start({"a": {"price": PRICE_OF_ONE}, "free": {"price": {"free": True}}}, budgets=[budget(ONE)])
    use_up(gateway, "a")
    assert ask(gateway, "free").status == 200


# -- scopes --

def bearer(key):
    return {"headers": {"authorization": f"Bearer {key}"}}


def keys_for(gateway, *tenants):
    made = [gateway.new_key(tenant) for tenant in tenants]
    for one in made:
        assert eventually(lambda one=one: gateway.plan(payloads.chat(), **bearer(one["key"])["headers"])
                          .get("tenant"))
    return made


def test_a_budget_of_a_tenant_leaves_others_alone(lab):
    gateway = lab(budget(ONE, tenant="acme"), access={"auth": "required"})
    acme, same_tenant, other = (one["key"] for one in keys_for(gateway, "acme", "acme", "other"))
    assert ask(gateway, **bearer(acme)).status == 200
    assert is_refused(ask(gateway, **bearer(same_tenant)))
    assert ask(gateway, **bearer(other)).status == 200
    assert state(gateway)["attempts"] == 1


def test_a_refusal_names_no_other_tenant(lab):
    gateway = lab(budget(ONE * 5, tenant="acme"), budget(ONE, name="everybody"), access={"auth": "required"})
    acme, other = (one["key"] for one in keys_for(gateway, "acme", "other"))
    assert ask(gateway, **bearer(acme)).status == 200
    refusal = ask(gateway, **bearer(other))
    assert is_refused(refusal) and "acme" not in refusal.body.decode()


def test_a_budget_of_a_key_leaves_other_keys_alone(farm):
    models, access = {"a": {"price": PRICE_OF_ONE}}, {"auth": "required"}
    gateway = farm.start(models, access=access)
    one, other = keys_for(gateway, "acme", "acme")
    farm.reload(gateway, models, access=access, budgets=[budget(ONE, key=one["id"])])
    assert ask(gateway, **bearer(one["key"])).status == 200
    assert is_refused(ask(gateway, **bearer(one["key"])))
    assert ask(gateway, **bearer(other["key"])).status == 200


def test_a_budget_of_a_tag_counts_what_carries_it(lab):
    gateway = lab(budget(ONE, tag="batch"))
    tagged = {"headers": {"x-headgate-tags": "night, batch"}}
    assert ask(gateway, **tagged).status == 200
    assert is_refused(ask(gateway, **tagged))
    assert ask(gateway).status == 200 and ask(gateway, headers={"x-headgate-tags": "night"}).status == 200


@pytest.mark.parametrize("scope", [{"model": "a"}, {"provider": "at-a"}])
def test_a_budget_of_a_model_or_provider_counts_only_it(farm, scope):
    gateway = farm.start({"a": {"price": PRICE_OF_ONE}, "b": {"price": PRICE_OF_ONE}}, budgets=[budget(ONE, **scope)])
    assert ask(gateway, "b").status == ask(gateway, "a").status == 200
    assert is_refused(ask(gateway, "a"))
    assert ask(gateway, "b").status == 200
    assert state(gateway)["attempts"] == 1


def test_a_request_is_charged_to_every_budget_it_meets(lab):
    gateway = lab(budget(ONE * 50, name="all"), budget(ONE * 50, name="of a", model="a"),
                  budget(ONE * 50, name="of b", tag="b"))
    assert ask(gateway).status == 200
    assert [state(gateway, name)["spent_usd"] for name in ("all", "of a", "of b")] == [near(ONE), near(ONE), 0]


# -- windows --

def left_of(period, zone):
    """Seconds until the day, week or month of this zone is over."""
    now = datetime.now(ZoneInfo(zone))
    first = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = {"day": 1, "week": 7 - now.weekday(), "month": monthrange(now.year, now.month)[1] - now.day + 1}[period]
    return ((first + timedelta(days=days)).astimezone(timezone.utc) - now).total_seconds()


@pytest.mark.parametrize("zone", ["UTC", pytest.param("Asia/Tokyo", marks=ZONES)])
@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_a_calendar_budget_has_room_again_when_its_period_ends(lab, period, zone):
    gateway = lab(budget(ONE, window=period, zone=zone))
    assert ask(gateway).status == 200 and is_refused(ask(gateway))
    before, told, after = left_of(period, zone), state(gateway)["room_in_seconds"], left_of(period, zone)
    assert after - 2 <= told <= before + 2 or before < 2, "but for the moment in which the period ends"


def test_a_sliding_budget_forgets(lab):
    gateway = lab(budget(ONE, window="1s"))
    assert ask(gateway).status == 200
    assert is_refused(ask(gateway))
    assert eventually(lambda: ask(gateway).status == 200, within=4)


def test_tags_are_remembered(lab):
    gateway = lab()
    assert gateway.decision(ask(gateway, headers={"x-headgate-tags": "night, batch"}))["tags"] == ["night", "batch"]


def test_a_budget_nothing_refers_to_is_told_of(farm):
    gateway = farm.start({"a": {"price": PRICE_OF_ONE}, "b": {}}, pools={"default": ["a"]},
                         budgets=[budget(ONE, model="a", provider="at-b")])
    told = json.loads(gateway.run("check", "--format", "json"))
    assert "HG-1503" in {one["code"] for one in told}
