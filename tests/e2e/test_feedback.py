"""Feedback: what users say of answers, and what it changes."""

import pytest
from support import steps
from support.farm import ask
from support.polling import eventually

FEEDBACK = "/v1/headgate/feedback"
EQUAL = {"quality": {"chat": 0.7}}
ADAPTIVE = {"temperature": 0.1, "exploration": 0.02}


def rate(gateway, reply, score, **options):
    return gateway.post(FEEDBACK, {"request_id": reply.get("x-request-id"), "score": score}, **options)


def remembered(gateway, reply):
    """An answer can be rated as soon as its decision is remembered."""
    assert gateway.decision(reply)
    return reply


def figures(gateway, name):
    return next(one for one in gateway.look("models")["models"] if one["model"] == name)


def probability(gateway, name, pool="default"):
    models = next(one for one in gateway.look("pools")["pools"] if one["pool"] == pool)["models"]
    return next(one["probability"] for one in models if one["model"] == name)


@pytest.fixture
def gateway(farm):
    return farm.start({"a": EQUAL, "b": EQUAL}, scheduler=ADAPTIVE)


def test_an_answer_is_rated_and_the_models_mean_moves(gateway):
    assert figures(gateway, "a")["feedback"] is None, "nobody has said anything yet"
    for score in (1, 0.5, 0):
        accepted = rate(gateway, remembered(gateway, ask(gateway, "a")), score)
        assert (accepted.status, accepted.json()) == (200, {"accepted": True})
    assert figures(gateway, "a")["feedback"] == pytest.approx(0.5, abs=0.2)
    assert figures(gateway, "b")["feedback"] is None


def test_a_stream_is_rated_like_any_answer(gateway):
    assert rate(gateway, remembered(gateway, ask(gateway, "a", stream=True)), 1).status == 200
    assert figures(gateway, "a")["feedback"] == 1


def test_it_is_the_model_that_answered_which_is_rated(farm):
    farm["a"].default = steps.failure()
    gateway = farm.start({"a": {}, "b": {}})
    assert rate(gateway, remembered(gateway, ask(gateway, "a", models=["b"])), 1).status == 200
    assert (figures(gateway, "a")["feedback"], figures(gateway, "b")["feedback"]) == (None, 1)


@pytest.mark.parametrize("score", [-0.1, 1.1, "1", None, True, [1], float("1e300")], ids=repr)
def test_a_score_outside_0_to_1_is_400(gateway, score):
    reply = rate(gateway, remembered(gateway, ask(gateway, "a")), score)
    assert (reply.status, reply.error()["param"]) == (400, "score")
    assert figures(gateway, "a")["feedback"] is None


@pytest.mark.parametrize("body", [{"score": 1}, {"request_id": 7, "score": 1}, {"request_id": "", "score": 1},
                                  {"request_id": "x" * 1000, "score": 1}, []], ids=lambda body: str(body)[:30])
def test_without_an_id_it_is_400(gateway, body):
    reply = gateway.post(FEEDBACK, body)
    assert (reply.status, reply.error()["type"]) == (400, "invalid_request_error")


def test_what_is_no_json_is_400(gateway):
    assert gateway.post(FEEDBACK, b"{").error()["code"] == "invalid_json"
    assert gateway.get(FEEDBACK).status == 405


def test_an_unknown_id_is_refused(gateway):
    reply = gateway.post(FEEDBACK, {"request_id": "req_0123456789abcdef0123456789abcdef", "score": 1})
    assert (reply.status, reply.error()["param"]) == (400, "request_id")


def test_what_nobody_answered_cannot_be_rated(farm):
    farm["a"].default = steps.failure()
    gateway = farm.start({"a": {}})
    assert rate(gateway, remembered(gateway, ask(gateway, "a")), 1).status == 400
    assert figures(gateway, "a")["feedback"] is None


def test_only_the_tenant_that_asked_may_rate(farm):
    gateway = farm.start({"a": {}}, access={"auth": "required"})
    one, colleague, other = ({"headers": {"authorization": f"Bearer {gateway.new_key(tenant)['key']}"}}
                             for tenant in ("acme", "acme", "other"))
    for keyed in (one, colleague, other):
        assert eventually(lambda keyed=keyed: gateway.get("/v1/models", **keyed).status == 200)
    reply = remembered(gateway, ask(gateway, "a", **one))
    assert rate(gateway, reply, 1).status == 401
    refused, unknown = rate(gateway, reply, 0, **other), gateway.post(
        FEEDBACK, {"request_id": "req_0123456789abcdef0123456789abcdef", "score": 1}, **other)
    assert refused.status == 400 and refused.error() == unknown.error(), "another's id looks like no id"
    assert figures(gateway, "a")["feedback"] is None
    assert rate(gateway, reply, 1, **colleague).status == 200
    assert figures(gateway, "a")["feedback"] == 1


def test_rating_one_answer_again_and_again_counts_once(gateway):
    reply = remembered(gateway, ask(gateway, "a"))
    assert rate(gateway, remembered(gateway, ask(gateway, "a")), 1).status == 200
    for _ in range(50):
        rate(gateway, reply, 0)
    assert figures(gateway, "a")["feedback"] == pytest.approx(0.5, abs=0.2)


def test_in_the_end_feedback_moves_the_traffic(gateway):
    def rate_all(name, score, times=60):
        for _ in range(times):
            assert rate(gateway, remembered(gateway, ask(gateway, name)), score).status == 200

    rate_all("a", 0)
    rate_all("b", 1)
    assert probability(gateway, "b") > 0.9, "equal before, but for the ranking"
    decision = gateway.decision(ask(gateway, "pool:default"))
    quality = {one["model"]: one["score"]["quality"] for one in decision["candidates"]}
    assert quality["b"] - quality["a"] > 0.3
    assert gateway.metrics().total("headgate_route_probability", pool="default", model="b") > 0.9


def test_feedback_counts_for_a_capability_too(farm):
    """What is said of a model without knowing the capability is better than nothing."""
    gateway = farm.start({"a": EQUAL, "b": EQUAL})
    for _ in range(60):
        assert rate(gateway, remembered(gateway, ask(gateway, "a")), 0).status == 200
    decision = gateway.decision(ask(gateway, "auto:chat"))
    assert decision["attempts"][0]["model"] == "b"
