"""The decision as JSON: of a request that is not sent, and of one that was."""

import pytest
from support import payloads, steps
from support.farm import ask

TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
CODE = "Write a Python function that reverses a linked list, with unit tests."
PRICE = {"input": "$1", "output": "$2"}
CAPABILITIES = {"chat", "code", "reasoning_math", "summarization", "extraction_classification",
                "translation_multilingual", "creative_writing", "question_answering"}
RULES = [{"name": "with tools", "when": {"tools": True}, "use": {"pool": "skilled", "objective": "latency"}}]
POOLS = {"default": ["a", "b"], "skilled": ["b", "c"]}
MODELS = {"a": {"price": PRICE, "supports": ["system"]}, "b": {"price": PRICE}, "c": {"at": {"trust": "low"}}}


@pytest.fixture
def gateway(farm):
    return farm.start(MODELS, pools=POOLS, rules=RULES)


def number(value, least=None, most=None):
    assert isinstance(value, (int, float)) and not isinstance(value, bool), value
    assert (least is None or value >= least) and (most is None or value <= most), value
    return True


def check_shape(decision):
    """Every member the contract names, of its type."""
    assert decision["request_id"].startswith("req_") and decision["tenant"] == "default"
    assert decision["capability"] is None or decision["capability"] in CAPABILITIES
    assert decision["confidence"] is None or number(decision["confidence"], 0, 1)
    assert number(decision["input_tokens"], 1) and isinstance(decision["needs"], list)
    assert decision["rule"] is None or isinstance(decision["rule"], str)
    assert isinstance(decision["pool"], (str, type(None)))
    assert decision["objective"] in ("quality", "balanced", "cost", "latency")
    for one in decision["candidates"]:
        assert isinstance(one["model"], str) and isinstance(one["provider"], str)
        assert number(one["probability"], 0, 1)
        assert one["expected_cost_usd"] is None or number(one["expected_cost_usd"], 0)
        assert set(one["score"]) == {"quality", "cost", "latency", "health"} and all(map(number, one["score"].values()))
        assert isinstance(one["adapted"], list)
    for one in decision["excluded"]:
        assert set(one) >= {"model", "reason", "detail"} and one["detail"]
    for one in decision["attempts"]:
        assert isinstance(one["model"], str) and isinstance(one["provider"], str) and isinstance(one["outcome"], str)
        assert one["status"] is None or number(one["status"], 100, 599)
        assert one["first_byte_ms"] is None or number(one["first_byte_ms"], 0)
        assert number(one["total_ms"], 0) and isinstance(one["usage"], dict)
        assert one["cost_usd"] is None or number(one["cost_usd"], 0)
    assert decision["cost_usd"] is None or number(decision["cost_usd"], 0)


def test_a_dry_run_answers_200_with_the_decision_and_asks_nobody(gateway, farm):
    reply = gateway.chat(payloads.chat("auto", CODE, tools=TOOLS, stream=True), headers={"x-headgate-dry-run": "1"})
    assert reply.status == 200 and reply.get("content-type") == "application/json"
    decision = reply.json()
    check_shape(decision)
    assert decision["request_id"] == reply.get("x-request-id")
    assert (decision["rule"], decision["pool"], decision["objective"]) == ("with tools", "skilled", "latency")
    assert decision["capability"] == "code" and decision["confidence"] > 0.6
    assert set(decision["needs"]) >= {"tools", "stream"}
    assert [one["model"] for one in decision["candidates"]] == ["b", "c"]
    assert decision["attempts"] == [] and decision["cost_usd"] is None
    assert not any(farm.asked(name) for name in "abc")


def test_probabilities_sum_to_one_and_unknown_costs_are_null(gateway):
    candidates = gateway.plan(payloads.chat("auto", tools=TOOLS))["candidates"]
    assert sum(one["probability"] for one in candidates) == pytest.approx(1, abs=1e-3)
    assert [one["expected_cost_usd"] is None for one in candidates] == [False, True]


def test_candidates_tell_what_would_be_adapted(farm):
    gateway = farm.start({"a": {"parameters": {"temperature": {"min": 0, "max": 1}}}, "b": {}})
    candidates = gateway.plan(payloads.chat("auto", temperature=1.5))["candidates"]
    assert {one["model"]: one["adapted"] for one in candidates} == {"a": ["temperature"], "b": []}


def test_a_capability_that_is_not_known_is_null(gateway):
    decision = gateway.plan(payloads.chat("auto", "..."))
    assert decision["capability"] is None and number(decision["confidence"], 0, 0.6)
    check_shape(decision)


@pytest.mark.parametrize("path,body", [
    ("/v1/chat/completions", payloads.chat("auto")), ("/v1/chat/completions", payloads.chat("auto", stream=True)),
    ("/v1/completions", {"model": "auto", "prompt": "x"}), ("/v1/embeddings", {"model": "b", "input": "x"}),
], ids=["chat", "stream", "completions", "embeddings"])
def test_a_dry_run_works_on_any_post(gateway, farm, path, body):
    reply = gateway.post(path, body, headers={"x-headgate-dry-run": "1"})
    assert reply.status == 200
    check_shape(reply.json())
    assert not any(farm.asked(name) for name in "abc")


def test_a_dry_run_refuses_what_the_request_would_be_refused_for(gateway):
    dry = {"x-headgate-dry-run": "1"}
    assert gateway.chat(payloads.chat("nobody"), headers=dry).status == 404
    assert gateway.chat({"model": "a"}, headers=dry).status == 400
    refused = gateway.chat(payloads.chat("a", tools=TOOLS), headers=dry)
    assert refused.status == 422 or refused.json()["excluded"][0]["reason"] == "lacks_ability"


def test_a_dry_run_costs_nothing_and_moves_no_counter(gateway):
    for _ in range(5):
        gateway.plan(payloads.chat("auto"))
    assert gateway.metrics().total("headgate_upstream_attempts_total") is None
    assert gateway.look("spend")["total"]["attempts"] == 0


@pytest.mark.parametrize("model", ["auto", "auto:code", "pool:skilled", "b", "pool:default:floor"])
def test_a_dry_run_plans_what_a_request_would_meet(farm, model):
    skilled = {"quality": {"code": 0.9, "chat": 0.1}}, {"quality": {"code": 0.1, "chat": 0.9}}
    models = {"a": skilled[0], "b": skilled[1], "c": {}}
    gateway = farm.start(models, pools=POOLS)
    body = payloads.chat(model, CODE)
    planned, sent = gateway.plan(body), gateway.decision(gateway.chat(body))
    for member in ("tenant", "needs", "input_tokens", "rule", "pool", "objective", "candidates", "excluded"):
        assert sent[member] == planned[member], member


def test_what_was_sent_is_remembered_with_its_attempts(gateway, farm):
    farm["b"].default = steps.failure()
    reply = ask(gateway, text=CODE, tools=TOOLS)
    remembered = gateway.decision(reply)
    check_shape(remembered)
    assert remembered["request_id"] == reply.get("x-request-id")
    first, second = remembered["attempts"]
    assert (first["model"], first["outcome"], first["status"]) == ("b", "upstream_error", 500)
    assert (second["model"], second["outcome"], second["status"]) == ("c", "ok", 200)
    assert second["usage"] == {"prompt_tokens": 9, "completion_tokens": 3}
    assert second["first_byte_ms"] <= second["total_ms"] <= remembered["total_ms"]
    assert (first["cost_usd"], second["cost_usd"], remembered["cost_usd"]) == (0, None, None)
    assert (remembered["status"], remembered["outcome"]) == (200, "ok")


def test_the_headers_agree_with_the_decision(gateway):
    reply = ask(gateway, text=CODE, tools=TOOLS)
    decision = gateway.decision(reply)
    for header, value in [("rule", decision["rule"]), ("pool", decision["pool"]),
                          ("model", decision["attempts"][-1]["model"]),
                          ("provider", decision["attempts"][-1]["provider"]),
                          ("attempts", str(len(decision["attempts"])))]:
        assert reply.get(f"x-headgate-{header}") == value
    assert reply.get("x-headgate-capability") == decision["capability"]
    assert reply.get("request-id") == reply.get("x-request-id") == decision["request_id"]


@pytest.mark.parametrize("fields,excluded", [
    ({"tools": TOOLS, "model": "pool:default"}, ("a", "lacks_ability")),
    ({"provider": {"ignore": ["at-a"]}}, ("a", "provider_hint")),
    ({"provider": {"max_price": {"prompt": 0.5}}, "model": "pool:mixed"}, ("a", "max_price")),
    ({"headers": {"x-headgate-max-cost": "0.01"}, "model": "pool:odd"}, ("c", "unknown_price")),
    ({"headers": {"want": "trust"}, "model": "pool:odd"}, ("c", "trust_policy")),
    ({"headers": {"want": "privacy"}, "model": "pool:odd"}, ("c", "data_policy")),
    ({"headers": {"want": "quality"}, "model": "pool:odd"}, ("c", "min_quality")),
    ({"text": "many words " * 3000, "model": "pool:small"}, ("d", "context_window")),
], ids=lambda value: value[1] if isinstance(value, tuple) else "")
def test_every_exclusion_has_its_reason(farm, fields, excluded):
    strict = {"trust": "high", "data_collection": "deny"}
    models = {**MODELS, "b": {"price": PRICE, "at": strict, "quality": {"chat": 0.9}},
              "c": {"at": {"trust": "low"}, "quality": {"chat": 0.1}}, "d": {"context_window": 500},
              "cheap": {"price": {"input": "$0.1", "output": "$0.1"}}}
    pools = {"default": ["a", "b"], "odd": ["c", "b"], "mixed": ["a", "cheap"], "small": ["d", "b"]}
    rules = [{"name": name, "when": {"header.Want": name}, "use": use}
             for name, use in [("trust", {"trust": "high"}), ("privacy", {"data_collection": "deny"}),
                               ("quality", {"min_quality": 0.5})]]
    gateway = farm.start(models, pools=pools, rules=rules)
    fields = {"model": "auto", **fields}
    headers = fields.pop("headers", {})
    plan = gateway.plan(payloads.chat(**fields), **headers)
    check_shape(plan)
    (only,) = plan["excluded"]
    assert (only["model"], only["reason"]) == excluded
    assert excluded[0] not in {one["model"] for one in plan["candidates"]}


def test_an_id_nobody_knows_is_404(gateway):
    reply = gateway.get("/admin/v1/requests/req_0123456789abcdef0123456789abcdef", address=gateway.admin)
    assert reply.status == 404 and reply.error()["message"]
