"""What clients may ask for besides a model: OpenRouter's members, suffixes and headers. They narrow, never widen."""

import json
import time

import pytest
from support import configs, payloads, steps
from support.farm import ask, chosen

CHEAP, FAIR, DEAR = ({"input": price, "output": price} for price in ("$0.10", "$1", "$10"))
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
SLOW = steps.play(steps.stall(0.15), steps.answer)


@pytest.fixture
def three(farm):
    """a, b and c, best first whatever they cost; any of them fails when its name is among `failing`."""
    best_first = [{"name": "best first", "when": {}, "use": {"objective": "quality"}}]
    models = {"a": {"price": FAIR, "quality": {"chat": 0.9}}, "b": {"price": CHEAP, "quality": {"chat": 0.6}},
              "c": {"price": DEAR, "quality": {"chat": 0.3}}}

    def three(failing="", **sections):
        for name in failing:
            farm[name].default = steps.failure()
        return farm.start(models, rules=best_first, **sections)

    return three


def reasons(decision):
    return {one["model"]: one["reason"] for one in decision["excluded"]}


# -- models --

def test_models_follow_in_the_clients_order(three, farm):
    gateway = three(failing="ca")
    reply = ask(gateway, "c", models=["a", "b"])
    assert (chosen(reply), reply.get("x-headgate-attempts")) == ("b", "3")
    assert farm.asked("c") == farm.asked("a") == 1


def test_models_take_the_place_of_equivalents(three, farm):
    gateway = three(failing="ac", failover={"named_models": "equivalents"})
    assert ask(gateway, "a", models=["c"]).status == 502
    assert farm.asked("b") == 0


def test_no_model_is_asked_twice(three, farm):
    gateway = three(failing="ab")
    assert ask(gateway, "a", models=["a", "b", "a", "b"]).status == 502
    assert farm.asked("a") == farm.asked("b") == 1


def test_an_unknown_model_in_models_is_404(three):
    reply = ask(three(), "a", models=["bb"])
    assert (reply.status, reply.error()["code"]) == (404, "model_not_found")
    assert "bb" in reply.error()["message"]


def test_hints_do_not_go_on_to_providers(three, farm):
    gateway = three()
    for stream in (False, True):
        assert ask(gateway, "a", models=["b"], provider={"sort": "price"}, stream=stream).status == 200
    for request in farm["a"].requests + farm["b"].requests:
        sent = request.json()
        assert "models" not in sent and "provider" not in sent
        assert sent["model"] in ("up-a", "up-b") and sent["messages"] == payloads.chat()["messages"]


# -- provider --

@pytest.mark.parametrize("provider,order", [
    ({}, "abc"),
    ({"order": ["at-c", "at-b"]}, "cba"),
    ({"order": ["AT-C"]}, "cab"),
    ({"order": ["nobody", "at-b"]}, "bac"),
    ({"order": ["at-c"], "allow_fallbacks": False}, "c"),
    ({"only": ["at-b", "at-c"]}, "bc"),
    ({"only": ["at-c"]}, "c"),
    ({"ignore": ["at-a"]}, "bc"),
    ({"only": ["at-a", "at-b"], "ignore": ["at-a"]}, "b"),
    ({"sort": "price"}, "bac"),
    ({"order": ["at-c"], "sort": "price"}, "cba"),
    ({"max_price": {"prompt": 1}}, "ab"),
    ({"max_price": {"prompt": 20, "completion": 0.5}}, "b"),
    ({"max_price": {"prompt": "0.99"}}, "b"),
    ({"only": None, "sort": None}, "abc"),
], ids=json.dumps)
def test_provider_says_who_is_asked_and_in_which_order(three, provider, order):
    gateway = three(failing="abc", failover={"max_attempts": 5})
    reply = ask(gateway, "pool:default", provider=provider)
    decision = gateway.decision(reply)
    assert "".join(attempt["model"] for attempt in decision["attempts"]) == order
    assert set(reasons(decision)) == set("abc") - set(order)


@pytest.mark.parametrize("sort", ["latency", "throughput"])
def test_the_quickest_goes_by_what_was_measured(three, farm, sort):
    farm["a"].default = SLOW
    gateway = three()
    for name in "ab" * 4:
        assert ask(gateway, name).status == 200
    assert chosen(ask(gateway, "pool:default", provider={"sort": sort, "only": ["at-a", "at-b"]})) == "b"


@pytest.mark.parametrize("path,asked", [("completions", {"prompt": "x"}), ("embeddings", {"input": "x"})])
def test_hints_hold_at_every_endpoint(three, farm, path, asked):
    gateway = three(failing="a")
    farm["b"].default = farm["c"].default = steps.answer
    for name, hints in {"c": {"model": "a", "models": ["c"]},
                        "b": {"model": "auto", "provider": {"only": ["at-b"]}}}.items():
        reply = gateway.post(f"/v1/{path}", {**asked, **hints})
        assert (reply.status, chosen(reply)) == (200, name)
        assert not {"models", "provider"} & set(farm[name].requests[-1].json())
    refused = gateway.post(f"/v1/{path}", {**asked, "model": "a", "provider": {"sort": "prize"}})
    assert (refused.status, refused.error()["param"]) == (400, "provider")


def test_nobody_left_by_provider_is_422_and_says_so(three, farm):
    reply = ask(three(), "pool:default", provider={"only": ["at-nobody"]})
    assert (reply.status, reply.error()["code"], reply.error()["param"]) == (422, "capability_unavailable", "provider")
    assert not any(farm.asked(name) for name in "abc")


def test_without_fallbacks_a_named_model_stands_alone(three, farm):
    gateway = three(failing="a", failover={"named_models": "equivalents"})
    assert ask(gateway, "a", provider={"allow_fallbacks": False}).status == 502
    assert ask(gateway, "a").status == 200
    assert farm.asked("a") == 2


def test_require_parameters_asks_only_who_is_known_to_take_them(farm):
    models = {"a": {"supports": ["tools"]}, "b": {}, "c": {"supports": ["tools", "json_schema"]}}
    gateway = farm.start(models)
    schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}
    assert chosen(ask(gateway, response_format=schema)) == "a", "the request can be adapted to it"
    decision = gateway.decision(ask(gateway, response_format=schema, provider={"require_parameters": True}))
    assert decision["attempts"][0]["model"] == "c"
    assert reasons(decision) == {"a": "lacks_ability", "b": "unknown_ability"}


def test_data_collection_deny_asks_only_who_is_known_to_keep_nothing(farm):
    models = {"a": {"at": {"data_collection": "allow"}}, "b": {}, "c": {"at": {"data_collection": "deny"}}}
    gateway = farm.start(models)
    assert chosen(ask(gateway, provider={"data_collection": "deny"})) == "c"
    assert chosen(ask(gateway, provider={"data_collection": "allow"})) == "a"
    reply = ask(gateway, "a", provider={"data_collection": "deny"})
    assert (reply.status, reply.error()["code"]) == (403, "trust_policy")


@pytest.mark.parametrize("provider", [
    "at-a", ["at-a"], 1, {"order": "at-a"}, {"only": [1]}, {"ignore": [""]}, {"sort": "prize"}, {"sort": 1},
    {"data_collection": "maybe"}, {"require_parameters": "yes"}, {"allow_fallbacks": 0}, {"max_price": 1},
    {"max_price": {"prompt": -1}}, {"max_price": {"completion": "much"}}, {"order": ["x"] * 40},
], ids=json.dumps)
def test_a_malformed_provider_is_400_and_names_it(three, farm, provider):
    reply = ask(three(), "a", provider=provider)
    assert (reply.status, reply.error()["code"]) == (400, "invalid_request")
    assert reply.error()["param"].startswith("provider")
    assert farm.asked("a") == 0


@pytest.mark.parametrize("models", ["b", [1], {"b": 1}, ["b"] * 40, [""]], ids=json.dumps)
def test_malformed_models_are_400_and_named(three, farm, models):
    reply = ask(three(), "a", models=models)
    assert (reply.status, reply.error()["param"]) == (400, "models")
    assert farm.asked("a") == 0


# -- suffixes --

def test_floor_asks_the_cheapest_first(three, farm):
    gateway = three(failover={"named_models": "equivalents"})
    for name in ("pool:default:floor", "auto:floor", "auto:chat:floor"):
        assert chosen(ask(gateway, name)) == "b", name
    assert chosen(ask(gateway, "c:floor")) == "c", "a named model stays first"
    farm["c"].default = steps.failure()
    assert chosen(ask(gateway, "c:floor")) == "b", "the suffix sorts its equivalents"


def test_nitro_asks_the_one_with_the_most_tokens_a_second(three, farm):
    farm["a"].default = farm["c"].default = SLOW
    gateway = three()
    for name in "abc" * 4:
        assert ask(gateway, name).status == 200
    for name in ("pool:default:nitro", "auto:nitro"):
        assert chosen(ask(gateway, name)) == "b", name


def test_a_wrong_suffix_is_404_and_names_the_closest(three):
    reply = ask(three(), "a:flor")
    assert (reply.status, reply.error()["code"]) == (404, "model_not_found")


# -- headers --

def test_max_cost_excludes_who_is_expected_to_cost_more(three, farm):
    gateway = three()
    reply = ask(gateway, headers={"x-headgate-max-cost": "0.0003"}, max_tokens=500)
    assert chosen(reply) == "b"
    assert reasons(gateway.decision(reply)) == {"a": "max_cost", "c": "max_cost"}
    refused = ask(gateway, "c", headers={"x-headgate-max-cost": "0.000001"}, max_tokens=500)
    assert (refused.status, refused.error()["code"]) == (422, "capability_unavailable")
    assert "x-headgate-max-cost" in refused.error()["message"]
    assert farm.asked("a") == farm.asked("c") == 0


def test_a_price_nobody_knows_is_not_taken_for_cheap(farm):
    gateway = farm.start({"a": {}, "b": {"price": CHEAP}, "free": {"price": {"free": True}}})
    reply = ask(gateway, headers={"x-headgate-max-cost": "0.01"})
    assert chosen(reply) in ("b", "free")
    assert reasons(gateway.decision(reply)) == {"a": "unknown_price"}
    assert chosen(ask(gateway, headers={"x-headgate-max-cost": "0"})) == "free"


def test_a_deadline_ends_a_request(farm):
    patient = {"timeouts": {**configs.QUICK, "first_byte": "20s", "total": "30s"}}
    farm["a"].default = steps.stall()
    gateway = farm.start({"a": {"at": patient}, "b": {}})
    begun = time.monotonic()
    reply = ask(gateway, "a", headers={"x-headgate-deadline-ms": "300"})
    assert (reply.status, reply.error()["code"]) == (504, "upstream_timeout")
    assert 0.28 <= time.monotonic() - begun < 1.5


def test_a_deadline_ends_a_stream_too(farm):
    farm["a"].default = steps.play(steps.raw(steps.OPENING),
                                   steps.trickle(steps.chunk(steps.event(payloads.chunk({"content": "x"}))), 0.001, 50),
                                   steps.stall())
    patient = {"timeouts": {**configs.QUICK, "between_bytes": "20s", "total": "30s"}}
    gateway = farm.start({"a": {"at": patient}})
    begun = time.monotonic()
    reply = ask(gateway, "a", stream=True, headers={"x-headgate-deadline-ms": "400"})
    assert time.monotonic() - begun < 2
    assert reply.status == 200 and json.loads(reply.events()[-1])["error"]["code"] == "upstream_timeout"


@pytest.mark.parametrize("header,value", [
    ("x-headgate-max-cost", "cheap"), ("x-headgate-max-cost", "-1"), ("x-headgate-max-cost", "1e9999"),
    ("x-headgate-max-cost", "0,01"), ("x-headgate-deadline-ms", "soon"), ("x-headgate-deadline-ms", "0"),
    ("x-headgate-deadline-ms", "-5"), ("x-headgate-deadline-ms", "1.5"), ("x-headgate-deadline-ms", "99999999999999"),
    ("x-headgate-tags", "a b\u00e9".encode().decode("latin-1")), ("x-headgate-tags", "x" * 200),
])
def test_a_malformed_header_is_400_and_named(three, farm, header, value):
    reply = ask(three(), "a", headers={header: value})
    assert (reply.status, reply.error()["code"], reply.error()["param"]) == (400, "invalid_request", header)
    assert header in reply.error()["message"] and farm.asked("a") == 0


# -- never wider --

LOW = {"at": {"trust": "low", "data_collection": "allow"}, "price": DEAR}
HIGH = {"at": {"trust": "high", "data_collection": "deny"}, "price": CHEAP}
WIDER = {
    "a greater cost": ({"max_cost": "$0.001"}, {"headers": {"x-headgate-max-cost": "100"}}),
    "a greater price": ({"max_cost": "$0.001"}, {"provider": {"max_price": {"prompt": 1000}}}),
    "leave to collect": ({"data_collection": "deny"}, {"provider": {"data_collection": "allow"}}),
    "only the untrusted": ({"trust": "high"}, {"provider": {"only": ["at-low"]}}),
    "the untrusted first": ({"trust": "high"}, {"provider": {"order": ["at-low"], "allow_fallbacks": False}}),
    "the untrusted by name": ({"trust": "high"}, {"model": "low", "models": ["low"]}),
}


@pytest.mark.parametrize("use,hints", WIDER.values(), ids=WIDER)
def test_hints_do_not_widen_what_a_rule_allows(farm, use, hints):
    gateway = farm.start({"low": LOW, "high": HIGH}, rules=[{"name": "strict", "when": {}, "use": use}])
    reply = ask(gateway, max_tokens=500, **hints)
    assert farm.asked("low") == 0
    assert reply.status in (403, 422) or chosen(reply) == "high"


def test_hints_bring_nobody_into_a_pool(farm):
    gateway = farm.start({"a": {}, "b": {}}, pools={"default": ["a"]})
    reply = ask(gateway, "pool:default", provider={"only": ["at-b"]})
    assert reply.status == 422 and farm.asked("b") == 0


def test_a_longer_deadline_is_not_granted(farm):
    farm["a"].default = steps.stall()
    patient = {"timeouts": {**configs.QUICK, "first_byte": "20s", "total": "30s"}}
    gateway = farm.start({"a": {"at": patient}}, rules=[{"name": "brief", "when": {}, "use": {"deadline": "300ms"}}])
    begun = time.monotonic()
    assert ask(gateway, headers={"x-headgate-deadline-ms": "8000"}).status == 504
    assert time.monotonic() - begun < 1.5
